"""Before all posts are compiled: pages that are asked for come at once, and nothing on them is wrong meanwhile."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
import urllib.request
from pathlib import Path

import pytest

from sitegen.compile import compile_post
from sitegen.compiling import options_of
from sitegen.model import Document, Rejected, Source
from sitegen.serve.app import Preview
from sitegen.serve.builder import Builder
from sitegen.serve.memory import FEW_POSTS
from sitegen.serve.publisher import Publisher
from sitegen.serve.sketch import sketch
from sitegen.serve.snapshot import Snapshot
from tests.serve.asking import Answer, LocalPreview, ask_async
from tests.serve.running import PATIENCE, Server, children, is_running
from tests.serve.test_builder import fresh
from tests.site.projects import SETTINGS, Project

MANY = FEW_POSTS + 28


def post(number: int, more: str = "") -> str:
    """Return a post that refers to a place on another one, and to an equation of a third."""
    anchor, equation = (number + 7) % MANY, (number + 11) % MANY
    return f"""-- content/posts/p{number}.md --
---
title: Post {number}
date: 2024-01-01T{number // 60:02}:{number % 60:02}:00
tags: [even, n{number % 3}]
---

Words {number}: see [a part](p{anchor}.md#part), $\\eqref{{eq:{equation}}}$, [a page](p{equation}.md).

## Part

$$ \\begin{{equation}} a_{{{number}}} = b \\label{{eq:{number}}} \\end{{equation}} $$
{more}
"""


SITE = "\n".join(map(post, range(MANY)))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path, SITE)


class Early:
    """A preview that compiles what is asked for, and the rest only when it is told to."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.builder = Builder(project.root)
        self.publisher = Publisher()
        self.told: list[str] = []
        self.wanted: list[str] = []
        self.app = Preview(
            self.publisher,
            tell=lambda _, page, problems: self.told.extend(f"{one.code} {page}" for one in problems),
            want=self.wanted.append,
        )
        snapshot = self.builder.update(None)
        assert snapshot is not None
        self.show(snapshot)

    def show(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self.snapshot = snapshot
            self.publisher.publish(snapshot)

    def ask(self, path: str) -> Answer | None:
        """Return the answer to a request; None where it waits for what only the end of the build can bring."""

        async def asking() -> Answer | None:
            request = asyncio.ensure_future(ask_async(self.app, path))
            for _ in range(3):
                await asyncio.wait([request], timeout=0.2 if self.builder.waiting else PATIENCE)
                if request.done():
                    return request.result()
                wanted, self.wanted[:] = frozenset(self.wanted), []
                self.show(self.builder.update(frozenset(), wanted))
            request.cancel()
            return None

        return asyncio.run(asking())

    def finish(self) -> None:
        while self.builder.waiting:
            self.builder.advance()
        self.show(self.builder.update(frozenset()))


def main_of(page: bytes) -> str:
    found = re.search(rb'<div class="content">.*?(?=<footer|<nav)', page, re.DOTALL)
    return (found[0] if found else page[page.index(b"<main") : page.index(b"</main>")]).decode()


def test_a_post_is_shown_before_the_others_are_compiled(project: Project) -> None:
    early = Early(project)
    assert len(early.snapshot.pending) > MANY / 2
    answer = early.ask("/p5/")
    assert answer is not None
    assert "Words 5:" in answer.text
    assert answer.notice.pending
    # What it refers to was compiled for its sake: the anchor, and the number of the equation.
    assert 'href="/p12/#part"' in answer.text
    assert 'href="/p16/#' in answer.text
    assert "math-error" not in answer.text
    assert answer.notice.problems == answer.notice.blocking == ""
    assert len(early.snapshot.pending) > MANY / 2
    early.finish()
    complete = early.ask("/p5/")
    assert complete is not None
    assert not complete.notice.pending
    assert complete.page == fresh(project)["p5/index.html"]
    # Titles and dates are known from the first: nothing has changed, not even the links to the posts before and after.
    assert re.sub(rb"\w+\.\w+\.(css|woff2)", b"", answer.page) == re.sub(rb"\w+\.\w+\.(css|woff2)", b"", complete.page)


def test_in_the_end_all_is_as_built_at_once(project: Project) -> None:
    early = Early(project)
    for path in ("/p3/", "/", "/p40/", "/tags/even/"):
        early.ask(path)
    early.finish()
    assert early.snapshot.pending == frozenset()
    assert not early.snapshot.diagnostics
    assert early.told == []
    files = {path: early.ask(f"/{path}") for path in early.snapshot.outputs}
    served = {path: answer.page if path.endswith(".html") else answer.body for path, answer in files.items() if answer}
    built = fresh(project)
    assert served.keys() == built.keys()
    assert all(served[path] == data for path, data in built.items() if data)


def test_lists_show_what_is_known_and_files_for_machines_wait(project: Project) -> None:
    early = Early(project)
    home = early.ask("/")
    assert home is not None
    assert f'<a href="/p{MANY - 1}/">Post {MANY - 1}</a>' in home.text
    assert f"Words {MANY - 1}: see" in home.text, "what is seen first has its beginning too"
    assert len(early.snapshot.sketches) > MANY / 2
    assert home.notice.pending
    tag = early.ask("/tags/even/")
    assert tag is not None
    assert f"Post {MANY - 1}" in tag.text
    sheet = re.search(r'<link rel="stylesheet" href="([^"]+)"', home.text)
    assert sheet is not None
    early.finish()
    assert early.ask(sheet[1]) is not None, "the stylesheet of the page that was sent before"
    again = Early(project)  # from the cache
    assert again.snapshot.pending == frozenset()


@pytest.mark.parametrize("path", ["/feed.xml", "/sitemap.xml", "/nothing/here/"])
def test_what_needs_all_posts_waits_for_them(project: Project, path: str) -> None:
    early = Early(project)
    assert early.ask(path) is None
    early.finish()
    answer = early.ask(path)
    assert answer is not None
    assert answer.status == (404 if "nothing" in path else 200)
    assert answer.body == fresh(project).get(path.strip("/"), answer.body)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$\\eqref{eq:nowhere}$", "math/unresolved-reference"),
        ("[x](p20.md#nowhere)", "link/missing-anchor"),
        ("[[Nowhere]]", "link/missing-page"),
    ],
)
def test_what_may_be_an_error_is_not_said_before_it_is_one(project: Project, text: str, code: str) -> None:
    project.write(post(5, text))
    early = Early(project)
    assert early.ask("/p5/") is None
    assert not early.snapshot.diagnostics
    early.finish()
    answer = early.ask("/p5/")
    assert answer is not None
    assert code in answer.notice.problems
    assert [problem.code for problem in early.snapshot.diagnostics] == [code]


@pytest.mark.parametrize("text", ["$\\convol$", "[x](nowhere.md)", "![x](nowhere.png)"])
def test_what_is_an_error_for_sure_is_said_at_once(project: Project, text: str) -> None:
    project.write(post(5, text))
    early = Early(project)
    answer = early.ask("/p5/")
    assert answer is not None
    assert "content/posts/p5.md:" in answer.notice.problems
    told = early.snapshot.diagnostics
    early.finish()
    assert early.snapshot.diagnostics == told


def test_a_post_with_a_broken_head_is_said_at_once(project: Project) -> None:
    project.write("-- content/posts/p5.md --\n---\ntitle: [\n---\n")
    early = Early(project)
    answer = early.ask("/p6/")
    assert answer is not None
    assert "content/posts/p5.md:2" in answer.notice.blocking
    early.finish()
    answer = early.ask("/p5/")
    assert answer is not None
    assert answer.status == 404


def test_edits_before_all_is_compiled(project: Project) -> None:
    early = Early(project)
    early.ask("/p5/")
    project.write(post(5, "More words.") + post(MANY, "A new post.") + post(30, "Of one that waits."))
    project.remove("content/posts/p31.md")
    changed = frozenset(f"content/posts/p{number}.md" for number in (5, MANY, 30, 31))
    early.show(early.builder.update(changed))
    for path, words in (("/p5/", "More words."), (f"/p{MANY}/", "A new post."), ("/p30/", "Of one that waits.")):
        answer = early.ask(path)
        assert answer is not None
        assert words in answer.text
    early.finish()
    assert early.snapshot.pending == frozenset()
    assert {path for path in early.snapshot.outputs if path.startswith("p31")} == set()
    built = fresh(project)
    for path in ("/p5/", "/p30/", "/p29/", "/"):
        answer = early.ask(path)
        assert answer is not None
        assert answer.page == built[f"{path[1:]}index.html"]


def test_settings_that_break_before_all_is_compiled(project: Project) -> None:
    early = Early(project)
    project.write("-- sitegen.toml --\n[site]\ntitle = \n")
    early.show(early.builder.update(frozenset(["sitegen.toml"])))
    answer = early.ask("/p5/")
    assert answer is not None
    assert "Words 5:" in answer.text
    assert "sitegen.toml:2" in answer.notice.blocking
    early.finish()
    answer = early.ask("/p50/")
    assert answer is not None
    assert "Words 50:" in answer.text
    project.write("-- sitegen.toml --\n" + SETTINGS)
    early.show(early.builder.update(frozenset(["sitegen.toml"])))
    answer = early.ask("/p5/")
    assert answer is not None
    assert answer.page == fresh(project)["p5/index.html"]
    assert answer.notice.blocking == ""


def test_a_new_macro_shows_at_once_on_the_page_that_is_open(project: Project) -> None:
    project.write(post(5, "A macro $\\RR$."))
    early = Early(project)
    early.finish()
    project.write("-- sitegen.toml --\n" + SETTINGS + "[math.macros]\nRR = '\\mathbb{R}'\n")
    early.show(early.builder.update(frozenset(["sitegen.toml"])))
    assert early.builder.waiting, "not all posts were compiled for it"
    answer = early.ask("/p5/")
    assert answer is not None
    assert "ℝ" in answer.text
    assert answer.notice.problems == ""
    early.finish()
    assert not early.snapshot.diagnostics


def test_a_template_that_wants_whole_posts_waits_for_them(project: Project) -> None:
    project.write(
        '-- templates/home.html --\n{% extends "default/home.html" %}\n'
        "{% block posts %}{% for post in posts %}{{ post.headings[0].text }}{% endfor %}{% endblock %}\n"
    )
    builder = Builder(project.root)
    assert builder.update(None) is None
    snapshot = builder.build(frozenset())
    assert (snapshot.pending, snapshot.diagnostics) == (frozenset(), ())
    assert b"PartPart" in snapshot.outputs["index.html"].render()


def test_a_template_that_is_wrong_is_said_at_once(project: Project) -> None:
    project.write("-- templates/post.html --\n{% if %}\n")
    early = Early(project)
    assert [problem.code for problem in early.snapshot.blocking] == ["template/syntax"]
    project.remove("templates/post.html")
    early.finish()
    early.show(early.builder.update(frozenset(["templates/post.html"])))
    assert not early.snapshot.diagnostics
    answer = early.ask("/p5/")
    assert answer is not None
    assert answer.page == fresh(project)["p5/index.html"]


def test_a_template_that_breaks_in_the_middle_leaves_no_page_empty(project: Project) -> None:
    early = Early(project)
    project.write("-- templates/post.html --\n{{ 1 / 0 }}\n")
    early.show(early.builder.update(frozenset(["templates/post.html"])))
    early.finish()
    answer = early.ask("/p50/")
    assert answer is not None
    assert answer.status == 404
    assert "templates/post.html:1" in early.snapshot.printed(early.snapshot.blocking)
    home = early.ask("/")
    assert home is not None
    assert "templates/post.html:1" in home.notice.blocking


def test_a_module_of_the_site_never_sees_a_sketch(project: Project) -> None:
    project.write(
        "-- extension.py --\ndef outputs(site):\n    assert all(page.content for page in site.pages)\n"
        "    return {'words.txt': str(len(site.pages))}\n"
    )
    project.write("-- sitegen.toml --\n" + SETTINGS + '[extension]\nmodule = "extension.py"\n')
    builder = Builder(project.root)
    assert builder.update(None) is None
    snapshot = builder.build(frozenset())
    assert snapshot.diagnostics == ()
    assert snapshot.outputs["words.txt"].render() == str(MANY).encode()


HEADS = (
    "---\ntitle: A *title* & more\ndate: 2024-05-05\ntags: [a, B c]\ncategories: [x]\nseries: S\n---\n\nText.\n",
    "---\npath: /elsewhere/\ndraft: true\naliases: [/old/]\nauthors: [A B]\n---\n\n# A heading #\n\nText.\n",
    "No head at all.\n",
    "---\nslug: other\nlang: de\ndescription: Words.\n---\n",
    "---\ntitle: [\n---\n",
    "---\ntitel: x\n---\n\n# One\n",
)


@pytest.mark.parametrize("text", HEADS)
def test_a_sketch_is_what_compiling_finds_but_for_the_text(tmp_path: Path, text: str) -> None:
    options = options_of(Project(tmp_path, "-- content/posts/x.md --\nText.\n").config())
    source = Source("content/posts/2023-04-05-name/index.md", text, "")
    drawn, whole = sketch(source, options), compile_post(source, options)
    if isinstance(whole, Rejected):
        assert drawn == whole
        return
    assert isinstance(drawn, Document)
    for name in ("path", "meta", "tags", "categories", "series", "description"):
        assert getattr(drawn, name) == getattr(whole, name), name
    assert drawn.title == (whole.title if "*" not in text else "A *title* & more")


# --- the command -------------------------------------------------------------------------------------------------


def long(project: Project) -> Project:
    """Make compiling take some seconds."""
    for number in range(300):
        formulas = "\n\n".join(f"$$ \\frac{{{number}}}{{{other}}} $$" for other in range(60))
        project.put(f"content/posts/long/l{number}.md", f"# Long {number}\n\n{formulas}\n".encode())
    return project


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
        text: str = answer.read().decode()
        return text


def test_the_command_shows_a_page_first_and_says_everything_once(project: Project) -> None:
    project.write(post(5, "$\\convol$ and $\\eqref{eq:nowhere}$."))
    with Server(long(project).root) as server:
        assert "Words 6:" in get(server.address + "p6/")
        assert "ready in" not in server.log
        server.wait_for("posts to compile")
        get(server.address + "long/l7/")
        assert "\\eqref{eq:nowhere}" in get(server.address + "p5/")
        server.wait_for("ready in")
        assert server.log.count("unknown command \\convol") == 1
        assert server.log.count("no equation has the label eq:nowhere") == 1
        assert "warning" not in server.log
        project.write(post(6, "Other words."))
        server.wait_for("content/posts/p6.md: ")
        assert "Other words." in get(server.address + "p6/")
        assert server.log.count("unknown command \\convol") == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_however_it_ends_nothing_of_it_is_left(project: Project, how: signal.Signals) -> None:
    with Server(long(project).root) as server:
        server.wait_for("posts to compile")
        workers = children(server.process.pid)
        _, seconds = server.stop(how)
        assert seconds < 2.0
        end = time.monotonic() + PATIENCE
        while left := [worker for worker in workers if is_running(worker)]:
            assert time.monotonic() < end, left
            time.sleep(0.05)
        assert "Traceback" not in server.log


def test_a_small_site_keeps_no_other_processes(tmp_path: Path) -> None:
    with Server(Project(tmp_path, post(1) + post(2)).root) as server:
        server.wait_for("ready in")
        end = time.monotonic() + PATIENCE
        while any(map(is_running, children(server.process.pid))):
            assert time.monotonic() < end
            time.sleep(0.05)
        # Many posts at once are compiled without them.
        Project.open(tmp_path).write(SITE)
        server.wait_for("posts to compile")
        server.wait_for("more: ")
        assert "Words 9:" in get(server.address + "p9/")
        assert "Traceback" not in server.log


def test_an_unused_preview_is_unaware_of_all_this(tmp_path: Path) -> None:
    """A small site is complete at once."""
    preview = LocalPreview(Project(tmp_path, post(1) + post(2)))
    assert preview.snapshot.pending == frozenset()
    assert not preview.ask("/p1/").notice.pending
