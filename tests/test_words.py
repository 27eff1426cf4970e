"""The words of pages in many languages, and the site's own."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen import words
from sitegen.build import build
from sitegen.config import load_config
from sitegen.words import ENGLISH, LANGUAGES, called, fill, is_translated, words_of

PLACE = re.compile(r"\{\w+\}")
FILES = Path(words.__file__).parent


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_word_and_its_places(language: str) -> None:
    found = words_of(language)
    assert found.keys() == ENGLISH.keys()
    for key, text in found.items():
        places = set(PLACE.findall(text))
        # Where the number of a section stands is the language's affair.
        assert places - {"{number}"} == set(PLACE.findall(ENGLISH[key])) - {"{number}"}, key
        assert places >= set(PLACE.findall(ENGLISH[key])), key
        assert text == text.strip() != "", key


def test_every_file_is_a_language() -> None:
    assert sorted(file.stem for file in FILES.glob("*.toml")) == sorted(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "proof"),
    [("en-GB", "Proof"), ("de-AT", "Beweis"), ("ZH-TW", "證明"), ("zh-Hans-CN", "证明"), ("eo", "Proof")],
)
def test_a_tag_finds_its_words(language: str, proof: str) -> None:
    assert words_of(language)["proof"] == proof


def test_the_words_of_a_site_come_first() -> None:
    own = {"de": {"proof": "Bew."}, "de-AT": {"theorem": "Theorem", "new": "Neu"}, "eo": {"proof": "Pruvo"}}
    assert words_of("de", own)["proof"] == "Bew."
    assert words_of("de-at", own)["theorem"] == "Theorem"
    assert words_of("de-at", own)["proof"] == "Bew."
    assert words_of("de-at", own)["new"] == "Neu"
    assert words_of("de", own)["theorem"] == "Satz"
    assert words_of("eo", own)["proof"] == "Pruvo"
    assert (is_translated("eo", own), is_translated("eo"), is_translated("en-US"), is_translated("pt-BR")) == (
        *(True, False, True, True),
    )


def test_places_are_filled_and_other_braces_stay() -> None:
    assert fill("{number} of {pages} {else}", number=2, pages=3) == "2 of 3 {else}"
    assert called("Satz", "2") == "Satz 2"
    assert called("第 {number} 节", "2") == "第 2 节"


POST = """---
title: Eins
date: 2024-03-05
tags: [a]
LANG---

::: theorem Titel {#thm:eins}
Text.[^1]
:::

::: proof
Klar.
:::

> [!WARNING]
> Vorsicht.

Nach [](#thm:eins).

[^1]: Note.
"""


@pytest.fixture
def built(tmp_path: Path) -> Callable[..., tuple[dict[str, str], list[str]]]:
    """Build a site with one post; return its pages and the notes."""

    def make(settings: str, lang: str = "") -> tuple[dict[str, str], list[str]]:
        (tmp_path / "content" / "posts").mkdir(parents=True, exist_ok=True)
        (tmp_path / "content" / "posts" / "one.md").write_text(
            POST.replace("LANG", f"lang: {lang}\n" if lang else ""), encoding="utf-8"
        )
        (tmp_path / "sitegen.toml").write_text(
            f'[site]\ntitle = "T"\nbase_url = "https://example.org/"\n{settings}\n', encoding="utf-8"
        )
        config, problems = load_config(tmp_path)
        assert config is not None, problems
        result = build(config)
        pages = {
            file.relative_to(tmp_path / "dist").as_posix(): file.read_text(encoding="utf-8")
            for file in (tmp_path / "dist").rglob("*.html")
        }
        return pages, [f"{each.code} {each.path}" for each in result.diagnostics]

    return make


def test_a_german_site(built: Callable[..., tuple[dict[str, str], list[str]]]) -> None:
    pages, notes = built('language = "de"')
    page = pages["one/index.html"]
    for text in ("Zum Inhalt springen", "5. März 2024", "Satz 1", "Beweis", "Warnung", "Fußnoten", "1 Min."):
        assert text in page, text
    assert 'aria-label="Fußnote 1"' in page
    assert re.search(r'href="#thm-eins">Satz 1</a>', page)
    assert "<h1>Archiv</h1>" in pages["archive/index.html"]
    assert "<h1>Schlagwörter</h1>" in pages["tags/index.html"]
    assert "Alle Schlagwörter" in pages["tags/a/index.html"]
    assert "Seite nicht gefunden" in pages["404.html"]
    assert notes == []
    for path, text in pages.items():
        assert not re.search(r"Skip to|Contents|Footnote|Theorem|Proof|Previous|Next\b|Archive|Page not", text), path


def test_a_post_in_another_language(built: Callable[..., tuple[dict[str, str], list[str]]]) -> None:
    pages, notes = built("", "fr")
    assert "Théorème 1" in pages["one/index.html"]
    assert "5 mars 2024" in pages["one/index.html"]
    assert "Aller au contenu" in pages["one/index.html"]
    assert "Skip to content" in pages["index.html"]
    assert notes == []


def test_an_unknown_language_is_said_once_and_english(built: Callable[..., tuple[dict[str, str], list[str]]]) -> None:
    pages, notes = built('language = "eo"', "eo")
    assert "Theorem 1" in pages["one/index.html"]
    assert "Skip to content" in pages["one/index.html"]
    assert notes == ["site/untranslated sitegen.toml"]


def test_words_of_the_site_reach_posts_and_frame(built: Callable[..., tuple[dict[str, str], list[str]]]) -> None:
    built("")
    pages, _ = built('[theme.words.en]\ntheorem = "Thm <1>"\nskip = "Down & on"')
    assert "Thm &lt;1&gt; 1" in pages["one/index.html"]
    assert "Down &amp; on" in pages["one/index.html"]


def test_a_misspelt_word_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "content" / "posts").mkdir(parents=True)
    (tmp_path / "sitegen.toml").write_text('[theme.words.de]\ntheorm = "Satz"\n[theme.words.d]\nown = "x"\n')
    config, problems = load_config(tmp_path)
    assert config is None
    assert [(each.code, each.hint) for each in problems] == [
        ("config/unknown-key", "did you mean theorem?"),
        ("config/bad-value", 'write [theme.words.de] and below it: proof = "Beweis"'),
    ]


def test_the_guide_lists_all_words() -> None:
    guide = (Path(__file__).parent.parent / "content" / "guide" / "theming.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", guide, re.MULTILINE))
    assert {key: rows.get(key) for key in ENGLISH} == dict(ENGLISH)
