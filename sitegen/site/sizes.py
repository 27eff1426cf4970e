"""Width and height of images, and whether they move; read once for as long as the file looks the same."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import partial

import msgspec

from sitegen.looks import Look, look
from sitegen.pictures import animation
from sitegen.workers import Fork, can_fork

__all__ = ["Sizes", "flaw_of"]

Size = tuple[int, int]
"""Width and height in CSS pixels."""


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What a page must know of an image."""

    size: Size | None
    """None where the file does not tell."""
    animation: str
    """Digest of a picture that moves; empty for others."""


MANY_IMAGES = 200
"""From here on reading in other processes saves more than starting them costs."""

_Known = dict[str, tuple[Look, Facts]]


class Sizes:
    """The sizes of a site's images: what earlier builds found out, and what this one does."""

    def __init__(self, known: bytes | None = None) -> None:
        """Take what `encoded` returned to an earlier build; anything else counts as nothing."""
        try:
            self._known: _Known = msgspec.msgpack.decode(known or b"\x80", type=_Known)
        except msgspec.DecodeError:
            self._known = {}
        self._now: _Known = {}

    def read_ahead(self, files: Iterable[str], jobs: int) -> None:
        """Read images that are going to be asked for, where they are many: in so many processes as `jobs` says."""
        new = []
        for path in dict.fromkeys(files):
            seen = look(path, follow=True)
            if seen and (path not in self._known or self._known[path][0] != seen):
                new.append((path, seen))
        if jobs < 2 or len(new) < MANY_IMAGES or not can_fork():
            return
        for fork in [Fork(partial(_read_all, new[job::jobs])) for job in range(jobs)]:
            self._known |= fork.result()

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
        facts = known[1] if known is not None and seen and known[0] == seen else Facts(_read(path), animation(path))
        self._now[path] = (seen, facts)
        return facts

    def encoded(self) -> bytes:
        """Return what is known of the images that were asked for."""
        return msgspec.msgpack.encode(self._now)


def _read_all(files: Sequence[tuple[str, Look]]) -> _Known:
    return {path: (seen, Facts(_read(path), animation(path))) for path, seen in files}


def _read(path: str) -> Size | None:
    import imagesize  # takes its time, since it can ask servers too

    width, height = (round(side) for side in imagesize.get(path))
    if width > 0 and height > 0:
        return (width, height)
    return _view_box(path) if path.lower().endswith(".svg") else None


def _beginning(file: str | os.PathLike[str], size: int) -> bytes | None:
    """Return the first bytes of a file; None for one that cannot be read, or went a moment ago."""
    try:
        with open(file, "rb") as opened:
            return opened.read(size)
    except OSError:
        return None


_BEGINNINGS = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"RIFF", b"BM", b"II*", b"MM\0*", b"\0\0", b"\xff\x0a", b"<")
"""Of the formats of pictures, as browsers look for them (WHATWG MIME Sniffing, section 6.1), drawings among them."""


def flaw_of(file: str | os.PathLike[str]) -> str:
    """Return why a file cannot be the picture that its name promises; empty where nothing speaks against it.

    One that cannot be read is told of where it is published.
    """
    if not os.fspath(file).lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")):
        return ""
    begin = _beginning(file, 64)
    if begin is None:
        return ""
    if begin.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS"
    return "" if begin.startswith(_BEGINNINGS) else "it is empty" if not begin else "it holds no picture"


_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)"
_VIEW_BOX = re.compile(
    rb"<svg\b[^>]*?\sviewBox\s*=\s*[\"']\s*%(n)s[\s,]+%(n)s[\s,]+(%(n)s)[\s,]+(%(n)s)\s*[\"']" % {b"n": _NUMBER}
)


def _view_box(path: str) -> Size | None:
    """Return the size of a drawing that has no other than its view box (SVG 2, section 8.2)."""
    found = _VIEW_BOX.search(_beginning(path, 4096) or b"")
    if found is None:
        return None
    width, height = round(float(found[1])), round(float(found[2]))
    return (width, height) if width > 0 and height > 0 else None
