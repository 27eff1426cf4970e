"""What the preview remembers of posts: their texts by path, and what came of compiling each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from sitegen.cache import Key
from sitegen.compiling import MANY_POSTS, open_cache, options_of
from sitegen.config import Config
from sitegen.model import Compiled, CompileOptions, Rejected, Source
from sitegen.serve.backlog import Backlog
from sitegen.serve.sketch import sketch
from sitegen.source import is_post, read_source, read_sources, texts_folders

__all__ = ["Compiler", "Sources"]

FEW_POSTS = 32
"""Up to here what changed is the work of an author, and compiled at once; of more, most are left to the backlog."""


class Sources:
    """The posts as they were read last."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}
        self._rejected: tuple[Rejected, ...] = ()
        self.behind_links: frozenset[str] = frozenset()
        """The files that posts really are to which a symbolic link leads; they change without the post being named."""

    def read(self, config: Config, changed: frozenset[str] | None) -> tuple[tuple[Source, ...], tuple[Rejected, ...]]:
        """Return all posts as `read_sources` does, having read again only what `changed` calls for."""
        posts = None if changed is None or self._rejected or self.behind_links else self._edited(config, changed)
        fresh = None if posts is None else [read_source(config.root, path) for path in posts]
        if fresh is None or any(isinstance(post, Rejected) for post in fresh):
            self._read_all(config)
        else:
            self._sources |= {post.path: post for post in fresh if isinstance(post, Source)}
        return tuple(self._sources.values()), self._rejected

    def get(self, path: str) -> Source | None:
        """Return a post as it was read last; None where there is no such post."""
        return self._sources.get(path)

    def __len__(self) -> int:
        """Return how many posts there are."""
        return len(self._sources)

    def hold(self, paths: Iterable[str]) -> bool:
        """Tell whether all of `paths` are posts that were read."""
        return all(path in self._sources for path in paths)

    def _read_all(self, config: Config) -> None:
        sources, self._rejected = read_sources(config)
        self._sources = {source.path: source for source in sources}
        self.behind_links = _behind_links(config.root, self._sources)

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
            if path in self._sources and os.path.isfile(file) and not os.path.islink(file):
                posts.append(path)
            elif is_post(path.rpartition("/")[2]) or os.path.isdir(file) or self._was_folder(path):
                return None
        return posts

    def _was_folder(self, path: str) -> bool:
        return any(known.startswith(path + "/") for known in self._sources)


def _behind_links(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """Return, relative to the project, what those of `paths` really are that have a symbolic link on their way."""
    links = {place for place in {place for path in paths for place in _way(path)} if os.path.islink(root / place)}
    if not links:
        return frozenset()
    real = [os.path.realpath(root / path) for path in paths if links.intersection(_way(path))]
    return frozenset(os.path.relpath(path, os.path.realpath(root)).replace(os.sep, "/") for path in real)


def _way(path: str) -> Iterable[str]:
    yield path
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


class Compiler:
    """Compiles posts, each text once; where there are many, most of them in the background."""

    def __init__(self, executor: Executor | None = None, wake: Callable[[], None] = lambda: None) -> None:
        """Take the processes that compile in the background, and whom to tell in any thread that some posts are."""
        self._executor = executor
        self._wake = wake
        self._options: CompileOptions | None = None
        self._known: Known = {}
        self._stand_ins: Known = {}
        """The same for posts in the backlog: what was known of them under other options, or a sketch."""
        self._backlog: Backlog | None = None
        self._finish: Callable[[], None] | None = None

    def compile(
        self, sources: Sequence[Source], config: Config, wanted: Iterable[str] = ()
    ) -> tuple[tuple[Compiled, ...], int]:
        """Return all posts compiled, in order, and how many of them were not remembered.

        Those that `wait` afterwards are represented by something else. The `wanted` ones are compiled now.
        """
        options = options_of(config)
        if options != self._options:
            self._options, self._stand_ins, self._known = options, self._known, {}
            self._give_up()
        missing = [source for source in sources if not _holds(self._known, source)]
        late = missing
        if self._backlog is not None:
            late = [source for source in missing if not self._backlog.holds(source)]
            self._retain(sources)
        if len(late) <= FEW_POSTS and (self._known or self._backlog is not None):
            from sitegen.compile import compile_post  # a start with everything in the cache does without

            # What is compiled between two saves is of no use to others, and a body in memory is there at once.
            self._known |= {source.path: (source.digest, compile_post(source, options)) for source in late}
        else:
            self._begin(missing, config, whole=len(missing) == len(sources))
        if self._backlog is not None:
            self._known |= self._backlog.compile(wanted)
        self._advanced()
        waiting = self.waiting
        self._known = {source.path: self._known[source.path] for source in sources if source.path not in waiting}
        self._stand_ins = {source.path: self._stand_in(source) for source in sources if source.path in waiting}
        all_known = self._known | self._stand_ins
        return tuple(all_known[source.path][1] for source in sources), len(missing) - len(waiting)

    @property
    def waiting(self) -> frozenset[str]:
        """Paths of the posts that are still to be compiled."""
        return frozenset(self._backlog.waiting) if self._backlog is not None else frozenset()

    @property
    def alone(self) -> bool:
        """Whether posts wait and nobody compiles them but `advance`."""
        return self._backlog is not None and self._backlog.alone

    def advance(self, wait: float = 0.0) -> None:
        """Take in what was compiled in the background, after `wait` seconds at most, or compile some posts now."""
        if self._backlog is not None:
            self._known |= self._backlog.take(wait)
            self._advanced()

    def warm_up(self, source: Source, config: Config) -> None:
        """Load what compiling takes: the program, and what it keeps from one post to the next."""
        from sitegen.compile import compile_post

        compile_post(source, options_of(config))

    def _begin(self, missing: Sequence[Source], config: Config, *, whole: bool) -> None:
        """Look posts up in the cache, and begin to compile the others."""
        self._give_up()
        options = options_of(config)
        cache = open_cache(config)
        found, work = cache.find(missing, options)
        digests = {source.path: source.digest for source in missing}
        self._known |= {path: (digests[path], post) for path, post in found.items()}
        # The cache is left for the next start and for builds only with all there is.
        self._finish = cache.save if whole else None
        self._backlog = Backlog(
            _newest_first(work, config.root),
            options,
            cache,
            self._executor if len(work) >= MANY_POSTS else None,
            self._wake,
        )
        if len(work) <= FEW_POSTS:
            self._known |= self._backlog.compile([source.path for _, source in work])
        elif not self._stand_ins:
            # A preview that begins is most likely asked for what its author works on.
            self._known |= self._backlog.compile(list(self._backlog.waiting)[:1])

    def _advanced(self) -> None:
        if self._backlog is not None and not self._backlog.waiting:
            if self._finish is not None:
                self._finish()
            self._give_up()

    def _give_up(self) -> None:
        if self._backlog is not None:
            self._backlog.close()
        self._backlog = self._finish = None

    def _retain(self, sources: Sequence[Source]) -> None:
        """Take posts out of the backlog that are gone, or have another text now."""
        assert self._backlog is not None
        now = {source.path: source for source in sources}
        for path in list(self._backlog.waiting):
            if path not in now or not self._backlog.holds(now[path]):
                self._backlog.forget(path)

    def _stand_in(self, source: Source) -> tuple[str, Compiled]:
        if _holds(self._stand_ins, source):
            return self._stand_ins[source.path]
        assert self._options is not None
        return source.digest, sketch(source, self._options)


Known = dict[str, tuple[str, Compiled]]
"""Path of a post to the digest of its text and what came of it."""


def _holds(known: Known, source: Source) -> bool:
    return known.get(source.path, ("", None))[0] == source.digest


def _newest_first(work: Iterable[tuple[Key, Source]], root: Path) -> list[tuple[Key, Source]]:
    """Sort posts so that those come first which are likely to be looked at."""

    def changed(post: tuple[Key, Source]) -> tuple[float, str]:
        path = post[1].path
        try:
            return os.stat(root / path).st_mtime, path
        except OSError:
            return 0.0, path  # removed a moment ago; the watcher tells

    return sorted(work, key=changed, reverse=True)
