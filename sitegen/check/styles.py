"""Stylesheets: the files that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from tinycss2.tokenizer import parse_component_value_list

__all__ = ["StyleAddress", "style_addresses"]


class StyleAddress(msgspec.Struct, frozen=True):
    """An address in a stylesheet."""

    written: str
    line: int
    """From 1."""
    column: int
    """From 1."""


def style_addresses(css: str) -> tuple[StyleAddress, ...]:
    """Return what `url()` and `@import` name. Any text can be read (CSS Syntax, section 5: nothing is an error)."""
    return tuple(_in(parse_component_value_list(css)))


def _in(nodes: Iterable[Any]) -> Iterator[StyleAddress]:
    importing = False
    for node in nodes:
        if node.type == "at-keyword":
            importing = node.lower_value == "import"
            continue
        if node.type == "url" or (importing and node.type == "string"):
            yield StyleAddress(node.value, node.source_line, node.source_column)
        elif node.type == "function" and node.lower_name in ("url", "src"):
            strings = [part for part in node.arguments if part.type == "string"]
            yield from (StyleAddress(part.value, node.source_line, node.source_column) for part in strings)
        elif node.type == "function":
            yield from _in(node.arguments)
        elif node.type in ("() block", "[] block", "{} block"):
            yield from _in(node.content)
        if node.type not in ("whitespace", "comment"):
            importing = False
