"""What the preview answers: it behaves like a host for static files, and lets nobody else in."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest
from starlette.types import Message

from sitegen.build import build
from sitegen.serve.page import Notice, content_policy, with_script
from sitegen.serve.paths import content_type, find
from tests.serve.asking import HOST, LocalPreview, ask_async, without_policy
from tests.site.projects import SETTINGS, Project, png

SITE = r"""
-- content/posts/one/index.md --
---
title: One
date: 2020-01-01
---

A formula $x^2$ and ![a square](square.png), see [two](../two.md).

-- content/posts/two.md --
---
title: Two
date: 2020-01-02
draft: true
---

Text.

-- content/posts/three.md --
---
title: Three
date: 2999-01-01
---

Text.

-- static/about.html --
<!DOCTYPE html><title>About</title><p>No body tag.

-- static/data.json --
{"a": 1}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project(tmp_path_factory.mktemp("app"), SITE)
    project.put("content/posts/one/square.png", png(4, 4))
    project.put("static/film.mp4", bytes(range(256)) * 40)
    return project


@pytest.fixture(scope="module")
def preview(project: Project) -> LocalPreview:
    return LocalPreview(project)


@pytest.fixture(scope="module")
def below(project: Project) -> LocalPreview:
    """The same site below a base path."""
    return LocalPreview(project, base_url="https://example.org/a repo/".replace(" ", "%20"))


# --- like a host -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind", "has"),
    [
        ("/", "text/html; charset=utf-8", b"<h1>Notes</h1>"),
        ("/one/", "text/html; charset=utf-8", b"<math"),
        ("/one/index.html", "text/html; charset=utf-8", b"<math"),
        ("/one/square.png", "image/png", b"\x89PNG"),
        ("/about.html", "text/html; charset=utf-8", b"No body tag"),
        ("/about", "text/html; charset=utf-8", b"No body tag"),
        ("/data.json", "application/json", b'{"a": 1}'),
        ("/icon.svg", "image/svg+xml", b"<svg"),
    ],
)
def test_files_have_their_addresses(preview: LocalPreview, path: str, kind: str, has: bytes) -> None:
    answer = preview.ask(path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert has in answer.body
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_served_is_what_is_built(project: Project, preview: LocalPreview) -> None:
    config = msgspec.structs.replace(project.config(drafts=True, output="dist-drafts"), future=True)
    build(config)
    built = without_policy(project.dist("dist-drafts"))
    built.pop(".sitegen-manifest.json")
    (font,) = [path for path in built if path.endswith(".woff2")]
    assert preview.served() == {**built, font: b""}
    assert len(preview.ask("/" + font).body) > 20 * len(built[font]), "the font is not cut down for a preview"


def test_a_folder_without_its_slash_leads_there(preview: LocalPreview) -> None:
    answer = preview.ask("/one", query="a=1")
    assert (answer.status, answer.headers["location"]) == (302, "/one/?a=1")


def test_other_addresses_get_the_page_that_says_so(preview: LocalPreview) -> None:
    answer = preview.ask("/nothing/here")
    assert answer.status == 404
    assert answer.page == preview.ask("/404.html").page


ALIAS = "-- content/posts/one/index.md --\n---\ntitle: One\naliases: [/old/, /über/]\n---\n\nText.\n"


@pytest.mark.parametrize("base", ["", "repo/"])
def test_old_addresses_that_hosts_lead_on(tmp_path: Path, base: str) -> None:
    settings = SETTINGS.replace("org/", f"org/{base}") + "[build]\nredirects = true\n"
    preview = LocalPreview(Project(tmp_path, f"-- sitegen.toml --\n{settings}\n{ALIAS}"))
    for path in ("old/", "old", "über/"):
        answer = preview.ask(f"/{base}{path}", query="a=1")
        assert (answer.status, answer.headers["location"]) == (302, f"/{base}one/?a=1")
    assert preview.ask(f"/{base}older/").status == 404


def test_old_addresses_of_an_own_file(tmp_path: Path) -> None:
    lines = (
        "# /one/ /never/",
        "/blog/* /:splat",
        "/gone https://example.com/?x=1 302",
        "/shown /one/ 200",
        "/one/ /two/ 301",
        "/x",
    )
    preview = LocalPreview(Project(tmp_path, f"{ALIAS}-- static/_redirects --\n" + "\n".join(lines) + "\n"))
    assert preview.ask("/blog/one/").headers["location"] == "/one/"
    assert preview.ask("/blog/a b").headers["location"] == "/a%20b"
    assert preview.ask("/gone", query="y=2").headers["location"] == "https://example.com/?x=1"
    assert preview.ask("/shown").status == 404
    assert preview.ask("/x").status == 404
    assert preview.ask("/one/").status == 200
    preview.project.remove("static/_redirects")
    assert preview.ask("/gone").status == 404


def test_a_site_below_a_base_path(below: LocalPreview) -> None:
    assert below.ask("/a repo/one/").status == 200
    assert below.ask("/").headers["location"] == "/a%20repo/"
    assert below.ask("/a repo").headers["location"] == "/a%20repo/"
    assert below.ask("/a repo/one").headers["location"] == "/a%20repo/one/"
    assert below.ask("/one/").status == 404
    assert "/a%20repo/" in below.ask("/one/").text
    assert b'src="/a%20repo/one/square.png"' in below.ask("/a repo/one/").body


def test_parts_of_a_film(preview: LocalPreview) -> None:
    whole = preview.ask("/film.mp4")
    assert (whole.headers["accept-ranges"], whole.headers["content-type"]) == ("bytes", "video/mp4")
    part = preview.ask("/film.mp4", {"range": "bytes=10-19"})
    assert (part.status, part.headers["content-range"]) == (206, "bytes 10-19/10240")
    assert part.body == whole.body[10:20]
    assert preview.ask("/film.mp4", {"range": "bytes=-5"}).body == whole.body[-5:]
    assert preview.ask("/film.mp4", {"range": "bytes=99999-"}).status == 416


def test_a_file_that_went_since_is_not_found(tmp_path: Path) -> None:
    preview = LocalPreview(Project(tmp_path, SITE))
    preview.project.remove("static/data.json")
    assert preview.ask("/data.json").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_only_reading(preview: LocalPreview, method: str) -> None:
    assert preview.ask("/one/", method=method).status == 405


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.HTML", "text/html; charset=utf-8"),
        ("a.woff2", "font/woff2"),
        ("a.b/noext", "application/octet-stream"),
        ("a.webmanifest", "application/manifest+json"),
        ("film.webm", "video/webm"),
        ("feed.xml", "application/xml"),
    ],
)
def test_content_types(path: str, kind: str) -> None:
    assert content_type(path) == kind


# --- nobody else -------------------------------------------------------------------------------------------------

PRIVATE = (
    "/../sitegen.toml",
    "/one/../../sitegen.toml",
    "//etc/passwd",
    "/etc/passwd",
    "/static/data.json",
    "/content/posts/two.md",
    "/one/index.md",
    "/.sitegen/index",
    "/..\\sitegen.toml",
    "/one/\0",
    "/%2e%2e/sitegen.toml",
    "/__sitegen/../app.py",
    "/__sitegen/app.py",
    "/__sitegen/",
    "/one/square.png/",
    "/\udcff",
)


@pytest.mark.parametrize("path", PRIVATE)
def test_nothing_but_the_site_is_served(preview: LocalPreview, path: str) -> None:
    answer = preview.ask(path)
    assert answer.status == 404
    assert b'Notes"\nbase_url' not in answer.body


def test_only_outputs_come_out_of_find() -> None:
    outputs = {"index.html", "a/index.html", "b.html"}
    for path in ("/", "/a/", "/a", "/b", "/b.html", "//a/", "/./a/", "/a//", "/a/../b", "///", "", "/a/index.html/"):
        found = find(path, "/", outputs)
        assert found.output is None or found.output in outputs
        assert found.location in ("", "/", "/a/")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "localhost:8000"}, 200),
        ({"host": "LOCALHOST"}, 200),
        ({"host": "127.0.0.1:9999"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "evil.example:8000"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "192.168.0.7:8000"}, 403),
        ({"host": "[::1"}, 403),
        ({"host": ""}, 403),
        ({"host": "evil.example@localhost:8000"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "http://127.0.0.1:3000"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none", "sec-fetch-mode": "navigate"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/one/", "/one/square.png", "/__sitegen/preview.js"])
def test_who_may_ask(preview: LocalPreview, path: str, headers: dict[str, str], status: int) -> None:
    answer = preview.ask(path, headers)
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_who_may_ask_in_a_network(project: Project) -> None:
    preview = LocalPreview(project, host="0.0.0.0")
    for host, status in (("192.168.0.7:8000", 200), ("evil.example", 403), ("localhost", 200), ("[fe80::1]:80", 200)):
        assert preview.ask("/one/", {"host": host}).status == status


def test_a_named_host(project: Project) -> None:
    preview = LocalPreview(project, host="desk.lan")
    assert preview.ask("/one/", {"host": "desk.lan:8000"}).status == 200
    assert preview.ask("/one/", {"host": "other.lan:8000"}).status == 403


# --- the script --------------------------------------------------------------------------------------------------


def test_the_script_stands_at_the_end_of_the_body() -> None:
    page = b"<html><body><p>&lt;/body&gt;</p></BODY>\n</html>"
    served = with_script(page, Notice(1, "run"))
    assert served.startswith(b"<html><body><p>&lt;/body&gt;</p><script")
    assert served.endswith(b"</script></BODY>\n</html>")


def test_nothing_in_a_notice_becomes_markup() -> None:
    hostile = "</script><img src=x onerror=alert(1)>\"'&quot;"
    served = with_script(b"<body></body>", Notice(1, "run", blocking=hostile, problems=hostile))
    assert b"<img" not in served
    assert served.count(b"<script") == served.count(b"</script>") == 1
    from tests.serve.asking import notice_of

    assert notice_of(served).blocking == hostile


def test_the_policy_refuses_programs_and_inline_styles(preview: LocalPreview) -> None:
    policy = preview.ask("/one/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http:" not in policy


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="https://a.example/x.png">', "img-src 'self' https://a.example"),
        ("<img src='data:image/png;base64,AA'>", "img-src 'self' data:"),
        ('<video poster="/p.png" src="https://b.example:8443/x.mp4">', "media-src https://b.example:8443"),
        ('<iframe src="https://c.example/embed?x=1&amp;y=2">', "frame-src https://c.example"),
        ('<img srcset="https://d.example/1.png 1x, /2.png 2x">', "img-src 'self' https://d.example"),
        ('<img src="https://e.example; script-src *">', "img-src 'self';"),
        ('<object data="/paper.pdf">', "object-src 'self'"),
    ],
)
def test_what_a_page_embeds_from_elsewhere_is_allowed_on_it(html: str, expected: str) -> None:
    assert expected in content_policy(html.encode())


def test_marks(preview: LocalPreview) -> None:
    notice = preview.ask("/").notice
    assert notice.marks == {"/two/": "draft", "/three/": "future"}
    assert notice.mark is None
    assert preview.ask("/two/").notice.mark == "draft"
    assert preview.ask("/three/").notice.mark == "future"
    assert preview.ask("/one/").notice.mark is None


def test_a_browser_that_has_the_page_gets_the_notice_alone(tmp_path: Path) -> None:
    preview = LocalPreview(Project(tmp_path, SITE))
    has = {"sitegen-page": preview.ask("/one/").notice.page}
    preview.edit("-- content/posts/two.md --\n---\ntitle: Two\ndate: 2020-01-02\n---\nOther words.\n")
    answer = preview.ask("/one/", has)
    assert answer.headers["content-type"] == "application/vnd.sitegen.notice+json"
    notice = msgspec.json.decode(answer.body, type=Notice)
    assert (notice.epoch, notice.page) == (2, has["sitegen-page"])
    preview.edit("-- content/posts/one/index.md --\nOther words.\n")
    assert "Other words." in preview.ask("/one/", has).text
    # A file that changed under its name is news too.
    has = {"sitegen-page": preview.ask("/one/").notice.page}
    preview.project.put("static/film.mp4", b"other")
    preview.rebuild("static/film.mp4")
    has = {"sitegen-page": preview.ask("/one/").notice.page}
    preview.edit("-- static/data.json --\n{}\n")
    assert preview.ask("/one/", has).headers["content-type"].startswith("text/html")


# --- waiting and events ------------------------------------------------------------------------------------------


def test_a_request_during_a_build_waits_for_it(tmp_path: Path) -> None:
    preview = LocalPreview(Project(tmp_path, SITE))

    async def scenario() -> None:
        preview.publisher.begin()
        waiting = asyncio.create_task(ask_async(preview.app, "/one/"))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        preview.project.write("-- content/posts/one/index.md --\nNew words.\n")
        preview.publisher.publish(preview.builder.build(frozenset({"content/posts/one/index.md"})))
        answer = await asyncio.wait_for(waiting, 5)
        assert "New words." in answer.text
        assert answer.notice.epoch == 2

    asyncio.run(scenario())


def test_nobody_waits_for_a_server_that_stops(tmp_path: Path) -> None:
    preview = LocalPreview(Project(tmp_path, SITE))

    async def scenario() -> int:
        preview.publisher.begin()
        waiting = asyncio.create_task(ask_async(preview.app, "/one/"))
        await asyncio.sleep(0.02)
        preview.publisher.close()
        return (await asyncio.wait_for(waiting, 5)).status

    assert asyncio.run(scenario()) == 503


def test_events(tmp_path: Path) -> None:
    """One for the present state, one for each that follows, and an end when the server stops."""
    preview = LocalPreview(Project(tmp_path, SITE))
    heard: list[str] = []

    async def scenario() -> None:
        async def receive() -> Message:
            await asyncio.sleep(60)
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            heard.append(message.get("body", b"").decode())

        scope = {"type": "http", "method": "GET", "path": "/__sitegen/events", "query_string": b"", "root_path": "",
                 "headers": [(name.encode(), value.encode()) for name, value in HOST.items()],
                 "asgi": {"version": "3.0", "spec_version": "2.4"}}  # fmt: skip
        stream = asyncio.create_task(preview.app(scope, receive, send))
        await asyncio.sleep(0.05)
        preview.project.write("-- content/posts/one/index.md --\nNew words.\n")
        preview.publisher.publish(preview.builder.build(frozenset({"content/posts/one/index.md"})))
        await asyncio.sleep(0.05)
        preview.publisher.close()
        await asyncio.wait_for(stream, 5)

    asyncio.run(scenario())
    run = preview.ask("/one/").notice.run
    assert "".join(heard) == f"retry: 500\n\ndata: {run} 1\n\ndata: {run} 2\n\n"
