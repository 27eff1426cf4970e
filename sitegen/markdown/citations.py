"""Citations, `[see @key, p. 3; @other]` and `@key`, and Quarto's references by the beginning of an id, `@fig-x`.

The syntax is Pandoc's (https://pandoc.org/MANUAL.html#citation-syntax); LaTeX's `\\cite`, `\\citep` and `\\citet`
and the roles `{cite}` of MyST come to the same. What a citation looks like is the business of `sitegen.bibliography`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

import msgspec
from markdown_it.rules_inline import StateInline

from sitegen.markdown.signs import begins_with

__all__ = ["CitedItem", "may_cite", "noted"]

_KEY = r"@(?:\{([^{}\s]+)\}|(\w(?:[\w:.#$%&+?<>~/-]*[\w/])?))"
_BARE = re.compile(_KEY)
_ITEM = re.compile(rf"(?P<prefix>[^@]*?)(?P<minus>-?){_KEY}(?P<rest>[^@]*)\Z", re.DOTALL)
_COMMAND = re.compile(
    r"\\(cite[pt]?|parencite|textcite|autocite|citeauthor|citeyear)\*?((?:\[[^\[\]\n]*\]){0,2})\{([^{}]+)\}"
)
_ROLE = re.compile(r"\{(cite(?::[a-z]+)?)\}`([^`\n]+)`")
_LOCATOR = re.compile(
    r"\s*,?\s*(?:(?P<label>pp?\.|pages?|chaps?\.|chapters?|secs?\.|sections?|§§?|figs?\.|figures?|vols?\.|volumes?"
    r"|paras?\.|cols?\.|lines?|nos?\.)\s*)?(?P<where>[\divxlcA-Z]*\d[\w.–—,\s-]*?|[ivxlc]+)(?=\Z|[,;]\s*\D|\s+\D)",
)
_LABELS = {"p": "page", "§": "section", "§§": "section", "no": "issue", "col": "column", "vol": "volume"}
_TARGETS = frozenset(
    ["fig", "tbl", "eq", "sec", "thm", "lem", "cor", "prp", "cnj", "def", "exm", "exr", "rem", "alg", "lst", "sol"]
)
"""Beginnings of ids that `@` refers to (Quarto's cross-references)."""
_SIGN = re.compile(r"@[\w{]")
_COMMANDS = ("\\cite", "\\parencite", "\\textcite", "\\autocite", "{cite")


class CitedItem(msgspec.Struct, frozen=True):
    """One work in a citation."""

    key: str
    start: int
    """Where the key stands, with its `@`, in the content of its block."""
    end: int
    prefix: str = ""
    suffix: str = ""
    label: str = ""
    """What the locator counts, in CSL's words: `page`, `chapter`; empty without a locator."""
    locator: str = ""
    year_only: bool = False
    """Whether the author is left out, as in `[-@key]`."""


def may_cite(text: str) -> bool:
    """Tell whether there may be a citation, or a reference by `@`, in `text`."""
    if "cite" in text and any(command in text for command in _COMMANDS):
        return True
    # Sign by sign: a pattern that begins with what may stand before a sign is tried at every character.
    return "@" in text and any(_is_handle(text, match.start()) for match in _SIGN.finditer(text))


def _is_handle(text: str, at: int) -> bool:
    """Tell whether the `@` at an index begins a key: not as in an address, unless within brackets."""
    before = text[at - 1 : at]
    if not (before.isalnum() or before in {"_", "@", "/", "."}):
        return True
    line = text.rfind("\n", 0, at) + 1
    return text.rfind("[", line, at) > text.rfind("]", line, at)


@begins_with("[")
def bracketed(state: StateInline, silent: bool) -> bool:
    """Read `[see @key, p. 3; -@other]` (inline rule)."""
    start = state.pos
    if state.src[start] != "[" or state.src[start - 1 : start] in ("!", "]"):
        return False
    end = state.src.find("]", start, state.posMax)
    inside = state.src[start + 1 : end] if end >= 0 else ""
    if "@" not in inside or "[" in inside or state.src[end + 1 : end + 2] in ("(", "[", ":", "{"):
        return False
    items = _items(inside, start + 1)
    if not items:
        return False
    targets = [item for item in items if is_target(item.key)]
    if targets:
        if len(targets) < len(items):
            return False
        if not silent:
            _push_targets(state, items, (start, end + 1))
    elif not _known(state):
        if not silent:
            _note(state, "uncited", items[0])
        return False
    elif not silent:
        _push(state, items, (start, end + 1), narrative=False)
    state.pos = end + 1
    return True


@begins_with("@")
def bare(state: StateInline, silent: bool) -> bool:
    """Read `@key` or `@key [p. 3]` in running text, if the bibliography has the key (inline rule)."""
    start = state.pos
    if state.src[start] != "@" or (start and re.match(r"[\w@/.]", state.src[start - 1])):
        return False
    match = _BARE.match(state.src, start, state.posMax)
    if match is None:
        return False
    key = match[1] or match[2]
    item = CitedItem(key, start, match.end())
    if is_target(key):
        if not silent:
            _push_targets(state, [item], match.span())
        state.pos = match.end()
        return True
    known = _known(state)
    if key not in known:
        if known and not silent:
            _note(state, "handles", item)
        return False
    end = match.end()
    after = re.compile(r" \[([^\[\]@\n]*)\](?![(\[])").match(state.src, end, state.posMax)
    if after:
        item = _with_locator(item, after[1])
        end = after.end()
    if not silent:
        _push(state, [item], (start, end), narrative=True)
    state.pos = end
    return True


@begins_with("\\")
def command(state: StateInline, silent: bool) -> bool:
    r"""Read `\cite{key}`, `\citep[p. 3]{key}` and `\citet{key}` (inline rule)."""
    match = _COMMAND.match(state.src, state.pos, state.posMax) if state.src.startswith("\\", state.pos) else None
    if match is None:
        return False
    if not silent:
        options = re.findall(r"\[([^\]]*)\]", match[2])
        items = _listed(match[3], match.start(3))
        if options:
            items[-1] = _with_locator(items[-1], options[-1])
            items[0] = msgspec.structs.replace(items[0], prefix=options[0] if len(options) == 2 else "")
        narrative = match[1] in ("citet", "textcite", "citeauthor")
        _push(state, items, match.span(), narrative=narrative and len(items) == 1)
    state.pos = match.end()
    return True


@begins_with("{")
def role(state: StateInline, silent: bool) -> bool:
    """Read MyST's `` {cite}`key, other` ``, `` {cite:t}`key` `` and the like (inline rule)."""
    match = _ROLE.match(state.src, state.pos, state.posMax) if state.src.startswith("{c", state.pos) else None
    if match is None:
        return False
    if not silent:
        items = _listed(match[2], match.start(2))
        _push(state, items, match.span(), narrative=match[1].startswith("cite:t") and len(items) == 1)
    state.pos = match.end()
    return True


def is_target(key: str) -> bool:
    """Tell whether an id says what it is, so that `@` refers to it."""
    prefix, hyphen, name = key.partition("-")
    return bool(hyphen and name) and prefix in _TARGETS


def _note(state: StateInline, what: str, item: CitedItem) -> None:
    """Remember what is no citation, by the content it stands in, for a message at its place."""
    state.env.setdefault(what, {}).setdefault(state.src, {})[item.start] = item


def noted(env: Mapping[str, Any], what: str, content: str) -> list[CitedItem]:
    """Return what `_note` remembered of an inline content."""
    return list(env.get(what, {}).get(content, {}).values())


def _known(state: StateInline) -> Container[str]:
    known: Container[str] = state.env.get("cited_keys") or ()
    return known


def _items(text: str, at: int) -> list[CitedItem]:
    """Return the works of a bracket; none if a part of it names no work."""
    found = []
    for part in text.split(";"):
        match = _ITEM.match(part)
        if match is None:
            return []
        low = at + match.end("minus")
        high = at + match.start("rest")
        item = CitedItem(match[3] or match[4], low, high, match["prefix"].strip(), year_only=bool(match["minus"]))
        found.append(_with_locator(item, match["rest"]))
        at += len(part) + 1
    return found


def _listed(text: str, at: int) -> list[CitedItem]:
    return [
        CitedItem(match.group(), at + match.start(), at + match.end()) for match in re.finditer(r"[^\s,]+", text)
    ] or [CitedItem(text, at, at + len(text))]


def _with_locator(item: CitedItem, text: str) -> CitedItem:
    """Return a work with what follows its key: `, pp. 33-35 and more`."""
    match = _LOCATOR.match(text)
    if match is None:
        return msgspec.structs.replace(item, suffix=text.strip())
    name = (match["label"] or "p").rstrip(".")
    name = name if name in _LABELS else name.rstrip("s")
    kinds = {"chap": "chapter", "sec": "section", "fig": "figure", "para": "paragraph", "pp": "page"}
    label = _LABELS.get(name) or kinds.get(name, name)
    where = match["where"].strip().replace("--", "–").replace("-", "–")
    return msgspec.structs.replace(item, label=label, locator=where, suffix=text[match.end() :].strip())


def _push(state: StateInline, items: list[CitedItem], outer: tuple[int, int], *, narrative: bool) -> None:
    if not _known(state):  # without a bibliography, the keys are all that can be shown
        _note(state, "uncited", items[0])
        state.push("text", "", 0).content = f"[{', '.join(item.key for item in items)}]"
        return
    token = state.push("citation", "", 0)
    token.content = state.src[slice(*outer)]
    token.meta = {"items": tuple(items), "outer": outer, "narrative": narrative}


def _push_targets(state: StateInline, items: list[CitedItem], outer: tuple[int, int]) -> None:
    """Push links without a text, which get the text of what they lead to."""
    for index, item in enumerate(items):
        if index:
            state.push("text", "", 0).content = ", "
        if item.prefix:
            state.push("text", "", 0).content = f"{item.prefix} "
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": f"#{item.key}"}
        opening.meta["outer"] = outer if len(items) == 1 else (item.start, item.end)
        state.push("link_close", "a", -1)
