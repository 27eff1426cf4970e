"""Hexo 7: `_config.yml`, posts in `source/_posts`, pages in `source`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from sitegen.importing.files import links_in, mapping, texts_of
from sitegen.importing.settings import Settings
from sitegen.model import Document

__all__ = ["is_hexo", "read_hexo"]


def is_hexo(settings: Settings) -> bool:
    """Tell whether this is a site of Hexo."""
    tree = settings.tree
    return tree.is_file("_config.yml", "_config.yaml") and tree.is_folder("source/_posts")


def read_hexo(settings: Settings) -> None:
    """Read a site of Hexo."""
    tree = settings.tree
    data = tree.data("_config.yml", "_config.yaml")
    source = str(data.get("source_dir") or "source").strip("/")
    settings.common(data, "_config")
    root = str(data.get("root") or "/")
    url = str(data.get("url") or "")
    settings.address(url, "" if url.rstrip("/").endswith(root.strip("/")) else root, "_config: url, root")
    settings.language(data.get("language"), "_config: language")
    settings.zone(data.get("timezone"), "_config: timezone")
    settings.count(data.get("per_page"), "_config: per_page")
    rendering = mapping(mapping(data.get("markdown")).get("render")).get("typographer")
    plain = False in (mapping(data.get("marked")).get("smartypants"), rendering)
    settings.punctuation(not plain, "punctuation of Hexo's renderers")
    settings.set("build", "content", source, "source_dir")
    settings.posts([f"{source}/_posts", f"{source}/_drafts"], "_posts, _drafts")
    pattern = str(data.get("permalink") or ":year/:month/:day/:title/")
    dated = re.search(r":year\b.*:title\b", str(data.get("new_post_name") or ":title.md"))
    names = [each.removeprefix(f"{source}/_posts/") for each in tree.texts(f"{source}/_posts")]
    # A date in front of a name belongs to the name, unless `new_post_name` says otherwise.
    whole = not dated and any(re.match(r"\d{4}-\d", each) for each in names) and not any("/" in each for each in names)
    ours = re.sub(r":title\b", ":filename" if whole else ":path", pattern)
    for name in set(re.findall(r":([a-z_]+)", ours)) & {"abbrlink", "id", "hash", "slug"}:
        ours = ours.replace(f":{name}", f":extra.{name}")
    settings.permalink(ours, f"permalink: {pattern}")
    skipped = [*texts_of(data.get("skip_render")), *(f"{name}/**" for name in tree.folders(source) if name[0] == "_")]
    skipped = [each for each in skipped if each not in ("_posts/**", "_drafts/**")]
    settings.set("build", "ignore", [f"{source}/{each.replace('**', '*')}" for each in skipped], "skip_render")
    if _pages(settings, source):
        settings.permalink_of(source, "/:path:output_ext", "addresses of pages")
        for folder in (f"{source}/_posts", f"{source}/_drafts"):
            if settings.tables["site"].get("permalink"):
                settings.permalink_of(folder, settings.tables["site"]["permalink"], f"permalink: {pattern}")
    files = tree.files(source)
    settings.assets([*tree.folders_of_files(source), *files])
    for key in ("static", "templates", "output"):
        settings.folder(key)
    _old_addresses(settings, data)
    _menu(settings, data, source)
    settings.address_of = lambda document: _address(document, source)
    known = """title subtitle author description url root language timezone per_page permalink source_dir skip_render
    public_dir tag_dir archive_dir category_dir code_dir i18n_dir new_post_name default_layout titlecase filename_case
    render_drafts future highlight prismjs syntax_highlighter index_generator default_category date_format time_format
    pagination_dir deploy pretty_urls permalink_defaults updated_option use_date_for_updated include exclude
    ignore meta_generator relative_link feed archive_generator tag_generator category_generator keywords menu
    external_link markdown marked kramed use_slug_as_post_title post_asset_folder"""
    settings.rest(data, known, "_config")
    if data.get("post_asset_folder") is True:
        settings.mapped.append(("post_asset_folder", "build", "files in the folder of a post are found beside it"))


def _pages(settings: Settings, source: str) -> list[str]:
    return [each for each in settings.tree.texts(source) if not each.removeprefix(f"{source}/").startswith("_")]


def _old_addresses(settings: Settings, data: Mapping[str, object]) -> None:
    feed = mapping(data.get("feed"))
    for path in texts_of(feed.get("path")) or ["atom.xml", "rss2.xml"]:
        settings.redirect(path, "/feed.xml")
    settings.redirect(f"/{str(data.get('archive_dir') or 'archives').strip('/')}/", "/archive/")
    for key, usual, ours in (("tag_dir", "tags", "tags"), ("category_dir", "categories", "categories")):
        old = str(data.get(key) or usual).strip("/")
        settings.redirect(f"/{old}/*/", f"/{ours}/*/")


def _menu(settings: Settings, data: Mapping[str, object], source: str) -> None:
    """Read the menu: of the site, or of its theme."""
    tree = settings.tree
    theme = str(data.get("theme") or "")
    names = (f"_config.{theme}.yml", f"{source}/_data/{theme}.yml")
    files = (*names, f"themes/{theme}/_config.yml")
    values = [mapping(tree.value(each)) for each in files if tree.is_file(each)]
    navigation = (mapping(value.get("navbar")).get("menu") for value in values)
    plain = tree.value(f"{source}/_data/menu.yml") if tree.is_file(f"{source}/_data/menu.yml") else None
    for menu in (data.get("menu"), plain, *(value.get("menu") for value in values), *navigation):
        if isinstance(menu, Mapping):
            menu = {title: str(url).split("||")[0].strip() for title, url in menu.items()}
        if found := list(links_in(menu)):
            for number, (title, url) in enumerate(found):  # names such as `home`, which themes translate
                settings.menu.append((float(number), title.capitalize() if title.islower() else title, url))
            return


def _address(document: Document, source: str) -> str | None:
    """Return the address of a page."""
    path = PurePosixPath(document.path)
    inner = document.path.removeprefix(f"{source}/")
    if inner == document.path:
        return None
    if not inner.startswith("_"):
        folder = "/" if "/" not in inner else f"/{inner.rpartition('/')[0]}/"
        return folder if path.stem == "index" else f"{folder}{path.stem}.html"
    return None
