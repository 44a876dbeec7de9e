"""Real addresses: nearly all of a register are taken apart, and the same place written twice still agrees."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from workbench.types import TYPES
from workbench.types.folding import HAN

ADDRESS = TYPES["address"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [{str(name).strip(): str(cell).strip() for name, cell in row.items()} for row in csv.DictReader(lines)]


def parts(text: str) -> dict[str, str | None]:
    return dict(ADDRESS.standardise(text, {}, {}).parts)


def agreeing(pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """The shares of pairs of the same key, and of the same key or the same street and number."""
    found = [(parts(one), parts(two)) for one, two in pairs]
    same = [one.get("key") is not None and one.get("key") == two.get("key") for one, two in found]
    street = [one.get("street") is not None and one.get("street") == two.get("street") for one, two in found]
    return sum(same) / len(same), sum(map(any, zip(same, street, strict=True))) / len(same)


def test_of_a_public_register_nearly_all_have_city_road_and_number(real_data: Path) -> None:
    texts = {
        row["住址"]
        for name in ("twse_2023-08.csv", "twse_2024-09.csv")
        for row in rows(real_data / "tw_listed_companies" / name)
    }
    chinese = [parts(text) for text in texts if HAN.search(text)]
    found = Counter(part for each in chinese for part in ("city", "road", "number") if each.get(part))
    assert min(found.values()) > 0.95 * len(chinese)


def test_restaurants_of_two_guides_agree_on_street_and_number(real_data: Path) -> None:
    """Keys alone say so of 64 %: blv. and blvd., 'between' and 'near' part the others."""
    table = rows(real_data / "fodors_zagats" / "match_fodors_zagats_more_attrs.csv")
    same, street = agreeing([(row["ltable_addr"], row["rtable_addr"]) for row in table if row["gold"] == "1"])
    assert same > 0.6 and street > 0.7


def test_damaged_addresses_agree_as_before(real_data: Path) -> None:
    """FEBRL 4: words of streets must not be folded in the key, where a blank is lost or too many."""
    one, two = (
        {row["rec_id"].split("-")[1]: f"{row['street_number']} {row['address_1']}" for row in rows(path)}
        for path in (real_data / "febrl" / f"dataset4{half}.csv" for half in "ab")
    )
    same, _ = agreeing([(one[key], two[key]) for key in sorted(one)[:2500]])
    assert same > 0.6
