"""Mapping tables: which golden field or expression fills which field of the target. CSV, edited by people."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import ConfigError
from ..targets import Target, TargetField, TargetObject
from .expressions import columns_of
from .kinds import target_of
from .mapping_table import Row, read_table
from .mistakes import suggestion
from .model import Config

IDS = ("golden_id", "parent_golden_id")
WHERE = "_where"
"""The field of a line that selects: a further object has only those golden records for which its expression holds."""


@dataclass(frozen=True)
class FieldMap:
    """One target field. `source` is an expression over the golden record, '' where only the default is used."""

    name: str
    source: str
    codes: dict[str, str] | None
    default: str | None
    limits: TargetField
    code_list: str = ""


@dataclass
class ObjectMap:
    """One object of the target and the entity it takes.

    Of the objects that take an entity one is the lead: its rows are what became of the records. The others go along
    with it, those of the golden records for which `where` holds.
    """

    entity: str
    file: str
    fields: list[FieldMap] = field(default_factory=list)
    lead: bool = True
    where: str = "true"
    key: str | None = None


def load_mapping(config: Config, name: str) -> dict[str, ObjectMap]:
    """The objects of a target, parents first. A target of kind plain takes gold as it is.

    Raises ConfigError naming every mistake in the mapping table with its line.
    """
    target = config.targets[name]
    if target.mapping is None:
        return {entity: _as_it_is(config, entity) for entity in config.parents_first()}
    objects, mistakes = _taken(config, name, target.mapping)
    mistakes += [
        f"{target.mapping}: {title}.{field} is required by the target and not mapped"
        for title, mapped in objects.items()
        for field in missing(config, name, title, [one.name for one in mapped.fields])
    ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    order = config.parents_first()
    return dict(sorted(objects.items(), key=lambda item: (order.index(item[1].entity), not item[1].lead)))


def check_mapping(config: Config, name: str) -> None:
    """Raises ConfigError for what a run would refuse of a target's mapping table, but for what is not mapped yet."""
    if mistakes := _taken(config, name, config.targets[name].mapping or "")[1]:
        raise ConfigError("\n".join(mistakes))


def _taken(config: Config, name: str, table: str) -> tuple[dict[str, ObjectMap], list[str]]:
    """The objects of a mapping table, and what is wrong with its lines and among its objects."""
    lines = [(f"{table}:{number}", row) for number, row in read_table(config, table)]
    objects, mistakes = understand(config, name, lines)
    return objects, mistakes + [f"{table}: {mistake}" for mistake in _together(target_of(config, name), objects)]


def understand(
    config: Config, name: str, lines: Iterable[tuple[str, Row]], lists: Mapping[str, dict[str, str]] | None = None
) -> tuple[dict[str, ObjectMap], list[str]]:
    """The objects that lines of a mapping table make, and what is wrong with the lines, each after its place.

    `lists` are code lists that are to take the place of those in the files.
    """
    objects: dict[str, ObjectMap] = {}
    mistakes = []
    for place, row in lines:
        try:
            _add(config, name, target_of(config, name), objects, row, lists or {})
        except (ValueError, ConfigError) as error:
            mistakes.append(f"{place}: {error}")
    return objects, mistakes


def _together(kind: Target, objects: dict[str, ObjectMap]) -> Iterator[str]:
    """What is wrong among objects that take the same entity: one of them leads, and has all its records."""
    leads = {mapped.entity for mapped in objects.values() if mapped.lead}
    for title, mapped in objects.items():
        if mapped.entity not in leads:
            lead = next((other for other, of in kind.objects.items() if of.entity == mapped.entity and not of.many), "")
            yield f"{title} goes along with {lead or 'another'}, which is not mapped"
        if mapped.lead and mapped.where != "true":
            yield (
                f"{title} says what became of each {mapped.entity}, so it has no line {WHERE}: "
                "leave records out by a wave or a decision"
            )


def missing(config: Config, name: str, title: str, given: Iterable[str]) -> list[str]:
    """The fields that the target demands of an object and that are not among those given."""
    known = _known(target_of(config, name), title).fields
    return [field for field, limits in known.items() if limits.required and field not in given]


def _as_it_is(config: Config, entity: str) -> ObjectMap:
    names = (*IDS, *config.entities[entity].fields)
    fields = [FieldMap(name, f'"{name}"', None, None, TargetField()) for name in names]
    return ObjectMap(entity, entity, fields, key=IDS[0])


def _known(kind: Target, title: str) -> TargetObject:
    """What the target says of an object; nothing of one that the project adds."""
    return kind.objects.get(title, TargetObject(fields={}))


def _add(
    config: Config, target: str, kind: Target, objects: dict[str, ObjectMap], row: Row,
    lists: Mapping[str, dict[str, str]],
) -> None:  # fmt: skip
    """Add one row of the table. Raises ValueError in words."""
    title, name, source = row["object"], row["field"], row["from"]
    known, custom = _known(kind, title), kind.custom or ()
    say = f"say which entity {title} takes: targets.{target}.objects.{title} in workbench.yml"
    if title not in kind.objects:
        own = "" if kind.closed else f". For one of your own {say}"
        raise ValueError(f"unknown object '{title}'{suggestion(title, kind.objects)}{own}")
    if title not in objects:
        if (entity := known.entity) not in config.entities:
            raise ValueError(say)
        taken = any(mapped.entity == entity and mapped.lead for mapped in objects.values())
        objects[title] = ObjectMap(entity, known.file or title, lead=not (known.many or taken), key=known.key)
    if name == WHERE:
        _read_columns(config, objects[title].entity, source or "true")
        objects[title].where = source or "true"
        return
    if known.fields and name not in known.fields and not name.endswith(custom):
        raise ValueError(f"{title} has no field '{name}'{suggestion(name, known.fields)}")
    _read_columns(config, objects[title].entity, source)
    if any(name == field.name for field in objects[title].fields):
        raise ValueError(f"{title}.{name} is mapped twice")
    if row["mandatory"] not in ("", "yes", "no"):
        raise ValueError(f"mandatory says '{row['mandatory']}'; accepted: yes, no, or blank")
    path = row["codes"]
    codes = (lists[path] if path in lists else _codes(config, path)) if path else None
    limits = known.fields.get(name, TargetField())
    if row["mandatory"] == "yes":
        limits = limits.model_copy(update={"required": True})
    if not known.fields and source == IDS[0]:  # an object of the project's own
        objects[title].key = objects[title].key or name
    objects[title].fields.append(FieldMap(name, source, codes, row["default"] or None, limits, path))


def _read_columns(config: Config, entity: str, source: str) -> None:
    """Raises ValueError for an expression that is none or reads what the golden record has not."""
    golden = (*IDS, *config.entities[entity].fields)
    if unknown := sorted(columns_of(source) - {*golden}) if source else []:
        raise ValueError(f"no golden field '{unknown[0]}'{suggestion(unknown[0], golden)}")


def _codes(config: Config, path: str) -> dict[str, str]:
    """A code list: old code, new code."""
    if not config.path(path).is_file():
        raise ValueError(f"code list {path}: there is no such file")
    return {row[0]: row[1] for row in config.codes(path) if len(row) > 1}
