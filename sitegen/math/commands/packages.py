"""Commands of packages that few pages use; their modules are imported when one is met first."""

from __future__ import annotations

from importlib import import_module

from sitegen.math.lexer import Token
from sitegen.math.nodes import Node
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, ENVIRONMENTS, MACROS, PACKAGED, Environment, Handler

_COMMANDS: dict[str, tuple[str, str]] = {
    "\\ce": ("chemistry", "formula"),
    "\\pu": ("chemistry", "quantity"),
    **dict.fromkeys(["\\minCDarrowwidth", "\\minCDarrowheight"], ("diagrams", "least_length")),
    "\\require": ("loading", "require"),
    "\\usepackage": ("loading", "require"),
    "\\RequirePackage": ("loading", "require"),
}
"""Command to module and function."""

TABLES: dict[str, str] = {
    "braket": "bra ket braket ketbra Bra Ket Braket Ketbra set Set",
    "html": """
    href url class htmlClass cssId htmlId id data htmlData style htmlStyle mmlStyle mathtip texttip toggle
    includegraphics
    """,
    "enclosures": "enclose cancelto bbox angl angln actuarialangle phase longdiv centernot centerOver",
    "brackets": """
    bordermatrix empheql empheqr empheqbigl empheqbigr empheqlbrace empheqrbrace empheqlbrack empheqrbrack empheqlangle
    empheqrangle empheqlparen empheqrparen empheqlvert empheqrvert empheqlVert empheqrVert empheqlfloor empheqrfloor
    empheqlceil empheqrceil empheqbiglbrace empheqbigrbrace empheqbiglbrack empheqbigrbrack empheqbiglangle
    empheqbigrangle empheqbiglparen empheqbigrparen empheqbiglvert empheqbigrvert empheqbiglVert empheqbigrVert
    empheqbiglfloor empheqbigrfloor empheqbiglceil empheqbigrceil
    """,
    "mathtools": """
    MoveEqLeft vdotswithin shortvdotswithin Aboxed sitegen@boxstart sitegen@boxend smashoperator adjustlimits tensor
    indices texorpdfstring sfrac scalebox reflectbox rotatebox resizebox
    """,
    "plain": """
    buildrel moveleft moveright vbox vtop parbox hsize makebox mathmakebox Rule Space goodbreak badbreak breakAlign
    leftroot uproot mathtoolsset nicefrac unitfrac units mmlToken U Newextarrow sitegen@arrow newcolumntype
    DeclarePairedDelimiterX DeclarePairedDelimiterXPP sitegen@pairedx xmathstrut textrlap textllap textclap
    """,
    "proofs": """
    AxiomC AXC Axiom AX UnaryInfC UIC UnaryInf UI BinaryInfC BIC BinaryInf BI TrinaryInfC TIC TrinaryInf TI
    QuaternaryInfC QuinaryInfC LeftLabel RightLabel noLine singleLine solidLine doubleLine dashedLine dottedLine
    alwaysNoLine alwaysSingleLine alwaysSolidLine alwaysDoubleLine alwaysDashedLine alwaysDottedLine rootAtTop
    rootAtBottom alwaysRootAtTop alwaysRootAtBottom DisplayProof DP LL RL hypo infer EnableBpAbbreviations
    """,
    "physics": """
    quantity pqty bqty vqty absolutevalue abs Bqty norm evaluated eval order commutator comm anticommutator
    acomm poissonbracket pb vectorbold vb vectorarrow va vectorunit vu dotproduct vdot crossproduct cross cp vnabla
    gradient grad divergence div@physics curl laplacian divisionsymbol divsymbol asin acos atan csch arccsc acsc
    sech arcsec asec arccot acot sin@physics sinh@physics arcsin@physics cos@physics cosh@physics arccos@physics
    tan@physics tanh@physics arctan@physics csc@physics sec@physics cot@physics coth@physics log@physics ln@physics
    exp@physics det@physics Pr@physics tr trace Tr Trace erf sine hypsine arcsine asine cosine hypcosine arccosine
    acosine tangent hyptangent arctangent atangent cosecant hypcosecant arccosecant acosecant secant hypsecant
    arcsecant asecant cotangent hypcotangent arccotangent acotangent rank exponential logarithm naturallogarithm
    determinant Probability Res Residue principalvalue pv PV Re@physics Im@physics real imaginary qqtext qq qcomma
    qc qcc qif qthen qelse qotherwise qunless qgiven qusing qassume qsince qlet qfor qall qeven qodd qinteger qand
    qor qas qin diffd flatfrac differential dd variation var derivative dv partialderivative pderivative pdv
    functionalderivative fderivative fdv bra@physics ket@physics innerproduct ip braket@physics outerproduct op dyad
    ketbra@physics expectationvalue expval ev matrixelement matrixel mel matrixquantity mqty smallmatrixquantity
    smqty pmqty Pmqty bmqty vmqty matrixdeterminant mdet spmqty sPmqty sbmqty svmqty smdet identitymatrix imat
    xmatrix xmat zeromatrix zmat paulimatrix pmat diagonalmatrix dmat antidiagonalmatrix admat
    """,
    "quantities": "qty",
    "siunitx": """
    num tablenum unit si SI numlist qtylist SIlist numproduct qtyproduct numrange qtyrange SIrange ang anglist angrange
    complexnum complexqty sisetup DeclareSIUnit DeclareSIPrefix DeclareSIQualifier DeclareSIPower
    """,
}
"""Module to the commands in its table `HANDLERS`, without their backslashes."""

_ENVIRONMENTS: dict[str, tuple[str, str]] = {
    "CD": ("diagrams", "diagram"),
    "empheq": ("brackets", "empheq"),
    "prooftree": ("proofs", "prooftree"),
}
"""Environment to module and function."""


def _command(module: str, function: str) -> Handler:
    def handler(parser: Parser, token: Token) -> Node | None:
        found: Handler = getattr(import_module(f"sitegen.math.commands.{module}"), function)
        return found(parser, token)

    return handler


def _tabled(module: str) -> Handler:
    def handler(parser: Parser, token: Token) -> Node | None:
        table: dict[str, Handler] = import_module(f"sitegen.math.commands.{module}").HANDLERS
        return table[token[0]](parser, token)

    return handler


def _environment(module: str, function: str) -> Environment:
    def handler(parser: Parser, token: Token, name: str) -> Node | None:
        found: Environment = getattr(import_module(f"sitegen.math.commands.{module}"), function)
        return found(parser, token, name)

    return handler


MACROS.update(
    {
        "\\skew": "{{#2{#3\\mkern#1mu}\\mkern-#1mu}{}}",
        "\\crampedsubstack": "\\substack{#1}",
        "\\splitfrac": "\\genfrac{}{}{0pt}{1}{#1\\quad}{\\quad#2}",
        "\\splitdfrac": "\\genfrac{}{}{0pt}{0}{#1\\quad}{\\quad#2}",
        "\\vcentercolon": "\\mathrel{:}",
        "\\ordinarycolon": ":",
        "\\nuparrow": "\\not\\uparrow",
        "\\ndownarrow": "\\not\\downarrow",
        "\\mathmbox": "{#1}",
        "\\ensuremath": "{#1}",
        "\\TextOrMath": "#2",
        "\\micro": "\\mu",
        "\\oldstylenums": "{#1}",
        "\\with": "\\mathbin{\\&}",
        "\\undertilde": "\\utilde{#1}",
        "\\break": "\\allowbreak",
        "\\llfloor": "\\mathopen{\\lfloor\\!\\lfloor}",
        "\\rrfloor": "\\mathclose{\\rfloor\\!\\rfloor}",
        "\\llceil": "\\mathopen{\\lceil\\!\\lceil}",
        "\\rrceil": "\\mathclose{\\rceil\\!\\rceil}",
        **dict.fromkeys(["\\arrownot", "\\Arrownot", "\\longarrownot", "\\Longarrownot"], "\\not"),
        "\\linebreak": "\\allowbreak",
        "\\LaTeXe": "\\LaTeX\\,2_{\\textstyle\\varepsilon}",
    }
)
COMMANDS.update({name: _command(*where) for name, where in _COMMANDS.items()})
for _module, _names in TABLES.items():
    _commands = ["\\" + name for name in _names.split()]
    COMMANDS.update(dict.fromkeys(_commands, _tabled(_module)))
    PACKAGED.update(_commands)
ENVIRONMENTS.update({name: _environment(*where) for name, where in _ENVIRONMENTS.items()})
