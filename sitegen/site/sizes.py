"""Width and height of images, read from their first bytes, once for as long as the file looks the same."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from sitegen.looks import Look, look

__all__ = ["Sizes"]

Size = tuple[int, int]
"""Width and height in CSS pixels."""

_Known = dict[str, tuple[Look, Size | None]]


class Sizes:
    """The sizes of a site's images: what earlier builds found out, and what this one does."""

    def __init__(self, known: bytes | None = None) -> None:
        """Take what `encoded` returned to an earlier build; anything else counts as nothing."""
        try:
            self._known: Mapping[str, tuple[Look, Size | None]] = msgspec.msgpack.decode(known or b"\x80", type=_Known)
        except msgspec.DecodeError:
            self._known = {}
        self._now: _Known = {}

    def of(self, file: str | os.PathLike[str]) -> Size | None:
        """Return the size of an image; None where the file does not tell."""
        path = os.fspath(file)
        if path in self._now:
            return self._now[path][1]
        seen = look(path, follow=True)
        known = self._known.get(path)
        size = known[1] if known is not None and seen and known[0] == seen else _read(path)
        self._now[path] = (seen, size)
        return size

    def encoded(self) -> bytes:
        """Return what is known of the images that were asked for."""
        return msgspec.msgpack.encode(self._now)


def _read(path: str) -> Size | None:
    import imagesize  # takes its time, since it can ask servers too

    width, height = (round(side) for side in imagesize.get(path))
    return (width, height) if width > 0 and height > 0 else None
