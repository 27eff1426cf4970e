"""Bibliographies: BibTeX files read by pybtex, citations and lists of works formatted by citeproc-py in a CSL style.

Both libraries are extras. What goes wrong in them, in a file of works or in a style, becomes a diagnostic there.
CSL: https://docs.citationstyles.org/en/stable/specification.html
"""

from __future__ import annotations

import functools
import html
import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Library
from sitegen.text import LineIndex, Span

if TYPE_CHECKING:
    from sitegen.markdown import Cited  # a build that compiles nothing need not load what reads Markdown

__all__ = ["Formatted", "fill_formulas", "format_citations", "formula_mark", "read_library"]

DEFAULT_STYLE = "harvard-cite-them-right"
"""The style that citeproc-py brings, for sites that name none."""

_TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "book",
    "mastersthesis": "thesis",
    "misc": "article",
    "online": "webpage",
    "patent": "patent",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "software": "book",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "www": "webpage",
}
"""Types of BibTeX and biblatex to those of CSL (appendix III)."""

_FIELDS = {
    "title": ("title",),
    "container-title": ("journal", "journaltitle", "booktitle", "maintitle"),
    "collection-title": ("series",),
    "publisher": ("publisher", "school", "institution", "organization"),
    "publisher-place": ("address", "location"),
    "volume": ("volume",),
    "edition": ("edition",),
    "page": ("pages",),
    "chapter-number": ("chapter",),
    "genre": ("type",),
    "note": ("note", "howpublished"),
    "abstract": (),
}
"""Variables of CSL (appendix IV) to the fields that hold them."""

_VERBATIM = {"DOI": ("doi",), "URL": ("url",), "ISBN": ("isbn",), "ISSN": ("issn",)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
_MATH = re.compile(r"\$([^$]+)\$")
_OPEN, _CLOSE, _END = "\ue000", "\ue001", "\ue002"
"""Around the words of one work within a citation: the work's index stands between the first two."""
_TEX, _TEX_END = "\ue010", "\ue011"
"""Around the index of a formula."""
_LINKED = re.compile(rf"{_OPEN}(\d+){_CLOSE}(.*?){_END}", re.DOTALL)
_FORMULA = re.compile(rf"{_TEX}(\d+){_TEX_END}")
_ADDRESS = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:)]")


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


def formula_mark(index: int) -> str:
    """Return what stands for a formula in formatted text."""
    return f"{_TEX}{index}{_TEX_END}"


def fill_formulas(text: str, formulas: Sequence[str]) -> str:
    """Return formatted text with its formulas, as HTML, in their places."""
    return _FORMULA.sub(lambda match: formulas[int(match[1])], text)


# -- reading


def read_library(config: Config) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """Return the works and the style of a site, and what is wrong with their files; None without a bibliography."""
    if not config.cite.bibliography:
        return None, ()
    problems: list[Diagnostic] = []
    root, style = str(config.root), config.cite.style
    works = tuple((name, _text(root, name, problems)) for name in config.cite.bibliography)
    style_text = _text(root, style, problems) if style else ""
    return (None, tuple(problems)) if problems else _read(works, style, style_text)


@functools.lru_cache(maxsize=4)
def _read(
    files: tuple[tuple[str, str], ...], style: str, style_text: str
) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """Read texts; a preview asks again and again, and for the same ones."""
    try:
        import citeproc  # noqa: F401 - asked for here, where there is somebody to tell
        import pybtex  # noqa: F401
    except ImportError:
        message, hint = "bibliographies are read with pybtex", "install the packages pybtex and citeproc-py"
        return None, (Diagnostic("citation/needs-packages", message, files[0][0], hint=f"{hint} beside sitegen"),)
    works: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name, text in files:
        for key, work in _works(text, name, problems).items():
            works.setdefault(key, work)
    if style:
        problems += _style_problems(style_text, style)
    return (None, tuple(problems)) if problems else (Library(works, style_text, style), ())


def _text(root: str, name: str, problems: list[Diagnostic]) -> str:
    try:
        with open(f"{root}/{name}", encoding="utf-8-sig") as file:
            return file.read()
    except OSError as error:
        reason, hint = (error.strerror or str(error)).lower(), "check its permissions"
        problems.append(Diagnostic("citation/unreadable", f"the file cannot be read: {reason}", name, hint=hint))
    except UnicodeDecodeError:
        problems.append(Diagnostic("citation/unreadable", "the file is not UTF-8 text", name, hint="save it as UTF-8"))
    return ""


_ENTRY = "write @book{key, title = {…}, year = {…}}; count the braces, and the commas between fields"


def _works(text: str, name: str, problems: list[Diagnostic]) -> dict[str, str]:
    """Return the works of a BibTeX file as JSON of CSL, by key."""
    from pybtex.database import BibliographyDataError
    from pybtex.database.input.bibtex import Parser
    from pybtex.exceptions import PybtexError
    from pybtex.scanner import PybtexSyntaxError

    try:
        entries = Parser(encoding="utf-8").parse_string(text).entries
    except PybtexSyntaxError as error:
        index = LineIndex(text)
        line = error.lineno or 1
        start = index.start(line)
        said = str(error).partition(": ")[2] or str(error)
        place = Span(start, max(start, start + len(index.line(line))))
        problems.append(Diagnostic("citation/syntax", f"this is not valid BibTeX: {said}", name, place, hint=_ENTRY))
        return {}
    except BibliographyDataError as error:
        problems.append(_repeated(text, name, str(error)))
        return {}
    except PybtexError as error:
        problems.append(Diagnostic("citation/syntax", f"this is not valid BibTeX: {error}", name, hint=_ENTRY))
        return {}
    return {key: msgspec.json.encode(_work(key, entry)).decode() for key, entry in entries.items()}


def _repeated(text: str, name: str, said: str) -> Diagnostic:
    key = said.rpartition(":")[2].strip()
    places = list(re.finditer(rf"@\w+\s*[{{(]\s*({re.escape(key)})\s*,", text, re.IGNORECASE))
    span = Span(*places[1].span(1)) if len(places) > 1 else None
    hint = "give one of them another key, or delete it"
    return Diagnostic("citation/repeated-key", f"the key {key} stands here a second time", name, span, hint=hint)


_STYLES = "take the file from https://www.zotero.org/styles again"


def _style_problems(text: str, name: str) -> list[Diagnostic]:
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


# -- from BibTeX to CSL


def _work(key: str, entry: Any) -> dict[str, Any]:
    fields = {name.lower(): value for name, value in entry.fields.items()}
    work: dict[str, Any] = {"id": key, "type": _TYPES.get(entry.type.lower(), "article")}
    for variable, names in _FIELDS.items():
        value = next((fields[name] for name in names if fields.get(name)), "")
        if value:
            work[variable] = _plain(value)
    for variable, names in _VERBATIM.items():
        value = next((fields[name] for name in names if fields.get(name)), "")
        if value:
            work[variable] = html.escape(value.replace("\\_", "_").replace("\\&", "&").strip("{}"), quote=False)
    number = fields.get("number") or fields.get("issue")
    if number:
        work["issue" if work["type"] == "article-journal" else "number"] = _plain(number)
    if "URL" not in work and "eprint" in fields and fields.get("archiveprefix", "arxiv").lower() == "arxiv":
        work["URL"] = f"https://arxiv.org/abs/{html.escape(fields['eprint'], quote=False)}"
    for role in ("author", "editor", "translator"):
        people = [_person(person) for person in entry.persons.get(role, ())]
        if people:
            work[role] = people
    issued = _date(fields)
    if issued:
        work["issued"] = {"date-parts": [issued]}
    accessed = _DATE.match(fields.get("urldate", ""))
    if accessed:
        work["accessed"] = {"date-parts": [[int(part) for part in accessed.groups() if part]]}
    return work


def _date(fields: Mapping[str, str]) -> list[int]:
    match = _DATE.search(fields.get("date") or fields.get("year", ""))
    if match is None:
        return []
    parts = [int(part) for part in match.groups() if part]
    month = fields.get("month", "").strip("{}").lower()
    if len(parts) == 1 and month[:3] in _MONTHS:
        parts.append(_MONTHS.index(month[:3]) + 1)
    elif len(parts) == 1 and month.isdigit() and 1 <= int(month) <= 12:
        parts.append(int(month))
    return parts


def _person(person: Any) -> dict[str, str]:
    given = " ".join(map(_plain, [*person.first_names, *person.middle_names]))
    family = " ".join(map(_plain, [*person.prelast_names, *person.last_names]))
    if not given:
        return {"literal": family}
    found = {"family": family, "given": given}
    if person.lineage_names:
        found["suffix"] = " ".join(map(_plain, person.lineage_names))
    return found


def _plain(text: str) -> str:
    """Return a field as text in HTML: TeX's accents and braces are gone, formulas stay between dollars."""
    from pybtex.richtext import Text

    formulas: list[str] = []

    def keep(match: re.Match[str]) -> str:
        formulas.append(match[0])
        return formula_mark(len(formulas) - 1)

    masked = _MATH.sub(keep, text)
    try:
        plain = str(Text.from_latex(masked))
    except Exception:  # a brace too few; BibTeX's files are full of them
        plain = masked.replace("{", "").replace("}", "")
    escaped = html.escape(" ".join(plain.split()), quote=False)
    return fill_formulas(escaped, [html.escape(formula, quote=False) for formula in formulas])


# -- formatting


def format_citations(library: Library, citations: Sequence[Cited], anchors: Mapping[str, str]) -> Formatted:
    """Format the citations of one post; keys that the library lacks were reported and are left out.

    `anchors` are the ids of the works in the list.
    """
    from citeproc import formatter
    from citeproc.frontend import CitationStylesBibliography
    from citeproc.source import Citation, CitationItem, Locator
    from citeproc.source.json import CiteProcJSON

    formulas: list[str] = []
    cited = dict.fromkeys(item.key for each in citations for item in each.items if item.key in library.works)
    works = [_marked(msgspec.json.decode(library.works[key]), formulas) for key in cited]
    by_key = {work["id"]: work for work in works}
    texts: list[str] = []
    failures: list[tuple[int, str]] = []
    entries: list[tuple[str, str]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # The library compares keys without regard to capitals, so it gets names of ours.
        names = {key: f"w{index}" for index, key in enumerate(cited)}
        source = CiteProcJSON([{**work, "id": names[work["id"]]} for work in works])
        bibliography = CitationStylesBibliography(_style(library.style), source, formatter.html)
        made = []
        for each in citations:
            items = []
            for item in each.items:
                if item.key in by_key:
                    options = {"locator": Locator(item.label, item.locator)} if item.locator else {}
                    prefix = f"{html.escape(item.prefix, quote=False)} " if item.prefix else ""
                    suffix = _suffix(item.suffix)
                    index = list(cited).index(item.key)
                    items.append(
                        CitationItem(
                            names[item.key],
                            prefix=f"{prefix}{_OPEN}{index}{_CLOSE}",
                            suffix=f"{_END}{suffix}",
                            **options,
                        )
                    )
            citation = Citation(items) if items else None
            made.append(citation)
            if citation is not None:
                bibliography.register(citation)
        bibliography.sort()
        for index, (each, citation) in enumerate(zip(citations, made, strict=True)):
            try:
                text = str(bibliography.cite(citation, lambda item: "")) if citation is not None else ""
            except Exception as error:
                failures.append((index, f"{type(error).__name__}: {error}"))
                text = html.escape(", ".join(item.key for item in each.items), quote=False)
            if citation is None:
                keys = ", ".join(f"@{item.key}" for item in each.items)
                text = f'<code class="math-error">{html.escape(keys, quote=False)}</code>'
            texts.append(_linked(_in_text(each, text, by_key), list(cited), anchors))
        try:
            order = {name: key for key, name in names.items()}
            listed = [order[item.key] for item in bibliography.items]
            entries = [
                (key, _with_addresses(str(entry)))
                for key, entry in zip(listed, bibliography.bibliography(), strict=True)
            ]
        except Exception as error:
            failures.append((0, f"{type(error).__name__}: {error}"))
    return Formatted(tuple(texts), tuple(entries), tuple(formulas), tuple(failures))


def _suffix(text: str) -> str:
    if not text:
        return ""
    return html.escape(text if text[0] in ",;:." else f" {text}", quote=False)


def _marked(work: dict[str, Any], formulas: list[str]) -> dict[str, Any]:
    """Return a work with marks in the place of formulas, whose TeX is added to `formulas`."""

    def mark(match: re.Match[str]) -> str:
        formulas.append(html.unescape(match[1]))
        return formula_mark(len(formulas) - 1)

    return {name: _MATH.sub(mark, value) if isinstance(value, str) else value for name, value in work.items()}


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
