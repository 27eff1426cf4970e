"""Where browsers put the parts of formulas: what TeX and amsmath say of places, measured in pixels."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from sitegen.fonts import LINE, Store, packaged_font, whole
from sitegen.math import Formula, stylesheet, typeset
from tests.support.browsers import Browser
from tests.support.probe import Probe
from tests.support.server import StaticServer

EM = 40
"""Size of type on the test page, CSS pixels."""
WIDTH = 900
"""Width of the column of text."""

FORMULAS = {
    "sign after a fence": (r"\left(-x\right)", False),
    "sign after a bracket": ("(-x)", False),
    "sum in a fence": (r"\left(\sum_{i=1}^n i\right)", True),
    "root": r"\sqrt{x}y",
    "root and space": r"{\sqrt{x}}{y}",
    "arrows": (r"a \xrightarrow{abc} b \xrightarrow{abc} c \xrightarrow{abc} d \overset{?}{=} x", True),
    "display root": (r"\sqrt{x}y", True),
    "flalign": (r"\begin{flalign*} a &= b & c &= d \\ e+e &= f & g+g &= h \end{flalign*}", True),
    "align": (r"\begin{align} a &= b \\ y &= g \\ A &= x \\ x^2 &= y_i \\ e &= f \end{align}", True),
    "multline": (r"\begin{multline} a+b+c \\ d+e \\ \shoveleft{f} \\ \shoveright{g} \\ h+i \end{multline}", True),
    "numcases": (r"\begin{numcases}{f=} \dfrac ab & x \\ c & y \\ \displaystyle\sum_i^n i & z \end{numcases}", True),
    "bordermatrix": (r"\bordermatrix{&x&y\cr a&\dfrac ab&2\cr b&3&4\cr}", True),
    "reaction": (r"\ce{A -> B}", False),
    "labels": (r"A \xrightarrow[c]{a} B \xleftarrow{b} C", True),
    "integral": (r"\int_D f + \int_{\Omega\times T} g", True),
    "integral in text": (r"\int_D f + \int_a^b g", False),
    "vector": (r"x\vec v y", False),
    "roots": (r"\sqrt{a+\sqrt{b+\sqrt{x}}}", True),
    "fractions in rows": (r"\begin{bmatrix} \frac ab & 1 \\ \frac cd & 2 \end{bmatrix}", True),
    "cases": (r"\begin{cases} a & x \\ b & y \\ c & z \end{cases}", True),
    "matrix": (r"\begin{matrix} a & x \\ b & y \\ c & z \end{matrix}", True),
    "upright": (r"a\mathrm{d}x\,\nabla f\,\Gamma_k y\,\partial\Omega\,g\mathrm{Re}z", True),
    "slashes": (r"a\big/b\Big/c\bigg/d", True),
    "accents": (r"\hat\theta \tilde l \bar x \dot A", False),
    "powers": (r"V^2 Y_1^i", False),
    "long arrow": (r"\longrightarrow", False),
}
"""Name to TeX and whether it is a display."""

BOXES = """(() => {
  const box = e => { const r = e.getBoundingClientRect();
    return {tag: e.localName, text: e.textContent, cls: e.className, left: r.left, right: r.right, top: r.top,
      bottom: r.bottom}; };
  return Object.fromEntries([...document.querySelectorAll('section')].map(s =>
    [s.id, [...s.querySelectorAll('mi,mn,mo,mtd,mtr,msqrt,mfrac,msub,math,munderover,mover')]
      .filter(e => !e.closest('mphantom')).map(box)]));
})()"""


@pytest.fixture(scope="module")
def places(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[dict[str, Any]]]]:
    """Name of a formula to the boxes of its elements, in document order."""
    folder = tmp_path_factory.mktemp("layout")
    given = [Formula(*(each if isinstance(each, tuple) else (each,))) for each in FORMULAS.values()]
    results, _ = typeset(given)
    sections = [
        f'<section id="{name}">{"".join(str(part) for part in result.parts)}</section>'
        for name, result in zip(FORMULAS, results, strict=True)
    ]
    (folder / "math.ttf").write_bytes(whole(packaged_font(), Store(None)))
    face = '@font-face { font-family: "Site Math"; src: url("math.ttf"); ' + LINE + " }"
    style = f"{face} {stylesheet()} body {{ width: {WIDTH}px; margin: 0 }} section {{ font-size: {EM}px }}"
    (folder / "style.css").write_text(style, encoding="utf-8")
    head = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="stylesheet" href="style.css">'
    (folder / "index.html").write_text(f"{head}<body>{''.join(sections)}", encoding="utf-8")
    with StaticServer(folder) as server:
        probe = Probe(browser.open(f"{server.origin}/"), WIDTH + 100)
        try:
            yield probe.ask(BOXES)
        finally:
            probe.page.close()


Places = dict[str, list[dict[str, Any]]]


def of(places: Places, name: str, text: str, tag: str = "") -> dict[str, Any]:
    """Return the box of the first leaf of a formula that shows `text`."""
    return next(each for each in places[name] if each["text"] == text and each["tag"] in (tag or ("mi", "mn", "mo")))


def cells(places: Places, name: str) -> list[list[dict[str, Any]]]:
    """Return the boxes of cells that hold something of the formula, row by row."""
    rows: list[list[dict[str, Any]]] = []
    for each in places[name]:
        if each["tag"] == "mtr":
            rows.append([])
        elif each["tag"] == "mtd" and not each["cls"].startswith("eq"):
            rows[-1].append(each)
    return rows


def test_a_sign_after_a_fence_is_a_sign(places: Places) -> None:
    fenced = of(places, "sign after a fence", "x")["left"] - of(places, "sign after a fence", "−")["left"]
    plain = of(places, "sign after a bracket", "x")["left"] - of(places, "sign after a bracket", "−")["left"]
    assert fenced == pytest.approx(plain, abs=0.02 * EM)


def test_a_fence_reaches_over_limits(places: Places) -> None:
    limits = next(each for each in places["sum in a fence"] if each["tag"] == "munderover")
    for bracket in "()":
        box = of(places, "sum in a fence", bracket)
        # TeX leaves up to a tenth of the content uncovered (TeXbook, page 152).
        assert box["top"] <= limits["top"] + 0.1 * (limits["bottom"] - limits["top"])
        assert box["bottom"] >= limits["bottom"] - 0.1 * (limits["bottom"] - limits["top"])


def test_nothing_is_between_a_root_and_the_next_letter(places: Places) -> None:
    widths = {}
    for name in ("root", "root and space"):
        root = next(each for each in places[name] if each["tag"] == "msqrt")
        widths[name] = of(places, name, "y")["left"] - root["right"]
    assert widths == {"root": pytest.approx(0, abs=0.05 * EM), "root and space": pytest.approx(0, abs=0.05 * EM)}


@pytest.mark.parametrize("name", ["root", "display root"])
def test_a_root_sign_stands_on_its_line(places: Places, name: str) -> None:
    # TeXbook, rule 11: what the sign is too high for is shared out above and below.
    root = next(each for each in places[name] if each["tag"] == "msqrt")
    letter = of(places, name, "x")
    below, above = root["bottom"] - letter["bottom"], letter["top"] - root["top"]
    assert below < 0.36 * EM
    assert above > 0.25 * EM


def test_a_display_is_as_wide_as_what_is_in_it(places: Places) -> None:
    formula = next(each for each in places["arrows"] if each["tag"] == "math")
    assert of(places, "arrows", "x")["right"] <= formula["right"] + 1


def test_flalign_sets_its_pairs_to_the_margins(places: Places) -> None:
    ends = [of(places, "flalign", text) for text in ("e", "h")]
    assert ends[0]["left"] < 0.1 * WIDTH
    assert ends[1]["right"] > 0.9 * WIDTH
    signs = [each for each in places["flalign"] if each["text"] == "="]
    assert [each["left"] for each in signs[:2]] == pytest.approx([each["left"] for each in signs[2:]], abs=1)


def test_rows_of_align_have_one_pitch(places: Places) -> None:
    # LaTeX: a baselineskip of 1.2em and a jot of .3em.
    signs = [each["top"] for each in places["align"] if each["text"] == "="]
    pitches = [below - above for above, below in itertools.pairwise(signs)]
    assert pitches[:2] == [pytest.approx(1.5 * EM, abs=0.03 * EM)] * 2
    # Scripts that reach out of the strut push rows apart by little.
    assert pitches[2:] == [pytest.approx(1.5 * EM, abs=0.2 * EM)] * 2


def test_lines_of_multline_stand_at_the_margins(places: Places) -> None:
    # amsmath, section 3.3: \multlinegap is 10pt, an em of its type.
    number = next(each for each in places["multline"] if each["cls"] == "eqno" and each["text"])
    assert of(places, "multline", "a")["left"] == pytest.approx(EM, abs=0.1 * EM)
    middle = (of(places, "multline", "d")["left"] + of(places, "multline", "e")["right"]) / 2
    assert middle == pytest.approx(WIDTH / 2, abs=0.1 * EM)
    assert of(places, "multline", "f")["left"] == pytest.approx(EM, abs=0.1 * EM)
    assert of(places, "multline", "g")["right"] == pytest.approx(WIDTH - EM, abs=0.15 * EM)
    assert number["right"] == pytest.approx(WIDTH, abs=1)
    assert EM * 0.5 < number["left"] + EM - of(places, "multline", "i")["right"] < EM * 3


@pytest.mark.parametrize(("name", "bracket", "first"), [("numcases", "{", 0), ("bordermatrix", "(", 1)])
def test_a_brace_is_as_high_as_its_rows(places: Places, name: str, bracket: str, first: int) -> None:
    rows = [each for each in places[name] if each["tag"] == "mtr"][first:]
    box = of(places, name, bracket)
    height = rows[-1]["bottom"] - rows[0]["top"]
    assert box["bottom"] - box["top"] == pytest.approx(height, abs=0.3 * EM)
    assert (box["top"] + box["bottom"]) / 2 == pytest.approx((rows[0]["top"] + rows[-1]["bottom"]) / 2, abs=0.2 * EM)


def test_an_arrow_of_a_reaction_is_long(places: Places) -> None:
    gap = of(places, "reaction", "B")["left"] - of(places, "reaction", "A")["right"]
    long = of(places, "long arrow", "⟶")
    assert gap >= long["right"] - long["left"]


def gap(places: Places, name: str, left: str, right: str) -> float:
    """Return how far two letters of a formula are apart, in em."""
    return float(of(places, name, right)["left"] - of(places, name, left)["right"]) / EM


def test_labels_stand_close_to_their_arrows(places: Places) -> None:
    # plain.tex sets them .111em off at least; the head of the arrow belongs to its box.
    arrows = [each for each in places["labels"] if each["text"] in ("→", "←")]
    for arrow, above, below in ((arrows[0], "a", "c"), (arrows[1], "b", "")):
        assert 0.1 * EM < arrow["top"] - of(places, "labels", above)["bottom"] < 0.4 * EM
        if below:
            assert 0.1 * EM < of(places, "labels", below)["top"] - arrow["bottom"] < 0.4 * EM


def test_what_follows_an_integral_stands_close_to_it(places: Places) -> None:
    # TeXbook, rule 18a: the script is moved left by the italic correction of the sign, and takes no room there.
    assert gap(places, "integral", "D", "f") < 0.4
    assert 0.1 < gap(places, "integral", "T", "g") < 0.45


def test_scripts_below_an_integral_in_text_are_under_its_end(places: Places) -> None:
    signs = [each for each in places["integral in text"] if each["text"] == "∫"]
    for sign, below in zip(signs, "Da", strict=True):
        assert of(places, "integral in text", below)["left"] == pytest.approx(sign["right"] - 0.2 * EM, abs=0.05 * EM)
    assert of(places, "integral in text", "b")["left"] >= signs[1]["right"] - 1


def test_an_arrow_over_a_letter_moves_nothing(places: Places) -> None:
    # TeXbook, rule 12: an accent has the width of what it stands on.
    assert gap(places, "vector", "x", "v") < 0.08
    assert gap(places, "vector", "v", "y") < 0.08


def test_roots_end_where_their_content_ends(places: Places) -> None:
    roots = [each for each in places["roots"] if each["tag"] == "msqrt"]
    assert len(roots) == 3
    for root in roots:
        assert -1 <= root["right"] - of(places, "roots", "x")["right"] < 0.15 * EM


def test_fractions_in_rows_do_not_touch(places: Places) -> None:
    above, below = (each for each in places["fractions in rows"] if each["tag"] == "mfrac")
    assert below["top"] - above["bottom"] > 0.08 * EM
    # Nor does the strut push them aside.
    middles = [(each["left"] + each["right"]) / 2 for each in cells(places, "fractions in rows")[0][:1]]
    assert (above["left"] + above["right"]) / 2 == pytest.approx(middles[0] - 0.25 * EM, abs=0.06 * EM)


@pytest.mark.parametrize(("name", "pitch"), [("matrix", 1.2), ("cases", 1.44)])
def test_rows_are_as_far_apart_as_in_latex(places: Places, name: str, pitch: float) -> None:
    # A baselineskip, in `cases` with \arraystretch 1.2 (amsmath).
    rows = [each["top"] for each in places[name] if each["tag"] == "mtr"]
    assert [b - a for a, b in itertools.pairwise(rows)] == pytest.approx([pitch * EM] * 2, abs=0.03 * EM)


def test_nothing_is_between_upright_and_italic_letters(places: Places) -> None:
    for left, right in ("ad", "dx", "∇f", "∂Ω", ("g", "Re"), ("Re", "z")):
        assert abs(gap(places, "upright", left, right)) < 0.06
    assert gap(places, "upright", "k", "y") < 0.1


def test_slashes_are_as_wide_as_they_are_drawn(places: Places) -> None:
    slashes = [each for each in places["slashes"] if each["text"] == "/"]
    widths = [(each["right"] - each["left"]) / EM for each in slashes]
    assert widths == pytest.approx([0.6, 0.83, 0.83], abs=0.35)
    assert widths[0] < 0.7


def test_accents_do_not_touch_their_letters(places: Places) -> None:
    leaves = [each for each in places["accents"] if each["tag"] in ("mi", "mo")]
    for letter, mark in zip(leaves[::2], leaves[1::2], strict=True):
        assert mark["bottom"] + 0.03 * EM < letter["top"], letter["text"]


def test_exponents_stand_beside_letters_that_reach_over_their_width(places: Places) -> None:
    # TeXbook, rule 18f: the exponent is moved right by the italic correction, the index is not.
    for letter, exponent in ("V2", "Yi"):
        assert 0.05 < gap(places, "powers", letter, exponent) < 0.2
    assert gap(places, "powers", "Y", "1") == pytest.approx(0, abs=0.03)
