"""Citations and lists of works, formatted by citeproc-py in a CSL style."""

from __future__ import annotations

import html
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from sitegen.bibliography.marks import MATH, formula_mark, with_tags
from sitegen.diagnostics import Diagnostic
from sitegen.model import Library
from sitegen.text import LineIndex, Span

if TYPE_CHECKING:
    from sitegen.markdown import Cited  # a build that compiles nothing need not load what reads Markdown

__all__ = ["Formatted", "format_citations", "style_problems"]

DEFAULT_STYLE = "harvard-cite-them-right"
"""The style that citeproc-py brings, for sites that name none."""

_STYLES = "take the file from https://www.zotero.org/styles again"
_OPEN, _CLOSE, _END = "\ue000", "\ue001", "\ue002"
"""Around the words of one work within a citation: the work's index stands between the first two."""
_LINKED = re.compile(rf"{_OPEN}(\d+){_CLOSE}(.*?){_END}", re.DOTALL)
_ENTITY = r"&(?:\w+|#\d+);"
_ADDRESS = re.compile(rf"https?://(?:{_ENTITY}|[^\s<>\"'&])*(?:{_ENTITY}|[^\s<>\"'&.,;:)])")


class Formatted(msgspec.Struct, frozen=True):
    """The citations of a post as HTML."""

    texts: tuple[str, ...]
    """For each citation."""
    entries: tuple[tuple[str, str], ...]
    """Key and HTML of each work in the list, in the style's order."""
    formulas: tuple[str, ...]
    """TeX of the formulas that titles hold; texts and entries have `formula_mark(index)` in their place."""
    failures: tuple[tuple[int, str], ...]
    """Index of each citation that the style could not format, and why."""


def style_problems(text: str, name: str) -> list[Diagnostic]:
    """Return why a CSL style cannot be used; `name` is its file, for messages."""
    from lxml.etree import XMLSyntaxError

    try:
        _style(text)
    except XMLSyntaxError as error:
        index = LineIndex(text)
        line, column = error.position
        start = min(index.start(max(line, 1)) + max(column - 1, 0), len(text))
        return [
            Diagnostic(
                "citation/style", f"the style is not valid XML: {error.msg}", name, Span(start, start), hint=_STYLES
            )
        ]
    except Exception as error:
        hint = "styles are at https://www.zotero.org/styles; a dependent style names the one to take"
        message = f"the style cannot be used: {type(error).__name__}: {error}"
        return [Diagnostic("citation/style", message, name, hint=hint)]
    return []


def _style(text: str) -> Any:
    from citeproc.frontend import CitationStylesStyle

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about parts of CSL that the library leaves out
        source = io.BytesIO(text.encode()) if text else DEFAULT_STYLE
        style = CitationStylesStyle(source, validate=False)
    if style.root.citation is None or style.root.bibliography is None:
        raise ValueError("it has no <citation> or no <bibliography>")
    return style


def format_citations(library: Library, citations: Sequence[Cited], anchors: Mapping[str, str]) -> Formatted:
    """Format the citations of one post; keys that the library lacks were reported and are left out.

    `anchors` are the ids of the works in the list.
    """
    from citeproc import formatter
    from citeproc.frontend import CitationStylesBibliography
    from citeproc.source.json import CiteProcJSON

    formulas: list[str] = []
    cited = dict.fromkeys(item.key for each in citations for item in each.items if item.key in library.works)
    works = [_marked(msgspec.json.decode(library.works[key]), formulas) for key in cited]
    by_key = {work["id"]: work for work in works}
    # The library compares keys without regard to capitals, so it gets names of ours.
    names = {key: f"w{index}" for index, key in enumerate(cited)}
    keys = list(cited)
    texts: list[str] = []
    failures: list[tuple[int, str]] = []
    entries: list[tuple[str, str]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = CiteProcJSON([{**work, "id": names[work["id"]]} for work in works])
        bibliography = CitationStylesBibliography(_style(library.style), source, formatter.html)
        made = [_citation(each, names) for each in citations]
        for citation in made:
            if citation is not None:
                bibliography.register(citation)
        bibliography.sort()
        for index, (each, citation) in enumerate(zip(citations, made, strict=True)):
            try:
                text = _unknown(each) if citation is None else str(bibliography.cite(citation, lambda item: ""))
            except Exception as error:
                failures.append((index, f"{type(error).__name__}: {error}"))
                text = html.escape(", ".join(item.key for item in each.items), quote=False)
            texts.append(_linked(_in_text(each, text, by_key), keys, anchors))
        try:
            order = {name: key for key, name in names.items()}
            listed = [order[item.key] for item in bibliography.items]
            entries = [
                (key, _with_addresses(str(entry)))
                for key, entry in zip(listed, bibliography.bibliography(), strict=True)
            ]
        except Exception as error:
            failures.append((0, f"{type(error).__name__}: {error}"))
    shown = tuple((key, with_tags(entry)) for key, entry in entries)
    return Formatted(tuple(map(with_tags, texts)), shown, tuple(formulas), tuple(failures))


def _citation(cited: Cited, names: Mapping[str, str]) -> Any:
    """Return a citation as the library wants it; None where none of its works is known. `names` has those that are.

    Around the words of each work stand marks, by which it becomes a link.
    """
    from citeproc.source import Citation, CitationItem, Locator

    items = []
    for item in cited.items:
        if item.key in names:
            options = {"locator": Locator(item.label, item.locator)} if item.locator else {}
            prefix = f"{html.escape(item.prefix, quote=False)} " if item.prefix else ""
            start = f"{prefix}{_OPEN}{names[item.key].removeprefix('w')}{_CLOSE}"
            end = f"{_END}{_suffix(item.suffix)}"
            items.append(CitationItem(names[item.key], prefix=start, suffix=end, **options))
    return Citation(items) if items else None


def _unknown(cited: Cited) -> str:
    """Return what is shown of a citation none of whose works is known."""
    keys = ", ".join(f"@{item.key}" for item in cited.items)
    return f'<code class="math-error">{html.escape(keys, quote=False)}</code>'


def _suffix(text: str) -> str:
    if not text:
        return ""
    return html.escape(text if text[0] in ",;:." else f" {text}", quote=False)


def _marked(work: dict[str, Any], formulas: list[str]) -> dict[str, Any]:
    """Return a work with marks in the place of formulas, whose TeX is added to `formulas`."""

    def mark(match: re.Match[str]) -> str:
        formulas.append(html.unescape(match[1]))
        return formula_mark(len(formulas) - 1)

    return {name: MATH.sub(mark, value) if isinstance(value, str) else value for name, value in work.items()}


def _in_text(cited: Cited, text: str, works: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a citation with the author outside of the parentheses, or without the author, where that is wanted.

    citeproc-py formats whole citations only, so the year stands for what the style would show besides the author.
    """
    work = works.get(cited.items[0].key)
    if work is None or len(cited.items) > 1 or not (cited.narrative or cited.items[0].year_only):
        return text
    people = work.get("author") or work.get("editor") or []
    names = [html.escape(str(person.get("family") or person.get("literal")), quote=False) for person in people]
    if not names or names[0] not in text:
        return f"{_named(names)} {text}" if cited.narrative and names else text
    inside = text[text.index(_CLOSE) + 1 : text.index(_END)]
    year = str(work.get("issued", {}).get("date-parts", [[""]])[0][0])
    at = inside.find(year) if year else -1
    rest = inside[at:] if at >= 0 else ""
    marked = f"{text[: text.index(_CLOSE) + 1]}{rest}{text[text.index(_END) :]}" if rest else ""
    if not cited.narrative:
        return marked or text
    return f"{_named(names)} {marked}".strip()


def _named(names: Sequence[str]) -> str:
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names)


def _linked(text: str, keys: Sequence[str], anchors: Mapping[str, str]) -> str:
    """Return a citation with each work in it as a link to the list."""
    return _LINKED.sub(lambda match: f'<a href="#{anchors[keys[int(match[1])]]}">{match[2]}</a>', text)


def _with_addresses(text: str) -> str:
    # The text is HTML already, and so is the address.
    return _ADDRESS.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', text)
