"""depends: some fields determine another."""

from typing import Literal

from pydantic import Field

from .base import Check, column, text


class Depends(Check):
    """Records that agree in the fields `by` agree in `field` (a functional dependency). Dimension: consistency.

    Those that differ from the commonest value of their group fail; without a commonest, all of the group.
    """

    dimension = "consistency"
    own = ("by",)
    check: Literal["depends"]
    by: tuple[str, ...] = Field(min_length=1)

    def detail(self) -> str:
        return f":{','.join(self.by)}"

    def applies(self) -> str:
        return " AND ".join(f"{column(name)} IS NOT NULL" for name in (self.column_name, *self.by))

    def fails(self) -> str:
        """Another value is at least as common in the group."""
        return "r._times <= r._rival"

    def reason(self) -> str:
        return text(f"differs from others with the same {', '.join(self.by)}")

    def select(self, table: str) -> str:
        """Count each value in its group, then look how often the commonest of the others occurs there."""
        group = ", ".join(column(name) for name in self.by)
        counted = f"SELECT r.*, count(*) OVER (PARTITION BY {group}, {self.value()}) AS _times FROM {table} AS r"
        others = "BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE GROUP"
        rival = f"max(r._times) OVER (PARTITION BY {group} ORDER BY {self.value()} RANGE {others})"
        return super().select(f"(SELECT r.*, {rival} AS _rival FROM ({counted} WHERE {self.applies()}) AS r)")
