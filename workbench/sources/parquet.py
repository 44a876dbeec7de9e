"""Parquet: every type as text."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.extract import BATCH_ROWS, Batch, Extract, batches, column_names, whole


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a Parquet file; it is read batch by batch, and is open only meanwhile. No option applies."""
    with _readable(path), pq.ParquetFile(path) as file:
        columns, count = column_names(file.schema_arrow.names), file.metadata.num_rows
    if not columns:
        raise SourceError(f"{path}: the file has no columns. Export it again.")
    return Extract(columns, _batches(path, columns), {"rows": count})


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise SourceError(f"{path}: not a readable Parquet file ({error}). Export it again.") from error


def _batches(path: Path, columns: list[str]) -> Iterator[Batch]:
    first = 1
    with _readable(path), pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            ordinals = pa.array(range(first, first + batch.num_rows), pa.int64())
            texts = [*map(_text, batch.columns)]
            if all(isinstance(text, pa.Array) for text in texts):
                yield Batch(pa.RecordBatch.from_arrays([ordinals, *texts], ["_row", *columns]))
            else:
                rows = zip(*(text.to_pylist() if isinstance(text, pa.Array) else text for text in texts), strict=True)
                yield from batches(columns, map(whole, rows), first)
            first += batch.num_rows


def _text(column: pa.Array) -> pa.Array | list[str | None]:
    """Cast to text; what Arrow has no text for (lists, structures, raw bytes) becomes JSON.

    A list where some are not UTF-8, which makes their rows rejects.
    """
    try:
        text = column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        texts = [v if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()]
        return pa.array(texts, pa.string())
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return [v and v.decode("utf-8", "workbench.keep_bytes") for v in text.cast(pa.binary()).to_pylist()]
    return text
