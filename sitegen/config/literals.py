"""Literals of JavaScript in a text that is not run: objects, lists, texts, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

__all__ = ["read_literal"]

_TOKEN = re.compile(
    r"\s+|//[^\n]*|/\*.*?\*/"
    r"|(?P<raw>String\.raw\s*`[^`]*`)|(?P<text>\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"
    r"|(?P<word>[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*|\d+)|(?P<sign>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{?([0-9A-Fa-f]{4,6})\}?|x([0-9A-Fa-f]{2})|(\r?\n)|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def read_literal(text: str, at: int, meaning: Callable[[str], Any] = lambda name: None) -> Any:
    """Return the value that begins at `at`; what is no literal, or nested too deep, is None.

    `meaning` returns what a name stands for, `config` or `config.title`.
    """
    try:
        return _Literal(text, at, meaning).value()
    except RecursionError:
        return None


class _Literal:
    def __init__(self, text: str, at: int, meaning: Callable[[str], Any]) -> None:
        self.meaning = meaning
        self.tokens = []
        depth = 0
        while match := _TOKEN.match(text, at):
            at = match.end()
            if match.lastgroup:
                self.tokens.append((match.lastgroup, match.group()))
                depth += (match.group() in "{[(") - (match.group() in "}])") if match["sign"] else 0
                if not depth:
                    break
        self.at = 0

    def _next(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ("", "")

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def value(self) -> Any:
        """Read a value, and what makes it none of these up to the comma or bracket behind it."""
        value = self._primary()
        return None if self._skip() else value

    def _primary(self) -> Any:
        kind, token = self._next()
        if kind in ("text", "raw"):
            text = _unquoted(kind, token)
            while self._peek() == "+":
                self._next()
                text += _unquoted(*self._next())
            return text
        if kind == "word":
            return int(token) if token.isdigit() else self.meaning(token)
        if token == "[":
            return self._list()
        return self._object() if token == "{" else None

    def _skip(self) -> bool:
        """Go to the end of an item; tell whether there was anything."""
        depth = 0
        start = self.at
        while (token := self._peek()) and (depth or token not in ",}])"):
            depth += (token in "{[(") - (token in "}])")
            self._next()
        return self.at > start

    def _list(self) -> list[Any]:
        items = []
        while self._peek() not in ("]", ""):
            items.append(self.value())
            if self._peek() == ",":
                self._next()
        self._next()
        return items

    def _object(self) -> dict[str, Any]:
        items: dict[str, Any] = {}
        while self._peek() not in ("}", ""):
            kind, token = self._next()
            if kind in ("text", "word") and self._peek() == ":":
                self._next()
                items[_unquoted(kind, token)] = self.value()
            elif kind == "word" and self._peek() in (",", "}"):
                items[token] = self.meaning(token)
            elif token != ",":
                self._skip()
        self._next()
        return items


def _unquoted(kind: str, token: str) -> str:
    if kind == "raw":
        return token[token.index("`") + 1 : -1]
    if kind != "text":
        return token

    def meaning(match: re.Match[str]) -> str:
        if match[1] or match[2]:
            return chr(int(match[1] or match[2], 16))
        return "" if match[3] else _ESCAPES.get(match[4], match[4])

    return _ESCAPE.sub(meaning, token[1:-1])
