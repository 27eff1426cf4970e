"""The tables in which commands and environments are looked up, and the look-up itself.

`sitegen.math.commands` fills `COMMANDS` and `ENVIRONMENTS`, topic by topic; the parser reads `ENTRIES`, which also
holds every symbol and character met so far. A handler is called with the parser and the command's token, reads its
arguments from the parser, and returns the node to append to the row (or None).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
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
        if len(text) <= 4 or text[0] == "\\":
            if len(self) > 20_000:  # Strange input must not fill the memory of a long-running process.
                self.clear()
            self[text] = entry
        return entry


def find(text: str) -> Symbol | Handler | Ender | None:
    """Return the meaning of a token, or None when it has none (spaces, unknown commands)."""
    if text in ENDERS:
        return ENDER
    handler = COMMANDS.get(text)
    if handler is not None:
        return handler
    first = text[0]
    if first == "\\":
        name = text.removesuffix(PRIMITIVE)
        return find(name) if name != text else SYMBOLS.get(text) or symbols.lookup(text)
    if first in " \t\r\n":
        return None
    if (first.isdigit() and first.isascii()) or (first == "." and len(text) > 1):
        return symbols.number(text)
    return symbols.character(text)


ENTRIES = Entries()


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name most like `name`, or an empty string when none is near.

    Names of the author and of TeX's packages come first; the table's rarer ones need to be clearly nearer.
    """
    return closest(name, [each for each in known if each[0] == name[0]])[0] or _nearest_builtin(name)


@lru_cache(maxsize=256)
def _nearest_builtin(name: str) -> str:
    usual, usual_distance = closest(name, [*COMMANDS, *SYMBOLS, *MACROS, *symbols.CORRECTIONS])
    rare, rare_distance = closest(name, symbols.common_names())
    # A rarer name has to be clearly nearer.
    return rare if rare and rare_distance < usual_distance - 0.4 else usual


def closest(name: str, pool: Iterable[str]) -> tuple[str, float]:
    """Return the member of `pool` nearest to `name`, if near enough to be meant, and its weighted edit distance."""
    letters = name.lstrip("\\")
    allowed = 1 if len(letters) < 4 else 2 if len(letters) < 8 else 3
    best, best_distance = "", float(allowed + 1)
    signs = _signs(name)
    for each in pool:
        # Each change alters the set of letters by two at most; most names are ruled out by this alone.
        if (
            (signs ^ _signs(each)).bit_count() > 2 * best_distance
            or abs(len(each) - len(name)) >= best_distance
            or (len(letters) < 4 and each[-1] != name[-1] and each[1:2] != name[1:2])
        ):
            continue
        distance = edit_distance(name, each, int(best_distance))
        # Of two equally near names the one with the same beginning is meant.
        weighted = distance - (0.5 if each[:3] == name[:3] else 0.0) - (0.25 if name.startswith(each) else 0.0)
        if distance <= allowed and weighted < best_distance:
            best, best_distance = each, weighted
    return best, best_distance


@lru_cache(maxsize=8192)
def _signs(name: str) -> int:
    """Return the letters of a name as bits; different letters may share one."""
    bits = 0
    for sign in name:
        bits |= 1 << ord(sign) % 61
    return bits


def edit_distance(first: str, second: str, limit: int) -> int:
    """Return how many letters must be changed, added, dropped or swapped; anything above `limit` when it is more."""
    while first and second and first[0] == second[0]:
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    if not first or not second:
        return len(first) + len(second)
    size = len(second)
    far = limit + 1
    two_ago: list[int] = []
    previous = list(range(size + 1))
    for row, a in enumerate(first, 1):
        # Further from the diagonal than the limit there is no way back.
        low, high = max(1, row - limit), min(size, row + limit)
        current = [far] * (size + 1)
        current[0] = row
        best = row
        for column in range(low, high + 1):
            b = second[column - 1]
            cost = previous[column - 1] + (a != b)
            if previous[column] < cost:
                cost = previous[column] + 1
            if current[column - 1] < cost:
                cost = current[column - 1] + 1
            if row > 1 and column > 1 and a == second[column - 2] and first[row - 2] == b:
                cost = min(cost, two_ago[column - 2] + 1)
            current[column] = cost
            if cost < best:
                best = cost
        if best > limit:
            return far
        two_ago, previous = previous, current
    return previous[-1]
