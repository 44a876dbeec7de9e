"""The part of workbench.yml about golden records: whose value survives, what a merge entails, what is related."""

from collections.abc import Iterable
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field

from .base import Model, Name, Names

Rule = Literal["valid", "most_trusted", "most_recent", "most_complete", "most_frequent", "longest"]
Rules = Annotated[list[Rule], BeforeValidator(lambda v: [v] if isinstance(v, str) else v), Field(min_length=1)]
Consequence = Literal["sum", "largest", "review"]
Kind = Literal["branch", "group", "ship_to", "shared_tax_id", "household"]

MUTUAL = ("shared_tax_id", "household")
"""Kinds in which neither golden record stands above the other."""

ANY = ""
"""The life stage of owners that are the same in every stage."""

Owners = Annotated[dict[str, Names], BeforeValidator(lambda v: v if isinstance(v, dict) else {ANY: v})]
"""The sources whose value is taken, in their order: by life stage, or for ANY."""


class GoldenConfig(Model):
    """Which record's value survives, and what else a merge brings up."""

    owners: dict[str, Owners] = Field(default_factory=dict, description="field or group: sources, or by life stage")
    stages: dict[Name, str] = Field(
        default_factory=dict, description="life stage: a condition on the golden record; the first that holds is its"
    )
    otherwise: Rules = ["valid", "most_trusted", "most_recent", "most_complete"]
    fields: dict[str, Rules] = Field(
        default_factory=dict, description="rules of a field or group, in place of `otherwise`"
    )
    groups: dict[Name, Annotated[list[str], Field(min_length=2)]] = Field(
        default_factory=dict, description="fields that survive together, from one record"
    )
    english: dict[str, str] = Field(
        default_factory=dict, description="a field of names: the field that takes the best one in Latin letters"
    )
    consequences: dict[str, Consequence] = Field(
        default_factory=dict, description="field: what becomes of the several values of merged records"
    )
    sensitive: Names = Field(default_factory=list, description="fields whose overrides need a second person")
    relations: list[Kind] = ["branch", "group", "ship_to", "shared_tax_id", "household"]
    partners: dict[Name, str] = Field(
        default_factory=dict, description="kind of relation: the field that holds the other record's key"
    )

    def units(self, fields: Iterable[str]) -> dict[str, list[str]]:
        """What survives as one, by name: each group with its fields, and every other field alone."""
        group_of = {field: group for group, members in self.groups.items() for field in members}
        found: dict[str, list[str]] = {}
        for field in fields:
            found.setdefault(group_of.get(field, field), []).append(field)
        return found

    @property
    def kinds(self) -> list[str]:
        """The kinds of relation that people may speak of: Kind, and the names in `partners`."""
        return [*get_args(Kind), *self.partners]

    def by_stage(self, unit: str) -> bool:
        """Whether a unit's owners depend on the life stage."""
        return not self.owners.get(unit, {}).keys() <= {ANY}
