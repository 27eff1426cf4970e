"""What people and machines are told: diagnostics, progress, summary.

Values in, text out; only `Progress` writes by itself. Line, column and caret come into being here.
"""

from __future__ import annotations

from sitegen.console.located import Texts
from sitegen.console.machine import render_github, render_json
from sitegen.console.progress import Progress
from sitegen.console.summary import Summary, counted, profile_lines, slowest_lines, summary_line
from sitegen.console.text import render_text

__all__ = [
    "Progress",
    "Summary",
    "Texts",
    "counted",
    "profile_lines",
    "render_github",
    "render_json",
    "render_text",
    "slowest_lines",
    "summary_line",
]
