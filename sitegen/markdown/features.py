"""Which of the constructs beyond plain Markdown a post may use, and the rules that read them.

Every rule is asked at every place where its sign may stand, so a post without a construct is read without its rules.
"""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_core import StateCore
from mdit_py_plugins.deflist import deflist_plugin

from sitegen.markdown import (
    attributes,
    citations,
    containers,
    fences,
    footnotes,
    gridtables,
    mathrules,
    mathspans,
    phrases,
    punctuation,
    texblocks,
    toc,
)
from sitegen.markdown.locate import line_map

_ALERT = re.compile(r">[ \t]*\[!")
_COMMENT = re.compile(r"^ {0,3}%(?!%)", re.MULTILINE)
_MYST = re.compile(r"^ {0,3}(?:`{3,}|:{3,})\{[a-z]|\{[a-z:]+\}`|^kernelspec:|^ {0,3}\([^()\s]+\)=[ \t]*$", re.MULTILINE)
"""What shows that a text is written for MyST: directives, roles, cells, targets."""
_TARGET = re.compile(r"^ {0,3}\([^()\s]+\)=[ \t]*$", re.MULTILINE)


def features_of(text: str) -> frozenset[str]:
    """Return the names of the constructs that `text` may use."""
    found = phrases.occurring(text)
    if attributes.occur(text):
        found.add("attributes")
    if containers.occur(text):
        found |= {"containers", "attributes"} if "```{" in text else {"containers"}
    if "[!" in text and _ALERT.search(text):
        found.add("alerts")
    if "<d-footnote>" in text:
        found.add("distill")
    if ")=" in text and _TARGET.search(text):
        found |= {"targets", "attributes"}
    if "%" in text and _COMMENT.search(text) and _MYST.search(text):
        found.add("myst_comments")
    if "```" in text and fences.occur(text):
        found.add("chunks")
    if gridtables.occur(text):
        found.add("grid_tables")
    if toc.occurs(text):
        found |= {"toc", "attributes"} if "{:" in text else {"toc"}
    if mathspans.occur(text):
        found.add("tex")
    if texblocks.occur(text):
        found.add("tex_blocks")
    if citations.may_cite(text):
        found.add("citations")
    return frozenset(found)


def install(md: MarkdownIt, features: frozenset[str]) -> None:
    """Add the rules for `features` to a parser that has the usual ones."""
    block, inline, core = md.block.ruler, md.inline.ruler, md.core.ruler
    everywhere: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    if "tex_blocks" in features:
        block.before("fence", "math_block", texblocks.math_block, everywhere)
        block.before("fence", "tex_definitions", texblocks.definitions, everywhere)
    if "definitions" in features:
        deflist_plugin(md)
        core.after("block", "terms", _place_terms)
    if "containers" in features:
        block.before("fence", "directive", containers.directive, everywhere)
        block.before("fence", "colons", containers.colons, everywhere)
        block.before("fence", "marked", containers.marked, everywhere)
    if "alerts" in features:
        core.after("block", "alerts", containers.alerts)
    if "myst_comments" in features:
        block.before("fence", "myst_comment", attributes.comment, everywhere)
    if "chunks" in features:
        block.before("fence", "chunk", fences.chunk, everywhere)
    if "grid_tables" in features:
        block.before("table", "grid_table", gridtables.grid_table, {"alt": ["paragraph", "reference"]})
    if "targets" in features:
        block.before("fence", "target", attributes.target, everywhere)
    if "attributes" in features:
        block.before("fence", "attributes", attributes.line, everywhere)
        core.after("block", "attach_attributes", attributes.attach)
        inline.after("backticks", "attributes", attributes.inline)
        inline.after("link", "span", attributes.span)
        core.after("inline", "settle_attributes", attributes.settle)
    if "toc" in features:
        block.before("fence", "toc", toc.marker, everywhere)
        core.push("toc_lists", toc.replace_lists)
    if "abbreviations" in features:
        block.before("reference", "abbreviation", phrases.abbreviation, {"alt": ["paragraph", "reference"]})
        core.push("abbreviations", phrases.mark_abbreviations)
    if "mark" in features:
        inline.before("strikethrough", "mark", phrases.mark)
    if "scripts" in features:
        inline.before("strikethrough", "tilde", phrases.tilde)
        inline.before("link", "caret", phrases.caret)
    if "wiki" in features:
        inline.before("link", "wiki_link", phrases.wiki_link)
    if "tex" in features:
        inline.before("escape", "tex", mathrules.tex)
    if "roles" in features:
        inline.before("backticks", "role", phrases.role)
    language = next((name.partition(" ")[2] for name in features if name.startswith("punctuation ")), "")
    if language:
        md.options["typographer"] = True
        md.options["quotes"] = punctuation.quotes(language)
        md.enable("smartquotes")
        core.before("smartquotes", "dashes", punctuation.dashes)
    if "distill" in features:
        inline.before("html_inline", "distill_note", footnotes.distill_note)
    if "citations" in features:
        inline.before("link", "citation", citations.bracketed)
        inline.before("escape", "cite_command", citations.command)
        inline.before("backticks", "cite_role", citations.role)
        inline.before("link", "cite_key", citations.bare)
        md.inline.add_terminator_char("@")
    if "emoji" in features:
        inline.before("linkify", "emoji", phrases.emoji_name)


def _place_terms(state: StateCore) -> None:
    """Give the terms of definition lists the map of their content (core rule, after block)."""
    starts: list[int] | None = None
    for opening, inline in pairwise(state.tokens):
        if opening.type == "dt_open" and "map" not in inline.meta and inline.map:
            starts = starts or [0, *(match.end() for match in re.finditer("\n", state.src)), len(state.src)]
            line = inline.map[0]
            inline.meta["map"] = line_map(inline.content, state.src, [(starts[line], starts[line + 1])])
