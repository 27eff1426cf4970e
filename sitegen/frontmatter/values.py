"""The values that keys may have, and what is wrong with them: text, flags, mappings, plain data."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sitegen.frontmatter.block import Block, Problem, mark_index
from sitegen.frontmatter.keys import SYNONYMS
from sitegen.text import CONTROL, LineIndex, Span

__all__ = ["FALSE", "TRUE", "Entry", "Values", "clean", "is_null", "scalar"]

TRUE = frozenset({"true", "yes", "on"})
FALSE = frozenset({"false", "no", "off"})
NULL = frozenset({"", "~", "null", "Null", "NULL"})

_EXAMPLES = {
    "title": "`title: A title`",
    "date": "`date: 2017-01-20`",
    "updated": "`updated: 2017-02-01`",
    "slug": "`slug: convolution`",
    "aliases": "`aliases: [/old/address/]`",
    "categories": "`categories: [notes]`",
    "series": "`series: Kernels`",
    "authors": "`authors: [Ada Lovelace]`",
    "image": "`image: kernel.png`",
    "lang": "`lang: en`",
    "template": "`template: wide.html`",
    "order": "`order: 1`",
    "math": "`math: {dialect: tex}`",
    "taxonomies": "`tags: [signals, kernels]`",
    "path": "`path: /2017/convolution/`",
    "tags": "`tags: [signals, kernels]`",
    "draft": "`draft: true`",
    "published": "`published: false`",
    "description": "`description: One sentence`",
    "macros": "`macros: {RR: '\\mathbb{R}'}`",
    "dialect": "`dialect: tex`",
}

_EATEN = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:[abefrtvLP][A-Za-z]+|n(?:u|eq?|abla|ot|otin|eg|i)(?![A-Za-z])))")
"""A TeX command that starts with an escape of YAML's double quotes. `\\n` alone is often meant as a line break."""
_LISTS = frozenset(("aliases", "tags", "categories"))
"""Fields whose keys, written twice, add up."""
_INTEGER = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d{1,2})?", re.ASCII)


class Entry(NamedTuple):
    """One line of a mapping, or what it stands for."""

    key: str
    key_node: Node
    value: Node


class Values:
    """Reads the values of one block, and collects what is wrong."""

    def __init__(self, text: str, block: Block) -> None:
        """Take the text of the file, and its block."""
        self._file = text
        self._block = block
        self._lines: LineIndex | None = None
        self.problems: list[Problem] = []

    def text(self, name: str, node: Node, expected: str = "text") -> str | None:
        """Return the text of a key; None, and say so, where its value is a list or a mapping."""
        if isinstance(node, ScalarNode):
            self._check_escapes(node)
            return clean(node.value)
        self.wrong_type(name, expected, node)
        return None

    def _check_escapes(self, node: ScalarNode) -> None:
        """Report TeX that double quotes have eaten: `"\\theta"` is a tab and `heta`, `"\\alpha"` rings a bell."""
        span = self.span(node)
        eaten = list(_EATEN.finditer(self._file, span.start, span.end)) if node.style == '"' else []
        language = "TOML" if self._block.toml else "YAML"
        for match in eaten:
            message = (
                f"between double quotes, {match[1][:2]} is an escape of {language} and not the start of {match[1]}"
            )
            hint = "use single quotes, which leave backslashes alone"
            self.problem("frontmatter/syntax", message, Span(*match.span(1)), hint=hint)
        control = CONTROL.search(node.value)
        if control and not eaten:
            message = f"the value contains the control character U+{ord(control[0]):04X}"
            self.problem("frontmatter/syntax", message, span, hint="delete it")

    def line(self, name: str, node: Node) -> str:
        """Return the same on one line, without white space around it; empty where there is none."""
        return " ".join((self.text(name, node) or "").split())

    def flag(self, name: str, node: Node) -> bool | None:
        """Return whether a key is true; None, and say so, where it is neither true nor false."""
        word = node.value.lower() if isinstance(node, ScalarNode) else ""
        if word not in TRUE and word not in FALSE:
            self.wrong_type(name, "true or false", node)
            return None
        return word in TRUE

    def wrong_type(self, name: str, expected: str, node: Node) -> None:
        """Report a value of another kind than the `expected` one."""
        found = "a list" if isinstance(node, SequenceNode) else "a mapping"
        found = "other text" if isinstance(node, ScalarNode) else found
        in_brackets = "text" in expected and getattr(node, "flow_style", False)
        hint = "put quotes around it if the brackets are part of the text" if in_brackets else _example(name)
        if name in ("author", "authors") and isinstance(node, MappingNode):
            hint = f"write {name}: A. Writer, or {name}: {{name: A. Writer}}"
        self.problem("frontmatter/wrong-type", f"{name} must be {expected}, not {found}", node, hint=hint)

    def entries(self, node: MappingNode) -> list[Entry]:
        """Return the keys and values of a mapping, without those whose key is no text or stands there already."""
        entries: dict[str, Entry] = {}
        for key_node, value in node.value:
            if not isinstance(key_node, ScalarNode):
                self.problem("frontmatter/wrong-type", "a key must be text", key_node, hint="write `key: value`")
                continue
            key = clean(key_node.value)
            entry = Entry(key, key_node, value)
            first = entries.get(key)
            if first is not None:
                entry = self._repeated(first, entry)
            entries[key] = entry
        return list(entries.values())

    def _repeated(self, first: Entry, second: Entry) -> Entry:
        """Return what a key means that stands there twice: the second one, as in Jekyll; of lists, both."""
        if SYNONYMS.get(second.key) in _LISTS and not (is_null(first.value) or is_null(second.value)):
            values = [
                item
                for entry in (first, second)
                for item in (entry.value.value if isinstance(entry.value, SequenceNode) else [entry.value])
            ]
            marks = first.value.start_mark, second.value.end_mark
            return second._replace(value=SequenceNode("tag:yaml.org,2002:seq", values, *marks))
        line = self.line_of(first.key_node)
        self.problem(
            "frontmatter/duplicate-key",
            f"the key {second.key} stands here a second time",
            second.key_node,
            hint="delete one of the two; this one counts as long as both are there",
            notes=(f"the first is on line {line}",),
        )
        return second

    def line_of(self, node: Node) -> int:
        """Return the line of the file, counted from 1, in which a key or a value begins."""
        if self._lines is None:
            self._lines = LineIndex(self._file)
        return self._lines.position(self.span(node).start)[0]

    def plain(self, node: Node) -> Any:
        """Return a value of `extra` as plain data, by the core schema of YAML 1.2 (section 10.3)."""
        if isinstance(node, SequenceNode):
            return [self.plain(item) for item in node.value]
        if isinstance(node, MappingNode):
            return {entry.key: self.plain(entry.value) for entry in self.entries(node)}
        text = clean(node.value)
        return text if isinstance(node, ScalarNode) and node.style else scalar(text)

    def span(self, node: Node) -> Span:
        """Return the place of a key or a value in the file, without white space behind it."""
        start, end = (self._block.start + mark_index(mark) for mark in (node.start_mark, node.end_mark))
        length = len(self._file[start:end].rstrip())
        return Span(start, start + length)

    def problem(
        self, code: str, message: str, place: Node | Span, *, hint: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Report what is wrong with a key or a value, or at a place in the file."""
        span = place if isinstance(place, Span) else self.span(place)
        self.problems.append(Problem(code, message, span, hint=hint, notes=notes))


def _example(name: str) -> str:
    """Return a hint that shows a right value of a key."""
    key = name.rpartition(" ")[2].partition(".")[0]
    return f"write it like {_EXAMPLES[SYNONYMS.get(key, key)]}"


def is_null(node: Node) -> bool:
    """Tell whether a value is none at all."""
    if isinstance(node, (MappingNode, SequenceNode)):
        return not node.value  # `date: {}`, `slug: []`, as some programs write what they have no value for
    return isinstance(node, ScalarNode) and not node.style and node.value in NULL


def scalar(text: str) -> str | int | float | bool | None:
    """Read an unquoted scalar. What JSON could not hold exactly (long numbers, infinities) stays text."""
    if text in NULL:
        return None
    if text in ("true", "True", "TRUE"):
        return True
    if text in ("false", "False", "FALSE"):
        return False
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def clean(text: str) -> str:
    """Join surrogate pairs and replace what HTML cannot hold: escapes of double-quoted YAML can make both."""
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return CONTROL.sub("\ufffd", text)
