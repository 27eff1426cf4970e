"""The program that measures other people's posts sees what it is meant to see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.corpus import Reader, plain_reading
from tests.support.sites import ROOT

EXPECTED = '{"site": "notes", "file": "a.md", "display": 1, "inline": 2}\n'

RIGHT = r"""---
title: One
---

Let $x$ be a number and $y = x^2$ its square, as in

$$
y = \frac{x}{2}.
$$
"""

WRONG = r"""# Two

A formula $\frobnicate{x}$, a note[^missing] and an unfinished $$ one.
"""

NESTING = [
    ("<p>one</p><ul><li>two<li>three</ul>", []),
    ("<p>one<div>two</div></p>", ["<div> in <p>"]),
    ("<b>one<i>two</b>three</i>", ["</b> closes <i>", "</i> that closes nothing"]),
    ("<table><tr><td><div>one</div></table>", []),
    ("<section><tr><td>one</td></tr></section>", ["<tr> in <section>"]),
    ("<math><mi>x</mi></math><div>", ["<div> is never closed"]),
    ('<p id="a"><p id="a">', ["the id a 2 times"]),
]

READING = [
    ("Let $x$ and $$y$$ be `$z$`.", [("$x$", False), ("$$y$$", False)]),
    ("It costs $5 or $6.\n\n$$\na\n$$\n", [("$$\na\n$$", True)]),
    ("\\(a\\) and\n\\[b\\]\n\n```math\nc\n```\n", [("\\(a\\)", False), ("\\[b\\]", True), ("```math\nc\n```", True)]),
    ("```\n$a$\n```\n\n\\begin{align}\na\n\\end{align}\n", [("\\begin{align}\na\n\\end{align}", True)]),
]


def measure(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "corpus.py"), "--jobs", "1", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=100)


def test_table_and_details(tmp_path: Path) -> None:
    site = tmp_path / "notes"
    site.mkdir()
    (site / "a.md").write_text(RIGHT, encoding="utf-8")
    (site / "b.md").write_text(WRONG, encoding="utf-8")
    (tmp_path / "numbers.jsonl").write_text(EXPECTED, encoding="utf-8")
    result = measure(str(site), "--details")
    assert result.returncode == 0, result.stderr
    line = result.stdout.splitlines()[-1].split()
    assert line[:9] == ["notes", "2", "0", "0", "1", "1", "3", "3", "75.00"]
    assert line[9] == "1"
    assert "math     b.md:3: math/unknown-command" in result.stdout
    assert "leak     b.md:3: dollars: " in result.stdout
    assert "leak     b.md:3: footnote: " in result.stdout
    counted = measure(str(site), "--expected", str(tmp_path / "numbers.jsonl"))
    line = counted.stdout.splitlines()[-1].split()
    assert line[:8] == ["notes", "1", "0", "0", "1", "1", "2", "2"]


@pytest.mark.parametrize(("page", "problems"), NESTING)
def test_nesting(page: str, problems: list[str]) -> None:
    reader = Reader()
    reader.feed(page)
    reader.finish()
    assert reader.problems == problems


@pytest.mark.parametrize(("text", "formulas"), READING)
def test_second_opinion(text: str, formulas: list[tuple[str, bool]]) -> None:
    assert [(text[start:end], display) for start, end, display in plain_reading(text)] == formulas
