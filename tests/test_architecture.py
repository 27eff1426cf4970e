"""The shape of the program: imports run one way, each library has its one place, every code is explained.

The ranks are those of the README's section on the architecture. An import counts wherever it stands, in a function
or under TYPE_CHECKING as well.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sitegen
from sitegen.diagnostics import CODES
from tests.support.sites import ROOT

PACKAGE = ROOT / "sitegen"

RANKS: tuple[tuple[str, ...], ...] = (
    ("__main__",),
    ("cli",),
    ("check", "drafts", "importing", "serve", "starter"),
    ("build",),
    ("compiling", "rendering"),
    ("listing",),
    ("checks", "pages", "assets", "output", "console", "precompress", "extension"),
    ("typefaces", "search"),
    ("cache",),
    ("source", "compile", "site"),
    ("bibliography", "palette", "pictures", "sidenotes"),
    ("config", "frontmatter", "markdown", "notebook"),
    ("model",),
    ("faults",),
    ("diagnostics", "fonts"),
    ("clock", "kept", "looks", "policy", "text", "versions", "words", "workers"),
    ("math",),
)
"""From the rim to the middle; a module may import what stands below it, never what stands above or beside it."""

BESIDE = {("pages", "assets"), ("frontmatter", "config")}
"""Imports within one rank, each with its reason: pages link to the assets whose names carry a hash; both settings
and front matter read macro definitions."""

NAMED_IN_TYPES = {("sitegen.math.registry", "sitegen.math.parser")}
"""A handler's type names the parser that calls it, and the parser looks its handlers up in the registry."""

SOLE_IMPORTERS = {
    "latex2mathml": {"sitegen.math.symbols"},
    "jinja2": {"sitegen.pages"},
    "babel": {"sitegen.pages"},
    "markdown_it": {"sitegen.markdown"},
    "mdit_py_plugins": {"sitegen.markdown"},
    "linkify_it": {"sitegen.markdown"},
    "emoji": {"sitegen.markdown"},
    "pygments": {"sitegen.markdown", "sitegen.palette"},
    "yaml": {"sitegen.frontmatter", "sitegen.importing"},
    "click": {"sitegen.cli"},
    "rich": {"sitegen.console"},
    "fontTools": {"sitegen.fonts"},
    "rcssmin": {"sitegen.assets"},
    "imagesize": {"sitegen.site", "sitegen.notebook"},
    "PIL": {"sitegen.pictures"},
    "nbformat": {"sitegen.notebook"},
    "pybtex": {"sitegen.bibliography"},
    "citeproc": {"sitegen.bibliography"},
    "starlette": {"sitegen.serve"},
    "uvicorn": {"sitegen.serve"},
    "selectolax": {"sitegen.check"},
    "tinycss2": {"sitegen.check"},
    "httpx": {"sitegen.check"},
    "watchfiles": {"sitegen.serve"},
}
"""Foreign library to the modules, or packages, that may import it."""


def modules() -> dict[str, Path]:
    """Return every module of the package by name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


def imported(name: str) -> Iterator[tuple[str, int]]:
    """Yield the full names that a module imports, with the line of each."""
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}:{node.lineno} imports relatively"
            assert node.module is not None
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield (whole if whole in MODULES else node.module), node.lineno


def part(module: str) -> str:
    """Return the part of the program a module belongs to: `math` for `sitegen.math.lexer`, empty for the root."""
    return module.split(".")[1] if "." in module else ""


def rank(name: str) -> int:
    return next((index for index, names in enumerate(RANKS) if name in names), -1)


def test_every_module_has_a_rank() -> None:
    assert {part(module) for module in MODULES} - {""} <= {name for names in RANKS for name in names}


def test_imports_run_one_way() -> None:
    wrong = []
    for module in MODULES:
        for target, line in imported(module):
            if not target.startswith("sitegen") or part(module) in ("", part(target)):
                continue
            if part(target) == "":
                wrong.append(f"{module}:{line} imports the package root")
            elif rank(part(target)) <= rank(part(module)) and (part(module), part(target)) not in BESIDE:
                wrong.append(f"{module}:{line} imports {target}")
    assert wrong == []


def test_math_stands_alone() -> None:
    outside = [
        f"{module}:{line} imports {target}"
        for module in MODULES
        if part(module) == "math"
        for target, line in imported(module)
        if target.startswith("sitegen") and part(target) != "math"
    ]
    assert outside == []


def test_no_module_imports_itself_by_a_detour() -> None:
    """Ranks exclude cycles between parts; this excludes them inside the packages too."""
    graph = {
        module: {
            target
            for target, _ in imported(module)
            if target in MODULES and target != module and (module, target) not in NAMED_IN_TYPES
        }
        for module in MODULES
    }
    # A package's __init__ may gather what its modules offer; no module of it may then import the package.
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, " imports ".join((*path[path.index(module) :], module))
        if module not in done:
            for target in sorted(graph[module]):
                visit(target, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("library", SOLE_IMPORTERS)
def test_each_library_has_one_importer(library: str) -> None:
    allowed = SOLE_IMPORTERS[library]
    users = {
        module: line
        for module in MODULES
        for target, line in imported(module)
        if target.split(".")[0] == library
    }  # fmt: skip
    strangers = {module for module in users if not any(module == a or module.startswith(f"{a}.") for a in allowed)}
    assert strangers == set()


def test_ziamath_is_only_a_carrier_of_the_font() -> None:
    assert [module for module in MODULES for target, _ in imported(module) if target.startswith("ziamath")] == []


def test_each_module_imports_alone() -> None:
    """One process imports each module into a state in which nothing of the package has been imported yet."""
    script = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    for loaded in [m for m in sys.modules if m.partition('.')[0] == 'sitegen']: del sys.modules[loaded]\n"
        "    importlib.import_module(name)\n"
    )
    names = [name for name in MODULES if not name.endswith("__main__")]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_help_is_printed_without_the_heavy_libraries() -> None:
    """What only one command needs is imported when that command runs."""
    heavy = ("asyncio", "fontTools", "jinja2", "markdown_it", "rich", "starlette", "uvicorn", "watchfiles")
    script = f"import sys, sitegen.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_exist() -> None:
    packages = [sitegen, importlib.import_module("sitegen.math")]
    for package in packages:
        assert package.__all__, package.__name__
        for name in package.__all__:
            assert getattr(package, name).__doc__, f"{package.__name__}.{name}"


def test_every_public_module_is_documented() -> None:
    for info in pkgutil.walk_packages([str(PACKAGE)], "sitegen."):
        if not info.name.endswith("__main__"):
            assert importlib.import_module(info.name).__doc__, info.name


# --- diagnostics -------------------------------------------------------------------------------------------------

CODE = re.compile(r"[a-z]+(?:-[a-z]+)*/[a-z]+(?:-[a-z0-9]+)*")
TOPICS = {code.partition("/")[0] for code in CODES}


def codes_in_use() -> Iterator[tuple[str, str]]:
    """Yield every string literal `topic/what` with a known topic, outside of the two tables, with its place.

    The math engine writes its codes without their topic, as the first argument of `fail`, `warn` and `problem`.
    """
    for module, file in MODULES.items():
        if module in ("sitegen.diagnostics", "sitegen.math.problems"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(node, ast.Call) and part(module) == "math":
                text = short_code(node)
            if isinstance(text, str) and CODE.fullmatch(text) and text.partition("/")[0] in TOPICS:
                yield text, f"{module}:{getattr(node, 'lineno', 0)}"


def short_code(call: ast.Call) -> str | None:
    """Return the code of a call such as `parser.fail("too-deep", …)`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    first = call.args[0] if call.args else None
    if name not in ("fail", "warn", "problem") or not isinstance(first, ast.Constant):
        return None
    return f"math/{first.value!s}"


def test_every_code_used_is_known() -> None:
    assert [f"{code} at {place}" for code, place in codes_in_use() if code not in CODES] == []


def test_every_code_is_used() -> None:
    assert sorted(set(CODES) - {code for code, _ in codes_in_use()}) == []


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained(code: str) -> None:
    info = CODES[code]
    assert CODE.fullmatch(code)
    assert info.severity in ("error", "warning", "note")
    assert len(info.explanation.split()) >= 8, "a paragraph that helps"
    assert info.explanation.endswith((".", "`", ")")), info.explanation
