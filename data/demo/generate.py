"""Write the demo's six weekly deliveries and their truth: `python generate.py [folder]` (default: here)."""

import csv
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from openpyxl import Workbook  # noqa: E402

from generator import extracts, items  # noqa: E402
from generator.names import HEADINGS  # noqa: E402
from generator.world import WEEKS, records  # noqa: E402

WITHOUT_SALES = "2026-09-28"


def write_csv(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str, end: str
) -> None:
    """Write one table, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator=end)
        writer.writerow(header)
        writer.writerows(rows)


def write_sales(path: Path, rows: Iterable[Sequence[object]], as_of: str) -> None:
    """Write the sales department's list: a merged title, a blank row, the headings, the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "客户清单"
    sheet["A1"] = f"客户清单（销售部，截至{as_of}）"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(HEADINGS["sales"]))
    for row, cells in enumerate([HEADINGS["sales"], *rows], 3):
        for column, value in enumerate(cells, 1):
            cell = sheet.cell(row, column, None if value == "" else value)
            if isinstance(value, date):
                cell.number_format = "yyyy/m/d"
    book.save(path)
    _without_clock(path, as_of)


def _without_clock(path: Path, as_of: str) -> None:
    """Put the as-of date where the time of writing stands, so that equal content gives equal bytes."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    core = parts["docProps/core.xml"].decode()
    parts["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", f"{as_of}T00:00:00Z", core).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def generate(folder: Path) -> None:
    """Write `sources/` and `truth/` below the folder."""
    everything = records()
    by_key = {x.key: x for x in everything}
    erp = [x for x in everything if x.source == "erp"]
    open_items = items.items(erp)
    changes: dict[str, tuple[object, date]] = {}
    log: extracts.Log = {}
    for week, as_of in enumerate(WEEKS):
        delivery, to = extracts.Delivery(week, everything, changes, log), folder / "sources" / as_of
        tables = delivery.erp()
        tables |= {"BSID": items.bsid(open_items, by_key, week), "VBAK": items.vbak(erp, by_key, week)}
        for name, rows in tables.items():
            write_csv(to / "erp" / f"{name}.csv", HEADINGS[name], rows, "gb18030", "\r\n")
        for name, rows in {"accounts": delivery.accounts(), "contacts": delivery.contacts()}.items():
            write_csv(to / "crm" / f"{name}.csv", HEADINGS[name], rows, "utf-8-sig", "\n")
        if as_of != WITHOUT_SALES:
            write_sales(to / "sales/客户清单.xlsx", delivery.sales(), as_of)
    truth = [(x.source, x.key, x.customer.entity) for x in everything]
    write_csv(folder / "truth/customer.csv", ("source", "key", "cluster"), truth, "utf-8", "\n")
    noted = sorted((*case, *span) for case, span in log.items())
    write_csv(
        folder / "truth/dirt.csv", ("source", "key", "field", "dirt", "first", "last"), noted, "utf-8", "\n"
    )


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
