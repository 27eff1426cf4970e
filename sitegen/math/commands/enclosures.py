"""Frames and strikes of MathJax's enclose, bbox and cancel, and KaTeX's angles and phases.

Chromium draws no `menclose`; frames are rows with a border in any browser, and strikes carry the lines that the style
sheet lays over the content there.
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

from sitegen.math.commands.boxes import with_class
from sitegen.math.commands.colors import color_attributes, foreground, resolve
from sitegen.math.lexer import Token
from sitegen.math.nodes import ORD, Atom, Node, Scripts, Stack, Symbol, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import Handler

_STRIKES: Final[dict[str, str]] = {
    "updiagonalstrike": "up", "downdiagonalstrike": "down", "horizontalstrike": "across", "verticalstrike": "along",
    "updiagonalarrow": "up arrow", "northeastarrow": "up arrow",
}  # fmt: skip
"""Notation to the classes of its line."""
_FRAMES: Final = frozenset(
    [
        "box",
        "roundedbox",
        "circle",
        "left",
        "right",
        "top",
        "bottom",
        "longdiv",
        "actuarial",
        "madruwb",
        "radical",
        "phasorangle",
    ]
)


def enclose(parser: Parser, token: Token) -> Node:
    """`\\enclose{notation,…}[attributes]{formula}`."""
    given, start, end = parser.text_argument(token)
    options = parser.optional_text()
    notations = re.split(r"[\s,]+", given)
    for each in notations:
        if each not in _STRIKES and each not in _FRAMES:
            from sitegen.math.spelling import closest

            near = closest(each, [*_STRIKES, *_FRAMES])
            hint = f"did you mean {near}?" if near else "known are " + ", ".join([*_STRIKES, *sorted(_FRAMES)])
            parser.fail("bad-argument", start, end, f"{each or 'nothing'} is no notation of \\enclose", "unknown", hint)
    return enclosed(parser.argument_row(token), notations, token, color_attributes(parser, options))


def enclosed(children: list[Node], notations: list[str], token: Token, attributes: str = "") -> Node:
    """Return content with frames and strikes."""
    end = children[-1].end if children else token[2]
    frames = [each for each in notations if each in _FRAMES]
    strikes = [each for each in notations if each in _STRIKES]
    if frames or not strikes:
        shown = " ".join("enclose-" + each for each in frames)
        children = [Wrapped("mrow", with_class(shown, attributes), children, token[1], end)]
        attributes = ""
    if strikes:
        trailer = "".join(f'<mrow class="strike {_STRIKES[each]}"></mrow>' for each in strikes)
        notation = " ".join(dict.fromkeys(each.replace("northeastarrow", "updiagonalarrow") for each in strikes))
        joined = with_class("strikes", attributes) + f' notation="{notation}"'
        return Wrapped("menclose", joined, children, token[1], end, trailer=trailer)
    return children[0]


def cancel_to(parser: Parser, token: Token) -> Node:
    """`\\cancelto{value}{formula}`: struck by an arrow that points to a value (cancel package)."""
    parser.optional_tokens()
    value = parser.argument(token)
    children = parser.argument_row(token)
    end = children[-1].end if children else value.end
    base = enclosed(children, ["updiagonalarrow"], token)
    scripts = Scripts(base, token[1], end)
    scripts.sup = value
    return scripts


_LENGTH = re.compile(r"\d+(?:\.\d+)?\s*(?:pt|px|em|ex|cm|mm|in|mu|pc|rem)?|0")
_BORDER = re.compile(
    r"border\s*:\s*(?:(\d+(?:\.\d+)?)\s*(?:px|pt|em))?\s*(solid|dashed|dotted|double)?\s*(\S+)?\s*", re.I
)


def background_box(parser: Parser, token: Token) -> Node:
    """`\\bbox[colour,padding,border:…]{formula}`: a background, room around, a border."""
    options = parser.optional_text() or ("", token[1], token[2])
    classes: list[str] = ["bbox"]
    background = frame = ""
    for text in filter(None, map(str.strip, options[0].split(","))):
        border = _BORDER.fullmatch(text)
        if border:
            classes.append(f"bbox-border {border[2]}" if border[2] and border[2] != "solid" else "bbox-border")
            if border[3]:
                frame = foreground(*_color(parser, border[3], options))
        elif not _LENGTH.fullmatch(text):
            if background:
                hint = "give one colour"
                parser.fail("bad-argument", *options[1:], "a second colour", f"{text} is one too many", hint)
            rgb, shown = _color(parser, text, options)
            classes.append(f"bg-{rgb}")
            background = f' mathbackground="{escape(shown)}"'
        elif "bbox-pad" in classes:
            hint = "give one length"
            parser.fail("bad-argument", *options[1:], "a second padding", f"{text} is one too many", hint)
        else:
            classes.append("bbox-pad")
    children = parser.argument_row(token)
    end = children[-1].end if children else token[2]
    cls = children[0].cls if len(children) == 1 and children[0].cls >= 0 else ORD
    if frame:
        # Inside a coloured frame the formula has the page's own colour again.
        children = [Wrapped("mrow", ' class="ink"', children, token[1], end)]
    return Wrapped("mrow", with_class(" ".join(classes), frame) + background, children, token[1], end, cls=cls)


def _color(parser: Parser, text: str, options: tuple[str, int, int]) -> tuple[str, str]:
    """Return `rrggbb` of a colour among options and what to write for it."""
    rgb = resolve(text, parser.colors)
    if rgb is None:
        hint = "write \\bbox[yellow,5px,border:2px solid red]{…}"
        parser.fail("bad-argument", *options[1:], f"{text} is no colour, length or border", "not understood", hint)
    parser.used_colors[rgb] = None
    return rgb, text if text.isalpha() and text.islower() and text not in parser.colors else "#" + rgb


def angle(parser: Parser, token: Token) -> Node:
    """`\\angl{n}`, `\\angln`, `\\actuarialangle` of actuarial notation; `\\phase` and `\\longdiv` of KaTeX."""
    notation = {"\\phase": "phasorangle", "\\longdiv": "longdiv"}.get(token[0], "actuarial")
    if token[0] == "\\angln":
        children: list[Node] = [Atom(0, Symbol("n", "mi", 0, "<mi>n</mi>", variant="italic"), token[1], token[2])]
    else:
        children = parser.argument_row(token)
    return enclosed(children, [notation], token)


def struck_over(parser: Parser, token: Token) -> Node:
    """`\\centernot{relation}` and `\\centerOver{below}{above}`: something laid over the middle of something."""
    if token[0] == "\\centernot":
        from sitegen.math.commands.accents import negate

        if not parser.peek():
            parser.missing_argument(token)
        return negate(parser, token)
    below = parser.argument(token)
    above = parser.argument(token)
    # An accent-like place centres it; lowering it by the height of a letter lays it over the base.
    lowered = Wrapped("mstyle", ' scriptlevel="0"', [above], token[1], below.end)
    over = Wrapped("mpadded", ' height="0" depth="0" voffset="-.9em"', [lowered], token[1], below.end)
    return Stack(below, None, over, below.cls if below.cls >= 0 else ORD, token[1], below.end)


HANDLERS: Final[dict[str, Handler]] = {
    "\\enclose": enclose,
    "\\cancelto": cancel_to,
    "\\bbox": background_box,
    **dict.fromkeys(["\\angl", "\\angln", "\\actuarialangle", "\\phase", "\\longdiv"], angle),
    **dict.fromkeys(["\\centernot", "\\centerOver"], struck_over),
}
"""Command to handler."""
