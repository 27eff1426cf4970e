"""The keys of front matter: those with a meaning here, and those that other generators gave one."""

from __future__ import annotations

from sitegen.diagnostics import nearest

__all__ = ["KNOWN", "MEANINGS", "SYNONYMS", "is_usual", "meant"]

MEANINGS: dict[str, tuple[str, ...]] = {
    "title": (),
    "date": (),
    "updated": ("lastmod", "modified"),
    "path": ("permalink", "url"),
    "slug": (),
    "aliases": ("redirect_from",),
    "tags": ("tag",),
    "categories": ("category",),
    "series": (),
    "draft": (),
    "published": (),
    "description": ("summary", "excerpt"),
    "authors": ("author",),
    "image": (),
    "lang": ("language",),
    "toc": (),
    "template": ("layout",),
    "order": ("weight", "nav_order"),
    "macros": (),
    "dialect": (),
    "math": (),
    "taxonomies": (),
    "extra": (),
}
"""Every key that sitegen acts upon, with the other names that generators have given it."""

SYNONYMS = {name: key for key, others in MEANINGS.items() for name in (key, *others)}
"""Each of those names to the key that it stands for."""

KNOWN = tuple(SYNONYMS)

FOREIGN = frozenset(
    """
    bibliography blurb chapter citation comments cover data description_html edited editor email engine event execute
    features format future has_math headline height hidden id images img jupytext katex kernelspec keywords link links
    location mathjax menu meta meta_img name output pages parent part pin post priority publication publishdate
    references section share sitemap sort source status subtitle tagline thumbnail tldr topic twitter type urls visible
    year
    """.split()  # noqa: SIM905 - a column of 60 words is easier to read than a list of strings
)
"""Keys that posts carry for other generators and themes. Some are a letter away from ours (`part`, `images`), and
none of them is a mistake."""


def meant(key: str) -> str | None:
    """Return the known key that `key` is probably a misspelling of, or None when it may be meant as it is."""
    return None if key in KNOWN or key in FOREIGN else nearest(key, KNOWN)


def is_usual(key: str) -> bool:
    """Tell whether `key` is one that shows that a block is front matter and not text between two rules."""
    return key in FOREIGN or key in SYNONYMS or nearest(key, KNOWN) is not None
