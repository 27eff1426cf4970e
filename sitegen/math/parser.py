"""Tokens to a tree.

The parser walks a stack of tokens (macro expansion pushes onto it, as in TeX) and looks every token up in one table,
so that what a command does lies in `sitegen.math.commands`. The first thing that is wrong ends the formula with a
`ParseError`; nothing is ever skipped or printed as letters because nobody knew it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NoReturn

from sitegen.math import alphabets, symbols
from sitegen.math.lexer import INVALID, Token, tokenise
from sitegen.math.macros import CONFIGURED, Macro
from sitegen.math.model import Problem
from sitegen.math.nodes import (
    MARK,
    OP,
    ORD,
    Atom,
    Close,
    Group,
    Line,
    Node,
    Open,
    Row,
    Symbol,
    Table,
)
from sitegen.math.registry import ENTRIES, MACROS, PRIMITIVE, Ender

MAX_DEPTH: Final = 90
"""Nesting of groups, scripts and environments. Readable formulas stay below 20; the limit spares Python's own stack."""
MAX_STEPS: Final = 10_000
"""Macro expansions in one formula. Real ones need some hundreds; the limit ends recursive macros."""
MAX_TOKENS: Final = 200_000
"""Tokens that macros may produce in one formula; ends macros that double themselves."""
MAX_LENGTH: Final = 100_000
"""Characters of one formula; beyond it text was taken for mathematics."""
MAX_CELLS: Final = 20_000
"""Cells of all tables of one formula, and those of a whole rectangle for each: rows that are short are filled up."""


ROW_ENDS: Final = frozenset(["\\\\", "\\cr", "\\crcr", "\\newline", "\\tabularnewline"])
"""Tokens that end a row of a table."""
_GAP: Final = re.compile(r"\s*(?:[+-]?\s*[\d.,]+\s*\\?[a-zA-Z]+[^\]]*|0*\s*)\]")
"""A length and the bracket after it."""


TAG_FORM: Final = "\\usetagform{}"
"""Key among the macros of what stands around numbers from here on; its source has the parts of `Line.form`."""


class ParseError(Exception):
    """A formula that cannot be typeset; carries the `Problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


class Parser:
    """The state of parsing one formula. Handlers read their arguments through its methods."""

    __slots__ = (
        "cells",
        "colors",
        "denominator",
        "depth",
        "display",
        "environments",
        "font",
        "globally",
        "line",
        "lines",
        "local",
        "macros",
        "marked",
        "open_marks",
        "origins",
        "pushed",
        "row",
        "stack",
        "steps",
        "tex",
        "used_colors",
        "warnings",
    )

    def __init__(
        self, tex: str, macros: dict[str, Macro], *, display: bool = False, colors: dict[str, str] | None = None
    ) -> None:
        self.tex = tex
        self.macros = macros
        """Macros of the document; definitions in this formula are added to it."""
        self.display = display
        self.local: list[tuple[str, Macro | None]] = []
        """What was defined in this formula, in order: the name and what it meant before."""
        self.globally = False
        """Whether the next definition outlives its group (`\\global`)."""
        self.stack: list[Token] = []
        """Tokens still to read, the next one last."""
        self.row: list[Node] = []
        """The row being parsed."""
        self.open_marks: list[Open] = []
        """`\\color` and its kin that are open in the row being parsed."""
        self.font = ""
        """Alphabet of letters, by a name of `alphabets`; empty for math italics."""
        self.depth = 0
        self.denominator = -1
        """Depth of the row that is the denominator of an `\\over`, where a second one would be ambiguous."""
        self.steps = 0
        self.pushed = 0
        self.cells = 0
        self.line = Line(False, 0)
        """What `\\label`, `\\tag` and `\\notag` speak of here."""
        self.lines: list[Line] = [self.line]
        self.origins: dict[tuple[int, int], list[Macro]] = {}
        """Range of a use to the macros that were expanded there."""
        self.environments: list[str] = []
        """Names of the open environments, outermost first."""
        self.warnings: list[Problem] = []
        self.colors = {} if colors is None else colors
        """Colours that the document has defined so far; definitions in this formula are added to it."""
        self.used_colors: dict[str, None] = {}
        """Colours used in this formula, as `rrggbb`, in order."""
        self.marked = False
        """Whether a cell holds a mark that its table must settle (`\\hfill`, `\\cellcolor`)."""

    # ------------------------------------------------------------------ the whole formula

    def parse(self) -> list[Node]:
        """Parse the formula.

        Raises:
            ParseError: something is wrong with it.
        """
        tex = self.tex
        if len(tex) > MAX_LENGTH:
            self.fail("too-long", 0, 1, f"the formula is longer than {MAX_LENGTH:,} characters", "starts here")
        invalid = INVALID.search(tex)
        if invalid:
            code = f"U+{ord(invalid.group()):04X}"
            self.fail(
                "invalid-character",
                invalid.start(),
                invalid.end(),
                f"the control character {code} cannot be shown",
                "delete it",
            )
        self.stack = tokenise(tex)
        self.stack.reverse()
        self.line.end = len(tex)
        nodes = self.parse_row()
        if self.stack and self.stack[-1][0] in ROW_ENDS:
            nodes = self.further_lines(nodes)
        if self.stack:
            self.unexpected(self.stack[-1])
        form = self.macros.get(TAG_FORM)
        if form is not None:
            for line in self.lines:
                line.form = (*form.source.split("\0", 2),)  # type: ignore[assignment]
        return nodes

    def sub_parse(self, tokens: list[Token]) -> list[Node]:
        """Parse `tokens`, all of them, as one row."""
        saved = self.stack
        self.stack = tokens[::-1]
        nodes = self.parse_row()
        if self.stack:
            self.unexpected(self.stack[-1])
        self.stack = saved
        return nodes

    # ------------------------------------------------------------------ rows

    def parse_row(self) -> list[Node]:
        """Parse until a token at which a row ends, and leave that token."""
        row: list[Node] = []
        outer, outer_marks = self.row, self.open_marks
        self.row, self.open_marks = row, []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            start, end = self.stack[-1][1:] if self.stack else (0, 1)
            self.too_deep(start, end)
        stack, macros, append = self.stack, self.macros, row.append
        entries = ENTRIES
        while stack:
            token = stack.pop()
            text, start, end = token
            if text in macros:
                self.expand(macros[text], token)
                continue
            entry = entries[text]
            if entry.__class__ is Symbol:
                if self.font:
                    append(self.in_font(entry, token))
                else:
                    append(Atom(entry.cls, entry, start, end))
            elif entry is None:
                if text[0] not in " \n\t\r":
                    self.unknown(token)
            elif entry.__class__ is Ender:
                stack.append(token if text[-1] != PRIMITIVE else (text[:-1], start, end))
                break
            else:
                node = entry(self, token)  # type: ignore[operator]
                if node is not None:
                    append(node)
        if self.open_marks:
            self.close_marks()
        self.row, self.open_marks = outer, outer_marks
        self.depth -= 1
        return row

    def close_marks(self) -> None:
        """Close what `\\color`, `\\displaystyle` and their kin opened in this row."""
        end = self.row[-1].end if self.row else 0
        for _ in self.open_marks:
            self.row.append(Close(MARK, end, end))
        self.open_marks = []

    def open_mark(self, mark: Open) -> None:
        """Begin a stretch that reaches to the end of the row."""
        self.row.append(mark)
        self.open_marks.append(mark)

    def in_font(self, symbol: Symbol, token: Token) -> Atom:
        """Return the atom for `symbol` in the alphabet of the surroundings."""
        return Atom(symbol.cls, fonted(symbol, self.font), token[1], token[2])

    def unknown(self, token: Token) -> None:
        """Deal with a token that has no entry: a built-in macro, or a mistake."""
        text = token[0]
        if text in MACROS:
            self.expand(builtin(text), token)
            return
        self.fail_unknown(token)

    # ------------------------------------------------------------------ tokens

    def peek(self) -> str:
        """Return the next token's text without spaces before it, or an empty string at the end."""
        stack = self.stack
        while stack and stack[-1][0][0] in " \t\r\n":
            stack.pop()
        return stack[-1][0] if stack else ""

    def next_token(self) -> Token | None:
        """Take the next token that is no space."""
        return self.stack.pop() if self.peek() else None

    def accept(self, text: str) -> bool:
        """Take the next token if it is `text`."""
        if self.peek() == text:
            self.stack.pop()
            return True
        return False

    def star(self) -> bool:
        """Take the star of a starred command if there is one."""
        return self.accept("*")

    def push(self, tokens: Iterable[Token]) -> None:
        """Put tokens back, to be read next in the order given."""
        self.stack.extend(reversed(list(tokens)))

    def split_digits(self) -> None:
        """Split a number so that the next token is its first digit; TeX takes one digit as an argument."""
        text, start, end = self.stack[-1]
        if len(text) > 1 and (text[0].isdigit() or text[0] == "."):
            self.stack.pop()
            rest = (
                tokenise(text[1:], start + 1)
                if end - start == len(text)
                else [(t, start, end) for t, _, _ in tokenise(text[1:])]
            )
            self.push([(text[0], start, start + 1 if end - start == len(text) else end), *rest])

    # ------------------------------------------------------------------ arguments

    def argument(self, command: Token) -> Node:
        """Read one argument: a group, or a single token with what it needs itself.

        Raises:
            ParseError: there is none.
        """
        stack = self.stack
        if stack:
            # The two usual cases: a group, or one letter.
            token = stack[-1]
            text = token[0]
            if text == "{":
                return self.group(stack.pop())
            if len(text) == 1 and not self.font:
                entry = ENTRIES[text]
                if entry.__class__ is Symbol:
                    del stack[-1]
                    return Atom(entry.cls, entry, token[1], token[2])
        while True:
            text = self.peek()
            if not text:
                self.missing_argument(command)
            if text == "{":
                token = self.stack.pop()
                return self.group(token)
            macro = self.macros.get(text)
            if macro is None and text in MACROS and ENTRIES[text] is None:
                macro = builtin(text)
            if macro is None:
                break
            self.expand(macro, self.stack.pop())
        entry = ENTRIES[text]
        if entry.__class__ is Ender:
            self.missing_argument(command)
        self.split_digits()
        token = self.stack.pop()
        entry = ENTRIES[token[0]]
        if entry is None:
            self.fail_unknown(token)
        if isinstance(entry, Symbol):
            return self.in_font(entry, token) if self.font else Atom(entry.cls, entry, token[1], token[2])
        if token[0] in "^_'":
            self.missing_argument(command)
        outer, outer_marks = self.row, self.open_marks
        self.row, self.open_marks = [], []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.too_deep(token[1], token[2])
        node = entry(self, token)  # type: ignore[operator]
        self.depth -= 1
        if node is not None:
            self.row.append(node)
        if self.open_marks:
            self.close_marks()
        row, self.row, self.open_marks = self.row, outer, outer_marks
        if len(row) == 1:
            return row[0]
        return Group(row, token[1], row[-1].end if row else token[2])

    def unclosed(self, opening: Token) -> NoReturn:
        """Report a brace whose group the formula's end cuts off."""
        message, label = "this brace is never closed", "opened here"
        self.fail("unclosed-group", opening[1], opening[2], message, label, "add the missing }")

    def group(self, opening: Token) -> Group:
        """Parse the rest of a group whose brace has been read."""
        font = self.font
        defined = len(self.local)
        children = self.parse_row()
        self.font = font
        if not self.stack:
            self.unclosed(opening)
        closing = self.stack.pop()
        if closing[0] != "}":
            # A row end in braces ends no line: the group is one atom (TeXbook, page 171).
            while closing[0] in ROW_ENDS:
                self.row_gap(closing)
                children += self.parse_row()
                self.font = font
                if not self.stack:
                    self.unclosed(opening)
                closing = self.stack.pop()
            if closing[0] != "}":
                self.unexpected(closing, opening)
        if len(self.local) > defined:
            self.end_group(defined)
        return Group(children, opening[1], closing[2])

    def further_lines(self, first: list[Node]) -> list[Node]:
        """Read on after a row end that stands in no table, and return all lines as one row of nodes.

        LaTeX breaks the line there in text and ignores it in displays; authors want a new line. A row end after the
        last line adds nothing.
        """
        lines = [first]
        while self.stack and self.stack[-1][0] in ROW_ENDS:
            self.row_gap(self.stack.pop())
            lines.append(self.parse_row())
        while len(lines) > 1 and not lines[-1]:
            lines.pop()
        if len(lines) == 1:
            return first
        rows = []
        for nodes in lines:
            row = Row(nodes[0].start if nodes else 0)
            row.cells.append(nodes)
            rows.append(row)
        table = Table("lines", rows, rows[0].start, self.stack[-1][1] if self.stack else len(self.tex))
        table.display = self.display
        table.columns = ["left"]
        return [table]

    def row_gap(self, token: Token, *, at_once: bool = False) -> tuple[str, int, int] | None:
        """Read what may follow a row end: a star and a length in brackets; return the length with its range.

        A bracket that holds anything else is content, and one after a space as well where it must come `at_once`.
        """
        stack = self.stack
        if token[0] != "\\\\":
            return None
        if stack and stack[-1][0] == "*":
            stack.pop()
        if (not stack or stack[-1][0] != "[") if at_once else self.peek() != "[":
            return None
        return self.optional_text() if _GAP.match("".join([each[0] for each in stack[-2:-40:-1]])) else None

    def argument_row(self, command: Token) -> list[Node]:
        """Read one argument as a row."""
        node = self.argument(command)
        if node.__class__ is Group and node.cls == ORD:
            return node.children
        return [node]

    def argument_in(self, command: Token, font: str) -> list[Node]:
        """Read one argument with its letters in another alphabet."""
        outer, self.font = self.font, font
        children = self.argument_row(command)
        self.font = outer
        return children

    def argument_tokens(self, command: Token) -> list[Token]:
        """Read one argument unparsed (for macros), without its braces."""
        text = self.peek()
        if not text or text == "}":
            self.missing_argument(command)
        if text != "{":
            self.split_digits()
            return [self.stack.pop()]
        opening = self.stack.pop()
        return self.balanced(opening)

    def balanced(self, opening: Token) -> list[Token]:
        """Read tokens up to the brace that closes `opening`, and drop that brace."""
        depth = 1
        tokens: list[Token] = []
        for token in reversed(self.stack):
            if token[0] == "{":
                depth += 1
            elif token[0] == "}":
                depth -= 1
                if not depth:
                    del self.stack[-len(tokens) - 1 :]
                    return tokens
            tokens.append(token)
        return self.unclosed(opening)

    def optional_tokens(self) -> list[Token] | None:
        """Read an optional argument `[…]` unparsed; None when the next token is no bracket."""
        if self.peek() != "[":
            return None
        opening = self.stack.pop()
        tokens = self.tokens_to("]")
        if tokens is not None:
            return tokens
        return self.fail(
            "unclosed-group", opening[1], opening[2], "this bracket is never closed", "opened here", "add the missing ]"
        )

    def tokens_to(self, closer: str, opener: str = "", after: frozenset[str] = frozenset()) -> list[Token] | None:
        """Read tokens up to a closing bracket outside of braces, and drop the bracket; None when there is none.

        Pairs of `opener` and `closer` nest; a bracket after one of the commands `after` is none.
        """
        braces = level = 0
        previous = ""
        tokens: list[Token] = []
        stack = self.stack
        while stack:
            token = stack.pop()
            text = token[0]
            if text == "{":
                braces += 1
            elif text == "}":
                braces -= 1
                if braces < 0:
                    break
            elif not braces and previous not in after:
                if text == closer:
                    if not level:
                        return tokens
                    level -= 1
                elif text == opener:
                    level += 1
            tokens.append(token)
            previous = text
        return None

    def optional_text(self) -> tuple[str, int, int] | None:
        """Read an optional argument as text with its range."""
        tokens = self.optional_tokens()
        if tokens is None:
            return None
        start, end = (tokens[0][1], tokens[-1][2]) if tokens else (0, 0)
        return "".join([token[0] for token in tokens]).strip(), start, end

    def text_argument(self, command: Token) -> tuple[str, int, int]:
        """Read one argument as it is written (a name, a length, a colour), with its range; spaces around it dropped."""
        stack = self.stack
        if stack and stack[-1][0] == "{":
            # Most often it is a word, which stands in the formula letter by letter.
            start = stack[-1][2]
            end = self.tex.find("}", start)
            word = self.tex[start:end]
            size = len(word) + 2
            if word.isalpha() and len(stack) >= size and stack[-size] == ("}", end, end + 1):
                del stack[-size:]
                return word, start, end
        tokens = self.argument_tokens(command)
        if not tokens:
            return "", command[1], command[2]
        return "".join([token[0] for token in tokens]).strip(), tokens[0][1], tokens[-1][2]

    def past_brace(self, command: Token, end: int) -> int:
        """Return where a command ends whose last argument ends at `end`: after its brace, where it has one."""
        if end <= command[2]:
            return command[2]
        return end + 1 if self.tex[end : end + 1] == "}" else end

    # ------------------------------------------------------------------ macros

    def define(self, name: str, macro: Macro | None, globally: bool = False) -> None:
        """Let a name mean a macro, or nothing any more, to the end of the group or in the whole document."""
        if globally or self.globally:
            self.local = [each for each in self.local if each[0] != name]
        else:
            self.local.append((name, self.macros.get(name)))
        self.globally = False
        if macro is None:
            self.macros.pop(name, None)
        else:
            self.macros[name] = macro

    def end_group(self, first: int) -> None:
        """Forget the definitions from the one of index `first` on, as TeX does where a group ends (page 269)."""
        while len(self.local) > first:
            name, before = self.local.pop()
            if before is None:
                self.macros.pop(name, None)
            else:
                self.macros[name] = before

    def expand(self, macro: Macro, token: Token) -> None:
        """Replace a macro's use by its body (TeXbook, chapter 20)."""
        start, end = token[1], token[2]
        self.steps += 1
        self.origins.setdefault((start, end), []).append(macro)
        arguments: list[list[Token]] = []
        if macro.delimiters is not None:
            arguments = self.delimited_arguments(macro, token)
        else:
            count = macro.count
            if macro.default is not None:
                given = self.optional_tokens()
                arguments.append(macro.default if given is None else given)
                count -= 1
            for _ in range(count):
                if self.peek() in ("\\end", "&"):
                    self.missing_argument(token)
                arguments.append(self.argument_tokens(token))
        replacement: list[Token] = []
        for item in macro.body:
            if item.__class__ is int:
                if item <= len(arguments):
                    replacement.extend(arguments[item - 1])
            else:
                replacement.append((item, start, end))  # type: ignore[arg-type]
        self.pushed += len(replacement)
        if self.steps > MAX_STEPS or self.pushed > MAX_TOKENS:
            self.fail(
                "macro-loop",
                start,
                end,
                f"the macro {macro.name} never stops expanding",
                "expanded here",
                "does its definition use itself?",
            )
        replacement.reverse()
        self.stack.extend(replacement)

    def delimited_arguments(self, macro: Macro, token: Token) -> list[list[Token]]:
        """Read arguments up to the delimiters of a `\\def` (TeXbook, chapter 20)."""
        delimiters = macro.delimiters or [[]]
        self.peek()  # TeX has no space after a command's name
        for text in delimiters[0]:
            if text == " ":
                continue
            if self.peek() != text:
                self.fail(
                    "bad-argument",
                    token[1],
                    token[2],
                    f"the use of {macro.name} does not match its definition",
                    f"{text} expected after it",
                )
            del self.stack[-1]
        arguments = []
        for delimiter in delimiters[1:]:
            arguments.append(self.tokens_until(delimiter, token) if delimiter else self.argument_tokens(token))
        return arguments

    def tokens_until(self, delimiter: list[str], command: Token) -> list[Token]:
        """Read tokens up to a delimiter outside braces, and drop the delimiter."""
        depth = 0
        tokens: list[Token] = []
        wanted = delimiter[::-1]
        size = len(wanted)
        stack = self.stack
        while stack:
            if depth == 0 and [" " if t[0][0] in " \t\r\n" else t[0] for t in stack[-size:]] == wanted:
                del stack[-size:]
                if len(tokens) > 1 and tokens[0][0] == "{" and tokens[-1][0] == "}" and _one_group(tokens):
                    return tokens[1:-1]
                return tokens
            token = stack.pop()
            depth += (token[0] == "{") - (token[0] == "}")
            if depth < 0:
                break
            tokens.append(token)
        shown = "".join(delimiter)
        shown = "a space" if shown == " " else shown
        message = f"no {shown.removeprefix('a ')} follows {self.shown(command)}"
        return self.fail("bad-argument", command[1], command[2], message, f"{shown} expected after its argument")

    # ------------------------------------------------------------------ problems

    def fail(self, code: str, start: int, end: int, message: str, label: str = "", hint: str = "") -> NoReturn:
        """End the formula with a problem; a place inside a macro gets a note that names the macro."""
        raise ParseError(self.problem(code, start, end, message, label, hint))

    def problem(self, code: str, start: int, end: int, message: str, label: str = "", hint: str = "") -> Problem:
        """Return a problem, with a note when the place came out of a macro."""
        notes: tuple[str, ...] = ()
        macros = self.origins.get((start, end))
        if macros:
            seen = dict.fromkeys(
                f"{macro.name} is defined{self._where(macro)} as {macro.source}" for macro in macros[:3]
            )
            notes = tuple(seen)
        return Problem("math/" + code, start, max(end, start), message, label, hint, notes)

    def _where(self, macro: Macro) -> str:
        """Say where a macro was defined; nothing of a built-in one."""
        if macro.home is None:
            return ""
        if macro.home == CONFIGURED:
            return " in the settings or the front matter"
        return " in this formula" if macro.home == self.tex else " in an earlier formula"

    def warn(self, code: str, start: int, end: int, message: str, label: str = "", hint: str = "") -> None:
        """Report a problem that does not end the formula."""
        self.warnings.append(self.problem(code, start, end, message, label, hint))

    def too_deep(self, start: int, end: int) -> NoReturn:
        """Report the group, argument or environment that is one level too many."""
        message = f"nested more than {MAX_DEPTH} levels deep"
        self.fail("too-deep", start, end, message, "one level too many", "write the inner part as a formula of its own")

    def fail_unknown(self, token: Token) -> NoReturn:
        """Report an unknown command, with the nearest known one."""
        text, start, end = token
        if text == "\\":
            self.fail("unknown-command", start, end, "a backslash without a command name", "nothing follows it")
        from sitegen.math.unsupported import UNSUPPORTED

        reason = UNSUPPORTED.get(text)
        if reason:
            message = f"{text} is not supported: {reason}"
            self.fail("unsupported", start, end, message, "has no meaning on a page", "delete it")
        if text in ("\\(", "\\["):
            message = f"{text} inside a formula"
            hint = "delete it, or end the formula before it"
            self.fail("misplaced-dollar", start, end, message, "would begin another formula", hint)
        from sitegen.math.spelling import hint_for_command

        hint = hint_for_command(text, self.macros)
        self.fail("unknown-command", start, end, f"unknown command {text}", "neither a known command nor a macro", hint)

    def shown(self, command: Token) -> str:
        """Return a command's name as the author wrote it, where it is one of the engine's own."""
        return self.tex[command[1] : command[2]] if "@" in command[0] else command[0]

    def missing_argument(self, command: Token) -> NoReturn:
        """Report that a command's argument is missing."""
        what = {"^": "the superscript", "_": "the subscript"}.get(command[0], f"an argument of {self.shown(command)}")
        self.fail(
            "missing-argument",
            command[1],
            command[2],
            f"{what} is missing",
            "needs more after it",
            "put the argument in braces: {…}",
        )

    def unexpected(self, token: Token, opening: Token | None = None) -> NoReturn:
        """Report a token that ends something, met where nothing of its kind is open; `opening` is the brace around."""
        text, start, end = token
        if text == "&":
            message, label, hint = self._stray_ampersand(opening)
            self.fail("misplaced-ampersand", start, end, message, label, hint)
        if text in ("$", "\\)", "\\]"):
            hint = "write \\$ for the sign, or delete it" if text == "$" else "delete it"
            self.fail("misplaced-dollar", start, end, f"{text} inside a formula", "would end the formula", hint)
        if opening is not None:
            message, hint = f"this brace is still open at {text}", f"add the missing }} before {text}"
            self.fail("unclosed-group", opening[1], opening[2], message, "opened here", hint)
        if text in ROW_ENDS:
            hint = "put the rows into an environment such as aligned or gathered"
            self.fail("misplaced-command", start, end, f"{text} outside of a table", "no row to end here", hint)
        message, hint = "a closing brace without an opening one", "delete it, or write \\} for the sign"
        if text == "\\end":
            if self.stack and self.stack[-1] is token:
                del self.stack[-1]
            name, _, last = self.text_argument(token)
            end = max(end, min(last + 1, len(self.tex)) if last > end else end)
            message = f"\\end{{{name}}} without \\begin{{{name}}}"
            hint = f"delete it, or add \\begin{{{name}}} before it, in the same group and cell"
        elif text != "}":
            message = f"{text} without {_OPENERS[text]}"
            hint = f"add {_OPENERS[text]} before it, in the same group and cell"
        self.fail("unexpected-end", start, end, message, "nothing to close here", hint)

    def _stray_ampersand(self, opening: Token | None) -> tuple[str, str, str]:
        """Return message, label and hint for an ampersand that separates no cells."""
        name = self.environments[-1] if self.environments else ""
        if name in _SINGLE:
            hint = f"put the rows into \\begin{{aligned}} … \\end{{aligned}} inside {name}, or write \\& for the sign"
            return f"an ampersand in {name}, which has one column", "no column to separate here", hint
        if opening is not None:
            hint = "close the brace before it, or write \\& for the sign"
            return "an ampersand inside braces", "a cell cannot end here", hint
        hint = "write \\& for the sign, or put the rows into \\begin{aligned} … \\end{aligned}"
        return "an ampersand outside of a table", "no column to separate here", hint


_OPENERS: Final = {
    "\\right": "\\left",
    "\\middle": "\\left",
    "\\endgroup": "\\begingroup",
    "\\egroup": "\\bgroup",
}
"""Command that ends something to the one that begins it."""
_SINGLE: Final = frozenset(["equation", "equation*", "displaymath", "math"])
"""Environments of one formula without columns."""


def _one_group(tokens: list[Token]) -> bool:
    """Tell whether the first brace of `tokens` is closed by the last one."""
    depth = 0
    for token in tokens[:-1]:
        depth += (token[0] == "{") - (token[0] == "}")
        if not depth:
            return False
    return True


_BUILTIN: dict[str, Macro] = {}


def builtin(name: str) -> Macro:
    """Return the built-in macro `name` (a key of `MACROS`)."""
    macro = _BUILTIN.get(name)
    if macro is None:
        body = MACROS[name]
        count = max((int(body[at + 1]) for at, char in enumerate(body[:-1]) if char == "#"), default=0)
        macro = _BUILTIN[name] = Macro(name, count, tokenise(body), body)
    return macro


_FONTED: dict[tuple[str, str, str], Symbol] = {}


def fonted(symbol: Symbol, font: str) -> Symbol:
    """Return `symbol` in an alphabet: letters and digits change, operators do not (TeXbook, chapter 17).

    Brackets in typewriter do change, since authors quote code with them; Unicode has no letters for those.
    """
    if symbol.tag == "mo" and font == "mono" and symbol.char in "{}[]()":
        return Symbol(symbol.char, "mo", symbol.cls, variant="mono")
    if symbol.tag == "mo" and font == "bold-symbol" and not symbol.markup:
        return Symbol(symbol.char, "mo", symbol.cls, "", symbol.limits, "bold", symbol.movable)
    if symbol.tag == "mo" or symbol.tag == "mtext":
        return symbol
    key = (symbol.char, symbol.tag, font)
    found = _FONTED.get(key)
    if found is None:
        found = _make_fonted(symbol, font)
        if len(_FONTED) < 10_000:
            _FONTED[key] = found
    return found


_LATIN_ONLY = frozenset(
    ["upright", "bold", "italic", "sans", "mono", "script", "roundhand", "fraktur", "double-struck"]
)


def _make_fonted(symbol: Symbol, font: str) -> Symbol:
    char, tag = symbol.char, symbol.tag
    if font == "upright":
        if tag == "mi" and len(char) == 1 and char.isalpha():
            return symbols.upright(char, symbol.cls)
        return symbol
    if tag == "mi" and len(char) > 1 and symbol.cls == OP:
        if font != "bold-symbol":
            return symbol
        font = "bold"
    if font in _LATIN_ONLY and "α" <= char <= "ϵ":
        # LaTeX's alphabets hold no small Greek letters: \\mathbf{\\beta} is a plain β.
        return symbol
    if font == "bold-symbol":
        font = "bold-italic" if symbol.variant == "italic" else "bold"
        if char in alphabets.STYLED_ALREADY:
            char, font = alphabets.STYLED_ALREADY[char]
    if font == "roundhand":
        shown = alphabets.styled_text(char, "script")
        if shown == char:
            return symbol
        return Symbol(shown, tag, symbol.cls, f'<{tag} class="scr">{shown}</{tag}>', variant=font)
    shown = alphabets.styled_text(char, font)
    if font == "italic" and symbol.variant == "italic":
        return symbol
    if shown == char:
        return symbol
    return Symbol(shown, tag, symbol.cls, f"<{tag}>{shown}</{tag}>", symbol.limits, font)
