"""The math font of a site: STIX Two Math repaired for browsers, or the author's own, cut down to what pages show.

Without a font that has a MATH table Chromium stretches no brace, root or sum, and most readers have none installed;
so the site brings one. Whole it weighs more than everything else on a page together, so a site publishes the glyphs
that its formulas show, with all their sizes.

    files    finds and checks font files
    repair   mends STIX Two Math
    choice   which pages share a font file, and which need more than the others
    cutting  cuts a font down and compresses it, and remembers what it made

fontTools is imported only where a font that is not remembered has to be made.
"""

from __future__ import annotations

from sitegen.fonts.choice import BUDGET, Choice, choose
from sitegen.fonts.cutting import MathFont, Repertoire, Store, repertoire, subset, whole
from sitegen.fonts.files import (
    FAMILY,
    LICENSE_FILE,
    LINE,
    FontFile,
    font_file,
    license_text,
    own_font,
    packaged_font,
    problem,
)

__all__ = [
    "BUDGET",
    "FAMILY",
    "LICENSE_FILE",
    "LINE",
    "Choice",
    "FontFile",
    "MathFont",
    "Repertoire",
    "Store",
    "choose",
    "font_file",
    "license_text",
    "own_font",
    "packaged_font",
    "problem",
    "repertoire",
    "subset",
    "whole",
]
