"""Colours of authors, readable on light and on dark pages, as classes of the stylesheet.

An author writes one colour and sees it on the page at hand. Here it becomes two: the colour itself where it
reaches a contrast of 4.5 (WCAG 2.2, success criterion 1.4.3) against the page, else the same hue at another
lightness. Lightness is that of OKLCH, so that blue stays blue when it gets lighter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

import msgspec

CONTRAST = 4.5
"""WCAG 2.2 AA for text of ordinary size."""

COMFORT = 5.5
"""The contrast that a colour gets which has to change: such colours often stand in subscripts."""

RGB = tuple[float, float, float]
"""Linear-light red, green and blue, each from 0 to 1."""


class Ground(msgspec.Struct, frozen=True):
    """What a theme's pages look like, as far as colours on them care. All colours are `rrggbb`."""

    background: str
    texts: tuple[str, ...]
    """Every colour in which the theme itself sets text: ordinary, muted, links."""
    darker: bool
    """Whether text is made darker to stand out: True on a light page."""


LIGHT = Ground("ffffff", ("1c1d21", "5a5e68", "0b57d0"), darker=True)
"""The light side of the packaged theme; `styles/colours.css` says the same."""

DARK = Ground("15171c", ("e4e5ea", "a5aab6", "8ab4f8"), darker=False)
"""The dark side of the packaged theme."""


def light(rgb: str, ground: Ground = LIGHT) -> str:
    """Return the colour (`rrggbb`) for text on the light page: as given when readable, else darker."""
    return text_color(rgb, ground)


def dark(rgb: str, ground: Ground = DARK) -> str:
    """Return the colour (`rrggbb`) for text on the dark page: as given when readable, else lighter."""
    return text_color(rgb, ground)


def text_color(rgb: str, ground: Ground) -> str:
    """Return `rgb` when it is readable on `ground`, else its hue at the nearest lightness of contrast `COMFORT`."""
    if contrast(rgb, ground.background) >= CONTRAST:
        return rgb.lower()

    def comfortable(candidate: str) -> bool:
        return contrast(candidate, ground.background) >= COMFORT

    color = _nearest(rgb, toward=0.0 if ground.darker else 1.0, fits=comfortable)
    # On a ground of middling lightness (an author's own background) black and white are all there is.
    return color if comfortable(color) else max("000000", "ffffff", key=lambda c: contrast(c, ground.background))


def background_color(rgb: str, ground: Ground) -> str:
    """Return `rgb`, or the same hue at the nearest lightness on which all text of the theme is readable."""

    def readable(candidate: str) -> bool:
        return all(contrast(candidate, text) >= CONTRAST for text in ground.texts)

    return _nearest(rgb, toward=1.0 if ground.darker else 0.0, fits=readable)


def stylesheet(
    colors: Iterable[str],
    backgrounds: Iterable[str],
    pairs: Iterable[tuple[str, str]] = (),
    grounds: tuple[Ground, Ground] = (LIGHT, DARK),
) -> str:
    """Return the rules of the classes `c-rrggbb` (text) and `bg-rrggbb`, for both sides of the theme.

    `pairs` holds `(color, background)` of what may stand on one another: such text gets a colour that is readable
    on that background. `color` in a rule beats the presentational `mathcolor` of MathML, so one class serves text
    and formulas. The dark rules are for screens alone: paper is white.
    """
    colors, backgrounds, pairs = sorted(set(colors)), sorted(set(backgrounds)), sorted(set(pairs))
    bright = _rules(colors, backgrounds, pairs, grounds[0])
    dim = [rule for rule in _rules(colors, backgrounds, pairs, grounds[1]) if rule not in bright]
    if dim:
        bright += ["@media screen and (prefers-color-scheme:dark){", *dim, "}"]
    return "".join(rule + "\n" for rule in bright)


def _rules(
    colors: Sequence[str], backgrounds: Sequence[str], pairs: Sequence[tuple[str, str]], ground: Ground
) -> list[str]:
    plain = {color: text_color(color, ground) for color in colors}
    shades = {background: background_color(background, ground) for background in backgrounds}
    rules = [f".c-{name}{{color:#{value}}}" for name, value in plain.items()]
    rules += [f".bg-{name}{{background-color:#{value}}}" for name, value in shades.items()]
    for color, background in pairs:
        value = text_color(color, Ground(shades[background], ground.texts, ground.darker))
        rules.append(f".bg-{background}.c-{color},.bg-{background} .c-{color}{{color:#{value}}}")
    return rules


def grounds(css: str) -> tuple[Ground, Ground]:
    """Read both sides of a theme from its colours stylesheet.

    The first value of each custom property (`--bg`, `--fg`, `--muted`, `--accent`) is the light one, the last the
    dark one. A side without a `--bg` written as `#rrggbb` or `#rgb` is taken from the packaged theme.
    """
    return _ground(css, 0, LIGHT), _ground(css, -1, DARK)


def _ground(css: str, side: int, default: Ground) -> Ground:
    def value(name: str) -> str | None:
        found = re.findall(rf"--{name}\s*:\s*#([0-9a-fA-F]{{6}}|[0-9a-fA-F]{{3}})\s*[;}}]", css)
        if not found:
            return None
        digits: str = found[side].lower()
        return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)

    background = value("bg")
    if background is None:
        return default
    texts = tuple(text for name in ("fg", "muted", "accent") if (text := value(name)))
    return Ground(background, texts, darker=contrast(background, "000000") >= contrast(background, "ffffff"))


# -- contrast (WCAG 2.2, definitions of relative luminance and contrast ratio)


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (`rrggbb`), from 1 to 21."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(rgb: str) -> float:
    """Return the relative luminance of a colour (`rrggbb`), from 0 (black) to 1 (white)."""
    red, green, blue = _linear(rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(rgb: str) -> RGB:
    red, green, blue = (int(rgb[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return _expand(red), _expand(green), _expand(blue)


def _expand(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _compress(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


# -- OKLCH (CSS Color 4, section 9.2 and the sample code for conversions)


class Oklch(msgspec.Struct, frozen=True):
    """A colour by lightness (0 to 1), chroma (0 to about 0.4) and hue (radians)."""

    lightness: float
    chroma: float
    hue: float


def oklch(rgb: str) -> Oklch:
    """Return a colour (`rrggbb`) in OKLCH."""
    red, green, blue = _linear(rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Oklch(lightness, math.hypot(a, b), math.atan2(b, a))


def _to_linear(color: Oklch) -> RGB:
    a, b = color.chroma * math.cos(color.hue), color.chroma * math.sin(color.hue)
    long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _to_rgb(color: Oklch) -> str:
    """Return the colour as `rrggbb`, with as much of its chroma as sRGB can show at its lightness."""
    if not _displayable(color):
        low, high = 0.0, color.chroma
        for _ in range(20):
            middle = (low + high) / 2
            if _displayable(Oklch(color.lightness, middle, color.hue)):
                low = middle
            else:
                high = middle
        color = Oklch(color.lightness, low, color.hue)
    return "".join(f"{round(255 * min(1.0, max(0.0, _compress(max(0.0, c))))):02x}" for c in _to_linear(color))


def _displayable(color: Oklch) -> bool:
    return all(-0.0001 <= channel <= 1.0001 for channel in _to_linear(color))


def _nearest(rgb: str, *, toward: float, fits: Callable[[str], bool]) -> str:
    """Return `rgb` if it fits, else its hue at the first lightness on the way to `toward` that fits.

    `toward` itself, black or white, is the answer where no lightness fits.
    """
    rgb = rgb.lower()
    if fits(rgb):
        return rgb
    color = oklch(rgb)
    best = "000000" if toward == 0.0 else "ffffff"
    unfit, fit = color.lightness, toward
    # Contrast with a page grows with the distance in lightness, so bisection finds the nearest; 16 steps are finer
    # than what eight bits per channel can tell apart.
    for _ in range(16):
        middle = (unfit + fit) / 2
        candidate = _to_rgb(Oklch(middle, color.chroma, color.hue))
        if fits(candidate):
            best, fit = candidate, middle
        else:
            unfit = middle
    return best
