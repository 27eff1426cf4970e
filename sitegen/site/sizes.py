"""Width and height of images, and whether they move; read once for as long as the file looks the same."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import msgspec

from sitegen.looks import Look, look
from sitegen.pictures import is_animated

__all__ = ["Sizes"]

Size = tuple[int, int]
"""Width and height in CSS pixels."""


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What a page must know of an image."""

    size: Size | None
    """None where the file does not tell."""
    animated: bool


_Known = dict[str, tuple[Look, Facts]]


class Sizes:
    """The sizes of a site's images: what earlier builds found out, and what this one does."""

    def __init__(self, known: bytes | None = None) -> None:
        """Take what `encoded` returned to an earlier build; anything else counts as nothing."""
        try:
            self._known: Mapping[str, tuple[Look, Facts]] = msgspec.msgpack.decode(known or b"\x80", type=_Known)
        except msgspec.DecodeError:
            self._known = {}
        self._now: _Known = {}

    def of(self, file: str | os.PathLike[str]) -> Size | None:
        """Return the size of an image; None where the file does not tell."""
        return self.facts(file).size

    def facts(self, file: str | os.PathLike[str]) -> Facts:
        """Return what is known of an image."""
        path = os.fspath(file)
        if path in self._now:
            return self._now[path][1]
        seen = look(path, follow=True)
        known = self._known.get(path)
        facts = known[1] if known is not None and seen and known[0] == seen else Facts(_read(path), is_animated(path))
        self._now[path] = (seen, facts)
        return facts

    def encoded(self) -> bytes:
        """Return what is known of the images that were asked for."""
        return msgspec.msgpack.encode(self._now)


def _read(path: str) -> Size | None:
    import imagesize  # takes its time, since it can ask servers too

    width, height = (round(side) for side in imagesize.get(path))
    if width > 0 and height > 0:
        return (width, height)
    return _view_box(path) if path.lower().endswith(".svg") else None


_VIEW_BOX = re.compile(rb"<svg\b[^>]*?\sviewBox\s*=\s*[\"'][\d.+-]+[\s,]+[\d.+-]+[\s,]+([\d.]+)[\s,]+([\d.]+)")


def _view_box(path: str) -> Size | None:
    """Return the size of a drawing that has no other than its view box (SVG 2, section 8.2)."""
    with open(path, "rb") as file:
        found = _VIEW_BOX.search(file.read(4096))
    if found is None:
        return None
    width, height = round(float(found[1])), round(float(found[2]))
    return (width, height) if width > 0 and height > 0 else None
