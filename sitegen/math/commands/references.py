"""`\\label`, `\\tag`, `\\notag`, `\\ref` and `\\eqref`."""

from __future__ import annotations

from sitegen.math.lexer import Token
from sitegen.math.macros import Macro
from sitegen.math.nodes import MARK, Node, Ref
from sitegen.math.parser import TAG_FORM, Parser
from sitegen.math.registry import COMMANDS


def label(parser: Parser, token: Token) -> None:
    """`\\label{name}`: names the number of the row or of the whole display."""
    name, _start, end = parser.text_argument(token)
    if not name:
        parser.fail("bad-argument", token[1], token[2], "the label has no name", "a name expected in the braces")
    if parser.line.labels:
        parser.fail(
            "multiple-labels",
            token[1],
            parser.past_brace(token, end),
            f"a second \\label in one row, after {parser.line.labels[0][0]}",
            "the row has one already",
            "keep one of them, and use it in all references",
        )
    parser.line.labels.append((name, token[1], parser.past_brace(token, end)))


def tag(parser: Parser, token: Token) -> None:
    """`\\tag{…}`, and `\\tag*{…}` without parentheses."""
    from sitegen.math.commands.text import text_nodes

    line = parser.line
    starred = parser.star()
    if line.tag is not None:
        parser.fail(
            "multiple-tags",
            token[1],
            token[2],
            "a second \\tag in one row",
            "the row has one already",
            "keep one of them",
        )
    line.tag = text_nodes(parser, token, "")
    line.starred = starred
    if not parser.display:
        hint = "put $$ on lines of their own before and after the formula"
        message = f"{token[0]} in an inline formula is printed right after it"
        parser.warn("tag-in-line", token[1], token[2], message, "LaTeX has tags in displays only", hint)


def no_tag(parser: Parser, token: Token) -> None:
    """`\\notag` and `\\nonumber`: this row gets no number."""
    parser.line.suppressed = True


def new_tag_form(parser: Parser, token: Token) -> Node:
    """`\\newtagform{name}[format]{left}{right}` and `\\renewtagform` (mathtools, section 3.4.1)."""
    from sitegen.math.commands.definitions import Definition
    from sitegen.math.commands.text import TEXT_FONTS
    from sitegen.math.plaintext import plain_text

    name, start, end = parser.text_argument(token)
    key = f"\\newtagform{{{name}}}"
    known = key in parser.macros or name == "default"
    if not name or known == (token[0] == "\\newtagform"):
        message = f"the tag form {name or 'without a name'} is {'' if known else 'not '}defined"
        other = "\\renewtagform" if known else "\\newtagform"
        parser.fail("bad-definition", start, end, message, "no name for it", f"use {other}, or another name")
    style = parser.optional_text()
    if style is not None and style[0] and style[0] not in TEXT_FONTS:
        hint = "write \\textbf, \\textit or none"
        parser.fail(
            "bad-definition", style[1], style[2], f"{style[0]} sets no text", "a command for text expected", hint
        )
    sides = [plain_text(parser.argument_row(token)) for _ in range(2)]
    source = "\0".join([*sides, TEXT_FONTS[style[0]] if style and style[0] else ""])
    parser.macros[key] = Macro(key, 0, [], source)
    return Definition(MARK, token[1], token[2])


def use_tag_form(parser: Parser, token: Token) -> Node:
    """`\\usetagform{name}`: numbers look so from here on; `default` has parentheses."""
    from sitegen.math.commands.definitions import Definition

    name, start, end = parser.text_argument(token)
    form = parser.macros.get(f"\\newtagform{{{name}}}")
    if name == "default":
        parser.macros.pop(TAG_FORM, None)
    elif form is not None:
        parser.macros[TAG_FORM] = form
    else:
        hint = f"define it: \\newtagform{{{name}}}{{[}}{{]}}"
        parser.fail("bad-argument", start, end, f"unknown tag form {name}", "no form of this name", hint)
    return Definition(MARK, token[1], parser.past_brace(token, end))


def reference(parser: Parser, token: Token) -> Node:
    """`\\ref{…}` and `\\eqref{…}`."""
    name, _, end = parser.text_argument(token)
    if not name:
        parser.fail(
            "bad-argument", token[1], token[2], "the reference names no label", "a label expected in the braces"
        )
    return Ref(name, token[0] == "\\eqref", token[1], parser.past_brace(token, end))


COMMANDS.update(
    {
        "\\label": label,
        "\\tag": tag,
        **dict.fromkeys(["\\newtagform", "\\renewtagform"], new_tag_form),
        "\\usetagform": use_tag_form,
        **dict.fromkeys(["\\notag", "\\nonumber"], no_tag),
        **dict.fromkeys(["\\ref", "\\eqref"], reference),
    }
)
