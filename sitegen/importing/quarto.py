"""Quarto 1.4 and later: `_quarto.yml`, posts that a listing shows, pages wherever they lie."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sitegen.importing.files import address_of_file, inside, mapping, texts_of
from sitegen.importing.settings import Settings
from sitegen.site.addresses import is_index

__all__ = ["is_quarto", "read_quarto"]


_SHORTCODE = re.compile(r"\{\{<.*?>\}\}")
"""What stands for an icon in texts of the navigation bar."""


def is_quarto(settings: Settings) -> bool:
    """Tell whether this is a site of Quarto."""
    return settings.tree.is_file("_quarto.yml", "_quarto.yaml")


def read_quarto(settings: Settings) -> None:
    """Read a site of Quarto."""
    tree = settings.tree
    data = tree.data("_quarto.yml", "_quarto.yaml")
    project = mapping(data.get("project"))
    book = mapping(data.get("book"))
    website = mapping(data.get("website")) or book
    settings.common({"author": data.get("author"), "title": data.get("title"), **website}, "_quarto.yml")
    settings.address(website.get("site-url"), website.get("site-path"), "_quarto.yml: site-url")
    settings.language(data.get("lang"), "_quarto.yml: lang")
    formats = (data, *map(mapping, mapping(data.get("format")).values()))
    plain = any("-smart" in str(each.get("from") or "") for each in formats)
    settings.punctuation(not plain, "punctuation of Pandoc")
    texts = _rendered(settings, project)
    listings = [path for path in texts if _listing(settings, path)]
    posts = [] if book else _posts(settings, listings)
    settings.posts(posts, "listings")
    settings.permalink("/:sections/:filename:output_ext", "addresses by folder and name")
    pages = [path for path in texts if path not in listings and not path.startswith(inside(posts))]
    written = [path for path in pages if tree.body(path) or path.endswith(".ipynb")]
    heads = [path for path in listings if path.startswith(inside(posts)) and is_index(path)]
    settings.pages_by_folder([*written, *heads], posts)
    shown = [path for path in texts if path in heads or path not in listings]
    settings.set("build", "ignore", _left_out(settings, [*posts, *written], shown), "files that are not rendered")
    files = [*texts_of(data.get("bibliography")), *_bibliographies(settings, texts)]
    files = [each for each in dict.fromkeys(files) if tree.is_file(each)]
    settings.set("cite", "bibliography", files, "bibliography")
    output = str(project.get("output-dir") or "_site").strip("/")
    beside = (*tree.folders_of_files("", [output]), *tree.files("", [output]))
    settings.assets([each for each in beside if each not in posts])
    for key in ("static", "templates", "output"):
        settings.folder(key)
    for path in listings:
        place = address_of_file(path)
        settings.redirect(place, "/archive/" if posts else "/")
        settings.redirect(f"{place}index.xml" if place.endswith("/") else f"{place[:-5]}.xml", "/feed.xml")
    _menu(settings, mapping(website.get("navbar")))
    settings.menu_of = lambda document: ()
    settings.address_of = lambda document: address_of_file(document.path)
    if book:
        settings.unmapped.append("_quarto.yml: book, whose chapters are pages here")
    known = "project website book author title lang bibliography format execute freeze editor csl"
    settings.rest(data, known, "_quarto.yml")
    known = """title author description site-url site-path navbar open-graph twitter-card favicon page-footer repo-url
    google-analytics repo-actions search cookie-consent page-navigation reader-mode
    back-to-top-navigation"""
    settings.rest(website, known, "_quarto.yml: website")


def _bibliographies(settings: Settings, texts: Sequence[str]) -> Iterator[str]:
    """Yield the BibTeX files that texts name in their heads, relative to themselves; here all may cite from all."""
    for path in texts:
        head = settings.tree.head(path)
        for name in texts_of(head.extra.get("bibliography")) if head is not None else ():
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), name.lstrip("/")))


def _rendered(settings: Settings, project: Mapping[str, Any]) -> list[str]:
    """Return the texts that Quarto renders: `project.render`, else all whose path has no `_` in front of a name."""
    tree = settings.tree
    texts = [each for each in tree.texts("") if not any(part.startswith("_") for part in each.split("/"))]
    output = str(project.get("output-dir") or "_site").strip("/")
    texts = [each for each in texts if not each.startswith(f"{output}/")]
    patterns = [each.removeprefix("./") for each in texts_of(project.get("render"))]
    refused = [_glob(each[1:]) for each in patterns if each.startswith("!")]
    wanted = [_glob(each) for each in patterns if not each.startswith("!")]
    if wanted:
        texts = [path for path in texts if any(glob.fullmatch(path) for glob in wanted)]
    return [path for path in texts if not any(glob.fullmatch(path) for glob in refused)]


def _glob(pattern: str) -> re.Pattern[str]:
    """Return what a pattern of `project.render` matches: `**` any folders, `*` a part of a name; or a whole folder.

    One that begins with no slash matches in every folder (Quarto's `resolvePathGlobs`).
    """
    anywhere = "" if pattern.startswith("/") else "(?:.*/)?"
    parts = (re.escape(part) for part in re.split(r"(\*\*/|\*)", pattern.strip("/")))
    return re.compile(anywhere + "".join(parts).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*") + "(?:/.*)?")


def _listing(settings: Settings, path: str) -> bool:
    head = settings.tree.head(path)
    return head is not None and "listing" in head.extra and not settings.tree.body(path)


def _posts(settings: Settings, listings: list[str]) -> list[str]:
    """Return the folders that listings show; without any, those with the usual names."""
    found: list[str] = []
    for path in listings:
        head = settings.tree.head(path)
        listing = head.extra.get("listing") if head else None
        folder = path.rpartition("/")[0]
        for each in listing if isinstance(listing, list) else [listing]:
            contents = texts_of(mapping(each).get("contents")) or ([folder] if folder else [])
            for pattern in contents:
                whole = (
                    posixpath.join(folder, pattern.lstrip("/")) if not pattern.startswith("/") else pattern.lstrip("/")
                )
                name = posixpath.normpath(re.split(r"[*?\[]", whole)[0] or ".")
                if settings.tree.is_folder(name) and name != ".":
                    found.append(name)
    inner = [each for each in dict.fromkeys(found) if not each.startswith(inside(found))]
    return inner or settings.tree.sections_of_posts("")


def _left_out(settings: Settings, kept: list[str], texts: list[str]) -> list[str]:
    """Return the texts in folders of posts that Quarto does not render."""
    folders = [each for each in kept if settings.tree.is_folder(each)]
    inside = [path for folder in folders for path in settings.tree.texts(folder)]
    return sorted(set(inside) - set(texts))


def _menu(settings: Settings, navbar: Mapping[str, Any]) -> None:
    """Read the navigation bar; an entry without a text has the title of the page that it names."""
    for number, (title, url) in enumerate((*_entries(navbar.get("left")), *_entries(navbar.get("right")))):
        path = url.removeprefix("./")
        head = settings.tree.head(path) if settings.tree.is_file(path) else None
        if not head and path.startswith("sidebar:"):
            settings.unmapped.append(f"navbar: {path}")
            continue
        settings.menu.append(
            (float(number), title or (head and head.title) or "", address_of_file(path) if head else url)
        )


def _entries(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the entries of a part of the navigation bar, those of its menus too."""
    for entry in value if isinstance(value, list) else []:
        if isinstance(entry, str):
            yield "", entry
            continue
        given = mapping(entry)
        url = given.get("href") or given.get("file")
        title = _SHORTCODE.sub("", str(given.get("text") or given.get("aria-label") or "")).strip()
        if isinstance(url, str) and (title or not (given.get("icon") or given.get("text"))):
            yield title, url
        yield from _entries(given.get("menu"))
