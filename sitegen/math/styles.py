"""The CSS of the markup."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

__all__ = ["rare_classes", "stylesheet", "stylesheets"]


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """Return the CSS that the markup's classes need; it uses the custom properties --bg and --hl where they are set."""
    common, rare = stylesheets()
    return common + rare


@lru_cache(maxsize=1)
def stylesheets() -> tuple[str, str]:
    """Return the same in two parts: what any formula may need, and what only markup with a class of the second part
    needs (arrays with rules, diagrams, proofs, enclosures); each of its rules has one of `rare_classes`."""
    folder = Path(__file__).parent
    common, rare = (folder / f"{name}.css" for name in ("math", "math-rare"))
    return common.read_text(encoding="utf-8"), rare.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def rare_classes() -> frozenset[str]:
    """Return the classes by which it is known that markup needs the second part of `stylesheets`."""
    common, rare = (frozenset(_CLASS.findall(_COMMENT.sub("", part))) for part in stylesheets())
    return rare - common


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.([a-zA-Z][\w-]*)(?=[^{}]*\{)")
