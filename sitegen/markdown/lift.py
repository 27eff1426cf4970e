"""Display formulas leave their paragraph, since a `<p>` cannot hold the block that a display is.

In a paragraph of its own or on a line of its own, `$$…$$` splits the paragraph; anywhere else it becomes inline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token

from sitegen.markdown.elements import VOID
from sitegen.markdown.mathspans import DISPLAY_MARKS, LABEL
from sitegen.markdown.tokens import copied

_VOID_TAG = re.compile(rf"<(?:{'|'.join(sorted(VOID))})\b|<!|.*/>\Z", re.IGNORECASE | re.DOTALL)
_PUNCTUATION = re.compile(r"\s*([.,;:!?]+)(?=\s|\Z)")
TOP_LEVEL = re.compile(
    r"\\begin\s*\{(?:equation|align|gather|multline|alignat|flalign|eqnarray|displaymath)(?:\\?\*)?\}"
)
"""The beginning of an environment that is a display by itself."""


def lift_displays(tokens: list[Token]) -> list[Token]:
    """Return block tokens in which no paragraph holds a display formula.

    A `math` token that stays among text has `meta["display"]` false; one that was lifted is a block token `display`.
    """
    lifted: list[Token] = []
    for index, token in enumerate(tokens):
        previous = lifted[-1] if lifted else None
        if token.type == "inline" and any(child.markup in DISPLAY_MARKS for child in token.children or ()):
            if previous is not None and previous.type == "paragraph_open":
                lifted.pop()
                lifted += _split(previous, token, tokens[index + 1])
                continue
            for child in token.children or ():
                child.meta["display"] = False
        elif token.type == "paragraph_close" and not (previous is not None and previous.type == "inline"):
            continue  # of a paragraph that was split
        lifted.append(token)
    return lifted


def _split(opening: Token, inline: Token, closing: Token) -> list[Token]:
    """Return the paragraph as paragraphs and displays; open emphasis is closed before a display, reopened after."""
    blocks: list[Token] = []
    run: list[Token] = []
    wrappers: list[Token] = []
    tags = begin = 0

    def flush() -> None:
        children = run + [_closing(wrapper) for wrapper in reversed(wrappers)]
        if any(_is_shown(child) for child in run):
            part = copied(inline, children=_trimmed(children), meta={**inline.meta, "begin": begin})
            blocks.extend((copied(opening), part, copied(closing)))
        run[:] = wrappers

    children = inline.children or []
    for position, child in enumerate(children):
        if child.type == "html_inline" and not _VOID_TAG.match(child.content):
            tags += -1 if child.content.startswith("</") else 1
        in_link = any(wrapper.type == "link_open" for wrapper in wrappers)
        if child.type == "math" and _is_display(child) and tags <= 0 and not in_link:
            flush()
            begin = child.meta["outer"][1]
            _absorb_punctuation(child, children[position + 1] if position + 1 < len(children) else None)
            _absorb_label(child, children[position + 1 : position + 3])
            if not child.content.strip():
                continue  # nothing to show between its dollars
            child.type, child.block = "display", True
            display = copied(inline, type="display", children=None, content=child.content, block=True)
            display.meta = inline.meta | child.meta
            blocks.append(display)
            continue
        if child.type == "math":
            child.meta["display"] = False
        run.append(child)
        if child.nesting == 1:
            wrappers.append(child)
        elif child.nesting == -1 and wrappers:
            wrappers.pop()
    wrappers.clear()
    flush()
    if blocks and blocks[-1].type == "paragraph_close":
        blocks.pop()  # the paragraph's own follows
    return blocks


_BREAKS = frozenset(("softbreak", "hardbreak"))


def _is_display(token: Token) -> bool:
    """Tell whether a formula is a display: by its place, or because it is a numbered environment."""
    return token.markup in DISPLAY_MARKS and (token.meta["display"] or TOP_LEVEL.search(token.content) is not None)


def _is_shown(token: Token) -> bool:
    """Tell whether something of a token is seen: it is neither a break nor blank text, nor the tag of a phrase."""
    return bool(token.content.strip()) or (token.nesting == 0 and token.type not in _BREAKS | {"text"})


def _closing(opening: Token) -> Token:
    return copied(opening, type=opening.type.replace("_open", "_close"), nesting=-1, attrs={}, meta={})


def _trimmed(children: list[Token]) -> list[Token]:
    """Return inline tokens without line breaks and blanks at either end."""
    low, high = 0, len(children)
    while low < high and (children[low].type in _BREAKS or _is_blank(children[low])):
        low += 1
    while high > low and (children[high - 1].type in _BREAKS or _is_blank(children[high - 1])):
        high -= 1
    kept = children[low:high]
    if kept and kept[0].type == "text":
        kept[0] = copied(kept[0], content=kept[0].content.lstrip())
    if kept and kept[-1].type == "text":
        kept[-1] = copied(kept[-1], content=kept[-1].content.rstrip())
    return kept


def _is_blank(token: Token) -> bool:
    return token.type == "text" and not token.content.strip()


def _absorb_punctuation(formula: Token, following: Token | None) -> None:
    """Let punctuation right after a display belong to it: alone it would be a paragraph of one comma."""
    if following is None or following.type != "text" or TOP_LEVEL.search(formula.content):
        return
    match = _PUNCTUATION.match(following.content)
    if match:
        following.content = following.content[match.end() :]
        formula.meta["punctuation"] = match.group(1)


def _absorb_label(formula: Token, following: Sequence[Token]) -> None:
    """Take MyST's label after a display, `$$ … $$ (eq:bose)`."""
    if not following or following[0].type != "text" or (len(following) > 1 and following[1].type not in _BREAKS):
        return
    match = LABEL.fullmatch(following[0].content.strip())
    if match:
        following[0].content = ""
        formula.meta["label"] = match.group(1)
