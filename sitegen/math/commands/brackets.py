"""Brackets beside some rows of a table: the empheq package, and plain TeX's `\\bordermatrix`."""

from __future__ import annotations

from typing import Final

from sitegen.math.commands.cells import beside, brace
from sitegen.math.commands.environments import SPECS, Spec, bare_rows, read_table
from sitegen.math.lexer import Token
from sitegen.math.nodes import CLOSE, OPEN, Delimiter, Group, Node, Table
from sitegen.math.parser import Parser
from sitegen.math.registry import Handler

_CHARS: Final[dict[str, str]] = {
    "lbrace": "{", "rbrace": "}", "lbrack": "[", "rbrack": "]", "langle": "⟨", "rangle": "⟩",
    "lparen": "(", "rparen": ")", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉",
}  # fmt: skip
DELIMITERS: Final[dict[str, str]] = {
    f"\\empheq{size}{name}": char for name, char in _CHARS.items() for size in ("", "big")
}
"""Command to the delimiter that grows with the rows."""


def delimiter(parser: Parser, token: Token) -> Node:
    """`\\empheqlbrace` and its kin; see `DELIMITERS`."""
    cls = OPEN if token[0].removeprefix("\\empheq").removeprefix("big")[0] == "l" else CLOSE
    return Delimiter(DELIMITERS[token[0]], cls, token[1], token[2], form="middle")


def any_delimiter(parser: Parser, token: Token) -> Node:
    """`\\empheql(`, `\\empheqr\\rangle` and their kin: a delimiter follows."""
    from sitegen.math.commands.delimiters import delimiter as read_delimiter

    char = read_delimiter(parser, token)
    return Delimiter(char, OPEN if token[0][-1] == "l" else CLOSE, token[1], token[2], form="middle")


def empheq(parser: Parser, opening: Token, name: str) -> Node:
    """`\\begin{empheq}[left=…,right=…,box=…]{align} … \\end{empheq}`."""
    options = _options(parser, parser.optional_tokens() or [])
    inner, start, end = parser.text_argument(opening)
    inner = inner.split("=")[0].strip()
    spec = Spec("gather", ("",), display=True, numbered=not inner.endswith("*"), alone=True)
    if inner.rstrip("*") != "equation":
        found = SPECS.get(inner)
        if found is None or found.numbered is None:
            from sitegen.math.spelling import closest

            near = closest(inner, [each for each, spec in SPECS.items() if spec.numbered is not None])
            hint = f"did you mean {near}?" if near else "write one such as align or gather"
            parser.fail(
                "unknown-environment", start, end, f"empheq cannot hold {inner or 'nothing'}", "no display", hint
            )
        spec = found
    table = read_table(parser, opening, name, spec)
    body, close = table.rows, table.end
    left, right = (_grown(options.get(side, []), table) for side in ("left", "right"))
    if not any(cell for row in body for cell in row.cells):
        return Group([*left, *right], opening[1], close)
    if left or right:
        beside(table, left, right)
    if "box" in options:
        for at, row in enumerate(body):
            _frame(row.styles, len(row.cells), at == 0, at == len(body) - 1, bool(left))
    return table


def _options(parser: Parser, tokens: list[Token]) -> dict[str, list[Node]]:
    """Read `key=value, …`; the values are parsed."""
    options: dict[str, list[Node]] = {}
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token[0] == "{") - (token[0] == "}")
        if token[0] == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    for part in parts:
        texts = [token[0] for token in part]
        if "=" not in texts:
            continue
        at = texts.index("=")
        key, value = "".join(texts[:at]).strip(), part[at + 1 :]
        if key in ("left", "right"):
            nodes = parser.sub_parse(value)
            only = nodes[0] if len(nodes) == 1 else None
            options[key] = only.children if isinstance(only, Group) else nodes
        elif key == "box":
            options[key] = []
        else:
            hint = "known are left, right and box"
            start, end = part[0][1], part[at][1]
            parser.fail("bad-argument", start, end, f"{key} is no option of empheq", "unknown option", hint)
    return options


def _grown(nodes: list[Node], table: Table) -> list[Node]:
    """Return what stands beside the rows, its delimiters as high as they are."""
    grown: list[Node] = []
    for node in nodes:
        if isinstance(node, Delimiter) and node.form == "middle":
            grown.extend(brace(node.char, table, node.start, node.end, closing=node.cls == CLOSE))
        else:
            grown.append(node)
    return grown


def _frame(styles: dict[int, tuple[str, str]], cells: int, first: bool, last: bool, left: bool) -> None:
    """Draw a row's part of the frame round all rows; `left` says that a cell of the first row begins them all."""
    for at in range(cells):
        words = (
            ["bl"] * (at == 0 and (first or not left))
            + ["br"] * (at == cells - 1)
            + ["bt"] * first
            + ["bb"] * (last or (left and first and at == 0))
        )
        own, attributes = styles.get(at, ("", ""))
        styles[at] = (" ".join([*own.split(), *words]), attributes)


def border_matrix(parser: Parser, token: Token) -> Node:
    """`\\bordermatrix{…}`: names above the columns and before the rows, outside of the brackets (TeXbook, page 177)."""
    given = parser.optional_tokens()
    chars = "".join(each[0] for each in given or [] if each[0] not in "{}") or "()"
    pairs = {"()": "()", "[]": "[]", "\\{\\}": "{}", "||": "||", "\\|\\|": "‖‖"}
    if chars not in pairs:
        start, end = (given[0][1], given[-1][2]) if given else (token[1], token[2])
        hint = "write ( ), [ ] or \\{ \\}"
        parser.fail("bad-delimiter", start, end, f"{chars} is no pair of brackets", "two brackets expected", hint)
    opening, closing = pairs[chars][0], pairs[chars][1]
    body, end = bare_rows(parser, token, Spec("matrix"))
    table = Table("matrix", body, token[1], end)
    table.columns = [""]
    if len(body) > 1:
        left = brace(opening, table, token[1], token[2], 1)
        right = brace(closing, table, token[1], token[2], 1, closing=True)
        beside(table, left, right, first=1, column=1)
    return table


HANDLERS: Final[dict[str, Handler]] = {
    **dict.fromkeys(DELIMITERS, delimiter),
    **dict.fromkeys(["\\empheql", "\\empheqr", "\\empheqbigl", "\\empheqbigr"], any_delimiter),
    "\\bordermatrix": border_matrix,
}
"""Command to handler."""
