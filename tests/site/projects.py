"""Whole small sites in one string: file names and their texts."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from sitegen.build import BuildResult, build
from sitegen.config import Config, load_config
from sitegen.text import LineIndex

ROOT = Path(__file__).parents[2]

SETTINGS = '[site]\ntitle = "Notes"\nbase_url = "https://example.org/"\n'


SEARCHED = """
-- sitegen.toml --
[site]
title = "Notes"
base_url = "https://example.org/notes/"
[html]
policy = true
[search]
enable = true
-- content/posts/kernels.md --
# On kernels

A wombat integrates $\\frac{a}{b}$ over the burrow.
-- content/about.md --
# About

Of nobody.
"""
"""A site that can be searched."""


def files_of(text: str) -> dict[str, str]:
    """Take a string apart: `-- name --` on a line of its own begins a file."""
    files: dict[str, str] = {}
    name = ""
    for line in text.strip("\n").splitlines(keepends=True):
        if line.startswith("-- ") and line.rstrip().endswith(" --"):
            name = line.strip()[3:-3]
            files[name] = ""
        else:
            files[name] += line
    return files


class Project:
    """A project in a folder, built in this process as often as wanted."""

    def __init__(self, root: Path, text: str = "") -> None:
        self.root = root
        (root / "content" / "posts").mkdir(parents=True, exist_ok=True)
        self.write("-- sitegen.toml --\n" + SETTINGS)
        self.write(text)

    @classmethod
    def open(cls, root: Path) -> Project:
        """Return a project that exists already."""
        project = cls.__new__(cls)
        project.root = root
        return project

    def write(self, text: str) -> None:
        for name, content in files_of(text).items():
            self.put(name, content.encode())

    def put(self, name: str, data: bytes) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)

    def remove(self, name: str) -> None:
        (self.root / name).unlink()

    def config(self, *, base_url: str | None = None, output: str | None = None, drafts: bool = False) -> Config:
        config, problems = load_config(self.root, base_url=base_url, output=output, drafts=drafts)
        assert config is not None, problems
        return config

    def build(self, *, base_url: str | None = None, output: str | None = None, drafts: bool = False) -> BuildResult:
        return build(self.config(base_url=base_url, output=output, drafts=drafts))

    def page(self, place: str, output: str = "dist") -> str:
        return (self.root / output / place.strip("/") / "index.html").read_text(encoding="utf-8")

    def dist(self, output: str = "dist") -> dict[str, bytes]:
        return tree(self.root / output)


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder, and every folder that is empty, by path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() or path.is_symlink() or not any(path.iterdir()):
            found[path.relative_to(folder).as_posix()] = b"" if path.is_dir() else path.read_bytes()
    return found


def told(result: BuildResult, *, notes: bool = False) -> list[str]:
    """Return the diagnostics as `code path:line:column message`, without notes unless they are wanted."""
    texts = {source.path: LineIndex(source.text) for source in result.sources}
    lines = []
    for problem in result.diagnostics:
        if problem.severity == "note" and not notes:
            continue
        place = ""
        if problem.span is not None and problem.path in texts:
            place = ":{}:{}".format(*texts[problem.path].position(problem.span.start))
        lines.append(f"{problem.code} {problem.path}{place} {problem.message}")
    return lines


def codes(result: BuildResult) -> list[str]:
    return [problem.code for problem in result.diagnostics if problem.severity != "note"]


def png(width: int, height: int) -> bytes:
    """Return a black image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
