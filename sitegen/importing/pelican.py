"""Pelican 4: `pelicanconf.py` and `publishconf.py`, which are read and not run."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from sitegen.importing.files import inside, texts_of
from sitegen.importing.settings import Settings
from sitegen.model import Document
from sitegen.site.addresses import small_slug

__all__ = ["is_pelican", "read_pelican"]

_STRFTIME = {
    "Y": "year",
    "y": "short_year",
    "m": "month",
    "d": "day",
    "b": "short_month",
    "B": "long_month",
    "j": "y_day",
    "H": "hour",
    "M": "minute",
    "S": "second",
}


def is_pelican(settings: Settings) -> bool:
    """Tell whether this is a site of Pelican."""
    return settings.tree.is_file("pelicanconf.py")


def read_pelican(settings: Settings) -> None:
    """Read a site of Pelican."""
    tree = settings.tree
    own = _assignments(tree.text("pelicanconf.py"))
    data = {**own, **_assignments(tree.text("publishconf.py"))}
    settings.plain("title", data.get("SITENAME"), "SITENAME")
    settings.author(data.get("AUTHOR"), "AUTHOR")
    settings.plain("description", data.get("SITESUBTITLE"), "SITESUBTITLE")
    settings.address(data.get("SITEURL") or own.get("SITEURL"), "", "SITEURL")
    settings.language(data.get("DEFAULT_LANG"), "DEFAULT_LANG")
    settings.zone(data.get("TIMEZONE"), "TIMEZONE")
    settings.count(data.get("DEFAULT_PAGINATION"), "DEFAULT_PAGINATION")
    settings.punctuation(data.get("TYPOGRIFY") is True, "TYPOGRIFY")
    content = str(data.get("PATH") or "content").strip("/")
    settings.set("build", "content", content, "PATH")
    articles = texts_of(data.get("ARTICLE_PATHS"))
    paths = [f"{content}/{path}".rstrip("/") for path in articles] or [content]
    settings.posts(paths, "ARTICLE_PATHS")
    pages = [f"{content}/{path}" for path in texts_of(data.get("PAGE_PATHS")) or ["pages"]]
    pages = [each for each in pages if tree.is_folder(each)]
    settings.pages(pages, "PAGE_PATHS")
    excluded = [f"{content}/{each}" for each in texts_of(data.get("ARTICLE_EXCLUDES"))]
    excluded = [f"{each}/*" for each in excluded if each not in pages]
    statics = texts_of(data.get("STATIC_PATHS")) or ["images"]
    kept = (*pages, *(path for path in paths if path != content))
    plain = [each for each in (f"{content}/{each}" for each in statics) if each not in kept and tree.texts(each)]
    excluded += [f"{each}/*" for each in plain]
    settings.set("build", "ignore", excluded, "ARTICLE_EXCLUDES, STATIC_PATHS")
    settings.assets([*(f"{content}/{each}" for each in statics), *tree.folders_of_files(content)])
    for key in ("static", "templates"):
        settings.folder(key)
    settings.folder("output")
    based = data.get("SLUGIFY_SOURCE") == "basename"
    article = _pattern(data, "ARTICLE", "{slug}.html")
    settings.permalink(_ours(article, based=based), f"ARTICLE_URL: {article}")
    page = _pattern(data, "PAGE", "pages/{slug}.html")
    for folder in pages:
        settings.permalink_of(folder, _ours(page, based=based), f"PAGE_URL: {page}")
    _old_addresses(settings, data)
    entries = data.get("MENUITEMS")
    for number, entry in enumerate(entries if isinstance(entries, (list, tuple)) else ()):
        if isinstance(entry, (list, tuple)) and len(entry) == 2 and all(isinstance(each, str) for each in entry):
            settings.menu.append((float(number), entry[0], entry[1]))
    if data.get("DISPLAY_PAGES_ON_MENU") is not False:
        settings.menu_of = lambda document: [(1e3, document.title)] if document.path.startswith(inside(pages)) else ()

    def address_of(document: Document) -> str | None:
        return _address(document, data, page if document.path.startswith(inside(pages)) else article, content)

    settings.address_of = address_of
    known = """
    SITENAME AUTHOR SITESUBTITLE SITEURL DEFAULT_LANG TIMEZONE DEFAULT_PAGINATION PATH ARTICLE_PATHS
    ARTICLE_URL ARTICLE_SAVE_AS PAGE_URL PAGE_SAVE_AS PAGE_PATHS ARTICLE_EXCLUDES STATIC_PATHS
    SLUGIFY_SOURCE MENUITEMS DISPLAY_PAGES_ON_MENU FEED_ALL_ATOM FEED_ALL_RSS FEED_ATOM FEED_RSS
    CATEGORY_FEED_ATOM TAG_FEED_ATOM AUTHOR_FEED_ATOM AUTHOR_FEED_RSS TRANSLATION_FEED_ATOM
    TRANSLATION_FEED_RSS RELATIVE_URLS DELETE_OUTPUT_DIRECTORY TAG_URL CATEGORY_URL AUTHOR_URL TAG_SAVE_AS
    CATEGORY_SAVE_AS AUTHOR_SAVE_AS ARCHIVES_URL ARCHIVES_SAVE_AS OUTPUT_PATH LOCALE MARKDOWN CACHE_CONTENT
    LOAD_CONTENT_CACHE DEFAULT_DATE_FORMAT TYPOGRIFY USE_FOLDER_AS_CATEGORY
    DEFAULT_CATEGORY FILENAME_METADATA PYGMENTS_STYLE
    """
    settings.rest(data, known, "pelicanconf.py")


def _pattern(data: dict[str, Any], kind: str, usual: str) -> str:
    """Return where articles or pages go: their URL, with the file's name where the URL leaves it to the host."""
    url = str(data.get(f"{kind}_URL") or usual)
    saved = str(data.get(f"{kind}_SAVE_AS") or "")
    return saved if saved.endswith(".html") and not url.endswith(("/", ".html")) else url


def _ours(pattern: str, *, based: bool) -> str:
    slug = ":title" if based else ":post_title"
    dated = re.sub(r"\{date:([^}]*)\}", lambda date: _of_strftime(date[1]), pattern)
    named = re.sub(r"\{(\w+)\}", lambda name: slug if name[1] == "slug" else f":{name[1]}", dated)
    return named.removesuffix("index.html")


def _of_strftime(text: str) -> str:
    return re.sub("%-?([A-Za-z])", lambda part: f":{_STRFTIME.get(part[1], part[1])}", text)


def _old_addresses(settings: Settings, data: dict[str, Any]) -> None:
    """Remember the addresses of lists and feeds; None in the settings means that Pelican made none."""
    redirect = settings.redirect
    redirect(str(data.get("FEED_ALL_ATOM", "feeds/all.atom.xml") or ""), "/feed.xml")
    for key in ("FEED_ALL_RSS", "FEED_ATOM", "FEED_RSS"):
        redirect(str(data.get(key) or ""), "/feed.xml")
    for key, usual, ours in (
        ("CATEGORY_FEED_ATOM", "feeds/{slug}.atom.xml", "categories"),
        ("TAG_FEED_ATOM", "", "tags"),
        ("AUTHOR_FEED_ATOM", "feeds/{slug}.atom.xml", "authors"),
    ):
        old = re.sub(r"\{slug\}|%s", "*", str(data.get(key, usual) or ""))
        redirect(old, f"/{ours}/*/feed.xml")
    for key, usual, ours in (
        ("TAG_URL", "tag/{slug}.html", "tags"),
        ("CATEGORY_URL", "category/{slug}.html", "categories"),
        ("AUTHOR_URL", "author/{slug}.html", "authors"),
    ):
        redirect(str(data.get(key) or usual).replace("{slug}", "*"), f"/{ours}/*/")
    redirect(str(data.get("ARCHIVES_URL") or data.get("ARCHIVES_SAVE_AS") or "archives.html"), "/archive/")
    for name in ("tags", "categories", "authors"):
        redirect(f"/{name}.html", f"/{name}/")
    redirect("/index*.html", "/page/*/")
    parts = urlsplit(str(settings.tables["site"].get("base_url", "")))
    if parts.hostname:  # as `feedgenerator.get_tag_uri` writes them
        path = parts.path.rstrip("/")
        settings.set("publish", "feed_id", f"tag:{parts.hostname},{{date}}:{path}{{place}}/", "ids of the feeds")


def _address(document: Document, data: dict[str, Any], pattern: str, content: str) -> str | None:
    """Return the address of an article or page; None where it is not known what Pelican makes of its title."""
    date = document.meta.date
    slug = document.meta.slug or _slug(document, data)
    if not slug or (date is None and "{date" in pattern):
        return None
    folder = document.path.removeprefix(f"{content}/").rpartition("/")[0].rpartition("/")[2]
    folder = folder if data.get("USE_FOLDER_AS_CATEGORY") is not False else ""
    categories = (*document.meta.categories, folder or str(data.get("DEFAULT_CATEGORY") or "misc"))
    values = {"slug": slug, "category": small_slug(categories[0])}
    names = set(re.findall(r"\{(\w+)", pattern)) - {"date"}
    if not names <= values.keys():
        return None
    place = re.sub(r"\{date:([^}]*)\}", lambda part: date.strftime(part[1]) if date else "", pattern)
    place = re.sub(r"\{(\w+)\}", lambda name: values[name[1]], place)
    return "/" + place.removesuffix("index.html").lstrip("/")


def _slug(document: Document, data: dict[str, Any]) -> str | None:
    """Return the slug of a text that names none: of its file or title, as `pelican.utils.slugify` writes it."""
    stem = PurePosixPath(document.path).stem
    given = data.get("SLUG_REGEX_SUBSTITUTIONS")
    rules = given if isinstance(given, (list, tuple)) else ((r"[^\w\s-]", ""), (r"\A\s*|\s*\Z", ""), (r"[-\s]+", "-"))
    based = data.get("SLUGIFY_SOURCE") == "basename"
    try:
        named = re.match(str(data.get("FILENAME_METADATA") or ""), stem)
        if named and named.groupdict().get("slug"):
            return named["slug"]
        text = unicodedata.normalize("NFKD", stem if based else document.meta.title or "")
        text = "".join(sign for sign in text if not unicodedata.combining(sign))  # as `unidecode` has Latin letters
        for rule in rules if text.isascii() else ():
            text = re.sub(rule[0], rule[1], text, flags=re.IGNORECASE)
    except (re.error, TypeError, IndexError):
        return None
    return text.lower().strip() if text.isascii() else None


def _assignments(text: str) -> dict[str, Any]:
    """Return the names in capitals that a Python file gives literals; the file is read and not run."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, Any] = {}
    for node in tree.body:
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and target.id.isupper():
                try:
                    found[target.id] = ast.literal_eval(node.value)
                except (ValueError, TypeError, SyntaxError, RecursionError):
                    found[target.id] = None
    return found
