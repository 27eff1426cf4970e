"""Pages outside of the posts, and the menu that leads to them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import html

from tests.site.projects import Project, png, told

SITE = """
-- content/posts/post.md --
---
date: 2020-01-02
---
# A post

See [the guide](../guide/index.md), [mathematics](../guide/math.md#sums) and [about](/about/).
-- content/about.md --
# About

About $x$. [The post](posts/post.md)
-- content/guide/index.md --
---
title: Guide
---
The guide.
-- content/guide/math.md --
# Mathematics with $x^2$

![a dot](dot.png)

## Sums
-- content/guide/deeper/index.md --
# Deeper
-- content/guide/deeper/still/notes.md --
# Not a child
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", SITE)
    made.put("content/guide/dot.png", png(1, 1))
    return made


def test_a_page_has_the_address_of_its_path_and_is_in_no_list_of_posts(project: Project) -> None:
    result = project.build()
    assert told(result) == []
    assert [(page.url, page.kind) for page in result.site.pages] == [
        ("/post/", "post"),
        ("/about/", "page"),
        ("/guide/", "page"),
        ("/guide/deeper/", "page"),
        ("/guide/deeper/still/notes/", "page"),
        ("/guide/math/", "page"),
    ]
    home = html.document_fromstring(project.page("/"))
    assert home.xpath("//main//a/@href") == ["/post/"]
    assert (project.root / "dist/guide/dot.png").is_file()
    assert not list((project.root / "dist").rglob("*.md"))
    assert "BlogPosting" not in project.page("/about/")


def test_posts_and_pages_link_to_each_other(project: Project) -> None:
    project.build()
    links = html.document_fromstring(project.page("/post/")).xpath("//article//p/a/@href")
    assert links == ["/guide/", "/guide/math/#sums", "/about/"]
    assert html.document_fromstring(project.page("/about/")).xpath("//article//p/a/@href") == ["/post/"]


def test_the_page_of_a_folder_lists_the_pages_in_it(project: Project) -> None:
    project.build()
    guide = html.document_fromstring(project.page("/guide/"))
    assert guide.xpath("//article//li//a/@href") == ["/guide/deeper/", "/guide/math/"]
    assert "<math" in project.page("/guide/")
    assert html.document_fromstring(project.page("/guide/deeper/")).xpath("//article//li") == []


def test_the_index_of_the_content_folder_stands_on_the_home_page(project: Project) -> None:
    project.write("-- content/index.md --\nWelcome to $y$.\n")
    result = project.build()
    assert told(result) == []
    home = html.document_fromstring(project.page("/"))
    assert home.xpath("string(//h1)") == "Notes"
    assert "Welcome" in home.text_content()
    assert "<math" in project.page("/")
    assert home.xpath("//main//h2/a/@href") == ["/post/"]
    project.write("-- content/index.md --\n# Good day\n\nAgain.\n")
    project.build()
    assert html.document_fromstring(project.page("/")).xpath("string(//h1)") == "Good day"


def test_the_menu_is_on_every_page_below_any_base_path(project: Project) -> None:
    entries = '{ title = "About", url = "about" }, { title = "Far", url = "https://example.com/" }'
    project.write(f'-- sitegen.toml --\n[site]\nbase_url = "https://example.org/repo/"\nmenu = [{entries}]\n')
    assert told(project.build()) == []
    for place in ("/", "/post/", "/about/"):
        links = html.document_fromstring(project.page(place)).xpath("//header//nav/a[not(@class)]")
        assert [link.get("href") for link in links] == ["/repo/about/", "https://example.com/"]
        assert [link.get("aria-current") for link in links] == (["page", None] if place == "/about/" else [None, None])


def test_an_entry_of_the_menu_that_leads_nowhere_is_reported_once_and_where_it_is(project: Project) -> None:
    address = '[site]\nbase_url = "https://example.org/"\n'
    project.write(f'-- sitegen.toml --\n{address}[[site.menu]]\ntitle = "About"\nurl = "/abuot/"\n')
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.path, problem.hint) == ("link/missing-page", "sitegen.toml", "did you mean /about/?")
    assert problem.span is not None
    text = (project.root / "sitegen.toml").read_text()
    assert text[problem.span.start : problem.span.end] == '"/abuot/"'


def test_markdown_in_the_static_folder_stays_as_it_is(project: Project) -> None:
    project.write('-- sitegen.toml --\n[build]\nstatic = "content/static"\n-- content/static/raw.md --\n# Raw\n')
    result = project.build()
    assert all(page.source != "content/static/raw.md" for page in result.site.pages)
    assert project.dist()["raw.md"] == b"# Raw"


def test_a_page_and_a_post_for_one_address_are_a_collision(project: Project) -> None:
    project.write("-- content/posts/about.md --\n# Also about\n")
    assert [problem.code for problem in project.build().diagnostics] == ["site/path-collision"]
