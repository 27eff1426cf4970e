"""siunitx's units: reading `\\kilo\\metre\\per\\second\\squared` or `km/s^2`, and setting them."""

from __future__ import annotations

from html import escape
from typing import Final

from sitegen.math.commands.arguments import template
from sitegen.math.commands.boxes import STRIKES
from sitegen.math.commands.siunitx_numbers import bracketed_nodes, digits_symbol
from sitegen.math.commands.siunitx_options import Options
from sitegen.math.commands.text import text_nodes
from sitegen.math.lexer import Token
from sitegen.math.nodes import BIN, CLOSE, OPEN, ORD, Atom, Fraction, Group, Node, Scripts, Space, Symbol, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import ENTRIES

_WORDS: Final = """
ampere A candela cd kelvin K gram g metre m meter m mole mol second s becquerel Bq degreeCelsius °C celsius °C
coulomb C farad F gray Gy hertz Hz henry H joule J katal kat lumen lm lux lx newton N ohm Ω pascal Pa radian rad
siemens S sievert Sv steradian sr tesla T volt V watt W weber Wb astronomicalunit au bel B dalton Da day d
electronvolt eV hectare ha hour h litre L liter L minute min neper Np tonne t bit bit byte B percent % permil ‰
angstrom Å barn b bar bar mmHg mmHg knot kn nauticalmile M atomicmassunit u are a parsec pc lightyear ly year a week
wk gal Gal curie Ci roentgen R rem rem rad rad dyne dyn erg erg gauss G maxwell Mx oersted Oe poise P stokes St phot
ph stilb sb torr Torr atmosphere atm calorie cal clight c_{0} planckbar ħ electronmass m_{e} elementarycharge e bohr
a_{0} hartree E_{h} inch in foot ft mile mi pound lb baud Bd sone sone phon phon var var voltampere VA kayser K dpi
dpi pixel px
"""


def _pairs(words: str) -> dict[str, str]:
    """Read names and symbols in turn."""
    listed = words.split()
    return {"\\" + name: shown for name, shown in zip(listed[::2], listed[1::2], strict=True)}


UNITS: Final = _pairs(_WORDS)
"""Unit to symbol (tables 2 to 5 of the manual, and common ones that other packages add)."""

ARC: Final = {"\\degree": "°", "\\arcminute": "′", "\\arcsecond": "″"}
"""Units that follow their number without a space."""

_PRIMES: Final = {"′": 1, "″": 2}

_PREFIX_WORDS: Final = """
quecto q ronto r yocto y zepto z atto a femto f pico p nano n micro µ milli m centi c deci d deca da deka da hecto h
kilo k mega M giga G tera T peta P exa E zetta Z yotta Y ronna R quetta Q kibi Ki mebi Mi gibi Gi tebi Ti pebi Pi
exbi Ei zebi Zi yobi Yi
"""
PREFIXES: Final = _pairs(_PREFIX_WORDS)
"""Prefix to symbol (tables 6 and 7)."""

_SHORT: Final = """
fg pg ng ug mg g kg pm nm um mm cm dm m km as fs ps ns us ms s fmol pmol nmol umol mmol mol kmol pA nA uA mA A kA ul
ml l hl uL mL L hL mHz Hz kHz MHz GHz THz mN N kN MN Pa kPa MPa GPa mohm kohm Mohm pV nV uV mV V kV nW uW mW W kW MW
GW uJ mJ J kJ MJ eV meV keV MeV GeV TeV kWh F fF pF nF uF mF H fH pH nH mH uH C nC mC uC K dB amu mT uT T G kibit
MiB kiB GiB
"""
ABBREVIATIONS: Final = {
    "\\" + name: ("µ" + name[1:] if name[0] == "u" else name).replace("ohm", "Ω").replace("amu", "u")
    for name in _SHORT.split()
}
"""Abbreviated unit to symbol (table 8); they mean units inside of a unit only."""
ABBREVIATIONS["\\kWh"] = "kW h"

_COMPOUND: Final = {"\\kilogram": "kg", "\\decibel": "dB"}
_BEFORE: Final = {"\\square": "2", "\\cubic": "3"}
_AFTER: Final = {"\\squared": "2", "\\cubed": "3"}
_MINUS: Final = Symbol("−", "mo", BIN)
_OPENING: Final = Symbol("(", "mo", OPEN)
_CLOSING: Final = Symbol(")", "mo", CLOSE)
_SEPARATORS: Final = frozenset(["~", "\\,", "\\ ", "\\;", "\\:", "\\thinspace", "\\!", "\\quad"])


class Unit:
    """One unit with what belongs to it."""

    __slots__ = (
        "cancelled",
        "closing",
        "color",
        "node",
        "opening",
        "per",
        "power",
        "product",
        "qualifier",
        "slashed",
        "symbol",
    )

    def __init__(self, symbol: str, node: Node | None = None) -> None:
        self.symbol = symbol
        """Prefix and symbol, upright; empty where `node` is it."""
        self.node = node
        self.power: list[Token] = []
        self.per = False
        self.slashed = False
        """A solidus of the author's stands before it."""
        self.product: Node | None = None
        """The author's own sign between it and the unit before."""
        self.qualifier: list[Token] | None = None
        self.opening = 0
        """Brackets of the author's right before it."""
        self.closing = 0
        """And right after it."""
        self.cancelled = False
        self.color: list[Token] | None = None

    @property
    def follows_closely(self) -> bool:
        """Whether no space stands between a number and it: degrees, minutes and seconds of arc."""
        return self.symbol in ARC.values()


def raised(unit: Unit, times: int, token: Token) -> Unit:
    """Return a unit to a power, as a product of lengths has it."""
    power = "".join(each[0] for each in unit.power).strip() or "1"
    if not power.lstrip("-").isdecimal():
        return unit
    copy = Unit(unit.symbol, unit.node)
    for name in Unit.__slots__:
        setattr(copy, name, getattr(unit, name))
    copy.power = [(str(int(power) * times), token[1], token[2])]
    return copy


def raised_mark(base: Node | None, primes: int, token: Token) -> Node:
    """Return minutes or seconds of arc: primes, which fonts draw to be set as superscripts."""
    scripts = Scripts(base, token[1], token[2])
    scripts.primes = primes
    return scripts


def unit_symbol(text: str) -> Symbol:
    """Return a symbol in upright letters."""
    shown = escape(text, quote=False)
    upright = ' mathvariant="normal"' if len(text) == 1 and text.isalpha() else ""
    return Symbol(text, "mi", ORD, f"<mi{upright}>{shown}</mi>")


# ---------------------------------------------------------------------- reading


class _Reader:
    """The state of reading one unit argument."""

    __slots__ = (
        "after_per",
        "before",
        "brackets",
        "cancelled",
        "color",
        "opening",
        "parser",
        "prefix",
        "product",
        "slashed",
        "units",
        "word",
    )

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.units: list[Unit] = []
        self.prefix = ""
        self.before: list[Token] = []
        """A power that stands before its unit."""
        self.after_per = False
        self.slashed = False
        self.product: Node | None = None
        self.word: Unit | None = None
        """The literal symbol whose letters are being read."""
        self.cancelled = False
        self.color: list[Token] | None = None
        self.brackets: list[Token] = []
        """Literal brackets that are open."""
        self.opening = 0
        """How many of them stand right before the next unit."""

    def add(self, unit: Unit) -> None:
        unit.symbol = self.prefix + unit.symbol
        unit.power = self.before
        unit.per = self.after_per or self.slashed
        unit.slashed = self.slashed
        unit.product = self.product
        unit.cancelled, unit.color = self.cancelled, self.color
        unit.opening, self.opening = self.opening, 0
        self.prefix, self.before, self.after_per, self.slashed, self.product = "", [], False, False, None
        self.cancelled, self.color = False, None
        self.units.append(unit)

    def last(self, token: Token) -> Unit:
        """Return the unit that a power or qualifier belongs to."""
        if not self.units:
            self.parser.fail(
                "unknown-unit",
                token[1],
                token[2],
                f"{token[0]} has no unit before it",
                "nothing to apply it to",
                "write it after the unit: \\metre\\squared",
            )
        return self.units[-1]


def read_units(parser: Parser, command: Token, tokens: list[Token]) -> list[Unit]:
    """Read a unit argument, in words or literally.

    Raises:
        ParseError: a word is no unit, prefix or modifier.
    """
    reader = _Reader(parser)
    saved, parser.stack = parser.stack, tokens[::-1]
    while parser.stack:
        token = parser.stack.pop()
        text = token[0]
        if text[0] == "\\" and text not in ("\\%", "\\$"):
            reader.word = None
            _word(reader, token)
        else:
            _literal(reader, token)
    parser.stack = saved
    if reader.prefix or reader.before or reader.after_per or reader.slashed:
        _unfinished(reader, tokens)
    if reader.brackets:
        _unbalanced(reader, reader.brackets[-1])
    return reader.units


def _unbalanced(reader: _Reader, token: Token) -> None:
    opened = token[0] == "("
    reader.parser.fail(
        "unknown-unit",
        token[1],
        token[2],
        "a bracket within a unit is never closed" if opened else "a closing bracket without an opening one",
        "opened here" if opened else "nothing to close here",
        "add the missing )" if opened else "delete it",
    )


def _unfinished(reader: _Reader, tokens: list[Token]) -> None:
    if reader.prefix and not reader.before:
        # A prefix alone is a symbol, as in \unit{\kilo}.
        reader.add(Unit(""))
        return
    last = next(token for token in reversed(tokens) if token[0].strip())
    reader.parser.fail(
        "unknown-unit",
        last[1],
        last[2],
        f"no unit follows {last[0]}",
        "a unit is missing",
        "write \\per\\second, \\square\\metre or the like",
    )


def _word(reader: _Reader, token: Token) -> None:
    """Deal with a command inside a unit."""
    parser = reader.parser
    text = token[0]
    declared = parser.macros.get(text + "@siunitx")
    if declared is not None:
        parser.expand(declared, token)
        return
    symbol = UNITS.get(text) or _COMPOUND.get(text) or ABBREVIATIONS.get(text)
    if symbol is not None:
        _named_unit(reader, symbol, token)
    elif text in ARC:
        reader.add(Unit(ARC[text]))
    elif text in PREFIXES:
        reader.prefix += PREFIXES[text]
    elif text == "\\prefix@siunitx":
        reader.prefix += _letters(parser, parser.argument_tokens(token))
    elif text == "\\per":
        reader.after_per = True
    elif text in _BEFORE:
        reader.before = [(_BEFORE[text], token[1], token[2])]
    elif text == "\\raiseto":
        reader.before = parser.argument_tokens(token)
    elif text in _AFTER:
        reader.last(token).power = [(_AFTER[text], token[1], token[2])]
    elif text == "\\tothe":
        reader.last(token).power = parser.argument_tokens(token)
    elif text == "\\of":
        reader.last(token).qualifier = parser.argument_tokens(token)
    elif text == "\\cancel":
        reader.cancelled = True
    elif text == "\\highlight":
        reader.color = parser.argument_tokens(token)
    elif text in _SEPARATORS:
        return
    else:
        _other(reader, token)


def _letters(parser: Parser, tokens: list[Token]) -> str:
    """Return the characters that a declared prefix prints."""
    shown = ""
    for text, start, end in tokens:
        entry = ENTRIES[text]
        if text in "{}" or text == "\\ensuremath":
            continue
        if text[0] == "\\" and not isinstance(entry, Symbol):
            parser.fail("unknown-unit", start, end, f"{text} cannot be in a prefix", "no letter", "write letters")
        shown += entry.char if isinstance(entry, Symbol) and text[0] == "\\" else text
    return shown


def _named_unit(reader: _Reader, symbol: str, token: Token) -> None:
    """Add a unit of the tables; some symbols are two units or have an index."""
    for part in symbol.split(" "):
        base, _, index = part.partition("_")
        unit = Unit(base)
        if index:
            unit.node = Group(template(reader.parser, token, f"\\mathrm{{{base}}}_{index}"), token[1], token[2])
            unit.symbol = ""
        reader.add(unit)


def _other(reader: _Reader, token: Token) -> None:
    """Deal with a command that is no unit: the author's macro, a product sign, or TeX for a symbol."""
    parser = reader.parser
    text = token[0]
    if text in parser.macros:
        parser.expand(parser.macros[text], token)
        return
    entry = ENTRIES[text]
    if isinstance(entry, Symbol):
        if entry.cls == BIN:
            reader.product = Atom(BIN, entry, token[1], token[2])
            return
        shown = entry.char if entry.char.isalpha() else ""
        reader.add(Unit(shown) if shown else Unit("", Atom(ORD, entry, token[1], token[2])))
        return
    if text in _TEXTS:
        parser.stack.append(token)
        reader.add(Unit("", parser.argument(token)))
        return
    from sitegen.math.spelling import closest

    near = closest(text, [*UNITS, *PREFIXES, *ABBREVIATIONS, *ARC, *_MODIFIERS])
    parser.fail(
        "unknown-unit",
        token[1],
        token[2],
        f"unknown unit {text}",
        "no unit, prefix or power",
        f"did you mean {near}?" if near else f"define it with \\DeclareSIUnit{{{text}}}{{…}}",
    )


_TEXTS: Final = frozenset(
    [
        "\\text",
        "\\mathrm",
        "\\textrm",
        "\\mbox",
        "\\mathit",
        "\\mathbf",
        "\\mathsf",
        "\\operatorname",
        "\\sqrt",
        "\\frac",
    ]
)
_MODIFIERS = (*_BEFORE, *_AFTER, *_COMPOUND, "\\per", "\\tothe", "\\raiseto", "\\of", "\\cancel", "\\highlight")


def _literal(reader: _Reader, token: Token) -> None:
    """Deal with a character inside a unit: letters are symbols, `.` and `~` products, `/` divides, `^` raises."""
    parser = reader.parser
    text = token[0]
    if text[0] in " \t\r\n":
        return
    if text in ".~":
        reader.word = None
    elif text == "/":
        reader.slashed, reader.word = True, None
    elif text == "^":
        power = _script(parser, token)
        if _is_circle(power):
            # The usual way to write degrees without the package.
            reader.word = Unit("°")
            reader.add(reader.word)
            return
        reader.last(token).power = power
        reader.word = None
    elif text == "_":
        reader.last(token).qualifier = _script(parser, token)
        reader.word = None
    elif text == "{":
        parser.push(parser.balanced(token))
    elif text == "}":
        parser.unexpected(token)
    elif text == "(":
        reader.brackets.append(token)
        reader.opening += 1
        reader.word = None
    elif text == ")":
        if not reader.brackets or not reader.units:
            _unbalanced(reader, token)
        reader.brackets.pop()
        reader.units[-1].closing += 1
        reader.word = None
    elif reader.word is not None and not text[0].isdigit():
        reader.word.symbol += text.lstrip("\\")
    else:
        reader.word = Unit(text.lstrip("\\"))
        reader.add(reader.word)


def _script(parser: Parser, token: Token) -> list[Token]:
    """Read a power or an index, also a command with its argument such as `\\text{max}`."""
    tokens = parser.argument_tokens(token)
    if len(tokens) == 1 and tokens[0][0][0] == "\\" and parser.peek() == "{":
        brace = parser.stack.pop()
        inner = parser.balanced(brace)
        return [*tokens, brace, *inner, ("}", brace[1], brace[2])]
    return tokens


def _is_circle(tokens: list[Token]) -> bool:
    return [each[0] for each in tokens if each[0].strip()] in (["\\circ"], ["∘"])


# ---------------------------------------------------------------------- setting


def layout(parser: Parser, token: Token, units: list[Unit], options: Options) -> list[Node]:
    """Set units, with what divides as negative powers, after a solidus or in a fraction."""
    if options.choice("sticky-per") == "true":
        dividing = False
        for unit in units:
            dividing = unit.per = dividing or unit.per
    mode = options.choice("display-per-mode" if parser.display else "inline-per-mode")
    below = [unit for unit in units if unit.per]
    if mode == "symbol-or-fraction":
        mode = "fraction" if parser.display else "symbol"
    if mode == "single-symbol":
        mode = "symbol" if len(below) == 1 else "power"
    if any(unit.slashed for unit in units) or mode == "repeated-symbol":
        return _in_order(parser, token, units, options, slashes=True)
    above = [unit for unit in units if not unit.per]
    if not below or mode.startswith(("power", "reciprocal")):
        ordered = [*above, *below] if mode.endswith("-positive-first") else units
        return _in_order(parser, token, ordered, options, slashes=False)
    upper = _in_order(parser, token, above, options, slashes=False)
    if not upper:
        upper = [Atom(ORD, digits_symbol("1"), token[1], token[2])]
    lower = _in_order(parser, token, below, options, slashes=False, negative=False)
    if mode == "fraction":
        denominator = Group(lower, token[1], token[2])
        return [Fraction(Group(upper, token[1], token[2]), denominator, token[1], token[2])]
    if len(below) > 1 and options.choice("bracket-unit-denominator") == "true":
        lower = bracketed_nodes(lower, token)
    return [*upper, *options.set(parser, token, "per-symbol", ORD), *lower]


def _in_order(
    parser: Parser, token: Token, units: list[Unit], options: Options, *, slashes: bool, negative: bool = True
) -> list[Node]:
    nodes: list[Node] = []
    for at, unit in enumerate(units):
        if slashes and unit.per:
            if not at:
                nodes.append(Atom(ORD, digits_symbol("1"), token[1], token[2]))
            nodes += options.set(parser, token, "per-symbol", ORD)
        elif at:
            nodes += [unit.product] if unit.product else options.set(parser, token, "inter-unit-product")
        nodes += [Atom(OPEN, _OPENING, token[1], token[2])] * unit.opening
        nodes += _one(parser, token, unit, options, unit.per and negative and not slashes)
        nodes += [Atom(CLOSE, _CLOSING, token[1], token[2])] * unit.closing
    return nodes


def _one(parser: Parser, token: Token, unit: Unit, options: Options, inverted: bool) -> list[Node]:
    """Set one unit with its power and qualifier."""
    start, end = token[1], token[2]
    if unit.node is not None:
        base = unit.node
    elif unit.symbol in _PRIMES:
        base = raised_mark(None, _PRIMES[unit.symbol], token)
    elif unit.symbol and unit.symbol.replace(".", "").isdecimal():
        base = Atom(ORD, digits_symbol(unit.symbol), start, end)
    else:
        base = Atom(ORD, unit_symbol(unit.symbol), start, end)
    if unit.node is not None and unit.symbol:
        base = Group([Atom(ORD, unit_symbol(unit.symbol), start, end), base], start, end)
    if unit.cancelled:
        notation, lines = STRIKES["\\cancel"]
        trailer = "".join(f'<mrow class="strike {line}"></mrow>' for line in lines)
        attributes = f' class="strikes" notation="{notation}"'
        base = Wrapped("menclose", attributes, [base], start, end, trailer=trailer)
    after: list[Node] = []
    scripts = Scripts(base, start, end)
    if unit.qualifier is not None:
        after = _qualify(parser, token, unit.qualifier, scripts, options)
    power = _power(parser, token, unit.power, inverted)
    if power is not None:
        scripts.sup = power
    nodes: list[Node] = [scripts if scripts.sub is not None or scripts.sup is not None else base, *after]
    if unit.color is not None:
        opening, closing = template(parser, token, "\\color{#1}", unit.color)
        nodes = [opening, *nodes, closing]
    return nodes


def _qualify(parser: Parser, token: Token, given: list[Token], scripts: Scripts, options: Options) -> list[Node]:
    """Add a qualifier as a subscript, or return it as what follows the unit."""
    parser.push([("{", token[1], token[2]), *given, ("}", token[1], token[2])])
    text = text_nodes(parser, token, "")
    mode = options.choice("qualifier-mode")
    if mode == "subscript":
        scripts.sub = text[0] if len(text) == 1 else Group(text, token[1], token[2])
        return []
    if mode == "bracket":
        return bracketed_nodes(text, token)
    if mode == "space":
        return [Space("0.25em", token[1], token[2]), *text]
    if mode in ("phrase", "text") and options["qualifier-phrase"]:
        parser.push([("{", token[1], token[2]), *options["qualifier-phrase"], ("}", token[1], token[2])])
        return [*text_nodes(parser, token, ""), *text]
    return text


def _power(parser: Parser, token: Token, power: list[Token], inverted: bool) -> Node | None:
    """Return a power as a script; None for the first."""
    shown = "".join(each[0] for each in power if each[0].strip())
    if not inverted:
        if shown in ("", "1"):
            return None
        if shown.isdecimal():
            return Atom(ORD, digits_symbol(shown), power[0][1], power[-1][2])
        return Group(parser.sub_parse(power), power[0][1], power[-1][2])
    if shown.startswith(("-", "−")):
        rest = [each for each in power if each[0].strip()][1:]
        return None if shown[1:] == "1" else Group(parser.sub_parse(rest), token[1], token[2])
    if not shown or shown.isdecimal():
        digits = Atom(ORD, digits_symbol(shown or "1"), token[1], token[2])
        return Group([Atom(ORD, _MINUS, token[1], token[2]), digits], token[1], token[2])
    return Group(parser.sub_parse([("-", token[1], token[2]), *power]), token[1], token[2])
