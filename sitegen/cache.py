"""What earlier builds left, so that a build does only what is new: compiled posts, and what is known of each output.

    index                 the heads of all documents of the last build, and a record of every file it made
    posts/<key>           one document: its head, then its body

A key names everything that compiling may look at: path and text of the post, the options, the engine's own code, the
versions of the libraries it uses. What is known of outputs counts for the engine only that found it out. So an entry is
never wrong, only missing; one that cannot be read is missing too.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import msgspec

from sitegen.kept import keep, prune, read_kept
from sitegen.looks import Look
from sitegen.model import Body, Compiled, CompileOptions, Document, Rejected, Slot, Source, StoredBody, slots_of
from sitegen.versions import version_if_installed, version_of

__all__ = ["Cache", "Entry", "Key", "Made", "compile_entries", "engine_digest"]

FORMAT = 2
"""Version of the format of the files. Another one is unreadable, which is to say missing."""

PACKAGE = Path(__file__).parent

APART = ("cli", "__main__.py", "check", "console", "drafts.py", "importing", "serve", "starter")
"""Parts of the program that no output depends on."""

LIBRARIES = (
    "markdown-it-py",
    "mdit-py-plugins",
    "linkify-it-py",
    "emoji",
    "latex2mathml",
    "pygments",
    "pyyaml",
    "jinja2",
    "babel",
    "rcssmin",
    "brotli",
    "markupsafe",
    "imagesize",
    "pillow",
    "msgspec",
)
"""Distributions whose code takes part in making a page."""

EXTRAS = ("nbformat", "nh3", "pybtex", "citeproc-py")
"""The same for those that a site may do without."""

_DIGEST_SIZE = 20

Key = str
"""Name of a document's content: 40 hexadecimal digits."""


# -- keys


@cache
def engine_digest() -> bytes:
    """Return a digest of all code that an output may depend on: sitegen's own, by content, and others', by version.

    By content and not by date, since a continuous integration installs everything anew and keeps the cache.
    """
    digest = hashlib.blake2b(digest_size=_DIGEST_SIZE)
    for file in sorted(_code(PACKAGE)):
        digest.update(f"{file.relative_to(PACKAGE).as_posix()}\0".encode())
        digest.update(file.read_bytes())
    for name in LIBRARIES:
        digest.update(f"{name}={version_of(name)}\0".encode())
    for name in EXTRAS:
        digest.update(f"{name}={version_if_installed(name)}\0".encode())
    digest.update(f"{FORMAT} {sys.version_info[:3]}".encode())
    return digest.digest()


def _code(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in APART and folder == PACKAGE:
                continue
            if entry.name.endswith((".py", ".toml")):
                yield Path(entry.path)
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _code(Path(entry.path))


def _keys(sources: Iterable[Source], options: CompileOptions) -> list[Key]:
    plain = hashlib.blake2b(engine_digest(), digest_size=_DIGEST_SIZE)
    plain.update(msgspec.msgpack.encode(msgspec.structs.replace(options, bibliography=None)))
    citing = plain.copy()
    citing.update(msgspec.msgpack.encode(options.bibliography))
    if options.bibliography is not None:
        from sitegen.markdown.citations import may_cite  # with all that reads Markdown

    keys = []
    for source in sources:
        # A new work in the bibliography changes no post that cites nothing.
        digest = (citing if options.bibliography is not None and may_cite(source.text) else plain).copy()
        digest.update(f"\0{source.path}\0{source.digest}".encode("utf-8", "surrogateescape"))
        keys.append(digest.hexdigest())
    return keys


# -- entries


class Entry(msgspec.Struct, frozen=True):
    """One compiled post on its way from a worker to the build."""

    key: Key
    head: bytes | None
    """Everything but the body, encoded; None for a post that cannot be encoded."""
    body: bytes | None
    """The body, encoded; None when it lies in the cache."""
    compiled: Compiled | None
    """The post itself, when it cannot be encoded."""
    seconds: float
    """What compiling took."""


class _Head(msgspec.Struct, frozen=True, array_like=True):
    """A compiled post without its body."""

    post: Compiled
    dates: tuple[str | None, str | None]
    """Date and date of the last change with their time zones, which MessagePack would turn into UTC."""
    slots: tuple[Slot, ...]


_ENCODER = msgspec.msgpack.Encoder()
_HEADS = msgspec.msgpack.Decoder(_Head)
_BODIES = msgspec.msgpack.Decoder(tuple[str | Slot, ...])


def _encode(post: Compiled) -> tuple[bytes, bytes] | None:
    """Return head and body of a post as bytes; None for one that holds what MessagePack cannot."""
    body: Body = ()
    date = updated = None
    if isinstance(post, Document):
        body, date, updated = post.body, post.meta.date, post.meta.updated
        meta = msgspec.structs.replace(post.meta, date=None, updated=None)
        post = msgspec.structs.replace(post, meta=meta, body=())
    dates = (date.isoformat() if date else None, updated.isoformat() if updated else None)
    head = _Head(post, dates, slots_of(body))
    try:
        return _ENCODER.encode(head), _ENCODER.encode(tuple(body))
    except (OverflowError, UnicodeEncodeError, TypeError):
        return None


def _decode(head: bytes, key: Key, fetch: Callable[[], tuple[str | Slot, ...]]) -> Compiled:
    """Return the post whose head this is. Raises msgspec.DecodeError or ValueError for bytes that are none."""
    value = _HEADS.decode(head)
    post = value.post
    if isinstance(post, Rejected):
        return post
    if any(value.dates):
        date, updated = (dt.datetime.fromisoformat(each) if each else None for each in value.dates)
        post = msgspec.structs.replace(post, meta=msgspec.structs.replace(post.meta, date=date, updated=updated))
    return msgspec.structs.replace(post, body=StoredBody(key, value.slots, fetch))


def compile_entries(work: Sequence[tuple[Key, Source]], options: CompileOptions, folder: str | None) -> list[Entry]:
    """Compile some posts, and leave their bodies in the cache's `folder` of posts, unless that is None.

    Runs in any process; what comes back is small where bodies need not travel.
    """
    return [_compile_entry(key, source, options, folder) for key, source in work]


def _compile_entry(key: Key, source: Source, options: CompileOptions, folder: str | None) -> Entry:
    from sitegen.compile import compile_post  # only a build with something to compile needs Markdown and mathematics

    started = time.perf_counter()
    post = compile_post(source, options)
    seconds = time.perf_counter() - started
    encoded = _encode(post)
    if encoded is None:
        return Entry(key, None, None, post, seconds)
    head, body = encoded
    kept = folder is not None and keep(os.path.join(folder, key), _ENCODER.encode((head, body)))
    return Entry(key, head, None if kept else body, None, seconds)


# -- files


class Made(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a file of the site since it was made."""

    key: str
    """Names everything that its bytes depend on."""
    size: int
    digest: bytes
    """Of its bytes."""
    seen: Look
    """How the file in the output folder looked when it had these bytes; () when it was too new to tell."""
    facts: msgspec.Raw = msgspec.Raw(b"\xc0")
    """What the checks found on a page."""


class _Index(msgspec.Struct, frozen=True, array_like=True):
    version: int
    engine: bytes
    """Whose findings `made` and `notes` are; the names of `heads` have it in them."""
    heads: dict[Key, msgspec.Raw]
    made: dict[str, Made]
    notes: dict[str, msgspec.Raw]


_INDEX = msgspec.msgpack.Decoder(_Index)


class Cache:
    """The cache of one project, open for one build."""

    def __init__(self, folder: Path | None) -> None:
        """Open the cache in `folder`, which need not exist; with None nothing is read and nothing kept."""
        self._folder = folder
        self._posts = None if folder is None else str(folder / "posts")
        index = self._read_index()
        self._heads: Mapping[Key, msgspec.Raw] = index.heads
        self.made: Mapping[str, Made] = index.made
        """By output path: what is known of the files that earlier builds made."""
        self._notes = dict(index.notes)
        self._index = index
        self._stored: frozenset[str] = frozenset()
        self._next_heads: dict[Key, msgspec.Raw] = {}
        self._new = False

    def _read_index(self) -> _Index:
        if self._folder is not None:
            data = read_kept(str(self._folder / "index"))
            with contextlib.suppress(msgspec.DecodeError):
                index = _INDEX.decode(data or b"")
                if index.version == FORMAT and index.engine == engine_digest():
                    return index
        return _Index(FORMAT, engine_digest(), {}, {}, {})

    # -- posts

    def find(
        self, sources: Sequence[Source], options: CompileOptions
    ) -> tuple[dict[str, Compiled], list[tuple[Key, Source]]]:
        """Return the posts that are compiled already, by path, and those that have to be, with their keys."""
        self._list()
        found: dict[str, Compiled] = {}
        missing: list[tuple[Key, Source]] = []
        for key, source in zip(_keys(sources, options), sources, strict=True):
            post = self._find(key, source, options)
            if post is None:
                missing.append((key, source))
            else:
                found[source.path] = post
        return found, missing

    def _list(self) -> None:
        """Look once which posts are there, rather than asking for each."""
        if self._posts is not None:
            with contextlib.suppress(OSError):
                self._stored = frozenset(os.listdir(self._posts))

    def _find(self, key: Key, source: Source, options: CompileOptions) -> Compiled | None:
        if key not in self._stored:
            return None
        raw = self._heads.get(key)
        head = bytes(raw) if raw is not None else self._read_head(key)
        if head is None:
            return None
        try:
            post = _decode(head, key, partial(self._fetch, key, source, options))
        except (msgspec.DecodeError, ValueError):
            return None
        self._remember(key, head, new=raw is None)
        return post

    def _remember(self, key: Key, head: bytes, *, new: bool) -> None:
        self._next_heads[key] = msgspec.Raw(head)
        self._new |= new

    def _read_head(self, key: Key) -> bytes | None:
        entry = self._read_entry(key)
        return entry[0] if entry else None

    def _read_entry(self, key: Key) -> tuple[bytes, bytes] | None:
        data = read_kept(os.path.join(self._posts, key)) if self._posts is not None else None
        try:
            return None if data is None else msgspec.msgpack.decode(data, type=tuple[bytes, bytes])
        except msgspec.DecodeError:
            return None

    def _fetch(self, key: Key, source: Source, options: CompileOptions) -> tuple[str | Slot, ...]:
        """Return a body from the cache. One that has been lost or damaged since is made again."""
        entry = self._read_entry(key)
        if entry is not None:
            with contextlib.suppress(msgspec.DecodeError):
                return _BODIES.decode(entry[1])
        again = _compile_entry(key, source, options, None)
        return _BODIES.decode(again.body or _ENCODER.encode(()))

    def folder_for_posts(self) -> str | None:
        """Return the folder where workers leave what they compile, after making it; None where none can be had."""
        if self._posts is None:
            return None
        try:
            os.makedirs(self._posts, exist_ok=True)
        except OSError:
            return None
        return self._posts

    def folder_for_templates(self) -> Path | None:
        """Return the folder where compiled templates are kept, after making it; None where none can be had."""
        if self._folder is None:
            return None
        folder = self._folder / "templates"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None
        return folder

    def add(self, entry: Entry, source: Source, options: CompileOptions) -> Compiled:
        """Take in a post that has been compiled, and return it."""
        if entry.compiled is not None or entry.head is None:
            assert entry.compiled is not None
            return entry.compiled
        if entry.body is not None:
            return _decode(entry.head, entry.key, partial(_BODIES.decode, entry.body))
        self._remember(entry.key, entry.head, new=True)
        return _decode(entry.head, entry.key, partial(self._fetch, entry.key, source, options))

    @property
    def folder(self) -> Path | None:
        """The cache's folder, if there is one."""
        return self._folder if self._folder is not None and self._folder.is_dir() else None

    # -- notes

    def note(self, name: str) -> msgspec.Raw | None:
        """Return what an earlier build noted under a name."""
        return self._notes.get(name)

    def set_note(self, name: str, value: bytes) -> None:
        """Note something for later builds."""
        if bytes(self._notes.get(name, b"")) != value:
            self._notes[name] = msgspec.Raw(value)
            self._new = True

    # -- the end

    def save(self, made: Mapping[str, Made] | None = None) -> None:
        """Keep what this build found out for the next one, and remove what nobody has wanted for long.

        `made` is what is known of the site's files now; None where nothing became known.
        """
        if self._folder is None:
            return
        kept = self.made if made is None else made
        changed = self._new or kept != self.made or self._next_heads.keys() != self._heads.keys()
        if not changed:
            return
        with contextlib.suppress(OSError):
            os.makedirs(self._folder, exist_ok=True)
        index = _Index(FORMAT, engine_digest(), self._next_heads, dict(kept), self._notes)
        keep(str(self._folder / "index"), _ENCODER.encode(index))
        if self._posts is not None:
            prune(self._posts, self._next_heads)
