"""Tags of HTML as they are written: which elements have no content, and what attributes say."""

from __future__ import annotations

import html
import re

__all__ = ["ATTRIBUTE", "VOID", "read_attributes"]

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
"""Elements that have no content and no end tag (HTML, section 13.1.2)."""
ATTRIBUTE = r"""[A-Za-z_:@][\w:.@-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
"""Pattern of an attribute."""
_ATTRIBUTE_PARTS = re.compile(r"""([A-Za-z_:@][\w:.@-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")


def read_attributes(text: str) -> dict[str, str]:
    """Return attributes by lower-case name, unescaped; of repeated ones the first counts (HTML section 13.2.5.33)."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE_PARTS.findall(text):
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        found.setdefault(name.lower(), html.unescape(value))
    return found
