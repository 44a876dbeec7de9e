"""Who looks at the pages, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from ..config import Config
from ..config.planning import ROLES, Role
from ..language import Language


@dataclass(frozen=True)
class Visitor:
    """A person who looks, with their roles and the language they read."""

    name: str
    roles: frozenset[Role]
    language: Language

    def may(self, *roles: Role) -> bool:
        """Whether they have one of some roles."""
        return any(role in self.roles for role in roles)


def visitor(config: Config, name: str, language: Language | None = None) -> Visitor:
    """A person as the project knows them now: with every role where it knows no roles."""
    given = {role for role, people in config.roles.items() if name in people} if config.roles else {*ROLES}
    return Visitor(name, frozenset(given), language or config.language)
