"""The block parser that our rules work with: at each line, the rules that may begin with its first character."""

from __future__ import annotations

from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.rules_block import StateBlock

from sitegen.markdown.signs import ByCharacter

MAX_NESTING = 100
"""How deep quotes, lists and emphasis may nest: what lies deeper is left out, and Python's stack stays small."""


class Blocks(ParserBlock):
    """markdown-it's block parser, which asks fewer rules and notes in `env["too_deep"]` where it left something out."""

    def __init__(self) -> None:
        super().__init__()
        self._chains: dict[str, ByCharacter] = {}

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 - the library's names
        """Read the blocks of some lines into the state's tokens."""
        too_deep = state.level >= MAX_NESTING
        if too_deep:
            state.env.setdefault("too_deep", startLine)
        line = startLine
        blanks = False
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                return
            if too_deep:
                state.line = endLine
                return
            for rule in self.rules_at(state, line):
                if rule(state, line, endLine, False):
                    break
            if state.line <= line:
                raise RuntimeError("a block rule read no line")
            # The blank lines before a block count: they make the list around it a loose one.
            state.tight = not blanks
            line = state.line
            # The last item of a list may have eaten the line after it.
            blanks = blanks or (line <= endLine and state.isEmpty(line - 1))
            if line < endLine and state.isEmpty(line):
                blanks = True
                line += 1
                state.line = line

    def rules_at(self, state: StateBlock, line: int, chain: str = "") -> tuple[RuleFuncBlockType, ...]:
        """Return the rules of a chain that may begin at a line, which is not blank."""
        rules = self.ruler.getRules(chain)
        found = self._chains.get(chain)
        if found is None or found.rules is not rules:  # the ruler makes a new list when its rules change
            found = self._chains[chain] = ByCharacter(rules)
        return found[state.src[state.bMarks[line] + state.tShift[line]]]


def interrupted(state: StateBlock, line: int, end_line: int, chain: str = "paragraph") -> bool:
    """Tell whether a line that is not blank begins a block of those that may end one of the kind `chain`."""
    blocks = state.md.block
    assert isinstance(blocks, Blocks)
    return any(rule(state, line, end_line, True) for rule in blocks.rules_at(state, line, chain))
