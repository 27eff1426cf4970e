"""Boxes and strikes: `\\boxed`, `\\cancel`, `\\sout`, and their kin."""

from __future__ import annotations

from sitegen.math.commands.colors import color_attributes
from sitegen.math.lexer import Token
from sitegen.math.nodes import Node, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS

STRIKES: dict[str, tuple[str, tuple[str, ...]]] = {
    "\\cancel": ("updiagonalstrike", ("up",)),
    "\\bcancel": ("downdiagonalstrike", ("down",)),
    "\\xcancel": ("updiagonalstrike downdiagonalstrike", ("up", "down")),
    "\\sout": ("horizontalstrike", ("across",)),
}
"""Command to `menclose` notation and the classes of the lines that Chromium needs, which draws no `menclose`."""


def strike(parser: Parser, token: Token) -> Node:
    """`\\cancel{…}` and its kin; see `STRIKES`."""
    notation, lines = STRIKES[token[0]]
    attributes = ""
    if parser.peek() == "[":
        # MathJax's attributes; LaTeX's \cancel takes none.
        attributes = color_attributes(parser, parser.optional_text())
    if token[0] == "\\sout":
        from sitegen.math.commands.text import text_nodes

        children = text_nodes(parser, token, "")
    else:
        children = parser.argument_row(token)
    trailer = "".join(f'<mrow class="strike {line}"></mrow>' for line in lines)
    cls = children[0].cls if len(children) == 1 and children[0].cls >= 0 else 0
    end = children[-1].end if children else token[2]
    attributes = with_class("strikes", attributes) + f' notation="{notation}"'
    return Wrapped("menclose", attributes, children, token[1], end, trailer=trailer, cls=cls)


def with_class(name: str, attributes: str) -> str:
    """Return attributes with one more class."""
    if ' class="' in attributes:
        return attributes.replace(' class="', f' class="{name} ', 1)
    return f' class="{name}"{attributes}'


def boxed(parser: Parser, token: Token) -> Node:
    """`\\boxed{…}`: display style inside (amsmath)."""
    children = parser.argument_row(token)
    end = children[-1].end if children else token[2]
    return Wrapped("mrow", ' class="boxed"', children, token[1], end)


def framed_text(parser: Parser, token: Token) -> Node:
    """`\\fbox{…}` and `\\framebox[width][place]{…}`: text in a frame."""
    from sitegen.math.commands.text import text_nodes

    parser.optional_tokens()
    parser.optional_tokens()
    children = text_nodes(parser, token, "")
    end = children[-1].end if children else token[2]
    return Wrapped("mrow", ' class="boxed"', children, token[1], end)


COMMANDS.update(dict.fromkeys(STRIKES, strike))
COMMANDS.update({"\\boxed": boxed, "\\fbox": framed_text, "\\framebox": framed_text})
