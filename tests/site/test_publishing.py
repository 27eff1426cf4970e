"""Lists, feeds, aliases and what search engines are told."""

from __future__ import annotations

import datetime as dt
import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from lxml import html

from sitegen.build import build
from sitegen.config import load_config
from sitegen.pages.feeds import feed_html
from sitegen.site.addresses import slug_of_term, small_slug
from tests.site.projects import Project, codes, png, told

SITE = r"""
-- sitegen.toml --
[site]
title = "Notes & sums"
base_url = "https://example.org/repo/"
author = "Ada"
paginate = 2
[publish]
json_feed = true
markdown = true
-- content/posts/2019-03-04-one.md --
---
title: On $x^2$ & more
tags: [Kernels, "$L^p$ spaces", C++]
author: Emmy
updated: 2020-01-01
aliases: [/old/one/, /one.html]
---
Intro with $\pi$ and [two](two/index.md), [part](#part).

<!--more-->

## Part

$$\begin{equation} a = b \label{eq:a}\end{equation}$$

see $\eqref{eq:a}$ and note[^1].

[^1]: A note.
-- content/posts/two/index.md --
+++
title = "Two"
date = 2020-05-06T10:00:00+02:00
tags = ["kernels"]
series = "Sums"
categories = ["Math"]
description = 'About $\sqrt{2}$.'
image = "a.png"
+++
![dot](a.png) [tag](/tags/kernels/) [feed](/feed.xml) [archive](/archive/)
-- content/posts/three.md --
---
title: Three
date: 2021-01-01
tags: [kernels]
---
Text.
-- content/posts/undated.md --
# Undated
-- content/posts/draft.md --
---
title: Draft
date: 2021-01-02
draft: true
tags: [secret]
---
-- content/posts/future.md --
---
title: Future
date: 9000-01-01
---
-- content/about.md --
---
title: About
tags: [not-a-post]
---
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", SITE)
    made.put("content/posts/two/a.png", png(3, 3))
    return made


def read_feed(project: Project, path: str = "feed.xml") -> Any:
    parse: Any = import_module("feedparser").parse  # it has no types
    return parse((project.root / "dist" / path).read_bytes())


def links(project: Project, place: str) -> list[str]:
    found = html.document_fromstring(project.page(place)).xpath("//main//li//a/@href")
    return [str(href) for href in found]


def test_posts_are_listed_page_by_page_by_year_and_by_tag(project: Project) -> None:
    result = project.build()
    assert told(result) == []
    assert links(project, "/") == ["/repo/three/", "/repo/two/"]
    assert links(project, "/page/2/") == ["/repo/one/", "/repo/undated/"]
    second = html.document_fromstring(project.page("/page/2/"))
    assert second.xpath("//link[@rel='canonical']/@href") == ["https://example.org/repo/page/2/"]
    assert second.xpath("//a[@rel='prev']/@href") == ["/repo/"]
    assert second.xpath("//a[@rel='next']") == []
    archive = html.document_fromstring(project.page("/archive/"))
    assert archive.xpath("//main//h2/text()") == ["2021", "2020", "2019", "Undated"]
    assert links(project, "/tags/kernels/") == ["/repo/three/", "/repo/two/", "/repo/one/"]
    assert links(project, "/tags/") == [f"/repo/tags/{name}/" for name in ("c-plus-plus", "kernels", "lp-spaces")]
    assert "<math" in project.page("/tags/lp-spaces/")
    assert html.document_fromstring(project.page("/tags/lp-spaces/")).xpath("string(//title)") == (
        "Lᵖ spaces – Notes & sums"
    )
    assert links(project, "/authors/emmy/") == ["/repo/one/"]
    assert links(project, "/series/sums/") == ["/repo/two/"]
    assert links(project, "/categories/math/") == ["/repo/two/"]
    assert not (project.root / "dist/tags/secret").exists()
    assert not (project.root / "dist/tags/not-a-post").exists()


def test_each_year_is_there_once_with_an_id(tmp_path: Path) -> None:
    """Posts come by the moment they were published, and show the date of their own time zone."""
    project = Project(
        tmp_path / "project",
        """
-- sitegen.toml --
[site]
title = "Notizen"
language = "de"
base_url = "https://example.org/"
-- content/posts/one.md --
---
date: 2020-01-01T00:30:00+05:00
---
-- content/posts/two.md --
---
date: 2019-12-31T20:00:00Z
---
-- content/posts/three.md --
---
date: 2019-01-01
---
-- content/posts/undated.md --
# Ohne
""",
    )
    assert told(project.build()) == []
    headings = html.document_fromstring(project.page("/archive/")).xpath("//main//h2")
    assert [(each.text, each.get("id")) for each in headings] == [
        ("2020", "y2020"),
        ("2019", "y2019"),
        ("Ohne Datum", "undated"),
    ]
    assert links(project, "/archive/") == ["/one/", "/two/", "/three/", "/undated/"]


def test_a_feed_holds_nothing_that_xml_does_not(tmp_path: Path) -> None:
    project = Project(
        tmp_path / "project", "-- content/posts/a.md --\n---\ndate: 2020-01-01\n---\nA\x0cB `C\x0cD`\x01\n"
    )
    assert codes(project.build()) == []
    assert read_feed(project).entries[0].content[0].value.split() == ["<p>A", "B", "<code>C", "D</code></p>"]
    assert not read_feed(project).bozo


def test_drafts_and_the_future_are_built_on_request(project: Project) -> None:
    project.build()
    assert not {"draft", "future"} & set(os.listdir(project.root / "dist"))
    config, _ = load_config(project.root, drafts=True, future=True)
    assert config is not None
    build(config)
    assert {"draft", "future"} <= set(os.listdir(project.root / "dist"))
    assert "Draft" not in (project.root / "dist/feed.xml").read_text()
    assert "/draft/" not in (project.root / "dist/sitemap.xml").read_text()


def test_a_feed_is_read_back_by_a_reader(project: Project) -> None:
    project.build()
    feed = read_feed(project, "feed.xml")
    assert feed.bozo is False
    assert (feed.version, feed.feed.title, feed.feed.id) == ("atom10", "Notes & sums", "https://example.org/repo/")
    assert feed.feed.updated == "2021-01-01T00:00:00Z"
    assert [(entry.title, entry.id, entry.author) for entry in feed.entries] == [
        ("Three", "https://example.org/repo/three/", "Ada"),
        ("Two", "https://example.org/repo/two/", "Ada"),
        ("On x² & more", "https://example.org/repo/one/", "Emmy"),
    ]
    one = feed.entries[2]
    assert (one.published, one.updated) == ("2019-03-04T00:00:00Z", "2020-01-01T00:00:00Z")
    assert [tag.term for tag in one.tags] == ["kernels", "Lᵖ spaces", "C++"]
    tagged = read_feed(project, "tags/c-plus-plus/feed.xml")
    assert [entry.title for entry in tagged.entries] == ["On x² & more"]


def test_the_structure_of_a_feed_is_that_of_the_standard(project: Project) -> None:
    """RFC 4287, sections 4.1.1 and 4.1.2: what has to be there, once."""
    project.build()
    space = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring((project.root / "dist/feed.xml").read_bytes())
    for element in (root, *root.findall("a:entry", space)):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"a:{name}", space)) == 1
        for date in (*element.findall("a:updated", space), *element.findall("a:published", space)):
            assert dt.datetime.fromisoformat(date.text or "").tzinfo is not None
        assert element.findall("a:author/a:name", space)
        alternates = [link for link in element.findall("a:link", space) if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    assert len({element.text for element in root.findall(".//a:id", space)}) == 4


def test_what_a_feed_has_of_a_post_needs_neither_styles_nor_the_page(project: Project) -> None:
    project.build()
    space = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring((project.root / "dist/feed.xml").read_bytes())
    for content in root.findall(".//a:content", space):
        body = html.fragment_fromstring(content.text or "", create_parent=True)
        assert body.xpath(".//@class | .//@id | .//@style | .//annotation | .//@srcset") == []
        addresses = body.xpath(".//@href | .//@src")
        assert all(str(address).startswith("https://example.org/repo/") for address in addresses)
        assert "#</a>" not in (content.text or ""), "marks of headings are decoration"
    assert "<math>" in (root.findall(".//a:content", space)[2].text or "")


def test_the_json_feed_says_the_same(project: Project) -> None:
    project.build()
    value = json.loads((project.root / "dist/feed.json").read_bytes())
    assert value["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in value["items"]] == ["Three", "Two", "On x² & more"]
    assert value["items"][1]["image"] == "https://example.org/repo/two/a.png"


def test_a_feed_has_no_more_than_it_should(project: Project) -> None:
    text = (project.root / "sitegen.toml").read_text()
    (project.root / "sitegen.toml").write_text(text + 'feed = 1\nfeed_content = "summary"\n')
    project.build()
    feed = read_feed(project, "feed.xml")
    assert [entry.title for entry in feed.entries] == ["Three"]
    assert "content" not in feed.entries[0]
    (project.root / "sitegen.toml").write_text(text + "feed = 0\n")
    project.build()
    assert not list((project.root / "dist").rglob("feed.*"))
    assert "feed.xml" not in project.page("/")


def test_crawlers_are_told_of_every_page(project: Project) -> None:
    project.build()
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = ET.fromstring((project.root / "dist/sitemap.xml").read_bytes())
    told_of = {element.text for element in root.findall("s:url/s:loc", space)}
    for page in ("", "one/", "two/", "three/", "undated/", "about/", "archive/", "tags/", "tags/kernels/"):
        assert f"https://example.org/repo/{page}" in told_of
    assert not [address for address in told_of if "old" in (address or "") or "404" in (address or "")]
    assert "Sitemap: https://example.org/repo/sitemap.xml" in (project.root / "dist/robots.txt").read_text()


def test_the_head_of_a_post_has_no_tex(project: Project) -> None:
    project.build()
    root = html.document_fromstring(project.page("/two/"))
    value = json.loads(root.xpath("string(//script)"))
    assert value["description"] == "About √2."
    assert root.xpath("//meta[@property='og:image']/@content") == ["https://example.org/repo/two/a.png"]
    assert root.xpath("//link[@type='text/markdown']/@href") == ["/repo/two/index.md"]
    assert (project.root / "dist/two/index.md").read_bytes() == (
        project.root / "content/posts/two/index.md"
    ).read_bytes()
    head = html.document_fromstring(project.page("/one/")).xpath("//head")[0]
    assert "x^2" not in html.tostring(head, encoding="unicode")
    assert "II" not in html.tostring(head, encoding="unicode")


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://cdn.example/a.png?b", "https://cdn.example/a.png?b"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("/icon.svg", "https://example.org/repo/icon.svg"),
        ("http://[", "http://["),
    ],
)
def test_the_address_of_a_picture_is_complete(project: Project, written: str, address: str) -> None:
    project.write(f'-- content/posts/p.md --\n---\nimage: "{written}"\n---\nText\n')
    assert codes(project.build()) == []
    root = html.document_fromstring(project.page("/p/"))
    assert root.xpath("//meta[@property='og:image']/@content") == [address]


def test_an_alias_sends_readers_on(project: Project) -> None:
    project.build()
    for page in (project.page("/old/one/"), (project.root / "dist/one.html").read_text()):
        root = html.document_fromstring(page)
        assert root.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=/repo/one/"]
        assert root.xpath("//link[@rel='canonical']/@href") == ["https://example.org/repo/one/"]
        assert root.xpath("//meta[@name='robots']/@content") == ["noindex"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("aliases: /two/", "site/bad-alias content/posts/bad.md:2:10 the alias /two/ is the address of a page, "),
        (
            "aliases: /bad/",
            "site/bad-alias content/posts/bad.md:2:10 the alias /bad/ is the address of the page itself",
        ),
        ("aliases: [/x/, /old/ONE/]", "site/bad-alias content/posts/bad.md:2:16 content/posts/2019-03-04-one.md has"),
        ("aliases: /tags/kernels/", "site/bad-alias content/posts/bad.md:2:10 the alias /tags/kernels/ is the address"),
        (
            "tags: [$L^p$-spaces]",
            "site/similar-term content/posts/bad.md:2:8 Lᵖ-spaces is taken for Lᵖ spaces: they differ",
        ),
        ("tags: ['!']", "site/bad-term content/posts/bad.md:2:8 no address can be made of !"),
        ("template: pots", "template/missing content/posts/bad.md:2:11 there is no template pots.html"),
        ("template: wide", "template/foreign content/posts/bad.md:2:11 there is no template wide.html, so the usual"),
        ("path: /tags/", "site/path-collision content/posts/bad.md:2:7"),
        ("path: /.sitegen-manifest.json", "site/path-collision content/posts/bad.md:2:7"),
        ("aliases: [/x/, /feed.xml]", "site/path-collision content/posts/bad.md:2:16"),
        ("aliases: [/c/, /C/]", "site/bad-alias content/posts/bad.md:2:16 the alias /C/ is one file with /c/"),
    ],
)
def test_addresses_that_meet_are_told_of_where_they_are_written(project: Project, head: str, expected: str) -> None:
    project.write(f"-- content/posts/bad.md --\n---\n{head}\ndate: 2000-01-01\n---\nText\n")
    (problem,) = told(project.build())
    assert problem.startswith(expected)


def test_an_author_spelled_in_two_ways_is_one(project: Project) -> None:
    for name, author in (("a", "J. Doe"), ("b", "J Doe"), ("c", "j. doe"), ("d", "J Doe")):
        project.write(
            f"-- content/posts/{name}.md --\n---\nauthor: {author}\ndate: 2020-01-0{ord(name) - 96}\n---\nText\n"
        )
    result = project.build()
    (problem,) = [each for each in result.diagnostics if each.severity != "note"]
    assert (problem.code, problem.path, problem.message) == (
        "site/similar-term",
        "content/posts/c.md",
        "j. doe is taken for J Doe: they differ in signs only",
    )
    assert [place for place in project.dist() if place.startswith("authors/j")] == [
        "authors/j-doe/feed.xml",
        "authors/j-doe/index.html",
    ]
    page = project.page("/authors/j-doe/")
    assert all(f"/repo/{name}/" in page for name in "abcd")


def test_a_site_without_an_address_is_told_of(tmp_path: Path) -> None:
    project = Project(tmp_path, "-- content/posts/a.md --\n# A\n\n[x](/content/posts/b.md) [y](a.html) [z](/x/y/)\n")
    project.write('-- sitegen.toml --\n[site]\ntitle = "N"\n-- content/posts/b.md --\n# B\n')
    problems = project.build().diagnostics
    assert [(problem.code, problem.hint) for problem in problems] == [
        ("link/missing-page", "did you mean /b/?"),
        ("link/missing-page", "did you mean /a/?"),
        ("link/missing-page", "name a file relative to the post, or a page from the root: /about/"),
        ("config/no-base-url", 'write base_url = "https://example.org/" under [site], with its address'),
    ]


def test_a_layout_counts_where_the_site_has_it(project: Project) -> None:
    project.write("-- content/posts/wide.md --\n---\nlayout: wide\n---\nText\n")
    assert codes(project.build()) == []
    text = '{% extends "default/post.html" %}{% block after_content %}<p>wide</p>{% endblock %}\n'
    project.write(f"-- templates/wide.html --\n{text}")
    assert codes(project.build()) == []
    assert "<p>wide</p>" in project.page("/wide/")


def test_an_edit_writes_what_shows_the_post_and_nothing_else(project: Project) -> None:
    project.build()
    project.write(SITE.partition("-- content/posts/two")[0])
    text = (project.root / "content/posts/2019-03-04-one.md").read_text()
    (project.root / "content/posts/2019-03-04-one.md").write_text(text.replace("A note.", "Another note."))
    before = project.dist()
    result = project.build()
    changed = {path for path, data in project.dist().items() if before.get(path) != data}
    feeds = {
        f"{place}feed.xml" for place in ("", "tags/kernels/", "tags/lp-spaces/", "tags/c-plus-plus/", "authors/emmy/")
    }
    wanted = {"one/index.html", "one/index.md", "feed.json", *feeds}
    assert {path for path in changed if not path.startswith((".", "assets/"))} == wanted
    assert result.stats.compiled == 1
    assert project.build().stats.written == 0


def test_slugs_tell_names_apart() -> None:
    assert [slug_of_term(name) for name in ("C++", "C#", "C", "Größe", "R&D", "don't", "a  b/c", "日本", "हिन्दी")] == [
        "c-plus-plus",
        "c-sharp",
        "c",
        "größe",
        "r-and-d",
        "dont",
        "a-b-c",
        "日本",
        "हिन्दी",
    ]
    assert [slug_of_term(name) for name in ("con", "AUX", "console")] == ["con-", "aux-", "console"]
    assert small_slug("हिन्दी, R&D_x") == "हिन्दी-r-d-x"


def test_html_of_a_feed() -> None:
    written = (
        '<p class="x" onclick="a()">A &amp; &#8722; <a href="#b" id="b">b</a><br>'
        '<picture><source srcset="c.avif"><img src="c.png" alt="a &quot;c&quot;" loading="lazy"></picture>'
        "<script>var x = 1 < 2</script><math><semantics><mi>x</mi><annotation>x</annotation></semantics></math></p>"
    )
    assert feed_html(written, "https://example.org/p/") == (
        '<p>A &amp; &#8722; <a href="https://example.org/p/#b">b</a><br>'
        '<img src="https://example.org/p/c.png" alt="a &quot;c&quot;"><math><mi>x</mi></math></p>'
    )


def ids(project: Project, path: str = "feed.xml") -> list[str]:
    root = ET.fromstring((project.root / "dist" / path).read_bytes())
    return [element.text or "" for element in root.iter("{http://www.w3.org/2005/Atom}id")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", ["https://example.org/repo/", "https://example.org/repo/three/", "https://example.org/repo/two/"]),
        (
            "https://old.example{place}",
            ["https://old.example/", "https://old.example/three/", "https://old.example/two/"],
        ),
        ("https://old.example{name}", ["https://old.example", "https://old.example/three", "https://old.example/two"]),
        (
            "tag:a.example,{date}:{place}",
            ["https://example.org/repo/", "tag:a.example,2021-01-01:/three/", "tag:a.example,2020-05-06:/two/"],
        ),
    ],
)
def test_ids_of_posts_are_what_the_settings_make_them_of(project: Project, pattern: str, expected: list[str]) -> None:
    project.write(SITE.replace("[publish]", f'[publish]\nfeed_id = "{pattern}"' if pattern else "[publish]"))
    assert codes(project.build()) == []
    assert ids(project)[:3] == expected
    feed = json.loads((project.root / "dist/feed.json").read_bytes())
    assert [item["id"] for item in feed["items"]][:2] == expected[1:]


def test_an_id_of_the_front_matter_is_that_of_the_post(project: Project) -> None:
    own = "urn:uuid:0f8fad5b-d9cb-469f-a165-70867728950e"
    project.write(f"-- content/posts/three.md --\n---\ntitle: Three\ndate: 2021-01-01\nid: {own}\n---\nText.\n")
    project.write("-- content/posts/four.md --\n---\ntitle: Four\ndate: 2021-01-03\nid: intro\n---\nText.\n")
    assert codes(project.build()) == []
    assert ids(project)[1:3] == ["https://example.org/repo/four/", own]


def test_ids_stay_when_the_site_moves(project: Project) -> None:
    project.write(SITE.replace("[publish]", '[publish]\nfeed_id = "https://example.org/repo{place}"'))
    project.build()
    before = ids(project)
    project.write(
        SITE.replace("[publish]", '[publish]\nfeed_id = "https://example.org/repo{place}"').replace(
            "https://example.org/repo/", "https://new.example/"
        )
    )
    project.build()
    assert ids(project) == before
    assert b"https://new.example/three/" in (project.root / "dist/feed.xml").read_bytes()


@pytest.mark.parametrize(
    ("pattern", "message", "hint"),
    [
        ("{palce}", "unknown placeholder {palce}", "did you mean {place}?"),
        ("notes{place}", "an id begins with a scheme", "write tag:"),
        ("tag:a.example,{date}", "all posts of a day would have the same id", "add {place}"),
    ],
)
def test_ids_that_cannot_be(project: Project, pattern: str, message: str, hint: str) -> None:
    project.write(SITE.replace("[publish]", f'[publish]\nfeed_id = "{pattern}"'))
    config, problems = load_config(project.root)
    assert config is None
    (problem,) = problems
    assert message in problem.message
    assert problem.hint.startswith(hint)
    assert problem.span is not None


def test_a_sentence_as_a_tag_has_an_address_that_fits(project: Project) -> None:
    long = "und so weiter " * 30
    assert len(slug_of_term(long)) <= 120
    assert slug_of_term(long) != slug_of_term(long + "fort")
    assert slug_of_term("語" * 50).startswith("語" * 37 + "-")
    project.write(f"-- content/posts/three.md --\n---\ntitle: Three\ndate: 2021-01-01\nauthor: {long}\n---\nText.\n")
    assert codes(project.build()) == []
    assert (project.root / "dist/authors" / slug_of_term(long) / "index.html").is_file()
