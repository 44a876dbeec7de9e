"""Readers of extracts, one a file format. Nothing else in the package opens an extract."""

from pathlib import Path

from workbench.config import ReadOptions
from workbench.errors import SourceError
from workbench.sources import csv, excel, parquet
from workbench.sources.extract import Batch, Extract, Reject, Remark
from workbench.sources.files import steady, unpacked

__all__ = ["Batch", "Extract", "Reject", "Remark", "read", "steady", "unpacked"]

READERS = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), csv.read),
    **dict.fromkeys((".xlsx", ".xls", ".xlsb", ".ods"), excel.read),
    ".parquet": parquet.read,
}


def read(path: Path, options: ReadOptions) -> Extract:
    """Open an extract by its suffix; SourceError where it cannot be read at all."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        accepted = ", ".join(READERS)
        raise SourceError(f"{path}: files ending in {path.suffix!r} cannot be read. Give one of {accepted}.")
    if not path.is_file():
        raise SourceError(f"{path}: no such file. Put the extract there, or correct the path.")
    try:
        return reader(path, options)
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened ({error.strerror}). Close it elsewhere.") from error
