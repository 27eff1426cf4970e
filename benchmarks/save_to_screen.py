"""Time from saving a post to its changed text on an open page, in a real browser.

    python benchmarks/save_to_screen.py --posts 1000 --saves 30

The site is the one of `build.py`. `sitegen serve` runs as authors run it; a save is a file written aside and renamed,
as most editors do it. The clock starts right before the rename and stops in the page, when the text is in the DOM.
With `--tabs` further pages are open meanwhile. `--in-place` writes into the file instead.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.build import lend_fonts, preview, write_project  # noqa: E402
from tests.support.browsers import BROWSERS, Page  # noqa: E402

MARK = '<span id="mark">0</span>'

OBSERVE = """(() => {
  window.seen = new Promise(resolve => {
    const look = () => document.getElementById('mark').textContent === '%d' && resolve(Date.now());
    new MutationObserver(look).observe(document, {subtree: true, childList: true, characterData: true});
  });
})()"""


def serve(folder: Path) -> tuple[subprocess.Popen[str], str, float]:
    """Start `sitegen serve`; return the process, its address, and the seconds until the site was ready."""
    start = time.perf_counter()
    process, printed = preview(folder)
    address = ""
    for line in printed:
        if found := re.match(r"Serving (http://\S+)", line):
            address = found[1]
        if " ready in " in line:
            break
    else:
        raise SystemExit("`sitegen serve` ended")
    seconds = time.perf_counter() - start
    threading.Thread(target=_drain, args=(printed,), daemon=True).start()
    return process, address, seconds


def _drain(stream: TextIO) -> None:
    for _ in stream:
        pass


def save(page: Page, post: Path, number: int, *, in_place: bool) -> float:
    """Save the post with another number in it; return the milliseconds until the page shows it."""
    text = re.sub(r'(<span id="mark">)\d+', rf"\g<1>{number}", post.read_text(encoding="utf-8"))
    page.evaluate(OBSERVE % number)
    aside = post.with_name(f".{post.name}.aside")
    aside.write_text(text, encoding="utf-8")
    start = time.time()
    if in_place:
        post.write_text(text, encoding="utf-8")
    else:
        os.replace(aside, post)
    seen: float = page.evaluate("window.seen")
    aside.unlink(missing_ok=True)
    return seen - start * 1000


def measure(name: str, address: str, folder: Path, options: argparse.Namespace) -> list[float]:
    """Open the pages in one browser and save again and again."""
    browser = BROWSERS[name]()
    try:
        page = browser.open(f"{address}variant-0/")
        for number in range(options.tabs):
            browser.open(f"{address}variant-{number + 1}/")
        post = folder / "content" / "posts" / "variant-0.md"
        times = []
        for number in range(1, options.saves + 2):
            times.append(save(page, post, number, in_place=options.in_place))
            time.sleep(0.2)
        return times[1:]  # the first one warms up code of the browser and of the server
    finally:
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1000)
    parser.add_argument("--saves", type=int, default=30)
    parser.add_argument("--tabs", type=int, default=0, help="further pages that are open")
    parser.add_argument("--in-place", action="store_true", help="write into the file rather than rename another to it")
    parser.add_argument("--browsers", nargs="+", choices=sorted(BROWSERS), default=sorted(BROWSERS))
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sitegen-benchmark-") as name:
        folder = Path(name)
        write_project(folder, options.posts)
        lend_fonts(folder)
        post = folder / "content" / "posts" / "variant-0.md"
        text = post.read_text(encoding="utf-8")
        middle = text.index("\n\n", len(text) // 2)
        post.write_text(f"{text[:middle]}\n\nThis is edit {MARK}.{text[middle:]}", encoding="utf-8")
        process, address, ready = serve(folder)
        try:
            results = {browser: measure(browser, address, folder, options) for browser in options.browsers}
        finally:
            process.terminate()
            process.wait()
    if options.json:
        print(json.dumps({"posts": options.posts, "ready_seconds": ready, "milliseconds": results}))
        return
    print(f"{options.posts} posts, {os.cpu_count()} processors, Python {sys.version.split()[0]}")
    print(f"first start, nothing in the cache: ready after {ready:.1f} s\n")
    print(f"{'save to screen, ms':<20} {'median':>7} {'90 %':>7} {'worst':>7}")
    for browser, times in results.items():
        ordered = sorted(times)
        tail = ordered[int(len(ordered) * 0.9)]
        print(f"{browser:<20} {statistics.median(ordered):>7.0f} {tail:>7.0f} {ordered[-1]:>7.0f}")


if __name__ == "__main__":
    main()
