"""The README is held to the program: its samples run, its tables are complete."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
import pytest

import dev
from sitegen.cli import COMMANDS
from sitegen.cli.build import build
from sitegen.cli.check import check
from sitegen.cli.init import init
from sitegen.config import SECTIONS
from sitegen.diagnostics import CODES
from sitegen.frontmatter.keys import MEANINGS
from tests.support.sites import ROOT, run_sitegen

README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = sorted((ROOT / "content" / "guide").rglob("*.md"))
PROSE = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "sitegen" / "theme" / "README.md", *GUIDE]

TOPICS = {code.partition("/")[0] for code in CODES}

KERNELS = r"""---
title: Kernels
date: 2024-05-17
---

A kernel $K_{\text{blue}}$ and its mirror:

$$ \mahtbf{K} * I $$
"""
"""The post whose diagnostic the README shows."""


def section(title: str) -> str:
    """Return the text of the section of the README with this title."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    assert found, f"no section {title!r}"
    return found[1]


def blocks(text: str, language: str) -> list[str]:
    """Return the contents of the code blocks in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def first_column(text: str) -> list[str]:
    """Return the names in backticks in the first column of the tables, heads left out."""
    rows = [line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_python_samples_print_what_they_say() -> None:
    result = doctest.testfile(str(ROOT / "README.md"), module_relative=False, encoding="utf-8")
    assert result.attempted > 8
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


OPTIONS = {"Building": build, "Checking": check, "A new site": init}
"""Section to the command whose options its table lists."""


@pytest.mark.parametrize("title", OPTIONS)
def test_options_are_complete(title: str) -> None:
    command = OPTIONS[title]
    names = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    listed = {name.split()[0] for name in first_column(section(title))}
    assert listed == names - {"-h", "--help"}


def test_every_command_is_mentioned() -> None:
    for name in COMMANDS:
        assert f"`sitegen {name}" in README


def test_front_matter_keys_are_complete() -> None:
    assert sorted(first_column(section("Front matter"))) == sorted(MEANINGS)


def settings() -> Iterator[tuple[str, object]]:
    for table, struct in SECTIONS.items():
        yield from settings_of(table, struct)


def settings_of(table: str, struct: type[msgspec.Struct]) -> Iterator[tuple[str, object]]:
    for field in msgspec.structs.fields(struct):
        name = f"{table}.{field.name}"
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from settings_of(name, field.type)
        else:
            yield name, field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def written(value: object) -> str:
    """Return a value as TOML writes it."""
    return json.dumps(value)


def test_settings_are_complete_with_their_defaults() -> None:
    rows = re.findall(r"^\| `(\w+(?:\.\w+)+)` \| `([^`]+)` \|", section("sitegen.toml"), re.MULTILINE)
    assert dict(rows) == {key: written(value) for key, value in settings()}


def test_modules_are_complete() -> None:
    listed = set(first_column(section("Architecture")))
    parts = {
        f"sitegen/{path.name}/" if path.is_dir() else f"sitegen/{path.name}"
        for path in (ROOT / "sitegen").iterdir()
        if (path.suffix == ".py" or path.is_dir()) and not path.name.startswith("__")
    }
    assert listed == parts


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
