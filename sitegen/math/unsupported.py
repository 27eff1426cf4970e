"""Commands that TeX knows and a page has no use for, and why; read only when one is met.

Anything else that is unknown is taken for a misspelling.
"""

from __future__ import annotations

from typing import Final

_REASONS: Final = {
    "nothing is decided by TeX's conditionals here": """
    if ifmmode ifx ifnum ifdim ifcase ifodd iftrue iffalse ifcat ifdefined ifcsname ifhmode ifvmode ifinner else fi
    newif unless ifthenelse or
    """,
    "TeX's registers, lengths and counters do not exist here": """
    newcount newdimen newskip newmuskip newtoks newbox newlength setlength addtolength newcounter setcounter
    addtocounter stepcounter advance multiply divide setbox copy wd ht dp settowidth thinmuskip medmuskip
    thickmuskip arraystretch
    """,
    "TeX's expansion cannot be programmed here": """
    expandafter noexpand csname endcsname string meaning catcode mathcode lccode uccode lowercase uppercase
    afterassignment aftergroup futurelet makeatletter makeatother the number romannumeral loop repeat mathchardef
    chardef mathchar mathaccent radical delimiter ExplSyntaxOn ExplSyntaxOff
    """,
    "it belongs into the text of a document, not into a formula": """
    input include openin openout write read immediate section subsection paragraph item footnote cite caption
    documentclass pagebreak newpage maketitle thanks index pageref bibliography tableofcontents
    """,
}

UNSUPPORTED: Final = {"\\" + name: reason for reason, names in _REASONS.items() for name in names.split()}
"""Command to the reason why it is refused."""

_PICTURE = "draw it with LaTeX, and put it in as a picture: ![caption](drawing.svg)"
_LIST = "lists are written in Markdown, outside of formulas"
_THEOREM = "theorems are written outside of formulas: ::: theorem"

ELSEWHERE: Final = {
    **dict.fromkeys(["tikzpicture", "tikzcd", "pgfpicture", "pspicture", "xy", "picture", "circuitikz"], _PICTURE),
    **dict.fromkeys(["itemize", "enumerate", "description"], _LIST),
    **dict.fromkeys(["theorem", "lemma", "definition", "proof", "corollary", "proposition", "remark"], _THEOREM),
    "figure": "a figure is written outside of formulas: ![caption](picture.png){#fig:name}",
    "table": "a table is written outside of formulas, in Markdown",
    "document": "delete it, and write its text outside of formulas",
}
"""Environments of LaTeX that are no formulas, and what to do instead."""
