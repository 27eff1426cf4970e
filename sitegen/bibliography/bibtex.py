"""BibTeX and biblatex files, read by pybtex, as works in the JSON of CSL."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from sitegen.bibliography.marks import MATH, fill_formulas, formula_mark, mark_commands
from sitegen.diagnostics import Diagnostic
from sitegen.text import LineIndex, Span

__all__ = ["repeated", "works_of"]

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

_ENTRY = "write @book{key, title = {…}, year = {…}}; count the braces, and the commas between fields"
_VERBATIM = {"DOI": ("doi",), "URL": ("url",), "ISBN": ("isbn",), "ISSN": ("issn",)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff\s]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def works_of(text: str, name: str, problems: list[Diagnostic]) -> dict[str, str]:
    """Return the works of a BibTeX file as JSON of CSL, by key; what is wrong with it is added to `problems`."""
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
        problems.append(repeated(text, name, str(error).rpartition(":")[2].strip(), number=1))
        return {}
    except PybtexError as error:
        problems.append(Diagnostic("citation/syntax", f"this is not valid BibTeX: {error}", name, hint=_ENTRY))
        return {}
    if not entries:
        problems.append(Diagnostic("citation/no-works", "there is no work in this file", name, hint=_ENTRY))
    return {key: msgspec.json.encode(_work(key, entry)).decode() for key, entry in entries.items()}


def repeated(text: str, name: str, key: str, *, number: int = 0) -> Diagnostic:
    """Report a key that two works have, at its `number`th place in the text of the file `name`, counted from 0."""
    places = list(re.finditer(rf"@\w+\s*[{{(]\s*({re.escape(key)})\s*,", text, re.IGNORECASE))
    span = Span(*places[number].span(1)) if len(places) > number else None
    hint = "give one of them another key, or delete it"
    return Diagnostic("citation/repeated-key", f"the key {key} stands here a second time", name, span, hint=hint)


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
    accessed = _parts(fields.get("urldate", ""))
    if accessed:
        work["accessed"] = {"date-parts": [accessed]}
    return work


def _date(fields: Mapping[str, str]) -> list[int]:
    parts = _parts(fields.get("date") or fields.get("year", ""))
    month = fields.get("month", "").strip("{}").lower()
    if len(parts) == 1 and month[:3] in _MONTHS:
        parts.append(_MONTHS.index(month[:3]) + 1)
    elif len(parts) == 1 and month.isdigit() and 1 <= int(month) <= 12:
        parts.append(int(month))
    return parts


def _parts(written: str) -> list[int]:
    """Return year, month and day of a date, as many as it has; of one that is none, such as 2020-13-01, the year."""
    match = _DATE.search(written)
    parts = [int(part) for part in match.groups() if part] if match else []
    possible = all(1 <= part <= most for part, most in zip(parts[1:], (12, 31), strict=False))
    return parts if possible else parts[:1]


def _person(person: Any) -> dict[str, str]:
    given = " ".join(map(_plain, [*person.first_names, *person.middle_names]))
    family = " ".join(map(_plain, [*person.prelast_names, *person.last_names]))
    if not given:
        return {"literal": family}
    if _EAST_ASIAN.fullmatch(
        family + given
    ):  # the family comes first, and nothing is shortened (CSL, "Name-part Order")
        return {"literal": family + given}
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

    masked = mark_commands(MATH.sub(keep, text))
    try:
        plain = str(Text.from_latex(masked))
    except Exception:  # a brace too few; BibTeX's files are full of them
        plain = masked.replace("{", "").replace("}", "")
    escaped = html.escape(" ".join(plain.split()), quote=False)
    return fill_formulas(escaped, [html.escape(formula, quote=False) for formula in formulas])
