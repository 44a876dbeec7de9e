"""A small project that goes over, and what its new system holds: as expected, or as a test changes it."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

import workbench as wb
from workbench.journal import Journal, now
from workbench.load.scope import row_hash
from workbench.pipeline import database
from workbench.project import Project
from workbench.readbacks import write_readback
from workbench.store import rows, session

from .. import small

MAPPING = """\
object,field,from,codes,default,note
Customer__c,Key__c,golden_id,,,
Customer__c,Name__c,name,,,
Customer__c,Phone__c,phone,,,
Customer__c,City__c,city,mappings/city.csv,elsewhere,
Customer__c,Tax__c,tax_id,,,
Customer__c,Limit__c,credit,,,
Item__c,Key__c,golden_id,,,
Item__c,Customer__c,parent_golden_id,,,
Item__c,Document__c,document,,,
Item__c,Currency__c,currency,,,
Item__c,Amount__c,amount,,,
Item__c,Due__c,due,,,
"""
CITIES = "code,city\n" + "".join(f"第{n}市,C{n}\n" for n in range(1, 30))
CONFIG = small.CONFIG.replace(
    "  plain: {kind: plain}",
    "  crm: {kind: salesforce, mapping: mappings/crm.csv, objects: {Customer__c: customer, Item__c: item}}",
).replace("amount: {type: money, currency: currency}\n", "amount: {type: money, currency: currency}\n      due: {type: date}\n")
CONFIG = CONFIG.replace("amount: amount}", "amount: amount, due: due}")

Line = dict[str, str | None]
Change = Callable[[dict[str, list[Line]]], None]
HEADINGS = ["document", "line", "customer", "currency", "amount", "due"]


def items() -> str:
    """The items of the small project, each with a due date of its own."""
    lines = [line | {"due": f"2026-0{1 + n % 3}-1{n % 9}"} for n, line in enumerate(small.ITEMS)]
    return small.text(lines, HEADINGS)


def project(root: Path, config: str = CONFIG, **other: str) -> Project:
    """The small project with a mapping of its own, or `other` files, run."""
    days = {small.DAY: {"erp/items.csv": items()}}
    files = {"mappings__crm_csv": MAPPING, "mappings__city_csv": CITIES, **other}
    made = wb.open_project(small.project(root, days, config, **files))
    made.run()
    return made


def expected(made: Project, target: str = "crm") -> dict[str, list[Line]]:
    """What each object's rows that go over now are to be in the new system, in its own names."""
    found: dict[str, list[Line]] = {}
    with session(database(made.root), read_only=True) as con:
        for (title, entity) in rows(con, "SELECT object, entity FROM target.objects WHERE target = ?", [target]):
            query = f"""SELECT t.* FROM target."{target}__{title}" AS t JOIN wave.members AS m
                ON m.golden_id = t._golden_id AND m.entity = '{entity}' AND NOT m.later ORDER BY t._golden_id"""
            lines = con.execute(query)
            names = [column[0] for column in lines.description or []]
            found[title] = [dict(zip(names, line, strict=True)) for line in lines.fetchall()]
    return found


def read_back(made: Project, held: dict[str, list[Line]], target: str = "crm") -> None:
    """Let the new system hold these rows."""
    for title, lines in held.items():
        names = list(dict.fromkeys(["_golden_id", "_target_id", *(name for line in lines for name in line)]))
        table = pa.table({name: pa.array([line.get(name) for line in lines], pa.string()) for name in names})
        write_readback(made.root, Journal(made.root), target, "test", title, [table], "li")


def load(made: Project, held: dict[str, list[Line]], target: str = "crm", **events: str) -> None:
    """Let the ledger say that these rows were created, or what `events` says of a golden id."""
    journal = Journal(made.root)
    with journal.write() as con:
        load_id = con.execute(
            "INSERT INTO loads (run_id, target, environment, wave, user, process, backup, started_at) "
            "VALUES ('r', ?, 'test', 'all', 'wang', '1', '', ?)", [target, now()]).lastrowid  # fmt: skip
        for title, lines in held.items():
            sent = hashes(made, target, title)
            for number, line in enumerate(lines):
                event = events.get(str(line["_golden_id"]), "created")
                con.execute(
                    "INSERT INTO ledger (at, load_id, target, environment, object, golden_id, event, target_id, reason, hash) "
                    "VALUES (?, ?, ?, 'test', ?, ?, ?, ?, ?, ?)",
                    [now(), load_id, target, title, line["_golden_id"], event, f"T{number}",
                     "no phone" if event == "refused" else None, sent.get(str(line["_golden_id"]))],
                )  # fmt: skip


def hashes(made: Project, target: str, title: str) -> dict[str, str]:
    """The hash of each row of an object, as a load writes it into the ledger."""
    with session(database(made.root), read_only=True) as con:
        table = f'target."{target}__{title}"'
        fields = [name for (name,) in rows(con, f"SELECT column_name FROM (DESCRIBE {table}) WHERE column_name <> '_golden_id'")]
        return dict(rows(con, f"SELECT _golden_id, {row_hash(fields)} FROM {table}"))
