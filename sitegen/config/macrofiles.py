"""Files of macros, as other tools keep them, into names and replacement texts.

macros.tex, notation.sty    LaTeX: \\newcommand{\\RR}{\\mathbb{R}} …, among anything else
macros.json                 KaTeX: {"\\\\RR": "\\\\mathbb{R}"}, by itself or as the value of "macros"
mathjax.js, head.html       MathJax: Macros: {RR: "{\\\\bf R}", pn: ["#2_{#1}", 2, "n"]}, wherever it stands
macros.html                 LaTeX in an element that is not shown: $$\\newcommand{\\RR}{\\mathbb{R}}$$ …
macros.txt                  mdBook: lines \\RR:{\\mathbb{R}}
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from sitegen.config.literals import read_literal
from sitegen.math.model import MacroText

__all__ = ["MacroFile", "macro_text", "read_macros"]

_SCRIPTS = frozenset((".js", ".mjs", ".cjs", ".ts", ".html", ".htm", ".njk", ".ejs", ".pug", ".json5"))
_PAGES = frozenset((".html", ".htm", ".njk", ".ejs"))
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINE = re.compile(r"^[ \t]*(\\(?:[A-Za-z@]+|[^A-Za-z\s])):(.*\S)[ \t]*$", re.MULTILINE)
_OBJECT = re.compile(r"[\w$]*[Mm]acros\b[\"']?\s*(?::[^={}]*=|[:=])\s*\{")


class MacroFile(NamedTuple):
    """What a file of macros holds."""

    macros: dict[str, str | MacroText]
    """Name to replacement text."""
    preamble: str
    """LaTeX whose definitions count; empty for a file of another kind."""
    problem: str
    """Why the file cannot be used; empty if it can."""


def read_macros(path: str, text: str) -> MacroFile:
    """Return the macros in the text of a file; its name tells the kind."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".json":
        return _from_json(text)
    if suffix in _SCRIPTS or (suffix not in (".tex", ".sty", ".cls", ".ltx") and _OBJECT.search(text)):
        return _from_script(suffix, text)
    if suffix not in (".tex", ".sty", ".cls", ".ltx") and "newcommand" not in text:
        found: dict[str, str | MacroText] = {match[1]: match[2] for match in _LINE.finditer(text)}
        if found:
            return MacroFile(found, "", "")
    return MacroFile({}, text, "")


def macro_text(value: Any) -> str | MacroText | None:
    """Return a macro as configurations spell it: text, `["…", 1]` or `["…", 2, "default"]`; None for anything else."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or not 1 <= len(value) <= 3 or not isinstance(value[0], str):
        return None
    if len(value) == 1:
        return value[0]
    count = int(value[1]) if isinstance(value[1], str) and value[1].isdigit() else value[1]
    if isinstance(count, bool) or not isinstance(count, int):
        return None
    if len(value) == 2:
        return MacroText(value[0], count)
    return MacroText(value[0], count, value[2]) if isinstance(value[2], str) else None


def _from_json(text: str) -> MacroFile:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return MacroFile({}, "", f"it is not JSON: {error}")
    return _from_mapping(_nested(data))


def _nested(data: Any) -> Any:
    """Return the first mapping below a key `macros`, else the data itself."""
    queue = [data]
    for each in queue:
        if isinstance(each, dict):
            for key, value in each.items():
                if key.lower() == "macros" and isinstance(value, dict):
                    return value
            queue += each.values()
    return data


def _from_mapping(data: Any) -> MacroFile:
    if not isinstance(data, Mapping):
        return MacroFile({}, "", "it holds no mapping of names to texts")
    found: dict[str, str | MacroText] = {}
    for name, value in data.items():
        text = macro_text(value)
        if text is None:
            return MacroFile({}, "", f"the macro {name} is neither a text nor a list such as [text, 1]")
        found[name] = text
    return MacroFile(found, "", "")


def _from_script(suffix: str, text: str) -> MacroFile:
    start = _OBJECT.search(text)
    if start is None and suffix in _PAGES and "\\newcommand" in text:  # in an element that nobody sees
        return MacroFile({}, html.unescape(_COMMENT.sub("", text)), "")
    if start is None:
        return MacroFile({}, "", "there is no `macros: {…}` in it")
    data = read_literal(text, start.end() - 1)
    return _from_mapping(data)
