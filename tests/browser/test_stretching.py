"""What must grow with its formula grows, in both browsers, by the ink on the screen: Chromium reports the width of an
arrow that stretches as that of a short one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from sitegen.fonts import Store, packaged_font, whole
from sitegen.math import stylesheet
from tests.support.browsers import Browser
from tests.support.server import StaticServer

ACROSS = "→←↔⇒⇐⇔↦↤⟶⟵⟷⟹⟸⟺⟼⟻↩↪↼↽⇀⇁⇌⇋⇄⇆⇉⇇↠↞↣↢⇛⇚=⏞⏟⏜⏝⎴⎵¯‾_"
"""Arrows, braces and lines that have parts, so that they may have any width."""
SIZES = "ˆ˜ˇ"
"""Accents that come in sizes, the widest 2.3 em."""
UPRIGHT = "()[]{}⌈⌉⌊⌋|‖⟮⟯⎰⎱↑↓⇑⇕∫"

EM = 20
CELL = 200, 60
COLUMNS = 4
WIDE = 8
ARROWS = "→←↔⇒⇐⇔↦↩↪↼↽⇀⇁⇌⇋⇄⇆="
LABELS = [0.3, 0.9, 1.0, 1.1, 1.3, 1.6, 2.0]
"""Widths of labels in em: narrower than an arrow, about as wide, and between one and two of its parts."""
HIGH = 5


@pytest.fixture(scope="module")
def page_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticServer]:
    """Three pages: a cell for each sign, beside or above something large that leaves no ink."""
    folder = tmp_path_factory.mktemp("stretching")
    (folder / "math.ttf").write_bytes(whole(packaged_font(), Store(None)))
    face = '@font-face { font-family: "Site Math"; src: url("math.ttf") }'
    cells = (
        f"body {{ margin: 0; display: grid; grid-template-columns: repeat({COLUMNS}, {CELL[0]}px); font-size: {EM}px }}"
        f"div {{ height: {CELL[1]}px; overflow: hidden; text-align: center }} .high div {{ height: {3 * CELL[1]}px }}"
        # A line at the end of each box: what is drawn beyond it makes the ink wider than the box.
        ".marked mover { background: linear-gradient(90deg, #000 1px, transparent 1px calc(100% - 1px), #000 0) }"
    )
    (folder / "style.css").write_text(f"{stylesheet()} {face} {cells}", encoding="utf-8")
    pages = {
        "across": [above(sign, WIDE) for sign in ACROSS],
        "labels": [above(sign, label) for sign in ARROWS for label in LABELS],
        "sizes": [above(sign, 2) for sign in SIZES],
        "upright": [
            f'<mrow><mo form="prefix" fence="true" stretchy="true" symmetric="true">{sign}</mo>'
            f'<mspace height="{HIGH / 2 + 0.25}em" depth="{HIGH / 2 - 0.25}em"></mspace></mrow>'
            for sign in UPRIGHT
        ],
    }
    for name, formulas in pages.items():
        body = "".join(f"<div><math>{formula}</math></div>" for formula in formulas)
        head = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="stylesheet" href="style.css">'
        (folder / f"{name}.html").write_text(f'{head}<body class="{page_of(name)}">{body}', encoding="utf-8")
    with StaticServer(folder) as server:
        yield server


def page_of(name: str) -> str:
    return {"upright": "high", "labels": "marked"}.get(name, "")


def above(sign: str, width: float) -> str:
    mark = f'<mo stretchy="true" lspace="0" rspace="0">{sign}</mo>'
    space = f'<mspace width="{width}em" height=".1em"></mspace>'
    return f'<mover>{mark}<mstyle scriptlevel="0">{space}</mstyle></mover>'


def ink(browser: Browser, url: str, count: int, height: int, file: Path) -> list[tuple[int, int]]:
    """Return width and height of what is drawn in each cell, in pixels."""
    page = browser.open(url, width=COLUMNS * CELL[0] + 20, height=-(-count // COLUMNS) * height + 20)
    try:
        page.screenshot(file)
    finally:
        page.close()
    with Image.open(file) as image:
        dark = image.convert("L").point(lambda level: 255 if level < 160 else 0)
    sizes = []
    for at in range(count):
        left, top = at % COLUMNS * CELL[0], at // COLUMNS * height
        box = dark.crop((left, top, left + CELL[0], top + height)).getbbox() or (0, 0, 0, 0)
        sizes.append((box[2] - box[0], box[3] - box[1]))
    return sizes


def test_arrows_and_braces_become_as_wide_as_what_they_carry(
    browser: Browser, page_server: StaticServer, tmp_path: Path
) -> None:
    found = ink(browser, f"{page_server.origin}/across.html", len(ACROSS), CELL[1], tmp_path / "ink.png")
    wrong = {
        sign: width for sign, (width, _) in zip(ACROSS, found, strict=True) if not WIDE * EM * 0.85 <= width <= CELL[0]
    }
    assert wrong == {}


def test_arrows_are_no_wider_than_their_box(browser: Browser, page_server: StaticServer, tmp_path: Path) -> None:
    """What is drawn over the box stands on what is beside it: once an arrow with a narrow label, made of long parts."""
    url = f"{page_server.origin}/labels.html"
    cases = [(sign, label) for sign in ARROWS for label in LABELS]
    drawn = ink(browser, url, len(cases), CELL[1], tmp_path / "ink.png")
    page = browser.open(url, width=COLUMNS * CELL[0] + 20)
    try:
        boxes = page.evaluate("[...document.querySelectorAll('mover')].map(e => e.getBoundingClientRect().width)")
    finally:
        page.close()
    wrong = {
        case: (width, box)
        for case, (width, _), box in zip(cases, drawn, boxes, strict=True)
        if not box - 1 <= width <= box + 2
    }
    assert wrong == {}


def test_wide_accents_take_the_nearest_size(browser: Browser, page_server: StaticServer, tmp_path: Path) -> None:
    found = ink(browser, f"{page_server.origin}/sizes.html", len(SIZES), CELL[1], tmp_path / "ink.png")
    wrong = {sign: width for sign, (width, _) in zip(SIZES, found, strict=True) if not 1.3 * EM <= width <= 2.5 * EM}
    assert wrong == {}


def test_fences_become_as_high_as_what_they_hold(browser: Browser, page_server: StaticServer, tmp_path: Path) -> None:
    found = ink(browser, f"{page_server.origin}/upright.html", len(UPRIGHT), 3 * CELL[1], tmp_path / "ink.png")
    wrong = {
        sign: height
        for sign, (_, height) in zip(UPRIGHT, found, strict=True)
        if not HIGH * EM * 0.8 <= height <= 7 * EM
    }
    assert wrong == {}
