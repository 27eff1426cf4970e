"""Addresses: what is escaped, what a relative one means, what never leaves the project."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.site.addresses import (
    address,
    base_path,
    inside,
    join,
    origin,
    output_file,
    path_key,
    place_of_output,
    place_of_post,
    reference,
    written_address,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..")
)
PLACES = st.lists(NAMES, max_size=4).map(lambda names: "/" + "".join(name + "/" for name in names))
SEGMENTS = st.lists(st.sampled_from(["a", "b", "..", ".", ""]), max_size=8)

URI = re.compile(
    r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*)?"
)


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://example.org/", "/"),
        ("https://example.org", "/"),
        ("https://example.org/repo/", "/repo/"),
        ("https://example.org/repo", "/repo/"),
        ("https://example.org:8080/a/b/", "/a/b/"),
        ("https://example.org/über/", "/%C3%BCber/"),
        ("https://example.org/a%20b/", "/a%20b/"),
    ],
)
def test_base_path(base_url: str, expected: str) -> None:
    assert base_path(base_url) == expected


def test_origin_keeps_the_port() -> None:
    assert origin("https://example.org:8080/a/") == "https://example.org:8080"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("/", "/repo/"),
        ("/a b/", "/repo/a%20b/"),
        ("/50%/", "/repo/50%25/"),
        ("/what?/", "/repo/what%3F/"),
        ("/c#/", "/repo/c%23/"),
        ('/"quoted"/', "/repo/%22quoted%22/"),
        ("/π/", "/repo/%CF%80/"),
        ("/a&b=c,d;e@f:g/", "/repo/a&b=c,d;e@f:g/"),
        ("/back\\slash/", "/repo/back%5Cslash/"),
    ],
)
def test_places_are_escaped(place: str, expected: str) -> None:
    assert address("/repo/", place) == expected


def test_escapes_in_query_and_fragment_stay() -> None:
    assert address("/", "/a/", "q=%41&r=ü z", "p%20q 100%") == "/a/?q=%41&r=%C3%BC%20z#p%20q%20100%25"


@given(PLACES, st.sampled_from(["/", "/repo/"]))
def test_an_address_is_valid_and_leads_back(place: str, base: str) -> None:
    written = address(base, place)
    assert URI.fullmatch(written)
    assert unquote(written) == base + place[1:]


@given(st.text())
def test_a_broken_address_is_valid_and_keeps_its_meaning(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*", written_address(text))


@given(SEGMENTS, SEGMENTS)
def test_relative_addresses_mean_what_they_mean_in_a_browser(base: list[str], path: list[str]) -> None:
    start = "/" + "".join(f"{name}/" for name in base if name not in ("", ".", ".."))
    relative = "/".join(path)
    if relative.startswith("/") or "" in path[:-1]:
        return  # empty segments: urljoin drops them, browsers keep them
    # A trailing `x/..` leads to a folder; urljoin and the standard agree.
    expected = urlsplit(urljoin("https://example.org" + start, relative)).path if relative else start
    assert join(start, relative) == expected


@given(SEGMENTS, SEGMENTS)
def test_a_path_stays_inside_or_is_refused(folder: list[str], path: list[str]) -> None:
    base = "/".join(name for name in folder if name not in ("", ".", ".."))
    found = inside(base, "/".join(path))
    depth = len([name for name in base.split("/") if name])
    for segment in path:
        depth += {"..": -1, ".": 0, "": 0}.get(segment, 1)
        if depth < 0:
            assert found is None
            return
    assert found is not None
    assert ".." not in found.split("/")
    assert not found.startswith("/")
    assert len([name for name in found.split("/") if name]) == depth


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/posts/convnet/index.md", "/convnet/"),
        ("content/posts/convnet.md", "/convnet/"),
        ("content/posts/2017/convnet/index.md", "/2017/convnet/"),
        ("content/posts/2017/convnet.md", "/2017/convnet/"),
        ("content/posts/index.md", "/"),
        ("content/posts/Convnet/INDEX.MD", "/Convnet/"),
        ("content/posts/a.b.md", "/a.b/"),
        ("content/posts/u\u0308ber.md", "/über/"),
        ("content/about.md", "/about/"),
        ("content/guide/math.md", "/guide/math/"),
        ("content/guide/index.md", "/guide/"),
        ("content/index.md", "/"),
    ],
)
def test_place_of_a_post(path: str, expected: str) -> None:
    assert place_of_post(path, ("content/posts",), "content") == expected


@given(PLACES)
def test_outputs_and_places_are_each_others_inverse(place: str) -> None:
    if place.endswith("/index.html/"):
        return
    assert output_file(place).endswith("index.html")
    assert place_of_output(output_file(place)) == place


@pytest.mark.parametrize(
    ("one", "other"),
    [("Foo/a.png", "foo/A.png"), ("u\u0308.html", "ü.html"), ("Straße", "STRASSE"), ("Å", "a\u030a")],
)
def test_paths_that_some_system_takes_for_one(one: str, other: str) -> None:
    assert path_key(one) == path_key(other)


def test_paths_that_differ() -> None:
    assert path_key("a-b") != path_key("a_b")


@pytest.mark.parametrize(
    "written",
    ["https://example.org", "//example.org/x", "mailto:a@b.c", "data:image/png;base64,AA", "jav\nascript:x", " tel:1"],
)
def test_external(written: str) -> None:
    assert reference(written).external


def test_a_reference_is_taken_apart() -> None:
    found = reference(" ../a%20b/?x=1?y#p%20q ")
    assert not found.external
    assert found.path == "../a%20b/"
    assert found.paths == ("../a b/", "../a%20b/")
    assert found.query == "x=1?y"
    assert found.anchor == "p q"


def test_empty_parts_are_not_absent_parts() -> None:
    assert reference("a?#").query == ""
    assert reference("a?#").fragment == ""
    assert reference("a").query is None
    assert reference("a").fragment is None
