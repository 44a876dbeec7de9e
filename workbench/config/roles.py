"""Who may do what. A project without `roles` leaves everything to everyone; the journal still says who did it."""

from ..errors import ConfigError
from .model import Config
from .planning import Role


def has_role(config: Config, user: str, *roles: Role) -> bool:
    """Whether a user has one of some roles, or the project knows no roles."""
    return not config.roles or any(user in config.roles.get(role, ()) for role in roles)


def demand_role(config: Config, user: str, what: str, *roles: Role) -> None:
    """Raises ConfigError where the user has none of the roles that `what` needs."""
    if not has_role(config, user, *roles):
        who = sorted({name for role in roles for name in config.roles.get(role, ())})
        others = f" They are: {', '.join(who)}." if who else " Nobody has it yet."
        raise ConfigError(
            f"{what} needs the role {' or '.join(roles)}, which {user} has not (`roles` in workbench.yml).{others}"
        )


def demand_second(user: str, first: str, what: str) -> None:
    """Four eyes. Raises ConfigError where the second person is the first."""
    if user.casefold() == first.casefold():
        raise ConfigError(f"{what} needs a second person: {first} made it, so somebody else has to approve it.")
