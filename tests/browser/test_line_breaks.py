"""Lines end where readers expect: punctuation stays beside its formula, and long formulas still break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sitegen.compile import CompileOptions, compile_post
from sitegen.math import stylesheet
from sitegen.model import Document, Source
from tests.support.browsers import Browser
from tests.support.probe import Probe
from tests.support.server import StaticServer
from tests.support.sites import ROOT

WIDTHS = (320, 700)
LONG = "a + b + c = d + e + f = g + h + i = j + k + l = m + n + o + p + q + r + s = t + u + v + w + x + y + z = A + B"
"""Wider than every line in any font."""
SENTENCES = [
    "word ($P(A|B)$), tail",
    "word “$x$”, tail",
    "word **$P(A|B)$**. tail",
    "word *see $x_1$*. tail",
    "word (*$x_1$ it*) tail",
    "word non-$x$-free tail",
    "word 3$n$th tail",
    "word —$x_1$; tail",
    "word <b>($x_1$),</b> tail",
    f"word (${LONG}$), tail",
    f"word **${LONG}$**. tail",
]
"""Text beside a formula that begins and ends with it; each is tried at many places of the line."""
SHIFTS = range(60)
NARROW = [
    "$f(" + ", ".join(f"x_{{{n}}}" for n in range(20)) + ")$ of a set",
    r"$\{ (" + "), (".join(f"a_{{{n}}}, b_{{{n}}}" for n in range(9)) + r") \}$ of pairs",
    "$g(" + " + ".join(f"x_{{{n}}}" for n in range(20)) + ")$ of a sum",
    r"$\left( " + " + ".join(f"x_{{{n}}}" for n in range(20)) + r" \right)$ in one piece",
    r"- $\frac{" + " + ".join(f"x_{{{n}}}" for n in range(20)) + "}{2}$ in a list",
    "<table><tr>" + "<td>a cell</td>" * 12 + "</tr></table>",
]
"""What once made a page scroll sideways on a phone; the first three are broken inside of their brackets."""

TOUCHING = """
[...document.querySelectorAll('p')].flatMap((p, at) => {
  const math = p.querySelector('math');
  const leaves = [...math.querySelectorAll('mi, mo, mn')].filter(e => !e.closest('annotation'));
  const middle = r => (r.top + r.bottom) / 2;
  const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node; (node = walker.nextNode());)
    if (node.data && !node.parentElement.closest('annotation, mi, mo, mn')) texts.push(node);
  const side = node => math.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING
    && !node.parentElement.closest('mtext:first-child') ? 1 : -1;
  const before = texts.filter(n => side(n) < 0).at(-1), after = texts.find(n => side(n) > 0);
  const character = (node, index) => {
    const range = document.createRange();
    range.setStart(node, index);
    range.setEnd(node, index + 1);
    return /\\s/.test(range.toString()) ? null : middle(range.getBoundingClientRect());
  };
  const line = 14, found = [];
  const first = middle(leaves[0].getBoundingClientRect()), last = middle(leaves.at(-1).getBoundingClientRect());
  const opening = before && character(before, before.data.length - 1), closing = after && character(after, 0);
  if (opening !== null && Math.abs(opening - first) > line) found.push(`${at}: what stands before it`);
  if (closing !== null && Math.abs(closing - last) > line) found.push(`${at}: what stands after it`);
  return found;
})
"""
"""Paragraphs in which the characters that touch the formula are not on its first and its last line."""

HEIGHTS = """
[...document.querySelectorAll('math.brk')].map(math => {
  const tops = [...math.querySelectorAll('mi')].map(e => e.getBoundingClientRect().top);
  return Math.max(...tops) - Math.min(...tops);
})
"""


@pytest.fixture(scope="module")
def page_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StaticServer]:
    """One page that has every sentence at every place of the line, and one of what is wide."""
    folder = tmp_path_factory.mktemp("lines")
    styles = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "sitegen/theme/styles").glob("*.css"))]
    (folder / "style.css").write_text("\n".join([*styles, stylesheet()]), encoding="utf-8")
    page(folder / "index.html", [f"{'i' * shift} {sentence}" for sentence in SENTENCES for shift in SHIFTS])
    page(folder / "narrow.html", NARROW)
    with StaticServer(folder) as server:
        yield server


def page(file: Path, blocks: list[str]) -> None:
    text = "\n\n".join(blocks)
    document = compile_post(Source("post.md", f"---\ntitle: t\n---\n{text}\n", "0"), CompileOptions())
    assert isinstance(document, Document)
    assert not document.diagnostics
    head = '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="style.css">'
    file.write_text(f"{head}<body><main>{''.join(map(str, document.body))}</main>", encoding="utf-8")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_touches_a_formula_stays_on_its_line(browser: Browser, page_server: StaticServer, width: int) -> None:
    probe = Probe(browser.open(f"{page_server.origin}/", width=width), width)
    try:
        torn = probe.ask(TOUCHING)
        assert [SENTENCES[int(re.match(r"\d+", where)[0]) // len(SHIFTS)] + where for where in torn] == []  # type: ignore[index]
        assert probe.ask("document.documentElement.scrollWidth") <= width
    finally:
        probe.page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_long_formulas_still_break(browser: Browser, page_server: StaticServer, width: int) -> None:
    probe = Probe(browser.open(f"{page_server.origin}/", width=width), width)
    try:
        heights = probe.ask(HEIGHTS)
        assert len(heights) == 2 * len(SHIFTS)
        assert all(height > 14 for height in heights) if width == min(WIDTHS) else any(h > 14 for h in heights)
    finally:
        probe.page.close()


def test_nothing_is_wider_than_a_phone(browser: Browser, page_server: StaticServer) -> None:
    probe = Probe(browser.open(f"{page_server.origin}/narrow.html", width=320), 320)
    try:
        assert probe.ask("document.documentElement.scrollWidth") <= 320
        lines = probe.ask(HEIGHTS)
        assert len(lines) == 3
        assert min(lines) > 14
        ends = "[...document.querySelectorAll('math.brk')].map(m => Math.max(...[...m.querySelectorAll('mi')]"
        assert max(probe.ask(f"{ends}.map(e => e.getBoundingClientRect().right)))")) <= 320
        scrolling = "[...document.querySelectorAll('.far, table')].filter(e => e.scrollWidth > e.clientWidth).length"
        assert probe.ask(scrolling) == 3, "the fence, the list and the table scroll by themselves"
    finally:
        probe.page.close()
