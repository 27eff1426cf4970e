"""The stylesheets: those of the theme, of mathematics, of authors' colours and markup, and the site's own.

They are split by concern and joined into one file, so that a page needs two requests before it can be shown: the
stylesheet and, with formulas, the font. What few pages need is another file, which only those load.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sitegen import fonts, palette, sidenotes
from sitegen.assets.files import THEME, unreadable
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.fonts import MathFont
from sitegen.model import RenderError
from sitegen.site import Site
from sitegen.text import Span
from sitegen.typefaces import has_math

__all__ = [
    "compact",
    "complete_font_stylesheet",
    "most_notes",
    "pages_with_rare_styles",
    "rare_stylesheet",
    "read_styles",
    "style_files",
    "style_flaws",
    "style_problems",
    "stylesheet",
]

STYLES = ("colours", "typography", "layout", "blocks", "code", "print")
"""The packaged stylesheets in their order: later rules win over earlier ones of the same weight."""

RARE = ("blocks",)
"""Those of them that pages load only when they have one of their classes, together with what formulas seldom need."""


def stylesheet(site: Site, sheets: Mapping[str, str], font: MathFont | None) -> str:
    """Return the stylesheet of all pages: the theme's, mathematics, authors' colours and markup, the site's own.

    `sheets` are the theme's and the site's by name, `font` is the font file beside it.
    """
    from sitegen.math.styles import stylesheets as math_stylesheets

    colours = sheets["colours"]
    pairs = {(c, b) for document in site.documents for c in document.colors for b in document.backgrounds}
    parts = [
        _font_face(fonts.FAMILY, font) if font else "",
        *(sheets[name] for name in STYLES if name not in (*RARE, "print")),
        math_stylesheets()[0] if has_math(site) else "",
        sidenotes.stylesheet(most_notes(site)) if site.config.theme.sidenotes else "",
        palette.stylesheet(site.colors, site.backgrounds, pairs, palette.grounds(colours)),
        *(f".{name}{{{declarations}}}\n" for name, declarations in site.styles),
        *(text for name, text in sheets.items() if name not in STYLES),
        sheets["print"],
    ]
    return compact("\n".join(parts))


_NOTE = re.compile(r"fn(\d+)\Z")


def most_notes(site: Site) -> int:
    """Return how many footnotes the post with the most of them has."""
    found = (_NOTE.match(anchor) for document in site.documents for anchor in document.anchors)
    return max((int(match[1]) for match in found if match), default=0)


def rare_stylesheet(site: Site, sheets: Mapping[str, str]) -> str:
    """Return the styles that few pages need; each rule has a class by which these pages are known."""
    from sitegen.math.styles import stylesheets as math_stylesheets

    math = math_stylesheets()[1] if has_math(site) else ""
    return compact("\n".join((math, *(sheets[name] for name in RARE))))


def pages_with_rare_styles(site: Site, sheets: Mapping[str, str]) -> frozenset[str | None]:
    """Return the output paths of the pages that have a class of the rare styles.

    None is among them where a title has one, which lists show.
    """
    from sitegen.math.styles import rare_classes

    classes = rare_classes().union(*(re.findall(r"\.([a-zA-Z][\w-]*)", sheets[name]) for name in RARE))
    sources = {each.path for each in site.documents if not classes.isdisjoint(each.classes.split())}
    found: set[str | None] = {page.output for page in site.pages if page.source in sources}
    titles = [page.title_html for page in site.pages if "class=" in page.title_html]
    if any(not classes.isdisjoint(re.findall(r"[\w-]+", title)) for title in titles):
        found |= {None, "index.html"}
    return frozenset(found)


def _font_face(family: str, font: MathFont) -> str:
    # `block`: a swapped-in font would move every bracket.
    return (
        f'@font-face{{font-family:"{family}";src:url("{font.name}") format("woff2");font-display:block;{fonts.LINE}}}\n'
    )


def complete_font_stylesheet(font: MathFont) -> str:
    """Return the stylesheet of pages that load the complete font; formulas take their family from `--math-font`."""
    family = f"{fonts.FAMILY} Complete"
    return f'{_font_face(family, font)}:root{{--math-font:"{family}"}}\n'


def read_styles(config: Config) -> dict[str, str]:
    """Return the stylesheets by name: the packaged ones, each replaced by the site's of that name; then its others.

    Raises RenderError for one that cannot be read.
    """
    files = {name: (THEME / "styles" / f"{name}.css", f"default/styles/{name}.css") for name in STYLES}
    for file in style_files(config):
        files[file.stem] = (file, file.relative_to(config.root).as_posix())
    return {name: _read_style(file, origin) for name, (file, origin) in files.items()}


def style_files(config: Config) -> tuple[Path, ...]:
    """Return the site's own stylesheets, `templates/styles/*.css`, sorted."""
    files = (config.root / path for path in _names(config)[0])
    return tuple(file for file in files if os.path.isfile(file))


def _names(config: Config) -> tuple[list[str], tuple[Diagnostic, ...]]:
    """Return the names of stylesheets, relative to the project, sorted; and why their folder cannot be read."""
    folder = f"{config.build.templates}/styles"
    try:
        names = os.listdir(config.root / folder)
    except (FileNotFoundError, NotADirectoryError):
        names = []
    except OSError as error:
        return [], (unreadable(folder, error).diagnostic,)
    return [f"{folder}/{name}" for name in sorted(names) if name.endswith(".css") and not name.startswith(".")], ()


def style_problems(config: Config) -> tuple[Diagnostic, ...]:
    """Return why stylesheets of a site cannot be read."""
    found = [*_names(config)[1]]
    for file in style_files(config):
        try:
            _read_style(file, file.relative_to(config.root).as_posix())
        except RenderError as error:
            found.append(error.diagnostic)
    return tuple(found)


_CSS_MARK = re.compile(
    r"(?P<aside>/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\\.|url\([^)'\"]*\))"
    r"|(?P<sign>[{}])|(?P<open>/\*)|(?P<import>@import\b[^;]*;?)",
    re.DOTALL | re.IGNORECASE,
)


def style_flaws(config: Config, sheets: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Yield what browsers would not say of the site's own stylesheets, which are joined with others to one file."""
    for file in style_files(config):
        text, path = sheets.get(file.stem, ""), file.relative_to(config.root).as_posix()
        opened: list[int] = []
        for mark in _CSS_MARK.finditer(text):
            at = mark.start()
            if mark["sign"] == "{":
                opened.append(at)
            elif mark["sign"] and opened:
                opened.pop()
            elif mark["sign"]:
                hint = "delete it, or add what it closes"
                yield Diagnostic("style/unbalanced", "this } closes nothing", path, Span(at, at + 1), hint=hint)
            elif mark["open"]:
                hint = "write */ at its end"
                yield Diagnostic("style/unbalanced", "this comment is never closed", path, Span(at, at + 2), hint=hint)
                break
            elif mark["import"]:
                message = "an @import counts only at the beginning of the joined stylesheet, so it does nothing"
                hint = f"put the styles into the folder {config.build.templates}/styles, whose files are joined"
                yield Diagnostic("style/import", message, path, Span(*mark.span()), hint=hint)
        for at in opened[:1]:
            hint = "write } where the rule ends"
            yield Diagnostic("style/unbalanced", "this { is never closed", path, Span(at, at + 1), hint=hint)


def _read_style(file: Path, origin: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(origin, error) from error


def compact(css: str) -> str:
    """Return a stylesheet without comments and without white space that means nothing."""
    from rcssmin import cssmin

    return str(cssmin(css)) + "\n"
