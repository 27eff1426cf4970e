"""What the settings mean: addresses, folders that keep out of each other's way, macros that work."""

from __future__ import annotations

import os
import re
import urllib.parse
from itertools import combinations
from pathlib import Path

import msgspec

from sitegen.config.macrofiles import MacroFile, read_macros
from sitegen.config.model import (
    PLACEHOLDERS,
    POST_SUFFIXES,
    POSTS,
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
from sitegen.config.reading import COMMAND_LINE, CONFIG_FILE, Reader, command_line
from sitegen.diagnostics import nearest
from sitegen.math.model import MacroText
from sitegen.text import Span
from sitegen.words import ENGLISH

__all__ = ["Checks", "url_problem"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
"""The shape of a language tag (RFC 5646, section 2.1), without the private and grandfathered ones; no language has a
subtag of more than three letters, and whoever writes one writes a name: english."""

FOLDERS = ("content", "templates", "static", "output", "cache")
"""The settings of `[build]` that name a folder."""

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

ID_PARTS = ("place", "name", "date")
"""What ids of posts may have between braces."""

_HOST = re.compile(r"[^\s/?#@\\<>\"'`{}|^]+")


class Checks:
    """Checks the sections, one method each; every method returns the section with its values normalised."""

    def __init__(self, reader: Reader, root: Path, base_url: str | None, output: str | None) -> None:
        self.reader = reader
        self.root = root
        self.base_url = base_url
        self.output = output

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
        url = site.base_url if self.base_url is None else self.base_url
        problem = url_problem(url)
        if problem:
            path, span = self._origin(("site", "base_url"), self.base_url is not None)
            self.reader.report("config/bad-base-url", problem, span, hint=_url_hint(url), path=path)
        if site.timezone != "UTC":
            self._check_timezone(site.timezone)
        self._check_permalink(("site", "permalink"), site.permalink)
        permalinks = self._permalinks(site.permalinks)
        self._check_redirects(site.redirects)
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
        folders = {name: self._folder(name, getattr(build, name)) for name in FOLDERS}
        if self.output is not None:
            folders["output"] = self._given_output(self.output)
        found = {name: folder for name, folder in folders.items() if folder is not None}
        self._report_conflicts(found)
        elsewhere = build.posts or build.pages
        if "content" in found and not elsewhere and not os.path.isdir(self.root / found["content"] / POSTS):
            self._missing_posts(found["content"])
        for name in ("templates", "static"):
            self._named_folder(name, found.get(name, ""))
        posts = self._folders("posts", build.posts, found)
        assets = self._folders("assets", build.assets, found, files=True)
        pages = self._folders("pages", build.pages, found, files=True)
        return msgspec.structs.replace(build, **found, posts=posts, assets=assets, pages=pages)

    def _folders(self, key: str, written: list[str], others: dict[str, str], *, files: bool = False) -> list[str]:
        """Check a list of folders of the project, or of files too: each exists, and is not written by sitegen."""
        folders = []
        for index, name in enumerate(written):
            span = self.reader.value(("build", key, index))
            folder = os.path.normpath(name or ".").replace(os.sep, "/")
            hint = "give it relative to sitegen.toml, with forward slashes"
            if folder == "." or folder.startswith(("../", "/", "~")) or folder == ".." or "\\" in name:
                message = f"{name or 'an empty text'} is not the name of a folder in the project"
                self.reader.report("config/bad-folder", message, span, hint=hint)
            elif not os.path.isdir(self.root / folder) and not (files and os.path.isfile(self.root / folder)):
                self._missing(folder, span, files=files)
            elif key == "pages" and os.path.isfile(self.root / folder) and not folder.lower().endswith(POST_SUFFIXES):
                message = f"{folder} is no page"
                hint = "a page is written in Markdown, in a file such as about.md"
                self.reader.report("config/bad-value", message, span, hint=hint)
            else:
                inner = self._path(folder)
                for other in ("output", "cache", "templates", "static"):
                    if other in others and inner.is_relative_to(self._path(others[other])):
                        message = f"{folder} is, or lies in, the {other} folder"
                        self.reader.report("config/bad-folder", message, span, hint="name another folder")
                folders.append(folder)
        return list(dict.fromkeys(folders))

    def _named_folder(self, name: str, folder: str) -> None:
        """Check a folder that need not exist: if its name was chosen, it should, or there is a reason for the name.

        That is a folder of the usual name that belongs to another program.
        """
        span = self.reader.value(("build", name))
        if not folder or span is None or folder == _DEFAULTS[name] or os.path.isdir(self.root / folder):
            return
        if self._similar(folder) or not os.path.isdir(self.root / _DEFAULTS[name]):
            self._missing(folder, span, files=False)

    def _similar(self, path: str) -> str | None:
        """Return the name in the same place that was probably meant by one that is not there."""
        folder, _, name = path.rpartition("/")
        try:
            return nearest(name, sorted(os.listdir(self.root / folder)))
        except OSError:
            return None

    def _missing(self, path: str, span: Span | None, *, files: bool) -> None:
        """Report a folder or file that is not there, with the name that was probably meant."""
        near = self._similar(path)
        found = f"{path.rpartition('/')[0]}/{near}".lstrip("/")
        hint = f"did you mean {found}?" if near else "create it, or leave it out"
        what = "neither a folder nor a file" if files else "no folder"
        self.reader.report("config/missing-folder", f"there is {what} {path}", span, hint=hint)

    def _permalinks(self, written: dict[str, str]) -> dict[str, str]:
        """Check patterns of addresses for folders and files; return them with plain paths."""
        found = {}
        for name, pattern in written.items():
            span = self.reader.key(("site", "permalinks", name))
            path = os.path.normpath(name or ".").replace(os.sep, "/")
            if path == "." or path.startswith(("../", "/", "~")) or path == ".." or "\\" in name:
                message = f"{name or 'an empty text'} is not in the project"
                hint = "name a folder or file relative to sitegen.toml, with forward slashes"
                self.reader.report("config/bad-folder", message, span, hint=hint)
            elif not os.path.exists(self.root / path):
                self._missing(path, span, files=True)
            else:
                one = os.path.isfile(self.root / path)
                self._check_permalink(("site", "permalinks", name), pattern, one=one)
                found[path] = pattern
        return found

    def _check_redirects(self, redirects: dict[str, str]) -> None:
        """Check the form of old addresses and of those that they lead to."""
        for old, new in redirects.items():
            path = ("site", "redirects", old)
            whole = new.startswith(("http://", "https://"))
            if not old.startswith("/") or old == "/":
                message, hint = (
                    f"{old or 'an empty text'} is no old address",
                    "write it from the root of the site, /old/",
                )
                self.reader.report("config/bad-value", message, self.reader.key(path), hint=hint)
            elif not new.startswith("/") and not whole:
                message = f"{new or 'an empty text'} is no address"
                hint = "write it from the root of the site, /new/, or as a complete address"
                self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)
            elif old.count("*") != new.count("*") or old.count("*") > 1 or (whole and "*" in old):
                hint = 'write "/tag/*.html" = "/tags/*/"'
                message = "a * stands once on either side, and for a part of an address of this site"
                self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)

    def _check_permalink(self, path: tuple[str, ...], pattern: str, *, one: bool = False) -> None:
        """Check a pattern of addresses: every placeholder is known, and posts differ unless there is but one."""
        names = list(re.finditer(r":([A-Za-z_]+)", pattern))
        for name in names:
            if name[1] not in PLACEHOLDERS:
                near = nearest(name[1], PLACEHOLDERS)
                known = " ".join(f":{each}" for each in PLACEHOLDERS)
                span = self.reader.value_text_span(path, *name.span())
                hint = f"did you mean :{near}?" if near else f"the placeholders are {known}"
                self.reader.report("config/bad-value", f"unknown placeholder {name[0]}", span, hint=hint)
        parts = {"title", "slug", "name", "filename", "post_title", "path", "extra"}
        real = all(name[1] in PLACEHOLDERS for name in names)
        if pattern and real and not one and not parts.intersection(name[1] for name in names):
            hint = "add :title, as in /:year/:month/:title/"
            message = "all posts of a day would have the same address"
            self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)

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
                near = self._similar(os.path.relpath(file, self.root).replace(os.sep, "/"))
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
        file = self._path(written)
        if not file.is_relative_to(self.root):
            return f"{written} leaves the project", "copy the font into the project"
        try:
            found = problem(file.read_bytes())
        except FileNotFoundError:
            near = self._similar(file.relative_to(self.root).as_posix())
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
            file = self._path(name)
            if not file.is_relative_to(self.root):
                message, hint = f"{name} leaves the project", "copy the file into the project"
            elif not os.path.isfile(file):
                near = self._similar(file.relative_to(self.root).as_posix())
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
            self._check_feed_id(publish.feed_id)
        return publish

    def _check_feed_id(self, pattern: str) -> None:
        """Check what ids are made of: an IRI (RFC 4287, section 4.2.6) that differs from post to post."""
        path = ("publish", "feed_id")
        names = list(re.finditer(r"\{([^{}]*)\}", pattern))
        for name in names:
            if name[1] not in ID_PARTS:
                near = nearest(name[1], ID_PARTS)
                hint = f"did you mean {{{near}}}?" if near else "the placeholders are {place}, {name} and {date}"
                span = self.reader.value_text_span(path, *name.span())
                self.reader.report("config/bad-value", f"unknown placeholder {name[0]}", span, hint=hint)
                return
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+", pattern):
            message, hint = "an id begins with a scheme and has no spaces", "write tag:example.org,{date}:{place}"
        elif not {"place", "name"}.intersection(name[1] for name in names):
            message, hint = "all posts of a day would have the same id", "add {place}, the address inside the site"
        else:
            return
        self.reader.report("config/bad-value", message, self.reader.value(path), hint=hint)

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

    def _origin(self, path: tuple[str, str], given: bool) -> tuple[str, Span | None]:
        """Return the file and place of a setting that the command line may have given."""
        if not given:
            return CONFIG_FILE, self.reader.value(path)
        option = "--" + path[1].replace("_", "-") + " "
        text = command_line(self.base_url, self.output)
        value = (self.base_url if path[1] == "base_url" else self.output) or ""
        start = (text.rfind(option) if path[1] == "output" else text.find(option)) + len(option)
        return COMMAND_LINE, Span(start, start + len(value))

    def _folder(self, name: str, written: str) -> str | None:
        """Return a folder of the file, normalised, or None when it cannot be one of the project."""
        span = self.reader.value(("build", name))
        message, hint = "", "give it relative to sitegen.toml, with forward slashes"
        folder = os.path.normpath(written or ".").replace(os.sep, "/")
        if not written.strip():
            message = f"the {name} folder is empty text"
        elif "\\" in written or any(ord(character) < 32 for character in written):
            message = f"the {name} folder contains a backslash or a control character"
        elif written.startswith(("/", "~")) or re.match(r"[A-Za-z]:", written):
            message = f"the {name} folder is not relative to the project"
        elif folder == ".." or folder.startswith("../"):
            message, hint = f"the {name} folder leaves the project", "keep it inside the folder of sitegen.toml"
        if message:
            self.reader.report("config/bad-folder", message, span, hint=hint)
            return None
        return folder

    def _given_output(self, written: str) -> str | None:
        """Return the output folder of the command line, relative where it lies in the project."""
        if not written.strip() or any(ord(character) < 32 for character in written):
            path, span = self._origin(("build", "output"), given=True)
            self.reader.report(
                "config/bad-folder", "this is not the name of a folder", span, hint="write --output DIR", path=path
            )
            return None
        folder = Path(os.path.normpath(self.root / written))
        return folder.relative_to(self.root).as_posix() if folder.is_relative_to(self.root) else folder.as_posix()

    def _report_conflicts(self, folders: dict[str, str]) -> None:
        """Report folders that get in each other's way, every folder once."""
        blamed = {name for name, folder in folders.items() if self.root.is_relative_to(self._path(folder))}
        for name in sorted(blamed):
            self._report_conflict(name, "", f"the {name} folder is the project itself, or holds it")
        for mine, other in combinations(("output", "cache", "static", "content", "templates"), 2):
            if not {mine, other} <= folders.keys() - blamed:
                continue
            message = self._conflict(mine, other, folders)
            if message:
                blamed.add(mine)
                self._report_conflict(mine, other, message)

    def _conflict(self, mine: str, other: str, folders: dict[str, str]) -> str:
        """Say how two folders get in each other's way, or nothing.

        What is written must not lie in what is read, nor around it. What is published as it is must not hold
        posts or templates, but may lie beside the posts.
        """
        inner, outer = self._path(folders[mine]), self._path(folders[other])
        if inner == outer:
            return f"the {mine} folder is the {other} folder too"
        if outer.is_relative_to(inner) and mine in ("output", "cache", "static"):
            return f"the {mine} folder holds the {other} folder"
        if inner.is_relative_to(outer) and mine in ("output", "cache"):
            return f"the {mine} folder lies in the {other} folder"
        return ""

    def _report_conflict(self, mine: str, other: str, message: str) -> None:
        path, span = self._origin(("build", mine), mine == "output" and self.output is not None)
        if span is None:
            # The default was in nobody's way until the other folder was set.
            span = self.reader.value(("build", other))
            mine = other if span is not None else mine
        hint = f"choose another folder, such as {_DEFAULTS[mine]}"
        self.reader.report("config/bad-folder", message, span, hint=hint, path=path)

    def _path(self, folder: str) -> Path:
        return Path(os.path.normpath(self.root / folder))

    def _missing_posts(self, content: str) -> None:
        span = self.reader.value(("build", "content"))
        try:
            os.listdir(self.root / content)
        except PermissionError:
            message = f"the content folder {content} may not be read"
            self.reader.report("config/bad-folder", message, span, hint="check its permissions")
            return
        except OSError:
            pass  # there is none
        folder = f"{content}/{POSTS}" if content != "." else POSTS
        self.reader.report(
            "config/missing-folder", f"there is no folder {folder}", span, hint="create it; posts lie there"
        )


_DEFAULTS = {name: getattr(BuildConfig(), name) for name in FOLDERS}


def url_problem(url: str) -> str:
    """Return what is wrong with the address of a site; empty text for a good one."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        return "this is not a URL"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
        return "this is not the complete address of a site"
    if "@" in parts.netloc or port == 0:
        return "the address of a site has no user name"
    if "?" in url or "#" in url:
        return "the address of a site has no query and no fragment"
    if parts.hostname in _CODE_HOSTS:
        return "this is the address of a repository, not of the site that is made of it"
    path = parts.path
    if any(character.isspace() or ord(character) < 32 or character in '\\"<>' for character in url):
        return "the address contains a character that is not allowed in URLs"
    if "//" in path or any(part in (".", "..") for part in path.split("/")):
        return "the path of the address is not in its shortest form"
    return ""


_CODE_HOSTS = {"github.com": "github.io", "gitlab.com": "gitlab.io"}
"""Hosts of repositories, each with the host of their pages."""


def _url_hint(url: str) -> str:
    repository = re.match(r"https?://([\w.]+)/([\w-]+)/([\w.-]+)", url)
    if repository is not None and repository[1] in _CODE_HOSTS:
        pages = f"{repository[2].lower()}.{_CODE_HOSTS[repository[1]]}"
        name = repository[3].removesuffix(".git")
        return f"write https://{pages}/" if name.lower() == pages else f"write https://{pages}/{name}/"
    bare = re.sub(r"^[a-z]*:?/*", "", url.strip(), count=1) if "://" in url else url.strip("/ ")
    host = re.match(r"[\w-]+(?:\.[\w-]+)+(?:/[\w-][\w.-]*(?=/|$))*", bare)
    if host:
        return f"write https://{host[0].rstrip('/')}/"
    path = url.strip().strip("/") if re.fullmatch(r"\s*/?[\w-]+(?:/[\w-]+)*/?\s*", url) else ""
    return f"write it like https://example.org/{path and path + '/'}"
