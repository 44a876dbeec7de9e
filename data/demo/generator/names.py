"""The word lists of `demo.toml`, in the shapes the generator uses."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

SETTINGS = tomllib.loads((Path(__file__).parent / "demo.toml").read_text("utf-8"))
HEADINGS: dict[str, list[str]] = SETTINGS["headings"]
_WORDS = SETTINGS["words"]


@dataclass(frozen=True)
class City:
    """A city; `district` is the six-digit code in Chinese tax ids, `area` the dialling code."""

    cn: str
    en: str
    country: str
    region: str
    district: str
    area: str
    postal: str
    quarters: tuple[str, ...]


def _cities(text: str) -> list[City]:
    found = []
    for line in text.strip().splitlines():
        cn, en, country, region, district, area, postal, quarters = line.split()
        found.append(City(cn, en, country, region, district, area, postal, tuple(quarters.split("/"))))
    return found


def _pairs(text: str) -> list[tuple[str, str]]:
    return [(a, b.replace("_", " ")) for a, b in (item.split(":") for item in text.split())]


def _spelled(text: str) -> dict[str, str]:
    return {item[0]: item[1:] for item in text.split()}


CITIES, ABROAD = _cities(_WORDS["cities"]), _cities(_WORDS["abroad"])
FIRST, SECOND = _spelled(_WORDS["first"]), _spelled(_WORDS["second"])
SURNAMES, GIVEN = _spelled(_WORDS["surnames"]), _spelled(_WORDS["given"])
INDUSTRIES, STREETS = _pairs(_WORDS["industries"]), _pairs(_WORDS["streets"])
LONG_INDUSTRY: tuple[str, str] = tuple(_WORDS["long_industry"])
TYPOS = dict(_pairs(_WORDS["typos"]))
TRADITIONAL = str.maketrans(_WORDS["simplified"], _WORDS["traditional"])
FORMS: list[str] = _WORDS["forms"]
FOREIGN_A: list[str] = _WORDS["foreign_a"]
FOREIGN_B: list[str] = _WORDS["foreign_b"]
FOREIGN_TRADE: list[str] = _WORDS["foreign_trade"]
FOREIGN_FORMS: dict[str, list[str]] = _WORDS["foreign_forms"]
STREETS_ABROAD: dict[str, list[str]] = _WORDS["streets_abroad"]
COUNTRIES: dict[str, list[str]] = _WORDS["countries"]
RARE_PERSONS: list[list[str]] = _WORDS["rare_persons"]
ONE_TIME: list[str] = _WORDS["one_time"]
MISSING: list[str] = _WORDS["missing"]
SALESPEOPLE: list[str] = _WORDS["salespeople"]
