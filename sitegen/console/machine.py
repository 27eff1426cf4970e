"""Diagnostics for machines: annotations of GitHub Actions, and one JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from sitegen.console.located import Located, Texts, locate
from sitegen.console.summary import Summary
from sitegen.diagnostics import Diagnostic, in_order

__all__ = ["JSON_VERSION", "render_github", "render_json"]

JSON_VERSION = 1
"""Grows when a field is removed or changes its meaning; new fields do not change it."""

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render_github(diagnostics: Iterable[Diagnostic], texts: Texts, *, prefix: str = "") -> str:
    """Return one workflow command per line, such as `::error file=a.md,line=3,col=7,…::message`.

    Columns count from 1 and the end is exclusive; GitHub takes columns only where all of it is on one line.
    """
    return "".join(_annotation(locate(diagnostic, texts), prefix) + "\n" for diagnostic in in_order(diagnostics))


def _annotation(located: Located, prefix: str) -> str:
    diagnostic, place = located.diagnostic, located.place
    properties: dict[str, str | int] = {}
    if not diagnostic.path.startswith("<"):
        properties["file"] = prefix + diagnostic.path
        if place is not None:
            properties |= {"line": place.line, "endLine": place.end_line}
            if place.line == place.end_line:
                properties |= {"col": place.column, "endColumn": max(place.end_column, place.column + 1)}
    properties["title"] = diagnostic.code
    message = diagnostic.message + (f" ({diagnostic.label})" if diagnostic.label else "")
    remarks = [f"hint: {diagnostic.hint}"] if diagnostic.hint else []
    remarks += [f"note: {note}" for note in diagnostic.notes]
    listed = ",".join(f"{name}={_escape_property(str(value))}" for name, value in properties.items())
    data = _escape("\n".join([message, *remarks]))
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{data}"


def _escape(text: str) -> str:
    """Escape the data of a workflow command (`@actions/core`, command.ts, escapeData)."""
    return _encodable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """Escape a property of a workflow command (escapeProperty in the same file)."""
    return _escape(text).replace(":", "%3A").replace(",", "%2C")


def render_json(diagnostics: Iterable[Diagnostic], texts: Texts, summary: Summary | None, *, prefix: str = "") -> str:
    """Return one object: `version`, `diagnostics`, `summary` (null when the settings stopped the build)."""
    listed = [_object(locate(diagnostic, texts), prefix) for diagnostic in in_order(diagnostics)]
    counts = None if summary is None else msgspec.structs.asdict(summary)
    data = msgspec.json.encode({"version": JSON_VERSION, "diagnostics": listed, "summary": counts})
    return msgspec.json.format(data, indent=2).decode() + "\n"


def _object(located: Located, prefix: str) -> dict[str, Any]:
    diagnostic, place = located.diagnostic, located.place
    path = diagnostic.path if diagnostic.path.startswith("<") else prefix + diagnostic.path
    start = end = None
    if place is not None:
        start = {"line": place.line, "column": place.column, "offset": place.start}
        end = {"line": place.end_line, "column": place.end_column, "offset": place.end}
    return {
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": _encodable(diagnostic.message),
        "path": _encodable(path),
        "start": start,
        "end": end,
        "label": _encodable(diagnostic.label),
        "hint": _encodable(diagnostic.hint),
        "notes": [_encodable(note) for note in diagnostic.notes],
    }


def _encodable(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")
