"""A site into everything that is wrong with it: what the build finds, and what only the finished files show.

The site is built in memory. `facts` reads pages as browsers do, `feeds` and `styles` read what else names addresses,
`targets` knows where addresses lead, `places` finds who wrote them, `rules` judges, `orphans` looks for files that
nothing names, and `external` asks other sites.
"""

from __future__ import annotations

from sitegen.check.run import CheckResult, check

__all__ = ["CheckResult", "check"]
