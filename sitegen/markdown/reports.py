"""What there is to tell of a post as a whole, once all of it is read."""

from __future__ import annotations

from sitegen.markdown import (
    dialect,
    footnotes,
    nesting,
    stray,
)
from sitegen.markdown.blocks import MAX_NESTING
from sitegen.markdown.displays import Doubt
from sitegen.markdown.post import Post

_COLUMN = r"add a column to the head and the line below it, or write \| for a bar in a cell"


def report_nesting(post: Post, faults: list[nesting.Stray]) -> None:
    """Report tags inside of text that were taken for something else than they are."""
    for fault in faults:
        post.look_at(fault.inline)
        hint = "delete the tag, or write the other one in the same paragraph"
        post.report("html/nesting", fault.message, post.place(*fault.token.meta["outer"]), hint=hint)


def report_notes(post: Post, notes: footnotes.Footnotes) -> None:
    """Report references to notes that are not there, and notes that nobody refers to or that are there twice."""
    for missing in notes.undefined:
        post.look_at(missing.inline)
        span = post.place(*missing.token.meta["outer"])
        label = missing.token.meta["label"]
        hint = f"define it with a paragraph [^{label}]: …"
        post.report("footnote/undefined", f"there is no footnote “{label}”", span, "shown as text", hint)
    unused, twice = "the footnote “{}” is never referred to", "the footnote “{}” is defined twice; the first one counts"
    for code_name, group, message, hint in (
        ("footnote/unused", notes.unused, unused, "write [^{}] where it belongs, or delete it"),
        ("footnote/duplicate", notes.duplicates, twice, "give it another name, there and where it is referred to"),
    ):
        for note in group:
            span = post.locator.span(0, 0)
            if note.inline is not None:
                post.look_at(note.inline)
                span = post.place(0, len(note.inline.content))
            post.report(code_name, message.format(note.label), span, hint=hint.format(note.label))


def report_doubts(post: Post, doubts: list[Doubt]) -> None:
    """Report how formulas were read that could have been read otherwise."""
    for doubt in doubts:
        times = "once" if doubt.number == 1 else f"{doubt.number} times"
        post.look_at(doubt.inline)
        place = post.place(*doubt.formula.meta["outer"])
        hint = "sitegen explain markdown/doubtful-formula says how to leave no doubt"
        post.report("markdown/doubtful-formula", f"{doubt.message}, {times} in this post", place, "first here", hint)


def report_document(post: Post, env: dict[str, object]) -> None:
    """Report what is said once for a post, and what the rules of the parser noted in `env`."""
    for name, count in post.rewrites.items():
        times = "once" if count == 1 else f"{count} times"
        message = f"{dialect.NAMES[name]}, {times} in this post"
        hint = "`dialect: tex` in the front matter takes every backslash as LaTeX does"
        post.report("dialect/rewritten", message, post.first_rewrite[name], "first here", hint)
    for name, spans in post.strays.items():
        times, label = (f", {len(spans)} times in this post", "first here") if len(spans) > 1 else ("", "")
        message = f"\\{name} is LaTeX outside of a formula{times}; it is shown as it was typed"
        post.report("markdown/stray-latex", message, spans[0], label, stray.hint(name))
    for key, code_name, message, hint in (
        ("unclosed", "markdown/unclosed-container", "nothing closes the block that opens here", "write ::: below it"),
        ("stray_fences", "markdown/stray-fence", "these colons close nothing", "delete them, or open a block above"),
        ("includes", "markdown/include", "a file to be inserted was left out", "put its text here"),
        ("lost_cells", "markdown/lost-cell", "this cell has no column, so it is not shown", _COLUMN),
    ):
        for begin, end, *_ in env.get(key, ()):  # type: ignore[attr-defined]
            post.report(code_name, message, post.locator.span(begin, end), hint=hint)
    for begin, (end, why) in env.get("no_tables", {}).items():  # type: ignore[attr-defined]
        hint = "give both lines as many cells"
        post.report("markdown/no-table", f"this is no table: {why}", post.locator.span(begin, end), hint=hint)
    for begin, end, kind, near in env.get("misnamed", ()):  # type: ignore[attr-defined]
        hint = f"did you mean {near}? a class of this name is written ::: {{.{kind}}}"
        place = post.locator.span(begin, end)
        post.report("markdown/unknown-block", f"{kind} is no kind of block", place, "taken for a class", hint)
    line = env.get("too_deep")
    if isinstance(line, int):
        begin = post.locator.line_start(line)
        message = f"quotes and lists nest more than {MAX_NESTING} levels deep; what lies deeper is left out"
        hint = "begin the text on this line further to the left"
        post.report("markdown/too-deep", message, post.locator.span(begin, begin + 1), hint=hint)
