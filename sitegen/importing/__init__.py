"""Sites of other generators: what their settings mean here. Reads their files, and changes none of them.

A module per generator, or kind of generators, knows settings and defaults, from their documentation; `settings` gathers
what they mean here, and `trying` builds the site in memory before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sitegen.importing.components import is_astro, is_eleventy, read_astro, read_eleventy
from sitegen.importing.gatsby import is_gatsby, read_gatsby
from sitegen.importing.handbooks import (
    is_docusaurus,
    is_jupyter_book,
    is_mdbook,
    is_mkdocs,
    read_docusaurus,
    read_jupyter_book,
    read_mdbook,
    read_mkdocs,
)
from sitegen.importing.hexo import is_hexo, read_hexo
from sitegen.importing.hugo import is_hugo, read_hugo
from sitegen.importing.jekyll import STYLES, is_jekyll, read_jekyll
from sitegen.importing.pelican import is_pelican, read_pelican
from sitegen.importing.quarto import is_quarto, read_quarto
from sitegen.importing.settings import Imported, Settings
from sitegen.importing.zola import is_zola, read_zola

__all__ = ["Imported", "read_site"]


def read_site(root: Path) -> Imported | None:
    """Return what the site in the folder `root` becomes; None where there is neither a post nor a page."""
    from sitegen.importing.trying import try_out

    settings = Settings(root, "plain")
    for kind, found, read in _KINDS:
        if found(settings):
            settings.kind = kind
            read(settings)
            break
    else:
        _read_plain(settings)
    if not settings.tables["build"].get("posts") and not settings.tables["build"].get("pages"):
        return None
    files, problems = settings.tree.macro_files()
    settings.set("math", "macros_files", files, "macros of MathJax or KaTeX")
    tried = try_out(settings)
    build = settings.tables["build"]
    for ending, number in settings.tree.foreign((*build.get("posts", ()), *build.get("pages", ()))).items():
        settings.unmapped.append(f"{number} {'text' if number == 1 else 'texts'} in {ending} files")
    if "title" not in settings.tables["site"]:
        settings.unmapped.append("no title was found; set site.title")
    if "base_url" not in settings.tables["site"]:
        settings.unmapped.append("no address was found; set site.base_url before you publish")
    unmapped = (*settings.tree.problems, *problems, *settings.unmapped)
    return Imported(settings.kind, settings.text(), tuple(settings.report()), tuple(dict.fromkeys(unmapped)), tried)


def _read_plain(settings: Settings) -> None:
    """Read a folder of posts without settings of a generator."""
    tree = settings.tree
    folders = [*tree.named("_posts"), *tree.named("_drafts")]
    if folders:
        settings.posts(folders, "_posts, _drafts")
        settings.permalink(STYLES["date"], "addresses as Jekyll has them without settings")
    else:
        for content in ("content", "src/content", "src", ""):
            settings.posts(
                [content] if tree.is_of_posts(content) else tree.sections_of_posts(content), "folder of posts"
            )
            if settings.tables["build"].get("posts"):
                break
        else:  # a handbook, whose texts have no dates
            folders = [each for each in tree.folders("") if each[0] != "_" and tree.texts(each)]
            settings.pages([*tree.texts("", deep=False), *folders], "texts")
    settings.assets([each for each in tree.folders_of_files("") if each not in ("static", "src", "content")])
    settings.folder("output")


_KINDS: tuple[tuple[str, Callable[[Settings], bool], Callable[[Settings], None]], ...] = (
    ("Pelican", is_pelican, read_pelican),
    ("Gatsby", is_gatsby, read_gatsby),
    ("Quarto", is_quarto, read_quarto),
    ("Hexo", is_hexo, read_hexo),
    ("Zola", is_zola, read_zola),
    ("Hugo", is_hugo, read_hugo),
    ("MkDocs", is_mkdocs, read_mkdocs),
    ("mdBook", is_mdbook, read_mdbook),
    ("Jupyter Book", is_jupyter_book, read_jupyter_book),
    ("Docusaurus", is_docusaurus, read_docusaurus),
    ("Astro", is_astro, read_astro),
    ("Eleventy", is_eleventy, read_eleventy),
    ("Jekyll", is_jekyll, read_jekyll),
)
"""Generators, the surest signs first."""
