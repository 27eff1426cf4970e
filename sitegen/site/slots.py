"""Fill the holes of a document: addresses, images, and equations of other posts.

What is written is HTML, escaped here; what is wrong becomes a diagnostic at the place of the hole, and the page
shows that something is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

import msgspec

from sitegen.diagnostics import Diagnostic, nearest
from sitegen.model import (
    PAGE_SCHEME,
    WIKI_SCHEME,
    AssetSlot,
    Document,
    Embedded,
    EquationSlot,
    ImageSlot,
    LinkSlot,
    Slot,
    TextSlot,
    slots_of,
)
from sitegen.site.addresses import GENERATED, Reference, address, reference, written_address
from sitegen.site.files import FoundFile, Refused
from sitegen.site.labels import kind_of, labels_in, labels_of, name_of, numbered, unlabelled, without_number
from sitegen.site.links import Links, PageTarget, Target
from sitegen.site.model import AssetFile, Filling, Still
from sitegen.site.sizes import Sizes, flaw_of
from sitegen.text import Span

__all__ = ["Filled", "Filler"]


class Filled(msgspec.Struct, frozen=True):
    """What fills the holes of one document, and what came up on the way."""

    filling: Filling
    assets: tuple[AssetFile, ...]
    stills: tuple[Still, ...]
    broken: tuple[str, ...]
    """Addresses on the page that lead nowhere and were reported."""
    diagnostics: tuple[Diagnostic, ...]
    image: str = ""
    """Address of the picture that the front matter names."""


class Filler:
    """Fills the holes of all documents of one site."""

    def __init__(
        self, documents: Sequence[tuple[Document, str]], links: Links, base: str, sizes: Sizes | None = None
    ) -> None:
        """Take the posts that are built, each with its place, the site's base path, and what is known of images."""
        self.links = links
        self.base = base
        self.sizes = sizes or Sizes()
        self.place_of = {document.path: place for document, place in documents}
        self.labels = labels_of(document for document, _ in documents)
        self.lost_labels = {label for document, _ in documents for label in document.lost_labels}

    def fill(self, document: Document) -> Filled:
        """Return the body of `document` with what fills every hole."""
        holes = _Holes(self, document)
        filling = Filling(document.body, tuple([holes.fill(slot) for slot in slots_of(document.body)]))
        image = ""
        if document.meta.image:
            image = holes.asset(AssetSlot(document.meta.image, document.meta.spans.get("image", Span(0, 0))))
        return Filled(
            filling, tuple(holes.assets), tuple(holes.stills), tuple(holes.broken), tuple(holes.diagnostics), image
        )


class _Holes:
    """The holes of one document: what fills each, and what has come up so far."""

    def __init__(self, filler: Filler, document: Document) -> None:
        self.filler = filler
        self.links = filler.links
        self.base = filler.base
        self.document = document
        self.assets: list[AssetFile] = []
        self.stills: list[Still] = []
        self.broken: list[str] = []
        self.diagnostics: list[Diagnostic] = []

    def fill(self, slot: Slot) -> str:
        """Return the HTML for a hole."""
        match slot:
            case LinkSlot():
                return escape(self.link(slot))
            case AssetSlot():
                return escape(self.asset(slot))
            case ImageSlot():
                return self.image(slot)
            case EquationSlot():
                return self.equation(slot)
            case TextSlot():
                return self.text(slot)

    # -- links

    def link(self, slot: LinkSlot) -> str:
        """Return the address that a link has on the page."""
        by_name, written = _named(slot.href)
        if written.external and not by_name:
            return slot.href.strip()
        if not slot.href.strip():
            why = Refused("link/missing-page", "the link has no address", "write [text](address)")
            self._report(why, slot, "leads to its own page")
            return self._leads_nowhere("")
        target = self._target(written, by_name=by_name)
        if isinstance(target, FoundFile):
            return self._publish(target, self._address(target.place, written))
        if isinstance(target, PageTarget):
            written = _with_id(target, written)
            result = self._page_address(target, written)
            if not _has_anchor(target, written):
                self._report(_no_anchor(target, written), slot, "no such place on the page")
                self._leads_nowhere(result)
            return result
        if slot.href.startswith(WIKI_SCHEME):  # the page may be one that is still to be written
            target = msgspec.structs.replace(target, code="link/missing-page")
        self._report(target, slot, "nothing to link to here")
        if by_name:
            path = written.path or "/"
            return self._leads_nowhere(self._address(path if path.startswith("/") else f"/{path}", written))
        return self._leads_nowhere(self._unresolved(slot.href, written))

    def text(self, slot: TextSlot) -> str:
        """Return what a link leads to is called, for a link that the author left without a text."""
        by_name, written = _named(slot.href)
        target = self._target(written, by_name=by_name)
        if isinstance(target, Refused):
            return self._unnamed(slot, target)
        if isinstance(target, FoundFile):
            return escape(target.place.rpartition("/")[2])
        if target.document is None:
            return escape(target.place)
        if not written.anchor:
            return target.document.title_html
        name = name_of(target.document, written.anchor)
        if name is None:
            return self._unnamed(slot, _no_anchor(target, written))
        return name

    def _target(self, written: Reference, *, by_name: bool) -> Target | Refused:
        if by_name:
            return self.links.named(self.document, written)
        if not written.path and written.query is None:
            return PageTarget(self.filler.place_of[self.document.path], self.document)
        return self.links.page(self.document, written)

    def _unnamed(self, slot: TextSlot, why: Refused) -> str:
        """Report a reference that leads nowhere; its link was reported, and without a text it is an error."""
        self.diagnostics = [each for each in self.diagnostics if each.span != slot.span]
        self._report(Refused("reference/unresolved", why.message, why.hint), slot, "nothing to refer to")
        return f'<code class="math-error" title="{escape(why.message)}">{escape(slot.href)}</code>'

    # -- files

    def asset(self, slot: AssetSlot) -> str:
        """Return the address of an embedded file other than an image."""
        written = reference(slot.src)
        if written.external:
            return slot.src.strip()
        found = self._file(written, "asset/missing")
        if isinstance(found, Refused):
            self._report(found, slot, "this file")
            return self._leads_nowhere(self._unresolved(slot.src, written))
        return self._publish(found, self._address(found.place, written))

    def image(self, slot: ImageSlot) -> str:
        """Return the whole `<img>`; for an image that cannot be shown, words that say so in its place."""
        written = reference(slot.src)
        attributes = self._with_sources(slot)
        if written.external:
            return _tag(slot.src.strip(), None, attributes)
        if embedded := next((each for each in self.document.embedded if each.name == slot.src), None):
            return _tag(self._publish_embedded(embedded), None, attributes)
        found = self._file(written, "image/missing")
        if isinstance(found, Refused):
            self._report(found, slot, "this image")
            return _stand_in(slot, found.message)
        facts = self.filler.sizes.facts(found.file)
        flaw = "" if facts.size else flaw_of(found.file)
        if flaw:
            hint = "fetch the picture itself: git lfs pull" if "LFS" in flaw else "save the picture again"
            why = Refused("image/unreadable", f"{written.paths[0]} shows nothing: {flaw}", hint)
            self._report(why, slot, "this image")
        tag = _tag(self._publish(found, self._address(found.place, written)), facts.size, attributes)
        if not facts.animation or slot.in_picture or slot.sources:
            return tag
        # Named by what it is made from: the same animation beside several posts has one still.
        place = f"/{GENERATED}/still.{facts.animation}.png"
        source = found.asset.source if found.asset else found.place
        self.stills.append(Still(str(found.file), source, place.lstrip("/")))
        still = escape(address(self.base, place))
        return f'<picture><source srcset="{still}" media="(prefers-reduced-motion: reduce)">{tag}</picture>'

    def _with_sources(self, slot: ImageSlot) -> tuple[tuple[str, str], ...]:
        """Return the attributes of an image with its `srcset`, whose files are published like any others."""
        if not slot.sources:
            return slot.attributes
        addresses = [(self.asset(AssetSlot(src, slot.span)), size) for src, size in slot.sources]
        return (*slot.attributes, ("srcset", ", ".join(f"{address} {size}".strip() for address, size in addresses)))

    def _file(self, written: Reference, missing: str) -> FoundFile | Refused:
        found = self.links.file(self.document, written) if written.path else None
        if found is not None:
            return found
        if not written.path:
            return Refused(missing, "the address of the file is empty", "name a file beside the post")
        near = self.links.similar_file(self.document, written)
        where = "into the static folder" if written.path.startswith("/") else "beside the post"
        hint = f"did you mean {near}?" if near else f"put the file {where}, or correct the name; capitals count"
        return Refused(missing, f"there is no file {written.paths[0]}", hint)

    def _publish(self, file: FoundFile, href: str) -> str:
        """Note that the page needs `file`; return its address."""
        if file.asset is not None:
            self.assets.append(file.asset)
        return href

    def _publish_embedded(self, embedded: Embedded) -> str:
        """Note that the page needs a picture which its own file holds; return the picture's address."""
        folder, _, name = self.filler.place_of[self.document.path].rpartition("/")
        place = f"{folder}/{name.removesuffix('.html')}{'-' if name else ''}{embedded.name}"
        self.assets.append(AssetFile(self.document.path, place.lstrip("/"), embedded.pointer))
        return address(self.base, place)

    # -- numbers of other posts

    def equation(self, slot: EquationSlot) -> str:
        """Return a reference to an equation of another post: a link, or inside a formula its number."""
        found = self._places_named(slot.label)
        if len(found) != 1:
            message = self._report_reference(slot, [other.path for other, _, _ in found])
            return "(??)" if slot.in_math else _reference_in_error(slot, message)
        other, number, anchor = found[0]
        number = escape(f"({number})" if slot.parenthesised else number)
        if slot.in_math:
            return number
        own = other is self.document
        href = f"#{anchor}" if own else address(self.base, self.filler.place_of[other.path], fragment=anchor)
        return f'<a href="{escape(href)}">{number}</a>'

    def _places_named(self, label: str) -> list[tuple[Document, str, str]]:
        """Return everything with a number that has a label: its document, its number and its id.

        A label of the document itself comes before those of others; `other-post#label` names the other one.
        """
        page, sharp, name = label.rpartition("#")
        if sharp:
            whose = self._document_named(page)
            return [] if whose is None else [(whose, *found) for found in numbered(whose, name)]
        own = [(self.document, *found) for found in numbered(self.document, label)]
        if own:
            return own
        return [
            (other, number, anchor)
            for other in {each.path: each for each in self.filler.labels.get(label, ())}.values()
            if other is not self.document
            for number, anchor in numbered(other, label)
        ]

    def _document_named(self, page: str) -> Document | None:
        """Return the document that stands before the `#` of a label; nothing there means this one."""
        if not page:
            return self.document
        target = self.links.named(self.document, reference(page))
        return target.document if isinstance(target, PageTarget) else None

    def _report_reference(self, slot: EquationSlot, paths: list[str]) -> str:
        if paths:
            message = f"several posts have an equation with the label {slot.label}"
            hint = "give the equations different labels"
            why = Refused("math/ambiguous-reference", message, hint)
            self._report(why, slot, "which one is meant?", tuple(paths))
            return message
        page, sharp, name = slot.label.rpartition("#")
        if name in self.filler.lost_labels:
            return f"the formula with the label {name} has an error"
        whose = self._document_named(page)
        own = labels_in(whose) if whose is not None else []
        near = nearest(name, own if sharp else [*own, *sorted(self.filler.labels)])
        found = without_number(whose, name) if whose is not None else None
        if found is None:
            kind = "equation" if slot.parenthesised else kind_of(name)
            found = unlabelled(kind, slot.label, near and f"{page}{sharp}{near}")
        message, hint = found
        self._report(Refused("math/unresolved-reference", message, hint), slot, "nothing to refer to")
        return message

    # -- addresses, and what is wrong

    def _address(self, place: str, written: Reference) -> str:
        return address(self.base, place, written.query, written.fragment)

    def _page_address(self, target: PageTarget, written: Reference) -> str:
        whole = self._address(target.place, written)
        # A link within the page must not load the page again.
        within = target.document is self.document and written.query is None and written.fragment is not None
        return whole[whole.index("#") :] if within else whole

    def _unresolved(self, text: str, written: Reference) -> str:
        """Return the address of what does not exist: at the root of the site where the author began there."""
        return self._address(written.paths[0], written) if written.path.startswith("/") else written_address(text)

    def _leads_nowhere(self, href: str) -> str:
        """Note that the target of `href` is missing and was reported; return it."""
        self.broken.append(href)
        return href

    def _report(self, why: Refused, slot: Slot, label: str, notes: tuple[str, ...] = ()) -> None:
        self.diagnostics.append(
            Diagnostic(why.code, why.message, self.document.path, slot.span, label, why.hint, notes)
        )


def _named(href: str) -> tuple[bool, Reference]:
    """Tell whether a link gives the name of a page instead of an address; return what it gives."""
    by_name = href.startswith((PAGE_SCHEME, WIKI_SCHEME))
    return by_name, reference(href.partition(":")[2] if by_name else href)


def _with_id(target: PageTarget, written: Reference) -> Reference:
    """Return an address with the id of what its fragment names by a label, or as another generator spells it."""
    document = target.document
    if document is None or not written.fragment or written.anchor in document.anchors:
        return written
    found = [anchor for _, anchor in numbered(document, written.anchor)] or _heading_like(document, written.anchor)
    return msgspec.structs.replace(written, fragment=found[0]) if found else written


def _heading_like(document: Document, anchor: str) -> list[str]:
    """Return the id of the one heading that `anchor` differs from in capitals and hyphens only.

    Generators make ids of headings in manners of their own: `#Code-Block` (Hexo), `#code_block`, `#code-block-`
    (kramdown, of a heading that ends in a sign), `#highlight-js` of a heading "Highlight.js".
    """
    wanted = _bare(anchor)
    found = [heading.anchor for heading in document.headings if _bare(heading.anchor) in (wanted, f"section{wanted}")]
    return found if wanted and len(found) == 1 else []


def _bare(anchor: str) -> str:
    return re.sub(r"[\W_]+", "", anchor.casefold())


def _has_anchor(target: PageTarget, written: Reference) -> bool:
    """Tell whether the fragment names a place on the page, as far as that is known here.

    Every page has a top (HTML, section 7.4.6.4), and a text directive names no id (URL Fragment Text Directives).
    """
    anchor = written.anchor.partition(":~:")[0]
    if target.document is None or anchor.lower() in ("", "top"):
        return True
    return anchor in target.document.anchors or written.fragment in target.document.anchors


def _no_anchor(target: PageTarget, written: Reference) -> Refused:
    anchors = target.document.anchors if target.document else frozenset()
    near = nearest(written.anchor, sorted(anchors))
    hint = f"did you mean #{near}?" if near else "without the # and what follows, the link leads to the page's top"
    return Refused("link/missing-anchor", f"the page {target.place} has no place named #{written.anchor}", hint)


def _tag(src: str, size: tuple[int, int] | None, attributes: Sequence[tuple[str, str]]) -> str:
    """Return an `<img>`; its size, when known, keeps the text from moving when the image arrives."""
    pairs = [("src", src), *_dimensions(size, {name.lower(): value for name, value in attributes}), *attributes]
    return "<img" + "".join(f' {name}="{escape(value)}"' for name, value in pairs) + ">"


def _dimensions(size: tuple[int, int] | None, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is missing of width and height; a given one is kept, and the other follows from the proportions."""
    if size is None or {"width", "height"} <= given.keys():
        return []
    if not {"width", "height"} & given.keys():
        return [("width", str(size[0])), ("height", str(size[1]))]
    name, other, ratio = ("width", "height", size[1] / size[0]) if "width" in given else (
        "height", "width", size[0] / size[1])  # fmt: skip
    value = given[name].strip()
    return [(other, str(max(1, round(int(value) * ratio))))] if value.isdigit() and len(value) < 6 else []


def _stand_in(slot: ImageSlot, message: str) -> str:
    alt = next((value for name, value in slot.attributes if name.lower() == "alt"), "").strip()
    return f'<span class="missing" title="{escape(message)}">{escape(alt or slot.src)}</span>'


def _reference_in_error(slot: EquationSlot, message: str) -> str:
    command = "eqref" if slot.parenthesised else "ref"
    source = f"\\{command}{{{slot.label}}}"
    return f'<code class="math-error" title="{escape(message)}">{escape(source)}</code>'
