"""Presentational attributes and obsolete elements as classes and valid HTML (HTML, section 16.2).

A strict content policy forbids `style="…"`, and the Nu validator rejects `<font>` or `align=`; dropping them would
change what the author meant. So what they declare becomes classes of a generated stylesheet.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sitegen.markdown.colors import rrggbb
from sitegen.markdown.css import Refusal, refusal
from sitegen.model import StyleRule

__all__ = ["RENAMED", "StartTag", "Styles", "attributes_of"]

RENAMED = {
    "tt": "code",
    "strike": "s",
    "acronym": "abbr",
    "font": "span",
    "big": "span",
    "nobr": "span",
    "dir": "ul",
    "d-footnote": "small",
}
"""Obsolete element to the one that takes its place."""
_FONT_SIZES = ("x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")
_REPLACED = frozenset(("img", "iframe", "video", "canvas", "object", "embed", "input", "source", "svg"))
_TABLE_PARTS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th", "col", "colgroup", "caption"))
_SCRIPT_URL = re.compile(r"[\s\x00-\x20]*(?:javascript|vbscript)\s*:", re.IGNORECASE)
_LENGTH = re.compile(r"\d+(?:\.\d+)?(?:px|em|rem|ex|ch|pt|cm|mm|in|vw|vh|%)?\Z")


@dataclass(slots=True)
class Styles:
    """What the presentational markup of one post needs of the generated stylesheet."""

    colors: set[str] = field(default_factory=set)
    backgrounds: set[str] = field(default_factory=set)
    rules: dict[str, str] = field(default_factory=dict)
    """Class to declarations."""
    safe: bool = False
    """Whether only colours and alignment may be set: a `position` could cover the page."""

    def sorted_rules(self) -> tuple[StyleRule, ...]:
        """Return the generated classes by name."""
        return tuple(StyleRule(name, self.rules[name]) for name in sorted(self.rules))

    def classes(self, declarations: str) -> tuple[list[str], list[tuple[str, Refusal]]]:
        """Return the classes that mean `declarations`, and the declarations that cannot be written, with the reasons.

        A colour becomes `c-rrggbb`, a background `bg-rrggbb`, an alignment `align-…`; the rest one class of its own.
        """
        judged = _judged(declarations, self.safe)
        self.colors.update(judged.colors)
        self.backgrounds.update(judged.backgrounds)
        self.rules.update(judged.rules)
        return list(judged.names), list(judged.refused)


class _Judged(NamedTuple):
    """What declarations come to."""

    names: tuple[str, ...]
    """The classes that mean them."""
    colors: tuple[str, ...]
    backgrounds: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    """A class of their own with what it declares, if they need one."""
    refused: tuple[tuple[str, Refusal], ...]


@functools.lru_cache(maxsize=1024)  # an author has a few styles, and writes them again and again
def _judged(declarations: str, safe: bool) -> _Judged:
    names: list[str] = []
    rest: list[str] = []
    refused: list[tuple[str, Refusal]] = []
    for declaration in _declarations(declarations):
        prop, _, value = (part.strip() for part in declaration.partition(":"))
        prop, value = prop.lower(), " ".join(value.split())
        why = refusal(prop, value)
        if why is not None:
            refused.append((declaration, why))
            continue
        name = _known_class(prop, value)
        if name:
            names.append(name)
        elif safe:
            refused.append((declaration, Refusal("is not among what untrusted posts may set")))
        else:
            rest.append(f"{prop}:{value}")
    colors = tuple(name.removeprefix("c-") for name in names if name.startswith("c-"))
    backgrounds = tuple(name.removeprefix("bg-") for name in names if name.startswith("bg-"))
    rules: tuple[tuple[str, str], ...] = ()
    if rest:
        text = ";".join(rest)
        names.append("s-" + hashlib.sha256(text.encode()).hexdigest()[:8])
        rules = ((names[-1], text),)
    return _Judged(tuple(names), colors, backgrounds, rules, tuple(refused))


def _known_class(prop: str, value: str) -> str:
    """Return the class that every site has for a declaration; empty if there is none."""
    plain = re.sub(r"\s*!important\Z", "", value.strip().lower())
    if prop == "text-align" and plain in {"left", "right", "center", "justify"}:
        return f"align-{plain}"
    color = rrggbb(plain) if prop in {"color", "background", "background-color"} else None
    if color is None:
        return ""
    return f"c-{color}" if prop == "color" else f"bg-{color}"


def _declarations(text: str) -> Iterator[str]:
    """Split at semicolons outside quotes and parentheses."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.DOTALL)
    for match in re.finditer(r"""(?:[^;"'(]|"[^"]*"|'[^']*'|\([^()]*\)|["'(])+""", text):
        if match.group().strip():
            yield match.group().strip()


def attributes_of(
    name: str, wished: dict[str, str], styles: Styles
) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Return the attributes that an element `name` gets where `wished` were asked for, and what was left out.

    The latter are codes with messages and hints; styles become classes, as everywhere.
    """
    tag = StartTag(name, wished, styles)
    tag.translate(True)
    notes = [
        ("html/script", f"the attribute {key} was removed, since pages have no scripts", "") for key in tag.scripts
    ]
    notes += [("html/bad-style", f"“{text}” {why.reason}, so it was left out", why.hint) for text, why in tag.refused]
    return tag.attributes, notes


class StartTag:
    """One start tag while it is translated; afterwards its name and attributes are those to write."""

    def __init__(self, name: str, attributes: dict[str, str], styles: Styles, *, scripts: bool = False) -> None:
        self.name = name
        self.allow_scripts = scripts
        self.attributes = dict(attributes)
        self.styles = styles
        self.classes: list[str] = []
        self.declarations: list[str] = []
        self.scripts: list[str] = []
        self.refused: list[tuple[str, Refusal]] = []

    def translate(self, block: bool) -> None:
        """Translate name and attributes; in a `block` a centred element may be one itself."""
        original = self.name
        for key in list(self.attributes):
            self._attribute(key)
        if original == "center":
            # Inside a paragraph a <div> would end it.
            self.name = "div" if block else "span"
            self.classes.append("align-center")
        elif original in {"big", "nobr"}:
            self.declarations.append("font-size:larger" if original == "big" else "white-space:nowrap")
        self.name = RENAMED.get(self.name, self.name)
        self._write_classes()

    def _take(self, key: str) -> str:
        return self.attributes.pop(key).strip()

    def _attribute(self, key: str) -> None:
        name = self.name
        if (key.startswith("on") and not self.allow_scripts) or (
            key in {"href", "src", "action"} and _SCRIPT_URL.match(self.attributes[key])
        ):
            del self.attributes[key]
            self.scripts.append(key)
        elif key == "markdown":
            del self.attributes[key]
        elif key == "style":
            self.declarations.append(self._take(key))
        elif key == "align":
            self._align(self._take(key).lower())
        elif key == "bgcolor":
            self.declarations.append(f"background-color:{_legacy_color(self._take(key))}")
        elif key == "valign":
            self.declarations.append(f"vertical-align:{self._take(key).lower()}")
        elif key in {"width", "height"}:
            self._size(key)
        elif name == "font":
            self._font(key)
        elif name == "a" and key == "name":
            self.attributes.setdefault("id", self._take(key)) if "id" not in self.attributes else self._take(key)
        else:
            self._obsolete(key)

    def _align(self, value: str) -> None:
        if value in {"left", "right", "center", "justify"}:
            self.classes.append(f"align-{value}")
        elif value == "middle" and self.name != "img":
            self.classes.append("align-center")
        elif value in {"top", "middle", "bottom", "baseline"}:
            self.declarations.append(f"vertical-align:{value}")
        elif value not in {"", "char"}:
            self._refuse("align", value, "one of left, right, center, justify")

    def _refuse(self, key: str, value: str, hint: str) -> None:
        self.refused.append((f'{key}="{value}"', Refusal("means nothing", hint)))

    def _size(self, key: str) -> None:
        value = self.attributes[key].strip()
        if self.name in _REPLACED and value.isdigit():
            return
        del self.attributes[key]
        if _LENGTH.match(value):
            self.declarations.append(f"{key}:{value}px" if value[-1].isdigit() else f"{key}:{value}")
        elif value and value not in {"auto", "*"}:
            self._refuse(key, value, "a number of pixels, or a percentage")

    def _font(self, key: str) -> None:
        if key == "color":
            self.declarations.append(f"color:{_legacy_color(self._take(key))}")
        elif key == "face":
            self.declarations.append(f"font-family:{self._take(key)}")
        elif key == "size":
            value = self._take(key)
            number = value.lstrip("+-")
            if number.isdigit():
                step = int(number[:3])
                relative = {"+": 3 + step, "-": 3 - step}.get(value[:1], step)
                self.declarations.append(f"font-size:{_FONT_SIZES[min(7, max(1, relative)) - 1]}")
            else:
                self._refuse("size", value, "a number from 1 to 7, or a step such as +1")

    def _obsolete(self, key: str) -> None:
        """Translate attributes that HTML no longer has (HTML section 16.2)."""
        name = self.name
        value = self.attributes[key].strip()
        if key == "border" and name in {"table", "img", "object"}:
            self._take(key)
            if name == "table" and value != "0":
                self.classes.append("bordered")
            elif name != "table" and value.isdigit():
                self.declarations.append(f"border:{value}px solid" if value.strip("0") else "border:0")
        elif key == "cellspacing" and name == "table":
            self._take(key)
            self.declarations.append(f"border-spacing:{_pixels(value)}")
        elif key == "cellpadding" and name == "table":
            self._take(key)
            self.declarations.append(f"--cell-padding:{_pixels(value)}")
        elif key in {"hspace", "vspace"} and name in _REPLACED:
            self._take(key)
            self.declarations.append(f"margin-{'inline' if key == 'hspace' else 'block'}:{_pixels(value)}")
        elif key == "nowrap" and name in _TABLE_PARTS:
            self._take(key)
            self.declarations.append("white-space:nowrap")
        elif key == "clear" and name == "br":
            self._take(key)
            self.declarations.append(f"clear:{'both' if value.lower() in {'', 'all'} else value.lower()}")
        elif name == "iframe" and key in {"frameborder", "scrolling", "marginwidth", "marginheight"}:
            self._take(key)
            if key == "frameborder" and value in {"0", "no"}:
                self.declarations.append("border:0")
            elif key == "scrolling" and value.lower() == "no":
                self.declarations.append("overflow:hidden")
        elif name == "hr" and key in {"size", "noshade", "color"}:
            self._take(key)
            if key == "color":
                self.declarations.append(f"color:{_legacy_color(value)}")
            elif key == "size":
                self.declarations.append(f"height:{_pixels(value)}")

    def _write_classes(self) -> None:
        if not self.classes and not self.declarations:
            return
        names, refused = self.styles.classes(";".join(self.declarations))
        self.refused += refused
        unique = dict.fromkeys([*self.attributes.get("class", "").split(), *self.classes, *names])
        if unique:
            self.attributes["class"] = " ".join(unique)


def _pixels(value: str) -> str:
    return f"{value}px" if value.isdigit() else value or "0"


def _legacy_color(value: str) -> str:
    """Return a colour as CSS writes it: HTML's attributes also take hex digits without `#`."""
    return f"#{value}" if re.fullmatch(r"[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6}", value) else value
