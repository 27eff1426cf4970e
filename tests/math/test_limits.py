"""Hostile input with a clock: limits end in a located problem, and quickly."""

from __future__ import annotations

import time

import pytest

from sitegen.math import Formula, typeset
from sitegen.math.parser import MAX_CELLS, MAX_DEPTH, MAX_LENGTH

HOSTILE = {
    "10,000 nested braces": ("{" * 10_000 + "x" + "}" * 10_000, "math/too-deep"),
    "10,000 open braces": ("{" * 10_000, "math/too-deep"),
    "nested scripts": ("x" + "^{x" * 500 + "}" * 500, "math/too-deep"),
    "nested fractions": ("\\frac{1}{" * 500 + "x" + "}" * 500, "math/too-deep"),
    "nested fences": ("\\left(" * 500 + "x" + "\\right)" * 500, "math/too-deep"),
    "nested environments": ("\\begin{matrix}" * 500 + "\\end{matrix}" * 500, "math/too-deep"),
    "nested text": ("\\text{" * 500 + "}" * 500, "math/too-deep"),
    "mathematics in text in mathematics": ("\\text{$" * 300 + "$}" * 300, "math/too-deep"),
    "an endless macro": ("\\def\\a{\\a}\\a", "math/macro-loop"),
    "a macro that grows": ("\\def\\a{x\\a y}\\a", "math/macro-loop"),
    "a macro that doubles": ("\\def\\a{\\a\\a}\\a", "math/macro-loop"),
    "exponential macros": (
        "\\def\\a{xxxxxxxxxx}"
        + "".join(
            f"\\def\\{b}{{\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}\\{a}}}"
            for a, b in zip("abcdef", "bcdefg", strict=True)
        )
        + "\\g",
        "math/macro-loop",
    ),
    "a very long formula": ("x" * (MAX_LENGTH + 1), "math/too-long"),
    "very many cells": ("\\begin{matrix}" + "&" * (MAX_CELLS + 1) + "\\end{matrix}", "math/too-long"),
    "an environment that is an argument of itself": (
        "\\newenvironment{e}{\\begin{e}}{\\end{e}}\\begin{e}\\end{e}",
        None,
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_limit_is_a_located_problem(name: str) -> None:
    source, code = HOSTILE[name]
    started = time.perf_counter()
    (result,), _ = typeset([Formula(source, True)])
    assert time.perf_counter() - started < 2
    assert result.kind == "error"
    assert code is None or result.problems[0].code == code
    assert result.problems[0].end <= len(source)


def test_just_below_the_limit_is_fine() -> None:
    depth = MAX_DEPTH - 2
    (result,), _ = typeset([Formula("{" * depth + "x" + "}" * depth)])
    assert result.kind == "math"


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "x^2",
        "\\frac ab",
        "\\sqrt{x}",
        "x'",
        "\\left(x\\right)",
        "\\text{a}",
        "\\color{red}{x}",
        "&",
        "\\foo",
        "$",
        "{",
        "[",
        "\\hspace",
        "\\label{a}",
    ],
)
def test_time_grows_with_length_only(piece: str) -> None:
    started = time.perf_counter()
    typeset([Formula(piece * 2_000, True)])
    assert time.perf_counter() - started < 2
