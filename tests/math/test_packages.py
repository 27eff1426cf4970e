"""Commands of packages, several formulas in a case; the chapters in `cases/` say why."""

from __future__ import annotations

import re
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.math import Formula, TexError, to_mathml, typeset
from sitegen.math.commands import packages
from sitegen.math.commands.siunitx_options import CHOICES
from sitegen.math.commands.siunitx_units import ABBREVIATIONS, ARC, PREFIXES, UNITS
from tests.math.cases_file import CASES, Case, cases, check, read
from tests.math.test_fixtures import problems, shown

CHAPTERS = ("physics", "braket", "siunitx")


@pytest.mark.parametrize("case", cases(*CHAPTERS))
def test_mathml(case: Case) -> None:
    check(case, lambda source: "\n".join(shown(line) for line in source.split("\n")))


@pytest.mark.parametrize("case", cases("package_problems"))
def test_problems(case: Case) -> None:
    check(case, problems)


@pytest.mark.parametrize("module", ["braket", "physics", "quantities", "siunitx"])
def test_table_of_names(module: str) -> None:
    names = packages.TABLES[module].split()
    assert len(set(names)) == len(names)
    assert {"\\" + name for name in names} == set(import_module(f"sitegen.math.commands.{module}").HANDLERS)


@pytest.mark.parametrize("module", ["braket", "physics", "quantities", "siunitx"])
def test_every_command_has_a_case(module: str) -> None:
    chapter = "siunitx" if module == "quantities" else module
    sources = [line for case in read(CASES / f"{chapter}.txt") for line in case.source.split("\n")]
    loaded = [line for line in sources if "{physics}" in line]
    for name in packages.TABLES[module].split():
        wanted = re.compile(re.escape("\\" + name.removesuffix("@physics")) + "(?![a-zA-Z])")
        assert any(wanted.search(line) for line in (loaded if "@" in name else sources)), name


def test_loading_holds_for_the_rest_of_the_document() -> None:
    formulas = [
        Formula(tex)
        for tex in (r"\Re z", r"\require{physics}", r"\Re z", r"\sisetup{per-mode=symbol}", r"\unit{\m\per\s}")
    ]
    before, loading, after, setting, speed = typeset(formulas)[0]
    assert [loading.kind, setting.kind] == ["definitions", "definitions"]
    assert [before.text, after.text, speed.text] == ["ℜz", "Re z", "m/s"]
    assert typeset([Formula(r"\Re z")])[0][0].text == "ℜz"


def test_a_document_may_provide_what_a_package_has() -> None:
    tex = r"\providecommand{\var}{\operatorname{Var}}\var X"
    assert typeset([Formula(tex)])[0][0].text == "Var X"
    assert typeset([Formula(r"\providecommand{\frac}{x}\frac12")])[0][0].text == "1/2"


@pytest.mark.parametrize("name", [*UNITS, *ABBREVIATIONS, *ARC])
def test_every_unit(name: str) -> None:
    symbol = re.compile("<mi[^>]*>[^<]|′|″")
    assert symbol.search(to_mathml(rf"\qty{{2}}{{{name}}}").split("<annotation")[0])


@pytest.mark.parametrize("name", PREFIXES)
def test_every_prefix(name: str) -> None:
    assert f">{PREFIXES[name]}m<" in to_mathml(rf"\unit{{{name}\metre}}")


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in CHOICES for value in CHOICES[name]])
def test_every_value_of_an_option(name: str, value: str) -> None:
    for tex in (
        r"\num[#]{-1.234(5)e3}",
        r"\qtyrange[#]{1e3}{2e3}{\m\per\s}",
        r"\qtylist[#]{1;2}{\m\of{x}}",
        r"\ang[#]{1;;2}",
    ):
        if name == "parse-numbers" and "ang" in tex:
            continue
        assert to_mathml(tex.replace("#", f"{name}={value}")).startswith("<math>")


@given(
    st.integers(-(10**30), 10**30),
    st.integers(0, 20),
    st.integers(-99, 99),
    st.sampled_from(["scientific", "engineering"]),
)
def test_the_form_of_the_exponent_keeps_the_value(digits: int, places: int, exponent: int, mode: str) -> None:
    text = f"{'-' if digits < 0 else ''}{abs(digits):0{places + 1}}"
    text = f"{text[: len(text) - places]}.{text[len(text) - places :]}e{exponent}" if places else f"{text}e{exponent}"
    markup = to_mathml(rf"\num[exponent-mode={mode}, print-zero-exponent]{{{text}}}")
    found = re.findall(r"<mn>([^<]*)</mn>", markup.split("<annotation")[0])
    mantissa = found[0].replace("\u2009", "")
    power = int(found[2]) * (-1 if markup.count("−") - (digits < 0) else 1) if len(found) > 2 else 0
    if digits:
        assert int(mantissa.replace(".", "")) * 10 ** (power - len(mantissa.partition(".")[2]) + 200) == abs(
            digits
        ) * 10 ** (exponent - places + 200)


PIECES = [
    r"\qty", r"\pqty", r"\abs", r"\eval", r"\comm", r"\vb", r"\grad", r"\asin", r"\Res", r"\qq", r"\dd", r"\dv",
    r"\pdv*", r"\ip", r"\op", r"\ev", r"\ev**", r"\mel", r"\mqty", r"\pmqty", r"\imat", r"\xmat*", r"\dmat",
    r"\pmat", r"\bra", r"\ket", r"\Braket", r"\Set", r"\num", r"\qty", r"\SI", r"\unit", r"\ang", r"\numlist",
    r"\SIrange", r"\qtyproduct", r"\sisetup", r"\DeclareSIUnit\x", r"\require{physics}", r"\sin", r"\div", "*", "(",
    ")", "[", "]", "{", "}", "{", "}", "|", "&", r"\\", ",", ";", ":", "x", "1.5", "3", "e", "-", "(5)", r"\metre",
    r"\kilo", r"\per", r"\squared", r"\of", "per-mode=fraction", "round-mode=figures", "/", "^", "_", r"\big",
    r"\left", r"\right", r"\middle", " ", "'", r"\frac12", "é", "<", "\"",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_order_of_pieces_is_typeset_or_refused(tex: str) -> None:
    try:
        markup = to_mathml(tex)
    except TexError as error:
        for problem in error.problems:
            assert 0 <= problem.start <= problem.end <= len(tex)
            assert problem.message
    else:
        assert markup.startswith("<math>")


def test_nested_doubling_ends() -> None:
    tex = "a"
    for _ in range(30):
        tex = rf"\ip{{{tex}}}"
    with pytest.raises(TexError) as caught:
        to_mathml(tex)
    assert caught.value.problems[0].code in ("math/macro-loop", "math/too-deep")
