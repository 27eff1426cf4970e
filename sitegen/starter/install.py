"""Where a host gets sitegen from: one line of requirements.txt.

sitegen's name on PyPI belongs to another project, so the line is a git address or a wheel. Without one from the
command line it is guessed from how this very sitegen was installed (PEP 610, `direct_url.json`).
"""

from __future__ import annotations

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from sitegen.starter.guesses import git

__all__ = ["DISTRIBUTION", "InstallError", "Installation", "guess_installation", "read_installation"]

DISTRIBUTION = "sitegen-math"

WHEELS = "wheels"
"""Folder of a site for a wheel from elsewhere on the machine, so that it reaches the host."""

_WHEEL = re.compile(r"sitegen_math-[^-]+(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl")
"""The name of a wheel of ours (PyPA, binary distribution format); pip refuses a renamed one."""

_SHORT_SSH = re.compile(r"git@([^/:]+):(.+)")


class InstallError(ValueError):
    """Raised for a text that names no place to install sitegen from; the message says so."""


class Installation(msgspec.Struct, frozen=True):
    """Where sitegen is installed from."""

    requirement: str
    """A line of requirements.txt (pip, requirements file format); empty when nobody knows."""
    wheel: Path | None = None
    """A wheel on this machine that has to be copied into the site, to where the line says."""


def read_installation(written: str, folder: Path) -> Installation:
    """Read what follows `--install`: a git address, the address of a wheel, a wheel on this machine, or a requirement.

    Raises InstallError.
    """
    text = written.strip()
    name = re.match(r"[A-Za-z0-9._-]+(?=\s*(?:$|[=<>!~@\[;]))", text)
    if name and re.sub(r"[-_.]+", "-", name[0]).lower() == DISTRIBUTION:
        return Installation(text)
    if text.lower().endswith(".whl"):
        return _wheel_at(text) if "://" in text else _wheel(Path(text), folder)
    if text.startswith("git+") and "://" in text:
        return _from(text)
    short = _SHORT_SSH.fullmatch(text)
    if short:
        return _from(f"git+ssh://git@{short[1]}/{short[2]}")
    if text.startswith(("https://", "http://", "ssh://")):
        return _from("git+" + text)
    if name and name[0].lower() == "sitegen":
        raise InstallError(f"the package called sitegen is another project; {_HOW}")
    raise InstallError(f"{text or 'an empty text'} names no place to install sitegen from; {_HOW}")


_HOW = "give a git address such as git+https://host/owner/sitegen.git, or a wheel"


def _from(address: str) -> Installation:
    return Installation(f"{DISTRIBUTION} @ {address}")


def _wheel_at(address: str) -> Installation:
    if address.startswith("file://"):
        raise InstallError("no host can fetch an address that begins with file://; give the path of the wheel")
    _check_name(urlsplit(address).path.rpartition("/")[2])
    return _from(address)


def _wheel(file: Path, folder: Path) -> Installation:
    """Return the installation from a wheel on this machine; one outside of the site is copied into it."""
    inside = folder / file
    file = inside if not file.is_file() and inside.is_file() else file
    if not file.is_file():
        raise InstallError(f"there is no wheel {file}")
    _check_name(file.name)
    if file.resolve().is_relative_to(folder.resolve()):
        return Installation(f"./{file.resolve().relative_to(folder.resolve()).as_posix()}")
    return Installation(f"./{WHEELS}/{file.name}", file)


def _check_name(name: str) -> None:
    if not _WHEEL.fullmatch(name):
        raise InstallError(f"{name} is not the name of a wheel of sitegen, such as sitegen_math-1.0-py3-none-any.whl")


def guess_installation(installed: Distribution | None = None) -> Installation:
    """Return where this sitegen was installed from, as far as a host could do the same."""
    try:
        installed = installed or distribution(DISTRIBUTION)
    except PackageNotFoundError:
        return Installation("")
    origin = installed.read_text("direct_url.json")
    if origin is None:  # From an index, which has it by its name.
        return Installation(f"{DISTRIBUTION}=={installed.version}")
    record = json.loads(origin)
    url = str(record.get("url", ""))
    if "vcs_info" in record:
        commit = record["vcs_info"].get("commit_id", "")
        return _from(f"{record['vcs_info'].get('vcs', 'git')}+{url}" + (f"@{commit}" if commit else ""))
    if not url.startswith("file:"):
        return _from(url)
    place = Path(unquote(urlsplit(url).path))
    if place.suffix == ".whl":
        return Installation(f"./{WHEELS}/{place.name}", place) if place.is_file() else Installation("")
    return _checkout(place) if place.is_dir() else Installation("")


def _checkout(place: Path) -> Installation:
    """Return the installation from the repository that a folder of sources came from, if it has an address."""
    remote = git(place, "remote", "get-url", "origin")
    short = _SHORT_SSH.fullmatch(remote)
    if short:  # A host has no key of its own.
        remote = f"https://{short[1]}/{short[2]}"
    if not remote.startswith(("https://", "http://")):
        return Installation("")
    commit = git(place, "rev-parse", "HEAD")
    return _from(f"git+{remote}" + (f"@{commit}" if commit else ""))
