"""Time from starting `sitegen serve` to a page of the site, in a real browser.

    python benchmarks/first_page.py --posts 1000 --repeat 3

The site is the one of `build.py`. The clock starts with the process; the browser runs already, and asks for a page as
soon as the address is printed. `cold` is a start with no post in the cache, `warm` one with all of them. Shown are the
times until the address is printed, until the first byte of the page has come, until its DOM is there, and until the
whole site is compiled. Of several runs the median is shown.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.build import lend_fonts, preview, write_project  # noqa: E402
from tests.support.browsers import BROWSERS, Browser  # noqa: E402

TIMES = """(() => {
  const [page] = performance.getEntriesByType('navigation');
  return [page.responseStart, page.domContentLoadedEventEnd].map(time => performance.timeOrigin + time);
})()"""

COLUMNS = ("address", "first byte", "DOM", "all posts")


def measure(browser: Browser, folder: Path, path: str) -> tuple[float, ...]:
    """Start the preview and open one page; return the seconds of each column."""
    start = time.time()
    process, printed = preview(folder)
    try:
        for line in printed:
            if found := re.match(r"Serving (http://\S+)", line):
                address = time.time() - start
                page = browser.open(found[1] + path)
                byte, dom = (at / 1000 - start for at in page.evaluate(TIMES))
                page.close()
            if ready := re.search(r" ready in ([\d.]+) (m?s)", line):
                complete = address + float(ready[1]) / (1000 if ready[2] == "ms" else 1)
                return address, byte, dom, complete
        raise SystemExit("`sitegen serve` ended")
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--browser", choices=sorted(BROWSERS), default="chromium")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    results: dict[str, list[tuple[float, ...]]] = {}
    browser = BROWSERS[options.browser]()
    try:
        with tempfile.TemporaryDirectory(prefix="sitegen-benchmark-") as name:
            folder = Path(name)
            write_project(folder, options.posts)
            lend_fonts(folder)
            pages = {"post": f"variant-{options.posts // 2}/", "home page": ""}
            for _ in range(options.repeat):
                for kind, path in pages.items():
                    for state in ("cold", "warm"):
                        if state == "cold":
                            shutil.rmtree(folder / ".sitegen" / "posts", ignore_errors=True)
                            (folder / ".sitegen" / "index").unlink(missing_ok=True)
                        results.setdefault(f"{state}, {kind}", []).append(measure(browser, folder, path))
    finally:
        browser.close()
    medians = {name: tuple(map(statistics.median, zip(*runs, strict=True))) for name, runs in results.items()}
    if options.json:
        rows = {name: dict(zip(COLUMNS, times, strict=True)) for name, times in medians.items()}
        print(json.dumps({"posts": options.posts, "seconds": rows}))
        return
    print(f"{options.posts} posts, {os.cpu_count()} processors, Python {sys.version.split()[0]}, {options.browser}\n")
    print(f"{'seconds from the start':<22}" + "".join(f"{name:>12}" for name in COLUMNS))
    for name, times in sorted(medians.items()):
        print(f"{name:<22}" + "".join(f"{seconds:>12.2f}" for seconds in times))


if __name__ == "__main__":
    main()
