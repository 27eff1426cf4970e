"""Authors' colours on light and dark pages."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen import palette
from sitegen.assets import THEME
from sitegen.palette import DARK, LIGHT, Ground, contrast, oklch

colors = st.integers(0, 0xFFFFFF).map(lambda value: f"{value:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("000000", "ffffff", 21.0), ("777777", "ffffff", 4.48), ("ff0000", "ffffff", 4.0), ("0000ff", "ffffff", 8.59)],
)
def test_contrast_is_that_of_wcag(first: str, second: str, ratio: float) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.005)
    assert contrast(second, first) == contrast(first, second)


@given(colors)
def test_every_color_is_readable_on_both_pages(rgb: str) -> None:
    assert contrast(palette.light(rgb), LIGHT.background) >= 4.5
    assert contrast(palette.dark(rgb), DARK.background) >= 4.5


@given(colors)
def test_every_background_lets_the_text_of_the_theme_be_read(rgb: str) -> None:
    for ground in (LIGHT, DARK):
        shade = palette.background_color(rgb, ground)
        assert all(contrast(shade, text) >= 4.5 for text in ground.texts)


@given(colors, colors)
def test_every_color_is_readable_on_every_background(rgb: str, background: str) -> None:
    for ground in (LIGHT, DARK):
        shade = palette.background_color(background, ground)
        assert contrast(palette.text_color(rgb, Ground(shade, ground.texts, ground.darker)), shade) >= 4.5


@given(colors)
def test_a_readable_color_is_left_alone(rgb: str) -> None:
    if contrast(rgb, LIGHT.background) >= 4.5:
        assert palette.light(rgb) == rgb
    if contrast(rgb, DARK.background) >= 4.5:
        assert palette.dark(rgb) == rgb


@given(colors)
def test_the_hue_is_kept(rgb: str) -> None:
    for changed in (palette.light(rgb), palette.dark(rgb)):
        before, after = oklch(rgb), oklch(changed)
        if min(before.chroma, after.chroma) < 0.03:  # greys have no hue to speak of
            continue
        turn = abs(before.hue - after.hue) % math.tau
        assert min(turn, math.tau - turn) < math.radians(6)


@pytest.mark.parametrize(("rgb", "light", "dark"), [("0000ff", "0000ff", None), ("ffff00", None, "ffff00")])
def test_one_color_serves_where_it_can(rgb: str, light: str | None, dark: str | None) -> None:
    assert (palette.light(rgb) == rgb) == (light is not None)
    assert (palette.dark(rgb) == rgb) == (dark is not None)


def test_capital_digits_are_the_same_color() -> None:
    assert palette.light("0000FF") == "0000ff"


def test_rules_for_text_and_backgrounds() -> None:
    css = palette.stylesheet(["0000ff"], ["ffff00"])
    bright, dim = css.split("@media screen and (prefers-color-scheme:dark){")
    assert ".c-0000ff{color:#0000ff}" in bright
    assert ".bg-ffff00{background-color:#ffff00}" in bright
    assert f".c-0000ff{{color:#{palette.dark('0000ff')}}}" in dim
    assert f".bg-ffff00{{background-color:#{palette.background_color('ffff00', DARK)}}}" in dim


def test_text_on_an_authors_background_has_a_rule_of_its_own() -> None:
    css = palette.stylesheet(["0000ff"], ["00008b"], [("0000ff", "00008b")])
    for shade, ground in zip(re.findall(r"\.bg-00008b\{background-color:#(\w{6})", css), (LIGHT, DARK), strict=True):
        assert contrast(shade, ground.texts[0]) >= 4.5
    pairs = re.findall(r"\.bg-00008b\.c-0000ff,\.bg-00008b \.c-0000ff\{color:#(\w{6})", css)
    assert len(pairs) == 2


def test_nothing_gives_nothing() -> None:
    assert palette.stylesheet([], []) == ""


def test_the_grounds_are_those_of_the_packaged_stylesheet() -> None:
    css = (THEME / "styles" / "colours.css").read_text(encoding="utf-8")
    assert palette.grounds(css) == (LIGHT, DARK)


def test_the_grounds_follow_a_sites_own_stylesheet() -> None:
    css = ":root{--bg:#FEE;--fg:#101010}@media screen{:root{--bg:#001122;--fg:#eeeeee}}"
    light, dark = palette.grounds(css)
    assert (light.background, light.texts, light.darker) == ("ffeeee", ("101010",), True)
    assert (dark.background, dark.texts, dark.darker) == ("001122", ("eeeeee",), False)


def test_the_grounds_of_a_stylesheet_without_hexadecimal_colors_are_the_packaged_ones() -> None:
    assert palette.grounds(":root{--bg:white}") == (LIGHT, DARK)
