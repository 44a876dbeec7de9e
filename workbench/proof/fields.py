"""What the fields of a target's object hold, as its definition says, or else the golden field that fills them."""

from __future__ import annotations

from ..config import Config, FieldMap, ObjectMap
from ..config.model import FieldConfig
from ..diffing.cells import Compared, Kind
from ..store import literal

PARENT = "parent_golden_id"
_TYPES: dict[str, Kind] = {"integer": "decimal", "decimal": "decimal", "date": "date", "boolean": "boolean"}
_SEMANTIC: dict[str, Kind] = {"money": "decimal", "date": "date", "code": "code", "country": "code"}


def column_of(field: FieldMap) -> str:
    """The golden field that a target field takes as it is; '' where it is computed or a default alone."""
    bare = field.source.strip().strip('"')
    return bare if bare.isidentifier() else ""


def golden_field(config: Config, mapped: ObjectMap, field: FieldMap) -> FieldConfig | None:
    """What the project says of the golden field that a target field takes as it is."""
    return config.entities[mapped.entity].fields.get(column_of(field))


def money_fields(config: Config, mapped: ObjectMap) -> list[FieldMap]:
    """The fields that take an amount as it is, in the order of the mapping."""
    fields = ((field, golden_field(config, mapped, field)) for field in mapped.fields)
    return [field for field, settings in fields if settings and settings.type == "money"]


def currency_of(config: Config, mapped: ObjectMap, amount: FieldMap) -> FieldMap | str:
    """The field that holds the currency of an amount, or else the currency itself ('' for unknown)."""
    settings = golden_field(config, mapped, amount)
    named = settings.currency or "" if settings else ""
    fields = config.entities[mapped.entity].fields
    return next((field for field in mapped.fields if column_of(field) == named), "" if named in fields else named)


def as_mapped(field: FieldMap, value: str, default: str) -> str:
    """SQL for what a field has of a golden value (SQL): its code where the field has codes, itself, or a default."""
    if field.codes is None:
        return f"coalesce({value}, {default})"
    cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in field.codes.items())
    return f"CASE WHEN {value} IS NULL THEN {default} ELSE {f'CASE {value} {cases} END' if cases else 'NULL'} END"


def first_of(mapped: ObjectMap, column: str) -> FieldMap | None:
    """The first field that takes a golden field as it is."""
    return next((field for field in mapped.fields if column_of(field) == column), None)


def kind_of(config: Config, mapped: ObjectMap, field: FieldMap) -> Kind:
    """As what a field is compared."""
    if field.limits.ref or column_of(field) == PARENT:
        return "ref"
    if field.limits.type in _TYPES:
        return _TYPES[field.limits.type]
    if any(field is currency_of(config, mapped, amount) for amount in money_fields(config, mapped)):
        return "currency"
    settings = golden_field(config, mapped, field)
    coded = field.codes is not None or field.limits.values is not None
    return "code" if coded else _SEMANTIC.get(settings.type, "text") if settings else "text"


def compared(config: Config, target: str, title: str, mapped: ObjectMap, there: list[str]) -> list[Compared]:
    """The fields of an object that were read back (`there` are its columns), as the keyed diff wants them."""
    names = {name.casefold(): name for name in there} | {name: name for name in there}
    tolerance = config.targets[target].tolerance
    return [
        Compared(field.name, kind_of(config, mapped, field), tolerance.get(f"{title}.{field.name}"),
                 field.limits.stored, right=found)
        for field in mapped.fields if (found := names.get(field.name) or names.get(field.name.casefold()))
    ]  # fmt: skip
