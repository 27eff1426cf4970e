"""Which project a command speaks of, and how its paths look from where the author stands."""

from __future__ import annotations

import os
from pathlib import Path

import click

__all__ = ["from_here", "prefix_of", "project_folder"]


def project_folder(folder: Path | None) -> Path:
    """Return the project's folder: the one given, else the nearest one upwards with a configuration file.

    The configuration file itself stands for its folder. Raises click.UsageError when the name is that of another file.
    """
    from sitegen.config import CONFIG_FILE

    here = Path.cwd()
    if folder is not None:
        named = Path(os.path.normpath(here / folder))
        if not named.is_file():
            return named
        if named.name == CONFIG_FILE:
            return named.parent
        raise click.UsageError(f"{folder} is a file; DIR is the folder of a site, the one with {CONFIG_FILE}.")
    return next((parent for parent in (here, *here.parents) if (parent / CONFIG_FILE).is_file()), here)


def from_here(folder: str) -> str:
    """Make a folder of the command line independent of the project's folder; empty text stays wrong."""
    return str(Path.cwd() / folder) if folder.strip() else folder


def prefix_of(root: Path) -> str:
    """Return what leads from the current folder to the project: `blog/`, `../`, or all of the path from afar."""
    near = os.path.relpath(root).replace(os.sep, "/")
    if near == ".":
        return ""
    near_by = not near.startswith("..") or root in Path.cwd().parents
    return (near if near_by else root.as_posix()) + "/"
