"""Build the site again and again, in memory. Remembered is what a change cannot have touched.

A build of the preview is the build of `sitegen.build` without its end: nothing is published, and pages are made when
a browser asks for them. What it remembers never shows: after any change the recipes make the same bytes as those of
a first build.

Where many posts are to be compiled there is a site before they all are. In it those that wait are sketches, which
lists and links of other pages can show; their own pages are not shown, and what is wrong only because of them is not
said. A page that somebody waits for is compiled at once, with those that it refers to.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path

import msgspec

from sitegen.bibliography import read_library
from sitegen.checks import check_paths
from sitegen.clock import now
from sitegen.config import COMMAND_LINE, CONFIG_FILE, Config, command_line, load_config
from sitegen.diagnostics import Diagnostic
from sitegen.extension import extend
from sitegen.listing import Listing, list_files
from sitegen.model import Document, Output, Progress, Rejected, RenderError, no_progress
from sitegen.pages import Theme, load_theme
from sitegen.serve.memory import FEW_POSTS, Compiler, Sources
from sitegen.serve.sketch import needed_by, unsure
from sitegen.serve.snapshot import Mark, Snapshot
from sitegen.site import Site, assemble

__all__ = ["Builder"]

PATIENCE = 1.0
"""Seconds between two looks whether anybody still wants the site that is being built."""


class Builder:
    """Makes one snapshot after the other. Used by one thread at a time."""

    def __init__(
        self,
        root: Path,
        *,
        base_url: str | None = None,
        prefix: str = "",
        executor: Executor | None = None,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        """Take the project's folder, what the command line says, and what leads from the author's folder there.

        In the processes of `executor` posts are compiled in the background; when some are, `wake` is called.
        """
        self.config: Config | None = None
        """The settings of the last build whose settings were good."""
        self._root = root.absolute()
        self._base_url = base_url
        self._sources = Sources()
        self._compiler = Compiler(executor, wake)
        self._theme: Theme | None = None
        self._last = Snapshot(epoch=0, root=self._root, prefix=prefix)
        self._good: dict[str, Document] = {}
        self._checked: list[tuple[str, str]] | None = None
        self._versions: dict[str, int] = {}
        self._broken_config: tuple[Diagnostic, ...] = ()
        self._warnings: tuple[Diagnostic, ...] = ()
        """What making the files showed that are not pages."""
        self._waiting: frozenset[str] = frozenset()
        """Posts that were sketches in the last site."""
        self._unshown: frozenset[str] | None = frozenset()
        """What changed since the last snapshot."""
        self._tried = False
        """Whether the templates were tried with what there is of the posts."""

    def build(self, changed: frozenset[str] | None = None, progress: Progress | None = None) -> Snapshot:
        """Build the site after `changed` paths, relative to the project, changed; None for whatever there is."""
        started = time.perf_counter()
        snapshot = self.update(changed)
        if snapshot is not None and not self.waiting:
            return snapshot
        while self.waiting:
            self.advance(progress, PATIENCE)
        snapshot = self.update(frozenset())
        assert snapshot is not None
        self._last = msgspec.structs.replace(snapshot, seconds=time.perf_counter() - started)
        return self._last

    @property
    def waiting(self) -> frozenset[str]:
        """Paths of the posts that are still to be compiled; when there are none, the site can be complete."""
        return self._compiler.waiting

    @property
    def alone(self) -> bool:
        """Whether posts wait and only `advance` compiles them."""
        return self._compiler.alone

    def advance(self, progress: Progress | None = None, wait: float = 0.0) -> None:
        """Take in posts that were compiled in the background, after `wait` seconds at most, or compile some now."""
        total = len(self._sources)
        self._compiler.advance(wait)
        (progress or no_progress)("compiling", total - len(self.waiting), total)

    def warm_up(self) -> None:
        """Load what compiling an edited post takes, so that the first edit is shown as soon as others."""
        newest = self._last.newest
        source = self._sources.get(self._last.outputs[newest].origin) if newest else None
        if self.config is not None and source is not None:
            self._compiler.warm_up(source, self.config)

    def update(
        self, changed: frozenset[str] | None = frozenset(), wanted: frozenset[str] = frozenset()
    ) -> Snapshot | None:
        """Build what can be built now, with the posts in `wanted`; return the last snapshot where nothing is new.

        None where nothing can be shown before all posts are there.
        """
        started = time.perf_counter()
        changed = None if changed is None or self._unshown is None else changed | self._unshown
        if self._last.epoch == 0 or changed is None or self._may_change_settings(changed):
            changed = None
            config, self._broken_config = load_config(self._root, base_url=self._base_url, drafts=True, future=True)
            if config is not None:
                self.config = msgspec.structs.replace(config, preview=True)
        if self.config is None or (self._broken_config and changed != frozenset()):
            # Nothing is read while the settings are broken; when they are good again, everything is.
            snapshot: Snapshot | None = self._blocked(self._broken_config)
        else:
            snapshot = self._build(self.config, changed, wanted)
        self._unshown = changed if snapshot is None else frozenset()
        if snapshot is None or snapshot is self._last:
            return snapshot
        self._last = msgspec.structs.replace(snapshot, seconds=time.perf_counter() - started)
        return self._last

    def _may_change_settings(self, changed: frozenset[str]) -> bool:
        """Tell whether the settings have to be read again.

        They are good only where the folders and files are that they name, and some of these are read with them.
        """
        config = self.config
        folders = (config.build.content, *config.posts) if config is not None else ()
        files = {CONFIG_FILE, *(config.named_files if config is not None else ())}
        return any(
            path in files or any(folder == path or folder.startswith(f"{path}/") for folder in folders)
            for path in changed
        )

    def files(self) -> frozenset[str]:
        """Return the files, relative to the project, that the last build publishes as they are, or read elsewhere."""
        outputs = self._last.outputs.values()
        published = (output.origin for output in outputs if output.file is not None)
        return self._sources.behind_links.union(published)

    # -- one build

    def _build(self, config: Config, changed: frozenset[str] | None, wanted: frozenset[str]) -> Snapshot | None:
        sources, unread = self._sources.read(config, changed)
        compiled, count = self._compiler.compile(sources, config, wanted)
        if wanted and self.waiting:
            needed = needed_by([post for post in compiled if post.path in wanted], sources, compiled, self.waiting)
            if 0 < len(needed) <= FEW_POSTS:
                compiled, more = self._compiler.compile(sources, config, needed)
                count += more
        waiting = self.waiting
        nothing_new = count == 0 and waiting == self._waiting
        if nothing_new and changed is not None and self._sources.hold(changed):
            return self._last  # saved as it was
        self._waiting = waiting
        rejected = (*unread, *(post for post in compiled if isinstance(post, Rejected)))
        documents = self._documents(compiled, rejected, waiting)
        site = assemble(documents, config, before=self._last.site)
        listing, sure = self._list(site, changed)
        if not listing.outputs and waiting and not sure:
            return None
        pending = waiting | unsure(site) if waiting else frozenset()
        told = [problem for post in (*compiled, *unread) for problem in post.diagnostics]
        told += self._warnings
        told += read_library(config)[1]
        told += (problem for problem in site.diagnostics if problem.path not in pending)
        blocking = (
            *self._broken_config,
            *listing.problems,
            *(problem for post in rejected for problem in post.diagnostics if problem.severity == "error"),
        )
        texts = {source.path: source.text for source in sources}
        if not listing.outputs:
            return self._blocked(blocking, (*self._broken_config, *told, *listing.problems), texts, count)
        outputs = {output.path: output for output in listing.outputs}
        self._note_versions(outputs, changed)
        return msgspec.structs.replace(
            self._last,
            epoch=self._epoch(),
            base_path=site.base_path,
            outputs=outputs,
            site=site,
            marks=_marks(site),
            blocking=blocking,
            diagnostics=(*self._broken_config, *told),
            versions=dict(self._versions),
            texts=self._texts(texts),
            newest=self._newest(site) if changed is None else None,
            compiled=count,
            pending=pending,
            sketches=waiting,
        )

    def _documents(
        self, compiled: Iterable[Document | Rejected], rejected: Iterable[Rejected], waiting: frozenset[str]
    ) -> list[Document]:
        """Return the documents; for a post that cannot be compiled, the last one that could."""
        good = {post.path: post for post in compiled if isinstance(post, Document)}
        for post in rejected:
            if post.path in self._good:
                good[post.path] = self._good[post.path]
        kept = {path: document for path, document in self._good.items() if path in waiting}
        self._good = kept | {path: document for path, document in good.items() if path not in waiting}
        return [good[path] for path in sorted(good)]

    def _list(self, site: Site, changed: frozenset[str] | None) -> tuple[Listing, bool]:
        """Return the recipes of all files; where there are none, why not, and whether that is so without sketches."""
        if self._waiting and not _can_sketch(site.config):
            return Listing(), False
        extended = extend(site)
        if extended.problems:
            return Listing(problems=extended.problems), False
        fresh = bool(extended.given) or self._theme is None or changed is None or not self._sources.hold(changed)
        if fresh:
            self._theme, problems = load_theme(site.config, None, extended.given, extended.digest)
            self._tried = False
            if self._theme is None:
                return Listing(problems=problems), True
        theme = self._theme
        assert theme is not None
        listing = list_files(site, theme, extended)
        problem = _trial(listing.pages) if not self._tried else None
        if listing.problems or problem:
            self._theme = None  # not used before it has been tried again
            return Listing(problems=(*listing.problems, *((problem,) if problem else ()))), False
        self._tried = not self._waiting
        self._warnings = listing.warnings
        names = [(output.path, output.origin) for output in listing.outputs]
        collisions = () if names == self._checked else check_paths(listing.outputs, site)
        self._checked = None if collisions else names
        return (Listing(problems=collisions) if collisions else listing), False

    def _blocked(
        self,
        blocking: tuple[Diagnostic, ...],
        diagnostics: tuple[Diagnostic, ...] | None = None,
        texts: Mapping[str, str] | None = None,
        compiled: int = 0,
    ) -> Snapshot:
        """Return the last good site with the reasons why there is no newer one."""
        last = self._last
        outputs, pending = last.outputs, last.pending
        if pending and not self.waiting:
            # They have no good page, and there will be none before this is mended.
            outputs = {path: output for path, output in outputs.items() if output.origin not in pending}
            pending = frozenset()
        return msgspec.structs.replace(
            last,
            epoch=self._epoch(),
            outputs=outputs,
            blocking=blocking,
            diagnostics=blocking if diagnostics is None else diagnostics,
            versions=dict(self._versions),
            texts=self._texts(texts or {}),
            newest=None,
            compiled=compiled,
            pending=pending,
            sketches=last.sketches & self.waiting,
        )

    def _epoch(self) -> int:
        return self._last.epoch + 1

    def _texts(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        return {**texts, COMMAND_LINE: command_line(self._base_url, None)}

    def _note_versions(self, outputs: Mapping[str, Output], changed: frozenset[str] | None) -> None:
        """Note which files, copied as they are, changed: browsers ask for such a file again only if told so."""
        if changed:
            for path, output in outputs.items():
                if output.file is not None and output.origin in changed:
                    self._versions[path] = self._epoch()

    def _newest(self, site: Site) -> str | None:
        """Return the output path of the page whose post was edited last."""
        times = []
        for page in site.pages:
            try:
                times.append((os.stat(self._root / page.source).st_mtime_ns, page.output))
            except OSError:
                continue  # removed a moment ago; the watcher tells
        return max(times)[1] if times else None


def _can_sketch(config: Config) -> bool:
    """Tell whether a site may be shown with sketches in it: what its own module makes of them could be anything."""
    path = config.extension.module
    try:
        text = (config.root / path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return False
    return "def template_globals(" not in text and "def outputs(" not in text


def _trial(pages: Iterable[Output]) -> Diagnostic | None:
    """Make one page of each kind, and return what is wrong: a mistake in a template mostly shows on any page."""
    for number, output in enumerate(pages):
        if number == 0 or output.path in ("index.html", "archive/index.html", "404.html"):
            try:
                output.render()
            except RenderError as error:
                return error.diagnostic
    return None


def _marks(site: Site) -> dict[str, Mark]:
    present = now()
    marks: dict[str, Mark] = {}
    for page in site.pages:
        if page.draft:
            marks[page.output] = "draft"
        elif page.date is not None and page.date > present:
            marks[page.output] = "future"
    return marks
