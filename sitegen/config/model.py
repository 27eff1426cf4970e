"""The settings of a site as values. The types of the fields are the schema that `reading` checks against."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

import msgspec

from sitegen.math.model import MacroText
from sitegen.text import Span

__all__ = [
    "PLACEHOLDERS",
    "POSTS",
    "POST_SUFFIXES",
    "BuildConfig",
    "CheckConfig",
    "CiteConfig",
    "Config",
    "ExtensionConfig",
    "FontConfig",
    "HtmlConfig",
    "MarkdownConfig",
    "MathConfig",
    "MenuItem",
    "PublishConfig",
    "SearchConfig",
    "SiteConfig",
    "ThemeConfig",
]
POSTS = "posts"
"""Folder of the posts inside the content folder."""

POST_SUFFIXES = (".md", ".markdown", ".qmd", ".rmd", ".mdx", ".ipynb")
"""How names of posts end, in lower case: Markdown, as users of CommonMark, Quarto, R and MDX call it, and notebooks."""


PLACEHOLDERS = (
    "year",
    "short_year",
    "month",
    "i_month",
    "short_month",
    "long_month",
    "day",
    "i_day",
    "y_day",
    "week",
    "w_year",
    "w_day",
    "short_day",
    "long_day",
    "hour",
    "minute",
    "second",
    "title",
    "slug",
    "name",
    "filename",
    "post_title",
    "path",
    "extra",
    "categories",
    "category",
    "section",
    "sections",
    "output_ext",
)
"""What a pattern of addresses may have after a colon."""


class MenuItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[site.menu]]`: a link in the header of every page."""

    title: str = ""
    """What the link says."""
    url: str = ""
    """A place inside the site, `/about/`, or a complete address."""


class SiteConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[site]`: who and where."""

    title: str = "My site"
    """Shown in the header of every page, in the home page's `<title>` and after a page's own title."""
    base_url: str = "http://localhost/"
    """Where the site is published, `https://example.org/` or `https://example.org/repo/`; its path is the
    prefix of every internal address."""
    language: str = "en"
    """BCP 47 tag for `<html lang>`."""
    author: str = ""
    """Shown at the foot of every page, and the author of posts that name none."""
    description: str = ""
    """One sentence for the home page and its `<meta name="description">`."""
    menu: tuple[MenuItem, ...] = ()
    """Links in the header of every page."""
    paginate: int = 10
    """How many posts the home page shows, and each page after it; 0 for all."""
    permalink: str = ""
    """The addresses of posts, `/:year/:month/:day/:title/`, where their front matter names none; empty for the name
    of the file."""
    permalinks: dict[str, str] = {}
    """The same for a folder or a file of posts or pages, `"content/notes" = "/notes/:slug/"`; the nearest counts."""
    redirects: dict[str, str] = {}
    """Old addresses, each with the one that it leads to, `"/blog/" = "/archive/"`. A `*` in both stands for the same
    text; a file such as `/atom.xml` is published in both places."""
    timezone: str = "UTC"
    """IANA name of the zone, `Europe/Berlin`, that dates without one are in, and that days are counted in."""


class BuildConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[build]`: the folders, relative to the folder of sitegen.toml."""

    content: str = "content"
    """Pages, and in the folder `posts` the posts."""
    posts: list[str] = []
    """Folders of the posts, where it is not the folder `posts` of the content folder. What lies in a folder called
    `_drafts` is a draft."""
    pages: list[str] = []
    """More folders and files of pages, `about.md`, whose addresses follow from their place in the project."""
    ignore: list[str] = []
    """Patterns (`*`, `?`, `[abc]`) of files in these folders that are neither posts nor pages, `*/README.md`."""
    templates: str = "templates"
    """Templates and styles that replace or extend the packaged ones."""
    static: str = "static"
    """Files that are published as they are."""
    assets: list[str] = []
    """More folders with files that pages name from the root of the site, `/assets/plot.svg`; these are published
    where they are named. A file, `CNAME`, is published in any case."""
    output: str = "dist"
    """The finished site."""
    cache: str = ".sitegen"
    """What can always be made again: compiled posts, the font. It may be deleted at any time."""
    headers: bool = False
    """Whether to write `_headers`, from which some hosts take content policy and caching."""
    redirects: bool = False
    """Whether to write `_redirects`, from which some hosts take the old addresses of pages."""
    precompress: list[Literal["gzip", "brotli"]] = []
    """Which compressed copies to write beside files of text, `.gz` and `.br`, for hosts that hand them out."""


class FontConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[math.font]`: the font of formulas. `font = "…"` under `[math]` is short for its `file`."""

    SHORT: ClassVar[str] = "file"
    """The setting that is meant by a text in place of the table."""

    file: str = ""
    """An OpenType font with a MATH table, relative to sitegen.toml; empty for the one that comes with sitegen,
    `none` for whatever readers have."""
    full: list[str] = []
    """Patterns of page addresses (`/reference/`, `/tables/*`) that get a font file with every character of the
    site's formulas, so that the file of the other pages stays small."""

    @property
    def none(self) -> bool:
        """Whether the site brings no math font."""
        return self.file == "none"


class MathConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[math]`: for the formulas of all posts."""

    macros: dict[str, str | MacroText] = {}
    """Macro name (with or without its backslash) to replacement text with `#1`…`#9`, or MathJax's list
    `["…", 2, "default"]`.

    Checked, these are the macros of `macros_files` as well."""
    macros_files: list[str] = []
    """Files of macros, relative to sitegen.toml: LaTeX (`.tex`, `.sty`), or the configurations of KaTeX, MathJax and
    mdBook."""
    preamble: str = ""
    """LaTeX whose definitions hold for all formulas.

    Checked, this begins with the LaTeX of `macros_files`."""
    dialect: Literal["auto", "tex", "escaped"] = "auto"
    """How backslashes are spelled in formulas: `auto` decides per command from its surroundings, `tex` takes
    everything as LaTeX reads it, `escaped` undoubles every doubled backslash. A post's `dialect` counts over it."""
    font: FontConfig = FontConfig()
    """The font of formulas."""


class MarkdownConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[markdown]`: how posts are read."""

    html: Literal["raw", "safe"] = "raw"
    """What becomes of HTML in posts: `raw` trusts the authors, `safe` keeps only what can do no harm."""
    smart_punctuation: bool = False
    """Whether straight quotes, `--` and `...` become those of the site's language."""
    number_headings: bool = False
    """Whether headings have numbers, `2.1`, in posts that do not say."""


class HtmlConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[html]`: what pages may do."""

    scripts: bool = False
    """Whether scripts of authors stay on their pages, whose content policy then allows them."""
    policy: bool = False
    """Whether pages carry their content policy in a `<meta>`, for hosts whose headers cannot be set."""
    sources: dict[str, str] = {}
    """More sources for the content policy, directive to source expressions: what templates of the site load."""


class CiteConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[cite]`: citations."""

    bibliography: list[str] = []
    """BibTeX files, relative to sitegen.toml."""
    style: str = ""
    """A CSL style, relative to sitegen.toml; empty for Harvard's."""


class ThemeConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[theme]`: how pages look."""

    toc: bool = True
    """Whether posts with three headings or more have a table of contents, where they do not say."""
    words: dict[str, dict[str, str]] = {}
    """Words in place of those that pages bring, by language: `[theme.words.de]`, and below it `proof = "Beweis"`."""
    sidenotes: bool = False
    """Whether footnotes stand in the margin where it is wide enough."""


class PublishConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[publish]`: what is made besides pages of posts."""

    feed: int = 20
    """How many posts a feed holds, the newest; 0 for no feeds."""
    feed_content: Literal["full", "summary"] = "full"
    """What feeds have of a post: all of it, or its description."""
    feed_id: str = ""
    """What the ids of posts in feeds are made of, `tag:example.org,{date}:{place}`; empty for the posts' addresses. Set
    before the site moves, it keeps readers from seeing all posts as new."""
    json_feed: bool = False
    """Whether there is a feed in the format JSON Feed too, `/feed.json`."""
    archive: bool = True
    """Whether there is a page with all posts by year, `/archive/`."""
    markdown: bool = False
    """Whether the source of each page is published beside it."""


class SearchConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[search]`: a search of the site."""

    enable: bool = False
    """Whether there is a page that searches the site, `/search/`: the one page with a program, Pagefind's. It needs the
    package `pagefind[bin]`."""


class ExtensionConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[extension]`: Python of the site's own."""

    module: str = ""
    """A Python file, relative to sitegen.toml, with functions `markdown(md)`, `template_globals(site)` or
    `outputs(site)`; empty for none."""


class CheckConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[check]`: for `sitegen check`."""

    ignore: list[str] = []
    """Patterns (`*`, `?`, `[abc]`) of addresses on other sites that are not asked for, and of files that may be left
    over."""
    timeout: int = 20
    """Seconds that another site has for its answer."""
    retries: int = 2
    """How often it is asked again when it fails for the moment."""
    per_host: int = 2
    """How many requests one host gets at a time."""
    cache_days: int = 7
    """For how long a good answer counts."""


class Config(msgspec.Struct, frozen=True):
    """A whole site's settings, checked, with the command line's say on top."""

    root: Path
    """The project's folder, absolute; every other path is relative to it."""
    path: str
    """The configuration file relative to `root`; diagnostics about settings name it."""
    site: SiteConfig
    build: BuildConfig
    math: MathConfig
    drafts: bool = False
    """Whether drafts are built (the command line's `--drafts`)."""
    publish: PublishConfig = PublishConfig()
    extension: ExtensionConfig = ExtensionConfig()
    future: bool = False
    """Whether posts are built whose date is yet to come (the command line's `--future`)."""
    markdown: MarkdownConfig = MarkdownConfig()
    html: HtmlConfig = HtmlConfig()
    theme: ThemeConfig = ThemeConfig()
    cite: CiteConfig = CiteConfig()
    check: CheckConfig = CheckConfig()
    search: SearchConfig = SearchConfig()
    preview: bool = False
    """Whether pages are made for the preview, which sends the content policy itself."""
    spans: Mapping[tuple[str | int, ...], Span] = {}
    """Keys and list indexes from the top, `("site", "menu", 0, "url")`, to the place of the value in the file."""

    @property
    def posts(self) -> tuple[str, ...]:
        """The folders of the posts, relative to the project's, with forward slashes."""
        if self.build.posts:
            return tuple(self.build.posts)
        return (POSTS if self.build.content == "." else f"{self.build.content}/{POSTS}",)

    @property
    def named_files(self) -> tuple[str, ...]:
        """The files that settings name, other than posts and pages, relative to the project's folder."""
        font = (self.math.font.file,) if self.math.font.file not in ("", "none") else ()
        cited = (*self.cite.bibliography, self.cite.style)
        named = (*self.math.macros_files, *font, *cited, self.extension.module)
        return tuple(os.path.normpath(name).replace(os.sep, "/") for name in named if name)

    def is_in_posts(self, path: str) -> bool:
        """Tell whether the file `path` lies in a folder of posts, so that its page is a post."""
        inner = _inside(self.posts)
        if not self.build.pages:
            return path.startswith(inner)
        posts = max((len(folder) for folder in inner if path.startswith(folder)), default=0)
        pages = max((len(each) for each in self.build.pages if path == each or path.startswith(f"{each}/")), default=0)
        return posts > pages


@lru_cache(16)
def _inside(folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the paths of files in some folders begin with."""
    return tuple([f"{folder}/" for folder in folders])
