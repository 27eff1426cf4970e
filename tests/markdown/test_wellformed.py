"""What authors write as HTML nests on the page, whatever it was."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.corpus import Reader
from sitegen.markdown import MarkdownOptions, parse, render
from sitegen.markdown.wellformed import MARK, Fault, well_formed
from sitegen.math import Formula, MathOptions, typeset

CASES = [
    # What nests stays as it is.
    ("<p>a<b>b</b></p>\n<ul>\n<li>c<li>d</li>\n</ul>", "<p>a<b>b</b></p>\n<ul>\n<li>c</li><li>d</li>\n</ul>"),
    ('<a href="x"><div>a</div></a>', '<a href="x"><div>a</div></a>'),
    ("<!-- <b> --><math><mi>x</mi></math><svg><g/></svg>", "<!-- <b> --><math><mi>x</mi></math><svg><g/></svg>"),
    ("<pre>a < b</pre>", "<pre>a &lt; b</pre>"),
    # End tags that close nothing, and elements that nothing closes.
    ("a</div></b>b", "ab"),
    ("<div><b>a</div>b", "<div><b>a</b></div>b"),
    ("<div>a", "<div>a</div>"),
    ("a<br></br></img>b", "a<br>b"),
    # Blocks divide phrases and paragraphs.
    ("<p>a<div>b</div>c", "<p>a</p><div>b</div>c"),
    ('<p class="x">a<div>b</div>c</p>', '<div class="x">a<div>b</div>c</div>'),
    ("<p>a<div>b</p>c", "<div>a<div>b</div></div>c"),
    ("<p>a<div>b</div><p>c</p>", "<p>a</p><div>b</div><p>c</p>"),
    ("<b>a<div>b</div>c</b>d", "<b>a</b><div><b>b</b></div><b>c</b>d"),
    ('<b id="x">a<p>b</p></b>', '<b id="x">a</b><p><b>b</b></p>'),
    ("<i>a<b>b</i>c</b>d", "<i>a<b>b</b></i><b>c</b>d"),
    ("<p><a href=x>a<ul><li>b</ul></a>", "<p><a href=x>a</a></p><ul><li><a href=x>b</a></li></ul>"),
    ("<a href=x>a<a href=y>b</a>", "<a href=x>a</a><a href=y>b</a>"),
    ("<h2>a<div>b</div></h2>", "<h2>a<br><span>b</span></h2>"),
    ("<h2>a<p>b</p>", "<h2>a</h2><p>b</p>"),
    # Lists.
    ("<li>a</li><li>b</li>c", "<ul><li>a</li><li>b</li></ul>c"),
    ("<ul><p>a</p><ul><li>b</ul></ul>", "<ul><li><p>a</p><ul><li>b</li></ul></li></ul>"),
    ("<dl>a<dt>b<dd>c</dl>", "<dl><dd>a</dd><dt>b</dt><dd>c</dd></dl>"),
    ("<dd>a</dd>b", "<dl><dd>a</dd></dl>b"),
    # Tables.
    ("<tr><td>a</td></tr>", "a"),
    ("<table><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"),
    ("<table><tr>a</tr></table>", "<table><tr><td>a</td></tr></table>"),
    ("<table><tr><td><div>a</td></tr></table>", "<table><tr><td><div>a</div></td></tr></table>"),
    ("<div><table><tr><td>a</div>b</td></tr></table></div>", "<div><table><tr><td>ab</td></tr></table></div>"),
    # Captions.
    ("<figcaption>a</figcaption>", "<div>a</div>"),
    ("<figure>a<figcaption>b</figcaption>c</figure>", "<figure>a<div>b</div>c</figure>"),
    ("<figure><figcaption>a</figcaption>b<figcaption>c</figcaption></figure>",
     "<figure><div>a</div>b<figcaption>c</figcaption></figure>"),
    ("<details>a<summary>b</summary></details>", "<details><summary>b</summary>a</details>"),
    ("<details>a</details>", "<details><summary>Details</summary>a</details>"),
    # What is no HTML.
    ("<div>vector<int> a < b</div>", "<div>vector&lt;int&gt; a &lt; b</div>"),
    ('<image src="x"></image>', ""),
    ("<https://example.org/>", '<a href="https://example.org/">https://example.org/</a>'),
    ("<body><main>a</main></body>", "<div>a</div>"),
    ('<p {a} class="b">c</p>', '<p class="b">c</p>'),
    ("<script>a", "a"),
    ("a<!doctype html>b<?php x ?>", "ab"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_cases(text: str, expected: str) -> None:
    assert well_formed(text)[0] == expected


def test_faults_are_counted_from_the_mark_before_them() -> None:
    text = f"<p>a</p>{MARK.format(0)}<div><b>b</div>{MARK.format(1)}</i><i>c</i></i>{MARK.format(2)}<section>"
    page, faults = well_formed(text)
    assert page == "<p>a</p><div><b>b</b></div><i>c</i><section></section>"
    assert faults == [
        Fault(1, "</i", 0, "</i> closes nothing here, so it was left out"),
        Fault(1, "</i", 2, "</i> closes nothing here, so it was left out"),
        Fault(2, "<section", 0, "<section> is never closed; it ends with the text"),
    ]


NAMES = """
    p div span b i a em ul ol li dl dt dd table tr td th tbody thead caption h2 h3 pre code blockquote figure figcaption
    details summary section center strike x-tag foo br hr img sup label button main header ins video picture source
    select option form fieldset legend col colgroup address ruby mark
""".split()  # noqa: SIM905 - a column of names is easier to read
PIECES = st.one_of(
    st.sampled_from(["word ", " ", "\n", "more", "&amp;", "< ", "<!-- c -->", "<math><mi>x</mi></math>", "\0007\0"]),
    st.sampled_from(NAMES).map(lambda name: f"<{name}>"),
    st.sampled_from(NAMES).map(lambda name: f"</{name}>"),
    st.sampled_from(NAMES).map(lambda name: f'<{name} id="i" class="c">'),
    st.sampled_from(NAMES).map(lambda name: f"<{name}/>"),
)


class Outline(HTMLParser):
    """The elements of a text as its tags tell: a list of depth and name, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.depth, tag))
        self.depth += tag not in ("br", "hr", "img", "col", "source")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.depth, tag))

    def handle_endtag(self, tag: str) -> None:
        self.depth -= 1


IMPLIED = ("tbody", "colgroup", "-comment")


def outline_of_a_browser(text: str) -> list[tuple[int, str]]:
    """Return the same of the tree that the parser of browsers builds (HTML section 13.2)."""
    body = LexborHTMLParser(f"<!doctype html><body>{text}").body
    assert body is not None
    found: list[tuple[int, str]] = []

    def walk(node: LexborNode, depth: int) -> None:
        for child in node.iter(include_text=False):
            implied = child.tag in IMPLIED
            if not implied:
                found.append((depth, str(child.tag)))
            walk(child, depth + (not implied))

    walk(body, 0)
    return found


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_anything_nests(pieces: list[str]) -> None:
    page, _ = well_formed("".join(pieces))
    reader = Reader()
    reader.feed(page)
    reader.finish()
    assert [problem for problem in reader.problems if not problem.startswith("the id")] == []
    # Nothing is lost, nothing moves but captions, and a second reading finds nothing to do.
    words = re.findall(r"word|more|&amp;", "".join(pieces))
    assert sorted(re.findall(r"word|more|&amp;", page)) == sorted(words)
    assert well_formed(page)[0] == page


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=20))
def test_browsers_agree(pieces: list[str]) -> None:
    page, _ = well_formed("".join(pieces))
    if re.search(r"<(?:select|button|option|label)", page):
        return  # what may be in them is not looked at
    outline = Outline()
    outline.feed(page)
    tags = [(depth, tag) for depth, tag in outline.found if tag not in IMPLIED]
    assert outline.depth == 0
    if "tbody" not in page and "colgroup" not in page:
        assert outline_of_a_browser(page) == tags


_MARKDOWN = ["a", "*", "**", "`", "$x$", "[b](c)", "[", "](d)", "^[", "]", "\n", "\n\n", "\n- ", "\n> ", "\n# "]
_PHRASES = ["<b>", "</b>", "<span style='color:red'>", "</span>", "<a href=x>", "</a>", "<br>", "<br/>", "<i/>", "<td>"]
_BLOCKS = ["<p>", "</p>", "<div>", "</div>", "<section>", "</section>", "<div>\n\n", "\n\n</div>\n\n"]
_OTHERS = ["<!-- <b> -->", "<img src=x>", "<", "&lt;", "\n\n<div>b</div>\n\n"]
_WRITTEN = st.lists(st.sampled_from([*_MARKDOWN, *_PHRASES, *_BLOCKS, *_OTHERS]), max_size=14)


@given(_WRITTEN)
@settings(max_examples=600, deadline=None)
def test_what_nests_at_a_first_look_needs_no_mending(written: list[str]) -> None:
    parsed = parse("".join(written), 0, "a.md", MarkdownOptions())
    tokens = [each for token in parsed.tokens for each in (token, *(token.children or ()))]
    if any("parts" in token.meta for token in tokens) and not parsed.tags:
        results, equations = typeset([Formula(each.tex, each.display) for each in parsed.formulas], MathOptions())
        text = "".join(str(part) for part in render(parsed, results, equations).body)
        assert well_formed(text) == (text, [])
