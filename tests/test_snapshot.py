"""The copy of the newest run's tables: whole, the only one, and free while the database is held."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.small import DAY, NEXT
from tests.small import project as small
from workbench import StoreError, open_project
from workbench.pipeline import database
from workbench.published import PRIVATE, REPORTS, Published
from workbench.room.desk import Desk
from workbench.snapshot import TABLES, snapshot
from workbench.store import count

HOLD = "import sys, time, duckdb; held = duckdb.connect(sys.argv[1]); print('held', flush=True); time.sleep(120)"


def test_it_is_read_while_another_process_holds_the_database(tmp_path: Path) -> None:
    project = open_project(small(tmp_path))
    run = project.run()
    with subprocess.Popen([sys.executable, "-c", HOLD, database(tmp_path)], stdout=subprocess.PIPE, text=True) as held:
        assert held.stdout and held.stdout.readline() == "held\n"
        with snapshot(tmp_path, run.run_id) as con:
            assert count(con, "SELECT count(*) FROM recon.rows") == sum(run.outcomes.values())
        held.kill()


def test_only_the_newest_is_kept(tmp_path: Path) -> None:
    project = open_project(small(tmp_path))
    first, second = project.run().run_id, project.run().run_id
    assert [file.parent.name for file in (tmp_path / PRIVATE).glob(f"*/{TABLES}")] == [second]
    with pytest.raises(StoreError, match="kept no longer"), snapshot(tmp_path, first):
        pass


def test_an_older_date_run_again_leaves_the_newest_run_whole(tmp_path: Path) -> None:
    project = open_project(small(tmp_path, {DAY: {}, NEXT: {}}))
    project.run(DAY)
    newest = project.run(NEXT).run_id
    again = project.run(DAY).run_id
    assert [file.parent.name for file in (tmp_path / PRIVATE).glob(f"*/{TABLES}")] == [newest]
    assert Published(tmp_path).run_id == newest and (tmp_path / REPORTS / again / "quality.html").exists()
    with snapshot(tmp_path, newest) as con:
        assert count(con, "SELECT count(*) FROM meta.stage WHERE run_id <> ?", [newest]) == 0
    desk = Desk(tmp_path)
    with desk.tables() as con:  # the room reads one run, not two
        assert count(con, "SELECT count(*) FROM meta.stage WHERE run_id = ?", [desk.run.run_id]) == 10


def test_a_run_that_does_not_publish_leaves_the_copy(tmp_path: Path) -> None:
    project = open_project(small(tmp_path))
    first = project.run().run_id
    project.run(until="match")
    with snapshot(tmp_path, first) as con:
        assert count(con, "SELECT count(*) FROM gold.xref")
