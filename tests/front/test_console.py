from __future__ import annotations

import io
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from sitegen.console import Progress, Summary, Texts, render_github, render_json, render_text, summary_line
from sitegen.diagnostics import Diagnostic
from sitegen.text import Span
from tests.front.fixtures import Case, check, parametrize

PATH = "posts/a.md"
CODE = "math/unknown-command"
SUMMARY = Summary(
    pages=2, formulas=45, errors=0, warnings=1, notes=3, written=5, unchanged=1203, removed=0, seconds=0.4242
)


def diagnostic(start: int, end: int, message: str = "unknown command", path: str = PATH) -> Diagnostic:
    return Diagnostic(CODE, message, path, Span(start, end))


def show(text: str) -> str:
    for sign, character in (("␉", "\t"), ("␛", "\x1b"), ("␍", "\r")):
        text = text.replace(sign, character)
    text = re.sub(r"⟨U\+(\w{4})⟩", lambda match: chr(int(match[1], 16)), text)
    settings, _, source = text.partition("\n\n") if not text.startswith("\n") else ("", "", text[1:])
    values: dict[str, list[str]] = {}
    for line in settings.replace("\n  ", "\0").split("\n") if settings else []:
        name, _, value = line.partition(": ")
        values.setdefault(name, []).append(value.replace("\0", "\n"))
    source = source.removesuffix("\n")
    start, end = source.index("⟦"), source.index("⟧") - 1
    source = source.replace("⟦", "").replace("⟧", "")
    problem = Diagnostic(
        values.get("code", [CODE])[0],
        values.get("message", ["a message"])[0],
        PATH,
        Span(start, end),
        values.get("label", [""])[0],
        values.get("hint", [""])[0],
        tuple(values.get("note", [])),
    )
    return render_text([problem], Texts({PATH: source})).removesuffix("\n")


@parametrize("console.txt")
def test_printed(case: Case) -> None:
    check(case, show)


def test_sorted_by_path_and_place_and_whole_files_first() -> None:
    problems = [
        diagnostic(4, 5, "fourth"),
        diagnostic(0, 1, "fifth", "posts/b.md"),
        diagnostic(0, 3, "third"),
        diagnostic(0, 1, "second"),
        Diagnostic("source/unreadable", "first", PATH),
    ]
    printed = render_text(problems, Texts({PATH: "abc def", "posts/b.md": "x"}))
    assert re.findall(r"\]: (\w+)", printed) == ["first", "second", "third", "fourth", "fifth"]


def test_one_blank_line_after_each() -> None:
    printed = render_text([diagnostic(0, 1, "one"), diagnostic(1, 2, "two")], Texts({PATH: "ab"}))
    assert printed == (
        "error[math/unknown-command]: one\n --> posts/a.md:1:1\n  |\n1 | ab\n  | ^\n\n"
        "error[math/unknown-command]: two\n --> posts/a.md:1:2\n  |\n1 | ab\n  |  ^\n\n"
    )
    assert render_text([], Texts({})) == ""


def test_a_file_without_text_is_named_without_a_line() -> None:
    assert (
        render_text([diagnostic(3, 4)], Texts({}))
        == "error[math/unknown-command]: unknown command\n --> posts/a.md\n\n"
    )


def test_a_text_that_nobody_has_read_is_read(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / PATH).write_bytes(b"\xef\xbb\xbfab \xff c")
    assert "posts/a.md:1:4\n  |\n1 | ab \ufffd c\n  |    ^\n" in render_text([diagnostic(3, 4)], Texts({}, tmp_path))


def test_the_way_to_the_project_stands_before_its_paths() -> None:
    texts = Texts({PATH: "ab"})
    assert " --> blog/posts/a.md:1:1\n" in render_text([diagnostic(0, 1)], texts, prefix="blog/")
    assert render_github([diagnostic(0, 1)], texts, prefix="blog/").startswith("::error file=blog/posts/a.md,")
    assert json.loads(render_json([diagnostic(0, 1)], texts, None, prefix="blog/"))["diagnostics"][0]["path"] == (
        "blog/posts/a.md"
    )


def test_repeats_are_listed_after_the_third() -> None:
    text = "x\n" * 20
    problems = [diagnostic(2 * line, 2 * line + 1) for line in range(20)] + [diagnostic(9, 10, "another")]
    printed = render_text(problems, Texts({PATH: text}))
    assert printed.count("]: unknown command\n") == 3
    assert printed.count("]: another\n") == 1
    assert (
        "= note: the same at 17 other places: posts/a.md:4:1, posts/a.md:5:1, posts/a.md:6:1, posts/a.md:7:1, "
        "posts/a.md:8:1 and 12 more\n"
    ) in printed


def test_four_of_a_kind_are_shown_in_full() -> None:
    printed = render_text([diagnostic(place, place + 1) for place in range(4)], Texts({PATH: "abcd"}))
    assert printed.count("]: unknown command\n") == 4


def test_colours_wrap_the_same_text() -> None:
    problems = [
        Diagnostic(CODE, "message", PATH, Span(0, 7), "label", "hint", ("note",)),
        Diagnostic("frontmatter/unknown-key", "message", PATH, Span(8, 9)),
        Diagnostic("image/missing-alt", "message", PATH, Span(8, 9)),
    ]
    texts = Texts({PATH: "a\nb\nc d 畳\n"})
    colored = render_text(problems, texts, color=True)
    assert "\x1b[1;31merror[math/unknown-command]\x1b[0m" in colored
    assert "\x1b[1;33mwarning[frontmatter/unknown-key]\x1b[0m" in colored
    assert "\x1b[1;36mnote[image/missing-alt]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[\d;]*m", "", colored) == render_text(problems, texts)


SPANS = st.tuples(st.integers(-5, 400), st.integers(-5, 400))
SOURCES = st.text(max_size=300) | st.text(alphabet="a 畳\t\r\n\u0301\u202e😀", max_size=300)


@given(SOURCES, SPANS)
def test_any_span_of_any_text_is_printed(text: str, span: tuple[int, int]) -> None:
    problem = Diagnostic(CODE, "m", PATH, Span(*span), "label")
    texts = Texts({PATH: text})
    printed = render_text([problem], texts)
    assert re.search(r"^ +\| .*\^ label$", printed, re.MULTILINE)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028\u2029]", printed)
    assert render_github([problem], texts).count("\n") == 1
    assert json.loads(render_json([problem], texts, SUMMARY))["diagnostics"][0]["start"]["line"] >= 1


@given(st.text(alphabet="ab 畳み\u0301\té", max_size=60), st.data())
def test_the_carets_stand_under_the_place(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    lines = render_text([diagnostic(start, end)], Texts({PATH: line})).splitlines()
    shown, carets = lines[3].removeprefix("1 |")[1:], lines[4].removeprefix("  | ")
    indent = len(carets) - len(carets.lstrip())
    before = expand(line[:start])
    assert indent == cell_len(before)
    assert len(carets) - indent == max(1, cell_len(expand(line[:end])[len(before) :]))
    assert shown == expand(line).rstrip()


def expand(text: str) -> str:
    """Expand tabs by columns, not by characters."""
    out = ""
    for character in text:
        out += " " * (4 - cell_len(out) % 4) if character == "\t" else character
    return out


@given(st.text(alphabet="ab 畳\t", min_size=101, max_size=1500), st.data())
def test_long_lines_are_cut_around_the_place(line: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    lines = render_text([diagnostic(start, end)], Texts({PATH: line})).splitlines()
    assert all(cell_len(row) <= 4 + 102 for row in lines[3:])
    carets = lines[4].removeprefix("  | ")
    shown = lines[3].removeprefix("1 | ")
    indent = len(carets) - len(carets.lstrip())
    if end > start and not line[start].isspace():
        under, columns = "", 0
        for character in shown:
            if columns == indent:
                under = character
                break
            columns += cell_len(character)
        assert under == line[start]


def test_a_line_of_a_megabyte_is_cheap() -> None:
    text = "x" * 1_000_000 + "畳" + "y" * 1_000_000
    texts = Texts({PATH: text})
    printed = render_text([diagnostic(1_000_000, 1_000_001, str(number)) for number in range(200)], texts)
    assert printed.count("畳") == 200


# --- machines -----------------------------------------------------------------------------------------------------


def test_annotations_are_escaped() -> None:
    problem = Diagnostic(
        CODE, "100% wrong:\nor, not", "posts/a,b:c%.md", Span(2, 4), "label", "hint\r\nmore", ("a note",)
    )
    assert render_github([problem], Texts({"posts/a,b:c%.md": "abcdef"})) == (
        "::error file=posts/a%2Cb%3Ac%25.md,line=1,endLine=1,col=3,endColumn=5,title=math/unknown-command"
        "::100%25 wrong:%0Aor, not (label)%0Ahint: hint%0D%0Amore%0Anote: a note\n"
    )


@pytest.mark.parametrize(
    ("code", "command"),
    [(CODE, "error"), ("frontmatter/unknown-key", "warning"), ("image/missing-alt", "notice")],
)
def test_annotations_by_severity(code: str, command: str) -> None:
    printed = render_github([Diagnostic(code, "m", PATH)], Texts({}))
    assert printed == f"::{command} file=posts/a.md,title={code}::m\n"


def test_annotations_of_several_lines_have_no_columns() -> None:
    printed = render_github([diagnostic(1, 5)], Texts({PATH: "ab\ncd\n"}))
    assert printed.startswith("::error file=posts/a.md,line=1,endLine=2,title=")


def test_annotations_of_the_command_line_name_no_file() -> None:
    printed = render_github([diagnostic(0, 1, "m", "<command line>")], Texts({"<command line>": "--x"}))
    assert printed == "::error title=math/unknown-command::m\n"


def test_json_holds_everything() -> None:
    problem = Diagnostic(CODE, "m \ud800", PATH, Span(3, 5), "l", "h", ("n",))
    data = json.loads(render_json([problem, Diagnostic(CODE, "m", PATH)], Texts({PATH: "ab\ncd"}), SUMMARY))
    assert data == {
        "version": 1,
        "diagnostics": [
            {
                "severity": "error", "code": CODE, "message": "m", "path": PATH,
                "start": None, "end": None, "label": "", "hint": "", "notes": [],
            },
            {
                "severity": "error", "code": CODE, "message": "m ?", "path": PATH,
                "start": {"line": 2, "column": 1, "offset": 3}, "end": {"line": 2, "column": 3, "offset": 5},
                "label": "l", "hint": "h", "notes": ["n"],
            },
        ],
        "summary": {
            "pages": 2, "formulas": 45, "errors": 0, "warnings": 1, "notes": 3,
            "written": 5, "unchanged": 1203, "removed": 0, "seconds": 0.4242, "drafts": 0, "future": 0,
        },
    }  # fmt: skip


# --- summary and progress -----------------------------------------------------------------------------------------


def test_summary() -> None:
    assert summary_line(SUMMARY, "dist", notes_shown=False) == (
        "2 pages, 45 formulas, 1 warning, 3 notes (-v shows them), 0.42 s; dist: 5 files written, 1,203 unchanged"
    )


def test_summary_of_a_failed_build() -> None:
    unfinished = Summary(1, 1, 0, 0, 0, 1, 0, 0, 1.0, drafts=1, future=2)
    assert summary_line(unfinished, "dist", notes_shown=True) == (
        "1 page, 1 formula, 0 warnings, 1 draft and 2 future posts left out, 1.00 s; dist: 1 file written, 0 unchanged"
    )
    failed = Summary(1, 1, 2, 0, 1, 0, 0, 0, 1.0)
    assert summary_line(failed, "dist", notes_shown=True) == (
        "1 page, 1 formula, 0 warnings, 2 errors, 1 note, 1.00 s; dist: nothing written"
    )


def clock(*seconds: float) -> Callable[[], float]:
    times = itertools.chain(seconds, itertools.repeat(seconds[-1]))
    return lambda: next(times)


def test_a_log_gets_a_line_now_and_then() -> None:
    stream = io.StringIO()
    with Progress(stream, live=False, clock=clock(0, 5, 11, 11, 12, 22)) as progress:
        for done in range(1, 5):
            progress("compiling", done, 2000)
    assert stream.getvalue() == "compiling: 2 of 2,000\ncompiling: 4 of 2,000\n"


def test_a_quick_build_shows_no_progress() -> None:
    stream = io.StringIO()
    with Progress(stream, live=True, clock=clock(0, 0.1)) as progress:
        progress("compiling", 1, 2)
    assert stream.getvalue() == ""


def test_the_live_line_is_gone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    with Progress(stream, live=True, clock=clock(0, 1)) as progress:
        progress("compiling", 1, 2)
        progress("rendering", 2, 2)
    assert "rendering" in stream.getvalue()
    assert re.search(r"\x1b\[2K[\s\r]*$", re.sub(r"\x1b\[\?25h", "", stream.getvalue()))
