"""The values that enter and leave the math engine. READ THIS FIRST when working in `sitegen.math`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from sitegen.math.problems import CODES, Severity


class Formula(msgspec.Struct, frozen=True):
    """One formula as TeX, without its delimiters."""

    tex: str
    display: bool = False
    """True for `$$…$$`: display style, and numbered environments are meant to be set on lines of their own."""


class MacroText(msgspec.Struct, frozen=True, array_like=True):
    """A macro whose number of arguments is given, as in MathJax's `["#2_{#1}", 2, "n"]`."""

    text: str
    count: int = 0
    default: str | None = None
    """What the first argument is when it is left out; None when it cannot be."""


class MathOptions(msgspec.Struct, frozen=True):
    """What the formulas of one document share."""

    macros: Mapping[str, str | MacroText] = {}
    """Macro name (with or without its backslash) to replacement text. The number of arguments is the highest
    `#n` in the text. Definitions inside formulas come on top and never reach another call."""
    preamble: str = ""
    """LaTeX whose definitions hold before those of `macros` and of the first formula; all else in it is ignored."""
    reserved_ids: frozenset[str] = frozenset()
    """Ids that the page uses already (headings, footnotes); an equation whose id would be one of them gets a
    suffix."""
    called: tuple[str, str, str] = ("Equation", "Equation {number}", "Equations {first} to {last}")
    """What assistive technology calls a display that scrolls: one without a number, with one, with several."""
    annotation: bool = True
    """Whether `<annotation encoding="application/x-tex">` keeps the author's TeX inside the formula."""


class Problem(msgspec.Struct, frozen=True):
    """Something wrong with a formula; offsets count characters of the TeX that was given."""

    code: str
    """A key of `sitegen.math.problems.CODES`."""
    start: int
    end: int
    message: str
    """One sentence: what is wrong."""
    label: str = ""
    """A few words under the caret."""
    hint: str = ""
    """What to do about it."""
    notes: tuple[str, ...] = ()
    """Why: circumstances such as the macro out of which the problem came."""

    @property
    def severity(self) -> Severity:
        """The severity of the code."""
        return CODES[self.code].severity


class Equation(msgspec.Struct, frozen=True):
    """A numbered, tagged or labelled equation (one row of an `align` is one equation)."""

    number: str
    """What `\\ref` prints: `4`, or the text of `\\tag`. Never with parentheses of its own."""
    labels: tuple[str, ...]
    """The labels that name it, as written; often none, seldom several."""
    anchor: str
    """The `id` on the page: the slug of the first label, else `eq-N`."""
    formula: int
    """Index of the formula in the call."""
    start: int
    end: int
    """Range in that formula's TeX: the `\\label` where there is one, else the equation's row."""


class Reference(msgspec.Struct, frozen=True):
    """A `\\ref` or `\\eqref` that the engine leaves to its caller to write."""

    label: str
    parenthesised: bool
    """True for `\\eqref`."""
    number: str
    """The number it stands for; empty when no formula of this call has the label."""
    anchor: str
    """The id to link to; empty when no formula of this call has the label."""
    start: int
    end: int


class Typeset(msgspec.Struct, frozen=True):
    """One formula, typeset."""

    kind: Literal["math", "reference", "definitions", "error"]
    """`math`: HTML with a `<math>` element. `reference`: the formula is nothing but one or several
    `\\ref`/`\\eqref` with text between them, to be written as links in the text. `definitions`: nothing but macro
    definitions, so nothing is shown. `error`: the source, marked."""
    parts: tuple[str | Reference, ...]
    """HTML, with the references that the caller must write: all of them for kind `reference`, else only those
    whose label no formula of this call has (they stand inside an `<mtext>`, so they become plain text)."""
    problems: tuple[Problem, ...] = ()
    colors: tuple[str, ...] = ()
    """Colours used, as `rrggbb`; an element coloured by one has the class `c-rrggbb` and a `mathcolor`, one
    with it as background has the class `bg-rrggbb` and a `mathbackground`."""
    text: str = ""
    """The formula as plain text, such as `π⁴/15`, for descriptions and search."""
    wide: bool = False
    """An inline formula that cannot be broken into parts as narrow as a phone: it needs a box to scroll in."""


class TexError(ValueError):
    """A formula that cannot be typeset, from the one-formula interface `to_mathml`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems
        """What is wrong, with offsets into the TeX that was given; never empty."""

    def __str__(self) -> str:
        return "; ".join(problem.message for problem in self.problems)
