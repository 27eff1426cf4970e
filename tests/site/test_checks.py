"""Invariants of a finished site: no two files on one path, pages without programs, dead ends or doubled ids."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.checks import check_pages, check_paths, scan
from sitegen.diagnostics import Diagnostic
from sitegen.model import Output
from sitegen.site import Site, assemble
from tests.site.documents import config, document, link


def output(path: str, origin: str = "static/x", text: str = "") -> Output:
    return Output(path, lambda: text.encode(), origin)


# -- paths


def collisions(site: Site, *outputs: Output) -> list[Diagnostic]:
    found = check_paths(outputs, site)
    assert {problem.code for problem in found} <= {"site/path-collision"}
    return list(found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a/index.html", "a/index.html"),
        ("A/index.html", "a/index.html"),
        ("\u00fc.png", "u\u0308.png"),
        ("stra\u00dfe.png", "STRASSE.png"),
        ("a", "a/index.html"),
        ("A", "a/b/index.html"),
    ],
)
def test_paths_that_meet(tmp_path: Path, one: str, other: str) -> None:
    site = assemble([], config(tmp_path))
    for pair in ((one, other), (other, one)):
        found = collisions(site, output("b", "static/b"), *(output(path, f"from {path!a}") for path in pair))
        assert len(found) == 1
        told = found[0].message + found[0].path + found[0].label + "".join(found[0].notes)
        assert f"from {one!a}" in told
        assert f"from {other!a}" in told


def test_paths_that_do_not_meet(tmp_path: Path) -> None:
    site = assemble([], config(tmp_path))
    assert collisions(site, *(output(path) for path in ("a/b", "a/c", "ab", "a.b/c", "index.html", "a-b/c"))) == []


def test_a_collision_is_shown_where_a_post_says_its_path(tmp_path: Path) -> None:
    posts = [document("content/posts/a.md", place="/same/"), document("content/posts/b.md", place="/same/")]
    site = assemble(posts, config(tmp_path))
    outputs = [output(page.output, page.source) for page in site.pages]
    (found,) = collisions(site, *outputs)
    assert found.path == "content/posts/b.md"
    assert found.span == posts[1].meta.spans["path"]
    assert "content/posts/a.md" in found.message
    (found,) = collisions(site, outputs[0], output("same/index.html", "static/same/index.html"))
    assert found.path == "content/posts/a.md"
    assert "static/same/index.html" in found.message


def test_a_name_that_is_no_text_has_no_address(tmp_path: Path) -> None:
    found = check_paths([output("\udcff.png", "static/\udcff.png")], assemble([], config(tmp_path)))
    assert [(problem.code, problem.path) for problem in found] == [("source/bad-name", "static/?.png")]


@pytest.mark.parametrize("name", ["CON", "aux", "com1.txt", "LPT9"])
def test_names_of_devices(tmp_path: Path, name: str) -> None:
    posts = [document(f"content/posts/{name}.md"), document("content/posts/said.md", place=f"/a/{name}/")]
    site = assemble(posts, config(tmp_path))
    outputs = [output(page.output, page.source) for page in site.pages]
    found = check_paths([*outputs, output(f"{name}.png", f"static/{name}.png")], site)
    assert {problem.code for problem in found} == {"site/reserved-name"}
    assert [problem.path for problem in found] == [page.source for page in site.pages] + [f"static/{name}.png"]
    assert {problem.span is None for problem in found} == {True, False}


def test_a_post_that_would_be_the_home_page(tmp_path: Path) -> None:
    site = assemble([document("content/posts/index.md")], config(tmp_path))
    home = output("index.html", "default/home.html")
    (found,) = check_paths([output(site.pages[0].output, "content/posts/index.md"), home], site)
    assert found.code == "site/path-collision"
    assert found.message == "content/posts/index.md would be the home page, which sitegen makes itself"


# -- pages

Check = Callable[..., list[str]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    site = assemble(
        [document("content/posts/a.md", link("#said")), document("content/posts/b.md")],
        config(tmp_path, "https://example.org/repo/"),
    )
    sources = {page.output: page.source for page in site.pages}

    def flaws(**pages: str) -> list[str]:
        texts = {"a/index.html": "<p>", "b/index.html": '<h2 id="there">', "index.html": "<p>"}
        texts |= {f"{name}/index.html": text for name, text in pages.items()}
        outputs = [output(path, sources.get(path, "default/home.html"), text) for path, text in texts.items()]
        scans = [scan(page, page.render()) for page in outputs]
        found = check_pages(scans, [*outputs, output("x.png"), output("a/my file.pdf")], site)
        return [f"{problem.code} {problem.path} {problem.message}" for problem in found]

    return flaws


@pytest.mark.parametrize(
    "text",
    [
        '<p id="one"><p id="two"><a href="#one">',
        '<a href="#"><a href="#top"><a href="#:~:text=x">',
        '<a href="/repo/b/"><a href="/repo/b/#there"><a href="../b/#there"><a href="/repo/">',
        '<a href="/repo/b/index.html#there">',
        '<img src="/repo/x.png"><a href="my%20file.pdf"><a href="/repo/a/my%20file.pdf#page=2">',
        '<a href="https://example.org/nowhere"><a href="//h/x"><a href="/elsewhere/">',
        '<script type="application/ld+json">{"a": "<p id=one onclick=x style=y>"}</script>',
        "<code>&lt;script&gt; onclick = style = id=one id=one javascript:</code>",
        "<p>on time = money, a style = a manner</p>",
        '<p id="p&amp;q"><a href="#p&amp;q"><p id="ü"><a href="#%C3%BC">',
        "<!-- <p id=one><p id=one><script> -->",
        '<p data-id="one" data-style="x"><p data-id="one">',
    ],
)
def test_pages_without_a_flaw(check: Check, text: str) -> None:
    assert check(a=text) == []


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ('<p id="one"><p id="one">', "page/duplicate-id", "2 elements of the page have the id one"),
        ("<p id=one><p\nID = 'one'>", "page/duplicate-id", "2 elements of the page have the id one"),
        ('<p id="p&amp;q"><p id="p&q">', "page/duplicate-id", "2 elements of the page have the id p&q"),
        ('<a href="#none">', "page/missing-target", "the page refers to #none, which does not exist"),
        ("<a href=#none>", "page/missing-target", "the page refers to #none, which does not exist"),
        ('<a href="/repo/b/#no">', "page/missing-target", "the page refers to /repo/b/#no, which does not exist"),
        ('<a href="/repo/c/">', "page/missing-target", "the page refers to /repo/c/, which does not exist"),
        ('<img src="/repo/y.png">', "page/missing-target", "the page refers to /repo/y.png, which does not exist"),
        ("<script>alert(1)</script>", "page/script", "the page has a <script>"),
        ('<SCRIPT src="https://e.org/x.js"></SCRIPT>', "page/script", "the page has a <script>"),
        ('<script type="module"></script>', "page/script", "the page has a <script>"),
        ("<p onclick=x()>", "page/script", "an element <p> of the page has onclick, which holds a program"),
        ("<svg/onload=x()>", "page/script", "an element <svg> of the page has onload, which holds a program"),
        ('<a href=" java\nscript:x()">', "page/script", "an address on the page is a program: java script:x()"),
        ('<a href="&#106;avascript:x()">', "page/script", "an address on the page is a program: javascript:x()"),
        ('<p style="color:red">', "page/inline-style", 'an element <p> of the page has style="color:red"'),
    ],
)
def test_flaws(check: Check, text: str, code: str, message: str) -> None:
    assert check(a=text) == [f"{code} content/posts/a.md {message}"]


def test_what_was_said_of_a_link_is_not_said_again(check: Check) -> None:
    assert check(a='<a href="#said">') == []
    assert check(b='<a href="#said">') != []


def test_a_flaw_that_pages_share_is_told_once(tmp_path: Path) -> None:
    site = assemble([], config(tmp_path))
    pages = [output(f"{name}/index.html", name, '<p style="x">') for name in "abc"]
    (found,) = check_pages([scan(page, page.render()) for page in pages], pages, site)
    assert found.path == "a"
    assert found.notes == ("the same holds for 2 other pages",)
