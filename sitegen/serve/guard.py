"""Who may ask: this machine's browser, for pages it opened itself.

A page of a stranger, open in the same browser, can send requests to this machine, and by a name server of his own
(DNS rebinding) even read the answers. So the Host must be a name that is surely meant, no other site may be the
Origin, and other sites may link here but not embed what is here (Fetch Metadata, W3C).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from urllib.parse import urlsplit

__all__ = ["Guard", "is_loopback"]

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that listens on `host`."""
    if host == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


class Guard:
    """Judges requests by their headers."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        """Take the address that the server listens on."""
        self._names = LOCAL | {host.lower()}
        self._open = not is_loopback(host)
        if self._open:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}

    def refuse(self, headers: Mapping[str, str]) -> str:
        """Return why a request is refused; empty text when it is not. The names of `headers` are in lower case."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            return f"the host {host[:100]} is not this server"
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != host.lower():
            return "the request comes from another site"
        elsewhere = headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
        if elsewhere and headers.get("sec-fetch-mode") != "navigate":
            return "the request comes from another site"
        return ""

    def _is_ours(self, host: str) -> bool:
        if set(host) & set("@/?#\\"):
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        # A name can be made to mean any address; an address cannot.
        return name in self._names or (self._open and _address(name) is not None)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
