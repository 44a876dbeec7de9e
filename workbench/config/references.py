"""Names in workbench.yml that must point at something: fields, entities, sources, files, expressions."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import ConfigError
from ..types import TYPES
from .expressions import refused
from .mistakes import Location, suggestion
from .model import Config, resolve

OURS = {
    "changes", "settings", "xref", "provenance", "redirects", "new_ids",  # tables
    "source", "key", "parent_key", "updated", "as_of", "golden_id", "parent_golden_id",  # columns
}  # fmt: skip
"""Names that the workbench's own tables and columns have."""

Mistakes = Iterator[tuple[Location, str]]


def references(config: Config) -> Mistakes:
    """Each name that points nowhere: its location and words."""
    yield from _entities(config)
    yield from _sources(config)
    yield from _checks(config)
    yield from _match(config)
    yield from _golden(config)
    yield from _targets(config)
    for place, wave in enumerate(config.waves):
        yield from _expression(("waves", place, "where"), wave.where)


def _entities(config: Config) -> Mistakes:
    for name, entity in config.entities.items():
        for taken in OURS & {name, *entity.fields}:
            yield ("entities", name), f"the name '{taken}' is the workbench's own; choose another"
        if entity.parent is not None:
            yield from _known(("entities", name, "parent"), entity.parent, [e for e in config.entities if e != name])
            if _ancestors_loop(config, name):
                yield ("entities", name, "parent"), "is, over its parents, its own parent"
        for field, settings in entity.fields.items():
            if settings.codes:
                yield from _file(config, ("entities", name, "fields", field, "codes"), settings.codes)


def _ancestors_loop(config: Config, name: str) -> bool:
    seen, at = {name}, config.entities[name].parent
    while at in config.entities and at not in seen:
        seen.add(at)
        at = config.entities[at].parent
    return at == name


def _sources(config: Config) -> Mistakes:
    for source, settings in config.sources.items():
        for entity, record in settings.records.items():
            at: Location = ("sources", source, "records", entity)
            if entity not in config.entities:
                yield at, f"unknown entity{suggestion(entity, list(config.entities))}"
                continue
            for field, expression in record.fields.items():
                yield from _known((*at, "fields", field), field, list(config.entities[entity].fields))
                yield from _expression((*at, "fields", field), expression, column_allowed=True)
            if record.from_.endswith(".sql"):
                yield from _file(config, (*at, "from"), record.from_)
                if record.lead is None:
                    yield at, "'lead' is missing: with a view, name the table whose rows are the records"
            else:
                yield from _known((*at, "from"), record.from_, list(settings.tables))
            if record.lead is not None:
                yield from _known((*at, "lead"), record.lead, list(settings.tables))
            if (config.entities[entity].parent is None) != (record.parent is None):
                yield at, "'parent' goes with entities that have one, and only with them"


def _checks(config: Config) -> Mistakes:
    for place, check in enumerate(config.checks):
        at: Location = ("checks", place)
        if check.on not in config.entities:
            yield at, f"unknown entity{suggestion(check.on, list(config.entities))}"
            continue
        fields = list(config.entities[check.on].fields)
        for name in [check.column_name, *check.uses()]:
            if name:
                yield from _known((*at, "field"), name, fields)
        if hasattr(check, "that"):
            yield from _expression((*at, "that"), check.that)
        if hasattr(check, "to"):
            yield from _known((*at, "to"), check.to, list(config.entities))


def _match(config: Config) -> Mistakes:
    for entity, match in config.match.items():
        at: Location = ("match", entity)
        if entity not in config.entities or config.entities[entity].parent:
            yield at, "only entities without a parent are matched"
            continue
        fields = config.entities[entity].fields
        columns = [*fields, *(f"{f}.{part}" for f, s in fields.items() for part in TYPES[s.type].parts)]
        for rule, names in enumerate(match.block):
            for name in names:
                yield from _known((*at, "block", rule), name, columns)
        comparable = [name for name, settings in fields.items() if TYPES[settings.type].levels]
        for name in match.compare or []:
            yield from _known((*at, "compare"), name, comparable)
        for name in match.distinct:
            yield from _known((*at, "distinct"), name, list(config.sources))
        if match.never:
            yield from _expression((*at, "never"), match.never)


def _golden(config: Config) -> Mistakes:
    for entity, golden in config.golden.items():
        yield from _known(("golden", entity), entity, list(config.entities))
        if entity not in config.entities:
            continue
        for field, owners in golden.owners.items():
            at: Location = ("golden", entity, "owners", field)
            yield from _known(at, field, list(config.entities[entity].fields))
            for owner in owners:
                yield from _known(at, owner, list(config.sources))


def _targets(config: Config) -> Mistakes:
    for name, target in config.targets.items():
        at: Location = ("targets", name)
        if target.mapping is not None:
            yield from _file(config, (*at, "mapping"), target.mapping)
        elif target.kind != "plain":
            yield at, "'mapping' is missing: the CSV that says which field goes where"
        for entity in target.objects.values():
            yield from _known((*at, "objects"), entity, list(config.entities))


def _known(at: Location, name: str, accepted: list[str]) -> Mistakes:
    if name not in accepted:
        yield at, f"found '{name}'{suggestion(name, accepted)}"


def _file(config: Config, at: Location, path: str) -> Mistakes:
    try:
        if not resolve(config.root, path).is_file():
            yield at, f"found '{path}'; there is no such file in {config.root}"
    except ConfigError as error:
        yield at, str(error)


def _expression(at: Location, expression: str, column_allowed: bool = False) -> Mistakes:
    why = refused(expression)
    if why and not column_allowed:
        yield at, f"found '{expression}'; {why}"
