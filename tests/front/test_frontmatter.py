from __future__ import annotations

import datetime as dt
import json
import time
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import structs

from sitegen.console import Texts, render_text
from sitegen.frontmatter import block as block_module
from sitegen.frontmatter import read_front_matter
from sitegen.frontmatter.address import PathProblem, normalise_path
from sitegen.frontmatter.block import Block, compose
from sitegen.frontmatter.dates import DateProblem, parse_date
from sitegen.model import FrontMatter, Source
from sitegen.text import Span
from tests.front.fixtures import Case, check, parametrize

PATH = "content/posts/kernels.md"


def read(text: str, path: str = PATH) -> FrontMatter:
    meta, diagnostics = read_front_matter(Source(path, text, ""))
    assert meta is not None, diagnostics
    return meta


def codes(text: str) -> list[str]:
    return [diagnostic.code for diagnostic in read_front_matter(Source(PATH, text, ""))[1]]


EMPTY = read("")


def show(text: str) -> str:
    """Return the fields that are not empty, the first line of the body, and what is printed."""
    text = text.replace("␉", "\t")
    meta, diagnostics = read_front_matter(Source(PATH, text, ""))
    lines = ["rejected"] if meta is None else []
    if meta is not None:
        for name in FrontMatter.__struct_fields__:
            value = getattr(meta, name)
            if name not in ("spans", "body_start") and value != getattr(EMPTY, name):
                lines.append(f"{name} = {json.dumps(value, ensure_ascii=False, default=str)}")
        lines.append(f"body = {text[meta.body_start :][:12]!r}")
    assert all(diagnostic.hint for diagnostic in diagnostics), "every problem says what to do"
    printed = render_text(diagnostics, Texts({PATH: text}))
    return "\n".join(lines) + "\n" + (f"\n{printed}".rstrip("\n") + "\n" if printed else "")


@parametrize("frontmatter.txt")
def test_front_matter(case: Case) -> None:
    check(case, show)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-01-20", "2017-01-20T00:00:00+00:00"),
        ("2017/01/20", "2017-01-20T00:00:00+00:00"),
        ("2018-2-17", "2018-02-17T00:00:00+00:00"),
        ("2017-01-20 22:12", "2017-01-20T22:12:00+00:00"),
        ("2017-01-20 22:12:03", "2017-01-20T22:12:03+00:00"),
        ("2017-01-20 9:12:03", "2017-01-20T09:12:03+00:00"),
        ("2017-01-20T22:12:03.284Z", "2017-01-20T22:12:03.284000+00:00"),
        ("2017-01-20T22:12:03.123456789Z", "2017-01-20T22:12:03.123456+00:00"),
        ("2017-01-20T22:12:03+02:00", "2017-01-20T22:12:03+02:00"),
        ("2017-01-20T22:12+02:00", "2017-01-20T22:12:00+02:00"),
        ("2017-01-20 22:12:03+02:00", "2017-01-20T22:12:03+02:00"),
        ("2017-01-20 22:12:03 UTC+02:00", "2017-01-20T22:12:03+02:00"),
        ("2017-01-20 22:12:03 UTC", "2017-01-20T22:12:03+00:00"),
        ("2017-01-20 22:12:03 -0400", "2017-01-20T22:12:03-04:00"),
        ("2017-01-20 22:12:03-0400", "2017-01-20T22:12:03-04:00"),
        ("2017-01-20 9:12:03 +0530", "2017-01-20T09:12:03+05:30"),
        ("April 23, 2018", "2018-04-23T00:00:00+00:00"),
        ("Apr 23 2018", "2018-04-23T00:00:00+00:00"),
        ("23 April 2018", "2018-04-23T00:00:00+00:00"),
        ("2016-02-29", "2016-02-29T00:00:00+00:00"),
        ("10-14-2021", "2021-10-14T00:00:00+00:00"),
        ("05.05.2021", "2021-05-05T00:00:00+00:00"),
    ],
)
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_dates_quoted_or_not(text: str, expected: str, quote: str) -> None:
    date = read(f"---\ndate: {quote}{text}{quote}\n---\n").date
    assert date is not None
    assert date.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2017-02-30", "February 2017 has 28 days"),
        ("2017-20-01", "months run from 1 to 12 (day and month may be swapped)"),
        ("2017-00-01", "months run from 1 to 12"),
        ("2017-01-20 24:00", "the time runs from 00:00:00 to 23:59:59"),
        ("2017-01-20 10:00 +99:00", "an offset such as +02:00 is less than 24 hours"),
        ("0017-01-20", "years run from 1000 to 9998"),
        ("10-14-2021 and more", "write 2021-10-14"),
        ("99-99-9999", "write it like 2017-01-20"),
        ("٢٠١٧-٠١-٢٠", "write it like 2017-01-20 or 2017-01-20T22:12:03+02:00"),
        ("2017-01-20 and more", "write it like 2017-01-20 or 2017-01-20T22:12:03+02:00"),
        ("Foo 12, 2018", "write it like 2017-01-20 or 2017-01-20T22:12:03+02:00"),
    ],
)
def test_no_dates(text: str, hint: str) -> None:
    problem = parse_date(text)
    assert isinstance(problem, DateProblem)
    assert problem.hint.removesuffix(" (day and month may be swapped)") == hint.removesuffix(
        " (day and month may be swapped)"
    )
    assert codes(f"---\ndate: {text}\n---\n") == ["frontmatter/bad-date"]


def test_the_name_of_a_file_tells_day_from_month() -> None:
    text = "---\ndate: 03.04.2021\n---\n"
    assert read(text, path="posts/2021-04-03-kernels.md").date == dt.datetime(2021, 4, 3, tzinfo=dt.UTC)
    assert read(text, path="posts/2021-03-04-kernels/index.md").date == dt.datetime(2021, 3, 4, tzinfo=dt.UTC)
    assert read(text, path="posts/kernels.md").date is None
    assert codes(text) == ["frontmatter/no-date"]


@given(st.datetimes(min_value=dt.datetime(1000, 1, 1), max_value=dt.datetime(9998, 12, 31)), st.integers(-1439, 1439))
def test_every_iso_date_is_read(date: dt.datetime, minutes: int) -> None:
    aware = date.replace(tzinfo=dt.timezone(dt.timedelta(minutes=minutes)))
    read_back = parse_date(aware.isoformat())
    assert read_back == aware
    assert isinstance(read_back, dt.datetime)
    assert read_back.astimezone(dt.UTC) == aware


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/kernels/", "/kernels/"),
        ("kernels", "/kernels/"),
        ("/2017/kernels", "/2017/kernels/"),
        ("/2017//kernels/", "/2017/kernels/"),
        ("/", "/"),
        ("/Gro\u0308ße/", "/Größe/"),
        ("/a b/", "/a b/"),
        ("/v1.2/", "/v1.2/"),
        ("/console/", "/console/"),
    ],
)
def test_paths_are_normalised(text: str, expected: str) -> None:
    assert normalise_path(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "/../a/",
        "/a/../../b/",
        "/a/./b/",
        "\\a",
        "/a\\..\\b/",
        "/a%2e%2e/",
        "//host/a/",
        "https://host/a/",
        "/a\0b/",
        "/a\x1b/",
        "/a\nb/",
        "/a\x7f/",
        "/a\u2028b/",
        "/\ud800/",
        *(f"/a{character}b/" for character in '<>:"|?*#'),
        "/a./",
        "/a /",
        "/ a/",
        "/con/",
        "/a/NUL/",
        "/com1.txt/",
        "/LPT¹/",
        "/" + "a" * 201 + "/",
        "/" + "ä" * 101 + "/",
        "/a" * 501,
    ],
)
def test_paths_that_are_refused(text: str) -> None:
    assert isinstance(normalise_path(text), PathProblem)


@given(st.text() | st.text(alphabet="./\\%:ab nul\0\u0301é"))
def test_a_normal_path_stays_inside_and_is_its_own_normal_form(text: str) -> None:
    path = normalise_path(text)
    if isinstance(path, str):
        assert path.startswith("/")
        assert path.endswith("/")
        assert not {"..", ".", ""} & set(path[1:-1].split("/")) or path == "/"
        assert normalise_path(path) == path


def test_spans_point_at_the_values() -> None:
    text = "---\r\ntitle: 'A title'\r\ntags:\r\n  - one\r\n  - two\r\nmacros: {RR: x}\r\ndate:\r\n---\r\nBody"
    meta = read(text)
    shown = {key: text[span.start : span.end] for key, span in meta.spans.items()}
    assert shown == {
        "title": "'A title'",
        "tags": "- one\r\n  - two",
        "tags.0": "one",
        "tags.1": "two",
        "macros": "{RR: x}",
        "macros.RR": "x",
        "date": "date",
    }
    assert text[meta.body_start :] == "Body"


def test_a_byte_order_mark_is_no_text() -> None:
    meta = read("\ufeff---\ntitle: Marked\n---\nBody")
    assert (meta.title, "\ufeff---\ntitle: Marked\n---\nBody"[meta.body_start :]) == ("Marked", "Body")
    assert read("\ufeffBody").body_start == 1


def test_surrogate_pairs_are_joined_and_lone_ones_replaced() -> None:
    assert read('---\ntitle: "\\ud83d\\ude00 \\ud800"\n---\n').title == "😀 \ufffd"


def test_a_post_without_front_matter_never_shares_its_values() -> None:
    first, second = read("a"), read("b")
    assert first.extra is not second.extra
    assert first.macros is not second.macros


PIECES = (
    *(
        "---\n",
        "\n",
        "\r\n",
        "title",
        "date",
        "macros",
        "tags",
        "path",
        ": ",
        "- ",
        "? ",
        "  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
    ),
    *('"', "'", "*a", "&a ", "!!x ", "|\n", "> ", "#", "\\u00", "2017-01-20", "%", "@", "\ufeff", "\x07", "..."),
)
YAML_LIKE = st.lists(st.sampled_from(PIECES)).map("".join)


@given(st.text() | YAML_LIKE.map("---\n{}\n---\nBody".format) | YAML_LIKE)
@example("---\n? a\n---\n")
@example("---\na: !<tag:yaml.org,2002:str> b\n---\n")
@example("---\n<<: {a: b}\n---\n")
@example("---\n- - - - -\n---\n")
@example('---\ntitle: "\\U00110000"\n---\n')
@example("---\n%YAML 9.9\n--- a: b\n---\n")
def test_any_text_gives_values_or_located_errors(text: str) -> None:
    meta, diagnostics = read_front_matter(Source(PATH, text, ""))
    assert (meta is None) == any(diagnostic.severity == "error" for diagnostic in diagnostics)
    assert all(diagnostic.hint for diagnostic in diagnostics)
    spans = [diagnostic.span for diagnostic in diagnostics]
    if meta is not None:
        assert 0 <= meta.body_start <= len(text)
        spans += meta.spans.values()
        json.dumps(meta.extra, allow_nan=False).encode()
        (meta.title or "").encode()
    for span in spans:
        assert isinstance(span, Span)
        assert 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "---\na: " + "[" * 100_000 + "\n---\n",
        "---\na: " + "{a: " * 100_000 + "\n---\n",
        "---\n" + "".join(" " * depth + "a:\n" for depth in range(1500)) + "---\n",
        "---\n" + "- " * 50_000 + "\n---\n",
        "---\n" + "---" * 300_000,
        "---\n" + "a" * 1_000_000,
        "+++\n" + "a\n" * 300_000,
        "\n" * 300_000 + "---\n",
        '---\ntitle: "' + "\\\\" * 50_000 + '"\n---\n',
        "---\n" + "a: *" * 50_000 + "\n---\n",
    ],
    ids=lambda text: repr(text[:16]),
)
def test_hostile_texts_end_soon(text: str) -> None:
    started = time.monotonic()
    read_front_matter(Source(PATH, text, ""))
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2017-01-20", "Europe/Berlin", "2017-01-20T00:00:00+01:00"),
        ("2017-07-20 12:00", "Europe/Berlin", "2017-07-20T12:00:00+02:00"),
        ("2017-07-20 12:00Z", "Europe/Berlin", "2017-07-20T12:00:00+00:00"),
        ("2017-07-20 12:00 -0400", "Asia/Kolkata", "2017-07-20T12:00:00-04:00"),
    ],
)
def test_a_time_without_a_zone_is_one_of_the_sites(text: str, zone: str, expected: str) -> None:
    meta, _ = read_front_matter(Source(PATH, f"---\ndate: {text}\n---\n", ""), ZoneInfo(zone))
    assert meta is not None
    assert meta.date is not None
    assert meta.date.isoformat() == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/posts/2017-04-20-name.md", "2017-04-20"),
        ("content/posts/2017-4-2-name/index.md", "2017-04-02"),
        ("content/posts/2017-04-20.md", "2017-04-20"),
        ("content/posts/2017-13-20-name.md", None),
        ("content/posts/name-2017-04-20.md", None),
    ],
)
def test_a_name_may_begin_with_the_date(path: str, expected: str | None) -> None:
    meta, _ = read_front_matter(Source(path, "# A post\n", ""))
    assert meta is not None
    assert (meta.date.date().isoformat() if meta.date else None) == expected
    meta, _ = read_front_matter(Source(path, "---\ndate: 2001-02-03\n---\n", ""))
    assert meta is not None
    assert meta.date is not None
    assert meta.date.year == 2001, "the key has the last word"


@pytest.mark.parametrize("text", ["---\ntitle: x\n---\n", "text"])
@pytest.mark.parametrize("path", ["content/posts/2024-02-30-name.md", "content/posts/2024-02-30-name/index.md"])
def test_numbers_in_a_name_that_are_no_date_are_told(path: str, text: str) -> None:
    meta, (problem,) = read_front_matter(Source(path, text, ""))
    assert meta is not None
    assert meta.date is None
    assert (problem.code, problem.path, problem.span) == ("frontmatter/no-date", path, None)
    assert problem.message == "the file's name begins with no date, so the post has none: there is no such day"
    assert problem.hint == "February 2024 has 29 days; rename it, or give the post a `date`"
    assert read_front_matter(Source(path, "---\ndate: 2024-03-01\n---\n", ""))[1] == ()


YAML_AND_TOML = [
    ("title: A", "title = 'A'"),
    ("lastmod: 2017-01-20T22:12:03Z", "lastmod = 2017-01-20T22:12:03Z"),
    ("modified: 2017-01-20", "modified = 2017-01-20"),
    ("permalink: /a/b.html", "permalink = '/a/b.html'"),
    ("slug: b", "slug = 'b'"),
    ("slug: /a/b", "slug = '/a/b'"),
    ("redirect_from:\n  - /old/\n  - older", "redirect_from = [\n  '/old/',\n  'older',\n]"),
    ("tags: 'one, $a,b$, two'", "tags = 'one, $a,b$, two'"),
    ("tag: [one, two]", "[taxonomies]\ntags = ['one', 'two']"),
    ("draft: yes", "draft = true"),
    ("published: false", "published = false"),
    ("author: Ada", "authors = ['Ada']"),
    ("authors: [{name: Ada}, Emmy]", "authors = [{name = 'Ada'}, 'Emmy']"),
    ("excerpt: In short.", "summary = 'In short.'"),
    ("math: {dialect: tex, macros: {RR: x}}", "[math]\ndialect = 'tex'\nmacros = {RR = 'x'}"),
    ("extra: {a: 1, b: [2]}", "[extra]\na = 1\nb = [2]"),
    ("language: de_AT", "lang = 'de-AT'"),
    ("weight: 3", "order = 3"),
    ("toc: false", "toc = false"),
    ("layout: wide", "layout = 'wide'"),
]


@pytest.mark.parametrize(("yaml", "toml"), YAML_AND_TOML)
def test_toml_means_what_yaml_means(yaml: str, toml: str) -> None:
    first, said = read_front_matter(Source(PATH, f"---\n{yaml}\n---\nText\n", ""))
    assert said == ()
    second, said = read_front_matter(Source(PATH, f"+++\n{toml}\n+++\nText\n", ""))
    assert said == ()
    assert first is not None
    assert second is not None
    assert structs.replace(first, spans={}, body_start=0) == structs.replace(second, spans={}, body_start=0)
    assert structs.replace(first, spans={}, body_start=0) != structs.replace(EMPTY, spans={}, body_start=0)


@pytest.mark.parametrize("text", ["today", "YYYY-MM-DD", "`r Sys.Date()`", "last-modified"])
def test_a_placeholder_is_no_date_and_costs_no_post(text: str) -> None:
    meta, problems = read_front_matter(Source("content/posts/a.md", f"---\ntitle: T\ndate: {text!r}\n---\n", ""))
    assert meta is not None
    assert meta.date is None
    assert [problem.code for problem in problems] == ["frontmatter/no-date"]


def nodes(node: object) -> object:
    """Return a node with all that is in it, and where."""
    if not isinstance(node, yaml.Node):
        return node
    at = (node.tag, node.start_mark.index, node.end_mark.index)
    if isinstance(node, yaml.ScalarNode):
        return (*at, node.value, node.style or None)
    if isinstance(node, yaml.SequenceNode):
        return (*at, [nodes(each) for each in node.value])
    assert isinstance(node, yaml.MappingNode)
    return (*at, [(nodes(key), nodes(value)) for key, value in node.value])


_YAML = [
    "title",
    "tags",
    "a",
    "é",
    "\U0001d465",
    "1",
    "2020-01-01",
    "true",
    ": ",
    ":",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n- ",
    "- ",
]
_SIGNS = ["[", "]", "{", "}", ",", '"', "'", "|", ">", "|-", "#", " # ", "?", "~", "\\", "\\n", "...", "<<", "=", ".5"]


@given(st.lists(st.sampled_from([*_YAML, *_SIGNS, "&x", "*x", "!", "%", "@", "\t"]), max_size=14).map("".join))
@example("a: [b, {c: d}]\ne: 'f\n\n  g'\nh: |\n  i\n   j\n\nk: >-\n  l\n  m\n")
@example("a: |#\n  b\n")
def test_front_matter_is_the_same_by_whichever_parser(content: str) -> None:
    assert block_module._quick_loader() is not None
    block = Block(0, len(content), len(content))
    found = compose(content, block)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(block_module, "_quick_loader", lambda: None)
        assert nodes(found) == nodes(compose(content, block))
