"""Tags in pairs, and what is between them: formulas, code, notes."""

from __future__ import annotations

import re

from sitegen.markdown.templating import standalone
from sitegen.markdown.templating.draft import LINE_PREFIX, SILENT, Draft, Parameters

CODE = {"highlight": "highlight", "codeblock": "codeblock", "code": "code", "mermaid": "mermaid"}
NOTES = frozenset(
    """
    note notice admonition alert callout hint tip warning info important caution danger details aside message
    details-block expand spoiler example question box
    """.split()  # noqa: SIM905
)
MATHS = frozenset(
    ["math", "katex", "mathjax", "latex", "tex", "equation", "displaymath", "mathjax/block", "block-math"]
)
INLINE_MATHS = frozenset(
    ["inlmath", "imath", "inline_math", "inlinemath", "mathi", "im", "m", "mathjax/inline", "inline-math", "imathjax"]
)

_DELIMITED = re.compile(r"\s*(?:\$.*\$|\\\\?\[.*\\\\?\]|\\\\?\(.*\\\\?\))[.,;]?\s*", re.DOTALL)
"""A formula that has delimiters between the tags; the tags only load what typesets it."""


def open_tag(
    draft: Draft, name: str, parameters: Parameters, start: int, end: int, shown: str, *, hugo: bool = False
) -> int:
    """Rewrite a tag that has no end, or one that has; return where to go on."""
    if name in MATHS or name in INLINE_MATHS:
        return _math(draft, name, parameters, start, end, shown)
    if name in CODE:
        return _code(draft, name, parameters, start, end, shown)
    if name in {"param", "meta"} and parameters.words:
        known = draft.values.get(f"page.{parameters.words[0].lower()}")
        if known is not None:
            draft.edit(start, end, known)
            return end
    if name in {"rawhtml", "html", "unsafe"}:
        return _pair(draft, name, "", "", start, end, shown)
    if name in NOTES and draft.ends(name, end):
        return note(draft, name, parameters, start, end)
    if standalone.standalone(draft, name, parameters, start, end, hugo=hugo):
        return end
    if draft.ends(name, end):
        draft.unknown(shown, start, end)
        draft.open.append((name, "", len(draft.edits) - 1))
        return end
    draft.unknown(shown, start, end)
    return end


def _math(draft: Draft, name: str, parameters: Parameters, start: int, end: int, shown: str) -> int:
    """Make the signs of a formula of a pair of tags."""
    close = draft.ends(name, end)
    if close is None:
        if name in SILENT:
            draft.edit(start, end, "")
        else:
            draft.unknown(shown, start, end)
        return end
    content = draft.source[end : close.start()]
    if _DELIMITED.fullmatch(content):
        return _pair(draft, name, "", "", start, end, shown)
    flags = {*parameters.words, *(f"{key}={value}" for key, value in parameters.named.items())}
    inline = name in INLINE_MATHS or bool(flags & {"block=false", "display=false", "inline", "inline=true"})
    if name == "katex" and not flags & {"block=true", "display", "display=true"} and "\n" not in content.strip(" \t"):
        inline = True
    if inline:
        blank = len(content) - len(content.lstrip()), len(content.rstrip())
        draft.edit(start, end + blank[0], "$")
        draft.edit(end + max(blank), close.end(), "$")
    elif flags & {"display", "display=true", "block", "block=true"} and not draft.begins_line(start):
        draft.edit(start, end, "\\begin{displaymath}")
        draft.edit(close.start(), close.end(), "\\end{displaymath}")
    else:
        draft.edit(start, end, "$$")
        draft.edit(close.start(), close.end(), "$$")
    return close.end()


def _code(draft: Draft, name: str, parameters: Parameters, start: int, end: int, shown: str) -> int:
    """Make a fence of a pair of tags."""
    close = draft.ends(name, end)
    if close is None:
        draft.unknown(shown, start, end)
        return end
    content = draft.source[end : close.start()]
    language = parameters.first("lang", "language") or next(
        (word for word in parameters.words if re.fullmatch(r"[\w+#.-]+", word) and word != "linenos"), ""
    )
    if name == "mermaid":
        language = "mermaid"
    runs = [len(run) for run in re.findall(r"`{3,}", content)]
    fence = "`" * max([2, *runs]) + "`"
    line = draft.source.rfind("\n", 0, start) + 1
    prefix = draft.source[line:start]
    alone = LINE_PREFIX.match(prefix) is not None
    indent = re.sub(r"[^ \t>]", " ", prefix) if alone else ""
    title = parameters.first("title", "caption", "filename")
    info = language + (f' title="{title}"' if title else "")
    opening = ("" if alone else "\n\n") + fence + info
    if not content.lstrip(" \t").startswith("\n"):
        opening += f"\n{indent}"
    draft.edit(start, end, opening)
    last = content.rpartition("\n")[2]
    closing = fence if not last.strip(" \t>") else f"\n{indent}{fence}"
    after = draft.source[close.end() : close.end() + 1]
    draft.edit(close.start(), close.end(), closing + ("\n" if after not in {"\n", ""} else ""))
    return close.end()


def note(draft: Draft, name: str, parameters: Parameters, start: int, end: int) -> int:
    """Make a fenced div of the start of a note; its end follows."""
    words = list(parameters.words)
    kind = parameters.first("type", "kind", "level", "class", "style")
    if not kind and name in {"note", "notice", "admonition", "alert", "callout", "hint", "box", "message"}:
        kind = words.pop(0) if words and re.fullmatch(r"[a-z-]+", words[0]) else ""
    kind = kind or (name if name not in {"notice", "admonition", "callout", "box"} else "note")
    title = parameters.first("title", "summary", "caption", "heading") or " ".join(words)
    folded = parameters.first("open") == "false" or name in {"details", "expand", "spoiler"}
    kind = "details" if folded else kind.split()[0]
    draft.own_line(start, end, f"::: {kind} {title}".rstrip())
    draft.open.append((name, "\n\n:::\n\n", len(draft.edits) - 1))
    return end


def _pair(draft: Draft, name: str, opening: str, closing: str, start: int, end: int, shown: str) -> int:
    """Rewrite both tags of a pair."""
    if draft.ends(name, end) is None:
        draft.unknown(shown, start, end)
        return end
    draft.edit(start, end, opening)
    draft.open.append((name, closing, len(draft.edits) - 1))
    return end


def raw(draft: Draft, name: str, start: int, end: int) -> int:
    """Leave out both tags and do not look at what is between them."""
    close = draft.ends(name, end)
    draft.edit(start, end, "")
    if close is None:
        return end
    draft.edit(close.start(), close.end(), "")
    return close.end()
