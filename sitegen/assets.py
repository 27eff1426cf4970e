"""Everything of a site that is not a page: one stylesheet, the math font, static files, files beside posts.

What goes in is a `Site` and the folders of styles and static files; what comes out are `Output` recipes. Nothing
is read before a recipe is made of it but the stylesheets, whose hashed name the pages must know.

The stylesheets of the theme are split by concern and joined into one file, so that a page needs two requests
before it can be shown: the stylesheet and, with formulas, the font.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sitegen import fonts, palette, sidenotes
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.fonts import MathFont
from sitegen.looks import look
from sitegen.model import Output, RenderError
from sitegen.notebook import embedded_file
from sitegen.policy import policy, written_sources
from sitegen.search import SOURCES
from sitegen.site import Site, Still
from sitegen.site.addresses import GENERATED
from sitegen.site.redirects import REDIRECTS, redirects
from sitegen.typefaces import Typefaces, has_math, typefaces

THEME = Path(__file__).parent / "theme"
"""The packaged theme."""

STYLES = ("colours", "typography", "layout", "blocks", "code", "print")
"""The packaged stylesheets in their order: later rules win over earlier ones of the same weight."""

RARE = ("blocks",)
"""Those of them that pages load only when they have one of their classes, together with what formulas seldom need."""


class StaticFile(msgspec.Struct, frozen=True):
    """A file that is published as it is."""

    file: Path
    output: str
    """Relative to the output folder, with forward slashes."""
    origin: str
    """For messages: relative to the project's folder, or `default/…` for the packaged theme."""


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
    sheet = _generated_sheet("site", stylesheet(site, faces.shared))
    outputs.append(sheet)
    complete = rare = None
    if faces.complete:
        complete = _generated_sheet("complete-font", _complete_font_sheet(faces.complete))
        outputs.append(complete)
    needing = _needing(site)
    if needing:
        rare = _generated_sheet("rare", rare_stylesheet(site))
        outputs.append(rare)
    statics, _ = static_files(site.config)
    outputs += [_copied(static) for static in statics]
    if site.config.build.headers:
        text = headers(site, [output.path for output in outputs])
        outputs.append(Output(HEADERS, lambda: text.encode(), site.config.path))
    if site.config.build.redirects:
        outputs.append(Output(REDIRECTS, lambda: redirects(site).encode(), site.config.path))
    root = site.config.root
    for asset in site.assets:
        file = StaticFile(root / asset.source, asset.output, asset.source)
        outputs.append(_taken_out(file, asset.pointer) if asset.pointer else _copied(file))
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
        diagnostics=faces.diagnostics,
    )


HEADERS = "_headers"
"""The file from which Netlify, Cloudflare Pages and others take HTTP headers."""

_HASHED = re.compile(r"\.[0-9a-f]{8,}\.\w+\Z")


def is_hashed(path: str) -> bool:
    """Tell whether the name of a file carries a hash of its content, so that it never means anything else."""
    return path.startswith(f"{GENERATED}/") and bool(_HASHED.search(path))


def headers(site: Site, paths: Iterable[str]) -> str:
    """Return the text of `_headers`: the content policy of all pages together, and caching.

    A file whose name carries a hash of its content never changes (RFC 8246).
    """
    settings = site.config.html
    embedded = {source for page in site.pages for source in page.sources}
    embedded.update(SOURCES if site.config.search.enable else ())
    allowed = policy((*embedded, *written_sources(settings.sources)), frame_ancestors=["'none'"])
    lines = [
        site.url("/") + "*",
        f"  Content-Security-Policy: {allowed}",
        "  X-Content-Type-Options: nosniff",
        "  Referrer-Policy: strict-origin-when-cross-origin",
    ]
    for path in sorted(paths):
        if is_hashed(path):
            lines += [site.url("/" + path), "  Cache-Control: public, max-age=31536000, immutable"]
    return "\n".join(lines) + "\n"


def _typefaces(site: Site) -> Typefaces:
    try:
        return typefaces(site)
    except OSError as error:
        own = site.config.math.font.file
        if not own:
            raise
        raise RenderError(_unreadable(own, error)) from error


def _generated_sheet(name: str, css: str) -> Output:
    data = css.encode()
    return _generated(f"{name}.{hashlib.sha256(data).hexdigest()[:10]}.css", data, "default/styles")


def _generated(name: str, data: bytes, origin: str) -> Output:
    return Output(f"{GENERATED}/{name}", lambda: data, origin)


def _font(font: MathFont, config: Config) -> Output:
    # The name stands for all that the bytes of a published font depend on.
    return Output(f"{GENERATED}/{font.name}", font.make, "default/fonts", key="" if config.preview else font.name)


def _copied(static: StaticFile) -> Output:
    def read() -> bytes:
        try:
            return static.file.read_bytes()
        except OSError as error:
            raise RenderError(_unreadable(static.origin, error)) from error

    # A file that looks the same is not read again.
    seen = look(static.file, follow=True)
    key = f"{static.file} {seen}" if seen else ""
    return Output(static.output, read, static.origin, static.file, key)


def _taken_out(notebook: StaticFile, pointer: str) -> Output:
    """Return the recipe of a picture that a notebook holds."""

    def read() -> bytes:
        try:
            return embedded_file(notebook.file.read_text(encoding="utf-8-sig"), pointer)
        except (OSError, UnicodeDecodeError) as error:
            raise RenderError(_unreadable(notebook.origin, error)) from error
        except ValueError as error:  # the file was written to since it was compiled
            raise RenderError(Diagnostic("asset/unreadable", str(error), notebook.origin)) from error

    seen = look(notebook.file, follow=True)
    key = f"{notebook.file} {seen} {pointer}" if seen else ""
    return Output(notebook.output, read, notebook.origin, key=key)


def _still(picture: Still) -> Output:
    def make() -> bytes:
        from sitegen.pictures import still

        try:
            return still(picture.file)
        except OSError as error:
            raise RenderError(_unreadable(picture.source, error)) from error

    seen = look(picture.file, follow=True)
    return Output(picture.output, make, picture.source, key=f"still {picture.file} {seen}" if seen else "")


def _unreadable(path: str, error: OSError | UnicodeDecodeError) -> Diagnostic:
    reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
    return Diagnostic("asset/unreadable", f"cannot read {path}: {reason}", path)


# -- the stylesheet


def stylesheet(site: Site, font: MathFont | None) -> str:
    """Return the stylesheet of all pages: the theme's, mathematics, authors' colours and markup, the site's own.

    `font` is the font file beside it.
    """
    from sitegen.math.styles import stylesheets as math_stylesheets

    sheets = _sheets(site.config)
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


def rare_stylesheet(site: Site) -> str:
    """Return the styles that few pages need; each rule has a class by which these pages are known."""
    from sitegen.math.styles import stylesheets as math_stylesheets

    sheets = _sheets(site.config)
    math = math_stylesheets()[1] if has_math(site) else ""
    return compact("\n".join((math, *(sheets[name] for name in RARE))))


def _needing(site: Site) -> frozenset[str | None]:
    """Return the pages that have a class of the rare styles; None is among them where a title has, which lists show."""
    from sitegen.math.styles import rare_classes

    sheets = _sheets(site.config)
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


def _complete_font_sheet(font: MathFont) -> str:
    """Return the stylesheet of pages that load the complete font; formulas take their family from `--math-font`."""
    family = f"{fonts.FAMILY} Complete"
    return f'{_font_face(family, font)}:root{{--math-font:"{family}"}}\n'


def _sheets(config: Config) -> dict[str, str]:
    """Return the stylesheets by name: the packaged ones, each replaced by the site's of that name; then its others.

    Raises RenderError for one that cannot be read.
    """
    files = {name: (THEME / "styles" / f"{name}.css", f"default/styles/{name}.css") for name in STYLES}
    for file in style_files(config):
        files[file.stem] = (file, file.relative_to(config.root).as_posix())
    return {name: _read_style(file, origin) for name, (file, origin) in files.items()}


def style_files(config: Config) -> tuple[Path, ...]:
    """Return the site's own stylesheets, `templates/styles/*.css`, sorted."""
    folder = config.root / config.build.templates / "styles"
    return tuple(sorted(file for file in folder.glob("*.css") if not file.name.startswith(".") and file.is_file()))


def problems(config: Config) -> tuple[Diagnostic, ...]:
    """Return what keeps stylesheets and static files from being published."""
    found: list[Diagnostic] = []
    for file in style_files(config):
        try:
            _read_style(file, file.relative_to(config.root).as_posix())
        except RenderError as error:
            found.append(error.diagnostic)
    return (*found, *static_files(config)[1])


def _read_style(file: Path, origin: str) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RenderError(_unreadable(origin, error)) from error


def compact(css: str) -> str:
    """Return a stylesheet without comments and without white space that means nothing."""
    from rcssmin import cssmin

    return str(cssmin(css)) + "\n"


# -- static files


def static_files(config: Config) -> tuple[tuple[StaticFile, ...], tuple[Diagnostic, ...]]:
    """List the files that are published as they are, and what is refused.

    The packaged theme's come first; a file of the site with the same path stands in for one. Hidden files are
    left out but for the folder `.well-known` (RFC 8615). A symbolic link that leads out of the project, or to what
    is hidden in it, would publish what nobody meant to publish, so it is refused.
    """
    root = config.root.resolve()
    found = {static.output: static for static in _walk(THEME / "static", "default/static", THEME.resolve())}
    problems: list[Diagnostic] = []
    for static in _walk(config.root / config.build.static, config.build.static, root):
        refused = _refused(static, root)
        if refused:
            problems.append(refused)
        else:
            found[static.output] = static
    return tuple(found[output] for output in sorted(found)), tuple(problems)


def _refused(static: StaticFile, root: Path) -> Diagnostic | None:
    """Say why a file may not be published, if it may not; only symbolic links can lead to such places."""
    real = static.file.resolve()
    if not real.is_relative_to(root):
        message = f"{static.origin} is a symbolic link to a place outside the project"
        return Diagnostic("asset/outside-project", message, static.origin, hint="copy the file into the project")
    if any(_is_hidden(part) for part in real.relative_to(root).parts):
        message = f"{static.origin} is a symbolic link to a hidden file"
        return Diagnostic("asset/private", message, static.origin, hint="copy the file into the static folder")
    return None


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name != ".well-known"


def _walk(folder: Path, origin: str, root: Path) -> Iterator[StaticFile]:
    """Yield the files to publish below `folder`, and links out of `root`, which the caller refuses."""
    for file in _visible(folder, root, frozenset()):
        relative = file.relative_to(folder).as_posix()
        yield StaticFile(file, relative, f"{origin}/{relative}")


def _visible(folder: Path, root: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Yield what is not hidden below `folder`, sorted. Folders outside `root` are yielded, not entered.

    `above` holds the folders on the way here: a link to one of them would never end.
    """
    place = folder.resolve()
    if not folder.is_dir() or place in above:
        return
    for entry in sorted(folder.iterdir()):
        if _is_hidden(entry.name):
            continue
        if entry.is_dir() and entry.resolve().is_relative_to(root):
            yield from _visible(entry, root, above | {place})
        else:
            yield entry
