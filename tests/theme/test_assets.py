"""The stylesheet, static files, and what is copied."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec
import pytest
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

from sitegen import assets, fonts, palette
from sitegen.assets import THEME
from sitegen.assets.files import copied, static_files
from sitegen.assets.headers import headers
from sitegen.assets.styles import compact, read_styles, stylesheet
from sitegen.math.styles import rare_classes, stylesheets
from sitegen.model import RenderError
from sitegen.site import AssetFile, Site
from tests.theme import sites


def outputs(site: Site) -> dict[str, bytes]:
    return {output.path: output.render() for output in assets.make_assets(site).outputs}


# -- the stylesheet


def test_one_stylesheet_with_a_hashed_name(tmp_path: Path) -> None:
    site = sites.site(sites.config(tmp_path), sites.page())
    sheets = [path for path in outputs(site) if path.endswith(".css")]
    assert len(sheets) == 1
    assert re.fullmatch(r"assets/site\.[0-9a-f]{10}\.css", sheets[0])
    assert assets.make_assets(site).stylesheet_urls(site) == ("/" + sheets[0],)


def test_the_name_changes_with_the_content(tmp_path: Path) -> None:
    config = sites.config(tmp_path)
    before = assets.make_assets(sites.site(config)).stylesheet
    assert assets.make_assets(sites.site(config)).stylesheet == before
    sites.write(tmp_path, {"templates/styles/mine.css": "p { margin: 0 }"})
    assert assets.make_assets(sites.site(config)).stylesheet != before


def test_a_sites_sheet_replaces_the_packaged_one_or_comes_after_all(tmp_path: Path) -> None:
    replaced = ":root { --bg: #000000; --fg: #ffffff; --replaced: 1 }"
    sites.write(tmp_path, {"templates/styles/colours.css": replaced, "templates/styles/mine.css": "p { --mine: 1 }"})
    document = sites.document(colors=("000000",), backgrounds=("123456",))
    site = sites.site(sites.config(tmp_path), documents=(document,), styles=(("s-1", "width:5px"),))
    css = stylesheet(site, read_styles(site.config), None)
    assert "--surface:" not in css.replace(" ", "")
    order = [
        css.index(text)
        for text in (
            "--replaced",
            "--measure",
            ".hl ",
            ".c-000000",
            ".bg-123456 .c-0",
            ".s-1{width:5px}",
            "--mine",
            "@page",
        )
    ]
    assert order == sorted(order)
    (black,) = set(re.findall(r"[{}]\.c-000000\{color:#(\w+)\}", css))
    assert palette.contrast(black, "000000") >= 4.5, "authors' colours follow the site's own ground"


def test_the_font_belongs_to_sites_with_formulas(tmp_path: Path) -> None:
    config = sites.config(tmp_path)
    plain = outputs(sites.site(config, sites.page()))
    assert not [path for path in plain if "math" in path or path.endswith("OFL.txt")]
    assert b"@font-face" not in b"".join(plain.values())
    site = sites.site(config, sites.page(has_math=True))
    files = outputs(site)
    (font,) = [path for path in files if path.endswith(".woff2")]
    assert files[font].startswith(b"wOF2")
    assert files["assets/OFL.txt"] == fonts.license_text()
    css = next(data.decode() for path, data in files.items() if path.endswith(".css"))
    assert f'url("{Path(font).name}")' in css, "beside the stylesheet, so that no base path matters"
    assert assets.make_assets(site).math_font_url(site) == "/" + font


def test_a_formula_in_a_title_needs_the_font_as_well(tmp_path: Path) -> None:
    page = sites.page(title_html=Markup("<math><mi>x</mi></math>"))
    assert assets.make_assets(sites.site(sites.config(tmp_path), page)).math_font


def test_nothing_comes_from_elsewhere(tmp_path: Path) -> None:
    site = sites.site(sites.config(tmp_path), sites.page(has_math=True))
    css = stylesheet(site, read_styles(site.config), fonts.MathFont("math.woff2", bytes))
    assert "@import" not in css
    assert re.findall(r"url\(([^)]*)\)", css) == ['"math.woff2"']


def test_a_stylesheet_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "templates" / "styles").mkdir(parents=True)
    (tmp_path / "templates" / "styles" / "mine.css").write_bytes(b"\xff")
    config = sites.config(tmp_path)
    assert [(problem.code, problem.path) for problem in assets.problems(config)] == [
        ("asset/unreadable", "templates/styles/mine.css")
    ]
    with pytest.raises(RenderError):
        assets.make_assets(sites.site(config))


@pytest.mark.parametrize(
    ("css", "shorter"),
    [
        ("a  {\n\n  color: red;\n}\n", "a{color:red}\n"),
        ("a /* why */ b{}", "a b{}\n"),
        ('a::before { content: "/* no\\" comment */  x" }', 'a::before{content:"/* no\\" comment */  x"}\n'),
        ("a{width:calc(1px + 2em)} a :is(b) + c{}", "a{width:calc(1px + 2em)}a :is(b) + c{}\n"),
        ("@media (width > 40em) and (hover) {a{}}", "@media (width>40em) and (hover){a{}}\n"),
    ],
)
def test_comments_and_white_space_go(css: str, shorter: str) -> None:
    assert compact(css) == shorter


def test_rare_styles_go_to_pages_that_need_them(tmp_path: Path) -> None:
    config = sites.config(tmp_path)
    pages = [sites.page(name, has_math=True) for name in ("plain", "boxed", "noted")]
    classes = {"plain": "eq eqs align left", "boxed": "eq enclose-box", "noted": "admonition"}
    documents = tuple(
        msgspec.structs.replace(sites.document(), path=page.source, classes=classes[page.output.partition("/")[0]])
        for page in pages
    )
    site = sites.site(config, *pages, documents=documents)
    made = assets.make_assets(site)
    assert {page.output: len(made.stylesheet_urls(site, page.output)) for page in pages} == {
        "plain/index.html": 1,
        "boxed/index.html": 2,
        "noted/index.html": 2,
    }
    assert len(made.stylesheet_urls(site)) == 1
    first, last = made.stylesheet_urls(site, "boxed/index.html")
    assert (first, last) == (f"/{made.rare_stylesheet}", f"/{made.stylesheet}"), "a site's own styles come last"


def test_every_rare_rule_has_a_class_that_tells(tmp_path: Path) -> None:
    """A rule without one would never reach the pages that need it."""
    _, rare = stylesheets()
    rules = re.sub(r"/\*.*?\*/|@[^{]+\{", "", rare, flags=re.DOTALL)
    selectors = [
        selector
        for group in re.findall(r"([^{}]+)\{", rules)
        for selector in re.split(r",(?![^(]*\))", group)
        if selector.strip()
    ]
    assert len(selectors) > 40
    assert [each for each in selectors if rare_classes().isdisjoint(re.findall(r"\.([\w-]+)", each))] == []


# -- colours of the theme and of code


def properties(side: int) -> dict[str, str]:
    css = (THEME / "styles" / "colours.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return dict(re.findall(r"--([\w-]+): #(\w{6});", blocks[side]))


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_the_text_of_the_theme_is_readable(side: int) -> None:
    colors = properties(side)
    for text in ("fg", "muted", "accent", "error"):
        assert palette.contrast(colors[text], colors["bg"]) >= 4.5
    for text in ("fg", "accent", "error"):
        assert palette.contrast(colors[text], colors["surface"]) >= 4.5
    assert palette.contrast(colors["fg"], colors["hl"]) >= 4.5
    assert palette.contrast(colors["accent"], colors["hl"]) >= 4.5


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
def test_every_color_of_code_is_readable(side: int) -> None:
    colors = properties(side)
    inks = {name: value for name, value in colors.items() if name.startswith("code-")}
    grounds = {inks.pop("code-inserted"), inks.pop("code-deleted"), inks.pop("code-marked"), colors["surface"]}
    assert len(inks) >= 8
    for name, ink in inks.items():
        for ground in grounds:
            assert palette.contrast(ink, ground) >= 4.5, f"{name} on #{ground}"


def test_code_is_colored_by_the_tested_properties_alone() -> None:
    css = re.sub(r"/\*.*?\*/", "", (THEME / "styles" / "code.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    values = re.findall(r"(?:color|background): ([^;]+);", css)
    assert values
    assert all(re.fullmatch(r"var\(--(code-[\w-]+|surface)\)", value) for value in values)
    used = set(re.findall(r"--([\w-]+)", css))
    assert used <= set(properties(0)) == set(properties(1))


def test_every_class_in_the_rules_for_code_is_one_of_pygments() -> None:
    css = (THEME / "styles" / "code.css").read_text(encoding="utf-8")
    selectors = re.findall(r"^\.hl ([^{]+)\{", css, re.MULTILINE)
    classes = {name for selector in selectors for name in re.findall(r"\.(\w+)", selector)}
    assert len(classes) > 40
    assert classes <= set(STANDARD_TYPES.values())


def test_browsers_may_keep_what_has_a_hash_in_its_name(tmp_path: Path) -> None:
    """What else has digits in its name, such as a date, may be another file tomorrow."""
    site = sites.site(sites.config(tmp_path))
    paths = ["assets/site.0123456789.css", "report.20240131.pdf", "assets/OFL.txt", "sums/plot.deadbeef.png"]
    lines = headers(site, paths).splitlines()
    assert [line for line in lines if line.startswith("/")] == ["/*", "/assets/site.0123456789.css"]
    assert lines[-1] == "  Cache-Control: public, max-age=31536000, immutable"


# -- static files


def test_static_files_are_published_under_their_own_path(tmp_path: Path) -> None:
    files = {
        "static/robots.txt": "mine",
        "static/deep/er/note.txt": "deep",
        "static/.hidden": "no",
        "static/.git/config": "no",
        "static/deep/.hidden": "no",
        "static/.well-known/security.txt": "yes",
    }
    site = sites.site(sites.config(sites.write(tmp_path, files)))
    published = {path: data for path, data in outputs(site).items() if not path.startswith("assets/")}
    assert set(published) == {".well-known/security.txt", "deep/er/note.txt", "icon.svg", "robots.txt"}
    assert published["robots.txt"] == b"mine"
    assert published["icon.svg"] == (THEME / "static" / "icon.svg").read_bytes()


def test_a_file_of_the_site_stands_in_for_the_packaged_one(tmp_path: Path) -> None:
    site = sites.site(sites.config(sites.write(tmp_path, {"static/icon.svg": "<svg/>"})))
    assert outputs(site)["icon.svg"] == b"<svg/>"
    assert [output.path for output in assets.make_assets(site).outputs].count("icon.svg") == 1


@pytest.mark.parametrize("linked", ["file", "folder", "static"])
def test_a_link_out_of_the_project_is_refused(tmp_path: Path, linked: str) -> None:
    outside = sites.write(tmp_path, {"outside/secret.txt": "secret"}) / "outside"
    project = tmp_path / "project"
    project.mkdir()
    if linked == "static":
        (project / "static").symlink_to(outside)
    else:
        (project / "static").mkdir()
        (project / "static" / "link").symlink_to(outside / "secret.txt" if linked == "file" else outside)
    config = sites.config(project)
    assert [problem.code for problem in assets.problems(config)] == ["asset/outside-project"]
    assert b"secret" not in b"".join(outputs(sites.site(config)).values())


def test_a_link_to_a_hidden_file_is_refused(tmp_path: Path) -> None:
    root = sites.write(tmp_path, {".env": "secret", "static/b.txt": "b"})
    (root / "static" / "link.txt").symlink_to(root / ".env")
    statics, problems = static_files(sites.config(root))
    assert [(problem.code, problem.path) for problem in problems] == [("asset/private", "static/link.txt")]
    assert [static.output for static in statics] == ["b.txt", "icon.svg"]


def test_what_sitegen_itself_wrote_is_no_static_file(tmp_path: Path) -> None:
    root = sites.write(tmp_path, {"dist/a.html": "a", "static/b.txt": "b"})
    (root / "static" / "again").symlink_to(root / "dist")
    _, problems = static_files(sites.config(root))
    assert [(problem.code, problem.path) for problem in problems] == [("asset/private", "static/again/a.html")]


@pytest.mark.timeout(10)
def test_what_is_no_file_is_told_and_not_read(tmp_path: Path) -> None:
    root = sites.write(tmp_path, {"static/b.txt": "b"})
    os.mkfifo(root / "static" / "pipe")
    (root / "static" / "loop").symlink_to("loop")
    statics, problems = static_files(sites.config(root))
    assert [(problem.code, problem.path) for problem in problems] == [("asset/unreadable", "static/pipe")]
    (loop,) = (static for static in statics if static.output == "loop")
    with pytest.raises(RenderError, match="cannot read static/loop"):
        copied(loop).render()


def test_links_inside_the_project_are_followed_but_not_in_circles(tmp_path: Path) -> None:
    root = sites.write(tmp_path, {"shared/a.txt": "a", "static/b.txt": "b"})
    (root / "static" / "shared").symlink_to(root / "shared")
    (root / "static" / "again").symlink_to(root / "static")
    statics, problems = static_files(sites.config(root))
    assert problems == ()
    assert [static.output for static in statics] == ["b.txt", "icon.svg", "shared/a.txt"]


def test_a_broken_link_is_told_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (output,) = [o for o in assets.make_assets(sites.site(sites.config(tmp_path))).outputs if o.path == "gone.txt"]
    with pytest.raises(RenderError) as caught:
        output.render()
    assert (caught.value.diagnostic.code, caught.value.diagnostic.path) == ("asset/unreadable", "static/gone.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    sites.write(tmp_path, {"static/closed.txt": "x"})
    (tmp_path / "static" / "closed.txt").chmod(0)
    (output,) = [o for o in assets.make_assets(sites.site(sites.config(tmp_path))).outputs if o.path == "closed.txt"]
    with pytest.raises(RenderError):
        output.render()


def test_files_beside_posts_are_copied(tmp_path: Path) -> None:
    sites.write(tmp_path, {"content/posts/sums/plot.png": "pixels"})
    asset = AssetFile("content/posts/sums/plot.png", "sums/plot.png")
    assert outputs(sites.site(sites.config(tmp_path), assets=(asset,)))["sums/plot.png"] == b"pixels"


def test_output_paths_are_unique(tmp_path: Path) -> None:
    made = assets.make_assets(sites.site(sites.config(tmp_path), sites.page(has_math=True))).outputs
    assert len({output.path for output in made}) == len(made)
