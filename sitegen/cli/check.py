"""`sitegen check`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.conventions import CONTEXT, FAILED, MISUSED
from sitegen.cli.options import site_options
from sitegen.cli.project import project_folder
from sitegen.cli.report import Report, is_terminal

if TYPE_CHECKING:
    from sitegen.check import CheckResult
    from sitegen.config import Config
    from sitegen.console import Summary


@click.command(context_settings=CONTEXT)
@site_options("Check", verbose="Show notes too.")
@click.option("--external", is_flag=True, help="Ask other sites whether the links to them still lead somewhere.")
def check(
    folder: Path | None,
    strict: bool,
    external: bool,
    base_url: str | None,
    drafts: bool,
    future: bool,
    jobs: int | None,
    no_cache: bool,
    form: str,
    verbose: bool,
    quiet: bool,
) -> int:
    """Check the site of DIR, or of the current folder: all that a build checks, and then every finished page.

    Links, anchors, images, feeds and aliases have to lead somewhere; ids are unique; titles, descriptions and
    alternative texts are there; no file is left over. Nothing is written to the output folder.

    \b
    sitegen check
    sitegen check --strict --format github
    sitegen check --external -v
    """
    from sitegen.config import COMMAND_LINE, command_line, load_config

    root = project_folder(folder)
    config, problems = load_config(root, base_url=base_url, drafts=drafts, future=future)
    report = Report(root, form, strict=strict, verbose=verbose, quiet=quiet)
    if config is None:
        report.show(problems, {COMMAND_LINE: command_line(base_url, None)}, None)
        return MISUSED
    result = _check(config, external=external, jobs=jobs, cache=not no_cache, quiet=quiet or form == "json")
    report.show(result.diagnostics, {source.path: source.text for source in result.built.sources}, _summary(result))
    severities = [problem.severity for problem in result.diagnostics]
    if not quiet and form != "json":
        click.echo(_last_line(result, severities, verbose), err=True)
    return FAILED if "error" in severities or (strict and "warning" in severities) else 0


def _check(config: Config, *, external: bool, jobs: int | None, cache: bool, quiet: bool) -> CheckResult:
    from sitegen.check import check as check_site
    from sitegen.compiling import cores

    jobs = jobs or cores()
    if quiet:
        return check_site(config, external=external, jobs=jobs, cache=cache)
    from sitegen.console import Progress

    with Progress(sys.stderr, live=is_terminal(sys.stderr)) as progress:
        return check_site(config, external=external, progress=progress, jobs=jobs, cache=cache)


def _summary(result: CheckResult) -> Summary:
    from msgspec.structs import replace

    from sitegen.cli.report import summary_of

    severities = [problem.severity for problem in result.diagnostics]
    return replace(
        summary_of(result.built),
        errors=severities.count("error"),
        warnings=severities.count("warning"),
        notes=severities.count("note"),
        seconds=result.seconds,
    )


def _last_line(result: CheckResult, severities: Sequence[str], verbose: bool) -> str:
    from sitegen.console import counted

    checked = [counted(result.pages, "page"), f"{counted(result.links, 'link')} inside the site"]
    if result.external:
        checked.append(f"{result.external:,} of other sites")
    found = [counted(severities.count(kind), kind) for kind in ("error", "warning") if kind in severities]
    if "note" in severities:
        found.append(counted(severities.count("note"), "note") + ("" if verbose else " (-v shows them)"))
    return f"{', '.join(checked)} checked, {result.seconds:.2f} s: {', '.join(found) or 'nothing to complain about'}"
