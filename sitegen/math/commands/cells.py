"""What commands in a cell say of the cell, row or table around them: glue that moves it, colours, braces."""

from __future__ import annotations

from typing import Final

from sitegen.math.commands.colors import read_color
from sitegen.math.lexer import Token
from sitegen.math.nodes import CLOSE, OPEN, SPACE, Fenced, Node, Row, Space, Table, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, Handler

_FILLS: Final = ("\\hfil", "\\hfill", "\\hfilll", "\\hss")


class Fill(Space):
    """Glue that takes the free width of its cell; outside of one it is a space."""


class Shove(Space):
    """`\\shoveleft` or `\\shoveright`: where a line of `multline` stands."""

    side: str = ""


class Paint(Space):
    """The background of a cell or a row."""

    scope: str = ""
    """The command."""
    rgb: str = ""
    shown: str = ""


def fill(parser: Parser, token: Token) -> Node:
    """`\\hfil`, `\\hfill` and their kin."""
    if parser.depth == 1:
        hint = "use \\quad for a space, or put the rows into an array"
        parser.fail("misplaced-command", token[1], token[2], f"{token[0]} outside of a table", "no width to fill", hint)
    parser.marked = True
    return Fill("1em", token[1], token[2])


def shove(parser: Parser, token: Token) -> None:
    """`\\shoveleft{…}` and `\\shoveright{…}` (amsmath, section 3.3)."""
    if not parser.environments or not parser.environments[-1].startswith(("multline", "gather")):
        hint = "use it in multline, or \\hfill in an array"
        parser.fail("misplaced-command", token[1], token[2], f"{token[0]} outside of multline", "no line to move", hint)
    if any(node.cls != SPACE for node in parser.row):
        message = f"{token[0]} in the middle of a line"
        parser.fail("misplaced-command", token[1], token[2], message, "not at the start", "write it first in its line")
    parser.marked = True
    side = "left" if token[0] == "\\shoveleft" else "right"
    parser.row.append(Shove("0", token[1], token[2], side=side))
    row = parser.row
    row.extend(parser.argument_row(token))


def paint(parser: Parser, token: Token) -> Node:
    """`\\cellcolor[model]{colour}`, `\\rowcolor` and `\\columncolor` (colortbl)."""
    if parser.depth == 1:
        hint = "use \\colorbox outside of a table"
        parser.fail(
            "misplaced-command", token[1], token[2], f"{token[0]} outside of a table", "no cell to colour", hint
        )
    rgb, shown = read_color(parser, token)
    while parser.peek() == "[":
        parser.optional_tokens()
    parser.used_colors[rgb] = None
    parser.marked = True
    return Paint("0", token[1], token[2], scope=token[0], rgb=rgb, shown=shown)


def settle(table: Table) -> None:
    """Take the marks out of a table's cells and do what they say."""
    for row in table.rows:
        for index, cell in enumerate(row.cells):
            if any(node.cls == SPACE and node.__class__ in _MARKS for node in cell):
                row.cells[index] = _settled(row, index, cell)


def _settled(row: Row, index: int, cell: list[Node]) -> list[Node]:
    side = ""
    kept: list[Node] = []
    edges = [at for at, node in enumerate(cell) if node.cls != SPACE]
    first, last = (edges[0], edges[-1]) if edges else (len(cell), -1)
    fills = {at < first for at, node in enumerate(cell) if isinstance(node, Fill) and (at < first or at > last)}
    if fills:
        side = "center" if len(fills) == 2 else "right" if True in fills else "left"
    for at, node in enumerate(cell):
        if isinstance(node, Shove):
            side = node.side
        elif isinstance(node, Paint):
            attribute = f' mathbackground="{node.shown}"'
            for each in range(len(row.cells)) if node.scope == "\\rowcolor" else [index]:
                words, _ = row.styles.get(each, ("", ""))
                # A cell's own colour comes later and covers the row's.
                kept_words = " ".join(word for word in words.split() if not word.startswith("bg-"))
                row.styles[each] = (f"{kept_words} bg-{node.rgb}".strip(), attribute)
        elif not isinstance(node, Fill) or first < at < last:
            kept.append(node)
    if side:
        words, attributes = row.styles.get(index, ("", ""))
        row.styles[index] = (f"{words} {side}".strip(), attributes)
    return kept


_MARKS: Final = frozenset([Fill, Shove, Paint])


def beside(table: Table, left: list[Node], right: list[Node], first: int = 0, column: int = 0) -> None:
    """Set something beside the rows from `first` on, as high as they are: a subject and its brace.

    The rows' cells get the classes that their columns have now, because the table gets more columns.
    """
    rows = table.rows
    columns = table.columns or [""]
    for row in rows:
        classes = [columns[at % len(columns)] for at in range(len(row.cells))]
        for at, name in enumerate(classes):
            row.spans.setdefault(at, (1, name))
    last = max((len(row.cells) for row in rows), default=0)
    for at, row in enumerate(rows):
        if at > first:
            row.skipped = bool(left) + bool(right)
            if right and row.cells:
                # It is the last cell of its row, but not of the table.
                words, attributes = row.styles.get(len(row.cells) - 1, ("", ""))
                row.styles[len(row.cells) - 1] = (f"{words} inner".strip(), attributes)
            continue
        content = (left, right) if at == first else ([], [])
        if right:
            _insert(row, max(len(row.cells), last), content[1], len(rows) - at if at == first else 1)
        if left:
            _insert(row, column, content[0], len(rows) - at if at == first else 1)


def _insert(row: Row, place: int, content: list[Node], height: int) -> None:
    """Put a cell into a row that is as high as so many rows."""
    while len(row.cells) < place:
        row.spans[len(row.cells)] = (1, "")
        row.cells.append([])
    row.cells.insert(place, content)
    row.spans = {at + (at >= place): value for at, value in row.spans.items()}
    row.styles = {at + (at >= place): value for at, value in row.styles.items()}
    row.spans[place] = (1, "side")
    if height > 1:
        row.styles[place] = ("", f' rowspan="{height}"')


def brace(char: str, table: Table, start: int, end: int, first: int = 0, *, closing: bool = False) -> list[Node]:
    """Return a delimiter as high as the rows of a table from `first` on.

    It stands in another cell than the rows, and stretches with an unseen copy of them that takes no width.
    """
    copies = []
    for row in table.rows[first:]:
        if row.intertext:
            continue
        copy = Row(row.start)
        copy.cells = list(row.cells)
        copy.gap, copy.spans = row.gap, dict(row.spans)
        copies.append(copy)
    shadow = Table(table.kind, copies, start, end)
    shadow.columns, shadow.display = table.columns, table.display
    unseen = Wrapped("mphantom", "", [shadow], start, end, plain=False)
    # Left of its place: what reaches over the right edge would make the display scroll.
    moved = Wrapped("mrow", "", [unseen], start, end, plain=False)
    room: list[Node] = [Wrapped("mpadded", ' class="lap-left unseen" width="0"', [moved], start, end, plain=False)]
    fenced = Fenced("", char, room, start, end) if closing else Fenced(char, "", room, start, end)
    fenced.cls = CLOSE if closing else OPEN
    return [fenced]


HANDLERS: Final[dict[str, Handler]] = {
    **dict.fromkeys(_FILLS, fill),
    **dict.fromkeys(["\\shoveleft", "\\shoveright"], shove),
    **dict.fromkeys(["\\cellcolor", "\\rowcolor", "\\columncolor"], paint),
}
"""Command to handler."""

COMMANDS.update(HANDLERS)
