"""markdown-it as posts and titles are read with it: the only place where it is configured.

CommonMark with GFM tables, strikethrough, task lists and bare links, footnotes, and rules of our own where formulas or
positions need them.
"""

from __future__ import annotations

import functools
from types import SimpleNamespace

from markdown_it import MarkdownIt, helpers
from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.rules_core import StateCore, normalize

from sitegen.markdown import (
    footnotes,
    headings,
    hook,
    htmlblocks,
    links,
    mathrules,
    paragraphs,
    phrases,
    tables,
)
from sitegen.markdown.blocks import MAX_NESTING, Blocks
from sitegen.markdown.features import install
from sitegen.markdown.inline import Inline


class _Markdown(MarkdownIt):
    """markdown-it with our states, and with addresses left as the author wrote them."""

    def __init__(self, preset: str, options: dict[str, object]) -> None:
        super().__init__(preset)
        self.inline = Inline()
        self.block = Blocks()
        self.helpers = SimpleNamespace(  # type: ignore[assignment]  # rules look their helpers up here
            parseLinkLabel=links.parse_label,
            parseLinkDestination=links.parse_destination,
            parseLinkTitle=helpers.parseLinkTitle,
        )
        self.configure(preset, options)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return _shown_address(link)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Let links to files of the author's machine be links, so that they are reported instead of shown as typed.

        Besides the library's kinds of pictures in an address, SVG is one: in a picture, its scripts do not run.
        """
        begin = url.lstrip()[:18].lower()
        return begin.startswith(("file:", "data:image/svg+xml")) or super().validateLink(url)


@functools.lru_cache(maxsize=1024)
def _shown_address(link: str) -> str:
    """Return an address as it is read; the same ones stand in many posts."""
    return normalizeLinkText(link)


@functools.cache
def markdown_it(features: frozenset[str], extension: hook.Extension | None = None) -> MarkdownIt:
    """Return the parser for posts that use `features`, so that no post pays for what it does not use.

    Raises whatever the site's own `extension` raises.
    """
    options: dict[str, object] = {"linkify": True, "tasklists": True, "xhtmlOut": False, "maxNesting": MAX_NESTING}
    # Asked for in every paragraph; a key that is missing there is looked for by way of an exception.
    options["strikethrough_single_tilde"] = False
    md = _Markdown("gfm-like", options)
    assert md.linkify is not None
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[no-untyped-call]
    md.linkify.add("//", None)  # type: ignore[no-untyped-call]  # `//example.org` is a comment more often than an address
    block, inline = md.block.ruler, md.inline.ruler
    md.disable("lheading")  # part of our paragraph rule
    block.at("paragraph", paragraphs.paragraph)
    block.at("code", paragraphs.indented_code)
    block.at("heading", headings.heading, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("table", tables.table, {"alt": ["paragraph", "reference"]})
    block.at("html_block", htmlblocks.html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    block.before("reference", "footnote_def", footnotes.definition, {"alt": ["paragraph", "reference"]})
    md.core.ruler.at("normalize", _normalize)
    md.core.ruler.at("linkify", links.bare_links)
    md.core.ruler.after("linkify", "www_links", links.www_links)
    inline.before("escape", "line_end", phrases.line_end)
    inline.after("escape", "math", mathrules.math)
    inline.at("linkify", links.linkify)
    inline.at("link", links.link)
    inline.at("image", links.image)
    inline.at("autolink", links.autolink)
    inline.at("html_inline", links.html_inline)
    inline.before("link", "footnote_ref", footnotes.reference)
    inline.before("link", "footnote_inline", footnotes.inline_note)
    install(md, features)
    if extension is not None:
        hook.apply(md, extension)
    return md


def _normalize(state: StateCore) -> None:
    """Normalise what is not (core rule): sources are, but what a template put into one may have any character."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


@functools.cache
def title_markdown_it() -> MarkdownIt:
    """Return the parser for titles: formulas, emphasis and code, nothing else of Markdown."""
    md = _Markdown("zero", {"maxNesting": MAX_NESTING})
    md.enable(["escape", "backticks", "emphasis", "strikethrough", "entity", "balance_pairs", "fragments_join"])
    md.inline.ruler.after("escape", "math", mathrules.math)
    return md
