"""HTML of authors who are not trusted: what of it may stay (the only importer of nh3 but for notebooks).

With `markdown.html = "safe"` the whole body goes through nh3, a real HTML parser, before formulas and holes are put
in: elements and attributes that are not listed here vanish, and what an author left open is closed. Formulas are ours,
so they need no leave; MathML of authors is removed like any other markup that is not listed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import msgspec

from sitegen.model import AssetSlot, ImageSlot, LinkSlot, Slot

__all__ = ["ELEMENTS", "hidden", "safe_image", "sanitised"]

ELEMENTS = frozenset(
    """
    a abbr acronym address area article aside audio b bdi bdo big blockquote br caption center cite code col colgroup
    data dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img
    input ins kbd label li map mark nav nobr ol p picture pre q rp rt ruby s samp section small source span strike
    strong sub summary sup table tbody td tfoot th thead time tr track tt u ul var video wbr
    """.split()  # noqa: SIM905 - a column of words is easier to read than a list of strings
)
"""Elements that stay: text, tables, pictures and films, no forms, frames or programs."""

_EVERYWHERE = {
    *("aria-describedby", "aria-hidden", "aria-label", "aria-labelledby", "class", "dir", "id", "lang", "role"),
    *("tabindex", "title", "data-line"),
}
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "hreflang"},
    "area": {"alt", "coords", "href", "shape"},
    "audio": {"controls", "loop", "muted", "preload", "src"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "details": {"open", "name"},
    "input": {"checked", "disabled", "type"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "map": {"name"},
    "ol": {"reversed", "start", "type"},
    "q": {"cite"},
    "source": {"media", "sizes", "src", "srcset", "type"},
    "td": {"colspan", "headers", "rowspan"},
    "th": {"abbr", "colspan", "headers", "rowspan", "scope"},
    "time": {"datetime"},
    "track": {"default", "kind", "label", "src", "srclang"},
    "video": {"controls", "height", "loop", "muted", "playsinline", "poster", "preload", "src", "width"},
}
_OF_IMAGES = _EVERYWHERE | {"alt", "decoding", "height", "loading", "sizes", "width"}

_OURS = re.compile("\0(\\d+)\0|<math\\b.*?</math>", re.DOTALL)
"""What is put in afterwards: holes, and formulas. Authors have no `<math>` any more (`hidden`)."""

_AUTHORS_MATH = re.compile(r"<(/?)math\b", re.IGNORECASE)


def hidden(html: str) -> str:
    """Return raw HTML of an author whose `<math>` cannot be taken for one of ours."""
    return _AUTHORS_MATH.sub(r"<\1x-math", html)


def sanitised(html: str, holes: Sequence[Slot]) -> str:
    """Return a body without anything that could do harm. Formulas and holes stay as they are.

    Where a tag that an author left unfinished swallowed a formula or an image, that is dropped: in an attribute only
    addresses may stand.
    """
    import nh3

    mark = _unused_word(html)
    ours: list[str] = []

    def away(match: re.Match[str]) -> str:
        ours.append(match[0])
        return f"{mark}{len(ours) - 1}."

    clean = nh3.clean(
        _OURS.sub(away, html),
        tags=set(ELEMENTS),
        attributes={**_ATTRIBUTES, "*": _EVERYWHERE},
        attribute_filter=_filter,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "tel"},
    )
    stand_in = re.compile(rf"{mark}(\d+)\.")

    def address(match: re.Match[str]) -> str:
        written = ours[int(match[1])]
        hole = _OURS.fullmatch(written)
        fits = hole is not None and hole[1] and isinstance(holes[int(hole[1])], LinkSlot | AssetSlot)
        return written if fits else ""

    def back(match: re.Match[str]) -> str:
        return stand_in.sub(address, match[0]) if match[0][0] == "<" else ours[int(match[1])]

    # nh3 writes attributes between double quotes (HTML, section 13.3).
    return re.sub(rf"""<[/A-Za-z](?:"[^"]*"|[^">])*>|{mark}(\d+)\.""", back, clean)


def _unused_word(html: str) -> str:
    """Return a word that the text does not contain, the same for the same text."""
    word = "z" + hashlib.sha256(html.encode()).hexdigest()[:24]
    while word in html:
        word += "z"
    return word


def _filter(tag: str, name: str, value: str) -> str | None:
    if tag == "input" and name == "type":
        return value if value == "checkbox" else None
    if name == "tabindex":
        return value if value in ("0", "-1") else None
    return value


def safe_image(slot: ImageSlot) -> ImageSlot:
    """Return an image with the attributes that may stay."""
    return msgspec.structs.replace(
        slot, attributes=tuple(pair for pair in slot.attributes if pair[0].lower() in _OF_IMAGES)
    )
