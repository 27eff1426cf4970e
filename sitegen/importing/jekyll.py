"""Jekyll 4: `_config.yml`, posts in `_posts`, collections, and pages wherever they lie."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from sitegen.importing.files import inside, is_excluded, links_in, mapping, texts_of
from sitegen.importing.settings import Settings
from sitegen.model import Document

__all__ = ["STYLES", "is_jekyll", "read_jekyll"]

CONFIG = ("_config.yml", "_config.yaml", "_config.toml")

STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "weekdate": "/:categories/:year/W:week/:short_day/:title.html",
    "none": "/:categories/:title.html",
}
"""Jekyll's named patterns ("Permalinks", built-in formats)."""

_PROGRAM = re.compile(r"\{%-?\s*(?:for|assign|capture|tablerow|paginate)\b")
"""What a page has that is a program rather than a text: a list of all posts, most often."""

_LISTS = {
    **dict.fromkeys(("archive", "archives", "blog", "posts", "year-archive"), "/archive/"),
    **dict.fromkeys(("tag", "tags", "tag-archive"), "/tags/"),
    **dict.fromkeys(("category", "categories", "category-archive"), "/categories/"),
}
"""What pages of lists are called that have no text, for their layouts write them."""

_LOOP = re.compile(r"\{%-?\s*(for|capture|tablerow|paginate|if|unless)\b.*?\{%-?\s*end\1\b.*?%\}", re.DOTALL)
_MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<[^<>]*>", re.DOTALL)
_TEXT = 200
"""So many characters beside its lists make a page a text."""

_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-")
_EXCLUDED = ("Gemfile", "Gemfile.lock", "node_modules", "vendor", "_site", ".sass-cache", ".jekyll-cache")
_MENUS = ("navigation", "nav", "menu", "menus", "main_menu", "header", "navbar")
"""What files of `_data`, and keys of `_config.yml`, are called that hold the menu."""


def is_jekyll(settings: Settings) -> bool:
    """Tell whether this is a site of Jekyll."""
    return settings.tree.is_file(*CONFIG)


def read_jekyll(settings: Settings) -> None:
    """Read a site of Jekyll."""
    data = settings.tree.data(*CONFIG)
    settings.common(data, "_config")
    settings.address(data.get("url"), data.get("baseurl"), "_config: url, baseurl")
    settings.language(data.get("lang") or data.get("locale"), "_config: lang")
    settings.zone(data.get("timezone"), "_config: timezone")
    settings.count(data.get("paginate"), "_config: paginate")
    kramdown = str(data.get("markdown") or "kramdown").lower() == "kramdown"
    quotes = str(mapping(data.get("kramdown")).get("smart_quotes") or "")
    settings.punctuation(kramdown and "apos" not in quotes, "punctuation of kramdown")
    _Jekyll(settings, data).read()
    known = """title author description url baseurl lang locale timezone paginate paginate_path permalink source
    collections collections_dir defaults exclude include plugins gems markdown kramdown highlighter future feed
    jekyll-archives header_pages excerpt_separator rouge incremental keep_files destination show_drafts encoding
    markdown_ext lsi sass whitelist compress_html liquid safe host port limit_posts quiet verbose strict_front_matter
    tag_archive category_archive autopages pagination"""
    settings.rest(data, f"{known} {' '.join(_MENUS)}", "_config")


class _Jekyll:
    def __init__(self, settings: Settings, data: Mapping[str, Any]) -> None:
        self.settings, self.tree, self.data = settings, settings.tree, data
        self.source = self.folder_of_source(str(data.get("source") or ""))
        excluded = (*texts_of(data.get("exclude")), *_EXCLUDED, str(data.get("destination") or "_site"))
        self.excluded = [self.within(each) for each in excluded]
        self.style = str(data.get("permalink") or "date")
        # Jekyll's `Utils.add_permalink_suffix`.
        pretty = self.style == "pretty" or self.style.endswith("/")
        self.suffix = "/" if pretty else ":output_ext"
        self.folders: dict[str, str] = {}
        """The folders of collections, each with the pattern of their addresses."""
        self.included = [self.within(each) for each in texts_of(data.get("include"))]
        self.programs: list[str] = []
        """Pages that Liquid writes."""
        self.single: dict[str, str] = {}
        """Pages to the addresses that Jekyll gives them."""

    def folder_of_source(self, named: str) -> str:
        """Return the folder that holds the site; one that another program fills is not there yet."""
        folder = named.removeprefix("./").strip("/.")
        if not folder or self.tree.is_folder(folder):
            return folder
        found = [each.removesuffix("_posts").strip("/") for each in self.tree.named("_posts")]
        return found[0] if len(found) == 1 else ""

    def within(self, path: str) -> str:
        """Return a path of the source folder as one of the project."""
        return f"{self.source}/{path.lstrip('/')}".lstrip("/")

    def read(self) -> None:
        settings = self.settings
        posts = [*self.tree.named("_posts", self.source), *self.tree.named("_drafts", self.source)]
        posts = [each for each in posts if not is_excluded(each, self.excluded)]
        settings.posts(posts, "_posts, _drafts")
        undated = [path for each in posts if each.endswith("_posts") for path in self.tree.texts(each)]
        undated = [path for path in undated if not _DATED.match(path.rpartition("/")[2])]
        settings.set("build", "ignore", undated, "posts without a date in their name")
        settings.permalink(STYLES.get(self.style, self.style), f"permalink: {self.style}")
        for folder in posts:
            self.categories_of_folder(folder)
        collections = self.collections()
        pages = [*collections, *self.pages((*posts, *collections))]
        settings.pages(pages, "collections and pages")
        self.defaults(posts)
        used = {each.partition("/")[0] for each in pages if "/" not in each.removeprefix(self.source).strip("/")}
        beside = self.tree.folders_of_files(self.source, self.excluded)
        settings.assets([*beside, *(each for each in used if each in beside), *self.files()])
        settings.folder("static")
        settings.folder("templates")
        settings.folder("output")
        self.old_addresses()
        self.menu()
        settings.address_of = self.address_of

    def categories_of_folder(self, folder: str) -> None:
        """Give posts of `blog/_posts` the category `blog`, as Jekyll does."""
        above = folder.removeprefix(self.source).strip("/").rpartition("/")[0]
        pattern = self.settings.tables["site"].get("permalink", "")
        heads = [head for path in self.tree.texts(folder) if (head := self.tree.head(path))]
        said = sum(above.lower() in {each.lower() for each in head.categories} for head in heads)
        if above and ":categories" in pattern and said * 2 <= len(heads):  # else posts say so themselves
            own = pattern.replace(":categories", f"{above}/:categories")
            self.settings.permalink_of(folder, own, f"category of the folder {above}")

    def files(self) -> list[str]:
        return self.tree.files(self.source, self.excluded) if not self.source else []

    # -- collections and pages

    def collections(self) -> list[str]:
        """Return the folders of collections that have pages, and set the patterns of their addresses."""
        given = self.data.get("collections")
        named: Mapping[str, Any] = {each: {} for each in texts_of(given)} if isinstance(given, list) else mapping(given)
        at = str(self.data.get("collections_dir") or "").strip("/")
        found = []
        for name, values in named.items():
            folder = self.within(f"{at}/_{name}".lstrip("/"))
            if name in ("posts", "drafts") or not self.tree.is_folder(folder):
                continue
            if mapping(values).get("output") is not True:
                self.settings.unmapped.append(f"collection {name}: it has no pages of its own")
                continue
            texts = self.tree.texts(folder)
            if not texts:
                continue
            pattern = str(mapping(values).get("permalink") or f"/:collection/:path{self.suffix}")
            flat = all("/" not in text.removeprefix(f"{folder}/") for text in texts)
            pattern = pattern.replace(":collection", name).replace(":name", ":slug")
            pattern = pattern.replace(":path", ":filename" if flat else ":path")
            self.settings.permalink_of(folder, pattern, f"collection {name}")
            found.append(folder)
        return found

    def pages(self, others: Sequence[str]) -> list[str]:
        """Return the files and folders of pages outside of the folders of posts and collections."""
        found: list[str] = []
        for folder, texts in self.groups(others):
            fit = [path for path in texts if self.is_page(path)]
            if folder and fit and len(fit) == len(texts) and not any(each.startswith(f"{folder}/") for each in others):
                found.append(folder)
                if self.suffix != "/":
                    inner = folder.removeprefix(self.source).strip("/")
                    self.settings.permalink_of(folder, f"/{inner}/:path:output_ext", "addresses of pages")
            else:
                found += fit
                for path in fit:
                    head = self.tree.head(path)
                    if self.suffix != "/" and head and head.path is None and self.single[path] != "/":
                        self.settings.permalink_of(path, self.single[path], "addresses of pages")
        self.settings.leave("pages that Liquid writes: ", self.programs)
        self.settings.leave("pages in HTML: ", [path for path in self.html() if path not in found])
        return found

    def groups(self, others: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
        """Yield the texts of the source folder, and of each folder in it that may have pages."""
        yield "", self.tree.texts(self.source, deep=False)
        for name in self.tree.folders(self.source):
            folder = self.within(name)
            if (not name.startswith("_") or folder in self.included) and not is_excluded(folder, self.excluded):
                yield folder, [each for each in self.tree.texts(folder) if not each.startswith(inside(others))]

    def is_page(self, path: str) -> bool:
        """Tell whether a text becomes a page: it has front matter, which makes Jekyll render it, and is no program."""
        head = self.tree.head(path)
        folders = path.removeprefix(self.source).strip("/").split("/")[:-1]
        hidden = any(part.startswith("_") and self.within(part) not in self.included for part in folders)
        if head is None or not head.body_start or hidden or is_excluded(path, self.excluded):
            return False
        if PurePosixPath(path).stem == "404":
            self.settings.unmapped.append(f"{path}: the page for missing addresses is a template here")
            return False
        body = self.tree.body(path)
        if not body or (_PROGRAM.search(body) and not _has_text(body)):
            if not self.is_list(path, head.path or self.page_address(path)) and body:
                self.programs.append(path)
            return False
        self.single[path] = self.page_address(path)
        return True

    def html(self) -> Iterator[str]:
        root = self.tree.root / self.source
        for file in sorted(root.rglob("*.html")):
            path = file.relative_to(self.tree.root).as_posix()
            inner = file.relative_to(root).parts
            own = inner in (("index.html",), ("404.html",)) or any(part.startswith(("_", ".")) for part in inner)
            if not own and self.tree.text(path).startswith("---") and not is_excluded(path, self.excluded):
                head = self.tree.head(path)
                if not self.is_list(path, (head and head.path) or self.page_address(path)):
                    yield path

    def is_list(self, path: str, place: str) -> bool:
        """Tell whether a page is a list of posts or of what they share; sitegen has those elsewhere."""
        body = self.tree.body(path)
        for name, ours in (("tags", "/tags/"), ("categories", "/categories/"), ("posts", "/archive/")):
            if _PROGRAM.search(body) and re.search(rf"\b(?:site|paginator)\.{name}\b", body):
                self.settings.redirect(place, ours)
                return True
        if not body and PurePosixPath(path).stem in _LISTS:  # which its layout writes
            self.settings.redirect(place, _LISTS[PurePosixPath(path).stem])
            return True
        return False

    def page_address(self, path: str) -> str:
        """Return the address of a page without `permalink` (Jekyll's `Page#template`)."""
        inner = PurePosixPath(path.removeprefix(self.source).strip("/"))
        folder = "/" if str(inner.parent) == "." else f"/{inner.parent}/"
        if inner.stem == "index":
            return folder
        return f"{folder}{inner.stem}{'/' if self.suffix == '/' else '.html'}"

    def address_of(self, document: Document) -> str | None:
        """Return the address that Jekyll gives a page."""
        if document.path in self.single:
            return self.single[document.path]
        return None

    def defaults(self, posts: Sequence[str]) -> None:
        """Read `defaults`: addresses are kept; what else has a meaning here has no counterpart for many files."""
        given = self.data.get("defaults")
        for each in given if isinstance(given, list) else []:
            scope, values = mapping(mapping(each).get("scope")), mapping(mapping(each).get("values"))
            path, kind = str(scope.get("path") or "").strip("/"), str(scope.get("type") or "")
            name = f"defaults of {path or kind or 'all files'}"
            folders = posts if kind in ("post", "posts") and not path else [self.within(path)] if path else []
            if kind and not path and kind not in ("post", "posts", "page", "pages", "drafts"):
                folders = [self.within(f"_{kind}")]
            if "permalink" in values:
                pattern = STYLES.get(str(values["permalink"]), str(values["permalink"]))
                pattern = pattern.replace(":basename", ":filename").replace(":collection", kind)
                for folder in folders:
                    self.settings.permalink_of(folder, pattern, name)
                if not folders:
                    self.settings.unmapped.append(f"{name}: permalink")
            lost = [key for key in ("category", "categories", "tags", "author", "lang", "published") if key in values]
            if lost:
                self.settings.unmapped.append(f"{name}: {', '.join(lost)}")

    # -- old addresses, menu

    def old_addresses(self) -> None:
        """Remember the addresses of lists and feeds that Jekyll and its usual plugins make."""
        settings = self.settings
        if self.data.get("paginate"):
            path = "/" + str(self.data.get("paginate_path") or "/page:num/").strip("/")
            if path.count(":num") == 1:
                old = path.replace(":num", "*")
                settings.redirect(old if old.endswith(".html") else f"{old}/", "/page/*/")
                if path.count("/") > 1:
                    settings.redirect(path.rpartition("/")[0] + "/", "/")
        feed = re.sub(r"^https?://[^/]*", "", str(mapping(self.data.get("feed")).get("path") or ""))
        for old in (feed, *(name for name in ("atom.xml", "rss.xml") if self.tree.is_file(self.within(name)))):
            settings.redirect(old, "/feed.xml")
        plugins = [*texts_of(self.data.get("plugins")), *texts_of(self.data.get("gems"))]
        base = str(settings.tables["site"].get("base_url", "")).rstrip("/")
        if base and "jekyll-feed" in plugins:  # whose ids are addresses without an ending
            settings.set("publish", "feed_id", f"{base}{{name}}", "ids of jekyll-feed")
        archives = self.data.get("jekyll-archives")
        if isinstance(archives, Mapping):
            links = mapping(archives.get("permalinks"))
            for one, ours in (("tag", "tags"), ("category", "categories")):
                enabled = archives.get("enabled")
                if enabled == "all" or (isinstance(enabled, list) and ours in enabled):
                    pattern = str(links.get(one) or f"/{one}/:name/")
                    settings.redirect(pattern.replace(":name", "*"), f"/{ours}/*/")
        pages = mapping(self.data.get("autopages"))  # of jekyll-paginate-v2
        for ours in ("tags", "categories"):
            pattern = str(mapping(pages.get(ours)).get("permalink") or "")
            settings.redirect(
                re.sub(r":(?:tag|cat)\b", "*", pattern).rstrip("/") + "/" if pattern else "", f"/{ours}/*/"
            )
        for key, ours in (("tag_archive", "tags"), ("category_archive", "categories")):
            path = str(mapping(self.data.get(key)).get("path") or "")
            if path:
                settings.redirect(f"/{path.strip('/')}/", f"/{ours}/")

    def menu(self) -> None:
        """Read the menu where themes keep it."""
        for name in _MENUS:
            path = self.tree.first(*(self.within(f"_data/{name}.{end}") for end in ("yml", "yaml", "json")))
            if entries := list(links_in(self.tree.value(path) if path else self.data.get(name))):
                self.settings.menu += [(float(number), *entry) for number, entry in enumerate(entries)]
                return
        header = texts_of(self.data.get("header_pages"))
        for number, path in enumerate(header):
            head = self.tree.head(self.within(path))
            if head is not None and head.title:
                self.settings.menu.append((float(number), head.title, self.within(path)))
        if not header and self.data.get("theme") == "minima":  # whose menu has all pages
            self.settings.menu_of = lambda each: [(0.0, each.title)] if each.path in self.single and each.title else ()
        elif not header:
            self.settings.menu_of = _asked_for


def _has_text(body: str) -> bool:
    """Tell whether there is a text around what a page's programs write; sitegen build tells of those."""
    return len(" ".join(_MARKUP.sub(" ", _LOOP.sub("", body)).split())) > _TEXT


def _asked_for(document: Document) -> Iterator[tuple[float, str]]:
    """Yield the entry that a page of al-folio and its kin asks for with `nav: true`."""
    if document.meta.extra.get("nav") is True and document.title:
        yield document.meta.order or 0.0, document.title
