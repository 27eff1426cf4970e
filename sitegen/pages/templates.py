"""Jinja: finds what is wrong with templates, and renders pages. The only importer of Jinja, itself imported late.

A build in which every page is as it was needs none of this.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import jinja2
import msgspec
from jinja2 import nodes
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup, escape

from sitegen.cache import engine_digest
from sitegen.config import SiteConfig
from sitegen.diagnostics import Diagnostic, nearest
from sitegen.faults import FAULTS
from sitegen.kept import keep, read_kept
from sitegen.model import RenderError
from sitegen.pages.given import FIELDS, VARIABLES, fields_of, iso_date, long_date
from sitegen.pages.model import TemplateFile, Theme
from sitegen.site import Page, direction
from sitegen.text import LineIndex, Span
from sitegen.words import fill

__all__ = ["check", "environment", "json_ld", "looks_at_site", "render"]

_JINJA_NAMES = frozenset({"caller", "kwargs", "loop", "self", "super", "varargs"})

_EXTENDS = re.compile(r'{% extends "([^"]+)" %}')
"""How the packaged templates name their parents."""
_BLOCK = re.compile(r"{%[-+]?\s*block\s+(\w+)")


class _Compiled(jinja2.BytecodeCache):
    """Compiled templates, kept from build to build: a page that was edited needs them at once, and nothing else."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def get_source_checksum(self, source: str) -> str:
        """Name what the compiled template depends on: its text, and the versions of all libraries."""
        return hashlib.blake2b(engine_digest() + source.encode(), digest_size=20).hexdigest()

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Take what an earlier build compiled; what is damaged counts as nothing."""
        data = read_kept(os.path.join(self._folder, bucket.key))
        if data is not None:
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Keep what this build compiled; a system that refuses costs a later build some time."""
        keep(os.path.join(self._folder, bucket.key), bucket.bytecode_to_string())


def environment(files: Mapping[str, TemplateFile], language: str, compiled: str | None = None) -> jinja2.Environment:
    """Return what renders the templates of a site; `compiled` is the folder where they are kept as compiled."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        file = files.get(name)
        return (file.text, file.path, lambda: True) if file else None

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(load),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=None if compiled is None else _Compiled(compiled),
    )
    made.filters["iso_date"] = iso_date
    made.filters["direction"] = direction
    made.filters["long_date"] = _long_date(language)
    made.filters["fill"] = _fill
    return made


def _long_date(site: str) -> Callable[..., str]:
    """Return the filter that writes dates in the language of the page, else in that of the site."""

    @jinja2.pass_context
    def of_page(context: jinja2.runtime.Context, date: dt.datetime, language: str = "") -> str:
        page = context.get("page")
        return long_date(date, language or (page.language if isinstance(page, Page) else site))

    return of_page


def _fill(text: str, **values: Any) -> Markup:
    """Put values into the places of a text, `{number}`; what is no markup is escaped."""
    return Markup(fill(str(escape(text)), **{name: escape(value) for name, value in values.items()}))


# -- checks before rendering


@lru_cache(maxsize=4)
def environment_of(theme: Theme) -> jinja2.Environment:
    """Return the environment that renders a theme's templates; it keeps them compiled from page to page."""
    return environment(theme.files, theme.language, theme.compiled)


def check(theme: Theme) -> list[Diagnostic]:
    """Return what is wrong with the templates of a site."""
    files = theme.files
    problems: list[Diagnostic] = []
    # The packaged templates are held to the same checks by a test, which spares every build the time.
    trees: dict[str, nodes.Template] = {}
    for name, file in files.items():
        if not file.packaged:
            try:
                trees[name] = environment_of(theme).parse(file.text, name, file.path)
            except jinja2.TemplateSyntaxError as error:
                problems.append(_syntax_problem(environment_of(theme), file, error))
    problems += _undefined_names(files, trees, frozenset(theme.given), fields_of(theme.words))
    problems += _missing_templates(files, trees)
    problems += _circles(files, trees)
    problems += _unused_blocks(files, trees)
    problems += _uncompilable(environment_of(theme), files, trees)  # last, since compiling may change the trees
    return problems


def looks_at_site(theme: Theme, name: str) -> bool:
    """Tell whether a template, or one that it needs, may use the variable `site`.

    Where a template is named only while rendering, all of them are needed.
    """
    needed, open_names = set(), [name]
    while open_names:
        current = open_names.pop()
        if current in needed or current not in theme.files:
            continue
        needed.add(current)
        tree = environment_of(theme).parse(theme.files[current].text)
        if any(each.name == "site" for each in tree.find_all(nodes.Name)):
            return True
        for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            target = getattr(node, "template", None)
            if isinstance(target, nodes.Const) and isinstance(target.value, str):
                open_names.append(target.value)
            else:
                open_names += theme.files
    return False


_UNKNOWN = re.compile(r"No (filter|test) named '(\w+)'")
"""How Jinja says that a template asks for what there is not."""


def _syntax_problem(
    environment: jinja2.Environment, file: TemplateFile, error: jinja2.TemplateSyntaxError
) -> Diagnostic:
    message = (error.message or "the template does not parse").rstrip(".")
    hint = "the rules are those of Jinja: https://jinja.palletsprojects.com/en/stable/templates/"
    span = LineIndex(file.text).content(error.lineno)
    unknown = _UNKNOWN.match(message)
    if unknown is not None:
        near = nearest(unknown[2], environment.filters if unknown[1] == "filter" else environment.tests)
        hint = f"did you mean {near}?" if near else hint
        span = _word(file.text, error.lineno, unknown[2])
    return Diagnostic("template/syntax", message[0].lower() + message[1:], file.path, span, hint=hint)


def _undefined_names(
    files: Mapping[str, TemplateFile],
    trees: Mapping[str, nodes.Template],
    given: frozenset[str],
    fields: Mapping[str, tuple[str, ...]],
) -> list[Diagnostic]:
    """Report variables that nothing sets, and fields that our values do not have."""
    # A template that is included sees what its includer set, so what is set anywhere counts everywhere.
    assigned = {name.name for tree in trees.values() for name in tree.find_all(nodes.Name) if name.ctx != "load"}
    assigned |= {macro.name for tree in trees.values() for macro in tree.find_all(nodes.Macro)}
    assigned |= {name for tree in trees.values() for name in _imported(tree)}
    known = VARIABLES | given | set(jinja2.defaults.DEFAULT_NAMESPACE) | _JINJA_NAMES | assigned
    found: list[Diagnostic] = []
    for name, tree in trees.items():
        file, optional = files[name], _optional(tree)
        for node in tree.find_all(nodes.Name):
            if node.ctx == "load" and node.name not in known and node.name not in optional:
                span = _word(file.text, node.lineno, node.name)
                found.append(_undefined(file, span, f"nothing defines {node.name}", nearest(node.name, sorted(known))))
        for field in tree.find_all(nodes.Getattr):
            owner = field.node.name if isinstance(field.node, nodes.Name) else ""
            if owner not in fields or owner in assigned or f"{owner}.{field.attr}" in optional:
                continue
            if field.attr not in fields[owner]:
                whole = _word(file.text, field.lineno, f"{owner}.{field.attr}")
                span = Span(whole.end - len(field.attr), whole.end)
                guess = nearest(field.attr, fields[owner])
                found.append(_undefined(file, span, f"{owner} has no field {field.attr}", guess))
    return found


def _imported(tree: nodes.Template) -> Iterator[str]:
    for whole in tree.find_all(nodes.Import):
        yield whole.target
    for some in tree.find_all(nodes.FromImport):
        yield from (name if isinstance(name, str) else name[1] for name in some.names)


def _optional(tree: nodes.Template) -> set[str]:
    """Return what a template asks about with `is defined` or gives a default: `name` or `owner.field`."""
    asked = [test.node for test in tree.find_all(nodes.Test) if test.name in ("defined", "undefined")]
    asked += [use.node for use in tree.find_all(nodes.Filter) if use.name in ("d", "default") and use.node]
    names = set()
    for node in asked:
        if isinstance(node, nodes.Name):
            names.add(node.name)
        elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
            names.add(f"{node.node.name}.{node.attr}")
    return names


_NO_TEMPLATE = "put a file of that name into the folder of templates; default/NAME is the packaged one"


def _undefined(file: TemplateFile, span: Span | None, message: str, guess: str | None) -> Diagnostic:
    hint = f"did you mean {guess}?" if guess else "the theme's README lists the names; {% set name = … %} makes one"
    return Diagnostic("template/undefined", message, file.path, span, hint=hint)


def _uses(tree: nodes.Template) -> Iterator[tuple[int, str]]:
    """Yield line and name of each template that a template surely needs."""
    for node in tree.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        target = getattr(node, "template", None)
        optional = isinstance(node, nodes.Include) and node.ignore_missing
        if isinstance(target, nodes.Const) and isinstance(target.value, str) and not optional:
            yield node.lineno, target.value


def _missing_templates(files: Mapping[str, TemplateFile], trees: Mapping[str, nodes.Template]) -> list[Diagnostic]:
    found = []
    for name, tree in trees.items():
        for line, target in _uses(tree):
            if target not in files:
                guess = nearest(target, files)
                found.append(
                    Diagnostic(
                        "template/missing",
                        f"there is no template {target}",
                        files[name].path,
                        _word(files[name].text, line, target),
                        hint=f"did you mean {guess}?" if guess else _NO_TEMPLATE,
                    )
                )
    return found


def _parents(files: Mapping[str, TemplateFile], trees: Mapping[str, nodes.Template]) -> Mapping[str, tuple[int, str]]:
    """Return for each template that extends a certain other one the line where it does, and the other one's name."""
    parents = {
        name: (1, match[1]) for name, file in files.items() if file.packaged and (match := _EXTENDS.search(file.text))
    }
    for name, tree in trees.items():
        for node in tree.find_all(nodes.Extends):
            if isinstance(node.template, nodes.Const):
                parents[name] = (node.lineno, node.template.value)
    return parents


def _unused_blocks(files: Mapping[str, TemplateFile], trees: Mapping[str, nodes.Template]) -> list[Diagnostic]:
    """Report blocks that no template further up has: Jinja drops them without a word."""
    parents = _parents(files, trees)
    called = {
        node.attr
        for tree in trees.values()
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "self"
    }
    found = []
    for name, tree in trees.items():
        known, current, seen = set(called), name, {name}
        while current in parents and (current := parents[current][1]) in files and current not in seen:
            seen.add(current)
            known.update(_BLOCK.findall(files[current].text))
        if len(seen) == 1 or current not in files or next(tree.find_all(nodes.Extends), None) is None:
            continue
        for block in tree.body:
            if isinstance(block, nodes.Block) and block.name not in known:
                span = _word(files[name].text, block.lineno, block.name)
                message = f"no template that this one extends has a block {block.name}"
                guess = nearest(block.name, known)
                hint = f"did you mean {guess}?" if guess else f"there are {', '.join(sorted(known))}"
                found.append(Diagnostic("template/undefined", message, files[name].path, span, hint=hint))
    return found


def _circles(files: Mapping[str, TemplateFile], trees: Mapping[str, nodes.Template]) -> list[Diagnostic]:
    """Report `extends` that leads back to where it started."""
    parents = _parents(files, trees)
    found = []
    for name in trees:
        current, chain = name, {name}
        while current in parents and (current := parents[current][1]) not in chain:
            chain.add(current)
        if current == name and name in parents:
            line, parent = parents[name]
            hint = f'Write {{% extends "default/{name}" %}} to extend the packaged one.' if name == parent else ""
            span = _word(files[name].text, line, parent)
            found.append(Diagnostic("template/circular", f"{name} extends itself", files[name].path, span, hint=hint))
    return found


def _uncompilable(
    environment: jinja2.Environment, files: Mapping[str, TemplateFile], trees: Mapping[str, nodes.Template]
) -> list[Diagnostic]:
    """Report what parses and has no meaning: unknown filters and tests, a block defined twice."""
    found = []
    for name, tree in trees.items():
        try:
            environment.compile(tree, name, files[name].path)
        except jinja2.TemplateSyntaxError as error:
            found.append(_syntax_problem(environment, files[name], error))
    return found


def _word(text: str, line: int, word: str) -> Span:
    """Return the place of `word` at or below `line`, where a statement of several lines begins; else the line."""
    index = LineIndex(text)
    found = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)").search(text, index.start(line))
    return Span(found.start(), found.end()) if found else index.content(line)


def _render_problem(theme: Theme, name: str, error: Exception | SystemExit, context: Mapping[str, Any]) -> Diagnostic:
    file, line = _failing_line(theme, name, error)
    span = LineIndex(file.text).content(line) if line else None
    if isinstance(error, jinja2.UndefinedError):
        message = error.message or "an undefined value is used"
        return _undefined(file, span, message, _guess(message, context))
    if isinstance(error, jinja2.TemplateSyntaxError):
        return _syntax_problem(environment_of(theme), file, error)
    if isinstance(error, jinja2.TemplateNotFound):
        message = f"there is no template {error.message}"
        return Diagnostic("template/missing", message, file.path, span, hint=_NO_TEMPLATE)
    if isinstance(error, RecursionError):
        message = "the template includes or calls itself without end"
        hint = "end it with a condition; default/NAME is the packaged template of the same name"
        return Diagnostic("template/circular", message, file.path, span, hint=hint)
    message, hint = f"{type(error).__name__}: {error}", "mend what the template computes on this line"
    return Diagnostic("template/failed", message, file.path, span, hint=hint, notes=_raised_at(theme, error))


def _raised_at(theme: Theme, error: Exception | SystemExit) -> tuple[str, ...]:
    """Tell which line of the site's own module raised an error, if one did: what it gives may be a function."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    own = last.filename not in theme.texts and not os.path.isabs(last.filename) and not last.filename.startswith("<")
    return (f"it was raised in {last.filename}, line {last.lineno}",) if own else ()


def _failing_line(theme: Theme, name: str, error: Exception | SystemExit) -> tuple[TemplateFile, int]:
    """Return the innermost template in the traceback, which Jinja writes in terms of templates, and its line."""
    by_path = {file.path: file for file in theme.files.values()}
    found, trace = (theme.files[name], 0), error.__traceback__
    while trace is not None:
        file = by_path.get(trace.tb_frame.f_code.co_filename)
        if file is not None:
            found = (file, trace.tb_lineno)
        trace = trace.tb_next
    return found


def _guess(message: str, context: Mapping[str, Any]) -> str | None:
    """Return the name that was probably meant, from Jinja's sentence about an undefined one."""
    quoted = message.split("'")[1::2]
    if message.endswith("is undefined") and quoted:
        return nearest(quoted[0], context)
    if "has no attribute" in message and len(quoted) == 2:
        kinds = {"Page": "page", "Site": "site", "SiteConfig": "settings"}
        owner = kinds.get(quoted[0].removesuffix(" object").rpartition(".")[2], "")
        return nearest(quoted[1], FIELDS.get(owner, ()))
    return None


# -- rendering


def render(theme: Theme, name: str, common: Mapping[str, Any], page: Page | None) -> bytes:
    """Return a page. Raises RenderError for whatever goes wrong in a template."""
    context = dict(common)
    if page is not None:
        context |= {"page": page, "json_ld": json_ld(page, common["settings"])}
    try:
        return environment_of(theme).get_template(name).render(context).encode()
    except FAULTS as error:  # a template is input: whatever it raises is a problem of the template
        raise RenderError(_render_problem(theme, name, error, context)) from error


def json_ld(page: Page, settings: SiteConfig) -> Markup:
    """Return a post's description for search engines (schema.org BlogPosting), safe inside `<script>`."""
    value: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": page.title,
        "inLanguage": page.language,
        "mainEntityOfPage": page.absolute_url,
        "url": page.absolute_url,
    }
    if page.date:
        value["datePublished"] = iso_date(page.date)
        value["dateModified"] = iso_date(page.updated or page.date)
    if page.image:
        value["image"] = page.image
    if page.authors:
        start = page.absolute_url.removesuffix(page.url)
        value["author"] = [
            {"@type": "Person", "name": author.name, "url": start + author.url} for author in page.authors
        ]
    elif settings.author:
        value["author"] = {"@type": "Person", "name": settings.author, "url": settings.base_url}
    if page.description:
        value["description"] = page.description
    if page.tags:
        value["keywords"] = [tag.name for tag in page.tags]
    return htmlsafe_json_dumps(value, dumps=_dumps)


def _dumps(value: Any, **options: Any) -> str:
    return msgspec.json.encode(value).decode()
