"""volume: a source brings about as much as last time."""

from typing import Literal

from .base import Share, number, text
from .measured import Measured


class Volume(Measured):
    """The source's records, or the sum of `field`, are within the share `change` of the as-of date before.

    A source that brings none, or no value of `field`, counts as 0. Dimension: completeness.
    """

    dimension = "completeness"
    check: Literal["volume"]
    change: Share

    def measure(self, table: str) -> str:
        value = f"sum({number(super().value())})" if self.column_name else "count(*)"
        return f"SELECT source, 'all' AS bucket, {value}::DOUBLE AS value FROM {table} AS r GROUP BY source"

    def _at(self, schema: str) -> str:
        return f"(SELECT max(m.value) {self.of(schema)})"

    def value(self) -> str:
        return f"coalesce({self._at('qa')}, 0)"

    def fails(self) -> str:
        before = self._at("memory")
        return f"abs({self.value()} - {before}) > {self.change} * abs({before})"

    def reason(self) -> str:
        return f"{text('was ')} || {self._at('memory')} || {text(' on the date before')}"
