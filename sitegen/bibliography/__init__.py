"""Bibliographies: BibTeX files read by pybtex, citations and lists of works formatted by citeproc-py in a CSL style.

Both libraries are extras. What goes wrong in them, in a file of works or in a style, becomes a diagnostic there.
CSL: https://docs.citationstyles.org/en/stable/specification.html

    bibtex      files of works
    formatting  citations and lists
    marks       what stands for formulas meanwhile
"""

from __future__ import annotations

import functools

from sitegen.bibliography.bibtex import repeated, works_of
from sitegen.bibliography.formatting import Formatted, format_citations, style_problems
from sitegen.bibliography.marks import fill_formulas, formula_mark
from sitegen.config import Config
from sitegen.diagnostics import Diagnostic
from sitegen.model import Library

__all__ = ["Formatted", "fill_formulas", "format_citations", "formula_mark", "read_library"]


def read_library(config: Config) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """Return the works and the style of a site, and what is wrong with their files; None without a bibliography."""
    if not config.cite.bibliography:
        return None, ()
    problems: list[Diagnostic] = []
    root, style = str(config.root), config.cite.style
    works = tuple((name, _text(root, name, problems)) for name in config.cite.bibliography)
    style_text = _text(root, style, problems) if style else ""
    return (None, tuple(problems)) if problems else _read(works, style, style_text)


@functools.lru_cache(maxsize=4)
def _read(
    files: tuple[tuple[str, str], ...], style: str, style_text: str
) -> tuple[Library | None, tuple[Diagnostic, ...]]:
    """Read texts; a preview asks again and again, and for the same ones."""
    try:
        import citeproc  # noqa: F401 - asked for here, where there is somebody to tell
        import pybtex  # noqa: F401
    except ImportError:
        message, hint = "bibliographies are read with pybtex", "install the packages pybtex and citeproc-py"
        return None, (Diagnostic("citation/needs-packages", message, files[0][0], hint=f"{hint} beside sitegen"),)
    works: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for name, text in files:
        found = works_of(text, name, problems)
        # One work may be in several files; two works under one key may not.
        problems += (repeated(text, name, key) for key in found if works.get(key, found[key]) != found[key])
        works |= found
    if style:
        problems += style_problems(style_text, style)
    broken = any(problem.severity == "error" for problem in problems)
    return None if broken else Library(works, style_text, style), tuple(problems)


def _text(root: str, name: str, problems: list[Diagnostic]) -> str:
    try:
        with open(f"{root}/{name}", encoding="utf-8-sig") as file:
            return file.read()
    except OSError as error:
        reason, hint = (error.strerror or str(error)).lower(), "check its permissions"
        problems.append(Diagnostic("citation/unreadable", f"the file cannot be read: {reason}", name, hint=hint))
    except UnicodeDecodeError:
        problems.append(Diagnostic("citation/unreadable", "the file is not UTF-8 text", name, hint="save it as UTF-8"))
    return ""
