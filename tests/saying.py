"""The command line as a user meets it: what it says, and what it must not say."""

import sys
from collections.abc import Callable

import pytest

from workbench import cli

from .small import ACCOUNTS, CONFIG, CUSTOMERS

PERSONAL = [row[field] for row in [*CUSTOMERS, *ACCOUNTS] for field in ("name", "tax_id", "phone", "email")]

Say = Callable[..., str]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run the command line here; gives what it said after a look at its exit code, its words and what it must not say."""

    def said(*arguments: object, code: int = 2, words: tuple[str, ...] = ()) -> str:
        monkeypatch.setattr(sys, "argv", ["workbench", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        text = "".join(capsys.readouterr())
        assert end.value.code == code, text
        assert "Traceback" not in text
        assert [value for value in PERSONAL if value in text] == []
        for word in words:
            assert word in text, f"not said: {word}\n{text}"
        return text

    return said


def changed(old: str, new: str, config: str = CONFIG) -> str:
    assert config.count(old) == 1, f"{old} is in the configuration {config.count(old)} times"
    return config.replace(old, new)
