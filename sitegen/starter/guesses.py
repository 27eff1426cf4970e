"""What a new site is called, whose it is and where it will be, as far as its folder and git know."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import msgspec

__all__ = ["Guesses", "git", "guess", "pages_address"]

_REMOTE = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|git@)(?P<host>[^/:]+)[:/](?P<path>[^?#]+?)(?:\.git)?/?"
)
"""A repository's address as git knows it: with a scheme, or in the short form of ssh."""


class Guesses(msgspec.Struct, frozen=True):
    """What nobody has to be asked for."""

    title: str
    author: str
    """Empty where git does not know."""
    base_url: str


def guess(folder: Path) -> Guesses:
    """Return what the name of a folder, which need not exist, and git say about a site in it."""
    words = re.sub(r"[-_.\s]+", " ", folder.name).strip()
    remote = git(folder, "remote", "get-url", "origin")
    return Guesses(
        title=words[:1].upper() + words[1:] if words else "My site",
        author=git(folder, "config", "user.name"),
        base_url=pages_address(remote) or "https://example.org/",
    )


def git(folder: Path, *arguments: str) -> str:
    """Return what git says about the nearest folder that exists; empty without git, or where it knows nothing."""
    place = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    try:
        done = subprocess.run(
            ["git", "-C", str(place), *arguments], capture_output=True, encoding="utf-8", check=False, timeout=10
        )
    except (OSError, UnicodeDecodeError, subprocess.TimeoutExpired):
        return ""
    return " ".join(done.stdout.split()) if done.returncode == 0 else ""


def pages_address(remote: str) -> str | None:
    """Return where GitHub or GitLab Pages publish a repository; None for other hosts.

    Both give the repository that is named after its owner's domain the root, and any other one a folder.
    """
    match = _REMOTE.fullmatch(remote)
    domain = {"github.com": "github.io", "gitlab.com": "gitlab.io"}.get(match["host"].lower()) if match else None
    if match is None or domain is None:
        return None
    owner, _, name = match["path"].strip("/").partition("/")
    host = f"{owner.lower()}.{domain}"
    if not name:
        return None
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"
