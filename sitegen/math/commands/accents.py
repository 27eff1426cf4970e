"""Accents, and what stretches above or below: lines, braces, arrows, `\\overset`, `\\underset`."""

from __future__ import annotations

from sitegen.math.lexer import Token
from sitegen.math.nodes import (
    BIN,
    OP,
    ORD,
    REL,
    Accent,
    Arrow,
    Atom,
    Group,
    Node,
    Scripts,
    Space,
    Stack,
    Symbol,
    Wrapped,
)
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, ENTRIES, Ender

ACCENTS: dict[str, tuple[str, bool, bool, str]] = {
    "\\hat": ("ˆ", False, False, ""),
    "\\check": ("ˇ", False, False, ""),
    "\\tilde": ("˜", False, False, ""),
    "\\acute": ("´", False, False, ""),
    "\\grave": ("`", False, False, ""),
    "\\dot": ("˙", False, False, ""),
    "\\ddot": ("¨", False, False, ""),
    "\\dddot": ("˙˙˙", False, False, ""),
    "\\ddddot": ("˙˙˙˙", False, False, ""),
    "\\breve": ("˘", False, False, ""),
    "\\bar": ("¯", False, False, ""),
    "\\vec": ("→", False, False, "vec"),
    "\\mathring": ("˚", False, False, ""),
    "\\ring": ("˚", False, False, ""),
    "\\Hat": ("ˆ", False, False, ""),
    "\\Check": ("ˇ", False, False, ""),
    "\\Tilde": ("˜", False, False, ""),
    "\\Acute": ("´", False, False, ""),
    "\\Grave": ("`", False, False, ""),
    "\\Dot": ("˙", False, False, ""),
    "\\Ddot": ("¨", False, False, ""),
    "\\Breve": ("˘", False, False, ""),
    "\\Bar": ("¯", False, False, ""),
    "\\Vec": ("→", False, False, "vec"),
    "\\widehat": ("ˆ", True, False, ""),
    "\\widetilde": ("˜", True, False, ""),
    "\\widecheck": ("ˇ", True, False, ""),
    "\\utilde": ("˜", True, True, ""),
    "\\overline": ("‾", True, False, "line"),
    "\\underline": ("_", True, True, "line"),
    "\\underbar": ("_", True, True, "line"),
    "\\overrightarrow": ("→", True, False, ""),
    "\\overleftarrow": ("←", True, False, ""),
    "\\overleftrightarrow": ("↔", True, False, ""),
    "\\underrightarrow": ("→", True, True, ""),
    "\\underleftarrow": ("←", True, True, ""),
    "\\underleftrightarrow": ("↔", True, True, ""),
    "\\Overrightarrow": ("⇒", True, False, ""),
    "\\overrightharpoon": ("⇀", True, False, ""),
    "\\overleftharpoon": ("↼", True, False, ""),
    "\\overgroup": ("⏠", True, False, ""),
    "\\undergroup": ("⏡", True, True, ""),
    "\\overlinesegment": ("⟷", True, False, ""),
    "\\underlinesegment": ("⟷", True, True, ""),
    "\\overparen": ("⏜", True, False, ""),
    "\\underparen": ("⏝", True, True, ""),
    "\\wideparen": ("⏜", True, False, ""),
    "\\overarc": ("⏜", True, False, ""),
    "\\overfrown": ("⏜", True, False, ""),
    "\\undersmile": ("⏝", True, True, ""),
    "\\widebar": ("‾", True, False, "line"),
    "\\Overline": ("‾", True, False, "line"),
    "\\wideoverbar": ("‾", True, False, "line"),
    "\\overbar": ("‾", True, False, "line"),
    "\\underrightharpoondown": ("⇁", True, True, ""),
    "\\overrightharpoonup": ("⇀", True, False, ""),
    "\\overleftharpoonup": ("↼", True, False, ""),
}
"""Command to character, whether it stretches, whether it goes below, and its kind for the style sheet."""

BRACES: dict[str, tuple[str, bool]] = {
    "\\overbrace": ("⏞", False),
    "\\underbrace": ("⏟", True),
    "\\overbracket": ("⎴", False),
    "\\underbracket": ("⎵", True),
}
"""Command to character and whether it goes below; scripts of the whole go beyond it."""

ARROWS: dict[str, str] = {
    "\\xlongleftarrow": "⟵",
    "\\xlongrightarrow": "⟶",
    "\\xLongleftarrow": "⟸",
    "\\xLongrightarrow": "⟹",
    "\\xlongleftrightarrow": "⟷",
    "\\xLongleftrightarrow": "⟺",
    "\\xrightarrow": "→",
    "\\xleftarrow": "←",
    "\\xleftrightarrow": "↔",
    "\\xRightarrow": "⇒",
    "\\xLeftarrow": "⇐",
    "\\xLeftrightarrow": "⇔",
    "\\xhookrightarrow": "↪",
    "\\xhookleftarrow": "↩",
    "\\xmapsto": "↦",
    "\\xrightharpoonup": "⇀",
    "\\xrightharpoondown": "⇁",
    "\\xleftharpoonup": "↼",
    "\\xleftharpoondown": "↽",
    "\\xrightleftharpoons": "⇌",
    "\\xleftrightharpoons": "⇋",
    "\\xlongequal": "=",
    "\\xtwoheadrightarrow": "↠",
    "\\xtwoheadleftarrow": "↞",
    "\\xtofrom": "⇄",
    "\\xrightleftarrows": "⇄",
    "\\xrightequilibrium": "⇌",
    "\\xleftequilibrium": "⇋",
    "\\xleftrightarrows": "⇆",
}
"""Extensible arrow to character."""


def accent(parser: Parser, token: Token) -> Node:
    """`\\hat{…}` and its kin; see `ACCENTS`."""
    char, stretchy, under, kind = ACCENTS[token[0]]
    base = parser.argument(token)
    return Accent(base, char, token[1], base.end, stretchy=stretchy, under=under, kind=kind)


def brace(parser: Parser, token: Token) -> Node:
    """`\\underbrace{…}_{…}` and its kin."""
    char, under = BRACES[token[0]]
    while parser.peek() == "[":
        parser.optional_tokens()
    base = parser.argument(token)
    mark = Accent(base, char, token[1], base.end, stretchy=True, under=under, kind="brace")
    return Stack(mark, None, None, OP, token[1], base.end, limits=True)


def extensible(parser: Parser, token: Token) -> Node:
    """`\\xrightarrow[below]{above}`."""
    tokens = parser.optional_tokens()
    under: Node | None = None
    if tokens:
        under = Group(parser.sub_parse(tokens), tokens[0][1], tokens[-1][2])
    over = parser.argument(token)
    arrow = Arrow(ARROWS[token[0]], token[1], token[2])
    return Stack(arrow, padded(under), padded(over), REL, token[1], over.end)


def padded(node: Node | None) -> Node | None:
    """Return the script of an extensible arrow with the room that makes the arrow longer than it."""
    if node is None:
        return None
    children = node.children if isinstance(node, Group) else [node]
    side = Space("0.4em", node.start, node.start)
    return Group([side, *children, Space("0.4em", node.end, node.end)], node.start, node.end)


def overset(parser: Parser, token: Token) -> Node:
    """`\\overset{above}{base}`, `\\underset`, `\\stackrel[below]{above}{base}`; amsmath keeps the base's class."""
    name = token[0]
    below: Node | None = None
    if name == "\\stackrel":
        tokens = parser.optional_tokens()
        if tokens:
            below = Group(parser.sub_parse(tokens), tokens[0][1], tokens[-1][2])
    first = parser.argument(token)
    second = parser.argument(token) if name == "\\overunderset" else None
    base = parser.argument(token)
    cls = REL if name in ("\\stackrel", "\\stackbin") else class_of(base)
    if name == "\\stackbin":
        cls = BIN
    if name == "\\underset":
        return Stack(base, first, None, cls, token[1], base.end)
    if name == "\\overunderset":
        return Stack(base, second, first, cls, token[1], base.end)
    return Stack(base, below, first, cls, token[1], base.end)


def class_of(node: Node) -> int:
    """Return the class that amsmath's `\\binrel@` finds for a base: relation, binary operator or ordinary."""
    if node.__class__ is Group and len(node.children) == 1:
        node = node.children[0]
    if isinstance(node, Scripts) and node.base is not None:
        node = node.base
    return node.cls if node.cls in (BIN, REL, OP) else ORD


_NEGATED = {
    "=": "≠",
    "∈": "∉",
    "∋": "∌",
    "<": "≮",
    ">": "≯",
    "≤": "≰",
    "≥": "≱",
    "∼": "≁",
    "≃": "≄",
    "≅": "≇",
    "≈": "≉",
    "≡": "≢",
    "⊂": "⊄",
    "⊃": "⊅",
    "⊆": "⊈",
    "⊇": "⊉",
    "∣": "∤",
    "|": "∤",
    "∥": "∦",
    "∃": "∄",
    "⊢": "⊬",
    "⊨": "⊭",
    "≺": "⊀",
    "≻": "⊁",
    "⪯": "⋠",
    "⪰": "⋡",
    "≼": "⋠",
    "≽": "⋡",
    "⊑": "⋢",
    "⊒": "⋣",
    "⊲": "⋪",
    "⊳": "⋫",
    "⊴": "⋬",
    "⊵": "⋭",
    "←": "↚",
    "→": "↛",
    "↔": "↮",
    "⇐": "⇍",
    "⇒": "⇏",
    "⇔": "⇎",
    "≲": "≴",
    "≳": "≵",
    "≶": "≸",
    "≷": "≹",
    "≍": "≭",
}
"""Relation to the one character that Unicode has for its negation."""


def negate(parser: Parser, token: Token) -> Node:
    """`\\not`: strikes the next symbol; alone it is the stroke, which takes no width (TeXbook, page 133)."""
    text = parser.peek()
    if (not text or ENTRIES[text].__class__ is Ender) and text not in parser.macros:
        return _stroke(token)
    node = parser.argument(token)
    target = node
    while target.__class__ is Group and len(target.children) == 1:
        target = target.children[0]
    if isinstance(target, Atom):
        char = target.symbol.char
        struck = _NEGATED.get(char, char + "\u0338")
        cls = REL if target.cls in (REL, ORD) and target.symbol.tag == "mo" else target.cls
        if target.symbol.tag == "mo":
            return Atom(cls, Symbol(struck, "mo", cls), token[1], node.end)
        symbol = Symbol(
            struck,
            target.symbol.tag,
            cls,
            f"<{target.symbol.tag}>{struck}</{target.symbol.tag}>",
            variant=target.symbol.variant,
        )
        return Atom(cls, symbol, token[1], node.end)
    children = target.children if isinstance(target, Group) else [target]
    return Group([_stroke(token), *children], token[1], node.end, REL)


def _stroke(token: Token) -> Node:
    slash = Atom(REL, Symbol("⧸", "mo", REL), token[1], token[2])
    return Wrapped("mpadded", ' class="lap-right" width="0"', [slash], token[1], token[2])


COMMANDS.update(dict.fromkeys(ACCENTS, accent))
COMMANDS.update(dict.fromkeys(BRACES, brace))
COMMANDS.update(dict.fromkeys(ARROWS, extensible))
COMMANDS.update(dict.fromkeys(["\\overset", "\\underset", "\\stackrel", "\\overunderset", "\\stackbin"], overset))
COMMANDS["\\not"] = negate
