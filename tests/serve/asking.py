"""Requests to the preview without sockets: an ASGI application is a function, so it can simply be called."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import msgspec
from lxml import html
from starlette.types import ASGIApp, Message

from sitegen.serve.app import Preview
from sitegen.serve.builder import Builder
from sitegen.serve.guard import Guard
from sitegen.serve.page import Notice
from sitegen.serve.publisher import Publisher
from sitegen.serve.snapshot import Snapshot
from tests.site.projects import Project, files_of

HOST = {"host": "127.0.0.1:8000"}


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def notice(self) -> Notice:
        """What the script on the page is told."""
        return notice_of(self.body)

    @property
    def page(self) -> bytes:
        """The page without the script."""
        return without_script(self.body)


def notice_of(page: bytes) -> Notice:
    (script,) = html.fromstring(page).xpath('//script[@src="/__sitegen/preview.js"]')
    return msgspec.json.decode(script.get("data-notice"), type=Notice)


def without_script(page: bytes) -> bytes:
    start = page.rindex(b'<script type="module" src="/__sitegen/preview.js"')
    end = page.index(b"</script>", start) + len(b"</script>")
    return page[:start] + page[end:]


async def ask_async(
    app: ASGIApp, path: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", query: str = ""
) -> Answer:
    """Ask for a path, unescaped, as a server hands it on; headers come on top of an honest Host."""
    given = {**HOST, **(headers or {})}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8000),
    }
    messages: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    start = next(message for message in messages if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in messages if message["type"] == "http.response.body")
    return Answer(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body)


def without_policy(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return published files without the content policy of pages, which the preview sends as a header."""
    meta = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="[^"]*">\n')
    return {path: meta.sub(b"", data) if path.endswith(".html") else data for path, data in files.items()}


class LocalPreview:
    """A preview of one project in this thread: files change, `rebuild` is called, pages are asked for."""

    def __init__(self, project: Project, *, base_url: str | None = None, host: str = "127.0.0.1") -> None:
        self.project = project
        self.builder = Builder(project.root, base_url=base_url)
        self.publisher = Publisher()
        self.told: list[str] = []
        self.app = Preview(
            self.publisher,
            guard=Guard(host),
            tell=lambda _, page, problems: self.told.extend(f"{one.code} {page}" for one in problems),
        )
        self.snapshot: Snapshot = self.builder.build()
        self.publisher.publish(self.snapshot)

    def rebuild(self, *changed: str) -> Snapshot:
        self.snapshot = self.builder.build(frozenset(changed))
        self.publisher.publish(self.snapshot)
        return self.snapshot

    def edit(self, text: str) -> Snapshot:
        """Write files (`-- name --` before each) and build."""
        self.project.write(text)
        return self.rebuild(*files_of(text))

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", query: str = ""
    ) -> Answer:
        return asyncio.run(ask_async(self.app, path, headers, method=method, query=query))

    def served(self) -> dict[str, bytes]:
        """Return every file as it is served, pages without the script, by output path; fonts by name alone, since
        they are not cut down here."""
        found = {}
        for path in self.snapshot.outputs:
            answer = self.ask(self.snapshot.base_path + path)
            found[path] = b"" if path.endswith(".woff2") else answer.page if path.endswith(".html") else answer.body
        return found
