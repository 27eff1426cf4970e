"""Pages must be right for readers who have no math font, so the tests' machine must not lend one."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import dev
from tests.support.tools import FONT_CONFIG, require


def installed_fonts() -> list[Path]:
    """Return all fonts that a program sees under the tests' configuration."""
    require("text fonts")
    if shutil.which("fc-list") is None:
        if dev.ON_CI:
            pytest.fail("fc-list is missing (Debian package: fontconfig)")
        pytest.skip("fc-list is missing (Debian package: fontconfig)")
    environment = {**os.environ, "FONTCONFIG_FILE": str(FONT_CONFIG)}
    done = subprocess.run(
        ["fc-list", "--format=%{file}\n"], env=environment, capture_output=True, text=True, check=True
    )
    return sorted({Path(line) for line in done.stdout.splitlines() if line})


def has_math_table(file: Path) -> bool:
    with TTFont(file, lazy=True) as font:
        return "MATH" in font


def test_no_installed_font_has_a_math_table() -> None:
    fonts = installed_fonts()
    assert fonts, "the browsers would have no text font at all"
    assert {file.parent for file in fonts} == {dev.TEXT_FONTS}
    assert [str(file) for file in fonts if has_math_table(file)] == []
