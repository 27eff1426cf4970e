"""What the preview remembers never shows: after any edits it serves what a first build of the same files makes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sitegen.serve.builder import Builder
from tests.serve.asking import LocalPreview, without_policy
from tests.site.projects import SETTINGS, Project, files_of, png

SITE = r"""
-- content/posts/one/index.md --
---
title: One
date: 2020-01-01
---

A formula $x^2$ and ![a square](square.png), see [two](../two.md#part).

-- content/posts/two.md --
---
title: Two
---

## Part

$$ \begin{equation} a = b \label{eq:two} \end{equation} $$

-- content/posts/three.md --
See $\eqref{eq:two}$ and [one](/one/).
"""


@pytest.fixture
def preview(tmp_path: Path) -> LocalPreview:
    project = Project(tmp_path, SITE)
    project.put("content/posts/one/square.png", png(4, 4))
    return LocalPreview(project)


def fresh(project: Project) -> dict[str, bytes]:
    """Return what a first build of a project as it is now makes, drafts included."""
    project.build(drafts=True)
    built = without_policy(project.dist())
    built.pop(".sitegen-manifest.json")
    return {path: b"" if path.endswith(".woff2") else data for path, data in built.items()}


def test_nothing_is_written_but_the_cache(preview: LocalPreview) -> None:
    preview.served()
    preview.edit("-- content/posts/two.md --\nOther words.\n")
    preview.served()
    names = {path.name for path in preview.project.root.iterdir()}
    assert names == {"sitegen.toml", "content", ".sitegen"}


def test_only_what_changed_is_compiled(preview: LocalPreview) -> None:
    assert preview.snapshot.compiled == 3
    assert preview.edit("-- content/posts/two.md --\nOther words.\n").compiled == 1
    assert preview.edit("-- content/posts/four.md --\nMore words.\n").compiled == 1
    assert preview.edit("-- templates/home.html --\n{% extends 'default/home.html' %}\n").compiled == 0


def test_a_file_saved_as_it_was_changes_nothing(preview: LocalPreview) -> None:
    before = preview.snapshot
    file = preview.project.root / "content" / "posts" / "two.md"
    file.write_bytes(file.read_bytes())
    assert preview.rebuild("content/posts/two.md") is before


EDITS = {
    "text": "-- content/posts/one/index.md --\nOther words, [two](../two.md#part) and $\\eqref{eq:two}$.\n",
    "a heading that others link to": "-- content/posts/two.md --\n## Other part\n",
    "an equation that others refer to": "-- content/posts/two.md --\n$$ \\begin{equation} c \\label{eq:new}"
    " \\end{equation} $$\n",
    "its place": "-- content/posts/two.md --\n---\npath: /elsewhere/\n---\n\n## Part\n",
    "front matter": "-- content/posts/one/index.md --\n---\ntitle: New\ndate: 2024-05-05\ntags: [a]\n---\n\nText.\n",
    "a colour": "-- content/posts/two.md --\n$\\color{orange}{x}$\n",
    "a new post": "-- content/posts/deep/er/new.md --\n[one](/one/)\n",
    "a template": '-- templates/post.html --\n{% extends "default/post.html" %}{% block content %}None{% endblock %}\n',
    "a style": "-- templates/styles/own.css --\nmain { color: red }\n",
    "a static file": "-- static/robots.txt --\nUser-agent: *\n",
    "a macro": f"-- sitegen.toml --\n{SETTINGS}[math.macros]\nRR = 'x'\n",
    "the base path": "-- sitegen.toml --\n" + SETTINGS.replace("org/", "org/repo/"),
}


@pytest.mark.parametrize("what", EDITS)
def test_after_an_edit_all_is_as_built_anew(preview: LocalPreview, what: str) -> None:
    preview.edit(EDITS[what])
    assert preview.served() == fresh(preview.project)


def test_an_image_changes_its_size(preview: LocalPreview) -> None:
    preview.project.put("content/posts/one/square.png", png(9, 7))
    preview.rebuild("content/posts/one/square.png")
    assert b'width="9" height="7"' in preview.served()["one/index.html"]
    assert preview.served() == fresh(preview.project)
    assert preview.ask("/one/").notice.versions == {"/one/square.png": 2}


def test_posts_and_folders_come_and_go(preview: LocalPreview) -> None:
    project = preview.project
    (project.root / "content/posts/two.md").rename(project.root / "content/posts/renamed.md")
    preview.rebuild("content/posts/two.md", "content/posts/renamed.md")
    assert preview.served() == fresh(project)
    (project.root / "content/posts/one").rename(project.root / "content/posts/uno")
    preview.rebuild("content/posts/one", "content/posts/uno")
    assert preview.ask("/uno/").status == 200
    assert preview.served() == fresh(project)
    for file in (project.root / "content/posts/uno").iterdir():
        file.unlink()
    (project.root / "content/posts/uno").rmdir()
    preview.rebuild("content/posts/uno")
    assert preview.ask("/uno/").status == 404
    assert preview.served() == fresh(project)


def test_a_post_behind_a_symbolic_link(preview: LocalPreview) -> None:
    """It changes when its target does, whose path is another."""
    project = preview.project
    project.put("content/notes/real.md", b"First words.\n")
    (project.root / "content/posts/link.md").symlink_to("../notes/real.md")
    preview.rebuild("content/posts/link.md")
    assert "First words." in preview.ask("/link/").text
    preview.edit("-- content/notes/real.md --\nOther words.\n")
    assert "Other words." in preview.ask("/link/").text


def test_files_that_settings_name_are_read_again(preview: LocalPreview) -> None:
    settings = (
        f"-- sitegen.toml --\n{SETTINGS}[math]\nmacros_files = ['tex/m.tex']\n[extension]\nmodule = 'py/own.py'\n"
    )
    preview.edit(
        f"{settings}-- tex/m.tex --\n\\newcommand{{\\RR}}{{R}}\n-- py/own.py --\nNAME = 'one'\n"
        "def template_globals(site):\n    return {'name': NAME}\n"
        "-- templates/base.html --\n{% extends 'default/base.html' %}{% block footer %}{{ name }}{% endblock %}\n"
        "-- content/posts/two.md --\n$\\RR$\n"
    )
    assert "<mi>R</mi>" in preview.ask("/two/").text
    preview.edit("-- tex/m.tex --\n\\newcommand{\\RR}{Q}\n")
    assert "<mi>Q</mi>" in preview.ask("/two/").text
    preview.edit("-- py/own.py --\ndef template_globals(site):\n    return {'name': 'another'}\n")
    assert "another" in preview.ask("/two/").text
    assert preview.served() == fresh(preview.project)


WORDS = (
    "stone",
    "$x^2$",
    "[two](/two/)",
    "\\frac{1}{2}",
    "![sq](square.png)",
    "$\\eqref{eq:two}$",
    "## Part",
    "$$\ny\n$$",
)


@pytest.mark.parametrize("seed", range(6))
def test_after_any_edits_all_is_as_built_anew(tmp_path: Path, seed: int) -> None:
    """Random edits, several at once, some of which break the site and are repaired in the end."""
    chance = random.Random(seed)
    project = Project(tmp_path, SITE)
    project.put("content/posts/one/square.png", png(4, 4))
    preview = LocalPreview(project)
    posts = ["content/posts/one/index.md", "content/posts/two.md", "content/posts/three.md", "content/posts/x/y.md"]
    others = ["sitegen.toml", "templates/home.html", "static/a.txt", "content/posts/one/square.png"]
    for _ in range(12):
        changed = set()
        for _ in range(chance.randint(1, 3)):
            path = chance.choice([*posts, *others])
            changed.add(path)
            if path.endswith(".png"):
                project.put(path, png(chance.randint(1, 9), 3))
            elif path.endswith(".toml"):
                project.put(path, (SETTINGS if chance.random() < 0.7 else "[site\n").encode())
            elif path.endswith(".html"):
                project.put(path, chance.choice((b"{% extends 'default/home.html' %}", b"{% if %}", b"{{ nothing }}")))
            elif path.endswith(".txt"):
                project.put(path, bytes(str(chance.random()), "ascii"))
            elif chance.random() < 0.2 and (project.root / path).exists():
                project.remove(path)
            else:
                head = chance.choice(("", "---\ntitle: T\n---\n\n", "---\ntitle: [\n---\n\n"))
                body = "\n\n".join(chance.choices(WORDS, k=chance.randint(0, 6)))
                project.put(path, f"{head}{body}\n".encode())
        preview.rebuild(*changed)
    project.write("-- sitegen.toml --\n" + SETTINGS)
    project.write("-- templates/home.html --\n{% extends 'default/home.html' %}\n")
    project.write(SITE + f"\n-- {posts[3]} --\nWords.\n")
    preview.rebuild("sitegen.toml", "templates/home.html", posts[3], *files_of(SITE))
    assert preview.snapshot.blocking == ()
    assert preview.served() == fresh(project)


# --- what is wrong -----------------------------------------------------------------------------------------------


def test_a_bad_formula_shows_on_its_page(preview: LocalPreview) -> None:
    preview.edit("-- content/posts/two.md --\nText $\\convol{x}$ and more.\n")
    answer = preview.ask("/two/")
    assert answer.status == 200
    assert "math-error" in answer.text
    assert answer.notice.blocking == ""
    problems = answer.notice.problems
    assert "error[math/unknown-command]" in problems
    assert "content/posts/two.md:1:7" in problems
    assert "^^^^^^^" in problems
    assert preview.ask("/").notice.problems == ""
    assert preview.ask("/one/").notice.problems == preview.snapshot.printed(
        preview.snapshot.problems("content/posts/one/index.md")
    )


def test_a_post_that_cannot_be_compiled_keeps_its_page(preview: LocalPreview) -> None:
    before = preview.ask("/two/").page
    preview.edit("-- content/posts/two.md --\n---\ntitle: [\n---\n\nText.\n")
    answer = preview.ask("/two/")
    assert (answer.status, answer.page) == (200, before)
    assert "content/posts/two.md:2" in answer.notice.blocking
    assert "^" in answer.notice.blocking
    preview.edit("-- content/posts/two.md --\nText.\n")
    answer = preview.ask("/two/")
    assert answer.notice.blocking == ""
    assert "Text." in answer.text


def test_a_post_that_never_could_be_compiled_has_no_page(preview: LocalPreview) -> None:
    preview.edit("-- content/posts/bad.md --\n---\ntitle: [\n---\n")
    answer = preview.ask("/bad/")
    assert answer.status == 404
    assert "content/posts/bad.md" in answer.notice.blocking
    preview.project.remove("content/posts/bad.md")
    preview.rebuild("content/posts/bad.md")
    assert preview.ask("/bad/").notice.blocking == ""


BROKEN = {
    "settings": ("-- sitegen.toml --\n[site]\ntitle = \n", "sitegen.toml:2:8"),
    "a setting": ("-- sitegen.toml --\n[site]\nlanguage = 'x y'\n", "sitegen.toml:2"),
    "a template": ("-- templates/post.html --\n{% if %}\n", "templates/post.html:1"),
    "an undefined name": ("-- templates/home.html --\n{{ sitte.title }}\n", "did you mean site?"),
    "a failing expression": ("-- templates/404.html --\n{{ 1 / 0 }}\n", "templates/404.html:1"),
    "two pages at one address": ("-- content/posts/One/index.md --\nText.\n", "site/path-collision"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_site_keeps_its_last_good_pages(preview: LocalPreview, what: str) -> None:
    text, printed = BROKEN[what]
    before = preview.served()
    preview.edit(text)
    answer = preview.ask("/one/")
    assert answer.status == 200
    assert printed in answer.notice.blocking
    assert preview.served() == before
    # Repaired, with an edit of the meantime.
    preview.project.write("-- content/posts/two.md --\nMeanwhile.\n")
    preview.rebuild("content/posts/two.md")
    assert preview.ask("/two/").page == before["two/index.html"]
    (path,) = files_of(text)
    if path == "sitegen.toml":
        preview.project.write("-- sitegen.toml --\n" + SETTINGS)
    else:
        preview.project.remove(path)
    preview.rebuild(path)
    answer = preview.ask("/two/")
    assert answer.notice.blocking == ""
    assert "Meanwhile." in answer.text
    assert preview.served() == fresh(preview.project)


def test_posts_that_are_moved_away_keep_their_pages_till_they_are_back(preview: LocalPreview) -> None:
    before = preview.served()
    content, away = preview.project.root / "content", preview.project.root / "away"
    content.rename(away)
    preview.rebuild("content", "away")
    answer = preview.ask("/one/")
    assert answer.status == 200
    assert "there is no folder content/posts" in answer.notice.blocking
    assert preview.served() == {**before, "one/square.png": b"Removed.\n"}
    away.rename(content)
    preview.rebuild("content", "away")
    assert preview.ask("/one/").notice.blocking == ""
    assert preview.served() == before


def test_a_site_that_is_broken_from_the_start(tmp_path: Path) -> None:
    project = Project(tmp_path, SITE)
    project.write("-- sitegen.toml --\n[site]\ntitle = <b>\n")
    preview = LocalPreview(project)
    answer = preview.ask("/one/")
    assert answer.status == 500
    assert "sitegen.toml:2:9" in answer.text
    assert "&lt;b&gt;" in answer.text
    assert "<b>" not in answer.text
    preview.edit('-- sitegen.toml --\n[site]\ntitle = "Notes"\nbase_url = "https://example.org/"\n')
    assert preview.ask("/one/").status == 200


def test_a_page_whose_template_fails_for_it_alone(preview: LocalPreview) -> None:
    preview.ask("/three/")
    preview.edit(
        '-- templates/post.html --\n{% extends "default/post.html" %}\n'
        "{% block after_content %}{% if page.title == 'three' %}{{ 1 / 0 }}{% endif %}{% endblock %}\n"
    )
    assert preview.ask("/one/").status == 200
    answer = preview.ask("/three/")
    assert answer.status == 500
    assert 'href="/two/#' in answer.text  # its last good page
    assert "templates/post.html:2" in answer.notice.blocking
    assert preview.told == ["template/failed three/index.html"]


def test_flaws_of_pages_that_are_seen(preview: LocalPreview) -> None:
    preview.edit(
        '-- templates/post.html --\n{% extends "default/post.html" %}\n'
        "{% block after_content %}<p id=main>Twice</p><a href='/nowhere/'>x</a>{% endblock %}\n"
    )
    preview.ask("/two/")
    assert preview.told == ["page/duplicate-id two/index.html", "page/missing-target two/index.html"]


def test_a_page_that_is_as_it_was_is_not_reviewed_again(preview: LocalPreview) -> None:
    template = (
        '-- templates/post.html --\n{% extends "default/post.html" %}\n{% block after_content %}TEXT{% endblock %}\n'
    )
    preview.edit(template.replace("TEXT", "<a href='/four/'>x</a>"))
    preview.ask("/two/")
    preview.edit("-- content/posts/three.md --\nOther words, and $\\eqref{eq:two}$.\n")
    preview.ask("/two/")
    assert preview.told == ["page/missing-target two/index.html"]
    # The address leads somewhere, then nowhere again, and the page is the same all the time.
    preview.edit("-- static/four/index.html --\nWords.\n")
    preview.ask("/two/")
    preview.project.remove("static/four/index.html")
    preview.rebuild("static/four/index.html")
    preview.ask("/two/")
    assert preview.told == ["page/missing-target two/index.html"] * 2
    # It cannot be made, twice.
    for _ in range(2):
        preview.edit(template.replace("TEXT", "{% if page.title == 'Two' %}{{ 1 / 0 }}{% endif %}"))
        preview.ask("/two/")
        preview.edit(template.replace("TEXT", "<a href='/four/'>x</a>"))
        preview.ask("/two/")
    failed_and_good = ["template/failed two/index.html", "page/missing-target two/index.html"]
    assert preview.told == ["page/missing-target two/index.html"] * 2 + failed_and_good * 2


def test_an_option_of_the_command_line_is_named(tmp_path: Path) -> None:
    builder = Builder(Project(tmp_path, SITE).root, base_url="example.org")
    snapshot = builder.build()
    assert "--base-url example.org" in snapshot.printed(snapshot.blocking)


def test_the_newest_post(tmp_path: Path) -> None:
    import os

    project = Project(tmp_path, SITE)
    for seconds, path in enumerate(("content/posts/three.md", "content/posts/one/index.md", "content/posts/two.md")):
        os.utime(project.root / path, (1_000_000 + seconds, 1_000_000 + seconds))
    assert LocalPreview(project).snapshot.newest == "two/index.html"
