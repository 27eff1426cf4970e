"""What a check says of single pages, feeds and files, and how the command says it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sitegen.check import check
from sitegen.check.facts import read_page
from sitegen.check.feeds import Feed, read_feed
from sitegen.check.styles import style_addresses
from tests.site.projects import Project
from tests.support.sites import run_sitegen

SETTINGS = '-- sitegen.toml --\n[site]\ntitle = "N"\nbase_url = "https://example.org/{}"\ndescription = "D."\n'


def codes(project: Project, **options: object) -> list[str]:
    return [each.code for each in check(project.config()).diagnostics]


# -- pages


@pytest.mark.parametrize(
    ("html", "addresses"),
    [
        ('<a href=" /a ">', ["/a"]),
        ('<a href="/a?b&amp;c">', ["/a?b&c"]),
        ('<IMG SRC=a.png SRCSET="b.png 1x, c,d.png 2x">', ["a.png", "b.png", "c,d.png"]),
        ('<svg><use xlink:href="#x"/><image href="y.png"/></svg>', ["#x", "y.png"]),
        ('<link rel="preconnect" href="https://a"><link rel="icon" href="b">', ["b"]),
        ('<meta http-equiv="refresh" content="0; url=\'/b/\'">', ["/b/"]),
        ('<meta property="og:image" content="https://e/x.png"><meta name="twitter:image" content="y">', None),
        (
            '<script type="application/ld+json">{"a": [{"url": "https://e/"}], "b": "https://f"}</script>',
            ["https://e/"],
        ),
        ("<!-- <a href=x> --><template><a href=y></a></template><textarea><a href=z></textarea>", []),
        ('<video src="a" poster="b"><source src="c"><track src="d"></video><object data="e">', list("abcde")),
        ("<a href=x", []),
    ],
)
def test_addresses_of_a_page(html: str, addresses: list[str] | None) -> None:
    found = [address.written for address in read_page(html).addresses]
    assert found == (["https://e/x.png", "y"] if addresses is None else addresses)


@pytest.mark.parametrize(
    ("html", "nameless", "without_alt"),
    [
        ("<a href=x>text</a>", 0, 0),
        ("<a href=x><math><mi>x</mi></math></a>", 0, 0),
        ("<a href=x aria-label=y></a>", 0, 0),
        ("<a href=x><img src=y alt=z></a>", 0, 0),
        ("<a href=x><svg><title>t</title></svg></a>", 0, 0),
        ("<a id=x></a>", 0, 0),
        ("<a href=x> </a>", 1, 0),
        ("<a href=x><img src=y alt=''></a>", 0, 1),
        ("<a href=x><img src=y></a>", 0, 1),
        ("<img src=y alt><img src=y alt=''>", 0, 0),
        ("<img src=y>", 0, 1),
    ],
)
def test_what_has_no_name(html: str, nameless: int, without_alt: int) -> None:
    facts = read_page(html)
    assert (len(facts.nameless_links), len(facts.without_alt)) == (nameless, without_alt)


def test_the_head_of_a_page() -> None:
    facts = read_page(
        '<html lang="de"><title> A\n title </title><meta name=description content=D><meta name=robots content=noindex>'
        "<svg><title>not this</title></svg>"
    )
    assert (facts.title, facts.description, facts.language, facts.hidden) == ("A title", "D", "de", True)
    assert read_page("<p>").title is None


@pytest.mark.parametrize(
    "css", ["a{b:url(x)}", "a{b:url( 'x' )}", '@import "x";', "@media print{a{b:image-set('y' 1x, url(x) 2x)}}"]
)
def test_addresses_of_a_stylesheet(css: str) -> None:
    assert [address.written for address in style_addresses(css)] == ["x"]


@pytest.mark.parametrize("css", ["/* url(x) */", 'a::before{content:"url(x)"}', "a{b:c", "}}}{{{", ""])
def test_no_addresses_of_a_stylesheet(css: str) -> None:
    assert style_addresses(css) == ()


def test_feeds_of_three_kinds() -> None:
    rss = b"<rss><channel><link>https://e/</link><item><title>t</title><link>https://e/a</link><guid>g</guid>"
    rss += b"<description>&lt;img src='b.png'&gt;</description></item></channel></rss>"
    xhtml = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>i</id><title>t</title><updated>u</updated>'
    xhtml += b'<link href="https://e/a"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
    xhtml += b'<a href="b"/></div></content></entry></feed>'
    item = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "https://e/a"}]}'
    for path, data, addresses, missing in (
        ("x.xml", rss, ["b.png"], ()),
        ("x.xml", xhtml, ["b"], ()),
        ("x.json", item, [], ("id", "content_html")),
    ):
        feed = read_feed(path, data)
        assert isinstance(feed, Feed)
        (entry,) = feed.entries
        assert entry.url == "https://e/a"
        assert [address.written for address in entry.addresses] == addresses
        assert entry.missing == missing


@pytest.mark.parametrize(
    ("path", "data"), [("x.xml", b"<svg/>"), ("x.json", b"[1]"), ("x.json", b'{"a": 1}'), ("x", b"")]
)
def test_no_feeds(path: str, data: bytes) -> None:
    assert read_feed(path, data) is None


# -- sites

POST = "-- content/posts/a.md --\n---\ntitle: A\ndescription: D.\n---\n"


@pytest.mark.parametrize("base", ["", "repo/"])
def test_base_paths(tmp_path: Path, base: str) -> None:
    project = Project(
        tmp_path, SETTINGS.format(base) + POST + "[home](/) [self](a.md#top) [full](https://example.org/)\n"
    )
    assert codes(project) == []


def test_our_host_beside_our_base_path_is_another_site(tmp_path: Path) -> None:
    project = Project(tmp_path, SETTINGS.format("repo/") + POST + "[other](https://example.org/other/)\n")
    result = check(project.config())
    assert result.diagnostics == ()


def test_a_missing_slash_is_named(tmp_path: Path) -> None:
    project = Project(tmp_path, SETTINGS.format("") + POST + "[x](https://example.org/a)\n")
    (problem,) = check(project.config()).diagnostics
    assert (problem.code, problem.hint) == ("page/missing-target", "add a slash at the end")


def test_what_many_pages_share_is_told_once(tmp_path: Path) -> None:
    posts = "".join(POST.replace("a.md", f"{n}.md").replace("title: A", f"title: T{n}") + "x\n" for n in range(5))
    template = '-- templates/base.html --\n{% extends "default/base.html" %}'
    template += '{% block footer %}<a href="/no/">x</a>{% endblock %}\n'
    (problem,) = check(Project(tmp_path, SETTINGS.format("") + posts + template).config()).diagnostics
    assert (problem.code, problem.path) == ("page/missing-target", "templates/base.html")
    (note,) = problem.notes
    assert re.fullmatch(r"the same holds for \d+ other places", note)


def test_the_pages_of_one_list_without_a_description_are_one_message(tmp_path: Path) -> None:
    settings = SETTINGS.format("").replace('description = "D."', "paginate = 1")
    posts = "".join(POST.replace("a.md", f"{n}.md").replace("title: A", f"title: T{n}") + "x\n" for n in range(3))
    found = check(Project(tmp_path, settings + posts).config()).diagnostics
    home = [problem for problem in found if problem.path == "default/home.html"]
    assert [(problem.message, problem.notes) for problem in home] == [
        ("the page index.html has no description", ("the same holds for 2 other places",))
    ]


def test_an_entry_of_the_menu_that_leads_nowhere_is_told_once(tmp_path: Path) -> None:
    settings = SETTINGS.format("") + 'menu = [{ title = "x", url = "/no/" }]\n'
    assert codes(Project(tmp_path, settings + POST + "x\n")) == ["link/missing-page"]


def test_what_leads_nowhere_in_a_post_is_not_told_of_every_feed_that_has_it(tmp_path: Path) -> None:
    text = (
        '[x](https://example.org/no/) <video src="no.mp4"></video> [y](#no) <a href="https://example.org/a/#no">z</a>'
    )
    settings = SETTINGS.format("") + "[publish]\njson_feed = true\n"
    project = Project(tmp_path, settings + POST.replace("title: A", "title: A\ntags: [t, u, v]") + text + "\n")
    found = [(problem.code, problem.path) for problem in check(project.config()).diagnostics]
    assert sorted(code for code, _ in found) == [
        "asset/missing",
        "link/missing-anchor",
        "page/missing-anchor",
        "page/missing-target",
    ]
    assert {path for _, path in found} == {"content/posts/a.md"}


def test_what_is_wrong_with_an_entry_is_told_of_one_feed_that_has_it(tmp_path: Path) -> None:
    """A page that leaves out what its feeds have cannot be where it is told."""
    project = Project(
        tmp_path,
        SETTINGS.format("")
        + """[publish]
json_feed = true
-- templates/post.html --
{% extends "default/post.html" %}
{% block content %}{% endblock %}
-- content/posts/a.md --
---
date: 2020-01-01
tags: [one, two]
---
# A

<object data="https://example.org/gone/"></object> <video src="https://example.org/gone/"></video>
""",
    )
    found = [each for each in check(project.config()).diagnostics if each.code.startswith("feed/")]
    assert [(each.code, each.message, each.notes) for each in found] == [
        (
            "feed/missing-target",
            "an entry of feed.xml leads to https://example.org/gone/, where there is nothing",
            ("the same holds for 7 other places",),
        )
    ]


def test_files_that_may_be_left_over(tmp_path: Path) -> None:
    text = SETTINGS.format("") + POST + "x\n-- content/posts/left.txt --\nx\n"
    assert codes(Project(tmp_path / "a", text)) == ["file/orphaned"]
    text = text.replace("-- content/posts/a.md", '[check]\nignore = ["content/*.txt"]\n-- content/posts/a.md')
    assert codes(Project(tmp_path / "b", text)) == []


def test_a_site_that_cannot_be_made_is_still_spoken_of(tmp_path: Path) -> None:
    text = SETTINGS.format("") + POST + "[x](nowhere.md)\n-- templates/base.html --\n{% no %}\n"
    assert codes(Project(tmp_path, text)) == ["link/missing-page", "template/syntax"]


def test_nothing_is_written(tmp_path: Path) -> None:
    project = Project(tmp_path, SETTINGS.format("") + POST + "x\n")
    check(project.config())
    assert not (tmp_path / "dist").exists()


# -- the command


def test_the_command(tmp_path: Path) -> None:
    Project(tmp_path, SETTINGS.format("") + POST + "[x](nowhere.md)\n")
    done = run_sitegen(tmp_path, "check")
    assert done.returncode == 0
    assert " --> content/posts/a.md:5:1\n" in done.stderr
    assert re.match(r"\d pages, \d+ links inside the site checked, ", done.stderr.splitlines()[-1])
    assert done.stderr.splitlines()[-1].endswith(": 1 warning")
    assert run_sitegen(tmp_path, "check", "--strict").returncode == 1
    data = json.loads(run_sitegen(tmp_path, "check", "--format", "json").stdout)
    assert data["summary"]["warnings"] == 1
    assert [each["code"] for each in data["diagnostics"]] == ["link/missing-page"]
    (tmp_path / "content" / "posts" / "a.md").write_text("$\\nosuch$")
    assert run_sitegen(tmp_path, "check").returncode == 1
    assert run_sitegen(tmp_path, "check", "--base-url", "x").returncode == 2


def test_a_clean_site_is_told_so(tmp_path: Path) -> None:
    assert run_sitegen(tmp_path, "init", "--ci", "none").returncode == 0
    done = run_sitegen(tmp_path, "check", "--strict", "-v")
    assert done.returncode == 0
    assert done.stderr.endswith(": nothing to complain about\n")
    assert done.stderr.count("\n") == 1
