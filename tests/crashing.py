"""Ways to end a run before its time, and what a run leaves."""

import subprocess
from pathlib import Path

from workbench import pipeline
from workbench.store import frame, session

from .small import CUSTOMERS, DAY, NEXT, command, customer

TABLES = (
    "gold.customer",
    "gold.xref",
    "qa.failures",
    "qa.resolved",
    "recon.rows",
    "recon.amounts",
    "recon.differences",
)

BAD = {"phone": "12"}

WEEKS = {
    DAY: {"erp/customers.csv": [*CUSTOMERS[1:], CUSTOMERS[0] | BAD]},
    NEXT: {"erp/customers.csv": [*CUSTOMERS[:11], CUSTOMERS[11] | BAD, customer(21, "K21")]},
}

WRAP = """
import os, signal, time, sys
from pathlib import Path
import workbench.pipeline as pipeline
from workbench.journal import Journal
from workbench.stages import publish
def die():
    os.kill(os.getpid(), signal.SIGKILL)
"""

IN_STAGE = (
    WRAP
    + """
def dying(con, run, work):
    work(con, run)
    die()
pipeline.STAGES = tuple(
    s._replace(run=lambda con, run, work=s.run: dying(con, run, work)) if s.name == {stage!r} else s
    for s in pipeline.STAGES
)
"""
)

BEFORE_JOURNAL = (
    WRAP
    + """
remember = Journal.remember
def dying(self, run_id, stage, notes):
    die() if (run_id, stage["stage"]) == ("2026-03-09.1", {stage!r}) else remember(self, run_id, stage, notes)
Journal.remember = dying
"""
)

WHILE_MOVING = (
    WRAP
    + """
rename = Path.rename
Path.rename = lambda self, target: die() if self.name.endswith(".part") else rename(self, target)
"""
)


def results(root: Path) -> dict[str, str]:
    """The tables a run leaves, sorted, as text."""
    with session(pipeline.database(root), read_only=True) as con:
        tables = {name: frame(con, f"FROM {name}").astype(str) for name in TABLES}
    return {name: table.sort_values(list(table.columns)).to_csv(index=False) for name, table in tables.items()}


def loads(root: Path) -> dict[str, bytes]:
    """The load files; folders with a dot are none of them."""
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted((root / "load").glob("[!.]*/**/*.csv"))}


class started:  # noqa: N801
    """A command that has come to where it prints 'now'; ended with the block."""

    def __init__(self, script: str, *arguments: object):
        self.process = subprocess.Popen(
            command(*arguments, script=script),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "subprocess.Popen[str]":
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line == "now\n", line + "".join(self.process.communicate())
        return self.process

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()


WAITING = (
    WRAP
    + """
def waiting(con, run, work):
    result = work(con, run)
    print("now", flush=True)
    sys.stdin.readline()
    return result
pipeline.STAGES = tuple(
    s._replace(run=lambda con, run, work=s.run: waiting(con, run, work)) if s.name == "standardise" else s
    for s in pipeline.STAGES
)
"""
)

HOLDING = """
import sys
from pathlib import Path
from workbench.store import session
with session(Path(sys.argv[1])):
    print("now", flush=True)
    sys.stdin.readline()
sys.exit()
"""
