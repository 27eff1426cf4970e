"""Markers that ask for a table of contents where they stand.

`[TOC]`, `[[toc]]`, `[[_TOC_]]`, `{{ toc }}`, `\\toc`, `<!-- toc -->`, a fence of the language `toc`, a directive
`{contents}`, and kramdown's list with `{:toc}` below it. Each becomes a token `toc`.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from sitegen.markdown.signs import begins_with

_MARKER = re.compile(
    r"(?:\[toc\]|\[\[_?toc_?\]\]|@\[toc\](?:\([^)\n]*\))?|\$\{toc\}|\{\{\s*(?:page\.)?toc\s*\}\}"
    r"|(?:\\toc|\\tableofcontents)(?:[ \t]*\\\\)?"
    r"|<!--\s*toc\s*-->)[ \t]*\Z",
    re.IGNORECASE,
)
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(?:toc|table-of-contents)[ \t]*\Z", re.IGNORECASE)
_WORDS = ("toc", "TOC", "Toc", "table-of-", "tableof")
_BEFORE = re.compile(
    r"[ \t>]*(?:@?\[\[?_?|\$\{|\{\{\s*(?:page\.)?|\\|<!--\s*|[`~:]{3,}[ \t]*\{?)\Z|[ \t>]*\{:[^}\n]*\Z"
)
"""What stands in a line before the word that asks for a table of contents."""


def occurs(text: str) -> bool:
    """Tell whether there may be a marker in `text`."""
    for word in _WORDS:
        at = text.find(word)
        while at >= 0:
            line = text.rfind("\n", 0, at) + 1
            if at - line < 80 and _BEFORE.match(text, line, at):
                return True
            at = text.find(word, at + 1)
    return False


@begins_with("[@${\\<`~")
def marker(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a line that is a marker, or a fence of the language `toc` (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin : begin + 1] not in set("[@${\\<`~") or state.is_code_block(start_line):
        return False
    text = state.src[begin : state.eMarks[start_line]]
    fence = _FENCE.match(text)
    if fence is None and not _MARKER.match(text):
        return False
    if silent:
        return True
    line = start_line + 1
    if fence is not None:
        while line < end_line and not state.src.startswith(fence[1], state.bMarks[line] + state.tShift[line]):
            line += 1
        line = min(line + 1, end_line)
    state.push("toc", "", 0).map = [start_line, line]
    state.line = line
    return True


def replace_lists(state: StateCore) -> None:
    """Put a table of contents in the place of a list that has the attribute `toc` (core rule)."""
    out: list[Token] = []
    depth = 0
    for token in state.tokens:
        if depth:
            depth += token.nesting
            continue
        marked = any("toc" in found.words for found, _, _ in token.meta.get("attributes", ()))
        if marked and token.nesting == 1:
            depth = 1
            toc = Token("toc", "", 0, map=token.map, block=True)
            out.append(toc)
        else:
            out.append(token)
    state.tokens = out
