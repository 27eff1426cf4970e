"""The content policy of pages (CSP 3): what a page may load, from where, written in one place.

A page needs nothing but the site's own styles, images and font. What a post embeds from elsewhere is found in its
HTML when it is compiled (`sources_in`) and allowed on its page; with scripts of authors, each script by its digest.
The policy stands in a `<meta>` of every page, in the file `_headers` for hosts that read one, and in a header of the
preview.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from html import unescape
from urllib.parse import urlsplit

__all__ = ["BASE", "Source", "digest_of", "policy", "source_of", "sources_in", "written_sources"]

Source = tuple[str, str]
"""A directive and one source expression that it shall allow: `("img-src", "https://example.org")`."""

BASE: dict[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}
"""What every page is allowed. `connect-src` is for checkers that ask for robots.txt from within the page."""


def _either(names: Iterable[str], at: int) -> str:
    """Return the letters at one place of some names, in either case."""
    return "".join(sorted({letter for name in names for letter in (name[at].lower(), name[at].upper())}))


_LOADS = {
    ("img", "src"): "img-src",
    ("img", "srcset"): "img-src",
    ("source", "srcset"): "img-src",
    ("video", "poster"): "img-src",
    ("audio", "src"): "media-src",
    ("video", "src"): "media-src",
    ("source", "src"): "media-src",
    ("track", "src"): "media-src",
    ("embed", "src"): "object-src",
    ("object", "data"): "object-src",
    ("iframe", "src"): "frame-src",
    ("script", "src"): "script-src",
}
"""Which directive governs what an attribute loads (CSP 3, section 6.1)."""

_ELEMENTS = sorted({name for name, _ in _LOADS})
_TAG = re.compile(
    # The names' first two letters first: looking at a whole name in either case takes four times as long.
    rf"<(?=[{_either(_ELEMENTS, 0)}][{_either(_ELEMENTS, 1)}])((?i:{'|'.join(_ELEMENTS)}))"
    r"""\b((?:"[^"]*"|'[^']*'|[^"'>])*)>"""
)
_ATTRIBUTE = re.compile(
    r"""(?<![\w-])(src|srcset|data|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_SCRIPT = re.compile(r"<script\b((?:\"[^\"]*\"|'[^']*'|[^\"'>])*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_DATA_BLOCK = re.compile(r"""\btype\s*=\s*["']?(?:application/ld\+json|application/json|math/)""", re.IGNORECASE)
_HANDLER = re.compile(r"""<[a-z][^<>]*?\son[a-z]+\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HOST = re.compile(r"[A-Za-z0-9.:\-\[\]]+")

_FOR_SCRIPTS: tuple[Source, ...] = (
    ("connect-src", "https:"),
    ("img-src", "data:"),
    ("img-src", "blob:"),
    ("style-src", "'unsafe-inline'"),
)
"""What libraries that draw or fetch something need besides leave to run."""


def policy(sources: Iterable[Source] = (), **more: Iterable[str]) -> str:
    """Return a policy as it stands in a header or a `<meta>`: the base, with `sources` allowed as well.

    A directive that the base lacks begins empty; `more` gives whole directives, `frame_ancestors=["'none'"]`.
    """
    directives: dict[str, dict[str, None]] = {name: dict.fromkeys(values) for name, values in BASE.items()}
    for name, source in sorted(sources):
        directives.setdefault(name, {})[source] = None
    for name, values in more.items():
        directives.setdefault(name.replace("_", "-"), {}).update(dict.fromkeys(values))
    return "; ".join(f"{name} {' '.join(_allowed(values))}" for name, values in directives.items())


def _allowed(values: Iterable[str]) -> list[str]:
    found = list(values)
    return [value for value in found if value != "'none'"] or found  # 'none' stands alone (CSP 3, section 2.3.1)


def sources_in(html: str, *, scripts: bool = False) -> tuple[Source, ...]:
    """Return what HTML embeds, sorted; with `scripts`, also what lets its programs run."""
    found: set[Source] = set()
    for tag, attributes in _TAG.findall(html):
        for name, *values in _ATTRIBUTE.findall(attributes):
            directive = _LOADS.get((tag.lower(), name.lower()))
            if directive is not None and (scripts or directive != "script-src"):
                address = unescape("".join(values))
                addresses = address.split(",") if name.lower() == "srcset" else (address,)
                found.update((directive, source_of(each)) for each in addresses)
    if scripts:
        found |= _programs(html)
    # What the base allows needs no saying.
    return tuple(sorted(each for each in found if each[1] not in BASE.get(each[0], ())))


def _programs(html: str) -> set[Source]:
    found: set[Source] = set()
    for attributes, text in _SCRIPT.findall(html):
        if _DATA_BLOCK.search(attributes):
            continue
        if text.strip():
            found.add(("script-src", digest_of(text)))
        found.update(_FOR_SCRIPTS)
    for values in _HANDLER.findall(html):
        # A handler is allowed by its digest where digests count for attributes too (CSP 3, section 6.7.3.3).
        found |= {
            ("script-src", "'unsafe-hashes'"),
            ("script-src", digest_of(unescape("".join(values)))),
            *_FOR_SCRIPTS,
        }
    return found


def digest_of(program: str) -> str:
    """Return the source expression that allows an inline script by its content."""
    data = program.replace("\r\n", "\n").replace("\r", "\n").encode()
    return f"'sha256-{base64.b64encode(hashlib.sha256(data).digest()).decode()}'"


def source_of(address: str) -> str:
    """Return the source expression that allows an address (CSP 3, section 2.3.1); `'self'` for one of the site."""
    text = re.sub(r"[\t\r\n]", "", address).strip()
    if text.lower().startswith("data:"):
        return "data:"
    try:
        parts = urlsplit(text.split()[0] if text.split() else "")
    except ValueError:
        return "'self'"
    if parts.scheme in ("http", "https", "") and parts.netloc and _HOST.fullmatch(parts.netloc):
        # Without a scheme it is the page's own.
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme else parts.netloc
    return "'self'"


def written_sources(written: Mapping[str, str]) -> tuple[Source, ...]:
    """Return sources of the settings, where a directive has its sources in one text, parted by spaces."""
    return tuple((name, source) for name, text in written.items() for source in text.split())
