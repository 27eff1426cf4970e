"""siunitx's options: names, what each takes, defaults (its manual, version 3; version 2's names lead there)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from sitegen.math.commands.arguments import split, template
from sitegen.math.commands.spacing import SPACES
from sitegen.math.lexer import Token, tokenise
from sitegen.math.macros import Macro
from sitegen.math.nodes import Atom, Group, Node, Space, Symbol
from sitegen.math.parser import Parser
from sitegen.math.registry import ENTRIES

_SWITCH = ("true", "false")
_UNITS = ("repeat", "single", "bracket", "bracket-power", "power")
_EXPONENTS = ("individual", "combine", "combine-bracket")
_PER = (
    "power", "power-positive-first", "reciprocal", "reciprocal-positive-first", "symbol", "repeated-symbol",
    "single-symbol", "fraction", "symbol-or-fraction",
)  # fmt: skip

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "parse-numbers": _SWITCH,
    "group-digits": ("all", "none", "decimal", "integer", "true", "false"),
    "exponent-mode": ("input", "scientific", "engineering", "fixed", "threshold"),
    "round-mode": ("none", "places", "figures", "uncertainty", "off"),
    "round-half": ("up", "even"),
    "round-pad": _SWITCH,
    "drop-exponent": _SWITCH,
    "drop-uncertainty": _SWITCH,
    "drop-zero-decimal": _SWITCH,
    "print-unity-mantissa": _SWITCH,
    "print-zero-exponent": _SWITCH,
    "print-zero-integer": _SWITCH,
    "print-implicit-plus": _SWITCH,
    "retain-explicit-plus": _SWITCH,
    "retain-explicit-decimal-marker": _SWITCH,
    "bracket-negative-numbers": _SWITCH,
    "bracket-ambiguous-numbers": _SWITCH,
    "tight-spacing": _SWITCH,
    "uncertainty-mode": ("compact", "compact-marker", "full", "separate"),
    "complex-root-position": ("after-number", "before-number"),
    "list-units": _UNITS,
    "range-units": _UNITS,
    "product-units": _UNITS,
    "list-exponents": _EXPONENTS,
    "range-exponents": _EXPONENTS,
    "product-exponents": _EXPONENTS,
    "product-mode": ("symbol", "phrase"),
    "per-mode": _PER,
    "inline-per-mode": _PER,
    "display-per-mode": _PER,
    "bracket-unit-denominator": _SWITCH,
    "sticky-per": _SWITCH,
    "qualifier-mode": ("subscript", "bracket", "combine", "phrase", "space", "text"),
    "fill-angle-degrees": _SWITCH,
    "fill-angle-minutes": _SWITCH,
    "fill-angle-seconds": _SWITCH,
}
"""Option to the values that it takes."""

NUMBERS: Final = frozenset(
    ["group-minimum-digits", "fixed-exponent", "round-precision", "minimum-decimal-digits", "minimum-integer-digits"]
)
"""Options that take a whole number."""

_DEFAULTS: Final[dict[str, str]] = {
    **dict.fromkeys(CHOICES, "false"),
    "parse-numbers": "true",
    "group-digits": "all",
    "group-minimum-digits": "5",
    "group-separator": "\\,",
    "output-decimal-marker": ".",
    "exponent-product": "\\times",
    "exponent-base": "10",
    "output-exponent-marker": "",
    "exponent-mode": "input",
    "fixed-exponent": "0",
    "round-mode": "none",
    "round-precision": "2",
    "round-half": "up",
    "round-pad": "true",
    "minimum-decimal-digits": "0",
    "minimum-integer-digits": "0",
    "print-unity-mantissa": "true",
    "print-zero-integer": "true",
    "bracket-ambiguous-numbers": "true",
    "uncertainty-mode": "compact",
    "uncertainty-separator": "",
    "output-open-uncertainty": "(",
    "output-close-uncertainty": ")",
    "complex-root-position": "after-number",
    "output-complex-root": "\\mathrm{i}",
    "list-separator": ", ",
    "list-final-separator": " and ",
    "list-pair-separator": " and ",
    "range-phrase": " to ",
    "product-symbol": "\\times",
    "product-phrase": " by ",
    "product-mode": "symbol",
    "list-units": "repeat",
    "range-units": "repeat",
    "product-units": "repeat",
    "list-exponents": "individual",
    "range-exponents": "individual",
    "product-exponents": "individual",
    "per-mode": "power",
    "inline-per-mode": "power",
    "display-per-mode": "power",
    "per-symbol": "/",
    "inter-unit-product": "\\,",
    "bracket-unit-denominator": "true",
    "qualifier-mode": "subscript",
    "qualifier-phrase": "",
    "quantity-product": "\\,",
    "angle-separator": "",
    "number-angle-product": "",
}
"""Option to its default, as TeX."""

_OPTIONAL: Final = frozenset(["color", "number-color", "unit-color"])
"""Options without a default."""

_OLD: Final[dict[str, str]] = {
    "number-unit-product": "quantity-product", "number-unit-separator": "quantity-product",
    "inter-unit-separator": "inter-unit-product", "arc-separator": "angle-separator",
    "number-angle-separator": "number-angle-product", "omit-uncertainty": "drop-uncertainty",
    "retain-zero-exponent": "print-zero-exponent", "retain-unity-mantissa": "print-unity-mantissa",
    "zero-decimal-to-integer": "drop-zero-decimal", "add-arc-degree-zero": "fill-angle-degrees",
    "add-arc-minute-zero": "fill-angle-minutes", "add-arc-second-zero": "fill-angle-seconds",
    "add-integer-zero": "print-zero-integer", "bracket-numbers": "bracket-ambiguous-numbers",
    "input-decimal-markers": "", "copy-decimal-marker": "", "decimal-marker": "output-decimal-marker",
    "round-integer-to-decimal": "", "number-mode": "", "unit-mode": "", "colour": "color",
    "allow-number-unit-breaks": "", "allow-quantity-breaks": "", "allow-uncertainty-breaks": "",
    "forbid-literal-units": "", "parse-units": "", "fraction-command": "", "fraction-function": "",
    "prefix-mode": "", "prefixes-as-symbols": "", "power-half-as-sqrt": "", "unit-font-command": "",
    "number-font-command": "", "mode": "", "propagate-math-font": "", "reset-math-version": "",
    "reset-text-family": "", "reset-text-series": "", "reset-text-shape": "", "overwrite-command": "",
    "overwrite-functions": "", "free-standing-units": "", "use-xspace": "", "space-before-unit": "",
    "unit-optional-argument": "", "multi-part-units": "", "separate-uncertainty-units": "", "negative-color": "",
    "spread-expansion": "", "evaluate-expression": "", "expression": "", "angle-mode": "",
    "angle-symbol-over-decimal": "", "abbreviations": "", "binary-units": "", "version-1-compatibility": "",
    "strict": "", "load-configurations": "", "per-symbol-script-correction": "", "extract-mass-in-kilograms": "",
    "round-minimum": "", "round-direction": "", "round-zero-positive": "", "retain-negative-zero": "",
    "retain-zero-uncertainty": "", "digit-group-size": "", "digit-group-first-size": "",
    "digit-group-other-size": "", "number-close-bracket": "", "open-bracket": "", "close-bracket": "",
    "literal-superscript-as-power": "", "complex-mode": "", "complex-angle-unit": "",
}  # fmt: skip
"""Names of version 2 and such that change nothing on a page, to today's name or nothing."""

_WITHOUT_EFFECT: Final = ("table-", "detect-", "math-", "text-", "input-", "bracket-", "exponent-threshold")
"""Beginnings of options that change nothing on a page."""

_LOCALES: Final = {
    "UK": "",
    "US": "",
    "USA": "",
    "DE": "output-decimal-marker={,},exponent-product=\\cdot",
    "FR": "output-decimal-marker={,}",
    "PL": "output-decimal-marker={,},exponent-product=\\cdot",
    "ZA": "output-decimal-marker={,},exponent-product=\\cdot",
}

_SETTINGS: Final = "sisetup@siunitx"
"""Where a document's settings are kept among its macros; no command has this name."""


class Options(dict[str, list[Token]]):
    """Option to value. Every option with a default is there."""

    __slots__ = ("_words",)

    def __init__(self, values: Iterable[tuple[str, list[Token]]]) -> None:
        super().__init__(values)
        self._words: dict[str, str] = {}

    def __setitem__(self, name: str, value: list[Token]) -> None:
        super().__setitem__(name, value)
        self._words.pop(name, None)

    def choice(self, name: str) -> str:
        """Return the value of an option as a word."""
        word = self._words.get(name)
        if word is None:
            word = self._words[name] = "".join(token[0] for token in self[name]).strip()
        return word

    def number(self, name: str) -> int:
        """Return the value of an option that takes a whole number."""
        return int(self.choice(name))

    def set(self, parser: Parser, command: Token, name: str, cls: int | None = None) -> list[Node]:
        """Return the value of an option typeset, as an atom of a class where one is given."""
        value = self[name]
        if len(value) == 1:
            # Most values are one sign or one space, which need no parsing.
            text = value[0][0]
            entry = ENTRIES[text]
            if isinstance(entry, Symbol) and text not in parser.macros:
                return [Atom(entry.cls if cls is None else cls, entry, command[1], command[2])]
            if text in SPACES:
                return [Space(SPACES[text], command[1], command[2])]
        nodes = template(parser, command, "#1", value) if value else []
        return nodes if cls is None else [Group(nodes, command[1], command[2], cls)]


class _Settings(Macro):
    """What `\\sisetup` has set so far in a document."""

    __slots__ = ("options",)

    def __init__(self, options: Options) -> None:
        super().__init__(_SETTINGS, 0, [], "")
        self.options = options


@lru_cache(maxsize=1)
def _defaults() -> Options:
    return Options((name, tokenise(text)) for name, text in _DEFAULTS.items())


def _current(parser: Parser) -> Options:
    stored = parser.macros.get(_SETTINGS)
    return stored.options if isinstance(stored, _Settings) else _defaults()


def options_for(parser: Parser) -> Options:
    """Return the options in force, with those in brackets if a bracket comes next."""
    options = _current(parser)
    given = parser.optional_tokens()
    return options if not given else _merged(parser, options, given)


def store(parser: Parser, tokens: list[Token]) -> None:
    """Let options hold for the rest of the document (`\\sisetup`)."""
    parser.macros[_SETTINGS] = _Settings(_merged(parser, _current(parser), tokens))


def _merged(parser: Parser, options: Options, tokens: list[Token]) -> Options:
    merged = Options(options.items())
    for part in split(tokens, ","):
        pair = _trimmed(part)
        if pair:
            _set(parser, merged, pair)
    return merged


def _set(parser: Parser, options: Options, tokens: list[Token]) -> None:
    """Set one option, given as `name = value` or `name`."""
    at = next((index for index, token in enumerate(tokens) if token[0] == "="), len(tokens))
    name = "".join(token[0] for token in tokens[:at]).strip()
    start, end = tokens[0][1], tokens[max(at - 1, 0)][2]
    value = _trimmed(tokens[at + 1 :]) if at < len(tokens) else [("true", end, end)]
    if len(value) > 1 and value[0][0] == "{" and value[-1][0] == "}":
        value = value[1:-1]
    name, value = _modern(parser, options, name, value, start)
    name = _OLD.get(name, name)
    if not name:
        return
    if name not in options and name not in _OPTIONAL:
        if name.startswith(_WITHOUT_EFFECT):
            return
        old = [key for key, today in _OLD.items() if today]
        known = [*_DEFAULTS, *_OPTIONAL, *old, "locale", "separate-uncertainty", "scientific-notation"]
        from sitegen.math.spelling import closest

        near = closest(name, known)
        parser.fail(
            "unknown-option",
            start,
            end,
            f"siunitx has no option {name}",
            "unknown option",
            f"did you mean {near}?" if near else "see the list of options in siunitx's manual",
        )
    _check(parser, name, value, start, end)
    options[name] = value
    if name == "per-mode":
        options["inline-per-mode"] = options["display-per-mode"] = value


def _modern(parser: Parser, options: Options, name: str, value: list[Token], start: int) -> tuple[str, list[Token]]:
    """Return today's name and value for options of version 2 whose value changed as well."""
    word = "".join(token[0] for token in value)
    place = (start, value[-1][2] if value else start)

    def says(text: str) -> list[Token]:
        return [(text, *place)]

    if name == "separate-uncertainty":
        return "uncertainty-mode", says("separate" if word == "true" else "compact")
    if name == "scientific-notation":
        return "exponent-mode", says({"true": "scientific", "false": "input"}.get(word, word))
    if name == "explicit-sign":
        return "print-implicit-plus", says("true" if word == "+" else "false")
    if name == "group-four-digits":
        return "group-minimum-digits", says("4" if word == "true" else "5")
    if name == "locale" and word in _LOCALES:
        for part in split(tokenise(_LOCALES[word]), ","):
            if part:
                _set(parser, options, part)
        return "mode", value
    return name, value


def _check(parser: Parser, name: str, value: list[Token], start: int, end: int) -> None:
    """Report a value that the option does not take."""
    word = "".join(token[0] for token in value).strip()
    choices = CHOICES.get(name)
    if choices is not None and word not in choices:
        from sitegen.math.spelling import closest

        near = closest(word, choices)
        expected = ", ".join(choices)
        hint = f"did you mean {near}?" if near else f"write {name}={choices[0]}"
    elif name in NUMBERS and not (word.lstrip("+-").isdecimal() and len(word) < 5):
        expected, hint = "a whole number", f"write {name}={_DEFAULTS[name]}"
    else:
        return
    place = (value[0][1], value[-1][2]) if value else (start, end)
    message = f"the option {name} does not take {word or 'nothing'}"
    parser.fail("bad-argument", *place, message, f"{expected} expected", hint)


def _trimmed(tokens: list[Token]) -> list[Token]:
    """Return tokens without spaces at the ends."""
    first, last = 0, len(tokens)
    while first < last and not tokens[first][0].strip():
        first += 1
    while last > first and not tokens[last - 1][0].strip():
        last -= 1
    return tokens[first:last]
