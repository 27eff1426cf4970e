"""What the settings mean, section by section; what they say of folders and addresses is checked beside this."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from sitegen.config.addresses import Addresses, url_hint, url_problem
from sitegen.config.folders import Folders
from sitegen.config.macrofiles import MacroFile, read_macros
from sitegen.config.model import (
    BuildConfig,
    CheckConfig,
    CiteConfig,
    FontConfig,
    HtmlConfig,
    MathConfig,
    PublishConfig,
    SiteConfig,
    ThemeConfig,
)
from sitegen.config.reading import CONFIG_FILE, Reader
from sitegen.diagnostics import nearest
from sitegen.math.model import MacroText
from sitegen.text import Span
from sitegen.words import ENGLISH

__all__ = ["Checks"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
"""The shape of a language tag (RFC 5646, section 2.1), without the private and grandfathered ones; no language has a
subtag of more than three letters, and whoever writes one writes a name: english."""

DIRECTIVES = (
    "connect-src",
    "font-src",
    "form-action",
    "frame-src",
    "img-src",
    "manifest-src",
    "media-src",
    "object-src",
    "script-src",
    "style-src",
    "worker-src",
)
"""Directives of a content policy that a site may add sources to (CSP 3, section 6.1)."""


class Checks:
    """Checks the sections, one method each; every method returns the section with its values normalised."""

    def __init__(self, reader: Reader, root: Path) -> None:
        """Take the settings as they are written, and the folder of the project, absolute."""
        self.reader = reader
        self.root = root
        self.folders = Folders(reader, root)
        self.addresses = Addresses(reader)

    def site(self, site: SiteConfig) -> SiteConfig:
        """Check `[site]`; the base URL gets its final slash."""
        title = " ".join(site.title.split())
        if not title:
            self._bad_value("title", "the title is empty", "the header of every page shows it")
        if not _LANGUAGE.fullmatch(site.language):
            spelled = site.language.replace("_", "-")
            usual = _LANGUAGE.fullmatch(spelled)
            hint = f'write "{spelled}"' if usual else "write a tag such as en, de-AT or zh-Hans"
            self._bad_value("language", f"{site.language or 'an empty text'} is not a language tag", hint)
        given = self.reader.given
        url = site.base_url if given.base_url is None else given.base_url
        problem = url_problem(url)
        if problem:
            path, span = CONFIG_FILE, self.reader.value(("site", "base_url"))
            if given.base_url is not None:
                path, span = given.place("base_url")
            self.reader.report("config/bad-base-url", problem, span, hint=url_hint(url), path=path)
        if site.timezone != "UTC":
            self._check_timezone(site.timezone)
        self.addresses.permalink(("site", "permalink"), site.permalink)
        permalinks = self.addresses.permalinks(site.permalinks, self.folders)
        self.addresses.redirects(site.redirects)
        if site.paginate < 0:
            self._bad_value("paginate", "paginate is less than 0", "0 is for all posts on one page")
        for index, item in enumerate(site.menu):
            if not item.title.strip() or not item.url.strip():
                missing = "title" if not item.title.strip() else "url"
                span = self.reader.value(("site", "menu", index))
                hint = 'an entry is written { title = "About", url = "/about/" }'
                self.reader.report("config/bad-value", f"an entry of the menu has no {missing}", span, hint=hint)
        base_url = url.rstrip("/") + "/"
        return msgspec.structs.replace(site, title=title, base_url=base_url, permalinks=permalinks)

    def build(self, build: BuildConfig) -> BuildConfig:
        """Check `[build]`; the folders become plain relative paths (an output folder elsewhere an absolute one)."""
        return self.folders.check(build)

    def math(self, math: MathConfig) -> MathConfig:
        """Check `[math]`: every macro's name and text, here and in the files that are named."""
        files = [self._macro_file(index, name) for index, name in enumerate(math.macros_files)]
        if math.preamble:
            from sitegen.math import check_preamble

            for problem in check_preamble(math.preamble, alone=True):
                span = self.reader.value_text_span(("math", "preamble"), problem.start, problem.end)
                self.reader.report(problem.code, problem.message, span, hint=problem.hint)
        if math.macros:
            # Only sites with macros of their own load the math engine for this.
            from sitegen.math import check_macros

            for name, problem in check_macros(math.macros).items():
                span = self.reader.value_text_span(("math", "macros", name), problem.start, problem.end)
                self.reader.report(problem.code, problem.message, span, hint=r"write it like RR = '\mathbb{R}'")
        macros: dict[str, str | MacroText] = {}
        for file in files:
            macros |= file.macros
        return msgspec.structs.replace(
            math,
            macros=macros | math.macros,
            preamble="\n".join(text for text in (*(file.preamble for file in files), math.preamble) if text),
            font=self._font(math.font),
        )

    def _macro_file(self, index: int, written: str) -> MacroFile:
        """Read a file of macros; what is wrong with it is reported at its name, or at the place in it."""
        from sitegen.math import check_macros, check_preamble, defined

        span = self.reader.value(("math", "macros_files", index))
        hint = "name a file of the project, relative to sitegen.toml"
        file = Path(os.path.normpath(self.root / written))
        problem = ""
        found = MacroFile({}, "", "")
        if not written.strip() or not file.is_relative_to(self.root):
            problem = "it is not in the project"
        else:
            try:
                text = file.read_text(encoding="utf-8-sig")
                found = read_macros(written, text)
                problem = found.problem
            except OSError as error:
                problem = (error.strerror or str(error)).lower()
                near = self.folders.similar(os.path.relpath(file, self.root).replace(os.sep, "/"))
                hint = f"did you mean {Path(written).with_name(near).as_posix()}?" if near else hint
            except UnicodeDecodeError:
                problem, hint = "it is not UTF-8 text", "save it as UTF-8"
        wrongs = check_preamble(found.preamble)
        if found.preamble and not wrongs and not defined(found.preamble) and "\\definecolor" not in found.preamble:
            problem, hint = "it holds none", r"write \newcommand{\RR}{\mathbb{R}}, one after the other"
        if problem:
            message = f"the macros of {written or 'a file without name'} cannot be read: {problem}"
            self.reader.report("config/macros-file", message, span, hint=hint)
        for wrong in wrongs:
            place = Span(wrong.start, wrong.end)
            self.reader.report(wrong.code, wrong.message, place, hint=wrong.hint, path=written)
        for wrong in check_macros(found.macros).values():
            self.reader.report(wrong.code, f"in {written}, {wrong.message}", span, hint=wrong.hint)
        return found

    def _font(self, font: FontConfig) -> FontConfig:
        """Check `[math.font]`: a font file of the project that can be used."""
        if font.file in ("", "none"):
            return font
        span = self.reader.value(("math", "font", "file")) or self.reader.value(("math", "font"))
        problem = self._font_problem(font.file)
        if problem:
            self.reader.report("config/bad-font", problem[0], span, hint=problem[1])
        return msgspec.structs.replace(font, file=os.path.normpath(font.file).replace(os.sep, "/"))

    def _font_problem(self, written: str) -> tuple[str, str] | None:
        """Return message and hint for a font that cannot be used."""
        from sitegen.fonts import problem  # only sites with a font of their own need it

        if "\\" in written or written.startswith(("/", "~")) or re.match(r"[A-Za-z]:", written):
            return f"{written} is not relative to the project", "give it relative to sitegen.toml, with forward slashes"
        file = self.folders.path(written)
        if not file.is_relative_to(self.root):
            return f"{written} leaves the project", "copy the font into the project"
        try:
            found = problem(file.read_bytes())
        except FileNotFoundError:
            near = self.folders.similar(file.relative_to(self.root).as_posix())
            hint = f"did you mean {file.with_name(near).relative_to(self.root).as_posix()}?" if near else ""
            return f"there is no file {written}", hint or 'write "none" to bring no font at all'
        except OSError as error:
            return f"{written} cannot be read: {(error.strerror or str(error)).lower()}", "check its permissions"
        return found and (f"{written} cannot be the math font: {found[0]}", found[1])

    def cite(self, cite: CiteConfig) -> CiteConfig:
        """Check `[cite]`: files that exist in the project."""
        named = [(("cite", "bibliography", index), name) for index, name in enumerate(cite.bibliography)]
        for path, name in [*named, (("cite", "style"), cite.style)]:
            if not name:
                continue
            file = self.folders.path(name)
            if not file.is_relative_to(self.root):
                message, hint = f"{name} leaves the project", "copy the file into the project"
            elif not os.path.isfile(file):
                near = self.folders.similar(file.relative_to(self.root).as_posix())
                message = f"there is no file {name}"
                found = near and file.with_name(near).relative_to(self.root).as_posix()
                hint = f"did you mean {found}?" if found else "give it relative to sitegen.toml"
                if not found and path == ("cite", "style"):
                    hint += "; files of styles are at https://www.zotero.org/styles"
            else:
                continue
            self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)
        return cite

    def check(self, check: CheckConfig) -> CheckConfig:
        """Check `[check]`: its numbers."""
        for name, least in (("timeout", 1), ("retries", 0), ("per_host", 1), ("cache_days", 0)):
            if getattr(check, name) < least:
                span = self.reader.value(("check", name))
                hint = f"write {name} = {getattr(CheckConfig(), name)}"
                self.reader.report("config/bad-value", f"{name} is less than {least}", span, hint=hint)
        return check

    def html(self, html: HtmlConfig) -> HtmlConfig:
        """Check `[html]`: directives and sources of the content policy."""
        for name, sources in html.sources.items():
            path = ("html", "sources", name)
            if name not in DIRECTIVES:
                near = nearest(name, DIRECTIVES)
                hint = f"did you mean {near}?" if near else "the directives are " + ", ".join(DIRECTIVES)
                self.reader.report(
                    "config/bad-value", f"there is no directive {name} to add to", self.reader.key(path), hint=hint
                )
            elif re.search(r"[;,\x00-\x1f\x7f-\U0010ffff]", sources):
                message = "a source of a content policy has no comma, no semicolon and no letters beyond ASCII"
                hint = "part sources by spaces, and write a directive on a line of its own"
                self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)
        return html

    def theme(self, theme: ThemeConfig) -> ThemeConfig:
        """Check `[theme]`: the words are those of languages; one that is nearly a word of the theme is misspelt."""
        for language, words in theme.words.items():
            if not _LANGUAGE.fullmatch(language):
                span = self.reader.key(("theme", "words", language))
                hint = 'write [theme.words.de] and below it: proof = "Beweis"'
                self.reader.report("config/bad-value", f"{language} is not a language tag", span, hint=hint)
            for key in words:
                near = None if key in ENGLISH else nearest(key, ENGLISH)
                if near or not key.isidentifier():
                    span = self.reader.key(("theme", "words", language, key))
                    hint = f"did you mean {near}?" if near else "names of words have letters, digits and underscores"
                    self.reader.report("config/unknown-key", f"the theme has no word {key}", span, hint=hint)
        return theme

    def publish(self, publish: PublishConfig) -> PublishConfig:
        """Check `[publish]`."""
        if publish.feed < 0:
            span = self.reader.value(("publish", "feed"))
            self.reader.report("config/bad-value", "feed is less than 0", span, hint="0 is for no feeds")
        if publish.feed_id:
            self.addresses.feed_id(publish.feed_id)
        return publish

    def _check_timezone(self, name: str) -> None:
        import zoneinfo  # takes time, and few sites need it

        try:
            zoneinfo.ZoneInfo(name)
        except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
            near = nearest(name, sorted(zoneinfo.available_timezones()))
            hint = f"did you mean {near}?" if near else "write a name such as Europe/Berlin or UTC"
            self._bad_value("timezone", f"{name or 'an empty text'} is not a time zone", hint)

    def _bad_value(self, key: str, message: str, hint: str) -> None:
        self.reader.report("config/bad-value", message, self.reader.value(("site", key)), hint=hint)
