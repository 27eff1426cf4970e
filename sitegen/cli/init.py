"""`sitegen init`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sitegen.cli.conventions import CONTEXT, FAILED
from sitegen.cli.options import checked_url
from sitegen.cli.report import Report

if TYPE_CHECKING:
    from sitegen.starter import Host, Installation

CI = ("github", "gitlab", "netlify", "cloudflare", "none")


@click.command(context_settings=CONTEXT)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="The site's title; default: made from the folder's name.")
@click.option(
    "--base-url", metavar="URL", help="Where the site will be published; default: guessed from the git remote."
)
@click.option(
    "--ci",
    type=click.Choice(CI),
    default="github",
    show_default=True,
    help="Which host the deploy file is for.",
)
@click.option(
    "--install",
    metavar="SPEC",
    help="Where the host installs sitegen from: a git address or a wheel; default: where this one came from.",
)
def init(folder: Path, title: str | None, base_url: str | None, ci: str, install: str | None) -> int:
    """Begin a site in DIR, or in the current folder: settings, a first post, a deploy file.

    Nothing is asked, and no file that exists is written over.

    \b
    sitegen init my-site
    sitegen init my-site --ci gitlab --install git+https://example.org/sitegen.git
    sitegen init --ci cloudflare --base-url https://notes.example.org/
    sitegen init --ci none
    """
    from msgspec.structs import replace

    from sitegen.clock import now
    from sitegen.starter import HOSTS, InstallError, files_of_site, guess, guess_installation, write_files
    from sitegen.starter import read_installation as read

    root = Path(os.path.normpath(Path.cwd() / folder))
    if root.exists() and not root.is_dir():
        raise click.UsageError(f"{folder} is not a folder.")
    guesses = guess(root)
    if title is not None:
        if not title.strip():
            raise click.UsageError("--title is empty.")
        guesses = replace(guesses, title=" ".join(title.split()))
    if base_url is not None:
        guesses = replace(guesses, base_url=checked_url(base_url))
    host = HOSTS.get(ci)
    try:
        installation = guess_installation() if install is None else read(install, root)
    except InstallError as problem:
        raise click.UsageError(f"--install: {problem}.") from problem
    written, problems = write_files(root, files_of_site(root, guesses, host, installation, now().date()))
    report = Report(root, "text", strict=False, verbose=False, quiet=False)
    report.show(problems, {}, None)
    if any(problem.severity == "error" for problem in problems):
        return FAILED
    for path in written:
        click.echo(f"{report.prefix}{path}")
    click.echo(_what_next(root, host, installation))
    return 0


def _what_next(root: Path, host: Host | None, installation: Installation) -> str:
    lines = ["", "Next:"]
    near = os.path.relpath(root)
    if near != ".":
        lines.append(f"  cd {shlex.quote(near)}")
    lines.append("  sitegen serve --open       write, and see it in the browser")
    lines.append('  sitegen new "A title"      begin another post')
    if host is not None:
        if not installation.requirement:
            lines.append("  requirements.txt           say there where sitegen is installed from")
        lines.append(f"To publish with {host.name}: {host.next_step}.")
    return "\n".join(lines)
