"""Every formula, link, image and heading knows its place in the file, whatever stands around it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.markdown import MarkdownOptions, parse, parse_title, render
from sitegen.markdown.dialect import read
from sitegen.markdown.locate import Locator, line_map
from sitegen.markdown.templating import expand
from sitegen.model import ImageSlot, LinkSlot
from sitegen.text import OffsetMap, Span
from tests.markdown.test_cases import typeset

OPTIONS = MarkdownOptions()
TEX = st.lists(
    st.sampled_from([r"\alpha", "x_1", "y^{2}", r"\frac{a}{b}", "+ z", r"\\{ q \\}", "|u|", "<w", r"\text{é 字}"]),
    min_size=1,
    max_size=4,
).map(lambda parts: " ".join([r"\beta", *parts]))
INLINE = TEX.map(lambda tex: f"${tex}$") | st.lists(TEX, min_size=2, max_size=3).map(lambda t: f"${chr(10).join(t)}$")
DISPLAY = st.lists(TEX, min_size=1, max_size=3).map(lambda lines: "$$\n" + "\n".join(lines) + "\n$$")
WORDS = st.sampled_from(
    ["word", "*strong*", "`$code$`", "é字", r"\$5", "<b>bold</b>", "[link](a.md)", "$5 and", "&amp;"]
)
PIECES = st.tuples(st.lists(WORDS, max_size=3).map(" ".join), INLINE)
PREFIXES = st.sampled_from([("", ""), ("> ", "> "), ("- ", "  "), ("1. ", "   "), ("> - ", ">   "), ("-\t", "\t")])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A document and its formulas as they stand in it, line prefixes left out."""
    formulas: list[str] = []
    blocks = []
    for _ in range(draw(st.integers(1, 4))):
        pieces = draw(st.lists(PIECES, min_size=1, max_size=3))
        text = "start " + " ".join(f"{words} {formula} end" for words, formula in pieces)
        formulas += [formula for _, formula in pieces]
        if draw(st.booleans()):
            display = draw(DISPLAY)
            text += "\n" + display
            formulas.append(display)
            text += draw(st.sampled_from(["", "\nafter", ",", " after"]))
        first, rest = draw(PREFIXES)
        blocks.append(first + text.replace("\n", "\n" + rest))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    return "\n\n***\n\n".join(blocks).replace("\n", end), formulas


def bare(text: str) -> str:
    """Text without what containers put before its lines."""
    return re.sub(r"\n[> \t]*", "\n", text.replace("\r\n", "\n"))


@given(documents(), st.sampled_from(["", "---\nfront: matter\n---\n"]))
def test_formulas_stand_where_their_spans_say(case: tuple[str, list[str]], head: str) -> None:
    body, expected = case
    text = head + body
    parsed = parse(text, len(head), "post.md", OPTIONS)
    assert [bare(text[f.span.start : f.span.end]) for f in parsed.formulas] == expected
    for formula in parsed.formulas:
        for at, character in enumerate(formula.tex):
            place = formula.offsets.span(at, at + 1)
            source = text[place.start : place.end]
            assert formula.span.start <= place.start <= place.end
            assert character in source or character in ".,;:" or source in {"\r\n", "\\\\"}


@given(st.text(alphabet="ab$ \\\n\r\t>-`*_[]()<>&|{}#1.!^~:\0é字", max_size=120))
def test_any_text_is_parsed_and_rendered(text: str) -> None:
    parsed = parse(text, 0, "post.md", MarkdownOptions(lift_title=True))
    page = render(parsed, typeset(parsed.formulas))
    for formula in parsed.formulas:
        raw = text[formula.span.start : formula.span.end]
        assert raw.startswith(("$", "\\", "{"))
        assert raw.endswith(("$", ")", "]", "}", "`"))
    for found in parsed.diagnostics:
        assert found.span is not None
        assert 0 <= found.span.start <= found.span.end <= len(text)
    assert not any("\0" in part for part in page.body if isinstance(part, str))


@given(st.text(alphabet="ab\\{}&\n _*,|[", max_size=60), st.sampled_from(["auto", "escaped"]), st.booleans())
def test_rewritten_tex_leads_back_to_what_was_typed(tex: str, dialect: str, in_table: bool) -> None:
    found = read(tex, dialect, in_table=in_table)  # type: ignore[arg-type]
    assert bool(found.names) == (found.tex != tex)
    for at, character in enumerate(found.tex):
        place = found.offsets.span(at, at + 1)
        assert character in tex[place.start : place.end]


@given(st.text(alphabet="ab \t\r\n\0", max_size=40), st.integers(0, 5))
def test_the_source_leads_back_to_the_file(text: str, start: int) -> None:
    start = min(start, len(text))
    locator = Locator(text, start)
    assert "\r" not in locator.source
    for at, character in enumerate(locator.source):
        place = locator.span(at, at + 1)
        assert text[place.start : place.end] in {character, "\r", "\r\n", "\0"}
        assert locator.way(OffsetMap.shift(len(locator.source), 0)).span(at, at + 1) == place


def test_an_expanded_tab_maps_to_the_place_after_it() -> None:
    source = ">\tcode"
    offsets = line_map("  code", source, [(1, 6)])
    assert offsets.span(2, 6) == Span(2, 6)
    assert offsets.span(0, 1) == Span(2, 2)


def test_links_images_and_headings_have_places() -> None:
    text = "> a [b](c.md) ![d](e.png)\r\n> <img src=f.png alt=''> [g][h]\r\n\r\n[h]: i.md\r\n"
    parsed = parse(text, 0, "post.md", OPTIONS)
    page = render(parsed, ())
    places = [text[part.span.start : part.span.end] for part in page.body if isinstance(part, LinkSlot | ImageSlot)]
    assert places == ["[b](c.md)", "![d](e.png)", "<img src=f.png alt=''>", "[g][h]"]


def test_a_title_is_placed_in_the_front_matter() -> None:
    text = '---\ntitle: "On $x_1$"\n---\n'
    span = Span(text.index('"'), text.index('"\n') + 1)
    (formula,) = parse_title("On $x_1$", span, text, "auto", 0).formulas
    assert text[formula.span.start : formula.span.end] == "$x_1$"
    escaped = '---\ntitle: "On $\\\\chi$"\n---\n'
    (formula,) = parse_title("On $\\chi$", Span(11, 21), escaped, "auto", 0).formulas
    assert formula.tex == "\\chi"
    assert formula.offsets.span(0, 4) == Span(11, 21)


CONSTRUCTS = [
    "::: note On $T$\ntext $x_1$\n:::",
    "> - :::{tip} On $T$\n>   text $x_1$\n>   :::",
    '!!! note "On $T$"\n    text $x_1$',
    '??? note "On $T$"\n\n\ttext $x_1$',
    "> [!NOTE] On $T$\n> text $x_1$",
    "```{warning} On $T$\n:class: a\ntext $x_1$\n```",
    "::: {.callout-note}\n## On $T$\n\ntext $x_1$\n:::",
    "Term $T$\n: text $x_1$",
    "> Term $T$\n> : text $x_1$",
    "## On $T$ {#id}\n\ntext $x_1$\n{: .a}",
    "[on $T$]{.a} ==text $x_1$==",
    '<div markdown="1">\non $T$\n\ntext $x_1$\n</div>',
    '<p markdown="1">on $T$</p>\n\n<td markdown="span">text $x_1$</td>',
    "{{ site.baseurl }}/a $T$ {% unknown %} text $x_1$ {{ b.c }}",
    "{% raw %}on $T$ {{ a }}{% endraw %}\n\n{% comment %}\na\n{% endcomment %}\n\n- text $x_1$",
    "{% highlight c %}\n$a$\n{% endhighlight %}\non $T$\n\n{% note info %}text $x_1${% endnote %}",
    "{% math() %}\nT\n{% end %}\n\nand {% inlmath() %}x_1{% end %}",
    "On $T$^[text $x_1$]",
    "On $T$<d-footnote>text $x_1$</d-footnote>",
]


@pytest.mark.parametrize("source", CONSTRUCTS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_formulas_in_constructs_of_other_tools_have_places(source: str, end: str) -> None:
    text = "---\na: b\n---\nfirst\n\n" + source.replace("\n", end) + f"{end}{end}last $z$"
    parsed = parse(text, 13, "post.md", OPTIONS)
    found = {f.tex.strip(): f for f in parsed.formulas}
    assert set(found) == {"T", "x_1", "z"}
    for tex, formula in found.items():
        at = formula.tex.index(tex)
        place = formula.offsets.span(at, at + len(tex))
        assert text[place.start : place.end] == tex
        assert formula.span.start <= place.start
        assert place.end <= formula.span.end


TAG_SIGNS = ["{% ", " %}", "{{ ", " }}", "{{< ", " >}}", "{#", "#}", "'", '"', "`", "```", "$", "$$", "\\", " ", "\n"]
TAG_WORDS = (
    "raw endraw note endnote end math() a é site.baseurl | relative_url ::: {.a} [[ ]] <p> {::comment} {:/} "
    "highlight endhighlight include figure.html src=b assign x='y'"
)
PIECES_OF_TAGS = st.lists(st.sampled_from([*TAG_SIGNS, *TAG_WORDS.split()]), max_size=30).map("".join)


@given(PIECES_OF_TAGS)
def test_any_tags_are_expanded_and_every_place_leads_back(text: str) -> None:
    expanded = expand(text)
    for new, old, old_end, same in expanded.offsets.pieces:
        assert 0 <= old <= old_end <= len(text)
        assert not same or expanded.text[new : new + old_end - old] == text[old:old_end]
    for problem in expanded.problems:
        assert 0 <= problem.start < problem.end <= len(text)
    parsed = parse(text, 0, "post.md", MarkdownOptions(punctuation="fr"))
    page = render(parsed, typeset(parsed.formulas))
    assert not any("\0" in part for part in page.body if isinstance(part, str))


@pytest.mark.parametrize(
    "text",
    [
        "`\\emph{a}`\n$$\nx\n$$\n▸\\emph{b}",
        "`\\emph{a}` and ▸\\emph{b}",
        "`\\emph{a}` ^[*x* ▸\\emph{b}]",
        "[x](y) ^[a ^[b ▸\\emph{b}]]",
    ],
)
def test_latex_in_the_text_has_its_own_place(text: str) -> None:
    at = text.index("▸")
    (found,) = parse(text.replace("▸", ""), 0, "post.md", OPTIONS).diagnostics
    assert (found.code, found.span) == ("markdown/stray-latex", Span(at, at + len("\\emph")))
