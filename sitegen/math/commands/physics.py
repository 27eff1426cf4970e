"""The physics package: automatic braces, vectors, derivatives, Dirac's brackets, matrices (its manual, version 1.30).

Loaded when the first of its commands is met; `sitegen.math.commands.packages` knows their names. The commands that
would change LaTeX's own (`\\div`, `\\Re`, `\\sin[2](x)`) mean what the package says only after `\\usepackage{physics}`
or `\\require{physics}`; before that they are in `HANDLERS` under a name that ends in `@physics`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from sitegen.math.commands.arguments import (
    AUTOMATIC,
    PAIRS,
    PLAIN,
    braced,
    bracketed,
    charge,
    contents,
    fence,
    filled,
    middle,
    one,
    optional_group,
    row,
    split,
    template,
)
from sitegen.math.commands.delimiters import SIZES
from sitegen.math.commands.operators import function
from sitegen.math.lexer import Token, tokenise
from sitegen.math.macros import Macro
from sitegen.math.nodes import (
    BIN,
    CLOSE,
    INNER,
    OP,
    ORD,
    Accent,
    Atom,
    Delimiter,
    Fraction,
    Node,
    Scripts,
    Space,
    Symbol,
    Text,
    Wrapped,
)
from sitegen.math.parser import MAX_CELLS, Parser
from sitegen.math.registry import ENTRIES

Handler: TypeAlias = Callable[[Parser, Token], "Node | None"]

# ---------------------------------------------------------------------- section 2.1: automatic braces


def size_of(parser: Parser) -> str:
    """Read the star or the size that may follow a command; of both, the star counts."""
    starred = parser.star()
    text = parser.peek()
    if text in SIZES:
        parser.stack.pop()
        return PLAIN if starred else SIZES[text]
    return PLAIN if starred else AUTOMATIC


def quantity(parser: Parser, token: Token) -> Node:
    """`\\qty(…)`, `\\qty[…]`, `\\qty|…|`, `\\qty{…}`, each also with a size before the bracket."""
    size = size_of(parser)
    opening = parser.peek()
    if opening not in PAIRS:
        if size != AUTOMATIC:
            parser.fail(
                "missing-argument",
                token[1],
                token[2],
                f"{token[0]} needs a bracket after the size",
                "(…), […], {…} or |…| expected",
                f"write {token[0]}(…)",
            )
        _no_bracket(parser, token)
        return fence("(", ")", [], token)
    return fence(opening, PAIRS[opening], contents(parser, bracketed(parser, token)), token, size)


def _no_bracket(parser: Parser, token: Token) -> None:
    parser.warn(
        "missing-bracket",
        token[1],
        token[2],
        f"no bracket follows {token[0]}, so an empty pair is printed",
        "nothing to enclose",
        f"write {token[0]}(…), {token[0]}[…], {token[0]}{{…}} or {token[0]}|…|",
    )


def enclosed(left: str, right: str, parser: Parser, token: Token) -> Node:
    """`\\abs{…}` and its kin: fixed fences, starred or with a size."""
    size = size_of(parser)
    return fence(left, right, contents(parser, braced(parser, token)), token, size)


def order(parser: Parser, token: Token) -> Node:
    """`\\order{…}`: Landau's symbol."""
    size = size_of(parser)
    inner = contents(parser, braced(parser, token))
    parser.row.extend(template(parser, token, "\\mathcal{O}"))
    return fence("(", ")", inner, token, size)


def commutator(left: str, right: str, parser: Parser, token: Token) -> Node:
    """`\\comm{A}{B}`, `\\acomm{A}{B}`, `\\pb{A}{B}`."""
    size = size_of(parser)
    first, second = braced(parser, token), braced(parser, token)
    return fence(left, right, contents(parser, filled(parser, token, "#1,#2", first, second)), token, size)


def evaluated(parser: Parser, token: Token) -> Node:
    """`\\eval{…}_a^b`, `\\eval(…|_a^b`, `\\eval[…|_a^b`: a bar at the right; starred, of fixed height."""
    starred = parser.star()
    opening = parser.peek()
    left = ""
    tokens: list[Token] = []
    if opening in ("(", "["):
        left = opening
        tokens = bracketed(parser, token, "|")
    elif opening == "{":
        tokens = parser.argument_tokens(token)
    else:
        _no_bracket(parser, token)
    inner = contents(parser, tokens)
    if starred:
        inner = [Wrapped("mpadded", ' height="0" depth="0"', inner, token[1], token[2])]
    inner.extend(template(parser, token, "\\vphantom{\\int}"))
    return fence(left, "|", inner, token)


# ---------------------------------------------------------------------- section 2.2: vectors


def bold(parser: Parser, token: Token) -> list[Node]:
    """Read a vector's name: bold and upright, or with a star bold and italic."""
    font = parser.font
    starred = parser.star()
    tokens = braced(parser, token)
    parser.font = "bold-symbol" if starred else "bold"
    nodes = contents(parser, tokens)
    parser.font = font
    return nodes


def vector_bold(parser: Parser, token: Token) -> Node:
    """`\\vb{a}` and `\\vb*{a}`."""
    return one(bold(parser, token), token)


def vector_mark(char: str, kind: str, parser: Parser, token: Token) -> Node:
    """`\\va{a}` with an arrow and `\\vu{a}` with a hat."""
    nodes = bold(parser, token)
    base = one(nodes, token)
    return Accent(base, char, token[1], base.end, kind=kind)


_NABLA = Symbol("𝛁", "mi", ORD, "<mi>𝛁</mi>")
_BOLD_DOT = Symbol("⋅", "mo", BIN)
_CROSS = Symbol("×", "mo", BIN)


def vector_operator(symbol: Symbol | None, parser: Parser, token: Token) -> Node:
    """`\\grad`, `\\div` and `\\curl`, with a round or square bracket after them that grows."""
    nodes: list[Node] = [Atom(ORD, _NABLA, token[1], token[2])]
    if symbol is not None:
        nodes.append(Atom(BIN, symbol, token[1], token[2]))
    if parser.peek() not in ("(", "["):
        if symbol is not None:
            # The binary operator has its right operand outside.
            parser.row.extend(nodes[:-1])
            return nodes[-1]
        return nodes[0]
    parser.row.extend(nodes)
    # After a binary operator a closing atom would make a sign of it (TeXbook, appendix G, rule 6).
    return automatic(parser, token, CLOSE if symbol is None else ORD)


def laplacian(parser: Parser, token: Token) -> Node:
    """`\\laplacian`."""
    nodes = template(parser, token, "\\nabla^2")
    if parser.peek() not in ("(", "["):
        return one(nodes, token)
    parser.row.extend(nodes)
    return automatic(parser, token)


def automatic(parser: Parser, token: Token, cls: int = CLOSE) -> Node:
    """Read the bracket that comes next and return it with its content, growing.

    It follows its function without a space: the package writes `\\mathopen{}\\mathclose{\\left(…\\right)}`.
    """
    opening = parser.peek()
    return fence(opening, PAIRS[opening], contents(parser, bracketed(parser, token)), token, cls=cls)


# ---------------------------------------------------------------------- section 2.3: functions


def expression(name: str, power: bool, parser: Parser, token: Token) -> Node:
    """`\\asin[2](x)` and its kin: an optional power, and a round bracket that grows."""
    known = ENTRIES["\\" + name]
    symbol = known if isinstance(known, Symbol) else function(name)
    node: Node = Atom(OP, symbol, token[1], token[2])
    if power and parser.peek() == "[":
        tokens = [each for each in parser.optional_tokens() or [] if each[0].strip()]
        scripts = Scripts(node, token[1], token[2])
        if tokens and all(each[0] == "'" for each in tokens):
            scripts.primes = len(tokens)
        else:
            scripts.sup = row(contents(parser, tokens), token)
        node = scripts
    if parser.peek() != "(":
        return node
    parser.row.append(node)
    return automatic(parser, token)


def named(name: str, parser: Parser, token: Token) -> Node:
    """`\\sine` and its kin: LaTeX's own functions under a long name."""
    known = ENTRIES["\\" + name]
    return Atom(OP, known if isinstance(known, Symbol) else function(name), token[1], token[2])


def applied(tex: str, brackets: str, parser: Parser, token: Token) -> Node:
    """`\\Res[…]`, `\\Re{…}`, `\\pv{…}`: an operator, and brackets that are shown and grow."""
    nodes = template(parser, token, tex)
    opening = parser.peek()
    if not opening or opening not in brackets:
        return one(nodes, token)
    parser.row.extend(nodes)
    return automatic(parser, token)


# ---------------------------------------------------------------------- section 2.4: quick quad text


def quad_text(word: str, parser: Parser, token: Token) -> Node:
    """`\\qq{word}` and `\\qif`: text between quads; starred, without the one on the left."""
    starred = parser.star()
    if word:
        text: list[Node] = [Text(word, token[1], token[2])]
    else:
        from sitegen.math.commands.text import text_nodes

        text = text_nodes(parser, token, "")
    if not starred and word != ",":
        parser.row.append(Space("1em", token[1], token[2]))
    parser.row.extend(text)
    return Space("1em", token[1], token[2])


def quad_comma(parser: Parser, token: Token) -> Node:
    """`\\qcomma`: a comma and a quad."""
    comma = ENTRIES[","]
    if isinstance(comma, Symbol):
        parser.row.append(Atom(comma.cls, comma, token[1], token[2]))
    return Space("1em", token[1], token[2])


_QUADS = {
    "qcc": "c.c.", "qif": "if", "qthen": "then", "qelse": "else", "qotherwise": "otherwise", "qunless": "unless",
    "qgiven": "given", "qusing": "using", "qassume": "assume", "qsince": "since", "qlet": "let", "qfor": "for",
    "qall": "all", "qeven": "even", "qodd": "odd", "qinteger": "integer", "qand": "and", "qor": "or", "qas": "as",
    "qin": "in",
}  # fmt: skip


# ---------------------------------------------------------------------- section 2.5: derivatives

_D = "\\mathrm{d}"


def differential(sign: str, parser: Parser, token: Token) -> Node:
    """`\\dd`, `\\dd x`, `\\dd[3]{x}`, `\\dd(\\cos\\theta)`, and the same with δ as `\\var`."""
    power = parser.optional_tokens()
    base = template(parser, token, sign if power is None else sign + "^{#1}", power or [])
    opening = parser.peek()
    if opening == "{":
        return row([*base, *contents(parser, parser.argument_tokens(token))], token, INNER)
    if opening == "(":
        return row([*base, automatic(parser, token)], token, INNER)
    return one(base, token)


def derivative(sign: str, most: int, parser: Parser, token: Token) -> Node:
    """`\\dv[n]{f}{x}`, `\\dv{x}(f)`, `\\pdv{f}{x}{y}`, `\\fdv{F}{x}`; starred, on one line."""
    flat = parser.star()
    order_of = parser.optional_tokens()
    arguments = [braced(parser, token)]
    while len(arguments) < most and parser.peek() == "{":
        arguments.append(parser.argument_tokens(token))
    of: list[Token] = arguments.pop(0) if len(arguments) > 1 else []
    if len(arguments) > 1:
        above = template(parser, token, f"{sign}^{{{len(arguments)}}}#1", of)
        below = template(parser, token, "".join(f"{sign} #{at}" for at in range(1, len(arguments) + 1)), *arguments)
    elif order_of is not None:
        above = template(parser, token, f"{sign}^{{#2}}#1", of, order_of)
        below = template(parser, token, f"{sign} #1^{{#2}}", arguments[0], order_of)
    else:
        above = template(parser, token, f"{sign} #1", of)
        below = template(parser, token, f"{sign} #1", arguments[0])
    node = flat_fraction_of(above, below, token) if flat else _fraction(above, below, token)
    if parser.peek() != "(":
        return node
    parser.row.append(node)
    return automatic(parser, token)


def _fraction(above: list[Node], below: list[Node], token: Token) -> Node:
    lower = row(below, token)
    return Fraction(row(above, token), lower, token[1], lower.end)


def flat_fraction_of(above: list[Node], below: list[Node], token: Token) -> Node:
    """Set a fraction on one line, with a stroke as high as its parts."""
    return fence("", "", [*above, middle("/", token, ORD), *below], token)


def flat_fraction(parser: Parser, token: Token) -> Node:
    """`\\flatfrac{a}{b}`."""
    above = contents(parser, braced(parser, token))
    below = contents(parser, braced(parser, token))
    return flat_fraction_of(above, below, token)


# ---------------------------------------------------------------------- section 2.6: Dirac's brackets


def bra(parser: Parser, token: Token) -> Node:
    """The package's `\\bra{a}`, which joins with a `\\ket` right after it."""
    starred = parser.star()
    tokens = braced(parser, token)
    if parser.peek() not in ("\\ket", "\\ket@physics"):
        return fence("⟨", "|", contents(parser, tokens), token, PLAIN if starred else AUTOMATIC, INNER)
    command = parser.stack.pop()
    starred = parser.star() or starred
    return inner_product_of(parser, token, tokens, braced(parser, command), starred)


def ket(parser: Parser, token: Token) -> Node:
    """The package's `\\ket{a}`, which grows."""
    starred = parser.star()
    return fence("|", "⟩", contents(parser, braced(parser, token)), token, PLAIN if starred else AUTOMATIC, INNER)


def one_or_two(parser: Parser, token: Token) -> tuple[list[Token], list[Token]]:
    """Read an argument and perhaps a second one, which else is the same."""
    first = braced(parser, token)
    second = optional_group(parser, token)
    if second is None:
        charge(parser, token, 2 * len(first))
        second = first
    return first, second


def inner_product_of(parser: Parser, token: Token, first: list[Token], second: list[Token], starred: bool) -> Node:
    """Set `⟨first|second⟩`."""
    left = contents(parser, first)
    right = contents(parser, second)
    bar = Delimiter("|", ORD, token[1], token[2]) if starred else middle("|", token, ORD)
    return fence("⟨", "⟩", [*left, bar, *right], token, PLAIN if starred else AUTOMATIC, INNER)


def inner_product(parser: Parser, token: Token) -> Node:
    """`\\ip{a}{b}`; with one argument, `⟨a|a⟩`."""
    starred = parser.star()
    return inner_product_of(parser, token, *one_or_two(parser, token), starred)


def outer_product(parser: Parser, token: Token) -> Node:
    """`\\op{a}{b}` and `\\dyad`; with one argument, `|a⟩⟨a|`."""
    starred = parser.star()
    return outer_product_of(parser, token, *one_or_two(parser, token), starred)


def outer_product_of(
    parser: Parser, token: Token, first: list[Token], second: list[Token], starred: bool, cls: int = ORD
) -> Node:
    """Set `|first⟩⟨second|`; with brackets that do not grow it is an atom of the class `cls`."""
    left = contents(parser, first)
    right = contents(parser, second)
    if starred:
        return row([fence("|", "⟩", left, token, PLAIN), fence("⟨", "|", right, token, PLAIN)], token, cls)
    gap = Space("-0.1667em", token[1], token[2])
    return fence("|", "|", [*left, middle("⟩", token, ORD), gap, middle("⟨", token, ORD), *right], token, cls=INNER)


def expectation(parser: Parser, token: Token) -> Node:
    """`\\ev{A}`, `\\ev{A}{\\psi}`; a star for brackets that do not grow, two for all of one height."""
    stars = parser.star() + 0
    stars += stars and parser.star()
    operator = braced(parser, token)
    state = optional_group(parser, token)
    if state is None:
        return fence("⟨", "⟩", contents(parser, operator), token, PLAIN if stars else AUTOMATIC, INNER)
    charge(parser, token, 2 * len(state))
    return sandwich(parser, token, state, operator, state, stars)


def matrix_element(parser: Parser, token: Token) -> Node:
    """`\\mel{n}{A}{m}`; stars as for `\\ev`."""
    stars = parser.star() + 0
    stars += stars and parser.star()
    first, operator, second = braced(parser, token), braced(parser, token), braced(parser, token)
    return sandwich(parser, token, first, operator, second, stars)


def sandwich(
    parser: Parser, token: Token, first: list[Token], operator: list[Token], second: list[Token], stars: int
) -> Node:
    """Set `⟨first|operator|second⟩`."""
    left, inner, right = contents(parser, first), contents(parser, operator), contents(parser, second)
    if stars == 2:
        bar = middle("|", token, ORD)
        return fence("⟨", "⟩", [*left, bar, *inner, middle("|", token, ORD), *right], token, cls=INNER)
    size = PLAIN if stars else AUTOMATIC
    return row([fence("⟨", "|", left, token, size), *inner, fence("|", "⟩", right, token, size)], token, INNER)


# ---------------------------------------------------------------------- section 2.7: matrices

_ENVIRONMENTS = {"(": "pmatrix", "[": "bmatrix", "|": "vmatrix", "{": "matrix"}
_SMALL = {"(": "psmallmatrix", "[": "bsmallmatrix", "|": "vsmallmatrix", "{": "smallmatrix"}


def matrix_quantity(small: bool, parser: Parser, token: Token) -> Node:
    """`\\mqty(…)`, `\\mqty[…]`, `\\mqty|…|`, `\\mqty{…}`; starred, with flattened brackets; `\\smqty` is small."""
    starred = parser.star()
    opening = parser.peek()
    if opening not in PAIRS:
        _no_bracket(parser, token)
        return fence("(", ")", [], token)
    return matrix(parser, token, opening, bracketed(parser, token), starred, small)


def matrix(parser: Parser, token: Token, opening: str, body: list[Token], starred: bool, small: bool) -> Node:
    """Set a matrix between brackets of the given kind."""
    names = _SMALL if small else _ENVIRONMENTS
    flattened = starred and opening == "("
    name = names["{" if flattened else opening]
    nodes = template(parser, token, f"\\begin{{{name}}}#1\\end{{{name}}}", body)
    return fence("⟮", "⟯", nodes, token) if flattened else one(nodes, token)


def bracketed_matrix(opening: str, starred: bool, small: bool, parser: Parser, token: Token) -> Node:
    """`\\pmqty{…}`, `\\bmqty{…}`, `\\vmqty{…}`, `\\mdet{…}` and the small ones."""
    body = parser.argument_tokens(token) if parser.peek() == "*" else braced(parser, token)
    return matrix(parser, token, opening, body, starred, small)


def rows_of(parser: Parser, token: Token, rows: list[list[list[Token]]]) -> None:
    """Put the rows of a matrix where the command stands; what is around must be a matrix."""
    between, after = ("&", token[1], token[2]), ("\\\\", token[1], token[2])
    tokens: list[Token] = []
    for at, cells in enumerate(rows):
        if at:
            tokens.append(after)
        for column, cell in enumerate(cells):
            if column:
                tokens.append(between)
            tokens.extend(cell)
    charge(parser, token, len(tokens))
    # A misplaced & names the command that it came from.
    shown = "".join(each[0] for each in tokens[:60])
    macro = Macro(token[0], 0, [], shown if len(shown) <= 60 else shown[:57] + "…")
    parser.origins.setdefault((token[1], token[2]), []).append(macro)
    parser.push(tokens)


def whole_number(parser: Parser, token: Token, what: str, low: int = -MAX_CELLS) -> int:
    """Read a number of rows or columns."""
    text, start, end = parser.text_argument(token)
    try:
        number = int(text)
    except ValueError:
        number = MAX_CELLS + 1
    if not low <= number <= MAX_CELLS:
        parser.fail(
            "bad-argument",
            start,
            end,
            f"{text or 'nothing'} is no {what} for {token[0]}",
            "a whole number expected",
            f"write {token[0]} with a number such as 3",
        )
    return number


def _check_cells(parser: Parser, token: Token, count: int) -> None:
    if count > MAX_CELLS:
        parser.fail(
            "too-long", token[1], token[2], f"a matrix of more than {MAX_CELLS:,} cells", "too many cells", "use dots"
        )


def identity(parser: Parser, token: Token) -> None:
    """`\\imat{n}`: the rows of the identity matrix."""
    size = max(whole_number(parser, token, "size"), 1)
    _check_cells(parser, token, size * size)
    zero, unit = [("0", token[1], token[2])], [("1", token[1], token[2])]
    rows_of(parser, token, [[unit if i == k else zero for k in range(size)] for i in range(size)])


def repeated(parser: Parser, token: Token) -> None:
    """`\\xmat{x}{n}{m}`: n rows of m times x; starred, with indices."""
    starred = parser.star()
    _repeat(parser, token, braced(parser, token), starred)


def zeros(parser: Parser, token: Token) -> None:
    """`\\zmat{n}{m}`: n rows of m zeros."""
    _repeat(parser, token, [("0", token[1], token[2])], False)


def _repeat(parser: Parser, token: Token, cell: list[Token], indexed: bool) -> None:
    height = max(whole_number(parser, token, "number of rows"), 1)
    width = max(whole_number(parser, token, "number of columns"), 1)
    _check_cells(parser, token, height * width * max(len(cell), 1))

    def element(row_at: int, column: int) -> list[Token]:
        if not indexed or (height == 1 and width == 1):
            return cell
        numbers = [column] if height == 1 else [row_at] if width == 1 else [row_at, column]
        index = "".join(f"{{{number}}}" for number in numbers)
        return [*cell, *((text, token[1], token[2]) for text, _, _ in tokenise(f"_{{{index}}}"))]

    rows_of(parser, token, [[element(i, k) for k in range(1, width + 1)] for i in range(1, height + 1)])


_PAULI = {"0": "1&0\\\\0&1", "1": "0&1\\\\1&0", "2": "0&-i\\\\i&0", "3": "1&0\\\\0&-1"}
_PAULI.update({"x": _PAULI["1"], "y": _PAULI["2"], "z": _PAULI["3"]})


def pauli(parser: Parser, token: Token) -> None:
    """`\\pmat{n}`: the rows of a Pauli matrix; n is 0 to 3, x, y or z."""
    text, start, end = parser.text_argument(token)
    body = _PAULI.get(text)
    if body is None:
        parser.fail(
            "bad-argument",
            start,
            end,
            f"{text or 'nothing'} is no Pauli matrix",
            "0, 1, 2, 3, x, y or z expected",
            f"write {token[0]}{{x}}",
        )
    cells = [[tokenise(cell) for cell in line.split("&")] for line in body.split("\\\\")]
    placed = [[[(each[0], token[1], token[2]) for each in cell] for cell in line] for line in cells]
    rows_of(parser, token, placed)


def diagonal(anti: bool, parser: Parser, token: Token) -> None:
    """`\\dmat[fill]{a,b,c}` and `\\admat`: blocks on a diagonal."""
    fill = parser.optional_tokens() or []
    blocks = split(braced(parser, token), ",")
    count = len(blocks)
    _check_cells(parser, token, count * count)
    rows: list[list[list[Token]]] = []
    for at, block in enumerate(blocks):
        nested = any(each[0] in ("&", "\\\\") for each in block)
        cell = filled(parser, token, "\\mqty{#1}", block) if nested or _makes_rows(block) else block
        column = count - 1 - at if anti else at
        # Without a filling, cells after the last block of a row are not needed.
        width = count if fill else column + 1
        rows.append([cell if k == column else fill for k in range(width)])
    rows_of(parser, token, rows)


def _makes_rows(tokens: list[Token]) -> bool:
    return any(HANDLERS.get(each[0]) in _GENERATORS for each in tokens)


# ---------------------------------------------------------------------- the table


def _symbol(symbol: Symbol, parser: Parser, token: Token) -> Node:
    return Atom(symbol.cls, symbol, token[1], token[2])


HANDLERS: dict[str, Handler] = {}
"""Command to handler."""


def _add(names: str, handler: Handler) -> None:
    for name in names.split():
        HANDLERS["\\" + name] = handler


_add("quantity", quantity)
_add("pqty", partial(enclosed, "(", ")"))
_add("bqty", partial(enclosed, "[", "]"))
_add("vqty absolutevalue abs", partial(enclosed, "|", "|"))
_add("Bqty", partial(enclosed, "{", "}"))
_add("norm", partial(enclosed, "‖", "‖"))
_add("evaluated eval", evaluated)
_add("order", order)
_add("commutator comm", partial(commutator, "[", "]"))
_add("anticommutator acomm poissonbracket pb", partial(commutator, "{", "}"))

_add("vectorbold vb", vector_bold)
_add("vectorarrow va", partial(vector_mark, "→", "vec"))
_add("vectorunit vu", partial(vector_mark, "ˆ", ""))
_add("dotproduct vdot", partial(_symbol, _BOLD_DOT))
_add("crossproduct cross cp", partial(_symbol, _CROSS))
_add("vnabla", partial(_symbol, _NABLA))
_add("gradient grad", partial(vector_operator, None))
_add("divergence div@physics", partial(vector_operator, _BOLD_DOT))
_add("curl", partial(vector_operator, _CROSS))
_add("laplacian", laplacian)
_add("divisionsymbol divsymbol", partial(_symbol, Symbol("÷", "mo", BIN)))

_LATEX = "sin sinh arcsin cos cosh arccos tan tanh arctan csc sec cot coth log ln"
"""LaTeX's own functions that get a power and brackets that grow when the package is loaded."""
_OWN = "asin acos atan csch arccsc acsc sech arcsec asec arccot acot"
for _name in _OWN.split():
    _add(_name, partial(expression, _name, True))
for _name in _LATEX.split():
    _add(_name + "@physics", partial(expression, _name, True))
for _name in ("exp", "det", "Pr"):
    _add(_name + "@physics", partial(expression, _name, False))
for _name, _shown in {"tr": "tr", "trace": "tr", "Tr": "Tr", "Trace": "Tr", "erf": "erf"}.items():
    _add(_name, partial(expression, _shown, False))
_LONG = {"ine": "sin", "osine": "cos", "angent": "tan", "osecant": "csc", "ecant": "sec", "otangent": "cot"}
for _tail, _short in _LONG.items():
    _word = _short[0] + _tail
    _add(_word, partial(named, _short))
    _add("hyp" + _word, partial(named, _short + "h"))
    _add("arc" + _word, partial(named, "arc" + _short))
    _add("a" + _word, partial(named, "a" + _short))
for _name, _shown in {
    "rank": "rank", "exponential": "exp", "logarithm": "log", "naturallogarithm": "ln", "determinant": "det",
    "Probability": "Pr",
}.items():  # fmt: skip
    _add(_name, partial(named, _shown))
_add("Res", partial(applied, "\\operatorname{Res}", "([{"))
_add("Residue", partial(applied, "\\operatorname{Res}", ""))
_add("principalvalue pv", partial(applied, "\\mathop{\\mathcal{P}}\\nolimits", ""))
_add("PV", partial(applied, "\\mathop{\\mathrm{P.V.}}\\nolimits", ""))
_add("Re@physics", partial(applied, "\\operatorname{Re}", "{"))
_add("Im@physics", partial(applied, "\\operatorname{Im}", "{"))
_add("real", partial(_symbol, Symbol("ℜ", "mi", ORD, "<mi>ℜ</mi>")))
_add("imaginary", partial(_symbol, Symbol("ℑ", "mi", ORD, "<mi>ℑ</mi>")))

_add("qqtext qq", partial(quad_text, ""))
_add("qcomma qc", quad_comma)
for _name, _shown in _QUADS.items():
    _add(_name, partial(quad_text, _shown))

_add("diffd", lambda parser, token: one(template(parser, token, _D), token))
_add("flatfrac", flat_fraction)
_add("differential dd", partial(differential, _D))
_add("variation var", partial(differential, "\\delta"))
_add("derivative dv", partial(derivative, _D, 2))
_add("partialderivative pderivative pdv", partial(derivative, "\\partial", 3))
_add("functionalderivative fderivative fdv", partial(derivative, "\\delta", 2))

_add("bra@physics", bra)
_add("ket@physics", ket)
_add("innerproduct ip braket@physics", inner_product)
_add("outerproduct op dyad ketbra@physics", outer_product)
_add("expectationvalue expval ev", expectation)
_add("matrixelement matrixel mel", matrix_element)

_add("matrixquantity mqty", partial(matrix_quantity, False))
_add("smallmatrixquantity smqty", partial(matrix_quantity, True))
_add("pmqty", partial(bracketed_matrix, "(", False, False))
_add("Pmqty", partial(bracketed_matrix, "(", True, False))
_add("bmqty", partial(bracketed_matrix, "[", False, False))
_add("vmqty matrixdeterminant mdet", partial(bracketed_matrix, "|", False, False))
_add("spmqty", partial(bracketed_matrix, "(", False, True))
_add("sPmqty", partial(bracketed_matrix, "(", True, True))
_add("sbmqty", partial(bracketed_matrix, "[", False, True))
_add("svmqty smdet", partial(bracketed_matrix, "|", False, True))
_add("identitymatrix imat", identity)
_add("xmatrix xmat", repeated)
_add("zeromatrix zmat", zeros)
_add("paulimatrix pmat", pauli)
_add("diagonalmatrix dmat", partial(diagonal, False))
_add("antidiagonalmatrix admat", partial(diagonal, True))
_GENERATORS = tuple(HANDLERS["\\" + name] for name in ("imat", "xmat", "zmat", "pmat", "dmat", "admat"))

REDEFINED: Final = tuple(name.removesuffix("@physics") for name in HANDLERS if name.endswith("@physics"))
"""LaTeX's and braket's commands that the package defines anew."""
