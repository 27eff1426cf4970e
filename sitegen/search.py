"""A search of the site with Pagefind, for sites that ask for it: an index, and the program that reads it in a browser.

Pagefind indexes a folder of HTML. It is given the plain text that came of compiling, where formulas are as they are
read, rather than the finished pages, whose headers and TeX would be found too. Names of its files carry a hash, so
that they are known only when the index is made: what they were for the same texts is kept in the cache, and nothing
is made while all of them are as they were.
"""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import tempfile
from functools import partial
from html import escape
from pathlib import Path

import msgspec

from sitegen.cache import Cache
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Document, Output, RenderError
from sitegen.policy import Source
from sitegen.site import Page, Site
from sitegen.versions import version_if_installed

__all__ = ["BUNDLE", "PLACE", "SOURCES", "address", "search_outputs"]

PLACE = "/search/"
"""The page that searches."""

BUNDLE = "pagefind"
"""Folder of the index and its program in the output folder; from its name the program knows the site's base path."""

SOURCES: tuple[Source, ...] = (
    ("script-src", "'self'"),
    ("script-src", "'wasm-unsafe-eval'"),
    ("img-src", "data:"),
)
"""What the page that searches is allowed besides: the program, a part of which is WebAssembly, and the icon of its
field."""

LOOK = Path(__file__).parent / "theme" / "search.css"
"""Gives Pagefind's elements the colours of the site."""

_UNUSED = ("pagefind-ui.", "pagefind-modular-ui.", "pagefind-highlight.")
"""Beginnings of the names of files for other ways to build a page that searches."""


class _Known(msgspec.Struct, frozen=True):
    digest: str
    names: tuple[str, ...]


def address(site: Site) -> str:
    """Return the address of the page that searches; empty on a site without one."""
    return site.url(PLACE) if site.config.search.enable else ""


def search_outputs(site: Site, cache: Cache | None = None) -> tuple[Output, ...]:
    """Return the recipes of the index and its program; none where the site has no search, and in a preview.

    With a `cache`, the index of an earlier build is made again only where a file of it is missing.
    Raises RenderError when Pagefind is not installed or fails.
    """
    if not site.config.search.enable or site.config.preview:
        return ()
    if importlib.util.find_spec("pagefind") is None:
        raise _problem(site.config, "search/needs-package", "the search is made with Pagefind, which is not installed")
    index = _Index(site)
    note = cache.note("search") if cache is not None else None
    names: tuple[str, ...] = ()
    if note is not None:
        try:
            known = msgspec.msgpack.decode(note, type=_Known)
            names = known.names if known.digest == index.digest else ()
        except msgspec.DecodeError:
            names = ()
    names = names or tuple(sorted(index.files()))
    if cache is not None:
        cache.set_note("search", msgspec.msgpack.encode(_Known(index.digest, names)))
    look = Output(f"{BUNDLE}/{LOOK.name}", LOOK.read_bytes, f"default/{LOOK.name}")
    return look, *(
        Output(name, partial(index.file, name), site.config.path, key=f"search {index.digest}") for name in names
    )


class _Index:
    """The index of one site, made when it is asked for."""

    def __init__(self, site: Site) -> None:
        self._config = site.config
        self._texts = {
            page.output: _text(page, document) for page, document in zip(site.pages, site.documents, strict=True)
        }
        self._files: dict[str, bytes] | None = None
        digest = hashlib.blake2b(digest_size=20)
        for name in ("pagefind", "pagefind-bin"):
            digest.update(f"{version_if_installed(name)}\0".encode())
        digest.update(msgspec.msgpack.encode((self._language, sorted(self._texts.items()))))
        self.digest = digest.hexdigest()

    @property
    def _language(self) -> str:
        return self._config.site.language.lower().partition("-")[0]

    def file(self, name: str) -> bytes:
        """Return one file by its path in the output folder."""
        return self.files()[name]

    def files(self) -> dict[str, bytes]:
        """Return all files. Raises RenderError when Pagefind fails."""
        if self._files is None:
            self._files = self._make()
        return self._files

    def _make(self) -> dict[str, bytes]:
        with tempfile.TemporaryDirectory(prefix="sitegen-search-") as name:
            pages, made = Path(name, "pages"), Path(name, "made")
            for path, text in self._texts.items():
                file = pages / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            pages.mkdir(exist_ok=True)  # on a site without pages
            # One index for all languages: a reader looks for a word, wherever it is.
            command = ["--site", str(pages), "--output-path", str(made), "--force-language", self._language, "--silent"]
            # Not in the project's folder, whose files of the same names it would take for its settings.
            done = subprocess.run(
                [sys.executable, "-m", "pagefind", *command], cwd=name, capture_output=True, text=True, errors="replace"
            )
            files = {
                f"{BUNDLE}/{file.relative_to(made).as_posix()}": file.read_bytes()
                for file in sorted(made.rglob("*"))
                if file.is_file() and not file.name.startswith(_UNUSED)
            }
        if done.returncode != 0 or f"{BUNDLE}/pagefind.js" not in files:
            said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
            reason = said[-1].strip() if said else f"it ended with the code {done.returncode}"
            raise _problem(self._config, "search/failed", f"Pagefind made no index: {reason}")
        return files


def _text(page: Page, document: Document) -> str:
    """Return a page as it is indexed."""
    words = [document.text, *(term.name for term in (*page.tags, *page.categories, *page.authors))]
    paragraphs = "".join(f"<p>{escape(text, quote=False)}</p>\n" for text in words if text)
    return (
        f'<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"><title>{escape(page.title)}</title></head>\n'
        f"<body>\n<h1>{escape(page.title)}</h1>\n{paragraphs}</body>\n</html>\n"
    )


def _problem(config: Config, code: str, message: str) -> RenderError:
    hint = 'install it beside sitegen, pip install "pagefind[bin]", or take `enable` under [search] out'
    return RenderError(Diagnostic(code, message, config.path, config.spans.get(("search", "enable")), hint=hint))
