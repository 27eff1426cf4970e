"""Components of MDX that have a meaning here; of others only what is in them stays."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from sitegen.markdown.templating import figures, mdx, standalone
from sitegen.markdown.templating.blocks import NOTES, note
from sitegen.markdown.templating.draft import MAX_TAG, Draft, Parameters, Problem
from sitegen.markdown.templating.figures import FIGURE, PICTURE, SOURCES

_MATHS = frozenset(
    """
    math inlinemath blockmath mathblock mathinline displaymath katex tex inlinetex blocktex latex equation eq mathjax m
    """.split()  # noqa: SIM905
)


def jsx(draft: Draft, match: re.Match[str], files: Mapping[str, str]) -> int:
    """Handle what only MDX has; return where to go on. `files` are those that the post imports, by name."""
    start, end = match.span()
    source = draft.source
    if match["esm"] is not None:
        stop = mdx.end_of_program(source, start)
        draft.edit(start, stop, "")
        return max(stop, start + 1)
    if match["aside"] is not None:
        close = draft.find("*/}", end)
        if close >= 0:
            draft.edit(start, close + 3, "")
        return close + 3 if close >= 0 else end
    if match["said"] is not None:
        close = source.find("}", end, start + MAX_TAG)
        text = mdx.value_of(source[start : close + 1], files) if close >= 0 else None
        if text is not None:
            draft.edit(start, close + 1, text)
        return close + 1 if text is not None else end
    tag = mdx.read_tag(source, start, min(len(source), start + MAX_TAG), files)
    if tag is None or (tag.name.isupper() and len(tag.name) > 1):
        return end
    if match["jsx"] is not None:
        written = source[start : tag.end]
        if "={" in written or "{..." in written or "className" in written:
            draft.edit(start, tag.end, mdx.as_html(tag))
        return tag.end
    return _component(draft, tag, start, files)


def _component(draft: Draft, tag: mdx.Tag, start: int, files: Mapping[str, str]) -> int:
    """Rewrite a component that has a meaning; of others only what is in them stays."""
    name, end = tag.name, tag.end
    if tag.closes:
        if any(each[0] == f"<{name}" for each in draft.open):
            return draft.close(f"<{name}", start, end, f"</{name}>")
        return end
    close = -1 if tag.empty else draft.find(f"</{name}>", end)
    if close < 0 and not tag.empty:
        return end
    stop = end if tag.empty else close + len(name) + 3
    content = draft.source[end : max(end, close)]
    parameters = Parameters({key.lower(): value for key, value in tag.props.items()}, [])
    kind = name.rpartition(".")[2].lower()
    if kind in _MATHS:
        tex = parameters.first("math", "tex", "expression", "formula", "code", "value", "latex")
        tex = tex or mdx.value_of(content.strip(), files) or "" if content.strip()[:1] == "{" else tex or content
        shown = "block" in kind or kind.startswith("display") or kind == "equation"
        sign = "$$" if shown or {"block", "display", "displaymode"} & set(parameters.named) else "$"
        if tex.strip():
            draft.edit(start, stop, f"{sign}{tex.strip()}{sign}")
            return stop
    picture = parameters.first(*SOURCES)
    if picture and (FIGURE.search(kind) or PICTURE.search(picture)):
        caption = content if content.strip() and not content.lstrip().startswith("<") else ""
        named = {"caption": caption, **parameters.named} if caption else parameters.named
        figures.figure(draft, Parameters(named, []), start, stop, rooted=False)
        return stop
    if tag.empty:
        if not standalone.standalone(draft, kind, parameters, start, end, hugo=True):
            draft.unknown(f"<{name} />", start, end)
        return end
    address = parameters.first("to", "href")
    if kind in NOTES and ("\n" in content or draft.begins_line(start)):
        note(draft, kind, parameters, start, end)
        draft.open[-1] = (f"<{name}", *draft.open[-1][1:])
    elif address and kind in {"link", "a", "navlink", "outboundlink", "externallink"}:
        draft.edit(start, end, f'<a href="{html.escape(address)}">')
        draft.open.append((f"<{name}", "</a>", len(draft.edits) - 1))
    else:
        if kind != "fragment":
            hint = "its text stays; write what it showed in Markdown or HTML"
            message = f"the component <{name}> means nothing here, so its tags were left out"
            draft.problems.append(Problem("templating/unknown", message, start, end, hint))
        draft.edit(start, end, "")
        draft.open.append((f"<{name}", "", len(draft.edits) - 1))
    return end
