"""What a test asks of an opened extract."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workbench.config import ReadOptions
from workbench.sources import Extract, Reject, read


def drained(extract: Extract) -> tuple[list[tuple[object, ...]], list[Reject]]:
    """All rows (ordinal, then texts) and all rejects."""
    batches = list(extract.batches)
    rows = [tuple(row.values()) for batch in batches for row in batch.rows.to_pylist()]
    return rows, [reject for batch in batches for reject in batch.rejects]


class Table(NamedTuple):
    """All that an extract gives."""

    columns: list[str]
    rows: list[tuple[object, ...]]
    rejects: list[Reject]
    repairs: list[Reject]
    settings: Mapping[str, object]
    said: list[str]


def table(extract: Extract) -> Table:
    """An extract, read to its end."""
    batches = list(extract.batches)
    rows = [tuple(row.values()) for batch in batches for row in batch.rows.to_pylist()]
    rejects = [reject for batch in batches for reject in batch.rejects]
    repairs = [repair for batch in batches for repair in batch.repairs]
    said = [
        f"{remark.column or ''} {remark.said}{f': {remark.text}' if remark.text else ''}".strip()
        for remark in extract.remarks
    ]
    return Table(extract.columns, rows, rejects, repairs, extract.settings, said)


def extract_of(folder: Path, content: bytes | str, name: str = "t.csv", **options: Any) -> Extract:
    """A file with this content, opened."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return read(folder / name, ReadOptions(**options))


def table_of(folder: Path, content: bytes | str, name: str = "t.csv", **options: Any) -> Table:
    """A file with this content, read to its end."""
    return table(extract_of(folder, content, name, **options))
