"""The sample post as readers see it, in Chromium and in Firefox.

The formulas are counted in the order of the page; what an author sees broken is a place on the page, so the tests
ask for places: what stands above, beside and as tall as what, and in which colour.
"""

from __future__ import annotations

import itertools
from collections import Counter
from typing import Any

import pytest

from tests.browser.conftest import Open
from tests.support.probe import Probe, contrast, hue
from tests.support.server import StaticServer

INLINE_I, INLINE_K, MATRIX_I, MATRIX_K, CONVOLUTION, FIRST_SET = range(6)
BRACES, KET, OMEGA, GAMMA, BAYES, INTEGRAL, ENERGY, PROBABILITIES, KETS, SPLIT = range(8, 18)
CORRELATED, CONVOLVED, MATRIX_I_AGAIN, COMPARED = range(18, 22)
FORMULAS = 22

MATRICES = {
    MATRIX_I: (5, 5, "1221033330300220303322232"),
    MATRIX_K: (3, 3, "012345678"),
    CORRELATED: (3, 3, "012345678"),
    CONVOLVED: (3, 3, "876543210"),
    MATRIX_I_AGAIN: (5, 5, "1221033330300220303322232"),
}
"""Rows, columns and entries of each matrix; the formula may have a table around it."""

INNERMOST = "[...formulas[{}].querySelectorAll('mtable')].at(-1)"
PATH = "/ConvNet-dont-do-Conv/"


def matrix(formula: int, expression: str) -> str:
    """Return a script that gives `expression` of the matrix `m` in a formula."""
    return f"(m => {expression})({INNERMOST.format(formula)})"


# --- formulas ----------------------------------------------------------------------------------------------------


def test_every_formula_is_mathml(sample: Probe) -> None:
    assert sample.ask("formulas.length") == FORMULAS
    assert sample.ask("document.querySelectorAll('.math-error, merror').length") == 0


def test_the_reference_is_a_link_in_the_text(sample: Probe) -> None:
    links = sample.ask(
        "[...document.querySelectorAll('main p a')].filter(a => a.textContent === '(1)')"
        ".map(a => [a.parentElement.textContent, a.getAttribute('href'), !!a.closest('math')])"
    )
    assert len(links) == 1
    text, target, inside = links[0]
    assert text.startswith("In equation (1), we find")
    assert not inside
    assert sample.ask(f"document.getElementById({target[1:]!r}).textContent.includes('(1)')")


def test_no_source_is_visible_as_text(sample: Probe) -> None:
    found = sample.ask(r"drawnTexts().map(node => node.data).filter(text => /[\\$]|\*\*/.test(text))")
    assert found == []


@pytest.mark.parametrize("formula", MATRICES)
def test_matrices_have_their_rows_and_no_other(sample: Probe, formula: int) -> None:
    rows, columns, entries = MATRICES[formula]
    cells = sample.ask(matrix(formula, "[...m.children].map(row => [...row.children].map(c => texts(c).join('')))"))
    assert [len(row) for row in cells] == [columns] * rows
    assert "".join(entry for row in cells for entry in row) == entries


@pytest.mark.parametrize("formula", MATRICES)
def test_matrix_rows_have_equal_pitch_and_columns_one_middle(sample: Probe, formula: int) -> None:
    digits = sample.ask(matrix(formula, "[...m.children].map(row => [...row.children].map(c => box(tokens(c)[0])))"))
    tops = sample.ask(matrix(formula, "[...m.children].map(row => row.getBoundingClientRect().top)"))
    pitches = [below - above for above, below in itertools.pairwise(tops)]
    assert max(pitches) - min(pitches) <= 1, f"rows at {tops}"
    for column in zip(*digits, strict=True):
        middles = [(digit["left"] + digit["right"]) / 2 for digit in column]
        assert max(middles) - min(middles) <= 1, f"a column at {middles}"


@pytest.mark.parametrize("formula", MATRICES)
def test_matrix_rows_are_a_baselineskip_apart(sample: Probe, formula: int) -> None:
    """TeX's baselineskip is 1.2em; Firefox gives tokens the height that the font claims for a line of text."""
    size = float(sample.ask("getComputedStyle(document.querySelector('math')).fontSize").removesuffix("px"))
    heights = sample.ask(matrix(formula, "[...m.children].map(row => row.getBoundingClientRect().height)"))
    assert heights == [pytest.approx(1.2 * size, abs=1)] * len(heights)


@pytest.mark.parametrize("formula", MATRICES)
def test_brackets_are_as_tall_as_their_matrix(sample: Probe, formula: int) -> None:
    # The ink of a stretched operator is not to be had, but its box is: the browser sizes it to the chosen glyph.
    matrix_box, brackets = sample.ask(
        matrix(formula, "[box(m), [...m.parentElement.children].filter(e => e.localName === 'mo')"
               ".filter(e => '[]'.includes(e.textContent)).map(box)]")
    )  # fmt: skip
    assert len(brackets) == 2
    for bracket in brackets:
        assert 0.9 <= bracket["height"] / matrix_box["height"] <= 1.3, (bracket, matrix_box)
        assert bracket["middle"] == pytest.approx(matrix_box["middle"], abs=0.06 * matrix_box["height"])
    left, right = brackets
    assert left["right"] <= matrix_box["left"] + 1
    assert right["left"] >= matrix_box["right"] - 1


def test_displays_stand_alone_between_paragraphs(sample: Probe) -> None:
    """`$$` right below a line of text opens a display."""
    previous = sample.ask(
        "formulas.filter(f => f.getAttribute('display') === 'block').map(f => "
        "{ const block = f.closest('.eqs, .eq'); return (block.previousElementSibling || {}).textContent; })"
    )
    assert len(previous) == 12
    for text in ("And without numbering:", "Miltiline alignment:", "And matrices too:"):
        assert text in previous


def test_definite_integral_keeps_what_stands_before_its_environment(sample: Probe) -> None:
    assert sample.ask(f"texts(formulas[{INTEGRAL}]).slice(0, 3)") == ["⋆", "∗", "∫"]


# --- numbers -----------------------------------------------------------------------------------------------------

NUMBERS = "[...document.querySelectorAll('main .eqno')].filter(e => e.textContent.trim())"


def test_numbers_count_the_equations(sample: Probe) -> None:
    assert sample.ask(f"{NUMBERS}.map(e => e.textContent.trim())") == ["(1)", "(2)", "(3)", "(4)", "(5)"]


def test_each_number_belongs_to_its_formula(sample: Probe) -> None:
    owners = sample.ask(f"{NUMBERS}.map(e => formulas.indexOf(e.closest('.eq, .eqs').querySelector('math')))")
    assert owners == [INTEGRAL, ENERGY, PROBABILITIES, PROBABILITIES, SPLIT]


@pytest.mark.parametrize("width", [1000, 600])
def test_numbers_stand_at_the_right_margin(open_page: Open, own_server: StaticServer, width: int) -> None:
    page = open_page(own_server.origin + PATH, width=width)
    margin = page.ask("Math.max(...[...document.querySelectorAll('article > p')].map(p => box(p).right))")
    for right in page.ask(f"{NUMBERS}.map(e => textBox(e).right)"):
        assert right == pytest.approx(margin, abs=2)


def test_numbers_stand_on_their_row(sample: Probe) -> None:
    found = sample.ask(
        f"{NUMBERS}.map(e => [textBox(e), box(e.closest('mtr') || e.closest('.eq')), "
        "[...(e.closest('mtr') || e.closest('.eq')).querySelectorAll('mo')].filter(m => m.textContent.trim() === '=')"
        ".map(box).filter(b => !e.closest('mtr') || b)[0]])"
    )
    assert len(found) == 5
    for number, row, _equals in found:
        # The box of text is as high as its font says, which is more than a row of LaTeX's distance.
        room = 0.15 * row["height"]
        assert row["top"] - room <= number["top"]
        assert number["bottom"] <= row["bottom"] + room
        assert number["middle"] == pytest.approx(row["middle"], abs=0.3 * row["height"])


def test_numbers_of_one_environment_stand_below_each_other(sample: Probe) -> None:
    third, fourth = sample.ask(f"{NUMBERS}.slice(2, 4).map(textBox)")
    assert third["bottom"] <= fourth["top"]


# --- alignment ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("formula", "count"), [(PROBABILITIES, 2), (KETS, 2), (SPLIT, 3), (CONVOLVED, 2)])
def test_aligned_rows_share_the_place_of_their_equals_sign(sample: Probe, formula: int, count: int) -> None:
    places = sample.ask(
        f"rows(formulas[{formula}]).map(row => tokens(row).find(e => e.textContent.trim() === '=')).map(box)"
    )
    assert len(places) == count
    lefts = [place["left"] for place in places]
    assert max(lefts) - min(lefts) <= 1, f"equals signs at {lefts}"
    tops = [place["top"] for place in places]
    assert tops == sorted(tops)


def test_left_sides_end_where_the_equals_signs_begin(sample: Probe) -> None:
    """Right-aligned cells: in Chromium `text-align: right` alone would leave their content at the left."""
    left_sides = sample.ask(f"rows(formulas[{KETS}]).map(row => box(tokens(cells(row)[0]).at(-1)).right)")
    edges = sample.ask(f"rows(formulas[{KETS}]).map(row => box(cells(row)[1]).left)")
    for side, edge in zip(left_sides, edges, strict=True):
        assert side == pytest.approx(edge, abs=6)


@pytest.mark.parametrize("formula", [INTEGRAL, ENERGY, PROBABILITIES, SPLIT])
def test_equations_are_set_in_display_style(sample: Probe, formula: int) -> None:
    """A fraction's numerator is full size, and limits of sums stand below, only in display style (TeXbook, rule 15)."""
    sizes = sample.ask(
        f"[...formulas[{formula}].querySelectorAll('mfrac')].map(f => [fontSize(tokens(f.firstElementChild)[0]), "
        f"fontSize(formulas[{formula}])])"
    )
    for numerator, around in sizes:
        assert numerator == pytest.approx(around, rel=0.02)
    limits = sample.ask(
        f"tokens(formulas[{formula}]).filter(e => e.textContent.trim() === '∑')"
        ".map(e => [box(e), box(e.parentElement.children[1])])"
    )
    for sign, below in limits:
        assert below["top"] >= sign["top"] + 0.8 * sign["height"]
        assert below["left"] <= (sign["left"] + sign["right"]) / 2 <= below["right"]
    assert sizes or limits


def test_big_operators_are_big_in_display(sample: Probe) -> None:
    height, size = sample.ask(
        f"[box(tokens(formulas[{ENERGY}]).find(e => e.textContent === '∑')).height, fontSize(formulas[{ENERGY}])]"
    )
    assert height >= 1.3 * size


def test_parentheses_around_a_sum_grow(sample: Probe) -> None:
    heights = sample.ask(
        f"rows(formulas[{PROBABILITIES}]).map(row => "
        "tokens(row).filter(e => e.textContent === '(').map(e => box(e).height))"
    )
    for row in heights:
        assert max(row) >= 1.25 * min(row), f"heights of ( in a row: {row}"


# --- colours -----------------------------------------------------------------------------------------------------

NEUTRAL = "none"


def coloured(page: Probe, formula: int) -> list[tuple[str, str]]:
    """Return each token of a formula with the name of its colour; the text's own colour is `none`."""
    pairs = page.ask(f"tokens(formulas[{formula}]).map(e => [e.textContent.trim(), getComputedStyle(e).color])")
    own = page.ask("getComputedStyle(document.body).color")
    return [(text, NEUTRAL if css == own else hue(css)) for text, css in pairs]


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, open_page: Open, own_server: StaticServer) -> Probe:
    return open_page(own_server.origin + PATH, dark=request.param == "dark")


def test_correlation_is_blue(themed: Probe) -> None:
    tokens = coloured(themed, CORRELATED)
    assert "".join(text for text, name in tokens if name == "blue") == "corr012345678"
    assert [text for text, name in tokens if name == NEUTRAL] == ["K", "=", "[", "]"]


def test_convolution_is_red_and_what_it_flips_is_blue(themed: Probe) -> None:
    tokens = coloured(themed, CONVOLVED)
    assert "".join(text for text, name in tokens if name == "red") == "conv876543210"
    assert "".join(text for text, name in tokens if name == "blue") == "corr"
    assert "".join(text for text, name in tokens if name == NEUTRAL) == "K=flip(K)=[]"


def test_star_and_asterisk_have_their_colours(themed: Probe) -> None:
    tokens = coloured(themed, COMPARED)
    assert "".join(text for text, name in tokens if name == "red") == "∗conv"
    assert "".join(text for text, name in tokens if name == "blue") == "⋆corr"
    assert "".join(text for text, name in tokens if name == NEUTRAL) == "IK=IK"


def test_nothing_else_is_coloured(themed: Probe) -> None:
    for formula in set(range(FORMULAS)) - {CORRELATED, CONVOLVED, COMPARED}:
        assert {name for _, name in coloured(themed, formula)} == {NEUTRAL}, f"formula {formula}"


def test_coloured_words_keep_colour_and_spaces(themed: Probe) -> None:
    words = themed.ask(
        "[...document.querySelectorAll('article p span')].filter(e => /^ (blue|red) $/.test(e.textContent))"
        ".map(e => [e.textContent, getComputedStyle(e).color])"
    )
    assert [(text.strip(), hue(css)) for text, css in words] == [
        ("blue", "blue"), ("red", "red"), ("red", "red"), ("blue", "blue"), ("red", "red"), ("blue", "blue"),
    ]  # fmt: skip
    text = themed.ask("document.querySelector('article').innerText")
    assert "One with the blue kernel or one with the red kernel?" in text
    assert "some blue text." in text


def test_all_text_can_be_read(themed: Probe) -> None:
    """Every drawn text, code included, has the contrast of WCAG AA for small text."""
    found = themed.ask(
        "[...new Set([...document.querySelectorAll('body, body *')].filter(e => [...e.childNodes]"
        ".some(n => n.nodeType === 3 && n.data.trim()) && e.getClientRects().length && !e.closest('annotation, .skip'))"
        ".map(e => JSON.stringify([...colours(e), e.localName + '.' + e.className])))].map(JSON.parse)"
    )
    assert len(found) > 5
    low = [(round(contrast(front, back), 2), front, back, what) for front, back, what in found
           if contrast(front, back) < 4.5]  # fmt: skip
    assert low == []


# --- letters -----------------------------------------------------------------------------------------------------


def test_typewriter_braces_are_braces_in_typewriter(sample: Probe) -> None:
    tokens = sample.ask(f"tokens(formulas[{BRACES}]).map(e => [e.textContent, getComputedStyle(e).fontFamily])")
    assert "".join(part for part, _ in tokens).replace("\xa0", " ") == "Look at the {braces}."
    families = {part.strip("\xa0 "): family for part, family in tokens}
    assert "monospace" in families["{"]
    assert "monospace" in families["}"]
    assert "monospace" not in families["braces"]


def test_sets_have_braces(sample: Probe) -> None:
    assert "".join(sample.ask(f"texts(formulas[{FIRST_SET}])")) == "x,y∈{−1,0,1}"


def test_vectors_are_bold(sample: Probe) -> None:
    """As Unicode characters, since Chromium ignores mathvariant."""
    assert "".join(sample.ask(f"texts(formulas[{ENERGY}])")).startswith("E(𝐯,𝐡)=−")


def test_a_minus_after_a_bracket_is_a_sign(sample: Probe) -> None:
    """`K[-i, -j]`: no space of a binary operator, neither after `[` nor after the comma."""
    gaps = sample.ask(
        f"(all => all.flatMap((e, i) => e.textContent === '−' && 'ij'.includes(all[i + 1].textContent) "
        f"? [(box(all[i + 1]).left - box(e).right) / fontSize(e)] : []))(tokens(formulas[{CONVOLUTION}]))"
    )
    assert len(gaps) == 2
    for gap in gaps:
        assert gap < 0.1, "the letter stands off from its sign"


def test_math_uses_the_served_font(sample: Probe) -> None:
    family = sample.ask("getComputedStyle(formulas[0]).fontFamily").split(",")[0].strip("\"' ")
    faces = sample.ask("[...document.fonts].map(face => [face.family, face.status])")
    assert (family, "loaded") in {(name.strip("\"'"), status) for name, status in faces}, faces


# --- the rest of the page ----------------------------------------------------------------------------------------


def test_footnotes_are_numbered_and_linked_both_ways(sample: Probe) -> None:
    references = sample.ask(
        "[...document.querySelectorAll('main sup a')].map(a => [a.textContent.replace(/[\\[\\]]/g, ''), a.id || "
        "a.parentElement.id, a.getAttribute('href')])"
    )
    assert [number for number, _, _ in references] == ["1", "2", "3", "4"]
    for _, own, target in references:
        backlinks = sample.ask(f"[...document.querySelectorAll('{target} a')].map(a => a.getAttribute('href'))")
        assert f"#{own}" in backlinks


def test_footnotes_keep_their_emphasis_and_one_link(sample: Probe) -> None:
    notes = sample.ask(
        "[...document.querySelectorAll('main sup a')].map(a => document.querySelector(a.getAttribute('href')))"
        ".map(n => [n.textContent, [...n.querySelectorAll('em')].map(e => e.textContent), "
        "[...n.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !h.startsWith('#'))])"
    )
    assert notes[0][0].startswith("In Digital Signal Processing")
    assert notes[1][2] == ["http://www.chriskrycho.com/2015/not-exactly-a-millennium.html"]
    assert notes[2][1] == ["quite"]
    assert [links for _, _, links in notes[2:]] == [[], []]


def test_both_animations_load_from_beside_the_post(sample: Probe) -> None:
    images = sample.ask(
        "await Promise.all([...document.querySelectorAll('article img')].map(async i => { i.loading = 'eager'; "
        "await i.decode(); return [new URL(i.src).pathname, i.getAttribute('width'), i.getAttribute('height'), "
        "String(i.naturalWidth), String(i.naturalHeight), i.getAttribute('alt')]; }))"
    )
    names = ["corr_numerical_no_padding_no_strides.gif", "conv_numerical_no_padding_no_strides.gif"]
    assert [path for path, *_ in images] == [PATH + name for name in names]
    for _, width, height, natural_width, natural_height, alt in images:
        assert (width, height) == (natural_width, natural_height)
        assert int(width) > 100
        assert alt == ""


def test_images_are_centred_as_the_author_asked(sample: Probe) -> None:
    places = sample.ask("[...document.querySelectorAll('article img')].map(i => [box(i), box(i.closest('p'))])")
    for image, paragraph in places:
        assert (image["left"] + image["right"]) / 2 == pytest.approx(
            (paragraph["left"] + paragraph["right"]) / 2, abs=3
        )


def test_the_date_is_the_authors(sample: Probe) -> None:
    assert sample.ask("document.querySelector('article time').dateTime").startswith("2017-01-20T22:12:03")


def test_code_is_highlighted(themed: Probe) -> None:
    colours = themed.ask("[...document.querySelectorAll('article pre *')].map(e => getComputedStyle(e).color)")
    assert len(Counter(colours)) >= 4, "comments, keywords, strings and names look alike"


def test_the_page_has_one_heading_and_a_title(sample: Probe) -> None:
    title = "Convolutional Neural Networks don't actually perform convolution."
    assert sample.ask("[...document.querySelectorAll('h1')].map(e => e.textContent)") == [title]
    assert sample.ask("document.title").startswith(title)


@pytest.mark.parametrize("width", [320, 340, 600, 1000, 1600])
def test_nothing_scrolls_the_page_sideways(open_page: Open, own_server: StaticServer, width: int) -> None:
    page = open_page(own_server.origin + PATH, width=width)
    inner, scroll = page.ask("[innerWidth, document.documentElement.scrollWidth]")
    assert inner == width
    wide: Any = page.ask(
        "[...document.querySelectorAll('main *')].filter(e => box(e).right > innerWidth + 1 && "
        "!e.closest('.eq-body, .eqs, pre')).map(e => e.outerHTML.slice(0, 120))"
    )
    assert scroll <= inner, wide
    assert wide == []


def test_numbers_stay_in_sight_on_a_phone(open_page: Open, own_server: StaticServer) -> None:
    page = open_page(own_server.origin + PATH, width=320)
    for number in page.ask(f"{NUMBERS}.map(textBox)"):
        assert 0 <= number["left"] < number["right"] <= 320


def test_the_page_runs_under_the_strict_policy(sample: Probe, own_server: StaticServer) -> None:
    assert sample.page.complaints() == []
    assert own_server.failures == []
