"""Other processes: copies of this one, which know what it knows, and those that cannot be made."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from sitegen import compiling, rendering, workers
from sitegen.build import build
from sitegen.output import publishing
from sitegen.site import Sizes
from sitegen.site import sizes as sizes_module
from sitegen.workers import Fork, Standby, can_fork
from tests.site.projects import SETTINGS, Project, codes

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied by Linux only")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(rendering, "MANY_PAGES", 2)
    monkeypatch.setattr(workers, "can_fork", lambda: True)
    for module in (compiling, rendering, publishing, sizes_module):
        monkeypatch.setattr(module, "can_fork", lambda: True)
    monkeypatch.setattr(publishing, "MANY_FILES", 2)
    monkeypatch.setattr(sizes_module, "MANY_IMAGES", 2)
    made = Project(tmp_path)
    made.put("sitegen.toml", SETTINGS.encode())
    for number in range(7):
        text = f"---\ntitle: P{number}\ndate: 2020-01-01\n---\n$x_{number}$ [next](p{(number + 1) % 7}.md)\n"
        made.put(f"content/posts/p{number}.md", text.encode())
    return made


def test_a_copy_returns_what_becomes_of_its_work() -> None:
    here = os.getpid()
    known = ["set", "before"]
    fork = Fork(lambda: (os.getpid(), known))
    process, seen = fork.result()
    assert process != here
    assert seen == known


def test_work_that_kills_its_process_is_done_here() -> None:
    here = os.getpid()
    assert Fork(lambda: "here" if os.getpid() == here else os._exit(9)).result() == "here"


def test_work_that_fails_fails_where_it_is_seen() -> None:
    fork = Fork(lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        fork.result()


def test_a_copy_on_standby_does_what_it_is_asked() -> None:
    here = os.getpid()
    ready: list[str] = []

    def work(what: int) -> tuple[int, int, list[str]]:
        return what + 1, os.getpid(), ready

    standby = Standby(work, lambda: ready.append("prepared"))
    standby.ask(41)
    answer, process, seen = standby.answer()
    standby.dismiss()
    standby.dismiss()
    assert (answer, seen) == (42, ["prepared"])
    assert process != here
    assert ready == []


def test_a_copy_on_standby_that_comes_to_grief_is_done_without() -> None:
    here = os.getpid()

    def work(what: str) -> str:
        if os.getpid() != here:
            raise ValueError
        return what + "!"

    for prepare in (lambda: os._exit(3), lambda: None):
        standby = Standby(work, prepare)
        standby.ask("a")
        assert standby.answer() == "a!"
        standby.dismiss()


def test_a_copy_on_standby_that_nobody_asks_ends_with_its_master() -> None:
    standby = Standby(str, list)
    process = standby._process
    assert process is not None
    standby._connection.close()  # as a system does for a process that is killed
    process.join(10)
    assert process.exitcode == 0


def test_no_copy_is_made_beside_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    assert can_fork()
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert not can_fork()


def test_pages_are_the_same_whoever_renders_them(project: Project) -> None:
    alone = build(project.config(output="alone"), cache=False)
    together = build(project.config(), jobs=3)
    assert project.dist() == project.dist("alone")
    assert together.stats.written == alone.stats.written
    assert together.diagnostics == alone.diagnostics
    again = build(project.config(), jobs=3)
    assert again.stats.written == 0


def test_what_copies_find_on_pages_is_reported(project: Project) -> None:
    project.put("content/posts/p3.md", b"# P3\n\n$\\nonsense$ [c](d.md) [e](#f)\n")
    alone = build(project.config(output="alone"), cache=False)
    together = build(project.config(), jobs=2, cache=False)
    assert codes(together)
    assert together.diagnostics == alone.diagnostics


def test_a_template_that_fails_in_a_copy_writes_nothing(project: Project) -> None:
    text = b'{% extends "default/post.html" %}{% block content %}{{ page.extra["nothing"].more }}{% endblock %}'
    project.put("templates/post.html", text)
    alone = build(project.config(output="alone"), cache=False)
    together = build(project.config(), jobs=2, cache=False)
    assert codes(together) == codes(alone) != []
    assert not (project.root / "dist").exists()


def test_a_system_that_refuses_in_a_copy_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    here = os.getpid()
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        if os.getpid() != here:
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    result = build(project.config(), jobs=2)
    monkeypatch.undo()
    assert codes(result) == ["output/not-writable"]
    assert "no space left on device" in result.diagnostics[0].message
    assert not list((project.root / "dist").glob("*.part"))
    assert codes(build(project.config())) == []
    clean = build(project.config(output="clean"), cache=False)
    assert codes(clean) == []
    assert project.dist() == project.dist("clean")


def test_images_are_the_same_whoever_reads_them(project: Project, tmp_path: Path) -> None:
    from PIL import Image

    for number in range(5):
        Image.new("RGB", (number + 1, 7)).save(tmp_path / f"{number}.png")
    (tmp_path / "no.png").write_bytes(b"no picture")
    files = [*(str(tmp_path / f"{number}.png") for number in range(5)), str(tmp_path / "no.png"), "/nowhere.png"]
    for file in files[:-1]:
        os.utime(file, (1, 1))
    alone, together = Sizes(), Sizes()
    together.read_ahead(files, 2)
    assert [together.facts(file) for file in files[:-1]] == [alone.facts(file) for file in files[:-1]]
    assert together.of(files[2]) == (3, 7)
    assert Sizes(together.encoded()).of(files[2]) == (3, 7)


def test_an_edited_post_is_the_same_whoever_compiles_it(project: Project) -> None:
    build(project.config(), jobs=2)
    project.put("content/posts/p3.md", b"# P3\n\n$$\\begin{equation} n\\end{equation}$$ $\\nonsense$\n")
    edited = build(project.config(), jobs=2)
    assert edited.stats.compiled == 1
    assert codes(edited) == ["math/unknown-command"]
    clean = build(project.config(output="clean"), cache=False)
    assert project.dist() == project.dist("clean")
    assert edited.diagnostics == clean.diagnostics
