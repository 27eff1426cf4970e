"""The second post, the fixture site and the pages around them: what every page must do, and what each is for."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.conftest import Open
from tests.support.checkers import violations
from tests.support.probe import Probe, contrast, hue
from tests.support.server import StaticServer
from tests.support.sites import BuiltSite


@pytest.mark.parametrize("which", ["own", "fixture"])
@pytest.mark.parametrize(("width", "dark"), [(320, False), (1000, True)])
def test_every_page(open_page: Open, request: pytest.FixtureRequest, which: str, width: int, dark: bool) -> None:
    """No sideways scrolling, nothing forbidden by the policy, no source in sight, all text legible."""
    site: BuiltSite = request.getfixturevalue(f"{which}_site")
    server: StaticServer = request.getfixturevalue(f"{which}_server")
    problems = []
    for address in site.addresses():
        page = open_page(server.origin + address, width=width, dark=dark)
        scroll = page.ask("document.documentElement.scrollWidth")
        if scroll > width:
            problems.append(f"{address} is {scroll} px wide at {width} px")
        problems += [f"{address}: {complaint}" for complaint in page.page.complaints()]
        visible = page.ask(
            r"drawnTexts().map(n => n.data)"
            r".filter(t => /\\|\$[^56]|\*\*/.test(t) && t.trim() !== '\\')"
        )
        problems += [f"{address} shows source: {text.strip()[:80]}" for text in visible]
        pairs = page.ask("[...new Set(drawnTexts().filter(n => !n.parentElement.closest('.skip'))"
                         ".map(n => JSON.stringify(colours(n.parentElement))))].map(JSON.parse)")  # fmt: skip
        problems += [f"{address}: {front} on {back} has too little contrast" for front, back in pairs
                     if contrast(front, back) < 4.5]  # fmt: skip
    assert problems == []
    assert server.failures == []


@pytest.mark.parametrize("which", ["own", "fixture"])
@pytest.mark.parametrize(("width", "dark"), [(320, False), (1000, True)])
def test_axe_finds_nothing(open_page: Open, request: pytest.FixtureRequest, which: str, width: int, dark: bool) -> None:
    site: BuiltSite = request.getfixturevalue(f"{which}_site")
    server: StaticServer = request.getfixturevalue(f"{which}_server")
    found = []
    for address in site.addresses():
        page = open_page(server.origin + address, width=width, dark=dark).page
        found += [f"{address}: {violation}" for violation in violations(page)]
    assert found == []


@pytest.mark.parametrize("which", ["own", "fixture"])
def test_the_home_page_leads_to_every_post(open_page: Open, request: pytest.FixtureRequest, which: str) -> None:
    site: BuiltSite = request.getfixturevalue(f"{which}_site")
    server: StaticServer = request.getfixturevalue(f"{which}_server")
    home = open_page(server.origin + site.prefix)
    links = home.ask("[...document.querySelectorAll('main a')].map(a => new URL(a.href).pathname)")
    lists = tuple(site.prefix + folder for folder in ("archive/", "guide/", "tags/", "page/"))
    posts = {path for path in site.addresses() if not path.endswith(".html") and not path.startswith(lists)}
    posts -= {site.prefix}
    assert posts
    assert posts <= set(links)


# --- the second post ---------------------------------------------------------------------------------------------


@pytest.fixture
def second(open_page: Open, own_site: BuiltSite, own_server: StaticServer) -> Probe:
    """The post of this site that is not the sample."""
    posts = {address for address in own_site.addresses() if not address.startswith(("/archive/", "/guide/", "/tags/"))}
    others = posts - {"/", "/404.html", "/ConvNet-dont-do-Conv/", "/math-reference/"}
    assert len(others) == 1
    return open_page(own_server.origin + others.pop())


def test_second_post_links_its_references(second: Probe) -> None:
    links = second.ask(
        r"[...document.querySelectorAll('article a[href^=\"#\"]')].filter(a => /^\(?\d+\)?$/.test(a.textContent) "
        "&& !a.closest('sup, .eqno')).map(a => [a.textContent.replace(/[()]/g, ''), "
        "(document.getElementById(a.getAttribute('href').slice(1)) || {}).textContent || ''])".replace(r"\"", '"')
    )
    assert links, "no reference to an equation"
    for number, target in links:
        assert f"({number})" in target


def test_second_post_has_a_coloured_matrix(second: Probe) -> None:
    per_matrix = second.ask(
        "[...document.querySelectorAll('math mtable')].map(m => tokens(m).map(e => getComputedStyle(e).color))"
    )
    own = second.ask("getComputedStyle(document.body).color")
    coloured = [{hue(css) for css in matrix if css != own} for matrix in per_matrix]
    assert any(len(colours) >= 2 for colours in coloured), coloured


def test_second_post_shows_code(second: Probe) -> None:
    assert second.ask("document.querySelectorAll('article pre').length") >= 2


def test_second_post_brackets_are_as_tall_as_their_matrix(second: Probe) -> None:
    found = second.ask(
        "[...document.querySelectorAll('math mtable')].flatMap(m => [m.previousElementSibling, m.nextElementSibling]"
        ".filter(e => e && e.localName === 'mo' && '[]()'.includes(e.textContent)).map(e => [box(e), box(m)]))"
    )
    assert found
    for bracket, matrix in found:
        assert 0.85 <= bracket["height"] / matrix["height"] <= 1.4


# --- the fixture site --------------------------------------------------------------------------------------------


@pytest.fixture
def peculiar(open_page: Open, fixture_server: StaticServer) -> Probe:
    return open_page(fixture_server.origin + "/repo/peculiar/")


def test_a_post_without_front_matter_has_its_first_heading_as_title(peculiar: Probe) -> None:
    assert peculiar.ask("[...document.querySelectorAll('h1')].map(e => e.textContent)") == [
        "Why does my 2D average look shifted?"
    ]
    assert peculiar.ask("document.title").startswith("Why does my 2D average look shifted?")
    assert peculiar.ask("document.querySelectorAll('article time').length") == 0


def test_code_glued_to_its_fence_is_code(peculiar: Probe) -> None:
    blocks = peculiar.ask("[...document.querySelectorAll('article pre')].map(e => e.textContent.trim())")
    assert [block.splitlines()[0] for block in blocks] == [
        "A -> 4x4 matrix",
        "import numpy as np",
        "[ 1.          2.          1.66666667]",
        "In [1]: smooth([0, 3, 0], 3)",
    ]
    assert "def smooth(signal, width):" in blocks[1]
    assert blocks[3].splitlines()[-1] == "Out[1]: array([1., 1., 1.])"


def test_inline_code_alone_on_its_line_stays_inline(peculiar: Probe) -> None:
    texts = peculiar.ask("[...document.querySelectorAll('article p')].map(e => e.innerText.replace(/\\s+/g, ' '))")
    assert "conv2 and compare it to my own loop. For a window of" in texts
    assert any(text.startswith("• The window is not centred") for text in texts), texts


def test_long_displays_scroll_in_their_own_box(open_page: Open, fixture_server: StaticServer) -> None:
    page = open_page(fixture_server.origin + "/repo/wide/", width=320)
    boxes = page.ask(
        "[...document.querySelectorAll('.eq-body, .eqs, article pre')].map(e => [e.scrollWidth > e.clientWidth + 1, "
        "getComputedStyle(e).overflowX, box(e)])"
    )
    assert sum(scrolls for scrolls, _, _ in boxes) >= 3
    for scrolls, overflow, place in boxes:
        assert place["right"] <= 321
        assert not scrolls or overflow == "auto"


def test_a_scrolled_row_keeps_its_number_in_sight(open_page: Open, fixture_server: StaticServer) -> None:
    page = open_page(fixture_server.origin + "/repo/wide/", width=320)
    numbers = page.ask("[...document.querySelectorAll('mtd.eqno')].filter(e => e.textContent.trim()).map(textBox)")
    assert len(numbers) == 2
    for number in numbers:
        assert 0 <= number["left"] < number["right"] <= 320


def test_tagged_and_numbered_rows_are_linked(open_page: Open, fixture_server: StaticServer) -> None:
    page = open_page(fixture_server.origin + "/repo/wide/")
    links = page.ask("[...document.querySelectorAll('article p a[href^=\"#eq\"]')].map(a => a.textContent)")
    assert links == ["(1)", "(∗)"]
    assert "(∗)" in page.ask("formulas.map(f => texts(f).join('')).find(t => t.includes('f=g')) || ''")


def test_inline_formulas_break_on_a_phone(open_page: Open, fixture_server: StaticServer) -> None:
    page = open_page(fixture_server.origin + "/repo/wide/", width=320)
    formula = page.ask("box(document.querySelector('article p math'))")
    assert formula["right"] <= 320
    assert formula["left"] >= 0


@pytest.mark.parametrize("sign", ["⏞", "⏟", "→"])
def test_arrows_and_braces_grow_with_their_content(
    open_page: Open, fixture_server: StaticServer, tmp_path: Path, sign: str
) -> None:
    """Asked of a picture: Chromium gives a sign that is stretched sideways the box of the small one."""
    page = open_page(fixture_server.origin + "/repo/wide/")
    mark = f"[...document.querySelectorAll('math mo')].find(e => e.textContent.trim() === {sign!r})"
    page.ask(f"{mark}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
    whole, part = page.ask(f"[box({mark}.parentElement), box({mark})]")
    page.page.screenshot(tmp_path / "page.png")
    with Image.open(tmp_path / "page.png") as picture:
        band = (int(whole["left"]), int(part["top"]) - 4, int(whole["right"]) + 1, int(part["bottom"]) + 4)
        strip = picture.convert("L").crop(band)
    rows = [strip.crop((0, y, strip.width, y + 1)).tobytes() for y in range(strip.height)]
    ink = max(sum(shade < 160 for shade in row) for row in rows)
    # The shaft of an arrow and the arms of a brace fill a row of pixels; letters never do.
    assert ink >= 0.6 * strip.width, "the sign is drawn small"
    drawn = strip.point(lambda shade: 255 * (shade < 160)).getbbox()
    assert drawn is not None
    assert drawn[2] - drawn[0] >= 0.75 * strip.width, "the sign is not drawn to its ends"


def test_alignment_and_colour_of_old_markup(open_page: Open, fixture_server: StaticServer) -> None:
    page = open_page(fixture_server.origin + "/repo/wide/")
    edge = page.ask("Math.max(...[...document.querySelectorAll('article > p')].map(p => box(p).right))")
    right, middle = page.ask(
        "['at the right', 'in the middle'].map(t => drawnTexts().find(n => n.data.trim() === t).parentElement)"
        ".map(textBox)"
    )
    assert right["right"] == pytest.approx(edge, abs=2)
    assert (middle["left"] + middle["right"]) / 2 == pytest.approx(page.width / 2, abs=20)
    marked = page.ask("getComputedStyle([...document.querySelectorAll('span')].find(e => e.textContent === 'marked'))"
                      ".backgroundColor")  # fmt: skip
    assert marked not in {"rgba(0, 0, 0, 0)", page.ask("getComputedStyle(document.body).backgroundColor")}


def test_hostile_text_is_text(open_page: Open, fixture_server: StaticServer) -> None:
    page = open_page(fixture_server.origin + "/repo/hostile/")
    assert page.ask("document.querySelector('h1').textContent") == '<script>alert(1)</script> & "quotes"'
    assert page.ask("texts(document.querySelector('article p math')).join('')") == '<script>alert("&")</script>'
    assert page.ask("[...document.scripts].every(s => s.type === 'application/ld+json')")
    ids = page.ask("[...document.querySelectorAll('article h2')].map(h => h.id)")
    assert all(one != other for one, other in itertools.pairwise(ids))
    assert all(ids)
