"""Addresses that the settings decide: patterns for folders, pages elsewhere in the project, old addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.check import check
from sitegen.config import load_config
from tests.site.projects import Project, codes, told

MOVED = """
-- sitegen.toml --
[site]
title = "Balls"
base_url = "https://ball.example/repo/"
paginate = 1
permalink = "/:year/:title/"
menu = [{ title = "Paper", url = "/assets/paper.pdf" }]
[site.permalinks]
"content/notes" = "/n/:slug/"
"content/notes/odd.md" = "/odd.html"
"content/keyed" = "/k/:extra.key/"
"about.md" = "/about.html"
[site.redirects]
"/tag/*.html" = "/tags/*/"
"/tag/*/rss.xml" = "/tags/*/feed.xml"
"/blog/" = "/archive/"
"/page*/" = "/page/*/"
"/atom.xml" = "/feed.xml"
"/code/" = "https://code.example/balls"
"/cv/" = "/assets/cv.pdf"
"/start.html" = "/about.html#who"
[build]
posts = ["content/posts", "content/notes", "content/keyed"]
pages = ["about.md", "wiki", "content/posts/fixed"]
assets = ["assets", "CNAME"]
ignore = ["*/README.md", "wiki/old/*"]
-- content/posts/one.md --
---
title: One
date: 2020-03-04
tags: [Big balls, even]
---
[About](/about), [blog](/blog/), [odd](../notes/odd.md), [home](/).
-- content/posts/README.md --
Not a post.
-- content/posts/_index.md --
---
title: Blog
---
-- content/posts/fixed/terms.md --
# Terms
-- content/notes/Two Balls.md --
---
date: 2020-03-05
---
Text.
-- content/notes/odd.md --
---
date: 2020-03-06
---
Text.
-- content/keyed/a.md --
---
key: f3
---
Text.
-- content/keyed/b.md --
Text.
-- content/_index.md --
---
title: Settings of the list
---
-- content/more/_index.md --
# More

Here.
-- about.md --
# About

## Who
-- wiki/index.md --
# Wiki
-- wiki/deep/page.md --
# Page
-- wiki/old/gone.md --
# Gone
-- CNAME --
ball.example
-- assets/cv.pdf --
%PDF
-- assets/paper.pdf --
%PDF
"""


def moved(tmp_path: Path, *changes: tuple[str, str]) -> Project:
    text = MOVED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return Project(tmp_path, text)


def test_patterns_for_folders_and_files(tmp_path: Path) -> None:
    project = moved(tmp_path)
    result = project.build()
    assert told(result) == []
    pages = {page.source: (page.kind, page.output) for page in result.site.pages}
    assert pages == {
        "content/posts/one.md": ("post", "2020/one/index.html"),
        "content/posts/fixed/terms.md": ("page", "fixed/terms/index.html"),
        "content/notes/Two Balls.md": ("post", "n/two-balls/index.html"),
        "content/notes/odd.md": ("post", "odd.html"),
        "content/keyed/a.md": ("post", "k/f3/index.html"),
        "content/keyed/b.md": ("post", "b/index.html"),
        "content/more/_index.md": ("page", "more/index.html"),
        "about.md": ("page", "about.html"),
        "wiki/index.md": ("page", "wiki/index.html"),
        "wiki/deep/page.md": ("page", "wiki/deep/page/index.html"),
    }
    page = project.page("2020/one")
    assert [f'href="/repo/{place}"' in page for place in ("odd.html", "about.html", "archive/")] == [True] * 3
    assert "<title>Balls</title>" in project.page("")


def test_old_addresses(tmp_path: Path) -> None:
    project = moved(tmp_path)
    assert codes(project.build()) == []
    dist = project.dist()
    assert b'url=/repo/tags/big-balls/"' in dist["tag/big-balls.html"]
    assert b'href="https://ball.example/repo/tags/even/"' in dist["tag/even.html"]
    assert b'url=/repo/archive/"' in dist["blog/index.html"]
    assert b'url=/repo/page/2/"' in dist["page2/index.html"]
    assert b'url=https://code.example/balls"' in dist["code/index.html"]
    assert b'url=/repo/assets/cv.pdf"' in dist["cv/index.html"]
    assert b'url=/repo/about.html#who"' in dist["start.html"]
    assert dist["atom.xml"] == dist["feed.xml"]
    assert dist["tag/even/rss.xml"] == dist["tags/even/feed.xml"]
    assert {"assets/cv.pdf", "assets/paper.pdf", "CNAME"} <= dist.keys()
    assert [problem for problem in check(project.config()).diagnostics if problem.severity == "error"] == []
    assert project.build().stats.written == 0


def test_old_addresses_of_old_addresses(tmp_path: Path) -> None:
    chain = '"/blog/" = "/archive/"\n"/log/" = "/blog/"\n"/diary.html" = "/log/"\n"/rss" = "/atom.xml"'
    project = moved(tmp_path, ('"/blog/" = "/archive/"', chain))
    assert codes(project.build()) == []
    assert b'url=/repo/archive/"' in project.dist()["diary.html"]
    circle = '"/blog/" = "/archive/"\n"/q/" = "/r/"\n"/r/" = "/q/"\n"/s/" = "/q/"'
    project = moved(tmp_path / "other", ('"/blog/" = "/archive/"', circle))
    assert [problem.message for problem in project.build().diagnostics] == [
        f"{old} leads back to itself" for old in ("/q/", "/r/", "/s/")
    ]


def test_old_addresses_for_hosts(tmp_path: Path) -> None:
    project = moved(tmp_path, ("[build]\n", "[build]\nredirects = true\n"))
    assert codes(project.build()) == []
    dist = project.dist()
    assert not {"atom.xml", "blog/index.html", "tag/even.html"} & dist.keys()
    lines = dist["_redirects"].decode().splitlines()
    assert "/repo/atom.xml /repo/feed.xml 301" in lines
    assert "/repo/tag/even.html /repo/tags/even/ 301" in lines
    assert "/repo/code https://code.example/balls 301" in lines


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("/n/two-balls/", "/archive/", "site/bad-redirect there is a page at /n/two-balls/, which stays"),
        ("/about.php", "/about.html", "site/bad-redirect /about.php is the address of a file, and /about.html that"),
        ("/feed.xml", "/sitemap.xml", "site/bad-redirect a file of the site is at /feed.xml"),
        ("/a/../b/", "/archive/", "site/bad-redirect the path contains .., which could leave the site"),
        ("/old/", "/old/", "site/bad-redirect /old/ leads back to itself"),
        ("/old/", "/archives/", "link/missing-page neither a page nor a file is at /archives/"),
        ("/x/*/", "/labels/*/", "config/unmatched-pattern no page has an address of the form /labels/*/"),
    ],
)
def test_redirects_that_cannot_be(tmp_path: Path, old: str, new: str, message: str) -> None:
    project = moved(tmp_path, ('"/blog/" = "/archive/"', f'"{old}" = "{new}"'), (" [blog](/blog/),", ""))
    result = project.build()
    assert [message in f"{problem.code} {problem.message}" for problem in result.diagnostics] == [True]
    assert result.diagnostics[0].path == "sitegen.toml"
    assert result.diagnostics[0].span is not None
    assert result.diagnostics[0].hint


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"/blog/" = "/archive/"', '"blog" = "/archive/"', "blog is no old address"),
        ('"/blog/" = "/archive/"', '"/blog/" = "archive"', "archive is no address"),
        ('"/blog/" = "/archive/"', '"/blog/*" = "/archive/"', "a * stands once on either side"),
        ('"about.md" = "/about.html"', '"abuot.md" = "/about.html"', "neither a folder nor a file abuot.md"),
        ('"about.md" = "/about.html"', '"../x" = "/about.html"', "../x is not in the project"),
        ('"/n/:slug/"', '"/n/:slgu/"', "unknown placeholder :slgu"),
        ('"/n/:slug/"', '"/n/:year/"', "the same address"),
        ('pages = ["about.md"', 'pages = ["abut.md"', "neither a folder nor a file abut.md"),
        ('pages = ["about.md"', 'pages = ["assets/cv.pdf"', "assets/cv.pdf is no page"),
    ],
)
def test_wrong_settings(tmp_path: Path, old: str, new: str, message: str) -> None:
    config, problems = load_config(moved(tmp_path, (old, new)).root)
    assert config is None
    assert [message in problem.message for problem in problems] == [True]
    assert problems[0].span is not None
    assert problems[0].hint


def test_a_home_page_of_its_own_text_is_kept(tmp_path: Path) -> None:
    project = moved(tmp_path, ("title: Settings of the list\n---\n", "title: Settings of the list\n---\nWelcome.\n"))
    project.build()
    assert "Welcome." in project.page("")


def test_ids_of_headings_as_other_generators_spell_them(tmp_path: Path) -> None:
    project = Project(tmp_path)
    spelled = ("Code-Block", "code_block", "code-block-", "2-more", "Twice", "Main-js", "code", "-")
    links = " ".join(f"[x](#{anchor})" for anchor in spelled)
    headings = "\n\n## ".join(("# One", "Code block", "2. More", "Twice!", "Twice", "Main.js"))
    project.write(f"-- content/posts/one.md --\n{headings}\n\n{links}\n")
    assert [problem.partition("has no")[2] for problem in told(project.build())] == [
        " place named #code",
        " place named #-",
    ]
    page = project.page("/one/").partition("<p>")[2]
    for anchor, times in (("code-block", 3), ("section-2-more", 1), ("twice", 1), ("mainjs", 1)):
        assert page.count(f'href="#{anchor}"') == times


def test_what_pelicans_authors_link_to(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("""
-- content/posts/a.md --
---
title: A
tags: [Big balls, C++]
---
[b]({filename}b.md#x) ![i]({static}/images/i.svg) [c](|filename|/posts/b.md) ![j]({attach}j.svg)
[t]({tag}Big balls) [s]({tag}C++) [i]({index}) [p]({static}/paper.pdf) [no]({filename}/none.md)
-- content/posts/b.md --
# B

## X
-- content/images/i.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- content/posts/j.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- content/paper.pdf --
%PDF
""")
    assert told(project.build()) == [
        "link/missing-page content/posts/a.md:6:72 neither a page nor a file is at @/none.md"
    ]
    page = project.page("/a/")
    for href in ("/b/#x", "/b/", "/tags/big-balls/", "/tags/c-plus-plus/", "/", "/paper.pdf"):
        assert f'href="{href}"' in page
    assert 'src="/images/i.svg"' in page
    assert 'src="/j.svg"' in page
    assert {"images/i.svg", "j.svg", "paper.pdf"} <= project.dist().keys()
