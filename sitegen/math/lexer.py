"""TeX text to tokens: control sequences, numbers, single characters, runs of spaces, each with its range.

Numbers are kept together, because MathML wants `<mn>12</mn>`; where TeX takes one digit only (`x^12`, `\\frac12`),
the parser splits them. Comments vanish here, with the line end and the indentation after it (TeXbook, chapter 8).
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


def tokenise(tex: str, offset: int = 0) -> list[Token]:
    """Return the tokens of `tex` in order, their ranges counted from `offset`."""
    end = offset
    tokens = [(text, end, end := end + len(text)) for text in _TOKEN.findall(tex)]
    if "%" in tex:
        return [token for token in tokens if token[0][0] != "%"]
    return tokens
