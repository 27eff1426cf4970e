"""What an author sees: open pages follow the files, and stay where the reader left them."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serve.running import PATIENCE, Server, children
from tests.site.projects import SETTINGS, Project, png
from tests.support.browsers import Browser, Page

pytestmark = pytest.mark.browser

WORDS = "\n\n".join(f"Paragraph {number} with $x_{{{number}}}$." for number in range(60))

POST = rf"""
-- content/posts/one/index.md --
---
title: One
---

<details><summary>More</summary>

Hidden words.

</details>

{WORDS}

The last words.

![A square](square.png)

-- content/posts/two.md --
---
title: Two
draft: true
---

Second words.
"""


class Author:
    """A project, its preview, and pages open on it."""

    def __init__(self, project: Project, browser: Browser) -> None:
        self.project = project
        self.browser = browser
        self.server = Server(project.root)
        self.pages: list[Page] = []

    def open(self, path: str) -> Page:
        page = self.browser.open(self.server.address + path)
        self.pages.append(page)
        return page

    def edit(self, old: str, new: str, path: str = "content/posts/one/index.md") -> None:
        file = self.project.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def close(self) -> None:
        for page in self.pages:
            page.close()
        with self.server:
            self.server.stop()


def wait(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true."""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition} is not true"
        time.sleep(0.02)


def says(text: str) -> str:
    return f"document.body.textContent.includes({text!r})"


OVERLAY = "document.querySelector('sitegen-overlay').shadowRoot"
BLOCKED = f"!{OVERLAY}.querySelector('.blocking').hidden"
MESSAGE = f"{OVERLAY}.querySelector('.blocking pre').textContent"
BAR = f"{OVERLAY}.querySelector('.problems')"


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Author]:
    project = Project(tmp_path_factory.mktemp("live"))
    author = Author(project, browser)
    yield author
    author.close()


@pytest.fixture
def author(running: Author) -> Iterator[Author]:
    """The same server for all tests, with the files as they were and no page open."""
    project = running.project
    for name in ("templates", "static"):
        for file in sorted((project.root / name).rglob("*"), reverse=True):
            file.unlink() if file.is_file() else file.rmdir()
    project.write("-- sitegen.toml --\n" + SETTINGS + POST)
    square = project.root / "content/posts/one/square.png"
    if not square.exists() or square.read_bytes() != png(8, 8):
        # Written anew, it might be told of only when the next page is open, which then shows it under another address.
        project.put("content/posts/one/square.png", png(8, 8))
    yield running
    while running.pages:
        running.pages.pop().close()


@pytest.fixture
def page(author: Author) -> Page:
    """The post, up to date."""
    page = author.open("one/")
    wait(page, says("The last words.") + f" && !!document.querySelector('sitegen-overlay') && !({BLOCKED})")
    return page


def test_changed_text_appears_and_everything_else_stays(author: Author, page: Page) -> None:
    page.evaluate(
        """(() => {
          document.querySelector('details').open = true;
          document.querySelector('main').dataset.kept = 'no'; // not in the file, so it goes
          const paragraphs = [...document.querySelectorAll('main p')];
          window.first = paragraphs.find(p => p.textContent.startsWith('Paragraph 3 '));
          window.formula = first.querySelector('math');
          window.changed = paragraphs.find(p => p.textContent.startsWith('The last'));
          scrollTo({top: 400, behavior: 'instant'});
        })()"""
    )
    before = page.evaluate("first.getBoundingClientRect().top")
    assert page.evaluate("scrollY") == pytest.approx(400, abs=1)
    author.edit("The last words.", "Other words, and $y^2$.")
    wait(page, says("Other words, and"))
    assert page.evaluate("scrollY") == pytest.approx(400, abs=1)
    assert page.evaluate("first.getBoundingClientRect().top") == pytest.approx(before, abs=1)
    assert page.evaluate("document.querySelector('details').open")
    assert page.evaluate("first.isConnected && formula.isConnected && changed.isConnected")
    assert page.evaluate("changed.textContent.startsWith('Other words')")
    assert page.evaluate("changed.querySelector('math').namespaceURI") == "http://www.w3.org/1998/Math/MathML"
    assert page.evaluate("document.querySelector('main').dataset.kept ?? null") is None


def test_an_insertion_above_keeps_all_that_follows(author: Author, page: Page) -> None:
    page.evaluate("(() => { window.all = [...document.querySelectorAll('main p')]; })()")
    author.edit("Paragraph 5 ", "A new paragraph.\n\nParagraph 5 ")
    wait(page, says("A new paragraph."))
    assert page.evaluate("all.every(p => p.isConnected)")


def test_the_page_becomes_what_a_reload_shows(author: Author, page: Page) -> None:
    author.edit("Paragraph 5 ", "## A heading\n\n- one\n- two\n\nParagraph 5 ")
    author.edit("Paragraph 9 ", "| a | b |\n|---|---|\n| 1 | 2 |\n\nParagraph 9 ")
    author.edit("title: One", "title: One more\ntags: [a]")
    wait(page, "document.title.startsWith('One more') && !!document.querySelector('main table')")
    fresh = author.open("one/")
    html = "document.head.outerHTML.trim() + document.body.outerHTML.replace(/\\s+<\\/body>/, '</body>')"
    assert page.evaluate(html).replace('<details open=""', "<details") == fresh.evaluate(html)
    assert page.complaints() == []


def test_other_tabs_follow_too(author: Author, page: Page) -> None:
    home, other = author.open(""), author.open("two/")
    author.edit("title: One", "title: Another title")
    author.edit("Second words.", "Third words.", "content/posts/two.md")
    for tab, text in ((page, "Another title"), (home, "Another title"), (other, "Third words.")):
        wait(tab, says(text))


def test_a_new_post_and_one_that_goes(author: Author, page: Page) -> None:
    home = author.open("")
    author.project.write("-- content/posts/new/index.md --\n---\ntitle: Newcomer\n---\n\nWords.\n")
    wait(home, says("Newcomer"))
    new = author.open("new/")
    author.project.remove("content/posts/new/index.md")
    (author.project.root / "content/posts/new").rmdir()
    wait(home, "!" + says("Newcomer"))
    wait(new, says("Page not found"))


def test_templates_styles_settings_macros(author: Author, page: Page) -> None:
    author.project.write('-- templates/post.html --\n{% extends "default/post.html" %}\n'
                         "{% block after_content %}<p>By the template.</p>{% endblock %}\n")  # fmt: skip
    wait(page, says("By the template."))
    author.project.write("-- templates/styles/own.css --\nmain p:not(.meta) { color: rgb(1, 2, 3) }\n")
    wait(page, "getComputedStyle(document.querySelector('main p:not(.meta)')).color === 'rgb(1, 2, 3)'")
    assert page.evaluate("document.querySelectorAll('link[rel=stylesheet]').length") == 1
    author.project.write("-- sitegen.toml --\n" + SETTINGS.replace("Notes", "Renamed"))
    wait(page, says("Renamed"))
    author.edit("The last words.", "A macro $\\RR$.")
    wait(page, f"!{BAR}.hidden")
    author.project.write("-- sitegen.toml --\n" + SETTINGS + "[math.macros]\nRR = '\\mathbb{R}'\n")
    wait(page, says("ℝ") + f" && {BAR}.hidden")
    author.project.write("-- sitegen.toml --\n" + SETTINGS)
    wait(page, "!" + says("Renamed"))
    assert page.complaints() == []


def test_an_image_under_its_name(author: Author, page: Page) -> None:
    page.evaluate("document.querySelector('main img').scrollIntoView({behavior: 'instant'})")  # it is loaded lazily
    wait(page, "document.querySelector('main img').naturalWidth === 8")
    author.project.put("content/posts/one/square.png", png(20, 10))
    wait(page, "document.querySelector('main img').naturalWidth === 20")
    assert page.evaluate("document.querySelector('main img').width") == 20
    author.edit("The last words.", "More words.")
    wait(page, says("More words."))
    assert page.evaluate("document.querySelector('main img').naturalWidth") == 20


def test_a_bad_formula_is_marked_on_its_page(author: Author, page: Page) -> None:
    author.edit("The last words.", "The last words $\\convol$.")
    wait(page, "!!document.querySelector('main .math-error')")
    assert not page.evaluate(BLOCKED)
    assert page.evaluate(f"{BAR}.querySelector('summary').textContent").startswith(
        "1 error in this post: unknown command"
    )
    assert "^^^^^^^" in page.evaluate(f"{BAR}.querySelector('pre').textContent")
    author.edit("words $\\convol$.", "words.")
    wait(page, f"!document.querySelector('main .math-error') && {BAR}.hidden")


BROKEN = {
    "a post": ("-- content/posts/one/index.md --\n---\ntitle: [<b>\n---\n", "content/posts/one/index.md:2:8"),
    "the settings": ("-- sitegen.toml --\n[site]\ntitle = <img src=x>\n", "sitegen.toml:2:9"),
    "a template": ("-- templates/post.html --\n{% if <script> %}\n", "templates/post.html:1"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_is_shown_over_the_last_good_page(author: Author, page: Page, what: str) -> None:
    text, printed = BROKEN[what]
    home = author.open("")
    author.project.write(text)
    wait(page, BLOCKED)
    wait(home, BLOCKED)
    message = page.evaluate(MESSAGE)
    assert printed in message
    assert "^" in message or what == "a template"
    assert page.evaluate(says("The last words."))
    assert page.evaluate(f"{OVERLAY}.querySelectorAll('b, img, script').length") == 0
    # A page that is opened now shows the same.
    wait(author.open("one/"), f"!!document.querySelector('sitegen-overlay') && {BLOCKED}")
    if what == "a template":
        author.project.remove("templates/post.html")
    else:
        author.project.write("-- sitegen.toml --\n" + SETTINGS + POST)
    for tab in author.pages:
        wait(tab, f"!({BLOCKED})")
    assert page.complaints() == []


def test_the_overlay_can_be_put_away(author: Author, page: Page) -> None:
    author.project.write("-- sitegen.toml --\n[site]\ntitle = \n")
    wait(page, BLOCKED)
    page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    assert not page.evaluate(BLOCKED)


def test_drafts_are_marked(author: Author) -> None:
    home, post = author.open(""), author.open("two/")
    wait(post, "!!document.querySelector('sitegen-overlay')")
    assert "Draft" in post.evaluate(f"{OVERLAY}.querySelector('.mark').textContent")
    content = "getComputedStyle(document.querySelector('main a[href=\"/two/\"]'), '::after').content"
    assert home.evaluate(content) == '" (draft)"'
    author.edit("draft: true", "draft: false", "content/posts/two.md")
    wait(post, f"{OVERLAY}.querySelector('.mark').hidden")
    wait(home, f"{content} === 'none'")


def test_the_page_comes_back_after_a_restart(browser: Browser, tmp_path: Path) -> None:
    author = Author(Project(tmp_path, POST), browser)
    try:
        page = author.open("one/")
        port = author.server.address.split(":")[2].strip("/")
        with author.server:
            author.server.stop()
        author.edit("The last words.", "Words of the meantime.")
        author.server = Server(tmp_path, "--port", port)
        wait(page, says("Words of the meantime."))
        author.edit("Words of the meantime.", "Words from then on.")
        wait(page, says("Words from then on."))
    finally:
        author.close()


def test_a_page_that_was_opened_first_becomes_exact(browser: Browser, tmp_path: Path) -> None:
    dated = POST.replace("title: One", "title: One\ndate: 2024-01-02")
    other = "-- content/posts/neighbour.md --\n---\ndate: 2024-01-01\n---\n\n# Near $x^2$\n\nText.\n"
    project = Project(tmp_path, dated + other)
    project.put("content/posts/one/square.png", png(8, 8))
    for number in range(300):
        formulas = "\n\n".join(f"$$ \\frac{{{number}}}{{{other}}} $$" for other in range(60))
        project.put(f"content/posts/long/l{number}.md", f"# Long {number}\n\n{formulas}\n".encode())
    author = Author(project, browser)
    author.server.wait_for("posts to compile")
    workers = children(author.server.process.pid)
    if not workers:
        author.close()
        pytest.skip("one processor does all the work")
    for worker in workers:
        worker.suspend()
    try:
        page = author.open("one/")
        waiting = f"!{OVERLAY}.querySelector('.pending').hidden"
        wait(page, f"{says('The last words.')} && !!document.querySelector('sitegen-overlay') && {waiting}")
        assert "ready in" not in author.server.log
        page.evaluate("(() => { window.all = [...document.querySelectorAll('main p')]; })()")
        page.evaluate("scrollTo({top: 400, behavior: 'instant'})")
        author.edit("The last words.", "Words of the meantime.")
        wait(page, says("Words of the meantime."))
        assert "ready in" not in author.server.log
        for worker in workers:
            worker.resume()
        wait(page, f"!({waiting})")
        author.server.wait_for("ready in")
        assert page.evaluate("all.every(p => p.isConnected)")
        assert page.evaluate("scrollY") == pytest.approx(400, abs=1)
        assert page.evaluate("document.querySelectorAll('link[rel=stylesheet]').length") == 1
        wait(page, "!!document.querySelector('a[href*=neighbour] math')")
        assert page.complaints() == []
    finally:
        author.close()


# --- the morph by itself -----------------------------------------------------------------------------------------

TREES = (
    "",
    "<p>one</p>",
    "<p>one</p><p>two</p><p>three</p>",
    "<p>three</p><p>one</p><p>two</p>",
    "<p id=a>one</p>text<p id=b>two</p>",
    "<p id=b>two</p><p id=a class=x>one <em>more</em></p>",
    "<ul><li>1<li>2<li>3</ul><table><tr><td>1<td>2</table>",
    "<ul><li>0<li>1<li>2<li>4</ul><table><tr><td>1<td>3</table>",
    "<p>a <math><mi>x</mi></math> b</p><!-- note --><svg viewBox='0 0 1 1'><path d='M0 0'/></svg>",
    "<p>a <math display=block><msup><mi>x</mi><mn>2</mn></msup></math> b</p><svg><path d='M1 1'/></svg>",
    "<div><div><div>deep</div></div></div><p>one</p><p>one</p><p>one</p>",
    "<p>one</p><div><p>one</p></div><p>one</p>",
)


def test_any_tree_becomes_any_other(author: Author, page: Page) -> None:
    script = """import('/__sitegen/morph.js').then(({morph}) => {
      const parse = html => new DOMParser().parseFromString(`<body>${html}</body>`, 'text/html').body;
      const wrong = [];
      for (const [from, to] of PAIRS) {
        const old = parse(from);
        const same = old.innerHTML;
        morph(old, parse(to));
        if (!old.isEqualNode(parse(to))) wrong.push([same, to, old.innerHTML]);
      }
      return wrong;
    })"""
    pairs = json.dumps(list(itertools.product(TREES, TREES)))
    assert page.evaluate(script.replace("PAIRS", pairs)) == []
