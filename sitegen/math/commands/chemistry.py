"""Chemistry: `\\ce{…}` and `\\pu{…}` as the manual of the mhchem package describes them.

The argument is not TeX but mhchem's own notation, so it is read here, piece by piece, and turned into nodes. Scripts
stand on an empty strut rather than on the letter before them, so that all of a formula's are equally high and a charge
stands to the right of a count (mhchem's staggered layout, IUPAC's recommendation IR-4.3).
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from typing import Final, NoReturn

from sitegen.math.commands.accents import padded
from sitegen.math.lexer import Token
from sitegen.math.nodes import (
    BIN,
    CLOSE,
    OPEN,
    ORD,
    PUNCT,
    REL,
    Arrow,
    Atom,
    Fraction,
    Group,
    Node,
    Prescripts,
    Scripts,
    Space,
    Stack,
    Symbol,
    Text,
    Wrapped,
)
from sitegen.math.parser import MAX_DEPTH, Parser
from sitegen.math.registry import ENTRIES, MACROS

ARROWS: Final = (
    ("<=>>", "⥂"), ("<<=>", "⥄"), ("<-->", "⇄"), ("<=>", "⇌"), ("<->", "↔"), ("->", "→"), ("<-", "←"), ("⟶", "→"),
    ("→", "→"), ("⇌", "⇌"), ("⟵", "←"), ("←", "←"), ("↔", "↔"), ("⇄", "⇄"),
)  # fmt: skip
"""Arrow as it is typed to character, longer ones first. Unicode has unequal equilibria with arrows, but no harpoons."""

BONDS: Final[dict[str, str]] = {
    "-": "−", "1": "−", "=": "=", "2": "=", "#": "≡", "3": "≡", "...": "⋅⋅⋅", "....": "⋅⋅⋅⋅", "->": "→", "<-": "←",
    "~": "~", "~-": "~−", "~--": "~−−", "~=": "~−−", "-~-": "−~−",
}  # fmt: skip
"""Argument of `\\bond` to the lines it is made of, from top to bottom; `~` is a dashed one."""

# A number that says how many: 2, 0.5, 1/2, (1/2), n, 2n; a small letter is a variable before a space or an element.
_AMOUNT = re.compile(
    r"(?P<fraction>(?:\d+|[a-z])/\d+)|(?P<bracket>\([+-]?\d+/\d+\))|(?P<number>[+-]?\d+(?:[.,]\d+)?|[+-]?[.]\d+)"
    r"(?P<letter>[a-z](?=\s*[A-Z]))?|(?P<variable>[a-z](?=\s+[A-Z(\[])|[nxyzmk](?=[A-Z][a-z]?(?:[^a-z-]|$)))"
)
_CHARGE = re.compile(r"[0-9a-zA-Z]*[+-]+(?<!-(?=[A-Za-z]))|[*•]|\.+|'+|[0-9]+|[IVX]+|[a-zA-Z]")
_STATE = re.compile(r"\((?:s|l|g|cr|am|vit|a|mon|pol|sol|sln|aq|[a-z]{1,3})\)|\((?:s|l|g|aq)\s*,")
_SUMMAND = re.compile(r"[A-Z0-9(\[$\\]")
_LETTERS = re.compile("[A-Z][a-z]*|[a-zµ]+")
_DIGITS = re.compile("[0-9]+")
_BRACKETS: Final = {"(": OPEN, "[": OPEN, "\\{": OPEN, ")": CLOSE, "]": CLOSE, "\\}": CLOSE}

_STRUT: Final = ' height=".7em"'
_THIN: Final = "0.1667em"
_THICK: Final = "0.2778em"
_WORD: Final = "0.3333em"


@lru_cache(maxsize=512)
def upright(text: str) -> Symbol:
    """Return letters in roman type; several are one identifier, as an element's symbol is."""
    variant = ' mathvariant="normal"' if len(text) == 1 else ""
    return Symbol(text, "mi", ORD, f"<mi{variant}>{escape(text, quote=False)}</mi>", variant="upright")


@lru_cache(maxsize=512)
def number(text: str) -> Symbol:
    """Return a number."""
    return Symbol(text, "mn", ORD, f"<mn>{text}</mn>")


@lru_cache(maxsize=64)
def sign(char: str, cls: int = ORD) -> Symbol:
    """Return an operator; its spaces follow from its class."""
    return Symbol(char, "mo", cls)


class Reader:
    """Reads mhchem's notation out of the tokens of one argument."""

    __slots__ = ("at", "command", "depth", "ends", "nodes", "parser", "pieces", "source", "starts")

    def __init__(self, parser: Parser, command: Token, tokens: list[Token], depth: int = 0) -> None:
        self.parser = parser
        self.command = command
        self.depth = depth
        if parser.depth + depth > MAX_DEPTH:
            parser.too_deep(command[1], command[2])
        self.pieces = _pieces(tokens)
        # Positions in `source` are those of the pieces: a command or a run of spaces counts as one character.
        self.source = "".join([_stand_in(piece[0]) for piece in self.pieces])
        self.at = 0
        self.nodes: list[Node] = []

    # ------------------------------------------------------------------ pieces

    def fail(self, message: str, label: str, hint: str, at: int | None = None) -> NoReturn:
        """End the formula with a located problem."""
        at = self.at if at is None else at
        _, start, end = self.pieces[at] if at < len(self.pieces) else self.command
        self.parser.fail("bad-chemistry", start, end, message, label, hint)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the author's range of the pieces `start` to `end`."""
        if start >= len(self.pieces):
            return self.command[1], self.command[2]
        return self.pieces[start][1], self.pieces[max(start, end - 1)][2]

    def spaces(self) -> bool:
        """Skip spaces; tell whether there were any."""
        start = self.at
        while self.at < len(self.source) and self.source[self.at] == " ":
            self.at += 1
        return self.at > start

    def following(self, offset: int = 0) -> str:
        """Return the character at a distance, or an empty string at the end."""
        at = self.at + offset
        return self.source[at] if at < len(self.source) else ""

    def until(self, opener: str, closer: str) -> list[Token]:
        """Take the pieces between the bracket at hand and the one that closes it."""
        opening = self.at
        self.at += 1
        level = 1
        braces = 0
        start = self.at
        while self.at < len(self.pieces):
            text = self.pieces[self.at][0]
            braces += (text == "{") - (text == "}")
            if opener == "{" or not braces:
                if text == closer:
                    level -= 1
                    if not level:
                        self.at += 1
                        return self.pieces[start : self.at - 1]
                elif text == opener:
                    level += 1
            self.at += 1
        return self.fail(f"{opener} is never closed", "opened here", f"add the missing {closer}", opening)

    def sub_nodes(self, tokens: list[Token]) -> list[Node]:
        """Read an argument that is a formula of its own."""
        return Reader(self.parser, self.command, tokens, self.depth + 1).read()

    def mathematics(self, tokens: list[Token]) -> list[Node]:
        """Parse pieces as TeX, in math italics."""
        parser = self.parser
        font, parser.font = parser.font, ""
        nodes = parser.sub_parse(tokens)
        parser.font = font
        return nodes

    # ------------------------------------------------------------------ output

    def add(self, symbol: Symbol, start: int, end: int, cls: int | None = None) -> None:
        """Append a symbol for the pieces `start` to `end`."""
        low, high = self.span(start, end)
        self.nodes.append(Atom(symbol.cls if cls is None else cls, symbol, low, high))

    def space(self, width: str) -> None:
        """Append a space."""
        low, high = self.span(self.at, self.at)
        self.nodes.append(Space(width, low, high))

    def script(self, children: list[Node], start: int, *, raised: bool) -> None:
        """Append a script on a strut; a count and the charge after it stay side by side."""
        low, high = self.span(start, self.at)
        scripts = Scripts(Wrapped("mspace", _STRUT, [], low, low, plain=False), low, high)
        content = children[0] if len(children) == 1 else Group(children, low, high)
        if raised:
            scripts.sup = content
        else:
            scripts.sub = content
        self.nodes.append(scripts)

    # ------------------------------------------------------------------ terms

    def read(self) -> list[Node]:
        """Read everything."""
        fresh = True
        """Whether a term begins here, so that a number says how many."""
        while self.at < len(self.source):
            if fresh:
                self.spaces()
                if self.at >= len(self.source):
                    break
                if not self.operator(spaced=True):
                    if self.amount():
                        self.isotope()
                    fresh = False
                continue
            if self.following() == " ":
                fresh = self.after_space()
            elif self.arrow() or self.adduct():
                fresh = True
            elif not self.operator(spaced=False):
                self.part()
            else:
                fresh = True
        return self.nodes

    def after_space(self) -> bool:
        """Read on after a space; return whether a term begins next."""
        self.spaces()
        if self.at >= len(self.source):
            return False
        if self.arrow() or self.adduct() or self.operator(spaced=True):
            return True
        if self.escapes():
            return False
        if self.following() in (")", "]", ",", "_") or (self.following() == "^" and self.following(1).strip()):
            return False
        self.space(_WORD)
        return True

    def amount(self) -> bool:
        """Read a stoichiometric number; return whether an isotope's numbers may follow."""
        start = self.at
        match = _AMOUNT.match(self.source, start)
        if match is None:
            if self.following() == "$":
                self.dollars()
                return self.count_space(sticks=False)
            return True
        if match["number"] and self.source[match.end() : match.end() + 1] == "-" and match["number"].isdigit():
            return True  # A locant such as the 2 of 2-propanol.
        self.at = match.end()
        low, high = self.span(start, self.at)
        if match["fraction"]:
            above, below = match["fraction"].split("/")
            top = number(above) if above.isdigit() else sign_or_letter(above)
            parts = [Atom(ORD, top, low, high), Atom(ORD, number(below), low, high)]
            self.nodes.append(Fraction(parts[0], parts[1], low, high, style=1))
        elif match["bracket"]:
            for char in re.findall(r"\d+|.", match["bracket"]):
                cls = _BRACKETS.get(char, ORD)
                symbol = number(char) if char.isdigit() else sign("−" if char == "-" else char, cls)
                self.add(symbol, start, self.at, cls)
        elif match["variable"]:
            self.add(sign_or_letter(match["variable"]), start, self.at)
        else:
            digits = match["number"]
            if digits[0] in "+-":
                self.add(sign("−" if digits[0] == "-" else "+"), start, self.at)
            self.add(number(digits.lstrip("+-")), start, self.at)
            if match["letter"]:
                self.add(sign_or_letter(match["letter"]), start, self.at)
        self.count_space(sticks=True)
        return True

    def count_space(self, *, sticks: bool) -> bool:
        """Set the thin space between a number and what it counts, which may follow without one if it `sticks`.

        Returns whether the author wrote a space.
        """
        before = self.at
        blank = self.spaces()
        following = self.following()
        if following and following in "+-=<":
            # No count: the space belongs to the operator.
            self.at = before
        elif following and following not in ",)]" and (blank or (sticks and following != "_")):
            self.space(_THIN)
        return blank

    def isotope(self) -> None:
        """Read mass and atomic number before an element."""
        raised: list[Node] | None = None
        lowered: list[Node] | None = None
        start = self.at
        while self.following() in ("^", "_") and self.following():
            upper = self.following() == "^"
            if (upper and (raised is not None or not self.following(1).strip())) or (not upper and lowered is not None):
                break
            self.at += 1
            content = self.index(raised=True, isotope=True)
            if upper:
                raised = content
            else:
                lowered = content
        if raised is None and lowered is None:
            return
        low, high = self.span(start, self.at)
        match = _LETTERS.match(self.source, self.at)
        base: Node = Wrapped("mspace", _STRUT, [], low, high, plain=False)
        if match:
            at, self.at = self.at, match.end()
            base = Atom(ORD, upright(match[0]), *self.span(at, self.at))
        corners = tuple(None if part is None else Group(part, low, high) for part in (lowered, raised))
        self.nodes.append(Prescripts(base, (corners[0], corners[1]), (None, None), low, base.end))

    # ------------------------------------------------------------------ between terms

    def arrow(self) -> bool:
        """Read an arrow with what stands above and below it."""
        found = next((each for each in ARROWS if self.source.startswith(each[0], self.at)), None)
        if found is None:
            return False
        typed, char = found
        start = self.at
        self.at += len(typed)
        labels: list[Node | None] = []
        kind = ""
        if self.following() in ("T", "C", "M") and self.following() and self.following(1) == "[":
            kind = self.following()
            self.at += 1
        while self.following() == "[" and len(labels) < 2:
            opening = self.at
            tokens = self.until("[", "]")
            if kind == "T":
                inner = self.mathematics(_as_text(tokens))
            else:
                inner = self.mathematics(tokens) if kind == "M" else self.sub_nodes(tokens)
            labels.append(Group(inner, *self.span(opening, self.at)) if inner else None)
        low, high = self.span(start, self.at)
        shaft = Arrow(char, low, high)
        over, under = [*labels, None, None][:2]
        if over is None and under is None:
            # As long as \\longrightarrow; in the script above it an em is smaller.
            length = Group([Space("2.3em", low, high)], low, high)
            self.nodes.append(Stack(shaft, None, length, REL, low, high))
        else:
            self.nodes.append(Stack(shaft, padded(under), padded(over), REL, low, high))
        return True

    def adduct(self) -> bool:
        """Read the point or star between a salt and its water."""
        char = self.following()
        if char not in ("*", ".", "⋅", "·", "•"):
            return False
        after = self.source[self.at + 1 :].lstrip()[:1]
        if not after or after in ".,;)]" or (char == "." and self.source[self.at - 1 : self.at] == "."):
            return False
        self.space(_THIN)
        self.add(sign("⋅"), self.at, self.at + 1)
        self.space(_THIN)
        self.at += 1
        return True

    def operator(self, *, spaced: bool) -> bool:
        """Read `+`, `-` or `=` between terms; without spaces, only where no charge can be."""
        char = self.following()
        if char not in ("+", "-", "=", "−", "±") or self.source.startswith(("->", "-->"), self.at):
            return False
        if not spaced:
            if char != "+" or not _SUMMAND.match(self.source, self.at + 1) or _STATE.match(self.source, self.at + 1):
                return False
        elif not self.nodes and self.following(1) != " " and char != "+":
            return False
        shown = "−" if char == "-" else char
        if char == "=":
            self.add(sign("=", REL), self.at, self.at + 1)
        elif self.nodes and self.nodes[-1].cls in (ORD, CLOSE):
            self.add(sign(shown, BIN), self.at, self.at + 1)
        else:
            # TeX would take it for the sign of a number; mhchem puts empty atoms around it, to keep its spaces.
            self.add(sign(shown), self.at, self.at + 1)
            self.space("0.2222em")
        self.at += 1
        return True

    def escapes(self) -> bool:
        """Read the arrow of a precipitate or a gas: `v`, `(v)`, `^`, `(^)` with spaces around."""
        match = re.compile(r"(?:\((v|\^)\)|(v|\^|↓|↑))(?= |$)").match(self.source, self.at)
        if match is None:
            return False
        start = self.at
        self.at = match.end()
        self.space(_THICK)
        self.add(sign("↓" if (match[1] or match[2]) in "v↓" else "↑"), start, self.at)
        return True

    # ------------------------------------------------------------------ inside a term

    def part(self) -> None:
        """Read the next part of a term."""
        char = self.following()
        start = self.at
        if char == "^" or char == "_":
            self.scripts()
        elif char == "{":
            self.braces()
        elif char == "$":
            self.dollars()
        elif char == "\\":
            self.tex_command()
        elif match := _LETTERS.match(self.source, start):
            self.letters(match[0])
        elif match := _DIGITS.match(self.source, start):
            self.at = match.end()
            content = [Atom(ORD, number(match[0]), *self.span(start, self.at))]
            if self.counted(start):
                self.script(list(content), start, raised=False)
            else:
                self.nodes.extend(content)
        elif char in "+-−":
            self.charge_or_bond()
        elif char in "=#≡":
            self.at += 1
            self.add(sign({"#": "≡"}.get(char, char)), start, self.at)
        elif char in "([" or char in ")]":
            self.bracket()
        elif char == "'":
            primes = len(self.source[start:]) - len(self.source[start:].lstrip("'"))
            self.at += primes
            self.script([Atom(ORD, prime_marks(primes), *self.span(start, self.at))], start, raised=True)
        elif char == "}":
            hint = "delete it, or write \\} for the sign"
            self.fail("a closing brace without an opening one", "nothing to close here", hint)
        elif char == "&":
            hint = "end \\ce before it and begin another one after it"
            self.fail("an ampersand inside of \\ce", "no column to separate here", hint)
        elif self.source.startswith("...", start):
            self.at += 3
            self.add(sign("…"), start, self.at)
        else:
            self.at += 1
            self.plain_sign(self.pieces[start][0], start)

    def counted(self, at: int) -> bool:
        """Tell whether digits at a place count what stands before them."""
        before = self.source[at - 1 : at]
        return bool(before) and (before.isalnum() or before in ")]}$\\_^'+-*")

    def letters(self, text: str) -> None:
        """Read an element's symbol or another word in roman type."""
        start = self.at
        self.at += len(text)
        lone = len(text) == 1 and text.islower() and not self.source[start - 1 : start].isalnum()
        if lone and self.following() == "-" and self.following(1).isalpha():
            # n-Pr: the prefix of an isomer, with a hyphen rather than a bond.
            self.add(sign_or_letter(text), start, self.at)
            self.hyphen()
        else:
            self.add(upright(text), start, self.at)

    def hyphen(self) -> None:
        """Read a hyphen."""
        self.nodes.append(Text("-", *self.span(self.at, self.at + 1)))
        self.at += 1

    def charge_or_bond(self) -> None:
        """Read a sign right after an atom: a charge at the end of it, a bond before another one."""
        start = self.at
        char = self.following()
        after = self.following(1)
        before = self.source[start - 1 : start]
        if char != "+" and (after.isalnum() or after in ("(", "[", "\\", "{", "$")) and after:
            if before == "\\" or (before.isdigit() and not self.counted_before(start)):
                self.hyphen()
            else:
                self.at += 1
                self.add(sign("−"), start, self.at)
            return
        match = re.compile(r"[+−-]+").match(self.source, start)
        self.at = match.end() if match else start + 1
        low, high = self.span(start, self.at)
        signs = ["+" if each == "+" else "−" for each in self.source[start : self.at]]
        self.script([Atom(ORD, sign(each), low, high) for each in signs], start, raised=True)

    def counted_before(self, at: int) -> bool:
        """Tell whether the digits before a place are a count."""
        while at and self.source[at - 1].isdigit():
            at -= 1
        return self.counted(at)

    def bracket(self) -> None:
        """Read a bracket; a state of aggregation is set off a little."""
        start = self.at
        char = self.following()
        if self.nodes and char == "(" and _STATE.match(self.source, start) and self.nodes[-1].cls in (ORD, CLOSE):
            self.space("0.1111em")
        self.at += 1
        self.add(sign(char, _BRACKETS[char]), start, self.at)

    def plain_sign(self, text: str, start: int) -> None:
        """Append any other sign."""
        if text == "~":
            self.space(_WORD)
        elif text in ",;":
            self.add(sign(text, PUNCT), start, self.at)
        elif text == "*":
            self.add(sign("∗"), start, self.at)
        else:
            entry = ENTRIES[text]
            if isinstance(entry, Symbol):
                self.add(entry, start, self.at, ORD)
            else:
                self.nodes.append(Text(text, *self.span(start, self.at)))

    def braces(self) -> None:
        """Read a group: words are text (`{Gluconic Acid}`), an empty one only separates."""
        start = self.at
        tokens = self.until("{", "}")
        if not any(token[0].strip() for token in tokens):
            return
        self.nodes.append(Group(self.mathematics(_as_text(tokens)), *self.span(start, self.at)))

    def dollars(self) -> None:
        """Read mathematics between dollar signs."""
        start = self.at
        inner = self.mathematics(self.until("$", "$"))
        if len(inner) == 1:
            self.nodes.extend(inner)
        elif inner:
            self.nodes.append(Group(inner, *self.span(start, self.at)))

    def tex_command(self) -> None:
        """Read a command of TeX with its arguments; a space after its name is none (TeXbook, chapter 8)."""
        start = self.at
        text = self.pieces[start][0]
        self.at += 1
        if text in _BRACKETS:
            self.add(sign(text[1], _BRACKETS[text]), start, self.at)
            return
        if text == "\\bond":
            self.spaces()
            self.bond()
            return
        if text[1:2].isalpha():
            self.spaces()
        if text in ("\\\\", "\\end", "\\right", "\\cr"):
            self.fail(f"{text} inside of \\ce", "has no meaning in a chemical formula", "end \\ce before it", start)
        if text == "\\begin" or (text == "\\left"):
            hint = "put the mathematics between dollar signs: $…$"
            self.fail(f"{text} inside of \\ce", "is mathematics", hint, start)
        while self.following() in ("{", "[") and self.following():
            if self.following() == "[" and not _takes_option(text):
                break
            self.until(self.following(), "}" if self.following() == "{" else "]")
        tokens = self.pieces[start : self.at]
        if text in self.parser.macros or text in MACROS or ENTRIES[text] is not None:
            nodes = self.mathematics(tokens)
            while nodes and nodes[-1].__class__ is Group and not nodes[-1].children:
                nodes.pop()
            for node in nodes:
                if node.cls > 0 and node.__class__ is Atom and node.symbol.tag != "mo":
                    node.cls = ORD
            self.nodes.extend(nodes)
        else:
            self.parser.fail_unknown(self.pieces[start])

    def bond(self) -> None:
        """Read the argument of `\\bond`."""
        start = self.at
        hint = "write one of " + ", ".join(BONDS)
        if self.following() != "{":
            self.fail("\\bond needs an argument", "a bond in braces expected", hint, start - 1)
        kind = "".join(token[0] for token in self.until("{", "}")).strip()
        lines = BONDS.get(kind)
        if lines is None:
            self.fail(f"{kind or 'nothing'} is no bond of mhchem", "no such bond", hint, start)
        low, high = self.span(start, self.at)
        if "~" not in lines:
            self.nodes.extend(Atom(ORD, sign(char), low, high) for char in lines)
            return
        heights = {1: (0.0,), 2: (0.14, -0.12), 3: (0.25, 0.0, -0.25)}[len(lines)]
        for at, (char, height) in enumerate(zip(lines, heights, strict=True)):
            line: Node = Atom(ORD, sign(char), low, high)
            if char == "~":
                line = Wrapped("mstyle", ' scriptlevel="1"', [Text("---", low, high)], low, high)
            width = "" if at == len(lines) - 1 else ' width="0"'
            self.nodes.append(Wrapped("mpadded", f'{width} voffset="{height:g}em"', [line], low, high))

    # ------------------------------------------------------------------ scripts

    def scripts(self) -> None:
        """Read `^…` or `_…` after an atom."""
        start = self.at
        raised = self.following() == "^"
        if raised and (self.following(1) in ("", " ")):
            self.at += 1
            self.space(_THICK)
            self.add(sign("↑"), start, self.at)
            return
        if raised:
            match = re.compile(r"\^[0-9]+(?:_[0-9]+)?(?=[A-Z])").match(self.source, start)
            if match:
                # H^3HO: a number before an element is its mass.
                if self.nodes:
                    self.space("0.1111em")
                self.isotope()
                return
        self.at += 1
        content = self.index(raised=raised)
        self.script(content, start, raised=raised)

    def index(self, *, raised: bool, isotope: bool = False) -> list[Node]:
        """Read what a script consists of."""
        start = self.at
        char = self.following()
        if not char or char in " }":
            what = "superscript" if self.source[start - 1] == "^" else "subscript"
            self.fail(f"the {what} is empty", "needs more after it", "put it in braces: {…}", start - 1)
        if char == "{":
            return self.index_nodes(self.until("{", "}"), raised=raised)
        if char == "$":
            return self.mathematics(self.until("$", "$"))
        if char == "\\":
            before = len(self.nodes)
            self.tex_command()
            content = self.nodes[before:]
            del self.nodes[before:]
            return content
        if isotope:
            pattern = re.compile("-?[0-9]+|[a-zA-Z]|[+-]")
        elif raised:
            pattern = _CHARGE
        else:
            pattern = re.compile("[0-9]+|[a-zA-Z]|[+-]|[*.']")
        match = pattern.match(self.source, start)
        self.at = match.end() if match else start + 1
        return self.index_nodes(self.pieces[start : self.at], raised=raised)

    def index_nodes(self, tokens: list[Token], *, raised: bool) -> list[Node]:
        """Return the nodes of a script: numbers, charges, radicals, variables."""
        inner = Reader(self.parser, self.command, tokens, self.depth + 1)
        if inner.source.strip() == "x" and raised:
            # Kröger and Vink's notation: no charge relative to the site.
            return [Atom(ORD, sign("×"), *inner.span(0, 1))]
        inner.script_content()
        return inner.nodes

    def script_content(self) -> None:
        """Read the inside of a script."""
        while self.at < len(self.source):
            start = self.at
            char = self.following()
            if char == " ":
                self.spaces()
            elif match := re.compile(r"[0-9]+(?:[.,][0-9]+)?").match(self.source, start):
                self.at = match.end()
                self.add(number(match[0]), start, self.at)
            elif match := re.compile("[A-Za-zµ]+").match(self.source, start):
                self.at = match.end()
                word = match[0]
                bracketed = self.source[start - 1 : start] == "(" and self.following() == ")"
                if len(word) == 1 and word.islower() and not bracketed:
                    self.add(sign_or_letter(word), start, self.at)
                else:
                    for piece in _LETTERS.findall(word) if not word.isupper() else [word]:
                        self.add(upright(piece), start, self.at)
            elif char in "+-−±":
                self.at += 1
                self.add(sign("−" if char == "-" else char), start, self.at)
            elif char in ".•":
                self.at += 1
                self.space("0.0556em")
                self.add(sign("∙"), start, self.at)
                self.space("0.0556em")
            elif char in "([":
                match = _STATE.match(self.source, start)
                if match:
                    self.space("0.0556em")
                self.at += 1
                self.add(sign(char, OPEN), start, self.at)
            elif char == "'":
                self.at += 1
                self.add(prime_marks(1), start, self.at)
            elif char == "{":
                tokens = self.until("{", "}")
                if tokens:
                    self.nodes.extend(self.mathematics(_as_text(tokens)))
            elif char == "_" or char == "^":
                self.scripts()
            else:
                self.part()


def sign_or_letter(char: str) -> Symbol:
    """Return a variable in math italics."""
    return Symbol(char, "mi", ORD, f"<mi>{char}</mi>", variant="italic")


def prime_marks(count: int) -> Symbol:
    """Return so many primes."""
    return Symbol("′" * count, "mo", ORD, f"<mo>{'′' * count}</mo>")


def _pieces(tokens: list[Token]) -> list[Token]:
    """Split numbers into digits, and join runs of spaces."""
    pieces: list[Token] = []
    for token in tokens:
        text, start, end = token
        if len(text) > 1 and text[0] != "\\" and not text.isspace():
            exact = end - start == len(text)
            for at, char in enumerate(text):
                pieces.append((char, start + at, start + at + 1) if exact else (char, start, end))
        else:
            pieces.append(token)
    return pieces


def _stand_in(text: str) -> str:
    return "\\" if text[0] == "\\" else " " if text[0] in " \t\r\n" else text[0]


def _as_text(tokens: list[Token]) -> list[Token]:
    start, end = (tokens[0][1], tokens[-1][2]) if tokens else (0, 0)
    return [("\\text", start, end), ("{", start, end), *tokens, ("}", start, end)]


def _takes_option(text: str) -> bool:
    return text in ("\\sqrt", "\\xrightarrow", "\\xleftarrow", "\\smash", "\\color", "\\textcolor")


_SEPARATORS: Final = frozenset(["&", "\\\\"])


def _divided(token: Token, tokens: list[Token]) -> list[Token]:
    """Return `\\ce` for each cell of an argument that reaches over cells and rows of an alignment."""
    start, end = token[1], token[2]
    result: list[Token] = [token, ("{", start, end)]
    depth = 0
    for each in tokens:
        depth += (each[0] == "{") - (each[0] == "}")
        if each[0] in _SEPARATORS and not depth:
            result += [("}", start, end), each, token, ("{", start, end)]
        else:
            result.append(each)
    return [*result, ("}", start, end)]


def formula(parser: Parser, token: Token) -> Node | None:
    """`\\ce{…}`: its atoms join the row, so that a long reaction can be broken at its arrows."""
    tokens = parser.argument_tokens(token)
    if parser.environments and any(each[0] in _SEPARATORS for each in tokens):
        parser.push(_divided(token, tokens))
        return None
    nodes = Reader(parser, token, tokens).read()
    if parser.peek() in ("^", "_", "'"):
        return Group(nodes, token[1], nodes[-1].end if nodes else token[2])
    parser.row.extend(nodes)
    return None


# ---------------------------------------------------------------------- \pu

_QUANTITY = re.compile(
    r"\s*+(?P<sign>[+-]?)\s*+(?P<whole>\d[\d ]*?)?(?P<point>[.,]\d+)?(?:\s*(?P<error>\(\d+\)|(?:\+-|±)\s*[\d.,]+))?"
    r"(?:(?P<times>[eE]|\s*[*x×]\s*10\^)(?P<power>[+-]?\d+|\{[+-]?\d+\}))?(?=[^\d]|$)"
)
_UNIT = re.compile(r"(?P<name>[A-Za-zµΩÅ°℃%]+)(?:\^?(?P<power>[+-]?\d+)|\^\{(?P<braced>[+-]?\d+)\})?")


def quantity(parser: Parser, token: Token) -> Node | None:
    """`\\pu{…}`: a number, a power of ten and units, products and quotients of them."""
    tokens = parser.argument_tokens(token)
    reader = Reader(parser, token, tokens)
    source = reader.source
    match = _QUANTITY.match(source)
    if match and (match["whole"] or match["point"] or match["power"]):
        reader.at = match.end()
        _number(reader, match)
        if reader.spaces() and reader.at < len(source):
            reader.space(_WORD)
    halves = [half for half in _halves(reader) if half is not None]
    nodes = reader.nodes
    if len(halves) == 2:
        low, high = reader.span(0, len(reader.pieces))
        parts = [Group(half, low, high) for half in halves]
        nodes.append(Fraction(parts[0], parts[1], low, high, style=1))
    else:
        nodes.extend(halves[0])
    if parser.peek() in ("^", "_", "'"):
        return Group(nodes, token[1], token[2])
    parser.row.extend(nodes)
    return None


def _number(reader: Reader, match: re.Match[str]) -> None:
    """Append the number of a quantity; five digits and more are grouped in threes."""
    end = match.end()
    if match["sign"]:
        reader.add(sign("−" if match["sign"] == "-" else "+"), 0, 1)
    whole = (match["whole"] or "").replace(" ", "")
    if len(whole) > 4:
        first = len(whole) % 3 or 3
        whole = "\u2009".join([whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))])
    if whole or match["point"]:
        reader.add(number(whole + (match["point"] or "")), 0, end)
    error = match["error"]
    if error and error[0] == "(":
        reader.add(number(error), 0, end)
    elif error:
        reader.add(sign("±", BIN), 0, end)
        reader.add(number(error.lstrip("+-± ")), 0, end)
    if match["power"]:
        if whole or match["point"]:
            reader.add(sign("⋅" if match["times"] == "e" else "×", BIN), 0, end)
        _power(reader, number("10"), match["power"].strip("{}"), 0, end)


def _power(reader: Reader, base: Symbol, power: str, start: int, end: int) -> None:
    low, high = reader.span(start, end)
    scripts = Scripts(Atom(ORD, base, low, high), low, high)
    digits: Node = Atom(ORD, number(power.lstrip("+-")), low, high)
    minus = Atom(ORD, sign("−"), low, high)
    scripts.sup = Group([minus, digits], low, high) if power[0] == "-" else digits
    reader.nodes.append(scripts)


def _halves(reader: Reader) -> list[list[Node]]:
    """Read units; return what stands above and below the fraction line of `//`."""
    outer = reader.nodes
    reader.nodes = []
    halves: list[list[Node]] = []
    while reader.at < len(reader.source):
        start = reader.at
        char = reader.following()
        match = _UNIT.match(reader.source, start)
        if match:
            reader.at = match.end()
            power = match["power"] or match["braced"]
            if power:
                _power(reader, upright(match["name"]), power, start, reader.at)
            else:
                reader.add(upright(match["name"]), start, reader.at)
        elif char == " ":
            reader.spaces()
            following = reader.following()
            if following and following not in "/*.⋅" and reader.source[start - 1 : start] not in ("/", "*", "."):
                if reader.nodes:
                    reader.space(_THIN)
                elif outer and not halves:
                    reader.space(_WORD)
        elif reader.source.startswith("//", start):
            if halves:
                hint = "write the units below it as a product"
                reader.fail("a second // in one quantity", "only one fraction line is possible", hint)
            reader.at += 2
            reader.spaces()
            halves.append(reader.nodes)
            reader.nodes = []
        elif char == "/":
            reader.at += 1
            reader.add(sign("/"), start, reader.at)
        elif char in "*.⋅·":
            reader.at += 1
            reader.space("0.0556em")
            reader.add(sign("⋅"), start, reader.at)
            reader.space("0.0556em")
        elif char == "^":
            reader.at += 1
            row = reader.nodes or outer
            content = reader.index(raised=True)
            if row and row[-1].__class__ is Atom:
                scripts = Scripts(row[-1], row[-1].start, reader.span(start, reader.at)[1])
                scripts.sup = content[0] if len(content) == 1 else Group(content, *reader.span(start, reader.at))
                row[-1] = scripts
            else:
                reader.script(content, start, raised=True)
        elif re.match(r"\d", char):
            digits = re.compile(r"\d+(?:[.,]\d+)?").match(reader.source, start)
            reader.at = digits.end() if digits else start + 1
            reader.add(number(reader.source[start : reader.at]), start, reader.at)
        else:
            reader.part()
    halves.append(reader.nodes)
    reader.nodes = outer
    return halves
