"""What templates are given: variables, fields, filters."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType, SimpleNamespace

from sitegen.config import SiteConfig
from sitegen.site import Page, Site
from sitegen.words import ENGLISH, Own, words_of

__all__ = ["FIELDS", "VARIABLES", "fields_of", "iso_date", "long_date", "named_words"]

VARIABLES = frozenset(
    {
        "absolute_url",
        "alias",
        "content_policy",
        "current_url",
        "feeds",
        "json_ld",
        "math_font",
        "menu",
        "origin",
        "page",
        "paginator",
        "posts",
        "search_bundle",
        "search_url",
        "settings",
        "site",
        "stylesheets",
        "term",
        "terms",
        "url",
        "words",
        "years",
    }
)
"""Every name that pages give to templates; `page` and `json_ld` in posts and pages only."""

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        name: tuple(field for field in dir(kind) if not field.startswith("_"))
        for name, kind in (("page", Page), ("settings", SiteConfig), ("site", Site))
    }
)
"""The fields of those that are values of ours."""

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def iso_date(date: dt.datetime) -> str:
    """Return a moment for `<time datetime>` and JSON-LD: `2017-01-20T22:12:03Z` (HTML, valid date string with time)."""
    return date.isoformat(timespec="seconds").replace("+00:00", "Z")


def long_date(date: dt.datetime, language: str = "en") -> str:
    """Return a date for readers as a language writes it: `20 January 2017`, in the United States `January 20, 2017`."""
    tag = language.lower()
    if tag.partition("-")[0] != "en":
        from sitegen.pages.dates import written

        return written(date.date(), language)
    month = _MONTHS[date.month - 1]
    return f"{month} {date.day}, {date.year}" if tag == "en-us" else f"{date.day} {month} {date.year}"


@lru_cache(maxsize=8)
def _words(language: str, own: str) -> SimpleNamespace:
    return SimpleNamespace(**words_of(language, json.loads(own)))


def named_words(language: str, own: Own) -> SimpleNamespace:
    """Return the words that pages bring in a language, as attributes for templates."""
    return _words(language, json.dumps(own))


def fields_of(own: Own) -> Mapping[str, tuple[str, ...]]:
    """Return `FIELDS`, and the names of all words: those of the theme and those that the site adds."""
    return {**FIELDS, "words": tuple(sorted(set(ENGLISH).union(*own.values())))}
