"""What holds on every page that sitegen writes: here, for this repository's site and for the fixture site."""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import lxml.html
import pytest

from tests.support.checkers import nu_messages
from tests.support.sites import ROOT, BuiltSite

CHECKED = {".html", ".css", ".svg"}
SAMPLE = ROOT / "content" / "posts" / "ConvNet-dont-do-Conv" / "index.md"
SAMPLE_DIGEST = "8aef18e4e71049cf9722ce5b9dac48ba79477e092460114a6deaadb9b62c265e"


@pytest.fixture(params=["own", "fixture"])
def site(request: pytest.FixtureRequest) -> BuiltSite:
    built: BuiltSite = request.getfixturevalue(f"{request.param}_site")
    return built


def parsed(site: BuiltSite) -> Iterator[tuple[Path, lxml.html.HtmlElement]]:
    """Yield each page's file and tree."""
    for file in site.pages():
        yield file, lxml.html.document_fromstring(file.read_bytes(), parser=lxml.html.HTMLParser(encoding="utf-8"))


def address_of(site: BuiltSite, file: Path) -> str:
    return "https://example.org" + site.prefix + file.relative_to(site.folder).as_posix().removesuffix("index.html")


def file_at(site: BuiltSite, address: str) -> Path:
    """Return the file that a static host answers with for an internal address."""
    path = unquote(urlsplit(address).path)
    assert path.startswith(site.prefix), f"{address} lies outside of the base path {site.prefix}"
    path = path.removeprefix(site.prefix)
    return site.folder / (path + "index.html" if path.endswith("/") or not path else path)


def test_the_sample_posts_source_is_unchanged() -> None:
    assert hashlib.sha256(SAMPLE.read_bytes()).hexdigest() == SAMPLE_DIGEST


def test_expected_pages_are_there(own_site: BuiltSite) -> None:
    pages = {page.relative_to(own_site.folder).as_posix() for page in own_site.pages()}
    assert {"index.html", "404.html", "ConvNet-dont-do-Conv/index.html", "math-reference/index.html"} <= pages
    assert len({page for page in pages if page.partition("/")[0] not in ("archive", "guide", "tags")}) == 5


def test_ids_are_unique(site: BuiltSite) -> None:
    for file, page in parsed(site):
        counts = Counter(page.xpath("//@id"))
        assert [name for name, count in counts.items() if count > 1] == [], file


def test_every_internal_address_leads_somewhere(site: BuiltSite) -> None:
    ids = {file: set(page.xpath("//@id")) for file, page in parsed(site)}
    broken = []
    for file, page in parsed(site):
        here = address_of(site, file)
        for attribute in page.xpath("//@href | //@src | //@srcset"):
            target = urljoin(here, str(attribute))
            if not target.startswith("https://example.org/"):
                continue
            goal = file_at(site, target)
            fragment = unquote(urlsplit(target).fragment)
            if not goal.is_file() or (fragment and fragment not in ids.get(goal, set())):
                broken.append(f"{file.relative_to(site.folder)}: {attribute}")
    assert broken == []


def test_pages_have_no_script_but_structured_data(site: BuiltSite) -> None:
    for file, page in parsed(site):
        for script in page.iter("script"):
            assert dict(script.attrib) == {"type": "application/ld+json"}, file
            json.loads(script.text_content())
        handlers = page.xpath("//@*[starts-with(name(), 'on')]")
        assert handlers == [], file
        assert not page.xpath("//@href[starts-with(normalize-space(.), 'javascript:')]"), file


def test_pages_have_no_inline_style(site: BuiltSite) -> None:
    for file, page in parsed(site):
        assert page.xpath("//@style") == [], file
        assert list(page.iter("style")) == [], file


def test_pages_ask_nobody_else_for_anything(site: BuiltSite) -> None:
    for file, page in parsed(site):
        own = [str(link.get("href")) for link in page.iter("link") if link.get("rel") != "canonical"]
        for address in [*own, *map(str, page.xpath("//@src | //@srcset"))]:
            assert urljoin(address_of(site, file), address).startswith("https://example.org" + site.prefix), file
    for css in site.folder.rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", css.read_text(encoding="utf-8")):
            assert not urlsplit(address).netloc, css
            target = css.parent / address if not address.startswith("/") else file_at(site, address)
            assert target.is_file(), f"{css} names {address}"


def test_pages_have_one_top_heading_and_skip_no_level(site: BuiltSite) -> None:
    for file, page in parsed(site):
        levels = [int(heading.tag[1]) for heading in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels.count(1) == 1, file
        steps = itertools.pairwise(levels)
        assert all(below <= above + 1 for above, below in steps), (file, levels)


def test_pages_state_language_title_and_encoding(site: BuiltSite) -> None:
    for file, page in parsed(site):
        assert page.get("lang") == "en", file
        assert page.findtext("head/title"), file
        assert page.xpath("/html/head/meta[@charset='utf-8']"), file
        assert file.read_bytes().lower().startswith(b"<!doctype html>"), file


def test_formulas_keep_their_source_as_annotation(own_site: BuiltSite) -> None:
    page = (own_site.folder / "ConvNet-dont-do-Conv" / "index.html").read_text(encoding="utf-8")
    assert page.count("<math") == page.count('<annotation encoding="application/x-tex"') == 22


def test_the_nu_html_checker_finds_nothing(own_site: BuiltSite, fixture_site: BuiltSite) -> None:
    sites = (own_site, fixture_site)
    files = [file for site in sites for file in sorted(site.folder.rglob("*")) if file.suffix in CHECKED]
    found = nu_messages(*files, options=("--also-check-css", "--also-check-svg"))
    assert not found, "\n".join(found)
