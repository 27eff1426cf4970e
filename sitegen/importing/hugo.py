"""Hugo 0.14x: `hugo.toml` or `config.*`, split files in `config/`, sections of posts and pages in `content`."""

from __future__ import annotations

import glob
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from sitegen.importing.files import mapping, texts_of
from sitegen.importing.settings import Settings
from sitegen.model import Document
from sitegen.site.addresses import small_slug

__all__ = ["is_hugo", "read_hugo"]

_ENDINGS = ("toml", "yaml", "yml", "json")
_FILES = tuple(f"{name}.{ending}" for name in ("hugo", "config") for ending in _ENDINGS)
_FOLDERS = tuple(f"config/{name}" for name in ("_default", "production"))
"""Folders of split settings; those of the second, which `hugo` builds with, count over those of the first."""

_TOKENS = {
    "title": ":post_title",
    "slug": ":post_title",
    "monthname": ":long_month",
    "yearday": ":y_day",
    "weekday": ":w_day",
    "weekdayname": ":long_day",
}
"""Hugo's placeholders ("URL management", tokens) where ours are called otherwise."""

_NAMES = frozenset({"filename", "contentbasename", "slugorfilename", "slugorcontentbasename"})
"""Those that stand for the name of a file."""

_MENUS = ("main", "header", "nav", "navbar", "global", "primary")


def is_hugo(settings: Settings) -> bool:
    """Tell whether this is a site of Hugo."""
    tree = settings.tree
    own = [each for each in _FILES if each.startswith("hugo.")]
    split = any(tree.is_folder(folder) for folder in _FOLDERS)
    return tree.is_file(*own) or (tree.is_folder("content") and tree.is_file(*_FILES)) or split


def read_hugo(settings: Settings) -> None:
    """Read a site of Hugo."""
    data = _merged(settings)
    params = _lower(mapping(data.get("params")))
    code = str(data.get("defaultcontentlanguage") or "en").lower()
    languages = _lower(mapping(data.get("languages")))
    own = _lower(mapping(languages.get(code)))
    author = data.get("author") or params.get("author")
    shared = {"description": params.get("description"), **data, **own, "author": author}
    settings.common(shared, "settings")
    settings.address(own.get("baseurl") or data.get("baseurl"), "", "settings: baseURL")
    tag = own.get("locale") or own.get("languagecode") or data.get("languagecode") or data.get("locale") or code
    settings.language(tag, "settings: languageCode")
    settings.zone(data.get("timezone"), "settings: timeZone")
    goldmark = mapping(mapping(data.get("markup")).get("goldmark"))
    typographer = mapping(goldmark.get("extensions")).get("typographer")
    plain = typographer is False or mapping(typographer).get("disable") is True
    settings.punctuation(not plain, "typographer of Goldmark")
    paging = _lower(mapping(data.get("pagination")))
    settings.count(paging.get("pagersize") or data.get("paginate"), "settings: paginate")
    hugo = _Hugo(settings, data, params, str(own.get("contentdir") or ""), [each for each in languages if each != code])
    hugo.read(_lower(mapping(own.get("menus") or own.get("menu") or data.get("menus") or data.get("menu"))))
    known = """title author description baseurl languagecode locale defaultcontentlanguage timezone paginate pagination
    contentdir permalinks staticdir uglyurls mainsections taxonomies menu menus languages params markup module
    enablerobotstxt enableemoji buildfuture builddrafts buildexpired summarylength hascjklanguage pluralizelisttitles
    outputs outputformats related minify disablepathtolower languagename copyright sdir rsslimit ignorefiles
    pygmentsuseclasses pygmentscodefences pygmentsstyle sitemap enablegitinfo ignoreerrors canonifyurls relativeurls
    footnotereturnlinkcontents"""
    settings.rest(data, known, "settings")
    kept = "author description mainsections math katex mathjax"
    settings.rest(params, kept, "params")


def _merged(settings: Settings) -> dict[str, Any]:
    """Return all settings, however they are spread over files; keys in small letters."""
    tree = settings.tree
    merged = _lower(tree.data(*_FILES))
    for folder in _FOLDERS:
        for file in sorted((tree.root / folder).glob("*")):
            name, _, ending = file.name.partition(".")
            if ending.rpartition(".")[2] not in _ENDINGS:
                continue
            value = tree.value(f"{folder}/{file.name}")
            language = ending.rpartition(".")[0]
            if not isinstance(value, dict) or name.startswith("_"):
                continue
            if name in ("hugo", "config"):
                found = _lower(value)
            elif language:  # menus.en.toml
                found = {"languages": {language.lower(): {name.lower(): value}}}
            else:
                found = {name.lower(): value}
            merged = _joined(merged, found)
    return merged


def _lower(data: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in data.items()}


def _joined(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(first)
    for key, value in second.items():
        old = found.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        found[key] = _joined(mapping(old), mapping(value)) if both else value
    return found


class _Hugo:
    def __init__(
        self, settings: Settings, data: Mapping[str, Any], params: Mapping[str, Any], content: str, others: list[str]
    ) -> None:
        self.settings, self.tree, self.data, self.params = settings, settings.tree, data, params
        self.others = others
        mounted = (*self.mounted("content"), str(data.get("contentdir") or "content"))
        self.content = (content or mounted[0]).strip("/")
        self.ugly = data.get("uglyurls") is True
        self.kept_case = data.get("disablepathtolower") is True
        self.name = self.name_of_files()
        patterns = mapping(data.get("permalinks"))
        kinds = {"page", "section", "taxonomy", "term"}
        by_kind = any(isinstance(patterns.get(kind), Mapping) for kind in kinds)
        self.patterns = mapping(patterns.get("page")) if by_kind else patterns
        self.terms = mapping(patterns.get("term")) if by_kind else {}

    def mounted(self, target: str) -> list[str]:
        """Return the folders that are mounted as `content` or `static`."""
        found = []
        mounts = mapping(self.data.get("module")).get("mounts")
        for mount in mounts if isinstance(mounts, list) else []:
            given = mapping(mount)
            foreign = str(given.get("lang") or "").lower() in self.others
            if given.get("target") == target and not foreign and self.tree.is_folder(str(given.get("source"))):
                found.append(str(given["source"]))
        return found

    def read(self, menus: Mapping[str, Any]) -> None:
        settings, tree = self.settings, self.tree
        if self.content != "content":
            settings.set("build", "content", self.content, "contentDir")
        ignored = [f"*.{language}.md" for language in self.others]
        ignored = [each for each in ignored if any(path.endswith(each[1:]) for path in tree.texts(self.content))]
        if self.others:
            settings.unmapped.append(f"texts in other languages: {', '.join(self.others)}")
        repository = [f"*/{name}" for name in ("README.md", "LICENSE.md") if tree.has_below(self.content, name)]
        # What such a folder says of a tag has no place here.
        terms = [f"{self.content}/{name}/*" for name in ("tags", "categories", "authors", "series")]
        repository += [each for each in terms if tree.texts(each.rstrip("/*"))]
        ignored += [*repository, *self.ignored_files()]
        settings.set("build", "ignore", ignored, "files that are no pages")
        sections = texts_of(self.params.get("mainsections") or self.data.get("mainsections"))
        folders = [f"{self.content}/{name}" for name in sections if tree.is_folder(f"{self.content}/{name}")]
        folders = folders or tree.sections_of_posts(self.content, ignored)
        settings.posts_of_sections(self.content, folders, ignored)
        if not settings.tables["build"].get("posts"):
            settings.pages([self.content], "sections without posts")
        settings.permalink(self.ours("/:sections/:filename/"), "addresses by section and file")
        for name, pattern in self.patterns.items():
            if name == "/":
                settings.permalink(self.ours(str(pattern)), "permalinks: /")
            elif isinstance(pattern, str):
                settings.permalink_of(f"{self.content}/{name.strip('/')}", self.ours(pattern), f"permalinks: {name}")
        self.static()
        settings.folder("templates")
        settings.folder("output")
        self.old_addresses(folders)
        self.menu(menus)
        settings.address_of = self.address_of

    def ignored_files(self) -> list[str]:
        """Return the texts that `ignoreFiles` leaves out, but for R Markdown, which blogdown renders by itself."""
        patterns = []
        for pattern in texts_of(self.data.get("ignorefiles")):
            try:
                patterns.append(re.compile(pattern))
            except re.error:
                self.settings.unmapped.append(f"settings: ignoreFiles: {pattern}")
        rendered = (".rmd", ".rmarkdown")
        texts = [path for path in self.tree.texts(self.content) if not path.lower().endswith(rendered)]
        return [glob.escape(path) for path in texts if any(pattern.search(path) for pattern in patterns)]

    def name_of_files(self) -> str:
        """Return what stands for the name of a file in most addresses: `:slug` changes what is no letter or digit."""
        stems = [PurePosixPath(path).stem for path in self.tree.texts(self.content)]
        kept = sum(self.spelled(stem) == stem for stem in stems)
        changed = sum(self.spelled(stem) == small_slug(stem) for stem in stems)
        return ":filename" if kept > changed else ":slug"

    def ours(self, pattern: str) -> str:
        """Return a pattern of Hugo with our placeholders."""
        names = {**_TOKENS, **dict.fromkeys(_NAMES, self.name)}
        ours = re.sub(r":([A-Za-z]+)", lambda name: names.get(name[1], name[0]), pattern)
        return ours.rstrip("/") + ".html" if self.ugly else ours

    def static(self) -> None:
        given = self.mounted("static") or texts_of(self.data.get("staticdir"))
        if given and given != ["static"]:
            self.settings.set("build", "static", given[0], "staticDir")
            if given[1:]:
                self.settings.unmapped.append(f"staticDir: {', '.join(given[1:])}")

    def old_addresses(self, folders: list[str]) -> None:
        """Remember the addresses of lists and feeds."""
        redirect = self.settings.redirect
        redirect("/index.xml", "/feed.xml")
        for folder in folders:
            place = folder.removeprefix(self.content)
            redirect(f"{place}/", "/archive/")
            redirect(f"{place}/index.xml", "/feed.xml")
            redirect(f"{place}/page/*/", "/page/*/")
        taxonomies = mapping(self.data.get("taxonomies")) or {"tag": "tags", "category": "categories"}
        for name in taxonomies.values():
            ours = {"author": "authors"}.get(str(name), str(name))
            if ours not in ("tags", "categories", "authors", "series"):
                self.settings.unmapped.append(f"taxonomy {name}")
                continue
            old = str(self.terms.get(str(name)) or f"/{name}/:slug/")
            old = re.sub(r":\w+", "*", old, count=1)
            if ":" not in old:
                redirect(f"/{old.strip('/')}/", f"/{ours}/*/")
                redirect(f"/{old.strip('/')}/index.xml", f"/{ours}/*/feed.xml")

    def menu(self, menus: Mapping[str, Any]) -> None:
        name = next((each for each in _MENUS if isinstance(menus.get(each), list)), "")
        for entry in menus.get(name, []):
            given = _lower(mapping(entry))
            title = str(given.get("name") or given.get("title") or given.get("identifier") or "")
            url = str(given.get("url") or given.get("pageref") or "")
            weight = given.get("weight")
            if title and url:
                number = float(weight) if isinstance(weight, (int, float)) and weight else 1e9
                self.settings.menu.append((number, title, url))
        self.settings.menu_of = _asked_for

    def address_of(self, document: Document) -> str | None:
        """Return the address that Hugo gives a post or page ("URL management")."""
        path = PurePosixPath(document.path)
        if not document.path.startswith(f"{self.content}/"):
            return None
        inner = document.path.removeprefix(f"{self.content}/")
        folder = PurePosixPath(inner).parent
        if path.stem == "_index":
            return self.spelled(f"/{folder}/") if str(folder) != "." else "/"
        index = path.stem == "index"
        name = folder.name if index else path.stem
        folder = folder.parent if index else folder
        sections = "" if str(folder) == "." else str(folder)
        if index and not sections and not name:
            return "/"
        slug = document.meta.slug or ""
        pattern = str(self.patterns.get(sections.partition("/")[0]) or "/:sections/:slugorfilename/")
        values = {
            "sections": sections,
            "section": sections.partition("/")[0],
            "filename": name,
            "contentbasename": name,
            "slugorfilename": slug or name,
            "slugorcontentbasename": slug or name,
            "slug": slug or document.meta.title or name,
            "title": document.meta.title or name,
        }
        if not values.keys() >= set(re.findall(r":(\w+)", pattern)):
            return None  # one with dates, which the pattern itself is for
        place = re.sub(r":(\w+)", lambda token: self.spelled(values[token[1]]), pattern)
        place = "/" + "/".join(part for part in place.split("/") if part)
        return f"{place}.html" if self.ugly else f"{place.rstrip('/')}/"

    def spelled(self, text: str) -> str:
        """Return a text as Hugo writes it into addresses (`paths.Sanitize`)."""
        kept = []
        for character in unicodedata.normalize("NFC", text.strip()):
            if character.isspace():
                kept.append("-")
            elif character in "./\\_#+~-@" or unicodedata.category(character)[0] in "LNM":
                kept.append(character)
        spelled = re.sub("-{2,}", "-", "".join(kept)) if " " in text else "".join(kept)
        return spelled if self.kept_case else spelled.lower()


def _asked_for(document: Document) -> Iterator[tuple[float, str]]:
    """Yield the entry that a page asks for: `menu: main`, `menus: [main]`, `menu: {main: {weight: 1}}`."""
    given = document.meta.extra.get("menus", document.meta.extra.get("menu"))
    names = [given] if isinstance(given, str) else given if isinstance(given, (list, Mapping)) else []
    for name in names:
        if name in _MENUS:
            entry = _lower(mapping(given.get(name))) if isinstance(given, Mapping) else {}
            weight = entry.get("weight") or document.meta.order
            number = float(weight) if isinstance(weight, (int, float)) and weight else 1e9
            yield number, str(entry.get("name") or document.meta.extra.get("linkTitle") or document.title)
            return
