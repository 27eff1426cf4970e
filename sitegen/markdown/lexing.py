"""Pygments' lexers, quicker: at each place of the code only the rules are tried that may begin with its character.

A state of a lexer is a list of rules, of which the library tries one after another at every place: fifty where the code
is Python, of which three can match a comma. Which character a pattern may begin with is read from the tree that
`re` itself makes of it. What is not understood may begin with anything, so no rule is passed over that would match.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pygments.lexer import Lexer, RegexLexer
from pygments.token import Error, Whitespace, _TokenType

__all__ = ["quicken"]

_Rule = tuple[Any, Any, Any]
"""The `match` of a pattern, what it says of the text, and to which state it leads."""

WORTH_IT = 300
"""After so many visits a state's rules are sorted by characters: that takes as long as some hundred tokens do."""

_SORTED = frozenset(map(chr, range(32, 127))) | {"\n", "\t"}
"""Characters of which all alphabets and flags think alike."""


def quicken(lexer: Lexer) -> Lexer:
    """Return `lexer`, which from now on finds the same tokens in less time."""
    if isinstance(lexer, RegexLexer):
        # Of this one lexer: other instances of its class share the dictionary that it had.
        states = {name: _State(rules) for name, rules in lexer._tokens.items()}  # type: ignore[attr-defined]
        lexer._tokens = states  # type: ignore[attr-defined]
        if type(lexer).get_tokens_unprocessed is RegexLexer.get_tokens_unprocessed:
            lexer.get_tokens_unprocessed = functools.partial(_tokens, lexer, states)  # type: ignore[method-assign]
    return lexer


def _tokens(
    lexer: Lexer, states: Mapping[str, _State], text: str, stack: Iterable[str] = ("root",)
) -> Iterator[tuple[int, _TokenType, str]]:
    """Yield place, kind and text of each token, as `RegexLexer.get_tokens_unprocessed` does."""
    opened = list(stack)
    rules = states[opened[-1]].rules
    at = 0
    while True:
        character = text[at : at + 1]
        for match, action, following in rules[character]:
            found = match(text, at)
            if not found:
                continue
            if type(action) is _TokenType:
                yield at, action, found.group()
            elif action is not None:
                yield from action(lexer, found)
            at = found.end()
            if following is not None:
                _follow(opened, following)
                rules = states[opened[-1]].rules
            break
        else:
            if not character:
                return
            yield at, Whitespace if character == "\n" else Error, character
            at += 1
            if character == "\n":  # what nobody understood ends with its line
                opened = ["root"]
                rules = states["root"].rules


def _follow(opened: list[str], following: str | int | tuple[str, ...]) -> None:
    """Change the states that are open as a rule says: names to open, `#push`, `#pop`, or how many to close."""
    if isinstance(following, int):
        del opened[max(1, len(opened) - abs(following)) :]
        return
    for name in (following,) if isinstance(following, str) else following:
        if name == "#push":
            opened.append(opened[-1])
        elif name != "#pop":
            opened.append(name)
        elif len(opened) > 1:
            opened.pop()


class _Rules(dict[str, Sequence[_Rule]]):
    """The rules of a state by the character that comes next."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        super().__init__()
        self.all = rules
        self._visits = 0

    def __missing__(self, character: str) -> Sequence[_Rule]:
        self._visits += 1
        if self._visits < WORTH_IT or character not in _SORTED:
            return self.all
        chosen = self[character] = [rule for rule in self.all if _may_begin(rule[0], character)]
        return chosen


class _State:
    """The rules of a state, in place of the list that the library goes through at each place of the code."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self.rules = _Rules(rules)
        self._chosen = rules
        self._first: _Rule = (self._look, None, None)
        """A rule that never matches, and sees where the others are about to be tried."""

    def __iter__(self) -> Iterator[_Rule]:
        yield self._first
        # Nobody else can have looked in the meantime: the library asks for the next rule at once.
        yield from self._chosen

    def _look(self, text: str, at: int, *_: int) -> None:
        self._chosen = self.rules[text[at : at + 1]]


# -- what a pattern may begin with


def _may_begin(match: Any, character: str) -> bool:
    """Tell whether the pattern of a bound `match` may match a text that begins with an ASCII character."""
    pattern = getattr(match, "__self__", None)
    if not isinstance(pattern, re.Pattern):
        return True
    items = _tree(pattern)
    return items is None or _begins(items, character, bool(pattern.flags & re.IGNORECASE)) is not False


@functools.cache
def _tree(pattern: re.Pattern[str]) -> Any:
    """Return what `re` makes of a pattern; None where this version of Python keeps it to itself."""
    try:
        parser: Any = importlib.import_module("re._parser")
        return parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    except (ImportError, AttributeError, ValueError, re.error):
        return None


def _begins(items: Any, character: str, folded: bool) -> bool | None:
    """Tell whether a row of items may begin with `character`; None if it may match without taking any."""
    for operation, argument in items:
        answer = _item_begins(str(operation), argument, character, folded)
        if answer is not None:
            return answer
    return None


def _item_begins(operation: str, argument: Any, character: str, folded: bool) -> bool | None:
    if operation == "LITERAL":
        return _is_in(character, argument, argument, folded)
    if operation == "IN":
        return _is_in_set(character, argument, folded)
    if operation == "BRANCH":
        answers = [_begins(items, character, folded) for items in argument[1]]
        return True if True in answers else None if None in answers else False
    if operation == "SUBPATTERN":
        _, added, removed, items = argument
        return True if removed else _begins(items, character, folded or bool(added & re.IGNORECASE))
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, _, items = argument
        answer = _begins(items, character, folded)
        return True if answer else None if least == 0 else answer
    if operation in {"AT", "ASSERT", "ASSERT_NOT"}:
        return None  # these look, and take nothing
    return True


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "CATEGORY_DIGIT": str.isdecimal,
    "CATEGORY_SPACE": str.isspace,
    "CATEGORY_WORD": lambda character: character.isalnum() or character == "_",
}


def _is_in_set(character: str, members: Any, folded: bool) -> bool:
    negated = bool(members) and str(members[0][0]) == "NEGATE"
    found = False
    for kind, argument in members[negated:]:
        name = str(kind)
        if name == "CATEGORY":
            wanted = str(argument)
            category = _CATEGORIES.get(wanted.replace("_NOT_", "_"))
            if category is None:
                return True
            found |= category(character) is not ("_NOT_" in wanted)
        elif name in {"LITERAL", "RANGE"}:
            low, high = (argument, argument) if name == "LITERAL" else argument
            found |= _is_in(character, low, high, folded)
        else:
            return True
    # Case makes `[^a]` a matter of its own.
    return True if negated and folded else found is not negated


def _is_in(character: str, low: int, high: int, folded: bool) -> bool:
    if not folded:
        return low <= ord(character) <= high
    # Letters beyond ASCII may fold to one of it, as the sign of Kelvin does.
    return high > 127 or any(low <= ord(case) <= high for case in (character.lower(), character.upper()))
