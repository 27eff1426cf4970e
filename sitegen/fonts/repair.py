"""Repairs of STIX Two Math for browsers: what stretches in TeX must stretch on a page, and primes have their size.

Each repair says which browser needs it. They change tables, no outlines.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

__all__ = ["repair"]

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
