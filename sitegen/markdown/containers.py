"""Blocks that hold blocks: fenced divs, admonitions, callouts, and the directives of MyST.

One shape for what many tools write in their own ways:

    ::: warning Title          ::: {.callout-note title="…"}      :::{tip} Title          :::note[Title]{#id}
    !!! note "Title"           ??? info "Folded"                  === "Tab"
    > [!NOTE]                  > [!tip]- Folded title             ```{warning} Title

Each becomes a token `container_open` with a `Container` in `meta["container"]`, the title's inline tokens between
`container_title_open` and `container_title_close`, the blocks inside, and `container_close`. The lines keep their
places, since the blocks inside are read from where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from sitegen.diagnostics import nearest
from sitegen.markdown.attributes import LIST, Attributes, read
from sitegen.markdown.locate import line_map
from sitegen.markdown.signs import begins_with
from sitegen.text import OffsetMap
from sitegen.words import ENGLISH, Words

ADMONITIONS = {
    "note": "note",
    "info": "note",
    "todo": "note",
    "abstract": "note",
    "summary": "note",
    "tldr": "note",
    "seealso": "note",
    "see-also": "note",
    "primary": "note",
    "secondary": "note",
    "default": "note",
    "admonition": "note",
    "tip": "tip",
    "hint": "tip",
    "success": "tip",
    "check": "tip",
    "done": "tip",
    "important": "important",
    "question": "important",
    "help": "important",
    "faq": "important",
    "warning": "warning",
    "caution": "warning",
    "attention": "warning",
    "danger": "danger",
    "error": "danger",
    "bug": "danger",
    "failure": "danger",
    "fail": "danger",
    "missing": "danger",
    "alert": "warning",
    "message": "note",
    "example": "example",
    "quote": "quote",
    "cite": "quote",
}
"""Kinds of admonition in use, each with the one whose colours it gets."""
THEOREMS = frozenset(
    [
        "theorem",
        "lemma",
        "proposition",
        "corollary",
        "conjecture",
        "axiom",
        "assumption",
        "claim",
        "fact",
        "observation",
        "property",
        "criterion",
        "definition",
        "notation",
        "example",
        "exercise",
        "problem",
        "algorithm",
        "remark",
    ]
)
"""Blocks with a number of their own sequence each, by the name of the environment."""

PROOFS = frozenset(["proof", "solution"])
"""Blocks without a number."""

_OF_PREFIX = {
    "thm": "theorem",
    "lem": "lemma",
    "prp": "proposition",
    "prop": "proposition",
    "cor": "corollary",
    "cnj": "conjecture",
    "def": "definition",
    "exm": "example",
    "exr": "exercise",
    "alg": "algorithm",
    "rem": "remark",
    "sol": "solution",
    "fig": "figure",
}
"""What the beginning of an id says of a block that has no name (Quarto's)."""
_PREFIX = re.compile(r"([a-z]+)[-:]")
_TITLES = {"seealso": "See also", "see-also": "See also", "faq": "FAQ", "tldr": "TL;DR", "message": "Note"}
_FOLDED = frozenset(["details", "dropdown", "toggle", "collapse", "spoiler", "fold"])
_CALLOUT = re.compile(r"callout-(\w+)\Z")
_CLASSES = frozenset(["caption", "center", "column", "content", "section", "cards", "images"])
"""Names of classes in use that differ little from a kind."""
_UNTITLED = frozenset(["primary", "secondary", "default", "message"])

_TAB_SETS = frozenset(["tabs", "code-tabs"])
_TAB = re.compile(r"@tab(?::active)?[ \t]+(.*?)(?:#\S+)?[ \t]*\Z")
_COLONS = re.compile(r"(:{3,})[ \t]*(.*?)[ \t]*:*[ \t]*\Z")
_NAME = re.compile(r"[A-Za-z][\w.-]*")
_BRACED_NAME = re.compile(r"\{([A-Za-z][\w:.-]*)\}")
_FENCE = re.compile(r"(`{3,}|~{3,})(.*)\Z")
_MARKED = re.compile(r"(!!!|\?\?\?\+?|===[+!]?)[ \t]+((?:[A-Za-z][\w-]*+[ \t]*+)*+)(?:[\"“”](.*)[\"“”])?[ \t]*\Z")
_SAID = re.compile(r"(!!!|\?\?\?\+?)[ \t]+([A-Za-z][\w-]*)[ \t]+((?![a-z \t-]*\Z)[^\"“”]+?)[ \t]*\Z")
"""A title without quotes: what is no list of classes, for those are small letters."""
_ALERT = re.compile(r"\[!([A-Za-z][\w-]*)(?:\|[^\]\n]*)?\]([+-]?)[ \t]*([^\n]*)(?:\n|\Z)")
_DIRECTIVE_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*\{(=?[A-Za-z][\w:.-]*)\}[ \t]*(.*?)[ \t]*\Z")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*\Z")
_OPTION = re.compile(r"[ \t]*:([A-Za-z][\w-]*):[ \t]*(.*?)[ \t]*\Z")
_OCCURS = re.compile(r"^[ \t>*+\d.-]*(?::::|!!!|\?\?\?|===[+!]? \"|```+\{|~~~+\{)", re.MULTILINE)
_DIRECTIVES = frozenset(
    [
        *("figure", "image", "math", "contents", "tableofcontents", "toc", "epigraph", "pull-quote", "highlights"),
        *("margin", "sidebar", "aside", "topic", "raw", "exercise", "solution", "div", "container", "card", "grid"),
        *("tab-set", "tab-item", "theorem", "proof", "lemma", "definition", "corollary", "proposition", "remark"),
        *("exercise-start", "exercise-end", "solution-start", "solution-end", "glossary", "rubric", "centered"),
        *("include", "bibliography", "toctree", "index", "prf:theorem", "versionadded", "deprecated", "blockquote"),
    ]
)
"""MyST's directives, besides the admonitions, that hold text or stand for something; other fences hold code."""


@dataclass(slots=True)
class Container:
    """One block that holds blocks."""

    kind: str
    """What the author called it, lower case: `warning`, `theorem`; empty for a div of attributes alone."""
    folded: bool | None = None
    """True when its content is folded up at first, False when it can be folded; None when it cannot."""
    attributes: Attributes = field(default_factory=Attributes)
    titled: bool = False
    """Whether title tokens follow."""
    default_title: str = ""
    """What an admonition without a title of its own shows."""
    tab: bool = False
    """Whether it is one of several tabs."""

    @property
    def admonition(self) -> str:
        """The family of colours of an admonition; empty for other containers."""
        return ADMONITIONS.get(self.kind, "")

    def html_classes(self) -> list[str]:
        """Return the classes that say what the container is; those of its attributes come on top."""
        if self.admonition:
            return list(dict.fromkeys(["admonition", self.admonition, self.kind]))
        return [self.kind] if self.kind and self.kind not in {"figure", "details", "div", "container"} else []


def occur(text: str) -> bool:
    """Tell whether there may be a container in `text`."""
    return (
        ":::" in text or "!!!" in text or "???" in text or '=== "' in text or "```{" in text or "~~~{" in text
    ) and (_OCCURS.search(text) is not None)


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


# -- :::


@begins_with(":")
def colons(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a fenced div, `::: name` to `:::` (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if not state.src.startswith(":::", begin) or state.is_code_block(start_line):
        return False
    match = _COLONS.match(_text(state, start_line))
    if match is None:
        return False
    info = match[2]
    if info and not (_NAME.match(info) or info[0] == "{"):
        return False
    if silent:
        return True
    if not info:
        # Nothing is open here that it could close.
        state.env.setdefault("stray_fences", []).append((begin, state.eMarks[start_line]))
        state.line = start_line + 1
        return True
    container, title = _colon_container(info)
    close = _closing_colons(state, start_line, end_line, len(match[1]))
    if close == end_line and title and not container.admonition and info[0] != "{":
        return False  # prose after three colons
    at = state.src.find(title, begin, state.eMarks[start_line]) if title else -1
    inside = start_line + 1
    if not title and "callout-" in info:
        # Quarto takes a heading at the beginning of a callout as its title.
        first = inside
        while first < close and state.isEmpty(first):
            first += 1
        heading = _HEADING.match(_text(state, first)) if first < close else None
        if heading:
            title, inside = heading[1], first + 1
            at = state.src.find(title, state.bMarks[first], state.eMarks[first])
    braced = _BRACED_NAME.match(info)
    if braced:
        inside, options = _options(state, inside, close)
        container.attributes = container.attributes.merged(options)
        if _directive(state, container, braced[1].lower(), title, at, (start_line, inside, close)):
            state.line = min(close + 1, end_line)
            return True
    if close == end_line:
        state.env.setdefault("unclosed", []).append((begin, state.eMarks[start_line]))
    if container.kind not in _TAB_SETS or not _push_tabs(state, inside, close):
        _push(state, container, title, at, (start_line, inside, close))
    state.line = min(close + 1, end_line)
    return True


def _push_tabs(state: StateBlock, inside: int, close: int) -> bool:
    """Push what stands below each `@tab Title` of VuePress; tell whether there are such lines."""
    tabs: list[tuple[int, re.Match[str]]] = []
    fence = ""
    for line in range(inside, close):
        text = _text(state, line)
        if text[:3] in {"```", "~~~"} and (not fence or text.startswith(fence)):
            fence = "" if fence else text[:3]
        elif not fence and (match := _TAB.match(text)):
            tabs.append((line, match))
    for (line, match), (following, _) in pairwise([*tabs, (close, None)]):
        assert match is not None  # only the last has none
        at = state.bMarks[line] + state.tShift[line] + match.start(1)
        _push(state, Container("tab", tab=True), match[1], at, (line, line + 1, following))
    return bool(tabs)


def _colon_container(info: str) -> tuple[Container, str]:
    """Return what stands behind the colons: the container, and the text of its title."""
    braced = _BRACED_NAME.match(info)
    if braced:
        return _named(braced[1]), info[braced.end() :].strip()
    attributes = Attributes()
    name = _NAME.match(info)
    rest = info[name.end() :] if name else info
    title = ""
    if rest.startswith("["):
        title, _, rest = rest[1:].partition("]")
    found = LIST.search(rest)
    if found and (found.start() == 0 or found.end() == len(rest) or name is None):
        attributes = read(found.group())
        rest = rest[: found.start()] + rest[found.end() :]
    title = title or rest.strip()
    kind = name.group() if name else next(iter(attributes.classes), "")
    container = _named(kind)
    if name is None and attributes.classes:
        attributes = attributes._replace(classes=attributes.classes if not container.admonition else ())
    container.attributes = container.attributes.merged(attributes)
    callout = _CALLOUT.match(container.kind)
    if not container.kind and (prefix := _PREFIX.match(attributes.id)):
        container.kind = _OF_PREFIX.get(prefix[1], "")
    if container.kind in THEOREMS or container.kind in PROOFS:
        title = attributes.get("title") or attributes.get("name") or title
        container.attributes = container.attributes.without("title", "name")
    if callout or container.admonition:
        title = attributes.get("title") or title
        collapse = attributes.get("collapse")
        if collapse:
            container.folded = collapse == "true"
        container.attributes = container.attributes.without("title", "collapse", "icon", "appearance")
    if callout:
        container.kind = callout[1]
        classes = tuple(c for c in container.attributes.classes if not c.startswith("callout-"))
        container.attributes = container.attributes._replace(classes=classes)
    if container.admonition:
        container.default_title = _default_title(container.kind)
    return container, title


def _named(name: str) -> Container:
    kind = name.lower().removeprefix("prf:")
    container = Container(kind, True if kind in _FOLDED else None)
    if kind in ADMONITIONS:
        container.default_title = _default_title(kind)
    elif kind in _FOLDED:
        container.default_title = "Details"
    return container


def _default_title(kind: str) -> str:
    return "" if kind in _UNTITLED else _TITLES.get(kind, kind.replace("-", " ").capitalize())


def _closing_colons(state: StateBlock, start_line: int, end_line: int, count: int) -> int:
    """Return the line of the `:::` that closes the div, or `end_line`.

    A fence with a name opens another, so that a bare one closes the innermost (Pandoc's rule); with as many colons as
    an outer one it closes that (MyST's).
    """
    stack = [count]
    fence = ""
    for line in range(start_line + 1, end_line):
        if state.isEmpty(line):
            continue
        if state.sCount[line] < state.blkIndent:
            return line - 1 if not fence else end_line
        text = _text(state, line)
        code = _FENCE.match(text) if text[0] in "`~" else None
        if code is not None:
            if not fence:
                fence = code[1]
            elif code[1].startswith(fence) and not code[2].strip():
                fence = ""
        if fence or not text.startswith(":::"):
            continue
        match = _COLONS.match(text)
        if match is None:
            continue
        colons_here = len(match[1])
        if match[2]:
            if _NAME.match(match[2]) or match[2][0] == "{":
                stack.append(colons_here)
            continue
        while colons_here in stack and stack[-1] != colons_here:
            stack.pop()
        stack.pop()
        if not stack:
            return line
    return end_line


# -- !!! and ???


@begins_with("!?=")
def marked(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read `!!! kind "Title"`, `??? kind "Title"` or `=== "Tab"` with the indented blocks below it (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin : begin + 1] not in {"!", "?", "="} or state.is_code_block(start_line):
        return False
    said = _SAID.match(_text(state, start_line))
    if said is not None and said[2].lower() in ADMONITIONS:
        mark, classes, title = said[1], [said[2]], said[3]
    else:
        match = _MARKED.match(_text(state, start_line))
        if match is None or not (match[2] or match[3] is not None):
            return False
        mark, classes, title = match[1], match[2].split(), match[3]
    following = start_line + 1
    while following < end_line and state.isEmpty(following):
        following += 1
    indent = state.sCount[start_line] + 4
    holds = following < end_line and state.sCount[following] >= indent
    if not holds and title is None:
        return False
    if silent:
        return True
    last = start_line + 1
    for line in range(start_line + 1, end_line):
        if state.isEmpty(line):
            continue
        if state.sCount[line] < indent:
            break
        last = line + 1
    if mark[0] == "=":
        container = Container("tab", tab=True)
    else:
        container = _named(classes[0] if classes else "note")
        container.folded = {"?": True, "+": False, "!": None}[mark[-1]]
        container.default_title = "" if title is not None else container.kind.replace("-", " ").capitalize()
        container.attributes = Attributes(classes=tuple(c for c in classes[1:] if c not in {"inline", "end"}))
        if container.kind not in ADMONITIONS:
            _doubt(state, container.kind, start_line)
            container.attributes = container.attributes.merged(Attributes(classes=(container.kind,)))
            container.kind = "note"
    at = state.src.find(title, begin, state.eMarks[start_line]) if title else -1
    _push(state, container, title or "", at, (start_line, start_line + 1, last), indent)
    state.line = last
    return True


# -- ```{name}


@begins_with("`~")
def directive(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a directive of MyST's between code fences, unless its name is that of a language (block rule)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin : begin + 3] not in {"```", "~~~"} or state.is_code_block(start_line):
        return False
    match = _DIRECTIVE_FENCE.match(_text(state, start_line))
    if match is None:
        return False
    name = match[2].lower()
    if name == "math" or not (
        name in ADMONITIONS or name in _DIRECTIVES or name in _FOLDED or name.startswith(("prf:", "="))
    ):
        return False
    if silent:
        return True
    close = start_line + 1
    while close < end_line:
        text = _text(state, close)
        if text.startswith(match[1]) and not text.strip(match[1][0] + " \t"):
            break
        if text and state.sCount[close] < state.blkIndent:
            break
        close += 1
    inside, options = _options(state, start_line + 1, close)
    container = _named(match[2])
    container.attributes = options
    at = state.src.find(match[3], begin, state.eMarks[start_line]) if match[3] else -1
    lines = (start_line, inside, close)
    if not _directive(state, container, name, match[3], at, lines):
        _push(state, container, match[3], at, lines)
    state.line = min(close + 1, end_line)
    return True


def _options(state: StateBlock, line: int, close: int) -> tuple[int, Attributes]:
    """Read `:key: value` lines at a directive's head; return the first line after them and what they say."""
    pairs: list[tuple[str, str]] = []
    while line < close and (match := _OPTION.match(_text(state, line))):
        pairs.append((match[1].lower(), match[2]))
        line += 1
    found = dict(pairs)
    ident = found.pop("name", "") or found.pop("label", "")
    classes = tuple(found.pop("class", "").split())
    return line, Attributes(ident.replace(" ", "-"), classes, tuple(found.items()))


def _directive(
    state: StateBlock, container: Container, name: str, title: str, at: int, lines: tuple[int, int, int]
) -> bool:
    """Push what a directive with a meaning of its own stands for; tell whether it has one."""
    start, inside, close = lines
    container.attributes = container.attributes.without("nonumber", "open", "icon", "animate", "color")
    if name in {"figure", "image"}:
        _figure(state, container, name, title, at, lines)
    elif name in {"contents", "tableofcontents", "toc"}:
        state.push("toc", "", 0).map = [start, start + 1]
    elif name == "raw" or name[0] == "=":
        title = title or name.removeprefix("=")
        token = state.push("html_block", "", 0)
        content = "".join(f"{_text(state, line)}\n" for line in range(inside, close)) if title == "html" else ""
        token.map = [inside, close]
        token.content = content
        token.meta["map"] = line_map(
            content, state.src, [(state.bMarks[n], state.eMarks[n]) for n in range(inside, close)]
        )
    elif name in {"exercise-end", "solution-end", "index", "bibliography", "toctree"}:
        pass
    elif name in {"exercise-start", "solution-start"}:
        token = state.push("container_open", "div", 1)
        container.kind = name.removesuffix("-start")
        container.titled = True
        token.meta["container"] = container
        token.map = [start, close]
        _wish(state, token, container.attributes, start)
        _title(state, _in_words(state.env, container.kind.capitalize()), -1, start)
        state.push("container_close", "div", -1)
    elif name == "include":
        begin = state.bMarks[start] + state.tShift[start]
        state.env.setdefault("includes", []).append((begin, state.eMarks[start], title))
    else:
        return False
    return True


def _figure(
    state: StateBlock, container: Container, name: str, address: str, at: int, lines: tuple[int, int, int]
) -> None:
    start, inside, close = lines
    options = container.attributes
    alt, width = options.get("alt"), options.get("width")
    target = options.get("target")
    opening = state.push("container_open", "figure", 1)
    opening.map = [start, close]
    opening.meta["container"] = Container("figure", attributes=Attributes(options.id, options.classes))
    _wish(state, opening, opening.meta["container"].attributes, start)
    image = f"![{alt}](<{address}>)"
    if width or options.get("height") or options.get("align"):
        pairs = [(key, value) for key in ("width", "height", "align") if (value := options.get(key))]
        image += "{" + " ".join(f'{key}="{value}"' for key, value in pairs) + "}"
    if target:
        image = f"[{image}](<{target}>)"
    begin = state.bMarks[start]
    _inline(state, image, start, _whole(image, begin + state.tShift[start], state.eMarks[start]))
    while inside < close and state.isEmpty(inside):
        inside += 1
    if name == "figure" and inside < close:
        state.push("figcaption_open", "figcaption", 1)
        _blocks(state, inside, close, state.blkIndent, "figure")
        state.push("figcaption_close", "figcaption", -1)
    state.push("container_close", "figure", -1)


# -- > [!NOTE]


def alerts(state: StateCore) -> None:
    """Make admonitions of quotes that begin with `[!NOTE]` (core rule, before inline; GitHub's and Obsidian's form)."""
    tokens = state.tokens
    titles: list[tuple[int, list[Token]]] = []
    for index in range(len(tokens) - 2):
        if tokens[index].type != "blockquote_open" or tokens[index + 1].type != "paragraph_open":
            continue
        inline = tokens[index + 2]
        match = _ALERT.match(inline.content)
        if match is None:
            continue
        container = _named(match[1])
        if near := meant_kind(container.kind):
            place = inline.meta["map"].span(*match.span(1))
            state.env.setdefault("misnamed", []).append((place.start, place.end, container.kind, near))
        container.kind = container.kind if container.admonition else "note"
        container.default_title = _in_words(state.env, match[1].replace("-", " ").capitalize())
        container.folded = {"-": True, "+": False, "": None}[match[2]]
        container.titled = True
        depth = 0
        tag = "div" if container.folded is None else "details"
        for closing in tokens[index:]:
            depth += closing.nesting if closing.type.startswith("blockquote") else 0
            if depth == 0:
                closing.type, closing.tag = "container_close", tag
                break
        opening = tokens[index]
        opening.type, opening.tag = "container_open", tag
        opening.meta["container"] = container
        title = match[3] or container.default_title
        title_inline = Token("inline", "", 0, map=inline.map, content=title, children=[])
        offsets = inline.meta["map"]
        place = offsets.span(*match.span(1))
        title_inline.meta["map"] = offsets.cut(*match.span(3)) if match[3] else _whole(title, place.start, place.end)
        inline.meta["map"] = offsets.cut(match.end(), len(inline.content))
        inline.content = inline.content[match.end() :]
        inserted = [
            Token("container_title_open", "p", 1, block=True),
            title_inline,
            Token("container_title_close", "p", -1, block=True),
        ]
        if not inline.content.strip():
            # The marker's line was all of the paragraph.
            for token in tokens[index + 1 : index + 4]:
                token.type = "nothing"
                token.hidden = True
                token.content, token.children = "", []
        titles.append((index + 1, inserted))
    for at, inserted in reversed(titles):
        tokens[at:at] = inserted


# -- what all share


def _in_words(env: Mapping[str, Any], title: str) -> str:
    """Return a title that the author did not write in the language of the post."""
    words: Words = env.get("words", ENGLISH)
    return words.get(title.lower().replace(" ", "_"), title)


def _push(
    state: StateBlock, container: Container, title: str, at: int, lines: tuple[int, int, int], indent: int = -1
) -> None:
    """Push a container with its title and the blocks of `lines[1]` to `lines[2]`; `at` is the title's offset."""
    start, inside, close = lines
    _doubt(state, container.kind, start)
    tag = "div" if container.folded is None else "details"
    opening = state.push("container_open", tag, 1)
    opening.map = [start, close]
    opening.meta["container"] = container
    _wish(state, opening, container.attributes, start)
    container.default_title = _in_words(state.env, container.default_title)
    shown = title or container.default_title
    container.titled = bool(shown)
    if shown:
        _title(state, shown, at, start)
    _blocks(state, inside, close, state.blkIndent if indent < 0 else indent, "container")
    closing = state.push("container_close", tag, -1)
    closing.meta["container"] = container


def _doubt(state: StateBlock, kind: str, line: int) -> None:
    """Note a name that is probably a misspelt one of ours; `::: {.name}` says that it is a class."""
    near = meant_kind(kind)
    begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if near and "{." not in state.src[begin:end]:
        at = state.src.lower().find(kind, begin, end)
        state.env.setdefault("misnamed", []).append((max(at, begin), at + len(kind) if at >= 0 else end, kind, near))


@lru_cache(256)
def meant_kind(kind: str) -> str:
    """Return the kind of block that a misspelt name means; empty for known ones, and for classes of the author."""
    known = {*ADMONITIONS, *THEOREMS, *PROOFS, *_FOLDED, *_DIRECTIVES}
    if len(kind) < 5 or kind in known or kind in _CLASSES or kind.removesuffix("s") in known:
        return ""
    return nearest(kind, sorted(each for each in known if each[0] == kind[0] and abs(len(each) - len(kind)) < 2)) or ""


def _wish(state: StateBlock, token: Token, attributes: Attributes, line: int) -> None:
    begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    if attributes != Attributes():
        token.meta["attributes"] = [(attributes, OffsetMap.shift(end - begin, begin), (0, end - begin))]


def _title(state: StateBlock, title: str, at: int, line: int) -> None:
    begin, end = state.bMarks[line] + state.tShift[line], state.eMarks[line]
    state.push("container_title_open", "p", 1)
    _inline(state, title, line, OffsetMap.shift(len(title), at) if at >= 0 else _whole(title, begin, end))
    state.push("container_title_close", "p", -1)


def _whole(content: str, begin: int, end: int) -> OffsetMap:
    """Return the map of a content that is not written in the source: its place is that of `begin` to `end`."""
    return OffsetMap(((0, begin, end, False), (len(content), end, end, True)))


def _inline(state: StateBlock, content: str, line: int, offsets: OffsetMap) -> None:
    token = state.push("inline", "", 0)
    token.content = content
    token.map = [line, line + 1]
    token.children = []
    token.meta["map"] = offsets


def _blocks(state: StateBlock, start: int, close: int, indent: int, parent: str) -> None:
    """Read the blocks of some lines, as those of a list item are."""
    saved = (state.parentType, state.lineMax, state.blkIndent, state.tight, state.listIndent, state.ddIndent)
    state.parentType, state.lineMax, state.blkIndent = parent, close, indent
    state.listIndent = state.ddIndent = -1
    state.md.block.tokenize(state, start, close)
    state.parentType, state.lineMax, state.blkIndent, state.tight, state.listIndent, state.ddIndent = saved
