"""The targets: one YAML a kind of new system. To add one, write its file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent
KINDS = tuple(sorted(file.stem for file in _FOLDER.glob("*.yml")))


class TargetField(BaseModel):
    """A field of an object: what the target would refuse."""

    model_config = ConfigDict(extra="forbid")
    required: bool = False
    length: int | None = None
    values: tuple[str, ...] | None = Field(default=None, description="the only values accepted")


class TargetObject(BaseModel):
    """An object of the target: a file to load."""

    model_config = ConfigDict(extra="forbid")
    entity: str | None = Field(default=None, description="the entity it takes unless the project says otherwise")
    file: str | None = Field(default=None, description="the file's name without ending; default the object's name")
    fields: dict[str, TargetField]


class Target(BaseModel):
    """A kind of new system."""

    model_config = ConfigDict(extra="forbid")
    title: str
    source: str = Field(description="where the names and limits are from")
    unit: Literal["characters", "bytes", "utf16"] = "characters"
    """What a field's length counts."""
    custom: str | None = Field(
        default=None, description="objects and fields ending like this may be added by a project"
    )
    objects: dict[str, TargetObject] = Field(default_factory=dict)


@cache
def definition(kind: str) -> Target:
    """The target definition of a kind (one of KINDS)."""
    return Target.model_validate(YAML(typ="safe").load((_FOLDER / f"{kind}.yml").read_text(encoding="utf-8")))
