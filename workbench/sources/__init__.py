"""Readers of extracts, one a file format. Nothing else in the package opens an extract."""

from collections.abc import Callable
from pathlib import Path

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import csv, excel, fixed, json, parquet
from workbench.sources.csv import without
from workbench.sources.database import address, origin, password_of, read_query
from workbench.sources.extract import Batch, Extract, Reject, Remark, told
from workbench.sources.files import steady, unpacked

__all__ = [
    "Batch", "Extract", "Reject", "Remark",
    "address", "can_be_cut", "origin", "password_of", "read", "read_query", "steady", "told", "unpacked", "without",
]  # fmt: skip


def read(path: Path, options: ReadOptions) -> Extract:
    """Open an extract by its suffix, a text by its content; SourceError where it cannot be read at all."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        raise SourceError(f"{path}: files ending in {path.suffix!r} cannot be read. Give one of {', '.join(READERS)}.")
    if not path.is_file():
        raise SourceError(f"{path}: no such file. Put it there, or correct the path.")
    if not path.stat().st_size:
        raise SourceError(f"{path}: the file is empty. Export it again.")
    try:
        return READERS[suffix](path, options)
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}). Close it elsewhere.") from error


def can_be_cut(path: Path, options: ReadOptions) -> bool:
    """Whether single records can be taken out of an extract: those of delimited text in a .csv or .tsv."""
    return path.suffix.lower() in (".csv", ".tsv") and not options.widths


def _text(path: Path, options: ReadOptions) -> Extract:
    """A .csv or .tsv is what its name says unless `widths` are given."""
    named = path.suffix.lower() in (".csv", ".tsv") and not options.widths
    return (None if named else fixed.read(path, options)) or csv.read(path, options)


READERS: dict[str, Callable[[Path, ReadOptions], Extract]] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".dat", ".prn"), _text),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".ods"), excel.read),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), json.read),
    ".parquet": parquet.read,
}
