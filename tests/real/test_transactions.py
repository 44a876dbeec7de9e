"""45,326 payments as they were sent and as they arrived: linked one to one, and every amount that differs is shown.

What is expected is counted here from the files, without the package.
"""

import shutil
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb

KEY = "ground_truth"


@pytest.fixture(scope="module")
def files(real_data: Path) -> dict[str, Path]:
    return {side: real_data / "splink_transactions" / f"transactions_{side}.parquet" for side in ("origin", "destination")}


@pytest.fixture(scope="module")
def both(files: dict[str, Path]) -> dict[str, pd.DataFrame]:
    return {side: pd.read_parquet(file) for side, file in files.items()}


def test_by_their_key_all_are_linked_and_every_amount_that_differs_is_shown(
    files: dict[str, Path], both: dict[str, pd.DataFrame]
) -> None:
    found = wb.diff(files["origin"], files["destination"], KEY, ignore="unique_id")
    pairs = both["origin"].merge(both["destination"], on=KEY, suffixes=("_a", "_b"), validate="one_to_one")
    assert len(pairs) == 45_326
    assert set(found.rows[found.rows["rows"].isin(["only in A", "only in B", "doubled key"])][["A", "B"]].to_numpy().flat) == {0}
    cells = found.cells()
    shown = cells[cells["column"] == "amount"]
    differ = pairs[pairs.amount_a != pairs.amount_b]
    assert len(shown) == len(differ) == 33_827
    assert set(zip(shown[KEY].astype(int), shown.left.astype(float), shown.right.astype(float), strict=True)) == set(
        zip(differ[KEY], differ.amount_a, differ.amount_b, strict=True))  # fmt: skip
    by_column = found.columns.groupby("column")["cells"].sum()
    assert by_column["transaction_date"] == (pairs.transaction_date_a != pairs.transaction_date_b).sum() == 45_326
    assert by_column["memo"] == (pairs.memo_a != pairs.memo_b).sum()


def test_without_their_key_they_are_linked_one_to_one_and_the_links_carry_the_diff(
    files: dict[str, Path], both: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    shutil.copytree(Path(__file__).parent / "splink_transactions", tmp_path / "p")
    (tmp_path / "p" / "sources" / "2023-01-01").mkdir(parents=True)  # the files serve every date
    project = wb.open_project(tmp_path / "p")
    project.run(until="golden")
    links = project.sql("""SELECT o.key, d.key AS golden_id FROM gold.xref AS o JOIN gold.xref AS d USING (golden_id)
        WHERE o.source = 'origin' AND d.source = 'destination'""")
    assert links["key"].is_unique and links["golden_id"].is_unique
    sent, received = (both[side].set_index(both[side].unique_id.astype(str)) for side in both)
    right = (sent.loc[links["key"], KEY].to_numpy() == received.loc[links["golden_id"], KEY].to_numpy()).sum()
    assert right >= 0.98 * len(links) and right >= 0.89 * 45_326
    found = wb.diff(files["origin"], files["destination"], "unique_id", xref=links, ignore=KEY)
    differ = sent.loc[links["key"], "amount"].to_numpy() != received.loc[links["golden_id"], "amount"].to_numpy()
    shown = found.cells()
    assert (shown["column"] == "amount").sum() == differ.sum()
    counted = found.rows.set_index("rows")
    assert counted.loc["only in A", "A"] == counted.loc["only in B", "B"] == 45_326 - len(links)
    assert counted["A"].sum() == counted["B"].sum() == 45_326
