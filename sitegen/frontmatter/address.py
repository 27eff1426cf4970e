"""The address that a post asks for with `path`, made safe: it is a folder inside the site on every file system.

The refused characters and names are those of Windows ("Naming Files, Paths, and Namespaces"): a site is often
built, or served, on a machine of another kind than the one it was written on.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

__all__ = ["PathProblem", "normalise_path"]

SEGMENT_BYTES = 200
"""File systems allow 255 bytes for a name; some are left for the names of files in the making."""

PATH_CHARACTERS = 1000
"""Of a whole address; the shortest limit for a path on common systems is 1,024 (macOS)."""

_REFUSED = re.compile(r'[<>:"|?*#]')
_DEVICE = re.compile(r"(?:CON|PRN|AUX|NUL|(?:COM|LPT)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_INVISIBLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


class PathProblem(msgspec.Struct, frozen=True):
    """Why a text is no address inside the site."""

    message: str
    hint: str


def normalise_path(text: str) -> str | PathProblem:
    """Return the address `/like/this/` in Unicode's NFC form, or what speaks against it.

    A missing slash at either end is added, repeated slashes inside become one. An address that ends in `.html` stays a
    file.
    """
    text = unicodedata.normalize("NFC", text)
    problem = _whole(text)
    if problem is not None:
        return problem
    segments = [segment for segment in text.split("/") if segment]
    for segment in segments:
        problem = _segment(segment)
        if problem is not None:
            return problem
    if segments and segments[-1].lower() in ("index.html", "index.htm"):
        segments.pop()
    elif segments and re.search(r"\.html?$", segments[-1], re.IGNORECASE):
        return "/" + "/".join(segments)  # a file, as older sites have them
    return "/" + "".join(segment + "/" for segment in segments)


def is_device_name(name: str) -> bool:
    """Tell whether Windows keeps a name for a device, so that no file there can have it: `con`, `aux.md`."""
    return _DEVICE.fullmatch(name) is not None


def _whole(text: str) -> PathProblem | None:
    if not text:
        return PathProblem("the path is empty", "leave the key out, and the post's folder gives the address")
    if "://" in text or text.startswith("//"):
        return PathProblem(
            "the path names another host", "write the address inside the site only, such as /2017/notes/"
        )
    if "\\" in text:
        return PathProblem("the path contains a backslash", "addresses have forward slashes")
    if "%" in text:
        return PathProblem("the path contains a % escape", "write the character itself; it is escaped where needed")
    if len(text) > PATH_CHARACTERS:
        return PathProblem(f"the path is longer than {PATH_CHARACTERS} characters", "shorten it")
    return None


def _segment(segment: str) -> PathProblem | None:
    if segment in (".", ".."):
        return PathProblem(f"the path contains {segment}, which could leave the site", "write the address in full")
    if any(unicodedata.category(character) in _INVISIBLE for character in segment):
        return PathProblem("the path contains a control character", "delete it")
    refused = _REFUSED.search(segment)
    if refused:
        return PathProblem(f"the path contains {refused[0]}, which names of files or URLs cannot have", "leave it out")
    if segment != segment.strip() or segment.endswith("."):
        return PathProblem(
            "a part of the path starts or ends with a space, or ends with a dot", "some systems drop these"
        )
    if is_device_name(segment):
        return PathProblem(f"{segment} is the name of a device on Windows", "choose another name for this part")
    if len(segment.encode()) > SEGMENT_BYTES:
        return PathProblem(f"a part of the path is longer than {SEGMENT_BYTES} bytes", "shorten it")
    return None
