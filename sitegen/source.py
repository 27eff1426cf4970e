"""Find and read posts and pages: the content folder in, `Source` or `Rejected` out. The only reader of either.

What cannot be read, or is not UTF-8 text, becomes a `Rejected` with its reason and never stops the other posts.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from sitegen.config import POST_SUFFIXES, Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Rejected, Source
from sitegen.text import Span

__all__ = ["is_hidden", "is_post", "read_source", "read_sources", "texts_folders"]

UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def is_hidden(name: str) -> bool:
    """Tell whether a file or folder is none of the site's business: editors and systems hide theirs by a dot."""
    return name.startswith(".")


def is_post(name: str) -> bool:
    """Tell whether the file with this name is a post rather than a file beside one."""
    return name.lower().endswith(POST_SUFFIXES) and not is_hidden(name)


def texts_folders(config: Config) -> tuple[str, ...]:
    """Return the folders that hold posts and pages, and files of pages, relative to the project's.

    None lies in another.
    """
    named = dict.fromkeys((config.build.content.strip("/"), *config.posts, *config.build.pages))
    return tuple(folder for folder in named if not folder.startswith(tuple(f"{other}/" for other in named)))


def read_sources(config: Config) -> tuple[tuple[Source, ...], tuple[Rejected, ...]]:
    """Read every post and page below the content folder; return the readable and the rejected, each sorted by path.

    Hidden files and folders are skipped, and so are the folders of templates and of static files. Symbolic links are
    followed as long as they stay in the project.
    """
    sources: list[Source] = []
    rejected: list[Rejected] = []
    root = config.root.resolve()
    skipped = frozenset({config.build.templates, config.build.static})
    walks = (_texts(str(root), folder, skipped) for folder in texts_folders(config))
    ignored = re.compile("|".join(map(fnmatch.translate, config.build.ignore)) or r"(?!)")
    for found in chain.from_iterable(walks):
        if isinstance(found, str) and (ignored.match(found) or _is_list_of_posts(found, config)):
            continue
        result = found if isinstance(found, Rejected) else read_source(root, found)
        if isinstance(result, Source):
            sources.append(result)
        else:
            rejected.append(result)
    return (
        tuple(sorted(sources, key=lambda source: source.path)),
        tuple(sorted(rejected, key=lambda post: post.path)),
    )


def read_source(root: Path, path: str) -> Source | Rejected:
    """Read the post `path`, which is relative to the folder `root` and has forward slashes."""
    try:
        data = _read_regular(f"{root}/{path}")
    except OSError as problem:
        return _unreadable(path, problem)
    if data is None:
        return _reject("source/unreadable", "this is not a regular file", path, hint="a post is a file of text")
    data = data.removeprefix(UTF8_MARK)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        return _not_utf8(path, data, problem.start)
    nul = text.find("\0")
    if nul >= 0:
        return _reject(
            "source/nul-character",
            "the file contains a NUL character",
            path,
            span=Span(nul, nul + 1),
            label="this character is U+0000",
            hint="delete it, or save the file as UTF-8 text if it is in another encoding",
        )
    return Source(path, text, hashlib.blake2b(data, digest_size=20).hexdigest())


def _read_regular(path: str) -> bytes | None:
    """Return what a file holds; None for what is not a regular file, which may never end."""
    # Asked first: to open a pipe would wait for somebody to write to it.
    if not stat.S_ISREG(os.stat(path).st_mode):
        return None
    with open(path, "rb", buffering=0) as file:
        return file.readall()


def _is_list_of_posts(path: str, config: Config) -> bool:
    """Tell whether this is where Hugo and Zola keep settings of a section of posts, whose list is made here without."""
    return path.rpartition("/")[2].lower().startswith("_index.") and config.is_in_posts(path)


def _texts(root: str, path: str, skipped: frozenset[str]) -> Iterator[str | Rejected]:
    """Yield the posts of a folder, or the file itself."""
    if not os.path.isfile(f"{root}/{path}"):
        yield from _walk(root, f"{root}/{path}", path, (), skipped)
    elif Path(os.path.realpath(f"{root}/{path}")).is_relative_to(root):
        yield path
    else:
        yield _outside(path, os.path.realpath(f"{root}/{path}"))


def _walk(
    root: str, folder: str, path: str, inside: tuple[str, ...], skipped: frozenset[str]
) -> Iterator[str | Rejected]:
    """Yield the paths of all posts in `folder`; `inside` are the real paths of the folders on the way to it."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as problem:
        if not inside and isinstance(problem, FileNotFoundError):
            return  # No folder of posts at all: `load_config` has spoken of it.
        yield _unreadable(path, problem)
        return
    for entry in entries:
        if is_hidden(entry.name):
            continue
        name = entry.name if entry.name.isascii() else os.fsencode(entry.name).decode("utf-8", "replace")
        child = f"{path}/{name}"
        link = entry.is_symlink()
        if name != entry.name:
            yield _bad_name(child)
        elif link and not Path(os.path.realpath(entry.path)).is_relative_to(root):
            if is_post(name) or os.path.isdir(entry.path):
                yield _outside(child, os.path.realpath(entry.path))
        elif child in skipped:
            continue
        elif os.path.isdir(entry.path) if link else entry.is_dir():  # The entry's method raises for a link to itself.
            # Only a link can lead back, so only then is it asked where the folders really are.
            if link and os.path.realpath(entry.path) in map(os.path.realpath, (*inside, folder)):
                yield _loop(child)
            else:
                yield from _walk(root, entry.path, child, (*inside, folder), skipped)
        elif is_post(name):
            yield child


def _reject(
    code: str, message: str, path: str, *, span: Span | None = None, label: str = "", hint: str = ""
) -> Rejected:
    return Rejected(path, (Diagnostic(code, message, path, span, label, hint),))


def _unreadable(path: str, problem: OSError) -> Rejected:
    reason = (problem.strerror or str(problem)).lower()
    hint = "correct or remove the link" if isinstance(problem, FileNotFoundError) else "check its permissions"
    return _reject("source/unreadable", f"the file cannot be read: {reason}", path, hint=hint)


def _not_utf8(path: str, data: bytes, start: int) -> Rejected:
    if data.startswith(UTF16_MARKS):
        message, label = "the file is UTF-16 text, not UTF-8", ""
    else:
        message, label = "the file is not UTF-8 text", f"byte 0x{data[start]:02x} does not belong here"
    offset = len(data[:start].decode("utf-8"))
    return _reject(
        "source/not-utf-8", message, path, span=Span(offset, offset + 1), label=label, hint="save the file as UTF-8"
    )


def _outside(path: str, target: str) -> Rejected:
    return _reject(
        "source/outside-project",
        f"the symbolic link leads out of the project, to {target}",
        path,
        hint="copy the file into the project",
    )


def _loop(path: str) -> Rejected:
    return _reject(
        "source/unreadable",
        "the symbolic link leads back to a folder that contains it",
        path,
        hint="remove the link",
    )


def _bad_name(path: str) -> Rejected:
    return _reject("source/bad-name", "the name is not valid Unicode", path, hint="rename it")
