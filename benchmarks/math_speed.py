"""How fast formulas become MathML: this engine beside latex2mathml, and Temml and KaTeX where they are installed.

    python benchmarks/math_speed.py [--repeat N] [--node FOLDER [--install]]

All engines typeset the same formulas, one after the other in the same run, and the best of N rounds counts. With
`--node` Temml and KaTeX run under Node from FOLDER/node_modules; `--install` puts them there first. Only formulas that
an engine accepts count for it. The cost of importing and of the first formula is measured in fresh processes.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

SHAPES = [
    "{a}", "{a}_{{{i}}}", "{a}^2", "{a} + {b} = {c}", "f({a}) = {a}^2 + {b}{a} + {c}", r"\frac{{{a}}}{{{b}}}",
    r"\sqrt{{{a}^2 + {b}^2}}", r"\sum_{{{i}=1}}^n {a}_{i}", r"\int_0^\infty e^{{-{a} t}}\,dt = \frac{{1}}{{{a}}}",
    r"\left( \frac{{{a}}}{{{b}}} \right)^{{{i}}}", r"\lim_{{{a} \to 0}} \frac{{\sin {a}}}{{{a}}} = 1",
    r"\mathbf{{{a}}} \cdot \mathbf{{{b}}} \le \|{a}\| \, \|{b}\|", r"{a} \in \mathbb{{R}}^n",
    r"p({a} \mid {b}) = \frac{{p({b} \mid {a})\, p({a})}}{{p({b})}}",
    r"\hat{{{a}}}_{i} = \bar{{{b}}} + \tilde{{{c}}}'", r"\text{{if }} {a} > 0 \text{{ and }} {b} \neq {c}",
    r"\nabla \times \mathbf{{{a}}} = -\frac{{\partial \mathbf{{{b}}}}}{{\partial t}}",
    r"\begin{{pmatrix}} {a} & {b} \\ {c} & {i} \end{{pmatrix}}",
    r"\begin{{cases}} {a} & \text{{if }} {b} < 0 \\ {c} & \text{{otherwise}} \end{{cases}}",
    r"\begin{{aligned}} {a} &= {b} + {c} \\ &\ge \frac{{{i}}}{{2}} \end{{aligned}}",
    r"\underbrace{{{a} + \dots + {a}}}_{{n \text{{ times}}}} = n {a}", r"\binom{{n}}{{{i}}} {a}^{i} {b}^{{n-{i}}}",
    r"\operatorname{{Var}}({a}) = \mathbb{{E}}[{a}^2] - \mathbb{{E}}[{a}]^2",
    r"\overline{{{a} \cup {b}}} \subseteq {c}",
    r"O({a} \log {a}) \quad \forall {a} \in \{{1, \ldots, n\}}",
]  # fmt: skip
"""What formulas of posts are made of; `{a}`, `{b}`, `{c}` and `{i}` are letters."""
LETTERS = [("x", "y", "z", "i"), ("u", "v", "w", "j"), (r"\alpha", r"\beta", r"\gamma", "k"), ("A", "B", "C", "m"),
           (r"\theta", r"\phi", r"\omega", "r"), ("p", "q", "s", "l"), (r"\mu", r"\sigma", r"\lambda", "d"),
           ("X", "Y", "Z", "2"), ("f", "g", "h", "3"), ("S", "T", "U", "4"), (r"\xi", r"\eta", r"\zeta", "5"),
           ("M", "N", "P", "6")]  # fmt: skip

FORMULAS = [
    shape.format(a=a, b=b, c=c, i=i) for shape, (a, b, c, i) in itertools.product(SHAPES, LETTERS)
]  # 300 formulas
PACKAGES = ("temml@0.13.3", "katex@0.16.27")

NODE = """
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const engines = {
  Temml: () => { const e = require("temml"); return t => e.renderToString(t, {annotate: true, throwOnError: true}); },
  KaTeX: () => { const e = require("katex"); return t => e.renderToString(t, {output: "mathml", throwOnError: true}); },
};
const result = {};
for (const [name, load] of Object.entries(engines)) {
  try {
    const convert = load();
    let best = Infinity, accepted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const start = process.hrtime.bigint();
      accepted = 0;
      for (const tex of formulas) { try { convert(tex); accepted++; } catch (error) { } }
      best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e9);
    }
    result[name] = [accepted, best];
  } catch (error) { result[name] = null; }
}
console.log(JSON.stringify(result));
"""


def one_round(convert: Callable[[str], object]) -> tuple[int, float]:
    """Return how many formulas are accepted, and the seconds that all of them took."""
    accepted = 0
    started = time.perf_counter()
    for tex in FORMULAS:
        try:
            convert(tex)
        except Exception:  # An engine may refuse a formula in any way; it is counted.
            continue
        accepted += 1
    return accepted, time.perf_counter() - started


def rates(engines: dict[str, Callable[[str], object]], repeat: int) -> dict[str, tuple[int, float] | None]:
    """Return accepted formulas and seconds of each engine's best round; the engines take turns."""
    best: dict[str, tuple[int, float] | None] = {}
    for _ in range(repeat):
        for name, convert in engines.items():
            found, before = one_round(convert), best.get(name)
            best[name] = found if before is None or found[1] < before[1] else before
    return best


def under_node(folder: Path, repeat: int, install: bool) -> dict[str, tuple[int, float] | None]:
    """Return the same for Temml and KaTeX; None where one is not installed."""
    node = shutil.which("node")
    if node is None:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    if install:
        subprocess.run(
            ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES],
            check=True,
        )
    done = subprocess.run(
        [node, "-e", NODE.replace("ROUNDS", str(repeat))],
        input=json.dumps(FORMULAS), capture_output=True, text=True, cwd=folder, check=True,
    )  # fmt: skip
    return {name: tuple(found) if found else None for name, found in json.loads(done.stdout).items()}


START = "import time; started = time.perf_counter(); {work}; print(time.perf_counter() - started)"
FIRST = {
    "sitegen": r"from sitegen.math import to_mathml; to_mathml(r'\frac{a}{b} + \alpha')",
    "latex2mathml": "import latex2mathml.converter",
}


def start_up(repeat: int) -> dict[str, float]:
    """Return the seconds until the first formula is typeset, and of importing latex2mathml; fresh processes in turn.

    Bytecode is kept in a folder of its own, so that both are measured as installed packages, which bring theirs.
    """
    best = dict.fromkeys(FIRST, float("inf"))
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        for _ in range(repeat + 1):
            for name, work in FIRST.items():
                command = [sys.executable, "-c", START.format(work=work)]
                done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
                best[name] = min(best[name], float(done.stdout))
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--repeat", type=int, default=7, help="rounds; the best counts")
    parser.add_argument("--node", type=Path, help="folder with node_modules/temml and node_modules/katex")
    parser.add_argument("--install", action="store_true", help="install them there first")
    given = parser.parse_args()

    from latex2mathml.converter import convert

    from sitegen.math import to_mathml

    results = rates({"sitegen": to_mathml, "latex2mathml": convert}, given.repeat)
    if given.node:
        results |= under_node(given.node, given.repeat, given.install)
    own = results["sitegen"]
    assert own is not None
    print(f"{len(FORMULAS)} formulas, best of {given.repeat}")
    for name, found in results.items():
        if found is None:
            print(f"{name:14} not installed")
            continue
        accepted, seconds = found
        speed, own_speed = accepted / seconds, own[0] / own[1]
        print(
            f"{name:14} {speed:8.0f} formulas/s, {accepted} accepted; sitegen is {own_speed / speed:.2f} times as fast"
        )
    begin = start_up(given.repeat)
    ratio = begin["sitegen"] / begin["latex2mathml"]
    print(f"import and first formula: {1000 * begin['sitegen']:.0f} ms")
    print(
        f"import latex2mathml.converter: {1000 * begin['latex2mathml']:.0f} ms; sitegen takes {ratio:.2f} times as long"
    )


if __name__ == "__main__":
    main()
