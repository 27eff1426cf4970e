"""Tags of authors inside of text, mended where they do not nest, as browsers would have to guess.

What is written `vector<int>` is no tag but text; an end tag that closes nothing goes; an element that its paragraph
does not close is closed there; a paragraph that holds a block, such as a `<div>`, becomes a `<div>` itself.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from markdown_it.token import Token

from sitegen.markdown.elements import VOID, OpenElements
from sitegen.markdown.tokens import copied

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_BLOCKS = frozenset(
    """
    address article aside blockquote dd details dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hgroup hr li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul
    """.split()  # noqa: SIM905 - a column of names is easier to read
)
_PHRASES = frozenset(
    """
    a abbr acronym audio b bdi bdo big button canvas center
    cite code data datalist del dfn em embed font i iframe img input
    ins kbd label map mark meter nobr noscript object output picture progress q rp rt ruby s samp select slot small
    span strike strong sub sup template textarea time tt u var video wbr option optgroup
    """.split()  # noqa: SIM905
)
_FOREIGN = frozenset(["svg", "math", "script", "style", "pre", "textarea", "xmp", "noscript"])
"""Elements whose content has tags, or text, of its own kind."""
_OTHERS = frozenset(
    """
    area base basefont body br caption col colgroup command frame frameset head html keygen legend link marquee meta
    param source title track applet image search dialog
    """.split()  # noqa: SIM905
)
_KNOWN = _BLOCKS | _PHRASES | _FOREIGN | _OTHERS


class Stray(NamedTuple):
    """A tag that was taken for something else than it is, with the inline token that has it."""

    inline: Token
    token: Token
    message: str


def mend(tokens: list[Token]) -> tuple[list[Token], list[Stray]]:
    """Return block tokens whose texts have no tags that cross, with what there is to tell."""
    strays: list[Stray] = []
    moved: dict[int, list[Token]] = {}
    above: Counter[str] = Counter()
    for index, (opening, inline) in enumerate(pairwise(tokens)):
        if opening.type == "html_block":
            _count(opening.content, above)
        if inline.type == "inline" and any(child.type == "html_inline" for child in inline.children or ()):
            text = _Text(inline, strays, above)
            text.run()
            if text.holds_blocks and opening.type == "paragraph_open":
                opening.tag = tokens[index + 2].tag = "div"
            if text.moved and opening.type == "paragraph_open":
                moved[index + 2] = text.moved
    if not moved:
        return tokens, strays
    out: list[Token] = []
    for index, token in enumerate(tokens):
        out.append(token)
        out += moved.get(index, ())
    return out, strays


def _count(content: str, above: Counter[str]) -> None:
    """Count the elements that a block of HTML opens and does not close."""
    for end, name, rest in _TAG.findall(content):
        if end:
            above[name.lower()] = max(0, above[name.lower()] - 1)
        elif not rest.endswith("/"):
            above[name.lower()] += 1


class _Text:
    """The children of one inline token while they are mended."""

    def __init__(self, inline: Token, strays: list[Stray], above: Counter[str]) -> None:
        self.above = above
        """How many elements of each name blocks of HTML have left open."""
        self.inline = inline
        self.strays = strays
        self.out: list[Token] = []
        self.open = OpenElements()
        self.holds_blocks = False
        self.moved: list[Token] = []

    def run(self) -> None:
        children = self.inline.children or []
        last = len(children)
        while last and (children[last - 1].type == "softbreak" or not _shown(children[last - 1])):
            last -= 1
        tail = last  # where the tags begin that end the text
        while tail and children[tail - 1].type == "html_inline":
            tail -= 1
        for index, child in enumerate(children):
            if child.type == "html_inline":
                self._tag(child, index >= tail)
            else:
                self.out.append(child)
        while self.open:
            self._end(self.open.close(self.open.innermost)[0])
        self.inline.children = self.out

    def _end(self, name: str) -> None:
        self.out.append(Token("html_inline", "", 0, content=f"</{name}>", meta={"outer": (0, 0)}))

    def _tag(self, token: Token, at_end: bool) -> None:
        match = _TAG.fullmatch(token.content)
        foreign = self.open.any_of(_FOREIGN)
        if match is None or (foreign and match[2].lower() not in _FOREIGN):
            self.out.append(token)
            return
        name = match[2].lower()
        if name not in _KNOWN and "-" not in name:
            self._as_text(token, f"there is no element <{match[2]}>, so it is shown as text")
        elif match[1]:
            self._close(token, name, at_end)
        elif name in VOID or match[3].rstrip().endswith("/"):
            self.out.append(token)
        elif name == "a" and "a" in self.open and not match[3].strip():
            token.content = "</a>"
            self._close(token, "a", at_end)
        else:
            if name == "a" and "a" in self.open:
                self._close(Token("html_inline", "", 0, content="</a>", meta=dict(token.meta)), "a", at_end)
            self.holds_blocks = self.holds_blocks or (name in _BLOCKS and not foreign)
            self.open.open(name)
            self.out.append(token)

    def _close(self, token: Token, name: str, at_end: bool) -> None:
        closed = self.open.close(name)
        if closed:
            for inner in closed[:-1]:
                self._end(inner)
            self.out.append(token)
        elif self.above[name] and name != "p":
            self.above[name] -= 1
            if not at_end:
                self.out.append(token)
                return
            block = copied(token, type="html_block", content=token.content + "\n", block=True, map=self.inline.map)
            offsets, (start, end) = self.inline.meta.get("map"), token.meta.get("outer", (0, 0))
            block.meta = {"map": offsets.cut(start, end)} if offsets is not None else {}
            self.moved.append(block)
        elif name in VOID:
            self.out.append(token)
        else:
            self.strays.append(Stray(self.inline, token, f"</{name}> closes nothing here, so it was left out"))

    def _as_text(self, token: Token, message: str) -> None:
        token.type = "text"
        self.out.append(token)
        self.strays.append(Stray(self.inline, token, message))


def _shown(token: Token) -> bool:
    return token.type != "text" or bool(token.content.strip())
