"""Whatever ends a run before its time, nothing is lost and nothing is counted twice: the last good result stands."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench import cli, pipeline
from workbench.pipeline import NAMES

from . import small
from .crashing import (
    BEFORE_JOURNAL,
    HOLDING,
    IN_STAGE,
    TABLES,
    WAITING,
    WEEKS,
    WHILE_MOVING,
    WRAP,
    loads,
    results,
    started,
)
from .small import DAY, NEXT, command, told, workbench

CRASHES = {f"in {stage}": (IN_STAGE.format(stage=stage), stage) for stage in NAMES}
CRASHES |= {f"after {stage}": (BEFORE_JOURNAL.format(stage=stage), stage) for stage in ("match", "publish")}
CRASHES |= {"while moving": (WHILE_MOVING, "publish")}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two dates of which the first has been run."""
    root = small.project(tmp_path_factory.mktemp("good") / "p", WEEKS)
    assert wb.open_project(root).run(as_of=DAY).gates == []
    return root


@pytest.fixture(scope="module")
def undisturbed(good: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, the second date run too."""
    root = tmp_path_factory.mktemp("undisturbed") / "p"
    shutil.copytree(good, root)
    wb.open_project(root).run(as_of=NEXT)
    return root


@pytest.fixture(scope="module")
def killed(good: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Copies in which the second date's run was killed, each at another place; two processes at a time."""
    folder = tmp_path_factory.mktemp("killed")

    def kill(crash: str) -> Path:
        root = folder / crash.replace(" ", "_")
        shutil.copytree(good, root)
        done = workbench("run", root, "--as-of", NEXT, script=CRASHES[crash][0])
        assert done.returncode == -signal.SIGKILL, done.stderr
        return root

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(CRASHES, pool.map(kill, CRASHES), strict=True))


@pytest.mark.parametrize("crash", CRASHES)
def test_kill_9(crash: str, killed: dict[str, Path], good: Path, undisturbed: Path) -> None:
    root, stage = killed[crash], CRASHES[crash][1]
    project = wb.open_project(root)  # which mends what the journal was not told
    place = NAMES.index(stage) + crash.startswith("after")
    stands = {line["stage"]: line["run_id"] for line in project.status()["stages"]}
    assert stands == {name: f"{NEXT if number < place else DAY}.1" for number, name in enumerate(NAMES)}
    told_of = project.journal.read("SELECT stage FROM stages WHERE run_id = ? ORDER BY rowid", [f"{NEXT}.1"])
    assert [row[0] for row in told_of] == NAMES[:place]
    before, after = results(good), results(root)
    for number, schema in ((NAMES.index("golden"), "gold"), (NAMES.index("reconcile"), "recon")):
        same = [after[name] == before[name] for name in TABLES if name.startswith(f"{schema}.")]
        assert all(same) if place <= number else not all(same)
    first = loads(good)
    assert {name: content for name, content in loads(root).items() if DAY in name} == first

    result = project.run(as_of=NEXT, until=None if stage == "publish" else "reconcile")  # again
    assert results(root) == results(undisturbed)
    for table in ("metrics", "inputs", "stages", "failure_events", "golden_ids", "learned"):
        columns = [row[1] for row in project.journal.read(f"PRAGMA table_info({table})") if row[1] != "id"]
        twice = f"SELECT 1 FROM {table} GROUP BY {', '.join(columns)} HAVING count(*) > 1"
        assert project.journal.read(twice) == [], table
    other = wb.open_project(undisturbed).journal
    for query in ("event, as_of, check_id, key FROM failure_events", "golden_id, key, founding FROM golden_ids"):
        query = f"SELECT {query} ORDER BY 1, 2, 3"
        assert project.journal.read(query) == other.read(query)
    published = {row[0] for row in project.journal.read("SELECT run_id FROM stages WHERE stage = 'publish'")}
    for folder in (root / "reports", root / "state" / "published"):
        assert {path.name for path in folder.iterdir() if path.is_dir()} == published
    if stage == "publish":
        assert loads(root) == loads(undisturbed)
        assert {path.name for path in (root / "load").iterdir()} == {DAY, NEXT}
        index = (root / "reports" / "index.html").read_text("utf-8")
        assert f"{result.run_id}/" in index
        assert (f"{NEXT}.1/" in index) == (crash == "after publish")


def test_load_files_being_replaced_when_killed_are_put_back(good: Path, tmp_path: Path) -> None:
    """The same date again: the old files are out of the way, the new ones not yet in their place."""
    root = tmp_path / "p"
    shutil.copytree(good, root)
    first = loads(root)
    small.extract(root, DAY, "crm/accounts.csv", [])
    assert workbench("run", root, "--as-of", DAY, script=WHILE_MOVING).returncode == -signal.SIGKILL
    told(workbench("run", root, "--as-of", DAY, "--until", "ingest"), 0)
    assert loads(root) == first


# Ctrl-C


def test_ctrl_c_in_any_stage(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A stage has done its work and is interrupted before that is committed; each stage in turn."""
    root = tmp_path / "p"
    shutil.copytree(good, root)
    for stage in pipeline.STAGES:

        def interrupted(con: Any, run: Any, work: Any = stage.run) -> None:
            work(con, run)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

        with monkeypatch.context() as patched:
            stages = (s._replace(run=interrupted) if s is stage else s for s in pipeline.STAGES)
            patched.setattr(pipeline, "STAGES", tuple(stages))
            patched.setattr(sys, "argv", ["workbench", "run", str(root), "--as-of", DAY])
            with pytest.raises(SystemExit) as end:
                cli.main()
        said = "".join(capsys.readouterr())
        assert end.value.code == 130, said
        assert said == "workbench: Interrupted. The last good result of each stage stands; run again when you like.\n"
        status = wb.open_project(root).status()  # which waits for no lock
        assert status["runs"][-1]["outcome"] == "failed"
        place = NAMES.index(stage.name)
        assert [line["run_id"] == f"{DAY}.1" for line in status["stages"]] == [number >= place for number in range(10)]
    assert results(root) == results(good) and loads(root) == loads(good)


SLOW_QUERY = (
    WRAP
    + """
def slow(con, run):
    con.execute("SET threads = 1")  # with more, DuckDB looks for Ctrl-C only when a part of the query is done
    print("now", flush=True)
    con.execute("SELECT count(*) FROM range(100000000000) AS t(i) WHERE hash(i) = 1")
pipeline.STAGES = tuple(s._replace(run=slow) if s.name == "check" else s for s in pipeline.STAGES)
"""
)


def test_ctrl_c_in_the_middle_of_a_query(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(good, root)
    with started(SLOW_QUERY, "run", root) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        said = "".join(process.communicate(timeout=20))
    assert process.returncode == 130, said
    assert "Interrupted." in said and "Traceback" not in said
    assert results(root) == results(good)


# two at once


def test_a_second_run_is_told_of_the_first(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(good, root)
    with started(WAITING, "run", root, "--as-of", DAY, "--until", "check") as first:
        pid = f"process {first.pid}"
        told(workbench("run", root, "--as-of", DAY), 2, "is going on", pid, "Wait until it has finished")
        said = "".join(first.communicate("go on\n", timeout=60))
        assert first.returncode == 0, said
    assert results(root) == results(good)
    assert [run["outcome"] for run in wb.open_project(root).status()["runs"]] == ["passed", "partial"]


def test_a_database_held_by_another_process(good: Path, tmp_path: Path) -> None:
    """As by a notebook or a database browser."""
    root = tmp_path / "p"
    shutil.copytree(good, root)
    with started(HOLDING, root / "state" / "work.duckdb") as other:
        said = told(workbench("run", root), 2, "work.duckdb is in use", f"process {other.pid}", "run again")
        assert str(root) in said
    assert wb.open_project(root).run(until="ingest").run_id == f"{NEXT}.1"


def test_two_at_the_same_moment(tmp_path: Path) -> None:
    """From nothing, so that both also make the journal: one runs, the other too or is told to wait."""
    root = small.project(tmp_path / "p")
    both = [
        subprocess.Popen(
            command("run", root, "--until", "reconcile"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=120)[0] for process in both]
    codes = sorted(process.returncode for process in both)
    assert codes in ([0, 0], [0, 2]), said
    if codes == [0, 2]:
        assert "is going on" in "".join(said)
    project = wb.open_project(root)
    assert len(project.table("recon.rows")) == 34
    assert [run["outcome"] for run in project.status()["runs"]] == ["partial"] * codes.count(0)


# a full disk


def can_mount() -> bool:
    """Whether a small disk can be made here, by root or in a namespace of one's own."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"], capture_output=True)
    return tried.returncode == 0


@pytest.mark.parametrize(("room", "until"), [("600k", "standardise"), ("7m", "publish")])
def test_a_full_disk(room: str, until: str, good: Path, tmp_path: Path) -> None:
    """A disk that fills up in one place or another, and then gets room. Where none can be mounted: a limit on files."""
    root = tmp_path / "p"
    shutil.copytree(good, root)
    if not can_mount():
        said = limited(root, {"600k": 20_000, "7m": 300_000}[room])
        assert "code 2" in said and "run again" in said and "Traceback" not in said, said
        told(workbench("run", root, "--as-of", NEXT), 0)
        return
    (disk := tmp_path / "disk").mkdir()
    script = (
        f"mount -t tmpfs -o size={room} tmpfs {disk} && cp -r {good}/sources {good}/workbench.yml {disk}/ || exit 99\n"
        f'"$@"; echo "code $?"\nmount -o remount,size=200m {disk}\n"$@"; echo "code $?"\ncp -r {disk}/* {root}/\n'
    )
    shutil.rmtree(root)
    root.mkdir()
    run = command("run", disk, "--as-of", DAY, "--until", until)
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script, "sh", *run], capture_output=True, text=True, timeout=120
    )
    said = done.stdout + done.stderr
    assert "Traceback" not in said and "fault" not in said, said
    codes = [line for line in said.splitlines() if line.startswith("code ")]
    assert codes == ["code 2", "code 0"], said
    assert "run again" in said
    assert wb.open_project(root).status()["runs"][-1]["outcome"] == "partial"
    if until == "publish":
        assert loads(root) == loads(good) and results(root) == results(good)


def limited(root: Path, size: int) -> str:
    """What a run says that may write no file larger than this."""
    script = f"import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))"
    done = workbench("run", root, "--as-of", NEXT, script=script)
    return f"{done.stdout}{done.stderr}code {done.returncode}"


def test_a_file_that_may_not_grow(good: Path, tmp_path: Path) -> None:
    root = tmp_path / "p"
    shutil.copytree(good, root)
    said = limited(root, 20_000)
    assert "Traceback" not in said and "code 2" in said and "run again" in said, said
    assert results(root) == results(good) and loads(root) == loads(good)
    assert wb.open_project(root).run(as_of=NEXT, until="ingest").run_id.startswith(f"{NEXT}.")


def test_a_project_that_cannot_be_written(good: Path, tmp_path: Path) -> None:
    """As on a share without rights: a file lies where a folder should be (root may write anywhere)."""
    root = small.project(tmp_path / "p")
    (root / "state").write_text("", "utf-8")
    told(workbench("run", root), 2, "state")


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """Ctrl-C is Python's own handler's here, whatever the test runner was started with."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
