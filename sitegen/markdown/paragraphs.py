"""Paragraphs, setext headings and indented code, none of which may cut a formula.

CommonMark lets a line that begins with `+`, `>` or `#`, or a blank one, end a paragraph. Inside `$…$` and `$$…$$`
such a line is TeX. So the paragraph rule follows formulas over line ends: it takes all lines of a formula that
closes, whatever they begin with.
"""

from __future__ import annotations

import functools
import re

from markdown_it.common.utils import mdTrim
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_block import code as code_block

from sitegen.markdown.blocks import interrupted, looked_in_vain, may_look_ahead
from sitegen.markdown.locate import block_map
from sitegen.markdown.mathspans import OPENER, closes_early, dollars, find_formula

MAX_LOOK_AHEAD = 30
"""Lines looked at to tell whether a `$$` opens or closes; a display is closed within a few."""

_OPENERS = re.compile(rf"{OPENER}|\\.|``*")
"""Each alternative begins with a character of its own: `re` then passes over all others seven times as fast."""
_NAME = re.compile(r"\{[A-Za-z]+")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*\Z")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+\S")
_TEX = re.compile(r"\\[A-Za-z]{2,}|[\^_]\{|[A-Za-z]_[A-Za-z0-9]|\^|[<>=]")
_PROSE_WORD = re.compile(r"(?<![\\A-Za-z{])[A-Za-z]{2,}(?![A-Za-z{])")
_FORMULA_SIGN = re.compile(r"\$|\\\\?\(")
_BLOCK_START = re.compile(r"#{1,6}[ \t]|```|~~~|</?(?:div|p|table|h[1-6]|ul|ol|details|figure|center)\b", re.IGNORECASE)


def paragraph(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a paragraph or a setext heading (block rule; CommonMark sections 4.3, 4.8)."""
    if silent:
        return True
    parent, state.parentType = state.parentType, "paragraph"
    last, closes_line = _follow_formulas(state, start_line, end_line)
    line = last + 1
    underline = ""
    while line < end_line and not state.isEmpty(line):
        if state.sCount[line] - state.blkIndent <= 3 and state.sCount[line] >= 0:
            underline = "" if closes_line else _underline(state, line)
            if underline or interrupted(state, line, end_line):
                break
        last, closes_line = _follow_formulas(state, line, end_line)
        line = last + 1
    state.parentType = parent
    _push(state, start_line, line, underline)
    return True


def indented_code(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read an indented code block (block rule).

    A `$$…$$` block is none, since authors indent those at will, and neither is a list whose items hold formulas.
    """
    if not silent and state.is_code_block(start_line):
        begin = state.bMarks[start_line] + state.tShift[start_line]
        if state.src.startswith("$$", begin):
            last, closes_line = _follow_formulas(state, start_line, end_line)
            alone = state.src.rstrip(" \t").endswith("$$", begin, state.eMarks[last]) or last > start_line
            if closes_line and alone:
                return paragraph(state, start_line, end_line, silent)
        if _ITEM.match(state.src, begin) and _formulas_indented(state, start_line, end_line):
            around, state.blkIndent = state.blkIndent, state.sCount[start_line]
            read = list_block(state, start_line, end_line, silent)
            state.blkIndent = around
            if read:
                return True
    return code_block(state, start_line, end_line, silent)


def _formulas_indented(state: StateBlock, start_line: int, end_line: int) -> bool:
    """Tell whether an indented list has formulas in its items, which code has not: TeX, or a letter alone."""
    line = start_line
    while line < end_line and (state.isEmpty(line) or state.is_code_block(line)):
        at = state.bMarks[line] + state.tShift[line]
        while opener := _FORMULA_SIGN.search(state.src, at, state.eMarks[line]):
            at = opener.start()
            found = find_formula(state.src, at, state.eMarks[line])
            inner = state.src[found.inner_start : found.inner_end].strip() if found is not None else ""
            if _TEX.search(inner) or (len(inner) == 1 and inner.isalpha()):
                return True
            at = found.end if found is not None else opener.end()
        line += 1
    return False


def _push(state: StateBlock, start_line: int, line: int, underline: str) -> None:
    raw = state.getLines(start_line, line, state.blkIndent, False)
    content = mdTrim(raw)
    kind, tag = ("heading", "h1" if underline == "=" else "h2") if underline else ("paragraph", "p")
    state.line = line + 1 if underline else line
    token = state.push(f"{kind}_open", tag, 1)
    token.markup = underline
    token.map = [start_line, state.line]
    token = state.push("inline", "", 0)
    token.content = content
    token.map = [start_line, line]
    token.children = []
    token.meta["map"] = block_map(state, content, start_line, line)
    state.push(f"{kind}_close", tag, -1).markup = underline


def _underline(state: StateBlock, line: int) -> str:
    if state.sCount[line] < state.blkIndent:
        return ""
    match = _UNDERLINE.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])
    return match.group(1)[0] if match else ""


def _follow_formulas(state: StateBlock, line: int, end_line: int) -> tuple[int, bool]:
    """Return the line in which the last formula begun in `line` ends, and whether a `$$` formula ends that line."""
    at = state.bMarks[line] + state.tShift[line]
    closes_line = False
    while True:
        opener = _next_opener(state.src, at, state.eMarks[line])
        if opener < 0:
            return line, closes_line
        found = find_formula(state.src, opener, state.eMarks[line])
        if found is not None:
            at = found.end
            closes_line = found.double and not state.src[at : state.eMarks[line]].strip(" \t.,;:")
            continue
        closer, display = _closer(state.src, opener, state.eMarks[line])
        reached = _over_lines(state, opener, line, end_line, closer, display) if closer else None
        if reached is None:
            at = opener + max(1, dollars(state.src, opener, state.eMarks[line]))
            continue
        line, at = reached
        closes_line = display and not state.src[at : state.eMarks[line]].strip(" \t.,;:")


def _closer(src: str, opener: int, end: int) -> tuple[str, bool]:
    """Return what closes the formula that opens at `opener`, empty if nothing does, and whether it is a display."""
    if src[opener] == "$":
        run = dollars(src, opener, end)
        return ("$" * run if run <= 2 else "", run == 2)
    if src[opener] == "{":
        return "}", True
    if src.startswith("\\begin", opener, end):
        return "\\end" + (_NAME.match(src, opener + 6, end) or [""])[0], True
    bracket = src.find("(", opener, opener + 3) >= 0
    return (")" if bracket else "]", not bracket)


def _next_opener(src: str, at: int, end: int) -> int:
    """Return the next `$` that is neither escaped nor in a code span of this line, or -1."""
    while True:
        match = _OPENERS.search(src, at, end)
        if match is None:
            return -1
        mark = match.group()
        at = match.end()
        if mark[0] == "`":
            close = code_end(len(mark)).search(src, at, end)
            at = close.end() if close else at
        elif mark[0] != "\\" or len(mark) > 2 or mark in ("\\(", "\\["):
            return match.start()


@functools.lru_cache(maxsize=32)
def code_end(length: int) -> re.Pattern[str]:
    """Return the pattern of what ends a code span that so many backticks have opened (CommonMark, section 6.1)."""
    return re.compile(rf"(?<!`)`{{{length}}}(?!`)")


def _over_lines(
    state: StateBlock, opener: int, line: int, end_line: int, closer: str, display: bool
) -> tuple[int, int] | None:
    """Return line and offset just after the formula that opens at `opener` and is not closed in `line`."""
    if closer == "$" and closes_early(state.src, opener, state.eMarks[line]):
        return None
    if not may_look_ahead(state):
        return None
    # A formula that opens left of its container, as a lazy continuation line, may go on there.
    indent = max(0, min(state.blkIndent, state.sCount[line]))
    starts_line = not state.src[state.bMarks[line] + state.tShift[line] : opener].strip()
    parts = [state.src[opener : state.eMarks[line]]]
    tries = 0
    number = line
    while (number := number + 1) < end_line and tries < 3:
        begin, end = state.bMarks[number] + state.tShift[number], state.eMarks[number]
        text = state.src[begin:end]
        if not text:
            if not (display and starts_line and _blank_belongs(state, number, end_line, indent)):
                break
            following = state.skipEmptyLines(number)
            parts += [""] * (following - number)
            number = following - 1
            continue
        if (not display and text.startswith(("```", "~~~"))) or (
            0 <= state.sCount[number] < indent
            and not (closer == "$$" and text.rstrip() == closer)  # dollars that forgot how far the item is indented
            and _leaves_container(state, number, end_line)
        ):
            break
        parts.append(text)
        if closer in text:
            joined = "\n".join(parts)
            found = find_formula(joined, 0, len(joined))
            if found is not None:
                return number, end - (len(joined) - found.end)
            tries += 1
    looked_in_vain(state, number - line)
    return None


def _leaves_container(state: StateBlock, line: int, end_line: int) -> bool:
    """Tell whether a line to the left of its container begins something else, so that it is no lazy continuation."""
    return state.isEmpty(line - 1) or interrupted(state, line, end_line)


def _blank_belongs(state: StateBlock, line: int, end_line: int, indent: int) -> bool:
    """Tell whether a blank line inside `$$` is the author's air, rather than the end of an unclosed formula."""
    following = state.skipEmptyLines(line)
    if following >= end_line:
        return False
    text = state.src[state.bMarks[following] + state.tShift[following] : state.eMarks[following]]
    if state.sCount[following] < indent and text.rstrip() != "$$":
        return False
    if text.startswith("$$"):
        # A display that opens here would make the open one end with nothing closing it.
        return not text[2:].strip() and not _opens_again(state, following, end_line)
    if _BLOCK_START.match(text):
        return False
    return "\\" in text or "&" in text or len(_PROSE_WORD.findall(text)) < 4


def _opens_again(state: StateBlock, line: int, end_line: int) -> bool:
    """Tell whether the `$$` alone on `line` is more likely an opening than a closing: TeX and a `$$` follow at once."""
    number = line + 1
    while number < min(end_line, line + MAX_LOOK_AHEAD) and not state.isEmpty(number):
        text = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
        if text.startswith("$$") or text.endswith("$$"):
            return number > line + 1
        if len(_PROSE_WORD.findall(text)) >= 4 and "\\" not in text:
            return False
        number += 1
    return False
