"""The block parser that our rules work with: at each line, the rules that may begin with its first character."""

from __future__ import annotations

from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType

from sitegen.markdown.signs import ByCharacter

MAX_NESTING = 100
"""How deep quotes, lists and emphasis may nest: what lies deeper is left out, and Python's stack stays small."""


class State(StateBlock):
    """markdown-it's state, which finds its lines all at once."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        lines = src.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()  # no line follows the last line end, nor is one of blanks alone
        indents = [len(line) - len(line.lstrip(" \t")) for line in lines]
        starts = [*accumulate((len(line) + 1 for line in lines), initial=0)]
        # After the last line comes an empty one, so that looking ahead needs no care.
        self.bMarks = [*starts[:-1], len(src)]
        self.eMarks = [*(start - 1 for start in starts[1:]), len(src)]
        self.tShift = [*indents, 0]
        self.sCount = [*indents, 0]
        self.bsCount = [0] * (len(lines) + 1)
        self.lineMax = len(lines)
        if "\t" in src:
            for number, line in enumerate(lines):
                if "\t" in line[: indents[number]]:
                    self.sCount[number] = len(line[: indents[number]].expandtabs(4))


class Blocks(ParserBlock):
    """markdown-it's block parser, which asks fewer rules and notes in `env["too_deep"]` where it left something out."""

    def __init__(self) -> None:
        super().__init__()
        self._chains: dict[str, ByCharacter] = {}

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803
        """Read the blocks of a text into `outTokens`."""
        if not src:
            return None
        state = State(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

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


LINE_BUDGET = 20_000
"""Lines that may be looked at in vain in one post, besides ten times as many as it has. Who looks for the end of a
formula or of a definition may have to read to the end of its paragraph, so thousands that nothing ends would take
quadratic time; real text has few."""


def may_look_ahead(state: StateBlock) -> bool:
    """Tell whether the end of something may still be looked for in the lines below."""
    return bool(state.env.setdefault("line_budget", LINE_BUDGET + 10 * state.lineMax) > 0)


def looked_in_vain(state: StateBlock, lines: int) -> None:
    """Take so many lines, in which an end was not found, from the budget of the post."""
    state.env["line_budget"] -= lines
