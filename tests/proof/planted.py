"""A migration made up in memory, without a run: its tables as stages leave them, and faults planted in what is read back.

Golden values are chosen here by hand-written rules, so that what the package explains is not explained by itself.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from workbench.config import Config, ObjectMap, load
from workbench.config.mapping import FieldMap
from workbench.journal import Journal
from workbench.proof import lineage, logical, receivables, technical
from workbench.proof.ground import lay_out
from workbench.store import Connection, append, fresh_schema, ident, session
from workbench.targets import TargetField

CONFIG = """\
project: Planted
entities:
  customer:
    fields: {name: {type: text}, city: {type: code}, phone: {type: text}, tax: {type: text}}
  item:
    parent: customer
    fields: {amount: {type: money, currency: currency}, currency: {type: code}, due: {type: date}}
sources:
  erp:
    trust: 2
    tables: {c: c.csv, i: i.csv}
    records:
      customer: {from: c, key: k, fields: {name: n}}
      item: {from: i, key: k, parent: c, fields: {amount: a}}
  crm: {tables: {c: c.csv}, records: {customer: {from: c, key: k, fields: {name: n}}}}
golden: {customer: {owners: {phone: crm}}}
match: {customer: {block: [[name.key]], compare: [name]}}
targets: {new: {kind: plain}}
"""
CODES = {f"old{n}": f"N{n}" for n in range(9)}
Row = dict[str, str | None]


def field(name: str, source: str, codes: dict[str, str] | None = None, default: str | None = None, **limits: Any) -> FieldMap:
    return FieldMap(name, source, codes, default, TargetField(**limits))


MAPPING = {
    "Party": ObjectMap("customer", "Party", [
        field("code", "golden_id"), field("title", "name", stored=("trim",)), field("town", "city", CODES, "N0"),
        field("phone", "phone", stored=("digits",)), field("vat", "tax", stored=("trim", "upper")),
    ]),
    "Item": ObjectMap("item", "Item", [
        field("code", "golden_id"), field("party", "parent_golden_id"), field("amount", "amount", type="decimal"),
        field("currency", "currency"), field("due", "due", type="date"),
    ]),
}  # fmt: skip
COLUMNS = {"customer": ("name", "city", "phone", "tax"), "item": ("amount", "currency", "due")}
KIND = {"amount": "DECIMAL(38, 6)", "due": "DATE"}


class Migration:
    """Golden customers of one or two records each, and their items; what is expected, and what the new system holds."""

    def __init__(self, customers: Iterable[tuple[Row, Row | None]], items: Iterable[Row]):
        """Customers as the ERP has them and as the CRM does (None: not at all); items name their customer's place."""
        self.xref: list[tuple[Any, ...]] = []
        self.std: dict[str, list[Row]] = {"customer": [], "item": []}
        self.gold: dict[str, list[Row]] = {"customer": [], "item": []}
        self.provenance: list[tuple[Any, ...]] = []
        for n, (erp, crm) in enumerate(customers):
            ids, parts = f"G{n:04d}", [("erp", erp), *([("crm", crm)] if crm else [])]
            for source, record in parts:
                self.std["customer"].append({"source": source, "key": f"{source}{n}", **record})
                self.xref.append(("customer", ids, source, f"{source}{n}", source == "erp"))
            self.gold["customer"].append({"golden_id": ids, "parent_golden_id": None, **self._survive(n, ids, erp, crm)})
        for n, item in enumerate(items):
            ids = f"I{n:05d}"
            self.std["item"].append({"source": "erp", "key": f"i{n}", **{name: item[name] for name in COLUMNS["item"]}})
            self.xref.append(("item", ids, "erp", f"i{n}", True))
            self.gold["item"].append({"golden_id": ids, "parent_golden_id": f"G{int(item['of'] or 0):04d}",
                                      **{name: item[name] for name in COLUMNS["item"]}})  # fmt: skip
        self.expected = {title: [self._map(mapped, row) for row in self.gold[mapped.entity]]
                         for title, mapped in MAPPING.items()}  # fmt: skip
        self.held = {title: [self._store(title, row) for row in rows] for title, rows in self.expected.items()}

    def _survive(self, n: int, ids: str, erp: Row, crm: Row | None) -> Row:
        """The phone is the CRM's where it has one, all else the ERP's where it has it."""
        chosen: Row = {}
        for name in COLUMNS["customer"]:
            ours, theirs = erp[name], crm[name] if crm else None
            crm_wins = theirs is not None and (ours is None or name == "phone")
            chosen[name] = theirs if crm_wins else ours
            if chosen[name] is not None:
                rule = "agreed" if ours == theirs or None in (ours, theirs) else "owner" if name == "phone" else "most_trusted"
                source = "crm" if crm_wins else "erp"
                self.provenance.append(("customer", ids, name, chosen[name], source, f"{source}{n}", rule))
        return chosen

    @staticmethod
    def _map(mapped: ObjectMap, gold: Row) -> Row:
        line: Row = {"_golden_id": gold["golden_id"]}
        for each in mapped.fields:
            value = gold[each.source]
            line[each.name] = CODES[value] if each.codes and value is not None else value if value is not None else each.default
        return line

    @staticmethod
    def _store(title: str, row: Row) -> Row:
        """What the new system makes of a row it is given."""
        stored = {"_target_id": f"T-{row['_golden_id']}", **row}
        for each in MAPPING[title].fields:
            value = stored[each.name]
            for how in each.limits.stored if value is not None else ():
                value = {"trim": str.strip, "upper": str.upper}.get(how, lambda t: "".join(c for c in t if c in "0123456789"))(value)
            stored[each.name] = value
        return stored


@contextmanager
def laid_out(made: Migration) -> Iterator[tuple[Connection, Config, Journal]]:
    """The tables that reconciliation reads."""
    with tempfile.TemporaryDirectory() as folder, session(None) as con:
        Path(folder, "workbench.yml").write_text(CONFIG, "utf-8")
        config = load(Path(folder))
        for schema in ("gold", "target", "wave", "recon", "std", "readback", "meta"):
            con.execute(f"CREATE SCHEMA {schema}") if schema in ("readback", "meta") else fresh_schema(con, schema)
        con.execute("CREATE TABLE meta.stage AS SELECT '2026-03-31.1' AS run_id, 'reconcile' AS stage")
        for entity, names in COLUMNS.items():
            _fill(con, f"std.{entity}", ("source", "key", *names), ({"_row": None, **row} for row in made.std[entity]))
            con.execute(f"ALTER TABLE std.{entity} ADD COLUMN _row BIGINT")
            con.execute(f"UPDATE std.{entity} SET _row = rowid")
            _fill(con, f"gold.{entity}", ("golden_id", "parent_golden_id", *names), made.gold[entity])
        _lines(con, "gold.xref", made.xref)
        _lines(con, "gold.provenance", [(*line, []) for line in made.provenance])
        for title, mapped in MAPPING.items():
            names = [each.name for each in mapped.fields]
            _fill(con, f'target."new__{title}"', ("_golden_id", *names), made.expected[title], text=True)
            _fill(con, f"readback.{title}", ("_golden_id", "_target_id", *names), made.held[title], text=True)
            con.execute("INSERT INTO target.objects VALUES ('new', ?, ?, ?, ?)", [title, mapped.entity, title, mapped.lead])
            con.execute(f"INSERT INTO wave.members SELECT '{mapped.entity}', golden_id, 'all', false, false, '' FROM gold.{mapped.entity}")
            con.execute(f"""INSERT INTO recon.rows SELECT 'new', '{mapped.entity}', s.source, s._row, s.key, x.golden_id,
                CASE WHEN x.founding THEN 'written' ELSE 'merged' END, '' FROM std.{mapped.entity} AS s
                JOIN gold.xref AS x ON x.entity = '{mapped.entity}' AND x.source = s.source AND x.key = s.key""")
        con.execute("""INSERT INTO recon.amounts SELECT 'new', 'item', 'amount', currency, 'erp', o, count(*), sum(amount), 0, 0, 0
            FROM std.item, (VALUES ('source'), ('target')) AS v(o) GROUP BY ALL""")
        journal = Journal(Path(folder))
        lay_out(con, config, journal, "new", MAPPING)
        technical.settle(con, "new")
        logical.hold(con, config, "new", MAPPING)
        lineage.explain(con, config, "new", MAPPING)
        receivables.sum_up(con, config, "new", MAPPING)
        yield con, config, journal


def _fill(con: Connection, table: str, names: Iterable[str], lines: Iterable[Mapping[str, Any]], text: bool = False) -> None:
    held, listed = list(lines), list(names)
    columns = ", ".join(f"{ident(name)} {'VARCHAR' if text else KIND.get(name, 'VARCHAR')}" for name in listed)
    con.execute(f"CREATE TABLE {table} ({columns})")
    append(con, table, pa.table({name: pa.array([line[name] for line in held], pa.string()) for name in listed}))


def _lines(con: Connection, table: str, lines: list[tuple[Any, ...]]) -> None:
    if lines:
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(lines[0]))})", lines)
