"""Who may do what. A project without `roles` leaves everything to everyone; the journal still says who did it."""

from ..errors import ConfigError
from .base import person
from .model import Config
from .planning import ROLES, Role


def roles_of(config: Config, user: str) -> frozenset[Role]:
    """The roles of a user: all where the project knows no roles."""
    if not config.roles:
        return frozenset(ROLES)
    return frozenset(role for role, people in config.roles.items() if person(user) in people)


def demand_role(config: Config, user: str, what: str, *roles: Role) -> None:
    """Raises ConfigError where the user has none of the roles that `what` needs."""
    if roles_of(config, user).isdisjoint(roles):
        who = sorted({name for role in roles for name in config.roles.get(role, ())})
        others = f" They are: {', '.join(who)}." if who else " Nobody has it yet."
        raise ConfigError(
            f"{what} needs the role {' or '.join(roles)}, which {user} has not (`roles` in workbench.yml).{others}"
        )


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, whose letters may be large or small."""
    return person(one).casefold() == person(other).casefold()


def demand_second(user: str, first: str, what: str) -> None:
    """Four eyes. Raises ConfigError where the second person is the first."""
    if same_person(user, first):
        raise ConfigError(f"{what} needs a second person: {first} made it, so somebody else has to approve it.")
