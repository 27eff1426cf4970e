"""What helps to find one's way on a page and from it: table of contents, neighbours, pages below, language, reading
time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from markupsafe import Markup

from sitegen.config import Config
from sitegen.model import Document, Heading
from sitegen.site.addresses import address, is_index
from sitegen.site.model import Neighbour, PageLink, TocEntry
from sitegen.site.summaries import description_of

__all__ = ["children_of", "contents", "language", "neighbours", "reading_minutes"]

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


def children_of(
    placed: Sequence[tuple[Document, str]], config: Config, base: str
) -> Mapping[str, tuple[PageLink, ...]]:
    """Return, for each page that a folder is named after, the pages of that folder by their order, and its posts."""
    folders = {
        document.path.rpartition("/")[0]: document.path
        for document, place in placed
        if is_index(document.path) and not config.is_in_posts(document.path) and place != "/"
    }
    found: dict[str, list[tuple[float, str, int, PageLink]]] = {}
    for position, (document, place) in enumerate(placed):
        folder = document.path.rpartition("/")[0]
        if is_index(document.path):
            folder = folder.rpartition("/")[0]
        parent = folders.get(folder)
        if parent is not None and parent != document.path:
            link = PageLink(address(base, place), document.title, Markup(document.title_html), description_of(document))
            order = math.inf if document.meta.order is None else document.meta.order
            name = "" if config.is_in_posts(document.path) else document.title.casefold()  # posts stay in their order
            found.setdefault(parent, []).append((order, name, position, link))
    return {path: tuple(link for *_, link in sorted(links, key=lambda each: each[:3])) for path, links in found.items()}
