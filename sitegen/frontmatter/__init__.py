"""Front matter: the text of a post in, `FrontMatter` or located reasons why not out.

    block    finds the block between the lines of dashes, and reads YAML with the places of its values
    toml     the same for TOML, `lines` for keys without dashes around them
    values   what a value may be: text, flags, mappings, plain data
    keys     the names of the keys; `dates` and `address` read what has a grammar of its own
    reader   gives every key its meaning

All problems are reported, not only the first.
"""

from __future__ import annotations

import datetime as dt

from sitegen.diagnostics import Diagnostic
from sitegen.frontmatter.address import PathProblem, is_device_name, normalise_path
from sitegen.frontmatter.block import Problem, compose, find_block
from sitegen.frontmatter.dates import date_of_name, parse_date
from sitegen.frontmatter.reader import Reader, finished
from sitegen.model import FrontMatter, Source

__all__ = ["PathProblem", "date_of_name", "is_device_name", "normalise_path", "parse_date", "read_front_matter"]


def read_front_matter(source: Source, zone: dt.tzinfo = dt.UTC) -> tuple[FrontMatter | None, tuple[Diagnostic, ...]]:
    """Read the front matter of a post; None when there are errors, so that the post is rejected.

    A post without front matter has one with nothing in it, but for the date that its name may have. A date without a
    time zone is one of `zone`. Never raises, whatever the text.
    """
    block = find_block(source.text)
    if block is None:
        return finished(source.path, zone, {"body_start": 1 if source.text.startswith("\ufeff") else 0})
    if isinstance(block, Problem):
        return None, (block.at(source.path),)
    if block.toml:
        from sitegen.frontmatter.toml import compose_toml  # most posts have YAML

        root = compose_toml(source.text, block)
    elif block.bare:
        from sitegen.frontmatter.lines import compose_lines

        root = compose_lines(source.text, block)
    else:
        root = compose(source.text, block)
    if isinstance(root, Problem):
        return None, (root.at(source.path),)
    return Reader(source, block, zone).read(root)
