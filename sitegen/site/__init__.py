"""Documents into a `Site`: addresses, order, filled slots. Whole-site and cheap; always runs.

`model` holds the values, `addresses` makes every internal address, `files` finds what lies beside posts and in the
static folder, `links` finds what an author's address leads to, `labels` what a reference names, `slots` fills the
holes of the documents, `terms` groups posts by what they share, `menu` and `redirects` read what the settings say of
addresses, `summaries` and `reading` make what is said of pages and helps on them, and `assemble` puts the site
together. Nothing is written here; of files, only images' sizes are read.
"""

from __future__ import annotations

from sitegen.site.assemble import assemble, places_of_lists
from sitegen.site.model import (
    Alias,
    AssetFile,
    Filling,
    MenuLink,
    Page,
    PageLink,
    Site,
    Still,
    Term,
    TermLink,
    direction,
)
from sitegen.site.sizes import Sizes
from sitegen.site.terms import KINDS

__all__ = [
    "KINDS",
    "Alias",
    "AssetFile",
    "Filling",
    "MenuLink",
    "Page",
    "PageLink",
    "Site",
    "Sizes",
    "Still",
    "Term",
    "TermLink",
    "assemble",
    "direction",
    "places_of_lists",
]
