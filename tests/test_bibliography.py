"""Citations: BibTeX files, styles, what is written in posts, and what goes wrong in each of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sitegen.text import LineIndex
from tests.site.projects import SETTINGS, Project

WORKS = r"""
@article{gauss, author = {Carl Friedrich Gauß}, title = {On {$\pi(x)$} and {\"o} \& others}, journal = {Annals},
  year = 1849, volume = 3, number = {2}, pages = {1--12}, doi = {10.1000/gauss}}
@book{two:authors, author = {Noether, Emmy and {The Group}}, title = {Ideals}, publisher = {Press}, year = 1921,
  url = {https://example.org/a_b?c=1&d=2}}
@inproceedings{many, author = {Ada One and Bo Two and Cy Three and others}, title = {Talk}, booktitle = {Meeting},
  year = 2001, month = feb}
@misc{undated, title = {No author, no year}}
"""

NUMBERED = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>Numbered</title><id>numbered</id><updated>2020-01-01T00:00:00+00:00</updated></info>
<citation><layout prefix="[" suffix="]" delimiter=", "><text variable="citation-number"/>
<text variable="locator" prefix=", "/></layout></citation>
<bibliography><layout suffix="."><text variable="citation-number" prefix="[" suffix="] "/>
<text variable="title"/></layout></bibliography>
</style>
"""


def site(tmp_path: Path, body: str, *, style: str = "", works: str = WORKS) -> Project:
    project = Project(tmp_path / "project")
    named = 'style = "look.csl"\n' if style else ""
    project.put("sitegen.toml", f'{SETTINGS}\n[cite]\nbibliography = ["works.bib"]\n{named}'.encode())
    project.put("works.bib", works.encode())
    if style:
        project.put("look.csl", style.encode())
    project.put("content/posts/post.md", f"---\ntitle: Post\n---\n{body}\n".encode())
    return project


def built(project: Project) -> tuple[str, list[str]]:
    """Return the body of the post's page, and what was reported as `path:line:column code message`."""
    found = []
    for problem in project.build().diagnostics:
        place = problem.path
        if problem.span is not None:
            text = (project.root / problem.path).read_text(encoding="utf-8")
            place += ":{}:{}".format(*LineIndex(text).position(problem.span.start))
        found.append(f"{place} {problem.code} {problem.message}")
    page = project.page("/post/").partition("<article>")[2].partition("</article>")[0]
    return re.sub(r"<annotation.*?</annotation>", "", page), found


def citations(page: str) -> list[str]:
    return re.findall(r'<span class="citation">(.*?)</span>', page)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[@gauss]", '(<a href="#ref-gauss">Gauß, 1849</a>)'),
        ("@gauss", 'Gauß (<a href="#ref-gauss">1849</a>)'),
        ("@gauss [p. 7]", 'Gauß (<a href="#ref-gauss">1849, p. 7</a>)'),
        ("[-@gauss]", '(<a href="#ref-gauss">1849</a>)'),
        ("[see @gauss, pp. 3-5 and more]", '(see <a href="#ref-gauss">Gauß, 1849, pp. 3–5</a> and more)'),
        ("[@gauss, chap. 2]", '(<a href="#ref-gauss">Gauß, 1849, chap. 2</a>)'),
        ("[@two:authors]", '(<a href="#ref-two-authors">Noether and The Group, 1921</a>)'),
        ("@{two:authors}", 'Noether and The Group (<a href="#ref-two-authors">1921</a>)'),
        ("@many", 'One et al. (<a href="#ref-many">2001</a>)'),
        (r"\cite{gauss}", '(<a href="#ref-gauss">Gauß, 1849</a>)'),
        (r"\citep[see][p. 2]{gauss}", '(see <a href="#ref-gauss">Gauß, 1849, p. 2</a>)'),
        (r"\citet{gauss}", 'Gauß (<a href="#ref-gauss">1849</a>)'),
        ("{cite:p}`gauss`", '(<a href="#ref-gauss">Gauß, 1849</a>)'),
        ("{cite:t}`gauss`", 'Gauß (<a href="#ref-gauss">1849</a>)'),
    ],
)
def test_how_a_citation_is_shown(tmp_path: Path, written: str, shown: str) -> None:
    page, problems = built(site(tmp_path, f"Text {written}."))
    assert problems == []
    assert citations(page) == [shown]


def test_a_citation_in_the_text_for_a_picture(tmp_path: Path) -> None:
    page, problems = built(site(tmp_path, "![After @gauss](/icon.svg) and ![figure [@gauss]](/icon.svg)"))
    assert problems == []
    assert 'alt="After Gauß (1849)"' in page
    assert 'alt="figure (Gauß, 1849)"' in page


def test_the_list_of_works(tmp_path: Path) -> None:
    page, problems = built(site(tmp_path, "[@two:authors; @gauss] and again @gauss\n\n## References"))
    assert problems == []
    listed = page.partition('<section role="doc-bibliography" aria-labelledby="references-1">')[2]
    assert '<h2 id="references-1">References</h2>' in listed
    assert re.findall(r'<li id="(.*?)">', listed) == ["ref-gauss", "ref-two-authors"]
    assert re.search(r"On <math>.*?<mi>π</mi>.*?</math> and ö &amp; others", listed)
    assert '<a href="https://example.org/a_b?c=1&amp;d=2">https://example.org/a_b?c=1&amp;d=2</a>' in listed
    assert "many" not in listed


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        (r"The \emph{E. coli} \textbf{{B}ook}", "The <i>E. coli</i> <b>Book</b>"),
        (r"{\em One {\bf two} three} four", "<i>One <b>two</b> three</i> four"),
        (r"10\textsuperscript{th} \texttt{x\_y} and \LaTeX{} too", "10<sup>th</sup> x_y and LaTeX too"),
        (r"See \url{https://example.org/a?b=1&c}", 'See <a href="https://example.org/a?b=1&amp;c">'),
        (r"Costs \$5 and \$6, $a$", r"Costs $5 and $6, <math><mi>a</mi></math>"),
        ("<b> & <i>", "&lt;b&gt; &amp; &lt;i&gt;"),
        ("https://example.org/<a>.", '<a href="https://example.org/&lt;a&gt;">https://example.org/&lt;a&gt;</a>.'),
    ],
)
def test_what_stands_in_a_title(tmp_path: Path, title: str, shown: str) -> None:
    page, problems = built(site(tmp_path, "[@a]", works=f'@book{{a, title = "{title}", year = 2000}}'))
    assert problems == []
    found = page.partition('<ul class="works">')[2]
    assert shown in re.sub(r"</?semantics>", "", found), found


def test_dates_and_names_of_other_countries(tmp_path: Path) -> None:
    works = "@book{a, author = {李, 明}, title = {T}, date = {2020-13-45}, urldate = {2021-02-99}, url = {https://a.b}}"
    page, _ = built(site(tmp_path, "[@a]", works=works))
    assert ">李明, 2020</a>" in page
    assert "(Accessed: 2021)" in page


def test_the_list_of_works_stands_where_the_post_says(tmp_path: Path) -> None:
    page, problems = built(site(tmp_path, "[@gauss]\n\n## Sources\n\n::: {#refs}\n:::\n\nThe end."))
    assert problems == []
    assert page.index('<ul class="works">') < page.index("The end.")
    assert "doc-bibliography" not in page


def test_a_style_of_the_site(tmp_path: Path) -> None:
    page, problems = built(site(tmp_path, "@many, [@gauss, p. 3], [@undated].", style=NUMBERED))
    assert problems == []
    assert citations(page) == [
        'One et al. [<a href="#ref-many">1</a>]',
        '[<a href="#ref-gauss">2, 3</a>]',
        '[<a href="#ref-undated">3</a>]',
    ]
    assert '<li id="ref-many">[1] Talk.</li>' in page


@pytest.mark.parametrize("written", ["me@gauss.org", "`@gauss`", "$@gauss$", "\\@gauss", "@somebody", "[a@b](c.md)"])
def test_what_is_no_citation(tmp_path: Path, written: str) -> None:
    page, _ = built(site(tmp_path, f"Text {written}."))
    assert citations(page) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("a [@gaus]", "content/posts/post.md:4:4 citation/unknown-key the bibliography has no work gaus"),
        ("a @gaus", "content/posts/post.md:4:3 citation/near-key the bibliography has no work gaus"),
        (
            "a ![b [@gaus]](/icon.svg)",
            "content/posts/post.md:4:8 citation/unknown-key the bibliography has no work gaus",
        ),
    ],
)
def test_a_key_that_is_not_there(tmp_path: Path, body: str, message: str) -> None:
    page, problems = built(site(tmp_path, body))
    assert problems == [message]
    assert "@gaus" in page


def test_without_a_bibliography_nothing_is_a_citation(tmp_path: Path) -> None:
    project = Project(tmp_path, "-- content/posts/post.md --\n---\ntitle: Post\n---\na [@gauss] b\n")
    page, problems = built(project)
    assert "a [@gauss] b" in page
    (problem,) = problems
    assert problem.startswith("content/posts/post.md:4:4 citation/no-bibliography @gauss is shown as it is")


@pytest.mark.parametrize(
    ("works", "message"),
    [
        ("@article{a,\n  title = {x}\n  year = 2}\n", "works.bib:3:1 citation/syntax this is not valid BibTeX"),
        ("@book{a, title = {x}}\n\n@book{a, title = {y}}\n", "works.bib:3:7 citation/repeated-key the key a stands"),
        ("@book{a, year = nosuch}\n", "works.bib:1:1 citation/syntax this is not valid BibTeX"),
    ],
)
def test_a_bibliography_that_does_not_parse(tmp_path: Path, works: str, message: str) -> None:
    page, problems = built(site(tmp_path, "[@a]", works=works))
    assert len([problem for problem in problems if problem.startswith(message)]) == 1, problems
    assert "[@a]" in page


@pytest.mark.parametrize("works", ["", "% to be written\n", "gauss, 1849", '@string{a = "b"}'])
def test_a_bibliography_without_works(tmp_path: Path, works: str) -> None:
    _, problems = built(site(tmp_path, "[@gauss]", works=works))
    assert "works.bib citation/no-works there is no work in this file" in problems


def test_one_key_in_two_files(tmp_path: Path) -> None:
    project = site(tmp_path, "[@a]", works="@book{b, title = {B}}\n@book{a, title = {One}, year = 2000}\n")
    project.put("sitegen.toml", f'{SETTINGS}\n[cite]\nbibliography = ["works.bib", "more.bib"]\n'.encode())
    project.put("more.bib", b"@book{a, title={One}, year={2000}}\n")
    page, problems = built(project)
    assert problems == []
    assert "2000" in page
    project.put("more.bib", b"\n@book{a, title={Two}, year={2000}}\n")
    _, problems = built(project)
    assert "more.bib:2:7 citation/repeated-key the key a stands here a second time" in problems


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ("<style>", "look.csl:1:8 citation/style the style is not valid XML"),
        ("<style/>", "look.csl citation/style the style cannot be used"),
        (NUMBERED.replace("citation>", "other>"), "look.csl citation/style the style cannot be used"),
    ],
)
def test_a_style_that_cannot_be_used(tmp_path: Path, style: str, message: str) -> None:
    _, problems = built(site(tmp_path, "[@gauss]", style=style))
    assert len([problem for problem in problems if problem.startswith(message)]) == 1, problems


STYLE_HINT = "give it relative to sitegen.toml; files of styles are at https://www.zotero.org/styles"


def test_files_that_do_not_exist(tmp_path: Path) -> None:
    project = site(tmp_path, "x")
    project.put("sitegen.toml", (SETTINGS + '[cite]\nbibliography = ["work.bib"]\nstyle = "a.csl"\n').encode())
    from sitegen.config import load_config

    _, problems = load_config(project.root)
    assert [(problem.code, problem.message, problem.hint) for problem in problems] == [
        ("config/bad-value", "there is no file work.bib", "did you mean works.bib?"),
        ("config/bad-value", "there is no file a.csl", STYLE_HINT),
    ]


def test_a_new_work_compiles_only_posts_that_cite(tmp_path: Path) -> None:
    project = site(tmp_path, "[@gauss]")
    project.put("content/posts/plain.md", b"---\ntitle: Plain\n---\nText.\n")
    project.build()
    project.put("works.bib", (WORKS + "@book{new, title = {New}, year = 2020}\n").encode())
    assert project.build().stats.compiled == 1
