"""Lines of a source with a row of carets under a place in them, as compilers show them."""

from __future__ import annotations

from collections.abc import Callable

from sitegen.console.located import Place
from sitegen.text import LineIndex

__all__ = ["Paint", "excerpt", "visible"]

Paint = Callable[[str, str], str]
"""Gives a text the look of a role: `error`, `warning`, `note`, `frame`, `strong`."""

TAB = 4
"""Columns between tab stops."""

WIDTH = 100
"""Columns of a source line that are shown; of a longer one, the part around the place."""

_CUT = "…"
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def visible(text: str, column: int = 0) -> str:
    """Return `text` as a terminal may be given it: tabs as spaces, control characters as their pictures.

    `column` is the number of columns before it. Characters that would move the cursor or turn the direction of
    writing could make a terminal show something else than what the file contains.
    """
    shown: list[str] = []
    for character in text:
        code = ord(character)
        if character == "\t":
            width = TAB - (column + _columns("".join(shown))) % TAB
            shown.append(" " * width)
        elif code < 0x20:
            shown.append(chr(0x2400 + code))
        elif code == 0x7F:
            shown.append("\u2421")
        elif 0x80 <= code < 0xA0 or character in _BIDI or code in (0x2028, 0x2029) or 0xD800 <= code < 0xE000:
            shown.append("\ufffd")
        else:
            shown.append(character)
    return "".join(shown)


def excerpt(index: LineIndex, place: Place, label: str, paint: Paint, role: str) -> tuple[list[str], int]:
    """Return the source lines of `place` with carets and label, and the width of the column of line numbers."""
    last_line, last_column = _last(index, place)
    gutter = len(str(last_line))
    if place.line == last_line:
        rows = _row(index, place.line, place.column, last_column, label, gutter, paint, role)
    else:
        first = index.line(place.line)
        rows = _row(index, place.line, place.column, max(len(first), place.column) + 1, "", gutter, paint, role)
        if last_line > place.line + 1:
            rows.append(paint("...", "frame"))
        last = index.line(last_line)
        column = len(last) - len(last.lstrip()) + 1
        rows += _row(index, last_line, min(column, last_column - 1), last_column, label, gutter, paint, role)
    return [paint(" " * gutter + " |", "frame"), *rows], gutter


def _last(index: LineIndex, place: Place) -> tuple[int, int]:
    """Return the last line of a place and the column after its last character, blank ends of the range left out."""
    if place.end_line == place.line:
        return place.line, place.end_column
    text = index.text[place.start : place.end].rstrip()
    line, column = index.position(place.start + len(text))
    return (line, column) if text else (place.line, place.column)


def _row(
    index: LineIndex, line: int, column: int, end_column: int, label: str, gutter: int, paint: Paint, role: str
) -> list[str]:
    """Return one source line and the carets under its columns `column` to `end_column`."""
    source = index.line(line)
    start = min(column - 1, len(source))
    end = max(start, min(end_column - 1, len(source)))
    shown, indent, carets = _window(source, start, end)
    number = paint(f"{line:>{gutter}} |", "frame")
    marks = paint("^" * carets + (f" {visible(label)}" if label else ""), role)
    return [
        f"{number} {shown}".rstrip() if shown else number,
        f"{paint(' ' * gutter + ' |', 'frame')} {' ' * indent}{marks}",
    ]


def _window(source: str, start: int, end: int) -> tuple[str, int, int]:
    """Return what is shown of a line, the columns before its carets, and the number of carets."""
    # A line may be an image of a megabyte: only what could be shown is looked at.
    low = max(0, start - WIDTH)
    high = min(len(source), start + 2 * WIDTH)
    before = visible(source[low:start])
    marked = visible(source[start : min(end, high)], _columns(before))
    after = visible(source[min(end, high) : high], _columns(before + marked))
    room = WIDTH - min(_columns(marked), WIDTH * 2 // 3)
    if low > 0 or high < len(source) or _columns(before + marked + after) > WIDTH:
        # Half of the room stands before the place, and what the text after it leaves over.
        ends_soon = high == len(source) and end <= high
        margin = max(room // 2, room - _columns(after)) if ends_soon else room // 2
        left = before if low == 0 and _columns(before) <= margin else _CUT + _tail(before, margin - 1)
        marked = marked if _columns(marked) <= WIDTH - _columns(left) else _head(marked, WIDTH - _columns(left))
        rest = WIDTH - _columns(left + marked)
        fits = ends_soon and _columns(after) <= rest
        right = after if fits else _head(after, rest) + _CUT
        before, after = left, right
    return before + marked + after, _columns(before), max(1, _columns(marked))


def _head(text: str, columns: int) -> str:
    """Return the beginning of `text` that fits into `columns`."""
    text = text[: max(columns, 0)]
    while text and _columns(text) > columns:
        text = text[:-1]
    return text


def _tail(text: str, columns: int) -> str:
    """Return the end of `text` that fits into `columns`."""
    text = text[-columns:] if columns > 0 else ""
    while text and _columns(text) > columns:
        text = text[1:]
    return text


def _columns(text: str) -> int:
    """Return the columns that `text` takes on a terminal: wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    # Most sources are ASCII where it matters; the tables of character widths are loaded for the others.
    from rich.cells import cell_len

    return cell_len(text)
