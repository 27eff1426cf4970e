"""Attribute lists: `{#id .class key=value}` as Pandoc, Quarto and MyST write them, `{: …}` as kramdown does.

They stand at the end of a heading, right after a link, an image, code, emphasis or a span, or on a line of their own
below (or, after a blank line, above) a block. What they say goes the way of raw HTML's attributes: no styles, no
scripts, and a name that HTML does not have becomes `data-…`, as Pandoc does it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from sitegen.markdown.links import parse_label
from sitegen.markdown.locate import line_map
from sitegen.markdown.signs import begins_with

_VALUE = r"""(?:"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+'|“[^”\n]*+”|[^\s"'=<>`{}]++)"""
_ID = r"""\#[^\s{}"'=<>`#]++"""
_CLASS = r"""\.[A-Za-z_-][^\s{}"'=<>`.#]*+"""
_PAIR = rf"[A-Za-z_][\w:.-]*+\s*+=\s*+{_VALUE}"
_WORD = r"[A-Za-z][\w-]*+"
_ITEM = re.compile(rf"(?P<id>{_ID})|(?P<class>{_CLASS})|(?P<pair>{_PAIR})|(?P<word>{_WORD})")
_PLAIN = rf"(?>\{{\s*+(?:[-.]\s++)?+(?:(?:{_ID}|{_CLASS}|{_PAIR})\s*+)++\}})"
_KRAMDOWN = rf"(?>\{{:\s*+(?:(?:{_ID}|{_CLASS}|{_PAIR}|{_WORD})\s*+)*+\}})"
LIST = re.compile(rf"{_KRAMDOWN}|{_PLAIN}")
"""An attribute list with its braces."""
_LINE = re.compile(rf"(?:{_KRAMDOWN}|{_PLAIN})[ \t]*\Z")
_HEADING_END = re.compile(rf"[ \t]*({_KRAMDOWN}|{_PLAIN}|\{{-\}})[ \t]*\Z")
_ITEM_BEGIN = re.compile(rf"({_KRAMDOWN})[ \t]+")
_REFERENCE = re.compile(r"\{:([A-Za-z][\w-]*):\s*([^{}\n]*)\}[ \t]*\Z")
_TARGET = re.compile(r"\(([^()\s]+)\)=[ \t]*\Z")
_OCCURS = re.compile(
    r"\{(?::|\s*[#.](?:[A-Za-z_]|[^\x00-\x7f])|-\s*[#.}]|\.\s|(?<=`\{)=|(?<=[)\]`*_\s]\{)\s*[A-Za-z-]+\s*=)"
    r"|\A\{\s*[A-Za-z-]+\s*=",
    re.ASCII,
)
_RAW = re.compile(r"\{=(\w+)\}")

_GLOBAL = frozenset(
    ["id", "class", "title", "lang", "dir", "role", "tabindex", "hidden", "translate", "style", "align"]
)
_OF_ELEMENT = {
    "a": frozenset(["target", "rel", "download", "hreflang", "type", "referrerpolicy"]),
    "img": frozenset(
        ["width", "height", "alt", "loading", "decoding", "sizes", "srcset", "fetchpriority", "referrerpolicy"]
    ),
    "ol": frozenset(["start", "reversed", "type"]),
    "li": frozenset(["value"]),
    "td": frozenset(["colspan", "rowspan", "width", "valign"]),
    "th": frozenset(["colspan", "rowspan", "width", "valign", "scope"]),
    "table": frozenset(["width", "border", "cellpadding", "cellspacing"]),
    "div": frozenset(["width", "height"]),
    "figure": frozenset(["width"]),
    "details": frozenset(["open"]),
}
_DROPPED = frozenset(["markdown", "data-toc-label", "toc-label", "fig-scap", "fig-pos"])
"""What other tools read and a page has no use for."""


class Attributes(NamedTuple):
    """What an attribute list says."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()
    """Bare names, as in `{:toc}`."""

    def get(self, key: str, default: str = "") -> str:
        """Return the value of the last pair named `key`."""
        return next((value for name, value in reversed(self.pairs) if name == key), default)

    def without(self, *keys: str) -> Attributes:
        """Return the same without some pairs."""
        return self._replace(pairs=tuple(pair for pair in self.pairs if pair[0] not in keys))

    def merged(self, other: Attributes) -> Attributes:
        """Return both together; the id and the values of `other` win."""
        return Attributes(
            other.id or self.id,
            tuple(dict.fromkeys(self.classes + other.classes)),
            self.pairs + other.pairs,
            self.words + other.words,
        )

    def for_element(self, name: str) -> dict[str, str]:
        """Return HTML attributes by name, for an element `name`: what HTML does not know becomes `data-…`."""
        found: dict[str, str] = {}
        classes = list(self.classes)
        if self.id:
            found["id"] = self.id
        known = _GLOBAL | _OF_ELEMENT.get(name, frozenset())
        for key, value in self.pairs:
            key = key.lower()
            if key == "class":
                classes += value.split()
            elif key == "fig-align":
                found["align"] = value
            elif key == "fig-alt":
                found["alt"] = value
            elif key in _DROPPED:
                continue
            elif key in known or key.startswith(("data-", "aria-", "on")):
                found[key] = value
            else:
                found[f"data-{re.sub(r'[^a-z0-9.-]', '-', key)}"] = value
        if classes:
            found["class"] = " ".join(dict.fromkeys(classes))
        return found


def occur(text: str) -> bool:
    """Tell whether there may be an attribute list in `text`."""
    return "{" in text and _OCCURS.search(text) is not None


def read(text: str) -> Attributes:
    """Return what the attribute list `text` says; its braces, with or without kramdown's colon, may be missing."""
    ident, pairs, words = "", [], []
    classes = ["unnumbered"] if text.startswith("{-") else []  # Pandoc's short form
    for match in _ITEM.finditer(text.strip().removeprefix("{").removeprefix(":").removesuffix("}")):
        item = match.group()
        if match["id"]:
            ident = item[1:]
        elif match["class"]:
            classes.append(item[1:])
        elif match["pair"]:
            key, _, value = item.partition("=")
            value = value.strip()
            if value[:1] in {'"', "'", "“"}:
                value = value[1:-1].replace('\\"', '"')  # other backslashes may be those of a formula
            if key.strip() == "id":
                ident = value
            else:
                pairs.append((key.strip(), value))
        else:
            words.append(item)
    return Attributes(ident, tuple(classes), tuple(pairs), tuple(words))


# -- lines of their own


@begins_with("{")
def line(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a line that holds an attribute list and nothing else (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("{", begin) or state.is_code_block(start_line):
        return False
    end = state.eMarks[start_line]
    definition = _REFERENCE.match(state.src[begin:end])
    if definition is None and not _LINE.match(state.src, begin, end):
        return False
    if silent:
        return True
    if definition is not None:
        state.env.setdefault("attribute_lists", {})[definition[1]] = read(definition[2])
    else:
        token = state.push("attributes", "", 0)
        token.hidden = True
        token.map = [start_line, start_line + 1]
        token.meta = {
            "list": read(state.src[begin:end]),
            "map": line_map(state.src[begin:end], state.src, [(begin, end)]),
            "below": start_line > 0 and not state.isEmpty(start_line - 1),
            "above": start_line + 1 < state.lineMax and not state.isEmpty(start_line + 1),
        }
        token.content = state.src[begin:end]
    state.line = start_line + 1
    return True


@begins_with("(")
def target(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read MyST's `(label)=`, which names the block that follows (block rule)."""
    begin, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    match = _TARGET.match(state.src, begin, end) if state.src[begin : begin + 1] == "(" else None
    if match is None or state.is_code_block(start_line):
        return False
    if silent:
        return True
    token = state.push("attributes", "", 0)
    token.hidden = True
    token.map = [start_line, start_line + 1]
    token.content = state.src[begin:end]
    offsets = line_map(token.content, state.src, [(begin, end)])
    token.meta = {"list": Attributes(match[1]), "map": offsets, "below": False, "above": True}
    state.line = start_line + 1
    return True


@begins_with("%")
def comment(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Leave out a line that begins with a percent sign, a comment of MyST's (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin : begin + 1] != "%" or state.is_code_block(start_line):
        return False
    if not silent:
        state.line = start_line + 1
    return True


def attach(state: StateCore) -> None:
    """Give blocks the attributes of the lines beside them, and headings those at their end (core rule, before inline).

    A line right below a block belongs to that block, one with a blank line above it to the block that follows.
    """
    take_from_headings(state.tokens)
    _take_from_items(state.tokens)
    if not any(token.type == "attributes" for token in state.tokens):
        return
    kept: list[Token] = []
    waiting: list[Token] = []
    for token in state.tokens:
        if token.type == "attributes":
            owner = _block_before(kept) if token.meta["below"] or not token.meta["above"] else None
            if owner is not None and owner.type != "attributes":
                _add(owner, token.meta["list"], token)
            else:
                waiting.append(token)
            continue
        if waiting and token.nesting >= 0 and token.type != "inline":
            for line_token in waiting:
                _add(token, line_token.meta["list"], line_token)
            waiting.clear()
        kept.append(token)
    state.tokens = kept


def _block_before(tokens: Sequence[Token]) -> Token | None:
    """Return the token that opens the block which the last of `tokens` closes; None where a container just began."""
    if not tokens or tokens[-1].nesting == 1:
        return None
    depth = 0
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        depth -= token.nesting
        if depth <= 0 and token.type != "inline":
            return tokens[index - 1] if token.hidden and index and tokens[index - 1].nesting == 1 else token
    return None


def take_from_headings(tokens: Sequence[Token]) -> None:
    """Move attribute lists from the end of headings' text to their opening tokens (before inline parsing)."""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and inline.content.endswith("}"):
            match = _HEADING_END.search(inline.content)
            if match:
                _add(opening, read(match[1]), inline, match.span(1))
                inline.content = inline.content[: match.start()]


def _take_from_items(tokens: Sequence[Token]) -> None:
    """Move attribute lists from the begin of list items, `- {: .new} text`, to the items, as kramdown does."""
    for index in range(len(tokens) - 2):
        inline = tokens[index + 2]
        if tokens[index].type == "list_item_open" and inline.type == "inline" and inline.content.startswith("{:"):
            match = _ITEM_BEGIN.match(inline.content)
            if match:
                offsets = inline.meta.get("map")
                _add(tokens[index], read(match[1]), inline, match.span(1))
                if offsets is not None:
                    inline.meta = {**inline.meta, "map": offsets.cut(match.end(), len(inline.content))}
                inline.content = inline.content[match.end() :]


def _add(token: Token, attributes: Attributes, where: Token, at: tuple[int, int] | None = None) -> None:
    token.meta.setdefault("attributes", []).append((attributes, where.meta.get("map"), at or (0, len(where.content))))


# -- inside text


@begins_with("{")
def inline(state: StateInline, silent: bool) -> bool:
    """Read an attribute list right after an element, or at the end of a block's text (inline rule).

    It becomes a token `attributes`, whose owner is known when emphasis is: `settle` finds it.
    """
    start = state.pos
    if state.src[start] != "{" or start == 0:
        return False
    before = state.src[start - 1]
    match = LIST.match(state.src, start, state.posMax)
    if match is None:
        raw = _RAW.match(state.src, start, state.posMax) if before == "`" and not state.pending else None
        return raw is not None and _raw(state, raw, silent)
    last = not state.src[match.end() : state.posMax].strip()
    if before.isspace() and not last and not _labels_display(state, match.end()):
        return False
    if not before.isspace() and before not in ")]`*_~=^>}$":
        return False
    if not silent:
        token = state.push("attributes", "", 0)
        token.hidden = True
        token.content = match.group()
        token.meta = {"list": read(match.group()), "outer": match.span(), "ends": before.isspace()}
        state.env["attributes"] = True
    state.pos = match.end()
    return True


def _labels_display(state: StateInline, end: int) -> bool:
    """Tell whether what ends at `end` follows a display and ends its line."""
    newline = state.src.find("\n", end, state.posMax)
    rest = state.src[end : newline if newline >= 0 else state.posMax]
    after_display = bool(state.tokens) and state.tokens[-1].markup == "$$" and not state.pending.strip()
    return after_display and not rest.strip()


def _raw(state: StateInline, match: re.Match[str], silent: bool) -> bool:
    """Read Pandoc's `{=html}` after a code span: HTML is taken, what is meant for other formats left out."""
    code = state.tokens[-1] if state.tokens else None
    if code is None or code.type != "code_inline":
        return False
    if not silent:
        if match[1].lower().startswith("html"):
            code.type, code.tag, code.markup = "html_inline", "", ""
            code.meta["outer"] = (match.start() - 1 - len(code.content), match.start() - 1)
        else:
            code.type, code.tag, code.content, code.markup = "text", "", "", ""
    state.pos = match.end()
    return True


@begins_with("[")
def span(state: StateInline, silent: bool) -> bool:
    """Read `[text]{.class}` (inline rule, after links)."""
    start, end = state.pos, state.posMax
    if state.src[start] != "[" or "]{" not in state.src[start:end]:
        return False
    close = parse_label(state, start)
    if close < 0:
        return False
    match = LIST.match(state.src, close + 1, end)
    if match is None:
        return False
    if not silent:
        state.pos, state.posMax = start + 1, close
        token = state.push("span_open", "span", 1)
        token.meta["attributes"] = [(read(match.group()), None, match.span())]
        state.md.inline.tokenize(state)
        state.push("span_close", "span", -1)
    state.pos, state.posMax = match.end(), end
    return True


_CLOSING = frozenset([f"{name}_close" for name in ("link", "em", "strong", "s", "span", "mark", "sub", "sup", "ins")])
_LEAVES = frozenset(["image", "code_inline", "math", "wikilink"])


def settle(state: StateCore) -> None:
    """Give the attribute lists inside text to their owners (core rule, after inline); what has none is text."""
    if not state.env.get("attributes"):
        return
    for index, block in enumerate(state.tokens):
        if block.type == "inline":
            opening = state.tokens[index - 1]
            if opening.hidden and index > 1 and state.tokens[index - 2].nesting == 1:
                opening = state.tokens[index - 2]  # the paragraph of a tight item has no element of its own
            block.children = _settled(block.children or [], opening)


def _settled(children: Sequence[Token], block: Token) -> list[Token]:
    out: list[Token] = []
    for token in children:
        if token.type != "attributes":
            if token.children:  # the alternative text of an image
                token.children = _settled(token.children, token)
            out.append(token)
            continue
        owner = _owner(out)
        if token.meta["ends"]:
            last = next((other for other in reversed(out) if other.type != "text" or other.content.strip()), None)
            display = last is not None and last.type == "math" and last.markup == "$$"
            owner = last if display else block if block.nesting == 1 else None
        if owner is None:
            token.type, token.hidden = "text", False
            out.append(token)
            continue
        _add(owner, token.meta["list"], Token("", "", 0), token.meta["outer"])
        while token.meta["ends"] and out and out[-1].type in {"softbreak", "text"} and not out[-1].content.strip():
            out.pop()
        if token.meta["ends"] and out and out[-1].type == "text":
            out[-1].content = out[-1].content.rstrip()
    return out


def _owner(before: Sequence[Token]) -> Token | None:
    """Return the token of the element that ends last among `before`, if one ends right there."""
    last = len(before) - 1
    while last >= 0 and before[last].type == "text" and not before[last].content:
        last -= 1
    if last < 0:
        return None
    if before[last].type in _LEAVES:
        return before[last]
    if before[last].type not in _CLOSING:
        return None
    depth = 0
    for token in reversed(before[: last + 1]):
        depth -= token.nesting
        if depth == 0:
            return token
    return None
