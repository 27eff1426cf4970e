"""Raw HTML of authors: presentational markup translated into classes, obsolete markup into valid HTML.

A strict content policy forbids `style="…"` and scripts, and the Nu validator rejects `<font>` or `align=`; dropping
them would change what the author meant. Start tags are worked on one by one, since markdown-it delivers inline HTML
tag by tag. Comments, `<pre>`, `<style>` and the like are copied as they are.
"""

from __future__ import annotations

import functools
import hashlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sitegen.markdown.colors import rrggbb
from sitegen.markdown.css import Refusal, refusal
from sitegen.markdown.mathspans import OPENER, REFERENCE, Found, Mark, dollars, find_formula_or_reference, place
from sitegen.markdown.safety import ELEMENTS, safe_image
from sitegen.model import PAGE_SCHEME, WIKI_SCHEME, AssetSlot, ImageSlot, LinkSlot, Slot, StyleRule
from sitegen.text import Span

_TAG_NAME = r"[A-Za-z][A-Za-z0-9-]*"
_ATTRIBUTE = r"""[A-Za-z_:@][\w:.@-]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_MARK = re.compile(
    rf"(?P<comment><!--)|(?P<close></(?P<close_name>{_TAG_NAME})\s*>)"
    rf"|(?P<open><(?P<name>{_TAG_NAME})(?P<attributes>(?>(?:\s+|(?<=[\"'])){_ATTRIBUTE})*+)\s*+(?P<slash>/?)>)"
    rf"|(?P<formula>{OPENER}|{REFERENCE})|(?P<escape>\\[$])"
)
_ATTRIBUTE_PARTS = re.compile(r"""([A-Za-z_:@][\w:.@-]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?""")
_SCHEME = re.compile(r"(?!file:|attachment:)[A-Za-z][A-Za-z0-9+.-]+:|//|#|\Z", re.IGNORECASE)
_SCRIPT_URL = re.compile(r"[\s\x00-\x20]*(?:javascript|vbscript)\s*:", re.IGNORECASE)
_LENGTH = re.compile(r"\d+(?:\.\d+)?(?:px|em|rem|ex|ch|pt|cm|mm|in|vw|vh|%)?\Z")

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"]
)
_RAW = frozenset(("script", "style", "pre", "textarea", "code", "kbd", "samp", "svg", "math", "xmp"))
_NOT_EMPTY = frozenset(
    """
    a abbr b blockquote button canvas cite code dd div dl dt em figure figcaption h1 h2 h3 h4 h5 h6 i iframe label li
    mark math object ol p pre q s section small span strong sub sup svg table tbody td textarea th thead tr u ul video
    """.split()  # noqa: SIM905 - a column of names is easier to read
)
_NO_BLOCKS_INSIDE = frozenset(
    """
    p h1 h2 h3 h4 h5 h6 a abbr b big cite em font i label mark q s small span strike strong sub sup summary tt u
    """.split()  # noqa: SIM905
)
_SIMPLE_BLOCKS = frozenset(("p", "div", "center", "blockquote", "section"))
_END_PARAGRAPHS = frozenset(
    """
    address article aside blockquote center details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr main nav ol p pre section table ul
    """.split()  # noqa: SIM905 - a column of names is easier to read
)
"""Elements whose start tag ends an open paragraph (HTML section 13.1.2.4)."""
_RENAMED = {
    "tt": "code",
    "strike": "s",
    "acronym": "abbr",
    "font": "span",
    "big": "span",
    "nobr": "span",
    "dir": "ul",
    "d-footnote": "small",
}
_FONT_SIZES = ("x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large")
_REPLACED = frozenset(("img", "iframe", "video", "canvas", "object", "embed", "input", "source", "svg"))
_TABLE_PARTS = frozenset(("table", "tbody", "thead", "tfoot", "tr", "td", "th", "col", "colgroup", "caption"))
_ASSETS = {
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src",),
    "iframe": ("src",),
    "embed": ("src",),
    "track": ("src",),
    "object": ("data",),
    "script": ("src",),
}


class HtmlFormula(NamedTuple):
    """A formula in raw HTML."""

    found: Found
    """Its range in the fragment."""
    display: bool
    """Whether it is a display: by its place, and never inside a paragraph or a phrase."""


Part = str | Slot | HtmlFormula
"""A piece of a translated fragment: HTML, a hole, or a formula."""


class Note(NamedTuple):
    """Something to tell the author of a fragment: code, message, and its range in the fragment."""

    code: str
    message: str
    start: int
    end: int
    hint: str = ""


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


class Fragment(NamedTuple):
    """A fragment of raw HTML, translated."""

    parts: list[Part]
    notes: list[Note]


class Translator:
    """Translates the fragments of one post, in order; knows the elements that are open between them."""

    def __init__(
        self, styles: Styles, locate: Callable[[int, int], Span], *, scripts: bool = False, safe: bool = False
    ) -> None:
        """`locate` turns a range of the current fragment into a place in the file.

        With `scripts`, programs stay. With `safe`, what `safety` will remove is told.
        """
        self.styles = styles
        self._scripts = scripts and not safe
        self._safe = safe
        self.locate = locate
        self.lower_headings = False
        """Whether headings move one level down, as those of the body do."""
        self._renamed: list[tuple[str, str]] = []
        """Open elements whose end tag must change with their start tag."""
        self._dropping = ""
        """The `script` or `style` element that is being removed."""
        self._open: list[str] = []
        self._ids: set[str] = set()

    @property
    def dropping(self) -> bool:
        """Whether what follows belongs to a removed element, so that text between fragments goes too."""
        return bool(self._dropping)

    def translate(self, text: str, *, block: bool, continued: bool = False) -> Fragment:
        """Return the translated parts of a fragment; a block's text may hold formulas.

        A `continued` block goes on with what the one before it left open, with Markdown between the two.
        """
        out = Fragment([], [])
        at = 0
        if block and not continued:
            self._open.clear()
        while match := _MARK.search(text, at):
            self._text(out, text[at : match.start()])
            at = self._mark(out, text, match, block)
        self._text(out, text[at:])
        return out

    def _text(self, out: Fragment, text: str) -> None:
        if text and not self._dropping:
            out.parts.append(text)

    def _mark(self, out: Fragment, text: str, match: re.Match[str], block: bool) -> int:
        """Handle one tag, comment or dollar; return where to go on."""
        if match["comment"]:
            end = text.find("-->", match.end())
            self._text(out, text[match.start() : end + 3] if end >= 0 else f"{text[match.start() :]}-->")
            return end + 3 if end >= 0 else len(text)
        if match["formula"]:
            return self._formula(out, text, match, block)
        if match["escape"]:
            self._text(out, "$" if block else match["escape"])
            return match.end()
        if match["close"]:
            self._close(out, match["close_name"].lower(), match["close"])
            return match.end()
        if self._dropping:
            return match.end()
        name = match["name"].lower()
        if name == "script":
            return self._script(out, text, match, block)
        if name == "link" and _LOADER.search(match["attributes"]):
            out.notes.append(_not_needed("stylesheet", match.start(), match.end()))
            return match.end()
        if self._safe and name not in ELEMENTS and name not in ("style", "link"):
            hint = '`markdown.html = "raw"` trusts the HTML of posts'
            message = f"an element <{name}> was removed, since the HTML of posts is not trusted"
            out.notes.append(Note("html/unsafe", message, match.start(), match.end(), hint))
        if name == "style" or (name == "link" and _is_stylesheet(match["attributes"])):
            ends = name == "link" or not block or _STYLE_END.search(text, match.end()) is not None
            hint = "give the elements a style attribute, or add a stylesheet to the site's templates"
            message, hint = _removed(name, hint, ends=ends)
            out.notes.append(Note("html/style", message, match.start(), match.end(), hint))
            self._dropping = name if name == "style" else ""
            return match.end()
        self._start_tag(out, match, name, block)
        return self._skip_raw(out, text, match, name, block)

    def _script(self, out: Fragment, text: str, match: re.Match[str], block: bool) -> int:
        """Handle a script: a formula, data, a loader of what is not needed here, or a program."""
        attributes = read_attributes(match["attributes"])
        kind = attributes.get("type", "").strip().lower()
        close = _SCRIPT_END.search(text, match.end())
        stop, end = (close.start(), close.end()) if close else (len(text), len(text))
        if close and kind.partition(";")[0].strip() == MATH_TYPE:
            # MathJax 2 took formulas from such elements; `mode=display` is a parameter of the type.
            display = "mode=display" in kind.replace(" ", "")
            if text[match.end() : stop].strip():
                mark: Mark = "$$" if display else "$"
                found = Found(match.start(), match.end(), stop, end, mark)
                out.parts.append(HtmlFormula(found, display and not self._in_phrase))
            return end
        if kind == "application/ld+json" and not self._safe:
            self._text(out, text[match.start() : end])
            return end
        if _LOADER.search(match[0]) or _LOADER.search(text, match.end(), stop):
            out.notes.append(_not_needed("script", match.start(), match.end()))
        elif self._scripts:
            span = self.locate(match.start(), match.end())
            out.parts.extend(_tag_parts("script", attributes, _slots("script", attributes, span), span))
            self._text(out, text[match.end() : stop] + "</script>")
            return end
        else:
            hint = "" if self._safe else "`html.scripts = true` in sitegen.toml lets scripts of posts run"
            message, hint = _removed("script", hint, ends=close is not None or not block)
            out.notes.append(Note("html/script", message, match.start(), match.end(), hint))
        if close is None:
            self._dropping = "script"
        return end

    def _skip_raw(self, out: Fragment, text: str, match: re.Match[str], name: str, block: bool) -> int:
        if not block or name not in _RAW or match["slash"]:
            return match.end()
        close = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(text, match.end())
        stop = close.start() if close else len(text)
        if name in {"code", "kbd", "samp"}:
            # Tags inside are translated like any others; only dollars are none of ours.
            for part in re.split(r"(<[^>]*>)", text[match.end() : stop]):
                inner = _MARK.fullmatch(part)
                if inner and inner["open"]:
                    self._start_tag(out, inner, inner["name"].lower(), block)
                elif inner and inner["close"]:
                    self._close(out, inner["close_name"].lower(), part)
                else:
                    self._text(out, part)
        else:
            self._text(out, text[match.end() : stop])
        return stop

    def _formula(self, out: Fragment, text: str, match: re.Match[str], block: bool) -> int:
        at = match.start()
        found = find_formula_or_reference(text, at, len(text)) if block and not self._dropping else None
        if found is not None and "</" not in text[found.start : found.end]:
            display = found.double and not self._in_phrase and self._stands_alone(text, found)
            out.parts.append(HtmlFormula(found, display))
            return found.end
        end = at + max(dollars(text, at, len(text)), 1)
        self._text(out, text[at:end])
        return end

    def _stands_alone(self, text: str, found: Found) -> bool:
        """Tell whether a formula is on lines of its own, or all that a block has in it."""
        if place(text, found, len(text)) not in ("inline", "amid"):
            return True
        around = self._open[-1] if self._open else ""
        follows = re.compile(rf"\s*</{around}", re.IGNORECASE).match(text, found.end)
        return around in _SIMPLE_BLOCKS and follows is not None and text[: found.start].rstrip()[-1:] == ">"

    @property
    def _in_phrase(self) -> bool:
        # A paragraph that holds a display becomes a <div> in the end.
        return any(name in _NO_BLOCKS_INSIDE and name != "p" for name in self._open)

    def _close(self, out: Fragment, name: str, text: str) -> None:
        if self._dropping:
            self._dropping = "" if name == self._dropping else self._dropping
            return
        if name in VOID:
            return  # `</br>`: the start tag said it all
        if name == "p" and "p" not in self._open:
            return  # a block inside of it has ended the paragraph
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index] == name:
                del self._open[index:]
                break
        for index in range(len(self._renamed) - 1, -1, -1):
            if self._renamed[index][0] == name:
                new = self._renamed.pop(index)[1]
                self._text(out, f"</{new}>")
                return
        if name in _RENAMED or name == "center":
            return  # an end tag whose start was never seen
        self._text(out, self._lowered_close(name, text))

    def _lowered_close(self, name: str, text: str) -> str:
        lowered = self._lowered(name)
        return text if lowered == name else f"</{lowered}>"

    def _lowered(self, name: str) -> str:
        if self.lower_headings and len(name) == 2 and name[0] == "h" and name[1] in "12345":
            return f"h{int(name[1]) + 1}"
        return name

    def _start_tag(self, out: Fragment, match: re.Match[str], name: str, block: bool) -> None:
        attributes = read_attributes(match["attributes"])
        tag = _Tag(name, attributes, self.styles, scripts=self._scripts)
        tag.translate(block)
        ident = tag.attributes.get("id", "")
        if ident and ident in self._ids:
            del tag.attributes["id"]
            message = f"the id “{ident}” is taken; this element goes without"
            out.notes.append(Note("heading/duplicate-id", message, match.start(), match.end()))
        self._ids.add(ident)
        for attribute in tag.scripts:
            message = f"the attribute {attribute} of <{name}> was removed, since pages have no scripts"
            out.notes.append(Note("html/script", message, match.start(), match.end()))
        for written, why in tag.refused:
            message = f"“{written}” {why.reason}, so it was left out"
            out.notes.append(Note("html/bad-style", message, match.start(), match.end(), why.hint))
        if name in _END_PARAGRAPHS and self._open and self._open[-1] == "p":
            self._open.pop()
            self._text(out, "</p>")
        new = self._lowered(tag.name)
        span = self.locate(match.start(), match.end())
        if new == "img":
            slot = image_slot(tag.attributes, span, in_picture="picture" in self._open)
            out.parts.append(safe_image(slot) if self._safe else slot)
            if "alt" not in attributes:
                out.notes.append(missing_alt(match.start(), match.end()))
            return
        if name not in VOID and not match["slash"]:
            self._open.append(name)
            if new != name and (name in _RENAMED or name == "center"):
                self._renamed.append((name, new))
        unchanged = new == name and tag.attributes == attributes and not match["slash"]
        slots = _slots(new, tag.attributes, span)
        drawn = match["slash"] and "svg" in self._open and not tag.scripts  # XML, whose elements may be empty
        if (unchanged or drawn) and not slots and "srcset" not in attributes:
            out.parts.append(match["open"])
        else:
            out.parts.extend(_tag_parts(new, tag.attributes, slots, span))
            if match["slash"] and name in _NOT_EMPTY:
                out.parts.append(f"</{new}>")


def attributes_of(
    name: str, wished: dict[str, str], styles: Styles
) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Return the attributes that an element `name` gets where `wished` were asked for, and what was left out.

    The latter are codes with messages and hints; styles become classes, as everywhere.
    """
    tag = _Tag(name, wished, styles)
    tag.translate(True)
    notes = [
        ("html/script", f"the attribute {key} was removed, since pages have no scripts", "") for key in tag.scripts
    ]
    notes += [("html/bad-style", f"“{text}” {why.reason}, so it was left out", why.hint) for text, why in tag.refused]
    return tag.attributes, notes


def missing_alt(start: int, end: int) -> Note:
    """Return the note for an image without alternative text."""
    return Note(
        "image/missing-alt", "this image has no alternative text", start, end, "say in a few words what it shows"
    )


_SCRIPT_END = re.compile(r"</script\s*>", re.IGNORECASE)
_STYLE_END = re.compile(r"</style\s*>", re.IGNORECASE)
MATH_TYPE = "/".join(("math", "tex"))  # no code of a diagnostic
"""The type of MathJax 2's scripts that hold a formula."""
_LOADER = re.compile(
    r"mathjax|katex|renderMathInElement|text/x-mathjax-config|polyfill(?:\.min)?\.js\?features=es6", re.IGNORECASE
)
"""What scripts and stylesheets that typeset formulas in the browser have in them, and MathJax 3's usual companion."""


def _not_needed(kind: str, start: int, end: int) -> Note:
    message = f"a {kind} that typesets formulas in the browser was left out"
    return Note("html/math-loader", message, start, end, "nothing needs it: formulas are MathML when the page is made")


def _removed(name: str, hint: str, *, ends: bool) -> tuple[str, str]:
    """Return message and hint for an element that was removed; one that never ends takes all text below with it."""
    if ends:
        return f"a <{name}> element was removed", hint
    return f"nothing closes this <{name}>, so all that follows was removed with it", f"write </{name}> where it ends"


def _is_stylesheet(attributes: str) -> bool:
    return "stylesheet" in read_attributes(attributes).get("rel", "").lower().split()


def read_attributes(text: str) -> dict[str, str]:
    """Return attributes by lower-case name, unescaped; of repeated ones the first counts (HTML section 13.2.5.33)."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE_PARTS.findall(text):
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        found.setdefault(name.lower(), html.unescape(value))
    return found


def is_relative(url: str) -> bool:
    """Tell whether an address depends on where the page is: no scheme, no host, not within the page."""
    return not _SCHEME.match(url.strip())


def depends_on_site(href: str) -> bool:
    """Tell whether a link leads to a place of this site: a page, a file, or an anchor of its own page."""
    return is_relative(href) or not href.strip() or href.strip().startswith(("#", PAGE_SCHEME, WIKI_SCHEME))


_CANDIDATE = re.compile(r"[\s,]*+(\S++)((?<=,)|(?:[^,(]++|\([^)]*+\)?)*+)")


def candidates(srcset: str) -> tuple[tuple[str, str], ...]:
    """Return the addresses of a `srcset` with their descriptors, such as `2x` (HTML section 4.8.4.2.2)."""
    found = []
    at = 0
    while match := _CANDIDATE.match(srcset, at):
        found.append((match[1].rstrip(","), match[2].strip()))
        at = match.end()
    return tuple(found)


def image_slot(attributes: dict[str, str], span: Span, *, in_picture: bool = False) -> ImageSlot:
    """Return the hole for an image; it loads lazily unless the author says otherwise."""
    attributes = dict(attributes)
    src = attributes.pop("src", "")
    sources = candidates(attributes.pop("srcset", ""))
    for name, value in (("alt", ""), ("loading", "lazy"), ("decoding", "async")):
        attributes.setdefault(name, value)
    return ImageSlot(src, tuple(attributes.items()), span, sources, in_picture)


def _slots(name: str, attributes: dict[str, str], span: Span) -> dict[str, Slot]:
    slots: dict[str, Slot] = {}
    if name in {"a", "area"} and "href" in attributes and depends_on_site(attributes["href"]):
        slots["href"] = LinkSlot(attributes["href"], span)
    for key in _ASSETS.get(name, ()):
        if key in attributes and is_relative(attributes[key]):
            slots[key] = AssetSlot(attributes[key], span)
    return slots


def _srcset_parts(value: str, span: Span) -> Iterator[Part]:
    for number, (address, descriptor) in enumerate(candidates(value)):
        if number:
            yield ", "
        yield AssetSlot(address, span) if is_relative(address) else html.escape(address)
        if descriptor:
            yield html.escape(f" {descriptor}")


def _tag_parts(name: str, attributes: dict[str, str], slots: dict[str, Slot], span: Span) -> Iterator[Part]:
    text = f"<{name}"
    for key, value in attributes.items():
        if name == "source" and key == "srcset":
            yield f'{text} {key}="'
            yield from _srcset_parts(value, span)
            text = '"'
        elif key in slots:
            yield f'{text} {key}="'
            yield slots[key]
            text = '"'
        else:
            text += f' {key}="{html.escape(value)}"' if value else f' {key}=""' if key in _VALUED else f" {key}"
    yield text + ">"


_VALUED = frozenset(("alt", "href", "src", "value", "id", "class", "title"))


class _Tag:
    """One start tag while it is translated."""

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
        original = self.name
        for key in list(self.attributes):
            self._attribute(key)
        if original == "center":
            # Inside a paragraph a <div> would end it.
            self.name = "div" if block else "span"
            self.classes.append("align-center")
        elif original in {"big", "nobr"}:
            self.declarations.append("font-size:larger" if original == "big" else "white-space:nowrap")
        self.name = _RENAMED.get(self.name, self.name)
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
