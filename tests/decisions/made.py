"""The small project after a run, to be decided in."""

import shutil
from pathlib import Path

import workbench as wb
from tests import small

CONFIG = small.CONFIG.replace("targets:\n", "golden:\n  customer: {sensitive: [credit]}\ntargets:\n")
ALL_FOR_REVIEW = CONFIG.replace("name.key]]\n", "name.key]]\n    review: [0.5, 1]\n")
WHY = "I asked them"


def copied(first_run: Path, to: Path) -> wb.Project:
    """A copy of a project that was run."""
    shutil.copytree(first_run, to)
    return wb.open_project(to)


def golden_ids(project: wb.Project) -> dict[str, str]:
    """The golden id of each record that has one, by "<source> <key>"."""
    found = project.sql("SELECT source || ' ' || key AS record, golden_id FROM gold.xref WHERE entity = 'customer'")
    return dict(zip(found["record"], found["golden_id"], strict=True))


def states(project: wb.Project) -> list[str]:
    """The status of every line that was decided, oldest first."""
    return [str(status) for status in project.decisions.frame()["status"]]


def outcomes(project: wb.Project, outcome: str) -> dict[str, str]:
    """The reason of each record with an outcome, by its key."""
    found = project.table("recon.rows")
    found = found[found["outcome"] == outcome]
    return dict(zip(found["key"], found["reason"], strict=True))
