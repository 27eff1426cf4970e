"""`\\usepackage{…}` and MathJax's `\\require{…}`: what a package redefines holds for the document from there on.

All commands that packages add are there without loading anything; the two commands matter for a package that changes
commands LaTeX has already.
"""

from __future__ import annotations

from typing import Final

from sitegen.math.commands.definitions import Definition
from sitegen.math.lexer import Token
from sitegen.math.macros import Macro
from sitegen.math.nodes import MARK, Node
from sitegen.math.parser import Parser

KNOWN: Final = frozenset(
    [
        "accents", "amsbsy", "amscd", "amsfonts", "amsmath", "amsopn", "amssymb", "amstext", "amsthm", "array",
        "autoload", "base", "bbm", "bbold", "bm", "boldsymbol", "booktabs", "braket", "bussproofs", "cancel", "cases",
        "centernot", "color", "colortbl", "colorv2", "configmacros", "delarray", "dsfont", "empheq", "enclose", "esint",
        "esvect", "euscript", "extpfeil", "fixmath", "gensymb", "graphicx", "html", "hyperref", "isomath", "latexsym",
        "mathabx", "mathalpha", "mathbbol", "mathdots", "mathrsfs", "mathtools", "mhchem", "newcommand", "noerrors",
        "noundefined", "nicefrac", "physics", "pxfonts", "relsize", "setoptions", "siunitx", "soul", "stmaryrd",
        "tagformat", "tensor", "textcomp", "textgreek", "textmacros", "txfonts", "ulem", "unicode", "unicode-math",
        "units", "upgreek", "verb", "wasysym", "xcolor", "xfrac", "xparse", "yhmath",
    ]
)  # fmt: skip
"""Packages of LaTeX and extensions of MathJax whose commands are known here, as far as they make sense on a page."""


def require(parser: Parser, token: Token) -> Node:
    """`\\usepackage[options]{a,b}`, `\\RequirePackage`, and MathJax's `\\require{a}`."""
    options = parser.optional_tokens()
    names, start, end = parser.text_argument(token)
    for each in names.split(","):
        name = each.strip().removeprefix("[tex]/")
        if name == "physics":
            _physics(parser)
        elif name == "siunitx" and options:
            from sitegen.math.commands.siunitx_options import store

            store(parser, options)
        elif name not in KNOWN:
            from sitegen.math.spelling import closest

            near = closest(name, KNOWN)
            hint = f"did you mean {near}?" if near else "delete it if its commands are not used"
            parser.warn("unknown-package", start, end, f"unknown package {name}", "nothing is loaded", hint)
    return Definition(MARK, token[1], max(end, token[2]))


def _physics(parser: Parser) -> None:
    """Let LaTeX's own commands mean what the physics package says."""
    from sitegen.math.commands.physics import REDEFINED

    for name in REDEFINED:
        shown = f"the physics package's {name}"
        parser.macros[name] = Macro(name, 0, [(name + "@physics", 0, 0)], shown)
