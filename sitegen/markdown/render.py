"""Tokens and typeset formulas into the body of a page: HTML with typed holes, headings, plain text.

While rendering, a hole is a number between two NULs, which no text can contain (the parser replaces NUL, as
CommonMark section 2.3 demands); at the end the HTML is split there.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from sitegen.diagnostics import Diagnostic
from sitegen.markdown import wellformed
from sitegen.markdown.code import highlight
from sitegen.markdown.containers import Container
from sitegen.markdown.footnotes import reference_id
from sitegen.markdown.glue import glued, leading, together, trailing
from sitegen.markdown.hook import PLAIN
from sitegen.markdown.model import FoundFormula, Parsed, ParsedTitle, Rendered, TitleLine
from sitegen.markdown.plain import Plain
from sitegen.markdown.safety import hidden, sanitised
from sitegen.math.model import Equation, Reference, Typeset
from sitegen.model import Body, EquationSlot, Heading, ImageSlot, Slot, TextSlot
from sitegen.words import ENGLISH, Words, fill

_HOLE = re.compile("\0(\\d+)\0")


class _Page:
    """What one rendering shares: formulas, holes."""

    def __init__(self, formulas: Sequence[FoundFormula], typeset: Sequence[Typeset]) -> None:
        self.formulas = formulas
        self.typeset = typeset
        self.holes: list[Slot] = []
        self.citations: Sequence[str] = ()
        self.works: Sequence[tuple[str, str]] = ()
        self.references: Mapping[str, str] = {}
        self.marked: list[Token] | None = None
        """The pieces of the author's HTML so far, where it is to be known which is which."""

    def hole(self, slot: Slot) -> str:
        """Return the stand-in for a hole."""
        self.holes.append(slot)
        return f"\0{len(self.holes) - 1}\0"

    def formula(self, index: int) -> str:
        """Return a formula's HTML."""
        result = self.typeset[index]
        found = self.formulas[index]
        return "".join(part if isinstance(part, str) else self._reference(part, found, result) for part in result.parts)

    def _reference(self, reference: Reference, found: FoundFormula, result: Typeset) -> str:
        if result.kind == "reference" and reference.anchor:
            number = html.escape(reference.number, quote=False)
            shown = f"({number})" if reference.parenthesised else number
            return f'<a class="eqref" href="#{html.escape(reference.anchor)}">{shown}</a>'
        span = found.offsets.span(reference.start, reference.end)
        in_math = result.kind != "reference"
        return self.hole(EquationSlot(reference.label, reference.parenthesised, in_math, span))

    def body(self, text: str) -> Body:
        """Split rendered HTML at its holes."""
        parts = _HOLE.split(text)
        body: list[str | Slot] = []
        for index, part in enumerate(parts):
            if index % 2:
                body.append(self.holes[int(part)])
            elif part:
                body.append(part)
        return tuple(body)


@functools.lru_cache(maxsize=1024)
def _normalised(href: str) -> str:
    """Return an address as a browser would send it; the same ones stand in many posts."""
    return normalizeLink(href)


def _in_box(tokens: Sequence[Token], idx: int, markup: str, page: _Page) -> str:
    """Return the markup of a formula, one that is wide in a box that scrolls and can be reached by keyboard.

    A link may hold nothing that can be reached beside it (HTML, section 4.5.1).
    """
    if not page.typeset[tokens[idx].meta["formula"]].wide:
        return markup
    if sum(token.nesting for token in tokens[:idx] if token.type in ("link_open", "link_close")):
        return markup
    return f'<span class="far" tabindex="0">{markup}</span>'


class _Renderer(RendererHTML):
    """HTML for every token type that differs from markdown-it's own."""

    def renderInline(self, tokens: Sequence[Token], options: OptionsDict, env: EnvType) -> str:  # noqa: N802
        page = _page(env)
        if any(token.type == "math" for token in tokens):
            tokens = glued(tokens, lambda token: page.formula(token.meta["formula"]))
        return super().renderInline(tokens, options, env)

    def math(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _in_box(tokens, idx, _page(env).formula(tokens[idx].meta["formula"]), _page(env))

    def display(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _page(env).formula(tokens[idx].meta["formula"]) + "\n"

    def glued(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _in_box(tokens, idx, tokens[idx].content, _page(env))

    def nobr_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<span class="nobr">'

    def nobr_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</span>"

    def lone_dollars(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "$$"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        shown = highlight(token.meta["fence"])
        if "id" not in token.attrs:
            return shown
        return f'<div id="{html.escape(str(token.attrs["id"]))}">\n{shown}</div>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if "fence" in tokens[idx].meta:
            return self.fence(tokens, idx, options, env)
        return f'<pre class="hl" tabindex="0"><code>{html.escape(tokens[idx].content, quote=False)}</code></pre>\n'

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _raw(tokens[idx], _page(env), safe=env["safe"])

    def html_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _raw(tokens[idx], _page(env), safe=env["safe"])

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        page, token = _page(env), tokens[idx]
        alt = Plain(page.typeset, page.citations).inline(token.children or [])
        slot: ImageSlot = token.meta["slot"]
        attributes = tuple((name, alt if name == "alt" else value) for name, value in slot.attributes)
        return page.hole(msgspec.structs.replace(slot, attributes=attributes))

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        href = str(token.attrs.get("href", ""))
        slot = token.meta.get("slot")
        target = _page(env).hole(slot) if slot else html.escape(_normalised(href))
        title = token.attrs.get("title")
        shown = f' title="{html.escape(str(title))}"' if title else ""
        for name, value in token.attrs.items():
            if name not in {"href", "title"}:
                shown += f' {name}="{html.escape(str(value))}"'
        # A link whose text is its address needs no address on paper.
        bare = ' class="bare"' if token.info == "auto" and "class" not in token.attrs else ""
        return f'<a{bare} href="{target}"{shown}>'

    def reference_text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        slot = token.meta["link"].meta.get("slot")
        return _page(env).hole(TextSlot(slot.href, slot.span)) if slot else html.escape(token.content)

    def citation(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<span class="citation">{_page(env).citations[tokens[idx].meta["citation"]]}</span>'

    def works(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        page, heading = _page(env), tokens[idx].meta.get("heading")
        items = "".join(f'<li id="{page.references[key]}">{entry}</li>\n' for key, entry in page.works)
        listed = f'<ul class="works">\n{items}</ul>\n'
        if not heading:
            return listed
        title = f'<h2 id="{heading}">{_word(env, "references")}</h2>'
        return f'<section role="doc-bibliography" aria-labelledby="{heading}">\n{title}\n{listed}</section>\n'

    def section_number(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<span class="section-number">{tokens[idx].content}</span> '

    def label(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<b class="label">{html.escape(tokens[idx].content)}</b>'

    def container_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        container: Container = token.meta["container"]
        attributes = dict(token.attrs)
        classes: list[str] = token.meta.get("theorem") or container.html_classes()
        classes = classes + str(attributes.pop("class", "")).split()
        if classes:
            attributes = {"class": " ".join(dict.fromkeys(classes)), **attributes}
        if container.admonition and token.tag == "div" and "theorem" not in token.meta:
            attributes["role"] = "note"
        written = "".join(f' {name}="{html.escape(str(value))}"' for name, value in attributes.items())
        written += " open" if container.folded is False else " hidden" if "hidden" in classes else ""
        return f"<{token.tag}{written}>\n"

    def container_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{tokens[idx].tag}>\n"

    def container_title_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        opening = tokens[idx - 1]
        if opening.tag == "details":
            return "<summary>"
        if "theorem" in opening.meta:
            return '<p class="theorem-title">'
        kind = "admonition" if opening.meta["container"].admonition else "block"
        return f'<p class="{kind}-title">'

    def container_title_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</summary>\n" if tokens[idx - 3].tag == "details" else "</p>\n"

    def toc(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if "contents" not in env:
            env["contents"] = contents_list(env["headings"](), env["words"])
        return str(env["contents"])

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # A wide table scrolls in a box of its own, which the keyboard must reach.
        written = "".join(f' {name}="{html.escape(str(value))}"' for name, value in tokens[idx].attrs.items())
        label = _word(env, "table")
        return f'<div class="table-scroll" tabindex="0" role="group" aria-label="{label}">\n<table{written}>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table>\n</div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        children = tokens[idx + 1].children or []
        empty = not any(child.content.strip() or child.type != "text" for child in children)
        if empty and tokens[idx + 1].type == "inline":
            # A corner that is left empty heads nothing.
            tokens[idx].tag = tokens[idx + 2].tag = "td"
        opened = self.renderToken(tokens, idx, options, env)
        # axe takes a formula alone for no text (it still follows ARIA 1.1, where `math` hid its content), so an
        # invisible character, which nobody reads aloud, stands before it: U+2060.
        alone = any(child.type == "math" for child in children) and all(
            child.type == "math" or not child.content.strip() for child in children
        )
        return opened + "\u2060" if alone else opened

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if "checked" not in token.meta:
            return self.renderToken(tokens, idx, options, env)
        checked = " checked" if token.meta["checked"] else ""
        label = _word(env, "done" if token.meta["checked"] else "to_do")
        return f'<li class="task"><input type="checkbox" disabled{checked} aria-label="{label}"> '

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # For those who point; assistive technology reads headings as they are.
        anchor = html.escape(str(tokens[idx - 2].attrs["id"]))
        link = f'<a class="anchor" href="#{anchor}" aria-hidden="true" tabindex="-1">#</a>'
        return f" {link}</{tokens[idx].tag}>\n"

    def footnote_ref(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        meta, prefix = tokens[idx].meta, env["prefix"]
        number = meta["number"]
        ident = reference_id(prefix, number, meta["nth"])
        label = f'role="doc-noteref" aria-label="{_word(env, "footnote", number=number)}"'
        return f'<sup class="footnote-ref"><a href="#{prefix}{number}" id="{ident}" {label}>{number}</a></sup>'

    def footnotes_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        anchor = env["notes_anchor"]
        title = f'<h2 id="{anchor}">{_word(env, "footnotes")}</h2>'
        return f'<section class="footnotes" role="doc-endnotes" aria-labelledby="{anchor}">\n{title}\n<ol>\n'

    def footnotes_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        meta = tokens[idx].meta
        return f'<li id="{meta["prefix"]}{meta["number"]}">'

    def footnote_backlinks(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        meta = tokens[idx].meta
        number = meta["number"]
        links = []
        for nth in range(1, meta["references"] + 1):
            label = _word(env, "back" if nth == 1 else "back_again", number=number, nth=nth)
            mark = "↑" if nth == 1 else f"↑<sup>{nth}</sup>"
            target = reference_id(meta["prefix"], number, nth)
            links.append(f' <a role="doc-backlink" href="#{target}" aria-label="{label}">{mark}</a>')
        return "".join(links)


def _word(env: EnvType, key: str, **values: object) -> str:
    """Return one of the words that pages bring, for HTML."""
    words: Words = env["words"]
    return html.escape(fill(words[key], **values))


def _page(env: EnvType) -> _Page:
    page: _Page = env["page"]
    return page


def _raw(token: Token, page: _Page, *, safe: bool = False) -> str:
    parts: list[str] = []
    if page.marked is not None:
        parts.append(wellformed.MARK.format(len(page.marked)))
        page.marked.append(token)
    after = ""
    found = token.meta["parts"]
    for index, part in enumerate(found):
        if isinstance(part, str):
            part = part.removeprefix(after)
            parts.append(hidden(part) if safe else part)
            after = ""
        elif isinstance(part, Token):
            following = found[index + 1] if index + 1 < len(found) else None
            formula = page.formula(part.meta["formula"])
            glue = formula.startswith("<math")
            after = leading(following) if glue and isinstance(following, str) else ""
            before = trailing(parts[-1]) if glue and index and isinstance(found[index - 1], str) else ""
            if before:
                parts[-1] = parts[-1][: -len(before)]
            parts.append(together(html.unescape(before), formula, html.unescape(after)))
        else:
            parts.append(page.hole(part))
    return "".join(parts)


@functools.cache
def _renderer() -> _Renderer:
    return _Renderer()


def _with_rules(rules: Mapping[str, Callable[..., str]]) -> _Renderer:
    """Return a renderer that knows the tokens of a site's own rules as well."""
    if not rules:
        return _renderer()
    renderer = _Renderer()
    renderer.rules.update(rules)  # type: ignore[arg-type]  # functions that were bound to markdown-it's renderer
    return renderer


_OPTIONS = OptionsDict(
    {
        "maxNesting": 100,
        "html": True,
        "linkify": True,
        "typographer": False,
        "quotes": "“”‘’",
        "xhtmlOut": False,
        "breaks": False,
        "langPrefix": "language-",
        "highlight": None,
    }
)


def render(
    parsed: Parsed,
    typeset: Sequence[Typeset],
    equations: Sequence[Equation] = (),
    citations: Sequence[str] = (),
    works: Sequence[tuple[str, str]] = (),
) -> Rendered:
    """Return the body of `parsed` with its typeset formulas; `typeset` may go on after those of the body.

    `citations` are those of the body as HTML, and `works` the list of works: key and HTML of each.
    """
    page = _Page(parsed.formulas, typeset)
    page.citations, page.works, page.references = citations, works, parsed.references
    prefix = next((token.meta["prefix"] for token in parsed.tokens if token.type == "footnotes_open"), "fn")
    env: dict[str, object] = {"page": page, "prefix": prefix, "notes_anchor": parsed.notes_anchor}
    env["headings"] = lambda: _listed_headings(parsed.tokens, page)
    env["safe"] = parsed.safe
    page.marked = [] if parsed.tags and not parsed.safe else None
    env["words"] = parsed.words
    text = _with_rules(parsed.rules).render(parsed.tokens, _OPTIONS, env)
    if parsed.safe:
        text = sanitised(text, page.holes)
    diagnostics = parsed.diagnostics
    if parsed.tags:
        text, faults = wellformed.well_formed(text)
        diagnostics += tuple(_nesting(parsed.path, page.marked or [], faults))
    plain = Plain(typeset, citations, parsed.targets, equations)
    colors, backgrounds = set(parsed.styles.colors), set(parsed.styles.backgrounds)
    for index, result in enumerate(typeset):
        colors.update(result.colors)
        written = page.formula(index) if result.colors and index < len(parsed.formulas) else ""
        backgrounds.update(color for color in result.colors if f"bg-{color}" in written)
    return Rendered(
        body=page.body(text),
        title=None if parsed.title is None else _title_line(parsed.title, page),
        headings=tuple(_headings(parsed.tokens, page)),
        anchors=parsed.anchors | {equation.anchor for equation in equations},
        colors=tuple(sorted(colors)),
        backgrounds=tuple(sorted(backgrounds)),
        styles=parsed.styles.sorted_rules(),
        text=plain.document(parsed.tokens),
        summary=plain.summary(parsed.tokens),
        opening=plain.opening(parsed.tokens),
        diagnostics=diagnostics,
    )


MAX_FAULTS = 100
"""Tags of one post that are told of; who has more of them sees what kind they are."""


def _nesting(path: str, marked: Sequence[Token], faults: Sequence[wellformed.Fault]) -> Iterator[Diagnostic]:
    """Yield what is wrong with an author's tags, at their places in the file."""
    known: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for mark, tag, nth, message in faults[:MAX_FAULTS]:
        if 0 <= mark < len(marked):
            token = marked[mark]
            if (mark, tag) not in known:
                tags = re.finditer(rf"{re.escape(tag)}(?![\w-])[^<>]*>?", token.content, re.IGNORECASE)
                known[mark, tag] = [found.span() for found in tags]
            places = known[mark, tag]
            start, end = places[nth] if nth < len(places) else (0, len(token.content.rstrip()))
            place = token.meta["in_file"].span(start, end)
            hint = "an element ends inside of the one in which it begins; delete the tag, or write the other one"
            yield Diagnostic("html/nesting", message, path, place, hint=hint)


def render_title(title: ParsedTitle, formulas: Sequence[FoundFormula], typeset: Sequence[Typeset]) -> TitleLine:
    """Return a title from the front matter; `formulas` and `typeset` are those of the whole post."""
    return _title_line(title.children, _Page(formulas, typeset))


def _title_line(children: list[Token], page: _Page) -> TitleLine:
    return TitleLine(_label_html(children, page), Plain(page.typeset).inline(children))


def _headings(tokens: list[Token], page: _Page) -> list[Heading]:
    found = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            children = tokens[index + 1].children or []
            anchor = str(token.attrs["id"])
            text = Plain(page.typeset).inline(children)
            found.append(Heading(int(token.tag[1]), anchor, _label_html(children, page), text))
    return found


def _listed_headings(tokens: list[Token], page: _Page) -> list[Heading]:
    """Return the headings that a table of contents lists: those without the class `no_toc` or `unlisted`."""
    left_out = {
        token.attrs["id"]
        for token in tokens
        if token.type == "heading_open"
        and {"no_toc", "no-toc", "unlisted"} & set(str(token.attrs.get("class")).split())
    }
    return [heading for heading in _headings(tokens, page) if heading.anchor not in left_out]


def contents_list(headings: Sequence[Heading], words: Words = ENGLISH) -> str:
    """Return a table of contents as HTML: nested lists of links, empty without headings."""
    if not headings:
        return ""
    out = [f'<nav class="toc" aria-label="{html.escape(words["contents"])}">\n']
    levels: list[int] = []
    for heading in headings:
        while len(levels) > 1 and heading.level < levels[-1]:
            levels.pop()
            out.append("</li>\n</ul>\n")
        if not levels or heading.level > levels[-1]:
            out.append("<ul>\n")
            levels.append(heading.level)
        else:
            levels[-1] = min(levels[-1], heading.level)
            out.append("</li>\n")
        out.append(f'<li><a href="#{html.escape(heading.anchor)}">{heading.html}</a>')
    out.append("</li>\n</ul>\n" * len(levels))
    return "".join(out) + "</nav>\n"


_KEPT_IN_LABELS = frozenset(
    f"{name}_{end}" for name in ("em", "strong", "s", "mark", "sub", "sup") for end in ("open", "close")
) | frozenset(("code_inline", "text", "math", "section_number"))


def _label_html(children: list[Token], page: _Page) -> str:
    """Return inline tokens as HTML that may stand inside a link: no links, notes, images or holes."""
    out: list[str] = []
    env: dict[str, object] = {"page": page}
    depth = 0
    for token in children:
        if token.type.startswith("footnote_inline"):
            depth += token.nesting
        elif depth:
            continue
        elif token.type == "math" and page.typeset[token.meta["formula"]].kind == "reference":
            out.append(html.escape(page.typeset[token.meta["formula"]].text))
        elif token.type == "math":
            out.append(_HOLE.sub("", page.formula(token.meta["formula"])))
        elif token.type in _KEPT_IN_LABELS:
            out.append(_renderer().renderInline([token], _OPTIONS, env))
        elif token.type in {"softbreak", "hardbreak"}:
            out.append(" ")
        elif token.type == "image":
            out.append(html.escape(Plain(page.typeset).inline(token.children or [])))
        elif token.type == "lone_dollars":
            out.append("$$")
        elif token.meta and PLAIN in token.meta:
            out.append(html.escape(str(token.meta[PLAIN])))
    return "".join(out).strip()
