"""Definitions out of a LaTeX file: `\\newcommand` and its kin, while everything else of the file is left aside.

A site's macros often live in the `.sty` or `.tex` file that the author's papers use as well, beside what speaks of
paper: packages, page sizes, theorems. So definitions are looked for, and each is read alone.
"""

from __future__ import annotations

import functools
import re

from sitegen.math import commands as commands  # fills the tables that the parser reads
from sitegen.math.macros import CONFIGURED, Macro
from sitegen.math.model import Problem
from sitegen.math.parser import ParseError, Parser

__all__ = ["check_preamble", "defined", "preamble_macros", "statements"]

_MARK = re.compile(
    r"(?P<skip>\\[^A-Za-z]|%[^\n]*)|(?P<open>\{)|(?P<close>\})"
    r"|\\(?P<name>(?:re|provide)?newcommand|providecommand|DeclareMathOperator|DeclarePairedDelimiter|[gx]?def|let"
    r"|(?:re)?newenvironment|definecolor)(?![A-Za-z@])",
    re.DOTALL,
)
_GROUPS = {"DeclareMathOperator": 2, "DeclarePairedDelimiter": 3, "definecolor": 3}
_LET = re.compile(r"\s*\\(?:[A-Za-z@]+|.)\s*=?\s*(?:\\(?:[A-Za-z@]+|.)|\S)", re.DOTALL)
_NAME = re.compile(r"\s*\*?\s*(\\(?:[A-Za-z@]+|.))?", re.DOTALL)


def statements(text: str) -> list[tuple[int, int]]:
    """Return begin and end of each definition that stands in `text` outside of braces and comments."""
    found = []
    depth = at = 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        depth = max(0, depth + (mark["open"] is not None) - (mark["close"] is not None))
        if mark["name"] and not depth:
            end = _end(text, at, mark["name"])
            if end is not None:
                found.append((mark.start(), end))
                at = end
    return found


def _end(text: str, at: int, name: str) -> int | None:
    """Return where a definition ends whose command ends at `at`; None where the file ends first."""
    if name == "let":
        match = _LET.match(text, at)
        return match.end() if match else None
    if name.endswith("def"):
        at = text.find("{", at)
        return _group_end(text, at) if at >= 0 else None
    named = _NAME.match(text, at)
    wanted = _GROUPS.get(name, 3 if "environment" in name else 2)
    stop: int | None = at
    if named is not None:
        stop = named.end()
        wanted -= named[1] is not None
    while wanted and stop is not None:
        while stop < len(text) and text[stop].isspace():
            stop += 1
        if text.startswith("[", stop):
            stop = text.find("]", stop) + 1 or None
        elif text.startswith("{", stop):
            stop = _group_end(text, stop)
            wanted -= 1
        else:
            return None
    return stop


def _group_end(text: str, at: int) -> int | None:
    depth = 0
    for mark in re.finditer(r"\\.|%[^\n]*|[{}]", text[at:], re.DOTALL):
        depth += (mark.group() == "{") - (mark.group() == "}")
        if not depth and mark.group() == "}":
            return at + mark.end()
    return None


@functools.lru_cache(maxsize=16)
def _read(text: str) -> tuple[dict[str, Macro], dict[str, str], tuple[Problem, ...]]:
    macros: dict[str, Macro] = {}
    colors: dict[str, str] = {}
    problems: list[Problem] = []
    for start, end in statements(text):
        try:
            Parser(text[start:end], macros, display=True, colors=colors).parse()
        except ParseError as error:
            problem = error.problem
            problems.append(
                Problem(
                    problem.code,
                    problem.start + start,
                    problem.end + start,
                    problem.message,
                    problem.label,
                    problem.hint,
                    problem.notes,
                )
            )
    for macro in macros.values():
        macro.home = CONFIGURED
    return macros, colors, tuple(problems)


def preamble_macros(text: str) -> tuple[dict[str, Macro], dict[str, str]]:
    """Return the macros and the colours that `text` defines; what is wrong in it is left out (`check_preamble`)."""
    macros, colors, _ = _read(text)
    return dict(macros), dict(colors)


def defined(text: str) -> frozenset[str]:
    """Return the names, with their backslashes, of the macros that `text` defines."""
    return frozenset(_read(text)[0])


def check_preamble(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with the definitions in `text`; offsets count its characters."""
    return _read(text)[2]
