"""depends: some fields determine another."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from .base import Check, column, text


class Depends(Check):
    """Records that agree in the fields `on` agree in `field` (a functional dependency). Dimension: consistency.

    Those that differ from the commonest value of their group fail; without a commonest, all of the group.
    """

    dimension: ClassVar[str] = "consistency"
    check: Literal["depends"]
    by: tuple[str, ...] = Field(min_length=1)

    def detail(self) -> str:
        return f":{','.join(self.by)}"

    def uses(self) -> list[str]:
        return list(self.by)

    def applies(self) -> str:
        return " AND ".join(f"{column(name)} IS NOT NULL" for name in (self.column_name, *self.by))

    def fails(self) -> str:
        """Another value is at least as common in the group."""
        return "r._times < r._most OR r._rivals > 1"

    def reason(self) -> str:
        return text(f"differs from others with the same {', '.join(self.by)}")

    def select(self, table: str) -> str:
        """Count values by group, then look which value leads."""
        group = ", ".join(column(name) for name in self.by)
        counted = (
            f"SELECT r.*, count(*) OVER (PARTITION BY {group}, {self.value()}) AS _times\n"
            f"FROM {table} AS r WHERE {self.applies()}"
        )
        led = f"SELECT r.*, max(r._times) OVER (PARTITION BY {group}) AS _most FROM ({counted}) AS r"
        rivals = (
            f"SELECT r.*, count(DISTINCT {self.value()}) FILTER (WHERE r._times = r._most)\n"
            f"  OVER (PARTITION BY {group}) AS _rivals FROM ({led}) AS r"
        )
        return super().select(f"({rivals})")
