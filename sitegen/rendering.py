"""Recipes into bytes: follow those of which the last build has not done so, and keep what has to be written.

A page is scanned as soon as it is made. What is finished waits in memory, or in a file where it is much, for the
moment at which everything is known to be right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from sitegen.cache import Made
from sitegen.checks import Scan, check_pages, facts_of, scan, scan_of
from sitegen.diagnostics import Diagnostic
from sitegen.kept import content_digest
from sitegen.listing import Listing
from sitegen.model import Output, Progress, RenderError
from sitegen.output import Plan, Spool
from sitegen.precompress import keyed
from sitegen.site import Site
from sitegen.workers import Fork, can_fork

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Renderer", "Rendering", "render_all"]

MANY_PAGES = 200
"""From here on rendering in other processes saves more than starting them costs, and handing over what they make."""

HELD_BYTES = 1_000_000
"""A changed file larger than this is made a second time when it is written, rather than kept in memory till then."""

HELD_BYTES_TOGETHER = 16_000_000
"""When so much is kept in memory already, those that follow are kept in a file."""

BLOCK = 64
"""Pages in a row that one process renders: reading a value writes into it, in Python, and the memory that two
processes share becomes memory of each as soon as it is written to."""


class Rendering(msgspec.Struct, frozen=True):
    """What came of following every recipe once, or of knowing what would come of it."""

    changed: tuple[str, ...]
    """Each file that has to be written, in order."""
    made: dict[str, Made]
    """What is known of each file now."""
    problems: tuple[Diagnostic, ...]
    """Why a file cannot be made."""
    flaws: tuple[Diagnostic, ...]
    """What is wrong with finished pages."""


def render_all(listing: Listing, site: Site, renderer: Renderer, jobs: int, report: Progress) -> Rendering:
    """Follow all recipes, here or in copies of this process, and look at the pages that come of them."""
    total, done = len(listing.outputs), 0
    forks = _render_elsewhere(listing.pages, renderer, jobs)
    for output in (*(() if forks else listing.pages), *listing.others):
        renderer.follow(output, is_page=not forks and done < len(listing.pages))
        done += 1
        report("rendering", done, total)
    for share, fork in forks:
        renderer.take_over(share, fork.result())
        done += len(share)
        report("rendering", done, total)
    for copy in listing.copies:
        original = renderer.made.get(copy.of)
        if original is not None:  # else it could not be made
            renderer.follow(keyed(copy, original.digest), is_page=False)
        done += 1
        report("rendering", done, total)
    outputs = listing.outputs
    # In the order of the outputs, whoever made them.
    changed = tuple(output.path for output in outputs if output.path in renderer.changed)
    # A site that cannot be made has flaws that only follow from it.
    problems = tuple(dict.fromkeys(renderer.problems))  # every page fails alike where a template fails
    flaws = () if problems or listing.problems else check_pages(renderer.scans, outputs, site)
    return Rendering(changed, renderer.made, problems, flaws)


def _render_elsewhere(
    pages: Sequence[Output], renderer: Renderer, jobs: int
) -> list[tuple[Sequence[Output], Fork[_Followed]]]:
    """Let copies of this process render the pages, if that is worth it; return who has which."""
    new = sum(not renderer.may_know(page) for page in pages)
    if jobs < 2 or new < MANY_PAGES or not can_fork():
        return []
    in_order = sorted(pages, key=lambda page: page.origin)  # what was made together lies together in memory
    shares: list[list[Output]] = [[] for _ in range(jobs)]
    for number, start in enumerate(range(0, len(in_order), BLOCK)):
        shares[number % jobs] += in_order[start : start + BLOCK]
    return [(share, Fork(partial(renderer.follow_all, share, renderer.add_spool()))) for share in shares if share]


_Held = bytes | tuple[int, int, int] | None
"""The bytes of a finished file, or where they are: the number of a spool, their start and size. None for those that
are better made twice than kept."""

_Followed = tuple[dict[str, _Held], dict[str, Made], list[Diagnostic]]
"""What a renderer knows in the end: files to write, what is known of each file, why one cannot be made."""


class Renderer:
    """Follows recipes, where the last build did not follow the same one."""

    def __init__(self, plan: Plan | None, known: Mapping[str, Made], scratch: Path | None) -> None:
        self._plan = plan
        self._known = known
        self._held = 0
        self._scratch = scratch
        self._spools = [Spool(scratch)]
        self._spool = 0
        self.changed: dict[str, _Held] = {}
        self.made: dict[str, Made] = {}
        self.problems: list[Diagnostic] = []
        self.scans: list[Scan] = []

    def follow(self, output: Output, *, is_page: bool) -> None:
        """Find out what a file holds, and whether it has to be written."""
        if not self._is_known(output, is_page):
            try:
                data = output.render()
            except RenderError as error:
                self.problems.append(error.diagnostic)
            else:
                self._take(output, data, is_page)

    def may_know(self, output: Output) -> bool:
        """Tell whether the last build followed the same recipe."""
        made = self._known.get(output.path)
        return made is not None and bool(output.key) and made.key == output.key

    def close(self) -> None:
        """Give up the bytes that are held."""
        for spool in self._spools:
            spool.close()

    def add_spool(self) -> int:
        """Open a spool that a copy of this process is going to fill; return its number."""
        self._spools.append(Spool(self._scratch))
        self._spools[-1].open()
        return len(self._spools) - 1

    def follow_all(self, pages: Sequence[Output], spool: int) -> _Followed:
        """Follow the recipes of some pages in a copy of this process, and return what became known of them.

        Finished pages are left in the spool, where the process that goes on finds them.
        """
        self._held = HELD_BYTES_TOGETHER
        self._spool = spool
        for page in pages:
            self.follow(page, is_page=True)
        return self.changed, self.made, self.problems

    def take_over(self, pages: Sequence[Output], found: _Followed) -> None:
        """Take in what a copy of this process found out about some pages."""
        changed, made, problems = found
        self.changed |= changed
        self.made |= made
        self.problems += problems
        for page in pages:
            if page.path in made and (facts := scan_of(page, made[page.path].facts)) is not None:
                self.scans.append(facts)

    def _is_known(self, output: Output, is_page: bool) -> bool:
        """Take over what the last build found out, if the file is as it was then."""
        made = self._known.get(output.path)
        if made is None or not self.may_know(output) or self._plan is None:
            return False
        found = scan_of(output, made.facts) if is_page else None
        if is_page and found is None:
            return False
        seen = self._plan.current(output.path, made)
        if seen is None:
            return False
        if found is not None:
            self.scans.append(found)
        self.made[output.path] = made if seen == made.seen else msgspec.structs.replace(made, seen=seen)
        return True

    def _take(self, output: Output, data: bytes, is_page: bool) -> None:
        facts = msgspec.Raw(b"\xc0")
        if is_page:
            found = scan(output, data)
            self.scans.append(found)
            facts = facts_of(found)
        seen: tuple[int, ...] = ()
        if self._plan is not None:
            seen = self._plan.look(output.path)
            if self._plan.is_changed(output.path, data):
                seen = ()
                # A file as it lies there is read again as quickly as from wherever it would be kept.
                self.changed[output.path] = None if output.file is not None else self._hold(data)
        self.made[output.path] = Made(output.key, len(data), content_digest(data), seen, facts)

    def _hold(self, data: bytes) -> _Held:
        if len(data) > HELD_BYTES:
            return None
        if self._held + len(data) <= HELD_BYTES_TOGETHER:
            self._held += len(data)
            return data
        start = self._spools[self._spool].keep(data)
        return None if start is None else (self._spool, start, len(data))

    def held(self, path: str) -> bytes | None:
        """Return the bytes of a file that has to be written; None where they have to be made again."""
        held = self.changed[path]
        return self._spools[held[0]].read(held[1], held[2]) if isinstance(held, tuple) else held
