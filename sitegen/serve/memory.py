"""What the preview remembers of posts: their texts by path, and what came of compiling each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from sitegen.compile import CompileOptions, compile_post
from sitegen.config import Config
from sitegen.model import Compiled, Rejected, Source
from sitegen.source import is_post, posts_folder, read_source, read_sources

__all__ = ["Compiler", "Sources", "Workers"]

Workers = Callable[[], Executor | None]
"""Starts worker processes; None where there is no use for any."""

MANY_POSTS = 64
"""From here on compiling in other processes saves more than starting them costs."""


class Sources:
    """The posts as they were read last."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._rejected: tuple[Rejected, ...] = ()
        self._linked = False
        """Whether a symbolic link leads to some post, which then changes without its own path being named."""

    def read(self, config: Config, changed: frozenset[str] | None) -> tuple[tuple[Source, ...], tuple[Rejected, ...]]:
        """Return all posts as `read_sources` does, having read again only what `changed` calls for."""
        posts = None if changed is None or self._rejected or self._linked else self._edited(config, changed)
        fresh = None if posts is None else [read_source(config.root, path) for path in posts]
        if fresh is None or any(isinstance(post, Rejected) for post in fresh):
            self._read_all(config)
        else:
            self._sources |= {post.path: post for post in fresh if isinstance(post, Source)}
        return tuple(self._sources.values()), self._rejected

    def hold(self, paths: Iterable[str]) -> bool:
        """Tell whether all of `paths` are posts that were read."""
        return all(path in self._sources for path in paths)

    def _read_all(self, config: Config) -> None:
        sources, self._rejected = read_sources(config)
        self._sources = {source.path: source for source in sources}
        self._linked = _any_link(config.root, self._sources)

    def _edited(self, config: Config, changed: Iterable[str]) -> list[str] | None:
        """Return the posts among `changed`; None where a folder, or what is a post at all, may have changed."""
        folder = posts_folder(config)
        posts: list[str] = []
        for path in changed:
            if not path.startswith(folder + "/"):
                if folder == path or folder.startswith(path + "/"):
                    return None
                continue
            file = config.root / path
            if path in self._sources and file.is_file() and not file.is_symlink():
                posts.append(path)
            elif is_post(path.rpartition("/")[2]) or file.is_dir() or self._was_folder(path):
                return None
        return posts

    def _was_folder(self, path: str) -> bool:
        return any(known.startswith(path + "/") for known in self._sources)


def _any_link(root: Path, paths: Iterable[str]) -> bool:
    """Tell whether a path, or a folder on its way, is a symbolic link."""
    places = {place for path in paths for place in _way(path)}
    return any(os.path.islink(root / place) for place in places)


def _way(path: str) -> Iterable[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


class Compiler:
    """Compiles posts, each text once."""

    def __init__(self, workers: Workers | None = None) -> None:
        self._workers = workers
        self._options: CompileOptions | None = None
        self._known: dict[str, tuple[str, Compiled]] = {}
        """Path of a post to the digest of its text and what came of it."""

    def compile(
        self, sources: Sequence[Source], config: Config, progress: Callable[[str, int, int], None]
    ) -> tuple[tuple[Compiled, ...], int]:
        """Return all posts compiled, in order, and how many of them had to be."""
        options = CompileOptions(config.math.macros, config.math.dialect)
        known = self._known if options == self._options else {}
        missing = [source for source in sources if known.get(source.path, ("", None))[0] != source.digest]
        fresh = {source.path: post for source, post in zip(missing, self._run(missing, options, progress), strict=True)}
        self._options = options
        self._known = {
            source.path: (source.digest, fresh.get(source.path) or known[source.path][1]) for source in sources
        }
        return tuple(post for _, post in self._known.values()), len(missing)

    def _run(
        self, sources: Sequence[Source], options: CompileOptions, progress: Callable[[str, int, int], None]
    ) -> list[Compiled]:
        one = partial(compile_post, options=options)
        executor = self._workers() if self._workers is not None and len(sources) >= MANY_POSTS else None
        compiled: list[Compiled] = []
        try:
            for post in map(one, sources) if executor is None else executor.map(one, sources, chunksize=8):
                compiled.append(post)
                progress("compiling", len(compiled), len(sources))
        finally:
            if executor is not None:
                executor.shutdown(cancel_futures=True)
        return compiled
