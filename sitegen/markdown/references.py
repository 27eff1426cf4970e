"""Figures, tables and theorem-like blocks with numbers, and the texts of links that are left empty.

    ![caption](kernel.png){#fig:kernel}          a figure; without an id, a title makes an unnumbered one
    Table: caption {#tbl:sizes}                  above or below a table
    ::: theorem Title {#thm:main}                theorem, lemma, definition, … as amsthm has them; proofs have no number
    ::: {#thm-main} / {#fig-x}                   Quarto's form: the id says what it is

Figures and tables are numbered if they have an id, theorem-like blocks unless they have the class `unnumbered`. An
id becomes one that CSS need not escape, and links find it under both names. A link without a text of its own,
`[](#thm:main)`, `[](other.md#fig:kernel)` or `[](other.md)`, gets the text when the whole site is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from sitegen.markdown.attributes import Attributes
from sitegen.markdown.containers import PROOFS, THEOREMS, Container
from sitegen.text import OffsetMap
from sitegen.words import ENGLISH, Words, called

__all__ = ["Numbered", "anchor_of", "fill_links", "number", "number_headings"]

_UNNUMBERED = frozenset(("unnumbered", "nonumber", "starred"))
_CAPTION = re.compile(r"(?:Table)?:[ \t]+(?=\S)", re.IGNORECASE)
_CAPTION_ID = re.compile(r"[ \t]*\{:?\s*#([^\s{}]+)\s*\}[ \t]*\Z")
_NOT_IN_IDS = re.compile(r"[^\w-]+")


@dataclass(slots=True)
class Numbered:
    """What a block is called where others refer to it."""

    text: str
    """`Theorem 3`."""
    number: str
    name: str = ""
    """The id as the author wrote it; empty without one."""


def anchor_of(name: str) -> str:
    """Return an id without what CSS must escape (CSS Syntax, section 4.3.11): `fig-kernel` for `fig:kernel`."""
    anchor = _NOT_IN_IDS.sub("-", name).strip("-")
    return anchor if anchor[:1].isalpha() or anchor[:1] == "_" else f"ref-{anchor}"


def number(tokens: list[Token], read: Callable[[str], list[Token]], words: Words = ENGLISH) -> list[Token]:
    """Return block tokens with figures, captions and theorem-like blocks made and numbered in their order.

    The opening token of what has a number has a `Numbered` in `meta["numbered"]`. `read` turns the title of an image,
    which is its caption, into inline tokens; `words` are what figures and theorems are called.
    """
    if not any(_may_be_numbered(token) for token in tokens):
        return tokens
    work = _Numbering(read, words)
    return list(work.blocks(tokens))


def _map_of_title(inline: Token, image: Token, title: str) -> OffsetMap:
    """Return the map of an image's title to its paragraph's source; one with escapes has one place as a whole."""
    start, end = image.meta["outer"]
    paragraph: OffsetMap = inline.meta.get("map") or OffsetMap.shift(len(inline.content), 0)
    at = inline.content.find(title, start, end)
    if at >= 0:
        return paragraph.cut(at, at + len(title))
    place, length = paragraph.span(start, end), len(title)
    return OffsetMap(((0, place.start, place.end, False), (length, place.end, place.end, True)))


def number_headings(tokens: list[Token], words: Words = ENGLISH) -> None:
    """Give headings their numbers, `2.1`, but for those with the class `unnumbered`; they have their ids already."""
    opened = [(token, tokens[index + 1]) for index, token in enumerate(tokens) if token.type == "heading_open"]
    levels = [int(opening.tag[1]) for opening, _ in opened]
    counts: list[int] = []
    for (opening, inline), level in zip(opened, levels, strict=True):
        if _UNNUMBERED.intersection(str(opening.attrs.get("class", "")).split()):
            continue
        depth = level - min(levels) + 1
        counts = [*counts[:depth], *[0] * (depth - len(counts))]
        counts[-1] += 1
        written = ".".join(map(str, counts))
        opening.meta["numbered"] = Numbered(called(words["section"], written), written, str(opening.attrs["id"]))
        inline.children = [Token("section_number", "", 0, content=written), *(inline.children or ())]


def _may_be_numbered(token: Token) -> bool:
    if token.type == "inline":
        return bool(token.children) and any(child.type == "image" for child in token.children or ())
    return token.type in {"container_open", "table_open"}


class _Numbering:
    def __init__(self, read: Callable[[str], list[Token]], words: Words) -> None:
        self._read = read
        self._words = words
        self._counts: Counter[str] = Counter()

    def _next(self, kind: str, name: str) -> Numbered:
        self._counts[kind] += 1
        count = str(self._counts[kind])
        return Numbered(called(self._words[kind], count), count, name)

    def blocks(self, tokens: list[Token]) -> Iterator[Token]:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "container_open":
                inside = _inside(tokens, index)
                index += 1 + len(inside)
                yield from self.blocks_of(token, inside)
                if index < len(tokens) and tokens[index].type == "container_close":
                    tokens[index].tag = token.tag
            elif token.type == "paragraph_open" and (figure := _lone_image(tokens, index)):
                yield from self._figure(tokens[index + 1], figure)
                index += 3
            elif token.type == "table_open" or _caption(tokens, index, "table_open"):
                first = index
                captioned = token.type != "table_open"
                index += 3 if captioned else 0
                inside = _inside(tokens, index)
                after = index + 1 + len(inside) + 1
                below = not captioned and _caption(tokens, after, "")
                caption = tokens[first + 1] if captioned else tokens[after + 1] if below else None
                yield from self._table(tokens[index], caption, inside)
                yield tokens[after - 1]
                index = after + (3 if below else 0)
            else:
                yield token
                index += 1

    # -- blocks

    def blocks_of(self, opening: Token, inside: list[Token]) -> Iterator[Token]:
        """Yield a container up to its end; the token that closes it follows."""
        container: Container = opening.meta["container"]
        kind = _kind_of(container)
        if kind == "figure":
            yield from self._figure_block(opening, inside)
        elif kind in THEOREMS or kind in PROOFS:
            yield opening
            yield from self._theorem(opening, container, kind, inside)
        else:
            yield opening
            yield from self.blocks(inside)

    def _theorem(self, opening: Token, container: Container, kind: str, inside: list[Token]) -> Iterator[Token]:
        title, inside = _title_of(container, inside)
        classes = container.attributes.classes
        numbered = None
        word = self._words[kind]
        if kind in THEOREMS and not _UNNUMBERED.intersection(classes):
            numbered = opening.meta["numbered"] = self._next(kind, container.attributes.id)
        opening.meta["theorem"] = ["theorem", kind] if kind in THEOREMS else [kind]
        container.kind = kind
        container.default_title = ""
        container.titled = True
        inline = title or Token("inline", "", 0, map=opening.map, children=[], meta={"map": OffsetMap.shift(0, 0)})
        label = _label(numbered.text if numbered else word)
        children = inline.children or []
        if kind in PROOFS and children:
            inline.children = [_markup("em_open"), *children, _markup("em_close"), _text(".")]
        elif kind in PROOFS:
            inline.children = [_markup("em_open"), _text(word), _markup("em_close"), _text(".")]
        elif children:
            inline.children = [label, _text(" ("), *children, _text(").")]
        else:
            inline.children = [label, _text(".")]
        yield Token("container_title_open", "p", 1, block=True)
        yield inline
        yield Token("container_title_close", "p", -1, block=True)
        yield from self.blocks(inside)

    # -- figures

    def _figure(self, inline: Token, image: Token) -> Iterator[Token]:
        attributes = [(found, offsets, at) for found, offsets, at in image.meta.get("attributes", ())]
        ids = [(found.id, offsets, at) for found, offsets, at in attributes if found.id]
        opening = Token("figure_open", "figure", 1, block=True, map=inline.map)
        if ids:
            name, offsets, at = ids[-1]
            offsets = offsets if offsets is not None else inline.meta.get("map")
            opening.meta["attributes"] = [(Attributes(name), offsets, at)]
            opening.meta["numbered"] = self._next("figure", name)
            image.meta["attributes"] = [(found._replace(id=""), offsets, at) for found, offsets, at in attributes]
        yield opening
        yield inline
        title = str(image.attrs.pop("title", ""))
        caption = Token("inline", "", 0, map=inline.map, content=title or image.content, children=[])
        caption.meta["map"] = inline.meta.get("map")
        if title:
            caption.children = self._read(title)
            caption.meta["map"] = _map_of_title(inline, image, title)
        else:
            # The same tokens serve the caption, with its formulas, and as plain text the alternative text.
            image.meta["captioned"] = True
            caption.children = list(image.children or ())
        yield from _caption_tokens("figcaption", opening, caption)
        yield Token("figure_close", "figure", -1, block=True)

    def _figure_block(self, opening: Token, inside: list[Token]) -> Iterator[Token]:
        """Yield a figure of several blocks; the last paragraph is its caption unless it has one."""
        container: Container = opening.meta["container"]
        opening.tag = "figure"
        container.kind = "figure"
        if container.attributes.id:
            opening.meta["numbered"] = self._next("figure", container.attributes.id)
        yield opening
        if not any(token.type == "figcaption_open" for token in inside):
            inside = _with_caption(inside)
        label = _label_in_caption(opening)
        for token in inside:
            if label and token.type == "inline" and token.meta.get("caption"):
                token.children = [*label, *(token.children or ())]
                label = []
            yield token

    # -- tables

    def _table(self, opening: Token, caption: Token | None, inside: list[Token]) -> Iterator[Token]:
        ids = [found.id for found, _, _ in opening.meta.get("attributes", ()) if found.id]
        name = ids[-1] if ids else ""
        if caption is not None:
            written = _CAPTION_ID.search(caption.content)
            if written:
                name = written[1]
                opening.meta.setdefault("attributes", []).append(
                    (Attributes(name), caption.meta.get("map"), written.span(1))
                )
                _cut_end(caption, written.group().strip())
            _cut_start(caption)
        if name:
            opening.meta["numbered"] = self._next("table", name)
        yield opening
        if caption is not None or name:
            empty = Token("inline", "", 0, map=opening.map, children=[], meta={"map": OffsetMap.shift(0, 0)})
            yield from _caption_tokens("caption", opening, caption or empty)
        yield from inside


# -- parts


def _inside(tokens: Sequence[Token], index: int) -> list[Token]:
    """Return the tokens between `tokens[index]`, which opens something, and the one that closes it."""
    kind = tokens[index].type.removesuffix("_open")
    depth = 0
    for end in range(index, len(tokens)):
        if tokens[end].type in (f"{kind}_open", f"{kind}_close"):
            depth += tokens[end].nesting
            if depth == 0:
                return list(tokens[index + 1 : end])
    return list(tokens[index + 1 :])


def _kind_of(container: Container) -> str:
    """Return what is to be made of a container: a figure, a theorem-like block, or nothing special."""
    if container.kind == "example" and not container.attributes.id:
        return ""  # an admonition
    return container.kind


def _title_of(container: Container, inside: list[Token]) -> tuple[Token | None, list[Token]]:
    """Return the inline token of a block's title, if it has one, and the other tokens."""
    types = [token.type for token in inside[:3]]
    if types[:1] == ["container_title_open"]:
        # A title that the container made up (`Example`) is none.
        made_up = inside[1].content == container.default_title
        return (None if made_up else inside[1]), inside[3:]
    if types == ["heading_open", "inline", "heading_close"]:
        return inside[1], inside[3:]
    return None, inside


def _lone_image(tokens: Sequence[Token], index: int) -> Token | None:
    """Return the image that is all there is in the paragraph at `index`, if it is to be a figure."""
    if tokens[index].hidden or index + 1 >= len(tokens):
        return None
    children = [child for child in tokens[index + 1].children or () if child.type != "text" or child.content.strip()]
    if len(children) == 3 and children[0].type == "link_open" and children[2].type == "link_close":
        children = children[1:2]
    if len(children) != 1 or children[0].type != "image":
        return None
    image = children[0]
    has_id = any(found.id for found, _, _ in image.meta.get("attributes", ()))
    return image if has_id or image.attrs.get("title") else None


def _caption(tokens: Sequence[Token], index: int, before: str) -> bool:
    """Tell whether the paragraph at `index` is the caption of a table, with a token of type `before` after it."""
    if index + 2 >= len(tokens) or tokens[index].type != "paragraph_open" or tokens[index + 1].type != "inline":
        return False
    if before and (index + 3 >= len(tokens) or tokens[index + 3].type != before):
        return False
    return _CAPTION.match(tokens[index + 1].content) is not None


def _with_caption(inside: list[Token]) -> list[Token]:
    """Return the blocks of a figure with the last paragraph, if it holds text, as its caption."""
    if len(inside) < 3 or inside[-1].type != "paragraph_close" or inside[-3].type != "paragraph_open":
        return inside
    if all(child.type in ("image", "softbreak") for child in inside[-2].children or ()):
        return inside
    inside[-2].meta = {**inside[-2].meta, "caption": True}
    opening = Token("figcaption_open", "figcaption", 1, block=True)
    return [*inside[:-3], opening, inside[-2], Token("figcaption_close", "figcaption", -1, block=True)]


def _caption_tokens(tag: str, opening: Token, caption: Token) -> Iterator[Token]:
    label = _label_in_caption(opening)
    if label and not caption.children:
        label = label[:1]
    caption.children = [*label, *(caption.children or ())]
    yield Token(f"{tag}_open", tag, 1, block=True)
    yield caption
    yield Token(f"{tag}_close", tag, -1, block=True)


def _label_in_caption(opening: Token) -> list[Token]:
    numbered: Numbered | None = opening.meta.get("numbered")
    return [_label(numbered.text), _text(". ")] if numbered else []


def _label(text: str) -> Token:
    return Token("label", "", 0, content=text)


def _text(text: str) -> Token:
    return Token("text", "", 0, content=text)


def _markup(kind: str) -> Token:
    return Token(kind, "em", 1 if kind.endswith("open") else -1, markup="*")


def _cut_start(caption: Token) -> None:
    """Take the word `Table:` away from a caption."""
    for child in caption.children or ():
        if child.type == "text" and (match := _CAPTION.match(child.content)):
            child.content = child.content[match.end() :]
            return


def _cut_end(caption: Token, written: str) -> None:
    """Take an attribute list away from the end of a caption."""
    for child in reversed(caption.children or []):
        if child.type == "text" and child.content.rstrip().endswith(written):
            child.content = child.content.rstrip().removesuffix(written).rstrip()
            return


# -- links without a text


def fill_links(children: list[Token]) -> list[Token]:
    """Return inline tokens with a token `reference_text` inside every link that has no content."""
    if not any(opening.type == "link_open" and closing.type == "link_close" for opening, closing in pairwise(children)):
        return children
    out: list[Token] = []
    for index, token in enumerate(children):
        out.append(token)
        following = children[index + 1] if index + 1 < len(children) else None
        if token.type == "link_open" and following is not None and following.type == "link_close":
            text = Token("reference_text", "", 0, content=str(token.attrs.get("href", "")))
            text.meta = {"link": token}
            out.append(text)
    return out
