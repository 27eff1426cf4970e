"""siunitx's numbers: reading `-1.234(5)e-6`, rounding, grouping, and setting them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Final, NamedTuple

from sitegen.math.commands.arguments import template
from sitegen.math.commands.siunitx_options import Options
from sitegen.math.commands.text import text_node
from sitegen.math.lexer import Token
from sitegen.math.nodes import BIN, CLOSE, OPEN, ORD, REL, Atom, Group, Node, Scripts, Symbol
from sitegen.math.parser import Parser
from sitegen.math.registry import TEXT_SYMBOLS

MAX_DIGITS: Final = 300
"""Digits of a number, and powers of ten by which its point may be moved; beyond it the input is a mistake."""


class Number(NamedTuple):
    """A number as it is written: digits stay digits, so that `1.50` keeps its zero."""

    comparator: str = ""
    sign: str = ""
    integer: str = ""
    decimals: str | None = None
    """Digits after the marker; None without a marker."""
    uncertainty: int | None = None
    """In units of the last digit."""
    exponent: int | None = None
    imaginary: bool = False
    second: Number | None = None
    """The imaginary part after a real one."""


_SIGNS: Final = {
    "\\pm": "±", "\\mp": "∓", "\\le": "≤", "\\leq": "≤", "\\ge": "≥", "\\geq": "≥", "\\ll": "≪", "\\gg": "≫",
    "\\approx": "≈", "\\sim": "∼", "\\lt": "<", "\\gt": ">", "−": "-", "\\leqslant": "≤", "\\geqslant": "≥",
}  # fmt: skip
_SPELLED: Final = {"+-": "±", "-+": "∓", "<=": "≤", ">=": "≥", "<<": "≪", ">>": "≫", "~": "∼"}
_IGNORED: Final = frozenset(
    ["\\,", "\\ ", "~", "\\:", "\\;", "\\!", "{", "}", "\\thinspace", "\u2009", "\u202f", "\u00a0"]
)

_NUMBER = re.compile(
    r"(?P<comparator>[<>=≤≥≪≫≈∼])?(?P<sign>[-+±∓])?(?P<root>[ij])?(?P<integer>\d*)(?:[.,](?P<decimals>\d*))?"
    r"(?P<uncertainty>(?:\(\d+(?:[.,]\d+)?\))|±\d*[.,]?\d+)?(?:[eEdD](?P<exponent>[-+]?\d+))?(?P<rootafter>[ij])?",
)


def text_in(tokens: list[Token]) -> str:
    """Return a number's tokens as text in which every sign is one character."""
    text = "".join(_SIGNS.get(each[0], each[0]) for each in tokens if each[0].strip() and each[0] not in _IGNORED)
    for spelled, sign in _SPELLED.items():
        text = text.replace(spelled, sign)
    return text


def read_number(parser: Parser, command: Token, tokens: list[Token]) -> Number:
    """Read a number, real or complex.

    Raises:
        ParseError: it is none; the range is that of the argument.
    """
    given = list(tokens)
    for _ in range(20):
        if not any(each[0] in parser.macros for each in given):
            break
        given = _expanded(parser, given)
    text = text_in(given)
    first = _NUMBER.match(text)
    if first is None or not first.group() or len(text) > MAX_DIGITS:
        return _bad(parser, command, tokens, text)
    value = _number(parser, command, tokens, first)
    rest = text[first.end() :]
    if not rest:
        return value
    second = _NUMBER.fullmatch(rest)
    if second is None or value.imaginary or not second["sign"] or second["comparator"]:
        return _bad(parser, command, tokens, text)
    imaginary = _number(parser, command, tokens, second)
    if not imaginary.imaginary:
        return _bad(parser, command, tokens, text)
    return value._replace(second=imaginary)


def _expanded(parser: Parser, tokens: list[Token]) -> list[Token]:
    """Expand the author's macros once."""
    saved, parser.stack = parser.stack, tokens[::-1]
    out: list[Token] = []
    while parser.stack:
        token = parser.stack.pop()
        macro = parser.macros.get(token[0])
        if macro is None:
            out.append(token)
        else:
            parser.expand(macro, token)
    parser.stack = saved
    return out


def _number(parser: Parser, command: Token, tokens: list[Token], match: re.Match[str]) -> Number:
    integer, decimals = match["integer"], match["decimals"]
    exponent = match["exponent"]
    imaginary = bool(match["root"] or match["rootafter"])
    if not integer and not decimals and exponent is None and not imaginary:
        return _bad(parser, command, tokens, match.string)
    if exponent is not None and len(exponent) > 6:
        return _bad(parser, command, tokens, match.string)
    uncertainty: int | None = None
    if match["uncertainty"]:
        figures = match["uncertainty"].strip("()±").replace(",", ".")
        places = len(decimals or "")
        if "." in figures or match["uncertainty"][0] == "±":
            own = len(figures.partition(".")[2])
            if own > places:
                decimals = (decimals or "") + "0" * (own - places)
                places = own
            uncertainty = int(figures.replace(".", "") + "0" * (places - own))
        else:
            uncertainty = int(figures)
    return Number(
        match["comparator"] or "",
        match["sign"] or "",
        integer,
        decimals,
        uncertainty,
        None if exponent is None else int(exponent),
        imaginary,
    )


def _bad(parser: Parser, command: Token, tokens: list[Token], text: str) -> Number:
    start, end = (tokens[0][1], tokens[-1][2]) if tokens else (command[1], command[2])
    shown = text if len(text) <= 40 else text[:37] + "…"
    return parser.fail(
        "bad-number",
        start,
        end,
        f"{shown or 'nothing'} is no number for {command[0]}",
        "not a number",
        "write the power of ten as in 3e5"
        if "times" in text
        else "write a number such as -1.5(2)e3; \\sisetup{parse-numbers=false} allows any formula",
    )


# ---------------------------------------------------------------------- changing the value


def processed(parser: Parser, command: Token, value: Number, options: Options) -> Number:
    """Return the number in the exponent form, rounded and filled up as the options say."""
    if options.choice("drop-uncertainty") == "true":
        value = value._replace(uncertainty=None)
    value = _in_exponent_form(parser, command, value, options)
    mode = options.choice("round-mode")
    if mode not in ("none", "off") and (value.integer or value.decimals):
        value = _rounded(value, mode, options)
    integer, decimals = value.integer, value.decimals
    least = min(options.number("minimum-decimal-digits"), MAX_DIGITS)
    if len(decimals or "") < least and value.uncertainty is None:
        decimals = (decimals or "").ljust(least, "0")
    if integer or decimals:
        integer = integer.rjust(min(options.number("minimum-integer-digits"), MAX_DIGITS), "0")
    if options.choice("drop-zero-decimal") == "true" and decimals and not decimals.strip("0"):
        decimals = None
    if not decimals and options.choice("retain-explicit-decimal-marker") != "true":
        decimals = None
    if options.choice("drop-exponent") == "true":
        value = value._replace(exponent=None)
    return value._replace(integer=integer, decimals=decimals)


def _in_exponent_form(parser: Parser, command: Token, value: Number, options: Options) -> Number:
    mode = options.choice("exponent-mode")
    digits = (value.integer + (value.decimals or "")).lstrip("0")
    if mode in ("input", "threshold") or not digits:
        return value
    given = value.exponent or 0
    # The power of ten of the first digit that is not zero.
    magnitude = len(digits) - 1 - len(value.decimals or "") + given
    target = options.number("fixed-exponent") if mode == "fixed" else magnitude
    if mode == "engineering":
        target = magnitude // 3 * 3
    shift = given - target
    if abs(shift) > MAX_DIGITS:
        parser.fail("bad-number", command[1], command[2], f"the exponent {given} is too far from {target}", "too large")
    integer, decimals = value.integer or "0", value.decimals or ""
    if shift >= 0:
        decimals = decimals.ljust(shift, "0")
        integer, decimals = integer + decimals[:shift], decimals[shift:]
    else:
        integer = integer.rjust(1 - shift, "0")
        integer, decimals = integer[:shift], integer[shift:] + decimals
    return value._replace(integer=integer.lstrip("0") or "0", decimals=decimals or None, exponent=target)


def _rounded(value: Number, mode: str, options: Options) -> Number:
    """Round to places, to figures, or to the figures of the uncertainty; the former leave uncertain numbers alone."""
    precision = options.number("round-precision")
    rounding = ROUND_HALF_EVEN if options.choice("round-half") == "even" else ROUND_HALF_UP
    number = Decimal(f"{value.integer or 0}.{value.decimals or 0}")
    places = len(value.decimals or "")
    if mode == "uncertainty":
        if not value.uncertainty:
            return value
        wanted = places - (len(str(value.uncertainty)) - max(precision, 1))
    elif value.uncertainty is not None:
        return value
    elif mode == "figures":
        if not number:
            return value
        wanted = max(precision, 1) - 1 - number.adjusted()
    else:
        wanted = precision
    wanted = max(-MAX_DIGITS, min(MAX_DIGITS, wanted))
    if wanted >= places and (options.choice("round-pad") != "true" or mode == "uncertainty"):
        return value
    context = Context(prec=3 * MAX_DIGITS, rounding=rounding)
    result = number.quantize(Decimal(1).scaleb(-wanted), context=context)
    if mode == "figures" and result.adjusted() > number.adjusted() and wanted > 0:
        # 9.99 to two figures is 10, not 10.0.
        wanted -= 1
        result = result.quantize(Decimal(1).scaleb(-wanted), context=context)
    uncertainty = value.uncertainty
    if uncertainty is not None:
        scaled = Decimal(uncertainty).scaleb(wanted - places)
        uncertainty = int(scaled.to_integral_value(rounding=rounding))
        if wanted < 0:
            uncertainty *= 10**-wanted
    integer, _, decimals = f"{result:f}".partition(".")
    return value._replace(integer=integer, decimals=decimals or None, uncertainty=uncertainty)


# ---------------------------------------------------------------------- setting


def number_nodes(
    parser: Parser, token: Token, value: Number, options: Options, unit_follows: bool
) -> tuple[list[Node], bool]:
    """Set a number; also tell whether it needs brackets before a unit, as `1.2 ± 0.1` does."""
    second = value.second
    if second is not None:
        real, _ = number_nodes(parser, token, value._replace(second=None), options, False)
        imaginary, _ = number_nodes(parser, token, second._replace(sign=""), options, False)
        return [*real, _sign(second.sign, token, BIN), *imaginary], unit_follows
    value = processed(parser, token, value, options)
    start, end = token[1], token[2]
    nodes: list[Node] = []
    mantissa = _mantissa(parser, token, value, options)
    if mantissa:
        nodes.append(Atom(ORD, digits_symbol(mantissa), start, end))
    separate = False
    if value.uncertainty is not None:
        separate = options.choice("uncertainty-mode") == "separate"
        nodes += _uncertainty(parser, token, value, options, separate)
    exponent = value.exponent
    power = exponent is not None and (exponent != 0 or options.choice("print-zero-exponent") == "true")
    unity = value.integer == "1" and not value.decimals and value.uncertainty is None
    if power and nodes and unity and options.choice("print-unity-mantissa") == "false":
        nodes = []
    if separate and power:
        nodes = bracketed_nodes(nodes, token)
        separate = False
    if power and exponent is not None:
        nodes += _power(parser, token, exponent, options, bool(nodes))
    elif not nodes:
        nodes = [] if value.imaginary else [Atom(ORD, digits_symbol("1"), start, end)]
    if value.imaginary:
        root = options.set(parser, token, "output-complex-root")
        nodes = [*root, *nodes] if options.choice("complex-root-position") == "before-number" else [*nodes, *root]
    return _signed(nodes, token, value, options), separate


def bracketed_nodes(nodes: list[Node], token: Token) -> list[Node]:
    """Set nodes in round brackets."""
    opening, closing = Symbol("(", "mo", OPEN), Symbol(")", "mo", CLOSE)
    return [Atom(OPEN, opening, token[1], token[2]), *nodes, Atom(CLOSE, closing, token[1], token[2])]


def _signed(nodes: list[Node], token: Token, value: Number, options: Options) -> list[Node]:
    sign = value.sign
    if sign == "+" and "true" not in (options.choice("retain-explicit-plus"), options.choice("print-implicit-plus")):
        sign = ""
    if not sign and options.choice("print-implicit-plus") == "true":
        sign = "+"
    if sign == "-" and options.choice("bracket-negative-numbers") == "true":
        nodes, sign = bracketed_nodes(nodes, token), ""
    if sign:
        nodes = [_sign(sign, token, ORD), *nodes]
    if value.comparator:
        symbol = Symbol(value.comparator, "mo", REL)
        nodes = [Atom(REL, symbol, token[1], token[2]), *nodes]
    return nodes


def _sign(sign: str, token: Token, cls: int) -> Node:
    shown = "−" if sign == "-" else sign
    return Atom(cls, Symbol(shown, "mo", BIN), token[1], token[2])


def digits_symbol(text: str) -> Symbol:
    """Return a finished number."""
    return Symbol(text, "mn", ORD, f"<mn>{text}</mn>")


def _mantissa(parser: Parser, token: Token, value: Number, options: Options) -> str:
    integer, decimals = value.integer, value.decimals
    if not integer and decimals is None:
        return ""
    if not integer and options.choice("print-zero-integer") == "true":
        integer = "0"
    grouping = options.choice("group-digits")
    least = options.number("group-minimum-digits")
    separator = _plain(parser, token, options, "group-separator")
    if grouping in ("all", "true", "integer") and len(integer) >= least:
        integer = _grouped(integer, separator)
    if decimals and grouping in ("all", "true", "decimal") and len(decimals) >= least:
        decimals = separator.join(decimals[at : at + 3] for at in range(0, len(decimals), 3))
    if decimals is None:
        return integer
    return integer + _plain(parser, token, options, "output-decimal-marker") + decimals


def _grouped(digits: str, separator: str) -> str:
    first = len(digits) % 3
    parts = [digits[:first]] if first else []
    parts += [digits[at : at + 3] for at in range(first, len(digits), 3)]
    return separator.join(parts)


def _plain(parser: Parser, token: Token, options: Options, name: str) -> str:
    """Return an option's value as characters that may stand within a number."""
    shown = ""
    for text, start, end in options[name]:
        if text in "{}":
            continue
        char = TEXT_SYMBOLS.get(text, text)
        if char.startswith("\\"):
            place = (start, end) if options.choice(name) in parser.tex else (token[1], token[2])
            parser.fail(
                "bad-argument",
                *place,
                f"{text} cannot stand within a number (option {name})",
                "a space or a character expected",
                f"write {name}={{\\,}}",
            )
        shown += char
    return text_node(shown, "mono", token[1], token[2]).content.replace("&", "").replace("<", "").replace(">", "")


def _uncertainty(parser: Parser, token: Token, value: Number, options: Options, separate: bool) -> list[Node]:
    places = len(value.decimals or "")
    figures = str(value.uncertainty)
    padded = figures.rjust(places + 1, "0")
    full = value._replace(
        sign="", integer=padded[: len(padded) - places], decimals=padded[len(padded) - places :] if places else None
    )
    mode = options.choice("uncertainty-mode")
    if separate:
        shown = _mantissa(parser, token, full, options)
        return [_sign("±", token, BIN), Atom(ORD, digits_symbol(shown), token[1], token[2])]
    if mode == "full" or (mode == "compact-marker" and len(figures) > places > 0):
        figures = _mantissa(parser, token, full, options)
    gap = options.set(parser, token, "uncertainty-separator")
    opening = options.set(parser, token, "output-open-uncertainty")
    closing = options.set(parser, token, "output-close-uncertainty")
    return [*gap, *opening, Atom(ORD, digits_symbol(figures), token[1], token[2]), *closing]


def _power(parser: Parser, token: Token, exponent: int, options: Options, mantissa: bool) -> list[Node]:
    shown: list[Node] = [Atom(ORD, digits_symbol(str(abs(exponent))), token[1], token[2])]
    if exponent < 0:
        shown.insert(0, _sign("-", token, ORD))
    marker = options["output-exponent-marker"]
    if marker:
        return [*template(parser, token, "\\mathrm{#1}", marker), *shown]
    base = Group(options.set(parser, token, "exponent-base"), token[1], token[2])
    scripts = Scripts(base.children[0] if len(base.children) == 1 else base, token[1], token[2])
    scripts.sup = Group(shown, token[1], token[2])
    if not mantissa:
        return [scripts]
    cls = ORD if options.choice("tight-spacing") == "true" else BIN
    return [*options.set(parser, token, "exponent-product", cls), scripts]
