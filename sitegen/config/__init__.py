"""sitegen.toml into `Config`: what a site says of itself.

`model` holds the values, `places` finds where a setting stands, `reading` checks kinds, `checks` checks meaning.
Every problem of the file is reported in one go, at its line and column.
"""

from __future__ import annotations

from pathlib import Path

from sitegen.config.checks import Checks, url_problem
from sitegen.config.model import POST_SUFFIXES, POSTS, BuildConfig, Config, MathConfig, SiteConfig
from sitegen.config.reading import COMMAND_LINE, CONFIG_FILE, Reader, command_line, parse, read_text
from sitegen.diagnostics import Diagnostic

__all__ = [
    "COMMAND_LINE",
    "CONFIG_FILE",
    "POSTS",
    "POST_SUFFIXES",
    "BuildConfig",
    "Config",
    "MathConfig",
    "SiteConfig",
    "command_line",
    "load_config",
    "url_problem",
]


def load_config(
    root: Path, *, base_url: str | None = None, output: str | None = None, drafts: bool = False
) -> tuple[Config | None, tuple[Diagnostic, ...]]:
    """Read and check `root`/sitegen.toml; None, and every reason why not, when something is wrong with it.

    `base_url` and `output` come from the command line and take the place of what the file says. An output folder
    given there may lie outside the project, which a folder named in the file may not.
    """
    root = root.absolute()
    text = read_text(root / CONFIG_FILE)
    if isinstance(text, Diagnostic):
        return None, (text,)
    table = parse(text)
    if isinstance(table, Diagnostic):
        return None, (table,)
    reader = Reader(text)
    reader.unknown_keys(table, {"site": SiteConfig, "build": BuildConfig, "math": MathConfig})
    checks = Checks(reader, root, base_url, output)
    config = Config(
        root=root,
        path=CONFIG_FILE,
        site=checks.site(reader.struct(SiteConfig, table, "site")),
        build=checks.build(reader.struct(BuildConfig, table, "build")),
        math=checks.math(reader.struct(MathConfig, table, "math")),
        drafts=drafts,
    )
    if reader.problems:
        return None, tuple(reader.problems)
    return config, ()
