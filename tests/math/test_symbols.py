"""Symbols against the authority: latex2mathml's table."""

from __future__ import annotations

import unicodedata

from latex2mathml.symbols_parser import SYMBOLS, convert_symbol

from sitegen.math import symbols
from sitegen.math.nodes import BIN, CLOSE, OPEN, ORD, PUNCT, REL

WORDS = [name for name in SYMBOLS if name.startswith("\\") and name[1:].isalpha()]


def _char(code: str) -> str:
    # In normal form C, as HTML text is to be: the table has the Ångström sign, a page the letter Å.
    return unicodedata.normalize("NFC", "".join(chr(int(part, 16)) for part in code.split("-")))


def test_every_name_of_the_table_is_known_with_its_character() -> None:
    assert len(WORDS) > 2000
    wrong = {}
    for name in WORDS:
        if name in symbols.CORRECTIONS:
            continue
        code = convert_symbol(name)
        found = symbols.lookup(name)
        if code is not None and (found is None or found.char != _char(code)):
            wrong[name] = (found.char if found else None, _char(code))
    assert wrong == {}


def test_unknown_names_are_none() -> None:
    assert symbols.lookup("\\nosuchsymbol") is None
    assert symbols.lookup("\\alph") is None


def test_characters_have_the_classes_of_plain_tex() -> None:
    classes = {
        "+": BIN,
        "=": REL,
        "(": OPEN,
        ")": CLOSE,
        ",": PUNCT,
        "x": ORD,
        "≤": REL,
        "∈": REL,
        "∪": BIN,
        "⟨": OPEN,
        "∞": ORD,
        "→": REL,
    }
    assert {char: symbols.character(char).cls for char in classes} == classes


def test_letters_of_every_script_are_identifiers() -> None:
    for char in "xαΩℵжあ中ℝ𝐱":
        symbol = symbols.character(char)
        assert (symbol.tag, symbol.cls) == ("mi", ORD), unicodedata.name(char)
