"""The font files of one site: from what its formulas show to which page loads which file.

Between `fonts`, which knows fonts but no sites, and `assets`, which publishes what is chosen here.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial

import msgspec

from sitegen import fonts
from sitegen.config import CONFIG_FILE
from sitegen.diagnostics import Diagnostic
from sitegen.fonts import MathFont, Store
from sitegen.math.drawn import drawn
from sitegen.site import Page, Site
from sitegen.text import Span

__all__ = ["Typefaces", "has_math", "typefaces"]


class Typefaces(msgspec.Struct, frozen=True):
    """The math fonts of a site."""

    shared: MathFont | None = None
    """The file of ordinary pages; None on a site without formulas, and on one that brings no font."""
    complete: MathFont | None = None
    """The file of the pages in `apart`."""
    apart: frozenset[str] = frozenset()
    """Output paths of the pages that load the complete file in place of the other one."""
    licensed: bool = False
    """Whether the licence of the packaged font must be published with them."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Formulas with characters that the font lacks, patterns that match no page."""


def typefaces(site: Site) -> Typefaces:
    """Choose and make the math fonts of a site.

    In a preview the files have everything that the font has, and are not compressed, under the same names: there a
    formula with a new character must not wait until another file is made.

    Raises FileNotFoundError where the installation lacks the font, and OSError for a font of the site's own that is
    gone since the settings were read.
    """
    settings = site.config.math.font
    patterns = [_pattern(written) for written in settings.full]
    apart = frozenset(page.output for page in site.pages if any(_matches(page, pattern) for pattern in patterns))
    problems = _unmatched(site, patterns)
    if settings.none or not has_math(site):
        return Typefaces(diagnostics=problems)
    font = fonts.own_font(site.config.root / settings.file) if settings.file else fonts.packaged_font()
    store = Store(site.config.root / site.config.build.cache / "fonts")
    drawn_in = {document.path: document.drawn for document in site.documents}
    shown = {
        page.output: frozenset("".join([each.characters for each in drawn_in.get(page.source, ())]))
        for page in site.pages
    }
    # Titles stand on lists too, whose pages never have the complete file.
    titles = [drawn(page.title_html, set()) for page in site.pages if "<math" in page.title_html]
    choice = fonts.choose(shown, frozenset().union(*titles), apart, fonts.repertoire(font, store))
    problems += _missing(site, choice.missing)
    shared = fonts.subset(font, choice.site, store)
    complete = fonts.subset(font, choice.complete, store) if choice.apart else None
    if site.config.preview:
        shared = MathFont(shared.name, partial(fonts.whole, font, store))
        complete = complete and MathFont(complete.name, shared.make)
    return Typefaces(shared, complete, choice.apart, font.packaged, problems)


def has_math(site: Site) -> bool:
    """Tell whether any page shows a formula."""
    return any(page.has_math or "<math" in page.title_html for page in site.pages)


# -- patterns of addresses


def _pattern(written: str) -> str:
    return "/" + written.strip("/")


def _matches(page: Page, pattern: str) -> bool:
    return fnmatchcase("/" + page.output.removesuffix("index.html").strip("/"), pattern)


def _unmatched(site: Site, patterns: list[str]) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            "config/unmatched-pattern",
            f"no page matches {site.config.math.font.full[at]}",
            CONFIG_FILE,
            site.config.spans.get(("math", "font", "full", at)),
            hint="write the address of a page below the site's root, such as /reference/; * stands for any characters",
        )
        for at, pattern in enumerate(patterns)
        if not any(_matches(page, pattern) for page in site.pages)
    )


# -- characters that the font lacks


def _missing(site: Site, characters: frozenset[str]) -> tuple[Diagnostic, ...]:
    if not characters:
        return ()
    return tuple(
        _diagnostic(document.path, lacking, Span(each.start, each.end))
        for document in site.documents
        for each in document.drawn
        if (lacking := [character for character in each.characters if character in characters])
    )


def _diagnostic(path: str, lacking: list[str], span: Span) -> Diagnostic:
    named = ", ".join(f"{character} (U+{ord(character):04X})" for character in lacking)
    return Diagnostic(
        "math/missing-glyph",
        f"the math font has no {named}",
        path,
        span,
        "the first formula that shows it" if len(lacking) == 1 else "the first formula that shows them",
        r"write it as text, \text{…}, or choose a font that has it under [math.font]",
    )
