"""Diagnostics with line and column in the text they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.text import LineIndex

__all__ = ["Located", "Place", "Texts", "locate"]


class Texts:
    """The texts that diagnostics point into, by path; a file that nobody has read yet is read on demand."""

    def __init__(self, texts: Mapping[str, str], root: Path | None = None) -> None:
        self._texts = dict(texts)
        self._root = root
        self._indexes: dict[str, LineIndex | None] = {}

    def index(self, path: str) -> LineIndex | None:
        """Return the lines of a text, None when it cannot be had; bytes that are not UTF-8 show as U+FFFD."""
        if path not in self._indexes:
            text = self._texts.get(path)
            if text is None:
                text = self._read(path)
            self._indexes[path] = None if text is None else LineIndex(text)
        return self._indexes[path]

    def _read(self, path: str) -> str | None:
        if self._root is None:
            return None
        try:
            data = (self._root / path).read_bytes()
        except (OSError, ValueError):
            return None  # The diagnostic is shown without its lines; it says itself what is wrong with the file.
        return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace")


class Place(msgspec.Struct, frozen=True):
    """A range of a text in lines and columns, all from 1; columns count characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    start: int
    end: int


class Located(msgspec.Struct, frozen=True):
    """A diagnostic with its place; None where the whole file is meant, or its text cannot be had."""

    diagnostic: Diagnostic
    place: Place | None
    index: LineIndex | None


def locate(diagnostic: Diagnostic, texts: Texts) -> Located:
    """Find line and column of a diagnostic; a span that leaves its text is clamped to it."""
    index = texts.index(diagnostic.path) if diagnostic.span is not None else None
    if index is None or diagnostic.span is None:
        return Located(diagnostic, None, None)
    start = max(0, min(diagnostic.span.start, len(index.text)))
    end = max(start, min(diagnostic.span.end, len(index.text)))
    return Located(diagnostic, Place(*index.position(start), *index.position(end), start, end), index)
