"""What the preview remembers of posts: their texts by path, and what came of compiling each."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from sitegen.build import Progress, compile_all, open_cache, options_of
from sitegen.compile import compile_post
from sitegen.config import Config
from sitegen.model import Compiled, CompileOptions, Rejected, Source
from sitegen.source import is_post, read_source, read_sources, texts_folders

__all__ = ["Compiler", "Sources"]

FEW_POSTS = 32
"""Up to here what changed is the work of an author, and compiled at once; more is left to workers and the cache."""


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
        folders = texts_folders(config)
        inside = tuple(f"{folder}/" for folder in folders)
        posts: list[str] = []
        for path in changed:
            if not path.startswith(inside):
                if any(folder == path or folder.startswith(path + "/") for folder in folders):
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

    def __init__(self) -> None:
        self._options: CompileOptions | None = None
        self._known: dict[str, tuple[str, Compiled]] = {}
        """Path of a post to the digest of its text and what came of it."""

    def compile(
        self, sources: Sequence[Source], config: Config, progress: Progress
    ) -> tuple[tuple[Compiled, ...], int]:
        """Return all posts compiled, in order, and how many of them were not remembered."""
        options = options_of(config)
        known = self._known if options == self._options else {}
        missing = [source for source in sources if known.get(source.path, ("", None))[0] != source.digest]
        whole = len(missing) == len(sources)
        posts = _compile(missing, config, progress, keep=whole)
        fresh = {source.path: post for source, post in zip(missing, posts, strict=True)}
        self._options = options
        self._known = {
            source.path: (source.digest, fresh[source.path] if source.path in fresh else known[source.path][1])
            for source in sources
        }
        return tuple(post for _, post in self._known.values()), len(missing)


def _compile(sources: Sequence[Source], config: Config, progress: Progress, *, keep: bool) -> Sequence[Compiled]:
    """Compile posts; with `keep` they are all there are, and the cache is left for the next start and for builds."""
    options = options_of(config)
    if len(sources) <= FEW_POSTS and not keep:
        # What is compiled between two saves is of no use to others, and a body in memory is there at once.
        return [compile_post(source, options) for source in sources]
    cache = open_cache(config)
    posts, _ = compile_all(sources, options, cache, report=progress)
    if keep:
        cache.save()
    return posts
