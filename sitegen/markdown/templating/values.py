"""What outputs such as `{{ page.title | upcase }}` stand for, as far as a post says it itself."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

from sitegen.markdown.templating.draft import MAX_FILLED, STRING, Draft, unquoted

BASES = frozenset(
    """
    site.baseurl site.base_url site.url site.github.url site.root site.path_prefix site.production_url baseurl base_url
    root_url BASE_PATH base_path base.url site.baseURL .Site.BaseURL site.cdn site.static_url SITEURL url_base
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Variables that stand for the address of the site, which sitegen puts before every address that begins with `/`."""
_LITERAL = re.compile(rf"\s*({STRING})\s*(\|.*)?\Z", re.DOTALL)
PATH = re.compile(r"\s*([A-Za-z_][\w.-]*(?:\[[^\]]*\])?)\s*(\|.*)?\Z", re.DOTALL)
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|#|\.\.?/")
_LINK_BEFORE = re.compile(r"""(?:\]\(\s*<?|\]:\s*<?|["'=<>}]|\{[^{}\n]*)\Z""")
_FILTER = re.compile(rf"\|\s*(\w+)\s*(?::\s*((?:{STRING}|[^|\"'])*))?")
_FILTERS: dict[str, Callable[[str, list[str]], str]] = {
    "default": lambda value, given: value or "".join(given[:1]),
    "append": lambda value, given: value + "".join(given[:1]),
    "prepend": lambda value, given: "".join(given[:1]) + value,
    "replace": lambda value, given: value.replace(given[0], given[1]) if len(given) > 1 else value,
    "upcase": lambda value, given: value.upper(),
    "downcase": lambda value, given: value.lower(),
    "capitalize": lambda value, given: value[:1].upper() + value[1:],
    "strip": lambda value, given: value.strip(),
    "escape": lambda value, given: html.escape(value),
    "date": lambda value, given: _dated(value, "".join(given[:1])),
}
"""Liquid's filters that a value of a post may need; all others change nothing."""


def value(draft: Draft, inner: str, start: int, end: int) -> str | None:
    """Return what an output shows; None where that cannot be known, or all together has become too much."""
    found = _value(draft, inner, start, end) if draft.filled < MAX_FILLED else None
    draft.filled += len(found or "")
    return found


def _value(draft: Draft, inner: str, start: int, end: int) -> str | None:
    literal = _LITERAL.match(inner)
    if literal:
        filters = literal[2] or ""
        text = _filtered(draft, unquoted(literal[1]), filters)
        if text is not None and re.search(
            r"relative_url|absolute_url|baseurl|base_url|url_for|site\.url|relURL|absURL|\burl\b", filters
        ):
            return text if ABSOLUTE.match(text) else f"/{text}"
        return text
    path = PATH.match(inner)
    if path is None:
        return None
    known = draft.variables.get(path[1])
    if known is None and path[1].startswith(("page.", "site.")):
        known = draft.values.get(path[1].lower())
    if known is not None or (path[2] and "default" in path[2] and path[1] not in BASES):
        return _filtered(draft, known or "", path[2] or "")
    if path[1] in BASES:
        following = draft.source[end : end + 1]
        inside = _LINK_BEFORE.search(draft.source[max(0, start - 200) : start]) is not None
        if not inside and not (following and not following.isspace() and following not in ".,;)"):
            return None
        return "" if following in {"/", "{"} else "/"
    if path[1].lower() in {"toc", "page.toc", "content.toc"}:
        return "[TOC]"
    return None


def inside(draft: Draft, text: str) -> str:
    """Return the value of a parameter with the outputs in it filled in."""
    if "{{" not in text:
        return text
    return re.sub(r"\{\{(.*?)\}\}", lambda m: value(draft, m[1], 0, 0) or ("" if m[1].strip() in BASES else m[0]), text)


def assign(draft: Draft, rest: str, start: int, end: int) -> int:
    """Keep what the post assigns to a variable, if that can be known."""
    name, _, written = rest.partition("=")
    found = value(draft, written, start, end)
    if found is not None:
        draft.variables[name.strip()] = found
        draft.edit(start, end, "")
    else:
        draft.unknown(f"{{% assign {name.strip()} … %}}", start, end)
    return end


def _filtered(draft: Draft, value: str, filters: str) -> str | None:
    for name, given in _FILTER.findall(filters):
        if draft.filled > MAX_FILLED:
            return None
        if name in _FILTERS:
            value = _FILTERS[name](value, [unquoted(each) for each in re.findall(STRING, given)])
            draft.filled += len(value)
    return value


def _dated(value: str, form: str) -> str:
    """Return a date as a form such as `%B %d, %Y` says, the value itself where it is none."""
    try:
        date = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    return date.strftime(form.replace("%-d", str(date.day)).replace("%-m", str(date.month))) if form else value
