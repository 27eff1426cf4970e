"""Definitions: `\\newcommand`, `\\def`, `\\let`, `\\DeclareMathOperator`, `\\newenvironment`.

They hold to the end of the group they stand in; outside of groups, for the rest of the document.
"""

from __future__ import annotations

from copy import copy

from sitegen.math.lexer import Token
from sitegen.math.macros import UNUSABLE, Macro, configured, highest_parameter
from sitegen.math.nodes import Node, Record
from sitegen.math.parser import Parser, builtin
from sitegen.math.registry import COMMANDS, ENTRIES, MACROS, PACKAGED, PRIMITIVE


class Definition(Record, Node):
    """Stands in the row where a definition was, so that a formula of definitions only is known as one."""

    cls: int
    start: int
    end: int


def _done(token: Token, end: int) -> Definition:
    return Definition(-2, token[1], end)


def _keep(parser: Parser, name: Token, macro: Macro, label: str = "", hint: str = "") -> None:
    """Keep a definition, and where it stands; `label` and `hint` are for one that uses more parameters than it has."""
    highest = highest_parameter(macro.body)
    if label and highest > macro.count:
        message = f"{name[0]} uses #{highest}, but takes {macro.count} arguments"
        parser.fail("bad-definition", name[1], name[2], message, label, hint)
    macro.home = parser.tex
    parser.define(name[0], macro)


def macro_name(parser: Parser, token: Token) -> Token:
    """Read the name that a definition defines: `\\name` or `{\\name}`."""
    if parser.peek() == "{":
        tokens = [each for each in parser.argument_tokens(token) if each[0].strip()]
        if len(tokens) == 1 and tokens[0][0][0] == "\\" and len(tokens[0][0]) > 1:
            return tokens[0]
        if tokens and tokens[0][0][0].isalpha() and all(each[0].isalpha() for each in tokens):
            word = "".join(each[0] for each in tokens)
            return "\\" + word, tokens[0][1], tokens[-1][2]
        start, end = (tokens[0][1], tokens[-1][2]) if tokens else (token[1], token[2])
        parser.fail("bad-definition", start, end, f"{token[0]} needs one command name", "a name such as \\R expected")
    name = parser.next_token()
    if name is None or name[0][0] != "\\" or len(name[0]) < 2:
        start, end = (name[1], name[2]) if name else (token[1], token[2])
        parser.fail("bad-definition", start, end, f"{token[0]} needs a command name", "a name such as \\R expected")
    return name


def source_of(tokens: list[Token]) -> str:
    """Return tokens as text, shortened for notes."""
    text = "".join([each[0] for each in tokens])
    return text if len(text) <= 60 else text[:57] + "…"


def parameter_count(parser: Parser, token: Token) -> int:
    """Read the optional number of arguments."""
    given = parser.optional_text()
    if given is None or not given[0]:
        return 0
    if not (given[0].isdigit() and len(given[0]) == 1):
        parser.fail("bad-definition", given[1], given[2], "the number of arguments is 0 to 9", "a digit expected")
    return int(given[0])


def new_command(parser: Parser, token: Token) -> Node:
    """`\\newcommand{\\name}[n][default]{…}`, `\\renewcommand` and `\\providecommand`."""
    parser.star()
    name = macro_name(parser, token)
    count = parameter_count(parser, token)
    default = parser.optional_tokens()
    body = parser.argument_tokens(token)
    end = body[-1][2] if body else name[2]
    known = ENTRIES[name[0]] is not None or name[0] in MACROS
    if token[0] == "\\providecommand" and (name[0] in parser.macros or (known and name[0] not in PACKAGED)):
        return _done(token, end)
    macro = Macro(name[0], count, body, source_of(body), default=default)
    highest = highest_parameter(macro.body)
    _keep(parser, name, macro, "too few arguments", f"write {token[0]}{{{name[0]}}}[{highest}]{{…}}")
    return _done(token, end)


def define(parser: Parser, token: Token) -> Node:
    """`\\def\\name#1#2{…}`, also with delimited parameters (TeXbook, chapter 20)."""
    parser.globally = parser.globally or token[0] in ("\\gdef", "\\xdef")
    name = parser.next_token()
    if name is None or (name[0][0] != "\\" and name[0] != "~") or (len(name[0]) < 2 and name[0] != "~"):
        start, end = (name[1], name[2]) if name else (token[1], token[2])
        parser.fail("bad-definition", start, end, f"{token[0]} needs a command name", "a name such as \\R expected")
    pieces: list[list[str]] = [[]]
    count = 0
    stack = parser.stack
    while stack and stack[-1][0] != "{":
        piece = stack.pop()
        if piece[0] == "#":
            number = stack.pop() if stack else piece
            if number[0] == "{":
                stack.append(number)
                break
            if number[0] != str(count + 1):
                parser.fail(
                    "bad-definition",
                    piece[1],
                    number[2],
                    "parameters are numbered #1, #2, … in order",
                    f"#{count + 1} expected",
                )
            count += 1
            pieces.append([])
        elif piece[0] == "}":
            parser.fail(
                "bad-definition",
                name[1],
                name[2],
                f"the definition of {name[0]} has no replacement text",
                "{…} expected after it",
            )
        elif piece[0][0] not in " \t\r\n":
            pieces[-1].append(piece[0])
        elif count or pieces[-1]:
            # A space delimits an argument like any other sign (TeXbook, page 203).
            pieces[-1].append(" ")
    body = parser.argument_tokens(token)
    delimited = any(pieces)
    macro = Macro(name[0], count, body, source_of(body), delimiters=pieces if delimited else None)
    _keep(parser, name, macro, "too few parameters")
    return _done(token, body[-1][2] if body else name[2])


def let(parser: Parser, token: Token) -> Node:
    """`\\let\\new=\\old`."""
    name = parser.next_token()
    if name is None or name[0][0] != "\\":
        start, end = (name[1], name[2]) if name else (token[1], token[2])
        parser.fail("bad-definition", start, end, "\\let needs a command name", "a name such as \\R expected")
    parser.accept("=")
    target = parser.next_token()
    if target is None:
        parser.missing_argument(token)
    old = parser.macros.get(target[0])
    if old is not None:
        parser.define(name[0], old)
    elif target[0] in (name[0], "\\undefined"):
        # The usual way to forget a macro; what LaTeX and its packages define stays.
        parser.define(name[0], None)
    elif target[0] in MACROS and ENTRIES[target[0]] is None:
        found = copy(builtin(target[0]))
        found.name = name[0]
        _keep(parser, name, found)
    elif target[0][0] == "\\" and ENTRIES[target[0]] is None:
        parser.fail_unknown(target)
    else:
        # The new name keeps this meaning when the old one is redefined (TeXbook, page 206).
        fixed = (target[0] + PRIMITIVE, target[1], target[2]) if target[0][0] == "\\" else target
        _keep(parser, name, Macro(name[0], 0, [fixed], target[0]))
    return _done(token, target[2])


def in_braces(tokens: list[Token], place: Token) -> list[Token]:
    """Return tokens as a group, whose braces have the range of `place`."""
    return [("{", place[1], place[2]), *tokens, ("}", place[1], place[2])]


def declare_operator(parser: Parser, token: Token) -> Node:
    """`\\DeclareMathOperator{\\name}{text}`, with a star for limits."""
    star = parser.star()
    name = macro_name(parser, token)
    body = parser.argument_tokens(token)
    start, end = token[1], token[2]
    command = [("\\operatorname", start, end), *([("*", start, end)] if star else []), *in_braces(body, token)]
    _keep(parser, name, Macro(name[0], 0, command, source_of(command)))
    return _done(token, body[-1][2] if body else name[2])


def paired_delimiter(parser: Parser, token: Token) -> Node:
    """`\\DeclarePairedDelimiter{\\abs}{\\lvert}{\\rvert}` of mathtools."""
    name = macro_name(parser, token)
    opening = parser.argument_tokens(token)
    closing = parser.argument_tokens(token)
    body = [("\\sitegen@paired", token[1], token[2]), *in_braces(opening, token), *in_braces(closing, token)]
    _keep(parser, name, Macro(name[0], 0, body, source_of(opening) + "…" + source_of(closing)))
    return _done(token, closing[-1][2] if closing else token[2])


def use_paired(parser: Parser, token: Token) -> None:
    """The use of a paired delimiter: `\\abs{x}`, `\\abs*{x}` (as high as needed), `\\abs[\\Big]{x}`."""
    opening = parser.argument_tokens(token)
    closing = parser.argument_tokens(token)
    star = parser.star()
    size = parser.optional_tokens()
    argument = parser.argument_tokens(token)
    start, end = token[1], token[2]
    if star:
        tokens = [("\\left", start, end), *opening, *argument, ("\\right", start, end), *closing]
    elif size:
        name = size[0][0]
        tokens = [(name + "l", start, end), *opening, *argument, (name + "r", start, end), *closing]
    else:
        tokens = [("\\mathopen", start, end), *in_braces(opening, token), *argument]
        tokens += [("\\mathclose", start, end), *in_braces(closing, token)]
    parser.push(tokens)


def new_environment(parser: Parser, token: Token) -> Node:
    """`\\newenvironment{name}[n][default]{begin}{end}`."""
    parser.star()
    name, _, _ = parser.text_argument(token)
    count = parameter_count(parser, token)
    default = parser.optional_tokens()
    body = parser.argument_tokens(token)
    ending = parser.argument_tokens(token)
    macro = Macro("\\begin{" + name + "}", count, body, source_of(body), default=default)
    macro.environment_end = ending
    _keep(parser, ("\\begin{" + name + "}", token[1], token[2]), macro)
    return _done(token, ending[-1][2] if ending else token[2])


def prefix(parser: Parser, token: Token) -> Node:
    """`\\global`: the definition that follows outlives its group; `\\long` changes nothing."""
    following = parser.peek()
    if COMMANDS.get(following) not in (prefix, new_command, define, let, declare_operator):
        shown = following or "nothing"
        message = f"{token[0]} is followed by {shown}, which defines nothing"
        parser.fail(
            "bad-definition", token[1], token[2], message, "a definition expected after it", f"delete {token[0]}"
        )
    parser.globally = parser.globally or token[0] == "\\global"
    return _done(token, token[2])


def use_unusable(parser: Parser, token: Token) -> None:
    """The use of a configured macro whose definition cannot be used."""
    macro = parser.origins[token[1:]][-1]
    try:
        configured(macro.name, macro.source)
    except ValueError as error:
        message = f"the macro {macro.name} cannot be used: {error}"
        hint = "correct its definition"
        parser.fail("bad-definition", token[1], token[2], message, "not a usable definition", hint)


COMMANDS[UNUSABLE] = use_unusable
COMMANDS.update(
    {
        **dict.fromkeys(
            ["\\newcommand", "\\renewcommand", "\\providecommand", "\\DeclareRobustCommand", "\\newcommand*"],
            new_command,
        ),
        **dict.fromkeys(["\\def", "\\gdef", "\\edef", "\\xdef"], define),
        **dict.fromkeys(["\\let", "\\futurelet@"], let),
        "\\DeclareMathOperator": declare_operator,
        "\\DeclarePairedDelimiter": paired_delimiter,
        "\\sitegen@paired": use_paired,
        **dict.fromkeys(["\\newenvironment", "\\renewenvironment"], new_environment),
        **dict.fromkeys(["\\global", "\\long"], prefix),
    }
)
