"""`sitegen import`: small sites of every generator get settings under which their posts keep their addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.build import build
from sitegen.config import Config, load_config
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


def menu(config: Config) -> list[tuple[str, str]]:
    return [(item.title, item.url) for item in config.site.menu]


def test_hugo_with_split_settings_and_many_sections(tmp_path: Path) -> None:
    dated = {f"content/talks/t{number}.md": head(f"T {number}", date="2020-01-02") for number in (1, 2, 3)}
    pages, config, said = imported(
        tmp_path,
        {
            "config/_default/hugo.toml": 'title = "Balls"\nbaseURL = "https://example.net/"\ntheme = "own"\n'
            'defaultContentLanguage = "de"\n[languages.de]\nlanguageCode = "de-AT"\n[languages.en]\ntitle = "B"\n',
            "config/production/hugo.toml": 'baseURL = "https://ball.example/"\n',
            "config/_default/params.yaml": "author: Ada\ndescription: On balls\n",
            "config/_default/permalinks.toml": 'post = "/p/:slug/"\npage = "/:slug/"\n',
            "config/_default/menus.de.toml": '[[main]]\nname = "Zweites"\nurl = "/zweites/"\nweight = 2\n'
            '[[main]]\nname = "Erstes"\npageRef = "/page/about"\nweight = 1\n'
            '[[main]]\nname = "Fort"\nurl = "/fort/"\nweight = 3\n',
            "content/_index.md": "---\ntitle: Home\n---\n",
            "content/post/Big_Ball.md": head("Big ball's life", date="2020-03-04", tags="[even]"),
            "content/post/Big_Ball.en.md": head("English"),
            "content/post/_index.md": head("List"),
            "content/page/about/index.md": head("Zweites"),
            "content/page/linked.md": head("Linked", menu="{main: {weight: 5}}"),
            "content/Hand Book/a_b.md": head("A"),
            "content/tags/even/_index.md": head("Even"),
            **dated,
        },
    )
    assert pages == {
        "content/post/Big_Ball.md": "post p/big-balls-life/index.html",
        **{path: f"post talks/{Path(path).stem}/index.html" for path in dated},
        "content/page/about/index.md": "page zweites/index.html",
        "content/page/linked.md": "page linked/index.html",
        "content/Hand Book/a_b.md": "page hand-book/a_b/index.html",
    }
    assert (config.site.base_url, config.site.language) == ("https://ball.example/", "de-AT")
    assert (config.site.author, config.site.description) == ("Ada", "On balls")
    assert menu(config) == [("Zweites", "/zweites/"), ("Linked", "/linked/")]
    assert "entries of the menu that lead nowhere here: Erstes, Fort" in said
    assert "texts in other languages: en" in said
    assert "not mapped  settings: theme" in said
    dist = tmp_path / "dist"
    assert (dist / "index.xml").read_bytes() == (dist / "feed.xml").read_bytes()
    assert (dist / "tags/even/index.xml").is_file()
    assert 'url=/archive/"' in (dist / "talks/index.html").read_text()


def test_jekyll_with_collections_defaults_and_pages(tmp_path: Path) -> None:
    pages, config, said = imported(
        tmp_path,
        {
            "_config.yml": "title: Balls\nurl: https://ball.example\npaginate: 5\npaginate_path: /list/page:num/\n"
            "collections:\n  recipes:\n    output: true\n  cards:\n    output: false\n"
            "  talks: {output: true, permalink: '/t/:name/'}\n"
            "defaults:\n- scope: {path: _posts/short}\n  values: {permalink: '/s/:title/', author: Emmy}\n"
            "exclude: [tools]\nplugins: [jekyll-feed]\njekyll-archives: {enabled: all}\n"
            "header_pages: [about.md, gone.md]\n",
            "_posts/2020-03-04-on-balls.md": head("On balls", tags="[even]"),
            "_posts/short/2020-03-05-tiny.md": head("Tiny"),
            "_posts/note.md": head("Without a date"),
            "deep/_posts/2020-03-06-deep.md": head("Deep"),
            "said/_posts/2020-03-07-said.md": head("Said", category="said"),
            "_recipes/2020-01-01-soup.md": head("Soup"),
            "_cards/ace.md": head("Ace"),
            "_talks/My Talk.md": head("My talk"),
            "about.md": head("About"),
            "index.md": "---\nlayout: home\n---\n",
            "404.md": head("Gone"),
            "all.md": "---\ntitle: All\n---\n{% for post in site.posts %}{{ post.title }}{% endfor %}\n",
            "tagged.html": "---\npermalink: /by-tag/\n---\n{% for tag in site.tags %}{{ tag[0] }}{% endfor %}\n",
            "team.md": "---\ntitle: Team\n---\n{% for one in site.data.team %}{{ one }}{% endfor %}\n",
            "tags.md": head("Tags", permalink="/tags/"),
            "wiki/index.md": head("Wiki"),
            "wiki/2020-01-01-x.md": head("X"),
            "tools/x.md": head("Tool"),
            "README.md": "# For developers\n",
            "LICENSE.md": "# Mine\n",
            "old.html": "---\ntitle: Old\n---\n<p>x</p>\n",
            "atom.xml": "---\n---\n<feed/>\n",
            "CNAME": "ball.example\n",
            "static/a.txt": "x\n",
        },
    )
    assert pages == {
        "_posts/2020-03-04-on-balls.md": "post 2020/03/04/on-balls.html",
        "_posts/short/2020-03-05-tiny.md": "post s/tiny/index.html",
        "deep/_posts/2020-03-06-deep.md": "post deep/2020/03/06/deep.html",
        "said/_posts/2020-03-07-said.md": "post said/2020/03/07/said.html",
        "_recipes/2020-01-01-soup.md": "page recipes/2020-01-01-soup.html",
        "_talks/My Talk.md": "page t/my-talk/index.html",
        "about.md": "page about.html",
        "wiki/index.md": "page wiki/index.html",
        "wiki/2020-01-01-x.md": "page wiki/2020-01-01-x.html",
    }
    assert menu(config) == [("About", "/about.html")]
    assert config.publish.feed_id == "https://ball.example{name}"
    assert "collection cards: it has no pages of its own" in said
    assert "pages that Liquid writes: team.md" in said
    assert "pages in HTML: old.html" in said
    assert "tags.md has the address of a page that sitegen makes, and is left out" in said
    assert "defaults of _posts/short: author" in said
    dist = tmp_path / "dist"
    assert (dist / "CNAME").is_file()
    assert not (dist / "a.txt").exists(), "static is a folder like any other here"
    assert (dist / "atom.xml").read_bytes() == (dist / "feed.xml").read_bytes()
    assert 'url=/"' in (dist / "list/index.html").read_text()
    assert 'url=/archive/"' in (dist / "all.html").read_text()
    assert 'url=/tags/"' in (dist / "by-tag/index.html").read_text()
    assert 'url=/tags/even/"' in (dist / "tag/even/index.html").read_text()


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


def test_quarto_with_pages_and_a_listing(tmp_path: Path) -> None:
    pages, config, said = imported(
        tmp_path,
        {
            "_quarto.yml": "project: {type: website, render: ['*.qmd', 'writing/**/*.qmd', '!secret.qmd']}\n"
            "website:\n  title: Balls\n  site-url: https://ball.example\n  navbar:\n    left:\n    - about.qmd\n"
            "    - {text: More, menu: [{text: Paper, href: paper/index.qmd}, {text: None, href: none.qmd}]}\n"
            "    - {icon: rss, href: index.xml}\n",
            "index.qmd": "---\ntitle: Home\nlisting: {contents: writing, feed: true}\n---\n",
            "about.qmd": head("About"),
            "secret.qmd": head("Secret"),
            "paper/index.qmd": head("Paper"),
            "writing/2020-03-04-flat.qmd": head("Flat", date="2020-03-04"),
            "writing/own/index.qmd": head("Own", date="2020-03-05"),
            "writing/own/named.qmd": head("Named", date="2020-03-06"),
            "writing/left.md": head("Left"),
        },
    )
    assert pages == {
        "writing/own/named.qmd": "post writing/own/named.html",
        "writing/own/index.qmd": "post writing/own/index.html",
        "writing/2020-03-04-flat.qmd": "post writing/2020-03-04-flat.html",
        "about.qmd": "page about.html",
    }
    assert menu(config) == [("About", "/about.html")]
    assert "entries of the menu that lead nowhere here: Paper, None" in said
    assert (tmp_path / "dist" / "index.xml").is_file()


def test_pelican_with_pages(tmp_path: Path) -> None:
    pages, config, said = imported(
        tmp_path,
        {
            "pelicanconf.py": "import os\nSITENAME: str = 'Balls'\nSITEURL = os.environ['X']\nPATH = 'content'\n"
            "ARTICLE_URL = '{date:%Y}/{slug}'\nARTICLE_SAVE_AS = '{date:%Y}/{slug}.html'\nSTATIC_PATHS = ['code']\n"
            "MENUITEMS = (('Home', '/'), ('Gone', '/gone.html'))\nFEED_ALL_ATOM = 'all.xml'\n",
            "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://ball.example'\n",
            "content/don.md": "Title: Don't _do_ it\nDate: 2020-03-04\nTags: even\n\nText.\n",
            "content/pages/about.md": "Title: About me\n\nText.\n",
            "content/code/notes.md": "No article.\n",
            "content/old.rst": "Old\n===\n",
        },
    )
    assert pages == {
        "content/don.md": "post 2020/dont-_do_-it.html",
        "content/pages/about.md": "page pages/about-me.html",
    }
    assert config.site.base_url == "https://ball.example/"
    assert menu(config) == [("Home", "/"), ("About me", "/pages/about-me.html")]
    assert config.publish.feed_id == "tag:ball.example,{date}:{place}/"
    assert "1 text in .rst files" in said
    dist = tmp_path / "dist"
    assert (dist / "all.xml").read_bytes() == (dist / "feed.xml").read_bytes()
    assert 'url=/tags/even/"' in (dist / "tag/even.html").read_text()


def test_zola_with_sections(tmp_path: Path) -> None:
    pages, config, said = imported(
        tmp_path,
        {
            "config.toml": 'title = "Balls"\nbase_url = "https://ball.example"\ngenerate_feeds = true\n'
            'feed_filenames = ["rss.xml"]\nignored_content = ["*.draft.md"]\n'
            '[extra]\nmenu = [{ name = "Posts", url = "$BASE_URL/posts" },'
            ' { name = "Wiki", url = "@/wiki/_index.md" }]\n',
            "templates/page.html": "{% extends 'x' %}",
            "content/_index.md": '+++\nsort_by = "date"\n+++\n',
            "content/posts/_index.md": '+++\ntitle = "Posts"\n+++\n',
            "content/posts/2020-03-04-Big_Ball.md": '+++\ntitle = "Big"\ntemplate = "own.html"\n+++\n\n'
            "See [wiki](@/wiki/a.md) and [posts](@/wiki/_index.md).\n",
            "content/posts/2020-03-04-Big_Ball.fr.md": '+++\ntitle = "Grand"\n+++\n\nTexte.\n',
            "content/posts/x.draft.md": "Nothing.\n",
            "content/wiki/_index.md": '+++\ntitle = "Wiki"\n+++\n\nText.\n',
            "content/wiki/a.md": '+++\ntitle = "A"\n+++\n\nText.\n',
        },
    )
    assert pages == {
        "content/posts/2020-03-04-Big_Ball.md": "post posts/big-ball/index.html",
        "content/wiki/_index.md": "page wiki/index.html",
        "content/wiki/a.md": "page wiki/a/index.html",
    }
    assert menu(config) == [("Posts", "/posts"), ("Wiki", "/wiki/")]
    assert "texts in other languages: fr" in said
    page = (tmp_path / "dist/posts/big-ball/index.html").read_text()
    assert 'href="/wiki/a/"' in page
    assert 'href="/archive/">Posts' in page.replace("\n", "").replace("  ", "")


def test_hexo_with_pages_and_keys_in_addresses(tmp_path: Path) -> None:
    pages, config, said = imported(
        tmp_path,
        {
            "_config.yml": "title: Balls\nurl: https://ball.example\npermalink: posts/:abbrlink/\ntheme: own\n"
            "archive_dir: all\n",
            "_config.own.yml": "menu:\n  Home: / || fa fa-home\n  About: /about/ || fa fa-user\n",
            "source/_posts/a.md": head("A", date="2020-03-04", abbrlink="f3a1"),
            "source/_posts/b.md": head("B", date="2020-03-05"),
            "source/_data/x.md": "Nothing.\n",
            "source/about/index.md": head("About"),
            "source/docs/api.md": head("API"),
        },
    )
    assert pages == {
        "source/_posts/a.md": "post posts/f3a1/index.html",
        "source/_posts/b.md": "post b/index.html",
        "source/about/index.md": "page about/index.html",
        "source/docs/api.md": "page docs/api.html",
    }
    assert menu(config) == [("Home", "/"), ("About", "/about/")]
    assert "1 post has no key abbrlink" in said
    assert 'url=/archive/"' in (tmp_path / "dist/all/index.html").read_text()


def test_one_of_two_texts_for_one_address_is_left_out(tmp_path: Path) -> None:
    notebook = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}\n'
    pages, config, said = imported(
        tmp_path,
        {
            "_quarto.yml": "website: {title: Balls}\n",
            "posts/a.qmd": head("A", date="2020-03-04"),
            "posts/a.ipynb": notebook,
        },
    )
    assert pages == {"posts/a.qmd": "post posts/a.html"}
    assert config.build.ignore == ["posts/a.ipynb"]
    assert "posts/a.ipynb has the address of posts/a.qmd, and is left out" in said


def test_settings_that_cannot_be_read_are_told_of(tmp_path: Path) -> None:
    write(tmp_path, {"_config.yml": "title: [\n", "_posts/2020-03-04-a.md": head("A")})
    done = run_sitegen(tmp_path, "import")
    assert done.returncode == 0, done.stderr
    assert "_config.yml cannot be read" in done.stderr
    assert "no title was found; set site.title" in done.stderr


def test_markdown_counts_before_what_it_is_made_of(tmp_path: Path) -> None:
    texts = {
        f"content/post/{name}.{ending}": head(name, date="2020-03-04") for name in "abcdef" for ending in ("md", "Rmd")
    }
    pages, config, said = imported(tmp_path, {"config.yaml": "title: Balls\n", **texts})
    assert pages == {f"content/post/{name}.md": f"post post/{name}/index.html" for name in "abcdef"}
    assert config.build.ignore == [f"content/post/{name}.Rmd" for name in "abcdef"]
    assert "6 texts have addresses of others: content/post/a.Rmd has the address of content/post/a.md" in said


def test_gatsby_with_pages_a_menu_and_a_beginning_of_addresses(tmp_path: Path) -> None:
    pages, config, _ = imported(
        tmp_path,
        {
            "gatsby-config.js": "module.exports = { siteMetadata: { title: `Balls`, author: { name: 'Ada' },\n"
            "  menuLinks: [{ name: 'About', link: '/about/' }, { name: 'Gone', link: '/gone/' }] } }\n",
            "gatsby-node.js": "value: `/blog${createFilePath({ node, getNode })}`\n"
            "path: `/tag/${tag}/`, other: `/tags/${slug}`\n",
            "content/blog/balls/index.md": head("Balls", date="2020-03-04", tags="[even]"),
            "content/blog/own.md": head("Own", date="2020-03-05", path="/mine/"),
            "src/pages/about.md": head("About"),
        },
    )
    assert pages == {
        "content/blog/balls/index.md": "post blog/balls/index.html",
        "content/blog/own.md": "post mine/index.html",
        "src/pages/about.md": "page about/index.html",
    }
    assert menu(config) == [("About", "/about/")]
    assert config.site.author == "Ada"
    assert 'url=/tags/even/"' in (tmp_path / "dist/tag/even/index.html").read_text()


def test_a_handbook_without_settings(tmp_path: Path) -> None:
    pages, config, _ = imported(
        tmp_path,
        {
            "index.md": "# Handbook\n\nText.\n",
            "first/one.md": "# One\n\n$\\RR$\n",
            "second/two.md": "# Two\n\nText.\n",
            "second/macros.txt": "\\RR:{\\mathbb{R}}\n",
        },
    )
    assert pages == {
        "index.md": "page index.html",
        "first/one.md": "page first/one/index.html",
        "second/two.md": "page second/two/index.html",
    }
    assert config.math.macros
