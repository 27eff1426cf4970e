"""What a site adds to sitegen in Python: one module of its own, with functions that are called in one place each.

    markdown(md)             rules for the parser, see `sitegen.markdown.hook`
    template_globals(site)   names and values for all templates
    outputs(site)            more files, path and content

The module is the site's own code and runs with all rights, as templates do. What goes wrong in it becomes a
diagnostic at the line of the module that was being run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec

from sitegen.config import Config
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.faults import FAULTS, fault
from sitegen.model import Output
from sitegen.site import Site
from sitegen.text import Span

__all__ = ["Extended", "extend"]

HOOKS = ("markdown", "template_globals", "outputs")


class Extended(msgspec.Struct, frozen=True):
    """What a site's module gave to one build."""

    given: Mapping[str, Any] = {}
    """Names for templates."""
    outputs: tuple[Output, ...] = ()
    digest: bytes = b""
    """Of the module's text; empty without a module."""
    problems: tuple[Diagnostic, ...] = ()


def extend(site: Site) -> Extended:
    """Run the module that the settings name, if they do. Never raises for what the module does."""
    path = site.config.extension.module
    if not path:
        return Extended()
    try:
        text = (site.config.root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Extended(problems=(_unreadable(site.config, path, error),))
    runner = _Runner(path, text)
    names: dict[str, Any] = {"__name__": "sitegen_extension", "__file__": str(site.config.root / path)}
    runner.run(lambda: exec(compile(text, path, "exec"), names))
    runner.problems += [] if runner.problems else _misspelt(path, text, names)
    given = runner.mapping(names, "template_globals", site)
    runner.problems += [_bad_name(name, path) for name in given if not isinstance(name, str) or not name.isidentifier()]
    files = runner.mapping(names, "outputs", site)
    outputs = tuple(filter(None, (_output(name, content, path, runner.problems) for name, content in files.items())))
    digest = hashlib.blake2b(text.encode(), digest_size=20).digest()
    return Extended(given, outputs, digest, tuple(runner.problems))


class _Runner:
    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.problems: list[Diagnostic] = []

    def run(self, action: Callable[[], Any]) -> Any:
        """Return what comes of an action, nothing after a problem."""
        if self.problems:
            return None
        try:
            return action()
        except FAULTS as error:  # the module is input: whatever it raises is a problem of the module
            hint = "template_globals and outputs take one argument, the site"
            self.problems.append(fault(error, self.path, self.text, hint))
            return None

    def mapping(self, names: Mapping[str, Any], name: str, site: Site) -> Mapping[Any, Any]:
        """Return what the function `name` gives, nothing where there is no such function."""
        function = names.get(name)
        found = self.run(lambda: function(site)) if callable(function) else {}
        if self.problems:
            return {}
        if not isinstance(found, Mapping):
            message = f"{name} returns {type(found).__name__}, not a mapping"
            hint = 'end it with return {"name": value}'
            self.problems.append(Diagnostic("extension/failed", message, self.path, hint=hint))
            return {}
        return found


def _bad_name(name: Any, path: str) -> Diagnostic:
    message = f"no template can use {name!r}, which template_globals gives"
    return Diagnostic("extension/failed", message, path, hint="names have letters, digits and underscores")


def _output(name: Any, content: Any, path: str, problems: list[Diagnostic]) -> Output | None:
    data = content.encode() if isinstance(content, str) else content
    good = isinstance(name, str) and name.isprintable() and "\\" not in name
    if not good or any(part in ("", ".", "..") for part in name.split("/")):
        hint = "write it relative to the output folder, data/all.json"
        problems.append(Diagnostic("extension/failed", f"{name!r} is not the path of a file", path, hint=hint))
        return None
    if not isinstance(data, bytes):
        message = f"the content of {name} is {type(content).__name__}, not text or bytes"
        problems.append(
            Diagnostic("extension/failed", message, path, hint="return a mapping of paths to text or bytes")
        )
        return None
    key = hashlib.blake2b(data, digest_size=20).hexdigest()
    return Output(name, partial(bytes, data), path, key=key)


def _misspelt(path: str, text: str, names: Mapping[str, Any]) -> list[Diagnostic]:
    """Report functions whose name is nearly that of a hook, and would never be called, and a module without hooks."""
    found = []
    for name, value in names.items():
        near = nearest(name, HOOKS) if callable(value) and name not in HOOKS else None
        if near is not None and near not in names:
            at = text.find(f"def {name}")
            span = Span(at + 4, at + 4 + len(name)) if at >= 0 else None
            message = f"sitegen calls no function {name}"
            found.append(Diagnostic("extension/failed", message, path, span, hint=f"did you mean {near}?"))
    if not found and not any(callable(names.get(name)) for name in HOOKS):
        message = f"{path} has no function that sitegen calls"
        found.append(Diagnostic("extension/failed", message, path, hint=f"the functions are {', '.join(HOOKS)}"))
    return found


def _unreadable(config: Config, path: str, error: OSError | UnicodeDecodeError) -> Diagnostic:
    reason = (error.strerror or "").lower() if isinstance(error, OSError) else "it is not UTF-8 text"
    span = config.spans.get(("extension", "module"))
    hint = "name a file relative to sitegen.toml, such as extension.py"
    return Diagnostic("extension/failed", f"{path} cannot be read: {reason}", config.path, span, hint=hint)
