"""The codes of everything that can be wrong with a formula, and the exception of the one-formula interface.

This table is the one place where a mathematical code gets its severity and its explanation; `sitegen explain`
prints the latter. Nothing here imports anything of the program.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
"""`error` marks the formula; `warning` counts under `--strict`; `note` is said once and never counts."""


class CodeInfo(NamedTuple):
    """What is known of one code."""

    severity: Severity
    explanation: str
    """A paragraph for the author: what it means, why it matters, what to do."""


CODES: dict[str, CodeInfo] = {
    "math/unknown-command": CodeInfo(
        "error",
        "The formula uses a command that is neither known to sitegen nor defined as a macro. It would otherwise "
        "have to be shown as letters, so the formula is shown as its source. Correct the spelling, or define the "
        "macro with \\newcommand in the post, under `macros` in its front matter, or under [math.macros] in "
        "sitegen.toml.",
    ),
}
"""Code to what is known of it. Codes read `math/what`."""
