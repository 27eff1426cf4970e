"""The page that searches: finds what posts say, within its content policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.site.projects import SEARCHED, Project
from tests.support.browsers import Browser
from tests.support.checkers import nu_messages, violations
from tests.support.server import StaticServer

FIND = """
new Promise((resolve, reject) => {
  const until = Date.now() + 15000;
  let asked = false;
  const look = () => {
    const input = document.querySelector('pagefind-input input');
    if (input && !asked) {
      asked = true;
      input.focus();
      input.value = 'wombat';
      input.dispatchEvent(new Event('input', {bubbles: true}));
    }
    const found = [...document.querySelectorAll('.pf-result')];
    const ready = found.length && found.every(each => each.querySelector('a'));
    if (ready) resolve(found.map(each => [each.querySelector('a').getAttribute('href'), each.innerText]));
    else if (Date.now() > until) reject(new Error('nothing was found'));
    else setTimeout(look, 50);
  };
  look();
})
"""


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1000, True)])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, width: int, dark: bool) -> None:
    project = Project(tmp_path / "project", SEARCHED)
    project.build()
    with StaticServer(project.root / "dist", prefix="/notes/", policy=None) as server:
        page = browser.open(f"{server.origin}/notes/search/", width=width, dark=dark)
        try:
            assert violations(page) == []
            page.evaluate(FIND)
            assert violations(page) == []
        finally:
            page.close()


def test_the_nu_html_checker_finds_nothing(tmp_path: Path) -> None:
    # On a disk the checker takes `'self'` of a policy in the page for another place.
    project = Project(tmp_path / "project", SEARCHED.replace("policy = true", "policy = false"))
    project.build()
    files = [project.root / "dist" / name for name in ("search/index.html", "pagefind/search.css")]
    assert "\n".join(nu_messages(*files)) == ""


def test_a_word_is_found(browser: Browser, tmp_path: Path) -> None:
    project = Project(tmp_path / "project", SEARCHED)
    project.build()
    with StaticServer(project.root / "dist", prefix="/notes/", policy=None) as server:
        page = browser.open(f"{server.origin}/notes/search/", width=340)
        try:
            ((address, text),) = page.evaluate(FIND)
            assert address == "/notes/kernels/"
            assert "A wombat integrates a/b over" in text
            assert page.evaluate("document.documentElement.scrollWidth") == 340
            assert page.complaints() == []
        finally:
            page.close()
        assert server.failures == []
