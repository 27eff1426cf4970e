"""The whole site from its documents: places, order, filled bodies, descriptions."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal
from urllib.parse import unquote

from markupsafe import Markup, escape

from sitegen.clock import now
from sitegen.config import Config, SiteConfig
from sitegen.diagnostics import Diagnostic
from sitegen.model import Document, slots_of
from sitegen.site.addresses import (
    address,
    base_path,
    complete,
    is_index,
    origin,
    output_file,
    path_key,
    place_of_post,
    reference,
)
from sitegen.site.files import Files, FoundFile, Refused, folders_of_posts
from sitegen.site.links import Links
from sitegen.site.model import Alias, AssetFile, MenuLink, Neighbour, Page, PageLink, Site, Still, Term, TermLink
from sitegen.site.permalinks import place_by_pattern
from sitegen.site.reading import contents, language, neighbours, reading_minutes
from sitegen.site.redirects import former_places, moved_places
from sitegen.site.sizes import Sizes
from sitegen.site.slots import Filled, Filler
from sitegen.site.terms import make_terms
from sitegen.words import is_translated

__all__ = ["assemble", "places_of_lists"]

DESCRIPTION_CHARACTERS = 160
"""Search engines show about this much of a page's description."""

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
    drafts = [document.path for document in documents if not _is_wanted(document, config, present)]
    placed = _in_order([(document, _place(document, config)) for document in kept], config)
    base = base_path(config.site.base_url)
    files = Files(config, folders_of_posts((document.path, place) for document, place in placed))
    own = [post for post in placed if config.is_in_posts(post[0].path)]
    terms = make_terms(own, base)
    generated = generated_places(config, terms.terms, len(own))
    links = Links(placed, files, drafts, generated)
    aliases, alias_problems = _aliases(placed, generated, base, config)
    moved = moved_places(config, placed, generated, aliases, links)
    links = links.with_former(former_places(moved, placed))
    filler = Filler(placed, links, base, sizes)
    bodies = [filler.fill(document) for document, _ in placed]
    around = neighbours(own, base)
    children = _children(placed, config, base)
    menu, menu_assets, menu_problems = _menu(config, links, base)
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


def describe(text: str) -> str:
    """Return the beginning of a text as one line, cut after a word; an ellipsis marks a cut."""
    # A word more than there can be, since all words of a long post take their time.
    line = " ".join(text.split(maxsplit=DESCRIPTION_CHARACTERS)[:DESCRIPTION_CHARACTERS])
    if len(line) <= DESCRIPTION_CHARACTERS:
        return line
    head, space, _ = line[:DESCRIPTION_CHARACTERS].rpartition(" ")
    return (head if space else line[: DESCRIPTION_CHARACTERS - 1]).rstrip(" ,;:.–—-") + "…"


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


def _children(placed: Sequence[Placed], config: Config, base: str) -> Mapping[str, tuple[PageLink, ...]]:
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
            link = PageLink(
                address(base, place), document.title, Markup(document.title_html), _description_of(document)
            )
            order = math.inf if document.meta.order is None else document.meta.order
            name = "" if config.is_in_posts(document.path) else document.title.casefold()  # posts stay in their order
            found.setdefault(parent, []).append((order, name, position, link))
    return {path: tuple(link for *_, link in sorted(links, key=lambda each: each[:3])) for path, links in found.items()}


def _menu(
    config: Config, links: Links, base: str
) -> tuple[tuple[MenuLink, ...], tuple[AssetFile, ...], tuple[Diagnostic, ...]]:
    """Return the menu with its addresses as pages need them, files it leads to, and the entries that lead nowhere."""
    menu: list[MenuLink] = []
    assets: list[AssetFile] = []
    problems: list[Diagnostic] = []
    for index, item in enumerate(config.site.menu):
        url = item.url.strip()
        written = reference(url)
        if not written.external:
            written = written.rooted()
            target = links.from_root(written)
            if isinstance(target, Refused):
                span = config.spans.get(("site", "menu", index, "url"))
                problems.append(
                    Diagnostic(target.code, target.message, config.path, span, "nothing to link to here", target.hint)
                )
            elif isinstance(target, FoundFile) and target.asset is not None:
                assets.append(target.asset)
            place = unquote(written.path) if isinstance(target, Refused) else target.place
            url = address(base, place, written.query, written.fragment)
        menu.append(MenuLink(" ".join(item.title.split()), url))
    return tuple(menu), tuple(assets), tuple(problems)


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


def _aliases(
    placed: Sequence[Placed], generated: Iterable[str], base: str, config: Config
) -> tuple[tuple[Alias, ...], tuple[Diagnostic, ...]]:
    """Return the other addresses of pages, and those that cannot be, for something is there already."""
    taken = {path_key(output_file(place)): place for place in (*generated, "/", "/404.html")}
    taken |= {path_key(output_file(place)): document.path for document, place in placed}
    found: dict[str, Alias] = {}
    problems: list[Diagnostic] = []
    for document, place in placed:
        for index, alias in enumerate(document.meta.aliases):
            key = path_key(output_file(alias))
            there = taken.get(key) or (found[key].source if key in found else None)
            if there is None:
                target = address(base, place)
                found[key] = Alias(alias, document.path, target, document.title, language(document, config))
                continue
            span = document.meta.spans.get(f"aliases.{index}")
            if key in found and there == document.path:
                message = f"the alias {alias} is one file with {found[key].place} on many systems"
                hint = "delete one of the two"
            elif there == document.path:
                message, hint = f"the alias {alias} is the address of the page itself", "delete the alias"
            elif key in taken:
                message, hint = f"the alias {alias} is the address of a page, {there}", "delete it, or move that page"
            else:
                message, hint = f"{there} has the alias {alias} too", "delete it from one of the two"
            problems.append(Diagnostic("site/bad-alias", message, document.path, span, hint=hint))
    return tuple(sorted(found.values())), tuple(problems)


def _description_of(document: Document) -> str:
    own = document.description.text if document.description else document.summary
    given = own or document.opening or document.text
    return " ".join(given.split()) if document.description else describe(given)


def _summary_of(document: Document) -> Markup:
    if document.description is not None:
        return Markup(document.description.html)
    return escape(document.summary or describe(document.opening or document.text))


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
        description=before.description if before else _description_of(document),
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
        summary=before.summary if before else _summary_of(document),
        template=document.meta.template,
        layout=document.meta.layout,
        markdown_url=address(base, markdown_place(place)) if config.publish.markdown else "",
    )


def markdown_place(place: str) -> str:
    """Return where the source of the page at a place is published: beside it, as `/bose/index.md`."""
    return place + "index.md" if place.endswith("/") else place.rpartition(".")[0] + ".md"


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({entry for group in groups for entry in group}))
