"""What sitegen has to say about its input: the table of codes, and the diagnostic that travels as a value.

Bad content gives diagnostics; exceptions are for programming mistakes. A diagnostic's place is a file and two
offsets; `sitegen.console` turns them into line, column and caret.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sitegen.math.distance import edit_distance
from sitegen.math.problems import CODES as MATH_CODES
from sitegen.math.problems import CodeInfo, Severity
from sitegen.text import Span

__all__ = ["CODES", "CodeInfo", "Diagnostic", "Severity", "edit_distance", "in_order", "nearest"]

CODES: dict[str, CodeInfo] = {
    **MATH_CODES,
    "init/exists": CodeInfo(
        "error",
        "`sitegen init` was asked to begin a site where there is one: the folder has a sitegen.toml. Nothing was "
        "written. To begin anew, move the old site away first.",
    ),
    "init/kept": CodeInfo(
        "warning",
        "A file that `sitegen init` would have written exists already. It was left as it is, and everything else was "
        "written. To see what sitegen would have put there, begin a site in an empty folder and compare.",
    ),
    "init/not-writable": CodeInfo(
        "error",
        "A file of a new site could not be written: permissions, a full disk, a file where a folder has to be. What "
        "was written before it stays; remove it, or the cause, and run `sitegen init` again.",
    ),
    "new/exists": CodeInfo(
        "error",
        "`sitegen new` would have made a file where there is one, or one whose page would have the address of another "
        "post's. Nothing was written. Another title, or a name given with --slug, gives another file.",
    ),
    "new/not-writable": CodeInfo(
        "error",
        "`sitegen new` could not write its file: permissions, a full disk, a file where a folder has to be.",
    ),
    "config/missing-file": CodeInfo(
        "error",
        "There is no sitegen.toml in the folder, nor in a folder above it when none was named. A site's folder is "
        'recognised by that file; it may be as short as two lines, `[site]` and `title = "My site"`.',
    ),
    "config/unreadable": CodeInfo(
        "error",
        "sitegen.toml exists, but it could not be read, or it is not UTF-8 text. Check its permissions and save it as "
        "UTF-8.",
    ),
    "config/syntax": CodeInfo(
        "error",
        "sitegen.toml is not valid TOML, so nothing is known of the settings. Text stands between quotes. TeX is "
        "easiest between single quotes, where a backslash is just a backslash: `RR = '\\mathbb{R}'`.",
    ),
    "config/unknown-key": CodeInfo(
        "error",
        "sitegen.toml has a setting that sitegen does not know, so it would have no effect. It is an error and not "
        "ignored, since it is most often a misspelt name or a key in the wrong table.",
    ),
    "config/wrong-type": CodeInfo(
        "error",
        "A setting has a value of another kind than it needs: a number where text is expected, a list where a table "
        "is expected. Text stands between quotes in TOML.",
    ),
    "config/bad-value": CodeInfo(
        "error",
        "A setting has a value of the right kind that cannot be used: an empty title, a language that is no language "
        "tag (BCP 47: `en`, `de-AT`, `zh-Hans`).",
    ),
    "site/untranslated": CodeInfo(
        "note",
        "sitegen has no words in the language of the site or of a post, so its pages say `Contents`, `Theorem` and the "
        "like in English. Give the words under `[theme.words.…]`, named by the language, or leave it so.",
    ),
    "config/bad-base-url": CodeInfo(
        "error",
        "`base_url` (or --base-url) must be the complete address under which the site is published, such as "
        "`https://example.org/` or `https://example.org/repository/`, without query, fragment or user name. Its path "
        "becomes the prefix of every address in the site.",
    ),
    "config/no-base-url": CodeInfo(
        "warning",
        "Neither `base_url` under [site] nor --base-url says where the site will be published. Links between pages "
        "work all the same, but feeds, the sitemap and what search engines are told have complete addresses, and "
        "these say http://localhost/.",
    ),
    "config/bad-folder": CodeInfo(
        "error",
        "A folder under [build] cannot be used: it is empty, leaves the project, or lies so that sitegen would read "
        "what it writes or write over what it reads. Every folder is given relative to sitegen.toml; output and cache "
        "need places of their own.",
    ),
    "config/missing-folder": CodeInfo(
        "error",
        "The folder of the posts, `posts` inside the content folder, or one that is named under [build] does not "
        "exist. Building without it would empty a site that was built before, or leave out templates and files. "
        "Create it, or correct the name.",
    ),
    "config/bad-font": CodeInfo(
        "error",
        "`file` under [math.font] names no font that formulas can be set in. It must be an OpenType file of the "
        "project, .otf or .ttf, with a MATH table: browsers take from it how high a fraction stands and by which parts "
        "a bracket grows. sitegen makes the compressed file for the web itself.",
    ),
    "config/unmatched-pattern": CodeInfo(
        "warning",
        "A pattern of page addresses in sitegen.toml matches no page of the site, so it does nothing. It is compared "
        "with the address below the site's root, such as /reference/; `*` stands for any characters.",
    ),
    "source/unreadable": CodeInfo(
        "error",
        "A post could not be read: permissions, a broken symbolic link, a folder linked into itself. The other posts "
        "are built, and the page that an earlier build made of this one stays where it is.",
    ),
    "source/not-utf-8": CodeInfo(
        "error",
        "A post is not UTF-8 text; the place of the first byte that breaks the rule is shown. Most editors can save a "
        "file as UTF-8. Guessing another encoding would put wrong letters on the page.",
    ),
    "source/nul-character": CodeInfo(
        "error",
        "A post contains a NUL character, which no text has: the file is damaged, not text at all, or UTF-16.",
    ),
    "source/outside-project": CodeInfo(
        "error",
        "A symbolic link in the content folder leads out of the project. It is not followed, so that a site never "
        "publishes files from elsewhere on the machine. Copy the file into the project.",
    ),
    "source/bad-name": CodeInfo(
        "error",
        "The name of a file or folder of the site is not valid Unicode, so it has no address on the web. Rename it.",
    ),
    "frontmatter/syntax": CodeInfo(
        "error",
        "The block between the two `---` lines is not valid YAML, or that between two `+++` lines not valid TOML. In "
        "TOML, text stands between quotes, and TeX between single ones. In YAML, values that contain `: `, ` #`, or "
        "start with one of "
        "`[ { * & ! % @ ` need quotes; single quotes leave backslashes alone. Indent lines with spaces, not tabs.",
    ),
    "frontmatter/unclosed": CodeInfo(
        "error",
        "A post starts with `---` and a line that looks like front matter, but the `---` that ends the block is "
        "missing. If the first line is meant as a thematic break, leave a blank line below it.",
    ),
    "frontmatter/not-a-mapping": CodeInfo(
        "error",
        "The block between the two `---` lines is not a list of `key: value` lines. If the first line is meant as a "
        "thematic break, leave a blank line below it.",
    ),
    "frontmatter/alias": CodeInfo(
        "error",
        "A value starts with `*` or `&` and lacks its quotes. In YAML `&name` gives a value a name, and `*name` stands "
        "for that value further down; one without the other is refused, and so are those by which a few lines would "
        "stand for gigabytes: inside of each other, and for more than 50 lists or mappings.",
    ),
    "frontmatter/duplicate-key": CodeInfo(
        "warning",
        "The same key stands twice in the front matter, which YAML forbids. The last one counts, as in Jekyll. Lists "
        "of aliases, tags or categories that stand twice are joined.",
    ),
    "config/macros-file": CodeInfo(
        "error",
        "A file that `macros_files` under [math] names cannot be used: it does not exist, lies outside of the project, "
        "or holds no macros. It may be LaTeX (`.tex`, `.sty`), JSON with KaTeX's macros, a script or page with "
        "MathJax's configuration, or mdBook's lines `\\RR:{\\mathbb{R}}`.",
    ),
    "extension/failed": CodeInfo(
        "error",
        "The Python module that `module` under [extension] names cannot be read, raised an exception, or returned what "
        "is no mapping. The message is Python's. Nothing is written, since any page may depend on what it gives.",
    ),
    "search/needs-package": CodeInfo(
        "error",
        "`enable` under [search] asks for a page that searches the site. The index and the program that reads it are "
        'Pagefind\'s, which is installed with `pip install "pagefind[bin]"`. Without the setting nothing of it is '
        "needed.",
    ),
    "search/failed": CodeInfo(
        "error",
        "Pagefind was run and made no index. The message is its own; often the package was installed without its "
        'program, which `pip install "pagefind[bin]"` brings.',
    ),
    "site/bad-term": CodeInfo(
        "error",
        "A tag, category, author or series cannot have a page of its own: its name has neither letters nor digits, of "
        "which an address could be made.",
    ),
    "site/similar-term": CodeInfo(
        "warning",
        "Two tags, categories, authors or series differ in signs and spaces only, as `signal processing` and "
        "`signal-processing` or `J. Doe` and `J Doe` do. They are taken for one, under the name that the newest post "
        "gives it. Write the name in one way everywhere. Capitals make no difference, and nothing is said of them.",
    ),
    "site/bad-alias": CodeInfo(
        "error",
        "An address under `aliases` in the front matter is that of a page already, of the post itself, or an alias of "
        "another post. No page was made for it: readers who come there find the other page.",
    ),
    "site/bad-redirect": CodeInfo(
        "error",
        "An old address under `[site.redirects]` cannot lead anywhere: a page of the site is there, or it is the "
        "address of a file and leads to a page, which no page at the old address can do.",
    ),
    "frontmatter/conflicting-keys": CodeInfo(
        "warning",
        "Two keys of the front matter mean the same and have different values: `updated` and `lastmod`, `path` and "
        "`permalink`, `draft: true` and `published: true`. The one that stands first counts. Delete the other.",
    ),
    "frontmatter/unknown-key": CodeInfo(
        "warning",
        "A key of the front matter looks like a misspelt key that sitegen knows, so it is probably without the effect "
        "that was meant. Other unknown keys are kept for templates as `page.extra` without a word.",
    ),
    "frontmatter/wrong-type": CodeInfo(
        "error",
        "A key of the front matter has a value of another kind than it needs: a list where text is expected, a word "
        "where true or false is expected.",
    ),
    "frontmatter/bad-date": CodeInfo(
        "error",
        "The date of a post could not be read, or there is no such day or time. Write `2017-01-20`, "
        "`2017-01-20 22:12`, or `2017-01-20T22:12:03+02:00`; without a zone, that of `site.timezone` is meant.",
    ),
    "frontmatter/no-date": CodeInfo(
        "warning",
        "In the place of a date stands a word, such as `today` or `YYYY-MM-DD`, which other tools fill in, or `Spring "
        "2018`; or a date like `03/04/2021`, which can be two days and of which the file's name does not say which. "
        "Or the file's name begins with numbers that look like a date and are none, `2021-13-04-name.md`. The post is "
        "built as one without a date. Of a month without a day, `March 2018`, the first day counts.",
    ),
    "frontmatter/bad-path": CodeInfo(
        "error",
        "The `path` of a post cannot be its address. It is a folder inside the site such as `/2017/convolution/`: no "
        "host, no `..`, no backslash, no `%` escapes, none of the characters and names that some file systems refuse.",
    ),
    "frontmatter/unsupported": CodeInfo(
        "error",
        "The head of the post has a YAML tag such as `!important`, which sitegen does not read. Put quotes around a "
        "value that starts with `!`.",
    ),
    "template/syntax": CodeInfo(
        "error",
        "A template does not parse, so no page can be made of it and nothing is written. The message is Jinja's; an "
        "unknown filter or test is reported in the same way.",
    ),
    "template/undefined": CodeInfo(
        "error",
        "A template names something that does not exist: a variable, a field of `page`, `site` or `settings`, or a "
        "block that the template it extends does not have, which Jinja would drop. An empty place would appear on the "
        "page, so it is an error. What may be missing is written as "
        '`{{ page.extra.subtitle | default("") }}` or asked for with `{% if page.extra.subtitle is defined %}`. The '
        "README of the packaged theme lists every variable.",
    ),
    "template/missing": CodeInfo(
        "error",
        "A template extends, includes or imports a template that neither the site's folder of templates nor the "
        "packaged theme has.",
    ),
    "template/unused": CodeInfo(
        "warning",
        "A file in the folder of templates has nearly the name of a packaged template, such as `psot.html`, and "
        "neither a page nor another template asks for it, so it is of no effect.",
    ),
    "template/foreign": CodeInfo(
        "warning",
        "A page asks for a template, and the site has no templates of its own: most likely the page was written for "
        "another generator. It is made as other pages are.",
    ),
    "template/circular": CodeInfo(
        "error",
        "A template extends or includes itself, perhaps by way of others, which never ends. To extend the packaged "
        'template of the same name, write the prefix: `{% extends "default/base.html" %}`.',
    ),
    "template/failed": CodeInfo(
        "error",
        "An expression in a template failed while a page was made: a division by zero, text added to a number, a "
        "filter given a value it cannot use. The message is Python's.",
    ),
    "template/unreadable": CodeInfo(
        "error",
        "A template could not be read, or it is not UTF-8 text.",
    ),
    "asset/unreadable": CodeInfo(
        "error",
        "A file that is to be published, or a stylesheet, could not be read, or a stylesheet is not UTF-8 text.",
    ),
    "asset/outside-project": CodeInfo(
        "error",
        "A symbolic link in the static folder leads out of the project, or a page names a file outside of it. It is "
        "refused, so that a site never publishes files from elsewhere on the machine. Copy the file into the project.",
    ),
    "asset/private": CodeInfo(
        "error",
        "A page names a file that is not meant for readers: one whose name, or whose folder's name, begins with a dot, "
        "or one that sitegen itself wrote. It is not published. Copy it to a place of its own if it is content.",
    ),
    "asset/missing": CodeInfo(
        "error",
        "A page embeds a file that does not exist, such as a video or a sound. It lies beside the post, and is named "
        "relative to it, or in the static folder, and is named from the root of the site.",
    ),
    "link/missing-page": CodeInfo(
        "warning",
        "A link leads to a place inside the site where there is neither a page nor a file. An address without a slash "
        "at its start is read from the post's own folder (`../other/index.md`, `paper.pdf`), then from its page's "
        "address; one with a slash begins at the root of the site, whatever its base path is.",
    ),
    "link/space": CodeInfo(
        "warning",
        "An address in a link or an image has a space in it, so that Markdown takes all of it for text (CommonMark, "
        "section 6.3). Between < and > spaces are allowed, `![A plot](<my plot.png>)`, and `%20` stands for one.",
    ),
    "link/missing-anchor": CodeInfo(
        "warning",
        "A link leads to an existing page, but to no place on it: no heading, equation or other element there has the "
        "name after the `#`. Browsers would show the top of the page.",
    ),
    "link/unknown-page": CodeInfo(
        "error",
        'A link names a page by its file, as `{% post_url 2017-01-20-name %}`, `{{< ref "name.md" >}}` and {doc}`name` '
        "do, or a place by its label, and no page of the site, or more than one, has that name. The ending, the date "
        "before the name, and the folder may be left out; capitals do not count.",
    ),
    "math/missing-glyph": CodeInfo(
        "warning",
        "A formula shows a character that the math font does not have. Browsers take it from another font of the "
        "reader's, if there is one, in another weight and size. Text inside of \\text is set in the page's text font "
        "and is not looked at.",
    ),
    "math/unresolved-reference": CodeInfo(
        "error",
        "\\ref or \\eqref names a label that no equation, figure, table, theorem or numbered heading of the post has, "
        "nor one of any other post of the site. Labels count exactly as they are written, capitals and spaces too. "
        "Posts that are drafts, or were rejected because of an error, have no labels. A label in a formula with an "
        "error is known: that error alone is reported.",
    ),
    "math/ambiguous-reference": CodeInfo(
        "error",
        "\\ref or \\eqref names a label that the post itself does not have, but several other posts do. Give one of "
        "the equations another label, or write a link to the page.",
    ),
    "page/duplicate-id": CodeInfo(
        "warning",
        "Two elements of a finished page have the same `id`, so a link to it is ambiguous. It comes from HTML in the "
        "post, or from a template that gives an element an id that the text has as well.",
    ),
    "page/missing-target": CodeInfo(
        "warning",
        "A finished page refers to an address inside the site where nothing is. It comes from a template, or from "
        "HTML that sitegen does not look into; links and images of a post are reported at their place in the post.",
    ),
    "style/unbalanced": CodeInfo(
        "warning",
        "A brace or a comment in a stylesheet of the site is not closed, or closes nothing. The stylesheets are joined "
        "to one file, so a browser would drop rules that stand after the place, those of other files among them.",
    ),
    "style/import": CodeInfo(
        "warning",
        "A stylesheet of the site has an @import. Browsers follow one only before all rules (CSS Cascade, section 3), "
        "and the theme's rules come first in the joined stylesheet. The content policy would not allow another host "
        "either.",
    ),
    "page/script": CodeInfo(
        "warning",
        "A finished page holds a program: a `<script>`, an attribute such as `onclick`, an address that begins with "
        "`javascript:`. Pages made by sitegen need none, and the strict content policy they are meant for runs none. "
        'Data for search engines, `<script type="application/ld+json">`, is no program.',
    ),
    "page/inline-style": CodeInfo(
        "warning",
        "An element of a finished page has a `style` attribute, which the strict content policy that pages are meant "
        "for does not apply. In posts sitegen turns it into a class; in a template, use a class and a stylesheet.",
    ),
    "page/missing-anchor": CodeInfo(
        "warning",
        "An address on a finished page leads to an existing page, but to no place on it: no element there has the id "
        "after the `#`. Found by `sitegen check`.",
    ),
    "page/outside-base": CodeInfo(
        "warning",
        "An address begins with a slash but leaves out the path under which the site is published, so it leads out of "
        'the site, while with the path it would lead to one of its pages. In templates, write `url("/about/")`. Found '
        "by `sitegen check`.",
    ),
    "page/missing-title": CodeInfo(
        "warning",
        "A finished page has no `<title>`, or an empty one, so browsers and search engines show its address instead. "
        "Found by `sitegen check`.",
    ),
    "page/missing-description": CodeInfo(
        "warning",
        'A finished page has no `<meta name="description">`, or an empty one. Pages that ask search engines not to '
        "list them need none. Found by `sitegen check`.",
    ),
    "page/missing-language": CodeInfo(
        "warning",
        "A finished page does not say what language it is in, so that it is read aloud, hyphenated and translated "
        "wrongly. Found by `sitegen check`.",
    ),
    "page/duplicate-title": CodeInfo(
        "warning",
        "Two pages have the same `<title>`, so nobody can tell them apart in tabs, bookmarks and search results. Found "
        "by `sitegen check`.",
    ),
    "page/missing-alt": CodeInfo(
        "warning",
        "An image on a finished page has no alternative text, so whoever cannot see it learns nothing of it. In a "
        'post, `![a kernel sliding over a signal](kernel.png)`; an `alt=""` in an `<img>` of your own says that the '
        "image is decoration, which the only content of a link cannot be. Found by `sitegen check`.",
    ),
    "page/nameless-link": CodeInfo(
        "warning",
        "A link holds neither text nor an image with alternative text, so there is nothing to click on, and nothing to "
        "read aloud. Found by `sitegen check`.",
    ),
    "page/bad-data": CodeInfo(
        "warning",
        'The data for search engines on a page, `<script type="application/ld+json">`, is not valid JSON, so it is '
        "ignored. Found by `sitegen check`.",
    ),
    "feed/malformed": CodeInfo(
        "error",
        "A feed, a sitemap or another file of XML or JSON cannot be parsed, so no reader will show it. Found by "
        "`sitegen check`.",
    ),
    "feed/missing-target": CodeInfo(
        "warning",
        "A feed, a sitemap, robots.txt or _redirects names an address of this site where there is nothing. Found by "
        "`sitegen check`.",
    ),
    "feed/missing-field": CodeInfo(
        "warning",
        "An entry of a feed lacks an element that every entry must have (RFC 4287: id, title, updated). Found by "
        "`sitegen check`.",
    ),
    "feed/duplicate-entry": CodeInfo(
        "warning",
        "Two entries of a feed have the same id, so readers take them for one. Found by `sitegen check`.",
    ),
    "feed/relative-address": CodeInfo(
        "warning",
        "The content of a feed's entry has an address without scheme and host. Feed readers show it far from the site "
        "and cannot follow it. Found by `sitegen check`.",
    ),
    "style/missing-file": CodeInfo(
        "warning",
        "A stylesheet names a file that does not exist, such as a background image or a font. An address in a "
        "stylesheet begins at the stylesheet's own folder. Found by `sitegen check`.",
    ),
    "file/orphaned": CodeInfo(
        "warning",
        "A file lies among the posts, but no post refers to it, so it is not published. Files of drafts are not "
        "counted. Remove it, link to it, or name it under `ignore` in [check]. Found by `sitegen check`.",
    ),
    "file/unreferenced": CodeInfo(
        "note",
        "A file of the static folder is published, but no page, feed or stylesheet of the site refers to it. That is "
        "fine for files that others link to. Found by `sitegen check`.",
    ),
    "external/not-found": CodeInfo(
        "warning",
        "Another site says that what a link leads to does not exist, or the address is none. Found by `sitegen check "
        "--external`.",
    ),
    "external/unreachable": CodeInfo(
        "warning",
        "Another site did not answer, not even when it was asked again: no such host, no connection, no time, or an "
        "error of its own. Found by `sitegen check --external`.",
    ),
    "external/refused": CodeInfo(
        "note",
        "Another site does not answer programs, or only people who have signed in, so the link could not be checked. "
        "Found by `sitegen check --external`.",
    ),
    "external/moved": CodeInfo(
        "note",
        "What a link leads to has moved for good; the old address still leads to the new one. Found by `sitegen check "
        "--external`.",
    ),
    "site/path-collision": CodeInfo(
        "error",
        "Two files of the site would be written to one path: two posts with the same `path`, or a post and a static "
        "file, or two names that differ in capitals only, which are one file on Windows and macOS. Nothing is written, "
        "since one of the two would be lost.",
    ),
    "site/reserved-name": CodeInfo(
        "error",
        "A file of the site would have a name that Windows keeps for a device (`con`, `aux`, `nul`, `prn`, `com1` to "
        "`com9`, `lpt1` to `lpt9`), with or without an ending, so nobody could check the site out or unpack it there. "
        "Rename the file, or give the post another address with `path` in its front matter.",
    ),
    "output/foreign-folder": CodeInfo(
        "error",
        "The output folder has files in it and sitegen did not make it, so it could be anything. Nothing is written, "
        "since building removes pages of vanished posts. Name another folder, or empty this one yourself.",
    ),
    "output/damaged-manifest": CodeInfo(
        "error",
        "The list of files that sitegen keeps in the output folder, `.sitegen-manifest.json`, cannot be read, so it is "
        "not known which files are old. Nothing is written. Remove the output folder and build again.",
    ),
    "output/not-a-folder": CodeInfo(
        "error",
        "There is something at the path of the output folder, or on the way to it, that is no folder: a file, or a "
        "symbolic link to nowhere. Nothing is written. Remove it, or name another folder.",
    ),
    "output/busy": CodeInfo(
        "error",
        "Another build is at work on the output folder. Two at once would undo what the other does, so this one has "
        "done nothing. Wait until the other has finished, or give this one a folder of its own with --output. A build "
        "that was killed holds nothing up.",
    ),
    "output/obstructed": CodeInfo(
        "error",
        "Inside the output folder something that sitegen did not make is in the way: a folder where a file belongs, a "
        "file where a folder belongs, or a symbolic link in the place of a folder, through which files elsewhere would "
        "be changed. Nothing is written. Remove it.",
    ),
    "output/not-writable": CodeInfo(
        "error",
        "A file of the site could not be written or removed: permissions, a full disk, a name that the file system "
        "refuses. Every file in the output folder is whole, either of this build or of the one before; the next build "
        "does the rest.",
    ),
    "image/missing": CodeInfo(
        "error",
        "An image that a page shows does not exist. Its file lies beside the post, and is named relative to it, or in "
        "the static folder, and is named from the root of the site: `/logo.svg`. Capitals count. The page shows the "
        "alternative text instead.",
    ),
    "image/unreadable": CodeInfo(
        "warning",
        "A file that is named like a picture does not begin as pictures do, so browsers show nothing. Often it is the "
        "pointer that Git LFS leaves where the file itself was not fetched, or a page that was saved in its place.",
    ),
    "markdown/unclosed-display": CodeInfo(
        "error",
        "A line begins with `$$`, and no second `$$` closes the formula before the text goes on, so its TeX would be "
        "shown as text. Close it with `$$`; write `\\$\\$` for two literal dollars.",
    ),
    "markdown/display-in-line": CodeInfo(
        "note",
        "align, gather, equation and their kin are displays with numbers, and stand here where only an inline formula "
        "can: between single dollars, in a link, a heading or a table. It is set in the line, without numbers.",
    ),
    "markdown/doubtful-formula": CodeInfo(
        "note",
        "Dollars that Markdown processors read in different ways: `$ x $` with blanks inside, and `$$…$$` in a line of "
        "text or beside one. What else the post does tells how it was meant. To leave no doubt, write `$x$` for an "
        "inline formula, and `$$` on lines of their own, with a blank line before and after, for a display.",
    ),
    "markdown/lone-dollars": CodeInfo(
        "warning",
        "`$$` stands in a line, but no second `$$` follows in the paragraph, so both are shown as dollars. Close the "
        "formula, or write `\\$\\$` for two literal dollars.",
    ),
    "markdown/stray-latex": CodeInfo(
        "warning",
        "LaTeX stands in the text outside of every formula, so that a reader would see its letters: a command for "
        "text, such as `\\emph{…}`, which Markdown has other signs for; a sign of mathematics without its dollars; a "
        "command that nobody defined. Put a formula between dollars, write text in Markdown, and `\\\\` for a "
        "backslash that is to be seen.",
    ),
    "markdown/too-deep": CodeInfo(
        "error",
        "Quotes and lists are nested deeper than sitegen follows, and what lies deeper is missing from the page.",
    ),
    "templating/unknown": CodeInfo(
        "warning",
        "A post has a tag of another generator's template language, `{% … %}` or `{{ … }}`, and what it stands for "
        "cannot be known here, so it was left out of the page; nothing of it is executed. The forms that are "
        "understood are listed in the guide to Markdown. In code and formulas such signs are left alone.",
    ),
    "templating/unclosed": CodeInfo(
        "warning",
        "A tag such as `{% highlight %}` or `{{< details >}}` needs an end tag, and there is none.",
    ),
    "dialect/rewritten": CodeInfo(
        "note",
        "A formula was typed with backslashes meant for a Markdown processor that reads formulas as text: doubled "
        "(`\\\\\\\\` for a row break) or before characters that Markdown would take (`\\_`). It was read as the LaTeX "
        "that the author meant. `dialect: tex` in the front matter, or under [math] in sitegen.toml, turns this off.",
    ),
    "heading/duplicate-id": CodeInfo(
        "warning",
        "Two headings, or other elements, ask for the same id with `{#id}`. The second one got a number at its end, so "
        "links to the id reach the first.",
    ),
    "markdown/unknown-role": CodeInfo(
        "warning",
        "The name of a MyST role, {name}`text`, is not one that sitegen knows, so what stands between the backticks is "
        "shown as code. A code span that follows a word in braces by chance is written with a blank between the two.",
    ),
    "markdown/unclosed-container": CodeInfo(
        "warning",
        "A block that opens with `:::` is not closed by a line of colons, so it goes on to the end of the text around "
        "it.",
    ),
    "markdown/lost-cell": CodeInfo(
        "warning",
        "A row of a table has more cells than the table has columns, and what is in them is not shown (GFM, section "
        "4.10). Often a bar was meant as a sign: in a table it is written `\\|`, in code too, but not in formulas.",
    ),
    "markdown/no-table": CodeInfo(
        "warning",
        "Two lines look like the beginning of a table, but the line of hyphens has not as many cells as the head, so "
        "they are text (GFM, section 4.10).",
    ),
    "markdown/unknown-block": CodeInfo(
        "warning",
        "The name behind `:::` or `!!!`, or in `[!…]`, is a letter or two away from a kind of block that sitegen "
        "knows: `::: theorm`. Other names make a block with a class of that name, for the stylesheet of the site; "
        "written as `::: {.name}`, they are classes whatever they are like.",
    ),
    "markdown/stray-fence": CodeInfo(
        "warning",
        "A line of colons closes nothing: no block that opens with `::: name` is open there. The line was left out.",
    ),
    "markdown/include": CodeInfo(
        "warning",
        "A directive asks to insert another file. Posts are read one by one, so nothing was inserted; the line was "
        "left out.",
    ),
    "footnote/undefined": CodeInfo(
        "warning",
        "A footnote reference `[^label]` has no definition, so it is shown as text. Define it in a paragraph "
        "`[^label]: text`; if no footnote was meant, write `\\[^label]`.",
    ),
    "footnote/unused": CodeInfo(
        "note",
        "A footnote is defined, but nothing refers to it, so its text is not on the page.",
    ),
    "footnote/duplicate": CodeInfo(
        "warning",
        "Two footnotes have the same label. The first definition counts, the text of the other is not on the page.",
    ),
    "code/unclosed": CodeInfo(
        "warning",
        "A fence of three backquotes or tildes opens code, and no such line closes it, so everything below it is code, "
        "to the end of the post, or of the list or quote it stands in.",
    ),
    "code/unknown-language": CodeInfo(
        "note",
        "A code fence names a language that Pygments does not know, so the code is shown without colours.",
    ),
    "code/glued-fence": CodeInfo(
        "note",
        "The line that opens a code fence goes on with several words, the first of which is no language, so it is "
        "taken as the first line of the code. Start the code on the line after the fence.",
    ),
    "code/bad-option": CodeInfo(
        "warning",
        "The line that opens a code fence asks for what the block does not have: a line beyond its end, or lines "
        'that are no numbers. Lines to point out are written as `{1,3-5}` or `hl_lines="1 3-5"` and counted from 1, '
        "whatever numbers are shown beside them.",
    ),
    "reference/unresolved": CodeInfo(
        "error",
        "A link without a text of its own, such as `[](#thm:main)` or `[](other.md#fig:kernel)`, takes its text from "
        "what it leads to, and that does not exist. The name behind the # is the id of a heading, a figure, a table or "
        "a theorem-like block (`{#thm:main}`), or the label of an equation.",
    ),
    "citation/needs-packages": CodeInfo(
        "error",
        "The settings name a bibliography, and the Python packages that read and format it are not installed: pybtex "
        "and citeproc-py. The extra `cite` of the distribution sitegen-math brings both.",
    ),
    "citation/unreadable": CodeInfo(
        "error",
        "A file that [cite] names cannot be read, or is not UTF-8 text. Until it can, citations stay as they are "
        "written.",
    ),
    "citation/syntax": CodeInfo(
        "error",
        "A BibTeX file cannot be parsed. An entry reads `@book{key, title = {A title}, year = 2001}`, with a comma "
        "after each field. Until the file can be read, citations stay as they are written.",
    ),
    "citation/repeated-key": CodeInfo(
        "error",
        "Two works have the same key, in one BibTeX file or in two, so a citation could mean either. BibTeX takes "
        "capital letters for small ones here. One work may stand in several files.",
    ),
    "citation/no-works": CodeInfo(
        "warning",
        "A BibTeX file that [cite] names holds no work: it is empty, or has text and comments alone, which BibTeX "
        "passes over. Citations of works that no other file has stay as they are written.",
    ),
    "citation/style": CodeInfo(
        "error",
        "A CSL style cannot be used, or it makes citeproc-py, which formats citations, stumble. Dependent styles, "
        "which only name another one, cannot be used: take the style that they name.",
    ),
    "citation/unknown-key": CodeInfo(
        "error",
        "A citation names a work that no BibTeX file under [cite] has. Keys are compared with their capitals.",
    ),
    "citation/near-key": CodeInfo(
        "warning",
        "A word with an @ in running text is nearly the key of a work in the bibliography. Only `@key` with the key of "
        "a work is a citation; others, such as the names of people on social networks, are text.",
    ),
    "citation/no-bibliography": CodeInfo(
        "note",
        "Square brackets with an @ look like a citation, and the site names no BibTeX file, so they are shown as they "
        'are. `bibliography = ["works.bib"]` under [cite] in sitegen.toml makes them citations.',
    ),
    "notebook/needs-nbformat": CodeInfo(
        "error",
        "A Jupyter notebook is among the posts, and the Python packages that read notebooks are not installed: "
        "nbformat and nh3. The extra `notebooks` of the distribution sitegen-math brings both.",
    ),
    "notebook/invalid": CodeInfo(
        "error",
        "An `.ipynb` file is no notebook that can be read: it is not JSON, lacks what the format demands, or has a "
        "format newer than version 4. Open it in Jupyter and save it again.",
    ),
    "notebook/bad-output": CodeInfo(
        "warning",
        "An output of a notebook is damaged: a picture that is not in base64. It was left out. Run the cell again and "
        "save the notebook.",
    ),
    "html/script": CodeInfo(
        "warning",
        "A post contains a script: a <script> element, an `on…` attribute or a `javascript:` address. Pages made by "
        "sitegen have none, and their content policy would block it, so it was removed.",
    ),
    "html/math-loader": CodeInfo(
        "note",
        "A post loads or sets up MathJax or KaTeX. Formulas are typeset when the page is made, so nothing of it is "
        "needed, and it was left out.",
    ),
    "html/unsafe": CodeInfo(
        "warning",
        'A post has an HTML element that `markdown.html = "safe"` does not let pass: a form, a frame, an unknown name. '
        "The element was removed; text inside of it stays.",
    ),
    "html/unclosed-comment": CodeInfo(
        "warning",
        "A comment of HTML, which begins with `<!--`, goes on to the next `-->`, over any number of paragraphs "
        "(CommonMark, section 4.6). Without one, it takes the rest of the post with it.",
    ),
    "html/nesting": CodeInfo(
        "warning",
        "A tag is none of HTML's, such as that of `vector<int>`, so it is shown as text (with attributes, it is left "
        "out); an end tag closes nothing; an element is never closed and ends with the text or where its block ends; "
        "or a part of a table stands in no table. The page is right HTML in any case. A `<` that begins no tag is "
        "written `\\<` or put into code.",
    ),
    "html/bad-style": CodeInfo(
        "warning",
        "A `style` attribute, or an old one such as `color`, `align` or `size`, has a value that cannot be part of a "
        "stylesheet: a colour that does not exist, an unknown property, a size without unit, an address, braces. It "
        "was left out, and the rest was kept; the text stays as it is.",
    ),
    "html/style": CodeInfo(
        "warning",
        "A post contains a <style> element or a link to a stylesheet. Valid HTML has them in a page's head only, and "
        "their rules would reach the whole page, so it was removed. Give the elements a `style` attribute, which is "
        "translated, or add a stylesheet to the site's static folder and its templates.",
    ),
    "image/missing-alt": CodeInfo(
        "note",
        "An image has no alternative text. It is written with an empty one, which tells screen readers to skip it. "
        "Say in a few words what the image shows: `![a kernel sliding over a signal](kernel.png)`, or "
        '`alt="…"` in an <img> tag; an empty `alt=""` of your own says that the image is decoration.',
    ),
}
"""Code to severity and explanation. Codes read `topic/what`."""


class Diagnostic(msgspec.Struct, frozen=True):
    """One problem at one place."""

    code: str
    """A key of `CODES`."""
    message: str
    """One sentence: what is wrong."""
    path: str
    """The file, relative to the project's folder, with forward slashes."""
    span: Span | None = None
    """The place in that file's text; None where the whole file is meant (unreadable, missing)."""
    label: str = ""
    """A few words under the caret."""
    hint: str = ""
    """What to do about it."""
    notes: tuple[str, ...] = ()
    """Why: circumstances worth knowing."""

    @property
    def severity(self) -> Severity:
        """The severity of the code."""
        return CODES[self.code].severity


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by file and place; what concerns a whole file comes first."""

    def key(diagnostic: Diagnostic) -> tuple[str, Span, str, str]:
        return diagnostic.path, diagnostic.span or Span(-1, -1), diagnostic.code, diagnostic.message

    return tuple(sorted(diagnostics, key=key))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that `name` was probably meant to be, or None.

    Two mistakes are allowed, in a name of less than five letters only one, in a single letter none; case does not
    count as a mistake.
    The first of several equally near names wins, so the order of `known` is the order of preference.
    """
    limit = 2 if len(name) >= 5 else 1 if len(name) >= 2 else 0
    folded = name.casefold()
    best: str | None = None
    for candidate in known:
        if abs(len(candidate) - len(name)) > limit:
            continue
        distance = edit_distance(folded, candidate.casefold(), limit)
        if distance <= limit:
            best, limit = candidate, distance - 1
    return best
