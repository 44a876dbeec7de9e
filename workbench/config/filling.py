"""What fills the gaps of golden records: the order of the fields, and what is looked up in reference files."""

from graphlib import TopologicalSorter

from ..checks import Confirmed
from .expressions import outer_columns
from .model import Config, FillConfig


def reads(way: FillConfig, entity: str) -> set[str]:
    """The fields of the record, and parts as <field>__<part>, that a way to fill a gap starts from."""
    return {f"{field}__key" for field in way.by} if way.derive is None else outer_columns(way.derive, entity)


def fill_order(config: Config, entity: str) -> list[str]:
    """The fields of an entity, those that others are filled from before these. Raises CycleError."""
    fields = config.entities[entity].fields
    order = TopologicalSorter[str]()
    for name, field in fields.items():
        before = {read.partition("__")[0] for way in field.fill for read in reads(way, entity)}
        order.add(name, *sorted(before & set(fields)))
    return list(order.static_order())


def lookups(config: Config) -> dict[str, list[tuple[str, str]]]:
    """Of each reference (<source>.<table>) the columns that are looked up.

    Each with the <entity>.<field> that it is held against; '' where its text is taken as it is.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for entity, settings in config.entities.items():
        for name, field in settings.fields.items():
            for way in field.fill:
                if way.reference and way.column:
                    held = [(column, f"{entity}.{by}") for by, column in way.by.items()]
                    found.setdefault(way.reference, []).extend([*held, (way.column, f"{entity}.{name}")])
    for check in config.checks:
        if isinstance(check, Confirmed):
            found.setdefault(check.reference, []).extend(check.columns())
    return found
