"""The file of HTTP headers, `_headers`, from which Netlify, Cloudflare Pages and others take them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sitegen.policy import policy, written_sources
from sitegen.search import SOURCES
from sitegen.site import Site
from sitegen.site.addresses import GENERATED

__all__ = ["HEADERS", "headers", "is_hashed"]

HEADERS = "_headers"
"""The file's name."""

_HASHED = re.compile(r"\.[0-9a-f]{8,}\.\w+\Z")


def is_hashed(path: str) -> bool:
    """Tell whether the name of a file carries a hash of its content, so that it never means anything else."""
    return path.startswith(f"{GENERATED}/") and bool(_HASHED.search(path))


def headers(site: Site, paths: Iterable[str]) -> str:
    """Return the text of `_headers`: the content policy of all pages together, and caching.

    A file whose name carries a hash of its content never changes (RFC 8246).
    """
    settings = site.config.html
    embedded = {source for page in site.pages for source in page.sources}
    embedded.update(SOURCES if site.config.search.enable else ())
    allowed = policy((*embedded, *written_sources(settings.sources)), frame_ancestors=["'none'"])
    lines = [
        site.url("/") + "*",
        f"  Content-Security-Policy: {allowed}",
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: strict-origin-when-cross-origin",
    ]
    for path in sorted(paths):
        if is_hashed(path):
            lines += [site.url("/" + path), "  Cache-Control: public, max-age=31536000, immutable"]
    return "\n".join(lines) + "\n"
