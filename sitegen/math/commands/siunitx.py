"""The siunitx package: numbers, units, angles, ranges, lists and products (its manual, version 3)."""

from __future__ import annotations

from typing import NoReturn

from sitegen.math.lexer import Token
from sitegen.math.parser import Parser


def quantity(parser: Parser, token: Token) -> NoReturn:
    """`\\qty{number}{unit}`."""
    parser.fail("unsupported", token[1], token[2], f"{token[0]} with a number and a unit", "not supported")


HANDLERS = {"\\SI": quantity}
