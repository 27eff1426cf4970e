"""Gatsby 5: `siteMetadata` and folders in `gatsby-config.js`, addresses in `gatsby-node.js`; neither is run."""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from sitegen.config.literals import read_literal
from sitegen.importing.files import inside, links_in, mapping
from sitegen.importing.scripts import Script
from sitegen.importing.settings import Settings
from sitegen.model import Document
from sitegen.site.addresses import is_index

__all__ = ["is_gatsby", "read_gatsby"]

_FILES = ("gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs")
_NODE = ("gatsby-node.js", "gatsby-node.ts", "gatsby-node.mjs")
_MENUS = ("menuLinks", "menu", "mainMenu", "menuItems", "navigation", "navLinks", "headerLinks")
_SOURCE = re.compile(r"resolve[\"']?\s*:\s*[\"'`]gatsby-source-filesystem[\"'`]\s*,\s*[\"']?options[\"']?\s*:\s*(?=\{)")
_JOINED = re.compile(r"path\s*:\s*path\.\w+\(([^)]*)\)")
_BEGUN = (
    re.compile(r"`/([\w-]+(?:/[\w-]+)*)/?\$\{[^}]*(?:slug|value|FilePath)[^}]*\}", re.IGNORECASE),
    re.compile(r"path\s*:\s*[\"'`]/?([\w-]+(?:/[\w-]+)*)/?[\"'`]\s*\+[^,}]*slug", re.IGNORECASE),
)
"""How addresses begin that are made in code, `` `/blog${slug}` `` or `"blog" + slug`."""

_BY_SOURCE = re.compile(r"(?:\$\{|join\(\s*)(?:\w+\.)*(?:sourceInstanceName|type|collection|source|sourceName)\s*[},]")
"""Addresses that begin with the name of the source of a file."""


class _Source(NamedTuple):
    """A folder that files are read from."""

    folder: str
    start: str
    """What the addresses of its texts begin with, `/blog`."""


def is_gatsby(settings: Settings) -> bool:
    """Tell whether this is a site of Gatsby."""
    return settings.tree.is_file(*_FILES)


def read_gatsby(settings: Settings) -> None:
    """Read a site of Gatsby."""
    tree = settings.tree
    path = tree.first(*_FILES)
    text = tree.text(path)
    config = Script(settings.tree, path)
    metadata = mapping(config.value("siteMetadata"))
    for key, other in (("title", "siteTitle"), ("description", "siteDescription")):
        settings.plain(key, metadata.get(key) or metadata.get(other), f"siteMetadata: {key}")
    settings.author(metadata.get("author"), "siteMetadata: author")
    prefix = re.search(r"\bpathPrefix\s*:\s*(?=[\"'`])", text)
    below = read_literal(text, prefix.end()) if prefix else ""
    settings.address(metadata.get("siteUrl") or metadata.get("url"), below, "siteMetadata: siteUrl")
    code = metadata.get("language") or metadata.get("lang") or metadata.get("locale")
    settings.language(code, "siteMetadata: language")
    settings.count(metadata.get("postsPerPage"), "siteMetadata: postsPerPage")
    settings.punctuation("smartypants" in text, "smartypants")
    node = tree.text(tree.first(*_NODE))
    sources = _sources(settings, text, node)
    posts = _posts(settings, sources)
    sources += [_Source(each, _start(node)) for each in posts if _source_of(f"{each}/", sources) is None]
    settings.posts(posts, "folders of posts")
    for folder in posts:
        pattern = _pattern(settings, folder, sources, node)
        if folder == posts[0]:
            settings.permalink(pattern, "addresses by folder")
        else:
            settings.permalink_of(folder, pattern, "addresses by folder")
    texts = [each for source in sources for each in tree.texts(source.folder) if tree.body(each)]
    pages = [each for each in dict.fromkeys(texts) if not each.startswith(inside(posts))]
    settings.pages(pages, "texts outside of the folders of posts")
    for each in pages:
        settings.permalink_of(each, _address(each, sources) or "", "addresses by file")
    for name in _MENUS:
        if entries := list(links_in(metadata.get(name))):
            settings.menu += [(float(number), *entry) for number, entry in enumerate(entries)]
            break
    settings.assets(["content/assets"])
    for key in ("static", "templates", "output"):
        settings.folder(key, "static")
    settings.redirect("/rss.xml", "/feed.xml")
    for old in re.findall(r"[`'\"]/?(tags?|categor(?:y|ies))/(?:\$\{|[`'\"]\s*\+)", node):
        settings.redirect(f"/{old}/*/", "/tags/*/" if old.startswith("tag") else "/categories/*/")
    for source in sources:
        if posts and source.start and any(folder == source.folder for folder in posts):
            settings.redirect(f"{source.start}/", "/archive/")
    if node:
        settings.unmapped.append("gatsby-node.js is not run; change site.permalink if it gives posts other addresses")
    if "frontmatter.slug" not in node:
        settings.address_of = lambda document: _exact(document, sources)


def _sources(settings: Settings, text: str, node: str) -> list[_Source]:
    """Return the folders that the settings name and that hold texts."""
    start = _start(node)
    by_source = "sourceInstanceName" in node and _BY_SOURCE.search(node)
    found = []
    for match in _SOURCE.finditer(text):
        options = mapping(read_literal(text, match.end()))
        path = options.get("path")
        if not isinstance(path, str):
            joined = _JOINED.search(text, match.end(), match.end() + 300)
            path = "/".join(re.findall(r"[\"'`]([^\"'`]*)[\"'`]", joined[1])) if joined else ""
        folder = posixpath.normpath(re.sub(r"^\$\{__dirname\}", ".", path)).strip("/") if path else ""
        if folder and settings.tree.texts(folder):
            found.append(_Source(folder, f"/{options.get('name')}" if by_source else start))
    # What lies in src/pages is a page wherever it is read from.
    if settings.tree.texts("src/pages") and not any(each.folder == "src/pages" for each in found):
        found.append(_Source("src/pages", ""))
    return [each._replace(start="") if each.folder == "src/pages" else each for each in found]


def _start(node: str) -> str:
    """Return what the addresses of texts begin with by `gatsby-node.js`; of several beginnings none is sure."""
    begun = {each for pattern in _BEGUN for each in pattern.findall(node)}
    begun = {each for each in begun if not re.match(r"(?:tag|categor|author|page)", each)}
    return f"/{begun.pop()}" if len(begun) == 1 else ""


def _posts(settings: Settings, sources: list[_Source]) -> list[str]:
    """Return the folders of posts: those that the settings name and whose texts have dates, or folders in them."""
    tree = settings.tree
    found = []
    for source in sources:
        texts = tree.texts(source.folder)
        dated = sum(head.date is not None for each in texts if (head := tree.head(each)))
        name = source.folder.rpartition("/")[2]
        if dated * 2 >= len(texts) and dated and name not in ("pages", "content", "src"):
            found.append(source.folder)
        elif name != "pages":
            found += tree.sections_of_posts(source.folder)
    for content in ("content", "src/content", "src", ""):
        if not found:
            named = tree.sections_of_posts(content)
            found = [each for each in named if each != "src" and not each.endswith("/pages")][:1]
    return found


def _pattern(settings: Settings, folder: str, sources: list[_Source], node: str) -> str:
    """Return the pattern of the addresses of a folder of posts."""
    source = _source_of(f"{folder}/", sources)
    start = f"{source.start}/{folder.removeprefix(source.folder).strip('/')}".rstrip("/") if source else ""
    if "frontmatter.slug" in node:
        return f"{start}/:title/"
    inner = [each.removeprefix(f"{folder}/") for each in settings.tree.texts(folder)]
    flat = all(each.count("/") <= is_index(each) for each in inner)
    return f"{start}/{':filename' if flat else ':path'}/"


def _source_of(path: str, sources: list[_Source]) -> _Source | None:
    around = [each for each in sources if path.startswith(f"{each.folder}/")]
    return max(around, key=lambda each: len(each.folder), default=None)


def _exact(document: Document, sources: list[_Source]) -> str | None:
    return _address(document.path, sources)


def _address(path: str, sources: list[_Source]) -> str | None:
    """Return the address by `createFilePath` of `gatsby-source-filesystem`; None outside of what is read."""
    source = _source_of(path, sources)
    if source is None:
        return None
    inner = path.removeprefix(f"{source.folder}/")
    inner = inner.rpartition("/")[0] if is_index(inner) else inner.rpartition(".")[0]
    return f"{source.start}/{inner}/".replace("//", "/")
