"""Old systems end and new ones begin: what of workbench.yml holds on a date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from ..checks import Confirmed
from ..errors import ConfigError

if TYPE_CHECKING:
    from .model import Config


def living(config: Config, as_of: date) -> Config:
    """The configuration with the sources that live on a date, and without what looks values up in others.

    Raises ConfigError where no source does.
    """
    sources = {name: source for name, source in config.sources.items() if source.lives(as_of)}
    if len(sources) == len(config.sources):
        return config
    if not sources:
        raise ConfigError(f"No source lives on {as_of}: see `since` and `until` of sources in workbench.yml.")
    gone = config.sources.keys() - sources.keys()
    entities = {
        name: entity.model_copy(update={"fields": {
            field: known.model_copy(update={"fill": [way for way in known.fill if _of(way.reference) not in gone]})
            for field, known in entity.fields.items()
        }})
        for name, entity in config.entities.items()
    }  # fmt: skip
    checks = [one for one in config.checks if not (isinstance(one, Confirmed) and _of(one.reference) in gone)]
    return config.model_copy(update={"sources": sources, "entities": entities, "checks": checks})


def _of(reference: str | None) -> str:
    """The source of <source>.<table>."""
    return (reference or "").partition(".")[0]
