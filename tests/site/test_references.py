"""References across the site: links that take their text from what they lead to, labels of other posts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sitegen.text import LineIndex
from tests.site.projects import SETTINGS, Project

OTHER = r"""
-- content/posts/other.md --
---
title: Of $\lambda$
---
## A part {#part}

::: lemma {#lem:small}
Text.
:::

![A curve](curve.svg){#fig:curve}

$$
\begin{equation} x = y \label{eq:first} \end{equation}
$$
-- content/posts/curve.svg --
<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>
-- content/posts/third/index.md --
---
title: Third
---
::: theorem {#thm:far}
Text.
:::
"""


def built(tmp_path: Path, body: str) -> tuple[str, list[str]]:
    """Return the page of a post with a body, and what was reported, as `line:column code message (hint)`."""
    project = Project(tmp_path / "project", OTHER)
    text = f"---\ntitle: Home\n---\n{body}\n"
    project.put("content/posts/home.md", text.encode())
    result = project.build()
    lines = LineIndex(text)
    found = []
    for problem in result.diagnostics:
        if problem.path == "content/posts/home.md" and problem.severity != "note":
            assert problem.span is not None
            line, column = lines.position(problem.span.start)
            found.append(f"{line}:{column} {problem.code} {problem.message} ({problem.hint})")
    page = project.page("/home/").partition("<article>")[2]
    return re.sub(r"<annotation.*?</annotation>", "", page), found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[](other.md#lem:small)", '<a href="/other/#lem-small">Lemma 1</a>'),
        ("[](other.md#lem-small)", '<a href="/other/#lem-small">Lemma 1</a>'),
        ("[this lemma](other.md#lem:small)", '<a href="/other/#lem-small">this lemma</a>'),
        ("[](other.md#fig:curve)", '<a href="/other/#fig-curve">Figure 1</a>'),
        ("[](other.md#eq:first)", '<a href="/other/#eq-first">(1)</a>'),
        ("[](other.md#part)", '<a href="/other/#part">A part</a>'),
        ("[](third/index.md#thm:far)", '<a href="/third/#thm-far">Theorem 1</a>'),
        ("[](third)", '<a href="/third/">Third</a>'),
        ("$\\eqref{other#eq:first}$", '<a href="/other/#eq-first">(1)</a>'),
        ("$\\ref{third#thm:far}$", '<a href="/third/#thm-far">1</a>'),
        ("$\\ref{thm:far}$", '<a href="/third/#thm-far">1</a>'),
        ("::: theorem {#t}\n:::\n\n[](#t) $\\ref{t}$", '<a href="#t">Theorem 1</a> <a href="#t">1</a>'),
    ],
)
def test_a_reference_has_the_right_text(tmp_path: Path, written: str, shown: str) -> None:
    page, problems = built(tmp_path, written)
    assert problems == []
    assert shown in page


def test_a_title_keeps_its_formula(tmp_path: Path) -> None:
    page, problems = built(tmp_path, "[](other.md)")
    assert problems == []
    assert re.search(r'<a href="/other/">Of <math>.*?λ.*?</math></a>', page)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "a [](other.md#lem:smal)",
            "4:3 reference/unresolved the page /other/ has no place named #lem:smal (did you mean #lem-small?)",
        ),
        (
            "[](othr.md)",
            "4:1 reference/unresolved neither a page nor a file is at othr.md (did you mean other.md?)",
        ),
        (
            "[](#nothing-like-it)",
            (
                "4:1 reference/unresolved the page /home/ has no place named #nothing-like-it "
                "(without the # and what follows, the link leads to the page's top)"
            ),
        ),
        (
            "$\\eqref{other#eq:frist}$",
            "4:2 math/unresolved-reference no equation has the label other#eq:frist (did you mean other#eq:first?)",
        ),
        (
            r"\ref{fig:gone}",
            (
                "4:1 math/unresolved-reference no figure has the label fig:gone "
                "(write {#fig:gone} after the image that is meant, ![caption](picture.png){#fig:gone})"
            ),
        ),
        (
            r"\ref{thm-gone}",
            (
                "4:1 math/unresolved-reference no theorem has the label thm-gone "
                "(give it to the theorem that is meant, ::: theorem {#thm-gone})"
            ),
        ),
        (
            r"\ref{wholly-gone}",
            (
                "4:1 math/unresolved-reference no equation, figure, table or theorem has the label wholly-gone "
                r"(put \label{wholly-gone} into the equation that is meant)"
            ),
        ),
        (
            "# Some {#sec:some}\n\n\\ref{sec:some}",
            (
                "6:1 math/unresolved-reference sec:some has no number (write [](#sec:some), or a link with a text; "
                "headings have numbers with `number_headings: true` in the front matter)"
            ),
        ),
    ],
)
def test_a_broken_reference_is_an_error_with_the_nearest_name(tmp_path: Path, written: str, message: str) -> None:
    page, problems = built(tmp_path, written)
    assert problems == [message]
    assert 'class="math-error"' in page


@pytest.mark.parametrize("written", [r"\eqref{eq:bare}", r"\eqref{#eq:bare}"])
def test_a_reference_to_an_equation_without_a_number(tmp_path: Path, written: str) -> None:
    _, problems = built(tmp_path, f"$$ x \\label{{eq:bare}} $$\n\n{written}")
    assert problems == [
        (
            "4:6 math/label-without-number the label eq:bare names something without a number "
            r"(use \begin{equation} … \end{equation}, or add \tag{…})"
        ),
        (
            "6:1 math/unresolved-reference the equation eq:bare has no number "
            r"(use \begin{equation} … \end{equation} there, or add \tag{…})"
        ),
    ]


def test_headings_have_numbers_on_demand(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    headings = "## One\n\n### Of $x$ {#sub}\n\n### B\n\n## Aside {.unnumbered}\n\n## Two\n\n#### Deep\n\n"
    body = f"{headings}[](#sub) $\\ref{{sub}}$\n"
    for name, head, settings in (
        ("post", "title: T\nnumber-sections: true", ""),
        ("site", "title: T", "[markdown]\nnumber_headings = true\n"),
    ):
        project.put("sitegen.toml", f"{SETTINGS}{settings}".encode())
        project.put(f"content/posts/{name}.md", f"---\n{head}\n---\n{body}".encode())
        result = project.build()
        assert [problem for problem in result.diagnostics if problem.severity != "note"] == []
        page = project.page(f"/{name}/")
        numbers = re.findall(r'<h[2-4][^>]*><span class="section-number">([\d.]+)</span> ', page)
        assert numbers == ["1", "1.1", "1.2", "2", "2.0.1"]
        assert '<a href="#sub">Section 1.1</a> <a href="#sub">1.1</a>' in page
        assert re.search(r'<h2[^>]* id="aside"[^>]*>Aside', page)


def test_headings_have_no_numbers_unasked(tmp_path: Path) -> None:
    page, _ = built(tmp_path, "## One\n\n[](#one)")
    assert "section-number" not in page
    assert '<a href="#one">One</a>' in page
