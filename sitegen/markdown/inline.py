"""The inline state that our rules work with: emphasis beside formulas and CJK text."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token
from markdown_it.utils import EnvType


class State(StateInline):
    """Inline state whose emphasis works next to formulas and in scripts without blanks between words."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 - the library's names
        """Judge a run of `*`, `_` or `~` (CommonMark section 6.2), with two additions.

        A `$` next to it counts as a letter, since a formula is one; a CJK neighbour makes a run flanking that
        punctuation on the other side would not let be, since those scripts put no blanks there.
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
        return Scanned(opens, closes, end - start)


def _is_punctuation(character: str) -> bool:
    return character != "$" and (isMdAsciiPunct(ord(character)) or isPunctChar(character))


def _is_cjk(character: str) -> bool:
    return "\u2e80" <= character <= "\ud7ff" or "\uf900" <= character <= "\ufaff" or character >= "\U00020000"


class Inline(ParserInline):
    """Inline parser that works with our state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse inline content into `tokens`."""
        state = State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens
