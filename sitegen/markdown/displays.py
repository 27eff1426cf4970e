"""Which `$$…$$` of a post are displays: by where each stands, and by whose Markdown the post is written in."""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it.token import Token

from sitegen.markdown.mathspans import is_loose


class Doubt(NamedTuple):
    """How formulas of a post were read that could have been read otherwise."""

    message: str
    inline: Token
    """The inline token that holds the first of them."""
    formula: Token
    number: int
    """How many they are."""


MAX_SMALL = 40
"""Characters of a formula that only names something."""


def settle_style(tokens: list[Token]) -> list[Doubt]:
    """Decide for the `math` tokens of a post which `$$…$$` are displays.

    In kramdown, where `$$` is the only delimiter, one is a display in a paragraph of its own and inline anywhere
    else. An author who writes `$…$` as well means displays. So a post is read as kramdown's where formulas between
    `$$` stand amid text at least as often as others stand between single dollars or on lines beside text. Amid text,
    those that state nothing, such as `$$x_1$$`, are inline in any case.
    Returns what was in doubt.
    """
    pairs = [(token, child) for token in tokens for child in token.children or () if child.type == "math"]
    formulas = [child for _, child in pairs if child.markup == "$$"]
    loose = [pair for pair in pairs if pair[1].markup == "$" and is_loose(pair[1].content)]
    doubts = [Doubt("`$ x $`, with blanks inside, is read as a formula", *loose[0], len(loose))] if loose else []
    if not formulas:
        return doubts
    singles = sum(child.markup == "$" for _, child in pairs)
    lines = sum(token.meta["display"] in ("line", "beside") for token in formulas)
    inline = sum(token.meta["display"] in ("inline", "amid") for token in formulas)
    kramdown = inline >= singles
    amid_lines = kramdown and inline > 1 and inline >= lines
    displays = {
        "display": True,
        "beside": not amid_lines,
        "line": not amid_lines,
        "inline": not kramdown,
        "amid": not kramdown,
    }
    beside = [pair for pair in pairs if pair[1].markup == "$$" and pair[1].meta["display"] in ("line", "beside")]
    amid = [
        pair
        for pair in pairs
        if pair[1].markup == "$$" and pair[1].meta["display"] in ("inline", "amid") and not _is_small(pair[1])
    ]
    if amid_lines and beside:
        message = "`$$…$$` beside lines of text is read as inline, as kramdown reads it"
        doubts.append(Doubt(message, *beside[0], len(beside)))
    if not kramdown and amid:
        message = "`$$…$$` amid text is read as a display, since formulas in the text have single dollars here"
        doubts.append(Doubt(message, *amid[0], len(amid)))
    for token in formulas:
        token.meta["display"] = displays[token.meta["display"]] and not _is_small(token)
    return doubts


_LARGE = re.compile(
    r"[=<>≤≥≈∼→&]|\\(?:[dt]?frac|sum|prod|o?int|lim|max|min|begin|binom|over|le|ge|leq|geq|to|in|sim|ne)(?![A-Za-z])"
)


def _is_small(token: Token) -> bool:
    """Tell whether a formula amid a sentence states nothing, such as a name, so that nobody sets it apart."""
    tex = token.content
    return token.meta["display"] == "amid" and len(tex) <= MAX_SMALL and _LARGE.search(tex) is None
