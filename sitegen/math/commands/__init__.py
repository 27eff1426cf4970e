"""The commands, by topic. Importing this package fills the tables of `sitegen.math.registry`."""

from sitegen.math.commands import (
    accents,
    boxes,
    colors,
    definitions,
    delimiters,
    environments,
    fonts,
    fractions,
    operators,
    packages,
    references,
    relations,
    spacing,
    structure,
    text,
    textcomp,
)

__all__ = [
    "accents",
    "boxes",
    "colors",
    "definitions",
    "delimiters",
    "environments",
    "fonts",
    "fractions",
    "operators",
    "packages",
    "references",
    "relations",
    "spacing",
    "structure",
    "text",
    "textcomp",
]
