"""Write a site into its folder: only what changed, each file whole, and nothing that is not ours removed.

The folder holds a manifest, the list of the files that sitegen wrote. It is written twice in a build that adds files:
before the first of them, naming old and new ones, and after the last change. So a build that is cut off anywhere
leaves whole files, all of them listed, and the next one repairs the rest.

    lock        is nobody else at it?    nothing is changed
    folder      is this folder ours?     nothing is changed
    plan        what is in the way?      nothing is changed
    publishing  write, then remove       every write is a rename
    spool       where finished files wait till then
"""

from __future__ import annotations

from sitegen.output.folder import MANIFEST, OutputFolder, open_output
from sitegen.output.lock import lock_output
from sitegen.output.plan import Plan
from sitegen.output.publishing import Published, publish
from sitegen.output.spool import Spool

__all__ = ["MANIFEST", "OutputFolder", "Plan", "Published", "Spool", "lock_output", "open_output", "publish"]
