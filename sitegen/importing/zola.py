"""Zola 0.19 and later: `config.toml` or `zola.toml`, sections of posts and pages in `content`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sitegen.importing.files import mapping, texts_of
from sitegen.importing.settings import Settings
from sitegen.model import Document

__all__ = ["is_zola", "read_zola"]

_MENUS = ("menu", "main_menu", "menu_items", "menu_links", "nav", "nav_links", "navigation", "header_menu")
"""What themes call the menu under `[extra]`."""


def is_zola(settings: Settings) -> bool:
    """Tell whether this is a site of Zola."""
    text = settings.tree.text(settings.tree.first("zola.toml", "config.toml"))
    return settings.tree.is_folder("content") and bool(re.search(r"^base_url\s*=", text, re.MULTILINE))


def read_zola(settings: Settings) -> None:
    """Read a site of Zola."""
    tree = settings.tree
    name = tree.first("zola.toml", "config.toml")
    data = tree.data(name)
    extra = mapping(data.get("extra"))
    code = str(data.get("default_language") or "en")
    own = mapping(mapping(data.get("languages")).get(code))
    shared = {key: extra.get(key) for key in ("title", "description", "author")}
    settings.common({**shared, **own, **data}, name)
    settings.punctuation(mapping(data.get("markdown")).get("smart_punctuation") is True, f"{name}: smart_punctuation")
    settings.address(data.get("base_url"), "", f"{name}: base_url")
    settings.language(data.get("default_language"), f"{name}: default_language")
    languages = [each for each in mapping(data.get("languages")) if each != code]
    given = texts_of(data.get("ignored_content"))
    ignored = [pattern if pattern.startswith("*") else f"content/{pattern}" for pattern in given]
    # Texts in another language end in its code, whether the settings list it or not.
    others = {path.split(".")[-2] for path in tree.texts("content") if re.search(r"\.[a-z]{2}(-[A-Z]{2})?\.md$", path)}
    ignored += [f"*.{code}.md" for code in sorted({*languages, *others})]
    if languages or others:
        settings.unmapped.append(f"texts in other languages: {', '.join(sorted({*languages, *others}))}")
    ignored += [f"content/{name}/*" for name in ("tags", "categories") if tree.texts(f"content/{name}")]
    sections = tree.sections_of_posts("content", ignored)
    settings.posts_of_sections("content", sections, ignored)
    if not settings.tables["build"].get("posts"):
        settings.pages(["content"], "sections without posts")
    settings.set("build", "ignore", ignored, "texts in other languages, ignored_content")
    slugify = mapping(data.get("slugify")).get("paths")
    name_there = ":name" if slugify == "off" else ":slug"
    settings.permalink(f"/:sections/{name_there}/", "addresses by section and name")
    settings.folder("templates")
    settings.folder("output")
    _old_addresses(settings, data, sections)
    for key in _MENUS:
        if isinstance(extra.get(key), list):
            _menu(settings, extra[key])
            break
    if slugify != "off" and any(not _file(path).isascii() for path in tree.texts("content")):
        settings.unmapped.append("names of files beyond ASCII: Zola wrote them in Latin letters into addresses")
    settings.address_of = lambda document: _address(document, spelled=slugify not in ("off", "safe"))
    known = """title author description base_url default_language languages ignored_content slugify generate_feed
    generate_feeds feed_filename feed_filenames feed_limit taxonomies compile_sass build_search_index minify_html
    markdown link_checker search translations output_dir hard_link_static"""
    settings.rest(data, f"{known} extra", name)
    settings.rest(extra, f"title description author {' '.join(_MENUS)}", f"{name}: extra")


def _lists(settings: Settings, sections: list[str]) -> Iterator[str]:
    """Yield the addresses of the lists of sections: their folders, or where their `_index.md` says."""
    for section in sections:
        head = settings.tree.head(f"{section}/_index.md") if settings.tree.is_file(f"{section}/_index.md") else None
        yield "/" + (head.path if head and head.path else section.removeprefix("content/")).strip("/")


def _old_addresses(settings: Settings, data: dict[str, Any], sections: list[str]) -> None:
    feeds = texts_of(data.get("feed_filenames") or data.get("feed_filename") or "atom.xml")
    for feed in feeds:
        settings.redirect(feed, "/feed.xml")
        settings.redirect(f"/tags/*/{feed}", "/tags/*/feed.xml")
        settings.redirect(f"/categories/*/{feed}", "/categories/*/feed.xml")
    for place in _lists(settings, sections):
        settings.redirect(f"{place}/", "/archive/")
        settings.redirect(f"{place}/page/*/", "/page/*/")
        for feed in feeds:
            settings.redirect(f"{place}/{feed}", "/feed.xml")
    taxonomies = data.get("taxonomies")
    for taxonomy in taxonomies if isinstance(taxonomies, list) else []:
        name = str(mapping(taxonomy).get("name"))
        if name not in ("tags", "categories", "authors", "series"):
            settings.unmapped.append(f"taxonomy {name}")


def _menu(settings: Settings, entries: list[Any]) -> None:
    for number, entry in enumerate(entries):
        given = mapping(entry)
        title = given.get("name") or given.get("title") or given.get("text")
        url = given.get("url") or given.get("link") or given.get("path")
        if isinstance(title, str) and isinstance(url, str):
            settings.menu.append((float(number), title, url.replace("$BASE_URL", "").replace("@/", "content/")))


def _file(path: str) -> str:
    return path.rpartition("/")[2]


def _address(document: Document, *, spelled: bool) -> str | None:
    """Return the address that Zola gives a post or page."""
    path = document.path.removeprefix("content/")
    folder, _, name = path.rpartition("/")
    if path != document.path and name == "_index.md":
        return f"/{folder}/".replace("//", "/")
    if path == document.path or not spelled:
        return None
    if name == "index.md":
        folder, _, name = folder.rpartition("/")
        stem = name
    else:
        stem = name.rpartition(".")[0]
    dated = re.fullmatch(r"\d{4}-\d{2}-\d{2}[-_ ]+(.+)", stem)
    slug = document.meta.slug or (dated[1] if dated else stem)
    if not slug.isascii() or not slug:
        return None
    slug = "/".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in slug.strip("/").split("/"))
    return f"/{folder}/{slug}/".replace("//", "/")
