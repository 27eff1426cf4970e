"""Whose folder is it: the output folder, the list of the files in it that sitegen wrote, and what speaks against it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.text import printable

__all__ = [
    "MANIFEST",
    "OutputFolder",
    "failed",
    "folders_above",
    "is_part",
    "manifest_of",
    "open_output",
    "part_name",
    "stays_inside",
]

MANIFEST = ".sitegen-manifest.json"
"""Name of the list of files; a folder with one is a folder that sitegen made."""

_PART = ".sitegen-{}.part"
"""Name of a file in the making. It lies in the output folder itself, so that one look finds what a crash left."""


class _Manifest(msgspec.Struct, frozen=True):
    version: int
    files: tuple[str, ...]


class OutputFolder(msgspec.Struct, frozen=True):
    """A folder that sitegen may write to."""

    folder: Path
    shown: str
    """The folder as messages name it."""
    listed: frozenset[str] | None
    """Files of the manifest; None without a manifest, in a new or empty folder."""

    @property
    def files(self) -> frozenset[str]:
        """The files that earlier builds wrote."""
        return self.listed or frozenset()


def open_output(config: Config) -> tuple[OutputFolder | None, tuple[Diagnostic, ...]]:
    """Return the output folder of a site; None, and the reason, when sitegen must not write there."""
    shown = config.build.output
    folder = config.root / shown
    try:
        problem = _not_a_folder(folder, shown)
        names = [] if problem or not folder.exists() else sorted(os.listdir(folder))
        if problem is None and MANIFEST in names:
            listed, problem = _read_manifest(folder, shown)
            return (None, (problem,)) if problem else (OutputFolder(folder, shown, listed), ())
    except OSError as error:
        problem = failed(shown, "read", error)
        names = []
    foreign = next((name for name in names if not is_part(name)), None)
    if foreign is not None:
        message = f"the output folder {shown} was not made by sitegen and is not empty"
        hint = "name another folder, or empty this one yourself"
        notes = (f"it contains {printable(foreign)}",)
        problem = Diagnostic("output/foreign-folder", message, shown, hint=hint, notes=notes)
    return (None, (problem,)) if problem else (OutputFolder(folder, shown, None), ())


def _not_a_folder(folder: Path, shown: str) -> Diagnostic | None:
    """Report what is no folder at the place of the output folder, or on the way to it."""
    for place in (folder, *folder.parents):
        if place.is_dir():
            return None
        if os.path.lexists(place):
            what = "a symbolic link to nowhere" if place.is_symlink() else "not a folder"
            message = f"the output folder cannot be {shown}, since {place} is {what}"
            return Diagnostic("output/not-a-folder", message, shown, hint="remove it, or name another folder")
    return None


def _read_manifest(folder: Path, shown: str) -> tuple[frozenset[str] | None, Diagnostic | None]:
    path = f"{shown}/{MANIFEST}"
    hint = f"remove the folder {shown} and build again"
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=_Manifest)
    except msgspec.DecodeError as error:
        return None, Diagnostic(
            "output/damaged-manifest", f"the list of written files is damaged: {error}", path, hint=hint
        )
    if manifest.version != 1:
        message = f"the list of written files has the unknown version {manifest.version}"
        return None, Diagnostic("output/damaged-manifest", message, path, hint=hint)
    stray = next((file for file in manifest.files if not stays_inside(file)), None)
    if stray is not None:
        message = f"the list of written files names {stray}, which is not in the folder"
        return None, Diagnostic("output/damaged-manifest", message, path, hint=hint)
    return frozenset(manifest.files), None


def stays_inside(path: str) -> bool:
    """Tell whether a path is a file below the folder it is joined to, on this system."""
    parts = path.split("/")
    own = os.sep == "/" or not (set(path) & {os.sep, ":"})
    return own and "\0" not in path and path != MANIFEST and all(part not in ("", ".", "..") for part in parts)


def manifest_of(files: Iterable[str]) -> bytes:
    """Return the list of written files as it is kept."""
    return msgspec.json.format(msgspec.json.encode(_Manifest(1, tuple(sorted(files)))), indent=1) + b"\n"


def part_name() -> str:
    """Return the name of a file that this process is making."""
    return _PART.format(os.getpid())


def is_part(name: str) -> bool:
    """Tell whether a file with this name is one that a build did not finish."""
    start, end = _PART.split("{}")
    return name.startswith(start) and name.endswith(end)


def folders_above(path: str) -> Iterator[str]:
    """Yield the folders on the way to a path, inner ones first: `a/b`, `a` for `a/b/c.html`."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def failed(path: str, done: str, error: OSError) -> Diagnostic:
    """Report a system that refuses; `done` is what it refuses, `read` or `written`."""
    reason = (error.strerror or str(error)).lower()
    hint = "see to it and build again; every file there is whole"
    return Diagnostic("output/not-writable", f"{path} cannot be {done}: {reason}", path, hint=hint)
