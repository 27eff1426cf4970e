"""Compressed copies of text files, for hosts that hand them out instead of compressing at every request.

A copy is a recipe like any other. Its key is the digest of the file it is made of, so that it is made again only when
that file changed. The bytes depend on nothing else: gzip's time stamp is left out (RFC 1952, MTIME 0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType

import msgspec

from sitegen.model import Output

__all__ = ["Copy", "compressed_copies", "keyed"]

TEXTS = frozenset({".css", ".htm", ".html", ".ipynb", ".js", ".json", ".map", ".md", ".mjs", ".otf", ".svg", ".ttf",
                   ".txt", ".webmanifest", ".xml"})  # fmt: skip
"""Endings of files that become smaller; images, films and WOFF2 are compressed already."""

LEVELS: Mapping[str, int] = MappingProxyType({"gzip": 9, "brotli": 9})
"""Brotli's last two levels take ten times as long for a twentieth of the size."""

ENDINGS: Mapping[str, str] = MappingProxyType({"gzip": ".gz", "brotli": ".br"})


class Copy(msgspec.Struct, frozen=True):
    """A compressed copy."""

    output: Output
    of: str
    """Output path of the file it is made of."""
    method: str


def compressed_copies(outputs: Iterable[Output], methods: Sequence[str]) -> tuple[Copy, ...]:
    """Return the recipes of the copies of all files that are text; `methods` are keys of `LEVELS`."""
    if not methods:
        return ()
    texts = [output for output in outputs if PurePosixPath(output.path).suffix.lower() in TEXTS]
    return tuple(_copy(output, method) for output in texts for method in dict.fromkeys(methods))


def _copy(output: Output, method: str) -> Copy:
    render = partial(_render, output.render, method)
    return Copy(Output(output.path + ENDINGS[method], render, output.origin), output.path, method)


def keyed(copy: Copy, digest: bytes) -> Output:
    """Return a copy's recipe with its key, now that the digest of the file it is made of is known."""
    return msgspec.structs.replace(copy.output, key=f"{copy.method} {LEVELS[copy.method]} {digest.hex()}")


def _render(render: Callable[[], bytes], method: str) -> bytes:
    data = render()
    if method == "gzip":
        import gzip

        return gzip.compress(data, LEVELS[method], mtime=0)
    import brotli

    return bytes(brotli.compress(data, quality=LEVELS[method], mode=brotli.MODE_TEXT))
