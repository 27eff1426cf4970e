"""Which characters of the math font a formula shows, read off its markup as it is written.

What browsers draw differs from what is written for a single letter in `<mi>`: they draw the mathematical italic one
(MathML Core, "text-transform: math-auto"). Text in `<mtext>` is set in the page's text font and needs nothing of the
math font but the letters that only math fonts have; the numbers of rows, though, are set in the math font.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Final

__all__ = ["ITALIC", "drawn"]


def _italics() -> dict[str, str]:
    """Return the italic mapping of MathML Core, appendix C: letters to mathematical italic ones."""
    mapping = {chr(0x41 + at): chr(0x1D434 + at) for at in range(26)}
    mapping |= {chr(0x61 + at): chr(0x1D44E + at) for at in range(26)}
    mapping["h"] = "\u210e"
    mapping |= {chr(0x391 + at): chr(0x1D6E2 + at) for at in range(25)}
    mapping["\u03f4"] = "\U0001d6f3"
    mapping |= {chr(0x3B1 + at): chr(0x1D6FC + at) for at in range(25)}
    mapping |= dict(zip("\u2207\u2202\u03f5\u03d1\u03f0\u03d5\u03f1\u03d6", _ITALIC_SIGNS, strict=True))
    return mapping | {"\u0131": "\U0001d6a4", "\u0237": "\U0001d6a5"}


_ITALIC_SIGNS: Final = "\U0001d6fb\U0001d715\U0001d716\U0001d717\U0001d718\U0001d719\U0001d71a\U0001d71b"
"""Italic nabla, partial, and the variants of epsilon, theta, kappa, phi, rho and pi."""

ITALIC: Final = _italics()
"""Character of a single-letter `<mi>` to the character that browsers draw."""

_TOKENS = re.compile(r'<m(?:[io]|n(?!>)|text|td class="eqno"><mtext)(?=[ >])[^>]*>[^<]+')
_NUMBERS = re.compile(r"<mn>([^<]+)")


def drawn(markup: str, known: set[str]) -> frozenset[str]:
    """Return the characters that a formula shows in the math font.

    `known` are tokens that have been looked at before, and whose characters are therefore not returned again; those
    of this formula are added to it. A document's formulas consist of few different ones, but for numbers, whose digits
    are returned each time.
    """
    digits = unescape("".join(_NUMBERS.findall(markup)))
    new = set(_TOKENS.findall(markup)) - known
    if not new:
        return frozenset(digits)
    known |= new
    return frozenset(digits).union(*map(_characters, new))


_NONE: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=4096)
def _characters(token: str) -> frozenset[str]:
    """Return what browsers draw of the math font for a start tag and the text after it."""
    tag, _, text = token.rpartition(">")
    text = unescape(text)
    if tag.startswith("<mtext"):
        return frozenset(character for character in text if "\U0001d400" <= character <= "\U0001d7ff")
    if tag.startswith("<mi") and "mathvariant" not in tag:
        text = ITALIC.get(text.strip(), text)
    return _NONE if 'class="tt"' in tag else frozenset(text)
