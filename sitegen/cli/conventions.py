"""What all commands share: exit codes and the manner of their help."""

from __future__ import annotations

from typing import Any

__all__ = ["BUG", "CONTEXT", "FAILED", "INTERRUPTED", "MISUSED", "PIPE_CLOSED", "PROGRAM", "VARIABLE"]

FAILED = 1
MISUSED = 2
BUG = 70
"""EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
PIPE_CLOSED = 141

PROGRAM = "sitegen"
VARIABLE = "_SITEGEN_COMPLETE"
"""Set by the shell when it asks for completions; the name is click's."""

CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
