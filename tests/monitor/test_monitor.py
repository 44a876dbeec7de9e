"""After go-live: two lives of a project, looked at as a timer does, with a real program and a real server to tell."""

import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

import workbench as wb
from tests import small
from workbench.config import load
from workbench.monitor import watch

NEW = """\
  erp9:
    since: 2026-03-09
    tables: {partners: erp9/partners.csv}
    records:
      customer: {from: partners, key: no, fields: *customer}
checks:
"""
CONFIG = (
    small.CONFIG.replace("    trust: 2\n", "    trust: 2\n    until: 2026-03-08\n")
    .replace("  crm:\n", "  crm:\n    until: 2026-03-08\n").replace("checks:\n", NEW)
    .replace("warn: 10%, fail: 50%", "warn: 10%, fail: 20%")
)  # fmt: skip
"""The ERP and the CRM end on the day before the new system's first extract."""

PARTNERS = [small.customer(number, f"N{number:02d}") for number in range(1, 13)]
WORSE = [row | ({"phone": "12"} if place < 4 else {}) for place, row in enumerate(PARTNERS)]
"""4 of 12 phones are not valid: more than a fifth."""

HERE = date(2026, 3, 10)


def deliver(root: Path, day: str, rows: list[small.Row]) -> None:
    file = root / "sources" / day / "erp9" / "partners.csv"
    file.parent.mkdir(parents=True)
    file.write_text(small.text(rows, list(rows[0])), "utf-8")


@pytest.fixture(scope="module")
def old_life(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has run the old systems' last extracts."""
    root = small.project(tmp_path_factory.mktemp("lives") / "p", {small.DAY: {}}, CONFIG)
    wb.open_project(root).run()
    return root


@pytest.fixture
def root(old_life: Path, tmp_path: Path) -> Path:
    shutil.copytree(old_life, tmp_path / "p")
    return tmp_path / "p"


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, object]]]:
    """What is posted to a server on this computer; the first post is refused while it has the word `refuse`."""
    heard: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(503 if "refuse" in self.path else 204)
            self.end_headers()

        def log_message(self, *given: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HOOK", f"http://127.0.0.1:{server.server_port}/secret")
    yield heard
    server.shutdown()
    server.server_close()


def configure(root: Path, line: str) -> None:
    (root / "workbench.yml").write_text(f"{CONFIG}{line}\n", "utf-8")


def test_sources_live_from_one_date_to_another(root: Path) -> None:
    config = load(root)
    assert [[*config.on(date.fromisoformat(day)).sources] for day in ("2026-03-08", "2026-03-09")] == [["erp", "crm"], ["erp9"]]
    configure(root, "retention_years: 3")
    text = (root / "workbench.yml").read_text("utf-8").replace("since: 2026-03-09", "since: 2026-03-09\n    until: 2026-03-01")
    (root / "workbench.yml").write_text(text, "utf-8")
    with pytest.raises(wb.ConfigError, match="`until` is before `since`"):
        load(root)


def test_the_new_system_goes_on_where_the_old_ones_ended(root: Path) -> None:
    deliver(root, small.NEXT, PARTNERS)
    small.told(small.workbench("monitor", root), 0, f"{small.NEXT}.1: was run now", "To pass on")
    project = wb.open_project(root)
    assert project.sql("SELECT DISTINCT source FROM std.customer")["source"].tolist() == ["erp9"]
    assert project.sql("SELECT count(*) AS n FROM recon.rows")["n"][0] == 12
    assert project.trace("N03").as_dict()["golden_id"]
    assert project.published().records("SELECT count(DISTINCT as_of) AS n FROM published.metrics WHERE metric = 'score'")[0]["n"] == 2
    small.told(small.workbench("monitor", root), 0, "was run before; nothing newer came")
    assert project.journal.read("SELECT count(*) FROM runs") == [(2,)]
    project.run(small.DAY)  # the old systems' date is run again with them
    assert project.sql("SELECT count(DISTINCT source) AS n FROM std.customer")["n"][0] == 2
    assert project.trace("K03").as_dict()["golden_id"]
    assert "quality.html" in {file.name for file in (root / "reports" / f"{small.DAY}.2").iterdir()}


def test_a_gate_that_fell_is_told_once_to_a_program_and_a_webhook(root: Path, listener: list[dict[str, object]]) -> None:
    keep = "import sys; open('heard.json', 'a').write(sys.stdin.read() + chr(10))"
    configure(root, f"monitor: {{command: [{sys.executable}, -c, \"{keep}\"], webhook: '${{HOOK}}'}}")
    deliver(root, small.NEXT, WORSE)
    for _ in range(2):
        found = watch(root, HERE)
        assert not found.well and found.wrong == []
    (posted,) = listener
    (line,) = (root / "heard.json").read_text("utf-8").splitlines()
    assert json.loads(line) == posted
    assert posted["project"] == "Small" and posted["run"] == f"{small.NEXT}.1" and posted["as_of"] == small.NEXT
    assert posted["fell"] == [{"kind": "gate missed", "said": "4 of 12 values of erp9 fail the check "
                               "valid:customer.phone; more than 20.0% must not."}]  # fmt: skip
    assert (root / str(posted["report"])).exists()
    values = {row[name] for row in WORSE for name in ("name", "tax_id", "email", "city")}
    assert not [value for value in values if value in line]
    assert [what for *_, action, what in wb.open_project(root).audit().to_numpy() if action.startswith("told")] == [
        f"{small.NEXT}.1 by command", f"{small.NEXT}.1 by webhook"]  # fmt: skip


def test_nobody_is_told_unless_named(root: Path) -> None:
    deliver(root, small.NEXT, WORSE)
    small.told(small.workbench("monitor", root), 1, "gate missed: 4 of 12 values of erp9 fail")
    assert wb.open_project(root).journal.read("SELECT count(*) FROM audit WHERE action LIKE 'told%'") == [(0,)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("monitor: {command: [no-such-program]}", "The command no-such-program cannot be started"),
        ("monitor: {command: [sh, -c, exit 7]}", "The command sh failed with code 7."),
        ("monitor: {command: [sleep, '60']}", "The command sleep did not end in 1 seconds."),
        ("monitor: {webhook: '${NOT_SET}'}", "The webhook ${NOT_SET} was not called: the variable is not set."),
        ("monitor: {webhook: '${CLOSED}'}", "The webhook ${CLOSED} cannot be reached (ConnectError)."),
        ("monitor: {webhook: '${REFUSING}'}", "The webhook ${REFUSING} answered 503."),
    ],
)
def test_who_cannot_be_told_is_named_and_the_run_stands(
    told_root: Path, line: str, said: str, listener: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLOSED", "http://127.0.0.1:9/secret")
    monkeypatch.setenv("REFUSING", f"{os.environ['HOOK']}/refuse")
    monkeypatch.setattr("workbench.monitor.tell.PATIENCE", 1.0)
    configure(told_root, line)
    found = watch(told_root, HERE)
    assert len(found.wrong) == 1 and found.wrong[0].startswith(said) and "secret" not in found.wrong[0]
    assert wb.open_project(told_root).published().run_id == f"{small.NEXT}.1"


@pytest.fixture(scope="module")
def told_root(old_life: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose newest run missed a gate, of which nobody was told yet."""
    root = tmp_path_factory.mktemp("told") / "p"
    shutil.copytree(old_life, root)
    deliver(root, small.NEXT, WORSE)
    watch(root, HERE)
    return root


def test_extracts_that_do_not_come_are_told_once_a_day(root: Path, listener: list[dict[str, object]]) -> None:
    configure(root, "monitor: {webhook: '${HOOK}', every: 7}")
    day = date.fromisoformat(small.DAY)
    assert watch(root, day + timedelta(days=7)).well
    late = watch(root, day + timedelta(days=10))
    assert not late.well and late.late == 3 and not late.ran
    watch(root, day + timedelta(days=10))
    watch(root, day + timedelta(days=11))
    assert [line["days_late"] for line in listener] == [3, 4]
    small.told(small.workbench("monitor", root), 1, "days late")


def test_killed_after_the_run_it_is_told_by_the_next_look(root: Path, listener: list[dict[str, object]]) -> None:
    configure(root, "monitor: {webhook: '${HOOK}'}")
    deliver(root, small.NEXT, WORSE)
    kill = """
import os, workbench.monitor, sys
sys.modules["workbench.monitor.watch"].tell = lambda *given: os.kill(os.getpid(), 9)"""
    assert small.workbench("monitor", root, script=kill).returncode == -9
    assert listener == []
    small.told(small.workbench("monitor", root), 1, "was run before")
    assert [line["run"] for line in listener] == [f"{small.NEXT}.1"]


def test_a_run_that_fails_is_told_too(root: Path, listener: list[dict[str, object]]) -> None:
    configure(root, "monitor: {webhook: '${HOOK}'}")
    (root / "sources" / small.NEXT).mkdir()
    small.told(small.workbench("monitor", root), 2, "no erp9/partners.csv")
    (told,) = listener
    assert (told["failed"], told["stage"]) == ("SourceError", "ingest")
    assert "in the stage ingest (SourceError)" in str(told["said"]) and "journal.sqlite" in str(told["said"])
    assert str(root) not in str(told)  # nor where on which computer


def test_who_could_not_be_told_of_a_failure_is_named_with_it(root: Path) -> None:
    configure(root, "monitor: {webhook: '${NOT_SET}'}")
    (root / "sources" / small.NEXT).mkdir()
    small.told(small.workbench("monitor", root), 2, "no erp9/partners.csv", "The webhook ${NOT_SET} was not called")


def test_the_words_of_a_failure_are_told_to_nobody(root: Path, listener: list[dict[str, object]]) -> None:
    """A step of the project's own that quotes a cell in its error, as DuckDB does."""
    keep = "import sys; open('heard.json', 'a').write(sys.stdin.read() + chr(10))"
    configure(root, f"monitor: {{command: [{sys.executable}, -c, \"{keep}\"], webhook: '${{HOOK}}'}}\nown: own.py")
    step = "def after_standardise(con, run):\n    con.execute('SELECT name::INTEGER FROM std.customer').fetchall()\n"
    (root / "own.py").write_text(step, "utf-8")
    deliver(root, small.NEXT, PARTNERS)
    said = small.workbench("monitor", root)
    assert said.returncode and any(row["name"] in said.stdout + said.stderr for row in PARTNERS)
    (line,) = (root / "heard.json").read_text("utf-8").splitlines()
    assert json.loads(line) == listener[0] and listener[0]["stage"] == "standardise"
    assert not [row for row in PARTNERS if row["name"] in line]


def test_what_cannot_be_read_is_told_without_its_words(
    told_root: Path, tmp_path: Path, listener: list[dict[str, object]]
) -> None:
    root = tmp_path / "p"
    shutil.copytree(told_root, root)
    configure(root, "monitor: {webhook: '${HOOK}'}")
    file = root / "reports" / f"{small.NEXT}.1" / "tables" / "qa_results.parquet"
    os.truncate(file, file.stat().st_size // 2)
    assert any("qa_results.parquet is damaged" in one.said for one in watch(root, HERE).summary.told)
    assert {"kind": "not known", "said": "It cannot be told here; the report says why."} in listener[0]["fell"]  # type: ignore[operator]
    assert "qa_results" not in json.dumps(listener)


def test_what_failed_is_told_again_and_what_went_well_is_not(
    told_root: Path, tmp_path: Path, listener: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "p"
    shutil.copytree(told_root, root)
    heard = root / "heard.json"
    keep = "import sys; open('heard.json', 'a').write(sys.stdin.read() + chr(10))"
    configure(root, f"monitor: {{command: [{sys.executable}, -c, \"{keep}\"], webhook: '${{REFUSING}}'}}")
    monkeypatch.setenv("REFUSING", f"{os.environ['HOOK']}/refuse")
    assert watch(root, HERE).wrong == ["The webhook ${REFUSING} answered 503."]
    assert watch(root, HERE).wrong == ["The webhook ${REFUSING} answered 503."]
    monkeypatch.setenv("REFUSING", os.environ["HOOK"])
    for _ in range(2):
        assert watch(root, HERE).wrong == []
    assert len(listener) == 3 and len(heard.read_text("utf-8").splitlines()) == 1


def test_each_failure_of_a_date_is_told_once(root: Path, listener: list[dict[str, object]]) -> None:
    configure(root, "monitor: {webhook: '${HOOK}'}")
    (root / "sources" / small.NEXT).mkdir()
    for _ in range(2):
        with pytest.raises(wb.SourceError):
            watch(root, HERE)
    (root / "own.py").write_text("def after_nothing(con, run): pass\n", "utf-8")
    configure(root, "monitor: {webhook: '${HOOK}'}\nown: own.py")
    for _ in range(2):
        with pytest.raises(wb.ConfigError, match="there is no such stage"):
            watch(root, HERE)
    assert [(line["failed"], line["stage"]) for line in listener] == [("SourceError", "ingest"), ("ConfigError", "")]


def test_while_another_run_works_it_waits_and_then_says_so(root: Path, listener: list[dict[str, object]]) -> None:
    configure(root, "monitor: {webhook: '${HOOK}'}")
    (root / "sources" / small.NEXT).mkdir()
    with FileLock(root / "state" / "run.lock"):
        said = small.workbench("monitor", root, script="import sys, workbench.monitor\nsys.modules['workbench.monitor.watch'].WAIT = 1.0")
    small.told(said, 2, "A run of", "is going on")
    assert listener == []
    small.told(small.workbench("monitor", root), 2, "no erp9/partners.csv")  # the real failure is not taken for told
    assert listener[0]["failed"] == "SourceError"


def test_it_speaks_the_language_of_the_project_and_wants_a_variable(root: Path) -> None:
    configure(root, "monitor: {webhook: 'https://hooks.example.org/T000/secret'}")
    said = small.told(small.workbench("monitor", root), 2, "write ${VARIABLE}")
    assert "T000" not in said
    shutil.rmtree(root / "sources")
    configure(root, "")
    small.told(small.workbench("monitor", root), 2, "extracts yet")
