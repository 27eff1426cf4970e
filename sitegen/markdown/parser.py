"""Markdown into tokens, with every formula found, read as LaTeX and placed in the file.

The only place where markdown-it is configured: CommonMark with GFM tables, strikethrough, task lists and bare links,
footnotes, and rules of our own where formulas or positions need them.
"""

from __future__ import annotations

import functools
import html as entities
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.common.normalize_url import normalizeLinkText
from markdown_it.rules_core import StateCore, normalize
from markdown_it.token import Token

from sitegen.diagnostics import Diagnostic, nearest
from sitegen.markdown import (
    citations,
    code,
    dialect,
    fences,
    footnotes,
    headings,
    hook,
    htmlblocks,
    links,
    mathspans,
    nesting,
    paragraphs,
    phrases,
    references,
    stray,
    tables,
    templating,
    texblocks,
    wellformed,
)
from sitegen.markdown.attributes import Attributes
from sitegen.markdown.blocks import MAX_NESTING, Blocks
from sitegen.markdown.features import features_of, install
from sitegen.markdown.html import (
    HtmlFormula,
    Note,
    Translator,
    depends_on_site,
    image_slot,
    missing_alt,
)
from sitegen.markdown.inline import Inline
from sitegen.markdown.lift import lift_displays
from sitegen.markdown.locate import Locator
from sitegen.markdown.model import Cited, FoundFormula, MarkdownOptions, Parsed, ParsedTitle
from sitegen.markdown.presentational import Styles, attributes_of
from sitegen.model import ImageSlot, LinkSlot, Target
from sitegen.text import Edit, OffsetMap, Span, Way, rewrite

_LANGUAGE_CLASS = re.compile(r"(?:\A|\s)(?:language|lang|highlight)-([\w+#.-]+)")


_COLUMN = r"add a column to the head and the line below it, or write \| for a bar in a cell"
_OTHER_ID = "give one of the two another id"


class _Markdown(MarkdownIt):
    """markdown-it with our states, and with addresses left as the author wrote them."""

    def __init__(self, preset: str, options: dict[str, object]) -> None:
        super().__init__(preset)
        self.inline = Inline()
        self.block = Blocks()
        self.helpers = SimpleNamespace(  # type: ignore[assignment]  # rules look their helpers up here
            parseLinkLabel=links.parse_label,
            parseLinkDestination=links.parse_destination,
            parseLinkTitle=helpers.parseLinkTitle,
        )
        self.configure(preset, options)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return _shown_address(link)

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Let links to files of the author's machine be links, so that they are reported instead of shown as typed."""
        return url.lstrip()[:5].lower() == "file:" or super().validateLink(url)


@functools.lru_cache(maxsize=1024)
def _shown_address(link: str) -> str:
    """Return an address as it is read; the same ones stand in many posts."""
    return normalizeLinkText(link)


@functools.cache
def _markdown(features: frozenset[str], extension: hook.Extension | None = None) -> MarkdownIt:
    """Return the parser for posts that use `features`, so that no post pays for what it does not use.

    Raises whatever the site's own `extension` raises.
    """
    options: dict[str, object] = {"linkify": True, "tasklists": True, "xhtmlOut": False, "maxNesting": MAX_NESTING}
    # Asked for in every paragraph; a key that is missing there is looked for by way of an exception.
    options["strikethrough_single_tilde"] = False
    md = _Markdown("gfm-like", options)
    assert md.linkify is not None
    md.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # type: ignore[no-untyped-call]
    md.linkify.add("//", None)  # type: ignore[no-untyped-call]  # `//example.org` is a comment more often than an address
    block, inline = md.block.ruler, md.inline.ruler
    md.disable("lheading")  # part of our paragraph rule
    block.at("paragraph", paragraphs.paragraph)
    block.at("code", paragraphs.indented_code)
    block.at("heading", headings.heading, {"alt": ["paragraph", "reference", "blockquote"]})
    block.at("table", tables.table, {"alt": ["paragraph", "reference"]})
    block.at("html_block", htmlblocks.html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    block.before("reference", "footnote_def", footnotes.definition, {"alt": ["paragraph", "reference"]})
    md.core.ruler.at("normalize", _normalize)
    md.core.ruler.at("linkify", links.bare_links)
    md.core.ruler.after("linkify", "www_links", links.www_links)
    inline.before("escape", "line_end", phrases.line_end)
    inline.after("escape", "math", mathspans.math)
    inline.at("linkify", links.linkify)
    inline.at("link", links.link)
    inline.at("image", links.image)
    inline.at("autolink", links.autolink)
    inline.at("html_inline", links.html_inline)
    inline.before("link", "footnote_ref", footnotes.reference)
    inline.before("link", "footnote_inline", footnotes.inline_note)
    install(md, features)
    if extension is not None:
        hook.apply(md, extension)
    return md


def _normalize(state: StateCore) -> None:
    """Normalise what is not (core rule): sources are, but what a template put into one may have any character."""
    if "\r" in state.src or "\0" in state.src:
        normalize(state)


@functools.cache
def _title_markdown() -> MarkdownIt:
    md = _Markdown("zero", {"maxNesting": MAX_NESTING})
    md.enable(["escape", "backticks", "emphasis", "strikethrough", "entity", "balance_pairs", "fragments_join"])
    md.inline.ruler.after("escape", "math", mathspans.math)
    return md


class _Post:
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

    def report(self, code: str, message: str, span: Span, label: str = "", hint: str = "") -> None:
        self.diagnostics.append(Diagnostic(code, message, self.path, span, label, hint))

    def report_notes(self, notes: list[Note]) -> None:
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


def parse(text: str, start: int, path: str, options: MarkdownOptions) -> Parsed:
    """Parse `text[start:]`, the body of the post at `path`; every place in the result counts from the file's start.

    Pure; never raises for bad input, but for what the site's own module raises.
    """
    locator = Locator(text, start)
    post = _Post(path, options, locator)
    if templating.occur(locator.source, path):
        _expand_templates(post)
    env: dict[str, object] = {"label_budget": links.LABEL_BUDGET + 10 * len(locator.source), "words": options.words}
    features = features_of(locator.source)
    if options.punctuation:
        features |= {f"punctuation {options.punctuation}"}
    if "citations" in features:
        env["cited_keys"] = options.works
    post.env = env
    md = _markdown(features, options.extension)
    tokens = md.parse(locator.source, env)
    post.attribute_lists = env.get("attribute_lists", {})  # type: ignore[assignment]
    doubts = mathspans.settle_style(tokens)
    if "<" in locator.source:
        tokens, faults = nesting.mend(tokens)
        for fault in faults:
            post.look_at(fault.inline)
            hint = "delete the tag, or write the other one in the same paragraph"
            post.report("html/nesting", fault.message, post.place(*fault.token.meta["outer"]), hint=hint)
    title: list[Token] | None = None
    title_inline: Token | None = None
    if options.lift_title:
        tokens, title, title_inline = headings.take_title(tokens)
    body, notes = footnotes.collect(tokens)
    post.translator.lower_headings = headings.lower_levels(body)
    if title is not None and title_inline is not None:
        _read_title(post, title_inline, title)
    body = references.number(lift_displays(body), _caption, options.words)
    _read_blocks(post, body)
    note_blocks = [lift_displays(note.tokens) for note in notes.used]
    for block in note_blocks:
        _read_blocks(post, block)
    anchors = _give_ids(post, [body, *note_blocks])
    if options.number_headings:
        references.number_headings(body, options.words)
    if "roles" in features:
        _name_references([*body, *(token for block in note_blocks for token in block)])
    notes_anchor = anchors.give("footnotes") if notes.used else ""
    works = _list_works(post, body, anchors)
    if notes.used:
        body += _notes_section(notes, note_blocks, anchors)
    _report_notes(post, notes)
    _report_document(post, env)
    _report_doubts(post, doubts)
    diagnostics = tuple(sorted(post.diagnostics, key=lambda d: (d.span or Span(0, 0), d.code)))
    return Parsed(
        path,
        body,
        tuple(post.formulas),
        frozenset(anchors.taken),
        title,
        post.styles,
        notes_anchor,
        diagnostics,
        tuple(_targets(body)),
        tuple(post.cited),
        references=works,
        safe=options.html == "safe",
        tags=post.tags and (options.html == "safe" or not wellformed.nests(body)),
        words=options.words,
        rules=hook.added_rules(md) if options.extension is not None else {},
    )


def _expand_templates(post: _Post) -> None:
    expanded = templating.expand(post.locator.source, post.path, post.options.values)
    for problem in expanded.problems:
        span = post.locator.span(problem.start, problem.end)
        post.report(problem.code, problem.message, span, hint=problem.hint)
    post.locator.replace(expanded.text, expanded.offsets)


def parse_title(title: str, span: Span | None, text: str, dialect_name: dialect.Dialect, first: int) -> ParsedTitle:
    """Parse a title from the front matter: formulas, emphasis and code, nothing else of Markdown.

    `span` is its place in the file `text`; formulas count from `first`.
    """
    inline = _title_markdown().parseInline(title)[0]
    place = span or Span(0, 0)
    at = text.find(title, place.start, place.end)
    # A YAML string with escapes cannot be mapped character by character: the whole value is the place.
    exact = OffsetMap.shift(len(title), at)
    whole = OffsetMap(((0, place.start, place.end, False), (len(title), place.end, place.end, True)))
    offsets = exact if at >= 0 else whole
    formulas: list[FoundFormula] = []
    for token in inline.children or ():
        if token.type == "math":
            typed = dialect.read(token.content, dialect_name)
            low, high = token.meta["at"]
            token.meta["formula"] = first + len(formulas)
            outer = offsets.span(*token.meta["outer"])
            way = Way((offsets,)).part(low, high).after(typed.offsets)
            formulas.append(FoundFormula(typed.tex, False, outer, way))
    return ParsedTitle(inline.children or [], tuple(formulas))


def _caption(text: str) -> list[Token]:
    return _title_markdown().parseInline(text)[0].children or []


def _read_title(post: _Post, inline: Token, children: list[Token]) -> None:
    post.look_at(inline)
    for token in children:
        if token.type == "math":
            post.add_formula(token, False)


def _read_blocks(post: _Post, tokens: list[Token]) -> None:
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


def _read_inline(post: _Post, inline: Token) -> None:
    if "uncited" in post.env or "handles" in post.env:
        _report_handles(post, inline)
    inline.children = references.fill_links(inline.children or [])
    for written in links.spaced(inline.children) if "](" in inline.content else ():
        at = max(inline.content.find(written), 0)
        hint = f"write it between < and >: (<{written.partition('](')[2][:-1]}>)"
        message = "an address with a space is none, so this is shown as it was typed"
        post.report("link/space", message, post.place(at, at + len(written)), hint=hint)
    for found in stray.strays(inline.content, inline.children) if "\\" in inline.content else ():
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


_HTML_ID = re.compile(r"""\sid\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)


def _read_html(post: _Post, token: Token, *, block: bool) -> None:
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


def _html_formula(post: _Post, fragment: Token, part: HtmlFormula) -> Token:
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


def _read_image(post: _Post, token: Token) -> None:
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


def _read_link(post: _Post, token: Token) -> None:
    href = str(token.attrs.get("href", ""))
    if depends_on_site(href) and "outer" in token.meta:
        token.meta["slot"] = LinkSlot(href, post.place(*token.meta["outer"]))


def _read_fence(post: _Post, token: Token) -> None:
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


def _is_open(post: _Post, token: Token, begin: int) -> bool:
    """Tell whether a fence goes on to the end of what it stands in."""
    if token.type != "fence" or not token.map:
        return False
    start = post.locator.line_start(token.map[1] - 1)
    last = post.locator.source[start:].partition("\n")[0].strip(" \t>")
    return start <= begin or not (last and len(last) >= len(token.markup) and set(last) == set(token.markup))


def _read_citation(post: _Post, token: Token) -> None:
    token.meta["citation"] = len(post.cited)
    post.cited.append(Cited(token.meta["items"], token.meta["narrative"], post.place(*token.meta["outer"])))
    for item in token.meta["items"]:
        if item.key not in post.options.works:
            near = nearest(item.key, sorted(post.options.works))
            hint = f"did you mean @{near}?" if near else "the keys are those of the BibTeX files under [cite]"
            place = post.place(item.start, item.end)
            post.report("citation/unknown-key", f"the bibliography has no work {item.key}", place, hint=hint)


def _report_role(post: _Post, token: Token) -> None:
    name = token.meta["unknown_role"]
    near = nearest(name, sorted(phrases.ROLES))
    hint = f"did you mean {{{near}}}?" if near else "the text between the backticks is shown as code"
    post.report("markdown/unknown-role", f"there is no role “{name}”", post.place(*token.meta["outer"]), hint=hint)


def _report_lone(post: _Post, token: Token) -> None:
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


def _give_ids(post: _Post, parts: list[list[Token]]) -> headings.Anchors:
    """Give every heading its id: the author's ids first, so that they stay what the author wrote."""
    tokens = [token for part in parts for token in part]
    anchors = headings.Anchors(post.html_ids)
    opened = [(token, tokens[index + 1]) for index, token in enumerate(tokens) if token.type == "heading_open"]
    for opening, inline in opened:
        if "id" in opening.meta:
            wish = opening.meta["id"]
            given = anchors.give(wish)
            opening.attrs["id"] = given
            if given != wish:
                post.look_at(inline)
                message = f"the id “{wish}” is taken; this heading has the id “{given}”"
                post.report("heading/duplicate-id", message, post.place(0, len(inline.content)), hint=_OTHER_ID)
    for token, written, span in post.identified:
        wish = references.anchor_of(written) if "numbered" in token.meta else written
        given = anchors.give(wish)
        if given != wish:
            message = f"the id “{wish}” is taken; this element has the id “{given}”"
            post.report("heading/duplicate-id", message, span, hint=_OTHER_ID)
        if "slot" in token.meta and token.type == "image":
            slot = token.meta["slot"]
            token.meta["slot"] = ImageSlot(slot.src, (*slot.attributes, ("id", given)), slot.span, slot.sources)
        else:
            token.attrs["id"] = given
    for opening, inline in opened:
        if "id" not in opening.meta:
            opening.attrs["id"] = anchors.give(headings.slug(_source_text(inline.children or [])))
    return anchors


def _targets(tokens: list[Token]) -> Iterator[Target]:
    for token in tokens:
        numbered: references.Numbered | None = token.meta.get("numbered")
        if numbered is not None and numbered.name and "id" in token.attrs:
            yield Target(numbered.name, str(token.attrs["id"]), numbered.text, numbered.number)


def _report_handles(post: _Post, inline: Token) -> None:
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


def _list_works(post: _Post, tokens: list[Token], anchors: headings.Anchors) -> dict[str, str]:
    """Give the works that are cited their ids, and the list of them its place: a block `{#refs}`, else the end."""
    keys = dict.fromkeys(item.key for each in post.cited for item in each.items if item.key in post.options.works)
    if not keys:
        return {}
    works = {key: anchors.give(references.anchor_of(f"ref-{key}")) for key in keys}
    wanted = [index for index, token in enumerate(tokens) if token.attrs.get("id") == "refs" and token.nesting == 1]
    listed = Token("works", "", 0, block=True)
    if wanted:
        tokens.insert(wanted[0] + 1, listed)
    else:
        listed.meta["heading"] = anchors.give("references")
        tokens.append(listed)
    return works


def _name_references(tokens: list[Token]) -> None:
    """Let references without a text of their own show the heading that they lead to."""
    headings_by_id = {
        token.attrs["id"]: tokens[index + 1] for index, token in enumerate(tokens) if token.type == "heading_open"
    }
    for inline in tokens:
        children = inline.children or []
        for index, token in enumerate(children):
            if token.type == "link_open" and token.meta.get("named") in headings_by_id:
                heading = headings_by_id[token.meta["named"]]
                children[index + 1].content = _source_text(heading.children or [])


def _source_text(tokens: list[Token]) -> str:
    """Return text for a slug: formulas as their TeX, images as their alternative text."""
    texts = []
    for token in tokens:
        if token.type in {"text", "code_inline", "math"}:
            texts.append(token.content)
        elif token.type == "image":
            texts.append(_source_text(token.children or []))
        elif token.type in {"softbreak", "hardbreak"}:
            texts.append(" ")
        elif token.meta and hook.PLAIN in token.meta:
            texts.append(str(token.meta[hook.PLAIN]))
    return "".join(texts)


def _notes_section(notes: footnotes.Footnotes, blocks: list[list[Token]], anchors: headings.Anchors) -> list[Token]:
    prefix = "fn"
    while any(name.startswith(prefix) for name in anchors.taken):
        prefix += "-"
    section = [Token("footnotes_open", "section", 1, block=True, meta={"prefix": prefix})]
    for note, block in zip(notes.used, blocks, strict=True):
        count = note.references
        meta = {"number": note.number, "references": count, "prefix": prefix}
        backlinks = Token("footnote_backlinks", "", 0, meta=meta)
        section.append(Token("footnote_open", "li", 1, block=True, meta=meta))
        if block and block[-1].type == "paragraph_close" and not block[-1].hidden:
            section += [*block[:-1], backlinks, block[-1]]
        else:
            opening, closing = (
                Token("paragraph_open", "p", 1, block=True),
                Token("paragraph_close", "p", -1, block=True),
            )
            section += [*block, opening, backlinks, closing]
        section.append(Token("footnote_close", "li", -1, block=True))
    section.append(Token("footnotes_close", "section", -1, block=True))
    anchors.taken.update(f"{prefix}{note.number}" for note in notes.used)
    for note in notes.used:
        anchors.taken.update(reference_id(prefix, note.number, nth) for nth in range(1, note.references + 1))
    return section


def reference_id(prefix: str, number: int, nth: int) -> str:
    """Return the id of the *n*th reference to a note."""
    return f"{prefix}ref{number}" if nth == 1 else f"{prefix}ref{number}-{nth}"


def _report_notes(post: _Post, notes: footnotes.Footnotes) -> None:
    for missing in notes.undefined:
        post.look_at(missing.inline)
        span = post.place(*missing.token.meta["outer"])
        label = missing.token.meta["label"]
        hint = f"define it with a paragraph [^{label}]: …"
        post.report("footnote/undefined", f"there is no footnote “{label}”", span, "shown as text", hint)
    unused, twice = "the footnote “{}” is never referred to", "the footnote “{}” is defined twice; the first one counts"
    for code_name, group, message, hint in (
        ("footnote/unused", notes.unused, unused, "write [^{}] where it belongs, or delete it"),
        ("footnote/duplicate", notes.duplicates, twice, "give it another name, there and where it is referred to"),
    ):
        for note in group:
            span = post.locator.span(0, 0)
            if note.inline is not None:
                post.look_at(note.inline)
                span = post.place(0, len(note.inline.content))
            post.report(code_name, message.format(note.label), span, hint=hint.format(note.label))


def _report_doubts(post: _Post, doubts: list[mathspans.Doubt]) -> None:
    for doubt in doubts:
        times = "once" if doubt.number == 1 else f"{doubt.number} times"
        post.look_at(doubt.inline)
        place = post.place(*doubt.formula.meta["outer"])
        hint = "sitegen explain markdown/doubtful-formula says how to leave no doubt"
        post.report("markdown/doubtful-formula", f"{doubt.message}, {times} in this post", place, "first here", hint)


def _report_document(post: _Post, env: dict[str, object]) -> None:
    for name, count in post.rewrites.items():
        times = "once" if count == 1 else f"{count} times"
        message = f"{dialect.NAMES[name]}, {times} in this post"
        hint = "`dialect: tex` in the front matter takes every backslash as LaTeX does"
        post.report("dialect/rewritten", message, post.first_rewrite[name], "first here", hint)
    for name, spans in post.strays.items():
        times, label = (f", {len(spans)} times in this post", "first here") if len(spans) > 1 else ("", "")
        message = f"\\{name} is LaTeX outside of a formula{times}; it is shown as it was typed"
        post.report("markdown/stray-latex", message, spans[0], label, stray.hint(name))
    for key, code_name, message, hint in (
        ("unclosed", "markdown/unclosed-container", "nothing closes the block that opens here", "write ::: below it"),
        ("stray_fences", "markdown/stray-fence", "these colons close nothing", "delete them, or open a block above"),
        ("includes", "markdown/include", "a file to be inserted was left out", "put its text here"),
        ("lost_cells", "markdown/lost-cell", "this cell has no column, so it is not shown", _COLUMN),
    ):
        for begin, end, *_ in env.get(key, ()):  # type: ignore[attr-defined]
            post.report(code_name, message, post.locator.span(begin, end), hint=hint)
    for begin, (end, why) in env.get("no_tables", {}).items():  # type: ignore[attr-defined]
        hint = "give both lines as many cells"
        post.report("markdown/no-table", f"this is no table: {why}", post.locator.span(begin, end), hint=hint)
    for begin, end, kind, near in env.get("misnamed", ()):  # type: ignore[attr-defined]
        hint = f"did you mean {near}? a class of this name is written ::: {{.{kind}}}"
        place = post.locator.span(begin, end)
        post.report("markdown/unknown-block", f"{kind} is no kind of block", place, "taken for a class", hint)
    line = env.get("too_deep")
    if isinstance(line, int):
        begin = post.locator.line_start(line)
        message = f"quotes and lists nest more than {MAX_NESTING} levels deep; what lies deeper is left out"
        hint = "begin the text on this line further to the left"
        post.report("markdown/too-deep", message, post.locator.span(begin, begin + 1), hint=hint)
