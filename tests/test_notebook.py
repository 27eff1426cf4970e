"""Jupyter notebooks as posts: cells, outputs, pictures, places in the file, and notebooks that are none."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sitegen.model import Source
from sitegen.notebook import Notebook, embedded_file, read_notebook
from sitegen.text import LineIndex
from tests.site.projects import Project, codes, png

PNG = png(30, 20)
IN_BASE64 = base64.b64encode(PNG).decode()


def notebook(*cells: dict[str, Any], metadata: dict[str, Any] | None = None) -> str:
    """Return a notebook as Jupyter writes it: one space of indentation, keys sorted, texts line by line."""
    book = {"cells": cells, "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": 4}
    return json.dumps(book, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def markdown(text: str, **more: object) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True), **more}


def code(text: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"tags": list(tags)} if tags else {},
        "outputs": list(outputs),
        "source": text.splitlines(keepends=True),
    }


def shown(**forms: str) -> dict[str, Any]:
    """Return an output; names of forms have `__` for the slash and `_` for a plus."""
    data = {name.replace("__", "/").replace("_", "+"): text for name, text in forms.items()}
    return {"data": data, "metadata": {}, "output_type": "display_data"}


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"name": name, "output_type": "stream", "text": text.splitlines(keepends=True)}


def read(text: str) -> Notebook:
    book = read_notebook(Source("content/posts/a.ipynb", text, ""))
    assert isinstance(book, Notebook), book
    return book


def test_cells_become_markdown() -> None:
    book = read(
        notebook(
            markdown("# Waves\n\nLet $x$ be *real*."),
            code("a = 1\nprint(a)", printed("1\n")),
            {"cell_type": "raw", "metadata": {}, "source": "not shown"},
        )
    )
    assert book.text == (
        "# Waves\n\nLet $x$ be *real*.\n\n"
        "```python\na = 1\nprint(a)\n```\n\n"
        '<pre class="output" tabindex="0">\n1\n</pre>\n\n'
    )
    assert book.diagnostics == ()


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, "python"),
        ({"language_info": {"name": "R"}}, "r"),
        ({"kernelspec": {"name": "j", "display_name": "J", "language": "julia"}}, "julia"),
        ({"language_info": {"name": "bad name"}}, "python"),
    ],
)
def test_code_has_the_language_of_the_kernel(metadata: dict[str, Any], language: str) -> None:
    assert read(notebook(code("x"), metadata=metadata)).text.startswith(f"```{language}\n")


def test_a_cell_magic_names_another_language() -> None:
    assert read(notebook(code("%%bash\nls"))).text.startswith("```bash\n%%bash\n")


def test_code_with_fences_stays_one_block() -> None:
    book = read(notebook(code('s = """\n```\n````\n"""')))
    assert book.text.startswith("`````python\n")
    assert book.text.rstrip().endswith("\n`````")


def test_tags_hide_parts_of_cells() -> None:
    book = read(
        notebook(
            code("a", printed("1"), tags=("remove-input",)),
            code("b", printed("2"), tags=("remove-output",)),
            code("c", printed("3"), tags=("remove-cell",)),
        )
    )
    assert book.text == '<pre class="output" tabindex="0">\n1\n</pre>\n\n```python\nb\n```\n\n'


def test_front_matter_of_the_metadata() -> None:
    metadata = {"title": "Waves: $\\lambda$", "authors": [{"name": "A. B."}], "sitegen": {"draft": True}}
    assert read(notebook(markdown("x"), metadata=metadata)).text.startswith(
        '---\n"title": "Waves: $\\\\lambda$"\n"authors": ["A. B."]\n"draft": true\n---\n\nx'
    )


@pytest.mark.parametrize("kind", ["raw", "markdown"])
def test_front_matter_of_the_first_cell(kind: str) -> None:
    first = {"cell_type": kind, "metadata": {}, "source": ["---\n", "title: Own\n", "---"]}
    book = read(notebook(first, markdown("x"), metadata={"title": "Not this one"}))
    assert book.text == "---\ntitle: Own\n---\n\nx\n\n"


def test_printed_text_is_shown_as_a_terminal_shows_it() -> None:
    book = read(notebook(code("", printed(" 10%\r100%\n\x1b[31mred\x1b[0m & <b>\n\n\n"), printed("oh", "stderr"))))
    assert book.text == (
        '<pre class="output" tabindex="0">\n100%\nred &amp; &lt;b&gt;\n</pre>\n\n'
        '<pre class="output stderr" tabindex="0">\noh\n</pre>\n\n'
    )


def test_the_richest_form_is_shown() -> None:
    book = read(
        notebook(
            code(
                "x",
                shown(text__html="<b>h</b>", text__plain="p"),
                shown(text__latex="\\frac12", image__png=IN_BASE64, text__plain="p"),
                shown(text__latex="$\\displaystyle x$"),
                shown(image__png=IN_BASE64, text__plain="<Figure size 1x1>"),
                shown(text__plain="p < q"),
            )
        )
    )
    assert book.text.partition("```\n\n")[2] == (
        '<div class="output">\n<b>h</b>\n</div>\n\n'
        "$$\n\\frac12\n$$\n\n"
        "$\\displaystyle x$\n\n"
        '<figure class="output"><img src="output-1.png" alt="Output of the code above" width="30" height="20">'
        "</figure>\n\n"
        '<pre class="output" tabindex="0">\np &lt; q\n</pre>\n\n'
    )


def test_html_of_programs_is_cleaned() -> None:
    table = (
        "<div><style>td{}</style>\n<table border='1' class='dataframe'>\n\n<tr><td onclick='f()'>1</td></tr></table>"
        "<script>f()</script><iframe src='https://example.org'></iframe><form><input></form></div>"
    )
    text = notebook(code("x", shown(text__html=table, text__plain="1")))
    book = read(text)
    assert "<table" in book.text
    assert "<td>1</td>" in book.text
    for gone in ("script", "onclick", "iframe", "form", "input", "style", "f()"):
        assert gone not in book.text
    (problem,) = book.diagnostics
    assert problem.code == "html/script"
    assert problem.span is not None
    assert "<script>" in text[problem.span.start : problem.span.end]


def test_what_only_a_script_shows_falls_back_to_text() -> None:
    book = read(notebook(code("x", shown(text__html="<script>f()</script>", text__plain="Widget(1)"))))
    assert '<pre class="output" tabindex="0">\nWidget(1)\n</pre>' in book.text


def test_pictures_are_taken_out_of_the_file() -> None:
    svg = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='9'></svg>"
    text = notebook(
        markdown("![dot](attachment:dot.png)", attachments={"dot.png": {"image/png": IN_BASE64}}),
        code("x", shown(image__svg_xml=svg), shown(image__png=IN_BASE64)),
    )
    book = read(text)
    assert "![dot](output-1.png)" in book.text
    assert [embedded_file(text, each.pointer) for each in book.embedded] == [PNG, svg.encode(), PNG]
    assert [(each.width, each.height) for each in book.embedded] == [(30, 20), (8, 9), (30, 20)]
    with pytest.raises(ValueError, match="nothing at"):
        embedded_file(notebook(), book.embedded[0].pointer)


def test_a_damaged_picture_is_a_warning_and_another_form_is_shown() -> None:
    book = read(notebook(code("x", shown(image__png="%%%", text__plain="a plot"))))
    assert "a plot" in book.text
    assert [problem.code for problem in book.diagnostics] == ["notebook/bad-output"]


def test_an_old_notebook_is_read() -> None:
    output = {"output_type": "display_data", "png": IN_BASE64, "metadata": {}}
    old_code = {
        "cell_type": "code",
        "input": "x = 1",
        "language": "python",
        "collapsed": False,
        "metadata": {},
        "outputs": [output],
        "prompt_number": 1,
    }
    heading = {"cell_type": "heading", "level": 2, "metadata": {}, "source": "Old"}
    book_3 = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": [heading, old_code], "metadata": {}}],
    }
    text = json.dumps(book_3)
    book = read(text)
    assert book.text.startswith("## Old\n\n```python\nx = 1\n```\n\n<figure")
    assert embedded_file(text, book.embedded[0].pointer) == PNG


def test_every_place_leads_back_to_the_file() -> None:
    text = notebook(markdown('A "q"\tand\n\U0001f600 $\\bad$\n'), code("y"))
    book = read(text)
    at = book.text.index("\\bad")
    assert text[slice(*_ends(book, at, at + 4))] == "\\\\bad"
    assert text[slice(*_ends(book, at, at + 1))] == "\\\\"
    quote = book.text.index('"q"')
    assert text[slice(*_ends(book, quote, quote + 3))] == '\\"q\\"'
    escaped = read(json.dumps(json.loads(text), ensure_ascii=True))
    face = escaped.text.index("\U0001f600")
    assert escaped.offsets.span(face, face + 1).end - escaped.offsets.span(face, face + 1).start == 12


def _ends(book: Notebook, start: int, end: int) -> tuple[int, int]:
    span = book.offsets.span(start, end)
    return span.start, span.end


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid JSON"),
        ('{"cells": [}', "not valid JSON"),
        ("[]", "no notebook"),
        ("{}", "does not say which nbformat"),
        ('{"nbformat": 5}', "format 5, and the newest known is 4"),
        ('{"nbformat": 4, "nbformat_minor": 4, "metadata": {}}', "not valid"),
        ('{"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [{"cell_type": "code"}]}', "not valid"),
        ('{"nbformat": 3, "nbformat_minor": 0, "metadata": {}}', "'worksheets' is a required property"),
        ('{"a":' * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(text: str, message: str) -> None:
    problems = read_notebook(Source("content/posts/a.ipynb", text, ""))
    assert isinstance(problems, tuple)
    assert [problem.code for problem in problems] == ["notebook/invalid"]
    assert message in problems[0].message


@pytest.mark.parametrize(
    "change",
    [
        lambda book: book.update(nbformat=1),
        lambda book: book.update(nbformat_minor=None),
        lambda book: book.update(nbformat=3, nbformat_minor=None),
        lambda book: book["cells"][1]["outputs"][0]["data"].update({"text/plain": [None, 1.5, "x"]}),
        lambda book: book["cells"][1]["outputs"][0]["data"].update({"image/png": [["x"]]}),
        lambda book: book["cells"][1]["outputs"][0]["data"].update({"image/png": "\ud800"}),
        lambda book: book["cells"][1]["outputs"][0]["data"].update({"text/html": "<p>a \ud800</p>"}),
        lambda book: book["cells"][1]["outputs"][0]["data"].update({"image/svg+xml": "<svg>\ud800</svg>"}),
        lambda book: book["cells"][0].update(source="# \ud800\n\n$x$ \udc00"),
    ],
)
def test_notebooks_that_programs_have_damaged(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    project = Project(tmp_path)
    book = json.loads(notebook(markdown("# A\n"), code("plot()", shown(image__png=IN_BASE64, text__plain="x"))))
    change(book)
    project.put("content/posts/a.ipynb", json.dumps(book).encode())
    result = project.build()
    assert set(codes(result)) <= {"notebook/invalid", "notebook/bad-output"}
    assert project.dist().keys() >= {"index.html"}


def test_a_site_with_a_notebook(tmp_path: Path) -> None:
    project = Project(tmp_path)
    text = notebook(
        markdown("See [the other](other.md) and $\\unknowncommand$."),
        code("plot()", shown(image__png=IN_BASE64)),
        metadata={"title": "Waves"},
    )
    project.put("content/posts/waves.ipynb", text.encode())
    project.write("-- content/posts/other.md --\n---\ntitle: Other\n---\n[back](waves.ipynb)\n")
    result = project.build()
    (problem,) = [each for each in result.diagnostics if each.severity != "note"]
    assert (problem.code, problem.path) == ("math/unknown-command", "content/posts/waves.ipynb")
    assert problem.span is not None
    line, column = LineIndex(text).position(problem.span.start)
    assert text.splitlines()[line - 1][column - 1 :].startswith("\\\\unknowncommand")
    page = project.page("/waves/")
    assert 'src="/waves/output-1.png" alt="Output of the code above" width="30" height="20"' in page
    assert 'href="/other/"' in page
    assert 'href="/waves/"' in project.page("/other/")
    assert project.dist()["waves/output-1.png"] == PNG
    assert not any(name.endswith(".ipynb") for name in project.dist())
    before = project.dist()
    assert project.build().stats.written == 0
    assert project.dist() == before
