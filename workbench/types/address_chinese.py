"""Chinese addresses, of the mainland and Taiwan, into their parts.

Divisions (data/region.csv) are those of GB/T 2260 down to counties, by prefecture, as they stand today, with the names
of those renamed or merged since 2000 and what they are today; Taiwan's counties and cities; and the first two digits of
each province's postcodes (China Post). A name is known in full, without its suffix (江苏, 苏州, 浦东), and as a county,
district or city that it was before or became since (余杭市, 余杭区), unless it is another's.
"""

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from .folding import letters, table

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各"
)
_STEM = re.compile(
    rf"(.{{2,}}?)(?:(?:(?:{_PEOPLES})族)*自治[州县旗]|(?:壮族|回族|维吾尔)?自治区|特别行政区|地区|新区|[省市州盟区县旗])"
)
_WHOLE = re.compile(r"(?:[省市区县旗盟]|自治州)$")
_NO_REGION = re.compile(  # what follows the short name of a place where it only names a road or a house
    r"[市县区州旗盟]|[东西南北中外内上下]?[一二三四五六七八九十\d]*(?:大?[路街道]|公路|巷|弄|胡同|[村里桥门山湖河站镇乡]|大[厦楼学]|广场|医院|公园)"
)
_LEAD = re.compile(r"^(?:中华人民共和国|中国(?!路|大|街))")
_INFIX = re.compile(r"^(?:\d{3}|\d{5,6})(?=[\u3400-\u9fff])(?![号楼巷弄])")
_PARK = re.compile(r"(?:新竹|中部|南部)?科学(?:工业)?园区(?![路街])")
_TAIWANESE = re.compile(
    r"路竹区|[^路街道巷弄号段\d]{1,3}?(?<!园)(?<!工业)区|[^路街道巷弄号段区\d]{1,3}[镇乡市](?![路街])"
)
_VILLAGE = re.compile(r"[^\d路街]{1,3}[里村](?=\d|[^\d路街]{2,}[路街道])|\d+邻")
_TOWNSHIP = re.compile(
    r"(?:市辖区)?(?:[^\d路]{1,6}?街道(?![路口])|(?:厚街|[^\d路街镇]{1,5})镇(?![路街])(?:[^\d路街]{1,5}村(?![路街]|大))?"
    r"|[^\d路街乡]{1,5}乡(?![路街])(?:[^\d路街]{1,5}村(?![路街]|大))?)?"
    r"(?:[^\d路街]{0,10}?(?:开发区|园区|高新区|示范区|保税区|新区|新城|科技园[东西南北中]?区?)(?![路街大])"
    r"|[^\d路街区镇乡]{2,3}区(?![路街大号\d]))?"
)
_ROAD = re.compile(
    r"[^\d号]{0,8}?\d+(?:号|纬|经)?(?:大街|大道|路|街|国道|省道|公路)"
    r"|[^\d]{1,12}?(?:路|街|道|巷|弄|胡同|条)(?![路街道巷]|[一二三四五六七八九十][路街])(?:[东西南北中](?:段|(?=\d))|\d+段)?"
    r"|[^\d]{1,12}?(?=\d+(?:-\d+)*号(?!楼))"  # a hamlet that has numbers
)
_NUMBER = re.compile(
    r"(\d+巷)?(\d+弄)?(?:([附甲乙丙]?\d+(?:-\d+)*)(?:号院?(?!楼)(-\d+)?|(?![\d号楼层栋幢座室单弄巷a-z])))?"
)
_ROOM = re.compile(
    r"(?=.)-?(\d+单元)?((?:地下|b)?\d+[楼层](?:-\d+)*)?-?(?:([a-z]?-?\d+[a-z]?(?:-\d+)*)(?:室|房|号房|号室)?)?(?:-\d+)?$"
)
_BRACKETS = re.compile(r"\([^()]*\)?")
_BETWEEN = re.compile(r"[\s,，、。;:]+")
_DASH = re.compile(r"(?<=[\d楼号室层])之(?=\d)|[‐-―~﹣－]")
_FLOORS = re.compile(r"[\d楼层及至室b]+")
_LONGEST = 200


class Region(NamedTuple):
    """Where a place is, each by today's name in full; None where it is not told."""

    province: str | None = None
    city: str | None = None
    district: str | None = None


_Names = dict[
    str, list[tuple[str, Region, Region]]
]  # first two characters -> name, where it is or was, what it is today


def _stem(name: str) -> str:
    """A name without its suffix.

    >>> [_stem(name) for name in ("江苏省", "黔东南苗族侗族自治州", "浦东新区", "忠县")]
    ['江苏', '黔东南', '浦东', '忠县']
    """
    found = _STEM.fullmatch(name)
    return found[1] if found else name


def _by_start(names: set[tuple[str, Region, Region]]) -> _Names:
    """The longest names first."""
    found = defaultdict(list)
    for entry in sorted(names, key=lambda entry: (-len(entry[0]), entry[0])):
        found[entry[0][:2]].append(entry)
    return dict(found)


def _today(where: Region, today: str) -> Region:
    """What a former district is today, 静安区 or, where it is now another city's, 长春市公主岭市."""
    city, moved, district = today.partition("市")
    if city and moved and district:
        return Region(where.province, f"{city}市", district)
    return Region(where.province, where.city, today)


@cache
def _levels() -> tuple[_Names, _Names, _Names]:
    """The names of provinces, of cities, and of districts."""
    provinces, cities, districts = {("台湾省", Region(), Region("台湾"))}, set(), set()
    for _, province, named, inside, former, _ in table("region"):
        city, *before = named.split("|")
        where = Region(province, city or None)
        provinces |= {(name, Region(), Region(province)) for name in (province, _stem(province))}
        cities |= {(name, Region(province), where) for each in (city, *before) for name in _written(each)}
        districts |= {(name, where, Region(*where[:2], name)) for name in inside.split()}
        districts |= {
            (name, where, _today(where, today)) for name, today in (each.split("=") for each in former.split())
        }
    known = {name for name, *_ in districts}
    others = {
        (other, where, meant)
        for name, where, meant in districts
        if len(stem := _stem(name)) > 1
        for other in (stem, stem + "区", stem + "县", stem + "市")
        if other not in known
    }
    return _by_start(provinces), _by_start(cities), _by_start(districts | others)


def _written(city: str) -> set[str]:
    """How a city's name is written: in full, without its suffix, and an autonomous prefecture as 黔东南州."""
    return ({city, _stem(city)} | ({_stem(city) + "州"} if city.endswith("自治州") else set())) - {""}


@cache
def postcodes(province: str) -> frozenset[str]:
    """The first two digits that postcodes of a province have or had; empty where they are not known."""
    return frozenset(two for _, name, *_, begin in table("region") if name == province for two in begin.split())


def _known(text: str, names: _Names, within: Region) -> tuple[Region, str] | None:
    """The longest known name that a text begins with, if it means one place: what it is today, and the name."""
    meant: set[Region] = set()
    longest = ""
    for name, where, today in names.get(text[:2], ()):
        if longest and name != longest:
            break
        fits = (within.province or where.province) == where.province and (within.city or where.city) == where.city
        if fits and text.startswith(name) and (_WHOLE.search(name) or not _NO_REGION.match(text, len(name))):
            longest = name
            meant.add(today)
    return (meant.pop(), longest) if len(meant) == 1 else None


def region(text: str) -> tuple[Region, bool, str]:
    """Where a simplified text without blanks begins, whether province or city are written, and what is left of it.

    >>> region("上海闸北区中山北路1号")
    (Region(province='上海市', city='上海市', district='静安区'), True, '中山北路1号')
    >>> region("海淀区中关村大街1号")
    (Region(province='北京市', city='北京市', district='海淀区'), False, '中关村大街1号')
    """
    provinces, cities, districts = _levels()
    rest = _LEAD.sub("", text, count=1)
    found, name = Region(), ""
    for names in (provinces, cities):
        candidates = (_known(rest, names, found), _known(rest, cities, found))
        found, name = max(filter(None, candidates), key=lambda known: len(known[1]), default=(found, ""))
        rest = rest[len(name) :]
        if found.city:
            break
    if found.province in ("北京市", "上海市", "天津市", "重庆市"):
        found = Region(found.province, found.province)
        rest = rest.removeprefix("市辖区").removeprefix(found.province or "")
    named = found.province is not None
    if found.province == "台湾" and found.city:
        rest = _INFIX.sub("", rest)
        if place := _TAIWANESE.match(rest):
            today = place[0][:-1] + "区" if name != found.city and name != _stem(name) else place[0]
            return Region(found.province, found.city, today), named, _INFIX.sub("", rest[place.end() :])
    for _ in range(2):  # a county-level city that became two districts is written with one of them
        known = _known(rest, districts, found)
        if not known or not (found.city or _WHOLE.search(known[1]) or (named and (known[0][2] or "").endswith("市"))):
            break
        found, rest = known[0], rest[len(known[1]) :]
    return found, named, rest


def taken_apart(plain: str) -> tuple[dict[str, str | None], bool]:
    """The parts of a simplified text with numerals in digits, and whether it writes a province or a city.

    >>> taken_apart("江苏省苏州市工业园区星湖街328号创意产业园5栋201室")[0]["room"]
    '201'
    """
    text = _BRACKETS.sub("", plain[:_LONGEST])
    text = _BETWEEN.sub("", text)
    text = _DASH.sub("-", text).replace("巿", "市")  # the last is another character, for a market
    place, named, rest = region(_PARK.sub("", text, count=1))
    if place.province == "台湾":
        while found := _VILLAGE.match(rest):
            rest = rest[found.end() :]
    elif found := _TOWNSHIP.match(rest):
        rest = rest[found.end() :]
    road = _ROAD.match(rest)
    rest = rest[road.end() :] if road else rest
    number = _NUMBER.match(rest)
    house = "".join(part for part in number.groups() if part) if number else ""
    rest = rest[number.end() :] if number else rest
    room = _ROOM.search(rest)
    building = letters(rest[: room.start()] if room else rest)
    inner = "".join(part for part in room.groups() if part).strip("-") if room else ""
    if building and _FLOORS.fullmatch(building):
        building, inner = None, letters(rest) or ""
    parts = {
        "province": place.province,
        "city": place.city,
        "district": place.district,
        "road": road[0] if road else None,
        "number": house or None,
        "building": building,
        "room": inner or None,
    }
    if not (place.province or place.district or road):
        return {}, False
    if road and house:
        where = place.city or place.province or text
        parts["street"] = f"{where[:2]} {road[0]}{house}号{building or ''}{inner}"
    return parts, named
