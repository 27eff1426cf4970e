"""The whole site from its documents: which are published, where, in which order, as which pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from markupsafe import Markup, escape

from sitegen.clock import now
from sitegen.config import Config, SiteConfig
from sitegen.diagnostics import Diagnostic
from sitegen.model import Document, slots_of
from sitegen.site.addresses import (
    address,
    base_path,
    complete,
    origin,
    output_file,
    place_of_post,
)
from sitegen.site.files import Files, folders_of_posts
from sitegen.site.links import Links
from sitegen.site.menu import menu_of
from sitegen.site.model import Neighbour, Page, PageLink, Site, Still, Term, TermLink
from sitegen.site.permalinks import place_by_pattern
from sitegen.site.reading import children_of, contents, language, neighbours, reading_minutes
from sitegen.site.redirects import aliases_of, former_places, moved_places
from sitegen.site.sizes import Sizes
from sitegen.site.slots import Filled, Filler
from sitegen.site.summaries import description_of, summary_of
from sitegen.site.terms import make_terms
from sitegen.words import is_translated

__all__ = ["assemble", "places_of_lists"]

Placed = tuple[Document, str]
"""A document and the place of its page: `/convnet/`."""


def assemble(
    documents: Sequence[Document], config: Config, sizes: Sizes | None = None, before: Site | None = None
) -> Site:
    """Make the site of all documents; drafts are left out unless `config.drafts` is set.

    With `sizes` of an earlier site, images that look as they did are not read again. With the site `before` this one,
    what was found out about documents that are in both is taken from there.

    Two posts may want one place, or a post the place of another file: `sitegen.checks` finds it among all outputs.
    """
    present = now()
    kept = [document for document in documents if _is_wanted(document, config, present)]
    published = {document.path for document in kept}
    drafts = [document.path for document in documents if document.path not in published]
    placed = _in_order([(document, _place(document, config)) for document in kept], config)
    base = base_path(config.site.base_url)
    files = Files(config, folders_of_posts((document.path, place) for document, place in placed))
    own = [post for post in placed if config.is_in_posts(post[0].path)]
    terms = make_terms(own, base)
    generated = generated_places(config, terms.terms, len(own))
    links = Links(placed, files, drafts, generated)
    aliases, alias_problems = aliases_of(placed, generated, base, config)
    moved = moved_places(config, placed, generated, aliases, links)
    links = links.with_former(former_places(moved, placed))
    filler = Filler(placed, links, base, sizes)
    bodies = [filler.fill(document) for document, _ in placed]
    around = neighbours(own, base)
    children = children_of(placed, config, base)
    menu, menu_assets, menu_problems = menu_of(config, links, base)
    same = _pages_of(before, config)
    named = {*files.always(), *menu_assets, *moved.assets}
    return Site(
        config=config,
        pages=tuple(
            _page(
                post,
                body,
                base,
                config,
                around.get(post[0].path, (None, None)),
                kind="post" if config.is_in_posts(post[0].path) else "page",
                children=children.get(post[0].path, ()),
                terms=terms.links.get(post[0].path, {}),
                before=same.get(id(post[0])),
            )
            for post, body in zip(placed, bodies, strict=True)
        ),
        documents=tuple(document for document, _ in placed),
        assets=tuple(sorted(named.union(*(body.assets for body in bodies)))),
        stills=_stills(bodies),
        colors=_union(document.colors for document, _ in placed),
        backgrounds=_union(document.backgrounds for document, _ in placed),
        styles=tuple(sorted({(rule.name, rule.declarations) for post, _ in placed for rule in post.styles})),
        base_path=base,
        broken=frozenset(
            (post.path, href) for (post, _), body in zip(placed, bodies, strict=True) for href in body.broken
        ),
        diagnostics=(
            *_without_address(config),
            *_untranslated(documents, config),
            *(problem for body in bodies for problem in body.diagnostics),
            *menu_problems,
            *terms.diagnostics,
            *alias_problems,
            *moved.diagnostics,
        ),
        menu=menu,
        terms=terms.terms,
        aliases=tuple(sorted((*aliases, *moved.aliases))),
        copies=moved.copies,
    )


def _without_address(config: Config) -> Iterator[Diagnostic]:
    """Report that nobody has said where the site will be; the preview is where it is."""
    if (
        config.site.base_url == SiteConfig().base_url
        and ("site", "base_url") not in config.spans
        and not config.preview
    ):
        message = f"nothing says where the site will be, so complete addresses begin with {config.site.base_url}"
        hint = 'write base_url = "https://example.org/" under [site], with its address'
        yield Diagnostic("config/no-base-url", message, config.path, config.spans.get(("site",)), hint=hint)


def _untranslated(documents: Sequence[Document], config: Config) -> Iterator[Diagnostic]:
    """Report each language once in which there are no words for what pages say themselves."""
    places = {config.site.language: (config.path, config.spans.get(("site", "language")))}
    for document in documents:
        if document.meta.lang:
            places.setdefault(document.meta.lang, (document.path, document.meta.spans.get("lang")))
    for tag, (path, span) in places.items():
        if not is_translated(tag, config.theme.words):
            message = f"there are no words in the language {tag}, so pages have English ones"
            hint = f"give them under [theme.words.{tag}]; the guide's page on theming lists them"
            yield Diagnostic("site/untranslated", message, path, span, hint=hint)


def _stills(bodies: Iterable[Filled]) -> tuple[Still, ...]:
    """Return each still once, made from the first of the files that are the same."""
    first: dict[str, Still] = {}
    for still in sorted({still for body in bodies for still in body.stills}):
        first.setdefault(still.output, still)
    return tuple(first.values())


def _is_wanted(document: Document, config: Config, present: dt.datetime) -> bool:
    """Tell whether a document is published: drafts and what has a date in the future are on request only.

    Nor is a home page without text: Hugo and Zola keep settings of the list of posts in its file.
    """
    if document.path == f"{config.build.content}/_index.md" and not document.text and not slots_of(document.body):
        return False
    date = document.meta.date
    return (config.drafts or not document.meta.draft) and (config.future or date is None or date <= present)


def _place(document: Document, config: Config) -> str:
    if document.meta.path is not None:
        return document.meta.path
    place = place_by_pattern(document, config)
    if place is not None:
        return place
    return place_of_post(document.path, config.posts, config.build.content, document.meta.slug)


def _in_order(placed: Iterable[Placed], config: Config) -> list[Placed]:
    """Sort posts before other pages, newest first, undated last, then by place."""

    def key(post: Placed) -> tuple[bool, bool, float, str, str]:
        document, place = post
        date = document.meta.date if config.is_in_posts(document.path) else None
        return (
            not config.is_in_posts(document.path),
            date is None,
            -date.timestamp() if date else 0.0,
            place,
            document.path,
        )

    return sorted(placed, key=key)


Around = tuple[Neighbour | None, Neighbour | None]
"""The posts before and after one."""


def places_of_lists(site: Site) -> tuple[str, ...]:
    """Return the places of everything that is made of many posts of a site."""
    return generated_places(site.config, site.terms, len(site.posts))


def generated_places(config: Config, terms: Sequence[Term], posts: int) -> tuple[str, ...]:
    """Return the places of everything that is made of many posts."""
    publish = config.publish
    places = ["/sitemap.xml", "/robots.txt", *(term.place for term in terms), *(f"/{term.kind}/" for term in terms)]
    size = config.site.paginate
    if size:
        places += [f"/page/{number}/" for number in range(2, -(-posts // size) + 1)]
    if publish.archive and posts:
        places.append("/archive/")
    if publish.feed:
        places += ["/feed.xml", *(f"{term.place}feed.xml" for term in terms)]
        places += ["/feed.json"] * publish.json_feed
    return tuple(dict.fromkeys(places))


def _pages_of(site: Site | None, config: Config) -> Mapping[int, Page]:
    """Return the pages of a site with the same settings, by the identity of their documents, which it keeps alive."""
    if site is None or site.config is not config:
        return {}
    return {id(document): page for document, page in zip(site.documents, site.pages, strict=True)}


def _page(
    post: Placed,
    body: Filled,
    base: str,
    config: Config,
    around: Around,
    *,
    kind: Literal["post", "page"],
    children: tuple[PageLink, ...],
    terms: Mapping[str, tuple[TermLink, ...]],
    before: Page | None,
) -> Page:
    """Return the page of a document; `before` is that of the same document under the same settings."""
    document, place = post
    url = address(base, place)
    title, title_html = document.title, document.title_html
    if place == "/" and document.meta.title is None and title == config.build.content.rpartition("/")[2]:
        title, title_html = config.site.title, escape(config.site.title)  # the folder's name says nothing here
    return Page(
        source=document.path,
        url=url,
        absolute_url=origin(config.site.base_url) + url,
        output=output_file(place),
        title=title,
        title_html=Markup(title_html),
        date=document.meta.date,
        tags=terms.get("tags", ()),
        draft=document.meta.draft,
        description=before.description if before else description_of(document),
        _content=body.filling,
        headings=document.headings,
        has_math=document.has_math,
        extra=document.meta.extra,
        language=language(document, config),
        toc=before.toc if before else contents(document, config),
        reading_minutes=reading_minutes(document),
        previous=around[0],
        next=around[1],
        sources=document.sources,
        kind=kind,
        children=children,
        updated=document.meta.updated,
        categories=terms.get("categories", ()),
        authors=terms.get("authors", ()),
        series=next(iter(terms.get("series", ())), None),
        image=complete(origin(config.site.base_url), body.image) if body.image else "",
        summary=before.summary if before else summary_of(document),
        template=document.meta.template,
        layout=document.meta.layout,
        markdown_url=address(base, markdown_place(place)) if config.publish.markdown else "",
    )


def markdown_place(place: str) -> str:
    """Return where the source of the page at a place is published: beside it, as `/bose/index.md`."""
    return place + "index.md" if place.endswith("/") else place.rpartition(".")[0] + ".md"


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({entry for group in groups for entry in group}))
