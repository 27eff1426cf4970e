"""Old addresses that posts and settings name: what each leads to, and `_redirects`, from which hosts take them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter import PathProblem, normalise_path
from sitegen.model import Document
from sitegen.site.addresses import address, base_path, output_file, path_key, reference
from sitegen.site.files import FoundFile, Refused
from sitegen.site.links import Links
from sitegen.site.model import Alias, AssetFile, Copy, Site
from sitegen.site.reading import language

__all__ = ["REDIRECTS", "Moved", "aliases_of", "former_places", "moved_places", "redirects"]

REDIRECTS = "_redirects"
"""The file's name; Netlify and Cloudflare read it."""

_FILE = re.compile(r"\.(?!html?\Z)[A-Za-z][A-Za-z0-9]{0,9}\Z", re.IGNORECASE)
"""How the address of a file ends that is no page: `/atom.xml`."""


def aliases_of(
    placed: Sequence[tuple[Document, str]], generated: Iterable[str], base: str, config: Config
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


class Moved(msgspec.Struct, frozen=True):
    """What becomes of the old addresses."""

    aliases: tuple[Alias, ...]
    copies: tuple[Copy, ...]
    assets: tuple[AssetFile, ...]
    """Files that an old address leads to."""
    diagnostics: tuple[Diagnostic, ...]
    places: Mapping[str, str] = {}
    """Each old place that leads to one of this site."""


def moved_places(
    config: Config,
    placed: Sequence[tuple[Document, str]],
    generated: Iterable[str],
    aliases: Iterable[Alias],
    links: Links,
) -> Moved:
    """Return what the old addresses of `[site.redirects]` lead to.

    A `*` stands for the same text in the old address and in that of a page or of a list of posts; where a page is at
    the old address by now, that page stays.
    """
    if not config.site.redirects:
        return Moved((), (), (), ())
    finder = _Finder(config, placed, generated, aliases, links)
    for old, new in config.site.redirects.items():
        finder.add(old, new)
    return Moved(
        tuple(finder.aliases), tuple(sorted(finder.copies)), tuple(finder.assets), tuple(finder.problems), finder.now
    )


def former_places(moved: Moved, placed: Sequence[tuple[Document, str]]) -> dict[str, str]:
    """Return the old places of pages, each with the page's place, so that links to them lead there at once."""
    own = {alias: place for document, place in placed for alias in document.meta.aliases}
    return {**moved.places, **own}


class _Finder:
    def __init__(
        self,
        config: Config,
        placed: Sequence[tuple[Document, str]],
        generated: Iterable[str],
        aliases: Iterable[Alias],
        links: Links,
    ) -> None:
        self.config = config
        self.links = links
        self.base = base_path(config.site.base_url)
        self.titles = {place: document.title for document, place in placed}
        self.places = [*self.titles, *(place for place in generated if place not in self.titles)]
        self.taken = {path_key(output_file(place)) for place in (*self.places, "/", "/404.html")}
        self.taken |= {path_key(output_file(alias.place)) for alias in aliases}
        self.aliases: list[Alias] = []
        self.copies: list[Copy] = []
        self.assets: list[AssetFile] = []
        self.problems: list[Diagnostic] = []
        self.now: dict[str, str] = {}

    def add(self, old: str, new: str) -> None:
        """Find what an old address leads to."""
        if "*" in old:
            self._all(old, new)
            return
        new, circle = self._end(old, new)
        if circle:
            self._report(old, "site/bad-redirect", f"{old} leads back to itself", "name a page, or another site")
            return
        if not new.startswith("/"):
            self._lead(old, old, new, new)
            return
        written = reference(new)
        target = self.links.from_root(written)
        if isinstance(target, Refused):
            self._report(old, target.code, target.message, target.hint)
            return
        if isinstance(target, FoundFile) and target.asset is not None:
            self.assets.append(target.asset)
        if _FILE.search(old):
            self._copy(old, old, target.place)
        else:
            self._lead(old, old, address(self.base, target.place, written.query, written.fragment), target.place)

    def _end(self, old: str, new: str) -> tuple[str, bool]:
        """Return where an old address leads, perhaps by way of others, and whether that is one of those on the way."""
        seen = {old}
        while new in self.config.site.redirects and new not in seen and new not in self.titles:
            seen.add(new)
            new = self.config.site.redirects[new]
        return new, new in seen

    def _all(self, old: str, new: str) -> None:
        """Find the pages whose addresses have the form of `new`, and give each the old one."""
        start, _, end = new.partition("*")
        found = False
        for place in self.places:
            if len(place) > len(start) + len(end) and place.startswith(start) and place.endswith(end):
                found = True
                text = place[len(start) : len(place) - len(end)]
                former = old.replace("*", text)
                if _FILE.search(former) and _FILE.search(place):
                    self._copy(old, former, place)
                elif path_key(output_file(former)) not in self.taken:
                    self._lead(old, former, address(self.base, place), place)
        if not found:
            hint = "leave it out, or correct the part around the *"
            self._report(old, "config/unmatched-pattern", f"no page has an address of the form {new}", hint)

    def _copy(self, written: str, old: str, target: str) -> None:
        problem = normalise_path(old)
        if isinstance(problem, PathProblem):
            self._report(written, "site/bad-redirect", problem.message, problem.hint)
        elif path_key(output_file(old)) in self.taken:
            self._report(written, "site/bad-redirect", f"a file of the site is at {old}", "leave the redirect out")
        elif _FILE.search(target) or self.config.build.redirects:
            self.taken.add(path_key(output_file(old)))
            self.copies.append(Copy(old, target))
        else:
            message = f"{old} is the address of a file, and {target} that of a page"
            hint = "only hosts that read _redirects can lead from one to the other: set build.redirects"
            self._report(written, "site/bad-redirect", message, hint)

    def _lead(self, written: str, old: str, url: str, target: str) -> None:
        place = normalise_path(old)
        if isinstance(place, PathProblem):
            self._report(written, "site/bad-redirect", place.message, place.hint)
        elif path_key(output_file(place)) in self.taken:
            hint = "leave the redirect out, or move that page"
            self._report(written, "site/bad-redirect", f"there is a page at {place}, which stays", hint)
        else:
            self.taken.add(path_key(output_file(place)))
            title = self.titles.get(target, self.config.site.title if target.startswith("/") else target)
            self.now[place] = target
            self.aliases.append(Alias(place, self.config.path, url, title, self.config.site.language))

    def _report(self, old: str, code: str, message: str, hint: str) -> None:
        span = self.config.spans.get(("site", "redirects", old))
        self.problems.append(Diagnostic(code, message, self.config.path, span, hint=hint))


def redirects(site: Site) -> str:
    """Return a line for every old address of a page: where from, where to, status 301 (moved for good).

    An address with a slash at its end is moved without the slash too: Cloudflare tells the two apart.
    """
    moved: dict[str, str] = {site.url(copy.place): site.url(copy.target) for copy in site.copies}
    for alias in site.aliases:
        old = site.url(alias.place)
        for form in (old, old.rstrip("/")):
            if form:
                moved.setdefault(form, alias.target)
    pages = {page.url for page in site.pages}
    return "".join(f"{old} {new} 301\n" for old, new in sorted(moved.items()) if old not in pages)
