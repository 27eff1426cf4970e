"""Fractions, binomials and roots."""

from __future__ import annotations

from sitegen.math.lexer import Token
from sitegen.math.nodes import DISPLAY, SCRIPT, SCRIPTSCRIPT, TEXT, Fraction, Group, Node, Root
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS

FRACTIONS: dict[str, tuple[str, str, str, int | None]] = {
    "\\frac": ("", "", "", None),
    "\\dfrac": ("", "", "", DISPLAY),
    "\\tfrac": ("", "", "", TEXT),
    "\\binom": ("0", "(", ")", None),
    "\\dbinom": ("0", "(", ")", DISPLAY),
    "\\tbinom": ("0", "(", ")", TEXT),
    "\\brfrac": ("", "[", "]", None),
}
"""Command to line thickness, delimiters and style."""


def fraction(parser: Parser, token: Token) -> Node:
    """`\\frac{…}{…}` and its kin; see `FRACTIONS`."""
    line, left, right, style = FRACTIONS[token[0]]
    numerator = parser.argument(token)
    denominator = parser.argument(token)
    return Fraction(numerator, denominator, token[1], denominator.end, line=line, left=left, right=right, style=style)


def continued(parser: Parser, token: Token) -> Node:
    """`\\cfrac[l]{…}{…}`: a fraction whose parts stay in display style."""
    given = parser.optional_text()
    place = given[0] if given else "c"
    if place not in ("l", "r", "c", ""):
        parser.fail(
            "bad-argument",
            given[1] if given else 0,
            given[2] if given else 0,
            "the numerator is placed l, c or r",
            "l, c or r expected",
        )
    numerator = parser.argument(token)
    denominator = parser.argument(token)
    return Fraction(numerator, denominator, token[1], denominator.end, continued=place or "c", style=DISPLAY)


def general(parser: Parser, token: Token) -> Node:
    """`\\genfrac{left}{right}{line}{style}{…}{…}` of amsmath."""
    from sitegen.math.commands.delimiters import delimiter
    from sitegen.math.commands.spacing import to_length

    sides = []
    for _ in range(2):
        tokens = [each for each in parser.argument_tokens(token) if each[0].strip()]
        if tokens:
            parser.push(tokens)
            sides.append(delimiter(parser, token))
        else:
            sides.append("")
    text, start, end = parser.text_argument(token)
    line = to_length(parser, text, start, end) if text else ""
    number, start, end = parser.text_argument(token)
    if number not in ("", "0", "1", "2", "3"):
        parser.fail("bad-argument", start, end, "the style of \\genfrac is 0, 1, 2, 3 or empty", "0 to 3 expected")
    style = {"": None, "0": DISPLAY, "1": TEXT, "2": SCRIPT}.get(number, SCRIPTSCRIPT)
    numerator = parser.argument(token)
    denominator = parser.argument(token)
    return Fraction(
        numerator, denominator, token[1], denominator.end, line=line, left=sides[0], right=sides[1], style=style
    )


def root(parser: Parser, token: Token) -> Node:
    """`\\sqrt[n]{…}`."""
    tokens = parser.optional_tokens()
    index: Node | None = None
    if tokens is not None and any(each[0].strip() for each in tokens):
        _moved_once(parser, tokens)
        index = Group(parser.sub_parse(tokens), tokens[0][1], tokens[-1][2])
    radicand = parser.argument(token)
    return Root(radicand, index, token[1], radicand.end)


def _moved_once(parser: Parser, tokens: list[Token]) -> None:
    """Refuse a second `\\uproot` or `\\leftroot` in the index of a root; it would undo the first."""
    for name in ("\\uproot", "\\leftroot"):
        found = [each for each in tokens if each[0] == name]
        if len(found) > 1:
            _, start, end = found[1]
            message = f"a second {name} in one index"
            parser.fail("misplaced-command", start, end, message, "the index has one already", "keep one of them")


def root_of(parser: Parser, token: Token) -> Node:
    """Plain TeX's `\\root n \\of …`."""
    tokens = parser.tokens_until(["\\of"], token)
    index = Group(parser.sub_parse(tokens), token[1], token[2])
    radicand = parser.argument(token)
    return Root(radicand, index, token[1], radicand.end)


COMMANDS.update(dict.fromkeys(FRACTIONS, fraction))
COMMANDS.update({"\\cfrac": continued, "\\genfrac": general, "\\sqrt": root, "\\root": root_of})
