"""What belongs together without being one: each kind of relation by hand, with what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest
from stdnum.cn import uscc

from workbench.stages.links import MOST
from workbench.store import rows

from .golden_made import built, config_of

FIELDS = {"name": "party_name", "tax_id": "tax_id", "phone": "phone", "email": "email", "website": "url",
          "address": "address", "payer": "ref"}  # fmt: skip
ONE, TWO = "浙江省杭州市西湖区文三路1号", "上海市浦东新区中山路2号"


def code(number: int) -> str:
    begun = f"9111010{number % 10}{10_000_000 + 7919 * number:08d}1"
    return str(begun + uscc.calc_check_digit(begun))


def related(*customers: dict[str, Any], said: Any = (), **rules: Any) -> list[tuple[Any, ...]]:
    """Of golden records A, B, C... of one record each: kind, whose, to whom, evidence and status."""
    held = [{"source": "erp", "key": chr(65 + n), "golden": chr(65 + n)} | one for n, one in enumerate(customers)]
    with built(config_of(FIELDS, rules), held, said) as con:
        found = rows(con, "SELECT kind, golden_id, related_id, evidence, status FROM gold.relations ORDER BY ALL")
        weights = rows(con, "SELECT evidence, weight FROM gold.relations WHERE status <> 'too many'")
    assert all(weight == len(evidence.split(", ")) * bool(evidence) for evidence, weight in weights)
    return found


def test_a_branch_belongs_to_the_head_office_whose_name_it_bears() -> None:
    found = related(
        {"name": "上海华瑞科技有限公司"},
        {"name": "北京华瑞科技有限公司上海分公司", "phone": "13764920185"},
        {"name": "北京华瑞科技有限公司", "phone": "13764920185"},
        {"name": "北京金龙科技有限公司"},
        {"name": "Acme GmbH Niederlassung Hamburg"},
        {"name": "Acme GmbH"},
        {"name": "海天物流有限公司杭州分公司"},
        {"name": "北京海天物流有限公司"},  # another place: another firm
    )
    assert found == [("branch", "B", "C", "core, phone", "found"), ("branch", "E", "F", "core", "found")]


def test_a_head_office_may_name_no_place() -> None:
    found = related({"name": "北京华瑞科技有限公司上海分公司"}, {"name": "华瑞科技有限公司"})
    assert [line[:3] for line in found] == [("branch", "A", "B")]


def test_a_branch_with_the_organisation_code_of_its_head_office_is_one_whatever_it_is_called() -> None:
    org = "10000002" + "0123456789X0"[11 - (3 * 1 + 2 * 2) % 11]  # the places between are zeros
    found = related(
        {"name": "金龙商店上海分公司", "tax_id": f"310101{org}"}, {"name": "金龙贸易有限公司", "tax_id": f"110101{org}"}
    )
    assert [line[:3] for line in found if line[0] == "branch"] == [("branch", "A", "B")]


def test_members_belong_to_their_group() -> None:
    found = related(
        {"name": "华瑞集团有限公司"},
        {"name": "华瑞食品有限公司", "website": "www.huarui.example"},
        {"name": "华锐食品有限公司"},  # reads alike, is called otherwise
        {"name": "华瑞集团有限公司北京分公司"},  # its branch is no member
        {"name": "Acme Group Ltd"},
        {"name": "Acme Logistics GmbH"},
        {"name": "Acmes Logistics GmbH"},
        {"golden": "Z", "name": "昀粟科技集团有限公司"},
        {"golden": "Y", "name": "云粟电子有限公司"},
        {"golden": "Y", "source": "crm", "name": "Yunsu Electronics Co., Ltd."},  # its Chinese name tells more
    )
    assert [line[:3] for line in found] == [("branch", "D", "A"), ("group", "B", "A"), ("group", "F", "E")]


def test_sisters_without_a_group_share_brand_and_web_site_or_mail_domain() -> None:
    found = related(
        {"name": "北京华瑞科技有限公司", "website": "www.huarui.example", "tax_id": code(1)},
        {"name": "上海华瑞科技有限公司", "website": "http://huarui.example/sh"},
        {"name": "深圳华瑞科技有限公司"},  # of two firms in two cities nothing else is known
        {"name": "广州金龙食品有限公司", "email": "a@jinlong.example"},
        {"name": "成都金龙包装有限公司", "email": "b@jinlong.example"},
        {"name": "广州海天食品有限公司", "email": "a@163.com"},
        {"name": "成都海天食品有限公司", "email": "b@163.com"},  # everybody may have a mailbox there
    )
    assert found == [
        ("group", "B", "A", "core, web site", "found"),
        ("group", "E", "D", "brand, mail domain", "found"),
    ]


def test_a_ship_to_party_has_the_name_and_another_address() -> None:
    found = related(
        {"name": "华瑞科技有限公司", "address": ONE, "tax_id": code(1)},
        {"name": "华瑞科技", "address": TWO},
        {"name": "金龙贸易有限公司", "address": ONE, "tax_id": code(2)},
        {"name": "金龙贸易有限公司", "address": TWO, "tax_id": code(3)},  # two firms: two tax ids
        {"name": "海天有限公司", "address": ONE},
        {"name": "海天有限公司", "address": ONE},  # the same address: a duplicate rather
        {"name": "张伟", "address": ONE},
        {"name": "张伟", "address": TWO},  # two persons
    )
    assert found == [("ship_to", "B", "A", "name", "found")]


def test_a_shared_tax_id_is_told_if_it_is_valid() -> None:
    wrong = code(2)[:-1] + ("0" if code(2)[-1] != "0" else "1")
    found = related(
        {"name": "华瑞科技有限公司", "tax_id": code(1)}, {"name": "金龙贸易有限公司", "tax_id": code(1).lower()},
        {"name": "东方物流有限公司", "tax_id": code(1)}, {"name": "A", "tax_id": wrong}, {"name": "B", "tax_id": wrong},
    )  # fmt: skip
    assert found == [
        ("shared_tax_id", "B", "A", "organisation code, tax id", "found"),
        ("shared_tax_id", "C", "A", "organisation code, tax id", "found"),
    ]


def test_a_household_has_one_family_name_and_one_address() -> None:
    found = related(
        {"name": "张伟", "address": ONE, "phone": "13764920185"},
        {"name": "张小芳", "address": ONE, "phone": "137 6492 0185"},
        {"name": "李娜", "address": ONE},  # another family
        {"name": "张强", "address": TWO},  # another address
        {"name": "欧阳娜娜", "address": TWO},
        {"name": "欧阳伟", "address": TWO},
        {"name": "Smith, John", "address": "12 Main Street, Leeds"},
        {"name": "Mary Smith", "address": "12 Main Street, Leeds"},
        {"name": "John Miller", "address": "12 Main Street, Leeds"},
    )
    assert found == [
        ("household", "B", "A", "address, family, phone", "found"),
        ("household", "F", "E", "address, family", "found"),
        ("household", "H", "G", "address, family", "found"),
    ]


def test_a_field_may_hold_the_partner() -> None:
    found = related({"name": "华瑞"}, {"name": "金龙", "payer": "A"}, {"name": "海天", "payer": "Z"}, {"payer": "D"},
                    {"source": "crm", "payer": "A"}, partners={"bill_to": "payer"})  # fmt: skip
    assert found == [("bill_to", "B", "A", "stated in payer", "found")]


def test_kinds_that_are_not_wanted_are_not_looked_for() -> None:
    two = ({"name": "张伟", "address": ONE, "tax_id": code(1)}, {"name": "张芳", "address": ONE, "tax_id": code(1)})
    assert {line[0] for line in related(*two)} == {"household", "shared_tax_id"}
    assert {line[0] for line in related(*two, relations=["household"])} == {"household"}
    assert related(*two, relations=[]) == []


def test_one_time_accounts_are_related_to_none() -> None:
    fields = FIELDS | {"one_time": "code"}
    held = [
        {"source": "erp", "key": str(n), "golden": f"G{n}", "tax_id": code(1), "one_time": "X" if n else ""}
        for n in (0, 1)
    ]
    config = config_of(
        fields, match={"customer": {"block": [["name"]], "never": "one_time = 'X' and as_of is not null"}}
    )
    with built(config, held) as con:
        assert rows(con, "FROM gold.relations") == []


def say(kind: str, left: str, right: str, of: str = "branch", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "source_l": "erp", "key_l": left, "source_r": "erp", "key_r": right, "field": of} | more


BRANCHES = (
    {"name": "北京华瑞科技有限公司上海分公司", "phone": "13764920185"},
    {"name": "北京华瑞科技有限公司", "phone": "13764920185"},
    {"name": "华瑞科技有限公司"},
)


def test_people_confirm_and_refuse_and_the_next_best_is_found() -> None:
    def told(*said: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [line for line in related(*BRANCHES, said=said) if line[0] == "branch"]

    best = ("branch", "A", "B", "core, phone")
    assert told() == [(*best, "found")]
    assert told(say("relate", "A", "B")) == [(*best, "confirmed")]
    turned = ("branch", "B", "A", "decided, core, phone", "confirmed")
    assert told(say("relate", "B", "A")) == [("branch", "A", "C", "core", "found"), turned]
    assert told(say("unrelate", "A", "B")) == [(*best, "refused"), ("branch", "A", "C", "core", "found")]
    assert told(say("unrelate", "A", "B"), say("relate", "A", "B")) == [(*best, "confirmed")]  # the newer act
    assert told(say("unrelate", "A", "B", status="contradicted")) == [(*best, "found")]
    assert told(say("relate", "A", "C")) == [("branch", "A", "C", "core", "confirmed")]


def test_people_relate_what_is_not_found() -> None:
    found = related(
        {"name": "华瑞"}, {"name": "金龙"}, said=[say("relate", "B", "A", "group"), say("relate", "A", "gone")]
    )
    assert [line[:3] + line[4:] for line in found] == [("group", "B", "A", "confirmed")]


def test_what_people_relate_stands_though_it_only_looks_like_it() -> None:
    """Two of one name and one address are no ship-to and bill-to, but by a person's word; either may be the ship-to."""
    two = ({"name": "海天有限公司", "address": ONE}, {"name": "海天有限公司", "address": ONE})
    assert related(*two) == []
    for ends in (("A", "B"), ("B", "A")):
        found = related(*two, said=[say("relate", *ends, "ship_to")])
        assert [(*line[:3], line[4]) for line in found] == [("ship_to", *ends, "confirmed")]


@pytest.mark.parametrize("many", [MOST, MOST + 1])
def test_what_too_many_share_says_nothing_and_is_told_once(many: int) -> None:
    found = related(*({"name": f"第{n}商行", "tax_id": code(1)} for n in range(many)), relations=["shared_tax_id"])
    if many > MOST:
        assert found == [("shared_tax_id", "A", None, f"tax id shared by {many}", "too many")]
    else:
        assert len(found) == many - 1 and {line[2] for line in found} == {"A"}


def test_a_head_office_may_have_any_number_of_branches() -> None:
    cities = "北京 上海 广州 深圳 天津 重庆 杭州 宁波 南京 苏州 无锡 武汉 成都 西安 青岛 济南 烟台 大连".split()
    branches = [{"name": f"中和百货有限公司{city}{word}"} for city in cities for word in ("分公司", "分店", "营业部")]
    found = related(*branches, {"name": "中和百货有限公司"}, relations=["branch"])
    assert len(found) == len(branches) > MOST and {line[2] for line in found} == {chr(65 + len(branches))}
