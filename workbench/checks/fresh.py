"""fresh: the data is not older than it should be."""

from typing import Literal

from pydantic import Field

from .base import Check, column, text


class Fresh(Check):
    """At most `days` old on the as-of date, and not in the future. Dimension: timeliness.

    With `field`, the date in it; with `entity`, the newest extract of its source.
    """

    dimension = "timeliness"
    check: Literal["fresh"]
    days: int = Field(ge=0)

    def value(self) -> str:
        extract = "(SELECT max(f.as_of) FROM raw.files AS f WHERE f.source = r.source)"
        return column(self.column_name) if self.column_name else extract

    def fails(self) -> str:
        return f"{self.value()} < r.as_of - {self.days} OR {self.value()} > r.as_of"

    def reason(self) -> str:
        return text(f"older than {self.days} days, or in the future")
