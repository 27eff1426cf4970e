"""The recipes of all files of a site: names before bytes, so that two for one path are found before any is made."""

from __future__ import annotations

import msgspec

from sitegen.assets import make_assets
from sitegen.cache import Cache
from sitegen.diagnostics import Diagnostic
from sitegen.extension import Extended
from sitegen.model import Output, RenderError
from sitegen.pages import Checked, Keys, Theme, file_outputs, foreign_templates, misnamed_templates, page_outputs
from sitegen.precompress import Copy
from sitegen.search import search_outputs
from sitegen.site import Site

__all__ = ["Listing", "list_files"]


class Listing(msgspec.Struct, frozen=True):
    """The recipes of a site."""

    pages: tuple[Output, ...] = ()
    others: tuple[Output, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    """What keeps the site from being made."""
    warnings: tuple[Diagnostic, ...] = ()
    copies: tuple[Copy, ...] = ()
    """Compressed copies, in the order of what they are copies of."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The recipes of all files."""
        return (*self.pages, *self.others, *(copy.output for copy in self.copies))


def list_files(
    site: Site, theme: Theme, extended: Extended, known: Checked | None = None, cache: Cache | None = None
) -> Listing:
    """List the files of a site, with those that its own module adds; or why that cannot be done.

    With what is `known` of the theme, recipes have keys; a `cache` remembers the index for searching.
    """
    try:
        made = make_assets(site)
        keys = Keys(site, made, known, extended.given) if known is not None else None
        pages = page_outputs(site, theme, made, keys)
        others = (*file_outputs(site, made, keys), *search_outputs(site, cache), *extended.outputs, *made.outputs)
    except RenderError as error:
        return Listing(problems=(error.diagnostic,))
    except FileNotFoundError as error:  # the installation lacks the font
        return Listing(problems=(Diagnostic("asset/unreadable", str(error), "default/fonts"),))
    told = (*made.diagnostics, *foreign_templates(site, theme), *misnamed_templates(site, theme))
    return Listing(pages, others, warnings=told)
