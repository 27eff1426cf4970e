"""What the command line says of one run of the server."""

from __future__ import annotations

from pathlib import Path

import msgspec

__all__ = ["Settings"]


class Settings(msgspec.Struct, frozen=True):
    """Which site is served, where, and what is said about it."""

    root: Path
    """The project's folder."""
    host: str = "127.0.0.1"
    port: int = 8000
    """The first port that is tried; 0 for any that is free."""
    base_url: str | None = None
    open_browser: bool = False
    prefix: str = ""
    """Leads from the current folder to the project, for the paths in messages."""
    color: bool = False
    verbose: bool = False
    quiet: bool = False

    def address(self, port: int, path: str) -> str:
        """Return the address at which a browser of this machine finds a path of the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{port}{path}"
