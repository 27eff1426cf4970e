"""What helps to find one's way: contents, neighbours, language, reading time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sitegen.compile import count_words
from sitegen.config import Config, ThemeConfig
from sitegen.model import Document, Heading
from sitegen.site import assemble, direction
from sitegen.site.model import TocEntry
from sitegen.site.reading import contents, language, reading_minutes
from tests.site.documents import config, document


def with_headings(levels: Sequence[int], keys: dict[str, Any] | None = None, **fields: Any) -> Document:
    headings = tuple(Heading(level, f"h{at}", f"<i>{at}</i>", str(at)) for at, level in enumerate(levels))
    made = document(headings=headings, **fields)
    return msgspec.structs.replace(made, meta=msgspec.structs.replace(made.meta, **(keys or {})))


def shape(entries: tuple[TocEntry, ...]) -> list[Any]:
    return [(entry.anchor, shape(entry.children)) if entry.children else entry.anchor for entry in entries]


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((2, 2, 2), ["h0", "h1", "h2"]),
        ((2, 3, 3, 2, 3), [("h0", ["h1", "h2"]), ("h3", ["h4"])]),
        ((3, 2, 3), ["h0", ("h1", ["h2"])]),
        ((2, 3, 4, 5, 2), [("h0", ["h1"]), "h4"]),
        ((3, 4, 3), [("h0", ["h1"]), "h2"]),
    ],
)
def test_contents_nest(tmp_path: Path, levels: tuple[int, ...], expected: list[Any]) -> None:
    found = contents(with_headings(levels), config(tmp_path))
    assert shape(found) == expected
    assert found[0].html == "<i>0</i>"


@pytest.mark.parametrize(
    ("count", "keys", "wanted", "own", "shown"),
    [
        (3, {}, True, False, True),
        (2, {}, True, False, False),
        (2, {"toc": True}, True, False, True),
        (3, {"toc": False}, True, False, False),
        (3, {}, False, False, False),
        (1, {"toc": True}, False, False, True),
        (3, {"toc": True}, True, True, False),
        (0, {"toc": True}, True, False, False),
    ],
)
def test_who_has_contents(
    tmp_path: Path, count: int, keys: dict[str, Any], wanted: bool, own: bool, shown: bool
) -> None:
    settings: Config = msgspec.structs.replace(config(tmp_path), theme=ThemeConfig(toc=wanted))
    assert bool(contents(with_headings([2] * count, keys, own_toc=own), settings)) is shown


def test_neighbours_follow_the_dates(tmp_path: Path) -> None:
    posts = [
        document(f"content/posts/{name}.md", date=date)
        for name, date in (("b", "2020-01-02"), ("a", "2020-01-01"), ("c", "2020-01-03"), ("undated", None))
    ]
    pages = {page.url: page for page in assemble(posts, config(tmp_path, "https://example.org/repo/")).pages}
    around = {
        url: [neighbour and neighbour.url for neighbour in (page.previous, page.next)] for url, page in pages.items()
    }
    assert around == {
        "/repo/a/": [None, "/repo/b/"],
        "/repo/b/": ["/repo/a/", "/repo/c/"],
        "/repo/c/": ["/repo/b/", None],
        "/repo/undated/": [None, None],
    }


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("one two", 2), ("これは日本語です", 4), ("zwei Wörter", 2), ("和 of 級数", 3)]
)
def test_words(text: str, words: int) -> None:
    assert count_words(text) == words


def test_reading_takes_a_minute_at_least() -> None:
    assert [reading_minutes(document(words=words)) for words in (0, 230, 231, 2300)] == [1, 1, 2, 10]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("az-Arab", "rtl"), ("ar-Latn", "ltr"), ("zh-Hant-TW", "ltr")],
)
def test_direction(tag: str, expected: str) -> None:
    assert direction(tag) == expected


def test_language_of_a_page(tmp_path: Path) -> None:
    found = [language(with_headings((), {"lang": tag}), config(tmp_path)) for tag in ("ar", "de-AT", "")]
    assert found == ["ar", "de-AT", "en"]
