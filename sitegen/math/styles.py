"""The CSS of the markup."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

__all__ = ["stylesheet"]


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """Return the CSS that the markup's classes need; it uses the custom properties --bg and --hl where they are set."""
    return Path(__file__).with_name("math.css").read_text(encoding="utf-8")
