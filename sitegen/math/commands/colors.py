"""Colours: `\\color`, `\\textcolor`, `\\colorbox`, `\\fcolorbox`, `\\definecolor`.

`\\color{c}{x}` colours its argument when a brace group follows directly, which is what authors mean and what MathJax 2
did; `\\color{c} x y` is LaTeX's switch to the end of the group or cell.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from sitegen.math.colornames import CSS_COLORS
from sitegen.math.lexer import Token
from sitegen.math.nodes import Node, Open, Wrapped
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS

# xcolor's dvipsnames, as red, green and blue of MathJax's and dvips' common rendering.
_DVIPS = """
Apricot fbb982 Aquamarine 00b5be Bittersweet c04f17 Black 221e1f Blue 2d2f92 BlueGreen 00b3b8 BlueViolet 473992
BrickRed b6321c Brown 792500 BurntOrange f7921d CadetBlue 74729a CarnationPink f282b4 Cerulean 00a2e3
CornflowerBlue 41b0e4 Cyan 00aeef Dandelion fdbc42 DarkOrchid a4538a Emerald 00a99d ForestGreen 009b55
Fuchsia 8c368c Goldenrod ffdf42 Gray 949698 Green 00a64f GreenYellow dfe674 JungleGreen 00a99a Lavender f49ec4
LimeGreen 8dc73e Magenta ec008c Mahogany a9341f Maroon af3235 Melon f89e7b MidnightBlue 006795 Mulberry a93c93
NavyBlue 006eb8 OliveGreen 3c8031 Orange f58137 OrangeRed ed135a Orchid af72b0 Peach f7965a Periwinkle 7977b8
PineGreen 008b72 Plum 92268f ProcessBlue 00b0f0 Purple 99479b RawSienna 974006 Red ed1b23 RedOrange f26035
RedViolet a1246b Rhodamine ef559f RoyalBlue 0071bc RoyalPurple 613f99 RubineRed ed017d Salmon f69289
SeaGreen 3fbc9d Sepia 671800 SkyBlue 46c5dd SpringGreen c6dc67 Tan da9d76 TealBlue 00aeb3 Thistle d883b7
Turquoise 00b4ce Violet 58429b VioletRed ef58a0 White ffffff WildStrawberry ee2967 Yellow fff200
YellowGreen 98cc70 YellowOrange faa21a"""


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Return colour names with their `rrggbb`: CSS names, and the capitalised ones of xcolor."""
    words = _DVIPS.split()
    return {**CSS_COLORS, **dict(zip(words[::2], words[1::2], strict=True))}


_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def _clamp(value: float) -> int:
    return max(0, min(255, round(value)))


def _join(parts: list[float]) -> str:
    return "".join(f"{_clamp(part):02x}" for part in parts)


def _channels(rgb: str) -> list[float]:
    return [float(int(rgb[at : at + 2], 16)) for at in (0, 2, 4)]


MODELS = {
    "rgb": "three numbers from 0 to 1",
    "RGB": "three numbers from 0 to 255",
    "HTML": "six hexadecimal digits",
    "gray": "one number from 0 to 1",
    "cmyk": "four numbers from 0 to 1",
    "cmy": "three numbers from 0 to 1",
    "hsb": "three numbers from 0 to 1",
    "named": "a name",
}
"""Colour models of xcolor, and what their values are."""


def from_model(model: str, value: str) -> str | None:
    """Return `rrggbb` of a value in one of xcolor's models, or None."""
    if model == "named":
        return names().get(value)
    if model in ("HTML", "html", "Hex"):
        match = re.fullmatch(r"#?([0-9a-fA-F]{6})", value)
        return match.group(1).lower() if match else None
    try:
        parts = [float(part) for part in value.replace(",", " ").split()]
    except ValueError:
        return None
    size = {"rgb": 3, "RGB": 3, "gray": 1, "Gray": 1, "cmyk": 4, "cmy": 3, "hsb": 3}.get(model)
    most = {"RGB": 255.0, "Gray": 15.0}.get(model, 1.0)
    if size is None or len(parts) != size or any(not 0 <= part <= most for part in parts):
        return None
    if model == "rgb":
        return _join([255 * part for part in parts])
    if model == "RGB":
        return _join(parts)
    if model in ("gray", "Gray"):
        return _join([255 * parts[0] / (15 if model == "Gray" else 1)] * 3)
    if model == "hsb":
        import colorsys

        return _join([255 * part for part in colorsys.hsv_to_rgb(*parts)])
    black = parts[3] if model == "cmyk" else 0.0
    return _join([255 * (1 - min(1.0, part + black)) for part in parts[:3]])


def resolve(text: str, defined: dict[str, str]) -> str | None:
    """Return `rrggbb` of a colour as it is written, or None when it is unknown; mixes are `red!50!blue` (xcolor)."""
    text = text.strip()
    if "!" in text and not text.startswith("!"):
        return _mix(text.split("!"), defined)
    if text.startswith("-") and len(text) > 1:
        base = resolve(text[1:], defined)
        return _join([255 - part for part in _channels(base)]) if base else None
    known = names()
    found = defined.get(text) or known.get(text) or known.get(text.lower())
    if found:
        return found
    match = _HEX.fullmatch(text)
    if match:
        digits = match.group(1).lower()
        return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    match = re.fullmatch(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/][^)]*)?\)", text)
    return _join([float(part) for part in match.groups()]) if match else None


def _mix(parts: list[str], defined: dict[str, str]) -> str | None:
    mixed = resolve(parts[0], defined)
    at = 1
    while at < len(parts) and mixed is not None:
        try:
            share = float(parts[at]) / 100
        except ValueError:
            return None
        other = resolve(parts[at + 1], defined) if at + 1 < len(parts) else "ffffff"
        if other is None or not 0 <= share <= 1:
            return None
        mixed = _join([share * a + (1 - share) * b for a, b in zip(_channels(mixed), _channels(other), strict=True)])
        at += 2
    return mixed


def read_color(parser: Parser, token: Token) -> tuple[str, str]:
    """Read `[model]{value}`; return `rrggbb` and what to write into MathML (the author's name or hex)."""
    model = parser.optional_text()
    text, start, end = parser.text_argument(token)
    defined = parser.colors
    if model is None and text in names() and text.islower() and text not in defined:
        return names()[text], text
    rgb = from_model(model[0], text) if model and model[0] else resolve(text, defined)
    if rgb is None:
        from sitegen.math.spelling import closest

        near = closest(text, [*defined, *names()])
        hint = f"did you mean {near}?" if near else "write a name such as red, or #rrggbb"
        if model and model[0] in MODELS:
            hint = f"write {MODELS[model[0]]}, or the name without a model"
        elif model and model[0]:
            hint = f"{model[0]} is no colour model; known are {', '.join(MODELS)}"
        message = f"unknown colour {text}" if text else "no colour is given"
        parser.fail("bad-color", start, end, message, "no colour known to CSS or xcolor", hint)
    simple = text if not model and names().get(text) == rgb and text.islower() else "#" + rgb
    return rgb, simple


@lru_cache(maxsize=256)
def foreground(rgb: str, shown: str) -> str:
    """Return the attributes that colour an element."""
    return f' class="c-{rgb}" mathcolor="{escape(shown)}"'


def color_attributes(parser: Parser, options: tuple[str, int, int] | None) -> str:
    """Return the colours among the attributes of MathJax's `\\enclose` and `\\cancel`; others mean nothing here."""
    if options is None:
        return ""
    attributes = ""
    for part in options[0].split(","):
        name, _, value = part.partition("=")
        name, value = name.strip(), value.strip().strip("\"'")
        name = "mathcolor" if name == "color" else name
        if name not in ("mathcolor", "mathbackground"):
            continue
        rgb = resolve(value, parser.colors)
        if rgb is None:
            hint = "write a name such as red, or #rrggbb"
            parser.fail("bad-color", options[1], options[2], f"unknown colour {value}", "no colour", hint)
        parser.used_colors[rgb] = None
        if name == "mathcolor":
            attributes += foreground(rgb, "#" + rgb)
        else:
            attributes += f' mathbackground="#{rgb}"'
    return attributes


def color(parser: Parser, token: Token) -> Node | None:
    """`\\color{c}{x}` (the argument) or `\\color{c} x` (to the end of the group or cell)."""
    rgb, shown = read_color(parser, token)
    parser.used_colors[rgb] = None
    if parser.stack and parser.stack[-1][0] == "{":
        children = parser.argument_row(token)
        return colored(children, foreground(rgb, shown), token)
    parser.open_mark(Open("mrow", foreground(rgb, shown), token[1], token[2]))
    return None


def colored(children: list[Node], attributes: str, token: Token) -> Node:
    """Return coloured content; a single symbol keeps its class."""
    cls = children[0].cls if len(children) == 1 and children[0].cls >= 0 else 0
    return Wrapped("mrow", attributes, children, token[1], children[-1].end if children else token[2], cls=cls)


def text_color(parser: Parser, token: Token) -> Node:
    """`\\textcolor{c}{x}`."""
    rgb, shown = read_color(parser, token)
    parser.used_colors[rgb] = None
    return colored(parser.argument_row(token), foreground(rgb, shown), token)


def box(parser: Parser, token: Token) -> Node:
    """`\\colorbox{c}{text}` and `\\fcolorbox{frame}{c}{text}`."""
    from sitegen.math.commands.text import text_nodes

    frame = ""
    if token[0] == "\\fcolorbox":
        frame_rgb, frame_shown = read_color(parser, token)
        parser.used_colors[frame_rgb] = None
        frame = foreground(frame_rgb, frame_shown).replace('class="', 'class="fcolorbox ')
    rgb, shown = read_color(parser, token)
    parser.used_colors[rgb] = None
    children = text_nodes(parser, token, "")
    end = children[-1].end if children else token[2]
    # Inside a coloured frame the text has the page's own colour again.
    name = "ink" if frame else "colorbox"
    inside = Wrapped("mrow", f' class="{name} bg-{rgb}" mathbackground="{escape(shown)}"', children, token[1], end)
    return Wrapped("mrow", frame, [inside], token[1], end) if frame else inside


def define_color(parser: Parser, token: Token) -> Node:
    """`\\definecolor{name}{model}{value}` and `\\colorlet{name}{colour}`: they hold for the document from here on."""
    from sitegen.math.commands.definitions import Definition

    name, start, end = parser.text_argument(token)
    if token[0] == "\\colorlet":
        value, start, end = parser.text_argument(token)
        rgb = resolve(value, parser.colors)
    else:
        model, _, _ = parser.text_argument(token)
        value, start, end = parser.text_argument(token)
        rgb = from_model(model, value)
    if rgb is None:
        if token[0] == "\\colorlet":
            parser.fail("bad-color", start, end, f"unknown colour {value}", "no colour known to CSS or xcolor")
        form = MODELS.get(model)
        if form is None:
            hint = f"write one of {', '.join(MODELS)}"
            parser.fail("bad-color", start, end, f"unknown colour model {model or 'without a name'}", "no model", hint)
        parser.fail(
            "bad-color", start, end, f"{value or 'nothing'} is no colour of the model {model}", f"{form} expected"
        )
    parser.colors[name] = rgb
    return Definition(-2, token[1], end)


COMMANDS.update(
    {
        "\\color": color,
        "\\textcolor": text_color,
        **dict.fromkeys(["\\colorbox", "\\fcolorbox"], box),
        **dict.fromkeys(["\\definecolor", "\\colorlet"], define_color),
    }
)
