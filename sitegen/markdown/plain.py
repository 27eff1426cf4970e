"""Tokens as plain text: for descriptions, for searching, wherever HTML has no place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence

from markdown_it.token import Token

from sitegen.markdown.hook import PLAIN
from sitegen.math import Equation, Reference, Typeset
from sitegen.model import Target

__all__ = ["Plain"]

OPENING = 300
"""Characters after which the beginning of a text is long enough for a description."""

_TAGS = re.compile(r"<[^<>]*>")
_MORE = re.compile(r"<!--\s*more\s*-->", re.IGNORECASE)
_SPOKEN = frozenset(("text", "code_inline", "lone_dollars", "label"))
_BREAKS = frozenset(("softbreak", "hardbreak"))
_APART = frozenset(("heading", "figure", "table", "container_title"))
"""What stands in a text without being a part of what it says."""


class Plain:
    """The plain text of one post: formulas as the engine spells them, references and citations as they are shown."""

    __slots__ = ("_citations", "_equations", "_names", "_targets", "_typeset")

    def __init__(
        self,
        typeset: Sequence[Typeset],
        citations: Sequence[str] = (),
        targets: Iterable[Target] = (),
        equations: Sequence[Equation] = (),
    ) -> None:
        """Take the formulas and the citations (HTML) of the post, and what references in it may lead to."""
        self._typeset = typeset
        self._citations = citations
        self._targets = targets
        self._equations = equations
        self._names: Mapping[str, tuple[str, str]] | None = None

    def inline(self, tokens: Sequence[Token]) -> str:
        """Return inline tokens as text, without notes and tags."""
        return " ".join(self._spoken(tokens).split())

    def _spoken(self, tokens: Sequence[Token]) -> str:
        """Return what `inline` does, blanks and line ends as they are."""
        texts = []
        depth = 0
        for token in tokens:
            kind = token.type
            if kind.startswith("footnote_inline"):
                depth += token.nesting
            elif depth:
                continue
            elif kind in _SPOKEN:
                texts.append(token.content)
            elif kind == "math":
                texts.append(self._formula(self._typeset[token.meta["formula"]]))
            elif kind in _BREAKS:
                texts.append(" ")
            elif kind == "section_number":
                texts.append(f"{token.content} ")
            elif kind == "image":
                texts.append(self.inline(token.children or []))
            elif kind == "citation" and self._citations:
                texts.append(html.unescape(_TAGS.sub("", self._citations[token.meta["citation"]])))
            elif kind == "reference_text":
                texts.append(self._name(token.content.removeprefix("#"))[0])
            elif token.meta and PLAIN in token.meta:
                texts.append(str(token.meta[PLAIN]))
        return "".join(texts)

    def document(self, tokens: Sequence[Token]) -> str:
        """Return the body's text, without code blocks."""
        texts: list[str] = []
        for token in tokens:
            if token.type == "inline":
                texts.append(self._spoken(token.children or []))
            elif token.type == "display":
                texts.append(self._formula(self._typeset[token.meta["formula"]]))
            elif token.meta and PLAIN in token.meta:
                texts.append(str(token.meta[PLAIN]))
            elif token.type == "html_block":
                for part in token.meta["parts"]:
                    if isinstance(part, str) and not part.startswith("<!--"):
                        texts.append(html.unescape(_TAGS.sub(" ", part)))
                    elif isinstance(part, Token):
                        texts.append(self._typeset[part.meta["formula"]].text)
        return " ".join(" ".join(texts).split())

    def summary(self, tokens: Sequence[Token]) -> str:
        """Return the text before the mark `<!--more-->`; empty without one."""
        content, commented = "", False
        for index, token in enumerate(tokens):
            if token.type == "html_block" and "<!--" in token.content and _MORE.match(token.content):
                return self.document(tokens[:index])
            if token.type != "inline":
                continue
            if token.content is not content:  # the pieces of a paragraph that displays have split share all of it
                content, commented = token.content, "<!--" in token.content
            if commented:
                for at, child in enumerate(token.children or ()):
                    if child.type == "html_inline" and _MORE.match(child.content):
                        return f"{self.document(tokens[:index])} {self.inline((token.children or [])[:at])}".strip()
        return ""

    def opening(self, tokens: Sequence[Token]) -> str:
        """Return the first sentences, without headings, figures and tables; empty where there are no others."""
        texts: list[str] = []
        length = depth = 0
        for token in tokens:
            kind = token.type.removesuffix("_open").removesuffix("_close")
            if kind in _APART or getattr(token.meta.get("container"), "kind", "") == "figure":
                depth += token.nesting
            elif not depth and token.type in {"inline", "display"}:
                texts.append(self.document([token]))
                length += len(texts[-1])
                if length > OPENING:
                    break
        return " ".join(filter(None, texts))

    def _formula(self, result: Typeset) -> str:
        """Return a formula, or the numbers that it consists of."""
        if result.kind != "reference":
            return result.text
        return "".join(html.unescape(part) if isinstance(part, str) else self._number(part) for part in result.parts)

    def _number(self, reference: Reference) -> str:
        number = reference.number or self._name(reference.label)[1] or reference.label
        return f"({number})" if reference.parenthesised else number

    def _name(self, label: str) -> tuple[str, str]:
        """Return what a place of the post is called, and its number; nothing for a place elsewhere."""
        if self._names is None:
            names: dict[str, tuple[str, str]] = {}
            for equation in self._equations:
                shown = (f"({equation.number})", equation.number)
                names |= dict.fromkeys((equation.anchor, *equation.labels), shown)
            for target in self._targets:
                names |= dict.fromkeys((target.anchor, target.name), (target.text, target.number))
            self._names = names
        return self._names.get(label, ("", ""))
