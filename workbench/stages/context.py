"""What every stage is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from ..config import Config


@dataclass(frozen=True)
class Run:
    """One run of a project: its configuration, its as-of date (the only "now"), its id and the key of its masks."""

    config: Config
    as_of: date
    id: str
    mask_key: bytes = field(repr=False)


class Counts(NamedTuple):
    """Rows that went into a stage and rows that came out."""

    rows_in: int
    rows_out: int


Notes = Mapping[str, Iterable[tuple[Any, ...]]]
"""What the journal shall remember of a stage, to be gone through once while the session lasts; see Journal.remember."""
