"""What a finished page says of itself: HTML in, ids, addresses, title and the like out.

The page is read by lexbor, a parser that follows the HTML standard, so what is found is what browsers find.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from selectolax.lexbor import LexborHTMLParser, LexborNode

from sitegen.markdown.html import candidates

__all__ = ["Address", "Facts", "read_page"]


class Address(msgspec.Struct, frozen=True):
    """An address on a page."""

    written: str
    """The value of the attribute, unescaped."""
    element: str
    attribute: str


class Facts(msgspec.Struct, frozen=True):
    """What a page, or a piece of one, holds."""

    title: str | None
    """The text of `<title>`; None without one."""
    description: str | None
    language: str | None
    ids: tuple[str, ...]
    """In order, with repeats."""
    names: frozenset[str]
    """Other names of places, `<a name>` (HTML, section 16.2, obsolete but followed by browsers)."""
    addresses: tuple[Address, ...]
    without_alt: tuple[Address, ...]
    """Images without an `alt`, and links that hold nothing but an image with a blank one."""
    nameless_links: tuple[Address, ...]
    """Links in which there is nothing to read."""
    redirects: bool
    """It sends browsers on to another page (`<meta http-equiv="refresh">`)."""
    hidden: bool
    """It asks search engines not to list it."""
    broken_data: tuple[tuple[str, str], ...]
    """The beginnings of data for search engines (JSON-LD) that cannot be read, and why they cannot."""

    @property
    def anchors(self) -> frozenset[str]:
        """Everything that a fragment may name."""
        return self.names.union(self.ids)


ADDRESSES: Mapping[str, tuple[str, ...]] = {
    "a": ("href", "xlink:href"),
    "area": ("href",),
    "audio": ("src",),
    "blockquote": ("cite",),
    "del": ("cite",),
    "embed": ("src",),
    "form": ("action",),
    "iframe": ("src",),
    "image": ("href", "xlink:href"),
    "img": ("src",),
    "input": ("src",),
    "ins": ("cite",),
    "link": ("href",),
    "object": ("data",),
    "q": ("cite",),
    "script": ("src",),
    "source": ("src",),
    "textpath": ("href", "xlink:href"),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}
"""Element to the attributes that hold an address (HTML, index of attributes; SVG 2, section 16.1)."""

SOURCE_SETS = {"img": "srcset", "source": "srcset", "link": "imagesrcset"}

META = frozenset({"og:url", "og:image", "og:image:url", "og:audio", "og:video", "twitter:image"})
"""Names and properties of `<meta>` whose content is an address (Open Graph; X cards)."""

DATA_ADDRESSES = frozenset({"@id", "url", "image", "contentUrl", "mainEntityOfPage"})
"""Keys of JSON-LD whose text is an address (schema.org)."""

FETCH_HINTS = frozenset({"preconnect", "dns-prefetch"})
"""Kinds of `<link>` that name a host and nothing on it."""


_TOLD = f":is([id], {', '.join(sorted({*ADDRESSES, *SOURCE_SETS, 'meta', 'script'}))})"
"""The elements that say anything; most of a page's are parts of formulas, and say nothing."""


def read_page(html: str) -> Facts:
    """Read a page, or a piece of one, as a browser does. Any text can be read."""
    tree = LexborHTMLParser(html)
    reader = _Reader()
    root = tree.root
    if root is not None:
        for node in root.css(_TOLD):
            reader.take(node)
    head = tree.head
    title = head.css_first("title") if head else None
    return Facts(
        title=" ".join(title.text().split()) if title is not None else None,
        description=reader.meta.get("description"),
        language=root.attributes.get("lang") if root is not None else None,
        ids=tuple(reader.ids),
        names=frozenset(reader.names),
        addresses=tuple(reader.addresses),
        without_alt=tuple(reader.without_alt),
        nameless_links=tuple(reader.nameless_links),
        redirects=reader.redirects,
        hidden="noindex" in (reader.meta.get("robots") or ""),
        broken_data=tuple(reader.broken_data),
    )


class _Reader:
    def __init__(self) -> None:
        self.ids: list[str] = []
        self.names: list[str] = []
        self.addresses: list[Address] = []
        self.meta: dict[str, str] = {}
        self.without_alt: list[Address] = []
        self.nameless_links: list[Address] = []
        self.redirects = False
        self.broken_data: list[tuple[str, str]] = []

    def take(self, node: LexborNode) -> None:
        tag = (node.tag or "").lower()
        values = {name.lower(): value or "" for name, value in node.attributes.items()}
        if values.get("id"):
            self.ids.append(values["id"])
        if tag == "meta":
            self._meta(values)
            return
        if tag == "link" and FETCH_HINTS & set(values.get("rel", "").lower().split()):
            return
        for name in ADDRESSES.get(tag, ()):
            if name in values:
                self.addresses.append(Address(values[name].strip(), tag, name))
        if tag in SOURCE_SETS and values.get(SOURCE_SETS[tag]):
            name = SOURCE_SETS[tag]
            self.addresses += [Address(address, tag, name) for address, _ in candidates(values[name])]
        if tag == "a":
            self._link(node, values)
        elif tag == "img" and "alt" not in values:
            self.without_alt.append(Address(values.get("src", "").strip(), "img", "src"))
        elif tag == "script" and values.get("type", "").strip().lower() == "application/ld+json":
            self._data(node.text(deep=True))

    def _meta(self, values: Mapping[str, str]) -> None:
        name = (values.get("name") or values.get("property") or "").lower()
        content = values.get("content", "").strip()
        if name in META and content:
            self.addresses.append(Address(content, "meta", name))
        elif name in ("description", "robots"):
            self.meta[name] = " ".join(content.split())
        if values.get("http-equiv", "").lower() == "refresh":
            _, semicolon, target = content.partition(";")
            if semicolon:
                self.redirects = True
                _, _, address = target.strip().partition("=")
                self.addresses.append(Address(address.strip().strip("'\""), "meta", "refresh"))

    def _link(self, node: LexborNode, values: Mapping[str, str]) -> None:
        if values.get("name"):
            self.names.append(values["name"])
        if "href" not in values or node.text(deep=True).strip():
            return
        if (values.get("aria-label") or values.get("title") or "").strip() or "aria-labelledby" in values:
            return
        images = node.css("img")
        if any((image.attributes.get("alt") or "").strip() for image in images) or node.css_first("svg title, math"):
            return
        link = Address(values["href"].strip(), "a", "href")
        if not images:
            self.nameless_links.append(link)
        elif all("alt" in image.attributes for image in images):
            self.without_alt.append(link)

    def _data(self, text: str) -> None:
        try:
            self.addresses += [Address(written, "script", key) for key, written in _named(json.loads(text))]
        except ValueError as error:
            self.broken_data.append((text.strip()[:40].partition("\n")[0], str(error)))


def _named(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the complete addresses in JSON-LD, with their keys."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _named(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner, key)
    elif isinstance(value, str) and key in DATA_ADDRESSES and value.startswith(("http://", "https://")):
        yield key, value
