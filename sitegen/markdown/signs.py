"""Which characters a construct may begin with, so that a rule is asked only where one of them stands.

markdown-it asks rule after rule at every line and at every sign of the text: a dozen of them, of which one or two could
say yes. Here a rule says beside its definition what it begins with, and what those of the library begin with is listed.
A rule that says nothing, such as one of a site's own module, is asked everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from markdown_it import rules_block, rules_inline
from mdit_py_plugins.footnote.index import footnote_def

__all__ = ["ByCharacter", "begins_with"]

Rule = TypeVar("Rule", bound=Callable[..., bool])

_SIGNS: dict[Callable[..., bool], str] = {
    rules_block.fence: "`~",
    rules_block.blockquote: ">",
    rules_block.hr: "*-_",
    rules_block.list_block: "*-+0123456789",
    rules_block.reference: "[",
    footnote_def: "[",
    rules_inline.newline: "\n",
    rules_inline.escape: "\\",
    rules_inline.backtick: "`",
    rules_inline.strikethrough.tokenize: "~",
    rules_inline.emphasis.tokenize: "*_",
    rules_inline.entity: "&",
}


def begins_with(signs: str) -> Callable[[Rule], Rule]:
    """Say of a block or inline rule that it matches only where one of `signs` stands, blanks before a block aside."""

    def note(rule: Rule) -> Rule:
        _SIGNS[rule] = signs
        return rule

    return note


class ByCharacter(dict[str, tuple[Any, ...]]):
    """The rules of a chain by the character at hand, in their order; sorted out when a character is first met."""

    def __init__(self, rules: Sequence[Callable[..., Any]]) -> None:
        super().__init__()
        self.rules = rules

    def __missing__(self, character: str) -> tuple[Any, ...]:
        found = self[character] = tuple(rule for rule in self.rules if self.may_begin(rule, character))
        return found

    def may_begin(self, rule: Callable[..., Any], character: str) -> bool:
        """Tell whether `rule` may match where `character` stands."""
        return character in _SIGNS.get(rule, character)
