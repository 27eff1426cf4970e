"""Fixtures of all tests: the sites that many tests look at are built once per run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

import dev
from tests.support.browsers import BROWSERS, Browser
from tests.support.server import StaticServer
from tests.support.sites import ROOT, BuiltSite, build_site

# A shared machine is slow now and then, so only the tests' own clock (pytest-timeout) counts; on CI every run is equal.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if dev.ON_CI else "here")


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """This repository's site, at the root of its host."""
    return build_site(ROOT, tmp_path_factory.mktemp("own") / "dist")


@pytest.fixture(scope="session")
def fixture_site(tmp_path_factory: pytest.TempPathFactory) -> BuiltSite:
    """The site of `tests/browser/site`, below a base path."""
    project = tmp_path_factory.mktemp("fixture") / "project"
    shutil.copytree(ROOT / "tests" / "browser" / "site", project)
    return build_site(project, project / "dist", prefix="/repo/")


@pytest.fixture(scope="session")
def own_server(own_site: BuiltSite) -> Iterator[StaticServer]:
    """This repository's site, served under the strict content policy."""
    with StaticServer(own_site.folder, prefix=own_site.prefix) as server:
        yield server


@pytest.fixture(scope="session")
def fixture_server(fixture_site: BuiltSite) -> Iterator[StaticServer]:
    """The fixture site, served likewise."""
    with StaticServer(fixture_site.folder, prefix=fixture_site.prefix) as server:
        yield server


@pytest.fixture(scope="session", params=list(BROWSERS))
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """Chromium, then Firefox."""
    running = BROWSERS[request.param]()
    yield running
    running.close()


@pytest.fixture
def screenshots(tmp_path: Path) -> Path:
    """A folder for pictures of one test."""
    return tmp_path
