"""Files that are no text whatever their name says."""

from pathlib import Path

from workbench.errors import SourceError
from workbench.sources.encoding import utf16_of

KINDS = {
    b"PK\x03\x04": "a workbook or a zip archive: name it .xlsx or .ods if it is a workbook, else unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: name it .xls",
    b"PAR1": "a Parquet file: name it .parquet",
    b"\x1f\x8b": "a gzip archive: name it .csv.gz, or unpack it",
    b"%PDF": "a PDF: export the data as a table",
    b"\x89PNG": "a picture: export the data as a table",
    b"\xff\xd8\xff": "a picture: export the data as a table",
    b"SQLite format 3": "an SQLite database: give it as `url`, with a `query`",
}
CONTROLS = bytes({*range(1, 32)} - {*b"\t\n\v\f\r\x1a\x1b"})  # NUL is not among them: a text may be damaged so
TOLERATED = 0.03  # random bytes have 0.1
START = 1 << 16


def refuse_binary(path: Path, pinned: str | None) -> None:
    """Raises SourceError when the file is a known binary format, or no text (unless its encoding is given)."""
    with path.open("rb") as file:
        start = file.read(START)
    for magic, what in KINDS.items():
        if start.startswith(magic):
            raise SourceError(f"{path}: is no text but seems to be {what}.")
    controls = len(start) - len(start.translate(None, CONTROLS))
    if controls > TOLERATED * len(start) and not pinned and not utf16_of(start):
        raise SourceError(
            f"{path}: is no text, {controls:,} of its first {len(start):,} bytes are control characters. "
            "Export the data as delimited text, or name the file by what it is."
        )
