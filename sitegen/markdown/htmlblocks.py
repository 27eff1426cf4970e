"""Blocks of raw HTML, and the Markdown inside of those that ask for it with `markdown="1"`.

PHP Markdown Extra, kramdown and Python-Markdown know the attribute. An element whose tag ends its line is followed by
blocks, as far as its end tag; one with text on the same line holds a phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import html_block as read_html_block
from markdown_it.token import Token

from sitegen.markdown.elements import VOID, OpenElements, read_attributes
from sitegen.markdown.locate import line_map
from sitegen.markdown.mathspans import ENVIRONMENTS
from sitegen.markdown.signs import begins_with
from sitegen.text import OffsetMap

_START_TAG = re.compile(r"""<([A-Za-z][\w-]*)(\s(?:[^<>"']|"[^"]*"|'[^']*')*+)>""")
_LITERAL = re.compile(r"\s*<(?:!|\?|(?:script|pre|style|textarea)\b)", re.IGNORECASE)
"""How the blocks begin that do not end at a blank line (CommonMark section 4.6, kinds 1 to 5)."""
_MARKDOWN = re.compile(r"#{1,6}[ \t]+\S|`{3,}[^`]*\Z|~{3,}|:{3,}")
_MARKED_TEXT = re.compile(
    r"^[ \t]*(?:[-*+]|\d{1,9}[.)]|>)[ \t]|^[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$"
    r"|(?<![\\\w*])\*{1,3}[^\s*][^*\n]*\*|(?<![\\\w])_{1,3}[^\s_][^_\n]*_(?!\w)|`[^`\n]+`|\]\(|!\[|\[\^",
    re.MULTILINE,
)
"""What no author leaves on a page: the begin of an item, quote or rule; emphasis, code, links, pictures, notes."""
_TAG = re.compile(r"""<(/?)([A-Za-z][\w-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>|<!--.*?-->|(<(?=[A-Za-z/!]))""", re.DOTALL)


@begins_with("<")
def html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a block of raw HTML (block rule), with the map of its content."""
    first = state.src[state.bMarks[start_line] : state.eMarks[start_line]]
    if "markdown" in first and not silent:
        asks = next(_asking(first), None)
        if asks is not None and not first[asks.end() :].strip():
            # Blocks follow, so nothing below this line belongs to the HTML.
            end_line = start_line + 1
    elif "pandoc" in state.env and not silent and _holds_blocks(state, first, start_line, end_line):
        end_line = start_line + 1
    if not silent and first.lstrip()[:1] == "<":
        end_line = _markdown_below(state, start_line, end_line)
    if not read_html_block(state, start_line, end_line, silent):
        return False
    if not silent:
        token = state.tokens[-1]
        if token.content.rfind("<!--") > token.content.rfind("-->"):
            _go_on_to(state, token, "-->", start_line, end_line)
        elif "$$" in token.content and token.content.count("$$") % 2:
            if "</" not in token.content.rpartition("$$")[2]:
                _go_on_to(state, token, "$$", start_line, end_line)
        elif "\\begin{" in token.content:
            name = token.content.rpartition("\\begin{")[2].partition("}")[0]
            if f"\\end{{{name}}}" not in token.content and name.rstrip("*") in ENVIRONMENTS:
                _go_on_to(state, token, f"\\end{{{name}}}", start_line, end_line)
        lines = [(state.bMarks[n], state.eMarks[n]) for n in range(start_line, state.line)]
        token.meta["map"] = line_map(token.content, state.src, lines)
        if "markdown" in token.content and not token.content.lstrip().startswith("<!--"):
            _open_up(state, token, start_line)
    return True


def _asking(html: str) -> Iterator[re.Match[str]]:
    """Yield the start tags that ask for Markdown in their element: `markdown="0"` refuses it."""
    for tag in _START_TAG.finditer(html):
        if "markdown" in tag[2] and read_attributes(tag[2]).get("markdown", "0") != "0":
            yield tag


_ELEMENT = re.compile(
    r"\s*<(?:article|aside|blockquote|center|details|div|figure|footer|header|main|section)\b[^<>]*>[ \t]*\Z",
    re.IGNORECASE,
)


def _holds_blocks(state: StateBlock, first: str, start_line: int, end_line: int) -> bool:
    """Tell whether Pandoc's Markdown goes on below a tag: in other dialects a blank line must come before it."""
    if start_line + 1 >= end_line or not _ELEMENT.match(first):
        return False
    below = state.src[state.bMarks[start_line + 1] : state.eMarks[start_line + 1]].lstrip()
    return bool(below) and below[0] != "<" and state.sCount[start_line + 1] - state.blkIndent < 4


MAX_DISPLAY = 60
"""Lines after a blank one in which the end of a display, or of a comment, is looked for that was opened in HTML."""


def _go_on_to(state: StateBlock, token: Token, close: str, start_line: int, end_line: int) -> None:
    """Let a block that a blank line has ended inside of a display or comment go on to where that ends."""
    line = state.line
    stop = min(end_line, line + MAX_DISPLAY)
    while line < stop and close not in state.src[state.bMarks[line] : state.eMarks[line]]:
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return  # the item that it stands in has ended
        line += 1
    if line == stop:
        return
    while line < end_line and not state.isEmpty(line):
        line += 1
    token.content = state.getLines(start_line, line, state.blkIndent, True)
    token.map = [start_line, line]
    state.line = line


def _markdown_below(state: StateBlock, start_line: int, end_line: int) -> int:
    """Return the line where a block ends although no blank one follows: CommonMark would show the signs of what comes.

    That is a heading, a fence or a div; and, as kramdown reads it, text with Markdown in it below elements that are
    all closed. Found before the block is read, which may go on to the end of the text.
    """
    if _LITERAL.match(state.src, state.bMarks[start_line], state.eMarks[start_line]):
        return end_line
    elements = _Elements()
    below = False  # text without Markdown in it
    for line in range(start_line, end_line):
        begin = state.bMarks[line] + state.tShift[line]
        if state.isEmpty(line) or state.src.find("<pre", begin, state.eMarks[line]) >= 0:
            return end_line
        if line > start_line and state.sCount[line] - state.blkIndent <= 3:
            if _MARKDOWN.match(state.src, begin, state.eMarks[line]):
                return line
            if not below and elements.closed and state.src[begin] != "<":
                if _MARKED_TEXT.search(_text_from(state, line, end_line)):
                    return line
                below = True
        if not below:
            elements.read(state.src[begin : state.eMarks[line]])
    return end_line


MAX_TAG = 4_000
"""Characters that a tag or comment over several lines may have: what is longer is looked at no further."""


class _Elements:
    """Whether the elements of a block of HTML are closed, while its lines are read one by one."""

    def __init__(self) -> None:
        self.closed = False
        self._open = OpenElements()
        self._rest = ""
        """What a tag or comment begins with that goes on in the next line."""

    def read(self, line: str) -> None:
        if len(self._rest) > MAX_TAG:
            return  # it stays open
        text = f"{self._rest}{line}\n"
        self._rest = ""
        for tag in _TAG.finditer(text):
            end, name = tag[1], (tag[2] or "").lower()
            if tag[4]:
                self._rest = text[tag.start() :]
                break
            if end:  # with those inside of it whose end tag may be left out
                self._open.close(name)
            elif name and name not in VOID and not tag[3].endswith("/"):
                self._open.open(name)
        self.closed = not self._open and not self._rest


def _text_from(state: StateBlock, line: int, end_line: int) -> str:
    """Return the text of the lines from one on to the next blank one, without tags."""
    last = line
    while last < end_line and not state.isEmpty(last):
        last += 1
    return _TAG.sub("", state.src[state.bMarks[line] : state.eMarks[last - 1]])


def _open_up(state: StateBlock, token: Token, start_line: int) -> None:
    """Divide a block where an element asks for Markdown in it."""
    content, offsets = token.content, token.meta["map"]
    state.tokens.pop()
    last = state.line
    at = 0
    for match in _asking(content):
        if match.start() < at:
            continue  # in a phrase that was read
        newline = content.find("\n", match.end())
        newline = newline if newline >= 0 else len(content)
        close = content.find(f"</{match[1]}", match.end(), newline)
        _push(state, content, offsets, (at, match.end()), "html_block", start_line)
        stop = close if close >= 0 else newline
        if content[match.end() : stop].strip():
            _push(state, content, offsets, (match.end(), stop), "inline", start_line)
        at = stop
        if close < 0:
            # What follows are blocks; the end tag will be a block of HTML of its own.
            state.line = min(last, start_line + content.count("\n", 0, newline) + 1)
            return
    _push(state, content, offsets, (at, len(content)), "html_block", start_line)


def _push(state: StateBlock, content: str, offsets: OffsetMap, at: tuple[int, int], kind: str, start_line: int) -> None:
    low, high = at
    if low == high:
        return
    line = start_line + content.count("\n", 0, low)
    part = state.push(kind, "", 0)
    part.content = content[low:high]
    part.map = [line, line + part.content.count("\n") + 1]
    part.meta["map"] = offsets.cut(low, high)
    if low:
        part.meta["continued"] = True
    if kind == "inline":
        part.children = []
