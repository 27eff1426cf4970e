"""Everything of a site that is not a page: stylesheets, the math font, static files, files beside posts.

What goes in is a `Site` and the folders of styles and static files; what comes out are `Output` recipes. Nothing
is read before a recipe is made of it but the stylesheets, whose hashed name the pages must know.

    files    what is published as it is
    styles   the stylesheets
    headers  what hosts are told of files
"""

from __future__ import annotations

import hashlib

import msgspec

from sitegen import fonts
from sitegen.assets.files import THEME, StaticFile, copied, key_of, static_files, unreadable
from sitegen.assets.headers import HEADERS, headers, is_hashed
from sitegen.assets.styles import (
    complete_font_stylesheet,
    pages_with_rare_styles,
    rare_stylesheet,
    read_styles,
    style_files,
    style_flaws,
    style_problems,
    stylesheet,
)
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.fonts import MathFont
from sitegen.model import Output, RenderError
from sitegen.notebook import embedded_file
from sitegen.site import Site, Still
from sitegen.site.addresses import GENERATED
from sitegen.site.redirects import REDIRECTS, redirects
from sitegen.typefaces import Typefaces, typefaces

__all__ = ["THEME", "Assets", "StaticFile", "copied", "is_hashed", "make_assets", "problems", "style_files"]


class Assets(msgspec.Struct, frozen=True):
    """The generated files, and what pages must know of them."""

    stylesheet: str
    """Output path of the stylesheet; its name carries a hash of its content."""
    math_font: str | None
    """Output path of the font; None on a site without formulas, or without a font."""
    outputs: tuple[Output, ...]
    complete_stylesheet: str | None = None
    """Output path of the stylesheet that pages in `apart` load as well."""
    complete_font: str | None = None
    """Output path of the font of those pages."""
    rare_stylesheet: str | None = None
    """Output path of the stylesheet that pages in `rare` load as well, before the other one."""
    rare: frozenset[str | None] = frozenset()
    """Output paths of the pages that need rarely needed styles; None stands for lists of pages."""
    apart: frozenset[str] = frozenset()
    """Output paths of the pages that load the complete font."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What may be better: characters that the font lacks."""

    def stylesheet_urls(self, site: Site, page: str | None = None) -> tuple[str, ...]:
        """Return the addresses of the stylesheets, in order, of a page with the output path `page`."""
        sheets = [self.stylesheet]
        if page in self.rare and self.rare_stylesheet:
            # What a site says in its own stylesheets comes later, and wins.
            sheets.insert(0, self.rare_stylesheet)
        if page in self.apart and self.complete_stylesheet:
            sheets.append(self.complete_stylesheet)
        return tuple(site.url("/" + sheet) for sheet in sheets)

    def math_font_url(self, site: Site, page: str | None = None) -> str | None:
        """Return the address of the font of a page; None on a site without formulas, or without a font."""
        font = self.complete_font if page in self.apart else self.math_font
        return site.url("/" + font) if font else None


def make_assets(site: Site) -> Assets:
    """Make stylesheets and fonts, and list all other files.

    Raises RenderError for a stylesheet or a font that cannot be read, and FileNotFoundError where the installation
    lacks the font.
    """
    faces = _typefaces(site)
    outputs = [_font(font, site.config) for font in (faces.shared, faces.complete) if font]
    if faces.licensed:
        outputs.append(_generated("OFL.txt", fonts.license_text(), "default/fonts/OFL.txt"))
    sheets = read_styles(site.config)
    sheet = _generated_sheet("site", stylesheet(site, sheets, faces.shared))
    outputs.append(sheet)
    complete = rare = None
    if faces.complete:
        complete = _generated_sheet("complete-font", complete_font_stylesheet(faces.complete))
        outputs.append(complete)
    needing = pages_with_rare_styles(site, sheets)
    if needing:
        rare = _generated_sheet("rare", rare_stylesheet(site, sheets))
        outputs.append(rare)
    statics, _ = static_files(site.config)
    outputs += [copied(static) for static in statics]
    if site.config.build.headers:
        text = headers(site, [output.path for output in outputs])
        outputs.append(Output(HEADERS, lambda: text.encode(), site.config.path))
    if site.config.build.redirects:
        outputs.append(Output(REDIRECTS, lambda: redirects(site).encode(), site.config.path))
    root = site.config.root
    for asset in site.assets:
        file = StaticFile(root / asset.source, asset.output, asset.source)
        outputs.append(_taken_out(file, asset.pointer) if asset.pointer else copied(file))
    outputs += [_still(each) for each in site.stills]
    return Assets(
        stylesheet=sheet.path,
        math_font=f"{GENERATED}/{faces.shared.name}" if faces.shared else None,
        complete_stylesheet=complete.path if complete else None,
        rare_stylesheet=rare.path if rare else None,
        rare=needing,
        complete_font=f"{GENERATED}/{faces.complete.name}" if faces.complete else None,
        apart=faces.apart,
        outputs=tuple(outputs),
        diagnostics=(*faces.diagnostics, *style_flaws(site.config, sheets)),
    )


def _typefaces(site: Site) -> Typefaces:
    try:
        return typefaces(site)
    except OSError as error:
        own = site.config.math.font.file
        if not own:
            raise
        raise unreadable(own, error) from error


def _generated_sheet(name: str, css: str) -> Output:
    data = css.encode()
    return _generated(f"{name}.{hashlib.sha256(data).hexdigest()[:10]}.css", data, "default/styles")


def _generated(name: str, data: bytes, origin: str) -> Output:
    return Output(f"{GENERATED}/{name}", lambda: data, origin)


def _font(font: MathFont, config: Config) -> Output:
    # The name stands for all that the bytes of a published font depend on.
    return Output(f"{GENERATED}/{font.name}", font.make, "default/fonts", key="" if config.preview else font.name)


def _taken_out(notebook: StaticFile, pointer: str) -> Output:
    """Return the recipe of a picture that a notebook holds."""

    def read() -> bytes:
        try:
            return embedded_file(notebook.file.read_text(encoding="utf-8-sig"), pointer)
        except (OSError, UnicodeDecodeError) as error:
            raise unreadable(notebook.origin, error) from error
        except ValueError as error:  # the file was written to since it was compiled
            raise RenderError(Diagnostic("asset/unreadable", str(error), notebook.origin)) from error

    key = key_of(notebook.file)
    return Output(notebook.output, read, notebook.origin, key=key and f"{key} {pointer}")


def _still(picture: Still) -> Output:
    def make() -> bytes:
        from sitegen.pictures import still

        try:
            return still(picture.file)
        except OSError as error:
            raise unreadable(picture.source, error) from error

    key = key_of(picture.file)
    return Output(picture.output, make, picture.source, key=key and f"still {key}")


def problems(config: Config) -> tuple[Diagnostic, ...]:
    """Return what keeps stylesheets and static files from being published."""
    return (*style_problems(config), *static_files(config)[1])
