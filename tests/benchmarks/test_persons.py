"""The made-up persons: always the same, and their truth adds up."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from benchmarks.linkage.persons import COPIES, write_arrivals, write_persons

NUMBER = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("persons") / "made"
    write_persons(NUMBER, folder)
    return folder


def test_the_same_size_gives_the_same_persons(made: Path, tmp_path: Path) -> None:
    write_persons(NUMBER, tmp_path / "again")
    write_persons(NUMBER, tmp_path / "other", seed=1)
    first, again, other = (
        pd.read_parquet(each / "people.parquet") for each in (made, *map(tmp_path.joinpath, ("again", "other")))
    )
    assert first.equals(again)
    assert not first.equals(other)


def test_the_truth_has_every_record_and_a_fifth_are_copies(made: Path) -> None:
    people, truth = (pd.read_parquet(made / f"{name}.parquet") for name in ("people", "truth"))
    assert len(people) == NUMBER
    assert sorted(truth["key"]) == sorted(people["key"])
    assert truth["key"].is_unique
    assert truth["cluster"].nunique() == NUMBER - round(NUMBER * COPIES)


def test_copies_resemble_their_person_and_differ_from_it(made: Path) -> None:
    people = pd.read_parquet(made / "people.parquet").merge(pd.read_parquet(made / "truth.parquet"), on="key")
    pairs = people.merge(people, on="cluster").query("key_x < key_y")
    fields = ["first_name", "last_name", "born", "street", "email", "phone"]
    same = pd.DataFrame({name: pairs[f"{name}_x"] == pairs[f"{name}_y"] for name in fields})
    assert (same.mean() > 0.4).all()  # what is missing on a side counts as different
    assert (same.mean() < 0.95).all()
    assert same.any(axis=1).mean() > 0.99
    strangers = people.sample(frac=1, random_state=1)[fields].reset_index(drop=True)
    assert (strangers == people[fields]).mean().max() < 0.05
    assert 0.005 < people["last_name"].value_counts(normalize=True).iloc[0] < 0.02  # as the commonest name of a country


def test_arrivals_are_further_copies_and_others(made: Path) -> None:
    write_arrivals(NUMBER, 200, made)
    people, truth, arrived, about = (
        pd.read_parquet(made / f"{name}.parquet") for name in ("people", "truth", "arrivals", "told")
    )
    assert arrived["key"].is_unique and arrived["key"].str.split().str[0].value_counts().to_dict() == {
        "copy": 200, "new": 200}  # fmt: skip
    named = ["first_name", "last_name", "born"]
    there = people.merge(truth, on="key").merge(about, on="cluster", suffixes=("", "_copy"))
    assert about["cluster"].isin(truth["cluster"]).all() and len(about) == 200
    same = arrived.merge(there, left_on="key", right_on="key_copy", suffixes=("", "_there"))
    assert (same["last_name"] == same["last_name_there"]).mean() > 0.7
    new = arrived[arrived["key"].str.startswith("new ")]
    assert new.dropna(subset=named).merge(people, on=named).empty
