"""What is made of posts and is no page: feeds, the sitemap, sources of pages, files at their old addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from urllib.parse import unquote

import msgspec

from sitegen.assets import Assets, StaticFile, copied
from sitegen.model import Output
from sitegen.pages.keys import Keys
from sitegen.site import KINDS, Page, Site
from sitegen.site.addresses import output_file

__all__ = ["file_outputs"]


def file_outputs(site: Site, made: Assets, keys: Keys | None = None) -> tuple[Output, ...]:
    """Return the recipes of what is made of posts and is no page: feeds, the sitemap, sources of pages.

    A static file of the same path stands in for each of them.
    """
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


def _feeds(site: Site, keys: Keys | None) -> Iterator[Output]:
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


def _for_crawlers(site: Site, keys: Keys | None) -> Iterator[Output]:
    from sitegen.pages.crawlers import robots, sitemap

    places = ["/"] if site.home is None else []
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
        place = unquote(page.markdown_url.removeprefix(site.base_path))
        yield copied(StaticFile(site.config.root / page.source, place, page.source))
