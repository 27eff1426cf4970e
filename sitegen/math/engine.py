"""All formulas of a document in one call: parse everything, number everything, then write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape

import msgspec

from sitegen.math import commands as commands  # fills the tables that the parser reads
from sitegen.math import serialize
from sitegen.math.commands.definitions import Definition
from sitegen.math.macros import Macro, configured, unusable
from sitegen.math.mathml import Writer
from sitegen.math.model import Equation, Formula, MacroText, MathOptions, Problem, Reference, TexError, Typeset
from sitegen.math.nodes import DISPLAY, SPACE, TEXT, Atom, Line, Linked, Node, Ref, Text
from sitegen.math.nodes import Equation as DisplayedEquation
from sitegen.math.numbering import Numbering
from sitegen.math.parser import ParseError, Parser
from sitegen.math.plaintext import plain_text
from sitegen.math.preamble import preamble_macros
from sitegen.math.registry import MACROS, find

__all__ = ["check_macros", "to_mathml", "typeset"]


_DEFAULTS = MathOptions()


class _Parsed(msgspec.Struct, frozen=True):
    """One formula between parsing and writing."""

    formula: Formula
    nodes: list[Node] | None
    """None for a formula that cannot be typeset."""
    lines: list[Line]
    problems: list[Problem]
    colors: tuple[str, ...]


def typeset(
    formulas: Sequence[Formula], options: MathOptions = _DEFAULTS
) -> tuple[tuple[Typeset, ...], tuple[Equation, ...]]:
    """Typeset all formulas of a document.

    Never raises for bad input: a formula that cannot be typeset has the kind `error` and shows its source.
    Returns one `Typeset` per formula, and the document's numbered equations in order.
    """
    macros, colors = preamble_macros(options.preamble) if options.preamble else ({}, {})
    macros |= _configured_macros(options.macros)
    parsed = [_parse(formula, macros, colors) for formula in formulas]
    numbering = Numbering(options.reserved_ids)
    for index, each in enumerate(parsed):
        if each.nodes is not None:
            each.problems.extend(numbering.number(index, each.lines))
    writer = Writer(numbering.anchors)
    return tuple([_write(writer, each, options) for each in parsed]), tuple(numbering.equations)


def to_mathml(tex: str, *, display: bool = False, macros: Mapping[str, str | MacroText] | None = None) -> str:
    """Return one formula as a `<math>` element.

    `macros` are as in `MathOptions.macros`. Numbers of environments are left out, as there is no page to count on.

    Raises:
        TexError: the formula cannot be typeset; its `problems` say why and where.
    """
    if macros:
        wrong = check_macros(macros)
        if wrong:
            raise TexError(tuple(wrong.values()))
    formula = Formula(tex, display)
    parsed = _parse(formula, _configured_macros(macros) if macros else {}, {})
    if parsed.nodes is None:
        raise TexError(tuple(parsed.problems))
    writer = Writer({})
    tagged = [line for line in parsed.lines if line.tag is not None]
    for line in tagged:
        line.number = plain_text(line.tag or [])
    inner = _tagged(writer, parsed.nodes, parsed.lines[0], tagged[0], formula) if tagged else ""
    inner = inner or writer.element(parsed.nodes, DISPLAY if display else TEXT)
    for number, reference in enumerate(writer.open_references):
        inner = inner.replace(f"\0{number}\0", "(?)" if reference.parenthesised else "?")
    attribute = ' display="block"' if display else ""
    markup = f"<math{attribute}>{serialize.annotated(inner, tex, True)}</math>"
    return _linked(markup, parsed.nodes)


def _tagged(writer: Writer, nodes: list[Node], own: Line, tagged: Line, formula: Formula) -> str:
    """Write a formula with the `\\tag` that it has as a whole; an empty string where the tag is that of a row.

    `own` is the line of a formula that no environment numbers.
    """
    shown = [node for node in nodes if node.cls != SPACE]
    if len(shown) == 1 and isinstance(shown[0], DisplayedEquation):
        own, nodes = shown[0].line, shown[0].children
    if tagged is not own:
        return ""
    table = serialize.one_row(nodes, tagged, formula.tex)
    table.display = formula.display
    return writer.table(table, DISPLAY if formula.display else TEXT, block=True)


def knows(command: str) -> bool:
    """Tell whether mathematics has a command of this name, its backslash included."""
    return command in MACROS or find(command) is not None


def check_macros(macros: Mapping[str, str | MacroText]) -> dict[str, Problem]:
    """Return what is wrong with configured macros, by name; an empty mapping when all can be used.

    The problems' offsets are into the replacement text.
    """
    problems: dict[str, Problem] = {}
    for name, text in macros.items():
        try:
            configured(name, text)
        except ValueError as error:
            problems[name] = Problem(
                "math/bad-definition",
                0,
                len(text if isinstance(text, str) else text.text),
                f"the macro {name} cannot be used: {error}",
                "not a usable definition",
                'write \\R = "\\mathbb{R}"',
            )
    return problems


def _configured_macros(macros: Mapping[str, str | MacroText]) -> dict[str, Macro]:
    """Return configured macros ready for use; the use of an unusable one (see `check_macros`) is an error."""
    ready = [_configured_macro(name, text) for name, text in macros.items()]
    return {macro.name: macro for macro in ready}


@lru_cache(maxsize=1024)
def _configured_macro(name: str, text: str | MacroText) -> Macro:
    """Return a macro of the settings, which all documents share."""
    try:
        return configured(name, text)
    except ValueError:
        return unusable(name, text)


def _parse(formula: Formula, macros: dict[str, Macro], colors: dict[str, str]) -> _Parsed:
    parser = Parser(formula.tex, macros, display=formula.display, colors=colors)
    try:
        nodes = parser.parse()
    except ParseError as error:
        return _Parsed(formula, None, [], [error.problem], ())
    except RecursionError:
        # The nesting limit comes first, unless the caller's own stack is deep already.
        problem = Problem("math/too-deep", 0, len(formula.tex), "the formula is nested too deep", "too many levels")
        return _Parsed(formula, None, [], [problem], ())
    problems = parser.warnings
    if not formula.display and "%" in formula.tex:
        problems = [*problems, *_cut_off(formula.tex)]
    if problems and _link(nodes) is not None:
        problems = [each for each in problems if each.code != "math/partial-link"]
    return _Parsed(formula, nodes, parser.lines, problems, tuple(parser.used_colors))


_COMMENT = re.compile(r"(?:[^\\%]|\\.)*(%[^\n]*)\Z", re.DOTALL)


def _cut_off(tex: str) -> list[Problem]:
    """Return what to say of a `%` in a line: a comment goes to the end of its line, and so to that of the formula."""
    match = _COMMENT.match(tex)
    if match is None:
        return []
    lost = match[1][1:].strip()
    message = f"% begins a comment, so {lost} is not shown" if lost else "% begins a comment, so it is not shown"
    return [Problem("math/comment-in-line", *match.span(1), message, "left out", "write \\% for the sign")]


def _link(nodes: list[Node]) -> str | None:
    """Return the address that a whole formula leads to, else None."""
    if Linked not in map(type, nodes):
        return None
    shown = [node for node in nodes if node.cls != SPACE]
    return shown[0].url if len(shown) == 1 and isinstance(shown[0], Linked) else None


def _linked(markup: str, nodes: list[Node]) -> str:
    """Return markup with a link around `<math>`, where the whole formula is one.

    The link's name is the formula as plain text, since accessibility checkers find no text in mathematics.
    """
    address = _link(nodes)
    if address is None:
        return markup
    link = f'<a href="{escape(address)}" aria-label="{escape(plain_text(nodes))}">'
    return markup.replace("<math", f"{link}<math", 1).replace("</math>", "</math></a>", 1)


def _write(writer: Writer, parsed: _Parsed, options: MathOptions) -> Typeset:
    formula, nodes = parsed.formula, parsed.nodes
    if nodes is None:
        markup = serialize.erroneous(formula.tex, formula.display, parsed.problems[0])
        return Typeset("error", (markup,), tuple(parsed.problems), (), " ".join(formula.tex.split()))
    problems = tuple(parsed.problems)
    # Few formulas hold what they may be nothing but: definitions, references, a link.
    special = not _SPECIAL.isdisjoint(map(type, nodes))
    if special and not any(line.number for line in parsed.lines):
        if _only_definitions(nodes):
            return Typeset("definitions", (), problems)
        reference = _as_references(writer, nodes)
        if reference is not None:
            return Typeset("reference", reference, problems, (), plain_text(nodes))
    writer.open_references = []
    text = plain_text(nodes)
    wide = False
    if formula.display:
        markup = serialize.display(writer, nodes, parsed.lines, formula.tex, options.annotation, text, options.called)
    else:
        markup, wide = serialize.inline(writer, nodes, parsed.lines, formula.tex, options.annotation, text)
    if special:
        markup = _linked(markup, nodes)
    return Typeset("math", serialize.split(markup, writer.open_references), problems, parsed.colors, text, wide)


_SPECIAL = frozenset([Definition, Linked, Ref])


def _only_definitions(nodes: list[Node]) -> bool:
    return Definition in map(type, nodes) and all(isinstance(node, Definition) or node.cls == SPACE for node in nodes)


def _as_references(writer: Writer, nodes: list[Node]) -> tuple[str | Reference, ...] | None:
    """Return the parts of a formula that is nothing but references with punctuation or text between, else None."""
    parts: list[str | Reference] = []
    for node in nodes:
        if isinstance(node, Ref):
            number, anchor = writer.anchors.get(node.label, ("", ""))
            parts.append(Reference(node.label, node.parenthesised, number, anchor, node.start, node.end))
        elif isinstance(node, Text):
            parts.append(escape(node.content, quote=False))
        elif isinstance(node, Atom) and node.symbol.char in ",;.()[]−":
            char = node.symbol.char
            parts.append(", " if char == "," else "; " if char == ";" else "–" if char == "−" else char)
        elif node.cls == SPACE:
            parts.append(" ")
        else:
            return None
    return tuple(parts)
