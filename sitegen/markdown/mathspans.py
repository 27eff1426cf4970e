"""Where a formula begins and ends: `$…$` and `$$…$$` in text, told apart from money, shell variables and prose.

A function of text and position, used by every rule that must not tear a formula apart: inline text, paragraphs,
table rows and raw HTML. What decides is the surroundings and the content, since real authors write `$ x $`,
`$5 and $6`, `串$S$建` and `$PATH` in the same posts. Besides dollars there are `\\(…\\)`, `\\[…\\]`, both with the
backslash doubled, ``$`…`$``, environments that stand in the text, and the shortcodes that other generators have for
formulas.
"""

from __future__ import annotations

import functools
import re
from typing import Literal, NamedTuple

MAX_GROUP = 600
"""Characters searched for the end of a `\\text{…}` that holds formulas of its own, so that hostile input is linear."""

_DOLLAR_OR_GROUP = re.compile(r"\\.|[$]|\\(?=\Z)|[{}]|\n[ \t]*\n", re.DOTALL)
_TEXT_GROUP = re.compile(
    r"\\(?:text[a-z]*|mbox|hbox|fbox|tag\*?|intertext|shortintertext"
    r"|colorbox\s*\{[^{}]*\}|fcolorbox\s*\{[^{}]*\}\s*\{[^{}]*\}|(?:parbox|makebox|raisebox)[^$\\]*)\s*\Z"
)
"""What stands before the brace of an argument that LaTeX reads as text, so that dollars in it are formulas again."""
_BLANK_OR_GROUP = re.compile(
    r"\n[ \t]*\n|\\(?:text|[mhf]box|tag|intertext|shortintertext|f?colorbox|parbox|makebox|raisebox)"
)
"""What else than a backslash may keep a dollar from closing a formula: a blank line or a `\\text{…}` before it."""
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
_PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}[.,;:!?]? +[A-Za-z]{2,}")
"""Words that follow one another; in a calculation signs are between them."""
_CJK_PROSE = re.compile(r"[。！？][^\s$]|\A\d[\d.,]*\s*[\u3040-\u9fff]{2}")
"""A sentence that ends and another that begins, or money with its unit."""
_CALCULATION = re.compile(r"[A-Za-z]\(|[A-Za-z0-9]{1,2}\s*[+*/]\s*\w|[(\[{|<][\w ]+(?:[,;] ?[\w ]+)+[)\]}|>]\Z")
"""Letters and signs of a calculation, at the beginning of a formula that has words as well."""
_SHELL = re.compile(r"[A-Za-z_]\w[^\\^{}$]*\Z")
_MONEY = re.compile(r"\d[\d.,]*+\s*(?:[kKMB]|mn|bn|mio)?(?![\w\\^_{])")
_SCRIPTED = re.compile(r"\S*(?<=[A-Za-z0-9)}])[\^_]\S+")
"""A formula without blanks that has a subscript or an exponent, which no amount of money has."""
_ARGUMENT = re.compile(r"\\[A-Za-z]+\*?\s*\{[^{}$]*\}")
RAW_ELEMENTS = re.compile(r"</?(code|pre|kbd|samp|script|style)\b", re.IGNORECASE)


Mark = Literal["$", "$$", "\\[", "ref"]
"""How a formula is delimited: `$` for all that are inline, `$$`, `\\[` for all other displays, or a bare reference."""

DISPLAY_MARKS = frozenset(("$$", "\\["))


class Found(NamedTuple):
    """A formula in a text: `text[start:end]` with its delimiters, `text[inner_start:inner_end]` without."""

    start: int
    inner_start: int
    inner_end: int
    end: int
    mark: Mark = "$"

    @property
    def double(self) -> bool:
        """Whether the delimiters are those of a display."""
        return self.mark in DISPLAY_MARKS


OPENER = (
    r"[$]|\\\\?[(\[]|\\begin\s*\{"
    r"|\{%-?[ \t]*(?:inl|inline)?(?:math|katex|latex|mathjax)|\{\{[<%][ \t]*(?:math|katex|latex)"
)
"""Pattern of what may open a formula."""


def find_formula(text: str, at: int, end: int, *, raw: bool = False) -> Found | None:
    """Return the formula that opens at `text[at]`, where `OPENER` matches, and closes before `end`, or None.

    In a text that is `raw` HTML, a backslash before a bracket escapes nothing.
    """
    if text[at] == "$":
        if text.startswith("$$", at, end):
            if not text.startswith("$", at + 2, end):
                return _double(text, at, end)
            return _empty(text, at, end) or _fenced(text, at, end)
        if text.startswith("`", at + 1, end) and (found := _ticked(text, at, end)) is not None:
            return found
        return _single(text, at, end)
    return _shortcode(text, at, end) if text[at] == "{" else _tex(text, at, end, raw)


def _ticked(text: str, at: int, end: int) -> Found | None:
    """Return a formula between ``$` `` and `` `$`` (GitLab, GitHub)."""
    close = text.find("`$", at + 2, end)
    content = text[at + 2 : close] if close >= 0 else ""
    return Found(at, at + 2, close, close + 2) if content.strip() and not _BLANK_LINE.search(content) else None


# -- backslashes

_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_TEX_OPENER = re.compile(r"(\\\\?)([(\[])|\\begin\s*\{([A-Za-z]+)(?:\\?\*)?\}")
_CLOSERS = {"(": re.compile(r"\\+[()]|\\.|\n[ \t]*\n", re.DOTALL), "[": re.compile(r"\\+[\[\]]|\\.", re.DOTALL)}
_SUBSCRIPT = re.compile(r"\\[A-Za-z]{2,}|\^|_\{|(?<![A-Za-z0-9])[A-Za-z]_")
ENVIRONMENTS = frozenset(
    [
        *("equation", "align", "gather", "multline", "alignat", "flalign", "eqnarray", "displaymath", "math"),
        *("aligned", "gathered", "split", "alignedat", "cases", "dcases", "rcases", "array", "subarray", "CD"),
        *("numcases", "subnumcases", "subequations", "empheq"),
        *("matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "darray", "multlined"),
    ]
)
"""Environments that are a formula where they stand in the text."""


def _tex(text: str, at: int, end: int, raw: bool) -> Found | None:
    """Return the formula that a backslash opens at `at`: `\\(`, `\\[`, one of them doubled, or an environment."""
    opener = _TEX_OPENER.match(text, at, end)
    if opener is None or (at and text[at - 1] == "\\"):
        return None
    if opener[3]:
        return _environment(text, at, end, opener[3])
    close = _bracket_close(text, opener.end(), end, opener[1], opener[2])
    if close is None:
        return None
    content, stop = text[opener.end() : close], close + len(opener[0])
    mark: Mark = "\\[" if opener[2] == "[" else "$"
    found = Found(at, opener.end(), close, stop, mark)
    if not content.strip() or _tears_code(content) or text.startswith(("(http", "(/"), stop):
        return None
    strong = _STRONG.search(content) is not None
    words = [word for word in _WORDS.findall(content) if word not in _FUNCTION_NAMES]
    if raw or len(opener[1]) == 2:
        return found if strong or len(words) < 3 else None
    if mark == "$":
        return found if strong or not (words or content.isdigit()) else None
    # CommonMark's escaped brackets are text: `\\[NOI2015\\]`.
    alone = strong and _alone(text, found, end)
    return found if alone or _SUBSCRIPT.search(content) else None


def _bracket_close(text: str, at: int, end: int, backslashes: str, opened: str) -> int | None:
    """Return where the closing counterpart of an opener stands; a second opener before it means there is none."""
    wanted = backslashes + (")" if opened == "(" else "]")
    for token in _CLOSERS[opened].finditer(text, at, end):
        mark = token.group()
        if mark == wanted:
            return token.start()
        if mark[0] == "\n" or (mark == backslashes + opened and (opened == "(" or len(backslashes) == 1)):
            return None
    return None


def _alone(text: str, found: Found, end: int) -> bool:
    """Tell whether nothing but punctuation stands beside a formula on its lines."""
    line = text.rfind("\n", 0, found.start) + 1
    stop = text.find("\n", found.end, end)
    rest = text[found.end : stop if stop >= 0 else end].strip()
    return not text[line : found.start].strip(" \t>") and not rest.strip(".,;:!?，。；：")


@functools.lru_cache(maxsize=32)
def _environment_marks(name: str) -> re.Pattern[str]:
    return re.compile(rf"\\(begin|end)\s*\{{{name}(?:\\?\*)?\}}")


@functools.lru_cache(maxsize=32)
def _environment_ends(text: str, name: str) -> dict[int, int]:
    """Return where each environment of a name in a text begins, and where the `\\end` of the same one ends."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for mark in _environment_marks(name).finditer(text):
        if mark[1] == "begin":
            opened.append(mark.start())
        elif opened:
            ends[opened.pop()] = mark.end()
    return ends


def _environment(text: str, at: int, end: int, name: str) -> Found | None:
    """Return an environment of mathematics that stands in the text, as MathJax reads it."""
    stop = _environment_ends(text, name).get(at) if name in ENVIRONMENTS else None
    return None if stop is None or stop > end else Found(at, at, stop, stop, "\\[")


# -- shortcodes

_SHORTCODE = re.compile(
    r"\{%-?[ \t]*(?P<name>(?:inl|inline)?(?:math|katex|latex|mathjax)(?:_?(?:block|display|inline))?)\b"
    r"(?P<options>[^%}\n]{0,80}?)-?%\}"
    r"|\{\{[<%][ \t]*(?P<hugo>math|katex|latex)\b(?P<more>[^}\n]{0,80}?)[>%]\}\}"
)
"""The formulas of Zola (`{% math() %}…{% end %}`), Jekyll and Hexo (`{% katex %}…{% endkatex %}`) and Hugo."""
_INLINE_NAMES = frozenset(("inlmath", "inlinemath", "math_inline", "mathinline"))


def _shortcode(text: str, at: int, end: int) -> Found | None:
    """Return a formula between an opening and a closing tag of a template language."""
    opener = _SHORTCODE.match(text, at, end)
    if opener is None:
        return None
    name = opener["name"] or opener["hugo"]
    closes = (
        rf"\{{%-?[ \t]*end(?:{name})?[ \t]*-?%\}}"
        if opener["name"]
        else rf"\{{\{{[<%][ \t]*/[ \t]*{name}[ \t]*[>%]\}}\}}"
    )
    close = re.compile(closes).search(text, opener.end(), end)
    if close is None or not text[opener.end() : close.start()].strip():
        return None
    options = opener["options"] or opener["more"] or ""
    found = Found(at, opener.end(), close.start(), close.end(), "\\[")
    display = "block" in name or "display" in name or "block" in options or "display" in options
    if name in _INLINE_NAMES or "inline" in name or not (display or _alone(text, found, end)):
        return found._replace(mark="$")
    return found


_EMPTY = re.compile(r"\$\$\$\$[ \t]*(?=\n|\Z)")
_ENDED_LINE = re.compile(r"\$\$[^$\n]*\\\\\\\$\$(?=[ \t]*(?:\n|\Z))")
"""A line that begins and ends with two dollars is a display, whatever the backslashes say that stand at its end."""


def dollars(text: str, at: int, end: int) -> int:
    """Return how many dollar signs stand in a row at `at`."""
    run = at
    while run < end and text[run] == "$":
        run += 1
    return run - at


def _empty(text: str, at: int, end: int) -> Found | None:
    """Return a display with nothing in it, four dollars that have a line for themselves, as some leave room with it."""
    alone = _EMPTY.match(text, at, end) is not None and not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>")
    return Found(at, at + 2, at + 2, at + 4, "$$") if alone else None


def _double(text: str, at: int, end: int) -> Found | None:
    close = text.find("$$", at + 2, end)
    while close >= 0 and (_escaped(text, close) or not _closes(text, close, end)):
        if _ENDED_LINE.match(text, at, end) is not None and not text[text.rfind("\n", 0, at) + 1 : at].strip(" \t>"):
            break
        close = text.find("$$", close + dollars(text, close, end), end)
    if close < 0:
        return None
    content = text[at + 2 : close]
    if content[0] == " " and "\n" not in content and not _STRONG.search(content) and len(_WORDS.findall(content)) > 1:
        return None  # prose between two pairs of dollars
    # Two lines of dollars are an empty display; on one line they are dollars.
    if (not content.strip() and "\n" not in content) or _tears_code(content):
        return None
    return Found(at, at + 2, close, close + 2, "$$")


def _closes(text: str, at: int, end: int) -> bool:
    """Tell whether the dollars at `at` close a display: two do, and four, which open the next one.

    Of three, the last one opens a formula in the text, such as the square that ends a proof.
    """
    run = dollars(text, at, end)
    if run != 3:
        return run in {2, 4}
    return not text.startswith(" ", at + 3, end) and _single(text, at + 2, end) is not None


def _fenced(text: str, at: int, end: int) -> Found | None:
    """Return a formula between three dollars or more, as Codeforces has them, or remark-math.

    On lines of its own it is a display.
    """
    run = dollars(text, at, end)
    close = text.find("$" * run, at + run, end)
    content = text[at + run : close] if close >= 0 else ""
    if (
        not content.strip()
        or "$$" in content
        or dollars(text, close, end) != run
        or not plausible(content.strip(), "", "")
    ):
        return None
    found = Found(at, at + run, close, close + run, "$$")
    if "\n" in content or place(text, found, end) == "display":
        return found
    return None if is_loose(content) else found._replace(mark="$")


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


def text_group_opens(text: str, brace: int, start: int = 0) -> bool:
    """Tell whether the brace at `brace` opens an argument that LaTeX reads as text, in a formula from `start` on."""
    return _TEXT_GROUP.search(text, max(start, brace - _TEXT_COMMAND), brace) is not None


def closes_early(text: str, at: int, end: int) -> bool:
    """Tell whether the `$` at `at` has its counterpart before `end` in any case, whatever follows there."""
    close, certain = _scan(text, at + 1, end)
    return close is not None and certain


def _scan(text: str, at: int, end: int) -> tuple[int | None, bool]:
    """Return where an inline formula's closing `$` stands, and whether text after `end` could not move it."""
    close = text.find("$", at, end)
    # In most formulas the first dollar is it, with nothing before it that needs a closer look.
    if close > at and text[close - 1] != "\\" and not _BLANK_OR_GROUP.search(text, at, close):
        return close, True
    first: int | None = None
    depth = 0
    group: list[int] = []
    for token in _DOLLAR_OR_GROUP.finditer(text, at, end):
        mark = token.group()
        if mark == "{":
            depth += 1
            if not group and text_group_opens(text, token.start(), at):
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
    if content == "\\ ":
        return before != "\\"  # a space, as some editors leave them
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
    loose = content[0].isspace() or content[-1].isspace()
    if words and "\\" not in content and _MONEY.match(content) and not _SCRIPTED.fullmatch(content):
        calculates = not loose and "^" in content and "=" in content and not _PROSE.search(content)
        if not calculates:
            return False  # $5 and <b>six</b> $x$
    if not content.isascii() and "\\" not in content and _CJK_PROSE.search(content):
        return False  # 用$0.4元買了…：$r$
    if not loose:
        if strong or len(words) < 2 or " " not in content or _CALCULATION.match(content):
            return True
        return not _PROSE.search(content) and not (after.isascii() and after.isalnum())
    opens_next = not content[0].isspace() and after.isascii() and after.isalnum()
    if opens_next and "\\" not in content and (words or not strong):
        return False  # the second dollar opens: "$a and $b"
    if strong:
        return "\\" in content or len(words) < 3
    if words or _SMALL_WORDS.search(content):
        return False
    return not before.isdigit() and not _MONEY.match(content) and any(c.isalnum() for c in content)


def _tears_code(content: str) -> bool:
    """Tell whether `content` has a tag of raw text; what a command takes as its argument is no tag."""
    return "<" in content and RAW_ELEMENTS.search(_ARGUMENT.sub("", content)) is not None


LABEL = re.compile(r"\(([A-Za-z][\w-]*[:_.-][\w:.-]+)\)")
"""A label after a display, as MyST writes it."""
_IDENTIFIER = re.compile(r"\{#[^{}\n]*\}")

Place = Literal["display", "beside", "line", "inline", "amid"]
"""Where a `$$…$$` stands: in a paragraph of its own; on lines of its own, which it begins or ends, beside lines of
text; on one line of its own among lines of text; at the begin of a line, with text after it; after text in a line."""


def place(text: str, found: Found, end: int) -> Place:
    """Tell where a display in `text[:end]` stands, punctuation after it left aside.

    What the places other than `display` mean depends on whose Markdown it is (`settle_style` decides).
    """
    if found.mark == "\\[":
        return "display"
    line = text.rfind("\n", 0, found.start) + 1
    stop = text.find("\n", found.end, end)
    stop = stop if stop >= 0 else end
    first = not text[line : found.start].strip()
    rest = text[found.end : stop].strip()
    if rest and rest[0] in "({" and (LABEL.fullmatch(rest) or _IDENTIFIER.fullmatch(rest)):
        rest = ""
    last = not rest.strip(".,;:!?)，。；：、）")
    beside = not (first and last) or bool(text[:line].strip() or text[stop:end].strip())
    content = text[found.inner_start : found.inner_end]
    if "\n" in content:
        if first and last and _OWN_LINES.fullmatch(content):
            return "display"  # dollars that have lines for themselves; no sentence is written like that
        return ("beside" if beside else "display") if first or last else "amid"
    if not (first and last):
        return "inline" if first else "amid"
    return "line" if rest or beside else "display"


_OWN_LINES = re.compile(r"[ \t>]*\n.*\n[ \t>]*", re.DOTALL)


def is_loose(content: str) -> bool:
    """Tell whether a formula has a blank at both ends of its TeX, and nothing in it that only TeX has."""
    return content[0] == " " and content[-1] == " " and _STRONG.search(content) is None


_OPENS = re.compile(OPENER)
REFERENCE = r"\\{1,2}(?:eq)?ref\s*\{[^{}\n$]{1,200}\}"
"""Pattern of a reference to an equation outside of formulas."""
_REFERENCE = re.compile(REFERENCE)
_ROLE = re.compile(r"\{math\}(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
# `re` finds at once what a pattern always begins with, so what must stand before that is looked at after it.
_BARE_REFERENCE = re.compile(r"\\(?:(?<![$\w}]\\)|(?<=\w \\))(?:eq)?ref\s*\{")
_FIRST_ENVIRONMENT = re.compile(r"[ \t>]*\\begin\s*\{")
_ENVIRONMENT_ON_LINE = re.compile(r"\n(?<!\$\n)[ \t>]*\\begin\s*\{")
_ENVIRONMENT_AFTER_WORD = re.compile(r"\\begin(?<=[A-Za-z.:,>] \\begin)\s*\{")


def occur(text: str) -> bool:
    """Tell whether `text` may have formulas that no dollar opens, or references outside of formulas."""
    return (
        "\\(" in text
        or "\\[" in text
        or ("\\begin" in text and _has_bare_environment(text))
        or ("ref{" in text and _BARE_REFERENCE.search(text) is not None)
        or "{math}`" in text
        or (("{%" in text or "{{" in text) and _SHORTCODE.search(text) is not None)
    )


def _has_bare_environment(text: str) -> bool:
    return (
        _ENVIRONMENT_ON_LINE.search(text) is not None
        or _ENVIRONMENT_AFTER_WORD.search(text) is not None
        or _FIRST_ENVIRONMENT.match(text) is not None
    )


def find_formula_or_reference(text: str, at: int, end: int, *, raw: bool = False) -> Found | None:
    """Return what `find_formula` does, or a reference to an equation that stands in the text at `at`, or None."""
    if text[at] == "$":
        return find_formula(text, at, end, raw=raw)
    if _OPENS.match(text, at, end) is not None:
        return find_formula(text, at, end, raw=raw)
    if text[at] == "{":
        role = _ROLE.match(text, at, end)
        return None if role is None else Found(at, role.start(2), role.end(2), role.end())
    match = _REFERENCE.match(text, at, end)
    if match is None:
        return None
    doubled = text.startswith("\\\\", at)
    return Found(at, at + doubled, match.end(), match.end(), "ref")
