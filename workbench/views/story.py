"""The whole story of a golden record: its records, what was changed, decided and joined, and what became of it.

It is told from the tables of a run and from the journal. Of a record that got into no golden record it tells the way
as far as that went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ..journal import Journal
from ..language import gettext as _
from ..readbacks import read_objects, rows_of
from ..store import exists, ident, rows
from ..words import OURS, told
from .over_there import over_there
from .steps import Record, Rows, Step, as_it_came, children, compared, former, joined, mapped, plain, trimmed
from .view import View, draw

IN_FULL, LISTED = 20, 100
"""Records whose own way is told, children that are listed."""

_MEMBERS = "SELECT (source, key) FROM gold.xref WHERE entity = $entity AND golden_id = $golden_id"
_WAVE = "wave, CASE WHEN archive THEN 'archived' WHEN later THEN 'later' ELSE 'now' END AS goes, reason"
_OF_RECORD = (
    as_it_came,
    plain("Standardised", "std.changes", "field, before, after, rule, reason, proposal", "Nothing was changed."),
    plain("Checked", "qa.failures", "check_id, field, value, reason, severity, status", "It fails no check."),
    compared,
)


@dataclass(frozen=True)
class Story:
    """Of the golden record, or of the only record where there is none: the way of each record, its own, its rows for
    the new systems, and what became of them there."""

    record: Record
    records: list[tuple[Record, list[Step]]]
    steps: list[Step]
    rows: list[Step]
    after: list[Step]


def tell(record: Record, journal: Journal, *, values: bool) -> Story:
    """The story of the golden record of a record. Without `values`, of pseudonyms, amounts and reasons are left out."""
    if record.golden_id is None:
        outcome = plain("Outcome", "recon.rows", "target, outcome, reason")
        return Story(record, [(record, list(as_it_came(record)))], list(outcome(record)), [], [])
    members = _members(record)
    ways = [(one, [step for build in _OF_RECORD for step in build(one)]) for one in members[:IN_FULL]]
    steps = [
        _made_of(record, len(members)), *_decided(record, journal, values), *_survived(members[0]), *_differing(record),
        *plain("Planned", "wave.members", _WAVE, "No wave takes it.")(record),
        *_children(record, values),
    ]  # fmt: skip
    after = [*over_there(record, journal), *(_read_back(record) if values else [])]
    return Story(record, ways, steps, list(mapped(record)), after)


def story(whole: Story, by: str = "") -> View:
    """The story, drawn; `by` says which of its ids led to it."""
    title = "{0.source} {0.key}".format
    return draw("story", story=whole, by=by, title=title, counted=_counted, ours=OURS)


def _members(record: Record) -> list[Record]:
    """The records of the golden record, who founded it first."""
    found = rows(record.con, f"""
        SELECT s.source, s._row, s.key FROM gold.xref AS x
        JOIN {ident("std", record.entity)} AS s ON s.source = x.source AND s.key = x.key
        WHERE x.entity = ? AND x.golden_id = ? ORDER BY x.founding DESC, s.source, s.key""",
        [record.entity, record.golden_id])  # fmt: skip
    return [replace(record, source=source, row=row, key=key) for source, row, key in found]


def _made_of(record: Record, many: int) -> Step:
    """Its records, and what became of each in every target."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    if record.has("recon", "rows"):
        for line in record.ask("""SELECT x.source, x.key, x.founding, r.target, r.outcome, r.reason FROM gold.xref AS x
                LEFT JOIN recon.rows AS r USING (entity, source, key)
                WHERE x.entity = $entity AND x.golden_id = $golden_id
                ORDER BY x.founding DESC, x.source, x.key, r.target"""):  # fmt: skip
            founding = _("founded it") if line["founding"] else ""
            first = {"source": line["source"], "key": line["key"], "founding": founding}
            row = found.setdefault((line["source"], line["key"]), first)
            if line["target"]:
                row[line["target"]] = _(": ").join(told(line[part]) for part in ("outcome", "reason") if line[part])
    said = [_("Records that it is made of: {n}.").format(n=many)]
    said += former(record)
    if many > IN_FULL:
        said.append(_("The first {n} of them are followed above.").format(n=IN_FULL))
    return Step(_("Made of"), said, _even(found.values()))


def _decided(record: Record, journal: Journal, values: bool) -> Iterator[Step]:
    """What people decided of its records, and why."""
    if not exists(record.con, "match", "decisions"):
        return
    found = record.ask(f"""
        SELECT act, "at", "user", kind, concat_ws(' ', source_l, key_l) AS record,
            nullif(concat_ws(' ', source_r, key_r), '') AS other, field, status
        FROM match.decisions WHERE entity = $entity AND (
            (source_l, key_l) IN ({_MEMBERS}) OR (source_r, key_r) IN ({_MEMBERS})) ORDER BY act""")
    if values:
        why = dict(journal.read("SELECT act, max(why) FROM decisions GROUP BY act"))
        found = [line | {"why": why.get(line["act"], "")} for line in found]
    said = [] if found else [_("Nobody decided anything of it: rules and model did.")]
    yield Step(_("Decided by people"), said, found)


def _survived(founder: Record) -> Iterator[Step]:
    """For each field whose value stands, by which rule."""
    yield from list(joined(founder))[1:]


def _differing(record: Record) -> Iterator[Step]:
    """What its records have otherwise than it has."""
    if record.has("recon", "differences"):
        found = record.ask("""SELECT source, key, field, source_value, target_value, reason FROM recon.differences
            WHERE entity = $entity AND golden_id = $golden_id ORDER BY field, source, key""")
        told_so = [] if found else [_("None.")]
        yield Step(_("Values that its records have otherwise"), told_so, trimmed(found, "source_value", "target_value"))


def _children(record: Record, values: bool) -> Iterator[Step]:
    """Its children with what became of each in the first target, those that do not go over first."""
    columns = 'c.source, c.key, c.parent_key AS "of", r.outcome, r.reason'
    order = "ORDER BY r.outcome = 'written', r.outcome, c.source, c.key"
    for child, found in children(record, columns, order, amount="{}" if values else ""):
        counts = Counter(line["outcome"] for line in found)
        said = [", ".join(f"{_(outcome)}: {n:,}" for outcome, n in sorted(counts.items())) or _("None.")]
        if len(found) > LISTED:
            said.append(_("The first {n} of them:").format(n=LISTED))
        yield Step(_("Its children: {entity}").format(entity=child), said, found[:LISTED])


def _read_back(record: Record) -> Iterator[Step]:
    """Each object of it that was read back, field by field beside what was expected."""
    if not record.has("target", "objects"):
        return
    root = record.config.root
    for place in record.ask("SELECT target, object FROM target.objects WHERE entity = $entity"):
        if place["object"] not in read_objects(root, place["target"]):
            continue
        table = ident("target", f"{place['target']}__{place['object']}")
        expected = record.ask(f"SELECT * EXCLUDE (_golden_id) FROM {table} WHERE _golden_id = $golden_id")
        for back in rows_of(root, place["target"], place["object"], record.golden_id or ""):
            wanted = expected[0] if expected else {}
            fields = [name for name in wanted if name in back]
            lines = [{"field": name, "expected": wanted[name], "read back": back[name]} for name in fields]
            other = [line for line in lines if str(line["expected"] or "") != str(line["read back"] or "")]
            some = _("{n} of {m} fields are as they were sent; those that are written otherwise:")
            said = some if other else _("All {m} fields are as they were sent.")
            title = _("Read back from {target}, {object}").format(**place)
            yield Step(title, [said.format(n=len(lines) - len(other), m=len(lines))], other)


def _even(found: Iterable[dict[str, str]]) -> Rows:
    """Rows with all columns that any of them has."""
    lines = list(found)
    names = dict.fromkeys(name for line in lines for name in line)
    return [{name: line.get(name, "") for name in names} for line in lines]


def _counted(steps: list[Step]) -> str:
    """What a record's own steps hold, in few words."""
    return "; ".join(f"{step.title}: {len(step.rows)}" for step in steps[1:])
