"""Tries settings before they are written: builds the site in memory, and mends what only the whole site shows.

Posts whose address would be another than before get theirs by name; entries of the menu and old addresses that would
lead nowhere are left out.
"""

from __future__ import annotations

import glob
import re
from collections import Counter
from collections.abc import Sequence

from sitegen.cache import Cache
from sitegen.compiling import compile_all, cores, options_of
from sitegen.config import Config, load_config
from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter import normalise_path
from sitegen.importing.settings import MANY, Settings
from sitegen.model import Document
from sitegen.site import Site, assemble, places_of_lists
from sitegen.site.addresses import output_file, path_key, place_of_output
from sitegen.source import read_sources

__all__ = ["try_out"]

_RUN = re.compile(r"^[ \t]*`{3,}[ \t]*\{(?:r|python|julia|ojs|code-cell)\b(?!.*eval ?= ?(?:F|0))", re.MULTILINE)
"""What begins code that Quarto, knitr and Jupyter Book run."""


def try_out(settings: Settings) -> str:
    """Build the site in memory, mend the settings, and say what came of it; empty where they cannot be used."""
    config = _config(settings)
    if config is None:
        return ""
    sources, unread = read_sources(config)
    posts, _ = compile_all(sources, options_of(config), Cache(None), jobs=cores())
    documents = [post for post in posts if isinstance(post, Document)]
    run = sum(_RUN.search(source.text) is not None for source in sources)
    if run:
        what = f"results of the code in {_counted(run, 'text')}"
        settings.unmapped.append(f"{what}, which sitegen shows and does not run")
    _keep_addresses(settings, assemble(documents, config))
    config = _config(settings)
    if config is None:
        return ""
    site = assemble(documents, config)
    _part(settings, site)
    _tell_of_keys(settings, site)
    _set_menu(settings, site)
    settings.tables["site.redirects"] = dict(settings.redirects)
    config = _config(settings)
    if config is None:
        return ""
    site = assemble(documents, config)
    _leave_out(settings, config, site)
    found = [problem for post in (*posts, *unread) for problem in post.diagnostics]
    return _summary(site, [*found, *(each for each in site.diagnostics if each.path != config.path)])


def _config(settings: Settings) -> Config | None:
    """Return the settings as sitegen reads them; what is wrong with them is among what is not mapped."""
    config, problems = load_config(settings.tree.root, text=settings.text(), drafts=True, future=True)
    for problem in problems:
        settings.unmapped.append(f"sitegen.toml: {problem.message}")
    return config


def _keep_addresses(settings: Settings, site: Site) -> None:
    """Give posts and pages that would move their former addresses by name."""
    for page, document in zip(site.pages, site.documents, strict=True):
        if document.meta.path is not None:
            continue
        old = normalise_path(settings.address_of(document) or place_of_output(page.output))
        if isinstance(old, str) and old != place_of_output(page.output):
            settings.set("site.permalinks", document.path, old, "addresses that follow no pattern")


def _set_menu(settings: Settings, site: Site) -> None:
    places = {page.source: place_of_output(page.output) for page in site.pages}
    titles = {page.source: page.title for page in site.pages}
    pages = {place.rstrip("/") for place in places.values()}
    lists = {old.rstrip("/"): new for old, new in settings.redirects.items()}
    entries = list(settings.menu)
    for document in site.documents:
        entries += [(weight, title, document.path) for weight, title in settings.menu_of(document)]
    menu = []
    for _, title, url in sorted(entries, key=lambda entry: entry[0]):
        path = url.removeprefix("./")
        title = title or titles.get(path, "")
        whole = url.startswith(("http://", "https://"))
        place = places.get(path) or (url if whole else f"/{path.lstrip('/')}")
        if place.rstrip("/") not in pages:
            place = lists.get(place.rstrip("/"), place)
        entry = {"title": " ".join(title.split()), "url": place}
        if entry["title"] and ":" not in place.partition("://")[0] and entry not in menu:
            menu.append(entry)
    if menu:
        settings.tables["site"]["menu"] = menu


def _leave_out(settings: Settings, config: Config, site: Site) -> None:
    """Leave out entries of the menu and old addresses that lead nowhere, and tell of the former."""
    wrong = {problem.span for problem in site.diagnostics if problem.path == config.path and problem.span is not None}
    menu = settings.tables["site"].get("menu", [])
    kept = [entry for index, entry in enumerate(menu) if config.spans.get(("site", "menu", index, "url")) not in wrong]
    lost = [entry["title"] for entry in menu if entry not in kept]
    settings.leave("entries of the menu that lead nowhere here: ", lost)
    settings.tables["site"].pop("menu", None)
    settings.set("site", "menu", kept, "menu")
    redirects = settings.tables["site.redirects"]
    settings.tables["site.redirects"] = {}
    for old, new in redirects.items():
        if config.spans.get(("site", "redirects", old)) not in wrong:
            settings.set("site.redirects", old, new, "old addresses")


def _part(settings: Settings, site: Site) -> None:
    """Leave out texts whose address another one has: the other generator published one of them only."""
    by_output: dict[str, list[str]] = {}
    for page in site.pages:
        by_output.setdefault(path_key(page.output), []).append(page.source)
    ignored = list(settings.tables["build"].get("ignore", []))
    left_out = []
    for sources in by_output.values():
        # Markdown counts before what other programs make Markdown of.
        first, *others = sorted(sources, key=lambda path: (_kind(path), path))
        for other in others:
            ignored.append(glob.escape(other))
            left_out.append(f"{other} has the address of {first}, and is left out")
    made = {path_key(output_file(place)) for place in (*places_of_lists(site), "/404.html")}
    for page in site.pages:
        if path_key(page.output) in made:
            ignored.append(glob.escape(page.source))
            left_out.append(f"{page.source} has the address of a page that sitegen makes, and is left out")
    if len(left_out) > MANY:
        number = len(left_out)
        left_out = [f"{number} texts have addresses of others: {left_out[0]}, and so on; build.ignore names them"]
    settings.unmapped += left_out
    if ignored:
        settings.tables["build"]["ignore"] = ignored
    outputs = {*by_output, *(path_key(output_file(alias.place)) for alias in site.aliases)}
    content = f"{site.config.build.content}/"
    assets = settings.tables["build"].get("assets", [])
    kept = [each for each in assets if path_key(each.removeprefix(content)) not in outputs]
    if kept != assets:
        settings.tables["build"]["assets"] = kept


def _kind(path: str) -> int:
    kinds = (".md", ".markdown", ".mdx", ".qmd", ".rmd", ".ipynb")
    return next((number for number, ending in enumerate(kinds) if path.lower().endswith(ending)), len(kinds))


def _tell_of_keys(settings: Settings, site: Site) -> None:
    """Tell of posts without the key that their addresses are made of."""
    for key in re.findall(r":extra\.([\w-]+)", settings.tables["site"].get("permalink", "")):
        lacking = sum(page.kind == "post" and key not in page.extra for page in site.pages)
        if lacking:
            posts = f"{_counted(lacking, 'post')} {'has' if lacking == 1 else 'have'} no key {key}"
            settings.unmapped.append(f"{posts}, so that their names make their addresses")


def _summary(site: Site, problems: Sequence[Diagnostic]) -> str:
    found = Counter(problem.severity for problem in problems)
    kinds = {"post": "post", "page": "other page"}
    parts = []
    for kind, name in kinds.items():
        drafts = [page.draft for page in site.pages if page.kind == kind]
        some = f" ({_counted(sum(drafts), 'draft')})" if any(drafts) else ""
        parts.append(f"{_counted(len(drafts), name)}{some}")
    troubles = f"{_counted(found['error'], 'error')} and {_counted(found['warning'], 'warning')}"
    return f"{' and '.join(parts)}; {troubles}, which sitegen build lists"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
