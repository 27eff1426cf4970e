"""Feeds: the newest posts as Atom (RFC 4287) and JSON Feed (version 1.1), their bodies made fit for feed readers.

A reader shows a body without our stylesheet, drops what it does not know, and resolves addresses against anything or
nothing. So addresses are complete, ids and classes are left out, and formulas are bare MathML without the TeX in it:
a reader that strips MathML would show that as text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import msgspec

from sitegen.config import SiteConfig
from sitegen.pages.given import iso_date
from sitegen.site import Page
from sitegen.site.addresses import complete
from sitegen.text import CONTROL

__all__ = ["Feed", "atom", "feed_html", "json_feed"]

ATOM = "http://www.w3.org/2005/Atom"

_ADDRESSES = frozenset({"href", "src", "poster", "cite", "data"})
_DROPPED = frozenset({"class", "id", "style", "tabindex", "role", "srcset", "sizes", "loading", "decoding"})
_LEFT_OUT = frozenset({"annotation", "annotation-xml", "script", "style", "button"})
"""Elements that are left out with what is in them."""
_UNWRAPPED = frozenset({"semantics", "picture", "source"})
"""Elements that are left out around what is in them."""
_VOID = frozenset({"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"})


class Feed(msgspec.Struct, frozen=True):
    """What one feed is about."""

    title: str
    url: str
    """Complete address of the feed."""
    home: str
    """Complete address of the page that shows the same."""
    full: bool
    """Whether entries have the whole text of the posts, not only its summary."""
    ids: str = ""
    """What ids are made of, with `{place}`, `{name}` and `{date}`; empty for complete addresses."""
    base_path: str = "/"
    """What all addresses begin with, and no place."""


def feed_html(html: str, page: str) -> str:
    """Return the body of a page, whose complete address is `page`, for feed readers."""
    reader = _Reader(page)
    reader.feed(html)
    reader.close()
    return "".join(reader.parts)


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.page = page
        self.parts: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEFT_OUT or (tag == "a" and (self.skipped or ("aria-hidden", "true") in attrs)):
            self.skipped += 1  # a heading's link to itself is decoration
        elif not self.skipped and tag not in _UNWRAPPED:
            self.parts.append(f"<{tag}{self._attributes(attrs)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.skipped and tag not in _UNWRAPPED | _LEFT_OUT:
            closing = "" if tag in _VOID else f"</{tag}>"
            self.parts.append(f"<{tag}{self._attributes(attrs)}>{closing}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT or (tag == "a" and self.skipped):
            self.skipped = max(0, self.skipped - 1)
        elif not self.skipped and tag not in _UNWRAPPED:
            self.parts.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.parts.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def _attributes(self, attrs: Sequence[tuple[str, str | None]]) -> str:
        kept = []
        for name, value in attrs:
            if name in _DROPPED or name.startswith(("on", "aria-", "data-")):
                continue
            if name in _ADDRESSES and value is not None:
                value = complete(self.page, value)
            kept.append(f" {name}" if value is None else f' {name}="{escape(value)}"')
        return "".join(kept)


def _body(page: Page, *, full: bool) -> str:
    text = feed_html(str(page.content) if full else f"<p>{page.summary}</p>", page.absolute_url)
    if page.has_math and full:
        text += f'<p>If the formulas look broken, <a href="{escape(page.absolute_url)}">read it on the site</a>.</p>'
    return text


_IRI = re.compile(r"(?:https?|tag|urn|info):[^\s<>\"]+", re.IGNORECASE)
"""An id that an author gives a post. Other generators call many other things `id`."""


def entry_id(page: Page, feed: Feed, settings: SiteConfig) -> str:
    """Return what a post is known by for ever, wherever it is published (RFC 4287, section 4.2.6).

    That is its key `id`, else what the settings make ids of, else its address.
    """
    own = page.extra.get("id")
    if isinstance(own, str) and _IRI.fullmatch(own.strip()):
        return own.strip()
    if not feed.ids:
        return page.absolute_url
    date = page.date.astimezone(ZoneInfo(settings.timezone)) if page.date else None
    return _filled(feed.ids, _place(page.url, feed), f"{date:%Y-%m-%d}" if date else "")


def _place(url: str, feed: Feed) -> str:
    return "/" + url.removeprefix(feed.base_path)


def _filled(pattern: str, place: str, date: str = "") -> str:
    parts = {"place": place, "name": re.sub(r"\.html?\Z|/\Z", "", place), "date": date}
    return re.sub(r"\{(\w+)\}", lambda name: parts[name[1]], pattern)


def _changed(page: Page) -> dt.datetime:
    date = page.updated or page.date
    assert date is not None, "posts of a feed have dates"
    return date


def _authors(page: Page, settings: SiteConfig) -> list[str]:
    return [author.name for author in page.authors] or [settings.author or settings.title]


# -- Atom


def atom(feed: Feed, pages: Sequence[Page], settings: SiteConfig) -> bytes:
    """Return an Atom feed of dated posts, newest first."""
    ET.register_namespace("", ATOM)
    root = _element(None, "feed", {"{http://www.w3.org/XML/1998/namespace}lang": settings.language})
    _element(root, "title", text=feed.title)
    if settings.description:
        _element(root, "subtitle", text=settings.description)
    # An id made of dates is one of posts; a feed has none.
    own = "" if "{date}" in feed.ids else feed.ids
    _element(root, "id", text=_filled(own, _place(urlsplit(feed.home).path, feed)) if own else feed.home)
    _element(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.url})
    _element(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.home})
    newest = max(map(_changed, pages), default=dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
    _element(root, "updated", text=iso_date(newest))
    _element(_element(root, "author"), "name", text=settings.author or settings.title)
    for page in pages:
        _entry(root, page, settings, feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _entry(root: ET.Element, page: Page, settings: SiteConfig, feed: Feed) -> None:
    assert page.date is not None
    entry = _element(root, "entry", {"{http://www.w3.org/XML/1998/namespace}lang": page.language})
    _element(entry, "title", text=page.title)
    _element(entry, "id", text=entry_id(page, feed, settings))
    _element(entry, "link", {"rel": "alternate", "type": "text/html", "href": page.absolute_url})
    _element(entry, "published", text=iso_date(page.date))
    _element(entry, "updated", text=iso_date(_changed(page)))
    for name in _authors(page, settings):
        _element(_element(entry, "author"), "name", text=name)
    for term in (*page.tags, *page.categories):
        _element(entry, "category", {"term": term.name})
    if page.description:
        _element(entry, "summary", text=page.description)
    if feed.full:
        _element(entry, "content", {"type": "html"}, _body(page, full=True))


def _element(
    parent: ET.Element | None, name: str, attributes: Mapping[str, str] | None = None, text: str | None = None
) -> ET.Element:
    tag = f"{{{ATOM}}}{name}"
    made = ET.Element(tag) if parent is None else ET.SubElement(parent, tag)
    for key, value in (attributes or {}).items():
        made.set(key, value)
    # Not even escaped has XML a place for them; a form feed, which HTML has, is white space.
    made.text = text and CONTROL.sub(" ", text)
    return made


# -- JSON Feed


def json_feed(feed: Feed, pages: Sequence[Page], settings: SiteConfig) -> bytes:
    """Return a JSON Feed of dated posts, newest first."""
    value: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": settings.language,
        "authors": [{"name": settings.author or settings.title}],
        "items": [_item(page, settings, feed) for page in pages],
    }
    if settings.description:
        value["description"] = settings.description
    return msgspec.json.encode(value) + b"\n"


def _item(page: Page, settings: SiteConfig, feed: Feed) -> dict[str, Any]:
    assert page.date is not None
    item: dict[str, Any] = {
        "id": entry_id(page, feed, settings),
        "url": page.absolute_url,
        "title": page.title,
        "date_published": iso_date(page.date),
        "date_modified": iso_date(_changed(page)),
        "authors": [{"name": name} for name in _authors(page, settings)],
        "language": page.language,
        "content_html": _body(page, full=feed.full),
    }
    if page.description:
        item["summary"] = page.description
    if page.image:
        item["image"] = page.image
    if page.tags or page.categories:
        item["tags"] = [term.name for term in (*page.tags, *page.categories)]
    return item
