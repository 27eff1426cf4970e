"""The keys of front matter: those with a meaning here, and those that other generators gave one."""

from __future__ import annotations

from sitegen.diagnostics import nearest

__all__ = ["KNOWN", "is_usual", "meant"]

KNOWN = (
    "title",
    "date",
    "path",
    "tags",
    "draft",
    "published",
    "description",
    "macros",
    "dialect",
)
"""Every key that sitegen acts upon."""

FOREIGN = frozenset(
    """
    aliases author authors bibliography blurb categories category chapter citation comments cover data
    description_html edited editor email engine event excerpt execute features format future has_math headline hidden
    id image images img jupytext katex kernelspec keywords lang language lastmod layout link links location math mathjax
    menu meta meta_img modified nav_order order output pages parent part permalink pin post priority
    publication publishdate redirect_from references series section share sitemap slug sort source status subtitle
    summary tag tagline template thumbnail tldr toc topic twitter type updated url urls visible weight year
    """.split()  # noqa: SIM905 - a column of 90 words is easier to read than a list of strings
)
"""Keys that posts carry for other generators and themes. Some are a letter away from ours (`tag`, `part`,
`math`), and none of them is a mistake."""


def meant(key: str) -> str | None:
    """Return the known key that `key` is probably a misspelling of, or None when it may be meant as it is."""
    return None if key in KNOWN or key in FOREIGN else nearest(key, KNOWN)


def is_usual(key: str) -> bool:
    """Tell whether `key` is one that shows that a block is front matter and not text between two rules."""
    return key in FOREIGN or nearest(key, KNOWN) is not None
