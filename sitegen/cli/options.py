"""The options that all commands have which make a whole site."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

__all__ = ["checked_url", "site_options"]


def checked_url(base_url: str) -> str:
    """Return the address of a site with its slash. Raises click.UsageError for what is none."""
    from sitegen.config import url_problem

    problem = url_problem(base_url)
    if problem:
        raise click.UsageError(f"--base-url: {problem}; write it like https://example.org/.")
    return base_url.rstrip("/") + "/"


def site_options(what: str, *, verbose: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Return a decorator that gives a command the site's folder and the options of every build.

    `what` is done to drafts, "Build"; `verbose` says what the option of that name shows.
    """
    options = (
        click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path)),
        click.option("--strict", is_flag=True, help="Warnings count as errors; notes never do."),
        click.option("--base-url", metavar="URL", help="Address under which the site is published."),
        click.option("--drafts", is_flag=True, help=f"{what} drafts too."),
        click.option("--future", is_flag=True, help=f"{what} posts too whose date is yet to come."),
        click.option(
            "--jobs",
            metavar="N",
            type=click.IntRange(min=1),
            help="Processes that compile posts; default: one per core.",
        ),
        click.option("--no-cache", is_flag=True, help="Compile every post anew, and keep nothing for the next build."),
        click.option(
            "--format",
            "form",
            type=click.Choice(["text", "github", "json"]),
            default="text",
            show_default=True,
            help="How diagnostics are printed: for people, as annotations of GitHub Actions, or as JSON.",
        ),
        click.option("-v", "--verbose", is_flag=True, help=verbose),
        click.option("-q", "--quiet", is_flag=True, help="Show errors only (with --strict, warnings too)."),
    )

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        @wraps(command)
        def checked(**given: Any) -> int:
            if given["verbose"] and given["quiet"]:
                raise click.UsageError("-v and -q exclude each other.")
            return command(**given)

        decorated: Callable[..., int] = checked
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate
