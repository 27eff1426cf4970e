"""`sitegen serve`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sitegen.cli.conventions import CONTEXT, MISUSED
from sitegen.cli.project import prefix_of, project_folder
from sitegen.cli.report import Report, has_color


@click.command(context_settings=CONTEXT)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="If it is taken, the next free one; 0 for any.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen; the default lets only this machine in.",
)
@click.option(
    "--base-url", metavar="URL", help="Address under which the site will be published; its path counts here too."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the post that was edited last in the browser.")
@click.option("-v", "--verbose", is_flag=True, help="Show notes too.")
@click.option("-q", "--quiet", is_flag=True, help="Show the address and errors only.")
def serve(
    folder: Path | None,
    port: int,
    host: str,
    base_url: str | None,
    open_browser: bool,
    verbose: bool,
    quiet: bool,
) -> int:
    """Serve the site of DIR, or of the current folder, from memory, and show every change at once.

    Drafts and posts of the future are shown and marked. Nothing is written to the output folder. Ctrl-C ends it.

    \b
    sitegen serve --open
    sitegen serve blog --port 9000 --base-url https://example.org/blog/
    """
    from sitegen.cli.options import checked_url
    from sitegen.config import CONFIG_FILE, load_config
    from sitegen.serve import PortTakenError, Settings
    from sitegen.serve import serve as serve_site

    if verbose and quiet:
        raise click.UsageError("-v and -q exclude each other.")
    if base_url is not None:  # settings with a mistake are waited for; nobody can mend the command line meanwhile
        base_url = checked_url(base_url)
    root = project_folder(folder)
    if not (root / CONFIG_FILE).exists():
        # Settings with a mistake are waited for; a folder without any is the wrong one.
        _, problems = load_config(root)
        Report(root, "text", strict=False, verbose=verbose, quiet=quiet).show(problems, {}, None)
        return MISUSED
    settings = Settings(
        root=root,
        host=host,
        port=port,
        base_url=base_url,
        open_browser=open_browser,
        prefix=prefix_of(root),
        color=has_color(sys.stderr),
        verbose=verbose,
        quiet=quiet,
    )
    try:
        serve_site(settings, _say)
    except PortTakenError as problem:
        raise click.ClickException(f"{problem}.") from problem
    return 0


def _say(line: str) -> None:
    """Print a line for people, at once, whoever reads it."""
    click.echo(line, err=True, color=True)
