"""Mathematical alphabets as Unicode characters, because Chromium ignores `mathvariant` on letters.

The code points are those of Unicode's block U+1D400 to U+1D7FF and of the letterlike symbols that fill its holes.
"""

from __future__ import annotations

from functools import lru_cache

_UPPER, _LOWER, _DIGIT, _GREEK = 0, 1, 2, 3

# Variant: first code points of capitals, small letters, digits, Greek (capitals); 0 where Unicode has none.
_STARTS: dict[str, tuple[int, int, int, int]] = {
    "bold": (0x1D400, 0x1D41A, 0x1D7CE, 0x1D6A8),
    "italic": (0x1D434, 0x1D44E, 0, 0x1D6E2),
    "bold-italic": (0x1D468, 0x1D482, 0x1D7CE, 0x1D71C),
    "script": (0x1D49C, 0x1D4B6, 0, 0),
    "bold-script": (0x1D4D0, 0x1D4EA, 0x1D7CE, 0x1D6A8),
    "fraktur": (0x1D504, 0x1D51E, 0, 0),
    "bold-fraktur": (0x1D56C, 0x1D586, 0x1D7CE, 0x1D6A8),
    "double-struck": (0x1D538, 0x1D552, 0x1D7D8, 0),
    "sans": (0x1D5A0, 0x1D5BA, 0x1D7E2, 0),
    "bold-sans": (0x1D5D4, 0x1D5EE, 0x1D7EC, 0x1D756),
    "sans-italic": (0x1D608, 0x1D622, 0x1D7E2, 0),
    "bold-sans-italic": (0x1D63C, 0x1D656, 0x1D7EC, 0x1D790),
    "mono": (0x1D670, 0x1D68A, 0x1D7F6, 0),
}

_HOLES: dict[str, dict[str, str]] = {
    "italic": {"h": "ℎ", "ı": "𝚤", "ȷ": "𝚥"},
    "script": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
    "fraktur": dict(zip("CHIRZ", "ℭℌℑℜℨ", strict=True)),
    "double-struck": dict(zip("CHNPQRZπγΓΠ∑", "ℂℍℕℙℚℝℤℼℽℾℿ⅀", strict=True)),
}

# Offsets of the Greek symbols behind the small letters of a Greek alphabet (Unicode, U+1D6DB and following).
_GREEK_SYMBOLS = {"∂": 51, "ϵ": 52, "ϑ": 53, "ϰ": 54, "ϕ": 55, "ϱ": 56, "ϖ": 57, "∇": 25, "ϴ": 17}


@lru_cache(maxsize=4096)
def styled(char: str, variant: str) -> str:
    """Return `char` in the alphabet `variant`, or unchanged where Unicode has no such letter."""
    hole = _HOLES.get(variant)
    if hole is not None and char in hole:
        return hole[char]
    starts = _STARTS.get(variant)
    if starts is None or len(char) != 1:
        return char
    if "A" <= char <= "Z":
        return chr(starts[_UPPER] + ord(char) - 65)
    if "a" <= char <= "z":
        return chr(starts[_LOWER] + ord(char) - 97)
    if "0" <= char <= "9":
        return chr(starts[_DIGIT] + ord(char) - 48) if starts[_DIGIT] else char
    greek = starts[_GREEK]
    if not greek:
        return char
    if "Α" <= char <= "Ω":
        return chr(greek + ord(char) - 0x391)
    if "α" <= char <= "ω":
        return chr(greek + 26 + ord(char) - 0x3B1)
    if char in _GREEK_SYMBOLS:
        return chr(greek + _GREEK_SYMBOLS[char])
    return char


def styled_text(text: str, variant: str) -> str:
    """Return `text` with every letter and digit in the alphabet `variant`."""
    return "".join([styled(char, variant) for char in text])


def _already() -> dict[str, tuple[str, str]]:
    """Return letters of the lighter alphabets with their plain letter and the bold alphabet that fits."""
    found: dict[str, tuple[str, str]] = {}
    pairs = {
        "italic": "bold-italic",
        "script": "bold-script",
        "fraktur": "bold-fraktur",
        "sans": "bold-sans",
        "sans-italic": "bold-sans-italic",
    }
    letters = [chr(code) for low, high in ("AZ", "az", "09", "ΑΩ", "αω") for code in range(ord(low), ord(high) + 1)]
    for light, bold in pairs.items():
        for letter in letters:
            shown = styled(letter, light)
            if shown != letter:
                found[shown] = (letter, bold)
    return found


STYLED_ALREADY = _already()
"""Letter of a light alphabet to its plain letter and the bold alphabet that `\\boldsymbol` turns it into."""
