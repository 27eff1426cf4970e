"""LaTeX to MathML Core: TeX and options in; markup, numbers and located problems out.

This package stands alone: it knows nothing of posts, files or Markdown, and imports nothing else of sitegen.

`typeset` takes all formulas of a document at once, so that numbers run through and references find their labels;
`to_mathml` is for one formula. The values are in `sitegen.math.model`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sitegen.math.engine import check_macros, knows, to_mathml, typeset
    from sitegen.math.model import Equation, Formula, MacroText, MathOptions, Problem, Reference, TexError, Typeset
    from sitegen.math.preamble import check_preamble, defined
    from sitegen.math.problems import CODES
    from sitegen.math.styles import stylesheet

__all__ = [
    "CODES",
    "Equation",
    "Formula",
    "MacroText",
    "MathOptions",
    "Problem",
    "Reference",
    "TexError",
    "Typeset",
    "check_macros",
    "check_preamble",
    "defined",
    "knows",
    "stylesheet",
    "to_mathml",
    "typeset",
]

_HOMES = {
    "CODES": "problems",
    "check_macros": "engine",
    "check_preamble": "preamble",
    "defined": "preamble",
    "knows": "engine",
    "stylesheet": "styles",
    "to_mathml": "engine",
    "typeset": "engine",
}
"""Name to module, where it is not `model`. Loaded when first used: the tables of commands take a twentieth of a second,
and a build that typesets nothing needs none of them."""


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'model')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
