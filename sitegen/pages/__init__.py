"""A `Site` into HTML pages: posts, the home page, the page for missing addresses. Jinja waits in `templates`.

Templates are looked up in the site's folder of templates, then in the packaged theme; the prefix `default/` leads
to the packaged ones alone, so that a site's `base.html` can extend `default/base.html`. All of them are read and
checked before anything is rendered. `theme/README.md` lists every block and variable.

    model      the templates as values
    given      what templates may use
    templates  checks and renders them; imported when there is something to check or to render
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import msgspec

from sitegen import assets, search
from sitegen.assets import Assets
from sitegen.cache import engine_digest
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.looks import look
from sitegen.model import Output, RenderError, StoredBody
from sitegen.pages.given import FIELDS, VARIABLES, iso_date, long_date, named_words
from sitegen.pages.model import AliasPage, FeedLink, Paginator, TemplateFile, Theme, Year
from sitegen.policy import Source, digest_of, policy, written_sources
from sitegen.site import KINDS, Page, Site, Term
from sitegen.site.addresses import origin, output_file
from sitegen.text import is_unicode, printable

__all__ = [
    "FIELDS",
    "VARIABLES",
    "Checked",
    "RenderError",
    "TemplateFile",
    "Theme",
    "file_outputs",
    "foreign_templates",
    "iso_date",
    "load_theme",
    "long_date",
    "page_outputs",
    "read_templates",
]

USUAL = (
    "post.html",
    "page.html",
    "home.html",
    "archive.html",
    "terms.html",
    "term.html",
    "alias.html",
    "search.html",
    "404.html",
)
"""Templates that pages are made with, where a post does not ask for another."""

SUFFIXES = frozenset({".html", ".jinja", ".txt", ".xml"})
"""Files of a folder of templates that are templates."""


class Checked(msgspec.Struct, frozen=True):
    """What is known of a theme that was checked."""

    digest: bytes
    """Of the theme and of the code that checked it; nothing is wrong with its templates."""
    with_site: tuple[str, ...]
    """Those of the usual templates that may show something of the rest of the site."""


# -- loading


def load_theme(
    config: Config,
    known: Checked | None = None,
    given: Mapping[str, Any] | None = None,
    code: bytes = b"",
    compiled: Path | None = None,
) -> tuple[Theme | None, tuple[Diagnostic, ...]]:
    """Read and check the templates, stylesheets and static files of a site; None when a page cannot be made.

    Syntax errors, names that nothing defines and templates that do not exist are found here, in the templates
    that no page uses as well. Templates that are `known` are not checked again. `given` are names that the site's own
    module adds, `code` is a digest of it; `compiled` is a folder where compiled templates may be kept.
    """
    files, problems = read_templates(config)
    kept = None if compiled is None else str(compiled)
    theme = Theme(files, config.site.language, given, code, config.theme.words, kept)
    if known is None or known.digest != _digest(theme):
        from sitegen.pages.templates import check

        problems += check(theme)
    problems += assets.problems(config)
    return (None if problems else theme), tuple(problems)


def what_is_checked(theme: Theme, known: Checked | None = None) -> Checked:
    """Return what may be noted of a theme that `load_theme` found nothing wrong with."""
    digest = _digest(theme)
    if known is not None and known.digest == digest:
        return known
    from sitegen.pages.templates import looks_at_site

    return Checked(digest, tuple(name for name in USUAL if theme.given or looks_at_site(theme, name)))


def _digest(theme: Theme) -> bytes:
    return hashlib.blake2b(theme.digest + engine_digest(), digest_size=20).digest()


def read_templates(config: Config) -> tuple[dict[str, TemplateFile], list[Diagnostic]]:
    """Return the templates by name, unchecked, and those that cannot be read."""
    files: dict[str, TemplateFile] = {}
    problems: list[Diagnostic] = []
    packaged = assets.THEME / "templates"
    for name in _template_names(packaged):
        file = TemplateFile(f"default/{name}", (packaged / name).read_text(encoding="utf-8"), packaged=True)
        files[name] = files[f"default/{name}"] = file
    folder = config.root / config.build.templates
    for name in _template_names(folder):
        path = f"{config.build.templates}/{name}"
        if not is_unicode(path):
            message = "the name is not valid Unicode"
            problems.append(Diagnostic("source/bad-name", message, printable(path), hint="rename it"))
            continue
        try:
            files[name] = TemplateFile(path, (folder / name).read_text(encoding="utf-8-sig"), packaged=False)
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError):
                reason, hint = error.strerror, "check the file's permissions"
            else:
                reason, hint = "it is not UTF-8 text", "save the file as UTF-8"
            problems.append(Diagnostic("template/unreadable", f"cannot read the template: {reason}", path, hint=hint))
    return files, problems


def _template_names(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if file.suffix in SUFFIXES and not hidden and relative.parts[0] != "styles" and not file.is_dir():
            yield relative.as_posix()


# -- recipes

POST = "post.html"
PAGE = "page.html"


def page_outputs(
    site: Site, theme: Theme | None = None, made: Assets | None = None, known: Checked | None = None
) -> tuple[Output, ...]:
    """Return the recipes of all pages: one per post or page, those that list posts, aliases, and the 404 page.

    `theme` and `made` are loaded where they are not given. With `known`, the recipes have keys, so that a page need
    not be rendered to see whether it changed. Raises RenderError for the first problem of loading, and for a template
    that a post asks for and that does not exist; the recipes raise it for what only shows while rendering.
    """
    if theme is None:
        theme, problems = load_theme(site.config)
        if theme is None:
            raise RenderError(problems[0])
    made = made or assets.make_assets(site)
    maker = _Maker(site, theme, made, known)
    home = _home(site)
    posts = [maker.page(page) for page in site.pages if page is not home]
    # A page at an old address would keep some hosts from looking into `_redirects`.
    aliases = () if site.config.build.redirects else tuple(maker.aliases())
    return (*posts, *maker.home(home), *maker.archive(), *maker.terms(), *aliases, *maker.search(), maker.missing())


def file_outputs(site: Site, made: Assets, known: Checked | None = None) -> tuple[Output, ...]:
    """Return the recipes of what is made of posts and is no page: feeds, the sitemap, sources of pages.

    A static file of the same path stands in for each of them.
    """
    keys = _Keys(site, _common(site, made), known) if known is not None else None
    static = {output.path for output in made.outputs}
    found = [*_feeds(site, keys), *_for_crawlers(site, keys), *_sources(site)]
    own = [output for output in found if output.path not in static]
    return (*own, *_copies(site, {output.path: output for output in (*made.outputs, *own)}))


def _copies(site: Site, files: Mapping[str, Output]) -> Iterator[Output]:
    """Yield the files that are published at an old address as well, unless the host leads from there to the new one."""
    for copy in () if site.config.build.redirects else site.copies:
        original = files.get(copy.target.lstrip("/"))
        if original is not None:  # else a page of the list of files that this site leaves out
            yield msgspec.structs.replace(original, path=copy.place.lstrip("/"))


class _Maker:
    """Makes the recipes of one site's pages."""

    def __init__(self, site: Site, theme: Theme, made: Assets, known: Checked | None) -> None:
        self.site = site
        self.theme = theme
        self.made = made
        self.common = _common(site, made)
        self.given = _Given(site, made)
        self.keys = _Keys(site, self.common, known) if known is not None else None
        self.by_source = {page.source: page for page in site.pages}

    def page(self, page: Page) -> Output:
        """Return the recipe of a post's or page's page."""
        name = template_of(page, self.theme, self.site)
        given = self.given.of(page.output)
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
            undated = self.common["words"].undated
            years = [
                Year(name, tuple(group))
                for name, group in groupby(posts, lambda post: str(post.date.year) if post.date else undated)
            ]
            yield self._list("archive.html", "/archive/", {"years": years}, posts, None)

    def terms(self) -> Iterator[Output]:
        """Yield the recipes of the pages of tags, categories, authors and series, and of the lists of them."""
        for kind in KINDS:
            terms = [term for term in self.site.terms if term.kind == kind]
            if terms:
                yield self._list("terms.html", f"/{kind}/", {"terms": terms}, (), terms)
        for term in self.site.terms:
            posts = tuple(self.by_source[source] for source in term.sources)
            feeds = [*self.common["feeds"], *(_feed_links(self.site, term) if self.site.config.publish.feed else ())]
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
            given = {"search_bundle": bundle, "content_policy": _policy_of(config, search.SOURCES)}
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
        common = self.given.of(path if own else None)
        key = (
            self.keys.of_list(name, place, pages, (values, common["stylesheets"], common["math_font"]))
            if self.keys
            else ""
        )
        source = origin_of or (own.source if own else self.theme.files[name].path)
        return Output(
            path, partial(_render, self.theme, name, {**common, **given}, self.site.url(place), own), source, key=key
        )


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


class _Given:
    """What templates are given besides the page; the same for all pages that load the same files."""

    def __init__(self, site: Site, made: Assets) -> None:
        self._site, self._made = site, made
        self._by_links: dict[object, dict[str, Any]] = {}

    def of(self, page: str | None) -> dict[str, Any]:
        """Return what is given to the page with an output path; None for one that is made of others."""
        links = page in self._made.rare, page in self._made.apart
        if links not in self._by_links:
            self._by_links[links] = _common(self._site, self._made, page)
        return self._by_links[links]


def _home(site: Site) -> Page | None:
    """Return the page that gives the home page its text: that of `index.md` directly in the content folder."""
    return next((page for page in site.pages if page.kind == "page" and page.output == "index.html"), None)


# -- feeds and other files


def _feed_links(site: Site, term: Term | None = None) -> list[FeedLink]:
    place = term.place if term else "/"
    title = f"{term.name} – {site.config.site.title}" if term else site.config.site.title
    links = [FeedLink(title, site.url(f"{place}feed.xml"), "application/atom+xml", term is not None)]
    if site.config.publish.json_feed and term is None:
        links.append(FeedLink(title, site.url("/feed.json"), "application/feed+json", False))
    return links


def _feeds(site: Site, keys: _Keys | None) -> Iterator[Output]:
    publish = site.config.publish
    if not publish.feed:
        return
    by_source = {page.source: page for page in site.pages}
    dated = [page for page in site.posts if page.date is not None and not page.draft]
    lists: list[tuple[str, str, Sequence[Page]]] = [("/", site.config.site.title, dated)]
    for term in site.terms:
        posts = [by_source[source] for source in term.sources]
        posts = [page for page in posts if page.date is not None and not page.draft]
        lists.append((term.place, f"{term.name} – {site.config.site.title}", posts))
    for place, title, newest in lists:
        shown = newest[: publish.feed]
        for name in ("feed.xml", "feed.json") if publish.json_feed and place == "/" else ("feed.xml",):
            about = (title, place + name, place, publish.feed_content, publish.feed_id)
            key = keys.of_list("feed", place + name, shown, (about, site.config.site.timezone)) if keys else ""
            yield Output(output_file(place + name), partial(_feed, site, about, shown), "sitegen.toml", key=key)


def _feed(site: Site, about: tuple[str, str, str, str, str], pages: Sequence[Page]) -> bytes:
    from sitegen.pages.feeds import Feed, atom, json_feed

    title, place, home, content, ids = about
    feed = Feed(title, site.absolute_url(place), site.absolute_url(home), content == "full", ids, site.base_path)
    make = atom if place.endswith(".xml") else json_feed
    return make(feed, pages, site.config.site)


def _for_crawlers(site: Site, keys: _Keys | None) -> Iterator[Output]:
    from sitegen.pages.crawlers import robots, sitemap

    places = ["/"] if _home(site) is None else []
    places += ["/archive/"] if site.config.publish.archive and site.posts else []
    places += [f"/{kind}/" for kind in KINDS if any(term.kind == kind for term in site.terms)]
    places += [term.place for term in site.terms]
    dates = [(page.absolute_url, page.updated or page.date, page.draft) for page in site.pages]
    key = keys.of_list("sitemap", "/sitemap.xml", (), (dates, places)) if keys else ""
    yield Output("sitemap.xml", partial(sitemap, site, places), "sitegen.toml", key=key)
    yield Output("robots.txt", partial(robots, site), "sitegen.toml")


def _sources(site: Site) -> Iterator[Output]:
    """Yield the recipes of the sources of pages, where they are published."""
    if not site.config.publish.markdown:
        return
    for page in site.pages:
        file = site.config.root / page.source
        seen = look(file, follow=True)
        place = unquote(page.markdown_url.removeprefix(site.base_path))
        yield Output(place, partial(_source, file, page.source), page.source, file, f"{file} {seen}" if seen else "")


def _source(file: Path, name: str) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        message = f"cannot read {name}: {error.strerror}"
        raise RenderError(Diagnostic("asset/unreadable", message, name)) from error


def _common(site: Site, made: Assets, page: str | None = None) -> dict[str, Any]:
    """Return what templates are given besides the page; `page` names one that loads other files than most."""
    return {
        "site": site,
        "settings": site.config.site,
        "url": site.url,
        "absolute_url": site.absolute_url,
        "stylesheets": made.stylesheet_urls(site, page),
        "math_font": made.math_font_url(site, page),
        "menu": site.menu,
        "origin": origin(site.config.site.base_url),
        "feeds": _feed_links(site) if site.config.publish.feed else [],
        "search_url": search.address(site),
        "search_bundle": "",
        "content_policy": _policy_of(site.config, ()),
        "words": named_words(site.config.site.language, site.config.theme.words),
    }


def _policy_of(config: Config, sources: Sequence[Source]) -> str:
    """Return the content policy of a page for its `<meta>`; empty where it has none."""
    # The file of headers allows what any page needs; where one page may do more, each says what it may.
    apart = config.search.enable and config.build.headers
    if config.preview or not (config.html.policy or apart):
        return ""
    return policy((*sources, *written_sources(config.html.sources)))


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
        common = {**common, "content_policy": _policy_of(common["site"].config, (*page.sources, *_data(page, common)))}
    if page is not None and page.language != theme.language:
        common = {**common, "words": named_words(page.language, theme.words)}
    return render(theme, name, common, page)


# -- keys: names of everything that a page depends on

_FIELDS_OF_PAGE = tuple(name for name in Page.__struct_fields__ if name != "_content")
_encode: Callable[[Any], bytes] = msgspec.msgpack.Encoder(enc_hook=str).encode  # `Markup` is a kind of text


class _Keys:
    """Makes the keys of a site's pages. A page with an empty key has to be rendered."""

    def __init__(self, site: Site, common: Mapping[str, Any], known: Checked) -> None:
        self._start = hashlib.blake2b(known.digest + _given(common), digest_size=20)
        self._start.update(f"\0{site.base_path}\0{site.config.site.base_url}\0".encode())
        self._start.update(
            _encode(
                (
                    site.config.html,
                    site.config.theme.words,
                    site.config.preview,
                    site.config.search,
                    site.config.build.headers,
                )
            )
        )
        self._posts = {page.output: self._digest(page) for page in site.pages}
        self._with_site = known.with_site
        self._site = _digest_of_site(site, self._posts.values())

    def of_post(self, page: Page, name: str, given: Mapping[str, Any]) -> str:
        """Return the key of a post's page, which is given what may differ from what other pages are given."""
        own = self._posts[page.output]
        if not own or not self._site:
            return ""
        own += self._site if self._may_show_site(name) else b""
        return self._key(name, own + _links(given))

    def of_list(self, name: str, place: str, pages: Sequence[Page], values: Any) -> str:
        """Return the key of a file that shows some posts, and else depends on `values` alone."""
        if not self._site:
            return ""
        own = b"".join(self._posts[page.output] for page in pages)
        own += self._site if self._may_show_site(name) else b""
        return self._key(name, place.encode() + b"\0" + own + _encode(values))

    def _may_show_site(self, name: str) -> bool:
        return name in self._with_site or (name.endswith(".html") and name not in USUAL)

    def _digest(self, page: Page) -> bytes:
        """Return a digest of a page; empty where the name of its body is not known."""
        body = page._content.body
        if not isinstance(body, StoredBody):
            return b""
        values = [getattr(page, name) for name in _FIELDS_OF_PAGE]
        return hashlib.blake2b(_encode((values, body.key, page._content.fillings)), digest_size=20).digest()

    def _key(self, name: str, own: bytes) -> str:
        digest = self._start.copy()
        digest.update(name.encode() + b"\0" + own)
        return digest.hexdigest()


def _links(given: Mapping[str, Any]) -> bytes:
    """Return as bytes what a page is given that others may not be."""
    return _encode((given["stylesheets"], given["math_font"]))


def _given(common: Mapping[str, Any]) -> bytes:
    """Return what templates are given besides page and site, as bytes."""
    return _encode([value for name, value in common.items() if name not in ("site", "url", "absolute_url")])


def _digest_of_site(site: Site, posts: Sequence[bytes] | Any) -> bytes:
    """Return a digest of everything that a template can learn from `site`; empty where it is not known."""
    posts = list(posts)
    if not all(posts):
        return b""
    digest = hashlib.blake2b(b"".join(posts), digest_size=20)
    rest = (
        site.config.site,
        site.config.build,
        site.config.math,
        site.config.theme,
        site.config.drafts,
        str(site.config.root),
    )
    digest.update(
        _encode((rest, site.assets, site.stills, site.colors, site.backgrounds, site.styles, site.diagnostics))
    )
    digest.update(_encode(sorted(site.broken)))
    return digest.digest()
