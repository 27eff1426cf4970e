"""What helps to find one's way on a page and from it: table of contents, neighbours, language, reading time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from sitegen.config import Config
from sitegen.model import Document, Heading
from sitegen.site.addresses import address
from sitegen.site.model import Neighbour, TocEntry

__all__ = ["contents", "language", "neighbours", "reading_minutes"]

WORDS_PER_MINUTE = 230
"""A little below what adults read of English non-fiction silently (Brysbaert 2019: 238), for the formulas' sake."""

MANY_HEADINGS = 3
"""From here on a table of contents is of use."""

TOC_LEVELS = 2
"""How many levels of headings it shows, from the highest one on the page."""


def language(document: Document, config: Config) -> str:
    """Return the language tag of a document: its key `lang`, else the site's."""
    return document.meta.lang or config.site.language


def reading_minutes(document: Document) -> int:
    """Return how long reading a document takes, in minutes, at least one."""
    return max(1, math.ceil(document.words / WORDS_PER_MINUTE))


def contents(document: Document, config: Config) -> tuple[TocEntry, ...]:
    """Return a document's table of contents; empty where it has none.

    The front matter's key `toc` decides; without it, the settings and the number of headings do.
    """
    wanted = document.meta.toc
    if wanted is None:
        wanted = config.theme.toc and len(document.headings) >= MANY_HEADINGS
    if wanted is False or document.own_toc or not document.headings:
        return ()
    top = min(heading.level for heading in document.headings)
    return _entries([heading for heading in document.headings if heading.level < top + TOC_LEVELS])


def _entries(headings: Sequence[Heading]) -> tuple[TocEntry, ...]:
    """Nest headings: each holds those that follow it and are lower than it."""
    if not headings:
        return ()
    # A first heading that is lower than a later one stands beside it.
    starts = [index for index, heading in enumerate(headings) if heading.level <= _highest_before(headings, index)]
    return tuple(
        TocEntry(headings[low].anchor, Markup(headings[low].html), _entries(headings[low + 1 : high]))
        for low, high in pairwise((*starts, len(headings)))
    )


def _highest_before(headings: Sequence[Heading], index: int) -> int:
    return min(heading.level for heading in headings[: index + 1])


def neighbours(
    posts: Sequence[tuple[Document, str]], base: str
) -> dict[str, tuple[Neighbour | None, Neighbour | None]]:
    """Return the posts before and after each dated post, in the order of their dates, by the path of its source.

    `posts` are documents with their places, newest first.
    """
    dated = [(document, place) for document, place in posts if document.meta.date is not None]
    links = [Neighbour(address(base, place), document.title, Markup(document.title_html)) for document, place in dated]
    around = [None, *links, None]
    return {document.path: (around[at + 2], around[at]) for at, (document, _) in enumerate(dated)}
