"""Parquet: every type as text."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.errors import SourceError
from workbench.sources.extract import BATCH_ROWS, Extract, ReadOptions, column_names


def read(path: Path, options: ReadOptions) -> Extract:
    """Open a Parquet file; it is read batch by batch. No option applies."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path}: not a readable Parquet file ({error}). Export it again.") from error
    columns = column_names(file.schema_arrow.names)
    if not columns:
        raise SourceError(f"{path}: the file has no columns. Export it again.")
    settings: dict[str, str | int] = {"rows": file.metadata.num_rows}
    return Extract(columns, _batches(file, columns), settings=settings)


def _batches(file: pq.ParquetFile, columns: list[str]) -> Iterator[pa.RecordBatch]:
    done = 0
    with file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS):
            ordinals = pa.array(range(done + 1, done + batch.num_rows + 1), pa.int64())
            arrays = [ordinals, *(_text(column) for column in batch.columns)]
            yield pa.RecordBatch.from_arrays(arrays, ["_row", *columns])
            done += batch.num_rows


def _text(column: pa.Array) -> pa.Array:
    """Cast to text; what Arrow has no text for (lists, structures, raw bytes) becomes JSON."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        texts = (None if value is None else _json(value) for value in column.to_pylist())
        return pa.array(texts, pa.string())


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
