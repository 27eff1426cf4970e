"""One check: build in memory, read everything, judge it, and say it in order."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

import msgspec

from sitegen.assets import style_files
from sitegen.build import BuildResult, build
from sitegen.check.facts import Facts, read_page
from sitegen.check.feeds import read_feed
from sitegen.check.orphans import orphans
from sitegen.check.places import Places
from sitegen.check.rules import Rules
from sitegen.check.styles import style_addresses
from sitegen.check.targets import Targets
from sitegen.config import CONFIG_FILE, Config
from sitegen.diagnostics import Diagnostic, in_order
from sitegen.model import Output, Progress, RenderError, no_progress
from sitegen.pages import TemplateFile, read_templates

__all__ = ["CheckResult", "check"]

LINKS = "links.json"
"""The file of the cache that holds what is known of other sites."""

JUDGED_AGAIN = frozenset({"page/duplicate-id", "page/missing-target"})
"""What the build says of finished pages without knowing who wrote it."""

MISLED = frozenset({"page/missing-target", "page/missing-anchor"})
"""What is said of addresses; of those of settings the build has spoken before."""

READ = (".html", ".xml", ".json", ".css", "robots.txt", "_redirects")


class CheckResult(msgspec.Struct, frozen=True):
    """A site and everything that is wrong with it."""

    built: BuildResult
    diagnostics: tuple[Diagnostic, ...]
    """Sorted by file and place."""
    pages: int
    """HTML files that were read."""
    links: int
    """Addresses inside the site that were followed."""
    external: int
    """Different addresses of other sites that were asked for."""
    seconds: float


def check(
    config: Config,
    *,
    external: bool = False,
    progress: Progress | None = None,
    jobs: int = 1,
    cache: bool = True,
) -> CheckResult:
    """Build a site in memory and check it; `external` asks other sites whether links to them still lead somewhere.

    Nothing is written but the cache. Never raises for bad input.
    """
    started = time.perf_counter()
    report = progress or no_progress
    result = build(config, progress=progress, jobs=jobs, cache=cache, write=False)
    data = _rendered(result.outputs)
    facts = {path: read_page(text.decode("utf-8", "replace")) for path, text in data.items() if path.endswith(".html")}
    rules = _judge(result, config, data, facts)
    found = [problem for problem in map(_as_told_here, result.diagnostics) if problem.code not in JUDGED_AGAIN]
    texts = {source.path: source.text for source in result.sources}
    found += [problem for problem in rules.diagnostics() if not any(_is_same(problem, other, texts) for other in found)]
    # A site that could not be made has no files that could name others.
    found += orphans(config, result.site, result.sources, result.outputs, rules.named) if result.outputs else ()
    asked = 0
    if external:
        from sitegen.check.external import external_problems

        links = rules.external_links()
        asked = len({link.url for link in links})
        file = config.root / config.build.cache / LINKS
        found += external_problems(
            links, config.check, file, lambda done, total: report("asking other sites", done, total)
        )
    return CheckResult(
        built=result,
        diagnostics=in_order(dict.fromkeys(found)),
        pages=len(facts),
        links=rules.links,
        external=asked,
        seconds=time.perf_counter() - started,
    )


def _as_told_here(problem: Diagnostic) -> Diagnostic:
    """Return what the build notes in passing, and a check minds."""
    if problem.code == "image/missing-alt":
        return msgspec.structs.replace(problem, code="page/missing-alt")
    return problem


def _is_same(problem: Diagnostic, told: Diagnostic, texts: Mapping[str, str]) -> bool:
    """Tell whether the build has spoken of an address, or of an image without alternative text.

    The image may stand within a link.
    """
    if problem.path != told.path or problem.span is None or told.span is None:
        return False
    if problem.code in MISLED and told.code.startswith("link/"):
        return told.span.start <= problem.span.start and problem.span.end <= told.span.end
    if problem.code != "page/missing-alt" or told.code != problem.code:
        return False
    start, end = sorted((problem.span.start, told.span.start))
    return "\n" not in texts.get(problem.path, "")[start:end]


def _rendered(outputs: Iterable[Output]) -> dict[str, bytes]:
    """Return the files that can name others; what cannot be made has been reported by the build."""
    found = {}
    for output in outputs:
        if output.path.endswith(READ):
            try:
                found[output.path] = output.render()
            except RenderError:
                continue
    return found


def _judge(result: BuildResult, config: Config, data: Mapping[str, bytes], facts: Mapping[str, Facts]) -> Rules:
    sheets = {path: text.decode("utf-8", "replace") for path, text in data.items() if path.endswith(".css")}
    anchors = {path: page.anchors for path, page in facts.items()}
    targets = Targets((output.path for output in result.outputs), anchors, result.site)
    templates, _ = read_templates(config)
    for file in style_files(config):
        path = file.relative_to(config.root).as_posix()
        with suppress(OSError):  # the build has spoken of it
            templates[path] = TemplateFile(path, file.read_text(encoding="utf-8-sig", errors="replace"), packaged=False)
    settings = (config.root / CONFIG_FILE).read_text(encoding="utf-8-sig")
    places = Places(result.site, result.sources, templates, settings)
    rules = Rules(result.site, targets, places, sheets)
    for output in result.outputs:
        if output.path in facts:
            rules.page(output, facts[output.path])
    for output in result.outputs:
        if output.path in sheets:
            rules.sheet(output, style_addresses(sheets[output.path]))
        elif output.path in data and output.path not in facts:
            feed = read_feed(output.path, data[output.path])
            if feed is not None:
                rules.feed(output, feed)
    return rules
