"""Programs that tests need and a machine may lack: present, skipped, or under CI a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

import dev

FONT_CONFIG = Path(__file__).parent.parent / "fonts" / "fonts.conf"
"""Value of FONTCONFIG_FILE for everything that draws text."""


def require(name: str) -> str:
    """Return the path of the program or folder that `dev.NEEDS` knows as `name`.

    Without it the calling test is skipped; on CI it fails, since a skipped browser proves nothing.
    """
    find, packages = dev.NEEDS[name]
    path = find()
    if path is not None:
        return path
    reason = f"{name} is missing (Debian packages: {', '.join(packages) or 'none, see dev.py'})"
    if dev.ON_CI:
        pytest.fail(reason)
    pytest.skip(reason)
