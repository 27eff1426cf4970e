"""`sitegen import`: small sites of every generator get settings under which their posts keep their addresses."""

from __future__ import annotations

import re
from operator import attrgetter
from pathlib import Path

import pytest

from sitegen.build import build
from sitegen.config import Config, load_config
from sitegen.importing import read_site
from sitegen.source import read_sources
from tests.support.cases import Case, read_cases
from tests.support.sites import run_sitegen

POST = "---\ntitle: On balls\ndate: 2020-03-04\n---\n\nA ball, $x^2 < 1$. ![Plot](/{folder}/plot.svg)\n"
PLOT = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"></svg>\n'

SITES: dict[str, tuple[dict[str, str], str]] = {
    "Jekyll": (
        {
            "_config.yml": "title: Balls\nurl: https://ball.example\nbaseurl: /notes\nauthor: {name: Ada}\n"
            "plugins: [a]\n",
            "_posts/2020-03-04-on-balls.md": POST.format(folder="assets"),
            "_drafts/later.md": "---\ntitle: Later\n---\n\nText.\n",
            "assets/plot.svg": PLOT,
        },
        "2020/03/04/on-balls.html",
    ),
    "Hexo": (
        {
            "_config.yml": "title: Balls\nurl: https://ball.example\nlanguage: zh-CN\ntheme: next\n",
            "source/_posts/balls.md": POST.format(folder="images"),
            "source/images/plot.svg": PLOT,
        },
        "2020/03/04/balls/index.html",
    ),
    "Hugo": (
        {
            "hugo.toml": "title = 'Balls'\nbaseURL = 'https://ball.example/'\n[permalinks]\nblog = '/:year/:title/'\n",
            "content/blog/b.md": POST.format(folder="img"),
            "content/blog/_index.md": "---\ntitle: All\n---\n",
            "static/img/plot.svg": PLOT,
        },
        "2020/on-balls/index.html",
    ),
    "Zola": (
        {
            "config.toml": "title = 'Balls'\nbase_url = 'https://ball.example'\n",
            "content/blog/balls.md": '+++\ntitle = "On balls"\ndate = 2020-03-04\n+++\n\nA ball, $x$.\n',
        },
        "blog/balls/index.html",
    ),
    "Pelican": (
        {
            "pelicanconf.py": "SITENAME = 'Balls'\nSITEURL = 'https://ball.example'\n"
            "ARTICLE_URL = '{date:%Y}/{slug}.html'\n",
            "content/b.md": POST.format(folder="images"),
            "content/images/plot.svg": PLOT,
        },
        "2020/on-balls.html",
    ),
    "Quarto": (
        {
            "_quarto.yml": "project: {type: website}\nwebsite:\n  title: Balls\n  site-url: https://ball.example\n",
            "posts/balls/index.qmd": POST.format(folder="images"),
            "images/plot.svg": PLOT,
        },
        "posts/balls/index.html",
    ),
    "Gatsby": (
        {
            "gatsby-config.js": "module.exports = { siteMetadata: { title: `Balls`, siteUrl: "
            "`https://ball.example` } }\n",
            "content/blog/balls/index.md": "---\ntitle: On balls\ndate: 2020-03-04\n---\n\nA ball, $x$.\n",
        },
        "balls/index.html",
    ),
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("kind", SITES)
def test_posts_keep_their_addresses(tmp_path: Path, kind: str) -> None:
    files, page = SITES[kind]
    write(tmp_path, files)
    done = run_sitegen(tmp_path, "import")
    assert done.returncode == 0, done.stderr
    assert f"A site of {kind}" in done.stderr
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in files} == files
    config, problems = load_config(tmp_path)
    assert config is not None, problems
    assert config.site.title == "Balls"
    assert config.site.base_url.startswith("https://ball.example/")
    built = run_sitegen(tmp_path, "build")
    assert built.returncode == 0, built.stderr
    assert "<math" in (tmp_path / "dist" / page).read_text(encoding="utf-8")
    assert not list((tmp_path / "dist").rglob("later*"))
    if any(name.endswith("plot.svg") for name in files):
        assert len(list((tmp_path / "dist").rglob("plot*.svg"))) == 1


def test_drafts_of_the_folder_are_shown_on_request(tmp_path: Path) -> None:
    write(tmp_path, SITES["Jekyll"][0])
    run_sitegen(tmp_path, "import")
    assert run_sitegen(tmp_path, "build", "--drafts").returncode == 0
    assert (tmp_path / "dist" / "later" / "index.html").exists()


def test_settings_that_exist_are_not_written_over(tmp_path: Path) -> None:
    write(tmp_path, {**SITES["Jekyll"][0], "sitegen.toml": "[site]\n"})
    done = run_sitegen(tmp_path, "import")
    assert done.returncode == 2
    assert "exists already; nothing was written" in done.stderr
    assert (tmp_path / "sitegen.toml").read_text(encoding="utf-8") == "[site]\n"


def test_a_dry_run_prints_the_settings_and_writes_none(tmp_path: Path) -> None:
    write(tmp_path, SITES["Hexo"][0])
    done = run_sitegen(tmp_path, "import", "--dry-run")
    assert done.returncode == 0
    assert 'permalink = "/:year/:month/:day/:path/"' in done.stdout
    assert "not mapped  _config: theme" in done.stderr
    assert not (tmp_path / "sitegen.toml").exists()


def test_a_folder_without_posts_is_none(tmp_path: Path) -> None:
    assert read_site(tmp_path) is None
    assert run_sitegen(tmp_path, "import").returncode == 2


def test_macros_of_mathjax_are_found(tmp_path: Path) -> None:
    script = "<script>MathJax = { tex: { macros: { RR: '\\\\mathbb{R}' } } };</script>\n"
    write(tmp_path, {**SITES["Jekyll"][0], "_includes/head.html": script})
    found = read_site(tmp_path)
    assert found is not None
    assert 'macros_files = ["_includes/head.html"]' in found.text


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('[site]\npermalink = "/:yaer/:title/"\n', "unknown placeholder :yaer"),
        ('[site]\npermalink = "/:year/"\n', "the same address"),
        ('[build]\nposts = ["_post"]\n', "there is no folder _post"),
        ('[build]\nposts = ["../x"]\n', "is not the name of a folder in the project"),
    ],
)
def test_wrong_settings_are_reported(tmp_path: Path, setting: str, message: str) -> None:
    write(tmp_path, {"_posts/a.md": "Text.\n", "content/posts/b.md": "Text.\n", "sitegen.toml": setting})
    config, problems = load_config(tmp_path)
    assert config is None
    assert [message in problem.message for problem in problems] == [True]
    assert problems[0].span is not None
    assert problems[0].hint


def imported(tmp_path: Path, files: dict[str, str]) -> tuple[dict[str, str], Config, str]:
    """Import and build a site; return the output path of each post and page, the settings, and what was said."""
    write(tmp_path, files)
    done = run_sitegen(tmp_path, "import")
    assert done.returncode == 0, done.stderr
    config, problems = load_config(tmp_path)
    assert config is not None, problems
    result = build(config)
    assert [problem for problem in result.diagnostics if problem.severity == "error"] == []
    return {page.source: f"{page.kind} {page.output}" for page in result.site.pages}, config, done.stderr


def head(title: str, **keys: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": title, **keys}.items())
    return f"---\n{lines}---\n\nText of {title}.\n"


CASES = read_cases(Path(__file__).parent / "sites.txt")


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_site_of_another_generator(tmp_path: Path, case: Case) -> None:
    pages, config, said = imported(tmp_path, case.files)
    dist = tmp_path / "dist"
    assert pages == dict(rest.split(": ") for rest in case.rests("page"))
    assert [f"{item.title}: {item.url}" for item in config.site.menu] == case.rests("menu")
    for rest in case.rests("set"):
        name, _, value = rest.partition(" ")
        assert str(attrgetter(name)(config)) == value, name
    for text in case.rests("said"):
        assert text in said
    for path in case.rests("written"):
        assert (dist / path).is_file(), path
    for path in case.rests("absent"):
        assert not (dist / path).exists(), path
    for rest in case.rests("copy"):
        one, other = rest.split()
        assert (dist / one).read_bytes() == (dist / other).read_bytes(), one
    for rest in case.rests("leads"):
        path, place = rest.split()
        assert f'url={place}"' in (dist / path).read_text(), path
    for rest in case.rests("holds"):
        path, _, text = rest.partition(" ")
        assert text in re.sub(r"\n *", "", (dist / path).read_text()), path


@pytest.mark.parametrize(
    ("style", "post", "page", "item"),
    [
        ("pretty", "2020/03/04/on-balls/index.html", "about/index.html", "recipes/soup/index.html"),
        ("date", "2020/03/04/on-balls.html", "about.html", "recipes/soup.html"),
        ("ordinal", "2020/064/on-balls.html", "about.html", "recipes/soup.html"),
        ("weekdate", "2020/W10/Wed/on-balls.html", "about.html", "recipes/soup.html"),
        ("none", "on-balls.html", "about.html", "recipes/soup.html"),
        ("/blog/:slug/", "blog/on-balls/index.html", "about/index.html", "recipes/soup/index.html"),
    ],
)
def test_styles_of_jekylls_addresses(tmp_path: Path, style: str, post: str, page: str, item: str) -> None:
    pages, _, _ = imported(
        tmp_path,
        {
            "_config.yml": f"title: Balls\npermalink: {style}\ncollections: {{recipes: {{output: true}}}}\n",
            "_posts/2020-03-04-on-balls.md": head("On balls"),
            "_recipes/soup.md": head("Soup"),
            "about.md": head("About"),
        },
    )
    assert list(pages.values()) == [f"post {post}", f"page {page}", f"page {item}"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config.yaml", "title: Balls\n1: 2\non: {3: 4}\n"),
        ("config.yaml", "title: Balls\ntimeZone: [UTC]\n"),
        ("_config.yml", "title: Balls\ncollections: [[a], {b: c}]\n"),
        ("_config.yml", "title: {1: 2}\ntimezone: {a: b}\n"),
        ("pelicanconf.py", "SITENAME = {1: 2}\nMENUITEMS = 1\n"),
        ("pelicanconf.py", "SITENAME = 'Balls'\nPATH = '\\0'\n"),
    ],
)
def test_settings_of_another_kind_than_they_should_be(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {name: text, "_posts/2020-03-04-a.md": head("A"), "content/post/a.md": head("A")})
    done = run_sitegen(tmp_path, "import", "--dry-run")
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pelicanconf.py", "SITENAME = 'Balls'\nPATH = '../other'\n"),
        ("_config.yml", "title: Balls\nsource: ../other\n"),
        ("config.yaml", "title: Balls\ncontentDir: ../other\n"),
        ("config.yaml", "title: Balls\nmodule: {mounts: [{source: ../other, target: content}]}\n"),
    ],
)
def test_nothing_outside_of_the_folder_is_read(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {"other/2020-03-04-a.md": head("A"), "other/_posts/2020-03-04-a.md": head("A")})
    write(tmp_path / "site", {name: text, "content/mine.md": head("Mine")})
    found = read_site(tmp_path / "site")
    if found is not None:
        config, _ = load_config(tmp_path / "site", text=found.text)
        assert config is not None
        assert {post.path for post in read_sources(config)[0]} <= {"content/mine.md"}


DOUBLING = "".join(f"a{number + 1}: &a{number + 1} [*a{number}, *a{number}]\n" for number in range(60))


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (b"title: [\n", "while parsing"),
        (b"title: caf\xe9\n", "it is not UTF-8 text"),
        (b"a0: &a0 [x]\n" + DOUBLING.encode() + b"exclude: *a60\n", "its aliases stand for too much"),
        (b"title: &title [*title]\n", "its aliases stand for too much"),
    ],
)
def test_settings_that_cannot_be_read_are_told_of(tmp_path: Path, settings: bytes, reason: str) -> None:
    write(tmp_path, {"_posts/2020-03-04-a.md": head("A")})
    (tmp_path / "_config.yml").write_bytes(settings)
    done = run_sitegen(tmp_path, "import")
    assert done.returncode == 0, done.stderr
    assert f"_config.yml cannot be read: {reason}" in done.stderr
    assert "no title was found; set site.title" in done.stderr


def test_markdown_counts_before_what_it_is_made_of(tmp_path: Path) -> None:
    texts = {
        f"content/post/{name}.{ending}": head(name, date="2020-03-04") for name in "abcdef" for ending in ("md", "Rmd")
    }
    pages, config, said = imported(tmp_path, {"config.yaml": "title: Balls\n", **texts})
    assert pages == {f"content/post/{name}.md": f"post post/{name}/index.html" for name in "abcdef"}
    assert config.build.ignore == [f"content/post/{name}.Rmd" for name in "abcdef"]
    assert "6 texts have addresses of others: content/post/a.Rmd has the address of content/post/a.md" in said
