"""A project into a published site: every stage in its order, with the reason beside it. READ THIS SECOND.

    files ─► Source ─► Document (or Rejected) ─► Site ─► Output ─► files
             read      compile                  assemble  render    publish

Errors are of three kinds, and what is wrong decides what is written. In a post's text: its page is written, with the
trouble visible on it. A post that cannot be compiled: the others are written, and nothing old is removed, so that its
page of yesterday stays. In what all pages share, the templates, paths that meet, the output folder: nothing is written.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sitegen.bibliography import read_library
from sitegen.cache import Cache, Made
from sitegen.checks import check_paths
from sitegen.clock import now
from sitegen.compiling import compile_all, open_cache, options_of, wait_for_posts
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic, in_order
from sitegen.extension import extend
from sitegen.listing import Listing, list_files
from sitegen.model import (
    Document,
    ImageSlot,
    Output,
    Progress,
    Rejected,
    Source,
    no_progress,
    slots_of,
)
from sitegen.output import Plan, Published, lock_output, open_output, publish
from sitegen.pages import Checked, load_theme, what_is_checked
from sitegen.precompress import compressed_copies
from sitegen.rendering import Renderer, render_all
from sitegen.site import Site, Sizes, assemble
from sitegen.source import read_sources

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["BuildResult", "Stats", "build"]


class Stats(msgspec.Struct, frozen=True):
    """A build in figures."""

    pages: int
    """Pages made from posts."""
    formulas: int
    compiled: int
    """Posts; the others were `reused` from the cache."""
    reused: int
    written: int
    """Files; with `unchanged` all files of the site, unless nothing was written because of an error."""
    unchanged: int
    removed: int
    errors: int
    warnings: int
    notes: int
    seconds: float
    drafts: int = 0
    """Posts that were left out as drafts; `future` ones were left out because of their date."""
    future: int = 0


class BuildResult(msgspec.Struct, frozen=True):
    """A site, what became of it, and everything there is to say about it."""

    site: Site
    outputs: tuple[Output, ...]
    """Recipes of all files; none when the templates or stylesheets cannot be used."""
    diagnostics: tuple[Diagnostic, ...]
    """Sorted by file and place."""
    stats: Stats
    sources: tuple[Source, ...]
    """The posts' texts, for showing the lines that diagnostics speak of."""
    compile_seconds: Mapping[str, float]
    """Path to time, for each post that was compiled."""
    stage_seconds: Mapping[str, float]
    """Where the time went: stage to time, in order."""


def build(
    config: Config,
    *,
    progress: Progress | None = None,
    jobs: int = 1,
    cache: bool = True,
    executor: Executor | None = None,
    write: bool = True,
) -> BuildResult:
    """Build the site of a project. Never raises for bad input: what is wrong is among the result's diagnostics.

    Many posts are compiled side by side, by as many processes as `jobs` says, or by an `executor` (of processes,
    compiling keeps the interpreter busy). New processes import the main module, so a script that wants them must
    begin its work under `if __name__ == "__main__":`. Without `cache` nothing of earlier builds is used, and nothing
    is kept for later ones; the site is the same. Without `write` the site is made and nothing is published: the output
    folder is neither looked at nor locked.
    """
    clock = _Clock()
    report = progress or no_progress
    with ExitStack() as at_the_end:
        standby = wait_for_posts(jobs, executor)  # before the lock, which it would hold as well
        if standby is not None:
            at_the_end.callback(standby.dismiss)
        # Before the folder is looked at, till it has its last file.
        busy = at_the_end.enter_context(lock_output(config)) if write else None
        if busy is not None:
            return _refuse(config, busy, clock)
        with clock("reading"):
            sources, unread = _read(config, report)  # first: everything is made from texts
            store = open_cache(config) if cache else Cache(None)
        with clock("compiling"):
            posts, seconds = compile_all(
                sources, options_of(config), store, jobs=jobs, executor=executor, standby=standby, report=report
            )  # each alone: none can change another
        documents = [post for post in posts if isinstance(post, Document)]
        rejected: list[Rejected] = [*unread, *(post for post in posts if isinstance(post, Rejected))]
        with clock("assembling"):
            sizes = Sizes(store.note("sizes"))
            sizes.read_ahead(_images_beside(documents, config), jobs)
            site = assemble(documents, config, sizes)  # after all posts: links and references cross from one to another
        with clock("theme and assets"):
            listing = _list_outputs(
                site, store, copies=write
            )  # names before bytes: two files for one path are found before any is made
        with clock("rendering"):
            # Looks at the folder, and changes nothing yet.
            plan, refused = _plan(config, listing.outputs, prune=not rejected) if write else (None, ())
            # Every file before the first is written, since any may fail.
            renderer = Renderer(plan, store.made, store.folder)
            at_the_end.callback(renderer.close)
            rendering = render_all(listing, site, renderer, jobs, report)
        fatal = (*listing.problems, *refused, *rendering.problems)
        published = Published(0, 0, 0)
        with clock("writing"):
            if plan is not None and not fatal:
                # Last: from here on files change.
                published = _publish(plan, listing.outputs, renderer, rendering.changed, jobs, report)
            store.set_note("sizes", sizes.encoded())
            made = None
            if plan is not None and not fatal and not published.diagnostics:
                made = _seen(rendering.made, plan)
            store.save(made)
    told = (
        *(problem for post in (*posts, *unread) for problem in post.diagnostics),
        *site.diagnostics,
        *listing.warnings,
        *rendering.flaws,
        *fatal,
        *read_library(config)[1],
        *published.diagnostics,
    )
    diagnostics = in_order(dict.fromkeys(told))  # what is wrong with a site's own module may come up in every post
    stats = _stats(site, documents, published, diagnostics, len(seconds), len(sources), clock.seconds)
    return BuildResult(site, listing.outputs, diagnostics, stats, sources, seconds, clock.stages)


class _Clock:
    """Measures the stages of a build."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.stages: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        """The time since the build began."""
        return time.perf_counter() - self._started

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.stages[stage] = time.perf_counter() - started


def _refuse(config: Config, busy: Diagnostic, clock: _Clock) -> BuildResult:
    """Return the result of a build that another one keeps from beginning."""
    site = assemble((), config)
    stats = _stats(site, (), Published(0, 0, 0), (busy,), 0, 0, clock.seconds)
    return BuildResult(site, (), (busy,), stats, (), {}, {})


def _images_beside(documents: Iterable[Document], config: Config) -> Iterator[str]:
    """Yield where images probably lie, if they are named by the way from their post."""
    for document in documents:
        folder = os.path.dirname(os.path.join(config.root, document.path))
        for slot in slots_of(document.body):
            if isinstance(slot, ImageSlot) and not slot.src.startswith("/") and ":" not in slot.src:
                yield os.path.normpath(os.path.join(folder, slot.src))


def _read(config: Config, report: Progress) -> tuple[tuple[Source, ...], tuple[Rejected, ...]]:
    report("reading", 0, 0)
    sources, rejected = read_sources(config)
    report("reading", len(sources), len(sources) + len(rejected))
    return sources, rejected


# -- rendering


def _list_outputs(site: Site, cache: Cache, *, copies: bool) -> Listing:
    known = _checked(cache)
    extended = extend(site)
    if extended.problems:
        return Listing(problems=extended.problems)
    theme, problems = load_theme(site.config, known, extended.given, extended.digest, cache.folder_for_templates())
    if theme is None:
        return Listing(problems=problems)
    known = what_is_checked(theme, known)
    cache.set_note("theme", msgspec.msgpack.encode(known))
    listing = list_files(site, theme, extended, known, cache)
    if listing.problems:
        return listing
    compressed = compressed_copies(listing.outputs, site.config.build.precompress) if copies else ()
    listing = msgspec.structs.replace(listing, copies=compressed)
    return msgspec.structs.replace(listing, problems=check_paths(listing.outputs, site))


def _checked(cache: Cache) -> Checked | None:
    """Return what the last build found out about the theme, if it did."""
    note = cache.note("theme")
    try:
        return None if note is None else msgspec.msgpack.decode(note, type=Checked)
    except msgspec.DecodeError:
        return None


def _plan(config: Config, outputs: Sequence[Output], *, prune: bool) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """Compare the output folder with the files that are to be in it."""
    folder, refused = open_output(config)
    if folder is None:
        return None, refused
    plan = Plan(folder, [output.path for output in outputs], prune=prune)
    return plan, plan.problems()


def _seen(made: Mapping[str, Made], plan: Plan) -> dict[str, Made]:
    """Note how the files look that were written."""
    return {
        path: each if each.seen else msgspec.structs.replace(each, seen=plan.look(path)) for path, each in made.items()
    }


def _publish(
    plan: Plan, outputs: Sequence[Output], renderer: Renderer, changed: Sequence[str], jobs: int, report: Progress
) -> Published:
    recipes = {output.path: output.render for output in outputs}

    def read(path: str) -> bytes:
        data = renderer.held(path)
        return recipes[path]() if data is None else data

    return publish(plan, changed, read, jobs=jobs, report=partial(report, "writing"))


def _stats(
    site: Site,
    documents: Sequence[Document],
    published: Published,
    diagnostics: Sequence[Diagnostic],
    compiled: int,
    posts: int,
    seconds: float,
) -> Stats:
    severities = [problem.severity for problem in diagnostics]
    present = now()
    shown = {document.path for document in site.documents}
    left = [document.meta for document in documents if document.path not in shown]
    return Stats(
        pages=len(site.pages),
        formulas=sum(document.formulas for document in site.documents),
        compiled=compiled,
        reused=posts - compiled,
        written=published.written,
        unchanged=published.unchanged,
        removed=published.removed,
        errors=severities.count("error"),
        warnings=severities.count("warning"),
        notes=severities.count("note"),
        seconds=seconds,
        drafts=sum(meta.draft for meta in left),
        future=sum(not meta.draft and meta.date is not None and meta.date > present for meta in left),
    )
