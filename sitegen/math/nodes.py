"""The tree between the parser and the writer: what a formula says, free of markup.

Every node knows the range of the author's TeX it came from (`start`, `end`) and its TeX class (`cls`), from which
the writer derives spacing (TeXbook, chapter 18). Nodes are small slotted classes, because a page has thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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


class Symbol:
    """What one command or character stands for; shared by all atoms that show it."""

    __slots__ = ("char", "cls", "limits", "markup", "movable", "tag", "variant")

    def __init__(
        self,
        char: str,
        tag: str,
        cls: int,
        markup: str = "",
        limits: bool = False,
        variant: str = "",
        movable: bool = True,
    ) -> None:
        self.char = char
        """The character, or the word for a function name."""
        self.tag = tag
        """`mi`, `mn`, `mo` or `mtext`."""
        self.cls = cls
        self.markup = markup
        """The finished element; empty for `mo`, whose attributes depend on its neighbours."""
        self.limits = limits
        """Whether scripts go above and below in display style (`\\sum`, `\\lim`)."""
        self.variant = variant
        """`italic` where a lone letter is set in math italics, `upright` for upright Greek capitals, else empty."""
        self.movable = movable
        """False where the scripts of limits go above and below in any style."""


class Node:
    """Base of all nodes."""

    __slots__ = ("cls", "end", "start")

    def __init__(self, cls: int, start: int, end: int) -> None:
        self.cls = cls
        self.start = start
        self.end = end


class Atom(Node):
    """One symbol."""

    __slots__ = ("symbol",)

    def __init__(self, cls: int, symbol: Symbol, start: int, end: int) -> None:
        self.cls = cls
        self.symbol = symbol
        self.start = start
        self.end = end


class Group(Node):
    """A row in braces, or a row that counts as one atom of a class (`\\mathbin{…}`)."""

    __slots__ = ("children",)

    def __init__(self, children: list[Node], start: int, end: int, cls: int = ORD) -> None:
        self.children = children
        self.cls = cls
        self.start = start
        self.end = end


class Scripts(Node):
    """A nucleus with a subscript, a superscript and primes; any of the three may be missing."""

    __slots__ = ("base", "limits", "primes", "sub", "sup")

    def __init__(self, base: Node | None, start: int, end: int) -> None:
        self.cls = base.cls if base is not None else ORD
        self.base = base
        self.sub: Node | None = None
        self.sup: Node | None = None
        self.primes = 0
        self.limits: bool | None = None
        """`\\limits` (True), `\\nolimits` (False), or as the nucleus is used to."""
        self.start = start
        self.end = end


class Prescripts(Node):
    """A nucleus with scripts on both sides (`\\prescript`, `\\sideset`)."""

    __slots__ = ("base", "pre_sub", "pre_sup", "sub", "sup")

    def __init__(
        self,
        base: Node,
        pre: tuple[Node | None, Node | None],
        post: tuple[Node | None, Node | None],
        start: int,
        end: int,
        cls: int = ORD,
    ) -> None:
        super().__init__(cls, start, end)
        self.base = base
        self.pre_sub, self.pre_sup = pre
        self.sub, self.sup = post


class Fraction(Node):
    """A fraction, or without its line a binomial; optionally between delimiters and in a style of its own."""

    __slots__ = ("continued", "denominator", "left", "line", "numerator", "right", "style")

    def __init__(
        self,
        numerator: Node,
        denominator: Node,
        start: int,
        end: int,
        *,
        line: str = "",
        left: str = "",
        right: str = "",
        style: int | None = None,
        continued: str = "",
    ) -> None:
        self.cls = ORD
        self.start = start
        self.end = end
        self.numerator = numerator
        self.denominator = denominator
        self.line = line
        """Thickness of the line as a MathML length; empty for the font's own."""
        self.left = left
        self.right = right
        self.style = style
        self.continued = continued
        """`c`, `l` or `r` for `\\cfrac`: both parts stay in display style, and the numerator is placed so."""


class Root(Node):
    """A square root, or with an index another one."""

    __slots__ = ("index", "radicand")

    def __init__(self, radicand: Node, index: Node | None, start: int, end: int) -> None:
        self.cls = ORD
        self.start = start
        self.end = end
        self.radicand = radicand
        self.index = index


class Accent(Node):
    """A mark above or below its base, as wide as the base where it stretches."""

    __slots__ = ("base", "char", "kind", "stretchy", "under")

    def __init__(
        self,
        base: Node,
        char: str,
        start: int,
        end: int,
        *,
        stretchy: bool = False,
        under: bool = False,
        kind: str = "",
    ) -> None:
        self.cls = ORD
        self.start = start
        self.end = end
        self.base = base
        self.char = char
        self.stretchy = stretchy
        self.under = under
        self.kind = kind
        """`vec`, `line` or empty: what the style sheet must know of the mark."""


class Stack(Node):
    """Something set above or below a base (`\\overset`, `\\underbrace`, extensible arrows)."""

    __slots__ = ("base", "limits", "over", "under")

    def __init__(
        self, base: Node, under: Node | None, over: Node | None, cls: int, start: int, end: int, *, limits: bool = False
    ) -> None:
        self.cls = cls
        self.start = start
        self.end = end
        self.base = base
        self.under = under
        self.over = over
        self.limits = limits
        """Whether scripts of the whole go above and below (`\\underbrace{…}_{…}`)."""


class Delimiter(Node):
    """One delimiter: of a given height (`\\big`), or as high as the surrounding fence (`\\middle`)."""

    __slots__ = ("char", "form", "size")

    def __init__(self, char: str, cls: int, start: int, end: int, *, size: str = "", form: str = "") -> None:
        self.cls = cls
        self.start = start
        self.end = end
        self.char = char
        self.size = size
        self.form = form


class Arrow(Node):
    """An arrow (or another character) that stretches to the width of its surroundings."""

    __slots__ = ("char",)

    def __init__(self, char: str, start: int, end: int, cls: int = REL) -> None:
        super().__init__(cls, start, end)
        self.char = char


class Fenced(Node):
    """`\\left … \\right`; `\\middle` delimiters are `Delimiter` nodes inside."""

    __slots__ = ("children", "left", "right")

    def __init__(self, left: str, right: str, children: list[Node], start: int, end: int) -> None:
        self.cls = INNER
        self.start = start
        self.end = end
        self.left = left
        self.right = right
        self.children = children


class Text(Node):
    """A run of text."""

    __slots__ = ("classes", "content")

    def __init__(self, content: str, start: int, end: int, classes: str = "") -> None:
        self.cls = ORD
        self.start = start
        self.end = end
        self.content = content
        self.classes = classes


class Space(Node):
    """Horizontal space; `width` is a MathML length. With height or depth it is a strut."""

    __slots__ = ("attributes", "breaks", "width")

    def __init__(self, width: str, start: int, end: int, attributes: str = "", breaks: bool = False) -> None:
        self.cls = SPACE
        self.start = start
        self.end = end
        self.width = width
        self.attributes = attributes
        self.breaks = breaks
        """A place where a long inline formula may be broken (`\\allowbreak`)."""


class Open(Node):
    """Start of a stretch of a row with a property of its own; the row holds its `Close`."""

    __slots__ = ("attributes", "style", "tag")

    def __init__(self, tag: str, attributes: str, start: int, end: int, style: int | None = None) -> None:
        self.cls = MARK
        self.start = start
        self.end = end
        self.tag = tag
        self.attributes = attributes
        self.style = style
        """The math style from here on, where it changes."""


class Close(Node):
    """End of the stretch that the last unclosed `Open` of the row began."""

    __slots__ = ()


class Wrapped(Node):
    """A row inside an element of its own (`\\boxed`, `\\phantom`, `\\cancel`, `\\smash`, colours with an argument)."""

    __slots__ = ("attributes", "children", "plain", "style", "tag", "trailer")

    def __init__(
        self,
        tag: str,
        attributes: str,
        children: list[Node],
        start: int,
        end: int,
        *,
        cls: int = ORD,
        trailer: str = "",
        style: int | None = None,
        plain: bool = True,
    ) -> None:
        self.cls = cls
        self.start = start
        self.end = end
        self.tag = tag
        self.attributes = attributes
        self.children = children
        self.trailer = trailer
        """Markup before the end tag."""
        self.style = style
        self.plain = plain
        """Whether the content is seen, so that it belongs in plain text."""


class Linked(Wrapped):
    """A row that leads somewhere (`\\href`); a link where it is the whole formula."""

    __slots__ = ("url",)

    def __init__(self, url: str, children: list[Node], start: int, end: int, cls: int) -> None:
        super().__init__("mrow", "", children, start, end, cls=cls)
        self.url = url


class Logo(Group):
    """A name whose letters stand high and low (`\\TeX`)."""

    __slots__ = ("name",)

    def __init__(self, name: str, children: list[Node], start: int, end: int) -> None:
        super().__init__(children, start, end)
        self.name = name
        """The name as people write it."""


class Choice(Node):
    """`\\mathchoice`: one of four, by style."""

    __slots__ = ("options",)

    def __init__(self, options: Sequence[Node], start: int, end: int) -> None:
        super().__init__(ORD, start, end)
        self.options = options


class Ref(Node):
    """`\\ref` or `\\eqref`; which number it prints is known when all formulas are numbered."""

    __slots__ = ("label", "parenthesised")

    def __init__(self, label: str, parenthesised: bool, start: int, end: int) -> None:
        super().__init__(ORD, start, end)
        self.label = label
        self.parenthesised = parenthesised


class Line:
    """What can be numbered: a row of `align`, a whole `equation`, a plain display."""

    __slots__ = (
        "anchor",
        "end",
        "form",
        "labels",
        "number",
        "numbered",
        "parent",
        "shared",
        "starred",
        "start",
        "suppressed",
        "tag",
    )

    def __init__(self, numbered: bool, start: int) -> None:
        self.numbered = numbered
        """Whether the environment numbers it without being asked."""
        self.labels: list[tuple[str, int, int]] = []
        """Name and range of each `\\label`."""
        self.tag: list[Node] | None = None
        self.starred = False
        """`\\tag*`: printed without parentheses."""
        self.suppressed = False
        """`\\notag`."""
        self.form: tuple[str, str, str] = ("(", ")", "")
        """What stands before and after the number, and its alphabet (`\\usetagform`)."""
        self.parent: Line | None = None
        """The line whose number this one shares with others, as 1a, 1b and so on (`subequations`)."""
        self.shared = False
        """Whether it is such a parent."""
        self.start = start
        self.end = start
        self.number: str = ""
        """Filled in by `numbering`: what is printed, without parentheses."""
        self.anchor: str = ""
        """Filled in by `numbering`: the id on the page."""


class Row:
    """One row of a table."""

    __slots__ = ("cells", "end", "gap", "intertext", "line", "rule", "skipped", "spans", "start", "styles")

    def __init__(self, start: int) -> None:
        self.cells: list[list[Node]] = []
        self.rule = ""
        """Rules above this row: classes such as `bt`."""
        self.gap = ""
        """Additional space below, a MathML length."""
        self.line: Line | None = None
        self.intertext = False
        """Whether it is text over the whole width between rows (`\\intertext`)."""
        self.spans: dict[int, tuple[int, str]] = {}
        """Cell index to (columns spanned, classes) for `\\multicolumn`."""
        self.styles: dict[int, tuple[str, str]] = {}
        """Cell index to further classes, of which an alignment replaces the column's, and to attributes."""
        self.skipped = 0
        """Columns that cells of rows above reach into."""
        self.start = start
        self.end = start


class Table(Node):
    """Rows and columns."""

    __slots__ = ("columns", "display", "framed", "kind", "left", "lengths", "right", "rows", "rule_below")

    def __init__(self, kind: str, rows: list[Row], start: int, end: int) -> None:
        self.cls = ORD
        self.start = start
        self.end = end
        self.kind = kind
        """Class of the table, deciding its gaps: `matrix`, `array`, `cases`, `align`, `gather`, `small`, `lines`."""
        self.rows = rows
        self.columns: list[str] = []
        """Class of each column's cells; the pattern repeats, except in arrays."""
        self.display = False
        self.framed = False
        """Whether the preamble draws a rule on both sides."""
        self.left = ""
        self.right = ""
        self.rule_below = ""
        self.lengths: list[int] = []
        """How many characters of plain text each row has, once somebody has asked for the plain text of the table."""


class Equation(Node):
    """A numbered (or `equation*`) environment around one formula."""

    __slots__ = ("children", "line")

    def __init__(self, children: list[Node], line: Line, start: int, end: int) -> None:
        self.cls = INNER
        self.start = start
        self.end = end
        self.children = children
        self.line = line
