"""`sitegen build`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.conventions import CONTEXT, FAILED, MISUSED
from sitegen.cli.options import site_options
from sitegen.cli.project import from_here, project_folder
from sitegen.cli.report import Report, is_terminal, summary_of

if TYPE_CHECKING:
    from sitegen.build import BuildResult
    from sitegen.config import Config

WRONG_FOLDER = frozenset({"output/foreign-folder", "output/not-a-folder"})
"""Codes that say that --output, or `output` in sitegen.toml, names a folder that cannot be it."""


@click.command(context_settings=CONTEXT)
@site_options("Build", verbose="Show notes too, and which posts took longest.")
@click.option("--output", metavar="DIR", help="Write the site to DIR, relative to the current folder.")
@click.option("--profile", is_flag=True, help="Say where the time goes.")
def build(
    folder: Path | None,
    strict: bool,
    output: str | None,
    base_url: str | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    no_cache: bool,
    profile: bool,
    form: str,
    verbose: bool,
    quiet: bool,
) -> int:
    """Build the site of DIR, or of the current folder, into static files.

    Without DIR, the project is the nearest folder upwards that has a sitegen.toml.

    \b
    sitegen build
    sitegen build --drafts -v
    sitegen build blog --output /srv/www --base-url https://example.org/blog/
    sitegen build --strict --format github
    """
    from sitegen.config import COMMAND_LINE, command_line, load_config

    root = project_folder(folder)
    given = None if output is None else from_here(output)
    config, problems = load_config(root, base_url=base_url, output=given, drafts=drafts, future=future)
    report = Report(root, form, strict=strict, verbose=verbose, quiet=quiet)
    if config is None:
        report.show(problems, {COMMAND_LINE: command_line(base_url, given)}, None)
        return MISUSED
    result = run_build(config, jobs=jobs, cache=not no_cache, quiet=quiet, form=form)
    summary = summary_of(result)
    report.show(result.diagnostics, {source.path: source.text for source in result.sources}, summary)
    report.end(summary, config.build.output)
    if verbose and form != "json":
        report.slowest(result.compile_seconds)
    if profile:
        report.profile(result.stage_seconds, summary.seconds)
    if any(diagnostic.code in WRONG_FOLDER for diagnostic in result.diagnostics):
        return MISUSED
    return FAILED if summary.errors or (strict and summary.warnings) else 0


def run_build(config: Config, *, jobs: int | None, cache: bool, quiet: bool, form: str) -> BuildResult:
    """Build a site for people: with a progress bar where somebody looks, and without the collector."""
    import gc

    from sitegen.build import build as build_site
    from sitegen.compiling import cores

    # A build makes values, which have no circles, and ends: the collector would look at a thousand posts in vain.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)

    jobs = jobs or cores()
    if quiet or form == "json":
        return build_site(config, jobs=jobs, cache=cache)
    from sitegen.console import Progress

    with Progress(sys.stderr, live=is_terminal(sys.stderr)) as progress:
        return build_site(config, progress=progress, jobs=jobs, cache=cache)
