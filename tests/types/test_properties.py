"""What holds for every type and every text."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.types import TYPES, Cleaned, SemanticType
from workbench.types.folding import is_missing, tidy, words

DIRT = [
    "",
    " ",
    "－ ",
    "无",
    "北京华瑞（集团）有限公司",
    "張偉 先生",
    "Smith, John",
    "(02)2712-3456#12",
    "1.39E+10",
    "+8613912345678/+861062531234 x8",
    "a@acme.example; b@acme.example",
    "臺北市和平大路二段113號13F",
    "91310000712345680Y",
    "DE 234 567 802",
    "1120831",
    "46086",
    "05/03/2026",
    "25.12.99",
    "99991231",
    "00000000",
    "1.234,56-",
    "12,5",
    "(1,234.50)",
    "1.5万",
    "台灣",
    "NA",
    "HTTP://www.Acme.example/A",
    "\ud800",
    "²³①",
    "٣٤٥",
    "ß İ ǰ",
    "\u202eacme.example\u202c",
    "\u200f(02) 2712-3456\u200f",
    "👨\u200d👩\u200d👧 Ltd 🇩🇪",
    "e\u0301\u20dd a\ufeffb\u00ad",
    "a\x00b\x1b[31m\x07",
    "'; DROP TABLE raw.customer; --",
    "<script>alert(1)</script>&lt;",
    '=HYPERLINK("http://a.example")',
]
TEXTS = st.one_of(
    st.sampled_from(DIRT),
    st.text(max_size=30),
    st.text(st.characters(), max_size=20),  # lone surrogates too
    st.text(
        alphabet="\u202e\u200f\u200b\u200d\u0301\u20dd\x00\x07\x85\u2028\ufeff\u00ad'\";-<>&😀 a1@.张１", max_size=16
    ),
    st.text(alphabet="0123456789.,-+() /:年月日xE@", max_size=24),
    st.text(alphabet="北京上海华瑞有限公司集团张伟（）()·　 AaéŁ.,", max_size=16),
)
CONTEXT = st.fixed_dictionaries(
    {},
    optional={
        "region": st.sampled_from(["CN", "TW", "US", "DE", None]),
        "country": st.sampled_from(["JP", "ZZ", "DU", "a b.c", "", None]),
    },
)
ALL = pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES)


def run(kind: SemanticType, texts: list[str], context: dict[str, str | None]) -> list[Cleaned]:
    found = kind.fit((text, 1) for text in texts)
    assert json.loads(json.dumps(found)) == found
    return [kind.standardise(text, context, found) for text in texts]


@ALL
@settings(max_examples=150)
@example(texts=DIRT, context={"region": "CN"})
@example(texts=["x", "99991231", "99991231"], context={})
@given(texts=st.lists(TEXTS, min_size=1, max_size=6), context=CONTEXT)
def test_a_second_pass_changes_nothing_and_nothing_is_lost_in_silence(
    kind: SemanticType, texts: list[str], context: dict[str, str | None]
) -> None:
    once = run(kind, texts, context)
    for text, found in zip(texts, once, strict=True):
        assert set(found.parts) <= set(kind.parts)
        assert (found.valid is None) <= (found.value is None)
        assert (found.valid is False) == bool(found.reason)
        if found.value is None and not is_missing(tidy(text), words("placeholder")):
            assert found.valid is False or found.rule
        assert found.rule or str(found.value) == text
    kept = [found for found in once if found.value is not None]
    values = [str(found.value) for found in kept]
    again = run(kind, values, context)
    assert [str(found.value) for found in again] == values
    if kind.fit((value, 1) for value in values) == kind.fit((text, 1) for text in texts):
        assert [found.valid for found in again] == [found.valid for found in kept]


@ALL
@settings(max_examples=100)
@example(text="2026-03-05", key=b"k")
@example(text="+861062531234 x8", key=b"k")
@given(text=TEXTS, key=st.binary(min_size=1, max_size=8))
def test_a_mask_keeps_length_and_is_the_same_each_time(kind: SemanticType, text: str, key: bytes) -> None:
    masked = kind.mask(text, key)
    assert len(masked) == len(text)
    assert masked == kind.mask(text, key)


@ALL
@given(sample=st.lists(TEXTS, max_size=6), heading=st.text(max_size=12))
@settings(max_examples=50)
def test_recognising_is_a_share(kind: SemanticType, sample: list[str], heading: str) -> None:
    assert 0 <= kind.recognise(sample, heading) <= 1


@ALL
@pytest.mark.parametrize("text", ["1, ", "路1号", "a@(.", "台灣 ", "\u200b\ud800"])
def test_a_megabyte_is_read_as_anything_else(kind: SemanticType, text: str) -> None:
    long = text * (10**6 // len(text))
    assert 0 <= kind.recognise([long], "") <= 1
    (found,) = run(kind, [long], {"region": "CN", "country": "US"})
    assert found.value is not None or found.reason or is_missing(tidy(long), words("placeholder"))
    assert len(kind.mask(long, b"k")) == len(long)


@given(amount=st.decimals(min_value=-(10**29), max_value=10**29, places=6), mark=st.sampled_from(".,"))
def test_an_amount_is_exact_in_any_writing(amount: Decimal, mark: str) -> None:
    text = f"{amount:,.6f}".translate({ord("."): mark, ord(","): "." if mark == "," else ","})
    assert TYPES["money"].standardise(text, {}, {"decimal": mark}).value == amount


@given(day=st.dates())
def test_a_date_reads_alike_in_its_writings(day: date) -> None:
    kind = TYPES["date"]
    for roc in (True, False):
        for text in (
            day.isoformat(),
            day.strftime("%Y%m%d").zfill(8),
            f"{day.year:04}/{day.month}/{day.day}",
        ):
            assert kind.standardise(text, {}, {"roc": roc, "serial": roc}).value == day


def test_masks_keep_what_the_type_needs() -> None:
    key = b"secret"
    email = TYPES["email"].mask("jane.roe@acme.example", key)
    assert [place for place, char in enumerate(email) if char in "@."] == [4, 8, 13]
    assert TYPES["phone"].mask("+8613912345678", key).startswith("+86")
    assert TYPES["money"].mask("-1234.50", key).startswith("-")
    assert TYPES["date"].mask("2026-03-05", key) != "2026-03-05"
