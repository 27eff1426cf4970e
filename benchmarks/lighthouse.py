"""Lighthouse on the home page and the sample post of this repository's site, as a phone sees them.

    .venv/bin/python benchmarks/lighthouse.py            accessibility, best practices and SEO: 100, or exit code 1
    .venv/bin/python benchmarks/lighthouse.py --repeat 5  performance as the median of five runs

Performance is printed and asserted by nobody: it depends on how busy the machine is. Lighthouse is looked for in
`node_modules` and on the path; `npm install --no-save lighthouse@12` brings it.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import dev  # noqa: E402 - the repository's root is on the path now
from tests.support.server import StaticServer  # noqa: E402

PAGES = ("/", "/ConvNet-dont-do-Conv/")
ASSERTED = ("accessibility", "best-practices", "seo")
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"


def find_lighthouse() -> list[str] | None:
    """Return the command that runs Lighthouse, or None."""
    script = ROOT / "node_modules" / "lighthouse" / "cli" / "index.js"
    node = shutil.which("node")
    if script.is_file() and node:
        return [node, str(script)]
    found = shutil.which("lighthouse")
    return [found] if found else None


def scores(command: list[str], url: str) -> dict[str, float]:
    """Return the scores of one run by category, 0 to 100; what keeps an asserted one below 100 is printed."""
    environment = {**os.environ, "CHROME_PATH": dev.find_chromium() or ""}
    options = ["--quiet", "--output=json", "--disable-full-page-screenshot", f"--chrome-flags={FLAGS}"]
    done = subprocess.run([*command, url, *options], env=environment, capture_output=True, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    categories = report["categories"]
    for name in ASSERTED:
        for audit in categories[name]["auditRefs"]:
            result = report["audits"][audit["id"]]
            if audit["weight"] and result["score"] not in (None, 1):
                print(f"  {name}: {result['title']}")
    return {name: round(100 * (category["score"] or 0)) for name, category in categories.items()}


def main() -> int:
    """Build the site, measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--repeat", type=int, default=1, help="runs per page")
    repeat = parser.parse_args().repeat
    command = find_lighthouse()
    if command is None or dev.find_chromium() is None:
        print("skipped: Lighthouse or Chromium is missing (npm install --no-save lighthouse@12)")
        return 0
    low = 0
    with tempfile.TemporaryDirectory(prefix="sitegen-lighthouse-") as folder:
        dist = Path(folder) / "dist"
        arguments = ["build", "--output", str(dist), "--base-url", "http://127.0.0.1/"]
        subprocess.run([sys.executable, "-m", "sitegen", *arguments], cwd=ROOT, check=True)
        with StaticServer(dist) as server:
            for page in PAGES:
                runs = [scores(command, server.origin + page) for _ in range(repeat)]
                worst = {name: min(run[name] for run in runs) for name in ASSERTED}
                performance = statistics.median(run["performance"] for run in runs)
                shown = ", ".join(f"{name} {score:.0f}" for name, score in worst.items())
                print(f"{page}: {shown}, performance {performance:.0f} (median of {repeat})")
                low += sum(score < 100 for score in worst.values())
    return 1 if low else 0


if __name__ == "__main__":
    raise SystemExit(main())
