"""Every case of tests/cases/<type>.yml: what comes in, and what the type makes of it."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from workbench.types import TYPES

CASES = Path(__file__).parents[1] / "cases"
ALLOWED = {"in", "context", "settings", "value", "valid", "reason", "parts", "rule", "proposal"}


def cases(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = YAML(typ="safe").load((CASES / f"{name}.yml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize(
    ("name", "case"),
    [pytest.param(name, case, id=f"{name}-{case['in']}") for name in TYPES for case in cases(name)],
)
def test_case(name: str, case: dict[str, Any]) -> None:
    assert set(case) <= ALLOWED
    found = TYPES[name].standardise(case["in"], case.get("context", {}), case.get("settings", {}))
    value = None if found.value is None else str(found.value)
    assert (value, found.valid) == (case["value"], case["valid"])
    assert found.reason == case.get("reason", found.reason)
    assert found.rule == case.get("rule", found.rule)
    assert found.proposal == case.get("proposal", found.proposal)
    wanted = case.get("parts", {})
    assert {part: found.parts.get(part) for part in wanted} == wanted


@pytest.mark.parametrize("name", TYPES)
def test_a_type_has_a_dozen_cases(name: str) -> None:
    assert len(cases(name)) >= 12
