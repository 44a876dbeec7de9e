"""Mistakes that only show when the parts of workbench.yml are held against each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.config import load
from workbench.errors import ConfigError

CONFIG = """\
project: p
entities:
  customer:
    fields: {{name: {{type: text}}, class: {{type: code, codes: codes.csv}}}}
sources:
  a: {{tables: {{t: t.csv}}, records: {{customer: {{from: t, key: k, fields: {{name: n}}}}}}}}
checks:
  - {{check: unique, field: customer.name}}
  - {{check: unique, field: customer.name, warn: 5%{more}}}
"""


def project(folder: Path, codes: str, more: str = "") -> Path:
    (folder / "workbench.yml").write_text(CONFIG.format(more=more), encoding="utf-8")
    (folder / "codes.csv").write_text(codes, encoding="utf-8")
    return folder


def test_two_checks_of_one_name_are_told_apart_by_an_id(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"workbench.yml:9: .*another check is called 'unique:customer.name' too"):
        load(project(tmp_path, "code\nA\n"))
    assert len(load(project(tmp_path, "code\nA\n", ", id: strict")).checks) == 2


def test_a_code_list_without_codes(tmp_path: Path) -> None:
    config = load(project(tmp_path, "code\n", ", id: strict"))
    with pytest.raises(ConfigError, match=r"codes.csv: lists no codes"):
        config.all_checks()


@pytest.mark.parametrize(
    ("match", "words"),
    [("shared: [adress]", "found 'adress'"), ("model: models/none.json", "found 'models/none.json'; there is no such")],
)
def test_what_matching_names_must_be_there(tmp_path: Path, match: str, words: str) -> None:
    root = project(tmp_path, "code\nA\n", ", id: strict")
    with (root / "workbench.yml").open("a", encoding="utf-8") as file:
        file.write(f"match: {{customer: {{block: [[name]], compare: [name], {match}}}}}\n")
    with pytest.raises(ConfigError, match=words):
        load(root)


def test_the_bounds_of_review_are_probabilities_in_order(tmp_path: Path) -> None:
    root = project(tmp_path, "code\nA\n", ", id: strict")
    with (root / "workbench.yml").open("a", encoding="utf-8") as file:
        file.write("match: {customer: {block: [[name]], compare: [name], review: [0.9, 0.5]}}\n")
    with pytest.raises(ConfigError, match=r"match.customer.review: found \[0.9, 0.5\]"):
        load(root)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("kind: sap_cockpit, mapping: codes.csv, objects: {S_OWN: customer}", "found 'S_OWN'; .*accepted: S_CUST_GEN"),
        ("kind: tryton, mapping: codes.csv, objects: {opportunity: customer}", "found 'opportunity'; .*accepted: party"),
        ("kind: plain, objects: {people: customer}", "goes with a 'mapping': without one each entity is a file"),
    ],
)
def test_objects_of_ones_own_are_refused_where_a_target_has_none(tmp_path: Path, target: str, words: str) -> None:
    root = project(tmp_path, "code\nA\n", ", id: strict")
    with (root / "workbench.yml").open("a", encoding="utf-8") as file:
        file.write(f"targets: {{new: {{{target}}}}}\n")
    with pytest.raises(ConfigError, match=f"targets.new.objects: {words}"):
        load(root)


@pytest.mark.parametrize("said", ["1", "1 day", "1 days", "1day"])
def test_days_are_written_as_people_say_them(tmp_path: Path, said: str) -> None:
    root = project(tmp_path, "code\nA\n", f", id: strict}}\nkeep: {{runs: {said}")
    assert load(root).keep.runs == 1


@pytest.mark.parametrize("said", ["1 s", "a day", "0 days", "1 week"])
def test_what_is_no_number_of_days_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(ConfigError, match=r"keep\.runs"):
        load(project(tmp_path, "code\nA\n", f", id: strict}}\nkeep: {{runs: {said}"))
