"""Files that are published as they are: which of the static folder, and how one is read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.looks import look
from sitegen.model import Output, RenderError
from sitegen.site.files import Bounds, is_hidden

__all__ = ["THEME", "StaticFile", "copied", "key_of", "static_files", "unreadable"]

THEME = Path(__file__).parents[1] / "theme"
"""The packaged theme."""


class StaticFile(msgspec.Struct, frozen=True):
    """A file that is published as it is."""

    file: Path
    output: str
    """Relative to the output folder, with forward slashes."""
    origin: str
    """For messages: relative to the project's folder, or `default/…` for the packaged theme."""


def copied(static: StaticFile) -> Output:
    """Return the recipe of a file that is published as it is."""

    def read() -> bytes:
        try:
            return static.file.read_bytes()
        except OSError as error:
            raise unreadable(static.origin, error) from error

    return Output(static.output, read, static.origin, static.file, key_of(static.file))


def key_of(file: Path | str) -> str:
    """Return a key for what is made of a file alone: while the file looks the same, it is not read again."""
    seen = look(file, follow=True)
    return f"{file} {seen}" if seen else ""


def unreadable(path: str, error: OSError | UnicodeDecodeError) -> RenderError:
    """Return the error for a file that cannot be read; `path` is for messages."""
    if isinstance(error, UnicodeDecodeError):
        reason, hint = "it is not UTF-8 text", "save it as UTF-8"
    else:
        reason = (error.strerror or str(error)).lower()
        hint = "correct or remove the link" if isinstance(error, FileNotFoundError) else "check its permissions"
    return RenderError(Diagnostic("asset/unreadable", f"cannot read {path}: {reason}", path, hint=hint))


def static_files(config: Config) -> tuple[tuple[StaticFile, ...], tuple[Diagnostic, ...]]:
    """List the files that are published as they are, and what is refused.

    The packaged theme's come first; a file of the site with the same path stands in for one. Hidden files are
    left out but for the folder `.well-known` (RFC 8615). A symbolic link that leads out of the project, or to what
    is hidden in it, would publish what nobody meant to publish, so it is refused.
    """
    bounds = Bounds(config)
    found = {static.output: static for static in _walk(THEME / "static", "default/static", THEME.resolve())}
    problems: list[Diagnostic] = []
    for static in _walk(config.root / config.build.static, config.build.static, config.root.resolve()):
        refused = _refused(static, bounds)
        if refused:
            problems.append(refused)
        else:
            found[static.output] = static
    return tuple(found[output] for output in sorted(found)), tuple(problems)


def _refused(static: StaticFile, bounds: Bounds) -> Diagnostic | None:
    """Say why a file of the static folder may not be published, if it may not."""
    refused = bounds.refuse(static.origin, static.file)
    if refused is not None:
        return Diagnostic(refused.code, refused.message, static.origin, hint=refused.hint)
    try:
        mode = os.stat(static.file).st_mode
    except OSError:
        return None  # which is told of when it is read
    if stat.S_ISDIR(mode):
        message, hint = f"the folder {static.origin} may not be read", "check its permissions"
    elif not stat.S_ISREG(mode):  # a pipe would wait for somebody to write to it
        message, hint = f"{static.origin} is neither a file nor a folder", "take it out of the static folder"
    else:
        return None
    return Diagnostic("asset/unreadable", message, static.origin, hint=hint)


def _walk(folder: Path, origin: str, root: Path) -> Iterator[StaticFile]:
    """Yield the files to publish below `folder`, and links out of `root`, which the caller refuses."""
    for file in _visible(folder, root, frozenset()):
        relative = file.relative_to(folder).as_posix()
        yield StaticFile(file, relative, f"{origin}/{relative}" if file != folder else origin)


def _visible(folder: Path, root: Path, above: frozenset[Path]) -> Iterator[Path]:
    """Yield what is not hidden below `folder`, sorted. Folders outside `root` are yielded, not entered.

    Folders that may not be read are yielded too. `above` holds the folders on the way here: a link to one of them
    would never end.
    """
    place = folder.resolve()
    if not os.path.isdir(folder) or place in above:
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for entry in entries:
        if is_hidden(entry.name):
            continue
        if os.path.isdir(entry) and entry.resolve().is_relative_to(root):
            yield from _visible(entry, root, above | {place})
        else:
            yield entry
