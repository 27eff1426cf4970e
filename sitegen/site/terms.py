"""Tags, categories, authors and series: which posts share one, where its page is, and what is wrong with its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import msgspec
from markupsafe import Markup

from sitegen.diagnostics import Diagnostic
from sitegen.model import Document, Label
from sitegen.site.addresses import address, slug_of_term
from sitegen.site.model import Term, TermLink
from sitegen.text import Span

__all__ = ["KINDS", "Terms", "make_terms"]

KINDS = ("tags", "categories", "authors", "series")
"""What posts may share; also the folders of their pages."""


class Terms(msgspec.Struct, frozen=True):
    """All terms of a site."""

    terms: tuple[Term, ...]
    """By kind in the order of `KINDS`, then by slug."""
    links: Mapping[str, Mapping[str, tuple[TermLink, ...]]]
    """Path of a post to its terms by kind."""
    diagnostics: tuple[Diagnostic, ...]


def make_terms(posts: Sequence[tuple[Document, str]], base: str) -> Terms:
    """Group posts, newest first, by what they share. Names that differ in capitals, signs and spaces only are one.

    The first spelling counts; another one is a warning, unless it differs in capitals only.
    """
    found: dict[tuple[str, str], _Group] = {}
    others: dict[tuple[str, str], list[tuple[Document, int, str, _Group]]] = {}
    links: dict[str, dict[str, tuple[TermLink, ...]]] = {}
    problems: list[Diagnostic] = []
    for document, _ in posts:
        own: dict[str, tuple[TermLink, ...]] = {}
        for kind in KINDS:
            joined = []
            for index, label in enumerate(_labels(document, kind)):
                slug = slug_of_term(label.text)
                if not slug:
                    problems.append(_no_address(document, kind, index, label.text))
                    continue
                group = found.setdefault((kind, slug), _Group(kind, slug, label, document.path))
                if group.label.text.casefold() != label.text.casefold():
                    spelling = (kind, label.text.casefold())
                    others.setdefault(spelling, []).append((document, index, label.text, group))
                if group.sources[-1:] != [document.path]:  # one document comes after the other
                    group.sources.append(document.path)
                    joined.append(group.link(base))
            if joined:
                own[kind] = tuple(joined)
        links[document.path] = own
    groups = sorted(found.values(), key=lambda group: (KINDS.index(group.kind), group.slug))
    problems += map(_other_spelling, others.values())
    return Terms(tuple(group.term(base) for group in groups), links, tuple(problems))


class _Group:
    def __init__(self, kind: str, slug: str, label: Label, path: str) -> None:
        self.kind = kind
        self.slug = slug
        self.label = label
        self.path = path
        self.sources: list[str] = []

    @property
    def place(self) -> str:
        return f"/{self.kind}/{self.slug}/"

    def link(self, base: str) -> TermLink:
        return TermLink(self.label.text, Markup(self.label.html), address(base, self.place))

    def term(self, base: str) -> Term:
        link = self.link(base)
        return Term(self.kind, link.name, link.html, link.url, self.place, tuple(self.sources))


def _labels(document: Document, kind: str) -> Sequence[Label]:
    if kind == "tags":
        return document.tags
    if kind == "categories":
        return document.categories
    if kind == "series":
        return (document.series,) if document.series else ()
    return [Label(name, escape(name, quote=False)) for name in document.meta.authors]


def _no_address(document: Document, kind: str, index: int, name: str) -> Diagnostic:
    message = f"no address can be made of {name}, which has neither a letter nor a digit"
    return Diagnostic(
        "site/bad-term", message, document.path, _place(document, kind, index), hint="choose another name"
    )


def _other_spelling(places: Sequence[tuple[Document, int, str, _Group]]) -> Diagnostic:
    """Tell once of a name that is taken for another one, wherever it stands."""
    document, index, name, group = places[0]
    message = f"{name} is taken for {group.label.text}: they differ in signs only"
    hint = f"write {group.label.text}, or give it a name with another letter"
    notes = [f"{group.label.text} stands in {group.path}"]
    if len(places) > 1:
        notes.append(f"{name} stands in {len(places)} posts")
    span = _place(document, group.kind, index)
    return Diagnostic("site/similar-term", message, document.path, span, hint=hint, notes=tuple(notes))


def _place(document: Document, kind: str, index: int) -> Span | None:
    return document.meta.spans.get(f"{kind}.{index}") or document.meta.spans.get(kind)
