"""LaTeX that stands in the text outside of every formula, where a reader would see its letters.

A document's LaTeX (`\\emph{…}`, `\\begin{itemize}`) is Markdown here, a command that nobody defined for the text is
none, and a sign of mathematics without its dollars was meant to be a formula. All of them stay as they were typed, for
only the author knows what is meant; and the author is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.token import Token

__all__ = ["Stray", "hint", "strays"]

_COMMAND = re.compile(r"\\(?:(?P<environment>begin|end)\{[\w*-]+\}|(?P<name>[A-Za-z]{2,})(?P<argument>\*?[{\[])?)")

_MARKDOWN = {
    "emph": "*text*",
    "textit": "*text*",
    "textsl": "*text*",
    "textbf": "**text**",
    "texttt": "`text`",
    "verb": "`text`",
    "part": "# Title",
    "chapter": "# Title",
    "section": "## Title",
    "subsection": "### Title",
    "subsubsection": "#### Title",
    "paragraph": "**Title**",
    "footnote": "^[text]",
    "url": "<https://example.org>",
    "href": "[text](https://example.org)",
    "includegraphics": "![caption](picture.png)",
    "caption": "![caption](picture.png)",
    "label": "{#name} after a heading or a picture",
    "cite": "[@key]",
    "citet": "@key",
    "citep": "[@key]",
    "parencite": "[@key]",
    "textcite": "@key",
    "begin{itemize}": "- item",
    "begin{enumerate}": "1. item",
    "begin{description}": "a term, and `: text` on the line below it",
    "begin{quote}": "> text",
    "begin{quotation}": "> text",
    "begin{verbatim}": "```",
    "begin{lstlisting}": "```",
    "begin{minted}": "```",
    "begin{table}": "| a | b |",
    "begin{tabular}": "| a | b |",
    "begin{figure}": "![caption](picture.png){#fig:name}",
}
"""What Markdown has in the place of LaTeX's commands for text."""
_DEFINITIONS = frozenset(("newcommand", "renewcommand", "providecommand", "def", "let", "DeclareMathOperator"))


class Stray(NamedTuple):
    """A command that is shown as it was typed."""

    name: str
    """With its environment where it is `\\begin`: `emph`, `begin{itemize}`."""
    start: int
    """In the content of the inline token."""
    end: int


def strays(content: str, tokens: Sequence[Token], at: int = 0) -> Iterator[Stray]:
    """Yield the LaTeX among the text of an inline token, whose `content` became `tokens` from `at` on.

    A command is one by its argument, or because mathematics has it. Paths of Windows and literal
    backslashes (CommonMark section 2.4: `\\\\emph`) are none.
    """
    for token in tokens:
        if token.type == "code_inline":
            at = max(at, content.find(token.content, at) + len(token.content))
        elif token.type != "text":
            at = max(at, token.meta["outer"][1] if "outer" in token.meta else at)
        elif "\\" in token.content:
            for match in _COMMAND.finditer(token.content):
                start = content.find(match.group(), at)
                if start < 0:
                    continue  # it was typed with entities
                at = start + len(match.group())
                before = content[start - 1 : start]
                if before.isalnum() or before in (":", "\\") or match["environment"] == "end":
                    continue
                if match["environment"]:
                    yield Stray(match.group()[1:].replace("*", ""), start, at)
                elif match["argument"] or _is_mathematics(match["name"]):
                    yield Stray(match["name"], start, start + 1 + len(match["name"]))


def hint(name: str) -> str:
    """Return what to write instead of a command."""
    if name in _MARKDOWN:
        return f"in Markdown this is written {_MARKDOWN[name]}"
    if name in _DEFINITIONS:
        return "a definition stands on lines of its own, or in a formula"
    if _is_mathematics(name):
        return "put the formula between dollars"
    return "put a formula between dollars; write \\\\ for a backslash that is to be seen"


def _is_mathematics(name: str) -> bool:
    from sitegen.math import knows  # with all its tables, which most posts need anyhow

    return knows(f"\\{name}")
