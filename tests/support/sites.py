"""Whole sites, built as an author builds them: by the command line, in a process of its own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import msgspec

ROOT = Path(__file__).parent.parent.parent
"""This repository, which is a site as well."""


class BuiltSite(msgspec.Struct, frozen=True):
    """A site in a folder, and what the build said."""

    folder: Path
    """The output folder."""
    prefix: str
    """Base path of its addresses, `/` or `/repo/`."""
    log: str
    """What the build printed."""

    def pages(self) -> list[Path]:
        """Return all HTML files, sorted."""
        return sorted(self.folder.rglob("*.html"))

    def addresses(self) -> list[str]:
        """Return the addresses of all pages, from the root of their host."""
        paths = [page.relative_to(self.folder).as_posix() for page in self.pages()]
        return [self.prefix + path.removesuffix("index.html") for path in paths]


def run_sitegen(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `sitegen` in the folder `project`; both output streams are captured, without colours."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "sitegen", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def build_site(project: Path, output: Path, *, prefix: str = "/") -> BuiltSite:
    """Build `project` into `output`, strictly, as for https://example.org with the base path `prefix`."""
    done = run_sitegen(
        project, "build", "--strict", "--output", str(output), "--base-url", f"https://example.org{prefix}"
    )
    log = done.stdout + done.stderr
    assert done.returncode == 0, f"`sitegen build --strict` in {project} ended with {done.returncode}:\n{log}"
    return BuiltSite(output, prefix, log)


def script_named(name: str) -> ModuleType:
    """Return a program of the folder `scripts` as a module, without running it."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
