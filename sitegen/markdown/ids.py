"""The ids of a page: the author's own, and those of headings; and what references to them show."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it.token import Token

from sitegen.markdown import (
    headings,
    hook,
    references,
)
from sitegen.markdown.post import Post
from sitegen.model import ImageSlot, Target

_OTHER_ID = "give one of the two another id"


def give_ids(post: Post, parts: list[list[Token]]) -> headings.Anchors:
    """Give every heading its id: the author's ids first, so that they stay what the author wrote."""
    tokens = [token for part in parts for token in part]
    anchors = headings.Anchors(post.html_ids)
    opened = [(token, tokens[index + 1]) for index, token in enumerate(tokens) if token.type == "heading_open"]
    for opening, inline in opened:
        if "id" in opening.meta:
            wish = opening.meta["id"]
            given = anchors.give(wish)
            opening.attrs["id"] = given
            if given != wish:
                post.look_at(inline)
                message = f"the id “{wish}” is taken; this heading has the id “{given}”"
                post.report("heading/duplicate-id", message, post.place(0, len(inline.content)), hint=_OTHER_ID)
    for token, written, span in post.identified:
        wish = references.anchor_of(written) if "numbered" in token.meta else written
        given = anchors.give(wish)
        if given != wish:
            message = f"the id “{wish}” is taken; this element has the id “{given}”"
            post.report("heading/duplicate-id", message, span, hint=_OTHER_ID)
        if "slot" in token.meta and token.type == "image":
            slot = token.meta["slot"]
            token.meta["slot"] = ImageSlot(slot.src, (*slot.attributes, ("id", given)), slot.span, slot.sources)
        else:
            token.attrs["id"] = given
    for opening, inline in opened:
        if "id" not in opening.meta:
            opening.attrs["id"] = anchors.give(headings.slug(_source_text(inline.children or [])))
    return anchors


def targets(tokens: list[Token]) -> Iterator[Target]:
    """Yield what of a body has a number and an id, once ids are given."""
    for token in tokens:
        numbered: references.Numbered | None = token.meta.get("numbered")
        if numbered is not None and numbered.name and "id" in token.attrs:
            yield Target(numbered.name, str(token.attrs["id"]), numbered.text, numbered.number)


def name_references(tokens: list[Token]) -> None:
    """Let references without a text of their own show the heading that they lead to."""
    headings_by_id = {
        token.attrs["id"]: tokens[index + 1] for index, token in enumerate(tokens) if token.type == "heading_open"
    }
    for inline in tokens:
        children = inline.children or []
        for index, token in enumerate(children):
            if token.type == "link_open" and token.meta.get("named") in headings_by_id:
                heading = headings_by_id[token.meta["named"]]
                children[index + 1].content = _source_text(heading.children or [])


def _source_text(tokens: list[Token]) -> str:
    """Return text for a slug: formulas as their TeX, images as their alternative text."""
    texts = []
    for token in tokens:
        if token.type in {"text", "code_inline", "math"}:
            texts.append(token.content)
        elif token.type == "image":
            texts.append(_source_text(token.children or []))
        elif token.type in {"softbreak", "hardbreak"}:
            texts.append(" ")
        elif token.meta and hook.PLAIN in token.meta:
            texts.append(str(token.meta[hook.PLAIN]))
    return "".join(texts)
