"""The search of a site: its page, its index, what is asked of browsers for it."""

from __future__ import annotations

import importlib.util
import re
from html import unescape
from pathlib import Path

import pytest

from tests.site.projects import SEARCHED, Project, codes


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", SEARCHED)


def bundle(project: Project) -> dict[str, bytes]:
    folder = project.root / "dist" / "pagefind"
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def runs_programs(page: str) -> bool:
    """Tell whether a page's policy allows any program; that of data, by its digest, is none."""
    allowed = re.findall('script-src ([^;"]*)', unescape(page))
    return any(not source.startswith("'sha256-") for sources in allowed for source in sources.split())


def test_only_the_page_that_searches_may_run_a_program(project: Project) -> None:
    assert codes(project.build()) == []
    assert "script-src 'self' 'wasm-unsafe-eval'" in unescape(project.page("/search/"))
    assert '<script type="module" src="/notes/pagefind/pagefind-component-ui.js">' in project.page("/search/")
    for place in ("/", "/kernels/", "/about/", "/404.html"):
        page = (project.root / "dist/404.html").read_text() if place == "/404.html" else project.page(place)
        assert not runs_programs(page)
        assert "pagefind" not in page
        assert '<a href="/notes/search/">Search</a>' in page


def test_headers_allow_the_program_and_other_pages_refuse_it(project: Project) -> None:
    text = SEARCHED.replace("[html]\npolicy = true", "[build]\nheaders = true")
    project.write(text)
    assert codes(project.build()) == []
    assert "'wasm-unsafe-eval'" in (project.root / "dist/_headers").read_text()
    assert 'http-equiv="Content-Security-Policy"' in project.page("/kernels/")
    assert not runs_programs(project.page("/kernels/"))


def test_an_unchanged_site_is_not_indexed_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.build()
    before = bundle(project)
    assert {"pagefind.js", "pagefind-entry.json", "pagefind-component-ui.js"} <= before.keys()
    with monkeypatch.context() as patched:
        patched.setattr("sitegen.search.subprocess.run", lambda *_, **__: pytest.fail("the index was made again"))
        again = project.build()
    assert (again.stats.written, again.stats.removed) == (0, 0)
    project.write("-- content/posts/kernels.md --\n# On kernels\n\nAn echidna.\n")
    changed = project.build()
    assert codes(changed) == []
    assert changed.stats.removed > 0, "files of the old index go"
    after = bundle(project)
    assert after.keys() != before.keys()
    project.write(SEARCHED)
    project.build()
    assert bundle(project) == before


def test_lost_files_of_the_index_come_back(project: Project) -> None:
    project.build()
    before = bundle(project)
    (project.root / "dist/pagefind/pagefind.js").unlink()
    assert project.build().stats.written == 1
    assert bundle(project) == before


def test_a_site_without_search_has_nothing_of_it(project: Project) -> None:
    project.build()
    project.write(SEARCHED.replace("enable = true", "enable = false"))
    assert codes(project.build()) == []
    assert bundle(project) == {}
    assert not (project.root / "dist/search").exists()
    assert "Search" not in project.page("/")


def test_a_missing_package_is_told_at_the_setting(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        "sitegen.search.importlib.util.find_spec", lambda name: None if name == "pagefind" else found(name)
    )
    (problem,) = project.build().diagnostics
    assert problem.code == "search/needs-package"
    assert problem.path == "sitegen.toml"
    assert problem.span is not None
    assert SEARCHED.partition("--\n")[2][problem.span.start : problem.span.end] == "true"
    assert "pip install" in problem.hint
    assert not (project.root / "dist/index.html").exists()


def test_a_failure_of_the_indexer_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.search.sys.executable", "/bin/false")
    assert codes(project.build()) == ["search/failed"]


def test_a_post_in_the_place_of_the_page_is_told(project: Project) -> None:
    project.write("-- content/posts/search.md --\n# Search\n")
    assert codes(project.build()) == ["site/path-collision"]
