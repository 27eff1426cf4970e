"""A folder over HTTP on 127.0.0.1, with the content policy that published pages are made for."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""No scripts, no inline styles, nothing from elsewhere."""


class StaticServer:
    """Serves one folder while the `with` block lasts.

    `prefix` is the base path under which the site is published, `/` or `/repo/`. `delays` says how many seconds the
    answer to an address waits that ends in a suffix.
    """

    def __init__(
        self,
        folder: Path,
        *,
        prefix: str = "/",
        policy: str | None = POLICY,
        delays: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.failures: list[str] = []
        """Requests that were not answered with content: `404 /missing.css`."""
        handler = partial(_Handler, owner=self, prefix=prefix, policy=policy, delays=delays, directory=str(folder))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="static-server", daemon=True)
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - the name and type are those of the base class
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".woff2": "font/woff2",
        ".svg": "image/svg+xml",
        ".gif": "image/gif",
        ".png": "image/png",
        ".txt": "text/plain; charset=utf-8",
        "": "application/octet-stream",
    }

    def __init__(
        self,
        *args: Any,
        owner: StaticServer,
        prefix: str,
        policy: str | None,
        delays: Mapping[str, float],
        **kwargs: Any,
    ) -> None:
        self._owner = owner
        self._delays = delays
        self._prefix = prefix
        self._policy = policy
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        time.sleep(next((delay for suffix, delay in self._delays.items() if self.path.endswith(suffix)), 0))
        super().do_GET()

    def translate_path(self, path: str) -> str:
        if not path.startswith(self._prefix):
            return super().translate_path("/outside-of-the-base-path")
        return super().translate_path("/" + path.removeprefix(self._prefix))

    def end_headers(self) -> None:
        if self._policy:
            self.send_header("Content-Security-Policy", self._policy)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        # Browsers ask for it on their own; a page that names an icon never gets here.
        if self.path != "/favicon.ico":
            self._owner.failures.append(f"{int(code)} {self.path}")
        super().send_error(code, message or HTTPStatus(code).phrase, explain)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the failures are kept."""
