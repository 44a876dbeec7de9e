"""Which encoding a text file is in, and how its damaged bytes are shown."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from workbench.errors import SourceError
from workbench.sources.extract import Remark
from workbench.sources.magic import is_marked, refuse_binary
from workbench.sources.plausible import CANDIDATES, plausibility

TOLERATED = 0.01  # of the characters beyond ASCII: a few damaged bytes do not change a file's encoding
FAR = 0.3  # how much more plausible another encoding is that questions a pinned one
SUSPICIOUS = 0.03  # of them: a pinned encoding that damages more is questioned
CHUNK = 1 << 20  # bytes read at once
EVIDENCE = 1 << 20  # bytes, about, of lines beyond ASCII that are judged
_DAMAGED = re.compile("[\ud800-\udfff]")


def _keep_bytes(error: UnicodeError) -> tuple[str, int]:
    """Stand a lone surrogate in for each undecodable byte (surrogateescape leaves out bytes below 128)."""
    assert isinstance(error, UnicodeDecodeError)
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error("workbench.keep_bytes", _keep_bytes)


class Encoding(NamedTuple):
    """An encoding's name, what is said of how it was found, and remarks on one that was given."""

    name: str
    settings: dict[str, str]
    remarks: list[Remark]


def open_text(path: Path, encoding: str) -> TextIO:
    """Open a file as text, behind its byte order mark, that keeps its line ends and never fails on a byte."""
    text = path.open(encoding=encoding, errors="workbench.keep_bytes", newline="")
    if text.read(1) != "\ufeff":
        text.seek(0)
    return text


def find_encoding(path: Path, pinned: str | None) -> Encoding:
    """Take the pinned encoding, else what the bytes at the beginning say, else UTF-8 where it damages next to
    nothing, else the most plausible one for the lines beyond ASCII, with how plausible it and the next one are.
    Raises SourceError for what is no text, and for an encoding that is none."""
    with path.open("rb") as file:
        start = file.read(CHUNK)
    refuse_binary(path, start, pinned)
    if pinned:
        return Encoding(pinned, {"encoding": pinned}, _doubts(path, pinned))
    if name := is_marked(start):
        return Encoding(name, {"encoding": name, "confidence": "1.00"}, [])
    if _is_utf8(path) or _damaged_share(evidence := _evidence(path), "utf-8") <= TOLERATED:
        return Encoding("utf-8", {"encoding": "utf-8", "confidence": "1.00"}, [])
    (best, score), (second, other), *_ = _ranked(evidence)
    settings = {"encoding": best, "confidence": f"{score:.2f}", "runner-up": f"{second} at {other:.2f}"}
    return Encoding(best, settings, [])


def _doubts(path: Path, pinned: str) -> list[Remark]:
    """A remark where a pinned encoding damages much that another would read."""
    try:
        b"\xff".decode(pinned, "workbench.keep_bytes")
    except (LookupError, ValueError):  # also one that is no encoding of texts, such as idna
        raise SourceError(
            f"{path}: there is no encoding {pinned!r}. Give one such as utf-8, gb18030, cp950 or cp1252."
        ) from None
    if pinned.lower().startswith(("utf-16", "utf_16", "utf-32", "utf_32")):
        return []  # lines cut at a byte are no evidence there
    evidence = _evidence(path)
    if (share := _damaged_share(evidence, pinned)) <= SUSPICIOUS:
        return _unlikely(evidence, codecs.lookup(pinned).name) if evidence else []
    fitting = find_encoding(path, None).name
    said = f"the encoding {pinned} damages {share:.0%} of the characters beyond ASCII: `encoding: {fitting}` would fit"
    return [Remark(said)] if fitting != pinned else []


def _unlikely(evidence: bytes, pinned: str) -> list[Remark]:
    """A remark where a pinned encoding knows every byte, but another gives characters that are far more usual."""
    scores = dict(_ranked(evidence))
    best = max(scores, key=lambda name: scores[name])
    if pinned not in scores or scores[best] - scores[pinned] < FAR:
        return []
    said = f"the encoding {pinned} gives characters that are seldom used: `encoding: {best}` would fit better"
    return [Remark(f"{said} ({scores[best]:.2f} against {scores[pinned]:.2f})")]


def _ranked(evidence: bytes) -> list[tuple[str, float]]:
    scores = [(name, plausibility(evidence, name)) for name in CANDIDATES]
    return sorted(scores, key=lambda pair: -pair[1])


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _evidence(path: Path) -> bytes:
    """Lines with bytes beyond ASCII, as many from each part of the file."""
    share = max(EVIDENCE * CHUNK // max(path.stat().st_size, 1), 1 << 12)
    found = []
    for chunk in _chunks(path):
        size = 0
        for line in [] if chunk.isascii() else chunk.splitlines(keepends=True):
            if not line.isascii():
                found.append(line)
                size += len(line)
                if size > share:
                    break
    return b"".join(found)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return all(decoder.decode(chunk) is not None for chunk in _chunks(path)) and not decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False


def _damaged_share(evidence: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that an encoding has no meaning for."""
    text = evidence.decode(encoding, "workbench.keep_bytes")
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    return len(_DAMAGED.findall(text)) / (beyond_ascii or 1)
