"""Rarer commands of plain TeX and of small packages: boxes, shifts, slanted fractions, units, raw tokens."""

from __future__ import annotations

import re
from html import escape
from typing import Final

from sitegen.math.commands.accents import padded
from sitegen.math.commands.definitions import Definition, macro_name
from sitegen.math.commands.spacing import bare_length, inked, to_length
from sitegen.math.lexer import Token, tokenise
from sitegen.math.macros import Macro, compile_body
from sitegen.math.nodes import MARK, ORD, REL, TEXT, Arrow, Atom, Group, Node, Space, Stack, Symbol, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import Handler


def build_relation(parser: Parser, token: Token) -> Node:
    """`\\buildrel above \\over relation` (TeXbook, page 437)."""
    above: list[Token] = []
    depth = 0
    while parser.stack:
        text = parser.stack[-1][0]
        depth += (text == "{") - (text == "}")
        if depth < 0 or (text == "\\over" and not depth):
            break
        above.append(parser.stack.pop())
    if not parser.stack or parser.stack[-1][0] != "\\over":
        hint = "write \\buildrel above \\over ="
        parser.fail(
            "bad-argument", token[1], token[2], "\\buildrel needs \\over after what goes above", "no \\over", hint
        )
    parser.stack.pop()
    font = parser.font
    over = Group(parser.sub_parse(above), token[1], token[2])
    parser.font = font
    base = parser.argument(token)
    return Stack(base, None, over, REL, token[1], base.end)


def shift(parser: Parser, token: Token) -> None:
    """`\\moveleft 1em box` and `\\moveright`."""
    length = bare_length(parser, token)
    back = length[1:] if length.startswith("-") else "-" + length if length != "0" else "0"
    first, last = (back, length) if token[0] == "\\moveleft" else (length, back)
    children = parser.argument_row(token)
    parser.row.append(Space(first, token[1], token[2]))
    parser.row.append(Wrapped("mrow", "", children, token[1], token[2]))
    parser.row.append(Space(last, token[1], token[2]))


def paragraph_box(parser: Parser, token: Token) -> Node:
    """`\\parbox[place]{width}{text}`: text in a line of its own width, since nothing breaks lines in a formula."""
    from sitegen.math.commands.text import text_nodes

    while parser.peek() == "[":
        parser.optional_tokens()
    parser.text_argument(token)
    return Wrapped("mrow", "", text_nodes(parser, token, ""), token[1], token[2])


def vertical_box(parser: Parser, token: Token) -> Node:
    """`\\vbox{…}` and `\\vtop{…}`: their content as one thing."""
    return Wrapped("mrow", "", parser.argument_row(token), token[1], token[2])


def line_width(parser: Parser, token: Token) -> None:
    """`\\hsize=…`: a page decides for itself how wide its lines are."""
    if parser.peek() == "{":
        parser.text_argument(token)
    else:
        parser.accept("=")
        bare_length(parser, token)


def make_box(parser: Parser, token: Token) -> Node:
    """`\\makebox[width][place]{text}` and mathtools' `\\mathmakebox`."""
    width = parser.optional_text()
    parser.optional_tokens()
    if token[0] == "\\mathmakebox":
        children = parser.argument_row(token)
    else:
        from sitegen.math.commands.text import text_nodes

        children = text_nodes(parser, token, "")
    attributes = f' width="{to_length(parser, *width)}"' if width and not width[0].startswith("\\") else ""
    return Wrapped("mpadded", attributes, children, token[1], token[2])


def measured_rule(parser: Parser, token: Token) -> Node:
    """`\\Rule{width}{height}{depth}` and `\\Space`."""
    lengths = [to_length(parser, *parser.text_argument(token)) for _ in range(3)]
    names = ("width", "height", "depth")
    attributes = "".join(f' {name}="{length}"' for name, length in zip(names, lengths, strict=True))
    return inked(attributes, token) if token[0] == "\\Rule" else Space(lengths[0], token[1], token[2], attributes)


def break_point(parser: Parser, token: Token) -> Node:
    """`\\goodbreak`: a long inline formula may be broken here."""
    return Space("0", token[1], token[2], breaks=True)


def nothing(parser: Parser, token: Token) -> None:
    """Hints about breaking that change nothing here."""


def take(count: int) -> Handler:
    """Return a handler that reads so many arguments and does nothing with them."""

    def handler(parser: Parser, token: Token) -> Node | None:
        for _ in range(count):
            parser.argument_tokens(token)
        return None

    return handler


def break_alignment(parser: Parser, token: Token) -> None:
    """`\\breakAlign{c|r|t}{alignment}`: where lines that MathJax breaks go; browsers do it themselves."""
    if parser.row:
        hint = "write it first in its cell"
        parser.fail(
            "misplaced-command", token[1], token[2], f"{token[0]} in the middle of a cell", "not at the start", hint
        )
    kind, start, end = parser.text_argument(token)
    if kind not in ("c", "r", "t"):
        parser.fail("bad-argument", start, end, f"{kind or 'nothing'} is no part of a table", "c, r or t expected")
    place, start, end = parser.text_argument(token)
    if not re.fullmatch("[tcmbj]" if kind == "c" else "[tcmbj]+", place):
        parser.fail("bad-argument", start, end, f"{place or 'nothing'} is no alignment", "t, c, m or b expected")


def setting(parser: Parser, token: Token) -> Node:
    """`\\mathtoolsset{…}`: what it sets concerns TeX's own layout."""
    parser.argument_tokens(token)
    return Definition(MARK, token[1], token[2])


def nice_fraction(parser: Parser, token: Token) -> Node:
    """`\\nicefrac[font]{a}{b}` and `\\unitfrac[number]{a}{b}`: a raised numerator, a slash, a lowered denominator."""
    given = parser.optional_tokens()
    upright = token[0] == "\\unitfrac"
    prefix: list[Node] = []
    font: list[Token] = []
    if given and upright:
        prefix = [*parser.sub_parse(given), Space("0.1667em", token[1], token[2])]
    elif given:
        font = given
    parts = []
    for _ in range(2):
        tokens = parser.argument_tokens(token)
        if font:
            tokens = [*font, ("{", token[1], token[2]), *tokens, ("}", token[1], token[2])]
        outer = parser.font
        if upright:
            parser.font = "upright"
        parts.append(parser.sub_parse(tokens))
        parser.font = outer
    start, end = token[1], token[2]
    slash = Atom(ORD, Symbol("/", "mo", ORD), start, end)
    raised, lowered = (
        Wrapped(
            "mpadded",
            f' voffset="{lift}em"',
            [Wrapped("mstyle", ' displaystyle="false" scriptlevel="+1"', part, start, end)],
            start,
            end,
        )
        for part, lift in zip(parts, ("0.4", "-0.1"), strict=True)
    )
    return Group([*prefix, raised, slash, lowered], start, end)


def units(parser: Parser, token: Token) -> Node:
    """`\\units[number]{unit}`."""
    given = parser.optional_tokens()
    children = parser.argument_in(token, "upright")
    if given:
        children = [*parser.sub_parse(given), Space("0.1667em", token[1], token[2]), *children]
    return Group(children, token[1], children[-1].end if children else token[2])


_TOKEN_ATTRIBUTES: Final = frozenset(
    [
        "mathvariant", "mathcolor", "mathbackground", "mathsize", "class", "id", "style", "dir", "href", "form",
        "fence", "separator", "lspace", "rspace", "stretchy", "symmetric", "maxsize", "minsize", "largeop",
        "movablelimits", "accent", "lquote", "rquote",
    ]
)  # fmt: skip
_TOKENS: Final = {"mi": ORD, "mn": ORD, "mo": REL, "mtext": ORD, "ms": ORD}


def raw_token(parser: Parser, token: Token) -> Node:
    """`\\mmlToken{type}[attributes]{text}`: a MathML token; of attributes only a `normal` variant has a meaning."""
    kind, start, end = parser.text_argument(token)
    if kind not in _TOKENS:
        hint = "write mi, mn, mo or mtext"
        parser.fail("bad-argument", start, end, f"{kind or 'nothing'} is no token of MathML", "unknown element", hint)
    options = parser.optional_text()
    for name in re.findall(r"([\w:-]+)\s*=", options[0] if options else ""):
        if name not in _TOKEN_ATTRIBUTES and not name.startswith("data-"):
            _, start, end = options or ("", 0, 0)
            message = f"{kind} has no attribute {name}"
            parser.fail("bad-argument", start, end, message, "unknown attribute", "delete it")
    text, _, end = parser.text_argument(token)
    attributes = (
        ' mathvariant="normal"'
        if kind == "mi" and options and "mathvariant=normal" in options[0].replace(" ", "")
        else ""
    )
    tag = "mtext" if kind == "ms" else kind
    markup = f"<{tag}{attributes}>{escape(text, quote=False)}</{tag}>"
    return Atom(_TOKENS[kind], Symbol(text, tag, _TOKENS[kind], markup), token[1], end)


def code_point(parser: Parser, token: Token) -> None:
    """`\\U{hex}`: the character of a code point."""
    text, start, end = parser.text_argument(token)
    parser.push([("\\unicode", token[1], token[2]), ("{", start, end), *tokenise("x" + text), ("}", start, end)])


def new_arrow(parser: Parser, token: Token) -> Node:
    """`\\Newextarrow{\\name}{left,right}{code}` (extpfeil): defines an arrow that grows with what it carries."""
    name = macro_name(parser, token)
    if name[2] - name[1] == len(name[0]) - 1:
        shown = name[0][1:]
        hint = f"write \\Newextarrow{{{name[0]}}}"
        parser.fail("bad-definition", name[1], name[2], f"{shown} is no command name", "a backslash expected", hint)
    room, start, end = parser.text_argument(token)
    if not re.fullmatch(r"\s*\d+\s*,\s*\d+\s*", room):
        hint = "write two numbers, such as 10,20"
        parser.fail("bad-definition", start, end, f"{room} is no room at both ends", "two numbers expected", hint)
    code, start, end = parser.text_argument(token)
    digits = re.fullmatch(r'(\d+)|(?:"|0x)([0-9A-Fa-f]+)', code)
    value = 0 if digits is None else int(digits[1]) if digits[1] else int(digits[2], 16)
    if not 0x21 < value < 0x1FFFF or 0xD800 <= value < 0xE000:
        hint = "write a number such as 8672"
        parser.fail("bad-definition", start, end, f"{code} is no code point", "a number expected", hint)
    body: list[Token] = [("\\sitegen@arrow", 0, 0), ("{", 0, 0), *tokenise(str(value)), ("}", 0, 0)]
    parser.macros[name[0]] = Macro(name[0], 0, body, f"the arrow {chr(value)}")
    return Definition(MARK, token[1], end)


def use_arrow(parser: Parser, token: Token) -> Node:
    """The use of an arrow that `\\Newextarrow` defined."""
    code, _, _ = parser.text_argument(token)
    given = parser.optional_tokens()
    under = Group(parser.sub_parse(given), token[1], token[2]) if given else None
    over = parser.argument(token)
    return Stack(Arrow(chr(int(code)), token[1], token[2]), padded(under), padded(over), REL, token[1], over.end)


def new_column_type(parser: Parser, token: Token) -> Node:
    """`\\newcolumntype{name}[n]{specification}` (array package)."""
    from sitegen.math.commands.definitions import parameter_count, source_of

    name, start, end = parser.text_argument(token)
    if len(name) != 1:
        hint = "write \\newcolumntype{L}{>{…}l}"
        parser.fail(
            "bad-definition", start, end, f"{name or 'nothing'} is no name of a column", "one sign expected", hint
        )
    count = parameter_count(parser, token)
    body = parser.argument_tokens(token)
    parser.macros["\\newcolumntype{" + name + "}"] = Macro(name, count, body, source_of(body))
    return Definition(MARK, token[1], body[-1][2] if body else end)


def paired_delimiter(parser: Parser, token: Token) -> Node:
    """`\\DeclarePairedDelimiterX{\\name}[n]{left}{right}{body}`; `…XPP` has code around it too (mathtools, 3.6)."""
    name = macro_name(parser, token)
    given = parser.optional_text()
    count = given[0] if given else "1"
    if not (count.isdigit() and 0 < int(count) < 10):
        start, end = given[1:] if given else (token[1], token[2])
        parser.fail("bad-definition", start, end, "the number of arguments is 1 to 9", "a digit expected", "write [1]")
    reads = ["pre", "left", "right", "post", "body"] if token[0].endswith("XPP") else ["left", "right", "body"]
    parts = {key: parser.argument_tokens(token) for key in reads}
    body: list[Token] = [("\\sitegen@pairedx", 0, 0), (count, 0, 0)]
    for key in ("pre", "left", "right", "post", "body"):
        doubled = [each for part in parts.get(key, []) for each in ([part, part] if part[0] == "#" else [part])]
        body += [("{", 0, 0), *doubled, ("}", 0, 0)]
    end = parts["body"][-1][2] if parts["body"] else token[2]
    shown = "".join(each[0] for each in parts["body"])
    parser.macros[name[0]] = Macro(name[0], 0, body, shown)
    return Definition(MARK, token[1], end)


def use_paired(parser: Parser, token: Token) -> None:
    """The use of such a delimiter: `\\x{…}`, `\\x*{…}` (as high as needed), `\\x[\\Big]{…}`."""
    count = int(parser.argument_tokens(token)[0][0])
    pre, left, right, post, body = (parser.argument_tokens(token) for _ in range(5))
    star = parser.star()
    size = parser.optional_tokens()
    arguments = [parser.argument_tokens(token) for _ in range(count)]
    start, end = token[1], token[2]
    filled: list[Token] = []
    for item in compile_body(body):
        if isinstance(item, int):
            filled.extend(arguments[item - 1] if item <= count else [])
        elif item == "\\delimsize":
            filled.extend([("\\middle", start, end)] if star else [(size[0][0], start, end)] if size else [])
        else:
            filled.append((item, start, end))
    if star:
        opening, closing = [("\\left", start, end), *left], [("\\right", start, end), *right]
    elif size:
        opening, closing = [(size[0][0] + "l", start, end), *left], [(size[0][0] + "r", start, end), *right]
    else:
        opening = [("\\mathopen", start, end), ("{", start, end), *left, ("}", start, end)]
        closing = [("\\mathclose", start, end), ("{", start, end), *right, ("}", start, end)]
    parser.push([*pre, *opening, *filled, *closing, *post])


def extended_strut(parser: Parser, token: Token) -> Node:
    """`\\xmathstrut[depth]{height}` (mathtools): a strut that is higher and deeper by parts of a parenthesis."""
    below = parser.optional_text()
    above, start, end = parser.text_argument(token)
    values = []
    for text in (above, below[0] if below else above):
        if not re.fullmatch(r"[+-]?\d*\.?\d+", text):
            parser.fail(
                "bad-argument", start, end, f"{text or 'nothing'} is no number", "a factor expected", "write 0.1"
            )
        values.append(float(text))
    attributes = f' width="0" height="{0.75 * (1 + values[0]):.4g}em" depth="{0.25 * (1 + values[1]):.4g}em"'
    return Space("0", token[1], token[2], attributes)


def text_size_operator(parser: Parser, token: Token) -> Node:
    """`\\textrlap{…}` and its kin (mathtools): text that takes no width."""
    from sitegen.math.commands.text import text_nodes

    side = {"\\textrlap": "right", "\\textllap": "left"}.get(token[0], "center")
    inside = Wrapped("mrow", "", text_nodes(parser, token, ""), token[1], token[2], style=TEXT)
    return Wrapped("mpadded", f' class="lap-{side}" width="0"', [inside], token[1], token[2])


HANDLERS: Final[dict[str, Handler]] = {
    "\\buildrel": build_relation,
    **dict.fromkeys(["\\moveleft", "\\moveright"], shift),
    **dict.fromkeys(["\\vbox", "\\vtop"], vertical_box),
    "\\parbox": paragraph_box,
    "\\hsize": line_width,
    **dict.fromkeys(["\\makebox", "\\mathmakebox"], make_box),
    **dict.fromkeys(["\\Rule", "\\Space"], measured_rule),
    "\\goodbreak": break_point,
    "\\badbreak": nothing,
    "\\breakAlign": break_alignment,
    **dict.fromkeys(["\\leftroot", "\\uproot"], take(1)),
    "\\mathtoolsset": setting,
    **dict.fromkeys(["\\nicefrac", "\\unitfrac"], nice_fraction),
    "\\units": units,
    "\\mmlToken": raw_token,
    "\\U": code_point,
    "\\Newextarrow": new_arrow,
    "\\sitegen@arrow": use_arrow,
    "\\newcolumntype": new_column_type,
    **dict.fromkeys(["\\DeclarePairedDelimiterX", "\\DeclarePairedDelimiterXPP"], paired_delimiter),
    "\\sitegen@pairedx": use_paired,
    "\\xmathstrut": extended_strut,
    **dict.fromkeys(["\\textrlap", "\\textllap", "\\textclap"], text_size_operator),
}
"""Command to handler."""
