"""Markdown into tokens, with every formula found, read as LaTeX and placed in the file: the steps in their order."""

from __future__ import annotations

from markdown_it.token import Token

from sitegen.markdown import (
    dialect,
    footnotes,
    headings,
    hook,
    links,
    nesting,
    references,
    templating,
    wellformed,
)
from sitegen.markdown.displays import settle_style
from sitegen.markdown.features import features_of
from sitegen.markdown.ids import give_ids, name_references, targets
from sitegen.markdown.lift import lift_displays
from sitegen.markdown.locate import Locator
from sitegen.markdown.markdownit import markdown_it, title_markdown_it
from sitegen.markdown.model import FoundFormula, MarkdownOptions, Parsed, ParsedTitle
from sitegen.markdown.post import Post, read_blocks, read_title
from sitegen.markdown.reports import report_document, report_doubts, report_nesting, report_notes
from sitegen.text import OffsetMap, Span, Way


def parse(text: str, start: int, path: str, options: MarkdownOptions) -> Parsed:
    """Parse `text[start:]`, the body of the post at `path`; every place in the result counts from the file's start.

    Pure; never raises for bad input, but for what the site's own module raises.
    """
    locator = Locator(text, start)
    post = Post(path, options, locator)
    if templating.occur(locator.source, path):
        _expand_templates(post)
    env: dict[str, object] = {"label_budget": links.LABEL_BUDGET + 10 * len(locator.source), "words": options.words}
    features = features_of(locator.source)
    if path.lower().endswith((".qmd", ".rmd")):
        env["pandoc"] = True
    if options.punctuation:
        features |= {f"punctuation {options.punctuation}"}
    if "citations" in features:
        env["cited_keys"] = options.works
    post.env = env
    md = markdown_it(features, options.extension)
    tokens = md.parse(locator.source, env)
    post.attribute_lists = env.get("attribute_lists", {})  # type: ignore[assignment]
    doubts = settle_style(tokens)
    if "<" in locator.source:
        tokens, faults = nesting.mend(tokens)
        report_nesting(post, faults)
    title: list[Token] | None = None
    title_inline: Token | None = None
    if options.lift_title:
        tokens, title, title_inline = headings.take_title(tokens)
    body, notes = footnotes.collect(tokens)
    post.translator.lower_headings = headings.lower_levels(body)
    if title is not None and title_inline is not None:
        read_title(post, title_inline, title)
    body = references.number(lift_displays(body), _caption, options.words)
    read_blocks(post, body)
    note_blocks = [lift_displays(note.tokens) for note in notes.used]
    for block in note_blocks:
        read_blocks(post, block)
    anchors = give_ids(post, [body, *note_blocks])
    if options.number_headings:
        references.number_headings(body, options.words)
    if "roles" in features:
        name_references([*body, *(token for block in note_blocks for token in block)])
    notes_anchor = anchors.give("footnotes") if notes.used else ""
    works = _list_works(post, body, anchors)
    if notes.used:
        body += footnotes.section(notes, note_blocks, anchors)
    report_notes(post, notes)
    report_document(post, env)
    report_doubts(post, doubts)
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
        tuple(targets(body)),
        tuple(post.cited),
        references=works,
        safe=options.html == "safe",
        tags=post.tags and (options.html == "safe" or not wellformed.nests(body)),
        words=options.words,
        rules=hook.added_rules(md) if options.extension is not None else {},
    )


def _expand_templates(post: Post) -> None:
    expanded = templating.expand(post.locator.source, post.path, post.options.values)
    for problem in expanded.problems:
        span = post.locator.span(problem.start, problem.end)
        post.report(problem.code, problem.message, span, hint=problem.hint)
    post.locator.replace(expanded.text, expanded.offsets)


def parse_title(title: str, span: Span | None, text: str, dialect_name: dialect.Dialect, first: int) -> ParsedTitle:
    """Parse a title from the front matter: formulas, emphasis and code, nothing else of Markdown.

    `span` is its place in the file `text`; formulas count from `first`.
    """
    inline = title_markdown_it().parseInline(title)[0]
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
    return title_markdown_it().parseInline(text)[0].children or []


def _list_works(post: Post, tokens: list[Token], anchors: headings.Anchors) -> dict[str, str]:
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
