"""One post from text to document, with the real math engine."""

from __future__ import annotations

import pickle

import msgspec

from sitegen.compile import CompileOptions, compile_post
from sitegen.model import Document, EquationSlot, Rejected, Source
from sitegen.text import LineIndex


def compiled(text: str, path: str = "content/posts/kernels/index.md", **options: object) -> Document:
    result = compile_post(Source(path, text, "digest"), msgspec.convert(options, CompileOptions))
    assert isinstance(result, Document), result.diagnostics
    return result


def body(document: Document) -> str:
    return "".join(part if isinstance(part, str) else f"{{{part}}}" for part in document.body)


def test_problems_of_formulas_stand_at_their_place_in_the_file() -> None:
    text = "---\ntitle: Kernels\n---\n\n> Let $x$ and\n> $$\n> a \\\\{ \\convolv \\\\}\n> $$\n"
    (unknown,) = [d for d in compiled(text).diagnostics if d.severity == "error"]
    assert unknown.code == "math/unknown-command"
    assert unknown.span is not None
    assert text[unknown.span.start : unknown.span.end] == "\\convolv"
    assert LineIndex(text).position(unknown.span.start) == (7, 9)
    assert unknown.hint


def test_a_broken_formula_is_shown_as_its_source_and_escaped() -> None:
    page = body(compiled("---\ntitle: T\n---\nA $\\nonsense{<script>}$ b.\n"))
    assert "math-error" in page
    assert "<script" not in page


def test_equations_are_numbered_and_referred_to_also_before_their_label() -> None:
    document = compiled(
        "---\ntitle: T\n---\nSee $\\eqref{eq:a}$ and $\\ref{eq:b}$.\n\n"
        "$$\n\\begin{equation} x \\label{eq:a} \\end{equation}\n$$\n"
    )
    assert [equation.number for equation in document.equations] == ["1"]
    assert f'<a class="eqref" href="#{document.equations[0].anchor}">(1)</a>' in body(document)
    (slot,) = [part for part in document.body if isinstance(part, EquationSlot)]
    assert (slot.label, slot.parenthesised, slot.in_math) == ("eq:b", False, False)
    assert document.equations[0].anchor in document.anchors


def test_an_equation_does_not_take_the_id_of_a_heading() -> None:
    text = "---\ntitle: T\n---\n## eq-1\n\n$$\n\\begin{equation} x \\end{equation}\n$$\n"
    document = compiled(text)
    assert document.headings[0].anchor == "eq-1"
    assert document.equations[0].anchor != "eq-1"


def test_macros_of_site_and_post_come_together_and_the_post_wins() -> None:
    text = "---\ntitle: T\nmacros:\n  'RR': 'r'\n---\n$\\RR \\NN$\n"
    document = compiled(text, macros={"\\RR": "s", "NN": "n"})
    assert not document.diagnostics
    assert document.text == "rn"


def test_the_title_from_the_front_matter_keeps_formulas_and_emphasis() -> None:
    document = compiled('---\ntitle: "On *the* $x^2$ <b>"\n---\nText.\n')
    assert document.title_html.startswith("On <em>the</em> <math")
    assert document.title_html.endswith("&lt;b&gt;")
    assert "$" not in document.title
    assert "*" not in document.title
    assert document.formulas == 1


def test_without_a_title_the_first_heading_is_it() -> None:
    document = compiled("Before.\n\n# On `f` $x$\n\nAfter.\n")
    assert document.title.startswith("On f ")
    assert document.title_html.startswith("On <code>f</code> <math")
    assert body(document) == "<p>Before.</p>\n<p>After.</p>\n"


def test_without_a_heading_the_file_names_the_page() -> None:
    assert compiled("Text.\n").title == "kernels"
    assert compiled("Text.\n", "content/posts/a<b.md").title_html == "a&lt;b"


def test_the_dialect_of_the_front_matter_counts() -> None:
    escaped = "$\\\\alpha$\n"
    assert compiled("---\ntitle: T\ndialect: escaped\n---\n" + escaped).text == "α"
    assert compiled("---\ntitle: T\n---\n" + escaped, dialect="escaped").text == "α"
    star = "---\ntitle: T\ndialect: tex\n---\n$x^\\*$\n"
    assert [d.code for d in compiled(star).diagnostics] == []
    assert [d.code for d in compiled(star.replace("dialect: tex\n", "")).diagnostics] == ["dialect/rewritten"]


def test_colours_of_formulas_and_html_are_collected() -> None:
    document = compiled("---\ntitle: T\n---\n$\\color{red}{x}$ <i style='color:blue;background:#ff0'>y</i>\n")
    assert document.colors == ("0000ff", "ff0000")
    assert document.backgrounds == ("ffff00",)


def test_a_post_with_bad_front_matter_is_rejected() -> None:
    result = compile_post(Source("a.md", "---\ntitle: [\n---\nText.\n", ""), CompileOptions())
    assert isinstance(result, Rejected)
    assert result.diagnostics


def test_documents_survive_pickling_and_msgpack_and_do_not_vary() -> None:
    text = "---\ntitle: T\n---\n# A\n\n[b](c.md) ![d](e.png) $\\eqref{x}$ ^[n]\n\n<p style='width:1px'>\n"
    document = compiled(text)
    assert pickle.loads(pickle.dumps(document)) == document
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document)
    assert msgspec.structs.replace(again, body=tuple(again.body)) == document
    assert compiled(text) == document


def test_markdown_goes_on_in_html_where_pandoc_reads_it() -> None:
    text = '<center>\n![c *d*](a.png)\n</center>\n\n<figure>\n  <img src="b.png" alt="*">\n</figure>\n'
    bodies = {}
    for path in ("a.md", "a.Rmd", "a.qmd"):
        document = compile_post(Source(path, text, ""), CompileOptions())
        assert isinstance(document, Document)
        bodies[path] = "".join(
            part if isinstance(part, str) else f"{{{type(part).__name__}}}" for part in document.body
        )
    assert "![c *d*](a.png)" in bodies["a.md"]
    assert bodies["a.Rmd"] == bodies["a.qmd"]
    assert "![" not in bodies["a.Rmd"]
    assert bodies["a.Rmd"].count("{ImageSlot}") == 2


def test_variables_of_other_generators() -> None:
    text = (
        "---\ntitle: One *two*\ndate: 2020-03-04\nsubtitle: three\ntags: [a, b]\nnested: {x: y}\n---\n"
        '{{ page.title }} {{ page.date | date: "%B %-d, %Y" }} {{ page.subtitle | upcase }} {{ page.tags }} '
        '{{ page.none | default: "d" }} {{< param subtitle >}} {{ site.title }} {{ page.nested }}{{ site.email }}\n'
    )
    post = compile_post(Source("posts/a.md", text, ""), CompileOptions(site={"title": "Kernels", "email": ""}))
    assert isinstance(post, Document)
    assert "".join(part for part in post.body if isinstance(part, str)) == (
        "<p>One <em>two</em> March 4, 2020 THREE a, b d three Kernels</p>\n"
    )
    assert [each.message for each in post.diagnostics] == [
        "{{ page.nested }} means nothing here, so it was left out",
        "{{ site.email }} means nothing here, so it was left out",
    ]


def test_the_opening_is_what_a_description_can_be_made_of() -> None:
    text = (
        "## A heading\n\n![alt](a.png){#fig:a}\n\n::: {#fig-b}\n![b](b.png)\n\nBoth\n:::\n\n> [!NOTE]\n> First.\n\n"
        "See [](#fig:a), \\ref{fig:a}, $\\eqref{eq:x}$ and [](#thm-t).\n\n"
        "$$\\begin{equation} y \\label{eq:x} \\end{equation}$$\n\n::: theorem Name {#thm:t}\nFor all $z$.\n:::\n"
    )
    document = compiled(text)
    assert document.opening == "First. See Figure 1, 1, (1) and Theorem 1. y For all z."
    assert compiled("# T\n\n| a |\n|---|\n| b |\n").opening == ""
    assert len(compiled("word " * 1000).opening) == 4999
    assert len(compiled("a\n\n" * 1000).opening) < 700
