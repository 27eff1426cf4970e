"""Spaces between neighbours, compared with TeX's table (TeXbook, page 170).

The markup is spaced as a browser does it: attributes first, then a few entries of MathML Core's operator dictionary.
"""

from __future__ import annotations

import re

import pytest
from lxml import etree

from sitegen.math import Formula, MathOptions, typeset

# One command for each class whose atom is known beyond doubt.
ATOMS = {
    "ord": "x",
    "op": "\\sin",
    "bin": "+",
    "rel": "=",
    "open": "(",
    "close": ")",
    "punct": ",",
    "inner": "\\mathinner{y}",
}
NAMES = ["ord", "op", "bin", "rel", "open", "close", "punct", "inner"]
# Spaces in mu; a star marks pairs that cannot occur, since the binary operator becomes ordinary.
TABLE = """
    0 3 4 5 0 0 0 3
    3 3 * 5 0 0 0 3
    4 4 * * 4 * * 4
    5 5 * 0 5 0 0 5
    0 0 * 0 0 0 0 0
    0 3 4 5 0 0 0 3
    3 3 * 3 3 3 3 3
    3 3 4 5 3 0 3 3
"""
DICTIONARY = {"+": (4, 4), "=": (5, 5), ",": (0, 3), "(": (0, 0), ")": (0, 0)}
PAIRS = [(a, b, TABLE.split()[8 * i + j]) for i, a in enumerate(NAMES) for j, b in enumerate(NAMES)]


def em(length: str) -> float:
    return float(length.removesuffix("em"))


def gap(source: str, first: str, second: str) -> float:
    """Return the space between two neighbours in mu, from the markup of a formula."""
    (result,), _ = typeset([Formula(source)], MathOptions(annotation=False))
    assert isinstance(result.parts[0], str)
    row = etree.fromstring(result.parts[0])[0]
    total = 0.0
    inside = False
    for element in row:
        text = "".join(element.itertext())
        if element.tag == "mspace":
            total += em(element.get("width")) if inside else 0.0
            continue
        own = DICTIONARY.get(text, (0, 0)) if element.tag == "mo" else (0, 0)
        if element.get("form") == "prefix":
            own = (0, 0)
        if inside:
            total += em(element.get("lspace")) if element.get("lspace") else own[0] / 18
            break
        if text == first:
            inside = True
            total = em(element.get("rspace")) if element.get("rspace") else own[1] / 18
    assert text == second
    return total * 18


@pytest.mark.parametrize(
    ("first", "second", "expected"), [pair for pair in PAIRS if pair[2] != "*"], ids=lambda value: str(value)
)
def test_pair(first: str, second: str, expected: str) -> None:
    shown = {"op": "sin", "inner": "y"}
    source = f"a{ATOMS[first]} {ATOMS[second]} b"
    assert gap(source, shown.get(first, ATOMS[first]), shown.get(second, ATOMS[second])) == pytest.approx(
        float(expected), abs=0.05
    )


@pytest.mark.parametrize("before", ["", "=", "(", ",", "+", "\\sin"])
def test_a_sign_without_a_left_operand_is_ordinary(before: str) -> None:
    (result,), _ = typeset([Formula(f"a{before}-x" if before else "-x")], MathOptions(annotation=False))
    assert isinstance(result.parts[0], str)
    assert re.search(r'<mo( form="prefix"|)( lspace="0(\.1667em)?" rspace="0")?>−</mo><mi>x</mi>', result.parts[0])


@pytest.mark.parametrize("after", ["=", ")", ","])
def test_a_sign_without_a_right_operand_is_ordinary(after: str) -> None:
    (result,), _ = typeset([Formula(f"x+{after}")], MathOptions(annotation=False))
    assert isinstance(result.parts[0], str)
    assert '<mo form="prefix">+</mo>' in result.parts[0]
