"""datacompy and reladiff on the tables of benchmarks/diffing.py; run by the peers' Python, without the workbench.

    python -m benchmarks.diffing_peers --one TOOL GIVEN FOLDER
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def told(work: Callable[[], int]) -> None:
    """Do the work, and print what it found, its seconds, those of the processor, and the most memory in MB."""
    started, worked = time.perf_counter(), time.process_time()
    found = work()
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    unit = 2**20 if sys.platform == "darwin" else 2**10
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    print(json.dumps({"found": found, "seconds": seconds, "processor": processor, "memory": memory}))


def datacompy(given: str, folder: Path) -> int:
    """Cells that differ; the frames are pandas'."""
    import pandas as pd
    from datacompy import PandasCompare

    read = pd.read_parquet if given == "parquet" else pd.read_csv
    a, b = (read(folder / f"{table}.{given}") for table in "ab")
    compared = PandasCompare(a, b, join_columns="id", abs_tol=0.01)
    return sum(int(column["unequal_cnt"]) for column in compared.column_stats)


def datacompy_polars(given: str, folder: Path) -> int:
    """The same with frames of Polars."""
    import polars as pl
    from datacompy import PolarsCompare

    read = pl.read_parquet if given == "parquet" else pl.read_csv
    a, b = (read(folder / f"{table}.{given}") for table in "ab")
    compared = PolarsCompare(a, b, join_columns="id", abs_tol=0.01)
    return sum(int(column["unequal_cnt"]) for column in compared.column_stats)


def reladiff(given: str, folder: Path) -> int:
    """Rows that differ between two tables of a DuckDB database; there is no tolerance."""
    from reladiff import connect_to_table, diff_tables

    database = {"driver": "duckdb", "filepath": str(folder / "tables.duckdb")}
    columns = tuple("name legal_name amount credit_limit opened due city street phone email class".split())
    a, b = (connect_to_table(database, table, "id", extra_columns=columns) for table in "ab")
    return len({row[0] for _, row in diff_tables(a, b, extra_columns=columns)})


TOOLS = {"datacompy": datacompy, "datacompy with Polars": datacompy_polars, "reladiff": reladiff}

if __name__ == "__main__":
    told(lambda: TOOLS[sys.argv[2]](sys.argv[3], Path(sys.argv[4])))
