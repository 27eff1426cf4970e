"""Arguments in any kind of bracket, and what is put together of them: for the commands of packages.

A command of the physics package takes what is in the bracket after it, be it round, square, a brace or a bar. Other
packages build their nodes in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sitegen.math.commands.delimiters import SIZES, delimiter
from sitegen.math.lexer import Token, tokenise
from sitegen.math.macros import Macro
from sitegen.math.nodes import CLOSE, OPEN, ORD, Delimiter, Fenced, Group, Node
from sitegen.math.parser import MAX_TOKENS, Parser
from sitegen.math.registry import ENTRIES, Ender

PAIRS: Final = {"(": ")", "[": "]", "{": "}", "|": "|"}
AUTOMATIC: Final = "auto"
"""Size of a bracket that grows with its content."""
PLAIN: Final = ""
"""Size of a bracket that does not grow: the starred commands."""

_SIZING = frozenset(["\\left", "\\right", "\\middle", *(size + side for size in SIZES for side in ("", "l", "r", "m"))])
"""Commands whose delimiter is no bracket of the text around."""


# ---------------------------------------------------------------------- reading


def bracketed(parser: Parser, command: Token, closer: str = "") -> list[Token]:
    """Read the bracket that comes next, up to the one that closes it, and return what is between.

    Brackets of the same kind nest; those in braces and those sized by `\\left` or `\\big` do not count.
    """
    opening = parser.stack.pop()
    nests = not closer
    closer = closer or PAIRS[opening[0]]
    if closer == "}":
        return parser.balanced(opening)
    tokens = parser.tokens_to(closer, opening[0] if nests else "", _SIZING)
    if tokens is not None:
        return tokens
    return parser.fail(
        "unclosed-fence",
        opening[1],
        opening[2],
        f"the {opening[0]} after {command[0]} is never closed",
        "opened here",
        f"add the missing {closer}",
    )


def braced(parser: Parser, command: Token) -> list[Token]:
    """Read a mandatory argument and return its tokens; a round or square bracket in its place is a mistake."""
    text = parser.peek()
    if not text or text in "([|" or ENTRIES[text].__class__ is Ender:
        parser.fail(
            "missing-argument",
            command[1],
            command[2],
            f"an argument of {command[0]} is missing",
            "needs {…} after it",
            f"write {command[0]}{{…}}",
        )
    return parser.argument_tokens(command)


def optional_group(parser: Parser, command: Token) -> list[Token] | None:
    """Read an argument in braces if one comes next."""
    return parser.argument_tokens(command) if parser.peek() == "{" else None


def contents(parser: Parser, tokens: Sequence[Token]) -> list[Node]:
    """Parse what stands between two fences, where `\\middle` is allowed."""
    saved = parser.stack
    parser.stack = list(reversed(tokens))
    font = parser.font
    nodes = parser.parse_row()
    while parser.stack:
        token = parser.stack.pop()
        if token[0] != "\\middle":
            parser.unexpected(token)
        nodes.append(middle(delimiter(parser, token), token))
        nodes.extend(parser.parse_row())
    parser.font = font
    parser.stack = saved
    return nodes


def charge(parser: Parser, command: Token, count: int) -> None:
    """Count tokens that a command makes out of its arguments, as for macros: nested commands can double them."""
    parser.pushed += count
    if parser.pushed > MAX_TOKENS:
        parser.fail(
            "macro-loop",
            command[1],
            command[2],
            f"{command[0]} is nested so often that the formula grows beyond all bounds",
            "one too many",
            "write the inner part as a formula of its own",
        )


@lru_cache(maxsize=256)
def _template(tex: str) -> tuple[str | int, ...]:
    return tuple(Macro("", 9, tokenise(tex), tex).body)


def filled(parser: Parser, command: Token, tex: str, *arguments: Sequence[Token]) -> list[Token]:
    """Return the tokens of `tex` with the arguments in place of `#1`, `#2` and so on, as if `command` were a macro."""
    tokens: list[Token] = []
    for item in _template(tex):
        if isinstance(item, int):
            tokens.extend(arguments[item - 1])
        else:
            tokens.append((item, command[1], command[2]))
    charge(parser, command, len(tokens))
    return tokens


def template(parser: Parser, command: Token, tex: str, *arguments: Sequence[Token]) -> list[Node]:
    """Parse the tokens of `filled`."""
    return parser.sub_parse(filled(parser, command, tex, *arguments))


def split(tokens: list[Token], separator: str) -> list[list[Token]]:
    """Split tokens at a separator outside of braces."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token[0] == "{") - (token[0] == "}")
        if token[0] == separator and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


# ---------------------------------------------------------------------- building


def middle(char: str, token: Token, cls: int = OPEN) -> Delimiter:
    """Return a delimiter as high as the fence around it; as in e-TeX it is spaced as an opening one."""
    return Delimiter(char, cls, token[1], token[2], form="middle")


def fence(left: str, right: str, children: list[Node], token: Token, size: str = AUTOMATIC, cls: int = ORD) -> Node:
    """Set fences of a size around nodes; an empty string is the invisible fence.

    The package puts the pair into braces, so that it is spaced as a letter, unlike a bare `\\left … \\right`.
    """
    end = max(children[-1].end if children else 0, token[2])
    if size == AUTOMATIC:
        fenced = Fenced(left, right, children, token[1], end)
        fenced.cls = cls
        return fenced
    inner: list[Node] = []
    if left:
        inner.append(Delimiter(left, OPEN, token[1], token[2], size=size, form="prefix" if size else ""))
    inner.extend(children)
    if right:
        inner.append(Delimiter(right, CLOSE, token[1], end, size=size, form="postfix" if size else ""))
    return Group(inner, token[1], end, cls)


def row(nodes: list[Node], token: Token, cls: int = ORD) -> Group:
    """Return nodes as one atom."""
    return Group(nodes, token[1], max(nodes[-1].end if nodes else 0, token[2]), cls)


def one(nodes: list[Node], token: Token) -> Node:
    """Return a single node as it is, several as one atom."""
    return nodes[0] if len(nodes) == 1 else row(nodes, token)
