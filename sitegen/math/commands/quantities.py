"""`\\qty`, which the packages physics and siunitx both define: the arguments tell which of them is meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from sitegen.math.commands import physics
from sitegen.math.lexer import Token
from sitegen.math.nodes import Node
from sitegen.math.parser import Parser

Handler: TypeAlias = Callable[[Parser, Token], "Node | None"]


def quantity(parser: Parser, token: Token) -> Node:
    """`\\qty{number}{unit}`, also with options before them, is siunitx's; anything else has the brackets of physics."""
    if not _is_siunitx(parser):
        return physics.quantity(parser, token)
    from sitegen.math.commands import siunitx

    return siunitx.quantity(parser, token)


def _is_siunitx(parser: Parser) -> bool:
    """Tell whether `{…}{…}` comes next, with or without `[…]` before it: siunitx's number and unit."""
    text = parser.peek()
    if text not in ("{", "["):
        return False
    stack = parser.stack
    at = len(stack) - 1
    if text == "[":
        while at >= 0 and stack[at][0] != "]":
            at -= 1
        at = _skip_spaces(stack, at - 1)
    for _ in range(2):
        if at < 0 or stack[at][0] != "{":
            return False
        depth = 0
        while at >= 0:
            depth += (stack[at][0] == "{") - (stack[at][0] == "}")
            at -= 1
            if not depth:
                break
        at = _skip_spaces(stack, at)
    return True


def _skip_spaces(stack: list[Token], at: int) -> int:
    while at >= 0 and stack[at][0][0] in " \t\r\n":
        at -= 1
    return at


HANDLERS: Final[dict[str, Handler]] = {"\\qty": quantity}
"""Command to handler."""
