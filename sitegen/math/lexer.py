"""TeX text to tokens: control sequences, numbers, single characters, runs of spaces, each with its range.

Numbers are kept together, because MathML wants `<mn>12</mn>`; where TeX takes one digit only (`x^12`, `\\frac12`),
the parser splits them. Comments vanish here, with the line end and the indentation after it (TeXbook, chapter 8), and
characters that nobody sees.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Token: TypeAlias = tuple[str, int, int]
"""Text, start and end. A token out of a macro has the range of the macro's use."""

_TOKEN = re.compile(
    r"\\[a-zA-Z]+"  # a control word
    r"|[a-zA-Z]"
    r"|[ \t\r\n]+"
    r"|[0-9]+(?:\{,\}[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+"
    r"|\\(?s:.)"  # a control symbol
    r"|%[^\n]*\n?[ \t]*"
    r"|(?s:.)[\u0300-\u036f\u20d0-\u20f0]*"  # any character with its combining marks
)

INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that no XML document may contain (XML 1.0, production 2)."""

_SPACE = str.maketrans("\u00a0", " ")
"""What is pasted for a space. Formulas know no line breaks that it could forbid; MathJax skips it as well."""

_UNSEEN = frozenset("\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff")
"""Characters of no width that come with pasted text, of category 9 ("ignored", TeXbook, chapter 7): one after a `^`
would be the whole exponent."""


def tokenise(tex: str, offset: int = 0) -> list[Token]:
    """Return the tokens of `tex` in order, their ranges counted from `offset`."""
    end = offset
    is_plain = tex.isascii()
    found = _TOKEN.findall(tex if is_plain else tex.translate(_SPACE))
    tokens = [(text, end, end := end + len(text)) for text in found]
    if "%" in tex:
        tokens = [token for token in tokens if token[0][0] != "%"]
    return tokens if is_plain else [token for token in tokens if token[0][0] not in _UNSEEN]
