"""What the first bytes of a file say: that it is no text whatever its name says, or text in UTF-16."""

import codecs
from pathlib import Path

from workbench.errors import SourceError

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
BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def refuse_binary(path: Path, start: bytes, pinned: str | None) -> None:
    """Raises SourceError when the file is a known binary format, or no text (unless its encoding is given)."""
    for magic, what in KINDS.items():
        if start.startswith(magic):
            raise SourceError(f"{path}: is no text but seems to be {what}.")
    controls = len(start) - len(start.translate(None, CONTROLS))
    if controls > TOLERATED * len(start) and not pinned and not _utf16(start):
        raise SourceError(
            f"{path}: is no text, {controls:,} of its first {len(start):,} bytes are control characters. "
            "Export the data as delimited text, or name the file by what it is."
        )


def is_marked(start: bytes) -> str | None:
    """The Unicode encoding that a mark or the NULs of UTF-16 tell of."""
    return next((name for bom, name in BOMS.items() if start.startswith(bom)), None) or _utf16(start)


def _utf16(start: bytes) -> str | None:
    """The UTF-16 that a file's first bytes are in: NULs at every second place, and text with lines when read so.

    A few NULs in another text do not make it UTF-16: each digit, delimiter and line end has one there.
    """
    start = start[: len(start) // 2 * 2]
    for name, other, own in (("utf-16-le", start[::2], start[1::2]), ("utf-16-be", start[1::2], start[::2])):
        if own.count(0) > len(own) / 50 and other.count(0) * 4 < own.count(0):
            text = start.decode(name, "replace")
            ascii_letters = len(text.encode("ascii", "ignore"))
            if "\n" in text or "\r" in text or ascii_letters > len(text) / 2:
                return name
    return None
