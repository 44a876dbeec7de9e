"""The model of workbench.yml."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from ..checks import Allowed, AnyCheck, Check, ForeignKey, Key, Required, Valid
from ..errors import ConfigError
from ..targets import KINDS
from ..types import TYPES, SemanticType


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(_listed)]
"""One name or a list of names."""

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
"""A name that becomes part of a table's or column's name: lower case letters, digits, single underscores."""


class Model(BaseModel):
    """Unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class FieldConfig(Model):
    """A field of the master model."""

    type: Literal[tuple(TYPES)]  # type: ignore[valid-type]
    required: bool = False
    currency: str | None = Field(default=None, description="a currency code, or the field that holds it")
    codes: str | None = Field(default=None, description="a CSV whose first column lists the accepted codes")

    @property
    def kind(self) -> SemanticType:
        """The semantic type."""
        return TYPES[self.type]


class Entity(Model):
    """A kind of record; with a parent it follows the parent and is not matched."""

    parent: str | None = None
    fields: dict[Name, FieldConfig] = Field(min_length=1)

    def first(self, type_name: str) -> str | None:
        """The first field of a type."""
        return next((name for name, field in self.fields.items() if field.type == type_name), None)


class TableConfig(Model):
    """A file of a source, relative to the folder of its as-of date, and how to read it."""

    file: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header: int | None = Field(default=None, ge=1, description="the line or row of the headings")


class RecordConfig(Model):
    """How a source's table or view gives the records of an entity."""

    from_: str = Field(alias="from")
    lead: str | None = None
    key: Names = Field(min_length=1)
    parent: Names | None = None
    updated: str | None = None
    fields: dict[str, str]

    @property
    def lead_table(self) -> str:
        """The table whose rows are the records."""
        return self.lead or self.from_


class SourceConfig(Model):
    """An old system."""

    trust: int = 1
    tables: dict[Name, Annotated[TableConfig, BeforeValidator(lambda v: {"file": v} if isinstance(v, str) else v)]]
    records: dict[str, RecordConfig] = Field(default_factory=dict)


class MatchConfig(Model):
    """How records of an entity are linked."""

    block: list[Names] = Field(min_length=1)
    compare: list[str] | None = None
    review: tuple[float, float] = (0.5, 0.95)
    never: str | None = Field(default=None, description="a condition; records it holds for are never matched")
    distinct: Names = Field(default_factory=list, description="sources without duplicates: linked one to one")


class GoldenConfig(Model):
    """Which record's value survives."""

    owners: dict[str, Names] = Field(default_factory=dict)
    otherwise: list[Literal["valid", "most_recent", "most_complete", "most_trusted"]] = [
        "valid",
        "most_trusted",
        "most_recent",
        "most_complete",
    ]


class TargetConfig(Model):
    """A new system: its kind, and for each of its objects the entity it takes."""

    kind: Literal[tuple(KINDS)]  # type: ignore[valid-type]
    mapping: str | None = None
    objects: dict[str, str] = Field(default_factory=dict)


class WaveConfig(Model):
    """A group of customers that goes over together; `later` waves are not written now."""

    name: Name
    where: str = "true"
    later: bool = False


class Config(Model):
    """A project."""

    project: str
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    entities: dict[Name, Entity] = Field(min_length=1)
    sources: dict[Name, SourceConfig] = Field(min_length=1)
    checks: list[AnyCheck] = Field(default_factory=list)
    match: dict[str, MatchConfig] = Field(default_factory=dict)
    golden: dict[str, GoldenConfig] = Field(default_factory=dict)
    targets: dict[Name, TargetConfig] = Field(default_factory=lambda: {"plain": TargetConfig(kind="plain")})
    waves: list[WaveConfig] = Field(default_factory=lambda: [WaveConfig(name="all")])
    _root: Path = PrivateAttr(default=Path())

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self._root

    def path(self, text: str) -> Path:
        """A path of the project; one starting with ${VARIABLE} may lie outside.

        Raises ConfigError when the variable is not set or the path leaves the project.
        """
        return resolve(self._root, text)

    def records(self, entity: str) -> dict[str, RecordConfig]:
        """The sources that have records of an entity."""
        return {name: source.records[entity] for name, source in self.sources.items() if entity in source.records}

    def parents_first(self) -> list[str]:
        """Entities in an order in which parents come before their children."""
        done: list[str] = []
        while len(done) < len(self.entities):
            done += [e for e, c in self.entities.items() if e not in done and (c.parent is None or c.parent in done)]
        return done

    def codes(self, path: str) -> tuple[str, ...]:
        """The first column of a code list, headings left out."""
        with self.path(path).open(encoding="utf-8-sig", newline="") as lines:
            return tuple(row[0] for row in list(csv.reader(lines))[1:] if row)

    def all_checks(self) -> list[Check]:
        """The checks of the file, and before them those that the master model implies."""
        implied: list[Check] = []
        for name, entity in self.entities.items():
            implied.append(Key(check="key", entity=name))
            if entity.parent:
                implied.append(ForeignKey(check="foreign_key", entity=name, to=entity.parent))
            for field, settings in entity.fields.items():
                at = f"{name}.{field}"
                implied += [Required(check="required", field=at)] if settings.required else []
                implied.append(Valid(check="valid", field=at))
                if settings.codes:
                    implied.append(Allowed(check="allowed", field=at, values=self.codes(settings.codes)))
        given = {check.label for check in self.checks}
        return [check for check in implied if check.label not in given] + list(self.checks)


def resolve(root: Path, text: str) -> Path:
    """See Config.path."""
    named = re.match(r"^\$\{(\w+)\}", text)
    if named:
        if named[1] not in os.environ:
            raise ConfigError(f"{text}: the variable {named[1]} is not set. Set it to the folder that holds the data.")
        return Path(os.environ[named[1]] + text[named.end() :])
    path = (root / text).resolve()
    if not path.is_relative_to(root.resolve()):
        raise ConfigError(
            f"{text}: lies outside the project {root}. Copy it into the project, "
            "or let the path start with a variable such as ${DATA}."
        )
    return path
