"""Alignment helpers of mathtools, staggered indices of tensor, scaled boxes of graphicx."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from sitegen.math.commands.plain import nice_fraction, nothing
from sitegen.math.commands.spacing import format_em
from sitegen.math.lexer import Token, tokenise
from sitegen.math.nodes import Group, Node, Scripts, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import Handler

_STRUT: Final = ' height=".7em"'


def _pushed(parser: Parser, token: Token, tex: str) -> None:
    """Put TeX in front of what is read next."""
    parser.push([(each[0], token[1], token[2]) for each in tokenise(tex)])


def move_left(parser: Parser, token: Token) -> None:
    """`\\MoveEqLeft[n]`: the first line of an alignment begins n em left of the others' relation."""
    given = parser.optional_text()
    if given and not re.fullmatch(r"\d*\.?\d+", given[0]):
        parser.fail("bad-argument", given[1], given[2], f"{given[0]} is no number", "a number expected", "write [3]")
    shift = format_em(float(given[0]) if given else 2)
    _pushed(parser, token, f"\\kern{shift}&\\kern-{shift} ")


def dots_within(parser: Parser, token: Token) -> None:
    """`\\vdotswithin{=}`: dots in the place of a relation; `\\shortvdotswithin` is a row of its own."""
    star = token[0] == "\\shortvdotswithin" and parser.star()
    parser.argument_tokens(token)
    dots = "\\mathrel{\\vdots}"
    if token[0] == "\\shortvdotswithin":
        dots = dots + "&\\\\" if star else "&" + dots + "\\\\"
    _pushed(parser, token, dots)


def boxed_alignment(parser: Parser, token: Token) -> None:
    """`\\Aboxed{a &= b}`: one frame over both sides of an alignment point."""
    tokens = parser.argument_tokens(token)
    start, end = token[1], token[2]
    sides: list[list[Token]] = [[]]
    depth = 0
    for each in tokens:
        depth += (each[0] == "{") - (each[0] == "}")
        if each[0] == "&" and not depth:
            sides.append([])
        else:
            sides[-1].append(each)
    if len(sides) > 2:
        hint = "leave one & in it"
        parser.fail("misplaced-ampersand", start, end, "two alignment points in one frame", "one too many", hint)
    names = ["\\boxed"] if len(sides) == 1 else ["\\sitegen@boxstart", "\\sitegen@boxend"]
    pushed: list[Token] = []
    for name, side in zip(names, sides, strict=True):
        pushed += [("&", start, end)] * bool(pushed)
        pushed += [(name, start, end), ("{", start, end), *side, ("}", start, end)]
    parser.push(pushed)


def half_box(parser: Parser, token: Token) -> Node:
    """One side of `\\Aboxed`."""
    children = parser.argument_row(token)
    return Wrapped("mrow", f' class="{token[0][9:]}"', children, token[1], token[2])


def smash_operator(parser: Parser, token: Token) -> Node:
    """`\\smashoperator[lr]{operator}`: limits may reach over what stands beside; browsers place them so anyway."""
    parser.optional_tokens()
    return Group(parser.argument_row(token), token[1], token[2], cls=1)


def tensor(parser: Parser, token: Token) -> Node:
    """`\\tensor[^a_b]{T}{^c_d}` and `\\indices{^a_b}`: indices one after the other (tensor package)."""
    nodes: list[Node] = []
    if token[0] == "\\tensor":
        parser.star()
        before = parser.optional_tokens()
        nodes += _indices(parser, token, before or [])
        nodes += parser.argument_row(token)
    else:
        parser.star()
    nodes += _indices(parser, token, parser.argument_tokens(token))
    return Group(nodes, token[1], nodes[-1].end if nodes else token[2])


def _indices(parser: Parser, token: Token, tokens: list[Token]) -> list[Node]:
    """Return each index on a strut of its own; empty braces only leave a gap."""
    outer, parser.stack = parser.stack, tokens[::-1]
    nodes: list[Node] = []
    while parser.peek():
        sign = parser.stack.pop()
        if sign[0] not in ("^", "_"):
            if sign[0] == "{" and parser.accept("}"):
                continue
            hint = "write {^a_b}"
            parser.fail("bad-argument", sign[1], sign[2], f"{sign[0]} is no index", "^ or _ expected", hint)
        strut = Wrapped("mspace", _STRUT, [], sign[1], sign[1], plain=False)
        scripts = Scripts(strut, sign[1], sign[2])
        content = parser.argument(sign)
        if sign[0] == "^":
            scripts.sup = content
        else:
            scripts.sub = content
        scripts.end = content.end
        nodes.append(scripts)
    parser.stack = outer
    return nodes


def for_print(parser: Parser, token: Token) -> Node:
    """`\\texorpdfstring{TeX}{plain}` (hyperref): what is for TeX."""
    children = parser.argument_row(token)
    parser.argument_tokens(token)
    return Group(children, token[1], children[-1].end if children else token[2])


def scale(parser: Parser, token: Token) -> Node:
    """`\\scalebox{factor}{text}` (graphicx)."""
    from sitegen.math.commands.text import text_nodes

    factor, start, end = parser.text_argument(token)
    if not re.fullmatch(r"\d*\.?\d+", factor) or not 0.1 <= float(factor) <= 10:
        hint = "write a number from 0.1 to 10"
        parser.fail("bad-argument", start, end, f"{factor or 'nothing'} is no factor", "a number expected", hint)
    parser.optional_tokens()
    size = f"{100 * float(factor):.4g}%"
    return Wrapped("mstyle", f' mathsize="{size}"', text_nodes(parser, token, ""), token[1], end)


def reflect(parser: Parser, token: Token) -> Node:
    """`\\reflectbox{text}` (graphicx)."""
    from sitegen.math.commands.text import text_nodes

    return Wrapped("mrow", ' class="reflected"', text_nodes(parser, token, ""), token[1], token[2])


def turned(parser: Parser, token: Token) -> NoReturn:
    """`\\rotatebox` and `\\resizebox`: a browser would not make room for what is turned or stretched."""
    message = f"{token[0]} is not supported in a formula"
    parser.fail("unsupported", token[1], token[2], message, "cannot be turned or stretched", "write it as it is")


HANDLERS: Final[dict[str, Handler]] = {
    "\\MoveEqLeft": move_left,
    **dict.fromkeys(["\\vdotswithin", "\\shortvdotswithin"], dots_within),
    "\\Aboxed": boxed_alignment,
    **dict.fromkeys(["\\sitegen@boxstart", "\\sitegen@boxend"], half_box),
    "\\smashoperator": smash_operator,
    "\\adjustlimits": nothing,
    **dict.fromkeys(["\\tensor", "\\indices"], tensor),
    "\\texorpdfstring": for_print,
    "\\sfrac": nice_fraction,
    "\\scalebox": scale,
    "\\reflectbox": reflect,
    **dict.fromkeys(["\\rotatebox", "\\resizebox"], turned),
}
"""Command to handler."""
