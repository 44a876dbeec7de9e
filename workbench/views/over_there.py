"""The new system's side of a trace: what loads told it of a golden record, what it answered, and who signed for it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..config import Config
from ..journal import Journal
from ..language import gettext as _
from ..readbacks import ids_of, read_objects
from ..signatures import Signature, hashes, standing
from ..store import Connection, rows
from ..words import told
from .steps import Record, Step

_LEDGER = """
    SELECT l.at, coalesce(o.user, '') AS user, l.object, l.event, coalesce(l.target_id, '') AS target_id,
        coalesce(o.wave, '') AS wave, coalesce(l.reason, '') AS reason
    FROM ledger AS l LEFT JOIN loads AS o ON o.load_id = l.load_id
    WHERE l.target = ? AND l.golden_id = ? AND l.object IN (SELECT value FROM json_each(?)) ORDER BY l.id"""

COLUMNS = ("at", "by", "object", "event", "target id", "wave", "reason")


def over_there(record: Record, journal: Journal) -> Iterator[Step]:
    """A step for each target that has something of the golden record: loads, read-back, signatures."""
    if not record.has("target", "objects"):
        return
    for target in record.config.targets:
        objects = _objects(record.con, target, record.entity)
        ledger = journal.read(_LEDGER, [target, record.golden_id, json.dumps(objects)])
        read = [name for name in objects if name in read_objects(record.config.root, target)]
        back = {name: ids_of(record.config.root, target, name, golden_id=record.golden_id) for name in read}
        if not ledger and not read:
            continue
        said = [
            _("Read back last as {what}.").format(what=f"{name} {', '.join(its or '' for its, _id in ids)}".rstrip())
            if ids else _("Not among the rows of {object} that were read back last.").format(object=name)
            for name, ids in back.items()
        ]  # fmt: skip
        current = hashes(record.con, record.config, journal, target)
        said += [_signed(given) for given in standing(journal, target, current)]
        yield Step(_("Loaded into {target}").format(target=target), said or [_("Nothing was read back yet.")],
                   [dict(zip(COLUMNS, line, strict=True)) for line in ledger])  # fmt: skip


def golden_ids_of(con: Connection, config: Config, journal: Journal, entity: str, target_id: str) -> list[str]:
    """The golden ids of an entity that new systems know by an id of theirs, as loads or read-backs tell."""
    found = set[str]()
    for target in config.targets:
        objects = _objects(con, target, entity)
        query = """SELECT DISTINCT golden_id FROM ledger WHERE target = ? AND target_id = ?
            AND object IN (SELECT value FROM json_each(?))"""
        found |= {golden_id for (golden_id,) in journal.read(query, [target, target_id, json.dumps(objects)])}
        for name in set(objects) & set(read_objects(config.root, target)):
            found |= {golden_id for _, golden_id in ids_of(config.root, target, name, target_id=target_id) if golden_id}
    return sorted(found)


def _objects(con: Connection, target: str, entity: str) -> list[str]:
    query = "SELECT object FROM target.objects WHERE target = ? AND entity = ? ORDER BY object"
    return [name for (name,) in rows(con, query, [target, entity])]


def _signed(given: Signature) -> str:
    """A signature in a sentence."""
    said = _("The {part} reconciliation is signed by {person} on {day}.")
    if given.changed:
        said = _("The {part} reconciliation is signed by {person} on {day}; it lapsed, for this changed since: {what}.")
    what = _(", ").join(map(told, given.changed))
    return said.format(part=told(given.part), person=given.user, day=given.at[:10], what=what)
