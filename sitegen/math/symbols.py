"""Names and characters to symbols: the only module that reads latex2mathml's table.

The table (`unimathsymbols.txt`) knows some 2,900 command names with their code points and TeX classes. It is searched
name by name, because a page uses few of them and reading all of it would cost more than typesetting the page.
Where TeX and its packages print another character than the table says, `CORRECTIONS` has the last word.
"""

from __future__ import annotations

import importlib.util
import os.path
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import escape

from sitegen.math.nodes import BIN, CLOSE, INNER, OP, OPEN, ORD, PUNCT, REL, Symbol

_CLASSES = {
    "mathbin": BIN,
    "mathrel": REL,
    "mathopen": OPEN,
    "mathclose": CLOSE,
    "mathpunct": PUNCT,
    "mathop": OP,
    "mathradical": ORD,
    "mathfence": ORD,
}

_LETTERS = {"o": ORD, "p": OP, "b": BIN, "r": REL, "(": OPEN, ")": CLOSE, ",": PUNCT, "i": INNER}


def _pairs(text: str) -> Iterator[tuple[str, tuple[str, int]]]:
    """Read `name character class` triples; the class is one of the keys of `_LETTERS`."""
    words = text.split()
    for name, char, letter in zip(words[::3], words[1::3], words[2::3], strict=True):
        yield "\\" + name, (char, _LETTERS[letter])


CORRECTIONS: dict[str, tuple[str, int]] = {
    **dict(
        _pairs("""
        ast ∗ b  cdot ⋅ b  sim ∼ r  colon : ,  mid ∣ r  parallel ∥ r  perp ⊥ r  bot ⊥ o  top ⊤ o  setminus ∖ b
        smallsetminus ∖ b  | ‖ o  Vert ‖ o  vert | o  lvert | (  rvert | )  lVert ‖ (  rVert ‖ )  lbrack [ (
        rbrack ] )  lbrace { (  rbrace } )  { { (  } } )  # # o  % % o  & & o  _ _ o  $ $ o  And & r  ampersand & o
        hbar ℏ o  hslash ℏ o  prime ′ o  backprime ‵ o  Box □ o  square □ o  blacksquare ■ o  Diamond ◊ o
        lozenge ◊ o  blacklozenge ⧫ o  diamond ⋄ b  bigcirc ◯ b  ldots … i  ldotp . ,  cdotp ⋅ ,  cdots ⋯ i
        dots … i  dotsc … i  dotso … i  dotsb ⋯ i  dotsm ⋯ i  dotsi ⋯ i  vdots ⋮ o  ddots ⋱ i  iddots ⋰ i  adots ⋰ i
        hdots … i  mathellipsis … i  textellipsis … i  backslash \\ o  surd √ o  smallint ∫ p  lnot ¬ o  neg ¬ o
        emptyset ∅ o  varnothing ∅ o  exist ∃ o  exists ∃ o  nexists ∄ o  forall ∀ o  partial ∂ o  nabla ∇ o
        infty ∞ o  angle ∠ o  triangle △ o  measuredangle ∡ o  sphericalangle ∢ o  complement ∁ o  Finv Ⅎ o
        Game ⅁ o  eth ð o  mho ℧ o  copyright © o  circledR ® o  circledS Ⓢ o  yen ¥ o  checkmark ✓ o  maltese ✠ o
        pounds £ o  mathsterling £ o  euro € o  S § o  P ¶ o  dag † o  ddag ‡ o  dagger † b  ddagger ‡ b  degree ° o
        Re ℜ o  Im ℑ o  wp ℘ o  aleph ℵ o  beth ℶ o  gimel ℷ o  daleth ℸ o  iff ⟺ r  implies ⟹ r  impliedby ⟸ r
        owns ∋ r  ni ∋ r  to → r  gets ← r  land ∧ b  lor ∨ b  ne ≠ r  neq ≠ r  le ≤ r  leq ≤ r  ge ≥ r  geq ≥ r
        lt < r  gt > r  less < r  greater > r  doteqdot ≑ r  Doteq ≑ r  thickapprox ≈ r  thicksim ∼ r  varpropto ∝ r
        shortmid ∣ r  shortparallel ∥ r  nshortmid ∤ r  nshortparallel ∦ r  nmid ∤ r  nparallel ∦ r  smallsmile ⌣ r
        smallfrown ⌢ r  smile ⌣ r  frown ⌢ r  gggtr ⋙ r  llless ⋘ r  lvertneqq ≨ r  gvertneqq ≩ r  nleqq ≰ r
        ngeqq ≱ r  nleqslant ≰ r  ngeqslant ≱ r  npreceq ⋠ r  nsucceq ⋡ r  nsubseteqq ⊈ r  nsupseteqq ⊉ r
        varsubsetneq ⊊ r  varsupsetneq ⊋ r  varsubsetneqq ⫋ r  varsupsetneqq ⫌ r  Join ⋈ r  bowtie ⋈ r  models ⊨ r
        vDash ⊨ r  leadsto ⇝ r  lhd ⊲ b  rhd ⊳ b  unlhd ⊴ b  unrhd ⊵ b  trianglelefteq ⊴ r  trianglerighteq ⊵ r
        vartriangleleft ⊲ r  vartriangleright ⊳ r  triangleleft ◃ b  triangleright ▹ b  bigtriangleup △ b
        bigtriangledown ▽ b  vartriangle △ r  triangledown ▽ o  blacktriangle ▲ o  blacktriangledown ▼ o
        blacktriangleleft ◀ r  blacktriangleright ▶ r  star ⋆ b  bigstar ★ o  ulcorner ⌜ (  urcorner ⌝ )
        llcorner ⌞ (  lrcorner ⌟ )  lgroup ⟮ (  rgroup ⟯ )  lmoustache ⎰ (  rmoustache ⎱ )  langle ⟨ (  rangle ⟩ )
        lceil ⌈ (  rceil ⌉ )  lfloor ⌊ (  rfloor ⌋ )  llbracket ⟦ (  rrbracket ⟧ )  lang ⟨ (  rang ⟩ )  lAngle ⟪ (
        rAngle ⟫ )  uparrow ↑ r  downarrow ↓ r  updownarrow ↕ r  Uparrow ⇑ r  Downarrow ⇓ r  Updownarrow ⇕ r
        restriction ↾ r  upharpoonright ↾ r  amalg ⨿ b  wr ≀ b  dotplus ∔ b  divideontimes ⋇ b  barwedge ⊼ b
        doublebarwedge ⩞ b  veebar ⊻ b  intercal ⊺ b  odot ⊙ b  circledast ⊛ b  oplus ⊕ b  otimes ⊗ b  ominus ⊖ b
        centerdot ⋅ b
        oslash ⊘ b  cap ∩ b  cup ∪ b  wedge ∧ b  vee ∨ b  circ ∘ b  bullet ∙ b  times × b  div ÷ b  pm ± b  mp ∓ b
        colonequals ≔ r  coloneqq ≔ r  eqqcolon ≕ r  coloneq ≔ r  eqcolon ≕ r  dblcolon ∷ r  vcentcolon : r
        ratio : r  Coloneqq ⩴ r  triangleq ≜ r  diagdown ╲ o  diagup ╱ o  imath ı o  jmath ȷ o  ell ℓ o  Bbbk 𝕜 o
        backepsilon ∍ r  digamma ϝ o  slash / o  lq ‘ o  rq ’ o  aa å o  AA Å o  ae æ o  AE Æ o  oe œ o  OE Œ o
        o ø o  O Ø o  ss ß o  i ı o  j ȷ o  l ł o  L Ł o  sharp ♯ o  flat ♭ o  natural ♮ o  clubsuit ♣ o
        diamondsuit ♢ o  heartsuit ♡ o  spadesuit ♠ o  varclubsuit ♧ o  vardiamondsuit ♦ o  varheartsuit ♥ o
        varspadesuit ♤ o  therefore ∴ r  because ∵ r  between ≬ r  pitchfork ⋔ r  propto ∝ r  approxeq ≊ r
        epsilon ϵ o  phi ϕ o  varphi φ o  varepsilon ε o  vartheta ϑ o  varrho ϱ o  varpi ϖ o  varsigma ς o
        varkappa ϰ o  omicron ο o  Alpha Α o  Beta Β o  Epsilon Ε o  Zeta Ζ o  Eta Η o  Iota Ι o  Kappa Κ o  Mu Μ o
        Nu Ν o  Omicron Ο o  Rho Ρ o  Tau Τ o  Chi Χ o  varGamma 𝛤 o  varDelta 𝛥 o  varTheta 𝛩 o  varLambda 𝛬 o
        varXi 𝛯 o  varPi 𝛱 o  varSigma 𝛴 o  varUpsilon 𝛶 o  varPhi 𝛷 o  varPsi 𝛹 o  varOmega 𝛺 o  lbag ⟅ (  rbag ⟆ )
        textbackslash \\ o  textbar | o  textless < o  textgreater > o  textasciitilde ~ o  textasciicircum ^ o
        textdollar $ o  textunderscore _ o  textbraceleft { o  textbraceright } o  textendash – o  textemdash — o
        textregistered ® o  textquoteleft ‘ o  textquoteright ’ o  textquotedblleft “ o  textquotedblright ” o
        textdagger † o  textdaggerdbl ‡ o  textsterling £ o  textdegree ° o  textbullet • o  textperiodcentered · o
        textasteriskcentered ∗ o  guillemotleft « o  guillemotright » o  textcopyright © o
        """)
    ),
    "\\dotsint": ("∫⋯∫", OP),
}
"""Command to character and class: where TeX's own usage differs from the table's entry or the table has none, and the
everyday names, which are offered first when one is misspelt."""

_MOVABLE = frozenset("∏∐∑⋀⋁⋂⋃⨀⨁⨂⨃⨄⨅⨆⨉⫿")
"""Large operators with limits above and below in display style; integrals keep them at the side (TeXbook, page 144)."""

_ASCII: dict[str, tuple[str, str, int]] = {
    "+": ("+", "mo", BIN),
    "-": ("−", "mo", BIN),
    "*": ("∗", "mo", BIN),
    "=": ("=", "mo", REL),
    "<": ("<", "mo", REL),
    ">": (">", "mo", REL),
    ":": (":", "mo", REL),
    "(": ("(", "mo", OPEN),
    "[": ("[", "mo", OPEN),
    ")": (")", "mo", CLOSE),
    "]": ("]", "mo", CLOSE),
    "!": ("!", "mo", CLOSE),
    "?": ("?", "mo", CLOSE),
    ",": (",", "mo", PUNCT),
    ";": (";", "mo", PUNCT),
    ".": (".", "mo", ORD),
    "/": ("/", "mo", ORD),
    "|": ("|", "mo", ORD),
    '"': ('"', "mo", ORD),
    "`": ("‘", "mo", ORD),
    "@": ("@", "mi", ORD),
    "−": ("−", "mo", BIN),
    "∗": ("∗", "mo", BIN),
    "·": ("⋅", "mo", BIN),
    "…": ("…", "mo", INNER),
    "‖": ("‖", "mo", ORD),
    "∂": ("∂", "mi", ORD),
    "µ": ("μ", "mi", ORD),
}
"""Characters as plain TeX's mathcodes set them (TeXbook, appendix B)."""

_TEXT_SIGNS = frozenset("$&")
"""Signs of text: `\\$` and `\\&` are no variables."""
_ITALIC = re.compile("[A-Za-zıȷα-ωϑϕϖϱϰϵ]")
_UPRIGHT = re.compile("[Α-Ωϴℏ∇ΓΔΘΛΞΠΣΥΦΨΩ]")


@lru_cache(maxsize=1)
def _table() -> str:
    """Return the text of latex2mathml's table without importing the package."""
    spec = importlib.util.find_spec("latex2mathml")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("latex2mathml is not installed")
    # Not pathlib: importing it would be a tenth of what the first formula costs.
    with open(os.path.join(os.path.dirname(spec.origin), "unimathsymbols.txt"), encoding="utf-8") as file:
        text = file.read()
    return text[text.index("\n0") :]


def _lines_with(needle: str) -> Iterator[list[str]]:
    """Yield the table's records that contain `needle`, as fields."""
    table = _table()
    at = table.find(needle)
    while at >= 0:
        start = table.rfind("\n", 0, at) + 1
        end = table.find("\n", at)
        end = len(table) if end < 0 else end
        yield table[start:end].strip().split("^")
        at = table.find(needle, end)


def _is_alias(name: str, comment: str) -> bool:
    """Tell whether the comment column lists `name` as another name of its character (`= \\name` or `# \\name`)."""
    return name in comment and name in re.findall(r"[=#]\s*(\\[^,^ ]+),?", comment)


def table_entry(name: str) -> tuple[str, int] | None:
    """Return character and class of the command `name` (with backslash) as the table has it."""
    for fields in _lines_with(name):
        if name in (fields[2], fields[3]) or _is_alias(name, fields[-1]):
            char = "".join(chr(int(code, 16)) for code in fields[0].split("-"))
            return char, _CLASSES.get(fields[5], ORD)
    return None


def _class_of(char: str) -> int:
    """Return the TeX class of a character that was typed as such."""
    for fields in _lines_with(f"{ord(char):05X}^{char}^"):
        return _CLASSES.get(fields[5], ORD)
    return ORD


def lookup(name: str) -> Symbol | None:
    """Return what the command `name` prints, or None when it is no symbol of TeX's packages or of the table."""
    found = CORRECTIONS.get(name) or table_entry(name)
    if found is None:
        return None
    char, cls = found
    return make(char, cls)


def make(char: str, cls: int = ORD) -> Symbol:
    """Return the symbol for a character of a class: an identifier where it is ordinary, else an operator.

    HTML text is to be in Unicode's normal form C, in which the Ångström sign is the letter Å.
    """
    char = unicodedata.normalize("NFC", char)
    if char == "|" or char == "‖" or char == "/":
        return Symbol(char, "mo", cls)
    if cls == OP:
        return Symbol(char, "mo", cls, limits=char in _MOVABLE)
    if cls != ORD or char in "…⋯⋮⋰⋱":
        return Symbol(char, "mo", cls)
    if unicodedata.combining(char[0]):
        return Symbol(char, "mo", ORD)
    return identifier(char)


def identifier(char: str) -> Symbol:
    """Return a letter or another ordinary character as `<mi>`."""
    if char in _TEXT_SIGNS:
        return Symbol(char, "mtext", ORD, f"<mtext>{escape(char, quote=False)}</mtext>")
    if len(char) == 1 and _ITALIC.match(char):
        return Symbol(char, "mi", ORD, f"<mi>{char}</mi>", variant="italic")
    if len(char) == 1 and _UPRIGHT.match(char):
        return upright(char)
    return Symbol(char, "mi", ORD, f"<mi>{escape(char, quote=False)}</mi>")


def upright(char: str, cls: int = ORD) -> Symbol:
    """Return one upright letter."""
    return Symbol(char, "mi", cls, f'<mi mathvariant="normal">{escape(char, quote=False)}</mi>', variant="upright")


def number(text: str) -> Symbol:
    """Return a number as `<mn>`; TeX's `1{,}000` loses its braces."""
    text = text.replace("{,}", ",")
    return Symbol(text, "mn", ORD, f"<mn>{text}</mn>")


def character(char: str) -> Symbol:
    """Return the symbol for a character typed directly; Unicode is read as the command that prints it."""
    entry = _ASCII.get(char)
    if entry is not None:
        shown, tag, cls = entry
        return Symbol(shown, tag, cls) if tag == "mo" else identifier(shown)
    if len(char) > 1 or char.isascii():
        return identifier(char)
    char = unicodedata.normalize("NFC", char)
    if len(char) > 1:
        return make(char, REL if _class_of(char[0]) == REL else ORD)
    category = unicodedata.category(char)
    if category == "Nd":
        return number(char)
    if category[0] == "L" or category[0] == "N":
        return identifier(char)
    cls = _class_of(char)
    if cls == ORD and category == "Ps":
        cls = OPEN
    elif cls == ORD and category == "Pe":
        cls = CLOSE
    return make(char, cls)


def escaped(text: str) -> str:
    """Return `text` fit for an element's content."""
    return escape(text, quote=False)


@lru_cache(maxsize=1)
def common_names() -> tuple[str, ...]:
    """Return the command names of the table's own columns, for spelling hints."""
    names: list[str] = []
    for line in _table().splitlines():
        fields = line.split("^")
        names.extend(field for field in fields[2:4] if field.startswith("\\") and field[1:].isalpha())
    return tuple(dict.fromkeys(names))
