"""A new site: a folder and a few guesses in, its first files out.

`guesses` asks the folder's name and git, `install` says where a host gets sitegen from, `site` makes the files and
writes them. Nothing that exists is ever written over.
"""

from __future__ import annotations

from sitegen.starter.guesses import Guesses, guess
from sitegen.starter.install import Installation, InstallError, guess_installation, read_installation
from sitegen.starter.site import HOSTS, Host, NewFile, files_of_site, write_files

__all__ = [
    "HOSTS",
    "Guesses",
    "Host",
    "InstallError",
    "Installation",
    "NewFile",
    "files_of_site",
    "guess",
    "guess_installation",
    "read_installation",
    "write_files",
]
