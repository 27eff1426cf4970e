"""Variants of the sample post, in the spelling of each generator; the same on every call and every machine.

Every display, almost every formula and the code differ from variant to variant, so that no memory of formulas or
highlighted blocks helps within one build.
"""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "content" / "posts" / "ConvNet-dont-do-Conv"

_MATH = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_NUMBER = re.compile(r"(?<![\d#])([_^]?)\d+(?!\d)")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def variant(number: int) -> str:
    """Return the body of a variant, without front matter, as the sample spells it."""
    text = (SAMPLE / "index.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    chance = random.Random(number)

    def other_number(match: re.Match[str]) -> str:
        value = str(chance.randint(0, 9999))
        return f"{match[1]}{{{value}}}" if match[1] else value

    def formula(match: re.Match[str]) -> str:
        tex = match[0]
        if r"\eqref" in tex:
            return tex
        tex = re.sub(r"_([ij])(?![{,a-z])", rf"_{{\1+{number}}}", _NUMBER.sub(other_number, tex))
        if re.search(r"\d", tex):
            return tex
        return (
            tex.replace("red}{*}", f"red}}{{*_{{{number}}}}}") if tex.startswith("$$") else f"{tex[:-1]}_{{{number}}}$"
        )

    text = _MATH.sub(formula, text)
    return _CODE.sub(lambda match: re.sub(r"\d+", lambda _: str(chance.randint(0, 9999)), match[0]), text)


def plain(text: str) -> str:
    """Return a body as those write it whose Markdown leaves formulas alone: as LaTeX, with what they have no word for.

    Labels, references and what stands beside an environment are left out: they would be errors, and errors are quick.
    """

    def formula(match: re.Match[str]) -> str:
        tex = match[0].replace("\\\\\\\\", "\\\\").replace("\\\\{", "\\{").replace("\\\\}", "\\}").replace("\\*", "*")
        if r"\eqref" in tex:
            return "(1)"
        tex = re.sub(r"\\label\{[^}]*\}", "", tex).replace("\\star *\n\\begin", "\\begin")
        return f"\n\n{tex}\n\n" if tex.startswith("$$") else tex

    return _MATH.sub(formula, text)


def write_posts(folder: Path, count: int, head: str, *, is_plain: bool) -> None:
    """Write `name/index.md` with both animations for each variant; `head` has `{number}` where the number goes."""
    for number in range(count):
        post = folder / f"variant-{number}"
        post.mkdir(parents=True)
        body = variant(number)
        text = head.format(number=number) + (plain(body) if is_plain else body)
        (post / "index.md").write_text(text, encoding="utf-8")
        for image in SAMPLE.glob("*.gif"):
            shutil.copy(image, post)
