"""The words that pages bring themselves, `Contents` and `Theorem`, in the language of the site or of the post.

English is here, so that it costs nothing; the other languages are files beside this one, named by language tags
(BCP 47), each with a text for every key. A site changes words, or adds a language, under `[theme.words]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

__all__ = ["ENGLISH", "LANGUAGES", "Own", "Words", "called", "fill", "is_translated", "words_of"]

Words = Mapping[str, str]
"""Key to text, which may have places to fill in: `Footnote {number}`."""

ENGLISH: Final[Words] = MappingProxyType(
    {
        "skip": "Skip to content",
        "site": "Site",
        "search": "Search",
        "contents": "Contents",
        "previous": "Previous",
        "next": "Next",
        "neighbours": "Posts before and after",
        "updated": "updated",
        "minutes": "{minutes} min",
        "draft": "(draft)",
        "tags": "Tags",
        "categories": "Categories",
        "authors": "Authors",
        "series": "Series",
        "all_tags": "All tags",
        "all_categories": "All categories",
        "all_authors": "All authors",
        "all_series": "All series",
        "feed": "Feed",
        "archive": "Archive",
        "undated": "Undated",
        "pages": "Pages of posts",
        "newer": "Newer",
        "older": "Older",
        "page_of": "Page {number} of {pages}",
        "page": "page {number}",
        "nothing": "Nothing is published here yet.",
        "not_found": "Page not found",
        "not_found_text": "There is no page at this address.",
        "all_posts": "All posts",
        "moved": "This page has moved",
        "moved_text": "It is now at {page}.",
        "search_all": "Search all pages of {title}.",
        "no_script": "Searching needs JavaScript.",
        "no_index": "The preview has no index: {command} makes one, and this page searches in it.",
        "footnotes": "Footnotes",
        "footnote": "Footnote {number}",
        "back": "Back to reference {number}",
        "back_again": "Back to reference {number}, use {nth}",
        "references": "References",
        "table": "Table",
        "figure": "Figure",
        "section": "Section",
        "equation": "Equation",
        "equation_numbered": "Equation {number}",
        "equations_numbered": "Equations {first} to {last}",
        "done": "Done",
        "to_do": "To do",
        "theorem": "Theorem",
        "lemma": "Lemma",
        "proposition": "Proposition",
        "corollary": "Corollary",
        "conjecture": "Conjecture",
        "axiom": "Axiom",
        "assumption": "Assumption",
        "claim": "Claim",
        "fact": "Fact",
        "observation": "Observation",
        "property": "Property",
        "criterion": "Criterion",
        "definition": "Definition",
        "notation": "Notation",
        "example": "Example",
        "exercise": "Exercise",
        "problem": "Problem",
        "algorithm": "Algorithm",
        "remark": "Remark",
        "proof": "Proof",
        "solution": "Solution",
        "note": "Note",
        "info": "Info",
        "tip": "Tip",
        "hint": "Hint",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
        "danger": "Danger",
        "error": "Error",
        "quote": "Quote",
        "question": "Question",
        "abstract": "Abstract",
        "summary": "Summary",
        "todo": "Todo",
        "success": "Success",
        "bug": "Bug",
        "failure": "Failure",
        "see_also": "See also",
        "details": "Details",
    }
)

_FOLDER: Final = Path(__file__).parent

LANGUAGES: Final = ("de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "zh", "zh-hant")
"""The files, beside English."""

_ALIKE: Final = {"zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}
"""Tags that name a file by what they imply."""

Own = Mapping[str, Words]
"""The words of a site, by language tag."""


def words_of(language: str, own: Own = MappingProxyType({})) -> Words:
    """Return all words in a language: those of a file, else in English, with the site's `own` in their places.

    The words of `de-AT` are those of `de`, unless it has some of its own.
    """
    found = _from_file(_file_of(language))
    return {**found, **_own(language, own)} if own else found


def is_translated(language: str, own: Own = MappingProxyType({})) -> bool:
    """Tell whether there are words in a language, be they the site's `own`."""
    return _primary(language) == "en" or bool(_file_of(language)) or bool(_own(language, own))


def fill(text: str, **values: object) -> str:
    """Put values into the places of a text; what else stands in braces stays."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def called(word: str, number: str) -> str:
    """Return what something with a number is called: `Theorem 3`; a word may say itself where the number stands."""
    return fill(word, number=number) if "{number}" in word else f"{word} {number}"


def _primary(language: str) -> str:
    return language.lower().partition("-")[0]


def _own(language: str, own: Own) -> dict[str, str]:
    found: dict[str, str] = {}
    by_tag = {tag.lower(): words for tag, words in own.items()}
    for tag in (_primary(language), language.lower()):
        found |= by_tag.get(tag, {})
    return found


def _file_of(language: str) -> str:
    """Return the name of the file that has the words of a language; empty without one."""
    tag = language.lower()
    while tag:
        if tag in LANGUAGES or tag in _ALIKE:
            return _ALIKE.get(tag, tag)
        tag = tag.rpartition("-")[0]
    return ""


@lru_cache(maxsize=8)
def _from_file(name: str) -> Words:
    if not name:
        return ENGLISH
    import tomllib  # English needs none

    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
