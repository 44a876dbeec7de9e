"""What the list of divisions must hold, which addresses agree, and what a long text costs."""

import time

import pytest
from rapidfuzz.distance import JaroWinkler

from workbench.types import TYPES
from workbench.types.address_chinese import postcodes, region
from workbench.types.folding import table

ADDRESS = TYPES["address"]


def level(one: str, two: str) -> str | None:
    """The strongest level two addresses reach."""
    left, right = (ADDRESS.standardise(text, {}, {}).parts for text in (one, two))
    for each in ADDRESS.levels:
        a, b = left.get(each.part), right.get(each.part)
        if a and b and (a == b or (each.at_least < 1 and JaroWinkler.similarity(a, b) >= each.at_least)):
            return each.name
    return None


def test_every_division_is_found_by_its_full_name() -> None:
    found = 0
    for _, province, cities, inside, former, _ in table("region"):
        for city in cities.split("|"):
            assert region(f"{province}{city}人民路1号")[2] == "人民路1号", (province, city)
            for name in inside.split():
                place, named, rest = region(f"{province}{city}{name}人民路1号")
                assert (place.province, place.district, named, rest) == (province, name, True, "人民路1号"), name
                found += 1
            for name in (each.split("=")[0] for each in former.split()):
                place, _, rest = region(f"{province}{city}{name}人民路1号")
                assert (place.city, place.district) != (city, name) and place.district and rest == "人民路1号", name
    assert found > 2_800


def test_former_districts_lead_to_one_that_is_there_today() -> None:
    rows = [(province, city.split("|")[0], set(inside.split())) for _, province, city, inside, *_ in table("region")]
    for _, province, city, _, former, _ in table("region"):
        for name in (each.split("=")[0] for each in former.split()):
            place, *_ = region(province + city.split("|")[0] + name)
            assert any(
                where == place.province and town in (place.city, "") and place.district in inside
                for where, town, inside in rows
            ), (name, place)


def test_every_province_of_the_mainland_has_its_postcodes() -> None:
    provinces = {province for _, province, city, *_ in table("region") if not city}
    assert len(provinces) == 33
    assert all(postcodes(province) for province in provinces)
    assert not postcodes("台湾")


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("上海市闸北区共和新路1000号", "上海静安区共和新路1000号", "same street and number"),
        ("江苏省昆山市光明路88号", "苏州市昆山市花桥镇光明路八十八号", "same street and number"),
        ("台北縣板橋市文化路一段10號", "新北市板橋區文化路1段10號", "same street and number"),
        ("新竹科學園區研新二路3號", "新竹市科學工業園區研新二路三號", "same street and number"),
        ("12 Main St., Springfield, IL 62704", "12 Main Street, Suite 5, Springfield, Illinois 62704", "same street and number"),
        ("Hauptstr. 5, 10115 Berlin", "10115 Berlin, Hauptstraße 7", "faintly alike"),
        ("Hauptstr. 5, 10115 Berlin", "Hauptstraße 5, 10115 Berlin, Germany", "same street and number"),
        ("P.O. Box 12, Springfield, IL 62704", "PO Box 12, Springfield, IL 62704", "same"),
        ("北京市中山路1号", "广州市天河区解放路200号", None),
    ],
)  # fmt: skip
def test_strongest_level(one: str, two: str, expected: str | None) -> None:
    assert level(one, two) == expected


@pytest.mark.parametrize("unit", ["一", "一号", "北京市", "1 ", "st. ", "(", "路", "12 bis ", "之一", "\ud800", "1-"])
def test_a_megabyte_takes_well_below_a_second(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    found = ADDRESS.standardise(text, {}, {})
    assert time.process_time() - started < 3  # a second on an idle machine, with room for a busy one
    assert found.value is not None or found.valid is not True
