"""Feeds, sitemaps, robots.txt and _redirects: the addresses that they hand out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import msgspec

from sitegen.check.facts import ADDRESSES, SOURCE_SETS, Address, read_page
from sitegen.markdown.html import candidates

__all__ = ["Entry", "Feed", "read_feed"]

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
XLINK = "{http://www.w3.org/1999/xlink}"
BASE = "{http://www.w3.org/XML/1998/namespace}base"


class Entry(msgspec.Struct, frozen=True):
    """One entry of a feed, or one page of a sitemap."""

    url: str
    """Empty where it has none."""
    id: str
    missing: tuple[str, ...] = ()
    """Elements that an entry must have (RFC 4287, section 4.1.2; RSS 2.0; JSON Feed 1.1), and this one has not."""
    addresses: tuple[Address, ...] = ()
    """Of its content."""
    anchors: frozenset[str] = frozenset()
    """Names of places in its content."""
    base: bool = False
    """Whether it says what its relative addresses begin from (`xml:base`)."""


class Feed(msgspec.Struct, frozen=True):
    """A file that lists pages."""

    addresses: tuple[Address, ...]
    """Its own: home page, itself, its neighbours."""
    entries: tuple[Entry, ...]


def read_feed(path: str, data: bytes) -> Feed | str | None:
    """Read a file if it is a feed, a sitemap or robots.txt; None for other files, a text that says why it cannot be."""
    if path == "robots.txt":
        lines = data.decode("utf-8", "replace").splitlines()
        pairs = (line.partition(":") for line in lines)
        named = [value.strip() for key, _, value in pairs if key.strip().lower() == "sitemap"]
        return Feed(tuple(Address(url, "robots.txt", "Sitemap") for url in named), ())
    if path == "_redirects":
        rules = (line.partition("#")[0].split() for line in data.decode("utf-8", "replace").splitlines())
        plain = (words for words in rules if len(words) > 1 and "*" not in words[0] and ":" not in words[0])
        return Feed(tuple(Address(words[1], "_redirects", "to") for words in plain), ())
    if path.endswith(".xml"):
        try:
            root = ElementTree.fromstring(data)
        except ElementTree.ParseError as error:
            return f"it is not well-formed XML: {error}"
        return _xml(root)
    if path.endswith(".json"):
        return _json(data)
    return None


def _xml(root: ElementTree.Element) -> Feed | None:
    if root.tag == f"{ATOM}feed":
        links = [Address(link.get("href", ""), "link", "href") for link in root.findall(f"{ATOM}link")]
        base = root.get(BASE) is not None
        return Feed(tuple(links), tuple(_atom(entry, base=base) for entry in root.findall(f"{ATOM}entry")))
    if root.tag == "rss":
        links = [Address(link.text or "", "link", "text") for link in root.findall("channel/link")]
        return Feed(tuple(links), tuple(_rss(item) for item in root.findall("channel/item")))
    if root.tag in (f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"):
        urls = [_text(loc) for loc in root.iter(f"{SITEMAP}loc")]
        return Feed((), tuple(Entry(url, url) for url in urls))
    return None


def _atom(entry: ElementTree.Element, *, base: bool) -> Entry:
    links = [
        link.get("href", "") for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"
    ]
    missing = [name for name in ("id", "title", "updated") if not _text(entry.find(f"{ATOM}{name}"))]
    contents = [part for name in ("content", "summary") if (part := entry.find(f"{ATOM}{name}")) is not None]
    addresses: list[Address] = []
    anchors: set[str] = set()
    for content in contents:
        base = base or any(each.get(BASE) is not None for each in (entry, content))
        if content.get("type") == "html":
            facts = read_page(content.text or "")
            addresses += facts.addresses
            anchors |= facts.anchors
        elif content.get("type") == "xhtml":
            addresses += _elements(content)
            anchors.update(element.get("id", "") for element in content.iter())
    ident = _text(entry.find(f"{ATOM}id"))
    url = links[0] if links else ""
    return Entry(url, ident, tuple(missing), tuple(addresses), frozenset(anchors), base)


def _elements(content: ElementTree.Element) -> Iterator[Address]:
    """Yield the addresses in content that is XML itself."""
    for element in content.iter():
        tag = element.tag.rpartition("}")[2].lower()
        for name in ADDRESSES.get(tag, ()):
            written = element.get(name.replace("xlink:", XLINK))
            if written is not None:
                yield Address(written.strip(), tag, name)
        if tag in SOURCE_SETS:
            found = candidates(element.get(SOURCE_SETS[tag], ""))
            yield from (Address(written, tag, SOURCE_SETS[tag]) for written, _ in found)


def _rss(item: ElementTree.Element) -> Entry:
    url = _text(item.find("link"))
    html = _text(item.find(f"{CONTENT}encoded")) or _text(item.find("description"))
    facts = read_page(html)
    missing = () if _text(item.find("title")) or html else ("title",)
    return Entry(url, _text(item.find("guid")) or url, missing, facts.addresses, facts.anchors)


def _json(data: bytes) -> Feed | str | None:
    try:
        feed = json.loads(data)
    except ValueError as error:
        return f"it is not JSON: {error}"
    if not isinstance(feed, dict) or not str(feed.get("version", "")).startswith("https://jsonfeed.org/"):
        return None
    links = [Address(str(feed[key]), "feed", key) for key in ("home_page_url", "feed_url", "next_url") if key in feed]
    return Feed(tuple(links), tuple(_item(item) for item in feed.get("items", ()) if isinstance(item, dict)))


def _item(item: dict[str, Any]) -> Entry:
    html = str(item.get("content_html", ""))
    facts = read_page(html)
    missing = [name for name in ("id",) if not item.get(name)]
    if not html and not item.get("content_text"):
        missing.append("content_html")
    images = [Address(str(item[key]), "feed", key) for key in ("image", "banner_image") if key in item]
    ident = str(item.get("id", ""))
    return Entry(str(item.get("url", "")), ident, tuple(missing), (*facts.addresses, *images), facts.anchors)


def _text(element: ElementTree.Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
