"""What templates are given besides the page: the site, its settings, what pages load, words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sitegen import search
from sitegen.assets import Assets
from sitegen.config import Config
from sitegen.pages.given import named_words
from sitegen.pages.model import FeedLink
from sitegen.policy import Source, policy, written_sources
from sitegen.site import Site, Term
from sitegen.site.addresses import origin

__all__ = ["Variables", "feed_links", "policy_of"]


class Variables:
    """The variables of a site's templates but for `page`; the same for all pages that load the same files."""

    def __init__(self, site: Site, made: Assets) -> None:
        self._site, self._made = site, made
        self._by_links: dict[object, dict[str, Any]] = {}

    def of(self, page: str | None = None) -> dict[str, Any]:
        """Return name and value of each for the page with an output path; None stands for lists of pages."""
        links = page in self._made.rare, page in self._made.apart
        if links not in self._by_links:
            self._by_links[links] = _variables(self._site, self._made, page)
        return self._by_links[links]


def _variables(site: Site, made: Assets, page: str | None) -> dict[str, Any]:
    return {
        "site": site,
        "settings": site.config.site,
        "url": site.url,
        "absolute_url": site.absolute_url,
        "stylesheets": made.stylesheet_urls(site, page),
        "math_font": made.math_font_url(site, page),
        "menu": site.menu,
        "origin": origin(site.config.site.base_url),
        "feeds": feed_links(site) if site.config.publish.feed else [],
        "search_url": search.address(site),
        "search_bundle": "",
        "content_policy": policy_of(site.config, ()),
        "words": named_words(site.config.site.language, site.config.theme.words),
    }


def feed_links(site: Site, term: Term | None = None) -> list[FeedLink]:
    """Return links to the feeds of a site, or to that of a tag, category, author or series."""
    place = term.place if term else "/"
    title = f"{term.name} – {site.config.site.title}" if term else site.config.site.title
    links = [FeedLink(title, site.url(f"{place}feed.xml"), "application/atom+xml", term is not None)]
    if site.config.publish.json_feed and term is None:
        links.append(FeedLink(title, site.url("/feed.json"), "application/feed+json", False))
    return links


def policy_of(config: Config, sources: Sequence[Source]) -> str:
    """Return the content policy of a page for its `<meta>`; empty where it has none."""
    # The file of headers allows what any page needs; where one page may do more, each says what it may.
    apart = config.search.enable and config.build.headers
    if config.preview or not (config.html.policy or apart):
        return ""
    return policy((*sources, *written_sources(config.html.sources)))
