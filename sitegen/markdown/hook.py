"""The function `markdown(md)` of a site's own module: more rules for the parser, and what their tokens look like."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

__all__ = ["PLAIN", "Extension", "added_rules", "apply"]

Extension = tuple[str, str]
"""Path and text of the module."""


@functools.lru_cache(maxsize=4)
def _function(path: str, text: str) -> Callable[[MarkdownIt], Any] | None:
    names: dict[str, Any] = {"__name__": "sitegen_extension", "__file__": path}
    exec(compile(text, path, "exec"), names)
    found = names.get("markdown")
    return found if callable(found) else None


def apply(md: MarkdownIt, extension: Extension) -> None:
    """Let the module's function change a parser that has all the usual rules.

    Raises whatever the module raises.
    """
    function = _function(*extension)
    if function is not None:
        function(md)
        md.core.ruler.push("plain_text_of_extension", functools.partial(_add_plain_text, frozenset(added_rules(md))))


PLAIN = "plain"
"""Key of a token's `meta`: what stands for it where there is text only."""


def _add_plain_text(added: frozenset[str], state: StateCore) -> None:
    """Say what tokens of the site's own are as text: their content, unless a rule says otherwise."""
    for token in state.tokens:
        for each in (token, *(token.children or ())):
            if each.type in added and each.nesting == 0:
                each.meta.setdefault(PLAIN, each.content)


def added_rules(md: MarkdownIt) -> Mapping[str, Callable[..., str]]:
    """Return the render rules that were added to a parser, or take the place of markdown-it's."""
    usual = {name: _plain(rule) for name, rule in MarkdownIt().renderer.rules.items()}  # type: ignore[attr-defined]
    rules: Mapping[str, Callable[..., str]] = md.renderer.rules  # type: ignore[attr-defined]
    return {name: rule for name, rule in rules.items() if _plain(rule) is not usual.get(name)}


def _plain(rule: object) -> object:
    return getattr(rule, "__func__", rule)
