"""Addresses of posts by a pattern, `/:year/:month/:day/:title/`, so that posts of other generators keep theirs.

The placeholders are those of Jekyll ("Permalinks"), Hugo ("URL management") and Hexo ("Permalinks").
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from zoneinfo import ZoneInfo

from sitegen.config import Config
from sitegen.frontmatter import date_of_name, normalise_path
from sitegen.model import Document
from sitegen.site.addresses import is_index, small_slug

__all__ = ["place_by_pattern"]

_NAME = re.compile(r":(extra\.[\w-]+|[A-Za-z_]+)")
_OF_DATES = re.compile(r":(?:\w*year|\w*month|\w*day|week|hour|minute|second)\b")
_NOT_PRETTY = re.compile(r"[^\w.~!$&'()+,;=@-]+")
"""What Jekyll's slugs for `:title` replace by a hyphen (its `Utils.slugify` in the mode "pretty")."""


def pattern_of(path: str, config: Config) -> str:
    """Return the pattern for the address of the post or page `path`; empty where there is none."""
    if config.site.permalinks:
        named = path
        while named:
            if named in config.site.permalinks:
                return config.site.permalinks[named]
            named = named.rpartition("/")[0]
    return config.site.permalink if config.is_in_posts(path) else ""


def place_by_pattern(document: Document, config: Config) -> str | None:
    """Return the place of a post or page by the pattern of the settings.

    None where there is no pattern, or where it gives no place: it wants a date or a key that the post has not, or the
    post's name is no part of an address.
    """
    pattern = pattern_of(document.path, config)
    date = document.meta.date
    if not pattern or (date is None and _OF_DATES.search(pattern)):
        return None
    values = _parts(document, config)
    for name in _NAME.findall(pattern):
        if name.startswith("extra."):
            value = document.meta.extra.get(name.removeprefix("extra."))
            if not isinstance(value, (str, int)):
                return None
            values[name] = str(value)
    if date is not None:
        day = date.astimezone(ZoneInfo(config.site.timezone))
        values |= {
            "year": f"{day:%Y}",
            "short_year": f"{day:%y}",
            "month": f"{day:%m}",
            "i_month": str(day.month),
            "short_month": calendar.month_abbr[day.month],
            "long_month": calendar.month_name[day.month],
            "day": f"{day:%d}",
            "i_day": str(day.day),
            "y_day": f"{day:%j}",
            "week": f"{day:%V}",
            "w_year": f"{day:%G}",
            "w_day": f"{day:%u}",
            "short_day": calendar.day_abbr[day.weekday()],
            "long_day": calendar.day_name[day.weekday()],
            "hour": f"{day:%H}",
            "minute": f"{day:%M}",
            "second": f"{day:%S}",
        }
    # A post without categories leaves two slashes side by side.
    place = normalise_path(re.sub("/{2,}", "/", _NAME.sub(lambda name: values.get(name[1], ""), pattern)))
    return place if isinstance(place, str) else None


def _parts(document: Document, config: Config) -> dict[str, str]:
    """Return what the placeholders stand for that have nothing to do with the date."""
    path = document.path
    folders = [each for each in (*config.posts, *config.build.pages) if path.startswith(f"{each}/")]
    stem = path.removeprefix(f"{max(folders, key=len, default=config.build.content)}/")
    stem = stem.rpartition("/")[0] if is_index(path) else stem.rpartition(".")[0]
    above, slash, file = stem.rpartition("/")
    name = date_of_name(file)[1]
    content = f"{config.build.content}/"
    sections = path.rpartition("/")[0].removeprefix(content)
    if is_index(path):
        sections = sections.rpartition("/")[0]
    slug = (document.meta.slug or "").strip("/")
    titled = slug or _pretty(name)
    categories = [_pretty(category.lower()) for category in document.meta.categories]
    return {
        "title": titled,
        "slug": slug or small_slug(name),
        "name": name,
        "filename": file,
        "post_title": slug or small_slug(document.title) or titled,
        "path": f"{above}{slash}{slug or name}",
        "categories": "/".join(categories),
        "category": categories[0] if categories else "",
        "sections": sections,
        "section": sections.partition("/")[0],
        "output_ext": "/" if is_index(path) else ".html",
    }


def _pretty(text: str) -> str:
    return _NOT_PRETTY.sub("-", unicodedata.normalize("NFC", text)).strip("-")
