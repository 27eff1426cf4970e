"""The files of a new site, and how they come into its folder."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

import msgspec

from sitegen.diagnostics import Diagnostic
from sitegen.starter.guesses import Guesses
from sitegen.starter.install import Installation

__all__ = ["HOSTS", "Host", "NewFile", "files_of_site", "write_files"]

FILES = Path(__file__).parent / "files"

SETTINGS = "sitegen.toml"

UNKNOWN = "sitegen-math @ git+https://ADDRESS-OF-SITEGEN"
"""A requirement that pip refuses, with a message that shows it."""


class Host(msgspec.Struct, frozen=True):
    """A service that builds and publishes sites."""

    name: str
    file: str
    """The file that tells it how, relative to the site's folder."""
    source: str
    """The same among our files."""
    next_step: str
    """What remains to be done by hand."""


HOSTS: Mapping[str, Host] = MappingProxyType(
    {
        "github": Host(
            "GitHub Pages",
            ".github/workflows/site.yml",
            "deploy/github.yml",
            'push to GitHub, and under Settings, Pages choose "GitHub Actions" as the source',
        ),
        "gitlab": Host("GitLab Pages", ".gitlab-ci.yml", "deploy/gitlab.yml", "push to GitLab"),
        "netlify": Host("Netlify", "netlify.toml", "deploy/netlify.toml", "push, and import the repository at Netlify"),
        "cloudflare": Host(
            "Cloudflare",
            "wrangler.toml",
            "deploy/wrangler.toml",
            "set base_url in sitegen.toml, push, and connect the repository under Workers & Pages",
        ),
    }
)
"""Hosts by the names that `--ci` takes."""


class NewFile(msgspec.Struct, frozen=True):
    """A file to be written."""

    path: str
    """Relative to the site's folder, with forward slashes."""
    data: bytes
    if_exists: str = ""
    """What to do by hand when such a file exists already; it is kept."""


def files_of_site(
    folder: Path, guesses: Guesses, host: Host | None, installation: Installation, today: dt.date
) -> tuple[NewFile, ...]:
    """Return the files of a new site in `folder`, those left out that would be a second beginning."""
    words = {
        "@TITLE@": _toml(guesses.title),
        "@BASE_URL@": _toml(guesses.base_url),
        "@AUTHOR@": _toml(guesses.author),
        "@DESCRIPTION@": _toml("Notes with formulas."),
        "@DATE@": today.isoformat(),
        "@NAME@": _worker_name(guesses.title),
        "@REQUIREMENT@": installation.requirement or UNKNOWN,
    }
    files = [_filled(SETTINGS, SETTINGS, words)]
    if not any((folder / "content" / "posts").rglob("*.md")):
        files += [
            _filled("content/posts/bell-curve/index.md", "post/index.md", words),
            _filled("content/posts/bell-curve/bell-curve.svg", "post/bell-curve.svg", {}),
        ]
    files.append(_filled("content/about.md", "post/about.md", {}, "the menu in sitegen.toml leads to it"))
    files.append(_filled(".gitignore", "gitignore", {}, "add the lines /dist/ and /.sitegen/ to it"))
    if host is not None:
        line = words["@REQUIREMENT@"]
        files.append(_filled("requirements.txt", "requirements.txt", words, f"it needs the line {line}"))
        files.append(_filled(host.file, host.source, words, "sitegen explain init/kept says what belongs into it"))
        if installation.wheel is not None:
            path = installation.requirement.removeprefix("./")
            files.append(NewFile(path, installation.wheel.read_bytes(), "it is taken to be the same wheel"))
    return tuple(files)


def _filled(path: str, source: str, words: Mapping[str, str], if_exists: str = "") -> NewFile:
    text = (FILES / source).read_text(encoding="utf-8")
    text = re.sub(r"@[A-Z_]+@", lambda match: words.get(match[0], match[0]), text)
    return NewFile(path, text.encode(), if_exists)


def _toml(text: str) -> str:
    """Return a text as a TOML basic string (TOML 1.0, String), whose escapes are those of JSON but for U+007F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _worker_name(title: str) -> str:
    """Return a name for Cloudflare: small letters, digits and hyphens, at most 63 of them."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:63].strip("-") or "my-site"


def write_files(folder: Path, files: Iterable[NewFile]) -> tuple[tuple[str, ...], tuple[Diagnostic, ...]]:
    """Write the files of a new site; return the paths of those that were written, and what there is to say.

    What exists stays as it is. A folder that is a site already gets nothing.
    """
    if os.path.lexists(folder / SETTINGS):
        message = f"{SETTINGS} exists already, so this folder is a site; nothing was written"
        hint = "name another folder, or go on with sitegen serve and sitegen new"
        return (), (Diagnostic("init/exists", message, SETTINGS, hint=hint),)
    written: list[str] = []
    problems: list[Diagnostic] = []
    for new in files:
        try:
            if _write(folder / new.path, new.data):
                written.append(new.path)
            else:
                message = f"{new.path} exists already and was left as it is"
                problems.append(Diagnostic("init/kept", message, new.path, hint=new.if_exists))
        except OSError as error:
            message = f"{new.path} cannot be written: {(error.strerror or str(error)).lower()}"
            problems.append(
                Diagnostic(
                    "init/not-writable",
                    message,
                    new.path,
                    hint="choose a folder that you may write to, and run init again",
                )
            )
            break
    return tuple(written), tuple(problems)


def _write(file: Path, data: bytes) -> bool:
    """Write a new file; False when there is something at its place already."""
    if os.path.lexists(file):
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(file, "xb") as stream:
            stream.write(data)
    except FileExistsError:
        return False
    return True
