"""What each key means: one method per key, over the values of a block."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import urllib.parse
from collections.abc import Mapping
from typing import Any, Literal

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from sitegen.config.macrofiles import macro_text, read_macros
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.frontmatter.address import PathProblem, normalise_path
from sitegen.frontmatter.block import Block
from sitegen.frontmatter.dates import MONTHS, DateProblem, date_of_name, parse_date, problem_of_name
from sitegen.frontmatter.keys import SYNONYMS, meant
from sitegen.frontmatter.values import FALSE, TRUE, Entry, Values, clean, is_null, scalar
from sitegen.math.model import MacroText
from sitegen.model import FrontMatter, Source
from sitegen.text import Span

__all__ = ["Reader", "finished"]

DIALECTS: tuple[Literal["auto", "tex", "escaped"], ...] = ("auto", "tex", "escaped")
IN_HEADER = "include-in-header"
"""Where Quarto keeps HTML for the head of a page, under `format`, `html` or by itself."""
DRAFTS = "_drafts"
"""The folder in which Jekyll and Hexo keep posts that are not finished."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
_FORMULA = re.compile(r"\$[^$]*\$")
_MONTHS = "|".join(MONTHS)
_SAID = re.compile(rf"(?!(?:{_MONTHS})\b|[A-Za-z]+\.? \d{{1,2}}\b)[A-Za-z`]", re.IGNORECASE)
"""How something about a time begins that is no date with a mistake in it."""


def finished(file: str, zone: dt.tzinfo, fields: Mapping[str, Any]) -> tuple[FrontMatter, tuple[Diagnostic, ...]]:
    """Return the front matter of a file, whose name may begin with the date and whose folder may hold drafts.

    What looks like a date in the name and is none is told, unless the post says its date itself.
    """
    found = dict(fields)
    problems: tuple[Diagnostic, ...] = ()
    if "date" not in found:
        name = _name(file)
        found["date"] = date_of_name(name, zone)[0]
        problem = problem_of_name(name)
        if problem is not None:
            message = f"the file's name begins with no date, so the post has none: {problem.message}"
            hint = f"{problem.hint}; rename it, or give the post a `date`"
            problems = (Diagnostic("frontmatter/no-date", message, file, hint=hint),)
    if DRAFTS in file.split("/"):
        found["draft"] = True
    return FrontMatter(**found), problems


def _name(path: str) -> str:
    """Return what a post is called in the file system: its file, or its folder, without ending."""
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0]
    return folder.rpartition("/")[2] if stem.lower() == "index" else stem


class Reader:
    """Gives every key of one block its meaning and collects what is wrong."""

    def __init__(self, source: Source, block: Block, zone: dt.tzinfo) -> None:
        self.source = source
        self.block = block
        self.values = Values(source.text, block)
        self.zone = zone
        self.fields: dict[str, Any] = {"macros": {}, "preamble": "", "extra": {}}
        """What keys have set, by the names of `FrontMatter`; other fields keep their defaults."""
        self.spans: dict[str, Span] = {}
        self.first: dict[str, tuple[Entry, Any]] = {}
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
            "draft": self.values.flag,
            "published": self._published,
            "description": self._text_line,
            "authors": self._authors,
            "image": self._image,
            "lang": self._lang,
            "toc": self._toc,
            "number_headings": self.values.flag,
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
            hint = "leave a blank line below the first --- if it is meant as a thematic break"
            if isinstance(root, ScalarNode) and re.match(r"\w+\s*=", root.value):
                hint = "write key: value; lines with = are TOML, which stands between two lines +++"
            message = "the front matter is not a list of `key: value` lines"
            self.values.problem("frontmatter/not-a-mapping", message, root, hint=hint)
        elif root is not None:
            for entry in self.values.entries(root):
                self._read_key(entry)
            self._join_path_and_slug()
        diagnostics = tuple(problem.at(self.source.path) for problem in self.values.problems)
        if any(diagnostic.severity == "error" for diagnostic in diagnostics):
            return None, diagnostics
        found = {**self.fields, "spans": self.spans, "body_start": self.block.body_start}
        meta, problems = finished(self.source.path, self.zone, found)
        return meta, (*diagnostics, *problems)

    def _read_key(self, entry: Entry) -> None:
        if entry.key.lower() in SYNONYMS:  # Hugo takes them in any letters
            entry = entry._replace(key=entry.key.lower())
        span = self.values.span(entry.value) if not is_null(entry.value) else self.values.span(entry.key_node)
        self.spans[entry.key] = span
        field = SYNONYMS.get(entry.key)
        if field is not None:
            if is_null(entry.value):
                return
            self.spans.setdefault(field, span)
            value = self.readers[field](entry.key, entry.value)
            if value is not None:
                self._set(field, entry, value)
            return
        if entry.key == "header-includes":
            self._header_includes(entry.value)
        if entry.key in ("format", IN_HEADER):
            self._script_macros({entry.key: self.values.plain(entry.value)})
        known = meant(entry.key)
        if known is not None:
            self.values.problem(
                "frontmatter/unknown-key",
                f"unknown key {entry.key}",
                entry.key_node,
                hint=f"did you mean {known}?",
            )
        self.fields["extra"][entry.key] = self.values.plain(entry.value)

    def _set(self, field: str, entry: Entry, value: Any) -> None:
        """Set a field, unless a key of the same meaning has set it to something else."""
        field = {"published": "draft"}.get(field, field)
        if field == "template" and entry.key == "layout":
            field = "layout"  # of other generators, whose templates may not exist here
        if field == "path" and entry.key == "slug":
            self.spans["path"] = self.spans["slug"]
        first = self.first.setdefault(field, (entry, value))
        if first[0] is entry:
            self.fields[field] = value
        elif first[1] != value:
            line = self.values.line_of(first[0].key_node)
            key, counts = (clean(each.key_node.value) for each in (entry, first[0]))
            self.values.problem(
                "frontmatter/conflicting-keys",
                f"{key} and {counts} mean the same, and disagree",
                entry.value,
                hint=f"delete one of the two; {counts} counts as long as both are there",
                notes=(f"{counts} is on line {line}",),
            )

    def _join_path_and_slug(self) -> None:
        """Report a `slug` that is not the last part of the `path` beside it."""
        path, slug = self.fields.get("path"), self.fields.get("slug")
        if path is None or slug is None or path.rstrip("/").rpartition("/")[2] == slug.rpartition("/")[2]:
            return
        self.values.problem(
            "frontmatter/conflicting-keys",
            "slug and path mean the same, and disagree",
            self.spans["slug"],
            hint="delete one of the two; the path counts as long as both are there",
        )

    # One method per key.

    def _title(self, key: str, node: Node) -> str | None:
        return self.values.line(key, node) or None

    def _text_line(self, key: str, node: Node) -> str | None:
        return self.values.line(key, node)

    def _date(self, key: str, node: Node) -> dt.datetime | None:
        text = self.values.text(key, node, expected="a date")
        if text is None or text.lower() == "false":
            return None
        if not any(character.isdigit() for character in text) or _SAID.match(text):
            # `today`, `YYYY-MM-DD`: a placeholder that some other tool fills in; `Spring 2018`: what a theme shows.
            message = f"“{text}” is no date, so the post has none"
            self.values.problem("frontmatter/no-date", message, node, hint="write it like 2017-01-20")
            return None
        date = parse_date(text, self.zone)
        if isinstance(date, DateProblem) and date.readings:
            named = date_of_name(_name(self.source.path), self.zone)[0]
            if named is not None and f"{named:%Y-%m-%d}" in date.readings:
                return named
            if len(date.readings) == 1:
                message = f"“{text}” names no day, so the first one counts"
                self.values.problem("frontmatter/no-date", message, node, hint=date.hint)
                first = parse_date(date.readings[0], self.zone)
                return None if isinstance(first, DateProblem) else first
            # Neither is guessed, but nothing else of the post is in doubt.
            message = f"“{text}” can be two days, so the post has no date"
            self.values.problem("frontmatter/no-date", message, node, hint=date.hint)
            return None
        if isinstance(date, DateProblem):
            self.values.problem("frontmatter/bad-date", f"bad date: {date.message}", node, hint=date.hint)
            return None
        return date

    def _path(self, key: str, node: Node) -> str | None:
        text = self.values.text(key, node)
        return None if text is None else self._address(text, node)

    def _address(self, text: str, node: Node) -> str | None:
        path = normalise_path(text)
        if isinstance(path, PathProblem):
            self.values.problem("frontmatter/bad-path", path.message, node, hint=path.hint)
            return None
        return path

    def _slug(self, key: str, node: Node) -> str | None:
        text = self.values.text(key, node)
        path = None if text is None else self._address(text, node)
        if path is None or text is None:
            return None
        if text.startswith("/"):  # a whole address, as Gatsby's users write it
            self._set("path", Entry(key, node, node), path)
            return None
        return path.strip("/") or None

    def _aliases(self, key: str, node: Node) -> tuple[str, ...] | None:
        nodes = node.value if isinstance(node, SequenceNode) else [node]
        found: dict[str, None] = {}
        for index, item in enumerate(nodes):
            text = self.values.text(f"each of {key}" if isinstance(node, SequenceNode) else key, item)
            # Old addresses are often copied out of a browser, escapes and all.
            path = None if text is None or _is_name(text) else self._address(_unescaped(text), item)
            if path is not None and path not in found:
                self.spans[f"aliases.{len(found)}"] = self.values.span(nodes[index])
                found[path] = None
        return tuple(found)

    def _words(self, key: str, node: Node) -> tuple[str, ...]:
        """Read a list of names; text is one with commas, but for those between the dollars of a formula.

        Lists may stand in it, as Hexo has them, and of a mapping its `name` is kept.
        """
        node = self._name_of(node)
        if isinstance(node, SequenceNode):
            items = [each for item in node.value for each in (item.value if isinstance(item, SequenceNode) else [item])]
            nodes = [self._name_of(item) for item in items if not is_null(item)]
            texts = [self.values.text(f"each of {key}", item) or "" for item in nodes]
        else:
            whole = self.values.text(key, node, expected="a list or text") or ""
            texts = [text.replace("\0", ",") for text in _FORMULA.sub(_hide_commas, whole).split(",")]
            nodes = [node] * len(texts)
        words: dict[str, str] = {}
        for text, item in zip(texts, nodes, strict=True):
            word = " ".join(text.split())
            if word and word.casefold() not in words:
                self.spans[f"{SYNONYMS.get(key, key)}.{len(words)}"] = self.values.span(item)
                words[word.casefold()] = word
        return tuple(words.values())

    def _name_of(self, node: Node) -> Node:
        """Return the value of the key `name` of a mapping; anything else as it is."""
        entries = self.values.entries(node) if isinstance(node, MappingNode) else ()
        return next((entry.value for entry in entries if entry.key == "name"), node)

    def _published(self, key: str, node: Node) -> bool | None:
        if isinstance(node, ScalarNode) and node.value.lower() not in TRUE | FALSE:
            date = parse_date(clean(node.value), self.zone)
            if not isinstance(date, DateProblem):  # when, and not whether
                self._set("date", Entry(key, node, node), date)
                return None
        flag = self.values.flag(key, node)
        return None if flag is None else not flag

    def _authors(self, key: str, node: Node) -> tuple[str, ...] | None:
        names: dict[str, None] = {}
        for each in node.value if isinstance(node, SequenceNode) else [node]:
            item = self._name_of(each)  # without addresses and the like
            if isinstance(item, MappingNode):
                self.values.wrong_type(key, "text, a list of names, or a mapping with a name", item)
                return None
            if not is_null(item):
                name = self.values.line(key, item)
                if name:
                    self.spans.setdefault(f"authors.{len(names)}", self.values.span(item))
                    names[name] = None
        return tuple(names)

    def _image(self, key: str, node: Node) -> str | None:
        if isinstance(node, ScalarNode):
            return (self.values.text(key, node) or "").strip()
        self.fields["extra"][key] = self.values.plain(node)  # settings of some theme
        return None

    def _lang(self, key: str, node: Node) -> str | None:
        if isinstance(node, MappingNode):  # of Quarto, for the words around the text
            self.fields["extra"][key] = self.values.plain(node)
            return None
        text = self.values.text(key, node)
        if text is None:
            return None
        text = text.replace("_", "-")
        if not _LANGUAGE.fullmatch(text):
            hint = "write a tag such as en, de-AT or zh-Hans"
            self.values.problem("frontmatter/wrong-type", f"{text} is not a language tag", node, hint=hint)
            return None
        return text

    def _toc(self, key: str, node: Node) -> bool | None:
        word = node.value.lower() if isinstance(node, ScalarNode) else ""
        if word in TRUE or word in FALSE:
            return word in TRUE
        near = nearest(word, ("true", "false"))
        if near:
            message = f"{key} must be true or false"
            self.values.problem("frontmatter/wrong-type", message, node, hint=f"write {near}")
        self.fields["extra"][key] = self.values.plain(node)  # settings of some theme
        return None

    def _template(self, key: str, node: Node) -> str | None:
        return self.values.text(key, node)

    def _order(self, key: str, node: Node) -> float | None:
        value = scalar(node.value) if isinstance(node, ScalarNode) else None
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            self.values.wrong_type(key, "a number", node)
            return None
        return float(value)

    def _math(self, key: str, node: Node) -> None:
        """Read the options of formulas in a mapping, and MyST's macros; `math: true` is meant for others."""
        if not isinstance(node, MappingNode):
            self.fields["extra"][key] = self.values.plain(node)
            return
        macros = []
        for entry in self.values.entries(node):
            if entry.key in ("macros", "dialect"):
                self._read_key(entry)
            else:
                macros.append(entry)
        self.fields["macros"] = {**self.fields["macros"], **self._macros_of(macros)}

    def _taxonomies(self, key: str, node: Node) -> None:
        """Read Zola's table of tags, categories, authors and series."""
        if not isinstance(node, MappingNode):
            self.values.wrong_type(key, "a mapping", node)
            return
        for entry in self.values.entries(node):
            if SYNONYMS.get(entry.key) in ("tags", "categories", "authors"):
                self._read_key(entry)
            else:
                self.fields["extra"].setdefault(key, {})[entry.key] = self.values.plain(entry.value)

    def _extra(self, key: str, node: Node) -> None:
        if not isinstance(node, MappingNode):
            self.fields["extra"][key] = self.values.plain(node)
            return
        for entry in self.values.entries(node):
            self.fields["extra"][entry.key] = self.values.plain(entry.value)

    def _macros(self, key: str, node: Node) -> dict[str, str | MacroText] | None:
        if isinstance(node, ScalarNode):
            self._definitions(node, alone=True)
            return None
        if not isinstance(node, MappingNode):
            self.values.wrong_type(key, "a mapping of names to TeX", node)
            return None
        return {**self.fields["macros"], **self._macros_of(self.values.entries(node))}

    def _macros_of(self, entries: list[Entry]) -> dict[str, str | MacroText]:
        macros: dict[str, str | MacroText] = {}
        for entry in entries:
            text: str | MacroText | None = None
            if isinstance(entry.value, SequenceNode):
                text = macro_text(self.values.plain(entry.value))
                if text is None:
                    self.values.wrong_type(f"macros.{entry.key}", "text", entry.value)
            else:
                text = self.values.text(f"macros.{entry.key}", entry.value)
            self.spans[f"macros.{entry.key}"] = self.values.span(entry.value)
            if text is not None:
                macros[entry.key] = text
        if macros:
            # Only posts with macros of their own load the math engine for this.
            from sitegen.math import check_macros

            for name, problem in check_macros(macros).items():
                hint = r"write it like RR: '\mathbb{R}'"
                self.values.problem(problem.code, problem.message, self.spans[f"macros.{name}"], hint=hint)
        return macros

    def _definitions(self, node: ScalarNode, *, alone: bool = False) -> None:
        """Read LaTeX with definitions, `macros: '\\newcommand{\\RR}{\\mathbb{R}}'`, `alone` or among other things."""
        from sitegen.math import check_preamble

        self.fields["preamble"] += clean(node.value) + "\n"
        for problem in check_preamble(node.value, alone=alone):
            self.values.problem(problem.code, problem.message, node, hint=problem.hint)

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
        self.fields["macros"] = {name: body for name, body in found.macros.items() if name not in wrong} | self.fields[
            "macros"
        ]

    def _dialect(self, key: str, node: Node) -> str | None:
        text = self.values.text(key, node)
        if text is None or text in DIALECTS:
            return text
        near = nearest(text, DIALECTS)
        hint = f"did you mean {near}?" if near else "leave it out to follow the site's setting"
        self.values.problem("frontmatter/wrong-type", "dialect must be auto, tex or escaped", node, hint=hint)
        return None


def _hide_commas(formula: re.Match[str]) -> str:
    return formula[0].replace(",", "\0")


def _is_name(alias: str) -> bool:
    """Tell whether an alias is another name for a note, as in Obsidian, and cannot be an address."""
    return not alias.startswith("/") and "://" not in alias and bool(set('#<>"|?*') & set(alias))


def _unescaped(address: str) -> str:
    """Return an address without `%` escapes, if these are UTF-8."""
    if "%" not in address:
        return address
    with contextlib.suppress(UnicodeDecodeError):
        return urllib.parse.unquote(address, errors="strict")
    return address
