"""The braket package: Dirac's brackets and sets, whose bars grow in the capitalised forms (braket.sty)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from sitegen.math.commands import physics
from sitegen.math.commands.arguments import PLAIN, braced, contents, fence, middle
from sitegen.math.lexer import Token
from sitegen.math.nodes import INNER, REL, Atom, Node, Space, Symbol
from sitegen.math.parser import Parser

Handler: TypeAlias = Callable[[Parser, Token], "Node | None"]

_MID: Final = Symbol("∣", "mo", REL)
_BARS: Final = {"|": "|", "\\|": "‖", "\\vert": "|", "\\Vert": "‖", "\\mid": "|"}


def lower(left: str, right: str, parser: Parser, token: Token) -> Node:
    """`\\bra{a}`, `\\ket{a}`, `\\braket{a|b}`: brackets that do not grow.

    The physics package's starred and two-argument forms are understood as well: they would print nothing sensible here.
    """
    if parser.peek() == "*":
        return physics.HANDLERS[token[0] + "@physics"](parser, token)  # type: ignore[return-value]
    tokens = parser.argument_tokens(token) if parser.peek() == "{" else None
    if tokens is None:
        inner = parser.argument_row(token)
    elif token[0] == "\\braket" and parser.stack and parser.stack[-1][0] == "{":
        return physics.inner_product_of(parser, token, tokens, parser.argument_tokens(token), True)
    else:
        inner = contents(parser, tokens)
    return fence(left, right, inner, token, PLAIN, INNER)


def ketbra(grows: bool, parser: Parser, token: Token) -> Node:
    """`\\ketbra{a}{b}` and `\\Ketbra{a}{b}`."""
    if parser.peek() == "*":
        return physics.outer_product(parser, token)
    first, second = braced(parser, token), braced(parser, token)
    return physics.outer_product_of(parser, token, first, second, not grows, INNER)


def upper(left: str, right: str, parser: Parser, token: Token) -> Node:
    """`\\Bra{a}` and `\\Ket{a}`: brackets that grow."""
    return fence(left, right, contents(parser, braced(parser, token)), token, cls=INNER)


def _bars(tokens: list[Token], most: int) -> list[list[Token] | Token]:
    """Cut at the bars outside of braces, at most `most` of them; two bars that touch are one double bar."""
    parts: list[list[Token] | Token] = [[]]
    piece: list[Token] = []
    parts[0] = piece
    depth = environments = 0
    previous = ""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        text, start, end = token
        depth += (text == "{") - (text == "}")
        environments += (text == "\\begin") - (text == "\\end")
        if (
            text in ("|", "\\|")
            and not depth
            and not environments
            and most
            and previous not in ("\\left", "\\right", "\\middle")
        ):
            if text == "|" and at + 1 < len(tokens) and tokens[at + 1][0] == "|":
                text, end = "\\|", tokens[at + 1][2]
                at += 1
            most -= 1
            piece = []
            parts += [(text, start, end), piece]
        else:
            piece.append(token)
        previous = text
        at += 1
    return parts


def upper_braket(parser: Parser, token: Token) -> Node:
    """`\\Braket{a|b|c}`: every bar grows."""
    nodes: list[Node] = []
    for part in _bars(braced(parser, token), 1000):
        if isinstance(part, tuple):
            gap = Space("0.1667em", part[1], part[1])
            nodes += [gap, middle(_BARS[part[0]], part, 0), gap]
        else:
            nodes += contents(parser, part)
    return fence("⟨", "⟩", nodes, token, cls=INNER)


def small_set(parser: Parser, token: Token) -> Node:
    """`\\set{x|x>0}`: the first bar is `\\mid`."""
    gap = Space("0.1667em", token[1], token[2])
    nodes: list[Node] = [gap]
    for part in _bars(braced(parser, token), 1):
        if isinstance(part, tuple):
            symbol = _MID if part[0] == "|" else Symbol("∥", "mo", REL)
            nodes.append(Atom(REL, symbol, part[1], part[2]))
        else:
            nodes += contents(parser, part)
    nodes.append(gap)
    return fence("{", "}", nodes, token, PLAIN, INNER)


def upper_set(parser: Parser, token: Token) -> Node:
    """`\\Set{x|x>0}`: braces and the first bar grow."""
    gap = Space("0.2222em", token[1], token[2])
    nodes: list[Node] = [gap]
    for part in _bars(braced(parser, token), 1):
        if isinstance(part, tuple):
            nodes += [gap, middle(_BARS[part[0]], part, 0), gap]
        else:
            nodes += contents(parser, part)
    nodes.append(gap)
    return fence("{", "}", nodes, token, cls=INNER)


HANDLERS: dict[str, Handler] = {
    "\\bra": partial(lower, "⟨", "|"),
    "\\ket": partial(lower, "|", "⟩"),
    "\\braket": partial(lower, "⟨", "⟩"),
    "\\ketbra": partial(ketbra, False),
    "\\Bra": partial(upper, "⟨", "|"),
    "\\Ket": partial(upper, "|", "⟩"),
    "\\Braket": upper_braket,
    "\\Ketbra": partial(ketbra, True),
    "\\set": small_set,
    "\\Set": upper_set,
}
"""Command to handler."""
