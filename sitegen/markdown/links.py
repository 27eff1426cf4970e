"""Inline rules that remember where in their content they matched: links, images, raw HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.helpers import parseLinkLabel
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as read_autolink
from markdown_it.rules_inline import html_inline as read_html
from markdown_it.rules_inline import image as read_image
from markdown_it.rules_inline import link as read_link
from markdown_it.rules_inline import linkify as read_url
from markdown_it.token import Token

LABEL_BUDGET = 300_000
"""Characters that searches for closing brackets may look at in one post, besides ten times its length."""

InlineRule = Callable[[StateInline, bool], bool]


def parse_label(state: StateInline, start: int, disable_nested: bool = False) -> int:
    """Return where the `]` of the `[` at `start` stands, or -1, like markdown-it's helper but within a budget.

    Each search may run to the end of its paragraph, so thousands of brackets that close nothing would take quadratic
    time. Real text fails now and then; the budget of a post, `LABEL_BUDGET` and a few times its length, covers that.
    """
    left = state.env.setdefault("label_budget", LABEL_BUDGET)
    if left < 0:
        return -1
    end = parseLinkLabel(state, start, disable_nested)
    state.env["label_budget"] -= (end if end >= 0 else state.posMax) - start
    return end


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


def linkify(state: StateInline, silent: bool) -> bool:
    """Read a bare address; only after a scheme that is linked, since the search for one is quadratic."""
    if state.src[state.pos] != ":" or not state.src.startswith("//", state.pos + 1):
        return False
    known = state.src[max(0, state.pos - 5) : state.pos].lower().endswith(("http", "https", "ftp"))
    return known and read_url(state, silent)
