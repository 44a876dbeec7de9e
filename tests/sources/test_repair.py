"""Records with too many cells: mended where there is one way, left alone where there are none or several."""

from pathlib import Path

import pytest

from tests.reading import Table, table
from workbench.config import ReadOptions
from workbench.sources import read

TOWNS = ("Boston", "New York", "Leeds")
GOOD = [f"{n},Acme {'North' * (n % 3)} Ltd,{TOWNS[n % 3]},2024-01-{n % 28 + 1:02},{n}.50" for n in range(1, 40)]


def opened(folder: Path, *lines: str, good: list[str] = GOOD, **options: object) -> Table:
    text = "\n".join(["id,name,city,since,amount", *good, *lines, *good[:6]])
    (folder / "t.csv").write_text(text + "\n", encoding="utf-8")
    return table(read(folder / "t.csv", ReadOptions(**options)))


@pytest.mark.parametrize(
    ("line", "repair"),
    [
        ("7,Acme, Inc,Boston,2024-01-01,5.00", '7,"Acme, Inc",Boston,2024-01-01,5.00'),  # the blank shows it
        ("7,Acme,Boston, MA,2024-01-01,5.00", '7,Acme,"Boston, MA",2024-01-01,5.00'),
        ("7,Acme, Sons, Inc,Boston,2024-01-01,5.00", '7,"Acme, Sons, Inc",Boston,2024-01-01,5.00'),
        ("7,Acme,Inc,Boston,2024-01-01,5.00", ""),  # two columns of text: either could have the comma
        ("7,Acme, Inc,Boston, MA,2024-01-01,5.00", ""),  # two cells are to be merged
        ("7,Acme, Inc,Boston,yesterday,5.00", ""),  # another column does not fit
        ("7,Acme,Boston,2024-01-01,5,00", ""),  # an amount is no free text
        ("7,Acme,,Boston,2024-01-01,5.00", ""),  # nobody writes "Acme,"
        ("7,Acme,Boston,2024-01-01,5.00,", ""),
        ('7,Acme, 5" Inc,Boston,2024-01-01,5.00', ""),  # who writes quotes would have put it in quotes
        ("7,Acme", ""),
    ],
)
def test_one_way_or_none(tmp_path: Path, line: str, repair: str) -> None:
    found = opened(tmp_path, line)
    assert [(reject.text, reject.repair) for reject in found.rejects] == [(line, repair)]
    assert len(found.rows) == len(GOOD) + 6


def test_a_repair_is_taken_only_where_asked_for(tmp_path: Path) -> None:
    broken = "7,Acme, Inc,Boston,2024-01-01,5.00"
    found = opened(tmp_path, broken, "8,A,B,Boston,2024-01-01,5.00", repair=True)
    assert (40, "7", "Acme, Inc", "Boston", "2024-01-01", "5.00") in found.rows
    assert [(repair.row, repair.line, repair.text) for repair in found.repairs] == [(40, 41, broken)]
    assert [reject.row for reject in found.rejects] == [41]
    assert [row[0] for row in found.rows] == [n for n in range(1, 48) if n != 41]


def test_blanks_that_cells_begin_with_show_nothing(tmp_path: Path) -> None:
    spaced = [line.replace(",", ", ") for line in GOOD]
    (reject,) = opened(tmp_path, "7, Acme, Inc, Boston, 2024-01-01, 5.00", good=spaced).rejects
    assert reject.repair == ""


def test_one_column_of_text_needs_no_blank(tmp_path: Path) -> None:
    text = "id,name,amount\n" + "".join(f"{n},Acme {n} Ltd,{n}\n" for n in range(20)) + "7,Acme,Inc,5\n" + "8,B,9\n" * 5
    (tmp_path / "t.csv").write_text(text)
    (reject,) = table(read(tmp_path / "t.csv", ReadOptions())).rejects
    assert reject.repair == '7,"Acme,Inc",5'


def test_a_few_records_teach_nothing(tmp_path: Path) -> None:
    (reject,) = opened(tmp_path, "7,Acme, Inc,Boston,2024-01-01,5.00", good=GOOD[:3]).rejects
    assert reject.repair == ""
