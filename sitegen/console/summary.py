"""The line at the end of a build."""

from __future__ import annotations

import msgspec

__all__ = ["Summary", "counted", "summary_line"]


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
    parts.append(f"{summary.seconds:.2f} s")
    return f"{', '.join(parts)}; {output}: {_files(summary)}"


def _files(summary: Summary) -> str:
    if not (summary.written or summary.unchanged or summary.removed):
        return "nothing written"
    parts = [f"{counted(summary.written, 'file')} written", f"{summary.unchanged:,} unchanged"]
    if summary.removed:
        parts.append(f"{summary.removed:,} removed")
    return ", ".join(parts)


def counted(number: int, noun: str) -> str:
    """Return `1 page`, `2 pages`, `1,000 pages`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
