"""The values that the whole site is made of, as templates see them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import msgspec
from markupsafe import Markup

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Body, Document, Heading
from sitegen.site.addresses import address, origin


class Filling(msgspec.Struct, frozen=True):
    """A document's body with what fills its holes; put together only when somebody wants the text."""

    body: Body
    fillings: tuple[str, ...]
    """HTML for each hole of the body, in order."""

    def html(self) -> str:
        """Return the body without holes."""
        holes = iter(self.fillings)
        return "".join([part if isinstance(part, str) else next(holes) for part in self.body])


class Neighbour(msgspec.Struct, frozen=True):
    """The post before or after another, for a link to it."""

    url: str
    title: str
    title_html: Markup


class TocEntry(msgspec.Struct, frozen=True):
    """A heading in a table of contents."""

    anchor: str
    html: Markup
    children: tuple[TocEntry, ...]
    """Headings one level down, below this one."""


class PageLink(msgspec.Struct, frozen=True):
    """What one page needs to know of another one to link to it."""

    url: str
    title: str
    title_html: Markup
    description: str


class MenuLink(msgspec.Struct, frozen=True):
    """An entry of the menu in the header of every page."""

    title: str
    url: str
    """Inside the site with the base path."""


class TermLink(msgspec.Struct, frozen=True):
    """A tag, category, author or series of a post, with a link to its page."""

    name: str
    """Plain text."""
    html: Markup
    url: str


class Term(msgspec.Struct, frozen=True):
    """A tag, category, author or series, and the posts that have it."""

    kind: str
    """`tags`, `categories`, `authors` or `series`."""
    name: str
    html: Markup
    url: str
    place: str
    """Inside the site, without the base path: `/tags/kernels/`."""
    sources: tuple[str, ...]
    """Paths of the posts, newest first."""


class Alias(msgspec.Struct, frozen=True, order=True):
    """Another address of a page."""

    place: str
    source: str
    """Path of the page's file."""
    target: str
    """Address of the page, with the base path; a complete one where it leads to another site."""
    title: str
    language: str


class Copy(msgspec.Struct, frozen=True, order=True):
    """An old address of a file that is no page, such as a feed: the file is there as well."""

    place: str
    target: str
    """Place of the file."""


class Page(msgspec.Struct, frozen=True):
    """One page made from a document, as templates see it (`page`)."""

    source: str
    """Path of the post's file."""
    url: str
    """Address with the base path, for `href`: `/ConvNet-dont-do-Conv/` or `/repo/ConvNet-dont-do-Conv/`."""
    absolute_url: str
    """The same with scheme and host, for canonical links and feeds."""
    output: str
    """File in the output folder: `ConvNet-dont-do-Conv/index.html`."""
    title: str
    title_html: Markup
    date: dt.datetime | None
    tags: tuple[TermLink, ...]
    draft: bool
    description: str
    """From the front matter, else the beginning of the text."""
    _content: Filling
    headings: tuple[Heading, ...]
    has_math: bool
    extra: dict[str, Any]
    language: str = "en"
    """BCP 47 tag: that of the front matter's key `lang`, else the site's."""
    toc: tuple[TocEntry, ...] = ()
    """The table of contents; empty for a page that shows none."""
    reading_minutes: int = 1
    """How long reading takes, at 230 words a minute."""
    previous: Neighbour | None = None
    """The post published before this one."""
    next: Neighbour | None = None
    """The post published after this one."""
    sources: tuple[tuple[str, str], ...] = ()
    """What the page loads from other sites: directive and source of the content policy."""
    kind: Literal["post", "page"] = "post"
    """Posts lie in the folder `posts`; a page lies elsewhere, and is not among the posts of lists and feeds."""
    children: tuple[PageLink, ...] = ()
    """For a page that is named after its folder: the pages of that folder, by their `order`, then by title."""

    updated: dt.datetime | None = None
    """When the text was changed last, if the author says so."""
    categories: tuple[TermLink, ...] = ()
    authors: tuple[TermLink, ...] = ()
    """Those whom the post names."""
    series: TermLink | None = None
    image: str = ""
    """Complete address of the picture that stands for the page; empty without one."""
    summary: Markup = Markup("")
    """What lists show: the description, the text before `<!--more-->`, or the beginning of the text."""
    template: str = ""
    """The template that the author asks for; empty for the usual one."""
    layout: str = ""
    """The same in the words of other generators; of no effect where there is no such template."""
    markdown_url: str = ""
    """Address of the page's source, where that is published."""

    @property
    def direction(self) -> str:
        """The direction of the page's script, `ltr` or `rtl`."""
        return direction(self.language)

    @property
    def content(self) -> Markup:
        """The body, every slot filled."""
        return Markup(self._content.html())


_RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"])
_RTL_SCRIPTS = frozenset(["adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"])


def direction(language: str) -> str:
    """Return the direction of a language's usual script, or of the script that its tag names (RFC 5646, 2.2.3)."""
    parts = language.lower().split("-")
    script = next((part for part in parts[1:] if len(part) == 4 and part.isalpha()), "")
    if script:
        return "rtl" if script in _RTL_SCRIPTS else "ltr"
    return "rtl" if parts[0] in _RIGHT_TO_LEFT else "ltr"


class AssetFile(msgspec.Struct, frozen=True, order=True):
    """A file beside a post that the site publishes."""

    source: str
    """Relative to the project's folder."""
    output: str
    """Relative to the output folder."""
    pointer: str = ""
    """Where the file is inside the source, for one that is kept in a notebook."""


class Still(msgspec.Struct, frozen=True, order=True):
    """A still picture in place of an animation, which the site makes of it."""

    file: str
    """The animation, an absolute path."""
    source: str
    """The same for messages: relative to the project's folder."""
    output: str
    """Of the still, relative to the output folder."""


class Site(msgspec.Struct, frozen=True):
    """The whole site, ready to render (`site` in templates)."""

    config: Config
    pages: tuple[Page, ...]
    """Posts newest first, undated ones last, then by address; after them the pages outside of the posts."""
    documents: tuple[Document, ...]
    """Of `pages`, in the same order."""
    assets: tuple[AssetFile, ...]
    colors: tuple[str, ...]
    """All `rrggbb` text colours of all documents, sorted."""
    backgrounds: tuple[str, ...]
    styles: tuple[tuple[str, str], ...]
    """`(class, declarations)` of all documents, sorted and without repeats."""
    base_path: str
    """Path of the site's address, with a slash at both ends: `/` or `/repo/`."""
    broken: frozenset[tuple[str, str]]
    """Path of the post and `href` of each link whose target is known to be missing, so that it is said once."""
    diagnostics: tuple[Diagnostic, ...]
    """What only the whole site shows: broken links, missing images, unresolved references."""
    stills: tuple[Still, ...] = ()
    menu: tuple[MenuLink, ...] = ()
    terms: tuple[Term, ...] = ()
    aliases: tuple[Alias, ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def posts(self) -> tuple[Page, ...]:
        """The pages that are posts, newest first: what the home page and feeds show."""
        return tuple(page for page in self.pages if page.kind == "post")

    @property
    def home(self) -> Page | None:
        """The page that gives the home page its text: that of `index.md` directly in the content folder."""
        return next((page for page in self.pages if page.kind == "page" and page.output == "index.html"), None)

    def url(self, place: str) -> str:
        """Return the address of a place inside the site: `/repo/about/` for `/about/`."""
        return address(self.base_path, place)

    def absolute_url(self, place: str) -> str:
        """Return the same with scheme and host."""
        return origin(self.config.site.base_url) + self.url(place)
