"""Alphabets (`\\mathbf`), the old font switches (`{\\bf …}`) and sizes."""

from __future__ import annotations

from collections.abc import Callable

from sitegen.math import symbols
from sitegen.math.lexer import Token
from sitegen.math.nodes import ORD, Atom, Group, Node, Open, Symbol
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS

FONTS: dict[str, str] = {
    "\\mathrm": "upright",
    "\\mathup": "upright",
    "\\mathbf": "bold",
    "\\mathbfup": "bold",
    "\\mathit": "italic",
    "\\mathnormal": "",
    "\\mathsf": "sans",
    "\\mathtt": "mono",
    "\\mathbb": "double-struck",
    "\\mathds": "double-struck",
    "\\Bbb": "double-struck",
    "\\mathbbm": "double-struck",
    "\\mathbbmss": "double-struck",
    "\\mathfrak": "fraktur",
    "\\frak": "fraktur",
    "\\mathcal": "script",
    "\\mathscr": "roundhand",
    "\\boldsymbol": "bold-symbol",
    "\\bm": "bold-symbol",
    "\\pmb": "bold-symbol",
    "\\mathbold": "bold-symbol",
    "\\bold": "bold",
    "\\mathbfit": "bold-italic",
    "\\symbfit": "bold-italic",
    "\\mathbfsf": "bold-sans",
    "\\mathbfcal": "bold-script",
    "\\mathbfscr": "bold-script",
    "\\mathbffrak": "bold-fraktur",
    "\\mathsfit": "sans-italic",
    "\\mathsfbf": "bold-sans",
    "\\mathbfsfit": "bold-sans-italic",
    "\\mathsfbfit": "bold-sans-italic",
    "\\symrm": "upright",
    "\\symup": "upright",
    "\\symbf": "bold",
    "\\symbfup": "bold",
    "\\symit": "italic",
    "\\symsf": "sans",
    "\\symtt": "mono",
    "\\symbb": "double-struck",
    "\\symfrak": "fraktur",
    "\\symcal": "script",
    "\\symscr": "roundhand",
    "\\symbfscr": "bold-script",
    "\\symbffrak": "bold-fraktur",
    "\\symnormal": "",
    "\\symsfup": "sans",
    "\\symsfit": "sans-italic",
    "\\symbfsf": "bold-sans",
    "\\symbfsfit": "bold-sans-italic",
    "\\symbfcal": "bold-script",
    "\\mathsfup": "sans",
    "\\mathbfsfup": "bold-sans",
    "\\symbfsfup": "bold-sans",
}
"""Command with one argument to alphabet."""

SWITCHES: dict[str, str] = {
    "\\rm": "upright",
    "\\bf": "bold",
    "\\it": "italic",
    "\\sl": "italic",
    "\\sf": "sans",
    "\\tt": "mono",
    "\\cal": "script",
    "\\mit": "",
    "\\oldstyle": "",
    "\\bfseries": "bold",
    "\\itshape": "italic",
    "\\sffamily": "sans",
    "\\ttfamily": "mono",
    "\\rmfamily": "upright",
    "\\normalfont": "upright",
    "\\boldmath": "bold-symbol",
    "\\unboldmath": "",
    "\\scr": "roundhand",
    "\\em": "italic",
    "\\bb": "double-struck",
    "\\upshape": "upright",
    "\\sc": "upright",
    "\\scshape": "upright",
    "\\mdseries": "upright",
    "\\slshape": "italic",
    "\\BF": "bold",
}
"""Old switch, to the end of the group, to alphabet."""

_SIZES = {
    "\\tiny": 0.5,
    "\\Tiny": 0.6,
    "\\scriptsize": 0.7,
    "\\footnotesize": 0.8,
    "\\small": 0.85,
    "\\normalsize": 1.0,
    "\\large": 1.2,
    "\\Large": 1.44,
    "\\LARGE": 1.73,
    "\\huge": 2.07,
    "\\Huge": 2.49,
    "\\sixptsize": 0.6,
    "\\SMALL": 0.7,
    "\\Small": 0.8,
    "\\HUGE": 2.99,
}

_MERGING = frozenset(["upright", "bold", "italic", "sans", "mono", "bold-sans", "sans-italic", "bold-italic"])


def font(parser: Parser, token: Token) -> Node:
    """`\\mathbf{…}` and its kin; a word in an upright or bold alphabet is one identifier."""
    name = combined(parser.font, FONTS[token[0]])
    outer, parser.font = parser.font, name
    node = parser.argument(token)
    parser.font = outer
    if node.__class__ is Group:
        children = node.children
        if name in _MERGING:
            children = merged(children, name)
        if len(children) == 1 and children[0].cls == ORD:
            return children[0]
        node.children = children
    return node


def combined(outer: str, inner: str) -> str:
    """Return the alphabet of a bold-symbol command inside or around another alphabet."""
    if inner == "bold-symbol" and outer:
        return BOLD.get(outer, outer)
    if outer == "bold-symbol" and inner:
        return BOLD.get(inner, inner)
    return inner


BOLD = {
    "upright": "bold",
    "italic": "bold-italic",
    "script": "bold-script",
    "roundhand": "bold-script",
    "fraktur": "bold-fraktur",
    "sans": "bold-sans",
    "sans-italic": "bold-sans-italic",
    "": "bold-symbol",
    "mono": "mono",
}


def merged(nodes: list[Node], name: str) -> list[Node]:
    """Join neighbouring letters of a word into one identifier, which is set without the gaps of a product."""
    result: list[Node] = []
    word: list[Atom] = []

    def flush() -> None:
        if len(word) > 1:
            text = "".join(atom.symbol.char for atom in word)
            symbol = Symbol(text, "mi", ORD, f"<mi>{symbols.escaped(text)}</mi>")
            result.append(Atom(ORD, symbol, word[0].start, word[-1].end))
        else:
            result.extend(word)
        word.clear()

    for node in nodes:
        if (
            node.__class__ is Atom
            and node.cls == ORD
            and node.symbol.tag == "mi"
            and len(node.symbol.char) == 1
            and node.symbol.char.isalpha()
            and (node.symbol.variant != "italic" or (name == "italic" and node.symbol.char.isascii()))
        ):
            word.append(node)
        else:
            flush()
            result.append(node)
    flush()
    if name == "italic":
        # Italic words need the italic letters themselves: a word in <mi> is upright.
        from sitegen.math.alphabets import styled_text

        for node in result:
            if (
                isinstance(node, Atom)
                and node.symbol.tag == "mi"
                and len(node.symbol.char) > 1
                and node.symbol.char.isascii()
                and node.cls == ORD
            ):
                text = styled_text(node.symbol.char, "italic")
                node.symbol = Symbol(text, "mi", ORD, f"<mi>{text}</mi>")
    return result


def switch(parser: Parser, token: Token) -> None:
    """`\\bf` and its kin: to the end of the group."""
    name = combined(parser.font, SWITCHES[token[0]])
    if name in _MERGING:
        parser.font = name
        rest = parser.parse_row()
        parser.row.extend(merged(rest, name))
    else:
        parser.font = name


def size(parser: Parser, token: Token) -> None:
    """`\\large` and its kin: to the end of the group."""
    parser.open_mark(Open("mstyle", f' mathsize="{_SIZES[token[0]]:g}em"', token[1], token[2]))


def upright_greek(char: str) -> Callable[[Parser, Token], Node]:
    """Return the handler of a command that prints one upright letter (`\\upalpha`, `\\mathrm` of Greek)."""
    symbol = symbols.upright(char)
    return lambda parser, token: Atom(ORD, symbol, token[1], token[2])


_GREEK = dict(
    zip(
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "varepsilon",
            "zeta",
            "eta",
            "theta",
            "iota",
            "kappa",
            "lambda",
            "mu",
            "nu",
            "xi",
            "omicron",
            "pi",
            "rho",
            "varsigma",
            "sigma",
            "tau",
            "upsilon",
            "varphi",
            "chi",
            "psi",
            "omega",
        ],
        "αβγδεζηθικλμνξοπρςστυφχψω",
        strict=True,
    )
) | {"epsilon": "ϵ", "vartheta": "ϑ", "phi": "ϕ", "varpi": "ϖ", "varrho": "ϱ", "varkappa": "ϰ"}

COMMANDS.update(dict.fromkeys(FONTS, font))
COMMANDS.update(dict.fromkeys(SWITCHES, switch))
COMMANDS.update(dict.fromkeys(_SIZES, size))
COMMANDS.update({"\\up" + name: upright_greek(char) for name, char in _GREEK.items()})
COMMANDS.update(
    {
        "\\Up" + name: upright_greek(char)
        for name, char in zip(
            ["gamma", "delta", "theta", "lambda", "xi", "pi", "sigma", "upsilon", "phi", "psi", "omega"],
            "ΓΔΘΛΞΠΣΥΦΨΩ",
            strict=True,
        )
    }
)
