"""Info strings of code fences, as notebooks, R Markdown, Quarto, Pandoc and MyST write them, in one spelling.

The result is what `sitegen.markdown.code` reads: a language, then options. Chunks that another tool would run are
shown as code; nothing of them is run or hidden, only the lines with options for that tool go.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import fence as read_fence

from sitegen.markdown.signs import begins_with

_CHUNK = re.compile(r"`{3,}[ \t]*(\{[^\n`]*`[^\n]*\})[ \t]*(?=\n|\Z)")
_CHUNK_LINE = re.compile(rf"^[ \t>]*{_CHUNK.pattern}", re.MULTILINE)
_DIRECTIVE = re.compile(
    r"\{(code-cell|code-block|code|sourcecode|ipython|jupyter-execute|literalinclude|parsed-literal|doctest)\}\s*(.*)\Z"
)
_BRACED = re.compile(r"\{(.*)\}\s*\Z", re.DOTALL)
_FIRST = re.compile(r"\s*[.=]?([A-Za-z][\w+#-]*)\s*,?\s*(.*)\Z", re.DOTALL)
_CLASS = re.compile(r"(?<![\w=\"'])\.([A-Za-z][\w+#-]*)")
_ID = re.compile(r"(?<![\w=\"'])#([^\s{}\"'=<>`]+)")
_FLAGS = frozenset(
    ["numberLines", "number-lines", "input", "output", "eval", "noeval", "copy", "code-fold", "line-numbers"]
)
_OPTION_LINE = re.compile(r":([A-Za-z][\w-]*):[ \t]*(.*)\Z")
_CHUNK_OPTION = re.compile(r"[ \t]*(?:#|//|--|%%|%)\|[ \t]?(.*)\Z")
_OTHER_NAMES = {
    "ipython3": "python",
    "ipython2": "python",
    "ipython": "python",
    "jupyter-python": "python",
    "pyodide": "python",
    "pyodide-python": "python",
    "webr-r": "r",
    "webr": "r",
    "rcpp": "cpp",
    "ojs": "javascript",
    "observablejs": "javascript",
    "node": "javascript",
    "sourcecode": "",
    "octave": "matlab",
    "parsed-literal": "",
    "doctest": "pycon",
}
_EMPHASIZED = re.compile(r"[\d,\s-]+\Z")


def occur(text: str) -> bool:
    """Tell whether a text may have chunks with backticks in their options."""
    return "{" in text and _CHUNK_LINE.search(text) is not None


@begins_with("`")
def chunk(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Read a fence of R Markdown whose options hold backticks, which CommonMark takes for code spans (block rule)."""
    source = state.src
    match = _CHUNK.match(source, state.bMarks[start_line] + state.tShift[start_line], state.eMarks[start_line])
    if match is None:
        return False
    low, high = match.span(1)
    state.src = source[:low] + match[1].replace("`", "'") + source[high:]
    found = read_fence(state, start_line, end_line, silent)
    state.src = source
    if found and not silent:
        state.tokens[-1].info = match[1]
    return found


def spelled(info: str, code: str) -> tuple[str, str]:
    """Return an info string and its code as `code.read_fence` reads them."""
    info = info.strip()
    if "|" in code:
        code, caption = _without_chunk_options(code)
        if caption and "title=" not in info and info.startswith("{"):
            info = f'{info[:-1].rstrip()} title="{caption}"}}' if info.endswith("}") else info
    if not info.startswith("{"):
        language, blank, rest = info.partition(" ")
        known = _OTHER_NAMES.get(language.lower())
        return (info if known is None else f"{known}{blank}{rest}"), code
    directive = _DIRECTIVE.match(info)
    if directive:
        return _directive(directive[1], directive[2], code)
    braced = _BRACED.match(info)
    if braced is None:
        return info, code
    return _attributes(braced[1]), code


def identifier(info: str) -> str:
    """Return the id that an attribute list in an info string gives the block; empty for none."""
    braced = re.search(r"\{([^{}]*)\}\s*\Z", info) if "#" in info else None
    found = _ID.search(braced[1]) if braced else None
    return found[1] if found else ""


def _attributes(inner: str) -> str:
    """Return `{r, echo=FALSE}` and `{.python #id .numberLines}` as a language with options."""
    classes = [name for name in _CLASS.findall(inner) if name not in _FLAGS]
    first = _FIRST.match(_ID.sub("", inner))
    language = classes[0] if classes else first[1] if first and "=" not in inner[: first.end(1) + 1] else ""
    language = _OTHER_NAMES.get(language.lower(), language)
    options = re.findall(
        r"""(?:title|caption|filename|startFrom|hl_lines|lst-cap|linenos)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s,{}"']+)""",
        inner,
    )
    options = [option.replace("lst-cap", "title") for option in options]
    if "umberLines" in inner or "number-lines" in inner:
        options.insert(0, ".numberLines")
    return " ".join([language or "text", *options])


def _directive(name: str, argument: str, code: str) -> tuple[str, str]:
    """Return MyST's `{code-block} python` with the option lines below it as a language with options."""
    lines = code.split("\n")
    options: list[str] = []
    at = 0
    if lines and lines[0].strip() == "---" and "---" in (line.strip() for line in lines[1:]):
        at = next(index for index, line in enumerate(lines) if index and line.strip() == "---") + 1
    while at < len(lines) and (match := _OPTION_LINE.match(lines[at].strip())):
        key, value = match[1].lower(), match[2].strip()
        if key == "caption" and value:
            options.append(f'title="{value}"'.replace('""', '"'))
        elif key == "emphasize-lines" and _EMPHASIZED.match(value):
            options.append(f"{{{value}}}")
        elif key == "linenos":
            options.append("linenos")
        elif key == "lineno-start" and value.isdigit():
            options += ["linenos", f"start={value}"]
        at += 1
    if at and at < len(lines) and not lines[at].strip():
        at += 1
    language = (
        argument.split()[0] if argument else "python" if name in {"code-cell", "ipython", "jupyter-execute"} else ""
    )
    language = _OTHER_NAMES.get(language.lower(), language) or _OTHER_NAMES.get(name, "")
    return " ".join([language or "text", *options]), "\n".join(lines[at:])


def _without_chunk_options(code: str) -> tuple[str, str]:
    """Return code without Quarto's `#| key: value` lines at its head, and the caption they give."""
    lines = code.split("\n")
    caption = ""
    at = 0
    while at < len(lines) and (match := _CHUNK_OPTION.match(lines[at])):
        key, _, value = match[1].partition(":")
        if key.strip() in {"lst-cap", "filename"}:
            caption = value.strip().strip("\"'")
        at += 1
    return "\n".join(lines[at:]), caption
