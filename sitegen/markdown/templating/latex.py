"""LaTeX that is no formula: environments that a page shows as their source, and commands for paper alone."""

from __future__ import annotations

import re

from sitegen.markdown.templating.draft import Draft, Problem

_SOURCES = frozenset(["algorithm", "algorithmic", "tikzpicture", "figure", "table", "tabular", "itemize", "enumerate"])
_LISTINGS = frozenset(["verbatim", "lstlisting", "minted"])
SHOWN = _SOURCES | _LISTINGS
"""Environments that stand in the text of posts and cannot be typeset here."""
_OPENS = re.compile(rf"\\begin\{{(?:{'|'.join(sorted(SHOWN))})\*?\}}")
_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_SKIP = re.compile(r"\\(?:small|med|big)skip(?![A-Za-z])")
COMMAND = (
    rf"(?P<command>\\(?:index{_GROUP}|vspace\*?{_GROUP}"
    r"|(?:newpage|pagebreak|clearpage|noindent|(?:small|med|big)skip)(?![A-Za-z]))[ \t]*)"
    r"|(?P<reference>\\?\\@ref\((?P<label>[\w:.-]+)\))"
)
"""Pattern of commands that Pandoc hands to LaTeX, and that no page shows, and of bookdown's references."""


def occur(text: str) -> bool:
    """Tell whether there may be such commands in a text."""
    if "\\begin{" in text and _OPENS.search(text) is not None:
        return True
    if "\\@ref(" in text:
        return True
    if "\\index{" in text or "\\newpage" in text or "\\noindent" in text:
        return True
    return "skip" in text and _SKIP.search(text) is not None


def show(draft: Draft, match: re.Match[str]) -> int:
    """Put a fence around the environment that begins at `match`; return where to go on."""
    start, end = match.span()
    name, source = match["env"], draft.source
    close = draft.find(f"\\end{{{name}}}", end)
    if close < 0:
        return end
    stop = close + len(name) + 6
    indent = source[source.rfind("\n", 0, start) + 1 : start]
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", source[start:stop])), default=0))
    draft.edit(start, start, f"{fence}latex\n{indent}")
    draft.edit(stop, stop, f"\n{indent}{fence}" + ("" if source[stop : stop + 1] in ("\n", "") else f"\n{indent}"))
    if name.rstrip("*") not in _LISTINGS:
        message = f"\\begin{{{name}}} is LaTeX outside of a formula; its source is shown"
        draft.problems.append(
            Problem("markdown/stray-latex", message, start, end, "write it in Markdown, or as a picture")
        )
    return stop
