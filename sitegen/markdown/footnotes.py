"""Footnotes: `[^label]` with its definition, and inline notes `^[…]`, numbered together in order of first use.

Definitions are read by mdit-py-plugins. References are read here, because numbers shall follow the order of use (also
that of a note used inside a note), every reference needs its place, and inline notes must keep theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote.index import footnote_def as definition

from sitegen.markdown.headings import Anchors
from sitegen.markdown.links import parse_label
from sitegen.markdown.signs import begins_with
from sitegen.markdown.tokens import move

__all__ = [
    "Footnotes",
    "Note",
    "Reference",
    "collect",
    "definition",
    "inline_note",
    "reference",
    "reference_id",
    "section",
]

_DISTILL, _DISTILL_END = "<d-footnote>", "</d-footnote>"
_REFERENCE = re.compile(r"\[\^([^\]\[\s]{1,200})\]")


@begins_with("[")
def reference(state: StateInline, silent: bool) -> bool:
    """Read `[^label]` (inline rule); an undefined label becomes a token too, so that it can be reported."""
    if state.src[state.pos] != "[":
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    defined = f":{match.group(1)}" in state.env.get("footnotes", {}).get("refs", {})
    if not defined and state.src[match.end() : match.end() + 1] in {"(", "[", ":"}:
        return False
    if not silent:
        token = state.push("footnote_ref", "", 0)
        token.content = match.group()
        token.meta = {"label": match.group(1), "defined": defined, "outer": match.span()}
    state.pos = match.end()
    return True


@begins_with("^")
def inline_note(state: StateInline, silent: bool) -> bool:
    """Read `^[…]` (inline rule): tokens between `footnote_inline_open` and `footnote_inline_close`."""
    start = state.pos
    if not state.src.startswith("^[", start):
        return False
    close = parse_label(state, start + 1)
    if close < 0 or not state.src[start + 2 : close].strip():
        return False
    if not silent:
        _push(state, (start, close + 1), (start + 2, close))
    state.pos = close + 1
    return True


@begins_with("<")
def distill_note(state: StateInline, silent: bool) -> bool:
    """Read Distill's `<d-footnote>…</d-footnote>` (inline rule)."""
    start = state.pos
    if not state.src.startswith(_DISTILL, start):
        return False
    close = state.src.find(_DISTILL_END, start, state.posMax)
    if close < 0:
        return False
    after = close + len(_DISTILL_END)
    if not silent:
        _push(state, (start, after), (start + len(_DISTILL), close))
    state.pos = after
    return True


def _push(state: StateInline, outer: tuple[int, int], inner: tuple[int, int]) -> None:
    """Push a note, whose text is that of the range `inner`."""
    end = state.posMax
    state.push("footnote_inline_open", "", 1).meta = {"outer": outer, "inner": inner}
    state.pos, state.posMax = inner
    state.md.inline.tokenize(state)
    state.push("footnote_inline_close", "", -1)
    state.posMax = end


@dataclass(slots=True)
class Note:
    """One footnote."""

    tokens: list[Token]
    """Block tokens."""
    label: str = ""
    """Empty for an inline note."""
    inline: Token | None = None
    """The inline token that holds the definition's first text, for its place."""
    number: int = 0
    """From 1 in order of first use; 0 while unused."""
    references: int = 0


@dataclass(slots=True)
class Reference:
    """An undefined reference, with the inline token that has it."""

    token: Token
    inline: Token


@dataclass(slots=True)
class Footnotes:
    """All footnotes of a post."""

    used: list[Note] = field(default_factory=list)
    """By number."""
    unused: list[Note] = field(default_factory=list)
    duplicates: list[Note] = field(default_factory=list)
    undefined: list[Reference] = field(default_factory=list)


def collect(tokens: list[Token]) -> tuple[list[Token], Footnotes]:
    """Take the notes out of `tokens`, number them, and return the rest with them.

    Each `footnote_ref` token gets `number` and `nth` (its count among the references to the same note) in `meta`.
    """
    result = Footnotes()
    body, notes = _take_definitions(tokens, result)
    inline_notes: dict[int, Note] = {}
    # The list grows while it is walked: notes may use further notes.
    queue: list[list[Token]] = [body]
    for block in queue:
        for inline in _inlines(block):
            inline.children = _take_inline_notes(inline, inline_notes)
            for token in _references(inline.children):
                note = notes.get(token.meta["label"]) if "label" in token.meta else inline_notes[token.meta["note"]]
                if note is None:
                    result.undefined.append(Reference(token, inline))
                    token.type = "text"
                    continue
                if not note.number:
                    result.used.append(note)
                    note.number = len(result.used)
                    queue.append(note.tokens)
                note.references += 1
                token.meta |= {"number": note.number, "nth": note.references}
    result.unused = [note for note in notes.values() if not note.number]
    return body, result


def _inlines(tokens: list[Token]) -> Iterator[Token]:
    return (token for token in tokens if token.type == "inline" and token.children)


def _references(tokens: list[Token]) -> Iterator[Token]:
    return (token for token in tokens if token.type == "footnote_ref")


def _take_definitions(tokens: list[Token], result: Footnotes) -> tuple[list[Token], dict[str, Note]]:
    notes: dict[str, Note] = {}
    body: list[Token] = []
    stack: list[list[Token]] = [body]
    labels: list[str] = []
    for token in tokens:
        if token.type == "footnote_reference_open":
            labels.append(token.meta["label"])
            stack.append([])
        elif token.type == "footnote_reference_close":
            inside = stack.pop()
            note = Note(inside, labels.pop(), next(_inlines(inside), None))
            if note.label in notes:
                result.duplicates.append(note)
            else:
                notes[note.label] = note
        else:
            stack[-1].append(token)
    return body, notes


def _take_inline_notes(inline: Token, notes: dict[int, Note]) -> list[Token]:
    """Replace each inline note among the children by a reference; the note has its own part of the content."""
    stack: list[list[Token]] = [[]]
    opened: list[Token] = []
    for token in inline.children or ():
        if token.type == "footnote_inline_open":
            opened.append(token)
            stack.append([])
        elif token.type == "footnote_inline_close":
            low, high = opened[-1].meta["inner"]
            children = stack.pop()
            move(children, -low)
            content = Token("inline", "", 0, children=children, content=inline.content[low:high], map=inline.map)
            content.meta = dict(inline.meta)
            if "map" in content.meta:
                content.meta["map"] = content.meta["map"].cut(low, high)
            paragraph = [Token("paragraph_open", "p", 1, block=True), content]
            paragraph.append(Token("paragraph_close", "p", -1, block=True))
            key = len(notes)
            notes[key] = Note(paragraph, "", content)
            stack[-1].append(Token("footnote_ref", "", 0, meta={"note": key, "outer": opened.pop().meta["outer"]}))
        else:
            stack[-1].append(token)
    return stack[0]


def section(notes: Footnotes, blocks: list[list[Token]], anchors: Anchors) -> list[Token]:
    """Return the tokens of the section that lists the notes; `blocks` are theirs, with displays lifted out.

    Their ids begin as no other one of the page does, and are added to those that are taken.
    """
    prefix = "fn"
    while any(name.startswith(prefix) for name in anchors.taken):
        prefix += "-"
    section = [Token("footnotes_open", "section", 1, block=True, meta={"prefix": prefix})]
    for note, block in zip(notes.used, blocks, strict=True):
        count = note.references
        meta = {"number": note.number, "references": count, "prefix": prefix}
        backlinks = Token("footnote_backlinks", "", 0, meta=meta)
        section.append(Token("footnote_open", "li", 1, block=True, meta=meta))
        if block and block[-1].type == "paragraph_close" and not block[-1].hidden:
            section += [*block[:-1], backlinks, block[-1]]
        else:
            opening, closing = (
                Token("paragraph_open", "p", 1, block=True),
                Token("paragraph_close", "p", -1, block=True),
            )
            section += [*block, opening, backlinks, closing]
        section.append(Token("footnote_close", "li", -1, block=True))
    section.append(Token("footnotes_close", "section", -1, block=True))
    anchors.taken.update(f"{prefix}{note.number}" for note in notes.used)
    for note in notes.used:
        anchors.taken.update(reference_id(prefix, note.number, nth) for nth in range(1, note.references + 1))
    return section


def reference_id(prefix: str, number: int, nth: int) -> str:
    """Return the id of the *n*th reference to a note."""
    return f"{prefix}ref{number}" if nth == 1 else f"{prefix}ref{number}-{nth}"
