"""Where the value of a golden field comes from: columns of the sources, and the rule by which one of them survives."""

from __future__ import annotations

from typing import NamedTuple

from ..config import Config
from ..config.golden import ANY, GoldenConfig
from ..language import gettext as _
from ..store import Connection, exists, rows
from ..words import told


class Origin(NamedTuple):
    """A source's column (or expression) that feeds a golden field, and in how many golden records its value stands."""

    source: str
    table: str
    term: str
    records: int | None


class Lineage(NamedTuple):
    """A golden field with its origins, the rule among them, and what fills it where none of them has a value."""

    field: str
    origins: list[Origin]
    rule: str
    fills: list[str]


def lineage(con: Connection | None, config: Config, entity: str, field: str) -> Lineage:
    """The way of a golden field's values; records are counted in the newest run, None before the first."""
    settings = config.entities[entity]
    if field not in settings.fields:
        return Lineage(field, [], _("given by the workbench"), [])
    stands: dict[str, int] = {}
    known = con is not None and entity in config.match and exists(con, "gold", "provenance")  # children have none
    if con and known:
        query = "SELECT source, count(value) FROM gold.provenance WHERE entity = ? AND field = ? GROUP BY 1"
        stands = dict(rows(con, query, [entity, field]))
    origins = [
        Origin(source, record.lead_table, record.fields[field], stands.get(source, 0) if known else None)
        for source, record in config.records(entity).items() if field in record.fields
    ]  # fmt: skip
    fills = [one.derive or f"{one.reference}.{one.column}" for one in settings.fields[field].fill]
    named = config.golden.get(entity, GoldenConfig()).english.items()
    latin = _("the best {field} in Latin letters")
    fills += [latin.format(field=name) for name, english in named if english == field]
    return Lineage(field, origins, _rule(config, entity, field), fills)


def _rule(config: Config, entity: str, field: str) -> str:
    """The rule of survivorship in words."""
    if config.entities[entity].parent or entity not in config.match:
        return _("as in its record, which is not merged")
    golden = config.golden.get(entity, GoldenConfig())
    unit = next((name for name, members in golden.groups.items() if field in members), field)
    said = []
    if unit in golden.groups:
        said.append(_("with {fields} from one record").format(fields=", ".join(golden.groups[unit])))
    for stage, sources in golden.owners.get(unit, {}).items():
        owned = _("owned by {sources}") if stage == ANY else _("{stage}: owned by {sources}")
        said.append(owned.format(stage=told(stage), sources=_(", then ").join(sources)))
    rules = _(", then ").join(told(rule.replace("_", " ")) for rule in golden.fields.get(unit, golden.otherwise))
    said.append(_("otherwise {rules}").format(rules=rules) if unit in golden.owners else rules)
    return _("; ").join(said)
