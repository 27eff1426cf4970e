"""Notations of packages: chemistry, diagrams, proofs, frames and links; the chapters in `cases/` say why."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.math import Formula, TexError, to_mathml, typeset
from sitegen.math.commands import cells, packages, stmaryrd, textcomp
from tests.math.cases_file import CASES, Case, check, read
from tests.math.cases_file import cases as chapter
from tests.math.test_fixtures import problems, shown

CHAPTERS = ("chemistry", "diagrams", "boxes_and_shifts")
MODULES = ("proofs", "html", "enclosures", "brackets", "plain", "mathtools")


@pytest.mark.parametrize("case", chapter(*CHAPTERS))
def test_mathml(case: Case) -> None:
    check(case, lambda source: "\n".join(shown(line) for line in source.split("\n")))


@pytest.mark.parametrize("case", chapter("brackets_and_cells"))
def test_displays(case: Case) -> None:
    check(case, lambda source: "\n".join(shown("display\n" + line) for line in source.split("\n")))


@pytest.mark.parametrize("case", chapter("notation_problems"))
def test_problems(case: Case) -> None:
    check(case, problems)


@pytest.mark.parametrize(
    "name", [*(name for module in MODULES for name in packages.TABLES[module].split()), "ce", "pu"]
)
def test_every_command_has_a_case(name: str) -> None:
    written = "".join(case.source for path in sorted(CASES.glob("*.txt")) for case in read(path))
    if "@" not in name:
        assert re.search(re.escape("\\" + name) + "(?![a-zA-Z])", written)


@pytest.mark.parametrize("name", sorted(cells.HANDLERS))
def test_every_mark_has_a_case(name: str) -> None:
    assert re.search(re.escape(name) + "(?![a-zA-Z])", (CASES / "brackets_and_cells.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", textcomp.SYMBOLS)
def test_every_text_symbol_prints_its_character(name: str) -> None:
    for tex in (name, "\\text{" + name + "}"):
        (result,), _ = typeset([Formula(tex)])
        assert result.kind == "math"
        assert result.text in (textcomp.SYMBOLS[name], {"⟨": "〈", "⟩": "〉"}.get(textcomp.SYMBOLS[name]))


@pytest.mark.parametrize("name", stmaryrd.SHOWN)
def test_every_symbol_prints_its_character(name: str) -> None:
    assert f">{stmaryrd.SHOWN[name]}</mo>" in to_mathml(name)


def test_a_whole_formula_is_a_link() -> None:
    (result,), _ = typeset([Formula(r"\href{https://example.org/?a=1&b=2}{x+y}")])
    assert not result.problems
    markup = "".join(part for part in result.parts if isinstance(part, str))
    assert markup.startswith('<a href="https://example.org/?a=1&amp;b=2" aria-label="x + y"><math>')
    assert markup.endswith("</math></a>")


def test_numbers_stand_at_the_margin_of_numcases() -> None:
    (result,), equations = typeset([Formula(r"\begin{numcases}{f=} a & b\\ c & d \end{numcases}", display=True)])
    markup = "".join(part for part in result.parts if isinstance(part, str))
    assert [each.number for each in equations] == ["1", "2"]
    assert markup.count('class="eqno"') == 2


PIECES = [
    r"\ce{", r"\pu{", "{", "}", "[", "]", "(", ")", "^", "_", "+", "-", "=", "#", "->", "<=>", " ", " v ", "2", "H",
    "Na", "x", ".", "*", "'", "$", "&", r"\\", r"\alpha", "//", "kJ", "1.2e3", r"\bond{-}", "é", "<", r"\begin{CD}",
    r"\end{CD}", "@", ">>>", "@>a>>", "@VVV", "@=", "@.", r"\begin{prooftree}", r"\end{prooftree}", r"\AxiomC{A}",
    r"\BinaryInfC{C}", r"\RightLabel{x}", r"\Axiom$a$",
    r"\infer2[z]{y}", r"\DP", r"\begin{numcases}{f}", r"\end{numcases}",
    r"\intertext{x}", r"\shoveleft{x}", r"\hfill", r"\rowcolor{red}", r"\begin{align}", r"\end{align}",
    r"\href{http://x%y}{z}", r"\enclose{box}{x}", r"\bbox[5px]{x}", r"\toggle{a}", r"\buildrel", r"\over",
    r"\DeclarePairedDelimiterX\p[1]{(}{)}{#1}", r"\p*{a}", r"\bordermatrix{", r"\cr", r"\texteuro",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.booleans())
def test_any_order_of_pieces_is_typeset_or_refused(tex: str, display: bool) -> None:
    try:
        markup = to_mathml(tex, display=display)
    except TexError as error:
        for problem in error.problems:
            assert 0 <= problem.start <= problem.end <= len(tex)
            assert problem.message
    else:
        assert "</math>" in markup


def test_deep_nesting_ends() -> None:
    tex = "H"
    for _ in range(200):
        tex = r"\ce{$" + tex + "$}"
    with pytest.raises(TexError):
        to_mathml(tex)
