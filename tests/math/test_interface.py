"""The public face: `to_mathml`, `check_macros`, options, colours, plain text, stylesheet."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path

import pytest
from lxml import etree

import sitegen.math
from sitegen.math import (
    CODES,
    Formula,
    MathOptions,
    Problem,
    TexError,
    check_macros,
    spelling,
    stylesheet,
    to_mathml,
    typeset,
)
from sitegen.math.registry import COMMANDS, ENVIRONMENTS, MACROS, find
from tests.math.cases_file import CASES, read


def test_to_mathml() -> None:
    assert (
        to_mathml("x")
        == '<math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math>'
    )
    assert to_mathml("x", display=True).startswith('<math display="block">')
    assert "ℝ" in to_mathml("\\R", macros={"R": "\\mathbb{R}"})


def test_to_mathml_raises_with_problems() -> None:
    with pytest.raises(TexError) as caught:
        to_mathml("\\frac{1}")
    assert [problem.code for problem in caught.value.problems] == ["math/missing-argument"]
    assert "\\frac" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


def test_to_mathml_refuses_unusable_macros() -> None:
    with pytest.raises(TexError):
        to_mathml("x", macros={"R": "{"})


def test_check_macros() -> None:
    assert check_macros({"R": "\\mathbb{R}", "\\f": "#1_#2"}) == {}
    found = check_macros({"R": "{x", "two words": "x"})
    assert set(found) == {"R", "two words"}
    assert all(problem.code == "math/bad-definition" for problem in found.values())


def test_the_use_of_an_unusable_macro_is_a_problem() -> None:
    (result,), _ = typeset([Formula("x \\in \\R")], MathOptions(macros={"R": "{x"}))
    (problem,) = result.problems
    assert result.kind == "error"
    assert (problem.code, problem.start, problem.end) == ("math/bad-definition", 6, 8)
    assert problem.message == "the macro \\R cannot be used: its braces do not match"
    assert problem.notes == ("\\R is defined in the settings or the front matter as {x",)


def test_a_tag_of_an_equation_is_shown() -> None:
    assert "<mtext>(A)</mtext>" in to_mathml("\\begin{equation}x\\tag{A}\\end{equation}", display=True)


def test_configured_macros_take_as_many_arguments_as_they_use() -> None:
    (result,), _ = typeset([Formula("\\pair{a}{b}")], MathOptions(macros={"pair": "(#1,#2)"}))
    assert result.text == "(a, b)"


def test_the_annotation_is_the_authors_tex() -> None:
    source = "a<b & \\text{</annotation><script>}".replace("& ", "")
    (result,), _ = typeset([Formula(source)])
    assert isinstance(result.parts[0], str)
    annotation = etree.fromstring(result.parts[0]).find(".//annotation")
    assert annotation is not None
    assert annotation.text == source
    (bare,), _ = typeset([Formula("x")], MathOptions(annotation=False))
    assert bare.parts == ("<math><mi>x</mi></math>",)


def test_colours_are_told() -> None:
    (result,), _ = typeset([Formula("\\color{blue}{x}\\colorbox{#ff0}{y}\\color{blue}z")])
    assert result.colors == ("0000ff", "ffff00")


def test_an_erroneous_formula_shows_its_source() -> None:
    (inline, display), _ = typeset([Formula("\\no<b>"), Formula("\\no", True)])
    assert inline.parts == ('<code class="math-error" title="unknown command \\no">\\no&lt;b&gt;</code>',)
    assert display.parts == ('<div class="eq"><code class="math-error" title="unknown command \\no">\\no</code></div>',)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("\\frac{\\pi^4}{15}", "π⁴/15"),
        ("x^2+y_i", "x² + yᵢ"),
        ("x^{n+1}", "xⁿ⁺¹"),
        ("x^{q}", "x^q"),
        ("\\sum_{i=1}^n \\frac{a+b}{c+d}", "∑ᵢ₌₁ⁿ (a + b)/(c + d)"),
        ("\\sqrt{x+1}", "√(x + 1)"),
        ("\\frac{a}{bc} + \\frac{df}{dx} + \\frac{1}{x_2}", "a/(bc) + df/dx + 1/x₂"),
        ("e^{i\\pi} + v_{\\text{eff}}", "e^(iπ) + v_eff"),
        ("\\underset{x}{\\min} f \\overset{!}{=} 0", "minₓ f =^! 0"),
        ("\\text{if } x \\le 1", "if x ≤ 1"),
        ("f'(x)", "f′(x)"),
        ("\\mathbf{v}", "𝐯"),
        ("\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}", "(1, 2; 3, 4)"),
        ("\\binom{n}{k}", "(n k)"),
        ("\\left[\\hat x\\right]", "[x̂]"),
    ],
)
def test_plain_text(source: str, text: str) -> None:
    (result,), _ = typeset([Formula(source)])
    assert result.text == text


def test_a_long_inline_formula_may_be_broken() -> None:
    source = "a_1+a_2+a_3+a_4+a_5+a_6+a_7+a_8=(b_1+b_2)"
    (result,), _ = typeset([Formula(source)], MathOptions(annotation=False))
    assert isinstance(result.parts[0], str)
    root = etree.fromstring(result.parts[0])
    assert root.get("class") == "brk"
    assert ["".join(child.itertext()) for child in root] == [
        "a1+",
        "a2+",
        "a3+",
        "a4+",
        "a5+",
        "a6+",
        "a7+",
        "a8=",
        "(b1+b2)",
    ]


def _classes() -> set[str]:
    """Return every class that the fixtures' markup uses."""
    found: set[str] = set()
    for path in CASES.glob("*.txt"):
        for case in read(path):
            source = case.source.removeprefix("display\n")
            for result in typeset([Formula(part, True) for part in source.split("\n---\n")])[0]:
                text = "".join(part for part in result.parts if isinstance(part, str))
                for value in re.findall(r' class="([^"]*)"', text):
                    found.update(value.split())
    return found


def test_the_stylesheet_knows_every_class() -> None:
    css = stylesheet()
    used = {name for name in _classes() if not re.fullmatch("(c|bg)-[0-9a-f]{6}", name)}
    # Classes that say what something is, where nothing has to be done about it.
    silent = {"matrix", "lap-right", "framed", "num"}
    assert {name for name in used - silent if not re.search(rf"\.{name}\b", css)} == set()
    assert {"eq", "eqs", "eqno", "eqpad", "left", "right", "math-error"} <= used | {"math-error"}


def test_codes_are_explained() -> None:
    for code, info in CODES.items():
        assert re.fullmatch("math/[a-z-]+", code)
        assert info.severity in ("error", "warning", "note")
        assert len(info.explanation) > 60
        assert info.explanation.endswith(".")


def test_every_code_that_is_reported_is_known() -> None:
    for path in Path(sitegen.math.__file__).parent.rglob("*.py"):
        for name in re.findall(r'(?:fail|problem|warn)\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8")):
            assert "math/" + name in CODES, f"{path.name}: {name}"


def test_a_problem_knows_its_severity() -> None:
    assert Problem("math/label-without-number", 0, 1, "m").severity == "warning"


def test_the_package_imports_nothing_else_of_sitegen() -> None:
    for path in Path(sitegen.math.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            for name in names:
                assert not name.startswith("sitegen") or name.startswith("sitegen.math"), f"{path.name} imports {name}"
                assert not name.startswith("latex2mathml"), f"{path.name} imports {name}"


def test_tables_are_filled() -> None:
    assert len(COMMANDS) > 350
    assert len(ENVIRONMENTS) > 50


def test_a_note_says_where_a_macro_is_defined() -> None:
    formulas = [Formula("\\newcommand{\\f}{\\oops}"), Formula("\\f"), Formula("\\def\\g{\\oops}\\g"), Formula("\\h")]
    results, _ = typeset(formulas, MathOptions(macros={"h": "\\oops"}))
    assert [problem.notes for result in results for problem in result.problems] == [
        ("\\f is defined in an earlier formula as \\oops",),
        ("\\g is defined in this formula as \\oops",),
        ("\\h is defined in the settings or the front matter as \\oops",),
    ]
    assert [(problem.start, problem.end) for result in results for problem in result.problems] == [
        (0, 2),
        (13, 15),
        (0, 2),
    ]


def test_names_for_hints_are_what_they_are_taken_for() -> None:
    assert [name for name in spelling.COMMON if name not in MACROS and find(name) is None] == []
    usual = ["\\" + name for name in spelling._OPERATORS]
    assert [name for name in usual if name in MACROS or find(name) is not None] == []
