"""Markdown by example: which dollars are formulas, how their TeX is read, what the page gets."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from pathlib import Path

from sitegen.markdown import FoundFormula, MarkdownOptions, Parsed, parse, render
from sitegen.markdown.dialect import read
from sitegen.markdown.model import Rendered
from sitegen.math.model import Typeset
from sitegen.model import AssetSlot, EquationSlot, ImageSlot, LinkSlot, Slot, TextSlot
from tests.front.fixtures import Case, check, parametrize

FOLDER = Path(__file__).parent / "cases"


def typeset(formulas: Sequence[FoundFormula]) -> tuple[Typeset, ...]:
    """A stand-in for the math engine that shows what it was given."""
    results = []
    for formula in formulas:
        tex = html.escape(formula.tex.strip().replace("\n", "⏎"), quote=False)
        results.append(Typeset("math", (f"⟪{tex}⟫" if formula.display else f"⟨{tex}⟩",), text=f"⟨{formula.tex}⟩"))
    return tuple(results)


def shown(slot: Slot) -> str:
    match slot:
        case ImageSlot():
            attributes = [f"{name}={value!r}" for name, value in slot.attributes]
            return " ".join(["{image", slot.src, *attributes, *(" ".join(source) for source in slot.sources)]) + "}"
        case LinkSlot():
            return f"{{link {slot.href}}}"
        case AssetSlot():
            return f"{{asset {slot.src}}}"
        case EquationSlot():
            return f"{{equation {slot.label}}}"
        case TextSlot():
            return f"{{text {slot.href}}}"


def diagnostics(text: str, parsed: Parsed | Rendered) -> list[str]:
    lines = []
    for found in parsed.diagnostics:
        assert found.span is not None
        place = text[found.span.start : found.span.end]
        lines.append(f"{found.severity}[{found.code}] {found.message}: {place!r}")
    return lines


@parametrize(f"{FOLDER}/formulas.txt")
def test_formulas(case: Case) -> None:
    def result(text: str) -> str:
        parsed = parse(text, 0, "post.md", MarkdownOptions())
        lines = []
        for formula in parsed.formulas:
            kind = "display" if formula.display else "inline"
            lines.append(f"{kind} {formula.tex!r} at {text[formula.span.start : formula.span.end]!r}")
        return "".join(f"{line}\n" for line in lines + diagnostics(text, parsed))

    check(case, result)


def page_of(text: str) -> str:
    lift = text.startswith("lift\n")
    parsed = parse(text, 5 if lift else 0, "post.md", MarkdownOptions(lift_title=lift))
    page = render(parsed, typeset(parsed.formulas))
    lines = "".join(part if isinstance(part, str) else shown(part) for part in page.body).splitlines()
    if lift:
        lines.append(f"title: {page.title.html} = {page.title.text}" if page.title else "no title")
    lines += [f"h{h.level} #{h.anchor} {h.html} = {h.text}" for h in page.headings]
    if page.colors or page.backgrounds:
        lines.append(f"colours: {' '.join(page.colors)} on {' '.join(page.backgrounds)}")
    lines += [f".{style.name} {{ {style.declarations} }}" for style in page.styles]
    return "".join(f"{line}\n" for line in lines + diagnostics(text, page))


@parametrize(f"{FOLDER}/html.txt")
def test_pages(case: Case) -> None:
    check(case, page_of)


@parametrize(f"{FOLDER}/neighbours.txt")
def test_constructs_of_other_tools(case: Case) -> None:
    check(case, page_of)


@parametrize(f"{FOLDER}/references.txt")
def test_numbered_blocks(case: Case) -> None:
    check(case, page_of)


@parametrize(f"{FOLDER}/code.txt")
def test_code(case: Case) -> None:
    def result(text: str) -> str:
        parsed = parse(text, 0, "post.md", MarkdownOptions())
        page = "".join(part for part in render(parsed, ()).body if isinstance(part, str))
        return page + "".join(f"{line}\n" for line in diagnostics(text, parsed))

    check(case, result)


def mathml(formula: FoundFormula) -> Typeset:
    """A stand-in for the engine's markup: `\\to` ends the first chunk of a formula that may break."""
    first, arrow, last = formula.tex.partition("\\to")
    chunks = f"<mrow>{first}{arrow}</mrow><mrow>{last}</mrow>"
    hidden = "<semantics><mrow></mrow><annotation>…</annotation></semantics>"
    markup = f'<math class="brk">{chunks}{hidden}</math>' if arrow else f"<math>{formula.tex}</math>"
    return Typeset("math", (markup,), text=formula.tex)


@parametrize(f"{FOLDER}/glue.txt")
def test_glue(case: Case) -> None:
    def result(text: str) -> str:
        parsed = parse(text, 0, "post.md", MarkdownOptions())
        page = render(parsed, [mathml(formula) for formula in parsed.formulas])
        body = "".join(part if isinstance(part, str) else html.escape(shown(part)) for part in page.body)
        body = body.partition('<section class="footnotes"')[0]
        return re.sub(r'<sup class="footnote-ref">.*?>(\d+)<.*?</sup>', r"<sup>\1</sup>", body)

    check(case, result)


@parametrize(f"{FOLDER}/dialect.txt")
def test_dialects(case: Case) -> None:
    def result(text: str) -> str:
        first, _, rest = text.partition("\n")
        tex = rest if first in {"table", "tex", "escaped"} else text
        name = first if first in {"tex", "escaped"} else "auto"
        found = read(tex.removesuffix("\n"), name, in_table=first == "table")  # type: ignore[arg-type]
        return f"{found.tex}\n{' '.join(found.names)}\n"

    check(case, result)


@parametrize(f"{FOLDER}/punctuation.txt")
def test_punctuation(case: Case) -> None:
    def result(text: str) -> str:
        language, _, text = text.partition("\n")
        parsed = parse(text, 0, "post.md", MarkdownOptions(punctuation=language))
        return "".join(str(part) for part in render(parsed, typeset(parsed.formulas)).body)

    check(case, result)
