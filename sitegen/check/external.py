"""Links to other sites: asked politely, and not again for some days.

A host gets few requests at a time; HEAD comes first, and GET where a server does not know it; what fails for the
moment is tried again, after as long as the server says. What was found good is kept in a file of the cache.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import httpx
import msgspec

from sitegen.check.rules import ExternalLink
from sitegen.config import CheckConfig
from sitegen.diagnostics import Diagnostic
from sitegen.versions import version_of

__all__ = ["Answer", "ask", "external_problems"]

AT_ONCE = 16
"""Requests under way at a time, to all hosts together."""

LONGEST_WAIT = 30.0
"""Seconds that a server may ask for before the next try; who asks for more is left alone."""

NO_HEAD = frozenset({400, 403, 404, 405, 406, 410, 500, 501, 503})
"""Answers to HEAD after which GET may still succeed: many servers answer HEAD wrongly."""

REFUSED = frozenset({401, 402, 403, 407, 429, 451, 999})
"""Answers that say nothing of the page: it is for somebody else, or not for programs (999 is LinkedIn's)."""

FOR_THE_MOMENT = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which a later try may succeed (RFC 9110, section 15)."""

Verdict = Literal["good", "moved", "refused", "not-found", "unreachable"]


_SAID: Mapping[Verdict, tuple[str, str, str]] = {
    "not-found": (
        "external/not-found",
        "cannot be had:",
        "correct or remove the link, or name it under `ignore` in [check]",
    ),
    "unreachable": (
        "external/unreachable",
        "does not answer:",
        "try again later, correct the link, or name it under `ignore` in [check]",
    ),
    "refused": ("external/refused", "could not be checked:", "look at it in a browser"),
    "moved": ("external/moved", "has moved for good to", "write the new address"),
}
"""Code, message before what the server said, and hint."""


class Answer(msgspec.Struct, frozen=True):
    """What became of asking for an address."""

    verdict: Verdict
    told: str = ""
    """What the server said, or why there was no answer; for `moved`, the new address."""
    when: float = 0.0
    """Seconds since 1970."""


def external_problems(
    links: Iterable[ExternalLink],
    settings: CheckConfig,
    cache: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[Diagnostic]:
    """Ask for every link once and yield what is wrong; `cache` is the file of good answers."""
    kept = [link for link in links if not any(fnmatchcase(link.url, glob) for glob in settings.ignore)]
    urls = dict.fromkeys(_bare(link.url) for link in kept)
    answers = dict(_read(cache, settings.cache_days))
    new = asyncio.run(ask([url for url in urls if url not in answers], settings, progress))
    answers |= new
    _write(cache, answers)
    told: set[tuple[str, str]] = set()
    for link in kept:
        url = _bare(link.url)
        if (url, link.place.path) in told and link.place.span is None:
            continue
        told.add((url, link.place.path))
        problem = _problem(link, url, answers[url])
        if problem is not None:
            yield problem


def _bare(url: str) -> str:
    """Return an address without its fragment, of which servers are not told."""
    return url.partition("#")[0]


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].lower()


def _problem(link: ExternalLink, url: str, answer: Answer) -> Diagnostic | None:
    if answer.verdict == "good":
        return None
    code, said, hint = _SAID[answer.verdict]
    return Diagnostic(code, f"{url} {said} {answer.told}", link.place.path, link.place.span, hint=hint)


async def ask(
    urls: Iterable[str], settings: CheckConfig, progress: Callable[[int, int], None] = lambda done, total: None
) -> dict[str, Answer]:
    """Ask for addresses, a few at a time from each host."""
    wanted = list(urls)
    hosts: dict[str, asyncio.Semaphore] = {}
    everywhere = asyncio.Semaphore(AT_ONCE)
    headers = {
        "User-Agent": f"sitegen-check/{version_of('sitegen-math')} (link checker)",
        "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
        "Accept-Language": "*",
    }
    done = 0
    async with httpx.AsyncClient(
        headers=headers, timeout=settings.timeout, follow_redirects=True, max_redirects=10, verify=True
    ) as client:

        async def one(url: str) -> tuple[str, Answer]:
            nonlocal done
            host = hosts.setdefault(_host(url), asyncio.Semaphore(settings.per_host))
            async with host, everywhere:
                answer = await _ask(client, url, settings.retries)
            done += 1
            progress(done, len(wanted))
            return url, answer

        return dict(await asyncio.gather(*map(one, wanted)))


async def _ask(client: httpx.AsyncClient, url: str, retries: int) -> Answer:
    answer = Answer("unreachable", "nobody asked", time.time())
    for turn in range(retries + 1):
        answer, wait = await _try(client, url)
        if wait is None or turn == retries:
            break
        await asyncio.sleep(wait or 2.0**turn)
    return answer


async def _try(client: httpx.AsyncClient, url: str) -> tuple[Answer, float | None]:
    """Ask once; return the answer, and how long to wait before the next try (0: as long as usual), if one may help."""
    now = time.time()
    try:
        response = await client.head(url)
        if response.status_code in NO_HEAD:
            async with client.stream("GET", url) as response:
                pass  # what follows the head of the answer is not wanted
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError) as error:
        return Answer("not-found", f"it is no valid address: {error}", now), None
    except httpx.TooManyRedirects:
        return Answer("not-found", "it leads in a circle", now), None
    except httpx.TimeoutException:
        return Answer("unreachable", "it takes too long", now), 0.0
    except httpx.HTTPError as error:
        return Answer("unreachable", str(error) or type(error).__name__, now), 0.0
    status = response.status_code
    told = f"{status} {response.reason_phrase}".strip()
    if status in REFUSED and status not in FOR_THE_MOMENT:
        return Answer("refused", told, now), None
    if status in FOR_THE_MOMENT:
        wait = _retry_after(response.headers.get("Retry-After", ""))
        verdict: Verdict = "refused" if status == 429 else "unreachable"
        return Answer(verdict, told, now), wait if wait is not None and wait <= LONGEST_WAIT else None
    if status >= 400:
        return Answer("not-found", told, now), None
    permanent = bool(response.history) and all(each.status_code in (301, 308) for each in response.history)
    return Answer("moved", str(response.url), now) if permanent else Answer("good", told, now), None


def _retry_after(written: str) -> float | None:
    """Return the seconds a server asks for (RFC 9110, section 10.2.3), 0 where it says nothing; None for a date."""
    if not written:
        return 0.0
    return float(written) if written.strip().isdigit() else None


def _read(cache: Path, days: int) -> Mapping[str, Answer]:
    """Return the good answers of earlier runs that are still fresh; a file that cannot be read holds none."""
    try:
        known = msgspec.json.decode(cache.read_bytes(), type=dict[str, Answer])
    except (OSError, msgspec.DecodeError):
        return {}
    oldest = time.time() - days * 24 * 3600
    return {url: answer for url, answer in known.items() if answer.when > oldest}


def _write(cache: Path, answers: Mapping[str, Answer]) -> None:
    good = {url: answer for url, answer in sorted(answers.items()) if answer.verdict in ("good", "moved")}
    part = cache.with_name(f"{cache.name}.{os.getpid()}.part")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(good), indent=1))
        part.replace(cache)
    except OSError:
        part.unlink(missing_ok=True)  # asked again next time
