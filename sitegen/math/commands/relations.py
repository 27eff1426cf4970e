"""Commands that are short for other TeX: mathtools' colon relations, operators with limits, names of other packages."""

from __future__ import annotations

from sitegen.math.nodes import OP, Symbol
from sitegen.math.registry import MACROS, PACKAGED, SYMBOLS

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
_KATEX = """
R=mathbb{R} N=mathbb{N} Z=mathbb{Z} reals=mathbb{R} Reals=mathbb{R} natnums=mathbb{N} cnums=mathbb{C} Complex=mathbb{C}
larr=leftarrow lArr=Leftarrow Larr=Leftarrow rarr=rightarrow rArr=Rightarrow Rarr=Rightarrow uarr=uparrow uArr=Uparrow
Uarr=Uparrow darr=downarrow dArr=Downarrow Darr=Downarrow harr=leftrightarrow hArr=Leftrightarrow Harr=Leftrightarrow
lrarr=leftrightarrow lrArr=Leftrightarrow Lrarr=Leftrightarrow infin=infty isin=in exist=exists empty=emptyset
sub=subset sube=subseteq supe=supseteq ang=angle image=Im real=Re weierp=wp alef=aleph alefsym=aleph bull=bullet
clubs=clubsuit diamonds=diamondsuit hearts=heartsuit spades=spadesuit Dagger=ddagger plusmn=pm sdot=cdot sect=S
thetasym=vartheta and=land or=lor
"""
"""Short names that KaTeX has and LaTeX has not; a post may define them anew (KaTeX, Supported Functions)."""
for _pair in _KATEX.split():
    _name, _, _meaning = _pair.partition("=")
    if f"\\{_name}" not in MACROS:
        MACROS[f"\\{_name}"] = f"\\{_meaning}"
        PACKAGED.add(f"\\{_name}")
for _name, _char in {"intop": "∫", "ointop": "∮", "iintop": "∬"}.items():
    SYMBOLS["\\" + _name] = Symbol(_char, "mo", OP, limits=True)
