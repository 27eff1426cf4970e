"""The keys of front matter: those with a meaning here, and those that other generators gave one."""

from __future__ import annotations

from sitegen.diagnostics import nearest

__all__ = ["EXPLANATIONS", "KNOWN", "MEANINGS", "SYNONYMS", "is_usual", "meant"]

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
    "number_headings": ("number-headings", "number-sections", "number_sections", "numbersections"),
    "template": ("layout",),
    "order": ("weight", "nav_order"),
    "macros": (),
    "dialect": (),
    "math": (),
    "taxonomies": (),
    "extra": (),
}
"""Every key that sitegen acts upon, with the other names that generators have given it."""

EXPLANATIONS: dict[str, tuple[str, str]] = {
    "title": ("text", "the page's title; without it, the first heading of the text, then the name of the file"),
    "date": ("a date", "see [dates](#dates); without it, the date that the file's name begins with"),
    "updated": ("a date", "when the text was changed last"),
    "path": ("text", "the whole address, `/2024/bose/` or `/2024/bose.html`"),
    "slug": ("text", "the last part of the address, `bose`"),
    "aliases": ("a list of texts", "other addresses that lead to the page"),
    "tags": ("a list of texts, or text with commas", "what the post is about"),
    "categories": ("the same", "another list of the kind"),
    "series": ("text", "the name of the series that the post is a part of"),
    "draft": ("`true` or `false`", "`true` leaves the post out unless `--drafts` is given"),
    "published": ("`true` or `false`, or a date", "`false` means `draft: true`; a date means `date`"),
    "description": (
        "text",
        "for lists and search engines; without it, the beginning of the text, see [summaries](#summaries)",
    ),
    "authors": ("a name, a list of names, or mappings with a `name`", "without it, `site.author`"),
    "image": ("text", "the picture that stands for the post where it is linked to: a file beside it, or an address"),
    "lang": ("a language tag, `en`, `de-AT`", "the language of the post, where it is not the site's"),
    "toc": ("`true` or `false`", "whether there is a table of contents; without it, `theme.toc` decides"),
    "number_headings": ("`true` or `false`", "whether headings are numbered; without it, `markdown.number_headings`"),
    "template": ("text", "the name of the template that makes the page, `wide` or `wide.html`"),
    "order": ("a number", "the place among the pages of a folder"),
    "macros": ("a mapping, or LaTeX", "TeX macros of this post, `{RR: '\\mathbb{R}'}`"),
    "dialect": ("`auto`, `tex` or `escaped`", "how backslashes are read, see [](math-in-markdown.md#backslashes)"),
    "math": ("a mapping", "may hold `macros` and `dialect`; `math: true` is of no effect"),
    "taxonomies": ("a mapping", "may hold `tags`, `categories` and `authors`"),
    "extra": ("a mapping", "its keys are those of `page.extra` in templates"),
}
"""Key to the values it takes and to what it does, as the guide says it: Markdown."""

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
    key = key.lower()
    return key in FOREIGN or key in SYNONYMS or nearest(key, KNOWN) is not None
