"""Time whole builds of sites that are made of variants of one mathematical post.

    python benchmarks/build.py --posts 200 --repeat 3

The generator is deterministic: the same options give the same posts on every machine. Each build is a process of
its own, as an author starts it, so that start-up counts; a first build of an empty site fills the cache of the font
and is not counted. Of several runs the fastest is shown: everything else a machine does only adds to the time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, NamedTuple

SETTINGS = '[site]\ntitle = "Benchmark"\nbase_url = "https://example.org/"\n'

SECTION = Path(__file__).with_name("section.md").read_text(encoding="utf-8")
"""A part of a post; `@x@` stands for a letter, `@n@` and `@m@` for digits, `@key@` for the number of the part."""


def environment() -> dict[str, str]:
    """Return the environment of an author: installed packages come with their bytecode, which is kept and used."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Run(NamedTuple):
    """One build."""

    seconds: float
    megabytes: float
    """Peak memory of the process."""


def post(number: int, sections: int = 4) -> str:
    """Return the `number`th variant of the post, the same on every call."""
    chance = random.Random(number)
    parts = [f"---\ntitle: Variant {number}\ndate: 2024-01-{number % 28 + 1:02}\ntags: [benchmark]\n---\n"]
    for section in range(sections):
        values = {"x": chance.choice("xyzuvst"), "n": chance.randint(2, 9), "m": chance.randint(2, 9), "key": section}
        text = SECTION
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        parts.append(text)
    return "\n".join(parts)


def write_project(folder: Path, posts: int) -> int:
    """Write a project with `posts` posts; return its number of formulas."""
    content = folder / "content" / "posts"
    content.mkdir(parents=True)
    (folder / "sitegen.toml").write_text(SETTINGS, encoding="utf-8")
    formulas = 0
    for number in range(posts):
        text = post(number)
        (content / f"variant-{number}.md").write_text(text, encoding="utf-8")
        formulas += len(re.findall(r"\$\$.*?\$\$|\$[^$]+\$", text, re.DOTALL))
    return formulas


def lend_fonts(folder: Path) -> None:
    """Give a project the fonts that this repository's site has made: to compress one takes seconds."""
    fonts = Path(__file__).parents[1] / ".sitegen" / "fonts"
    if fonts.is_dir():
        shutil.copytree(fonts, folder / ".sitegen" / "fonts")


def build(folder: Path) -> Run:
    """Build once in a new process."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "build", "--strict", "--quiet"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"`sitegen build` ended with exit code {process.returncode}")
    return Run(seconds, usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024))


def preview(folder: Path) -> tuple[subprocess.Popen[str], IO[str]]:
    """Start `sitegen serve` in a new process; return it and what it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "serve", "--port", "0"],
        cwd=folder,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    return process, process.stderr


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sitegen-benchmark-") as name:
        folder = Path(name)
        write_project(folder, 0)
        (folder / "content" / "posts" / "one.md").write_text("# One\n\n$x$\n", encoding="utf-8")
        build(folder)
        shutil.rmtree(folder / "content")
        formulas = write_project(folder, options.posts)
        clean, again = [], []
        for turn in range(options.repeat):
            # Moved, not removed, which would slow down the file system for minutes (`put_aside` in peers.py).
            old = folder / f"old-{turn}"
            old.mkdir()
            for part in ("dist", ".sitegen/posts", ".sitegen/index"):
                (folder / part).rename(old / Path(part).name)
            clean.append(build(folder))
            again.append(build(folder))
    results = {"clean build": min(clean), "nothing changed": min(again)}
    if options.json:
        print(
            json.dumps({"posts": options.posts, "formulas": formulas, **{k: v._asdict() for k, v in results.items()}})
        )
        return
    print(f"{options.posts} posts, {formulas} formulas, {os.cpu_count()} processors, Python {sys.version.split()[0]}\n")
    print(f"{'':<16} {'seconds':>8} {'posts/s':>8} {'formulas/s':>11} {'MB':>6}")
    for name, run in results.items():
        rates = f"{options.posts / run.seconds:>8.0f} {formulas / run.seconds:>11.0f}"
        print(f"{name:<16} {run.seconds:>8.2f} {rates} {run.megabytes:>6.0f}")


if __name__ == "__main__":
    main()
