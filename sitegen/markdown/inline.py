"""The inline parser that our rules work with: emphasis beside formulas and CJK text, and no rule asked in vain."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline, RuleFuncInlineType
from markdown_it.rules_inline import StateInline, emphasis, link_pairs, strikethrough, text
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType

from sitegen.markdown.blocks import MAX_NESTING
from sitegen.markdown.signs import ByCharacter

_LATE_ENDS = frozenset((". **", ": **", "! **", "? **"))


class State(StateInline):
    """Inline state whose emphasis works next to formulas and in scripts without blanks between words."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - the library's names
        """Judge a run of `*`, `_` or `~` (CommonMark section 6.2), with three additions.

        A `$` next to it counts as a letter, since a formula is one; a CJK neighbour makes a run flanking that
        punctuation on the other side would not let be, since those scripts put no blanks there. And `**` that is open
        ends after the blank that follows a sign of punctuation, as in `**Proposition: **The`: many texts have that
        from an editor that shows no signs.
        """
        end = start
        while end < self.posMax and self.src[end] == self.src[start]:
            end += 1
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        before_blank, after_blank = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
        before_mark, after_mark = _is_punctuation(before), _is_punctuation(after)
        left = not after_blank and (not after_mark or before_blank or before_mark or _is_cjk(before))
        right = not before_blank and (not before_mark or after_blank or after_mark or _is_cjk(after))
        opens = left and (canSplitWord or not right or before_mark)
        closes = right and (canSplitWord or not left or after_mark)
        if before_blank and self.src[start - 2 : end] in _LATE_ENDS and self._opens_strong():
            opens, closes = False, True
        return Scanned(opens, closes, end - start)

    def _opens_strong(self) -> bool:
        """Tell whether the last run of `**` opens, and nothing has closed it."""
        last = next((each for each in reversed(self.delimiters) if each.marker == 0x2A and each.length == 2), None)
        return last is not None and last.open and not last.close


def _is_punctuation(character: str) -> bool:
    return character != "$" and (isMdAsciiPunct(ord(character)) or isPunctChar(character))


def _is_cjk(character: str) -> bool:
    return "\u2e80" <= character <= "\ud7ff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


class Inline(ParserInline):
    """markdown-it's inline parser with our state, which asks only the rules that may begin with the next character."""

    def __init__(self) -> None:
        super().__init__()
        self._rules = _AtSigns((), self.terminator_re)

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse inline content into `tokens`."""
        state = State(src, md, env, tokens)
        self.tokenize(state)
        paired = bool(state.delimiters) or any(state.tokens_meta)
        for rule in self.ruler2.getRules(""):
            if paired or rule not in _OF_PAIRS:
                rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        """Read the rest of the state's text into its tokens."""
        rules, src, end = self._rules_now(), state.src, state.posMax
        while (pos := state.pos) < end:
            for rule in rules[src[pos]] if state.level < MAX_NESTING else ():
                if rule(state, False):
                    if state.pos <= pos:
                        raise RuntimeError("an inline rule read nothing")
                    break
            else:
                state.append_pending(src[pos])
                state.pos = pos + 1
        if state.pending:
            state.pushPending()

    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - the library's name
        """Go on to where the token ends that begins here, or one character further."""
        pos = state.pos
        if pos not in state.cache:
            state.cache[pos] = self._token_end(state) if state.level < MAX_NESTING else state.posMax + 1
        state.pos = state.cache[pos]

    def _token_end(self, state: StateInline) -> int:
        pos = state.pos
        state.level += 1
        for rule in self._rules_now()[state.src[pos]]:
            if rule(state, True):
                if state.pos <= pos:
                    raise RuntimeError("an inline rule read nothing")
                break
        else:
            state.pos += 1
        state.level -= 1
        return state.pos

    def _rules_now(self) -> ByCharacter:
        rules = self.ruler.getRules("")
        known = self._rules
        if known.rules is not rules or known.signs is not self.terminator_re:  # made anew when they change
            known = self._rules = _AtSigns(rules, self.terminator_re)
        return known


_OF_PAIRS = frozenset((link_pairs, strikethrough.postProcess, emphasis.postProcess))
"""What looks for the other ends of emphasis, and need not where there is none."""


class _AtSigns(ByCharacter):
    """The inline rules, of which the one for plain text takes all that is no sign."""

    def __init__(self, rules: Sequence[RuleFuncInlineType], signs: re.Pattern[str]) -> None:
        super().__init__(rules)
        self.signs = signs

    def may_begin(self, rule: Callable[..., Any], character: str) -> bool:
        if rule is text:
            return self.signs.match(character) is None
        return super().may_begin(rule, character)
