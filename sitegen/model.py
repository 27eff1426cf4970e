"""The values that travel through sitegen, stage by stage. READ THIS FIRST.

    files ─► Source ─► Document (or Rejected) ─► Site ─► Output ─► files
             read      compile, one post at a time       render, publish
                       pure                     assemble, the whole site

Every value is complete from birth; a later stage gets a type of its own. `sitegen.build` wires the stages.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, overload

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.math.model import Equation, MacroText
from sitegen.text import Span


class Source(msgspec.Struct, frozen=True):
    """The text of one content file."""

    path: str
    """Relative to the project's folder, with forward slashes: `content/posts/convnet/index.md`."""
    text: str
    """Decoded as UTF-8, without a byte order mark; line endings as they are."""
    digest: str
    """Hex digest of the text's bytes."""


class Library(msgspec.Struct, frozen=True):
    """The works that posts may cite, and how citations look."""

    works: Mapping[str, str]
    """Key to a work as JSON of CSL."""
    style: str
    """Text of a CSL style; empty for the usual one."""
    style_path: str
    """The style's file, for messages."""


class CompileOptions(msgspec.Struct, frozen=True):
    """Everything besides the post itself that compiling may look at."""

    macros: Mapping[str, str | MacroText] = {}
    """The site's macros, name to replacement text; those of the post come on top."""
    dialect: Literal["auto", "tex", "escaped"] = "auto"
    """How backslashes are spelled in formulas, where the post does not say."""
    timezone: str = "UTC"
    """Name of the zone that dates without one are in."""
    html: Literal["raw", "safe"] = "raw"
    """Whether HTML of the authors is trusted."""
    scripts: bool = False
    """Whether scripts of the authors stay."""
    language: str = "en"
    """BCP 47 tag of the language of posts that do not say theirs."""
    words: Mapping[str, Mapping[str, str]] = {}
    """The site's own words for theorems, figures and the like, by language tag."""
    punctuation: str = ""
    """The language whose quotes and dashes take the place of the typewriter's; empty to leave those."""
    preamble: str = ""
    """LaTeX whose definitions hold for all posts."""
    bibliography: Library | None = None
    """What posts may cite; None on a site without a bibliography."""
    number_headings: bool = False
    """Whether headings have numbers, where the post does not say."""
    site: Mapping[str, str] = {}
    """What posts of other generators may show of the site, `{{ site.title }}`, name to text."""
    extension: tuple[str, str] | None = None
    """Path and text of the site's own module, if it has a function `markdown`."""


class FrontMatter(msgspec.Struct, frozen=True):
    """The block at the head of a post, checked."""

    title: str | None = None
    """None when the block has none: the title is then the first heading."""
    date: dt.datetime | None = None
    """Always with a time zone: its own, else the site's. Without a key, that of the file's name."""
    path: str | None = None
    """The page's address, `/like/this/`, normalised; None when the folder decides."""
    tags: tuple[str, ...] = ()
    draft: bool = False
    description: str = ""
    macros: dict[str, str | MacroText] = {}
    """Macro name to replacement text, for this post only."""
    dialect: Literal["auto", "tex", "escaped"] | None = None
    """How backslashes are spelled in this post's formulas; None follows the configuration."""
    extra: dict[str, Any] = {}
    """All other keys, for templates as `page.extra`."""
    spans: dict[str, Span] = {}
    """Key to the place of its value in the file."""
    body_start: int = 0
    """Offset of the first character after the block; 0 without one."""
    preamble: str = ""
    """LaTeX whose definitions hold for this post."""
    updated: dt.datetime | None = None
    """When the text was changed last, if the author says so."""
    slug: str | None = None
    """The last part of the address; None when the file's name decides."""
    aliases: tuple[str, ...] = ()
    """Other addresses that lead to the page, `/like/this/`, normalised."""
    categories: tuple[str, ...] = ()
    series: str = ""
    authors: tuple[str, ...] = ()
    """Without any, the site's author."""
    image: str = ""
    """The picture that stands for the page where it is linked to, as the author wrote its address."""
    lang: str = ""
    """BCP 47 tag; empty follows the site."""
    toc: bool | None = None
    """Whether there is a table of contents; None follows the site."""
    number_headings: bool | None = None
    """Whether headings have numbers; None follows the site."""
    template: str = ""
    """Name of the template that makes the page: `wide.html`."""
    layout: str = ""
    """The same in the words of other generators, whose templates may not exist here: `post`."""
    order: float | None = None
    """The place among the pages of a folder."""


PAGE_SCHEME = "x-page:"
"""What the address of a link to a page by its name begins with: the name of its file, with or without folder, date
and ending, or its title; `x-page:#part` leads to the page that has this id. Links of other generators are of this
kind: `{% post_url 2017-01-20-name %}`, `{{< ref "name.md" >}}`."""

WIKI_SCHEME = "x-wiki:"
"""The same for `[[Name]]`, which may name a page that is still to be written."""


class LinkSlot(msgspec.Struct, frozen=True, tag="link"):
    """The value of an `href` that depends on the site: stands for the text between the quotes."""

    href: str
    """As the author wrote it, unescaped: `../other/`, `paper.pdf`, `/about/`, `other-post.md#part`; or `PAGE_SCHEME`
    or `WIKI_SCHEME` with the name of a page."""
    span: Span
    """The place of the link in the file."""


class AssetSlot(msgspec.Struct, frozen=True, tag="asset"):
    """The value of a `src`, `poster` or `data` other than an image's: stands for the text between the quotes."""

    src: str
    span: Span


class ImageSlot(msgspec.Struct, frozen=True, tag="image"):
    """An image: stands for the whole `<img>` tag, since width, height and stand-ins depend on the file."""

    src: str
    """As the author wrote it, unescaped."""
    attributes: tuple[tuple[str, str], ...]
    """All other attributes in order, unescaped, `alt` always among them, without `srcset`."""
    span: Span
    sources: tuple[tuple[str, str], ...] = ()
    """The `srcset`: addresses as the author wrote them, each with its descriptor (`2x`, `640w`) or an empty text."""
    in_picture: bool = False
    """Whether the author put it into a `<picture>`, which cannot hold another one."""


class EquationSlot(msgspec.Struct, frozen=True, tag="equation"):
    """A reference to an equation that this document does not have: stands for a link, or for text in a formula."""

    label: str
    parenthesised: bool
    """True for `\\eqref`: the number stands between parentheses."""
    in_math: bool
    """True inside `<mtext>`: only text may be written, since a link in `<math>` fails accessibility."""
    span: Span


class TextSlot(msgspec.Struct, frozen=True, tag="text"):
    """The text of a link that the author left empty: stands for HTML, what the link leads to is called."""

    href: str
    """Of the link, as in its `LinkSlot`."""
    span: Span
    """The place of the link in the file."""


Slot = LinkSlot | AssetSlot | ImageSlot | EquationSlot | TextSlot
"""A hole in a page that only the whole site can fill."""

Body = Sequence[str | Slot]
"""HTML with typed holes, so that nobody ever searches text for what to replace."""


class StoredBody(Sequence[str | Slot]):
    """A body whose text is elsewhere, in a file of the cache, and is fetched whenever somebody reads it.

    The bodies are almost all of what a site weighs, and a build needs one at a time.
    """

    __slots__ = ("_fetch", "key", "slots")

    def __init__(self, key: str, slots: tuple[Slot, ...], fetch: Callable[[], tuple[str | Slot, ...]]) -> None:
        """Take a name of the content (documents with equal keys are equal), its holes in order, and how to get it."""
        self.key = key
        self.slots = slots
        self._fetch = fetch

    def __iter__(self) -> Iterator[str | Slot]:
        return iter(self._fetch())  # once; that of `Sequence` would fetch the whole body for every part

    def __len__(self) -> int:
        return len(self._fetch())

    @overload
    def __getitem__(self, index: int) -> str | Slot: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str | Slot, ...]: ...

    def __getitem__(self, index: int | slice) -> str | Slot | tuple[str | Slot, ...]:
        return self._fetch()[index]


def slots_of(body: Body) -> tuple[Slot, ...]:
    """Return the holes of a body, in order."""
    if isinstance(body, StoredBody):
        return body.slots
    return tuple(part for part in body if not isinstance(part, str))


class Label(msgspec.Struct, frozen=True):
    """A few words that may hold formulas: the name of a tag."""

    text: str
    """Plain, for addresses and wherever HTML has no place."""
    html: str


class Heading(msgspec.Struct, frozen=True):
    """A heading of a document, for its table of contents and for links to it."""

    level: int
    """1 to 6, as it stands on the page."""
    anchor: str
    html: str
    """The heading's inner HTML, without links and footnote references."""
    text: str
    """The same as plain text."""


class Target(msgspec.Struct, frozen=True):
    """A numbered figure, table or theorem-like block that has an id, for references to it."""

    name: str
    """The id as the author wrote it: `thm:main`."""
    anchor: str
    """The id on the page: `thm-main`."""
    text: str
    """`Theorem 3`."""
    number: str


class StyleRule(msgspec.Struct, frozen=True):
    """Presentational markup of the author, as a class of the generated stylesheet.

    A strict content policy excludes `style="…"`, and dropping it would change what the author meant.
    """

    name: str
    """The class, without the dot."""
    declarations: str
    """CSS declarations, `width:50%;margin:auto`."""


class Embedded(msgspec.Struct, frozen=True):
    """A picture that is kept inside the file of a post: an output of a notebook."""

    name: str
    """What the body calls it, as if it lay beside the post: `output-1.png`."""
    pointer: str
    """Where it is in the file, for `sitegen.notebook.embedded_file`."""
    width: int
    """In pixels; 0 where the picture does not tell, as is `height`."""
    height: int


class Drawn(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Characters of the math font that a formula is the first of its document to show."""

    characters: str
    """Sorted."""
    start: int
    """Where the formula stands in the file."""
    end: int


class Document(msgspec.Struct, frozen=True, tag="document"):
    """One post, compiled: everything that can be known of it without the rest of the site.

    What has a default is what a post without a body has.
    """

    path: str
    """Of its source."""
    meta: FrontMatter
    title: str
    """As plain text: from the front matter, else the first heading, else the name of the file."""
    title_html: str
    """The same with formulas as MathML and emphasis kept."""
    body: Body = ()
    headings: tuple[Heading, ...] = ()
    equations: tuple[Equation, ...] = ()
    anchors: frozenset[str] = frozenset()
    """Every `id` of the body."""
    colors: tuple[str, ...] = ()
    """Colours of the author, as `rrggbb`, sorted: classes `c-rrggbb` (text) of the generated stylesheet."""
    backgrounds: tuple[str, ...] = ()
    """The same for backgrounds: classes `bg-rrggbb`."""
    styles: tuple[StyleRule, ...] = ()
    text: str = ""
    """Plain text of the body, for descriptions and search."""
    has_math: bool = False
    """Whether the body shows a formula."""
    formulas: int = 0
    """How many formulas were typeset or became references."""
    classes: str = ""
    """Names of all classes in title and body, sorted, with spaces between: by them it is known which styles the page
    needs."""
    drawn: tuple[Drawn, ...] = ()
    """All characters of the math font that title and body show, each with the first formula that shows it."""
    diagnostics: tuple[Diagnostic, ...] = ()
    targets: tuple[Target, ...] = ()
    embedded: tuple[Embedded, ...] = ()
    """Pictures inside the post's file that the body names."""
    own_toc: bool = False
    """Whether the body has a table of contents where the author wants one."""
    words: int = 0
    """Words of the text, by which the time that reading takes is told; a CJK character is about half a word."""
    sources: tuple[tuple[str, str], ...] = ()
    """What the body loads from other sites or lets run, as the content policy says it: directive and source."""
    tags: tuple[Label, ...] = ()
    categories: tuple[Label, ...] = ()
    series: Label | None = None
    description: Label | None = None
    """From the front matter."""
    summary: str = ""
    """Plain text of what stands before `<!--more-->`."""
    opening: str = ""
    """Plain text of the first sentences, without headings, figures and tables."""
    lost_labels: tuple[str, ...] = ()
    """Labels in formulas that have an error and so no number; that is reported, and references to them need not be."""
    unnumbered_labels: tuple[str, ...] = ()
    """Labels of equations that have no number."""


class Rejected(msgspec.Struct, frozen=True, tag="rejected"):
    """A post that could not be compiled at all (front matter, encoding); the reasons are errors."""

    path: str
    diagnostics: tuple[Diagnostic, ...]


Compiled = Document | Rejected


class Output(msgspec.Struct, frozen=True):
    """A file of the site as a named, pure recipe: `serve` runs only those that a browser asks for."""

    path: str
    """Relative to the output folder, with forward slashes: `convnet/index.html`."""
    render: Callable[[], bytes]
    origin: str
    """What it is made from, for messages: the path of a post, a template, a static file."""
    file: Path | None = None
    """Where the bytes lie as they are, so that a film can be served without being read whole."""
    key: str = ""
    """Names everything that the bytes depend on: with the same key come the same bytes. Empty where that is not
    known."""


class RenderError(Exception):
    """Raised by `Output.render` when the file cannot be made: a template that fails, a file that cannot be read."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic

    def __str__(self) -> str:
        return f"{self.diagnostic.path}: {self.diagnostic.message}"


Progress = Callable[[str, int, int], None]
"""Called with a stage (`reading`, `compiling`, `rendering`, `writing`), how much is done, and how much there is."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing."""
