"""Inline rules that remember where in their content they matched: links, images, raw HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from markdown_it.helpers import parseLinkDestination, parseLinkLabel
from markdown_it.rules_core import StateCore
from markdown_it.rules_core import linkify as read_urls
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import autolink as read_autolink
from markdown_it.rules_inline import html_inline as read_html
from markdown_it.rules_inline import image as read_image
from markdown_it.rules_inline import link as read_link
from markdown_it.rules_inline import linkify as read_url
from markdown_it.token import Token

from sitegen.markdown.headings import slug
from sitegen.markdown.signs import begins_with
from sitegen.markdown.tokens import copied, move

LABEL_BUDGET = 300_000
"""Characters that searches for closing brackets may look at in one post, besides ten times its length."""

_WWW = re.compile(r"(?<![^\s*_~(])www\.[\w-]+(?:\.[\w-]+)*[^\s<]*")
_DOMAIN = re.compile(r"[\w.-]+")
_ENTITY = re.compile(r"&[A-Za-z0-9]+;\Z")
_BEFORE_WWW = frozenset(
    ["softbreak", "hardbreak", "em_open", "strong_open", "s_open", "em_close", "strong_close", "s_close"]
)
_ADDRESS_LIKE = re.compile(r"(?:!?\[[^\[\]]*)?\]\(([^()\n<>\"']*)\)")
_FILE = re.compile(r"(?=\S).*\S .*\.(?:png|jpe?g|gif|svg|webp|avif|pdf|md|html?|ipynb|mp4|zip)\Z", re.IGNORECASE)
_LINK_TAG = re.compile(r"</?a[\s>]", re.IGNORECASE)

InlineRule = Callable[[StateInline, bool], bool]


def spaced(tokens: Iterable[Token]) -> Iterator[str]:
    """Yield what is text because of a space in the address of a file: `![a](my plot.png)`."""
    for token in tokens:
        for found in _ADDRESS_LIKE.finditer(token.content) if token.type == "text" and "](" in token.content else ():
            if _FILE.match(found[1][:1000].partition("#")[0]):
                yield found.group()


def parse_label(state: StateInline, start: int, disable_nested: bool = False) -> int:
    """Return where the `]` of the `[` at `start` stands, or -1, like markdown-it's helper but within a budget.

    Each search may run to the end of its paragraph, so thousands of brackets that close nothing would take quadratic
    time. Real text fails now and then; the budget of a post, `LABEL_BUDGET` and a few times its length, covers that.
    """
    left = state.env.setdefault("label_budget", LABEL_BUDGET)
    if left < 0:
        return -1
    end = parseLinkLabel(state, start, disable_nested)
    state.env["label_budget"] -= (end if end >= 0 else state.posMax) - start
    return end


_SIZED = re.compile(r"[ \t]+=(\d*x\d*|\d+%)(?=[ \t]*[)\"'])")
_SPACED = re.compile(r"[^()<>\n\"'\\]*+(?:\([^()\n]*+\)[^()<>\n\"'\\]*+)*+(?=[)\"'])")
SIZE_MARK = "\0="
"""Between an address and the size of a picture, which `parse_destination` found behind it."""


def parse_destination(text: str, at: int, end: int) -> Any:
    """Return what a link leads to, like markdown-it's helper, with two things that CommonMark does not know.

    An address may have blanks in it where it ends like the name of a file, or names a heading, and a size such as
    `=400x300` may follow it, as markdown-it-imsize reads it. Both make no link in CommonMark.
    """
    found = parseLinkDestination(text, at, end)
    if not found.ok or found.pos >= end or text[found.pos] not in " \t":
        return found
    sized = _SIZED.match(text, found.pos, end)
    if sized is not None:
        found.str += f"{SIZE_MARK}{sized[1]}"
        found.pos = sized.end()
        return found
    rest = text[found.pos : found.pos + 2].lstrip()
    if rest[:1] in {"", ")", '"', "'", "(", "\n"}:
        return found
    spaced = _SPACED.match(text, at, end)
    address = spaced.group().rstrip() if spaced is not None else ""
    if address[:1] == "#" or _FILE_END.search(address):
        found.str = f"#{slug(address[1:])}" if address[0] == "#" else address.replace(" ", "%20")
        found.pos = at + len(address)
    return found


_FILE_END = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}(?:#\S*)?\Z")


def placed(rule: InlineRule, kind: str) -> InlineRule:
    """Return `rule` such that the first token of type `kind` it pushes has its range in `meta["outer"]`."""

    def read(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            token = next((token for token in state.tokens[count:] if token.type == kind), None)
            if token is not None:
                token.meta["outer"] = (start, state.pos)
        return True

    return read


@begins_with("!")
def image(state: StateInline, silent: bool) -> bool:
    """Read `![alt](src)`; places inside the alternative text count from the whole content."""
    start, count = state.pos, len(state.tokens)
    if not read_image(state, silent):
        return False
    if not silent:
        token = next(token for token in state.tokens[count:] if token.type == "image")
        token.meta["outer"] = (start, state.pos)
        address, mark, size = str(token.attrs.get("src", "")).partition(SIZE_MARK)
        if mark:
            width, _, height = size.partition("x")
            token.attrs |= {"src": address}
            token.attrs |= {key: value for key, value in (("width", width), ("height", height)) if value}
        move(token.children or (), start + 2)
    return True


_link = placed(read_link, "link_open")
autolink = begins_with("<")(placed(read_autolink, "link_open"))


@begins_with("[")
def link(state: StateInline, silent: bool) -> bool:
    """Read `[text](href)`; a size after the address is for pictures."""
    count = len(state.tokens)
    if not _link(state, silent):
        return False
    if not silent:
        token = next(token for token in state.tokens[count:] if token.type == "link_open")
        token.attrs["href"] = str(token.attrs.get("href", "")).partition(SIZE_MARK)[0]
    return True


_tag = placed(read_html, "html_inline")
_SCRIPT = re.compile(
    r"""<script\b(?P<attributes>(?:"[^"]*"|'[^']*'|[^"'>])*)>(?P<text>(?:(?!</script).){0,20000})</script\s*>""",
    re.IGNORECASE | re.DOTALL,
)
_TEX = re.compile(r"""\btype\s*=\s*["']?\s*math/tex\b(?P<display>[^"'>]*mode\s*=\s*display)?""", re.IGNORECASE)


@begins_with("<")
def html_inline(state: StateInline, silent: bool) -> bool:
    """Read a tag, or a whole script, whose text is no Markdown (inline rule); one of `math/tex` is a formula."""
    if not state.src[state.pos : state.pos + 7].lower().startswith("<script"):
        return _tag(state, silent)
    script = _SCRIPT.match(state.src, state.pos, state.posMax)
    if script is None:
        return _tag(state, silent)
    state.pos = script.end()
    if silent:
        return True
    tex = _TEX.search(script["attributes"])
    if tex is not None and script["text"].strip():
        token = state.push("math", "math", 0)
        token.content = script["text"]
        token.markup = "$$" if tex["display"] else "$"
        token.meta = {"at": script.span("text"), "display": "block" if tex["display"] else False}
    else:
        token = state.push("html_inline", "", 0)
        token.content = script[0]
    token.meta["outer"] = script.span()
    return True


@begins_with(":")
def linkify(state: StateInline, silent: bool) -> bool:
    """Read a bare address; only after a scheme that is linked, since the search for one is quadratic."""
    if state.src[state.pos] != ":" or not state.src.startswith("//", state.pos + 1):
        return False
    known = state.src[max(0, state.pos - 5) : state.pos].lower().endswith(("http", "https", "ftp"))
    return known and read_url(state, silent)


def bare_links(state: StateCore) -> None:
    """Make links of addresses with a scheme that the inline rule left (core rule): after punctuation, `mailto:`."""
    tokens = state.tokens
    # The library's search takes its time, and in most paragraphs there is nothing left to find.
    state.tokens = [token for token in tokens if token.type == "inline" and _has_bare_address(token)]
    if state.tokens:
        read_urls(state)
    state.tokens = tokens


def _has_bare_address(inline: Token) -> bool:
    """Tell whether text outside of links may have an address in it."""
    if "://" not in inline.content and "mailto:" not in inline.content.lower():
        return False
    depth = 0
    for token in inline.children or ():
        if token.type in {"link_open", "link_close"}:
            depth += token.nesting
        elif token.type == "text" and depth <= 0 and ("://" in token.content or "mailto:" in token.content.lower()):
            return True
    return False


def www_links(state: StateCore) -> None:
    """Make links of `www.` addresses (core rule; GFM section 6.9, extended www autolink)."""
    for inline in state.tokens:
        if inline.type == "inline" and "www." in inline.content:
            inline.children = _with_www_links(inline.children or [])


def _with_www_links(tokens: Sequence[Token]) -> list[Token]:
    out: list[Token] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.type in {"link_open", "link_close"}:
            depth += token.nesting
        elif token.type == "html_inline" and _LINK_TAG.match(token.content):
            depth += -1 if token.content[1] == "/" else 1
        free = index == 0 or tokens[index - 1].type in _BEFORE_WWW
        out += _linked(token, free) if token.type == "text" and depth <= 0 and "www." in token.content else [token]
    return out


def _linked(token: Token, free: bool) -> list[Token]:
    """Split a text at its `www.` addresses; `free` tells whether one may stand at its beginning."""
    text, at = token.content, 0
    out: list[Token] = []
    for match in _WWW.finditer(text):
        address = _trimmed(match.group())
        domain = _DOMAIN.match(address)
        last = domain.group().rstrip(".").split(".")[-2:] if domain else []
        if (match.start() == 0 and not free) or not domain or "_" in "".join(last) or len(last) < 2:
            continue
        out.append(copied(token, content=text[at : match.start()]))
        out.append(Token("link_open", "a", 1, attrs={"href": f"http://{address}"}, markup="linkify", info="auto"))
        out.append(copied(token, content=address))
        out.append(Token("link_close", "a", -1, markup="linkify", info="auto"))
        at = match.start() + len(address)
    out.append(copied(token, content=text[at:]))
    return [part for part in out if part.type != "text" or part.content]


def _trimmed(address: str) -> str:
    """Return an address without the punctuation that ends the sentence around it (GFM, extended autolink path)."""
    surplus = address.count(")") - address.count("(")
    while True:
        if address[-1] in "?!.,:*_~'\"":
            address = address[:-1]
        elif address[-1] == ")" and surplus > 0:
            address, surplus = address[:-1], surplus - 1
        elif address[-1] == ";" and (entity := _ENTITY.search(address[-40:])):
            address = address[: entity.start() - len(address[-40:])]
        else:
            return address
