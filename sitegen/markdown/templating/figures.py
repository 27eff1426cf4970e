"""Pictures with captions, however a template names them."""

from __future__ import annotations

import html
import re
from itertools import takewhile

from sitegen.markdown.templating.draft import LINE_PREFIX, Draft, Parameters
from sitegen.markdown.templating.values import ABSOLUTE

FIGURE = re.compile(r"fig|ima?ge?\b|img|picture|photo|graphic|thumbnail|lightbox", re.IGNORECASE)
SOURCES = (
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
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif)\Z", re.IGNORECASE)


def figure(draft: Draft, parameters: Parameters, start: int, end: int, *, rooted: bool) -> None:
    """Put a picture in the place of a tag: with its caption where the tag has its line for itself.

    A `rooted` address without a slash before it counts from the root of the site.
    """
    words = list(parameters.words)
    named = parameters.first(*SOURCES)
    if not named and any(re.search(r"[/.]", word) for word in words):
        # Octopress: {% img [class names] /path/to/image [width [height]] [title text] %}
        while not re.search(r"[/.]", words[0]):
            words.pop(0)
    source = named or (words.pop(0) if words else "")
    sizes = dict(zip(("width", "height"), takewhile(str.isdecimal, () if named else words), strict=False))
    words = words[len(sizes) :]
    if rooted and not ABSOLUTE.match(source):
        source = f"/{source}"
    caption = parameters.first(*_CAPTIONS) or " ".join(words)
    alt = parameters.first("alt", "alttext") or " ".join(re.sub(r"<[^>]*>|[*`$]|\]\([^)]*\)|\[", "", caption).split())
    attributes = {"src": source, "alt": alt}
    for key in ("width", "height"):
        value = parameters.first(key, f"max-{key}", f"max_{key}") or sizes.get(key, "")
        if value and re.fullmatch(r"[\d.]+(?:px|%|em|rem|vw)?", value):
            attributes[key] = value
    line = draft.source.rfind("\n", 0, start) + 1
    stop = draft.source.find("\n", end)
    rest = draft.source[end : stop if stop >= 0 else len(draft.source)].strip()
    before = draft.source[line:start]
    if (before.strip() and not LINE_PREFIX.match(before) and not before.strip().startswith("<")) or (
        rest and not rest.startswith("<")
    ):
        title = caption.replace('"', "'")
        draft.edit(start, end, f'![{alt}](<{source}> "{title}")' if title else f"![{alt}](<{source}>)")
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
    following = draft.source[stop + 1 : stop + 200].lstrip(" \t") if stop >= 0 else ""
    draft.edit(start, end, f"{written}</figure>" + ("\n" if following[:1] not in {"", "\n", "<", "{"} else ""))
