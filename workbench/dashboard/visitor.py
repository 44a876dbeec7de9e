"""Who looks at the pages, and what they may do there."""

from __future__ import annotations

from dataclasses import dataclass

from ..config import Config
from ..config.planning import Role
from ..config.roles import roles_of
from ..language import LANGUAGES, Language


@dataclass(frozen=True)
class Visitor:
    """A person who looks, with their roles and the language they read.

    `ask` are people whom somebody without a role may ask; `since` is when they signed in, where there is signing in,
    and `mark` tells the password they did it with from a later one.
    """

    name: str
    roles: frozenset[Role]
    language: Language
    ask: tuple[str, ...] = ()
    since: float | None = None
    mark: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether they signed in here, so that there is a way out."""
        return self.since is not None

    def may(self, *roles: Role) -> bool:
        """Whether they have one of some roles."""
        return any(role in self.roles for role in roles)


def visitor(
    config: Config, name: str, language: str | None = None, since: float | None = None, mark: str = ""
) -> Visitor:  # fmt: skip
    """A person as the project knows them now: with every role where it knows no roles; in its language by default."""
    spoken = next((one for one in LANGUAGES if one == language), config.language)
    return Visitor(name, roles_of(config, name), spoken, tuple(config.roles.get("approver", ())), since, mark)
