"""What went wrong in a site's own Python module, at its line."""

from __future__ import annotations

import traceback

from sitegen.diagnostics import Diagnostic
from sitegen.text import LineIndex

__all__ = ["FAULTS", "fault"]

FAULTS = (Exception, SystemExit)
"""What the site's own code may raise that is its problem. A module that ends the program would end a build without a
word, and leave a preview that answers nobody."""


def fault(error: Exception | SystemExit, path: str, text: str, hint: str) -> Diagnostic:
    """Return an exception as a diagnostic of the module `path`; `hint` is for one that no line of it has raised."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else None
    span = LineIndex(text).content(line) if line else None
    said = error.msg if isinstance(error, SyntaxError) else str(error)
    message = f"{type(error).__name__}: {said}".rstrip(": ")
    return Diagnostic(
        "extension/failed", message, path, span, hint="mend what the module does on this line" if span else hint
    )
