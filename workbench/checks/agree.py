"""agree: sources say the same of one thing."""

from typing import Literal

from pydantic import Field

from .base import Check, column, text


class Agree(Check):
    """Records of several sources that have the fields `by` in common have this one in common too.

    Where they differ, all of them fail: which is right, a check cannot tell. Dimension: consistency.
    """

    dimension = "consistency"
    own = ("by",)
    check: Literal["agree"]
    by: tuple[str, ...] = Field(min_length=1)

    def detail(self) -> str:
        return f":{','.join(self.by)}"

    def _shared(self) -> str:
        """The groups that several sources have, and the least and greatest value in each."""
        known = " AND ".join(f"{column(name)} IS NOT NULL" for name in (self.column_name, *self.by))
        return (
            f"SELECT {', '.join(f'{column(name)} AS {_place(n)}' for n, name in enumerate(self.by))}, "
            f'min({self.value()}) AS _least, max({self.value()}) AS _most FROM std."{self.on}" AS r '
            f"WHERE {known} GROUP BY ALL HAVING count(DISTINCT source) > 1"
        )

    def _group(self) -> str:
        same = " AND ".join(f"g.{_place(n)} = {column(name)}" for n, name in enumerate(self.by))
        return f"FROM ({self._shared()}) AS g WHERE {same}"

    def applies(self) -> str:
        return f"{self.value()} IS NOT NULL AND EXISTS ({self._group()})"

    def fails(self) -> str:
        return f"EXISTS ({self._group()} AND g._least <> g._most)"

    def reason(self) -> str:
        return text(f"sources differ, with the same {', '.join(self.by)}")


def _place(number: int) -> str:
    return f"_by{number}"
