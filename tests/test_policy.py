"""The content policy: what HTML embeds, and how it is allowed."""

from __future__ import annotations

import base64
import hashlib

import pytest

from sitegen.policy import policy, source_of, sources_in, written_sources

BASE = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'"
)


def digest(program: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()}'"


def test_a_page_that_embeds_nothing_has_the_base() -> None:
    assert policy() == BASE
    assert policy(sources_in('<p>src="https://a.example/"</p><a href="https://a.example/">x</a>')) == BASE


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img alt="a > b" src="https://a.example/x.png">', (("img-src", "https://a.example"),)),
        ("<IMG SRC='//a.example/x.png'>", (("img-src", "a.example"),)),
        ('<img src="/here.png" srcset="a.png 1x, https://b.example/a.png 2x">', (("img-src", "https://b.example"),)),
        ('<video poster="https://p.example/1" src="film.mp4">',
         (("img-src", "https://p.example"), ("media-src", "'self'"))),
        ('<picture><source srcset="https://s.example/a">', (("img-src", "https://s.example"),)),
        ('<iframe src="https://www.youtube-nocookie.com/embed/x?a=1&amp;b=2"></iframe>',
         (("frame-src", "https://www.youtube-nocookie.com"),)),
        ('<object data="/paper.pdf">', (("object-src", "'self'"),)),
        ('<img data-src="https://lazy.example/x.png">', ()),
        ('<img src="https://e.example; script-src *">', ()),
        ('<img src="https://[broken">', ()),
        ("<script src='https://s.example/x.js'></script><b onclick='x()'>b</b>", ()),
    ],
)  # fmt: skip
def test_what_html_embeds(html: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert sources_in(html) == expected


def test_scripts_run_by_their_digest_where_they_may() -> None:
    html = (
        "<script src='https://s.example/x.js'></script>\n<script>\nrun(1)\r\n</script>"
        '<b onclick="a(&quot;b&quot;)">b</b><script type="application/ld+json">{}</script>'
    )
    allowed = policy(sources_in(html, scripts=True))
    directive = next(part for part in allowed.split("; ") if part.startswith("script-src "))
    assert set(directive.split()[1:]) == {
        "https://s.example", "'unsafe-hashes'", digest("\nrun(1)\n"), digest('a("b")')
    }  # fmt: skip
    assert "'unsafe-inline'" not in directive


def test_none_stands_alone() -> None:
    assert "form-action https://f.example;" in policy([("form-action", "https://f.example")]) + ";"
    assert policy(frame_ancestors=["'none'"]).endswith("; frame-ancestors 'none'")


def test_sources_of_the_settings() -> None:
    assert written_sources({"script-src": "'self' https://a.example"}) == (
        ("script-src", "'self'"), ("script-src", "https://a.example")
    )  # fmt: skip


def test_sources() -> None:
    addresses = ("a.png", "data:image/png;base64,AA", "https://a.example:81/x", " //b.example/c ", "ftp://a/b", "")
    assert [source_of(address) for address in addresses] == [
        "'self'", "data:", "https://a.example:81", "b.example", "'self'", "'self'"
    ]  # fmt: skip
