"""`sitegen serve`: the site in the browser while its author writes.

    files ─► Watcher ─► Builder ─► Snapshot ─► Publisher ─► app ─► browser
             paths      in memory  immutable   epoch        pages, files, events

`watcher` says which files changed, `builder` makes a `Snapshot` of the whole site and remembers what a change cannot
have touched, `publisher` holds the newest one and lets requests wait for the one in the making, `app` answers
requests from it, `client/` is what runs in the browser, `terminal` what is printed. `run` puts the parts together,
for as long as it lasts.

Nothing is written to the output folder, and what is served are the bytes that `build` would write; only on their way
out pages get the address of a script, which no `Output` ever holds.
"""

from __future__ import annotations

from sitegen.serve.run import PortTakenError, serve
from sitegen.serve.settings import Settings

__all__ = ["PortTakenError", "Settings", "serve"]
