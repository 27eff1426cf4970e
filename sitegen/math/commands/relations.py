"""Commands that are short for other TeX: mathtools' colon relations, operators with limits, names of other packages."""

from __future__ import annotations

from sitegen.math.nodes import OP, Symbol
from sitegen.math.registry import MACROS, SYMBOLS

_PARTS = {
    "approx": "\\approx",
    "sim": "\\sim",
    "dash": "-",
}

MACROS.update(
    {
        # As mathtools has them since 1.28, unless its option legacycolonsymbols is given.
        "\\Eqcolon": "\\mathrel{=::}",
        "\\Eqqcolon": "\\mathrel{=::}",
        **{f"\\colon{name}": f"\\mathrel{{:{sign}}}" for name, sign in _PARTS.items()},
        **{f"\\Colon{name}": f"\\mathrel{{::{sign}}}" for name, sign in _PARTS.items()},
        **{f"\\{name}colon": f"\\mathrel{{{sign}:}}" for name, sign in _PARTS.items()},
        **{f"\\{name.capitalize()}colon": f"\\mathrel{{{sign}::}}" for name, sign in _PARTS.items()},
        "\\colonminus": "\\mathrel{:-}",
        "\\coloncolonminus": "\\mathrel{::-}",
        "\\coloncolonequals": "\\mathrel{::=}",
        "\\equalscolon": "\\mathrel{=:}",
        "\\equalscoloncolon": "\\mathrel{=::}",
        "\\minuscolon": "\\mathrel{-:}",
        "\\minuscoloncolon": "\\mathrel{-::}",
        "\\simcoloncolon": "\\mathrel{\\sim::}",
        "\\approxcoloncolon": "\\mathrel{\\approx::}",
        "\\colonsimilar": "\\mathrel{:\\sim}",
        "\\coloncolon": "\\mathrel{::}",
        "\\coloncolonsim": "\\mathrel{::\\sim}",
        "\\coloncolonapprox": "\\mathrel{::\\approx}",
        "\\idotsint": "\\mathop{\\int\\mkern-1.5mu\\cdots\\mkern-1.5mu\\int}",
        "\\doublecap": "\\Cap",
        "\\doublecup": "\\Cup",
        "\\plim": "\\operatorname*{plim}",
        "\\cramped": "{#1}",
        "\\crampedllap": "\\mathllap{#1}",
        "\\crampedrlap": "\\mathrlap{#1}",
        "\\crampedclap": "\\mathclap{#1}",
        "\\textllap": "\\llap{#1}",
        "\\textrlap": "\\rlap{#1}",
        "\\textclap": "\\clap{#1}",
        "\\centerOver": "{\\rlap{$#1$}\\mathclap{#2}\\phantom{#1}}",
        "\\nonscript": "",
        "\\refeq": "\\ref{#1}",
    }
)
"""Command to what it is short for; `#1` is its argument."""
for _name, _char in {"intop": "∫", "ointop": "∮", "iintop": "∬"}.items():
    SYMBOLS["\\" + _name] = Symbol(_char, "mo", OP, limits=True)
