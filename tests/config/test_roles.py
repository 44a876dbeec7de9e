"""Who may do what, however a keyboard writes their names; and who somebody is where no variable says it."""

import getpass
import os
import pwd
from pathlib import Path
from unicodedata import normalize

import pytest

from tests.small import CONFIG
from workbench.config import load
from workbench.config.roles import demand_role, demand_second, roles_of
from workbench.dashboard.visitor import visitor
from workbench.errors import ConfigError
from workbench.journal import whoever
from workbench.people import People

COMPOSED, DECOMPOSED = normalize("NFC", "René"), normalize("NFD", "René")


@pytest.mark.parametrize(("written", "came"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (DECOMPOSED, DECOMPOSED)])
def test_a_name_is_one_name_however_its_accents_are_typed(tmp_path: Path, written: str, came: str) -> None:
    assert COMPOSED != DECOMPOSED
    (tmp_path / "workbench.yml").write_text(f"{CONFIG}roles: {{steward: [{written}], approver: wang}}\n", "utf-8")
    config = load(tmp_path)
    assert roles_of(config, came) == visitor(config, came).roles == {"steward"}
    demand_role(config, came, "Deciding", "steward")
    with pytest.raises(ConfigError, match=f"needs the role approver, which {came} has not"):
        demand_role(config, came, "Approving", "approver")
    with pytest.raises(ConfigError, match="a second person"):
        demand_second(came, written, "Approving")
    password = People(tmp_path).add(written)
    assert People(tmp_path).names() == [COMPOSED] and People(tmp_path).knows(COMPOSED, password)


def test_who_runs_it_is_known_without_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WORKBENCH_USER", "LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    assert whoever() == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 5)  # whom the password database does not know
    with pytest.raises((KeyError, OSError)):
        getpass.getuser()
    assert whoever() == "unknown"
    monkeypatch.setenv("WORKBENCH_USER", "wang")
    assert whoever() == "wang"
