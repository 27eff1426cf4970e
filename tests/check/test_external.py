"""Links to other sites, asked of a server on this machine."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from sitegen.check import check
from sitegen.check.external import Answer, ask
from sitegen.config import CheckConfig
from tests.site.projects import Project
from tests.support.sites import run_sitegen


class Handler(BaseHTTPRequestHandler):
    """Answers by the path, and keeps count."""

    asked: ClassVar[list[tuple[str, str]]] = []
    busy = 0
    busiest = 0
    lock = threading.Lock()

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        with self.lock:
            Handler.asked.append((self.command, self.path))
            Handler.busy += 1
            Handler.busiest = max(Handler.busiest, Handler.busy)
            turn = [path for _, path in Handler.asked].count(self.path)
        name = self.path.lstrip("/").partition("?")[0]
        if name.startswith("slow"):
            time.sleep(0.1)
        if name == "stuck":
            time.sleep(2.5)
        status, headers = {
            "no-head": (405 if self.command == "HEAD" else 200, {}),
            "flaky": (503 if turn <= 2 else 200, {"Retry-After": "0"}),
            "moved": (301, {"Location": "/ok"}),
            "elsewhere": (302, {"Location": "/ok"}),
            "circle": (302, {"Location": "/circle"}),
            "private": (403, {}),
            "broken": (500, {}),
            "gone": (404, {}),
        }.get(name, (200, {}))
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", "0")
        self.end_headers()
        with self.lock:
            Handler.busy -= 1

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Handler.asked, Handler.busy, Handler.busiest = [], 0, 0
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


def answers(server: str, *names: str, settings: CheckConfig | None = None) -> dict[str, Answer]:
    urls = [f"{server}/{name}" for name in names]
    found = asyncio.run(ask(urls, settings or CheckConfig(timeout=1, retries=0)))
    return {url.removeprefix(f"{server}/"): answer for url, answer in found.items()}


def test_verdicts(server: str) -> None:
    names = ("ok", "no-head", "elsewhere", "moved", "gone", "private", "circle", "broken", "stuck")
    assert {name: answer.verdict for name, answer in answers(server, *names).items()} == {
        "ok": "good",
        "no-head": "good",
        "elsewhere": "good",
        "moved": "moved",
        "gone": "not-found",
        "private": "refused",
        "circle": "not-found",
        "broken": "unreachable",
        "stuck": "unreachable",
    }


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://no-such-host.invalid/"])
def test_hosts_that_do_not_answer(url: str) -> None:
    answer = asyncio.run(ask([url], CheckConfig(timeout=5, retries=0)))[url]
    assert answer.verdict == "unreachable"


@pytest.mark.parametrize("url", ["http://", "https://exa mple.org/", "http://[::1"])
def test_addresses_that_are_none(url: str) -> None:
    assert asyncio.run(ask([url], CheckConfig(retries=0)))[url].verdict in ("not-found", "unreachable")


def test_what_fails_for_the_moment_is_asked_again(server: str) -> None:
    found = answers(server, "flaky", settings=CheckConfig(timeout=1, retries=2))
    assert found["flaky"].verdict == "good"


def test_a_host_gets_few_requests_at_a_time(server: str) -> None:
    answers(server, *(f"slow{number}" for number in range(12)), settings=CheckConfig(timeout=5, per_host=2))
    assert Handler.busiest == 2
    assert len(Handler.asked) == 12


def test_head_comes_first_and_get_only_where_it_fails(server: str) -> None:
    answers(server, "ok", "gone")
    assert Counter(Handler.asked) == {("HEAD", "/ok"): 1, ("HEAD", "/gone"): 1, ("GET", "/gone"): 1}


def site(root: Path, server: str, settings: str = "") -> Project:
    return Project(
        root,
        "-- sitegen.toml --\n"
        f'[site]\ntitle = "N"\nbase_url = "https://example.org/"\ndescription = "D."\n{settings}\n'
        "-- content/posts/links.md --\n"
        "---\ntitle: Links\ndescription: D.\n---\n"
        f"[good]({server}/ok#part) and [again]({server}/ok)\n\n[gone]({server}/gone)\n\n"
        f"<a href='{server}/moved?a=1&amp;b=2'>moved</a> {server}/private\n",
    )


def test_links_are_reported_at_their_places(tmp_path: Path, server: str) -> None:
    result = check(site(tmp_path, server).config(), external=True)
    told = [(each.code, each.path, each.span) for each in result.diagnostics]
    text = (tmp_path / "content" / "posts" / "links.md").read_text()
    assert [(code, path) for code, path, _ in told] == [
        ("external/not-found", "content/posts/links.md"),
        ("external/moved", "content/posts/links.md"),
        ("external/refused", "content/posts/links.md"),
    ]
    assert [text[span.start : span.end] for _, _, span in told if span] == [
        f"{server}/gone",
        f"{server}/moved?a=1&amp;b=2",
        f"{server}/private",
    ]
    assert result.external == 5  # with the one that differs in its fragment only


def test_good_answers_are_kept_for_some_days(tmp_path: Path, server: str) -> None:
    project = site(tmp_path, server)
    check(project.config(), external=True)
    Handler.asked.clear()
    again = check(project.config(), external=True)
    assert sorted({path for _, path in Handler.asked}) == ["/gone", "/private"]
    assert [each.code for each in again.diagnostics] == ["external/not-found", "external/moved", "external/refused"]
    project.write("-- sitegen.toml --\n" + (tmp_path / "sitegen.toml").read_text() + "[check]\ncache_days = 0\n")
    Handler.asked.clear()
    check(project.config(), external=True)
    assert "/ok" in {path for _, path in Handler.asked}


def test_what_is_ignored_is_not_asked_for(tmp_path: Path, server: str) -> None:
    project = site(tmp_path, server, '[check]\nignore = ["*/gone", "*private*"]')
    result = check(project.config(), external=True)
    assert [each.code for each in result.diagnostics] == ["external/moved"]
    assert {path for _, path in Handler.asked} == {"/ok", "/moved?a=1&b=2"}


def test_nobody_is_asked_without_being_told_to(tmp_path: Path, server: str) -> None:
    result = check(site(tmp_path, server).config())
    assert (Handler.asked, result.external, result.diagnostics) == ([], 0, ())


def test_exit_codes(tmp_path: Path, server: str) -> None:
    site(tmp_path, server)
    assert run_sitegen(tmp_path, "check", "--strict").returncode == 0
    assert run_sitegen(tmp_path, "check", "--external").returncode == 0
    done = run_sitegen(tmp_path, "check", "--external", "--strict", "--format", "github")
    assert done.returncode == 1
    assert done.stdout.startswith("::warning file=content/posts/links.md,line=7,")
    assert run_sitegen(tmp_path, "check", "--format", "xml").returncode == 2
