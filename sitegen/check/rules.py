"""What must hold of finished pages, feeds and stylesheets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from sitegen.check.facts import Address, Facts
from sitegen.check.feeds import Feed
from sitegen.check.places import Place, Places
from sitegen.check.styles import StyleAddress
from sitegen.check.targets import Targets
from sitegen.diagnostics import Diagnostic
from sitegen.model import Output
from sitegen.site import Site
from sitegen.text import LineIndex, Span

__all__ = ["ExternalLink", "Rules"]

CODES = {"no-file": "page/missing-target", "no-anchor": "page/missing-anchor", "outside": "page/outside-base"}


class ExternalLink(msgspec.Struct, frozen=True):
    """A link out of the site."""

    url: str
    place: Place


class _Finding(msgspec.Struct, frozen=True):
    code: str
    message: str
    place: Place
    label: str = ""
    hint: str = ""


class Rules:
    """Judges one site, file by file, and remembers what leads where."""

    def __init__(self, site: Site, targets: Targets, places: Places, sheets: Mapping[str, str]) -> None:
        """Take the site, what addresses lead to, who wrote them, and the stylesheets' texts by output path."""
        self._site = site
        self._targets = targets
        self._places = places
        self._found: dict[_Finding, int] = {}
        self._listed: dict[tuple[str, ...], _Finding] = {}
        """What is wrong with an entry, by what it is wrong with: the same entry stands in the feeds of all its tags."""
        self._titles: dict[str, list[Output]] = {}
        self._first: dict[str, str] = {}
        """The first page of each template that has no description: every page of a long list would say the same."""
        self._sheets = sheets
        self.named: set[str] = set()
        """Output paths that something leads to."""
        self._external: list[tuple[str, Output, Address]] = []
        """Links out of the site, in order: where they lead, and where they stand."""
        self.links = 0
        """How many addresses were followed."""
        self._astray: set[tuple[str, str, str]] = set()
        """Where pages lead without there being anything: the page, the file and the place on it. An entry of a feed
        says the same again."""

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return what was found; what many pages share is told once."""
        for title, outputs in self._titles.items():
            for other in outputs[1:]:
                first = outputs[0]
                message = f"the page has the title of another one, {title}"
                hint = f"{first.origin} has it too; say what tells them apart"
                self._report("page/duplicate-title", message, self._places.of_key(other, "title"), hint=hint)
        return tuple(
            Diagnostic(each.code, each.message, each.place.path, each.place.span, each.label, each.hint, _shared(count))
            for each, count in self._found.items()
        )

    def external_links(self) -> tuple[ExternalLink, ...]:
        """Return the links out of the site in order, each once for every place in a source that has it."""
        links = (ExternalLink(url, self._places.of_address(output, each)) for url, output, each in self._external)
        return tuple(dict.fromkeys(links))

    def _report(self, code: str, message: str, place: Place, *, label: str = "", hint: str = "") -> None:
        finding = _Finding(code, message, place, label, hint)
        self._count(finding)

    def _report_entry(self, code: str, about: tuple[str, ...], message: str, place: Place, hint: str) -> None:
        """Report what is wrong with an entry of a feed once, of all feeds with the same origin that have the entry."""
        self._count(self._listed.setdefault((code, place.path, *about), _Finding(code, message, place, "", hint)))

    def _count(self, finding: _Finding) -> None:
        self._found[finding] = self._found.get(finding, 0) + 1

    # -- pages

    def page(self, output: Output, facts: Facts) -> None:
        """Judge a page."""
        self._ids(output, facts)
        for address in facts.addresses:
            self._address(output, address)
        if not facts.redirects:
            self._head(output, facts)
        for address in facts.without_alt:
            place = self._places.of_address(output, address)
            hint = 'say what it shows, alt="…"; an empty alt="" says that it is decoration'
            message = f"the image {_short(address.written)} has no alternative text"
            if address.element == "a":
                message = f"the link to {_short(address.written)} holds only an image without alternative text"
                hint = "say where the link leads, as the alternative text of the image"
            self._report("page/missing-alt", message, place, hint=hint)
        for address in facts.nameless_links:
            hint = "give it a text, or an aria-label"
            place = self._places.of_address(output, address)
            message = f"the link to {_short(address.written)} has nothing to read in it"
            self._report("page/nameless-link", message, place, hint=hint)
        for text, reason in facts.broken_data:
            message = f"the data for search engines is not JSON: {reason}"
            place = self._places.of_address(output, Address(text, "script", ""))
            self._report("page/bad-data", message, place, hint="write it with the filter tojson")

    def _ids(self, output: Output, facts: Facts) -> None:
        for name, count in Counter(facts.ids).items():
            if count > 1:
                message = f"{count} elements of the page have the id {name}"
                hint = "links to it reach the first one; rename the others"
                self._report("page/duplicate-id", message, self._places.of_id(output, name), hint=hint)

    def _head(self, output: Output, facts: Facts) -> None:
        if not facts.title:
            place = self._places.of_key(output, "title")
            hint = "a `title` in the front matter, or a <title> in the template, names it in tabs and search results"
            self._report("page/missing-title", f"the page {output.path} has no title", place, hint=hint)
        elif not facts.hidden:
            self._titles.setdefault(facts.title, []).append(output)
        if not facts.language:
            hint = 'write <html lang="en">, with the language of the page'
            message = f"the page {output.path} does not say what language it is in"
            self._report("page/missing-language", message, Place(output.origin), hint=hint)
        if not facts.description and not facts.hidden:
            place = self._places.of_key(output, "description")
            hint = "search engines show one; in a post, `description` in the front matter"
            path = output.path
            if self._places.document_of(output) is None:
                path = self._first.setdefault(output.origin, path)
                hint = "search engines show one; `description` under [site] gives the home page one"
            self._report("page/missing-description", f"the page {path} has no description", place, hint=hint)

    def _address(self, output: Output, address: Address) -> None:
        if not address.written and address.attribute in ("href", "action"):
            return  # the page itself
        lead = self._targets.follow(output.path, address.written)
        self.links += 1
        if lead.kind == "file":
            self.named.add(lead.file)
        elif lead.kind == "external":
            url = lead.message or address.written
            url = f"https:{url}" if url.startswith("//") else url
            if (address.element, address.attribute) != ("form", "action"):
                self._external.append((url, output, address))
        elif lead.kind in CODES:
            self._astray.add((output.path, lead.file, lead.anchor))
            if not self._is_told(output, address.written):
                place = self._places.of_address(output, address)
                self._report(CODES[lead.kind], lead.message, place, hint=lead.hint)

    def _is_told(self, output: Output, written: str) -> bool:
        """Tell whether the build has spoken of an address."""
        return (output.origin, written) in self._site.broken

    # -- feeds

    def feed(self, output: Output, feed: Feed | str) -> None:
        """Judge a feed, a sitemap, robots.txt or _redirects; the pages have been judged before."""
        if isinstance(feed, str):
            hint = "correct the template that makes it"
            self._report("feed/malformed", f"{output.path} cannot be read: {feed}", Place(output.origin), hint=hint)
            return
        for address in feed.addresses:
            self._follow(output, address, f"{output.path} names")
        for ident, count in Counter(entry.id for entry in feed.entries if entry.id).items():
            if count > 1:
                message = f"{count} entries of {output.path} have the id {ident}"
                place = Place(output.origin)
                self._report_entry("feed/duplicate-entry", (ident,), message, place, "readers show only one")
        for entry in feed.entries:
            for name in entry.missing:
                which = entry.url or entry.id or "without address"
                message = f"an entry of {output.path}, {which}, has no {name}"
                place = Place(output.origin)
                self._report_entry("feed/missing-field", (which, name), message, place, "feed readers need it")
            if entry.url:
                self._follow(output, Address(entry.url, "entry", ""), f"an entry of {output.path} leads to")
            for address in entry.addresses:
                self._in_entry(output, entry.url, address, anchors=entry.anchors, base=entry.base)

    def _follow(self, output: Output, address: Address, told: str) -> None:
        lead = self._targets.follow(output.path, address.written)
        self.links += 1
        if lead.kind == "file":
            self.named.add(lead.file)
        elif lead.kind in CODES:
            message = f"{told} {address.written}, where there is nothing"
            place = self._places.of_address(output, address)
            self._report_entry("feed/missing-target", (lead.file, lead.anchor), message, place, lead.hint)

    def _in_entry(
        self, output: Output, url: str, address: Address, *, anchors: frozenset[str], base: bool
    ) -> None:  # fmt: skip
        """Judge an address in the content of an entry, which readers see far from its page."""
        written = address.written
        lead = self._targets.follow(output.path, url)
        page = lead.file if lead.kind == "file" else output.path
        lead = self._targets.follow(page, written)
        self.links += 1
        if lead.kind in ("external", "other") or (written.startswith("#") and written[1:] in anchors):
            return
        if not base and "://" not in written[:8]:
            message = f"an entry of {output.path} has the address {written}, which feed readers cannot follow"
            hint = "in feeds, addresses are complete"
            self._report_entry("feed/relative-address", (page, written), message, Place(output.origin), hint)
        if lead.kind in CODES and (page, lead.file, lead.anchor) not in self._astray:
            message = f"an entry of {output.path} leads to {written}, where there is nothing"
            about = (lead.file, lead.anchor)
            self._report_entry("feed/missing-target", about, message, Place(output.origin), lead.hint)

    # -- stylesheets

    def sheet(self, output: Output, addresses: Sequence[StyleAddress]) -> None:
        """Judge a stylesheet."""
        index = LineIndex(self._sheets[output.path])
        for address in addresses:
            lead = self._targets.follow(output.path, address.written)
            self.links += 1
            if lead.kind == "file":
                self.named.add(lead.file)
            elif lead.kind in ("no-file", "outside"):
                start = index.start(address.line) + address.column - 1
                place = Place(output.origin, Span(start, start + 1))
                if output.file is None:  # joined of several
                    place = self._places.of_address(output, Address(address.written, "style", "url"))
                message = f"the stylesheet {output.path} names {address.written}, which does not exist"
                self._report("style/missing-file", message, place, hint=lead.hint)


def _short(src: str) -> str:
    return src if len(src) <= 80 else src[:60] + "…"


def _shared(count: int) -> tuple[str, ...]:
    others = count - 1
    return (f"the same holds for {others} other place{'s' if others > 1 else ''}",) if others else ()
