"""The whole site from its documents: places, order, filled bodies, descriptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from sitegen.config import Config
from sitegen.model import Document
from sitegen.site.addresses import address, base_path, origin, output_file, place_of_post
from sitegen.site.files import Files, folders_of_posts, posts_folder
from sitegen.site.links import Links
from sitegen.site.model import Neighbour, Page, Site
from sitegen.site.reading import contents, language, neighbours, reading_minutes
from sitegen.site.sizes import Sizes
from sitegen.site.slots import Filled, Filler

__all__ = ["assemble"]

DESCRIPTION_CHARACTERS = 160
"""Search engines show about this much of a page's description."""

Placed = tuple[Document, str]
"""A document and the place of its page: `/convnet/`."""


def assemble(documents: Sequence[Document], config: Config, sizes: Sizes | None = None) -> Site:
    """Make the site of all documents; drafts are left out unless `config.drafts` is set.

    With `sizes` of an earlier site, images that look as they did are not read again.

    Two posts may want one place, or a post the place of another file: `sitegen.checks` finds it among all outputs.
    """
    posts = posts_folder(config)
    kept = [document for document in documents if config.drafts or not document.meta.draft]
    drafts = [document.path for document in documents if document.meta.draft and not config.drafts]
    placed = _in_order([(document, document.meta.path or place_of_post(document.path, posts)) for document in kept])
    base = base_path(config.site.base_url)
    files = Files(config, folders_of_posts((document.path, place) for document, place in placed))
    filler = Filler(placed, Links(placed, files, drafts), base, sizes)
    bodies = [filler.fill(document) for document, _ in placed]
    around = neighbours(placed, base)
    return Site(
        config=config,
        pages=tuple(
            _page(post, body, base, config, around.get(post[0].path, (None, None)))
            for post, body in zip(placed, bodies, strict=True)
        ),
        documents=tuple(document for document, _ in placed),
        assets=tuple(sorted({asset for body in bodies for asset in body.assets})),
        colors=_union(document.colors for document, _ in placed),
        backgrounds=_union(document.backgrounds for document, _ in placed),
        styles=tuple(sorted({(rule.name, rule.declarations) for post, _ in placed for rule in post.styles})),
        base_path=base,
        broken=frozenset(
            (post.path, href) for (post, _), body in zip(placed, bodies, strict=True) for href in body.broken
        ),
        diagnostics=tuple(problem for body in bodies for problem in body.diagnostics),
    )


def describe(text: str) -> str:
    """Return the beginning of a text as one line, cut after a word; an ellipsis marks a cut."""
    # A word more than there can be, since all words of a long post take their time.
    line = " ".join(text.split(maxsplit=DESCRIPTION_CHARACTERS)[:DESCRIPTION_CHARACTERS])
    if len(line) <= DESCRIPTION_CHARACTERS:
        return line
    head, space, _ = line[:DESCRIPTION_CHARACTERS].rpartition(" ")
    return (head if space else line[: DESCRIPTION_CHARACTERS - 1]).rstrip(" ,;:.–—-") + "…"


def _in_order(placed: Iterable[Placed]) -> list[Placed]:
    """Sort newest first, undated last, then by place."""

    def key(post: Placed) -> tuple[bool, float, str, str]:
        document, place = post
        date = document.meta.date
        return date is None, -date.timestamp() if date else 0.0, place, document.path

    return sorted(placed, key=key)


Around = tuple[Neighbour | None, Neighbour | None]
"""The posts before and after one."""


def _page(post: Placed, body: Filled, base: str, config: Config, around: Around) -> Page:
    document, place = post
    url = address(base, place)
    return Page(
        source=document.path,
        url=url,
        absolute_url=origin(config.site.base_url) + url,
        output=output_file(place),
        title=document.title,
        title_html=Markup(document.title_html),
        date=document.meta.date,
        tags=document.meta.tags,
        draft=document.meta.draft,
        description=" ".join(document.meta.description.split()) or describe(document.text),
        _content=body.filling,
        headings=document.headings,
        has_math=document.has_math,
        extra=document.meta.extra,
        language=language(document, config),
        toc=contents(document, config),
        reading_minutes=reading_minutes(document),
        previous=around[0],
        next=around[1],
        sources=document.sources,
    )


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({entry for group in groups for entry in group}))
