"""Open items as Tryton's moves, in draft: an accountant posts them when all is signed; until then they can be undone.

A move in the journal MIGRATION has two lines, against the account MIGRATION. Its description is the golden id, that of
its receivable line the document. An amount in another currency than the company's is the line's second amount; what
that is in the company's currency, Tryton's own rate says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from ..errors import TargetError
from .connector import Refused, Row
from .rpc import Rpc


class Receivables:
    """The object `receivable`."""

    model, key = "model.account.move", "description"
    before = ["lines.id"]
    fields = ["move.description", "move.date", "party.code", "description", "maturity_date", "debit", "credit",
              "second_currency.code", "amount_second_currency"]  # fmt: skip

    def __init__(self, rpc: Rpc):
        """Raises TargetError where a journal or an account is not there."""
        self._rpc, self._company = rpc, rpc.context["company"]
        self._journal = self._one("journal", [["code", "=", "MIGRATION"]], "a journal with the code MIGRATION")
        self._clearing = self._one("account", [["code", "=", "MIGRATION"]], "an account with the code MIGRATION")
        settings = rpc.call("model.account.configuration.read", [1], ["default_account_receivable"])
        self._receivable = settings[0]["default_account_receivable"]
        if not self._receivable:
            raise TargetError("Tryton has no default receivable account. Choose one in the accounting configuration.")
        names = ["code", "rate", "digits"]
        found = rpc.call("model.currency.currency.search_read", [], 0, None, None, names)
        self._currencies = {line["code"]: line for line in found}
        own = rpc.call("model.company.company.read", [self._company], ["currency"])[0]["currency"]
        self._own = next(line for line in found if line["id"] == own)
        ours = [["company", "=", self._company], ["state", "=", "open"]]
        days = ["start_date", "end_date"]
        self._periods = rpc.call("model.account.period.search_read", ours, 0, None, None, days)
        self.where = [["journal", "=", self._journal]]

    def _one(self, name: str, where: list[Any], what: str) -> int:
        found = self._rpc.call(f"model.account.{name}.search", where, 0, 1, None)
        if not found:
            raise TargetError(f"Tryton has not got {what}, which a load needs. Make it there, or run tools/tryton.py.")
        return int(found[0])

    def values(self, rows: Sequence[Row], there: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A move for each row; the lines of one that is there are made anew. Raises Refused for what is no move."""
        codes = sorted({row["party"] for row in rows if row.get("party")}, key=str)
        found = self._rpc.call("model.party.party.search_read", [["code", "in", codes]], 0, None, None, ["code"])
        parties = {line["code"]: line["id"] for line in found}
        return [self._move(row, parties, old) for row, old in zip(rows, there, strict=True)]

    def _move(self, row: Row, parties: Mapping[str, int], there: Mapping[str, Any]) -> dict[str, Any]:
        if row.get("party") not in parties:
            raise Refused("its party is not there", "party")
        on, due = _date(row, "date"), _date(row, "due")
        debit, second = self._amounts(row)
        line = {"account": self._receivable, "party": parties[row["party"] or ""], "maturity_date": due,
                "description": row.get("document"), **_sides(debit), **second}  # fmt: skip
        other = {"account": self._clearing, "description": row.get("description"), **_sides(-debit)}
        old = [["delete", [child["id"] for child in there["lines."]]]] if there else []
        return {"company": self._company, "journal": self._journal, "date": on, "period": self._period(on),
                "description": row["reference"], "lines": [*old, ["create", [line, other]]]}  # fmt: skip

    def _period(self, on: date) -> int:
        found = [period["id"] for period in self._periods if period["start_date"] <= on <= period["end_date"]]
        if not found:
            raise Refused("no open period has this date", "date")
        return int(found[0])

    def _amounts(self, row: Row) -> tuple[Decimal, dict[str, Any]]:
        """The amount in the company's currency, and the fields of a second one."""
        try:
            amount = Decimal(row.get("amount") or "")
        except InvalidOperation:
            raise Refused("no amount", "amount") from None
        currency = self._currencies.get(row.get("currency") or "")
        if not currency or not currency["rate"]:
            raise Refused("Tryton has no such currency, or no rate of it", "currency")
        if amount != round(amount, currency["digits"]):
            raise Refused(f"its currency has {currency['digits']} decimals", "amount")
        if currency["id"] == self._own["id"]:
            return round(amount, currency["digits"]), {}
        own = round(amount * self._own["rate"] / currency["rate"], self._own["digits"])
        return own, {"second_currency": currency["id"], "amount_second_currency": round(amount, currency["digits"])}

    def page(self, start: int, size: int) -> list[dict[str, str | None]]:
        """A row each receivable line. Lines are asked for, which Tryton finds six times faster than through moves."""
        model, order = "model.account.move.line.search_read", [["id", "ASC"]]
        ours = [["move.journal", "=", self._journal], ["account", "=", self._receivable]]
        lines = self._rpc.call(model, ours, start, size, order, self.fields)
        moves = [line["move."]["id"] for line in lines]
        counter = [["move", "in", moves], ["account", "=", self._clearing]]
        said = {line["move"]: line["description"]
                for line in self._rpc.call(model, counter, 0, None, order, ["move", "description"])}  # fmt: skip
        return [self._flat(line, said) for line in lines]

    def _flat(self, line: Mapping[str, Any], said: Mapping[int, str | None]) -> dict[str, str | None]:
        move, second = line["move."], line["second_currency."]
        currency = self._currencies[(second or self._own)["code"]]
        amount = line["amount_second_currency"] if second else line["debit"] - line["credit"]
        return {
            "_target_id": str(move["id"]), "reference": move["description"],
            "party": (line["party."] or {}).get("code"), "document": line["description"], "date": str(move["date"]),
            "due": str(line["maturity_date"]) if line["maturity_date"] else None,
            "amount": f"{amount:.{currency['digits']}f}", "currency": currency["code"],
            "description": said.get(move["id"]),
        }  # fmt: skip


def _date(row: Row, field: str) -> date:
    try:
        return date.fromisoformat(row.get(field) or "")
    except ValueError:
        raise Refused("no date", field) from None


def _sides(amount: Decimal) -> dict[str, Decimal]:
    """Debit and credit of an amount: a negative one is a credit."""
    return {"debit": max(amount, Decimal(0)), "credit": max(-amount, Decimal(0))}
