"""Write the reference of settings, keys of front matter and messages, from the types and tables of the program.

    python scripts/config_reference.py [--check]

writes `content/guide/configuration.md` from the structs of `sitegen.config.model` (names, types, defaults, and the
docstrings below the fields), `content/guide/messages.md` from `sitegen.diagnostics.CODES`, and the list of keys
inside `content/guide/front-matter.md` from `sitegen.frontmatter.keys`. With `--check` it only says whether they are up
to date.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import re
import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sitegen.config import SECTIONS, MenuItem
from sitegen.diagnostics import CODES
from sitegen.frontmatter.keys import EXPLANATIONS, MEANINGS
from sitegen.math.model import MacroText

GUIDE = Path(__file__).parent.parent / "content" / "guide"

NOTICE = "<!-- Written by scripts/config_reference.py; changes here are lost. -->"

CONFIGURATION = f"""\
---
title: Settings
description: Every table and key of sitegen.toml, with its type, its default and what it does.
order: 90
toc: false
---

{NOTICE}

`sitegen.toml` stands in the folder of the site, and every path in it is relative to that folder. Every key may be left
out. A key that sitegen does not know is an error, with the nearest one that it knows. The tables: CONTENTS.

```toml
[site]
title = "Notes"
base_url = "https://example.org/notes/"
language = "en"
author = "Ada Lovelace"
timezone = "Europe/London"

[[site.menu]]
title = "Archive"
url = "/archive/"

[math.macros]
RR = '\\mathbb{{R}}'
norm = '\\lVert #1 \\rVert'

[publish]
json_feed = true
```

Below, each key stands with the type of its value and its default.
"""

MESSAGES = f"""\
---
title: Messages
description: Every code that a build, a check or another command may report, its severity, and what to do.
order: 180
toc: false
---

{NOTICE}

A message begins with its severity and its code, `error[math/unknown-command]`. An *error* ends the build with exit
code 1, a *warning* does so with `--strict`, a *note* never does and is shown with `-v`. `sitegen explain CODE` prints
what stands here.

What is still written depends on what is wrong:

- in a formula or in the markup of a post: the page, with the formula's source marked;
- in a post's front matter or encoding: everything but that post, and its page of an earlier build stays;
- in the settings, a template or the addresses of pages: nothing.

| Exit code | Meaning |
|---|---|
| 0 | all is well |
| 1 | errors in the content; with `--strict`, warnings too |
| 2 | the command line or `sitegen.toml` is at fault |

The topics: CONTENTS.
"""

KEYS = re.compile(r"(?<=<!-- keys, written by scripts/config_reference\.py -->\n)(.*?)(?=<!-- end of keys -->)", re.S)
"""The part of the page on front matter that is written here."""


# --- settings ------------------------------------------------------------------------------------------------------


def docstrings(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return the first paragraph of the docstring below each field, on one line, by the field's name."""
    (cls,) = ast.parse(inspect.getsource(struct)).body
    assert isinstance(cls, ast.ClassDef)
    found = {}
    for field, text in zip(cls.body, cls.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            assert isinstance(field.target, ast.Name)
            found[field.target.id] = " ".join(str(text.value.value).partition("\n\n")[0].split())
    return found


def kind(type_: object, *, several: bool = False) -> str:
    """Return a type in words: `list[str]` is "a list of texts"."""
    origin, arguments = typing.get_origin(type_), typing.get_args(type_)
    if origin is typing.Literal:
        names = [f'`"{value}"`' for value in arguments]
        return ", ".join(names[:-1]) + " or " + names[-1]
    if origin in (list, tuple):
        if typing.get_origin(arguments[0]) is typing.Literal:
            return "a list of " + kind(arguments[0]).replace(" or ", " and ")
        return "a list of " + kind(arguments[0], several=True)
    if origin is dict:
        return "a table of " + kind(arguments[1], several=True)
    if isinstance(type_, types.UnionType):
        return " or ".join(kind(each, several=several) for each in arguments)
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        words = {MenuItem: ("a table", "tables"), MacroText: ("a list", "lists")}
        return words[type_][several]
    plain = {str: ("text", "texts"), int: ("a whole number", "whole numbers"), bool: ("`true` or `false`", "")}
    assert isinstance(type_, type)
    return plain[type_][several]


def default(field: msgspec.structs.FieldInfo) -> str:
    """Return the default of a field as TOML writes it."""
    value = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return json.dumps(value)


def tables(name: str, struct: type[msgspec.Struct]) -> Iterator[tuple[str, type[msgspec.Struct], bool]]:
    """Yield a table of settings and those inside of it: name, struct, and whether it is a list of tables."""
    yield name, struct, False
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            yield from tables(f"{name}.{field.name}", field.type)
        elif MenuItem in typing.get_args(field.type):
            yield f"{name}.{field.name}", MenuItem, True


def entries(name: str, struct: type[msgspec.Struct], *, several: bool) -> Iterator[str]:
    """Yield one item of the definition list for each key of a table."""
    texts = docstrings(struct)
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            continue
        anchor = f"{name}-{field.name}".replace(".", "-").replace("_", "-")
        key = f"{name}.{field.name}" if not several else field.name
        given = "has to be there" if several else f"`{default(field)}` where nothing is set"
        yield f"`{key}`{{#{anchor}}}\n: *{kind(field.type)}; {given}*\n: {texts[field.name]}\n"


def configuration() -> str:
    """Return the page of settings."""
    found = [table for name, struct in SECTIONS.items() for table in tables(name, struct)]
    parts = []
    links = []
    for name, struct, several in found:
        level = "##" if name in SECTIONS else "###"
        written = f"[[{name}]]" if several else f"[{name}]"
        anchor = "table-" + name.replace(".", "-")
        about = " ".join((struct.__doc__ or "").partition(": ")[2].split())
        parts.append(f"{level} `{written}` {{#{anchor}}}\n\n{about[0].upper()}{about[1:]}\n")
        parts += entries(name, struct, several=several)
        links.append(f"[`{written}`](#{anchor})")
    return CONFIGURATION.replace("CONTENTS", ",\n".join(links)) + "\n" + "\n".join(parts)


# --- front matter --------------------------------------------------------------------------------------------------


def keys() -> str:
    """Return the list of front matter's keys."""
    items = []
    for key, others in MEANINGS.items():
        value, meaning = EXPLANATIONS[key]
        called = "; also called " + " and ".join(f"`{name}`" for name in others) if others else ""
        items.append(f"`{key}`{{#key-{key}}}\n: *{value}{called}*\n: {meaning[0].upper()}{meaning[1:]}.\n")
    return "\n" + "\n".join(items) + "\n"


def front_matter() -> str:
    """Return the page on front matter with its list as it should be."""
    return KEYS.sub(lambda _: keys(), (GUIDE / "front-matter.md").read_text(encoding="utf-8"))


# --- messages ------------------------------------------------------------------------------------------------------

CODE = re.compile(
    r"`[^`]+`"
    r"|(\\[a-zA-Z]+\*?(?:\{[^}]*\})*(?:\.(?= (?:and|stand)))?|\\[^a-zA-Z\s]|<\w+>|\[[a-z.]+\]|--[a-z][a-z-]*"
    r"|\$\$|#rr?g?gb?b?|@[^\s,.]+|[x{][_^{\w]*[_^][^\s,.]*|_redirects|sitegen\.toml)"
)
"""Code spans, and what is code in plain text: TeX, tags, tables of settings, options."""


def markdown(explanation: str) -> str:
    """Return an explanation, which is plain text with code between backticks, as Markdown."""

    def escaped(text: str) -> str:
        return re.sub(r"([\\$<>\[\]{}*_~^|@#])", r"\\\1", text)

    parts = []
    end = 0
    for found in CODE.finditer(explanation):
        parts += [escaped(explanation[end : found.start()]), f"`{found[1]}`" if found[1] else found[0]]
        end = found.end()
    return "".join([*parts, escaped(explanation[end:])])


def messages() -> str:
    """Return the page of codes."""
    topics = list(dict.fromkeys(code.partition("/")[0] for code in CODES))
    parts = []
    for topic in topics:
        parts.append(f"## {topic} {{#topic-{topic}}}\n")
        for code, info in CODES.items():
            if code.startswith(f"{topic}/"):
                anchor = code.replace("/", "-")
                parts.append(f"`{code}`{{#{anchor}}}\n: *{info.severity}*\n: {markdown(info.explanation)}\n")
    links = ",\n".join(f"[{topic}](#topic-{topic})" for topic in topics)
    return MESSAGES.replace("CONTENTS", links) + "\n" + "\n".join(parts)


PAGES = {"configuration.md": configuration, "front-matter.md": front_matter, "messages.md": messages}
"""File of the guide to what makes its text."""


def main() -> int:
    """Write the pages, or check them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a page is not up to date")
    given = parser.parse_args()
    old = 0
    for name, make in PAGES.items():
        file, text = GUIDE / name, make()
        if given.check:
            current = file.is_file() and file.read_text(encoding="utf-8") == text
            old += not current
            print(f"{file} is {'up to date' if current else 'not up to date: run python scripts/config_reference.py'}")
        else:
            file.write_text(text, encoding="utf-8")
            print(f"{file}: {len(text.encode()):,} bytes")
    return 1 if old else 0


if __name__ == "__main__":
    sys.exit(main())
