"""Gatsby: `siteMetadata` of `gatsby-config.js`, which is read as text. Addresses are made in code, which is not run."""

from __future__ import annotations

import re

from sitegen.importing.files import inside
from sitegen.importing.settings import Settings

__all__ = ["is_gatsby", "read_gatsby"]

_FILES = ("gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs")
_TEXT = r"(['\"`])((?:(?!\1)[^\\\n])*)\1"


def is_gatsby(settings: Settings) -> bool:
    """Tell whether this is a site of Gatsby."""
    return settings.tree.is_file(*_FILES)


def read_gatsby(settings: Settings) -> None:
    """Read a site of Gatsby."""
    tree = settings.tree
    text = tree.text(tree.first(*_FILES))
    metadata = text[max(text.find("siteMetadata"), 0) :]
    for key in ("title", "description"):
        match = re.search(rf"\b{key}\s*:\s*{_TEXT}", metadata)
        settings.set("site", key, match[2] if match else "", f"siteMetadata: {key}")
    match = re.search(rf"\bauthor\s*:\s*(?:\{{\s*name\s*:\s*)?{_TEXT}", metadata)
    settings.set("site", "author", match[2] if match else "", "siteMetadata: author")
    match = re.search(rf"\bsiteUrl\s*:\s*{_TEXT}", metadata) or re.search(rf"\burl\s*:\s*{_TEXT}", metadata)
    prefix = re.search(rf"\bpathPrefix\s*:\s*{_TEXT}", text)
    settings.address(match[2] if match else "", prefix[2] if prefix else "", "siteMetadata: siteUrl")
    match = re.search(rf"\b(?:language|lang|locale)\s*:\s*{_TEXT}", metadata)
    settings.language(match[2] if match else "", "siteMetadata: language")
    posts = _posts(settings)
    settings.posts(posts, "folder of posts")
    node = tree.text(tree.first("gatsby-node.js", "gatsby-node.ts", "gatsby-node.mjs"))
    # Beginnings such as `/blog${slug}`; of several, none is sure.
    begun = set(re.findall(r"`/([\w-]+(?:/[\w-]+)*)/?\$\{[^}]*(?:slug|value|FilePath)[^}]*\}", node, re.IGNORECASE))
    begun = {each for each in begun if not re.match(r"(?:tag|categor|author|page)", each)}
    start = f"/{begun.pop()}" if len(begun) == 1 else ""
    settings.permalink(f"{start}/:path/", "gatsby-node.js" if start else "addresses by folder")
    pages = [each for each in tree.texts("src/pages") if tree.body(each)] if tree.is_folder("src/pages") else []
    settings.pages([each for each in pages if not each.startswith(inside(posts))], "src/pages")
    for path in settings.tables["build"].get("pages", []):
        inner = path.removeprefix("src/pages/").rpartition(".")[0].removesuffix("index").strip("/")
        settings.permalink_of(path, f"/{inner}/", "addresses by file")
    entries = re.search(r"\b(?:menuLinks|menu|navigation|navLinks|headerLinks)\s*:\s*\[(.*?)\]", metadata, re.DOTALL)
    for number, part in enumerate(re.findall(r"\{[^{}]*\}", entries[1] if entries else "")):
        name = re.search(rf"\b(?:name|title|label|text)\s*:\s*{_TEXT}", part)
        url = re.search(rf"\b(?:link|url|path|slug|to|href)\s*:\s*{_TEXT}", part)
        if name and url:
            settings.menu.append((float(number), name[2], url[2]))
    settings.assets(["content/assets"])
    for key in ("static", "templates", "output"):
        settings.folder(key, "static")
    settings.redirect("/rss.xml", "/feed.xml")
    for old in re.findall(r"[`'\"]/(tags?|categor(?:y|ies))/\$\{", node):
        settings.redirect(f"/{old}/*/", "/tags/*/" if old.startswith("tag") else "/categories/*/")
    settings.unmapped.append("gatsby-node.js may give posts other addresses; change site.permalink if it does")


def _posts(settings: Settings) -> list[str]:
    """Return the folder of posts."""
    for content in ("content", "src/content", "src", ""):
        found = [each for each in settings.tree.sections_of_posts(content) if not each.endswith("/pages")]
        if found:
            return found[:1]
    return []
