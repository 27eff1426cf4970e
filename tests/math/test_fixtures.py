"""What formulas become, case by case; the chapters in `cases/` say why."""

from __future__ import annotations

import re

import pytest

from sitegen.math import Formula, MathOptions, Reference, typeset
from tests.math.cases_file import CASES, Case, cases, check, read

PLAIN = MathOptions(annotation=False)
CHAPTERS = ("atoms", "structures", "text_and_fonts", "tables", "colours_and_boxes", "macros")


def formula(source: str) -> Formula:
    """Return the formula of a case: inline, or a display when its first line says so."""
    if source.startswith("display\n"):
        return Formula(source.removeprefix("display\n"), display=True)
    return Formula(source)


def shown(source: str) -> str:
    """Typeset a case's formula and return its MathML, one element of a row per line."""
    (result,), _ = typeset([formula(source)], PLAIN)
    assert result.kind == "math", result.problems
    markup = "".join(part if isinstance(part, str) else f"[{part.label}]" for part in result.parts)
    found = re.search(r"<math[^>]*>(.*)</math>", markup, re.S)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("case", cases(*CHAPTERS))
def test_mathml(case: Case) -> None:
    check(case, shown)


def document(source: str) -> str:
    """Typeset a document, one formula per paragraph, and return its HTML and its equations as text."""
    formulas = [formula(part) for part in source.split("\n---\n")]
    results, equations = typeset(formulas, PLAIN)
    lines = []
    for result in results:
        parts = [part if isinstance(part, str) else link(part) for part in result.parts]
        lines.append(f"{result.kind}: {re.sub(r'<math.*?</math>', '<math>', ''.join(parts), flags=re.S)}")
        if "<mtr" in "".join(parts):
            lines += ["  " + row for row in re.findall(r"<mtr[^>]*>|<mtd class=\"eqno\">.*?</mtd>", "".join(parts))]
        lines += [f"  {problem.code} {problem.start}-{problem.end}: {problem.message}" for problem in result.problems]
    for each in equations:
        where = formulas[each.formula].tex[each.start : each.end]
        lines.append(f"({each.number}) #{each.anchor} {','.join(each.labels)} at {where!r}")
    return "\n".join(lines)


def link(reference: Reference) -> str:
    """Write a reference as the markdown part would."""
    text = reference.number or "???"
    return f"[{f'({text})' if reference.parenthesised else text} to #{reference.anchor} for {reference.label}]"


@pytest.mark.parametrize("case", cases("numbering"))
def test_numbering(case: Case) -> None:
    check(case, document)


def problems(source: str) -> str:
    """Typeset a formula and print its problems with a caret, as the console does."""
    given = formula(source)
    (result,), _ = typeset([given], PLAIN)
    lines = []
    for problem in result.problems:
        before = given.tex[: problem.start].rsplit("\n", 1)[-1]
        end = given.tex.find("\n", problem.start)
        line = before + given.tex[problem.start : end if end >= 0 else len(given.tex)]
        width = max(1, min(problem.end, problem.start + len(line) - len(before)) - problem.start)
        lines += [f"{problem.severity}[{problem.code}]: {problem.message}", line]
        lines.append((" " * len(before) + "^" * width + " " + problem.label).rstrip())
        lines += [f"= hint: {problem.hint}"] if problem.hint else []
        lines += [f"= note: {note}" for note in problem.notes]
    return "\n".join(lines) or "nothing is wrong"


@pytest.mark.parametrize("case", cases("problems", "wrong_input"))
def test_problems(case: Case) -> None:
    check(case, problems)


def test_wrong_inputs_of_every_kind_are_refused() -> None:
    wrong = [case for name in ("problems", "wrong_input") for case in read(CASES / f"{name}.txt")]
    assert len(wrong) >= 120
    codes = set()
    for case in wrong:
        found = re.match(r"(?:error|warning)\[(math/[a-z-]+)\]: ", case.expected)
        assert found, case.title
        codes.add(found[1])
        assert "^" in case.expected.split("\n= ")[0], case.title
    assert len(codes) >= 24
