"""The siunitx package: numbers, units, angles, ranges, lists, products (its manual, version 3, with version 2's names).

Loaded when the first of its commands is met; `sitegen.math.commands.packages` knows their names. Numbers are read in
`siunitx_numbers`, units in `siunitx_units`; here are the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from sitegen.math.commands.arguments import braced, split, template
from sitegen.math.commands.definitions import Definition, macro_name
from sitegen.math.commands.siunitx_numbers import Number, number_nodes, read_number, text_in
from sitegen.math.commands.siunitx_options import Options, options_for, store
from sitegen.math.commands.siunitx_units import Unit, layout, raised, raised_mark, read_units, unit_symbol
from sitegen.math.commands.text import text_nodes
from sitegen.math.lexer import Token
from sitegen.math.macros import Macro
from sitegen.math.nodes import BIN, CLOSE, MARK, OPEN, ORD, Atom, Group, Node, Symbol
from sitegen.math.parser import Parser

Handler: TypeAlias = Callable[[Parser, Token], "Node | None"]

_OPENING = Symbol("(", "mo", OPEN)
_CLOSING = Symbol(")", "mo", CLOSE)


def _whole(nodes: list[Node], token: Token, parser: Parser, options: Options) -> Node:
    """Return nodes as one atom, in the colour that the options ask for."""
    if "color" in options:
        opening, closing = template(parser, token, "\\color{#1}", options["color"])
        nodes = [opening, *nodes, closing]
    return Group(nodes, token[1], max(nodes[-1].end if nodes else 0, token[2]))


def _coloured(nodes: list[Node], token: Token, parser: Parser, options: Options, name: str) -> list[Node]:
    if name not in options:
        return nodes
    opening, closing = template(parser, token, "\\color{#1}", options[name])
    return [opening, *nodes, closing]


def _brackets(nodes: list[Node], token: Token) -> list[Node]:
    opening = Atom(OPEN, _OPENING, token[1], token[2])
    return [opening, *nodes, Atom(CLOSE, _CLOSING, token[1], token[2])]


def _phrase(parser: Parser, token: Token, options: Options, name: str) -> list[Node]:
    """Return an option's value as text."""
    parser.push([("{", token[1], token[2]), *options[name], ("}", token[1], token[2])])
    return text_nodes(parser, token, "")


# ---------------------------------------------------------------------- one number


def number(parser: Parser, token: Token) -> Node:
    """`\\num[options]{1.5e3}`."""
    options = options_for(parser)
    tokens = braced(parser, token)
    return _whole(_numbers(parser, token, tokens, options, None), token, parser, options)


def unit(parser: Parser, token: Token) -> Node:
    """`\\unit[options]{\\metre\\per\\second}`, `\\si`."""
    options = options_for(parser)
    units = read_units(parser, token, braced(parser, token))
    return _whole(_unit(parser, token, units, options), token, parser, options)


def quantity(parser: Parser, token: Token) -> Node:
    """`\\qty[options]{1.5}{\\metre}`, `\\SI[options]{1.5}[before]{\\metre}`."""
    options = options_for(parser)
    tokens = braced(parser, token)
    before = parser.optional_tokens()
    units = read_units(parser, token, braced(parser, token))
    nodes: list[Node] = []
    if before:
        nodes += _unit(parser, token, read_units(parser, token, before), options)
    nodes += _numbers(parser, token, tokens, options, units)
    return _whole(nodes, token, parser, options)


def _unit(parser: Parser, token: Token, units: list[Unit], options: Options) -> list[Node]:
    return _coloured(layout(parser, token, units, options), token, parser, options, "unit-color")


def _numbers(
    parser: Parser, token: Token, tokens: list[Token], options: Options, units: list[Unit] | None
) -> list[Node]:
    """Set a number with its unit; a product of numbers as version 2 allowed it."""
    factors = split([each for each in tokens if each[0].strip()], "x")
    if len(factors) > 1 and options.choice("parse-numbers") == "true":
        return _joined(parser, token, factors, options, units, "product")
    if options.choice("parse-numbers") == "false":
        nodes = parser.sub_parse(tokens)
        compound = False
    else:
        value = read_number(parser, token, tokens)
        nodes, compound = number_nodes(parser, token, value, options, units is not None)
    nodes = _coloured(nodes, token, parser, options, "number-color")
    if units is None:
        return nodes
    if compound:
        nodes = _brackets(nodes, token)
    return [*nodes, *_after_number(parser, token, units, options)]


def _after_number(parser: Parser, token: Token, units: list[Unit], options: Options) -> list[Node]:
    """Return the unit with the space before it; degrees, minutes and seconds of arc follow without one."""
    if not units:
        return []
    gap = [] if units[0].follows_closely else options.set(parser, token, "quantity-product")
    return [*gap, *_unit(parser, token, units, options)]


# ---------------------------------------------------------------------- several numbers


def _joined(
    parser: Parser,
    token: Token,
    parts: list[list[Token]],
    options: Options,
    units: list[Unit] | None,
    kind: str,
) -> list[Node]:
    """Set a `list`, `range` or `product` of numbers, with the unit after each, after the last, or after a bracket."""
    values = [read_number(parser, token, part) for part in parts]
    shared, values = _shared_exponent(values, options.choice(f"{kind}-exponents"))
    placing = options.choice(f"{kind}-units") if units is not None else "single"
    out: list[Node] = []
    for at, value in enumerate(values):
        if at:
            out += _separator(parser, token, options, kind, at == len(values) - 1, len(values) == 2)
        nodes, compound = number_nodes(parser, token, value, options, units is not None)
        if units is not None and placing == "repeat" and not shared:
            nodes = [*(_brackets(nodes, token) if compound else nodes), *_after_number(parser, token, units, options)]
        out += nodes
    if shared:
        power, _ = number_nodes(parser, token, shared, options, False)
        out = [*_brackets(out, token), *options.set(parser, token, "exponent-product"), *power]
    elif units is not None and placing.startswith("bracket"):
        out = _brackets(out, token)
    if units is not None and (placing != "repeat" or shared):
        if placing.endswith("power"):
            units = [raised(unit, len(values), token) for unit in units]
        out += _after_number(parser, token, units, options)
    return out


def _shared_exponent(values: list[Number], mode: str) -> tuple[Number | None, list[Number]]:
    """Take the exponent that all numbers have in common out of them, when the options ask for it."""
    exponents = {value.exponent for value in values}
    if mode == "individual" or len(exponents) != 1 or None in exponents:
        return None, values
    return Number(exponent=exponents.pop()), [value._replace(exponent=None) for value in values]


def _separator(parser: Parser, token: Token, options: Options, kind: str, last: bool, pair: bool) -> list[Node]:
    if kind == "range":
        return _phrase(parser, token, options, "range-phrase")
    if kind == "product":
        if options.choice("product-mode") == "phrase":
            return _phrase(parser, token, options, "product-phrase")
        return options.set(parser, token, "product-symbol", BIN)
    name = "list-pair-separator" if pair else "list-final-separator" if last else "list-separator"
    return _phrase(parser, token, options, name)


def several(kind: str, separator: str, with_unit: bool, parser: Parser, token: Token) -> Node:
    """`\\numlist{1;2;3}`, `\\numproduct{1 x 2}`, `\\qtylist{1;2}{\\m}`, `\\qtyproduct{1 x 2}{\\m}`."""
    options = options_for(parser)
    parts = split(braced(parser, token), separator)
    units = read_units(parser, token, braced(parser, token)) if with_unit else None
    return _whole(_joined(parser, token, parts, options, units, kind), token, parser, options)


def span(with_unit: bool, parser: Parser, token: Token) -> Node:
    """`\\numrange{1}{2}`, `\\qtyrange{1}{2}{\\metre}`."""
    options = options_for(parser)
    parts = [braced(parser, token), braced(parser, token)]
    units = read_units(parser, token, braced(parser, token)) if with_unit else None
    return _whole(_joined(parser, token, parts, options, units, "range"), token, parser, options)


# ---------------------------------------------------------------------- angles


def _angle(parser: Parser, token: Token, tokens: list[Token], options: Options) -> list[Node]:
    """Set one angle: a decimal number of degrees, or degrees, minutes and seconds between semicolons."""
    parts = [[each for each in part if each[0].strip()] for part in split(tokens, ";")]
    if len(parts) > 3 or not any(parts):
        start, end = (tokens[0][1], tokens[-1][2]) if tokens else (token[1], token[2])
        parser.fail(
            "bad-number",
            start,
            end,
            "an angle is a number of degrees, or degrees;minutes;seconds",
            f"{len(parts)} parts" if len(parts) > 3 else "nothing is given",
            f"write {token[0]}{{12.5}} or {token[0]}{{12;30;0}}",
        )
    nodes: list[Node] = []
    for at, part in enumerate(parts):
        filled = options.choice("fill-angle-" + ("degrees", "minutes", "seconds")[at]) == "true"
        if not part and not filled:
            continue
        if nodes:
            nodes += options.set(parser, token, "angle-separator")
        value = read_number(parser, token, part) if part else Number(integer="0")
        nodes += number_nodes(parser, token, value, options, True)[0]
        nodes += options.set(parser, token, "number-angle-product")
        if at:
            # A space before the mark leaves it without a nucleus.
            nucleus = nodes.pop() if nodes[-1].cls >= 0 else None
            nodes.append(raised_mark(nucleus, at, token))
        else:
            nodes.append(Atom(ORD, unit_symbol("°"), token[1], token[2]))
    return nodes


def angle(parser: Parser, token: Token) -> Node:
    """`\\ang{12.5}`, `\\ang{1;2;3}`."""
    options = options_for(parser)
    return _whole(_angle(parser, token, braced(parser, token), options), token, parser, options)


def angles(kind: str, parser: Parser, token: Token) -> Node:
    """`\\anglist{1;2;3}` of decimal angles, `\\angrange{1}{2}`."""
    options = options_for(parser)
    first = braced(parser, token)
    parts = split(first, ";") if kind == "list" else [first, braced(parser, token)]
    nodes: list[Node] = []
    for at, part in enumerate(parts):
        if at:
            nodes += _separator(parser, token, options, kind, at == len(parts) - 1, len(parts) == 2)
        nodes += _angle(parser, token, part, options)
    return _whole(nodes, token, parser, options)


# ---------------------------------------------------------------------- complex numbers


def complex_number(with_unit: bool, parser: Parser, token: Token) -> Node:
    """`\\complexnum{1+2i}`, `\\complexqty{1:30}{\\ohm}`."""
    options = options_for(parser)
    tokens = braced(parser, token)
    units = read_units(parser, token, braced(parser, token)) if with_unit else None
    parts = split(tokens, ":")
    if len(parts) != 2:
        return _whole(_numbers(parser, token, tokens, options, units), token, parser, options)
    size, _ = number_nodes(parser, token, read_number(parser, token, parts[0]), options, True)
    turn, _ = number_nodes(parser, token, read_number(parser, token, parts[1]), options, True)
    degree = Atom(ORD, unit_symbol("°"), token[1], token[2])
    nodes = [*size, *template(parser, token, "\\angle"), *turn, degree]
    if units is not None:
        nodes += _after_number(parser, token, units, options)
    return _whole(nodes, token, parser, options)


# ---------------------------------------------------------------------- definitions


def setup(parser: Parser, token: Token) -> Node:
    """`\\sisetup{options}`: they hold for the document from here on."""
    tokens = braced(parser, token)
    store(parser, tokens)
    return Definition(MARK, token[1], max(tokens[-1][2] if tokens else 0, token[2]))


def _declare(parser: Parser, token: Token, name: Token, body: list[Token]) -> Node:
    shown = "".join(each[0] for each in body)
    parser.macros[name[0] + "@siunitx"] = Macro(name[0], 0, body, shown)
    return Definition(MARK, token[1], max(body[-1][2] if body else 0, name[2]))


def _with_word(word: str, tokens: list[Token], token: Token) -> list[Token]:
    """Return a command with one argument."""
    start, end = token[1], token[2]
    return [(word, start, end), ("{", start, end), *tokens, ("}", start, end)]


def declare_unit(parser: Parser, token: Token) -> Node:
    """`\\DeclareSIUnit[options]{\\name}{symbol or units}`."""
    parser.optional_tokens()
    name = macro_name(parser, token)
    return _declare(parser, token, name, braced(parser, token))


def declare_prefix(parser: Parser, token: Token) -> Node:
    """`\\DeclareSIPrefix{\\name}{symbol}{power of ten}`."""
    name = macro_name(parser, token)
    symbol = braced(parser, token)
    power = braced(parser, token)
    if not text_in(power).lstrip("+-").isdigit():
        start, end = (power[0][1], power[-1][2]) if power else (token[1], token[2])
        parser.fail("bad-number", start, end, "a prefix needs a power of ten", "a whole number expected")
    return _declare(parser, token, name, _with_word("\\prefix@siunitx", symbol, token))


def declare_qualifier(parser: Parser, token: Token) -> Node:
    """`\\DeclareSIQualifier{\\name}{text}`."""
    name = macro_name(parser, token)
    return _declare(parser, token, name, _with_word("\\of", braced(parser, token), token))


def declare_power(parser: Parser, token: Token) -> Node:
    """`\\DeclareSIPower{\\before}{\\after}{power}`."""
    before, after = macro_name(parser, token), macro_name(parser, token)
    power = braced(parser, token)
    _declare(parser, token, before, _with_word("\\raiseto", power, token))
    return _declare(parser, token, after, _with_word("\\tothe", power, token))


HANDLERS: dict[str, Handler] = {
    "\\num": number,
    "\\tablenum": number,
    "\\unit": unit,
    "\\si": unit,
    "\\SI": quantity,
    "\\numlist": partial(several, "list", ";", False),
    "\\qtylist": partial(several, "list", ";", True),
    "\\SIlist": partial(several, "list", ";", True),
    "\\numproduct": partial(several, "product", "x", False),
    "\\qtyproduct": partial(several, "product", "x", True),
    "\\numrange": partial(span, False),
    "\\qtyrange": partial(span, True),
    "\\SIrange": partial(span, True),
    "\\ang": angle,
    "\\anglist": partial(angles, "list"),
    "\\angrange": partial(angles, "range"),
    "\\complexnum": partial(complex_number, False),
    "\\complexqty": partial(complex_number, True),
    "\\sisetup": setup,
    "\\DeclareSIUnit": declare_unit,
    "\\DeclareSIPrefix": declare_prefix,
    "\\DeclareSIQualifier": declare_qualifier,
    "\\DeclareSIPower": declare_power,
}
"""Command to handler; `\\qty` is in `quantities`."""
