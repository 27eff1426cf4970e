"""What other programs say of finished pages: axe of their accessibility, the Nu HTML checker of HTML, CSS and SVG."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.support.browsers import Page
from tests.support.tools import require

_AXE = """
axe.run(document, {runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
                                                   'best-practice']}})
  .then(result => result.violations.map(v => `${v.id} (${v.impact}): ${v.help}: `
    + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' … ')))
"""


def violations(page: Page) -> list[str]:
    """Return the rules of WCAG 2.2 AA, and of good practice, that an open page violates, as axe finds them."""
    script = Path(require("the accessibility checker axe")).read_text(encoding="utf-8")
    page.evaluate(f"window.axe ? 0 : (() => {{ {script}\n }})()")
    found: list[str] = page.evaluate(_AXE)
    return found


def nu_messages(*places: Path | str, options: tuple[str, ...] = ("--also-check-css",)) -> list[str]:
    """Return what the Nu HTML checker has to say of files, or of addresses; hints as well as errors."""
    command = [require("a Java runtime"), "-jar", require("the Nu HTML checker"), *options]
    if any(isinstance(place, str) for place in places):
        command.insert(1, "-Dnu.validator.servlet.allow-forbidden-hosts=true")
    command += ["--format", "json", "--exit-zero-always", *map(str, places)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return [
        f"{message['url'].rpartition('/dist/')[2]}:{message.get('lastLine', 0)}: {message['message']}"
        f"\n    {message.get('extract', '').strip()}"
        for message in json.loads(done.stderr or done.stdout)["messages"]
    ]
