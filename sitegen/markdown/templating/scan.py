"""One pass over a source: what is looked into, and which tag is whose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sitegen.markdown.mathspans import dollars, find_formula
from sitegen.markdown.templating import components, latex, mdx, outlines, standalone, theorems, values
from sitegen.markdown.templating.blocks import MATHS, NOTES, open_tag, raw
from sitegen.markdown.templating.draft import MAX_TAG, RAW, STRING, Draft, Parameters, Problem, parameters
from sitegen.markdown.templating.theorems import theorem_name
from sitegen.markdown.templating.values import PATH
from sitegen.text import Edit, OffsetMap, rewrite

_END = r"(?<!\s)\s*+(?:(?<!-)>\s*+)?-?%\}"
_TAG = rf"\{{%-?\s*<?(?P<name>@?[A-Za-z][\w-]*(?:[./]\w[\w-]*)?)(?P<rest>(?:{STRING}|[^\"'`%]|%(?!\}}))*?){_END}"
_PLAIN_TAG = rf"\{{%-?\s*<?(?P<name2>/?[A-Za-z][\w-]*)(?P<rest2>(?:[^%\n]|%(?!\}}))*?){_END}"
_HUGO = (
    r"\{\{(?P<sign>[<%])-?\s*(?P<hugo>/?\s*[A-Za-z][\w/.-]*)"
    rf"(?P<args>(?:{STRING}|[^\"'`>%]|[>%](?!\}}))*?)/?\s*-?[>%]\}}\}}"
)
_COMMENTED = r"\{\{[<%]/\*.*?\*/[>%]\}\}"
_OUTPUT = rf"\{{\{{-?(?P<output>(?:{STRING}|[^{{}}\"'`\n])*?)-?\}}\}}"
_INCLUDE = r"\{\{#(?P<mdbook>[a-z_]+)[^{}\n]*\}\}"
_SCAN = re.compile(
    r"(?P<fence>(?:(?<=\n)|\A)[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?:`{3,}|~{3,})[^\n]*)"
    r"|(?P<ticks>`+)|(?P<escape>\\[$`])|(?P<dollar>\$)"
    r"|(?P<begin>\\begin\s*\{(?P<env>\w+\*?)\})|(?P<paren>\\\\?[(\[])"
    r"|(?P<html><(?P<element>code|pre|script|style)\b[^>]*>)|(?P<hidden><!--)"
    rf"|{latex.COMMAND}"
    r"|(?P<sign>\{[%{#])|(?P<extension>\{:[:/](?:comment|nomarkdown|options)?[^{}\n]{0,200}\})",
    re.DOTALL,
)
_TEMPLATE = re.compile(
    rf"(?P<tag>{_TAG})|(?P<tag2>{_PLAIN_TAG})|(?P<commented>{_COMMENTED})|(?P<shortcode>{_HUGO})"
    rf"|(?P<include>{_INCLUDE})|(?P<print>{_OUTPUT})|(?P<remark>\{{\#-?\s(?:(?!\#\}}).)*\#\}})",
    re.DOTALL,
)
_OCCURS = re.compile(r"\{%-?\s*[A-Za-z/<@]|\{\{[<%#]|\{\{-?\s*[\w\"'.]+[^{}\n]*\}\}|\{#\s|\{::|\{:/")
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
_JSX_VALUE = re.compile(r"<[A-Za-z][\w.]*\s[^<>$\n]*[A-Za-z]=\{")
"""A tag with a value that only JSX has; Docusaurus reads it in files `.md` as well."""
_MACRO = re.compile(
    r'\{\{\s*(?P<called>[A-Za-z_]\w*)\((?:[^"{}]|"(?!""))*"""(?P<block>.{0,20000}?)"""\s*,?\s*\)\s*\}\}', re.DOTALL
)
"""A macro of MkDocs that is given text over several lines."""
_SCAN_OUTLINE = re.compile(rf"{outlines.MARKS}|{_SCAN.pattern}", re.DOTALL)
_JSX = frozenset(("esm", "component", "jsx", "aside", "said"))
_FUNCTION = re.compile(r"\s*[a-z_]\w*(?:\s+\S+)*\s*\Z")
_ADDRESS = re.compile(r"https?:\S+\Z|(?=[\w-]{11}\Z)[\w-]*\d[\w-]*\Z")
"""An address, or the name that a video has."""
_MACROS = frozenset(("renderer", "query", "embed", "namespace"))
"""What Logseq calls macros that show what other files hold."""
_CALL = re.compile(r"\s*([A-Za-z_]\w*)\s*\((.*)\)\s*\Z", re.DOTALL)


@dataclass(slots=True)
class Expanded:
    """A source without tags of templates."""

    text: str
    offsets: OffsetMap
    problems: list[Problem] = field(default_factory=list)


def occur(text: str, path: str = "") -> bool:
    """Tell whether there may be tags of templates in `text`, the body of the post at `path`."""
    if path.endswith(".mdx") or text.lstrip()[:7] in {"import ", "export "} or _has_jsx(text):
        return True
    if theorems.occur(text) or outlines.occur(text) or latex.occur(text):
        return True
    if '"""' in text and "{{" in text:
        return True
    return ("{%" in text or "{{" in text or "{#" in text or "{:" in text) and _OCCURS.search(text) is not None


def _has_jsx(text: str) -> bool:
    return "={" in text and _JSX_VALUE.search(text) is not None


def expand(source: str, path: str = "", values: Mapping[str, str] | None = None) -> Expanded:
    """Return `source` with every tag rewritten or left out. Pure; never raises for bad input.

    `values` are what variables such as `page.title` and `site.title` stand for.
    """
    work = _Work(source, values or {}, jsx=path.endswith(".mdx") or _MDX.match(source) is not None or _has_jsx(source))
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


class _Work(Draft):
    """One pass over a source."""

    def __init__(self, source: str, values: Mapping[str, str], *, jsx: bool = False) -> None:
        super().__init__(source, values)
        self.scan = _SCAN_MDX if jsx else _SCAN_OUTLINE if outlines.occur(source) else _SCAN
        self.files = mdx.imports(source) if jsx else {}
        self.passed: list[tuple[int, int]] = []
        """Ranges that were not looked into, such as code, and those of tags, in order."""
        self._macros = '"""' in source
        self.labels: set[str] = set()
        """Of theorems in LaTeX's spelling."""

    def run(self) -> None:
        at = outlines.head(self) if self.scan is _SCAN_OUTLINE else 0
        while match := self.scan.search(self.source, at):
            kind = match.lastgroup
            if self.scan is _SCAN_MDX and kind in _JSX:
                at = components.jsx(self, match, self.files)
            elif self.scan is _SCAN_OUTLINE and kind in outlines.NAMES:
                at = outlines.rewrite(self, match)
            else:
                at = self._mark(match)
            if at > match.end():
                self.passed.append((match.start(), at))
        if self.labels:
            theorems.references(self, self.labels, self.passed)
        for name, _, index in self.open:
            edit = self.edits[index]
            hint = "close it, or remove the tag"
            self.problems.append(Problem("templating/unclosed", f"nothing ends “{name}”", edit.start, edit.end, hint))

    def _mark(self, match: re.Match[str]) -> int:
        """Handle one sign; return where to go on."""
        start, end = match.span()
        if match["fence"] is not None:
            return self._fence(start, end)
        if match["ticks"] is not None:
            return self._code_span(match)
        if match["dollar"] is not None:
            return self._formula(start)
        if match["begin"] is not None and (kind := theorem_name(match["env"])) and self.begins_line(start):
            stop, label = theorems.theorem(self, match, kind)
            if label:
                self.labels.add(label)
            return stop
        if match["begin"] is not None and match["env"].rstrip("*") in latex.SHOWN and self.begins_line(start):
            return latex.show(self, match)
        if match["begin"] is not None:
            close = self.find(f"\\end{{{match['env']}}}", end)
            return close if close >= 0 else end
        if match["paren"] is not None:
            sign = match["paren"]
            close = self.source.find(sign[:-1] + (")" if sign[-1] == "(" else "]"), end, self.paragraph_end(end))
            return close if close >= 0 else end
        if match["html"] is not None:
            close = self.find(f"</{match['element']}", end)
            return close if close >= 0 else end
        if match["hidden"] is not None:
            return self._comment(end)
        if match["sign"] is not None:
            if self._macros and (macro := _MACRO.match(self.source, start)):
                return self._macro(macro)
            found = None
            if self.source.find("}", end, start + MAX_TAG) >= 0:  # most signs that begin no tag have none
                found = _TEMPLATE.match(self.source, start, min(len(self.source), start + MAX_TAG))
            return start + 1 if found is None else self._template(found)
        if match["extension"] is not None:
            return self._extension(match)
        if match["command"] is not None:
            self.edit(start, end, "")
        elif match["reference"] is not None:
            label = match["label"]
            self.edit(start, end, f"\\eqref{{{label}}}" if label.startswith("eq:") else f"{{ref}}`{label}`")
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
            self.unknown(f"{{{{#{match['mdbook']} …}}}}", start, end)
            return end
        if match["print"] is not None:
            return self._print(match)
        self.edit(start, end, "")
        return end

    def _fence(self, start: int, end: int) -> int:
        line = self.source[start:end]
        mark = re.search(r"`{3,}|~{3,}", line)
        assert mark is not None
        info = line[mark.end() :].strip()
        chunk = info.startswith("{") and info.endswith("}")  # of R Markdown, with code in its options
        if mark.group()[0] == "`" and "`" in info and not chunk:
            return start + mark.end()
        sign = mark.group()
        close = re.compile(rf"\n[ \t>]*{sign}{sign[0]}*[ \t]*(?=\n|\Z)").search(self.source, end)
        stop = close.start() if close else len(self.source)
        self._bare_raw(end, stop)
        return close.end() if close else stop

    def _code_span(self, match: re.Match[str]) -> int:
        ticks = match.group()
        limit = self.paragraph_end(match.end())
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
        limit = self.paragraph_end(at)
        found = find_formula(self.source, at, limit)
        if found is not None:
            return found.end
        run = dollars(self.source, at, limit)
        if run == 2:
            close = self.source.find("$$", at + 2, at + 2 + MAX_TAG)
            line = self.source.rfind("\n", 0, at) + 1
            if close >= 0 and not self.source[line:at].strip():
                return close + 2  # a display with a blank line in it
        return at + run

    def _comment(self, at: int) -> int:
        """Look into an HTML comment only for tags that are open across it."""
        close = self.find("-->", at)
        if close < 0:
            return at
        for match in re.finditer(r"\{%-?\s*(?:end)?raw\s*-?%\}", self.source[at:close]):
            self.edit(at + match.start(), at + match.end(), "")
        return close + 3

    def _print(self, match: re.Match[str]) -> int:
        start, end = match.span()
        inner = match["output"]
        call = _CALL.match(inner)
        if call:
            given = parameters(call[2])
            if standalone.standalone(self, call[1].lower(), given, start, end, hugo=True):
                return end
        name, _, rest = inner.strip().partition(" ")
        if name in standalone.ELSEWHERE and _ADDRESS.match(rest):  # as in Logseq
            standalone.standalone(self, name, parameters(rest), start, end, hugo=True)
            return end
        value = values.value(self, inner, start, end)
        if value is not None:
            self.edit(start, end, value)
        elif name in _MACROS:  # alone behind a bullet, that would underline the line above
            self.unknown(" ".join(match.group().split()), start, end, "…")
        elif call or PATH.match(inner) or (_FUNCTION.match(inner) and self.alone(start, end)):
            self.unknown(" ".join(match.group().split()), start, end)
        return end

    def _macro(self, match: re.Match[str]) -> int:
        """Leave the text that a macro is given, and nothing else of it."""
        message = f"{{{{ {match['called']}(…) }}}} means nothing here, so only the text in it stays"
        hint = "write what it showed in Markdown"
        self.problems.append(Problem("templating/unknown", message, *match.span("called"), hint))
        low, high = match.span("block")
        self.edit(match.start(), low, "")
        for quote in re.finditer(r"\\(?=\")", match["block"]):
            self.edit(low + quote.start(), low + quote.end(), "")
        self.edit(high, match.end(), "")
        return match.end()

    def _tag(self, match: re.Match[str]) -> int:
        name = match["name"] or match["name2"]
        rest = match["rest"] if match["name"] else match["rest2"]
        start, end = match.span()
        lower = name.lower()
        if lower in RAW:
            return raw(self, lower, start, end)
        if lower == "comment":
            close = self.ends(lower, end)
            stop = close.end() if close else end
            self.edit(start, stop, "")
            return stop
        if lower in {"assign", "set"}:
            return values.assign(self, rest, start, end)
        if lower == "capture":
            close = self.ends(lower, end)
            if close:
                captured = values.inside(self, self.source[end : close.start()].strip())
                if "{{" in captured or "{%" in captured:
                    self.unknown(f"{{% capture {rest.strip()} %}}", start, close.end())
                else:
                    self.variables[rest.strip()] = captured
                    self.edit(start, close.end(), "")
                return close.end()
        given = parameters(_CALL.sub(r"\2", name + rest) if rest.lstrip().startswith("(") else rest)
        given = Parameters({key: values.inside(self, v) for key, v in given.named.items()}, given.words)
        if lower.startswith("/"):
            return self.close(lower[1:], start, end, f"{{% <{name}> %}}")
        if lower == "end" or lower.startswith("end"):
            return self.close(lower.removeprefix("end").lstrip("_-"), start, end, f"{{% {name} %}}")
        return open_tag(self, lower, given, start, end, f"{{% {name} … %}}" if rest.strip() else f"{{% {name} %}}")

    def _shortcode(self, match: re.Match[str]) -> int:
        name = match["hugo"].replace(" ", "").lower()
        start, end = match.span()
        sign = match["sign"]
        shown = f"{{{{{sign} {name} {'>' if sign == '<' else '%'}}}}}"
        if name.startswith("/"):
            return self.close(name[1:], start, end, shown)
        given = parameters(match["args"])
        if match.group().rstrip("}").rstrip(">%").rstrip().endswith("/") and name in NOTES | MATHS:
            given = given._replace(words=[word for word in given.words if word != "/"])
        return open_tag(self, name, given, start, end, shown, hugo=True)

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
