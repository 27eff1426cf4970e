"""The command line: arguments in, text and an exit code out. The only place that exits.

Each command is a module of its own, imported when it is called: help is printed without any of them.

Exit codes: 0 all is well; 1 errors in posts, templates or files (with --strict, warnings too); 2 the command line
or sitegen.toml is at fault; 70 a bug in sitegen; 130 interrupted; 141 the reader of a pipe has gone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NoReturn

import click

from sitegen.cli.conventions import BUG, CONTEXT, INTERRUPTED, MISUSED, PIPE_CLOSED, PROGRAM, VARIABLE

__all__ = ["COMMANDS", "cli", "main"]

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "build": "Build the site into static files.",
        "check": "Check the finished site: links, images, feeds, pages.",
        "completion": "Let the shell complete commands and options.",
        "explain": "Explain a diagnostic.",
        "import": "Write the settings for a site of another generator.",
        "init": "Begin a site: settings, a first post, a deploy file.",
        "new": "Begin a draft of a post or a page.",
        "serve": "Show the site in the browser while you write.",
    }
)
"""Every command with its line in the help; `sitegen.cli.NAME` holds the command as `NAME`."""

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "compile": "build",
        "generate": "build",
        "make": "build",
        "render": "build",
        "dev": "serve",
        "live": "serve",
        "preview": "serve",
        "start": "serve",
        "watch": "serve",
        "create": "init",
        "quickstart": "init",
        "setup": "init",
        "draft": "new",
        "post": "new",
        "doctor": "check",
        "lint": "check",
        "test": "check",
        "validate": "check",
        "convert": "import",
        "migrate": "import",
        "help": "--help",
        "version": "--version",
    }
)
"""What other generators call what is meant."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python would flush the closed pipe again when it ends, and complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = PIPE_CLOSED
    sys.exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    """Run the command line and return the exit code."""
    asked = os.environ.get(VARIABLE)
    if asked:
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, PROGRAM, VARIABLE, asked)
    try:
        # Not `cli.main`, which takes a closed pipe for a failure.
        with cli.make_context(PROGRAM, list(sys.argv[1:] if arguments is None else arguments)) as context:
            result = cli.invoke(context)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as problem:
        problem.show()
        return MISUSED
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception:
        return _report_bug()
    return result if isinstance(result, int) else 0


def _report_bug() -> int:
    """Show the traceback with a request to report it: whatever a post contains, this must not happen."""
    import traceback

    traceback.print_exc()
    click.echo(
        f"\nThis is a bug in sitegen {_version()}, not in your site. Please report it with the lines above and, "
        "if you can,\nwith the file that brings it about.",
        err=True,
    )
    return BUG


class _Group(click.Group):
    """A group that imports a command when it is called, and offers the nearest one for an unknown name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        name = "import_" if cmd_name == "import" else cmd_name  # the one that is a keyword of Python
        command = getattr(import_module(f"sitegen.cli.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from sitegen.diagnostics import nearest

            near = ELSEWHERE.get(name.lower()) or nearest(name, COMMANDS)
            offer = f" Did you mean {near}?" if near else ""
            raise click.UsageError(f"No such command {name!r}.{offer}", ctx)
        return super().resolve_command(ctx, args)


def _version() -> str:
    from importlib.metadata import version

    return version("sitegen-math")


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        click.echo(f"sitegen {_version()}")
        context.exit()


@click.group(cls=_Group, context_settings=CONTEXT, no_args_is_help=False, invoke_without_command=True)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.pass_context
def cli(context: click.Context) -> int | None:
    """Turn Markdown posts full of LaTeX into a static site with MathML and without JavaScript.

    \b
    sitegen init my-site            begin a site in the folder my-site
    sitegen new "A title"           begin a draft
    sitegen build                   build the site of this folder into dist/
    sitegen build --strict          the same, and fail on warnings too
    sitegen serve                   show the site in the browser while you write
    sitegen check                   find broken links, missing images and the like
    sitegen explain CODE            say more about a diagnostic

    Exit codes: 0 all is well, 1 errors in the content (with --strict, warnings too), 2 the command line or
    sitegen.toml is at fault.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return None
