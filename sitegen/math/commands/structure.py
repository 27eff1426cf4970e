"""Groups, scripts, primes, limits and the commands that divide a row (`\\over` and its kin)."""

from __future__ import annotations

import re
from typing import NoReturn

from sitegen.math import symbols
from sitegen.math.lexer import Token
from sitegen.math.nodes import (
    DISPLAY,
    MARK,
    OP,
    ORD,
    SCRIPT,
    SCRIPTSCRIPT,
    TEXT,
    Atom,
    Choice,
    Fraction,
    Group,
    Node,
    Open,
    Prescripts,
    Scripts,
    Stack,
    Symbol,
)
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, Handler


def group(parser: Parser, token: Token) -> Node:
    """Parse `{…}`. A group of one ordinary symbol is that symbol; any other one keeps its braces' effect on spacing."""
    node = parser.group(token)
    children = node.children
    if len(children) == 1:
        child = children[0]
        if child.cls == ORD and child.__class__ is not Scripts:
            return child
        if child.__class__ is Atom and child.symbol.tag != "mo":
            child.cls = ORD
            return child
    return node


def implicit_group(parser: Parser, token: Token) -> Node:
    """Parse `\\begingroup … \\endgroup` and `\\bgroup … \\egroup`."""
    font = parser.font
    defined = len(parser.local)
    children = parser.parse_row()
    parser.font = font
    parser.end_group(defined)
    closers = ("\\endgroup",) if token[0] == "\\begingroup" else ("\\egroup", "}")
    if parser.stack and parser.stack[-1][0] in closers:
        end = parser.stack.pop()[2]
        return Group(children, token[1], end)
    return parser.fail(
        "unclosed-group", token[1], token[2], f"{token[0]} is never closed", "opened here", f"add {closers[0]}"
    )


def nucleus(parser: Parser, token: Token) -> Scripts:
    """Return the `Scripts` node that a script belongs to: that of the last atom of the row, else of nothing."""
    row = parser.row
    if row:
        last = row[-1]
        if last.__class__ is Scripts:
            return last
        if last.cls >= 0:
            scripts = Scripts(last, last.start, token[2])
            row[-1] = scripts
            return scripts
    scripts = Scripts(None, token[1], token[2])
    row.append(scripts)
    return scripts


def superscript(parser: Parser, token: Token) -> None:
    """`^`; after primes TeX joins both (TeXbook, page 130)."""
    scripts = nucleus(parser, token)
    if scripts.sup is not None:
        second_script(parser, token)
    scripts.sup = parser.argument(token)
    scripts.end = scripts.sup.end


def subscript(parser: Parser, token: Token) -> None:
    """`_`."""
    scripts = nucleus(parser, token)
    if scripts.sub is not None:
        second_script(parser, token)
    scripts.sub = parser.argument(token)
    scripts.end = scripts.sub.end


def second_script(parser: Parser, token: Token) -> NoReturn:
    """Report a second script of a kind on one symbol (TeXbook, page 130)."""
    _, start, end = token
    label = "the symbol has one already"
    if token[0] in ("_", "\\sb"):
        hint = "group with braces: {x_a}_b or x_{a_b}"
        parser.fail("double-subscript", start, end, "a second subscript", label, hint)
    hint = "group with braces: {x^a}^b or x^{a^b}"
    parser.fail("double-superscript", start, end, "a second superscript", label, hint)


def prime(parser: Parser, token: Token) -> None:
    """`'`, as often as it follows."""
    scripts = nucleus(parser, token)
    if scripts.sup is not None:
        parser.fail(
            "double-superscript",
            token[1],
            token[2],
            "a prime after a superscript",
            "the symbol has a superscript already",
            "write the prime first: x'^2",
        )
    scripts.primes += 1
    scripts.end = token[2]


def limits(parser: Parser, token: Token) -> None:
    """`\\limits`, `\\nolimits` and `\\displaylimits`, which follow an operator (TeXbook, page 144)."""
    row = parser.row
    last = row[-1] if row else None
    base = last.base if isinstance(last, Scripts) else last
    if last is None or base is None or last.cls < 0:
        parser.fail(
            "misplaced-limits",
            token[1],
            token[2],
            f"{token[0]} without an operator before it",
            "nothing to set limits on",
            "put it right after \\sum, \\int or \\lim",
        )
    if base.cls != OP and not (isinstance(base, Stack) and base.limits):
        parser.fail(
            "misplaced-limits",
            token[1],
            token[2],
            f"{token[0]} follows something that is no operator",
            "only operators have limits",
            f"make it one: \\mathop{{…}}{token[0]}",
        )
    if isinstance(last, Scripts):
        node = last
    else:
        node = row[-1] = Scripts(last, last.start, last.end)
    node.limits = {"\\limits": True, "\\nolimits": False, "\\displaylimits": None}[token[0]]


def divide(parser: Parser, token: Token) -> None:
    """`\\over` and its kin: what stands before them in the group is the numerator, the rest the denominator."""
    name = token[0]
    line, left, right = {
        "\\over": ("", "", ""),
        "\\atop": ("0", "", ""),
        "\\choose": ("0", "(", ")"),
        "\\brack": ("0", "[", "]"),
        "\\brace": ("0", "{", "}"),
        "\\above": ("", "", ""),
        "\\overwithdelims": ("", "", ""),
        "\\atopwithdelims": ("0", "", ""),
        "\\abovewithdelims": ("", "", ""),
    }[name]
    if name.endswith("withdelims"):
        from sitegen.math.commands.delimiters import delimiter

        left = delimiter(parser, token)
        right = delimiter(parser, token)
    if name.startswith("\\above"):
        from sitegen.math.commands.spacing import bare_length

        line = bare_length(parser, token)
    if parser.depth == parser.denominator:
        message = f"a second {name} in one group"
        hint = f"group with braces: {{a {name} b}} {name} c"
        parser.fail("misplaced-command", token[1], token[2], message, "ambiguous", hint)
    marks = parser.open_marks
    row = parser.row
    style = [mark for mark in marks if mark.style is not None]
    parser.close_marks()
    # A style switch before \\over holds for the whole group in TeX; a colour does as well.
    before = list(row)
    row.clear()
    font = parser.font
    outer, parser.denominator = parser.denominator, parser.depth + 1
    after = parser.parse_row()
    parser.denominator = outer
    parser.font = font
    numerator = [node for node in before if not (isinstance(node, Open) and node.style is not None)]
    if style:
        numerator = _without_closes(before)
    start = before[0].start if before else token[1]
    end = after[-1].end if after else token[2]
    fraction = Fraction(
        Group(numerator, start, token[1]),
        Group(after, token[2], end),
        start,
        end,
        line=line,
        left=left,
        right=right,
        style=style[-1].style if style else None,
    )
    row.append(fraction)


def _without_closes(nodes: list[Node]) -> list[Node]:
    """Return the row without style marks and their ends."""
    kept: list[Node] = []
    dropped: list[bool] = []
    for node in nodes:
        if isinstance(node, Open):
            drop = node.style is not None
            dropped.append(drop)
            if drop:
                continue
        elif node.cls == MARK and dropped and dropped.pop():
            continue
        kept.append(node)
    return kept


STYLES: dict[str, tuple[int, str]] = {
    "\\displaystyle": (DISPLAY, ' displaystyle="true" scriptlevel="0"'),
    "\\textstyle": (TEXT, ' displaystyle="false" scriptlevel="0"'),
    "\\scriptstyle": (SCRIPT, ' displaystyle="false" scriptlevel="1"'),
    "\\scriptscriptstyle": (SCRIPTSCRIPT, ' displaystyle="false" scriptlevel="2"'),
}
"""Style switch to math style and attributes (TeXbook, page 141)."""


def switch_style(parser: Parser, token: Token) -> None:
    """`\\displaystyle` and its kin: to the end of the group or cell."""
    value, attributes = STYLES[token[0]]
    parser.open_mark(Open("mstyle", attributes, token[1], token[2], value))


def math_choice(parser: Parser, token: Token) -> Node:
    """`\\mathchoice{display}{text}{script}{scriptscript}`."""
    options = [parser.argument(token) for _ in range(4)]
    return Choice(options, token[1], options[-1].end)


def class_changer(cls: int) -> Handler:
    """Return the handler of `\\mathbin` and its kin for a class."""

    def handler(parser: Parser, token: Token) -> Node:
        node = parser.argument(token)
        if node.__class__ is Atom:
            node.cls = cls
            return node
        children = node.children if node.__class__ is Group else [node]
        if len(children) == 1 and isinstance(children[0], Atom):
            children[0].cls = cls
            return children[0]
        return Group(children, token[1], node.end, cls)

    return handler


def discretionary_times(parser: Parser, token: Token) -> Node:
    """`\\*`: a product sign that shows only where a line is broken (TeXbook, page 173)."""
    return Atom(ORD, _INVISIBLE_TIMES, token[1], token[2])


_INVISIBLE_TIMES = Symbol("\u2062", "mo", ORD, "<mo>\u2062</mo>")


def nothing(parser: Parser, token: Token) -> None:
    """Commands that make no difference on a page, such as `\\relax` and `\\displaylimits`."""


def prescript(parser: Parser, token: Token) -> Node:
    """`\\prescript{sup}{sub}{base}` of mathtools."""
    sup = parser.argument(token)
    sub = parser.argument(token)
    base = parser.argument(token)
    return Prescripts(base, (_or_none(sub), _or_none(sup)), (None, None), token[1], base.end)


def _or_none(node: Node) -> Node | None:
    return None if isinstance(node, Group) and not node.children else node


def sideset(parser: Parser, token: Token) -> Node:
    """`\\sideset{left}{right}\\sum` of amsmath: scripts at the corners of an operator, besides its limits."""
    rows = [parser.argument_row(token) for _ in range(2)]
    if any(len(row) > 1 or (row and not isinstance(row[0], Scripts)) for row in rows):
        # More than one pair of scripts, or no scripts at all: they stand beside the operator.
        base = parser.argument(token)
        return Group([*rows[0], base, *rows[1]], token[1], base.end, OP)
    sides = []
    for row in rows:
        scripts = row[0] if row and isinstance(row[0], Scripts) else None
        sup = scripts.sup if scripts else None
        if scripts and scripts.primes:
            primes = Scripts(None, scripts.start, scripts.end)
            primes.primes = scripts.primes
            primes.sup = sup
            sup = primes
        sides.append((scripts.sub if scripts else None, sup))
    base = parser.argument(token)
    return Prescripts(base, sides[0], sides[1], token[1], base.end, OP)


def _constant(parser: Parser, token: Token) -> tuple[str, int, int]:
    """Read TeX's number after `\\char`; its hexadecimal digits are capitals (TeXbook, page 270)."""
    _, start, end = token
    stack = parser.stack
    first = parser.peek()[:1]
    if first == "`" and stack:
        parser.next_token()
        piece = stack.pop() if stack else token
        if len(piece[0].lstrip("\\")) > 1:
            message = f"{piece[0]} is more than one character"
            parser.fail("bad-argument", piece[1], piece[2], message, "one character expected", "write \\char`a")
        return str(ord(piece[0][-1])), piece[1], piece[2]
    digits = "0123456789ABCDEF" if first == '"' else "01234567" if first == "'" else "0123456789"
    text = ""
    if first in ('"', "'"):
        text, _, end = stack.pop()
    while stack and stack[-1][0][0] in digits:
        parser.split_digits()
        piece = stack.pop()
        text += piece[0]
        end = piece[2]
    return text, start, end


def _code_point(text: str) -> str:
    """Return the character of a number as TeX or as people write it; empty when there is none or none to show."""
    lowered = text.lower()
    for prefix, base in (('"', 16), ("u+", 16), ("0x", 16), ("x", 16), ("'", 8), ("", 10)):
        if lowered.startswith(prefix):
            try:
                number = int(lowered[len(prefix) :], base)
            except ValueError:
                return ""
            hidden = number < 32 or 0x7F <= number < 0xA0 or 0xD800 <= number < 0xE000 or number in (0xFFFE, 0xFFFF)
            return "" if hidden or number > 0x10FFFF else chr(number)
    return ""


def char_code(parser: Parser, token: Token) -> Node:
    """`\\char"2A`, `\\char'52`, `\\char42`, `\\char`a` and `\\unicode{x2A}`."""
    while token[0] == "\\unicode" and parser.peek() == "[":  # MathJax's optional size and font
        options, start, end = parser.optional_text() or ("", 0, 0)
        if not re.fullmatch(r"[\w\s.,'\"-]*", options):
            message = f"{options} is no font or size for \\unicode"
            parser.fail("bad-argument", start, end, message, "a font's name, or two sizes, expected")
    if token[0] == "\\unicode" or parser.peek() == "{":
        text, start, end = parser.text_argument(token)
    else:
        text, start, end = _constant(parser, token)
    char = _code_point(text)
    if not char:
        shown = text or "nothing"
        hint = "write \\unicode{x2211}"
        parser.fail("bad-argument", start, end, f"{shown} is no code point", "a number such as x2211", hint)
    symbol = symbols.character(char)
    return Atom(symbol.cls, symbol, token[1], end)


def misplaced_hash(parser: Parser, token: Token) -> None:
    """`#` outside of a definition."""
    _, start, end = token
    parser.fail(
        "misplaced-hash", start, end, "# outside of a macro definition", "no argument here", "write \\# for the sign"
    )


COMMANDS.update(
    {
        "{": group,
        "#": misplaced_hash,
        "\\bgroup": implicit_group,
        "\\begingroup": implicit_group,
        "^": superscript,
        "_": subscript,
        "'": prime,
        "’": prime,
        "′": prime,
        "\\*": discretionary_times,
        "\\sp": superscript,
        "\\sb": subscript,
        "\\prescript": prescript,
        "\\sideset": sideset,
        "\\mathchoice": math_choice,
        "\\char": char_code,
        "\\unicode": char_code,
        "\\symbol": char_code,
        **dict.fromkeys(["\\limits", "\\nolimits", "\\displaylimits"], limits),
        **dict.fromkeys(
            [
                "\\over",
                "\\atop",
                "\\choose",
                "\\brack",
                "\\brace",
                "\\above",
                "\\overwithdelims",
                "\\atopwithdelims",
                "\\abovewithdelims",
            ],
            divide,
        ),
        **dict.fromkeys(STYLES, switch_style),
        **{
            "\\" + name: class_changer(cls)
            for cls, name in enumerate(
                ["mathord", "mathop", "mathbin", "mathrel", "mathopen", "mathclose", "mathpunct", "mathinner"]
            )
        },
        **dict.fromkeys(
            [
                "\\relax",
                "\\null",
                "\\protect",
                "\\leavevmode",
                "\\noindent",
                "\\long",
                "\\nobreak",
                "\\/",
                "\\-",
                "\\ensuremath@",
            ],
            nothing,
        ),
    }
)
