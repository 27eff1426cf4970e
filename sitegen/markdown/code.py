"""Code fences into highlighted HTML (the only importer of Pygments)."""

from __future__ import annotations

import functools
import html
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_LANGUAGE = re.compile(r"\{?\s*[.=]?\s*([\w+#./-]+)")
_PLAIN = frozenset(["text", "txt", "plain", "plaintext", "none", "nohighlight", "no-highlight", "output", "raw"])


class Fence(NamedTuple):
    """What a fence's info string and content come to."""

    language: str
    """The language as the author named it, lower case; empty for plain code."""
    code: str
    known: bool
    """Whether the language is known or none was named."""
    glued: bool
    """Whether the info string was code and became the first line."""


def read_fence(info: str, code: str) -> Fence:
    """Judge a fence: an info string of several words whose first is no known language is code glued to it."""
    info = info.strip()
    match = _LANGUAGE.match(info)
    if not info:
        return Fence("", code, True, False)
    language = match.group(1).lower() if match else ""
    # `python:app.py`, `js{1,3}` and `{.python .input}` name a language as well.
    if language in _PLAIN:
        return Fence("", code, True, False)
    if language and _lexer(language) is not None and _names_language(info):
        return Fence(language, code, True, False)
    if info[0] != "{" and len(info.split()) > 1:
        return Fence("", f"{info}\n{code}", True, True)
    return Fence(language, code, False, False)


def _names_language(info: str) -> bool:
    """Tell whether the first word ends as a language's name does: `js{1}`, `py:`, but not `f(x)` or `a[0]`."""
    word = info.split()[0]
    return info[0] == "{" or re.fullmatch(r"[\w+#./-]+(?:[:{,].*)?", word) is not None


def highlight(fence: Fence) -> str:
    """Return a fence as HTML; colours come from classes under `.hl`."""
    lexer = _lexer(fence.language) if fence.language and fence.known else None
    if lexer is None:
        name = re.sub(r"[^\w+#.-]", "", fence.language)
        shown = f' class="language-{html.escape(name)}"' if name else ""
        return f'<pre class="hl" tabindex="0"><code{shown}>{html.escape(fence.code, quote=False)}</code></pre>\n'
    marked = "".join(_spans(lexer, fence.code))
    return f'<pre class="hl" tabindex="0"><code class="language-{html.escape(fence.language)}">{marked}</code></pre>\n'


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


def _span(name: str, texts: list[str]) -> str:
    text = html.escape("".join(texts), quote=False)
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

    try:
        return get_lexer_by_name(name, stripnl=False)
    except ClassNotFound:
        return None
