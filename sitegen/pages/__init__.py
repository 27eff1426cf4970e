"""A `Site` into HTML pages: posts, the home page, the page for missing addresses. Jinja waits in `templates`.

Templates are looked up in the site's folder of templates, then in the packaged theme; the prefix `default/` leads
to the packaged ones alone, so that a site's `base.html` can extend `default/base.html`. All of them are read and
checked before anything is rendered. `theme/README.md` lists every block and variable.

    model      the templates as values
    given      what templates may use
    templates  checks and renders them; imported when there is something to check or to render
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from sitegen import assets
from sitegen.assets import Assets
from sitegen.cache import engine_digest
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Output, RenderError, StoredBody
from sitegen.pages.given import FIELDS, VARIABLES, iso_date, long_date
from sitegen.pages.model import TemplateFile, Theme
from sitegen.policy import Source, policy, written_sources
from sitegen.site import Page, Site
from sitegen.site.addresses import place_of_output

__all__ = [
    "FIELDS",
    "VARIABLES",
    "Checked",
    "RenderError",
    "TemplateFile",
    "Theme",
    "iso_date",
    "load_theme",
    "long_date",
    "page_outputs",
    "read_templates",
]

SUFFIXES = frozenset({".html", ".jinja", ".txt", ".xml"})
"""Files of a folder of templates that are templates."""


class Checked(msgspec.Struct, frozen=True):
    """What is known of a theme that was checked."""

    digest: bytes
    """Of the theme and of the code that checked it; nothing is wrong with its templates."""
    site_in_posts: bool
    """Whether a post's page may show something of the rest of the site."""


# -- loading


def load_theme(config: Config, known: Checked | None = None) -> tuple[Theme | None, tuple[Diagnostic, ...]]:
    """Read and check the templates, stylesheets and static files of a site; None when a page cannot be made.

    Syntax errors, names that nothing defines and templates that do not exist are found here, in the templates
    that no page uses as well. Templates that are `known` are not checked again.
    """
    files, problems = read_templates(config)
    theme = Theme(files, config.site.language)
    if known is None or known.digest != _digest(theme):
        from sitegen.pages.templates import check

        problems += check(theme)
    problems += assets.problems(config)
    return (None if problems else theme), tuple(problems)


def what_is_checked(theme: Theme, known: Checked | None = None) -> Checked:
    """Return what may be noted of a theme that `load_theme` found nothing wrong with."""
    digest = _digest(theme)
    if known is not None and known.digest == digest:
        return known
    from sitegen.pages.templates import looks_at_site

    return Checked(digest, looks_at_site(theme, POST) or looks_at_site(theme, PAGE))


def _digest(theme: Theme) -> bytes:
    return hashlib.blake2b(theme.digest + engine_digest(), digest_size=20).digest()


def read_templates(config: Config) -> tuple[dict[str, TemplateFile], list[Diagnostic]]:
    """Return the templates by name, unchecked, and those that cannot be read."""
    files: dict[str, TemplateFile] = {}
    problems: list[Diagnostic] = []
    packaged = assets.THEME / "templates"
    for name in _template_names(packaged):
        file = TemplateFile(f"default/{name}", (packaged / name).read_text(encoding="utf-8"), packaged=True)
        files[name] = files[f"default/{name}"] = file
    folder = config.root / config.build.templates
    for name in _template_names(folder):
        path = f"{config.build.templates}/{name}"
        try:
            files[name] = TemplateFile(path, (folder / name).read_text(encoding="utf-8-sig"), packaged=False)
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError):
                reason, hint = error.strerror, "check the file's permissions"
            else:
                reason, hint = "it is not UTF-8 text", "save the file as UTF-8"
            problems.append(Diagnostic("template/unreadable", f"cannot read the template: {reason}", path, hint=hint))
    return files, problems


def _template_names(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*")):
        relative = file.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if file.suffix in SUFFIXES and not hidden and relative.parts[0] != "styles" and not file.is_dir():
            yield relative.as_posix()


# -- recipes

POST = "post.html"
PAGE = "page.html"


def page_outputs(
    site: Site, theme: Theme | None = None, made: Assets | None = None, known: Checked | None = None
) -> tuple[Output, ...]:
    """Return the recipes of all pages: one per post or page, the home page, the page for missing addresses.

    `theme` and `made` are loaded where they are not given. With `known`, the recipes have keys, so that a page need
    not be rendered to see whether it changed. Raises RenderError for the first problem of loading; the recipes raise
    it for what only shows while rendering.
    """
    if theme is None:
        theme, problems = load_theme(site.config)
        if theme is None:
            raise RenderError(problems[0])
    made = made or assets.make_assets(site)
    render = partial(_render, theme)
    home = _home(site)
    common = _common(site, made)
    keys = _Keys(site, common, known) if known is not None else None
    given = _Given(site, made)
    outputs = [
        Output(
            page.output,
            partial(render, _template(page), given.of(page.output), page.url, page),
            page.source,
            key=keys.of_post(page, given.of(page.output)) if keys else "",
        )
        for page in site.pages
        if page is not home
    ]
    for name, path, own in (("home.html", "index.html", home), ("404.html", "404.html", None)):
        key = keys.of_page(name) if keys else ""
        here = site.url(place_of_output(path))
        origin = own.source if own else theme.files[name].path
        outputs.append(Output(path, partial(render, name, given.of(path if own else None), here, own), origin, key=key))
    return tuple(outputs)


class _Given:
    """What templates are given besides the page; the same for all pages that load the same files."""

    def __init__(self, site: Site, made: Assets) -> None:
        self._site, self._made = site, made
        self._by_links: dict[object, dict[str, Any]] = {}

    def of(self, page: str | None) -> dict[str, Any]:
        """Return what is given to the page with an output path; None for one that is made of others."""
        links = self._made.stylesheet_urls(self._site, page), self._made.math_font_url(self._site, page)
        if links not in self._by_links:
            self._by_links[links] = _common(self._site, self._made, page)
        return self._by_links[links]


def _home(site: Site) -> Page | None:
    """Return the page that gives the home page its text: that of `index.md` directly in the content folder."""
    return next((page for page in site.pages if page.kind == "page" and page.output == "index.html"), None)


def _template(page: Page) -> str:
    return POST if page.kind == "post" else PAGE


def _common(site: Site, made: Assets, page: str | None = None) -> dict[str, Any]:
    """Return what templates are given besides the page; `page` names one that loads other files than most."""
    return {
        "site": site,
        "settings": site.config.site,
        "url": site.url,
        "absolute_url": site.absolute_url,
        "stylesheets": made.stylesheet_urls(site, page),
        "math_font": made.math_font_url(site, page),
        "menu": site.menu,
        "content_policy": _policy_of(site.config, ()),
    }


def _policy_of(config: Config, sources: Sequence[Source]) -> str:
    """Return the content policy of a page for its `<meta>`; empty where it has none."""
    if config.preview or not config.html.policy:
        return ""
    return policy((*sources, *written_sources(config.html.sources)))


def _render(theme: Theme, name: str, common: Mapping[str, Any], here: str, page: Page | None) -> bytes:
    from sitegen.pages.templates import render

    common = {**common, "current_url": here}
    if page is not None and page.sources:
        common = {**common, "content_policy": _policy_of(common["site"].config, page.sources)}
    return render(theme, name, common, page)


# -- keys: names of everything that a page depends on

_FIELDS_OF_PAGE = tuple(name for name in Page.__struct_fields__ if name != "_content")
_encode: Callable[[Any], bytes] = msgspec.msgpack.Encoder(enc_hook=str).encode  # `Markup` is a kind of text


class _Keys:
    """Makes the keys of a site's pages. A page with an empty key has to be rendered."""

    def __init__(self, site: Site, common: Mapping[str, Any], known: Checked) -> None:
        self._start = hashlib.blake2b(known.digest + _given(common), digest_size=20)
        self._start.update(f"\0{site.base_path}\0{site.config.site.base_url}\0".encode())
        self._start.update(_encode((site.config.html, site.config.preview)))
        self._posts = {page.output: self._digest(page) for page in site.pages}
        self._site_in_posts = known.site_in_posts
        self._site = _digest_of_site(site, self._posts.values())

    def of_post(self, page: Page, given: Mapping[str, Any]) -> str:
        """Return the key of a post's page, which is given what may differ from what other pages are given."""
        own = self._posts[page.output]
        if not own or not self._site:
            return ""
        own += self._site if self._site_in_posts else b""
        return self._key(_template(page), own + _links(given))

    def of_page(self, name: str) -> str:
        """Return the key of a page that shows the whole site."""
        return self._key(name, self._site) if self._site else ""

    def _digest(self, page: Page) -> bytes:
        """Return a digest of a page; empty where the name of its body is not known."""
        body = page._content.body
        if not isinstance(body, StoredBody):
            return b""
        values = [getattr(page, name) for name in _FIELDS_OF_PAGE]
        return hashlib.blake2b(_encode((values, body.key, page._content.fillings)), digest_size=20).digest()

    def _key(self, name: str, own: bytes) -> str:
        digest = self._start.copy()
        digest.update(name.encode() + b"\0" + own)
        return digest.hexdigest()


def _links(given: Mapping[str, Any]) -> bytes:
    """Return as bytes what a page is given that others may not be."""
    return _encode((given["stylesheets"], given["math_font"]))


def _given(common: Mapping[str, Any]) -> bytes:
    """Return what templates are given besides page and site, as bytes."""
    return _encode([value for name, value in common.items() if name not in ("site", "url", "absolute_url")])


def _digest_of_site(site: Site, posts: Sequence[bytes] | Any) -> bytes:
    """Return a digest of everything that a template can learn from `site`; empty where it is not known."""
    posts = list(posts)
    if not all(posts):
        return b""
    digest = hashlib.blake2b(b"".join(posts), digest_size=20)
    rest = (
        site.config.site,
        site.config.build,
        site.config.math,
        site.config.theme,
        site.config.drafts,
        str(site.config.root),
    )
    digest.update(
        _encode((rest, site.assets, site.stills, site.colors, site.backgrounds, site.styles, site.diagnostics))
    )
    digest.update(_encode(sorted(site.broken)))
    return digest.digest()
