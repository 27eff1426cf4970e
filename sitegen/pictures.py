"""Pictures that move, and what stands still in their place (the only importer of Pillow, itself imported late).

A reader whose system asks for less motion gets a still of an animated GIF, PNG or WebP.
"""

from __future__ import annotations

import hashlib
import os
import threading
import warnings
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from PIL.Image import Image as ImageFile

__all__ = ["animation", "still"]

HEAD = 4096
"""In so many bytes a PNG or WebP says that it moves (APNG: `acTL` before the image data; WebP: `ANIM` after `VP8X`)."""

_SIGNS = {".gif": b"GIF8", ".png": b"acTL", ".apng": b"acTL", ".webp": b"ANIM"}
"""What an animated file of this kind has in its head."""

REMEMBERED = 64
"""Pictures of which is remembered what came of them; stills take some kilobytes each."""

T = TypeVar("T")

_MOVING: dict[bytes, bool] = {}
_STILLS: dict[bytes, bytes] = {}
_CHANGING = threading.Lock()
"""The preview makes pictures in several threads."""


def animation(path: str | os.PathLike[str]) -> str:
    """Return a digest of a file that holds a picture which moves; empty for others, and for what cannot be read."""
    sign = _SIGNS.get(os.path.splitext(os.fspath(path))[1].lower())
    if sign is None:
        return ""
    try:
        with open(path, "rb") as file:
            data = file.read(HEAD)
            if sign not in data:
                return ""
            data += file.read()
        return _digest(data).hex() if _remembered(_MOVING, data, _moves) else ""
    except (OSError, ValueError, SyntaxError, EOFError):  # what Pillow raises for files that are no pictures
        return ""


def still(path: str | os.PathLike[str]) -> bytes:
    """Return the first picture of an animation as a PNG. Raises OSError for a file that cannot be read."""
    with open(path, "rb") as file:
        data = file.read()
    try:
        return _remembered(_STILLS, data, _first_picture)
    except (ValueError, SyntaxError, EOFError) as error:
        raise OSError(f"{type(error).__name__}: {error}") from error


def _opened(data: bytes) -> ImageFile:
    """Open a picture, whatever its size: it is the author's own. Raises ValueError for one beyond all measure."""
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return Image.open(BytesIO(data))
        except Image.DecompressionBombError as error:
            raise ValueError(str(error)) from error


def _moves(data: bytes) -> bool:
    with _opened(data) as picture:
        return bool(getattr(picture, "is_animated", False))


def _first_picture(data: bytes) -> bytes:
    out = BytesIO()
    with _opened(data) as picture:
        picture.seek(0)
        picture.copy().save(out, "PNG", optimize=True)
    return out.getvalue()


def _remembered(known: dict[bytes, T], data: bytes, make: Callable[[bytes], T]) -> T:
    """Return what `make` makes of `data`; what it made of the same bytes lately is made no second time.

    One picture often lies beside several posts, and a still is made twice where many files have to be written.
    """
    digest = _digest(data)
    made = known.get(digest)
    if made is None:
        made = make(data)
        with _CHANGING:
            if len(known) >= REMEMBERED:
                del known[next(iter(known))]
            known[digest] = made
    return made


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=10).digest()
