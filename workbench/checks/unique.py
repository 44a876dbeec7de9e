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
        """Find the values that their source has several times first."""
        names = ["source", self.column_name, *self.together]
        group = ", ".join(map(column, names))
        same = " AND ".join(f"{column(name)} IS NOT DISTINCT FROM t.{column(name)[2:]}" for name in names)
        times = f"SELECT {group}, count(*) AS _times FROM {table} AS r GROUP BY ALL HAVING count(*) > 1"
        return super().select(f"(SELECT r.*, t._times FROM {table} AS r JOIN ({times}) AS t ON {same})")
