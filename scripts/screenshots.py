"""Take the pictures of the sample post that the guide and the README show.

    python scripts/screenshots.py [FOLDER]

builds this repository's site in a temporary folder, opens the sample post in Chromium and Firefox, prints it, and
writes pictures of at most 60 KB beside the page `content/guide/pictures/index.md`, or into FOLDER. Needs both browsers
and the text fonts, as the tests do, and the Python packages Pillow and pypdfium2.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.browsers import BROWSERS  # noqa: E402 - the tests are no installed package
from tests.support.server import StaticServer  # noqa: E402
from tests.support.sites import build_site  # noqa: E402
from tests.support.tools import require  # noqa: E402

FOLDER = ROOT / "content" / "guide" / "pictures"
POST = "/ConvNet-dont-do-Conv/"
LIMIT = 60_000
"""Bytes of a picture."""


class Shot(NamedTuple):
    """One picture of a window."""

    name: str
    browser: str
    width: int
    """CSS pixels."""
    dark: bool
    height: int
    anchor: str = ""
    """Id of the element that stands at the top; empty for the top of the page."""


EQUATIONS = "mathematical-equations"

SHOTS = (
    Shot("chromium-wide", "chromium", 1000, False, 800),
    Shot("firefox-wide", "firefox", 1000, False, 800),
    Shot("chromium-wide-dark", "chromium", 1000, True, 800),
    Shot("firefox-wide-dark", "firefox", 1000, True, 800),
    Shot("chromium-narrow", "chromium", 340, False, 700, EQUATIONS),
    Shot("firefox-narrow", "firefox", 340, False, 700, EQUATIONS),
    Shot("chromium-narrow-dark", "chromium", 340, True, 700, EQUATIONS),
    Shot("firefox-narrow-dark", "firefox", 340, True, 700, EQUATIONS),
)
PAPER_PAGE = 2
"""Which page of the PDF is shown, counted from 0."""
PAPER_WIDTH = 640
"""Width of the picture of a printed page, pixels."""


def save(image: Image.Image, file: Path) -> int:
    """Write a picture without loss; return its size in bytes."""
    image.convert("RGB").save(file, lossless=True, quality=100, method=6)
    size = file.stat().st_size
    if size > LIMIT:
        raise SystemExit(f"{file.name} has {size:,} bytes: show less of the page")
    return size


def paper(url: str, folder: Path) -> Image.Image:
    """Print a page with Chromium, and return the page `PAPER_PAGE` of the PDF as a picture."""
    target = folder / "page.pdf"
    command = [require("Chromium"), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'user'}"]
    options = ["--no-pdf-header-footer", "--virtual-time-budget=10000", f"--print-to-pdf={target}", url]
    subprocess.run([*command, *options], check=True, capture_output=True, timeout=120)
    page = pypdfium2.PdfDocument(target)[PAPER_PAGE]
    picture: Image.Image = page.render(scale=PAPER_WIDTH / page.get_width()).to_pil()
    return picture


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        site = build_site(ROOT, Path(scratch) / "dist")
        with StaticServer(site.folder, prefix=site.prefix) as server:
            url = server.origin + POST
            for name, kind in BROWSERS.items():
                browser = kind()
                for shot in SHOTS:
                    if shot.browser != name:
                        continue
                    page = browser.open(url, width=shot.width, height=shot.height, dark=shot.dark)
                    if shot.anchor:
                        page.evaluate(
                            f"document.getElementById('{shot.anchor}').scrollIntoView({{behavior: 'instant'}})"
                        )
                    raw = Path(scratch) / "shot.png"
                    page.screenshot(raw)
                    page.close()
                    print(f"{shot.name}: {save(Image.open(raw), folder / f'{shot.name}.webp'):,} bytes")
                browser.close()
            print(f"paper: {save(paper(url, Path(scratch)), folder / 'paper.webp'):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
