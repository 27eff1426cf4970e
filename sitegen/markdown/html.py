"""Raw HTML of authors in pieces: what stays, holes for what depends on the site, and formulas.

Start tags are worked on one by one, since markdown-it delivers inline HTML tag by tag. Scripts and styles go, which a
strict content policy forbids; comments, `<pre>` and the like are copied as they are.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sitegen.markdown.elements import ATTRIBUTE, VOID, OpenElements, read_attributes
from sitegen.markdown.mathspans import OPENER, REFERENCE, Found, Mark, dollars, find_formula_or_reference, place
from sitegen.markdown.presentational import RENAMED, StartTag, Styles
from sitegen.markdown.safety import ELEMENTS, safe_image
from sitegen.model import PAGE_SCHEME, WIKI_SCHEME, AssetSlot, ImageSlot, LinkSlot, Slot
from sitegen.text import Span

_TAG_NAME = r"[A-Za-z][A-Za-z0-9-]*"
_MARK = re.compile(
    rf"(?P<comment><!--)|(?P<close></(?P<close_name>{_TAG_NAME})\s*>)"
    rf"|(?P<open><(?P<name>{_TAG_NAME})(?P<attributes>(?>(?:\s+|(?<=[\"'])){ATTRIBUTE})*+)\s*+(?P<slash>/?)>)"
    rf"|(?P<formula>{OPENER}|{REFERENCE})|(?P<escape>\\[$])"
)
_SCHEME = re.compile(r"(?!file:|attachment:)[A-Za-z][A-Za-z0-9+.-]+:|//|#|\Z", re.IGNORECASE)
_RAW = frozenset(("script", "style", "pre", "textarea", "code", "kbd", "samp", "svg", "math", "xmp"))
_NOT_EMPTY = frozenset(
    """
    a abbr b blockquote button canvas cite code dd div dl dt em figure figcaption h1 h2 h3 h4 h5 h6 i iframe label li
    mark math object ol p pre q s section small span strong sub sup svg table tbody td textarea th thead tr u ul video
    """.split()  # noqa: SIM905 - a column of names is easier to read
)
_PHRASES = frozenset(
    """
    h1 h2 h3 h4 h5 h6 a abbr b big cite em font i label mark q s small span strike strong sub sup summary tt u
    """.split()  # noqa: SIM905
)
"""Elements that hold no block; a paragraph that holds a display becomes a `<div>` in the end."""
_SIMPLE_BLOCKS = frozenset(("p", "div", "center", "blockquote", "section"))
_END_PARAGRAPHS = frozenset(
    """
    address article aside blockquote center details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6
    header hr main nav ol p pre section table ul
    """.split()  # noqa: SIM905 - a column of names is easier to read
)
"""Elements whose start tag ends an open paragraph (HTML section 13.1.2.4)."""
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
        self._renamed: defaultdict[str, list[str]] = defaultdict(list)
        """By name as written: the names of open elements whose end tags must change with their start tags."""
        self._dropping = ""
        """The `script` or `style` element that is being removed."""
        self._open = OpenElements()
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
        found = find_formula_or_reference(text, at, len(text), raw=True) if block and not self._dropping else None
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
        around = self._open.innermost
        follows = re.compile(rf"\s*</{around}", re.IGNORECASE).match(text, found.end)
        return around in _SIMPLE_BLOCKS and follows is not None and text[: found.start].rstrip()[-1:] == ">"

    @property
    def _in_phrase(self) -> bool:
        return self._open.any_of(_PHRASES)

    def _close(self, out: Fragment, name: str, text: str) -> None:
        if self._dropping:
            self._dropping = "" if name == self._dropping else self._dropping
            return
        if name in VOID:
            return  # `</br>`: the start tag said it all
        if name == "p" and "p" not in self._open:
            return  # a block inside of it has ended the paragraph
        self._open.close(name)
        if self._renamed[name]:
            self._text(out, f"</{self._renamed[name].pop()}>")
            return
        if name in RENAMED or name == "center":
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
        tag = StartTag(name, attributes, self.styles, scripts=self._scripts)
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
        if name in _END_PARAGRAPHS and self._open.innermost == "p":
            self._open.close("p")
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
            self._open.open(name)
            if new != name and (name in RENAMED or name == "center"):
                self._renamed[name].append(new)
        unchanged = new == name and tag.attributes == attributes and not match["slash"]
        slots = _slots(new, tag.attributes, span)
        drawn = match["slash"] and "svg" in self._open and not tag.scripts  # XML, whose elements may be empty
        if (unchanged or drawn) and not slots and "srcset" not in attributes:
            out.parts.append(match["open"])
        else:
            out.parts.extend(_tag_parts(new, tag.attributes, slots, span))
            if match["slash"] and name in _NOT_EMPTY:
                out.parts.append(f"</{new}>")


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
