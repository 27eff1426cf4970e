"""TOML front matter as the nodes that YAML gives, so that a key means the same in both.

Values stay the text that was written, as they do in YAML: what they mean is decided by the key they belong to.
"""

from __future__ import annotations

from typing import Any

from yaml.error import Mark
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sitegen.config.places import KeyPath, Place, find_places
from sitegen.config.reading import parse
from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter.block import Block, Problem
from sitegen.text import Span

__all__ = ["compose_toml"]


def compose_toml(text: str, block: Block) -> Node | Problem | None:
    """Parse the block; return its root node (marks count from `block.start`), None when it is empty."""
    content = text[block.start : block.end]
    table = parse(content)
    if isinstance(table, Diagnostic):
        at = table.span or Span(0, 0)
        span = Span(block.start + at.start, block.start + at.end)
        message = table.message.replace("sitegen.toml is not valid TOML", "the front matter is not valid TOML")
        hint = table.hint.replace("RR = '\\mathbb{R}'", "title = 'On $\\alpha$'") if "quotes" in table.hint else ""
        return Problem("frontmatter/syntax", message, span, hint=hint or "write one line key = value for each key")
    return _Nodes(content).node(table, ()) if table else None


class _Nodes:
    """Makes nodes of values, each with its place in the text."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.places = find_places(content)

    def node(self, value: Any, path: KeyPath) -> Node:
        """Return the node of one value."""
        place = self.places.get(path, _NOWHERE)
        start, end = _mark(place.value.start), _mark(place.value.end)
        if isinstance(value, dict):
            pairs = [(self._key(name, (*path, name)), self.node(item, (*path, name))) for name, item in value.items()]
            return MappingNode("", pairs, start, end, flow_style=False)
        if isinstance(value, list):
            items = [self.node(item, (*path, index)) for index, item in enumerate(value)]
            return SequenceNode("", items, start, end, flow_style=False)
        written = self.content[place.value.start : place.value.end]
        if isinstance(value, str):
            return ScalarNode("", value, start, end, style=written[:1] or "'")
        return ScalarNode("", written, start, end)

    def _key(self, name: str, path: KeyPath) -> ScalarNode:
        place = self.places.get(path, _NOWHERE)
        return ScalarNode("", name, _mark(place.key.start), _mark(place.key.end))


_NOWHERE = Place(Span(0, 0), Span(0, 0))


def _mark(index: int) -> Mark:
    return Mark("", index, 0, 0, None, 0)
