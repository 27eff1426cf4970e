"""Typographer's quotes, dashes and dots for those of the typewriter (core rules, where a site asks for them)."""

from __future__ import annotations

import re

from markdown_it.rules_core import StateCore

_DASHES = re.compile(r"(?<![-.])(?:---|--|\.\.\.)(?![-.])")
_WRITTEN = {"---": "—", "--": "–", "...": "…"}
_QUOTES = {
    "de": "„“‚‘",
    "cs": "„“‚‘",
    "sk": "„“‚‘",
    "da": "»«›‹",
    "fr": ("«\N{NARROW NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}»", "‘", "’"),
    "es": "«»“”",
    "it": "«»“”",
    "pt": "«»“”",
    "ru": "«»„“",
    "uk": "«»„“",
    "pl": "„”‚’",
    "nl": "“”‘’",
    "fi": "””’’",
    "sv": "””’’",
    "de-ch": "«»‹›",
    "ja": "「」『』",
    "zh-hant": "「」『』",
    "zh-tw": "「」『』",
}


def quotes(language: str) -> list[str]:
    """Return the opening and closing quotation marks of a language, then those inside of others (a BCP 47 tag)."""
    tag = language.lower()
    return list(_QUOTES.get(tag) or _QUOTES.get(tag.partition("-")[0]) or "“”‘’")


def dashes(state: StateCore) -> None:
    """Write `--` as an en dash, `---` as an em dash, `...` as an ellipsis (core rule, after inline)."""
    for block in state.tokens:
        if block.type != "inline" or ("--" not in block.content and "..." not in block.content):
            continue
        depth = 0
        for token in block.children or ():
            if token.type in {"link_open", "link_close"} and token.info == "auto":
                depth += token.nesting
            elif token.type == "text" and not depth:
                token.content = _DASHES.sub(lambda match: _WRITTEN[match.group()], token.content)
