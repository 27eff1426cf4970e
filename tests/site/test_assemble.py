"""Documents into a site: order, addresses, filled holes, and what is said about those that cannot be filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitegen.config import BuildConfig, Config
from sitegen.model import Document, ImageSlot
from sitegen.site import AssetFile, Site, assemble
from sitegen.site.summaries import describe
from tests.site.documents import PLACE, asset, config, document, equation, image, link
from tests.site.projects import png

HOME = "content/posts/a/index.md"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, data in {
        "content/posts/a/kernel.png": png(3, 2),
        "content/posts/a/img/deep.png": png(4, 4),
        "content/posts/a/my image.png": png(5, 1),
        "content/posts/a/100%25.png": png(6, 1),
        "content/posts/a/\u00fcber.png": png(7, 1),
        "content/posts/a/no-image.png": b"\x89PNG, and no more",
        "content/posts/a/paper.pdf": b"%PDF",
        "content/posts/a/.secret": b"hidden",
        "content/posts/a/drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="30"/>',
        "content/posts/b/plot.png": png(8, 8),
        "content/posts/shared.png": png(9, 9),
        "content/data/table.csv": b"1,2",
        "static/logo.png": png(10, 10),
        "figures/top.png": png(11, 11),
        "sitegen.toml": b"",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (tmp_path / "outside.png").write_bytes(png(1, 1))
    return root


def posts(*body: object, **fields: object) -> list[Document]:
    """Return the post `a` with this body, and its neighbours."""
    return [
        document(HOME, *body, place="/custom/", anchors=("part",), **fields),  # type: ignore[arg-type]
        document("content/posts/b/index.md", anchors=("results", "eq-x"), labels=("x",)),
        document("content/posts/c.md", anchors=("top-of-c",)),
        document("content/posts/draft/index.md", draft=True),
    ]


def site_with(project: Path, *body: object, base_url: str = "https://example.org/repo/") -> Site:
    return assemble(posts(*body), config(project, base_url))


def filled(site: Site) -> str:
    return next(str(page.content) for page in site.pages if page.source == HOME)


def said(site: Site) -> list[tuple[str, str]]:
    return [(problem.code, problem.hint) for problem in site.diagnostics]


# -- pages


def test_the_newest_comes_first_and_the_undated_last_by_address(tmp_path: Path) -> None:
    documents = [
        document("content/posts/z.md"),
        document("content/posts/old.md", date="2001-01-01"),
        document("content/posts/b.md", date="2020-05-05"),
        document("content/posts/a.md", date="2020-05-05"),
        document("content/posts/y.md"),
        document("content/posts/new.md", date="2024-01-01"),
    ]
    site = assemble(documents, config(tmp_path))
    assert [page.url for page in site.pages] == ["/new/", "/a/", "/b/", "/old/", "/y/", "/z/"]
    assert [document.path for document in site.documents] == [page.source for page in site.pages]
    assert site == assemble(documents[::-1], config(tmp_path)), "the order of reading makes no difference"


def test_front_matter_decides_the_address(tmp_path: Path) -> None:
    page = assemble([document(place="/2017/Über uns/")], config(tmp_path, "https://example.org/repo/")).pages[0]
    assert page.url == "/repo/2017/%C3%9Cber%20uns/"
    assert page.absolute_url == "https://example.org/repo/2017/%C3%9Cber%20uns/"
    assert page.output == "2017/Über uns/index.html"


def test_drafts_are_left_out_unless_wanted(tmp_path: Path) -> None:
    documents = [document("content/posts/a.md"), document("content/posts/b.md", draft=True, colors=("ff0000",))]
    assert [page.url for page in assemble(documents, config(tmp_path)).pages] == ["/a/"]
    assert assemble(documents, config(tmp_path)).colors == ()
    site = assemble(documents, config(tmp_path, drafts=True))
    assert [(page.url, page.draft) for page in site.pages] == [("/a/", False), ("/b/", True)]


def test_colours_of_all_posts_come_together(tmp_path: Path) -> None:
    documents = [
        document("content/posts/a.md", colors=("ff0000", "0000ff"), backgrounds=("111111",)),
        document("content/posts/b.md", colors=("0000ff", "00ff00")),
    ]
    site = assemble(documents, config(tmp_path))
    assert site.colors == ("0000ff", "00ff00", "ff0000")
    assert site.backgrounds == ("111111",)


def test_description_of_front_matter_wins(tmp_path: Path) -> None:
    site = assemble([document(description="Mine,\n in full.", text="Text.")], config(tmp_path))
    assert site.pages[0].description == "Mine, in full."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  Short\n text. ", "Short text."),
        ("w" * 160, "w" * 160),
        ("w" * 161, "w" * 159 + "…"),
        ("word " * 40, ("word " * 32).strip() + "…"),
        ("a" * 150 + ", " + "b" * 50, "a" * 150 + "…"),
    ],
)
def test_description_is_the_beginning_of_the_text(text: str, expected: str) -> None:
    assert describe(text) == expected
    assert len(describe(text)) <= 160


# -- links


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("../b/", "/repo/b/"),
        ("../b", "/repo/b/"),
        ("../b/index.md", "/repo/b/"),
        ("../b/index.md#results", "/repo/b/#results"),
        ("../b/#eq-x", "/repo/b/#eq-x"),
        ("../b/?q=1&r=2#results", "/repo/b/?q=1&amp;r=2#results"),
        ("../c.md", "/repo/c/"),
        ("../c/", "/repo/c/"),
        ("/b/", "/repo/b/"),
        ("/b", "/repo/b/"),
        ("/b/index.html", "/repo/b/"),
        ("/", "/repo/"),
        ("..", "/repo/"),
        ("/custom/", "/repo/custom/"),
        ("./", "/repo/custom/"),
        ("index.md", "/repo/custom/"),
        ("#part", "#part"),
        ("index.md#part", "#part"),
        ("/custom/#part", "#part"),
        ("#", "#"),
        ("#top", "#top"),
        ("#:~:text=some%20words", "#:~:text=some%20words"),
        ("paper.pdf", "/repo/custom/paper.pdf"),
        ("paper.pdf#page=2", "/repo/custom/paper.pdf#page=2"),
        ("/custom/paper.pdf", "/repo/custom/paper.pdf"),
        ("my%20image.png", "/repo/custom/my%20image.png"),
        ("my image.png", "/repo/custom/my%20image.png"),
        ("/logo.png", "/repo/logo.png"),
        ("/icon.svg", "/repo/icon.svg"),
        ("../b/plot.png", "/repo/b/plot.png"),
        ("../shared.png", "/repo/shared.png"),
        ("../../data/table.csv", "/repo/data/table.csv"),
        ("https://example.com/a b?x=1&y=2", "https://example.com/a b?x=1&amp;y=2"),
        ("//cdn.example.com/x", "//cdn.example.com/x"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links(project: Path, href: str, expected: str) -> None:
    site = site_with(project, '<a href="', link(href), '">')
    assert filled(site) == f'<a href="{expected}">'
    assert site.diagnostics == ()
    assert site.broken == frozenset()


def test_links_at_the_root_of_a_host(project: Path) -> None:
    assert filled(site_with(project, link("../b/#results"), base_url="https://example.org/")) == "/b/#results"


@pytest.mark.parametrize(
    ("href", "written", "code", "hint"),
    [
        ("../bb/", "../bb/", "link/missing-page", "/b/"),
        ("../b/indx.md", "../b/indx.md", "link/missing-page", ""),
        ("../cc.md", "../cc.md", "link/missing-page", "../c.md"),
        ("c.md", "c.md", "link/missing-page", "did you mean ../c.md?"),
        ("/nowhere/", "/repo/nowhere/", "link/missing-page", ""),
        ("papr.pdf", "papr.pdf", "link/missing-page", "paper.pdf"),
        ("deep.png", "deep.png", "link/missing-page", "img/deep.png"),
        ("/lgo.png", "/repo/lgo.png", "link/missing-page", "/logo.png"),
        ("../draft/", "../draft/", "link/missing-page", "finish it first"),
        ("#parts", "#parts", "link/missing-anchor", "#part"),
        ("../b/#result", "/repo/b/#result", "link/missing-anchor", "#results"),
        ("x\0y", "x%00y", "link/missing-page", ""),
        ("n" * 5000, "n" * 5000, "link/missing-page", ""),
        ("../../../../etc/passwd", "../../../../etc/passwd", "asset/outside-project", "copy"),
        ("%2e./../../../o.png", "%2e./../../../o.png", "asset/outside-project", ""),
        (".secret", ".secret", "asset/private", ""),
        ("a\"b<c>&d", "a%22b%3Cc%3E&amp;d", "link/missing-page", ""),
    ],
)  # fmt: skip
def test_links_that_lead_nowhere(project: Path, href: str, written: str, code: str, hint: str) -> None:
    site = site_with(project, '<a href="', link(href), '">')
    assert filled(site) == f'<a href="{written}">'
    assert [found for found, _ in said(site)] == [code]
    assert hint in said(site)[0][1]
    assert len(site.broken) == 1
    assert site.assets == ()


def test_a_post_is_never_published_as_it_is(project: Path) -> None:
    (project / "content/posts/rejected.md").write_text("# No\n")
    site = site_with(project, link("../rejected.md"))
    assert [code for code, _ in said(site)] == ["link/missing-page"]
    assert site.assets == ()


def test_files_that_sitegen_wrote_are_not_content(project: Path) -> None:
    (project / "dist").mkdir()
    (project / "dist" / "old.png").write_bytes(png(1, 1))
    assert [code for code, _ in said(site_with(project, image("../../../dist/old.png")))] == ["asset/private"]


def test_a_symbolic_link_out_of_the_project_is_refused(project: Path) -> None:
    (project / "content/posts/a/leak.png").symlink_to(project.parent / "outside.png")
    site = site_with(project, image("leak.png"))
    assert [code for code, _ in said(site)] == ["asset/outside-project"]
    assert site.assets == ()


def test_a_symbolic_link_to_a_hidden_file_is_refused(project: Path) -> None:
    (project / "content/posts/a/open.txt").symlink_to(".secret")
    assert [code for code, _ in said(site_with(project, link("open.txt")))] == ["asset/private"]


def test_a_symbolic_link_inside_the_project_is_followed(project: Path) -> None:
    (project / "content/posts/a/linked.png").symlink_to(project / "figures" / "top.png")
    site = site_with(project, image("linked.png"))
    assert site.diagnostics == ()
    assert site.assets == (AssetFile("content/posts/a/linked.png", "custom/linked.png"),)


# -- images and other files


@pytest.mark.parametrize(
    ("src", "expected"),
    [
        ("kernel.png", 'src="/repo/custom/kernel.png" width="3" height="2"'),
        ("./img/deep.png", 'src="/repo/custom/img/deep.png" width="4" height="4"'),
        ("my%20image.png", 'src="/repo/custom/my%20image.png" width="5" height="1"'),
        ("my image.png", 'src="/repo/custom/my%20image.png" width="5" height="1"'),
        ("100%25.png", 'src="/repo/custom/100%2525.png" width="6" height="1"'),
        ("u\u0308ber.png", 'src="/repo/custom/%C3%BCber.png" width="7" height="1"'),
        ("/logo.png", 'src="/repo/logo.png" width="10" height="10"'),
        ("/custom/kernel.png", 'src="/repo/custom/kernel.png" width="3" height="2"'),
        ("../../../static/logo.png", 'src="/repo/logo.png" width="10" height="10"'),
        ("../../../figures/top.png", 'src="/repo/figures/top.png" width="11" height="11"'),
        ("drawing.svg", 'src="/repo/custom/drawing.svg" width="120" height="30"'),
        ("no-image.png", 'src="/repo/custom/no-image.png"'),
        ("kernel.png?v=2", 'src="/repo/custom/kernel.png?v=2" width="3" height="2"'),
        ("https://example.com/x.png", 'src="https://example.com/x.png"'),
        ("data:image/gif;base64,R0==", 'src="data:image/gif;base64,R0=="'),
    ],
)
def test_images(project: Path, src: str, expected: str) -> None:
    site = site_with(project, image(src))
    assert filled(site) == f'<img {expected} alt="what it shows">'
    assert site.diagnostics == ()


def test_an_author_decides_the_size_of_an_image(project: Path) -> None:
    slot = image("kernel.png", ("class", "wide"), ("width", "50"), ("alt", 'a "b" <c>'), ("title", "t"))
    assert filled(site_with(project, slot)) == (
        '<img src="/repo/custom/kernel.png" height="33" class="wide" width="50" '
        'alt="a &quot;b&quot; &lt;c&gt;" title="t">'
    )


def test_every_file_of_a_srcset_is_published(project: Path) -> None:
    sources = (("img/deep.png", "2x"), ("https://example.com/x.png", "3x"), ("/logo.png", ""))
    site = site_with(project, ImageSlot("kernel.png", (("alt", "a"),), PLACE, sources))
    assert filled(site) == (
        '<img src="/repo/custom/kernel.png" width="3" height="2" alt="a" '
        'srcset="/repo/custom/img/deep.png 2x, https://example.com/x.png 3x, /repo/logo.png">'
    )
    assert AssetFile("content/posts/a/img/deep.png", "custom/img/deep.png") in site.assets
    assert site.diagnostics == ()


def test_a_missing_file_of_a_srcset_is_reported(project: Path) -> None:
    site = site_with(project, ImageSlot("kernel.png", (("alt", "a"),), PLACE, (("deep.png", "2x"),)))
    assert said(site) == [("asset/missing", "did you mean img/deep.png?")]


@pytest.mark.parametrize(
    ("src", "code", "hint"),
    [
        ("kernal.png", "image/missing", "did you mean kernel.png?"),
        ("Kernel.PNG", "image/missing", "did you mean kernel.png?"),
        ("deep.png", "image/missing", "did you mean img/deep.png?"),
        ("img\\deep.png", "image/missing", "did you mean img/deep.png?"),
        ("/lgo.png", "image/missing", "did you mean /logo.png?"),
        ("/nothing.png", "image/missing", "put the file into the static folder, or correct the name; capitals count"),
        ("", "image/missing", "name a file beside the post"),
        ("img", "image/missing", "put the file beside the post, or correct the name; capitals count"),
        ("../../../../outside.png", "asset/outside-project", "copy the file into the project"),
    ],
)
def test_images_that_are_missing(project: Path, src: str, code: str, hint: str) -> None:
    site = site_with(project, image(src))
    assert 'class="missing"' in filled(site)
    assert ">what it shows</span>" in filled(site)
    assert said(site) == [(code, hint)]
    assert site.diagnostics[0].path == HOME
    assert site.diagnostics[0].span is not None


def test_a_missing_image_without_words_shows_its_name(project: Path) -> None:
    assert ">&lt;x&gt;.png</span>" in filled(site_with(project, image("<x>.png", ("alt", ""))))


def test_other_files_are_published_beside_the_page(project: Path) -> None:
    site = site_with(project, asset("paper.pdf"), " ", asset("https://example.com/v.mp4"), " ", asset("/logo.png"))
    assert filled(site) == "/repo/custom/paper.pdf https://example.com/v.mp4 /repo/logo.png"
    assert site.assets == (AssetFile("content/posts/a/paper.pdf", "custom/paper.pdf"),)
    assert said(site_with(project, asset("papr.pdf"))) == [("asset/missing", "did you mean paper.pdf?")]


def test_a_file_is_published_once_and_where_its_post_is(project: Path) -> None:
    site = site_with(project, image("../b/plot.png"), image("../b/plot.png"), link("../b/plot.png"))
    assert site.assets == (AssetFile("content/posts/b/plot.png", "b/plot.png"),)


def test_posts_may_lie_at_the_top_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "posts/a").mkdir(parents=True)
    (tmp_path / "posts/a/kernel.png").write_bytes(png(3, 2))
    plain = config(tmp_path)
    flat = Config(plain.root, plain.path, plain.site, BuildConfig(content="."), plain.math)
    site = assemble([document("posts/a/index.md", image("kernel.png"))], flat)
    assert site.assets == (AssetFile("posts/a/kernel.png", "a/kernel.png"),)


# -- equations of other posts


def test_references_to_other_posts(project: Path) -> None:
    site = site_with(project, equation("x"), " ", equation("x", parenthesised=False), " ", equation("x", in_math=True))
    assert filled(site) == '<a href="/repo/b/#eq-x">(1)</a> <a href="/repo/b/#eq-x">1</a> (1)'
    assert site.diagnostics == ()


def test_unresolved_references(project: Path) -> None:
    site = site_with(project, equation("xx"), equation("wholly-other", in_math=True))
    assert filled(site).startswith('<code class="math-error" title="no equation has the label xx">\\eqref{xx}</code>')
    assert filled(site).endswith("(??)")
    assert said(site) == [
        ("math/unresolved-reference", "did you mean x?"),
        ("math/unresolved-reference", "put \\label{wholly-other} into the equation that is meant"),
    ]


def test_a_label_in_a_formula_with_an_error_is_not_reported_as_missing(project: Path) -> None:
    documents = [*posts(equation("lost")), document("content/posts/d.md", lost_labels=("lost",))]
    site = assemble(documents, config(project))
    assert site.diagnostics == ()
    assert filled(site).startswith('<code class="math-error" title="the formula with the label lost has an error">')


def test_a_label_of_two_other_posts_is_ambiguous(project: Path) -> None:
    documents = [*posts(equation("x")), document("content/posts/d.md", labels=("x",))]
    site = assemble(documents, config(project))
    assert [problem.code for problem in site.diagnostics] == ["math/ambiguous-reference"]
    assert set(site.diagnostics[0].notes) == {"content/posts/b/index.md", "content/posts/d.md"}
    assert "\\eqref{x}" in filled(site)


def test_a_draft_has_no_labels(tmp_path: Path) -> None:
    documents = [document(HOME, equation("x")), document("content/posts/b.md", labels=("x",), draft=True)]
    assert [problem.code for problem in assemble(documents, config(tmp_path)).diagnostics] == [
        "math/unresolved-reference"
    ]
    assert assemble(documents, config(tmp_path, drafts=True)).diagnostics == ()
