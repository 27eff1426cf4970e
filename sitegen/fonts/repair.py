"""Repairs of STIX Two Math for browsers: what stretches in TeX must stretch on a page, and primes have their size.

Each repair says which browser needs it. Outlines stay as they are but those of large root signs; some arrows are cut
into parts.
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

CUT = "=⇌⇋⇄⇆⇉⇇⇶↠↞↣↢→←↔⇒⇐⇔↦↤↪↩↼↽⇀⇁"
"""Arrows, and an equals sign, that the font does not stretch, or only in large steps: the parts it has for them are
long and overlap little, so that an arrow with a narrow label is drawn far wider than it asked for. Each has a stretch
in its middle where only straight lines run, so it is cut there into two ends and something to put between."""

OVERLAP = 40
"""The least by which parts overlap, in thousandths of an em; the font's 100 is nearly all that is straight in `⇔`."""

NUMERATOR, DENOMINATOR = 450, 420
"""How far the parts of a fraction in a line of text stand above and below the baseline, in thousandths of an em, where
they have room: the font's 585 for both makes every line with a fraction higher than the lines around it. TeX has 394
and 345 for its thinner rule (TeXbook, appendix G, rule 15)."""

LEANING = 2 / 3
"""How much of the white left of an assembled bracket is kept: Chromium draws the parts as far from the left edge again
as their outline begins, Firefox where they are. So neither is off by more than a third of it."""

ROUNDED = "⟮⟯"
"""Flattened parentheses: TeX puts large ones together from the ends of a brace without its middle (plain.tex,
\\lgroup), and so do these."""

COMPOSED = {"⑊": ("\\", "\\"), "✡": ("△", "▽")}
"""Characters that the font lacks, of two that it has: side by side, or one upon the other (a star of triangles)."""

ROOT = 0x221A
ROOT_WIDTH = 880
"""How wide every root sign but the smallest is, in thousandths of an em. The font's grow to 1,212, and Chromium leaves
as much room for the smallest as for the largest (MathML Core, section 3.3.3.1): a gap after `√x`, and a line over what
comes next where roots are nested. TeX's large signs are all of one width, too."""

PRIMES = (0x2032, 0x2033, 0x2034, 0x2035, 0x2036, 0x2037, 0x2057)
"""Prime characters. Their glyphs are tiny and high, meant to be replaced by the `ssty` feature, which Chromium
never applies; so the character map leads to the large glyphs at once."""


def repair(font: TTFont) -> None:
    """Make the font stretch in browsers what it can stretch, and give primes their size; changes `font`."""
    # MathML Core (section 3.4.4.3) counts it from the top of an arrow, OpenType from its baseline; as for limits.
    constants = font["MATH"].table.MathConstants
    constants.StretchStackTopShiftUp.Value = constants.UpperLimitBaselineRiseMin.Value
    constants.FractionNumeratorShiftUp.Value = NUMERATOR
    constants.FractionDenominatorShiftDown.Value = DENOMINATOR
    variants = font["MATH"].table.MathVariants
    variants.MinConnectorOverlap = OVERLAP
    across = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    upright = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    _cut_arrows(font, across)
    _lend_constructions(font, across)
    _assemble_rounded(font, upright)
    _centre_assemblies(font, upright)
    _narrow_roots(font, upright)
    variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction = _sorted(font, across)
    variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction = _sorted(font, upright)
    variants.HorizGlyphCount, variants.VertGlyphCount = len(across), len(upright)
    _enlarge_primes(font)
    _compose(font)


def _sorted(font: TTFont, constructions: dict[str, Any]) -> tuple[list[str], list[Any]]:
    """Return glyphs and constructions in the order of a coverage table: by glyph id."""
    glyphs = sorted(constructions, key=font.getGlyphID)
    return glyphs, [constructions[glyph] for glyph in glyphs]


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
        if glyph is None:
            continue
        low, high = _straight(outlines, glyph)
        # Without the white at its ends: Chromium draws the whole as far from its place as the first part has white.
        first, last = outlines[glyph].xMin, outlines[glyph].xMax
        width = widths[glyph][0]
        parts = (
            ("start", first, high, high - first, (0, high - low)),
            ("middle", low, high, high - low, (high - low, high - low)),
            ("end", low, last, last - low, (high - low, 0)),
        )
        records = []
        for name, least, most, advance, (before, after) in parts:
            outline = _clipped(outlines, glyph, least, most, shift=-first if name == "start" else -low)
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


def _centre_assemblies(font: TTFont, constructions: dict[str, Any]) -> None:
    """Let assembled brackets and bars stand where those stand that are one glyph, but the root, which is no bracket."""
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    outlines, widths = font["glyf"], font["hmtx"]
    root = (font.getBestCmap() or {}).get(ROOT)
    moved: dict[tuple[str, int], str] = {}
    for glyph, construction in constructions.items():
        parts = construction.GlyphAssembly.PartRecords if construction.GlyphAssembly and glyph != root else []
        white = min((outlines[part.glyph].xMin for part in parts), default=0)
        across = -round((1 - LEANING) * white)
        for part in parts if across < 0 else ():
            if (part.glyph, across) not in moved:
                pen = TTGlyphPen(cast("dict[str, Any]", outlines))
                pen.addComponent(part.glyph, (1, 0, 0, 1, across, 0))
                name = moved[part.glyph, across] = f"{part.glyph}.left{-across}"
                outlines[name] = outline = pen.glyph()
                outline.recalcBounds(outlines)
                widths[name] = widths[part.glyph][0], outline.xMin
            part.glyph = moved[part.glyph, across]
        # The double bar has one part that hardly overlaps, so that it grows in steps of most of an em.
        if len({part.glyph for part in parts}) == 1:
            for part in parts:
                most = max(each.StartConnectorLength for each in parts)
                part.StartConnectorLength = part.EndConnectorLength = most
    font.setGlyphOrder(list(outlines.glyphOrder))


def _narrow_roots(font: TTFont, constructions: dict[str, Any]) -> None:
    """Set the strokes of large root signs steeper, and move what the largest is put together from to the left."""
    outlines, widths = font["glyf"], font["hmtx"]
    glyph = (font.getBestCmap() or {}).get(ROOT)
    if glyph not in constructions:
        return
    construction = constructions[glyph]
    for record in construction.MathGlyphVariantRecord[1:]:
        outline = outlines[record.VariantGlyph]
        # What is at the top is the end of the stroke and the begin of the line over the content.
        top = outline.yMax - font["MATH"].table.MathConstants.RadicalRuleThickness.Value
        _move(outlines, widths, record.VariantGlyph, widths[record.VariantGlyph][0] - ROOT_WIDTH, above=top)
    parts = list(dict.fromkeys(part.glyph for part in construction.GlyphAssembly.PartRecords))
    white = min(outlines[part].xMin for part in parts) - outlines[glyph].xMin
    end = ROOT_WIDTH + outlines[glyph].xMax - widths[glyph][0]
    for part in parts:
        _move(outlines, widths, part, white, end=end)


def _move(outlines: Any, widths: Any, glyph: str, left: int, *, above: int = -10_000, end: int = 10_000) -> None:
    """Move the points from a height on to the left, where they end at `end`."""
    outline = outlines[glyph]
    for at, (x, y) in enumerate(outline.coordinates):
        if y >= above:
            outline.coordinates[at] = min(x - left, end), y
    outline.recalcBounds(outlines)
    widths[glyph] = ROOT_WIDTH, outline.xMin


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
