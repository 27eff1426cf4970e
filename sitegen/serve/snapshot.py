"""The site at one moment, as the server needs it: recipes by path, and what there is to say about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from sitegen.console import Texts, render_text
from sitegen.diagnostics import Diagnostic
from sitegen.model import Output
from sitegen.site import Site
from sitegen.site.addresses import address, place_of_output

__all__ = ["Mark", "Snapshot"]

Mark = Literal["draft", "future"]
"""Why a page is here and would not be, or not yet, on the published site."""


class Snapshot(msgspec.Struct, frozen=True):
    """One finished build. It never changes, so any number of requests may look at it while the next one is made."""

    epoch: int
    """Counts builds, from 1; 0 before the first one."""
    root: Path
    """The project's folder."""
    base_path: str = "/"
    """Path of the site's address, with a slash at both ends."""
    outputs: Mapping[str, Output] = {}
    """Recipes by output path: of this build or, where nothing could be made, of the last one that was good."""
    site: Site | None = None
    """What `outputs` are made from; None where nothing could be made yet."""
    marks: Mapping[str, Mark] = {}
    """Pages to mark, by output path."""
    blocking: tuple[Diagnostic, ...] = ()
    """What keeps pages from being up to date: settings, templates, posts that cannot be compiled."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Everything there is to say, what is blocking included."""
    versions: Mapping[str, int] = {}
    """Output path of each copied file that changed while serving, with the epoch in which it did."""
    texts: Mapping[str, str] = {}
    """Texts that diagnostics point into, by path; others are read when they are needed."""
    newest: str | None = None
    """Output path of the page whose post was edited last."""
    seconds: float = 0.0
    """How long the build took."""
    compiled: int = 0
    """Posts compiled in this build rather than remembered."""
    prefix: str = ""
    """Leads from the folder where the author is to the project, for the paths in messages."""
    pending: frozenset[str] = frozenset()
    """Paths of posts whose pages cannot be shown yet, since they, or what they refer to, are still to be compiled.
    While there are any, lists show what is known of posts so far."""
    sketches: frozenset[str] = frozenset()
    """Those of them of which only the front matter is known."""

    @property
    def pages(self) -> int:
        """How many pages there are that are made from posts."""
        return sum(output.origin in self.texts for output in self.outputs.values())

    def address(self, output: str) -> str:
        """Return the address of an output path as it stands on pages: `/repo/about/`."""
        return address(self.base_path, place_of_output(output))

    def printed(self, diagnostics: Sequence[Diagnostic], *, color: bool = False) -> str:
        """Return diagnostics as the terminal shows them."""
        return render_text(diagnostics, Texts(self.texts, self.root), prefix=self.prefix, color=color)

    def problems(self, path: str) -> tuple[Diagnostic, ...]:
        """Return errors and warnings of one file that do not keep its page from being shown."""
        return tuple(
            problem
            for problem in self.diagnostics
            if problem.path == path and problem.severity != "note" and problem not in self.blocking
        )
