"""`guess` names the right type for headings and samples of the kinds we meet."""

from decimal import Decimal

import pytest

from workbench.types import TYPES, guess

COMPANIES = ["北京华瑞科技有限公司", "上海东方贸易有限公司", "Acme GmbH", "臺灣華瑞股份有限公司"]
PERSONS = ["张伟", "王芳", "李秀英", "欧阳锋"]
MIXED = ["北京华瑞科技有限公司", "张伟", "王芳", "上海东方贸易有限公司"]
WESTERN = ["John Smith", "Jane Roe", "Peter van Dyke"]
WORDS = ["red wine", "a long remark on delivery", "see file", "ok for now, thanks"]
PHONES = ["010-62531234", "13912345678", "(021)52531234", "+86 139 1234 5679"]
EMAILS = ["a@acme.example", "b@acme.example"]
CN_ADDRESSES = ["北京市海淀区中关村大街1号", "上海市浦东新区世纪大道100号"]
ADDRESSES = ["12 Main Street", "5 Station Rd", "77 Park Ave"]
USCC = ["91310000712345680Y"]
UBN = ["52345676", "52345671", "52345682"]
DATES = ["2026-03-05", "2025-12-31"]
SAP_DATES = ["20260305", "00000000", "20251231"]
AMOUNTS = ["1,234.50", "99.90", "12,000.00"]
NUMBERS = ["0000010001", "0000010002", "0000010003"]
COUNTRIES = ["CN", "DE", "TW", "CN", "CN"]
CODES = ["A", "B", "A", "A", "B", "A"]
URLS = ["http://www.acme.example", "www.huarui.example"]


@pytest.mark.parametrize(
    ("heading", "sample", "name"),
    [
        ("Company", COMPANIES, "company_name"),
        ("company_name", ["Acme", "Globex", "Initech"], "company_name"),
        ("公司名称", COMPANIES, "company_name"),
        ("公司簡稱", ["台華", "亞瑞", "嘉東"], "company_name"),
        ("col1", COMPANIES, "company_name"),
        ("NAME1", COMPANIES, "company_name"),
        ("NAME1", MIXED, "party_name"),
        ("客户名称", MIXED, "party_name"),
        ("Customer Name", MIXED, "party_name"),
        ("联系人", PERSONS, "person_name"),
        ("董事長", PERSONS, "person_name"),
        ("ContactName", WESTERN, "person_name"),
        ("x", PERSONS, "person_name"),
        ("Phone", PHONES, "phone"),
        ("TELF1", PHONES, "phone"),
        ("联系电话", PHONES, "phone"),
        ("總機電話", ["(02)2712-3456", "02-2744-5000"], "phone"),
        ("contact_phone", PHONES, "phone"),
        ("E-Mail", EMAILS, "email"),
        ("電子郵件信箱", EMAILS, "email"),
        ("field7", EMAILS, "email"),
        ("Address", ADDRESSES, "address"),
        ("STRAS", ADDRESSES, "address"),
        ("地址", CN_ADDRESSES, "address"),
        ("column 9", CN_ADDRESSES, "address"),
        ("STCD5", USCC, "tax_id"),
        ("STCEG", ["DE234567802"], "tax_id"),
        ("統一編號", UBN, "tax_id"),
        ("统一社会信用代码", USCC, "tax_id"),
        ("VAT number", ["DE234567802"], "tax_id"),
        ("ERDAT", SAP_DATES, "date"),
        ("last_order_date", DATES, "date"),
        ("成立日期", ["19501229", "19570321"], "date"),
        ("出表日期", ["1120831", "1120831"], "date"),
        ("d", DATES, "date"),
        ("金额（万元）", ["12.5", "100"], "money"),
        ("credit_limit", ["50000", "0", "120000"], "money"),
        ("DMBTR", AMOUNTS, "money"),
        ("c3", AMOUNTS, "money"),
        ("LAND1", COUNTRIES, "country"),
        ("国家", ["中国", "德国"], "country"),
        ("Country", ["Germany", "China"], "country"),
        ("KUNNR", NUMBERS, "identifier"),
        ("客户编号", NUMBERS, "identifier"),
        ("order_id", ["A-1001", "A-1002", "A-1003"], "identifier"),
        ("parent_id", NUMBERS, "ref"),
        ("上级客户", NUMBERS, "ref"),
        ("KTOKD", ["D001", "D001", "D002", "D001"], "code"),
        ("客户等级", CODES, "code"),
        ("class", CODES, "code"),
        ("Website", URLS, "url"),
        ("網址", URLS, "url"),
        ("remark", WORDS, "text"),
        ("备注", ["已付定金，月底发货", "联系不上客户 了"], "text"),
        ("PARTNERID", ["0000470011", "0000470012"], "identifier"),
        ("CHANGEDBY", ["0000000010", "0000000013", "0000000010"], "identifier"),
        ("VALIDITY_ENDDATE", ["99991231", "99991231"], "date"),
        ("GROSSAMOUNT", ["2499", "399", "399"], "money"),
        ("WEIGHTUNIT", ["KG", "KG", "KG"], "code"),
        ("ADDRESSID", ["1000000034", "1000000035"], "identifier"),
        ("office_location", ["United States", "Kenya"], "country"),
        ("PHONENUMBER", ["622799561", "09603 71 35 48"], "phone"),
        ("ORT01", ["Berlin", "München", "Paris", "Rome"], "text"),
    ],
)
def test_guess(heading: str, sample: list[str], name: str) -> None:
    assert guess(sample, heading)[0] == name


def test_an_empty_column_is_guessed_without_error() -> None:
    assert guess([], "") == ("text", 0.2)


@pytest.mark.parametrize(
    ("values", "decimal"),
    [
        (["1.234,56", "7"], ","),
        (["12,5", "1.000"], ","),
        (["4374,13"], ","),
        (["11888.625"], "."),
        (["1.234"], "."),
        (["1,234,567"], "."),
        (["1.234.567"], ","),
        (["0,500"], ","),
        (["12,5", "12.5", "13.5"], "."),
    ],
)
def test_the_decimal_mark_is_read_off_the_column(values: list[str], decimal: str) -> None:
    assert TYPES["money"].fit((value, 1) for value in values) == {"decimal": decimal}


def test_counts_weigh_in_the_decimal_mark() -> None:
    fitted = TYPES["money"].fit([("1,5", 3), ("1.5", 1)])
    assert TYPES["money"].standardise("1,5", {}, fitted).value == Decimal("1.5")


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("注册资本(万元)", 10**4),
        ("注册资本（萬元）", 10**4),
        ("实收资本 千元", 1000),
        ("資本額(仟元)", 1000),
        ("营业额（百万）", 10**6),
        ("市值(亿)", 10**8),
        ("单位：万元", 10**4),
        ("Turnover (k EUR)", 1000),
        ("TURNOVER_KEUR", 1000),
        ("Umsatz TEUR", 1000),
        ("Sales (USD mn)", 10**6),
        ("Sales, in thousands", 1000),
        ("Revenue (in millions of USD)", 10**6),
        ("Revenue ($'000)", 1000),
        ("Net EUR", None),
        ("amount", None),
        ("注册资本(元)", None),
        ("单笔10万元以上金额", None),
        ("Weight (t)", None),
        ("Stock", None),
        ("total book EUR", None),
    ],
)
def test_the_unit_of_amounts_is_read_off_the_heading(heading: str, unit: int | None) -> None:
    assert TYPES["money"].fit([("1", 1)], heading).get("unit") == unit


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (["25/03/2026", "05/03/2026"], {"order": "DMY", "roc": False, "serial": False}),
        (["03/25/2026", "05/03/2026"], {"order": "MDY", "roc": False, "serial": False}),
        (["05/03/2026"], {"order": None, "roc": False, "serial": False}),
        (["2011001", "2011002"], {"order": None, "roc": False, "serial": False}),
        (["1120831", "19501229"], {"order": None, "roc": True, "serial": False}),
        (["46086", "46087"], {"order": None, "roc": False, "serial": True}),
        (["2026-03-05"], {"order": None, "roc": False, "serial": False}),
        (["00000000", "20260305"], {"order": None, "roc": False, "serial": False}),
        (["99991231", "9999-12-31", "20260305"], {"order": None, "roc": False, "serial": False, "open": True}),
        (["99991231", "20260304", "20260305"], {"order": None, "roc": False, "serial": False}),
        (["25032026", "05032026"], {"order": "DMY", "roc": False, "serial": False}),
    ],
)
def test_the_way_of_writing_dates_is_read_off_the_column(values: list[str], wanted: dict[str, object]) -> None:
    assert TYPES["date"].fit((value, 1) for value in values) == wanted
