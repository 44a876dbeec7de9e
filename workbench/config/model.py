"""The model of workbench.yml."""

import csv
import os
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from graphlib import TopologicalSorter
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    model_validator,
)
from pydantic_core import PydanticCustomError

from ..checks import DIMENSIONS, Allowed, AnyCheck, Check, ForeignKey, Key, Required, Share, Valid
from ..errors import ConfigError
from ..language import Language
from ..targets import KINDS, Numbers, Results, Writer
from ..types import TYPES, SemanticType
from .base import Model, Name, Names, People
from .dashboard import DashboardConfig
from .golden import GoldenConfig
from .keep import KeepConfig
from .life import living
from .monitor import MonitorConfig
from .own import steps
from .planning import BusinessConfig, CutoverConfig, Role, WaveConfig

_PASSWORD = re.compile(r"://[^:/@]*:(?!\$\{\w+\}@)[^@]+@|[?&](password|passwd|pwd)=", re.IGNORECASE)
"""In a URL, unless it is a ${VARIABLE}."""


def _known_type(name: str) -> str:
    """A project may bring types of its own, so what is accepted is known when it is read."""
    if name not in TYPES:
        raise PydanticCustomError("literal_error", "{expected}", {"expected": ", ".join(map(repr, TYPES))})
    return name


class FillConfig(Model):
    """A way to fill a field that no source knows: an expression, or a column of the reference row that `by` finds."""

    derive: str | None = None
    reference: str | None = Field(default=None, description="<source>.<table>")
    by: dict[str, str] = Field(default_factory=dict, description="field of the record: the reference's column")
    column: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.derive is None) != all((self.reference, self.by, self.column)) or (
            self.derive is not None and (self.reference or self.by or self.column)
        ):
            raise ValueError("give either `derive`, or `reference`, `by` and `column`")
        return self


class FieldConfig(Model):
    """A field of the master model."""

    type: Annotated[str, AfterValidator(_known_type)]
    required: bool = False
    currency: str | None = Field(default=None, description="a currency code, or the field that holds it")
    codes: str | None = Field(default=None, description="a CSV whose first column lists the accepted codes")
    fill: Annotated[list[FillConfig], BeforeValidator(lambda v: [v] if isinstance(v, dict) else v)] = Field(
        default_factory=list, description="ways to fill it in golden records, in order"
    )

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


class ReadOptions(Model):
    """How to read an extract; what is None is found out."""

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = Field(default=None, max_length=1, description="the character around cells; empty for none")
    comment: str | None = Field(default=None, min_length=1, description="what lines begin with that are no records")
    header: NonNegativeInt | tuple[PositiveInt, PositiveInt] | None = Field(
        default=None, description="line or row of the headings, or its first and last; 0 where there are none"
    )
    sheet: str | None = None
    widths: list[PositiveInt] | None = Field(default=None, description="of the columns of a fixed-width text")
    repair: bool = Field(default=False, description="take a broken record as its one certain repair")


class TableConfig(ReadOptions):
    """An extract: a file, a folder of files of one shape, or a query to a database; and how to read it.

    Files and folders lie below the folder of their as-of date.
    """

    file: str | None = None
    url: str | None = None
    query: str | None = None
    columns: dict[str, str] = Field(default_factory=dict, description="known name: the heading that the file has now")
    values: dict[str, str] = Field(
        default_factory=dict, description="column: a CSV (value, code) of what its values stand for"
    )

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.file is None) == (self.url is None) or (self.url is None) != (self.query is None):
            raise ValueError("give either `file`, or `url` and `query`")
        if self.url and _PASSWORD.search(self.url):
            raise ValueError(
                "a password has no place in a file: take it out of `url` and set the variable "
                "WORKBENCH_PASSWORD_<SOURCE>, or put it into the keyring as the user <source> of the service workbench"
            )
        return self


class RecordConfig(Model):
    """How a source's table or view gives the records of an entity."""

    from_: str = Field(alias="from")
    lead: str | None = None
    key: Names
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
    tables: dict[Name, Annotated[TableConfig, BeforeValidator(lambda v: {"file": v} if isinstance(v, str) else v)]] = (
        Field(min_length=1)
    )
    records: dict[str, RecordConfig] = Field(default_factory=dict)
    since: date | None = Field(default=None, description="the first as-of date that it has extracts of")
    until: date | None = Field(default=None, description="the last one: after it the system is no longer read")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError("`until` is before `since`")
        return self

    def lives(self, as_of: date) -> bool:
        """Whether it is read on an as-of date."""
        return (self.since or as_of) <= as_of <= (self.until or as_of)


class MatchConfig(Model):
    """How records of an entity are linked."""

    block: list[Names] = Field(min_length=1)
    budget: PositiveInt | None = Field(default=None, description="pairs that are compared at most")
    compare: list[Names] | None = Field(default=None, description="fields; those listed together are compared as one")
    review: tuple[float, float] = (0.2, 0.8)
    never: str | None = Field(default=None, description="a condition; records it holds for are never matched")
    apart: Names = Field(default_factory=list, description="fields or parts: records with different ones never match")
    shared: Names = Field(default_factory=list, description="fields that families or the firms of one building share")
    model: str | None = Field(default=None, description="a model_<entity>.json to use instead of learning one")
    distinct: Names = Field(default_factory=list, description="sources without duplicates: linked one to one")


class TargetConfig(Model):
    """A new system: its kind, and for each of its objects the entity it takes."""

    kind: Literal[tuple(KINDS)]  # type: ignore[valid-type]
    mapping: str | None = None
    objects: dict[str, str] = Field(default_factory=dict)
    environment: Literal["test", "production"] = "test"
    template: str | None = Field(default=None, description="the import template that the new system gave")
    format: Writer | None = Field(default=None, description="how its files are written, where its kind leaves a choice")
    numbers: dict[str, Numbers] = Field(default_factory=dict, description="<object>.<field>: the number ranges there")
    results: Results | None = Field(default=None, description="its result files, where other than its kind says")
    url: str | None = Field(default=None, description="where it answers, for kinds that are loaded live")
    database: str | None = Field(default=None, description="which of its databases")
    user: str = Field(default="admin", description="the user it knows the loader by")
    tolerance: dict[str, Decimal] = Field(
        default_factory=dict, description="<object>.<field>: by how much what is read back may differ"
    )

    @model_validator(mode="after")
    def _no_password(self) -> Self:
        if self.url and _PASSWORD.search(self.url):
            raise ValueError(
                "a password has no place in a file: take it out of `url` and set the variable "
                "WORKBENCH_PASSWORD_<TARGET>, or put it into the keyring as the user <target> of the service workbench"
            )
        return self


class Config(Model):
    """A project."""

    project: str
    own: str | None = Field(
        default=None, description="a Python file of the project's own: types, and functions called after stages"
    )
    language: Language = Field(default="en", description="of reports, dashboard and summaries")
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    entities: dict[Name, Entity] = Field(min_length=1)
    sources: dict[Name, SourceConfig] = Field(min_length=1)
    checks: list[AnyCheck] = Field(default_factory=list)
    thresholds: dict[Literal[DIMENSIONS], Share] = Field(  # type: ignore[valid-type]
        default_factory=dict, description="dimension: the score it must reach"
    )
    match: dict[str, MatchConfig] = Field(default_factory=dict)
    golden: dict[str, GoldenConfig] = Field(default_factory=dict)
    targets: dict[Name, TargetConfig] = Field({"plain": TargetConfig(kind="plain")}, min_length=1)
    waves: list[WaveConfig] = Field([WaveConfig(name="all")], min_length=1)
    retention_years: PositiveInt = Field(default=10, description="how long what waves archive must be kept")
    never_deferred: dict[str, str] = Field(
        default_factory=dict, description="a child entity: a condition; who has such a record goes over now"
    )
    cutover: CutoverConfig | None = None
    business: BusinessConfig = BusinessConfig()
    roles: dict[Role, People] = Field(default_factory=dict, description="who may do what; without it everyone may")
    dashboard: DashboardConfig = DashboardConfig()
    legal_hold: dict[str, str] = Field(
        default_factory=dict, description="entity: a condition; records it holds for are not erased"
    )
    stewards: dict[str, str] = Field(
        default_factory=dict, description="an entity or <entity>.<field>: the person who answers for it"
    )
    monitor: MonitorConfig = MonitorConfig()
    keep: KeepConfig = KeepConfig()
    _root: Path = Path()
    _own: ModuleType | None = None

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self._root

    def says(self, key: str) -> bool:
        """Whether workbench.yml has a key itself: what it leaves out has a default, which nobody planned."""
        return key in self.model_fields_set

    @property
    def own_file(self) -> Path | None:
        """The project's own Python file."""
        return self.path(self.own) if self.own else None

    @property
    def own_steps(self) -> dict[str, Callable[..., Any]]:
        """The project's own functions, by the stage they are called after."""
        return steps(self._own) if self._own else {}

    def on(self, as_of: date) -> "Config":
        """The configuration as it is on an as-of date, with the sources that live then. Raises ConfigError for none."""
        return living(self, as_of)

    def path(self, text: str) -> Path:
        """A path of the project; one starting with ${VARIABLE} may lie outside.

        Raises ConfigError when the variable is not set or the path leaves the project.
        """
        if named := re.match(r"\$\{(\w+)\}", text):
            if folder := os.environ.get(named[1]):
                return Path(folder + text[named.end() :])
            raise ConfigError(f"{text}: the variable {named[1]} is not set. Set it to the folder that holds the data.")
        path = (self._root / text).resolve()
        if path.is_relative_to(self._root.resolve()):
            return path
        raise ConfigError(
            f"{text}: lies outside the project {self._root}. Copy it into the project, "
            "or let the path start with a variable such as ${DATA}."
        )

    def lines(self, path: str) -> list[str]:
        """The lines, with their ends, of a text of the project. Raises ConfigError when it is not UTF-8."""
        try:
            return list(StringIO(self.path(path).read_text(encoding="utf-8-sig")))
        except UnicodeDecodeError as error:
            raise ConfigError(
                f"{path}: is not UTF-8 (byte {error.start}). Save it as UTF-8; a spreadsheet program says 'CSV UTF-8'."
            ) from error

    def records(self, entity: str) -> dict[str, RecordConfig]:
        """The sources that have records of an entity."""
        return {name: source.records[entity] for name, source in self.sources.items() if entity in source.records}

    def steward(self, *places: str) -> str:
        """The person who answers for the first of the places that has one; '' where none has."""
        return next((self.stewards[place] for place in places if place in self.stewards), "")

    def compared(self, entity: str) -> list[str]:
        """The fields by which an entity's records are compared: those configured, else all whose type identifies."""
        named = {name for names in self.match[entity].compare or () for name in names}
        fields = self.entities[entity].fields
        return [name for name, field in fields.items() if (name in named if named else field.kind.identifying)]

    def fields(self) -> list[str]:
        """Every field as <entity>.<field>."""
        return [f"{entity}.{field}" for entity, settings in self.entities.items() for field in settings.fields]

    def parents_first(self) -> list[str]:
        """Entities in an order in which parents come before their children."""
        parents = {name: [entity.parent] if entity.parent else [] for name, entity in self.entities.items()}
        return list(TopologicalSorter(parents).static_order())

    def codes(self, path: str) -> list[list[str]]:
        """The rows of a code list, headings left out; the first column has the codes. Raises ConfigError for none."""
        found = [row for row in list(csv.reader(self.lines(path)))[1:] if row]
        if not found:
            raise ConfigError(f"{path}: lists no codes. The first line is the heading, each further line one code.")
        return found

    def meanings(self, path: str) -> dict[str, str]:
        """What the values of a column stand for, from a CSV with the headings value, code. Raises ConfigError."""
        headings, *lines = [[cell.strip() for cell in row] for row in csv.reader(self.lines(path)) if row] or [[]]
        if headings != ["value", "code"] or any(len(line) != 2 for line in lines):
            raise ConfigError(f"{path}: has not the two columns that are accepted. The first line is value,code.")
        return {value: code for value, code in lines}

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
                    codes = tuple(row[0] for row in self.codes(settings.codes))
                    implied.append(Allowed(check="allowed", field=at, values=codes))
        given = {check.label for check in self.checks}
        return [*(check for check in implied if check.label not in given), *self.checks]
