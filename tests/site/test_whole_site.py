"""The site of the tests, built for different hosts, machines and times: the same bytes, and every address leads on."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

import brotli
import pytest

import sitegen.precompress
from sitegen.check import check
from sitegen.config import load_config
from tests.site.projects import Project, tree
from tests.support.sites import ROOT


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the browser tests, which has everything that a site can have, somewhere else."""
    folder = tmp_path_factory.mktemp("whole") / "site"
    shutil.copytree(ROOT / "tests" / "browser" / "site", folder, ignore=shutil.ignore_patterns("dist", ".sitegen"))
    return folder


@pytest.mark.parametrize("base_url", ["https://example.org/", "https://example.org/repo/", "http://localhost:8000/a/b"])
def test_every_address_leads_on_wherever_the_site_is(project: Path, base_url: str) -> None:
    assert links_followed(project, base_url) > 40


@pytest.mark.parametrize("base_url", ["https://example.org/", "https://example.org/repo/"])
def test_every_address_of_our_own_site_leads_on(base_url: str) -> None:
    assert links_followed(ROOT, base_url) > 100


def links_followed(project: Path, base_url: str) -> int:
    """Check a site and return how many links were followed."""
    config, problems = load_config(project, base_url=base_url)
    assert config is not None, problems
    result = check(config)
    spoken = {
        "page/missing-target",
        "page/missing-anchor",
        "page/outside-base",
        "feed/missing-target",
        "feed/malformed",
    }
    found = [each for each in result.diagnostics if each.severity == "error" or each.code in spoken]
    assert found == []
    return result.links


def built(project: Path, output: Path, **environment: str) -> dict[str, bytes]:
    """Return the files of a clean build in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", "build", "--no-cache", "--output", str(output)],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return tree(output)


def test_two_clean_builds_are_the_same_byte_by_byte(project: Path, tmp_path: Path) -> None:
    """In another folder, time zone, language and order of sets, with other times of files, by other processes."""
    elsewhere = tmp_path / "somewhere else" / "site"
    shutil.copytree(project, elsewhere, ignore=shutil.ignore_patterns("dist", ".sitegen"), copy_function=shutil.copy)
    first = built(project, tmp_path / "a", TZ="UTC", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    second = built(elsewhere, tmp_path / "b", TZ="Pacific/Kiritimati", LC_ALL="C", LANG="de_DE", PYTHONHASHSEED="2")
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []


# -- compressed copies

SITE = """\
-- sitegen.toml --
[site]
title = "Notes"
base_url = "https://example.org/"
[build]
precompress = ["gzip", "brotli"]
-- content/posts/one.md --
# One

Text, again and again: text, text, text.
-- content/posts/two.md --
# Two

Text.
"""


def test_compressed_copies_hold_the_same(tmp_path: Path) -> None:
    project = Project(tmp_path, SITE)
    project.put("static/dot.png", b"\x89PNG")
    assert project.build().diagnostics == ()
    dist = project.dist()
    copies = {path for path in dist if path.endswith((".gz", ".br"))}
    texts = {path for path in dist if path.endswith((".html", ".css", ".svg", ".txt", ".xml"))}
    assert copies == {path + ending for path in texts for ending in (".gz", ".br")}
    for path in texts:
        assert gzip.decompress(dist[path + ".gz"]) == dist[path]
        assert brotli.decompress(dist[path + ".br"]) == dist[path]
        assert dist[path + ".gz"][4:8] == bytes(4), "no time stamp"


def test_only_what_changed_is_compressed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compress = sitegen.precompress._render

    def counting(*arguments: object) -> bytes:
        made.append("copy")
        return compress(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sitegen.precompress, "_render", counting)
    project = Project(tmp_path, SITE)
    project.build()
    assert made
    made.clear()
    assert project.build().stats.written == 0
    assert made == []
    before = project.dist()
    project.write("-- content/posts/two.md --\n# Two\n\nAnother text.\n")
    project.build()
    after = project.dist()
    changed = {path for path in after if before.get(path) != after[path] and path.endswith((".gz", ".br"))}
    assert {"two/index.html.gz", "two/index.html.br"} <= changed
    assert "one/index.html.gz" not in changed
    assert len(made) == len(changed)


def test_copies_go_with_what_they_are_copies_of(tmp_path: Path) -> None:
    project = Project(tmp_path, SITE)
    project.build()
    project.remove("content/posts/two.md")
    project.build()
    assert not (tmp_path / "dist" / "two").exists()
    project.write(SITE.replace('["gzip", "brotli"]', '["gzip"]'))
    project.remove("content/posts/two.md")
    project.build()
    assert not [path for path in project.dist() if path.endswith(".br")]


def test_an_incremental_build_is_a_clean_one(tmp_path: Path) -> None:
    project = Project(tmp_path / "a", SITE)
    project.build()
    project.write("-- content/posts/one.md --\n# One\n\nOther text.\n")
    project.build()
    clean = Project(tmp_path / "b", SITE + "-- content/posts/one.md --\n# One\n\nOther text.\n")
    clean.build()
    assert project.dist() == clean.dist()


# -- redirects


def test_old_addresses_for_hosts(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write(
        '-- sitegen.toml --\n[site]\nbase_url = "https://example.org/repo/"\n[build]\nredirects = true\n'
        "-- content/posts/new.md --\n---\ntitle: New\naliases: [/old/, /über alt/]\n---\nx\n"
    )
    project.build()
    assert project.dist()["_redirects"].decode() == (
        "/repo/%C3%BCber%20alt /repo/new/ 301\n/repo/%C3%BCber%20alt/ /repo/new/ 301\n"
        "/repo/old /repo/new/ 301\n/repo/old/ /repo/new/ 301\n"
    )
    assert "feed/missing-target" not in [each.code for each in check(project.config()).diagnostics]
    project.write("-- static/_redirects --\n/a /repo/none/ 301\n/b/* /repo/:splat\n# /c /repo/none/\n")
    project.write('-- sitegen.toml --\n[site]\nbase_url = "https://example.org/repo/"\n')
    found = [each.message for each in check(project.config()).diagnostics if each.code == "feed/missing-target"]
    assert found == ["_redirects names /repo/none/, where there is nothing"]
