"""Answers requests from the newest snapshot: pages, files, the preview's own script, and the stream of events."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sitegen.assets import is_hashed
from sitegen.checks import check_pages, scan
from sitegen.diagnostics import Diagnostic
from sitegen.model import Output, RenderError
from sitegen.serve.guard import Guard
from sitegen.serve.page import PREFIX, Notice, content_policy, plain_page, with_script
from sitegen.serve.paths import NOT_FOUND, content_type, find, redirected
from sitegen.serve.publisher import Publisher
from sitegen.serve.snapshot import Snapshot
from sitegen.site.redirects import REDIRECTS

__all__ = ["Preview"]

CLIENT = Path(__file__).parent / "client"
"""What runs in the browser."""

ALIVE = 15.0
"""Seconds between signs of life on an event stream, by which both ends notice that the other has gone."""

RECONNECT = 500
"""Milliseconds after which a browser tries to reach a server that has gone."""

HAVE = "sitegen-page"
"""Header by which the script says what the browser shows (`Notice.page`)."""

NOTICE = "application/vnd.sitegen.notice+json"
"""Media type of a notice without a page, for a browser that shows the page already."""

HOME = "index.html"

FIRST = 10
"""How many posts are compiled before the home page is shown: those that a reader sees first."""

LOADED = ("audio/", "font/", "image/", "text/css", "video/")
"""Media types of what pages load, by their beginning."""

KEPT = 50
"""How many files with a hash in their name are kept which the newest site no longer has: a page that was sent before
may ask for them."""

HEADERS = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
"""On every answer: nothing is kept, nothing is lent to other sites."""

Want = Callable[[str], None]
"""Called with the path of a post that a browser waits for."""

Tell = Callable[[Snapshot, str, Sequence[Diagnostic]], None]
"""Called with the output path of each page that was made, and what came up."""


class Preview:
    """The ASGI application of one run of the server."""

    def __init__(
        self, publisher: Publisher, *, guard: Guard | None = None, tell: Tell | None = None, want: Want | None = None
    ) -> None:
        """Take the source of snapshots, who may ask, and whom to tell of pages that fail or have flaws.

        `want` has a post compiled before others; without it, requests wait until its turn comes.
        """
        self._publisher = publisher
        self._guard = guard or Guard()
        self._tell = tell
        self._want = want
        self._run = secrets.token_hex(8)
        self._good: dict[str, bytes] = {}
        """Pages as they were made last, for when they cannot be made."""
        self._hashed: dict[str, Output] = {}
        """Stylesheets and fonts of this snapshot and of some before, by output path."""
        self._kept_of: Snapshot | None = None
        self._files = 0
        """Counts how often files came or went, since addresses on pages then may lead somewhere else."""
        self._reviewed: dict[str, tuple[bytes, int]] = {}
        """Output path of each page that was reviewed: what it held, and which files there were."""
        self._app = Starlette(
            routes=[
                Route(PREFIX + "events", self._events),
                Route(PREFIX + "{name}", self._client),
                Route("/{path:path}", self._site),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._guard.refuse(Headers(scope=scope))
        app: ASGIApp = PlainTextResponse(f"Refused: {refused}.\n", 403) if refused else self._app

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                own = ((name.encode(), value.encode()) for name, value in HEADERS.items())
                message = {**message, "headers": [*message["headers"], *(pair for pair in own if pair[0] not in given)]}
            await send(message)

        await app(scope, receive, send_with_headers)

    # -- the preview's own

    async def _client(self, request: Request) -> Response:
        content = client_files().get(request.path_params["name"])
        if content is None:
            return PlainTextResponse("Not found.\n", 404)
        return Response(content, media_type=content_type(request.path_params["name"]))

    async def _events(self, request: Request) -> Response:
        return StreamingResponse(self._stream(), media_type="text/event-stream")

    async def _stream(self) -> AsyncIterator[str]:
        """Yield server-sent events (HTML, section 9.2): one for the present snapshot and for each that follows."""
        yield f"retry: {RECONNECT}\n\n"
        async for epoch in self._publisher.epochs(ALIVE):
            yield ": still here\n\n" if epoch is None else f"data: {self._run} {epoch}\n\n"

    # -- the site

    async def _site(self, request: Request) -> Response:
        while (snapshot := await self._publisher.current()) is not None:
            response = await self._answer(request, snapshot)
            if response is not None:
                return response
            await self._publisher.after(snapshot)
        return PlainTextResponse("The server is stopping.\n", 503)

    async def _answer(self, request: Request, snapshot: Snapshot) -> Response | None:
        """Answer from a snapshot; None where that takes posts which are still to be compiled."""
        if not snapshot.outputs:
            page = plain_page("The site cannot be built", snapshot.printed(snapshot.blocking))
            return self._html(page, snapshot, None, 500)
        self._keep(snapshot)
        found = find(request.scope["path"], snapshot.base_path, snapshot.outputs)
        if found.status == 404:
            old = find(request.scope["path"], snapshot.base_path, self._hashed)
            if old.output is not None:
                return await self._made(self._hashed[old.output], snapshot, 200, "")
            found = msgspec.structs.replace(found, location=_moved(request.scope["path"], snapshot))
        if snapshot.pending and not found.location:
            output = snapshot.outputs[found.output] if found.output is not None and found.status == 200 else None
            needed = _needed(output, snapshot) if output is not None else ()
            if self._want is not None:
                for path in needed:
                    self._want(path)
            if output is None or needed or not _is_there(output, snapshot):
                return None
        if found.location:
            query = request.url.query if "?" not in found.location else ""
            # Never for good, as hosts do it: a browser would remember it when another site is shown here.
            return RedirectResponse(found.location + (f"?{query}" if query else ""), 302)
        if found.output is None:
            page = plain_page("There is nothing here", f"The site is at {snapshot.base_path}")
            return self._html(page, snapshot, None, 404)
        output = snapshot.outputs[found.output]
        if output.file is not None and found.status == 200 and not _is_page(output):
            return self._file(output)
        return await self._made(output, snapshot, found.status, request.headers.get(HAVE, ""))

    def _keep(self, snapshot: Snapshot) -> None:
        """Take note of what a page may ask for when the next snapshot is there already."""
        if snapshot is self._kept_of:
            return
        if self._kept_of is None or self._kept_of.outputs.keys() != snapshot.outputs.keys():
            self._files += 1
        self._kept_of = snapshot
        fresh = {path: output for path, output in snapshot.outputs.items() if is_hashed(path)}
        old = {path: output for path, output in self._hashed.items() if path not in fresh}
        self._hashed = dict(list(old.items())[-KEPT:]) | fresh

    def _file(self, output: Output) -> Response:
        """Answer with a file as it lies on disk, or with the part of it that is asked for (RFC 9110, section 14)."""
        assert output.file is not None
        if not os.path.isfile(output.file):
            return PlainTextResponse("Removed.\n", 404)
        return FileResponse(output.file, media_type=content_type(output.path))

    async def _made(self, output: Output, snapshot: Snapshot, status: int, has: str) -> Response | None:
        failed: tuple[Diagnostic, ...] = ()
        try:
            # In a thread: the home page of a large site takes a while, and other tabs need not wait for it.
            data = await asyncio.to_thread(output.render)
        except RenderError as error:
            if snapshot.pending:
                return None  # a template may want of a sketch what it does not have
            failed = (error.diagnostic,)
            data = self._good.get(output.path, b"")
        if not _is_page(output):
            return Response(data, 500 if failed else status, media_type=content_type(output.path))
        if not failed:
            self._good[output.path] = data
        if failed and not data:
            text = snapshot.printed((*snapshot.blocking, *failed))
            response = self._html(plain_page("This page cannot be made", text), snapshot, None, 500)
        else:
            response = self._html(data, snapshot, output, 500 if failed else status, failed, has)
        state = (b"", 0) if failed else (data, self._files)
        if not snapshot.pending and (failed or self._reviewed.get(output.path) != state):
            self._reviewed[output.path] = state
            # The browser need not wait for it.
            response.background = BackgroundTask(self._review, output, data, snapshot, failed)
        return response

    def _review(self, output: Output, data: bytes, snapshot: Snapshot, failed: tuple[Diagnostic, ...]) -> None:
        """Tell what is wrong with a page that was made: builds check all pages, the preview those that are seen."""
        flaws: tuple[Diagnostic, ...] = ()
        if snapshot.site is not None and not failed and output.file is None:
            flaws = check_pages([scan(output, data)], snapshot.outputs.values(), snapshot.site)
        if self._tell is not None:
            self._tell(snapshot, output.path, (*failed, *flaws))

    def _html(
        self,
        page: bytes,
        snapshot: Snapshot,
        output: Output | None,
        status: int,
        failed: tuple[Diagnostic, ...] = (),
        has: str = "",
    ) -> Response:
        """Answer with a page and the script that keeps it up to date, or what is new where a browser `has` it."""
        # A page that itself says what is wrong needs no overlay on top.
        blocking = () if output is None else (*snapshot.blocking, *failed)
        notice = Notice(
            epoch=snapshot.epoch,
            run=self._run,
            page=hashlib.blake2b(page + repr(snapshot.versions).encode(), digest_size=16).hexdigest(),
            blocking=snapshot.printed(blocking) if blocking else "",
            problems=_problems(snapshot, output),
            mark=snapshot.marks.get(output.path) if output else None,
            marks={snapshot.address(path): mark for path, mark in snapshot.marks.items()},
            versions={snapshot.address(path): epoch for path, epoch in snapshot.versions.items()},
            pending=bool(snapshot.pending),
        )
        if has == notice.page:
            return Response(msgspec.json.encode(notice), media_type=NOTICE)
        settings = snapshot.site.config.html if snapshot.site is not None else None
        headers = {"content-security-policy": content_policy(page, settings)}
        return Response(with_script(page, notice), status, headers, "text/html; charset=utf-8")


@cache
def client_files() -> dict[str, bytes]:
    """Return what runs in the browser, by name."""
    return {file.name: file.read_bytes() for file in CLIENT.iterdir() if file.suffix in (".css", ".js")}


def _moved(path: str, snapshot: Snapshot) -> str:
    """Return where the file `_redirects` of the site sends readers of an address where nothing is."""
    output = snapshot.outputs.get(REDIRECTS)
    try:
        return redirected(path, output.render().decode("utf-8", "replace")) if output is not None else ""
    except RenderError:
        return ""  # removed a moment ago


def _is_page(output: Output) -> bool:
    return output.path.endswith(".html") or output.path == NOT_FOUND


def _needed(output: Output, snapshot: Snapshot) -> Sequence[str]:
    """Return the posts that have to be compiled before a page is shown: its own, and on the home page the first ones.

    On other lists the beginnings of posts may come later.
    """
    if output.origin in snapshot.pending:
        return (output.origin,)
    if output.path != HOME or snapshot.site is None:
        return ()
    first = snapshot.site.posts[: snapshot.site.config.site.paginate or FIRST][:FIRST]
    return [page.source for page in first if page.source in snapshot.sketches]


def _is_there(output: Output, snapshot: Snapshot) -> bool:
    """Tell whether a file can be shown before all posts are compiled.

    Pages can, lists of posts too, and what they load; feeds and other files for machines are read once.
    """
    if output.origin in snapshot.pending:
        return False
    return output.file is not None or _is_page(output) or content_type(output.path).startswith(LOADED)


def _problems(snapshot: Snapshot, output: Output | None) -> str:
    found = snapshot.problems(output.origin) if output else ()
    return snapshot.printed(found) if found else ""
