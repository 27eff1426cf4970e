"""The README is held to the program: its samples run, its tables are complete."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import click
import pytest

import dev
from sitegen.cli import COMMANDS
from sitegen.cli.build import build
from sitegen.cli.check import check
from sitegen.cli.import_ import import_
from sitegen.cli.init import init
from sitegen.cli.new import new
from sitegen.cli.serve import serve
from sitegen.diagnostics import CODES
from tests.support.sites import ROOT, run_sitegen
from tests.test_architecture import RANKS

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = sorted((ROOT / "content" / "guide").rglob("*.md"))
PROSE = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "sitegen" / "theme" / "README.md", *GUIDE]

PYTHON = ROOT / "content" / "guide" / "python.md"

TOPICS = {code.partition("/")[0] for code in CODES}

KERNELS = r"""---
title: Kernels
date: 2024-05-17
---

A kernel $K_{\text{blue}}$ and its mirror:

$$ \mahtbf{K} * I $$
"""
"""The post whose diagnostic the README shows."""


def section(title: str, text: str = README) -> str:
    """Return the text of the section with this title, of the README or of another text."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"no section {title!r}"
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of the code blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def first_column(text: str) -> list[str]:
    """Return the names in backticks in the first column of the tables, heads left out."""
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


@pytest.mark.parametrize(("file", "least"), [(ROOT / "README.md", 2), (PYTHON, 6)], ids=["README", "python"])
def test_python_samples_print_what_they_say(file: Path, least: int) -> None:
    result = doctest.testfile(str(file), module_relative=False, encoding="utf-8")
    assert result.attempted >= least
    assert result.failed == 0


def test_the_first_post_builds(tmp_path: Path) -> None:
    text = section("The first post")
    (settings,), (post,) = blocks(text, "toml"), blocks(text, "markdown")
    (tmp_path / "content" / "posts").mkdir(parents=True)
    (tmp_path / "sitegen.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "content" / "posts" / "identity.md").write_text(post, encoding="utf-8")
    done = run_sitegen(tmp_path, "build", "--strict")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "dist" / "identity" / "index.html").read_text(encoding="utf-8")
    assert page.count("<math") == 2
    assert 'href="#eq-euler"' in page
    assert 'href="/notes/' in page


def test_the_diagnostic_shown_is_the_one_printed(tmp_path: Path) -> None:
    """The block under "reported with its place" is what a build prints for such a post."""
    (shown,) = blocks(README.partition("## ")[0], "text")
    (tmp_path / "content" / "posts").mkdir(parents=True)
    (tmp_path / "sitegen.toml").write_text("", encoding="utf-8")
    (tmp_path / "content" / "posts" / "kernels.md").write_text(KERNELS, encoding="utf-8")
    done = run_sitegen(tmp_path, "build")
    assert done.returncode == 1
    assert shown.strip() in done.stderr, done.stderr


@pytest.mark.parametrize("name", [*dev.COMMANDS, "all"])
def test_chores_are_named_everywhere(name: str) -> None:
    assert f"| `python3 dev.py {name}` |" in section("Development")
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    assert name in targets[1].split()
    assert f"dev.py {name}" in (dev.__doc__ or "")


OPTIONS = {"build": build, "check": check, "import": import_, "init": init, "new": new, "serve": serve}


@pytest.mark.parametrize("name", OPTIONS)
def test_options_are_complete(name: str) -> None:
    command = OPTIONS[name]
    names = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    text = (ROOT / "content" / "guide" / "commands.md").read_text(encoding="utf-8")
    listed = {each.split()[0] for each in first_column(section(f"`sitegen {name}` {{#{name}}}", text))}
    assert listed == names - {"-h", "--help"}


def test_every_command_is_in_the_table() -> None:
    assert {name.split()[1] for name in first_column(section("Commands"))} == set(COMMANDS)


def test_files_that_the_readme_links_to_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README)
    assert len(targets) > 15
    assert [target for target in targets if "://" not in target and not (ROOT / target).is_file()] == []


def test_modules_are_complete() -> None:
    listed = set(first_column(section("Architecture")))
    parts = {
        f"sitegen/{path.name}/" if path.is_dir() else f"sitegen/{path.name}"
        for path in (ROOT / "sitegen").iterdir()
        if (path.suffix == ".py" or path.is_dir()) and not path.name.startswith("__")
    }
    assert listed == parts


def test_the_order_of_imports_is_the_one_that_is_tested() -> None:
    (chain,) = re.findall(r"Imports run one way: (.*?); `math` stands alone", section("Architecture"), re.DOTALL)
    order = [tuple(re.findall(r"\w+", group)) for group in chain.split("→")]
    assert [*order, ("math",)] == [names for names in RANKS if names != ("__main__",)]


def test_codes_of_the_guide_exist() -> None:
    for file in GUIDE:
        named = re.findall(r"`([a-z]+/[a-z]+(?:-[a-z]+)*)`", file.read_text(encoding="utf-8"))
        assert [code for code in named if code.partition("/")[0] in TOPICS and code not in CODES] == [], file


def test_every_code_of_the_check_is_in_the_guide() -> None:
    text = (ROOT / "content" / "guide" / "checking.md").read_text(encoding="utf-8")
    assert [code for code, info in CODES.items() if "Found by `sitegen" in info.explanation and code not in text] == []


@pytest.mark.parametrize("file", PROSE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_nobody_is_told_to_install_the_other_sitegen(file: Path) -> None:
    assert not re.search(r"pip install (?!-)[\"']?sitegen(?!-math)\b", file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", PROSE, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_files_that_prose_names_exist(file: Path) -> None:
    for name in re.findall(r"`((?:sitegen|benchmarks|tests|\.ci)/[\w./-]+)`", file.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name
