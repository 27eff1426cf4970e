"""A site's own module: what it gives to templates, the files that it makes, and what goes wrong in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.site.projects import Project, codes

SITE = """
-- sitegen.toml --
[site]
title = "Notes"
base_url = "https://example.org/"
[extension]
module = "extension.py"
-- extension.py --
import json

def template_globals(site):
    return {"count": len(site.posts), "shout": str.upper}

def outputs(site):
    return {"data/posts.json": json.dumps([page.title for page in site.posts]), "raw.bin": b"\\0"}
-- templates/base.html --
{% extends "default/base.html" %}
{% block footer %}<p>{{ count }} {{ shout("posts") }}</p>{% endblock %}
-- content/posts/one.md --
# One
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project", SITE)


def test_templates_use_what_the_module_gives(project: Project) -> None:
    assert codes(project.build()) == []
    assert "<p>1 POSTS</p>" in project.page("/one/")
    project.write("-- content/posts/two.md --\n# Two\n")
    project.build()
    assert "<p>2 POSTS</p>" in project.page("/one/"), "a page is made anew when what it is given may have changed"
    assert project.build().stats.written == 0


@pytest.mark.parametrize("value", ["text", "lambda: text", "{1: [text]}", "site.pages[:1] and text"])
def test_a_page_follows_what_the_module_takes_from_elsewhere(project: Project, value: str) -> None:
    module = f"""
from pathlib import Path

def template_globals(site):
    text = Path(__file__).with_name("data.txt").read_text()
    return {{"given": {value}}}
"""
    shown = "given()" if "lambda" in value else "given"
    project.put("extension.py", module.encode())
    project.put(
        "templates/base.html",
        f'{{% extends "default/base.html" %}}{{% block footer %}}{{{{ {shown} }}}}{{% endblock %}}'.encode(),
    )
    project.put("data.txt", b"first")
    assert codes(project.build()) == []
    assert "first" in project.page("/one/")
    project.put("data.txt", b"other")
    project.build()
    assert "other" in project.page("/one/")
    assert project.build().stats.written == 0


def test_a_function_that_raises_is_told_with_its_line(project: Project) -> None:
    project.put(
        "extension.py",
        b"def template_globals(site):\n    return {'count': 1, 'shout': shout}\ndef shout(x):\n    return 1 / 0\n",
    )
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.path) == ("template/failed", "templates/base.html")
    assert problem.notes == ("it was raised in extension.py, line 4",)


def test_the_module_makes_files(project: Project) -> None:
    project.build()
    assert json.loads((project.root / "dist/data/posts.json").read_text()) == ["One"]
    assert (project.root / "dist/raw.bin").read_bytes() == b"\0"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("def outputs(site):\n    return 1 / 0\n", "return 1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(0)\n", "sys.exit(0)", "SystemExit: 0"),
        (
            "def template_globals(site):\n    return {3: 4}\n",
            "",
            "no template can use 3, which template_globals gives",
        ),
        ("def outputs(site:\n", "def outputs(site:", "SyntaxError: '(' was never closed"),
        ("def outputs(site):\n    return 1\n", "", "outputs returns int, not a mapping"),
        ("def outputs(site):\n    return {'../a': ''}\n", "", "'../a' is not the path of a file"),
        ("def outputs(site):\n    return {'a\\0': ''}\n", "", "'a\\x00' is not the path of a file"),
        ("def outputs(site):\n    return {'a': 1}\n", "", "the content of a is int, not text or bytes"),
        ("def outputs(site):\n    pass\n", "", "outputs returns NoneType, not a mapping"),
        ("def outputs():\n    pass\n", "", "TypeError: outputs() takes 0 positional arguments but 1 was given"),
        ("NAME = 1\n", "", "extension.py has no function that sitegen calls"),
        ("def output(site):\n    return {}\n", "output", "sitegen calls no function output"),
    ],
)
def test_what_goes_wrong_has_a_place(project: Project, text: str, line: str, message: str) -> None:
    (project.root / "templates/base.html").unlink()
    (project.root / "extension.py").write_text(text)
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.path, problem.message) == ("extension/failed", "extension.py", message)
    assert (text[problem.span.start : problem.span.end] if problem.span else "") == line


def test_a_module_that_is_not_there(project: Project) -> None:
    (project.root / "extension.py").unlink()
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.path) == ("extension/failed", "sitegen.toml")
    assert problem.span is not None


MARKDOWN = """
def markdown(md):
    md.inline.ruler.before("link", "key", key)
    md.add_render_rule("key", lambda self, tokens, idx, options, env: f"<kbd>{tokens[idx].content}</kbd>")
    md.disable("strikethrough")


def key(state, silent):
    end = state.src.find(">>", state.pos)
    if not state.src.startswith("<<", state.pos) or end < 0:
        return False
    if not silent:
        state.push("key", "", 0).content = state.src[state.pos + 2 : end]
    state.pos = end + 2
    return True
"""


def test_the_module_adds_to_the_parser(project: Project) -> None:
    project.put("extension.py", MARKDOWN.encode())
    project.put("content/posts/two.md", b"# Two\n\nPress <<Esc>> and ~~not~~ $x$.\n")
    project.put("templates/base.html", b'{% extends "default/base.html" %}')
    result = project.build()
    assert codes(result) == []
    page = project.page("/two/")
    assert "Press <kbd>Esc</kbd> and ~~not~~ " in page
    assert project.build().stats.compiled == 0
    project.put("extension.py", MARKDOWN.replace("kbd", "samp").encode())
    project.build()
    assert "Press <samp>Esc</samp>" in project.page("/two/")


def test_what_it_adds_is_text_where_there_is_text_only(project: Project) -> None:
    project.put("extension.py", MARKDOWN.encode())
    project.put("templates/base.html", b'{% extends "default/base.html" %}')
    project.put("content/posts/two.md", b"# Press <<Esc>>\n\nThen <<a & b>>.\n\n## Or <<Tab>>\n\n[](#or-tab)\n")
    assert codes(project.build()) == []
    page = project.page("/two/")
    assert "<title>Press Esc – Notes</title>" in page
    assert '<meta name="description" content="Then a &amp; b.' in page
    assert '<h2 id="or-tab">Or <kbd>Tab</kbd>' in page
    assert '<a href="#or-tab">Or Tab</a>' in page
    pushed = 'state.push("key", "", 0).content = state.src[state.pos + 2 : end]'
    module = MARKDOWN.replace(pushed, 'state.push("key", "", 0).meta["plain"] = ""')
    project.put("extension.py", module.encode())
    project.put("content/posts/two.md", b"# Press <<Esc>>\n")
    assert codes(project.build()) == []
    assert "<title>Press – Notes</title>" in project.page("/two/")


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("def markdown(md):\n    md.disable('no such rule')\n", 2),
        (MARKDOWN.replace('state.src.find(">>", state.pos)', "1 // 0"), 9),
        ("def markdown(md):\n    raise SystemExit\n", 2),
    ],
)
def test_a_rule_that_raises_is_reported_once_at_its_line(project: Project, module: str, line: int) -> None:
    project.put("extension.py", module.encode())
    project.put("templates/base.html", b'{% extends "default/base.html" %}')
    project.put("content/posts/two.md", b"# Two\n\na <b\n")
    project.put("content/posts/one.md", b"# One\n\na <b\n")
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.path) == ("extension/failed", "extension.py")
    assert problem.span is not None
    assert module[: problem.span.start].count("\n") + 1 == line
