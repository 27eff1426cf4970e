"""The tree as one line of plain text, such as `π⁴/15`, for descriptions, search and the width of a display."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sitegen.math.nodes import (
    BIN,
    OP,
    ORD,
    REL,
    SPACE,
    Accent,
    Arrow,
    Atom,
    Choice,
    Delimiter,
    Equation,
    Fenced,
    Fraction,
    Group,
    Linked,
    Logo,
    Node,
    Prescripts,
    Ref,
    Root,
    Scripts,
    Stack,
    Table,
    Text,
    Wrapped,
)

_SUPERSCRIPTS = dict(
    zip("0123456789+−=()ni′″‴∗abcdefghjklmoprstuvwxyzT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ′″‴*ᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ", strict=True)
)
_SUBSCRIPTS = dict(zip("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
_MARKS = {
    "ˆ": "\u0302",
    "˜": "\u0303",
    "¯": "\u0304",
    "‾": "\u0305",
    "→": "\u20d7",
    "˙": "\u0307",
    "¨": "\u0308",
    "ˇ": "\u030c",
    "˘": "\u0306",
    "˚": "\u030a",
}
_PRIMES = {1: "′", 2: "″", 3: "‴"}


def plain_text(nodes: list[Node]) -> str:
    """Return nodes as readable text on one line."""
    return " ".join(_row(nodes).split())


def _row(nodes: list[Node]) -> str:
    parts: list[str] = []
    for node in nodes:
        cls = node.cls
        if node.__class__ is Atom:
            char: str = node.symbol.char
            if cls == REL or (cls == BIN and parts) or (cls == OP and len(char) > 1):
                parts.append(f" {char} ")
            else:
                parts.append(char + " " if char in ",;" else char)
        elif cls >= 0:
            parts.append(_WORDS[node.__class__](node))
        elif cls == SPACE:
            parts.append(" ")
    return "".join(parts)


def _alone(node: Node) -> str:
    return _row([node]) if node.__class__ is Atom or node.cls < 0 else _WORDS[node.__class__](node)


def _children(node: Group | Equation) -> str:
    return _row(node.children)


def _wrapped(node: Wrapped) -> str:
    return _row(node.children) if node.plain else ""


def _fenced(node: Fenced) -> str:
    return node.left + _row(node.children).strip() + node.right


def _root(node: Root) -> str:
    sign = {"3": "∛", "4": "∜"}.get(_alone(node.index).strip(), "√") if node.index is not None else "√"
    return sign + _bracketed(_alone(node.radicand).strip())


def _accent(node: Accent) -> str:
    base = _alone(node.base)
    return base + _MARKS.get(node.char, "") if len(base) == 1 else base


def _stack(node: Stack) -> str:
    if isinstance(node.base, Arrow):
        over = _alone(node.over).strip() if node.over is not None else ""
        return f" {node.base.char}[{over}] " if over else f" {node.base.char} "
    text = _alone(node.base)
    if node.under is None and node.over is None:
        return text
    under = "" if node.under is None else _lowered(node.under)
    over = "" if node.over is None else _raised(node.over)
    return f" {text.strip()}{under}{over} "


def _table(node: Table) -> str:
    cells = [[_row(cell).strip() for cell in row.cells] for row in node.rows]
    rows = [(" " if node.kind in _ALIGNED else ", ").join(filter(None, row)) for row in cells]
    node.lengths = [len(row) for row in rows]
    return node.left + "; ".join(filter(None, rows)) + node.right


_ALIGNED = frozenset(["align", "gather", "multline", "eqnarray", "lines"])


def _bracketed(text: str) -> str:
    """Return text in brackets, unless it is one thing: a letter, a number, a differential, or bracketed already."""
    return text if _ONE.fullmatch(text) or (text[0] == "(" and _closed(text)) else f"({text})"


_ONE = re.compile(r".?|[0-9.,]+|[∂dδΔ][^\W\d_]|[^\W\d_][⁰¹²³⁴-⁹ⁿᵀ′″]*|\w[₀-₉ₐ-ₜᵢⱼ]+")


def _closed(text: str) -> bool:
    """Tell whether the bracket that begins a text ends it."""
    return text[-1] == ")" and text.count("(") == 1


def _fraction(node: Fraction) -> str:
    numerator, denominator = _alone(node.numerator).strip(), _alone(node.denominator).strip()
    if node.line == "0":
        return f"{node.left or '('}{numerator} {denominator}{node.right or ')'}"
    return f"{_bracketed_sum(numerator)}/{_bracketed(denominator)}"


def _bracketed_sum(text: str) -> str:
    return f"({text})" if " " in text and not (text[0] == "(" and _closed(text)) else text


def _scripts(node: Scripts) -> str:
    base = ""
    if node.base is not None:
        base = node.base.symbol.char if node.base.__class__ is Atom and node.base.cls == ORD else _alone(node.base)
    spaced = base.startswith(" ")
    text = base.strip() if spaced else base
    if node.sub is not None:
        text += _lowered(node.sub)
    if node.primes:
        text += _PRIMES.get(node.primes, "′" * node.primes)
    if node.sup is not None:
        text += _raised(node.sup)
    if node.cls == OP:
        return f"{text} "
    return f" {text} " if spaced else text


def _raised(node: Node | None) -> str:
    if node is None:
        return ""
    return _superscript(node.symbol.char if node.__class__ is Atom else _alone(node).replace(" ", ""))


@lru_cache(maxsize=1024)
def _superscript(text: str) -> str:
    if _SUPERSCRIPTS.keys() >= set(text):
        return "".join(_SUPERSCRIPTS[char] for char in text)
    return "^" + _bracketed(text)


def _lowered(node: Node) -> str:
    return _subscript(node.symbol.char if node.__class__ is Atom else _alone(node).replace(" ", ""))


@lru_cache(maxsize=1024)
def _subscript(text: str) -> str:
    if _SUBSCRIPTS.keys() >= set(text):
        return "".join(_SUBSCRIPTS[char] for char in text)
    return "_" + (text if text.isalnum() else _bracketed(text))


_WORDS: dict[type[Node], Callable[[Any], str]] = {
    Accent: _accent,
    Arrow: lambda node: f" {node.char} ",
    Atom: lambda node: str(node.symbol.char),
    Choice: lambda node: _alone(node.options[1]),
    Delimiter: lambda node: str(node.char),
    Equation: _children,
    Fenced: _fenced,
    Fraction: _fraction,
    Group: _children,
    Prescripts: lambda node: _raised(node.before[1]) + _alone(node.base) + _raised(node.after[1]),
    Ref: lambda node: f"({node.label})",
    Root: _root,
    Scripts: _scripts,
    Stack: _stack,
    Table: _table,
    Text: lambda node: str(node.content),
    Wrapped: _wrapped,
    Linked: _wrapped,
    Logo: lambda node: str(node.name),
}
"""Kind of node to the function that says it."""
