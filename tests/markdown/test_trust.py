"""HTML of authors who are not trusted, and scripts of those who may have some."""

from __future__ import annotations

import re

import pytest
from lxml import html

from sitegen.compile import CompileOptions, compile_post
from sitegen.model import Document, ImageSlot, LinkSlot, Source


def compiled(text: str, **options: object) -> Document:
    result = compile_post(Source("a.md", text, "0"), CompileOptions(**options))  # type: ignore[arg-type]
    assert isinstance(result, Document)
    return result


def page(document: Document) -> str:
    return "".join(part if isinstance(part, str) else f"[{type(part).__name__}]" for part in document.body)


ATTACKS = [
    "<script>alert(1)</script>",
    "text <script>alert(1)</script> text",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '[x](javascript:alert(1))',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<svg><style><img src=x onerror="alert(1)"></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<form action=https://evil.example><input name=a><button>b</button></form>",
    '<input type="image" src="x" onerror="alert(1)">',
    '<object data="x.swf"></object><embed src="x.swf">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    "<div onclick\n=alert(1) style='position:fixed;inset:0'>x</div>",
    "<a title='$x$ onmouseover=alert(1) y",
    '<a title="$\\text{" onmouseover=alert(1) "}$',
    '<b title="![a](b.png" onmouseover=alert(1)>',
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "</article></main></body><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "`<script>` <scr<script>ipt>alert(1)</scr</script>ipt>",
    "<x-math onclick=alert(1)><MATH><mi//xlink:href=\"javascript:alert(1)\">",
]  # fmt: skip

FORBIDDEN = frozenset(
    [
        "script",
        "style",
        "iframe",
        "form",
        "button",
        "object",
        "embed",
        "meta",
        "base",
        "svg",
        "noscript",
        "link",
        "textarea",
    ]
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("around", ["{}", "Before $a$\n\n{}\n\nand $b$ after", "- {}\n- $c$"])
def test_nothing_harmful_is_left(attack: str, around: str) -> None:
    document = compiled(around.replace("{}", attack), html="safe")
    written = page(document)
    tree = html.fragment_fromstring(f"<div id='frame'>{written}</div>")
    for element in tree.iter():
        assert element.tag not in FORBIDDEN
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "srcdoc")]
        assert not re.match(r"\s*(?:javascript|data|vbscript):", element.get("href") or "", re.IGNORECASE)
    for part in document.body:
        if isinstance(part, ImageSlot):
            assert not [name for name, _ in part.attributes if name.startswith("on")]
    assert "alert" not in "".join(rule.declarations for rule in document.styles)
    assert document.styles == ()
    if "$a$" in around and "<!--" not in attack:  # an open comment swallows what follows
        assert written.count("<math") >= 2
        assert ">a</mi>" in written
        assert ">b</mi>" in written


def test_what_posts_are_made_of_stays() -> None:
    text = (
        'A formula $x^2$, a [link](other.md), ![an image](a.png "t"), a note[^1], <kbd>Ctrl</kbd> and '
        '<span style="color:red">red</span>.\n\n$$\\begin{equation} a=b \\label{e} \\end{equation}$$\n\n'
        '## Heading\n\n```python title="x.py" {1}\nx = 1\n```\n\n| a | b |\n|---|---|\n| $c$ | d |\n\n'
        "- [x] done\n\n<details open><summary>s</summary>\n\nInside $y$.\n\n</details>\n\n"
        "> [!NOTE]\n> n\n\n[^1]: Note.\n"
    )
    safe, raw = compiled(text, html="safe"), compiled(text)
    assert [type(part) for part in safe.body if not isinstance(part, str)] == [
        type(part) for part in raw.body if not isinstance(part, str)
    ]
    mine, other = (html.fragment_fromstring(f"<div>{page(each)}</div>") for each in (safe, raw))

    def shape(tree: object) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
        # An attribute without a value has its name for one.
        return [
            (each.tag, tuple(sorted((name, "" if value == name else value) for name, value in each.attrib.items())))
            for each in tree.iter()  # type: ignore[attr-defined]
        ]

    assert shape(mine) == shape(other)
    assert mine.text_content() == other.text_content()
    assert [part for part in safe.body if isinstance(part, LinkSlot)]
    assert safe.diagnostics == raw.diagnostics


def test_what_is_removed_is_told() -> None:
    text = '<iframe src="https://a.example"></iframe>\n\n<div style="position:fixed">x</div>\n'
    found = [
        (problem.code, problem.span and text[problem.span.start]) for problem in compiled(text, html="safe").diagnostics
    ]
    assert ("html/unsafe", "<") in found
    assert ("html/bad-style", "<") in found
    assert compiled(text, html="safe").sources == ()


SCRIPTED = (
    '<script src="draw.js" defer></script>\n<script>draw("$a$", 1 < 2)</script>\n\n'
    'Text <script>draw("*a*")</script> <b onclick="draw()">c</b> <a href="javascript:draw()">d</a>\n'
)


def test_scripts_stay_where_the_settings_say_so() -> None:
    document = compiled(SCRIPTED, scripts=True)
    written = page(document)
    assert '<script src="[AssetSlot]" defer></script>' in written
    assert '<script>draw("$a$", 1 < 2)</script>' in written
    assert '<script>draw("*a*")</script>' in written
    assert '<b onclick="draw()">' in written
    assert "javascript:" not in written
    directives = [source for name, source in document.sources if name == "script-src"]
    assert directives.count("'self'") == 1
    assert sum(source.startswith("'sha256-") for source in directives) == 3
    assert "'unsafe-hashes'" in directives


def test_trust_comes_before_scripts() -> None:
    assert "<script" not in page(compiled(SCRIPTED, scripts=True, html="safe"))
    assert "onclick" not in page(compiled(SCRIPTED, scripts=True, html="safe"))
