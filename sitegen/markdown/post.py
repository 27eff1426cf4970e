"""One post while its tokens are read, in order: formulas, holes and what is wrong are collected from them."""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it.token import Token

from sitegen.diagnostics import Diagnostic, nearest
from sitegen.markdown import (
    citations,
    code,
    dialect,
    fences,
    links,
    phrases,
    references,
    stray,
    texblocks,
)
from sitegen.markdown.attributes import Attributes
from sitegen.markdown.html import (
    HtmlFormula,
    Note,
    Translator,
    depends_on_site,
    image_slot,
    missing_alt,
)
from sitegen.markdown.locate import Locator
from sitegen.markdown.model import Cited, FoundFormula, MarkdownOptions
from sitegen.markdown.presentational import Styles, attributes_of
from sitegen.model import LinkSlot
from sitegen.text import Edit, OffsetMap, Span, Way, rewrite

_LANGUAGE_CLASS = re.compile(r"(?:\A|\s)(?:language|lang|highlight)-([\w+#.-]+)")
_HTML_ID = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


class Post:
    """One post while its tokens are worked on; collects formulas and diagnostics."""

    def __init__(self, path: str, options: MarkdownOptions, locator: Locator) -> None:
        self.path = path
        self.options = options
        self.locator = locator
        self.formulas: list[FoundFormula] = []
        self.cited: list[Cited] = []
        self.env: Mapping[str, Any] = {}
        """What the rules of the parser noted."""
        self.diagnostics: list[Diagnostic] = []
        self.styles = Styles(safe=options.html == "safe")
        self.map = Way()
        """From the content that is being looked at to the file."""
        self._source_map: OffsetMap | None = None
        self._content = ""
        self._signs = (False, False)
        self.translator = Translator(self.styles, self.place, scripts=options.scripts, safe=options.html == "safe")
        self.attribute_lists: dict[str, Attributes] = {}
        """kramdown's named attribute lists."""
        self.identified: list[tuple[Token, str, Span]] = []
        """Elements other than headings for which the author asked an id, with the place of the wish."""
        self.tags = False
        """Whether the author wrote tags of HTML."""
        self.html_ids: set[str] = set()
        """The ids that they have, as translated."""
        self.strays: dict[str, list[Span]] = {}
        """Commands of LaTeX outside of formulas, and where they stand."""
        self.rewrites: Counter[str] = Counter()
        self.first_rewrite: dict[str, Span] = {}

    def place(self, start: int, end: int) -> Span:
        """Return the place in the file of a range of the current content."""
        return self.map.span(start, end)

    def look_at(self, token: Token) -> None:
        """Make `token`'s content the current one."""
        offsets = token.meta.get("map")
        if offsets is not None and offsets is self._source_map:
            return  # the next piece of a paragraph that was split
        self._source_map = offsets
        if offsets is None:
            offsets = OffsetMap.shift(len(token.content), self.locator.line_start(token.map[0] if token.map else 0))
        self.map = self.locator.way(offsets)

    def signs_in(self, content: str) -> tuple[bool, bool]:
        """Tell whether a content may have an address, and whether it has a backslash.

        The pieces of a paragraph that displays have split have all of its content, which is looked at once.
        """
        if content is not self._content:
            self._content = content
            self._signs = "](" in content, "\\" in content
        return self._signs

    def report(self, code: str, message: str, span: Span, label: str = "", hint: str = "") -> None:
        """Add a diagnostic at a place in the file."""
        self.diagnostics.append(Diagnostic(code, message, self.path, span, label, hint))

    def report_notes(self, notes: list[Note]) -> None:
        """Add what there is to tell of a fragment of HTML, which is the current content."""
        for note in notes:
            self.report(note.code, note.message, self.place(note.start, note.end), hint=note.hint)

    def add_formula(self, token: Token, display: bool, in_table: bool = False) -> None:
        """Read a formula and give its token the index in `formulas`."""
        start, end = token.meta["at"]
        typed = dialect.read(token.content, self.options.dialect, in_table=in_table)
        outer = self.place(*token.meta["outer"])
        offsets = self.map.part(start, end)
        if "whole" in token.meta:
            # What was typed is no TeX: its place is the place of every character.
            place, length = self.map.span(start, end), len(token.content)
            offsets = Way((OffsetMap(((0, place.start, place.end, False), (length, place.end, place.end, True))),))
        if typed.names:
            for name in typed.names:
                self.first_rewrite.setdefault(name, outer)
            self.rewrites.update(typed.names)
            offsets = offsets.after(typed.offsets)
        tex = typed.tex
        if "punctuation" in token.meta:
            tex, inner = rewrite(tex, [texblocks.at_end(tex, token.meta["punctuation"])])
            offsets = offsets.after(inner)
        if display and (label := _label_of(token)):
            tex, inner = rewrite(tex, texblocks.labelled(tex, label))
            offsets = offsets.after(inner)
        elif display and "&" in tex and self.options.dialect != "tex" and (rows := texblocks.bare_rows(tex)):
            self.first_rewrite.setdefault("aligned", outer)
            self.rewrites.update(["aligned"])
            tex, inner = rewrite(tex, rows)
            offsets = offsets.after(inner)
        forms = texblocks.inline_forms(tex) if not display and "\\begin" in tex else []
        if forms:
            name = tex[forms[0].start : forms[0].end].partition("{")[2].rstrip("}")
            self.report(
                "markdown/display-in-line",
                f"{name} stands in a line, where it has no numbers",
                outer,
                "a display of its own",
                "put $$ on lines of their own before and after it, outside of links, tables and headings",
            )
            tex, inner = rewrite(tex, forms)
            offsets = offsets.after(inner)
        token.meta["formula"] = len(self.formulas)
        self.formulas.append(FoundFormula(tex, display, outer, offsets))

    def apply(self, token: Token) -> dict[str, str]:
        """Return the attributes that attribute lists give to a token's element, its id left for later."""
        wished = Attributes()
        for found, offsets, at in token.meta["attributes"]:
            span = self.place(*at) if offsets is None else self.locator.way(offsets).span(*at)
            for word in found.words:
                wished = wished.merged(self.attribute_lists.get(word, Attributes()))
            wished = wished.merged(found)
        attributes, notes = attributes_of(token.tag, wished.for_element(token.tag), self.styles)
        for name, message, hint in notes:
            self.report(name, message, span, hint=hint)
        ident = attributes.pop("id", "")
        if ident and "asked" not in token.meta:
            # The pieces of a paragraph that a display splits share their meta, and one of them gets the id.
            token.meta["asked"] = True
            if token.type == "heading_open":
                token.meta["id"] = ident
            else:
                self.identified.append((token, ident, span))
        return attributes

    def decorate(self, token: Token) -> None:
        """Write the attributes that attribute lists give into a token."""
        for name, value in self.apply(token).items():
            if name == "class" and "class" in token.attrs:
                value = f"{token.attrs['class']} {value}"
            token.attrs[name] = value


def _label_of(token: Token) -> str:
    """Return the label that stands beside a formula; empty for none."""
    beside: str = token.meta.get("label", "")
    lists: Sequence[tuple[Attributes, Any, Any]] = token.meta.get("attributes", ())
    return beside or (lists[0][0].id if lists else "")


def read_title(post: Post, inline: Token, children: list[Token]) -> None:
    """Collect the formulas of a title; `inline` is the token whose content it was."""
    post.look_at(inline)
    for token in children:
        if token.type == "math":
            post.add_formula(token, False)


def read_blocks(post: Post, tokens: list[Token]) -> None:
    """Collect formulas, holes and notes of block tokens, in order."""
    for token in tokens:
        if "attributes" in token.meta and token.type != "display":
            post.decorate(token)
        if token.type == "inline":
            post.look_at(token)
            _read_inline(post, token)
        elif token.type == "display":
            post.look_at(token)
            post.add_formula(token, True)
        elif token.type == "html_block":
            post.look_at(token)
            _read_html(post, token, block=True)
        elif token.type == "fence" or (token.type == "code_block" and "attributes" in token.meta):
            _read_fence(post, token)


def _read_inline(post: Post, inline: Token) -> None:
    if "uncited" in post.env or "handles" in post.env:
        _report_handles(post, inline)
    inline.children = references.fill_links(inline.children or [])
    addresses, backslashes = post.signs_in(inline.content)
    for written in links.spaced(inline.children) if addresses else ():
        at = max(inline.content.find(written), 0)
        hint = f"write it between < and >: (<{written.partition('](')[2][:-1]}>)"
        message = "an address with a space is none, so this is shown as it was typed"
        post.report("link/space", message, post.place(at, at + len(written)), hint=hint)
    begin = inline.meta.get("begin", 0)
    for found in stray.strays(inline.content, inline.children, begin) if backslashes else ():
        post.strays.setdefault(found.name, []).append(post.place(found.start, found.end))
    for token in inline.children:
        if "attributes" in token.meta and token.type not in {"image", "math"}:
            post.decorate(token)
        if token.type == "html_inline":
            _read_html(post, token, block=False)
        elif post.translator.dropping and not token.nesting:
            # Text of a removed <script> or <style>.
            token.type, token.content = "text", ""
        elif token.type == "math":
            post.add_formula(token, False, "table" in inline.meta)
        elif token.type == "image":
            _read_image(post, token)
        elif token.type == "link_open":
            _read_link(post, token)
        elif token.type == "lone_dollars":
            _report_lone(post, token)
        elif token.type == "citation":
            _read_citation(post, token)
        elif "unknown_role" in token.meta:
            _report_role(post, token)


def _read_html(post: Post, token: Token, *, block: bool) -> None:
    base = 0 if block else token.meta["outer"][0]
    whole = post.map
    post.map = whole if block else whole.part(base, base + len(token.content))
    parts: list[object] = []
    fragment = post.translator.translate(token.content, block=block, continued="continued" in token.meta)
    for part in fragment.parts:
        parts.append(_html_formula(post, token, part) if isinstance(part, HtmlFormula) else part)
        if isinstance(part, str):
            post.html_ids.update(entities.unescape("".join(groups)) for groups in _HTML_ID.findall(part))
    token.meta["parts"] = parts
    token.meta["in_file"] = post.map
    if not (token.content.startswith("<!--") and token.content.find("<", 1) < 0):
        post.tags = True
    at = token.content.rfind("<!--")
    if block and at >= 0 and "-->" not in token.content[at:]:
        hint = "write --> where it ends"
        message = "nothing closes the comment that begins here, so the rest of the text is not shown"
        post.report("html/unclosed-comment", message, post.place(at, at + 4), hint=hint)
    post.report_notes(fragment.notes)
    post.map = whole


def _html_formula(post: Post, fragment: Token, part: HtmlFormula) -> Token:
    """Return a formula in raw HTML as a token; entities in it are decoded as a browser would."""
    found, display = part
    raw = fragment.content[found.inner_start : found.inner_end]
    token = Token("math", "math", 0, content=raw)
    token.meta = {"at": (found.inner_start, found.inner_end), "outer": (found.start, found.end)}
    if "&" in raw:
        edits = [
            Edit(m.start(), m.end(), entities.unescape(m.group()))
            for m in re.finditer(r"&(?:lt|gt|amp|quot|nbsp);", raw)
        ]
        token.content, decoded = rewrite(raw, edits)
        whole = post.map
        post.map = whole.part(*token.meta["at"]).after(decoded)
        outer = whole.span(found.start, found.end)
        token.meta["at"] = token.meta["outer"] = (0, len(token.content))
        post.add_formula(token, display)
        added = post.formulas[-1]
        post.formulas[-1] = FoundFormula(added.tex, added.display, outer, added.offsets)
        post.map = whole
    else:
        post.add_formula(token, display)
    token.meta["display"] = display
    return token


def _read_image(post: Post, token: Token) -> None:
    for child in (token.children or ()) if "captioned" not in token.meta else ():
        if child.type == "math":
            post.add_formula(child, False)
        elif child.type == "citation":
            _read_citation(post, child)
    start, end = token.meta["outer"]
    if not token.content.strip():
        post.report_notes([missing_alt(start, end)])
    attributes = {"src": str(token.attrs["src"]), "alt": ""}
    for name in ("title", "width", "height"):
        if name in token.attrs:
            attributes[name] = str(token.attrs[name])
    if "attributes" in token.meta:
        attributes |= post.apply(token)
    token.meta["slot"] = image_slot(attributes, post.place(start, end))


def _read_link(post: Post, token: Token) -> None:
    href = str(token.attrs.get("href", ""))
    if depends_on_site(href) and "outer" in token.meta:
        token.meta["slot"] = LinkSlot(href, post.place(*token.meta["outer"]))


def _read_fence(post: Post, token: Token) -> None:
    info = token.info.strip()
    begin = post.locator.line_start(token.map[0] if token.map else 0)
    at = max(begin, post.locator.source.find(info, begin))
    span = post.locator.span(at, at + len(info))
    named = _LANGUAGE_CLASS.search(str(token.attrs.get("class", "")))
    fence = code.read_fence(*fences.spelled(named[1] if named and not info else info, token.content))
    token.meta["fence"] = fence
    ident = fences.identifier(info)
    if ident:
        post.identified.append((token, ident, span))
    if _is_open(post, token, begin):
        hint = f"write {token.markup} on a line of its own below the code"
        mark = post.locator.source.find(token.markup, begin)
        place = post.locator.span(mark, mark + len(token.markup))
        post.report("code/unclosed", "nothing closes the code that begins here", place, hint=hint)
    if fence.known and not fence.glued and not fence.options.problems:
        return
    if fence.glued:
        hint = "put the first line of code on a line of its own"
        post.report("code/glued-fence", "code stands on the line that opens the fence", span, hint=hint)
    for message, hint in fence.options.problems:
        post.report("code/bad-option", message, span, "an option of this code", hint)
    if not fence.known:
        near = code.near_language(fence.language)
        hint = f"did you mean {near}?" if near else "write text for what needs none"
        message = f"no highlighting is known for the language “{fence.language}”"
        post.report("code/unknown-language", message, span, hint=hint)


def _is_open(post: Post, token: Token, begin: int) -> bool:
    """Tell whether a fence goes on to the end of what it stands in."""
    if token.type != "fence" or not token.map:
        return False
    start = post.locator.line_start(token.map[1] - 1)
    last = post.locator.source[start:].partition("\n")[0].strip(" \t>")
    return start <= begin or not (last and len(last) >= len(token.markup) and set(last) == set(token.markup))


def _read_citation(post: Post, token: Token) -> None:
    token.meta["citation"] = len(post.cited)
    post.cited.append(Cited(token.meta["items"], token.meta["narrative"], post.place(*token.meta["outer"])))
    for item in token.meta["items"]:
        if item.key not in post.options.works:
            near = nearest(item.key, sorted(post.options.works))
            hint = f"did you mean @{near}?" if near else "the keys are those of the BibTeX files under [cite]"
            place = post.place(item.start, item.end)
            post.report("citation/unknown-key", f"the bibliography has no work {item.key}", place, hint=hint)


def _report_role(post: Post, token: Token) -> None:
    name = token.meta["unknown_role"]
    near = nearest(name, sorted(phrases.ROLES))
    hint = f"did you mean {{{near}}}?" if near else "the text between the backticks is shown as code"
    post.report("markdown/unknown-role", f"there is no role “{name}”", post.place(*token.meta["outer"]), hint=hint)


def _report_lone(post: Post, token: Token) -> None:
    span = post.place(*token.meta["at"])
    if token.meta["opens_line"]:
        post.report(
            "markdown/unclosed-display",
            "nothing closes the formula that opens here",
            span,
            "no second $$ follows",
            "put $$ on a line of its own after the formula; two literal dollars are written \\$\\$",
        )
    else:
        hint = "two literal dollars are written \\$\\$"
        post.report("markdown/lone-dollars", "two dollars that open no formula", span, "no second $$ follows", hint)


def _report_handles(post: Post, inline: Token) -> None:
    """Report what looks like a citation and is none: without a bibliography, or with a key that is nearly one."""
    for item in citations.noted(post.env, "uncited", inline.content):
        message = f"@{item.key} is shown as it is, since no bibliography with works is read"
        hint = "name a BibTeX file in sitegen.toml, under [cite]"
        post.report("citation/no-bibliography", message, post.place(item.start, item.end), hint=hint)
    for item in citations.noted(post.env, "handles", inline.content):
        near = nearest(item.key, sorted(post.options.works))
        if near:
            message, hint = f"the bibliography has no work {item.key}", f"did you mean @{near}?"
            post.report("citation/near-key", message, post.place(item.start, item.end), "shown as text", hint)
