"""Code fences into highlighted HTML (the only importer of Pygments).

The info string names the language and may go on with options, as other site generators spell them:

    ```python title="sums.py" {1,3-5}        a caption; lines to point out
    ```python hl_lines="1 3-5" linenos       the same lines, and every line with its number
    ```{.python .numberLines startFrom=10}   numbers from 10 on
"""

from __future__ import annotations

import functools
import html
import re
from typing import TYPE_CHECKING, NamedTuple

from sitegen.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_LANGUAGE = re.compile(r"\{?\s*[.=]?\s*([\w+#./-]+)")
_PLAIN = frozenset(["text", "txt", "plain", "plaintext", "none", "nohighlight", "no-highlight", "output", "raw"])


class Options(NamedTuple):
    """How a block of code is shown."""

    title: str = ""
    """The caption, such as the name of a file; empty for none."""
    marked: frozenset[int] = frozenset()
    """Lines to point out, counted from 1."""
    first_number: int | None = None
    """The number of the first line; None where lines are not numbered."""
    problems: tuple[tuple[str, str], ...] = ()
    """What could not be understood: message and hint."""


class Fence(NamedTuple):
    """What a fence's info string and content come to."""

    language: str
    """The language as the author named it, lower case; empty for plain code."""
    code: str
    known: bool
    """Whether the language is known or none was named."""
    glued: bool
    """Whether the info string was code and became the first line."""
    options: Options = Options()
    """What the rest of the info string asks for."""


def read_fence(info: str, code: str) -> Fence:
    """Judge a fence: an info string of several words whose first is no known language is code glued to it."""
    info = info.strip()
    match = _LANGUAGE.match(info)
    if not info:
        return Fence("", code, True, False)
    language = match.group(1).lower() if match else ""
    # `python:app.py`, `js{1,3}` and `{.python .input}` name a language as well.
    if language in _PLAIN:
        return Fence("", code, True, False, _options(info, code))
    if language and _lexer(language) is not None and _names_language(info):
        return Fence(language, code, True, False, _options(info, code))
    if info[0] != "{" and len(info.split()) > 1 and not _OPTION.search(info):
        return Fence("", f"{info}\n{code}", True, True)
    return Fence(language, code, False, False, _options(info, code))


def _names_language(info: str) -> bool:
    """Tell whether the first word ends as a language's name does: `js{1}`, `py:`, but not `f(x)` or `a[0]`."""
    word = info.split()[0]
    return info[0] == "{" or re.fullmatch(r"[\w+#./-]+(?:[:{,].*)?", word) is not None


@functools.lru_cache(maxsize=256)
def near_language(name: str) -> str | None:
    """Return the name of a language that `name` was probably meant to be."""
    from pygments.lexers import get_all_lexers

    # The usual name comes first of each language's, and languages that people write before others.
    names = [alias for _, aliases, *_ in get_all_lexers(plugins=False) for alias in aliases]
    return nearest(name, [*_USUAL, *names])


_USUAL = (
    *(
        "python",
        "javascript",
        "typescript",
        "java",
        "c",
        "cpp",
        "csharp",
        "go",
        "rust",
        "ruby",
        "php",
        "swift",
        "kotlin",
    ),
    *(
        "bash",
        "shell",
        "powershell",
        "sql",
        "html",
        "css",
        "json",
        "yaml",
        "toml",
        "xml",
        "latex",
        "markdown",
        "matlab",
    ),
    *("julia", "haskell", "scala", "perl", "lua", "fortran", "console", "diff", "docker", "makefile"),
)

# -- options

_OPTION = re.compile(
    r"""(?<![\w.-])(?P<name>title|caption|filename|name|hl_lines|highlight|linenos|linenostart|startFrom|start|lines)
        \s*=\s*(?P<value>"[^"]*"|'[^']*'|\[[^\]]*\]|[^\s{}"']+)
      | (?<![\w=])(?P<flag>linenos|\.numberLines|\.number-lines|showLineNumbers)(?![\w-])
      | \{(?P<lines>[\s\d,-]*\d[\s\d,-]*)\}""",
    re.VERBOSE,
)
"""Options of fences as MkDocs, Pygments, Pandoc, Docusaurus and Gatsby write them."""

_CAPTIONS = frozenset(("title", "caption", "filename", "name"))
_STARTS = frozenset(("linenostart", "startFrom", "start"))
_OFF = frozenset(("false", "0", "no", "off"))
_RANGE = re.compile(r"(\d+)(?:\s*-\s*(\d+))?\Z")


def _options(info: str, code: str) -> Options:
    """Return what an info string asks for besides a language."""
    if not any(mark in info for mark in " \t{"):
        return Options()
    title, first, numbered, marked = "", 1, False, set[int]()
    problems: list[tuple[str, str]] = []
    for option in _OPTION.finditer(info):
        name, value = option["name"] or "", (option["value"] or "").strip("\"'")
        if option["flag"]:
            numbered = True
        elif option["lines"] or name in ("hl_lines", "highlight", "lines"):
            _mark(option["lines"] or value, code, marked, problems)
        elif name in _CAPTIONS:
            title = title or value.strip()
        elif name == "linenos":
            numbered = value.lower() not in _OFF
        elif name in _STARTS and value.isdigit():
            first = int(value)
        else:
            problems.append((f"{name} must be a number, not “{value}”", f"write {name}=10"))
    return Options(title, frozenset(marked), first if numbered else None, tuple(problems))


def _mark(written: str, code: str, marked: set[int], problems: list[tuple[str, str]]) -> None:
    """Add the lines that `1,3-5` names, those of the block alone; anything else is a problem."""
    count = code.count("\n") + (not code.endswith("\n"))
    for part in re.split(r"[\s,]+", re.sub(r"\s*-\s*", "-", written.strip("[] "))):
        match = _RANGE.match(part)
        low, high = (int(match[1][:9]), int((match[2] or match[1])[:9])) if match else (0, 0)
        if part and not 1 <= low <= high:
            problems.append((f"“{part}” names no lines", "write lines as 1,3-5"))
        elif part and high > count:
            lines = "1 line" if count == 1 else f"{count} lines"
            problems.append((f"there is no line {high}: the code has {lines}", "lines are counted from 1"))
        if match:
            marked.update(range(max(1, low), min(high, count) + 1))


# -- HTML


def highlight(fence: Fence) -> str:
    """Return a fence as HTML; colours come from classes under `.hl`.

    A caption makes it a `<figure>`. Lines that are pointed out are `<mark>`; numbers stand in `data-line`, from where
    the stylesheet shows them, so that nobody copies them.
    """
    lexer = _lexer(fence.language) if fence.language and fence.known else None
    language = fence.language if lexer is not None else re.sub(r"[^\w+#.-]", "", fence.language)
    shown = f' class="language-{html.escape(language)}"' if language else ""
    options = fence.options
    if options.marked or options.first_number is not None:
        pieces = _pieces(lexer, fence.code) if lexer is not None else [("", fence.code)]
        code = "".join(_lines(pieces, options))
    elif lexer is not None:
        code = "".join(_spans(lexer, fence.code))
    else:
        code = html.escape(fence.code, quote=False)
    numbered = " numbered" if options.first_number is not None else ""
    block = f'<pre class="hl{numbered}" tabindex="0"><code{shown}>{code}</code></pre>\n'
    if not options.title:
        return block
    caption = html.escape(options.title, quote=False)
    return f'<figure class="code">\n<figcaption>{caption}</figcaption>\n{block}</figure>\n'


def _lines(pieces: Iterable[tuple[str, str]], options: Options) -> Iterator[str]:
    """Yield each line of code as an element of its own; a token of several lines is cut at their ends."""
    lines: list[list[str]] = [[]]
    for name, text in pieces:
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append([])
            lines[-1].append(_span(name, [part]))
    if not any(lines[-1]):
        lines.pop()  # the code ends with a line end
    first = options.first_number
    for number, line in enumerate(lines, 1):
        tag = "mark" if number in options.marked else "span"
        data = "" if first is None else f' data-line="{first + number - 1}"'
        yield f'<{tag} class="line"{data}>{"".join(line)}</{tag}>\n'


def _spans(lexer: Lexer, code: str) -> Iterator[str]:
    """Yield code as HTML; neighbours of one class share an element, and blanks have none."""
    last = ""
    texts: list[str] = []
    for kind, text in lexer.get_tokens(code):
        name = _class(kind)
        if name != last:
            yield _span(last, texts)
            last, texts = name, []
        texts.append(text)
    yield _span(last, texts)


def _pieces(lexer: Lexer, code: str) -> Iterator[tuple[str, str]]:
    """Yield class and text of each token."""
    return ((_class(kind), text) for kind, text in lexer.get_tokens(code))


def _span(name: str, texts: list[str]) -> str:
    text = texts[0] if len(texts) == 1 else "".join(texts)
    if "<" in text or "&" in text or ">" in text:  # few have any
        text = html.escape(text, quote=False)
    return f'<span class="{name}">{text}</span>' if name and text else text


@functools.cache
def _class(kind: _TokenType) -> str:
    """Return the class of a kind of token: the short name of the nearest kind that Pygments' styles know."""
    from pygments.token import STANDARD_TYPES, Text, Whitespace

    while kind not in STANDARD_TYPES and kind.parent is not None:
        kind = kind.parent
    return "" if kind in (Text, Whitespace) else STANDARD_TYPES[kind]


@functools.cache
def _lexer(name: str) -> Lexer | None:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    from sitegen.markdown.lexing import quicken

    try:
        return quicken(get_lexer_by_name(name, stripnl=False))
    except ClassNotFound:
        return None
