"""Names one by one: how alike two of companies are, and texts that are no names at all."""

from time import process_time

import pytest

from workbench.types import TYPES
from workbench.types.company_name import SAME_NAME, similarity
from workbench.types.folding import LONGEST_NAME, latin

NAMES = ("company_name", "person_name", "party_name")


def alike(one: str, two: str) -> float:
    left, right = (TYPES["company_name"].standardise(name, {}, {}) for name in (one, two))
    assert similarity(left, right) == pytest.approx(similarity(right, left))
    return similarity(left, right)


def test_a_level_reached_is_the_same_firm_unless_it_only_leaves_out_the_city() -> None:
    assert alike("Acme Ltd", "Acme Ltd") == 1
    assert alike("北京华瑞贸易有限公司", "Beijing Huarui Trading Co., Ltd.") >= SAME_NAME
    assert alike("International Business Machines", "IBM Corp.") >= SAME_NAME
    assert alike("华瑞科技有限公司", "北京华瑞科技有限公司") < SAME_NAME
    assert alike("上海华瑞贸易有限公司", "Beijing Huarui Trading Co., Ltd.") < SAME_NAME
    assert alike("Acme Ltd", "Zenith Ltd") < SAME_NAME


def test_among_names_at_one_level_the_legal_form_decides() -> None:
    assert alike("Schumm PLC", "SchummPLC") > alike("Schumm Ltd", "SchummPLC")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "text", ["a", "a ", "华", "(a)", " 'a", "co ltd ", "dr. ", " jr", "😀", "\u202e", "a\u0301", "&a "]
)
def test_a_text_of_a_megabyte_takes_no_longer_than_it_must(name: str, text: str) -> None:
    started = process_time()
    TYPES[name].standardise(text * (1_000_000 // len(text)), {}, {})
    assert process_time() - started < 3
    started = process_time()
    TYPES[name].standardise(text * (LONGEST_NAME // len(text)), {}, {})
    assert process_time() - started < 0.3


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("キャノン", "kyanon"),
        ("ファミリーマート", "famirimato"),
        ("シャープ", "shapu"),
        ("한글", "hangeul"),
        ("Łódź", "lodz"),
        ("Đặng", "dang"),
        ("Щукин Юрий", "shchukinyuriy"),
        ("Αθήνα", "athina"),
        ("😀", None),
    ],
)
def test_scripts_are_read_in_latin_letters(text: str, read: str | None) -> None:
    assert latin(text) == read
