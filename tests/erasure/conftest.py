"""The project that people are erased from."""

import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import workbench as wb
from tests import small
from workbench.backup import back_up
from workbench.readbacks import write_readback

from .made import CONFIG, DAYS, MARK, golden_of


@pytest.fixture(scope="session")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two dates whose customer K03 (and its items) has the marker in every place there is."""
    root = small.project(tmp_path_factory.mktemp("forget") / "project", DAYS, CONFIG)
    project = wb.open_project(root)
    project.run(small.DAY)
    project.run()
    golden_id = golden_of(project, "K03")
    project.decisions.override(golden_id, "city", f"{MARK}城", why=f"{MARK} says so", user="wang")
    act = project.decisions.no_match("erp K03", "erp K04", why=f"{MARK} is another", user="wang")
    project.decisions.undo(act, why=f"{MARK} is not", user="li")
    project.decisions.no_match("erp K01", "erp K02", why="they differ", user="wang")
    project.journal.collect("wang", [("customer", golden_id, "erp", "K03", "city", f"{MARK}城")])
    failing = ("valid(customer.phone)", "customer", "erp", "K03", "phone")
    project.journal.say("wang", [(f"{small.DAY}.1", *failing, "remark", f"{MARK} on leave")])
    with project.journal.write() as con:
        con.execute(
            "INSERT INTO sampled (at, user, target, entity, golden_id, field, stratum, readback, verdict, note) "
            "VALUES ('2026-01-01', 'li', 'plain', 'customer', ?, 'city', 'all', 'r1', 'wrong', ?)", [golden_id, MARK],
        )  # fmt: skip
        con.execute(
            "INSERT INTO ledger (at, target, environment, object, golden_id, event, target_id) "
            "VALUES ('2026-01-01', 'plain', 'test', 'customer', ?, 'created', 'T3')", [golden_id],
        )  # fmt: skip
    back = pa.table({"_golden_id": [golden_id, golden_of(project, "K04")], "_target_id": ["T3", "T4"],
                     "name": [MARK, "other"]})  # fmt: skip
    write_readback(root, project.journal, "plain", "test", "customer", [back], "li")
    (root / "corrections").mkdir()
    for name, who, what in (("plain_customer", golden_id, MARK), ("plain_item", "another", "stays")):
        (root / "corrections" / f"{name}.csv").write_text(f"_golden_id,name,error\n{who},{what},too long\n", "utf-8")
    back_up(root, "li")
    shutil.copyfile(root / "journal.sqlite", root / "journal.sqlite.v5.backup")
    return root


@pytest.fixture
def project(planted: Path, tmp_path: Path) -> wb.Project:
    shutil.copytree(planted, tmp_path / "project")
    return wb.open_project(tmp_path / "project")
