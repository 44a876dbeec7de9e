"""Names of companies: the registered name stays, the legal form is folded away for matching."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from unicodedata import combining, normalize

from cleanco import prepare_default_terms

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy
from .folding import HAN, folded_key, latin, simplified

CITIES = (
    "北京 上海 天津 重庆 香港 澳门 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 "
    "湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 广州 深圳 "
    "珠海 佛山 东莞 中山 惠州 汕头 南京 苏州 无锡 常州 南通 徐州 杭州 宁波 温州 嘉兴 绍兴 金华 合肥 "
    "芜湖 福州 厦门 泉州 南昌 济南 青岛 烟台 潍坊 郑州 洛阳 武汉 长沙 株洲 成都 绵阳 贵阳 昆明 西安 "
    "兰州 西宁 银川 乌鲁木齐 呼和浩特 南宁 桂林 海口 三亚 石家庄 唐山 保定 太原 沈阳 大连 长春 "
    "哈尔滨 台北 新北 桃园 台中 台南 高雄 新竹"
).split()
"""Provinces and well-known cities that stand in company names, simplified."""

_CITY = "(?:" + "|".join(CITIES) + ")[省市]?"
_OUTER_CITY = re.compile(rf"^{_CITY}|[(]{_CITY}[)]|{_CITY}$")
_FORMER = re.compile(r"[(](?:原|曾用名|前身|formerly|f/?k/?a\b)[^)]*[)]")
_BRACKETS = re.compile(r"[()（）\[\]【】]")
_FORM = re.compile(
    r"[(](?:集团|股份|控股|有限合伙|普通合伙|特殊普通合伙|个人独资)[)]"
    r"|(?:集团)?(?:股份)?有限(?:责任)?公司|股份公司|集团公司|(?:集团|(?<![分子])公司)$"
)
_TERMS = frozenset(tuple(words) for _, words in prepare_default_terms())
_LONGEST = max(map(len, _TERMS))
_WORD = re.compile(r"\w+")


def _plain(words: list[str]) -> tuple[str, ...]:
    joined = " ".join(words)
    if joined.isascii():
        return tuple(words)
    return tuple("".join(c for c in normalize("NFKD", joined) if not combining(c)).split())


def split_form(name: str) -> tuple[str, str | None]:
    """A name, folded and simplified, apart from its legal form (None when it shows none).

    >>> split_form("北京华瑞(集团)股份有限公司")
    ('北京华瑞', '集团股份有限公司')
    >>> split_form("acme trading co., ltd.")
    ('acme trading', 'co ltd')
    """
    found = _FORM.findall(name)
    for _ in found:
        name = _FORM.sub("", name)
    words = _WORD.findall(name.replace(".", ""))
    plain, end = _plain(words), len(words)
    while end > 1:
        size = next((n for n in range(min(_LONGEST, end - 1), 0, -1) if plain[end - n : end] in _TERMS), 0)
        if not size:
            break
        end -= size
    forms = [_BRACKETS.sub("", form) for form in found] + [" ".join(plain[end:])]
    return (" ".join(words[:end]) if end < len(words) else name), "".join(forms) or None


def company_parts(name: str) -> dict[str, str | None]:
    """The parts of a tidy company name (see `CompanyName.parts`); `key` is None only without any letter."""
    folded = fold(name)
    if HAN.search(folded):
        folded = simplified(folded)
    folded = _FORMER.sub("", folded) or folded
    stem, form = split_form(folded)
    key = folded_key(stem) or folded_key(folded)
    core = folded_key(_OUTER_CITY.sub("", stem)) or ""
    return {
        "key": key,
        "latin": latin(key) if key else None,
        "form": form,
        "core": core if len(core) > 1 else key,
    }


class CompanyName(SemanticType):
    """A registered company name. Its city tells two firms apart, so it stays in the key."""

    name = "company_name"
    identifying = True
    parts = {
        "key": "folded, simplified, without legal form and former names; the city stays",
        "latin": "the key in Latin letters (pinyin for Chinese)",
        "form": "the legal form, folded",
        "core": "the key without an outer city or province",
    }
    levels = (
        Level("same"),
        Level("same reading", part="latin"),
        Level("near", at_least=0.92),
        Level("near reading", part="latin", at_least=0.92),
        Level("city left out of one", part="core", other="key"),
    )
    headings = (
        r"\b(company|firm|vendor|supplier|organi[sz]ation|account) ?(name)?$|\b(customer|client) name\b|"
        r"^name ?1\b|^namorg|\bname org\b|公司(?!.*([电電]|址|代))|企[业業]名|[客户戶]{2}名|供[应應]商名|"
        r"[单單]位名|[户戶]名|商[号號]"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading, and the share of names that show a legal form."""
        shown = sum(bool(company_parts(tidy(value))["form"]) for value in sample) / (len(sample) or 1)
        return 0.5 * self.named(heading) + 0.5 * shown

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair; the registered name stays as it is.

        >>> company = CompanyName().standardise(" 北京华瑞（集团）有限公司 ", {}, {})
        >>> company.value, company.parts["key"], company.parts["core"]
        ('北京华瑞（集团）有限公司', '北京华瑞', '华瑞')
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        return Cleaned(clean, company_parts(clean), rule=rule_for(value, clean, "tidied"))
