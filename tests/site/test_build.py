"""Whole sites, built, edited and built again: what is written, what is said, what remains on disk."""

from __future__ import annotations

import os
import re
import shutil
import sys
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from sitegen import compiling, rendering
from sitegen import source as source_module
from sitegen.build import BuildResult, build
from sitegen.cli import main
from sitegen.output import MANIFEST
from tests.site.projects import Project, codes, png, told, tree

THREE_POSTS = r"""
-- content/posts/one/index.md --
---
title: One
date: 2020-01-01
---

Text of one, with $x^2$ and ![a kernel](kernel.png).

$$\begin{equation} a = b \label{eq:first} \end{equation}$$

See [two](../two.md#part) and [its equation](../two/#eq-second).

-- content/posts/two.md --
---
title: Two
date: 2021-01-01
---

## Part

As $\eqref{eq:first}$ says, $x^2 + y = a - b$.

$$\begin{equation} c = d \label{eq:second} \end{equation}$$

-- content/posts/three.md --
# Three

No date, no front matter.
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project", THREE_POSTS)
    made.put("content/posts/one/kernel.png", png(3, 2))
    return made


def counters(result: BuildResult) -> tuple[int, int, int]:
    return result.stats.written, result.stats.unchanged, result.stats.removed


def clean_copy(project: Project, **options: Any) -> dict[str, bytes]:
    """Return what a clean build of the same project holds."""
    root = project.root.parent / "clean"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(project.root, root, symlinks=True)
    shutil.rmtree(root / "dist", ignore_errors=True)
    build(Project.open(root).config(**options))
    return tree(root / "dist")


# -- a build and the next


def test_a_site_is_built(project: Project) -> None:
    result = project.build()
    assert told(result) == []
    assert (result.stats.pages, result.stats.formulas, result.stats.errors, result.stats.warnings) == (3, 5, 0, 0)
    assert result.stats.seconds > 0
    assert [page.url for page in result.site.pages] == ["/two/", "/one/", "/three/"]
    dist = project.dist()
    assert {path for path in dist if not path.startswith("assets/")} == {
        MANIFEST, "404.html", "archive/index.html", "feed.xml", "icon.svg", "index.html", "one/index.html",
        "one/kernel.png", "robots.txt", "sitemap.xml", "three/index.html", "two/index.html",
    }  # fmt: skip
    assert dist["one/kernel.png"] == png(3, 2)
    assert set(dist) - {MANIFEST} == {output.path for output in result.outputs}
    assert counters(result) == (len(dist) - 1, 0, 0)
    one, two = project.page("/one/"), project.page("/two/")
    assert '<img src="/one/kernel.png" width="3" height="2" alt="a kernel"' in one
    assert '<a href="/two/#part">two</a>' in one
    assert '<a href="/two/#eq-second">' in one
    assert '<a href="/one/#eq-first">(1)</a>' in two


def test_a_second_build_writes_nothing(project: Project) -> None:
    first = project.build()
    for path in (project.root / "dist").rglob("*"):
        os.utime(path, (1, 1))
    second = project.build()
    assert counters(second) == (0, first.stats.written, 0)
    assert {path.stat().st_mtime for path in (project.root / "dist").rglob("*")} == {1}


def test_two_clean_builds_are_equal(project: Project) -> None:
    project.build()
    assert project.dist() == clean_copy(project)


def test_everything_works_below_a_base_path(project: Project) -> None:
    result = project.build(base_url="https://example.org/repo/")
    assert told(result) == []
    addresses: set[str] = set()
    for path in (project.root / "dist").rglob("*.html"):
        addresses |= set(re.findall(r'(?:href|src)="([^"]*)"', path.read_text()))
    inner = {address for address in addresses if not address.startswith(("#", "https://"))}
    assert inner
    assert {address for address in inner if not address.startswith("/repo/")} == set()
    assert {"/repo/two/#part", "/repo/one/kernel.png", "/repo/one/#eq-first", "/repo/"} <= inner


EDITS: dict[str, tuple[str, tuple[int, int]]] = {
    "text of one post": ("-- content/posts/three.md --\n# Three\n\nOther words.\n", (2, 0)),
    "an image that is there already": (
        "-- content/posts/three.md --\n# Three\n\nNo date, no front matter.\n\n![](../one/kernel.png)\n",
        (1, 0),
    ),
    "a number that another post shows": (
        "-- content/posts/one/index.md --\n# One\n\n$$\\begin{align} x \\\\ y \\label{eq:first} \\end{align}$$\n",
        # six pages, the font without a sign that is gone and the stylesheet that names it, feed and sitemap, since the
        # post loses its date; the image goes, and the old font and stylesheet
        (10, 3),
    ),
    "a formula of letters that another one shows": (
        "-- content/posts/three.md --\n# Three\n\nWith $a + b = x$.\n",
        (2, 0),
    ),
    "a formula with a character that is new": (
        # every page names the stylesheet, which names the font: six pages and these two
        "-- content/posts/three.md --\n# Three\n\nWith $a \\neq b$.\n",
        (8, 2),
    ),
    # the post, the home page, the archive, the sitemap
    "a new post": ("-- content/posts/four.md --\n# Four\n", (4, 0)),
    "another address": (
        "-- content/posts/three.md --\n---\npath: /3/\n---\n# Three\n\nNo date, no front matter.\n",
        (4, 1),
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_edits_cost_what_they_touch_and_equal_a_clean_build(project: Project, edit: str) -> None:
    project.build()
    text, (written, removed) = EDITS[edit]
    project.write(text)
    result = project.build()
    assert (result.stats.written, result.stats.removed) == (written, removed), told(result)
    assert project.dist() == clean_copy(project)


def test_a_vanished_post_disappears_with_its_files(project: Project) -> None:
    project.build()
    shutil.rmtree(project.root / "content/posts/one")
    project.write("-- content/posts/two.md --\n# Two\n")
    result = project.build()
    assert told(result) == []
    assert not (project.root / "dist/one").exists()
    assert project.dist() == clean_copy(project)


def test_drafts_come_and_go(project: Project) -> None:
    project.write("-- content/posts/draft.md --\n---\ntitle: D\ndraft: true\n---\nSoon.\n")
    assert project.build().stats.pages == 3
    assert project.build(drafts=True).stats.pages == 4
    assert "Soon." in project.page("/draft/")
    result = project.build()
    assert result.stats.removed == 1
    assert not (project.root / "dist/draft").exists()


def test_a_sequence_of_edits_equals_a_clean_build(project: Project) -> None:
    for step in (
        "-- content/posts/four/index.md --\n---\npath: /a/b/\n---\n# Four\n",
        "-- content/posts/four/index.md --\n---\npath: /A/b/\n---\n# Four\n",
        "-- content/posts/four/index.md --\n---\ndate: 2017-02-30\n---\n# Four\n",
        "-- content/posts/five.md --\n# Five $\\nonsense$\n",
        "-- content/posts/four/index.md --\n---\npath: /a/\n---\n# Four\n",
        "-- content/posts/five.md --\n# Five\n",
        "-- static/a/b --\na file where a folder was\n",
        '-- sitegen.toml --\n[site]\ntitle = "Other"\nbase_url = "https://example.org/x/"\n',
    ):
        project.write(step)
        result = project.build()
        if result.stats.errors == 0:
            assert project.dist() == clean_copy(project), step
    assert result.stats.errors == 0


# -- errors in a text: its page is written, and old pages go


def test_an_error_in_a_formula_stops_nothing(project: Project) -> None:
    project.build()
    project.write("-- content/posts/three.md --\n# Three\n\n$\\nonsense$ and ![lost](lost.png) and $\\eqref{lost}$.\n")
    project.remove("content/posts/two.md")
    result = project.build()
    assert told(result) == [
        "link/missing-page content/posts/one/index.md:10:5 neither a page nor a file is at ../two.md",
        "link/missing-page content/posts/one/index.md:10:31 neither a page nor a file is at ../two/",
        "math/unknown-command content/posts/three.md:3:2 unknown command \\nonsense",
        "image/missing content/posts/three.md:3:17 there is no file lost.png",
        "math/unresolved-reference content/posts/three.md:3:40 no equation has the label lost",
    ]
    assert "\\nonsense" in project.page("/three/")
    assert ">lost</span>" in project.page("/three/")
    assert "\\eqref{lost}" in project.page("/three/")
    assert not (project.root / "dist/two").exists()


def test_a_mistake_in_a_numbered_formula_is_one_error(project: Project) -> None:
    tex = "$$\n\\begin{equation}\n\\label{eq:a} \\nonsense\n\\end{equation}\n$$\n"
    project.write(f"-- content/posts/three.md --\n# Three\n\nIn $\\eqref{{eq:a}}$:\n\n{tex}")
    assert told(project.build()) == ["math/unknown-command content/posts/three.md:7:14 unknown command \\nonsense"]
    assert "\\eqref{eq:a}" in project.page("/three/")


# -- posts that cannot be compiled: the others are written, nothing is removed


BAD_POSTS = {
    "frontmatter/bad-date": b"---\ndate: 2017-02-30\n---\n# Two\n",
    "frontmatter/bad-path": b"---\npath: /../two/\n---\n# Two\n",
    "frontmatter/syntax": b"---\ntitle: [\n---\n# Two\n",
    "source/not-utf-8": b"# Tw\xf6\n",
    "source/nul-character": b"# Two\0\n",
}


@pytest.mark.parametrize("code", BAD_POSTS)
def test_a_rejected_post_keeps_its_page_and_holds_up_no_other(project: Project, code: str) -> None:
    project.build()
    before = project.dist()
    project.put("content/posts/two.md", BAD_POSTS[code])
    project.remove("content/posts/three.md")
    project.write("-- content/posts/four.md --\n# Four\n")
    result = project.build()
    assert code in codes(result)
    assert result.stats.removed == 0
    after = project.dist()
    for path in ("two/index.html", "three/index.html", "one/kernel.png"):
        assert after[path] == before[path]
    assert "four/index.html" in after
    project.write(
        "-- content/posts/two.md --\n# Two\n\n## Part\n\n$$\\begin{equation} \\label{eq:second} x \\end{equation}$$\n"
    )
    assert told(project.build()) == []
    assert project.dist() == clean_copy(project)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are POSIX")
def test_an_unreadable_post_keeps_its_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.build()
    before = project.page("/two/")
    real = source_module._read_regular

    def read(path: str) -> bytes | None:  # permissions do not stop the user that tests often run as
        if path.endswith("/two.md"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(source_module, "_read_regular", read)
    result = project.build()
    assert "source/unreadable" in codes(result)
    assert project.page("/two/") == before


# -- errors of the site: nothing is written


SITE_ERRORS = {
    "two posts with one path": ("-- content/posts/four.md --\n---\npath: /two/\n---\n# Four\n", "site/path-collision"),
    "paths that differ in capitals": (
        "-- content/posts/four.md --\n---\npath: /TWO/\n---\n# F\n",
        "site/path-collision",
    ),
    "a post at the home page's place": ("-- content/posts/index.md --\n# Home\n", "site/path-collision"),
    "a post where a static file is": ("-- static/two/index.html --\n<p>\n", "site/path-collision"),
    "a static file where a folder is": ("-- static/two --\nx\n", "site/path-collision"),
    "a static file where an image is": ("-- static/one/kernel.png --\nx\n", "site/path-collision"),
    "a static file where a page is made": ("-- static/404.html --\nx\n", "site/path-collision"),
    "a template that does not parse": ("-- templates/post.html --\n{% if %}\n", "template/syntax"),
    "a template with an unknown name": ("-- templates/post.html --\n{{ pge.title }}\n", "template/undefined"),
    "a template that fails": ("-- templates/home.html --\n{{ 1 / 0 }}\n", "template/failed"),
}


@pytest.mark.parametrize("name", SITE_ERRORS)
def test_an_error_of_the_site_writes_nothing(project: Project, name: str) -> None:
    project.build()
    before = project.dist()
    text, code = SITE_ERRORS[name]
    project.write(text)
    project.write("-- content/posts/three.md --\n# Three, edited, $\\nonsense$\n")
    project.put("content/posts/five.md", b"\xff")
    result = project.build()
    assert set(codes(result)) == {code, "math/unknown-command", "source/not-utf-8"}, "all is said at once"
    assert counters(result) == (0, 0, 0)
    assert project.dist() == before


def test_an_error_of_the_site_makes_no_folder(project: Project) -> None:
    project.write("-- templates/post.html --\n{% if %}\n")
    project.build()
    assert not (project.root / "dist").exists()


def test_a_foreign_folder_is_left_alone(project: Project) -> None:
    project.put("dist/precious.txt", b"mine")
    result = project.build()
    assert codes(result) == ["output/foreign-folder"]
    assert project.dist() == {"precious.txt": b"mine"}
    assert project.build(output="elsewhere").stats.errors == 0


def test_a_file_in_the_place_of_the_folder(project: Project) -> None:
    project.put("dist", b"a file")
    assert codes(project.build()) == ["output/not-a-folder"]
    assert (project.root / "dist").read_bytes() == b"a file"


def test_something_foreign_in_the_way(project: Project) -> None:
    project.build()
    before = project.dist()
    project.put("dist/four", b"mine")
    project.write("-- content/posts/four.md --\n# Four\n")
    assert codes(project.build()) == ["output/obstructed"]
    assert project.dist() == {**before, "four": b"mine"}


def test_an_asset_that_cannot_be_read_writes_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.build()
    before = project.dist()
    project.write("-- content/posts/three.md --\n# Edited\n")
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == "kernel.png" and "content" in path.parts:
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    os.utime(project.root / "content/posts/one/kernel.png")  # one that looks as it did is not read
    result = project.build()
    assert codes(result) == ["asset/unreadable"]
    assert project.dist() == before


# -- the rest


def test_large_files_are_made_when_they_are_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build(project.config(output="whole"))
    monkeypatch.setattr(rendering, "HELD_BYTES", 0)
    assert counters(build(project.config())) == counters(whole)
    assert project.dist() == project.dist("whole")


class Here(Executor):
    """Runs everything at once, in this process."""

    def __init__(self) -> None:
        self.calls = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.calls += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def test_it_makes_no_difference_who_compiles(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    build(project.config(output="whole"))
    monkeypatch.setattr(compiling, "MANY_POSTS", 2)
    monkeypatch.setattr(compiling, "CHUNK", 1)
    executor = Here()
    build(project.config(), executor=executor, cache=False)
    assert executor.calls == 3
    assert project.dist() == project.dist("whole")


def test_progress_is_reported_in_order(project: Project) -> None:
    calls: list[tuple[str, int, int]] = []
    result = build(project.config(), progress=lambda *call: calls.append(call))
    assert list(dict.fromkeys(stage for stage, _, _ in calls)) == ["reading", "compiling", "rendering", "writing"]
    last = {stage: (done, total) for stage, done, total in calls}
    files = len(result.outputs)
    assert last == {"reading": (3, 3), "compiling": (3, 3), "rendering": (files, files), "writing": (files, files)}


def test_diagnostics_are_sorted_by_file_and_place(project: Project) -> None:
    project.write("-- content/posts/three.md --\n# Three\n\n![a](b.png)\n\n$\\nonsense$ [c](d.md)\n")
    project.write("-- content/posts/a.md --\n# A\n\n[x](y.md)\n")
    found = [(problem.path, problem.span.start if problem.span else -1) for problem in project.build().diagnostics]
    assert len(found) >= 4
    assert found == sorted(found)


def test_an_empty_site_has_a_home_page(tmp_path: Path) -> None:
    project = Project(tmp_path)
    result = project.build()
    assert told(result) == []
    assert result.stats.pages == 0
    assert {"index.html", "404.html"} <= set(project.dist())


def test_a_script_is_found_on_the_page_that_has_it(project: Project) -> None:
    project.write(
        '-- templates/home.html --\n{% extends "default/home.html" %}\n'
        "{% block head %}<script>x()</script>{% endblock %}\n"
    )
    assert told(project.build()) == ["page/script templates/home.html the page has a <script>"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("-- dist/precious.txt --\nmine\n", 2),
        ("-- dist --\na file\n", 2),
        ("-- content/posts/four.md --\n---\npath: /two/\n---\n# Four\n", 1),
        ("-- content/posts/four.md --\n---\npath: /../two/\n---\n# Four\n", 1),
        ("-- content/posts/four.md --\n![](lost.png)\n", 1),
        ("-- content/posts/four.md --\n[lost](lost.md)\n", 0),
    ],
)
def test_exit_codes(project: Project, monkeypatch: pytest.MonkeyPatch, edit: str, code: int) -> None:
    project.write(edit)
    monkeypatch.chdir(project.root)
    with pytest.raises(SystemExit) as left:
        main(["build", "--quiet"])
    assert left.value.code == code


@pytest.mark.parametrize(
    ("css", "code", "place"),
    [
        ("a { color: red", "style/unbalanced", "{"),
        ("@media print { a { color: red }\n", "style/unbalanced", "{"),
        ("a { color: red } }", "style/unbalanced", "}"),
        ("/* a {} ", "style/unbalanced", "/*"),
        ("@import 'x.css';\na {}", "style/import", "@import 'x.css';"),
        ("a::before { content: '}{' } /* } @import */ b { background: url(x{.png) } c\\{d {}", "", ""),
    ],
)
def test_stylesheets_that_would_spoil_others(tmp_path: Path, css: str, code: str, place: str) -> None:
    project = Project(tmp_path, f"-- content/posts/a.md --\n# A\n-- templates/styles/own.css --\n{css}\n")
    found = [
        (problem.code, problem.path, problem.span and f"{css}\n"[problem.span.start : problem.span.end])
        for problem in project.build().diagnostics
    ]
    assert found == ([(code, "templates/styles/own.css", place)] if code else [])


def test_a_template_that_nothing_uses(tmp_path: Path) -> None:
    text = "-- content/posts/a.md --\n---\ntemplate: pots\n---\n# A\n-- templates/psot.html --\nx\n"
    text += '-- templates/pots.html --\n{% extends "default/post.html" %}{% include "hoem.html" %}\n'
    project = Project(tmp_path, text + "-- templates/hoem.html --\nx\n-- templates/other.html --\nx\n")
    found = [(problem.code, problem.path, problem.hint) for problem in project.build().diagnostics]
    assert found == [("template/unused", "templates/psot.html", "did you mean post.html?")]


def test_posts_that_are_left_out_are_counted(tmp_path: Path) -> None:
    text = "-- content/posts/a.md --\n---\ndraft: true\ndate: 2999-01-01\n---\n# A\n-- content/posts/b.md --\n# B\n"
    text += "-- content/posts/c.md --\n---\ndate: 2999-01-01\n---\n# C\n"
    text += "-- content/_index.md --\n---\ndate: 2001-01-01\n---\n"
    stats = Project(tmp_path, text).build().stats
    assert (stats.pages, stats.drafts, stats.future) == (1, 1, 1)
