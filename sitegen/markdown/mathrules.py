"""The inline rules that read formulas and references to equations, as `mathspans` finds them."""

from __future__ import annotations

import bisect
import functools

from markdown_it.rules_inline import StateInline

from sitegen.markdown.mathspans import RAW_ELEMENTS, Found, dollars, find_formula, find_formula_or_reference, place
from sitegen.markdown.signs import begins_with


@functools.lru_cache(maxsize=8)
def _raw_ranges(text: str) -> tuple[list[int], list[int]]:
    """Return where `<code>` and the like begin and end in a text, in order; dollars in them open nothing."""
    starts: list[int] = []
    ends: list[int] = []
    open_at: dict[str, int] = {}
    for match in RAW_ELEMENTS.finditer(text):
        name = match.group(1).lower()
        if text[match.start() + 1] != "/":
            open_at.setdefault(name, match.start())
        elif name in open_at:
            start = open_at.pop(name)
            while starts and starts[-1] > start:  # it lies inside this one
                starts.pop()
                ends.pop()
            starts.append(start)
            ends.append(match.end())
    return starts, ends


def _in_raw_element(text: str, at: int) -> bool:
    starts, ends = _raw_ranges(text)
    index = bisect.bisect_left(starts, at) - 1
    return index >= 0 and at < ends[index]


@begins_with("$")
def math(state: StateInline, silent: bool) -> bool:
    """Read a formula between dollars, or dollars that are none (inline rule).

    The token `math` has the TeX as content, its `Mark` as markup, and in `meta`: `at` (range of the TeX), `outer`
    (with delimiters), all offsets in the inline content, and for a display as `display` its `Place`. A `$$` that
    nothing closes becomes the token `lone_dollars`.
    """
    start = state.pos
    if state.src[start] != "$":
        return False
    raw = "<" in state.src and _in_raw_element(state.src, start)
    found = None if raw else find_formula(state.src, start, state.posMax)
    if found is not None:
        _push(state, found, silent)
        return True
    run = dollars(state.src, start, state.posMax)
    if not silent and run == 2:
        token = state.push("lone_dollars", "", 0)
        token.content = "$$"
        opens = not state.src[state.src.rfind("\n", 0, start) + 1 : start].strip()
        token.meta = {"at": (start, start + 2), "opens_line": opens}
    elif not silent:
        state.append_pending("$" * run)
    state.pos += run
    return True


def _push(state: StateInline, found: Found, silent: bool) -> None:
    state.pos = found.end
    if silent:
        return
    token = state.push("math", "math", 0)
    token.content = state.src[found.inner_start : found.inner_end]
    token.markup = found.mark
    token.meta = {
        "at": (found.inner_start, found.inner_end),
        "outer": (found.start, found.end),
        "display": place(state.src, found, state.posMax) if found.double else False,
    }


@begins_with("\\{")
def tex(state: StateInline, silent: bool) -> bool:
    """Read a formula that a backslash or a shortcode opens, or a reference to an equation (inline rule)."""
    start = state.pos
    if state.src[start] not in "\\{" or ("<" in state.src and _in_raw_element(state.src, start)):
        return False
    found = find_formula_or_reference(state.src, start, state.posMax)
    if found is None:
        return False
    _push(state, found, silent)
    return True
