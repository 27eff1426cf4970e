"""Many posts: which of them are known from earlier builds, and who compiles the others.

It makes no difference to what comes out: this process, copies of it, or those of somebody else's executor.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from sitegen.bibliography import read_library
from sitegen.cache import Cache, Entry, Key, compile_entries
from sitegen.config import Config
from sitegen.kept import content_digest
from sitegen.model import Compiled, CompileOptions, Progress, Source, no_progress
from sitegen.workers import Standby, can_fork, pool

if TYPE_CHECKING:
    from concurrent.futures import Executor

__all__ = ["MANY_POSTS", "Waiting", "compile_all", "cores", "open_cache", "options_of", "wait_for_posts"]

MANY_POSTS = 30
"""From here on compiling in other processes saves more than starting them costs, where they are copies of this one:
30 milliseconds of a processor for two of them, as much as three or four posts."""

FIRST_POSTS = 16
"""About as many are compiled in the time that it takes to get ready for compiling many."""

NEW_PROCESSES = 4
"""With processes that are not copies it takes so many times as many: each needs half a second, most of it imports."""

CHUNK = 8
"""Posts that a worker is given at a time: enough that handing them over costs nothing, few enough that none waits."""

Waiting = Standby[tuple[Sequence[tuple[Key, Source]], CompileOptions, str | None], list[Entry]]
"""A process that gets ready to compile posts: it is asked with them, their options and the cache's folder of posts."""


def wait_for_posts(jobs: int, executor: Executor | None) -> Waiting | None:
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
        site={name: getattr(config.site, name) for name in ("title", "author", "description", "language")},
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
    standby: Waiting | None = None,
    report: Progress = no_progress,
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
    standby: Waiting | None,
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
