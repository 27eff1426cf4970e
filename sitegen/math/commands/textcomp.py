"""The symbols of the textcomp and gensymb packages; they print the same in text and in formulas."""

from __future__ import annotations

from sitegen.math.lexer import Token
from sitegen.math.nodes import Node, Text
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, TEXT_SYMBOLS

_NAMES = """
textordfeminine ª textordmasculine º textparagraph ¶ textsection § textquotesingle ' textquotestraightbase ‚
textquotestraightdblbase „ textgravedbl ˵ textacutedbl ˝ textasciicaron ˇ textasciibreve ˘ textasciidieresis ¨
textasciimacron ¯ textasciiacute ´ textasciigrave ` textbaht ฿ textcent ¢ textcentoldstyle ¢ textcolonmonetary ₡
textcurrency ¤ textdong ₫ texteuro € textflorin ƒ textguarani ₲ textlira ₤ textnaira ₦ textpeso ₱ textwon ₩ textyen ¥
textcircledP ℗ textcopyleft 🄯 textcopyright © textregistered ® textservicemark ℠ texttrademark ™ textbardbl ‖
textbigcircle ◯ textblank ␢ textbrokenbar ¦ textdagger † textdaggerdbl ‡ textdblhyphen = textdblhyphenchar =
textdiscount ⁒ textestimated ℮ textinterrobang ‽ textinterrobangdown ⸘ textmusicalnote ♪ textnumero № textopenbullet ◦
textperiodcentered · textpertenthousand ‱ textperthousand ‰ textpilcrow ¶ textrecipe ℞ textreferencemark ※
texttildelow ˷ textlangle ⟨ textrangle ⟩ textlbrackdbl ⟦ textrbrackdbl ⟧ textlquill ⁅ textrquill ⁆ textcelsius ℃
textdegree ° textdiv ÷ textdownarrow ↓ textfractionsolidus ⁄ textleftarrow ← textlnot ¬ textmho ℧ textminus −
textmu µ textohm Ω textonehalf ½ textonequarter ¼ textonesuperior ¹ textpm ± textrightarrow → textsurd √
textthreequarters ¾ textthreequartersemdash — textthreesuperior ³ texttimes × texttwelveudash – texttwosuperior ²
textuparrow ↑ textborn * textdied † textdivorced ⚮ textmarried ⚭ textleaf 🙖 textzerooldstyle 0 textoneoldstyle 1
texttwooldstyle 2 textthreeoldstyle 3 textfouroldstyle 4 textfiveoldstyle 5 textsixoldstyle 6 textsevenoldstyle 7
texteightoldstyle 8 textnineoldstyle 9 texteurosymbol € textexclamdown ¡ textquestiondown ¿ textquotedbl "
textasteriskcentered * textellipsis … textemdash — textendash – textbullet •
textvisiblespace ␣ celsius ℃ degreeCelsius ℃ perthousand ‰ ohm Ω
"""


def symbol(parser: Parser, token: Token) -> Node:
    """Print a symbol of `SYMBOLS` as text."""
    return Text(SYMBOLS[token[0]], token[1], token[2])


_WORDS = _NAMES.split()
SYMBOLS: dict[str, str] = dict(zip(["\\" + word for word in _WORDS[::2]], _WORDS[1::2], strict=True))
"""Command to the character it prints."""

TEXT_SYMBOLS.update({name: char for name, char in SYMBOLS.items() if name not in TEXT_SYMBOLS})
for _name in ("\\textasciigrave", "\\textquotesingle"):
    # Among other characters they would be taken for quotation marks.
    TEXT_SYMBOLS.pop(_name, None)
COMMANDS.update({name: symbol for name in SYMBOLS if name not in COMMANDS})
