"""drift: the values of a field are spread as they were last time."""

from typing import Literal

from pydantic import Field

from .base import column
from .measured import Measured

BUCKETS = 64
"""Among which texts are spread by their hash, so that no value is remembered; a hash that no version changes."""

LITTLE = 1e-4
"""The share that an empty bucket counts as: nothing is never."""


class Drift(Measured):
    """The population stability index of the field's values against the as-of date before is at most `most`.

    It sums (now - before) * ln(now / before) over buckets of values: amounts by magnitude, dates by month, texts by
    hash. Up to 0.1 is little and from 0.25 on much, by the custom of credit scoring. Dimension: consistency.
    """

    dimension = "consistency"
    check: Literal["drift"]
    most: float = Field(default=0.25, gt=0)

    def measure(self, table: str) -> str:
        value = column(self.column_name)
        number = f"TRY_CAST({value}::VARCHAR AS DOUBLE)"  # what is no number never comes here, but is typed too
        bucket = (
            f"CASE WHEN typeof({value}) = 'DATE' THEN left({value}::VARCHAR, 7) "
            f"WHEN typeof({value}) LIKE 'DECIMAL%' THEN "
            f"sign({number}) || ' ' || floor(log2(abs({number}) + 1))::INT "
            f"ELSE (('0x' || left(md5({value}::VARCHAR), 2))::INT % {BUCKETS})::VARCHAR END"
        )
        known = f"{table} AS r WHERE {value} IS NOT NULL"
        return f"SELECT source, {bucket} AS bucket, count(*)::DOUBLE AS value FROM {known} GROUP BY ALL"

    def value(self) -> str:
        shares = (
            f"(SELECT bucket, value / sum(value) OVER () AS {name} {self.of(schema)})"
            for name, schema in (("now", "qa"), ("was", "memory"))
        )
        now, was = (f"greatest(coalesce({name}, 0), {LITTLE})" for name in ("now", "was"))
        return f"(SELECT sum(({now} - {was}) * ln({now} / {was})) FROM {' FULL JOIN '.join(shares)} USING (bucket))"

    def fails(self) -> str:
        return f"{self.value()} > {self.most}"

    def reason(self) -> str:
        return "'the values are spread otherwise than on the date before'"
