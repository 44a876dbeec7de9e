"""Which encoding a text file is in, and how its damaged bytes are shown."""

import codecs
import re
from itertools import chain
from pathlib import Path
from typing import TextIO

from workbench.errors import SourceError

BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
CANDIDATES = ("utf-8", "gb18030", "cp1252")
TOLERATED = 0.01  # of the characters beyond ASCII: a few damaged bytes do not change a file's encoding
CHUNK = 1 << 20
_DAMAGED = re.compile("[\udc00-\udcff]")
_UNPRINTABLE = re.compile("[\0\udc00-\udcff]")


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Stand a lone surrogate in for each undecodable byte (surrogateescape leaves out bytes below 128)."""
    assert isinstance(error, UnicodeDecodeError)
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("workbench.keep_bytes", _keep_bytes)


def open_text(path: Path, encoding: str) -> TextIO:
    """Open a file as text, behind its byte order mark, that keeps its line ends and never fails on a byte."""
    text = path.open(encoding=encoding, errors="workbench.keep_bytes", newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    return text


def printable(text: str) -> str:
    """Show damaged bytes and NUL characters as \\xNN."""
    return _UNPRINTABLE.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", text)


def damage(text: str) -> str:
    """Say why a text cannot be taken as it is, or ''."""
    if "\0" in text:
        return "a NUL character"
    if not text.isascii() and (found := _DAMAGED.search(text)):
        return f"a byte that the encoding does not know: {printable(found[0])}"
    return ""


def encoding_of(path: Path, pinned: str | None) -> str:
    """Take the pinned encoding, else what the byte order mark says, else the first candidate that fits.

    A Big5 file, and a short Western one, can pass for gb18030: the choice is shown and can be pinned.
    """
    if pinned:
        try:
            "".encode(pinned)
        except LookupError:
            raise SourceError(
                f"{path}: there is no encoding {pinned!r}. Give one such as utf-8, gb18030, big5 or cp1252."
            ) from None
        return pinned
    with path.open("rb") as file:
        start = file.read(3)
    marked = (name for bom, name in BOMS.items() if start.startswith(bom))
    fitting = (name for name in CANDIDATES if _damaged_share(path, name) <= TOLERATED)
    return next(chain(marked, fitting), CANDIDATES[0])


def _damaged_share(path: Path, encoding: str) -> float:
    beyond_ascii = damaged = 0
    with open_text(path, encoding) as text:
        while chunk := text.read(CHUNK):
            if not chunk.isascii():
                beyond_ascii += len(chunk) - len(chunk.encode("ascii", "ignore"))
                damaged += len(_DAMAGED.findall(chunk))
    return damaged / (beyond_ascii or 1)
