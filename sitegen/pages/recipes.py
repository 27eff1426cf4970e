"""The recipes of pages: of each post and page, of the home page and other lists, of old addresses and missing ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sitegen import search
from sitegen.assets import Assets
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.model import Output, RenderError
from sitegen.pages.given import named_words
from sitegen.pages.keys import Keys
from sitegen.pages.model import AliasPage, Paginator, Theme, Year
from sitegen.pages.variables import Variables, feed_links, policy_of
from sitegen.policy import Source, digest_of
from sitegen.site import KINDS, Page, Site
from sitegen.site.addresses import origin, output_file

__all__ = ["foreign_templates", "page_outputs"]

POST = "post.html"
PAGE = "page.html"


def page_outputs(site: Site, theme: Theme, made: Assets, keys: Keys | None = None) -> tuple[Output, ...]:
    """Return the recipes of all pages: one per post or page, those that list posts, aliases, and the 404 page.

    With `keys`, a page need not be rendered to see whether it changed. Raises RenderError for a template that a post
    asks for and that does not exist; the recipes raise it for what only shows while rendering.
    """
    maker = _Maker(site, theme, made, keys)
    home = site.home
    posts = [maker.page(page) for page in site.pages if page is not home]
    # A page at an old address would keep some hosts from looking into `_redirects`.
    aliases = () if site.config.build.redirects else tuple(maker.aliases())
    return (*posts, *maker.home(home), *maker.archive(), *maker.terms(), *aliases, *maker.search(), maker.missing())


class _Maker:
    """Makes the recipes of one site's pages."""

    def __init__(self, site: Site, theme: Theme, made: Assets, keys: Keys | None) -> None:
        self.site = site
        self.theme = theme
        self.variables = Variables(site, made)
        self.keys = keys
        self.by_source = {page.source: page for page in site.pages}

    def page(self, page: Page) -> Output:
        """Return the recipe of a post's or page's page."""
        name = template_of(page, self.theme, self.site)
        given = self.variables.of(page.output)
        key = self.keys.of_post(page, name, given) if self.keys else ""
        return Output(page.output, partial(_render, self.theme, name, given, page.url, page), page.source, key=key)

    def home(self, home: Page | None) -> Iterator[Output]:
        """Yield the recipes of the home page and of those that go on with its list."""
        posts, size = self.site.posts, self.site.config.site.paginate or len(self.site.posts) or 1
        pages = max(1, -(-len(posts) // size))
        for number in range(1, pages + 1):
            shown = posts[(number - 1) * size : number * size]
            paginator = Paginator(
                number=number,
                pages=pages,
                previous_url=self._page_url(number - 1) if number > 1 else "",
                next_url=self._page_url(number + 1) if number < pages else "",
            )
            given = {"posts": shown, "paginator": paginator}
            own = home if number == 1 else None
            place = "/" if number == 1 else f"/page/{number}/"
            # Without a page of its own, the home page still loads what other pages with its formulas do.
            yield self._list("home.html", place, given, (*shown, *((own,) if own else ())), paginator, own)

    def _page_url(self, number: int) -> str:
        return self.site.url("/" if number == 1 else f"/page/{number}/")

    def archive(self) -> Iterator[Output]:
        """Yield the recipe of the page with all posts by year."""
        posts = self.site.posts
        if self.site.config.publish.archive and posts:
            years = _by_year(posts, self.variables.of()["words"].undated)
            yield self._list("archive.html", "/archive/", {"years": years}, posts, None)

    def terms(self) -> Iterator[Output]:
        """Yield the recipes of the pages of tags, categories, authors and series, and of the lists of them."""
        for kind in KINDS:
            terms = [term for term in self.site.terms if term.kind == kind]
            if terms:
                yield self._list("terms.html", f"/{kind}/", {"terms": terms}, (), terms)
        for term in self.site.terms:
            posts = tuple(self.by_source[source] for source in term.sources)
            own = feed_links(self.site, term) if self.site.config.publish.feed else ()
            feeds = [*self.variables.of()["feeds"], *own]
            given = {"term": term, "posts": posts, "feeds": feeds}
            yield self._list("term.html", term.place, given, posts, (term, feeds))

    def aliases(self) -> Iterator[Output]:
        """Yield the recipes of pages that send readers on."""
        for alias in self.site.aliases:
            inside = alias.target.startswith("/")
            whole = origin(self.site.config.site.base_url) + alias.target if inside else alias.target
            given = {"alias": AliasPage(alias.title, alias.target, whole)}
            yield self._list("alias.html", alias.place, given, (), (alias, given["alias"]), origin_of=alias.source)

    def search(self) -> Iterator[Output]:
        """Yield the recipe of the page that searches, which loads a program: it alone is allowed to."""
        config = self.site.config
        if config.search.enable:
            # A preview has no index.
            bundle = "" if config.preview else self.site.url(f"/{search.BUNDLE}/")
            given = {"search_bundle": bundle, "content_policy": policy_of(config, search.SOURCES)}
            yield self._list("search.html", search.PLACE, given, (), given)

    def missing(self) -> Output:
        """Return the recipe of the page for missing addresses."""
        return self._list("404.html", "/404.html", {}, (), None)

    def _list(
        self,
        name: str,
        place: str,
        given: Mapping[str, Any],
        pages: Sequence[Page],
        values: Any,
        own: Page | None = None,
        origin_of: str = "",
    ) -> Output:
        path = output_file(place)
        common = self.variables.of(path if own else None)
        shown = values, common["stylesheets"], common["math_font"]
        key = self.keys.of_list(name, place, pages, shown) if self.keys else ""
        source = origin_of or (own.source if own else self.theme.files[name].path)
        render = partial(_render, self.theme, name, {**common, **given}, self.site.url(place), own)
        return Output(path, render, source, key=key)


def _by_year(posts: Sequence[Page], undated: str) -> list[Year]:
    """Return the years of posts, the last one first, then what is `undated`.

    The year is that of the date as it is shown. Posts of two time zones may come in another order than their years.
    """
    found: dict[int, list[Page]] = {}
    for post in posts:
        found.setdefault(post.date.year if post.date else 0, []).append(post)
    return [
        Year(str(year), tuple(found[year]), f"y{year}") if year else Year(undated, tuple(found[year]), "undated")
        for year in sorted(found, reverse=True)
    ]


def template_of(page: Page, theme: Theme, site: Site) -> str:
    """Return the name of the template that makes a page. Raises RenderError for one that does not exist."""
    usual = POST if page.kind == "post" else PAGE
    if page.template:
        name = page.template if "." in page.template else f"{page.template}.html"
        if name in theme.files:
            return name
        document = next(document for document in site.documents if document.path == page.source)
        near = nearest(name, [each for each in theme.files if not each.startswith("default/")])
        if near is None and all(file.packaged for file in theme.files.values()):
            return usual  # `foreign_templates` speaks of it
        hint = f"did you mean {near}?" if near else f"put it into the folder {site.config.build.templates}"
        span = document.meta.spans.get("template")
        message = f"there is no template {name}"
        raise RenderError(Diagnostic("template/missing", message, page.source, span, hint=hint))
    layout = f"{page.layout}.html"
    known = page.layout and layout in theme.files and not theme.files[layout].packaged
    return layout if known else usual


def foreign_templates(site: Site, theme: Theme) -> tuple[Diagnostic, ...]:
    """Return a warning for each page that asks for a template of another generator, on a site that has none itself."""
    if not any(page.template for page in site.pages) or any(not file.packaged for file in theme.files.values()):
        return ()
    found = []
    for page, document in zip(site.pages, site.documents, strict=True):
        name = page.template if "." in page.template else f"{page.template}.html"
        if page.template and name not in theme.files:
            message = f"there is no template {name}, so the usual one was taken"
            hint = f"put it into the folder {site.config.build.templates}, or delete the line"
            span = document.meta.spans.get("template")
            found.append(Diagnostic("template/foreign", message, page.source, span, hint=hint))
    return tuple(found)


def misnamed_templates(site: Site, theme: Theme) -> Iterator[Diagnostic]:
    """Yield a warning for each template that nothing uses and whose name is nearly that of one that is used."""
    own = {name: file for name, file in theme.files.items() if not file.packaged}
    packaged = {name.removeprefix("default/") for name, file in theme.files.items() if file.packaged}
    asked = {page.template if "." in page.template else f"{page.template}.html" for page in site.pages if page.template}
    for name, file in own.items():
        if (
            name in packaged
            or name in asked
            or any(f'{name}"' in each.text or f"{name}'" in each.text for each in own.values())
        ):
            continue
        near = nearest(name, sorted(packaged))
        if near:
            message = f"no page and no template uses {name}"
            yield Diagnostic("template/unused", message, file.path, hint=f"did you mean {near}?")


def _data(page: Page, common: Mapping[str, Any]) -> Iterator[Source]:
    """Yield what allows a post's description for search engines.

    It is data, which no policy forbids; but the Nu HTML checker takes it for a script. A digest would put an end to an
    `'unsafe-inline'` that the site asks for (CSP 3, section 6.7.3.2).
    """
    from sitegen.pages.templates import json_ld

    config = common["site"].config
    if page.kind == "post" and "'unsafe-inline'" not in config.html.sources.get("script-src", ""):
        yield "script-src", digest_of(json_ld(page, config.site))


def _render(theme: Theme, name: str, common: Mapping[str, Any], here: str, page: Page | None) -> bytes:
    from sitegen.pages.templates import render

    common = {**theme.given, **common, "current_url": here}
    if page is not None and common["content_policy"]:
        common = {**common, "content_policy": policy_of(common["site"].config, (*page.sources, *_data(page, common)))}
    if page is not None and page.language != theme.language:
        common = {**common, "words": named_words(page.language, theme.words)}
    return render(theme, name, common, page)
