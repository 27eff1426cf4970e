"""Pictures that move, and what stands still in their place (the only importer of Pillow, itself imported late).

A reader whose system asks for less motion gets a still of an animated GIF, PNG or WebP.
"""

from __future__ import annotations

import os
from io import BytesIO

__all__ = ["is_animated", "still"]

HEAD = 4096
"""In so many bytes a PNG or WebP says that it moves (APNG: `acTL` before the image data; WebP: `ANIM` after `VP8X`)."""

_SIGNS = {".gif": b"GIF8", ".png": b"acTL", ".apng": b"acTL", ".webp": b"ANIM"}
"""What an animated file of this kind has in its head."""


def is_animated(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file holds a picture that moves; a file that cannot be read does not."""
    sign = _SIGNS.get(os.path.splitext(os.fspath(path))[1].lower())
    if sign is None:
        return False
    try:
        with open(path, "rb") as file:
            if sign not in file.read(HEAD):
                return False
        from PIL import Image

        with Image.open(path) as picture:
            return bool(getattr(picture, "is_animated", False))
    except (OSError, ValueError, SyntaxError, EOFError):  # what Pillow raises for files that are no pictures
        return False


def still(path: str | os.PathLike[str]) -> bytes:
    """Return the first picture of an animation as a PNG. Raises OSError for a file that cannot be read."""
    from PIL import Image

    out = BytesIO()
    try:
        with Image.open(path) as picture:
            picture.seek(0)
            picture.copy().save(out, "PNG", optimize=True)
    except (ValueError, SyntaxError, EOFError) as error:
        raise OSError(f"{type(error).__name__}: {error}") from error
    return out.getvalue()
