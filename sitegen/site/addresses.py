"""Every internal address of a site is made here, so that a site works at `/` and at `/repository/` alike.

Two kinds of text are told apart. A *place* is a path inside the site as people read it, `/über uns/`: no base path,
no escapes. An *address* is what stands in an `href`: base path in front, escaped as RFC 3986 says, not yet as HTML.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

import msgspec

from sitegen.config import POST_SUFFIXES
from sitegen.frontmatter import date_of_name, is_device_name

__all__ = [
    "NAMES",
    "Reference",
    "address",
    "base_path",
    "complete",
    "inside",
    "is_index",
    "join",
    "origin",
    "output_file",
    "path_key",
    "place_of_output",
    "place_of_post",
    "reference",
    "slug_of_term",
    "small_slug",
    "written_address",
]

GENERATED = "assets"
"""The folder of the output in which files lie that are made for all pages together."""

_PATH = "/!$&'()*+,;=:@"
"""Beside the unreserved characters, what a path may contain as it is (RFC 3986, section 3.3, `pchar` and the slash)."""

_QUERY = _PATH + "?"
"""The same for a query or a fragment (RFC 3986, sections 3.4 and 3.5)."""

_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"(?!file:|attachment:)[A-Za-z][A-Za-z0-9+.\-]+:", re.IGNORECASE)
"""What an address elsewhere begins with; `C:` and `file:` begin paths of the author's machine, which no reader has."""
_INDEX = frozenset(f"{name}{suffix}" for suffix in POST_SUFFIXES for name in ("index", "_index"))
"""Names of files that a folder's page is made from; `_index` is what Hugo and Zola call it for a section."""


class Reference(msgspec.Struct, frozen=True):
    """An address as an author wrote it, taken apart (RFC 3986, section 4.1)."""

    external: bool
    """It has a scheme or a host, so it leads out of the site and is none of its business."""
    path: str = ""
    query: str | None = None
    fragment: str | None = None

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths it may mean: without escapes, then as written, for a file with a `%` in its name."""
        return tuple(dict.fromkeys((unquote(self.path), self.path)))

    @property
    def anchor(self) -> str:
        """The id that the fragment names; empty without one."""
        return unquote(self.fragment or "")

    def rooted(self) -> Reference:
        """Return the same, read from the root of the site."""
        return Reference(False, "/" + self.path.lstrip("/"), self.query, self.fragment)


def reference(written: str) -> Reference:
    """Take an author's address apart.

    White space is treated as browsers treat it (WHATWG URL, section 4.4): line ends and tabs vanish, and so do
    spaces and control characters at both ends.
    """
    text = re.sub(r"[\t\r\n]", "", written).strip("".join(map(chr, range(33))))
    if text[:1] in ("{", "|"):
        text = _of_pelican(text)
    if _SCHEME.match(text) or text.startswith("//"):
        return Reference(external=True)
    text, hash_sign, fragment = text.partition("#")
    path, question_mark, query = text.partition("?")
    return Reference(False, path, query if question_mark else None, fragment if hash_sign else None)


_PELICAN = re.compile(r"[{|](filename|static|attach|tag|category|author|index)[|}](.*)", re.DOTALL)


def _of_pelican(text: str) -> str:
    """Return an address in which Pelican's authors say what they mean ("Linking to internal content").

    A file is named from the content folder after a slash, `@/notes/a.md`, else from the post's own.
    """
    match = _PELICAN.match(text)
    if match is None:
        return text
    what, rest = match.groups()
    if what in ("filename", "static", "attach"):
        return f"@{rest}" if rest.startswith("/") else rest
    if what == "index":
        return f"/{rest}"
    kinds = {"tag": "tags", "category": "categories", "author": "authors"}
    return f"/{kinds[what]}/{slug_of_term(unquote(rest))}/"


def small_slug(text: str, spelled: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a text as the last part of an address: small letters and digits of all scripts, hyphens between words.

    `spelled` says what stands for a sign besides a hyphen.
    """
    letters = []
    for character in unicodedata.normalize("NFC", text.lower()):
        known = unicodedata.category(character)[0] in "LMN"  # marks are vowels in scripts of India
        letters.append(character if known else spelled.get(character, "-"))
    return "-".join(part for part in "".join(letters).split("-") if part)


NAMES: Final = MappingProxyType({"'": "", "\u2019": ""})
"""Apostrophes part no words in the addresses that sitegen makes."""

_TERMS: Final = MappingProxyType({**NAMES, "+": "-plus", "#": "-sharp", "&": "-and-"})
"""The same, with signs that tell one name from another, as in C++ and C#."""

LONGEST: Final = 120
"""Bytes of the last part of a term's address."""


@lru_cache(4096)
def slug_of_term(text: str) -> str:
    """Return the last part of the address of a tag, category, author or series."""
    slug = small_slug(unicodedata.normalize("NFKC", text), _TERMS)
    if is_device_name(slug):
        return f"{slug}-"  # which no other name becomes
    if len(slug.encode()) <= LONGEST:
        return slug
    # Somebody wrote a sentence. File systems end a name at 255 bytes; the digest tells two of one beginning apart.
    begin = slug.encode()[: LONGEST - 9].decode("utf-8", "ignore").rstrip("-")
    return f"{begin}-{hashlib.blake2b(slug.encode(), digest_size=4).hexdigest()}"


def base_path(base_url: str) -> str:
    """Return the path of the site's address, escaped, with a slash at both ends: `/` or `/repository/`."""
    path = urlsplit(base_url).path.strip("/")
    return "/" + _escape(path, _PATH) + "/" if path else "/"


def origin(base_url: str) -> str:
    """Return scheme and host of the site's address, `https://example.org`."""
    parts = urlsplit(base_url)
    return f"{parts.scheme}://{parts.netloc}"


def address(base: str, place: str, query: str | None = None, fragment: str | None = None) -> str:
    """Return the address of a place: the one function that writes internal addresses.

    `base` is the base path with a slash at both ends. In `query` and `fragment` escapes are kept.
    """
    text = base + _quoted(place.removeprefix("/"))
    if query is not None:
        text += "?" + _escape(query, _QUERY)
    if fragment is not None:
        text += "#" + _escape(fragment, _QUERY)
    return text


@lru_cache(1 << 14)
def _quoted(path: str) -> str:
    """Return a path with escapes. Every page has the same few addresses, and each post's is wanted many times."""
    return quote(path, safe=_PATH)


def complete(page: str, written: str) -> str:
    """Return an address with scheme and host, as it is meant on the page with the complete address `page`."""
    try:
        return urljoin(page, written)
    except ValueError:  # an author's address that is none
        return written


def written_address(written: str) -> str:
    """Return an author's address that leads nowhere so that it is at least a valid one."""
    return _escape(written.strip(), _QUERY + "#")


def join(base: str, path: str) -> str:
    """Return the place that `path` means on the page at the place `base` (RFC 3986, section 5.2.4).

    More `..` than there are folders lead to the root, as they do in a browser.
    """
    whole = path if path.startswith("/") else base[: base.rfind("/") + 1] + path
    kept: list[str] = []
    segments = whole.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    closing = "/" if segments[-1] in (".", "..") and kept else ""
    return "/" + "/".join(kept) + closing


def inside(folder: str, path: str) -> str | None:
    """Return the file that `path` means in a folder of the project; None where it leaves the project.

    Both are relative to the project's folder; a slash at the end, a `.` and doubled slashes are dropped.
    """
    kept = [segment for segment in folder.split("/") if segment not in ("", ".")]
    for segment in path.split("/"):
        if segment == "..":
            if not kept:
                return None
            kept.pop()
        elif segment not in ("", "."):
            kept.append(segment)
    return "/".join(kept)


def place_of_post(path: str, posts: Sequence[str], content: str = "", slug: str | None = None) -> str:
    """Return the place of a post without `path`: `name.md` and `name/index.md` in a folder of `posts` go to `/name/`.

    A page elsewhere in the folder `content` keeps its folders: `guide/math.md` goes to `/guide/math/`. A date at the
    beginning of the name is left out, and a `slug` takes the place of the name.
    """
    relative = path.removeprefix(next((folder for folder in posts if path.startswith(folder + "/")), content) + "/")
    folder, _, name = relative.rpartition("/")
    stem = folder if is_index(path) else f"{folder}/{name.rpartition('.')[0]}"
    folder, _, name = stem.strip("/").rpartition("/")
    stem = f"{folder}/{slug or date_of_name(name)[1]}"
    stem = unicodedata.normalize("NFC", stem.strip("/"))
    return f"/{stem}/" if stem else "/"


def is_index(path: str) -> bool:
    """Tell whether a post is the one that its folder is named after."""
    return path.rpartition("/")[2].lower() in _INDEX


def output_file(place: str) -> str:
    """Return the file that a server shows for a place, relative to the output folder."""
    return place.lstrip("/") + ("index.html" if place.endswith("/") else "")


def place_of_output(file: str) -> str:
    """Return the place at which a server shows a file of the output folder."""
    return "/" + (file.removesuffix("index.html") if ("/" + file).endswith("/index.html") else file)


def path_key(path: str) -> str:
    """Return what two paths have in common that some file system takes for one: letter case and composition."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _escape(text: str, safe: str) -> str:
    """Escape what has no place in an address; escapes that are there already stay."""
    return quote(_STRAY_PERCENT.sub("%25", text), safe=safe + "%")
