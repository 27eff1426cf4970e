"""Blocks of TeX: fences and directives whose content is a formula, and macro definitions that stand in the text.

    ```math                 ```{math}                   \\newcommand{\\RR}{\\mathbb{R}}
    E = mc^2                :label: eq-energy           \\DeclareMathOperator{\\tr}{tr}
    ```                     E = mc^2
                            ```

Each becomes a token `display`, as a `$$…$$` on lines of its own does.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock

from sitegen.markdown.blocks import looked_in_vain, may_look_ahead
from sitegen.markdown.lift import TOP_LEVEL
from sitegen.markdown.locate import line_map
from sitegen.markdown.signs import begins_with
from sitegen.text import Edit, rewrite

_FENCE = re.compile(r"(`{3,}|~{3,}|:{3,})[ \t]*(?:(\{math\})[ \t]*(.*)|\{\.?math\b[^{}]*\}|math\b[^`]*)\Z")
_OPTION = re.compile(r":?([\w-]+):[ \t]*(.*?)[ \t]*\Z")
_LABELS = frozenset(("label", "name"))
_ROWS = re.compile(r"\\\\|(?<!\\)&")
_DEFINITION = re.compile(
    r"\\(?:(?:(?:re|provide)?newcommand|providecommand|DeclareMathOperator|DeclarePairedDelimiter)\*?\s*\{?\s*\\[A-Za-z]+"
    r"|g?def\s*\\[A-Za-z]+|let\s*\\[A-Za-z]+\s*=?\s*\\|(?:re)?newenvironment\s*\{)"
)
_OCCURS = re.compile(
    r"^[ \t>*+-]*(?:(?:```+|~~~+|:::+)[ \t]*\{?\.?math\b"
    r"|\\(?:(?:re|provide)?newcommand|providecommand|Declare|g?def|let|(?:re)?newenv))",
    re.MULTILINE,
)
_COMMENT_LAST = re.compile(r"(?<!\\)(?:\\\\)*%[^\n]*\Z")
_BRACES = re.compile(r"\\.|[{}]|%[^\n]*", re.DOTALL)


def occur(text: str) -> bool:
    """Tell whether `text` may have such blocks."""
    return _OCCURS.search(text) is not None


@begins_with("`~:")
def math_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a fence or directive whose content is a formula (block rule; GitHub, GitLab, MyST)."""
    begin, end = state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line]
    if state.src[begin : begin + 3] not in {"```", "~~~", ":::"} or state.is_code_block(start_line):
        return False
    match = _FENCE.match(state.src[begin:end].rstrip())
    if match is None or (match[1][0] == ":" and not match[2]):
        return False
    if silent:
        return True
    close = _closing_line(state, start_line, end_line, match[1])
    lines = [*range(start_line + 1, close)]
    label = ""
    if match[2]:
        lines, label = _without_options(state, lines)
    ranges = [(state.bMarks[line], state.eMarks[line]) for line in lines]
    content = "\n".join(state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]] for line in lines)
    if match[3]:
        at = begin + match.start(3)
        ranges.insert(0, (at, at + len(match[3])))
        content = f"{match[3]}\n{content}"
    _push(state, content, ranges, label, (start_line, min(close + 1, end_line)))
    return True


def _closing_line(state: StateBlock, start_line: int, end_line: int, fence: str) -> int:
    """Return the line that closes a fence, or the one after its container."""
    line = start_line + 1
    while line < end_line:
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]].rstrip()
        if text.startswith(fence) and not text.strip(fence[0]):
            break
        if text and state.sCount[line] < state.blkIndent:
            break
        line += 1
    return line


def _without_options(state: StateBlock, lines: list[int]) -> tuple[list[int], str]:
    """Return the lines of a directive after its options, and the label among these."""
    label = ""
    fenced = False
    at = 0
    while at < len(lines):
        text = state.src[state.bMarks[lines[at]] + state.tShift[lines[at]] : state.eMarks[lines[at]]].strip()
        option = _OPTION.match(text)
        if text == "---" and (fenced or not at):
            fenced = not fenced
        elif option is not None and (fenced or text[0] == ":"):
            label = option[2] if option[1] in _LABELS else label
        elif text or label:
            at += not text
            break
        at += 1
        if text == "---" and not fenced:
            break
    return lines[at:], label


def _push(state: StateBlock, content: str, ranges: list[tuple[int, int]], label: str, lines: tuple[int, int]) -> None:
    state.line = lines[1]
    if not content.strip():
        return
    offsets = line_map(content, state.src, ranges)
    if label:
        content, inner = rewrite(content, labelled(content, label))
        offsets = inner.then(offsets)
    token = state.push("display", "", 0)
    token.block = True
    token.content = content
    token.markup = "\\["
    token.map = list(lines)
    token.meta = {"map": offsets, "at": (0, len(content)), "outer": (0, len(content))}


def labelled(tex: str, label: str) -> list[Edit]:
    """Return what gives a display a number and a label; rows without an environment are lined up."""
    if "\\label" in tex:
        return []
    name = f"\\label{{{label}}}"
    opening = TOP_LEVEL.match(tex.lstrip())
    if opening is not None:
        at = len(tex) - len(tex.lstrip()) + opening.end()
        return [Edit(at, at, name)]
    bare = "\\begin" not in tex and _ROWS.search(tex) is not None
    before, after = ("\\begin{aligned}", "\\end{aligned}") if bare else ("", "")
    return [Edit(0, 0, f"\\begin{{equation}}{before}"), at_end(tex, f"{after}{name}\\end{{equation}}")]


_COLUMNS = re.compile(r"\\(?:\\|.)|[{}&]", re.DOTALL)


def bare_rows(tex: str) -> list[Edit]:
    """Return what puts rows with columns, outside of every environment, into one, as Sphinx does."""
    if "\\begin" in tex or "\\\\" not in tex:
        return []
    depth = 0
    found = set()
    for match in _COLUMNS.finditer(tex):
        sign = match.group()
        depth += (sign == "{") - (sign == "}")
        if depth == 0:
            found.add(sign)
    if not found >= {"&", "\\\\"}:
        return []
    return [Edit(0, 0, "\\begin{aligned}"), at_end(tex, "\\end{aligned}")]


def at_end(tex: str, added: str) -> Edit:
    """Return what adds TeX to the end of a formula, on a line of its own where the last one ends in a comment."""
    end = len(tex.rstrip())
    return Edit(end, end, f"\n{added}" if "%" in tex and _COMMENT_LAST.search(tex, 0, end) else added)


_INSIDE = {
    "align": "aligned",
    "flalign": "aligned",
    "eqnarray": "aligned",
    "gather": "gathered",
    "multline": "gathered",
}
_OUTER = re.compile(r"\\(?:begin|end)\s*\{(align|flalign|eqnarray|gather|multline|alignat|equation)(?:\\?\*)?\}")
_NUMBERING = re.compile(r"\\(?:label\s*\{[^{}]*\}|tag\*?\s*\{[^{}]*\}|(?:notag|nonumber)(?![A-Za-z]))")


def inline_forms(tex: str) -> list[Edit]:
    """Return what makes of a display's environment one that may stand in a line: `aligned` for `align`, no numbers.

    One that has no end, or another one's, stays, so that the message about it has the name that the author wrote.
    """
    if not TOP_LEVEL.search(tex) or not _all_closed(tex):
        return []
    edits = []
    for mark in _OUTER.finditer(tex):
        inner = "alignedat" if mark[1] == "alignat" else _INSIDE.get(mark[1], "")
        command = mark.group().partition("{")[0].rstrip()
        edits.append(Edit(mark.start(), mark.end(), f"{command}{{{inner}}}" if inner else ""))
    edits += [Edit(mark.start(), mark.end(), "") for mark in _NUMBERING.finditer(tex)]
    return sorted(edits, key=lambda edit: edit.start)


def _all_closed(tex: str) -> bool:
    """Tell whether each display's environment ends with its own name."""
    opened: list[str] = []
    for mark in _OUTER.finditer(tex):
        command, _, name = mark.group().partition("{")
        if command.startswith("\\begin"):
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


@begins_with("\\")
def definitions(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read macro definitions that stand in the text outside of any formula (block rule; pandoc, Franklin)."""
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if state.src[begin : begin + 1] != "\\" or state.is_code_block(start_line):
        return False
    line = start_line
    while line < end_line and not state.isEmpty(line):
        after = _definition_end(state, line, end_line)
        if after is None:
            break
        line = after
    if line == start_line:
        return False
    if not silent:
        content = state.getLines(start_line, line, state.blkIndent, False)
        ranges = [(state.bMarks[number], state.eMarks[number]) for number in range(start_line, line)]
        _push(state, content, ranges, "", (start_line, line))
    return True


def _definition_end(state: StateBlock, line: int, end_line: int) -> int | None:
    """Return the line after the definition that begins a line and ends one; None if there is none."""
    if _DEFINITION.match(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line]) is None:
        return None
    if not may_look_ahead(state):
        return None
    depth = 0
    after = line
    while after < end_line and not state.isEmpty(after):
        text = state.src[state.bMarks[after] : state.eMarks[after]].rstrip()
        for mark in _BRACES.finditer(text):
            depth += (mark.group() == "{") - (mark.group() == "}")
        after += 1
        if depth <= 0:
            return after if text.endswith("}") or "\\let" in text or "%" in text else None
    looked_in_vain(state, after - line)
    return None
