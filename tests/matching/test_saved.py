"""A model as a file: the same comes back, and one that does not fit is refused in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from workbench import ConfigError
from workbench.matching.compare import Comparisons
from workbench.matching.groups import grouped
from workbench.matching.learn import Learned
from workbench.matching.model import Model
from workbench.matching.saved import read_model, saved
from workbench.types import TYPES

COMPARED: Comparisons = {"name": TYPES["person_name"], "born": TYPES["date"], "street": TYPES["address"],
                         "city": TYPES["text"]}  # fmt: skip


def shares(levels: int) -> np.ndarray:
    return np.arange(1.0, levels + 1) / (levels * (levels + 1) / 2)


def learned() -> Learned:
    chance = [shares(len(kind.levels) + 1) for kind in COMPARED.values()]
    groups = grouped(COMPARED, [[0], [1], [2, 3]], ["street", "city"], chance)
    each = [shares(len(group.levels)) for group in groups]
    return Learned(COMPARED, groups, Model(0.001, each, each[:], 0.0005, each[:]))


def written(folder: Path, **changes: Any) -> Path:
    file = folder / "model.json"
    file.write_text(json.dumps(json.loads(saved(learned())) | changes))
    return file


def test_what_is_saved_is_what_comes_back(tmp_path: Path) -> None:
    one, other = learned(), read_model(written(tmp_path), COMPARED)
    assert [group.title for group in other.groups] == ["name", "born", "street + city"]
    levels = np.array([[1, 2, 3], [0, -1, 13], [-1, 0, 0]], dtype=np.int8)
    for said in (Model.weights, Model.against_relatives):
        assert said(other.model, levels) == pytest.approx(said(one.model, levels))
    raw = np.array([[1, 1, 2, 3], [-1, 0, 5, -1]], dtype=np.int8)
    assert (other.groups[2].of(raw) == one.groups[2].of(raw)).all()
    assert all((a.reached == b.reached).all() for a, b in zip(one.groups, other.groups, strict=True))
    assert saved(other) == saved(one)


def test_a_model_of_other_fields_or_types_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path)
    with pytest.raises(ConfigError, match=r"another configuration: city \(text\)"):
        read_model(file, {name: kind for name, kind in COMPARED.items() if name != "city"})
    with pytest.raises(ConfigError, match=r"born \(date\), born \(text\)"):
        read_model(file, {**COMPARED, "born": TYPES["text"]})


def test_levels_that_the_type_has_no_more_are_told(tmp_path: Path) -> None:
    groups = json.loads(saved(learned()))["groups"]
    groups[1]["levels"].pop()
    with pytest.raises(ConfigError, match="the levels of born are not those of its type"):
        read_model(written(tmp_path, groups=groups), COMPARED)


def test_chances_of_other_levels_than_the_type_has_are_told(tmp_path: Path) -> None:
    groups = json.loads(saved(learned()))["groups"]
    groups[2]["chance"][0].pop()
    with pytest.raises(ConfigError, match=r"the levels of street \+ city are not those of its type"):
        read_model(written(tmp_path, groups=groups), COMPARED)


def test_a_model_that_people_cut_short_is_told(tmp_path: Path) -> None:
    for name, words in (("types", "each field needs its type"), ("chance", "need a list of chances each")):
        groups = json.loads(saved(learned()))["groups"]
        groups[2][name].pop()
        with pytest.raises(ConfigError, match=f"groups.2: .*{words}"):
            read_model(written(tmp_path, groups=groups), COMPARED)


@pytest.mark.parametrize("text", ["", "{}", '{"matches": 2, "relatives": 0, "groups": []}', "[1]", "\xff"])
def test_a_file_that_is_no_model_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "model.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match="is no matching model"):
        read_model(file, COMPARED)
    with pytest.raises(ConfigError, match="There is no model"):
        read_model(tmp_path / "none.json", COMPARED)
