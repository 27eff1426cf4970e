"""Function names, `\\operatorname`, dots by context, modular arithmetic, `\\substack`."""

from __future__ import annotations

from sitegen.math import symbols
from sitegen.math.commands.fonts import merged
from sitegen.math.lexer import Token
from sitegen.math.nodes import (
    BIN,
    INNER,
    OP,
    ORD,
    REL,
    Accent,
    Atom,
    Group,
    Node,
    Row,
    Scripts,
    Space,
    Symbol,
    Table,
    Text,
)
from sitegen.math.parser import ROW_ENDS, Parser
from sitegen.math.registry import COMMANDS, ENTRIES, SYMBOLS

_FUNCTIONS = (
    "arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh "
    "arcctg arctg ch cosec cotg ctg cth sh tg th"
)
"""Function names of LaTeX, and those of Russian usage that babel and MathJax know."""
_LIMITS = {
    "det": "det",
    "gcd": "gcd",
    "inf": "inf",
    "lim": "lim",
    "max": "max",
    "min": "min",
    "Pr": "Pr",
    "sup": "sup",
    "liminf": "lim inf",
    "limsup": "lim sup",
    "injlim": "inj lim",
    "projlim": "proj lim",
    "plim": "plim",
    "argmin": "arg min",
    "argmax": "arg max",
}


def function(name: str, limits: bool = False) -> Symbol:
    """Return the operator that prints a word."""
    shown = name.replace(" ", "\u2009")
    markup = (
        f'<mi mathvariant="normal">{symbols.escaped(shown)}</mi>'
        if len(shown) == 1
        else f"<mi>{symbols.escaped(shown)}</mi>"
    )
    return Symbol(shown, "mi", OP, markup, limits=limits)


def operator_name(parser: Parser, token: Token) -> Node:
    """`\\operatorname{…}` and `\\operatorname*{…}`."""
    limits = parser.star() or token[0] in ("\\operatornamewithlimits", "\\operatorname*")
    return named_operator(parser, token, limits)


def named_operator(parser: Parser, token: Token, limits: bool) -> Node:
    """Read a name and return it as an operator; spaces, hyphens and stars in it are text (amsopn)."""
    font, parser.font = parser.font, "upright"
    children = parser.argument_row(token)
    parser.font = font
    end = children[-1].end if children else token[2]
    word = _plain_word(children)
    if word:
        return Atom(OP, function(word, limits), token[1], end)
    node = Group(merged(children, "upright"), token[1], end, OP)
    if limits:
        return node
    scripts = Scripts(node, token[1], end)
    scripts.limits = False
    return scripts


def _plain_word(nodes: list[Node]) -> str:
    """Return the letters of a name, or an empty string when it holds anything else."""
    letters = []
    for node in nodes:
        if isinstance(node, Atom) and node.symbol.tag in ("mi", "mn"):
            letters.append(node.symbol.char)
        elif isinstance(node, Atom) and node.symbol.char in "−∗-*.'/:":
            letters.append({"−": "-", "∗": "*"}.get(node.symbol.char, node.symbol.char))
        elif isinstance(node, Space) and node.width.startswith("0."):
            letters.append("\u2009")
        elif isinstance(node, Text):
            letters.append(node.content.replace(" ", "\u00a0"))
        else:
            return ""
    return "".join(letters)


def dots(parser: Parser, token: Token) -> Node:
    """`\\dots`: on the line between commas, centred between operators (amsmath, section 4.3)."""
    following = parser.peek()
    entry = parser.macros.get(following) is None and following and ENTRIES[following]
    centred = isinstance(entry, Symbol) and entry.cls in (BIN, REL)
    centred = centred or following in _CENTRING or (following.startswith("\\") and _is_arrow_or_integral(entry))
    return Atom(INNER, ENTRIES["\\cdots" if centred else "\\ldots"], token[1], token[2])  # type: ignore[arg-type]


_CENTRING = frozenset(
    [
        "\\not",
        "\\cdots",
        "\\int",
        "\\iint",
        "\\oint",
        "\\sum",
        "\\prod",
        "\\bigcup",
        "\\bigcap",
        "\\bigoplus",
        "\\bigotimes",
        "\\xrightarrow",
    ]
)


def _is_arrow_or_integral(entry: object) -> bool:
    return isinstance(entry, Symbol) and entry.tag == "mo" and entry.cls == OP


def _word(text: str, token: Token) -> Atom:
    return Atom(ORD, Symbol(text, "mi", ORD, f"<mi>{text}</mi>"), token[1], token[2])


def modulo(parser: Parser, token: Token) -> Node:
    """`\\bmod`, `\\pmod{…}`, `\\mod{…}` and `\\pod{…}`, with amsmath's spaces."""
    name = token[0]
    if name == "\\bmod":
        return Group([_word("mod", token)], token[1], token[2], BIN)
    wide = parser.display
    argument = parser.argument_row(token) if name != "\\mod" or parser.peek() == "{" else [parser.argument(token)]
    end = argument[-1].end if argument else token[2]
    space = Space(
        "1em" if wide else ("0.6667em" if name == "\\mod" else "0.4444em"),
        token[1],
        token[2],
    )
    parser.row.append(space)
    opening = Atom(ORD, ENTRIES["("], token[1], token[2])  # type: ignore[arg-type]
    closing = Atom(ORD, ENTRIES[")"], token[1], end)  # type: ignore[arg-type]
    gap = Space("0.3333em", token[1], token[2])
    if name == "\\mod":
        parser.row.extend([_word("mod", token), gap])
        parser.row.extend(argument)
        return Space("0", end, end)
    inner: list[Node] = [_word("mod", token), gap] if name == "\\pmod" else []
    parser.row.extend([opening, *inner, *argument])
    return closing


def substack(parser: Parser, token: Token) -> Node:
    """`\\substack{a\\\\b}`: lines of a script."""
    if parser.peek() != "{":
        return parser.argument(token)
    opening = parser.stack.pop()
    font = parser.font
    rows = []
    while True:
        row = Row(parser.stack[-1][1] if parser.stack else token[2])
        row.cells.append(parser.parse_row())
        rows.append(row)
        if not parser.stack:
            parser.unclosed(opening)
        closing = parser.stack.pop()
        if closing[0] == "}":
            break
        if closing[0] not in ROW_ENDS:
            parser.unexpected(closing, opening)
        parser.row_gap(closing)
    parser.font = font
    if len(rows) > 1 and not any(rows[-1].cells):
        rows.pop()
    return Table("substack", rows, token[1], closing[2])


def long_limit(line: bool, char: str) -> object:
    """Return the handler of `\\varlimsup` and its kin: `lim` with a line or an arrow."""

    def handler(parser: Parser, token: Token) -> Node:
        base = _word("lim", token)
        under = not line or char == "_"
        accent = Accent(base, char, token[1], token[2], stretchy=True, under=under, kind="line" if line else "")
        return Group([accent], token[1], token[2], OP)

    return handler


SYMBOLS.update({"\\" + name: function(name) for name in _FUNCTIONS.split()})
SYMBOLS.update({"\\" + name: function(shown, limits=True) for name, shown in _LIMITS.items() if name not in ("plim",)})
SYMBOLS["\\injlim"] = function("inj lim", True)
COMMANDS.update(
    {
        **dict.fromkeys(["\\operatorname", "\\operatornamewithlimits"], operator_name),
        "\\dots": dots,
        **dict.fromkeys(["\\bmod", "\\pmod", "\\mod", "\\pod"], modulo),
        "\\substack": substack,
        "\\varlimsup": long_limit(True, "‾"),  # type: ignore[dict-item]
        "\\varliminf": long_limit(True, "_"),  # type: ignore[dict-item]
        "\\varinjlim": long_limit(False, "→"),  # type: ignore[dict-item]
        "\\varprojlim": long_limit(False, "←"),  # type: ignore[dict-item]
    }
)
