"""Front matter: the text of a post in, `FrontMatter` or located reasons why not out.

`block` finds the YAML and keeps the places of its values, `dates` and `address` read what has a grammar of its
own, `keys` knows the names. Here every key gets its meaning. All problems are reported, not only the first.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import urllib.parse
from typing import Any, Literal, NamedTuple

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sitegen.config.macrofiles import macro_text, read_macros
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.frontmatter.address import PathProblem, is_device_name, normalise_path
from sitegen.frontmatter.block import Block, Problem, compose, find_block, mark_index
from sitegen.frontmatter.dates import DateProblem, date_of_name, parse_date
from sitegen.frontmatter.keys import SYNONYMS, meant
from sitegen.math.model import MacroText
from sitegen.model import FrontMatter, Source
from sitegen.text import LineIndex, Span

__all__ = ["PathProblem", "date_of_name", "is_device_name", "normalise_path", "parse_date", "read_front_matter"]

DIALECTS: tuple[Literal["auto", "tex", "escaped"], ...] = ("auto", "tex", "escaped")
IN_HEADER = "include-in-header"
"""Where Quarto keeps HTML for the head of a page, under `format`, `html` or by itself."""
DRAFTS = "_drafts"
"""The folder in which Jekyll and Hexo keep posts that are not finished."""
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

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_EATEN = re.compile(r"(?<!\\)(?:\\\\)*(\\(?:[abefrtvLP][A-Za-z]+|n(?:u|eq?|abla|ot|otin|eg|i)(?![A-Za-z])))")
"""A TeX command that starts with an escape of YAML's double quotes. `\\n` alone is often meant as a line break."""
_LISTS = frozenset(("aliases", "tags", "categories"))
"""Fields whose keys, written twice, add up."""
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_FORMULA = re.compile(r"\$[^$]*\$")
_INTEGER = re.compile(r"[-+]?\d{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d{1,2})?", re.ASCII)


def read_front_matter(source: Source, zone: dt.tzinfo = dt.UTC) -> tuple[FrontMatter | None, tuple[Diagnostic, ...]]:
    """Read the front matter of a post; None when there are errors, so that the post is rejected.

    A post without front matter has one with nothing in it, but for the date that its name may have. A date without a
    time zone is one of `zone`. Never raises, whatever the text.
    """
    block = find_block(source.text)
    if block is None:
        return _Fields().build(source.path, zone, {}, 1 if source.text.startswith("\ufeff") else 0), ()
    if isinstance(block, Problem):
        return None, (block.at(source.path),)
    if block.toml:
        from sitegen.frontmatter.toml import compose_toml  # most posts have YAML

        root = compose_toml(source.text, block)
    elif block.bare:
        from sitegen.frontmatter.lines import compose_lines

        root = compose_lines(source.text, block)
    else:
        root = compose(source.text, block)
    if isinstance(root, Problem):
        return None, (root.at(source.path),)
    reader = _Reader(source, block, zone)
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
        self.updated: dt.datetime | None = None
        self.path: str | None = None
        self.slug: str | None = None
        self.aliases: tuple[str, ...] = ()
        self.tags: tuple[str, ...] = ()
        self.categories: tuple[str, ...] = ()
        self.series: str = ""
        self.draft = False
        self.description = ""
        self.authors: tuple[str, ...] = ()
        self.image = ""
        self.lang = ""
        self.toc: bool | None = None
        self.number_headings: bool | None = None
        self.template = ""
        self.layout = ""
        self.order: float | None = None
        self.macros: dict[str, str | MacroText] = {}
        self.dialect: Literal["auto", "tex", "escaped"] | None = None
        self.extra: dict[str, Any] = {}
        self.preamble = ""

    def build(self, path: str, zone: dt.tzinfo, spans: dict[str, Span], body_start: int) -> FrontMatter:
        """Return the finished value for the file `path`, whose name may begin with the date."""
        if self.date is None:
            self.date = date_of_name(_name(path), zone)[0]
        if DRAFTS in path.split("/"):
            self.draft = True
        return FrontMatter(**vars(self), spans=spans, body_start=body_start)


def _name(path: str) -> str:
    """Return what a post is called in the file system: its file, or its folder, without ending."""
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0]
    return folder.rpartition("/")[2] if stem.lower() == "index" else stem


class _Reader:
    """Gives every key of one block its meaning and collects what is wrong."""

    def __init__(self, source: Source, block: Block, zone: dt.tzinfo) -> None:
        self.source = source
        self.block = block
        self.zone = zone
        self.fields = _Fields()
        self.spans: dict[str, Span] = {}
        self.problems: list[Problem] = []
        self.first: dict[str, tuple[_Entry, Any]] = {}
        """Each field that was read, with the key that gave it and the value."""
        self.readers = {
            "title": self._title,
            "date": self._date,
            "updated": self._date,
            "path": self._path,
            "slug": self._slug,
            "aliases": self._aliases,
            "tags": self._words,
            "categories": self._words,
            "series": self._text_line,
            "draft": self._flag,
            "published": self._published,
            "description": self._text_line,
            "authors": self._authors,
            "image": self._image,
            "lang": self._lang,
            "toc": self._toc,
            "number_headings": self._flag,
            "template": self._template,
            "order": self._order,
            "macros": self._macros,
            "dialect": self._dialect,
            "math": self._math,
            "taxonomies": self._taxonomies,
            "extra": self._extra,
        }
        """Each gets a key as it is written, and its value, which is not empty; it returns what the field shall be,
        or None when there is nothing to set, for it has done so itself, or has reported a problem."""

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
            self._join_path_and_slug()
        diagnostics = tuple(problem.at(self.source.path) for problem in self.problems)
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            return None, diagnostics
        return self.fields.build(self.source.path, self.zone, self.spans, self.block.body_start), diagnostics

    def _read_key(self, entry: _Entry) -> None:
        span = self._span(entry.value) if not _is_null(entry.value) else self._span(entry.key_node)
        self.spans[entry.key] = span
        field = SYNONYMS.get(entry.key)
        if field is not None:
            if _is_null(entry.value):
                return
            self.spans.setdefault(field, span)
            value = self.readers[field](entry.key, entry.value)
            if value is not None:
                self._set(field, entry, value)
            return
        if entry.key == "header-includes":
            self._header_includes(entry.value)
        if entry.key in ("format", IN_HEADER):
            self._script_macros({entry.key: self._plain(entry.value)})
        known = meant(entry.key)
        if known is not None:
            self._problem(
                "frontmatter/unknown-key",
                f"unknown key {entry.key}",
                self._span(entry.key_node),
                hint=f"did you mean {known}?",
            )
        self.fields.extra[entry.key] = self._plain(entry.value)

    def _set(self, field: str, entry: _Entry, value: Any) -> None:
        """Set a field, unless a key of the same meaning has set it to something else."""
        field = {"published": "draft"}.get(field, field)
        if field == "template" and entry.key == "layout":
            field = "layout"  # of other generators, whose templates may not exist here
        if field == "path" and entry.key == "slug":
            self.spans["path"] = self.spans["slug"]
        first = self.first.setdefault(field, (entry, value))
        if first[0] is entry:
            setattr(self.fields, field, value)
        elif first[1] != value:
            line = LineIndex(self.source.text).position(self._span(first[0].key_node).start)[0]
            self._problem(
                "frontmatter/conflicting-keys",
                f"{entry.key} and {first[0].key} mean the same, and disagree",
                self._span(entry.value),
                hint=f"delete one of the two; {first[0].key} counts as long as both are there",
                notes=(f"{first[0].key} is on line {line}",),
            )

    def _join_path_and_slug(self) -> None:
        """Report a `slug` that is not the last part of the `path` beside it."""
        path, slug = self.fields.path, self.fields.slug
        if path is None or slug is None or path.rstrip("/").rpartition("/")[2] == slug.rpartition("/")[2]:
            return
        self._problem(
            "frontmatter/conflicting-keys",
            "slug and path mean the same, and disagree",
            self.spans["slug"],
            hint="delete one of the two; the path counts as long as both are there",
        )

    # One method per key.

    def _title(self, key: str, node: Node) -> str | None:
        return self._line(key, node) or None

    def _text_line(self, key: str, node: Node) -> str | None:
        return self._line(key, node)

    def _date(self, key: str, node: Node) -> dt.datetime | None:
        text = self._text(key, node, expected="a date")
        if text is None or text.lower() == "false":
            return None
        if not any(character.isdigit() for character in text):
            # `today`, `YYYY-MM-DD`: a placeholder that some other tool fills in.
            message = f"“{text}” is no date, so the post has none"
            self._problem("frontmatter/no-date", message, self._span(node), hint="write it like 2017-01-20")
            return None
        date = parse_date(text, self.zone)
        if isinstance(date, DateProblem) and date.readings:
            named = date_of_name(_name(self.source.path), self.zone)[0]
            if named is not None and f"{named:%Y-%m-%d}" in date.readings:
                return named
            # Neither is guessed, but nothing else of the post is in doubt.
            message = f"“{text}” can be two days, so the post has no date"
            self._problem("frontmatter/no-date", message, self._span(node), hint=date.hint)
            return None
        if isinstance(date, DateProblem):
            self._problem("frontmatter/bad-date", f"bad date: {date.message}", self._span(node), hint=date.hint)
            return None
        return date

    def _path(self, key: str, node: Node) -> str | None:
        text = self._text(key, node)
        return None if text is None else self._address(text, node)

    def _address(self, text: str, node: Node) -> str | None:
        path = normalise_path(text)
        if isinstance(path, PathProblem):
            self._problem("frontmatter/bad-path", path.message, self._span(node), hint=path.hint)
            return None
        return path

    def _slug(self, key: str, node: Node) -> str | None:
        text = self._text(key, node)
        path = None if text is None else self._address(text, node)
        if path is None or text is None:
            return None
        if text.startswith("/"):  # a whole address, as Gatsby's users write it
            self._set("path", _Entry(key, node, node), path)
            return None
        return path.strip("/") or None

    def _aliases(self, key: str, node: Node) -> tuple[str, ...] | None:
        nodes = node.value if isinstance(node, SequenceNode) else [node]
        found: dict[str, None] = {}
        for index, item in enumerate(nodes):
            text = self._text(f"each of {key}" if isinstance(node, SequenceNode) else key, item)
            # Old addresses are often copied out of a browser, escapes and all.
            path = None if text is None else self._address(_unescaped(text), item)
            if path is not None and path not in found:
                self.spans[f"aliases.{len(found)}"] = self._span(nodes[index])
                found[path] = None
        return tuple(found)

    def _words(self, key: str, node: Node) -> tuple[str, ...]:
        """Read a list of names; text is one with commas, but for those between the dollars of a formula."""
        if isinstance(node, SequenceNode):
            texts = [self._text(f"each of {key}", item) or "" for item in node.value if not _is_null(item)]
            nodes = [item for item in node.value if not _is_null(item)]
        else:
            whole = self._text(key, node, expected="a list or text") or ""
            texts = [text.replace("\0", ",") for text in _FORMULA.sub(_hide_commas, whole).split(",")]
            nodes = [node] * len(texts)
        words: dict[str, str] = {}
        for text, item in zip(texts, nodes, strict=True):
            word = " ".join(text.split())
            if word and word.casefold() not in words:
                self.spans[f"{SYNONYMS.get(key, key)}.{len(words)}"] = self._span(item)
                words[word.casefold()] = word
        return tuple(words.values())

    def _published(self, key: str, node: Node) -> bool | None:
        if isinstance(node, ScalarNode) and node.value.lower() not in TRUE | FALSE:
            date = parse_date(_clean(node.value), self.zone)
            if not isinstance(date, DateProblem):  # when, and not whether
                self._set("date", _Entry(key, node, node), date)
                return None
        flag = self._flag(key, node)
        return None if flag is None else not flag

    def _authors(self, key: str, node: Node) -> tuple[str, ...] | None:
        names: dict[str, None] = {}
        for item in node.value if isinstance(node, SequenceNode) else [node]:
            if isinstance(item, MappingNode):  # with addresses and the like, of which the name is kept
                named = [entry.value for entry in self._entries(item) if entry.key == "name"]
                if not named:
                    self._wrong_type(key, "text, a list of names, or a mapping with a name", item)
                    return None
                item = named[0]
            if not _is_null(item):
                name = self._line(key, item)
                if name:
                    self.spans.setdefault(f"authors.{len(names)}", self._span(item))
                    names[name] = None
        return tuple(names)

    def _image(self, key: str, node: Node) -> str | None:
        if isinstance(node, ScalarNode):
            return (self._text(key, node) or "").strip()
        self.fields.extra[key] = self._plain(node)  # settings of some theme
        return None

    def _lang(self, key: str, node: Node) -> str | None:
        text = self._text(key, node)
        if text is None:
            return None
        text = text.replace("_", "-")
        if not _LANGUAGE.fullmatch(text):
            hint = "write a tag such as en, de-AT or zh-Hans"
            self._problem("frontmatter/wrong-type", f"{text} is not a language tag", self._span(node), hint=hint)
            return None
        return text

    def _toc(self, key: str, node: Node) -> bool | None:
        word = node.value.lower() if isinstance(node, ScalarNode) else ""
        if word in TRUE or word in FALSE:
            return word in TRUE
        self.fields.extra[key] = self._plain(node)  # settings of some theme
        return None

    def _template(self, key: str, node: Node) -> str | None:
        return self._text(key, node)

    def _order(self, key: str, node: Node) -> float | None:
        value = _scalar(node.value) if isinstance(node, ScalarNode) else None
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            self._wrong_type(key, "a number", node)
            return None
        return float(value)

    def _math(self, key: str, node: Node) -> None:
        """Read the options of formulas in a mapping, and MyST's macros; `math: true` is meant for others."""
        if not isinstance(node, MappingNode):
            self.fields.extra[key] = self._plain(node)
            return
        macros = []
        for entry in self._entries(node):
            if entry.key in ("macros", "dialect"):
                self._read_key(entry)
            else:
                macros.append(entry)
        self.fields.macros = {**self.fields.macros, **self._macros_of(macros)}

    def _taxonomies(self, key: str, node: Node) -> None:
        """Read Zola's table of tags, categories, authors and series."""
        if not isinstance(node, MappingNode):
            self._wrong_type(key, "a mapping", node)
            return
        for entry in self._entries(node):
            if SYNONYMS.get(entry.key) in ("tags", "categories", "authors"):
                self._read_key(entry)
            else:
                self.fields.extra.setdefault(key, {})[entry.key] = self._plain(entry.value)

    def _extra(self, key: str, node: Node) -> None:
        if not isinstance(node, MappingNode):
            self.fields.extra[key] = self._plain(node)
            return
        for entry in self._entries(node):
            self.fields.extra[entry.key] = self._plain(entry.value)

    def _macros(self, key: str, node: Node) -> dict[str, str | MacroText] | None:
        if isinstance(node, ScalarNode):
            self._definitions(node, alone=True)
            return None
        if not isinstance(node, MappingNode):
            self._wrong_type(key, "a mapping of names to TeX", node)
            return None
        return {**self.fields.macros, **self._macros_of(self._entries(node))}

    def _macros_of(self, entries: list[_Entry]) -> dict[str, str | MacroText]:
        macros: dict[str, str | MacroText] = {}
        for entry in entries:
            text: str | MacroText | None = None
            if isinstance(entry.value, SequenceNode):
                text = macro_text(self._plain(entry.value))
                if text is None:
                    self._wrong_type(f"macros.{entry.key}", "text", entry.value)
            else:
                text = self._text(f"macros.{entry.key}", entry.value)
            self.spans[f"macros.{entry.key}"] = self._span(entry.value)
            if text is not None:
                macros[entry.key] = text
        if macros:
            # Only posts with macros of their own load the math engine for this.
            from sitegen.math import check_macros

            for name, problem in check_macros(macros).items():
                hint = r"write it like RR: '\mathbb{R}'"
                self._problem(problem.code, problem.message, self.spans[f"macros.{name}"], hint=hint)
        return macros

    def _definitions(self, node: ScalarNode, *, alone: bool = False) -> None:
        """Read LaTeX with definitions, `macros: '\\newcommand{\\RR}{\\mathbb{R}}'`, `alone` or among other things."""
        from sitegen.math import check_preamble

        self.fields.preamble += _clean(node.value) + "\n"
        for problem in check_preamble(node.value, alone=alone):
            self._problem(problem.code, problem.message, self._span(node), hint=problem.hint)

    def _header_includes(self, node: Node) -> None:
        """Take the macros that Pandoc's users keep under this key."""
        for item in node.value if isinstance(node, SequenceNode) else [node]:
            if isinstance(item, ScalarNode) and "\\" in item.value:
                self._definitions(item)

    def _script_macros(self, value: Any) -> None:
        """Take the macros of a configuration of MathJax that Quarto's users put into the head of the page."""
        if not isinstance(value, dict):
            return
        for key, inner in value.items():
            if key in ("format", "html"):
                self._script_macros(inner)
            elif key == IN_HEADER:
                for item in inner if isinstance(inner, list) else [inner]:
                    text = item.get("text") if isinstance(item, dict) else item
                    if isinstance(text, str) and "acros" in text:
                        self._macros_of_script(text)

    def _macros_of_script(self, text: str) -> None:
        from sitegen.math import check_macros

        found = read_macros("head.html", text)
        wrong = check_macros(found.macros)
        self.fields.macros = {
            name: body for name, body in found.macros.items() if name not in wrong
        } | self.fields.macros

    def _dialect(self, key: str, node: Node) -> str | None:
        text = self._text(key, node)
        if text is None or text in DIALECTS:
            return text
        near = nearest(text, DIALECTS)
        hint = f"did you mean {near}?" if near else "leave it out to follow the site's setting"
        self._problem("frontmatter/wrong-type", "dialect must be auto, tex or escaped", self._span(node), hint=hint)
        return None

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
        language = "TOML" if self.block.toml else "YAML"
        for match in eaten:
            message = (
                f"between double quotes, {match[1][:2]} is an escape of {language} and not the start of {match[1]}"
            )
            hint = "use single quotes, which leave backslashes alone"
            self._problem("frontmatter/syntax", message, Span(*match.span(1)), hint=hint)
        control = _CONTROL.search(node.value)
        if control and not eaten:
            message = f"the value contains the control character U+{ord(control[0]):04X}"
            self._problem("frontmatter/syntax", message, span, hint="delete it")

    def _line(self, name: str, node: Node) -> str:
        return " ".join((self._text(name, node) or "").split())

    def _flag(self, name: str, node: Node) -> bool | None:
        word = node.value.lower() if isinstance(node, ScalarNode) else ""
        if word not in TRUE and word not in FALSE:
            self._wrong_type(name, "true or false", node)
            return None
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
            entry = _Entry(key, key_node, value)
            first = entries.get(key)
            if first is not None:
                entry = self._repeated(first, entry)
            entries[key] = entry
        return list(entries.values())

    def _repeated(self, first: _Entry, second: _Entry) -> _Entry:
        """Return what a key means that stands there twice: the second one, as in Jekyll; of lists, both."""
        if SYNONYMS.get(second.key) in _LISTS and not (_is_null(first.value) or _is_null(second.value)):
            values = [
                item
                for entry in (first, second)
                for item in (entry.value.value if isinstance(entry.value, SequenceNode) else [entry.value])
            ]
            marks = first.value.start_mark, second.value.end_mark
            return second._replace(value=SequenceNode("tag:yaml.org,2002:seq", values, *marks))
        line = LineIndex(self.source.text).position(self._span(first.key_node).start)[0]
        self._problem(
            "frontmatter/duplicate-key",
            f"the key {second.key} stands here a second time",
            self._span(second.key_node),
            hint="delete one of the two; this one counts as long as both are there",
            notes=(f"the first is on line {line}",),
        )
        return second

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


def _hide_commas(formula: re.Match[str]) -> str:
    return formula[0].replace(",", "\0")


def _unescaped(address: str) -> str:
    """Return an address without `%` escapes, if these are UTF-8."""
    if "%" not in address:
        return address
    with contextlib.suppress(UnicodeDecodeError):
        return urllib.parse.unquote(address, errors="strict")
    return address


def _example(name: str) -> str:
    """Return a hint that shows a right value of a key."""
    key = name.rpartition(" ")[2].partition(".")[0]
    return f"write it like {_EXAMPLES[SYNONYMS.get(key, key)]}"


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
