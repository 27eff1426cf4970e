"""Build other people's posts in memory and count what comes out right.

    python benchmarks/corpus.py FOLDER [FOLDER...] [--expected FILE] [--macros [SITE=]FILE] [--details]

A FOLDER is a site, or a folder of sites (one whose folders hold a SOURCE.json). `expected.jsonl`, in the folder or
beside it, or given, says per line how many formulas a post has:

    {"site": "name", "file": "posts/a.md", "display": 3, "inline": 12, "currency": 0}

Without it the formulas are counted by `plain_reading`, a deliberately simple second opinion. The table has a line per
site; `--details` lists every difference with file and line: formulas that only one of the two readings has, errors of
the engine, syntax that is visible on the page, HTML that does not nest. `--macros` gives the macros that a site keeps
in its configuration, as LaTeX or in the shapes of KaTeX and MathJax. Nothing is written.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import sitegen.compile
from sitegen.compile import compile_post
from sitegen.config import macrofiles
from sitegen.markdown import FoundFormula, Parsed
from sitegen.model import CompileOptions, Document, Rejected, Source
from sitegen.text import LineIndex

POSTS = (".md", ".markdown", ".mdx", ".qmd", ".rmd")
SLOW = 2.0
"""Seconds that no post may take."""
KEPT = 0.9
"""Share of the words of a source that must be on its page; the rest is syntax that this program does not know."""


class Post(NamedTuple):
    """A post before it is measured."""

    site: str
    path: str
    file: Path
    options: CompileOptions
    expected: dict[str, int] | None


class Finding(NamedTuple):
    """Something to look at."""

    kind: str
    line: int
    """In the source; 0 where it is known on the page only."""
    text: str


class Measured(NamedTuple):
    """What became of a post."""

    post: Post
    seconds: float
    failure: str
    """Why there is no page; empty when there is one."""
    display: int
    inline: int
    expected_display: int
    expected_inline: int
    wrong: int
    """Formulas with an error."""
    findings: list[Finding]


# -- the second opinion


_HEAD = re.compile(
    r"\ufeff?(?:---[ \t]*\r?\n.*?\n(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)|\+\+\+[ \t]*\r?\n.*?\n\+\+\+)"
    r"|\ufeff?(?=(?:[\w -]+:[^\n]*\n)*?title:)(?:[A-Za-z][\w -]*:[^\n]*\n)+(?=\s*\n)",
    re.DOTALL | re.IGNORECASE,
)
_CODE = re.compile(
    r"(?P<math>^[ \t>]*```\s*\{?math\b[^\n]*\n.*?^[ \t>]*```)"
    r"|^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(?P<fence>```+|~~~+)[^`\n]*\n.*?"
    r"(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|<!--.*?-->|<(?P<tag>pre|code|script|style|d-code)\b.*?</(?P=tag)\s*>"
    r"|\{%-?\s*highlight\b.*?\{%-?\s*endhighlight\b"
    r"|(?<![`\\$])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_FORMULA = re.compile(
    r"(?<!\\)\$\$(?P<double>.+?)(?<!\\)\$\$"
    r"|\\\\?\[(?P<bracket>(?:(?!\n[ \t]*\n).)+?)\\\\?\]"
    r"|\\\\?\((?P<paren>(?:(?!\n[ \t]*\n).)+?)\\\\?\)"
    r"|^[ \t>]*\\begin\{(?P<name>(?:align|equation|gather|eqnarray|multline|alignat|flalign)\*?)\}"
    r"(?P<env>.+?)\\end\{(?P=name)\}"
    r"|^[ \t>]*```\s*\{?math\}?[^\n]*\n(?P<fence>.+?)^[ \t>]*```"
    r"|(?<![\\$])\$(?!\$)(?P<single>(?:\\.|[^$\\\n]|\n(?![ \t]*\n))+?)\$(?![\d$])",
    re.DOTALL | re.MULTILINE,
)
_MONEY = re.compile(r"\s*\d[\d.,]*\s*(?:[kKMB]\b|million|billion|per|/)?[^\\^_=<>]*[A-Za-z]{3,}[^\\^_]*\Z")


def without_code(text: str) -> str:
    """Return a text of equal length with its head, code and comments blanked."""

    def blank(match: re.Match[str]) -> str:
        return match.group() if match.groupdict().get("math") else re.sub(r"[^\n]", " ", match.group())

    head = _HEAD.match(text)
    if head:
        text = blank(head) + text[head.end() :]
    return _CODE.sub(blank, text)


def plain_reading(text: str) -> list[tuple[int, int, bool]]:
    """Return begin, end and style (True for a display) of what looks like a formula to a few patterns."""
    found = []
    source = without_code(text)
    for match in _FORMULA.finditer(source):
        content = match["single"]
        doubtful = content is not None and (_MONEY.match(content) or content != content.strip())
        if content is not None and doubtful and not re.search(r"[\\^_=]", content):
            continue
        line = source.rfind("\n", 0, match.start()) + 1
        stop = source.find("\n", match.end())
        alone = not (source[line : match.start()] + source[match.end() : stop if stop >= 0 else None]).strip(
            " \t>.,;:*+-0123456789)"
        )
        double = match["double"]
        display = any(match[name] for name in ("bracket", "env", "fence")) or (
            double is not None and (alone or "\n" in double)
        )
        start = source.index("\\begin", match.start()) if match["env"] is not None else match.start()
        found.append((start, match.end(), bool(display)))
    return found


# -- the page


_LEAKS = {
    "dollars": re.compile(r"\$\$"),
    "formula": re.compile(r"(?<![\\$\w])\$(?=[^$\n]*[\\^_{])[^$\n]+\$"),
    "environment": re.compile(r"\\(?:begin|end)\{"),
    "delimiter": re.compile(r"\\+[()\[\]]"),
    "command": re.compile(r"\\(?:eqref|ref|label|newcommand|def|DeclareMathOperator|cite|frac|mathbb|mathbf|sum)\b"),
    "attributes": re.compile(r"\{:\s*[.#a-z][^{}\n]*\}|\{[#.][A-Za-z][^{}\n]*\}|\{:toc\}|\)\{\w+="),
    "tag": re.compile(r"\{%.*?%\}|\{\{[<%]?[^{}\n]*[%>]?\}\}"),
    "container": re.compile(r"^[ \t]*:::+|^[ \t]*(?:!!!|\?\?\?\+?) +\w", re.MULTILINE),
    "footnote": re.compile(r"(?<!\w)\[\^[^\]\s]+\]|(?<=\w)\[\^[^\]\s]+\]|\^\[[A-Za-z]"),
    "wikilink": re.compile(r"(?<![\w\]])\[\[[^\[\]\n]*[A-Za-z][^\[\]\n]*\]\]"),
    "remark": re.compile(
        r"(?<!\S)%%[^%\n]+%%(?!\S)|\(\([0-9a-f]{8}-[0-9a-f-]{27}\)\)|^[ \t]*(?:id|collapsed):: ", re.MULTILINE
    ),
    "contents": re.compile(r"^[ \t]*(?:\[\[?_?TOC_?\]?\]|\\toc\b)", re.MULTILINE),
    "fence": re.compile(r"```|^[ \t]*~~~", re.MULTILINE),
    "comment": re.compile(r"<!--|-->"),
}
"""What is syntax when it can be read on a page, outside of code and formulas."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_VOID = _words("area base br col embed hr img input link meta param source track wbr")
_PHRASE_ONLY = _words("p h1 h2 h3 h4 h5 h6 span em strong b i u s small sub sup mark code abbr label cite q")
_BLOCK = _words(
    "address article aside blockquote details dialog div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 "
    "header hr main nav ol p pre section table ul li dd dt tr td th tbody thead tfoot summary"
)
_OPTIONAL_END = _words("p li dd dt tr td th tbody thead tfoot option colgroup")
_PARENTS = {
    "li": {"ul", "ol", "menu"},
    "tr": {"table", "tbody", "thead", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "tbody": {"table"},
    "thead": {"table"},
    "tfoot": {"table"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "figcaption": {"figure"},
    "summary": {"details"},
}
_SILENT = frozenset(("math", "svg", "code", "pre", "kbd", "samp", "script", "style", "textarea"))
_FOREIGN = frozenset(("math", "svg"))


class Reader(HTMLParser):
    """Reads a page: the text that a reader sees outside of code and formulas, and elements that do not nest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.everything: list[str] = []
        self.problems: list[str] = []
        self.ids: Counter[str] = Counter()
        self._open: list[tuple[str, bool]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            self.everything.append(f" {value} ")
            if name == "id" and value:
                self.ids[value] += 1
        if not self._in_foreign():
            self._check(tag)
            if tag in _BLOCK or tag == "br":
                self.text.append("\n")
        if tag in _VOID:
            return
        classes = dict(attributes).get("class") or ""
        silent = tag in _SILENT or "math-error" in classes.split()
        self._silent += silent
        self._open.append((tag, silent))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def _in_foreign(self) -> bool:
        return any(name in _FOREIGN for name, _ in self._open)

    def _check(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        while names and names[-1] in _OPTIONAL_END and names[-1] == tag:
            # An end tag that may be left out.
            self._pop()
            names.pop()
        parents = _PARENTS.get(tag)
        if parents is not None:
            while names and names[-1] in _OPTIONAL_END and names[-1] not in parents and tag != "figcaption":
                self._pop()
                names.pop()
            if not names or names[-1] not in parents:
                self.problems.append(f"<{tag}> in <{names[-1] if names else 'body'}>")
        elif tag in _BLOCK:
            inside = next((name for name in reversed(names) if name in _PHRASE_ONLY), "")
            around = next((name for name in reversed(names) if name in _BLOCK), "")
            if inside and (inside == around or inside not in _BLOCK):
                last = len(names) - 1 - names[::-1].index(inside)
                if not any(name in ("td", "th", "li", "div", "object", "button") for name in names[last:]):
                    self.problems.append(f"<{tag}> in <{inside}>")
        if tag == "a" and "a" in names:
            self.problems.append("<a> in <a>")

    def _pop(self) -> None:
        self._silent -= self._open.pop()[1]

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            self.problems.append(f"</{tag}>")
            return
        names = [name for name, _ in self._open]
        if tag not in names:
            self.problems.append(f"</{tag}> that closes nothing")
            return
        if tag in _BLOCK and not self._in_foreign():
            self.text.append("\n")
        while self._open[-1][0] != tag:
            if self._open[-1][0] not in _OPTIONAL_END:
                self.problems.append(f"</{tag}> closes <{self._open[-1][0]}>")
            self._pop()
        self._pop()

    def handle_data(self, data: str) -> None:
        self.everything.append(data)
        if not self._silent:
            self.text.append(data)
        elif self._open[-1][0] in ("math", "code", "svg"):
            self.text.append("\u2063")

    def finish(self) -> None:
        self.close()
        self.problems += [f"<{name}> is never closed" for name, _ in self._open if name not in _OPTIONAL_END]
        self.problems += [f"the id {name} {count} times" for name, count in self.ids.items() if count > 1]


_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u4e00-\u9fff]{2,}")
_MARKUP = re.compile(
    r"<[^<>]*>|!\[\[[^\[\]\n]*\]\]|\[\[[^\[\]\n|]*\\?\||^\s*[A-Za-z][\w-]*::\s.*$|%%.*?%%|\]\([^()\s]*(?:\s[^()]*)?\)|^\s*\[[^\]]+\]:.*$|\{%.*?%\}|\{\{.*?\}\}|\{:?[^{}\n]*\}|https?:\S+"
    r"|^(?:import|export)\s.*$",
    re.MULTILINE,
)


def lost_words(text: str, page: str) -> list[str]:
    """Return words of the source's prose that are nowhere on the page, if they are many."""
    source = list(without_code(text))
    for start, end, _ in plain_reading(text):
        source[start:end] = [" "] * (end - start)
    wanted = {word.casefold() for word in _WORD.findall(_MARKUP.sub(" ", "".join(source)))}
    shown = page.casefold()
    missing = sorted(word for word in wanted if word not in shown)
    return missing if len(missing) > (1 - KEPT) * len(wanted) + 1 else []


# -- measuring


def measure(post: Post) -> Measured:
    """Build one post and look at what came out."""
    data = post.file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    text = data.decode("utf-8", "replace")
    failure = ""
    parsed: list[Parsed] = []
    started = time.process_time()
    try:
        compiled = _compile(Source(post.path, text, ""), post.options, parsed)
    except Exception as error:
        compiled, failure = None, f"{type(error).__name__}: {error}"
    seconds = time.process_time() - started
    if isinstance(compiled, Rejected):
        failure = "; ".join(problem.message for problem in compiled.diagnostics)
        head = _HEAD.match(text)
        body = (re.sub(r"[^\n]", "", head.group()) if head else "") + text[head.end() if head else 0 :]
        text = body if body != text else "\n" + text
        parsed.clear()
        compiled = _compile(Source(post.path, text, ""), post.options, parsed)
    found = parsed[-1].formulas if parsed else ()
    # A reference in the text is typeset as a formula, and none.
    formulas = [
        each
        for each in found
        if not text.startswith(("\\ref", "\\eqref", "{eq}", ":eqref:", "{eqref}"), each.span.start)
    ]
    findings: list[Finding] = []
    wrong = 0
    lines = LineIndex(text)
    if isinstance(compiled, Document):
        wrong = _errors(compiled, formulas, lines, findings)
        _page(compiled, text, findings)
    plain = plain_reading(text)
    display = sum(formula.display for formula in formulas)
    wanted = post.expected or {
        "display": sum(style for _, _, style in plain),
        "inline": sum(not style for _, _, style in plain),
    }
    if (wanted["display"], wanted["inline"]) != (display, len(formulas) - display):
        findings += _differences(formulas, plain, text, lines)
    findings += _money(formulas, text, lines)
    return Measured(
        post, seconds, failure, display, len(formulas) - display, wanted["display"], wanted["inline"], wrong, findings
    )


def _compile(source: Source, options: CompileOptions, parsed: list[Parsed]) -> Document | Rejected:
    """Compile a post, and keep what its Markdown came to."""
    parse: Callable[..., Parsed] = vars(sitegen.compile)["parse"]

    def keep(*arguments: object, **named: object) -> Parsed:
        parsed.append(parse(*arguments, **named))
        return parsed[-1]

    with patch.object(sitegen.compile, "parse", keep):
        return compile_post(source, options)


def _errors(document: Document, formulas: Sequence[FoundFormula], lines: LineIndex, out: list[Finding]) -> int:
    """Return the number of formulas with an error, and list the errors."""
    problems = [each for each in document.diagnostics if each.code.startswith("math/") and each.severity == "error"]
    places = set()
    for each in problems:
        start = each.span.start if each.span else 0
        places.add(next((n for n, f in enumerate(formulas) if f.span.start <= start <= f.span.end), -1))
        out.append(Finding("math", lines.position(start)[0], f"{each.code}: {each.message}"))
    for each in document.diagnostics:
        if each.severity != "note" and not each.code.startswith("math/"):
            line = lines.position(each.span.start)[0] if each.span else 0
            out.append(Finding(each.severity, line, f"{each.code}: {each.message}"))
    return len(places)


def _page(document: Document, source: str, out: list[Finding]) -> None:
    reader = Reader()
    reader.feed("".join(part if isinstance(part, str) else _filled(part) for part in document.body))
    reader.finish()
    text = "".join(reader.text)
    for name, pattern in _LEAKS.items():
        for match in pattern.finditer(text):
            if _meant(name, match.group(), source):
                continue
            around = " ".join(text[max(0, match.start() - 30) : match.end() + 30].split())
            out.append(Finding("leak", _line_of(source, match.group()), f"{name}: …{around}…"))
    out += [Finding("nesting", 0, problem) for problem in reader.problems]
    lost = lost_words(source, " ".join((*reader.everything, document.title, document.text)))
    if lost:
        out.append(Finding("lost", 0, f"{len(lost)} words are not on the page: {' '.join(lost[:12])}"))


def _meant(name: str, shown: str, source: str) -> bool:
    """Tell whether the author wanted what looks like syntax: dollars with a backslash before them, an arrow."""
    if name in ("formula", "dollars"):
        return "\\" + shown[:8] in source
    return name == "comment" and "<!--" not in source


def _filled(slot: object) -> str:
    """Return something of the kind that a hole is filled with."""
    name = type(slot).__name__
    if name == "ImageSlot":
        attributes = dict(getattr(slot, "attributes", ()))
        return f'<img alt="{attributes.get("alt", "").replace(chr(34), "&quot;")}">'
    return "1" if name == "EquationSlot" else "x"


def _line_of(source: str, text: str) -> int:
    at = source.find(text)
    return source.count("\n", 0, at) + 1 if at >= 0 else 0


def _differences(
    formulas: Sequence[FoundFormula], plain: Sequence[tuple[int, int, bool]], text: str, lines: LineIndex
) -> Iterator[Finding]:
    """Yield where sitegen and the second opinion read a post differently."""
    mine = {formula.span.start: formula for formula in formulas}
    theirs = {start: (end, style) for start, end, style in plain}
    for start, formula in sorted(mine.items()):
        if start not in theirs:
            if not any(low <= start < high for low, high, _ in plain):
                yield Finding("+", lines.position(start)[0], _excerpt(text, start, formula.span.end))
            else:
                yield Finding("~", lines.position(start)[0], _excerpt(text, start, formula.span.end))
        elif theirs[start][1] != formula.display:
            kind = "display" if formula.display else "inline"
            yield Finding("=", lines.position(start)[0], f"{kind}: {_excerpt(text, start, formula.span.end)}")
    for start, end, _ in plain:
        if start not in mine and not any(f.span.start <= start < f.span.end for f in formulas):
            yield Finding("-", lines.position(start)[0], _excerpt(text, start, end))


def _money(formulas: Sequence[FoundFormula], text: str, lines: LineIndex) -> Iterator[Finding]:
    for formula in formulas:
        written = text[formula.span.start : formula.span.end]
        if not formula.display and written.startswith("$") and _MONEY.match(written.strip("$")):
            yield Finding("money", lines.position(formula.span.start)[0], written)


def _excerpt(text: str, start: int, end: int) -> str:
    shown = " ".join(text[start:end].split())
    return shown if len(shown) <= 90 else f"{shown[:60]} … {shown[-25:]}"


# -- sites


def sites_of(folder: Path) -> list[Path]:
    """Return the sites in a folder of sites, or the folder itself."""
    inside = sorted(child for child in folder.iterdir() if (child / "SOURCE.json").is_file())
    return inside or [folder]


def read_expected(folders: Sequence[Path], given: Path | None) -> dict[tuple[str, str], dict[str, int]]:
    """Return the numbers that posts should have, by site and file."""
    files = [given] if given else [f / "expected.jsonl" for folder in folders for f in (folder, folder.parent)]
    expected = {}
    for file in dict.fromkeys(files):
        if file.is_file():
            for line in file.read_text(encoding="utf-8").splitlines():
                entry = json.loads(line)
                expected[entry["site"], entry["file"]] = entry
    return expected


def posts_of(site: Path, expected: dict[tuple[str, str], dict[str, int]], options: CompileOptions) -> list[Post]:
    """Return the posts of a site: those that numbers are known of, else every file that may be one."""
    known = [file for name, file in expected if name == site.name and (site / file).is_file()]
    files = known or sorted(
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.suffix.lower() in POSTS and path.is_file() and not any(p.startswith(".") for p in path.parts)
    )
    return [Post(site.name, file, site / file, options, expected.get((site.name, file))) for file in files]


def read_options(given: Sequence[str]) -> dict[str, CompileOptions]:
    """Return macros and definitions of each site; those under the empty name hold for all."""
    found: dict[str, CompileOptions] = {}
    for each in given:
        site, _, file = each.rpartition("=")
        read = macrofiles.read_macros(file, Path(file).read_text(encoding="utf-8"))
        if read.problem:
            raise SystemExit(f"{file}: {read.problem}")
        old = found.get(site, CompileOptions())
        found[site] = CompileOptions(
            macros={**old.macros, **read.macros}, preamble=f"{old.preamble}\n{read.preamble}".strip()
        )
    return found


HEADER = (
    "site",
    "posts",
    "failed",
    "slow",
    "display",
    "of",
    "inline",
    "of",
    "typeset %",
    "leaks",
    "invalid",
    "lost",
    "money",
)


def row(name: str, results: Sequence[Measured]) -> tuple[str, ...]:
    """Return a site's line of the table."""
    formulas = sum(each.display + each.inline for each in results)
    wrong = sum(each.wrong for each in results)

    def posts_with(kind: str) -> int:
        return sum(any(finding.kind == kind for finding in each.findings) for each in results)

    return (
        name,
        str(len(results)),
        str(sum(bool(each.failure) for each in results)),
        str(sum(each.seconds > SLOW for each in results)),
        str(sum(each.display for each in results)),
        str(sum(each.expected_display for each in results)),
        str(sum(each.inline for each in results)),
        str(sum(each.expected_inline for each in results)),
        f"{100 * (1 - wrong / formulas):.2f}" if formulas else "",
        str(posts_with("leak")),
        str(posts_with("nesting")),
        str(posts_with("lost")),
        str(posts_with("money")),
    )


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    """Print a table with the numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for line in rows:
        print(line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)))


def print_details(each: Measured) -> None:
    """Print what there is to look at in a post."""
    counts = (each.display, each.inline), (each.expected_display, each.expected_inline)
    if not (each.failure or each.findings or counts[0] != counts[1]):
        return
    print(f"\n{each.post.site}/{each.post.path}: display {counts[0][0]} of {counts[1][0]}, inline {counts[0][1]} of "
          f"{counts[1][1]}, {each.wrong} wrong, {each.seconds:.2f} s {each.failure}")  # fmt: skip
    for finding in sorted(each.findings):
        print(f"  {finding.kind:8} {each.post.path}:{finding.line}: {finding.text}")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--expected", type=Path, help="numbers of formulas, as JSON lines")
    parser.add_argument("--macros", action="append", default=[], metavar="[SITE=]FILE", help="the macros of a site")
    parser.add_argument("--details", action="store_true", help="list every difference with file and line")
    parser.add_argument("--only", default="", metavar="TEXT", help="only posts with TEXT in site/path")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    options = parser.parse_args()
    sites = [site for folder in options.folders for site in sites_of(folder.resolve())]
    expected = read_expected(options.folders, options.expected)
    macros = read_options(options.macros)
    none = macros.get("", CompileOptions())
    posts = [
        post
        for site in sites
        for post in posts_of(site, expected, macros.get(site.name, none))
        if options.only in f"{post.site}/{post.path}"
    ]
    with ProcessPoolExecutor(options.jobs) as workers:
        results = list(workers.map(measure, posts, chunksize=1))
    if options.details:
        for each in results:
            print_details(each)
        print()
    names = dict.fromkeys(post.site for post in posts)
    rows = [row(name, [each for each in results if each.post.site == name]) for name in names]
    print_table([HEADER, *rows, row("all", results)] if len(rows) > 1 else [HEADER, *rows])
    return int(any(each.failure for each in results))


if __name__ == "__main__":
    sys.exit(main())
