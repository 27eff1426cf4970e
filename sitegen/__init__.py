"""sitegen: a static site and blog generator for math-heavy technical posts.

The names of `__all__` are loaded when they are first used, so that importing the package stays fast.
`sitegen.math` is an interface of its own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sitegen.build import BuildResult
    from sitegen.build import build as build_site
    from sitegen.config import Config, load_config
    from sitegen.diagnostics import Diagnostic
    from sitegen.text import Span

__all__ = ["BuildResult", "Config", "Diagnostic", "Span", "__version__", "build_site", "load_config"]

_HOMES = {
    "BuildResult": ("sitegen.build", "BuildResult"),
    # Not `build`: that name is the module's.
    "build_site": ("sitegen.build", "build"),
    "Config": ("sitegen.config", "Config"),
    "Diagnostic": ("sitegen.diagnostics", "Diagnostic"),
    "Span": ("sitegen.text", "Span"),
    "load_config": ("sitegen.config", "load_config"),
}

__version__: str
"""Version of the installed distribution."""


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("sitegen-math")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
