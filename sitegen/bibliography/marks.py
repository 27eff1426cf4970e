"""Formulas and emphasis in titles, and what stands for them while other programs format the text around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["MATH", "fill_formulas", "formula_mark", "mark_commands", "with_tags"]

MATH = re.compile(r"(?<!\\)\$((?:[^$\\]|\\.)+)\$", re.DOTALL)
"""A formula, and its TeX."""

_TEX, _TEX_END = "\ue010", "\ue011"
"""Around the index of a formula."""
_FORMULA = re.compile(rf"{_TEX}(\d+){_TEX_END}")


def formula_mark(index: int) -> str:
    """Return what stands for a formula in formatted text."""
    return f"{_TEX}{index}{_TEX_END}"


def fill_formulas(text: str, formulas: Sequence[str]) -> str:
    """Return formatted text with its formulas, as HTML, in their places."""
    return _FORMULA.sub(lambda match: formulas[int(match[1])], text)


# -- emphasis

_TAGS = {"i": ("\ue020", "\ue021"), "b": ("\ue022", "\ue023"), "sup": ("\ue024", "\ue025"), "sub": ("\ue026", "\ue027")}
"""Element to the marks around its text."""

_COMMANDS = {
    **dict.fromkeys(("emph", "textit", "textsl"), "i"),
    "textbf": "b",
    "textsuperscript": "sup",
    "textsubscript": "sub",
    **dict.fromkeys(
        ("mbox", "nolinkurl", "path", "text", "textnormal", "textrm", "textsc", "textsf", "texttt", "url"), ""
    ),
}
"""Command with an argument to the element that it becomes; empty for those of which the argument alone stays."""

_SWITCHES = {
    **dict.fromkeys(("em", "it", "itshape", "sl", "slshape"), "i"),
    **dict.fromkeys(("bf", "bfseries"), "b"),
    **dict.fromkeys(("rm", "rmfamily", "sc", "scshape", "sf", "sffamily", "tt", "ttfamily"), ""),
}
"""The same for what counts to the end of its group."""

_COMMAND = re.compile(rf"\\({'|'.join(_COMMANDS)})\s*(?=\{{)|\{{\s*\\({'|'.join(_SWITCHES)})(?![A-Za-z])\s*")
_NAMES = re.compile(r"\\((?:La)?TeX)(?![A-Za-z])(?:\{\})?")
_DOLLAR = "\ue028"
"""Stands for a dollar that begins no formula."""
_WRITTEN = str.maketrans(
    {
        **{first: f"<{tag}>" for tag, (first, _) in _TAGS.items()},
        **{last: f"</{tag}>" for tag, (_, last) in _TAGS.items()},
        _DOLLAR: "$",
    }
)


def mark_commands(text: str) -> str:
    """Return TeX with marks in the place of commands for emphasis, and without those that change the typeface alone."""
    text = _NAMES.sub(r"\1", text).replace("\\$", _DOLLAR)
    parts: list[str] = []
    at = 0
    while match := _COMMAND.search(text, at):
        start = match.end() + 1 if match[1] else match.end()
        end = _end_of_group(text, start)
        first, last = _TAGS.get(_COMMANDS[match[1]] if match[1] else _SWITCHES[match[2]], ("", ""))
        parts += [text[at : match.start()], first, "{", mark_commands(text[start:end]), "}", last]
        at = end + 1
    return "".join([*parts, text[at:]])


def _end_of_group(text: str, at: int) -> int:
    """Return where the group ends in which a text goes on at `at`; the end of the text for one that does not."""
    depth = 1
    for brace in re.compile(r"\\.|[{}]", re.DOTALL).finditer(text, at):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if not depth:
            return brace.start()
    return len(text)


def with_tags(text: str) -> str:
    """Return formatted text with the elements for which marks stand."""
    return text.translate(_WRITTEN)
