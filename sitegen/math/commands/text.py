"""Text inside formulas: `\\text` and its kin, with nested mathematics."""

from __future__ import annotations

import unicodedata

from sitegen.math.lexer import Token
from sitegen.math.nodes import TEXT, Group, Logo, Node, Open, Scripts, Space, Symbol, Text, Wrapped
from sitegen.math.parser import MAX_DEPTH, Parser, builtin
from sitegen.math.registry import COMMANDS, ENTRIES, MACROS, TEXT_SYMBOLS, Ender

TEXT_FONTS: dict[str, str] = {
    "\\text": "",
    "\\mbox": "",
    "\\hbox": "",
    "\\textnormal": "",
    "\\textrm": "",
    "\\textup": "",
    "\\textmd": "",
    "\\fbox@": "",
    "\\textbf": "bold",
    "\\textit": "italic",
    "\\textsl": "italic",
    "\\emph": "italic",
    "\\textsf": "sans",
    "\\texttt": "mono",
    "\\textsc": "small-caps",
    "\\intertext@": "",
    "\\textmedium": "",
    "\\textlf": "",
    "\\Tiny@": "",
}
"""Command to alphabet."""

_SWITCHES = {
    "\\bf": "bold",
    "\\bfseries": "bold",
    "\\it": "italic",
    "\\itshape": "italic",
    "\\sl": "italic",
    "\\em": "italic",
    "\\sf": "sans",
    "\\sffamily": "sans",
    "\\tt": "mono",
    "\\ttfamily": "mono",
    "\\rm": "",
    "\\rmfamily": "",
    "\\normalfont": "",
    "\\upshape": "",
    "\\mdseries": "",
    "\\sc": "small-caps",
    "\\scshape": "small-caps",
}

_TRAITS = {
    "": "",
    "bold": "b",
    "italic": "i",
    "bold-italic": "bi",
    "sans": "s",
    "bold-sans": "bs",
    "sans-italic": "is",
    "bold-sans-italic": "bis",
    "mono": "m",
    "small-caps": "c",
}
"""Alphabet to its series, shape and family."""
_JOINED = {"".join(sorted(traits)): font for font, traits in _TRAITS.items()}
_ENDS = {
    **dict.fromkeys(["\\textup", "\\upshape"], "ic"),
    **dict.fromkeys(["\\textmd", "\\mdseries", "\\textmedium"], "b"),
    **dict.fromkeys(["\\textrm", "\\rmfamily"], "sm"),
    **dict.fromkeys(["\\textnormal", "\\normalfont", "\\rm", "\\bf", "\\it", "\\sl", "\\sf", "\\tt", "\\sc"], "bismc"),
    **dict.fromkeys(["\\textsf", "\\sffamily", "\\texttt", "\\ttfamily"], "sm"),
    **dict.fromkeys(["\\textsc", "\\scshape"], "i"),
}
"""Command to the traits that end with it (LaTeX's font selection: series, shape and family are apart)."""


def _joined(font: str, command: str) -> str:
    """Return the alphabet of text in `command` inside of text in an alphabet."""
    own = TEXT_FONTS[command] if command in TEXT_FONTS else _SWITCHES[command]
    if command in ("\\emph", "\\em") and "i" in _TRAITS[font]:
        kept, own = set(_TRAITS[font]) - {"i"}, ""
    else:
        kept = set(_TRAITS[font]) - set(_ENDS.get(command, ""))
    traits = "".join(sorted(kept | set(_TRAITS[own])))
    # Typewriter and small capitals have no other variants in Unicode.
    return _JOINED.get(traits, own or font)


_ACCENTS = {
    "\\'": "\u0301",
    "\\`": "\u0300",
    "\\^": "\u0302",
    '\\"': "\u0308",
    "\\~": "\u0303",
    "\\=": "\u0304",
    "\\.": "\u0307",
    "\\u": "\u0306",
    "\\v": "\u030c",
    "\\H": "\u030b",
    "\\c": "\u0327",
    "\\d": "\u0323",
    "\\b": "\u0331",
    "\\r": "\u030a",
    "\\k": "\u0328",
    "\\t": "\u0361",
}

TEXT_SYMBOLS.update(
    {
        "\\{": "{",
        "\\}": "}",
        "\\$": "$",
        "\\%": "%",
        "\\&": "&",
        "\\#": "#",
        "\\_": "_",
        "\\ ": "\u00a0",
        "\\\n": "\u00a0",
        "~": "\u00a0",
        "\\space": " ",
        "\\,": "\u2009",
        "\\thinspace": "\u2009",
        "\\:": "\u2005",
        "\\>": "\u2005",
        "\\;": "\u2004",
        "\\!": "",
        "\\quad": "\u2003",
        "\\qquad": "\u2003\u2003",
        "\\enspace": "\u2002",
        "\\/": "",
        "\\-": "",
        "\\ldots": "…",
        "\\dots": "…",
        "\\textellipsis": "…",
        "\\lbrace": "{",
        "\\rbrace": "}",
        "\\backslash": "\\",
        "\\TeX": "TeX",
        "\\LaTeX": "LaTeX",
        "\\KaTeX": "KaTeX",
        "\\slash": "/",
        "\\lq": "‘",
        "\\rq": "’",
        "\\textquotesingle": "'",
        "\\textbackslash": "\\",
        "\\textasciigrave": "`",
        "\\textcelsius": "℃",
        "\\textohm": "Ω",
        "\\textmu": "µ",
        "\\par": " ",
        "\\relax": "",
        "\\newline": " ",
        "\\\\": " ",
        "\\nobreakspace": "\u00a0",
        "\\textvisiblespace": "␣",
        "\\negthinspace": "",
        "\\medspace": "\u2005",
        "\\thickspace": "\u2004",
        "\\texttrademark": "™",
        "\\textordmasculine": "º",
        "\\textordfeminine": "ª",
        "\\textcompwordmark": "\u200c",
        "\\DH": "Ð",
        "\\dh": "ð",
        "\\DJ": "Đ",
        "\\dj": "đ",
        "\\NG": "Ŋ",
        "\\ng": "ŋ",
        "\\TH": "Þ",
        "\\th": "þ",
    }
)

_SHIFTED = ("\\textsuperscript", "\\textsubscript")
_LIGATURES = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("`", "‘"), ("'", "’"))


class _Run:
    """Collects characters of one font into `Text` nodes."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.buffer: list[str] = []
        self.font = ""
        self.start = 0
        self.end = 0

    def add(self, text: str, token: Token) -> None:
        if not self.buffer:
            self.start = token[1]
        self.buffer.append(text)
        self.end = token[2]

    def flush(self) -> None:
        if self.buffer:
            self.nodes.append(text_node("".join(self.buffer), self.font, self.start, self.end))
            self.buffer = []


def text_node(content: str, font: str, start: int, end: int) -> Text:
    """Return a text node with its letters in an alphabet and TeX's ligatures made."""
    if font != "mono":
        for plain, ligature in _LIGATURES:
            if plain in content:
                content = content.replace(plain, ligature)
    if font == "small-caps":
        return Text(content, start, end, "sc")
    if font:
        from sitegen.math.alphabets import styled_text

        content = styled_text(content, font)
    return Text(content, start, end)


def text_nodes(parser: Parser, command: Token, font: str) -> list[Node]:
    """Read one argument in text mode and return text and mathematics in turn."""
    text = parser.peek()
    if not text:
        parser.missing_argument(command)
    run = _Run()
    run.font = font
    if text != "{":
        if isinstance(ENTRIES[text], Ender):
            parser.missing_argument(command)
        parser.split_digits()
        tokens = [parser.stack.pop()]
        outer, parser.stack = parser.stack, tokens
        _read(parser, run, None)
        parser.stack = outer
    else:
        opening = parser.stack.pop()
        _read(parser, run, opening)
    run.flush()
    return run.nodes


def text_cell(parser: Parser) -> list[Node]:
    """Read a table cell in text mode, up to the token that ends it."""
    stack = parser.stack
    depth = 0
    inside = False
    tokens: list[Token] = []
    while stack:
        text = stack[-1][0]
        if not depth and not inside and text in ("&", "\\\\", "\\cr", "\\end", "}"):
            break
        depth += (text == "{") - (text == "}")
        inside = inside != (text == "$")
        tokens.append(stack.pop())
    while tokens and tokens[0][0][0] in " \t\r\n":
        tokens.pop(0)
    while tokens and tokens[-1][0][0] in " \t\r\n":
        tokens.pop()
    run = _Run()
    outer, parser.stack = parser.stack, tokens[::-1]
    _read(parser, run, None)
    parser.stack = outer
    run.flush()
    return run.nodes


def _read(parser: Parser, run: _Run, opening: Token | None) -> None:
    """Read text up to the brace that closes `opening`, or all tokens when there is none."""
    stack = parser.stack
    outer_font = run.font
    after_command = False
    parser.depth += 1
    if parser.depth > MAX_DEPTH:
        parser.too_deep(*(opening[1:] if opening else (0, 1)))
    while stack:
        token = stack.pop()
        text = token[0]
        if text == "}":
            if opening is None:
                parser.unexpected(token)
            run_font(run, outer_font)
            parser.depth -= 1
            return
        if text in parser.macros:
            parser.expand(parser.macros[text], token)
        elif text[0] in " \t\r\n":
            # TeX skips the space after a control word (TeXbook, page 8).
            if not after_command:
                run.add(" ", token)
        elif text == "{":
            _read(parser, run, token)
        elif text == "$" or text == "\\(":
            run.flush()
            run.nodes.append(_inline_math(parser, token))
        elif text[0] != "\\" and text != "~":
            run.add(text, token)
        else:
            _command(parser, run, token)
        after_command = text[0] == "\\" and len(text) > 1 and text[1].isalpha()
    parser.depth -= 1
    if opening is not None:
        parser.unclosed(opening)


def run_font(run: _Run, font: str) -> None:
    """Switch the run to another alphabet."""
    if run.font != font:
        run.flush()
        run.font = font


def _inline_math(parser: Parser, opening: Token) -> Node:
    """Parse mathematics inside text; it is in text style, whatever the surroundings (TeXbook, page 163)."""
    closer = "$" if opening[0] == "$" else "\\)"
    font, parser.font = parser.font, ""
    children = parser.parse_row()
    parser.font = font
    if not parser.stack or parser.stack[-1][0] != closer:
        parser.fail(
            "unclosed-group",
            opening[1],
            opening[2],
            "mathematics inside text is never closed",
            "opened here",
            f"add the missing {closer}",
        )
    closing = parser.stack.pop()
    mark = Open("mstyle", ' displaystyle="false" scriptlevel="0"', opening[1], opening[2], TEXT)
    return Wrapped("mrow", "", children, opening[1], closing[2], style=mark.style)


def _command(parser: Parser, run: _Run, token: Token) -> None:
    """Deal with a command inside text."""
    text = token[0]
    if text in TEXT_SYMBOLS:
        run.add(TEXT_SYMBOLS[text], token)
    elif text in TEXT_FONTS:
        run.flush()
        run.nodes.extend(text_nodes(parser, token, _joined(run.font, text)))
    elif text in _SWITCHES:
        run_font(run, _joined(run.font, text))
    elif text in _ACCENTS:
        inner = text_nodes(parser, token, "")
        letter = inner[0].content if inner and isinstance(inner[0], Text) else ""
        base = (
            {"ı": "i", "ȷ": "j"}.get(letter[:1], letter[:1]) if text not in ("\\c", "\\d", "\\b", "\\k") else letter[:1]
        )
        run.add(unicodedata.normalize("NFC", (base or "\u00a0") + _ACCENTS[text]) + letter[1:], token)
    elif text in _SHIFTED:
        run.flush()
        shifted = Scripts(None, token[1], token[2])
        inside = Group(text_nodes(parser, token, run.font), token[1], token[2])
        if text == "\\textsubscript":
            shifted.sub = inside
        else:
            shifted.sup = inside
        run.nodes.append(shifted)
    elif text == "\\TextOrMath":
        chosen = parser.argument_tokens(token)
        parser.argument_tokens(token)
        parser.push(chosen)
    elif text in MACROS and ENTRIES[text] is None:
        parser.expand(builtin(text), token)
    else:
        entry = ENTRIES[text]
        if entry is None:
            parser.fail_unknown(token)
        if isinstance(entry, Symbol) and (
            not entry.char.isalpha() or (entry.tag == "mi" and len(entry.char) == 1 and not entry.variant)
        ):
            run.add(entry.char, token)
            return
        if isinstance(entry, Ender):
            parser.unexpected(token)
        if text in MATH_ONLY:
            hint = "put it between dollar signs: $…$"
            parser.fail("misplaced-command", token[1], token[2], f"{text} inside text", "needs mathematics", hint)
        run.flush()
        parser.stack.append(token)
        run.nodes.append(parser.argument(token))


MATH_ONLY = frozenset(
    [
        "\\frac", "\\dfrac", "\\tfrac", "\\cfrac", "\\binom", "\\dbinom", "\\tbinom", "\\genfrac", "\\sqrt", "\\root",
        "\\over", "\\atop", "\\choose", "\\left", "\\overset", "\\underset", "\\overbrace", "\\underbrace",
        "\\substack", "\\displaystyle", "\\textstyle", "\\limits", "\\nolimits", "\\sp", "\\sb",
    ]
)  # fmt: skip
"""Commands that TeX refuses outside of mathematics ("Missing $ inserted")."""


def text(parser: Parser, token: Token) -> Node:
    """`\\text{…}` and its kin."""
    nodes = text_nodes(parser, token, TEXT_FONTS[token[0]])
    if len(nodes) == 1 and isinstance(nodes[0], Text):
        return nodes[0]
    return Group(nodes, token[1], nodes[-1].end if nodes else token[2])


def shifted_text(parser: Parser, token: Token) -> Node:
    """`\\textsuperscript{…}` and `\\textsubscript{…}` among mathematics."""
    run = _Run()
    _command(parser, run, token)
    return run.nodes[0]


def encircled(parser: Parser, token: Token) -> Node:
    """`\\textcircled{a}`: a letter or number in a circle, as far as Unicode has it."""
    text, start, end = parser.text_argument(token)
    name = f"CIRCLED LATIN {'SMALL' if text.islower() else 'CAPITAL'} LETTER {text.upper()}"
    if text.isdecimal() and int(text) <= 20:
        return Text(chr(0x245F + int(text)) if int(text) else "⓪", token[1], end)
    try:
        return Text(unicodedata.lookup(name), token[1], end)
    except KeyError:
        return parser.fail("bad-argument", start, end, f"no circled {text} is known", "a letter or number expected")


def verbatim(parser: Parser, token: Token) -> Node:
    """`\\verb|…|`: everything up to the same sign again, in typewriter type."""
    stack = parser.stack
    if stack and stack[-1][0] == "*":
        stack.pop()
    if not stack:
        parser.missing_argument(token)
    fence = stack.pop()
    char = fence[0][0]
    if char in " \t\r\n" and stack and not stack[-1][0][0].isalpha() and stack[-1][0][0] != "\\":
        fence = stack.pop()
        char = fence[0][0]
    elif char in " \t\r\n":
        # To LaTeX the blank is the sign, to most people it is none.
        message = "\\verb is followed by a blank"
        parser.fail("bad-argument", token[1], fence[2], message, "a sign expected here", "write \\verb|text|")
    content = fence[0][1:]
    while char not in content:
        if not stack:
            parser.fail(
                "unclosed-group",
                token[1],
                token[2],
                f"\\verb is never closed by another {char}",
                "opened here",
                f"add {char} after its text",
            )
        content += stack.pop()[0]
    shown, rest = content.split(char, 1)
    end = stack[-1][1] if stack else len(parser.tex)
    if rest:
        parser.push([(rest, end - len(rest), end)])
    return text_node(shown.replace(" ", "\u00a0"), "mono", token[1], end)


COMMANDS.update(dict.fromkeys(TEXT_FONTS, text))
COMMANDS["\\verb"] = verbatim
COMMANDS.update(dict.fromkeys(_SHIFTED, shifted_text))
COMMANDS["\\textcircled"] = encircled


_LOGOS = {"\\TeX": "TeX", "\\LaTeX": "LaTeX", "\\KaTeX": "KaTeX"}
_KERNS = {"La": "-0.325em", "Ka": "-0.2em", "aT": "-0.17em", "Te": "-0.1667em", "eX": "-0.125em"}
_RAISED_A, _LOWERED_E = ' voffset="0.2em"', ' voffset="-0.22em" height="0.46em" depth="0.22em"'


def logo(parser: Parser, token: Token) -> Node:
    """`\\TeX` and `\\LaTeX`: a lowered E (TeXbook, page 66), a small raised A (ltlogos.dtx)."""
    start, end = token[1], token[2]
    nodes: list[Node] = []
    for before, letter in zip(" " + _LOGOS[token[0]], _LOGOS[token[0]], strict=False):
        piece: Node = Text(letter.upper(), start, end)
        if letter == "a":
            small = Wrapped("mstyle", ' scriptlevel="1"', [piece], start, end)
            piece = Wrapped("mpadded", _RAISED_A, [small], start, end)
        elif letter == "e":
            piece = Wrapped("mpadded", _LOWERED_E, [piece], start, end)
        if before + letter in _KERNS:
            nodes.append(Space(_KERNS[before + letter], start, end))
        nodes.append(piece)
    return Logo(nodes, start, end, name=_LOGOS[token[0]])


COMMANDS.update(dict.fromkeys(_LOGOS, logo))
