"""Mapping tables: which golden field or expression fills which field of the target. CSV, edited by people."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

from ..errors import ConfigError
from ..targets import Target, TargetField, definition
from .expressions import columns_of
from .mistakes import suggestion
from .model import Config

HEADINGS = ("object", "field", "from", "codes", "default", "note")


@dataclass(frozen=True)
class FieldMap:
    """One target field. `source` is an expression over the golden record, '' where only the default is used."""

    name: str
    source: str
    codes: dict[str, str] | None
    default: str | None
    limits: TargetField


@dataclass
class ObjectMap:
    """One object of the target and the entity it takes."""

    entity: str
    file: str
    fields: list[FieldMap] = field(default_factory=list)


def load_mapping(config: Config, name: str) -> dict[str, ObjectMap]:
    """The objects of a target, parents first. A target of kind plain takes gold as it is.

    Raises ConfigError naming every mistake in the mapping table with its line.
    """
    target = config.targets[name]
    if target.mapping is None:
        return {entity: _as_it_is(config, entity) for entity in config.parents_first()}
    kind = definition(target.kind)
    objects: dict[str, ObjectMap] = {}
    mistakes: list[str] = []
    with config.path(target.mapping).open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ())[:3] != HEADINGS[:3]:
            raise ConfigError(f"{target.mapping}:1: the headings must be {', '.join(HEADINGS)}.")
        for row in reader:
            try:
                _add(config, name, kind, objects, {key: (value or "").strip() for key, value in row.items() if key})
            except ValueError as error:
                mistakes.append(f"{target.mapping}:{reader.line_num}: {error}")
    for title, mapped in objects.items():
        given = {field.name for field in mapped.fields}
        needed = {f for f, limits in _fields(kind, title).items() if limits.required} - given
        mistakes += [
            f"{target.mapping}: {title}.{field} is required by the target and not mapped" for field in sorted(needed)
        ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    order = config.parents_first()
    return dict(sorted(objects.items(), key=lambda item: order.index(item[1].entity)))


def _as_it_is(config: Config, entity: str) -> ObjectMap:
    names = ["golden_id", "parent_golden_id", *config.entities[entity].fields]
    return ObjectMap(entity, entity, [FieldMap(name, f'"{name}"', None, None, TargetField()) for name in names])


def _fields(kind: Target, title: str) -> dict[str, TargetField]:
    return kind.objects[title].fields if title in kind.objects else {}


def _add(config: Config, name: str, kind: Target, objects: dict[str, ObjectMap], row: dict[str, str]) -> None:
    """Add one row of the table. Raises ValueError in words."""
    title, field_name, source = row["object"], row["field"], row["from"]
    known = kind.objects.get(title)
    if known is None and not (kind.custom and title.endswith(kind.custom)):
        raise ValueError(f"unknown object '{title}'{suggestion(title, list(kind.objects))}")
    if title not in objects:
        entity = config.targets[name].objects.get(title) or (known.entity if known else None)
        if entity not in config.entities:
            raise ValueError(f"say which entity {title} takes: targets.{name}.objects.{title} in workbench.yml")
        objects[title] = ObjectMap(entity, (known.file if known else None) or title)
    accepted = _fields(kind, title)
    if known and field_name not in accepted and not (kind.custom and field_name.endswith(kind.custom)):
        raise ValueError(f"{title} has no field '{field_name}'{suggestion(field_name, list(accepted))}")
    golden = ["golden_id", "parent_golden_id", *config.entities[objects[title].entity].fields]
    unknown = sorted(columns_of(source) - set(golden)) if source else []
    if unknown:
        raise ValueError(f"no golden field '{unknown[0]}'{suggestion(unknown[0], golden)}")
    codes = _codes(config, row["codes"]) if row.get("codes") else None
    limits = accepted.get(field_name, TargetField())
    objects[title].fields.append(FieldMap(field_name, source, codes, row.get("default") or None, limits))


def _codes(config: Config, path: str) -> dict[str, str]:
    """A code list: old code, new code."""
    try:
        with config.path(path).open(encoding="utf-8-sig", newline="") as lines:
            return {row[0]: row[1] for row in list(csv.reader(lines))[1:] if len(row) > 1}
    except OSError as error:
        raise ValueError(f"code list {path}: {error.strerror}") from error
