"""The YAML block at the head of a post: where it is, and its values with their places.

Values are never constructed by the YAML library: every scalar stays the text that was written, and what it
means (a date, true or false, a list) is decided by the key it belongs to. So `no`, `1:30` and `2017-01-20` can be
titles, and no tag can make an object.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import msgspec
import yaml
from yaml.composer import Composer
from yaml.events import AliasEvent, Event
from yaml.nodes import Node, ScalarNode
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter.keys import is_usual
from sitegen.text import Span

__all__ = ["Block", "Problem", "compose", "find_block", "mark_index"]

_OPENING = re.compile(r"\ufeff?---[ \t]*(?:\r\n|\n|\r)")
_CLOSING = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)")
_TOML = re.compile(
    r"\ufeff?\+\+\+[ \t]*(?:\r\n|\n|\r)(?P<content>(?:[^\r\n]*(?:\r\n|\n|\r))*?)\+\+\+[ \t]*(?:\r\n|\n|\r|\Z)"
)
_TOML_OPENING = re.compile(
    r"\ufeff?(?P<plus>\+\+\+)[ \t]*[\r\n]++(?:#[^\r\n]*+[\r\n]++|[^\S\r\n]++[\r\n]++)*+[\w\"'.-]+\s*="
)
_BARE = re.compile(
    r"\ufeff?(?P<content>(?:[A-Za-z][\w -]*:[^\r\n]*\r?\n(?:[ \t]+\S[^\r\n]*\r?\n)*)++"
    r"|(?:\[[A-Za-z][\w -]*\]:[ \t]*<>[ \t]*\([^\r\n]*\)[ \t]*\r?\n)++)(?=[ \t]*(?:\r?\n|\Z))"
)
_BARE_TITLE = re.compile(r"^\[?title\]?[ \t]*:[ \t]*\S", re.IGNORECASE | re.MULTILINE)
_BARE_RECORD = re.compile(
    r"(?:\[?(?:authors?|category|date|modified|slug|status|tags)\]?[ \t]*:[^\r\n]*\r?\n(?:[ \t]+\S[^\r\n]*\r?\n)*)++\Z",
    re.IGNORECASE,
)
"""A head without a title has nothing but what no text begins with."""
_JSON = re.compile(
    r"\ufeff?(?P<content>\{\s*\"[^\"\r\n]+\"[ \t]*:(?:[^\r\n]*|.*?(?:\r\n|\n|\r))\})[ \t]*(?:\r\n|\n|\r|\Z)", re.DOTALL
)
_LATE = re.compile(r"\ufeff?\s*[\r\n][ \t]*(---)[ \t]*(?:\r\n|\n|\r)")
_KEY = re.compile(r"""[ \t]*(["']?)(?P<key>[^\W\d][\w .-]*)\1[ \t]*:(?:[ \t]|$)""")

_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
)
"""Tags of plain values; they change nothing, since values stay text."""


_QUOTES = "put quotes around the value"

MAX_BRACKETS = 50
"""Brackets inside brackets; the library's scanner takes time that grows with the square of their number."""


class Block(msgspec.Struct, frozen=True):
    """The place of a post's front matter."""

    start: int
    """Offset of the first character after the opening line."""
    end: int
    """Offset of the closing line."""
    body_start: int
    """Offset of the first character after the closing line."""
    toml: bool = False
    """Whether it is TOML between lines `+++`, and not YAML between lines `---`."""
    bare: bool = False
    """Whether it is lines `Title: …` or `[title]: <> (…)` up to a blank one."""


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with the front matter, at a place in the file."""

    code: str
    message: str
    span: Span
    label: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()

    def at(self, path: str) -> Diagnostic:
        """Return the diagnostic for the file `path`."""
        return Diagnostic(self.code, self.message, path, self.span, self.label, self.hint, self.notes)


def find_block(text: str) -> Block | Problem | None:
    """Return the front matter's place, None when the text has none, or why it cannot be read.

    A `---` at the very start is also how CommonMark (section 4.1) writes a thematic break. It opens front matter
    when a key follows directly; after a blank line or a comment, only when the key is a usual one.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return _other_head(text)
    start = opening.end()
    closing = _CLOSING.search(text, start)
    end = closing.start() if closing else len(text)
    lines = text[start : min(end, start + 100_000)].splitlines()
    first = lines[0] if lines else ""
    key = _first_key(lines)
    direct = first.strip() != "" and not first.lstrip().startswith("#")
    if closing is None:
        if _KEY.match(first) if direct else key is not None and is_usual(key):
            return Problem(
                "frontmatter/unclosed",
                "the front matter is never closed",
                Span(start - len(opening[0].lstrip("\ufeff")), start - len(opening[0].lstrip("\ufeff")) + 3),
                label="opened here",
                hint="write a line --- after its last key",
            )
        return None
    if direct or not text[start:end].strip() or (key is not None and is_usual(key)):
        return Block(start, end, closing.end())
    return None


def _first_key(lines: list[str]) -> str | None:
    """Return the key of the first line that is neither blank nor a comment."""
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            match = _KEY.match(line)
            return match["key"] if match else None
    return None


def _other_head(text: str) -> Block | Problem | None:
    """Return the place of TOML, what is wrong with a head that some generator would read, None without one."""
    toml = _TOML.match(text)
    if toml:
        return Block(*toml.span("content"), toml.end(), toml=True)
    json = _JSON.match(text)
    if json:  # which is YAML, too
        return Block(*json.span("content"), json.end())
    bare = _BARE.match(text)
    if bare and (_BARE_TITLE.search(bare["content"]) or _BARE_RECORD.match(bare["content"])):
        return Block(*bare.span("content"), bare.end(), bare=True)
    unclosed = _TOML_OPENING.match(text)
    if unclosed:
        return Problem(
            "frontmatter/unclosed",
            "the front matter is never closed",
            Span(*unclosed.span("plus")),
            label="opened here",
            hint="write a line +++ after its last key",
        )
    late = _LATE.match(text)
    found = find_block(text[late.start(1) :]) if late else None
    if late and isinstance(found, Block):
        # Pandoc and Quarto read it below blank lines too; no rule between two lines has a usual key behind it.
        key = _first_key(text[late.end() : late.end() + 1000].splitlines())
        if key is not None and is_usual(key):
            at = late.start(1)
            return Block(found.start + at, found.end + at, found.body_start + at)
    return None


def mark_index(mark: Any) -> int:
    """Return the offset of a mark in the text that was parsed; 0 for None, which the library's types allow."""
    return int(mark.index) if mark is not None else 0


MAX_COPIES = 50
"""So many aliases may stand for lists and mappings, each of which can be as long as the front matter."""


class _RefusedError(Exception):
    """Carries the problem of a construct that is valid YAML and refused here."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes; refuses tags, and anchors and aliases that could stand for more than was written."""

    def __init__(self, text: str, start: int) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self.start = start
        self.unused: dict[str, Problem] = {}
        """Anchors without an alias: an `&` that begins a text, most likely."""
        self.inside = 0
        """How many values with an anchor are being read; an alias in one of them would multiply."""
        self.copies = 0
        """Aliases that stand for a list or a mapping."""

    def fetch_flow_collection_start(self, token_class: Any) -> None:
        if self.flow_level >= MAX_BRACKETS:
            raise _RefusedError(_too_deep(self.start + self.index))
        super().fetch_flow_collection_start(token_class)

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event: Event = self.peek_event()  # type: ignore[no-untyped-call]
        span = Span(mark_index(event.start_mark) + self.start, mark_index(event.end_mark) + self.start)
        anchor = getattr(event, "anchor", None)
        if isinstance(event, AliasEvent):
            shared = self.anchors.get(anchor)
            self.copies += not isinstance(shared, ScalarNode)
            if shared is None or self.inside or self.copies > MAX_COPIES:
                raise _RefusedError(_alias(event, span))
            self.unused.pop(str(anchor), None)
        elif anchor:
            self.unused[anchor] = _alias(event, span)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!") and tag not in _TAGS:
            raise _RefusedError(
                Problem(
                    "frontmatter/unsupported",
                    f"the YAML tag {str(tag).replace('tag:yaml.org,2002:', '!!')} is not supported",
                    span,
                    hint="put quotes around a value that starts with !",
                )
            )
        self.inside += bool(anchor)
        node: Node | None = super().compose_node(parent, index)
        self.inside -= bool(anchor)
        return node


_CAREFUL = re.compile(
    "[&*!%@`\\x00-\\x09\\x0b-\\x1f\\x7f-\\xa0\\u2028\\u2029\\ud800-\\udfff\\ufeff\\ufffe\\uffff]|^[ ?:-]{40}"
    "|[|>][-+0-9]*#",
    re.MULTILINE,
)
"""What may begin something that is refused, what the two parsers of the library take differently, and what may be
nested deeply."""


def _compose_quickly(content: str) -> Node | None:
    """Return the root node of what is as plain as most front matter is; None for anything else.

    The library's parser in C makes the same nodes in a tenth of the time; of what is wrong, it says less.
    """
    loader = _quick_loader()
    if loader is None or _CAREFUL.search(content) or content.count("[") + content.count("{") > MAX_BRACKETS:
        return None
    try:
        node: Node | None = loader(content).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return node


@functools.cache
def _quick_loader() -> Callable[[str], Any] | None:
    """Return what composes nodes by way of libyaml; None for an installation without it."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return None

    class Quick(CParser, BaseResolver):
        def __init__(self, text: str) -> None:
            CParser.__init__(self, text)
            BaseResolver.__init__(self)

    return Quick


def _too_deep(at: int) -> Problem:
    return Problem(
        "frontmatter/syntax", "the front matter is nested too deeply", Span(at, at + 1), hint="put quotes around text"
    )


def _alias(event: Event, span: Span) -> Problem:
    name = str(getattr(event, "anchor", ""))
    kind, sign = ("an alias", "*") if isinstance(event, AliasEvent) else ("an anchor", "&")
    no_anchor = f"*{name} stands for no value above, or for too much"
    return Problem(
        "frontmatter/alias",
        no_anchor if sign == "*" else f"no value below is *{name}, so that &{name} is an anchor for nothing",
        Span(span.start, span.start + 1 + len(name)),
        label=f"{sign} starts {kind} in YAML",
        hint="put quotes around the value",
    )


_SEPARATING_TABS = re.compile(
    r"""^([ ]*(?:-[ ]+)*(?:-|(?:[\w.-]+|"[^"\n]*"|'[^'\n]*'):))([ ]*\t[ \t]*)|[ ]*\t[ \t]*$""", re.MULTILINE
)
"""Tabs after a key, or at the end of a line, which YAML allows (section 6.2) and the library does not."""


_LINKED_NAMES = re.compile(
    r"^([A-Za-z][\w -]*:[ \t]+)"
    r"((?:#[\w-]+,[ \t]*)*\[\[[^\[\]\n]+\]\][ \t]*,(?:[^\[\]\n]|\[\[[^\[\]\n]+\]\])*?)(?=[ \t\r]*$)",
    re.MULTILINE,
)
"""Names between the signs of a link, as Logseq and Obsidian have them; YAML takes the first for a list."""
_LINK_SIGNS = re.compile(r"\[\[|\]\]|#")


def _names(match: re.Match[str]) -> str:
    """Return the same names as a list, or as text with commas, which is as long."""
    key, value = match.groups()
    names = _LINK_SIGNS.sub(lambda sign: " " * len(sign[0]), value)
    return f"{key}[{names[1:-1]}]" if value.endswith("]]") else f"{key}{names}"


def compose(text: str, block: Block) -> Node | Problem | None:
    """Parse the block; return its root node (marks count from `block.start`), None when it is empty."""
    content = text[block.start : block.end]
    if "\t" in content:
        content = _SEPARATING_TABS.sub(lambda tabs: (tabs[1] or "").ljust(len(tabs[0])), content)
    if "[[" in content:
        content = _LINKED_NAMES.sub(_names, content)
    quick = _compose_quickly(content)
    if quick is not None:
        return quick
    loader: _Loader | None = None
    try:
        loader = _Loader(content, block.start)
        node: Node | None = loader.get_single_node()
        return next(iter(loader.unused.values()), node)
    except _RefusedError as refused:
        return refused.problem
    except ReaderError as problem:
        at = block.start + int(problem.position)
        return Problem(
            "frontmatter/syntax",
            f"YAML allows no U+{ord(text[at]):04X} here",
            Span(at, at + 1),
            label="this character is invisible",
            hint="delete it",
        )
    except yaml.MarkedYAMLError as problem:
        return _syntax(problem, content, block.start)
    except ValueError:
        # The library turns digits into characters and numbers itself: \U00110000, %YAML 1.(thousands of digits).
        at = block.start + min(loader.index if loader else 0, len(content))
        return Problem("frontmatter/syntax", "this number means nothing in YAML", Span(at, at + 1), hint=_QUOTES)
    except RecursionError:
        return _too_deep(block.start + min(loader.index if loader else 0, len(content)))
    finally:
        if loader is not None:
            loader.dispose()


def _syntax(error: yaml.MarkedYAMLError, content: str, start: int) -> Problem:
    """Say in plain words what the YAML library found, at the place where the author can mend it."""
    said, context = error.problem or "", error.context or ""
    here = mark_index(error.problem_mark)
    opened = mark_index(error.context_mark) if error.context_mark else here
    character = content[here : here + 1]

    def problem(message: str, at: int, hint: str, length: int = 1, code: str = "frontmatter/syntax") -> Problem:
        end = min(at + length, len(content))
        return Problem(code, message, Span(start + min(at, end), start + end), hint=hint)

    quotes = _QUOTES
    if "scanning an alias" in context or "scanning an anchor" in context:
        return problem("a value cannot start with * or &", opened, quotes, code="frontmatter/alias")
    if "mapping values are not allowed" in said:
        return problem("a second `: ` on the line", here, f"{quotes} when it contains a colon")
    if "cannot start any token" in said and character == "\t":
        return problem("a tab indents this line", here, "YAML allows spaces only")
    if "cannot start any token" in said:
        return problem(f"a value cannot start with {character}", here, quotes)
    if "unknown escape character" in said or "expected escape sequence" in said:
        slash = content.rfind("\\", 0, here)
        message = f"{content[slash : slash + 2]} between double quotes is no escape that YAML knows"
        return problem(message, slash, "use single quotes, which leave backslashes alone", length=2)
    if "quoted scalar" in context:
        return problem("the quote is never closed", opened, "close it, or use the other kind of quotes")
    if context.startswith("while parsing a flow"):
        bracket = opened if content[opened : opened + 1] in ("[", "{") else max(content.rfind(b, 0, here) for b in "[{")
        sign = content[bracket : bracket + 1]
        hint = f"close it, or {quotes} when {sign} is part of the text"
        return problem(f"the {sign} that is opened here is not closed properly", bracket, hint)
    if "could not find expected ':'" in said:
        length = len(content[opened:].splitlines()[0].rstrip())
        return problem("this line has no key", opened, "write `key: value`; indent a continued line", length)
    if "expected <block end>" in said:
        hint = "put the whole value between one pair of quotes, or correct the indentation"
        return problem("the value has ended before this", here, hint)
    hint = "write one `key: value` per line, with quotes around values of special characters"
    return problem(f"the front matter is not valid YAML: {said}", here, hint)
