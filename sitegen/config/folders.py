"""The folders of a site: each in the project, there, and out of the others' way."""

from __future__ import annotations

import os
import re
from itertools import combinations
from pathlib import Path

import msgspec

from sitegen.config.model import POST_SUFFIXES, POSTS, BuildConfig
from sitegen.config.reading import CONFIG_FILE, Reader
from sitegen.diagnostics import nearest
from sitegen.text import Span

__all__ = ["Folders"]

FOLDERS = ("content", "templates", "static", "output", "cache")
"""The settings of `[build]` that name a folder."""

_DEFAULTS = {name: getattr(BuildConfig(), name) for name in FOLDERS}


class Folders:
    """Checks the folders and files that settings name."""

    def __init__(self, reader: Reader, root: Path) -> None:
        """Take the settings as they are written, and the folder of the project, absolute."""
        self.reader = reader
        self.root = root

    def check(self, build: BuildConfig) -> BuildConfig:
        """Check `[build]`; the folders become plain relative paths (an output folder elsewhere an absolute one)."""
        folders = {name: self._folder(name, getattr(build, name)) for name in FOLDERS}
        if self.reader.given.output is not None:
            folders["output"] = self._given_output(self.reader.given.output)
        found = {name: folder for name, folder in folders.items() if folder is not None}
        self._report_conflicts(found)
        elsewhere = build.posts or build.pages
        if "content" in found and not elsewhere and not os.path.isdir(self.root / found["content"] / POSTS):
            self._missing_posts(found["content"])
        for name in ("templates", "static"):
            self._named_folder(name, found.get(name, ""))
        posts = self._folders("posts", build.posts, found)
        assets = self._folders("assets", build.assets, found, files=True)
        pages = self._folders("pages", build.pages, found, files=True)
        return msgspec.structs.replace(build, **found, posts=posts, assets=assets, pages=pages)

    def plain(self, written: str) -> str | None:
        """Return a path in the project in its plain form; None for another one, and for the project's folder itself."""
        path = os.path.normpath(written or ".").replace(os.sep, "/")
        outside = path in (".", "..") or path.startswith(("../", "/", "~")) or "\\" in written
        return None if outside else path

    def path(self, folder: str) -> Path:
        """Return the place of a folder or file of the project, which may lie outside of it."""
        return Path(os.path.normpath(self.root / folder))

    def similar(self, path: str) -> str | None:
        """Return the name in the same place that was probably meant by one that is not there."""
        folder, _, name = path.rpartition("/")
        try:
            return nearest(name, sorted(os.listdir(self.root / folder)))
        except OSError:
            return None

    def missing(self, path: str, span: Span | None, *, files: bool) -> None:
        """Report a folder or file that is not there, with the name that was probably meant."""
        near = self.similar(path)
        found = f"{path.rpartition('/')[0]}/{near}".lstrip("/")
        hint = f"did you mean {found}?" if near else "create it, or leave it out"
        what = "neither a folder nor a file" if files else "no folder"
        self.reader.report("config/missing-folder", f"there is {what} {path}", span, hint=hint)

    def _folder(self, name: str, written: str) -> str | None:
        """Return a folder of the file, normalised, or None when it cannot be one of the project."""
        span = self.reader.value(("build", name))
        message, hint = "", "give it relative to sitegen.toml, with forward slashes"
        folder = os.path.normpath(written or ".").replace(os.sep, "/")
        if not written.strip():
            message = f"the {name} folder is empty text"
        elif "\\" in written or any(ord(character) < 32 for character in written):
            message = f"the {name} folder contains a backslash or a control character"
        elif written.startswith(("/", "~")) or re.match(r"[A-Za-z]:", written):
            message = f"the {name} folder is not relative to the project"
        elif folder == ".." or folder.startswith("../"):
            message, hint = f"the {name} folder leaves the project", "keep it inside the folder of sitegen.toml"
        if message:
            self.reader.report("config/bad-folder", message, span, hint=hint)
            return None
        return folder

    def _given_output(self, written: str) -> str | None:
        """Return the output folder of the command line, relative where it lies in the project."""
        if not written.strip() or any(ord(character) < 32 for character in written):
            path, span = self.reader.given.place("output")
            self.reader.report(
                "config/bad-folder", "this is not the name of a folder", span, hint="write --output DIR", path=path
            )
            return None
        folder = Path(os.path.normpath(self.root / written))
        return folder.relative_to(self.root).as_posix() if folder.is_relative_to(self.root) else folder.as_posix()

    def _missing_posts(self, content: str) -> None:
        span = self.reader.value(("build", "content"))
        try:
            os.listdir(self.root / content)
        except PermissionError:
            message = f"the content folder {content} may not be read"
            self.reader.report("config/bad-folder", message, span, hint="check its permissions")
            return
        except OSError:
            pass  # there is none
        folder = f"{content}/{POSTS}" if content != "." else POSTS
        self.reader.report(
            "config/missing-folder", f"there is no folder {folder}", span, hint="create it; posts lie there"
        )

    def _named_folder(self, name: str, folder: str) -> None:
        """Check a folder that need not exist: if its name was chosen, it should, or there is a reason for the name.

        That is a folder of the usual name that belongs to another program.
        """
        span = self.reader.value(("build", name))
        if not folder or span is None or folder == _DEFAULTS[name] or os.path.isdir(self.root / folder):
            return
        if self.similar(folder) or not os.path.isdir(self.root / _DEFAULTS[name]):
            self.missing(folder, span, files=False)

    def _folders(self, key: str, written: list[str], others: dict[str, str], *, files: bool = False) -> list[str]:
        """Check a list of folders of the project, or of files too: each exists, and is not written by sitegen."""
        folders = []
        for index, name in enumerate(written):
            span = self.reader.value(("build", key, index))
            folder = self.plain(name)
            if folder is None:
                message = f"{name or 'an empty text'} is not the name of a folder in the project"
                hint = "give it relative to sitegen.toml, with forward slashes"
                self.reader.report("config/bad-folder", message, span, hint=hint)
            elif not os.path.isdir(self.root / folder) and not (files and os.path.isfile(self.root / folder)):
                self.missing(folder, span, files=files)
            elif key == "pages" and os.path.isfile(self.root / folder) and not folder.lower().endswith(POST_SUFFIXES):
                message = f"{folder} is no page"
                hint = "a page is written in Markdown, in a file such as about.md"
                self.reader.report("config/bad-value", message, span, hint=hint)
            else:
                inner = self.path(folder)
                for other in ("output", "cache", "templates", "static"):
                    if other in others and inner.is_relative_to(self.path(others[other])):
                        message = f"{folder} is, or lies in, the {other} folder"
                        self.reader.report("config/bad-folder", message, span, hint="name another folder")
                folders.append(folder)
        return list(dict.fromkeys(folders))

    def _report_conflicts(self, folders: dict[str, str]) -> None:
        """Report folders that get in each other's way, every folder once."""
        blamed = {name for name, folder in folders.items() if self.root.is_relative_to(self.path(folder))}
        for name in sorted(blamed):
            self._report_conflict(name, "", f"the {name} folder is the project itself, or holds it")
        for mine, other in combinations(("output", "cache", "static", "content", "templates"), 2):
            if not {mine, other} <= folders.keys() - blamed:
                continue
            message = self._conflict(mine, other, folders)
            if message:
                blamed.add(mine)
                self._report_conflict(mine, other, message)

    def _conflict(self, mine: str, other: str, folders: dict[str, str]) -> str:
        """Say how two folders get in each other's way, or nothing.

        What is written must not lie in what is read, nor around it. What is published as it is must not hold
        posts or templates, but may lie beside the posts.
        """
        inner, outer = self.path(folders[mine]), self.path(folders[other])
        if inner == outer:
            return f"the {mine} folder is the {other} folder too"
        if outer.is_relative_to(inner) and mine in ("output", "cache", "static"):
            return f"the {mine} folder holds the {other} folder"
        if inner.is_relative_to(outer) and mine in ("output", "cache"):
            return f"the {mine} folder lies in the {other} folder"
        return ""

    def _report_conflict(self, mine: str, other: str, message: str) -> None:
        path, span = CONFIG_FILE, self.reader.value(("build", mine))
        if mine == "output" and self.reader.given.output is not None:
            path, span = self.reader.given.place("output")
        if span is None:
            # The default was in nobody's way until the other folder was set.
            span = self.reader.value(("build", other))
            mine = other if span is not None else mine
        hint = f"choose another folder, such as {_DEFAULTS[mine]}"
        self.reader.report("config/bad-folder", message, span, hint=hint, path=path)
