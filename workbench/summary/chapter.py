"""What a chapter is made of, and what it is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..config import Config
from ..errors import StoreError
from ..journal import Journal
from ..language import marked
from ..published import Published
from ..signatures import Signature, hashes, standing
from ..snapshot import snapshot
from ..views.view import View
from .columns import Column

FINE, WATCH, ACT, UNKNOWN = (marked("in order"), marked("to watch"), marked("to act on"), marked("not known"))
"""How a chapter stands, in words; colour comes on top."""

Row = dict[str, Any]

@dataclass(frozen=True)
class Table:
    """Rows of a chapter, a sheet of the workbook; on the page too, unless a view of the chapter says it (`drawn`)."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    drawn: bool = False


@dataclass(frozen=True)
class Chapter:
    """A chapter: the name it is led to by, how it stands ("" where there is nothing to judge), and that in a sentence;
    then what it shows."""

    name: str
    title: str
    state: str
    said: str
    views: Sequence[View] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Ground:
    """What all chapters are made from: a published run, masked, and what the journal has of people."""

    run: Published
    config: Config
    journal: Journal
    signatures: list[Signature] | None = field(default=None)
    """Held against the run's own tables; None where these are kept no longer."""


def ground(run: Published, config: Config, journal: Journal) -> Ground:
    """The ground of a run, with its signatures where its tables are still there."""
    try:
        with snapshot(run.root, run.run_id) as con:
            signed = [one for target in config.targets
                      for one in standing(journal, target, hashes(con, config, journal, target))]  # fmt: skip
    except StoreError:  # not the newest run
        return Ground(run, config, journal)
    return Ground(run, config, journal, signed)
