"""Names of real firms and persons: told alike, found again, and told apart by kind, at least as well as promised."""

from __future__ import annotations

from pathlib import Path

from benchmarks import company_names, party_kinds


def test_pairs_in_several_scripts_are_told_better_than_by_cleaned_tokens(real_data: Path) -> None:
    pairs = company_names.brands(real_data)
    ours, peer = (company_names.judge(pairs, same) for same in (company_names.ours, company_names.peer))
    assert ours[0] >= 0.98  # precision
    assert ours[2] > peer[2]  # F1


def test_of_500_damaged_names_the_right_one_comes_first(real_data: Path) -> None:
    assert company_names.first(*company_names.damaged(real_data)) >= 0.97


def test_persons_and_companies_are_told_apart(real_data: Path) -> None:
    assert party_kinds.right(party_kinds.told(party_kinds.labelled(real_data))) >= 0.95
