"""A site with a fault of every kind: each is found, once, at its place; and a site without any, about which nothing
is said."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sitegen.check import CheckResult, check
from sitegen.text import LineIndex
from tests.site.projects import Project, png

SETTINGS = """\
-- sitegen.toml --
[site]
title = "Notes"
base_url = "https://example.org/repo/"
description = "On kernels."
"""

CLEAN = (
    SETTINGS
    + r"""
-- content/posts/kernels/index.md --
---
title: Kernels
description: What a kernel is.
---

A kernel $k$, as in $\eqref{eq:k}$ of [the other post](../mirrors.md#flipped), and
[one more link](https://example.com/page?x=1#y) that nobody asks for here:

$$ \begin{equation} k = 1 \label{eq:k} \end{equation} $$

![a dot](dot.png) <img src="dot.png" srcset="dot.png 2x" alt="the dot again"> [the table](data.csv)

<a name="old"></a>
<svg width="1" height="1" role="img"><title>A square</title><defs><path id="p" d="M0 0h1v1z"/></defs></svg>

See [old](#old), [this very post](https://example.org/repo/kernels/#old) and a note[^1].

[^1]: The note, <https://example.org/elsewhere/>.
-- content/posts/kernels/data.csv --
x,y
-- content/posts/mirrors.md --
---
title: Mirrors
description: What a mirror does.
---

## Flipped

Back to $\eqref{eq:k}$, [the kernel](/kernels/), [a drawing](/drawing.svg), and
[mail](mailto:someone@example.org).
-- content/posts/later/index.md --
---
title: Later
draft: true
---

![what a draft will show](sketch.txt)
-- content/posts/later/sketch.txt --
not an orphan
-- static/drawing.svg --
<svg xmlns="http://www.w3.org/2000/svg"/>
-- static/extra.css --
body { background: url(drawing.svg) }
@import "more.css";
-- static/more.css --
p { background: url("https://example.com/x.png"), url(data:image/png;base64,AA==) }
-- static/moved.html --
<!DOCTYPE html><html lang="en"><meta http-equiv="refresh" content="0; url=/repo/kernels/"><title>Moved</title>
<p><a href="/repo/kernels/">Kernels</a></html>
-- static/list.xml --
<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><id>urn:x</id><updated>2024-01-01T00:00:00Z</updated>
<link href="https://example.org/repo/"/>
<entry><id>urn:x:1</id><title>K</title><updated>2024-01-01T00:00:00Z</updated>
<link href="https://example.org/repo/kernels/"/>
<content type="html">&lt;a href="https://example.org/repo/kernels/#old"&gt;old&lt;/a&gt;</content></entry></feed>
-- static/places.xml --
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://example.org/repo/mirrors/</loc></url></urlset>
-- static/list.json --
{"version": "https://jsonfeed.org/version/1.1", "title": "Notes", "items":
[{"id": "1", "url": "https://example.org/repo/kernels/", "content_html": "<p>K</p>"}]}
-- static/robots.txt --
Sitemap: https://example.org/repo/places.xml
-- templates/base.html --
{% extends "default/base.html" %}
{% block head %}
<link rel="stylesheet" href="{{ url("/extra.css") }}">
<link rel="alternate" type="application/atom+xml" href="{{ url("/list.xml") }}" title="Feed">
<link rel="alternate" type="application/feed+json" href="{{ url("/list.json") }}" title="Feed">
<link rel="preconnect" href="https://example.com">
<meta property="og:image" content="{{ absolute_url("/drawing.svg") }}">
{% endblock %}
"""
)
"""Everything that a check looks at, and all of it good."""

FAULTY = r"""
-- content/posts/faults/index.md --
---
title: Faults
titel: Faults
description: A post with faults.
---

An unknown command: $\convol$.

A reference to nothing: $\eqref{eq:nothing}$.

A reference to two: $\eqref{eq:two}$.

[No such post](nowhere.md)

[No such place](../mirrors.md#nowhere)

[No such place here](#nowhere-here)

![no such image](missing.png)

<video src="missing.mp4" controls></video>

<video src="film.mp4" poster="missing.jpg" controls></video>

<img src="dot.png" srcset="missing-big.png 2x" alt="a dot">

<img src="dot.png?no-alt">

[![](dot.png)](https://example.com/only-image)

<a href="https://example.com/nothing-to-read"></a>

A note that is not there[^nowhere], and one[^twice].

[^unused]: Nobody refers to this.

[^twice]: Once.

[^twice]: Twice.

## One {#same}

## Two {#same}

<p id="double">One</p>

<p id="double">Two</p>

<script>alert(1)</script>

<p style="color: no-such-colour">Text.</p>

This $$ stands alone.

```no-such-language
code
```

> quoted

<blockquote cite="/repo/uncited/">Text.</blockquote>

[Our own address](https://example.org/repo/gone/)

[Our own address, no such place](https://example.org/repo/mirrors/#gone)
-- content/posts/faults/film.mp4 --
film
-- content/posts/faults/left.txt --
left over
-- content/posts/one.md --
---
title: Twins
description: One.
---

$$ \begin{equation} 1 \label{eq:two} \end{equation} $$
-- content/posts/two.md --
---
title: Twins
description: Two.
---

$$ \begin{equation} 2 \label{eq:two} \end{equation} $$
-- static/bare.html --
<!DOCTYPE html><p>A page without a head.</p><a href="bare-target.html">on</a>
-- static/moved.html --
<!DOCTYPE html><html lang="en"><meta http-equiv="refresh" content="0; url=/repo/moved-away/"><title>Moved</title></html>
-- static/broken.xml --
<feed><entry></feed>
-- static/broken.json --
{"version": "https://jsonfeed.org/version/1.1",
-- static/list.xml --
<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><id>urn:x</id><updated>2024-01-01T00:00:00Z</updated>
<entry><id>urn:x:1</id><title>K</title><updated>2024-01-01T00:00:00Z</updated>
<link href="https://example.org/repo/feed-gone/"/></entry>
<entry><id>urn:x:1</id><title>K</title><updated>2024-01-01T00:00:00Z</updated>
<link href="https://example.org/repo/kernels/"/>
<content type="html">&lt;a href="../mirrors/"&gt;relative&lt;/a&gt;</content></entry>
<entry><id>urn:x:2</id><updated>2024-01-01T00:00:00Z</updated>
<link href="https://example.org/repo/mirrors/"/></entry></feed>
-- static/places.xml --
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://example.org/repo/sitemap-gone/</loc></url></urlset>
-- static/robots.txt --
Sitemap: https://example.org/repo/no-sitemap.xml
-- static/extra.css --
body { color: black }
p { background: url("no-background.png") }
-- static/left.bin --
left over
-- templates/styles/own.css --
p { margin: 0 }
h1 { background: url(../no-such-tile.png) }
-- templates/base.html --
{% extends "default/base.html" %}
{% block head %}
<link rel="stylesheet" href="{{ url("/extra.css") }}">
<link rel="alternate" type="application/atom+xml" href="{{ url("/list.xml") }}" title="Feed">
<link rel="alternate" type="application/feed+json" href="{{ url("/list.json") }}" title="Feed">
<meta property="og:image" content="{{ absolute_url("/no-card.png") }}">
<script type="application/ld+json">{"url": </script>
{% endblock %}
{% block footer %}
<p><a href="/kernels/">kernels</a> <a href="{{ url("/no-such-page/") }}">nothing</a></p>
<p id="main-again">one</p><p id="main-again">two</p>
<p><img src="{{ url("/drawing.svg") }}"></p>
<p style="color: red">red</p>
<p onclick="x()">click</p>
{% endblock %}
"""

POST = "content/posts/faults/index.md"
TEMPLATE = "templates/base.html"


class Fault(msgspec.Struct, frozen=True):
    """Something that was planted."""

    code: str
    path: str
    mark: str = ""
    """Text of the line it is in; empty where the whole file is meant."""
    names: str = ""
    """What its message names."""


FAULTS = [
    Fault("math/unknown-command", POST, r"$\convol$"),
    Fault("math/unresolved-reference", POST, "eq:nothing"),
    Fault("math/ambiguous-reference", POST, "eq:two"),
    Fault("link/missing-page", POST, "nowhere.md"),
    Fault("link/missing-anchor", POST, "mirrors.md#nowhere"),
    Fault("link/missing-anchor", POST, "#nowhere-here"),
    Fault("image/missing", POST, "missing.png"),
    Fault("asset/missing", POST, "missing.mp4"),
    Fault("asset/missing", POST, "missing.jpg"),
    Fault("asset/missing", POST, "missing-big.png"),
    Fault("page/missing-alt", POST, "no-alt"),
    Fault("page/missing-alt", POST, "only-image"),
    Fault("page/nameless-link", POST, "nothing-to-read"),
    Fault("footnote/undefined", POST, "not there[^nowhere]"),
    Fault("footnote/unused", POST, "[^unused]"),
    Fault("footnote/duplicate", POST, "[^twice]: Twice"),
    Fault("heading/duplicate-id", POST, "## Two"),
    Fault("heading/duplicate-id", POST, '<p id="double">Two'),
    Fault("frontmatter/unknown-key", POST, "titel"),
    Fault("html/script", POST, "<script>"),
    Fault("html/bad-style", POST, "no-such-colour"),
    Fault("markdown/lone-dollars", POST, "stands alone"),
    Fault("code/unknown-language", POST, "no-such-language"),
    Fault("page/missing-target", POST, "/repo/uncited/", "/repo/uncited/"),
    Fault("page/missing-target", POST, "/repo/gone/", "/repo/gone/"),
    Fault("page/missing-anchor", POST, "mirrors/#gone", "#gone"),
    Fault("file/orphaned", "content/posts/faults/left.txt"),
    Fault("page/duplicate-title", "content/posts/two.md", "Twins"),
    Fault("page/missing-title", "static/bare.html"),
    Fault("page/missing-description", "static/bare.html"),
    Fault("page/missing-language", "static/bare.html"),
    Fault("page/missing-target", "static/bare.html", "bare-target.html", "bare-target.html"),
    Fault("page/missing-target", "static/moved.html", "moved-away", "/repo/moved-away/"),
    Fault("feed/malformed", "static/broken.xml"),
    Fault("feed/malformed", "static/broken.json"),
    Fault("feed/missing-target", "static/list.xml", "feed-gone", "feed-gone"),
    Fault("feed/duplicate-entry", "static/list.xml", "", "urn:x:1"),
    Fault("feed/relative-address", "static/list.xml", "", "../mirrors/"),
    Fault("feed/missing-field", "static/list.xml", "", "title"),
    Fault("feed/missing-target", "static/places.xml", "sitemap-gone", "sitemap-gone"),
    Fault("feed/missing-target", "static/robots.txt", "no-sitemap", "no-sitemap.xml"),
    Fault("style/missing-file", "static/extra.css", "no-background.png"),
    Fault("style/missing-file", "templates/styles/own.css", "no-such-tile.png"),
    Fault("file/unreferenced", "static/left.bin"),
    Fault("page/missing-target", TEMPLATE, "no-card.png", "no-card.png"),
    Fault("page/bad-data", TEMPLATE, "ld+json"),
    Fault("page/outside-base", TEMPLATE, 'href="/kernels/"', "/kernels/"),
    Fault("page/missing-target", TEMPLATE, "no-such-page", "no-such-page"),
    Fault("page/duplicate-id", TEMPLATE, "main-again", "main-again"),
    Fault("page/missing-alt", TEMPLATE, "<img", "drawing.svg"),
    Fault("page/inline-style", POST),
    Fault("page/script", POST),
    Fault("file/unreferenced", "static/broken.xml"),
    Fault("file/unreferenced", "static/broken.json"),
    Fault("file/unreferenced", "static/more.css"),
    Fault("file/unreferenced", "static/places.xml"),
]


def checked(root: Path, text: str) -> tuple[Project, CheckResult]:
    project = Project(root, text)
    for folder in ("kernels", "faults"):
        if (root / "content" / "posts" / folder).is_dir():
            project.put(f"content/posts/{folder}/dot.png", png(2, 2))
    return project, check(project.config())


def test_nothing_is_said_of_a_site_without_faults(tmp_path: Path) -> None:
    _, result = checked(tmp_path, CLEAN)
    assert [f"{each.code} {each.path} {each.message}" for each in result.diagnostics] == []
    assert result.pages >= 5
    assert result.links > 30


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, CheckResult]:
    return checked(tmp_path_factory.mktemp("faulty"), CLEAN + FAULTY)


def found(project: Project, result: CheckResult) -> list[tuple[str, str, int, str]]:
    """Return code, file, line (0 for the whole file) and message of each diagnostic."""
    told = []
    for each in result.diagnostics:
        line = 0
        if each.span is not None:
            line, _ = LineIndex((project.root / each.path).read_text(encoding="utf-8")).position(each.span.start)
        told.append((each.code, each.path, line, each.message))
    return told


def line_of(project: Project, fault: Fault) -> int:
    if not fault.mark:
        return 0
    lines = (project.root / fault.path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if fault.mark in line)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.code} {fault.mark or fault.path}")
def test_each_fault_is_found_at_its_place(faulty: tuple[Project, CheckResult], fault: Fault) -> None:
    project, result = faulty
    line = line_of(project, fault)
    told = [each for each in found(project, result) if each[:2] == (fault.code, fault.path) and fault.names in each[3]]
    assert line in [each[2] for each in told], told


def test_nothing_else_is_found(faulty: tuple[Project, CheckResult]) -> None:
    project, result = faulty
    planted = {(fault.code, fault.path, line_of(project, fault)) for fault in FAULTS}
    assert [each for each in found(project, result) if each[:3] not in planted] == []
    assert len(result.diagnostics) == len(FAULTS) >= 40
