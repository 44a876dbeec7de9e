"""The targets: one YAML a kind of new system. To add one, write its file."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from ruamel.yaml import YAML

_FOLDER = Path(__file__).parent
KINDS = tuple(sorted(file.stem for file in _FOLDER.glob("*.yml")))

Writer = Literal["csv", "xlsx", "parquet", "spreadsheetml"]


class Numbers(BaseModel):
    """Number ranges of a key, first and last number: those a project gives, those the target gives by itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    external: tuple[int, int] | None = Field(default=None, description="a key must lie there")
    internal: tuple[int, int] | None = Field(default=None, description="from here the target numbers by itself")


class TargetField(BaseModel):
    """A field of an object: what the target would refuse, and what becomes of a value in it."""

    model_config = ConfigDict(extra="forbid")
    title: str = Field(default="", description="what people call it, in both languages")
    required: bool = False
    type: Literal["text", "integer", "decimal", "date", "boolean"] = "text"
    length: int | None = None
    decimals: int | None = None
    values: tuple[str, ...] | None = Field(default=None, description="the only values accepted")
    silent: bool = Field(default=False, description="other values are taken too, though they are wrong")
    ref: str | None = Field(default=None, description="the object whose key it holds")
    unique: bool = Field(default=False, description="no two rows may share it, though the target would take them")
    stored: tuple[Literal["trim", "upper", "lower", "digits", "letters_digits"], ...] = Field(
        default=(), description="how the target normalises what it is given"
    )
    semantic: str | None = Field(default=None, description="the type of field that usually fills it")
    numbers: Numbers = Numbers()


class TargetObject(BaseModel):
    """An object of the target: a file to load."""

    model_config = ConfigDict(extra="forbid")
    entity: str | None = Field(default=None, description="the entity it takes unless the project says otherwise")
    file: str | None = Field(default=None, description="the file's name without ending; default the object's name")
    key: str | None = Field(default=None, description="the field that holds the golden id")
    many: bool = Field(default=False, description="a further object of an entity that another one takes already")
    either: tuple[tuple[str, ...], ...] = Field(default=(), description="groups of fields; a row fills one at most")
    fields: dict[str, TargetField]


class FileFormat(BaseModel):
    """How the target's text files are written."""

    model_config = ConfigDict(extra="forbid")
    delimiter: str = ","
    line_end: Literal["lf", "crlf"] = "lf"
    mark: bool = Field(default=False, description="a byte order mark in front")
    encoding: str = "utf-8"
    zip: bool = Field(default=False, description="each file in a zip of its own")
    marked_headings: bool = Field(default=False, description="headings like KUNNR(k/*): k a key, * mandatory")


class Results(BaseModel):
    """The columns of the file in which a target says what became of each row."""

    model_config = ConfigDict(extra="forbid")
    ordered: bool = Field(default=False, description="its rows are those of the file sent, in their order")
    created: str | None = Field(default=None, description="true where the row is new there, false where updated")
    field: str | None = Field(default=None, description="a pattern whose group is the field that an error is about")
    updated: tuple[str, ...] = Field(default=(), description="statuses that mean updated")
    unprocessed: tuple[str, ...] = Field(default=(), description="statuses that mean nothing was done")
    id: str | None = Field(default=None, description="the id that the target gave")
    error: str | None = Field(default=None, description="why it refused the row")
    status: str | None = None
    refused: tuple[str, ...] = Field(default=(), description="statuses that mean refused")


class Target(BaseModel):
    """A kind of new system."""

    model_config = ConfigDict(extra="forbid")
    title: str
    source: str = Field(description="where the names and limits are from")
    unit: Literal["characters", "bytes", "gbk", "utf16"] = "characters"
    """What a field's length counts."""
    writer: Writer = Field(default="csv", description="which writer makes its files")
    formats: tuple[Writer, ...] = Field(default=(), description="other writers that a project may choose")
    format: FileFormat = FileFormat()
    whole: bool = Field(default=False, description="every column of an object is written, also one that is not mapped")
    rows: int | None = Field(default=None, description="rows a file holds at most")
    megabytes: int | None = Field(default=None, description="how large a file may be")
    live: bool = Field(default=False, description="whether `workbench load` can speak to it")
    results: Results | None = None
    custom: str | None = Field(default=None, description="fields ending like this may be added by a project")
    closed: bool = Field(default=False, description="it has no other objects than these, or those of its template")
    objects: dict[str, TargetObject] = Field(default_factory=dict)


@cache
def definition(kind: str) -> Target:
    """The target definition of a kind (one of KINDS)."""
    return Target.model_validate(YAML(typ="safe").load((_FOLDER / f"{kind}.yml").read_text(encoding="utf-8")))
