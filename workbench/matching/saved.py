"""A model as a file: published with each run, and used again where a project names it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..errors import ConfigError
from .compare import Comparisons
from .dependence import Joint
from .groups import group_of
from .learn import Learned
from .model import Floats, Model

Probability = Annotated[float, Field(gt=0, lt=1)]


class _Saved(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SavedLevel(_Saved):
    """How often a level occurs among matches, among relatives (where there are any) and among other pairs.

    What counts is how often beside each other: people may round, and a taught model scales them.
    """

    level: str
    matches: Probability
    others: Probability
    relatives: Annotated[float, Field(ge=0, le=1)] | None = None
    shared: bool = Field(default=False, description="relatives reach it for being relatives")


class SavedGroup(_Saved):
    """Fields that are weighed as one, with their types; `chance` has the levels of each among others, of several."""

    fields: list[str] = Field(min_length=1)
    types: list[str] = Field(min_length=1)
    levels: list[SavedLevel] = Field(min_length=2)
    chance: list[list[Probability]] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if len(self.types) != len(self.fields):
            raise ValueError("each field needs its type")
        if len(self.chance) != (len(self.fields) if len(self.fields) > 1 else 0):
            raise ValueError("fields that are weighed as one need a list of chances each, a single one has none")
        return self


class SavedModel(_Saved):
    """A matching model; `matches` and `relatives` are their shares of all pairs."""

    matches: Probability
    relatives: Annotated[float, Field(ge=0, lt=1)]
    groups: list[SavedGroup]


def saved(learned: Learned) -> str:
    """A model as JSON, which `read_model` reads."""
    model = learned.model
    related: Sequence[Floats | None] = model.r if model.related else [None] * len(learned.groups)
    groups = [
        SavedGroup(
            fields=list(group.fields), types=[learned.compared[name].name for name in group.fields],
            levels=[
                SavedLevel(level=name, matches=m[n], others=u[n], relatives=None if r is None else r[n],
                           shared=group.reached[n])
                for n, name in enumerate(group.levels)
            ],
            chance=[each.tolist() for each in group.joint.chance] if group.joint else [],
        )
        for group, m, u, r in zip(learned.groups, model.m, model.u, related, strict=True)
    ]  # fmt: skip
    return as_json(SavedModel(matches=model.prior, relatives=model.related, groups=groups))


def as_json(model: SavedModel) -> str:
    """The text of a model file."""
    return model.model_dump_json(indent=1, exclude_defaults=True) + "\n"


def read_model(file: Path, compared: Comparisons) -> Learned:
    """The model in a file. Raises ConfigError where it is none, and as `model_of`."""
    try:
        return model_of(file.read_text(encoding="utf-8"), compared, str(file))
    except FileNotFoundError:
        raise ConfigError(f"There is no model {file}. Take model_<entity>.json of a published run.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is no matching model: it is not UTF-8 text. {_LEARN}") from None
    except ConfigError as error:
        raise ConfigError(f"{error} {_LEARN}") from None


def model_of(text: str, compared: Comparisons, what: str) -> Learned:
    """The model in a text, which errors name as `what`. Raises ConfigError for one of other fields, types or levels."""
    try:
        found = SavedModel.model_validate_json(text)
    except ValidationError as error:
        raise ConfigError(f"{what} is no matching model: {_first(error)}.") from None
    places = {name: place for place, name in enumerate(compared)}
    theirs = {name: kind for group in found.groups for name, kind in zip(group.fields, group.types, strict=True)}
    ours = {name: kind.name for name, kind in compared.items()}
    if theirs != ours:
        other = sorted(f"{name} ({kind})" for name, kind in theirs.items() ^ ours.items())
        raise ConfigError(f"{what} is a model of another configuration: {', '.join(other)} differ.")
    groups = []
    for group in found.groups:
        own = tuple(places[name] for name in group.fields)
        joint = Joint(own, [np.array(each) for each in group.chance]) if len(own) > 1 else None
        made = group_of(compared, own, joint)
        given, taken = [len(each) for each in group.chance], [len(compared[name].levels) + 1 for name in group.fields]
        if joint and given != taken:
            raise ConfigError(f"{what}: the levels of {made.title} are not those of its types any more.")
        if [level.level for level in group.levels] != list(made.levels):
            raise ConfigError(f"{what}: the levels of {made.title} are not those of its type any more.")
        groups.append(replace(made, reached=np.array([each.shared for each in group.levels])))
    m, u, r = (
        [np.array([getattr(level, name) or 0.0 for level in group.levels]) for group in found.groups]
        for name in ("matches", "others", "relatives")
    )
    return Learned(compared, groups, Model(found.matches, m, u, found.relatives, r if found.relatives else ()))


_LEARN = "Take `model` out of match to learn one, and name the model_<entity>.json of that run."


def _first(error: ValidationError) -> str:
    found = error.errors()[0]
    return f"{'.'.join(map(str, found['loc'])) or 'the file'}: {found['msg']}"
