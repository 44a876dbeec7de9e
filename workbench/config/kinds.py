"""What a project's target takes: what its kind says, and what the project's own template and settings say otherwise."""

from ..errors import ConfigError
from ..targets import Target, TargetObject, definition
from ..targets.template import templated
from .mistakes import suggestion
from .model import Config


def target_of(config: Config, name: str) -> Target:
    """The definition of one of the project's targets, with the project's own objects where its kind leaves them open.

    Raises ConfigError for a template that is wrong, and for objects and fields of number ranges that are not there.
    """
    settings = config.targets[name]
    kind = definition(settings.kind)
    if settings.template:
        kind = templated(kind, config.path(settings.template))
    elif settings.format:
        kind = kind.model_copy(update={"writer": settings.format})
    if settings.results:
        kind = kind.model_copy(update={"results": settings.results})
    objects = dict(kind.objects)
    for title, entity in _own_objects(config, name).items():
        if title not in objects and kind.closed:
            raise ConfigError(f"targets.{name}.objects: there is no object '{title}'{suggestion(title, kind.objects)}")
        objects[title] = objects.get(title, TargetObject(fields={})).model_copy(update={"entity": entity})
    led = {known.entity for known in objects.values() if not known.many}
    for title in settings.objects:  # of an entity that no other object takes one of these is the lead
        if objects[title].entity not in led:
            objects[title] = objects[title].model_copy(update={"many": False})
    for place, numbers in settings.numbers.items():
        title, _, field = place.partition(".")
        fields = objects[title].fields if title in objects else {}
        if field not in fields:
            places = [f"{title}.{field}" for title, known in objects.items() for field in known.fields]
            raise ConfigError(f"targets.{name}.numbers: there is no field '{place}'{suggestion(place, places)}")
        numbered = fields | {field: fields[field].model_copy(update={"numbers": numbers})}
        objects[title] = objects[title].model_copy(update={"fields": numbered})
    return kind.model_copy(update={"objects": objects})


def _own_objects(config: Config, name: str) -> dict[str, str]:
    """What the project says of objects and their entities; those of plain files are the entities themselves."""
    settings = config.targets[name]
    plain = {entity: entity for entity in config.entities} if settings.kind == "plain" else {}
    return plain | settings.objects
