"""A small project with a live target, run once, and a server of the tests' own to load it into."""

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import workbench as wb
from workbench.load import sending

from .. import small
from ..dashboard.serving import free_port

MAPPING = """object,field,from,codes,default,note
party,code,golden_id,,,
party,name,name,,,
party,tax_code,tax_id,,,
party,city,city,,,
party,phone,phone,,,
receivable,reference,golden_id,,,
receivable,party,parent_golden_id,,,
receivable,document,document,,,
receivable,date,,,2026-05-01,
receivable,due,,,2026-06-01,
receivable,amount,amount,,,
receivable,currency,currency,,,
"""
TARGET = """  erp:
    kind: tryton
    mapping: mappings/erp.csv
    objects: {{receivable: item}}
    url: http://127.0.0.1:{port}
    database: erp
    environment: {environment}
"""


def config(port: int, environment: str = "test") -> str:
    """The small project's, loading into a port."""
    return small.CONFIG.replace("  plain: {kind: plain}\n", TARGET.format(port=port, environment=environment))


class Target:
    """The server, its folder, and the project that is loaded into it."""

    def __init__(self, root: Path, folder: Path, port: int):
        self.root, self.folder, self.port = root, folder, port

    def fault(self, fault: str, times: int = 1, **more: str) -> None:
        (self.folder / "fault.json").write_text(json.dumps({"fault": fault, "times": times} | more))

    def rows(self, table: str = "party.party") -> list[dict[str, Any]]:
        with sqlite3.connect(self.folder / "rows.sqlite") as con:
            names = {name for (name,) in con.execute("SELECT name FROM sqlite_master")}
            return [json.loads(data) | {"id": key} for key, data in con.execute(f'SELECT id, data FROM "{table}" ORDER BY id')] if table in names else []

    def change(self, code: str, **values: Any) -> None:
        row = next(row for row in self.rows() if row["code"] == code)
        with sqlite3.connect(self.folder / "rows.sqlite") as con:
            con.execute('UPDATE "party.party" SET data = ? WHERE id = ?', [json.dumps(row | values), row["id"]])

    @property
    def project(self) -> wb.Project:
        return wb.open_project(self.root)


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project after a run."""
    root = small.project(tmp_path_factory.mktemp("load") / "p", config=config(1), mappings__erp_csv=MAPPING)
    wb.open_project(root).run()
    return root


@pytest.fixture
def serve(ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Target]]:
    """Start a server and give a copy of the project that loads into it; waits are short."""
    monkeypatch.setattr(sending, "WAITS", (0.05, 0.05, 0.05))
    monkeypatch.setattr(sending, "SETTLED", 0.0)
    monkeypatch.setenv("WORKBENCH_PASSWORD_ERP", "right")
    running = []

    def started(environment: str = "test") -> Target:
        port, folder, root = free_port(), tmp_path / "server", tmp_path / "p"
        folder.mkdir()
        shutil.copytree(ran, root)
        (root / "workbench.yml").write_text(config(port, environment), "utf-8")
        process = subprocess.Popen([sys.executable, Path(__file__).with_name("server.py"), str(port), str(folder)])
        running.append(process)
        for _ in range(200):
            try:
                httpx.post(f"http://127.0.0.1:{port}/erp/rpc/", json={"method": "common.db.login", "params": ["a", {"password": "right"}]})
                break
            except httpx.TransportError:
                time.sleep(0.05)
        return Target(root, folder, port)

    yield started
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def target(serve: Callable[..., Target]) -> Target:
    return serve()
