"""A project into a published site: every stage in its order, with the reason beside it. READ THIS SECOND.

    files ─► Source ─► Document (or Rejected) ─► Site ─► Output ─► files
             read      compile                  assemble  render    publish

Errors are of three kinds, and what is wrong decides what is written. In a post's text: its page is written, with the
trouble visible on it. A post that cannot be compiled: the others are written, and nothing old is removed, so that its
page of yesterday stays. In what all pages share, the templates, paths that meet, the output folder: nothing is written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from functools import partial

import msgspec

from sitegen.assets import make_assets
from sitegen.checks import Scan, check_pages, check_paths, scan
from sitegen.compile import CompileOptions, compile_post
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Compiled, Document, Output, Rejected, RenderError, Source
from sitegen.output import Plan, Published, open_output, publish
from sitegen.pages import load_theme, page_outputs
from sitegen.site import Site, assemble
from sitegen.source import read_sources

__all__ = ["BuildResult", "Progress", "Stats", "build"]

Progress = Callable[[str, int, int], None]
"""Called with a stage (`reading`, `compiling`, `rendering`, `writing`), how much is done, and how much there is."""

MANY_POSTS = 64
"""From here on compiling in other processes saves more than starting them costs."""

HELD_BYTES = 1_000_000
"""A changed file larger than this is made a second time when it is written, rather than kept in memory till then."""


class Stats(msgspec.Struct, frozen=True):
    """A build in figures."""

    pages: int
    """Pages made from posts."""
    formulas: int
    written: int
    """Files; with `unchanged` all files of the site, unless nothing was written because of an error."""
    unchanged: int
    removed: int
    errors: int
    warnings: int
    notes: int
    seconds: float


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


def build(config: Config, *, progress: Progress | None = None, executor: Executor | None = None) -> BuildResult:
    """Build the site of a project. Never raises for bad input: what is wrong is among the result's diagnostics.

    With an `executor` (of processes, compiling keeps the interpreter busy) many posts are compiled side by side.
    """
    started = time.perf_counter()
    report = progress or _silence
    sources, unread = _read(config, report)  # first: everything is made from texts
    compiled = _compile(sources, config, executor, report)  # each post alone: none can change another
    documents = [post for post in compiled if isinstance(post, Document)]
    rejected: list[Rejected] = [*unread, *(post for post in compiled if isinstance(post, Rejected))]
    site = assemble(documents, config)  # after all posts: links and references cross from one to another
    listing = _list_outputs(site)  # names before bytes: two files for one path are found before any is made
    plan, refused = _plan(config, listing.outputs, prune=not rejected)  # looks at the folder, and changes nothing yet
    rendering = _render(listing, site, plan, report)  # every file before the first is written, since any may fail
    fatal = (*listing.problems, *refused, *rendering.problems)
    published = Published(0, 0, 0)
    if plan is not None and not fatal:
        published = _publish(plan, listing.outputs, rendering.changed, report)  # last: from here on files change
    diagnostics = _sorted(
        (
            *(problem for post in (*compiled, *unread) for problem in post.diagnostics),
            *site.diagnostics,
            *rendering.flaws,
            *fatal,
            *published.diagnostics,
        )
    )
    stats = _stats(site, published, diagnostics, time.perf_counter() - started)
    return BuildResult(site, listing.outputs, diagnostics, stats, sources)


def _silence(stage: str, done: int, total: int) -> None:
    """Report nothing."""


def _read(config: Config, report: Progress) -> tuple[tuple[Source, ...], tuple[Rejected, ...]]:
    report("reading", 0, 0)
    sources, rejected = read_sources(config)
    report("reading", len(sources), len(sources) + len(rejected))
    return sources, rejected


def _compile(
    sources: Sequence[Source], config: Config, executor: Executor | None, report: Progress
) -> tuple[Compiled, ...]:
    """Compile the posts, in order; who compiles them makes no difference to what comes out."""
    one = partial(compile_post, options=CompileOptions(config.math.macros, config.math.dialect))
    results: Iterable[Compiled]
    if executor is None or len(sources) < MANY_POSTS:
        results = map(one, sources)
    else:
        results = executor.map(one, sources, chunksize=8)
    compiled: list[Compiled] = []
    for post in results:
        compiled.append(post)
        report("compiling", len(compiled), len(sources))
    return tuple(compiled)


class _Listing(msgspec.Struct, frozen=True):
    """The recipes of a site."""

    pages: tuple[Output, ...]
    others: tuple[Output, ...]
    problems: tuple[Diagnostic, ...]
    """What keeps the site from being made."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The recipes of all files."""
        return (*self.pages, *self.others)


def _list_outputs(site: Site) -> _Listing:
    theme, problems = load_theme(site.config)
    if theme is None:
        return _Listing((), (), problems)
    try:
        made = make_assets(site)
        pages = page_outputs(site, theme, made)
    except RenderError as error:
        return _Listing((), (), (error.diagnostic,))
    except FileNotFoundError as error:  # the installation lacks the font
        return _Listing((), (), (Diagnostic("asset/unreadable", str(error), "default/fonts"),))
    return _Listing(pages, made.outputs, check_paths((*pages, *made.outputs), site))


def _plan(config: Config, outputs: Sequence[Output], *, prune: bool) -> tuple[Plan | None, tuple[Diagnostic, ...]]:
    """Compare the output folder with the files that are to be in it."""
    folder, refused = open_output(config)
    if folder is None:
        return None, refused
    plan = Plan(folder, [output.path for output in outputs], prune=prune)
    return plan, plan.problems()


class _Rendering(msgspec.Struct, frozen=True):
    """What came of following every recipe once."""

    changed: dict[str, bytes | None]
    """Each file that has to be written, in order; None in place of bytes too large to keep."""
    problems: tuple[Diagnostic, ...]
    """Why a file cannot be made."""
    flaws: tuple[Diagnostic, ...]
    """What is wrong with finished pages."""


def _render(listing: _Listing, site: Site, plan: Plan | None, report: Progress) -> _Rendering:
    changed: dict[str, bytes | None] = {}
    problems: list[Diagnostic] = []
    scans: list[Scan] = []
    for done, output in enumerate(listing.outputs, 1):
        try:
            data = output.render()
        except RenderError as error:
            problems.append(error.diagnostic)
            continue
        if done <= len(listing.pages):
            scans.append(scan(output, data))
        if plan is not None and plan.is_changed(output.path, data):
            changed[output.path] = data if len(data) <= HELD_BYTES else None
        report("rendering", done, len(listing.outputs))
    # A site that cannot be made has flaws that only follow from it.
    flaws = () if problems or listing.problems else check_pages(scans, listing.outputs, site)
    # Every page fails alike where a template fails.
    return _Rendering(changed, tuple(dict.fromkeys(problems)), flaws)


def _publish(plan: Plan, outputs: Sequence[Output], changed: Mapping[str, bytes | None], report: Progress) -> Published:
    recipes = {output.path: output.render for output in outputs}
    places = {path: place for place, path in enumerate(changed, 1)}

    def read(path: str) -> bytes:
        report("writing", places[path], len(places))
        data = changed[path]
        return recipes[path]() if data is None else data

    return publish(plan, changed, read)


def _sorted(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file and place; what concerns a whole file comes first."""

    def key(problem: Diagnostic) -> tuple[str, int, int, str, str]:
        start, end = (problem.span.start, problem.span.end) if problem.span else (-1, -1)
        return problem.path, start, end, problem.code, problem.message

    return tuple(sorted(diagnostics, key=key))


def _stats(site: Site, published: Published, diagnostics: Sequence[Diagnostic], seconds: float) -> Stats:
    severities = [problem.severity for problem in diagnostics]
    return Stats(
        pages=len(site.pages),
        formulas=sum(document.formulas for document in site.documents),
        written=published.written,
        unchanged=published.unchanged,
        removed=published.removed,
        errors=severities.count("error"),
        warnings=severities.count("warning"),
        notes=severities.count("note"),
        seconds=seconds,
    )
