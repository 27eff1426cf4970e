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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sitegen.assets import make_assets
from sitegen.bibliography import read_library
from sitegen.cache import Cache, Entry, Key, Made, compile_entries, content_digest
from sitegen.checks import Scan, check_pages, check_paths, facts_of, scan, scan_of
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.extension import extend
from sitegen.model import (
    Compiled,
    CompileOptions,
    Document,
    ImageSlot,
    Output,
    Rejected,
    RenderError,
    Source,
    slots_of,
)
from sitegen.output import Plan, Published, Spool, lock_output, open_output, publish
from sitegen.pages import Checked, file_outputs, foreign_templates, load_theme, page_outputs, what_is_checked
from sitegen.precompress import Copy, compressed_copies, keyed
from sitegen.search import search_outputs
from sitegen.site import Site, Sizes, assemble
from sitegen.source import read_sources
from sitegen.workers import Fork, Standby, can_fork, pool

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

__all__ = ["BuildResult", "Progress", "Stats", "build", "compile_all", "cores", "open_cache", "options_of"]

Progress = Callable[[str, int, int], None]
"""Called with a stage (`reading`, `compiling`, `rendering`, `writing`), how much is done, and how much there is."""

MANY_POSTS = 30
"""From here on compiling in other processes saves more than starting them costs, where they are copies of this one:
30 milliseconds of a processor for two of them, as much as three or four posts."""

FIRST_POSTS = 16
"""About as many are compiled in the time that it takes to get ready for compiling many."""

NEW_PROCESSES = 4
"""With processes that are not copies it takes so many times as many: each needs half a second, most of it imports."""

MANY_PAGES = 200
"""From here on rendering in other processes saves more than starting them costs, and handing over what they make."""

CHUNK = 8
"""Posts that a worker is given at a time: enough that handing them over costs nothing, few enough that none waits."""

HELD_BYTES = 1_000_000
"""A changed file larger than this is made a second time when it is written, rather than kept in memory till then."""

HELD_BYTES_TOGETHER = 16_000_000
"""When so much is kept in memory already, those that follow are kept in a file."""

BLOCK = 64
"""Pages in a row that one process renders: reading a value writes into it, in Python, and the memory that two
processes share becomes memory of each as soon as it is written to."""


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
    report = progress or _silence
    with ExitStack() as at_the_end:
        standby = _standby(jobs, executor)  # before the lock, which it would hold as well
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
            renderer = _Renderer(plan, store.made, store.folder)
            at_the_end.callback(renderer.close)
            rendering = _render(listing, site, renderer, jobs, report)
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
    diagnostics = _sorted(
        (
            *(problem for post in (*posts, *unread) for problem in post.diagnostics),
            *site.diagnostics,
            *listing.warnings,
            *rendering.flaws,
            *fatal,
            *read_library(config)[1],
            *published.diagnostics,
        )
    )
    stats = _stats(site, published, diagnostics, len(seconds), len(sources), clock.seconds)
    return BuildResult(site, listing.outputs, diagnostics, stats, sources, seconds, clock.stages)


def _silence(stage: str, done: int, total: int) -> None:
    """Report nothing."""


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
    stats = _stats(site, Published(0, 0, 0), (busy,), 0, 0, clock.seconds)
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


# -- compiling

_Standby = Standby[tuple[Sequence[tuple[Key, Source]], CompileOptions, str | None], list[Entry]]


def _standby(jobs: int, executor: Executor | None) -> _Standby | None:
    """Let another processor load what compiling needs, as long as it takes to read the texts and the cache.

    Where one post was edited, that is most of what compiling it takes; where nothing was, nobody has waited.
    """
    if jobs < 2 or executor is not None or not can_fork():
        return None
    return Standby(_compile_asked, _load_compiler)


def _compile_asked(asked: tuple[Sequence[tuple[Key, Source]], CompileOptions, str | None]) -> list[Entry]:
    return compile_entries(*asked)


def _load_compiler() -> None:
    from sitegen.compile import compile_post

    # What is loaded on first use is used here; Python's lexer is the one that most posts with code need.
    text = "# A\n\n$x$ [b](c) `d`\n\n$$\nx\n$$\n\n```python\ne = 1\n```\n"
    compile_post(Source("a.md", text, content_digest(text.encode()).hex()), CompileOptions())


def options_of(config: Config) -> CompileOptions:
    """Return what compiling a post of this site may look at besides the post."""
    punctuation = config.site.language if config.markdown.smart_punctuation else ""
    library, _ = read_library(config)  # which remembers what it read
    return CompileOptions(
        macros=config.math.macros,
        dialect=config.math.dialect,
        html=config.markdown.html,
        scripts=config.html.scripts,
        punctuation=punctuation,
        language=config.site.language,
        words=config.theme.words,
        preamble=config.math.preamble,
        timezone=config.site.timezone,
        bibliography=library,
        number_headings=config.markdown.number_headings,
        extension=_extension(config),
    )


def _extension(config: Config) -> tuple[str, str] | None:
    """Return path and text of the site's own module, if it may add to the parser."""
    path = config.extension.module
    try:
        text = (config.root / path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError):
        return None  # `extend` says why
    return (path, text) if "def markdown(" in text else None


def open_cache(config: Config) -> Cache:
    """Return the cache of a project, which holds its compiled posts."""
    return Cache(config.root / config.build.cache)


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compile_all(
    sources: Sequence[Source],
    options: CompileOptions,
    cache: Cache,
    *,
    jobs: int = 1,
    executor: Executor | None = None,
    standby: _Standby | None = None,
    report: Progress = _silence,
) -> tuple[tuple[Compiled, ...], dict[str, float]]:
    """Return the posts, compiled, in order, and the seconds that each took which was not in the cache.

    Who compiles them makes no difference to what comes out. A few are compiled by `standby`, if there is one.
    """
    found, missing = cache.find(sources, options)
    done = len(found)
    report("compiling", done, len(sources))
    seconds: dict[str, float] = {}
    work = dict(missing)
    folder = cache.folder_for_posts() if missing else None
    for entry in _entries(missing, options, folder, jobs, executor, standby):
        source = work[entry.key]
        found[source.path] = cache.add(entry, source, options)
        seconds[source.path] = entry.seconds
        done += 1
        report("compiling", done, len(sources))
    if standby is not None:
        standby.dismiss()
    return tuple(found[source.path] for source in sources), seconds


def _entries(
    work: Sequence[tuple[Key, Source]],
    options: CompileOptions,
    folder: str | None,
    jobs: int,
    executor: Executor | None,
    standby: _Standby | None,
) -> Iterator[Entry]:
    """Compile posts, here or in other processes, and yield them as they are finished."""
    if standby is not None and work:
        # Of many, those that it compiles until this process has loaded what the others need.
        first = work if len(work) < MANY_POSTS else work[:FIRST_POSTS]
        standby.ask((first, options, folder))
        yield from _entries(work[len(first) :], options, folder, jobs, executor, None)
        if len(first) == len(work):
            import sitegen.pages.templates  # noqa: F401 - what follows will need it, and there is nothing else to do
        yield from standby.answer()
        return
    many = MANY_POSTS if executor is not None or can_fork() else NEW_PROCESSES * MANY_POSTS
    if len(work) < many or (executor is None and jobs < 2):
        for post in work:
            yield from compile_entries([post], options, folder)
        return
    prepare = partial(compile_entries, work[:1], options, None)  # a first post loads whatever posts need
    with nullcontext(executor) if executor is not None else pool(jobs, prepare) as workers:
        done = set()
        if workers is not None:
            for entry in _entries_of(workers, work, options, folder):
                done.add(entry.key)
                yield entry
    for post in work:
        if post[0] not in done:
            yield from compile_entries([post], options, folder)


def _entries_of(
    workers: Executor, work: Sequence[tuple[Key, Source]], options: CompileOptions, folder: str | None
) -> Iterator[Entry]:
    """Yield what workers make; it may be less than they were given, where the system kills one of them."""
    from concurrent.futures import BrokenExecutor, as_completed

    chunks = [work[start : start + CHUNK] for start in range(0, len(work), CHUNK)]
    try:
        for future in as_completed([workers.submit(compile_entries, chunk, options, folder) for chunk in chunks]):
            yield from future.result()
    except BrokenExecutor:
        return  # memory ran out, most likely; one process needs less of it


# -- rendering


class _Listing(msgspec.Struct, frozen=True):
    """The recipes of a site."""

    pages: tuple[Output, ...]
    others: tuple[Output, ...]
    problems: tuple[Diagnostic, ...]
    """What keeps the site from being made."""
    warnings: tuple[Diagnostic, ...] = ()
    copies: tuple[Copy, ...] = ()
    """Compressed copies, in the order of what they are copies of."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The recipes of all files."""
        return (*self.pages, *self.others, *(copy.output for copy in self.copies))


def _list_outputs(site: Site, cache: Cache, *, copies: bool) -> _Listing:
    known = _checked(cache)
    extended = extend(site)
    if extended.problems:
        return _Listing((), (), extended.problems)
    theme, problems = load_theme(site.config, known, extended.given, extended.digest, cache.folder_for_templates())
    if theme is None:
        return _Listing((), (), problems)
    known = what_is_checked(theme, known)
    cache.set_note("theme", msgspec.msgpack.encode(known))
    try:
        made = make_assets(site)
        pages = page_outputs(site, theme, made, known)
        others = (*file_outputs(site, made, known), *search_outputs(site, cache), *extended.outputs, *made.outputs)
    except RenderError as error:
        return _Listing((), (), (error.diagnostic,))
    except FileNotFoundError as error:  # the installation lacks the font
        return _Listing((), (), (Diagnostic("asset/unreadable", str(error), "default/fonts"),))
    files = (*pages, *others)
    compressed = compressed_copies(files, site.config.build.precompress) if copies else ()
    problems = check_paths((*files, *(copy.output for copy in compressed)), site)
    return _Listing(pages, others, problems, (*made.diagnostics, *foreign_templates(site, theme)), compressed)


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


class _Rendering(msgspec.Struct, frozen=True):
    """What came of following every recipe once, or of knowing what would come of it."""

    changed: tuple[str, ...]
    """Each file that has to be written, in order."""
    made: dict[str, Made]
    """What is known of each file now."""
    problems: tuple[Diagnostic, ...]
    """Why a file cannot be made."""
    flaws: tuple[Diagnostic, ...]
    """What is wrong with finished pages."""


def _render(listing: _Listing, site: Site, renderer: _Renderer, jobs: int, report: Progress) -> _Rendering:
    total, done = len(listing.outputs), 0
    forks = _render_elsewhere(listing.pages, renderer, jobs)
    for output in (*(() if forks else listing.pages), *listing.others):
        renderer.follow(output, is_page=not forks and done < len(listing.pages))
        done += 1
        report("rendering", done, total)
    for share, fork in forks:
        renderer.take_over(share, fork.result())
        done += len(share)
        report("rendering", done, total)
    for copy in listing.copies:
        original = renderer.made.get(copy.of)
        if original is not None:  # else it could not be made
            renderer.follow(keyed(copy, original.digest), is_page=False)
        done += 1
        report("rendering", done, total)
    outputs = listing.outputs
    # In the order of the outputs, whoever made them.
    changed = tuple(output.path for output in outputs if output.path in renderer.changed)
    # A site that cannot be made has flaws that only follow from it.
    problems = tuple(dict.fromkeys(renderer.problems))  # every page fails alike where a template fails
    flaws = () if problems or listing.problems else check_pages(renderer.scans, outputs, site)
    return _Rendering(changed, renderer.made, problems, flaws)


def _render_elsewhere(
    pages: Sequence[Output], renderer: _Renderer, jobs: int
) -> list[tuple[Sequence[Output], Fork[_Followed]]]:
    """Let copies of this process render the pages, if that is worth it; return who has which."""
    new = sum(not renderer.may_know(page) for page in pages)
    if jobs < 2 or new < MANY_PAGES or not can_fork():
        return []
    in_order = sorted(pages, key=lambda page: page.origin)  # what was made together lies together in memory
    shares: list[list[Output]] = [[] for _ in range(jobs)]
    for number, start in enumerate(range(0, len(in_order), BLOCK)):
        shares[number % jobs] += in_order[start : start + BLOCK]
    return [(share, Fork(partial(renderer.follow_all, share, renderer.add_spool()))) for share in shares if share]


_Held = bytes | tuple[int, int, int] | None
"""The bytes of a finished file, or where they are: the number of a spool, their start and size. None for those that
are better made twice than kept."""

_Followed = tuple[dict[str, _Held], dict[str, Made], list[Diagnostic]]
"""What a renderer knows in the end: files to write, what is known of each file, why one cannot be made."""


class _Renderer:
    """Follows recipes, where the last build did not follow the same one."""

    def __init__(self, plan: Plan | None, known: Mapping[str, Made], scratch: Path | None) -> None:
        self._plan = plan
        self._known = known
        self._held = 0
        self._scratch = scratch
        self._spools = [Spool(scratch)]
        self._spool = 0
        self.changed: dict[str, _Held] = {}
        self.made: dict[str, Made] = {}
        self.problems: list[Diagnostic] = []
        self.scans: list[Scan] = []

    def follow(self, output: Output, *, is_page: bool) -> None:
        """Find out what a file holds, and whether it has to be written."""
        if not self._is_known(output, is_page):
            try:
                data = output.render()
            except RenderError as error:
                self.problems.append(error.diagnostic)
            else:
                self._take(output, data, is_page)

    def may_know(self, output: Output) -> bool:
        """Tell whether the last build followed the same recipe."""
        made = self._known.get(output.path)
        return made is not None and bool(output.key) and made.key == output.key

    def close(self) -> None:
        """Give up the bytes that are held."""
        for spool in self._spools:
            spool.close()

    def add_spool(self) -> int:
        """Open a spool that a copy of this process is going to fill; return its number."""
        self._spools.append(Spool(self._scratch))
        self._spools[-1].open()
        return len(self._spools) - 1

    def follow_all(self, pages: Sequence[Output], spool: int) -> _Followed:
        """Follow the recipes of some pages in a copy of this process, and return what became known of them.

        Finished pages are left in the spool, where the process that goes on finds them.
        """
        self._held = HELD_BYTES_TOGETHER
        self._spool = spool
        for page in pages:
            self.follow(page, is_page=True)
        return self.changed, self.made, self.problems

    def take_over(self, pages: Sequence[Output], found: _Followed) -> None:
        """Take in what a copy of this process found out about some pages."""
        changed, made, problems = found
        self.changed |= changed
        self.made |= made
        self.problems += problems
        for page in pages:
            if page.path in made and (facts := scan_of(page, made[page.path].facts)) is not None:
                self.scans.append(facts)

    def _is_known(self, output: Output, is_page: bool) -> bool:
        """Take over what the last build found out, if the file is as it was then."""
        made = self._known.get(output.path)
        if made is None or not self.may_know(output) or self._plan is None:
            return False
        found = scan_of(output, made.facts) if is_page else None
        if is_page and found is None:
            return False
        seen = self._plan.current(output.path, made)
        if seen is None:
            return False
        if found is not None:
            self.scans.append(found)
        self.made[output.path] = made if seen == made.seen else msgspec.structs.replace(made, seen=seen)
        return True

    def _take(self, output: Output, data: bytes, is_page: bool) -> None:
        facts = msgspec.Raw(b"\xc0")
        if is_page:
            found = scan(output, data)
            self.scans.append(found)
            facts = facts_of(found)
        seen: tuple[int, ...] = ()
        if self._plan is not None:
            seen = self._plan.look(output.path)
            if self._plan.is_changed(output.path, data):
                seen = ()
                # A file as it lies there is read again as quickly as from wherever it would be kept.
                self.changed[output.path] = None if output.file is not None else self._hold(data)
        self.made[output.path] = Made(output.key, len(data), content_digest(data), seen, facts)

    def _hold(self, data: bytes) -> _Held:
        if len(data) > HELD_BYTES:
            return None
        if self._held + len(data) <= HELD_BYTES_TOGETHER:
            self._held += len(data)
            return data
        start = self._spools[self._spool].keep(data)
        return None if start is None else (self._spool, start, len(data))

    def held(self, path: str) -> bytes | None:
        """Return the bytes of a file that has to be written; None where they have to be made again."""
        held = self.changed[path]
        return self._spools[held[0]].read(held[1], held[2]) if isinstance(held, tuple) else held


def _seen(made: Mapping[str, Made], plan: Plan) -> dict[str, Made]:
    """Note how the files look that were written."""
    return {
        path: each if each.seen else msgspec.structs.replace(each, seen=plan.look(path)) for path, each in made.items()
    }


def _publish(
    plan: Plan, outputs: Sequence[Output], renderer: _Renderer, changed: Sequence[str], jobs: int, report: Progress
) -> Published:
    recipes = {output.path: output.render for output in outputs}

    def read(path: str) -> bytes:
        data = renderer.held(path)
        return recipes[path]() if data is None else data

    return publish(plan, changed, read, jobs=jobs, report=partial(report, "writing"))


def _sorted(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file and place; what concerns a whole file comes first."""

    def key(problem: Diagnostic) -> tuple[str, int, int, str, str]:
        start, end = (problem.span.start, problem.span.end) if problem.span else (-1, -1)
        return problem.path, start, end, problem.code, problem.message

    # What is wrong with a site's own module may come up in every post.
    return tuple(sorted(dict.fromkeys(diagnostics), key=key))


def _stats(
    site: Site, published: Published, diagnostics: Sequence[Diagnostic], compiled: int, posts: int, seconds: float
) -> Stats:
    severities = [problem.severity for problem in diagnostics]
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
    )
