"""The menu of the settings, with its addresses as pages need them."""

from __future__ import annotations

from urllib.parse import unquote

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.site.addresses import address, reference
from sitegen.site.files import FoundFile, Refused
from sitegen.site.links import Links
from sitegen.site.model import AssetFile, MenuLink

__all__ = ["menu_of"]


def menu_of(
    config: Config, links: Links, base: str
) -> tuple[tuple[MenuLink, ...], tuple[AssetFile, ...], tuple[Diagnostic, ...]]:
    """Return the menu with its addresses as pages need them, files it leads to, and the entries that lead nowhere."""
    menu: list[MenuLink] = []
    assets: list[AssetFile] = []
    problems: list[Diagnostic] = []
    for index, item in enumerate(config.site.menu):
        url = item.url.strip()
        written = reference(url)
        if not written.external:
            written = written.rooted()
            target = links.from_root(written)
            if isinstance(target, Refused):
                span = config.spans.get(("site", "menu", index, "url"))
                problems.append(
                    Diagnostic(target.code, target.message, config.path, span, "nothing to link to here", target.hint)
                )
            elif isinstance(target, FoundFile) and target.asset is not None:
                assets.append(target.asset)
            place = unquote(written.path) if isinstance(target, Refused) else target.place
            url = address(base, place, written.query, written.fragment)
        menu.append(MenuLink(" ".join(item.title.split()), url))
    return tuple(menu), tuple(assets), tuple(problems)
