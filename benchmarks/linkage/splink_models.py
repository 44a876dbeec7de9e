"""Splink's models by dataset: what its own demos of the dataset have, or of the one most alike, in Splink 5.

The demos are those of its documentation: febrl3, febrl4, the tutorial (fake_1000), deduplicate_50k (persons),
pseudopeople-acs. Where there is none, its ready-made comparisons are put together as the tutorial teaches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import splink.comparison_library as cl
from splink import block_on

Frame = pd.DataFrame


@dataclass(frozen=True)
class Splink:
    """A model: comparisons, blocking rules, rules that hardly err with a guess of their recall, passes of the EM."""

    comparisons: list[Any]
    blocking: list[Any]
    certain: list[Any]
    recall: float
    passes: list[Any]
    link: str = "dedupe_only"
    drawn: float = 1e7
    threshold: float = 0.5
    prepare: Callable[[Frame], Frame] = field(default=lambda frame: frame)


def _frequent(comparison: Any) -> Any:
    return comparison.configure(term_frequency_adjustments=True)


BORN = cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d")
STREET = cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8])
SWAPPED = "l.given_name = r.surname and l.surname = r.given_name"
PERSON = [block_on("given_name"), block_on("surname"), block_on("postcode")]


def _febrl4(dated: bool) -> Splink:
    """The detailed model of the demo, and the street, without which it falls short of what is said of it."""
    born = [block_on("date_of_birth")] if dated else []
    return Splink(
        comparisons=[
            _frequent(cl.NameComparison("given_name")),
            _frequent(cl.NameComparison("surname")),
            *([BORN] if dated else []),
            _frequent(cl.ExactMatch("street_number")),
            _frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
            STREET,
        ],
        blocking=[*PERSON, SWAPPED, *born, block_on("state", "address_1"), block_on("street_number", "address_1")],
        certain=[block_on("given_name", "surname", "date_of_birth" if dated else "postcode")],
        recall=0.8,
        passes=[*(born or [block_on("given_name", "surname")]), block_on("postcode")],
        link="link_only",
    )


def _febrl_tuned(dated: bool, link: str) -> Splink:
    """By hand: the suburb too, more blocking, and a pass of the EM on the street."""
    model = _febrl4(dated)
    return replace(
        model,
        comparisons=[*model.comparisons, cl.JaroWinklerAtThresholds("suburb", [0.9, 0.8])],
        blocking=[*model.blocking, block_on("suburb")],
        certain=[*model.certain, block_on("surname", "address_1")],
        passes=[*model.passes, *([] if dated else [block_on("address_1")])],
        link=link,
        threshold=0.5 if dated else 0.2,
    )


FEBRL3 = Splink(
    comparisons=[
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        BORN,
        _frequent(cl.ExactMatch("street_number")),
        _frequent(cl.ExactMatch("postcode")),
    ],
    blocking=[*PERSON, block_on("date_of_birth")],
    certain=[block_on("given_name", "surname", "date_of_birth"), f"{SWAPPED} and l.date_of_birth = r.date_of_birth"],
    recall=0.9,
    passes=[block_on("date_of_birth"), block_on("postcode")],
    threshold=0.2,
)

FAKE_1000 = Splink(
    comparisons=[
        cl.NameComparison("first_name"),
        cl.NameComparison("surname"),
        cl.LevenshteinAtThresholds("dob", 1),
        _frequent(cl.ExactMatch("city")),
        cl.EmailComparison("email"),
    ],
    blocking=[block_on("first_name", "city"), block_on("surname"), block_on("dob")],
    certain=[
        block_on("first_name", "dob"),
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        block_on("email"),
    ],
    recall=0.7,
    passes=[block_on("first_name", "surname"), block_on("dob")],
    drawn=2e6,
    threshold=0.2,
)

FAKE_1000_TUNED = replace(
    FAKE_1000,
    comparisons=[
        cl.NameComparison("first_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        _frequent(cl.ExactMatch("city")),
        cl.EmailComparison("email"),
    ],
    blocking=[block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
    certain=[
        *(f"l.{name} = r.{name} and levenshtein(r.dob, l.dob) <= 1" for name in ("first_name", "surname")),
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        block_on("email"),
    ],
    passes=[block_on("dob"), block_on("email"), block_on("first_name")],
    threshold=0.5,
)


def _born_of_parts(frame: Frame) -> Frame:
    day = frame["bm"].str.zfill(2) + "-" + frame["bd"].str.zfill(2)
    return frame.assign(born=frame["by"] + "-" + day, born_day=day).rename(columns={"by": "born_year"})


RLDATA = Splink(
    comparisons=[
        _frequent(cl.NameComparison("fname_c1")),
        _frequent(cl.NameComparison("lname_c1")),
        cl.DateOfBirthComparison("born", input_is_string=True),
        _frequent(cl.ExactMatch("fname_c2")),
        _frequent(cl.ExactMatch("lname_c2")),
    ],
    blocking=[
        block_on("born"), block_on("fname_c1", "lname_c1"), block_on("lname_c1", "born_year"),
        block_on("fname_c1", "born_year"), block_on("fname_c1", "born_day"), block_on("lname_c1", "born_day"),
    ],
    certain=[
        block_on("fname_c1", "born"), block_on("lname_c1", "born"), block_on("fname_c1", "lname_c1", "born_year"),
        block_on("fname_c1", "lname_c1", "born_day"),
    ],
    recall=0.9,
    passes=[block_on("fname_c1", "lname_c1"), block_on("born")],
    prepare=_born_of_parts,
)  # fmt: skip


def _digits(frame: Frame) -> Frame:
    """Phone numbers as digits alone, dates as ISO has them: what every tutorial does before it links."""
    frame = frame.assign(phone=frame["phone"].str.replace(r"\D", "", regex=True).replace("", None))
    if "birth_date" in frame:
        born = pd.to_datetime(frame["birth_date"], format="mixed", errors="coerce").dt.strftime("%Y-%m-%d")
        frame = frame.assign(birth_date=born.astype(object).where(born.notna(), None))
    return frame


FODORS_ZAGATS = Splink(
    comparisons=[
        cl.NameComparison("name"),
        cl.JaroWinklerAtThresholds("addr", [0.9, 0.8]),
        _frequent(cl.ExactMatch("city")),
        cl.LevenshteinAtThresholds("phone", [1, 2]),
    ],
    blocking=[block_on("phone"), block_on("name"), block_on("city"), block_on("substr(name, 1, 4)")],
    certain=[block_on("phone"), block_on("name", "city")],
    recall=0.9,
    passes=[block_on("phone"), block_on("name")],
    link="link_only",
    prepare=_digits,
)

SENZING = Splink(
    comparisons=[
        cl.NameComparison("name"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True),
        cl.JaroWinklerAtThresholds("address", [0.9, 0.8]),
        cl.ExactMatch("phone"),
        cl.EmailComparison("email"),
        cl.ExactMatch("ssn"),
        cl.ExactMatch("national_id"),
    ],
    blocking=[
        block_on("name"), block_on("birth_date"), block_on("phone"), block_on("email"), block_on("ssn"),
        block_on("national_id"), block_on("substr(address, 1, 8)"),
    ],
    certain=[block_on("name", "birth_date"), block_on("ssn"), block_on("national_id")],
    recall=0.5,
    passes=[block_on("name"), block_on("phone"), block_on("birth_date")],
    link="link_and_dedupe",
    prepare=_digits,
)  # fmt: skip

DEMO = Splink(
    comparisons=[
        cl.NameComparison("name"),
        cl.DamerauLevenshteinAtThresholds("tax_id", [1, 2]),
        cl.LevenshteinAtThresholds("phone", [1, 2]),
        cl.EmailComparison("email"),
        cl.JaroWinklerAtThresholds("address", [0.9, 0.8]),
        _frequent(cl.ExactMatch("city")),
    ],
    blocking=[block_on("tax_id"), block_on("phone"), block_on("email"), block_on("name"), block_on("address")],
    certain=[block_on("tax_id"), block_on("name", "phone"), block_on("name", "email")],
    recall=0.7,
    passes=[block_on("tax_id"), block_on("name"), block_on("phone")],
    link="link_and_dedupe",
    prepare=_digits,
)

PSEUDOPEOPLE = Splink(
    comparisons=[
        _frequent(cl.NameComparison("first_name", jaro_winkler_thresholds=[0.9])),
        _frequent(cl.ExactMatch("middle_initial")),
        _frequent(cl.NameComparison("last_name", jaro_winkler_thresholds=[0.9])),
        cl.DamerauLevenshteinAtThresholds("ssn", [1]),
    ],
    blocking=[block_on("ssn"), block_on("first_name", "last_name"), block_on("last_name", "middle_initial")],
    certain=[block_on("ssn", "last_name"), block_on("ssn", "first_name")],
    recall=0.9,
    passes=[block_on("ssn"), block_on("first_name", "last_name")],
    link="link_and_dedupe",
    threshold=0.9,
)

PSEUDOPEOPLE_TUNED = Splink(
    comparisons=[
        _frequent(cl.NameComparison("first_name")),
        _frequent(cl.ExactMatch("middle_initial")),
        _frequent(cl.NameComparison("last_name")),
        cl.DamerauLevenshteinAtThresholds("ssn", [1, 2]),
    ],
    blocking=[
        block_on("ssn"), block_on("first_name", "last_name"), block_on("street", "first_name"),
        block_on("substr(ssn, 1, 6)", "last_name"), block_on("substr(ssn, 5, 7)", "last_name"),
        block_on("substr(ssn, 5, 7)", "first_name"), block_on("last_name", "middle_initial", "substr(ssn, 1, 4)"),
    ],
    certain=[block_on("ssn", "last_name"), block_on("ssn", "first_name")],
    recall=0.95,
    passes=[block_on("ssn"), block_on("first_name", "last_name")],
    link="link_and_dedupe",
    threshold=0.95,  # the best by the truth
    prepare=lambda frame: frame.assign(street=frame["street_number"] + " " + frame["street_name"]),
)  # fmt: skip

CENSUS = Splink(
    comparisons=[
        _frequent(cl.NameComparison("first_name")),
        _frequent(cl.ExactMatch("middle_initial")),
        _frequent(cl.NameComparison("last_name")),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True),
    ],
    blocking=[
        block_on("first_name", "last_name"), block_on("date_of_birth"), block_on("last_name", "middle_initial"),
        block_on("substr(date_of_birth, 1, 4)", "last_name"), block_on("substr(date_of_birth, 1, 4)", "first_name"),
    ],
    certain=[block_on("first_name", "last_name", "date_of_birth")],
    recall=0.7,
    passes=[block_on("date_of_birth"), block_on("first_name", "last_name")],
    link="link_and_dedupe",
)  # fmt: skip

MODELS = {
    "febrl4": _febrl4(dated=True),
    "febrl4_undated": _febrl4(dated=False),
    "febrl4_tuned": _febrl_tuned(dated=True, link="link_only"),
    "febrl4_undated_tuned": _febrl_tuned(dated=False, link="link_only"),
    "febrl3": FEBRL3,
    "febrl3_tuned": _febrl_tuned(dated=True, link="dedupe_only"),
    "fodors_zagats": FODORS_ZAGATS,
    "rldata10000": RLDATA,
    "senzing_truthset": SENZING,
    "splink_fake_1000": FAKE_1000,
    "splink_fake_1000_tuned": FAKE_1000_TUNED,
    "pseudopeople": PSEUDOPEOPLE,
    "pseudopeople_tuned": PSEUDOPEOPLE_TUNED,
    "demo": DEMO,
    "febrl1": FEBRL3,
    "febrl2": FEBRL3,
    "rldata500": RLDATA,
    "census": CENSUS,
}
