"""The math font: found, repaired, cut down, shared out among pages, remembered."""

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
from sitegen.fonts import BUDGET, Store
from sitegen.fonts.cutting import ALWAYS
from sitegen.fonts.repair import ACCENTS, COMPOSED, CUT, LONG_ARROWS, PRIMES, ROOT, ROUNDED, repair
from sitegen.math import commands as commands  # fills the tables
from sitegen.math.registry import SYMBOLS


@pytest.fixture(scope="module")
def original() -> TTFont:
    return TTFont(fonts.font_file())


@pytest.fixture(scope="module")
def repaired() -> TTFont:
    font = TTFont(fonts.font_file(), recalcTimestamp=False)
    repair(font)
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


@pytest.mark.parametrize("character", [*LONG_ARROWS, *ACCENTS])
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


@pytest.mark.parametrize("character", PRIMES)
def test_primes_are_large(original: TTFont, repaired: TTFont, character: int) -> None:
    def height(font: TTFont) -> int:
        glyph = font["glyf"][glyph_of(font, character)]
        return int(glyph.yMax - glyph.yMin)

    assert height(repaired) > 1.3 * height(original)


def test_the_same_characters_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    font = fonts.subset(fonts.packaged_font(), frozenset("𝑥𝑦+→"), Store(tmp_path)).make()
    code = (
        "import sys, pathlib, sitegen.fonts as f;"
        "s = f.Store(pathlib.Path(sys.argv[1]));"
        "sys.stdout.write(f.subset(f.packaged_font(), frozenset('→+𝑦𝑥'), s).make().hex())"
    )
    other = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "other")],
        env={**os.environ, "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "0", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert other.stdout == font.hex()


class TestSubset:
    """A small file that draws the same."""

    @pytest.fixture
    def font(self) -> TTFont:
        data = fonts.subset(fonts.packaged_font(), frozenset("𝑓𝑥=→{∑𝒜"), Store(None)).make()
        return TTFont(io.BytesIO(data))

    def test_it_is_small_and_compressed(self, font: TTFont) -> None:
        assert font.flavor == "woff2"
        assert len(font.getGlyphOrder()) < 200
        assert {"fpgm", "prep", "DSIG"}.isdisjoint(font.keys())

    def test_it_has_the_characters_and_those_that_browsers_draw_by_themselves(self, font: TTFont) -> None:
        assert set(font.getBestCmap() or {}) == {ord(character) for character in "𝑓𝑥=→{∑𝒜" + ALWAYS}

    def test_nothing_under_an_accent_loses_its_dot(self, font: TTFont) -> None:
        # Firefox asks for letters without dot for all that is under one, scripts included.
        assert {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord} == {"ss01"}

    def test_it_keeps_sizes_and_parts(self, font: TTFont, repaired: TTFont) -> None:
        def vertical(font: TTFont, character: str) -> Any:
            variants = font["MATH"].table.MathVariants
            glyphs = variants.VertGlyphCoverage.glyphs
            return variants.VertGlyphConstruction[glyphs.index(glyph_of(font, ord(character)))]

        for character in "{√":
            whole, cut = vertical(repaired, character), vertical(font, character)
            assert len(cut.MathGlyphVariantRecord) == len(whole.MathGlyphVariantRecord)
            assert len(cut.GlyphAssembly.PartRecords) == len(whole.GlyphAssembly.PartRecords)
        assert constructions(font)[glyph_of(font, ord("→"))].GlyphAssembly

    def test_it_keeps_what_the_stylesheet_asks_for(self, font: TTFont) -> None:
        tags = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert "ss01" in tags, "the round script letters"
        assert "ssty" not in tags, "the double of every glyph"

    def test_it_says_whose_it_is(self, font: TTFont) -> None:
        assert "SIL Open Font License" in str(font["name"].getDebugName(13))


def test_the_whole_font_is_the_repaired_one(repaired: TTFont) -> None:
    opened = TTFont(io.BytesIO(fonts.whole(fonts.packaged_font(), Store(None))))
    assert opened.flavor is None
    assert opened.getBestCmap() == repaired.getBestCmap()
    assert constructions(opened).keys() == constructions(repaired).keys()


@pytest.mark.parametrize(
    "characters",
    [
        "𝑎𝑏𝑐𝑥𝑦𝑧+=12∑∫",
        "".join(chr(0x1D434 + at) for at in range(52) if at != 33) + "".join(chr(0x1D6FC + at) for at in range(25)),
        "".join(chr(at) for at in range(0x1D49C, 0x1D56C)),
        "→⇒↔⏞⏟{}⟨⟩⌈⌋√",
    ],
)
def test_weights_are_near_the_truth(characters: str) -> None:
    font = fonts.packaged_font()
    shown = frozenset(characters)
    real = len(fonts.subset(font, shown, Store(None)).make())
    estimate = fonts.repertoire(font, Store(None)).weight(shown.union(ALWAYS))
    assert 0.6 * real < estimate < 1.6 * real


class TestCache:
    """An entry is used when whole, made again when not."""

    def get(self, folder: Path, data: bytes = b"a font") -> tuple[bytes, bool]:
        made: list[int] = []

        def make() -> bytes:
            made.append(1)
            return data

        return Store(folder / "fonts").get("name.woff2", make), bool(made)

    def entry(self, folder: Path) -> Path:
        (entry,) = (folder / "fonts").iterdir()
        return entry

    def test_the_second_call_makes_nothing(self, tmp_path: Path) -> None:
        assert self.get(tmp_path) == (b"a font", True)
        assert self.get(tmp_path, b"never made") == (b"a font", False)

    @pytest.mark.parametrize("damage", [b"", b"short", b"x" * 100])
    def test_a_damaged_entry_is_made_again(self, tmp_path: Path, damage: bytes) -> None:
        self.get(tmp_path)
        self.entry(tmp_path).write_bytes(damage)
        assert self.get(tmp_path) == (b"a font", True)
        assert self.get(tmp_path) == (b"a font", False)

    def test_an_entry_that_is_a_folder_is_a_miss(self, tmp_path: Path) -> None:
        self.get(tmp_path)
        entry = self.entry(tmp_path)
        entry.unlink()
        entry.mkdir()
        assert self.get(tmp_path) == (b"a font", True)
        assert [file.name for file in (tmp_path / "fonts").iterdir()] == [entry.name]

    def test_a_cache_that_cannot_be_written_costs_only_time(self, tmp_path: Path) -> None:
        (tmp_path / "fonts").write_text("a file where the folder should be", encoding="utf-8")
        assert self.get(tmp_path) == (b"a font", True)

    def test_what_is_old_goes_when_something_new_comes(self, tmp_path: Path) -> None:
        self.get(tmp_path)
        old = self.entry(tmp_path)
        os.utime(old, (0, 0))
        Store(tmp_path / "fonts").get("other.woff2", lambda: b"another")
        assert [file.name for file in (tmp_path / "fonts").iterdir()] == ["other.woff2"]

    def test_the_name_tells_all_that_the_bytes_depend_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        font = fonts.packaged_font()

        def name(characters: str) -> str:
            return fonts.subset(font, frozenset(characters), Store(None)).name

        before = name("a")
        assert name("b") != before
        assert name("a") == before
        monkeypatch.setattr("sitegen.fonts.cutting._code_digest", lambda: (b"other",))
        assert name("a") != before

    def test_a_file_is_made_when_it_is_wanted_and_once(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        made: list[str] = []

        def cut(font: fonts.FontFile, characters: str) -> bytes:
            made.append(characters)
            return b"a font"

        monkeypatch.setattr("sitegen.fonts.cutting._cut", cut)
        font = fonts.subset(fonts.packaged_font(), frozenset("a"), Store(tmp_path))
        assert not made
        assert font.make() == font.make() == b"a font"
        assert len(made) == 1


class TestChoice:
    """Which page gets which file."""

    WEIGHTS = fonts.Repertoire(dict.fromkeys("abcdefghijklmno", BUDGET // 10), {}, {})

    def choose(self, apart: str = "", everywhere: str = "", **pages: str) -> fonts.Choice:
        shown = {page: frozenset(characters) for page, characters in pages.items()}
        return fonts.choose(shown, frozenset(everywhere), frozenset(apart.split()), self.WEIGHTS)

    def shared(self, choice: fonts.Choice) -> str:
        return "".join(sorted(choice.site - set(ALWAYS)))

    def test_pages_share_one_file(self) -> None:
        choice = self.choose(one="abc", two="cde")
        assert not choice.apart
        assert self.shared(choice) == "abcde"
        assert choice.site == choice.complete

    def test_a_page_that_is_over_the_budget_alone_is_set_apart(self) -> None:
        choice = self.choose(one="abc", two="abcdefghijkl")
        assert choice.apart == {"two"}
        assert self.shared(choice) == "abc"
        assert choice.complete > set("abcdefghijkl")

    def test_together_over_the_budget_goes_who_needs_most_for_itself(self) -> None:
        choice = self.choose(one="abcd", two="cdefg", three="ghijkl", four="l")
        assert choice.apart == {"three"}
        assert self.shared(choice) == "abcdefgl"

    def test_many_pages_with_little_of_their_own_share_a_larger_file(self) -> None:
        choice = self.choose(**{f"page{at}": "abcde" + character for at, character in enumerate("fghijklmn")})
        assert not choice.apart

    def test_pages_named_by_the_author_are_set_apart(self) -> None:
        choice = self.choose("one", one="abc", two="cd", everywhere="b")
        assert choice.apart == {"one"}
        assert self.shared(choice) == "bcd", "the title of a page apart stands on lists"

    def test_an_alphabet_used_by_half_is_taken_whole(self) -> None:
        few, many = (self.choose(one="".join(chr(0x1D44E + at) for at in range(count))) for count in (12, 13))
        assert not self.shared(few)
        assert not self.shared(many), "none of them is in this font"

    def test_characters_that_the_font_lacks_are_told(self) -> None:
        choice = self.choose(one="ab☃\ufe01\u2061")
        assert choice.missing == {"☃"}
        assert "☃" not in choice.site | choice.complete


class TestProblems:
    """Files that cannot be the math font."""

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "not a font"),
            (b"<svg></svg>", "not a font"),
            (b"wOF2" + bytes(40), "WOFF2"),
            (b"ttcf" + bytes(40), "collection"),
            (b"OTTO\0\x05", "ends too early"),
            (b"\0\1\0\0\0\0" + bytes(6), "no MATH table"),
        ],
    )
    def test_what_is_no_math_font_is_refused(self, data: bytes, said: str) -> None:
        found = fonts.problem(data)
        assert found is not None
        assert said in found[0]
        assert found[1], "every refusal says what to do"

    def test_a_font_that_was_cut_off_is_refused(self) -> None:
        data = fonts.packaged_font().data
        assert fonts.problem(data) is None
        assert fonts.problem(data[: len(data) // 2]) is not None


def test_a_missing_carrier_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.fonts.files.find_spec", lambda name: None)
    fonts.font_file.cache_clear()
    with pytest.raises(FileNotFoundError, match="ziamath"):
        fonts.font_file()


def test_the_licence_names_the_copyright_of_the_font(original: TTFont) -> None:
    text = fonts.license_text().decode()
    assert str(original["name"].getDebugName(0)) in text
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "PERMISSION & CONDITIONS" in text


@pytest.mark.parametrize("character", CUT)
def test_an_arrow_is_cut_where_nothing_but_straight_lines_run(repaired: TTFont, character: str) -> None:
    start, middle, end = constructions(repaired)[glyph_of(repaired, ord(character))].GlyphAssembly.PartRecords
    outlines, widths = repaired["glyf"], repaired["hmtx"]
    filler = outlines[middle.glyph]
    assert (filler.xMin, filler.xMax) == (0, widths[middle.glyph][0]), "no gap between the parts"
    assert {x for x, _ in filler.coordinates} == {filler.xMin, filler.xMax}, "nothing but verticals and lines between"
    assert outlines[start.glyph].xMax == widths[start.glyph][0]
    assert outlines[end.glyph].xMin == 0
    overlap = middle.StartConnectorLength
    whole = outlines[glyph_of(repaired, ord(character))]
    assert start.FullAdvance + end.FullAdvance - overlap == whole.xMax - whole.xMin, "without middle it is itself"
    assert overlap > repaired["MATH"].table.MathVariants.MinConnectorOverlap, "it grows by less than the middle is long"


@pytest.mark.parametrize("sign", "()[]{}⌈⌉⌊⌋|‖∣∥↑↓")
def test_an_assembled_bracket_stands_between_where_browsers_draw_it(
    original: TTFont, repaired: TTFont, sign: str
) -> None:
    def white(font: TTFont) -> int:
        variants = font["MATH"].table.MathVariants
        found = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
        parts = found[glyph_of(font, ord(sign))].GlyphAssembly.PartRecords
        return min(int(font["glyf"][part.glyph].xMin) for part in parts)

    # Firefox draws it there, Chromium twice as far to the right.
    assert white(repaired) == pytest.approx(white(original) * 2 / 3, abs=1)


def test_root_signs_are_of_one_width(repaired: TTFont) -> None:
    variants = repaired["MATH"].table.MathVariants
    found = dict(zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True))
    construction = found[glyph_of(repaired, ROOT)]
    glyphs = [record.VariantGlyph for record in construction.MathGlyphVariantRecord]
    glyphs += [part.glyph for part in construction.GlyphAssembly.PartRecords]
    widths = [repaired["hmtx"][glyph][0] for glyph in glyphs]
    assert max(widths) - min(widths) < 100
    ends = {repaired["glyf"][glyph].xMax - repaired["hmtx"][glyph][0] for glyph in glyphs if glyph != "uni221A.s4"}
    assert max(ends) <= 40, "the sign reaches into what is under it by no more than its line is thick"


@pytest.mark.parametrize("character", ROUNDED)
def test_a_flattened_parenthesis_grows_of_parts(repaired: TTFont, character: str) -> None:
    variants = repaired["MATH"].table.MathVariants
    at = variants.VertGlyphCoverage.glyphs.index(glyph_of(repaired, ord(character)))
    assert [part.PartFlags for part in variants.VertGlyphConstruction[at].GlyphAssembly.PartRecords] == [0, 1, 0]


@pytest.mark.parametrize("character", COMPOSED)
def test_a_character_that_is_composed_is_in_the_file(original: TTFont, character: str) -> None:
    assert ord(character) not in (original.getBestCmap() or {}), "the font has it now: the repair can go"
    font = TTFont(io.BytesIO(fonts.subset(fonts.packaged_font(), frozenset(character), Store(None)).make()))
    outline = font["glyf"][glyph_of(font, ord(character))]
    assert outline.isComposite()
    assert len(outline.components) == 2
    assert all(len(font["glyf"][part.glyphName].coordinates) >= 3 for part in outline.components)


def test_the_font_has_every_symbol_that_has_a_command() -> None:
    known = fonts.repertoire(fonts.packaged_font(), Store(None)).characters
    shown = {character for symbol in SYMBOLS.values() for character in symbol.char}
    assert {character for character in shown if character not in known and character.isprintable()} == set()
