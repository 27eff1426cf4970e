"""Bad input from end to end: posts and settings in, diagnostics, exit code and files out."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import Case, read_cases
from tests.support.sites import run_sitegen

GOOD_POST = "---\ntitle: Good\ndate: 2024-01-01\n---\n\nA paragraph of text.\n"
SETTINGS = '[site]\ntitle = "Cases"\nbase_url = "https://example.org/"\n'


CASES = read_cases(Path(__file__).parent / "cases" / "bad_input.txt")


def encoded(files: dict[str, str]) -> dict[str, bytes]:
    """Return files whose names may be followed by an encoding."""
    parts = {name.partition(" ")[::2]: text for name, text in files.items()}
    return {name: text.encode(encoding or "utf-8") for (name, encoding), text in parts.items()}


def write_project(folder: Path, files: dict[str, bytes]) -> None:
    """Write a project with a good post and `files`."""
    defaults = {"sitegen.toml": SETTINGS.encode(), "content/posts/good.md": GOOD_POST.encode()}
    for name, content in {**defaults, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def build(folder: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Build; return the exit code and the diagnostics."""
    done = run_sitegen(folder, "build", "--format", "json", *options)
    assert "Traceback" not in done.stderr, done.stderr
    diagnostics: list[dict[str, Any]] = json.loads(done.stdout)["diagnostics"]
    return done.returncode, diagnostics


def printed(diagnostic: dict[str, Any]) -> str:
    start = diagnostic["start"]
    place = f"{start['line']}:{start['column']}" if start else "-"
    return f"{diagnostic['severity']} {diagnostic['code']} {diagnostic['path']} {place}"


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_bad_input(case: Case, tmp_path: Path) -> None:
    write_project(tmp_path, encoded(case.files))
    code, diagnostics = build(tmp_path)
    dist = tmp_path / "dist"

    found = [printed(diagnostic) for diagnostic in diagnostics if diagnostic["severity"] != "note"]
    assert found == [f"{verb} {rest}" for verb, rest in case.expected if verb in ("error", "warning")]
    assert [str(code)] == case.rests("exit"), diagnostics

    for diagnostic in diagnostics:
        assert diagnostic["message"]
        if diagnostic["severity"] == "error":
            assert diagnostic["hint"], f"no hint: {diagnostic}"
    for hint in case.rests("hint"):
        assert any(hint in diagnostic["hint"] for diagnostic in diagnostics), diagnostics
    for path in " ".join(case.rests("written")).split():
        assert (dist / path).is_file(), path
    for path in " ".join(case.rests("absent")).split():
        assert not (dist / path).exists(), path

    if {"page", "no-page", "marked"} & {verb for verb, _ in case.expected}:
        page = (dist / "bad" / "index.html").read_text(encoding="utf-8").partition("<main")[2]
        for words in case.rests("page"):
            assert words in page
        for words in case.rests("no-page"):
            assert words not in page
        for source in case.rests("marked"):
            marks = re.findall(r'<code class="math-error"[^>]*>(.*?)</code>', page, re.DOTALL)
            assert source in {mark.strip() for mark in marks}, marks


def test_ten_thousand_braces(tmp_path: Path) -> None:
    tex = "{" * 10_000 + "x" + "}" * 10_000
    write_project(tmp_path, {"content/posts/bad.md": f"# Deep\n\n$$\n{tex}\n$$\n".encode()})
    code, diagnostics = build(tmp_path)
    assert code == 1
    assert [diagnostic["code"] for diagnostic in diagnostics] == ["math/too-deep"]
    assert diagnostics[0]["hint"]
    assert (tmp_path / "dist" / "bad" / "index.html").is_file()


def test_a_foreign_output_folder_is_left_alone(tmp_path: Path) -> None:
    write_project(tmp_path, {"dist/precious.txt": b"Mine."})
    code, diagnostics = build(tmp_path)
    assert code in (1, 2)
    assert [diagnostic["severity"] for diagnostic in diagnostics] == ["error"]
    assert diagnostics[0]["hint"]
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["precious.txt"]


def test_a_rejected_post_keeps_its_old_page(tmp_path: Path) -> None:
    write_project(tmp_path, {"content/posts/bad.md": b"# Still fine\n"})
    assert build(tmp_path)[0] == 0
    page = tmp_path / "dist" / "bad" / "index.html"
    before = page.read_bytes()
    (tmp_path / "content" / "posts" / "bad.md").write_bytes(b"---\ndate: 2017-02-30\n---\n")
    (tmp_path / "content" / "posts" / "good.md").unlink()
    assert build(tmp_path)[0] == 1
    assert page.read_bytes() == before
    assert (tmp_path / "dist" / "good" / "index.html").is_file(), "nothing is pruned in a build with errors"


ODD = "odd \udcff"
"""A name that is not Unicode, as some file systems have them."""


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
@pytest.mark.parametrize(
    "name",
    [
        f"content/posts/{ODD}.md",
        f"content/posts/{ODD}/index.md",
        f"static/{ODD}.txt",
        f"static/{ODD}/x.txt",
        f"templates/{ODD}.html",
        f"templates/{ODD}/x.html",
    ],
)
def test_a_name_that_is_not_unicode(tmp_path: Path, name: str) -> None:
    write_project(tmp_path, {name: b"Text.\n"})
    code, diagnostics = build(tmp_path)
    assert code == 1
    assert [diagnostic["code"] for diagnostic in diagnostics] == ["source/bad-name"]


@pytest.mark.skipif(sys.platform != "linux", reason="names are Unicode elsewhere")
def test_a_project_whose_name_is_not_unicode(tmp_path: Path) -> None:
    write_project(tmp_path / ODD, {})
    code, diagnostics = build(tmp_path / ODD)
    assert code == 2
    assert [(each["code"], each["path"]) for each in diagnostics] == [("source/bad-name", "sitegen.toml")]


def test_strict_counts_warnings_but_no_notes(tmp_path: Path) -> None:
    write_project(tmp_path, {"content/posts/bad.md": b"---\ntitle: T\n---\n\n<img src='data:,' width=1 height=1>\n"})
    assert build(tmp_path, "--strict")[0] == 0
    (tmp_path / "content" / "posts" / "bad.md").write_bytes(b"---\ntilte: T\n---\n\nText.\n")
    assert build(tmp_path)[0] == 0
    assert build(tmp_path, "--strict")[0] == 1


def test_a_second_build_writes_nothing(tmp_path: Path) -> None:
    write_project(tmp_path, {"content/posts/more.md": b"# More\n\n$x^2$\n"})
    assert build(tmp_path)[0] == 0
    done = run_sitegen(tmp_path, "build", "--format", "json")
    summary = json.loads(done.stdout)["summary"]
    assert summary["written"] == 0
    assert summary["removed"] == 0
    assert summary["unchanged"] > 3
