"""What a project's target takes: what its kind says, and what the project's own template and settings say otherwise."""

from ..errors import ConfigError
from ..targets import Target, TargetObject, definition
from ..targets.template import templated
from .mistakes import suggestion
from .model import Config


def target_of(config: Config, name: str) -> Target:
    """The definition of one of the project's targets.

    Raises ConfigError for a template that is wrong, and for number ranges of a field that is not there.
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
    for place, numbers in settings.numbers.items():
        title, _, field = place.partition(".")
        known = objects.get(title, TargetObject(fields={}))
        if field not in known.fields:
            places = [f"{title}.{field}" for title, known in objects.items() for field in known.fields]
            raise ConfigError(f"targets.{name}.numbers: there is no field '{place}'{suggestion(place, places)}")
        numbered = known.fields[field].model_copy(update={"numbers": numbers})
        objects[title] = known.model_copy(update={"fields": known.fields | {field: numbered}})
    return kind.model_copy(update={"objects": objects})
