"""What programs read of a site before its pages: sitemap.xml (sitemaps.org 0.9) and robots.txt (RFC 9309)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from sitegen.pages.given import iso_date
from sitegen.site import Site

__all__ = ["robots", "sitemap"]

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(site: Site, places: Sequence[str]) -> bytes:
    """Return the sitemap: all pages but drafts, then the `places` of lists."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}urlset")
    for page in site.pages:
        if not page.draft:
            changed = page.updated or page.date
            _url(root, page.absolute_url, iso_date(changed) if changed else "")
    for place in places:
        _url(root, site.absolute_url(place), "")
    ET.indent(root, "")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def _url(root: ET.Element, address: str, changed: str) -> None:
    url = ET.SubElement(root, f"{{{NAMESPACE}}}url")
    ET.SubElement(url, f"{{{NAMESPACE}}}loc").text = address
    if changed:
        ET.SubElement(url, f"{{{NAMESPACE}}}lastmod").text = changed


def robots(site: Site) -> bytes:
    """Return a robots.txt that allows everything and names the sitemap."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {site.absolute_url('/sitemap.xml')}\n".encode()
