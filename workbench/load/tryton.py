"""Tryton over JSON-RPC: what it is asked for each object, in the fields of targets/tryton.yml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any, Protocol

import pyarrow as pa

from ..errors import TargetError
from ..targets import definition
from .connector import Refused, Row
from .rpc import Rpc
from .tryton_party import Parties
from .tryton_receivable import Receivables

PAGE = 1000
"""Rows that are read at a time."""

_SAID = {
    "phone number": "phone", "Credit Code": "tax_code", "dentifier": "tax_code", "code on party": "code",
    "Country": "country", '"Amount': "amount", '"Debit"': "amount", '"Credit"': "amount", '"Period"': "date",
    '"Maturity': "due", '"Party"': "party",
}  # fmt: skip
"""Words of a refusal, and the field that they are about; the first that is found counts."""


class _Model(Protocol):
    """An object of ours as one of Tryton's models."""

    model: str
    key: str
    where: list[Any]
    before: list[str]

    def values(self, rows: Sequence[Row], there: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """What rows are in Tryton; `there` has the fields of `before` of each that exists, {} for a new one."""

    def page(self, start: int, size: int) -> list[dict[str, str | None]]:
        """Our rows, so many from a place on, by age; with `_target_id`."""


class Tryton:
    """A `Connector`."""

    def __init__(self, rpc: Rpc):
        """Raises TargetError where the database is not set up for a migration, and as `Rpc.call`."""
        self._rpc = rpc
        company = rpc.call("model.res.user.get_preferences", True).get("company")
        if not company:
            raise TargetError("Tryton: the user works for no company. Choose one in the user's preferences there.")
        rpc.context = {"company": company}
        self._models: dict[str, _Model] = {"party": Parties(rpc, company), "receivable": Receivables(rpc)}

    def find(self, name: str, keys: Sequence[str]) -> dict[str, str]:
        """As `Connector`."""
        it = self._models[name]
        found = self._call(f"{it.model}.search_read", [*it.where, [it.key, "in", list(keys)]], 0, None, None, [it.key])
        return {line[it.key]: str(line["id"]) for line in found}

    def create(self, name: str, rows: Sequence[Row]) -> list[str]:
        """As `Connector`."""
        it = self._models[name]
        made = self._call(f"{it.model}.create", it.values(rows, [{}] * len(rows)))
        return [str(number) for number in made]

    def update(self, name: str, rows: Mapping[str, Row]) -> None:
        """As `Connector`. A party's further addresses, numbers and identifiers stay."""
        it, ids = self._models[name], [int(number) for number in rows]
        there = {line["id"]: line for line in self._call(f"{it.model}.read", ids, it.before)}
        values = it.values(list(rows.values()), [there[number] for number in ids])
        pairs = zip(([number] for number in ids), values, strict=True)
        self._call(f"{it.model}.write", *chain.from_iterable(pairs))

    def delete(self, name: str, ids: Sequence[str]) -> None:
        """As `Connector`."""
        self._call(f"{self._models[name].model}.delete", [int(number) for number in ids])

    def read(self, name: str) -> Iterator[pa.Table]:
        """As `Connector`."""
        it, fields = self._models[name], list(definition("tryton").objects[name].fields)
        key = definition("tryton").objects[name].key or ""
        schema = pa.schema((column, pa.string()) for column in ("_golden_id", "_target_id", *fields))
        for start in count(0, PAGE):
            rows = it.page(start, PAGE)
            yield pa.Table.from_pylist([row | {"_golden_id": row[key] or None} for row in rows], schema)
            if len(rows) < PAGE:
                return

    def _call(self, method: str, *parameters: Any) -> Any:
        """As `Rpc.call`; a refusal names the field where it is known."""
        try:
            return self._rpc.call(method, *parameters)
        except Refused as no:
            field = next((field for words, field in _SAID.items() if words in no.reason), None)
            raise Refused(no.reason, field) from None
