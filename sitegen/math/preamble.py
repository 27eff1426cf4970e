"""Definitions out of a LaTeX file: `\\newcommand` and its kin, while everything else of the file is left aside.

A site's macros often live in the `.sty` or `.tex` file that the author's papers use as well, beside what speaks of
paper: packages, page sizes, theorems. So definitions are looked for, and each is read alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from sitegen.math import commands as commands  # fills the tables that the parser reads
from sitegen.math.macros import CONFIGURED, Macro
from sitegen.math.model import Problem
from sitegen.math.parser import ParseError, Parser
from sitegen.math.spelling import closest

__all__ = ["check_preamble", "defined", "preamble_macros", "statements"]

_MARK = re.compile(
    r"(?P<skip>\\[^A-Za-z]|%[^\n]*)|(?P<open>\{)|(?P<close>\})"
    r"|\\(?P<name>(?:re|provide)?newcommand|providecommand|DeclareMathOperator|DeclarePairedDelimiter|[gx]?def|let"
    r"|(?:re)?newenvironment|definecolor)(?![A-Za-z@])",
    re.DOTALL,
)
_GROUPS = {"DeclareMathOperator": 2, "DeclarePairedDelimiter": 3, "definecolor": 3}
_LET = re.compile(r"\s*\\(?:[A-Za-z@]+|.)\s*=?\s*(?:\\(?:[A-Za-z@]+|.)|\S)", re.DOTALL)
_TOKEN = re.compile(r"\\(?:[A-Za-z@]+|.)|[^\s{}]", re.DOTALL)
_NAME = re.compile(r"\s*\*?\s*(\\(?:[A-Za-z@]+|.))?", re.DOTALL)


_ASIDE = re.compile(r"\s+|%[^\n]*|\$+|\\[^A-Za-z]")
_BRACES = re.compile(r"\\.|%[^\n]*|[{}]", re.DOTALL)
_COMMAND = re.compile(r"\\[A-Za-z@]+\*?")
_WORDS = re.compile(r"[^\\%$\n]+")
_DEFINING = (
    *("\\newcommand", "\\renewcommand", "\\providecommand", "\\def", "\\gdef", "\\let", "\\DeclareMathOperator"),
    *("\\DeclarePairedDelimiter", "\\newenvironment", "\\renewenvironment", "\\definecolor"),
)


def statements(text: str) -> list[tuple[int, int | None]]:
    """Return begin and end of each definition that stands in `text` outside of braces and comments.

    The end is None where the text ends before the definition does.
    """
    found: list[tuple[int, int | None]] = []
    depth = at = 0
    while mark := _MARK.search(text, at):
        at = mark.end()
        depth = max(0, depth + (mark["open"] is not None) - (mark["close"] is not None))
        if mark["name"] and not depth:
            end = _end(text, at, mark["name"])
            found.append((mark.start(), end))
            at = at if end is None else end
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
        else:  # one token is an argument, too: \newcommand\eps\varepsilon
            token = _TOKEN.match(text, stop)
            stop = token.end() if token else None
            wanted -= 1
    return stop


def _group_end(text: str, at: int) -> int | None:
    depth = 0
    for mark in _BRACES.finditer(text, at):
        depth += (mark.group() == "{") - (mark.group() == "}")
        if not depth and mark.group() == "}":
            return mark.end()
    return None


@functools.lru_cache(maxsize=16)
def _read(text: str) -> tuple[dict[str, Macro], dict[str, str], tuple[Problem, ...]]:
    macros: dict[str, Macro] = {}
    colors: dict[str, str] = {}
    problems: list[Problem] = []
    for start, end in statements(text):
        if end is None:
            problems.append(_unfinished(text, start))
            continue
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


def _unfinished(text: str, start: int) -> Problem:
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    message = f"the definition {text[start:end].strip()} is not complete"
    hint = "write \\newcommand{\\RR}{\\mathbb{R}}; count the braces"
    return Problem("math/bad-definition", start, end, message, "it has no end", hint)


def preamble_macros(text: str) -> tuple[dict[str, Macro], dict[str, str]]:
    """Return the macros and the colours that `text` defines; what is wrong in it is left out (`check_preamble`)."""
    macros, colors, _ = _read(text)
    return dict(macros), dict(colors)


def defined(text: str) -> frozenset[str]:
    """Return the names, with their backslashes, of the macros that `text` defines."""
    return frozenset(_read(text)[0])


def check_preamble(text: str, *, alone: bool = False) -> tuple[Problem, ...]:
    """Return what is wrong with the definitions in `text`; offsets count its characters.

    With `alone`, `text` is there for the definitions only, so what is neither a definition nor a command with its
    arguments (`\\usepackage{…}`) is wrong as well.
    """
    problems = _read(text)[2]
    if not alone:
        return problems
    return tuple(sorted((*problems, *_strays(text)), key=lambda problem: problem.start))


def _strays(text: str) -> Iterator[Problem]:
    """Yield what is no definition, up to the first word that is not even a command."""
    ends = dict(statements(text))
    at = 0
    while at < len(text):
        end = ends.get(at, at)
        if end is None:
            return  # nobody knows where it was to end
        group = _group_end(text, at) if text[at] == "{" else None  # what is defined in it holds in it alone
        aside = _ASIDE.match(text, at)
        command = _COMMAND.match(text, at)
        if end > at or group is not None:
            at = group or end
        elif aside is not None:
            at = aside.end()
        elif command is not None:
            near = closest(command.group(), _DEFINING)
            if near and command.group().rstrip("*") != near:
                message, hint = f"unknown command {command.group()}", f"did you mean {near}?"
                yield Problem("math/unknown-command", at, command.end(), message, "defines nothing", hint)
            at = _arguments_end(text, command.end())
        else:
            words = _WORDS.match(text, at)
            end = words.end() if words else at + 1
            message = f"{text[at:end].strip()} is no definition"
            hint = "write \\newcommand{\\RR}{\\mathbb{R}}, one after the other"
            yield Problem("math/bad-definition", at, end, message, "stands outside of any definition", hint)
            return


def _arguments_end(text: str, at: int) -> int:
    """Return where the groups end that follow a command."""
    while True:
        start = at
        while text[start : start + 1].isspace():
            start += 1
        sign = text[start : start + 1]
        if sign == "=":  # \parindent=0pt
            line_end = text.find("\n", start)
            return len(text) if line_end < 0 else line_end
        end = _group_end(text, start) if sign == "{" else text.find("]", start) + 1 if sign == "[" else None
        if not end:
            return at
        at = end
