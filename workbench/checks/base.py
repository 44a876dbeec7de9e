"""What a check is: which rows it looks at, and one SELECT that finds the failing ones."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def _share(value: Any) -> Any:
    """Read '1%' as 0.01."""
    return float(f"{value.strip()[:-1]}e-2") if isinstance(value, str) and value.strip().endswith("%") else value


Share = Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)]
"""A share of the evaluated rows, written as 0.01 or 1%."""


class Check(BaseModel):
    """One rule about the records of an entity. Subclasses add parameters and write SQL.

    The SQL speaks of one row as `r` (a row of std.<entity>); column names are quoted with `column`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    dimension: ClassVar[str]
    own: ClassVar[tuple[str, ...]] = ()  # parameters that name fields of the record
    other: ClassVar[tuple[str, ...]] = ()  # parameters that name another entity, or <entity>.<field>

    check: str
    field: str | None = Field(default=None, description="<entity>.<field>")
    entity: str | None = None
    warn: Share = 0.0
    fail: Share | None = None
    id: str | None = None

    @property
    def on(self) -> str:
        """The entity the check is about."""
        return self.entity or (self.field or "").split(".")[0]

    @property
    def column_name(self) -> str:
        """The field's column in std.<entity>; empty for a check of whole records."""
        return (self.field or "").partition(".")[2]

    @property
    def label(self) -> str:
        """The check's id: given, or made of its name and what it is about."""
        return self.id or f"{self.check}:{self.field or self.entity}{self.detail()}"

    def detail(self) -> str:
        """What tells two checks of the same kind on the same field apart."""
        return ""

    def among(self, table: str) -> str:
        """What `r` is a row of: a relation with source, _row and key, made of `table` (already quoted)."""
        return table

    def applies(self) -> str:
        """The condition on `r` under which a row is evaluated."""
        return f"{self.value()} IS NOT NULL" if self.column_name else "true"

    def value(self) -> str:
        """The value shown for a failing row."""
        return column(self.column_name) if self.column_name else "NULL"

    def fails(self) -> str:
        """The condition on `r` under which an evaluated row fails."""
        raise NotImplementedError

    def reason(self) -> str:
        """SQL giving the reason, in words a business user understands."""
        raise NotImplementedError

    def select(self, table: str) -> str:
        """SELECT source, _row, key, value, reason of the failing rows of `table` (already quoted)."""
        return (
            f"SELECT r.source, r._row, r.key, {self.value()}::VARCHAR AS value, {self.reason()} AS reason\n"
            f"FROM {self.among(table)} AS r WHERE ({self.applies()}) AND ({self.fails()})"
        )


def column(name: str) -> str:
    """A quoted column of a row.

    >>> column("name")
    'r."name"'
    """
    return 'r."' + name.replace('"', '""') + '"'


def number(of: str) -> str:
    """A value as an exact number; NULL where it is none."""
    return f"TRY_CAST({of} AS DECIMAL(38, 6))"


def text(value: object) -> str:
    """A quoted SQL text."""
    return "'" + str(value).replace("'", "''") + "'"
