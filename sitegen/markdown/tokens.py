"""markdown-it's tokens copied, without what the library's own way to that costs, and moved into another content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from markdown_it.token import Token

__all__ = ["copied", "move"]


def copied(token: Token, **changes: Any) -> Token:
    """Return a shallow copy of a token with some attributes changed.

    `Token.copy` asks a data class for its fields every time, which takes six times as long; paragraphs with formulas
    are split into dozens of tokens.
    """
    new = Token(
        token.type,
        token.tag,
        token.nesting,
        token.attrs,
        token.map,
        token.level,
        token.children,
        token.content,
        token.markup,
        token.info,
        token.meta,
        token.block,
        token.hidden,
    )
    for name, value in changes.items():
        setattr(new, name, value)
    return new


def move(tokens: Iterable[Token], by: int) -> None:
    """Let the places that inline tokens have in their content count from elsewhere: each grows by `by`."""
    for token in tokens:
        meta = token.meta
        for key in ("at", "outer"):
            if key in meta:
                low, high = meta[key]
                meta[key] = (low + by, high + by)
        if "items" in meta:
            meta["items"] = tuple(
                msgspec.structs.replace(item, start=item.start + by, end=item.end + by) for item in meta["items"]
            )
        if "attributes" in meta:
            meta["attributes"] = [
                (found, offsets, (low + by, high + by) if offsets is None else (low, high))
                for found, offsets, (low, high) in meta["attributes"]
            ]
        if token.children:
            move(token.children, by)
