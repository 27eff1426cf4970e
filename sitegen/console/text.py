"""Diagnostics for people: message, place, source line, caret, hint; in the manner of compilers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from sitegen.console.excerpt import Paint, excerpt, visible
from sitegen.console.located import Located, Texts, locate
from sitegen.diagnostics import Diagnostic, in_order

__all__ = ["render_text"]

SHOWN = 3
"""How often the same message is shown in full before the other places are only listed."""

LISTED = 5
"""How many of the other places are listed."""

_STYLES = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "frame": "\x1b[34m",
    "strong": "\x1b[1m",
}


class _Group(msgspec.Struct, frozen=True):
    """A diagnostic to show in full, and those after it that say the same elsewhere."""

    shown: Diagnostic
    alike: tuple[Diagnostic, ...]


def render_text(diagnostics: Iterable[Diagnostic], texts: Texts, *, prefix: str = "", color: bool = False) -> str:
    """Return all diagnostics as text, sorted, one blank line after each; empty text for none.

    `prefix` leads from the current folder to the project's (`blog/`), so that a terminal can open the paths.
    """
    paint = _colored if color else _plain
    return "".join(_diagnostic(group, texts, prefix, paint) + "\n" for group in _groups(in_order(diagnostics)))


def _groups(diagnostics: Sequence[Diagnostic]) -> list[_Group]:
    """Fold repeats: the first few are shown, the last of these stands for all that follow."""
    repeats: dict[tuple[str, str], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        repeats.setdefault((diagnostic.code, diagnostic.message), []).append(diagnostic)
    groups: list[_Group] = []
    seen: dict[tuple[str, str], int] = {}
    for diagnostic in diagnostics:
        key = (diagnostic.code, diagnostic.message)
        seen[key] = seen.get(key, 0) + 1
        alike = repeats[key][SHOWN:]
        if len(alike) <= 1 or seen[key] < SHOWN:
            groups.append(_Group(diagnostic, ()))
        elif seen[key] == SHOWN:
            groups.append(_Group(diagnostic, tuple(alike)))
    return groups


def _diagnostic(group: _Group, texts: Texts, prefix: str, paint: Paint) -> str:
    diagnostic = group.shown
    located = locate(diagnostic, texts)
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", diagnostic.severity)
    rows: list[str] = []
    gutter = 1
    if located.place is not None and located.index is not None:
        rows, gutter = excerpt(located.index, located.place, diagnostic.label, paint, diagnostic.severity)
    lines = [
        f"{head}{paint(': ' + visible(diagnostic.message), 'strong')}",
        f"{' ' * gutter}{paint('-->', 'frame')} {_where(located, prefix)}",
        *rows,
    ]
    remarks = [("hint", diagnostic.hint)] if diagnostic.hint else []
    remarks += [("note", note) for note in diagnostic.notes]
    if group.alike:
        remarks.append(("note", _elsewhere(group.alike, texts, prefix)))
    for name, remark in remarks:
        lines += _remark(name, remark, gutter, paint)
    return "\n".join(lines) + "\n"


def _where(located: Located, prefix: str) -> str:
    path = located.diagnostic.path
    path = visible(path if path.startswith("<") else prefix + path)
    return path if located.place is None else f"{path}:{located.place.line}:{located.place.column}"


def _elsewhere(alike: tuple[Diagnostic, ...], texts: Texts, prefix: str) -> str:
    places = [_where(locate(diagnostic, texts), prefix) for diagnostic in alike[:LISTED]]
    more = len(alike) - len(places)
    rest = f" and {more} more" if more else ""
    return f"the same at {len(alike)} other places: {', '.join(places)}{rest}"


def _remark(name: str, text: str, gutter: int, paint: Paint) -> list[str]:
    """Return `= hint: …`; further lines of the text stand under its first."""
    margin = " " * (gutter + 1)
    first, *others = text.splitlines() or [""]
    indent = " " * (gutter + 3 + len(name) + 2)
    return [
        f"{margin}{paint('=', 'frame')} {paint(name + ':', 'strong')} {visible(first)}",
        *(indent + visible(other) for other in others),
    ]


def _plain(text: str, role: str) -> str:
    return text


def _colored(text: str, role: str) -> str:
    return f"{_STYLES[role]}{text}\x1b[0m"
