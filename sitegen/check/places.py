"""Who wrote what stands in a finished file: a post, with the place in its Markdown, or a template, or the settings.

Addresses that sitegen made of an author's are known by their slots. Everything else is looked for as it stands, first
in the post, then in the templates and in sitegen.toml, since whoever wrote it wrote these very letters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from urllib.parse import unquote

import msgspec

from sitegen.check.facts import Address, Facts, read_page
from sitegen.config import CONFIG_FILE
from sitegen.model import Document, Output, Source, slots_of
from sitegen.pages import TemplateFile
from sitegen.site import Page, Site
from sitegen.site.addresses import origin
from sitegen.text import Span

__all__ = ["Place", "Places"]


class Place(msgspec.Struct, frozen=True, order=True):
    """A file, and where in it."""

    path: str
    span: Span | None = None


class Places:
    """The texts of a project, for finding out who wrote something."""

    def __init__(
        self, site: Site, sources: Sequence[Source], templates: Mapping[str, TemplateFile], settings: str
    ) -> None:
        """Take the site, the posts' texts, the templates by name, and the text of sitegen.toml."""
        self._texts = {source.path: source.text for source in sources}
        self._documents = {document.path: document for document in site.documents}
        self._pages = {page.output: page for page in site.pages}
        own = [template for template in templates.values() if not template.packaged]
        packaged = {template.path: template for template in templates.values() if template.packaged}
        self._templates = (*own, *packaged.values())
        self._settings = settings
        self._base = site.base_path
        self._host = origin(site.config.site.base_url)
        self._slots: dict[str, dict[str, Span]] = {}
        self._bodies: dict[str, Facts] = {}

    def document_of(self, output: Output) -> Document | None:
        """Return the post that a file is the page of."""
        page = self._pages.get(output.path)
        return self._documents.get(page.source) if page else self._documents.get(output.origin)

    def page_of(self, path: str) -> Page | None:
        """Return the post's page with this output path."""
        return self._pages.get(path)

    def text(self, path: str) -> str | None:
        """Return the text of a post."""
        return self._texts.get(path)

    def of_key(self, output: Output, key: str) -> Place:
        """Return where a post's front matter says something; the post as a whole where it does not."""
        document = self.document_of(output)
        if document is None:
            return Place(output.origin)
        return Place(document.path, document.meta.spans.get(key))

    def of_address(self, output: Output, address: Address) -> Place:
        """Return who wrote an address."""
        document = self.document_of(output)
        page = self._pages.get(output.path)
        if document is not None and page is not None and address in self._body(page).addresses:
            span = self._slots_of(document, page).get(address.written)
            return Place(document.path, span or _find(self._texts.get(document.path, ""), _spellings(address.written)))
        forms = _spellings(address.written)
        place = self._of_copy(output, forms) or self._of_template((*forms, *self._within(forms)))
        if place is None and document is not None:  # what the front matter names
            span = _find(self._texts.get(document.path, "")[: document.meta.body_start], forms)
            place = Place(document.path, span) if span is not None else None
        return place or Place(output.origin)

    def of_id(self, output: Output, name: str) -> Place:
        """Return who gave an element its id, the last one of several."""
        forms = (f'id="{name}"', f"id='{name}'", f"id={name}", f"{{#{name}", f"#{name}}}", f'name="{name}"')
        document = self.document_of(output)
        page = self._pages.get(output.path)
        if document is not None and page is not None and name in self._body(page).ids:
            return Place(document.path, _find(self._texts.get(document.path, ""), forms, last=True))
        return self._of_copy(output, forms) or self._of_template(forms, last=True) or Place(output.origin)

    def _of_copy(self, output: Output, forms: Sequence[str]) -> Place | None:
        """Return the place in a file that is published as it is."""
        if output.file is None:
            return None
        return Place(output.origin, _find(output.file.read_text(encoding="utf-8-sig", errors="replace"), forms))

    def _of_template(self, forms: Sequence[str], *, last: bool = False) -> Place | None:
        """Return the template, or the setting, that has a text."""
        for template in self._templates:
            span = _find(template.text, forms, last=last)
            if span is not None:
                return Place(template.path, span)
        span = _find(self._settings, forms)
        return Place(CONFIG_FILE, span) if span is not None else None

    def _within(self, forms: Sequence[str]) -> tuple[str, ...]:
        """Return what a template hands to `url` and `absolute_url` for an address."""
        inside = [form.removeprefix(self._host).removeprefix(self._base) for form in forms]
        return tuple(f'"/{place}"' for place, form in zip(inside, forms, strict=True) if place and place != form)

    def _slots_of(self, document: Document, page: Page) -> Mapping[str, Span]:
        """Return the places of the addresses that fill a post's holes."""
        if document.path not in self._slots:
            found: dict[str, Span] = {}
            filling = page._content
            for slot, text in zip(slots_of(document.body), filling.fillings, strict=True):
                for address in _addresses(text):
                    found.setdefault(address, slot.span)
            self._slots[document.path] = found
        return self._slots[document.path]

    def _body(self, page: Page) -> Facts:
        """Return what the post made of a page, rather than its template."""
        if page.output not in self._bodies:
            self._bodies[page.output] = read_page(str(page.content))
        return self._bodies[page.output]


def _spellings(written: str) -> tuple[str, ...]:
    """Return an address as its author may have typed it: unescaped, escaped for HTML, without the scheme."""
    plain = unquote(written)
    forms = (written, plain, escape(written), escape(plain), re.sub("^https?://", "", written))
    return tuple(dict.fromkeys(form for form in forms if form))


def _addresses(filling: str) -> tuple[str, ...]:
    """Return the addresses in what fills a hole: one address, or HTML with some."""
    if "<" not in filling:
        return (unescape(filling),)
    return tuple(address.written for address in read_page(filling).addresses)


def _find(text: str, forms: Sequence[str], *, last: bool = False) -> Span | None:
    """Return where a text has one of several forms, the first that occurs, and of that the first or last place.

    Nothing may follow that would make it the beginning of another word: `/a` is not in `/about`.
    """
    for form in forms:
        found = None
        at = text.find(form) if form else -1
        while at >= 0:
            end = at + len(form)
            if not form[-1].isalnum() or not (text[end : end + 1].isalnum() or text[end : end + 1] in tuple("-_/.%")):
                found = Span(at, end)
                if not last:
                    break
            at = text.find(form, at + 1)
        if found is not None:
            return found
    return None
