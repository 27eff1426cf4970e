"""What is known of a post before it is compiled: its front matter, and with it its address, its date and its name.

A sketch stands in for a post on the pages of others while it waits its turn. Its own page is never shown.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Collection, Iterable, Sequence

from sitegen.frontmatter import date_of_name, read_front_matter
from sitegen.model import (
    PAGE_SCHEME,
    WIKI_SCHEME,
    Compiled,
    CompileOptions,
    Document,
    EquationSlot,
    Label,
    LinkSlot,
    Rejected,
    Source,
    TextSlot,
    slots_of,
)
from sitegen.notebook import Notebook, is_notebook, read_notebook
from sitegen.site import Site

__all__ = ["needed_by", "sketch", "unsure"]

_HEADING = re.compile(r"^# +(\S.*?)[ #]*$", re.MULTILINE)


def sketch(source: Source, options: CompileOptions) -> Compiled:
    """Return a document without a body, or why the post cannot be compiled where that shows already.

    A title without a key in the front matter is that of the first line which looks like a heading, with its markup;
    tags whose names hold formulas are left out.
    """
    text = source.text
    if is_notebook(source.path):
        book = read_notebook(source)
        if not isinstance(book, Notebook):
            return Rejected(source.path, book)
        text = book.text
    meta, problems = read_front_matter(Source(source.path, text, source.digest), _zone(options.timezone))
    if meta is None:
        return Rejected(source.path, tuple(problems))
    title = meta.title
    if title is None:
        heading = _HEADING.search(text, meta.body_start)
        title = heading[1] if heading else _name(source.path)
    description = html.escape(meta.description, quote=False)
    return Document(
        path=source.path,
        meta=meta,
        title=title,
        title_html=html.escape(title, quote=False),
        tags=_labels(meta.tags),
        categories=_labels(meta.categories),
        series=next(iter(_labels([meta.series])), None) if meta.series else None,
        description=Label(meta.description, description) if meta.description else None,
    )


def _labels(names: Sequence[str]) -> tuple[Label, ...]:
    return tuple(Label(name, html.escape(name, quote=False)) for name in names if not ("$" in name or "\\(" in name))


def _name(path: str) -> str:
    """Return the name of a file without its ending; for `name/index.md` that of the folder."""
    *folders, file = path.split("/")
    stem = file.rpartition(".")[0]
    return date_of_name(folders[-1] if stem == "index" and folders else stem)[1]


def _zone(name: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo

    return dt.UTC if name == "UTC" else ZoneInfo(name)


# -- what a page wants of others


_DOUBTFUL = frozenset(
    [
        "link/missing-anchor",
        "link/unknown-page",
        "math/ambiguous-reference",
        "math/unresolved-reference",
        "reference/unresolved",
    ]
)
"""Problems that may only come of sketches, which have neither headings nor equations."""


def unsure(site: Site) -> frozenset[str]:
    """Return the paths of posts that refer to something which a sketch, once compiled, may turn out to have."""
    found = {problem.path for problem in site.diagnostics if problem.code in _DOUBTFUL}
    # A link by name may mean the title of a post.
    missing = {problem.path for problem in site.diagnostics if problem.code == "link/missing-page"} - found
    named = (
        document.path
        for document in site.documents
        if document.path in missing
        and any(isinstance(slot, LinkSlot) and slot.href.startswith(WIKI_SCHEME) for slot in slots_of(document.body))
    )
    return frozenset((*found, *named))


def needed_by(
    posts: Iterable[Compiled], sources: Iterable[Source], known: Iterable[Compiled], waiting: Collection[str]
) -> frozenset[str]:
    """Return the paths of those posts that wait to which `posts` seem to refer, by a label or an anchor.

    `known` are all posts, as far as they are known. One too many only takes some time; one that is missed is compiled
    with all others.
    """
    labels: set[str] = set()
    names: set[str] = set()
    for post in posts:
        for slot in slots_of(post.body) if isinstance(post, Document) else ():
            if isinstance(slot, EquationSlot):
                labels.add(slot.label.rpartition("#")[2])
            elif isinstance(slot, LinkSlot | TextSlot):
                name, _, anchor = slot.href.removeprefix(PAGE_SCHEME).removeprefix(WIKI_SCHEME).partition("#")
                parts = [part for part in name.split("/") if part.strip(".")]
                if anchor and not parts:
                    labels.add(anchor)
                elif anchor or isinstance(slot, TextSlot):
                    names.update(part.partition(".")[0].casefold() for part in parts[-2:])
    labels.discard("")
    names -= {"", "index"}
    found = {source.path for source in sources if source.path in waiting and any(map(source.text.__contains__, labels))}
    for post in known if names else ():
        if post.path in waiting and isinstance(post, Document):
            where = f"{post.path}/{post.meta.path or ''}/{post.meta.slug or ''}".casefold()
            if not names.isdisjoint(part.partition(".")[0] for part in where.split("/")):
                found.add(post.path)
    return frozenset(found)
