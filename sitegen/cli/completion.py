"""`sitegen completion`."""

from __future__ import annotations

import click

from sitegen.cli.conventions import CONTEXT, PROGRAM, VARIABLE

SHELLS = ("bash", "zsh", "fish")


@click.command(context_settings=CONTEXT)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> int:
    """Print what makes SHELL complete commands and options of sitegen when you press Tab.

    \b
    bash, in ~/.bashrc:                eval "$(sitegen completion bash)"
    zsh, in ~/.zshrc after compinit:   eval "$(sitegen completion zsh)"
    fish, once:                        sitegen completion fish > ~/.config/fish/completions/sitegen.fish
    """
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    root = click.get_current_context().find_root().command
    # Without `source()` of bash, which starts bash to ask for its version and complains where there is none.
    script = kind(root, {}, PROGRAM, VARIABLE)
    click.echo(script.source_template % script.source_vars())
    return 0
