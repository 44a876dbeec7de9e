"""Made-up customers, Chinese and western, with the dirt of real extracts; the same at every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

BRANCHES = [f"B{n:04}" for n in range(2_000)]
COUNTRIES = "CN HK TW US GB DE FR JP SG AU".split()
CURRENCIES = "CNY HKD TWD USD GBP EUR JPY SGD AUD".split()
LANGUAGES = "zh en de fr ja".split()
TERMS = "N00 N14 N30 N60 N90".split()
CITIES = "北京 上海 广州 深圳 杭州 成都 Leeds London Hamburg Paris Osaka Sydney Boston Chicago Lyon".split()
WORDS = "Acme Global Northwind Contoso Blue Silver River Stone Apex Union Trading Foods Steel Optics Paper".split()
HAN = "华东 北方 长江 宏图 金桥 腾达 瑞丰 信诚 光明 恒通 天成 万邦 启明 新宇 泰和".split()


class Dirt:
    """Columns of some rows, each drawn with a share of its values missing or wrong."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.draw = np.random.default_rng(20260907)

    def one_of(self, values: Sequence[Any], wrong: Sequence[Any] = (), share: float = 0.01) -> pd.Series[Any]:
        """A column of `values`, a share of them one of `wrong` instead."""
        column = np.array(values, object)[self.draw.integers(len(values), size=self.rows)]
        return self.spoil(pd.Series(column), wrong, share)

    def spoil(self, column: pd.Series[Any], wrong: Sequence[Any], share: float) -> pd.Series[Any]:
        """The column, a share of it one of `wrong` instead."""
        hit = np.flatnonzero(self.draw.random(self.rows) < share) if len(wrong) else []
        column.iloc[hit] = np.array(wrong, column.dtype)[self.draw.integers(len(wrong), size=len(hit))]
        return column

    def digits(self, shape: str, wrong: Sequence[Any], share: float = 0.01) -> pd.Series[Any]:
        """A column of texts with a number in them, such as `+86138{:08}`."""
        return self.spoil(pd.Series(list(map(shape.format, self.draw.integers(10**8, size=self.rows)))), wrong, share)

    def amount(self, wrong: Sequence[float], share: float = 0.01) -> pd.Series[Any]:
        """A column of amounts with two decimals."""
        return self.spoil(pd.Series(self.draw.integers(10**8, size=self.rows) / 100), wrong, share)

    def day(self, wrong: Sequence[str], share: float = 0.01) -> pd.Series[Any]:
        """A column of days of 2005 to 2025."""
        days = np.datetime64("2005-01-01") + self.draw.integers(365 * 20, size=self.rows).astype("timedelta64[D]")
        return self.spoil(pd.Series(days.astype("datetime64[ns]")), np.array(wrong, "datetime64[ns]"), share)


def customers(rows: int) -> pd.DataFrame:
    """Standardised customers as checks meet them: texts, numbers and days; None, NaN and NaT where nothing is known."""
    d = Dirt(rows)
    number = pd.Series([f"{n:08}" for n in range(rows)])
    since, billed = d.day(["1899-12-30", "2099-01-01"]), d.amount([-1.0])
    han = [f"{a}{b}{c}" for a in ("北京", "上海", "") for b in HAN for c in ("科技有限公司", "贸易公司", "集团")]
    western = [f"{a} {b} {c}" for a in WORDS for b in WORDS for c in ("Ltd", "GmbH", "Inc.", "S.A.")]
    return pd.DataFrame({
        "key": "C" + number,
        "number": d.spoil(number, number[:500].tolist(), 0.002),
        "branch": d.one_of(BRANCHES, ["B9998", "B9999"]),
        "account": d.digits("{:08}", ["00000000"], 0.001),
        "name": d.one_of([*han, *western], [None, "测试", "x", WORDS[0] * 20]),
        "english": d.one_of(western, [None, "A", "n/a"]),
        "tax_id": d.digits("911101{:08}8D3X", [None, "91110", "不详", "000000000000000000"], 0.02),
        "phone": d.digits("+86138{:08}", [None, "138 0000", "13800138000/5", "电话不详"], 0.02),
        "email": d.digits("info{}@example.com", [None, "info@", "a b@example.com", "无"], 0.02),
        "bank": d.digits("62220200{:08}", [None, "6222-0200", "6.2222E+15"]),
        "street": d.digits("Long Road {}", [None, "", "中山路" * 30]),
        "city": d.one_of(CITIES, [None, "-", "Llanfairpwllgwyngyllgogerychwyrndrobwll"]),
        "postcode": d.spoil(d.digits("{:08}", []).str[2:], [None, "1000", "SW1A 1AA"], 0.01),
        "country": d.one_of(COUNTRIES, [None, "China", "中国", "UK"]),
        "currency": d.one_of(CURRENCIES, [None, "RMB", "元"]),
        "language": d.one_of(LANGUAGES, ["ZH", "Chinese"]),
        "terms": d.one_of(TERMS, [None, "30 days", "N45"]),
        "class": d.one_of(list("ABC"), ["D", "a"]),
        "status": d.one_of(["active", "blocked", "closed"], ["ACTIVE", None]),
        "credit": d.amount([-100.0, 1e9]),
        "discount": d.spoil(pd.Series(d.draw.integers(30, size=rows).astype(float)), [-5.0, 130.0], 0.01),
        "billed": billed,
        "paid": d.spoil(billed.copy(), [2e6], 0.01),
        "since": since,
        "changed": d.spoil(since + pd.Timedelta(days=90), np.array(["2001-01-01"], "datetime64[ns]"), 0.01),
        "closed": d.spoil(since + pd.Timedelta(days=900), np.array(["NaT", "2001-01-01"], "datetime64[ns]"), 0.03),
    })  # fmt: skip
