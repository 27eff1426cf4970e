"""What has a number and a label, for references to it: equations, figures, tables, theorems and the like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from sitegen.model import Document

__all__ = ["kind_of", "labels_in", "labels_of", "name_of", "numbered", "unlabelled", "without_number"]


def labels_of(documents: Iterable[Document]) -> Mapping[str, Sequence[Document]]:
    """Return every label of an equation, and every name of a figure, table or theorem, with the documents that have it.

    A document that has it twice is there twice.
    """
    found: dict[str, list[Document]] = {}
    for document in documents:
        for label in labels_in(document):
            found.setdefault(label, []).append(document)
    return found


def numbered(document: Document, label: str) -> list[tuple[str, str]]:
    """Return number and id of each equation, figure, table or theorem-like block of a document with a label."""
    found = [(equation.number, equation.anchor) for equation in document.equations if label in equation.labels]
    return found + [(target.number, target.anchor) for target in document.targets if target.name == label]


def name_of(document: Document, anchor: str) -> str | None:
    """Return as HTML what the place with an id, or a label, is called: `Theorem 3`, `(2)`, a heading's text."""
    for target in document.targets:
        if anchor in (target.name, target.anchor):
            return escape(target.text)
    for equation in document.equations:
        if anchor == equation.anchor or anchor in equation.labels:
            return escape(f"({equation.number})")
    return next((heading.html for heading in document.headings if heading.anchor == anchor), None)


_KINDS = {
    "equation": ("eq", "eqn", "equation"),
    "figure": ("fig", "figure"),
    "table": ("tab", "tbl", "table"),
    "heading": ("sec", "subsec", "section", "chap", "ch", "heading"),
    "theorem": (
        "thm",
        "theorem",
        "lem",
        "lemma",
        "cor",
        "corollary",
        "prop",
        "proposition",
        "def",
        "defn",
        "definition",
    ),
}
_HOW = {
    "equation": r"put \label{NAME} into the equation that is meant",
    "figure": "write {#NAME} after the image that is meant, ![caption](picture.png){#NAME}",
    "table": "write {#NAME} after the caption of the table that is meant, Table: caption {#NAME}",
    "heading": "write {#NAME} after the heading that is meant",
    "theorem": "give it to the theorem that is meant, ::: theorem {#NAME}",
}
"""How something gets a label."""


def kind_of(label: str) -> str:
    """Return what a label names by its beginning, `fig:kernel` or `fig-kernel`; empty where that says nothing."""
    begin = re.split("[:_-]", label.lower(), maxsplit=1)[0]
    return next((kind for kind, begins in _KINDS.items() if begin in begins), "")


def unlabelled(kind: str, label: str, near: str | None) -> tuple[str, str]:
    """Return message and hint for a reference to a label that nothing has; `near` is one that may be meant."""
    message = f"no {kind or 'equation, figure, table or theorem'} has the label {label}"
    return message, f"did you mean {near}?" if near else _HOW.get(kind, _HOW["equation"]).replace("NAME", label)


def without_number(document: Document, label: str) -> tuple[str, str] | None:
    """Return message and hint for a reference to what exists and has no number; None where there is no such thing."""
    if label in document.unnumbered_labels:
        return f"the equation {label} has no number", "use \\begin{equation} … \\end{equation} there, or add \\tag{…}"
    if label not in document.anchors:
        return None
    hint = f"write [](#{label}), or a link with a text"
    if any(heading.anchor == label for heading in document.headings):
        hint += "; headings have numbers with `number_headings: true` in the front matter"
    return f"{label} has no number", hint


def labels_in(document: Document) -> list[str]:
    """Return the labels that a document has."""
    labels = [label for equation in document.equations for label in equation.labels]
    return labels + [target.name for target in document.targets]
