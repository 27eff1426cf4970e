from __future__ import annotations

import contextlib
import os
import shlex
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.config import COMMAND_LINE, SECTIONS, BuildConfig, Config, command_line, load_config
from sitegen.config.places import find_places
from sitegen.console import Texts, render_text
from sitegen.text import Span
from tests.front.fixtures import Case, check, parametrize


@contextlib.contextmanager
def project(text: str | bytes | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "content" / "posts").mkdir(parents=True)
        for extra in ("site/content/posts", "assets", "content/static", "static"):
            (root / extra).mkdir(parents=True)
        if text is not None:
            (root / "sitegen.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        yield root


def loaded(text: str, **options: Any) -> Config:
    with project(text) as root:
        config, diagnostics = load_config(root, **options)
    assert config is not None, diagnostics
    return config


def show(text: str) -> str:
    """Return the settings that differ from the defaults, and what is printed."""
    text = text.replace("␍", "\r")
    options: dict[str, Any] = {}
    if text.startswith("$"):
        line, _, text = text.partition("\n")
        words = [word.replace("␠", " ") for word in shlex.split(line[1:])]
        options = {name[2:].replace("-", "_"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    with project(text) as root:
        config, diagnostics = load_config(root, **options)
        given = command_line(options.get("base_url"), options.get("output"))
        assert all(diagnostic.hint for diagnostic in diagnostics), "every problem says what to do"
        printed = render_text(diagnostics, Texts({"sitegen.toml": text, COMMAND_LINE: given}))
    lines = ["refused"] if config is None else []
    if config is not None:
        usual = msgspec.to_builtins(loaded(""), enc_hook=str)
        for name, section in msgspec.to_builtins(config, enc_hook=str).items():
            if name in SECTIONS:
                lines += [f"{name}.{key} = {value}" for key, value in section.items() if value != usual[name][key]]
    return "".join(line + "\n" for line in lines) + (f"\n{printed}".rstrip("\n") + "\n" if printed else "")


@parametrize("config.txt")
def test_settings(case: Case) -> None:
    check(case, show)


def test_a_missing_file_is_named_with_its_folder() -> None:
    with project(None) as root:
        config, (problem,) = load_config(root)
        assert config is None
        assert (problem.code, problem.span) == ("config/missing-file", None)
        assert str(root) in problem.message


def test_a_folder_in_place_of_the_file() -> None:
    with project(None) as root:
        (root / "sitegen.toml").mkdir()
        assert [problem.code for problem in load_config(root)[1]] == ["config/unreadable"]


def test_text_that_is_not_utf8_is_located() -> None:
    with project(b"\xef\xbb\xbf[site]\ntitle = 'K\xc3\xa4\xe4'\n") as root:
        (problem,) = load_config(root)[1]
    assert problem.code == "config/unreadable"
    assert problem.span == Span(18, 19)


def test_a_byte_order_mark_is_no_text() -> None:
    assert loaded("\ufeff[site]\ntitle = 'Marked'\n").site.title == "Marked"


def test_deep_nesting_is_a_diagnostic() -> None:
    with project("a = " + "[" * 100_000) as root:
        assert [problem.code for problem in load_config(root)[1]] == ["config/syntax"]


def test_an_output_folder_of_the_command_line_may_lie_elsewhere(tmp_path: Path) -> None:
    assert loaded("", output=str(tmp_path / "out")).build.output == (tmp_path / "out").as_posix()


def test_an_output_folder_of_the_command_line_inside_the_project_becomes_relative() -> None:
    with project("") as root:
        config, _ = load_config(root, output=str(root / "public"))
    assert config is not None
    assert config.build == msgspec.structs.replace(BuildConfig(), output="public")


def test_drafts_and_root() -> None:
    with project("") as root:
        config, _ = load_config(Path(os.path.relpath(root)), drafts=True)
    assert config is not None
    assert config.drafts
    assert config.root.is_absolute()
    assert (config.root / "content").resolve() == root / "content"


# --- where keys and values stand -----------------------------------------------------------------------------------

DOCUMENT = '''# a comment with = and [brackets]
dotted.key . "with space" = 1 # after it
[table."quoted.name"]
literal = 'a # \\ b'
basic = "a \\" ] } , b"
lines = """
a "quoted" line\\
  b"""""
literals = \'\'\'a''b\'\'\'
list = [ 1, [2, "]"], # two
  { inline = true, nested = { x = [] } },
]
date = 1979-05-27 07:32:00   # with a space
[[many]]
n = 1
[many.sub]
m = 1.5
[[many]]
n = 2
[[many.deep]]
d = {}
'''


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield every key and list item of parsed TOML."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key), item
        yield from leaves(item, (*path, key))


def assert_places_fit(text: str) -> None:
    places = find_places(text)
    found = dict(leaves(tomllib.loads(text)))
    assert set(places) == set(found)
    for path, value in found.items():
        place = places[path]
        key = text[place.key.start : place.key.end]
        if isinstance(path[-1], str):
            assert list(tomllib.loads(f"{key} = 0")) == [path[-1]]
        if place.value != place.key:
            assert tomllib.loads(f"x = {text[place.value.start : place.value.end]}")["x"] == value


def test_places_of_every_construct() -> None:
    assert_places_fit(DOCUMENT)


def test_places_with_crlf() -> None:
    assert_places_fit(DOCUMENT.replace("\n", "\r\n"))


KEYS = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", '"h\\"i"', "1"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8)
SCALARS = (
    st.integers(-99, 99).map(str)
    | st.sampled_from(["true", "1.5", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", '"""a"b"""', "'''c'd'''"])
    | TEXTS.map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')
    | TEXTS.filter(lambda text: "'" not in text).map("'{}'".format)
)
VALUES = st.recursive(
    SCALARS,
    lambda values: (
        st.lists(values, max_size=3).map(lambda items: "[ " + " , # x\n".join(items) + "\n]")
        | st.dictionaries(KEYS, values, max_size=2).map(
            lambda items: "{" + ", ".join(f"{key} = {value}" for key, value in items.items()) + "}"
        )
    ),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, VALUES, max_size=4), st.dictionaries(KEYS, VALUES, max_size=4))
def test_places_of_any_document(top: dict[str, str], table: dict[str, str]) -> None:
    lines = [f"{key} = {value}" for key, value in top.items()]
    lines += ["[t]", *(f"{key}={value}" for key, value in table.items())]
    assert_places_fit("\n".join(lines))


@given(st.text() | st.text(alphabet="[]=\"'.#\n\\ab1{},"))
def test_any_text_gives_settings_or_located_errors(text: str) -> None:
    with project(text.encode("utf-8", "replace")) as root:
        config, diagnostics = load_config(root)
    assert (config is None) == bool(diagnostics)
    for diagnostic in diagnostics:
        assert diagnostic.hint
        assert diagnostic.span is None or 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "https://example.org/a/b", "https://[::1]:8000/", "https://münchen.de/"]
)
def test_base_urls_get_their_final_slash(url: str) -> None:
    assert loaded("", base_url=url).site.base_url == url.rstrip("/") + "/"
