"""docs/configuration.md names every key, type, check and kind of target there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.config import Config
from workbench.targets import KINDS
from workbench.types import TYPES

DOCS = Path(__file__).parents[2] / "docs"


def keys(schema: dict[str, Any]) -> Iterator[str]:
    for model in [schema, *schema["$defs"].values()]:
        yield from model.get("properties", {})


def test_every_key_type_and_target_is_documented() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
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


def test_every_part_of_every_type_is_documented_as_the_code_says() -> None:
    page = (DOCS / "configuration.md").read_text(encoding="utf-8")
    lines = [f"| `{name}` | `{part}` | {told} |" for name, kind in TYPES.items() for part, told in kind.parts.items()]
    assert [line for line in lines if line not in page] == []
