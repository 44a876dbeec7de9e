"""Old systems end and new ones begin: what of workbench.yml holds on a date, what is watched then, and what is kept."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BeforeValidator, Field, PositiveInt, model_validator

from ..checks import Confirmed
from ..errors import ConfigError
from .base import Model

if TYPE_CHECKING:
    from .model import Config


def _days(given: object) -> object:
    """A number of days, also as people say it: 400 days, 1 day."""
    return re.sub(r"\s*days?$", "", given.strip()) if isinstance(given, str) else given


class MonitorConfig(Model):
    """Whom `workbench monitor` tells of a gate that fell or of what is unusual; nobody, unless somebody is named."""

    command: list[str] | None = Field(
        default=None, min_length=1, description="a program and its arguments, which gets JSON on its standard input"
    )
    webhook: str | None = Field(
        default=None, description="${VARIABLE} with an address that JSON is posted to"
    )
    every: PositiveInt | None = Field(default=None, description="days between extracts: it is told when they are late")

    @model_validator(mode="after")
    def _no_address(self) -> Self:
        if self.webhook and not re.fullmatch(r"\$\{\w+\}", self.webhook):
            raise ValueError("whoever has a webhook's address can write there: set a variable to it, write ${VARIABLE}")
        return self


class KeepConfig(Model):
    """What `workbench compact` leaves of older runs."""

    runs: Annotated[PositiveInt, BeforeValidator(_days)] | None = Field(
        default=None, description="days for which the tables and pages of runs are kept; without it for ever"
    )


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
