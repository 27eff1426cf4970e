"""Addresses in settings: where the site is, patterns for those of posts, old ones, ids made of them."""

from __future__ import annotations

import os
import re
import urllib.parse

from sitegen.config.folders import Folders
from sitegen.config.model import PLACEHOLDERS
from sitegen.config.reading import Reader
from sitegen.diagnostics import nearest

__all__ = ["Addresses", "url_hint", "url_problem"]

ID_PARTS = ("place", "name", "date")
"""What ids of posts may have between braces."""

_HOST = re.compile(r"[^\s/?#@\\<>\"'`{}|^]+")

_CODE_HOSTS = {"github.com": "github.io", "gitlab.com": "gitlab.io"}
"""Hosts of repositories, each with the host of their pages."""


class Addresses:
    """Checks addresses and patterns of addresses."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def permalink(self, path: tuple[str, ...], pattern: str, *, one: bool = False) -> None:
        """Check a pattern of addresses: every placeholder is known, and posts differ unless there is but one."""
        names = list(re.finditer(r":([A-Za-z_]+)", pattern))
        for name in names:
            if name[1] not in PLACEHOLDERS:
                near = nearest(name[1], PLACEHOLDERS)
                known = " ".join(f":{each}" for each in PLACEHOLDERS)
                span = self.reader.value_text_span(path, *name.span())
                hint = f"did you mean :{near}?" if near else f"the placeholders are {known}"
                self.reader.report("config/bad-value", f"unknown placeholder {name[0]}", span, hint=hint)
        parts = {"title", "slug", "name", "filename", "post_title", "path", "extra"}
        real = all(name[1] in PLACEHOLDERS for name in names)
        if pattern and real and not one and not parts.intersection(name[1] for name in names):
            hint = "add :title, as in /:year/:month/:title/"
            message = "all posts of a day would have the same address"
            self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)

    def permalinks(self, written: dict[str, str], folders: Folders) -> dict[str, str]:
        """Check patterns of addresses for folders and files; return them with plain paths."""
        found = {}
        for name, pattern in written.items():
            span = self.reader.key(("site", "permalinks", name))
            path = folders.plain(name)
            if path is None:
                message = f"{name or 'an empty text'} is not in the project"
                hint = "name a folder or file relative to sitegen.toml, with forward slashes"
                self.reader.report("config/bad-folder", message, span, hint=hint)
            elif not os.path.exists(folders.root / path):
                folders.missing(path, span, files=True)
            else:
                one = os.path.isfile(folders.root / path)
                self.permalink(("site", "permalinks", name), pattern, one=one)
                found[path] = pattern
        return found

    def redirects(self, redirects: dict[str, str]) -> None:
        """Check the form of old addresses and of those that they lead to."""
        for old, new in redirects.items():
            path = ("site", "redirects", old)
            whole = new.startswith(("http://", "https://"))
            if not old.startswith("/") or old == "/":
                message, hint = (
                    f"{old or 'an empty text'} is no old address",
                    "write it from the root of the site, /old/",
                )
                self.reader.report("config/bad-value", message, self.reader.key(path), hint=hint)
            elif not new.startswith("/") and not whole:
                message = f"{new or 'an empty text'} is no address"
                hint = "write it from the root of the site, /new/, or as a complete address"
                self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)
            elif old.count("*") != new.count("*") or old.count("*") > 1 or (whole and "*" in old):
                hint = 'write "/tag/*.html" = "/tags/*/"'
                message = "a * stands once on either side, and for a part of an address of this site"
                self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)

    def feed_id(self, pattern: str) -> None:
        """Check what ids are made of: an IRI (RFC 4287, section 4.2.6) that differs from post to post."""
        path = ("publish", "feed_id")
        names = list(re.finditer(r"\{([^{}]*)\}", pattern))
        for name in names:
            if name[1] not in ID_PARTS:
                near = nearest(name[1], ID_PARTS)
                hint = f"did you mean {{{near}}}?" if near else "the placeholders are {place}, {name} and {date}"
                span = self.reader.value_text_span(path, *name.span())
                self.reader.report("config/bad-value", f"unknown placeholder {name[0]}", span, hint=hint)
                return
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+", pattern):
            message, hint = "an id begins with a scheme and has no spaces", "write tag:example.org,{date}:{place}"
        elif not {"place", "name"}.intersection(name[1] for name in names):
            message, hint = "all posts of a day would have the same id", "add {place}, the address inside the site"
        else:
            return
        self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)


def url_problem(url: str) -> str:
    """Return what is wrong with the address of a site; empty text for a good one."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        return "this is not a URL"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
        return "this is not the complete address of a site"
    if "@" in parts.netloc or port == 0:
        return "the address of a site has no user name"
    if "?" in url or "#" in url:
        return "the address of a site has no query and no fragment"
    if parts.hostname in _CODE_HOSTS:
        return "this is the address of a repository, not of the site that is made of it"
    path = parts.path
    if any(character.isspace() or ord(character) < 32 or character in '\\"<>' for character in url):
        return "the address contains a character that is not allowed in URLs"
    if "//" in path or any(part in (".", "..") for part in path.split("/")):
        return "the path of the address is not in its shortest form"
    return ""


def url_hint(url: str) -> str:
    """Return what to write in the place of an address that is none of a site."""
    repository = re.match(r"https?://([\w.]+)/([\w-]+)/([\w.-]+)", url)
    if repository is not None and repository[1] in _CODE_HOSTS:
        pages = f"{repository[2].lower()}.{_CODE_HOSTS[repository[1]]}"
        name = repository[3].removesuffix(".git")
        return f"write https://{pages}/" if name.lower() == pages else f"write https://{pages}/{name}/"
    bare = re.sub(r"^[a-z]*:?/*", "", url.strip(), count=1) if "://" in url else url.strip("/ ")
    host = re.match(r"[\w-]+(?:\.[\w-]+)+(?:/[\w-][\w.-]*(?=/|$))*", bare)
    if host:
        return f"write https://{host[0].rstrip('/')}/"
    path = url.strip().strip("/") if re.fullmatch(r"\s*/?[\w-]+(?:/[\w-]+)*/?\s*", url) else ""
    return f"write it like https://example.org/{path and path + '/'}"
