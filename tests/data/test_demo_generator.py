"""The demo's files are what generate.py writes, hold what its README promises, and the truth covers them."""

import csv
import io
import re
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from datetime import datetime
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from openpyxl import load_workbook

DEMO = Path(__file__).parents[2] / "data" / "demo"
WEEKS = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28", "2026-10-05", "2026-10-12")
USCC, ORGANISATION = "0123456789ABCDEFGHJKLMNPQRTUWXY", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WORDLESS = {"", "无", "-", "N/A", "暂无", "."}
Table = list[dict[str, str]]


@cache
def raw(week: int, name: str) -> str:
    encoding = "gb18030" if name.startswith("erp") else "utf-8-sig"
    return (DEMO / "sources" / WEEKS[week] / name).read_bytes().decode(encoding)


@cache
def table(week: int, name: str) -> Table:
    return list(csv.DictReader(io.StringIO(raw(week, name), newline="")))


@cache
def sales_cells(week: int) -> list[list[object]]:
    book = load_workbook(DEMO / "sources" / WEEKS[week] / "sales/客户清单.xlsx")
    return [list(row) for row in book["客户清单"].iter_rows(values_only=True)]


@cache
def sales(week: int) -> list[dict[str, object]]:
    heading, *rows = sales_cells(week)[2:]
    return [dict(zip(map(str, heading), row, strict=True)) for row in rows]


@cache
def truth() -> dict[tuple[str, str], str]:
    with (DEMO / "truth/customer.csv").open(encoding="utf-8", newline="") as file:
        return {(row["source"], row["key"]): row["cluster"] for row in csv.DictReader(file)}


def keys(week: int) -> set[tuple[str, str]]:
    found = {("erp", row["KUNNR"]) for row in table(week, "erp/KNA1.csv")}
    found |= {("crm", row["Account ID"]) for row in table(week, "crm/accounts.csv") if row["Account ID"]}
    if week != 3:
        found |= {("sales", str(row["编号"])) for row in sales(week)}
    return found


def test_regenerating_gives_the_committed_content(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(DEMO / "generate.py"), str(tmp_path)], check=True)
    made = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    kept = sorted(p.relative_to(DEMO) for d in ("sources", "truth") for p in (DEMO / d).rglob("*") if p.is_file())
    assert made == kept
    for path in made:
        if path.suffix == ".xlsx":
            new, old = load_workbook(tmp_path / path), load_workbook(DEMO / path)
            assert new.sheetnames == old.sheetnames
            for a, b in zip(new, old, strict=True):
                assert list(a.iter_rows(values_only=True)) == list(b.iter_rows(values_only=True))
        else:
            assert (tmp_path / path).read_bytes() == (DEMO / path).read_bytes(), path
    assert sum((DEMO / path).stat().st_size for path in kept) < 10_000_000


def test_counts() -> None:
    for week in range(6):
        assert 1400 <= len(table(week, "erp/KNA1.csv")) <= 1550
        assert 950 <= len(table(week, "crm/accounts.csv")) <= 1050
        assert 3800 <= len(table(week, "erp/BSID.csv")) <= 4200
        assert 2400 <= len(table(week, "erp/VBAK.csv")) <= 2600
        assert len(table(week, "erp/KNB1.csv")) > len(table(week, "erp/KNA1.csv")) + 200
        assert len({r["ADDRNUMBER"] for r in table(week, "erp/ADR6.csv")}) == len(table(week, "erp/ADR6.csv"))
        assert week == 3 or 480 <= len(sales(week)) <= 510
    assert not (DEMO / "sources" / WEEKS[3] / "sales").exists()
    assert 1950 <= len(set(truth().values())) <= 2100


def test_files_have_the_promised_form() -> None:
    erp, crm = raw(0, "erp/KNA1.csv"), raw(0, "crm/accounts.csv")
    assert erp.count("\n") == erp.count("\r\n") and "\r" not in crm
    assert (DEMO / "sources" / WEEKS[0] / "crm/accounts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert str(sales_cells(0)[0][0]).startswith("客户清单") and not any(sales_cells(0)[1])


def test_truth_covers_every_key_and_nothing_else() -> None:
    assert set().union(*(keys(week) for week in range(6))) == set(truth())


def test_orphans_repeats_blanks_and_ragged_rows_fall_to_the_promised_counts() -> None:
    def orphans(week: int, name: str, column: str, owner: str, key: str) -> int:
        known = {row[key] for row in table(week, owner)}
        return sum(row[column] not in known for row in table(week, name))

    def repeated(week: int) -> int:
        found = Counter(r["Account ID"] for r in table(week, "crm/accounts.csv") if r["Account ID"])
        return sum(n - 1 for n in found.values())

    crm = ("crm/contacts.csv", "Account ID", "crm/accounts.csv", "Account ID")
    ragged = [sum(None in r for r in table(w, "crm/accounts.csv")) for w in range(6)]
    blank = [sum(not r["Account ID"] for r in table(w, "crm/accounts.csv")) for w in range(6)]
    assert [orphans(w, "erp/BSID.csv", "KUNNR", "erp/KNA1.csv", "KUNNR") for w in range(6)] == [
        6,
        5,
        4,
        3,
        3,
        2,
    ]
    assert [orphans(w, "erp/VBAK.csv", "KUNNR", "erp/KNA1.csv", "KUNNR") for w in range(6)] == [0] * 6
    assert [orphans(w, *crm) for w in range(6)] == [8, 7, 5, 4, 3, 2]
    assert [repeated(w) for w in range(6)] == [5, 5, 4, 3, 2, 2]
    assert blank == [3, 2, 1, 0, 0, 0] and ragged == [2, 2, 0, 0, 0, 0]


def test_open_items() -> None:
    unreadable = []
    for week in range(6):
        rows = table(week, "erp/BSID.csv")
        unreadable.append(sum(not re.fullmatch(r"\d+\.\d\d", r["WRBTR"].replace(",", "")) for r in rows))
        assert not any(r["DMBTR"].startswith("-") for r in rows)
        assert any("," in r["WRBTR"] and r["WRBTR"][-3] == "." for r in rows)
        net: dict[str, list[float]] = defaultdict(list)
        for r in rows:
            if re.fullmatch(r"[\d,]+\.\d\d", r["DMBTR"]):
                net[r["KUNNR"]].append((1 if r["SHKZG"] == "S" else -1) * float(r["DMBTR"].replace(",", "")))
        assert sum(abs(sum(v)) < 0.005 for v in net.values()) >= 8
    assert unreadable == [3, 3, 2, 1, 1, 0]
    currency = Counter(r["WAERS"] for r in rows)
    assert 0.07 < currency["USD"] / len(rows) < 0.13 and currency["JPY"] > 30
    for r in rows:
        if r["WAERS"] == "JPY":  # the document amount is yen / 100, the local one is CNY
            yen, cny = (float(r[c].replace(",", "")) for c in ("WRBTR", "DMBTR"))
            assert cny == pytest.approx(yen * 100 * 0.047, abs=0.01)


def cells(week: int, *columns: str) -> list[str]:
    """The values of ERP, CRM and sales columns (one name each, in this order) as text."""
    tables = ("erp/KNA1.csv", "erp/ADR6.csv", "crm/accounts.csv")
    found = [r[c] for t in tables for r in table(week, t) for c in columns if c in r and None not in r]
    return found + [str(r[c] or "") for r in sales(week) for c in columns if c in r]


NAME, PHONE, MAIL = (
    ("NAME1", "Account Name", "客户名称"),
    ("TELF1", "Phone", "联系电话"),
    ("SMTP_ADDR", "Email", "邮箱"),
)
TAX, CITY = ("STCD5", "Tax ID", "统一社会信用代码"), ("ORT01", "Billing City", "城市")
ADDRESS, POSTAL = ("STRAS", "Billing Street", "地址"), ("PSTLZ", "Billing Postal Code")
PRESENT = [
    (NAME, r"^\s|\s$", 50), (NAME, r"[\u4e00-\u9fff]\s+[\u4e00-\u9fff]", 30),
    (NAME, r"[Ａ-Ｚａ-ｚ]|\u3000", 30), (NAME, r"[\u4e00-\u9fff]\(.+\)", 50), (NAME, r"（.+）", 50),
    (NAME, r"[^限]公司", 50), (NAME, "有限责任公司", 100), (NAME, "[華東貿際設機實業術電]", 25),
    (NAME, "[柯枝茂戒讯功店熊议佩]", 10), (NAME, "^.(总|经理|先生|女士)$", 3),
    (("NAME1",), "^.{35}$", 20), (("NAME2",), ".", 10), (NAME, r"^[A-Z][a-z]+ [A-Z][a-z]+ .*Co", 200),
    (NAME, "分公司", 20), (PHONE, r"^\s*\+86", 100), (PHONE, "^0086", 50), (PHONE, r"^86", 30),
    (PHONE, r"^[(（]0", 50), (PHONE, "[０-９]", 50), (PHONE, r"^[2-9]\d{7}$", 20),
    (PHONE, r"^[1-9]\d{1,2}-[68]\d{7}$", 20), (PHONE, r"转\d+$|ext|-8016$", 50),
    (PHONE, r"[/;、].+\d", 50), (PHONE, "13800000000|^0+$", 10), (PHONE, r"E\+", 5),
    (PHONE, r"\d{3} \d{4} \d{4}", 20), (MAIL, r"[A-Z]+@[A-Z]", 50), (MAIL, "＠", 20),
    (MAIL, "^[^@＠]+$", 50), (MAIL, r"@.*[/;、 ].*@", 30), (MAIL, " ", 30),
    (MAIL, r"exmaple|163\.con", 30), (TAX, "[a-y]", 50), (TAX, r"\S\s\S", 50), (TAX, "^\t", 50),
    (TAX, "^0{18}$", 5), (TAX, "^无$", 5), ((*TAX, "STCD1"), r"^\d{14}[\dX]$", 100), (TAX, "^.{17}$", 30),
    (CITY, "^北京$", 20), (CITY, "^北京市$", 10), (CITY, "^Beijing$", 10),
    (ADDRESS, "^(无|-|N/A|暂无|\\.)?$", 50), (POSTAL, "^(无|-|N/A|暂无|\\.)?$", 100),
    (("Billing Country",), "^(China|CN|PRC|中国|P.R. China)$", 500),
    (("Billing Country",), "^(DE|Deutschland|Germany)$", 10), (("ERDAT",), "^00000000$", 30),
    (("ERDAT",), "^99991231$", 5), (("ERDAT",), "^20250231$", 5),
    (("Last Modified",), r"^\d\d/\d\d/\d{4}$", 400),
    (("Last Modified",), r"^(\d{4}-|\d\d\.|\d+ [A-Z])", 100), (("Last Modified",), "^31/02/2026$", 3),
    (("最近下单",), "年", 10), (("最近下单",), r"^\d{4}/\d", 10), (("XCPDK",), "X", 40),
    (("VBUND",), "G", 5), (("STCEG",), "^(DE|GB)", 20), (("客户等级",), "黑名单", 5),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "pattern", "least"), PRESENT)
def test_the_promised_dirt_is_there(columns: tuple[str, ...], pattern: str, least: int) -> None:
    assert sum(bool(re.search(pattern, value)) for value in cells(0, *columns)) >= least


def test_the_sheet_mixes_numbers_dates_and_text() -> None:
    rows = sales(0)
    assert sum(isinstance(r["联系电话"], int) for r in rows) > 20
    assert sum(isinstance(r["最近下单"], datetime) for r in rows) > 200
    assert any("臺" in str(r["客户名称"]) for r in rows) and any("台" in str(r["客户名称"]) for r in rows)


def valid_code(text: str) -> bool:
    """GB 32100-2015 and, within it, GB 11714."""
    if not re.fullmatch(f"[{USCC}]{{18}}", text):
        return False
    body = sum(ORGANISATION.index(c) * w for c, w in zip(text[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    whole = sum(USCC.index(c) * 3**i for i, c in enumerate(text[:17]))
    return "0123456789X0"[11 - body % 11] == text[16] and (whole + USCC.index(text[17])) % 31 == 0


def test_the_extracts_get_better_each_week() -> None:
    good: list[list[float]] = []
    for week in (0, 1, 2, 4, 5):
        tax = [t for t in cells(week, "STCD5", "Tax ID", "统一社会信用代码") if t and t[:2] not in ("DE", "GB")]
        mail = cells(week, *MAIL)
        right = [valid_code(re.sub(r"\s", "", t).upper()) for t in tax]
        good.append([sum(right) / len(tax), sum(bool(re.fullmatch(r"\S+@\S+", m)) for m in mail) / len(mail),
                     sum(t.strip() not in WORDLESS for t in cells(week, *POSTAL))])  # fmt: skip
    for earlier, later in pairwise(good):
        assert all(b > a for a, b in zip(earlier, later, strict=True))
    assert 0.8 < good[-1][0] < 1 and 0.85 < good[-1][1] < 1


def test_dirt_once_cleaned_stays_cleaned() -> None:
    """The noted dirt falls every week, and each case is there from the record's first date without a gap."""
    with (DEMO / "truth/dirt.csv").open(encoding="utf-8", newline="") as file:
        noted = list(csv.DictReader(file))
    for field in {r["field"] for r in noted}:
        spans = [(r["first"], r["last"]) for r in noted if r["field"] == field]
        counts = [sum(first <= week <= last for first, last in spans) for week in WEEKS]
        assert counts == sorted(counts, reverse=True) and counts[-1] > 0, (field, counts)
    assert {(r["source"], r["key"]) for r in noted} <= set(truth())


def test_one_time_accounts_and_branches_are_entities_of_their_own() -> None:
    rows = table(0, "erp/KNA1.csv")
    shared = Counter(truth().values())
    one_time = [truth()["erp", r["KUNNR"]] for r in rows if r["XCPDK"] == "X"]
    assert len(one_time) == 40 and all(shared[e] == 1 for e in one_time)
    phones: dict[str, set[str]] = defaultdict(set)
    for r in rows:
        phones[re.sub(r"\D", "", r["TELF1"])[-8:]].add(truth()["erp", r["KUNNR"]])
    assert sum(len(v) > 1 for k, v in phones.items() if len(k) == 8) >= 20


def evidence(source: str, row: dict[str, object]) -> dict[str, set[str]]:
    """What a careful reader compares, put in one form."""
    erp = ("STCD5 STCD1 STCEG", "TELF1", "mail", "NAME1", "ORT01 STRAS")
    crm = ("Tax ID", "Phone", "Email", "Account Name|Account Name (Chinese)", "Billing City|Billing Street")
    columns = {"erp": erp, "crm": crm, "sales": (*(c[-1] for c in (TAX, PHONE, MAIL, NAME)), "城市 地址")}[source]
    found: dict[str, set[str]] = {}
    for field, names in zip(("tax", "phone", "mail", "name", "address"), columns, strict=True):
        split = names.split("|") if "|" in names or source == "crm" else names.split()
        values = [unicodedata.normalize("NFKC", str(row.get(c) or "")).strip() for c in split]
        if field == "tax":
            values = [re.sub(r"\s", "", v).upper() for v in values]
            values = [v[8:17] if len(v) in (17, 18) else v[6:15] if len(v) == 15 else v for v in values]
        elif field == "phone":
            values = [
                d[-8:] for v in values for part in re.split("[/;、转e]| 139", v) if (d := re.sub(r"\D", "", part))
            ]
        elif field == "address":
            values = ["".join(values)]
        found[field] = {re.sub(r"\s", "", v).lower() for v in values if v not in WORDLESS}
    return found


def test_nearly_every_true_pair_agrees_in_two_fields() -> None:
    mails = {r["ADDRNUMBER"]: r["SMTP_ADDR"] for r in table(0, "erp/ADR6.csv")}
    groups: dict[str, list[dict[str, set[str]]]] = defaultdict(list)
    for r in table(0, "erp/KNA1.csv"):
        groups[truth()["erp", r["KUNNR"]]].append(evidence("erp", {**r, "mail": mails.get(r["ADRNR"], "")}))
    for r in table(0, "crm/accounts.csv"):
        if r["Account ID"] and None not in r:
            groups[truth()["crm", r["Account ID"]]].append(evidence("crm", dict(r)))
    for s in sales(0):
        groups[truth()["sales", str(s["编号"])]].append(evidence("sales", s))
    near = {"tax": 0.85, "phone": 0.85, "mail": 0.85, "name": 0.6, "address": 0.75}

    def agreeing(a: dict[str, set[str]], b: dict[str, set[str]]) -> int:
        return sum(
            any(SequenceMatcher(None, x, y).ratio() >= least for x in a[f] for y in b[f]) for f, least in near.items()
        )

    pairs = [agreeing(a, b) for group in groups.values() for a, b in combinations(group, 2)]
    assert len(pairs) > 800
    assert 0.93 < sum(n >= 2 for n in pairs) / len(pairs) < 0.995
