"""Tags of template languages that other generators leave in posts: Liquid, Hugo's shortcodes, Zola's, Hexo's.

What has a meaning without the other generator is rewritten as Markdown or HTML before anything else is read; the rest
is left out with a warning at its place. Nothing is executed. Code and formulas are never looked into, since `{{` is
ordinary TeX, with one exception: `{% raw %}` right inside a code span or fence goes, for the author had to write it.
"""

from __future__ import annotations

import bisect
import datetime as dt
import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from sitegen.markdown import mdx
from sitegen.markdown.containers import PROOFS, THEOREMS
from sitegen.markdown.mathspans import dollars, find_formula
from sitegen.model import PAGE_SCHEME
from sitegen.text import Edit, OffsetMap, rewrite

_STRING = r"""(?:"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`[^`]*+`)"""
_TAG = (
    rf"\{{%-?\s*<?(?P<name>[A-Za-z][\w-]*(?:\.\w+)?)(?P<rest>(?:{_STRING}|[^\"'`%]|%(?!\}}))*?)\s*(?:(?<!-)>)?\s*-?%\}}"
)
_PLAIN_TAG = r"\{%-?\s*<?(?P<name2>/?[A-Za-z][\w-]*)(?P<rest2>(?:[^%\n]|%(?!\}))*?)\s*(?:(?<!-)>)?\s*-?%\}"
_HUGO = (
    r"\{\{(?P<sign>[<%])-?\s*(?P<hugo>/?\s*[A-Za-z][\w/.-]*)"
    rf"(?P<args>(?:{_STRING}|[^\"'`>%]|[>%](?!\}}))*?)/?\s*-?[>%]\}}\}}"
)
_COMMENTED = r"\{\{[<%]/\*.*?\*/[>%]\}\}"
_OUTPUT = rf"\{{\{{-?(?P<output>(?:{_STRING}|[^{{}}\"'`\n])*?)-?\}}\}}"
_INCLUDE = r"\{\{#(?P<mdbook>[a-z_]+)[^{}\n]*\}\}"
_SCAN = re.compile(
    r"(?P<fence>(?:(?<=\n)|\A)[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?:`{3,}|~{3,})[^\n]*)"
    r"|(?P<ticks>`+)|(?P<escape>\\[$`])|(?P<dollar>\$)"
    r"|(?P<begin>\\begin\s*\{(?P<env>\w+\*?)\})|(?P<paren>\\\\?[(\[])"
    r"|(?P<html><(?P<element>code|pre|script|style)\b[^>]*>)|(?P<hidden><!--)"
    r"|(?P<sign>\{[%{#])|(?P<extension>\{:[:/](?:comment|nomarkdown|options)?[^{}\n]{0,200}\})",
    re.DOTALL,
)
_TEMPLATE = re.compile(
    rf"(?P<tag>{_TAG})|(?P<tag2>{_PLAIN_TAG})|(?P<commented>{_COMMENTED})|(?P<shortcode>{_HUGO})"
    rf"|(?P<include>{_INCLUDE})|(?P<print>{_OUTPUT})|(?P<remark>\{{\#-?\s[^\n]*?\#\}})",
    re.DOTALL,
)
_OCCURS = re.compile(r"\{%-?\s*[A-Za-z/]|\{\{[<%#]|\{\{-?\s*[\w\"'.]+[^{}\n]*\}\}|\{#\s|\{::|\{:/")
_MDX = re.compile(
    r"""\s*(?:(?:import\s(?:[^\n]*\sfrom\s)?\s*['"][^'"\n]+['"]|export\s+(?:const|default|let|function)\s[^\n]*)"""
    r""";?[ \t]*(?:\n\s*|\Z))+"""
)
"""What MDX begins with: imports and exports, which show nothing."""
_SCAN_MDX = re.compile(
    rf"(?P<esm>(?:(?<=\n)|\A)(?={mdx.ESM}))|(?P<component></?[A-Z][\w.]*(?=[\s/>]))|(?P<jsx><[a-z][\w-]*(?=\s))"
    rf"|(?P<aside>\{{/\*)|(?P<said>\{{(?=[\"'`]))|{_SCAN.pattern}",
    re.DOTALL,
)
_END_TAG = re.compile(r"\{%-?\s*(?:end_?|</\s*)([\w-]*)\s*>?\s*-?%\}|\{\{[<%]\s*/\s*([\w/.-]+)\s*[>%]\}\}")
_PARAMETER = re.compile(rf"([A-Za-z_][\w-]*)\s*(?:=|:(?!//))\s*({_STRING}|[^\s,\"']+)|({_STRING}|[^\s,()\"']+)")
_LITERAL = re.compile(rf"\s*({_STRING})\s*(\|.*)?\Z", re.DOTALL)
_PATH = re.compile(r"\s*([A-Za-z_][\w.-]*(?:\[[^\]]*\])?)\s*(\|.*)?\Z", re.DOTALL)
_FUNCTION = re.compile(r"\s*[a-z_]\w*(?:\s+\S+)*\s*\Z")
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*\Z", re.DOTALL)
_PAGE_FILE = re.compile(r"\.(?:md|markdown|mdx|qmd|rmd|html?)(?:#.*)?\Z", re.IGNORECASE)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|/|#|\.\.?/")
_LINK_BEFORE = re.compile(r"""(?:\]\(\s*<?|\]:\s*<?|["'=<>}]|\{[^{}\n]*)\Z""")
_LINE_PREFIX = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*\Z")
_MAX_TAG = 4_000
"""Characters that a tag may have; what is longer is no tag."""

_BASES = frozenset(
    """
    site.baseurl site.base_url site.url site.github.url site.root site.path_prefix site.production_url baseurl base_url
    root_url BASE_PATH base_path base.url site.baseURL .Site.BaseURL site.cdn site.static_url SITEURL url_base
    """.split()  # noqa: SIM905 - easier to read than a list
)
"""Variables that stand for the address of the site, which sitegen puts before every address that begins with `/`."""
_RAW = frozenset(["raw", "verbatim", "plain"])
_CODE = {"highlight": "highlight", "codeblock": "codeblock", "code": "code", "mermaid": "mermaid"}
_NOTES = frozenset(
    """
    note notice admonition alert callout hint tip warning info important caution danger details aside message
    details-block expand spoiler example question box
    """.split()  # noqa: SIM905
)
_MATHS = frozenset(
    ["math", "katex", "mathjax", "latex", "tex", "equation", "displaymath", "mathjax/block", "block-math"]
)
_INLINE_MATHS = frozenset(
    ["inlmath", "imath", "inline_math", "inlinemath", "mathi", "im", "m", "mathjax/inline", "inline-math", "imathjax"]
)
_SILENT = frozenset(
    """
    seo feed_meta csrf_token endraw pagebreak fa fas fab icon bi spacer break br newpage video_style sitemap mathjax
    bibliography references
    """.split()  # noqa: SIM905
)
"""Tags that show nothing, or nothing that a page without the other generator could show."""
_JSX_MATHS = frozenset(
    """
    math inlinemath blockmath mathblock mathinline displaymath katex tex inlinetex blocktex latex equation eq mathjax m
    """.split()  # noqa: SIM905
)
_SHORT_MATHS = frozenset(("m", "eq", "tex"))
_FIGURE = re.compile(r"fig|ima?ge?\b|img|picture|photo|graphic|thumbnail|lightbox", re.IGNORECASE)
_SOURCES = (
    "src",
    "path",
    "url",
    "file",
    "filename",
    "image_path",
    "image",
    "img",
    "image_url",
    "imagepath",
    "imageurl",
    "imgsrc",
    "link",
    "name",
    "source",
)
_CAPTIONS = ("caption", "description", "desc", "text", "title")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)\Z", re.IGNORECASE)
_NOTE_FILES = re.compile(r"(?:side|margin|foot)[-_]?note", re.IGNORECASE)
_QUIET_INCLUDES = re.compile(r"math|katex|toc|analytics|comments|disqus|head|script|style|css|js\b", re.IGNORECASE)
_VIDEOS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtubeplayer": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "bilibili": "https://www.bilibili.com/video/{}",
    "gist": "https://gist.github.com/{}",
    "tweet": "https://twitter.com/i/status/{}",
    "twitter": "{}",
    "x": "https://x.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
    "spotify": "https://open.spotify.com/{}",
    "codepen": "https://codepen.io/{}",
    "video": "{}",
    "audio": "{}",
    "pdf": "{}",
}
"""What is shown elsewhere, with the address it has there."""


_SHORT_THEOREMS = {"thm": "theorem", "lem": "lemma", "prop": "proposition", "cor": "corollary", "defn": "definition"}
_SHORT_THEOREMS |= {"defi": "definition", "rem": "remark", "rmk": "remark"}
_JSX = frozenset(("esm", "component", "jsx", "aside", "said"))


_THEOREM = re.compile(
    rf"^[ \t]*\\begin\{{(?P<name>{'|'.join([*sorted(THEOREMS | PROOFS), *_SHORT_THEOREMS])})[*_]?\}}", re.MULTILINE
)
_THEOREM_HEAD = re.compile(
    r"(?:[ \t]*\\label\{(?P<label>[\w:.-]+)\})?(?:[ \t]*\[(?P<title>(?:[^\[\]\n]|\[[^\[\]\n]*\])*)\])?"
    r"(?:\s*\\label\{(?P<label2>[\w:.-]+)\})?[ \t]*"
)
_THEOREM_REFERENCE = re.compile(
    rf"(?:\b(?:{'|'.join(sorted(THEOREMS))})[ ~]\s*)?\\(?:[cC]ref|autoref|i?ref)\{{(?P<label>[\w:.-]+)\}}",
    re.IGNORECASE,
)


def _theorem_name(environment: str) -> str:
    """Return the kind of a theorem-like environment of LaTeX, empty for any other."""
    name = environment.rstrip("*_").lower()
    name = _SHORT_THEOREMS.get(name, name)
    return name if name in THEOREMS or name in PROOFS else ""


class Problem(NamedTuple):
    """Something to tell the author: code, message, range in the source, hint."""

    code: str
    message: str
    start: int
    end: int
    hint: str = ""


@dataclass(slots=True)
class Expanded:
    """A source without tags of templates."""

    text: str
    offsets: OffsetMap
    problems: list[Problem] = field(default_factory=list)


class _Parameters(NamedTuple):
    named: dict[str, str]
    words: list[str]

    def first(self, *names: str) -> str:
        return next((self.named[name] for name in names if self.named.get(name)), "")


def occur(text: str, path: str = "") -> bool:
    """Tell whether there may be tags of templates in `text`, the body of the post at `path`."""
    if path.endswith(".mdx") or text.lstrip()[:7] in {"import ", "export "}:
        return True
    if "\\begin{" in text and _THEOREM.search(text):
        return True
    return ("{%" in text or "{{" in text or "{#" in text or "{:" in text) and _OCCURS.search(text) is not None


def expand(source: str, path: str = "", values: Mapping[str, str] | None = None) -> Expanded:
    """Return `source` with every tag rewritten or left out. Pure; never raises for bad input.

    `values` are what variables such as `page.title` and `site.title` stand for.
    """
    work = _Work(source, values or {}, jsx=path.endswith(".mdx") or _MDX.match(source) is not None)
    work.run()
    edits = sorted(work.edits, key=lambda edit: (edit.start, edit.end))
    text, offsets = rewrite(source, _disjoint(edits))
    return Expanded(text, offsets, work.problems)


def _disjoint(edits: list[Edit]) -> Iterator[Edit]:
    end = 0
    for edit in edits:
        if edit.start >= end:
            yield edit
            end = edit.end


class _Work:
    """One pass over a source."""

    def __init__(self, source: str, values: Mapping[str, str], *, jsx: bool = False) -> None:
        self.source = source
        self.values = values
        self.scan = _SCAN_MDX if jsx else _SCAN
        self.files = mdx.imports(source) if jsx else {}
        self.edits: list[Edit] = []
        self.problems: list[Problem] = []
        self.variables: dict[str, str] = {}
        self.open: list[tuple[str, str, int]] = []
        """Paired tags that are open: name, what the end tag becomes, offset of the start tag's edit."""
        self.passed: list[tuple[int, int]] = []
        """Ranges that were not looked into, such as code, and those of tags, in order."""
        self.labels: set[str] = set()
        """Of theorems in LaTeX's spelling."""
        self._breaks: list[int] | None = None
        self._end_tags: dict[str, list[re.Match[str]]] | None = None

    def run(self) -> None:
        at = 0
        while match := self.scan.search(self.source, at):
            at = self._mark(match) if self.scan is _SCAN or match.lastgroup not in _JSX else self._jsx(match)
            if at > match.end():
                self.passed.append((match.start(), at))
        if self.labels:
            self._references()
        for name, _, index in self.open:
            edit = self.edits[index]
            hint = "close it, or remove the tag"
            self.problems.append(Problem("templating/unclosed", f"nothing ends “{name}”", edit.start, edit.end, hint))

    def edit(self, start: int, end: int, replacement: str) -> None:
        self.edits.append(Edit(start, end, replacement))

    def _mark(self, match: re.Match[str]) -> int:
        """Handle one sign; return where to go on."""
        start, end = match.span()
        if match["fence"] is not None:
            return self._fence(start, end)
        if match["ticks"] is not None:
            return self._code_span(match)
        if match["dollar"] is not None:
            return self._formula(start)
        if match["begin"] is not None and (kind := _theorem_name(match["env"])) and self._begins_line(start):
            return self._theorem(match, kind)
        if match["begin"] is not None:
            close = self.source.find(f"\\end{{{match['env']}}}", end)
            return close if close >= 0 else end
        if match["paren"] is not None:
            sign = match["paren"]
            close = self.source.find(sign[:-1] + (")" if sign[-1] == "(" else "]"), end, self._paragraph_end(end))
            return close if close >= 0 else end
        if match["html"] is not None:
            close = self.source.find(f"</{match['element']}", end)
            return close if close >= 0 else end
        if match["hidden"] is not None:
            return self._comment(end)
        if match["sign"] is not None:
            found = _TEMPLATE.match(self.source, start, min(len(self.source), start + _MAX_TAG))
            return start + 1 if found is None else self._template(found)
        if match["extension"] is not None:
            return self._extension(match)
        return end

    def _template(self, match: re.Match[str]) -> int:
        start, end = match.span()
        if match["tag"] is not None or match["tag2"] is not None:
            return self._tag(match)
        if match["shortcode"] is not None:
            return self._shortcode(match)
        if match["commented"] is not None:
            inner = self.source[start + 4 : end - 4] if end - start > 8 else ""
            self.edit(start, end, f"`{{{{{match.group()[2]}{inner.strip('*/ ')}{match.group()[2]}}}}}`")
            return end
        if match["include"] is not None:
            self._unknown(f"{{{{#{match['mdbook']} …}}}}", start, end)
            return end
        if match["print"] is not None:
            return self._print(match)
        self.edit(start, end, "")
        return end

    # -- LaTeX

    def _theorem(self, match: re.Match[str], kind: str) -> int:
        """Rewrite `\\begin{theorem}[Title]\\label{a} … \\end{theorem}` as a div of that name."""
        start, end = match.span()
        source, name = self.source, match["env"]
        close = source.find(f"\\end{{{name}}}", end)
        if close < 0:
            return end
        head = _THEOREM_HEAD.match(source, end)
        assert head is not None  # all of it may be missing
        label = head["label"] or head["label2"]
        opening = f"::: {kind}" + (f" {' '.join(head['title'].split())}" if (head["title"] or "").strip() else "")
        if label or name[-1] in "*_":
            opening += f" {{{f'#{label}' if label else ''}{' .unnumbered' if name[-1] in '*_' else ''}}}"
        stop = head.end()
        self.edit(start, stop, opening + ("" if source[stop : stop + 1] in ("\n", "") else "\n\n"))
        after = close + len(name) + 6
        before = "" if self._begins_line(close) else "\n\n"
        self.edit(close, after, f"{before}:::" + ("" if source[after : after + 1] in ("\n", "") else "\n\n"))
        if label:
            self.labels.add(label)
        return stop

    def _references(self) -> None:
        """Lead `Theorem \\ref{a}` to the block that has the label."""
        for match in _THEOREM_REFERENCE.finditer(self.source):
            before = bisect.bisect_right(self.passed, (match.start(), len(self.source))) - 1
            if match["label"] in self.labels and (before < 0 or self.passed[before][1] <= match.start()):
                self.edit(*match.span(), f"[](#{match['label']})")

    # -- MDX

    def _jsx(self, match: re.Match[str]) -> int:
        """Handle what only MDX has; return where to go on."""
        start, end = match.span()
        source = self.source
        if match["esm"] is not None:
            stop = mdx.end_of_program(source, start)
            self.edit(start, stop, "")
            return max(stop, start + 1)
        if match["aside"] is not None:
            close = source.find("*/}", end)
            if close >= 0:
                self.edit(start, close + 3, "")
            return close + 3 if close >= 0 else end
        if match["said"] is not None:
            close = source.find("}", end, start + _MAX_TAG)
            text = mdx.value_of(source[start : close + 1], self.files) if close >= 0 else None
            if text is not None:
                self.edit(start, close + 1, text)
            return close + 1 if text is not None else end
        tag = mdx.read_tag(source, start, min(len(source), start + _MAX_TAG), self.files)
        if tag is None or (tag.name.isupper() and len(tag.name) > 1):
            return end
        if match["jsx"] is not None:
            written = source[start : tag.end]
            if "={" in written or "{..." in written or "className" in written:
                self.edit(start, tag.end, mdx.as_html(tag))
            return tag.end
        return self._component(tag, start)

    def _component(self, tag: mdx.Tag, start: int) -> int:
        """Rewrite a component that has a meaning; of others only what is in them stays."""
        name, end = tag.name, tag.end
        if tag.closes:
            if any(each[0] == f"<{name}" for each in self.open):
                return self._close(f"<{name}", start, end, f"</{name}>")
            return end
        close = -1 if tag.empty else self.source.find(f"</{name}>", end)
        if close < 0 and not tag.empty:
            return end
        stop = end if tag.empty else close + len(name) + 3
        content = self.source[end : max(end, close)]
        parameters = _Parameters({key.lower(): value for key, value in tag.props.items()}, [])
        kind = name.rpartition(".")[2].lower()
        if kind in _JSX_MATHS:
            tex = parameters.first("math", "tex", "expression", "formula", "code", "value", "latex")
            tex = (
                tex or mdx.value_of(content.strip(), self.files) or "" if content.strip()[:1] == "{" else tex or content
            )
            shown = "block" in kind or kind.startswith("display") or kind == "equation"
            sign = "$$" if shown or {"block", "display", "displaymode"} & set(parameters.named) else "$"
            if tex.strip():
                self.edit(start, stop, f"{sign}{tex.strip()}{sign}")
                return stop
        picture = parameters.first(*_SOURCES)
        if picture and (_FIGURE.search(kind) or _PICTURE.search(picture)):
            caption = content if content.strip() and not content.lstrip().startswith("<") else ""
            named = {"caption": caption, **parameters.named} if caption else parameters.named
            self._figure(_Parameters(named, []), start, stop, rooted=False)
            return stop
        if tag.empty:
            if not self._standalone(kind, parameters, start, end, hugo=True):
                self._unknown(f"<{name} />", start, end)
            return end
        address = parameters.first("to", "href")
        if kind in _NOTES and ("\n" in content or self._begins_line(start)):
            self._note(kind, parameters, start, end)
            self.open[-1] = (f"<{name}", *self.open[-1][1:])
        elif address and kind in {"link", "a", "navlink", "outboundlink", "externallink"}:
            self.edit(start, end, f'<a href="{html.escape(address)}">')
            self.open.append((f"<{name}", "</a>", len(self.edits) - 1))
        else:
            if kind != "fragment":
                hint = "its text stays; write what it showed in Markdown or HTML"
                message = f"the component <{name}> means nothing here, so its tags were left out"
                self.problems.append(Problem("templating/unknown", message, start, end, hint))
            self.edit(start, end, "")
            self.open.append((f"<{name}", "", len(self.edits) - 1))
        return end

    # -- what is not looked into

    def _fence(self, start: int, end: int) -> int:
        line = self.source[start:end]
        mark = re.search(r"`{3,}|~{3,}", line)
        assert mark is not None
        if mark.group()[0] == "`" and "`" in line[mark.end() :]:
            return start + mark.end()
        sign = mark.group()
        close = re.compile(rf"\n[ \t>]*{sign}{sign[0]}*[ \t]*(?=\n|\Z)").search(self.source, end)
        stop = close.start() if close else len(self.source)
        self._bare_raw(end, stop)
        return close.end() if close else stop

    def _code_span(self, match: re.Match[str]) -> int:
        ticks = match.group()
        limit = self._paragraph_end(match.end())
        close = re.compile(rf"(?<!`){ticks}(?!`)").search(self.source, match.end(), limit)
        if close is None:
            return match.end()
        self._bare_raw(match.end(), close.start())
        return close.end()

    def _bare_raw(self, start: int, end: int) -> None:
        """Take away the `{% raw %}` and `{% endraw %}` that enclose all of a piece of code."""
        code = self.source[start:end]
        if "raw" not in code:
            return
        opening = re.match(r"\s*(\{%-?\s*raw\s*-?%\})[ \t]*\n?", code)
        closing = re.search(r"\n?(\{%-?\s*endraw\s*-?%\})\s*\Z", code)
        if opening and closing and closing.start() >= opening.end() and code.count("endraw") == 1:
            newline = 1 if opening.group().endswith("\n") else 0
            self.edit(start + opening.start(1), start + opening.end(1) + newline, "")
            self.edit(start + closing.start(), start + closing.end(1), "")

    def _formula(self, at: int) -> int:
        limit = self._paragraph_end(at)
        found = find_formula(self.source, at, limit)
        if found is not None:
            return found.end
        run = dollars(self.source, at, limit)
        if run == 2:
            close = self.source.find("$$", at + 2, at + 2 + _MAX_TAG)
            line = self.source.rfind("\n", 0, at) + 1
            if close >= 0 and not self.source[line:at].strip():
                return close + 2  # a display with a blank line in it
        return at + run

    def _comment(self, at: int) -> int:
        """Look into an HTML comment only for tags that are open across it."""
        close = self.source.find("-->", at)
        if close < 0:
            return at
        for match in re.finditer(r"\{%-?\s*(?:end)?raw\s*-?%\}", self.source[at:close]):
            self.edit(at + match.start(), at + match.end(), "")
        return close + 3

    def _paragraph_end(self, at: int) -> int:
        if self._breaks is None:
            self._breaks = [match.start() for match in re.finditer(r"\n[ \t>]*\n", self.source)]
        index = bisect.bisect_left(self._breaks, at)
        return self._breaks[index] if index < len(self._breaks) else len(self.source)

    # -- outputs

    def _print(self, match: re.Match[str]) -> int:
        start, end = match.span()
        inner = match["output"]
        call = _CALL.match(inner)
        if call:
            parameters = _parameters(call[2])
            if self._standalone(call[1].lower(), parameters, start, end, hugo=True):
                return end
        value = self.value(inner, start, end)
        if value is not None:
            self.edit(start, end, value)
        elif call or _PATH.match(inner) or (_FUNCTION.match(inner) and self._alone(start, end)):
            self._unknown(" ".join(match.group().split()), start, end)
        return end

    def _alone(self, start: int, end: int) -> bool:
        """Tell whether a tag has its line for itself."""
        stop = self.source.find("\n", end)
        return self._begins_line(start) and not self.source[end : stop if stop >= 0 else len(self.source)].strip()

    def value(self, inner: str, start: int, end: int) -> str | None:
        """Return what an output shows; None where that cannot be known."""
        literal = _LITERAL.match(inner)
        if literal:
            text = _unquoted(literal[1])
            filters = literal[2] or ""
            if re.search(
                r"relative_url|absolute_url|baseurl|base_url|url_for|site\.url|relURL|absURL|\burl\b", filters
            ):
                return text if _ABSOLUTE.match(text) else f"/{text}"
            return text
        path = _PATH.match(inner)
        if path is None:
            return None
        known = self.variables.get(path[1])
        if known is None and path[1].startswith(("page.", "site.")):
            known = self.values.get(path[1].lower())
        if known is not None or (path[2] and "default" in path[2] and path[1] not in _BASES):
            return _filtered(known or "", path[2] or "")
        if path[1] in _BASES:
            following = self.source[end : end + 1]
            inside = _LINK_BEFORE.search(self.source[max(0, start - 200) : start]) is not None
            if not inside and not (following and not following.isspace() and following not in ".,;)"):
                return None
            return "" if following in {"/", "{"} else "/"
        if path[1].lower() in {"toc", "page.toc", "content.toc"}:
            return "[TOC]"
        return None

    def _unknown(self, shown: str, start: int, end: int) -> None:
        self.edit(start, end, "")
        hint = "write what it stood for, or put it between backticks if the tag itself is meant"
        self.problems.append(
            Problem("templating/unknown", f"{shown} means nothing here, so it was left out", start, end, hint)
        )

    def _inside(self, text: str) -> str:
        """Return the value of a parameter with the outputs in it filled in."""
        if "{{" not in text:
            return text
        return re.sub(
            r"\{\{(.*?)\}\}", lambda m: self.value(m[1], 0, 0) or ("" if m[1].strip() in _BASES else m[0]), text
        )

    # -- tags

    def _tag(self, match: re.Match[str]) -> int:
        name = match["name"] or match["name2"]
        rest = match["rest"] if match["name"] else match["rest2"]
        start, end = match.span()
        lower = name.lower()
        if lower in _RAW:
            return self._raw(lower, start, end)
        if lower == "comment":
            close = re.compile(r"\{%-?\s*endcomment\s*-?%\}").search(self.source, end)
            stop = close.end() if close else end
            self.edit(start, stop, "")
            return stop
        if lower in {"assign", "set"}:
            return self._assign(rest, start, end)
        if lower == "capture":
            close = re.compile(r"\{%-?\s*endcapture\s*-?%\}").search(self.source, end)
            if close:
                captured = self._inside(self.source[end : close.start()].strip())
                if "{{" in captured or "{%" in captured:
                    self._unknown(f"{{% capture {rest.strip()} %}}", start, close.end())
                else:
                    self.variables[rest.strip()] = captured
                    self.edit(start, close.end(), "")
                return close.end()
        parameters = _parameters(_CALL.sub(r"\2", name + rest) if rest.lstrip().startswith("(") else rest)
        parameters = _Parameters({key: self._inside(v) for key, v in parameters.named.items()}, parameters.words)
        if lower.startswith("/"):
            return self._close(lower[1:], start, end, f"{{% <{name}> %}}")
        if lower == "end" or lower.startswith("end"):
            return self._close(lower.removeprefix("end").lstrip("_-"), start, end, f"{{% {name} %}}")
        return self._open(
            lower, parameters, rest, start, end, f"{{% {name} … %}}" if rest.strip() else f"{{% {name} %}}"
        )

    def _shortcode(self, match: re.Match[str]) -> int:
        name = match["hugo"].replace(" ", "").lower()
        start, end = match.span()
        sign = match["sign"]
        shown = f"{{{{{sign} {name} {'>' if sign == '<' else '%'}}}}}"
        if name.startswith("/"):
            return self._close(name[1:], start, end, shown)
        parameters = _parameters(match["args"])
        if match.group().rstrip("}").rstrip(">%").rstrip().endswith("/") and name in _NOTES | _MATHS:
            parameters = parameters._replace(words=[word for word in parameters.words if word != "/"])
        return self._open(name, parameters, match["args"], start, end, shown, hugo=True)

    def _open(
        self, name: str, parameters: _Parameters, rest: str, start: int, end: int, shown: str, *, hugo: bool = False
    ) -> int:
        if name in _MATHS or name in _INLINE_MATHS:
            return self._math(name, parameters, start, end, shown)
        if name in _CODE:
            return self._code(name, parameters, start, end, shown)
        if name in {"param", "meta"} and parameters.words:
            known = self.values.get(f"page.{parameters.words[0].lower()}")
            if known is not None:
                self.edit(start, end, known)
                return end
        if name in {"rawhtml", "html", "unsafe"}:
            return self._pair(name, "", "", start, end, shown)
        if name in _NOTES and self._ends(name, end):
            return self._note(name, parameters, start, end)
        if self._standalone(name, parameters, start, end, hugo=hugo):
            return end
        if self._ends(name, end):
            self._unknown(shown, start, end)
            self.open.append((name, "", len(self.edits) - 1))
            return end
        self._unknown(shown, start, end)
        return end

    def _ends(self, name: str, at: int) -> re.Match[str] | None:
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

    def _close(self, name: str, start: int, end: int, shown: str) -> int:
        for index in range(len(self.open) - 1, -1, -1):
            if self.open[index][0] == name or not name:
                closing = self.open[index][1]
                del self.open[index:]
                self.edit(start, end, closing)
                return end
        if name in _RAW or name in _SILENT:
            self.edit(start, end, "")
        else:
            self._unknown(shown, start, end)
        return end

    def _pair(self, name: str, opening: str, closing: str, start: int, end: int, shown: str) -> int:
        if self._ends(name, end) is None:
            self._unknown(shown, start, end)
            return end
        self.edit(start, end, opening)
        self.open.append((name, closing, len(self.edits) - 1))
        return end

    def _raw(self, name: str, start: int, end: int) -> int:
        close = re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}").search(self.source, end)
        self.edit(start, end, "")
        if close is None:
            return end
        self.edit(close.start(), close.end(), "")
        return close.end()

    def _assign(self, rest: str, start: int, end: int) -> int:
        name, _, value = rest.partition("=")
        found = self.value(value, start, end)
        if found is not None:
            self.variables[name.strip()] = found
            self.edit(start, end, "")
        else:
            self._unknown(f"{{% assign {name.strip()} … %}}", start, end)
        return end

    def _math(self, name: str, parameters: _Parameters, start: int, end: int, shown: str) -> int:
        close = self._ends(name, end)
        if close is None:
            if name in _SILENT:
                self.edit(start, end, "")
            else:
                self._unknown(shown, start, end)
            return end
        content = self.source[end : close.start()]
        flags = {*parameters.words, *(f"{key}={value}" for key, value in parameters.named.items())}
        inline = name in _INLINE_MATHS or bool(flags & {"block=false", "display=false", "inline", "inline=true"})
        if (
            name == "katex"
            and not flags & {"block=true", "display", "display=true"}
            and "\n" not in content.strip(" \t")
        ):
            inline = True
        if inline:
            blank = len(content) - len(content.lstrip()), len(content.rstrip())
            self.edit(start, end + blank[0], "$")
            self.edit(end + max(blank), close.end(), "$")
        elif flags & {"display", "display=true", "block", "block=true"} and not self._begins_line(start):
            self.edit(start, end, "\\begin{displaymath}")
            self.edit(close.start(), close.end(), "\\end{displaymath}")
        else:
            self.edit(start, end, "$$")
            self.edit(close.start(), close.end(), "$$")
        return close.end()

    def _code(self, name: str, parameters: _Parameters, start: int, end: int, shown: str) -> int:
        close = self._ends(name, end)
        if close is None:
            self._unknown(shown, start, end)
            return end
        content = self.source[end : close.start()]
        language = parameters.first("lang", "language") or next(
            (word for word in parameters.words if re.fullmatch(r"[\w+#.-]+", word) and word != "linenos"), ""
        )
        if name == "mermaid":
            language = "mermaid"
        runs = [len(run) for run in re.findall(r"`{3,}", content)]
        fence = "`" * max([2, *runs]) + "`"
        line = self.source.rfind("\n", 0, start) + 1
        prefix = self.source[line:start]
        alone = _LINE_PREFIX.match(prefix) is not None
        indent = re.sub(r"[^ \t>]", " ", prefix) if alone else ""
        title = parameters.first("title", "caption", "filename")
        info = language + (f' title="{title}"' if title else "")
        opening = ("" if alone else "\n\n") + fence + info
        if not content.lstrip(" \t").startswith("\n"):
            opening += f"\n{indent}"
        self.edit(start, end, opening)
        last = content.rpartition("\n")[2]
        closing = fence if not last.strip(" \t>") else f"\n{indent}{fence}"
        after = self.source[close.end() : close.end() + 1]
        self.edit(close.start(), close.end(), closing + ("\n" if after not in {"\n", ""} else ""))
        return close.end()

    def _note(self, name: str, parameters: _Parameters, start: int, end: int) -> int:
        words = list(parameters.words)
        kind = parameters.first("type", "kind", "level", "class", "style")
        if not kind and name in {"note", "notice", "admonition", "alert", "callout", "hint", "box", "message"}:
            kind = words.pop(0) if words and re.fullmatch(r"[a-z-]+", words[0]) else ""
        kind = kind or (name if name not in {"notice", "admonition", "callout", "box"} else "note")
        title = parameters.first("title", "summary", "caption", "heading") or " ".join(words)
        folded = parameters.first("open") == "false" or name in {"details", "expand", "spoiler"}
        kind = "details" if folded else kind.split()[0]
        self._own_line(start, end, f"::: {kind} {title}".rstrip())
        self.open.append((name, "\n\n:::\n\n", len(self.edits) - 1))
        return end

    def _own_line(self, start: int, end: int, text: str) -> None:
        before = "" if self._begins_line(start) else "\n\n"
        after = "" if self.source[end : end + 1] in {"\n", ""} else "\n\n"
        self.edit(start, end, before + text + after)

    def _begins_line(self, start: int) -> bool:
        return not self.source[self.source.rfind("\n", 0, start) + 1 : start].strip()

    # -- tags that stand for something by themselves

    def _standalone(self, name: str, parameters: _Parameters, start: int, end: int, *, hugo: bool = False) -> bool:
        """Rewrite a tag that has no end; tell whether it has a meaning."""
        words = parameters.words
        handler = _STANDALONE.get(name)
        if handler is not None:
            replacement = handler(parameters)
        elif name in {"include", "include_cached", "include_relative", "partial"}:
            return self._included(parameters, start, end)
        elif (_FIGURE.search(name) or _PICTURE.search(parameters.first("src", "path"))) and (
            parameters.first(*_SOURCES) or words
        ):
            self._figure(parameters, start, end, rooted=not hugo and name not in {"asset_img", "asset_image"})
            return True
        elif _NOTE_FILES.search(name):
            text = parameters.first("note", "text", "content") or (words[-1] if words else "")
            replacement = _inline_note(text)
        elif name in _VIDEOS:
            replacement = _elsewhere(name, parameters)
        elif name in _SILENT:
            replacement = ""
        else:
            return False
        if replacement is None:
            return False
        self.edit(start, end, replacement)
        return True

    def _included(self, parameters: _Parameters, start: int, end: int) -> bool:
        words = parameters.words
        if not words:
            return False
        file = words[0]
        named = {
            key: self.variables.get(value, value) if re.fullmatch(r"[A-Za-z_]\w*", value) else value
            for key, value in parameters.named.items()
        }
        parameters = _Parameters(named, words[1:])
        stem = file.rpartition("/")[2].partition(".")[0].lower()
        if _NOTE_FILES.search(file):
            note = parameters.first("note", "text", "content", "description")
            if note:
                self.edit(start, end, _inline_note(note))
                return True
        if stem in _VIDEOS and (parameters.first("id", "src", "url") or parameters.words):
            self.edit(start, end, _elsewhere(stem, parameters) or "")
            return True
        if stem in {"toc", "table-of-contents"}:
            self.edit(start, end, "[TOC]")
            return True
        source = parameters.first(*_SOURCES)
        if source and (_FIGURE.search(file) or _PICTURE.search(source)):
            self._figure(parameters, start, end, rooted=True)
            return True
        if not parameters.named and _QUIET_INCLUDES.search(file):
            self.edit(start, end, "")
            return True
        self._unknown(f"{{% include {file} %}}", start, end)
        return True

    def _figure(self, parameters: _Parameters, start: int, end: int, *, rooted: bool) -> None:
        words = list(parameters.words)
        named = parameters.first(*_SOURCES)
        if not named and any(re.search(r"[/.]", word) for word in words):
            # Octopress: {% img [class names] /path/to/image [width [height]] [title text] %}
            while not re.search(r"[/.]", words[0]):
                words.pop(0)
        source = named or (words.pop(0) if words else "")
        sizes = dict(zip(("width", "height"), takewhile(str.isdecimal, () if named else words), strict=False))
        words = words[len(sizes) :]
        if rooted and not _ABSOLUTE.match(source):
            source = f"/{source}"
        caption = parameters.first(*_CAPTIONS) or " ".join(words)
        alt = parameters.first("alt", "alttext") or " ".join(
            re.sub(r"<[^>]*>|[*`$]|\]\([^)]*\)|\[", "", caption).split()
        )
        attributes = {"src": source, "alt": alt}
        for key in ("width", "height"):
            value = parameters.first(key, f"max-{key}", f"max_{key}") or sizes.get(key, "")
            if value and re.fullmatch(r"[\d.]+(?:px|%|em|rem|vw)?", value):
                attributes[key] = value
        line = self.source.rfind("\n", 0, start) + 1
        stop = self.source.find("\n", end)
        rest = self.source[end : stop if stop >= 0 else len(self.source)].strip()
        before = self.source[line:start]
        if (before.strip() and not _LINE_PREFIX.match(before) and not before.strip().startswith("<")) or (
            rest and not rest.startswith("<")
        ):
            title = caption.replace('"', "'")
            self.edit(start, end, f'![{alt}](<{source}> "{title}")' if title else f"![{alt}](<{source}>)")
            return
        image = "<img" + "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items()) + ">"
        link = parameters.first("href", "link") if parameters.first("src", "path", "url") else ""
        if link:
            image = f'<a href="{html.escape(link)}">{image}</a>'
        ident = parameters.first("id")
        classes = parameters.first("class", "class_", "figclass")
        shown = f' id="{html.escape(ident)}"' if ident else ""
        shown += f' class="{html.escape(classes)}"' if classes else ""
        written = f"<figure{shown}>{image}"
        if caption:
            written += f'<figcaption markdown="span">{" ".join(caption.split())}</figcaption>'
        attribution = parameters.first("attr")
        if attribution:
            written = f"{written}<p>{html.escape(attribution)}</p>"
        following = self.source[stop + 1 : stop + 200].lstrip(" \t") if stop >= 0 else ""
        self.edit(start, end, f"{written}</figure>" + ("\n" if following[:1] not in {"", "\n", "<", "{"} else ""))

    # -- kramdown

    def _extension(self, match: re.Match[str]) -> int:
        start, end = match.span()
        text = match.group()
        if text.startswith("{::comment"):
            close = re.compile(r"\{:/(?:comment)?\}").search(self.source, end)
            stop = close.end() if close else end
            self.edit(start, stop, "")
            return stop
        if text.startswith(("{::nomarkdown", "{::options", "{:/")):
            self.edit(start, end, "")
        return end


_FILTER = re.compile(rf"\|\s*(\w+)\s*(?::\s*((?:{_STRING}|[^|\"'])*))?")
_FILTERS: dict[str, Callable[[str, list[str]], str]] = {
    "default": lambda value, given: value or "".join(given[:1]),
    "append": lambda value, given: value + "".join(given[:1]),
    "prepend": lambda value, given: "".join(given[:1]) + value,
    "replace": lambda value, given: value.replace(given[0], given[1]) if len(given) > 1 else value,
    "upcase": lambda value, given: value.upper(),
    "downcase": lambda value, given: value.lower(),
    "capitalize": lambda value, given: value[:1].upper() + value[1:],
    "strip": lambda value, given: value.strip(),
    "escape": lambda value, given: html.escape(value),
    "date": lambda value, given: _dated(value, "".join(given[:1])),
}
"""Liquid's filters that a value of a post may need; all others change nothing."""


def _filtered(value: str, filters: str) -> str:
    for name, given in _FILTER.findall(filters):
        if name in _FILTERS:
            value = _FILTERS[name](value, [_unquoted(each) for each in re.findall(_STRING, given)])
    return value


def _dated(value: str, form: str) -> str:
    """Return a date as a form such as `%B %d, %Y` says, the value itself where it is none."""
    try:
        date = dt.datetime.fromisoformat(value)
    except ValueError:
        return value
    return date.strftime(form.replace("%-d", str(date.day)).replace("%-m", str(date.month))) if form else value


def _parameters(text: str) -> _Parameters:
    named: dict[str, str] = {}
    words: list[str] = []
    for match in _PARAMETER.finditer(text):
        if match[1]:
            named[match[1].lower()] = _unquoted(match[2])
        elif match[3] not in {"/", ","}:
            words.append(_unquoted(match[3]))
    return _Parameters(named, words)


def _unquoted(text: str) -> str:
    if text[:1] in {'"', "'"} and text[-1:] == text[:1] and len(text) > 1:
        return re.sub(r"\\([\"'])", r"\1", text[1:-1])
    return text[1:-1] if text[:1] == "`" and text[-1:] == "`" and len(text) > 1 else text


def _inline_note(text: str) -> str:
    return f"^[{' '.join(text.split())}]" if text.strip() else ""


def _elsewhere(name: str, parameters: _Parameters) -> str | None:
    """Return a link to what another site shows."""
    ident = parameters.first("id", "src", "url", "file") or (parameters.words[-1] if parameters.words else "")
    if name in {"gist", "codepen"} and len(parameters.words) > 1:
        ident = "/".join(parameters.words[:2])
    if not ident:
        return None
    address = ident if re.match(r"https?:", ident) else _VIDEOS[name].format(ident)
    shown = parameters.first("title", "caption") or re.sub(r"\Ahttps?://(?:www\.)?", "", address)
    return f"[{shown}](<{address}>)"


def _by_name(parameters: _Parameters) -> str | None:
    """Return the address of a page that is named: a page of this site, or a file."""
    name = parameters.first("path", "page") or (parameters.words[0] if parameters.words else "")
    if not name:
        return None
    return f"{PAGE_SCHEME}{name}"


def _linked_file(parameters: _Parameters) -> str | None:
    name = parameters.words[0] if parameters.words else ""
    if not name:
        return None
    return f"{PAGE_SCHEME}{name}" if _PAGE_FILE.search(name) else f"/{name.lstrip('/')}"


def _post_link(parameters: _Parameters) -> str | None:
    if not parameters.words:
        return None
    name, *text = parameters.words
    return f"[{' '.join(text) or name}](<{PAGE_SCHEME}{name}>)"


def _asset_link(parameters: _Parameters) -> str | None:
    if not parameters.words:
        return None
    name, *text = parameters.words
    return f"[{' '.join(text) or name}](<{name}>)"


def _cited(parameters: _Parameters) -> str | None:
    keys = [key for word in parameters.words for key in word.split(",") if key]
    return f"[{'; '.join('@' + key for key in keys)}]" if keys else None


_STANDALONE: dict[str, Callable[[_Parameters], str | None]] = {
    "post_url": _by_name,
    "link": _linked_file,
    "ref": _by_name,
    "relref": _by_name,
    "post_path": _by_name,
    "post_link": _post_link,
    "asset_link": _asset_link,
    "asset_path": lambda parameters: parameters.words[0] if parameters.words else None,
    "cite": _cited,
    "citep": _cited,
    "citet": _cited,
    "toc": lambda parameters: "[TOC]",
    "tableofcontents": lambda parameters: "[TOC]",
    "newthought": lambda parameters: " ".join(parameters.words),
    "more": lambda parameters: "<!--more-->",
    "truncate": lambda parameters: "<!--more-->",
    "kbd": lambda parameters: f"<kbd>{html.escape(' '.join(parameters.words))}</kbd>",
}
"""Tags that stand for a text that their parameters say."""
