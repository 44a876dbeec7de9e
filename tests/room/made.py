"""Projects to be decided in: one that goes over and knows roles, one with many pairs for review."""

import re
from pathlib import Path

from markupsafe import Markup

from tests import small
from tests.proof import over
from tests.views.made import sound
from workbench.project import Project, open_project
from workbench.room.desk import Desk, Person
from workbench.room.screens import review
from workbench.room.sitting import Query, Screen, Sitting
from workbench.views.view import View

PEOPLE = {"analyst": "ana", "steward": "wang", "approver": "li", "loader": "luo", "viewer": "vic"}
"""Who has which role; "nobody" has none."""

ROLES = "roles:\n" + "".join(f"  {role}: [{name}]\n" for role, name in PEOPLE.items())
GOES_OVER = (
    over.CONFIG.replace("targets:\n", "golden:\n  customer: {sensitive: [credit]}\ntargets:\n")
    .replace("checks:\n", "checks:\n  - {check: expression, entity: customer, that: \"credit < 11000\"}\n")
    + ROLES
)  # fmt: skip
FAULT = "fault of ours"
AUTHORED = over.MAPPING.replace(",note\n", ",note,author\n").replace(",\n", ",,ana\n")


def goes_over(root: Path) -> Project:
    """The small project with roles, a mapping that ana wrote and nobody approved, run, loaded and read back."""
    made = over.project(root, GOES_OVER, mappings__crm_csv=AUTHORED)
    held = over.expected(made)
    over.load(made, held)
    over.read_back(made, held)
    return made


def many_pairs(root: Path, many: int = 60, config: str = "") -> Path:
    """A project in which so many pairs of an ERP and a CRM wait for a decision."""
    asked = config or small.CONFIG.replace("name.key]]\n", "name.key]]\n    review: [0.5, 1]\n")
    ours = [small.customer(n) for n in range(1, many + 1)]
    theirs = [small.customer(n, f"C{n:02d}", email=f"sales{n}@firm{n}.cn") for n in range(1, many + 1)]
    small.project(root, {small.DAY: {"erp/customers.csv": ours, "crm/accounts.csv": theirs}}, asked)
    open_project(root).run()
    return root


def sit(desk: Desk, name: str, query: Query | None = None, screen=review) -> Sitting:  # type: ignore[no-untyped-def]
    """A person who has sat down."""
    sitting = Sitting(desk, Person(name), screen)
    sitting.open(query or {})
    return sitting


def press(sitting: Sitting, does: str, **form: str | list[str]) -> None:
    """Press a button of what is shown, with what stands in its form."""
    shown = sitting._screen
    assert isinstance(shown, Screen)
    given = {name: value if isinstance(value, list) else [value] for name, value in form.items()}
    sitting.does({"do": does, "on": shown.on, "form": given})


def well(at: Sitting) -> str:
    """What is shown, after a look that it is well formed, and that nothing was a fault of ours."""
    body = re.sub(r"<input ([^>]*)>", r"<br \1>", at.html)  # which need no end either
    found = sound(View(Markup(body)))
    assert FAULT not in found
    return at.html


def decided(root: Path) -> list[list[str]]:
    return open_project(root).decisions.frame()[["user", "kind", "key_l", "why", "status"]].to_numpy().tolist()


def ids(desk: Desk) -> dict[str, str]:
    """The golden id of each customer, by its key."""
    with desk.tables() as con:
        return dict(con.execute("SELECT key, golden_id FROM gold.xref WHERE entity = 'customer'").fetchall())
