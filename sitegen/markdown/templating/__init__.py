"""Tags of template languages that other generators leave in posts: Liquid, Hugo's shortcodes, Zola's, Hexo's.

What has a meaning without the other generator is rewritten as Markdown or HTML before anything else is read; the rest
is left out with a warning at its place. Nothing is executed. Code and formulas are never looked into, since `{{` is
ordinary TeX, with one exception: `{% raw %}` right inside a code span or fence goes, for the author had to write it.
"""

from __future__ import annotations

from sitegen.markdown.templating.draft import Problem
from sitegen.markdown.templating.scan import Expanded, expand, occur

__all__ = ["Expanded", "Problem", "expand", "occur"]
