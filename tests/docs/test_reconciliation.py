"""docs/reconciliation.md: what its example says was read back is explained as it says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.proof.planted import Migration, Row, laid_out
from workbench.proof import receivables
from workbench.proof.logical import EXPLAINED
from workbench.store import count, rows

PAGE = (Path(__file__).parents[2] / "docs" / "reconciliation.md").read_text("utf-8")
EXAMPLE = re.search(r"(?s)<!-- example -->(.*)<!-- end -->", PAGE)
LINES = [[cell.strip() for cell in line.strip("|").split("|")] for line in (EXAMPLE or [""])[0].splitlines()
         if re.match(r"\| [GI]\d", line)]  # fmt: skip
OF = {"title": "name", "vat": "tax", "party": "of"}


def test_the_example_is_true() -> None:
    said = {(record, field): (expected, actual, reason) for record, field, expected, actual, reason in LINES}

    def value(record: str, field: str, otherwise: str) -> str:
        return said.get((record, field), (otherwise,))[0]

    people: list[tuple[Row, Row | None]] = [
        ({"name": value(one, "title", "x"), "city": "old1", "phone": value(one, "phone", "1"),
          "tax": value(one, "vat", "2")}, None) for one in ("G0000", "G0001")
    ]  # fmt: skip
    items: list[Row] = [
        {"of": value(one, "party", "G0000")[-1], "amount": value(one, "amount", f"{10 + n}.00"),
         "currency": "JPY" if n == 1 else "CNY", "due": value(one, "due", "2026-06-15")}
        for n, one in enumerate(f"I{n:05d}" for n in range(5))
    ]  # fmt: skip
    made = Migration(people, items)
    for title, lines in made.held.items():
        made.held[title] = [
            line | {field: told[1] for (record, field), told in said.items() if record == line["_golden_id"]}
            for line in lines if (line["_golden_id"], "") not in said
        ]  # fmt: skip
    with laid_out(made) as (con, _, _):
        found = {line[:2]: line[2] for line in rows(con, "SELECT golden_id, field, reason FROM proof.cells")}
        assert {place: told[2] for place, told in said.items() if told[2]} == found
        assert EXPLAINED[1] in found.values()
        assert count(con, f"SELECT count(*) FROM proof.receivables WHERE {receivables.DIFFERS}") == 5
