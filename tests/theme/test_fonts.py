"""The math font: found, repaired, compressed, cached."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from sitegen import fonts


@pytest.fixture(scope="module")
def original() -> TTFont:
    return TTFont(fonts.font_file())


@pytest.fixture(scope="module")
def repaired() -> TTFont:
    font = TTFont(fonts.font_file(), recalcTimestamp=False)
    fonts.repair(font)
    return font


def glyph_of(font: TTFont, character: int) -> str:
    glyph: str = (font.getBestCmap() or {})[character]
    return glyph


def constructions(font: TTFont) -> dict[str, Any]:
    variants = font["MATH"].table.MathVariants
    return dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))


def test_the_carrier_has_the_font_with_a_math_table(original: TTFont) -> None:
    assert "MATH" in original
    assert original["name"].getDebugName(1) == "STIX Two Math"


def test_the_carrier_is_never_imported(tmp_path: Path) -> None:
    heavy = "m.startswith(('ziamath', 'fontTools')) for m in sys.modules"
    code = f"import sys, sitegen.fonts as f; f.font_file(); sys.exit(any({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("arrow", [0x2192, 0x2194, 0x21A6])
def test_the_parts_of_an_arrow_overlap_enough_to_be_stretched(original: TTFont, repaired: TTFont, arrow: int) -> None:
    def overlaps(font: TTFont) -> list[int]:
        parts = constructions(font)[glyph_of(font, arrow)].GlyphAssembly.PartRecords
        return [min(left.EndConnectorLength, right.StartConnectorLength) for left, right in pairwise(parts)]

    least = original["MATH"].table.MathVariants.MinConnectorOverlap
    assert min(overlaps(original)) < least, "the font was repaired upstream: the repair can go"
    assert min(overlaps(repaired)) >= least


def test_every_assembly_overlaps_enough(repaired: TTFont) -> None:
    least = repaired["MATH"].table.MathVariants.MinConnectorOverlap
    for glyph, construction in constructions(repaired).items():
        parts = construction.GlyphAssembly.PartRecords if construction.GlyphAssembly else []
        for left, right in pairwise(parts):
            assert min(left.EndConnectorLength, right.StartConnectorLength) >= least, glyph


@pytest.mark.parametrize("character", [*fonts.LONG_ARROWS, *fonts.ACCENTS])
def test_wide_accents_and_long_arrows_can_be_stretched(repaired: TTFont, character: int) -> None:
    glyph = glyph_of(repaired, character)
    construction = constructions(repaired)[glyph]
    records = construction.MathGlyphVariantRecord
    assert records or construction.GlyphAssembly
    if records:
        assert records[0].VariantGlyph == glyph
        widths = [record.AdvanceMeasurement for record in records]
        assert widths == sorted(widths)


def test_the_coverage_is_sorted_by_glyph(repaired: TTFont) -> None:
    glyphs = repaired["MATH"].table.MathVariants.HorizGlyphCoverage.glyphs
    assert glyphs == sorted(glyphs, key=repaired.getGlyphID)


@pytest.mark.parametrize("character", fonts.PRIMES)
def test_primes_are_large(original: TTFont, repaired: TTFont, character: int) -> None:
    def height(font: TTFont) -> int:
        glyph = font["glyf"][glyph_of(font, character)]
        return int(glyph.yMax - glyph.yMin)

    assert height(repaired) > 1.3 * height(original)


def test_the_same_font_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    font = fonts.math_font(tmp_path)
    code = "import sys, sitegen.fonts as f; sys.stdout.write(f.math_font(__import__('pathlib').Path(sys.argv[1])).name)"
    other = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "other")],
        env={**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "0"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert other.stdout == font.name
    written = TTFont(io.BytesIO(font.data))
    assert written.flavor == "woff2"
    assert "MATH" in written


class TestCache:
    """An entry is used when whole, made again when not."""

    @pytest.fixture(autouse=True)
    def quick(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        made: list[int] = []

        def woff2(original: bytes) -> bytes:
            made.append(len(original))
            return b"a font"

        monkeypatch.setattr(fonts, "_woff2", woff2)
        self.made = made
        return made

    def entry(self, folder: Path) -> Path:
        (entry,) = (folder / "fonts").iterdir()
        return entry

    def test_the_second_call_makes_nothing(self, tmp_path: Path) -> None:
        assert fonts.math_font(tmp_path) == fonts.math_font(tmp_path)
        assert len(self.made) == 1

    @pytest.mark.parametrize("damage", [b"", b"short", b"x" * 100])
    def test_a_damaged_entry_is_made_again(self, tmp_path: Path, damage: bytes) -> None:
        font = fonts.math_font(tmp_path)
        self.entry(tmp_path).write_bytes(damage)
        assert fonts.math_font(tmp_path) == font
        assert len(self.made) == 2
        assert fonts.math_font(tmp_path) == font
        assert len(self.made) == 2

    def test_an_entry_that_is_a_folder_is_a_miss(self, tmp_path: Path) -> None:
        font = fonts.math_font(tmp_path)
        entry = self.entry(tmp_path)
        entry.unlink()
        entry.mkdir()
        assert fonts.math_font(tmp_path) == font
        assert [file.name for file in (tmp_path / "fonts").iterdir()] == [entry.name]

    def test_a_cache_that_cannot_be_written_costs_only_time(self, tmp_path: Path) -> None:
        blocked = tmp_path / "cache"
        blocked.write_text("a file where the folder should be", encoding="utf-8")
        assert fonts.math_font(blocked).data == b"a font"

    def test_another_library_version_is_another_entry(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        fonts.math_font(tmp_path)
        monkeypatch.setattr(fonts, "_code_digest", lambda: (b"other",))
        fonts.math_font(tmp_path)
        assert len(self.made) == 2


def test_the_name_tells_the_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_woff2", lambda original: b"one")
    one = fonts.math_font(tmp_path / "one").name
    monkeypatch.setattr(fonts, "_woff2", lambda original: b"two")
    assert fonts.math_font(tmp_path / "two").name != one


def test_a_missing_carrier_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="ziamath"):
        fonts.font_file()


def test_the_licence_names_the_copyright_of_the_font(original: TTFont) -> None:
    text = fonts.license_text().decode()
    assert str(original["name"].getDebugName(0)) in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "PERMISSION & CONDITIONS" in text
