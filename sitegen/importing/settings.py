"""The sitegen.toml of a site in the making, and what is said about it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sitegen.config import PLACEHOLDERS, url_problem
from sitegen.importing.files import Tree, address_of_file, is_excluded
from sitegen.model import Document
from sitegen.output.folder import MANIFEST

__all__ = ["Imported", "Settings"]

MANY = 5
"""So many things of a kind are told of one by one."""

_LONG = 200
"""Characters of what a setting became that are told."""

_NAME = re.compile(r":([A-Za-z_]+)")
_TELLING = frozenset({"title", "slug", "name", "filename", "post_title", "path", "extra"})
"""Placeholders that tell posts apart."""


class Imported(msgspec.Struct, frozen=True):
    """What a site of another generator becomes."""

    kind: str
    """The generator's name; `plain` for a folder of posts without one's settings."""
    text: str
    """The sitegen.toml."""
    mapped: tuple[tuple[str, str], ...]
    """What was found, and what it became."""
    unmapped: tuple[str, ...]
    """What was found and has no counterpart, each as a sentence without its full stop."""
    tried: str
    """What came of building the site in memory, as a sentence; empty where the settings keep it from being tried."""


class Settings:
    """The settings of a site in the making."""

    def __init__(self, root: Path, kind: str) -> None:
        self.tree = Tree(root)
        self.kind = kind
        names = ("site", "site.permalinks", "site.redirects", "build", "markdown", "publish", "math", "cite")
        self.tables: dict[str, dict[str, Any]] = {name: {} for name in names}
        self.mapped: list[tuple[str, str, str]] = []
        """What was found, the table that it is set in, and what it became."""
        self.unmapped: list[str] = []
        self.menu: list[tuple[float, str, str]] = []
        """Entries that the menu may have: weight, title, address or path of a page's file."""
        self.redirects: dict[str, str] = {}
        """Old addresses, as far as what they lead to exists."""
        self.address_of: Callable[[Document], str | None] = lambda document: None
        """Returns the exact address that the other generator gives a post or page, where the pattern may be off."""
        self.menu_of: Callable[[Document], Iterable[tuple[float, str]]] = lambda document: ()
        """Returns weight and title of the entries in the menu that a page asks for."""

    def set(self, table: str, key: str, value: Any, source: str) -> None:
        """Set a key, and remember what it is made from; nothing is set to nothing."""
        if isinstance(value, str):
            value = " ".join(value.split())
        if value in ("", None, []):
            return
        self.tables[table][key] = value
        name = f"{table}.{key}" if re.fullmatch(r"[\w-]+", key) else f"{table}.{to_toml(key)}"
        self.mapped.append((source, table, f"{name} = {to_toml(value)}"))

    def report(self) -> Iterator[tuple[str, str]]:
        """Yield what was found and what it became; of many entries of one kind, how many."""
        numbers = Counter((source, table) for source, table, _ in self.mapped)
        told: set[tuple[str, str]] = set()
        for source, table, what in self.mapped:
            number = numbers[source, table]
            if number <= MANY:
                yield source, what if len(what) <= _LONG else f"{what[:_LONG]} …"
            elif (source, table) not in told:
                told.add((source, table))
                yield source, f"{number} entries of {table}"

    def common(self, data: Mapping[str, Any], source: str) -> None:
        """Set title, description and author."""
        for key in ("title", "description"):
            self.plain(key, data.get(key), f"{source}: {key}")
        self.author(data.get("author"), f"{source}: author")

    def plain(self, key: str, value: Any, source: str) -> None:
        """Set a key of `[site]` to a text, unless a template is to fill it in."""
        plain = isinstance(value, (str, int)) and not re.search(r"\{\{|\{%", str(value))
        self.set("site", key, str(value) if plain else "", source)

    def address(self, url: Any, path: Any, source: str) -> None:
        """Set the site's address, of a complete one and the path below it."""
        whole = f"{str(url or '').rstrip('/')}/{str(path or '').strip('/')}".rstrip("/") + "/"
        if url and re.fullmatch(r"[\w-]+(\.[\w-]+)+(/.*)?", whole):
            whole = f"https://{whole}"
        if url and not url_problem(whole):
            self.set("site", "base_url", whole, source)
        elif url:
            self.unmapped.append(f"{source}: {whole} is not a complete address; set site.base_url")

    def language(self, value: Any, source: str) -> None:
        """Set the language; of several, the first."""
        value = value[0] if isinstance(value, list) and value else value
        tag = str(value or "").replace("_", "-").partition(".")[0]
        if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", tag):
            self.set("site", "language", tag, source)

    def author(self, value: Any, source: str) -> None:
        """Set the author: a name, or a mapping with one."""
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name") if isinstance(value, Mapping) else value
        self.set("site", "author", value if isinstance(value, str) else "", source)

    def zone(self, value: Any, source: str) -> None:
        """Set the time zone, if it is one."""
        import zoneinfo

        if isinstance(value, str) and value in zoneinfo.available_timezones():
            self.set("site", "timezone", value, source)
        elif value:
            self.unmapped.append(f"{source}: {value} is no time zone")

    def count(self, value: Any, source: str) -> None:
        """Set how many posts a page of the list has."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            self.set("site", "paginate", value, source)

    def punctuation(self, smart: bool, source: str) -> None:
        """Set that straight quotes, `--` and `...` become typographic ones, if they do."""
        if smart:
            self.set("markdown", "smart_punctuation", True, source)

    def permalink(self, pattern: str, source: str) -> None:
        """Set the pattern of the posts' addresses, unless it has a placeholder that means nothing here."""
        if self._is_pattern(pattern, source):
            self.set("site", "permalink", "/" + pattern.lstrip("/"), source)

    def permalink_of(self, path: str, pattern: str, source: str) -> None:
        """Set the pattern of addresses of what lies in a folder, or of one page."""
        one = self.tree.is_file(path)
        if (one or self.tree.is_folder(path)) and self._is_pattern(pattern, source, one=one):
            self.set("site.permalinks", path, "/" + pattern.lstrip("/"), source)

    def _is_pattern(self, pattern: str, source: str, *, one: bool = False) -> bool:
        names = _NAME.findall(pattern)
        unknown = [name for name in names if name not in PLACEHOLDERS]
        if unknown:
            listed = ", ".join(f":{name}" for name in unknown)
            self.unmapped.append(f"{source}: {listed} in {pattern} means nothing here")
        elif not one and not _TELLING.intersection(names):
            self.unmapped.append(f"{source}: {pattern} does not tell posts apart")
        else:
            return True
        return False

    def posts(self, folders: Iterable[str], source: str) -> None:
        """Set the folders of posts that exist."""
        found = [each for each in dict.fromkeys(folders) if self.tree.is_folder(each)]
        self.set("build", "posts", found, source)

    def posts_of_sections(self, content: str, sections: Sequence[str], ignored: Iterable[str]) -> None:
        """Set sections of posts, and as pages what heads their lists: `_index.md` of several sections, or with a text.

        All others are left out, since the list of all posts stands for them. Where posts lie beside the sections, the
        content folder is one of posts, and what has no date there, or is in other sections, is a page.
        """
        tree = self.tree
        pages: list[str] = []
        if tree.is_of_posts(content):
            for name in tree.folders(content):
                texts = tree.texts(f"{content}/{name}")
                dated = f"{content}/{name}" in sections and any(
                    (head := tree.head(each)) and head.date for each in texts
                )
                pages += [f"{content}/{name}"] if texts and not dated else []
            pages += [each for each in tree.texts(content, deep=False) if (head := tree.head(each)) and not head.date]
            sections = [content]
        self.posts(sections, "sections of posts")
        for section in sections:
            for path in tree.texts(section):
                above, _, name = path.rpartition("/")
                heads = name.startswith("_index.") and not is_excluded(path, ignored)
                if heads and ((len(sections) > 1 and above == section) or tree.body(path)):
                    pages.append(path)
        self.pages((each for each in pages if tree.is_folder(each) or tree.body(each) or len(sections) > 1), "pages")

    def pages(self, paths: Iterable[str], source: str) -> None:
        """Set the folders and files of pages that lie outside of the content folder."""
        self.set("build", "pages", self._existing(paths), source)

    def pages_by_folder(self, pages: Iterable[str], posts: Iterable[str]) -> None:
        """Set pages whose addresses are those of their files: as folders where all texts of one are pages."""
        found: list[str] = []
        by_folder: dict[str, list[str]] = {}
        for path in pages:
            by_folder.setdefault(path.partition("/")[0] if "/" in path else "", []).append(path)
        for folder, paths in by_folder.items():
            mixed = any(each == folder or each.startswith(f"{folder}/") for each in posts)
            if folder and not mixed and len(self.tree.texts(folder)) == len(paths):
                found.append(folder)
                self.permalink_of(folder, f"/{folder}/:path:output_ext", "addresses of pages")
            else:
                found += paths
                for path in paths:
                    self.permalink_of(path, address_of_file(path), "addresses of pages")
        self.pages(found, "pages")

    def assets(self, paths: Iterable[str]) -> None:
        """Set the folders of pictures and the like that exist, and files that are always published."""
        self.set("build", "assets", self._existing(paths), "files that are published")

    def _existing(self, paths: Iterable[str]) -> list[str]:
        """Return, each once, those of some files and folders that the site has."""
        return [each for each in dict.fromkeys(paths) if self.tree.is_file(each) or self.tree.is_folder(each)]

    def folder(self, key: str, used: str = "") -> None:
        """Give a folder of sitegen's another name where the site has one of the usual name for something else."""
        usual = {"templates": "templates", "static": "static", "output": "dist"}[key]
        if usual != used and self.tree.is_folder(usual) and not self.tree.is_file(f"{usual}/{MANIFEST}"):
            self.set("build", key, f"sitegen-{usual}", f"the folder {usual} is not one of sitegen's")

    def redirect(self, old: str, new: str) -> None:
        """Remember an old address."""
        if old != new and old not in ("", "/"):
            self.redirects.setdefault("/" + old.strip().lstrip("/"), new)

    def rest(self, data: Mapping[str, Any], known: str, source: str) -> None:
        """Name the settings that have a value and no counterpart."""
        given = (str(key).strip() for key, value in data.items() if value not in (None, "", [], {}))
        left = [key for key in given if key not in known.split()]
        self.leave(f"{source}: ", left)

    def leave(self, what: str, names: Sequence[str]) -> None:
        """Remember what has no counterpart, if there is any: some of its names, and how many more."""
        if names:
            more = len(names) - 2 * MANY
            self.unmapped.append(f"{what}{', '.join(names[: 2 * MANY])}{f' and {more} more' if more > 0 else ''}")

    def text(self) -> str:
        """Return the sitegen.toml."""
        lines: list[str] = []
        for table, values in self.tables.items():
            if values:
                lines += ["", f"[{table}]"]
                lines += [f"{_key(key)} = {to_toml(value, lines=key == 'menu')}" for key, value in values.items()]
        return "\n".join(lines[1:]) + "\n"


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else to_toml(key)


def to_toml(value: Any, *, lines: bool = False) -> str:
    """Return a value as TOML has it; a list on several lines, if that is wanted."""
    if isinstance(value, list):
        parts = [to_toml(each) for each in value]
        return "[\n" + "".join(f"  {part},\n" for part in parts) + "]" if lines else f"[{', '.join(parts)}]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {to_toml(each)}" for key, each in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
