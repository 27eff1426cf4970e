"""What other programs keep in the text: comments of Obsidian, blocks of Logseq, notes of Pelican, labels of d2lbook."""

from __future__ import annotations

import re

from sitegen.markdown.templating.draft import Draft

_COMMENT = re.compile(r"%%[^%\n]*%%(?=[\s.,;:)]|\Z)|%%[ \t]*\n(?:(?!%%).)*?\n[ \t>]*%%[ \t]*(?=\n|\Z)", re.DOTALL)
"""`%% remark %%` in a line, or between lines of their own."""
_PROPERTY = (
    r"(?:id|collapsed|heading|background-color|card-[\w-]+|created-at|updated-at|logseq\.[\w.-]+|ls-type"
    r"|hl-(?:page|color|stamp|type)|file-path|public)::[ \t][^\n]*\n?"
)
_MORE = re.compile(rf"(?:[ \t]*{_PROPERTY})*(?P<indent>[ \t]*)(?P<next>[^\n]?)(?P<after>[ \t\n]?)")
_BLOCK = re.compile(r"(?<!\()\(\([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\)\)")
MARKS = (
    r"(?P<remark>(?:(?<=\s)|\A)%%)"
    rf"|(?P<property>(?:(?<=\n)|\A)[ \t]*(?P<bullet>[-*][ \t]+)?{_PROPERTY})"
    r"|(?P<size>(?<=\))\{:height \d+(?:\.\d+)?, :width \d+(?:\.\d+)?\})"
    r"|(?P<cloze>\{\{cloze (?P<answer>(?:[^{}]|\{[^{}]*\})*)\}\})"
    r"|(?P<note>\[ref\])"
    rf"|(?P<block>{_BLOCK.pattern})"
    r"|(?P<below>\n:(?P<what>label|eqlabel|width|height|bibliography|begin_tab|end_tab):"
    r"(?:`(?P<value>[^`\n]*)`)?[ \t]*(?=\n|\Z))"
    r"|(?P<role>(?<![\w:`{}]):(?P<kind>numref|ref|eqref|cite[pt]?):(?=`[^`\n]+`))"
)
"""Pattern of what `rewrite` handles; its groups are named `NAMES`."""
NAMES = frozenset(("remark", "property", "size", "cloze", "note", "block", "below", "role"))
_SIGNS = ("id:: ", "collapsed:: ", "heading:: ", "card-last-", "{{cloze ")
_ROLES = {"eqref": "eq", "citep": "cite:p", "citet": "cite:t"}
"""Names of d2lbook's roles that are others in MyST."""
_ROLE = re.compile(r":(?:numref|eqref|ref|cite[pt]?|label|eqlabel|begin_tab):`")
_LEFT_OUT = "…"
_SIZE = re.compile(r":(height|width) (\d+)")
_HEAD = re.compile(r"(?:\s*[A-Za-z][\w-]*::[ \t][^\n]*(?:\n|\Z))+")


def occur(text: str) -> bool:
    """Tell whether there may be such signs in a text."""
    if "%%" in text and _COMMENT.search(text) is not None:
        return True
    if ":`" in text and _ROLE.search(text) is not None:
        return True
    if "[/ref]" in text or "{:height " in text or ("((" in text and _BLOCK.search(text) is not None):
        return True
    if ":: " not in text:  # as outlines of Logseq with properties have
        return False
    return any(sign in text for sign in _SIGNS) or _HEAD.match(text) is not None


def head(draft: Draft) -> int:
    """Leave out the properties of a whole page, which stand at its begin; return where they end."""
    match = _HEAD.match(draft.source)
    if match is None:
        return 0
    draft.edit(0, match.end(), "")
    return match.end()


def rewrite(draft: Draft, match: re.Match[str]) -> int:
    """Rewrite what `MARKS` found; return where to go on."""
    start, end = match.span()
    if match["remark"] is not None:
        comment = _COMMENT.match(draft.source, start)
        if comment is None:
            return end
        draft.edit(start, comment.end(), "")
        return comment.end()
    if match["property"] is not None:
        if match["bullet"] is None:
            draft.edit(start, end, "")
            return end
        # The block's text goes on behind the bullet; a bullet alone would underline the line above as a heading.
        more = _MORE.match(draft.source, end)
        assert more is not None  # all of it may be missing
        bare = more["next"] in ("", "\n") or (more["next"] in "-*" and more["after"] != "")
        end = more.start("indent") if bare else more.start("next")
        draft.edit(match.end("bullet"), end, f"{_LEFT_OUT}\n" if bare else "")
    elif match["size"] is not None:
        draft.edit(start, end, "{" + " ".join(f"{key}={value}" for key, value in _SIZE.findall(match.group())) + "}")
    elif match["cloze"] is not None:
        draft.edit(start, match.start("answer"), "")
        draft.edit(match.end("answer"), end, "")
        return match.start("answer")
    elif match["note"] is not None:
        close = draft.source.find("[/ref]", end, draft.paragraph_end(end))
        if close >= 0:
            draft.edit(start, end, "^[")
            draft.edit(close, close + 6, "]")
    elif match["below"] is not None:
        draft.edit(start, end, _attribute(draft.source, start, match["what"], match["value"] or ""))
    elif match["role"] is not None:
        draft.edit(start, end, f"{{{_ROLES.get(match['kind'], match['kind'])}}}")
    else:
        draft.unknown(match.group(), start, end, _LEFT_OUT)
    return end


def _attribute(source: str, at: int, name: str, value: str) -> str:
    """Return what a line of d2lbook below a heading, picture or display says, as attributes at the end of that."""
    line = ""
    for _ in range(3):  # below the width may stand the height and the label
        begin = source.rfind("\n", 0, at)
        line, at = source[begin + 1 : at].rstrip(), begin
        if not line.startswith((":width:", ":height:")) or begin < 0:
            break
    wish = f"{{#{value}}}" if name in ("label", "eqlabel") else f"{{{name}={value}}}"
    if line.endswith(")") and "![" in line and name in ("label", "width", "height"):
        return wish
    return f" {wish}" if name in ("label", "eqlabel") and (line.startswith("#") or line.endswith("$$")) else ""
