"""docs/configuration.md names every key, type, check and kind of target there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from workbench.config import Config
from workbench.targets import KINDS
from workbench.types import TYPES

DOCS = Path(__file__).parents[2] / "docs"


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for model in [schema, *schema["$defs"].values()]:
        yield from model.get("properties", {})


def test_every_key_type_and_target_is_documented() -> None:
    page = "".join((DOCS / name).read_text(encoding="utf-8") for name in ("configuration.md", "checks.md"))
    named = set(re.findall(r"`([\w.<>]+)`", page)) | {
        w for words in re.findall(r"`([^`]+)`", page) for w in words.split()
    }
    named |= {part for word in set(named) for part in word.split(".")} | set(
        re.findall(r"^## (\w+)", page, re.MULTILINE)
    )
    assert {*keys(Config.model_json_schema(by_alias=True)), *TYPES, *KINDS} - {n.rstrip(":") for n in named} == set()


def test_every_check_is_documented() -> None:
    page = (DOCS / "quality.md").read_text(encoding="utf-8")
    mapping = Config.model_json_schema()["properties"]["checks"]["items"]["discriminator"]["mapping"]
    assert set(mapping) - set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE)) == set()


@pytest.mark.parametrize("name", ["types.md", "checks.md", "targets.md"])
def test_the_generated_pages_are_what_the_code_says(name: str) -> None:
    made = run_path(str(DOCS / "make_reference.py"))["pages"]()
    assert (DOCS / name).read_text(encoding="utf-8") == made[name], "run python docs/make_reference.py"
