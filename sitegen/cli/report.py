"""What a command prints about a site: diagnostics and summary, in the form that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from sitegen.cli.project import prefix_of

if TYPE_CHECKING:
    from sitegen.build import BuildResult
    from sitegen.console import Summary
    from sitegen.diagnostics import Diagnostic

__all__ = ["Report", "has_color", "is_terminal", "summary_of"]


def summary_of(result: BuildResult) -> Summary:
    """Return what the last line of a build says."""
    from sitegen.console import Summary

    return Summary(**{name: getattr(result.stats, name) for name in Summary.__struct_fields__})


class Report:
    """Prints diagnostics and summary of one run in the form that was asked for."""

    def __init__(self, root: Path, form: str, *, strict: bool, verbose: bool, quiet: bool) -> None:
        self.root = root
        self.form = form
        self.strict = strict
        self.verbose = verbose
        self.quiet = quiet
        self.prefix = prefix_of(root)

    def show(self, diagnostics: Sequence[Diagnostic], known: Mapping[str, str], summary: Summary | None) -> None:
        """Print the diagnostics: for people to stderr, for machines to stdout. JSON holds all of them always."""
        from sitegen.console import Texts, render_github, render_json, render_text

        texts = Texts(known, self.root)
        shown = [diagnostic for diagnostic in diagnostics if self._is_shown(diagnostic)]
        if self.form == "json":
            click.echo(render_json(diagnostics, texts, summary, prefix=self.prefix), nl=False)
        elif self.form == "github":
            click.echo(render_github(shown, texts, prefix=self.prefix), nl=False)
        else:
            text = render_text(shown, texts, prefix=self.prefix, color=has_color(sys.stderr))
            click.echo(text, nl=False, err=True, color=True)

    def end(self, summary: Summary, output: str) -> None:
        """Print the line at the end of a build."""
        from sitegen.console import summary_line

        if not self.quiet and self.form != "json":
            click.echo(summary_line(summary, output, notes_shown=self.verbose), err=True)

    def slowest(self, seconds: Mapping[str, float]) -> None:
        """Name the posts that took longest to compile, if any were."""
        from sitegen.console import slowest_lines

        click.echo(slowest_lines(seconds, prefix=self.prefix), nl=False, err=True)

    def profile(self, stages: Mapping[str, float], total: float) -> None:
        """Print where the time went; `total` are the seconds of the build, without the start of the program."""
        from sitegen.console import profile_lines

        click.echo(profile_lines(stages, total), nl=False, err=True)

    def _is_shown(self, diagnostic: Diagnostic) -> bool:
        if self.quiet:
            return diagnostic.severity == "error" or (self.strict and diagnostic.severity == "warning")
        return self.verbose or diagnostic.severity != "note"


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person looks at a stream, on a terminal that can more than print."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def has_color(stream: TextIO) -> bool:
    """Tell whether to colour: on a terminal, unless NO_COLOR is set to something (no-color.org)."""
    return not os.environ.get("NO_COLOR") and is_terminal(stream)
