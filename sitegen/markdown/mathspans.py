"""Where a formula begins and ends: `$…$` and `$$…$$` in text, told apart from money, shell variables and prose.

A function of text and position, used by every rule that must not tear a formula apart: inline text, paragraphs,
table rows and raw HTML. What decides is the surroundings and the content, since real authors write `$ x $`,
`$5 and $6`, `串$S$建` and `$PATH` in the same posts.
"""

from __future__ import annotations

import bisect
import functools
import re
from typing import Literal, NamedTuple

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_GROUP = 600
"""Characters searched for the end of a `\\text{…}` that holds formulas of its own, so that hostile input is linear."""

_DOLLAR_OR_GROUP = re.compile(r"\\.|[$]|\\(?=\Z)|[{}]|\n[ \t]*\n", re.DOTALL)
_TEXT_GROUP = re.compile(
    r"\\(?:text[a-z]*|mbox|hbox|fbox|tag\*?|intertext|shortintertext"
    r"|colorbox\s*\{[^{}]*\}|fcolorbox\s*\{[^{}]*\}\s*\{[^{}]*\}|(?:parbox|makebox|raisebox)[^$\\]*)\s*\Z"
)
"""What stands before the brace of an argument that LaTeX reads as text, so that dollars in it are formulas again."""
_TEXT_COMMAND = 60
"""Characters before a brace in which such a command is looked for; longer names of colours have not been met."""
_STRONG = re.compile(r"\\[A-Za-z]{2,}|\\[,;:!{}|]|[\^_]\s*[\w{\\]|(?<=\S)\s*[=<>≤≥≠∈≈]\s*(?=\S)")
_WORDS = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}(?![A-Za-z(])")
_SMALL_WORDS = re.compile(r"(?<![\\A-Za-z])(?:an|and|as|at|by|for|in|is|it|of|on|or|the|to)(?![A-Za-z])")
_FUNCTION_NAMES = frozenset(
    [
        "sin",
        "cos",
        "tan",
        "cot",
        "sec",
        "csc",
        "log",
        "exp",
        "min",
        "max",
        "mod",
        "gcd",
        "lcm",
        "det",
        "dim",
        "ker",
        "inf",
        "sup",
        "lim",
        "arg",
        "deg",
    ]
)
_SHELL = re.compile(r"[A-Za-z_]\w[^\\^{}$]*\Z")
_MONEY = re.compile(r"\d[\d.,]*+\s*(?:[kKMB]|mn|bn|mio)?(?![\w\\^_{])")
_ARGUMENT = re.compile(r"\\[A-Za-z]+\*?\s*\{[^{}$]*\}")
_RAW_ELEMENTS = re.compile(r"</?(code|pre|kbd|samp|script|style)\b", re.IGNORECASE)


class Found(NamedTuple):
    """A formula in a text: `text[start:end]` with its delimiters, `text[inner_start:inner_end]` without."""

    start: int
    inner_start: int
    inner_end: int
    end: int

    @property
    def double(self) -> bool:
        """Whether the delimiters are `$$`."""
        return self.inner_start - self.start == 2


def find_formula(text: str, at: int, end: int) -> Found | None:
    """Return the formula that opens at the `$` at `text[at]` and closes before `end`, or None."""
    if text.startswith("$$", at, end):
        return None if text.startswith("$", at + 2, end) else _double(text, at, end)
    return _single(text, at, end)


def dollars(text: str, at: int, end: int) -> int:
    """Return how many dollar signs stand in a row at `at`."""
    run = at
    while run < end and text[run] == "$":
        run += 1
    return run - at


def _double(text: str, at: int, end: int) -> Found | None:
    close = text.find("$$", at + 2, end)
    # Four dollars in a row close one display and open the next; three are none.
    while close >= 0 and (_escaped(text, close) or dollars(text, close, end) not in {2, 4}):
        close = text.find("$$", close + dollars(text, close, end), end)
    if close < 0:
        return None
    content = text[at + 2 : close]
    if content[0] == " " and "\n" not in content and not _STRONG.search(content) and len(_WORDS.findall(content)) > 1:
        return None  # prose between two pairs of dollars
    # Two lines of dollars are an empty display; on one line they are dollars.
    if (not content.strip() and "\n" not in content) or _tears_code(content):
        return None
    return Found(at, at + 2, close, close + 2)


def _escaped(text: str, at: int) -> bool:
    backslashes = 0
    while at > backslashes and text[at - backslashes - 1] == "\\":
        backslashes += 1
    return backslashes % 2 == 1


def _single(text: str, at: int, end: int) -> Found | None:
    close = _single_close(text, at + 1, end)
    if close is None:
        return None
    before = text[at - 1] if at else ""
    after = text[close + 1] if close + 1 < end else ""
    if not plausible(text[at + 1 : close], before, after):
        return None
    return Found(at, at + 1, close, close + 1)


def _single_close(text: str, at: int, end: int) -> int | None:
    """Return where the `$` closing an inline formula stands; those inside `\\text{…}` belong to the formula.

    The search ends there, or at the paragraph's end, so all searches of a paragraph together take linear time.
    """
    return _scan(text, at, end)[0]


def closes_early(text: str, at: int, end: int) -> bool:
    """Tell whether the `$` at `at` has its counterpart before `end` in any case, whatever follows there."""
    close, certain = _scan(text, at + 1, end)
    return close is not None and certain


def _scan(text: str, at: int, end: int) -> tuple[int | None, bool]:
    """Return where an inline formula's closing `$` stands, and whether text after `end` could not move it."""
    first: int | None = None
    depth = 0
    group: list[int] = []
    for token in _DOLLAR_OR_GROUP.finditer(text, at, end):
        mark = token.group()
        if mark == "{":
            depth += 1
            if not group and _TEXT_GROUP.search(text, max(at, token.start() - _TEXT_COMMAND), token.start()):
                group.append(depth)
        elif mark == "}":
            if group and group[-1] == depth:
                group.pop()
            depth -= 1
        elif mark == "$":
            if not group:
                return token.start(), True
            if first is None:
                first = token.start()
        elif mark[0] == "\n":
            return first, True  # a blank line ends a paragraph, and with it every inline formula
        if first is not None and token.start() - first > MAX_GROUP:
            return first, True
    return first, False


def plausible(content: str, before: str, after: str) -> bool:
    """Tell whether `content` between two single dollars is a formula; `before` and `after` are its neighbours.

    Beyond pandoc's rule (no blank inside the dollars, no digit after) evidence decides: a formula with TeX in it
    may have blanks inside its dollars, and prose between two prices is no formula.
    """
    if not content.strip() or content.count("`") % 2 or _tears_code(content):
        return False
    if before == "\\" or ("</" in content and "</" in _ARGUMENT.sub("", content)):
        return False
    strong = _STRONG.search(content) is not None
    ends_open = content[-1] in "/:,=(-[" or content[-1].isspace()
    if "\\" not in content and ends_open and (after.isalpha() or after in {"_", "{"}) and _SHELL.match(content):
        return False  # $HOME/$USER, $my_var and $other
    if after.isdigit() and not ("\\" in content or "^" in content or "_" in content):
        return False  # $5-$6
    words = [word for word in _WORDS.findall(content) if word not in _FUNCTION_NAMES]
    if words and "\\" not in content and _MONEY.match(content):
        return False  # $5 and <b>six</b> $x$
    loose = content[0].isspace() or content[-1].isspace()
    if not loose:
        return strong or len(words) < 2 or " " not in content
    opens_next = not content[0].isspace() and after.isascii() and after.isalnum()
    if opens_next and "\\" not in content and (words or not strong):
        return False  # the second dollar opens: "$a and $b"
    if strong:
        return "\\" in content or len(words) < 3
    if words or _SMALL_WORDS.search(content):
        return False
    return not before.isdigit() and not _MONEY.match(content) and any(c.isalnum() for c in content)


@functools.lru_cache(maxsize=8)
def _raw_ranges(text: str) -> tuple[list[int], list[int]]:
    """Return where `<code>` and the like begin and end in a text, in order; dollars in them open nothing."""
    starts: list[int] = []
    ends: list[int] = []
    open_at: dict[str, int] = {}
    for match in _RAW_ELEMENTS.finditer(text):
        name = match.group(1).lower()
        if text[match.start() + 1] != "/":
            open_at.setdefault(name, match.start())
        elif name in open_at:
            start = open_at.pop(name)
            while starts and starts[-1] > start:  # it lies inside this one
                starts.pop()
                ends.pop()
            starts.append(start)
            ends.append(match.end())
    return starts, ends


def _in_raw_element(text: str, at: int) -> bool:
    starts, ends = _raw_ranges(text)
    index = bisect.bisect_left(starts, at) - 1
    return index >= 0 and at < ends[index]


def _tears_code(content: str) -> bool:
    """Tell whether `content` has a tag of raw text; what a command takes as its argument is no tag."""
    return "<" in content and _RAW_ELEMENTS.search(_ARGUMENT.sub("", content)) is not None


Place = Literal["display", "line", "inline"]
"""Where a `$$…$$` stands: a block of its own, on a line of its own among lines of text, or among text in a line."""


def place(text: str, found: Found, end: int) -> Place:
    """Tell where a `$$…$$` in `text[:end]` stands, punctuation after it left aside.

    One that spans lines is a display when it opens or closes a line. One on a single line among lines of text is
    `line`: a display for most authors, inline for kramdown's (`settle_style` decides).
    """
    line = text.rfind("\n", 0, found.start) + 1
    stop = text.find("\n", found.end, end)
    stop = stop if stop >= 0 else end
    first = not text[line : found.start].strip()
    rest = text[found.end : stop].strip()
    last = not rest.strip(".,;:!?)，。；：、）")
    if "\n" in text[found.inner_start : found.inner_end]:
        return "display" if first or last else "inline"
    if not (first and last):
        return "inline"
    return "line" if rest or line or text[stop:end].strip() else "display"


def settle_style(tokens: list[Token]) -> None:
    """Decide for the `math` tokens of a post which `$$…$$` are displays.

    Those amid text are inline in kramdown, where `$$` is the only delimiter; an author who writes `$…$` as well means
    a display by the other. Those on a line of their own are displays, except in a post of kramdown's that has them
    amid text more often.
    """
    found = [child for token in tokens for child in token.children or () if child.type == "math"]
    formulas = [token for token in found if token.markup == "$$"]
    singles = len(found) - len(formulas)
    lines = sum(token.meta["display"] == "line" for token in formulas)
    inline = sum(token.meta["display"] == "inline" for token in formulas)
    kramdown = inline >= singles
    amid_lines = kramdown and inline > 1 and inline >= lines
    displays = {"display": True, "line": not amid_lines, "inline": not kramdown}
    for token in formulas:
        token.meta["display"] = displays[token.meta["display"]]


def math(state: StateInline, silent: bool) -> bool:
    """Read a formula, or dollars that are none (inline rule).

    The token `math` has the TeX as content and in `meta`: `at` (range of the TeX), `outer` (with delimiters), all
    offsets in the inline content, and for `$$` as `display` its `Place`. A `$$` that nothing closes becomes the token
    `lone_dollars`.
    """
    start = state.pos
    if state.src[start] != "$":
        return False
    raw = "<" in state.src and _in_raw_element(state.src, start)
    found = None if raw else find_formula(state.src, start, state.posMax)
    if found is None:
        run = dollars(state.src, start, state.posMax)
        if not silent and run == 2:
            token = state.push("lone_dollars", "", 0)
            token.content = "$$"
            opens = not state.src[state.src.rfind("\n", 0, start) + 1 : start].strip()
            token.meta = {"at": (start, start + 2), "opens_line": opens}
        elif not silent:
            state.append_pending("$" * run)
        state.pos += run
        return True
    if not silent:
        token = state.push("math", "math", 0)
        token.content = state.src[found.inner_start : found.inner_end]
        token.markup = "$$" if found.double else "$"
        token.meta = {
            "at": (found.inner_start, found.inner_end),
            "outer": (found.start, found.end),
            "display": place(state.src, found, state.posMax) if found.double else False,
        }
    state.pos = found.end
    return True
