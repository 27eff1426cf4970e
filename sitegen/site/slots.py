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
from sitegen.site.links import Links, PageTarget, Target, labels_of
from sitegen.site.model import AssetFile, Filling, Still
from sitegen.site.sizes import Sizes
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
        self._links = links
        self._base = base
        self._place_of = {document.path: place for document, place in documents}
        self._labels = labels_of(document for document, _ in documents)
        self._lost_labels = {label for document, _ in documents for label in document.lost_labels}
        self._sizes = sizes or Sizes()

    def fill(self, document: Document) -> Filled:
        """Return the body of `document` with what fills every hole."""
        work = _Work(self, document)
        filling = Filling(document.body, tuple([work.slot(slot) for slot in slots_of(document.body)]))
        image = ""
        if document.meta.image:
            slot = AssetSlot(document.meta.image, document.meta.spans.get("image", Span(0, 0)))
            image = self.asset(document, slot, work)
        return Filled(
            filling, tuple(work.assets), tuple(work.stills), tuple(work.broken), tuple(work.diagnostics), image
        )

    def link(self, document: Document, slot: LinkSlot, work: _Work) -> str:
        """Return the address that a link has on the page."""
        if slot.href.startswith((PAGE_SCHEME, WIKI_SCHEME)):
            return self._link_by_name(document, slot, work)
        written = reference(slot.href)
        if written.external:
            return slot.href.strip()
        if not written.path and written.query is None:
            target: Target | Refused = PageTarget(self._place_of[document.path], document)
        else:
            target = self._links.page(document, written)
        if isinstance(target, Refused):
            work.report(target, slot, "nothing to link to here")
            return work.leads_nowhere(self._unresolved(slot.href, written))
        if isinstance(target, FoundFile):
            return work.publish(target, self._address(target.place, written))
        written = _with_id(target, written)
        result = self._page_address(document, target, written)
        if not _has_anchor(target, written):
            work.report(_no_anchor(target, written), slot, "no such place on the page")
            work.leads_nowhere(result)
        return result

    def text(self, document: Document, slot: TextSlot, work: _Work) -> str:
        """Return what a link leads to is called, for a link that the author left without a text."""
        written = reference(slot.href.removeprefix(PAGE_SCHEME).removeprefix(WIKI_SCHEME))
        if slot.href.startswith((PAGE_SCHEME, WIKI_SCHEME)):
            target = self._links.named(document, written)
        elif not written.path and written.query is None:
            target = PageTarget(self._place_of[document.path], document)
        else:
            target = self._links.page(document, written)
        if isinstance(target, Refused):
            return self._unnamed(slot, target, work)
        if isinstance(target, FoundFile):
            return escape(target.place.rpartition("/")[2])
        if target.document is None:
            return escape(target.place)
        if not written.anchor:
            return target.document.title_html
        name = _name_of(target.document, written.anchor)
        if name is None:
            return self._unnamed(slot, _no_anchor(target, written), work)
        return name

    def _unnamed(self, slot: TextSlot, why: Refused, work: _Work) -> str:
        """Report a reference that leads nowhere; its link was reported, and without a text it is an error."""
        work.diagnostics = [each for each in work.diagnostics if each.span != slot.span]
        work.report(Refused("reference/unresolved", why.message, why.hint), slot, "nothing to refer to")
        return f'<code class="math-error" title="{escape(why.message)}">{escape(slot.href)}</code>'

    def _link_by_name(self, document: Document, slot: LinkSlot, work: _Work) -> str:
        """Return the address of a page, or a file, that a link names without its address."""
        scheme, _, name = slot.href.partition(":")
        written = reference(name)
        target = self._links.named(document, written)
        if isinstance(target, Refused):
            code = target.code if f"{scheme}:" == PAGE_SCHEME else "link/missing-page"
            work.report(Refused(code, target.message, target.hint), slot, "nothing to link to here")
            path = written.path or "/"
            return work.leads_nowhere(self._address(path if path.startswith("/") else f"/{path}", written))
        if isinstance(target, FoundFile):
            return work.publish(target, self._address(target.place, written))
        written = _with_id(target, written)
        if not _has_anchor(target, written):
            work.report(_no_anchor(target, written), slot, "no such place on the page")
            work.leads_nowhere(self._page_address(document, target, written))
        return self._page_address(document, target, written)

    def asset(self, document: Document, slot: AssetSlot, work: _Work) -> str:
        """Return the address of an embedded file other than an image."""
        written = reference(slot.src)
        if written.external:
            return slot.src.strip()
        found = self._file(document, written, "asset/missing")
        if isinstance(found, Refused):
            work.report(found, slot, "this file")
            return work.leads_nowhere(self._unresolved(slot.src, written))
        return work.publish(found, self._address(found.place, written))

    def image(self, document: Document, slot: ImageSlot, work: _Work) -> str:
        """Return the whole `<img>`; for an image that cannot be shown, words that say so in its place."""
        written = reference(slot.src)
        attributes = self._with_sources(document, slot, work)
        if written.external:
            return _tag(slot.src.strip(), None, attributes)
        if embedded := next((each for each in document.embedded if each.name == slot.src), None):
            return _tag(self._publish_embedded(document, embedded, work), None, attributes)
        found = self._file(document, written, "image/missing")
        if isinstance(found, Refused):
            work.report(found, slot, "this image")
            return _stand_in(slot, found.message)
        facts = self._sizes.facts(found.file)
        tag = _tag(work.publish(found, self._address(found.place, written)), facts.size, attributes)
        if not facts.animation or slot.in_picture or slot.sources:
            return tag
        # Named by what it is made from: the same animation beside several posts has one still.
        place = f"/{GENERATED}/still.{facts.animation}.png"
        source = found.asset.source if found.asset else found.place
        work.stills.append(Still(str(found.file), source, place.lstrip("/")))
        address = escape(self._address(place, Reference(external=False)))
        return f'<picture><source srcset="{address}" media="(prefers-reduced-motion: reduce)">{tag}</picture>'

    def _with_sources(self, document: Document, slot: ImageSlot, work: _Work) -> tuple[tuple[str, str], ...]:
        """Return the attributes of an image with its `srcset`, whose files are published like any others."""
        if not slot.sources:
            return slot.attributes
        addresses = [(self.asset(document, AssetSlot(src, slot.span), work), size) for src, size in slot.sources]
        return (*slot.attributes, ("srcset", ", ".join(f"{address} {size}".strip() for address, size in addresses)))

    def equation(self, document: Document, slot: EquationSlot, work: _Work) -> str:
        """Return a reference to an equation of another post: a link, or inside a formula its number."""
        found = self._places_named(document, slot.label)
        if len(found) != 1:
            message = self._report_reference(document, slot, [other.path for other, _, _ in found], work)
            return "(??)" if slot.in_math else _reference_in_error(slot, message)
        other, number, anchor = found[0]
        number = escape(f"({number})" if slot.parenthesised else number)
        if slot.in_math:
            return number
        href = f"#{anchor}" if other is document else address(self._base, self._place_of[other.path], fragment=anchor)
        return f'<a href="{escape(href)}">{number}</a>'

    def _places_named(self, document: Document, label: str) -> list[tuple[Document, str, str]]:
        """Return everything with a number that has a label: its document, its number and its id.

        A label of the document itself comes before those of others; `other-post#label` names the other one.
        """
        page, sharp, name = label.rpartition("#")
        if sharp:
            target = self._links.named(document, reference(page)) if page else None
            whose = target.document if isinstance(target, PageTarget) else None if page else document
            return [] if whose is None else [(whose, *found) for found in _numbered(whose, name)]
        own = [(document, *found) for found in _numbered(document, label)]
        if own:
            return own
        return [
            (other, number, anchor)
            for other in {each.path: each for each in self._labels.get(label, ())}.values()
            if other is not document
            for number, anchor in _numbered(other, label)
        ]

    def _report_reference(self, document: Document, slot: EquationSlot, paths: list[str], work: _Work) -> str:
        if paths:
            message = f"several posts have an equation with the label {slot.label}"
            hint = "give the equations different labels"
            work.report(Refused("math/ambiguous-reference", message, hint), slot, "which one is meant?", tuple(paths))
            return message
        own = [label for equation in document.equations for label in equation.labels]
        own += [target.name for target in document.targets]
        page, sharp, name = slot.label.rpartition("#")
        if name in self._lost_labels:
            return f"the formula with the label {name} has an error"
        near = nearest(name, [*own, *sorted(self._labels)])
        kind = "equation" if slot.parenthesised else _kind_of(name)
        message = f"no {kind or 'equation, figure, table or theorem'} has the label {slot.label}"
        if near:
            hint = f"did you mean {page}{sharp}{near}?"
        elif not sharp and name in document.anchors:
            message, hint = f"{name} has no number", f"write [](#{name}), or a link with a text"
            if any(heading.anchor == name for heading in document.headings):
                hint += "; headings have numbers with `number_headings: true` in the front matter"
        else:
            hint = _HOW.get(kind, _HOW["equation"]).replace("NAME", slot.label)
        work.report(Refused("math/unresolved-reference", message, hint), slot, "nothing to refer to")
        return message

    def _file(self, document: Document, written: Reference, missing: str) -> FoundFile | Refused:
        found = self._links.file(document, written) if written.path else None
        if found is not None:
            return found
        if not written.path:
            return Refused(missing, "the address of the file is empty", "name a file beside the post")
        near = self._links.similar_file(document, written)
        where = "into the static folder" if written.path.startswith("/") else "beside the post"
        hint = f"did you mean {near}?" if near else f"put the file {where}, or correct the name; capitals count"
        return Refused(missing, f"there is no file {written.paths[0]}", hint)

    def _address(self, place: str, written: Reference) -> str:
        return address(self._base, place, written.query, written.fragment)

    def _page_address(self, document: Document, target: PageTarget, written: Reference) -> str:
        whole = self._address(target.place, written)
        # A link within the page must not load the page again.
        within = target.document is document and written.query is None and written.fragment is not None
        return whole[whole.index("#") :] if within else whole

    def _unresolved(self, text: str, written: Reference) -> str:
        """Return the address of what does not exist: at the root of the site where the author began there."""
        return self._address(written.paths[0], written) if written.path.startswith("/") else written_address(text)

    def _publish_embedded(self, document: Document, embedded: Embedded, work: _Work) -> str:
        """Note that the page needs a picture which its own file holds; return the picture's address."""
        folder, _, name = self._place_of[document.path].rpartition("/")
        place = f"{folder}/{name.removesuffix('.html')}{'-' if name else ''}{embedded.name}"
        work.assets.append(AssetFile(document.path, place.lstrip("/"), embedded.pointer))
        return address(self._base, place)


class _Work:
    """One document being filled: what has come up so far."""

    def __init__(self, filler: Filler, document: Document) -> None:
        self.filler = filler
        self.document = document
        self.assets: list[AssetFile] = []
        self.stills: list[Still] = []
        self.broken: list[str] = []
        self.diagnostics: list[Diagnostic] = []

    def slot(self, slot: Slot) -> str:
        match slot:
            case LinkSlot():
                return escape(self.filler.link(self.document, slot, self))
            case AssetSlot():
                return escape(self.filler.asset(self.document, slot, self))
            case ImageSlot():
                return self.filler.image(self.document, slot, self)
            case EquationSlot():
                return self.filler.equation(self.document, slot, self)
            case TextSlot():
                return self.filler.text(self.document, slot, self)

    def publish(self, file: FoundFile, href: str) -> str:
        """Note that the page needs `file`; return its address."""
        if file.asset is not None:
            self.assets.append(file.asset)
        return href

    def leads_nowhere(self, href: str) -> str:
        """Note that the target of `href` is missing and was reported; return it."""
        self.broken.append(href)
        return href

    def report(self, why: Refused, slot: Slot, label: str, notes: tuple[str, ...] = ()) -> None:
        self.diagnostics.append(
            Diagnostic(why.code, why.message, self.document.path, slot.span, label, why.hint, notes)
        )


def _numbered(document: Document, label: str) -> list[tuple[str, str]]:
    """Return number and id of each equation, figure, table or theorem-like block of a document with a label."""
    found = [(equation.number, equation.anchor) for equation in document.equations if label in equation.labels]
    return found + [(target.number, target.anchor) for target in document.targets if target.name == label]


_KINDS = {
    "equation": ("eq", "eqn", "equation"),
    "figure": ("fig", "figure"),
    "table": ("tab", "tbl", "table"),
    "heading": ("sec", "subsec", "section", "chap", "ch", "heading"),
    "theorem": (
        "thm",
        "theorem",
        "lem",
        "lemma",
        "cor",
        "corollary",
        "prop",
        "proposition",
        "def",
        "defn",
        "definition",
    ),
}
_HOW = {
    "equation": r"put \label{NAME} into the equation that is meant",
    "figure": "write {#NAME} after the image that is meant, ![caption](picture.png){#NAME}",
    "table": "write {#NAME} after the caption of the table that is meant, Table: caption {#NAME}",
    "heading": "write {#NAME} after the heading that is meant",
    "theorem": "give it to the theorem that is meant, ::: theorem {#NAME}",
}
"""How something gets a label."""


def _kind_of(label: str) -> str:
    """Return what a label names by its beginning, `fig:kernel` or `fig-kernel`; empty where that says nothing."""
    begin = re.split("[:_-]", label.lower(), maxsplit=1)[0]
    return next((kind for kind, begins in _KINDS.items() if begin in begins), "")


def _name_of(document: Document, anchor: str) -> str | None:
    """Return as HTML what the place with an id, or a label, is called: `Theorem 3`, `(2)`, a heading's text."""
    for target in document.targets:
        if anchor in (target.name, target.anchor):
            return escape(target.text)
    for equation in document.equations:
        if anchor == equation.anchor or anchor in equation.labels:
            return escape(f"({equation.number})")
    return next((heading.html for heading in document.headings if heading.anchor == anchor), None)


def _with_id(target: PageTarget, written: Reference) -> Reference:
    """Return an address with the id of what its fragment names by a label, or as another generator spells it."""
    document = target.document
    if document is None or not written.fragment or written.anchor in document.anchors:
        return written
    found = [anchor for _, anchor in _numbered(document, written.anchor)] or _heading_like(document, written.anchor)
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
