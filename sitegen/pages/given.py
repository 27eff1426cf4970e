"""What templates are given: variables, fields, filters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from sitegen.config import SiteConfig
from sitegen.site import Page, Site

__all__ = ["FIELDS", "VARIABLES", "iso_date", "long_date"]

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
    """Return a date for readers: `20 January 2017` on English sites, `2017-01-20` on all others."""
    if language.lower().partition("-")[0] != "en":
        return date.date().isoformat()
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
