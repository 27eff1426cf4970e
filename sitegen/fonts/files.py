"""Font files: the one that comes with sitegen, and the author's.

The PyPI package `ziamath` carries the TrueType file of STIX Two Math; it is located, never imported. The font is
licensed under the SIL Open Font License without a Reserved Font Name: it may be modified and keep its name. Its
licence text is published beside it (`license_text`), since the wheel lacks it.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from struct import error as StructError  # noqa: N812 - it is named `error` only
from struct import unpack_from

import msgspec

__all__ = [
    "FAMILY",
    "LICENSE_FILE",
    "LINE",
    "FontFile",
    "font_file",
    "license_text",
    "own_font",
    "packaged_font",
    "problem",
]

FAMILY = "Site Math"
"""The `font-family` of the `@font-face` rule: a name of our own, so that an installed, unrepaired STIX Two Math
never stands in for the repaired one."""

LINE = "ascent-override:50%;descent-override:0%;line-gap-override:1%"
"""Descriptors of the `@font-face` rule: the measures of a line of text are small.

Firefox gives every token of a formula the room that the font claims for such a line, so rows come out too far apart.
What is drawn claims its room anyway, and Chromium goes by that alone. The gap is not nothing, since Firefox then makes
lines 1.2 em high.
"""

LICENSE_FILE = Path(__file__).parent.parent / "theme" / "fonts" / "OFL.txt"
"""The SIL Open Font License 1.1 with the font's copyright line."""


class FontFile(msgspec.Struct, frozen=True):
    """A font as it was found."""

    name: str
    """First part of the names of files made from it: `stix-two-math`."""
    data: bytes
    digest: bytes
    """Of `data`."""
    packaged: bool
    """Whether it is STIX Two Math, which is repaired; another font is taken as it is."""


def packaged_font() -> FontFile:
    """Return STIX Two Math. Raises FileNotFoundError when the installed `ziamath` has none."""
    return _read("stix-two-math", font_file(), packaged=True)


def own_font(file: Path) -> FontFile:
    """Return the author's font. Raises OSError for a file that cannot be read."""
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")
    return _read(name or "math", file, packaged=False)


def _read(name: str, file: Path, *, packaged: bool) -> FontFile:
    status = file.stat()
    return _read_once(name, file, packaged, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _read_once(name: str, file: Path, packaged: bool, changed: int, size: int) -> FontFile:
    """Read a font; again only when it looks different, since `serve` asks after each save."""
    data = file.read_bytes()
    return FontFile(name, data, hashlib.sha256(data).digest(), packaged)


@lru_cache(maxsize=1)
def font_file() -> Path:
    """Return the place of the original TrueType file in the installed `ziamath` package.

    Raises FileNotFoundError when there is none.
    """
    spec = find_spec("ziamath")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / "fonts" / "STIXTwoMath-Regular.ttf"
        if file.is_file():
            return file
    raise FileNotFoundError("the package ziamath with fonts/STIXTwoMath-Regular.ttf is not installed")


def license_text() -> bytes:
    """Return the licence that must accompany the font."""
    return LICENSE_FILE.read_bytes()


_OTHER_FORMATS = {
    b"wOFF": "it is compressed for the web (WOFF)",
    b"wOF2": "it is compressed for the web (WOFF2)",
    b"ttcf": "it is a collection of fonts",
}


def problem(data: bytes) -> tuple[str, str] | None:
    """Say what keeps a file from being used as math font, and what to do about it; None for a good one.

    Looks at the table directory alone (OpenType, "Organization of an OpenType font"), so it needs no library.
    """
    kind = data[:4]
    if kind in _OTHER_FORMATS:
        return _OTHER_FORMATS[kind], "give the OpenType file that it was made from, .otf or .ttf"
    if kind not in (b"\x00\x01\x00\x00", b"OTTO", b"true"):
        return "it is not a font", "give an OpenType file, .otf or .ttf"
    try:
        (count,) = unpack_from(">H", data, 4)
        tables = {
            tag: (offset, length)
            for tag, _, offset, length in (unpack_from(">4sLLL", data, 12 + 16 * i) for i in range(count))
        }
    except StructError:
        return "the file ends too early", "copy it again"
    if any(offset + length > len(data) for offset, length in tables.values()):
        return "the file ends too early", "copy it again"
    if b"MATH" not in tables:
        hint = "choose a font made for mathematics, such as Latin Modern Math; without the table no bracket stretches"
        return "it has no MATH table", hint
    if b"cmap" not in tables or not {b"glyf", b"CFF ", b"CFF2"} & tables.keys():
        return "it has no outlines or no character map", "give an OpenType file, .otf or .ttf"
    return None
