"""What an author's address leads to: a page, an anchor on it, a file; or why it leads nowhere.

An address without a leading slash is read in two ways, in this order. As a path from the post's own folder, as it is
in the editor and on a code host: `../other/index.md`, `kernel.png`. Then as browsers read it, from the page's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy

import msgspec

from sitegen.config import POST_SUFFIXES
from sitegen.diagnostics import nearest
from sitegen.model import Document
from sitegen.site.addresses import Reference, inside, is_index, join
from sitegen.site.files import Files, FoundFile, Refused

__all__ = ["Links", "PageTarget", "Target"]

OTHER_PAGES = ("/", "/404.html")
"""Places of pages that no post makes."""

_INDEX_HTML = "/index.html"


class PageTarget(msgspec.Struct, frozen=True):
    """A page of this site."""

    place: str
    document: Document | None
    """None for a page that no post makes."""


Target = PageTarget | FoundFile


class Links:
    """The addresses of one site, for looking up what links and images mean."""

    def __init__(
        self, documents: Sequence[tuple[Document, str]], files: Files, drafts: Iterable[str], others: Iterable[str] = ()
    ) -> None:
        """Take the posts that are built, each with its place, the paths of drafts, and places that no post makes."""
        self.files = files
        self._place_of = {document.path: place for document, place in documents}
        self._by_path = {document.path: PageTarget(place, document) for document, place in documents}
        self._by_place = {place: PageTarget(place, None) for place in (*OTHER_PAGES, *others)}
        self._by_place |= {place: PageTarget(place, document) for document, place in documents}
        self._drafts = frozenset(drafts)
        self._by_name: dict[str, list[PageTarget]] | None = None
        self._former: Mapping[str, str] = {}

    def with_former(self, places: Mapping[str, str]) -> Links:
        """Return the same, with old places of pages, each with the one that it leads to now."""
        links = copy(self)
        links._former = places
        return links

    def page(self, document: Document, written: Reference) -> Target | Refused:
        """Return what a link leads to, a page before a file; or why it leads nowhere."""
        pages = (self._page_from(document, path) for path in written.paths)
        page = next((page for page in pages if page is not None), None)
        return page or self.file(document, written) or self._no_page(document, written)

    def from_root(self, written: Reference) -> Target | Refused:
        """Return what an address that begins at the root of the site leads to; or why it leads nowhere."""
        for path in written.paths:
            found = self._page_at(path) or self.files.static(path) or self._beside_page(path)
            if found is not None:
                return found
        near = self._similar_page(written.paths[0])
        hint = f"did you mean {near}?" if near else "name a page from the root of the site, such as /about/"
        return Refused("link/missing-page", f"neither a page nor a file is at {written.paths[0]}", hint)

    def named(self, document: Document, written: Reference) -> Target | Refused:
        """Return what a link by name leads to: the page of a file or a title, or the page with an id; or why not."""
        if not written.path:
            return self._with_anchor(document, written.anchor)
        name = written.paths[-1]
        for path in written.paths:
            page = self._page_from(document, path)
            if page is not None:
                return page
        found = self._names().get(_name_key(name), [])
        if not found and "/" in name:
            found = self._names().get(_name_key(name.rpartition("/")[2]), [])
        if len(found) == 1:
            return found[0]
        if found:
            paths = ", ".join(page.document.path for page in found if page.document)
            hint = "name the folder as well, or write a link to the file"
            return Refused("link/unknown-page", f"several pages are called {name}: {paths}", hint)
        rooted = written if name.startswith("/") else written.rooted()
        file = self.file(document, written) or self.file(document, rooted)
        if file is not None:
            return file
        near = nearest(_name_key(name).rpartition("/")[2], sorted(self._names()))
        hint = (
            f"did you mean {near}?" if near else "the name is that of a file without its ending, or of a page's title"
        )
        return Refused("link/unknown-page", f"no page is called {name}", hint)

    def _with_anchor(self, document: Document, anchor: str) -> PageTarget | Refused:
        if anchor in document.anchors:
            return self._by_path[document.path]
        found = [page for page in self._by_path.values() if page.document and anchor in page.document.anchors]
        if len(found) == 1:
            return found[0]
        message = f"several pages have a place named {anchor}" if found else f"no page has a place named {anchor}"
        return Refused("link/unknown-page", message, f"a label is written ({anchor})= above a heading")

    def _names(self) -> Mapping[str, list[PageTarget]]:
        """Return the pages by every name that a link may give them."""
        if self._by_name is None:
            self._by_name = {}
            for page in self._by_path.values():
                assert page.document is not None
                for name in sorted(_names_of(page.document)):
                    self._by_name.setdefault(name, []).append(page)
        return self._by_name

    def file(self, document: Document, written: Reference) -> FoundFile | Refused | None:
        """Return the file that an image or another embedded file names; None when there is none."""
        refused: Refused | None = None
        for path in written.paths:
            for found in self._files_at(document, path):
                if isinstance(found, FoundFile):
                    return found
                refused = refused or found
        return refused

    def similar_file(self, document: Document, written: Reference) -> str | None:
        """Return what an author probably meant who named a file that does not exist."""
        path = written.paths[0].replace("\\", "/")
        base = self.files.static_folder if path.startswith("/") else _folder(document.path)
        wanted = inside(base, path)
        if wanted is None:
            return None
        found = wanted if self.files.beside(wanted) else self.files.similar(wanted)
        if found is None:
            return None
        relative = _relative(found, base)
        return "/" + relative if path.startswith("/") else relative

    # -- pages

    def _page_from(self, document: Document, path: str) -> PageTarget | None:
        if path.startswith("/"):
            return self._page_at(path)
        if path.startswith("@/"):  # Zola's way to name a file of the content folder
            return self._page_of_source(f"{self.files.content_folder}{path[1:]}")
        source = inside(_folder(document.path), path)
        if source is not None:
            found = self._page_of_source(source)
            if found is not None:
                return found
        return self._page_at(join(self._place_of[document.path], path))

    def _page_of_source(self, source: str) -> PageTarget | None:
        """Return the page of the post `source`, or of the post that a folder or a name without suffix stands for."""
        for path in _sources(source):
            if path in self._by_path:
                return self._by_path[path]
        return None

    def _page_at(self, place: str) -> PageTarget | None:
        place = join("/", place)
        if place.endswith(_INDEX_HTML):
            place = place.removesuffix("index.html")
        # Hosts show /about.html at /about too, and links of other generators count on it.
        found = self._by_place.get(place) or self._by_place.get(place + "/") or self._by_place.get(place + ".html")
        former = None if found else self._former.get(place) or self._former.get(place + "/")
        return found if former is None else self._by_place.get(former)

    def _no_page(self, document: Document, written: Reference) -> Refused:
        path = written.paths[0]
        source = inside(_folder(document.path), path)
        for draft in _sources(source) if source is not None else ():
            if draft in self._drafts:
                message = f"{draft} is a draft or lies in the future, so it has no page"
                return Refused("link/missing-page", message, "finish it first, or wait for its date")
        near = self._similar_page(path, document) or self.similar_file(document, written)
        hint = f"did you mean {near}?" if near else "name a file relative to the post, or a page from the root: /about/"
        return Refused("link/missing-page", f"neither a page nor a file is at {path}", hint)

    def _similar_page(self, path: str, document: Document | None = None) -> str | None:
        """Return the address of a page whose last name is similar, spelled like `path` in the file of `document`."""
        names = [name for name in path.split("/") if name]
        if not names:
            return None
        last = names[-2] if len(names) > 1 and is_index(path) else names[-1]
        if last.endswith(POST_SUFFIXES):
            sources = {source.rpartition("/")[2]: source for source in self._by_path}
            near = nearest(last, sources)
            if near and document is not None and not path.startswith("/"):
                return _relative(sources[near], _folder(document.path))  # perhaps only the folder is wrong
            return self._by_path[sources[near]].place if near else None
        last = last.removesuffix(".html")
        places = {place.strip("/").rpartition("/")[2]: place for place in self._by_place if place != "/"}
        near = nearest(last, places)
        return places[near] if near else None

    # -- files

    def _files_at(self, document: Document, path: str) -> Iterable[FoundFile | Refused]:
        """Yield the files that a path may mean, best first."""
        relative = not path.startswith("/")
        if path.startswith("@/"):
            source: str | None = f"{self.files.content_folder}{path[1:]}"
        else:
            source = inside(_folder(document.path), path) if relative else None
        if source and (found := self.files.beside(source)):
            yield found
        place = join(self._place_of[document.path], path)
        yield from (found for look_at in (self.files.static, self._beside_page) if (found := look_at(place)))
        if relative and source is None:
            yield Refused("asset/outside-project", f"{path} leads out of the project", "copy the file into the project")

    def _beside_page(self, place: str) -> FoundFile | Refused | None:
        """Return the file in a post's folder that is published at `place`, below the post's page."""
        folder = place[: place.rfind("/") + 1]
        while folder:
            page = self._by_place.get(folder)
            if page is not None and page.document is not None and is_index(page.document.path):
                found = self.files.beside(f"{_folder(page.document.path)}/{place[len(folder) :]}")
                if found is not None:
                    return found
            folder = folder[: folder.rstrip("/").rfind("/") + 1]
        return None


_ENDING = re.compile(r"\.(?:md|markdown|mdx|qmd|rmd|ipynb|html)\Z", re.IGNORECASE)
_DATE = re.compile(r"(?<![^/])\d{4}-\d{1,2}-\d{1,2}-(?=[^/]*\Z)")


def _name_key(name: str) -> str:
    """Return a name of a page as it is compared: without ending and slashes around it, capitals made small."""
    return _ENDING.sub("", name.strip().strip("/")).removesuffix("/index").removesuffix("/_index").casefold()


def _names_of(document: Document) -> set[str]:
    """Return every name that a link may give a page: tails of its path, with and without a date, and its title."""
    key = _name_key(document.path)
    names = {document.title.casefold(), document.title.casefold().replace(" ", "-")}
    for whole in (key, _DATE.sub("", key)):
        parts = whole.split("/")
        names |= {"/".join(parts[index:]) for index in range(len(parts))}
    return names


def _sources(path: str) -> Iterator[str]:
    """Yield the paths of the posts that a path may mean: itself, a folder's post, or a post without its suffix."""
    yield path
    for suffix in POST_SUFFIXES:
        yield f"{path}/index{suffix}"
        yield f"{path}{suffix}"
    yield f"{path}/_index.md"


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _relative(path: str, base: str) -> str:
    """Return `path` as an author in the folder `base` writes it."""
    mine, others = path.split("/"), [part for part in base.split("/") if part]
    shared = 0
    while shared < min(len(mine) - 1, len(others)) and mine[shared] == others[shared]:
        shared += 1
    return "/".join([".."] * (len(others) - shared) + mine[shared:])
