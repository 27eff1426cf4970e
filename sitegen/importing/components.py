"""Generators that make pages of components: Astro and Eleventy. What their programs do is not known."""

from __future__ import annotations

import re

from sitegen.importing.files import mapping
from sitegen.importing.scripts import Script
from sitegen.importing.settings import Settings

__all__ = ["is_astro", "is_eleventy", "read_astro", "read_eleventy"]

_ASTRO = ("astro.config.mjs", "astro.config.ts", "astro.config.js")
_ABOUT = tuple(
    f"src/{name}.{end}"
    for name in ("site.config", "site-config", "consts", "constants", "config")
    for end in ("ts", "js")
)
"""Where sites of Astro say who they are."""
_ELEVENTY = tuple(f"{name}.{end}" for name in (".eleventy", "eleventy.config") for end in ("js", "mjs", "cjs", "ts"))
_PAGE = re.compile(r"src/pages/(?P<folder>(?:[\w-]+/)*)\[(?:\.\.\.)?\w+\](?:/index)?\.(?:astro|js|ts)")


def is_astro(settings: Settings) -> bool:
    """Tell whether this is a site of Astro."""
    return settings.tree.is_file(*_ASTRO)


def read_astro(settings: Settings) -> None:
    """Read a site of Astro: collections in `src/content`, shown by pages such as `src/pages/blog/[...slug].astro`."""
    tree = settings.tree
    config = Script(tree, tree.first(*_ASTRO))
    about = [Script(tree, each) for each in _ABOUT if tree.is_file(each)]
    for key, names in (
        ("title", ("SITE_TITLE", "title", "name")),
        ("description", ("SITE_DESCRIPTION", "description", "desc")),
        ("author", ("author", "AUTHOR")),
        ("language", ("lang", "locale")),
    ):
        values = (script.meaning(name) or script.value(name) for script in about for name in names)
        value = next((each for each in values if isinstance(each, str)), None)
        if key == "language":
            settings.language(value, "src: language")
        else:
            settings.plain(key, value, f"src: {key}")
    settings.address(config.value("site"), config.value("base"), "astro.config: site, base")
    settings.punctuation("smartypants" in config.text, "smartypants")
    posts = (
        tree.sections_of_posts("src/content") or tree.sections_of_posts("src/pages") or tree.sections_of_posts("src")
    )
    settings.posts(posts, "collections")
    folders = _folders_of_pages(settings)
    for folder in posts:
        name = folder.rpartition("/")[2]
        near = [each for each in folders if each.rstrip("s") == name.rstrip("s")] or (
            folders if len(folders) == 1 else []
        )
        start = near[0] if near else name
        settings.permalink_of(folder, f"/{start}/:path/".replace("//", "/"), "addresses by folder")
    if tree.is_folder("public"):
        settings.set("build", "static", "public", "public")
    for key in ("templates", "output"):
        settings.folder(key)
    settings.redirect("/rss.xml", "/feed.xml")
    settings.unmapped.append("programs give pages of Astro their addresses; change site.permalinks if they differ")


def _folders_of_pages(settings: Settings) -> list[str]:
    """Return the folders of the pages that show an entry of a collection; empty text for the root of the site."""
    found = []
    for file in (
        sorted((settings.tree.root / "src/pages").rglob("[[]*")) if settings.tree.is_folder("src/pages") else []
    ):
        match = _PAGE.fullmatch(file.relative_to(settings.tree.root).as_posix())
        folder = match["folder"].strip("/") if match else "tags"
        if not re.search(r"\b(?:tags?|categor(?:y|ies)|page|og|archive)\b", folder):
            found.append(folder)
    return list(dict.fromkeys(found))


def is_eleventy(settings: Settings) -> bool:
    """Tell whether this is a site of Eleventy."""
    return settings.tree.is_file(*_ELEVENTY)


def read_eleventy(settings: Settings) -> None:
    """Read a site of Eleventy: folders below the input folder, data about the site in `_data`."""
    tree = settings.tree
    config = Script(tree, tree.first(*_ELEVENTY))
    given = config.value("input")
    content = given.removeprefix("./").strip("/") if isinstance(given, str) else ""
    content = content if content and content != "." and tree.is_folder(content) else ""
    ends = ("json", "yaml", "yml")
    data = tree.data(
        *(f"{content}/_data/{name}.{end}".lstrip("/") for name in ("metadata", "site", "meta") for end in ends)
    )
    settings.common(data, "_data")
    settings.address(data.get("url"), "", "_data: url")
    settings.language(data.get("language") or data.get("lang"), "_data: language")
    if content:
        settings.set("build", "content", content, "the input folder")
    posts = tree.sections_of_posts(content)
    settings.posts(posts, "folders of posts")
    for folder in posts:
        inner = folder.removeprefix(content).strip("/")
        settings.permalink_of(folder, f"/{inner}/:path/", "addresses by folder")
    settings.assets([*tree.folders_of_files(content), *(tree.files(content) if not content else [])])
    for key in ("static", "templates", "output"):
        settings.folder(key)
    settings.redirect("/feed/feed.xml", "/feed.xml")
    settings.unmapped.append("programs may give pages of Eleventy other addresses; change site.permalinks if they do")
    settings.rest(mapping(data), "title description author url language lang", "_data")
