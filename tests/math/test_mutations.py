"""Twenty thousand mistyped formulas: letters and pieces deleted, doubled, swapped, cut off, put into one another.

Whatever comes out must be well-formed, hold nothing but the elements and attributes that the engine writes, and come
soon. The seed is fixed, so that a failure repeats.
"""

from __future__ import annotations

import re
import time
from random import Random

import pytest
from lxml import etree

from sitegen.math import CODES, Formula, typeset

MUTANTS = 20_000
BATCHES = 20
PATIENCE = 1.0
"""Seconds of work that one formula may take."""

SEEDS = r"""
e^{i\pi}+1=0
\frac{-b\pm\sqrt{b^2-4ac}}{2a}
\sum_{n=1}^\infty\frac1{n^4}=\frac{\pi^4}{90}
\int_0^\infty e^{-x^2}\,dx=\tfrac12\sqrt\pi
\left(\frac{a}{b}\right)^2\left.\middle|x\right\}
\begin{pmatrix}1&2\\3&4\end{pmatrix}^{-1}
\begin{cases}x<1&\text{if $x$ is "small"}\\y>2&\text{otherwise}\end{cases}
\begin{array}{l|c@{\ }r}a&b&c\\\hline\multicolumn{2}{c}{d}&e\end{array}
\begin{align}a&=b\label{eq:one}\\c&=d\tag{x}\end{align}
\begin{equation}x=\eqref{eq:one}\notag\end{equation}
\begin{gather}a\\[2pt]b\end{gather}
\begin{aligned}f(x)&=\underbrace{a+b}_{c}\\&\quad-\overbrace{d}^{e}\end{aligned}
\newcommand{\norm}[2][p]{\left\|#2\right\|_{#1}}\norm[2]{v}+\norm{w}
\def\pair#1;#2.{\langle#1,#2\rangle}\pair a;b.
\DeclareMathOperator*{\argmin}{arg\,min}\argmin_{x\in\mathbb{R}^n}f(x)
\let\f\frac\f12
\newenvironment{box2}[1]{\left[#1}{\right]}\begin{box2}{y}x\end{box2}
\color{red}{x}+\textcolor{#00f}{y}+\colorbox{yellow}{$z$}
\href{https://example.org/?a=1&b=2}{x^2}
\text{a < b & c > d "quoted" <script>alert(1)</script>}
\operatorname{Re}\langle\hat x,\widehat{xyz}\rangle'
\overset{!}{=}\underset{n\to\infty}{\lim}\stackrel{?}{\le}
a\equiv b\pmod{n}\implies a\not\mid b
{n\choose k}={n\over k}\atop x
\hspace{1em}\rule{1em}{2pt}\kern3mu\phantom{x}\smash{y}
\ce{2H2 + O2 ->[\Delta] 2H2O}
\qty{1.5(2)e3}{\kilo\metre\per\second\squared}
\ket{\psi}\bra{\phi}\braket{a|b}
\dv{f}{x}+\pdv[2]{f}{x}{y}
\begin{prooftree}\AxiomC{$A$}\UnaryInfC{$B$}\end{prooftree}
\begin{CD}A@>f>>B\\@VVV@AAgA\\C@=D\end{CD}
\cancel{x}\boxed{y}\enclose{circle}{z}
\unicode{x3b1}\char"41 αβγ≤∑→ℝ²
\mathchoice{a}{b}{c}{d}\displaystyle x\scriptstyle y
\bigl(\Bigl[\biggl\{\Biggl|\Biggr|\biggr\}\Bigr]\bigr)
\prescript{14}{6}{C}\sideset{_a^b}{_c^d}\sum
\xrightarrow[a]{b}\overrightarrow{AB}\overleftrightarrow{CD}
\verb|a_b<c>|\mbox{x--y}\texttt{``q''}
\sqrt[3]{x}\root n\of x\dots\cdots\ldots
\mathbf{v}\cdot\mathcal{L}\mathfrak{g}\boldsymbol{\alpha}\bm{x}
\begin{smallmatrix}a&b\end{smallmatrix}\begin{vmatrix}a\end{vmatrix}
% a comment
x_1,\dots,x_n\;\;\text{&amp; &lt;b&gt;}]]>
""".strip().split("\n")

ELEMENTS = {
    "math", "semantics", "annotation", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mmultiscripts", "mprescripts", "mfrac", "msqrt", "mroot", "mstyle", "mpadded", "mphantom",
    "mtable", "mtr", "mtd", "menclose", "div", "span", "a", "code", "r",
}  # fmt: skip
FORBIDDEN = re.compile("style|on[a-z]+|src|srcdoc|xlink:href")
PIECE = re.compile(r"\\[a-zA-Z]+|\\.|.", re.S)


def mutant(random: Random) -> str:
    """Return one of the seeds after one to four mistakes, of letters or of whole tokens."""
    source = random.choice(SEEDS)
    for _ in range(random.randint(1, 4)):
        parts = PIECE.findall(source) if random.random() < 0.7 else list(source)
        low, high = sorted((random.randrange(len(parts) + 1), random.randrange(len(parts) + 1)))
        match random.randrange(5):
            case 0:
                del parts[low : low + random.randint(1, 3)]
            case 1:
                parts[low:low] = parts[low:high]
            case 2:
                parts[low:high] = (
                    parts[low:high][::-1] if random.random() < 0.3 else [*parts[high - 1 : high], *parts[low:high][:-1]]
                )
            case 3:
                del parts[high:]
            case _:
                parts.insert(low, random.choice(SEEDS))
        source = "".join(parts)[:1000]
    return source


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutants(batch: int) -> None:
    random = Random(batch)
    kinds: dict[str, int] = {}
    for _ in range(MUTANTS // BATCHES):
        source = mutant(random)
        started = time.process_time()
        (result,), equations = typeset([Formula(source, display=random.random() < 0.5)])
        assert time.process_time() - started < PATIENCE, source
        kinds[result.kind] = kinds.get(result.kind, 0) + 1
        markup = "".join(part if isinstance(part, str) else "<a>?</a>" for part in result.parts)
        root = etree.fromstring(f"<r>{markup}</r>".encode())
        for element in root.iter():
            assert element.tag in ELEMENTS, (source, element.tag)
            assert not any(FORBIDDEN.fullmatch(name) for name in element.keys()), source  # noqa: SIM118
        for problem in result.problems:
            assert problem.code in CODES
            assert 0 <= problem.start <= problem.end <= len(source), (source, problem)
            assert problem.message
        for equation in equations:
            assert 0 <= equation.start <= equation.end <= len(source)
    # Mistakes that are none and mistakes that are found: both must be met to mean something.
    assert min(kinds.get("math", 0), kinds.get("error", 0)) > MUTANTS / BATCHES / 10
