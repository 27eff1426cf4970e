"""Inline markup beyond CommonMark: marks, sub- and superscripts, wiki links, MyST's roles, emoji names, abbreviations.

Each rule asks for evidence that the signs are meant as markup, since `~`, `^`, `=` and `:` stand in ordinary text as
well. Formulas and code never come here: their rules come first.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from sitegen.markdown.headings import slug
from sitegen.markdown.signs import begins_with
from sitegen.markdown.tokens import copied
from sitegen.model import PAGE_SCHEME, WIKI_SCHEME

_MARK = re.compile(r"==(?![\s=])(?:[^=\n]|=(?!=)|\n(?!\s*\n)){1,400}?(?<![\s=])==(?!=)")
_SUB = re.compile(r"~([A-Za-z0-9+\-]{1,10})~(?!~)")
_SUP = re.compile(r"\^([A-Za-z0-9+\-−,.*]{1,12}|\([A-Za-z0-9+\-]{1,10}\))\^(?!\^)")
_EMOJI = re.compile(r":[a-z0-9_+-]{2,40}:|:[ABMOX]{1,2}:")
_WIKI = re.compile(r"\[\[([^\[\]|#]{0,400}?)(#[^\[\]|]{0,400}?)?(?:\\?\|([^\[\]]{1,400}))?\]\](?![\](])")
_MARKUP = re.compile(r"[$*_`~=\\<&]")
_ROLE = re.compile(r"\{([A-Za-z][\w:.-]*)\}(`+)(?!`)")
_LABELLED = re.compile(r"(.*?)\s*<([^<>]+)>\Z", re.DOTALL)
_IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp)\Z", re.IGNORECASE)
_ABBREVIATION = re.compile(r"\*\[([^\]\n]{1,80})\]:[ \t]*(.*?)[ \t]*\Z")

_OCCURS: tuple[tuple[str, str, re.Pattern[str] | None], ...] = (
    ("mark", "==", re.compile(r"==[^\s=]")),
    ("scripts", "~", re.compile(r"~(?<=[A-Za-z)\]]~)[A-Za-z0-9+\-]{1,10}~(?!~)")),
    ("scripts", "^", re.compile(r"\^[A-Za-z0-9+\-−,.*()]{1,12}\^")),
    ("wiki", "[[", None),
    ("roles", "}`", None),
    ("emoji", ":", _EMOJI),
    ("abbreviations", "*[", re.compile(r"^ {0,3}\*\[[^\]\n]+\]:", re.MULTILINE)),
    ("definitions", "", re.compile(r"\n {0,3}[:~][ \t]+\S")),
)


def occurring(text: str) -> set[str]:
    """Return the names of the features of this module that `text` may use."""
    found: set[str] = set()
    for name, sign, pattern in _OCCURS:
        if sign in text and name not in found and (pattern is None or pattern.search(text)):
            found.add(name)
    return found


# -- line breaks

_LINE_END = re.compile(r"(?:\\\\){1,2}[ \t]*(\n[ \t]*|\Z)")
_SENTENCE_END = re.compile(r"[.,;:!?)\]。，；：！？）」][*_]*[ \t]*\Z")


@begins_with("\\")
def line_end(state: StateInline, silent: bool) -> bool:
    """Read two backslashes at the end of a line as a line break (inline rule; kramdown), at the end of a text as none.

    In a text of one line, which a cell may be, they end a sentence, or are an escaped backslash.
    """
    match = _LINE_END.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not match[1] and ("\n" not in state.src and not _SENTENCE_END.search(state.src, 0, state.pos)):
        return False
    if not silent:
        state.pending = state.pending.rstrip(" ")
        if state.pos and match[1]:
            state.push("hardbreak", "br", 0)
    state.pos = match.end()
    return True


# -- marks and scripts


@begins_with("=")
def mark(state: StateInline, silent: bool) -> bool:
    """Read `==text==` (inline rule); `a==b` is a comparison."""
    start = state.pos
    if state.src[start] != "=" or state.src[start - 1 : start] == "=":
        return False
    match = _MARK.match(state.src, start, state.posMax)
    if match is None:
        return False
    before = state.src[start - 1 : start]
    after = state.src[match.end() : match.end() + 1]
    if _is_word(before) and _is_word(after):
        return False
    return _wrap(state, silent, "mark", match.start() + 2, match.end() - 2, match.end())


def _is_word(character: str) -> bool:
    return character.isascii() and character.isalnum()


@begins_with("~")
def tilde(state: StateInline, silent: bool) -> bool:
    """Read `H~2~O` as a subscript (inline rule); before a number, `~` says about."""
    start = state.pos
    if state.src[start] != "~" or state.src.startswith("~~", start) or state.src[start - 1 : start] == "~":
        return False
    before = state.src[start - 1] if start else ""
    if (_is_word(before) and before.isalpha()) or before in {")", "]"}:
        match = _SUB.match(state.src, start, state.posMax)
        return match is not None and _wrap(state, silent, "sub", *match.span(1), match.end())
    return False


@begins_with("^")
def caret(state: StateInline, silent: bool) -> bool:
    """Read `2^10^` as a superscript (inline rule)."""
    start = state.pos
    if state.src[start] != "^" or start == 0 or not (state.src[start - 1].isalnum() or state.src[start - 1] in ")]*"):
        return False
    match = _SUP.match(state.src, start, state.posMax)
    return match is not None and _wrap(state, silent, "sup", *match.span(1), match.end())


def _wrap(state: StateInline, silent: bool, tag: str, low: int, high: int, after: int) -> bool:
    end = state.posMax
    if not silent:
        state.push(f"{tag}_open", tag, 1)
        state.pos, state.posMax = low, high
        state.md.inline.tokenize(state)
        state.push(f"{tag}_close", tag, -1)
    state.pos, state.posMax = after, end
    return True


# -- links by name


@begins_with("![")
def wiki_link(state: StateInline, silent: bool) -> bool:
    """Read `[[page]]`, `[[page#part|text]]` and `![[picture.png]]` (inline rule)."""
    start = state.pos
    embedded = state.src.startswith("![[", start)
    if not embedded and not state.src.startswith("[[", start):
        return False
    match = _WIKI.match(state.src, start + embedded, state.posMax)
    if match is None:
        return False
    page, part, text = (" ".join((group or "").split()) for group in match.groups())
    if (not page and not part) or page.isdigit() or page.startswith("^"):
        return False
    if normalizeReference(page) in state.env.get("references", {}):
        return False  # `[[1]]`: a reference link between brackets
    if silent:
        state.pos = match.end()
        return True
    outer = (start, match.end())
    if embedded and _IMAGE_FILE.search(page):
        token = state.push("image", "img", 0)
        alt = "" if text.replace("x", "").isdigit() else text
        token.content = alt
        token.children = [Token("text", "", 0, content=alt)] if alt else []
        token.attrs = {"src": page, "alt": ""}
        if text.isdigit():
            token.meta["attributes"] = []
            token.attrs["width"] = text
        token.meta["outer"] = outer
    else:
        shown = text or (page + (f" › {part[1:]}" if part else "") if page else part[1:])
        marked = match.span(3) if text and _MARKUP.search(text) else None
        _page_link(state, WIKI_SCHEME + page if page else "", part, shown, outer, marked)
    state.pos = match.end()
    return True


def _page_link(
    state: StateInline, href: str, part: str, shown: str, outer: tuple[int, int], marked: tuple[int, int] | None = None
) -> None:
    """Push a link to a page; with `marked`, its text is the Markdown there, since a name may have a formula in it."""
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": f"{href}{_fragment(part)}"}
    opening.meta["outer"] = outer
    if marked is None:
        state.push("text", "", 0).content = shown
    else:
        end = state.posMax
        state.pos, state.posMax = marked
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.posMax = end
    state.push("link_close", "a", -1)


def _fragment(part: str) -> str:
    """Return a heading's name after `#` as the id that the heading gets."""
    if not part:
        return ""
    return f"#{slug(part[1:])}" if " " in part or not part[1:].islower() else part


# -- roles

_PLAIN_ROLES: Mapping[str, str] = {
    "sub": "sub",
    "subscript": "sub",
    "sup": "sup",
    "superscript": "sup",
    "kbd": "kbd",
    "strong": "strong",
    "emphasis": "em",
    "em": "em",
    "del": "s",
    "strike": "s",
    "u": "u",
    "underline": "u",
}
_CODE_ROLES = frozenset(
    [
        *("code", "literal", "file", "command", "program", "samp", "envvar", "option", "guilabel", "menuselection"),
        *("func", "class", "meth", "mod", "attr", "data", "exc", "obj", "py:func", "py:class", "py:meth", "py:mod"),
    ]
)
ROLES = frozenset(
    [
        *_PLAIN_ROLES,
        *_CODE_ROLES,
        *("ref", "numref", "prf:ref", "doc", "eq", "math:numref", "term", "abbr", "download", "index", "math", "any"),
    ]
)
"""The roles that are understood (`math` by the rules of formulas); others are shown as code."""


@begins_with("{")
def role(state: StateInline, silent: bool) -> bool:
    """Read MyST's `` {name}`content` `` (inline rule); an unknown name becomes a token `unknown_role` as well."""
    start = state.pos
    if state.src[start] != "{":
        return False
    match = _ROLE.match(state.src, start, state.posMax)
    if match is None or match[1] in {"math", "cite"} or match[1].startswith("cite:"):
        return False
    close = state.src.find(match[2], match.end(), state.posMax)
    if close < 0:
        return False
    if not silent:
        content = state.src[match.end() : close]
        _push_role(state, match[1], content, (start, close + len(match[2])), match.end())
    state.pos = close + len(match[2])
    return True


def _push_role(state: StateInline, name: str, content: str, outer: tuple[int, int], at: int) -> None:
    labelled = _LABELLED.match(content)
    text, target = (labelled[1], labelled[2].strip()) if labelled else ("", content.strip())
    if name in {"eq", "math:numref"}:
        token = state.push("math", "math", 0)
        token.content = f"\\eqref{{{target}}}"
        token.markup = "$"
        token.meta = {"at": (at, at + len(content)), "outer": outer, "display": False, "whole": True}
    elif name == "doc":
        _page_link(state, PAGE_SCHEME + target, "", text or target.rpartition("/")[2], outer)
    elif name in {"ref", "numref", "prf:ref", "any"}:
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": f"{PAGE_SCHEME}#{target.replace(' ', '-')}"}
        opening.meta["outer"] = outer
        shown = state.push("text", "", 0)
        shown.content = re.sub(r"\s*(?:%s|\{number\}|\{name\})", "", text) if text else target
        opening.meta["named"] = "" if text else target.replace(" ", "-")
        state.push("link_close", "a", -1)
    elif name in _PLAIN_ROLES:
        tag = _PLAIN_ROLES[name]
        state.push(f"{tag}_open", tag, 1)
        state.push("text", "", 0).content = content
        state.push(f"{tag}_close", tag, -1)
    elif name == "abbr":
        short, _, long = content.partition("(")
        _abbr(state, short.strip(), long.strip().removesuffix(")"))
    elif name == "download":
        opening = state.push("link_open", "a", 1)
        opening.attrs = {"href": target}
        opening.meta["outer"] = outer
        state.push("text", "", 0).content = text or target.rpartition("/")[2]
        state.push("link_close", "a", -1)
    elif name == "term":
        state.push("em_open", "em", 1)
        state.push("text", "", 0).content = text or target
        state.push("em_close", "em", -1)
    elif name == "index":
        state.push("text", "", 0).content = text
    else:
        token = state.push("code_inline", "code", 0)
        token.content = content
        if name not in _CODE_ROLES:
            token.meta = {"unknown_role": name, "outer": outer}


def _abbr(state: StateInline, short: str, long: str) -> None:
    state.push("abbr_open", "abbr", 1).attrs = {"title": long}
    state.push("text", "", 0).content = short
    state.push("abbr_close", "abbr", -1)


# -- emoji


@functools.lru_cache(maxsize=1024)
def _emoji(name: str) -> str:
    """Return the emoji that a name between colons stands for on GitHub and elsewhere; empty for none."""
    from emoji import emojize

    found: str = emojize(name, language="alias")
    return found if found != name else ""


@begins_with(":")
def emoji_name(state: StateInline, silent: bool) -> bool:
    """Read `:smile:` (inline rule); a name that stands for nothing is text."""
    start = state.pos
    if state.src[start] != ":":
        return False
    match = _EMOJI.match(state.src, start, state.posMax)
    if match is None or _is_word(state.src[start - 1 : start]) or _is_word(state.src[match.end() : match.end() + 1]):
        return False
    found = _emoji(match.group())
    if not found:
        return False
    if not silent:
        state.pending += found
    state.pos = match.end()
    return True


# -- abbreviations


@begins_with("*")
def abbreviation(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read `*[HTML]: HyperText Markup Language` (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith("*[", begin) or state.is_code_block(start_line):
        return False
    match = _ABBREVIATION.match(state.src[begin : state.eMarks[start_line]])
    if match is None:
        return False
    if not silent:
        state.env.setdefault("abbreviations", {})[match[1].strip()] = match[2]
        state.line = start_line + 1
    return True


def mark_abbreviations(state: StateCore) -> None:
    """Explain each use of an abbreviation (core rule, after inline)."""
    known: dict[str, str] = state.env.get("abbreviations", {})
    if not known:
        return
    names = sorted(known, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in names)})(?!\w)")
    for block in state.tokens:
        if block.type != "inline":
            continue
        children: list[Token] = []
        for token in block.children or ():
            children += _explained(token, pattern, known) if token.type == "text" else [token]
        block.children = children


def _explained(token: Token, pattern: re.Pattern[str], known: Mapping[str, str]) -> list[Token]:
    out: list[Token] = []
    at = 0
    for match in pattern.finditer(token.content):
        if match.start() > at:
            out.append(copied(token, content=token.content[at : match.start()]))
        title = known[match.group()]
        out.append(Token("abbr_open", "abbr", 1, attrs={"title": title} if title else {}))
        out.append(Token("text", "", 0, content=match.group()))
        out.append(Token("abbr_close", "abbr", -1))
        at = match.end()
    if at < len(token.content) or not out:
        out.append(copied(token, content=token.content[at:]))
    return out
