"""Dates in all languages but English. The only importer of Babel, itself imported where a site has such dates."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

__all__ = ["written"]


@lru_cache(maxsize=4096)
def written(date: dt.date, language: str) -> str:
    """Return a date as a language writes it (CLDR's long form), `20. Januar 2017`; ISO 8601's form for one unknown."""
    locale = _locale(language)
    return date.isoformat() if locale is None else format_date(date, "long", locale)


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale | None:
    """Return what is known of a language tag, or of as much of its beginning as there is."""
    while language:
        try:
            return Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            language = language.rpartition("-")[0]
    return None
