"""What is said of a page where it is only named: in lists, in feeds, to search engines."""

from __future__ import annotations

from markupsafe import Markup, escape

from sitegen.model import Document

__all__ = ["describe", "description_of", "summary_of"]

DESCRIPTION_CHARACTERS = 160
"""Search engines show about this much of a page's description."""


def describe(text: str) -> str:
    """Return the beginning of a text as one line, cut after a word; an ellipsis marks a cut."""
    # A word more than there can be, since all words of a long post take their time.
    line = " ".join(text.split(maxsplit=DESCRIPTION_CHARACTERS)[:DESCRIPTION_CHARACTERS])
    if len(line) <= DESCRIPTION_CHARACTERS:
        return line
    head, space, _ = line[:DESCRIPTION_CHARACTERS].rpartition(" ")
    return (head if space else line[: DESCRIPTION_CHARACTERS - 1]).rstrip(" ,;:.–—-") + "…"


def description_of(document: Document) -> str:
    """Return what search engines are told of a page: its description, else the beginning of its text."""
    own = document.description.text if document.description else document.summary
    given = own or document.opening or document.text
    return " ".join(given.split()) if document.description else describe(given)


def summary_of(document: Document) -> Markup:
    """Return what lists show of a page, as HTML: its description, what stands before `<!--more-->`, or its begin."""
    if document.description is not None:
        return Markup(document.description.html)
    return escape(document.summary or describe(document.opening or document.text))
