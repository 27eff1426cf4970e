"""What the system does not let us read is told, and nothing is made without it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sitegen.check import check
from sitegen.config import load_config
from tests.site.projects import Project, codes, png

SITE = """
-- content/posts/a/index.md --
# A

![x](x.svg) ![y](y.png)
-- content/posts/a/x.svg --
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>
-- static/deep/s.txt --
s
-- templates/styles/own.css --
p { margin: 0 }
-- templates/parts/a.html --
a
"""

Close = Callable[[str], None]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project(tmp_path / "project", SITE)
    project.put("content/posts/a/y.png", png(2, 2))
    return project


@pytest.fixture
def close(project: Project) -> Iterator[Close]:
    """Return what takes all permissions of a file or folder away until the test ends."""
    closed: list[Path] = []

    def take_away(name: str) -> None:
        path = project.root / name
        path.chmod(0)
        closed.append(path)
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")

    yield take_away
    for path in closed:
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("content/posts/a/x.svg", "asset/unreadable"),
        ("content/posts/a/y.png", "asset/unreadable"),
        ("content/posts/a/index.md", "source/unreadable"),
        ("content/posts/a", "source/unreadable"),
        ("static/deep/s.txt", "asset/unreadable"),
        ("static/deep", "asset/unreadable"),
        ("static", "asset/unreadable"),
        ("templates/styles/own.css", "asset/unreadable"),
        ("templates/styles", "asset/unreadable"),
        ("templates/parts/a.html", "template/unreadable"),
        ("templates/parts", "template/unreadable"),
    ],
)
def test_it_is_told_at_its_place(project: Project, close: Close, name: str, code: str) -> None:
    assert codes(project.build()) == []
    before = project.page("/a/")
    close(name)
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.path) == (code, name)
    assert problem.hint == "check its permissions"
    assert project.page("/a/") == before, "the page of before stays"


@pytest.mark.parametrize("name", ["templates/styles/own.css", "static/deep/s.txt", "templates"])
def test_a_check_speaks_of_it_too(project: Project, close: Close, name: str) -> None:
    close(name)
    told = {problem.code for problem in check(project.config()).diagnostics if problem.severity == "error"}
    assert told <= {"asset/unreadable", "template/unreadable"}
    assert told


def test_a_folder_of_templates(project: Project, close: Close) -> None:
    close("templates")
    assert codes(project.build()) == ["template/unreadable", "asset/unreadable"]


def test_a_content_folder(project: Project, close: Close) -> None:
    close("content")
    config, (problem,) = load_config(project.root)
    assert config is None
    assert (problem.code, problem.hint) == ("config/bad-folder", "check its permissions")
