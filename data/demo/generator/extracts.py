"""The rows each system delivers in a week: true values in the system's own shape, with the week's dirt."""

from datetime import date, timedelta

from generator import names
from generator.dirt import dirt_of, spoil
from generator.items import DAYS, compact, company_codes, holder, terms
from generator.world import WEEKS, Record, rng

Log = dict[tuple[str, str, str, str], list[str]]
Row = list[object]

SEGMENTS = ("Key", "Premium", "Standard", "Prospect", "Blocked")
GRADES = ("VIP", "A", "B", "C", "黑名单")
REPEATED, BLANK_KEYS, RAGGED = (5, 5, 4, 3, 2, 2), (3, 2, 1, 0, 0, 0), (2, 2, 0, 0, 0, 0)
ORPHAN_CONTACTS, TWIN_CONTACTS = (8, 7, 5, 4, 3, 2), (50, 45, 38, 30, 24, 18)


def view(record: Record) -> dict[str, str]:
    """What this record says of its customer before dirt: perhaps a former name, another phone, English."""
    c, r = record.customer, rng("view", record.source, record.key)
    other = record.rank > 0
    lost, moved = c.hard and other, bool(c.former_street) and other
    phone = c.phone2 if lost or (other and "phone" not in c.kept and r.random() < 0.25) else c.phone
    mail = c.mail2 if lost or (other and "mail" not in c.kept and r.random() < 0.25) else c.mail
    name = c.former_name if c.former_name and other else c.name
    name_cn, chinese = "", c.kind in ("firm", "sister", "branch", "accountant")
    english = chinese and r.random() < {"erp": 0.1, "crm": 0.5, "sales": 0.05}[record.source]
    if english and (record.source == "crm" or "name" not in c.kept) and not lost and name == c.name:
        name_cn = name if record.source == "crm" and ("name" in c.kept or r.random() < 0.55) else ""
        name = c.english
    elif record.source == "crm" and chinese and r.random() < 0.4:
        name_cn = name
    in_english = name == c.english and record.source == "crm" and "address" not in c.kept
    street, house = (c.former_street, c.former_house) if moved else (c.street, c.house)
    if in_english and not moved:
        street, house = c.street_en, c.house.removesuffix("号")
    return {
        "name": name,
        "name_cn": name_cn,
        "tax": "" if lost else c.tax,
        "phone": phone,
        "mail": mail,
        "street": street,
        "house": house,
        "city": c.city.en if in_english else c.city.cn,
        "postal": c.postal,
    }


def values(record: Record, week: int, log: Log) -> dict[str, str]:
    """The view with the dirt of the week; `log` notes each dirt's first and last date."""
    v, source, key, kept = view(record), record.source, record.key, record.customer.kept

    def note(field: str, dirt: str) -> None:
        log.setdefault((source, key, field, dirt), [WEEKS[week], ""])[1] = WEEKS[week]

    for field in ("name", "tax", "phone", "mail", "city", "street", "postal"):
        v[field], found = spoil(source, key, field, v[field], week, kept)
        for dirt in found:
            note(field, dirt)
        if field == "street" and "missing" in found:
            v["house"] = ""
    if v["name_cn"]:
        v["name_cn"], _ = spoil(source, key, "name", v["name_cn"], week, kept)
    if record.customer.old_tax and v["tax"] and dirt_of(source, key, "tax", week) == "old_15":
        v["tax"] = record.customer.old_tax
        note("tax", "old_15")
    return v


def _address(v: dict[str, str], country: str = "CN") -> str:
    if v["street"].isascii() and v["house"] and country == "CN":
        return f"No. {v['house']} {v['street']}"
    return f"{v['street']} {v['house']}".strip() if country != "CN" else v["street"] + v["house"]


class Delivery:
    """One week's extracts. `changes` carries on what each record said and when it last changed."""

    def __init__(
        self, week: int, everything: list[Record], changes: dict[str, tuple[object, date]], log: Log
    ) -> None:
        self.week, self.log, self.changes = week, log, changes
        self.all = everything
        self.live = [x for x in everything if x.start <= week < x.end]
        self.by_key = {x.key: x for x in everything}

    def of(self, source: str) -> list[Record]:
        """The records now in this system, by key."""
        return sorted((x for x in self.live if x.source == source), key=lambda x: x.key)

    def created(self, record: Record) -> date:
        """The day the record was entered."""
        back = rng("created", record.key).randrange(7 if record.start else 4000)
        return DAYS[record.start] - timedelta(back)

    def changed(self, record: Record, said: object) -> date:
        """The day the record last changed, kept in step with what it says."""
        before, day = self.changes.get(record.key, (None, None))
        if day is None:
            age = (DAYS[record.start] - self.created(record)).days
            day = self.created(record) + timedelta(rng("changed", record.key).randrange(age + 1))
        elif before != said:
            day = DAYS[self.week] - timedelta(rng("changed", record.key, self.week).randrange(7))
        self.changes[record.key] = (said, day)
        return day

    def date_dirt(self, record: Record) -> str:
        """The dirt of the record's date, noted unless it is only a spelling."""
        dirt = dirt_of(record.source, record.key, "date", self.week)
        if dirt and (dirt != "other_spelling" or record.source != "erp"):
            entry = self.log.setdefault((record.source, record.key, "date", dirt), [WEEKS[self.week], ""])
            entry[1] = WEEKS[self.week]
        return dirt

    def grade(self, record: Record) -> int:
        """The class 0-4, in one record of 20 another one than the customer's."""
        r = rng("grade", record.key)
        return r.randrange(4) if r.random() < 0.05 and record.customer.grade < 4 else record.customer.grade

    def limit(self, record: Record) -> int:
        """The credit limit in 10,000 CNY, in one record of 12 another one than the customer's."""
        return record.customer.limit * (2 if rng("limit", record.key).random() < 0.08 else 1)

    def erp(self) -> dict[str, list[Row]]:
        """KNA1, KNB1, ADRC and ADR6."""
        tables: dict[str, list[Row]] = {"KNA1": [], "KNB1": [], "ADRC": [], "ADR6": []}
        for x in self.of("erp"):
            v, c, r = values(x, self.week, self.log), x.customer, rng("erp", x.key)
            address, grade = f"00{20000000 + int(x.key)}", self.grade(x)
            vat = v["tax"] if c.city.country in ("DE", "GB") else ""
            is_old = v["tax"] == c.old_tax or c.city.country in ("US", "JP")
            old = v["tax"] if is_old else c.old_tax if r.random() < 0.15 else ""
            overflow = v["name"][35:] if r.random() > 0.3 else ""
            group = (
                "CPD"
                if c.kind == "onetime"
                else "0002"
                if c.kind == "branch" and r.random() < 0.5
                else "0001"
            )
            dirt = self.date_dirt(x)
            erdat = {"empty_date": "00000000", "end_of_time": "99991231", "impossible": "20250231"}.get(dirt)
            row: Row = [
                x.key,
                c.city.country,
                v["name"][:35],
                overflow,
                v["city"],
                v["postal"],
                c.city.region.strip("-"),
                _address(v, c.city.country),
                v["phone"],
                c.phone2 if r.random() < 0.15 and not c.hard else "",
                address,
                group,
                f"{grade + 1:02d}",
                f"{r.randrange(1, 12):04d}",
                old,
                "" if vat or is_old else v["tax"],
                vat,
                c.group_company,
                "X" if c.kind == "onetime" else "",
                "X" if r.random() < 0.01 else "",
                "X" if grade == 4 else "",
                "01" if grade == 4 or r.random() < 0.01 else "",
                erdat or compact(self.created(x)),
                f"{self.limit(x) * 10000:.2f}" if c.kind != "onetime" else "0.00",
            ]
            tables["KNA1"].append([*row, compact(self.changed(x, row))])
            for company in company_codes(x):
                account = (
                    "11220200" if c.group_company else "11220000" if c.city.country == "CN" else "11220100"
                )
                tables["KNB1"].append([x.key, company, account, terms(x.key, company)])
            tables["ADRC"].append(
                [
                    address,
                    v["name"],
                    v["city"],
                    v["postal"],
                    v["street"],
                    v["house"],
                    c.city.region.strip("-"),
                    c.city.country,
                    v["phone"],
                ]
            )
            if v["mail"]:
                tables["ADR6"].append([address, v["mail"]])
        return tables

    def _crm_case(self, name: str, count: int, only: list[Record]) -> list[Record]:
        """The first `count` records of a draw that is the same in all weeks."""
        return rng(name).sample(only, 8)[:count]

    def accounts(self) -> list[Row]:
        """accounts.csv, with repeated and blank keys and names whose comma is not quoted."""
        steady = [
            x for x in self.all if x.source == "crm" and x.start == 0 and x.end == len(WEEKS) and not x.heir
        ]
        cut = {
            x.key
            for x in self._crm_case(
                "ragged",
                RAGGED[self.week],
                [
                    x
                    for x in steady
                    if ", " in view(x)["name"] and not dirt_of("crm", x.key, "name", 0, "form")
                ],
            )
        }
        plain = [x for x in steady if ", " not in view(x)["name"]]
        repeated = {x.key for x in self._crm_case("repeated", REPEATED[self.week], plain)}
        nameless = {x.key for x in self.unkeyed()[: BLANK_KEYS[self.week]]}
        rows: list[Row] = []
        for x in self.of("crm"):
            row = self._account(x)
            if x.key in cut:
                row = [row[0], *str(row[1]).split(",", 1), *row[2:]]
            rows.append(["", *row[1:]] if x.key in nameless else row)
            if x.key in repeated:
                rows.append([*row[:4], x.customer.phone, *row[5:]])
        return rows

    def unkeyed(self) -> list[Record]:
        """The records whose key is blank in the first weeks; they have no contacts."""
        steady = [
            x
            for x in self.all
            if x.source == "crm" and x.start == 0 and x.customer.kind == "person" and not x.heir
        ]
        return rng("unkeyed").sample(steady, 3)

    def _account(self, x: Record) -> Row:
        v, c, r = values(x, self.week, self.log), x.customer, rng("crm", x.key)
        spellings = names.COUNTRIES[c.city.country]
        dirt = dirt_of("crm", x.key, "country", self.week)
        country = (
            r.choice(spellings[1:]) if dirt == "other_spelling" else "" if dirt == "missing" else spellings[0]
        )
        if dirt:
            self.log.setdefault(("crm", x.key, "country", dirt), [WEEKS[self.week], ""])[1] = WEEKS[self.week]
        amount = self.limit(x) * 10000
        limit = r.choice((f"¥{amount:,}", f"¥{amount:,}", str(amount), str(amount), f"CNY {amount:,}.00", ""))
        row: Row = [
            x.key,
            v["name"],
            v["name_cn"],
            v["tax"],
            v["phone"],
            v["mail"],
            c.website if r.random() < 0.7 else "",
            _address(v, c.city.country),
            v["city"],
            v["postal"],
            country,
            SEGMENTS[self.grade(x)],
            limit,
        ]
        day = self.changed(x, row)
        dates = {
            "other_spelling": r.choice(
                (f"{day:%Y-%m-%d}", f"{day:%d.%m.%Y}", f"{day.day} {day:%b} {day:%Y}")
            ),
            "empty_date": "",
            "end_of_time": "31/12/9999",
            "impossible": "31/02/2026",
        }
        return [*row, dates.get(self.date_dirt(x), f"{day:%d/%m/%Y}"), r.choice(names.SALESPEOPLE)]

    def contacts(self) -> list[Row]:
        """contacts.csv: one or two persons for each firm, with orphans and people entered twice."""
        rows: list[Row] = []
        steady: list[Row] = []  # those in all weeks, of which the orphans and doubles are made
        unkeyed = {x.key for x in self.unkeyed()}
        for x in [x for x in self.all if x.source == "crm" and x.key not in unkeyed]:
            r = rng("contacts", x.key)
            for n in range(r.choice((1, 1, 1, 2)) if x.customer.kind != "person" else 0):
                (last, last_en), (first, first_en) = (
                    r.choice(list(names.SURNAMES.items())),
                    r.choice(list(names.GIVEN.items())),
                )
                second = r.choice(list(names.GIVEN)) if r.random() < 0.7 else ""
                domain, chinese = x.customer.website[4:], x.customer.city.country == "CN"
                who = [first + second, last] if chinese else [first_en, last_en]
                if chinese and r.random() < 0.1:
                    who = ["", last + first + second]
                post = r.choice(
                    ("采购经理", "财务", "总经理", "Purchasing Manager", "")
                    if chinese
                    else ("Buyer", "CFO", "Director", "")
                )
                account = holder(x.key, self.week, self.by_key)
                mail = f"{last_en.lower().replace('ü', 'v')}.{first_en.lower()}{n or ''}@{domain}"
                phone = (
                    x.customer.phone
                    if r.random() < 0.2
                    else f"1{r.choice('3589')}{r.randrange(10**8, 10**9)}"
                )
                row: Row = [f"C-{int(x.key[2:]):05d}{n + 1}", account, *who, post, phone, mail]
                rows += [row] if x.start <= self.week else []
                steady += [row] if x.start == 0 and x.end == len(WEEKS) else []
        for n, row in enumerate(steady[10 : 10 + ORPHAN_CONTACTS[self.week]]):
            row[1] = f"A-{90001 + n:05d}"
        for n, row in enumerate(steady[60 : 60 + 8 * TWIN_CONTACTS[self.week] : 8]):
            rows.append(
                [
                    f"C-9{n:05d}",
                    *row[1:5],
                    f"+86 {row[5]}" if n % 2 else row[5],
                    str(row[6]).upper() if n % 3 else row[6],
                ]
            )
        return rows

    def sales(self) -> list[Row]:
        """The rows of 客户清单.xlsx: phones partly numbers, dates partly real ones."""
        rows: list[Row] = []
        for x in self.of("sales"):
            v, c, r = values(x, self.week, self.log), x.customer, rng("sales", x.key)
            phone: object = (
                int(v["phone"])
                if len(v["phone"]) == 11
                and v["phone"].isascii()
                and v["phone"].isdecimal()
                and v["phone"][0] != "0"
                and r.random() < 0.5
                else v["phone"]
            )
            day = DAYS[x.start] - timedelta(r.randrange(7 if x.start else 500))
            other = r.choice(
                (
                    f"{day.year}年{day.month}月{day.day}日",
                    f"{day.year}/{day.month}/{day.day}",
                    f"{day:%Y.%m.%d}",
                )
            )
            said: object = {
                "other_spelling": other,
                "empty_date": "",
                "end_of_time": "9999/12/31",
                "impossible": "2026/2/30",
            }.get(self.date_dirt(x), day)
            limit: object = self.limit(x)
            limit = (
                limit * 10000
                if isinstance(limit, int) and r.random() < 0.02
                else f"{limit}万"
                if r.random() < 0.05
                else limit
            )
            remark = r.choice(("", "", "", "", "", "老客户", "注意账期", "已换联系人", "展会认识"))
            if x.rank and (c.former_name or c.former_street):
                remark = "原名，已改名" if c.former_name else "地址已搬迁"
            rows.append(
                [
                    x.key,
                    v["name"],
                    v["tax"],
                    phone,
                    v["mail"],
                    v["city"],
                    _address(v, c.city.country),
                    GRADES[self.grade(x)],
                    limit,
                    said,
                    remark,
                ]
            )
        return rows
