"""What holds for any input: no exception, well-formed markup, nothing unescaped, problems in range."""

from __future__ import annotations

import re
import time
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from sitegen.math import CODES, Formula, MathOptions, Reference, TexError, Typeset, to_mathml, typeset
from tests.math.cases_file import CASES, read

SOURCES = [case.source for path in sorted(CASES.glob("*.txt")) for case in read(path) if len(case.source) < 500]
"""The inputs of all fixtures, to be mutated."""

PIECES = [
    "x", "1", "12.5", "+", "-", "=", "(", ")", "[", "]", "{", "}", "^", "_", "'", "&", "\\\\", "$", "#", "%", "~",
    " ", "\n", "\\", "|", "<", ">", '"', "\\frac", "\\sqrt", "\\left", "\\right", "\\middle", "\\big", "\\color{red}",
    "\\text{a b}", "\\text{", "\\begin{matrix}", "\\end{matrix}", "\\begin{align}", "\\end{align}",
    "\\begin{array}{c|c}", "\\end{array}", "\\begin{equation}", "\\end{equation}", "\\label{a}", "\\tag{1}",
    "\\eqref{a}", "\\newcommand{\\f}[1]{#1#1}", "\\f", "\\def\\g", "\\g", "\\over", "\\limits", "\\sum", "\\hat",
    "\\underbrace{x}", "\\mathbf", "\\displaystyle", "\\bf", "\\not", "\\operatorname", "\\substack{a\\\\b}",
    "\\hline", "\\multicolumn{2}{c}{x}", "\\rule{1em}{1em}", "\\verb|a|", "\\unicode{x3b1}", "\\nosuch", "\u0301",
    "α", "中", "\U0001d400", "\ud800", "\x00", "\x01", "]]>", "<script>", "&amp;", "\\let\\f", "\\hspace{1em}",
    "\\boxed", "\\cancel", "\\notag",
]  # fmt: skip
tex = st.one_of(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), st.text(max_size=40))


def markup(result: Typeset) -> str:
    return "".join(part if isinstance(part, str) else "<a>?</a>" for part in result.parts)


@settings(max_examples=600, deadline=None)
@given(tex, st.booleans(), st.booleans())
def test_typeset_never_raises_and_is_well_formed(source: str, display: bool, annotation: bool) -> None:
    (result,), equations = typeset([Formula(source, display)], MathOptions(annotation=annotation))
    root = etree.fromstring(f"<r>{markup(result)}</r>".encode())
    assert not root.xpath("//script | //*[@style]")
    assert (result.kind == "error") == any(
        p.severity == "error" and p.code != "math/duplicate-label" for p in result.problems
    )
    for problem in result.problems:
        assert problem.code in CODES
        assert 0 <= problem.start <= problem.end <= len(source)
        assert problem.message
    for equation in equations:
        assert equation.anchor in markup(result)
        assert 0 <= equation.start <= equation.end <= len(source)
    for color in result.colors:
        assert re.fullmatch("[0-9a-f]{6}", color)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(tex, st.booleans()), max_size=5))
def test_documents_have_unique_ids(formulas: list[tuple[str, bool]]) -> None:
    results, equations = typeset(
        [Formula(*each) for each in formulas], MathOptions(reserved_ids=frozenset(["eq-1", "a"]))
    )
    ids = re.findall(r' id="([^"]*)"', "".join(map(markup, results)))
    assert len(ids) == len(set(ids)) == len(equations)
    assert not {"eq-1", "a"} & set(ids)
    assert len(results) == len(formulas)


@settings(max_examples=150, deadline=None)
@given(tex, st.booleans())
def test_to_mathml_gives_markup_or_problems(source: str, display: bool) -> None:
    try:
        found = to_mathml(source, display=display)
    except TexError as error:
        found = f"<math>{len(error.problems)}</math>" if error.problems else ""
    assert etree.fromstring(found.encode()).tag == "math"


@settings(max_examples=100, deadline=None)
@given(tex, st.booleans())
def test_typesetting_twice_gives_the_same(source: str, display: bool) -> None:
    formulas = [Formula(source, display)]
    assert typeset(formulas) == typeset(formulas)


@settings(max_examples=300, deadline=None)
@given(st.text("lcrp|:@!>*{}1a \\$&", max_size=14), st.text("ab&\\{}", max_size=14))
def test_array_preambles(preamble: str, body: str) -> None:
    (result,), _ = typeset([Formula(f"\\begin{{array}}{{{preamble}}}{body}\\end{{array}}")])
    assert etree.fromstring(f"<r>{markup(result)}</r>".encode()) is not None


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10**9), st.lists(st.sampled_from(["delete", "double", "swap", "truncate", "nest"]), max_size=4))
def test_mutated_formulas(seed: int, mutations: list[str]) -> None:
    random = Random(seed)
    source = random.choice(SOURCES)
    for mutation in mutations:
        at = random.randrange(len(source) + 1)
        other = random.randrange(len(source) + 1)
        low, high = min(at, other), max(at, other)
        source = {
            "delete": source[:at] + source[at + 1 :],
            "double": source[:high] + source[low:],
            "swap": source[high:] + source[low:high] + source[:low],
            "truncate": source[:at],
            "nest": source[:at] + random.choice(SOURCES) + source[at:],
        }[mutation][:2000]
    started = time.perf_counter()
    (result,), _ = typeset([Formula(source, display=bool(seed % 2))])
    assert time.perf_counter() - started < 1
    assert etree.fromstring(f"<r>{markup(result)}</r>".encode()) is not None


def test_macros_do_not_leak_into_another_call() -> None:
    typeset([Formula("\\newcommand{\\leaky}{x}\\definecolor{leak}{rgb}{1,0,0}")])
    (result, colored), _ = typeset([Formula("\\leaky"), Formula("\\color{leak}{x}")])
    assert [result.kind, colored.kind] == ["error", "error"]


def test_references_left_open_are_parts() -> None:
    (result,), _ = typeset([Formula("x \\text{ by \\eqref{a<b}}")])
    assert [part.label for part in result.parts if isinstance(part, Reference)] == ["a<b"]
