"""sitegen.toml into `Config`: what a site says of itself.

`model` holds the values, `places` finds where a setting stands, `reading` checks kinds, `checks` checks meaning, of
folders with `folders` and of addresses with `addresses`.
Every problem of the file is reported in one go, at its line and column.
"""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from sitegen.config.addresses import url_problem
from sitegen.config.checks import Checks
from sitegen.config.model import (
    PLACEHOLDERS,
    POST_SUFFIXES,
    POSTS,
    BuildConfig,
    CheckConfig,
    CiteConfig,
    Config,
    ExtensionConfig,
    FontConfig,
    HtmlConfig,
    MarkdownConfig,
    MathConfig,
    MenuItem,
    PublishConfig,
    SearchConfig,
    SiteConfig,
    ThemeConfig,
)
from sitegen.config.reading import COMMAND_LINE, CONFIG_FILE, CommandLine, Reader, command_line, parse, read_text
from sitegen.diagnostics import Diagnostic
from sitegen.text import is_unicode

__all__ = [
    "COMMAND_LINE",
    "CONFIG_FILE",
    "PLACEHOLDERS",
    "POSTS",
    "POST_SUFFIXES",
    "SECTIONS",
    "BuildConfig",
    "CheckConfig",
    "CiteConfig",
    "Config",
    "ExtensionConfig",
    "FontConfig",
    "HtmlConfig",
    "MarkdownConfig",
    "MathConfig",
    "MenuItem",
    "PublishConfig",
    "SearchConfig",
    "SiteConfig",
    "ThemeConfig",
    "command_line",
    "load_config",
    "url_problem",
]


SECTIONS: dict[str, type[msgspec.Struct]] = {
    "site": SiteConfig,
    "build": BuildConfig,
    "math": MathConfig,
    "markdown": MarkdownConfig,
    "html": HtmlConfig,
    "theme": ThemeConfig,
    "check": CheckConfig,
    "cite": CiteConfig,
    "publish": PublishConfig,
    "search": SearchConfig,
    "extension": ExtensionConfig,
}
"""The tables of sitegen.toml."""


def load_config(
    root: Path,
    *,
    base_url: str | None = None,
    output: str | None = None,
    drafts: bool = False,
    future: bool = False,
    text: str | None = None,
) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """Read and check `root`/sitegen.toml; None, and every reason why not, when something is wrong with it.

    `base_url` and `output` come from the command line and take the place of what the file says. An output folder
    given there may lie outside the project, which a folder named in the file may not. With `text` the file is not
    read: the text is what it would hold.
    """
    root = Path(os.path.abspath(root))  # other than `Path.absolute`, without `..`: folders are compared with it
    if not is_unicode(str(root)):
        message = "a folder on the way to the project has a name that is not valid Unicode"
        return None, (Diagnostic("source/bad-name", message, CONFIG_FILE, hint="rename it, or move the project"),)
    written = read_text(root / CONFIG_FILE) if text is None else text
    if isinstance(written, Diagnostic):
        return None, (written,)
    table = parse(written)
    if isinstance(table, Diagnostic):
        return None, (table,)
    reader = Reader(written, CommandLine(base_url, output))
    reader.unknown_keys(table, SECTIONS)
    checks = Checks(reader, root)
    config = Config(
        root=root,
        path=CONFIG_FILE,
        site=checks.site(reader.struct(SiteConfig, table, "site")),
        build=checks.build(reader.struct(BuildConfig, table, "build")),
        math=checks.math(reader.struct(MathConfig, table, "math")),
        drafts=drafts,
        future=future,
        extension=reader.struct(ExtensionConfig, table, "extension"),
        publish=checks.publish(reader.struct(PublishConfig, table, "publish")),
        markdown=reader.struct(MarkdownConfig, table, "markdown"),
        html=checks.html(reader.struct(HtmlConfig, table, "html")),
        theme=checks.theme(reader.struct(ThemeConfig, table, "theme")),
        spans={path: place.value for path, place in reader.places.items()},
        check=checks.check(reader.struct(CheckConfig, table, "check")),
        search=reader.struct(SearchConfig, table, "search"),
        cite=checks.cite(reader.struct(CiteConfig, table, "cite")),
    )
    if reader.problems:
        return None, tuple(reader.problems)
    return config, ()
