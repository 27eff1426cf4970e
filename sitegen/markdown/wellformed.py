"""HTML of authors among ours, made to nest as HTML's content models demand, whatever was written.

Browsers mend what does not nest, each page anew and without a word, and readers of other kinds do not. So the finished
body of a post with tags of its author is read once: an end tag that closes nothing goes, what is never closed is
closed, a block inside of a phrase divides the phrase (as browsers do, HTML section 13.2.6.1), a list item without a
list gets one, and a part of a table outside of a table loses its tags. What nests already stays as it is, byte for
byte.

A parser of HTML (html5lib, lxml, html5ever) does less, and more: its trees have blocks in phrases, items without
lists and headings in headings, which section 13.2.6 lets pass and the content models of section 4 do not; where a
tag stood it forgets, so that nothing can be told of it; and it writes the whole page anew, the formulas as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from markdown_it.token import Token

from sitegen.markdown.elements import ATTRIBUTE, VOID

MARK = "\0!{}\0"
"""Stands in the text before a piece of an author's HTML, with its number; goes when the text is read."""

_PIECE = re.compile(
    r"\0!(?P<mark>\d+)\0|<(?:(?P<comment>!--)|(?P<url>https?://[^\s<>\"'`]+)>|(?P<end>/?)(?P<name>[A-Za-z][^\s/>\0<]*)"
    r"(?P<rest>[^<>\"']*+(?:(?:\"[^\"]*\"|'[^']*')[^<>\"']*+)*+)>"
    r"|(?P<bogus>[!?/][^<>]{0,2000}>)|(?P<stray>))"
)
_PARAGRAPH = re.compile(r"</?p(?=[\s>])", re.IGNORECASE)
_MARKS = re.compile(r"\0!\d+\0")
_ID = re.compile(r"""\sid=(?:"[^"]*"|'[^']*'|[^\s"'>]+)""")
_RIGHT_ATTRIBUTES = re.compile(rf"(?:\s+(?>{ATTRIBUTE}))*+\s*/?")
_GOOD_ATTRIBUTE = re.compile(rf"(?<=\s)(?!\S*=\{{){ATTRIBUTE}(?=[\s/]|\Z)")
_CLOSES_ITSELF = re.compile(r"(?:\A|[\s\"'])[^\s=\"']*/\Z")
"""The end of a tag such as `<a/>`; in `<a href=x/>` the slash is one of the address."""

Kind = Literal["flow", "words", "phrase", "open", "list", "terms", "table", "rows", "row", "inside"]
"""What an element may hold: blocks and text; text alone, as a block; text alone, as a phrase; what its parent may hold;
items; terms; parts of tables; or parts that are of no concern here."""


def _kinds(**names: str) -> dict[str, Kind]:
    return {name: kind for kind, written in names.items() for name in written.split()}  # type: ignore[misc]


_KIND = _kinds(
    flow="address article aside blockquote center dd details dialog div dt fieldset figcaption figure footer form "
    "header hgroup li main nav search section td th caption",
    words="h1 h2 h3 h4 h5 h6 legend p pre summary",
    phrase="abbr acronym b bdi bdo big button cite code data dfn em font i kbd label mark meter nobr output progress q "
    "rp rt ruby s samp small span strike strong sub sup time tt u var",
    open="a audio canvas del ins map noscript object slot template video",
    list="ul ol menu dir",
    terms="dl",
    table="table",
    rows="tbody thead tfoot",
    row="tr",
    inside="colgroup datalist optgroup option picture select",
)
_DROPPED = frozenset(("html", "head", "body", "base", "meta", "link", "frame", "frameset", "noframes", "basefont"))
"""Elements that a page has in other places, or not at all."""
_OBSOLETE = {"strike": "s", "tt": "code", "acronym": "abbr", "nobr": "span", "big": "span"}
_OTHER_PARENTS = {
    "source": ("picture", "video", "audio"),
    "track": ("video", "audio"),
    "param": ("object",),
    "option": ("select", "datalist", "optgroup"),
    "optgroup": ("select",),
    "legend": ("fieldset",),
    "figcaption": ("figure",),
    "summary": ("details",),
}
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe"))
"""Elements whose content is text, whatever it looks like."""
_TAKE_HTML: dict[str, re.Pattern[str]] = {
    "math": re.compile(r"<(?:m[inos]|mtext|annotation-xml)\b", re.IGNORECASE),
    "svg": re.compile(r"<(?:foreignobject|desc|title)\b", re.IGNORECASE),
}
"""Elements whose content has names of its own, to what in them may hold HTML again (HTML, section 13.2.6)."""
_BREAKS_OUT = re.compile(
    r"</?(?:b|big|blockquote|body|br|center|code|dd|div|dl|dt|em|embed|h[1-6]|head|hr|i|img|li|listing|menu|meta|nobr|ol|p"
    r"|pre|ruby|s|small|span|strong|strike|sub|sup|table|tt|u|ul|var)(?=[\s/>])|(?<![\"'=])\0\d",
    re.IGNORECASE,
)
"""Tags of HTML that end such an element wherever they stand in it (HTML, section 13.2.6.5), and images, which are holes
so far."""
_LINK = re.compile(r"<(/?)a(?=[\s>])", re.IGNORECASE)
_TABLE_PARTS = frozenset(("caption", "colgroup", "col", "tbody", "thead", "tfoot", "tr", "td", "th"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LET_LI_THROUGH = frozenset(("div", "p", "address"))
_WITHOUT_HEADINGS = frozenset(("th", "dt", "address", "caption"))
_MAX_WAITING = 12
"""Phrases that go on after a block; more of them are a mistake, and could be many times as long as the text."""


MAX_DEPTH = 500
"""Elements in elements, about as many as browsers take; what lies deeper loses its tags."""


_PLAIN_TAG = re.compile(rf"<(/?)([a-z][a-z0-9]*)((?:\s+(?>{ATTRIBUTE}))*+)\s*(/?)>|<!--(?s:.*?)-->|(<)")
_PLAIN_PHRASES = frozenset(
    ["abbr", "b", "cite", "code", "dfn", "em", "i", "kbd", "mark", "s", "samp", "small", "span", "strong", "sub", "sup"]
) | frozenset(["a", "u", "var"])
_PLAIN_BLOCKS = frozenset(["article", "aside", "blockquote", "div", "footer", "header", "section"])
_PLAIN_VOID = frozenset(["br", "img", "wbr"])


def nests(tokens: Sequence[Token]) -> bool:
    """Tell whether all tags of the author among block tokens nest at a first look, so that nothing needs mending.

    That is so in most posts, and looking takes a tenth of the time that reading the finished body takes. What needs
    a second look is said not to nest.
    """
    stack: list[str] = []
    for token in tokens:
        if token.type == "inline":
            if not _phrases_nest(token.children or [], stack):
                return False
        elif token.type == "html_block":
            if not _block_nests(token, stack):
                return False
        elif token.nesting == 1:
            stack.append(_OURS)
        elif token.nesting == -1 and (not stack or stack.pop() is not _OURS):
            return False
    return not stack


_OURS = "*"
"""Stands for an element that Markdown makes."""
_OUR_LINK = "*a"
_MAY_BE_LINKED = frozenset(["text", "code_inline", "softbreak", "hardbreak", "image", "html_inline"])
"""What is no link itself, nor has one in it, as a formula may."""


def _written(token: Token) -> str:
    """Return a token's HTML with a block for each display, and a letter for every other formula and each hole."""
    return "".join([part if isinstance(part, str) else _stand_in(part) for part in token.meta["parts"]])


def _stand_in(part: object) -> str:
    return "<div></div>" if isinstance(part, Token) and part.meta["display"] else "x"


def _phrases_nest(tokens: Sequence[Token], around: Sequence[str]) -> bool:
    stack = [*around]
    for token in tokens:
        if token.type == "html_inline":
            if not _tags_nest(_written(token), stack, len(around), blocks=False):
                return False
        elif token.nesting == 0:
            if token.type not in _MAY_BE_LINKED and "a" in stack:
                return False
        elif token.nesting == 1:
            if token.tag == "a" and ("a" in stack or _OUR_LINK in stack):
                return False
            stack.append(_OUR_LINK if token.tag == "a" else _OURS)
        elif len(stack) == len(around) or stack.pop() not in (_OURS, _OUR_LINK):
            return False
    return len(stack) == len(around)


def _block_nests(token: Token, stack: list[str]) -> bool:
    html = _written(token)
    if "<a" in html and len(token.meta["parts"]) > 1:
        return False  # a formula in a link may be one itself
    return _tags_nest(html, stack, 0, blocks=True) and (not stack or stack[-1] == _OURS or stack[-1] in _PLAIN_BLOCKS)


def _tags_nest(html: str, stack: list[str], least: int, *, blocks: bool) -> bool:
    for end, name, _, closed, stray in _PLAIN_TAG.findall(html):
        if stray:
            return False
        if end:
            if len(stack) <= least or stack.pop() != name:
                return False
        elif name in _PLAIN_PHRASES and not closed:
            if name == "a" and ("a" in stack or _OUR_LINK in stack):
                return False
            stack.append(name)
        elif blocks and (name in _PLAIN_BLOCKS or name == "p") and not closed:
            if stack and stack[-1] != _OURS and stack[-1] not in _PLAIN_BLOCKS:
                return False
            stack.append(name)
        elif name and name not in _PLAIN_VOID:
            return False
    return True


class Fault(NamedTuple):
    """A tag that an author should know of."""

    mark: int
    """Number of the mark that stands before it; -1 without one."""
    tag: str
    """`<name` or `</name`."""
    nth: int
    """How many of these stand between the mark and this one."""
    message: str


class _Element:
    """An element that is open, or waits for its next text."""

    __slots__ = (
        "at",
        "captions",
        "filled",
        "implied",
        "kind",
        "mark",
        "name",
        "nth",
        "parent",
        "resumed",
        "shown",
        "tag",
    )

    def __init__(self, name: str, shown: str, kind: Kind, tag: str, parent: _Element | None) -> None:
        self.name = name
        """As the author wrote it."""
        self.shown = shown
        self.kind = kind
        self.tag = tag
        self.parent = parent
        """The block in which the author opened a phrase."""
        self.at = 0
        """Place of the start tag in the output."""
        self.implied = False
        """Whether nobody wrote it."""
        self.resumed = False
        """Whether it goes on with a phrase that a block has divided."""
        self.filled = False
        """Whether something is in it."""
        self.captions: list[tuple[int, int, bool]] = []
        """In a figure or `<details>`: begin and end of each caption, and whether something stood before it."""
        self.mark = -1
        self.nth = 0


def _holds_html(name: str, inside: str) -> bool:
    """Tell whether HTML, or the end of a link, stands in a `<math>` or `<svg>` where it would end that."""
    links = _LINK.findall(inside)  # SVG has some, too
    broken = _BREAKS_OUT.search(inside) is not None or links.count("/") * 2 != len(links)
    return broken and _TAKE_HTML[name].search(inside) is None


def well_formed(text: str) -> tuple[str, list[Fault]]:
    """Return the HTML of a body with every element where it may be, and what there is to tell. Linear in the text."""
    return _Body(text).run()


class _Body:
    """One reading of a body."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.stack = [_Element("", "", "flow", "", None)]
        self.waiting: list[_Element] = []
        """Phrases that a block has divided, from the outermost on."""
        self.faults: list[Fault] = []
        self.at = 0
        """Where the piece ends that is being handled."""
        self.mark = -1
        self.seen: Counter[str] = Counter()
        """Tags since the mark."""
        self.as_text: Counter[str] = Counter()
        """Names of what is no element and was shown as text."""
        self.left_out: Counter[str] = Counter()
        """Names of parts of tables that stood in none."""
        self.text_ends: dict[str, tuple[int, bool]] = {}
        """Name of elements that hold text: to where the next tag of that name ends, and whether it is an end tag."""
        self.foreign_ends: dict[str, dict[int, int]] = {}
        """Name to where each such element begins and ends."""

    def run(self) -> tuple[str, list[Fault]]:
        at = 0
        text = self.text
        while match := _PIECE.search(text, at):
            if match.start() > at:
                self._words(text[at : match.start()])
            at = self._piece(match)
        if at < len(text):
            self._words(text[at:])
        for element in self.stack[1:]:
            self._never_closed(element)
        self._pop_to(1)
        return "".join(self.out), self.faults

    def _piece(self, match: re.Match[str]) -> int:
        """Handle what is no text; return where to go on."""
        self.at = match.end()
        if match["mark"] is not None:
            self.mark = int(match["mark"])
            self.seen.clear()
            return match.end()
        if match["comment"] is not None:
            end = self.text.find("-->", match.end())
            end = end + 3 if end >= 0 else len(self.text)
            self.out.append(self._unmarked(match.start(), end))
            return end
        if match["url"] is not None:
            address = match["url"]
            self._phrase("a", f'<a href="{address}">', "open")
            self._words(address)
            self._close_phrase(len(self.stack) - 1)
            return match.end()
        if match["bogus"] is not None:
            return match.end()  # browsers take it for a comment
        if match["name"] is None:
            self._words("&lt;")
            return match.start() + 1
        name = match["name"].lower()
        self.seen[match["end"] + name] += 1
        if match["end"]:
            self._end(name)
            return match.end()
        rest = match["rest"]
        tag = match[0]
        if not _RIGHT_ATTRIBUTES.fullmatch(rest):
            # Of repeated attributes the first counts (HTML, section 13.2.5.33).
            kept = {each.partition("=")[0].rstrip().lower(): each for each in reversed(_GOOD_ATTRIBUTE.findall(rest))}
            tag = " ".join([f"<{name}", *reversed(kept.values())]) + ">"
        if name in _TAKE_HTML or name in _RAW:
            return self._opaque(match, name, tag)
        empty = rest.endswith("/") and _CLOSES_ITSELF.search(rest) is not None
        depth = len(self.stack)
        self._start(name, tag.removesuffix("/>").rstrip() + ">" if empty and name not in VOID else tag, empty=empty)
        if empty and len(self.stack) > depth:
            self._pop_to(len(self.stack) - 1)
        return match.end()

    def _opaque(self, match: re.Match[str], name: str, tag: str) -> int:
        """Copy an element whose content is not HTML's; `tag` is its start tag with attributes that are right."""
        if match["rest"].endswith("/") and name in _TAKE_HTML:
            self._room_for_text()
            self.out.append(tag)
            return match.end()
        foreign = name in _TAKE_HTML
        end = self._end_of_foreign(name, match.start()) if foreign else self._end_of_text(name, match.end())
        if end is None and name == "iframe":
            self._room_for_text()
            self.out.append(f"{tag}</iframe>")
            return match.end()
        if end is None:
            # Nothing closes it, so that it would swallow the page.
            self._fault(f"<{name}", f"<{name}> is never closed, so it was left out")
            return match.end()
        if foreign and _holds_html(name, self.text[match.end() : end]):
            self._fault(f"<{name}", f"HTML stands in this <{name}>, so its tags were left out")
            self.left_out[name] += 1
            return match.end()
        if name == "title":
            return end
        if name not in ("script", "style"):
            self._room_for_text()
            self._resume()
            self.stack[-1].filled = True
        self.out.append(tag + self._unmarked(match.end(), end))
        return end

    def _end_of_text(self, name: str, start: int) -> int | None:
        """Return where an element ends whose text begins at `start`; None for one without an end of its own."""
        end, closes = self.text_ends.get(name, (0, False))
        if end <= start:
            found = re.compile(rf"<(/?){name}(?=[\s/>])[^<>]*>", re.IGNORECASE).search(self.text, start)
            end, closes = (found.end(), found[1] == "/") if found else (len(self.text) + 1, False)
            self.text_ends[name] = end, closes
        return end if closes else None

    def _end_of_foreign(self, name: str, start: int) -> int | None:
        """Return where an element ends that begins at `start`; None for one without an end."""
        if name not in self.foreign_ends:
            ends = self.foreign_ends[name] = {}
            opened: list[int] = []
            for tag in re.finditer(rf"<(/?){name}(?=[\s/>])[^<>]*>", self.text, re.IGNORECASE):
                if not tag[1] and not tag[0].endswith("/>"):
                    opened = [*(opened if name == "svg" else ()), tag.start()]  # mathematics has none in it
                elif tag[1] and opened:
                    ends[opened.pop()] = tag.end()
        return self.foreign_ends[name].get(start)

    def _unmarked(self, start: int, end: int) -> str:
        """Return a range of the text without marks."""
        part = self.text[start:end]
        return _MARKS.sub("", part) if "\0!" in part else part

    # -- content

    def _words(self, text: str) -> None:
        if not text.isspace():
            if self.stack[-1].kind not in ("words", "phrase"):
                self._room_for_text()
            if self.waiting:
                self._resume()
            self.stack[-1].filled = True
        self.out.append(text)

    def _room_for_text(self) -> None:
        """Make the innermost element one that may hold text."""
        while True:
            top = self.stack[-1]
            if top.implied and top.kind in ("list", "terms"):
                self._pop()
            elif top.kind == "list":
                self._imply("li")
            elif top.kind == "terms":
                self._imply("dd")
            elif top.kind in ("table", "rows"):
                self._imply("tr")
            elif top.kind == "row":
                self._imply("td")
            else:
                return

    def _room_for_block(self, name: str) -> bool:
        """Make the innermost element one that may hold a block; tell whether that was possible."""
        while True:
            top = self.stack[-1]
            if top.kind == "phrase" or (top.kind == "open" and self._holds_text_only()):
                self._suspend(len(self.stack) - 1)
            elif top.shown == "p" and self._ends_here():
                top.shown, top.kind = "div", "flow"
                self.out[top.at] = f"<div{self.out[top.at][2:]}"
            elif top.shown == "p" or top.kind == "inside":
                self._pop()
            elif top.kind == "words":
                if top.shown == "summary" and name in _HEADINGS:
                    return True
                if name in ("div", "center") or (name == "p" and not top.filled) or top.shown in ("pre", "summary"):
                    return False
                self._pop()
            elif top.kind in ("list", "terms", "table", "rows", "row"):
                self._room_for_text()
            else:
                return True

    def _ends_here(self) -> bool:
        """Tell whether the author ends the paragraph that is open: then it may become a `<div>` with blocks in it."""
        match = _PARAGRAPH.search(self.text, self.at)
        return match is not None and match[0][1] == "/"

    def _holds_text_only(self) -> bool:
        for element in reversed(self.stack):
            if element.kind != "open":
                return element.kind in ("phrase", "words", "inside")
        return False

    def _resume(self) -> None:
        """Go on with the phrases that a block has divided."""
        if self.stack[-1].kind == "inside":
            return
        for old in self.waiting:
            self.stack[-1].filled = True
            self._push(old.name, old.shown, old.kind, _ID.sub("", old.tag), old.parent).resumed = True
        self.waiting = []

    # -- start tags

    def _start(self, name: str, tag: str, *, empty: bool) -> None:
        if name in _DROPPED:
            if "itemprop" in tag:
                self.out.append(tag)
            return
        if len(self.stack) > MAX_DEPTH:
            return
        if name in VOID:
            self._void(name, tag)
            return
        kind = _KIND.get(name)
        if kind is None:
            self._unlisted(name, tag, empty=empty)
        elif kind in ("phrase", "open"):
            self._phrase(name, tag, kind)
        elif name in _TABLE_PARTS:
            self._table_part(name, tag, kind)
        elif name == "li":
            self._item(tag)
        elif name in ("dt", "dd"):
            self._term(name, tag)
        elif kind == "inside":
            self._inside(name, tag, kind)
        else:
            self._block(name, tag, kind)

    def _void(self, name: str, tag: str) -> None:
        top = self.stack[-1]
        if name == "col":
            self._table_part(name, tag, "inside")
        elif name in _OTHER_PARENTS:
            if top.shown in _OTHER_PARENTS[name]:
                self.out.append(tag)
        elif name == "hr":
            if self._room_for_block(name):
                self.stack[-1].filled = True
                self.out.append(tag)
        elif name != "br" or top.kind not in ("table", "rows", "row", "list", "terms"):
            self._room_for_text()
            self._resume()
            self.stack[-1].filled = True
            self.out.append(tag)

    def _unlisted(self, name: str, tag: str, *, empty: bool) -> None:
        """Handle a custom element, or what is no element of HTML."""
        if "-" in name:
            self._phrase(name, tag, "open")
        elif "=" in tag or empty:
            self._fault(f"<{name}", f"there is no element <{name}>, so its tags were left out")
        else:
            self.as_text[name] += 1
            self._fault(f"<{name}", f"there is no element <{name}>, so it is shown as text")
            self._words(f"&lt;{tag[1:-1]}&gt;")

    def _phrase(self, name: str, tag: str, kind: Kind) -> None:
        self._room_for_text()
        if name in ("rt", "rp"):
            if self.stack[-1].shown in ("rt", "rp"):
                self._pop()
            self.waiting = [each for each in self.waiting if each.name not in ("rt", "rp")]
        if name == "a":
            inner = next((n for n in range(len(self.stack) - 1, 0, -1) if self.stack[n].name == "a"), 0)
            if inner and not self._reaches(inner):
                return
            if inner:
                self._close_phrase(inner)
            self.waiting = [each for each in self.waiting if each.name != "a"]
        self._resume()
        self.stack[-1].filled = True
        shown = _OBSOLETE.get(name, name)
        self._push(name, shown, kind, tag if shown == name else f"<{shown}{tag[1 + len(name) :]}", self._block_around())

    def _block(self, name: str, tag: str, kind: Kind) -> None:
        shown = "div" if name == "main" else name
        if not self._room_for_block(name):
            # A block in what holds text only: `<pre><div>`, `<h2><div>`.
            if self.stack[-1].filled and self.stack[-1].shown != "pre":
                self.out.append("<br>")
            self._push(name, "span", "phrase", f"<span{tag[1 + len(name) :]}", self._block_around())
            return
        top = self.stack[-1]
        if name == "form" and any(each.shown == "form" for each in self.stack):
            return
        if (name in _OTHER_PARENTS and top.shown not in _OTHER_PARENTS[name]) or (
            name in _HEADINGS and any(each.shown in _WITHOUT_HEADINGS for each in self.stack)
        ):
            shown, kind = "div", "flow"
        if shown in ("figcaption", "summary"):
            top.captions.append((len(self.out), -1, top.filled))
        top.filled = True
        self._push(name, shown, kind, tag if shown == name else f"<{shown}{tag[1 + len(name) :]}", None)

    def _item(self, tag: str) -> None:
        for index in range(len(self.stack) - 1, 0, -1):
            element = self.stack[index]
            if element.shown == "li":
                self._pop_to(index)
                break
            if element.kind not in ("phrase", "open") and element.name not in _LET_LI_THROUGH:
                break
        self._suspend_phrases()
        if self.stack[-1].kind != "list":
            if not self._room_for_block("ul"):
                return
            self.stack[-1].filled = True
            self._imply("ul")
        self._push("li", "li", "flow", tag, None)

    def _term(self, name: str, tag: str) -> None:
        for index in range(len(self.stack) - 1, 0, -1):
            element = self.stack[index]
            if element.shown in ("dt", "dd"):
                self._pop_to(index)
                break
            if element.kind not in ("phrase", "open") and element.name not in _LET_LI_THROUGH:
                break
        self._suspend_phrases()
        top = self.stack[-1]
        if top.kind != "terms" and not (top.shown == "div" and self.stack[-2].kind == "terms"):
            if not self._room_for_block("dl"):
                return
            self.stack[-1].filled = True
            self._imply("dl")
        self._push(name, name, "flow", tag, None)

    def _suspend_phrases(self) -> None:
        """Close the paragraph and the phrases that a part of a list would be in."""
        while (top := self.stack[-1]).shown == "p" or top.kind in ("phrase", "open"):
            if top.shown == "p":
                self._pop()
            else:
                self._suspend(len(self.stack) - 1)

    def _table_part(self, name: str, tag: str, kind: Kind) -> None:
        table = next((n for n in range(len(self.stack) - 1, 0, -1) if self.stack[n].kind == "table"), 0)
        if not table:
            self._fault(f"<{name}", f"<{name}> stands in no table, so its tags were left out")
            self.left_out[name] += 1
            return
        into: tuple[Kind, ...] = ("table",)
        if name == "tr":
            into = ("table", "rows")
        elif name in ("td", "th"):
            into = ("table", "rows", "row")
        elif name == "col" and self.stack[-1].shown == "colgroup":
            self.out.append(tag)
            return
        while self.stack[-1].kind not in into:
            self._pop()
        self.waiting = []
        if name == "col":
            self.out.append(tag)
            return
        if name in ("td", "th") and self.stack[-1].kind != "row":
            self._imply("tr")
        self.stack[-1].filled = True
        self._push(name, name, kind, tag, None)

    def _inside(self, name: str, tag: str, kind: Kind) -> None:
        if name in _OTHER_PARENTS and self.stack[-1].shown not in _OTHER_PARENTS[name]:
            while self.stack[-1].name in ("option", "optgroup") and self.stack[-1].shown not in _OTHER_PARENTS[name]:
                self._pop()
            if self.stack[-1].shown not in _OTHER_PARENTS[name]:
                return
        if name in ("picture", "select", "datalist"):
            self._room_for_text()
            self._resume()
        self.stack[-1].filled = True
        self._push(name, name, kind, tag, None)

    # -- end tags

    def _end(self, name: str) -> None:
        if name in VOID or name in _DROPPED:
            return
        kind = _KIND.get(name)
        if kind is None and "-" not in name:
            if self.as_text[name]:
                self.as_text[name] -= 1
                self._words(f"&lt;/{name}&gt;")
            else:
                self._stray(name)
            return
        for index in range(len(self.stack) - 1, 0, -1):
            element = self.stack[index]
            if element.name == name:
                if element.kind in ("phrase", "open"):
                    if not self._reaches(index):
                        break
                    self._close_phrase(index)
                else:
                    self._pop_to(index)
                return
            if self._bars(element, name):
                break
        for index in range(len(self.waiting) - 1, -1, -1):
            if self.waiting[index].name == name:
                del self.waiting[index]
                return
        self._stray(name)

    def _bars(self, element: _Element, name: str) -> bool:
        """Tell whether an end tag cannot close anything outside of this element."""
        if element.kind == "table" or (element.shown in ("td", "th", "caption") and name not in _TABLE_PARTS):
            return name not in ("table",)
        if name == "li":
            return element.kind == "list"
        if name != "p" or element.kind in ("phrase", "open"):
            return False
        return not any(each.name == "p" for each in self.stack)

    def _reaches(self, index: int) -> bool:
        """Tell whether only phrases, or blocks that a link may hold, are open inside of an element."""
        element = self.stack[index]
        inner = self.stack[index + 1 :]
        if element.kind == "phrase":
            return all(each.kind in ("phrase", "open") for each in inner)
        return not any(each.kind in ("list", "table", "rows", "row", "terms") for each in inner)

    def _close_phrase(self, index: int) -> None:
        """Close a phrase; those that were opened inside of it go on."""
        inner = [each for each in self.stack[index + 1 :] if each.kind in ("phrase", "open")]
        self._pop_to(index)
        known = {id(each) for each in self.stack}
        self._wait([each for each in inner if each.parent is None or id(each.parent) in known])

    def _stray(self, name: str) -> None:
        if name == "p":
            return  # a block has closed it
        if self.left_out[name]:
            self.left_out[name] -= 1
            return
        self._fault(f"</{name}", f"</{name}> closes nothing here, so it was left out")

    # -- the stack

    def _block_around(self) -> _Element:
        top = self.stack[-1]
        return top.parent or top if top.kind in ("phrase", "open") else top

    def _push(self, name: str, shown: str, kind: Kind, tag: str, parent: _Element | None) -> _Element:
        element = _Element(name, shown, kind, tag, parent)
        element.at = len(self.out)
        element.mark, element.nth = self.mark, max(0, self.seen[name] - 1)
        self.out.append(tag)
        self.stack.append(element)
        return element

    def _imply(self, name: str) -> None:
        self.stack[-1].filled = True
        self._push(name, name, _KIND[name], f"<{name}>", None).implied = True

    def _pop(self) -> _Element:
        element = self.stack.pop()
        if element.captions or element.shown == "details":
            self._place_captions(element)
        self.out.append(f"</{element.shown}>")
        if element.shown in ("figcaption", "summary"):
            around = self.stack[-1].captions
            around[-1] = (around[-1][0], len(self.out), around[-1][2])
        return element

    def _pop_to(self, index: int) -> None:
        """Close everything from an element on. What a phrase from further out has in it goes on after it."""
        closed = self.stack[index:]
        while len(self.stack) > index:
            self._pop()
        gone = {id(each) for each in closed}
        if self.waiting:
            self.waiting = [each for each in self.waiting if id(each.parent) not in gone]
        again = [each for each in closed if each.resumed and id(each.parent) not in gone and each is not closed[0]]
        if again:
            self._wait(again)

    def _suspend(self, index: int) -> None:
        """Close the phrase at the top, to go on with it where the next text is."""
        element = self.stack[index]
        self._pop()
        self.waiting.insert(0, element)
        if self.out[-2] == element.tag:
            del self.out[-2:]  # nothing was in it so far
        del self.waiting[_MAX_WAITING:]

    def _wait(self, elements: list[_Element]) -> None:
        self.waiting = [*self.waiting, *(each for each in elements if each not in self.waiting)][:_MAX_WAITING]

    def _place_captions(self, element: _Element) -> None:
        """Leave a figure one caption, at its begin or end, and `<details>` one summary at its begin."""
        captions = element.captions
        if element.shown == "details":
            if not captions:
                self.out[element.at] += "<summary>Details</summary>"
                return
            kept = captions[0]
            if kept[2]:
                moved = self.out[kept[0] : kept[1]]
                self.out[kept[0] : kept[1]] = [""] * len(moved)
                self.out[element.at] += "".join(moved)
                self._rename_captions(captions[1:])
                return
        else:
            last = captions[-1]
            at_end = "".join(self.out[last[1] :]).strip() == ""
            kept = last if at_end or captions[0][2] else captions[0]
            if not at_end and kept[2]:
                self._rename_captions(captions)
                return
        self._rename_captions([each for each in captions if each is not kept])

    def _rename_captions(self, captions: list[tuple[int, int, bool]]) -> None:
        for start, end, _ in captions:
            name = self.out[end - 1][2:-1]
            self.out[start] = f"<div{self.out[start][1 + len(name) :]}"
            self.out[end - 1] = "</div>"

    # -- what there is to tell

    def _fault(self, tag: str, message: str) -> None:
        nth = max(0, self.seen[tag[1:]] - 1)
        self.faults.append(Fault(self.mark, tag, nth, message))

    def _never_closed(self, element: _Element) -> None:
        if element.implied or element.resumed or element.shown in ("li", "p", "dt", "dd", *_TABLE_PARTS):
            return
        message = f"<{element.name}> is never closed; it ends with the text"
        self.faults.append(Fault(element.mark, f"<{element.name}", element.nth, message))
