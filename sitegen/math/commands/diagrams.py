"""Commutative diagrams: `\\begin{CD}` of amscd, where `@>a>b>` is an arrow with labels on both sides."""

from __future__ import annotations

from typing import Final

from sitegen.math.commands.environments import finish
from sitegen.math.lexer import Token
from sitegen.math.nodes import ORD, REL, Arrow, Atom, Delimiter, Group, Node, Row, Space, Stack, Symbol, Table, Wrapped
from sitegen.math.parser import MAX_CELLS, Parser
from sitegen.math.plaintext import plain_text

ACROSS: Final = {">": "→", "<": "←", ")": "→", "(": "←"}
"""Sign after `@` to arrow between two objects; the label ends with the same sign; amscd also has `)` and `(`."""
DOWN: Final = {"V": "↓", "A": "↑"}
"""Letter after `@` to arrow between two rows."""

_WIDTH: Final = 2.75
"""Em that an arrow is long at least: amscd's \\minCDarrowwidth of 2.5 pc at 10 pt, as wide as MathJax has it."""
_HEIGHT: Final = "1.75em"
_HINT: Final = "write @>>>, @<<<, @VVV, @AAA, @=, @| or @., with labels between the signs: @>f>>"

_EQUALS = Symbol("=", "mo", REL, '<mo class="cd-equals" lspace=".9em" rspace=".9em">=</mo>')


class _Reader:
    """Collects the rows of a diagram from the parser's tokens."""

    def __init__(self, parser: Parser, opening: Token) -> None:
        self.parser = parser
        self.opening = opening
        self.rows: list[Row] = []
        self.row = Row(opening[2])
        self.cell: list[Token] = []

    def close_cell(self) -> None:
        """Parse what stands between two arrows."""
        self.row.cells.append(self.parser.sub_parse(self.cell))
        self.cell = []
        self.parser.cells += 1
        if self.parser.cells > MAX_CELLS:
            start, end = self.opening[1:]
            self.parser.fail(
                "too-long", start, end, f"more than {MAX_CELLS:,} table cells in one formula", "starts here"
            )

    def close_row(self, end: int) -> None:
        """End a row; cells that nothing was written into are not needed at its end."""
        self.close_cell()
        while len(self.row.cells) > 1 and not self.row.cells[-1]:
            self.row.cells.pop()
        self.row.end = end
        self.rows.append(self.row)
        self.row = Row(end)

    def read(self) -> list[Row]:
        """Read up to `\\end{CD}`, and leave that."""
        parser = self.parser
        stack = parser.stack
        depth = 0
        inner = 0
        while stack:
            token = stack.pop()
            text = token[0]
            if text in parser.macros and not depth and not inner:
                parser.expand(parser.macros[text], token)
                continue
            if text == "{":
                depth += 1
            elif text == "}":
                depth -= 1
                if depth < 0:
                    stack.append(token)
                    break
            elif text == "\\begin":
                inner += 1
            elif text == "\\end":
                if not inner:
                    stack.append(token)
                    break
                inner -= 1
            elif depth or inner:
                pass
            elif text == "@":
                self.arrow(token)
                continue
            elif text in ("\\\\", "\\cr"):
                if stack and stack[-1][0] == "[":
                    parser.optional_tokens()
                self.close_row(token[1])
                continue
            self.cell.append(token)
        if depth > 0:
            opening = next(each for each in self.cell if each[0] == "{")
            parser.unclosed(opening)
        end = stack[-1][1] if stack else len(parser.tex)
        if any(token[0].strip() for token in self.cell) or self.row.cells or not self.rows:
            self.close_row(end)
        return self.rows

    def arrow(self, at: Token) -> None:
        """Read what follows `@` and put it into its cell."""
        parser = self.parser
        sign = parser.next_token()
        if sign is None:
            parser.fail("bad-diagram", at[1], at[2], "an @ with nothing after it", "an arrow expected", _HINT)
        kind = sign[0]
        start, end = at[1], sign[2]
        self.row.end = end
        if kind in ACROSS:
            over, under = self.labels(at, sign)
            self.across(_across(ACROSS[kind], over, under, start, end))
        elif kind == "=":
            self.across(Atom(REL, _EQUALS, start, end))
        elif kind in DOWN:
            left, right = self.labels(at, sign)
            self.down([*_beside(left, "left"), _shaft(DOWN[kind], start, end), *_beside(right, "right")])
        elif kind in ("|", "\\vert", "\\|", "\\Vert"):
            self.down([_shaft("‖", start, end)])
        elif kind == ".":
            self.down([])
        else:
            parser.fail("bad-diagram", start, end, f"@{kind} is no arrow of a diagram", "an arrow expected", _HINT)

    def across(self, arrow: Node) -> None:
        """Put an arrow between two objects."""
        self.close_cell()
        self.row.cells.append([arrow])

    def down(self, arrow: list[Node]) -> None:
        """Put an arrow below an object; the column beside it holds the arrows of other rows."""
        self.close_cell()
        self.row.cells[-1].extend(arrow)
        self.row.cells.append([])

    def labels(self, at: Token, sign: Token) -> tuple[list[Node], list[Node]]:
        """Read both labels of an arrow, each up to the arrow's sign."""
        parser = self.parser
        labels = []
        for _ in range(2):
            tokens: list[Token] = []
            depth = 0
            stack = parser.stack
            while stack and (depth or stack[-1][0] != sign[0]):
                token = stack.pop()
                depth += (token[0] == "{") - (token[0] == "}")
                if depth < 0 or token[0] in ("\\\\", "\\end"):
                    stack.clear()
                    break
                tokens.append(token)
            if not stack:
                count = f"@{sign[0]}…{sign[0]}…{sign[0]}"
                parser.fail(
                    "bad-diagram",
                    at[1],
                    sign[2],
                    f"this arrow needs {sign[0]} three times",
                    "not complete",
                    f"write {count}",
                )
            stack.pop()
            labels.append(parser.sub_parse(tokens))
        return labels[0], labels[1]


def _across(char: str, over: list[Node], under: list[Node], start: int, end: int) -> Node:
    shaft = Arrow(char, start, end, ORD)
    width = max(len(plain_text(over)), len(plain_text(under))) * 0.4
    side = f"{max(0.4, (_WIDTH - width) / 2):.3g}em"
    labels = [
        Group([Space(side, start, start), *label, Space(side, end, end)], start, end) if label else None
        for label in (over, under)
    ]
    if labels[0] is None:
        # Nothing is above: there a space gives the arrow its least width.
        labels[0] = Group([Space(f"{_WIDTH}em", start, end)], start, end)
    return Stack(shaft, labels[1], labels[0], ORD, start, end)


def _shaft(char: str, start: int, end: int) -> Node:
    return Delimiter(char, ORD, start, end, size=_HEIGHT)


def _beside(label: list[Node], side: str) -> list[Node]:
    """Return the label of a vertical arrow, without width, so that the arrow stays below its object."""
    if not label:
        return []
    start, end = label[0].start, label[-1].end
    small: Node = Wrapped("mstyle", ' displaystyle="false" scriptlevel="1"', label, start, end, style=2)
    return [
        Wrapped("mpadded", f' class="lap-{side}" width="0"', [Wrapped("mrow", "", [small], start, end)], start, end)
    ]


def diagram(parser: Parser, opening: Token, name: str) -> Node:
    """`\\begin{CD} … \\end{CD}`."""
    rows = _Reader(parser, opening).read()
    end = finish(parser, opening, name)
    table = Table("cd", rows, opening[1], end)
    table.columns = [""]
    table.display = True
    return table


def least_length(parser: Parser, token: Token) -> None:
    """`\\minCDarrowwidth` and `\\minCDarrowheight`: lengths that change nothing here."""
    from sitegen.math.commands.spacing import bare_length

    if parser.peek() == "{":
        parser.text_argument(token)
    else:
        parser.accept("=")
        bare_length(parser, token)
