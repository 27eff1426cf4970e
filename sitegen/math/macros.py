"""Macros: definitions, and their expansion on tokens.

An expanded token carries the range of the macro's use, so that a problem inside a macro is reported where the author
wrote it; the tokens of its arguments keep their own ranges.
"""

from __future__ import annotations

import re

from sitegen.math.lexer import Token, tokenise
from sitegen.math.model import MacroText

CONFIGURED = "\0"
"""Home of macros out of the settings and the front matter; no formula is this text."""


class Macro:
    """A macro: parameter text, optional default and replacement."""

    __slots__ = ("body", "count", "default", "delimiters", "environment_end", "home", "name", "source")

    def __init__(
        self,
        name: str,
        count: int,
        body: list[Token],
        source: str,
        *,
        default: list[Token] | None = None,
        delimiters: list[list[str]] | None = None,
    ) -> None:
        self.name = name
        self.count = count
        """Number of parameters, 0 to 9."""
        self.body: list[str | int] = compile_body(body)
        """Token texts, and parameter numbers where an argument goes."""
        self.source = source
        """The replacement text, for notes."""
        self.default = default
        """Default of the first parameter when it is optional."""
        self.delimiters = delimiters
        """For `\\def` with delimited parameters: token texts before `#1`, after `#1`, and so on."""
        self.environment_end: list[Token] | None = None
        self.home: str | None = None
        """Where it is defined: the formula's TeX, `CONFIGURED`, or None for a built-in one."""


def compile_body(tokens: list[Token]) -> list[str | int]:
    """Return the body with `#n` as numbers; `##` stands for `#` (TeXbook, chapter 20)."""
    body: list[str | int] = []
    texts = [token[0] for token in tokens]
    at = 0
    while at < len(texts):
        text = texts[at]
        if text == "#" and at + 1 < len(texts):
            following = texts[at + 1]
            if following == "#":
                body.append("#")
                at += 2
                continue
            if following[0] in "123456789":
                body.append(int(following[0]))
                if len(following) > 1:
                    body.extend(t[0] for t in tokenise(following[1:]))
                at += 2
                continue
        body.append(text)
        at += 1
    return body


def highest_parameter(body: list[str | int]) -> int:
    """Return the highest parameter number in a compiled body."""
    return max((item for item in body if isinstance(item, int)), default=0)


_NAME = re.compile(r"\\(?:[a-zA-Z]+|.)", re.S)


def configured(name: str, given: str | MacroText) -> Macro:
    """Return the macro for a configured `name` (with or without backslash) and its replacement text.

    Raises:
        ValueError: the name is no control sequence, the braces of the text do not match, or it uses more arguments
            than it takes.
    """
    text = given if isinstance(given, str) else given.text
    name = _with_backslash(name)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name} is not a command name: a name is a backslash and letters")
    tokens = tokenise(text)
    depth = 0
    for token in tokens:
        depth += (token[0] == "{") - (token[0] == "}")
        if depth < 0:
            break
    if depth:
        raise ValueError("its braces do not match")
    macro = Macro(name, 0, tokens, text)
    macro.home = CONFIGURED
    macro.count = highest_parameter(macro.body)
    if not isinstance(given, str):
        if not macro.count <= given.count <= 9:
            raise ValueError(f"it uses #{macro.count}, but takes {given.count} arguments")
        macro.count = given.count
        macro.default = None if given.default is None else tokenise(given.default)
    return macro


UNUSABLE = "\\sitegen@unusable"
"""Command that stands for the replacement text of a configured macro which has none that could be used."""


def unusable(name: str, given: str | MacroText) -> Macro:
    """Return the macro for a definition that `configured` refuses: its use is a problem."""
    text = given if isinstance(given, str) else given.text
    macro = Macro(_with_backslash(name), 0, [(UNUSABLE, 0, 0)], text)
    macro.home = CONFIGURED
    return macro


def _with_backslash(name: str) -> str:
    return name if name.startswith("\\") else "\\" + name
