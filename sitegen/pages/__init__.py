"""A `Site` into HTML pages, feeds and other files that are made of posts. Jinja waits in `templates`.

    model      templates, and what lists are given, as values
    loading    reads and checks the templates of a site
    given      the names that templates may use, and their filters
    variables  what these names stand for
    recipes    the pages
    files      what is made of posts and is no page, with `feeds` and `crawlers`
    keys       which pages are as they were
    templates  checks and renders; imported when there is something to check or to render

`theme/README.md` lists every block and variable.
"""

from __future__ import annotations

from sitegen.pages.files import file_outputs
from sitegen.pages.keys import Keys
from sitegen.pages.loading import Checked, load_theme, read_templates, what_is_checked
from sitegen.pages.model import TemplateFile, Theme
from sitegen.pages.recipes import foreign_templates, misnamed_templates, page_outputs

__all__ = [
    "Checked",
    "Keys",
    "TemplateFile",
    "Theme",
    "file_outputs",
    "foreign_templates",
    "load_theme",
    "misnamed_templates",
    "page_outputs",
    "read_templates",
    "what_is_checked",
]
