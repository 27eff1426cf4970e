"""HTML in formulas: `\\href`, `\\url`, `\\class`, `\\cssId`, `\\data`, and KaTeX's `\\htmlClass` and its kin.

A link stands around a whole formula; a link inside one cannot be reached by keyboard in every browser and fails
accessibility checks, so a part of a formula is shown unlinked and the author is told (`math/partial-link`).
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from sitegen.math.commands.colors import foreground, resolve
from sitegen.math.lexer import Token, tokenise
from sitegen.math.nodes import Linked, Node, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import Handler

SCHEMES: Final = frozenset(["http", "https", "mailto", "ftp", "tel"])
"""Schemes that only lead somewhere; any other might run a program."""

_SCHEME = re.compile(r"\s*([a-zA-Z][a-zA-Z0-9+.-]*)\s*:")
_NAME = re.compile(r"-?[^\W\d][\w-]*(?:\s+-?[^\W\d][\w-]*)*")
_ATTRIBUTE = re.compile(r"\s*([a-z][a-z0-9-]*)\s*=\s*([^,]*)", re.A)


def read_address(parser: Parser, token: Token) -> tuple[str, int, int]:
    """Read an address as it is written: `%`, `#`, `&` and `~` are letters in it (hyperref's manual, section 4)."""
    parser.peek()
    stack = parser.stack
    if not stack or stack[-1][0] != "{":
        return parser.text_argument(token)
    opening = stack[-1]
    tex = parser.tex
    if opening[2] - opening[1] != 1 or tex[opening[1]] != "{" or "%" not in tex:
        return _plain(parser.text_argument(token))
    depth = 0
    end = -1
    for at in range(opening[1], len(tex)):
        depth += (tex[at] == "{") - (tex[at] == "}")
        if not depth:
            end = at
            break
    if end < 0:
        return _plain(parser.text_argument(token))
    while stack and stack[-1][1] <= end:
        stack.pop()
    # What the percent sign hid as a comment has to be read after all.
    resume = stack[-1][1] if stack else len(tex)
    parser.push(tokenise(tex[end + 1 : resume], end + 1))
    return _plain((tex[opening[2] : end], opening[2], end))


def _plain(given: tuple[str, int, int]) -> tuple[str, int, int]:
    text, start, end = given
    return re.sub(r"\\([%#&_~{}$])", r"\1", text.strip()), start, end


def check_address(parser: Parser, url: str, start: int, end: int) -> None:
    """End the formula when the address is none that a link may have."""
    match = _SCHEME.match("".join(char for char in url if char > " "))
    if match and match[1].lower() not in SCHEMES:
        hint = "use https:, mailto: or an address within the site"
        parser.fail(
            "unsafe-link", start, end, f"a link to {match[1].lower()}: is not allowed", "may run a program", hint
        )


def href(parser: Parser, token: Token) -> Node:
    """`\\href{address}{formula}`."""
    url, start, end = read_address(parser, token)
    check_address(parser, url, start, end)
    children = parser.argument_row(token)
    return linked(parser, token, url, children)


def url(parser: Parser, token: Token) -> Node:
    """`\\url{address}`: the address in typewriter type, and a link to itself."""
    from sitegen.math.commands.text import text_node

    address, start, end = read_address(parser, token)
    check_address(parser, address, start, end)
    return linked(parser, token, address, [text_node(address, "mono", start, end)])


def linked(parser: Parser, token: Token, address: str, children: list[Node]) -> Node:
    """Return content with a link; the note is taken back when it turns out to be the whole formula."""
    end = children[-1].end if children else token[2]
    parser.warn(
        "partial-link",
        token[1],
        max(end, token[2]),
        "a link inside a formula is shown as plain content",
        "not linked",
        "put \\href around the whole formula, or the formula into a Markdown link",
    )
    cls = children[0].cls if len(children) == 1 and children[0].cls >= 0 else 0
    return Linked("mrow", "", children, token[1], end, cls, url=address)


def css_class(parser: Parser, token: Token) -> Node:
    """`\\class{name}{formula}` and `\\htmlClass`."""
    name, start, end = parser.text_argument(token)
    if not _NAME.fullmatch(name):
        hint = "letters, digits, - and _ make a name"
        parser.fail("bad-argument", start, end, f"{name or 'nothing'} is no class name", "a class name expected", hint)
    return _wrapped(parser, token, f' class="{name}"')


def css_id(parser: Parser, token: Token) -> Node:
    """`\\cssId{name}{formula}` and `\\htmlId`."""
    name, start, end = parser.text_argument(token)
    if not re.fullmatch(r"[A-Za-z_][\w.-]*", name, re.A):
        hint = "letters, digits, - and _ make a name"
        parser.fail("bad-argument", start, end, f"{name or 'nothing'} is no id", "an id expected", hint)
    return _wrapped(parser, token, f' id="{name}"')


def data(parser: Parser, token: Token) -> Node:
    """`\\data{name=value, …}{formula}` and `\\htmlData`: `data-` attributes."""
    given, start, end = parser.text_argument(token)
    attributes = []
    for part in given.split(","):
        match = _ATTRIBUTE.fullmatch(part.strip())
        if match is None:
            hint = "write \\data{name=value}{…}"
            parser.fail(
                "bad-argument", start, end, f"{part.strip() or 'nothing'} is no name=value", "name=value expected", hint
            )
        attributes.append(f' data-{match[1].removeprefix("data-")}="{escape(match[2].strip())}"')
    return _wrapped(parser, token, "".join(attributes))


def style(parser: Parser, token: Token) -> Node:
    """`\\style{…}{…}` and `\\htmlStyle`: colours only, because pages carry no inline style."""
    given, start, end = parser.text_argument(token)
    attributes = ""
    for part in filter(str.strip, given.split(";")):
        name, _, value = (piece.strip() for piece in part.partition(":"))
        rgb = resolve(value, parser.colors) if name in ("color", "background-color", "background") else None
        if rgb is None:
            hint = "use \\class and a style sheet, or \\textcolor, \\colorbox, \\boxed"
            message = f"{token[0]} would need inline style for {name or 'nothing'}"
            parser.fail("unsupported", start, end, message, "not supported", hint)
        parser.used_colors[rgb] = None
        attributes += foreground(rgb, "#" + rgb) if name == "color" else f' mathbackground="#{rgb}"'
    return _wrapped(parser, token, attributes)


def _wrapped(parser: Parser, token: Token, attributes: str) -> Node:
    children = parser.argument_row(token)
    cls = children[0].cls if len(children) == 1 and children[0].cls >= 0 else 0
    return Wrapped("mrow", attributes, children, token[1], children[-1].end if children else token[2], cls=cls)


def tooltip(parser: Parser, token: Token) -> Node:
    """`\\mathtip{formula}{tip}` and `\\texttip`: a tip needs a pointer, so only the formula is shown."""
    children = parser.argument_row(token)
    parser.argument_tokens(token)
    parser.warn(
        "no-tip",
        token[1],
        token[2],
        f"{token[0]} shows the formula without its tip",
        "the tip is left out",
        "say it in the text around the formula",
    )
    return Wrapped("mrow", "", children, token[1], children[-1].end if children else token[2])


def toggle(parser: Parser, token: Token) -> Node:
    """`\\toggle{a}{b}…\\endtoggle`: needs a program to change, so all states are shown one after the other."""
    states: list[Node] = []
    while parser.peek() != "\\endtoggle":
        if parser.peek() in ("", "}", "&", "\\end"):
            hint = "add \\endtoggle"
            parser.fail("unclosed-group", token[1], token[2], "\\toggle has no \\endtoggle", "opened here", hint)
        states.append(parser.argument(token))
    end = parser.stack.pop()[2]
    return Wrapped("mrow", "", states, token[1], end)


def image(parser: Parser, token: Token) -> Node:
    """`\\includegraphics[…alt=…]{file}`: refused; a picture belongs beside the formula."""
    parser.optional_tokens()
    read_address(parser, token)
    hint = "put the picture into the text: ![what it shows](file.png)"
    parser.fail(
        "unsupported", token[1], token[2], "\\includegraphics inside a formula", "no picture can stand here", hint
    )


HANDLERS: Final[dict[str, Handler]] = {
    "\\href": href,
    "\\url": url,
    **dict.fromkeys(["\\class", "\\htmlClass"], css_class),
    **dict.fromkeys(["\\cssId", "\\htmlId", "\\id"], css_id),
    **dict.fromkeys(["\\data", "\\htmlData"], data),
    **dict.fromkeys(["\\style", "\\htmlStyle", "\\mmlStyle"], style),
    **dict.fromkeys(["\\mathtip", "\\texttip"], tooltip),
    "\\toggle": toggle,
    "\\includegraphics": image,
}
"""Command to handler."""
