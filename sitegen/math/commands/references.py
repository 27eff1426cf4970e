"""`\\label`, `\\tag`, `\\notag`, `\\ref` and `\\eqref`."""

from __future__ import annotations

from sitegen.math.lexer import Token
from sitegen.math.nodes import Node, Ref
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS


def label(parser: Parser, token: Token) -> None:
    """`\\label{name}`: names the number of the row or of the whole display."""
    name, _start, end = parser.text_argument(token)
    if not name:
        parser.fail("bad-argument", token[1], token[2], "the label has no name", "a name expected in the braces")
    if parser.line.labels:
        parser.fail(
            "multiple-labels",
            token[1],
            parser.past_brace(token, end),
            f"a second \\label in one row, after {parser.line.labels[0][0]}",
            "the row has one already",
            "keep one of them, and use it in all references",
        )
    parser.line.labels.append((name, token[1], parser.past_brace(token, end)))


def tag(parser: Parser, token: Token) -> None:
    """`\\tag{…}`, and `\\tag*{…}` without parentheses."""
    from sitegen.math.commands.text import text_nodes

    line = parser.line
    starred = parser.star()
    if line.tag is not None:
        parser.fail(
            "multiple-tags",
            token[1],
            token[2],
            "a second \\tag in one row",
            "the row has one already",
            "keep one of them",
        )
    line.tag = text_nodes(parser, token, "")
    line.starred = starred


def no_tag(parser: Parser, token: Token) -> None:
    """`\\notag` and `\\nonumber`: this row gets no number."""
    parser.line.suppressed = True


def reference(parser: Parser, token: Token) -> Node:
    """`\\ref{…}` and `\\eqref{…}`."""
    name, _, end = parser.text_argument(token)
    if not name:
        parser.fail(
            "bad-argument", token[1], token[2], "the reference names no label", "a label expected in the braces"
        )
    return Ref(name, token[0] == "\\eqref", token[1], parser.past_brace(token, end))


COMMANDS.update(
    {
        "\\label": label,
        "\\tag": tag,
        **dict.fromkeys(["\\notag", "\\nonumber"], no_tag),
        **dict.fromkeys(["\\ref", "\\eqref"], reference),
    }
)
