"""A mapping table as people see it: its lines, and beside them the fields of the target that no line fills."""

from __future__ import annotations

from dataclasses import dataclass

from ..approvals import table_of
from ..config import Config, target_of
from ..config.expressions import columns_of, refused
from ..config.mapping import IDS
from ..config.mapping_table import HEADINGS, Row, read_table
from ..targets import TargetField, TargetObject


@dataclass(frozen=True)
class Line:
    """A field of the target, what it takes, and the line of the table that fills it (number 0 for none)."""

    object: str
    entity: str
    field: str
    limits: TargetField
    row: Row
    number: int = 0
    used: bool = True
    """Whether the table fills the object at all."""

    @property
    def status(self) -> str:
        """mapped, default (nothing else fills it), missing (the target demands it), or open."""
        if self.number:
            return "mapped" if self.row["from"] else "default"
        return "missing" if self.limits.required and self.used else "open"

    @property
    def mandatory(self) -> bool:
        """Whether the target, or the line, demands it."""
        return self.limits.required or self.row["mandatory"] == "yes"

    @property
    def golden(self) -> list[str]:
        """The golden fields that it reads; none for an expression that is wrong."""
        source = self.row["from"]
        return sorted(columns_of(source)) if source and not refused(source) else []

    @property
    def takes(self) -> str:
        """What the target takes, in a few words.

        >>> Line("o", "e", "f", TargetField(type="decimal", length=12, decimals=2), {}).takes
        'decimal, 12 long, 2 decimals'
        """
        said: list[str] = [self.limits.type]
        said += [f"{self.limits.length} long"] if self.limits.length else []
        said += [f"{self.limits.decimals} decimals"] if self.limits.decimals is not None else []
        said += [f"one of {', '.join(self.limits.values)}"] if self.limits.values else []
        return ", ".join(said)


def lines_of(config: Config, target: str) -> list[Line]:
    """The lines of a target's table in their order, after each object's the target's further fields of it.

    Objects that the table does not fill come last. Raises ConfigError for a table that is none.
    """
    kind = target_of(config, target)
    table = read_table(config, table_of(config, target))
    used = dict.fromkeys(row["object"] for _, row in table)
    found = []
    for title in [*used, *(title for title in kind.objects if title not in used)]:
        known = kind.objects.get(title, TargetObject(fields={}))
        entity = known.entity or ""
        there = [(number, row) for number, row in table if row["object"] == title]
        for number, row in there:
            limits = known.fields.get(row["field"], TargetField())
            found.append(Line(title, entity, row["field"], limits, row, number))
        filled = {row["field"] for _, row in there}
        for name, limits in known.fields.items() if entity in config.entities else ():
            if name not in filled:
                found.append(Line(title, entity, name, limits, blank(title, name), used=title in used))
    return found


def blank(title: str, name: str) -> Row:
    """A line that says nothing yet."""
    return dict.fromkeys(HEADINGS, "") | {"object": title, "field": name}


def golden_fields(config: Config, entity: str) -> list[str]:
    """What an expression over the entity's golden records may read."""
    settings = config.entities.get(entity)
    return [*(IDS if settings and settings.parent else IDS[:1]), *(settings.fields if settings else ())]
