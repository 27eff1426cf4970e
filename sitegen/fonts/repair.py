"""Repairs of STIX Two Math for browsers: what stretches in TeX must stretch on a page, and primes have their size.

Each repair says which browser needs it. No outline is changed; those of some arrows are cut into parts.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

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
    0x27FB: 0x21A4,
    0x27FC: 0x21A6,
}
"""Long arrow to the arrow whose horizontal construction it borrows: the font gives it none, so it never stretches."""

ACCENTS = {0x02C6: 0x0302, 0x02C7: 0x030C, 0x02DC: 0x0303, 0x00AF: 0x0305}
"""Spacing accent to the combining one whose horizontal construction it borrows. Pages use the spacing characters,
since Chromium sets combining ones beside their base."""

CUT = "=⇌⇋⇄⇆⇉⇇⇶↠↞↣↢"
"""Arrows, and an equals sign, that the font does not stretch at all. Each has a stretch in its middle where only
straight lines run, so it is cut there into two ends and something to put between."""

ROUNDED = "⟮⟯"
"""Flattened parentheses: TeX puts large ones together from the ends of a brace without its middle (plain.tex,
\\lgroup), and so do these."""

COMPOSED = {"⑊": ("\\", "\\"), "✡": ("△", "▽")}
"""Characters that the font lacks, of two that it has: side by side, or one upon the other (a star of triangles)."""

PRIMES = (0x2032, 0x2033, 0x2034, 0x2035, 0x2036, 0x2037, 0x2057)
"""Prime characters. Their glyphs are tiny and high, meant to be replaced by the `ssty` feature, which Chromium
never applies; so the character map leads to the large glyphs at once."""


def repair(font: TTFont) -> None:
    """Make the font stretch in browsers what it can stretch, and give primes their size; changes `font`."""
    # MathML Core (section 3.4.4.3) counts it from the top of an arrow, OpenType from its baseline; as for limits.
    constants = font["MATH"].table.MathConstants
    constants.StretchStackTopShiftUp.Value = constants.UpperLimitBaselineRiseMin.Value
    variants = font["MATH"].table.MathVariants
    across = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    upright = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    for construction in across.values():
        _turn_last_connector(construction, variants.MinConnectorOverlap)
    _lend_constructions(font, across)
    _cut_arrows(font, across)
    _assemble_rounded(font, upright)
    variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction = _sorted(font, across)
    variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction = _sorted(font, upright)
    variants.HorizGlyphCount, variants.VertGlyphCount = len(across), len(upright)
    _enlarge_primes(font)
    _compose(font)


def _sorted(font: TTFont, constructions: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """Return glyphs and constructions in the order of a coverage table: by glyph id."""
    glyphs = sorted(constructions, key=font.getGlyphID)
    return glyphs, [constructions[glyph] for glyph in glyphs]


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


def _cut_arrows(font: TTFont, constructions: dict[str, Any]) -> None:
    """Give each of `CUT` two ends, and between them as much of its middle as it takes."""
    cmap = font.getBestCmap() or {}
    outlines, widths = font["glyf"], font["hmtx"]
    added: dict[str, tuple[Any, int]] = {}
    for character in CUT:
        glyph = cmap.get(ord(character))
        if glyph is None or glyph in constructions:
            continue
        low, high = _straight(outlines, glyph)
        width = widths[glyph][0]
        parts = (
            ("start", -width, high, high, (0, high - low)),
            ("middle", low, high, high - low, (high - low, high - low)),
            ("end", low, 2 * width, width - low, (high - low, 0)),
        )
        records = []
        for name, least, most, advance, (before, after) in parts:
            outline = _clipped(outlines, glyph, least, most, shift=0 if name == "start" else -low)
            added[f"{glyph}.{name}"] = outline, advance
            records.append(_part(f"{glyph}.{name}", advance, before, after, extender=name == "middle"))
        constructions[glyph] = _construction(glyph, width, records)
    for name, (outline, advance) in added.items():
        outlines[name] = outline
        widths[name] = advance, outline.xMin
    font.setGlyphOrder(list(outlines.glyphOrder))


def _straight(outlines: Any, glyph: str) -> tuple[int, int]:
    """Return the widest stretch of a glyph in which no point lies; only lines run across it."""
    points, _, _ = outlines[glyph].getCoordinates(outlines)
    places = sorted({x for x, _ in points})
    low, high = max(pairwise(places), key=lambda gap: gap[1] - gap[0])
    return int(low), int(high)


def _clipped(outlines: Any, glyph: str, least: int, most: int, shift: int) -> Any:
    """Return the part of an outline between two verticals that only horizontal lines cross, moved by `shift`.

    What lies beyond is pressed flat onto the vertical, where it has no area.
    """
    from fontTools.ttLib.tables.ttProgram import Program

    outline = copy.deepcopy(outlines[glyph])
    for at, (x, y) in enumerate(outline.coordinates):
        outline.coordinates[at] = (min(max(x, least), most) + shift, y)
    outline.program = Program()
    outline.program.fromBytecode(b"")
    outline.recalcBounds(outlines)
    return outline


def _compose(font: TTFont) -> None:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    cmap = font.getBestCmap() or {}
    outlines, widths = font["glyf"], font["hmtx"]
    for character, (one, other) in COMPOSED.items():
        first, second = cmap.get(ord(one)), cmap.get(ord(other))
        if ord(character) in cmap or first is None or second is None:
            continue
        across, up = 0, 0
        if one == other:
            across = round(0.45 * widths[first][0])
        else:  # triangles lie upon each other when their centres do, a third of their height above the base
            below, above = outlines[first], outlines[second]
            height = below.yMax - below.yMin
            across = (below.xMin + below.xMax - above.xMin - above.xMax) // 2
            up = below.yMin - above.yMax + round(2 * height / 3)
        pen = TTGlyphPen(cast("dict[str, Any]", outlines))
        pen.addComponent(first, (1, 0, 0, 1, 0, 0))
        pen.addComponent(second, (1, 0, 0, 1, across, up))
        name = f"uni{ord(character):04X}"
        outlines[name] = outline = pen.glyph()
        outline.recalcBounds(outlines)
        widths[name] = widths[first][0] + max(across, 0), outline.xMin
        for table in font["cmap"].tables:
            if table.format != 14 and table.isUnicode():
                table.cmap[ord(character)] = name
    font.setGlyphOrder(list(outlines.glyphOrder))


def _assemble_rounded(font: TTFont, constructions: dict[str, Any]) -> None:
    cmap = font.getBestCmap() or {}
    for character, brace in zip(ROUNDED, "{}", strict=True):
        glyph, lender = cmap.get(ord(character)), cmap.get(ord(brace))
        if glyph is None or glyph in constructions or lender not in constructions:
            continue
        bottom, filler, _, _, top = copy.deepcopy(constructions[lender].GlyphAssembly.PartRecords)
        outline = font["glyf"][glyph]
        constructions[glyph] = _construction(glyph, outline.yMax - outline.yMin, [bottom, filler, top])


def _construction(glyph: str, size: int, parts: list[Any]) -> Any:
    """Return how a glyph grows: as itself, `size` large, then put together from parts."""
    own = _table("MathGlyphVariantRecord")
    own.VariantGlyph, own.AdvanceMeasurement = glyph, size
    assembly = _table("GlyphAssembly")
    assembly.ItalicsCorrection = _table("MathValueRecord")
    assembly.ItalicsCorrection.Value = 0
    assembly.PartRecords, assembly.PartCount = parts, len(parts)
    construction = _table("MathGlyphConstruction")
    construction.MathGlyphVariantRecord, construction.VariantCount = [own], 1
    construction.GlyphAssembly = assembly
    return construction


def _table(name: str) -> Any:
    """Return an empty table of OpenType; fontTools makes their classes while it is imported."""
    from fontTools.ttLib.tables import otTables

    return getattr(otTables, name)()


def _part(glyph: str, advance: int, before: int, after: int, *, extender: bool) -> Any:
    part = _table("GlyphPartRecord")
    part.glyph, part.FullAdvance, part.PartFlags = glyph, advance, int(extender)
    part.StartConnectorLength, part.EndConnectorLength = before, after
    return part


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
