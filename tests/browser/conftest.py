"""Opened pages, shared by the tests of one run: loading a page costs more than asking it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.support.browsers import Browser
from tests.support.probe import Probe
from tests.support.server import StaticServer

Open = Callable[..., Probe]
"""`open_page(url, width=1000, dark=False)`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a page, or return it when it is open already."""
    opened: dict[tuple[str, int, bool], Probe] = {}

    def open_once(url: str, *, width: int = 1000, dark: bool = False) -> Probe:
        key = (url, width, dark)
        if key not in opened:
            opened[key] = Probe(browser.open(url, width=width, dark=dark), width)
        return opened[key]

    yield open_once
    for probe in opened.values():
        probe.page.close()


@pytest.fixture(scope="session")
def sample(open_page: Open, own_server: StaticServer) -> Probe:
    """The sample post, in light colours, 1000 px wide."""
    return open_page(f"{own_server.origin}/ConvNet-dont-do-Conv/")
