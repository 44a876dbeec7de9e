"""The true customers, and which system holds which of them in which record."""

from dataclasses import dataclass, replace
from random import Random
from typing import Any

from generator import names
from generator.names import City
from generator.numbers import credit_code, foreign_tax, mobile, organisation_code, phone

WEEKS = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12")
SYSTEMS = ("erp", "crm", "sales")
COUNTS = {
    "firm": 1345,
    "sister": 85,
    "branch": 30,
    "accountant": 20,
    "foreign": 240,
    "person": 220,
    "onetime": 40,
}
# Which systems know a customer, and how many customers: ERP 1,310 (and 40 one-time), CRM 900, sales 490.
SPREAD = {
    ("erp",): 720,
    ("crm",): 430,
    ("sales",): 150,
    ("erp", "crm"): 300,
    ("erp", "sales"): 170,
    ("crm", "sales"): 50,
    ("erp", "crm", "sales"): 120,
}
DUPLICATES = {"erp": 150, "crm": 100, "sales": 10}
JOINING = 12  # new customers in each week after the first


@dataclass
class Customer:
    """One real customer. `kept` names the fields in which all its records (nearly) agree."""

    kind: str
    name: str
    english: str
    city: City
    street: str
    street_en: str
    house: str
    postal: str
    phone: str
    mail: str
    website: str = ""
    tax: str = ""
    old_tax: str = ""
    phone2: str = ""
    mail2: str = ""
    grade: int = 1
    limit: int = 50  # in 10,000 CNY
    former_name: str = ""
    former_street: str = ""
    former_house: str = ""
    group_company: str = ""
    hard: bool = False
    kept: tuple[str, ...] = ()
    entity: str = ""


@dataclass
class Record:
    """One row of one system: in it from week `start` until (not in) week `end`; then `heir` has its items."""

    source: str
    key: str
    customer: Customer
    rank: int  # 0 for the customer's main record
    start: int = 0
    end: int = len(WEEKS)
    heir: str = ""


def rng(*parts: object) -> Random:
    """A generator seeded by what it is for, so that one change does not disturb the rest."""
    return Random("demo|" + "|".join(map(str, parts)))


def _address(r: Random, city: City) -> dict[str, Any]:
    house = str(r.randrange(1, 400))
    if city.country != "CN":
        street = r.choice(names.STREETS_ABROAD[city.country])
        postal = city.postal + f" {r.randrange(1, 10)}AB" if city.country == "GB" else city.postal
        return {"street": street, "street_en": street, "house": house, "postal": postal}
    (cn, en), quarter = r.choice(names.STREETS), r.choice(city.quarters)
    return {
        "street": quarter + cn,
        "street_en": en,
        "house": house + "号",
        "postal": city.postal + f"{r.randrange(0, 90):02d}",
    }


class _Maker:
    """Makes customers whose brands, mail domains and numbers are their own."""

    def __init__(self) -> None:
        self.r = rng("world")
        self.brands = [
            (a + b, pa + pb.lower())
            for a, pa in names.FIRST.items()
            for b, pb in names.SECOND.items()
            if pa + pb != "HuaWei"
        ]
        self.r.shuffle(self.brands)
        self.taken: set[str] = set()

    def domain(self, stem: str, country: str) -> str:
        suffix = self.r.choice(("example.cn", "example.com")) if country == "CN" else "example.com"
        found, n = f"{stem}.{suffix}", 2
        while found in self.taken:
            found, n = f"{stem}{n}.{suffix}", n + 1
        self.taken.add(found)
        return found

    def tax(self, city: City) -> dict[str, Any]:
        modern = self.r.random() < 0.4
        organisation = organisation_code(self.r, modern)
        return {
            "tax": credit_code(city.district, organisation),
            "old_tax": "" if modern else city.district + organisation,
        }

    def firm(
        self,
        kind: str = "firm",
        brand: tuple[str, str] | None = None,
        industry: tuple[str, str] | None = None,
        city: City | None = None,
    ) -> Customer:
        r, city = self.r, city or self.r.choice(names.CITIES)
        cn, en = brand or self.brands.pop()
        trade, trade_en = industry or (
            names.LONG_INDUSTRY if r.random() < 0.03 else r.choice(names.INDUSTRIES)
        )
        form = r.choice(names.FORMS)
        name = f"{cn}（{city.cn}）{trade}{form}" if r.random() < 0.12 else f"{city.cn}{cn}{trade}{form}"
        domain = self.domain(en.lower(), "CN")
        local = r.choice(("info", "sales", "office", "contact", "service"))
        return Customer(
            kind,
            name,
            f"{city.en} {en} {trade_en} Co., Ltd.",
            city,
            **_address(r, city),
            **self.tax(city),
            phone=phone(r, city),
            phone2=mobile(r),
            mail=f"{local}@{domain}",
            mail2=f"finance@{domain}",
            website=f"www.{domain}",
        )

    def sisters(self) -> list[Customer]:
        """25 groups of 2-5 firms of one brand in several cities with one web site, often one switchboard."""
        found: list[Customer] = []
        for size in (5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2):
            brand, industry = self.brands.pop(), self.r.choice(names.INDUSTRIES)
            cities = self.r.sample(names.CITIES, size)
            group = [self.firm("sister", brand, industry, city) for city in cities]
            domain, shared = group[0].website[4:], self.r.random() < 0.4
            for one in group:
                one.website, one.mail = f"www.{domain}", f"{one.city.en.lower()}@{domain}"
                one.mail2 = f"finance.{one.city.en.lower()}@{domain}"
                one.phone = group[0].phone if shared else one.phone
            found += group
        return found

    def branch(self, head: Customer) -> Customer:
        city = self.r.choice([c for c in names.CITIES if c.cn != head.city.cn])
        mail = f"{city.en.lower()}.branch@{head.website[4:]}"
        return replace(
            head,
            kind="branch",
            name=f"{head.name}{city.cn}分公司",
            english=f"{head.english} {city.en} Branch",
            city=city,
            mail=mail,
            mail2=mail,
            phone2=mobile(self.r),
            **_address(self.r, city),
            **self.tax(city),
        )

    def foreign(self) -> Customer:
        r = self.r
        country = r.choices(("CN", "US", "DE", "GB", "JP"), (60, 50, 50, 40, 40))[0]
        city = r.choice(
            names.CITIES if country == "CN" else [c for c in names.ABROAD if c.country == country]
        )
        while (stem := r.choice(names.FOREIGN_A) + r.choice(names.FOREIGN_B)) in self.taken:
            pass
        self.taken.add(stem)
        form = f"({city.en}) Co., Ltd." if country == "CN" else r.choice(names.FOREIGN_FORMS[country])
        name = f"{stem} {r.choice(names.FOREIGN_TRADE)} {form}"
        domain = self.domain(stem.lower().replace("ü", "ue"), country)
        tax = self.tax(city) if country == "CN" else {"tax": foreign_tax(r, country)}
        return Customer(
            "foreign",
            name,
            name,
            city,
            **_address(r, city),
            **tax,
            phone=phone(r, city),
            phone2=phone(r, city),
            mail=f"info@{domain}",
            mail2=f"accounts@{domain}",
            website=f"www.{domain}",
        )

    def person(
        self, kind: str = "person", name: str = "", english: str = "", city: City | None = None
    ) -> Customer:
        r, city = self.r, city or self.r.choice(names.CITIES)
        if not name:
            (a, pa), given = r.choice(list(names.SURNAMES.items())), r.sample(list(names.GIVEN.items()), 2)
            name, english = a + given[0][0] + given[1][0], f"{pa} {given[0][1]}{given[1][1].lower()}"
        local = english.lower().replace(" ", r.choice((".", "_", ""))).replace("ü", "v") + str(
            r.randrange(60, 9999)
        )
        mail = f"{local}@{r.choice(('163.com', 'post.example', 'mail.example.cn'))}"
        return Customer(
            kind,
            name,
            english,
            city,
            **_address(r, city),
            phone=mobile(r),
            phone2=mobile(r),
            mail=mail,
            mail2=mail,
        )

    def onetime(self, n: int) -> Customer:
        one = self.person("onetime")
        return replace(one, name=names.ONE_TIME[n % len(names.ONE_TIME)] if n % 2 else one.name)


def _finish(customer: Customer, make: _Maker) -> None:
    """Draw what all kinds share: class, limit, what its records agree in, former name and address."""
    r = make.r
    customer.grade = r.choices(range(5), (8, 22, 35, 32, 3))[0]
    customer.limit = r.choice((5, 10, 20, 30, 50, 80, 100, 200)) * (1, 1, 1, 4, 1)[4 - customer.grade]
    if customer.kind in ("sister", "branch", "accountant"):
        customer.kept = ("tax", "name")
    elif customer.kind in ("person", "onetime"):
        customer.kept = r.choice((("phone", "address"), ("phone", "name", "address"), ("phone", "mail")))
    else:
        customer.kept = tuple(r.sample(("tax", "tax", "phone", "phone", "mail", "name", "address"), 3))
    customer.hard = customer.kind == "firm" and r.random() < 0.06
    if customer.kind == "firm" and not customer.hard and "name" not in customer.kept and r.random() < 0.2:
        at = (
            0 if "（" in customer.name else 2
        )  # the brand stands before a bracketed city, or after a leading one
        customer.former_name = customer.name[:at] + make.brands.pop()[0] + customer.name[at + 2 :]
    if customer.hard or ("address" not in customer.kept and r.random() < 0.12):
        moved = _address(r, customer.city)
        customer.former_street, customer.former_house = moved["street"], moved["house"]


def customers() -> tuple[list[Customer], list[Customer]]:
    """The customers of the first week in random order, and those who join later, all with entity numbers."""
    make = _Maker()
    found = [make.firm() for _ in range(COUNTS["firm"])] + make.sisters()
    found += [make.branch(head) for head in make.r.sample(found[: COUNTS["firm"]], COUNTS["branch"])]
    for size in (4, 4, 3, 3, 3, 3):
        group = [make.firm("accountant", city=names.CITIES[size]) for _ in range(size)]
        found += [replace(one, phone=group[0].phone2) for one in group]
    found += [make.foreign() for _ in range(COUNTS["foreign"])]
    found += [make.person(name=a + b, english=en) for a, b, en in names.RARE_PERSONS]
    persons = [make.person() for _ in range(184)]
    found += persons
    for n, one in enumerate(persons[:15]):  # the same name in two or three cities
        others = make.r.sample([c for c in names.CITIES if c.cn != one.city.cn], 2 + (n > 12))
        found += [make.person(name=one.name, english=one.english, city=city) for city in others]
    found += [make.onetime(n) for n in range(COUNTS["onetime"])]
    make.r.shuffle(found)
    joining = [make.firm() for _ in range(JOINING * (len(WEEKS) - 1))]
    for n, customer in enumerate(found + joining, 1):
        customer.entity = f"E{n:04d}"
        _finish(customer, make)
    for n, customer in enumerate(c for c in found if c.kind == "sister"):
        customer.group_company = f"G{n:05d}" if n % 8 == 0 else ""
    return found, joining


def records() -> list[Record]:
    """All records of the three systems with their keys, each customer's main record first."""
    r = rng("records")
    present, joining = customers()
    regular = [c for c in present if c.kind != "onetime"]
    spread = [systems for systems, n in SPREAD.items() for _ in range(n)]
    r.shuffle(spread)
    held: dict[str, list[Record]] = {s: [] for s in SYSTEMS}
    held["erp"] = [Record("erp", "", c, 0) for c in present if c.kind == "onetime"]
    for customer, systems in zip(regular, spread, strict=True):
        for rank, system in enumerate(systems):
            held[system].append(Record(system, "", customer, rank))
    twins: list[tuple[Record, Record]] = []
    for system, n in DUPLICATES.items():
        for main in r.sample([x for x in held[system] if x.customer.kind != "onetime"], n):
            twins.append((main, Record(system, "", main.customer, 3 + main.rank)))
            held[system].append(twins[-1][1])
    for rows in held.values():
        r.shuffle(rows)
    for n, customer in enumerate(joining):
        for rank, system in enumerate(r.choice((("erp",), ("erp",), ("crm",), ("erp", "crm")))):
            held[system].append(Record(system, "", customer, rank, start=1 + n // JOINING))
    onetime = 900000
    for n, record in enumerate(held["erp"], 1):
        onetime += record.customer.kind == "onetime"
        record.key = f"{onetime if record.customer.kind == 'onetime' else 100000 + n * 7:010d}"
    for n, record in enumerate(held["crm"], 1):
        record.key = f"A-{n:05d}"
    for n, record in enumerate(held["sales"], 1):
        record.key = f"XS{n:04d}"
    for main, twin in twins:  # half of the doubles are found and deleted, one week or another
        twin.heir, twin.end = main.key, r.choice((1, 2, 3, 4, 5, 6, 6, 6, 6, 6))
    return [x for system in SYSTEMS for x in held[system]]
