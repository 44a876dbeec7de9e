"""`diff`: two tables laid side by side in a database of their own, and held against each other by the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ..diffing.cells import RESERVED, Compared, differ
from ..errors import ConfigError
from ..store import Connection, ident, scratch
from .answer import Diff
from .columns import Names, Tolerance, common, hindered, paired
from .crosswalk import CROSSED, cross, members
from .tables import Given, folders, lay_in, said

MEMORY = 4
"""GiB that the database works in at most; what is more goes to disk."""


def diff(
    a: Given, b: Given, key: str | Sequence[str], *, tolerance: Tolerance = None, ignore: str | Sequence[str] = (),
    xref: Given | None = None, sums: str | Sequence[str] = (),
) -> Diff:  # fmt: skip
    """Compare two tables by a key: files, `url::table`, `url::SELECT ...`, `PROJECT::schema.table`, or frames.

    `key` names the key's columns, `NAME_IN_A=NAME_IN_B` where they are called differently. `tolerance` is how far
    numbers may be apart, one for all or by column. Columns to `ignore` are not compared. `xref` has the old key and the
    new one in its columns `key` and `golden_id`, or in its first two: A's records go through it, and several may become
    one; then columns in `sums` are added up, and of others B has to have one of A's values.

    Raises ConfigError for columns that are not there, SourceError for a table that cannot be read.
    """
    keys, left_out, added = _names(key), _names(ignore), _names(sums)
    place = TemporaryDirectory(prefix="workbench-diff-", ignore_cleanup_errors=True)
    file = Path(place.name) / "answer.duckdb"
    with scratch(file, [folder for each in (a, b, xref) for folder in folders(each)], MEMORY) as con:
        remarks = [*lay_in(con, "a", a), *lay_in(con, "b", b)]
        if isinstance(a, str | Path) and said(a) == said(b):
            remarks.append(f"A and B are the same: {said(a)}")
        sides = Names(con, "a"), Names(con, "b")
        pairs = paired(keys, *sides)
        columns = _columns(con, sides, pairs, left_out, added, tolerance, remarks)
        if xref is None:
            if added:
                raise ConfigError("Columns are added up only where several records become one: give an xref too.")
            shown = _keyed(con, pairs, sides[1])
            differ(con, "a", "keyed", shown, columns)
        else:
            remarks += lay_in(con, "xref", xref)
            shown = [CROSSED]
            remarks += cross(con, pairs, columns, [name.casefold() for name in added])
            plain = [Compared(each.name, each.kind, each.tolerance) for each in columns]
            differ(con, "crossed", "target", shown, plain)
            members(con)
        return Diff.read(con, place, (said(a), said(b)), shown, remarks)


def _names(given: str | Sequence[str]) -> list[str]:
    """Names one by one, or with commas between them."""
    parts = [given] if isinstance(given, str) else given
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]


def _columns(
    con: Connection, sides: tuple[Names, Names], pairs: Sequence[tuple[str, str]], ignore: Sequence[str],
    sums: Sequence[str], tolerance: Tolerance, remarks: list[str],
) -> list[Compared]:  # fmt: skip
    """The columns to compare; what is left over is remarked on. Raises ConfigError for names that are nowhere."""
    a, b = sides
    leave = {name.casefold() for name in ignore}
    if wrong := [name for name in ignore if name.casefold() not in a.own and name.casefold() not in b.own]:
        raise ConfigError(f"ignore: neither A nor B has a column {', '.join(wrong)}.")
    key_a, key_b = ({pair[side].casefold() for pair in pairs} for side in (0, 1))
    columns = common(con, a, b, leave | key_a | key_b, tolerance)
    names = {each.name.casefold() for each in columns if each.kind == "decimal"}
    if wrong := [name for name in sums if name.casefold() not in names]:
        raise ConfigError(f"sum: {', '.join(wrong)} is no column of numbers that both sides have.")
    for side, own, other, own_key in (("A", a, b, key_a), ("B", b, a, key_b)):
        if only := [own.own[name] for name in own.own if name not in other.own and name not in leave | own_key]:
            remarks.append(f"not compared: only {side} has the columns {', '.join(only)} (or ignore them)")
    remarks += hindered(con, a, b, columns)
    renamed = [f"{each.left} is {each.right} in B" for each in columns if each.left != each.right]
    if renamed:
        remarks.append(f"found in another case: {', '.join(renamed)}")
    if not columns:
        remarks.append("A and B share no column but the key, so only keys are compared")
    return columns


def _keyed(con: Connection, pairs: Sequence[tuple[str, str]], b: Names) -> list[str]:
    """The view `keyed`: B with its key under A's names, which are given. Raises ConfigError for one that is taken."""
    if taken := [name for name, _ in pairs if name.casefold() in RESERVED]:
        raise ConfigError(f"The key's column cannot be called {', '.join(taken)}: rename it, or select it AS another.")
    names = {other for _, other in pairs} | {b.own[one.casefold()] for one, _ in pairs if one.casefold() in b.own}
    keys = ", ".join(f"{ident(other)} AS {ident(one)}" for one, other in pairs)
    con.execute(f"CREATE TEMP VIEW keyed AS SELECT {keys}, * EXCLUDE ({', '.join(map(ident, names))}) FROM b")
    return [one for one, _ in pairs]
