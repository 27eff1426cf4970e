"""Write the reference page of everything the math engine knows, from the engine's own tables.

    python scripts/math_reference.py [--check]

writes `content/posts/math-reference/index.md`; with `--check` it only says whether the file is up to date. An example
is found by trying: the command alone, then with one argument, two, and so on, until it can be typeset and shows
something. Where that says too little, `EXAMPLES` has a better one.
"""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from sitegen.fonts import font_file
from sitegen.math import Formula, symbols, typeset
from sitegen.math import commands as commands  # fills the tables
from sitegen.math.commands.packages import TABLES
from sitegen.math.registry import COMMANDS, ENVIRONMENTS, MACROS, SYMBOLS

PAGE = Path(__file__).parent.parent / "content" / "posts" / "math-reference" / "index.md"

INTRODUCTION = """\
---
title: All commands of the math engine
description: Every TeX command and environment that sitegen typesets, with its source and how it looks.
dialect: tex
---

<!-- Written by scripts/math_reference.py from the engine's tables; changes here are lost. -->

Each entry shows what is typed and what it becomes. The browser's search finds a command by its name. What a package
of LaTeX has to be loaded for is there without loading anything.

Left out are the names of single letters of the mathematical alphabets, such as `\\mbfitA`, and of signs that the page's
font does not have; the engine knows them all the same.
"""

TOPICS = {
    "structure": "Scripts, groups and classes",
    "fractions": "Fractions and roots",
    "delimiters": "Delimiters",
    "accents": "Accents, braces and arrows over and under",
    "operators": "Operators and functions",
    "relations": "Negation and relations",
    "fonts": "Alphabets",
    "text": "Text",
    "textcomp": "Signs of text",
    "spacing": "Spaces, struts and boxes",
    "boxes": "Boxes and strikes",
    "enclosures": "Enclosures",
    "colors": "Colours",
    "cells": "Cells of tables",
    "environments": "Rows and tables",
    "brackets": "Brackets beside tables",
    "plain": "Rarer commands",
    "quantities": "Quantities of physics and siunitx",
    "references": "Labels and numbers",
    "definitions": "Definitions",
    "loading": "Packages",
    "html": "Links, classes and ids",
    "braket": "Dirac's brackets",
    "physics": "The physics package",
    "siunitx": "Numbers and units (siunitx)",
    "chemistry": "Chemistry (mhchem)",
    "diagrams": "Commutative diagrams (amscd)",
    "proofs": "Proof trees (bussproofs)",
    "mathtools": "More of mathtools",
    "stmaryrd": "Symbols of stmaryrd",
}
"""Module of `sitegen.math.commands` to its heading, in the page's order; others follow under their own names."""

EXAMPLES: dict[str, str] = {
    r"\over": r"{a \over b}", r"\atop": r"{a \atop b}", r"\choose": r"{n \choose k}", r"\brack": r"{n \brack k}",
    r"\brace": r"{n \brace k}", r"\above": r"{a \above 2pt b}", r"\overwithdelims": r"{a \overwithdelims() b}",
    r"\atopwithdelims": r"{a \atopwithdelims[] b}", r"\abovewithdelims": r"{a \abovewithdelims() 1pt b}",
    r"\limits": r"\sum\limits_{i=1}^n i", r"\nolimits": r"\sum\nolimits_{i=1}^n i",
    r"\displaylimits": r"\sum\displaylimits_{i=1}^n i", r"\left": r"\left( \frac ab \right)",
    r"\sqrt": r"\sqrt[3]{x}", r"\root": r"\root 3 \of x", r"\genfrac": r"\genfrac{[}{]}{0pt}{0}{a}{b}",
    r"\mathchoice": r"\mathchoice{D}{T}{S}{s}", r"\prescript": r"\prescript{14}{6}{C}",
    r"\sideset": r"\sideset{_a^b}{_c^d}\sum", r"\char": r"\char65", r"\unicode": r"\unicode{x3b1}",
    r"\symbol": r"\symbol{65}", r"\sp": r"x\sp2", r"\sb": r"x\sb i", r"\bgroup": r"\bgroup x\egroup",
    r"\begingroup": r"\begingroup x\endgroup", r"\hspace": r"a\hspace{1em}b", r"\mspace": r"a\mspace{9mu}b",
    r"\kern": r"a\kern 1em b", r"\mkern": r"a\mkern 9mu b", r"\hskip": r"a\hskip 1em b", r"\mskip": r"a\mskip 9mu b",
    r"\rule": r"\rule{2em}{.5em}", r"\raisebox": r"x\raisebox{.5em}{y}", r"\raise": r"x\raise .5em{y}",
    r"\lower": r"x\lower .5em{y}", r"\moveleft": r"x\moveleft .5em{y}", r"\moveright": r"x\moveright .5em{y}",
    r"\color": r"\color{blue} x + y", r"\textcolor": r"\textcolor{red}{x}", r"\colorbox": r"\colorbox{yellow}{x}",
    r"\fcolorbox": r"\fcolorbox{red}{yellow}{x}", r"\definecolor": r"\definecolor{leaf}{RGB}{0,128,0}",
    r"\colorlet": r"\colorlet{pale}{red!30}", r"\begin": r"\begin{matrix} a & b \end{matrix}",
    r"\cellcolor": r"\begin{matrix} \cellcolor{yellow} a & b \end{matrix}",
    r"\rowcolor": r"\begin{matrix} \rowcolor{yellow} a & b \end{matrix}",
    r"\columncolor": r"\begin{matrix} \columncolor{yellow} a & b \end{matrix}",
    r"\hfil": r"\begin{matrix} 100 \\ \hfil 1 \end{matrix}", r"\hfill": r"\begin{matrix} 100 \\ \hfill 1 \end{matrix}",
    r"\hfilll": r"\begin{matrix} 100 \\ \hfilll 1 \end{matrix}", r"\hss": r"\begin{matrix} 100 \\ \hss 1 \end{matrix}",
    r"\shoveleft": r"\begin{multlined} a + b + c \\ \shoveleft{d} \end{multlined}",
    r"\shoveright": r"\begin{multlined} a + b + c \\ \shoveright{d} \end{multlined}",
    r"\hline": r"\begin{array}{c} a \\ \hline b \end{array}",
    r"\cline": r"\begin{array}{cc} a & b \\ \cline{2-2} c & d \end{array}",
    r"\hdashline": r"\begin{array}{c} a \\ \hdashline b \end{array}",
    r"\multicolumn": r"\begin{array}{cc} \multicolumn{2}{c}{a} \\ b & c \end{array}",
    r"\hdotsfor": r"\begin{matrix} a & b \\ \hdotsfor{2} \end{matrix}",
    r"\noalign": r"\begin{matrix} a \\ \noalign{\vskip 2pt} b \end{matrix}",
    r"\intertext": "\\begin{align*} a &= b \\\\ \\intertext{and} c &= d \\end{align*}",
    r"\shortintertext": "\\begin{align*} a &= b \\\\ \\shortintertext{and} c &= d \\end{align*}",
    r"\matrix": r"\matrix{a & b \cr c & d}", r"\pmatrix": r"\pmatrix{a & b \cr c & d}",
    r"\cases": r"\cases{a & if b \cr c & else}", r"\eqalign": r"\eqalign{a &= b \cr c &= d}",
    r"\eqalignno": r"\eqalignno{a &= b \cr c &= d}", r"\leqalignno": r"\leqalignno{a &= b \cr c &= d}",
    r"\displaylines": r"\displaylines{a \cr b}", r"\array": r"\array{a & b \cr c & d}",
    r"\bordermatrix": r"\bordermatrix{ & a & b \cr c & 1 & 2 \cr}",
    r"\label": r"\label{eq:name}", r"\tag": r"\tag{1}", r"\notag": r"\notag", r"\nonumber": r"\nonumber",
    r"\ref": r"\ref{eq:name}", r"\eqref": r"\eqref{eq:name}", r"\refeq": r"\refeq{eq:name}",
    r"\newcommand": r"\newcommand{\half}[1]{\frac{#1}{2}}", r"\renewcommand": r"\renewcommand{\half}{\tfrac12}",
    r"\providecommand": r"\providecommand{\half}{\tfrac12}", r"\def": r"\def\half#1{\frac{#1}{2}}",
    r"\gdef": r"\gdef\half{\tfrac12}", r"\edef": r"\edef\half{\tfrac12}", r"\xdef": r"\xdef\half{\tfrac12}",
    r"\let": r"\let\half=\frac", r"\global": r"\global\def\half{\tfrac12}", r"\long": r"\long\def\half{\tfrac12}",
    r"\DeclareRobustCommand": r"\DeclareRobustCommand{\half}{\tfrac12}",
    r"\DeclareMathOperator": r"\DeclareMathOperator*{\argmin}{arg\,min}",
    r"\DeclarePairedDelimiter": r"\DeclarePairedDelimiter{\size}{\lvert}{\rvert}",
    r"\DeclarePairedDelimiterX": r"\DeclarePairedDelimiterX{\inner}[2]{\langle}{\rangle}{#1, #2}",
    r"\DeclarePairedDelimiterXPP": r"\DeclarePairedDelimiterXPP{\pr}[1]{P}{(}{)}{}{#1}",
    r"\newenvironment": r"\newenvironment{pair}{\left(}{\right)}",
    r"\renewenvironment": r"\renewenvironment{pair}{\left[}{\right]}",
    r"\newcolumntype": r"\newcolumntype{L}{>{\displaystyle}l}", r"\Newextarrow": r"\Newextarrow{\xto}{5,5}{8672}",
    r"\newtagform": r"\newtagform{square}{[}{]}", r"\renewtagform": r"\renewtagform{square}[\textbf]{[}{]}",
    r"\usetagform": r"\usetagform{square}", r"\break": r"a + b \break + c", r"\with": r"a \with b",
    r"\parbox": r"\parbox{3em}{text}",
    r"\require": r"\require{physics}", r"\usepackage": r"\usepackage{physics}",
    r"\RequirePackage": r"\RequirePackage{physics}", r"\buildrel": r"a \buildrel ! \over = b",
    r"\mmlToken": r"\mmlToken{mi}{sin}", r"\U": r"\U{3B1}", r"\nicefrac": r"\nicefrac{1}{2}",
    r"\unitfrac": r"\unitfrac[3]{m}{s}", r"\units": r"\units[3]{m}", r"\Rule": r"\Rule{1em}{.5em}{0em}",
    r"\href": r"\href{https://example.org/}{x^2}", r"\url": r"\url{https://example.org/}",
    r"\ce": r"\ce{2 H2 + O2 -> 2 H2O}", r"\pu": r"\pu{9.81 m s-2}", r"\verb": r"\verb|a_b|",
    r"\num": r"\num{1.5e3}", r"\qty": r"\qty{9.81}{\metre\per\second\squared}", r"\unit": r"\unit{\kilo\gram}",
    r"\SI": r"\SI{3}{\kilo\metre}", r"\si": r"\si{\kilo\metre}", r"\ang": r"\ang{12;30;5}",
    r"\numlist": r"\numlist{1;2;3}", r"\qtylist": r"\qtylist{1;2}{\metre}", r"\SIlist": r"\SIlist{1;2}{\metre}",
    r"\numrange": r"\numrange{1}{5}", r"\qtyrange": r"\qtyrange{1}{5}{\metre}", r"\SIrange": r"\SIrange{1}{5}{\metre}",
    r"\numproduct": r"\numproduct{2 x 3}", r"\qtyproduct": r"\qtyproduct{2 x 3}{\metre}",
    r"\tablenum": r"\tablenum{1.5}",
    r"\anglist": r"\anglist{10;20}", r"\angrange": r"\angrange{10}{20}", r"\complexnum": r"\complexnum{1+2i}",
    r"\complexqty": r"\complexqty{1+2i}{\ohm}", r"\sisetup": r"\sisetup{per-mode = symbol}",
    r"\DeclareSIUnit": r"\DeclareSIUnit{\bunch}{bunch}", r"\DeclareSIPrefix": r"\DeclareSIPrefix{\dozen}{dz}{1}",
    r"\DeclareSIQualifier": r"\DeclareSIQualifier{\polymer}{pol}",
    r"\DeclareSIPower": r"\DeclareSIPower{\quartic}{\tothefourth}{4}",
    r"\cancelto": r"\cancelto{0}{x}", r"\enclose": r"\enclose{circle}{x}", r"\bbox": r"\bbox[yellow, 3pt]{x}",
    r"\not": r"\not= \not\in", r"\operatorname": r"\operatorname*{arg\,max}_x f", r"\bmod": r"a \bmod b",
    r"\mod": r"a \mod b", r"\pmod": r"a \pmod b", r"\pod": r"a \pod b",
    r"\substack": r"\sum_{\substack{i < n \\ i \ne 3}} i",
    r"\big": r"\big( x \big)", r"\Big": r"\Big( x \Big)", r"\bigg": r"\bigg( x \bigg)", r"\Bigg": r"\Bigg( x \Bigg)",
    r"\cssId": r"\cssId{ref-cssid}{x}", r"\htmlId": r"\htmlId{ref-htmlid}{x}", r"\id": r"\id{ref-id}{x}",
    r"\htmlData": r"\htmlData{key=value}{x}", r"\MoveEqLeft": r"\begin{aligned} \MoveEqLeft a \\ &= b \end{aligned}",
    r"\imat": r"\pmqty{\imat{2}}", r"\identitymatrix": r"\pmqty{\identitymatrix{2}}", r"\pmat": r"\pmqty{\pmat{x}}",
    r"\paulimatrix": r"\pmqty{\paulimatrix{x}}", r"\xmat": r"\pmqty{\xmat{a}{2}{2}}", r"\zmat": r"\pmqty{\zmat{2}{2}}",
    r"\xmatrix": r"\pmqty{\xmatrix{a}{2}{2}}", r"\zeromatrix": r"\pmqty{\zeromatrix{2}{2}}",
    r"\skew": r"\skew{5}{\hat}{A}", r"\tensor": r"\tensor{T}{^a_b}", r"\indices": r"T\indices{^a_b}",
    r"\resizebox": r"\resizebox{2em}{!}{x}", r"\rotatebox": r"\rotatebox{90}{x}", r"\scalebox": r"\scalebox{2}{x}",
    r"\style": r"\style{color: red}{x}", r"\texttip": r"\texttip{x}{a tip}", r"\mathtip": r"\mathtip{x}{y}",
    r"\htmlStyle": r"\htmlStyle{color: red}{x}", r"\mmlStyle": r"\mmlStyle{color: red}{x}",
    r"\toggle": r"\toggle{x}{y}\endtoggle", r"\Space": r"a\Space{1em}{0em}{0em}b",
    r"\xmathstrut": r"\xmathstrut{0.5} x",
    r"\breakAlign": r"\begin{matrix} \breakAlign{c}{t} a & b \end{matrix}",
    r"\shortvdotswithin": "\\begin{align*} a &= b \\\\ \\shortvdotswithin{=} &= c \\end{align*}",
    r"\DisplayProof": r"\AxiomC{$A$} \UnaryInfC{$B$} \DisplayProof", r"\DP": r"\AxiomC{$A$} \UnaryInfC{$B$} \DP",
    r"\set": r"\set{x | x > 0}", r"\Set": r"\Set{x | x > \frac12}", r"\braket": r"\braket{a | b}",
    r"\Braket": r"\Braket{a | \frac12 | b}", r"\includegraphics": "", r"\data": r"\data{key=value}{x}",
}  # fmt: skip
"""Better examples than trying finds. An empty one: named without an example."""

_TREE = r"\begin{prooftree} \AxiomC{$A$} \AxiomC{$B$} #\BinaryInfC{$C$} \end{prooftree}"
ENVIRONMENT_EXAMPLES: dict[str, str] = {
    "array": r"\begin{array}{l|r} a & b \\ \hline c & d \end{array}",
    "alignat": r"\begin{alignat}{2} a &= b &\quad c &= d \end{alignat}",
    "CD": r"\begin{CD} A @>f>> B \\ @VVV @VVgV \\ C @= D \end{CD}",
    "prooftree": _TREE.replace("#", ""),
    "numcases": r"\begin{numcases}{f(x) =} 1 & if positive \\ 0 & else \end{numcases}",
    "subnumcases": r"\begin{subnumcases}{f(x) =} 1 & if positive \\ 0 & else \end{subnumcases}",
    "empheq": r"\begin{empheq}[left=\empheqlbrace]{align*} a &= b \\ c &= d \end{empheq}",
    "subarray": r"\begin{subarray}{l} i < n \\ j < m \end{subarray}",
    "tabular*": r"\begin{tabular*}{10em}{lr} a & b \end{tabular*}",
}


PROOFS = [
    r"\begin{prooftree} #{A} \infer1{B} \end{prooftree}",
    r"\begin{prooftree} \hypo{A} #1{B} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} #{$B$} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} \AxiomC{$B$} #{$C$} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} \AxiomC{$B$} \AxiomC{$C$} #{$D$} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} \AxiomC{$B$} \AxiomC{$C$} \AxiomC{$D$} #{$E$} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} \AxiomC{$B$} \AxiomC{$C$} \AxiomC{$D$} \AxiomC{$E$} #{$F$} \end{prooftree}",
    r"\begin{prooftree} #{$A$} \UnaryInfC{$B$} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} #{a}\UnaryInfC{$B$} \end{prooftree}",
    r"\begin{prooftree} \AxiomC{$A$} #\UnaryInfC{$B$} \end{prooftree}",
    r"\begin{prooftree} #\AxiomC{$A$} \UnaryInfC{$B$} \end{prooftree}",
    r"\begin{prooftree} #$A \vdash B$ \UnaryInf$C \vdash D$ \end{prooftree}",
    r"\begin{prooftree} \Axiom$A \vdash B$ #$C \vdash D$ \end{prooftree}",
    r"\begin{prooftree} \Axiom$A \vdash B$ \Axiom$C \vdash D$ #$E \vdash F$ \end{prooftree}",
    r"\begin{prooftree} \Axiom$A \vdash B$ \Axiom$C \vdash D$ \Axiom$E \vdash F$ #$G \vdash H$ \end{prooftree}",
]
"""Proof trees around a command."""


def typesets(source: str) -> bool:
    """Tell whether a formula is typeset, with notes at most."""
    (result,), _ = typeset([Formula(source, display=True)])
    return result.kind == "math" and all(problem.severity == "note" for problem in result.problems)


def shows(source: str) -> bool:
    """Tell whether a formula is typeset without complaint and something of it is seen."""
    (result,), _ = typeset([Formula(source, display=True)])
    return result.kind == "math" and not result.problems and bool(result.text.strip())


@cache
def example(name: str) -> tuple[str, bool]:
    """Return TeX that shows the command `name`, and whether there is something to show."""
    given = EXAMPLES.get(name)
    if given is not None:
        return given or name, typesets(given) if given else False
    loose = name + " " if name[-1].isalpha() else name
    tries = [name, *(name + "".join(f"{{{letter}}}" for letter in "abcd"[:count]) for count in (1, 2, 3, 4))]
    tries += [template.replace("#", loose) for template in PROOFS]
    tries += [f"{loose}(a)", f"a{loose}b", f"x{loose}x", f"{loose}.", f"\\left( a {loose}| b \\right)"]
    return next(((source, True) for source in tries if shows(source)), (name, False))


def environment_example(name: str) -> str:
    """Return TeX that shows an environment."""
    plain = name.rstrip("*")
    given = ENVIRONMENT_EXAMPLES.get(name)
    if given is None and plain in ENVIRONMENT_EXAMPLES:
        given = ENVIRONMENT_EXAMPLES[plain].replace(f"{{{plain}}}", f"{{{name}}}")
    rows = r"a + b \\ c + d"
    cells = r"a &= b \\ c &= d"
    matrix = r"a & b \\ c & d"
    tries = [given] if given else []
    for arguments in ("", "{2}", "{lr}"):
        for body in (cells, matrix, rows, "a = b") if "matrix" not in name else (matrix,):
            tries.append(f"\\begin{{{name}}}{arguments} {body} \\end{{{name}}}")
    return next((source for source in tries if shows(source)), f"\\begin{{{name}}} … \\end{{{name}}}")


def home(name: str, module: str) -> str:
    """Return the module that a command belongs to; those of packages are known by name."""
    if module != "packages":
        return module
    return next((each for each, names in TABLES.items() if name[1:] in names.split()), PACKAGES.get(name, "plain"))


PACKAGES = {r"\ce": "chemistry", r"\pu": "chemistry", r"\require": "loading", r"\usepackage": "loading",
            r"\RequirePackage": "loading", r"\minCDarrowwidth": "diagrams",
            r"\minCDarrowheight": "diagrams"}  # fmt: skip


def command_names() -> list[str]:
    """Return every command of the tables that an author writes: no internal ones, no bare characters."""
    names = [*COMMANDS, *MACROS]
    return sorted({name for name in names if name[0] == "\\" and "@" not in name and name[1:].strip()}, key=_order)


def symbol_names() -> list[str]:
    """Return every command that prints one symbol, as far as the page's font has it."""
    names = {*symbols.CORRECTIONS, *SYMBOLS, *symbols.common_names()} - {*command_names()}
    return sorted((name for name in names if "@" not in name and _printable(name)), key=_order)


def _order(name: str) -> tuple[str, str]:
    return name.lower(), name


@cache
def _glyphs() -> frozenset[int]:
    return frozenset(TTFont(font_file())["cmap"].getBestCmap())


def _printable(name: str) -> bool:
    if name in SYMBOLS:
        return True
    symbol = symbols.lookup(name)
    if symbol is None or (name not in symbols.CORRECTIONS and 0x1D400 <= ord(symbol.char[0]) <= 0x1D7FF):
        return False
    known = all(ord(char) in _glyphs() and not unicodedata.combining(char) for char in symbol.char)
    return known and shows(name)


CLASSES = ["Letters and signs", "Large operators and functions", "Binary operators", "Relations and arrows",
           "Opening brackets", "Closing brackets", "Punctuation", "Dots"]  # fmt: skip


def symbol_groups() -> Iterator[tuple[str, list[str]]]:
    """Yield headings with the names under them."""
    usual: dict[str, list[str]] = {title: [] for title in CLASSES}
    rare: dict[str, list[str]] = {f"{title}: rarer ones": [] for title in CLASSES}
    for name in symbol_names():
        symbol = SYMBOLS.get(name) or symbols.lookup(name)
        assert symbol is not None
        title = CLASSES[symbol.cls]
        if name in SYMBOLS or name in symbols.CORRECTIONS:
            usual[title].append(name)
        else:
            rare[f"{title}: rarer ones"].append(name)
    yield from usual.items()
    yield from rare.items()


def code(source: str) -> str:
    """Return TeX as inline code."""
    fence = "``" if "`" in source else "`"
    pad = " " if source[0] == "`" or source[-1] == "`" else ""
    return f"{fence}{pad}{source}{pad}{fence}"


def commands_by_topic() -> dict[str, list[str]]:
    """Return the command names under their modules' names, in the order of `TOPICS`."""
    found: dict[str, list[str]] = {module: [] for module in TOPICS}
    for name in command_names():
        handler = COMMANDS.get(name)
        module = handler.__module__.rpartition(".")[2] if handler is not None else "plain"
        found.setdefault(home(name, module), []).append(name)
    return found


def text() -> str:
    """Return the page's Markdown."""
    parts = [INTRODUCTION, "## Environments\n"]
    for name in sorted(ENVIRONMENTS, key=_order):
        source = environment_example(name)
        shown = f"\n\n$$\n{source}\n$$\n" if shows(source) else "\n"
        parts.append(f"{code(source)}{shown}")
    for module, names in commands_by_topic().items():
        if not names:
            continue
        parts.append(f"## {TOPICS.get(module, module.capitalize())}\n")
        lines = []
        for name in names:
            source, seen = example(name)
            display = source.startswith((r"\begin{align", r"\begin{multline", r"\begin{gather"))
            shown = f" ${source}$" if seen and not display else ""
            if display or "$" in source:
                shown = f"\n\n  $$\n  {source}\n  $$\n" if seen else ""
            lines.append(f"- {code(source)}{shown}")
        parts.append("\n".join(lines) + "\n")
    for title, names in symbol_groups():
        if names:
            entries = "\n".join(f"{code(name)} ${name}$ ·" for name in names).removesuffix(" ·")
            parts.append(f"## {title}\n\n{entries}\n")
    return "\n".join(parts)


def main() -> int:
    """Write the page, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 when the page is not up to date"
    )
    given = parser.parse_args()
    page = text()
    if given.check:
        current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page
        print(f"{PAGE} is {'up to date' if current else 'not up to date: run python scripts/math_reference.py'}")
        return 0 if current else 1
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    print(f"{PAGE}: {len(page.encode()):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
