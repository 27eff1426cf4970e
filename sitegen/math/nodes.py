"""The tree between the parser and the writer: what a formula says, free of markup.

Every node knows the range of the author's TeX it came from (`start`, `end`) and its TeX class (`cls`), from which
the writer derives spacing (TeXbook, chapter 18). All are structs, because a page has thousands; they form a tree, so
that the garbage collector need not look at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

# TeX's atom classes (TeXbook, chapter 17), in the order of the spacing table.
ORD: Final = 0
OP: Final = 1
BIN: Final = 2
REL: Final = 3
OPEN: Final = 4
CLOSE: Final = 5
PUNCT: Final = 6
INNER: Final = 7
BEGIN: Final = 8
"""Not a class of an atom: the start of a list, before which nothing is spaced."""
SPACE: Final = -1
"""Glue and kerns: they lie between atoms without being one."""
MARK: Final = -2
"""Markers that open and close a stretch of a row (`\\color`, `\\displaystyle`)."""

# Math styles (TeXbook, page 140).
DISPLAY: Final = 0
TEXT: Final = 1
SCRIPT: Final = 2
SCRIPTSCRIPT: Final = 3
"""Scripts of scripts: spaced as `SCRIPT`; only `\\mathchoice` tells the two apart."""


class Record(msgspec.Struct, eq=False, gc=False):
    """What is built in bulk: equal only to itself, and never part of a circle."""


class Symbol(Record):
    """What one command or character stands for; shared by all atoms that show it."""

    char: str
    """The character, or the word for a function name."""
    tag: str
    """`mi`, `mn`, `mo` or `mtext`."""
    cls: int
    markup: str = ""
    """The finished element; empty for `mo`, whose attributes depend on its neighbours."""
    limits: bool = False
    """Whether scripts go above and below in display style (`\\sum`, `\\lim`)."""
    variant: str = ""
    """`italic` where a lone letter is set in math italics, `upright` for upright Greek capitals, else empty."""
    movable: bool = True
    """False where the scripts of limits go above and below in any style."""


class Node:
    """Base of all nodes, each of which has these fields where they suit its constructor."""

    __slots__ = ()

    cls: int
    start: int
    end: int


class Atom(Record, Node):
    """One symbol."""

    cls: int
    symbol: Symbol
    start: int
    end: int


class Group(Record, Node):
    """A row in braces, or a row that counts as one atom of a class (`\\mathbin{…}`)."""

    children: list[Node]
    start: int
    end: int
    cls: int = ORD


class Scripts(Record, Node):
    """A nucleus with a subscript, a superscript and primes; any of the three may be missing. It has the class of the
    nucleus."""

    base: Node | None
    start: int
    end: int
    sub: Node | None = None
    sup: Node | None = None
    primes: int = 0
    limits: bool | None = None
    """`\\limits` (True), `\\nolimits` (False), or as the nucleus is used to."""
    cls: int = ORD

    def __post_init__(self) -> None:
        if self.base is not None:
            self.cls = self.base.cls


class Prescripts(Record, Node):
    """A nucleus with scripts on both sides (`\\prescript`, `\\sideset`)."""

    base: Node
    before: tuple[Node | None, Node | None]
    """Subscript and superscript before it."""
    after: tuple[Node | None, Node | None]
    start: int
    end: int
    cls: int = ORD


class Fraction(Record, Node):
    """A fraction, or without its line a binomial; optionally between delimiters and in a style of its own."""

    numerator: Node
    denominator: Node
    start: int
    end: int
    line: str = ""
    """Thickness of the line as a MathML length; empty for the font's own."""
    left: str = ""
    right: str = ""
    style: int | None = None
    continued: str = ""
    """`c`, `l` or `r` for `\\cfrac`: both parts stay in display style, and the numerator is placed so."""
    cls: int = ORD


class Root(Record, Node):
    """A square root, or with an index another one."""

    radicand: Node
    index: Node | None
    start: int
    end: int
    cls: int = ORD


class Accent(Record, Node):
    """A mark above or below its base, as wide as the base where it stretches."""

    base: Node
    char: str
    start: int
    end: int
    stretchy: bool = False
    under: bool = False
    kind: str = ""
    """`vec`, `line` or empty: what the style sheet must know of the mark."""
    cls: int = ORD


class Stack(Record, Node):
    """Something set above or below a base (`\\overset`, `\\underbrace`, extensible arrows)."""

    base: Node
    under: Node | None
    over: Node | None
    cls: int
    start: int
    end: int
    limits: bool = False
    """Whether scripts of the whole go above and below (`\\underbrace{…}_{…}`)."""


class Delimiter(Record, Node):
    """One delimiter: of a given height (`\\big`), or as high as the surrounding fence (`\\middle`)."""

    char: str
    cls: int
    start: int
    end: int
    size: str = ""
    form: str = ""


class Arrow(Record, Node):
    """An arrow (or another character) that stretches to the width of its surroundings."""

    char: str
    start: int
    end: int
    cls: int = REL


class Fenced(Record, Node):
    """`\\left … \\right`; `\\middle` delimiters are `Delimiter` nodes inside."""

    left: str
    right: str
    children: list[Node]
    start: int
    end: int
    cls: int = INNER


class Text(Record, Node):
    """A run of text."""

    content: str
    start: int
    end: int
    classes: str = ""
    cls: int = ORD


class Space(Record, Node):
    """Horizontal space; `width` is a MathML length. With height or depth it is a strut."""

    width: str
    start: int
    end: int
    attributes: str = ""
    breaks: bool = False
    """A place where a long inline formula may be broken (`\\allowbreak`)."""
    cls: int = SPACE


class Open(Record, Node):
    """Start of a stretch of a row with a property of its own; the row holds its `Close`."""

    tag: str
    attributes: str
    start: int
    end: int
    style: int | None = None
    """The math style from here on, where it changes."""
    cls: int = MARK


class Close(Record, Node):
    """End of the stretch that the last unclosed `Open` of the row began."""

    cls: int
    start: int
    end: int


class Wrapped(Record, Node):
    """A row inside an element of its own (`\\boxed`, `\\phantom`, `\\cancel`, `\\smash`, colours with an argument)."""

    tag: str
    attributes: str
    children: list[Node]
    start: int
    end: int
    cls: int = ORD
    trailer: str = ""
    """Markup before the end tag."""
    style: int | None = None
    plain: bool = True
    """Whether the content is seen, so that it belongs in plain text."""


class Linked(Wrapped):
    """A row that leads somewhere (`\\href`); a link where it is the whole formula."""

    url: str = ""


class Logo(Group):
    """A name whose letters stand high and low (`\\TeX`)."""

    name: str = ""
    """The name as people write it."""


class Choice(Record, Node):
    """`\\mathchoice`: one of four, by style."""

    options: Sequence[Node]
    start: int
    end: int
    cls: int = ORD


class Ref(Record, Node):
    """`\\ref` or `\\eqref`; which number it prints is known when all formulas are numbered."""

    label: str
    parenthesised: bool
    start: int
    end: int
    cls: int = ORD


class Line(Record):
    """What can be numbered: a row of `align`, a whole `equation`, a plain display."""

    numbered: bool
    """Whether the environment numbers it without being asked."""
    start: int
    end: int = 0
    labels: list[tuple[str, int, int]] = []
    """Name and range of each `\\label`."""
    tag: list[Node] | None = None
    starred: bool = False
    """`\\tag*`: printed without parentheses."""
    suppressed: bool = False
    """`\\notag`."""
    form: tuple[str, str, str] = ("(", ")", "")
    """What stands before and after the number, and its alphabet (`\\usetagform`)."""
    parent: Line | None = None
    """The line whose number this one shares with others, as 1a, 1b and so on (`subequations`)."""
    shared: bool = False
    """Whether it is such a parent."""
    number: str = ""
    """Filled in by `numbering`: what is printed, without parentheses."""
    anchor: str = ""
    """Filled in by `numbering`: the id on the page."""

    def __post_init__(self) -> None:
        self.end = self.start


class Row(Record):
    """One row of a table."""

    start: int
    end: int = 0
    cells: list[list[Node]] = []
    rule: str = ""
    """Rules above this row: classes such as `bt`."""
    gap: str = ""
    """Additional space below, a MathML length."""
    line: Line | None = None
    intertext: bool = False
    """Whether it is text over the whole width between rows (`\\intertext`)."""
    spans: dict[int, tuple[int, str]] = {}
    """Cell index to (columns spanned, classes) for `\\multicolumn`."""
    styles: dict[int, tuple[str, str]] = {}
    """Cell index to further classes, of which an alignment replaces the column's, and to attributes."""
    skipped: int = 0
    """Columns that cells of rows above reach into."""

    def __post_init__(self) -> None:
        self.end = self.start

    @property
    def width(self) -> int:
        """How many columns it reaches over."""
        spanned = sum([span - 1 for span, _ in self.spans.values()]) if self.spans else 0
        return len(self.cells) + self.skipped + spanned


class Table(Record, Node):
    """Rows and columns."""

    kind: str
    """Class of the table, deciding its gaps: `matrix`, `array`, `cases`, `align`, `gather`, `small`, `lines`."""
    rows: list[Row]
    start: int
    end: int
    columns: list[str] = []
    """Class of each column's cells; the pattern repeats, except in arrays."""
    display: bool = False
    framed: bool = False
    """Whether the preamble draws a rule on both sides."""
    left: str = ""
    right: str = ""
    rule_below: str = ""
    lengths: list[int] = []
    """How many characters of plain text each row has, once somebody has asked for the plain text of the table."""
    cls: int = ORD


class Equation(Record, Node):
    """A numbered (or `equation*`) environment around one formula."""

    children: list[Node]
    line: Line
    start: int
    end: int
    cls: int = INNER
