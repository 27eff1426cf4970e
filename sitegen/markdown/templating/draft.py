"""A source while tags of templates are rewritten in it, and what tags are made of."""

from __future__ import annotations

import bisect
import re
from collections.abc import Mapping
from typing import NamedTuple

from sitegen.text import Edit

STRING = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`[^`]*+`)"""
_PARAMETER = re.compile(rf"([A-Za-z_][\w-]*)\s*(?:=|:(?!//))\s*({STRING}|[^\s,\"']+)|({STRING}|[^\s,()\"']+)")
_END_TAG = re.compile(r"\{%-?\s*(?:end_?|</\s*)([\w-]*)\s*>?\s*-?%\}|\{\{[<%]\s*/\s*([\w/.-]+)\s*[>%]\}\}")
LINE_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*\Z")
MAX_TAG = 4_000
"""Characters that a tag may have; what is longer is no tag."""
MAX_FILLED = 1_000_000
"""Characters that variables may come to in one post: a variable can hold another one twice, and that one again."""
RAW = frozenset(["raw", "verbatim", "plain"])
SILENT = frozenset(
    """
    seo feed_meta csrf_token endraw pagebreak fa fas fab icon bi spacer break br newpage video_style sitemap mathjax
    bibliography references
    """.split()  # noqa: SIM905
)
"""Tags that show nothing, or nothing that a page without the other generator could show."""


class Problem(NamedTuple):
    """Something to tell the author: code, message, range in the source, hint."""

    code: str
    message: str
    start: int
    end: int
    hint: str = ""


class Parameters(NamedTuple):
    """What a tag says after its name."""

    named: dict[str, str]
    words: list[str]

    def first(self, *names: str) -> str:
        """Return the value of the first of the names that has one."""
        return next((self.named[name] for name in names if self.named.get(name)), "")


def parameters(text: str) -> Parameters:
    """Read what a tag says after its name: words, and values with names."""
    named: dict[str, str] = {}
    words: list[str] = []
    for match in _PARAMETER.finditer(text):
        if match[1]:
            named[match[1].lower()] = unquoted(match[2])
        elif match[3] not in {"/", ","}:
            words.append(unquoted(match[3]))
    return Parameters(named, words)


def unquoted(text: str) -> str:
    """Return what stands between quotes, or the text itself where there are none."""
    if text[:1] in {'"', "'"} and text[-1:] == text[:1] and len(text) > 1:
        return re.sub(r"\\([\"'])", r"\1", text[1:-1])
    return text[1:-1] if text[:1] == "`" and text[-1:] == "`" and len(text) > 1 else text


class Draft:
    """A source with the edits that free it of tags, while it is passed through once."""

    def __init__(self, source: str, values: Mapping[str, str]) -> None:
        """`values` are what variables such as `page.title` and `site.title` stand for."""
        self.source = source
        self.values = values
        self.edits: list[Edit] = []
        self.problems: list[Problem] = []
        self.variables: dict[str, str] = {}
        """What the post itself assigned."""
        self.open: list[tuple[str, str, int]] = []
        """Paired tags that are open: name, what the end tag becomes, offset of the start tag's edit."""
        self.filled = 0
        """Characters that variables have come to so far."""
        self._missing: set[str] = set()
        """What does not occur any more."""
        self._breaks: list[int] | None = None
        self._end_tags: dict[str, list[re.Match[str]]] | None = None

    def edit(self, start: int, end: int, replacement: str) -> None:
        """Put `replacement` in the place of a range."""
        self.edits.append(Edit(start, end, replacement))

    def unknown(self, shown: str, start: int, end: int, instead: str = "") -> None:
        """Leave out a tag that means nothing here, and say so."""
        self.edit(start, end, instead)
        shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
        hint = "write what it stood for, or put it between backticks if the tag itself is meant"
        self.problems.append(
            Problem("templating/unknown", f"{shown} means nothing here, so it was left out", start, end, hint)
        )

    def begins_line(self, start: int) -> bool:
        """Tell whether only blanks stand before `start` in its line."""
        return not self.source[self.source.rfind("\n", 0, start) + 1 : start].strip()

    def alone(self, start: int, end: int) -> bool:
        """Tell whether a tag has its line for itself."""
        stop = self.source.find("\n", end)
        return self.begins_line(start) and not self.source[end : stop if stop >= 0 else len(self.source)].strip()

    def own_line(self, start: int, end: int, text: str) -> None:
        """Put `text` in the place of a tag, with blank lines where the tag shared its line."""
        before = "" if self.begins_line(start) else "\n\n"
        after = "" if self.source[end : end + 1] in {"\n", ""} else "\n\n"
        self.edit(start, end, before + text + after)

    def find(self, text: str, at: int) -> int:
        """Return where a text stands next, or -1; what is not there is looked for once."""
        found = -1 if text in self._missing else self.source.find(text, at)
        if found < 0:
            self._missing.add(text)
        return found

    def paragraph_end(self, at: int) -> int:
        """Return where the first blank line after `at` begins."""
        if self._breaks is None:
            self._breaks = [match.start() for match in re.finditer(r"\n[ \t>]*\n", self.source)]
        index = bisect.bisect_left(self._breaks, at)
        return self._breaks[index] if index < len(self._breaks) else len(self.source)

    def ends(self, name: str, at: int) -> re.Match[str] | None:
        """Return the end tag of a paired tag, if there is one; that of Zola's calls, `{% name() %}`, has no name."""
        if self._end_tags is None:
            self._end_tags = {}
            for match in _END_TAG.finditer(self.source):
                self._end_tags.setdefault((match[1] if match[1] is not None else match[2]).lower(), []).append(match)
        found = self._end_tags.get(name, ())
        if self.source[max(0, at - 12) : at].rstrip("%}- \n").endswith(")"):
            found = sorted([*found, *self._end_tags.get("", ())], key=lambda match: match.start())
        index = bisect.bisect_left(found, at, key=lambda match: match.start())
        return found[index] if index < len(found) else None

    def close(self, name: str, start: int, end: int, shown: str) -> int:
        """Rewrite an end tag as its start tag asked."""
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0] == name or not name:
                closing = self.open[index][1]
                del self.open[index:]
                self.edit(start, end, closing)
                return end
        if name in RAW or name in SILENT:
            self.edit(start, end, "")
        else:
            self.unknown(shown, start, end)
        return end
