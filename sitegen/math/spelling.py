"""What a name was meant to be that nobody knows: the nearest known one, or what authors usually define it as.

Read only when something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from sitegen.math import symbols
from sitegen.math.distance import edit_distance
from sitegen.math.registry import COMMANDS, MACROS, SYMBOLS

__all__ = ["COMMON", "closest", "hint_for_command"]

_COMMON_NAMES = """
alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho sigma tau upsilon
phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
frac dfrac tfrac sqrt binom sum prod int iint oint infty partial nabla lim sup inf max min log ln exp sin cos tan
cdot cdots ldots dots vdots ddots times div pm mp circ bullet star ast oplus otimes
leq geq neq approx equiv sim simeq cong propto ll gg in notin ni subset subseteq supset supseteq cup cap setminus
emptyset forall exists neg land lor mid parallel perp to rightarrow leftarrow Rightarrow Leftarrow leftrightarrow
Leftrightarrow iff implies mapsto longrightarrow uparrow downarrow
mathbb mathbf mathcal mathrm mathfrak mathscr mathsf boldsymbol bm operatorname text textbf textit mathit
left right big Big bigg Bigg langle rangle lfloor rfloor lceil rceil lvert rvert lVert rVert
hat bar tilde vec dot ddot widehat widetilde overline underline overbrace underbrace overset underset stackrel
begin end label tag notag nonumber eqref ref quad qquad hspace phantom limits nolimits displaystyle textstyle
hbar ell Re Im aleph dagger prime degree angle triangle det dim ker gcd deg arg Pr argmax argmin substack xrightarrow
color textcolor boxed cancel not middle newcommand
"""

COMMON: Final = {"\\" + name: place for place, name in enumerate(_COMMON_NAMES.split())}
"""Commands that formulas are full of, and their order of preference: of two that are equally near they are meant."""

_LETTERS: Final = (
    (re.compile(r"\\([A-Z])\1|\\([EFKQ])|\\bb([A-Za-z])"), "mathbb"),
    (re.compile(r"\\(?:c|cal)([A-Z])"), "mathcal"),
    (re.compile(r"\\(?:scr)([A-Z])"), "mathscr"),
    (re.compile(r"\\(?:fr|frak)([A-Za-z])"), "mathfrak"),
    (re.compile(r"\\(?:b|bf|v)([A-Za-z])"), "mathbf"),
)
"""How authors name letters of other alphabets: `\\RR`, `\\cA`, `\\bx`."""

_OPERATOR_NAMES = """
Var Cov cov Corr corr sgn sign diag supp vol Vol Spec spec prox dist Ber Unif Poi Exp Dir KL lcm
rot Lie Gal Ext Tor Mat Sym Alt Ob Id len conv cone card ord codim erfc sinc relu softmax sigmoid
"""

_OPERATORS: Final = frozenset(_OPERATOR_NAMES.split())
"""Names that authors define with `\\DeclareMathOperator`."""


def hint_for_command(name: str, own: Iterable[str]) -> str:
    """Say what to write instead of an unknown command: `did you mean \\alpha?`; `own` are the author's macros.

    The author's come before all others that are as near, and what nearly everybody defines in the same way (`\\RR`)
    before names that are near by chance.
    """
    if len(name) > 2:
        near = _nearest(name, [each for each in own if each[0] == "\\"])
        if near is not None and near[1] <= 1:
            return f"did you mean {near[0]}?"
    meant = _usual_definition(name)
    if meant:
        return f"write {meant}, or define it: \\newcommand{{{name}}}{{{meant}}}"
    if len(name) > 2:
        builtin = _nearest_builtin(name)
        both = [each for each in (near, builtin) if each is not None]
        if both:
            return f"did you mean {min(both, key=lambda each: each[1])[0]}?"
    return "a macro can be defined with \\newcommand or in the settings"


def _usual_definition(name: str) -> str:
    """Return the TeX that authors usually define a name as, or an empty string."""
    for pattern, alphabet in _LETTERS:
        match = pattern.fullmatch(name)
        if match:
            return f"\\{alphabet}{{{next(filter(None, match.groups()))}}}"
    return f"\\operatorname{{{name[1:]}}}" if name[1:] in _OPERATORS else ""


@lru_cache(maxsize=256)
def _nearest_builtin(name: str) -> tuple[str, float] | None:
    begun = [each for each in COMMON if len(name) > 3 and each.startswith(name)]
    if begun:  # \eps, \lamb
        return begun[0], 1
    usual = _nearest(name, [*COMMANDS, *SYMBOLS, *MACROS, *symbols.CORRECTIONS, *COMMON])
    rare = _nearest(name, symbols.common_names())
    # A rarer name has to be clearly nearer.
    return rare if rare and (usual is None or rare[1] < usual[1] - 0.2) else usual


def closest(name: str, pool: Iterable[str]) -> str:
    """Return the member of `pool` nearest to `name`, or an empty string when none is near enough to be meant."""
    found = _nearest(name, pool)
    return found[0] if found else ""


def _nearest(name: str, pool: Iterable[str]) -> tuple[str, float] | None:
    """Return the member of `pool` nearest to `name`, if near enough to be meant, and how far it is.

    That is the number of mistakes, less where the names begin alike, and less for what is common.
    """
    letters = name.lstrip("\\")
    first = len(name) - len(letters)
    allowed = 1 if len(letters) < 4 else 2 if len(letters) < 8 else 3
    best: tuple[float, int, str] | None = None
    signs = _signs(name)
    for each in pool:
        # Each change alters the set of letters by two at most; most names are ruled out by this alone.
        if (
            (signs ^ _signs(each)).bit_count() > 2 * allowed
            or abs(len(each) - len(name)) > allowed
            or (len(letters) < 4 and each[-1] != name[-1] and each[first : first + 1] != letters[:1])
        ):
            continue
        distance = edit_distance(name, each, allowed)
        if distance <= allowed:
            place = COMMON.get(each)
            weighted = distance + _beginning(name, each) - (0 if place is None else 0.6)
            found = weighted, len(COMMON) if place is None else place, each
            if best is None or found[:2] < best[:2]:
                best = found
    return None if best is None else (best[2], best[0])


def _beginning(name: str, other: str) -> float:
    """Return how much nearer, or farther, two names are than their letters say: the first ones are rarely wrong."""
    if name[:3] == other[:3]:
        return -0.5
    return -0.25 if name[:2] == other[:2] else 0.25


@lru_cache(maxsize=8192)
def _signs(name: str) -> int:
    """Return the letters of a name as bits; different letters may share one."""
    bits = 0
    for sign in name:
        bits |= 1 << ord(sign) % 61
    return bits
