"""The values that enter and leave the Markdown stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from markdown_it.token import Token

from sitegen.diagnostics import Diagnostic
from sitegen.markdown.citations import CitedItem
from sitegen.markdown.dialect import Dialect
from sitegen.markdown.hook import Extension
from sitegen.markdown.presentational import Styles
from sitegen.model import Body, Heading, StyleRule, Target
from sitegen.text import Span, Way
from sitegen.words import ENGLISH, Words


class MarkdownOptions(msgspec.Struct, frozen=True):
    """What parsing may depend on besides the text."""

    dialect: Dialect = "auto"
    """How backslashes are spelled in formulas."""
    lift_title: bool = False
    """Whether the first heading is the post's title and leaves the body."""
    html: Literal["raw", "safe"] = "raw"
    """Whether HTML of the author is trusted."""
    scripts: bool = False
    """Whether scripts of the author stay."""
    works: frozenset[str] = frozenset()
    """Keys of the works that the post may cite."""
    number_headings: bool = False
    """Whether headings have numbers."""
    values: Mapping[str, str] = {}
    """What variables of templates such as `page.title` stand for."""
    extension: Extension | None = None
    """The site's own module, which adds to the parser."""
    punctuation: str = ""
    """The language whose quotes and dashes take the place of the typewriter's; empty to leave those."""
    words: Words = ENGLISH
    """What theorems, figures and notes are called."""


class FoundFormula(msgspec.Struct, frozen=True):
    """A formula of a post, as the math engine shall read it."""

    tex: str
    """LaTeX: dialect rewrites are done."""
    display: bool
    span: Span
    """The formula with its delimiters, in the file."""
    offsets: Way
    """From `tex` to the file."""


class Cited(msgspec.Struct, frozen=True):
    """One citation of a post."""

    items: tuple[CitedItem, ...]
    narrative: bool
    """Whether it stands in the text, with the author outside of the parentheses."""
    span: Span
    """In the post's file."""


class TitleLine(msgspec.Struct, frozen=True):
    """A title rendered: as HTML for a heading, and as plain text for `<title>` and feeds."""

    html: str
    text: str


@dataclass(slots=True)
class Parsed:
    """A post between parsing and rendering: tokens, and everything that is known before formulas are typeset."""

    path: str
    tokens: list[Token]
    formulas: tuple[FoundFormula, ...]
    anchors: frozenset[str]
    """Ids that the body uses already: headings, footnotes, the author's own."""
    title: list[Token] | None
    """Inline tokens of the title that was lifted out of the body."""
    styles: Styles
    """Colours and declarations of presentational markup."""
    notes_anchor: str
    """The id of the heading of the footnotes' section; empty without one."""
    diagnostics: tuple[Diagnostic, ...]
    targets: tuple[Target, ...] = ()
    """What has a number and an id, in order."""
    citations: tuple[Cited, ...] = ()
    rules: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    """What tokens of the site's own rules look like, in the manner of markdown-it's renderer."""
    references: Mapping[str, str] = field(default_factory=dict)
    """Key of each work that is cited to the id that it has in the list of works."""
    safe: bool = False
    """Whether HTML of the author is not trusted."""
    tags: bool = False
    """Whether there is HTML of the author that may not nest."""
    words: Words = field(default_factory=lambda: ENGLISH)
    """Those of the options."""


@dataclass(slots=True)
class ParsedTitle:
    """A title from the front matter, parsed."""

    children: list[Token]
    formulas: tuple[FoundFormula, ...]


class Rendered(msgspec.Struct, frozen=True):
    """The body of a post as HTML with typed holes, and what rendering learnt of it."""

    body: Body
    title: TitleLine | None
    """The lifted title, if one was."""
    headings: tuple[Heading, ...]
    anchors: frozenset[str]
    colors: tuple[str, ...]
    backgrounds: tuple[str, ...]
    styles: tuple[StyleRule, ...]
    text: str
    summary: str
    """The part of the text that stands before `<!--more-->`; empty without that mark."""
    opening: str
    """The first sentences, without headings, figures and tables."""
    diagnostics: tuple[Diagnostic, ...]
