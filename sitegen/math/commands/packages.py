"""Commands of packages that few pages use; their modules are imported when one is met first."""

from __future__ import annotations

from importlib import import_module

from sitegen.math.lexer import Token
from sitegen.math.nodes import Node
from sitegen.math.parser import Parser
from sitegen.math.registry import COMMANDS, ENVIRONMENTS, Environment, Handler

_COMMANDS: dict[str, tuple[str, str]] = {
    "\\ce": ("chemistry", "formula"),
    "\\pu": ("chemistry", "quantity"),
}
"""Command to module and function."""

_ENVIRONMENTS: dict[str, tuple[str, str]] = {}
"""Environment to module and function."""


def _command(module: str, function: str) -> Handler:
    def handler(parser: Parser, token: Token) -> Node | None:
        found: Handler = getattr(import_module(f"sitegen.math.commands.{module}"), function)
        return found(parser, token)

    return handler


def _environment(module: str, function: str) -> Environment:
    def handler(parser: Parser, token: Token, name: str) -> Node | None:
        found: Environment = getattr(import_module(f"sitegen.math.commands.{module}"), function)
        return found(parser, token, name)

    return handler


COMMANDS.update({name: _command(*where) for name, where in _COMMANDS.items()})
ENVIRONMENTS.update({name: _environment(*where) for name, where in _ENVIRONMENTS.items()})
