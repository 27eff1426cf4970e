"""Proof trees: the `prooftree` environment of bussproofs, and of ebproof, which has other commands inside.

Both describe a tree from its leaves: an axiom is put aside, and an inference takes as many trees as its name says.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple, NoReturn

from sitegen.math.commands.environments import finish
from sitegen.math.commands.text import text_nodes
from sitegen.math.lexer import Token
from sitegen.math.macros import Macro
from sitegen.math.nodes import ORD, Group, Node, Row, Space, Table, Wrapped
from sitegen.math.parser import MAX_CELLS, Parser
from sitegen.math.plaintext import plain_text
from sitegen.math.registry import Handler

INFERENCES: Final[dict[str, int]] = {
    "\\UnaryInf": 1, "\\UI": 1, "\\BinaryInf": 2, "\\BI": 2, "\\TrinaryInf": 3, "\\TI": 3,
    "\\QuaternaryInf": 4, "\\QuinaryInf": 5,
}  # fmt: skip
"""Inference with a sequent between dollar signs, to its number of premises; with a `C` its argument is text."""

LINES: Final[dict[str, str]] = {
    "\\noLine": "", "\\singleLine": "infer", "\\solidLine": "infer", "\\doubleLine": "infer double",
    "\\dashedLine": "infer dashed", "\\dottedLine": "infer dotted",
}  # fmt: skip
"""Command to the classes of the line above the next conclusion; with `\\always…` of all that follow."""

_SWITCHES: Final = {
    "\\alwaysRootAtTop": True,
    "\\rootAtTop": True,
    "\\alwaysRootAtBottom": False,
    "\\rootAtBottom": False,
}
_IGNORED: Final = frozenset(
    ["\\EnableBpAbbreviations", "\\centerAlignProof", "\\bottomAlignProof", "\\normalAlignProof"]
)


class Tree(NamedTuple):
    """A tree that waits for an inference."""

    nodes: list[Node]
    start: int
    end: int
    width: float
    """Estimated width of the whole, in em."""
    root: float
    """Estimated width of its last conclusion."""
    lean: float = 0.0
    """How much wider the label right of its last line is than the one left of it, in em: the conclusion is off the
    middle by half of it."""


class _Proof:
    """The trees put aside so far, and how the next line is drawn."""

    def __init__(self, parser: Parser, opening: Token) -> None:
        self.parser = parser
        self.opening = opening
        self.trees: list[Tree] = []
        self.line = self.usual = "infer"
        self.left: list[Node] = []
        self.right: list[Node] = []
        self.root_at_top = False

    def fail(self, token: Token, message: str, label: str, hint: str) -> NoReturn:
        """End the formula with a located problem."""
        self.parser.fail("bad-proof", token[1], token[2], message, label, hint)

    def command(self, token: Token) -> bool:
        """Carry out one command; return False when it is none of a proof."""
        text = token[0]
        parser = self.parser
        name = _ABBREVIATIONS.get(text, text)
        if name == "\\AxiomC":
            self.push(text_nodes(parser, token, ""), token)
        elif name == "\\Axiom":
            self.push(self.sequent(token), token)
        elif name in ("\\LeftLabel", "\\RightLabel"):
            label = text_nodes(parser, token, "")
            if name == "\\LeftLabel":
                self.left = label
            else:
                self.right = label
        elif name in LINES:
            self.line = LINES[name]
        elif name.startswith("\\always") and "\\" + name[7:8].lower() + name[8:] in LINES:
            self.line = self.usual = LINES["\\" + name[7:8].lower() + name[8:]]
        elif name in _SWITCHES:
            self.root_at_top = _SWITCHES[name]
        elif name in INFERENCES:
            self.infer(INFERENCES[name], self.sequent(token), token)
        elif name[-1] == "C" and name[:-1] in INFERENCES:
            self.infer(INFERENCES[name[:-1]], text_nodes(parser, token, ""), token)
        elif name == "\\hypo":
            self.push(parser.argument_row(token), token)
        elif name == "\\infer":
            self.numbered_inference(token)
        elif name not in _IGNORED:
            return False
        return True

    def push(self, nodes: list[Node], token: Token) -> None:
        """Put a tree aside."""
        self.parser.cells += 1
        if self.parser.cells > MAX_CELLS:
            self.fail(token, f"more than {MAX_CELLS:,} steps in one proof", "one too many", "divide the proof")
        width = _width(nodes)
        self.trees.append(Tree(nodes, token[1], nodes[-1].end if nodes else token[2], width, width))

    def sequent(self, token: Token) -> list[Node]:
        """Read `$ … \\fCenter … $`."""
        parser = self.parser
        if parser.peek() != "$":
            hint = f"write {token[0]}$ … $, or {token[0]}C{{…}} for text"
            self.fail(token, f"{token[0]} needs a formula between dollar signs", "no dollar sign follows", hint)
        opening = parser.stack.pop()
        nodes = parser.parse_row()
        if not parser.stack or parser.stack[-1][0] != "$":
            self.fail(opening, "this formula is never closed", "opened here", "add the missing $")
        parser.stack.pop()
        return nodes

    def numbered_inference(self, token: Token) -> None:
        """Read ebproof's `\\infer[options]{count}[label]{conclusion}`."""
        parser = self.parser
        options = parser.optional_text()
        count, start, end = parser.text_argument(token)
        if not re.fullmatch("[0-9]", count):
            parser.fail(
                "bad-proof", start, end, f"{count} is no number of premises", "a digit expected", "write \\infer2{…}"
            )
        label = parser.optional_tokens()
        if label:
            self.right = parser.sub_parse(label)
        if options:
            kinds = {"double": "infer double", "dashed": "infer dashed", "dotted": "infer dotted", "norule": ""}
            self.line = kinds.get(options[0].replace(" ", "").removesuffix("=true"), self.line)
        self.infer(int(count), parser.argument_row(token), token)

    def infer(self, count: int, conclusion: list[Node], token: Token) -> None:
        """Set a conclusion below the last `count` trees."""
        if len(self.trees) < count:
            there = "no premise" if not self.trees else f"{len(self.trees)} of {count} premises"
            hint = "put the premises before it: \\AxiomC{…}"
            self.fail(token, f"{token[0]} finds {there}", "too few trees before it", hint)
        premises = self.trees[len(self.trees) - count :]
        del self.trees[len(self.trees) - count :]
        start = premises[0].start if premises else token[1]
        end = conclusion[-1].end if conclusion else token[2]
        upper = _side_by_side(premises, start, end)
        line = self.line
        root = _width(conclusion)
        width = max(root, sum(each.width for each in premises) + _GAP * (len(premises) - 1))
        if len(premises) == 1 and line and not self.root_at_top and width - max(root, premises[0].root) > 2:
            # The line is as long as the two conclusions it stands between, not as the tree above.
            missing = max(0.0, premises[0].root - root)
            conclusion = _underlined(conclusion, line, missing, token)
            conclusion = [*_hung(self.left, "left"), *conclusion, *_hung(self.right, "right")]
            lean = premises[0].lean
            place = Space(f"{abs(lean):.3g}em", start, start)
            conclusion = [*conclusion, place] if lean > 0 else [place, *conclusion] if lean else conclusion
            line, self.left, self.right = "", [], []
        else:
            lean = 0.7 * (_width(self.right) - _width(self.left))
        table = Table("proof", [], start, end)
        table.columns = [""]
        first = self._row(upper, line if self.root_at_top else "", labelled=True)
        second = self._row(conclusion, "" if self.root_at_top else line, labelled=False)
        table.rows = [second, first] if self.root_at_top else [first, second]
        self.parser.cells += 2
        self.trees.append(Tree([table], start, end, width, root, lean))
        self.line, self.left, self.right = self.usual, [], []

    def _row(self, nodes: list[Node], classes: str, *, labelled: bool) -> Row:
        """Return a row of an inference, with its labels or the empty cells below them."""
        start, end = (nodes[0].start, nodes[-1].end) if nodes else self.opening[1:]
        row = Row(start)
        row.end = end
        for label, side in ((self.left, "left"), (self.right, "right")):
            if side == "right":
                row.spans[len(row.cells)] = (1, classes)
                row.cells.append(nodes)
            if label:
                row.spans[len(row.cells)] = (1, "label right" if side == "left" else "label left")
                row.cells.append(_label(label, self.root_at_top) if labelled else [])
        return row

    def result(self) -> list[Node]:
        """Return the finished tree."""
        if not self.trees:
            self.fail(self.opening, "a proof without an axiom", "nothing in it", "begin with \\AxiomC{…}")
        if len(self.trees) > 1:
            start, end = self.trees[0].start, self.trees[0].end
            many = f"the proof falls into {len(self.trees)} trees"
            hint = "join them with \\BinaryInfC or another inference"
            self.parser.fail("bad-proof", start, end, many, "this one is not used", hint)
        return self.trees[0].nodes


_GAP: Final = 1.6
"""Em between premises; the style sheet's padding says the same."""


def _width(nodes: list[Node]) -> float:
    """Estimate how wide nodes are, in em."""
    return 0.55 * len(plain_text(nodes))


def _underlined(nodes: list[Node], line: str, missing: float, token: Token) -> list[Node]:
    """Return a conclusion with its line above it, which is `missing` em longer than the conclusion."""
    start, end = (nodes[0].start, nodes[-1].end) if nodes else token[1:]
    side = f"{missing / 2 + 0.3:.3g}em"
    return [Wrapped("mrow", f' class="{line}"', [Space(side, start, start), *nodes, Space(side, end, end)], start, end)]


def _hung(label: list[Node], side: str) -> list[Node]:
    """Return a label that hangs beside a conclusion at the height of the line above it, and takes no width."""
    if not label:
        return []
    start, end = label[0].start, label[-1].end
    small: Node = Wrapped("mstyle", ' scriptlevel="1"', label, start, end)
    inside = Wrapped("mrow", "", [small], start, end)
    raised = ' height="0" depth="0" voffset=".6em"'
    return [Wrapped("mpadded", f' class="lap-{side}" width="0"{raised}', [inside], start, end)]


def _side_by_side(premises: list[Tree], start: int, end: int) -> list[Node]:
    """Return the premises of one inference."""
    if len(premises) == 1:
        return premises[0].nodes
    row = Row(start)
    row.end = end
    row.cells = [each.nodes for each in premises]
    table = Table("premises", [row] if row.cells else [], start, end)
    table.columns = [""]
    return [table] if row.cells else []


def _label(nodes: list[Node], root_at_top: bool) -> list[Node]:
    """Return a label at the height of the line: it hangs half below the row above the line."""
    start, end = nodes[0].start, nodes[-1].end
    small: Node = Wrapped("mstyle", ' scriptlevel="1"', nodes, start, end)
    drop = "0.5em" if root_at_top else "-0.25em"
    return [Wrapped("mpadded", f' height="0" depth="0" voffset="{drop}"', [small], start, end)]


_ABBREVIATIONS: Final[dict[str, str]] = {
    "\\AXC": "\\AxiomC", "\\AX": "\\Axiom", "\\UIC": "\\UnaryInfC", "\\BIC": "\\BinaryInfC", "\\TIC": "\\TrinaryInfC",
    "\\LL": "\\LeftLabel", "\\RL": "\\RightLabel", "\\DP": "\\DisplayProof",
}  # fmt: skip


def _read(parser: Parser, opening: Token, proof: _Proof) -> None:
    """Carry out commands until another token stands there, and leave that."""
    parser.depth += 1
    if parser.depth > 80:
        parser.too_deep(opening[1], opening[2])
    while parser.peek():
        token = parser.stack.pop()
        text = token[0]
        # \Axiom of bussproofs comes before a macro of that name; authors' \RL and the like go first.
        macro: Macro | None = parser.macros.get(text)
        if macro is not None:
            parser.expand(macro, token)
        elif not proof.command(token):
            parser.stack.append(token)
            break
    parser.depth -= 1


def prooftree(parser: Parser, opening: Token, name: str) -> Node:
    """`\\begin{prooftree} … \\end{prooftree}`."""
    proof = _Proof(parser, opening)
    _read(parser, opening, proof)
    if parser.stack and parser.stack[-1][0] not in ("\\end", "}"):
        token = parser.stack[-1]
        hint = "put it into the argument of \\AxiomC{…} or of an inference"
        proof.fail(token, f"{token[0]} between the steps of a proof", "no step of a proof", hint)
    nodes = proof.result() if parser.stack and parser.stack[-1][0] == "\\end" else []
    end = finish(parser, opening, name)
    return Group(nodes, opening[1], end, ORD)


def proof_in_line(parser: Parser, token: Token) -> Node:
    """A proof outside of the environment: from its first `\\AxiomC` to `\\DisplayProof`."""
    parser.stack.append(token)
    proof = _Proof(parser, token)
    _read(parser, token, proof)
    if not parser.stack or parser.stack[-1][0] not in ("\\DisplayProof", "\\DP"):
        hint = "put the proof into \\begin{prooftree} … \\end{prooftree}, or end it with \\DisplayProof"
        proof.fail(token, f"{token[0]} outside of a proof", "begins a proof that never ends", hint)
    end = parser.stack.pop()[2]
    return Group(proof.result(), token[1], end, ORD)


HANDLERS: Final[dict[str, Handler]] = dict.fromkeys(
    [
        *("\\Axiom", "\\AxiomC", "\\LeftLabel", "\\RightLabel", "\\DisplayProof", "\\hypo", "\\infer"),
        *(name + end for name in INFERENCES for end in ("", "C")),
        *LINES,
        *("\\always" + name[1].upper() + name[2:] for name in LINES),
        *_SWITCHES,
        *_ABBREVIATIONS,
    ],
    proof_in_line,
) | {"\\EnableBpAbbreviations": lambda parser, token: None}
"""Commands of a proof where they stand outside of the environment."""
