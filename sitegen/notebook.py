"""Jupyter notebooks as posts: the cells of an `.ipynb` file as one Markdown text, and the way back to the file.

nbformat reads and checks the notebook and brings old formats (1 to 3) to version 4; nothing in it is executed. HTML
that a cell has put out comes from programs, so nh3 takes scripts, forms and frames out of it before it becomes part of
the text. Pictures stay in the notebook: the text names them, and `embedded_file` takes them out when they are
published.

The format: https://nbformat.readthedocs.io/en/latest/format_description.html
"""

from __future__ import annotations

import base64
import html
import io
import json
import json.decoder
import json.scanner
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.model import Embedded, Source
from sitegen.text import OffsetMap, Span

__all__ = ["Notebook", "embedded_file", "is_notebook", "read_notebook"]


class Notebook(msgspec.Struct, frozen=True):
    """A notebook as a post."""

    text: str
    """Markdown, with a YAML block at its head where the notebook has a title or the like."""
    offsets: OffsetMap
    """From `text` to the notebook's file."""
    embedded: tuple[Embedded, ...]
    """The pictures that `text` names."""
    diagnostics: tuple[Diagnostic, ...]
    """What was left out of outputs, at its place in the notebook's file."""


def is_notebook(path: str) -> bool:
    """Tell whether the file with this name is a Jupyter notebook."""
    return path.lower().endswith(".ipynb")


_AGAIN = "open it in Jupyter and save it again, or take an earlier version of the file"


def read_notebook(source: Source) -> Notebook | tuple[Diagnostic, ...]:
    """Return a notebook as Markdown, or what keeps it from being read. Never raises for bad input."""
    try:
        import nbformat
    except ImportError:
        hint = "install the packages nbformat and nh3 beside sitegen"
        return (Diagnostic("notebook/needs-nbformat", "notebooks are read with nbformat", source.path, hint=hint),)
    try:
        data = _Decoder().decode(source.text)
    except json.JSONDecodeError as error:
        place = Span(error.pos, min(error.pos + 1, len(source.text)))
        message = f"the notebook is not valid JSON: {error.msg.lower()}"
        return (Diagnostic("notebook/invalid", message, source.path, place, "here", _AGAIN),)
    except RecursionError:
        return (Diagnostic("notebook/invalid", "the notebook is nested too deeply", source.path, hint=_AGAIN),)
    version = data.get("nbformat") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(version, int):
        message = "this is JSON, but no notebook: it does not say which nbformat it has"
        return (Diagnostic("notebook/invalid", message, source.path, hint=_AGAIN),)
    if version not in (1, 2, 3, 4):
        message = f"the notebook has format {version}, and the newest known is 4"
        return (Diagnostic("notebook/invalid", message, source.path, hint=_AGAIN),)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about cells without an id, which nobody here asks for
        try:
            if version == 3:  # converting would only log its complaints
                nbformat.validate(nbformat.from_dict(data))  # type: ignore[no-untyped-call]
            book = _upgraded(data)
            nbformat.validate(book, relax_add_props=True)
        except nbformat.ValidationError as error:
            message = f"the notebook is not valid: {_first_line(str(error))}"
            return (Diagnostic("notebook/invalid", message, source.path, hint=_AGAIN),)
        except Exception:  # nbformat takes old formats as they should be, and fails in its own code where they are not
            message = "the notebook lacks what its format demands"
            return (Diagnostic("notebook/invalid", message, source.path, hint=_AGAIN),)
    return _Writer(source).write(book)


def embedded_file(text: str, pointer: str) -> bytes:
    """Return a picture out of the text of a notebook; `pointer` is that of an `Embedded`.

    Raises ValueError when it is not there any more.
    """
    value: Any = json.loads(text)
    if value.get("nbformat") != 4:
        value = _upgraded(value)
    try:
        for name in json.loads(pointer):
            value = value[name]
    except (IndexError, KeyError, TypeError) as error:
        raise ValueError(f"the notebook has nothing at {pointer}") from error
    text = _joined(value)
    # An SVG is text, every other picture is in base64.
    return text.encode("utf-8", "replace") if text.lstrip().startswith("<") else _decoded(text)


def _upgraded(data: object) -> Any:
    """Return a notebook of any known format in that of version 4."""
    import nbformat

    return nbformat.convert(nbformat.from_dict(data), 4)  # type: ignore[no-untyped-call]


def _decoded(text: str) -> bytes:
    """Return the bytes of base64; ValueError says that it is none."""
    return base64.b64decode("".join(text.split()), validate=True)


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0].strip()


# -- JSON with places


class _Placed(str):
    """A string of a JSON text that knows where it stands."""

    start: int
    """Offset of its first character, after the quote."""
    end: int
    """Offset of the closing quote."""


class _Decoder(json.JSONDecoder):
    """Reads JSON so that every string that is a value is `_Placed`."""

    def __init__(self) -> None:
        super().__init__()
        self.parse_string = _placed
        self.scan_once = json.scanner.py_make_scanner(self)  # type: ignore[attr-defined]  # the one that asks for it


def _placed(text: str, start: int, strict: bool = True) -> tuple[str, int]:
    value, end = json.decoder.scanstring(text, start, strict)  # type: ignore[attr-defined]
    placed = _Placed(_LONE_SURROGATE.sub("\ufffd", value))
    placed.start, placed.end = start, end - 1
    return placed, end


_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character, which JSON can write as an escape and no file can hold."""

_RAW = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]+")


def _pieces(placed: _Placed, source: str) -> Iterator[tuple[int, int, int, bool]]:
    """Yield `(length, start, end, unchanged)` for each run of a string and each of its escapes."""
    at = placed.start
    for match in _RAW.finditer(source, placed.start, placed.end):
        raw = match.group()
        at = match.start()
        if raw[0] == "\\":
            yield 1, at, match.end(), False
        else:
            yield len(raw), at, match.end(), True


def _lines(value: object) -> list[str]:
    """Return a text of a notebook, which may be kept line by line, as a list of strings."""
    lines = value if isinstance(value, list) else [value]
    return [line for line in lines if isinstance(line, str)]


def _joined(value: object) -> str:
    return "".join(_lines(value))


# -- the Markdown text

_METADATA = ("title", "date", "description", "tags", "lang")
"""Keys of a notebook's metadata that mean what they mean in front matter; `authors` are objects with a name."""

_MAGIC = {
    "bash": "bash",
    "sh": "bash",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "latex": "latex",
    "markdown": "markdown",
    "perl": "perl",
    "R": "r",
    "ruby": "ruby",
    "sql": "sql",
    "cython": "cython",
    "writefile": "",
}
"""Cell magics of IPython that say the cell holds another language; with an empty one it is not known which."""

_PICTURES = {
    f"image/{kind}": suffix
    for kind, suffix in (("svg+xml", "svg"), ("png", "png"), ("jpeg", "jpg"), ("gif", "gif"), ("webp", "webp"))
}
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|[@-Z\\-_])")
_ATTACHMENT = re.compile(r"attachment:([^)\s\"'>]+)")
_BACKTICKS = re.compile(r"^\s*(`{3,})", re.MULTILINE)
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)


class _Writer:
    """Writes the text of one notebook and notes where each part of it comes from."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: list[str] = []
        self._pieces: list[tuple[int, int, int, bool]] = []
        self._length = 0
        self._place = Span(0, 0)
        self._embedded: list[Embedded] = []
        self._diagnostics: list[Diagnostic] = []
        self._language = "python"

    def write(self, book: Mapping[str, Any]) -> Notebook:
        metadata = book["metadata"]
        self._language = _language(metadata)
        cells = list(enumerate(book["cells"]))
        if cells and cells[0][1]["cell_type"] in ("raw", "markdown") and _is_front_matter(cells[0][1]):
            self._copy(cells.pop(0)[1]["source"])
            self._say("\n\n")
        else:
            self._front_matter(metadata)
        for number, cell in cells:
            self._cell(number, cell)
        self._pieces.append((self._length, self._place.end, self._place.end, True))
        return Notebook(
            "".join(self._parts), OffsetMap(tuple(self._pieces)), tuple(self._embedded), tuple(self._diagnostics)
        )

    # -- text and places

    def _say(self, text: str) -> None:
        """Write text of our own; it stands for the place that was written last."""
        if text:
            self._pieces.append((self._length, self._place.start, self._place.end, False))
            self._parts.append(text)
            self._length += len(text)

    def _copy(self, value: object) -> None:
        """Write a text of the notebook as it is."""
        for line in _lines(value):
            if isinstance(line, _Placed):
                self._copy_range(line, 0, len(line))
            else:
                self._say(line)

    def _copy_range(self, line: _Placed, low: int, high: int) -> None:
        """Write the characters `low` to `high` of a line as they are."""
        at = 0
        for length, start, end, same in _pieces(line, self._source.text):
            first, last = max(at, low), min(at + length, high)
            if first < last:
                moved = Span(start + first - at, start + last - at) if same else Span(start, end)
                self._pieces.append((self._length + first - low, moved.start, moved.end, same))
            at += length
        self._place = Span(line.start, line.end)
        self._parts.append(line[low:high])
        self._length += high - low

    def _at(self, value: object) -> None:
        """Let what is said next stand for the place of `value`."""
        placed = [line for line in _lines(value) if isinstance(line, _Placed)]
        if placed:
            self._place = Span(placed[0].start, max(placed[0].end, placed[-1].end))

    # -- the parts of a notebook

    def _front_matter(self, metadata: Mapping[str, Any]) -> None:
        given = {key: metadata[key] for key in _METADATA if key in metadata}
        authors = metadata.get("authors")
        if isinstance(authors, list):
            given["authors"] = [author.get("name", "") if isinstance(author, dict) else author for author in authors]
        own = metadata.get("sitegen")
        given |= own if isinstance(own, dict) else {}
        if not given:
            return
        self._say("---\n")
        for key, value in given.items():
            self._at(value)
            self._say(f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}\n")  # JSON is a part of YAML
        self._say("---\n\n")

    def _cell(self, number: int, cell: Mapping[str, Any]) -> None:
        tags = {str(tag).lower() for tag in cell["metadata"].get("tags", ())}
        text = _joined(cell["source"])
        if tags & {"remove-cell", "remove_cell"}:
            return
        if cell["cell_type"] == "markdown":
            self._markdown(number, cell)
        elif cell["cell_type"] == "code":
            if text.strip() and not tags & {"remove-input", "remove_input", "hide-input"}:
                self._code(cell["source"], text)
            if not tags & {"remove-output", "remove_output"}:
                for place, output in enumerate(cell["outputs"]):
                    self._output(("cells", number, "outputs", place), output)

    def _markdown(self, number: int, cell: Mapping[str, Any]) -> None:
        attachments = cell.get("attachments") or {}
        for line in _lines(cell["source"]):
            if not attachments or "attachment:" not in line or not isinstance(line, _Placed):
                self._copy([line])
                continue
            self._with_attachments(line, number, attachments)
        self._say("\n\n")

    def _with_attachments(self, line: _Placed, number: int, attachments: Mapping[str, Any]) -> None:
        """Write a line whose pictures are kept in the cell."""
        at = 0
        for match in _ATTACHMENT.finditer(line):
            name = self._attached(number, match[1], attachments)
            if name:
                self._copy_range(line, at, match.start())
                self._say(name)
                at = match.end()
        self._copy_range(line, at, len(line))

    def _attached(self, number: int, name: str, attachments: Mapping[str, Any]) -> str:
        for mime, data in attachments.get(name, {}).items():
            if mime in _PICTURES:
                return self._embed(("cells", number, "attachments", name, mime), mime, data) or ""
        return ""

    def _code(self, source: object, text: str) -> None:
        language = self._language
        magic = re.match(r"%%(\w+)", text)
        if magic:
            language = _MAGIC.get(magic[1], language)
        self._at(source)
        fence = _fence(text)
        self._say(f"{fence}{language}\n")
        self._copy(source)
        self._say(f"{'' if text.endswith(chr(10)) else chr(10)}{fence}\n\n")

    def _output(self, path: tuple[str | int, ...], output: Mapping[str, Any]) -> None:
        kind = output["output_type"]
        if kind == "stream":
            self._at(output["text"])
            self._printed(_joined(output["text"]), "output" if output.get("name") != "stderr" else "output stderr")
        elif kind == "error":
            self._at(output["traceback"])
            self._printed("\n".join(map(str, output["traceback"])), "output stderr")
        else:
            self._shown((*path, "data"), output["data"], output.get("metadata") or {})

    def _shown(self, path: tuple[str | int, ...], data: Mapping[str, Any], metadata: Mapping[str, Any]) -> None:
        """Write the richest form of a value that a page can show."""
        for mime in ("text/html", "text/markdown", "text/latex", *_PICTURES, "text/plain"):
            if mime in data and self._form((*path, mime), mime, data, metadata):
                return
        if "application/javascript" in data:
            self._at(data["application/javascript"])
            self._report_script("an output that is a script was left out, since pages have none")

    def _form(
        self, path: tuple[str | int, ...], mime: str, data: Mapping[str, Any], metadata: Mapping[str, Any]
    ) -> bool:
        """Write one form of a value; return whether there is anything to see of it."""
        value = data[mime]
        text = _joined(value)
        self._at(value)
        if mime == "text/html":
            return self._html(text)
        if mime == "text/markdown":
            self._copy(value)
            self._say("\n\n")
        elif mime == "text/latex":
            self._latex(value, text)
        elif mime == "text/plain":
            self._printed(text, "output")
        else:
            name = self._embed(path, mime, value)
            if name is None:
                return False
            self._say(_picture(name, _joined(data.get("text/plain", "")), metadata.get(mime), self._embedded[-1]))
        return bool(text.strip())

    def _printed(self, text: str, classes: str) -> None:
        # A progress bar returns to the start of its line and writes over it.
        plain = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in _ANSI.sub("", text).split("\n"))
        if plain.strip():
            self._say(f'<pre class="{classes}" tabindex="0">\n{html.escape(plain.rstrip(), quote=False)}\n</pre>\n\n')

    def _latex(self, value: object, text: str) -> None:
        if text.lstrip().startswith("$"):
            self._copy(value)
        else:
            self._say("$$\n")
            self._copy(value)
            self._say("\n$$")
        self._say("\n\n")

    def _html(self, text: str) -> bool:
        import nh3

        if _SCRIPT.search(text):
            self._report_script("a script in an output was removed, since pages have none")
        clean = nh3.clean(
            text,
            tags=nh3.ALLOWED_TAGS | {"section", "figure", "figcaption"},
            attributes={**nh3.ALLOWED_ATTRIBUTES, "*": {"class", "style", "align", "lang", "dir", "title"}},
            clean_content_tags={"script", "style"},
            link_rel=None,
        )
        # A blank line would end the block of HTML (CommonMark, section 4.6).
        lines = [line for line in clean.splitlines() if line.strip()]
        if not lines or not re.search(r"<img|<hr|\w", re.sub(r"<(?!img|hr)[^>]*>", "", clean)):
            return False
        # What is wide scrolls, and what scrolls can be reached by the keyboard.
        focus = ' tabindex="0"' if "<table" in clean else ""
        self._say(f'<div class="output"{focus}>\n' + "\n".join(lines) + "\n</div>\n\n")
        return True

    def _report_script(self, message: str) -> None:
        hint = "clear the output, or let the cell print a picture or text instead"
        self._diagnostics.append(Diagnostic("html/script", message, self._source.path, self._place, hint=hint))

    def _embed(self, path: tuple[str | int, ...], mime: str, value: object) -> str | None:
        """Note a picture; return the name that the text has for it, or None when it cannot be one."""
        text = _joined(value)
        try:
            data = text.encode() if _PICTURES[mime] == "svg" else _decoded(text)
        except ValueError:
            self._diagnostics.append(
                Diagnostic(
                    "notebook/bad-output",
                    f"this {mime} is not in base64",
                    self._source.path,
                    self._place,
                    "left out",
                    "run the cell again and save the notebook",
                )
            )
            return None
        name = f"output-{len(self._embedded) + 1}.{_PICTURES[mime]}"
        width, height = _size(data)
        self._embedded.append(Embedded(name, json.dumps(path), width, height))
        return name


def _size(data: bytes) -> tuple[int, int]:
    """Return width and height of a picture in pixels, 0 where it does not tell."""
    import imagesize

    width, height = (round(side) for side in imagesize.get(io.BytesIO(data)))
    return max(width, 0), max(height, 0)


def _picture(name: str, plain: str, metadata: object, embedded: Embedded) -> str:
    # What a program calls its picture, `<Figure size 640x480 with 1 Axes>`, tells nobody anything.
    alt = "" if plain.lstrip().startswith("<") else " ".join(plain.split())
    given = metadata if isinstance(metadata, dict) else {}
    alt = str(given.get("alt", alt)) or "Output of the code above"
    width, height = (
        given[key] if isinstance(given.get(key), int) and given[key] > 0 else size
        for key, size in (("width", embedded.width), ("height", embedded.height))
    )
    size = f' width="{width}" height="{height}"' if width and height else ""
    return f'<figure class="output"><img src="{name}" alt="{html.escape(alt)}"{size}></figure>\n\n'


def _is_front_matter(cell: Mapping[str, Any]) -> bool:
    text = _joined(cell["source"]).strip()
    return text.startswith("---\n") and text.endswith("\n---")


def _language(metadata: Mapping[str, Any]) -> str:
    for table, key in (("language_info", "name"), ("kernelspec", "language")):
        found = metadata.get(table)
        name = found.get(key) if isinstance(found, dict) else None
        if isinstance(name, str) and re.fullmatch(r"[\w+#.-]+", name):
            return name.lower()
    return "python"


def _fence(text: str) -> str:
    """Return a fence that no line of `text` closes (CommonMark, section 4.5)."""
    return "`" * max((len(match[1]) + 1 for match in _BACKTICKS.finditer(text)), default=3)
