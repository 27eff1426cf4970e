"""Written formulas to HTML: `<math>`, the author's TeX, numbers at the margin, references left to the caller."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from itertools import chain
from typing import Final

from sitegen.math.lexer import INVALID
from sitegen.math.mathml import Writer, numbered
from sitegen.math.model import Problem, Reference
from sitegen.math.nodes import (
    BIN,
    DISPLAY,
    OPEN,
    PUNCT,
    REL,
    SPACE,
    TEXT,
    Atom,
    Equation,
    Line,
    Node,
    Open,
    Row,
    Space,
    Table,
)
from sitegen.math.width import SURE, parts, print_classes, width

WIDE: Final = 36
"""Characters of plain text from which a display may be wider than a phone's column (some 17em), so that its scroll box
must be reachable by keyboard."""
LONG: Final = 24
"""Characters of plain text from which an inline formula gets places where it may be broken."""
PHONE: Final = 17
"""Em that fit into a phone's column, about; what is wider is broken in more places."""
PRINTED: Final = 68
"""Characters of plain text from which a display is looked at for being wider than paper."""
SPACIOUS: Final = 48
"""The same, of characters side by side in a display of rows, whose columns stand further apart than spaces in text."""
LEGIBLE: Final = 56
"""Em from which a display is broken on paper where that is possible: it would have to be smaller
than three quarters."""

Called = tuple[str, str, str]
"""As in `MathOptions.called`."""

_PARTS = re.compile("\0([0-9]+)\0")


def annotated(inner: str, tex: str, keep: bool) -> str:
    """Return one element with the author's TeX, which was parsed and so holds nothing invalid, as annotation."""
    if not keep:
        return inner
    shown = tex.strip()
    if "<" in shown or ">" in shown or "&" in shown:
        shown = escape(shown, quote=False)
    return f'<semantics>{inner}<annotation encoding="application/x-tex">{shown}</annotation></semantics>'


def beside(tex: str, keep: bool) -> str:
    """Return the annotation as an element of its own, where the formula must stay a direct child of `<math>`."""
    return annotated("<mrow></mrow>", tex, True) if keep else ""


def source(tex: str) -> str:
    """Return TeX fit for an element's content."""
    return escape(INVALID.sub("\ufffd", tex.strip()), quote=False)


def inline(
    writer: Writer, nodes: list[Node], lines: list[Line], tex: str, annotation: bool, text: str
) -> tuple[str, bool]:
    """Write an inline formula, a long one in chunks between which browsers may break it; tell whether it stays wider
    than the column of a phone.

    A `\\tag`, which LaTeX allows in displays only, is printed after the formula.
    """
    tagged = [line for line in lines if line.number]
    if tagged:
        inner = writer.element(nodes, TEXT) + '<mspace width="2em"></mspace>' + writer.label(tagged[0])
        return f'<math id="{tagged[0].anchor}">{annotated(f"<mrow>{inner}</mrow>", tex, annotation)}</math>', False
    chunks = _chunks(nodes) if len(text) > LONG else []
    known = len(writer.open_references)
    written = writer.chunked(nodes, chunks, TEXT) if len(chunks) > 1 else writer.element(nodes, TEXT)
    wide = False
    if len(text) >= WIDE and max(widths := parts(written), default=0.0) > PHONE:
        more = _narrower(nodes, chunks or [len(nodes) - 1], widths)
        if len(more) > max(len(chunks), 1):
            chunks = more
            del writer.open_references[known:]
            written = writer.chunked(nodes, chunks, TEXT)
            widths = parts(written)
        wide = max(widths) > PHONE
    if len(chunks) < 2:
        return f"<math>{annotated(written, tex, annotation)}</math>", wide
    return f'<math class="brk">{written}{beside(tex, annotation)}</math>', wide


def _narrower(nodes: list[Node], chunks: list[int], widths: list[float]) -> list[int]:
    """Return chunks of which those that are wider than a phone are broken inside of brackets, and after commas, too.

    TeX breaks inside of brackets as it does outside of them; after a comma it does not, but its columns are wider.
    """
    if any(isinstance(node, Open) for node in nodes):
        return chunks
    points: list[int] = []
    start = 0
    for end, wide in zip(chunks, widths if len(widths) == len(chunks) else [PHONE + 1.0] * len(chunks), strict=True):
        if wide > PHONE:
            for at in range(start + 1, end):
                cls, before = nodes[at].cls, nodes[at - 1].cls
                if cls == PUNCT or (cls in (BIN, REL) and before not in _NO_BREAK_AFTER and before != PUNCT):
                    points.append(at)
        points.append(end)
        start = end + 1
    return points


_DEPTHS: Final = {**dict.fromkeys("([{⟨", 1), **dict.fromkeys(")]}⟩", -1)}
_NO_BREAK_AFTER: Final = frozenset([BIN, REL, OPEN])


def _chunks(nodes: list[Node], before: bool = False) -> list[int]:
    """Return the indexes after which a formula may be broken: after relations and binary operators outside of any
    bracket (TeXbook, page 173), and at `\\allowbreak`.

    With `before`, it is broken before them instead, as displays are (TeXbook, page 195).
    """
    points = []
    depth = 0
    for at, node in enumerate(nodes):
        cls = node.cls
        if node.__class__ is Atom:
            depth += _DEPTHS.get(node.symbol.char, 0)
        elif cls < 0:
            if isinstance(node, Open):
                return []
            if isinstance(node, Space) and node.breaks:
                points.append(at)
        if cls in (BIN, REL) and depth == 0 and at and nodes[at - 1].cls not in _NO_BREAK_AFTER:
            points.append(at - 1 if before else at)
    if not points or points[-1] == len(nodes) - 1:
        points = points[:-1]
    return [*points, len(nodes) - 1] if points else []


def display(
    writer: Writer, nodes: list[Node], lines: list[Line], tex: str, annotation: bool, text: str, called: Called
) -> str:
    """Write a display; what has to be named is `called` so."""
    shown = [node for node in nodes if node.cls != SPACE and (node.cls >= 0 or isinstance(node, Open))]
    if len(shown) == 1 and isinstance(shown[0], Table) and any(row.line is not None for row in shown[0].rows):
        return rows(writer, shown[0], tex, annotation, text, called)
    counted = [line for line in lines if line.number]
    if len(shown) == 1 and isinstance(shown[0], Equation):
        nodes = shown[0].children
        only = [node for node in nodes if node.cls >= 0]
        if len(only) == 1 and isinstance(only[0], Table) and any(row.line is not None for row in only[0].rows):
            return rows(writer, only[0], tex, annotation, text, called)
    in_rows = _row_lines(nodes) if counted else []
    margin = [line for line in counted if line not in in_rows]
    if len(margin) == 1 and margin[0].tag is not None:
        # A \\tag may hold mathematics, so it stays inside the formula.
        return rows(writer, one_row(nodes, margin[0], tex), tex, annotation, text, called)
    element = writer.element(nodes, DISPLAY)
    classes = ""
    if len(text) >= PRINTED and _across(nodes, len(text)) >= SPACIOUS:
        wide = width(element)
        chunks = _chunks(nodes, before=True) if wide * SURE > LEGIBLE else []
        if len(chunks) > 1:
            chunked = writer.chunked(nodes, chunks, DISPLAY)
            math = f'<math display="block">{chunked}{beside(tex, annotation)}</math>'
            classes = " long" + print_classes(max(parts(chunked)))
        else:
            classes = print_classes(wide)
    if " long" not in classes:
        math = f'<math display="block">{annotated(element, tex, annotation)}</math>'
    number = ""
    anchor = ""
    if margin:
        line = margin[0]
        anchor = f' id="{line.anchor}"'
        number = f'<a class="eqno" href="#{line.anchor}">{numbered(line)}</a>'
        for other in margin[1:]:
            # Several equations in one display: each number is printed, the first one is the anchor of the whole.
            number += f'<a class="eqno" id="{other.anchor}" href="#{other.anchor}">{numbered(other)}</a>'
    box = scroll_box(len(text), margin, called)
    return f'<div class="eq{classes}"{anchor}><div class="eq-body"{box}>{math}</div>{number}</div>'


def _across(nodes: Iterable[Node], length: int) -> int:
    """Return how many of so many characters of plain text stand side by side: of a table, those of its longest row."""
    for node in nodes:
        if node.__class__ is Table and any(node.lengths):
            shown = [each for each in node.lengths if each]
            length -= sum(shown) + len("; ") * (len(shown) - 1) - _longest(node)
    return length


def _longest(table: Table) -> int:
    """Return how many characters of plain text stand side by side in the longest row of a table."""
    return max([_across(chain(*row.cells), length) for row, length in zip(table.rows, table.lengths, strict=False)])


def one_row(nodes: list[Node], line: Line, tex: str) -> Table:
    """Return a table of one row that prints the number of `line`."""
    row = Row(0)
    row.cells.append(nodes)
    row.line = line
    table = Table("lines", [row], 0, len(tex))
    table.display = True
    return table


def rows(writer: Writer, table: Table, tex: str, annotation: bool, text: str, called: Called) -> str:
    """Write a display of rows with their numbers at the margin."""
    counted = [row.line for row in table.rows if row.line is not None and row.line.number]
    if not any(table.lengths):
        table.lengths = [len(text)]  # a display that is one row, with its number, is made a table after the text
    longest = max(table.lengths)
    written = writer.table(table, DISPLAY, block=True)
    classes = print_classes(width(written)) if longest >= PRINTED and _longest(table) >= SPACIOUS else ""
    math = f'<math display="block">{written}{beside(tex, annotation)}</math>'
    return f'<div class="eqs{classes}"{scroll_box(longest, counted, called)}>{math}</div>'


def _row_lines(nodes: list[Node]) -> list[Line]:
    """Return the lines that tables inside the nodes print themselves."""
    found: list[Line] = []
    stack: list[object] = list(nodes)
    while stack:
        item = stack.pop()
        if isinstance(item, Table):
            stack.extend(item.rows)
        elif isinstance(item, Row):
            if item.line is not None:
                found.append(item.line)
            for cell in item.cells:
                stack.extend(cell)
        else:
            stack.extend(getattr(item, "children", ()))
    return found


def scroll_box(length: int, lines: list[Line], called: Called) -> str:
    """Return the attributes that make a display of so many characters which may scroll reachable and known by name."""
    if length < WIDE:
        return ""
    numbers = [line.number for line in lines]
    name = called[min(len(numbers), 2)]
    if numbers:
        name = name.replace("{number}", numbers[0]).replace("{first}", numbers[0]).replace("{last}", numbers[-1])
    return f' tabindex="0" role="group" aria-label="{escape(name)}"'


def split(markup: str, references: list[Reference]) -> tuple[str | Reference, ...]:
    """Return markup as parts, with the open references between them."""
    if "\0" not in markup:
        return (markup,)
    parts: list[str | Reference] = []
    pieces = _PARTS.split(markup)
    for at, piece in enumerate(pieces):
        if at % 2:
            parts.append(references[int(piece)])
        elif piece:
            parts.append(piece)
    return tuple(parts)


def erroneous(tex: str, display_mode: bool, problem: Problem) -> str:
    """Return a formula that cannot be typeset as its source, visibly marked."""
    message = escape(INVALID.sub("\ufffd", problem.message))
    code = f'<code class="math-error" title="{message}">{source(tex)}</code>'
    return f'<div class="eq">{code}</div>' if display_mode else code
