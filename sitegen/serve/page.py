"""What is added to a page on its way out: the script of the preview, with what it has to tell; the content policy."""

from __future__ import annotations

from html import escape

import msgspec

from sitegen.config import HtmlConfig
from sitegen.policy import policy, sources_in, written_sources
from sitegen.serve.snapshot import Mark

__all__ = ["PREFIX", "Notice", "content_policy", "plain_page", "with_script"]

PREFIX = "/__sitegen/"
"""Where the preview's own files are, on every site, below whatever base path."""


class Notice(msgspec.Struct, frozen=True):
    """What the script on a page has to tell."""

    epoch: int
    run: str
    """Names this run of the server, whose epochs begin at 1."""
    page: str = ""
    """Names the content of the page and of the files it may show, so that a browser knows when it has them."""
    blocking: str = ""
    """Printed diagnostics: why the page is not up to date."""
    problems: str = ""
    """Printed diagnostics of the page's post, which is shown nevertheless."""
    mark: Mark | None = None
    marks: dict[str, Mark] = {}
    """Addresses of all pages to mark, for links to them."""
    versions: dict[str, int] = {}
    """Address of each copied file that changed while serving, and the epoch."""
    pending: bool = False
    """Whether posts are still to be compiled, so that lists and neighbours may change."""


def with_script(page: bytes, notice: Notice) -> bytes:
    """Return a page with the preview's script at the end of its body; nothing else changes."""
    state = escape(msgspec.json.encode(notice).decode())
    script = f'<script type="module" src="{PREFIX}preview.js" data-notice="{state}"></script>'.encode()
    at = page.lower().rfind(b"</body>")
    at = len(page) if at < 0 else at
    return page[:at] + script + page[at:]


def plain_page(title: str, text: str) -> bytes:
    """Return a page for when there is no page of the site to show."""
    body = f"<pre>{escape(text, quote=False)}</pre>" if text else ""
    name = escape(title, quote=False)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{name}</title>\n</head>\n'
        f"<body>\n<h1>{name}</h1>\n{body}\n</body>\n</html>\n"
    ).encode()


# -- the content policy


def content_policy(page: bytes = b"", settings: HtmlConfig | None = None) -> str:
    """Return the policy that a page is published under, with leave for the script of the preview.

    Programs and inline styles are refused, as they will be on the published site. What a page embeds from other
    sites is allowed on that page.
    """
    settings = settings or HtmlConfig()
    sources = [
        *sources_in(page.decode("utf-8", "replace"), scripts=settings.scripts),
        *written_sources(settings.sources),
    ]
    return policy(sources, script_src=["'self'"], frame_ancestors=["'none'"])
