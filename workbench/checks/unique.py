"""unique: no two records of a source share the value."""

from typing import Literal

from .base import Check, column


class Unique(Check):
    """The value, or the value together with the fields `together`, occurs once in its source. Dimension: uniqueness."""

    dimension = "uniqueness"
    own = ("together",)
    check: Literal["unique"]
    together: tuple[str, ...] = ()

    def detail(self) -> str:
        return f":{','.join(self.together)}" if self.together else ""

    def fails(self) -> str:
        return "r._times > 1"

    def reason(self) -> str:
        return f"r._times || ' records share this value{' and ' + ', '.join(self.together) if self.together else ''}'"

    def select(self, table: str) -> str:
        """Count the value within its source first."""
        group = ", ".join(["r.source", self.value(), *map(column, self.together)])
        return super().select(f"(SELECT r.*, count(*) OVER (PARTITION BY {group}) AS _times FROM {table} AS r)")
