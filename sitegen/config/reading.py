"""The text of sitegen.toml into Structs: syntax, unknown keys, kinds of values."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec

from sitegen.config.macrofiles import macro_text
from sitegen.config.places import KeyPath, find_places
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.text import CONTROL, Span

__all__ = ["COMMAND_LINE", "CONFIG_FILE", "CommandLine", "Reader", "command_line", "parse", "read_text"]

CONFIG_FILE = "sitegen.toml"
COMMAND_LINE = "<command line>"
"""What diagnostics name as the file when the command line is at fault; `command_line` makes its text."""

T = TypeVar("T", bound=msgspec.Struct)

_UNFIT: Any = object()
"""Stands for a value of the wrong kind."""

_PLACE = re.compile(r"(.*?) \(at (?:line (\d+), column (\d+)|end of document)\)\Z", re.DOTALL)
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "true or false"),
    (str, "text"),
    ((int, float), "a number"),
    ((dt.date, dt.time), "a date or time"),
    (list, "a list"),
    (dict, "a table"),
)
"""Types that TOML's values have in Python, in words; `bool` first, since it is an `int` too."""


_EXAMPLES = {
    "text": 'one text between quotes, "like this"',
    "true or false": "true or false, without quotes",
    "a list": "a list between brackets, [like, this]",
    "a number": "a number without quotes",
}


class CommandLine(msgspec.Struct, frozen=True):
    """What the command line says in the place of settings."""

    base_url: str | None = None
    output: str | None = None

    def place(self, name: Literal["base_url", "output"]) -> tuple[str, Span]:
        """Return the file and place of an option's value, for diagnostics."""
        option, value = f"--{name.replace('_', '-')} ", getattr(self, name) or ""
        text = command_line(self.base_url, self.output)
        start = (text.rfind(option) if name == "output" else text.find(option)) + len(option)
        return COMMAND_LINE, Span(start, start + len(value))


def command_line(base_url: str | None, output: str | None) -> str:
    """Return the text that diagnostics of `COMMAND_LINE` point into."""
    given = (("--base-url", base_url), ("--output", output))
    return " ".join(f"{option} {value}" for option, value in given if value is not None)


def read_text(file: Path) -> str | Diagnostic:
    """Read the configuration file, or say why it cannot be read."""
    try:
        data = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError:
        hint = "go to the folder of your site, or name it on the command line; sitegen init begins a new one"
        return Diagnostic("config/missing-file", f"there is no {CONFIG_FILE} in {file.parent}", CONFIG_FILE, hint=hint)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"{CONFIG_FILE} cannot be read: {reason}"
        return Diagnostic("config/unreadable", message, CONFIG_FILE, hint="check its permissions")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        at = len(data[: error.start].decode("utf-8"))
        message = f"{CONFIG_FILE} is not UTF-8 text"
        return Diagnostic("config/unreadable", message, CONFIG_FILE, Span(at, at + 1), hint="save it as UTF-8")


TOML_HINT = 'the file consists of tables such as [site] and lines such as title = "My site"'
"""For mistakes of which the parser says too little to give a nearer hint."""


def parse(text: str) -> dict[str, Any] | Diagnostic:
    """Parse TOML. After a syntax error nothing else can be said, so it comes alone."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        return Diagnostic("config/syntax", "the values are nested too deeply", CONFIG_FILE, Span(0, 0), hint=TOML_HINT)
    except tomllib.TOMLDecodeError as error:
        match = _PLACE.match(str(error))
        said = match[1] if match else str(error)
        if match and match[2]:
            before = text.split("\n")[: int(match[2]) - 1]
            return _syntax(said, text, sum(len(line) + 1 for line in before) + int(match[3]) - 1)
        return _syntax(said, text, len(text.rstrip()))


def _syntax(said: str, text: str, at: int) -> Diagnostic:
    """Say in plain words what is wrong with the TOML; the library's own words where there are no plainer ones."""
    message, hint, end = f"{CONFIG_FILE} is not valid TOML: {said[:1].lower()}{said[1:]}", TOML_HINT, at + 1
    if "Unescaped" in said or "hex value" in said:
        at = max(text.rfind("\\", 0, at + 1), 0)
        end = at + 1
        message = "a backslash between double quotes starts an escape"
        hint = r"use single quotes for TeX: RR = '\mathbb{R}'"
    elif said.startswith("Invalid value"):
        message, hint = "this is not a value", "put quotes around text"
    elif said.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate")):
        message, hint = "this key or table stands here a second time", "delete one of the two, or join the tables"
        at = text.rfind("\n", 0, at) + 1
    elif said.startswith("Expected '=' after a key"):
        message, hint = "there is no = after the key", "write key = value"
    elif said.startswith(("Unterminated string", "Illegal character '\\n'")):
        message, hint = "the text is not closed before the end of the line", "add the second quote"
    at = max(0, min(at, len(text)))
    return Diagnostic("config/syntax", message, CONFIG_FILE, Span(at, max(at, min(end, len(text)))), hint=hint)


class Reader:
    """Turns the tables of one file into Structs, and collects what does not fit their types."""

    def __init__(self, text: str, given: CommandLine = CommandLine()) -> None:  # noqa: B008 - it is immutable
        """Take the text of the file, and what the command line says in its place."""
        self.text = text
        self.given = given
        self.places = find_places(text)
        self.problems: list[Diagnostic] = []

    def report(self, code: str, message: str, span: Span | None, *, hint: str = "", path: str = CONFIG_FILE) -> None:
        """Remember a problem."""
        self.problems.append(Diagnostic(code, message, path, span, hint=hint))

    def key(self, path: KeyPath) -> Span | None:
        """Return where the name of a setting stands; None for one that is not written in the file."""
        place = self.places.get(path)
        return place.key if place else None

    def value(self, path: KeyPath) -> Span | None:
        """Return where the value of a setting stands; None for one that is not written in the file."""
        place = self.places.get(path)
        return place.value if place else None

    def value_text_span(self, path: KeyPath, start: int, end: int) -> Span | None:
        """Return where the characters `[start, end)` of a text value stand; the whole value when it has escapes."""
        span = self.value(path)
        if span is None:
            return None
        written = self.text[span.start : span.end]
        for quote in ("'''", '"""', "'", '"'):
            if written.startswith(quote):
                inside = written[len(quote) : -len(quote)]
                if "\\" in inside and quote.startswith('"'):
                    return span
                first = span.start + len(quote) + (1 if len(quote) == 3 and inside.startswith("\n") else 0)
                return Span(first + start, min(first + end, span.end))
        return span

    def unknown_keys(self, table: Mapping[str, Any], sections: Mapping[str, type[msgspec.Struct]]) -> None:
        """Report top-level keys that are no section; a setting that lacks its section is told which one."""
        for key in table:
            if key in sections:
                continue
            homes = [name for name, kind in sections.items() if key in kind.__struct_fields__]
            near = nearest(key, sections)
            hint = f"it belongs under [{homes[0]}]" if homes else f"did you mean [{near}]?" if near else ""
            hint = hint or "the sections are " + ", ".join(f"[{name}]" for name in sections)
            self.report("config/unknown-key", f"unknown key {key}", self.key((key,)), hint=hint)

    def struct(self, kind: type[T], table: Mapping[str, Any], section: str) -> T:
        """Return the section as a Struct. What is wrong in it is reported, and the default taken."""
        found = self._struct(kind, table.get(section, {}), (section,))
        return kind() if found is _UNFIT else found

    def _struct(self, kind: type[T], value: Any, path: KeyPath) -> T | Any:
        short = getattr(kind, "SHORT", None)
        if short and (isinstance(value, str) or value is False):
            value = {short: value or "none"}
        if not isinstance(value, dict):
            self._wrong_type(path, "text" if short else "a table", value)
            return _UNFIT
        fields = {field.name: field for field in msgspec.structs.fields(kind)}
        name = ".".join(part for part in path if isinstance(part, str))
        given = {}
        for key, item in value.items():
            if key not in fields:
                near = nearest(key, fields) or next((field for field in fields if key in field.split("_")), None)
                hint = f"did you mean {near}?" if near else f"[{name}] knows " + ", ".join(fields)
                self.report("config/unknown-key", f"unknown key {key} in [{name}]", self.key((*path, key)), hint=hint)
                continue
            found = self._value(fields[key].type, item, (*path, key))
            if found is not _UNFIT:
                given[key] = found
        return kind(**given)

    def _value(self, kind: Any, value: Any, path: KeyPath) -> Any:
        """Return a value as its field's type has it, `_UNFIT` for another type; every part that is not is reported."""
        origin, inner = get_origin(kind), get_args(kind)
        if origin is UnionType:  # of a macro, the only one there is
            macro = macro_text(value)
            if macro is None:
                self._wrong_type(path, "text", value)
            return _UNFIT if macro is None else macro
        if origin is Literal:
            return value if self._is_choice(inner, value, path) else _UNFIT
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._struct(kind, value, path)
        if origin is dict and isinstance(value, dict):
            found = {key: self._value(inner[1], item, (*path, key)) for key, item in value.items()}
            return _UNFIT if _UNFIT in found.values() else found  # Not before every item has had its say.
        if origin in (list, tuple) and isinstance(value, list):
            items = [self._value(inner[0], item, (*path, index)) for index, item in enumerate(value)]
            return _UNFIT if _UNFIT in items else origin(items)
        expected = list if origin is tuple else origin or kind
        control = CONTROL.search(value) if isinstance(value, str) else None
        if control:
            message = f"{_name(path)} contains the control character U+{ord(control[0]):04X}"
            # `"\beta"` and `"\frac"` begin with escapes of TOML.
            hint = "use single quotes, which leave backslashes alone" if control[0] in "\b\f" else "delete it"
            self.report("config/bad-value", message, self.value_text_span(path, *control.span()), hint=hint)
            value = CONTROL.sub("\ufffd", value)
        if isinstance(value, expected) and not (isinstance(value, bool) and expected is not bool):
            return value
        tables = bool(inner) and isinstance(inner[0], type) and issubclass(inner[0], msgspec.Struct)
        self._wrong_type(path, "a list of tables" if tables else _in_words(expected), value)
        return _UNFIT

    def _is_choice(self, choices: tuple[str, ...], value: Any, path: KeyPath) -> bool:
        if value in choices:
            return True
        names = f"{', '.join(choices[:-1])} or {choices[-1]}"
        near = nearest(value, choices) if isinstance(value, str) else None
        hint = f'did you mean "{near}"?' if near else f'write "{choices[0]}"'
        if isinstance(path[-1], str) and not near:
            hint = f'write {path[-1]} = "{choices[0]}"'
        self.report("config/wrong-type", f"{_name(path)} must be {names}", self.value(path), hint=hint)
        return False

    def _wrong_type(self, path: KeyPath, expected: str, value: Any) -> None:
        found = next(words for kind, words in _KINDS if isinstance(value, kind))
        names = ".".join(part for part in path if isinstance(part, str))
        if expected == "text" and not isinstance(value, (dict, list)):
            hint = "put quotes around it"
        elif expected == "a list of tables" or (expected == "a table" and isinstance(path[-1], int)):
            hint = f"write [[{names}]] above the lines of each"
        elif expected == "a table":
            hint = f"write [{names}] above its lines"
        elif expected == "a list" and isinstance(value, str):
            hint = f'write {path[-1]} = ["{value}"]'
        else:
            hint = f"write {_EXAMPLES.get(expected, 'a value of that kind')}"
        message = f"{_name(path)} must be {expected}, not {found}"
        self.report("config/wrong-type", message, self.value(path), hint=hint)


def _name(path: KeyPath) -> str:
    return path[-1] if isinstance(path[-1], str) else f"entry {path[-1] + 1} of {path[-2]}"


def _in_words(kind: type) -> str:
    return next((words for types, words in _KINDS if issubclass(kind, types)), kind.__name__)
