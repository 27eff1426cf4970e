"""Punctuation stays with the formula beside it: no full stop alone on the next line.

Browsers may break a line on either side of `<math>` (Unicode's line breaking algorithm treats an embedded object like
an ideograph, UAX #14 rules LB20 and LB30), and neither Chromium nor Firefox minds U+2060 there. What works in both:
`white-space: nowrap` around a formula and what touches it, and, for a long formula that must break in itself, the
text inside its first and last chunk.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from markdown_it.token import Token

from sitegen.markdown.tokens import copied

CLOSING = ".,;:!?…)]}»”’›\"'%‰°/-‐‑–—*†‡，。、；：！？）】」』〉》…"
"""What may not begin a line."""
OPENING = "([{«„“‚‘‹\"'¿¡-‐‑–—/+±$€£（【「『〈《"
"""What may not end one."""
_WORD = "0123456789" + "".join(
    chr(code)
    for low, high in ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0x24F), (0x370, 0x52F))
    for code in range(low, high + 1)
)
"""What belongs to a word that goes on beside a formula: `$n$th`; scripts without blanks between words break there."""
_BREAKABLE = '<math class="brk"><mrow>'
_ANNOTATION = "<semantics><mrow></mrow><annotation"


def leading(text: str) -> str:
    """Return the part of `text` that must stay with a formula before it."""
    rest = text.lstrip(_WORD).lstrip(CLOSING)
    return text[: len(text) - len(rest)]


def trailing(text: str) -> str:
    """Return the part of `text` that must stay with a formula after it."""
    rest = text.rstrip(OPENING)
    if rest == text:
        rest = text.rstrip(_WORD)
    return text[len(rest) :]


def together(before: str, formula: str, after: str) -> str:
    """Return a formula's HTML with text on both sides of it, which no line break shall separate from it."""
    before, after = html.escape(before), html.escape(after)
    if not before and not after:
        return formula
    if not formula.startswith(_BREAKABLE):
        return f'<span class="nobr">{before}{formula}{after}</span>'
    end = formula.rfind(_ANNOTATION)
    end = (end if end >= 0 else len(formula) - len("</math>")) - len("</mrow>")
    first, last = _beside(before), _beside(after)
    return f"{_BREAKABLE}{first}{formula[len(_BREAKABLE) : end]}{last}{formula[end:]}"


def _beside(text: str) -> str:
    return f'<mtext class="beside">{text}</mtext>' if text else ""


def glued(tokens: Sequence[Token], formula: Callable[[Token], str]) -> list[Token]:
    """Return inline tokens in which formulas have taken what must stay with them.

    `formula` gives a formula's HTML. Such a formula becomes a token `glued` whose content is HTML; where emphasis
    lies between (`**$x$**.`), tokens `nobr_open` and `nobr_close` surround it all.
    """
    tokens = _isolated([token for token in tokens if token.type != "text" or token.content])
    out: list[Token] = []
    rest: Token | None = None
    at = 0
    while at < len(tokens):
        token = tokens[at] if rest is None else rest
        rest = None
        if token.nesting != 1 and token.type != "math":
            out.append(token)
            at += 1
            continue
        low, high = _unit(tokens, at)
        written = formula(tokens[high - (high - low) // 2]) if high >= low else ""
        if not written.startswith("<math"):
            out.append(token)
            at += 1
            continue
        before = trailing(out[-1].content) if out and out[-1].type == "text" else ""
        following = tokens[high + 1] if high + 1 < len(tokens) else None
        after = leading(following.content) if following is not None and following.type == "text" else ""
        note = following if following is not None and following.type == "footnote_ref" else None
        if before:
            out[-1] = copied(out[-1], content=out[-1].content[: -len(before)])
        inner = tokens[low : high + 1]
        out += _surrounded(inner, before, written, after, note)
        at = high + 1
        if note is not None:
            at += 1
        elif after and following is not None:
            rest = copied(following, content=following.content[len(after) :])
    return out


_SPLITTABLE = frozenset(f"{name}_{end}" for name in ("em", "strong", "s") for end in ("open", "close"))


def _isolated(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens in which emphasis that ends or begins with a formula has the formula in a piece of its own.

    `*see $x$*.` is `<em>see </em><em>$x$</em>.`, so that formula and full stop can share an element.
    """
    out: list[Token] = []
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        out.append(token)
        if token.type != "math":
            continue
        opens = _run(tokens, index - 1, -1)
        closes = _run(tokens, index + 1, 1)
        paired = min(len(opens), len(closes))
        if len(closes) > paired and leading(_text(tokens, index + 1 + len(closes))):
            ends = closes[paired:]
            out[-1 - paired : -1 - paired] = [*ends, *(_turned(end) for end in reversed(ends))]
        elif len(opens) > paired and trailing(_text(tokens, index - 1 - len(opens))):
            begins = list(reversed(opens[paired:]))
            out += [*closes[:paired], *(_turned(begin) for begin in reversed(begins)), *begins]
            skip = paired
    return out


def _run(tokens: Sequence[Token], at: int, step: int) -> list[Token]:
    """Return the emphasis that opens right before a formula (step -1) or closes right after it (step 1), from it on."""
    run: list[Token] = []
    while 0 <= at < len(tokens) and tokens[at].nesting == -step and tokens[at].type in _SPLITTABLE:
        run.append(tokens[at])
        at += step
    return run


def _text(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].content if 0 <= at < len(tokens) and tokens[at].type == "text" else ""


def _turned(token: Token) -> Token:
    """Return the closing token of an opening one, and the other way round."""
    ends = ("_close", "_open") if token.nesting < 0 else ("_open", "_close")
    return copied(token, type=token.type.replace(*ends), nesting=-token.nesting)


def _unit(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Return the first and the last index of a formula at `at` with the emphasis that holds nothing else.

    The range is empty where there is no such formula.
    """
    middle = at
    while middle < len(tokens) and tokens[middle].nesting == 1:
        middle += 1
    if middle == len(tokens) or tokens[middle].type != "math":
        return at, at - 1
    high = middle + (middle - at)
    closing = tokens[middle + 1 : high + 1]
    pairs = zip(reversed(tokens[at:middle]), closing, strict=False)
    if len(closing) < middle - at or any(a.type.replace("_open", "_close") != b.type for a, b in pairs):
        return at, at - 1
    return at, high


def _surrounded(inner: Sequence[Token], before: str, written: str, after: str, note: Token | None) -> list[Token]:
    middle = len(inner) // 2
    breakable = written.startswith(_BREAKABLE)
    if len(inner) == 1 or breakable:
        html_token = Token("glued", "", 0, content=together(before, written, after), meta=inner[middle].meta)
        tokens = [*inner[:middle], html_token, *inner[middle + 1 :]]
        before = after = ""
    else:
        tokens = list(inner)
    if note is None and not before and not after:
        return tokens
    if note is not None and breakable:
        return [*tokens, note]
    tokens = [Token("text", "", 0, content=before), *tokens, Token("text", "", 0, content=after)]
    tokens += [note] if note is not None else []
    return [Token("nobr_open", "", 1), *tokens, Token("nobr_close", "", -1)]
