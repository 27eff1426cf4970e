"""Files of the project that a page may name: where they are, whether they may be published, and where to.

A page publishes nothing but regular files of the project whose name and folders are not hidden. A path that leaves
the project never gets here, and a symbolic link that does is refused.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from sitegen.config import POST_SUFFIXES, Config
from sitegen.diagnostics import nearest
from sitegen.site.addresses import is_index
from sitegen.site.model import AssetFile

__all__ = ["Bounds", "Files", "FoundFile", "Refused", "folders_of_posts", "is_hidden"]

PACKAGED_STATIC = Path(__file__).parents[1] / "theme" / "static"
"""Static files of the packaged theme, which every site has unless it brings its own of the same name."""

SHOWN_HIDDEN = ".well-known"
"""The one hidden folder that belongs to a site (RFC 8615)."""


class FoundFile(msgspec.Struct, frozen=True):
    """A file that a page may name."""

    file: Path
    place: str
    """Where it is published: `/convnet/kernel.png`."""
    asset: AssetFile | None
    """None for a static file, which is published whether a page names it or not."""


class Refused(msgspec.Struct, frozen=True):
    """Why a file that a page names cannot be published."""

    code: str
    message: str
    hint: str


class Bounds:
    """What of a project may be published: what really lies in it, is not hidden, and was not made by sitegen itself."""

    def __init__(self, config: Config) -> None:
        """Take the settings; where the project and the folders of its output really are is found out once."""
        # `Path.resolve` raises for a link to itself, which is as good as none.
        self._root = Path(os.path.realpath(config.root))
        written = (config.build.output, config.build.cache)
        self._own = frozenset(Path(os.path.realpath(config.root / folder)) for folder in written)

    def refuse(self, path: str, file: Path) -> Refused | None:
        """Say why a file may not be published, if it may not; `path` is relative to the project, as its author sees it.

        Symbolic links lead to most of what may not.
        """
        real = Path(os.path.realpath(file))
        if not real.is_relative_to(self._root):
            message = f"{path} is, or lies behind, a symbolic link that leads out of the project"
            return Refused("asset/outside-project", message, "copy the file into the project")
        if not self._own.isdisjoint((real, *real.parents)):
            message = f"{path} is written by sitegen and not part of the site's content"
            return Refused("asset/private", message, "copy the file beside the post")
        hidden = [part for part in (*path.split("/"), *real.relative_to(self._root).parts) if is_hidden(part)]
        if hidden:
            message = f"{hidden[0]} is hidden, and hidden files are never published"
            return Refused("asset/private", message, "give the file a name without a dot at its start")
        return None


class Files:
    """The project's files, seen from pages. One object serves one assembly and remembers what it looked up."""

    def __init__(self, config: Config, folders: Mapping[str, str]) -> None:
        """Take the settings, and the folders that are named after a post with the post's place."""
        self._root = config.root
        self._bounds = Bounds(config)
        self._build = config.build
        self.static_folder = config.build.static
        self.content_folder = config.build.content
        self._texts = (*config.posts, config.build.content)
        content = f"{config.build.content}/"
        self._assets = {each.removeprefix(content): each for each in config.build.assets}
        self._folders = folders
        self._found: dict[str, FoundFile | Refused | None] = {}
        self._plain: dict[str, bool] = {"": True}
        self._own = tuple(f"{folder}/" for folder in (config.build.output, config.build.cache))

    def beside(self, path: str) -> FoundFile | Refused | None:
        """Return the file at `path`, relative to the project's folder; None when there is none."""
        if path not in self._found:
            self._found[path] = self._look_up(path)
        return self._found[path]

    def static(self, place: str) -> FoundFile | Refused | None:
        """Return the static file that is published at `place`, the site's own or the packaged theme's."""
        relative = place.lstrip("/")
        if not relative or ".." in relative.split("/"):
            return None
        own = self.beside(f"{self._build.static}/{relative}")
        if own is None:
            for published, where in self._assets.items():
                if own is None and (relative == published or relative.startswith(f"{published}/")):
                    own = self.beside(where + relative.removeprefix(published))
        if own is None and _is_file(packaged := PACKAGED_STATIC / relative):
            return FoundFile(packaged, place, None)
        return own

    def always(self) -> Iterator[AssetFile]:
        """Yield the files of `build.assets` that are no folders, which are published in any case."""
        for where in self._assets.values():
            found = self.beside(where)
            if isinstance(found, FoundFile) and found.asset is not None:
                yield found.asset

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names in a folder of the project that are not hidden, sorted; none when it cannot be read."""
        try:
            entries = os.listdir(self._root / folder)
        except (OSError, ValueError):
            return ()
        return tuple(sorted(name for name in entries if not name.startswith(".") and name.isprintable()))

    def similar(self, path: str) -> str | None:
        """Return the path of a file that `path` was probably meant to be: a similar name, or the same one nearby."""
        folder, _, name = path.rpartition("/")
        # The very name would be that of a folder.
        near = nearest(name, [other for other in self.names(folder) if other != name])
        if near is not None:
            return f"{folder}/{near}" if folder else near
        for inner in self.names(folder):
            if name in self.names(f"{folder}/{inner}"):
                return f"{folder}/{inner}/{name}"
        return None

    def _look_up(self, path: str) -> FoundFile | Refused | None:
        if "\0" in path or self._is_post(path):
            return None
        file = self._root / path
        if self._is_ordinary(path, file):
            return self._found_file(path, file)
        if not _exists(file):
            composed = self._other_composition(path)
            if composed is None:
                return None
            path, file = composed, self._root / composed
        refused = self._bounds.refuse(path, file)
        if refused is not None:
            return refused
        return self._found_file(path, file) if _is_file(file) else None

    def _is_ordinary(self, path: str, file: Path) -> bool:
        """Tell with one look at the file whether it is a regular one that nothing speaks against."""
        try:
            mode = os.lstat(file).st_mode
        except (OSError, ValueError):
            return False
        return (
            stat.S_ISREG(mode)
            and not path.startswith(self._own)
            and self._is_plain(path.rpartition("/")[0])
            and not any(is_hidden(part) for part in path.split("/"))
        )

    def _is_plain(self, folder: str) -> bool:
        """Tell whether no symbolic link is on the way from the project to a folder of it."""
        plain = self._plain.get(folder)
        if plain is None:
            plain = self._is_plain(folder.rpartition("/")[0]) and not os.path.islink(self._root / folder)
            self._plain[folder] = plain
        return plain

    def _found_file(self, path: str, file: Path) -> FoundFile:
        static = self._build.static + "/"
        if path.startswith(static):
            return FoundFile(file, "/" + path.removeprefix(static), None)
        place = self._place(path)
        return FoundFile(file, place, AssetFile(path, place.lstrip("/")))

    def _is_post(self, path: str) -> bool:
        """Tell whether this is the text of a post or page, which is never published as it is."""
        if not path.lower().endswith(POST_SUFFIXES) or path.startswith(f"{self.static_folder}/"):
            return False
        return path.startswith(tuple(f"{folder}/" for folder in self._texts))

    def _other_composition(self, path: str) -> str | None:
        """Return the path as the file system spells it where only the composition of letters differs (NFC, NFD)."""
        folder, _, name = path.rpartition("/")
        if name.isascii():
            return None
        wanted = unicodedata.normalize("NFC", name)
        for entry in self.names(folder):
            if unicodedata.normalize("NFC", entry) == wanted:
                return f"{folder}/{entry}" if folder else entry
        return None

    def _place(self, path: str) -> str:
        """Return where a file goes: below the page of the post whose folder holds it, else as its folder says."""
        folder = path.rpartition("/")[0]
        while folder:
            place = self._folders.get(folder)
            if place is not None:
                return unicodedata.normalize("NFC", place[: place.rfind("/") + 1] + path[len(folder) + 1 :])
            folder = folder.rpartition("/")[0]
        for prefix in self._texts:
            if path.startswith(prefix + "/"):
                path = path[len(prefix) :]
                break
        return unicodedata.normalize("NFC", "/" + path.lstrip("/"))


def folders_of_posts(places: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the folders named after a post, from pairs of a post's path and its place."""
    return {path.rpartition("/")[0]: place for path, place in places if is_index(path)}


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder with this name is never published."""
    return name.startswith(".") and name != SHOWN_HIDDEN


def _exists(file: Path) -> bool:
    """Tell whether anything is there; a name that the file system refuses names nothing."""
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False
