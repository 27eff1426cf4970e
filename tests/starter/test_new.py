"""Drafts: in the layout of the posts that are there, with a name that any system can keep."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sitegen.diagnostics import Diagnostic
from sitegen.drafts import Draft, Layout, layout_of, new_page, new_post, slug_of
from sitegen.model import Source
from tests.site.projects import Project
from tests.support.sites import run_sitegen

MOMENT = dt.datetime(2024, 3, 5, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))


def sources(*posts: tuple[str, str]) -> list[Source]:
    return [Source(f"content/posts/{path}", text, "") for path, text in posts]


YAML = "---\ntitle: T\ndate: 2020-01-02\n---\n"


@pytest.mark.parametrize(
    ("posts", "layout"),
    [
        ([], Layout()),
        ([("a.md", YAML), ("b.md", YAML), ("c/index.md", YAML)], Layout(folders=False)),
        ([("a/index.md", YAML)], Layout()),
        ([("2020-01-02-a.md", YAML)], Layout(folders=False, dated=True)),
        ([("2020-01-02-a.md", "---\ntitle: T\n---\n")], Layout(folders=False, dated=True, date_key=False)),
        ([("2020/01/a/index.md", YAML)], Layout(parents=("%Y", "%m"))),
        ([("2020/a.md", YAML)], Layout(folders=False, parents=("%Y",))),
        ([("maths/a.md", YAML)], Layout(folders=False)),
        ([("index.md", YAML)], Layout(folders=False)),
        ([("a.md", "---\ndate: 2020-01-02T10:00:00Z\ntags: [x]\n---\n")], Layout(folders=False, time=True, tags=True)),
        ([("a.md", "---\ndate: 2020-01-02\nauthor: Ada\n---\n")] * 2, Layout(folders=False, author=("author", "Ada"))),
        (
            [
                ("a.md", "---\ndate: 2020-01-02\nauthor: Ada\n---\n"),
                ("b.md", "---\ndate: 2020-01-02\nauthor: B\n---\n"),
            ],
            Layout(folders=False),
        ),
    ],
)
def test_layouts(posts: list[tuple[str, str]], layout: Layout) -> None:
    assert layout_of(sources(*posts), "content/posts") == layout


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Kernels and their mirrors", "kernels-and-their-mirrors"),
        ("  What's new?  ", "whats-new"),
        ("Über x²", "über-x2"),
        ("卷积 与 核", "卷积-与-核"),
        ("A\u0308rger", "ärger"),
        ("e-mail -- at last", "e-mail-at-last"),
        ("snake_case", "snake-case"),
        ("???", ""),
        ("CON", "con-post"),
        ("Aux", "aux-post"),
        ("word " * 30, "-".join(["word"] * 12)),
        ("長" * 100, "長" * 60),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slug_of(title) == slug
    assert len(f"2024-01-02-{slug}.md".encode()) <= 255


def post(project: Project, title: str) -> Draft:
    made = new_post(title, project.config(), MOMENT)
    assert isinstance(made, Draft), made
    return made


def test_a_draft_of_a_site_without_posts(tmp_path: Path) -> None:
    made = post(Project(tmp_path), "Kernels")
    assert made.path == "content/posts/kernels/index.md"
    assert made.text == "---\ntitle: Kernels\ndate: 2024-03-05\ndraft: true\n---\n\n"


@pytest.mark.parametrize(
    ("title", "name"),
    [(r"The limit $\frac{1}{2}$", "the-limit-1-2"), ("Mallows $C_p$", "mallows-cp"), ("Kosten: $5", "kosten-5")],
)
def test_formulas_in_titles(tmp_path: Path, title: str, name: str) -> None:
    assert post(Project(tmp_path), title).path == f"content/posts/{name}/index.md"


TITLES = [
    "Plain",
    "a: b",
    "# no",
    "it's",
    "'quoted'",
    '"double"',
    "yes",
    "- x",
    r"$\chi$",
    "[a]",
    "1e3",
    "x #y",
    "卷积",
]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("fence", ["---", "+++"])
def test_titles_are_read_as_they_were_given(tmp_path: Path, title: str, fence: str) -> None:
    project = Project(tmp_path)
    if fence == "+++":
        project.put("content/posts/old/index.md", b"+++\ntitle = 'Old'\n+++\n")
    made = post(project, title)
    assert made.text.startswith(fence)
    if fence == "+++":
        import tomllib

        assert tomllib.loads(made.text.replace("+++", "")) == {
            "title": title,
            "date": dt.date(2024, 3, 5),
            "draft": True,
        }
    else:
        import yaml

        head = yaml.safe_load(made.text.split("---")[1] if "---" not in title else made.text)
        assert head == {"title": title, "date": dt.date(2024, 3, 5), "draft": True}


def test_the_site_s_own_layout(tmp_path: Path) -> None:
    project = Project(tmp_path)
    head = b"---\ntitle: Old\ndate: 2020-01-02T10:00:00Z\nauthor: Ada\ntags: [x]\n---\n"
    project.put("content/posts/2020/2020-01-02-old.md", head)
    made = post(project, "A title")
    assert made.path == "content/posts/2024/2024-03-05-a-title.md"
    assert made.text == (
        "---\ntitle: A title\ndate: 2024-03-05T14:30:00+02:00\nauthor: Ada\ntags: []\ndraft: true\n---\n\n"
    )


def test_several_authors_and_toml(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.put("content/posts/old.md", b"+++\ntitle = 'Old'\ndate = 2020-01-02\nauthors = [\"Ada\"]\n+++\n")
    made = post(project, "It's $x$")
    assert made.text == ('+++\ntitle = "It\'s $x$"\ndate = 2024-03-05\nauthors = ["Ada"]\ndraft = true\n+++\n\n')


@pytest.mark.parametrize(
    ("zone", "hours", "day"),
    [("UTC", 14, "2024-03-05"), ("UTC", -11, "2024-03-05"), ("Pacific/Auckland", 0, "2024-03-06")],
)
def test_a_new_post_is_not_one_of_the_future(tmp_path: Path, zone: str, hours: int, day: str) -> None:
    project = Project(tmp_path)
    project.write(f'-- sitegen.toml --\n[site]\ntimezone = "{zone}"\n')
    moment = dt.datetime(2024, 3, 5, 15, tzinfo=dt.UTC).astimezone(dt.timezone(dt.timedelta(hours=hours)))
    made = new_post("A", project.config(), moment)
    assert isinstance(made, Draft)
    assert f"date: {day}\n" in made.text


@pytest.mark.parametrize(
    "other",
    [
        "posts/a-title.md",
        "posts/a-title/index.md",
        "posts/A-Title.md",
        "posts/2020-01-02-a-title.md",
        "posts/a-title.markdown",
        "a-title.md",
    ],
)
def test_no_second_post_of_a_name(tmp_path: Path, other: str) -> None:
    project = Project(tmp_path)
    project.put(f"content/{other}", YAML.encode())
    made = new_post("A title", project.config(), MOMENT)
    assert isinstance(made, Diagnostic)
    assert (made.code, made.path) == ("new/exists", f"content/{other}")


def test_pages(tmp_path: Path) -> None:
    made = new_page("About us", Project(tmp_path).config())
    assert made == Draft("content/about-us.md", "---\ntitle: About us\ndraft: true\n---\n\n")


def test_a_draft_is_written_and_named(tmp_path: Path) -> None:
    Project(tmp_path)
    done = run_sitegen(tmp_path, "new", "A title")
    assert (done.returncode, done.stdout, done.stderr) == (0, "content/posts/a-title/index.md\n", "")
    assert (tmp_path / "content" / "posts" / "a-title" / "index.md").is_file()
    again = run_sitegen(tmp_path, "new", "A title")
    assert (again.returncode, again.stdout) == (1, "")
    assert "error[new/exists]: content/posts/a-title/index.md exists already" in again.stderr
    assert run_sitegen(tmp_path, "new", "A title", "--slug", "b").stdout == "content/posts/b/index.md\n"
    built = run_sitegen(tmp_path, "build", "--strict", "--drafts")
    assert built.returncode == 0, built.stderr


def test_a_draft_needs_a_site(tmp_path: Path) -> None:
    done = run_sitegen(tmp_path, "new", "A title")
    assert done.returncode == 2
    assert "error[config/missing-file]" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        (["Two", "words"], "content/posts/two-words"),
        (["Three", "words", "here", "--slug", "three"], "content/posts/three"),
        (["A", "folder", "of", "content"], "content/posts/a-folder-of-content"),
        (["Two", "words", "site"], "site/content/posts/two-words"),
        (["Two words", "site"], "site/content/posts/two-words"),
        (["Word", "site"], "site/content/posts/word"),
        (["site"], "content/posts/site"),
    ],
)
def test_a_title_without_quotes(tmp_path: Path, arguments: list[str], made: str) -> None:
    Project(tmp_path)
    Project(tmp_path / "site")
    done = run_sitegen(tmp_path, "new", *arguments)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(made)


def test_a_folder_behind_a_title_must_exist(tmp_path: Path) -> None:
    Project(tmp_path)
    done = run_sitegen(tmp_path, "new", "Two words", "stie")
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no folder stie." in done.stderr


@pytest.mark.parametrize("arguments", [["new"], ["new", " "], ["new", "a\x01b"], ["new", "a", "--slug", "?"]])
def test_titles_that_are_none(tmp_path: Path, arguments: list[str]) -> None:
    assert run_sitegen(tmp_path, *arguments).returncode == 2
