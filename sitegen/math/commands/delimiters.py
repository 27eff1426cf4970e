"""Delimiters: `\\left … \\right`, the `\\big` family, and the commands that set both sides."""

from __future__ import annotations

from sitegen.math import symbols
from sitegen.math.lexer import Token
from sitegen.math.nodes import CLOSE, OPEN, ORD, REL, Delimiter, Fenced, Node
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, PRIMITIVE

_PLAIN = {
    "(": "(",
    ")": ")",
    "[": "[",
    "]": "]",
    "|": "|",
    "/": "/",
    ".": "",
    "<": "⟨",
    ">": "⟩",
    "\\|": "‖",
    "\\{": "{",
    "\\}": "}",
    "\\backslash": "\\",
    "\\lbrace": "{",
    "\\rbrace": "}",
    "\\lparen": "(",
    "\\rparen": ")",
    "\\lbrack": "[",
    "\\rbrack": "]",
    "\\vert": "|",
    "\\Vert": "‖",
    "\\lvert": "|",
    "\\rvert": "|",
    "\\lVert": "‖",
    "\\rVert": "‖",
    "\\mid": "|",
    "\\parallel": "‖",
    "\\lt": "⟨",
    "\\gt": "⟩",
    "\\arrowvert": "⏐",
    "\\Arrowvert": "‖",
    "\\bracevert": "⎪",
    "\\surd": "√",
    "\\slash": "/",
    "\\divides": "|",
}
"""Delimiters that are no symbol of their own class, or that another name stands for."""

_STRETCHY = frozenset("⟨⟩⌈⌉⌊⌋⟦⟧⎰⎱⟮⟯⌜⌝⌞⌟↑↓⇑⇓↕⇕⟪⟫⟅⟆|‖⟵⟶∣∥")


def delimiter(parser: Parser, command: Token) -> str:
    """Read one delimiter; an empty string for the invisible one (`.`)."""
    text = parser.peek()
    macro = parser.macros.get(text)
    while macro is not None:
        parser.expand(macro, parser.stack.pop())
        text = parser.peek()
        macro = parser.macros.get(text)
    if text == "{":
        # Braces around a delimiter are no TeX, but common and clear.
        inner = parser.argument_tokens(command)
        parser.push([token for token in inner if token[0].strip()])
        text = parser.peek() if inner else ""
    if not text:
        parser.missing_argument(command)
    if len(text) > 1 and text[0] == ".":
        parser.split_digits()
        text = "."
    text = text.removesuffix(PRIMITIVE)  # a name that \\let gave
    if text in _PLAIN:
        parser.stack.pop()
        return _PLAIN[text]
    symbol = symbols.lookup(text) if text[0] == "\\" else symbols.character(text)
    if symbol is not None and symbol.char in _STRETCHY:
        parser.stack.pop()
        return symbol.char
    _, start, end = parser.stack[-1]
    if text in ("}", "&", "\\\\", "\\end", "\\right", "\\middle"):
        parser.missing_argument(command)
    return parser.fail(
        "bad-delimiter",
        start,
        end,
        f"{text} is no delimiter for {command[0]}",
        "a bracket, a bar or a point expected",
        "leave the braces empty for none" if command[0] == "\\genfrac" else f"write {command[0]}. for an invisible one",
    )


def left(parser: Parser, token: Token) -> Node:
    """`\\left … \\middle … \\right`."""
    opening = delimiter(parser, token)
    font = parser.font
    children: list[Node] = []
    while True:
        children.extend(parser.parse_row())
        stack = parser.stack
        if not stack or stack[-1][0] not in ("\\right", "\\middle"):
            where = f"before {stack[-1][0]}" if stack else "before the end of the formula"
            hint = "\\right. closes it without a visible sign"
            if stack and stack[-1][0] in ("&", "\\\\"):
                hint = f"both belong into one cell: write \\right. before {stack[-1][0]} and \\left. after it"
            parser.fail(
                "unclosed-fence",
                token[1],
                token[2],
                f"\\left without \\right {where}",
                "opened here",
                hint,
            )
        closing = stack.pop()
        if closing[0] == "\\right":
            break
        char = delimiter(parser, closing)
        # e-TeX puts it into the list as an opening delimiter, which is spaced as one (the e-TeX manual on \\middle).
        children.append(Delimiter(char, OPEN, closing[1], closing[2], form="middle"))
    parser.font = font
    end_char = delimiter(parser, closing)
    return Fenced(opening, end_char, children, token[1], closing[2])


SIZES = {"\\big": "1.2em", "\\Big": "1.8em", "\\bigg": "2.4em", "\\Bigg": "3em"}
"""Command to the height of its delimiter."""
_FORMS = {"": (ORD, ""), "l": (OPEN, "prefix"), "r": (CLOSE, "postfix"), "m": (REL, "infix")}
_OPENERS = frozenset("([{⟨⌈⌊⟦⎰⟮⌜⌞⟪⟅")
_CLOSERS = frozenset(")]}⟩⌉⌋⟧⎱⟯⌝⌟⟫⟆")


def big(parser: Parser, token: Token) -> Node:
    """`\\big` and its kin: a delimiter of fixed height."""
    name = token[0]
    suffix = name[-1] if name[-1] in "lrm" else ""
    cls, form = _FORMS[suffix]
    char = delimiter(parser, token)
    if not suffix:
        form = "prefix" if char in _OPENERS else "postfix" if char in _CLOSERS else ""
    return Delimiter(char, cls, token[1], token[2], size=SIZES[name.removesuffix(suffix)], form=form)


COMMANDS["\\left"] = left
COMMANDS.update({size + suffix: big for size in SIZES for suffix in _FORMS})
