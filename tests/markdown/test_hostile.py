"""Input made to hurt: everything takes time in proportion to its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from sitegen.compile import compile_post
from sitegen.markdown import MarkdownOptions, parse, render
from sitegen.model import CompileOptions, Source
from sitegen.text import Span
from tests.markdown.test_cases import mathml, typeset

LENGTH = 40_000
SECONDS = 8
"""Quadratic rules take minutes on this length; a slow, busy machine needs a few seconds for the linear ones."""
SOON = 0.4
"""Seconds of which nobody asks how they grow: so short a time says little."""
GROWTH = 9
"""How many times longer four times as much may take; with the square of the length it would be sixteen."""


def seconds(text: str) -> float:
    """Return the time that parsing and rendering a text takes."""
    start = time.process_time()
    parsed = parse(text, 0, "post.md", MarkdownOptions())
    render(parsed, typeset(parsed.formulas))
    return time.process_time() - start


def grows_with_its_length(text: Callable[[int], str], length: int = LENGTH) -> bool:
    """Tell whether the time that a text takes is in proportion to its length, which `text` is given."""

    def once() -> bool:
        taken = seconds(text(length))
        return taken < SOON or (taken < SECONDS and taken < GROWTH * max(seconds(text(length // 4)) for _ in range(2)))

    # A busy machine may make one run take twice as long; what grows faster takes too long each time.
    return any(once() for _ in range(3))


UNITS = [
    "$", "$$ ", "$$\n", "$a ", "$a\n", "$$a\n\n", "a $$b\n\n", "- $$\n", "- $\n", "$$x$$\n", "$$x$$\n\n", "$ x $ ",
    "\\$$ ", "$`", "`$", "$a\n+ ", "$a\n==\n", "x\n$$\n", "\r\n$x$", "\\text{$", "$\\text{", "$\\text{a", "$$\\\\{ ",
    "$5 ", "^[", "^[a]", "a^[b $c$] ", "[^", "[^a]", "[^a]: b\n\n", "[", "![", "[a](", "[a] ", "<a b=\"", "<a ", "<!--",
    "<div>\n$$\n", "<code>$", "<script>", "<font color=red>", "</b>", "<pre>", "|$|\n", "| a |\n|-|\n", "a://", "http://",
    "# a\n", "```a b\n```\n", "```zz\n```\n", "*$x$*", "**", "<kbd></kbd>$ ", "$\\text{a $b\n",
    "{% a %}", "{% a \"", "{% a \"\\", "{% raw %}", "{% highlight x %}", "{{< a >}}", "{{ a }}", "{{", "{# ",
    "{::comment}", "::: a\n", "::: {.a}\n", "!!! a\n    ", "> [!a]\n", "x{.a ", "x{a=\"b\" ", "{: .a}\n", "[a]{",
    "==a ", "a~b", "a^b", "[[a", "[[a|",
    "{a}`b", ":a:", "*[a]: b\n", "[TOC]\n", "* TOC\n{:toc}\n", "(a)=\n", "a\n: b\n", "```{note}\n",
    "<div markdown=\"1\">\n", "<p markdown=\"1\">a", "<div\n# a\n", "<d-footnote>", "```{code-cell}\n:a: b\n",
    "<b>", "<b></i>", "<a>", "<x>", "</div>", "<svg>", "<i id=a>", "a</b>\n\n", "<center>\n\na</center>\n\n",
    "+-+\n", "+-+\n| |\n", "+--+\n", "| |\n+-+\n", "```{r `}\n", "(a)=\n% b\n", "$$$", "$$$ ", "$$$$a",
    "<!-- a\n\n", "<p>\n<!--\n\n",
    "$\na\nb\n", "$_aaa{ ", "$aaa", "_a_", "{", "> ", "- ", "``` ", "^[a] ", "\\(a\n", "\\[\na\n\n", "\\def\\a{\n",
    "\\begin{equation}", "\\begin{align}\n", "```mermaid\na\n```\n", "{% comment %}", "{% capture a %}", "{{< a \"",
    "$$\nx\n$$\na\n",
]  # fmt: skip
TEXTS: list[Callable[[int], str]] = [
    lambda length: "$$\n" + "\n" * length + "a\n$$",
    lambda length: "$$\n" + " \n" * (length // 2) + "a\n$$",
    lambda length: "<p" + " markdown" * (length // 9),
    lambda length: "<div>" + "<b></i>" * (length // 7) + "</div>",
    lambda length: "<div>" + "<tt></font>" * (length // 11) + "</div>",
    lambda length: "".join(f"*[w{index}]: x\n" for index in range(length // 40)) + "\n" + "w1 x " * (length // 10),
]


@pytest.mark.parametrize("unit", UNITS)
def test_repetition(unit: str) -> None:
    assert grows_with_its_length(lambda length: unit * (length // len(unit)))


@pytest.mark.parametrize("text", TEXTS)
def test_growth(text: Callable[[int], str]) -> None:
    assert grows_with_its_length(text)


def test_values_of_templates_that_double() -> None:
    captures = "{% capture a %}xxxxxxxxxx{% endcapture %}\n" + "{% capture a %}{{a}}{{a}}{% endcapture %}\n" * 60
    filters = '{% assign b = "x" %}{{ b ' + '| replace: "x", "xx"' * 60 + " }}"
    assert seconds(f"{captures}{{{{a}}}}\n{filters}") < SECONDS


@pytest.mark.parametrize("text", ["!!! " + "a" * LENGTH + "{", "{%a" + " " * LENGTH + "b", "+++" + "\r" * LENGTH])
def test_what_does_not_become_a_block_after_all(text: str) -> None:
    start = time.process_time()
    compile_post(Source("post.md", text, ""), CompileOptions())
    assert time.process_time() - start < SECONDS


def test_a_tag_without_an_end() -> None:
    text = "<div\n" + "a b c d\n" * (LENGTH // 4)
    start = time.process_time()
    parse(text, 0, "post.md", MarkdownOptions())
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("pair", [("^[", "]"), ("[", "]"), ("![", "](x)"), ("**", "**"), ("<b>", "</b>")])
def test_nesting(pair: tuple[str, str]) -> None:
    text = pair[0] * 10_000 + "x" + pair[1] * 10_000
    start = time.process_time()
    parsed = parse(text, 0, "post.md", MarkdownOptions())
    render(parsed, typeset(parsed.formulas))
    assert time.process_time() - start < SECONDS


def test_what_nests_too_deep_is_reported() -> None:
    parsed = parse(">" * 300 + " $x$", 0, "post.md", MarkdownOptions())
    assert [found.code for found in parsed.diagnostics] == ["markdown/too-deep"]


@pytest.mark.parametrize("unit", ["*$x$*", "**a $x$**.", "($x$)", "$x$-", "www.a.b) ", '<p style="(">'])
@pytest.mark.parametrize("frame", ["{}", "<b style='color:{}'>", '<img srcset="{}">', "$x${}", "www.a.b{}"])
def test_repetition_beside_formulas_and_in_attributes(unit: str, frame: str) -> None:
    text = frame.replace("{}", unit * (LENGTH // len(unit)))
    start = time.process_time()
    parsed = parse(text, 0, "post.md", MarkdownOptions())
    render(parsed, [mathml(formula) for formula in parsed.formulas])
    assert time.process_time() - start < SECONDS


DEEP = "{" * 10_000 + "x" + "}" * 10_000


@pytest.mark.parametrize(
    "frame",
    ["a ${}$ b", "$${}$$", "$$\n{}\n$$", "- a\n  **${}$**", "> a $$\n> {}$$", "|a|\n|-|\n|${}$|", "<div>${}$</div>"],
)
def test_a_formula_may_be_as_long_as_its_paragraph(frame: str) -> None:
    text = frame.replace("{}", DEEP)
    (formula,) = parse(text, 0, "post.md", MarkdownOptions()).formulas
    assert formula.tex.strip() == DEEP
    middle = formula.tex.index("{x}")
    assert formula.offsets.span(middle, middle + 3) == Span(text.index("{x}"), text.index("{x}") + 3)


def test_a_formula_may_have_as_many_lines_as_its_paragraph() -> None:
    (formula,) = parse("We add $" + "x_1 +\n" * 1_000 + "x_2$.", 0, "post.md", MarkdownOptions()).formulas
    assert formula.tex == "x_1 +\n" * 1_000 + "x_2"
