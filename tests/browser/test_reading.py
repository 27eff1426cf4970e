"""Everything that a post may hold, on pages that carry their own content policy: axe, widths, notes, paper."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.browser.conftest import Open
from tests.support.checkers import nu_messages, violations
from tests.support.server import StaticServer
from tests.support.sites import ROOT, BuiltSite, build_site
from tests.support.tools import require

SCREENS = [(320, False), (340, True), (1000, False), (1600, True)]
AS_ON_PAPER = (
    "[...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.media && r.media.mediaText === 'print')"
    ".map(r => (r.media.mediaText = 'all', r.cssRules.length))"
)
"""Applies the rules for paper to the screen; the answer is how many each block of them has."""


@pytest.fixture(scope="session")
def reading_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    project = tmp_path_factory.mktemp("reading") / "project"
    shutil.copytree(ROOT / "tests" / "browser" / "reading", project)
    pictures = [Image.new("L", (600, 200), shade) for shade in (200, 40)]
    pictures[0].save(
        project / "content" / "posts" / "kernel.gif", save_all=True, append_images=pictures[1:], duration=500
    )
    return build_site(project, project / "dist")


@pytest.fixture(scope="session")
def reading_server(reading_site: BuiltSite) -> Iterator[StaticServer]:
    """Sends no policy: the pages have their own."""
    with StaticServer(reading_site.folder, policy=None) as server:
        yield server


@pytest.mark.parametrize(("width", "dark"), SCREENS)
def test_every_page(
    open_page: Open, reading_site: BuiltSite, reading_server: StaticServer, width: int, dark: bool
) -> None:
    problems = []
    for address in reading_site.addresses():
        probe = open_page(reading_server.origin + address, width=width, dark=dark)
        page = probe.page
        assert page.evaluate("!!document.querySelector('meta[http-equiv=Content-Security-Policy]')"), address
        scroll = page.evaluate("document.documentElement.scrollWidth")
        problems += [f"{address} is {scroll} px wide"] if scroll > width else []
        problems += [f"{address}: {complaint}" for complaint in page.complaints()]
        problems += [f"{address}: {violation}" for violation in violations(page)]
    assert problems == []


def test_the_nu_html_checker_finds_nothing_in_pages_with_a_policy(
    reading_site: BuiltSite, reading_server: StaticServer
) -> None:
    """By their addresses: a file has no origin, so that from a disk nothing is allowed by `'self'`."""
    pages = [reading_server.origin + address for address in reading_site.addresses()]
    assert "\n".join(nu_messages(*pages, options=())) == ""


def test_images_have_both_sides(open_page: Open, reading_site: BuiltSite, reading_server: StaticServer) -> None:
    for address in reading_site.addresses():
        images = open_page(reading_server.origin + address).ask(
            "[...document.images].map(i => [i.getAttribute('width'), i.getAttribute('height')])"
        )
        assert all(width and height for width, height in images), address
    page = open_page(reading_server.origin + "/reading/")
    assert page.ask("[...document.querySelectorAll('picture > source')].map(s => s.media)") == [
        "(prefers-reduced-motion: reduce)"
    ]


def test_notes_stand_beside_their_references(open_page: Open, reading_server: StaticServer) -> None:
    wide = open_page(reading_server.origin + "/reading/", width=1600, dark=True)
    if not wide.ask("CSS.supports('anchor-name: --a')"):
        pytest.skip("this browser has no anchor positioning, so the notes stand at the end")
    article, notes, marks = wide.ask(
        "[box(document.querySelector('article')), [...document.querySelectorAll('.footnotes li')].map(box), "
        "['fnref1', 'fnref2'].map(id => box(document.getElementById(id)))]"
    )
    assert len(notes) == 2
    for note, mark in zip(notes, marks, strict=True):
        assert article["right"] < note["left"] < note["right"] <= 1600
        assert note["top"] >= mark["top"] - 2
    assert notes[0]["top"] == pytest.approx(marks[0]["top"], abs=2)
    assert notes[1]["top"] >= notes[0]["bottom"]
    narrow = open_page(reading_server.origin + "/reading/", width=1000)
    inside = narrow.ask("[...document.querySelectorAll('.footnotes li')].map(li => box(li).right)")
    assert max(inside) <= narrow.ask("box(document.querySelector('article')).right") + 1


def test_contents_stand_in_the_margin_or_fold(open_page: Open, reading_server: StaticServer) -> None:
    wide = open_page(reading_server.origin + "/reading/", width=1600, dark=True)
    places = wide.ask("[...document.querySelectorAll('.post-toc a')].map(box)")
    assert len(places) == 4
    assert all(place["height"] > 0 for place in places)
    assert max(place["right"] for place in places) < wide.ask("box(document.querySelector('article')).left")
    narrow = open_page(reading_server.origin + "/reading/", width=1000)
    shown = "document.querySelector('.post-toc a').checkVisibility({contentVisibilityAuto: true})"
    assert not narrow.ask(shown)
    # What was locked away is there again with the next frame.
    narrow.ask("(document.querySelector('.post-toc details').open = true, new Promise(requestAnimationFrame))")
    assert narrow.ask(shown)
    narrow.ask("document.querySelector('.post-toc details').open = false")


def test_scripts_that_run_from_right_to_left(open_page: Open, reading_server: StaticServer) -> None:
    page = open_page(reading_server.origin + "/arabic/")
    assert page.ask("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", "ar"]
    assert page.ask("getComputedStyle(document.querySelector('math')).direction") == "ltr"
    assert page.ask("getComputedStyle(document.querySelector('pre')).direction") == "ltr"
    text, number = page.ask("[box(document.querySelector('article p:not(.meta)')), box(document.querySelector('ol'))]")
    assert text["right"] == pytest.approx(number["right"], abs=1)


def test_lines_of_code_are_as_far_apart_as_ever(open_page: Open, reading_server: StaticServer) -> None:
    """Lines that are pointed out or numbered are boxes, on the screen and on paper."""
    page = open_page(reading_server.origin + "/reading/", width=700)
    pitches = (
        "[...document.querySelectorAll('.numbered .line')].map(e => box(e).top).map((y, i, all) => y - all[i - 1])"
        ".slice(1)"
    )
    height = page.ask("parseFloat(getComputedStyle(document.querySelector('.numbered')).lineHeight)")
    assert page.ask(pitches) == pytest.approx([height] * 6, abs=1)
    page.ask(
        "[...document.styleSheets].flatMap(s => [...s.cssRules]).filter(r => r.media && r.media.mediaText === 'print')"
        ".map(r => (r.media.mediaText = 'all', 0))"
    )
    height = page.ask("parseFloat(getComputedStyle(document.querySelector('.numbered')).lineHeight)")
    on_paper = page.ask(pitches)
    assert all(pitch / height == pytest.approx(round(pitch / height), abs=0.1) for pitch in on_paper)
    assert on_paper[0] == pytest.approx(height, abs=1)


# --- paper ---------------------------------------------------------------------------------------------------------


def printed(url: str, folder: Path) -> PdfReader:
    target = folder / "page.pdf"
    command = [require("Chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'user'}"]
    options = ["--no-pdf-header-footer", "--virtual-time-budget=10000", f"--print-to-pdf={target}", url]
    subprocess.run([*command, *options], check=True, capture_output=True, timeout=120)
    return PdfReader(target)


def fonts_of(reader: PdfReader) -> dict[str, bool]:
    """Return the fonts of a document by name, and whether each is embedded (ISO 32000-2, section 9.8)."""
    found = {}
    for page in reader.pages:
        resources: Any = page["/Resources"].get_object()
        for font in (resources.get("/Font") or {}).values():
            entry = font.get_object()
            entry = entry["/DescendantFonts"][0].get_object() if "/DescendantFonts" in entry else entry
            # A Type 3 font is its own glyphs.
            descriptor = entry.get("/FontDescriptor", {})
            embedded = entry["/Subtype"] == "/Type3" or any(f"/FontFile{kind}" in descriptor for kind in ("", 2, 3))
            found[str(entry.get("/BaseFont", entry["/Subtype"]))] = embedded
    return found


def test_paper(own_server: StaticServer, reading_server: StaticServer, tmp_path: Path) -> None:
    sample = printed(own_server.origin + "/ConvNet-dont-do-Conv/", tmp_path)
    fonts = fonts_of(sample)
    assert any("STIX" in name for name in fonts), fonts
    assert all(fonts.values()), fonts
    text = " ".join(page.extract_text() for page in sample.pages)
    assert "Mathematical Equations" in text
    assert "(1)" in text
    reading = printed(reading_server.origin + "/reading/", tmp_path)
    text = "".join(" ".join(page.extract_text() for page in reading.pages).split())
    assert "(https://example.org/book)" in text
    assert text.count("https://example.org/a/long/address/that/goes/on") == 1
    assert "Contents" not in text
    assert "Hiddentextwith" in text
    assert "LeonhardEuler" in text
    assert "Skiptocontent" not in text


def test_nothing_is_cut_on_paper(open_page: Open, own_server: StaticServer) -> None:
    """The rules for paper, applied at the width of a page of A4 between its margins: 17 cm."""
    page = open_page(f"{own_server.origin}/ConvNet-dont-do-Conv/", width=643)
    assert sum(page.ask(AS_ON_PAPER)) > 10
    boxes = page.ask("[...document.querySelectorAll('math, pre, table, img')].map(e => [e.localName, box(e)])")
    assert boxes
    assert [name for name, box in boxes if box["right"] > 644 or box["left"] < -1] == []
    assert page.ask("[...document.querySelectorAll('pre, .eq-body, .eqs')].every(e => e.scrollWidth <= 644)")
