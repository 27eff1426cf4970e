"""What time it is, for everything whose result depends on it."""

from __future__ import annotations

import datetime as dt
import os

__all__ = ["here", "now"]


def now() -> dt.datetime:
    """Return the moment of this run, in UTC; SOURCE_DATE_EPOCH decides where it is set (reproducible-builds.org).

    A value that is no number of seconds is treated as if it were not there.
    """
    written = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        return dt.datetime.fromtimestamp(int(written), dt.UTC)
    except (ValueError, OverflowError, OSError):
        return dt.datetime.now(dt.UTC)


def here() -> dt.datetime:
    """Return the same moment in the author's time zone; in UTC under SOURCE_DATE_EPOCH."""
    moment = now()
    return moment if os.environ.get("SOURCE_DATE_EPOCH") else moment.astimezone()
