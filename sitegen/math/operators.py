"""Attributes of `<mo>`: TeX's spacing written down where a browser's own would differ.

A browser spaces an operator by the dictionary of MathML Core (appendix B), from its character and its form, and the
form from its place in the row (section 3.2.4.2). TeX spaces by the classes of neighbours (TeXbook, page 170). So an
attribute is written exactly where the two disagree.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Final

from sitegen.math.nodes import BIN, CLOSE, OP, OPEN, ORD, PUNCT, REL, Symbol

WIDTHS: Final = ("0", "0.1667em", "0.2222em", "0.2778em")
"""No, thin, medium and thick space."""

# TeXbook, page 170; rows and columns Ord Op Bin Rel Open Close Punct Inner; then the begin of a list, or its end.
SPACING: Final = (
    (0, 1, 2, 3, 0, 0, 0, 1, 0),
    (1, 1, 0, 3, 0, 0, 0, 1, 0),
    (2, 2, 0, 0, 2, 0, 0, 2, 0),
    (3, 3, 0, 0, 3, 0, 0, 3, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 1, 2, 3, 0, 0, 0, 1, 0),
    (1, 1, 0, 1, 1, 1, 1, 1, 0),
    (1, 1, 2, 3, 1, 0, 1, 1, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
)
SCRIPT_SPACING: Final = (
    (0, 1, 0, 0, 0, 0, 0, 0, 0),
    (1, 1, 0, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
    (0, 1, 0, 0, 0, 0, 0, 0, 0),
    (0, 0, 0, 0, 0, 0, 0, 0, 0),
)
"""In scripts only the spaces at operators remain."""


def _ranges(text: str) -> frozenset[str]:
    chars: list[str] = []
    for part in text.split():
        low, _, high = part.partition("-")
        chars.extend(chr(code) for code in range(int(low, 16), int(high or low, 16) + 1))
    return frozenset(chars)


# Infix operators that MathML Core spaces by a medium, a thin and no space; the others get a thick one.
_MEDIUM = _ranges(
    "2B 2D B1 F7 2212-2216 2227-222A 2236 2238 228C-228E 2293-2296 2298 229D-229F 22BB-22BD 22CE-22CF 22D2-22D3 "
    "2A1F-2A2E 2A38-2A3A 2A3E 2A40-2A4F 2A51-2A63"
)
_THIN = _ranges(
    "2A 2E B7 D7 2217-2219 2240 2297 2299-229B 22A0-22A1 22BA 22C4-22C7 22C9-22CC 2305-2306 2A1D-2A1E 2A2F-2A37 "
    "2A3B-2A3D 2A3F 2A50 2A64-2A65"
)
_UNSURE = frozenset(":/\\|‖%?@^_÷∶↑↓↕⇑⇓⇕…⋯")
"""Characters on whose infix entry browsers disagree: both spaces are written."""
_SIGNS = frozenset("+−±∓∔")
_FENCES = frozenset("()[]{}⟨⟩⌈⌉⌊⌋⟦⟧⎰⎱⟮⟯⟪⟫⌜⌝⌞⌟⟅⟆")
_BARS = frozenset("|‖∣∥")
_UPRIGHT_ARROWS = frozenset("↑↓↕⇑⇓⇕")
_ARROWS = _ranges("2190-21FF 27F0-27FF 2900-2920")


@lru_cache(maxsize=8192)
def operator(symbol: Symbol, cls: int, left: int, right: int, first: bool, last: bool, extra: str = "") -> str:
    """Return the `<mo>` of a symbol.

    `left` and `right` are spaces as indexes into `WIDTHS`; `first` and `last` tell whether the operator begins or ends
    its row; `extra` is put among the attributes.
    """
    if symbol.variant:
        extra += ' class="tt"' if symbol.variant == "mono" else ' class="bold"'
    attributes = _attributes(symbol.char, cls, left, right, first, last) + extra
    return f"<mo{attributes}>{escape(symbol.char, quote=False)}</mo>"


def _spaces(left: int, right: int) -> str:
    return f' lspace="{WIDTHS[left]}" rspace="{WIDTHS[right]}"'


def _given(left: int, right: int, own_left: int, own_right: int) -> str:
    """Write the spaces that differ from the operator's own."""
    return (f' lspace="{WIDTHS[left]}"' if left != own_left else "") + (
        f' rspace="{WIDTHS[right]}"' if right != own_right else ""
    )


def _attributes(char: str, cls: int, left: int, right: int, first: bool, last: bool) -> str:
    inside = first == last
    if char in _FENCES:
        return ' stretchy="false"' + _given(left, right, 0, 0)
    if char in _BARS and cls != REL:
        form = {OPEN: "prefix", CLOSE: "postfix"}.get(cls)
        if form and not left and not right:
            return f' form="{form}" stretchy="false"'
        return ' stretchy="false"' + _spaces(left, right)
    stretchy = ' stretchy="false"' if char in _UPRIGHT_ARROWS else ""
    if cls == OP:
        return stretchy + (_given(left, right, 1, 1) if len(char) == 1 else _spaces(left, right))
    if cls == ORD and char in _SIGNS and not left and not right:
        if first and not last:
            return ""
        return ' form="prefix"' if inside and not first else _spaces(0, 0)
    if cls in (BIN, REL, PUNCT) and char not in _UNSURE and char not in _BARS:
        own = own_spaces(char)
        if (left, right) == own:
            return stretchy + ("" if inside else ' form="infix"')
        return stretchy + (_given(left, right, *own) if inside else _spaces(left, right))
    if cls == REL and char in "∣∥":
        return _spaces(left, right) if not inside or (left, right) != (3, 3) else ""
    if cls == CLOSE and char == "!" and not left and not right:
        return ""
    return stretchy + _spaces(left, right)


def own_spaces(char: str) -> tuple[int, int]:
    """Return the spaces of an infix operator in MathML Core's dictionary."""
    if char in ",;":
        return 0, 1
    own = 2 if char in _MEDIUM else 1 if char in _THIN else 3
    return own, own


def is_arrow(char: str) -> bool:
    """Tell whether browsers stretch the character to the width of a script above or below it."""
    return char in _ARROWS
