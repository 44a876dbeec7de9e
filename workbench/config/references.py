"""Names in workbench.yml that must point at something: fields, entities, sources, files, expressions."""

import re
from collections.abc import Collection, Iterable, Iterator
from graphlib import CycleError

from ..checks import Confirmed, Expression
from ..errors import ConfigError
from ..targets import definition
from ..types import TYPES
from .expressions import outer_columns, refused
from .filling import fill_order, reads
from .golden import ANY, GoldenConfig
from .mistakes import Location, suggestion
from .model import Config
from .terms import bare

OURS = {
    "changes", "settings", "xref", "provenance", "redirects", "new_ids", "filled", "fill_problems", "consequences",
    "deviations", "ownership", "relations",  # tables
    "source", "key", "parent_key", "updated", "as_of", "golden_id", "parent_golden_id", "id", "l", "r",  # columns
    "rule",
}  # fmt: skip
"""Names that the workbench's own tables and columns have."""

Mistakes = Iterator[tuple[Location, str]]


def references(config: Config) -> Mistakes:
    """Each name that points nowhere: its location and words."""
    for section in (_entities, _sources, _checks, _match, _golden, _targets):
        yield from section(config)
    yield from _known(("stewards",), config.stewards, [*config.entities, *config.fields()])
    for place, wave in enumerate(config.waves):
        if wave.name in [other.name for other in config.waves[:place]]:
            yield ("waves", place), f"another wave is called '{wave.name}' too"
        yield from _expression(("waves", place, "where"), wave.where)
        yield from _expression(("waves", place, "by"), wave.by or "true")
    if config.never_deferred and all(wave.deferred for wave in config.waves):
        yield ("never_deferred",), "no wave goes now: let one be neither `later` nor `archive`"
    for name in ("never_deferred", "legal_hold"):
        for entity, condition in getattr(config, name).items():
            yield from _known((name, entity), [entity], config.entities)
            yield from _expression((name, entity), condition)


def _entities(config: Config) -> Mistakes:
    for name, entity in config.entities.items():
        at: Location = ("entities", name)
        for taken in OURS & {name, *entity.fields}:
            yield at, f"the name '{taken}' is the workbench's own; choose another"
        if entity.parent is not None:
            yield from _known((*at, "parent"), [entity.parent], [e for e in config.entities if e != name])
        for field, settings in entity.fields.items():
            yield from _file(config, (*at, "fields", field, "codes"), settings.codes)
            if settings.currency and not re.fullmatch("[A-Z]{3}", settings.currency):
                yield from _known((*at, "fields", field, "currency"), [settings.currency], entity.fields)
        yield from _fills(config, name)
    try:
        config.parents_first()
    except CycleError as error:
        for name in set(error.args[1]):
            yield ("entities", name, "parent"), "is, over its parents, its own parent"


def _fills(config: Config, entity: str) -> Mistakes:
    """Mistakes in how the fields of an entity are filled; their order is looked for once each way is right."""
    fields = config.entities[entity].fields
    parts = [f"{name}__{part}" for name, field in fields.items() for part in field.kind.parts]
    found: list[tuple[Location, str]] = []
    for name, field in fields.items():
        for place, way in enumerate(field.fill):
            at: Location = ("entities", entity, "fields", name, "fill", place)
            if way.reference:
                found += _looked_up(config, at, entity, way.reference, [*way.by])
            elif why := refused(way.derive or ""):
                found.append(((*at, "derive"), f"found '{way.derive}'; {why}"))
            else:
                read = sorted(reads(way, entity))
                found += _known((*at, "derive"), read, [*fields, *parts, "golden_id", "parent_golden_id", "as_of"])
    yield from found
    try:
        if not found:
            fill_order(config, entity)
    except CycleError as error:
        for name in set(error.args[1]):
            yield ("entities", entity, "fields", name, "fill"), "it is filled, over other fields, from itself"


def _looked_up(config: Config, at: Location, entity: str, reference: str, compared: list[str]) -> Mistakes:
    """A reference, and the fields that are held against it, which is done by key."""
    tables = [f"{source}.{table}" for source, settings in config.sources.items() for table in settings.tables]
    yield from _known((*at, "reference"), [reference], tables)
    keyed = [name for name, field in config.entities[entity].fields.items() if "key" in field.kind.parts]
    yield from _known(at, compared, keyed)


def _sources(config: Config) -> Mistakes:
    for source, settings in config.sources.items():
        for table, options in settings.tables.items():
            for column, path in options.values.items():
                yield from _file(config, ("sources", source, "tables", table, "values", column), path)
        for entity, record in settings.records.items():
            at: Location = ("sources", source, "records", entity)
            if entity not in config.entities:
                yield from _known(at, [entity], config.entities)
                continue
            for field in record.fields:
                yield from _known((*at, "fields", field), [field], config.entities[entity].fields)
            yield from _known((*at, "lead"), [record.lead] if record.lead else [], settings.tables)
            if not record.from_.endswith(".sql"):
                yield from _known((*at, "from"), [record.from_], settings.tables)
            else:
                yield from _file(config, (*at, "from"), record.from_)
                if record.lead is None:
                    yield at, "'lead' is missing: with a view, name the table whose rows are the records"
            if (config.entities[entity].parent is None) != (record.parent is None):
                yield at, "'parent' goes with entities that have one, and only with them"


def _checks(config: Config) -> Mistakes:
    labels = [check.label for check in config.checks]
    for place, check in enumerate(config.checks):
        at: Location = ("checks", place)
        if check.label in labels[:place]:
            yield at, f"another check is called '{check.label}' too; give one of them an id"
        if check.on not in config.entities:
            yield from _known(at, [check.on], config.entities)
            continue
        fields = config.entities[check.on].fields
        yield from _known((*at, "field"), [check.column_name] if check.column_name else [], fields)
        if isinstance(check, Confirmed):
            held = [check.column_name] if check.column and not check.accepted else []
            yield from _looked_up(config, at, check.on, check.reference, [*check.by, *held])
            continue
        for name in check.own:
            yield from _known((*at, name), _listed(getattr(check, name)), fields)
        for name in check.other:
            yield from _known((*at, name), _listed(getattr(check, name)), [*config.entities, *config.fields()])
        if isinstance(check, Expression):
            yield from _expression((*at, "that"), check.that)


def _listed(names: str | tuple[str, ...]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


def _match(config: Config) -> Mistakes:
    for entity, match in config.match.items():
        at: Location = ("match", entity)
        if entity not in config.entities or config.entities[entity].parent:
            yield at, "only entities without a parent are matched"
            continue
        types = {name: TYPES[settings.type] for name, settings in config.entities[entity].fields.items()}
        columns = [*types, *(f"{name}.{part}" for name, kind in types.items() for part in kind.parts)]
        for rule, names in enumerate(match.block):
            yield from _known((*at, "block", rule), map(bare, names), columns)
        yield from _known((*at, "apart"), match.apart, columns)
        yield from _known((*at, "shared"), match.shared, types)
        yield from _file(config, (*at, "model"), match.model)
        named = [name for names in match.compare or [] for name in names]
        yield from _known((*at, "compare"), named, [name for name, kind in types.items() if kind.levels])
        if not match.compare and not any(kind.identifying for kind in types.values()):
            yield at, "'compare' is missing: no field's type is compared by itself, so name some"
        if not 0 <= match.review[0] <= match.review[1] <= 1:
            yield (*at, "review"), f"found {list(match.review)}; accepted: two probabilities, the lower first"
        yield from _known((*at, "distinct"), match.distinct, config.sources)
        yield from _expression((*at, "never"), match.never or "true")


def _golden(config: Config) -> Mistakes:
    for entity, golden in config.golden.items():
        yield from _known(("golden", entity), [entity], config.entities)
        if entity in config.entities:
            yield from _known(("golden", entity, "sensitive"), golden.sensitive, config.entities[entity].fields)
            yield from _survival(config, ("golden", entity), entity, golden)
            yield from _stages(config, ("golden", entity), entity, golden)


def _survival(config: Config, at: Location, entity: str, golden: GoldenConfig) -> Mistakes:
    """Mistakes in whose value survives: a group's fields have no rules of their own."""
    fields = config.entities[entity].fields
    grouped = [field for members in golden.groups.values() for field in members]
    for group, members in golden.groups.items():
        yield from _known((*at, "groups", group), members, fields)
        if group in fields and group not in members:
            yield (*at, "groups", group), "a group that is called like a field holds this field"
    for field in sorted({field for field in grouped if grouped.count(field) > 1}):
        yield (*at, "groups"), f"'{field}' is in several groups, or twice in one"
    units = golden.units(fields)
    yield from _known((*at, "owners"), golden.owners, units)
    yield from _known((*at, "fields"), golden.fields, units)
    alone = {name: fields[name].type for name, members in units.items() if members == [name]}
    for field, rule in golden.consequences.items():
        yield from _known((*at, "consequences"), [field], alone)
        if rule != "review" and alone.get(field, "money") != "money":
            yield (*at, "consequences", field), f"found '{rule}', which is for amounts; of other fields: review"
    names = [name for name, kind in alone.items() if kind in ("company_name", "party_name", "person_name")]
    for field, english in golden.english.items():
        yield from _known((*at, "english", field), [field, english], names)
    yield from _known((*at, "partners"), golden.partners.values(), fields)


def _stages(config: Config, at: Location, entity: str, golden: GoldenConfig) -> Mistakes:
    """Mistakes in life stages: what tells the stage cannot depend on it."""
    for unit, owners in golden.owners.items():
        for stage, sources in owners.items():
            yield from _known((*at, "owners", unit), [stage] if stage != ANY else [], golden.stages)
            yield from _known((*at, "owners", unit, stage), sources, config.sources)
        if ANY in owners and len(owners) > 1:
            yield (*at, "owners", unit), "names a stage '', which is none"
    if "any" in golden.stages:
        yield (*at, "stages", "any"), "the name 'any' is the workbench's own; choose another"
    staged = [unit for unit in golden.owners if golden.by_stage(unit)]
    depending = {field for unit in staged for field in golden.groups.get(unit, [unit])}
    for stage, condition in golden.stages.items():
        yield from _expression((*at, "stages", stage), condition)
        if not refused(condition) and (own := sorted(outer_columns(condition, entity) & depending)):
            yield (*at, "stages", stage), f"asks for '{own[0]}', whose owner depends on the stage"


def _targets(config: Config) -> Mistakes:
    for name, target in config.targets.items():
        at: Location = ("targets", name)
        yield from _file(config, (*at, "mapping"), target.mapping)
        if target.mapping is None and target.kind != "plain":
            yield at, "'mapping' is missing: the CSV that says which field goes where"
        yield from _known((*at, "objects"), target.objects.values(), config.entities)
        kind = definition(target.kind)
        if kind.closed and not target.template:  # what a template has is seen when it is read
            yield from _known((*at, "objects"), target.objects, kind.objects)
        if target.objects and target.mapping is None:
            yield (*at, "objects"), "goes with a 'mapping': without one each entity is a file as it is"
        if target.format not in (None, kind.writer, *kind.formats):
            accepted = ", ".join(dict.fromkeys((kind.writer, *kind.formats)))
            yield (*at, "format"), f"found '{target.format}'; accepted: {accepted}"
        try:
            if target.template and not config.path(target.template).exists():
                yield (*at, "template"), f"found '{target.template}'; there is no such file in {config.root}"
        except ConfigError as error:
            yield (*at, "template"), str(error)


def _known(at: Location, names: Iterable[str], accepted: Collection[str]) -> Mistakes:
    for name in names:
        if name not in accepted:
            yield at, f"found '{name}'{suggestion(name, accepted)}"


def _file(config: Config, at: Location, path: str | None) -> Mistakes:
    try:
        if path is not None and not config.path(path).is_file():
            yield at, f"found '{path}'; there is no such file in {config.root}"
    except ConfigError as error:
        yield at, str(error)


def _expression(at: Location, expression: str) -> Mistakes:
    if why := refused(expression):
        yield at, f"found '{expression}'; {why}"
