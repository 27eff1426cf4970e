"""`sitegen explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from sitegen.cli.conventions import CONTEXT


@click.command(context_settings=CONTEXT)
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
