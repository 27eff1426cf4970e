"""Which font files a site has, from its posts and settings."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from sitegen import fonts
from tests.site.projects import Project, codes, told

POST = "-- content/posts/one.md --\n# Sums\n\nLet $x_1 + y = \\alpha$, with $\\text{Größe}$ and $\\widehat{ab}$.\n"
MANY = "".join(
    f"$\\{kind}{{{letter}}}$ " for kind in ("mathbf", "mathfrak", "mathcal", "mathbb") for letter in "ABCDEFG"
)
SETTINGS = '-- sitegen.toml --\n[site]\ntitle = "Notes"\nbase_url = "https://example.org/repo/"\n'


def font_of(project: Project, page: str) -> TTFont:
    """Return the font that a page preloads; its stylesheets must load the same."""
    text = project.dist()[page].decode()
    (address,) = re.findall(r'<link rel="preload" href="/repo/([^"]+)" as="font"', text)
    sheets = [project.dist()[name].decode() for name in re.findall(r'rel="stylesheet" href="/repo/([^"]+)"', text)]
    assert Path(address).name in re.findall(r'url\("([^"]+\.woff2)"\)', sheets[-1])
    return TTFont(io.BytesIO(project.dist()[address]))


def characters(font: TTFont) -> str:
    return "".join(sorted(map(chr, font.getBestCmap() or {})))


def own_font(folder: Path) -> None:
    """Write a font with a few characters of STIX Two Math."""
    font = TTFont(fonts.font_file())
    options = Options()
    options.drop_tables = ["GSUB", "GPOS"]
    subsetter = Subsetter(options)
    subsetter.populate(text="𝑎𝑏𝑥()=+1234567890√")
    subsetter.subset(font)
    folder.mkdir(parents=True)
    font.save(folder / "Own Math.ttf")


def test_the_font_has_what_formulas_show_as_browsers_draw_it(tmp_path: Path) -> None:
    project = Project(tmp_path, SETTINGS + POST)
    assert codes(project.build()) == []
    shown = characters(font_of(project, "one/index.html"))
    assert set("𝑥𝑦𝑎𝑏𝛼1+=ˆ√(){}|‖⟨⟩−") <= set(shown)
    assert not set("xyabαGrößze") & set(shown), "single letters are drawn in italics, text in the text font"
    assert "MATH" in font_of(project, "one/index.html")
    assert project.dist()["assets/OFL.txt"]


def test_a_second_build_cuts_nothing_and_a_clean_one_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project(tmp_path, SETTINGS + POST)
    project.build()
    built = project.dist()

    def never(*_: object) -> bytes:
        raise AssertionError("the font is made again")

    with monkeypatch.context() as context:
        context.setattr("sitegen.fonts.cutting._open", never)
        project.write("-- content/posts/two.md --\nAgain $x + y = 1$.\n")
        assert codes(project.build()) == []
        project.remove("content/posts/two.md")
        project.build()
    assert project.dist() == built
    (tmp_path / "clean").mkdir()
    clean = Project(tmp_path / "clean", SETTINGS + POST)
    clean.build()
    assert clean.dist() == built


def test_a_page_with_far_more_gets_a_file_of_its_own(tmp_path: Path) -> None:
    many = f"-- content/posts/many.md --\n# All $\\mathbb{{B}}$\n\n{MANY}\n"
    project = Project(tmp_path, f'{SETTINGS}[math.font]\nfull = ["/many/"]\n{POST}{many}')
    assert codes(project.build()) == []
    ordinary = characters(font_of(project, "one/index.html"))
    complete = characters(font_of(project, "many/index.html"))
    assert set(ordinary) < set(complete)
    assert {"𝔹"} == set("𝐀𝔄𝔹𝒞") & set(ordinary), "the title is on the home page too"
    assert "𝐀" in complete
    assert [page for page, data in project.dist().items() if b"complete-font" in data and page.endswith("html")] == [
        "many/index.html"
    ]


def test_a_page_over_the_budget_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.fonts.choice.BUDGET", 10_000)
    monkeypatch.setattr("sitegen.fonts.choice.ALONE", 2_000)
    project = Project(tmp_path, f"{SETTINGS}{POST}-- content/posts/many.md --\n{MANY}\n")
    project.build()
    assert "𝐀" not in characters(font_of(project, "one/index.html"))
    assert set("𝐀𝑥") <= set(characters(font_of(project, "many/index.html")))


def test_a_font_of_the_sites_own(tmp_path: Path) -> None:
    own_font(tmp_path / "fonts")
    post = "-- content/posts/one.md --\nWith $a + b$.\n\nAnd $a \\neq x$.\n"
    project = Project(tmp_path, f'{SETTINGS}[math]\nfont = "fonts/Own Math.ttf"\n{post}')
    built = project.build()
    assert told(built) == ["math/missing-glyph content/posts/one.md:3:5 the math font has no ≠ (U+2260)"]
    assert set("𝑎𝑏+") <= set(characters(font_of(project, "one/index.html")))
    assert any(path.startswith("assets/own-math.") for path in project.dist())
    assert "assets/OFL.txt" not in project.dist(), "the licence is that of the packaged font"


@pytest.mark.parametrize("setting", ['font = "none"', "font = false", '[math.font]\nfile = "none"'])
def test_no_font_at_all(tmp_path: Path, setting: str) -> None:
    text = f"{SETTINGS}{setting if setting.startswith('[') else '[math]' + chr(10) + setting}\n{POST}"
    project = Project(tmp_path, text)
    assert codes(project.build()) == []
    files = project.dist()
    assert not [path for path in files if path.endswith((".woff2", "OFL.txt"))]
    assert b'rel="preload"' not in files["one/index.html"]
    css = next(data for path, data in files.items() if path.endswith(".css"))
    assert b"@font-face" not in css
    assert b".eqno" in css, "the rules for formulas stay"


def test_mathml_of_the_authors_own_counts(tmp_path: Path) -> None:
    project = Project(tmp_path, SETTINGS + "-- content/posts/one.md --\nSo <math><mi>z</mi><mo>⊕</mo></math>.\n")
    project.build()
    assert set("𝑧⊕") <= set(characters(font_of(project, "one/index.html")))


def test_a_character_that_the_font_lacks_is_told_once_a_post_and_not_in_text(tmp_path: Path) -> None:
    text = "-- content/posts/one.md --\n# Snow\n\nIn $\\text{雪}$, $x_雪$ and $雪$.\n"
    project = Project(tmp_path, SETTINGS + text)
    (problem,) = project.build().diagnostics
    assert (problem.code, problem.message) == ("math/missing-glyph", "the math font has no 雪 (U+96EA)")
    assert problem.span is not None
    source = (tmp_path / "content/posts/one.md").read_text(encoding="utf-8")
    assert source[problem.span.start : problem.span.end] == "$x_雪$"


def test_numbers_of_rows_are_in_the_font(tmp_path: Path) -> None:
    rows = "$$\\begin{align} x \\tag{Q7} \\\\ y \\end{align}$$"
    project = Project(tmp_path, f"{SETTINGS}-- content/posts/one.md --\n{rows}\n")
    assert codes(project.build()) == []
    assert set("𝑥𝑦Q71()") <= set(characters(font_of(project, "one/index.html")))
