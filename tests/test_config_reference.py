"""The reference of settings, front matter and messages: complete, and written from the program as it is."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from sitegen.config import SECTIONS, load_config
from sitegen.diagnostics import CODES
from sitegen.frontmatter.keys import EXPLANATIONS, MEANINGS
from tests.support.sites import ROOT, script_named


@pytest.fixture(scope="module")
def script() -> ModuleType:
    return script_named("config_reference")


@pytest.mark.parametrize("name", ["configuration.md", "front-matter.md", "messages.md"])
def test_the_page_is_up_to_date(script: ModuleType, name: str) -> None:
    page = (ROOT / "content" / "guide" / name).read_text(encoding="utf-8")
    assert page == script.PAGES[name](), "run python scripts/config_reference.py"


def test_every_code_has_its_place(script: ModuleType) -> None:
    page = script.messages()
    assert re.findall(r"^`([a-z0-9/-]+)`\{#", page, re.M) == sorted(CODES, key=page.index)


def test_every_key_of_front_matter_is_explained(script: ModuleType) -> None:
    assert list(EXPLANATIONS) == list(MEANINGS)
    page = script.front_matter()
    assert all(f"\n`{key}`{{#key-{key}}}\n: *" in page for key in MEANINGS)


@pytest.mark.parametrize(
    ("explanation", "shown"),
    [
        (r"A \begin without \end, see [math].", r"A `\begin` without `\end`, see `[math]`."),
        (r"Write \left. and \right. there.", r"Write `\left.` and `\right`. there."),
        ("Use `$x$` and x_{a_b}.", "Use `$x$` and `x_{a_b}`."),
        ("A <script> costs $5 [or more].", r"A `<script>` costs \$5 \[or more\]."),
    ],
)
def test_explanations_become_markdown(script: ModuleType, explanation: str, shown: str) -> None:
    assert script.markdown(explanation) == shown


def test_the_sample_of_settings_is_accepted(tmp_path: Path) -> None:
    page = (ROOT / "content" / "guide" / "configuration.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"^```toml\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    (tmp_path / "content" / "posts").mkdir(parents=True)
    (tmp_path / "sitegen.toml").write_text(sample, encoding="utf-8")
    config, problems = load_config(tmp_path)
    assert problems == ()
    assert config is not None
    assert config.site.menu[0].url == "/archive/"


def test_settings_that_prose_names_exist(script: ModuleType) -> None:
    page = script.configuration()
    known = {*re.findall(r"^`([\w.]+)`\{#", page, re.M), *re.findall(r"`\[+([\w.]+)\]+`", page)}
    named = re.compile(rf"`((?:{'|'.join(SECTIONS)})\.\w+(?:\.\w+)?)(?: = [^`]*)?`")
    wrong = [
        f"{file.name}: {name}"
        for file in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "content" / "guide").rglob("*.md")]
        for name in named.findall(file.read_text(encoding="utf-8"))
        if name not in known
    ]
    assert wrong == []
