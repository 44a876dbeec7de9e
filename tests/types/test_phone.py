"""What one case cannot show of telephone numbers: the list of area codes, and cells of any length."""


import phonenumbers

from workbench.types import TYPES
from workbench.types.folding import table
from workbench.types.phone import area_code


def test_every_area_code_of_the_list_is_one() -> None:
    for country, code, _ in table("area_code"):
        number = phonenumbers.parse(code + "8" + "2" * (10 - len(code)), country)
        assert phonenumbers.is_possible_number(number), code


def test_the_list_has_each_city_once_and_enough_of_them() -> None:
    cities = [(country, city) for country, _, names in table("area_code") for city in names.split()]
    assert len(cities) == len(set(cities)) > 600
    assert len({code for country, code, _ in table("area_code") if country == "CN"}) > 310


def test_a_reading_of_two_cities_is_nobodys() -> None:
    assert (area_code("CN", "福州"), area_code("CN", "抚州"), area_code("CN", "fuzhou")) == ("0591", "0794", None)
    assert area_code("CN", "吉林") is None, "the province may be meant"
    assert area_code("DE", "北京") is None and area_code(None, None) is None


def test_a_huge_cell_is_refused() -> None:
    kind = TYPES["phone"]
    for unit in ("1;", "13912345678 ", "(", "北", "1-", "x1"):
        assert kind.standardise(unit * 500_000, {"region": "CN"}, {}).valid is False
