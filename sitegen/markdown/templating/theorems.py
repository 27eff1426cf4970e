"""Theorems in LaTeX's spelling, and references to them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence, Set

from sitegen.markdown.containers import PROOFS, THEOREMS
from sitegen.markdown.templating.draft import Draft

_SHORT_THEOREMS = {"thm": "theorem", "lem": "lemma", "prop": "proposition", "cor": "corollary", "defn": "definition"}
_SHORT_THEOREMS |= {"defi": "definition", "rem": "remark", "rmk": "remark"}
_BEGIN = rf"\\begin\{{(?P<name>{'|'.join([*sorted(THEOREMS | PROOFS), *_SHORT_THEOREMS])})[*_]?\}}"
_ANYWHERE = re.compile(_BEGIN)
_THEOREM = re.compile(rf"^[ \t]*{_BEGIN}", re.MULTILINE)
_THEOREM_HEAD = re.compile(
    r"(?:[ \t]*\\label\{(?P<label>(?:[\w:.-]|\\_)+)\})?(?:[ \t]*\[(?P<title>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\])?"
    r"(?:\s*\\caption\{(?P<caption>(?:[^{}]|\{[^{}]*\})*)\})?(?:\s*\\label\{(?P<label2>(?:[\w:.-]|\\_)+)\})?[ \t]*"
)
_THEOREM_REFERENCE = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(THEOREMS))})[ ~]\s*)?\\(?:[cC]ref|autoref|i?ref)\{{(?P<label>(?:[\w:.-]|\\_)+)\}}",
    re.IGNORECASE,
)


def theorem_name(environment: str) -> str:
    """Return the kind of a theorem-like environment of LaTeX, empty for any other."""
    name = environment.rstrip("*_").lower()
    name = _SHORT_THEOREMS.get(name, name)
    return name if name in THEOREMS or name in PROOFS else ""


def occur(text: str) -> bool:
    """Tell whether `text` has a theorem of LaTeX's."""
    # A search that must look at the begin of every line takes three times as long as one that need not.
    return _ANYWHERE.search(text) is not None and _THEOREM.search(text) is not None


def _unescaped(label: str) -> str:
    return label.replace("\\_", "_")


def theorem(draft: Draft, match: re.Match[str], kind: str) -> tuple[int, str]:
    """Rewrite `\\begin{theorem}[Title]\\label{a} … \\end{theorem}` as a div of that name.

    Returns where to go on, and the label.
    """
    start, end = match.span()
    source, name = draft.source, match["env"]
    close = draft.find(f"\\end{{{name}}}", end)
    if close < 0:
        return end, ""
    head = _THEOREM_HEAD.match(source, end)
    assert head is not None  # all of it may be missing
    label = _unescaped(head["label"] or head["label2"] or "")
    title = " ".join((head["title"] or head["caption"] or "").split())
    opening = f"::: {kind} {title}".rstrip()
    if label or name[-1] in "*_":
        opening += f" {{{f'#{label}' if label else ''}{' .unnumbered' if name[-1] in '*_' else ''}}}"
    stop = head.end()
    draft.edit(start, stop, opening + ("" if source[stop : stop + 1] in ("\n", "") else "\n\n"))
    after = close + len(name) + 6
    before = "" if draft.begins_line(close) else "\n\n"
    draft.edit(close, after, f"{before}:::" + ("" if source[after : after + 1] in ("\n", "") else "\n\n"))
    return stop, label


def references(draft: Draft, labels: Set[str], passed: Sequence[tuple[int, int]]) -> None:
    """Lead `Theorem \\ref{a}` to the block that has the label, outside of the ranges that were `passed` over."""
    for match in _THEOREM_REFERENCE.finditer(draft.source):
        before = bisect.bisect_right(passed, (match.start(), len(draft.source))) - 1
        label = _unescaped(match["label"])
        if label in labels and (before < 0 or passed[before][1] <= match.start()):
            draft.edit(*match.span(), f"[](#{label})")
