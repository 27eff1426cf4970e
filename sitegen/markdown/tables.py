"""GFM tables whose rows are not split at a `|` inside a formula (GFM section 4.10), and kramdown's without a head."""

from __future__ import annotations

import re
from itertools import pairwise, zip_longest

from markdown_it.rules_block import StateBlock

from sitegen.markdown.blocks import interrupted
from sitegen.markdown.mathspans import OPENER, dollars, find_formula
from sitegen.text import Edit, OffsetMap, rewrite

MAX_FILLED_CELLS = 0x10000
"""Empty cells added to short rows, in one table; more would let two kilobytes grow into a megabyte of page."""

_DELIMITER_ROW = re.compile(r"[-:|][-:| \t]*\Z")
_DELIMITER_CELL = re.compile(r"(:?)-+(:?)\Z")
_ROW_MARK = re.compile(rf"{OPENER}|\\.|[|]")
_LINK_MARK = re.compile(rf"\[\[[^\[\]|]*\|[^\[\]|]*\]\]|{_ROW_MARK.pattern}")
"""The same, with links by name whose bar nobody escaped."""
_ALIGNMENTS = {("", ""): "", (":", ""): "left", ("", ":"): "right", (":", ":"): "center"}

Cell = tuple[int, int]
"""Begin and end of a cell's text in the source."""


def table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a table (block rule)."""
    head = _head(state, start_line, end_line)
    headless = None
    if head is None and state.src.startswith("|", state.bMarks[start_line] + state.tShift[start_line]):
        headless = _headless(state, start_line, end_line)
    if head is None and headless is None:
        return False
    if silent:
        return True
    parent, state.parentType = state.parentType, "table"
    opening = state.push("table_open", "table", 1)
    if headless is not None:
        line = _push_body(state, headless[0], end_line, headless[1])
    elif head is not None:
        cells, alignments = head
        state.push("thead_open", "thead", 1)
        _push_row(state, start_line, cells, alignments, "th")
        state.push("thead_close", "thead", -1)
        line = _push_body(state, start_line + 2, end_line, alignments)
    state.push("table_close", "table", -1)
    opening.map = [start_line, line]
    state.parentType = parent
    state.line = line
    return True


def _head(state: StateBlock, line: int, end_line: int) -> tuple[list[Cell], list[str]] | None:
    if line + 2 > end_line or state.sCount[line + 1] < state.blkIndent:
        return None
    if state.is_code_block(line + 1) or state.is_code_block(line):
        return None
    alignments = _alignments(state.src[state.bMarks[line + 1] + state.tShift[line + 1] : state.eMarks[line + 1]])
    if not alignments or "|" not in state.src[state.bMarks[line] : state.eMarks[line]]:
        return None
    cells = _cells(state, line, len(alignments))
    # An empty cell at the end is a bar too many, which most readers of tables take.
    while len(cells) > len(alignments) > 1 and not state.src[slice(*cells[-1])].strip():
        cells.pop()
    if len(cells) == len(alignments):
        return cells, alignments
    begin = state.bMarks[line] + state.tShift[line]
    if state.src[begin] == "|" and "|" in state.src[state.bMarks[line + 1] : state.eMarks[line + 1]]:
        columns = f"the head has {len(cells)} cell{'s' if len(cells) != 1 else ''}, the line below it {len(alignments)}"
        state.env.setdefault("no_tables", {})[begin] = (state.eMarks[line], columns)
    return None


def _headless(state: StateBlock, line: int, end_line: int) -> tuple[int, list[str]] | None:
    """Return the first row and the alignments of a table without a head, as kramdown has it, or None.

    The first two rows decide: bars at both ends, blanks around every cell, and as many cells in one as in the other.
    A row of hyphens may come before them.
    """
    alignments = _alignments(_row_text(state, line, end_line))
    if alignments:
        line += 1
    first, second = _padded(state, line, end_line), _padded(state, line + 1, end_line)
    if not alignments and (first != second or _alignments(_row_text(state, line + 2, end_line))):
        return None
    alignments = alignments or [""] * first
    return (line, alignments) if first > 1 and first == len(alignments) else None


def _row_text(state: StateBlock, line: int, end_line: int) -> str:
    """Return the text of a line that may be a row; empty where there is none."""
    if line >= end_line or state.sCount[line] < state.blkIndent or state.is_code_block(line):
        return ""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _padded(state: StateBlock, line: int, end_line: int) -> int:
    """Return the number of cells of a row whose cells all have blanks around them; 0 for any other line."""
    text = _row_text(state, line, end_line).rstrip()
    if not text.startswith("| ") or not text.endswith(" |"):
        return 0
    cells = _cells(state, line, 0)
    around = (state.src[low] + state.src[high - 1] for low, high in cells)
    return len(cells) if not "".join(around).strip(" \t") else 0


def _alignments(text: str) -> list[str]:
    """Return each column's alignment out of the delimiter row; empty when it is none."""
    if not _DELIMITER_ROW.match(text) or text[1:2] == "" or (text[0] == "-" and text[1] in " \t"):
        return []
    columns = text.strip().removeprefix("|").removesuffix("|").split("|")
    matches = [_DELIMITER_CELL.match(column.strip()) for column in columns]
    return [_ALIGNMENTS[m.group(1), m.group(2)] for m in matches if m] if all(matches) else []


def _push_body(state: StateBlock, line: int, end_line: int, alignments: list[str]) -> int:
    """Read rows up to the table's end; return the line after it."""
    first = line
    filled = 0
    while line < end_line and not state.isEmpty(line) and state.sCount[line] >= state.blkIndent:
        # A table ends where a block quote's lazy line would: the rules are the same.
        # An indented line stays a row: indented code cannot interrupt anything.
        if interrupted(state, line, end_line, "blockquote"):
            break
        if line == first:
            state.push("tbody_open", "tbody", 1)
        cells = _cells(state, line, len(alignments))
        for begin, end in cells[len(alignments) :]:
            if not state.src[begin:end].isspace() and begin < end:
                state.env.setdefault("lost_cells", []).append((begin, end))
        cells = cells[: len(alignments)]
        filled += len(alignments) - len(cells)
        shown = alignments if filled <= MAX_FILLED_CELLS else alignments[: len(cells)]
        _push_row(state, line, cells, shown, "td")
        line += 1
    if line > first:
        state.push("tbody_close", "tbody", -1)
    return line


def _push_row(state: StateBlock, line: int, cells: list[Cell], alignments: list[str], tag: str) -> None:
    state.push("tr_open", "tr", 1)
    for cell, alignment in zip_longest(cells, alignments, fillvalue=None):
        opening = state.push(f"{tag}_open", tag, 1)
        if alignment:
            opening.attrs = {"class": f"align-{alignment}"}
        token = state.push("inline", "", 0)
        token.map = [line, line + 1]
        token.children = []
        if isinstance(cell, tuple):
            token.content, token.meta["map"] = _content(state.src, *cell)
            token.meta["table"] = True
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)


def _cells(state: StateBlock, line: int, expected: int) -> list[Cell]:
    """Split a row; formulas are whole unless only splitting them gives the expected number of cells."""
    begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    while end > begin and state.src[end - 1] in " \t":
        end -= 1
    cells = _split(state.src, begin, end, True)
    if len(cells) == expected:
        return cells
    plain = _split(state.src, begin, end, False)
    if len(plain) == expected:
        return plain
    linked = _split(state.src, begin, end, True, _LINK_MARK) if "[[" in state.src[begin:end] else cells
    return linked if len(linked) == expected else cells


def _split(src: str, begin: int, end: int, formulas: bool, marks: re.Pattern[str] = _ROW_MARK) -> list[Cell]:
    bars: list[int] = []
    at = begin
    while match := marks.search(src, at, end):
        at = match.end()
        if match.group() == "|":
            bars.append(match.start())
        elif match.group()[0] not in "|[" and formulas:
            at = _after(src, match, end)
    edges = [begin - 1, *bars, end]
    if bars and bars[0] == begin:
        edges.pop(0)
    if bars and bars[-1] == end - 1 and len(edges) > 2:
        edges.pop()
    return [(low + 1, high) for low, high in pairwise(edges)]


def _after(src: str, opener: re.Match[str], end: int) -> int:
    """Return where to go on after a mark other than a bar: after the formula that it opens, or after itself."""
    if opener.group()[0] == "\\" and len(opener.group()) == 2 and opener.group()[1] not in "([":
        return opener.end()
    found = find_formula(src, opener.start(), end)
    if found is not None:
        return found.end
    return max(opener.end(), opener.start() + dollars(src, opener.start(), end))


def _content(src: str, begin: int, end: int) -> tuple[str, OffsetMap]:
    """Return a cell's content, with `\\|` read as `|` outside formulas, and its map to the source."""
    while begin < end and src[begin] in " \t":
        begin += 1
    while end > begin and src[end - 1] in " \t":
        end -= 1
    edits: list[Edit] = []
    at = begin
    while match := _ROW_MARK.search(src, at, end):
        at = match.end()
        if match.group() == "\\|":
            edits.append(Edit(match.start() - begin, at - begin, "|"))
        elif match.group() != "|":
            at = _after(src, match, end)
    text, offsets = rewrite(src[begin:end], edits)
    return text, offsets.shifted(begin)
