"""The line at the end of a build."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

__all__ = ["Summary", "counted", "profile_lines", "slowest_lines", "summary_line"]

SLOWEST = 5
"""How many of the slowest posts are named."""


class Summary(msgspec.Struct, frozen=True):
    """What a build did."""

    pages: int
    formulas: int
    errors: int
    warnings: int
    notes: int
    written: int
    """Files that are new or differ from before."""
    unchanged: int
    removed: int
    seconds: float
    drafts: int = 0
    """Posts that were left out as drafts, and those whose date is yet to come."""
    future: int = 0


def summary_line(summary: Summary, output: str, *, notes_shown: bool) -> str:
    """Return one line such as `2 pages, 45 formulas, 1 warning, 0.42 s; dist: 5 files written, 3 unchanged`."""
    parts = [
        counted(summary.pages, "page"),
        counted(summary.formulas, "formula"),
        counted(summary.warnings, "warning"),
    ]
    if summary.errors:
        parts.append(counted(summary.errors, "error"))
    if summary.notes:
        parts.append(counted(summary.notes, "note") + ("" if notes_shown else " (-v shows them)"))
    left = [counted(summary.drafts, "draft")] if summary.drafts else []
    left += [counted(summary.future, "future post")] if summary.future else []
    if left:
        parts.append(f"{' and '.join(left)} left out")
    parts.append(f"{summary.seconds:.2f} s")
    return f"{', '.join(parts)}; {output}: {_files(summary)}"


def _files(summary: Summary) -> str:
    if not (summary.written or summary.unchanged or summary.removed):
        return "nothing written"
    parts = [f"{counted(summary.written, 'file')} written", f"{summary.unchanged:,} unchanged"]
    if summary.removed:
        parts.append(f"{summary.removed:,} removed")
    return ", ".join(parts)


def slowest_lines(seconds: Mapping[str, float], *, prefix: str) -> str:
    """Return a line for each of the posts that took longest to compile, `  0.012 s  content/posts/one.md`."""
    slowest = sorted(seconds.items(), key=lambda entry: (-entry[1], entry[0]))[:SLOWEST]
    lines = [f"  {each:.3f} s  {prefix}{path}" for path, each in slowest]
    if lines:
        lines.insert(0, f"slowest of {counted(len(seconds), 'compiled post')}:")
    return "".join(line + "\n" for line in lines)


def profile_lines(stages: Mapping[str, float], total: float) -> str:
    """Return a line with seconds and share for each stage, and one for what no stage accounts for."""
    whole = max(total, 1e-9)
    times = {**stages, "the rest": max(0.0, total - sum(stages.values()))}
    return "".join(f"  {each:7.3f} s  {each / whole:4.0%}  {stage}\n" for stage, each in times.items())


def counted(number: int, noun: str) -> str:
    """Return `1 page`, `2 pages`, `1,000 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
