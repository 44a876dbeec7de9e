"""Faults planted between what is expected and what is read back: each is found with its reason, and nothing else is."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.proof import logical, receivables, technical
from workbench.store import rows

from .planted import CODES, Migration, Row, laid_out

NAMES = ("上海华东贸易有限公司", "Müller & Söhne GmbH", "株式会社 東京商事", "Łódź Handel", "北京金龙科技有限公司 (VIP)")


def migration(chance: Random, customers: int = 170, items: int = 450) -> Migration:
    def record(n: int) -> Row:
        return {"name": f"{NAMES[n % 5]} {n}", "city": f"old{chance.randrange(9)}", "phone": f"+86 138 {n:08d}", "tax": f"9131{n:06d}x"}

    people = [(record(n), record(n + 1000) if n % 3 == 0 else None) for n in range(customers)]
    currencies = ("CNY", "CNY", "USD", "JPY")
    lines: list[Row] = []
    for n in range(items):
        currency = currencies[n % 4]
        cents = chance.randrange(-50_000, 900_000) * 2 + 1  # an odd number of cents is never whole
        amount = str(100 * chance.randrange(1, 9_999)) if currency == "JPY" else f"{Decimal(cents) / 100:.2f}"
        lines.append({"of": str(n % 140), "amount": amount, "currency": currency, "due": f"2026-0{1 + n % 6}-1{n % 9}"})
    for n in range(0, items, 10):  # pairs that may go to each other's customer without any total seeing it
        lines[n + 1] |= {name: lines[n][name] for name in ("amount", "currency", "due")}
    return Migration(people, lines)


Plant = Callable[[Migration, int, Random], dict[tuple[str, str, str], str]]


def _cell(title: str, name: str, reason: str, change: Callable[[str, Random], str | None]) -> Plant:
    """A fault in one value of the row in a place; none where the value stays."""

    def plant(made: Migration, place: int, chance: Random) -> dict[tuple[str, str, str], str]:
        row = made.held[title][place]
        before, after = row[name], change(str(row[name]), chance)
        row[name] = after
        return {} if after == before else {(title, str(row["_golden_id"]), name): reason}

    return plant


def _drop(title: str, reason: str) -> Plant:
    def plant(made: Migration, place: int, chance: Random) -> dict[tuple[str, str, str], str]:
        row = made.held[title][place]
        row["_gone"] = "yes"
        return {(title, str(row["_golden_id"]), ""): reason}

    return plant


def _double(made: Migration, place: int, chance: Random) -> dict[tuple[str, str, str], str]:
    row = made.held["Party"][place]
    made.held["Party"].append(row | {"_target_id": "again"})
    return {("Party", str(row["_golden_id"]), ""): "duplicated"}


def _swap(made: Migration, place: int, chance: Random) -> dict[tuple[str, str, str], str]:
    row = made.held["Party"][place]
    row["title"], row["vat"] = row["vat"], row["title"]
    return {("Party", str(row["_golden_id"]), name): "swapped" for name in ("title", "vat")}


def _reassign(made: Migration, place: int, chance: Random) -> dict[tuple[str, str, str], str]:
    """An item goes to another customer: the totals by currency and age stay."""
    row = made.held["Item"][place]
    row["party"] = f"G{(int(str(row['party'])[1:]) + 7) % 140:04d}"
    return {("Item", str(row["_golden_id"]), "party"): "reassigned"}


def _exchange(made: Migration, place: int, chance: Random) -> dict[tuple[str, str, str], str]:
    """Two items of one amount, currency and due date change customers: not even a customer's total is another."""
    one, other = made.held["Item"][place], made.held["Item"][place + 1]
    one["party"], other["party"] = other["party"], one["party"]
    return {("Item", str(row["_golden_id"]), "party"): "reassigned" for row in (one, other)}


def _round(text: str, chance: Random) -> str:
    return str(Decimal(text).quantize(Decimal(chance.choice(("1", "0.1"))), ROUND_HALF_UP))


def _reencode(text: str, chance: Random) -> str:
    wrote, read = chance.choice((("utf-8", "latin-1"), ("utf-8", "cp1252"), ("gb18030", "latin-1")))
    return text.encode(wrote, "replace").decode(read, "replace") if wrote == "utf-8" else "".join(
        "?" if ord(char) > 127 else char for char in text)  # fmt: skip


FAULTS: dict[str, Plant] = {
    "drop": _drop("Party", "missing"),
    "duplicate": _double,
    "swap": _swap,
    "truncate": _cell("Party", "title", "truncated", lambda t, c: t[: c.randrange(2, len(t))].rstrip()),
    "round": _cell("Item", "amount", "rounded", _round),
    "re-encode": _cell("Party", "title", "encoding", _reencode),
    "re-assign": _reassign,
    "exchange": _exchange,
    "wrong currency": _cell("Item", "currency", "currency", lambda t, c: c.choice(("CNY", "USD", "EUR"))),
    "yen by 100": _cell("Item", "amount", "currency", lambda t, c: str(Decimal(t) / 100)),
    "wrong code": _cell("Party", "town", "code", lambda t, c: c.choice([*CODES.values()])),
    "lost child": _drop("Item", "child missing"),
    "due date by a day": _cell("Item", "due", "date shifted", lambda t, c: str(date.fromisoformat(t) + timedelta(c.choice((-1, 1))))),
}  # fmt: skip
OF_ITEMS = ("round", "re-assign", "exchange", "wrong currency", "yen by 100", "lost child", "due date by a day")


def _place(fault: str, made: Migration, free: dict[str, set[int]], chance: Random) -> int:
    """A row that has no fault yet and that this one can befall."""
    title = "Item" if fault in OF_ITEMS else "Party"
    held = made.held[title]
    fits: Callable[[int], bool] = {
        "round": lambda n: held[n]["currency"] != "JPY" and n % 10 > 1,
        "yen by 100": lambda n: held[n]["currency"] == "JPY" and n % 10 > 1,
        "exchange": lambda n: n % 10 == 0,
        "drop": lambda n: n >= 140,  # those without items: else these would have lost their customer
    }.get(fault, lambda n: n % 10 > 1 or title == "Party")
    place = chance.choice([n for n in sorted(free[title]) if fits(n)])
    free[title].discard(place)
    return place


def test_500_faults_are_found_each_with_its_reason() -> None:
    planted = 0
    for seed in range(5):
        chance = Random(seed)
        made = migration(chance)
        free = {title: set(range(len(rows_))) for title, rows_ in made.held.items()}
        wanted: dict[tuple[str, str, str], str] = {}
        moved = set[str]()
        while len(wanted) < 104:
            fault = chance.choice([*FAULTS])
            place = _place(fault, made, free, chance)
            wanted |= FAULTS[fault](made, place, chance)
            moved |= {str(made.held["Item"][place]["party"])} if fault == "re-assign" else set()
        made.held = {title: [row for row in lines if "_gone" not in row] for title, lines in made.held.items()}
        with laid_out(made) as (con, _, _):
            found = {line[:3]: line[3] for line in rows(con, f"""SELECT object, golden_id, field, reason FROM proof.cells
                WHERE reason NOT IN {logical.EXPLAINED}""")}
            assert found == wanted, seed
            fates = dict(rows(con, "SELECT golden_id, fate FROM proof.golden WHERE fate IN ('missing', 'doubled')"))
            assert fates == {key[1]: "doubled" if why == "duplicated" else "missing"
                             for key, why in wanted.items() if key[2] == ""}  # fmt: skip
            assert moved <= {of for (of,) in rows(con, f"SELECT customer FROM proof.receivables WHERE {receivables.DIFFERS}")}
            assert not rows(con, "FROM proof.unexplained")
        planted += len(wanted)
    assert planted >= 500


text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
person = st.fixed_dictionaries({
    "name": st.none() | text, "city": st.none() | st.sampled_from([*CODES]), "phone": st.none() | text,
    "tax": st.none() | st.text("0189XxYz -", min_size=1, max_size=12),
})  # fmt: skip
item = st.fixed_dictionaries({
    "of": st.integers(0, 4).map(str), "amount": st.decimals(-10**6, 10**6, places=2).map(str),
    "currency": st.sampled_from(["CNY", "USD", "EUR"]), "due": st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)).map(str),
})  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(person, st.none() | person), min_size=5, max_size=60), st.lists(item, max_size=90))
def test_a_clean_migration_raises_no_alarm(customers: list[tuple[Row, Row | None]], items: list[Row]) -> None:
    with laid_out(Migration(customers, items)) as (con, _, _):
        assert technical.open_findings(con) == {}
        assert logical.open_cells(con) == {}
        assert receivables.open_sums(con) == {}
        assert rows(con, "SELECT count(*) FROM proof.rows WHERE fate NOT IN ('loaded', 'merged')") == [(0,)]
