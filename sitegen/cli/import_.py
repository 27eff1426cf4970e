"""`sitegen import`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from sitegen.cli.conventions import CONTEXT, FAILED, MISUSED
from sitegen.cli.report import Report


@click.command("import", context_settings=CONTEXT)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print what would be written, and write nothing.")
def import_(folder: Path, dry_run: bool) -> int:
    """Write a sitegen.toml for the site of another generator in DIR, or in the current folder.

    Sites of Jekyll, Hugo, Gatsby, Hexo, Zola, Quarto, Pelican, Astro, Eleventy, MkDocs, mdBook, Jupyter Book and
    Docusaurus are known, and folders of posts without settings.
    No other file is made or changed, and a sitegen.toml that exists is not written over.

    \b
    sitegen import my-blog
    sitegen import --dry-run
    """
    from sitegen.config import CONFIG_FILE, load_config
    from sitegen.importing import read_site

    root = Path(os.path.normpath(Path.cwd() / folder))
    if not root.is_dir():
        raise click.UsageError(f"{folder} is not a folder.")
    report = Report(root, "text", strict=False, verbose=False, quiet=False)
    if os.path.lexists(root / CONFIG_FILE) and not dry_run:
        raise click.UsageError(f"{report.prefix}{CONFIG_FILE} exists already; nothing was written.")
    found = read_site(root)
    if found is None:
        where = "this folder" if root == Path.cwd() else f"the folder {folder}"
        raise click.UsageError(f"No posts were found in {where}. Name the one with the other generator's settings.")
    if dry_run:
        click.echo(found.text, nl=False)
    else:
        try:
            with open(root / CONFIG_FILE, "x", encoding="utf-8", newline="\n") as stream:
                stream.write(found.text)
        except OSError as problem:
            reason = (problem.strerror or str(problem)).lower()
            click.echo(f"error: {report.prefix}{CONFIG_FILE} cannot be written: {reason}", err=True)
            return FAILED
        click.echo(f"{report.prefix}{CONFIG_FILE}")
    click.echo(f"\n{'A folder of posts' if found.kind == 'plain' else f'A site of {found.kind}'}", err=True)
    for source, target in found.mapped:
        click.echo(f"  mapped      {source} -> {target}", err=True)
    for sentence in found.unmapped:
        click.echo(f"  not mapped  {sentence}", err=True)
    if found.tried:
        click.echo(f"  tried       {found.tried}", err=True)
    if dry_run:
        return 0
    config, problems = load_config(root)
    if config is None:
        report.show(problems, {}, None)
        return MISUSED
    near = os.path.relpath(root)
    click.echo("\nNext:", err=True)
    click.echo(f"  sitegen serve --open{'' if near == '.' else ' ' + shlex.quote(near)}", err=True)
    return 0
