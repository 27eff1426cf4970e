"""Definitions out of LaTeX files, and macros whose number of arguments is given."""

from __future__ import annotations

import pytest

from sitegen.math import Formula, MacroText, MathOptions, check_macros, check_preamble, typeset
from sitegen.math.preamble import statements

STYLE = r"""
% \newcommand{\no}{a comment}
\ProvidesPackage{notation}\RequirePackage{amsmath}
\newcommand{\RR}{\mathbb{R}} \newcommand*\vect[1]{\mathbf{#1}}
\newcommand{\opt}[2][n]{#2_{#1}}
\def\half{\frac12}\def\ket#1{|#1\rangle}
\let\eps=\varepsilon
\DeclareMathOperator*{\argmin}{arg\,min}
\DeclarePairedDelimiter{\abs}{\lvert}{\rvert}
{\newcommand{\inner}{x}}
\newtheorem{thm}{Theorem}
\definecolor{mine}{HTML}{aa0000}
"""


def shown(tex: str, **options: object) -> str:
    (result,), _ = typeset([Formula(tex)], MathOptions(**options))  # type: ignore[arg-type]
    return result.text if result.kind == "math" else f"error: {result.problems[0].message}"


def test_definitions_are_found_among_other_things() -> None:
    names = [STYLE[start:end].partition("{")[0].strip("*") for start, end in statements(STYLE)]
    commands = [name.split("\\")[1] for name in names]
    assert commands == [
        *("newcommand", "newcommand*", "newcommand", "def", "def", "let"),
        *("DeclareMathOperator", "DeclarePairedDelimiter", "definecolor"),
    ]
    assert check_preamble(STYLE) == ()


def test_definitions_hold() -> None:
    assert shown(r"\RR \vect{x} \opt{a} \opt[m]{a}", preamble=STYLE) == "ℝ𝐱aₙaₘ"
    assert shown(r"\half\eps\ket{x}", preamble=STYLE) == "1/2ε|x⟩"
    assert shown(r"\argmin_x \abs{x}", preamble=STYLE) == "arg minₓ |x|"
    assert shown(r"\inner", preamble=STYLE) == r"error: unknown command \inner"
    assert shown(r"\no", preamble=STYLE) == r"error: unknown command \no"


def test_later_definitions_win_and_do_not_leak() -> None:
    assert shown(r"\RR", preamble=STYLE, macros={"RR": "R"}) == "R"
    assert shown(r"\renewcommand{\RR}{Q}\RR", preamble=STYLE) == "Q"
    assert shown(r"\RR", preamble=STYLE) == "ℝ"


def test_a_wrong_definition_is_told_with_its_place() -> None:
    text = "\\newcommand{\\a}{x}\n\\newcommand{\\b}{#2}\n\\newcommand{\\c}{"
    problems = check_preamble(text)
    assert [text[problem.start : problem.end] for problem in problems] == [r"\b", "\\newcommand{\\c}{"]
    assert shown(r"\a", preamble=text) == "x"


def test_number_of_arguments_and_default() -> None:
    macros = {"pn": MacroText("#2_{#1}", 2, "n"), "gone": MacroText("x", 1), "bad": MacroText("#2", 1)}
    assert shown(r"\pn{a}\pn[m]{b}\gone{c}y", macros=macros) == "aₙbₘxy"
    assert list(check_macros(macros)) == ["bad"]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (r"\newcommand{\x}", r"\newcommand{\x}", r"the definition \newcommand{\x} is not complete"),
        (r"\DeclareMathOperator{\tr}", r"\DeclareMathOperator{\tr}", "is not complete"),
        (r"\def\x", r"\def\x", "is not complete"),
        (r"hello \RR", "hello ", "hello is no definition"),
        (r"RR = \mathbb{R}", "RR = ", "RR = is no definition"),
        (r"\RR: \mathbb{R}", ": ", ": is no definition"),
        (r"\newcommand{\x}{y}}", "}", "} is no definition"),
        (r"\newcomand{\x}{y}\def\z{}", r"\newcomand", r"unknown command \newcomand"),
    ],
)
def test_what_a_preamble_holds_besides_definitions(text: str, place: str, message: str) -> None:
    (problem,) = check_preamble(text, alone=True)
    assert text[problem.start : problem.end] == place
    assert message in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    "text",
    [
        STYLE,
        "$$\n\\newcommand{\\R}[1]{#1}\n$$ % a remark\n\\newcommand\\eps\\varepsilon",
        r"\usepackage[a]{amsmath}\setlength{\parindent}{0pt} \parindent=0pt",
        r"\newtheorem{thm}{Theorem}[section]\makeatletter\let\a\beta\makeatother",
        "",
    ],
)
def test_what_papers_have_besides_definitions_is_left_aside(text: str) -> None:
    assert check_preamble(text, alone=True) == ()
