"""What tables are: customers, what they look up, what belongs to them, and what stands apart."""

from __future__ import annotations

from pathlib import Path

from workbench.draft.entities import Entity, arrange
from workbench.draft.understand import Table
from workbench.store import Connection

from .looking import looked_at


def table(con: Connection, folder: Path, name: str, heading: str, rows: list[str], source: str = "erp") -> Table:
    return looked_at(con, folder, name, "\n".join([heading, *rows]) + "\n", source)


def erp(con: Connection, folder: Path) -> list[Table]:
    customers = [f"K{n:04},Firm {n} Ltd,A{n:06},{n % 3}" for n in range(80)]
    return [
        table(con, folder, "customers", "customer_no,name,adrnr,class", customers),
        table(con, folder, "addr", "adrnr,street,city", [f"A{n:06},{n} Main Street,Reno" for n in range(80)]),
        table(con, folder, "orders", "order_no,customer_no,total", [f"O{n:04},K{n % 80:04},{n}.50" for n in range(200)]),
        table(con, folder, "order_items", "order_no,item,product", [f"O{n:04},{i},P{i}" for n in range(200) for i in (1, 2)]),
        table(con, folder, "products", "product_no,product_name", [f"P{i},Bolt {i}" for i in range(9)]),
    ]  # fmt: skip


def found(con: Connection, tables: list[Table]) -> dict[str, Entity]:
    return {entity.name: entity for entity in arrange(con, tables, "customer")}


def test_a_system_of_five_tables(con: Connection, tmp_path: Path) -> None:
    entities = found(con, erp(con, tmp_path))
    assert {name: entity.parent for name, entity in entities.items()} == {
        "customer": None, "order": "customer", "order_item": "order", "product": None,
    }  # fmt: skip
    customer, item = entities["customer"].records["erp"], entities["order_item"].records["erp"]
    assert [(look.reference.column, look.reference.to.place[1]) for look in customer.lookups] == [("adrnr", "addr")]
    assert {"name", "address", "city"} <= {mapped.field for mapped in customer.fields}
    assert item.key.columns == ("order_no", "item") and item.parent is not None
    assert (item.parent.column, item.parent.known) == ("order_no", 1)


def test_sources_meet_in_fields_of_the_same_meaning(con: Connection, tmp_path: Path) -> None:
    crm = table(
        con, tmp_path, "kunden", "Kunden-ID,客户名称,Billing City", [f"C{n},公司{n},Bonn" for n in range(20)], "crm"
    )
    customer = found(con, [*erp(con, tmp_path), crm])["customer"]
    assert list(customer.records) == ["erp", "crm"]
    terms = {m.field: m.term for m in customer.records["crm"].fields}
    assert (terms["name"], terms["city"]) == ("客户名称", "Billing City")
    assert customer.records["crm"].key.columns == ("Kunden-ID",) and "number" not in terms  # each has it as its key


def test_persons_here_and_companies_there_are_parties(con: Connection, tmp_path: Path) -> None:
    one = table(
        con, tmp_path, "a", "id,customer name", [f"{n},华瑞{c}有限公司" for n, c in enumerate("东方金龙海天明远")], "a"
    )
    two = table(con, tmp_path, "b", "id,姓名", [f"{n},张{c}" for n, c in enumerate("伟敏军强艳涛")], "b")
    assert found(con, [one, two])["customer"].fields()["name"].type == "party_name"


def test_the_date_of_last_change_is_kept_apart(con: Connection, tmp_path: Path) -> None:
    rows = [f"{n},Firm {n},2026-01-{n + 1:02}" for n in range(9)]
    record = found(con, [table(con, tmp_path, "a", "id,name,Last Modified", rows)])["customer"].records["erp"]
    assert record.updated is not None and record.updated.term == "Last Modified"
    assert "updated" not in {mapped.field for mapped in record.fields}


def test_the_same_name_for_two_things_is_told_apart_by_its_source(con: Connection, tmp_path: Path) -> None:
    """Orders that belong to customers here, and to nobody there."""
    other = table(con, tmp_path, "orders", "order_no,total", [f"X{n},{n}.10" for n in range(5)], "shop")
    clients = table(
        con, tmp_path, "clients", "id,name,phone", [f"S{n},Shop {n},775-555-01{n:02}" for n in range(20)], "shop"
    )
    entities = found(con, [*erp(con, tmp_path), clients, other])
    assert (entities["order"].parent, entities["order_shop"].parent) == ("customer", None)
