"""Quickened lexers find what Pygments finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from sitegen.markdown import lexing
from sitegen.markdown.lexing import quicken

CODE = '''\
#!/usr/bin/env python
"""Text: é, K, ſ and \\n."""
from a.b import c as d
@wrapped
class A(B): # note
    x: int = 0x1F + 1_000j - 3.5e-7
    def f(self, *, s=rb'\\x00', t=f"{x!r:>{width}}" u"z"):
        return not None if x <= 2 else lambda: [y for y in z]
#include <stdio.h>
int main(void) { /* text */ return 'a' + L"b" ? 1 : 0u; }
fn main() -> &'static str { let mut x: u8 = 0b1; println!("{}", x); }
SELECT a, count(*) FROM "t" WHERE b = 'c' -- text
<?php echo $x->y; ?> <script type="text/x">var r = /a[/]b/g, `t${1}`;</script> <!-- text -->
$ ls -la | grep "x$HOME" > /dev/null && echo $((1 + 2))
key: [1, 2] # yaml
{"json": [true, null, -1.5e3]}
\\begin{align} a &= b \\% c \\\\ \\end{align} % text
import Data.List (sort); f :: Int -> [a] ; f x | x > 0 = 'a' : "b"
Ω ← function(x) x %in% c(1L, NA)
'''

LANGUAGES = (
    *("bash", "c", "c++", "css", "diff", "go", "haskell", "html", "html+php", "java", "javascript", "json", "julia"),
    *("kotlin", "latex", "lua", "make", "markdown", "matlab", "octave", "php", "python", "pycon", "python2", "r"),
    *("ruby", "rust", "scala", "sql", "swift", "toml", "typescript", "xml", "yaml"),
)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexing, "WORTH_IT", 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_that_a_quickened_lexer_finds_the_same_tokens(language: str) -> None:
    plain = get_lexer_by_name(language, stripnl=False)
    quick = quicken(get_lexer_by_name(language, stripnl=False))
    for code in (CODE, CODE.swapcase(), CODE[::-1]):
        assert list(quick.get_tokens(code)) == list(plain.get_tokens(code))


PATTERNS = (
    r"a|b*c", r"(?i)k", r"(?i)[^k]", r"[^\S\n]+", r"\d+(?!x)", r"(?<!\.)\w", r"(?:x?)+y", r"^\s*$", r".", r"\bq", "",
    r"(?i:s)t", r"[a-f0-9]{2,}", r"\W", r"(a)\1", r"(?>x*)y", r"\\[\\n]", r"(?=z)", r"[\s\S]", r"(?x) a  # b",
)  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text("abckqstxyzKSſ\N{KELVIN SIGN}09._ \n\t\\\x1f\x85é", max_size=6))
def test_that_no_pattern_is_passed_over_that_matches(pattern: str, text: str) -> None:
    compiled = re.compile(pattern, re.MULTILINE)
    if text[:1] in lexing._SORTED and compiled.match(text):
        assert lexing._may_begin(compiled.match, text[0])


def test_that_few_patterns_are_tried() -> None:
    lexer = get_lexer_by_name("python")
    rules = type(lexer)._tokens["root"]  # type: ignore[attr-defined]
    assert sum(lexing._may_begin(rule[0], ",") for rule in rules) < len(rules) / 4
