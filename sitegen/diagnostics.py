"""What sitegen has to say about its input: the table of codes, and the diagnostic that travels as a value.

Bad content gives diagnostics; exceptions are for programming mistakes. A diagnostic's place is a file and two
offsets; `sitegen.console` turns them into line, column and caret.
"""

from __future__ import annotations

import msgspec

from sitegen.math.problems import CODES as MATH_CODES
from sitegen.math.problems import CodeInfo, Severity
from sitegen.text import Span

__all__ = ["CODES", "CodeInfo", "Diagnostic", "Severity"]

CODES: dict[str, CodeInfo] = {
    **MATH_CODES,
    "image/missing-alt": CodeInfo(
        "note",
        "An image has no alternative text. It is written with an empty one, which tells screen readers to skip it. "
        "Say in a few words what the image shows: `![a kernel sliding over a signal](kernel.png)`, or "
        '`alt="…"` in an <img> tag; an empty `alt=""` of your own says that the image is decoration.',
    ),
}
"""Code to severity and explanation. Codes read `topic/what`."""


class Diagnostic(msgspec.Struct, frozen=True):
    """One problem at one place."""

    code: str
    """A key of `CODES`."""
    message: str
    """One sentence: what is wrong."""
    path: str
    """The file, relative to the project's folder, with forward slashes."""
    span: Span | None = None
    """The place in that file's text; None where the whole file is meant (unreadable, missing)."""
    label: str = ""
    """A few words under the caret."""
    hint: str = ""
    """What to do about it."""
    notes: tuple[str, ...] = ()
    """Why: circumstances worth knowing."""

    @property
    def severity(self) -> Severity:
        """The severity of the code."""
        return CODES[self.code].severity
