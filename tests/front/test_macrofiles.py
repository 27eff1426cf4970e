"""Files of macros in the shapes that other tools have."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.compile import compile_post
from sitegen.config import load_config
from sitegen.config.macrofiles import MacroFile, read_macros
from sitegen.frontmatter import read_front_matter
from sitegen.math import MacroText
from sitegen.model import CompileOptions, Document, Source

MATHJAX = r"""
<script>
MathJax = { tex: { inlineMath: [['$', '$']],
  macros: {
    RR: "{\\bf R}", // the reals
    'pn': ["#2_{#1}", 2, 'n'],
    "bold": ['\\boldsymbol{#1}', 1],
    /* raw */ raw: String.raw`\mathbb{#1}`, sum: "a" + "b",
  } } };
</script>
"""

SHAPES = [
    ("a.json", '{"\\\\RR": "\\\\mathbb{R}"}', {r"\RR": r"\mathbb{R}"}),
    ("a.json", '{"katex": {"trust": true, "macros": {"\\\\RR": "\\\\mathbb{R}"}}}', {r"\RR": r"\mathbb{R}"}),
    (
        "head.html",
        MATHJAX,
        {
            "RR": r"{\bf R}",
            "pn": MacroText("#2_{#1}", 2, "n"),
            "bold": MacroText(r"\boldsymbol{#1}", 1),
            "raw": r"\mathbb{#1}",
            "sum": "ab",
        },
    ),
    ("macros.txt", "# Fields\n\n\\field:{\\mathbb{F}}\n\\ip:{\\langle{#1},{#2}\\rangle}\n",
     {r"\field": r"{\mathbb{F}}", r"\ip": r"{\langle{#1},{#2}\rangle}"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "macros"), SHAPES)
def test_shapes(name: str, text: str, macros: dict[str, str | MacroText]) -> None:
    assert read_macros(name, text) == MacroFile(macros, "", "")


def test_latex_is_kept_as_it_is() -> None:
    text = "\\newcommand{\\RR}{\\mathbb{R}}\n"
    assert read_macros("notation.sty", text) == MacroFile({}, text, "")


def test_latex_of_a_page_has_neither_comments_nor_character_references() -> None:
    text = "<!-- $\\newcommand{\\a}{b}$ --><div>$\\newcommand{\\is}{&#x2254;}$</div>\n"
    assert read_macros("head.html", text) == MacroFile({}, "<div>$\\newcommand{\\is}{≔}$</div>\n", "")


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.json", "{", "it is not JSON"),
        ("a.json", "[1]", "it holds no mapping"),
        ("a.json", '{"a": 1}', "the macro a is neither"),
        ("a.js", "let x = 1", "there is no `macros: {…}`"),
    ],
)
def test_problems(name: str, text: str, problem: str) -> None:
    assert read_macros(name, text).problem.startswith(problem)


def write(root: Path, settings: str, **files: str) -> None:
    (root / "content" / "posts").mkdir(parents=True)
    (root / "sitegen.toml").write_text(settings, encoding="utf-8")
    for name, text in files.items():
        (root / name.replace("_", ".")).write_text(text, encoding="utf-8")


def test_settings_name_files(tmp_path: Path) -> None:
    settings = """[math]
macros_files = ["a.sty", "b.json"]
macros = { RR = 'R', pn = ['#2_{#1}', 2, 'n'] }
preamble = '\\newcommand{\\one}{1}'
"""
    write(tmp_path, settings, a_sty="\\newcommand{\\half}{\\frac12}", b_json='{"RR": "x", "QQ": "q"}')
    config, problems = load_config(tmp_path)
    assert config is not None, problems
    assert config.math.macros == {"RR": "R", "QQ": "q", "pn": MacroText("#2_{#1}", 2, "n")}
    assert config.math.preamble == "\\newcommand{\\half}{\\frac12}\n\\newcommand{\\one}{1}"


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    settings = '[math]\nmacros_files = ["gone.sty", "../b.json", "a.sty"]\nmacros = { x = [1, 2] }\n'
    write(tmp_path, settings, a_sty="\\newcommand{\\half}{#1}")
    config, problems = load_config(tmp_path)
    assert config is None
    assert sorted((each.code, each.path) for each in problems) == [
        ("config/macros-file", "sitegen.toml"),
        ("config/macros-file", "sitegen.toml"),
        ("config/wrong-type", "sitegen.toml"),
        ("math/bad-definition", "a.sty"),
    ]


FRONT = r"""---
macros:
  RR: '\mathbb{R}'
  pn: ['#2_{#1}', 2, n]
header-includes:
  - \newcommand{\half}{\frac12}
  - '<link rel="icon">'
---
"""


def test_front_matter() -> None:
    meta, problems = read_front_matter(Source("a.md", FRONT, ""))
    assert meta is not None, problems
    assert meta.macros == {"RR": r"\mathbb{R}", "pn": MacroText("#2_{#1}", 2, "n")}
    assert meta.preamble == "\\newcommand{\\half}{\\frac12}\n"
    text = "---\nmacros: |\n  \\newcommand{\\RR}{R}\n  \\def\\x#1{#1}\n---\n"
    meta, problems = read_front_matter(Source("a.md", text, ""))
    assert meta is not None, problems
    assert meta.preamble == "\\newcommand{\\RR}{R}\n\\def\\x#1{#1}\n\n"
    meta, problems = read_front_matter(Source("a.md", "---\nmacros: \\newcommand{\\x}{#1}\n---\n", ""))
    assert meta is None
    assert [each.code for each in problems] == ["math/bad-definition"]


def test_the_post_has_the_last_word() -> None:
    text = "---\nmacros: |\n  \\newcommand{\\a}{post}\n---\n$\\a\\b$"
    options = CompileOptions(macros={"a": "site", "b": "b"}, preamble="\\newcommand{\\b}{file}")
    document = compile_post(Source("a.md", text, ""), options)
    assert isinstance(document, Document)
    assert document.text == "postb"


@pytest.mark.parametrize(
    "head",
    [
        "format:\n  html:\n    include-in-header:\n    - text: |\n        SCRIPT\n    - file.html\n",
        "include-in-header:\n  text: |\n    SCRIPT\n",
        "macros: {RR: '\\mathbf{R}'}\nformat:\n  html:\n    include-in-header:\n      text: |\n        SCRIPT\n",
        "format: html\ninclude-in-header: |\n  SCRIPT\n",
    ],
)
def test_macros_of_a_script_in_the_head(head: str) -> None:
    script = r"""<script>MathJax = {tex: {macros: {RR: "\\mathbb{R}", two: ["#1 #2", 2], bad: "}"}}};</script>"""
    text = f"---\ntitle: A\n{head.replace('SCRIPT', script)}---\nText.\n"
    meta, problems = read_front_matter(Source("a.qmd", text, ""))
    assert problems == ()
    assert meta is not None
    assert set(meta.macros) == {"RR", "two"}
    assert meta.macros["RR"] == (r"\mathbf{R}" if "mathbf" in head else r"\mathbb{R}")


def test_a_preamble_with_more_than_definitions_is_told_in_the_settings(tmp_path: Path) -> None:
    (tmp_path / "content" / "posts").mkdir(parents=True)
    text = "[site]\ntitle = 'N'\nbase_url = 'https://example.org/'\n[math]\npreamble = 'hello \\RR'\n"
    (tmp_path / "sitegen.toml").write_text(text)
    _, (problem,) = load_config(tmp_path)
    assert (problem.code, problem.path) == ("math/bad-definition", "sitegen.toml")
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == "hello "
