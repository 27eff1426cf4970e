"""Inline rules that remember where in their content they matched: links, images, raw HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as read_autolink
from markdown_it.rules_inline import html_inline as read_html
from markdown_it.rules_inline import image as read_image
from markdown_it.rules_inline import link as read_link
from markdown_it.token import Token

InlineRule = Callable[[StateInline, bool], bool]


def placed(rule: InlineRule, kind: str) -> InlineRule:
    """Return `rule` such that the first token of type `kind` it pushes has its range in `meta["outer"]`."""

    def read(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            token = next((token for token in state.tokens[count:] if token.type == kind), None)
            if token is not None:
                token.meta["outer"] = (start, state.pos)
        return True

    return read


def image(state: StateInline, silent: bool) -> bool:
    """Read `![alt](src)`; places inside the alternative text count from the whole content."""
    start, count = state.pos, len(state.tokens)
    if not read_image(state, silent):
        return False
    if not silent:
        token = next(token for token in state.tokens[count:] if token.type == "image")
        token.meta["outer"] = (start, state.pos)
        _shift(token.children or (), start + 2)
    return True


def _shift(tokens: Sequence[Token], by: int) -> None:
    for token in tokens:
        for key in ("at", "outer"):
            if key in token.meta:
                low, high = token.meta[key]
                token.meta[key] = (low + by, high + by)
        _shift(token.children or (), by)


link = placed(read_link, "link_open")
autolink = placed(read_autolink, "link_open")
html_inline = placed(read_html, "html_inline")
