"""The level at which two real-looking values agree."""

import pytest
from rapidfuzz.distance import OSA, JaroWinkler

from workbench.types import TYPES, Level
from workbench.types.base import Cleaned

CONTEXT = {"region": "CN"}
LONG = "Wholesale Union of Independent Vine and Fruit Growers, Traders and Gardeners in Lower Saxony and Bremen e.V."


def reaches(level: Level, one: Cleaned, two: Cleaned) -> bool:
    if level.also and not reaches(level.also, one, two):
        return False
    for left, right in ((one, two), (two, one)):
        a, b = left.parts.get(level.part), right.parts.get(level.other or level.part)
        if not a or not b:
            continue
        alike = level.at_least < 1 and JaroWinkler.similarity(a, b) >= level.at_least
        if a == b or alike or (level.slips and OSA.distance(a, b) <= level.slips):
            return True
    return False


@pytest.mark.parametrize(
    ("name", "one", "two", "level"),
    [
        ("company_name", "北京华瑞（集团）有限公司", "北京华瑞", "same"),
        ("company_name", "北京华瑞有限公司", "Beijing Huarui Co., Ltd.", "same reading"),
        ("company_name", "Acme Tradng Ltd", "Acme Trading GmbH", "near"),
        ("company_name", "华瑞科技有限公司", "北京华瑞科技有限公司", "city left out of one"),
        ("company_name", "北京华瑞科技有限公司", "上海华瑞科技有限公司", None),
        ("company_name", "华瑞科技（北京）有限公司", "华瑞科技（上海）有限公司", None),
        ("company_name", "北京华瑞科技发展股份有限公司", "北京华端科技发展股份有限公司", "near"),
        ("company_name", "华瑞科技（北京）有限公司", "北京华瑞科技有限公司", "same words"),
        ("company_name", "北京华瑞贸易有限公司", "Beijing Huarui Trading Co., Ltd.", "same words"),
        ("company_name", "北京华瑞贸易有限公司", "Hua Rui Intl Trade (Beijing) Limited", None),
        ("company_name", "上海华瑞贸易有限公司", "Beijing Huarui Trading Co., Ltd.", None),
        ("company_name", "トヨタ自動車株式会社", "Toyota Motor Corporation", "same words"),
        ("company_name", "Quitzon Group", "Group Quitzon", "same words"),
        ("company_name", "International Business Machines Corp.", "IBM Deutschland GmbH", None),
        ("company_name", "International Business Machines Corp.", "I.B.M. Inc", "initials of the other"),
        ("company_name", LONG[:35], LONG, "cut off"),
        ("company_name", LONG[:40], LONG, "cut off"),
        ("company_name", LONG[:33], LONG, None),
        ("company_name", LONG[:35], LONG.replace("Independent", "Imported"), None),
        ("company_name", "Mingzhou Freight Co., Ltd. Hangzhou Branch", "铭舟货代有限公司杭州分公司", "same words"),
        ("company_name", "ООО Ромашка", "Romashka LLC", "same reading"),
        ("company_name", "Beijing Huaruii Co., Ltd.", "北京华瑞有限公司", "near reading"),
        ("company_name", "Beijing Huarui Technology Ltd", "Shanghai Huarui Technology Ltd", None),
        ("company_name", *(f"{city}华瑞新能源汽车零部件智能制造技术有限公司" for city in ("北京", "上海")), None),
        ("company_name", *(f"{city}华瑞新能源汽车零部件智能制造技术有限公司" for city in ("杭州", "广州")), None),
        ("company_name", "北京铭舟国际货运代理有限公司杭州分公司", "北京铭舟国际货运代理有限公司", None),
        ("company_name", "铭舟国际货运代理有限公司分公司", "铭舟国际货运代理有限公司", None),
        ("company_name", *(f"北京铭舟国际货运代理有限公司{city}分公司" for city in ("杭州", "广州")), None),
        ("company_name", "Mingzhou Freight Hangzhou Branch", "Mingzhou Freight", None),
        ("party_name", "北京铭舟国际货运代理有限公司杭州分公司", "北京铭舟国际货运代理有限公司", None),
        ("party_name", "Jonathan Smith", "Jonathan Smyth", "same given, near family name"),
        ("text", "杭州", "杭州", "same"),
        ("text", "杭州", "Hangzhou", "same reading"),
        ("text", "杭州", "杭州市", "near reading"),
        ("text", "杭州", "广州", None),
        ("text", "杭州", "Guangzhou", None),
        ("text", "请于月底之前发货" * 6, "qing yu yuedi zhiqian fahuo " * 6, None),
        ("person_name", "張偉 先生", "张伟", "same"),
        ("person_name", "Zhang Wei", "张伟", "same reading"),
        ("person_name", "Wei Zhang", "张伟", "same words in another order"),
        ("person_name", "张伟", "李娜", None),
        ("person_name", "Bob Smith", "Smith, Robert", "short form of the name"),
        ("person_name", "Alfred Smith", "Albert Smith", "same family name"),
        ("person_name", "吕小明", "Xiaoming Lyu", "same words in another order"),
        ("person_name", "单田芳", "Shan Tianfang", "same reading"),
        ("party_name", "Wang Wei", "Wei Wang", "same words"),
        ("phone", "+86 10 6253 1234", "010-62531234转808", "same"),
        ("phone", "62531234", "010-62531234", "same last digits"),
        ("phone", "13800000000", "13800000000", None),
        ("email", "A@acme.example", "a@ACME.example", "same"),
        ("email", "info@acme.example", "sales@acme.example", "same domain"),
        ("email", "wei@qq.com", "fang@qq.com", None),
        ("address", "台北市和平大路二段113號", "104臺北市和平大路2段113號", "same"),
        ("tax_id", "91310000712345680Y", "310000712345680", "same organisation code"),
        ("tax_id", "00000000", "00000000", None),
        ("date", "2026-03-05", "20260305", "same"),
        ("date", "2026-03-05", "2026-05-03", "day and month swapped"),
        ("date", "2026-03-05", "2026-03-06", "one slip"),
        ("identifier", "0000012345", "12345", "same"),
        ("url", "http://www.acme.example/", "acme.example", "same"),
    ],
)
def test_strongest_level(name: str, one: str, two: str, level: str | None) -> None:
    kind = TYPES[name]
    left, right = (kind.standardise(text, CONTEXT, {}) for text in (one, two))
    assert next((each.name for each in kind.levels if reaches(each, left, right)), None) == level
