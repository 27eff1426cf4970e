"""What a static host does with the path of a request: files, folders, clean addresses, redirects, content types."""

from __future__ import annotations

import mimetypes
from collections.abc import Container
from urllib.parse import quote, unquote

import msgspec

from sitegen.site.addresses import address

__all__ = ["NOT_FOUND", "Found", "content_type", "find", "redirected"]

NOT_FOUND = "404.html"
"""The page for addresses where nothing is; hosts show it for every such address."""

_KINDS = {
    "application": {
        ".atom": "atom+xml",
        ".json": "json",
        ".pdf": "pdf",
        ".rss": "rss+xml",
        ".wasm": "wasm",
        ".webmanifest": "manifest+json",
        ".xml": "xml",
    },
    "audio": {".mp3": "mpeg", ".ogg": "ogg"},
    "font": {".woff": "woff", ".woff2": "woff2"},
    "image": {
        ".avif": "avif",
        ".gif": "gif",
        ".ico": "x-icon",
        ".jpeg": "jpeg",
        ".jpg": "jpeg",
        ".png": "png",
        ".svg": "svg+xml",
        ".webp": "webp",
    },
    "text": {
        ".css": "css",
        ".htm": "html",
        ".html": "html",
        ".js": "javascript",
        ".md": "markdown",
        ".mjs": "javascript",
        ".txt": "plain",
        ".vtt": "vtt",
    },
    "video": {".mp4": "mp4", ".webm": "webm"},
}
"""Media types by suffix. The system's own table differs from machine to machine, so it is asked only about the rest."""

_TYPES = {
    suffix: f"{kind}/{name}{'; charset=utf-8' if kind == 'text' else ''}"
    for kind, names in _KINDS.items()
    for suffix, name in names.items()
}


class Found(msgspec.Struct, frozen=True):
    """What is at an address: a file of the site, or a place to go to."""

    status: int
    """200; 404 with the page that says so; 302 with `location`."""
    output: str | None = None
    """Output path of the file."""
    location: str = ""


def find(path: str, base: str, outputs: Container[str]) -> Found:
    """Return what a host shows for `path`, unescaped, of a site with the base path `base`, escaped.

    Only names of outputs come out, so no path leads to any other file of this machine.
    """
    plain = unquote(base)
    if not path.startswith(plain):
        return Found(302, location=base) if path in ("/", plain.rstrip("/")) else Found(404)
    inner = path.removeprefix(plain)
    file = inner + "index.html" if inner == "" or inner.endswith("/") else inner
    if file in outputs:
        return Found(200, file)
    if not inner.endswith("/"):
        if f"{inner}/index.html" in outputs:
            return Found(302, location=address(base, f"/{inner}/"))
        if f"{inner}.html" in outputs:
            return Found(200, f"{inner}.html")
    return Found(404, NOT_FOUND if NOT_FOUND in outputs else None)


def redirected(path: str, rules: str) -> str:
    """Return where `path`, unescaped, leads by the text of a file `_redirects`; empty text where no line speaks of it.

    A line has an old address, a new one and a status. A `*` that ends the old one stands for any text, and `:splat` in
    the new one for the same. Lines with the status 200 show one page under the address of another, and are left out.
    """
    for line in rules.splitlines():
        words = line.split()
        if len(words) < 2 or line.startswith("#") or (len(words) > 2 and not words[2].startswith("3")):
            continue
        old = unquote(words[0])
        if old.endswith("*") and path.startswith(old[:-1]):
            return words[1].replace(":splat", quote(path[len(old) - 1 :]))
        if path == old:
            return words[1]
    return ""


def content_type(path: str) -> str:
    """Return the media type of a file by its name (RFC 9110, section 8.3)."""
    suffix = path[path.rfind(".") :].lower() if "." in path.rpartition("/")[2] else ""
    return _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
