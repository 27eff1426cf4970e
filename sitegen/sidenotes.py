"""Footnotes in the margin, by CSS alone: a note is anchored to its reference and kept below the note before it.

The notes stay where they are in the document, at its end, so they are read once, and a browser without anchor
positioning (CSS Anchor Positioning 1), a narrow window and paper show them there.
"""

from __future__ import annotations

__all__ = ["stylesheet"]

MOST = 200
"""Notes of a page that stand in the margin; each takes 140 bytes of the stylesheet, compressed 10."""

_START = """
@media screen and (min-width: 84rem) {
@supports (anchor-name: --a) and (top: anchor(--a top)) {
.footnotes { margin: 0; border: 0; font-size: 0.8em; line-height: 1.45; }
.footnotes > h2 { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
.footnotes > ol { margin: 0; padding: 0; }
.footnotes > ol > li {
  position: absolute;
  inset-inline-start: calc(100% + 3rem);
  width: min(16rem, (100vw - var(--measure)) / 2 - 4.5rem);
  margin: 0;
}
"""


def stylesheet(count: int) -> str:
    """Return the rules for pages with up to `count` notes; empty without any."""
    if not count:
        return ""
    rules = []
    for number in range(1, min(count, MOST) + 1):
        top = f"anchor(--r{number} top)"
        if number > 1:
            top = f"max({top}, anchor(--n{number - 1} bottom) + 0.75rem)"
        rules.append(f"#fnref{number}{{anchor-name:--r{number}}}#fn{number}{{anchor-name:--n{number};top:{top}}}\n")
    return _START + "".join(rules) + "}\n}\n"
