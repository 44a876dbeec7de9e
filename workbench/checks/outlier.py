"""outlier: the number lies where those of its group lie."""

from typing import Literal

from pydantic import Field

from .base import Check, column, number, text

ENOUGH = 20
"""Values that a group needs to say what is usual in it."""


class Outlier(Check):
    """Not further than `factor` times the interquartile range from its group's quartiles (J. W. Tukey, 1977).

    Groups agree in the fields `by` (without any, all records of the source) and have at least 20 values; smaller ones,
    those of which half the values are the same, and values that are no numbers are not evaluated. Dimension: validity.
    """

    dimension = "validity"
    own = ("by",)
    check: Literal["outlier"]
    by: tuple[str, ...] = ()
    factor: float = Field(default=3.0, gt=0)

    def detail(self) -> str:
        return f":{','.join(self.by)}" if self.by else ""

    def _number(self) -> str:
        return f"{number(self.value())}::DOUBLE"

    def _usual(self) -> str:
        """The quartiles of the record's group."""
        groups = ", ".join(["r.source AS source", *(f"{column(name)} AS _by{n}" for n, name in enumerate(self.by))])
        same = "".join(f" AND g._by{n} IS NOT DISTINCT FROM {column(name)}" for n, name in enumerate(self.by))
        return (
            f'FROM (SELECT {groups}, quantile_cont({self._number()}, [0.25, 0.75]) AS q FROM std."{self.on}" AS r '
            f"WHERE {self._number()} IS NOT NULL GROUP BY ALL HAVING count(*) >= {ENOUGH} AND q[1] < q[2]) AS g "
            f"WHERE g.source = r.source{same}"
        )

    def applies(self) -> str:
        return f"{self._number()} IS NOT NULL AND EXISTS ({self._usual()})"

    def fails(self) -> str:
        low, high = (f"q[{n}] {sign} {self.factor} * (q[2] - q[1])" for n, sign in ((1, "-"), (2, "+")))
        return f"EXISTS ({self._usual()} AND NOT {self._number()} BETWEEN {low} AND {high})"

    def reason(self) -> str:
        return text("far from what is usual" + (f" with its {', '.join(self.by)}" if self.by else ""))
