"""`sitegen import`: small sites of every generator get settings under which their posts keep their addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import load_config
from sitegen.importing import read_site
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
