"""Spaces between atoms as browsers set them, measured against TeX's table (TeXbook, page 170).

Braces make an ordinary atom of anything, and between ordinary atoms there is no space: what a formula is wider than the
same formula with its atoms in braces, is the space in it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sitegen.math import stylesheet, to_mathml
from tests.support.browsers import Browser
from tests.support.probe import Probe
from tests.support.server import StaticServer

PAIRS = [
    ("x=y", "x{=}y", 10),
    ("x+y", "x{+}y", 8),
    ("x=-y", "x{=}{-}y", 10),
    ("-x", "{-}x", 0),
    ("(-x)", "{(}{-}x{)}", 0),
    ("x,y", "x{,}y", 3),
    (r"x,\dots,y", r"x{,}{\dots}{,}y", 9),
    (r"2\sin 3", r"2{\sin}3", 6),  # between letters Firefox spaces an upright name itself, in braces too
    (r"\sin(y)", r"{\sin}{(}y{)}", 0),
    (r"\sin=y", r"{\sin}{=}y", 10),
    (r"x\left(y\right)z", r"x{\left(y\right)}z", 6),
    (r"x\mid y", r"x{\mid}y", 10),
    ("n!k", "n{!}k", 0),
    ("x:=y", "x{:}{=}y", 10),
    (r"x\cdot y\to z", r"x{\cdot}y{\to}z", 18),
    ("a_{x+y=z}", "a_{x{+}y{=}z}", 0),
]
"""Formula, the same in braces, and the space between its atoms in mu."""

MU = 4
"""Pixels of a mu at the test page's size of type: 18 mu are an em."""
WIDTHS = "[...document.querySelectorAll('math')].map(e => e.getBoundingClientRect().width)"


@pytest.fixture(scope="module")
def page_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticServer]:
    """One page of all formulas, each in a paragraph of its own."""
    folder = tmp_path_factory.mktemp("spacing")
    formulas = "".join(f"<p>{to_mathml(tex)}</p>" for pair in PAIRS for tex in pair[:2])
    style = f"{stylesheet()} math {{ font-size: {18 * MU}px }} p {{ white-space: nowrap }}"
    (folder / "style.css").write_text(style, encoding="utf-8")
    head = '<!doctype html><meta charset="utf-8"><title>t</title><link rel="stylesheet" href="style.css">'
    (folder / "index.html").write_text(f"{head}<body>{formulas}", encoding="utf-8")
    with StaticServer(folder) as server:
        yield server


def test_spaces_between_atoms(browser: Browser, page_server: StaticServer) -> None:
    probe = Probe(browser.open(f"{page_server.origin}/"), 1000)
    try:
        widths = probe.ask(WIDTHS)
    finally:
        probe.page.close()
    pairs = zip(PAIRS, widths[::2], widths[1::2], strict=True)
    gaps = {source: (wide - tight) / MU for (source, _, _), wide, tight in pairs}
    assert gaps == {source: pytest.approx(space, abs=0.3) for source, _, space in PAIRS}
