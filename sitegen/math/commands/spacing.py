"""Spaces, struts, phantoms and lengths."""

from __future__ import annotations

import re

from sitegen.math.lexer import Token
from sitegen.math.nodes import Node, Space, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS

SPACES: dict[str, str] = {
    "\\,": "0.1667em",
    "\\thinspace": "0.1667em",
    "\\:": "0.2222em",
    "\\>": "0.2222em",
    "\\medspace": "0.2222em",
    "\\;": "0.2778em",
    "\\thickspace": "0.2778em",
    "\\!": "-0.1667em",
    "\\negthinspace": "-0.1667em",
    "\\negmedspace": "-0.2222em",
    "\\negthickspace": "-0.2778em",
    "\\enspace": "0.5em",
    "\\enskip": "0.5em",
    "\\quad": "1em",
    "\\qquad": "2em",
    "\\ ": "0.25em",
    "\\\n": "0.25em",
    "\\\t": "0.25em",
    "\\\r": "0.25em",
    "\\space": "0.25em",
    "~": "0.25em",
    "\\nobreakspace": "0.25em",
    "\u2009": "0.1667em",
    "\u202f": "0.1667em",
    "\u2002": "0.5em",
    "\u2003": "1em",
    "\u2005": "0.25em",
    "\u200a": "0.1em",
    "\u3000": "1em",
}
"""Command to width, at a quad of 1em (TeXbook, page 167)."""

_LENGTH = re.compile(
    r"\s*([+-]?)\s*(\d*[.,]?\d+|\d+[.,]?)\s*(?:true\s*)?(em|ex|pt|pc|px|mu|cm|mm|in|bp|dd|cc|sp|rem)\b"
)
_EM = {
    "em": 1.0,
    "rem": 1.0,
    "ex": 0.431,
    "mu": 1 / 18,
    "pt": 0.1,
    "pc": 1.2,
    "bp": 0.10037,
    "px": 0.1,
    "in": 7.227,
    "cm": 2.8453,
    "mm": 0.28453,
    "dd": 0.107,
    "cc": 1.284,
    "sp": 0.1 / 65536,
}
"""Units in em of TeX's ten-point type, so that a formula scales with its text."""


def format_em(value: float) -> str:
    """Return a length in em, without needless digits."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0", "") else text + "em"


def to_length(parser: Parser, text: str, start: int, end: int) -> str:
    """Return a TeX length as a MathML length in em; glue loses its stretch."""
    match = _LENGTH.match(text)
    if match is None:
        if re.fullmatch(r"\s*[+-]?0*\.?0*\s*", text) and "0" in text:
            return "0"
        named = re.fullmatch(
            r"\s*([+-]?[\d.]*)\s*\\(fboxsep|arraycolsep|textwidth|linewidth|columnwidth|baselineskip|jot|parindent|width|height|depth|totalheight)\s*",
            text,
        )
        if named is not None:
            return "0"
        parser.fail(
            "bad-argument",
            start,
            end,
            f"{text or 'nothing'} is no length",
            "a number and a unit expected",
            "write a length such as 1em or 3pt",
        )
    sign, number, unit = match.groups()
    value = float(number.replace(",", ".")) * _EM[unit]
    return format_em(max(-1000.0, min(1000.0, -value if sign == "-" else value)))


def bare_length(parser: Parser, token: Token) -> str:
    """Read a length that stands in no braces, such as that of `\\kern3mu`, with the glue that may follow."""
    if parser.peek() == "{":
        return to_length(parser, *parser.text_argument(token))
    text = ""
    start = end = token[2]
    stack = parser.stack
    while stack:
        piece, piece_start, piece_end = stack[-1]
        matched = _LENGTH.match(text)
        if matched:
            break
        if not (piece[0].isalnum() or piece[0] in "+-., \t\r\n"):
            break
        if not text:
            start = piece_start
        text += piece
        end = piece_end
        stack.pop()
        if not _LENGTH.match(text) and re.search(r"[a-z]{3}$", text) and "true" not in text:
            break
    value = to_length(parser, text, start, end)
    for word in ("plus", "minus"):
        last = len(stack)
        while last and stack[last - 1][0].isspace():
            last -= 1
        if [each[0] for each in reversed(stack[max(0, last - len(word)) : last])] == list(word):
            del stack[last - len(word) :]
            bare_length(parser, token)
    return value


def space(parser: Parser, token: Token) -> Node:
    """A space of a fixed width; see `SPACES`."""
    return Space(SPACES[token[0]], token[1], token[2])


def explicit_space(parser: Parser, token: Token) -> Node:
    """`\\hspace{…}` and `\\mspace{…}`."""
    parser.star()
    return Space(bare_length(parser, token), token[1], token[2])


def kern(parser: Parser, token: Token) -> Node:
    """`\\kern`, `\\mkern`, `\\hskip` and `\\mskip`."""
    return Space(bare_length(parser, token), token[1], token[2])


def rule(parser: Parser, token: Token) -> Node:
    """`\\rule[raise]{width}{height}`: a black box."""
    raised = parser.optional_text()
    lift = to_length(parser, *raised) if raised else "0"
    width = to_length(parser, *parser.text_argument(token))
    height = to_length(parser, *parser.text_argument(token))
    up = float(lift.removesuffix("em"))
    total = float(height.removesuffix("em"))
    high, deep = format_em(max(0.0, total + up)), format_em(max(0.0, -up))
    if up > 0:
        inner = f' width="{width}" height="{height}" depth="0"'
        return Wrapped(
            "mpadded", f' voffset="{lift}" height="{format_em(total + up)}"', [inked(inner, token)], token[1], token[2]
        )
    return inked(f' width="{width}" height="{high}" depth="{deep}"', token)


def inked(attributes: str, token: Token) -> Node:
    """Return a black box of a size. Chromium paints no background of an `mspace`, so a row around it has one."""
    size = Space("", token[1], token[2], attributes)
    return Wrapped("mrow", ' class="rule"', [size], token[1], token[2])


_PHANTOMS: dict[str, tuple[str, str]] = {
    "\\phantom": ("mphantom", ""),
    "\\hphantom": ("hphantom", ""),
    "\\vphantom": ("vphantom", ""),
    "\\smash": ("mpadded", ' height="0" depth="0"'),
    "\\mathstrut": ("vphantom", ""),
}


def phantom(parser: Parser, token: Token) -> Node:
    """`\\phantom`, `\\hphantom`, `\\vphantom`, `\\smash[tb]`."""
    name = token[0]
    if name == "\\smash":
        side = parser.optional_text()
        part = side[0] if side else "tb"
        attributes = (' height="0"' if "t" in part else "") + (' depth="0"' if "b" in part else "")
        children = parser.argument_row(token)
        return Wrapped("mpadded", attributes, children, token[1], token[2])
    children = parser.argument_row(token)
    inside = Wrapped("mphantom", "", children, token[1], token[2], plain=False)
    if name == "\\phantom":
        return inside
    size = ' height="0" depth="0"' if name == "\\hphantom" else ' width="0"'
    return Wrapped("mpadded", size, [inside], token[1], token[2], plain=False)


def strut(parser: Parser, token: Token) -> Node:
    """`\\strut` and `\\mathstrut`: the height of a line or of a bracket."""
    return Space(
        "0",
        token[1],
        token[2],
        ' width="0" height="0.84em" depth="0.36em"'
        if token[0] == "\\strut"
        else ' width="0" height="0.75em" depth="0.25em"',
    )


def lap(parser: Parser, token: Token) -> Node:
    """`\\llap`, `\\rlap`, `\\mathclap` and their kin: content that takes no width."""
    name = token[0]
    if name in ("\\llap", "\\rlap", "\\clap"):
        from sitegen.math.commands.text import text_nodes

        children = text_nodes(parser, token, "")
    elif parser.peek() == "[":
        # mathtools: the style of the content.
        children = parser.sub_parse([*(parser.optional_tokens() or []), *parser.argument_tokens(token)])
    else:
        children = parser.argument_row(token)
    side = "lap-" + ("left" if "llap" in name else "right" if "rlap" in name else "center")
    inside = Wrapped("mrow", "", children, token[1], token[2])
    return Wrapped("mpadded", f' class="{side}" width="0"', [inside], token[1], token[2])


def raise_box(parser: Parser, token: Token) -> Node:
    """`\\raisebox{length}{text}`, `\\raise length …`, `\\lower length …`."""
    if token[0] == "\\raisebox":
        from sitegen.math.commands.text import text_nodes

        lift = to_length(parser, *parser.text_argument(token))
        parser.optional_tokens()
        parser.optional_tokens()
        children = text_nodes(parser, token, "")
    else:
        lift = bare_length(parser, token)
        children = parser.argument_row(token)
    value = float(lift.removesuffix("em"))
    if token[0] == "\\lower":
        value = -value
    moved = Wrapped("mpadded", f' voffset="{format_em(value)}"', children, token[1], token[2])
    # The row has room for it: what leaves its display is cut. Letters reach .7em above their line and .25em below it.
    high, deep = max(0.0, value + 0.7), max(0.0, 0.25 - value)
    room = f' height="{format_em(high)}" depth="{format_em(deep)}"'
    return Wrapped("mrow", "", [Wrapped("mspace", room, [], token[1], token[2]), moved], token[1], token[2])


def allow_break(parser: Parser, token: Token) -> Node:
    """`\\allowbreak`: a long inline formula may be broken here."""
    return Space("0", token[1], token[2], breaks=True)


def center(parser: Parser, token: Token) -> Node:
    """`\\vcenter{…}`: content centred on the axis, which tables already are."""
    return Wrapped("mrow", "", parser.argument_row(token), token[1], token[2])


COMMANDS.update(
    {
        **dict.fromkeys(SPACES, space),
        **dict.fromkeys(["\\hspace", "\\mspace"], explicit_space),
        **dict.fromkeys(["\\kern", "\\mkern", "\\hskip", "\\mskip"], kern),
        "\\rule": rule,
        **dict.fromkeys(["\\phantom", "\\hphantom", "\\vphantom", "\\smash"], phantom),
        **dict.fromkeys(["\\strut", "\\mathstrut"], strut),
        **dict.fromkeys(["\\llap", "\\rlap", "\\clap", "\\mathllap", "\\mathrlap", "\\mathclap"], lap),
        **dict.fromkeys(["\\raisebox", "\\raise", "\\lower"], raise_box),
        "\\allowbreak": allow_break,
        "\\vcenter": center,
    }
)
