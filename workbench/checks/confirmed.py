"""confirmed: a reference file, such as a register of companies, knows the record and says the same."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .base import Check, column, text


class Confirmed(Check):
    """The reference (`<source>.<table>`) has a row for the record, and what that says confirms it.

    `by` maps fields of the record to columns that find the row. `column` says the same as the field, or, with
    `accepted`, is one of these words, such as the states of a company that exists; without `column` it is enough that
    there is a row. Values agree when the keys of their type do: spelling and legal form do not count. Of several rows
    one that confirms is enough; a record that lacks a field of `by` is not evaluated. The reason names the row of the
    reference, not what stands there, which may be personal. Dimension: consistency.
    """

    dimension = "consistency"
    check: Literal["confirmed"]
    reference: str
    by: dict[str, str] = Field(min_length=1)
    column: str | None = None
    accepted: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _what_of(self) -> Self:
        if self.accepted and self.column is None:
            raise ValueError("`accepted` goes with `column`: whose words are these?")
        if self.column and not self.accepted and not self.field:
            raise ValueError("`column` alone goes with `field`: what is it held against?")
        return self

    def detail(self) -> str:
        return f":{self.reference}{f'.{self.column}' if self.column else ''}"

    def columns(self) -> list[tuple[str, str]]:
        """The columns that it looks up, each with the <entity>.<field> it is held against ('' for its text)."""
        found = [(name, f"{self.on}.{field}") for field, name in self.by.items()]
        return found + ([(self.column, "" if self.accepted else self.field or "")] if self.column else [])

    def applies(self) -> str:
        known = [f"{column(f'{field}__key')} IS NOT NULL" for field in self.by]
        return " AND ".join([super().applies(), *known])

    def fails(self) -> str:
        return f"NOT EXISTS ({self._rows()} AND {self._confirms()})"

    def reason(self) -> str:
        """What the reference says may be personal, so only its row is named."""
        missing = f"WHEN NOT EXISTS ({self._rows()}) THEN {text(f'not in {self.reference}')}"
        why = "has no accepted word" if self.accepted else "says otherwise"
        row = f"(SELECT min(f._row)::VARCHAR {self._rows()})"
        return f"CASE {missing} ELSE {text(f'{self.reference} {why}: {self.column}, row ')} || {row} END"

    def _rows(self) -> str:
        """FROM and WHERE of the reference's rows f for the record."""
        found = [f"f.{quoted(name, f'{self.on}.{field}', 'key')} = {column(f'{field}__key')}"
                 for field, name in self.by.items()]  # fmt: skip
        return f'FROM std."{self.reference.replace(".", "__")}" AS f WHERE {" AND ".join(found)}'

    def _word(self) -> str:
        return f"f.{quoted(self.column or '', '')}"

    def _confirms(self) -> str:
        if self.accepted:
            return f"{self._word()} IN ({', '.join(map(text, self.accepted))})"
        if self.column:
            return f"f.{quoted(self.column, self.field or '', 'key')} = {column(f'{self.column_name}__key')}"
        return "true"


def quoted(name: str, field: str, part: str = "") -> str:
    """The column of std.<source>__<table> that has a column of the reference as a field's type sees it, or its part.

    >>> quoted("Code", "customer.tax_id", "key"), quoted("State", "")
    ('"Code as customer.tax_id.key"', '"State"')
    """
    shown = f"{name} as {field}{f'.{part}' if part else ''}" if field else name
    return '"' + shown.replace('"', '""') + '"'
