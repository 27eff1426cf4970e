"""The templates of a site: found, read and checked before anything is rendered.

They are looked up in the site's folder of templates, then in the packaged theme; the prefix `default/` leads to the
packaged ones alone, so that a site's `base.html` can extend `default/base.html`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from sitegen import assets
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.pages.model import TemplateFile, Theme
from sitegen.text import is_unicode, printable

__all__ = ["USUAL", "Checked", "load_theme", "read_templates", "what_is_checked"]

USUAL = (
    "post.html",
    "page.html",
    "home.html",
    "archive.html",
    "terms.html",
    "term.html",
    "alias.html",
    "search.html",
    "404.html",
)
"""Templates that pages are made with, where a post does not ask for another."""

SUFFIXES = frozenset({".html", ".jinja", ".txt", ".xml"})
"""Files of a folder of templates that are templates."""


class Checked(msgspec.Struct, frozen=True):
    """What is known of a theme that was checked."""

    digest: bytes
    """Of the theme; nothing is wrong with its templates."""
    with_site: tuple[str, ...]
    """Those of the usual templates that may show something of the rest of the site."""


def load_theme(
    config: Config,
    known: Checked | None = None,
    given: Mapping[str, Any] | None = None,
    code: bytes = b"",
    compiled: Path | None = None,
) -> tuple[Theme | None, tuple[Diagnostic, ...]]:
    """Read and check the templates, stylesheets and static files of a site; None when a page cannot be made.

    Syntax errors, names that nothing defines and templates that do not exist are found here, in the templates
    that no page uses as well. Templates that are `known` are not checked again. `given` are names that the site's own
    module adds, `code` is a digest of it; `compiled` is a folder where compiled templates may be kept.
    """
    files, problems = read_templates(config)
    kept = None if compiled is None else str(compiled)
    theme = Theme(files, config.site.language, given, code, config.theme.words, kept)
    if known is None or known.digest != theme.digest:
        from sitegen.pages.templates import check

        problems += check(theme)
    problems += assets.problems(config)
    return (None if problems else theme), tuple(problems)


def what_is_checked(theme: Theme, known: Checked | None = None) -> Checked:
    """Return what may be noted of a theme that `load_theme` found nothing wrong with."""
    if known is not None and known.digest == theme.digest:
        return known
    from sitegen.pages.templates import looks_at_site

    return Checked(theme.digest, tuple(name for name in USUAL if looks_at_site(theme, name)))


def read_templates(config: Config) -> tuple[dict[str, TemplateFile], list[Diagnostic]]:
    """Return the templates by name, unchecked, and those that cannot be read."""
    files: dict[str, TemplateFile] = {}
    problems: list[Diagnostic] = []
    packaged = assets.THEME / "templates"
    for name in _template_names(packaged, []):
        file = TemplateFile(f"default/{name}", (packaged / name).read_text(encoding="utf-8"), packaged=True)
        files[name] = files[f"default/{name}"] = file
    folder = config.root / config.build.templates
    unread: list[OSError] = []
    names = _template_names(folder, unread)
    for error in unread:
        path = os.path.relpath(error.filename, config.root).replace(os.sep, "/")
        message = f"cannot read the folder: {(error.strerror or str(error)).lower()}"
        problems.append(Diagnostic("template/unreadable", message, path, hint="check its permissions"))
    for name in names:
        path = f"{config.build.templates}/{name}"
        if not is_unicode(path):
            message = "the name is not valid Unicode"
            problems.append(Diagnostic("source/bad-name", message, printable(path), hint="rename it"))
            continue
        try:
            files[name] = TemplateFile(path, (folder / name).read_text(encoding="utf-8-sig"), packaged=False)
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError):
                reason, hint = (error.strerror or str(error)).lower(), "check its permissions"
            else:
                reason, hint = "it is not UTF-8 text", "save the file as UTF-8"
            problems.append(Diagnostic("template/unreadable", f"cannot read the template: {reason}", path, hint=hint))
    return files, problems


def _template_names(folder: Path, unread: list[OSError]) -> list[str]:
    """Return the names of the templates in a folder, sorted; what keeps from looking into some is added to `unread`."""
    found: list[str] = []
    for at, folders, files in os.walk(folder, onerror=unread.append):
        inner = Path(at).relative_to(folder)
        folders[:] = [name for name in folders if not name.startswith(".") and (at != str(folder) or name != "styles")]
        found += [
            (inner / name).as_posix()
            for name in files
            if os.path.splitext(name)[1] in SUFFIXES and not name.startswith(".")
        ]
    unread[:] = [error for error in unread if os.path.lexists(error.filename)]  # a site need not have any
    return sorted(found)
