"""How people spell TeX inside Markdown, undone command by command.

Where a Markdown processor sees a formula before the math engine does, authors double backslashes (`\\\\\\\\` for a
row break, `\\\\{` for a brace) or escape what Markdown would take (`\\_`, `\\*`). A third of the posts that double
some commands leave others alone, so each command is judged by its surroundings. Every rewrite has a name, and the
result keeps the way back to what was typed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sitegen.markdown.mathspans import text_group_opens
from sitegen.text import Edit, OffsetMap, rewrite

Dialect = Literal["auto", "tex", "escaped"]

NAMES = {
    "row-break": "four backslashes read as a row break",
    "aligned": "rows outside of every environment read as those of `aligned`",
    "row-end": "three backslashes at a row's end read as a row break",
    "brace": "a doubled backslash before a brace read as one",
    "punctuation": "a doubled backslash before punctuation read as one",
    "subscript": "`\\_` read as a subscript",
    "star": "`\\*` read as a star",
    "escape": "a backslash before a character that needs none left out",
    "bar": "`\\|` in a table read as a bar",
    "doubled": "doubled backslashes read as single ones",
    "dollar": "a `$` inside of a formula left out",
    "label": "bookdown's `(\\#eq:name)` read as a label",
}
"""Name of each rewrite, and what the author is told of it."""

_TOKEN = re.compile(r"\\\\*([A-Za-z]+|[^A-Za-z\\]|\Z)|\{|\}|%(?<=[^\\]%)[^\n]*", re.DOTALL)
"""Backslashes with what follows, braces, comments. What each begins with stands alone, which `re` finds quickly."""
_BACKSLASHES = re.compile(r"\\\\+([A-Za-z]+|[^A-Za-z\\]|\Z)|\\([^A-Za-z\\]|\Z)|%(?<=[^\\]%)[^\n]*", re.DOTALL)
"""The same without commands and braces, which are typed as LaTeX has them."""
_TEXT_COMMANDS = frozenset(
    [
        "text",
        "textrm",
        "textit",
        "textbf",
        "texttt",
        "textsf",
        "textup",
        "textnormal",
        "textsc",
        "mbox",
        "hbox",
        "fbox",
        "mathtt",
        "mathsf",
        "mathrm",
        "mathit",
        "operatorname",
        "tt",
        "rm",
        "sf",
        "label",
        "ref",
        "eqref",
        "tag",
        "href",
        "url",
    ]
)
_SIZES = frozenset(
    f"{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
) | frozenset(("left", "right", "middle"))
_ROW_COMMANDS = frozenset(("substack", "matrix", "pmatrix", "cases", "eqalign", "subarray"))
_COMMANDS = frozenset(
    """
    alpha approx bar begin bigcap bigcup bigoplus bigotimes bigvee bigwedge beta binom bmod bullet cap cdot cdots
    chi circ colon cup ddots delta Delta det dfrac div dots ell end epsilon equiv eta exists exp forall frac gamma
    Gamma ge geq hat iff implies in infty int kappa lambda Lambda langle lceil ldots le left leftarrow leq lfloor
    lim ln log lor land lnot mapsto mathbb mathbf mathbin mathcal mathfrak mathit mathop mathrel mathrm mathscr
    mathsf max mid min mod mu nabla ne neg neq notin nu oint omega Omega operatorname oplus otimes overline
    partial perp phi Phi pi Pi pm prod psi Psi qquad quad rangle rceil rfloor rho right rightarrow Rightarrow
    setminus sigma Sigma sim sin sqrt subset subseteq sum sup tan tau text textbf textit textrm tfrac theta Theta
    tilde times to underbrace underline underset varepsilon varphi vdots vec vert wedge xi zeta
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Commands whose name nobody writes as letters after a line break."""
_PUNCTUATION = frozenset(",;!|:>")
_OUTSIDE_ROWS = frozenset("%#_$&*()")
_NEEDS_NONE = frozenset("[]()<>=+-")
_DOUBTFUL = re.compile(r"\\[\\_*\[\]()<=+'-]")
"""Where nothing of this occurs, there is nothing to rewrite."""
_TWO_BACKSLASHES = re.compile(r"\\\\(?<!\\\\\\)(?=[^{},;!|:>\\]|\Z)")
_ROW_REST = re.compile(r"[^\n\\]*(?:\\[^\n\\][^\n\\]*)*")


class Rewritten(NamedTuple):
    """A formula's TeX as the math engine reads it."""

    tex: str
    offsets: OffsetMap
    """From `tex` to what was typed between the dollars."""
    names: tuple[str, ...]
    """The rewrites that happened, one entry each time."""


class _Surroundings:
    """What is open at a place of a formula, read as far as somebody asks: most rewrites need not know."""

    def __init__(self, tex: str) -> None:
        self.rows: list[int] = []
        """Brace depth at each open environment or row command."""
        self.groups: list[bool] = []
        """For each open brace, whether it holds text."""
        self.previous = ""
        """The last command's name, while nothing but blanks has followed it."""
        self._tex = tex
        self._tokens = _TOKEN.finditer(tex)
        self._next = next(self._tokens, None)
        self._read = 0

    def at(self, place: int) -> _Surroundings:
        """Return these at a place, which must not lie before the last one."""
        while self._next is not None and self._next.start() < place:
            self._pass_by(self._next)
            self._next = next(self._tokens, None)
        self._forget(place)
        return self

    @property
    def in_text(self) -> bool:
        """Whether the innermost group holds text."""
        return bool(self.groups) and self.groups[-1]

    def _pass_by(self, token: re.Match[str]) -> None:
        self._forget(token.start())
        self._read = token.end()
        rest = token[1]
        if rest is not None:
            self.previous = ""
            if _run(token, rest) % 2 and rest[:1].isalpha():
                self._word(rest)
        elif token[0] == "{":
            self._open()
        elif token[0] == "}":
            self._close()

    def _forget(self, place: int) -> None:
        if self.previous and self._tex[self._read : place].strip():
            self.previous = ""

    def _open(self) -> None:
        self.groups.append(self.in_text or self.previous in _TEXT_COMMANDS)
        if self.previous in _ROW_COMMANDS:
            self.rows.append(len(self.groups))
        self.previous = ""

    def _close(self) -> None:
        if self.rows and self.rows[-1] == len(self.groups):
            self.rows.pop()
        if self.groups:
            self.groups.pop()
        self.previous = ""

    def _word(self, name: str) -> None:
        self.previous = name
        if name == "begin":
            self.rows.append(-1)
        elif name == "end" and self.rows and self.rows[-1] == -1:
            self.rows.pop()
        elif name in {"tt", "rm", "sf"} and self.groups:
            self.groups[-1] = True


def _run(match: re.Match[str], rest: str) -> int:
    """Return how many backslashes stand before `rest`."""
    return match.end() - match.start() - len(rest)


class _Reader:
    """One pass over a formula; collects edits."""

    def __init__(self, tex: str) -> None:
        self.tex = tex
        self.edits: list[Edit] = []
        self.names: list[str] = []
        self.around = _Surroundings(tex)
        self.braces = 0
        """Doubled opening braces that were taken as braces and wait for their closing ones."""
        self.breaks: bool | None = None
        """Whether ordinary row breaks occur; None until somebody asks."""

    def run(self) -> tuple[list[Edit], list[str]]:
        """Return the edits, and the name of each."""
        for match in _BACKSLASHES.finditer(self.tex):
            if match.lastindex is not None:
                rest = match[match.lastindex]
                self._judge(match.start(), _run(match, rest), rest)
        return self.edits, self.names

    def _edit(self, start: int, end: int, replacement: str, name: str) -> None:
        self.edits.append(Edit(start, end, replacement))
        self.names.append(name)

    def _judge(self, at: int, run: int, rest: str) -> None:
        """Judge `run` backslashes at `at` with what follows them."""
        after = at + run
        if run >= 4 and run % 2 == 0 and not self._has_breaks():
            self._edit(at, after, "\\\\" * (run // 4), "row-break")
        elif run == 2 and rest and not rest[0].isalpha():
            self._doubled(at, rest)
        elif run == 2 and rest in _COMMANDS and not self.around.at(at).rows:
            self._edit(at, after, "\\", "doubled")
        elif run == 3 and (rest[:1] in {"\n", ""} or (rest == "[" and self.around.at(at).rows)):
            self._edit(at, after, "\\\\", "row-end")
        elif run == 1 and rest and not rest[0].isalpha():
            self._escaped(at, rest)

    def _has_breaks(self) -> bool:
        if self.breaks is None:
            self.breaks = _has_two_backslash_breaks(self.tex)
        return self.breaks

    def _doubled(self, at: int, character: str) -> None:
        after = at + 3
        if character in "{}":
            if self._is_brace(at, character):
                self._edit(at, at + 2, "\\", "brace")
        elif character in _PUNCTUATION:
            if not self.around.at(at).rows or self._inside_cell(at, after):
                self._edit(at, at + 2, "\\", "punctuation")
        elif character in _OUTSIDE_ROWS and not self.around.at(at).rows:
            plain = character in "*()"
            self._edit(at, after if plain else at + 2, character if plain else "\\", "punctuation")

    def _is_brace(self, at: int, character: str) -> bool:
        """Tell whether `\\\\{` or `\\\\}` is a brace rather than a row break before or after a group."""
        around = self.around.at(at)
        if not around.rows or around.previous in _SIZES:
            ends_group = character == "}" and around.groups and not self.braces and around.previous not in _SIZES
            if ends_group and self._is_balanced():
                return False  # there is a break before the brace
            self.braces += 1 if character == "{" else -min(1, self.braces)
            return True
        if character == "{":
            rest = _ROW_REST.match(self.tex, at + 3)
            closes = self.tex.find("\\\\}", at + 3)
            newline = self.tex.find("\n", at + 3)
            alike = closes >= 0 and (newline < 0 or closes < newline)
            paired = rest is not None and self.tex.startswith("\\\\}", rest.end())
            if alike or paired:
                self.braces += 1
                return True
            return False
        if self.braces:
            self.braces -= 1
            return True
        # With no group open in this cell, a row break would leave the brace unbalanced.
        return not around.groups

    def _is_balanced(self) -> bool:
        """Tell whether every brace has its counterpart when two backslashes are a row break everywhere."""
        bare = self.tex.replace("\\\\", "")
        return bare.count("{") - bare.count("\\{") == bare.count("}") - bare.count("\\}")

    def _inside_cell(self, at: int, after: int) -> bool:
        """Tell whether no row can end at `at`: it neither begins nor ends a line or cell, and no cell follows."""
        low, high = at - 1, after
        while low >= 0 and self.tex[low] in " \t":
            low -= 1
        while high < len(self.tex) and self.tex[high] in " \t":
            high += 1
        before = self.tex[low] if low >= 0 else ""
        if before in {"\n", "&", ""} and self.tex[after : after + 1] != "\n":
            return before != "\n" or self.tex[at + 2] != "|"
        following = self.tex[high : high + 1]
        if following in {"\n", "&"}:
            return self.tex[at + 2] in ",;!:"
        rest = _ROW_REST.match(self.tex, after)
        return rest is None or "&" not in rest.group()

    def _escaped(self, at: int, character: str) -> None:
        if character == "*":
            self._edit(at, at + 2, "*", "star")
        elif character == "_":
            if not self._is_literal_underscore(at):
                self._edit(at, at + 2, "_", "subscript")
        elif character == "'" and not self.around.at(at).in_text:
            self._edit(at, at + 2, "'", "escape")
        elif character in _NEEDS_NONE and character != ">":
            self._edit(at, at + 2, character, "escape")

    def _is_literal_underscore(self, at: int) -> bool:
        """Tell whether `\\_` joins words or stands in text; everywhere else authors mean a subscript."""
        if self.around.at(at).in_text:
            return True
        low = at
        while low and self.tex[low - 1].isalpha() and self.tex[low - 1].isascii():
            low -= 1
        command = low > 0 and self.tex[low - 1] == "\\"
        high = at + 2
        while high < len(self.tex) and self.tex[high].isalpha() and self.tex[high].isascii():
            high += 1
        if high == at + 2 and self.tex[high : high + 1] in ("", "}"):
            return True  # nothing could be below
        joins = at - low >= 2 or self.tex[low - 1 : at] == "{"
        return joins and high - at - 2 >= 2 and not command


def _has_two_backslash_breaks(tex: str) -> bool:
    """Tell whether ordinary row breaks occur: two backslashes, not before what only doubled escapes precede."""
    # Comments only take some away, so mostly one look suffices where every break is doubled.
    return _TWO_BACKSLASHES.search(tex) is not None and any(
        _run(match, match[1]) == 2 and (match[1][:1] not in "{},;!|:>" or match[1] == "")
        for match in _TOKEN.finditer(tex)
        if match[1] is not None
    )


_SINGLE_BEGIN = re.compile(r"(?<!\\)\\begin\{|\\{3}begin\{")
_BOOKDOWN_LABEL = re.compile(r"\(\\#(eq:[\w:-]+)\)")
_TEXT_COLUMNS = re.compile(r"\\begin\{((?:sub)?numcases|[dr]?cases\*)\}.*?\\end\{\1\}", re.DOTALL)
_DOLLAR = re.compile(r"\\.|[{}$]", re.DOTALL)


def _stray_dollars(tex: str) -> list[Edit]:
    """Return edits that take out dollars which stand in a formula, but not in a text where they would open another."""
    edits: list[Edit] = []
    depth = 0
    texts: list[int] = []
    # Their second column is text, where dollars begin and end formulas (cases.sty, mathtools section 3.4.3).
    columns = [match.span() for match in _TEXT_COLUMNS.finditer(tex)] if "cases" in tex else []
    for mark in _DOLLAR.finditer(tex):
        sign = mark.group()
        if sign == "{":
            depth += 1
            if text_group_opens(tex, mark.start()):
                texts.append(depth)
        elif sign == "}":
            if texts and texts[-1] == depth:
                texts.pop()
            depth -= 1
        elif sign == "$" and not texts and not any(low < mark.start() < high for low, high in columns):
            edits.append(Edit(mark.start(), mark.end(), ""))
    return edits


def read(tex: str, dialect: Dialect = "auto", *, in_table: bool = False) -> Rewritten:
    """Return `tex`, as typed between dollars, as LaTeX, with the map back.

    `tex` changes nothing; `escaped` halves every doubled backslash; `auto` decides from the surroundings. In a table
    an odd number of `\\|` cannot be norms, so each is the bar that the table's syntax made the author escape.
    """
    done = Rewritten(tex, OffsetMap.shift(len(tex), 0), ())
    if dialect == "tex":
        return done
    if "$" in tex:
        done = _rewritten(done, _stray_dollars(tex), ["dollar"])
    if "(\\#eq:" in tex:
        labels = [Edit(*match.span(), f"\\label{{{match[1]}}}") for match in _BOOKDOWN_LABEL.finditer(done.tex)]
        done = _rewritten(done, labels, ["label"] * len(labels))
    tex = done.tex
    if not (in_table and "\\|" in tex) and not _DOUBTFUL.search(tex):
        return done
    if dialect == "escaped" or ("\\\\begin{" in tex and not _SINGLE_BEGIN.search(tex)):
        doubled = [Edit(*match.span(), "\\") for match in re.finditer(r"\\\\", tex)]
        done = _rewritten(done, doubled, ["doubled"] * len(doubled))
        if "\\_" not in done.tex and "\\*" not in done.tex:
            return done
    elif in_table and tex.count("\\|") % 2 and "\\\\|" not in tex:
        bars = [Edit(*match.span(), "|") for match in re.finditer(r"\\\|", tex)]
        done = _rewritten(done, bars, ["bar"] * len(bars))
    return _rewritten(done, *_Reader(done.tex).run())


def _rewritten(done: Rewritten, edits: Sequence[Edit], names: Sequence[str]) -> Rewritten:
    """Return a formula after one more step, whose rewrites have these names."""
    if not edits:
        return done
    tex, offsets = rewrite(done.tex, edits)
    return Rewritten(tex, offsets.then(done.offsets) if done.names else offsets, (*done.names, *names))
