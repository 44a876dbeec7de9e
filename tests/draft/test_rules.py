"""Blocking rules chosen for unknown data, on made-up customers of whom it is known who is who."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from workbench import ConfigError, init_project, open_project
from workbench.draft.rules import Found, _chosen, _recall

FIRST = "Ann Ben Cleo Dan Eva Finn Gwen Hugo Ida Jack Kim Leo Mia Noah Olga Paul".split()
LAST = "Adler Brook Chen Dunn Ellis Frost Grant Hayes Irwin Jones Klein Lowe Moss Nolan Owens Price".split()


def people(folder: Path, number: int = 400) -> tuple[Path, Path]:
    """Two lists that share half of their people; every third shared one has a typo or a lost phone in the second."""
    draw = random.Random(7)
    lines = [
        f"{draw.choice(FIRST)} {draw.choice(LAST)}{n},775-{draw.randint(200, 999)}-{n:04},{n} {draw.choice(LAST)} Street,Reno"
        for n in range(number * 3 // 2)
    ]
    one, two = folder / "one.csv", folder / "two.csv"
    one.write_text("id,name,phone,address,city\n" + "".join(f"A{n},{lines[n]}\n" for n in range(number)))
    shared = [line if n % 3 else line.replace("775-", "").replace("e", "a", 1) for n, line in enumerate(lines)]
    two.write_text(
        "id,name,phone,address,city\n" + "".join(f"B{n},{shared[n]}\n" for n in range(number // 2, number * 3 // 2))
    )
    return one, two


def test_the_rules_are_few_their_blocks_small_and_they_find_who_is_who(tmp_path: Path) -> None:
    one, two = people(tmp_path)
    draft = init_project(tmp_path / "p", {"a": one, "b": two}, as_of="2026-03-02")
    assert draft.blocking is not None
    assert {rule[0].split(".")[0] for rule in draft.blocking.rules} >= {"name", "address"}
    assert ("city.key",) not in draft.blocking.rules  # all live in one city
    assert sum(draft.blocking.pairs) < 20 * 800
    assert draft.blocking.recall > 0.9
    project = open_project(tmp_path / "p")
    project.run()
    pairs = project.sql("SELECT key_l, key_r FROM match.customer_pairs WHERE verdict = 'match'")
    linked = {(left[1:], right[1:]) for left, right in zip(pairs.key_l, pairs.key_r, strict=True)}
    truth = {(str(n), str(n)) for n in range(200, 400)}
    assert len(linked & truth) >= 0.95 * len(truth) and len(linked - truth) <= 0.05 * len(truth)


def test_what_tells_nobody_apart_makes_no_rules(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("id,city\n" + "".join(f"{n},Reno\n" for n in range(50)))
    assert init_project(tmp_path / "p", {"a": file}).blocking is None
    assert open_project(tmp_path / "p").run().outcomes["written"] == 50


def found_by(counts: dict[tuple[bool, ...], int]) -> Found:
    return Found(np.array(list(counts), dtype=bool), np.array(list(counts.values())))


def test_each_fields_cheap_rule_is_taken_then_what_finds_the_rest_then_what_finds_much_for_its_cost() -> None:
    costs = {("phone.key",): 10, ("phone.tail",): 12, ("city.key",): 900, ("name.key", "city.key"): 5}
    found = found_by({
        (True, True, False, False): 6, (False, True, False, False): 2, (False, False, True, True): 3,
    })  # fmt: skip
    chosen = _chosen(costs, 20, found, {})
    # phone.tail finds 8, name with city the other 3 for less than city alone; phone.key finds 6 once more, for little
    assert chosen.rules == [("phone.tail",), ("name.key", "city.key"), ("phone.key",)]
    assert (chosen.matches, chosen.pairs) == (11, [12, 5, 10])


def test_the_estimate_of_what_the_rules_find_by_hand() -> None:
    """Phone finds 8 of the 9 matches that name finds, name 8 of phone's 12: missed (1 - 8/10) times (1 - 8/13)."""
    rules = [("phone.key",), ("name.key",)]
    found = found_by({(True, True): 8, (False, True): 1, (True, False): 4})
    assert _recall(rules, [0, 1], found) == pytest.approx(1 - (1 - 8 / 10) * (1 - 8 / 13))
    assert _recall(rules, [0], found) == 0  # one field alone: nothing to compare with


def test_a_name_that_is_ours_is_refused(tmp_path: Path) -> None:
    one, _ = people(tmp_path, 4)
    for entity in ("Customer", "key", "two words"):
        with pytest.raises(ConfigError, match="--entity"):
            init_project(tmp_path / "p", {"a": one}, entity=entity)
    assert not (tmp_path / "p").exists()
