"""Versions of installed distributions, read off the names of their metadata folders.

`importlib.metadata` knows more, and takes longer to import than a whole small build has time for.
"""

from __future__ import annotations

import contextlib
import os
import sys
from functools import cache

__all__ = ["version_if_installed", "version_of"]


def version_of(name: str) -> str:
    """Return the version of a distribution (`markdown-it-py`), or `unknown` when it is not installed."""
    return _installed().get(name) or _slow_version(name)


def version_if_installed(name: str) -> str:
    """Return the version of a distribution that may be missing; empty then."""
    return _installed().get(name, "")


@cache
def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for place in sys.path:
        with contextlib.suppress(OSError):
            for entry in os.listdir(place or "."):
                if entry.endswith(".dist-info"):
                    distribution, _, version = entry.removesuffix(".dist-info").partition("-")
                    found.setdefault(distribution.lower().replace("_", "-").replace(".", "-"), version)
    return found


def _slow_version(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
