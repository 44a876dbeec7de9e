"""Two people decide at the same time, each in a process of their own: nothing is lost, no two acts are one."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import workbench as wb
from tests import small

DECIDE = """
import sys
import workbench as wb
made = wb.open_project(sys.argv[1]).decisions
for number in range(3, 13):
    made.match("erp K01", f"erp K{number:02d}", why="asked", user=sys.argv[2])
    made.split(sys.argv[3], [["erp K01"]], why="no", user=sys.argv[2])
"""


def test_two_processes_decide_at_once(tmp_path: Path) -> None:
    root = small.project(tmp_path / "p")
    project = wb.open_project(root)
    project.run(until="golden")
    golden_id = project.trace("K01").golden_id
    processes = [
        subprocess.Popen([sys.executable, "-c", DECIDE, root, user, str(golden_id)], stderr=subprocess.PIPE, text=True)
        for user in ("wang", "li")
    ]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    acts = project.journal.read("SELECT act, min(id), count(DISTINCT user), count(*) FROM decisions GROUP BY act")
    assert len(acts) == 40 and all((act, users, lines) == (first, 1, 1) for act, first, users, lines in acts)
    assert Counter(project.decisions.frame()["user"]) == {"wang": 20, "li": 20}
