"""Symbols of stmaryrd, esint, wasysym and cmll that no table of Unicode names has under these commands."""

from __future__ import annotations

from sitegen.math.nodes import BIN, OP, ORD, REL, Symbol
from sitegen.math.registry import SYMBOLS

_CLASSES = {"b": BIN, "r": REL, "p": OP, "o": ORD}
_NAMES = """
shortleftarrow ← r  shortrightarrow → r  shortuparrow ↑ r  shortdownarrow ↓ r  trianglelefteqslant ⊴ r
trianglerighteqslant ⊵ r  ntrianglelefteqslant ⋬ r  ntrianglerighteqslant ⋭ r  Ydown ⅄ b  varcurlyvee ⋎ b
varcurlywedge ⋏ b  minuso ⦵ b  baro ⦶ b  oblong ▯ b  varoast ⊛ b  varobar ⌽ b  varobslash ⦸ b  varocircle ⊚ b
varodot ⊙ b  varogreaterthan ⧁ b  varolessthan ⧀ b  varominus ⊖ b  varoplus ⊕ b  varoslash ⊘ b  varotimes ⊗ b
vartimes × b  boxempty □ b  bigbox □ p  bigcurlyvee ⋎ p  bigcurlywedge ⋏ p  bigparallel ∥ p  fatslash ⫽ b
ointclockwise ∲ p  dashint ⨍ p  landupint ⨙ p  landdownint ⨚ p  bracevert ⎪ o  arrowvert | o  Arrowvert ‖ o
bbslash ⑊ b  fatbslash ⑊ b  sswarrow ↙ r  ssearrow ↘ r  nnwarrow ↖ r  nnearrow ↗ r  varbigcirc ◯ b  varcopyright © o
venus ♀ o  mars ♂ o  davidsstar ✡ o  ascnode ☊ o  descnode ☋ o  fullmoon ○ o  newmoon ● o  phone ☎ o  currency ¤ o
permil ‰ o  brokenvert ¦ o  thorn þ o  openo ɔ o  inve ɘ o  kreuz ✠ o  varint ∫ p  varoint ∮ p  varoiint ∯ p
wasypropto ∝ r  agemO ℧ o  parr ⅋ b  oc ! o  wn ? o  bigcupplus ⨄ p
"""

_WORDS = _NAMES.split()
SHOWN: dict[str, str] = {}
"""Command to the character it prints."""
for _name, _char, _class in zip(_WORDS[::3], _WORDS[1::3], _WORDS[2::3], strict=True):
    SHOWN["\\" + _name] = _char
    SYMBOLS["\\" + _name] = Symbol(_char, "mo", _CLASSES[_class], limits=_name.startswith("big"))
