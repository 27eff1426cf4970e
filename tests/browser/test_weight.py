"""What a page costs its reader: bytes on the way, and text that moves while it is read."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.support.browsers import Browser
from tests.support.server import StaticServer
from tests.support.sites import BuiltSite

PATH = "/ConvNet-dont-do-Conv/"
IMAGES = (".png", ".gif", ".jpg", ".webp", ".avif", ".svg")

SHIFTS = """
  new Promise(resolve => setTimeout(() => new PerformanceObserver(list => resolve(
    list.getEntries().filter(entry => !entry.hadRecentInput).map(entry => ({
      value: entry.value,
      of: entry.sources.map(source => source.node?.nodeName + ' ' + source.node?.textContent?.slice(0, 40)),
    })))).observe({type: 'layout-shift', buffered: true}), 300))
"""
"""All layout shifts since the page began (Layout Instability API); it never answers where there was none."""


@pytest.fixture(scope="module")
def slow_fonts(own_site: BuiltSite) -> Iterator[StaticServer]:
    """This repository's site from a server whose fonts arrive late."""
    with StaticServer(own_site.folder, prefix=own_site.prefix, delays={".woff2": 0.3}) as server:
        yield server


def loaded(browser: Browser, url: str) -> list[str]:
    """Return the paths of everything that a page loads besides itself."""
    page = browser.open(url)
    try:
        names = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    finally:
        page.close()
    return [urlsplit(name).path for name in names]


def test_the_sample_page_is_light(browser: Browser, own_server: StaticServer, own_site: BuiltSite) -> None:
    paths = loaded(browser, own_server.origin + PATH)
    files = [path.lstrip("/") for path in paths if not path.endswith(IMAGES)]
    assert sorted(file.rpartition(".")[2] for file in files) == ["css", "woff2"], "one stylesheet and one font"
    sizes = {file: (own_site.folder / file).read_bytes() for file in [PATH.strip("/") + "/index.html", *files]}
    assert sum(map(len, sizes.values())) < 60_000
    compressed = [gzip.compress(data, 6) for file, data in sizes.items() if not file.endswith(".woff2")]
    assert sum(map(len, compressed)) < 20_000


@pytest.mark.parametrize("width", [360, 1000])
def test_nothing_moves_when_the_font_arrives_late(browser: Browser, slow_fonts: StaticServer, width: int) -> None:
    if browser.name != "chromium":
        pytest.skip("only Chromium tells what moved")
    page = browser.open(slow_fonts.origin + PATH, width=width)
    try:
        shifts = page.evaluate(f"Promise.race([{SHIFTS}, new Promise(done => setTimeout(() => done([]), 900))])")
        late = page.evaluate(
            "performance.getEntriesByType('resource').filter(e => e.name.endsWith('.woff2')).map(e => e.duration)"
        )
    finally:
        page.close()
    assert late
    assert min(late) > 290, "the font was late"
    assert sum(shift["value"] for shift in shifts) <= 0.01, shifts
