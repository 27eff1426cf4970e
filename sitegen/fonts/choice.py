"""Which pages share a font file: one for the site, cached by browsers once, and one for pages that need far more.

Mathematical constants belong to a font as a whole, so the characters of a formula never come from two files: a page
has one or the other.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

import msgspec

from sitegen.fonts.cutting import ALWAYS, Repertoire

__all__ = ["BUDGET", "Choice", "choose"]

BUDGET: Final = 40_000
"""Bytes that the site's file may weigh. A page that alone needs more gets the complete file."""

ALONE: Final = BUDGET // 5
"""Over the budget, a page is set apart that needs so many bytes of characters which no other page shows; less is not
worth a second file to its readers."""


class Choice(msgspec.Struct, frozen=True):
    """Who gets which file, and what is in it."""

    site: frozenset[str]
    """Characters of the file that pages share."""
    complete: frozenset[str]
    """Characters of the file for the pages in `apart`: all of the site."""
    apart: frozenset[str]
    """Pages that get the complete file."""
    missing: frozenset[str]
    """Characters that the font does not have."""


def choose(
    pages: Mapping[str, frozenset[str]],
    everywhere: frozenset[str],
    apart: frozenset[str],
    repertoire: Repertoire,
) -> Choice:
    """Choose by the characters of each page.

    `everywhere` are those that stand on shared pages such as lists, and `apart` the pages that the author wants to
    have the complete file.
    """
    shown = everywhere.union(*pages.values())
    missing = frozenset(
        character for character in shown if character not in repertoire.characters and not _invisible(character)
    )
    everything = _rounded(shown.union(ALWAYS)) - missing
    shared = {page: characters for page, characters in pages.items() if page not in apart}
    if repertoire.weight(everything) > BUDGET:
        shared = _within_budget(shared, everywhere.union(ALWAYS), repertoire)
    site = _rounded(everywhere.union(ALWAYS, *shared.values())) - missing
    return Choice(site, everything, frozenset(pages.keys() - shared.keys()), missing)


def _alphabet(first: int, count: int) -> frozenset[str]:
    return frozenset(chr(first + at) for at in range(count) if chr(first + at) != "\U0001d455")


ALPHABETS: Final = (
    _alphabet(0x30, 10),  # digits
    _alphabet(0x41, 26),  # upright Latin
    _alphabet(0x61, 26),
    _alphabet(0x1D434, 26),  # italic Latin
    _alphabet(0x1D44E, 26) | {"\u210e"},  # h is elsewhere
    _alphabet(0x1D6FC, 25),  # small italic Greek
)
"""Characters that come together."""


def _rounded(characters: frozenset[str]) -> frozenset[str]:
    """Return characters with the rest of each alphabet that is used by half.

    The name of a font file is on every page: were it made for the letters of today, one new letter in one post would
    write the whole site anew.
    """
    return characters.union(*(letters for letters in ALPHABETS if 2 * len(letters & characters) >= len(letters)))


def _within_budget(
    pages: Mapping[str, frozenset[str]], everywhere: frozenset[str], repertoire: Repertoire
) -> dict[str, frozenset[str]]:
    """Return the pages that can share a file within the budget, as far as setting pages apart is worth it."""
    shared = {page: characters for page, characters in pages.items() if repertoire.weight(characters) <= BUDGET}
    uses = Counter(character for characters in (everywhere, *shared.values()) for character in characters)
    while repertoire.weight(uses) > BUDGET:
        alone = {
            page: repertoire.weight(character for character in shared[page] if uses[character] == 1)
            for page in sorted(shared)
        }
        page = max(alone, key=lambda name: alone[name], default="")
        if not page or alone[page] < ALONE:
            break
        uses -= Counter(shared.pop(page))
    return shared


def _invisible(character: str) -> bool:
    """Tell whether nothing is drawn for a character that a font lacks: format characters, variation selectors."""
    return unicodedata.category(character) in ("Cf", "Zs", "Cc") or "\ufe00" <= character <= "\ufe0f"
