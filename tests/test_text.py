"""Places in text: every offset of a rewritten text leads back to what the author typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.text import Edit, LineIndex, OffsetMap, Span, rewrite

TEXTS = st.text(alphabet="ab\\ \n\r$é字", max_size=40)


@st.composite
def texts_with_edits(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    # Two insertions at one place are one edit: their order would be arbitrary.
    edits = [Edit(low, high, draw(st.text("XY", max_size=3))) for low, high in pairs]
    return text, [e for i, e in enumerate(edits) if i == 0 or e.start > edits[i - 1].end or e.end > e.start]


@given(texts_with_edits())
def test_unchanged_characters_map_to_themselves(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    new, offsets = rewrite(text, edits)
    for at, character in enumerate(new):
        span = offsets.span(at, at + 1)
        assert 0 <= span.start <= span.end <= len(text)
        if character not in "XY":
            assert text[span.start : span.end] == character


@given(texts_with_edits())
def test_the_whole_maps_to_the_whole_and_order_is_kept(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    new, offsets = rewrite(text, edits)
    starts = [offsets.span(at, at).start for at in range(len(new) + 1)]
    assert starts == sorted(starts)
    whole = offsets.span(0, len(new))
    kept = [e for e in edits if not e.replacement]
    if not kept:
        assert whole == Span(0, len(text)) or not new


@given(texts_with_edits(), st.data())
def test_two_maps_in_a_row_equal_their_composition(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    text, edits = case
    middle, outer = rewrite(text, edits)
    low = data.draw(st.integers(0, len(middle)))
    high = data.draw(st.integers(low, len(middle)))
    new, inner = rewrite(middle, [Edit(low, high, "Z" if high > low else "")])
    both = inner.then(outer)
    for at in range(len(new)):
        step = inner.span(at, at + 1)
        assert both.span(at, at + 1) == outer.span(step.start, step.end)


@given(texts_with_edits(), st.data())
def test_a_cut_map_leads_where_the_whole_map_leads(case: tuple[str, list[Edit]], data: st.DataObject) -> None:
    new, offsets = rewrite(*case)
    low = data.draw(st.integers(0, len(new)))
    high = data.draw(st.integers(low, len(new)))
    by = data.draw(st.integers(0, 9))
    part = offsets.cut(low, high).shifted(by)
    for at in range(high - low):
        assert part.span(at, at + 1) == offsets.span(low + at, low + at + 1).shifted(by)


def test_a_replaced_piece_maps_as_a_whole() -> None:
    new, offsets = rewrite(r"a\\\\b", [Edit(1, 5, r"\\")])
    assert new == r"a\\b"
    assert offsets.span(1, 2) == offsets.span(2, 3) == Span(1, 5)
    assert offsets.span(3, 4) == Span(5, 6)


def test_shift_places_a_copy_in_its_file() -> None:
    assert OffsetMap.shift(3, 10).span(1, 3) == Span(11, 13)
    assert Span(1, 3).shifted(10) == Span(11, 13)


@given(TEXTS)
def test_lines_agree_with_the_line_endings_of_commonmark(text: str) -> None:
    index = LineIndex(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert index.line_count == len(lines)
    assert [index.line(n) for n in range(1, index.line_count + 1)] == lines


@pytest.mark.parametrize(
    ("text", "line", "span"),
    [
        ("a\n  b c \r\nd", 2, Span(4, 7)),
        ("a\n\nb", 2, Span(2, 2)),
        ("a\n \t\nb", 2, Span(4, 4)),
        ("a", 7, Span(1, 1)),
    ],
)
def test_the_content_of_a_line_has_no_white_space_around_it(text: str, line: int, span: Span) -> None:
    assert LineIndex(text).content(line) == span


@given(TEXTS, st.integers(-5, 50))
def test_a_position_leads_back_to_its_offset(text: str, offset: int) -> None:
    index = LineIndex(text)
    line, column = index.position(offset)
    assert index.start(line) + column - 1 == max(0, min(offset, len(text)))
