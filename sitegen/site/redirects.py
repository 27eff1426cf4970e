"""`_redirects`, the file from which some hosts take the old addresses of pages."""

from __future__ import annotations

from sitegen.site.model import Site

__all__ = ["REDIRECTS", "redirects"]

REDIRECTS = "_redirects"
"""The file's name; Netlify and Cloudflare read it."""


def redirects(site: Site) -> str:
    """Return a line for every alias of a page: where from, where to, status 301 (moved for good).

    An address with a slash at its end is moved without the slash too: Cloudflare tells the two apart.
    """
    moved: dict[str, str] = {}
    for alias in site.aliases:
        old = site.url(alias.place)
        for form in (old, old.rstrip("/")):
            if form:
                moved.setdefault(form, alias.target)
    pages = {page.url for page in site.pages}
    return "".join(f"{old} {new} 301\n" for old, new in sorted(moved.items()) if old not in pages)
