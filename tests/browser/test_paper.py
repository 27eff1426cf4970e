"""Formulas and tables wider than paper, printed by both browsers: each to its end, and nothing leaves the column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from tests.support.browsers import Browser
from tests.support.server import StaticServer
from tests.support.sites import BuiltSite, build_site

MARGIN = 2 / 2.54 * 72
"""Points."""
SUM = " + ".join(f"a_{{{number}}}" for number in range(10, 30))
CELLS = " & ".join(["a + b + c"] * 12)
CELLS_OF_TABLE = [("Averylongheading", "Last"), ("---", "---"), ("some text in a cell", "ω")]

WIDE = {
    "a little": rf"\alpha = {SUM} = \omega",
    "numbered": rf"\begin{{equation}} \alpha = {SUM} - b_1 - b_2 - b_3 = \omega \end{{equation}}",
    "far": rf"\begin{{equation}} \alpha = {' = '.join([SUM] * 5)} = \omega \end{{equation}}",
    "one part": rf"\alpha \left( {SUM} + {SUM} \right) \omega",
    "one part, wider than legible": rf"\alpha \left( {' + '.join([SUM] * 4)} \right) \omega",
    "brace": rf"\underbrace{{\alpha + {SUM} + {SUM} + \omega}}_{{\text{{all of it}}}}",
    "rows": rf"\begin{{align}} \alpha &= {SUM} + {SUM} + \omega \\ x &= 1 \end{{align}}",
    "matrix": rf"\begin{{pmatrix}} \alpha & {CELLS} \\ {CELLS} & \omega \end{{pmatrix}}",
    "fraction": rf"\alpha \frac{{{SUM} + {SUM}}}{{2}} \omega",
    "text": rf"\alpha \text{{ where {'many words stand in a row ' * 5}}} \omega",
    "table": "\n".join("| " + " | ".join([cell] * 8 + [last]) + " |" for cell, last in CELLS_OF_TABLE),
}

ENCLOSURES = ("boxed", "fbox", "cancel", "bcancel", "xcancel", "sout", "overline", "underline", "cancelto{}")
"""Around what is not seen, so that only the enclosure itself can leave ink."""


@pytest.fixture(scope="module")
def paper_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    project = tmp_path_factory.mktemp("paper")
    (project / "content" / "posts").mkdir(parents=True)
    (project / "sitegen.toml").write_text('[site]\ntitle = "Paper"\nbase_url = "https://example.org/"\n')
    for number, (name, wide) in enumerate(WIDE.items()):
        block = wide if name == "table" else f"$$ {wide} $$"
        text = f"---\ntitle: Paper\ndate: 2024-05-17\n---\n\nBefore it.\n\n{block}\n\n- In a list\n\n"
        text += "".join(f"  {line}\n" for line in block.splitlines())
        (project / "content" / "posts" / f"p{number}.md").write_text(text, encoding="utf-8")
    empty = "\n\n".join(rf"$$ \{name}{{\phantom{{abcdef}}}} $$" for name in ENCLOSURES if name != "fbox")
    empty += "\n\n$$ \\fbox{$\\phantom{abcdef}$} $$"
    (project / "content" / "posts" / "empty.md").write_text(f"---\ntitle: E\ndate: 2024-05-17\n---\n\n{empty}\n")
    label = r"$$ \underbrace{2 + 2 + 2 + 2 + 3}_{\text{WORDS BELOW}} $$"
    (project / "content" / "posts" / "label.md").write_text(f"---\ntitle: E\ndate: 2024-05-17\n---\n\n{label}\n")
    return build_site(project, project / "dist")


@pytest.fixture(scope="module")
def paper_server(paper_site: BuiltSite) -> Iterator[StaticServer]:
    with StaticServer(paper_site.folder, prefix=paper_site.prefix) as server:
        yield server


@pytest.mark.parametrize("name", WIDE)
def test_nothing_is_cut(browser: Browser, paper_server: StaticServer, tmp_path: Path, name: str) -> None:
    address = f"{paper_server.origin}/p{list(WIDE).index(name)}/"
    page = browser.open(address)
    try:
        (tmp_path / "page.pdf").write_bytes(page.pdf())
        on_screen = page.evaluate("document.querySelector('.eq math, .eqs math')?.getBoundingClientRect().height || 0")
    finally:
        page.close()
    document = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    letters = ""
    for sheet in document:
        width, _ = sheet.get_size()
        text = sheet.get_textpage()
        letters += text.get_text_range()
        # Blanks are put in by the reader of the document.
        boxes = [text.get_charbox(at) for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()]
        assert max(right for _, _, right, _ in boxes) <= width - MARGIN + 3
        assert min(left for left, _, _, _ in boxes if left > 0) >= MARGIN - 3
        # What is drawn, letters or not, leaves the margins free.
        ink = sheet.render(scale=2, grayscale=True).to_pil().point(lambda level: 255 if level < 200 else 0).getbbox()
        assert ink is not None
        assert ink[0] >= 2 * MARGIN - 3
        assert ink[2] <= 2 * (width - MARGIN) + 3
    # The last letter of each, in whichever form the document has it.
    assert sum(letters.count(letter) for letter in "ω𝜔") == 2
    assert on_screen < 130, "on the screen it stays on one line"


def test_enclosures_are_printed(browser: Browser, paper_server: StaticServer, tmp_path: Path) -> None:
    page = browser.open(f"{paper_server.origin}/empty/")
    try:
        (tmp_path / "page.pdf").write_bytes(page.pdf())
        tops = page.evaluate("[...document.querySelectorAll('.eq')].length")
    finally:
        page.close()
    assert tops == len(ENCLOSURES)
    sheet = pypdfium2.PdfDocument(tmp_path / "page.pdf")[0].render(scale=2, grayscale=True).to_pil()
    ink = sheet.point(lambda level: 255 if level < 160 else 0)
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() is not None for y in range(ink.height)]
    # The two sides of a frame have less between them, or are joined by it.
    bands, blank = 0, 1000
    for inked in rows:
        bands += inked and blank > 25
        blank = 0 if inked else blank + 1
    assert bands == 2 + len(ENCLOSURES), "title, date, and each enclosure"


def test_labels_are_below_what_they_belong_to(browser: Browser, paper_server: StaticServer, tmp_path: Path) -> None:
    """Firefox once measured them in the size of the line, and printed them to the left."""
    page = browser.open(f"{paper_server.origin}/label/")
    try:
        (tmp_path / "page.pdf").write_bytes(page.pdf())
    finally:
        page.close()
    text = pypdfium2.PdfDocument(tmp_path / "page.pdf")[0].get_textpage()
    boxes = [(text.get_text_range(at, 1), text.get_charbox(at)) for at in range(text.count_chars())]
    formula = text.get_text_range().rindex("2024") + len("2024")
    sum_ = [box for character, box in boxes[formula:] if character in "23"]
    label = [box for character, box in boxes[formula:] if character in "WORDSBEL"]
    middles = [(min(box[0] for box in each) + max(box[2] for box in each)) / 2 for each in (sum_, label)]
    assert middles[0] == pytest.approx(middles[1], abs=1.5)


def test_parts_are_lines_on_paper_only(browser: Browser, paper_server: StaticServer) -> None:
    page = browser.open(f"{paper_server.origin}/p{list(WIDE).index('far')}/", width=700)
    try:
        tops = "new Set([...document.querySelectorAll('.eq-body')[0].querySelectorAll('math > mrow > mi')].map(e => "
        tops += "Math.round(e.getBoundingClientRect().top / 9))).size"
        assert page.evaluate(tops) == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= 700
        assert page.evaluate("(e => e.scrollWidth > e.clientWidth)(document.querySelector('.eq-body'))")
    finally:
        page.close()
