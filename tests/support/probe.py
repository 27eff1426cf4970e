"""An open page with the questions of `probe.js`, and what answers about colours mean."""

from __future__ import annotations

import colorsys
import re
from pathlib import Path
from typing import Any

from tests.support.browsers import Page

LIBRARY = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""


class Probe:
    """A page that can be asked."""

    def __init__(self, page: Page, width: int) -> None:
        self.page = page
        self.width = width

    def ask(self, expression: str) -> Any:
        """Return the value of a JavaScript expression that may use everything in `probe.js`."""
        return self.page.evaluate(f"(async () => {{ {LIBRARY}\nreturn ({expression}); }})()")


def colour(css: str) -> Colour:
    """Return a computed CSS colour, `rgb(…)` or `color(srgb …)`, as numbers."""
    numbers = [float(number) for number in re.findall(r"[\d.]+", css.removeprefix("color(srgb"))]
    scale = 1.0 if css.startswith("color(") else 255.0
    red, green, blue = (number / scale for number in numbers[:3])
    return red, green, blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two computed colours (WCAG 2.2, relative luminance)."""

    def luminance(css: str) -> float:
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour(css)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def hue(css: str) -> str:
    """Return `red` or `blue` for a colour that readers call so, `none` for one near grey, else its hue in degrees."""
    turn, lightness, saturation = colorsys.rgb_to_hls(*colour(css))
    if saturation * (1 - abs(2 * lightness - 1)) < 0.2:
        return "none"
    degrees = turn * 360
    if degrees < 15 or degrees > 345:
        return "red"
    return "blue" if 205 <= degrees <= 265 else f"{degrees:.0f}°"
