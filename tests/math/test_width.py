"""Estimated widths; `tests/browser/test_paper.py` compares them with what browsers do."""

from __future__ import annotations

import re

import pytest

from sitegen.math import Formula, to_mathml, typeset
from sitegen.math.styles import stylesheets
from sitegen.math.width import PAPER, STEPS, print_classes, width

SUM = "+".join(f"a_{{{number}}}" for number in range(1, 13))
LONG = "+".join(f"a_{{{number}}}" for number in range(1, 50))


def markup(tex: str) -> str:
    written = to_mathml(tex, display=True)
    return written[written.index("<semantics>") : written.index("</math>")]


@pytest.mark.parametrize(
    ("tex", "wide"),
    [
        ("x", 0.56),
        ("x+y=z", 3.9),
        (r"\frac{x+y+z}{2}", 4.1),
        (r"x^{2}", 0.95),
        (r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", 3.0),
        (r"\begin{aligned} a &= b \\ c + d &= e \end{aligned}", 4.0),
        (r"a \hspace{10em} b", 11.1),
        (r"\text{twelve chars}", 5.6),
        (r"\sum_{i=1}^{n} i", 1.7),
        (r"\boxed{x}", 1.2),
        (SUM, 22.0),
    ],
)
def test_estimates(tex: str, wide: float) -> None:
    assert width(markup(tex)) == pytest.approx(wide, rel=0.12, abs=0.15)


def test_the_authors_source_has_no_width() -> None:
    assert width(markup("x")) == width("<mi>x</mi>")


def test_the_stylesheet_has_a_rule_for_every_step() -> None:
    assert re.findall(r"\.w(\d+)\{--wide:(\d+)\}", stylesheets()[1]) == [(f"{step}", f"{step}") for step in STEPS]
    assert list(STEPS) == sorted(STEPS)
    assert STEPS[0] >= PAPER


def shown(tex: str) -> str:
    return "".join(map(str, typeset([Formula(tex, True)])[0][0].parts))


def test_what_fits_on_paper_has_no_class_for_it() -> None:
    assert print_classes(20) == ""
    assert '<div class="eq"' in shown(SUM)


def test_what_is_far_too_wide_is_written_in_parts() -> None:
    assert '<div class="eq long">' in shown(LONG)
    assert "<mrow><mo" in shown(LONG)


def test_what_cannot_be_broken_gets_smaller() -> None:
    assert '<div class="eq wide w' in shown(rf"\underbrace{{{LONG}}}")
    assert '<div class="eqs wide w' in shown(rf"\begin{{align}} {LONG} &= 0 \\ x &= 1 \end{{align}}")
    assert '<div class="eq wide w' in shown(rf"\left( {LONG} \right)")


def test_of_a_table_the_longest_row_counts_and_tables_side_by_side_all_count() -> None:
    row = " & ".join(["1234"] * 4)
    matrix = rf"\begin{{pmatrix}} {row} \\ {row} \\ {row} \\ {row} \end{{pmatrix}}"
    assert '<div class="eq"' in shown(matrix)
    assert '<div class="eq wide w' in shown(4 * matrix)
    assert '<div class="eqs"' in shown(rf"\begin{{align}} A &= {matrix} \end{{align}}")
    assert '<div class="eqs wide w' in shown(rf"\begin{{align}} A &= {4 * matrix} \end{{align}}")


def test_there_is_a_class_for_whatever_is_wider_than_all_of_them() -> None:
    assert print_classes(10_000) == f" wide w{STEPS[-1]}"
