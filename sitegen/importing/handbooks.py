"""Generators of handbooks: MkDocs, mdBook, Jupyter Book and Docusaurus. Their texts are pages, one beside the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sitegen.importing.files import address_of_file, inside, mapping, texts_of
from sitegen.importing.scripts import Script
from sitegen.importing.settings import Settings
from sitegen.model import Document

__all__ = [
    "is_docusaurus",
    "is_jupyter_book",
    "is_mdbook",
    "is_mkdocs",
    "read_docusaurus",
    "read_jupyter_book",
    "read_mdbook",
    "read_mkdocs",
]

_MKDOCS = ("mkdocs.yml", "mkdocs.yaml")
_DOCUSAURUS = ("docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs")
_NUMBERED = re.compile(r"^\d+\s*[-_.]+\s*(?=[^-_.\s])")
"""What Docusaurus leaves out of names (its `DefaultNumberPrefixParser`)."""


def is_mkdocs(settings: Settings) -> bool:
    """Tell whether this is a site of MkDocs."""
    return settings.tree.is_file(*_MKDOCS)


def read_mkdocs(settings: Settings) -> None:
    """Read a site of MkDocs; posts are those of the blog of its theme Material."""
    data = settings.tree.data(*_MKDOCS)
    for key in ("title", "description"):
        settings.plain(key, data.get("site_name" if key == "title" else f"site_{key}"), f"mkdocs.yml: {key}")
    settings.author(data.get("site_author"), "mkdocs.yml: site_author")
    settings.address(data.get("site_url"), "", "mkdocs.yml: site_url")
    settings.language(mapping(data.get("theme")).get("language"), "mkdocs.yml: theme.language")
    content = str(data.get("docs_dir") or "docs").strip("/")
    flat = data.get("use_directory_urls") is False
    settings.set("build", "content", content, "docs_dir")
    settings.posts([f"{content}/blog/posts"], "posts of the blog")
    settings.pages([content], "texts")
    if settings.tables["build"].get("posts"):
        settings.permalink("/blog/:year/:month/:day/:post_title/", "addresses of the blog")
    for title, path in _entries(data.get("nav")):
        settings.menu.append((0.0, title, f"{content}/{path}" if path.endswith(".md") else path))
    _finish(settings, content)

    def address(document: Document) -> str | None:
        if document.path.startswith(f"{content}/blog/posts/"):
            return None
        place = re.sub(r"README\.html$", "", address_of_file(document.path.removeprefix(f"{content}/")))
        return place if flat else re.sub(r"\.html$", "/", place)

    settings.address_of = address
    known = """site_name site_url site_description site_author docs_dir theme nav use_directory_urls markdown_extensions
    repo_url repo_name edit_uri copyright site_dir strict"""
    settings.rest(data, known, "mkdocs.yml")


def _entries(nav: Any) -> Iterator[tuple[str, str]]:
    """Yield the first page of each entry at the top of the navigation."""
    for entry in nav if isinstance(nav, list) else []:
        for title, value in mapping(entry).items():
            while isinstance(value, list) and value:
                value = next(iter(mapping(value[0]).values()), value[0])
            if isinstance(value, str):
                yield title, value


def is_mdbook(settings: Settings) -> bool:
    """Tell whether this is a book of mdBook."""
    return settings.tree.is_file("book.toml")


def read_mdbook(settings: Settings) -> None:
    """Read a book of mdBook."""
    data = settings.tree.data("book.toml")
    book = mapping(data.get("book"))
    settings.common({"author": book.get("authors"), **book}, "book.toml")
    settings.language(book.get("language"), "book.toml: language")
    content = str(book.get("src") or "src").strip("/")
    settings.set("build", "content", content, "book.toml: src")
    settings.pages([content], "chapters")
    settings.permalink_of(content, "/:path:output_ext", "addresses of chapters")
    settings.set("build", "ignore", [f"{content}/SUMMARY.md"], "the list of chapters")
    _finish(settings, content)
    settings.address_of = lambda document: re.sub(
        r"README\.html$", "", address_of_file(document.path.removeprefix(f"{content}/"))
    )
    settings.rest(data, "book output build preprocessor rust", "book.toml")


def is_jupyter_book(settings: Settings) -> bool:
    """Tell whether this is a book of Jupyter Book 1."""
    return settings.tree.is_file("_config.yml") and settings.tree.is_file("_toc.yml")


def read_jupyter_book(settings: Settings) -> None:
    """Read a book of Jupyter Book."""
    tree = settings.tree
    data = tree.data("_config.yml")
    settings.common(data, "_config")
    settings.address(mapping(data.get("html")).get("baseurl"), "", "_config: html.baseurl")
    sphinx = mapping(mapping(data.get("sphinx")).get("config"))
    settings.language(sphinx.get("language"), "_config: sphinx.config.language")
    macros = mapping(mapping(mapping(sphinx.get("mathjax3_config")).get("tex")).get("macros"))
    settings.set("math", "macros", dict(macros) or None, "_config: mathjax3_config")
    works = [each for each in texts_of(data.get("bibtex_bibfiles")) if tree.is_file(each)]
    settings.set("cite", "bibliography", works, "_config: bibtex_bibfiles")
    settings.pages_by_folder([each for each in tree.texts("") if not each.startswith("_build/")], [])
    settings.assets(tree.folders_of_files(""))
    _finish(settings, "")
    settings.address_of = lambda document: address_of_file(document.path)
    known = (
        "title author description html sphinx bibtex_bibfiles execute parse latex logo copyright only_build_toc_files"
    )
    settings.rest(data, f"{known} repository launch_buttons exclude_patterns", "_config")


def is_docusaurus(settings: Settings) -> bool:
    """Tell whether this is a site of Docusaurus."""
    return settings.tree.is_file(*_DOCUSAURUS)


def read_docusaurus(settings: Settings) -> None:
    """Read a site of Docusaurus: `docs`, and posts in `blog`."""
    tree = settings.tree
    config = Script(tree, tree.first(*_DOCUSAURUS))
    settings.plain("title", config.value("title"), "docusaurus.config: title")
    settings.plain("description", config.value("tagline"), "docusaurus.config: tagline")
    settings.address(config.value("url"), config.value("baseUrl"), "docusaurus.config: url, baseUrl")
    settings.language(config.value("defaultLocale"), "docusaurus.config: defaultLocale")
    settings.posts(["blog"], "blog")
    settings.permalink("/blog/:year/:month/:day/:title/", "addresses of the blog")
    settings.pages(
        [each for each in ("docs", *tree.texts("src/pages")) if tree.texts(each) or tree.is_file(each)], "docs"
    )
    base = config.value("routeBasePath")
    base = f"/{base.strip('/')}".rstrip("/") if isinstance(base, str) else "/docs"
    settings.permalink_of("docs", f"{base}/:path/", "addresses of docs")
    _finish(settings, "", static=True)
    settings.redirect("/blog/", "/archive/")
    settings.redirect("/blog/atom.xml", "/feed.xml")
    settings.redirect("/blog/rss.xml", "/feed.xml")

    for path in tree.texts("docs"):
        head = tree.head(path)
        if head and head.path:  # `slug: /a` counts from the address of docs there, and from the site's here
            settings.redirect(f"{base}{head.path}", head.path)

    def address(document: Document) -> str | None:
        if document.path.startswith("src/pages/"):
            return re.sub(r"\.html$", "/", address_of_file(document.path.removeprefix("src/pages/")))
        if not document.path.startswith(inside(["docs"])):
            return None
        *folders, name = (_NUMBERED.sub("", part) for part in document.path.removeprefix("docs/").split("/"))
        name = document.meta.slug or str(document.meta.extra.get("id") or name.rpartition(".")[0])
        if name.lower() in ("index", "readme", (folders or [""])[-1].lower()):
            name = ""
        return "/".join([base, *folders, name]).rstrip("/") + "/"

    settings.address_of = address


def _finish(settings: Settings, content: str, *, static: bool = False) -> None:
    for key in ("static", "templates", "output"):
        settings.folder(key, "static" if static else "")
    if content:
        settings.assets(settings.tree.folders_of_files(content))
