"""Where addresses lead: to a file of the site, to a place on one of its pages, out of the site, or nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal
from urllib.parse import unquote

import msgspec

from sitegen.diagnostics import nearest
from sitegen.site import Site
from sitegen.site.addresses import join, origin, output_file, place_of_output, reference

__all__ = ["Lead", "Targets"]


class Lead(msgspec.Struct, frozen=True):
    """What became of following an address."""

    kind: Literal["file", "external", "other", "no-file", "no-anchor", "outside"]
    """`other` is an address that nobody can follow here, such as mailto:; `outside` leads past the base path, to where
    the same address with the base path would have led to a page."""
    file: str = ""
    """The output path it leads to, or would lead to."""
    message: str = ""
    hint: str = ""
    anchor: str = ""
    """The name that no place on the page has."""


class Targets:
    """All files of a site and the places on its pages."""

    def __init__(self, files: Iterable[str], anchors: Mapping[str, frozenset[str]], site: Site) -> None:
        """Take the output paths of all files, and for those that are pages the names of their places."""
        self._files = frozenset(files)
        self._anchors = anchors
        self._site = site
        self._host = origin(site.config.site.base_url)
        self._near: dict[str, str | None] = {}

    def follow(self, file: str, written: str) -> Lead:
        """Return where an address in the file with this output path leads, as a browser reads it."""
        own = self._own(written)
        parts = reference(written if own is None else own)
        if parts.external:
            return Lead("external" if written[:8].lower().startswith(("http:", "https:", "//")) else "other")
        if not parts.path:
            return self._at(file, parts.anchor, written)
        base = self._site.base_path
        target = join(self._site.url(place_of_output(file)), parts.path)
        if not target.startswith(base):
            inside = output_file(unquote(target))
            if own is not None or inside not in self._files:
                return Lead("external", message=self._host + target)
            hint = f"write {base.rstrip('/')}{target}; in a template, url() does that"
            return Lead("outside", inside, f"{written} leaves out the base path {base}", hint)
        return self._at(output_file(unquote("/" + target.removeprefix(base))), parts.anchor, written)

    def _own(self, written: str) -> str | None:
        """Return the path of a complete address of this site; None for all others."""
        if not written.lower().startswith(self._host.lower()):
            return None
        path = written[len(self._host) :] or "/"
        return path if path.startswith(self._site.base_path) or path + "/" == self._site.base_path else None

    def _at(self, file: str, anchor: str, written: str) -> Lead:
        if file not in self._files:
            return Lead("no-file", file, f"{written} leads nowhere: there is no such page or file", self._hint(file))
        name = anchor.partition(":~:")[0]
        names = self._anchors.get(file)
        if names is None or name.lower() in ("", "top") or name in names:
            return Lead("file", file)
        near = nearest(name, sorted(names))
        hint = f"did you mean #{near}?" if near else "without the # and what follows, it leads to the page's top"
        return Lead("no-anchor", file, f"{written} leads to a page that has no place named #{name}", hint, name)

    def _hint(self, file: str) -> str:
        if file not in self._near:
            if f"{file}/index.html" in self._files:
                return "add a slash at the end"
            places = {place_of_output(path): path for path in sorted(self._files)}
            self._near[file] = nearest(place_of_output(file), places)
        near = self._near[file]
        return f"did you mean {self._site.url(near)}?" if near else "correct the address, or remove the link"
