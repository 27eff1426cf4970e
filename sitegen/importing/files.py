"""The files of a site of another generator, as far as its settings and the places of its posts need looking at."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from sitegen.config import POST_SUFFIXES
from sitegen.config.macrofiles import read_macros
from sitegen.frontmatter import read_front_matter
from sitegen.model import FrontMatter, Source
from sitegen.site.addresses import inside as within

__all__ = ["Tree", "address_of_file", "inside", "is_excluded", "links_in", "mapping", "texts_of"]

_SAFE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml, which others read their settings with, takes tabs behind a colon."""


class _Yaml(_SAFE):  # type: ignore[misc]
    """Reads settings; a value that a program is to make is None."""


class _Again(yaml.SafeLoader):
    """Reads settings in which an anchor stands twice, as it may."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if not isinstance(event, yaml.AliasEvent):
            self.anchors.pop(getattr(event, "anchor", None), None)
        return super().compose_node(parent, index)


for _loader in (_Yaml, _Again):
    _loader.add_multi_constructor("", lambda loader, tag, node: None)

_LEFT_OUT = frozenset(
    {"node_modules", "vendor", "_site", "public", "dist", "output", "themes", "venv", "env", "resources", "_freeze"}
)
"""Folders that hold no posts of the site: what was built, and what others wrote."""

_NO_PAGES = frozenset({"readme", "license", "licence", "contributing", "changelog", "code_of_conduct", "agents"})
"""Texts about a repository."""

_USUAL = ("posts", "post", "_posts", "blog", "articles", "notes")
"""What the folder of posts is usually called."""

_MACRO_FILES = (".html", ".js", ".mjs", ".ts", ".json", ".tex", ".sty", ".njk", ".ejs", ".pug")
_MACRO_FOLDERS = tuple(
    "_includes _layouts layouts templates themes theme source/_data src static/js assets/js".split()  # noqa: SIM905
)
_LARGEST = 300_000
"""Characters of a file in which macros are looked for, and values in one of settings; what is longer is neither."""

_LINE = 3_000
"""Characters of a line of code that people write."""

_PUBLISHED = frozenset(
    """
    .asc .avif .bib .csv .epub .gif .html .ico .jpeg .jpg .mp4 .pdf .png .svg .txt .webmanifest .webp .xml .zip
    """.split()  # noqa: SIM905 - a list of endings is easier to read than a list of strings
)
"""Endings of files at the root of a site that others know by their address."""

_SHOWN = _PUBLISHED | {".css", ".doc", ".gz", ".js", ".mp3", ".ogg", ".ppt", ".pptx", ".tar", ".wav", ".webm"}
"""Endings of files that pages name."""


class Tree:
    """A folder of files that other programs made, and what was read of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._heads: dict[str, FrontMatter | None] = {}
        self.problems: list[str] = []
        """What could not be read, as sentences."""

    def text(self, path: str) -> str:
        """Return what a file holds; empty where there is none, or none of text."""
        if not self.is_file(path):
            return ""
        try:
            return (self.root / path).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return ""

    def _holds(self, path: str) -> bool:
        """Tell whether a path stays in the folder; settings may name any place of the machine."""
        return not Path(path).is_absolute() and within("", path) is not None

    def is_file(self, *paths: str) -> bool:
        """Tell whether one of these files is there."""
        return any(self._holds(path) and (self.root / path).is_file() for path in paths)

    def is_folder(self, path: str) -> bool:
        """Tell whether this folder is there."""
        return self._holds(path) and (self.root / path).is_dir()

    def first(self, *paths: str) -> str:
        """Return the first of these files that is there; empty where there is none."""
        return next((path for path in paths if self.is_file(path)), "")

    def data(self, *paths: str) -> dict[str, Any]:
        """Return the first of these files that is there, as a mapping; what is wrong with it is remembered."""
        return dict(mapping(self.value(self.first(*paths))))

    def value(self, path: str) -> Any:
        """Return what a file of TOML, YAML or JSON holds; None where it cannot be read."""
        if not path or not self.is_file(path):
            return None
        try:
            text = (self.root / path).read_text(encoding="utf-8-sig")
            if path.endswith(".toml"):
                return tomllib.loads(text)
            value = json.loads(text) if path.endswith(".json") else _yaml(text)
        except UnicodeDecodeError:
            self.problems.append(f"{path} cannot be read: it is not UTF-8 text")
            return None
        except (OSError, ValueError, yaml.YAMLError, RecursionError) as problem:
            self.problems.append(f"{path} cannot be read: {' '.join(str(problem).split())}")
            return None
        if _size(value, {}) > _LARGEST:
            self.problems.append(f"{path} cannot be read: its aliases stand for too much")
            return None
        return value

    def head(self, path: str) -> FrontMatter | None:
        """Return the front matter of a text; None where it cannot be read."""
        if path not in self._heads:
            if path.lower().endswith(".ipynb"):
                self._heads[path] = None
            else:
                self._heads[path] = read_front_matter(Source(path, self.text(path), ""))[0]
        return self._heads[path]

    def body(self, path: str) -> str:
        """Return a text without its front matter."""
        head = self.head(path)
        return self.text(path)[head.body_start if head else 0 :].strip()

    def _walk(self, folder: str) -> Iterator[tuple[str, list[str], list[str]]]:
        """Do as `os.walk` does, in a folder that is one of the site's."""
        return os.walk(self.root / folder) if self.is_folder(folder) else iter(())

    def folders(self, path: str) -> list[str]:
        """Return the names of the folders in a folder, sorted, without those that hold nothing of the site's."""
        try:
            entries = list(os.scandir(self.root / path)) if self.is_folder(path) else []
        except OSError:
            return []
        names = (entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
        return sorted(name for name in names if name not in _LEFT_OUT)

    def texts(self, folder: str, *, deep: bool = True) -> list[str]:
        """Return the posts and pages in a folder, sorted, without texts about a repository."""
        found: list[str] = []
        for at, folders, names in self._walk(folder):
            left_out = _LEFT_OUT if Path(at) == self.root else frozenset({"node_modules"})
            folders[:] = sorted(each for each in folders if deep and not each.startswith(".") and each not in left_out)
            for name in sorted(names):
                lower = name.lower()
                own = not name.startswith(".") and lower.partition(".")[0] not in _NO_PAGES
                if own and lower.endswith(POST_SUFFIXES):
                    found.append((Path(at) / name).relative_to(self.root).as_posix())
        return found

    def named(self, name: str, above: str = "") -> list[str]:
        """Return all folders of this name below another one, sorted."""
        found = []
        for at, folders, _ in self._walk(above):
            folders[:] = sorted(each for each in folders if each not in _LEFT_OUT and not each.startswith("."))
            if name in folders:
                found.append((Path(at) / name).relative_to(self.root).as_posix())
                folders.remove(name)
        return found

    def has_below(self, folder: str, name: str) -> bool:
        """Tell whether a file of this name is somewhere in a folder."""
        return any(name in names for _, _, names in self._walk(folder))

    def sections_of_posts(self, content: str, ignored: Iterable[str] = ()) -> list[str]:
        """Return the folders in `content` that posts lie in: those of a usual name, and those whose texts have dates.

        Without any, the one with most dates, or the only one. A handbook has none.
        """
        counted = {}
        for name in self.folders(content):
            path = f"{content}/{name}".lstrip("/")
            texts = [each for each in self.texts(path) if not is_excluded(each, ignored) and not _is_section(each)]
            dated = sum(head.date is not None for each in texts if (head := self.head(each)))
            if texts and not (name.startswith("_") and name not in _USUAL):
                counted[path] = (name in _USUAL, dated * 2 >= len(texts) and dated > 2, dated, len(texts))
        chosen = [path for path, (usual, mostly_dated, *_) in counted.items() if usual or mostly_dated]
        if not chosen and counted:
            most = max(counted, key=lambda path: counted[path][2:])
            chosen = [most] if counted[most][2] or len(counted) == 1 else []
        return chosen

    def is_of_posts(self, folder: str) -> bool:
        """Tell whether most texts directly in a folder have dates."""
        texts = self.texts(folder, deep=False) if folder else []
        dated = sum(head.date is not None for each in texts if (head := self.head(each)))
        return dated > 2 and dated * 2 >= len(texts)

    def foreign(self, folders: Iterable[str]) -> dict[str, int]:
        """Return how many texts in some folders are written in a language that sitegen does not read, by ending."""
        found: Counter[str] = Counter()
        for folder in folders:
            for _, _, names in self._walk(folder):
                found.update(Path(name).suffix.lower() for name in names)
        return {ending: found[ending] for ending in (".rst", ".adoc", ".org", ".textile") if found[ending]}

    def files(self, folder: str, excluded: Iterable[str] = ()) -> list[str]:
        """Return the files directly in a folder that are published as they are: icons, papers, `CNAME`."""
        try:
            entries = os.scandir(self.root / folder) if self.is_folder(folder) else ()
            names = sorted(entry.name for entry in entries if entry.is_file())
        except OSError:
            return []
        found = []
        for name in names:
            path = f"{folder}/{name}".lstrip("/")
            wanted = name == "CNAME" or Path(name).suffix.lower() in _PUBLISHED
            own = name in ("index.html", "404.html", "sitemap.xml", "requirements.txt") or name.startswith(".")
            if wanted and not own and not is_excluded(path, excluded) and not self.is_template(path):
                found.append(path)
        return found

    def is_template(self, path: str) -> bool:
        """Tell whether a file is one that the other generator fills in."""
        return path.endswith((".html", ".xml", ".txt", ".webmanifest")) and bool(
            re.match(r"---\s*\n|\{[{%]|@@@", self.text(path)) or re.search(r"\{%-?\s*\w+", self.text(path))
        )

    def folders_of_files(self, folder: str, excluded: Iterable[str] = ()) -> list[str]:
        """Return the folders in a folder that hold files beside texts."""
        found = []
        for name in self.folders(folder):
            path = f"{folder}/{name}".lstrip("/")
            if not name.startswith("_") and not is_excluded(path, excluded) and self._holds_files(path):
                found.append(path)
        return found

    def _holds_files(self, folder: str) -> bool:
        for _, folders, names in self._walk(folder):
            folders[:] = [each for each in folders if not each.startswith(".") and each != "node_modules"]
            if any(Path(name).suffix.lower() in _SHOWN for name in names):
                return True
        return False

    def macro_files(self) -> tuple[list[str], list[str]]:
        """Return the files in which the site keeps macros for MathJax or KaTeX, and why others cannot be used."""
        from sitegen.math import check_macros, check_preamble

        found: list[str] = []
        problems: list[str] = []
        for path in self._files_with_macros():
            file = read_macros(path, self.text(path))
            if file.problem or not (file.macros or "\\newcommand" in file.preamble or "\\def" in file.preamble):
                continue
            wrong = [*check_macros(file.macros).values(), *(check_preamble(file.preamble) if file.preamble else ())]
            if wrong:
                problems.append(f"macros in {path}: {wrong[0].message}")
            else:
                found.append(path)
        return found, problems

    def _files_with_macros(self) -> Iterator[str]:
        files = {path for path in self.root.iterdir() if path.is_file()}
        for folder in _MACRO_FOLDERS:
            if (self.root / folder).is_dir():
                files |= {Path(at) / name for at, _, names in os.walk(self.root / folder) for name in names}
        for at, folders, names in os.walk(self.root):
            folders[:] = [each for each in folders if each not in _LEFT_OUT and not each.startswith(".")]
            files |= {Path(at) / name for name in names if "macros" in name.lower()}
        for file in sorted(files):
            if file.suffix in (*_MACRO_FILES, ".txt") and not file.name.endswith(
                ("lock.json", "package.json", ".min.js")
            ):
                path = file.relative_to(self.root).as_posix()
                text = self.text(path)
                if file.suffix in (".js", ".mjs") and max(map(len, text.splitlines()), default=0) > _LINE:
                    continue  # a library
                named = file.suffix == ".txt" and "macros" in file.name.lower()
                if len(text) <= _LARGEST and (named or "acros" in text or _defines(path, text)):
                    yield path


def _yaml(text: str) -> Any:
    try:
        return yaml.load(text, _Yaml)
    except yaml.composer.ComposerError:
        return yaml.load(text, _Again)


def _size(value: Any, known: dict[int, int]) -> int:
    """Return how many values there are in one that YAML's aliases may have made of few."""
    if not isinstance(value, (list, dict)):
        return 1
    if id(value) not in known:
        known[id(value)] = _LARGEST  # of one that holds itself
        inner = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(each, known) for each in inner)
    return known[id(value)]


def _defines(path: str, text: str) -> bool:
    """Tell whether a file of LaTeX is one of macros, and not a document or a picture; or a template defines some."""
    if path.endswith((".tex", ".sty")):
        return "\\begin{document}" not in text and "\\documentclass" not in text
    return path.endswith(".html") and "/" in path and "\\newcommand" in text


def _is_section(path: str) -> bool:
    return path.rpartition("/")[2].startswith("_index.")


def inside(folders: Iterable[str]) -> tuple[str, ...]:
    """Return what the paths of files in some folders begin with."""
    return tuple(f"{folder}/" for folder in folders)


def address_of_file(path: str) -> str:
    """Return the address of a text by its folder and name: `/a/b.html`, `/a/` for `a/index.md`."""
    folder, slash, name = path.rpartition("/")
    stem = name.rpartition(".")[0]
    return f"/{folder}{slash}" if stem == "index" else f"/{folder}{slash}{stem}.html"


def is_excluded(path: str, patterns: Iterable[str]) -> bool:
    """Tell whether a path is one of, or lies below, those that the patterns of a generator mean."""
    for pattern in patterns:
        plain = pattern.strip("/")
        if path == plain or path.startswith(f"{plain}/") or fnmatch.fnmatch(path, plain):
            return True
    return False


def texts_of(value: Any) -> list[str]:
    """Return a list of texts, of a list or of one text."""
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value] if isinstance(value, list) else []


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a mapping; an empty one for anything else."""
    return {str(key): each for key, each in value.items()} if isinstance(value, Mapping) else {}


def links_in(value: Any) -> Iterator[tuple[str, str]]:
    """Yield titles and addresses of the first list of links in a value."""
    if isinstance(value, Mapping):
        for each in value.values():
            if found := list(links_in(each)) if isinstance(each, (list, Mapping)) else []:
                yield from found
                return
        yield from ((str(key), each) for key, each in value.items() if isinstance(each, str) and _is_link(each))
    elif isinstance(value, list):
        for each in value:
            entry = mapping(each)
            title = next((entry[name] for name in ("title", "name", "text", "label", "key") if entry.get(name)), "")
            title = title or next(iter(mapping(entry.get("titles")).values()), "")  # by language
            url = next((entry[name] for name in ("url", "link", "href", "path") if entry.get(name)), "")
            if isinstance(title, str) and isinstance(url, str) and title.strip() and url.strip():
                yield title, url.strip()


def _is_link(text: str) -> bool:
    return text.startswith(("/", "http://", "https://"))
