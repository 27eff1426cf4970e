"""The next post or page of a site: a title in, a file in the site's own layout out.

What the site looks like is read off its posts: `name.md` or `name/index.md`, a date in the name, folders of years,
YAML or TOML, dates with or without a time, an author who is always the same. Without posts, `name/index.md` and YAML.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from sitegen.compile import compile_post
from sitegen.compiling import options_of
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter import is_device_name, read_front_matter
from sitegen.model import Document, Source
from sitegen.site.addresses import NAMES, is_index, path_key, place_of_post, small_slug
from sitegen.source import read_sources

__all__ = ["Draft", "Layout", "layout_of", "new_page", "new_post", "slug_of", "write_draft"]

SAMPLE = 50
"""Posts whose front matter is looked at: the last ones by path, since names often begin with a date."""

LONGEST = 60
"""Characters of a slug; in any script it fits the 255 bytes of a file's name, with a date in front of it."""

T = TypeVar("T")

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}-(?=.)")
_YEAR, _MONTH = re.compile(r"(?:19|20)\d\d"), re.compile(r"0[1-9]|1[0-2]")
_PLAIN = re.compile(r"[^\W\d_][\w ,;()+*/-]*(?<! )")
_WORDS_OF_YAML = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


class Layout(msgspec.Struct, frozen=True):
    """How a site keeps its posts."""

    folders: bool = True
    """`name/index.md` rather than `name.md`."""
    dated: bool = False
    """The name begins with the date, `2017-04-20-name`."""
    parents: tuple[str, ...] = ()
    """Folders on the way to a post, as formats of `strftime`: `%Y`, `%m`."""
    toml: bool = False
    time: bool = False
    """Dates have a time of day."""
    date_key: bool = True
    """The front matter has a date, even where the name has one too."""
    author: tuple[str, str] | None = None
    """The key and the value of the author as they stand in the posts; None where they differ, or have none."""
    tags: bool = False


class Draft(msgspec.Struct, frozen=True):
    """A file to be written."""

    path: str
    """Relative to the project's folder, with forward slashes."""
    text: str


def layout_of(sources: Sequence[Source], posts: str) -> Layout:
    """Return how most of the posts in the folder `posts` are kept."""
    own = [source for source in sources if source.path.startswith(f"{posts}/")]
    if not own:
        return Layout()
    folders, dated, parents = _usual([_place(source.path.removeprefix(f"{posts}/")) for source in own])
    sample = own[-SAMPLE:]
    heads = [head for head in map(_values, sample) if head]
    authors = {_author(head) for head in heads}
    return Layout(
        folders=folders,
        dated=dated,
        parents=parents,
        toml=_usual([source.text.startswith("+++") for source in sample]),
        time=_usual([":" in head["date"] for head in heads if "date" in head] or [False]),
        date_key=not dated or _usual(["date" in head for head in heads] or [True]),
        author=authors.pop() if len(authors) == 1 else None,
        tags=_usual(["tags" in head for head in heads] or [False]),
    )


def _usual(values: Sequence[T]) -> T:
    """Return the most frequent value, the first of several."""
    return Counter(values).most_common(1)[0][0]


def _place(path: str) -> tuple[bool, bool, tuple[str, ...]]:
    """Return of a post's path: whether a folder is named after it, whether its name has a date, folders of dates."""
    *parents, name = path.split("/")
    index = is_index(path) and bool(parents)
    if index:
        name = parents.pop()
    dates: list[str] = []
    for folder in parents:
        if _YEAR.fullmatch(folder) and not dates:
            dates.append("%Y")
        elif _MONTH.fullmatch(folder) and dates == ["%Y"]:
            dates.append("%m")
        else:
            return index, _DATED.match(name) is not None, ()
    return index, _DATED.match(name) is not None, tuple(dates)


def _author(head: Mapping[str, str]) -> tuple[str, str] | None:
    """Return key and value of the author; a list of several lines is left to be typed."""
    key = next((key for key in ("author", "authors") if key in head), "")
    return (key, head[key]) if key and "\n" not in head[key] else None


def _values(source: Source) -> dict[str, str]:
    """Return the keys of a post's front matter with the text of their values, as it stands in the file."""
    meta, _ = read_front_matter(source)
    if meta is None:
        return {}
    return {key: source.text[span.start : span.end] for key, span in meta.spans.items()}


# -- names


def slug_of(title: str) -> str:
    """Return the name that a title gives a file: small letters and digits of all scripts, hyphens between words.

    Empty for a title without any. What a formula leaves behind are its letters and digits: `x²` gives `x2`.
    """
    slug = small_slug(unicodedata.normalize("NFKC", title), NAMES)
    if len(slug) > LONGEST:
        cut = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
        slug = cut.strip("-")
    return f"{slug}-post" if is_device_name(slug) else slug


def _plain(title: str, config: Config) -> str:
    """Return a title as plain text, formulas included, as the page's `<title>` will have it."""
    source = Source("", f"---\ntitle: {_yaml(title)}\n---\n", "")
    compiled = compile_post(source, options_of(config))
    return compiled.title if isinstance(compiled, Document) else title


# -- the file


def new_post(title: str, config: Config, moment: dt.datetime, *, slug: str = "") -> Draft | Diagnostic:
    """Return a draft of a post in the site's layout, or why there can be none.

    `moment` is now, with a time zone; days are those of the site's zone, so that a post is never one of the future.
    """
    if config.site.timezone != "UTC" or moment.date() > moment.astimezone(dt.UTC).date():
        moment = moment.astimezone(ZoneInfo(config.site.timezone))
    posts = config.posts[0]
    sources, _ = read_sources(config)
    layout = layout_of(sources, posts)
    name = slug or slug_of(_plain(title, config)) or "untitled"
    dated = f"{moment:%Y-%m-%d}-{name}" if layout.dated else name
    folder = "/".join([posts, *(moment.strftime(form) for form in layout.parents)])
    path = f"{folder}/{dated}/index.md" if layout.folders else f"{folder}/{dated}.md"
    taken = _taken(path, config, sources)
    return taken or Draft(path, _text(title, layout, moment))


def new_page(title: str, config: Config, *, slug: str = "") -> Draft | Diagnostic:
    """Return a draft of a page outside of the posts, without a date, or why there can be none."""
    sources, _ = read_sources(config)
    posts = config.posts[0]
    layout = layout_of(sources, posts)
    content = config.build.content if config.build.content != "." else ""
    name = slug or slug_of(_plain(title, config)) or "untitled"
    pages = [source for source in sources if not config.is_in_posts(source.path)]
    folders = bool(pages) and _usual([is_index(source.path) for source in pages])
    path = "/".join(part for part in (content, f"{name}/index.md" if folders else f"{name}.md") if part)
    plain = Layout(toml=layout.toml, date_key=False)
    return _taken(path, config, sources) or Draft(path, _text(title, plain, None))


def _taken(path: str, config: Config, sources: Iterable[Source]) -> Diagnostic | None:
    """Report what is at the place of a new file already, or would have the same address."""

    def key(path: str) -> str:
        return path_key(place_of_post(path, config.posts, config.build.content))

    other = next((source.path for source in sources if key(source.path) == key(path)), None)
    if other is None and os.path.lexists(config.root / path):
        other = path
    if other is None:
        return None
    hint = "go on writing there, choose another title, or give the new file a name of its own with --slug"
    return Diagnostic("new/exists", f"{other} exists already; nothing was written", other, hint=hint)


def _text(title: str, layout: Layout, moment: dt.datetime | None) -> str:
    values = {"title": _toml(title) if layout.toml else _yaml(title)}
    if moment is not None and layout.date_key:
        values["date"] = moment.isoformat(timespec="seconds") if layout.time else moment.date().isoformat()
    if layout.author:
        key, value = layout.author
        values[key] = value
    if layout.tags:
        values["tags"] = "[]"
    values["draft"] = "true"
    fence, sign = ("+++", " =") if layout.toml else ("---", ":")
    lines = [f"{key}{sign} {value}" for key, value in values.items()]
    return "\n".join([fence, *lines, fence, "", ""])


def _yaml(text: str) -> str:
    """Return a text as a YAML scalar: plain where that is safe, else between single quotes (YAML 1.2, section 7.3)."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS_OF_YAML:
        return text
    return "'" + text.replace("'", "''") + "'"


def _toml(text: str) -> str:
    """Return a text as a TOML string, between single quotes where possible, so that TeX stays as it is."""
    if "'" not in text and not any(ord(character) < 32 or ord(character) == 127 for character in text):
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_draft(draft: Draft, config: Config) -> Diagnostic | None:
    """Write a draft; return why that was not possible."""
    file = config.root / draft.path
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "x", encoding="utf-8", newline="\n") as stream:
            stream.write(draft.text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Diagnostic(
            "new/not-writable",
            f"{draft.path} cannot be written: {reason}",
            draft.path,
            hint="check the permissions of its folder",
        )
    return None
