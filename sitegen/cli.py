"""The command line: arguments in, text and an exit code out. The only place that exits.

Exit codes: 0 all is well; 1 errors in posts, templates or files (with --strict, warnings too); 2 the command line
or sitegen.toml is at fault; 70 a bug in sitegen; 130 interrupted; 141 the reader of a pipe has gone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

if TYPE_CHECKING:
    from sitegen.build import BuildResult
    from sitegen.config import Config
    from sitegen.console import Summary
    from sitegen.diagnostics import Diagnostic

__all__ = ["cli", "main"]

FAILED = 1
MISUSED = 2
BUG = 70
"""EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
PIPE_CLOSED = 141

WRONG_FOLDER = frozenset({"output/foreign-folder", "output/not-a-folder"})
"""Codes that say that --output, or `output` in sitegen.toml, names a folder that cannot be it."""

PROGRAM = "sitegen"
COMPLETION = "_SITEGEN_COMPLETE"
"""Set by the shell when it asks for completions; the name is click's."""

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


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
    completion = os.environ.get(COMPLETION)
    if completion:
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, PROGRAM, COMPLETION, completion)
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
    """A group that offers the nearest command for an unknown one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and self.get_command(ctx, name) is None:
            from sitegen.diagnostics import nearest

            near = nearest(name, self.list_commands(ctx))
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
    sitegen build                   build the site of this folder into dist/
    sitegen build --strict          the same, and fail on warnings too
    sitegen serve                   show the site in the browser while you write
    sitegen explain CODE            say more about a diagnostic

    Exit codes: 0 all is well, 1 errors in the content (with --strict, warnings too), 2 the command line or
    sitegen.toml is at fault.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return None


@cli.command(short_help="Build the site into static files.")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors; notes never do.")
@click.option("--output", metavar="DIR", help="Write the site to DIR, relative to the current folder.")
@click.option("--base-url", metavar="URL", help="Address under which the site is published.")
@click.option("--drafts", is_flag=True, help="Build drafts too.")
@click.option(
    "--jobs", metavar="N", type=click.IntRange(min=1), help="Processes that compile posts; default: one per core."
)
@click.option("--no-cache", is_flag=True, help="Compile every post anew, and keep nothing for the next build.")
@click.option("--profile", is_flag=True, help="Say where the time goes.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github", "json"]),
    default="text",
    show_default=True,
    help="How diagnostics are printed: for people, as annotations of GitHub Actions, or as JSON.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show notes too, and which posts took longest.")
@click.option("-q", "--quiet", is_flag=True, help="Show errors only (with --strict, warnings too).")
def build(
    folder: Path | None,
    strict: bool,
    output: str | None,
    base_url: str | None,
    drafts: bool,
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

    if verbose and quiet:
        raise click.UsageError("-v and -q exclude each other.")
    root = _project(folder)
    given = None if output is None else _from_here(output)
    config, problems = load_config(root, base_url=base_url, output=given, drafts=drafts)
    report = _Report(root, form, strict=strict, verbose=verbose, quiet=quiet)
    if config is None:
        report.show(problems, {COMMAND_LINE: command_line(base_url, given)}, None)
        return MISUSED
    result = _build(config, jobs=jobs, cache=not no_cache, quiet=quiet, form=form)
    summary = _summary(result)
    report.show(result.diagnostics, {source.path: source.text for source in result.sources}, summary)
    report.end(summary, config.build.output)
    if verbose and form != "json":
        report.slowest(result.compile_seconds)
    if profile:
        report.profile(result.stage_seconds, summary.seconds)
    if any(diagnostic.code in WRONG_FOLDER for diagnostic in result.diagnostics):
        return MISUSED
    return FAILED if summary.errors or (strict and summary.warnings) else 0


@cli.command(short_help="Show the site in the browser while you write.")
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
    from sitegen.serve import PortTakenError, Settings
    from sitegen.serve import serve as serve_site

    if verbose and quiet:
        raise click.UsageError("-v and -q exclude each other.")
    root = _project(folder)
    settings = Settings(
        root=root,
        host=host,
        port=port,
        base_url=base_url,
        open_browser=open_browser,
        prefix=_prefix(root),
        color=_has_color(sys.stderr),
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


@cli.command(short_help="Explain a diagnostic.")
@click.argument("code", required=False)
def explain(code: str | None) -> int:
    """Explain the diagnostic CODE, such as math/unknown-command; without CODE, list all codes.

    \b
    sitegen explain math/unknown-command
    sitegen explain
    """
    from sitegen.diagnostics import CODES

    if code is None:
        width = max(map(len, CODES))
        for name in sorted(CODES):
            click.echo(f"{name:<{width}}  {CODES[name].severity}")
        return 0
    name = code.strip().lower()
    if "[" in name:  # As it was printed: error[math/unknown-command].
        name = name.partition("[")[2].partition("]")[0]
    if name not in CODES:
        raise click.UsageError(f"There is no code {code!r}.{_offer_code(name, CODES)}")
    click.echo(f"{CODES[name].severity}[{name}]\n")
    click.echo(click.wrap_text(CODES[name].explanation, width=88))
    return 0


def _offer_code(name: str, codes: Mapping[str, Any]) -> str:
    """Return an offer of the nearest code; its topic may have been left out."""
    from sitegen.diagnostics import nearest

    last = name.rpartition("/")[2]
    same = [code for code in codes if code.rpartition("/")[2] == last]
    near = nearest(name, codes) or (same[0] if same else None)
    return f" Did you mean {near}?" if near else " Without a code, sitegen explain lists all."


def _project(folder: Path | None) -> Path:
    """Return the project's folder: the one given, else the nearest one upwards with a configuration file."""
    from sitegen.config import CONFIG_FILE

    here = Path.cwd()
    if folder is not None:
        return here / folder
    return next((parent for parent in (here, *here.parents) if (parent / CONFIG_FILE).is_file()), here)


def _from_here(folder: str) -> str:
    """Make a folder of the command line independent of the project's folder; empty text stays wrong."""
    return str(Path.cwd() / folder) if folder.strip() else folder


def _build(config: Config, *, jobs: int | None, cache: bool, quiet: bool, form: str) -> BuildResult:
    import gc

    from sitegen.build import build as build_site
    from sitegen.build import cores

    # A build makes values, which have no circles, and ends: the collector would look at a thousand posts in vain.
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)

    jobs = jobs or cores()
    if quiet or form == "json":
        return build_site(config, jobs=jobs, cache=cache)
    from sitegen.console import Progress

    with Progress(sys.stderr, live=_is_terminal(sys.stderr)) as progress:
        return build_site(config, progress=progress, jobs=jobs, cache=cache)


def _summary(result: BuildResult) -> Summary:
    from sitegen.console import Summary

    return Summary(**{name: getattr(result.stats, name) for name in Summary.__struct_fields__})


class _Report:
    """Prints diagnostics and summary of one run in the form that was asked for."""

    def __init__(self, root: Path, form: str, *, strict: bool, verbose: bool, quiet: bool) -> None:
        self.root = root
        self.form = form
        self.strict = strict
        self.verbose = verbose
        self.quiet = quiet
        self.prefix = _prefix(root)

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
            text = render_text(shown, texts, prefix=self.prefix, color=_has_color(sys.stderr))
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


def _prefix(root: Path) -> str:
    """Return what leads from the current folder to the project: `blog/`, `../`, or all of the path from afar."""
    near = os.path.relpath(root).replace(os.sep, "/")
    if near == ".":
        return ""
    near_by = not near.startswith("..") or root in Path.cwd().parents
    return (near if near_by else root.as_posix()) + "/"


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def _has_color(stream: TextIO) -> bool:
    """Tell whether to colour: on a terminal, unless NO_COLOR is set to something (no-color.org)."""
    return not os.environ.get("NO_COLOR") and _is_terminal(stream)
