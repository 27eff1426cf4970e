"""Environments: matrices, cases, arrays, aligned rows and the numbered displays of amsmath."""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

import msgspec

from sitegen.math.commands.cells import beside, brace, settle
from sitegen.math.commands.text import text_cell
from sitegen.math.lexer import Token
from sitegen.math.macros import Macro
from sitegen.math.nodes import INNER, ORD, SPACE, Equation, Group, Line, Node, Row, Table
from sitegen.math.parser import MAX_CELLS, MAX_DEPTH, ROW_ENDS, ParseError, Parser
from sitegen.math.registry import COMMANDS, ENVIRONMENTS


class Spec(NamedTuple):
    """How an environment of rows is set."""

    kind: str
    """Class of the table."""
    columns: tuple[str, ...] = ()
    """Cell classes column by column; the pattern repeats."""
    left: str = ""
    right: str = ""
    display: bool = False
    """Cells in display style."""
    numbered: bool | None = None
    """True: each row gets a number; False: rows may have tags only; None: the rows belong to what is around."""
    arguments: str = ""
    """What is read after the name: `o` an optional argument, `m` a mandatory one."""
    alone: bool = False
    """Whether it is a display of its own."""
    single: bool = False
    """Whether all rows share one number (`multline`)."""
    text: bool = False
    """Whether the second column is text (`cases*`)."""
    spread: bool = False
    """Whether pairs of columns are spread over the line (`flalign`)."""
    paragraphs: frozenset[int] = frozenset()
    """Columns of an array whose cells are text."""


_RL = ("right", "left")
SPECS: dict[str, Spec] = {
    "matrix": Spec("matrix"),
    "pmatrix": Spec("matrix", left="(", right=")"),
    "bmatrix": Spec("matrix", left="[", right="]"),
    "Bmatrix": Spec("matrix", left="{", right="}"),
    "vmatrix": Spec("matrix", left="|", right="|"),
    "Vmatrix": Spec("matrix", left="‖", right="‖"),
    "smallmatrix": Spec("small"),
    "psmallmatrix": Spec("small", left="(", right=")"),
    "bsmallmatrix": Spec("small", left="[", right="]"),
    "Bsmallmatrix": Spec("small", left="{", right="}"),
    "vsmallmatrix": Spec("small", left="|", right="|"),
    "Vsmallmatrix": Spec("small", left="‖", right="‖"),
    "cases": Spec("cases", ("left",), left="{"),
    "dcases": Spec("cases", ("left",), left="{", display=True),
    "rcases": Spec("cases", ("left",), right="}"),
    "drcases": Spec("cases", ("left",), right="}", display=True),
    "cases*": Spec("cases", ("left",), left="{", text=True),
    "dcases*": Spec("cases", ("left",), left="{", display=True, text=True),
    "rcases*": Spec("cases", ("left",), right="}", text=True),
    "drcases*": Spec("cases", ("left",), right="}", display=True, text=True),
    "numcases": Spec("cases", ("left",), left="{", numbered=True, text=True, alone=True),
    "subnumcases": Spec("cases", ("left",), left="{", numbered=True, text=True, alone=True),
    "aligned": Spec("align", _RL, display=True, arguments="o"),
    "split": Spec("align", _RL, display=True),
    "alignedat": Spec("align", _RL, display=True, arguments="om"),
    "gathered": Spec("gather", ("",), display=True, arguments="o"),
    "lgathered": Spec("gather", ("left",), display=True, arguments="o"),
    "rgathered": Spec("gather", ("right",), display=True, arguments="o"),
    "multlined": Spec("multline", ("",), display=True, arguments="oo"),
    "subarray": Spec("substack", arguments="m"),
    "crampedsubarray": Spec("substack", arguments="m"),
    "align": Spec("align", _RL, display=True, numbered=True, alone=True),
    "align*": Spec("align", _RL, display=True, numbered=False, alone=True),
    "flalign": Spec("align", _RL, display=True, numbered=True, alone=True, spread=True),
    "flalign*": Spec("align", _RL, display=True, numbered=False, alone=True, spread=True),
    "alignat": Spec("align", _RL, display=True, numbered=True, arguments="m", alone=True),
    "alignat*": Spec("align", _RL, display=True, numbered=False, arguments="m", alone=True),
    "xalignat": Spec("align", _RL, display=True, numbered=True, arguments="m", alone=True, spread=True),
    "xalignat*": Spec("align", _RL, display=True, numbered=False, arguments="m", alone=True, spread=True),
    "xxalignat": Spec("align", _RL, display=True, numbered=False, arguments="m", alone=True, spread=True),
    "gather": Spec("gather", ("",), display=True, numbered=True, alone=True),
    "gather*": Spec("gather", ("",), display=True, numbered=False, alone=True),
    "multline": Spec("multline", ("",), display=True, numbered=True, alone=True, single=True),
    "multline*": Spec("multline", ("",), display=True, numbered=False, alone=True, single=True),
    "eqnarray": Spec("eqnarray", ("right", "", "left"), display=True, numbered=True, alone=True),
    "eqnarray*": Spec("eqnarray", ("right", "", "left"), display=True, numbered=False, alone=True),
}
"""Environment to how it is set."""


def begin(parser: Parser, token: Token) -> Node | None:
    """`\\begin{name} … \\end{name}`."""
    if parser.peek() != "{":
        parser.fail(
            "unknown-environment",
            token[1],
            token[2],
            "\\begin without a name in braces",
            "{…} expected after it",
            "write \\begin{matrix} … \\end{matrix}",
        )
    name, start, end = parser.text_argument(token)
    macro = parser.macros.get("\\begin{" + name + "}")
    opening = (token[0], token[1], parser.past_brace(token, end))
    if macro is not None:
        _own_environment(parser, opening, name)
        return None
    handler = ENVIRONMENTS.get(name)
    if handler is None:
        from sitegen.math.unsupported import ELSEWHERE

        hint = ELSEWHERE.get(name.rstrip("*"), "")
        near = "" if hint else _nearest_environment(parser, name)
        parser.fail(
            "unknown-environment",
            start,
            end,
            f"unknown environment {name}" if name else "\\begin without a name",
            "no environment of this name",
            hint or (f"did you mean {near}?" if near else "rows go into aligned, cases or array"),
        )
    parser.environments.append(name)
    font = parser.font
    if font and font != "bold-symbol":
        # A cell is a formula of its own, which begins in math italics (TeXbook, page 151); \\boldsymbol reaches in.
        parser.font = ""
    node = handler(parser, opening, name)
    if not parser.display:
        _may_stand_in_line(parser, opening, name)  # after it is read: that it has no end is told first
    parser.font = font
    parser.environments.pop()
    return node


def _may_stand_in_line(parser: Parser, opening: Token, name: str) -> None:
    """Report an environment that is a display of its own."""
    if name.startswith("equation"):
        instead = ", or delete \\begin and \\end"
    elif name == "empheq":
        instead = ""
    elif name in SPECS and SPECS[name].alone:
        instead = f", or {_INSIDE.get(name.rstrip('*'), 'aligned')}"
    else:
        return
    message, label = f"{name} inside an inline formula", "a display of its own"
    parser.fail("environment-in-inline", opening[1], opening[2], message, label, f"use $$ … $$ around it{instead}")


def _nearest_environment(parser: Parser, name: str) -> str:
    from sitegen.math.spelling import closest

    own = (key[len("\\begin{") : -1] for key in parser.macros if key.startswith("\\begin{"))
    return closest(name, [*own, *ENVIRONMENTS])


def _own_environment(parser: Parser, opening: Token, name: str) -> None:
    """Expand `\\newenvironment`'s parts around the body."""
    macro = parser.macros["\\begin{" + name + "}"]
    ending = macro.environment_end or []
    _reads_no_body(parser, opening, name, macro)
    stack = parser.stack
    open_names: list[str] = []
    for at in range(len(stack) - 1, -1, -1):
        text = stack[at][0]
        if text not in ("\\begin", "\\end"):
            continue
        close = next((k for k in range(at - 1, -1, -1) if stack[k][0] == "}"), 0)
        inner = "".join(stack[k][0] for k in range(at - 1, close, -1)).strip().removeprefix("{").strip()
        if text == "\\begin":
            open_names.append(inner)
            if len(open_names) > MAX_DEPTH:
                parser.too_deep(stack[at][1], stack[close][2])
        elif open_names and inner == open_names[-1]:
            open_names.pop()
        elif inner == name:
            if open_names and _ends_later(stack[:close], open_names[-1]):
                parser.fail(
                    "mismatched-end",
                    stack[at][1],
                    stack[close][2],
                    f"\\begin{{{open_names[-1]}}} is closed by \\end{{{name}}}",
                    f"\\end{{{open_names[-1]}}} expected",
                    f"write \\end{{{open_names[-1]}}}",
                )
            start, end = stack[at][1], stack[close][2]
            stack[close : at + 1] = [(each[0], start, end) for each in reversed(ending)]
            parser.expand(macro, opening)
            return
    parser.fail(
        "unclosed-environment",
        opening[1],
        opening[2],
        f"\\begin{{{name}}} has no \\end{{{name}}}",
        "opened here",
        f"add \\end{{{name}}}",
    )


def _ends_later(stack: list[Token], name: str) -> bool:
    """Tell whether `\\end{name}` is still to come."""
    rest = "".join(each[0] for each in reversed(stack))
    return "\\end{" + name + "}" in rest


def _reads_no_body(parser: Parser, opening: Token, name: str, macro: Macro) -> None:
    """Refuse an environment that begins with one of amsmath's displays and leaves its end to the other part.

    Those read up to the `\\end` of their own name before anything is expanded (amsmath, section 6.1 of the manual of
    `amsldoc`), so that the two parts never meet.
    """
    body = "".join(str(item) for item in macro.body)
    for display, spec in SPECS.items():
        if spec.alone and spec.kind != "eqnarray" and f"\\begin{{{display}}}" in body:
            if f"\\end{{{display}}}" in body:
                continue
            problem = parser.problem(
                "bad-definition",
                opening[1],
                opening[2],
                f"the environment {name} begins with \\begin{{{display}}}, which reads up to its own \\end",
                "cannot be used",
                f"write \\begin{{{display}}} and \\end{{{display}}} inside {name}",
            )
            note = f"{name} is defined as {macro.source}"
            raise ParseError(msgspec.structs.replace(problem, notes=(*problem.notes, note)))


def finish(parser: Parser, opening: Token, name: str) -> int:
    """Read `\\end{name}`; return where it ends.

    Raises:
        ParseError: something else stands there.
    """
    stack = parser.stack
    if not stack:
        parser.fail(
            "unclosed-environment",
            opening[1],
            opening[2],
            f"\\begin{{{name}}} has no \\end{{{name}}}",
            "opened here",
            f"add \\end{{{name}}} at the end",
        )
    token = stack.pop()
    if token[0] != "\\end":
        if token[0] in ("}", "\\right", "\\middle", "$", "\\)", "\\]", "\\endgroup", "\\egroup"):
            parser.fail(
                "unclosed-environment",
                opening[1],
                opening[2],
                f"\\begin{{{name}}} is still open at {token[0]}",
                "opened here",
                f"add \\end{{{name}}} before {token[0]}",
            )
        parser.unexpected(token)
    ended, _, end = parser.text_argument(token)
    if ended != name:
        at = parser.problem(
            "mismatched-end",
            token[1],
            parser.past_brace(token, end),
            f"\\begin{{{name}}} is closed by \\end{{{ended}}}",
            f"\\end{{{name}}} expected",
            f"write \\end{{{name}}}",
        )
        raise ParseError(at)
    return parser.past_brace(token, end)


def rows(parser: Parser, opening: Token, name: str, spec: Spec) -> tuple[list[Row], int, str]:
    """Read the rows of an environment; return them, where it ends, and the rules below the last row."""
    result: list[Row] = []
    outer_line = parser.line
    font = parser.font
    row = _start_row(parser, spec, opening[2], result)
    in_words = spec.text or spec.paragraphs
    while True:
        parser.cells += 1
        if parser.cells > MAX_CELLS:
            _too_many_cells(parser, opening)
        if in_words and ((spec.text and len(row.cells) % 2) or len(row.cells) in spec.paragraphs):
            row.cells.append(text_cell(parser))
        else:
            row.cells.append(_cell(parser, row))
        parser.font = font
        stack = parser.stack
        text = stack[-1][0] if stack else ""
        if text == "&":
            stack.pop()
            continue
        row.end = stack[-1][1] if stack else len(parser.tex)
        if text in ROW_ENDS:
            _close_row(row, spec)
            end_token = stack.pop()
            row.gap = _row_gap(parser, end_token, spec)
            result.append(row)
            row = _start_row(parser, spec, stack[-1][1] if stack else end_token[2], result)
            continue
        break
    _close_row(row, spec)
    parser.line = outer_line
    empty = len(row.cells) == 1 and not row.cells[0] and (row.line is None or row.line.tag is None)
    if empty and (result or not spec.numbered):
        if row.line is not None and result:
            _inherit(row.line, result[-1].line)
            if row.line in parser.lines:
                parser.lines.remove(row.line)
        rule = row.rule
    else:
        result.append(row)
        rule = ""
    if max([each.width for each in result], default=0) * len(result) > MAX_CELLS:
        _too_many_cells(parser, opening)
    end = finish(parser, opening, name)
    return result, end, rule


def _too_many_cells(parser: Parser, opening: Token) -> NoReturn:
    message = f"more than {MAX_CELLS:,} table cells in one formula"
    parser.fail("too-long", opening[1], opening[2], message, "starts here")


def _inherit(line: Line, previous: Line | None) -> None:
    """Give what a trailing empty row said (`\\\\ \\label{…}` or `\\notag`) to the row before it."""
    if previous is not None:
        previous.labels.extend(line.labels)
        previous.suppressed = previous.suppressed or line.suppressed


def _start_row(parser: Parser, spec: Spec, start: int, before: list[Row]) -> Row:
    row = Row(start)
    row.rule = _rules(parser)
    while spec.numbered is not None and parser.peek() in ("\\intertext", "\\shortintertext"):
        before.append(_intertext(parser))
    if spec.numbered is not None and (not spec.single):
        row.line = parser.line = Line(spec.numbered, start)
        parser.lines.append(row.line)
    return row


def _intertext(parser: Parser) -> Row:
    """Read `\\intertext{…}`: a line of text between the rows of an alignment, which keeps its columns (amsmath)."""
    from sitegen.math.commands.text import text_nodes

    token = parser.stack.pop()
    row = Row(token[1])
    row.intertext = True
    row.cells.append(text_nodes(parser, token, ""))
    row.end = row.cells[0][-1].end if row.cells[0] else token[2]
    return row


def _close_row(row: Row, spec: Spec) -> None:
    if row.line is not None and not spec.single:
        row.line.start, row.line.end = row.start, row.end


def _rules(parser: Parser) -> str:
    """Read `\\hline` and its kin at the start of a row; return classes."""
    if parser.peek() not in _RULES:
        return ""
    classes: list[str] = []
    while True:
        text = parser.peek()
        if text in ("\\hline", "\\toprule", "\\midrule", "\\bottomrule"):
            parser.stack.pop()
            classes.append("bt" if "bt" not in classes else "bt2")
        elif text == "\\hdashline":
            parser.stack.pop()
            classes.append("bt dashed")
        elif text in ("\\cline", "\\cmidrule"):
            token = parser.stack.pop()
            span, start, end = parser.text_argument(token)
            ends = span.replace("–", "-").replace("−", "-").split("-")
            if not all(part.strip().isdigit() for part in ends):
                parser.fail(
                    "bad-argument", start, end, f"{span} is no range of columns", "a range such as 2-3 expected"
                )
            classes.append(f"cline:{int(ends[0])}:{int(ends[-1])}")
        elif text == "\\noalign":
            token = parser.stack.pop()
            parser.argument_tokens(token)
        else:
            return " ".join(dict.fromkeys(classes))


_RULES = frozenset(
    ["\\hline", "\\toprule", "\\midrule", "\\bottomrule", "\\hdashline", "\\cline", "\\cmidrule", "\\noalign"]
)


def _row_gap(parser: Parser, token: Token, spec: Spec) -> str:
    """Read what may follow a row end; return the length in it, empty without one."""
    # amsmath takes a bracket as an argument only right after \\\\.
    given = parser.row_gap(token, at_once=spec.kind in ("align", "gather", "multline"))
    if given is None:
        return ""
    from sitegen.math.commands.spacing import to_length

    return to_length(parser, *given)


def _cell(parser: Parser, row: Row) -> list[Node]:
    """Read one cell."""
    text = parser.peek()
    if text == "\\hdotsfor":
        _dots(parser)
        text = "\\multicolumn"
    if text == "\\multicolumn":
        from sitegen.math.commands.preamble import Preamble

        token = parser.stack.pop()
        count, start, end = parser.text_argument(token)
        if not (count.isdigit() and 0 < int(count) < 100):
            parser.fail("bad-argument", start, end, f"{count} is no number of columns", "a number expected")
        text, start, end = parser.text_argument(token)
        columns = [each for each in Preamble(parser, text, start, end).columns if each.fixed is None]
        row.spans[len(row.cells)] = (int(count), " ".join(columns[0].classes) if columns else "")
        inner = parser.argument_row(token)
        return [*inner, *parser.parse_row()]
    return parser.parse_row()


def _dots(parser: Parser) -> None:
    """`\\hdotsfor{n}`: dots over so many columns (amsmath, section 4.2)."""
    token = parser.stack.pop()
    parser.optional_tokens()
    start, end = token[1], token[2]
    count = parser.argument_tokens(token)
    dots: list[Token] = [("\\dots", start, end)] * 3
    given: list[Token] = [("{", start, end), *count, ("}", start, end), ("{", start, end), ("c", start, end)]
    parser.push([("\\multicolumn", start, end), *given, ("}", start, end), ("{", start, end), *dots, ("}", start, end)])


def spread_lines(parser: Parser, opening: Token, name: str) -> Node:
    """`spreadlines` of mathtools: its argument, the distance of lines, is that of the page."""
    parser.argument_tokens(opening)
    return transparent(parser, opening, name)


def table_environment(parser: Parser, opening: Token, name: str) -> Node:
    """All environments of `SPECS`."""
    spec = SPECS[name]
    if spec.alone:
        not_nested(parser, opening, name)
    subject = parser.argument_row(opening) if name in _SUBJECTS else []
    pairs = 0
    for kind in spec.arguments:
        if kind == "o":
            _position(parser)
        elif name.rstrip("*").endswith("alignat") or name == "alignedat":
            pairs = _pairs(parser, opening, name)
        else:
            parser.argument_tokens(opening)
    first = len(parser.lines)
    table = read_table(parser, opening, name, spec)
    if name == "subnumcases":
        _share(parser, Line(True, opening[1]), first)
    if pairs and spec.alone:
        for row in table.rows:
            if len(row.cells) > 2 * pairs and row.cells[2 * pairs - 1 :]:
                parser.fail(
                    "misplaced-ampersand",
                    opening[1],
                    opening[2],
                    f"a row of {name} has {len(row.cells)} columns, but {pairs} {'pair' if pairs == 1 else 'pairs'} "
                    "of columns are announced",
                    "too few columns announced",
                    f"write \\begin{{{name}}}{{{(len(row.cells) + 1) // 2}}}",
                )
    table.left, table.right = spec.left, spec.right
    table.cls = INNER if spec.left or spec.right else ORD
    if spec.spread:
        _spread(table, margins=name.startswith("xalignat"))
    if name in _SUBJECTS:
        table.left = ""
        beside(table, [*subject, *brace(spec.left, table, opening[1], opening[2])], [])
    return table


def _position(parser: Parser) -> None:
    """Drop an optional argument that says where the rows stand or how wide they are; other brackets are content."""
    stack = parser.stack
    given = "".join(each[0] for each in stack[-1:-24:-1]).lstrip()
    if re.match(r"\[\s*([tcbm]?|[\d.]+\s*[a-z]{2}|[\d.]*\\[a-z]+)\s*\]", given):
        parser.optional_tokens()


def read_table(parser: Parser, opening: Token, name: str, spec: Spec) -> Table:
    """Read the rows of an environment and its end."""
    outer = parser.line
    if spec.single:
        parser.line = Line(bool(spec.numbered), opening[1])
        parser.lines.append(parser.line)
    line = parser.line
    body, end, rule = rows(parser, opening, name, spec)
    parser.line = outer
    if spec.single and body:
        line.end = end
        body[-1].line = line
    table = Table(spec.kind, body, opening[1], end)
    table.columns = list(spec.columns) or [""]
    table.display = spec.display
    table.rule_below = rule
    if parser.marked:
        settle(table)
    return table


_SUBJECTS = frozenset(["numcases", "subnumcases"])
_INSIDE = {"align": "aligned", "gather": "gathered", "alignat": "alignedat", "multline": "multlined"}
"""Environment that is a display of its own to the one that stands inside others."""


def not_nested(parser: Parser, opening: Token, name: str) -> None:
    """Refuse a display inside another one; `align` in `gather` is the one pair that amsmath allows (section 3.7)."""
    for outer in parser.environments[:-1]:
        spec = SPECS.get(outer)
        if not (outer.startswith("equation") or (spec is not None and spec.alone)):
            continue
        if outer.startswith("gather") and name.startswith(("align", "flalign", "xalignat")):
            continue
        parser.fail(
            "nested-display",
            opening[1],
            opening[2],
            f"{name} inside {outer}",
            "a display of its own",
            f"use {_INSIDE.get(name.rstrip('*'), 'aligned')} inside {outer}",
        )


def _pairs(parser: Parser, opening: Token, name: str) -> int:
    """Read the number of pairs of columns of `alignat`."""
    text, start, end = parser.text_argument(opening)
    if not text.isdecimal():
        parser.fail(
            "bad-argument",
            start,
            end,
            f"{text or 'nothing'} is no number of pairs of columns",
            "a number expected",
            f"write \\begin{{{name}}}{{2}} for two pairs",
        )
    return int(text[:4])


def _spread(table: Table, *, margins: bool) -> None:
    """Put a column that takes the free width between the pairs of columns, as `flalign` does; with `margins`, as
    `xalignat` does, at both sides as well."""
    table.columns = ["fill", "right", "left"] if margins else ["right", "left", "fill"]
    for row in table.rows:
        if row.intertext:
            continue
        cells: list[list[Node]] = []
        for at, cell in enumerate(row.cells):
            if at % 2 == 0 and (at or margins):
                cells.append([])
            cells.append(cell)
        row.cells = [*cells, []] if margins else cells


def starred_matrix(parser: Parser, opening: Token, name: str) -> Node:
    """`pmatrix*[r]` and its kin of mathtools: the optional argument aligns the columns."""
    spec = SPECS[name[:-1]]
    given = parser.optional_text()
    body, end, rule = rows(parser, opening, name, spec)
    table = Table(spec.kind, body, opening[1], end)
    table.columns = {"l": ["left"], "r": ["right"]}.get(given[0] if given else "c", [""])
    if spec.kind == "cases":
        table.columns = ["left"]
    table.left, table.right = spec.left, spec.right
    table.cls = INNER if spec.left or spec.right else ORD
    table.display = spec.display
    table.rule_below = rule
    if parser.marked:
        settle(table)
    return table


def array(parser: Parser, opening: Token, name: str) -> Node:
    """`array`, `tabular`, `darray`, `subarray`: columns as the preamble says."""
    from sitegen.math.commands.preamble import Preamble, arrange

    if parser.peek() == "[":
        parser.optional_tokens()
    if name == "tabular*":
        parser.argument_tokens(opening)
    text, start, end = parser.text_argument(opening)
    columns = Preamble(parser, text, start, end).columns
    own = [column for column in columns if column.fixed is None]
    paragraphs = frozenset(at for at, column in enumerate(own) if column.paragraph)
    body, end, rule = rows(parser, opening, name, Spec("array", paragraphs=paragraphs))
    if any(column.fixed is not None or column.before or column.after for column in columns):
        arrange(parser, columns, body, opening)
    table = Table("array", body, opening[1], end)
    # Cells beyond the preamble follow its last column, as in MathML.
    last = columns[-1].classes if columns else []
    table.columns = [" ".join(column.classes) for column in columns]
    table.columns.append(" ".join(name for name in last if name in ("left", "right")))
    table.framed = bool(columns) and "br" in last and "bl" in columns[0].classes
    table.display = name == "darray"
    table.rule_below = rule
    if parser.marked:
        settle(table)
    return table


def equation(parser: Parser, opening: Token, name: str) -> Node:
    """`equation`, `equation*`, `displaymath`, `math`."""
    if name.startswith("equation"):
        not_nested(parser, opening, name)
    outer = parser.line
    line = parser.line = Line(name == "equation", opening[1])
    parser.lines.append(line)
    children = parser.parse_row()
    if parser.stack and parser.stack[-1][0] in ROW_ENDS:
        children = parser.further_lines(children)
    end = finish(parser, opening, name)
    line.end = end
    parser.line = outer
    return Equation(children, line, opening[1], end)


def transparent(parser: Parser, opening: Token, name: str) -> Node:
    """Environments that change nothing here: `center`, `flushleft`, `flushright`."""
    children = parser.parse_row()
    end = finish(parser, opening, name)
    return Group(children, opening[1], end)


def bare_matrix(parser: Parser, token: Token) -> Node:
    """Plain TeX's `\\matrix{…}`, `\\pmatrix{…}`, `\\cases{…}`, `\\eqalign{…}`, `\\displaylines{…}`."""
    spec = _PLAIN[token[0]]
    body, end = bare_rows(parser, token, spec)
    if token[0] in ("\\eqalignno", "\\leqalignno"):
        for each in body:
            _take_number(parser, each)
    table = Table(spec.kind, body, token[1], end)
    table.columns = list(spec.columns) or [""]
    table.display = spec.display
    table.left, table.right = spec.left, spec.right
    table.cls = INNER if spec.left or spec.right else ORD
    if parser.marked:
        settle(table)
    return table


def bare_rows(parser: Parser, token: Token, spec: Spec) -> tuple[list[Row], int]:
    """Read rows between braces; return them and where they end."""
    if parser.peek() != "{":
        parser.missing_argument(token)
    opening = parser.stack.pop()
    body: list[Row] = []
    font = parser.font
    row = Row(opening[2])
    row.rule = _rules(parser)
    while True:
        text = spec.text and len(row.cells) % 2
        row.cells.append(text_cell(parser) if text else parser.parse_row())
        parser.font = font
        if not parser.stack:
            parser.unclosed(opening)
        closing = parser.stack.pop()
        if closing[0] == "&":
            if spec.kind == "cases" and len(row.cells) > 1:
                message = f"a third column in {token[0]}"
                hint = "use \\matrix or an array for more columns"
                parser.fail("misplaced-ampersand", closing[1], closing[2], message, "two columns at most", hint)
            continue
        if closing[0] == "}":
            break
        if closing[0] not in ROW_ENDS:
            parser.unexpected(closing, opening)
        row.gap = _row_gap(parser, closing, spec)
        body.append(row)
        row = Row(closing[2])
        row.rule = _rules(parser)
    if len(row.cells) > 1 or row.cells[0] or not body:
        body.append(row)
    return body, closing[2]


def _take_number(parser: Parser, row: Row) -> None:
    """Make the third cell of `\\eqalignno` the row's number (TeXbook, page 192)."""
    if len(row.cells) > 2 and row.cells[2]:
        row.line = Line(False, row.start)
        row.line.tag = row.cells.pop(2)
        row.line.starred = True
        parser.lines.append(row.line)


_PLAIN = {
    "\\matrix": SPECS["matrix"],
    "\\pmatrix": SPECS["pmatrix"],
    "\\cases": SPECS["cases*"],
    "\\eqalign": SPECS["aligned"],
    "\\eqalignno": Spec("align", _RL, display=True),
    "\\leqalignno": Spec("align", _RL, display=True),
    "\\displaylines": SPECS["gathered"],
    "\\array": Spec("array"),
}


_PLACES = {
    "\\multicolumn": "at the start of a table cell",
    "\\intertext": "between the rows of align, gather and their kin",
    "\\shortintertext": "between the rows of align, gather and their kin",
}


def misplaced(parser: Parser, token: Token) -> None:
    """Commands that mean something at the start of a table row only."""
    parser.fail(
        "misplaced-command",
        token[1],
        token[2],
        f"{token[0]} may stand {_PLACES.get(token[0], 'at the start of a table row')} only",
        "not its place",
        _instead(parser, token[0]),
    )


def _instead(parser: Parser, command: str) -> str:
    """Say where a command of a table belongs."""
    if command in _PLACES and command != "\\multicolumn":
        return "put it after a \\\\"
    if not parser.environments:
        return "put it between \\begin{array}{cc} and \\end{array}"
    return "put & before it" if command == "\\multicolumn" else "put \\\\ before it"


def _share(parser: Parser, parent: Line, first: int) -> None:
    """Let the lines from `first` on share the number of `parent`."""
    parent.shared = True
    for line in parser.lines[first:]:
        line.parent = parent
    parser.lines.insert(first, parent)


def subequations(parser: Parser, opening: Token, name: str) -> Node:
    """`subequations`: the lines in it share a number, as 1a, 1b and so on (amsmath, section 3.11.3)."""
    outer = parser.line
    parent = parser.line = Line(True, opening[1])
    first = len(parser.lines)
    children = parser.parse_row()
    parent.end = finish(parser, opening, name)
    parser.line = outer
    _share(parser, parent, first)
    shown = [node for node in children if node.cls != SPACE]
    return shown[0] if len(shown) == 1 else Group(children, opening[1], parent.end)


ENVIRONMENTS.update(dict.fromkeys(SPECS, table_environment))
ENVIRONMENTS.update({name + "*": starred_matrix for name, spec in SPECS.items() if spec.kind in ("matrix", "small")})
ENVIRONMENTS.update(dict.fromkeys(["array", "tabular", "tabular*", "darray"], array))
ENVIRONMENTS["spreadlines"] = spread_lines
ENVIRONMENTS.update(dict.fromkeys(["equation", "equation*", "displaymath", "math"], equation))
ENVIRONMENTS["subequations"] = subequations
ENVIRONMENTS.update(dict.fromkeys(["center", "flushleft", "flushright"], transparent))
COMMANDS["\\begin"] = begin
COMMANDS.update(dict.fromkeys(_PLAIN, bare_matrix))
_ROW_STARTS = [
    "\\hline",
    "\\cline",
    "\\hdashline",
    "\\multicolumn",
    "\\noalign",
    "\\intertext",
    "\\shortintertext",
    "\\hdotsfor",
]
COMMANDS.update(dict.fromkeys(_ROW_STARTS, misplaced))
