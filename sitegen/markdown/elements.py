"""Tags of HTML as they are written: which elements have no content, what attributes say, and what is open."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["ATTRIBUTE", "VOID", "OpenElements", "read_attributes"]

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


class OpenElements:
    """The names of elements that are open, while tags are read one by one; what is asked of them takes no time."""

    __slots__ = ("_counts", "_names")

    def __init__(self) -> None:
        self._names: list[str] = []
        self._counts: Counter[str] = Counter()

    def __bool__(self) -> bool:
        return bool(self._names)

    def __contains__(self, name: str) -> bool:
        return self._counts[name] > 0

    @property
    def innermost(self) -> str:
        """The element that was opened last; empty where none is open."""
        return self._names[-1] if self._names else ""

    def any_of(self, names: Iterable[str]) -> bool:
        """Tell whether an element with one of these names is open."""
        return any(self._counts[name] for name in names)

    def open(self, name: str) -> None:
        """Open an element inside of all others."""
        self._names.append(name)
        self._counts[name] += 1

    def close(self, name: str) -> list[str]:
        """Close the innermost element of a name, and those inside of it; return their names, the innermost first.

        Nothing is closed where no element of that name is open.
        """
        closed: list[str] = []
        while name in self and closed[-1:] != [name]:
            closed.append(self._names.pop())
            self._counts[closed[-1]] -= 1
        return closed

    def clear(self) -> None:
        """Forget all of them."""
        self._names.clear()
        self._counts.clear()
