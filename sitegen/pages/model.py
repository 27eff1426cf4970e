"""The templates of a site as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

import msgspec

from sitegen.site import Page
from sitegen.words import Own

__all__ = ["AliasPage", "FeedLink", "Paginator", "TemplateFile", "Theme", "Year"]


class TemplateFile(msgspec.Struct, frozen=True):
    """The text of one template."""

    path: str
    """For messages: relative to the project's folder, or `default/…` for a packaged one."""
    text: str
    packaged: bool


class Paginator(msgspec.Struct, frozen=True):
    """Where one page of a list stands among its pages."""

    number: int
    """From 1."""
    pages: int
    previous_url: str
    """Of the page with newer posts; empty on the first."""
    next_url: str
    """Of the page with older posts; empty on the last."""


class Year(msgspec.Struct, frozen=True):
    """The posts of a year."""

    name: str
    """`2024`; `Undated` for posts without a date."""
    posts: tuple[Page, ...]
    anchor: str
    """An id for it: `y2024`, `undated`."""


class FeedLink(msgspec.Struct, frozen=True):
    """A feed, for links to it."""

    title: str
    url: str
    type: str
    """Media type."""
    term: bool
    """Whether it is one of a tag, category, author or series."""


class AliasPage(msgspec.Struct, frozen=True):
    """Where a page has moved to."""

    title: str
    target: str
    """With the base path."""
    absolute_url: str


class Theme:
    """All templates of a site, read and checked."""

    def __init__(
        self,
        files: Mapping[str, TemplateFile],
        language: str,
        given: Mapping[str, Any] | None = None,
        code: bytes = b"",
        words: Own = MappingProxyType({}),
        compiled: str | None = None,
    ) -> None:
        """Take the templates by the names that `extends` and `include` use, and the site's language.

        `given` are names that the site's own module defines for templates, `code` names the module's content; `words`
        are the site's own, by language. `compiled` is the folder where templates are kept as compiled, if they are.
        """
        self.compiled = compiled
        self.given: Mapping[str, Any] = given or {}
        self._code = code
        self.words = words
        self.files = files
        self.language = language

    @cached_property
    def digest(self) -> bytes:
        """Names the content of all templates."""
        digest = hashlib.blake2b(f"{self.language}\0{self.words}\0".encode() + self._code, digest_size=20)
        for name, file in sorted(self.files.items()):
            digest.update(f"\0{name}\0{file.path}\0{file.text}".encode())
        return digest.digest()

    @property
    def texts(self) -> dict[str, str]:
        """The templates' texts by the paths that diagnostics name."""
        return {file.path: file.text for file in self.files.values()}
