"""Heads without a fence around them, as the nodes that YAML gives: `Title: …` lines, and `[title]: <> (…)`.

Pelican and MultiMarkdown begin a file with lines `Key: value` up to a blank line; some write metadata as link
definitions that no reader sees. Either counts as a head only if it has a title, or nothing but what no text begins
with: author, date, tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode

from sitegen.frontmatter.block import Block

__all__ = ["compose_lines"]

_LINE = re.compile(r"(?P<key>[A-Za-z][\w -]*?)[ \t]*:[ \t]*(?P<value>[^\r\n]*(?:\r?\n[ \t]+\S[^\r\n]*)*)")
_LINK = re.compile(r"\[(?P<key>[A-Za-z][\w -]*)\]:[ \t]*<>[ \t]*\((?P<value>[^\r\n]*)\)[ \t]*(?=\r|\n|\Z)")


def compose_lines(text: str, block: Block) -> Node:
    """Return the root node of a head; marks count from `block.start`."""
    return MappingNode("", list(_pairs(text[block.start : block.end])), _mark(0), _mark(block.end - block.start))


def _pairs(content: str) -> Iterator[tuple[Node, Node]]:
    pattern = _LINK if content.startswith("[") else _LINE
    for match in pattern.finditer(content):
        key, value = match["key"].lower().replace(" ", "_"), " ".join(match["value"].split())
        if key == "status":
            # Pelican's: a post is published, hidden or a draft.
            key, value = "draft", "true" if value.lower() in ("draft", "hidden") else "false"
        yield _scalar(key, match.span("key")), _scalar(value, match.span("value"), "'")


def _scalar(value: str, place: tuple[int, int], style: str | None = None) -> ScalarNode:
    return ScalarNode("", value, _mark(place[0]), _mark(place[1]), style=style)


def _mark(index: int) -> Mark:
    return Mark("", index, 0, 0, None, 0)
