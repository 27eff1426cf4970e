"""Headings: the title that leaves the body, levels, and ids for links."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import heading as read_heading
from markdown_it.token import Token

from sitegen.markdown.locate import line_map
from sitegen.markdown.signs import begins_with

_RAW_H1 = re.compile(r"<h1[\s>]", re.IGNORECASE)


@begins_with("#")
def heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read an ATX heading (block rule), with the map of its content."""
    count = len(state.tokens)
    if not read_heading(state, start_line, end_line, silent):
        return False
    if not silent:
        inline = state.tokens[count + 1]
        begin = state.bMarks[start_line] + state.tShift[start_line] + len(state.tokens[count].markup)
        while begin < state.eMarks[start_line] and state.src[begin] in " \t":
            begin += 1
        inline.meta["map"] = line_map(inline.content, state.src, [(begin, begin + len(inline.content))])
    return True


def take_title(tokens: list[Token]) -> tuple[list[Token], list[Token] | None, Token | None]:
    """Take the first heading outside quotes and lists; return the other tokens, its children and its inline token."""
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            inline = tokens[index + 1]
            return tokens[:index] + tokens[index + 3 :], inline.children or [], inline
    return tokens, None, None


def lower_levels(tokens: list[Token]) -> bool:
    """Move all headings one level down if there is an h1 among them; tell whether they were moved.

    A page has one h1, its title.
    """
    pairs = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    if not any(token.tag == "h1" for token in pairs) and not _raw_h1(tokens):
        return False
    for token in pairs:
        token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
    return True


def _raw_h1(tokens: Iterable[Token]) -> bool:
    return any(token.type == "html_block" and _RAW_H1.search(token.content) for token in tokens)


class Anchors:
    """The ids of one page, each given out once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self._next: dict[str, int] = {}

    def give(self, wish: str) -> str:
        """Return `wish`, or `wish` with the first free number."""
        name = wish
        number = self._next.get(wish, 1)
        while name in self.taken:
            name = f"{wish}-{number}"
            number += 1
        self._next[wish] = number
        self.taken.add(name)
        return name


def slug(text: str) -> str:
    """Return an id for a heading, as GitHub makes them: lower case, hyphens for blanks, punctuation left out.

    Letters and digits of all scripts stay. An id must not begin with a digit, which CSS selectors would have to
    escape (CSS Syntax section 4.3.9), so such a one gets a prefix.
    """
    kept = []
    for character in unicodedata.normalize("NFC", text).lower():
        if character.isspace() or character == "-":
            kept.append("-")
        elif character == "_" or unicodedata.category(character)[0] in "LNM":
            kept.append(character)
    name = "".join(kept).strip("-")
    if not name:
        return "section"
    return name if not name[0].isnumeric() else f"section-{name}"
