"""Front matter: the text of a post in, `FrontMatter` or located reasons why not out.

`block` finds the YAML and keeps the places of its values, `dates` and `address` read what has a grammar of its
own, `keys` knows the names. Here every key gets its meaning. All problems are reported, not only the first.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sitegen.config.macrofiles import macro_text
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.frontmatter.address import PathProblem, is_device_name, normalise_path
from sitegen.frontmatter.block import Block, Problem, compose, find_block, mark_index
from sitegen.frontmatter.dates import DateProblem, parse_date
from sitegen.frontmatter.keys import meant
from sitegen.math.model import MacroText
from sitegen.model import FrontMatter, Source
from sitegen.text import LineIndex, Span

__all__ = ["is_device_name", "normalise_path", "parse_date", "read_front_matter"]

DIALECTS: tuple[Literal["auto", "tex", "escaped"], ...] = ("auto", "tex", "escaped")
TRUE = frozenset({"true", "yes", "on"})
FALSE = frozenset({"false", "no", "off"})
NULL = frozenset({"", "~", "null", "Null", "NULL"})

_EXAMPLES = {
    "title": "`title: A title`",
    "date": "`date: 2017-01-20`",
    "path": "`path: /2017/convolution/`",
    "tags": "`tags: [signals, kernels]`",
    "draft": "`draft: true`",
    "published": "`published: false`",
    "description": "`description: One sentence`",
    "macros": "`macros: {RR: '\\mathbb{R}'}`",
    "dialect": "`dialect: tex`",
}

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_EATEN = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:[abefrtvLP][A-Za-z]+|n(?:u|eq?|abla|ot|otin|eg|i)(?![A-Za-z])))")
"""A TeX command that starts with an escape of YAML's double quotes. `\\n` alone is often meant as a line break."""
_INTEGER = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d{1,2})?", re.ASCII)


def read_front_matter(source: Source) -> tuple[FrontMatter | None, tuple[Diagnostic, ...]]:
    """Read the front matter of a post; None when there are errors, so that the post is rejected.

    A post without front matter has one with nothing in it. Never raises, whatever the text.
    """
    block = find_block(source.text)
    if block is None:
        return _Fields().build({}, 1 if source.text.startswith("\ufeff") else 0), ()
    if isinstance(block, Problem):
        return None, (block.at(source.path),)
    root = compose(source.text, block)
    if isinstance(root, Problem):
        return None, (root.at(source.path),)
    reader = _Reader(source, block)
    return reader.read(root)


class _Entry(NamedTuple):
    key: str
    key_node: Node
    value: Node


class _Fields:
    """The fields of a `FrontMatter` in the making, with the defaults of an absent key."""

    def __init__(self) -> None:
        self.title: str | None = None
        self.date: dt.datetime | None = None
        self.path: str | None = None
        self.tags: tuple[str, ...] = ()
        self.draft = False
        self.description = ""
        self.macros: dict[str, str | MacroText] = {}
        self.dialect: Literal["auto", "tex", "escaped"] | None = None
        self.extra: dict[str, Any] = {}
        self.preamble = ""

    def build(self, spans: dict[str, Span], body_start: int) -> FrontMatter:
        """Return the finished value."""
        return FrontMatter(**vars(self), spans=spans, body_start=body_start)


class _Reader:
    """Gives every key of one block its meaning and collects what is wrong."""

    def __init__(self, source: Source, block: Block) -> None:
        self.source = source
        self.block = block
        self.fields = _Fields()
        self.spans: dict[str, Span] = {}
        self.problems: list[Problem] = []
        self.readers = {
            "title": self._title,
            "date": self._date,
            "path": self._path,
            "tags": self._tags,
            "draft": self._draft,
            "published": self._published,
            "description": self._description,
            "macros": self._macros,
            "dialect": self._dialect,
        }

    def read(self, root: Node | None) -> tuple[FrontMatter | None, tuple[Diagnostic, ...]]:
        """Read the whole block."""
        if root is not None and not isinstance(root, MappingNode):
            self._problem(
                "frontmatter/not-a-mapping",
                "the front matter is not a list of `key: value` lines",
                self._span(root),
                hint="leave a blank line below the first --- if it is meant as a thematic break",
            )
        elif root is not None:
            for entry in self._entries(root):
                self._read_key(entry)
        diagnostics = tuple(problem.at(self.source.path) for problem in self.problems)
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            return None, diagnostics
        return self.fields.build(self.spans, self.block.body_start), diagnostics

    def _read_key(self, entry: _Entry) -> None:
        self.spans[entry.key] = self._span(entry.value) if not _is_null(entry.value) else self._span(entry.key_node)
        reader = self.readers.get(entry.key)
        if reader is not None:
            if not _is_null(entry.value):
                reader(entry.value)
            return
        if entry.key in ("header-includes", "math"):
            self._foreign_macros(entry.key, entry.value)
        known = meant(entry.key)
        if known is not None:
            self._problem(
                "frontmatter/unknown-key",
                f"unknown key {entry.key}",
                self._span(entry.key_node),
                hint=f"did you mean {known}?",
            )
        self.fields.extra[entry.key] = self._plain(entry.value)

    # One method per key. Each is called with a value that is not empty.

    def _title(self, node: Node) -> None:
        self.fields.title = self._line("title", node) or None

    def _description(self, node: Node) -> None:
        self.fields.description = self._line("description", node)

    def _date(self, node: Node) -> None:
        text = self._text("date", node, expected="a date")
        if text is None:
            return
        date = parse_date(text)
        if isinstance(date, DateProblem):
            self._problem("frontmatter/bad-date", f"bad date: {date.message}", self._span(node), hint=date.hint)
        else:
            self.fields.date = date

    def _path(self, node: Node) -> None:
        text = self._text("path", node)
        if text is None:
            return
        path = normalise_path(text)
        if isinstance(path, PathProblem):
            self._problem("frontmatter/bad-path", path.message, self._span(node), hint=path.hint)
        else:
            self.fields.path = path

    def _tags(self, node: Node) -> None:
        if isinstance(node, SequenceNode):
            texts = [self._text("each of tags", item) or "" for item in node.value if not _is_null(item)]
        else:
            texts = (self._text("tags", node, expected="a list or text") or "").split(",")
        tags: dict[str, str] = {}
        for text in texts:
            tag = " ".join(text.split())
            if tag:
                tags.setdefault(tag.casefold(), tag)
        self.fields.tags = tuple(tags.values())

    def _draft(self, node: Node) -> None:
        self.fields.draft = self._flag("draft", node) or self.fields.draft

    def _published(self, node: Node) -> None:
        self.fields.draft = not self._flag("published", node) or self.fields.draft

    def _macros(self, node: Node) -> None:
        if isinstance(node, ScalarNode):
            self._definitions(node)
            return
        if not isinstance(node, MappingNode):
            self._wrong_type("macros", "a mapping of names to TeX", node)
            return
        for entry in self._entries(node):
            text: str | MacroText | None = None
            if isinstance(entry.value, SequenceNode):
                text = macro_text(self._plain(entry.value))
                if text is None:
                    self._wrong_type(f"macros.{entry.key}", "text", entry.value)
            else:
                text = self._text(f"macros.{entry.key}", entry.value)
            self.spans[f"macros.{entry.key}"] = self._span(entry.value)
            if text is not None:
                self.fields.macros[entry.key] = text
        if self.fields.macros:
            # Only posts with macros of their own load the math engine for this.
            from sitegen.math import check_macros

            for name, problem in check_macros(self.fields.macros).items():
                hint = r"write it like RR: '\mathbb{R}'"
                self._problem(problem.code, problem.message, self.spans[f"macros.{name}"], hint=hint)

    def _definitions(self, node: ScalarNode) -> None:
        """Read LaTeX with definitions, `macros: '\\newcommand{\\RR}{\\mathbb{R}}'`; all else in it is ignored."""
        from sitegen.math import check_preamble

        self.fields.preamble += _clean(node.value) + "\n"
        for problem in check_preamble(node.value):
            self._problem(problem.code, problem.message, self._span(node), hint=problem.hint)

    def _foreign_macros(self, key: str, node: Node) -> None:
        """Take the macros that other tools have under other keys: pandoc's `header-includes`, MyST's `math`."""
        if key == "math" and isinstance(node, MappingNode):
            self._macros(node)
        elif key == "header-includes":
            for item in node.value if isinstance(node, SequenceNode) else [node]:
                if isinstance(item, ScalarNode) and "\\" in item.value:
                    self._definitions(item)

    def _dialect(self, node: Node) -> None:
        text = self._text("dialect", node)
        for dialect in DIALECTS:
            if text == dialect:
                self.fields.dialect = dialect
                return
        if text is not None:
            near = nearest(text, DIALECTS)
            hint = f"did you mean {near}?" if near else "leave it out to follow the site's setting"
            self._problem("frontmatter/wrong-type", "dialect must be auto, tex or escaped", self._span(node), hint=hint)

    # Kinds of values.

    def _text(self, name: str, node: Node, expected: str = "text") -> str | None:
        if isinstance(node, ScalarNode):
            self._check_escapes(node)
            return _clean(node.value)
        self._wrong_type(name, expected, node)
        return None

    def _check_escapes(self, node: ScalarNode) -> None:
        """Report TeX that double quotes have eaten: `"\\theta"` is a tab and `heta`, `"\\alpha"` rings a bell."""
        span = self._span(node)
        eaten = list(_EATEN.finditer(self.source.text, span.start, span.end)) if node.style == '"' else []
        for match in eaten:
            message = f"between double quotes, {match[1][:2]} is an escape of YAML and not the start of {match[1]}"
            hint = "use single quotes, which leave backslashes alone"
            self._problem("frontmatter/syntax", message, Span(*match.span(1)), hint=hint)
        control = _CONTROL.search(node.value)
        if control and not eaten:
            message = f"the value contains the control character U+{ord(control[0]):04X}"
            self._problem("frontmatter/syntax", message, span, hint="delete it")

    def _line(self, name: str, node: Node) -> str:
        return " ".join((self._text(name, node) or "").split())

    def _flag(self, name: str, node: Node) -> bool:
        word = node.value.lower() if isinstance(node, ScalarNode) else ""
        if word not in TRUE and word not in FALSE:
            self._wrong_type(name, "true or false", node)
        return word in TRUE

    def _wrong_type(self, name: str, expected: str, node: Node) -> None:
        found = "a list" if isinstance(node, SequenceNode) else "a mapping"
        found = "other text" if isinstance(node, ScalarNode) else found
        in_brackets = "text" in expected and getattr(node, "flow_style", False)
        hint = "put quotes around it if the brackets are part of the text" if in_brackets else _example(name)
        self._problem("frontmatter/wrong-type", f"{name} must be {expected}, not {found}", self._span(node), hint=hint)

    def _entries(self, node: MappingNode) -> list[_Entry]:
        """Return the keys and values of a mapping, without those whose key is no text or stands there already."""
        entries: dict[str, _Entry] = {}
        for key_node, value in node.value:
            if not isinstance(key_node, ScalarNode):
                self._problem(
                    "frontmatter/wrong-type", "a key must be text", self._span(key_node), hint="write `key: value`"
                )
                continue
            key = _clean(key_node.value)
            first = entries.setdefault(key, _Entry(key, key_node, value))
            if first.key_node is not key_node:
                line = LineIndex(self.source.text).position(self._span(first.key_node).start)[0]
                self._problem(
                    "frontmatter/duplicate-key",
                    f"the key {key} stands here a second time",
                    self._span(key_node),
                    hint="delete one of the two",
                    notes=(f"the first is on line {line}",),
                )
        return list(entries.values())

    def _plain(self, node: Node) -> Any:
        """Return a value of `extra` as plain data, by the core schema of YAML 1.2 (section 10.3)."""
        if isinstance(node, SequenceNode):
            return [self._plain(item) for item in node.value]
        if isinstance(node, MappingNode):
            return {entry.key: self._plain(entry.value) for entry in self._entries(node)}
        text = _clean(node.value)
        return text if isinstance(node, ScalarNode) and node.style else _scalar(text)

    def _span(self, node: Node) -> Span:
        start, end = (self.block.start + mark_index(mark) for mark in (node.start_mark, node.end_mark))
        length = len(self.source.text[start:end].rstrip())
        return Span(start, start + length)

    def _problem(self, code: str, message: str, span: Span, *, hint: str = "", notes: tuple[str, ...] = ()) -> None:
        self.problems.append(Problem(code, message, span, hint=hint, notes=notes))


def _example(name: str) -> str:
    """Return a hint that shows a right value of a key."""
    key = name.rpartition(" ")[2].partition(".")[0]
    return f"write it like {_EXAMPLES[key]}"


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not node.style and node.value in NULL


def _scalar(text: str) -> str | int | float | bool | None:
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


def _clean(text: str) -> str:
    """Join surrogate pairs and replace what HTML cannot hold: escapes of double-quoted YAML can make both."""
    if text.isascii() and text.isprintable():
        return text
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("\ufffd", text)
