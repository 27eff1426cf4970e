"""`sitegen new`."""

from __future__ import annotations

from pathlib import Path

import click

from sitegen.cli.conventions import CONTEXT, FAILED, MISUSED
from sitegen.cli.project import project_folder
from sitegen.cli.report import Report


@click.command(context_settings=CONTEXT)
@click.argument("words", metavar="TITLE [DIR]", nargs=-1)
@click.option("--page", is_flag=True, help="A page beside the posts, such as About, without a date.")
@click.option("--slug", metavar="NAME", help="The file's name; default: made from the title.")
def new(words: tuple[str, ...], page: bool, slug: str | None) -> int:
    """Begin a draft with TITLE, in the way the site of DIR (or of the current folder) keeps its posts.

    Words without quotes are one title. The shell reads signs such as $, ? and * itself, outside of single quotes.

    The path of the new file is printed. A draft is shown by sitegen serve, and published once the line
    "draft: true" is gone.

    \b
    sitegen new "Kernels and their mirrors"
    sitegen new 'The spectrum of $A^\\top A$' --slug spectrum
    sitegen new --page About
    """
    from sitegen import clock
    from sitegen.config import load_config
    from sitegen.diagnostics import Diagnostic
    from sitegen.drafts import new_page, new_post, slug_of, write_draft

    if not words:
        raise click.UsageError('The title is missing: sitegen new "A title".')
    title, folder = _title_and_folder(words)
    if not title or not title.isprintable():
        raise click.UsageError("The title is empty, or has a control character in it.")
    name = slug_of(slug or "")
    if slug is not None and not name:
        raise click.UsageError("--slug has neither a letter nor a digit in it.")
    if folder is not None and not folder.exists():
        raise click.UsageError(f"There is no folder {folder}.")
    root = project_folder(folder)
    config, problems = load_config(root)
    report = Report(root, "text", strict=False, verbose=False, quiet=False)
    if config is None:
        report.show(problems, {}, None)
        return MISUSED
    made = new_page(title, config, slug=name) if page else new_post(title, config, clock.here(), slug=name)
    problem = made if isinstance(made, Diagnostic) else write_draft(made, config)
    if isinstance(made, Diagnostic) or problem is not None:
        report.show([problem] if problem else [], {}, None)
        return FAILED
    click.echo(f"{report.prefix}{made.path}")
    return 0


def _title_and_folder(words: tuple[str, ...]) -> tuple[str, Path | None]:
    """Tell a title, which may lack its quotes, from the folder behind it."""
    from sitegen.config import CONFIG_FILE

    *before, last = words
    quoted = len(before) == 1 and any(sign.isspace() for sign in before[0])
    names_a_site = Path(last).name == CONFIG_FILE or (Path.cwd() / last / CONFIG_FILE).is_file()
    folder = Path(last) if before and (quoted or names_a_site) else None
    return " ".join(" ".join(words if folder is None else before).split()), folder
