"""Formulas in titles: TeX between dollars, and what stands for it while other programs format the text around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["MATH", "fill_formulas", "formula_mark"]

MATH = re.compile(r"\$([^$]+)\$")
"""A formula, and its TeX."""

_TEX, _TEX_END = "\ue010", "\ue011"
"""Around the index of a formula."""
_FORMULA = re.compile(rf"{_TEX}(\d+){_TEX_END}")


def formula_mark(index: int) -> str:
    """Return what stands for a formula in formatted text."""
    return f"{_TEX}{index}{_TEX_END}"


def fill_formulas(text: str, formulas: Sequence[str]) -> str:
    """Return formatted text with its formulas, as HTML, in their places."""
    return _FORMULA.sub(lambda match: formulas[int(match[1])], text)
