"""CSS colours as `rrggbb` (CSS Color 4, sections 4 to 7)."""

from __future__ import annotations

import colorsys
import re

from sitegen.math.colornames import CSS_COLORS

_HEX = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\Z")
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^()]*)\)\Z")
_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))(%|deg|turn|rad)?\Z")


def rrggbb(value: str) -> str | None:
    """Return an opaque CSS colour as six hex digits; None for any other value (`inherit`, translucent colours)."""
    value = value.strip().lower()
    if value in CSS_COLORS:
        return CSS_COLORS[value]
    if _HEX.match(value):
        return _from_hex(value[1:])
    function = _FUNCTION.match(value)
    return _from_function(function.group(1), function.group(2)) if function else None


def _from_hex(digits: str) -> str | None:
    if len(digits) < 6:
        digits = "".join(2 * digit for digit in digits)
    return digits[:6] if digits[6:] in {"", "ff"} else None


def _from_function(name: str, inside: str) -> str | None:
    words = [word for word in re.split(r"[\s,/]+", inside.strip()) if word]
    matches = [_NUMBER.match(word) for word in words]
    numbers = [(float(m.group(1)), m.group(2) or "") for m in matches if m]
    if len(numbers) != len(words) or len(numbers) not in {3, 4}:
        return None
    if len(numbers) == 4 and numbers[3][0] < (100 if numbers[3][1] == "%" else 1):
        return None
    if name == "rgb":
        channels = [value * 255 / 100 if unit == "%" else value for value, unit in numbers[:3]]
    else:
        turn = {"turn": 1.0, "rad": 6.283185307179586}.get(numbers[0][1], 360.0)
        hue = numbers[0][0] / turn % 1
        saturation, lightness = (min(1.0, max(0.0, value / 100)) for value, _ in numbers[1:3])
        channels = [255 * part for part in colorsys.hls_to_rgb(hue, lightness, saturation)]
    return "".join(f"{round(min(255, max(0, channel))):02x}" for channel in channels)
