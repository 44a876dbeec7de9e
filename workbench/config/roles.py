"""Who may do what. A project without `roles` leaves everything to everyone; the journal still says who did it."""

from ..errors import ConfigError
from ..language import gettext as _
from .base import one_person, person
from .model import Config
from .planning import ROLES, Role

DECIDE: tuple[Role, ...] = ("analyst", "steward")
"""The roles that decide of records."""

SEE: tuple[Role, ...] = (*DECIDE, "approver")
"""The roles that see values as they are."""

MAY: dict[str, tuple[Role, ...]] = {
    "match": DECIDE,
    "no_match": DECIDE,
    "join": DECIDE,
    "split": DECIDE,
    "relate": DECIDE,
    "unrelate": DECIDE,
    "override": DECIDE,
    "exclude": DECIDE,
    "undo": DECIDE,
    "confirm": SEE,
    "approve": ("approver",),
    "issue": DECIDE,
    "answer": DECIDE,
    "verdict": SEE,
    "map": DECIDE,
    "load": ("loader",),
    "sign": ("approver",),
    "erase": ("approver",),
}
"""Who may do what, in the room as on the command line and in notebooks."""


def roles_of(config: Config, user: str) -> frozenset[Role]:
    """The roles of a user: all where the project knows no roles."""
    if not config.roles:
        return frozenset(ROLES)
    return frozenset(role for role, people in config.roles.items() if person(user) in people)


def demand_role(config: Config, user: str, what: str, *roles: Role) -> None:
    """Raises ConfigError where the user has none of the roles that `what` needs."""
    if roles_of(config, user).isdisjoint(roles):
        who = ", ".join(sorted({name for role in roles for name in config.roles.get(role, ())}))
        said = _("{what} needs the role {roles}, which {user} has not (`roles` in workbench.yml).")
        others = _("They are: {who}.").format(who=who) if who else _("Nobody has it yet.")
        named = _(" or ").join(roles)
        raise ConfigError(f"{said.format(what=what, roles=named, user=user)} {others}")


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, whose letters may be large or small."""
    return one_person(one) == one_person(other)


def demand_second(user: str, first: str, what: str) -> None:
    """Four eyes. Raises ConfigError where the second person is the first."""
    if same_person(user, first):
        said = _("{what} needs a second person: {first} made it, so somebody else has to approve it.")
        raise ConfigError(said.format(what=what, first=first))
