"""A person with a marker in every place there is, and where it is found afterwards."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pyarrow.parquet as pq

import workbench as wb
from tests import small
from workbench.erasure import forget

MARK = "zzmarkzz"
WHY = "asked by letter 17"

ROWS = [
    row | ({"name": f"{MARK}有限公司", "email": f"{MARK}@firm3.cn", "city": f"{MARK}市\n二行"} if row["no"] == "K03" else {})
    for row in small.CUSTOMERS
]  # its keys have no marker: keys stay

PAID = small.item(17, "K03", "17.00")  # the second extract has it no more
DAYS = {small.DAY: {"erp/customers.csv": ROWS, "erp/items.csv": [*small.ITEMS, PAID]}, small.NEXT: {"erp/customers.csv": ROWS}}
CONFIG = small.CONFIG.replace("{type: company_name, required: true}", "{type: company_name}").replace(
    "waves:\n", "waves:\n  - {name: gone, where: \"credit in (3000, 9000)\", archive: true}\n")


def places(root: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a project, the masked reports too, and what Parquet files and archives hold unpacked."""
    for file in sorted(root.rglob("*")):
        if file.is_file():
            yield from unpacked(file.relative_to(root).as_posix(), file.read_bytes())


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, data
    if data[:4] == b"PK\3\4":
        with zipfile.ZipFile(BytesIO(data)) as packed:
            for member in packed.namelist():
                yield from unpacked(f"{name}/{member}", packed.read(member))
    if data[:4] == data[-4:] == b"PAR1":  # not cut in half
        yield name, str(pq.read_table(BytesIO(data)).to_pylist()).encode()


def marked(root: Path) -> set[str]:
    return {name for name, data in places(root) if MARK.encode() in data}


def golden_of(project: wb.Project, key: str) -> str:
    query = f"SELECT golden_id FROM gold.xref WHERE entity = 'customer' AND source = 'erp' AND key = '{key}'"
    return str(project.sql(query)["golden_id"][0])


def erase(project: wb.Project, *what: str, dry_run: bool = False) -> dict[str, tuple[object, str]]:
    found = forget(project.config, project.journal, what or ("customer", "erp", "K03"), WHY, "chen", dry_run=dry_run)
    return {line["place"]: (line["rows"] if line["rows"] >= 0 else None, line["done"]) for line in found.to_dict("records")}


def said(root: Path) -> Iterator[tuple[str, str]]:
    """What the files of reports/ and state/ say, packed ones unpacked, but for the database's own pages."""
    for folder in ("reports", "state"):
        for name, data in places(root / folder):
            if data[:4] not in (b"PAR1", b"PK\3\4"):
                yield f"{folder}/{name}", data.decode("utf-8", "replace")
