"""The math font of the site: STIX Two Math, repaired for browsers, as woff2.

Without a font that has a MATH table Chromium stretches no brace, root or sum, and most readers have none
installed; so the site brings its own. The PyPI package `ziamath` carries the TrueType file; it is located, never
imported. fontTools and brotli are imported only when nothing is cached, since compressing takes seconds.

The font is licensed under the SIL Open Font License without a Reserved Font Name: it may be modified and keep its
name. Its licence text is published beside it (`LICENSE_TEXT`).
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from sitegen.versions import version_of

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "Site Math"
"""The `font-family` of the `@font-face` rule: a name of our own, so that an installed, unrepaired STIX Two Math
never stands in for the repaired one."""

LICENSE_FILE = Path(__file__).parent / "theme" / "fonts" / "OFL.txt"
"""The SIL Open Font License 1.1 with the font's copyright line; the wheel that carries the font lacks it."""

LONG_ARROWS = {
    0x27F5: 0x2190,
    0x27F6: 0x2192,
    0x27F7: 0x2194,
    0x27F8: 0x21D0,
    0x27F9: 0x21D2,
    0x27FA: 0x21D4,
    0x27FC: 0x21A6,
}
"""Long arrow to the arrow whose horizontal construction it borrows: the font gives it none, so it never stretches."""

ACCENTS = {0x02C6: 0x0302, 0x02C7: 0x030C, 0x02DC: 0x0303, 0x00AF: 0x0305}
"""Spacing accent to the combining one whose horizontal construction it borrows. Pages use the spacing characters,
since Chromium sets combining ones beside their base."""

PRIMES = (0x2032, 0x2033, 0x2034, 0x2035, 0x2036, 0x2037, 0x2057)
"""Prime characters. Their glyphs are tiny and high, meant to be replaced by the `ssty` feature, which Chromium
never applies; so the character map leads to the large glyphs at once."""


class MathFont(msgspec.Struct, frozen=True):
    """A font file, ready to publish."""

    name: str
    """File name with a hash of the content: `stix-two-math.0123456789.woff2`."""
    data: bytes
    """The woff2 file."""


def math_font(cache: Path) -> MathFont:
    """Return the repaired font, from the folder `cache` when an earlier call left it there.

    Raises FileNotFoundError when the installed `ziamath` has no STIX Two Math.
    """
    original = font_file().read_bytes()
    entry = cache / "fonts" / f"{_key(original)}.woff2"
    data = _read_entry(entry)
    if data is None:
        data = _woff2(original)
        _write_entry(entry, data)
    return MathFont(f"stix-two-math.{hashlib.sha256(data).hexdigest()[:10]}.woff2", data)


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


# -- the cache: an entry is the SHA-256 of the font, then the font


def _key(original: bytes) -> str:
    """Name everything the result depends on: the original, this module, and the libraries that write the file."""
    return hashlib.sha256(b"\0".join((original, *_code_digest()))).hexdigest()[:32]


@cache
def _code_digest() -> tuple[bytes, ...]:
    libraries = (version_of(name).encode() for name in ("fonttools", "brotli"))
    return (Path(__file__).read_bytes(), *libraries)


def _read_entry(entry: Path) -> bytes | None:
    """Return the cached font; None, which means it is made again, when there is none or it is damaged."""
    try:
        content = entry.read_bytes()
    except OSError:
        return None
    digest, data = content[:32], content[32:]
    return data if hashlib.sha256(data).digest() == digest else None


def _write_entry(entry: Path, data: bytes) -> None:
    """Keep `data` for the next build; written beside its place and moved, so that no reader sees half a file."""
    # A cache that cannot be written costs the next build some seconds and this one nothing.
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=entry.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(data).digest() + data)
            os.replace(name, entry)
        except BaseException:
            os.unlink(name)
            raise


# -- the repairs


def _woff2(original: bytes) -> bytes:
    """Repair and compress the font. The same input gives the same bytes."""
    from io import BytesIO

    from fontTools.ttLib import TTFont

    font = TTFont(BytesIO(original), recalcTimestamp=False, lazy=False)
    repair(font)
    font.flavor = "woff2"
    result = BytesIO()
    font.save(result)
    return result.getvalue()


def repair(font: TTFont) -> None:
    """Make the font stretch in browsers what it can stretch, and give primes their size; changes `font`."""
    variants = font["MATH"].table.MathVariants
    constructions = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    for construction in constructions.values():
        _turn_last_connector(construction, variants.MinConnectorOverlap)
    _lend_constructions(font, constructions)
    glyphs = sorted(constructions, key=font.getGlyphID)  # a coverage table is sorted by glyph id
    variants.HorizGlyphCoverage.glyphs = glyphs
    variants.HorizGlyphConstruction = [constructions[glyph] for glyph in glyphs]
    variants.HorizGlyphCount = len(glyphs)
    _enlarge_primes(font)


def _turn_last_connector(construction: Any, least: int) -> None:
    """Give the last part of an assembly the connector on the side where it joins the part before it.

    In the arrows to the right and in both directions the head has its two connector lengths swapped. Chromium
    then finds an overlap below MinConnectorOverlap and refuses to stretch the arrow (OpenType, MATH table,
    GlyphAssembly).
    """
    parts = construction.GlyphAssembly.PartRecords if construction.GlyphAssembly else []
    if len(parts) > 1:
        head = parts[-1]
        if head.StartConnectorLength < least <= head.EndConnectorLength:
            head.StartConnectorLength, head.EndConnectorLength = head.EndConnectorLength, head.StartConnectorLength


def _lend_constructions(font: TTFont, constructions: dict[str, Any]) -> None:
    """Give characters that lack a horizontal construction a copy of their sister's, beginning with themselves."""
    cmap = font.getBestCmap() or {}
    widths = font["hmtx"]
    for character, sister in (LONG_ARROWS | ACCENTS).items():
        glyph, lender = cmap.get(character), cmap.get(sister)
        if glyph is None or glyph in constructions or lender not in constructions:
            continue
        own = copy.deepcopy(constructions[lender])
        records = own.MathGlyphVariantRecord
        if records:
            # The first variant is the glyph as it stands in a line of text.
            records[0].VariantGlyph = glyph
            if character in LONG_ARROWS:
                records[0].AdvanceMeasurement = widths[glyph][0]
        constructions[glyph] = own


def _enlarge_primes(font: TTFont) -> None:
    """Map the prime characters to their large glyphs.

    `ss04` has the large primes at script size already raised; `ssty` is taken where `ss04` says nothing.
    """
    large = dict(_substitutions(font, "ssty")) | dict(_substitutions(font, "ss04"))
    for table in font["cmap"].tables:
        if table.format == 14:  # variation sequences map no character alone
            continue
        for character in PRIMES:
            glyph = table.cmap.get(character)
            if glyph in large:
                table.cmap[character] = large[glyph]


def _substitutions(font: TTFont, feature: str) -> Iterator[tuple[str, str]]:
    """Yield the one-to-one substitutions of an OpenType feature; of alternatives the first."""
    gsub = font["GSUB"].table
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != feature:
            continue
        for index in record.Feature.LookupListIndex:
            for extension in gsub.LookupList.Lookup[index].SubTable:
                subtable = getattr(extension, "ExtSubTable", extension)
                yield from getattr(subtable, "mapping", {}).items()
                for glyph, alternatives in getattr(subtable, "alternates", {}).items():
                    yield glyph, alternatives[0]
