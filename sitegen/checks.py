"""What must hold of the finished site, whatever the posts and templates say: paths that differ, pages without flaws.

`check_paths` looks at the names of all outputs before anything is written. `scan` and `check_pages` look at the
rendered pages: ids are unique, addresses inside the site have their target, nothing on a page is a program.

Reading a page with a real parser takes longer than making it. So `scan` only collects, by regular expressions, what
may be an id or an address; pages that seem to be wrong are then read by `html.parser`, which has the last word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter import is_device_name
from sitegen.model import Document, Output
from sitegen.search import PLACE
from sitegen.site import Site
from sitegen.site.addresses import join, output_file, path_key, place_of_output, reference
from sitegen.text import Span, is_unicode, printable

__all__ = ["Scan", "check_pages", "check_paths", "facts_of", "scan", "scan_of"]

ADDRESSES = ("href", "src", "poster")
"""Attributes that hold the address of something on this site."""

OWN = ".sitegen-"
"""What the names of files begin with by which sitegen knows its output folder."""

DATA_BLOCK = "application/ld+json"
"""The one kind of `<script>` that runs nothing (HTML, section 4.12.1: a data block)."""


# -- paths


def check_paths(outputs: Sequence[Output], site: Site) -> tuple[Diagnostic, ...]:
    """Return what keeps the outputs from being written side by side: paths that meet, names that cannot be."""
    problems = [_bad_name(output) for output in outputs if not is_unicode(output.path)]
    problems += [_kept(output, site) for output in outputs if output.path.startswith(OWN)]
    problems += [_reserved(output, site) for output in outputs if any(map(is_device_name, output.path.split("/")))]
    by_key: dict[str, list[Output]] = {}
    for output in outputs:
        by_key.setdefault(path_key(output.path), []).append(output)
    for group in by_key.values():
        problems += [_collision(group[0], other, site) for other in group[1:]]
    for key, group in by_key.items():
        folders = (key[:end] for end, letter in enumerate(key) if letter == "/")
        file = next((by_key[folder][0] for folder in folders if folder in by_key), None)
        if file is not None:
            problems += [_collision(file, other, site) for other in group]
    return tuple(problems)


def _bad_name(output: Output) -> Diagnostic:
    return Diagnostic("source/bad-name", "the name is not valid Unicode", printable(output.origin), hint="rename it")


def _reserved(output: Output, site: Site) -> Diagnostic:
    name = next(part for part in output.path.split("/") if is_device_name(part))
    post = _post_of(output, site)
    hint = f"give the post a `path`, such as /{name.lower().replace('.', '-')}-post/" if post else "rename the file"
    message = f"{output.path} cannot exist on Windows, where {name} is the name of a device"
    return Diagnostic("site/reserved-name", message, output.origin, _named_at(output, post), hint=hint)


def _kept(output: Output, site: Site) -> Diagnostic:
    name = output.path.partition("/")[0]
    message = f"{name} is the name of a file that sitegen keeps for itself in the output folder"
    span = _named_at(output, _post_of(output, site))
    return Diagnostic("site/path-collision", message, output.origin, span, hint="give it another path")


def _post_of(output: Output, site: Site) -> Document | None:
    return next((document for document in site.documents if document.path == output.origin), None)


def _named_at(output: Output, post: Document | None) -> Span | None:
    """Return where a post names a path of the output, as its `path` or as an alias."""
    if post is None:
        return None
    aliases = (index for index, alias in enumerate(post.meta.aliases) if output_file(alias) == output.path)
    alias = next(aliases, None)
    return post.meta.spans.get("path" if alias is None else f"aliases.{alias}")


def _collision(first: Output, second: Output, site: Site) -> Diagnostic:
    # A post can say `path`, so the problem is shown there if one of the two is a post.
    blamed, other = (second, first) if _post_of(second, site) or not _post_of(first, site) else (first, second)
    post = _post_of(blamed, site)
    if path_key(first.path) != path_key(second.path):
        message = f"{blamed.path} and {other.path} cannot both exist, one is a folder on the way to the other"
    elif first.path != second.path:
        message = f"{blamed.path} and {other.path} are one file on many systems"
    else:
        message = f"{other.origin} is written to {blamed.path} as well"
    hint = "give one of them another path" if post else "rename one of them"
    if post and post.path in {f"{folder}/index.md" for folder in site.config.posts} and "path" not in post.meta.spans:
        message = f"{post.path} would be the home page, which sitegen makes itself"
        hint = "rename it, or move it into a folder with the name that its address shall have"
    span = _named_at(blamed, post)
    notes = (f"one is made from {blamed.origin}, the other from {other.origin}",)
    return Diagnostic("site/path-collision", message, blamed.origin, span, f"{other.origin} is there too", hint, notes)


# -- pages


class Scan(msgspec.Struct, frozen=True):
    """What a page holds that must fit together."""

    output: Output
    ids: tuple[str, ...]
    addresses: tuple[str, ...]
    """Values of `href`, `src` and `poster`."""
    refused: tuple[tuple[str, str], ...]
    """Code and message of each thing that a strict content policy would refuse to run or to apply."""


def scan(output: Output, data: bytes) -> Scan:
    """Collect, quickly and generously, what a page holds."""
    text = data.decode()
    found: dict[str, list[str]] = {}
    for match in _ATTRIBUTE.finditer(text):
        found.setdefault(match[1].lower(), []).append(unescape(match[2] or match[3] or match[4] or ""))
    ids = found.pop("id", [])
    addresses = dict.fromkeys(address for name in ADDRESSES for address in found.pop(name, ()))
    scripts = len(_SCRIPT.findall(text)) - text.count(f'<script type="{DATA_BLOCK}">')
    # What is left in `found` are styles and programs.
    suspicious = scripts > 0 or found or any(map(_is_program, addresses))
    return Scan(output, tuple(ids), tuple(addresses), (_SUSPICION,) if suspicious else ())


_Facts = tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, str], ...]]
_FACTS = msgspec.msgpack.Decoder(_Facts)


def facts_of(found: Scan) -> msgspec.Raw:
    """Return what was found on a page in a form that can be kept."""
    return msgspec.Raw(msgspec.msgpack.encode((found.ids, found.addresses, found.refused)))


def scan_of(output: Output, facts: msgspec.Raw) -> Scan | None:
    """Return what was found on a page that is as it was; None for facts that are none."""
    try:
        return Scan(output, *_FACTS.decode(facts))
    except msgspec.DecodeError:
        return None


_SUSPICION = ("", "")
"""Stands for whatever a closer look will bring up."""

# What comes before a name is part of the match, since a pattern that begins with a look behind is tried everywhere; a
# closing quote is not, since it may come before the next name. Both cases are spelled out, and the first two letters
# looked at before the names: that halves the time.
_NAMES = ["".join(f"[{letter}{letter.upper()}]" for letter in name) for name in ("id", "style", *ADDRESSES)]
_ATTRIBUTE = re.compile(
    rf"""[\s"'/](?=[iIsShHpPoO][dDtTrRoOnN])({"|".join(_NAMES)}|[oO][nN][a-zA-Z]+)\s*="""
    r"""\s*(?:"([^"]*)(?=")|'([^']*)(?=')|([^\s"'<>=`]+)|)"""
)
_SCRIPT = re.compile("<[sS][cC][rR][iI][pP][tT]")


def _is_program(written: str) -> bool:
    """Tell whether browsers would run an address; they overlook white space (WHATWG URL, section 4.4)."""
    return bool(re.match(r"[\x00-\x20]*javascript:", re.sub(r"[\t\r\n]", "", written), re.IGNORECASE))


def check_pages(scans: Iterable[Scan], outputs: Iterable[Output], site: Site) -> tuple[Diagnostic, ...]:
    """Return the flaws of the pages that were scanned; `outputs` are all files of the site.

    A flaw that many pages share, as one of a template, is reported once.
    """
    quick = list(scans)
    files = frozenset(output.path for output in outputs)
    ids = {page.output.path: frozenset(page.ids) for page in quick}
    found: dict[tuple[str, str], list[str]] = {}
    shared: dict[str, bool] = {}
    for page in quick:
        if not any(_flaws(page, files, ids, site, shared)):
            continue
        exact = _read(page.output)
        for flaw in _flaws(exact, files, {**ids, page.output.path: frozenset(exact.ids)}, site):
            found.setdefault(flaw, []).append(page.output.origin)
    return tuple(_diagnostic(*flaw, origins) for flaw, origins in found.items())


def _diagnostic(code: str, message: str, origins: Sequence[str]) -> Diagnostic:
    others = len(origins) - 1
    notes = (f"the same holds for {others} other page{'s' if others > 1 else ''}",) if others else ()
    return Diagnostic(code, message, origins[0], hint=_HINTS.get(code, ""), notes=notes)


_HINTS = {
    "page/duplicate-id": "rename one of them, in the template or in the post",
    "page/missing-target": "correct it in the template, or in the HTML of the post",
    "page/script": "`scripts = true` under [html] in sitegen.toml lets programs of templates and posts run",
    "page/inline-style": "give the element a class, and the class a rule in a stylesheet of the site",
}


def _flaws(
    page: Scan,
    files: frozenset[str],
    ids: Mapping[str, frozenset[str]],
    site: Site,
    shared: dict[str, bool] | None = None,
) -> Iterator[tuple[str, str]]:
    """Yield code and message of each flaw of a page.

    `shared` remembers what addresses mean that mean the same on all pages.
    """
    own = ids[page.output.path]
    reported = {link.url for link in site.menu}  # told of where it is written, if it leads nowhere
    if len(own) != len(page.ids):
        for name, count in Counter(page.ids).items():
            if count > 1:
                yield "page/duplicate-id", f"{count} elements of the page have the id {name}"
    for written in page.addresses:
        # Most addresses lead out of the site, or to a place on the same page.
        if written.startswith(("https://", "http://")) or (written.startswith("#") and written[1:] in own):
            continue
        if shared is not None and written.startswith("/"):
            good = shared.get(written)
            if good is None:
                good = shared[written] = _has_target(page, written, files, ids, site)
        else:
            good = _has_target(page, written, files, ids, site)
        if not good and (page.output.origin, written) not in site.broken and written not in reported:
            yield "page/missing-target", f"the page refers to {written}, which does not exist"
    scripts = site.config.html.scripts or (site.config.search.enable and page.output.path == output_file(PLACE))
    yield from ((code, message) for code, message in page.refused if not (scripts and code == "page/script"))


def _has_target(page: Scan, written: str, files: frozenset[str], ids: Mapping[str, frozenset[str]], site: Site) -> bool:
    """Tell whether an address on a page leads somewhere; what leads out of the site is not judged."""
    parts = reference(written)
    if parts.external:
        return True
    file = page.output.path
    if parts.path:
        own = site.url(place_of_output(file))
        target = join(own, parts.path)
        if not target.startswith(site.base_path):
            return True
        file = output_file(unquote("/" + target.removeprefix(site.base_path)))
    if file not in files:
        return False
    anchor = parts.anchor.partition(":~:")[0]
    return file not in ids or anchor.lower() in ("", "top") or anchor in ids[file]


def _read(output: Output) -> Scan:
    """Read a page as browsers do."""
    reader = _Reader()
    reader.feed(output.render().decode())
    reader.close()
    return Scan(output, tuple(reader.ids), tuple(dict.fromkeys(reader.addresses)), tuple(reader.refused))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.refused: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and ((dict(attrs).get("type") or "").strip().lower() != DATA_BLOCK):
            self.refused.append(("page/script", "the page has a <script>"))
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name == "id":
            self.ids.append(value)
        elif name in ADDRESSES:
            self.addresses.append(value)
            if _is_program(value):
                message = f"an address on the page is a program: {' '.join(value.split())}"
                self.refused.append(("page/script", message))
        elif name == "style":
            self.refused.append(("page/inline-style", f'an element <{tag}> of the page has style="{value}"'))
        elif name.startswith("on"):
            self.refused.append(("page/script", f"an element <{tag}> of the page has {name}, which holds a program"))
