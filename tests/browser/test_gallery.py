"""A gallery of constructs, each with what must be true of it: `gallery/content` says it, `gallery/checks.js` knows how.

A page is opened once in each browser at each width, and all of its blocks are asked in one script. What boxes do not
tell, such as the width of an arrow in Chromium or the stroke through a term, is read from the picture of the page.
"""

from __future__ import annotations

import itertools
import json
import math
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from dev import NEEDS
from tests.browser.test_reading import AS_ON_PAPER, fonts_of, printed
from tests.support.browsers import Browser, WebKit
from tests.support.checkers import nu_messages, violations
from tests.support.probe import Probe
from tests.support.server import StaticServer
from tests.support.sites import ROOT, BuiltSite, build_site

SOURCE = ROOT / "tests" / "browser" / "gallery"
CHECKS = (SOURCE / "checks.js").read_text(encoding="utf-8")
PAGES = {"formulas": 138, "rows": 67, "text": 35}
"""Page to how many constructs it shows."""
SHEET = 643
"""Width of a page of A4 between its margins, CSS pixels."""
CUT = f"""
  [...document.querySelectorAll('main [data-expect]')].flatMap(block => [block, ...block.querySelectorAll('*')]
    .filter(e => e.getClientRects().length && !e.closest('annotation, .anchor, .lap-left'))
    .filter(e => box(e).right > {SHEET + 1} || box(e).left < -1 ||
      (e.matches('.eq-body, .eqs, pre') && getComputedStyle(e).overflowX !== 'visible'))
    .map(e => `${{block.id}}: ${{e.localName}} is cut`))
"""
"""What leaves the sheet, or would be cut since nothing scrolls on paper."""
WINDOW = {"formulas": 12_000, "rows": 8_000, "text": 6_500}
"""Page to the height of a window that shows it whole, CSS pixels."""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    project = tmp_path_factory.mktemp("gallery") / "project"
    shutil.copytree(SOURCE, project)
    posts = project / "content" / "posts"
    Image.new("L", (400, 120), 120).save(posts / "kernel.png")
    Image.new("L", (60, 60), 60).save(posts / "dot.png")
    return build_site(project, project / "dist")


@pytest.fixture(scope="module")
def gallery_server(gallery: BuiltSite) -> Iterator[StaticServer]:
    with StaticServer(gallery.folder, prefix=gallery.prefix) as server:
        yield server


def asked(page: Probe) -> dict[str, Any]:
    """Return what is wrong by the boxes, what to look for in the picture, and how large the page is."""
    answer: dict[str, Any] = page.ask(
        f"(() => {{ {CHECKS}\nreturn {{ wrong, looks, blocks: blocks.length, "
        "width: document.documentElement.scrollWidth, height: document.documentElement.scrollHeight }; })()"
    )
    return answer


def wrong(probe: Probe, picture: Path) -> list[str]:
    """Return what is wrong with the constructs of a page, by their boxes and by the picture of it."""
    answer = asked(probe)
    probe.page.screenshot(picture)
    with Image.open(picture) as image:
        seen = [f"{each['id']}: {said}" for each in answer["looks"] if (said := Sight(image, each["area"]).says(each))]
    return [*answer["wrong"], *seen]


@pytest.mark.parametrize("name", PAGES)
def test_constructs_are_as_they_should_be(
    browser: Browser, gallery_server: StaticServer, tmp_path: Path, name: str
) -> None:
    probe = Probe(browser.open(f"{gallery_server.origin}/{name}/", width=1000, height=WINDOW[name]), 1000)
    try:
        problems = wrong(probe, tmp_path / "page.png") + probe.page.complaints()
        blocks, bottom = probe.ask(
            "[document.querySelectorAll('main [data-expect]').length, box(document.querySelector('footer')).bottom]"
        )
    finally:
        probe.page.close()
    assert blocks == PAGES[name]
    assert bottom <= WINDOW[name] + 1, "the picture shows less than the page"
    assert "\n".join(problems) == ""


@pytest.mark.parametrize(
    "colours", [{"dark": True}, {"forced": True}, {"dark": True, "forced": True}], ids=" and ".join
)
def test_constructs_in_other_colours(
    browser: Browser, gallery_server: StaticServer, tmp_path: Path, colours: dict[str, bool]
) -> None:
    """Frames, strikes, lines and signs are seen in the dark, and where the reader's system chooses the colours."""
    page = browser.open(f"{gallery_server.origin}/formulas/", width=1000, height=WINDOW["formulas"], **colours)
    try:
        problems = wrong(Probe(page, 1000), tmp_path / "page.png")
    finally:
        page.close()
    if colours.get("forced"):  # they are the system's own
        problems = [problem for problem in problems if "no colour" not in problem]
    assert "\n".join(problems) == ""


@pytest.mark.parametrize("colours", [{}, {"dark": True}, {"forced": True}], ids=lambda c: " and ".join(c) or "light")
@pytest.mark.parametrize("anchor", ["row", "whole"])
def test_what_a_link_led_to_is_marked(
    browser: Browser, gallery_server: StaticServer, tmp_path: Path, colours: dict[str, bool], anchor: str
) -> None:
    selector = {"row": ".eqs mtr[id]", "whole": ".eq[id]"}[anchor]
    address = f"{gallery_server.origin}/rows/"
    looked = []
    for marked in (False, True):
        page = browser.open(address, width=1000, **colours)
        try:
            found = Probe(page, 1000).ask(
                f"(async () => {{ const e = document.querySelector('{selector}');"
                f" e.scrollIntoView({{ block: 'center', behavior: 'instant' }});"
                f" if ({json.dumps(marked)}) location.hash = e.id;"
                " await document.fonts.ready; await new Promise(done => setTimeout(done, 400));"
                " e.scrollIntoView({ block: 'center', behavior: 'instant' });"
                " await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));"
                " return box(e); })()"
            )
            page.screenshot(tmp_path / "page.png")
        finally:
            page.close()
        with Image.open(tmp_path / "page.png") as image:
            area = [found["left"] - 6, found["top"] - 6, found["right"] + 6, found["bottom"] + 6]
            looked.append(image.convert("RGB").crop(tuple(map(round, area))))
    before, after = looked
    assert before.size == after.size
    changed = ImageChops.difference(before, after).convert("L").point(lambda level: 255 if level > 8 else 0)
    left, top, right, bottom = changed.getbbox() or (0, 0, 0, 0)
    # A ground, or a frame around it.
    assert right - left >= 0.95 * (before.width - 12)
    assert bottom - top >= 0.8 * (before.height - 12)


@pytest.mark.parametrize("name", PAGES)
def test_constructs_on_a_phone(browser: Browser, gallery_server: StaticServer, name: str) -> None:
    page = browser.open(f"{gallery_server.origin}/{name}/", width=320, height=WINDOW[name])
    try:
        answer = asked(Probe(page, 320))
        complaints = page.complaints()
    finally:
        page.close()
    assert answer["width"] <= 320
    assert "\n".join(answer["wrong"] + complaints) == ""


IN_WEBKIT = {
    "frac-slashed": "a raised numerator stands a pixel above the box of its formula",
    "bars": "in its first layout WebKit leaves some signs unstretched, until their style changes",
    "norms": "likewise",
    "middle": "likewise",
    "inline-long": "WebKit breaks no formula; the paragraph scrolls",
}
"""Constructs that WebKit draws otherwise, each with the reason."""


@pytest.fixture(scope="module")
def webkit() -> Iterator[WebKit]:
    if not (NEEDS["WebKitGTK"][0]() and NEEDS["a screen in memory"][0]()):
        pytest.skip("WebKitGTK and Xvfb are not installed")
    running = WebKit()
    yield running
    running.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_constructs_in_webkit(webkit: WebKit, gallery_server: StaticServer, tmp_path: Path, name: str) -> None:
    """Safari's engine, where it is installed: by the boxes and the picture, and on a narrow screen by the boxes."""
    problems: list[str] = []
    for width in (1000, 460):
        page = webkit.open(f"{gallery_server.origin}/{name}/", width=width, height=WINDOW[name])
        try:
            probe = Probe(page, width)
            problems += wrong(probe, tmp_path / "page.png") if width == 1000 else asked(probe)["wrong"]
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        finally:
            page.close()
    assert [problem for problem in problems if problem.partition(":")[0] not in IN_WEBKIT] == []


UNLIKE = {
    "columns": (
        "rows",
        "mtd.right { text-align: left !important; justify-items: start !important }",
        "align: column 0",
    ),
    "pitch": ("rows", "mtable.matrix > mtr:nth-child(2) > mtd { padding-bottom: 4px }", "pmatrix: rows are"),
    "brackets": ("rows", "mo.high { font-family: 'Liberation Serif' }", "pmatrix: ("),
    "rules": ("rows", "mtable * { border-color: transparent !important }", "array-grid: ruled"),
    "numbers": ("rows", ".eqs mtd.eqno { padding-inline-end: 30px !important }", "align: number ends"),
    "arrows": ("formulas", "munderover > mo, mover > mo { font-family: 'Liberation Serif' }", "overrightarrow: wide"),
    "braces": ("formulas", "munder > mo { font-family: 'Liberation Serif' }", "underbrace: wide"),
    "strokes": ("formulas", ".strike { visibility: hidden }", "cancel: struck"),
    "frames": ("formulas", ".boxed { border-right-color: transparent }", "boxed: frame: no line right"),
    "fractions": ("formulas", "mfrac { visibility: hidden } mfrac > * { visibility: visible }", "frac: line"),
    "roots": ("formulas", "msqrt { visibility: hidden } msqrt > * { visibility: visible }", "sqrt: line"),
    "heights": ("formulas", ".eq-body { height: 1em }", 'frac: "c" is cut'),
    "widths": ("text", ".table-scroll { overflow: visible } table { width: 2000px }", "table-html: table sticks out"),
}
"""What breaks a page: its name, rules of CSS, and what is said of it then."""


def test_the_checks_see_what_is_broken(browser: Browser, gallery_server: StaticServer, tmp_path: Path) -> None:
    if browser.name != "chromium":
        pytest.skip("the checks are the same in all browsers")
    for name in PAGES:
        probe = Probe(browser.open(f"{gallery_server.origin}/{name}/", width=1000, height=WINDOW[name]), 1000)
        try:
            for page, rules, said in UNLIKE.values():
                if page != name:
                    continue
                whole = json.dumps(f"@media all {{ {rules} }}")
                probe.ask(f"document.styleSheets[0].insertRule({whole}, document.styleSheets[0].cssRules.length)")
                problems = wrong(probe, tmp_path / "page.png")
                probe.ask("document.styleSheets[0].deleteRule(document.styleSheets[0].cssRules.length - 1)")
                assert any(problem.startswith(said) for problem in problems), (rules, said, problems)
        finally:
            probe.page.close()


class Sight:
    """What is drawn in a part of a picture."""

    def __init__(self, picture: Image.Image, area: list[float]) -> None:
        left, top, right, bottom = area
        self._part = picture.crop((math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom)))
        grey = self._part.convert("L")
        levels = grey.histogram()
        # Ink is dark on paper, and light where the reader prefers that.
        light = sum(levels[128:]) >= sum(levels[:128])
        ground = max((level for level in range(256) if levels[level]), default=0) if light else 0
        ground = ground if light else min((level for level in range(256) if levels[level]), default=0)
        self._drawn = grey.point(lambda level: 255 if abs(level - ground) > 50 else 0)
        self._kinds: dict[str, Callable[[Any], str]] = {
            "ink": self._ink,
            "line": self._line,
            "high": self._high,
            "wide": self._wide,
            "frame": self._frame,
            "struck": self._struck,
            "coloured": self._coloured,
            "ruled": self._ruled,
        }

    def says(self, look: dict[str, Any]) -> str:
        """Return what is wrong, or nothing."""
        if not self._part.width or not self._part.height:
            return f"{look['kind']}: nothing to look at"
        found = self._kinds[look["kind"]](look.get("value"))
        return f"{look['kind']}: {found}" if found else ""

    def _ink(self, _: None) -> str:
        return "" if self._drawn.getbbox() else "nothing is drawn"

    def _line(self, _: None) -> str:
        return "" if lines(self._drawn) else "no line from side to side"

    def _wide(self, least: float) -> str:
        left, _, right, _ = self._drawn.getbbox() or (0, 0, 0, 0)
        return "" if right - left >= least else f"{right - left} px wide, not {least:.0f}"

    def _high(self, least: float) -> str:
        _, top, _, bottom = self._drawn.getbbox() or (0, 0, 0, 0)
        return "" if bottom - top >= least else f"{bottom - top} px high, not {least:.0f}"

    def _frame(self, _: None) -> str:
        """Lines along all four edges; a box may be larger than its frame by a pixel or two."""
        width, height = self._drawn.size
        edges = {
            "above": self._drawn.crop((0, 0, width, 6)),
            "below": self._drawn.crop((0, height - 6, width, height)),
            "left": self._drawn.crop((0, 0, 6, height)).transpose(Image.Transpose.ROTATE_90),
            "right": self._drawn.crop((width - 6, 0, width, height)).transpose(Image.Transpose.ROTATE_90),
        }
        return ", ".join(f"no line {side}" for side, edge in edges.items() if not lines(edge))

    def _ruled(self, grid: str) -> str:
        upright = lines(self._drawn.transpose(Image.Transpose.ROTATE_90))
        found = f"{lines(self._drawn)}x{upright}"
        return "" if found == grid else f"{found} lines instead of {grid}"

    def _coloured(self, _: None) -> str:
        colours = self._part.convert("HSV").getchannel("S").getextrema()[1]
        return "" if int(colours) > 100 else "no colour"  # type: ignore[arg-type]

    def _struck(self, way: str) -> str:
        """The stroke passes from corner to corner of what is struck, or across its middle, without a gap."""
        ways = {"up": ["up"], "down": ["down"], "both": ["up", "down"], "across": ["across"]}[way]
        return ", ".join(f"no stroke {each}" for each in ways if self._along(each) < 0.9)

    def _along(self, way: str) -> float:
        width, height = self._drawn.size
        if way == "across":
            return float(bool(lines(self._drawn)))
        dark = 0
        for x in range(width // 10, width - width // 10):
            share = x / width if way == "down" else 1 - x / width
            y = round(share * height)
            dark += self._drawn.crop((x, max(0, y - 4), x + 1, y + 4)).getbbox() is not None
        return dark / (width - 2 * (width // 10))


def lines(drawn: Image.Image) -> int:
    """Count the lines across: neighbouring rows of pixels that are dark from side to side are one."""
    width, height = drawn.size
    full = [drawn.crop((0, y, width, y + 1)).histogram()[255] >= 0.9 * width for y in range(height)]
    return sum(now and not before for before, now in itertools.pairwise([False, *full]))


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1000, False)])
def test_axe_finds_nothing_in_the_gallery(
    browser: Browser, gallery: BuiltSite, gallery_server: StaticServer, width: int, dark: bool
) -> None:
    if browser.name != "chromium":
        pytest.skip("axe is asked in one browser: it looks at the document")
    found = []
    for address in gallery.addresses():
        page = browser.open(gallery_server.origin + address, width=width, dark=dark)
        try:
            found += [f"{address}: {violation}" for violation in violations(page)]
        finally:
            page.close()
    assert "\n".join(found) == ""


def test_the_nu_html_checker_finds_nothing_in_the_gallery(gallery: BuiltSite) -> None:
    files = [file for file in sorted(gallery.folder.rglob("*")) if file.suffix in {".html", ".css"}]
    assert "\n".join(nu_messages(*files)) == ""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_the_gallery_is_cut_on_paper(browser: Browser, gallery_server: StaticServer, name: str) -> None:
    """The rules for paper, applied at the width of a page of A4 between its margins: 17 cm."""
    probe = Probe(browser.open(f"{gallery_server.origin}/{name}/", width=SHEET), SHEET)
    try:
        rules, cut = probe.ask(f"[{AS_ON_PAPER}, {CUT}]")
    finally:
        probe.page.close()
    assert sum(rules) > 10
    assert "\n".join(cut) == ""


def test_the_fonts_of_the_gallery_are_in_the_document(gallery_server: StaticServer, tmp_path: Path) -> None:
    for name in PAGES:
        reader = printed(f"{gallery_server.origin}/{name}/", tmp_path)
        fonts = fonts_of(reader)
        assert any("STIX" in font for font in fonts), fonts
        assert all(fonts.values()), fonts
