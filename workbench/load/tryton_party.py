"""Customers as Tryton's parties: the golden id is the code; address, number and identifiers are children."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import phonenumbers
from stdnum.cn import uscc

from .connector import Refused, Row
from .rpc import Rpc

Child = dict[str, Any]
_KINDS = {"phone": "phone", "other": "phone", "mobile": "phone", "email": "email", "website": "website"}
"""The field that a contact mechanism of a type fills."""


class Parties:
    """The object `party`: all parties but the company itself, which Tryton keeps as one too."""

    model, key = "model.party.party", "code"
    before = ["addresses.id", "identifiers.type", "contact_mechanisms.type", "contact_mechanisms.value"]
    fields = ["code", "name", "addresses.street_unstructured", "addresses.city", "addresses.postal_code",
              "addresses.country.code", "identifiers.code", "contact_mechanisms.type",
              "contact_mechanisms.value", "contact_mechanisms.value_compact"]  # fmt: skip

    def __init__(self, rpc: Rpc, company: int):
        """Of a company, by its number. Raises as `Rpc.call`."""
        self._rpc, self._countries = rpc, dict[str, int]()
        own = [line["party"] for line in rpc.call("model.company.company.read", [company], ["party"])]
        self.where: list[Any] = [["active", "in", [True, False]], ["id", "not in", own]]

    def values(self, rows: Sequence[Row], there: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A party for each row. Raises Refused for a row without a name, which Tryton would take, or a bad country."""
        return [self._party(row, old) for row, old in zip(rows, there, strict=True)]

    def _party(self, row: Row, there: Mapping[str, Any]) -> dict[str, Any]:
        if not (row.get("name") or "").strip():
            raise Refused("a party needs a name; Tryton would take it without", "name")
        wanted = {"addresses": self._addresses(row), "identifiers": _identifiers(row),
                  "contact_mechanisms": _mechanisms(row)}  # fmt: skip
        children = {name: _commands(there.get(f"{name}.") or [], found) for name, found in wanted.items()}
        code = {} if there else {"code": row["code"]}  # Tryton lets no code be changed
        return {**code, "name": row["name"], **{name: told for name, told in children.items() if told}}

    def _addresses(self, row: Row) -> list[Child]:
        names = {"street_unstructured": "street", "city": "city", "postal_code": "postal_code"}
        found: Child = {theirs: row.get(ours) for theirs, ours in names.items()}
        found["country"] = self._country(row.get("country"))
        return [found] if any(found.values()) else []

    def _country(self, code: str | None) -> int | None:
        """The number of a country, made where Tryton has it not yet."""
        code = (code or "").strip().upper()
        if not code:
            return None
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise Refused("no country code of two letters", "country")
        if code not in self._countries:
            found = self._rpc.call("model.country.country.search", [["code", "=", code]], 0, 1, None)
            made = found or self._rpc.call("model.country.country.create", [{"name": code, "code": code}])
            self._countries[code] = made[0]
        return self._countries[code]

    def page(self, start: int, size: int) -> list[dict[str, str | None]]:
        """A row each party; of several addresses, identifiers, or numbers of a kind the first."""
        order = [["id", "ASC"]]
        found = self._rpc.call(f"{self.model}.search_read", self.where, start, size, order, self.fields)
        return [self._flat(line) for line in found]

    def _flat(self, line: Mapping[str, Any]) -> dict[str, str | None]:
        address = next(iter(_by_age(line["addresses."])), {})
        found = {"_target_id": str(line["id"]), "code": line["code"], "name": line["name"],
                 "street": address.get("street_unstructured"),
                 "city": address.get("city"), "postal_code": address.get("postal_code"),
                 "country": (address.get("country.") or {}).get("code"),
                 "tax_code": next((one["code"] for one in _by_age(line["identifiers."])), None)}  # fmt: skip
        for one in _by_age(line["contact_mechanisms."]):
            if field := _KINDS.get(one["type"]):
                found.setdefault(field, _number(one))
        return found


def _identifiers(row: Row) -> list[Child]:
    """With the Chinese type where it is a valid code; others Tryton keeps as they are."""
    code = row.get("tax_code")
    return [{"type": "cn_vat" if uscc.is_valid(code) else None, "code": code}] if code else []


def _mechanisms(row: Row) -> list[Child]:
    """A number that Tryton would refuse as a phone goes in as another mechanism, so that no customer waits for it."""
    phone = row.get("phone")
    found = [{"type": "phone" if _is_phone(phone) else "other", "value": phone}] if phone else []
    return found + [{"type": name, "value": row[name]} for name in ("email", "website") if row.get(name)]


def _is_phone(text: str) -> bool:
    """As Tryton judges: a valid number with its country."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def _number(mechanism: Mapping[str, str | None]) -> str | None:
    """A number as we write it: Tryton's compact form, with the extension that it has in the other form alone."""
    compact, told = mechanism["value_compact"], mechanism["value"]
    if mechanism["type"] == "phone" and compact and told and (extension := phonenumbers.parse(told, None).extension):
        return f"{compact} x{extension}"
    return compact or told


def _commands(there: Sequence[Child], wanted: Sequence[Child]) -> list[list[Any]]:
    """What makes the first child of each kind the wanted one, or takes it away; one of another type is made anew."""
    first = {_kind(child): child for child in reversed(_by_age(there)) if _kind(child)}
    told: list[list[Any]] = []
    for child in wanted:
        old = first.get(_kind(child))
        if old and old.get("type") == child.get("type"):
            del first[_kind(child)]
            told.append(["write", [old["id"]], {name: value for name, value in child.items() if name != "type"}])
        else:
            told.append(["create", [child]])
    return [*told, ["delete", [child["id"] for child in first.values()]]] if first else told


def _kind(child: Child) -> str:
    """The field that a child fills: of contact mechanisms by their type, '' where it is none of ours."""
    return "only" if "value" not in child else _KINDS.get(child["type"], "")


def _by_age(children: Sequence[Child]) -> list[Child]:
    return sorted(children, key=lambda child: int(child["id"]))
