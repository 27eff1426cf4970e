"""Footnotes in the margin: rules for as many as there are, and none without the setting."""

from __future__ import annotations

from pathlib import Path

import msgspec

from sitegen.assets.styles import most_notes, read_styles, stylesheet
from sitegen.config import ThemeConfig
from sitegen.sidenotes import MOST
from sitegen.sidenotes import stylesheet as rules
from tests.theme import sites


def test_rules_for_each_note() -> None:
    assert rules(0) == ""
    assert rules(2).count("#fnref") == 2
    assert "#fn2{anchor-name:--n2;top:max(anchor(--r2 top), anchor(--n1 bottom) + 0.75rem)}" in rules(2)
    assert rules(MOST + 50).count("#fnref") == MOST


def test_notes_stay_at_the_end_unless_asked(tmp_path: Path) -> None:
    posts = [
        msgspec.structs.replace(sites.document(), anchors=frozenset(anchors))
        for anchors in (["fn1", "fn2", "fnref1", "fn-1", "fn10x"], ["fn1"], ["fn"])
    ]
    plain = sites.config(tmp_path)
    asked = msgspec.structs.replace(plain, theme=ThemeConfig(sidenotes=True))
    sheets = read_styles(plain)
    assert most_notes(sites.site(asked, documents=tuple(posts))) == 2
    assert "anchor-name" not in stylesheet(sites.site(plain, documents=tuple(posts)), sheets, None)
    assert "#fn2" in stylesheet(sites.site(asked, documents=tuple(posts)), sheets, None)
    assert "anchor-name" not in stylesheet(sites.site(asked), sheets, None)
