"""A font and the characters it has to show, into a small file for the web; remembered, so that it is made once.

What is kept: the MATH table, all sizes and parts of what stretches, and the features that the stylesheet switches on.
What goes: hints, which browsers no longer use at the sizes of formulas, and the double of every glyph for scripts
(`ssty`), which Chromium never applies and which would double the file.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sitegen.fonts.files import FontFile
from sitegen.kept import keep, prune, read_kept
from sitegen.versions import version_of

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

__all__ = ["ALWAYS", "MathFont", "Repertoire", "Store", "repertoire", "subset", "whole"]

ALWAYS: Final = "()[]{}|‖⟨⟩√=+−\u0020\u00a0\u2061\u2062\u2063\u2064"
"""Characters that every file has: those that browsers draw by themselves (the root sign), and the invisible ones."""

FEATURES: Final = ("ss01",)
"""OpenType features that are kept: round script letters.

Without `dtls`, letters without dot: Firefox takes the dots from all that stands under an accent, as the index of an
overlined `x_i` and the limit of an overlined `lim`. TeX takes none; who wants none writes `\\imath`."""

NAMES: Final = (0, 1, 2, 4, 6, 13, 14)
"""Entries of the name table that are kept: copyright, names, licence and where it stands."""


class MathFont(msgspec.Struct, frozen=True):
    """A font file, ready to publish; it is made when somebody wants its bytes."""

    name: str
    """File name with a hash of all that the bytes depend on: `stix-two-math.0123456789.woff2`. It is known before the
    file is made, since every page says it."""
    make: Callable[[], bytes]
    """Returns the bytes."""


def subset(font: FontFile, characters: frozenset[str], store: Store) -> MathFont:
    """Return the part of a font that shows `characters`, as woff2. The same input gives the same bytes."""
    wanted = "".join(sorted(characters.union(ALWAYS)))
    key = _key(font, b"subset", wanted.encode())
    return MathFont(f"{font.name}.{key[:10]}.woff2", lambda: store.get(f"{key}.woff2", lambda: _cut(font, wanted)))


@lru_cache(maxsize=1)
def whole(font: FontFile, store: Store) -> bytes:
    """Return a font with all its characters, repaired where it needs repair, not compressed."""
    if not font.packaged:
        return font.data
    return store.get(f"{_key(font, b'whole')}.ttf", lambda: _saved(_open(font)))


class Repertoire(msgspec.Struct, frozen=True):
    """The characters that a font has, and what they weigh in a compressed file; an estimate."""

    characters: dict[str, int]
    """Character to the weight of its glyph in bytes."""
    relatives: dict[str, tuple[int, ...]]
    """Character that stretches to the glyphs of its sizes and parts, which it may share with others."""
    weights: dict[int, int]
    """Glyph of a size or part to its weight."""

    def weight(self, characters: Iterable[str]) -> int:
        """Return about how many bytes different characters weigh together, with all their sizes and parts."""
        own = self.characters
        known = [character for character in characters if character in own]
        shared = {glyph for character in known for glyph in self.relatives.get(character, ())}
        return sum([own[character] for character in known]) + sum([self.weights[glyph] for glyph in shared])


def repertoire(font: FontFile, store: Store) -> Repertoire:
    """Return what characters a font has, and what they weigh."""
    return _repertoire(_key(font, b"repertoire"), font, store)


@lru_cache(maxsize=2)
def _repertoire(key: str, font: FontFile, store: Store) -> Repertoire:
    data = store.get(f"{key}.weights", lambda: msgspec.msgpack.encode(_weigh(_open(font))))
    return msgspec.msgpack.decode(data, type=Repertoire)


# -- what is remembered


class Store:
    """A folder of data that can always be made again."""

    def __init__(self, folder: Path | None) -> None:
        """Take the folder, which need not exist; with None nothing is remembered."""
        self.folder = folder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Store) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    def get(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Return the data of a name, which stands for all that `make` depends on."""
        if self.folder is None:
            return make()
        entry = str(self.folder / name)
        data = read_kept(entry)
        if data is None:
            data = make()
            with contextlib.suppress(OSError):
                self.folder.mkdir(parents=True, exist_ok=True)
            keep(entry, data)
            prune(str(self.folder))
        return data


def _key(font: FontFile, *parts: bytes) -> str:
    """Name everything a result depends on: the font, this package, and the libraries that write the file."""
    return hashlib.sha256(b"\0".join((font.digest, *_code_digest(), *parts))).hexdigest()[:32]


@cache
def _code_digest() -> tuple[bytes, ...]:
    libraries = (version_of(name).encode() for name in ("fonttools", "brotli"))
    code = (file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    return (hashlib.sha256(b"".join(code)).digest(), *libraries)


# -- fontTools


def _open(font: FontFile) -> TTFont:
    from fontTools.ttLib import TTFont

    from sitegen.fonts.repair import repair

    # Without the time of day the same input gives the same bytes.
    opened = TTFont(BytesIO(font.data), recalcTimestamp=False, lazy=True)
    if font.packaged:
        repair(opened)
    return opened


def _saved(font: TTFont) -> bytes:
    result = BytesIO()
    font.save(result)
    return result.getvalue()


def _cut(font: FontFile, characters: str) -> bytes:
    from fontTools.subset import Options, Subsetter

    opened = _open(font)
    options = Options()
    options.layout_features = list(FEATURES)
    options.name_IDs = list(NAMES)
    options.hinting = False
    options.desubroutinize = True
    options.notdef_outline = True
    options.drop_tables = [*options.drop_tables, "DSIG", "FFTM"]
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(opened)
    opened.flavor = "woff2"
    return _saved(opened)


_COMPRESSED = 0.45
"""Size of a woff2 file by the size of what goes into it, hints included."""

_BESIDE_OUTLINE = 20
"""Bytes of a glyph in other tables: metrics, offset, mathematical constants."""


def _weigh(font: TTFont) -> Repertoire:
    sizes = {glyph: round((size + _BESIDE_OUTLINE) * _COMPRESSED) for glyph, size in _outline_sizes(font).items()}
    number = font.getReverseGlyphMap()
    cmap = {chr(character): glyph for character, glyph in (font.getBestCmap() or {}).items()}
    relatives = _relatives(font)
    found = {
        character: tuple(sorted(number[other] for other in relatives.get(glyph, ())))
        for character, glyph in cmap.items()
    }
    return Repertoire(
        characters={character: sizes[glyph] for character, glyph in cmap.items()},
        relatives={character: glyphs for character, glyphs in found.items() if glyphs},
        weights={number[glyph]: sizes[glyph] for each in relatives.values() for glyph in each},
    )


def _outline_sizes(font: TTFont) -> dict[str, int]:
    """Return the size of each glyph's outline in bytes."""
    if "glyf" not in font:
        outlines = font["CFF "].cff[0].CharStrings
        return {name: len(outlines[name].bytecode or b"") for name in font.getGlyphOrder()}
    offsets = font["loca"]
    order = font.getGlyphOrder()
    return {name: offsets[at + 1] - offsets[at] if at + 1 < len(offsets) else _PART for at, name in enumerate(order)}


_PART = 100
"""Bytes of the outline of a glyph that the repair has added: a piece of an arrow."""


def _relatives(font: TTFont) -> dict[str, set[str]]:
    """Return the sizes and parts of each glyph that stretches (OpenType, MATH table, MathVariants)."""
    variants = font["MATH"].table.MathVariants
    found: dict[str, set[str]] = {}
    tables: tuple[tuple[Any, Any], ...] = (
        (variants.VertGlyphCoverage, variants.VertGlyphConstruction),
        (variants.HorizGlyphCoverage, variants.HorizGlyphConstruction),
    )
    for coverage, constructions in tables:
        for glyph, construction in zip(coverage.glyphs if coverage else (), constructions or (), strict=True):
            others = found.setdefault(glyph, set())
            others.update(record.VariantGlyph for record in construction.MathGlyphVariantRecord)
            assembly = construction.GlyphAssembly
            others.update(part.glyph for part in (assembly.PartRecords if assembly else ()))
    return {glyph: others - {glyph} for glyph, others in found.items()}
