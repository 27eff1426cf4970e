"""Where each key and value of a TOML text stands: `tomllib` reads values, and forgets their places.

The text is valid TOML already (`tomllib` has read it), so this scanner only walks over it. Section numbers are
those of the TOML 1.0 specification.
"""

from __future__ import annotations

import re
import tomllib

import msgspec

from sitegen.text import Span

__all__ = ["KeyPath", "Place", "find_places"]

KeyPath = tuple[str | int, ...]
"""Keys and list indexes from the top: `("math", "macros", "RR")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r"""
      \"{3} (?: [^\\] | \\. )*? \"{3,5}   # the text may end in one or two quotes of its own
    | '{3} .*? '{3,5}
    | " (?: [^"\\] | \\. )* "
    | ' [^']* '
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE_VALUE = re.compile(r"[^,\]}#\n]*")


class Place(msgspec.Struct, frozen=True):
    """Where one key stands, and what belongs to it."""

    key: Span
    """The last part of the key; for an item of a list, the item."""
    value: Span
    """The value; for a table with a header, the header's key."""


def find_places(text: str) -> dict[KeyPath, Place]:
    """Return the places of all keys, tables and list items of a valid TOML text.

    A table that is named several times (`[a.b]` names `a` too) has the place of its first mention.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.places


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.places: dict[KeyPath, Place] = {}
        self.counts: dict[KeyPath, int] = {}
        """How many tables each array of tables has so far."""

    def document(self) -> None:
        table: KeyPath = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> KeyPath:
        """`[table]` and `[[array of tables]]` (sections "Table" and "Array of Tables")."""
        brackets = 2 if self.text.startswith("[[", self.at) else 1
        self.at += brackets
        parts = self._key()
        self._skip(_SPACE)
        self.at += brackets
        table: KeyPath = ()
        for index, (name, span) in enumerate(parts):
            table = (*table, name)
            self.places.setdefault(table, Place(span, span))
            if brackets == 2 and index == len(parts) - 1:
                self.counts[table] = self.counts.get(table, 0) + 1
            if table in self.counts:
                table = (*table, self.counts[table] - 1)
                self.places.setdefault(table, Place(span, span))
        return table

    def _pair(self, table: KeyPath) -> None:
        """`key = value`, the key perhaps dotted."""
        path = table
        parts = self._key()
        self._skip(_SPACE)
        self.at += 1  # the equals sign
        self._skip(_SPACE)
        for name, span in parts:
            path = (*path, name)
            self.places.setdefault(path, Place(span, span))
        self.places[path] = Place(parts[-1][1], self._value(path))

    def _key(self) -> list[tuple[str, Span]]:
        parts: list[tuple[str, Span]] = []
        while True:
            self._skip(_SPACE)
            start = self.at
            string = _STRING.match(self.text, start)
            if string:
                name = str(tomllib.loads(f"x={string[0]}")["x"])
                self.at = string.end()
            else:
                self._skip(_BARE_KEY)
                name = self.text[start : self.at]
            parts.append((name, Span(start, self.at)))
            self._skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return parts
            self.at += 1

    def _value(self, path: KeyPath) -> Span:
        start = self.at
        string = _STRING.match(self.text, start)
        if string:
            self.at = string.end()
        elif self.text.startswith("[", start):
            self._list(path)
        elif self.text.startswith("{", start):
            self._inline_table(path)
        else:
            bare = _BARE_VALUE.match(self.text, start)
            self.at = start + len(bare[0].rstrip()) if bare else start
        return Span(start, self.at)

    def _list(self, path: KeyPath) -> None:
        self.at += 1
        index = 0
        self._skip(_BLANK)
        while not self.text.startswith("]", self.at):
            item = (*path, index)
            span = self._value(item)
            self.places[item] = Place(span, span)
            index += 1
            self._skip_comma()
        self.at += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.at += 1
        self._skip(_BLANK)
        while not self.text.startswith("}", self.at):
            self._pair(path)
            self._skip_comma()
        self.at += 1

    def _skip_comma(self) -> None:
        self._skip(_BLANK)
        if self.text.startswith(",", self.at):
            self.at += 1
            self._skip(_BLANK)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match:
            self.at = match.end()
