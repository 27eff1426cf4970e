"""Sites of other generators: what their settings mean here. Reads their files, and changes none of them.

The defaults are those of the generators' documentation: Jekyll 4, Hugo 0.14x, Hexo 7, Zola 0.19, Pelican 4.9,
Quarto 1.4. Gatsby makes addresses in code, of which only its `siteMetadata` is read.
"""

from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from sitegen.config import PLACEHOLDERS, POST_SUFFIXES, url_problem
from sitegen.config.macrofiles import read_macros

__all__ = ["Imported", "read_site"]

_LEFT_OUT = frozenset({"node_modules", "vendor", "_site", "public", "dist", "output", "themes", "venv"})
"""Folders that hold no posts of the site: what was built, and what others wrote."""

_NAME = re.compile(r":([A-Za-z_]+)")
_MACRO_FILES = (".html", ".js", ".json", ".tex", ".sty", ".njk", ".ejs", ".pug")
_MACRO_FOLDERS = ("_includes", "_layouts", "layouts", "templates", "source/_data", "src", "_includes/head", "static/js",
                  "assets/js")  # fmt: skip
_LARGEST = 300_000
"""Characters of a file in which macros are looked for; what is longer is a library."""

_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "none": "/:categories/:title.html",
}
"""Jekyll's named patterns ("Permalinks", built-in formats)."""


class Imported(msgspec.Struct, frozen=True):
    """What a site of another generator becomes."""

    kind: str
    """The generator's name; `plain` for a folder of posts without one's settings."""
    text: str
    """The sitegen.toml."""
    mapped: tuple[tuple[str, str], ...]
    """What was found, and what it became."""
    unmapped: tuple[str, ...]
    """What was found and has no counterpart, each as a sentence without its full stop."""


class _Site:
    """The settings of a site in the making."""

    def __init__(self, root: Path, kind: str) -> None:
        self.root = root
        self.kind = kind
        self.tables: dict[str, dict[str, Any]] = {"site": {}, "build": {}, "math": {}, "cite": {}}
        self.mapped: list[tuple[str, str]] = []
        self.unmapped: list[str] = []

    def set(self, table: str, key: str, value: Any, source: str) -> None:
        """Set a key, and remember what it is made from; nothing is set to nothing."""
        if isinstance(value, str):
            value = " ".join(value.split())
        if value in ("", None, []):
            return
        self.tables[table][key] = value
        self.mapped.append((source, f"{table}.{key} = {_toml(value)}"))

    def address(self, url: Any, path: Any, source: str) -> None:
        """Set the site's address, of a complete one and the path below it."""
        whole = f"{str(url or '').rstrip('/')}/{str(path or '').strip('/')}".rstrip("/") + "/"
        if url and not url_problem(whole):
            self.set("site", "base_url", whole, source)
        elif url:
            self.unmapped.append(f"{source}: {whole} is not a complete address; set site.base_url")

    def language(self, value: Any, source: str) -> None:
        """Set the language; of several, the first."""
        value = value[0] if isinstance(value, list) and value else value
        tag = str(value or "").replace("_", "-").partition(".")[0]
        if re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", tag):
            self.set("site", "language", tag, source)

    def author(self, value: Any, source: str) -> None:
        """Set the author: a name, or a mapping with one."""
        value = value[0] if isinstance(value, list) and value else value
        value = value.get("name") if isinstance(value, Mapping) else value
        self.set("site", "author", value if isinstance(value, str) else "", source)

    def zone(self, value: Any, source: str) -> None:
        """Set the time zone, if it is one."""
        import zoneinfo

        if value and value in zoneinfo.available_timezones():
            self.set("site", "timezone", value, source)
        elif value:
            self.unmapped.append(f"{source}: {value} is no time zone")

    def count(self, value: Any, source: str) -> None:
        """Set how many posts a page of the list has."""
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            self.set("site", "paginate", value, source)

    def permalink(self, pattern: str, source: str) -> None:
        """Set the pattern of addresses, unless it has a placeholder that means nothing here."""
        pattern = "/" + pattern.lstrip("/")
        unknown = [name for name in _NAME.findall(pattern) if name not in PLACEHOLDERS]
        if unknown:
            names = ", ".join(f":{name}" for name in unknown)
            self.unmapped.append(f"{source}: {pattern} has {names}, so posts keep the names of their files")
        elif not {"title", "slug", "name", "filename", "post_title", "path"}.intersection(_NAME.findall(pattern)):
            self.unmapped.append(f"{source}: {pattern} does not tell posts apart")
        else:
            self.set("site", "permalink", pattern, source)

    def posts(self, folders: list[str], source: str) -> None:
        """Set the folders of posts that exist."""
        self.set("build", "posts", [each for each in dict.fromkeys(folders) if (self.root / each).is_dir()], source)

    def assets(self, folders: list[str]) -> None:
        """Set the folders of pictures and the like that exist."""
        found = [each for each in folders if (self.root / each).is_dir()]
        self.set("build", "assets", found, "folders of files")

    def rest(self, data: Mapping[str, Any], known: str, source: str) -> None:
        """Name the settings that have no counterpart."""
        left = [str(key) for key in data if key not in known.split()]
        if left:
            self.unmapped.append(f"{source}: {', '.join(left)}")


def read_site(root: Path) -> Imported | None:
    """Return what the site in the folder `root` becomes; None where there is no post."""
    for kind, found, read in _KINDS:
        if found(root):
            site = _Site(root, kind)
            read(site)
            break
    else:
        site = _Site(root, "plain")
        _read_plain(site)
    if not site.tables["build"].get("posts"):
        return None
    _add_macros(site)
    if "title" not in site.tables["site"]:
        site.unmapped.append("no title was found; set site.title")
    if "base_url" not in site.tables["site"]:
        site.unmapped.append("no address was found; set site.base_url before you publish")
    lines = []
    for table, values in site.tables.items():
        if values:
            lines += ["", f"[{table}]", *(f"{key} = {_toml(value)}" for key, value in values.items())]
    return Imported(site.kind, "\n".join(lines[1:]) + "\n", tuple(site.mapped), tuple(site.unmapped))


# -- the generators


def _read_jekyll(site: _Site) -> None:
    data = _data(site, "_config.yml", "_config.yaml", "_config.toml")
    _common(site, data, "_config")
    site.address(data.get("url"), data.get("baseurl"), "_config: url, baseurl")
    site.language(data.get("lang") or data.get("locale"), "_config: lang")
    site.zone(data.get("timezone"), "_config: timezone")
    site.count(data.get("paginate"), "_config: paginate")
    site.posts([*_folders_named(site.root, "_posts"), *_folders_named(site.root, "_drafts")], "_posts, _drafts")
    style = str(data.get("permalink") or "date")
    site.permalink(_STYLES.get(style, style), f"permalink: {style}")
    site.assets(["assets", "images", "img", "files", "figures", "media"])
    _name_pages(site, (name for name in os.listdir(site.root)))
    site.rest(data, "title author description url baseurl lang locale timezone paginate permalink", "_config")


def _read_hexo(site: _Site) -> None:
    data = _data(site, "_config.yml", "_config.yaml")
    source = str(data.get("source_dir") or "source")
    _common(site, data, "_config")
    root = str(data.get("root") or "/")
    url = str(data.get("url") or "")
    site.address(url, "" if url.rstrip("/").endswith(root.strip("/")) else root, "_config: url, root")
    site.language(data.get("language"), "_config: language")
    site.zone(data.get("timezone"), "_config: timezone")
    site.count(data.get("per_page"), "_config: per_page")
    site.set("build", "content", source, "source_dir")
    site.posts([f"{source}/_posts", f"{source}/_drafts"], "_posts, _drafts")
    pattern = str(data.get("permalink") or ":year/:month/:day/:title/")
    site.permalink(re.sub(r":title\b", ":path", pattern), f"permalink: {pattern}")
    site.assets([f"{source}/{name}" for name in ("images", "img", "assets", "files", "uploads", "pic", "pics")])
    known = "title author description url root language timezone per_page permalink source_dir"
    site.rest(data, known, "_config")


_HUGO_FILES = tuple(
    f"{folder}{name}.{ending}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for ending in ("toml", "yaml", "yml", "json")
)

_HUGO = {
    "title": ":post_title",
    "slug": ":post_title",
    "filename": ":title",
    "contentbasename": ":title",
    "slugorfilename": ":title",
    "slugorcontentbasename": ":title",
    "monthname": ":long_month",
    "yearday": ":y_day",
}
"""Hugo's placeholders ("URL management", tokens) where ours are called otherwise."""


def _read_hugo(site: _Site) -> None:
    data = {str(key).lower(): value for key, value in _data(site, *_HUGO_FILES).items()}
    params = data.get("params")
    params = {str(key).lower(): value for key, value in params.items()} if isinstance(params, Mapping) else {}
    _common(site, {"author": params.get("author"), "description": params.get("description"), **data}, "settings")
    site.address(data.get("baseurl"), "", "settings: baseURL")
    site.language(data.get("languagecode") or data.get("defaultcontentlanguage"), "settings: languageCode")
    site.zone(data.get("timezone"), "settings: timeZone")
    paging = data.get("pagination")
    site.count(paging.get("pagerSize") if isinstance(paging, Mapping) else data.get("paginate"), "settings: paginate")
    content = str(data.get("contentdir") or "content")
    site.set("build", "content", content, "contentDir")
    sections = params.get("mainsections") or data.get("mainsections") or []
    sections = [sections] if isinstance(sections, str) else list(sections)
    folders = [f"{content}/{name}" for name in sections] or _section_with_posts(site.root, content)
    site.posts(folders, "sections of posts")
    patterns = data.get("permalinks")
    patterns = patterns.get("page", patterns) if isinstance(patterns, Mapping) else {}
    names = [folder.rpartition("/")[2] for folder in site.tables["build"].get("posts", [])]
    given = [str(patterns[name]) for name in [*names, "/"] if name in patterns]
    pattern = given[0] if given else "/:sections/:filename/"
    if data.get("uglyurls") is True:
        pattern = pattern.rstrip("/") + ".html"
    ours = _NAME.sub(lambda name: _HUGO.get(name[1], name[0]), pattern)
    site.permalink(ours, f"permalinks: {pattern}")
    static = data.get("staticdir")
    if isinstance(static, str) and static != "static":
        site.set("build", "static", static, "staticDir")
    known = """title author description baseurl languagecode defaultcontentlanguage timezone paginate pagination
    contentdir permalinks staticdir uglyurls mainsections"""
    site.rest(data, known, "settings")


def _read_zola(site: _Site) -> None:
    data = _data(site, "config.toml", "zola.toml")
    _common(site, data, "config.toml")
    site.address(data.get("base_url"), "", "config.toml: base_url")
    site.language(data.get("default_language"), "config.toml: default_language")
    site.posts(_section_with_posts(site.root, "content"), "sections of posts")
    site.permalink("/:sections/:slug/", "addresses by section and name")
    site.rest(data, "title author description base_url default_language", "config.toml")


def _read_pelican(site: _Site) -> None:
    data = _assignments(_text(site.root / "pelicanconf.py"))
    published = _assignments(_text(site.root / "publishconf.py"))
    site.set("site", "title", data.get("SITENAME"), "SITENAME")
    site.author(data.get("AUTHOR"), "AUTHOR")
    site.set("site", "description", data.get("SITESUBTITLE") or "", "SITESUBTITLE")
    site.address(published.get("SITEURL") or data.get("SITEURL"), "", "SITEURL")
    site.language(data.get("DEFAULT_LANG"), "DEFAULT_LANG")
    site.zone(data.get("TIMEZONE"), "TIMEZONE")
    site.count(data.get("DEFAULT_PAGINATION"), "DEFAULT_PAGINATION")
    content = str(data.get("PATH") or "content").strip("/")
    site.set("build", "content", content, "PATH")
    articles = data.get("ARTICLE_PATHS")
    paths = [f"{content}/{path}".rstrip("/") for path in articles] if isinstance(articles, list) else []
    site.posts(paths or [content], "ARTICLE_PATHS")
    site.assets([f"{content}/{name}" for name in ("images", "extra", "figures", "downloads")])
    written = str(data.get("ARTICLE_URL") or "{slug}.html")
    pattern = re.sub(r"\{date:([^}]*)\}", lambda date: _of_strftime(date[1]), written)
    slug = ":title" if data.get("SLUGIFY_SOURCE") == "basename" else ":post_title"
    pattern = re.sub(r"\{(\w+)\}", lambda name: slug if name[1] == "slug" else f":{name[1]}", pattern)
    site.permalink(pattern, f"ARTICLE_URL: {written}")
    known = """SITENAME AUTHOR SITESUBTITLE SITEURL DEFAULT_LANG TIMEZONE DEFAULT_PAGINATION PATH ARTICLE_PATHS
    ARTICLE_URL SLUGIFY_SOURCE"""
    site.rest(data, known, "pelicanconf.py")


def _of_strftime(text: str) -> str:
    ours = {"Y": "year", "y": "short_year", "m": "month", "d": "day", "b": "short_month", "B": "long_month"}
    return re.sub("%-?([A-Za-z])", lambda part: f":{ours.get(part[1], part[1])}", text)


def _read_quarto(site: _Site) -> None:
    data = _data(site, "_quarto.yml", "_quarto.yaml")
    website = data.get("website") or data.get("book")
    website = website if isinstance(website, Mapping) else {}
    _common(site, {"author": data.get("author"), "title": data.get("title"), **website}, "_quarto.yml")
    site.address(website.get("site-url"), website.get("site-path"), "_quarto.yml: site-url")
    site.language(data.get("lang"), "_quarto.yml: lang")
    site.posts(_section_with_posts(site.root, ""), "folder of posts")
    site.permalink("/:sections/:title/", "addresses by folder and name")
    site.unmapped.append("posts that are no folder of their own, such as posts/name.qmd, had addresses ending in .html")
    files = data.get("bibliography") or []
    files = [files] if isinstance(files, str) else [str(each) for each in files]
    site.set("cite", "bibliography", [each for each in files if (site.root / each).is_file()], "bibliography")
    site.assets(["images", "assets", "img", "figures"])
    site.rest(data, "project website book author title lang bibliography", "_quarto.yml")
    site.rest(website, "title author description site-url site-path", "_quarto.yml: website")


def _read_gatsby(site: _Site) -> None:
    name = next(each for each in _GATSBY if (site.root / each).is_file())
    text = _text(site.root / name)
    metadata = text[max(text.find("siteMetadata"), 0) :]
    for key, written in (("title", "title"), ("description", "description")):
        match = re.search(rf"\b{written}\s*:\s*(['\"`])((?:(?!\1)[^\\\n])*)\1", metadata)
        site.set("site", key, match[2] if match else "", f"siteMetadata: {written}")
    match = re.search(r"\bauthor\s*:\s*(?:\{\s*name\s*:\s*)?(['\"`])((?:(?!\1)[^\\\n])*)\1", metadata)
    site.set("site", "author", match[2] if match else "", "siteMetadata: author")
    match = re.search(r"\bsiteUrl\s*:\s*(['\"`])([^'\"`\n]*)\1", metadata)
    prefix = re.search(r"\bpathPrefix\s*:\s*(['\"`])([^'\"`\n]*)\1", text)
    site.address(match[2] if match else "", prefix[2] if prefix else "", "siteMetadata: siteUrl")
    folders = [each for content in ("content", "src", "") for each in _section_with_posts(site.root, content)]
    site.posts(folders[:1], "folder of posts")
    site.permalink("/:path/", "addresses by folder")
    site.unmapped.append("gatsby-node.js may give posts other addresses; change site.permalink if it does")


def _read_plain(site: _Site) -> None:
    folders = [*_folders_named(site.root, "_posts"), *_folders_named(site.root, "_drafts")]
    if folders:
        site.posts(folders, "_posts, _drafts")
        site.permalink(_STYLES["date"], "addresses as Jekyll has them without settings")
    else:
        for content in ("content", "src", ""):
            site.posts(_section_with_posts(site.root, content), "folder of posts")
            if site.tables["build"].get("posts"):
                break
    site.assets(["assets", "images", "img"])


_GATSBY = ("gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs")


def _any(root: Path, *names: str) -> bool:
    return any((root / name).is_file() for name in names)


def _is_hexo(root: Path) -> bool:
    return _any(root, "_config.yml", "_config.yaml") and (root / "source" / "_posts").is_dir()


def _is_zola(root: Path) -> bool:
    return bool(re.search(r"^base_url\s*=", _text(root / "config.toml") + _text(root / "zola.toml"), re.MULTILINE))


def _is_hugo(root: Path) -> bool:
    return (root / "content").is_dir() and _any(root, *_HUGO_FILES)


_KINDS = (
    ("Pelican", lambda root: _any(root, "pelicanconf.py"), _read_pelican),
    ("Gatsby", lambda root: _any(root, *_GATSBY), _read_gatsby),
    ("Quarto", lambda root: _any(root, "_quarto.yml", "_quarto.yaml"), _read_quarto),
    ("Hexo", _is_hexo, _read_hexo),
    ("Zola", _is_zola, _read_zola),
    ("Hugo", _is_hugo, _read_hugo),
    ("Jekyll", lambda root: _any(root, "_config.yml", "_config.yaml", "_config.toml"), _read_jekyll),
)


# -- what they share


def _common(site: _Site, data: Mapping[str, Any], source: str) -> None:
    for key in ("title", "description"):
        value = data.get(key)
        site.set("site", key, str(value) if isinstance(value, (str, int)) else "", f"{source}: {key}")
    site.author(data.get("author"), f"{source}: author")


def _name_pages(site: _Site, names: Iterator[str]) -> None:
    pages = sorted(name for name in names if name.endswith((".md", ".markdown")) and not name.startswith("README"))
    if pages:
        site.unmapped.append(f"pages outside of the posts: {', '.join(pages)}; pages lie in the folder content")


def _add_macros(site: _Site) -> None:
    """Name the files in which the site keeps macros for MathJax or KaTeX, as far as all of them work here."""
    from sitegen.math import check_macros, check_preamble

    found = []
    for path in _files_with_macros(site.root):
        file = read_macros(path, _text(site.root / path))
        if file.problem or not (file.macros or "\\newcommand" in file.preamble or "\\def" in file.preamble):
            continue
        wrong = [*check_macros(file.macros).values(), *(check_preamble(file.preamble) if file.preamble else ())]
        if wrong:
            site.unmapped.append(f"macros in {path}: {wrong[0].message}")
        else:
            found.append(path)
    site.set("math", "macros_files", found, "macros of MathJax or KaTeX")


def _files_with_macros(root: Path) -> Iterator[str]:
    files = {path for path in root.iterdir() if path.is_file()}
    for folder in _MACRO_FOLDERS:
        if (root / folder).is_dir():
            files |= {Path(at) / name for at, _, names in os.walk(root / folder) for name in names}
    for file in sorted(files):
        if file.suffix in _MACRO_FILES and not file.name.endswith(("lock.json", "package.json", ".min.js")):
            text = _text(file)
            if len(text) <= _LARGEST and ("acros" in text or file.suffix in (".tex", ".sty")):
                yield file.relative_to(root).as_posix()


def _folders_named(root: Path, name: str) -> list[str]:
    found = []
    for at, folders, _ in os.walk(root):
        folders[:] = sorted(each for each in folders if each not in _LEFT_OUT and not each.startswith("."))
        if name in folders:
            found.append((Path(at) / name).relative_to(root).as_posix())
            folders.remove(name)
    return found


def _section_with_posts(root: Path, content: str) -> list[str]:
    """Return the folder of `content` that the posts lie in: by its usual name, else the one with most of them."""
    at = root / content
    if not at.is_dir():
        return []
    names = sorted(each.name for each in at.iterdir() if each.is_dir() and not each.name.startswith((".", "_")))
    usual: list[str] = [name for name in ("posts", "post", "blog", "articles", "notes") if name in names]
    counted = [(_count(at / name), name) for name in names if name not in _LEFT_OUT]
    most = max(counted, default=(0, ""))
    chosen = usual or ([most[1]] if most[0] else [])
    return [f"{content}/{name}".lstrip("/") for name in chosen if _count(at / name)]


def _count(folder: Path) -> int:
    return sum(name.lower().endswith(POST_SUFFIXES) for _, _, names in os.walk(folder) for name in names)


def _data(site: _Site, *names: str) -> dict[str, Any]:
    """Return the first of these files that is there, as plain data; what is wrong with it is reported."""
    for name in names:
        if not (site.root / name).is_file():
            continue
        text = _text(site.root / name)
        try:
            data = tomllib.loads(text) if name.endswith(".toml") else yaml.safe_load(text)
        except (tomllib.TOMLDecodeError, yaml.YAMLError, ValueError, RecursionError) as problem:
            site.unmapped.append(f"{name} cannot be read: {' '.join(str(problem).split())}")
            return {}
        return data if isinstance(data, dict) else {}
    return {}


def _assignments(text: str) -> dict[str, Any]:
    """Return the names in capitals that a Python file gives literals; the file is read and not run."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except (ValueError, TypeError):
                found[node.targets[0].id] = None
    return found


def _text(file: Path) -> str:
    """Return what a file holds; empty where there is none, or none of text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return ""


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
