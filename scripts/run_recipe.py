"""Run the commands of a GitHub workflow here, one after the other, as its runner would.

    python scripts/run_recipe.py FOLDER WORKFLOW [steps.pages.outputs.base_url=https://…]…

FOLDER is the checkout, WORKFLOW the file within it. Steps that use an action are left out; what they would have put
out is given as the arguments. The first command that fails ends it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")


def commands(workflow: Mapping[str, Any], outputs: Mapping[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the command of each step with its environment, expressions filled in.

    Raises KeyError for an expression that `outputs` does not have.
    """

    def filled(text: str) -> str:
        return _EXPRESSION.sub(lambda match: outputs[match[1]], text)

    for job in workflow["jobs"].values():
        for step in job["steps"]:
            if "run" in step:
                environment = {name: filled(str(value)) for name, value in step.get("env", {}).items()}
                yield filled(step["run"]), environment


def main(folder: str, file: str, *given: str) -> int:
    """Run the commands and return the exit code of the last one."""
    outputs = dict(each.split("=", 1) for each in given)
    workflow = yaml.safe_load((Path(folder) / file).read_text(encoding="utf-8"))
    for command, environment in commands(workflow, outputs):
        print(f"+ {command}", flush=True)
        # As GitHub does it: jobs.<job_id>.steps[*].shell, bash.
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", command],
            cwd=folder,
            env={**os.environ, **environment},
            check=False,
        )
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
