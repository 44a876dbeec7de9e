"""What a sample tells, held against limits worked out by hand, and how it is shared out."""

from fractions import Fraction
from math import comb

import pytest

from workbench.proof.business import Stratum, accuracy, least_right, most_right
from workbench.proof.sampled import allocate


def test_no_error_in_2995_shows_999_in_a_thousand() -> None:
    many = 10**9
    assert accuracy([Stratum("one record", many, 2995, 0)], 0.999, 0.95).more == 0
    assert accuracy([Stratum("one record", many, 2900, 0)], 0.999, 0.95).more == 95
    assert accuracy([Stratum("one record", many, 0, 0)], 0.999, 0.95).more == 2995


def test_all_looked_at_leaves_nothing_open() -> None:
    found = accuracy([Stratum("merged", 50, 50, 1), Stratum("one record", 50, 50, 0)], 0.98, 0.95)
    assert (found.value, found.low, found.high, found.more) == (0.99, 0.99, 0.99, 0)
    assert accuracy([Stratum("merged", 50, 50, 2)], 0.98, 0.95).more is None


@pytest.mark.parametrize(("records", "looked", "wrong"), [(20, 5, 0), (20, 5, 2), (30, 29, 1), (12, 12, 3), (9, 1, 1)])
def test_limits_are_those_of_counting_every_case(records: int, looked: int, wrong: int) -> None:
    """With one wrong record more than the limit says, so few would turn up in less than 5 of 100 samples."""

    def chance(all_wrong: int, found: range) -> Fraction:
        ways = sum(comb(all_wrong, x) * comb(records - all_wrong, looked - x) for x in found)
        return Fraction(ways, comb(records, looked))

    possible = range(wrong, wrong + records - looked + 1)
    likely = [n for n in possible if chance(n, range(wrong + 1)) > Fraction(5, 100)]
    assert least_right(records, looked, wrong, 0.95) == pytest.approx(1 - max(likely) / records)
    likely = [n for n in possible if chance(n, range(wrong, looked + 1)) > Fraction(5, 100)]
    assert most_right(records, looked, wrong, 0.95) == pytest.approx(1 - min(likely) / records)


def test_nobody_looked_so_nothing_is_known() -> None:
    found = accuracy([Stratum("largest", 20, 20, 0), Stratum("merged", 30, 0, 0)], 0.999, 0.95)
    assert found.value is None and found.low < 0.999
    assert found.more == 29  # were the 30th wrong, 29 right ones would turn up in 1 of 30 samples: too seldom


def test_the_sample_is_shared_out_and_what_one_lacks_others_give() -> None:
    assert allocate({"decided": 900, "merged": 900, "one record": 900}, 200) == {"decided": 80, "merged": 80, "one record": 40}
    small = allocate({"decided": 3, "merged": 50, "one record": 900}, 200)
    assert small["decided"] == 3 and small["merged"] == 50 and sum(small.values()) == 200
    assert allocate({"one record": 9}, 200) == {"one record": 9}
    for less, more in ((10, 11), (60, 200)):
        sizes = {"decided": 20, "merged": 100, "one record": 500}
        assert all(allocate(sizes, less)[name] <= allocate(sizes, more)[name] for name in sizes)
