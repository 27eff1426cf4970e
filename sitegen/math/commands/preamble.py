"""Column specifications of `array`, such as `|l|cc@{\\quad}r` (LaTeX's array package)."""

from __future__ import annotations

from sitegen.math.commands.spacing import to_length
from sitegen.math.lexer import Token, tokenise
from sitegen.math.nodes import MARK, Node, Open, Row
from sitegen.math.parser import Parser

MAX_COLUMNS = 1000
"""Columns of one table; more come out of repetitions in repetitions only."""
_ALIGN = {"l": ["left"], "r": ["right"], "c": [], "p": ["left"], "m": ["left"], "b": ["left"], "X": ["left"]}
_ARGUMENTS = {"p": 1, "m": 1, "b": 1, "w": 2, "W": 2}


class Column:
    """One column: of cells, or of something that stands between the cells of every row (`@{…}`, a double rule)."""

    __slots__ = ("after", "before", "classes", "fixed", "paragraph")

    def __init__(self, classes: list[str], fixed: str | None = None) -> None:
        self.classes = classes
        self.before = ""
        """TeX that `>{…}` puts before each cell."""
        self.after = ""
        self.paragraph = False
        """Whether its cells are text: `p`, `m`, `b` and `X` begin a box of text, not mathematics (array package)."""
        self.fixed = fixed
        """TeX of every cell; None for a column of the author's own cells."""


class Preamble:
    """Reads a column specification; `columns` is what it says."""

    __slots__ = ("_at", "_end", "_parser", "_repetitions", "_start", "_text", "columns")

    def __init__(self, parser: Parser, text: str, start: int, end: int) -> None:
        self.columns: list[Column] = []
        self._parser = parser
        self._text = text
        self._start = start
        self._end = end
        self._at = 0
        self._repetitions = 0
        self._read()

    def _read(self) -> None:
        before = ""
        rules: list[str] = []  # before the first column
        tight = False
        while self._at < len(self._text):
            char = self._text[self._at]
            self._at += 1
            if char in _ALIGN or char in _ARGUMENTS:
                for _ in range(_ARGUMENTS.get(char, 0)):
                    width = self._argument()
                if char in _ARGUMENTS and "\\" not in width:
                    to_length(self._parser, width, self._start, self._end)
                column = Column([*_ALIGN.get(char, []), *rules, *(["tight-start"] if tight else [])])
                column.before = before
                column.paragraph = char in "pmbX"
                self.columns.append(column)
                before, rules, tight = "", [], False
            elif char in "|:":
                self._rule(char, rules)
            elif char in "@!":
                tight = self._between(char, self._argument())
            elif char == ">":
                before = self._argument()
            elif char == "<":
                after = self._argument()
                if self.columns:
                    self.columns[-1].after = after
            elif char == "*":
                self._repeat()
            elif not char.isspace() and not self._own_type(char):
                self._fail(f"{char} is no column type", f"l, c, r, | expected, not {char}")
            if len(self.columns) > MAX_COLUMNS:
                self._fail(f"more than {MAX_COLUMNS:,} columns", "too many columns")

    def _rule(self, char: str, rules: list[str]) -> None:
        dashed = ["dashed"] if char == ":" else []
        if not self.columns:
            if "bl" in rules:
                self.columns.append(Column(["gap", *rules], ""))
                rules.clear()
            rules.extend(["bl", *dashed])
            return
        last = self.columns[-1]
        if "br" in last.classes:
            # A second rule: an empty column between both.
            self.columns.append(Column(["gap", "br", *dashed], ""))
        else:
            last.classes.extend(["br", *dashed])

    def _between(self, char: str, content: str) -> bool:
        """Take what stands between two columns; return whether the next column begins without its own gap."""
        if char == "@" and self.columns:
            self.columns[-1].classes.append("tight-end")
        if content.strip():
            self.columns.append(Column(["between"] if char == "@" else [], content))
        return char == "@"

    def _repeat(self) -> None:
        count = self._argument()
        inner = self._argument()
        if not count.strip().isdigit() or int(count) > 100 or self._repetitions > 50:
            self._fail(f"{count} is no number of columns", "a number up to 100 expected")
        if int(count) * len(inner) > 10 * MAX_COLUMNS:
            self._fail(f"more than {MAX_COLUMNS:,} columns", "too many columns")
        # As the array package does it: the repeated text is written out, so that rules join the columns before them.
        self._text = inner * int(count) + self._text[self._at :]
        self._at = 0
        self._repetitions += 1

    def _own_type(self, char: str) -> bool:
        """Write out a type of `\\newcolumntype`; return False when there is none of this name."""
        macro = self._parser.macros.get("\\newcolumntype{" + char + "}")
        if macro is None:
            return False
        self._repetitions += 1
        if self._repetitions > 50:
            self._fail(f"the column type {char} never stops expanding", "expanded here")
        arguments = [self._argument() for _ in range(macro.count)]
        body = "".join(arguments[item - 1] if isinstance(item, int) else item for item in macro.body)
        self._text = body + self._text[self._at :]
        self._at = 0
        return True

    def _argument(self) -> str:
        """Read `{…}`, or one character as TeX would."""
        text = self._text
        while self._at < len(text) and text[self._at].isspace():
            self._at += 1
        if self._at >= len(text):
            self._fail(f"the column specification {text} is not complete", "{…} expected in it")
        begin = self._at
        if text[begin] != "{":
            self._at += 1
            return text[begin]
        level = 0
        while self._at < len(text):
            level += (text[self._at] == "{") - (text[self._at] == "}")
            self._at += 1
            if not level:
                return text[begin + 1 : self._at - 1]
        return self._fail(f"the column specification {text} has an open brace", "} expected in it")

    def _fail(self, message: str, label: str) -> str:
        hint = "write l, c or r for each column, such as {lcr}"
        return self._parser.fail("bad-argument", self._start, self._end, message, label, hint)


def arrange(parser: Parser, columns: list[Column], rows: list[Row], opening: Token) -> None:
    """Bring the rows' cells into the columns: put in what stands between cells, and what surrounds each."""
    places = [at for at, column in enumerate(columns) if column.fixed is None]
    fixed = {at: _parse(parser, column.fixed, opening) for at, column in enumerate(columns) if column.fixed is not None}
    for row in rows:
        row.rule = " ".join(_moved(part, places) for part in row.rule.split())
        cells: list[list[Node]] = []
        spans: dict[int, tuple[int, str]] = {}
        at = 0  # column of the author's next cell, counted among the author's own
        for index, cell in enumerate(row.cells):
            place = places[at] if at < len(places) else len(columns) + at - len(places)
            span, name = row.spans.get(index, (1, ""))
            while _width(cells, spans) < place:
                cells.append(fixed.get(_width(cells, spans), []))
            if index in row.spans:
                last = places[at + span - 1] if at + span <= len(places) else place + span - 1
                spans[len(cells)] = (last - place + 1, name)
                cells.append(cell)
            else:
                column = columns[place] if place < len(columns) else None
                cells.append(_surrounded(parser, column, cell, opening) if column is not None else cell)
            at += span
        for rest in range(_width(cells, spans), len(columns)):
            if columns[rest].fixed is None:
                break
            cells.append(fixed[rest])
        row.cells = cells
        row.spans = spans


def _width(cells: list[list[Node]], spans: dict[int, tuple[int, str]]) -> int:
    return len(cells) + sum(span - 1 for span, _ in spans.values())


def _moved(part: str, places: list[int]) -> str:
    """Return a partial rule with its columns counted as they are written."""
    if not part.startswith("cline:"):
        return part
    _, low, high = part.split(":")
    ends = [min(max(int(end) - 1, 0), len(places) - 1) for end in (low, high)]
    return f"cline:{places[ends[0]] + 1}:{places[ends[1]] + 1}" if places else part


def _parse(parser: Parser, text: str, opening: Token) -> list[Node]:
    start, end = opening[1], opening[2]
    return parser.sub_parse([(each[0], start, end) for each in tokenise(text)])


def _surrounded(parser: Parser, column: Column, cell: list[Node], opening: Token) -> list[Node]:
    if not column.before and not column.after:
        return cell
    before = _parse(parser, column.before, opening)
    closes = [node for node in before if node.cls == MARK and not isinstance(node, Open)]
    opens = [node for node in before if node not in closes]
    return [*opens, *cell, *_parse(parser, column.after, opening), *closes]
