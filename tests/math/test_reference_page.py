"""The page of all commands: complete, and written from the tables as they are."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from sitegen.math import symbols
from sitegen.math.registry import COMMANDS, ENVIRONMENTS, MACROS, SYMBOLS
from tests.support.sites import script_named


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return script_named("math_reference")


@pytest.fixture(scope="module")
def page(script: ModuleType) -> str:
    text: str = script.PAGE.read_text(encoding="utf-8")
    return text


def test_the_page_is_up_to_date(script: ModuleType, page: str) -> None:
    assert page == script.text(), "run python scripts/math_reference.py"


def test_every_command_is_on_the_page(page: str) -> None:
    sources = re.findall(r"^(?:- )?(``?.+?``?)(?: |$)", page, re.M)
    shown = set(re.findall(r"\\[a-zA-Z]+|\\[^a-zA-Z]", "\n".join(sources)))
    names = {name for name in [*COMMANDS, *MACROS, *SYMBOLS, *symbols.CORRECTIONS] if name[0] == "\\"}
    written = {name for name in names if "@" not in name and name[1:].strip() and name not in ("\\newcommand*",)}
    assert len(written) > 1000
    assert written - shown == set()


def test_every_environment_is_on_the_page(page: str) -> None:
    shown = set(re.findall(r"`\\begin\{([^}]*)\}", page))
    assert set(ENVIRONMENTS) - shown == set()


def test_nearly_everything_is_shown_typeset(script: ModuleType) -> None:
    names = script.command_names()
    hidden = [name for name in names if not script.example(name)[1]]
    assert len(hidden) < 45, hidden
