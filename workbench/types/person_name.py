"""Names of persons, Chinese and Western."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from .base import MISSING, Cleaned, Level, SemanticType, Settings, fold, is_missing, rule_for, tidy
from .folding import HAN, folded_key, latin, simplified

_DOUBLE = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 "
    "公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐 百里 呼延 东郭 南门 西门"
).split()
_SINGLE = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱丘江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵"
    "万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包"
    "宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆"
    "农司卓古吉缪简车项连芦麦褚娄窦戚岑党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁"
    "沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼"
    "盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都"
    "普阙戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭"
    "干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_TITLE = re.compile(
    r"(先生|女士|小姐|太太|总经理|副总|经理|董事长|总监|主任|老师|教授|博士|总|工)$"
    r"|^(mr|mrs|ms|miss|dr|prof|herr|frau|sir)\b\.? *|,? *\b(jr|sr|phd|md|esq)\.?$"
)
_WESTERN = re.compile(r"[^\W\d_]+(?:['’.-] ?[^\W\d_]+)*\.?(?:,? [^\W\d_]+(?:['’.-][^\W\d_]+)*\.?){1,3}")
_JOINERS = re.compile(r"[·•‧・.'’]")


def family_name(han: str) -> str | None:
    """The family name that a simplified Chinese name begins with, None when it begins with none.

    >>> family_name("欧阳锋"), family_name("张伟"), family_name("的士")
    ('欧阳', '张', None)
    """
    if han[:2] in _DOUBLE:
        return han[:2]
    return han[:1] if han[:1] in _SINGLE and han else None


def without_title(folded: str) -> str:
    """A folded name without forms of address; whole when nothing else is left.

    >>> without_title("dr. jane roe"), without_title("王总经理"), without_title("王总")
    ('jane roe', '王', '王')
    """
    return _TITLE.sub("", folded).strip() or folded


def looks_person(value: str) -> bool:
    """Whether a text has the shape of a person's name.

    >>> [looks_person(name) for name in ("张伟", "Jane van Dyke", "王女士", "北京华瑞有限公司", "A 4")]
    [True, True, True, False, False]
    """
    name = simplified(fold(tidy(value)))
    if HAN.search(name):
        bare = _JOINERS.sub("", without_title(name).replace(" ", ""))
        titled = name != without_title(name)
        family = family_name(bare)
        short = bool(family) and (titled or 2 <= len(bare) <= len(family or "") + 2)
        return short or ("·" in name and bare.isalpha())
    return bool(_WESTERN.fullmatch(without_title(name)))


def person_parts(name: str) -> dict[str, str | None]:
    """The parts of a tidy person's name (see `PersonName.parts`)."""
    bare = without_title(simplified(fold(name)))
    if HAN.search(bare):
        key = folded_key(bare)
        family = family_name(key or "") or ""
        given = latin((key or "")[len(family) :])
        words = [word for word in (latin(family), given) if word]
    else:
        last, comma, first = bare.partition(",")
        bare = f"{first} {last}" if comma else bare
        key = folded_key(bare)
        words = [word for word in map(latin, _JOINERS.sub(" ", bare).split()) if word]
    return {"key": key, "latin": "".join(words) or None, "sorted": " ".join(sorted(words)) or None}


class PersonName(SemanticType):
    """The name of a person, kept as it is written."""

    name = "person_name"
    identifying = True
    parts = {
        "key": "folded, simplified, without title, blanks and dots; 'Last, First' put in order",
        "latin": "in Latin letters (pinyin for Chinese)",
        "sorted": "the Latin words in alphabetical order",
    }
    levels = (
        Level("same"),
        Level("same reading", part="latin"),
        Level("same words in another order", part="sorted"),
        Level("near reading", part="latin", at_least=0.9),
    )
    headings = (
        r"\bcontact( person| name)?$|\bperson\b|\b(full|first|last|given|sur|family) ?name|^name$|"
        r"\b(customer|client) name\b|"
        r"\b(owner|manager|sales ?(person|rep)|name (first|last|full)|agent|vname|lname)\b|"
        r"姓名|[联聯][系絡络]人|业务员|業務員|董事[长長]$|[总總][经經]理$|法人代?表?$|[负負][责責]人|[发發]言人$"
    )

    def recognise(self, sample: Sequence[str], heading: str) -> float:
        """The heading, and the share that looks like a name; two Western words alone are weak evidence."""
        named = self.named(heading)
        looks = [value for value in sample if looks_person(value)]
        weight = sum(1.0 if named or HAN.search(value) else 0.3 for value in looks)
        return 0.5 * named + (0.5 if named else 0.45) * weight / (len(sample) or 1)

    def standardise(self, value: str, context: Mapping[str, str | None], settings: Settings) -> Cleaned:
        """Trim and repair.

        >>> PersonName().standardise("Zhang, Wei", {}, {}).parts["latin"]
        'weizhang'
        >>> PersonName().standardise("張偉 先生", {}, {}).parts["sorted"]
        'wei zhang'
        """
        if is_missing(value):
            return MISSING
        clean = tidy(value)
        return Cleaned(clean, person_parts(clean), rule=rule_for(value, clean, "tidied"))
