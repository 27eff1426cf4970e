"""MDX: what JSX in posts says, without running any of it.

Components are tags whose names begin with a capital; values stand between quotes or are expressions between braces. Of
expressions only those are read that say what they are: texts, numbers, names of files that were imported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*+\})*+\})*+\})*+\}"
_PROP = rf"[A-Za-z_][\w:.-]*+(?:\s*=\s*(?:\"[^\"]*+\"|'[^']*+'|{_BRACES}))?"
_TAG = re.compile(
    rf"<(?P<end>/?)(?P<name>[A-Za-z][\w.-]*)(?P<props>(?:\s+(?:{_PROP}|\{{\.\.\.[^{{}}]*\}}))*+)\s*(?P<closed>/?)>"
)
_PROPS = re.compile(rf"([A-Za-z_][\w:.-]*)(?:\s*=\s*(\"[^\"]*\"|'[^']*'|{_BRACES}))?")
ESM = (
    r"(?:import\s(?:[^'\"\n{;]|\{[^{}'\"]*\})*['\"][^'\"\n]+['\"]"
    r"|export\s+(?:default|const|let|var|function|async|\{))"
)
"""How lines begin that a program would read."""
_IMPORT = re.compile(r"^import\s+([A-Za-z_$][\w$]*)\s+from\s+['\"]([^'\"\n]+)['\"]", re.MULTILINE)
_FILE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|mp4|webm|pdf|csv|json)\Z", re.IGNORECASE)
_CALL = re.compile(r"(?:require|useBaseUrl|url|withPrefix)\(\s*['\"]([^'\"]+)['\"]\s*\)(?:\.default)?\Z")
_STRING = re.compile(
    r"""(?:String\.raw)?(?:"([^"\\]*(?:\\.[^"\\]*)*)"|'([^'\\]*(?:\\.[^'\\]*)*)'|`([^`$]*)`)\Z""", re.DOTALL
)
_STYLE = re.compile(r"""['"]?([A-Za-z-]+)['"]?\s*:\s*(?:"([^"]*)"|'([^']*)'|(-?[\d.]+))\s*(?:,|\Z)""")
_UNITLESS = frozenset(("opacity", "zIndex", "fontWeight", "lineHeight", "flex", "flexGrow", "order", "zoom"))
_RENAMED = {"className": "class", "htmlFor": "for", "srcSet": "srcset", "colSpan": "colspan", "rowSpan": "rowspan"}
_RENAMED |= {"frameBorder": "frameborder", "allowFullScreen": "allowfullscreen", "autoPlay": "autoplay"}
_QUOTED = re.compile(r"""\"[^"\n]*\"|'[^'\n]*'|`[^`\n]*`|//[^\n]*""")
_MAX_LINES = 500
"""Lines that a statement may have."""


class Tag(NamedTuple):
    """A tag of JSX."""

    name: str
    closes: bool
    """Whether it is an end tag."""
    empty: bool
    """Whether it ends itself."""
    props: dict[str, str]
    """Values that are known, with the names as written; without a value, an empty text."""
    end: int


def imports(text: str) -> dict[str, str]:
    """Return the names that a text imports files under, such as `import plot from './plot.png'`."""
    return {name: path for name, path in _IMPORT.findall(text) if _FILE.search(path)}


def end_of_program(text: str, start: int) -> int:
    """Return where the statement ends that begins at `text[start]`: at the end of a line outside of brackets."""
    depth = 0
    at = start
    for _ in range(_MAX_LINES):
        stop = text.find("\n", at)
        stop = stop if stop >= 0 else len(text)
        line = _QUOTED.sub("", text[at:stop])
        depth += sum(line.count(sign) for sign in "([{") - sum(line.count(sign) for sign in ")]}")
        if stop == len(text):
            return stop
        if depth <= 0 and not line.rstrip().endswith(("=", "=>", ",", "(", "&&", "||", "?", ":", "+")):
            return stop + 1
        at = stop + 1
    return at


def read_tag(text: str, at: int, end: int, files: Mapping[str, str]) -> Tag | None:
    """Return the tag that begins at `text[at]`, None when there is none that ends before `end`."""
    match = _TAG.match(text, at, end)
    if match is None:
        return None
    props = {}
    for name, written in _PROPS.findall(match["props"]):
        value = value_of(written, files) if name != "style" or written[:2] != "{{" else _style(written[2:-2])
        if value is not None:
            props[name] = value
    return Tag(match["name"], bool(match["end"]), bool(match["closed"]), props, match.end())


def value_of(written: str, files: Mapping[str, str]) -> str | None:
    """Return what a value says, None where only a program could tell."""
    if written[:1] != "{":
        return written[1:-1]
    inner = written[1:-1].strip()
    text = _STRING.match(inner)
    if text:
        raw = inner.startswith("String.raw")
        shown = next(group for group in text.groups() if group is not None)
        return shown if raw else re.sub(r"\\(.)", r"\1", shown)
    call = _CALL.match(inner)
    if call:
        return call[1]
    if re.fullmatch(r"-?[\d.]+", inner):
        return inner
    if inner == "true":
        return ""
    return files.get(inner.removesuffix(".src").removesuffix(".default"))


def _style(text: str) -> str:
    """Return a style object as CSS: `marginTop: 4` is `margin-top:4px`."""
    found = []
    for name, double, single, number in _STYLE.findall(text):
        prop = re.sub(r"[A-Z]", lambda letter: f"-{letter[0].lower()}", name)
        unit = "" if name in _UNITLESS or number == "0" else "px"
        found.append(f"{prop}:{double or single or number + unit}")
    return ";".join(found)


def as_html(tag: Tag) -> str:
    """Return the tag of an element of HTML as HTML writes it."""
    if tag.closes:
        return f"</{tag.name}>"
    written = ""
    for name, value in tag.props.items():
        if not re.match(r"on[A-Z]", name) and name not in ("key", "ref"):
            escaped = value.replace("&", "&amp;").replace('"', "&quot;")
            written += f' {_RENAMED.get(name, name.lower())}="{escaped}"'
    return f"<{tag.name}{written}{' /' if tag.empty else ''}>"
