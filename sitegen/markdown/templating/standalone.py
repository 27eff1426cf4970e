"""Tags that stand for something by themselves: links, notes, pictures, what other sites show."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from sitegen.markdown.templating import figures
from sitegen.markdown.templating.draft import SILENT, Draft, Parameters
from sitegen.markdown.templating.figures import FIGURE, PICTURE, SOURCES
from sitegen.model import PAGE_SCHEME

_NOTE_FILES = re.compile(r"(?:side|margin|foot)[-_]?note", re.IGNORECASE)
_QUIET_INCLUDES = re.compile(r"math|katex|toc|analytics|comments|disqus|head|script|style|css|js\b", re.IGNORECASE)
ELSEWHERE = {
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
    "embed": "{}",
}
"""What is shown elsewhere, with the address it has there."""
_PAGE_FILE = re.compile(r"\.(?:md|markdown|mdx|qmd|rmd|html?)(?:#.*)?\Z", re.IGNORECASE)


def standalone(draft: Draft, name: str, parameters: Parameters, start: int, end: int, *, hugo: bool = False) -> bool:
    """Rewrite a tag that has no end; tell whether it has a meaning."""
    words = parameters.words
    handler = _STANDALONE.get(name)
    if handler is not None:
        replacement = handler(parameters)
    elif name in {"include", "include_cached", "include_relative", "partial"}:
        return _included(draft, parameters, start, end)
    elif (FIGURE.search(name) or PICTURE.search(parameters.first("src", "path"))) and (
        parameters.first(*SOURCES) or words
    ):
        figures.figure(draft, parameters, start, end, rooted=not hugo and name not in {"asset_img", "asset_image"})
        return True
    elif _NOTE_FILES.search(name):
        text = parameters.first("note", "text", "content") or (words[-1] if words else "")
        replacement = _inline_note(text)
    elif name in ELSEWHERE or name.startswith("@"):  # of GitBook, whose integrations have names with a sign before
        replacement = _elsewhere(name, parameters)
    elif name in SILENT:
        replacement = ""
    else:
        return False
    if replacement is None:
        return False
    draft.edit(start, end, replacement)
    return True


def _included(draft: Draft, parameters: Parameters, start: int, end: int) -> bool:
    """Rewrite Liquid's `include` of a file whose name says what it shows."""
    words = parameters.words
    if not words:
        return False
    file = words[0]
    named = {
        key: draft.variables.get(value, value) if re.fullmatch(r"[A-Za-z_]\w*", value) else value
        for key, value in parameters.named.items()
    }
    parameters = Parameters(named, words[1:])
    stem = file.rpartition("/")[2].partition(".")[0].lower()
    if _NOTE_FILES.search(file):
        note = parameters.first("note", "text", "content", "description")
        if note:
            draft.edit(start, end, _inline_note(note))
            return True
    if stem in ELSEWHERE and (parameters.first("id", "src", "url") or parameters.words):
        draft.edit(start, end, _elsewhere(stem, parameters) or "")
        return True
    if stem in {"toc", "table-of-contents"}:
        draft.edit(start, end, "[TOC]")
        return True
    source = parameters.first(*SOURCES)
    if source and (FIGURE.search(file) or PICTURE.search(source)):
        figures.figure(draft, parameters, start, end, rooted=True)
        return True
    if not parameters.named and _QUIET_INCLUDES.search(file):
        draft.edit(start, end, "")
        return True
    draft.unknown(f"{{% include {file} %}}", start, end)
    return True


def _inline_note(text: str) -> str:
    return f"^[{' '.join(text.split())}]" if text.strip() else ""


def _elsewhere(name: str, parameters: Parameters) -> str | None:
    """Return a link to what another site shows."""
    ident = parameters.first("id", "src", "url", "file") or (parameters.words[-1] if parameters.words else "")
    if name in {"gist", "codepen"} and len(parameters.words) > 1:
        ident = "/".join(parameters.words[:2])
    if not ident or (name == "embed" and not re.match(r"https?:", ident)):
        return None  # what is embedded from the site itself is no page
    address = ident if re.match(r"https?:", ident) else ELSEWHERE.get(name, "{}").format(ident)
    shown = parameters.first("title", "caption") or re.sub(r"\Ahttps?://(?:www\.)?", "", address)
    return f"[{shown}](<{address}>)"


def _by_name(parameters: Parameters) -> str | None:
    """Return the address of a page that is named: a page of this site, or a file."""
    name = parameters.first("path", "page") or (parameters.words[0] if parameters.words else "")
    if not name:
        return None
    return f"{PAGE_SCHEME}{name}"


def _linked_file(parameters: Parameters) -> str | None:
    name = parameters.words[0] if parameters.words else ""
    if not name:
        return None
    return f"{PAGE_SCHEME}{name}" if _PAGE_FILE.search(name) else f"/{name.lstrip('/')}"


def _post_link(parameters: Parameters) -> str | None:
    if not parameters.words:
        return None
    name, *text = parameters.words
    return f"[{' '.join(text) or name}](<{PAGE_SCHEME}{name}>)"


def _asset_link(parameters: Parameters) -> str | None:
    if not parameters.words:
        return None
    name, *text = parameters.words
    return f"[{' '.join(text) or name}](<{name}>)"


def _cited(parameters: Parameters) -> str | None:
    keys = [key for word in parameters.words for key in word.split(",") if key]
    return f"[{'; '.join('@' + key for key in keys)}]" if keys else None


_STANDALONE: dict[str, Callable[[Parameters], str | None]] = {
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
