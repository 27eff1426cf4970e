"""Which CSS declarations of authors may stand in the generated stylesheet.

One wrong declaration there would be nobody's mistake to see: browsers skip it in silence. So property and value are
checked here, strictly where the values are few (colours, sizes, keywords) and otherwise by their characters alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sitegen.diagnostics import nearest
from sitegen.markdown.colors import rrggbb
from sitegen.math.colornames import CSS_COLORS

_WIDE_KEYWORDS = frozenset(("inherit", "initial", "unset", "revert", "revert-layer"))
_CUSTOM = re.compile(r"--[a-z][a-z0-9-]*\Z")
_IDENTIFIER = re.compile(r"-?[a-z][a-z0-9-]*\Z")
_FORBIDDEN = re.compile(
    r"""[{}<>\\;@]|/\*|\b(?:expression|url|image|image-set|src|attr|element)\s*\(|javascript:""",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'"[^"\n]*"|\'[^\'\n]*\'')
_SIZE = re.compile(
    r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:px|em|rem|ex|rex|ch|rch|cap|ic|lh|rlh|pt|pc|cm|mm|q|in|%"
    r"|[sld]?v(?:w|h|i|b|min|max)|cq(?:w|h|i|b|min|max))\Z"
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)\Z")
_COLOR_FUNCTION = re.compile(
    r"(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|color-mix|light-dark)\([\w\s.,%/+#()-]+\)\Z"
)
_MATH_FUNCTION = re.compile(r"(?:calc|min|max|clamp|var|fit-content)\(")

_SIDES = ["", "-top", "-right", "-bottom", "-left", "-inline", "-inline-start", "-inline-end"]
_SIDES += ["-block", "-block-start", "-block-end"]
_COLORS = frozenset(
    ["color", "background-color", "outline-color", "text-decoration-color", "caret-color", "column-rule-color"]
) | frozenset(f"border{side}-color" for side in _SIDES)
_SIZES = {
    **{f"margin{side}": frozenset(("auto",)) for side in _SIDES},
    **{f"padding{side}": frozenset[str]() for side in _SIDES},
    **{
        f"{limit}{name}": frozenset(("auto", "none", "min-content", "max-content", "fit-content", "stretch"))
        for limit in ("", "min-", "max-")
        for name in ("width", "height", "inline-size", "block-size")
    },
    **{name: frozenset(("auto",)) for name in ("top", "right", "bottom", "left", "inset", "flex-basis")},
    **{name: frozenset(("normal",)) for name in ("letter-spacing", "word-spacing", "gap", "column-gap", "row-gap")},
    **{f"border-{corner}radius": frozenset[str]() for corner in ("", "top-left-", "top-right-", "bottom-left-")},
    "border-bottom-right-radius": frozenset[str](),
    "border-spacing": frozenset[str](),
    "--cell-padding": frozenset[str](),
    "text-indent": frozenset(("hanging", "each-line")),
    "font-size": frozenset(
        ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large", "smaller", "larger")
    ),
    "vertical-align": frozenset(
        ("baseline", "sub", "super", "top", "text-top", "middle", "bottom", "text-bottom")
    ),
}  # fmt: skip
_BREAKS = ("auto", "avoid", "always", "all", "page", "left", "right", "column", "avoid-page", "avoid-column")
_KEYWORDS = {
    name: frozenset(words.split())
    for name, words in {
        "text-align": "left right center justify start end match-parent",
        "text-align-last": "auto left right center justify start end",
        "text-transform": "none capitalize uppercase lowercase full-width",
        "text-decoration-line": "none underline overline line-through",
        "text-decoration-style": "solid double dotted dashed wavy",
        "text-wrap": "wrap nowrap balance pretty stable",
        "text-overflow": "clip ellipsis",
        "font-style": "normal italic oblique",
        "font-variant": "normal small-caps all-small-caps tabular-nums oldstyle-nums lining-nums",
        "font-stretch": "normal condensed expanded semi-condensed semi-expanded extra-condensed extra-expanded",
        "white-space": "normal pre nowrap pre-wrap pre-line break-spaces",
        "word-break": "normal break-all keep-all break-word auto-phrase",
        "overflow-wrap": "normal break-word anywhere",
        "word-wrap": "normal break-word anywhere",
        "hyphens": "none manual auto",
        "float": "left right none inline-start inline-end",
        "clear": "left right both none inline-start inline-end",
        "display": "block inline inline-block none flex inline-flex grid inline-grid table table-row table-cell "
        "table-caption list-item contents flow-root inline-table",
        "visibility": "visible hidden collapse",
        "position": "static relative absolute sticky",
        "overflow": "visible hidden clip scroll auto",
        "overflow-x": "visible hidden clip scroll auto",
        "overflow-y": "visible hidden clip scroll auto",
        "box-sizing": "content-box border-box",
        "border-collapse": "collapse separate",
        "table-layout": "auto fixed",
        "caption-side": "top bottom",
        "empty-cells": "show hide",
        "direction": "ltr rtl",
        "flex-direction": "row row-reverse column column-reverse",
        "flex-wrap": "nowrap wrap wrap-reverse",
        "object-fit": "fill contain cover none scale-down",
        "image-rendering": "auto crisp-edges pixelated smooth",
        "list-style-position": "inside outside",
        "pointer-events": "auto none",
        "user-select": "auto none text all contain",
        "mix-blend-mode": "normal multiply screen overlay darken lighten difference exclusion",
        "break-before": " ".join(_BREAKS),
        "break-after": " ".join(_BREAKS),
        "break-inside": "auto avoid avoid-page avoid-column",
        "page-break-before": "auto always avoid left right",
        "page-break-after": "auto always avoid left right",
        "page-break-inside": "auto avoid",
    }.items()
}
_LINE_STYLES = frozenset(
    ["none", "hidden", "dotted", "dashed", "solid", "double", "groove", "ridge", "inset", "outset"]
)
_LINE_WIDTHS = frozenset(("thin", "medium", "thick"))
_LINES = frozenset(
    f"{name}{part}"
    for name in ("border", "border-top", "border-right", "border-bottom", "border-left", "outline", "column-rule")
    for part in ("", "-style", "-width")
)
_NUMBERS = frozenset(("opacity", "z-index", "order", "flex-grow", "flex-shrink", "orphans", "widows", "tab-size"))
_FAMILIES = re.compile(r"""(?:[\w -]+|"[^"]*"|'[^']*')(?:\s*,\s*(?:[\w -]+|"[^"]*"|'[^']*'))*\Z""")
_FREE = frozenset(
    [
        *("align-content", "align-items", "align-self", "aspect-ratio", "background", "background-position"),
        *("background-repeat", "background-size", "box-shadow", "column-count", "column-rule", "columns"),
        *("counter-increment", "counter-reset", "cursor", "filter", "flex", "flex-flow", "font", "font-family"),
        *("font-feature-settings", "font-kerning", "font-size-adjust", "font-variant-caps", "font-variant-numeric"),
        *("font-weight", "grid", "grid-area", "grid-auto-columns", "grid-auto-flow", "grid-auto-rows", "grid-column"),
        *("grid-row", "grid-template", "grid-template-areas", "grid-template-columns", "grid-template-rows"),
        *("justify-content", "justify-items", "justify-self", "line-height", "list-style", "list-style-type"),
        *("object-position", "outline-offset", "place-content", "place-items", "place-self", "quotes", "resize"),
        *("rotate", "scale", "shape-margin", "shape-outside", "text-decoration", "text-decoration-thickness"),
        *("text-emphasis", "text-shadow", "text-underline-offset", "transform", "transform-origin", "translate"),
        *("unicode-bidi", "writing-mode"),
    ]
)
_PROPERTIES = sorted({*_COLORS, *_SIZES, *_KEYWORDS, *_LINES, *_NUMBERS, *_FREE})


class Refusal(NamedTuple):
    """Why a declaration cannot be used."""

    reason: str
    hint: str = ""


def refusal(prop: str, value: str) -> Refusal | None:
    """Tell why `prop:value` must not be written into a stylesheet; None when it may."""
    prop = prop.lower()
    plain = re.sub(r"\s*!\s*important\Z", "", value.strip(), flags=re.IGNORECASE)
    if not prop or not plain:
        return Refusal("is not of the form `property: value`")
    if _FORBIDDEN.search(plain) or not _balanced(plain) or "!" in plain:
        return Refusal("cannot be part of a stylesheet", "addresses, braces and backslashes are not taken")
    if prop not in _PROPERTIES:
        return None if _CUSTOM.match(prop) else _unknown(prop)
    if plain.lower() in _WIDE_KEYWORDS:
        return None
    return _value(prop, plain.lower())


def is_color(value: str) -> bool:
    """Tell whether `value` is a CSS colour (CSS Color 4), opaque or not."""
    return (
        value in {"transparent", "currentcolor"}
        or rrggbb(value) is not None
        or re.fullmatch(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", value) is not None
        or _COLOR_FUNCTION.match(value) is not None
    )


def _unknown(prop: str) -> Refusal:
    near = nearest(prop, _PROPERTIES)
    return Refusal("names no property that can be used", f"did you mean {near}?" if near else "")


def _value(prop: str, value: str) -> Refusal | None:
    words = _words(value)
    if prop in _COLORS:
        return None if all(is_color(word) for word in words) else _bad_color(value)
    if prop in _SIZES:
        ok = all(_is_size(word) or word in _SIZES[prop] for word in words)
        return None if ok else Refusal("has no size", "write a number with its unit, such as 12px, 1.5em or 50%")
    if prop in _KEYWORDS:
        known = _KEYWORDS[prop]
        return None if all(word in known for word in words) else _bad_keyword(value, known)
    if prop in _LINES:
        ok = all(word in _LINE_STYLES | _LINE_WIDTHS or _is_size(word) or is_color(word) for word in words)
        return None if ok else Refusal("has no line", "write width, style and colour, such as 1px solid gray")
    if prop in _NUMBERS:
        ok = all(_NUMBER.match(word) or word.endswith("%") or word == "auto" for word in words)
        return None if ok else Refusal("has no number")
    if prop == "font-family":
        return None if _FAMILIES.match(value) else Refusal("has no font's name")
    if prop == "font-weight":
        ok = value in {"normal", "bold", "bolder", "lighter"} or (value.isdigit() and 1 <= int(value) <= 1000)
        return None if ok else _bad_keyword(value, frozenset(("normal", "bold", "bolder", "lighter")))
    if prop == "line-height":
        ok = value == "normal" or _NUMBER.match(value) is not None or _is_size(value)
        return None if ok else Refusal("has no size", "a number such as 1.5")
    if prop == "background" and len(words) == 1 and _IDENTIFIER.match(value) and not is_color(value):
        return None if value == "none" else _bad_color(value)
    return None


def _words(value: str) -> list[str]:
    """Split at blanks outside parentheses."""
    return re.findall(r"(?:[^\s(]|\((?:[^()]|\([^()]*\))*\))+", value)


def _is_size(word: str) -> bool:
    return word == "0" or bool(_SIZE.match(word) or _MATH_FUNCTION.match(word) or _is_zero(word))


def _is_zero(word: str) -> bool:
    return bool(_NUMBER.match(word)) and float(word) == 0


def _bad_color(value: str) -> Refusal:
    near = nearest(value, CSS_COLORS)
    return Refusal("has no colour", f"did you mean {near}?" if near else "a name such as red, or #c00 or rgb(200 0 0)")


def _bad_keyword(value: str, known: frozenset[str]) -> Refusal:
    near = nearest(value, sorted(known))
    return Refusal("has no value that fits", f"did you mean {near}?" if near else f"one of {', '.join(sorted(known))}")


def _balanced(value: str) -> bool:
    """Tell whether quotes and brackets are closed."""
    bare = _QUOTED.sub("", value)
    if '"' in bare or "'" in bare or "\n" in bare.strip():
        return False
    depth = 0
    for character in bare:
        depth += (character in "([") - (character in ")]")
        if depth < 0:
            return False
    return depth == 0
