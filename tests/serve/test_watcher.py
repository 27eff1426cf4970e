"""What the watcher sees: every way to save, everything that belongs together at once, and nothing else."""

from __future__ import annotations

import os
import queue
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.serve.watcher import Watcher, is_hidden
from tests.site.projects import SETTINGS, Project

PATIENCE = 5.0
"""Seconds; a loaded machine is slow to tell."""


class Watching:
    """A watcher with a thread that collects what it says, as the builder's thread does."""

    def __init__(self, project: Project) -> None:
        self.root = project.root
        self.watcher = Watcher(project.root)
        self.watcher.watch(project.config())
        self.seen: queue.SimpleQueue[frozenset[str]] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()

    def _collect(self) -> None:
        while changed := self.watcher.wait():
            self.seen.put(self.watcher.settle(changed))

    def next(self) -> frozenset[str]:
        return self.seen.get(timeout=PATIENCE)

    def all(self, *wanted: str) -> list[frozenset[str]]:
        """Return what is reported until all the wanted paths were."""
        batches = [self.next()]
        while not set(wanted) <= frozenset().union(*batches):
            batches.append(self.next())
        return batches

    def is_quiet(self) -> bool:
        time.sleep(0.3)
        return self.seen.empty()

    def close(self) -> None:
        self.watcher.close()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    (tmp_path / ".git").mkdir()
    project = Project(tmp_path, "-- content/posts/a/index.md --\nText.\n-- static/x.txt --\nx\n")
    watching = Watching(project)
    yield watching
    watching.close()


POST = "content/posts/a/index.md"


def test_writing_in_place(watching: Watching) -> None:
    (watching.root / POST).write_text("Other text.\n")
    assert watching.next() == {POST}


def test_writing_aside_and_renaming(watching: Watching) -> None:
    aside = watching.root / "content/posts/a/.index.md.swp"
    aside.write_text("Other text.\n")
    os.replace(aside, watching.root / POST)
    assert watching.next() == {POST}


def test_renaming_away_and_writing_anew(watching: Watching) -> None:
    """As vim does by default: the old file becomes the backup, which is removed."""
    file = watching.root / POST
    backup = file.with_name("index.md~")
    file.rename(backup)
    file.write_text("Other text.\n")
    backup.unlink()
    assert POST in watching.all(POST)[-1]


@pytest.mark.parametrize("path", ["sitegen.toml", "static/x.txt"])
def test_other_files(watching: Watching, path: str) -> None:
    with (watching.root / path).open("a") as file:
        file.write("\n")
    assert watching.next() == {path}


def test_new_folders_and_what_is_in_them_later(watching: Watching) -> None:
    folder = watching.root / "content/posts/deep/er"
    folder.mkdir(parents=True)
    assert any(path.startswith("content/posts/deep") for path in watching.next())
    time.sleep(0.1)
    (folder / "new.md").write_text("Text.\n")
    watching.all("content/posts/deep/er/new.md")


def test_folders_that_go(watching: Watching) -> None:
    shutil.rmtree(watching.root / "content/posts/a")
    watching.all("content/posts/a")


@pytest.mark.parametrize("folder", ["content", "static", "refs/all"])
def test_a_folder_in_the_place_of_one_that_went(watching: Watching, tmp_path: Path, folder: str) -> None:
    """As a version control system does it: the system goes on to watch the folder that is no more."""
    files = ["refs/all/works.bib"]
    (watching.root / "refs/all").mkdir(parents=True)
    watching.all("refs")
    config = Project.open(tmp_path).config()
    assert watching.watcher.watch(config, files)
    shutil.copytree(watching.root / folder, tmp_path / "kept")
    shutil.rmtree(watching.root / folder)
    shutil.copytree(tmp_path / "kept", watching.root / folder)
    watching.all(folder)
    assert watching.is_quiet() or watching.all(folder)
    assert watching.watcher.watch(config, files)
    (watching.root / folder / "new.md").write_text("Text.\n")
    watching.all(f"{folder}/new.md")


def test_folders_that_are_made_while_serving(watching: Watching, tmp_path: Path) -> None:
    (watching.root / "templates").mkdir()
    watching.all("templates")
    assert watching.watcher.watch(Project.open(tmp_path).config())
    (watching.root / "templates/home.html").write_text("x")
    watching.all("templates/home.html")
    assert not watching.watcher.watch(Project.open(tmp_path).config())


def test_files_that_pages_name_from_elsewhere(watching: Watching, tmp_path: Path) -> None:
    (watching.root / "images").mkdir()
    watching.all("images")
    assert watching.watcher.watch(Project.open(tmp_path).config(), ["images/a.png"])
    (watching.root / "images/plot.png").write_bytes(b"x")
    watching.all("images/plot.png")


def test_what_is_not_part_of_a_site(watching: Watching) -> None:
    for path in ("dist/index.html", ".sitegen/index", ".git/HEAD", "node_modules/x/y.js", "content/posts/.hidden.md"):
        file = watching.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    time.sleep(0.3)
    seen = frozenset[str]()
    while not watching.seen.empty():
        seen |= watching.seen.get()
    assert seen <= {"dist", "node_modules"}  # folders in the project's own are seen, what is in them is not
    (watching.root / "dist/index.html").write_text("y")
    assert watching.is_quiet()


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
def test_a_name_that_is_not_unicode(watching: Watching) -> None:
    """The library cannot say which file it is, so anything may have changed; what follows is seen as before."""
    for number in range(2):
        (watching.root / f"content/posts/{number}\udcff.png").touch()
        watching.all("sitegen.toml")
        (watching.root / POST).write_text(f"Text {number}.\n")
        watching.all(POST)


def test_many_files_at_once_are_one_change(watching: Watching) -> None:
    paths = [f"content/posts/p{number}.md" for number in range(500)]
    for path in paths:
        (watching.root / path).write_text("Text.\n")
    assert watching.next() == set(paths)
    assert watching.is_quiet()


def test_git_is_left_to_finish(watching: Watching) -> None:
    """It holds a lock while it works, however slow it is."""
    lock = watching.root / ".git/index.lock"
    lock.touch()
    paths = [f"content/posts/p{number}.md" for number in range(4)]
    for path in paths:
        (watching.root / path).write_text("Text.\n")
        time.sleep(0.2)
    assert watching.seen.empty()
    lock.unlink()
    assert watching.next() == set(paths)


def test_closing_ends_the_waiting(tmp_path: Path) -> None:
    watching = Watching(Project(tmp_path, "-- content/posts/a.md --\nText.\n"))
    watching.close()
    assert watching.watcher.wait() == frozenset()


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("content/posts/a.md", False),
        ("static/.well-known/x", False),
        (".", False),
        (".git/HEAD", True),
        ("content/.a.md.swp", True),
        ("content/.#a.md", True),
        ("content/#a.md#", True),
        ("content/a.md~", True),
        ("content/a.md___jb_tmp___", True),
        ("content/#a/index.md", False),
        ("content/a~/index.md", False),
        ("../elsewhere", True),
    ],
)
def test_hidden(path: str, hidden: bool) -> None:
    assert is_hidden(path) is hidden


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
def test_a_project_whose_name_is_not_unicode(tmp_path: Path) -> None:
    """Its settings are refused, which the preview shows."""
    watcher = Watcher(tmp_path / "\udcff")
    watcher.watch(None)
    watcher.close()
    assert watcher.wait() == frozenset()


def test_files_in_the_projects_own_folder_that_no_setting_names(tmp_path: Path) -> None:
    text = '[math]\nmacros_files = ["here.tex", "tex/there.tex"]\n'
    project = Project(tmp_path, f"-- here.tex --\n-- tex/there.tex --\n-- {POST} --\nText.\n")
    project.write(f"-- sitegen.toml --\n{SETTINGS}{text}")
    watching = Watching(project)
    try:
        log = tmp_path / "serve.log"
        log.write_text("A line.\n")
        assert watching.next() == {"serve.log"}  # a page may have waited for it
        log.write_text("A line.\nIts consequence.\n")
        assert watching.is_quiet()
        log.unlink()
        assert watching.next() == {"serve.log"}
        for name in ("here.tex", "tex/there.tex", "sitegen.toml"):
            (tmp_path / name).write_text("x")
            assert watching.next() == {name}
        (tmp_path / "static").mkdir()
        assert watching.next() == {"static"}
    finally:
        watching.close()
