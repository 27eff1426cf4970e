"""Markdown into tokens with located formulas, and tokens with typeset formulas into the body of a page.

`parse` comes before typesetting and `render` after it; neither typesets, reads or writes anything.
"""

from sitegen.markdown.dialect import Dialect
from sitegen.markdown.model import Cited, FoundFormula, MarkdownOptions, Parsed, ParsedTitle, Rendered, TitleLine
from sitegen.markdown.parser import parse, parse_title
from sitegen.markdown.render import render, render_title

__all__ = [
    "Cited",
    "Dialect",
    "FoundFormula",
    "MarkdownOptions",
    "Parsed",
    "ParsedTitle",
    "Rendered",
    "TitleLine",
    "parse",
    "parse_title",
    "render",
    "render_title",
]
