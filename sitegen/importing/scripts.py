"""Settings that are programs in JavaScript: read as text, and not run."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from sitegen.config.literals import read_literal
from sitegen.importing.files import Tree, mapping

__all__ = ["Script"]

_EXPORTED = re.compile(r"\bmodule\.exports\s*=\s*|\bexport\s+default\s+|\A\s*(?=\{)")


class Script:
    """A file of settings."""

    def __init__(self, tree: Tree, path: str) -> None:
        self.tree, self.path = tree, path
        self.text = tree.text(path)

    def value(self, key: str) -> Any:
        """Return the value of the first key of this name, with what it takes from other files; None for a program."""
        found = re.search(rf"\b{re.escape(key)}\b(?:\s*:\s*|(?=\s*[,}}]))", self.text)
        if found is None:
            return None
        alone = ":" not in found[0]  # `title,` stands for itself
        return self.meaning(key) if alone else read_literal(self.text, found.end(), self.meaning)

    def meaning(self, name: str) -> Any:
        """Return what a name of the file stands for: `config`, `config.title`."""
        first, *keys = name.split(".")
        value = self._constant(first)
        for key in keys:
            value = mapping(value).get(key)
        return value

    def _constant(self, name: str) -> Any:
        name = re.escape(name)
        required = re.search(
            rf"\b(?:(?:const|let|var)\s+(\{{[^}}=]*\b)?{name}\b[^=\n]*=\s*require\(|import\s+(\{{[^}}]*\b)?{name}\b[^;\n]*?from\s+)"
            r"\s*[\"'`](\.[^\"'`\n]*)",
            self.text,
        )
        if required is None:
            found = re.search(rf"\b(?:const|let|var)\s+{name}\b[^=\n]*=\s*", self.text)
            return read_literal(self.text, found.end()) if found else None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), required[3]))
        path = self.tree.first(path, *(f"{path}{end}" for end in (".js", ".ts", ".mjs", ".cjs", ".json", "/index.js")))
        other = Script(self.tree, path)
        if required[1] or required[2]:
            return other._constant(name) if path and path != self.path else None
        exported = _EXPORTED.search(other.text)
        return read_literal(other.text, exported.end(), other.meaning) if exported else None
