"""Files that nothing names: beside posts, where they are not even published, and in the static folder."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from pathlib import Path
from urllib.parse import unquote

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Output, Source
from sitegen.site import Site
from sitegen.source import is_hidden, is_post, texts_folders

__all__ = ["orphans"]

ASKED_FOR = (
    "*.html", "*.webmanifest", "404.*", "CNAME", "LICENSE*", "_headers", "_redirects", "ads.txt", "apple-touch-icon*",
    "browserconfig.xml", "favicon*", "humans.txt", "icon.svg", "keybase.txt", "robots.txt", "security.txt",
    "sitemap*.xml",
)  # fmt: skip
"""Files at the root that browsers, hosts and search engines ask for without being told."""


def orphans(config: Config, site: Site, sources: Sequence[Source], outputs: Iterable[Output], named: Collection[str]
) -> Iterator[Diagnostic]:  # fmt: skip
    """Yield the files that are left over; `named` are the output paths that something on the site leads to."""
    ignored = config.check.ignore
    ignored = [*ignored, *config.build.ignore]
    found = (*_beside_posts(config, site, sources), *_static(config, outputs, named))
    yield from (problem for problem in found if not any(fnmatchcase(problem.path, glob) for glob in ignored))


def _beside_posts(config: Config, site: Site, sources: Sequence[Source]) -> Iterator[Diagnostic]:
    used = {asset.source for asset in site.assets}
    built = {document.path for document in site.documents}
    waiting = [source for source in sources if source.path not in built]
    texts = [unquote(source.text) for source in waiting]
    folders = tuple(source.path.rpartition("/")[0] + "/" for source in waiting if source.path.endswith("/index.md"))
    for path in chain.from_iterable(_files(config.root, folder) for folder in texts_folders(config)):
        # What a draft will need is no orphan.
        if path in used or path.startswith(folders) or any(path.rpartition("/")[2] in text for text in texts):
            continue
        message = f"nothing refers to {path}, so it is not published"
        hint = "remove it, link to it, or name it under `ignore` in [check]"
        yield Diagnostic("file/orphaned", message, path, hint=hint)


def _files(root: Path, folder: str) -> Iterator[str]:
    """Yield the files of a folder that are neither posts nor hidden, sorted, relative to the project's folder."""
    for at, folders, names in os.walk(root / folder):
        folders[:] = sorted(name for name in folders if not is_hidden(name))
        for name in sorted(names):
            if not is_hidden(name) and not is_post(name):
                yield (Path(at) / name).relative_to(root).as_posix()


def _static(config: Config, outputs: Iterable[Output], named: Collection[str]) -> Iterator[Diagnostic]:
    prefix = f"{config.build.static}/"
    for output in outputs:
        if not output.origin.startswith(prefix) or output.path in named or output.path.startswith(".well-known/"):
            continue
        if not any(fnmatchcase(output.path, glob) for glob in ASKED_FOR):
            message = f"nothing on the site refers to {output.path}"
            hint = "fine for what is linked from elsewhere; otherwise remove it"
            yield Diagnostic("file/unreferenced", message, output.origin, hint=hint)
