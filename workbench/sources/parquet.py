"""Parquet: every type as text."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources.extract import BATCH_ROWS, Batch, Extract, column_names


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a Parquet file; it is read batch by batch. No option applies."""
    with _readable(path):
        file = pq.ParquetFile(path)
    columns = column_names(file.schema_arrow.names)
    if not columns:
        raise SourceError(f"{path}: the file has no columns. Export it again.")
    return Extract(columns, _batches(path, file, columns), {"rows": file.metadata.num_rows})


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path}: not a readable Parquet file ({error}). Export it again.") from error


def _batches(path: Path, file: pq.ParquetFile, columns: list[str]) -> Iterator[Batch]:
    first = 1
    with file, _readable(path):
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            ordinals = pa.array(range(first, first + batch.num_rows), pa.int64())
            texts = [*map(_text, batch.columns)]
            yield Batch(pa.RecordBatch.from_arrays([ordinals, *texts], ["_row", *columns]))
            first += batch.num_rows


def _text(column: pa.Array) -> pa.Array:
    """Cast to text; what Arrow has no text for (lists, structures, raw bytes) becomes JSON."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        texts = [v if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist()]
        return pa.array(texts, pa.string())
