"""One post, from text to `Document`: pure and deterministic, so that it may run in any process and be cached.

Source ─► front matter ─► Markdown with formulas found ─► all formulas typeset ─► body with holes ─► Document
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from msgspec import structs

from sitegen.bibliography import Formatted, fill_formulas, format_citations
from sitegen.diagnostics import Diagnostic
from sitegen.faults import FAULTS, fault
from sitegen.frontmatter import date_of_name, read_front_matter
from sitegen.markdown import (
    Cited,
    Dialect,
    FoundFormula,
    MarkdownOptions,
    Parsed,
    ParsedTitle,
    Rendered,
    TitleLine,
    parse,
    parse_title,
    render,
    render_title,
)
from sitegen.math import defined, typeset
from sitegen.math.drawn import drawn
from sitegen.math.model import Equation, Formula, MathOptions, Typeset
from sitegen.model import (
    Body,
    Compiled,
    CompileOptions,
    Document,
    Drawn,
    FrontMatter,
    ImageSlot,
    Label,
    Library,
    Rejected,
    Source,
)
from sitegen.notebook import Notebook, is_notebook, read_notebook
from sitegen.policy import source_of, sources_in
from sitegen.text import OffsetMap, Span, Way
from sitegen.words import Words, words_of

__all__ = ["CompileOptions", "compile_post"]


def compile_post(source: Source, options: CompileOptions) -> Compiled:
    """Compile one post. Never raises for bad input: what is wrong is among the result's diagnostics."""
    if is_notebook(source.path):
        return _compile_notebook(source, options)
    return _compile_text(source, options)


def _compile_notebook(source: Source, options: CompileOptions) -> Compiled:
    """Compile a notebook's text, and lead every place in the result back to the notebook's file."""
    book = read_notebook(source)
    if not isinstance(book, Notebook):
        return Rejected(source.path, book)
    compiled = _compile_text(structs.replace(source, text=book.text), options)

    def home(place: Span) -> Span:
        return book.offsets.span(place.start, place.end)

    found = tuple(structs.replace(each, span=each.span and home(each.span)) for each in compiled.diagnostics)
    if isinstance(compiled, Rejected):
        return structs.replace(compiled, diagnostics=(*found, *book.diagnostics))
    spans = {key: home(place) for key, place in compiled.meta.spans.items()}
    return structs.replace(
        compiled,
        meta=structs.replace(compiled.meta, spans=spans),
        body=tuple(
            part if isinstance(part, str) else structs.replace(part, span=home(part.span)) for part in compiled.body
        ),
        diagnostics=tuple(sorted((*found, *book.diagnostics), key=_place)),
        embedded=book.embedded,
    )


def _compile_text(source: Source, options: CompileOptions) -> Compiled:
    if options.extension is None:
        return _compile(source, options)
    try:
        return _compile(source, options)
    except FAULTS as error:  # the site's own module is input: whatever it raises is a problem of the module
        path, text = options.extension
        return Rejected(source.path, (fault(error, path, text, f"it happened in {source.path}"),))


def _compile(source: Source, options: CompileOptions) -> Compiled:
    meta, problems = read_front_matter(source, _zone(options.timezone))
    if meta is None:
        return Rejected(source.path, tuple(problems))
    dialect = meta.dialect or options.dialect
    words = words_of(meta.lang or options.language, options.words)
    parsed = parse(source.text, meta.body_start, source.path, _markdown_options(source, meta, options, dialect, words))
    head = _Head(meta, source.text, dialect, len(parsed.formulas))
    formulas = (*parsed.formulas, *head.formulas)
    in_works = len(formulas)
    library = options.bibliography
    cited = format_citations(library, parsed.citations, parsed.references) if library and parsed.citations else None
    if cited is not None:
        formulas += tuple(_in_work(tex, parsed.citations[0].span) for tex in cited.formulas)
    results, equations = typeset(
        [Formula(formula.tex, formula.display) for formula in formulas],
        _math_options(meta, options, parsed.anchors, words),
    )
    found = [*problems, *_math_diagnostics(source.path, formulas, results)]
    if cited is None:
        rendered = render(parsed, results, equations)
    else:
        rendered = _with_works(parsed, results, equations, cited, results[in_works:])
        found += _citation_problems(source.path, library, parsed.citations, cited)
    title = rendered.title if meta.title is None else head.line("title", formulas, results)
    title = title if title is not None and title.text else _file_title(source.path)
    return Document(
        path=source.path,
        meta=meta,
        title=title.text,
        title_html=title.html,
        body=rendered.body,
        headings=rendered.headings,
        equations=tuple(equations),
        anchors=rendered.anchors,
        colors=rendered.colors,
        backgrounds=rendered.backgrounds,
        styles=rendered.styles,
        text=rendered.text,
        has_math=any("<math" in part for part in rendered.body if isinstance(part, str)),
        own_toc=any(token.type == "toc" for token in parsed.tokens),
        words=count_words(rendered.text),
        sources=_sources(rendered.body, options.scripts),
        formulas=len(formulas),
        classes=_classes(title.html, rendered.body),
        drawn=_drawn(source.text, formulas, results, rendered.body),
        diagnostics=tuple(sorted((*found, *rendered.diagnostics), key=_place)),
        targets=parsed.targets,
        tags=head.labels("tags", meta.tags, formulas, results),
        categories=head.labels("categories", meta.categories, formulas, results),
        series=head.label("series", meta.series, formulas, results) if meta.series else None,
        description=head.label("description", meta.description, formulas, results) if meta.description else None,
        summary=rendered.summary,
        opening=rendered.opening,
        lost_labels=_lost_labels(formulas, results),
        unnumbered_labels=_unnumbered_labels(formulas, results),
    )


def _markdown_options(
    source: Source, meta: FrontMatter, options: CompileOptions, dialect: Dialect, words: Words
) -> MarkdownOptions:
    """Return what parsing a post depends on besides its text: where the post does not say, what the site says."""
    return MarkdownOptions(
        dialect=dialect,
        lift_title=meta.title is None,
        works=frozenset(options.bibliography.works) if options.bibliography else frozenset[str](),
        number_headings=options.number_headings if meta.number_headings is None else meta.number_headings,
        html=options.html,
        scripts=options.scripts,
        punctuation=options.punctuation,
        words=words,
        values=_values(meta, options.site) if "{{" in source.text else {},
        extension=options.extension,
    )


def _math_options(meta: FrontMatter, options: CompileOptions, anchors: frozenset[str], words: Words) -> MathOptions:
    """Return what all formulas of a post share; what the post defines comes on top of what the site does."""
    macros = {name.removeprefix("\\"): text for name, text in options.macros.items()}
    if meta.preamble:
        macros = {name: text for name, text in macros.items() if f"\\{name}" not in defined(meta.preamble)}
    macros |= {name.removeprefix("\\"): text for name, text in meta.macros.items()}
    return MathOptions(
        macros=macros,
        preamble=_joined(options.preamble, meta.preamble),
        reserved_ids=anchors,
        called=(words["equation"], words["equation_numbered"], words["equations_numbered"]),
    )


def _with_works(
    parsed: Parsed,
    results: Sequence[Typeset],
    equations: Sequence[Equation],
    cited: Formatted,
    in_works: Sequence[Typeset],
) -> Rendered:
    """Render a post that cites; `in_works` are the formulas in what is cited.

    A reference in the title of a work has nothing to refer to, and is left out.
    """
    shown = ["".join(part for part in result.parts if isinstance(part, str)) for result in in_works]
    texts = [fill_formulas(text, shown) for text in cited.texts]
    works = [(key, fill_formulas(text, shown)) for key, text in cited.entries]
    return render(parsed, results, equations, texts, works)


def _values(meta: FrontMatter, site: Mapping[str, str]) -> dict[str, str]:
    """Return what `page.title`, `site.title` and the like stand for in the templates of other generators."""
    found = {f"site.{name}": text for name, text in site.items() if text}
    plain: dict[str, Any] = {
        name: value for name, value in meta.extra.items() if isinstance(value, str | int | float | list)
    }
    plain |= {"title": meta.title, "description": meta.description, "series": meta.series, "slug": meta.slug}
    plain |= {"tags": meta.tags, "categories": meta.categories, "author": meta.authors, "image": meta.image}
    plain["date"] = meta.date.isoformat() if meta.date else None
    plain["last_modified_at"] = plain["updated"] = meta.updated.isoformat() if meta.updated else None
    for name, value in plain.items():
        text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
        if text is not None and text != "":
            found[f"page.{name.lower()}"] = str(text)
    return found


def _joined(site: str, post: str) -> str:
    return f"{site}\n{post}" if site and post else site or post


def _in_work(tex: str, place: Span) -> FoundFormula:
    """Return a formula in the title of a work as one of the post, at the place of a citation."""
    whole = OffsetMap(((0, place.start, place.end, False), (len(tex), place.end, place.end, True)))
    return FoundFormula(tex, False, place, Way((whole,)))


def _citation_problems(
    path: str, library: Library | None, citations: Sequence[Cited], formatted: Formatted
) -> list[Diagnostic]:
    style = library.style_path if library else ""
    note = (f"the style is {style}",) if style else ()
    hint = "try another style"
    return [
        Diagnostic("citation/style", f"the style cannot format this: {why}", path, citations[at].span, "", hint, note)
        for at, why in formatted.failures
    ]


_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")
"""Scripts that put no blanks between words: kana, Han, and Hangul, whose syllables count alike."""


def count_words(text: str) -> int:
    """Return how many words a text has; of scripts without blanks, two characters count as one."""
    words = len(text.split())
    if text.isascii():
        return words
    rest, characters = _CJK.subn(" ", text)
    return len(rest.split()) + (characters + 1) // 2 if characters else words


def _sources(body: Body, scripts: bool) -> tuple[tuple[str, str], ...]:
    """Return what a body loads from elsewhere. An address of the site is a hole, and empty text here."""
    found = set(sources_in("".join([part for part in body if isinstance(part, str)]), scripts=scripts))
    for part in body:
        if isinstance(part, ImageSlot):
            addresses = (part.src, *(address for address, _ in part.sources))
            found.update(("img-src", source) for source in map(source_of, addresses) if source != "'self'")
    return tuple(sorted(found))


@lru_cache(maxsize=4)
def _zone(name: str) -> dt.tzinfo:
    if name == "UTC":
        return dt.UTC  # zoneinfo takes time to import
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


class _Head:
    """The texts of the front matter that may hold formulas."""

    def __init__(self, meta: FrontMatter, text: str, dialect: Dialect, first: int) -> None:
        """Find the formulas, which count from `first`."""
        self._parsed: dict[str, ParsedTitle] = {}
        self.formulas: tuple[FoundFormula, ...] = ()
        values = {"title": meta.title, "series": meta.series, "description": meta.description}
        values |= {f"tags.{index}": tag for index, tag in enumerate(meta.tags)}
        values |= {f"categories.{index}": name for index, name in enumerate(meta.categories)}
        for key, value in values.items():
            # A title may have emphasis and code as well.
            if value is not None and (key == "title" or "$" in value or "\\(" in value):
                found = parse_title(value, meta.spans.get(key), text, dialect, first + len(self.formulas))
                self._parsed[key] = found
                self.formulas += found.formulas

    def line(self, key: str, formulas: Sequence[FoundFormula], results: Sequence[Typeset]) -> TitleLine:
        """Return the text of a key that was parsed, with its formulas typeset."""
        return render_title(self._parsed[key], formulas, results)

    def label(self, key: str, value: str, formulas: Sequence[FoundFormula], results: Sequence[Typeset]) -> Label:
        """Return the value of a key, with its formulas typeset where it has any."""
        if key not in self._parsed:
            return Label(value, html.escape(value, quote=False))
        line = self.line(key, formulas, results)
        return Label(line.text, line.html)

    def labels(
        self, key: str, values: Sequence[str], formulas: Sequence[FoundFormula], results: Sequence[Typeset]
    ) -> tuple[Label, ...]:
        """Return the values of a key that has several."""
        return tuple(self.label(f"{key}.{index}", value, formulas, results) for index, value in enumerate(values))


def _place(diagnostic: Diagnostic) -> tuple[Span, str]:
    return diagnostic.span or Span(0, 0), diagnostic.code


def _file_title(path: str) -> TitleLine:
    """Return the name of the post's file, or of its folder for `name/index.md`."""
    file = PurePosixPath(path)
    name = date_of_name(file.parent.name if file.stem in ("index", "_index") else file.stem)[1]
    return TitleLine(html.escape(name, quote=False), name)


_CLASSES = re.compile(r' class="([^"]*)"')


def _classes(title: str, body: Body) -> str:
    """Return the names of all classes of a page, each once."""
    found = set(_CLASSES.findall(title))
    for part in body:
        if isinstance(part, str):
            found.update(_CLASSES.findall(part))
    return " ".join(sorted(set(" ".join(found).split())))


_LABEL = re.compile(r"\\label\s*\{([^{}]*)\}")


def _lost_labels(formulas: Sequence[FoundFormula], results: Sequence[Typeset]) -> tuple[str, ...]:
    """Return the labels in formulas that could not be typeset."""
    lost = [formula.tex for formula, result in zip(formulas, results, strict=True) if result.kind == "error"]
    return tuple(name.strip() for tex in lost for name in _LABEL.findall(tex))


def _unnumbered_labels(formulas: Sequence[FoundFormula], results: Sequence[Typeset]) -> tuple[str, ...]:
    """Return the labels of what has no number."""
    found = (
        formula.tex[problem.start : problem.end]
        for formula, result in zip(formulas, results, strict=True)
        for problem in result.problems
        if problem.code == "math/label-without-number"
    )
    return tuple(name.strip() for tex in found for name in _LABEL.findall(tex))


def _drawn(text: str, formulas: Sequence[FoundFormula], results: Sequence[Typeset], body: Body) -> tuple[Drawn, ...]:
    """Return the characters of the math font that a page shows, each with the first formula that shows it."""
    tokens: set[str] = set()
    seen: set[str] = set()
    found: list[Drawn] = []

    def look(markup: str, span: Span) -> None:
        new = drawn(markup, tokens) - seen
        if new:
            seen.update(new)
            found.append(Drawn("".join(sorted(new)), span.start, span.end))

    for formula, result in zip(formulas, results, strict=True):
        if result.kind == "math":
            for part in result.parts:
                if isinstance(part, str):
                    look(part, formula.span)
    at = text.find("<math")
    if at >= 0:  # MathML of the author's own
        for piece in body:
            if isinstance(piece, str):
                look(piece, Span(at, at + len("<math")))
    return tuple(found)


def _math_diagnostics(path: str, formulas: Sequence[FoundFormula], results: Sequence[Typeset]) -> list[Diagnostic]:
    """Return the engine's problems as diagnostics at their places in the file."""
    return [
        Diagnostic(
            problem.code,
            problem.message,
            path,
            formula.offsets.span(problem.start, problem.end),
            problem.label,
            problem.hint,
            problem.notes,
        )
        for formula, result in zip(formulas, results, strict=True)
        for problem in result.problems
    ]
