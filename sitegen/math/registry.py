"""The tables in which commands and environments are looked up, and the look-up itself.

`sitegen.math.commands` fills `COMMANDS` and `ENVIRONMENTS`, topic by topic; the parser reads `ENTRIES`, which also
holds every symbol and character met so far. A handler is called with the parser and the command's token, reads its
arguments from the parser, and returns the node to append to the row (or None).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from sitegen.math import symbols
from sitegen.math.lexer import Token
from sitegen.math.nodes import Node, Symbol

if TYPE_CHECKING:
    from sitegen.math.parser import Parser

Handler: TypeAlias = "Callable[[Parser, Token], Node | None]"
Environment: TypeAlias = "Callable[[Parser, Token, str], Node | None]"


class Ender:
    """A token at which a row ends: `}`, `&`, `\\\\`, `\\end`, `\\right` and their like."""

    __slots__ = ()


ENDER = Ender()

COMMANDS: dict[str, Handler] = {}
"""Command (with its backslash, or the character that acts as one) to handler."""
ENVIRONMENTS: dict[str, Environment] = {}
"""Environment name to the handler called after `\\begin{name}`."""
PACKAGED: set[str] = set()
"""Commands out of packages that a document need not load: `\\providecommand` defines them all the same."""
SYMBOLS: dict[str, Symbol] = {}
"""Commands that print one symbol but are not in the symbol table: function names and the like."""
MACROS: dict[str, str] = {}
"""Commands that are short for other TeX; they are expanded like an author's macros."""
TEXT_SYMBOLS: dict[str, str] = {}
"""Commands that print a character inside text."""
PRIMITIVE = "\0"
"""Ends a token that means the built-in command of its name, whatever macros say (made by `\\let` only)."""
ENDERS = frozenset(
    [
        "}",
        "&",
        "\\\\",
        "\\cr",
        "\\crcr",
        "\\newline",
        "\\tabularnewline",
        "\\end",
        "\\right",
        "\\middle",
        "$",
        "\\)",
        "\\]",
        "\\endgroup",
        "\\egroup",
    ]
)


class Entries(dict[str, "Symbol | Handler | Ender | None"]):
    """Token text to what it means; filled on first use, so that only what a site uses costs anything."""

    def __missing__(self, text: str) -> Symbol | Handler | Ender | None:
        entry = find(text)
        # Longer numbers seldom come twice, and finding one among thousands takes longer than making it.
        if len(text) <= 2 or text[0] == "\\":
            if len(self) > 20_000:  # Strange input must not fill the memory of a long-running process.
                self.clear()
            self[text] = entry
        return entry


def find(text: str) -> Symbol | Handler | Ender | None:
    """Return the meaning of a token, or None when it has none (spaces, unknown commands)."""
    first = text[0]
    if (first.isdigit() and first.isascii()) or (first == "." and len(text) > 1):
        return symbols.number(text)
    if text in ENDERS:
        return ENDER
    handler = COMMANDS.get(text)
    if handler is not None:
        return handler
    if first == "\\":
        if text[-1] == PRIMITIVE:
            return _primitive(text[:-1])
        return SYMBOLS.get(text) or symbols.lookup(text)
    if first in " \t\r\n":
        return None
    return symbols.character(text)


def _primitive(name: str) -> Symbol | Handler | Ender | None:
    """Return the meaning of a token for the built-in command `name`; its handler gets the token without the mark."""
    entry = find(name)
    if not callable(entry):
        return entry
    handler = entry
    return lambda parser, token: handler(parser, (name, token[1], token[2]))


ENTRIES = Entries()
