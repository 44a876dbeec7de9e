"""Company names told alike and found again, beside rapidfuzz on cleanco's names: `python -m benchmarks.company_names`.

WORKBENCH_REAL_DATA names the folder that holds company_name_pairs/. Thresholds were fixed before anything was measured.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cleanco import basename
from rapidfuzz import fuzz

from benchmarks.measured import Line
from workbench.types import TYPES
from workbench.types.base import Cleaned
from workbench.types.company_name import SAME_NAME, similarity

Pair = tuple[str, str, bool]
"""Two names, and whether they are one firm's."""

PEER_SAME = 90


def brands(data: Path) -> list[Pair]:
    """127 pairs of well-known firms in English, Chinese, Japanese and Korean."""
    rows = _rows(data / "company_name_pairs" / "company_name_matcher_test_data.csv")
    return [(row["Name_x"], row["Name_y"], row["Targets"] == "1") for row in rows]


def dutch(data: Path) -> list[Pair]:
    """201 pairs of Dutch firms, nearly all of them different."""
    rows = _rows(data / "company_name_pairs" / "emm_unittest_sample_namepairs.csv.gz")
    return [(row["gt_name"], row["name"], row["correct"] == "True") for row in rows]


def damaged(data: Path) -> tuple[list[str], list[str]]:
    """500 names, and the same with characters and words changed."""
    folder = data / "company_name_pairs"
    clean, adjusted = (
        [row["company_name"] for row in _rows(folder / f"dnb_{kind}_names.csv")] for kind in ("test", "adjusted_test")
    )
    return clean, adjusted


def _rows(file: Path) -> Iterator[dict[str, str]]:
    text = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    yield from csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""))


def _read(name: str) -> Cleaned:
    return TYPES["company_name"].standardise(name, {}, {})


def ours(one: str, two: str) -> bool:
    """Whether we take two names for one firm's."""
    return similarity(_read(one), _read(two)) >= SAME_NAME


def peer(one: str, two: str) -> bool:
    """Whether rapidfuzz does, of cleanco's names: token_set_ratio of at least 90."""
    return fuzz.token_set_ratio(basename(one).casefold(), basename(two).casefold()) >= PEER_SAME


def judge(pairs: Sequence[Pair], same: Callable[[str, str], bool]) -> tuple[float, float, float]:
    """Precision, recall and F1 of pairs told alike."""
    found = [same(one, two) for one, two, _ in pairs]
    both = sum(hit and true for hit, (*_, true) in zip(found, pairs, strict=True))
    true = sum(right for *_, right in pairs)
    return both / (sum(found) or 1), both / true, 2 * both / (sum(found) + true)


def first(clean: Sequence[str], adjusted: Sequence[str]) -> float:
    """The share of damaged names whose most alike clean name is the right one."""
    read = [_read(name) for name in clean]
    hits = 0
    for place, name in enumerate(map(_read, adjusted)):
        scores = [similarity(each, name) for each in read]
        hits += clean[scores.index(max(scores))] == clean[place]
    return hits / len(adjusted)


def first_peer(clean: Sequence[str], adjusted: Sequence[str]) -> float:
    """The same share for rapidfuzz on cleanco's names."""
    read = [basename(name).casefold() for name in clean]
    hits = 0
    for place, name in enumerate(adjusted):
        scores = [fuzz.token_set_ratio(each, basename(name).casefold()) for each in read]
        hits += clean[scores.index(max(scores))] == clean[place]
    return hits / len(adjusted)


def main() -> list[Line]:
    """Print the tables."""
    data = Path(os.environ["WORKBENCH_REAL_DATA"])
    lines = []
    print("| pairs | who | precision | recall | F1 |\n|---|---|---|---|---|")
    for name, pairs in (("brands, Chinese and mixed", brands(data)), ("Dutch firms", dutch(data))):
        found = {who: judge(pairs, same) for who, same in (("workbench", ours), ("rapidfuzz on cleanco", peer))}
        for who, figures in found.items():
            print(f"| {name} | {who} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |")
        scores = [f"F1 {figures[-1]:.3f}" for figures in found.values()]
        lines.append(Line(f"company names: {name}", "", *scores))
    clean, adjusted = damaged(data)
    shares = [f"{share(clean, adjusted):.1%}" for share in (first, first_peer)]
    print("\n| 500 damaged names | right one first |\n|---|---|")
    print(f"| workbench | {shares[0]} |\n| rapidfuzz on cleanco | {shares[1]} |")
    return [*lines, Line("company names: 500 damaged names, right one first", "", *shares)]


if __name__ == "__main__":
    main()
