"""Open items (BSID) and orders (VBAK) of the ERP, week by week."""

from dataclasses import dataclass
from datetime import date, timedelta

from generator.dirt import remains
from generator.world import WEEKS, Record, rng

DAYS = [date.fromisoformat(w) for w in WEEKS]
ORPHANS, UNREADABLE = (6, 5, 4, 3, 3, 2), (3, 3, 2, 1, 1, 0)
ZERO_NET = 8  # customers whose items net exactly to zero
RATES = {"CNY": 1.0, "USD": 7.1, "JPY": 0.047}
TERMS = {"Z000": 0, "Z030": 30, "Z045": 45, "Z060": 60, "Z090": 90}


@dataclass
class Item:
    """One open item; it is open from week `start` until (not in) week `end`."""

    belnr: str
    owner: str
    start: int
    end: int
    side: str  # S debit, H credit
    currency: str
    amount: float  # in the document currency's own units
    day: date
    special: str = ""


def company_codes(record: Record) -> list[str]:
    """The company codes the account has a KNB1 row in."""
    return ["1000", "2000"] if not record.heir and rng("2000", record.key).random() < 0.2 else ["1000"]


def terms(key: str, company: str) -> str:
    """The account's payment terms in one company code."""
    return rng("terms", key, company).choice(list(TERMS))


def compact(day: date) -> str:
    """A date as SAP stores it."""
    return day.strftime("%Y%m%d")


def holder(key: str, week: int, by_key: dict[str, Record]) -> str:
    """The account that has the items of `key` in this week: itself, or the one that survived it."""
    while key in by_key and by_key[key].end <= week:
        key = by_key[key].heir
    return key


def items(erp: list[Record]) -> list[Item]:
    """All items ever open: first those of the zero-net customers, in pairs, then the others."""
    r = rng("items")
    survivors = {x.heir for x in erp}
    lone = [
        x for x in erp if x.start == 0 and not x.heir and x.key not in survivors and x.customer.kind == "firm"
    ]
    zero = r.sample(lone, ZERO_NET)
    found: list[Item] = []
    for record in zero:
        for _ in range(r.randrange(1, 4)):
            amount, day = round(r.uniform(900, 90000), 2), DAYS[0] - timedelta(r.randrange(20, 200))
            for side in "SH":
                found.append(Item("", record.key, 0, len(WEEKS), side, "CNY", amount, day))
    others = [x for x in erp if x not in zero]
    busy = r.sample(others, 800)
    for n in range(4000 + 160 * (len(WEEKS) - 1)):
        start = max(0, (n - 4000) // 160 + 1)
        owner = r.choice(busy if r.random() < 0.8 else others)
        if owner.start > start:
            continue
        end = next((w for w in range(start + 1, len(WEEKS)) if r.random() < 0.04), len(WEEKS))
        day = DAYS[start] - timedelta(r.randrange(0, 7) if start else int(r.expovariate(1 / 70)))
        currency = r.choices(("CNY", "USD", "JPY"), (88, 9.5, 2.5))[0]
        amount = round(min(r.lognormvariate(9.6, 1.3), 900000), 2) / {"USD": 7, "JPY": 0.05}.get(currency, 1)
        side = "H" if r.random() < 0.13 else "S"
        special = "A" if side == "H" and r.random() < 0.15 else ""
        found.append(
            Item(
                "",
                owner.key,
                start,
                end,
                side,
                currency,
                round(amount, 0 if currency == "JPY" else 2),
                day,
                special,
            )
        )
    for n, item in enumerate(found):
        item.belnr = f"18{n:08d}"
    return found


def _amount(value: float, belnr: str, field: str, week: int) -> str:
    if rng("thousands", belnr, field).random() < 0.04 and remains("shape", week, "thousands", belnr, field):
        return f"{value:,.2f}"
    return f"{value:.2f}"


def bsid(every: list[Item], by_key: dict[str, Record], week: int) -> list[list[object]]:
    """The open items of the week, with its orphans and unreadable amounts."""
    lasting = [x for x in every[100:] if x.start == 0 and x.end == len(WEEKS) and x.currency == "CNY"]
    orphans = {x.belnr: f"{990001 + n * 13:010d}" for n, x in enumerate(lasting[: ORPHANS[week]])}
    broken = {
        x.belnr: text
        for x, text in zip(lasting[50:], ("12.3O0.00", "n/a", "1 2O5,--")[: UNREADABLE[week]], strict=False)
    }
    rows: list[list[object]] = []
    for item in every:
        if not item.start <= week < item.end:
            continue
        owner, r = holder(item.owner, week, by_key), rng("item", item.belnr)
        company = r.choice(company_codes(by_key[item.owner]))
        term, late = terms(owner, company), (DAYS[week] - item.day).days
        level = min(3, max(0, late - TERMS[term]) // 30) if item.side == "S" else 0
        stored = (
            item.amount / 100 if item.currency == "JPY" else item.amount
        )  # yen has no decimals, SAP shifts it
        local, base = item.amount * RATES[item.currency], compact(item.day)
        rows.append(
            [
                company,
                item.belnr,
                str(item.day.year),
                "001",
                orphans.get(item.belnr, owner),
                item.special,
                item.side,
                item.currency,
                broken.get(item.belnr, _amount(local, item.belnr, "DMBTR", week)),
                broken.get(item.belnr, _amount(stored, item.belnr, "WRBTR", week)),
                base,
                base,
                "00000000" if r.random() < 0.02 else base,
                term,
                str(level) if level else "",
                "A" if r.random() < 0.02 else "",
                f"INV{r.randrange(10**6):06d}" if item.side == "S" else "",
            ]
        )
    return rows


def vbak(erp: list[Record], by_key: dict[str, Record], week: int) -> list[list[object]]:
    """All orders up to the week's date."""
    rows: list[list[object]] = []
    r = rng("orders")
    busy = r.sample([x for x in erp if x.start == 0], 700)
    for n in range(2400 + 25 * week):
        start = max(0, (n - 2400) // 25 + 1)
        owner, back = r.choice(busy).key, r.randrange(0, 7) if start else r.randrange(0, 700)
        amount, currency = r.lognormvariate(9.8, 1.2), r.choices(("CNY", "USD"), (9, 1))[0]
        rows.append(
            [
                f"{500000 + n:010d}",
                compact(DAYS[start] - timedelta(back)),
                holder(owner, week, by_key),
                f"{amount:.2f}",
                currency,
            ]
        )
    return rows
