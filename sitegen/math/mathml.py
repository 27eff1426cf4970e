"""The tree to MathML Core.

Next to each layout decision stands the rule it follows: TeXbook chapter 17 and 18 for classes, styles and spacing,
MathML Core for what browsers do with the markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape
from itertools import zip_longest
from typing import Any, Final, Literal, NamedTuple

from sitegen.math.alphabets import styled_text
from sitegen.math.model import Reference
from sitegen.math.nodes import (
    BEGIN,
    BIN,
    CLOSE,
    DISPLAY,
    MARK,
    OP,
    OPEN,
    ORD,
    PUNCT,
    REL,
    SCRIPT,
    SCRIPTSCRIPT,
    SPACE,
    TEXT,
    Accent,
    Arrow,
    Atom,
    Choice,
    Close,
    Delimiter,
    Equation,
    Fenced,
    Fraction,
    Group,
    Line,
    Linked,
    Logo,
    Node,
    Open,
    Prescripts,
    Ref,
    Root,
    Row,
    Scripts,
    Space,
    Stack,
    Symbol,
    Table,
    Text,
    Wrapped,
)
from sitegen.math.operators import SCRIPT_SPACING, SPACING, WIDTHS, is_arrow, operator

STRUTS: Final[dict[str, tuple[float, float]]] = {
    **dict.fromkeys(["matrix", "array"], (0.78, 0.3)),
    "cases": (0.948, 0.372),
    "proof": (0.84, 0.36),
    "substack": (0.75, 0.26),
    "small": (0.7, 0.2),
    **dict.fromkeys(["align", "gather", "multline", "lines", "eqnarray"], (0.77, 0.33)),
}
"""Kind of table to height and depth of the strut in each row, in em, so that rows of letters are equally high in every
browser: LaTeX's \\@arstrut, in `cases` 1.2 times as high (amsmath), of which the style sheet adds .12em, so that high
rows do not touch. In displays it adds .4em, and rows are a baselineskip and a jot apart, or the lineskip and a jot
where they are high (amsmath's \\openup)."""
_PRIMES = {1: "′", 2: "″", 3: "‴", 4: "⁗"}
_EMPTY = "<mrow></mrow>"
_MARKER = "\0"
"""Stands before and after the index of a reference that the caller writes; no formula can contain it."""


class Writer:
    """Writes the formulas of one document. Holds what is known of labels, and collects references left open."""

    __slots__ = ("anchors", "open_references")

    def __init__(self, anchors: Mapping[str, tuple[str, str]]) -> None:
        self.anchors = anchors
        """Label to number and anchor."""
        self.open_references: list[Reference] = []
        """References of the formula being written whose label is unknown."""

    # ------------------------------------------------------------------ rows

    def row(self, nodes: list[Node], style: int, first_class: int = BEGIN) -> tuple[str, int]:
        """Write nodes side by side; return the markup and the number of elements in it.

        `first_class` is the class of what stands before the row: in a cell after `&` an empty ordinary atom (amsmath).
        """
        if len(nodes) == 1 and nodes[0].__class__ is Atom and nodes[0].symbol.markup:
            return nodes[0].symbol.markup, 1  # most rows are one letter or number
        out: list[str] = []
        emit = out.append
        stretches: list[tuple[str, int]] = []
        """Of each one that is open: its element, and the style around it."""
        table = SCRIPT_SPACING if style >= SCRIPT else SPACING
        previous = first_class
        count = 0
        first = True
        taken = False
        letter: Symbol | None = None
        for at, node in enumerate(nodes):
            cls = node.cls
            beside, letter = letter, None
            if cls < 0:
                kind = node.__class__
                if kind is Close:
                    tag, style = stretches.pop()
                    emit(f"</{tag}>")
                    first = False
                elif kind is Open:
                    count += not stretches
                    stretches.append((node.tag, style))  # type: ignore[attr-defined]
                    emit(f"<{node.tag}{node.attributes}>")  # type: ignore[attr-defined]
                    style = style if node.style is None else node.style  # type: ignore[attr-defined]
                    first = True
                elif cls == SPACE:
                    count += not stretches
                    emit(self.space(node))  # type: ignore[arg-type]
                table = SCRIPT_SPACING if style >= SCRIPT else SPACING
                continue
            if not stretches:
                count += 1
            markup = node.symbol.markup if node.__class__ is Atom else ""
            core = not markup and has_core(node)
            if core or cls == BIN:
                after, spaces, last = _following(nodes, at, style, stretches)
                # Rules 5 and 6 of appendix G: a binary operator needs something on both sides.
                if cls == BIN and (previous in _BEFORE_SIGN or after in _AFTER_SIGN):
                    cls = ORD
            # An operator of some classes takes the space after it; any other one what follows has before it.
            left = 0 if taken else table[previous][cls]
            if core:
                taken = cls in _TAKES
                right = spaces[cls][after] if taken else 0
                if node.__class__ is Stack:
                    count += not stretches and left + right > 0
                    emit(self.spaced(node, style, cls, left, right, first, last))
                else:
                    emit(self.embellished(node, style, cls, left, right, first, last))
            else:
                taken = False
                letter = node.symbol if markup else _base_letter(node)  # type: ignore[attr-defined]
                if left or (beside is not None and letter is not None and style < SCRIPT and _differ(beside, letter)):
                    emit(f'<mspace width="{WIDTHS[left]}"></mspace>')
                    count += not stretches
                emit(markup or _WRITERS[node.__class__](self, node, style))
            first = False
            previous = cls
        return "".join(out), count

    def chunked(self, nodes: list[Node], ends: list[int], style: int) -> str:
        """Write a row as several `<mrow>`, each ending at an index of `ends`: Firefox breaks between them."""
        marked: list[Node] = []
        start = 0
        for end in ends:
            marked.append(Open("mrow", "", 0, 0))
            marked.extend(nodes[start : end + 1])
            marked.append(Close(MARK, 0, 0))
            start = end + 1
        return self.row(marked, style)[0]

    def element(self, nodes: list[Node], style: int, first_class: int = BEGIN) -> str:
        """Write nodes as exactly one element."""
        markup, count = self.row(nodes, style, first_class)
        return markup if count == 1 else f"<mrow>{markup}</mrow>"

    def argument(self, node: Node | None, style: int) -> str:
        """Write an argument of an element with a fixed number of children."""
        if node is None:
            return _EMPTY
        if node.__class__ is Atom and node.symbol.markup:
            return node.symbol.markup
        markup = self.element(node.children if node.__class__ is Group else [node], style)
        # Firefox forgets the size of scripts for text that is a script itself and has a font of its own.
        return f"<mrow>{markup}</mrow>" if markup.startswith("<mtext") else markup

    def spaced(self, node: Node | None, style: int, cls: int, left: int, right: int, first: bool, last: bool) -> str:
        """Write an operator with something above or below, and the spaces around it.

        They are elements of their own: Firefox leaves those of the operator out of the width that it asks for, so that
        a display of some long arrows was cut.
        """
        before = f'<mspace width="{WIDTHS[left]}"></mspace>' if left else ""
        after = f'<mspace width="{WIDTHS[right]}"></mspace>' if right else ""
        return f"{before}{self.stack(node, style, (cls, 0, 0, first, last))}{after}"  # type: ignore[arg-type]

    def embellished(
        self, node: Node | None, style: int, cls: int, left: int, right: int, first: bool, last: bool
    ) -> str:
        """Write an operator, or something whose core is one, with the spaces around the whole."""
        if node.__class__ is Atom:
            return operator(node.symbol, cls, left, right, first, last)
        if node.__class__ is Scripts:
            return self.scripts(node, style, (cls, left, right, first, last))
        if node.__class__ is Delimiter:
            return self.delimiter(node, left, right)
        if node.__class__ is Arrow:
            return f'<mo stretchy="true" lspace="{WIDTHS[left]}" rspace="{WIDTHS[right]}">{node.char}</mo>'
        return self.stack(node, style, (cls, left, right, first, last))  # type: ignore[arg-type]

    # ------------------------------------------------------------------ leaves

    def space(self, node: Space, style: int = TEXT) -> str:
        """Write a space or strut."""
        if node.attributes:
            return f"<mspace{node.attributes}></mspace>"
        return f'<mspace width="{node.width}"></mspace>'

    def atom(self, node: Atom, style: int) -> str:
        """Write a symbol that stands alone."""
        symbol = node.symbol
        return symbol.markup or operator(symbol, ORD, 0, 0, True, True)

    def text(self, node: Text, style: int) -> str:
        """Write text; spaces at its edges would be dropped by browsers, so they become no-break spaces."""
        content = " ".join(
            node.content.replace("\u00a0", "\1").replace("\n", " ").replace("\t", " ").replace("\r", " ").split(" ")
        )
        while "  " in content:
            content = content.replace("  ", " ")
        content = content.replace("\1", "\u00a0")
        if content.startswith(" "):
            content = "\u00a0" + content[1:]
        if content.endswith(" "):
            content = content[:-1] + "\u00a0"
        names = node.classes
        if not content.isascii() and max(content) >= "\U0001d400":
            names = f"{names} alphabet".lstrip()  # letters that text fonts lack
        classes = f' class="{names}"' if names else ""
        return f"<mtext{classes}>{escape(content, quote=False)}</mtext>"

    def delimiter(self, node: Delimiter, left: int = 0, right: int = 0) -> str:
        """Write a delimiter of `\\big` or `\\middle`."""
        if not node.char:
            return f'<mspace width="{WIDTHS[max(left, right)]}"></mspace>' if left or right else _EMPTY
        char = escape(node.char, quote=False)
        spaces = f' lspace="{WIDTHS[left]}" rspace="{WIDTHS[right]}"'
        if node.form in _MIDDLE:
            high = node.form == "middle"
            width = "" if node.char not in _BRACKETS else ' class="high"' if high else ' class="low"'
            stretchy = "true" if high or width or node.char in "|‖" else "false"
            return f'<mo stretchy="{stretchy}"{spaces}{width}>{char}</mo>'
        if not node.size:
            return f'<mo stretchy="false"{spaces}>{char}</mo>'
        form = f' form="{node.form}"' if node.form in ("prefix", "postfix") else ""
        shown = "" if form and not left and not right else spaces
        width = ' class="sized"' if node.char in _BRACKETS else ' class="slash"' if node.char in _SLASHES else ""
        size = f' minsize="{node.size}" maxsize="{node.size}"'
        return f'<mo{form} stretchy="true" symmetric="true"{size}{shown}{width}>{char}</mo>'

    # ------------------------------------------------------------------ scripts

    def scripts(self, node: Scripts, style: int, core: tuple[int, int, int, bool, bool] | None = None) -> str:
        """Write sub- and superscripts, at the side or as limits (TeXbook, rule 13 and 18)."""
        base = node.base
        if base.__class__ is Prescripts and base.after == (None, None) and not node.primes:
            return self.prescripts(base, style, node.sub, node.sup)
        limits = node.limits
        movable = False
        if limits is None:
            limits = limits_by_habit(base, style)
        elif limits and style != DISPLAY:
            movable = True
        if base is None:
            nucleus = _EMPTY
        elif core is not None and base.__class__ is Atom:
            cls, left, right, first, last = core
            extra = ' movablelimits="false"' if movable and base.symbol.cls == OP else ""
            if limits and is_arrow(base.symbol.char):
                extra += ' stretchy="false"'
            nucleus = operator(base.symbol, cls, left, right, first, last, extra)
        elif core is not None:
            nucleus = self.embellished(base, style, *core)
        elif base.__class__ is Group or base.__class__ is Equation:
            nucleus = self.element(base.children, style)
        else:
            nucleus = self.argument(base, style)
        below = SCRIPT if style < SCRIPT else SCRIPTSCRIPT
        sub = self.argument(node.sub, below) if node.sub is not None else ""
        sup = self.superscript(node, below)
        if limits:
            if sub and sup:
                return f"<munderover>{nucleus}{sub}{sup}</munderover>"
            if sub:
                return f"<munder>{nucleus}{sub}</munder>"
            return f"<mover>{nucleus}{sup}</mover>" if sup else nucleus
        slant = _slant(base, style, bool(sub), bool(sup)) if base.__class__ is Atom else ""
        if sub and sup:
            return f"<msubsup{slant}>{nucleus}{sub}{sup}</msubsup>"
        if sub:
            return f"<msub{slant}>{nucleus}{sub}</msub>"
        return f"<msup{slant}>{nucleus}{sup}</msup>" if sup else nucleus

    def superscript(self, node: Scripts, style: int) -> str:
        """Write primes and superscript together in the style of scripts; an empty string when there are none."""
        if not node.primes:
            return self.argument(node.sup, style) if node.sup is not None else ""
        primes = _PRIMES.get(node.primes, "′" * node.primes)
        if node.sup is None:
            return f"<mo>{primes}</mo>"
        children = node.sup.children if node.sup.__class__ is Group else [node.sup]
        return f'<mrow><mo lspace="0" rspace="0">{primes}</mo>{self.row(children, style)[0]}</mrow>'

    def prescripts(self, node: Prescripts, style: int, sub: Node | None = None, sup: Node | None = None) -> str:
        """Write scripts at all four corners; `sub` and `sup` are those that follow the whole."""
        sub, sup = node.after[0] or sub, node.after[1] or sup
        parts = [self.argument(node.base, style)]
        below = smaller(style)
        if sub is not None or sup is not None:
            parts += [self.argument(sub, below), self._corner(sup, below)]
        if node.before != (None, None):
            before = [self.argument(node.before[0], below), self._corner(node.before[1], below)]
            parts += ["<mprescripts></mprescripts>", *before]
        return f"<mmultiscripts>{''.join(parts)}</mmultiscripts>"

    def _corner(self, node: Node | None, style: int) -> str:
        if isinstance(node, Scripts) and node.base is None and node.sub is None:
            return self.superscript(node, style)
        return self.argument(node, style)

    # ------------------------------------------------------------------ fractions and roots

    def fraction(self, node: Fraction, style: int) -> str:
        """Write a fraction; its parts are one style smaller (TeXbook, rule 15)."""
        own = style if node.style is None else node.style
        inner = TEXT if own == DISPLAY else smaller(own)
        if node.continued:
            inner = DISPLAY
        numerator = self.argument(node.numerator, inner)
        denominator = self.argument(node.denominator, inner)
        if node.continued:
            big = ' displaystyle="true" scriptlevel="0"'
            side = {"l": ' class="left"', "r": ' class="right"'}.get(node.continued, "")
            numerator = f"<mstyle{big}{side}>{numerator}</mstyle>"
            denominator = f"<mstyle{big}>{denominator}</mstyle>"
        line = f' linethickness="{node.line}"' if node.line else ""
        markup = f"<mfrac{line}>{numerator}{denominator}</mfrac>"
        if node.left or node.right:
            markup = f"<mrow>{fence(node.left, True, 'prefix')}{markup}{fence(node.right, True, 'postfix')}</mrow>"
        if own != style:
            display = "true" if own == DISPLAY else "false"
            level = max(own - TEXT, 0)
            markup = f'<mstyle displaystyle="{display}" scriptlevel="{level}">{markup}</mstyle>'
        return markup

    def root(self, node: Root, style: int) -> str:
        """Write a root.

        Where the smallest root sign is higher than what is under it, TeX raises the line by half of the rest (TeXbook,
        rule 11). MathML Core (section 3.3.3.2) hangs the sign from the line, which a strut therefore raises.
        """
        radicand = node.radicand
        children = radicand.children if radicand.__class__ is Group else [radicand]
        display = style == DISPLAY
        fit = fits_smallest_root(children, display=display)
        if not fit:
            if node.index is None:
                return f"<msqrt>{self.row(children, style)[0] or _EMPTY}</msqrt>"
            return f"<mroot>{self.argument(radicand, style)}{self.argument(node.index, SCRIPTSCRIPT)}</mroot>"
        content = self.argument(radicand, style) + _ROOT_STRUTS[fit, display]
        if node.index is None:
            return f"<msqrt>{content}</msqrt>"
        return f"<mroot><mrow>{content}</mrow>{self.argument(node.index, SCRIPTSCRIPT)}</mroot>"

    # ------------------------------------------------------------------ above and below

    def accent(self, node: Accent, style: int) -> str:
        """Write an accent with the spacing character, which browsers centre better than the combining one."""
        base = self.argument(node.base, style)
        char = escape(node.char, quote=False)
        stretchy = "true" if node.stretchy else "false"
        kind = f' class="{node.kind}"' if node.kind == "vec" else ""
        mark = f'<mo stretchy="{stretchy}"{kind}>{char}</mo>'
        if node.kind == "brace":
            return f"<munder>{base}{mark}</munder>" if node.under else f"<mover>{base}{mark}</mover>"
        if node.under:
            return f'<munder accentunder="true">{base}{mark}</munder>'
        return f'<mover accent="true">{base}{mark}</mover>'

    def stack(self, node: Stack, style: int, core: tuple[int, int, int, bool, bool] | None = None) -> str:
        """Write something above or below a base."""
        base = node.base
        if node.under is None and node.over is None:
            return self.argument(base, style)
        target = base
        while target.__class__ is Group and len(target.children) == 1:
            target = target.children[0]
        if core is not None:
            cls, left, right, first, last = core
            if target.__class__ is Atom:
                extra = ' stretchy="false"' if is_arrow(target.symbol.char) else ""
                if target.symbol.cls == OP and style != DISPLAY:
                    extra += ' movablelimits="false"'
                nucleus = operator(target.symbol, cls, left, right, first, last, extra)
            else:
                nucleus = self.embellished(target, style, *core)
        else:
            nucleus = self.argument(base, style)
        below = smaller(style)
        if node.over is None:
            return f"<munder>{nucleus}{self.argument(node.under, below)}</munder>"
        if node.under is None:
            return f"<mover>{nucleus}{self.argument(node.over, below)}</mover>"
        return f"<munderover>{nucleus}{self.argument(node.under, below)}{self.argument(node.over, below)}</munderover>"

    # ------------------------------------------------------------------ fences

    def fenced(self, node: Fenced, style: int) -> str:
        """Write `\\left … \\right`.

        Chromium gives every fence that may stretch the width of the font's largest one; so each has a class that
        says how wide it may be, by an estimate of its height.
        """
        high = any_tall(node.children, style)
        for child in node.children:
            if child.__class__ is Delimiter and child.form in _MIDDLE:
                child.form = "middle" if high else "low middle"
        inner = self.row(stretches(node.children), style)[0]
        return f"<mrow>{fence(node.left, high, 'prefix')}{inner}{fence(node.right, high, 'postfix')}</mrow>"

    # ------------------------------------------------------------------ boxes and groups

    def group(self, node: Group, style: int) -> str:
        """Write a group as one element."""
        return self.element(node.children, style)

    def equation(self, node: Equation, style: int) -> str:
        """Write an `equation` that has other things beside it."""
        return self.element(node.children, style)

    def wrapped(self, node: Wrapped, style: int) -> str:
        """Write content in an element of its own."""
        inner_style = style if node.style is None else node.style
        inner = self.row(node.children, inner_style)[0]
        if node.style is not None and node.style != style and node.tag == "mrow" and not node.attributes:
            # Mathematics inside text: text style, at the size of the text around.
            return f'<mstyle displaystyle="false">{inner}</mstyle>' if style == DISPLAY else f"<mrow>{inner}</mrow>"
        return f"<{node.tag}{node.attributes}>{inner}{node.trailer}</{node.tag}>"

    def choice(self, node: Choice, style: int) -> str:
        """Write the option for the style."""
        return self.argument(node.options[style], style)

    def reference(self, node: Ref, style: int) -> str:
        """Write a reference as plain text: a link inside `<math>` fails accessibility checks."""
        number, _ = self.anchors.get(node.label, ("", ""))
        if node.label in self.anchors:
            shown = escape(f"({number})" if node.parenthesised else number, quote=False)
        else:
            self.open_references.append(Reference(node.label, node.parenthesised, "", "", node.start, node.end))
            shown = f"{_MARKER}{len(self.open_references) - 1}{_MARKER}"
        return f"<mtext>{shown}</mtext>"

    # ------------------------------------------------------------------ tables

    def table(self, node: Table, style: int, *, block: bool = False) -> str:
        """Write rows and columns; `block` for a display of its own, whose numbers stand at the margin."""
        inner = DISPLAY if node.display else SCRIPT if node.kind in ("small", "substack") else TEXT
        if style >= SCRIPT and not node.display:
            inner = style
        numbered = block or any(row.line is not None and (row.line.number or row.line.anchor) for row in node.rows)
        width = max([row.width for row in node.rows], default=1)
        names = column_classes(node, width)
        body = [self.table_row(node, row, at, inner, numbered, block, names) for at, row in enumerate(node.rows)]
        classes = ("num " if block else "") + (
            "align" if node.kind in ("gather", "multline", "eqnarray", "lines") and block else node.kind
        )
        if block and node.kind in ("eqnarray", "multline"):
            classes = "num align " + node.kind
        if node.framed or (node.rule_below and node.rows and "bt" in node.rows[0].rule.split()):
            classes += " framed"
        display = ' displaystyle="true"' if node.display else ""
        markup = f'<mtable{display} class="{classes}">{"".join(body)}</mtable>'
        if node.kind == "small" and style < SCRIPT:
            markup = f'<mstyle scriptlevel="1">{markup}</mstyle>'
        if node.left or node.right:
            markup = f"<mrow>{fence(node.left, True, 'prefix')}{markup}{fence(node.right, True, 'postfix')}</mrow>"
        return markup

    def table_row(
        self, node: Table, row: Row, at: int, style: int, numbered: bool, block: bool, names: list[str]
    ) -> str:
        """Write one row; `names` are the classes of the columns' cells."""
        width = len(names)
        if row.intertext:
            columns = width + (2 if block else 1 if numbered else 0)
            text = self.row(row.cells[0], TEXT)[0]
            return f'<mtr class="intertext"><mtd class="left" columnspan="{columns}">{text}</mtd></mtr>'
        last = at == len(node.rows) - 1
        if node.kind == "multline" and len(node.rows) > 1:
            names = ["left" if at == 0 else "right" if last else ""] * width
        cells: list[str] = []
        column = 0
        clines: list[str] = []
        classes = ""
        if row.rule:
            rules = row.rule.split()
            clines = [part for part in rules if part.startswith("cline:")]
            classes = " ".join([part for part in rules if not part.startswith("cline:")])
        for index, cell in enumerate(row.cells):
            name = names[column]
            span = 1
            if index in row.spans:
                span, name = row.spans[index]
            for part in clines:
                _, low, high = part.split(":")
                if int(low) <= column + 1 <= int(high):
                    name = (name + " bt").strip()
            inner = self.row(cell, style, ORD if name == "left" and node.kind == "align" else BEGIN)[0]
            attribute = f' class="{name}"' if name else ""
            if span > 1:
                attribute += f' columnspan="{span}"'
            if index in row.styles:
                attribute = restyled(name, *row.styles[index]) + attribute[len(f' class="{name}"') if name else 0 :]
            if index == 0:
                # Firefox sets a thin space between it and a fraction, which is higher than it anyway.
                strut = "" if inner.startswith("<mfrac") and not row.gap else _strut(node.kind, "" if last else row.gap)
                # To the browsers a sign after the strut is no longer the first of its row, and so between two operands.
                inner = strut + (f'<mo form="prefix"{inner[3:]}' if strut and inner.startswith("<mo>") else inner)
            cells.append(f"<mtd{attribute}>{inner}</mtd>")
            column += span
        attributes = ""
        if last and node.rule_below:
            classes = (
                classes + " " + " ".join("bb" if part == "bt" else part for part in node.rule_below.split())
            ).strip()
        if numbered:
            while column + row.skipped < width:
                cells.append("<mtd></mtd>")
                column += 1
            line = row.line
            label = self.label(line) if line is not None and line.number else ""
            if block and node.kind == "multline" and not label:
                # Lines beside no number reach over its column, so that they are centred on the page.
                cells[-1] = cells[-1].replace("<mtd", '<mtd columnspan="2"', 1)
            else:
                cells.append(f'<mtd class="eqno">{label}</mtd>')
            if block:
                cells.insert(0, '<mtd class="eqpad"></mtd>')
            if line is not None and line.anchor:
                attributes = f' id="{line.anchor}"'
        if classes:
            attributes += f' class="{classes}"'
        return f"<mtr{attributes}>{''.join(cells)}</mtr>"

    def label(self, line: Line) -> str:
        """Write a row's number for its cell."""
        if line.tag is None:
            return f"<mtext>{numbered(line)}</mtext>"
        inner = self.row(line.tag, TEXT)[0]
        if line.starred:
            return inner
        if all(isinstance(node, Text) for node in line.tag):
            return f"<mtext>{numbered(line)}</mtext>"
        left, right, _ = line.form
        return f"<mrow><mtext>{escape(left)}</mtext>{inner}<mtext>{escape(right)}</mtext></mrow>"


def numbered(line: Line) -> str:
    """Return the number of a line as HTML text, in the brackets it is printed with."""
    left, right, font = line.form
    number = styled_text(line.number, font) if font else line.number
    return escape(number if line.starred else left + number + right, quote=False)


def smaller(style: int) -> int:
    """Return the style of scripts in a style."""
    return SCRIPT if style < SCRIPT else SCRIPTSCRIPT


def column_classes(node: Table, width: int) -> list[str]:
    """Return the classes of the cells of each of a table's columns."""
    columns = node.columns
    if node.kind == "array":
        return [columns[min(column, len(columns) - 1)] for column in range(width)]
    return [columns[column % len(columns)] for column in range(width)] if columns else [""] * width


def restyled(name: str, words: str, attributes: str) -> str:
    """Return the attributes of a cell with further classes; an alignment takes the place of the column's."""
    own = words.split()
    if any(word in _SIDES for word in own):
        name = " ".join(word for word in name.split() if word not in _SIDES)
    classes = " ".join([*name.split(), *(word for word in own if word != "center")])
    return (f' class="{classes}"' if classes else "") + attributes


_INTEGRALS = frozenset("∫∬∭⨌∮∯∰∱∲∳⨑")
_OVERHANGING = frozenset("FJKNTUVWXY𝑭𝑱𝑲𝑵𝑻𝑼𝑽𝑾𝑿𝒀ℱ𝒯𝒱𝒲")
"""Letters that reach over the width of their glyph at the upper right: of an italic correction above .06 em."""
_OPENING = "([{⟨⌈⌊⟦⟮⟪"
_BRACKETS = _OPENING + ")]}⟩⌉⌋⟧⟯⟫"
_SLASHES = "/\\"
_BRACKETED = frozenset(_BRACKETS + "|‖∣∥/")
_LOW = frozenset("acemnorsuvwxzαειπστω+−=<>.·∗")
"""Signs as high as x, without descender."""
_LOW_OR_Y = _LOW | frozenset("y")
_NO_DESCENDER = _LOW | frozenset("bdhkiltABCDEFGHIKLMNOPRSTUVWXYZ0123456789δθκλνΓΔΘΛΞΠΣΦΨΩ±∓×")
_SIDES = frozenset(["left", "right", "center"])
_BEFORE_SIGN = frozenset([BEGIN, BIN, OP, REL, OPEN, PUNCT])
_AFTER_SIGN = frozenset([REL, CLOSE, PUNCT, BEGIN])
_MIDDLE = frozenset(["middle", "low middle"])
_TAKES = frozenset([OP, BIN, REL, PUNCT])


class _Following(NamedTuple):
    """What comes after a node of a row."""

    cls: int
    """Class of the next atom as an operator before it sees it: after that, a binary one is none (rule 5 of appendix G).
    `BEGIN` where there is none."""
    table: tuple[tuple[int, ...], ...]
    """The spaces in the style of that atom."""
    ends: bool
    """Whether the node is the last of its stretch or row, spaces left aside."""


_ATOMS = [
    [_Following(ORD if cls == BIN else cls, table, False) for cls in range(BEGIN)]
    for table in (SPACING, SCRIPT_SPACING)
]
"""By whether the style is that of scripts, and by class: what comes when the next node is an atom."""


def _following(nodes: list[Node], at: int, style: int, stretches: list[tuple[str, int]]) -> _Following:
    """Return what follows `nodes[at]`, which is in a style and in these stretches."""
    at += 1
    if at < len(nodes) and nodes[at].cls >= 0:
        return _ATOMS[style >= SCRIPT][nodes[at].cls]
    around = [outer for _, outer in stretches]
    ends: bool | None = None
    cls = BEGIN
    for node in nodes[at:]:
        if node.cls >= 0:
            cls = ORD if node.cls == BIN else node.cls
            break
        if node.__class__ is Open:
            around.append(style)
            style = style if node.style is None else node.style
            ends = False if ends is None else ends
        elif node.__class__ is Close:
            style = around.pop()
            ends = True if ends is None else ends
    ends = cls == BEGIN if ends is None else ends
    return _Following(cls, SCRIPT_SPACING if style >= SCRIPT else SPACING, ends)


def has_core(node: Node) -> bool:
    """Tell whether a node is an embellished operator (MathML Core, section 3.2.4.1)."""
    kind = node.__class__
    if kind is Atom:
        return not node.symbol.markup  # type: ignore[attr-defined]
    if kind is Scripts:
        base = node.base  # type: ignore[attr-defined]
        return base is not None and base.__class__ is not Group and has_core(base)
    if kind is Stack:
        base = node.base  # type: ignore[attr-defined]
        if base.__class__ is Accent:
            return False
        while base.__class__ is Group and len(base.children) == 1:
            base = base.children[0]
        return has_core(base)
    return kind is Delimiter or kind is Arrow


def stretches(nodes: list[Node]) -> list[Node]:
    """Put what stands between two fences into a row of its own where a browser would misread it beside them.

    A sign right after a fence is not the first of its row, and so between two operands (MathML Core, section 3.2.4.2);
    and Firefox makes a fence only as high as the core of an operator with limits that is its sibling.
    """
    parts: list[list[Node]] = [[]]
    middles: list[Node] = []
    depth = 0
    for node in nodes:
        kind = node.__class__
        depth += (kind is Open) - (kind is Close)
        if kind is Delimiter and node.form in _MIDDLE:  # type: ignore[attr-defined]
            if depth:
                return nodes
            middles.append(node)
            parts.append([])
        else:
            parts[-1].append(node)
    result: list[Node] = []
    for part, middle in zip_longest(parts, middles):
        if len(part) > 1 and (has_core(part[0]) or any(node.__class__ is not Atom and has_core(node) for node in part)):
            result += [Open("mrow", "", 0, 0), *part, Close(MARK, 0, 0)]
        else:
            result += part
        if middle is not None:
            result.append(middle)
    return result


def limits_by_habit(base: Node | None, style: int) -> bool:
    """Tell whether scripts go above and below without being asked to (TeXbook, page 144)."""
    if base is None:
        return False
    kind = base.__class__
    if kind is Atom:
        return style == DISPLAY and base.cls == OP and (base.symbol.limits or base.symbol.cls != OP)  # type: ignore[attr-defined]
    if kind is Stack:
        return bool(base.limits) or (style == DISPLAY and base.cls == OP)  # type: ignore[attr-defined]
    if kind is Scripts:
        return bool(base.limits)  # type: ignore[attr-defined]
    if kind is Arrow:
        return True
    return style == DISPLAY and base.cls == OP


def _base_letter(node: Node) -> Symbol | None:
    """Return the symbol that has the scripts, of a symbol with scripts."""
    base = node.base if isinstance(node, Scripts) else None
    return base.symbol if isinstance(base, Atom) else None


def _differ(one: Symbol, other: Symbol) -> bool:
    """Tell whether one of two is upright, the other italic: Firefox sets a thin space where nothing is between them."""
    if one.tag != "mi" or other.tag != "mi":
        return False
    # What has several letters is upright; letters of other alphabets count as italic, since they are single characters.
    upright = [symbol.variant == "upright" or len(symbol.char) > 1 for symbol in (one, other)]
    return upright[0] != upright[1]


def _slant(base: Atom, style: int, sub: bool, sup: bool) -> str:
    """Return the class of a slanted sign with scripts where browsers set these without regard to its slant.

    A script below an integral stands under the end of the sign, one above a letter beside its end (TeXbook, rule 18).
    """
    symbol = base.symbol
    if symbol.char in _INTEGRALS:
        if not sub or (sup and style == DISPLAY):
            return ""
        return ' class="int"' if style == DISPLAY else ' class="slant"'
    return ' class="ic"' if sup and symbol.char in _OVERHANGING and symbol.variant != "upright" else ""


@lru_cache(maxsize=64)
def _strut(kind: str, gap: str) -> str:
    """Write what makes the rows of a kind of table equally high, with additional space below."""
    height, depth = STRUTS.get(kind, (0.0, 0.0))
    if gap and gap[0] != "-":
        height, depth = height or 0.84, float(gap.removesuffix("em")) + (depth or 0.3)
    return f'<mspace height="{_em(height)}" depth="{_em(depth)}"></mspace>' if height else ""


def _em(length: float) -> str:
    """Return a length as MathML writes it."""
    return f"{length:.4g}em".removeprefix("0")


@lru_cache(maxsize=256)
def fence(char: str, high: bool, form: str) -> str:
    """Write one side of a fence; nothing for the invisible one."""
    if not char:
        return ""
    shown = escape(char, quote=False)
    if char in "|‖":
        return f'<mo form="{form}">{shown}</mo>'
    if char in _BRACKETS:
        usual = form == ("prefix" if char in _OPENING else "postfix")
        facing = "" if usual else f' form="{form}"'
        return f'<mo{facing} class="{"high" if high else "low"}">{shown}</mo>'
    width = ' class="slash"' if char in _SLASHES else ""
    return f'<mo form="{form}" stretchy="true" symmetric="true" lspace="0" rspace="0"{width}>{shown}</mo>'


Fit = Literal["", "flat", "deep"]

_ROOT_STRUTS: dict[tuple[Fit, bool], str] = {
    ("flat", False): '<mspace height=".76em"></mspace>',
    ("flat", True): '<mspace height=".7em"></mspace>',
    ("deep", False): '<mspace height=".66em"></mspace>',
    ("deep", True): '<mspace height=".58em"></mspace>',
}
"""In text and in display, where the gap below the line is larger: from the baseline to the line of the smallest root
sign where it stands as it was drawn; less over descenders, so that both browsers still take that sign."""


def fits_smallest_root(nodes: list[Node], *, display: bool) -> Fit:
    """Tell whether the font's smallest root sign is certainly high enough, and whether what fits has a descender.

    Signs without scripts always fit. Raised letters fit over what has no descender, or on letters as low as x; lowered
    ones fit below what has neither bracket nor descender. In display, where the gap below the line is larger,
    descenders fit below neither brackets nor raised letters.
    """
    plain: set[str] = set()
    raised: set[str] = set()
    lowered: set[str] = set()
    script: set[str] = set()
    for node in nodes:
        base: Node | None = node
        own = plain
        if isinstance(node, Scripts):
            base = node.base
            own = lowered if node.sup is None and not node.primes else raised
            if own is raised and node.sub is not None:
                return ""
            for part in (node.sub, node.sup):
                inner = part.children if isinstance(part, Group) else [part] if part is not None else []
                for child in inner:
                    if not isinstance(child, Atom):
                        return ""
                    script.update(child.symbol.char)
        elif isinstance(node, Space) and not node.attributes:
            continue
        if not isinstance(base, Atom) or base.cls == OP or base.symbol.variant not in ("", "italic"):
            return ""
        own.update(base.symbol.char)
    shown = plain | raised | lowered
    flat = _NO_DESCENDER.issuperset(shown)
    fit: Fit = "flat" if flat and not lowered else "deep"
    if display and fit == "deep" and (raised or shown & _BRACKETED):
        return ""
    if not raised and not lowered:
        return fit
    if (raised and lowered) or not _NO_DESCENDER.issuperset(script):
        return ""
    return fit if flat or (not lowered and _LOW_OR_Y.issuperset(raised) and not shown & _BRACKETED) else ""


def any_tall(nodes: list[Node], style: int) -> bool:
    """Tell whether brackets round the nodes must be higher than a letter's."""
    for node in nodes:
        kind = node.__class__
        if kind is Open and node.style is not None:  # type: ignore[attr-defined]
            style = node.style  # type: ignore[attr-defined]
        elif tall(node, style):
            return True
    return False


def tall(node: Node | None, style: int) -> bool:
    """Tell whether a node is higher than a letter with a script."""
    kind = node.__class__
    if kind is Atom:
        return bool(node.symbol.cls == OP and node.symbol.tag == "mo")  # type: ignore[union-attr]
    if kind is Fraction or kind is Table or kind is Stack:
        return True
    if kind is Delimiter:
        return bool(node.size)  # type: ignore[union-attr]
    if kind is Scripts:
        limits = node.limits if node.limits is not None else limits_by_habit(node.base, style)  # type: ignore[union-attr]
        return bool(limits) or any(part is not None and tall(part, SCRIPT) for part in (node.base, node.sub, node.sup))  # type: ignore[union-attr]
    if kind is Group or kind is Fenced or kind is Equation:
        return any_tall(node.children, style)  # type: ignore[union-attr]
    if kind is Wrapped:
        return bool(node.tag == "menclose" or any_tall(node.children, style))  # type: ignore[union-attr]
    if kind is Root:
        return tall(node.radicand, style)  # type: ignore[union-attr]
    if kind is Accent:
        return bool(node.kind == "brace" or tall(node.base, style))  # type: ignore[union-attr]
    return kind is Choice


_WRITERS: dict[type[Node], Callable[[Writer, Any, int], str]] = {
    Accent: Writer.accent,
    Atom: Writer.atom,
    Choice: Writer.choice,
    Equation: Writer.equation,
    Fenced: Writer.fenced,
    Fraction: Writer.fraction,
    Group: Writer.group,
    Linked: Writer.wrapped,
    Logo: Writer.group,
    Prescripts: Writer.prescripts,
    Ref: Writer.reference,
    Root: Writer.root,
    Scripts: Writer.scripts,
    Space: Writer.space,
    Stack: Writer.stack,
    Table: Writer.table,
    Text: Writer.text,
    Wrapped: Writer.wrapped,
}
