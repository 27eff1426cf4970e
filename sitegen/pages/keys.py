"""Names of everything that a page depends on: while a page has the same key, it need not be rendered again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sitegen.assets import Assets
from sitegen.model import StoredBody
from sitegen.pages.loading import USUAL, Checked
from sitegen.pages.variables import Variables
from sitegen.site import Page, Site

__all__ = ["Keys"]

_FIELDS_OF_PAGE = tuple(name for name in Page.__struct_fields__ if name != "_content")
_encode: Callable[[Any], bytes] = msgspec.msgpack.Encoder(enc_hook=str).encode  # `Markup` is a kind of text


class Keys:
    """Makes the keys of a site's pages. A page with an empty key has to be rendered."""

    def __init__(self, site: Site, made: Assets, known: Checked, given: Mapping[str, Any]) -> None:
        """Take the site, its assets, what is known of its theme, and what the site's own module gives to templates."""
        self._own = _own(given)
        self._start = hashlib.blake2b(known.digest + _given(Variables(site, made).of()), digest_size=20)
        self._start.update(f"\0{site.base_path}\0{site.config.site.base_url}\0".encode())
        self._start.update(
            _encode(
                (
                    site.config.html,
                    site.config.theme.words,
                    site.config.preview,
                    site.config.search,
                    site.config.build.headers,
                )
            )
        )
        self._posts = {page.output: self._digest(page) for page in site.pages}
        self._with_site = known.with_site
        self._site = _digest_of_site(site, self._posts.values())

    def of_post(self, page: Page, name: str, given: Mapping[str, Any]) -> str:
        """Return the key of a post's page, which is given what may differ from what other pages are given."""
        own = self._posts[page.output]
        if not own or not self._site:
            return ""
        own += self._site if self._may_show_site(name) else b""
        return self._key(name, own + _links(given))

    def of_list(self, name: str, place: str, pages: Sequence[Page], values: Any) -> str:
        """Return the key of a file that shows some posts, and else depends on `values` alone."""
        if not self._site:
            return ""
        own = b"".join(self._posts[page.output] for page in pages)
        own += self._site if self._may_show_site(name) else b""
        return self._key(name, place.encode() + b"\0" + own + _encode(values))

    def _may_show_site(self, name: str) -> bool:
        return name in self._with_site or (name.endswith(".html") and name not in USUAL)

    def _digest(self, page: Page) -> bytes:
        """Return a digest of a page; empty where the name of its body is not known."""
        body = page._content.body
        if not isinstance(body, StoredBody):
            return b""
        values = [getattr(page, name) for name in _FIELDS_OF_PAGE]
        return hashlib.blake2b(_encode((values, body.key, page._content.fillings)), digest_size=20).digest()

    def _key(self, name: str, own: bytes) -> str:
        digest = self._start.copy()
        if name.endswith(".html"):  # else it is no template
            if self._own is None:
                return ""
            digest.update(self._own)
        digest.update(name.encode() + b"\0" + own)
        return digest.hexdigest()


def _own(given: Mapping[str, Any]) -> bytes | None:
    """Return what a site's own module gives to templates, as bytes; None for what is no data, such as a function.

    Functions may look at whatever they like.
    """
    try:
        return msgspec.msgpack.encode(given, order="deterministic")
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def _links(given: Mapping[str, Any]) -> bytes:
    """Return as bytes what a page is given that others may not be."""
    return _encode((given["stylesheets"], given["math_font"]))


def _given(common: Mapping[str, Any]) -> bytes:
    """Return what templates are given besides page and site, as bytes."""
    return _encode([value for name, value in common.items() if name not in ("site", "url", "absolute_url")])


def _digest_of_site(site: Site, posts: Iterable[bytes]) -> bytes:
    """Return a digest of everything that a template can learn from `site`; empty where it is not known."""
    posts = list(posts)
    if not all(posts):
        return b""
    digest = hashlib.blake2b(b"".join(posts), digest_size=20)
    settings = msgspec.structs.replace(site.config, spans={})
    digest.update(
        _encode((settings, site.assets, site.stills, site.colors, site.backgrounds, site.styles, site.diagnostics))
    )
    digest.update(_encode(sorted(site.broken)))
    return digest.digest()
