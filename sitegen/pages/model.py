"""The templates of a site as values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property

import msgspec

__all__ = ["TemplateFile", "Theme"]


class TemplateFile(msgspec.Struct, frozen=True):
    """The text of one template."""

    path: str
    """For messages: relative to the project's folder, or `default/…` for a packaged one."""
    text: str
    packaged: bool


class Theme:
    """All templates of a site, read and checked."""

    def __init__(self, files: Mapping[str, TemplateFile], language: str) -> None:
        """Take the templates by the names that `extends` and `include` use, and the site's language."""
        self.files = files
        self.language = language

    @cached_property
    def digest(self) -> bytes:
        """Names the content of all templates."""
        digest = hashlib.blake2b(self.language.encode(), digest_size=20)
        for name, file in sorted(self.files.items()):
            digest.update(f"\0{name}\0{file.path}\0{file.text}".encode())
        return digest.digest()

    @property
    def texts(self) -> dict[str, str]:
        """The templates' texts by the paths that diagnostics name."""
        return {file.path: file.text for file in self.files.values()}
