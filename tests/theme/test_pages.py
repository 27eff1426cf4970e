"""Pages: what they hold, what templates may say, how their problems are told."""

from __future__ import annotations

import datetime as dt
import json
import pickle
import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
from lxml import html
from markupsafe import Markup

from sitegen import pages
from sitegen.assets import THEME, Assets
from sitegen.config import SiteConfig
from sitegen.diagnostics import CODES, Diagnostic
from sitegen.model import Output, RenderError
from sitegen.pages import templates
from sitegen.pages.given import FIELDS, VARIABLES, iso_date, long_date
from sitegen.site import Site, TermLink
from sitegen.text import LineIndex
from tests.theme import sites

MADE = Assets("assets/site.0123456789.css", "assets/math.0123456789.woff2", ())


def recipes(site: Site, made: Assets = MADE) -> dict[str, Output]:
    theme, problems = pages.load_theme(site.config)
    assert theme is not None, problems
    return {output.path: output for output in pages.page_outputs(site, theme, made)}


def render(site: Site, made: Assets = MADE) -> dict[str, str]:
    return {path: output.render().decode() for path, output in recipes(site, made).items()}


def tree(text: str) -> Any:
    return html.document_fromstring(text)


# -- the templates of a site


def cases() -> list[Any]:
    text = (Path(__file__).parent / "templates.txt").read_text(encoding="utf-8")
    found = []
    for block in text.split("\n=== ")[1:]:
        title, _, body = block.partition("\n")
        files: dict[str, str] = {}
        for part in ("\n" + body).split("\n--- ")[1:]:
            name, _, content = part.partition("\n")
            files[name] = content
        expected = files.pop("expected").strip()
        found.append(pytest.param(files, expected, id=title))
    return found


def printed(root: Path, diagnostic: Diagnostic) -> str:
    assert diagnostic.code in CODES
    assert diagnostic.span is not None
    line, column = LineIndex((root / diagnostic.path).read_text(encoding="utf-8")).position(diagnostic.span.start)
    hint = f"\n  = {diagnostic.hint}" if diagnostic.hint else ""
    return f"{diagnostic.path}:{line}:{column} {diagnostic.code}: {diagnostic.message}{hint}"


@pytest.mark.parametrize(("files", "expected"), cases())
def test_problems_of_templates(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    sites.write(tmp_path, files)
    theme, problems = pages.load_theme(sites.config(tmp_path))
    assert "\n".join(printed(tmp_path, problem) for problem in problems) == expected
    assert (theme is None) == bool(problems)


def test_the_packaged_templates_pass_the_checks(tmp_path: Path) -> None:
    sites.write(tmp_path, {f"templates/{name}": text for name, text in TEMPLATES.items()})
    theme, problems = pages.load_theme(sites.config(tmp_path))
    assert problems == ()
    assert theme is not None
    for name, text in TEMPLATES.items():
        assert theme.files[name].packaged is False
        assert bool(templates._EXTENDS.search(text)) == (name != "base.html")


def test_a_template_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "post.html").write_bytes(b"\xff\xfe")
    theme, problems = pages.load_theme(sites.config(tmp_path))
    assert theme is None
    found = [(problem.code, problem.path, problem.hint) for problem in problems]
    assert found == [("template/unreadable", "templates/post.html", "save the file as UTF-8")]


@pytest.mark.parametrize(
    ("expression", "code", "message", "hint"),
    [
        ("{{ page.extra.subtitel }}", "template/undefined", "subtitel", "{% set name"),
        ("{% set p = page %}{{ p.titel }}", "template/undefined", "titel", "did you mean title?"),
        ("{{ 1 / 0 }}", "template/failed", "ZeroDivisionError", "mend what"),
        ("{{ page.title + 1 }}", "template/failed", "TypeError", "mend what"),
        ("{% include page.title %}", "template/missing", "Sums", "put a file of that name"),
        ("{% include 'loop.html' %}", "template/circular", "without end", "end it with a condition"),
    ],
)
def test_problems_while_rendering_have_a_place(
    tmp_path: Path, expression: str, code: str, message: str, hint: str
) -> None:
    text = '{% extends "default/post.html" %}\n{% block after_content %}\n  ' + expression + "\n{% endblock %}\n"
    sites.write(tmp_path, {"templates/post.html": text, "templates/loop.html": "{% include 'loop.html' %}\n"})
    output = recipes(sites.site(sites.config(tmp_path), sites.page()))["sums/index.html"]
    with pytest.raises(RenderError) as caught:
        output.render()
    problem = caught.value.diagnostic
    assert problem.code == code
    assert hint in problem.hint
    assert message in problem.message
    place = printed(tmp_path, problem).partition(" ")[0]
    assert place == ("templates/loop.html:1:1" if "loop" in expression else "templates/post.html:3:3")
    assert pickle.loads(pickle.dumps(caught.value)).diagnostic == problem


def test_templates_kept_as_compiled_are_not_compiled_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{% extends "default/post.html" %}\n{% block after_content %}\n  {{ page.title + 1 }}\n{% endblock %}\n'
    sites.write(tmp_path, {"templates/post.html": text})
    config = sites.config(tmp_path)
    kept = tmp_path / "kept"
    kept.mkdir()

    def failure(known: pages.Checked | None = None) -> Diagnostic:
        theme, _ = pages.load_theme(config, known, compiled=kept)
        assert theme is not None
        outputs = pages.page_outputs(sites.site(config, sites.page()), theme, MADE)
        with pytest.raises(RenderError) as caught:
            outputs[0].render()
        return caught.value.diagnostic

    first = failure()
    assert printed(tmp_path, first).startswith("templates/post.html:3:3")
    theme, _ = pages.load_theme(config)
    assert theme is not None
    known = pages.what_is_checked(theme)
    with monkeypatch.context() as patch:
        patch.setattr(jinja2.Environment, "compile", lambda *_: pytest.fail("compiled again"))
        assert failure(known) == first
    for file in kept.iterdir():
        file.write_bytes(file.read_bytes()[:-1])  # damaged files count as nothing
    assert failure(known) == first


def test_page_is_unknown_outside_posts(tmp_path: Path) -> None:
    sites.write(
        tmp_path,
        {"templates/base.html": '{% extends "default/base.html" %}{% block footer %}{{ page.title }}{% endblock %}'},
    )
    outputs = recipes(sites.site(sites.config(tmp_path), sites.page()))
    assert b"Sums" in outputs["sums/index.html"].render()
    with pytest.raises(RenderError, match="'page' is undefined"):
        outputs["index.html"].render()


def test_a_site_template_extends_the_packaged_one(tmp_path: Path) -> None:
    text = '{% extends "default/base.html" %}{% block footer %}<p>mine</p>{% endblock %}'
    sites.write(tmp_path, {"templates/base.html": text})
    for page in render(sites.site(sites.config(tmp_path), sites.page())).values():
        assert tree(page).xpath("string(//footer)").strip() == "mine"


# -- what pages hold


@pytest.fixture
def built(tmp_path: Path) -> dict[str, str]:
    first = sites.page("sums", title="Sums <b> & 'quotes'", has_math=True)
    second = sites.page("plain", title="Plain", date=None, description="", draft=True)
    return render(sites.site(sites.config(tmp_path), first, second))


def test_one_file_for_each_post_one_home_page_and_one_for_missing_addresses(built: dict[str, str]) -> None:
    assert list(built) == ["sums/index.html", "plain/index.html", "index.html", "archive/index.html", "404.html"]


def test_every_page_has_its_landmarks(built: dict[str, str]) -> None:
    for text in built.values():
        root = tree(text)
        assert text.startswith("<!DOCTYPE html>\n")
        assert root.get("lang") == "en"
        assert [len(root.xpath(f"//{name}")) for name in ("main", "h1", "title")] == [1, 1, 1]
        assert root.xpath("//body/*")[0].get("href") == "#main"
        assert root.xpath("//main/@id") == ["main"]
        assert len(root.xpath("/html/body/footer")) == len(root.xpath("/html/body/header")) == 1


def test_every_page_obeys_the_strict_content_policy(built: dict[str, str]) -> None:
    for text in built.values():
        root = tree(text)
        assert root.xpath("//script[not(@type='application/ld+json')] | //style | //@style") == []
        assert [name for name in root.xpath("//@*/..") if any(key.startswith("on") for key in name.attrib)] == []
        addresses = root.xpath("//link[@rel != 'canonical']/@href | //@src")
        assert addresses
        assert all(address.startswith("/") for address in addresses)


def test_the_head_of_a_post(built: dict[str, str]) -> None:
    root = tree(built["sums/index.html"])
    assert root.xpath("string(//title)") == "Sums <b> & 'quotes' – Notes & Sums"
    assert root.xpath("string(//h1)") == "Sums <b> & 'quotes'"
    assert root.xpath("//link[@rel='canonical']/@href") == ["https://example.org/sums/"]
    assert root.xpath("//meta[@name='description']/@content") == ["What sums are."]
    assert root.xpath("//link[@rel='stylesheet']/@href") == ["/assets/site.0123456789.css"]
    preload = root.xpath("//link[@rel='preload']")[0]
    assert (preload.get("href"), preload.get("as"), preload.get("type")) == (
        "/assets/math.0123456789.woff2",
        "font",
        "font/woff2",
    )
    assert "crossorigin" in preload.attrib
    assert (root.xpath("//time/@datetime"), root.xpath("string(//time)")) == (
        ["2017-01-20T22:12:03Z"],
        "20 January 2017",
    )


def test_what_a_post_lacks_leaves_no_trace(built: dict[str, str]) -> None:
    root = tree(built["plain/index.html"])
    assert root.xpath("//time | //meta[@name='description'] | //link[@rel='preload']") == []
    assert root.xpath("normalize-space(//p[@class='meta'])") == "1 min (draft)"


def test_the_home_page_lists_the_posts_in_order(built: dict[str, str]) -> None:
    root = tree(built["index.html"])
    assert root.xpath("//main//h2/a/@href") == ["/sums/", "/plain/"]
    assert root.xpath("//link[@rel='canonical']/@href") == ["https://example.org/"]
    assert root.xpath("//time/@datetime") == ["2017-01-20T22:12:03Z"]
    assert root.xpath("//meta[@name='description']/@content") == ["On sums."]
    assert "What sums are." in root.text_content()


def test_the_home_page_of_an_empty_site(tmp_path: Path) -> None:
    root = tree(render(sites.site(sites.config(tmp_path)))["index.html"])
    assert root.xpath("//main//ul") == []
    assert "Nothing is published here yet." in root.text_content()


def test_addresses_carry_the_base_path(tmp_path: Path) -> None:
    settings = SiteConfig(title="Notes", base_url="https://example.org/repo/")
    page = sites.page(base="/repo/", has_math=True)
    for path, text in render(sites.site(sites.config(tmp_path, settings), page, base="/repo/")).items():
        addresses = tree(text).xpath("//link[@rel != 'canonical']/@href | //a[not(starts-with(@href, '#'))]/@href")
        assert addresses, path
        assert all(address.startswith("/repo/") for address in addresses), path


def test_the_body_and_the_title_keep_their_markup(tmp_path: Path) -> None:
    page = sites.page(title_html=Markup("On <math><mi>x</mi></math>"), content=Markup("<p>One <em>word</em></p>"))
    built = render(sites.site(sites.config(tmp_path), page))
    assert "<h1>On <math><mi>x</mi></math></h1>" in built["sums/index.html"]
    assert "<p>One <em>word</em></p>" in built["sums/index.html"]
    assert "<math><mi>x</mi></math></a></h2>" in built["index.html"]


def test_json_ld_says_what_the_post_is(tmp_path: Path) -> None:
    text = render(
        sites.site(
            sites.config(tmp_path),
            sites.page(tags=tuple(TermLink(name, Markup(name), f"/tags/{name}/") for name in ("sums", "series"))),
        )
    )["sums/index.html"]
    value = json.loads(tree(text).xpath("string(//script[@type='application/ld+json'])"))
    assert value == {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": "Sums",
        "inLanguage": "en",
        "mainEntityOfPage": "https://example.org/sums/",
        "url": "https://example.org/sums/",
        "datePublished": "2017-01-20T22:12:03Z",
        "dateModified": "2017-01-20T22:12:03Z",
        "author": {"@type": "Person", "name": "A. Writer", "url": "https://example.org/"},
        "description": "What sums are.",
        "keywords": ["sums", "series"],
    }


@pytest.mark.parametrize("hostile", ["</script><script>alert(1)</script>", "<!--<script>", "\u2028 & ' \" \\"])
def test_no_text_ends_the_script_of_json_ld(tmp_path: Path, hostile: str) -> None:
    page = sites.page(title=hostile, description=hostile)
    text = render(sites.site(sites.config(tmp_path), page))["sums/index.html"]
    (script,) = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    assert not set(script) & set("<>&'")
    assert json.loads(script)["headline"] == hostile
    assert hostile in tree(text).xpath("string(//title)")


def test_dates() -> None:
    zone = dt.timezone(dt.timedelta(hours=-5, minutes=-30))
    date = dt.datetime(987, 3, 1, 23, 0, 0, 999, tzinfo=zone)
    assert iso_date(date) == "0987-03-01T23:00:00-05:30"
    assert long_date(date) == "1 March 987"
    assert long_date(date, "en-GB") == "1 March 987"
    assert long_date(date, "en-US") == "March 1, 987"
    assert long_date(date, "de") == "1. März 987"
    assert long_date(date, "ja") == "987年3月1日"
    assert long_date(date, "de-Latn-x-own") == "1. März 987"
    assert long_date(date, "qaa") == "0987-03-01"


def test_the_language_of_the_site_is_that_of_its_pages_and_dates(tmp_path: Path) -> None:
    settings = SiteConfig(title="Notizen", language="de")
    root = tree(render(sites.site(sites.config(tmp_path, settings), sites.page(language="de")))["sums/index.html"])
    assert root.get("lang") == "de"
    assert root.xpath("string(//time)") == "20. Januar 2017"


# -- the theme's README


README = (THEME / "README.md").read_text(encoding="utf-8")
TEMPLATES = {file.name: file.read_text(encoding="utf-8") for file in sorted((THEME / "templates").glob("*.html"))}


def table(heading: str) -> set[str]:
    """Return the first column of the README's table with this first heading."""
    rows = re.search(rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert rows, heading
    return {row.split("`")[1] for row in rows[1].splitlines()}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_readme_lists_the_blocks_of_every_template(name: str) -> None:
    section = re.search(rf"^`{name}`.*\n\n\| Block \|.*\n\|[-|]+\n((?:\|.*\n)+)", README, re.MULTILINE)
    assert section, f"{name} has no table in the theme's README"
    inherited = set(re.findall(r"{% block (\w+)", TEMPLATES["base.html"])) if name != "base.html" else set()
    blocks = set(re.findall(r"{% block (\w+)", TEMPLATES[name])) - inherited
    assert {row.split("`")[1] for row in section[1].splitlines()} == blocks


def test_the_readme_lists_every_variable() -> None:
    assert table("Variable") == set(VARIABLES)
    assert table("Field of a page") == {f"page.{name}" for name in FIELDS["page"]}
    assert table("Field of the settings") == {f"settings.{name}" for name in SiteConfig.__struct_fields__}
    assert table("Filter") == {"direction", "fill", "iso_date", "long_date"}


def test_pages_give_every_variable_that_is_listed(tmp_path: Path) -> None:
    text = "".join(f"{{% set _ = {name} %}}" for name in sorted(VARIABLES))
    sites.write(tmp_path, {"templates/post.html": text})
    assert render(sites.site(sites.config(tmp_path), sites.page()))["sums/index.html"] == ""


def test_the_readme_lists_stylesheets_and_custom_properties() -> None:
    styles = {file.stem: file.read_text(encoding="utf-8") for file in (THEME / "styles").glob("*.css")}
    assert table("Stylesheet") == set(styles)
    assert table("Property") == set(re.findall(r"^ +(--[\w-]+):", styles["colours"], re.MULTILINE))
